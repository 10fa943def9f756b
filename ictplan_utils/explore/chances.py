"""What if: a second half that grows so much, a target so high; and how likely our forecast thinks that is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from statistics import NormalDist

import pandas as pd

from ictplan_utils.catalog import Indicator
from ictplan_utils.errors import IctplanError
from ictplan_utils.narrative import known

NORMAL = NormalDist()
LEVELS = (("lower_95", -0.95), ("lower_80", -0.8), ("point", 0.0), ("upper_80", 0.8), ("upper_95", 0.95))
"""Column of a forecast → the signed coverage of the central interval that it ends."""


@dataclass(frozen=True)
class Outlook:
    """Where this year may end: the forecast's point and intervals, read as a distribution.

    Between the ends of the intervals normal scores are interpolated straight; beyond the last ones they go
    on as steeply as inside, so that nothing far away is called impossible.
    """

    half: float
    last_year: float
    knots: tuple[tuple[float, float], ...]

    @property
    def point(self) -> float:
        """The forecast itself: as likely to be missed above as below."""
        return next(value for value, score in self.knots if score == 0)

    def score(self, value: float, *, last: bool) -> float:
        """Return the normal score at which the year ends at `value`; of a figure several share, the last or first."""
        below = [knot for knot in self.knots if knot[0] < value]
        above = [knot for knot in self.knots if knot[0] > value]
        same = [score for knot, score in self.knots if knot == value]
        if same:
            # Where an interval ends at a bound (100 %), the bound itself carries what would lie beyond it.
            at_end = (not above and last) or (not below and not last)
            return math.copysign(math.inf, 1 if last else -1) if at_end and len(same) > 1 else same[-1 if last else 0]
        if not below or not above:
            return self._beyond(value, above[:2] if above else below[-2:])
        (low, z_low), (high, z_high) = below[-1], above[0]
        return z_low + (z_high - z_low) * (value - low) / (high - low)

    @staticmethod
    def _beyond(value: float, end: list[tuple[float, float]]) -> float:
        (low, z_low), (high, z_high) = (end[0], end[-1])
        outside = 1.0 if value > high else -1.0
        if high == low:
            return math.copysign(math.inf, outside)
        slope = (z_high - z_low) / (high - low)
        return z_high + slope * (value - high) if outside > 0 else z_low + slope * (value - low)

    def chance_at_least(self, value: float) -> float:
        """Return the probability (0–1) that the year ends at `value` or above."""
        return 1 - _normal_cdf(self.score(value, last=False))

    def chance_at_most(self, value: float) -> float:
        """Return the probability (0–1) that the year ends at `value` or below."""
        return _normal_cdf(self.score(value, last=True))


@dataclass(frozen=True)
class Scenario:
    """One answer to "what if". Figures in the indicator's unit, growth in per cent (a share: in points), chances 0–1.

    `year_end`: where the chosen second half leads. `chance_year_end`: that the year ends there or better.
    `asked`: growth that the target asks on `year_end`. `chance_target`: that next year reaches the target if it
    moves as this year is forecast to (NaN where last year is unknown). `chance_already`: that this year's end does.
    """

    year_end: float
    grown: float
    chance_year_end: float
    asked: float
    chance_target: float
    chance_already: float


def outlook(forecast: pd.Series) -> Outlook:
    """Return the outlook of one row of `forecast_year_end`. Raises IctplanError where there is no forecast.

    >>> row = dict(half=60, last_year=100, lower_95=90, lower_80=100, point=110, upper_80=125, upper_95=140)
    >>> likely = outlook(pd.Series(row))
    >>> [round(likely.chance_at_least(value), 3) for value in (90, 110, 125)]
    [0.975, 0.5, 0.1]
    """
    values = [float(forecast[name]) for name, _ in LEVELS]
    if not all(map(math.isfinite, values)):
        raise IctplanError("no forecast of this indicator: its first half is not known; choose another")
    if any(after < before for before, after in pairwise(values)):
        raise IctplanError(f"the forecast's intervals {values} are not in order; read them from forecast_year_end")
    scores = [math.copysign(NORMAL.inv_cdf((1 + abs(part)) / 2), part) if part else 0.0 for _, part in LEVELS]
    return Outlook(float(forecast["half"]), float(forecast["last_year"]), tuple(zip(values, scores, strict=True)))


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
        chance_target=_chance_of_repeating(likely, target, entry, reaches),
        chance_already=reaches(target) if known(target) else math.nan,
    )


def _chance_of_repeating(likely: Outlook, target: float, entry: Indicator, reaches) -> float:
    """Return the chance that the same move once more reaches the target.

    Next year = end · end / last year (a share: end + end − last year), so this year must end at the geometric
    (arithmetic) middle of last year and the target, or better.
    """
    last = likely.last_year
    if not known(last) or not known(target):
        return math.nan
    if entry.kind == "share":
        return reaches((last + target) / 2)
    return reaches(math.sqrt(last * target)) if last > 0 and target >= 0 else math.nan


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


def _normal_cdf(score: float) -> float:
    return NORMAL.cdf(score) if math.isfinite(score) else float(score > 0)
