"""Several series as lines on one chart, each named at its end; the house's colours, letters and alternative text."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd
from matplotlib.axes import Axes

from ictplan_utils.charts.chart import Chart, in_both_widths, say_empty
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


@dataclass(frozen=True)
class Picture:
    """What is drawn: the series that have figures, what each is called, and the finding as the title."""

    series: tuple[Series, ...]
    names: tuple[str, ...]
    title: str

    @property
    def drawn(self) -> list[tuple[Series, str]]:
        return [(one, name) for one, name in zip(self.series, self.names, strict=True) if one.points]

    @property
    def years(self) -> list[int]:
        return sorted({point.year for one in self.series for point in one.points})

    def chart(self, ax: Axes | None = None, wide: bool = True) -> Chart:
        """Return the chart, for a narrow and perhaps a wide screen; hollow marks are estimates and plans."""
        return in_both_widths(self._at, self.draw, ax, wide and bool(self.drawn))

    def draw(self, sheet: Sheet) -> None:
        """Draw the lines."""
        if not self.drawn:
            say_empty(sheet.axes, self.series[0].lang)
            return
        places = self._frame(sheet)
        for (one, name), at, (colour, mark) in zip(self.drawn, places, LOOKS, strict=False):
            _line(sheet, one, name, at, colour, mark)
        (_label_one if len(places) == 1 else _label_several)(sheet, self.drawn, places)

    def table(self) -> pd.DataFrame:
        """Return one row a year and one column a line, as text; what is missing is a dash."""
        first = self.series[0]
        shown = {text("charts.columns.year", first.lang): [first.when(year) for year in self.years]}
        for one, name in zip(self.series, self.names, strict=True):
            told = {point.year: one.cell(point) for point in one.points}
            shown[name] = [told.get(year, format_number(None)) for year in self.years]
        return pd.DataFrame(shown)

    def _at(self, wide: int) -> Chart:
        unit = " · ".join(dict.fromkeys(one.unit for one in self.series if one.unit))
        lang = self.series[0].lang
        chart = Chart.in_pixels(wide, HEIGHTS[wide], lang, self.title, unit)
        chart.data = self.table()
        told = "; ".join(f"{name}: " + ", ".join(f"{one.when(point.year)} {one.cell(point)}" for point in one.points)
                         for one, name in self.drawn)  # fmt: skip
        unit = f" ({unit})" if unit else ""
        chart.alt = text("charts.alt.lines", lang, title=self.title, unit=unit, told=told) if told else f"{self.title}."
        self.draw(chart.sheet())
        return chart

    def _frame(self, sheet: Sheet) -> list[list[tuple[float, float]]]:
        """Draw the grid and the years; return where each figure of each line stands. A flat series looks flat."""
        values = [point.value for one, _ in self.drawn for point in one.points]
        values += [0.0] if self.series[0].measure == "growth" else []
        low, high = min(values), max(values)
        span = max(high - low, 0.1 * abs(high), 1e-9)
        bottom, years = (low + high - span) / 2, self.years
        rules = ruled(bottom - 0.02 * span, bottom + 1.06 * span, self.series[0].lang)
        left = max((width(name) for _, name in rules), default=0) + 22
        ends = [one.written(one.points[-1].value) for one, _ in self.drawn]
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
            words, x = self.series[0].when(year), across(year)
            half = width(words) / 2 + 5
            if sheet.free((x - half, 0, min(x + half, sheet.width), AXIS)):
                sheet.text(x, 1, words, va="bottom", colour=MUTED)
        return [[(across(point.year), up(point.value)) for point in one.points] for one, _ in self.drawn]


def _line(sheet: Sheet, one: Series, name: str, places: list, colour: str, mark: str) -> None:
    """Draw one line: dotted to what is not achieved and over missing years."""
    for (before, start), (after, end) in pairwise(zip(one.points, places, strict=True)):
        whole = after.status == "actual" and after.year - before.year == 1
        sheet.line(*zip(start, end, strict=True), color=colour, linewidth=2, linestyle="-" if whole else ":")
    for point, place in zip(one.points, places, strict=True):
        told = f"{name}, {one.when(point.year)}: {one.cell(point)}"
        sheet.mark(*place, name=told, shape=mark, colour=colour, hollow=point.status != "actual", size=6)


def _label_one(sheet: Sheet, drawn: list[tuple[Series, str]], places: list) -> None:
    """Write the figures of the only line: its ends and extremes, and all others that have room."""
    ((one, _),), (at,) = drawn, places
    values = [point.value for point in one.points]
    must = [len(values) - 1, 0, values.index(max(values)), values.index(min(values))]
    for place in dict.fromkeys([*must, *range(len(values))]):
        before, after = values[max(place - 1, 0)], values[min(place + 1, len(values) - 1)]
        sides = ("below", "above") if before + after > 2 * values[place] else ("above", "below")
        sheet.label(*at[place], one.written(values[place]), sides, colour=LOOKS[0][0], must=place in must)


def _label_several(sheet: Sheet, drawn: list[tuple[Series, str]], places: list) -> None:
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
