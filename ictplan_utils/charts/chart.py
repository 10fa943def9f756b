"""A chart that shows itself: its look, its picture as SVG, its words and its data, wherever it is displayed."""

from __future__ import annotations

import functools
import io
import re
import zlib
from dataclasses import dataclass
from html import escape
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.backends.backend_svg import FigureCanvasSVG, RendererSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

# Colours are Okabe and Ito's (2008), told apart by the colour-blind; fill, outline and hatch tell the same
# statuses apart in grey print. The page swaps INK, MUTED and PAPER for its own in dark mode.
INK, MUTED, PAPER = "#1b1c1d", "#5c5f62", "#fdfdfc"
ACTUAL, ESTIMATE, FORECAST, TARGET = "#0072b2", "#a65400", "#00785a", "#8f3f71"

WIDTH_INCHES = 4.8
"""A chart is drawn for a phone held upright and scales up; wider drawings would shrink their letters there."""
PANEL_INCHES = 2.7
EMPTY_INCHES = 1.4
FEWEST_SLOTS = 4
"""A picture is wide enough for so many figures, be there fewer."""
LONGEST_LABEL = 12
"""A longer figure than 999.999.999,9 is written in thousands of millions."""
LETTER_EM, SMALLEST_POINTS = 0.68, 6.0
"""How wide a bold digit is, in parts of its size; and the smallest size a figure is written in."""
MANY_SLOTS = 7
"""From here on a chart is a history: only its ends, its extremes and what is no achievement carry their figures."""
TEXT_POINTS = 10.5
TITLE_POINTS, SMALL_TITLE_POINTS = 21, 7
"""The strip that a saved figure's title takes and the page, which has a caption, cuts off."""

EDITORS = {
    "ink": ("--jp-content-font-color1", "--vscode-foreground"),
    "muted": ("--jp-content-font-color2", "--vscode-foreground"),
    "paper": ("--jp-layout-color0", "--vscode-editor-background"),
}
"""What JupyterLab and VS Code call the colours that change with their theme."""

STYLE = {
    "font.family": ["DejaVu Sans"],
    "font.size": TEXT_POINTS,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": MUTED,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": MUTED,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "hatch.linewidth": 0.8,
    # Letters stay letters: small files, sharp on every screen, found by search, read by screen readers.
    "svg.fonttype": "none",
    "text.parse_math": False,  # a name with $ in it is a name, no formula
    "svg.hashsalt": "ictplan",
}


class Chart(Figure):
    """A matplotlib Figure that shows itself with its title, alternative text and data wherever it is displayed."""

    headline: str = ""
    alt: str = ""
    data: pd.DataFrame | None = None
    lang: str = "vi"
    small: bool = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        FigureCanvasSVG(self)

    def panel(self) -> Panel:
        """Return the chart as it is now, as one of a group; the sheet is free for the next. Under STYLE."""
        return Panel(self.headline, self.alt, self.data, self.lang, self.small, _inline(self))

    def _repr_html_(self) -> str:
        return figure_html(self, svg(self))

    def __repr__(self) -> str:
        return f"<Chart: {self.headline}>".replace("\N{NO-BREAK SPACE}", " ")

    __str__ = __repr__


@dataclass(frozen=True)
class Panel:
    """A chart that is drawn already: its words, its data and its picture."""

    headline: str
    alt: str
    data: pd.DataFrame
    lang: str
    small: bool
    picture: str

    def _repr_html_(self) -> str:
        return figure_html(self, self.picture)

    __repr__ = __str__ = Chart.__repr__


@dataclass(frozen=True)
class Charts:
    """Several charts that belong together: small multiples that flow into as many columns as the screen holds."""

    panels: tuple[Chart | Panel, ...]

    def _repr_html_(self) -> str:
        inside = "".join(panel._repr_html_() for panel in self.panels)
        return (
            '<div class="multiples" style="display:grid;gap:1rem;'
            f'grid-template-columns:repeat(auto-fill,minmax(13rem,1fr))">{inside}</div>'
        )

    def __repr__(self) -> str:
        return "\n".join(repr(panel) for panel in self.panels)


