"""One indicator of one area as a series: years or first halves; as it is, as growth, as an index, per 100 people."""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from ictplan_utils import catalog
from ictplan_utils.catalog import Indicator
from ictplan_utils.errors import IctplanError, closest
from ictplan_utils.narrative import fits, known
from ictplan_utils.observations import DOUBTFUL, preferred
from ictplan_utils.periods import year

MEASURES = MappingProxyType(
    {
        "value": ("Số tuyệt đối", "As it is"),
        "growth": ("Tăng trưởng", "Growth"),
        "index": ("Chỉ số (đầu kỳ = 100)", "Index (start = 100)"),
        "per_100": ("Trên 100 dân", "Per 100 people"),
    }
)
"""How figures are looked at → the Vietnamese and English words."""

EVERY = MappingProxyType(
    {
        "report": ("Theo báo cáo", "As in the report"),
        "year": ("Cả năm", "Full years"),
        "half": ("6 tháng đầu năm", "First halves"),
    }
)
"""Which periods are looked at. `report`: the latest report's halves, years, estimate and plan side by side."""

MOST_YEARS = 3
"""Years without population that are named one by one."""
TRUST = ("actual", "estimate", "target")
"""Where a year has several figures: what was achieved, else what officials expect, else what is planned."""


@dataclass(frozen=True)
class Measured:
    """A series and what must be said of it: `figures` (year, status, value) and `remark`, "" for none."""

    figures: pd.DataFrame
    remark: str = ""


def choose(name: str, known_names, noun: str) -> str:
    """Return `name` if it is one of the known ones. Raises IctplanError with the closest."""
    if name in known_names:
        return name
    near = closest(name, known_names)
    hint = f"did you mean '{near}'?" if near else f"choose one of {', '.join(known_names)}"
    raise IctplanError(f"{noun} '{name}' is unknown; {hint}")


def series(
    observations: pd.DataFrame,
    indicator: str,
    area: str,
    *,
    every: str = "year",
    measure: str = "value",
    years: tuple[int, int] | None = None,
    lang: str = "vi",
    data_dir: str = "data",
) -> Measured:
    """Return one figure a year, oldest first: columns `year`, `status`, `value`.

    `measure` `value`: the catalogue's unit; `growth`: per cent on the year before, percentage points for a
    share; `index`: the first year shown = 100; `per_100`: per 100 people of the same year, for what areas
    add up. Growth is left out where the year before is unknown, never bridged. `remark` says, in `lang`, why
    figures are missing. Raises IctplanError for unknown names.

    >>> import ictplan_utils as ict
    >>> observations = ict.load("tuan-giao")
    >>> series(observations, "bts_stations", "tuan-giao").figures.values.tolist()
    [[2020, 'actual', 87.0], [2021, 'estimate', 90.0], [2022, 'target', 94.0]]
    >>> series(observations, "telecom_revenue", "tuan-giao", measure="growth").figures["value"].round(1).tolist()
    [7.0, 5.1]
    """
    choose(measure, MEASURES, "measure")
    choose(every, EVERY, "period")
    entry = catalog.indicator(indicator, data_dir)
    catalog.area(area, data_dir)
    plain = _plain(observations, indicator, area, every)
    fitting = pd.Series([fits(value, entry) for value in plain["value"]], index=plain.index, dtype=bool)
    misfits, plain = plain["value"][~fitting].tolist(), plain[fitting]
    shown = plain if years is None else plain[plain["year"].between(*years)]
    remark = _unfit(misfits, lang) if misfits else ""
    if measure == "value":
        return Measured(shown.reset_index(drop=True), remark)
    if measure == "growth":
        grown = plain.assign(value=[_growth(plain, place, entry) for place in range(len(plain))])
        found = grown[grown["value"].notna() & grown["year"].isin(shown["year"])]
        return Measured(found.reset_index(drop=True), remark or _short(found, shown, lang))
    if measure == "index":
        start = next((value for value in shown["value"] if value > 0), math.nan)
        found = shown.assign(value=100 * shown["value"] / start) if known(start) else shown.iloc[:0]
        return Measured(found.reset_index(drop=True), remark)
    return _per_100(observations, shown, entry, area, every, lang)


def unit(entry: Indicator, measure: str, lang: str = "vi") -> str:
    """Return what a measured figure is counted in: `%`, `điểm phần trăm`, `thuê bao/100 dân`, the unit itself."""
    if measure == "growth":
        points = "điểm phần trăm" if lang == "vi" else "percentage points"
        return points if entry.kind == "share" else "%"
    if measure == "index":
        return ""
    return f"{entry.unit(lang)}/100 {'dân' if lang == 'vi' else 'people'}" if measure == "per_100" else entry.unit(lang)


def _plain(observations: pd.DataFrame, indicator: str, area: str, every: str) -> pd.DataFrame:
    """Return the figures as stated, the most trusted one a year; computed ones that are doubtful are left out."""
    own = observations[(observations["area"] == area) & (observations["indicator"] == indicator)]
    wanted = own["period"].str.endswith("-S1") if every == "half" else own["period"].str.len() == 4
    own = preferred(own[wanted & ~own["note"].str.contains(DOUBTFUL)])
    own = own.assign(year=own["period"].map(year), order=own["status"].map(TRUST.index))
    own = own.sort_values(["year", "order"], kind="stable").drop_duplicates("year")
    return own[["year", "status", "value"]].reset_index(drop=True)


def _growth(plain: pd.DataFrame, place: int, entry: Indicator) -> float:
    """Return the growth on the year before; NaN where that year is unknown or not above zero."""
    if place == 0 or plain["year"].iloc[place] - plain["year"].iloc[place - 1] != 1:
        return math.nan
    now, before = plain["value"].iloc[place], plain["value"].iloc[place - 1]
    if entry.kind == "share":
        return now - before
    return 100 * (now / before - 1) if before > 0 else math.nan


def _per_100(observations, shown: pd.DataFrame, entry: Indicator, area: str, every: str, lang: str) -> Measured:
    vi = lang == "vi"
    if entry.aggregation != "sum" or entry.indicator == "population":
        return Measured(shown.iloc[:0], "chỉ tiêu này không chia theo dân số" if vi else "not counted per person")
    people = _plain(observations, "population", area, every)
    if entry.kind == "stock" and every == "half":
        people = people if not people.empty else _plain(observations, "population", area, "year")
    of_year = dict(zip(people["year"], people["value"], strict=True))
    found = shown.assign(value=[100 * row.value / of_year.get(row.year, math.nan) for row in shown.itertuples()])
    without = [str(row.year) for row in found.itertuples() if not known(row.value)]
    remark = ""
    if without:
        named = ", ".join(without) if len(without) <= MOST_YEARS else f"{without[0]}–{without[-1]}"
        remark = f"chưa có dân số năm {named}" if vi else f"population of {named} not known"
    return Measured(found[found["value"].notna()].reset_index(drop=True), remark)


def _short(found: pd.DataFrame, shown: pd.DataFrame, lang: str) -> str:
    if not found.empty or shown.empty:
        return ""
    return "chưa có năm liền trước để so sánh" if lang == "vi" else "no year before it to compare with"


def _unfit(values: list[float], lang: str) -> str:
    many = len(values)
    if lang == "vi":
        return f"bỏ {many} số liệu không phải tỷ lệ phần trăm"
    return f"{many} figure{'s' if many > 1 else ''} left out: no percentage"
