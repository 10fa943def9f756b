"""What a panel shows: live widgets where someone can click, the same picture standing still everywhere else."""

from __future__ import annotations

from html import escape
from typing import Any

import pandas as pd

from ictplan_utils import charts
from ictplan_utils.narrative import Text

FRAME = "display:flex;flex-wrap:wrap;gap:0 2rem;line-height:1.5"
CELL = "padding:.15rem .8rem .15rem 0;border-bottom:1px solid #8886;vertical-align:top;font-weight:400"


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


def chart_html(chart: charts.Chart) -> str:
    """Return a chart with its title, without the data to unfold: they stand beside it."""
    title = Text((chart.headline,))._repr_html_().removeprefix("<p>").removesuffix("</p>")
    return (
        '<figure class="chart" style="margin:0 0 .5rem;flex:1 1 22rem;max-width:36rem">'
        f"<figcaption><strong>{title}</strong></figcaption>{charts.svg(chart)}</figure>"
    )


def beside(left: str, right: str) -> str:
    """Return two pieces beside each other, or one below the other on a narrow screen."""
    return f'<div class="explore" style="{FRAME}">{left}<div style="flex:1 1 18rem;max-width:44rem">{right}</div></div>'


def table_html(table: pd.DataFrame) -> str:
    """Return a table of texts: the first column names the row, the others are figures."""
    sides = ["left", *["right"] * (len(table.columns) - 1)]
    head = "".join(
        f'<th scope="col" class="gt_{side}" style="{CELL};text-align:{side}">{escape(name)}</th>'
        for side, name in zip(sides, table.columns, strict=True)
    )
    rows = "".join(
        f'<tr><th scope="row" class="gt_left" style="{CELL};text-align:left">{escape(first)}</th>'
        + "".join(f'<td class="gt_right" style="{CELL};text-align:right">{escape(cell)}</td>' for cell in cells)
        + "</tr>"
        for first, *cells in table.astype(str).itertuples(index=False)
    )
    return (
        '<div style="overflow-x:auto"><table class="gt_table" style="border-collapse:collapse;margin:.5rem 0;'
        f'font-variant-numeric:tabular-nums"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def code_html(title: str, code: str, lang: str = "vi") -> str:
    """Return code to copy: a button that puts it on the clipboard, and a field that selects itself when clicked."""
    word, done = ("Chép", "Đã chép") if lang == "vi" else ("Copy", "Copied")
    copy = (
        "const t=this.parentNode.querySelector('textarea');t.select();"
        f"(navigator.clipboard?navigator.clipboard.writeText(t.value):Promise.resolve(document.execCommand('copy')))"
        f".then(()=>{{this.textContent='{done}'}})"
    )
    label = escape(title, quote=True)
    return (
        f'<div class="pinned" style="margin:.6rem 0;max-width:52rem"><strong>{escape(title)}</strong> '
        f'<button type="button" onclick="{escape(copy, quote=True)}">{word}</button>'
        f'<textarea readonly rows="3" wrap="off" aria-label="{label}" onclick="this.select()" '
        'style="display:block;width:100%;font-family:monospace;font-size:.9em;margin-top:.2rem;resize:vertical">'
        f"{escape(code)}</textarea></div>"
    )
