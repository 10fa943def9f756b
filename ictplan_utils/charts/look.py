"""The house style: colours, letters, sizes, and numbers on axes as the language writes them."""

from __future__ import annotations

import matplotlib as mpl
from matplotlib.axis import Axis
from matplotlib.scale import LinearScale, register_scale
from matplotlib.ticker import ScalarFormatter

from ictplan_utils import messages
from ictplan_utils.vietnamese import format_number

# Told apart by the colour-blind, and in grey by fill, outline and hatching. The page has its own in dark mode.
INK, MUTED, PAPER, LINE = "#1b1c1d", "#595c5f", "#fdfdfc", "#d5d7d8"
ACTUAL, ACTUAL2, ESTIMATE, FORECAST, TARGET = "#005f9e", "#5795c9", "#a04f00", "#00705a", "#8a3a6c"
BAD = "#a3201d"
TOKENS = {"ink": INK, "muted": MUTED, "paper": PAPER, "line": LINE, "actual": ACTUAL, "actual2": ACTUAL2,
          "estimate": ESTIMATE, "forecast": FORECAST, "target": TARGET, "bad": BAD}  # fmt: skip
"""What the page's style sheet calls the colours, after `--chart-`."""

LETTERS = 12.0
"""The size of all letters in charts, in pixels of the page: a chart is drawn in pixels, 72 to the inch."""
NARROW, WIDE, PANEL = 328, 540, 200
"""How wide charts are drawn, in pixels: for a phone and paper, for a screen, as one of many."""
SIZES = {"phone": (328 / 72, 2.5), "page": (7.5, 4.2), "slide": (10.0, 5.6)}
"""Inches; see `style`."""

YEARS = (1900, 2100)
"""An axis that lies between these shows years."""

FONTS = ("Segoe UI", "Roboto", "Helvetica Neue", "Noto Sans", "Arial", "Liberation Sans", "DejaVu Sans")
"""For charts of one's own; a page has its own letters in ours."""

STYLE = {
    "font.family": ["DejaVu Sans"],  # every machine's matplotlib has it, and it is the widest: what fits it fits all
    "font.size": LETTERS,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": MUTED,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": MUTED,
    "figure.facecolor": PAPER,
    "axes.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "savefig.dpi": 200,
    "hatch.linewidth": 0.8,
    # Letters stay letters: small files, sharp on every screen, found by search, read by screen readers.
    "svg.fonttype": "none",
    "text.parse_math": False,  # a name with $ in it is a name, no formula
    "svg.hashsalt": "ictplan",
}

OWN = {
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.color": LINE,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "figure.autolayout": True,  # as seaborn's grids lay themselves out
    "lines.linewidth": 2.0,
    "legend.frameon": False,
    "axes.prop_cycle": mpl.cycler(color=[ACTUAL, ESTIMATE, FORECAST, TARGET, ACTUAL2]),
}
"""What charts of one's own need besides."""


def style(size: str = "page", lang: str = "vi") -> None:
    """Give charts of one's own the house style: its colours, letters and sizes, opaque, nothing cut off.

    `size` is where they will be shown: phone, page or slide. Numbers on axes drawn from now on are written as the
    language writes them, years as years. Seaborn's charts take it all over too. Raises IctplanError for an unknown
    size.

    >>> style("slide"); mpl.rcParams["figure.figsize"]
    [10.0, 5.6]
    >>> mpl.rcdefaults()
    """
    if size not in SIZES:
        raise messages.error("charts.size", size=size, sizes=", ".join(SIZES))
    scale = {"slide": 1.4}.get(size, 1.0)
    mpl.rcParams.update(
        {**STYLE, **OWN, "figure.figsize": SIZES[size], "font.size": LETTERS * scale, "font.family": [house_font()]}
    )
    register_scale(type("Linear", (_Linear,), {"lang": lang}))


def house_font() -> str:
    """Return the first of the house's fonts with which this machine can write Vietnamese."""
    from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font

    have = {font.name for font in fontManager.ttflist}
    files = ((font, findfont(FontProperties(font))) for font in FONTS if font in have)
    return next((font for font, path in files if get_font(path).get_char_index(ord("ệ"))), FONTS[-1])


class _Numbers(ScalarFormatter):
    """Writes an axis's numbers as a language does; an axis between two years has years."""

    lang = "vi"

    def __call__(self, x: float, pos: int | None = None) -> str:
        low, high = sorted(self.axis.get_view_interval())
        if low >= YEARS[0] and high <= YEARS[1]:
            return f"{x:g}"
        return format_number(round(x, 6), lang=self.lang)

    def get_offset(self) -> str:
        return ""  # every number is whole


class _Linear(LinearScale):
    """matplotlib's scale for numbers, with `_Numbers` on it."""

    lang = "vi"

    def __init__(self) -> None:
        super().__init__(None)

    def set_default_locators_and_formatters(self, axis: Axis) -> None:
        super().set_default_locators_and_formatters(axis)
        formatter = _Numbers()
        formatter.lang = self.lang
        axis.set_major_formatter(formatter)
