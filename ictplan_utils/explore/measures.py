"""One indicator of one area as a series: years or first halves; as it is, as growth, as an index, per 100 people."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import pandas as pd

from ictplan_utils.catalog import Area, Indicator
from ictplan_utils.messages import text
from ictplan_utils.narrative import fits, known
from ictplan_utils.observations import DOUBTFUL, preferred
from ictplan_utils.periods import is_half, year

MEASURES = ("value", "growth", "index", "per_100")
EVERY = ("report", "year", "half")
"""Which periods are looked at. `report`: the report's halves, years, estimate and plan side by side."""
MOST_YEARS = 3
"""Years without population that are named one by one."""
TRUST = ("actual", "estimate", "target")
"""Where a year has several figures: what was achieved, else what officials expect, else what is planned."""


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
    """One figure a year, oldest first, and what must be said of it ("" for nothing)."""

    entry: Indicator
    area: Area
    points: tuple[Point, ...]
    remark: str = ""


def stated(observations: pd.DataFrame, indicators: Iterable[str], areas: Iterable[str]) -> Known:
    """Return the figures of indicators, and of the population, as stated: the most trusted one a year, oldest first.

    Computed ones that are doubtful are left out.
    """
    own = observations[observations["indicator"].isin([*indicators, "population"]) & observations["area"].isin(areas)]
    own = preferred(own[~own["note"].str.contains(DOUBTFUL)])
    found: dict[tuple[str, str, bool], dict[int, Point]] = {}
    for area, slug, period, status, value in zip(*(own[name] for name in COLUMNS), strict=True):
        if not period.endswith("-S2"):
            years = found.setdefault((area, slug, is_half(period)), {})
            point = Point(year(period), status, value)
            before = years.setdefault(point.year, point)
            if TRUST.index(status) < TRUST.index(before.status):
                years[point.year] = point
    return {key: [years[at] for at in sorted(years)] for key, years in found.items()}


def measured(
    known_figures: Known,
    entry: Indicator,
    area: Area,
    measure: str = "value",
    half: bool = False,
    years: tuple[int, int] | None = None,
    lang: str = "vi",
) -> Series:
    """Return a series of what is `stated`, of years or first halves, in the catalogue's unit or another measure.

    `growth`: per cent on the year before, percentage points for a share, never bridged over a missing year; `index`:
    the first year shown = 100; `per_100`: per 100 people of the same year, for what areas add up. `remark` says, in
    `lang`, why figures are missing.

    >>> from ictplan_utils import catalog, observations
    >>> entry, area = catalog.indicator("bts_stations"), catalog.area("tuan-giao")
    >>> known_figures = stated(observations.load("tuan-giao"), ["bts_stations"], ["tuan-giao"])
    >>> [tuple(point) for point in measured(known_figures, entry, area).points]
    [(2020, 'actual', 87.0), (2021, 'estimate', 90.0), (2022, 'target', 94.0)]
    """
    every = known_figures.get((area.area, entry.indicator, half), [])
    sound = [point for point in every if fits(point.value, entry)]
    remark = text("explore.no_share", lang, count=len(every) - len(sound)) if len(sound) < len(every) else ""
    first, last = years or (-math.inf, math.inf)
    shown = [point for point in sound if first <= point.year <= last]
    found = shown
    if measure == "growth":
        found = [point for point in _grown(sound, entry) if first <= point.year <= last]
        if shown and not found:
            remark = remark or text("explore.no_year_before", lang)
    elif measure == "index":
        start = next((point.value for point in shown if point.value > 0), math.nan)
        found = [point._replace(value=100 * point.value / start) for point in shown if known(start)]
    elif measure == "per_100":
        found, remark = _per_100(known_figures, shown, entry, area, half, lang)
    return Series(entry, area, tuple(found), remark)


def growth_of(value: float, base: float, entry: Indicator) -> float:
    """Return the growth on `base`: in points for a share, else in per cent; NaN from nothing."""
    if entry.kind == "share":
        return value - base
    return 100 * (value / base - 1) if base > 0 else math.nan


def unit(entry: Indicator, measure: str, lang: str = "vi") -> str:
    """Return what a measured figure is counted in: `%`, `điểm %`, `thuê bao/100 dân`, the unit itself."""
    if measure == "growth":
        return text("explore.points", lang) if entry.kind == "share" else "%"
    if measure == "per_100":
        return text("explore.per_100_people", lang, unit=entry.unit(lang))
    return "" if measure == "index" else entry.unit(lang)


def per_person(entry: Indicator) -> bool:
    """Tell whether an indicator counts something that people can share: what areas add up, but people themselves."""
    return entry.aggregation == "sum" and entry.indicator != "population"


def _grown(points: list[Point], entry: Indicator) -> list[Point]:
    grown = [after._replace(value=growth_of(after.value, before.value, entry))
             for before, after in pairwise(points) if after.year - before.year == 1]  # fmt: skip
    return [point for point in grown if known(point.value)]


def _per_100(
    known_figures: Known, shown: list[Point], entry: Indicator, area: Area, half: bool, lang: str
) -> tuple[list[Point], str]:
    if not per_person(entry):
        return [], text("explore.not_per_person", lang)
    people = known_figures.get((area.area, "population", half), [])
    if entry.kind == "stock":
        people = people or known_figures.get((area.area, "population", False), [])
    of_year = {point.year: point.value for point in people}
    without = [str(point.year) for point in shown if point.year not in of_year]
    named = ", ".join(without) if len(without) <= MOST_YEARS else f"{without[0]}–{without[-1]}"
    found = [point._replace(value=100 * point.value / of_year[point.year]) for point in shown if point.year in of_year]
    return found, text("explore.no_population", lang, years=named) if without else ""
