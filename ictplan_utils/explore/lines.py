"""Several series as lines on one chart, each named at its end; the house's colours, letters and alternative text."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from itertools import pairwise

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes

from ictplan_utils import charts
from ictplan_utils.charts import MUTED, STYLE, TEXT_POINTS, WIDTH_INCHES, Chart
from ictplan_utils.charts.chart import say_empty
from ictplan_utils.charts.look import LINE, WIDE
from ictplan_utils.charts.sheet import LINE_HEIGHT, Sheet, width
from ictplan_utils.charts.trend import AXIS, round_values
from ictplan_utils.explore.measures import Point
from ictplan_utils.messages import text
from ictplan_utils.vietnamese import format_number

LOOKS = ((charts.ACTUAL, "o"), (charts.ESTIMATE, "s"), (charts.FORECAST, "^"), (charts.TARGET, "D"))
"""Colour and mark of the first, second … series: each told apart without colour too."""
MOST_LINES = len(LOOKS)
NAME_PART = 0.36
"""The part of a drawing's width that the names of several lines may take."""


@dataclass(frozen=True)
class Line:
    """One series as it is drawn: its name, its figures, how many decimals they are shown in."""

    name: str
    points: tuple[Point, ...]
    decimals: int = 0

    def written(self, value: float, lang: str) -> str:
        return format_number(value, self.decimals, lang=lang)

    def cell(self, point: Point, lang: str) -> str:
        """Return a figure with its status, where it is no achievement."""
        told = self.written(point.value, lang)
        return told if point.status == "actual" else f"{told} ({text(f'charts.status.{point.status}', lang)})"


@dataclass(frozen=True)
class Picture:
    """What is drawn: `when` stands before a year (`6/`); `zero` keeps 0 on the axis."""

    lines: tuple[Line, ...]
    title: str
    unit: str = ""
    when: str = ""
    zero: bool = False
    lang: str = "vi"

    @property
    def drawn(self) -> list[Line]:
        return [line for line in self.lines if line.points]

    @property
    def years(self) -> list[int]:
        return sorted({point.year for line in self.lines for point in line.points})

    def chart(self, wide: bool = True) -> Chart:
        """Return the chart, for a narrow and perhaps a wide screen; hollow marks are estimates and plans."""
        with mpl.rc_context(STYLE):
            chart = self._at(WIDTH_INCHES, 170)
            if self.drawn and wide:
                chart.wide = self._at(WIDE / 72, 230)
        return chart

    def draw(self, axes: Axes) -> None:
        """Draw the lines on axes."""
        if not self.drawn:
            say_empty(axes, self.lang)
            axes.set_axis_off()
            return
        sheet = Sheet(axes)
        places = self._frame(sheet)
        for line, at, (colour, mark) in zip(self.drawn, places, LOOKS, strict=False):
            _line(sheet, line, at, colour, mark, self)
        (_label_one if len(places) == 1 else _label_several)(sheet, self, places)

    def table(self) -> pd.DataFrame:
        """Return one row a year and one column a line, as text; what is missing is a dash."""
        shown = {text("charts.columns.year", self.lang): [f"{self.when}{year}" for year in self.years]}
        for line in self.lines:
            stated = {point.year: line.cell(point, self.lang) for point in line.points}
            shown[line.name] = [stated.get(year, format_number(None)) for year in self.years]
        return pd.DataFrame(shown)

    @property
    def alt(self) -> str:
        """The words that stand for the picture: its finding, then every figure of every line."""
        told = "; ".join(
            f"{line.name}: " + ", ".join(f"{self.when}{point.year} {line.cell(point, self.lang)}"
                                         for point in line.points)
            for line in self.drawn
        )  # fmt: skip
        unit = f" ({self.unit})" if self.unit else ""
        return text("charts.alt.lines", self.lang, title=self.title, unit=unit, told=told) if told else f"{self.title}."

    def _at(self, inches: float, high: float) -> Chart:
        chart = Chart(figsize=(inches, high / 72))
        chart.headline, chart.lang, chart.unit = self.title, self.lang, self.unit
        chart.data, chart.alt = self.table(), self.alt
        self.draw(chart.add_axes((0, 0, 1, 1)))
        return chart

    def _frame(self, sheet: Sheet) -> list[list[tuple[float, float]]]:
        """Draw the grid and the years; return where each figure of each line stands. A flat series looks flat."""
        values = [point.value for line in self.drawn for point in line.points]
        low, high = min(values), max(values)
        low, high = (min(low, 0), max(high, 0)) if self.zero else (low, high)
        span = max(high - low, 0.1 * abs(high), 1e-9)
        bottom, years = (low + high - span) / 2, self.years
        rules = round_values(bottom - 0.02 * span, bottom + 1.06 * span)
        decimals = max((len(f"{x:.6f}".rstrip("0").partition(".")[2]) for x in rules), default=0)
        names = [format_number(x, decimals, lang=self.lang) for x in rules]
        left = max(map(width, names), default=0) + 22
        ends = [line.written(line.points[-1].value, self.lang) for line in self.drawn]
        right = sheet.width * NAME_PART if len(ends) > 1 else width(ends[0], True) / 2 + 6
        floor, ceiling = AXIS + 20, sheet.height - 22

        def at(point: Point) -> tuple[float, float]:
            share = (point.year - years[0]) / max(years[-1] - years[0], 1)
            return left + share * (sheet.width - left - right), up(point.value)

        def up(value: float) -> float:
            return floor + (value - bottom) / span * (ceiling - floor)

        for value, name in zip(rules, names, strict=True):
            sheet.line([left - 14, sheet.width - right + 8], [up(value)] * 2, avoid=False, color=LINE, linewidth=0.8)
            sheet.text(left - 18, up(value), name, ha="right", colour=MUTED)
        for year in reversed(years):
            words, (x, _) = f"{self.when}{year}", at(Point(year, "", low))
            half = width(words) / 2 + 5
            if sheet.free((x - half, 0, min(x + half, sheet.width), AXIS)):
                sheet.text(x, 1, words, va="bottom", colour=MUTED)
        return [[at(point) for point in line.points] for line in self.drawn]


