"""How likely a target is reached: this year's, read from the forecast's intervals, and next year's."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from statistics import NormalDist

from ictplan_utils.catalog import Indicator
from ictplan_utils.messages import error

NORMAL = NormalDist()
LEVELS = (("lower_95", -0.95), ("lower_80", -0.8), ("point", 0.0), ("upper_80", 0.8), ("upper_95", 0.95))
"""Column of a forecast → the signed coverage of the central interval that it ends."""


@dataclass(frozen=True)
class NextYear:
    """How a figure goes on after a year's end, in logarithms, as public half-year series did.

    Next year moves by `usual` and half of this year's move; its standard deviation joins that of the year's end,
    `least`, and the part `moved` of this year's move. Chosen on three fifths of the series (by hash of the name).
    """

    usual: float
    least: float
    moved: float


REPEATED = 0.5
"""Part of this year's move that comes again: of 0.25, 0.5, 0.75 the best for stocks, rates, shares; for flows 0.25."""
NEXT_YEAR = {
    "flow": NextYear(0.03, 0.10, 1.0),
    "stock": NextYear(0.0, 0.08, 0.75),
    "rate": NextYear(0.0, 0.08, 0.75),
    "share": NextYear(0.0, 0.08, 0.75),
}
"""Kind → what next year does. On the other two fifths (Viet Nam's and Australia's official statistics for flows, three
telecom regulators' for the rest; targets from 5 % below to 25 % above the forecast), targets whose chance rounds to
0, 10 … 80 % were reached: flows 9, 18, 29, 40, 50, 54, 63, 74, 83 %; the others together 2, 8, 16, 24, 40, 49, 59, 66,
77 %, each by itself within 17 points (benchmarks/target_chances.py). That this year's move simply comes again promised
more than it held: of the surest flows (over 95 %) 81 % came, of the least likely (under 5 %) 23 %.
"""


@dataclass(frozen=True)
class Chance:
    """The probability (0–1) that a target is reached; NaN where `why` names the reason (direction, forecast …)."""

    value: float
    why: str = ""


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


def outlook(forecast: Mapping) -> Outlook:
    """Return the outlook of one row of `forecast_year_end`. Raises IctplanError where there is no forecast.

    >>> row = dict(half=60, last_year=100, lower_95=90, lower_80=100, point=110, upper_80=125, upper_95=140)
    >>> likely = outlook(row)
    >>> [round(likely.chance_at_least(value), 3) for value in (90, 110, 125)]
    [0.975, 0.5, 0.1]
    """
    values = [float(forecast[name]) for name, _ in LEVELS]
    if not all(map(math.isfinite, values)):
        raise error("forecast.none")
    if any(after < before for before, after in pairwise(values)):
        raise ValueError(f"the forecast's intervals {values} are not in order; read them from forecast_year_end")
    scores = [math.copysign(NORMAL.inv_cdf((1 + abs(part)) / 2), part) if part else 0.0 for _, part in LEVELS]
    return Outlook(float(forecast["half"]), float(forecast["last_year"]), tuple(zip(values, scores, strict=True)))


def chance_this_year(likely: Outlook | None, target: float, entry: Indicator) -> Chance:
    """Return the chance that this year ends at `target` or better, as rounded in print; None: without a forecast."""
    if entry.direction == "none":
        return Chance(math.nan, "direction")
    if likely is None or math.isnan(target):
        return Chance(math.nan, "forecast")
    if entry.direction == "lower":
        return Chance(likely.chance_at_most(_as_printed(target, entry)))
    return Chance(likely.chance_at_least(_as_printed(target, entry)))


def chance_next_year(likely: Outlook | None, target: float, entry: Indicator) -> Chance:
    """Return the chance that next year ends at `target` or better, as rounded in print; None: without a forecast.

    From the forecast of this year, its interval and NEXT_YEAR: as figures usually go on, not what a new project
    adds. A figure that rules fix (last year, half and target alike) goes on otherwise: no chance is stated.
    """
    if entry.direction == "none":
        return Chance(math.nan, "direction")
    if likely is None or math.isnan(target) or likely.point <= 0:
        return Chance(math.nan, "forecast")
    last, lower = likely.last_year, entry.direction == "lower"
    if not last > 0:
        return Chance(math.nan, "history")
    if _stands_still(likely, target, entry):
        return Chance(math.nan, "still")
    goal = _as_printed(target, entry)
    low, high = entry.bounds
    below_all = goal <= 0 or (low is not None and goal < low)
    if below_all or (high is not None and goal > high):
        return Chance(float(below_all != lower))
    move, after = math.log(likely.point / last), NEXT_YEAR[entry.kind]
    spread = math.hypot(_spread(likely), after.least, after.moved * move)
    below = NORMAL.cdf((math.log(goal / likely.point) - after.usual - REPEATED * move) / spread)
    return Chance(below if lower else 1 - below)


def _spread(likely: Outlook) -> float:
    """Return the standard deviation of the year's end in logarithms: half its 80 % interval, in normal scores."""
    (low, z_low), (high, z_high) = likely.knots[1], likely.knots[3]
    return math.log(high / low) / (z_high - z_low) if low > 0 else 1.0


def _as_printed(target: float, entry: Indicator) -> float:
    """Return the worst figure that still prints as the target: 93,5 stations print as 94."""
    half_unit = 0.5 * 10.0**-entry.decimals
    return target + half_unit if entry.direction == "lower" else target - half_unit


def _stands_still(likely: Outlook, target: float, entry: Indicator) -> bool:
    half_unit = 0.5 * 10.0**-entry.decimals
    half = 2 * likely.half if entry.kind == "flow" else likely.half
    return all(abs(figure - likely.last_year) < half_unit for figure in (half, target))


def _normal_cdf(score: float) -> float:
    return NORMAL.cdf(score) if math.isfinite(score) else float(score > 0)
