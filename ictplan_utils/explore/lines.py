"""Several series as lines on one chart, each named at its end; the house's colours, letters and alternative text."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

import matplotlib as mpl
import pandas as pd

from ictplan_utils import charts
from ictplan_utils.charts import MUTED, PAPER, STYLE, TEXT_POINTS, Chart
from ictplan_utils.messages import text
from ictplan_utils.vietnamese import format_number

LOOKS = ((charts.ACTUAL, "o"), (charts.ESTIMATE, "s"), (charts.FORECAST, "^"), (charts.TARGET, "D"))
"""Colour and mark of the first, second … series: each told apart without colour too."""
MOST_LINES = len(LOOKS)
MOST_LETTERS = 40
"""Letters that fit above one line; where its figures have more, only its ends and extremes are written."""
ROW = 0.105
"""The height a label takes, as a part of the plot: labels stand at least so far apart."""


@dataclass(frozen=True)
class Line:
    """One series as it is drawn: its name, its figures (year, status, value), how many decimals they are shown in."""

    name: str
    figures: pd.DataFrame
    decimals: int = 0

    def text(self, value: float, lang: str) -> str:
        return format_number(value, self.decimals, lang=lang)


def draw(lines: list[Line], title: str, *, unit: str, when: str, zero: bool, lang: str = "vi") -> Chart:
    """Return the lines as one chart. `when` is what stands before a year (`6/`); `zero` keeps 0 on the axis.

    `chart.data` has one row a year and one column a line; hollow marks are estimates and plans.
    """
    drawn = [line for line in lines if not line.figures.empty]
    with mpl.rc_context(STYLE):
        chart = Chart(figsize=(charts.WIDTH_INCHES, 3.2))
        chart.headline, chart.lang = title, lang
        chart.data = table(lines, when, lang)
        chart.alt = _alt(title, drawn, unit, when, lang)
        axes = chart.add_axes((0.02, 0.1, 0.62 if len(drawn) > 1 else 0.96, 0.745))
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.set_yticks([])
        if not drawn:
            nothing = text("charts.empty", lang)
            axes.text(0.5, 0.5, nothing, transform=axes.transAxes, ha="center", color=MUTED)
            axes.set_xticks([])
        else:
            _frame(axes, drawn, when, zero)
            for line, look in zip(drawn, LOOKS, strict=False):
                _line(axes, line, *look)
            _labels(axes, drawn, lang)
            axes.text(0, 1.02, unit, transform=axes.transAxes, color=MUTED, fontsize=TEXT_POINTS - 1, va="bottom")
        chart.suptitle("\n".join(textwrap.wrap(title, 54)), x=0.02, y=0.99, ha="left", va="top",
                       fontsize=TEXT_POINTS + 1, fontweight="bold")  # fmt: skip
    return chart


def table(lines: list[Line], when: str, lang: str = "vi") -> pd.DataFrame:
    """Return one row a year and one column a line, as text; estimates and plans say so, what is missing is a dash."""
    years = sorted({year for line in lines for year in line.figures["year"]})
    shown: dict[str, list[str]] = {text("charts.columns.year", lang): [f"{when}{year}" for year in years]}
    for line in lines:
        stated = {row.year: row for row in line.figures.itertuples()}
        cells = [_cell(line, stated[year], lang) if year in stated else format_number(None) for year in years]
        shown[line.name] = cells
    return pd.DataFrame(shown)


def _cell(line: Line, row, lang: str) -> str:
    told = line.text(row.value, lang)
    return told if row.status == "actual" else f"{told} ({text(f'charts.status.{row.status}', lang)})"


def _frame(axes, lines: list[Line], when: str, zero: bool) -> None:
    """Set the axes: every year that has room, and a height in which a flat series looks flat."""
    values = [value for line in lines for value in line.figures["value"]]
    years = sorted({year for line in lines for year in line.figures["year"]})
    low, high = min(values), max(values)
    low, high = (min(low, 0), max(high, 0)) if zero else (low, high)
    span = max(high - low, 0.1 * abs(high), 1e-9)
    middle = (low + high) / 2
    axes.set_ylim(middle - 0.66 * span, middle + 0.68 * span)
    if low < 0 < high:
        axes.axhline(0, color=MUTED, linewidth=0.8, zorder=0)
    room = max(years[-1] - years[0], 1)
    beside = 0.03 if len(lines) > 1 else 0.1  # several lines are named outside, on the right
    axes.set_xlim(years[0] - 0.1 * room, years[-1] + beside * room)
    step = -(-len(years) // (5 if len(lines) > 1 else 8))
    ticks = years[::-1][::step][::-1]
    axes.set_xticks(ticks, [f"{when}{year}" for year in ticks])
    axes.tick_params(length=0, labelsize=TEXT_POINTS - 1)


def _line(axes, line: Line, colour: str, mark: str) -> None:
    figures = line.figures
    pairs = list(zip(figures.itertuples(), list(figures.itertuples())[1:], strict=False))
    for before, after in pairs:
        whole = after.status == "actual" and after.year - before.year == 1
        axes.plot([before.year, after.year], [before.value, after.value], color=colour, linewidth=1.8,
                  linestyle="-" if whole else ":")  # fmt: skip
    for row in figures.itertuples():
        axes.plot(row.year, row.value, marker=mark, markersize=6, color=colour, linestyle="none",
                  markerfacecolor=colour if row.status == "actual" else PAPER, markeredgewidth=1.6)  # fmt: skip


def _labels(axes, lines: list[Line], lang: str) -> None:
    """Write figures where they tell most: all of one short line; of several lines, the ends, with their names."""
    low, high = axes.get_ylim()
    span = high - low
    if len(lines) == 1:
        _label_one(axes, lines[0], lang)
        return
    ends = [line.figures.iloc[-1] for line in lines]
    heights = spread([float(row["value"]) for row in ends], ROW * 1.3 * span, low, high)
    for line, row, height, (colour, mark) in zip(lines, ends, heights, LOOKS, strict=False):
        name = "\n".join(textwrap.wrap(f"{line.text(row['value'], lang)} {line.name}", 22)[:2])
        axes.annotate(name, (1, height), xycoords=("axes fraction", "data"), xytext=(16, 0), textcoords="offset points",
                      color=colour, va="center", fontsize=TEXT_POINTS - 1, linespacing=1.05)  # fmt: skip
        axes.plot(1.045, height, marker=mark, color=colour, markersize=5, clip_on=False,
                  transform=axes.get_yaxis_transform())  # fmt: skip
    starts = [line.figures.iloc[0] for line in lines]
    heights = spread([float(row["value"]) + 0.06 * span for row in starts], ROW * 0.7 * span, low, high)
    told = set()
    for line, row, height, (colour, _) in zip(lines, starts, heights, LOOKS, strict=False):
        text = line.text(row["value"], lang)
        if (row["year"], text) not in told:  # every index starts at 100: once is enough
            axes.text(row["year"], height, text, color=colour, ha="center", va="center", fontsize=TEXT_POINTS - 1)
        told.add((row["year"], text))


def _label_one(axes, line: Line, lang: str) -> None:
    """Write the figures of the only line beside its marks, on the side that the line does not take."""
    low, high = axes.get_ylim()
    values = line.figures["value"].tolist()
    texts = [line.text(value, lang) for value in values]
    places = range(len(values))
    if sum(map(len, texts)) > MOST_LETTERS:
        places = sorted({0, len(values) - 1, values.index(max(values)), values.index(min(values))})
    for place in places:
        before, after = values[max(place - 1, 0)], values[min(place + 1, len(values) - 1)]
        valley = min(before, after) >= values[place] and before + after > 2 * values[place]
        inside = 0 < place < len(values) - 1
        side = "right" if inside and before < values[place] < after else (
            "left" if inside and before > values[place] > after else "center")  # fmt: skip
        axes.text(line.figures["year"].iloc[place], values[place] + (-0.05 if valley else 0.05) * (high - low),
                  texts[place], ha=side, va="top" if valley else "bottom", color=LOOKS[0][0], fontweight="bold",
                  fontsize=TEXT_POINTS - 1)  # fmt: skip


def spread(heights: list[float], least: float, low: float, high: float) -> list[float]:
    """Return the heights moved apart by at least `least`, in the same order, and kept between `low` and `high`.

    >>> spread([1.0, 1.1, 5.0], 1.0, 0.0, 10.0)
    [1.0, 2.0, 5.0]
    >>> spread([9.9, 9.8], 1.0, 0.0, 10.0)
    [9.5, 8.5]
    """
    order = sorted(range(len(heights)), key=heights.__getitem__)
    placed = [heights[place] for place in order]
    for at in range(1, len(placed)):
        placed[at] = max(placed[at], placed[at - 1] + least)
    top = high - least / 2
    for at in reversed(range(len(placed))):
        placed[at] = min(placed[at], top)
        top = placed[at] - least
    found = [0.0] * len(heights)
    for place, height in zip(order, placed, strict=True):
        found[place] = max(height, low)
    return found


def _alt(title: str, lines: list[Line], unit: str, when: str, lang: str) -> str:
    """Return the words that stand for the picture: its finding, then every figure of every line."""
    told = "; ".join(
        f"{line.name}: " + ", ".join(f"{when}{row.year} {_cell(line, row, lang)}" for row in line.figures.itertuples())
        for line in lines
    )
    if not told:
        return f"{title}."
    return text("charts.alt.lines", lang, title=title, unit=f" ({unit})" if unit else "", told=told)
