"""What if: a second half that grows so much, a target so high; and how likely our forecast thinks that is."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ictplan_utils.catalog import Indicator
from ictplan_utils.forecast.chances import Outlook, chance_next_year, chance_this_year, outlook
from ictplan_utils.narrative import known

__all__ = ["Outlook", "Scenario", "bounded", "outlook", "scenario", "second_half_growth", "year_end"]


@dataclass(frozen=True)
class Scenario:
    """One answer to "what if". Figures in the indicator's unit, growth in per cent (a share: in points), chances 0–1.

    `year_end`: where the chosen second half leads. `chance_year_end`: that the year ends there or better.
    `asked`: growth that the target asks on `year_end`. `chance_target`: that next year reaches the target, and
    `chance_already`: that this year's end does (NaN where forecast/chances.py says why there is none).
    """

    year_end: float
    grown: float
    chance_year_end: float
    asked: float
    chance_target: float
    chance_already: float


def year_end(half: float, growth: float, kind: str) -> float:
    """Return where the year ends when the second half grows by `growth` on the first.

    A flow: the second half is so many per cent above the first. A share moves by so many points from June to
    December, everything else by so many per cent.

    >>> year_end(100, 10, "flow"), round(year_end(100, 10, "stock")), year_end(60, 1.5, "share")
    (210.0, 110, 61.5)
    """
    if kind == "flow":
        return half * (2 + growth / 100)
    return half + growth if kind == "share" else half * (1 + growth / 100)


def second_half_growth(half: float, end: float, kind: str) -> float:
    """Return the growth of the second half that leads to `end`: the inverse of `year_end`; NaN from a zero half."""
    if kind == "share":
        return end - half
    if half <= 0:
        return math.nan
    return 100 * (end / half - (2 if kind == "flow" else 1))


def scenario(likely: Outlook, growth: float, target: float, entry: Indicator) -> Scenario:
    """Return what follows when the second half grows by `growth` and next year's target is `target`.

    "Better" is the indicator's own direction: for one that should fall, chances are those of ending lower.
    """
    end = bounded(year_end(likely.half, growth, entry.kind), entry)
    reaches = likely.chance_at_most if entry.direction == "lower" else likely.chance_at_least
    return Scenario(
        year_end=end,
        grown=_growth(end, likely.last_year, entry),
        chance_year_end=reaches(end),
        asked=_growth(target, end, entry),
        chance_target=chance_next_year(likely, target, entry).value,
        chance_already=chance_this_year(likely, target, entry).value,
    )


def _growth(value: float, base: float, entry: Indicator) -> float:
    if not known(value) or not known(base):
        return math.nan
    if entry.kind == "share":
        return value - base
    return 100 * (value / base - 1) if base > 0 else math.nan


def bounded(value: float, entry: Indicator) -> float:
    """Return the value, or the indicator's bound that it lies beyond."""
    low, high = entry.bounds
    value = value if low is None else max(value, low)
    return value if high is None else min(value, high)
