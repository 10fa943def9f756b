"""A chart that shows itself: its look, its picture as SVG, its words and its data, wherever it is displayed."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG, RendererSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

from ictplan_utils import messages
from ictplan_utils.charts.look import LETTERS, MUTED, NARROW, STYLE, TOKENS, WIDE
from ictplan_utils.charts.sheet import Sheet, extent
from ictplan_utils.vietnamese import slug

WIDTH_INCHES, TEXT_POINTS = NARROW / 72, LETTERS

EDITORS = {
    "ink": ("--jp-content-font-color1", "--vscode-foreground"),
    "muted": ("--jp-content-font-color2", "--vscode-foreground"),
    "paper": ("--jp-layout-color0", "--vscode-editor-background"),
}
"""What JupyterLab and VS Code call the colours that change with their theme."""


class Written(float):
    """A figure of a chart's table: a number that says itself in the reader's words, `88 vị trí trạm`."""

    words: str

    def __new__(cls, value: float, words: str = "") -> Written:
        made = super().__new__(cls, value)
        made.words = words
        return made

    def __str__(self) -> str:
        return self.words


def told_table(rows: Iterable[Sequence[object]], columns: Sequence[str]) -> pd.DataFrame:
    """Return a chart's table as its readers unfold it: words, and figures as Written."""
    return pd.DataFrame(list(rows), columns=list(columns), dtype=object)


class HasData:
    """What shows figures that `told`, a table of `told_table`, tells."""

    @property
    def data(self) -> pd.DataFrame | None:
        """The figures shown, a column each as in the table that unfolds: numbers are numbers, missing ones NaN."""
        if self.told is None:
            return None
        figures = self.told.map(lambda cell: isinstance(cell, Written)).any()
        return self.told.astype({name: float if figures[name] else str for name in self.told})


class Chart(HasData, Figure):
    """A matplotlib Figure that shows itself with its title, alternative text and data wherever it is displayed."""

    headline: str = ""
    name: str = ""
    """What it shows; its place on a page is called by it, `#tram-bts`, and the files saved of it."""
    alt: str = ""
    told: pd.DataFrame | None = None
    lang: str = "vi"
    shape: str = ""
    """What the page lays it out as: `small`, one of many; `rows`, lines that on paper need a line's whole width."""
    unit: str = ""
    """The line under the title: the unit, and whether the axis begins at zero."""
    wide: Chart | None = None
    """The same for a wide screen, where the drawing changes its shape."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"dpi": 72, "layout": "none", **kwargs})
        self.marks: list[str] = []
        """What each mark is, in the order drawn; told where it is pointed at."""
        FigureCanvasSVG(self)

    @classmethod
    def in_pixels(cls, wide: float, high: float, lang: str, headline: str = "", unit: str = "") -> Chart:
        """Return an empty chart of a size on the page, with its title and what stands under it."""
        chart = cls(figsize=(wide / 72, high / 72))
        chart.lang, chart.headline, chart.unit = lang, headline, unit
        return chart

    def _repr_html_(self) -> str:
        picture = svg(self)
        if self.wide is not None:
            # Without the page's style sheet, as in an editor, the narrow one is shown.
            wide = f'<div class="wide" style="display:none">{svg(self.wide)}</div>'
            picture = f'<div class="narrow">{picture}</div>{wide}'
        return figure_html(self, picture)

    def __repr__(self) -> str:
        return f"<Chart: {self.headline}>".replace("\N{NO-BREAK SPACE}", " ")

    __str__ = __repr__


@dataclass(frozen=True)
class Charts:
    """Several charts that belong together: small multiples that flow into as many columns as the screen holds."""

    panels: tuple[Chart, ...]
    still: str = ""
    """What is told of those that stood still."""

    def _repr_html_(self) -> str:
        inside = "".join(panel._repr_html_() for panel in self.panels)
        told = f"<p>{escape(self.still)}</p>" if self.still else ""
        if not inside:
            return told
        return (
            '<div class="multiples" style="display:grid;gap:1rem;'
            f'grid-template-columns:repeat(auto-fill,minmax(13rem,1fr))">{inside}</div>{told}'
        )

    def __repr__(self) -> str:
        return "\n".join(filter(None, [*map(repr, self.panels), self.still]))


@dataclass(frozen=True)
class Drawing:
    """A chart before it is drawn: its words, its table, how high it is at each width, in pixels, who draws it.

    `draw` gets a sheet, and whether it is a wide one; None: there is nothing to draw.
    """

    headline: str
    alt: str
    told: pd.DataFrame
    lang: str
    unit: str
    heights: Mapping[int, float]
    draw: Callable[[Sheet, bool], object] | None
    name: str = ""
    shape: str = ""

    def chart(self, ax: Axes | None = None, wide: bool = True) -> Chart:
        """Return the chart for a narrow and perhaps a `wide` screen; with `ax`, drawn on these axes of one's own."""
        if ax is not None:
            ax.set_axis_off()
            self._draw(Sheet(ax), WIDE)
            return ax.figure
        with mpl.rc_context(STYLE):
            chart = self._at(NARROW)
            chart.wide = self._at(WIDE) if self.draw and wide else None
        return chart

    def _at(self, width: int) -> Chart:
        chart = Chart.in_pixels(width, self.heights[width], self.lang, self.headline, self.unit)
        chart.alt, chart.told, chart.name, chart.shape = self.alt, self.told, self.name, self.shape
        if self.draw or self.told.empty:
            self._draw(Sheet(chart), width)
        return chart

    def _draw(self, sheet: Sheet, width: int) -> None:
        if self.draw:
            self.draw(sheet, width == WIDE)
        else:
            empty = messages.text("charts.empty", self.lang)
            sheet.text(sheet.width / 2, sheet.height / 2, empty, va="baseline", colour=MUTED, inside=True)