def _line(sheet: Sheet, line: Line, places: list, colour: str, mark: str, picture: Picture) -> None:
    """Draw one line: dotted to what is not achieved and over missing years."""
    for (before, start), (after, end) in pairwise(zip(line.points, places, strict=True)):
        whole = after.status == "actual" and after.year - before.year == 1
        sheet.line(*zip(start, end, strict=True), color=colour, linewidth=2, linestyle="-" if whole else ":")
    for point, place in zip(line.points, places, strict=True):
        name = f"{line.name}, {picture.when}{point.year}: {line.cell(point, picture.lang)}"
        sheet.mark(*place, name=name, shape=mark, colour=colour, hollow=point.status != "actual", size=6)


def _label_one(sheet: Sheet, picture: Picture, places: list) -> None:
    """Write the figures of the only line: its ends and extremes, and all others that have room."""
    (line,), (at,) = picture.drawn, places
    values = [point.value for point in line.points]
    must = [len(values) - 1, 0, values.index(max(values)), values.index(min(values))]
    for place in dict.fromkeys([*must, *range(len(values))]):
        before, after = values[max(place - 1, 0)], values[min(place + 1, len(values) - 1)]
        valley = before + after > 2 * values[place]
        sides = ("below", "above") if valley else ("above", "below")
        sheet.label(*at[place], line.written(values[place], picture.lang), sides, colour=LOOKS[0][0],
                    must=place in must)  # fmt: skip


def _label_several(sheet: Sheet, picture: Picture, places: list) -> None:
    """Name the lines at the right, with the figures they end at; what they begin with where there is room."""
    room = sheet.width * NAME_PART - 28
    told = [f"{line.written(line.points[-1].value, picture.lang)} {line.name}" for line in picture.drawn]
    letters = int(room / (TEXT_POINTS * 0.56))
    names = ["\n".join(textwrap.wrap(name, letters, max_lines=3, placeholder="…")) for name in told]
    row = TEXT_POINTS * LINE_HEIGHT
    tall = max(row * (1 + name.count("\n")) for name in names) + 3
    heights = spread([at[-1][1] for at in places], tall, tall / 2, sheet.height)
    x = sheet.width - room
    for name, height, (colour, mark) in zip(names, heights, LOOKS, strict=False):
        sheet.mark(x - 10, height, name="", shape=mark, colour=colour, hollow=False, size=6)
        sheet.text(x, height, name, colour=colour, ha="left")
    starts: dict[tuple[int, str], tuple] = {}
    for line, at, (colour, _) in zip(picture.drawn, places, LOOKS, strict=False):
        # Every index starts at 100: once is enough.
        starts.setdefault((line.points[0].year, line.written(line.points[0].value, picture.lang)), (at[0], colour))
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
