"""One indicator of one area as a series: years or first halves; as it is, as growth, as an index, per 100 people."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import pandas as pd

from ictplan_utils.catalog import Area, Indicator
from ictplan_utils.messages import text
from ictplan_utils.narrative import fits, known
from ictplan_utils.observations import DOUBTFUL, RESTATED, preferred
from ictplan_utils.periods import is_half, year
from ictplan_utils.vietnamese import format_number

MEASURES = ("value", "growth", "index", "per_100")
EVERY = ("report", "year", "half")
"""Which periods are looked at. `report`: the report's halves, years, estimate and plan side by side."""
MOST_YEARS = 3
"""Years without population that are named one by one."""
TRUST = ("restated", "actual", "estimate", "target")
"""Where a year has several figures: what was achieved (within today's borders), else expected, else planned."""


class Point(NamedTuple):
    """One figure of a series."""

    year: int
    status: str
    value: float


Known = dict[tuple[str, str, bool], list[Point]]
"""Area, indicator, whether of first halves → what is stated of it."""
COLUMNS = ("area", "indicator", "period", "status", "value")


@dataclass(frozen=True)
class Series:
    """One figure a year, oldest first, in a measure of MEASURES; `half`: of first halves; `remark`: what must be said
    of it ("" for nothing)."""

    entry: Indicator
    area: Area
    points: tuple[Point, ...]
    measure: str = "value"
    half: bool = False
    lang: str = "vi"
    remark: str = ""

    @property
    def unit(self) -> str:
        """What the figures are counted in: `%`, `điểm %`, `thuê bao/100 dân`, the unit itself."""
        own = self.entry.unit(self.lang)
        growth = text("explore.points", self.lang) if self.entry.kind == "share" else "%"
        per_100 = text("explore.per_100_people", self.lang, unit=own)
        return {"growth": growth, "per_100": per_100, "index": "", "value": own}[self.measure]

    @property
    def decimals(self) -> int:
        """How many decimals the figures are shown in."""
        if self.measure != "value":
            return 1
        small = bool(self.points) and max(abs(point.value) for point in self.points) < 100
        return self.entry.decimals or int(small and self.entry.kind in ("rate", "share"))

    def when(self, year: int) -> str:
        """Return a year as it stands on an axis: `2021`, of first halves `6/2021`."""
        return f"6/{year}" if self.half else str(year)

    def written(self, value: float, *, sign: bool = False) -> str:
        """Return a figure without its unit."""
        return format_number(value, self.decimals, sign=sign, lang=self.lang)

    def cell(self, point: Point) -> str:
        """Return a figure with its status, where it is no achievement."""
        told = self.written(point.value)
        return told if point.status == "actual" else f"{told} ({text(f'charts.status.{point.status}', self.lang)})"


def stated(observations: pd.DataFrame, indicators: Iterable[str], areas: Iterable[str]) -> Known:
    """Return the figures of indicators, and of the population, as stated: the most trusted one a year, oldest first.

    Computed ones that are doubtful are left out.
    """
    own = observations[observations["indicator"].isin([*indicators, "population"]) & observations["area"].isin(areas)]
    own = own[~own["note"].str.contains(DOUBTFUL)]
    own = preferred(own.assign(status=own["status"].mask(own["source"].str.startswith(RESTATED), "restated")))
    found: dict[tuple[str, str, bool], dict[int, Point]] = {}
    for area, slug, period, status, value in zip(*(own[name] for name in COLUMNS), strict=True):
        if not period.endswith("-S2"):
            years = found.setdefault((area, slug, is_half(period)), {})
            point = Point(year(period), status, value)
            years[point.year] = min(years.get(point.year, point), point, key=lambda each: TRUST.index(each.status))
    return {key: [years[at] for at in sorted(years)] for key, years in found.items()}


def measured(known_figures: Known, empty: Series, years: tuple[int, int] | None = None) -> Series:
    """Return a series, `empty` so far, with the points that are `stated`, in the catalogue's unit or another measure.

    `growth`: per cent on the year before, percentage points for a share, never bridged over a missing year; `index`:
    the first year shown = 100; `per_100`: per 100 people of the same year, for what areas add up. `years`: the first
    and the last to show. `remark` says why figures are missing.

    >>> from ictplan_utils import catalog, observations
    >>> empty = Series(catalog.indicator("bts_stations"), catalog.area("tuan-giao"), ())
    >>> known_figures = stated(observations.load("tuan-giao"), ["bts_stations"], ["tuan-giao"])
    >>> [tuple(point) for point in measured(known_figures, empty).points]
    [(2020, 'actual', 87.0), (2021, 'estimate', 90.0), (2022, 'target', 94.0)]
    """
    entry, lang = empty.entry, empty.lang
    every = known_figures.get((empty.area.area, entry.indicator, empty.half), [])
    sound = [point for point in every if fits(point.value, entry)]
    remark = text("explore.no_share", lang, count=len(every) - len(sound)) if len(sound) < len(every) else ""
    first, last = years or (-math.inf, math.inf)
    found = shown = [point for point in sound if first <= point.year <= last]
    if empty.measure == "growth":
        found = [point for point in _grown(sound, entry) if first <= point.year <= last]
        if shown and not found:
            remark = remark or text("explore.no_year_before", lang)
    elif empty.measure == "index":
        start = next((point.value for point in shown if point.value > 0), math.nan)
        found = [point._replace(value=100 * point.value / start) for point in shown if known(start)]
    elif empty.measure == "per_100":
        found, remark = _per_100(known_figures, shown, empty)
    return replace(empty, points=tuple(found), remark=remark)


def _grown(points: list[Point], entry: Indicator) -> list[Point]:
    grown = [after._replace(value=entry.growth(after.value, before.value))
             for before, after in pairwise(points) if after.year - before.year == 1]  # fmt: skip
    return [point for point in grown if known(point.value)]


def _per_100(known_figures: Known, shown: list[Point], of: Series) -> tuple[list[Point], str]:
    """Return the points per 100 people, and of which years the population is not known."""
    if of.entry.aggregation != "sum" or of.entry.indicator == "population":
        return [], text("explore.not_per_person", of.lang)
    people = known_figures.get((of.area.area, "population", of.half), [])
    if of.entry.kind == "stock":
        people = people or known_figures.get((of.area.area, "population", False), [])
    of_year = {point.year: point.value for point in people}
    without = [str(point.year) for point in shown if point.year not in of_year]
    named = ", ".join(without) if len(without) <= MOST_YEARS else f"{without[0]}–{without[-1]}"
    found = [point._replace(value=100 * point.value / of_year[point.year]) for point in shown if point.year in of_year]
    return found, text("explore.no_population", of.lang, years=named) if without else ""