def figure_html(chart: Chart, picture: str) -> str:
    """Return a chart as an HTML figure: caption, picture with alternative text, data to unfold.

    A chart of nothing is its sentence, if it has one: an empty picture would only make its reader scroll.
    """
    if chart.told.empty:
        return f'<p class="nothing">{escape(chart.headline)}.</p>' if chart.headline else ""
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>"
        for row in chart.told.itertuples(index=False)
    )
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in chart.told.columns)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    unfold = f"<details><summary>{messages.text('charts.data', chart.lang)}</summary>{table}</details>"
    size = "max-width:24rem" if chart.shape == "small" else "max-width:36rem"
    unit = f'<br><span class="unit">{escape(chart.unit)}</span>' if chart.unit else ""
    return (
        f'<figure data-anchor="{slug(chart.name or chart.headline)}" class="{f"chart {chart.shape}".strip()}" '
        f'style="margin:0;{size}">'
        f"<figcaption><strong>{escape(chart.headline)}</strong>{unit}</figcaption>{picture}{unfold}</figure>"
    )


def svg(chart: Chart) -> str:
    """Return the picture without its title as inline SVG: same chart, same bytes; ids that no other chart has."""
    dpi, face, title = chart.dpi, chart.get_facecolor(), chart._suptitle
    if title:
        title.set_visible(False)  # the caption has it
    chart.dpi = FigureCanvasSVG.fixed_dpi
    chart.set_facecolor("none")  # the page's own paper
    buffer = io.StringIO()
    pen = _Pen(chart.bbox.width, chart.bbox.height, buffer, metadata=dict.fromkeys(DATED))
    with mpl.rc_context(STYLE):
        chart.draw(pen)
        pen.finalize()
    chart.dpi = dpi
    chart.set_facecolor(face)
    if title:
        title.set_visible(True)
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    key = f"c{zlib.crc32(f'{chart.shape} {chart.bbox.width} {chart.alt}'.encode()):x}"
    text = re.sub(r"<(metadata|style)[ >].*?</\1>\s*", "", text, flags=re.S)
    text = re.sub(r'<g id="mark(\d+)-"', lambda found: f'<g data-label="{escape(chart.marks[int(found[1])])}"', text)
    text = text.replace('<g id="halo">', '<g class="halo">')
    text = re.sub(r'\bid="([^"]+)"', rf'id="{key}-\1"', text)
    text = re.sub(r'(url\(|href=")#', rf"\1#{key}-", text)
    for name, colour in TOKENS.items():
        # Our page names its colours; the editors, dark or light, have their own; elsewhere it is as drawn.
        outside = "var({},var({},{}))".format(*EDITORS[name], colour) if name in EDITORS else colour
        text = text.replace(colour, f"var(--chart-{name},{outside})")
    text = re.sub(r'<svg ([^>]*?)width="[\d.]+pt" height="[\d.]+pt"', r"<svg \1", text, count=1)
    if title:
        text = re.sub(r'viewBox="0 0 ([\d.]+) ([\d.]+)"',
                      lambda box: f'viewBox="0 {TITLE} {box[1]} {float(box[2]) - TITLE:g}"', text, count=1)  # fmt: skip
    most = f"max-width:{chart.bbox.width * 72 / dpi * LARGEST:.0f}px"
    label = f'<svg role="img" aria-label="{escape(chart.alt)}" style="width:100%;height:auto;{most}" '
    return re.sub(r"\n\s*", "\n", text.replace("<svg ", label, 1))


TITLE = 21
"""The strip that a saved figure's title takes and the page cuts off, in points."""
LARGEST = 1.2
"""A drawing grows with its column by up to so much; then it would be coarse, and there is a wide one."""
DATED = ("Date", "Creator", "Format", "Type")
"""What matplotlib would write into every picture: when it was drawn, and with what."""


class _Pen(RendererSVG):
    """matplotlib's SVG renderer, which measures a word once a process: most stand under every chart of a page."""

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: Any) -> tuple[float, float, float]:
        return extent(s, prop, ismath)
