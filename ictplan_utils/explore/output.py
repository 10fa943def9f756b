"""What a panel shows and gives away: live widgets where someone can click, else a picture; files; a notebook."""

from __future__ import annotations

import base64
import io
import textwrap
from collections.abc import Callable
from html import escape
from typing import Any

import matplotlib as mpl
import nbformat
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ictplan_utils.charts import MUTED, STYLE
from ictplan_utils.charts.chart import Chart
from ictplan_utils.charts.look import LETTERS, SIZES, house_font
from ictplan_utils.charts.sheet import LINE_HEIGHT
from ictplan_utils.messages import text
from ictplan_utils.narrative import Text
from ictplan_utils.reports import Report

FRAME = "display:flex;flex-wrap:wrap;gap:0 2rem;line-height:1.5"
SLIDE_SCALE = 1.4
"""Letters on a slide are read from afar."""
MARGIN = 12
"""Around a saved picture, in pixels."""
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def is_live() -> bool:
    """Tell whether someone sits at the notebook: JupyterLab and VS Code send the cell's id along, papermill none."""
    try:
        from IPython import get_ipython
    except ImportError:
        return False
    shell = get_ipython()
    if shell is None or not hasattr(shell, "kernel"):
        return False
    return bool(shell.kernel.get_parent().get("metadata", {}).get("cellId"))


class Shown:
    """What a notebook displays to click on. `html` is its picture now; `widget` is None where nobody clicks."""

    widget: Any = None

    @property
    def html(self) -> str:
        raise NotImplementedError

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, Any]:
        bundle = {"text/plain": repr(self), "text/html": self.html}
        if self.widget is not None:
            bundle |= self.widget._repr_mimebundle_()
        return bundle


def beside(chart: Chart, told: Text) -> str:
    """Return chart and sentences with the figures beside each other, or one below the other on a narrow screen."""
    table = chart.told.map(str).to_html(index=False, border=0) if len(chart.told) else ""
    right = "text-align:right;font-variant-numeric:tabular-nums;overflow-x:auto"
    return (
        f'<div class="explore" style="{FRAME}"><div style="flex:1 1 22rem;max-width:36rem">{chart._repr_html_()}</div>'
        f'<div style="flex:1 1 18rem;max-width:44rem"><div class="said">{told._repr_html_()}</div>'
        f'<div style="{right}">{table}</div></div></div>'
    )


def code_html(title: str, code: str, lang: str = "vi") -> str:
    """Return code to copy: a button that puts it on the clipboard, and a field that selects itself when clicked."""
    copy = (
        "const t=this.parentNode.querySelector('textarea');t.select();"
        "(navigator.clipboard?navigator.clipboard.writeText(t.value):Promise.resolve(document.execCommand('copy')))"
        f".then(()=>{{this.textContent='{text('explore.copied', lang)}'}})"
    )
    return (
        f'<div class="pinned" style="margin:.6rem 0;max-width:52rem"><strong>{escape(title)}</strong> '
        f'<button type="button" onclick="{escape(copy, quote=True)}">{text("explore.copy", lang)}</button>'
        f'<textarea readonly rows="3" wrap="off" aria-label="{escape(title, quote=True)}" onclick="this.select()" '
        'style="display:block;width:100%;font-family:monospace;font-size:.9em;margin-top:.2rem;resize:vertical">'
        f"{escape(code)}</textarea></div>"
    )


def files_html(name: str, picture: bytes, table: pd.DataFrame) -> str:
    """Return links that save a view: its picture, its figures as CSV (as Excel opens it) and in Excel."""
    sheet = io.BytesIO()
    table.to_excel(sheet, index=False)
    files = (("png", "image/png", picture), ("csv", "text/csv", table.to_csv(index=False).encode("utf-8-sig")),
             ("xlsx", EXCEL, sheet.getvalue()))  # fmt: skip
    links = []
    for end, kind, content in files:
        address = f"data:{kind};base64,{base64.b64encode(content).decode()}"
        links.append(f'<a download="{name}.{end}" href="{address}">{name}.{end}</a>')
    return f'<p class="files">{" · ".join(links)}</p>'


def png(draw: Callable[[Axes], object], title: str, unit: str = "", size: str = "page") -> bytes:
    """Return a chart with its title as an opaque PNG, for a phone, a page or a slide (`charts.look.SIZES`)."""
    scale = SLIDE_SCALE if size == "slide" else 1.0
    wide, high = (inches * 72 / scale for inches in SIZES[size])
    with mpl.rc_context({**STYLE, "font.family": [house_font()]}):
        figure = Figure(figsize=(wide / 72, high / 72), layout="none")
        lines = textwrap.wrap(title, int((wide - 2 * MARGIN) / (LETTERS * 0.6)))
        top = high - MARGIN
        for words, more in (("\n".join(lines), {"weight": "bold"}), (unit, {"color": MUTED})):
            figure.text(MARGIN / wide, top / high, words, va="top", linespacing=LINE_HEIGHT, **more)
            top -= LETTERS * LINE_HEIGHT * (words.count("\n") + 1) if words else 0
        draw(figure.add_axes((MARGIN / wide, MARGIN / high, 1 - 2 * MARGIN / wide, (top - 2 * MARGIN) / high)))
        saved = io.BytesIO()
        figure.savefig(saved, format="png", dpi=200 * scale)
    return saved.getvalue()


def notebook(title: str, report: Report, call: str) -> nbformat.NotebookNode:
    """Return a notebook that the batch makes a report of: it shows `call`, code on a `report` of any area."""
    new, cells = nbformat.v4, [
        ("markdown", f"# {title}"),
        ("code", f'area: str = "{report.area.area}"  # area\'s slug, as in data/areas.csv\n'
                 f'period: str = "{report.period}"  # report to read: YYYY-S1 is the first half of a year\n'
                 f'lang: str = "{report.lang}"  # language of the report: vi or en\n'
                 'data_dir: str = "data"  # folder of the figures'),
        ("code", "import ictplan_utils as ict\nfrom ictplan_utils import narrative"),
        ("code", "report = ict.report(area, period, lang, data_dir)"),
        ("code", call),
        ("markdown", f"## {report.say('explore.sources')}"),
        ("code", "narrative.sources(report)"),
    ]  # fmt: skip
    made = new.new_notebook(metadata={"ictplan": {"figures": 1}})
    for at, (kind, source) in enumerate(cells):
        cell = new.new_markdown_cell if kind == "markdown" else new.new_code_cell
        made.cells.append(cell(source, id=str(at)))
    made.cells[1].metadata["tags"] = ["parameters"]
    return made