@dataclass(frozen=True)
class Sections:
    """Groups of small multiples, each under its own heading; `nothing` is what to say when there is none."""

    groups: tuple[tuple[str, Charts], ...]
    nothing: str = ""

    def _repr_html_(self) -> str:
        if not self.groups:
            return f'<p class="nothing">{escape(self.nothing)}</p>'
        return "".join(f"<h3>{escape(title)}</h3>{charts._repr_html_()}" for title, charts in self.groups)

    def __repr__(self) -> str:
        return "\n".join(f"{title}\n{charts!r}" for title, charts in self.groups) or self.nothing


def say_empty(axes, lang: str) -> None:
    """Say in the chart's place that there is nothing to draw: the page keeps its shape."""
    empty = "Chưa có số liệu" if lang == "vi" else "No figures"
    axes.text(0.5, 0.5, empty, transform=axes.transAxes, ha="center", color=MUTED)
    axes.set_xticks([])


def figure_html(chart: Chart | Panel, picture: str) -> str:
    """Return a chart as an HTML figure: caption, picture with alternative text, data to unfold.

    A chart of nothing is its sentence: an empty picture would only make its reader scroll.
    """
    if chart.data.empty:
        return f'<p class="nothing">{escape(chart.headline)}.</p>'
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>"
        for row in chart.data.itertuples(index=False)
    )
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in chart.data.columns)
    word = "Số liệu" if chart.lang == "vi" else "Data"
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    unfold = f"<details><summary>{word}</summary>{table}</details>"
    size = "max-width:24rem" if chart.small else "max-width:36rem"
    return (
        f'<figure class="chart{" small" if chart.small else ""}" style="margin:0;{size}">'
        f"<figcaption><strong>{escape(chart.headline)}</strong></figcaption>{picture}{unfold}</figure>"
    )


def svg(chart: Chart) -> str:
    """Return the picture without its title as inline SVG: same chart, same bytes; ids that no other chart has."""
    with mpl.rc_context(STYLE):
        return _inline(chart)


def _inline(chart: Chart) -> str:
    """Return what `svg` returns; the caller has set STYLE, which for one panel takes a tenth of its time."""
    title, dpi = chart._suptitle, chart.dpi
    if title:
        title.set_visible(False)
    chart.dpi = FigureCanvasSVG.fixed_dpi
    buffer = io.StringIO()
    pen = _Pen(chart.bbox.width, chart.bbox.height, buffer, metadata=dict.fromkeys(DATED))
    chart.draw(pen)
    pen.finalize()
    if title:
        title.set_visible(True)
    chart.dpi = dpi
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    key = f"c{zlib.crc32(f'{chart.small} {chart.alt}'.encode()):x}"
    text = re.sub(r"<(metadata|style)[ >].*?</\1>\s*", "", text, flags=re.S)
    text = re.sub(r'\bid="([^"]+)"', rf'id="{key}-\1"', text)
    text = re.sub(r'(url\(|href=")#', rf"\1#{key}-", text)
    for colour, name in ((INK, "ink"), (MUTED, "muted"), (PAPER, "paper"), (ACTUAL, "actual"),
                         (ESTIMATE, "estimate"), (FORECAST, "forecast"), (TARGET, "target")):  # fmt: skip
        # Our page names its colours; the editors, dark or light, have their own; elsewhere it is as drawn.
        outside = "var({},var({},{}))".format(*EDITORS[name], colour) if name in EDITORS else colour
        text = text.replace(colour, f"var(--chart-{name},{outside})")
    text = re.sub(r'<svg ([^>]*?)width="[\d.]+pt" height="[\d.]+pt"', r"<svg \1", text, count=1)
    # The caption carries the title, so the strip that the title takes in a saved figure is cut off.
    width, height = (float(x) for x in re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', text).groups())
    cut = SMALL_TITLE_POINTS if chart.small else TITLE_POINTS
    text = re.sub(r'viewBox="[^"]+"', f'viewBox="0 {cut} {width:g} {height - cut:g}"', text, count=1)
    label = f'<svg role="img" aria-label="{escape(chart.alt)}" style="width:100%;height:auto" '
    return re.sub(r"\n\s*", "\n", text.replace("<svg ", label, 1))


DATED = ("Date", "Creator", "Format", "Type")
"""What matplotlib would write into every picture: when it was drawn, and with what."""


class _Pen(RendererSVG):
    """matplotlib's SVG renderer, which measures a word once a process: most stand under every chart of a page."""

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: Any) -> tuple[float, float, float]:
        return _extent(s, prop, ismath)


_extent = functools.lru_cache(4096)(text_to_path.get_text_width_height_descent)
