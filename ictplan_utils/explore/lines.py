"""Several series as lines on one chart, each named at its end; the house's colours, letters and alternative text."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from itertools import pairwise

from ictplan_utils.charts.chart import Drawing, Written, told_table
from ictplan_utils.charts.look import ACTUAL, ESTIMATE, FORECAST, LETTERS, LINE, MUTED, NARROW, TARGET, WIDE
from ictplan_utils.charts.sheet import LINE_HEIGHT, Sheet, width
from ictplan_utils.charts.trend import AXIS, ruled
from ictplan_utils.explore.measures import Series
from ictplan_utils.messages import text
from ictplan_utils.vietnamese import format_number

LOOKS = ((ACTUAL, "o"), (ESTIMATE, "s"), (FORECAST, "^"), (TARGET, "D"))
"""Colour and mark of the first, second … series: each told apart without colour too."""
MOST_LINES = len(LOOKS)
HEIGHTS = {NARROW: 170, WIDE: 230}
NAME_PART = 0.36
"""The part of a drawing's width that the names of several lines may take."""


Named = list[tuple[Series, str]]
"""The series that have figures, each with what it is called."""


def picture(series: Sequence[Series], names: Sequence[str], title: str) -> Drawing:
    """Return series, each called by its name, as lines under the finding as their title.

    Hollow marks are estimates and plans. The table has a row a year and a column a line; what is missing is a dash.
    """
    first, lang = series[0], series[0].lang
    named = [(one, name) for one, name in zip(series, names, strict=True) if one.points]
    years = sorted({point.year for one, _ in named for point in one.points})
    shown = {text("charts.columns.year", lang): [first.when(year) for year in years]}
    for one, name in zip(series, names, strict=True):
        cells = {point.year: Written(point.value, one.cell(point)) for point in one.points}
        shown[name] = [cells.get(year, Written(math.nan, format_number(None))) for year in years]
    unit = " · ".join(dict.fromkeys(one.unit for one in series if one.unit))
    told = "; ".join(f"{name}: " + ", ".join(f"{one.when(point.year)} {one.cell(point)}" for point in one.points)
                     for one, name in named)  # fmt: skip
    alt = text("charts.alt.lines", lang, title=title, unit=f" ({unit})" if unit else "", told=told)
    draw = (lambda sheet, _: _draw(sheet, named, years)) if named else None
    return Drawing(
        title,
        alt if named else f"{title}.",
        told_table(zip(*shown.values(), strict=True), list(shown)),
        lang,
        unit,
        HEIGHTS,
        draw,
    )


def _draw(sheet: Sheet, named: Named, years: list[int]) -> None:
    places = _frame(sheet, named, years)
    for (one, name), at, look in zip(named, places, LOOKS, strict=False):
        _line(sheet, one, name, at, look)
    (_label_one if len(places) == 1 else _label_several)(sheet, named, places)


def _frame(sheet: Sheet, named: Named, years: list[int]) -> list[list[tuple[float, float]]]:
    """Draw the grid and the years; return where each figure of each line stands. A flat series looks flat."""
    first = named[0][0]
    values = [point.value for one, _ in named for point in one.points]
    values += [0.0] if first.measure == "growth" else []
    low, high = min(values), max(values)
    span = max(high - low, 0.1 * abs(high), 1e-9)
    bottom = (low + high - span) / 2
    rules = ruled(bottom - 0.02 * span, bottom + 1.06 * span, first.lang)
    left = max((width(name) for _, name in rules), default=0) + 22
    ends = [one.written(one.points[-1].value) for one, _ in named]
    right = sheet.width * NAME_PART if len(ends) > 1 else width(ends[0], True) / 2 + 6
    floor, ceiling = AXIS + 20, sheet.height - 22

    def across(year: int) -> float:
        return left + (year - years[0]) / max(years[-1] - years[0], 1) * (sheet.width - left - right)

    def up(value: float) -> float:
        return floor + (value - bottom) / span * (ceiling - floor)

    for value, name in rules:
        sheet.line([left - 14, sheet.width - right + 8], [up(value)] * 2, avoid=False, color=LINE, linewidth=0.8)
        sheet.text(left - 18, up(value), name, ha="right", colour=MUTED)
    for year in reversed(years):
        words, x = first.when(year), across(year)
        half = width(words) / 2 + 5
        if sheet.free((x - half, 0, min(x + half, sheet.width), AXIS)):
            sheet.text(x, 1, words, va="bottom", colour=MUTED)
    return [[(across(point.year), up(point.value)) for point in one.points] for one, _ in named]


def _line(sheet: Sheet, one: Series, name: str, places: list, look: tuple[str, str]) -> None:
    """Draw one line: dotted to what is not achieved and over missing years."""
    colour, mark = look
    for (before, start), (after, end) in pairwise(zip(one.points, places, strict=True)):
        whole = after.status == "actual" and after.year - before.year == 1
        sheet.line(*zip(start, end, strict=True), color=colour, linewidth=2, linestyle="-" if whole else ":")
    for point, place in zip(one.points, places, strict=True):
        told = f"{name}, {one.when(point.year)}: {one.cell(point)}"
        sheet.mark(*place, name=told, shape=mark, colour=colour, hollow=point.status != "actual", size=6)


def _label_one(sheet: Sheet, drawn: Named, places: list) -> None:
    """Write the figures of the only line: its ends and extremes, and all others that have room."""
    ((one, _),), (at,) = drawn, places
    values = [point.value for point in one.points]
    must = [len(values) - 1, 0, values.index(max(values)), values.index(min(values))]
    for place in dict.fromkeys([*must, *range(len(values))]):
        before, after = values[max(place - 1, 0)], values[min(place + 1, len(values) - 1)]
        sides = ("below", "above") if before + after > 2 * values[place] else ("above", "below")
        sheet.label(*at[place], one.written(values[place]), sides, colour=LOOKS[0][0], must=place in must)


def _label_several(sheet: Sheet, drawn: Named, places: list) -> None:
    """Name the lines at the right, with the figures they end at; what they begin with where there is room."""
    room = sheet.width * NAME_PART - 28
    told = [f"{one.written(one.points[-1].value)} {name}" for one, name in drawn]
    letters = int(room / (LETTERS * 0.56))
    names = ["\n".join(textwrap.wrap(name, letters, max_lines=3, placeholder="…")) for name in told]
    tall = max(LETTERS * LINE_HEIGHT * (1 + name.count("\n")) for name in names) + 3
    heights = spread([at[-1][1] for at in places], tall, tall / 2, sheet.height)
    x = sheet.width - room
    for name, height, (colour, mark) in zip(names, heights, LOOKS, strict=False):
        sheet.mark(x - 10, height, name="", shape=mark, colour=colour, hollow=False, size=6)
        sheet.text(x, height, name, colour=colour, ha="left")
    starts: dict[tuple[int, str], tuple] = {}
    for (one, _), at, (colour, _) in zip(drawn, places, LOOKS, strict=False):
        # Every index starts at 100: once is enough.
        starts.setdefault((one.points[0].year, one.written(one.points[0].value)), (at[0], colour))
    for (_, words), (at, colour) in starts.items():
        sheet.label(*at, words, ("above", "below"), colour=colour, must=False)


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
