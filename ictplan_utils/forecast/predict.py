"""One forecast, or many at once: past years, their halves and this year's half → the year's end with intervals."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, fields
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from ictplan_utils.forecast import paths, prior, rules
from ictplan_utils.forecast.learning import Learned, first_year_to_learn_from, learned
from ictplan_utils.messages import error

if TYPE_CHECKING:
    import pandas as pd

KINDS = ("flow", "stock", "share", "rate")
NARROWEST = 1e-4
"""No interval is narrower than 0.01 % of the figure each way: even a constant series can be corrected."""

Bounds = tuple[float | None, float | None] | None


@dataclass(frozen=True)
class Prediction:
    """Where one year will end. `point` is NaN only where `why` says the reason."""

    point: float
    method: str
    forecasts: Forecasts
    row: int = 0

    def interval(self, coverage: float) -> tuple[float, float]:
        """Return the central interval that holds the year's end with probability `coverage` (0–1)."""
        lower, upper = self.forecasts.take([self.row]).interval(coverage)
        return float(lower[0]), float(upper[0])

    @property
    def why(self) -> str:
        """The evidence in a Vietnamese sentence."""
        return self.explain("vi")

    @property
    def why_en(self) -> str:
        """The evidence in an English sentence."""
        return self.explain("en")

    def explain(self, lang: str = "vi", **context) -> str:
        """Return the evidence as a sentence; `context` as `explain.sentence` takes it (unit, estimate …)."""
        from ictplan_utils.forecast.explain import sentence

        return sentence(self.forecasts, self.row, lang, **context)

    def chance_below(self, value: float) -> float:
        """Return the probability that the year ends below `value`, read from the intervals."""
        return float(self.forecasts.take([self.row]).chance_below(np.array([float(value)]))[0])


@dataclass(frozen=True)
class Forecasts:
    """Many predictions: arrays (n,), past (n, k). `below`, `above` (n, len(prior.COVERAGES)) are half-widths.

    `centre` and half-widths are as `paths.move` counts where `logs`, else in the figure's own unit. Where `whole`,
    points and ends of intervals are whole numbers.
    """

    annual: np.ndarray
    halves: np.ndarray
    half: np.ndarray
    kind: np.ndarray
    point: np.ndarray
    centre: np.ndarray
    below: np.ndarray
    above: np.ndarray
    logs: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    method: np.ndarray
    mended: np.ndarray
    shift: np.ndarray
    whole: np.ndarray

    def __len__(self) -> int:
        return len(self.point)

    def __getitem__(self, row: int) -> Prediction:
        return Prediction(float(self.point[row]), str(self.method[row]), self, range(len(self))[row])

    def take(self, rows) -> Forecasts:
        """Return the rows that `rows` (positions or mask) picks."""
        return Forecasts(*(getattr(self, field.name)[rows] for field in fields(self)))

    def interval(self, coverage: float) -> tuple[np.ndarray, np.ndarray]:
        """Return the lower and upper ends (n,) of the central interval of `coverage` (0–1)."""
        if not 0 < coverage < 1:
            raise error("forecast.no_coverage", coverage=coverage)
        z = NormalDist().inv_cdf((1 + coverage) / 2)
        return self._end(-_width(self.below, z)), self._end(_width(self.above, z))

    def chance_below(self, value: np.ndarray) -> np.ndarray:
        """Return the probability (n,) that each year ends below `value` (n,); NaN where there is no forecast."""
        logs = paths.move(value, np.where(self.logs, self.half, 1.0), self.kind)
        # What has no logarithm, and a flow that would end below its half, lies beyond every interval.
        beyond = ~np.isfinite(logs) | (value < self.lower)
        away = np.where(beyond, -np.inf, np.where(self.logs, logs, value) - self.centre)
        z = np.where(away < 0, -_score(self.below, -away), _score(self.above, away))
        chance = np.array([NormalDist().cdf(float(one)) for one in np.nan_to_num(z, nan=0.0)])
        return np.where(np.isnan(self.point) | np.isnan(value), np.nan, chance)

    def _end(self, away: np.ndarray) -> np.ndarray:
        grown = paths.year_end(self.centre + away, self.half, self.kind)
        end = np.where(self.logs, grown, self.centre + away)
        return np.clip(np.where(self.whole, np.rint(end), end), self.lower, self.upper)


def predict(
    annual: Sequence[float],
    halves: Sequence[float],
    half: float,
    kind: str,
    bounds: Bounds = None,
) -> Prediction:
    """Forecast one year's end.

    `annual`, `halves`: past years' values and the same years' half-year values, oldest first, NaN where
    unknown, both of length k ≥ 0. `half`: this year's first half. `kind`: flow, stock, share or rate.
    `bounds`: least and greatest possible value (None for no limit); a share has 0–100 unless told otherwise.
    Raises IctplanError for another kind, other lengths, infinite figures or bounds the wrong way round.
    """
    try:
        past = np.asarray(annual, float).reshape(1, -1), np.asarray(halves, float).reshape(1, -1)
        now = np.asarray([half], float)
    except (TypeError, ValueError):
        raise error("forecast.no_numbers") from None
    lower, upper = (None, None) if bounds is None else bounds
    ends = [None if end is None or np.isnan(end) else np.array([float(end)]) for end in (lower, upper)]
    return predict_many(*past, now, kind, lower=ends[0], upper=ends[1])[0]


def predict_many(
    annual: np.ndarray,
    halves: np.ndarray,
    half: np.ndarray,
    kind: np.ndarray | str,
    lower: np.ndarray | None = None,
    upper: np.ndarray | None = None,
    experience: Learned | None = None,
    place: np.ndarray | None = None,
) -> Forecasts:
    """Forecast n years' ends at once: `annual`, `halves` (n, k), `half` (n,), `kind` one name or (n,) names.

    `lower`, `upper` (n,): bounds, NaN where there is none. `experience`: what past errors of these series and
    their siblings taught (learning.py); without it, a series with more past years than the prior looks at
    learns from its own errors. `place` (n,): labels; rows of one place know what this half did to one another.
    Raises IctplanError as `predict`.
    """
    annual, halves, half, kind = _checked(annual, halves, half, kind)
    lower, upper = _bounds(kind, lower, upper, half)
    kind = np.where((kind == "share") & (upper > 100), "rate", kind)  # of what may exceed the whole there are no odds
    if experience is None:
        experience = own_experience(annual, halves, kind)
    return _forecast(annual, halves, half, kind, lower, upper, experience, place)


def predict_together(frame: pd.DataFrame) -> pd.DataFrame:
    """Forecast the year's ends of many indicators of one or more places, each knowing what became of the others.

    `frame`: columns `group` (place, year and length of history: rows of one group are siblings), `kind`, `annual`,
    `halves` (sequences of one length k in all rows, oldest first) and `half`. Returns `point`, `lower80`, `upper80`,
    `lower95`, `upper95`, a row for each row of `frame`, with its index. Raises IctplanError as `predict`.
    """
    import pandas as pd

    past = [np.array([np.asarray(row, float) for row in frame[name]]).reshape(len(frame), -1)
            for name in ("annual", "halves")]  # fmt: skip
    found = predict_many(*past, frame["half"].to_numpy(float), frame["kind"].to_numpy(str),
                         place=frame["group"].to_numpy(str))  # fmt: skip
    ends = [end for coverage in (0.80, 0.95) for end in found.interval(coverage)]
    columns = ("point", "lower80", "upper80", "lower95", "upper95")
    return pd.DataFrame(dict(zip(columns, [found.point, *ends], strict=True)), index=frame.index)


def _forecast(annual, halves, half, kind, lower, upper, experience: Learned | None, place=None) -> Forecasts:
    n, flow, coverages = len(half), kind == "flow", len(prior.COVERAGES)
    centre, logs = np.full(n, np.nan), half > 0
    below, above = np.full((n, coverages), np.nan), np.full((n, coverages), np.nan)
    method = np.full(n, "none", dtype="U12")
    annual_used, halves_used, mended = rules.mend(annual, halves, half, kind)
    siblings = None if place is None else paths.siblings_moved(annual_used, halves_used, half, kind, place)
    if logs.any():
        rows = [part[logs] for part in (annual_used, halves_used, half, kind)]
        centre[logs], below[logs], above[logs] = _ask_prior(*rows, None if siblings is None else siblings[logs])
        known = np.isfinite(annual_used).any(1) | np.isfinite(halves_used).any(1)
        complete = rules.complete_years(annual_used, halves_used, flow) > 0
        method[logs] = np.select([complete, known], ["prior", "prior_gaps"], "half_only")[logs]
    lower, upper = _limits(annual, halves, half, flow, lower, upper)
    plain = np.isfinite(half) & ~logs
    if plain.any():
        rows = [part[plain] for part in (annual, halves, half, flow)]
        centre[plain], below[plain], above[plain] = rules.additive(*rows)
        centre = np.where(plain, np.clip(centre, lower, upper), centre)
        method[plain] = "additive"
    shift = np.zeros(n)
    if experience is not None:
        spread = (below[:, 1] + above[:, 1]) / 2
        shift = np.where(logs, experience.shift * spread, 0.0)
        centre = centre + shift
        below, above = below * experience.widen[:, None], above * experience.widen[:, None]
    point = np.where(logs, paths.year_end(centre, half, kind), centre)
    whole = (kind == "stock") & rules.whole(annual, halves, half)
    point = np.clip(np.where(whole, np.rint(point), point), lower, upper)
    counted, shares = whole & logs, (kind == "share") & logs
    if counted.any():
        ends = rules.one_more(*(part[counted] for part in (point, annual, halves, half)), prior.COVERAGES)
        _reach(below, above, counted, centre, half, kind, ends)
    if shares.any():
        _reach(below, above, shares, centre, half, kind, rules.tenths(point[shares]))
    return Forecasts(annual, halves, half, kind, point, centre, below, above, logs, lower, upper, method, mended, shift,
                     whole)  # fmt: skip


def _reach(below, above, rows, centre, half, kind, ends) -> None:
    """Widen, in place, the half-widths of `rows` (a mask) that do not reach `ends`: the lows and highs, as figures."""
    low, high = (paths.move(end, half[rows, None], kind[rows, None]) - centre[rows, None] for end in ends)
    below[rows], above[rows] = np.fmax(below[rows], -low), np.fmax(above[rows], high)


def _limits(annual, halves, half, flow, lower, upper) -> tuple[np.ndarray, np.ndarray]:
    """Return the bounds (n,), drawn in: what was never negative stays so, and a flow ends at its half or above."""
    positive = ((annual >= 0) | np.isnan(annual)).all(1) & ((halves >= 0) | np.isnan(halves)).all(1) & (half >= 0)
    lower = np.where(positive, np.maximum(lower, 0.0), lower)
    lower = np.where(flow & (half >= 0), np.maximum(lower, half), lower)
    return lower, np.maximum(upper, lower)


def _ask_prior(annual, halves, half, kind, siblings) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return centre (n,) and calibrated half-widths (n, coverages), as `paths.move` counts."""
    inputs, offset, scale = paths.figures(annual, halves, half, kind, siblings)
    flow = kind == "flow"
    centre, error = np.empty(len(half)), np.empty(len(half))
    for name, rows in (("flow", flow), ("level", ~flow)):
        if rows.any():
            centre[rows] = prior.grown(prior.forest(name, "point"), inputs[rows])
            error[rows] = prior.grown(prior.forest(name, "error"), inputs[rows])
    summed = centre + paths.terms(annual, halves, half, kind, siblings) @ prior.weights()
    centre = np.where(flow, offset + scale * centre, paths.steadied(summed, annual, halves, half, kind))
    error = scale * np.exp(error)
    years = rules.complete_years(annual, halves, flow)
    length = np.searchsorted(prior.LENGTHS, years, side="right") - 1
    widths = np.empty((len(half), 2, len(prior.COVERAGES)))
    for name in np.unique(kind):
        rows = kind == name
        widths[rows] = prior.calibration(str(name))[length[rows]] * error[rows, None, None]
    widths = np.maximum.accumulate(np.maximum(widths, NARROWEST), axis=2)
    return centre, widths[:, 0], widths[:, 1]


def own_experience(annual: np.ndarray, halves: np.ndarray, kind: np.ndarray) -> Learned | None:
    """Return what each series' own past errors teach, where it has more years than the prior looks at."""
    if annual.shape[1] <= paths.YEARS:
        return None
    return learned(past_errors(annual, halves, kind))


def past_errors(annual: np.ndarray, halves: np.ndarray, kind: np.ndarray) -> np.ndarray:
    """Return how past years would have missed, (n, years), in units of their own 80 % half-widths.

    Each is forecast from the years before it; the first of k is `first_year_to_learn_from`. NaN where a year
    cannot be forecast.
    """
    n, k = annual.shape
    first = first_year_to_learn_from(k, paths.YEARS)
    errors = np.full((n, max(k - first, 0)), np.nan)
    none = np.full(n, -np.inf), np.full(n, np.inf)
    for year in range(first, k):
        past = _forecast(annual[:, :year], halves[:, :year], halves[:, year], kind, *none, None)
        truth = paths.move(annual[:, year], np.where(past.logs, past.half, np.nan), kind)
        errors[:, year - first] = (truth - past.centre) / ((past.below[:, 1] + past.above[:, 1]) / 2)
    return errors


@functools.cache
def _scores() -> np.ndarray:
    return np.array([0.0, *[NormalDist().inv_cdf((1 + coverage) / 2) for coverage in prior.COVERAGES]])


def _width(widths: np.ndarray, z: float) -> np.ndarray:
    """Return the half-width at normal score `z`: straight between the calibrated coverages and beyond them."""
    scores = _scores()
    known = np.hstack([np.zeros((len(widths), 1)), widths])
    right = int(np.clip(np.searchsorted(scores, z), 1, len(scores) - 1))
    part = (z - scores[right - 1]) / (scores[right] - scores[right - 1])
    step = known[:, right] - known[:, right - 1]
    if part > 1:  # beyond the last interval the tail keeps at least its mean slope
        step = np.maximum(step, known[:, right] / scores[right] * (scores[right] - scores[right - 1]))
        return known[:, right] + (part - 1) * step
    return known[:, right - 1] + part * step


def _score(widths: np.ndarray, away: np.ndarray) -> np.ndarray:
    """The inverse of `_width`, row by row."""
    scores = _scores()
    known = np.hstack([np.zeros((len(widths), 1)), widths])
    z = np.full(len(widths), np.nan)
    for right in range(1, len(scores)):
        low, high = known[:, right - 1], known[:, right]
        part = np.clip((away - low) / np.maximum(high - low, 1e-12), 0, None)
        inside = (away >= low) & ((away < high) | (right == len(scores) - 1))
        z = np.where(inside, scores[right - 1] + part * (scores[right] - scores[right - 1]), z)
    return np.minimum(z, 8.0)


def _checked(annual, halves, half, kind):
    half = np.asarray(half, float).reshape(-1)
    n = len(half)
    annual, halves = (np.asarray(past, float) for past in (annual, halves))
    if annual.ndim != 2 or annual.shape != halves.shape or len(annual) != n:
        raise error("forecast.other_lengths", annual=annual.shape, halves=halves.shape, half=half.shape)
    kind = np.broadcast_to(np.asarray(kind, dtype=str), (n,))
    if strange := sorted(set(kind) - set(KINDS)):
        raise error("forecast.no_kind", kind=strange[0], kinds=", ".join(KINDS))
    for name, figures in (("annual", annual), ("halves", halves), ("half", half)):
        if np.isinf(figures).any():
            raise error("forecast.infinite", name=name)
    return annual, halves, half, kind


def _bounds(kind, lower, upper, half) -> tuple[np.ndarray, np.ndarray]:
    """Return the bounds (n,); one that the half itself lies beyond is none."""
    share, ends = kind == "share", []
    for given, usual in ((lower, np.where(share, 0.0, -np.inf)), (upper, np.where(share, 100.0, np.inf))):
        given = np.nan if given is None else np.broadcast_to(np.asarray(given, float), kind.shape)
        ends.append(np.where(np.isnan(given), usual, given))
    wrong = np.flatnonzero(ends[0] > ends[1])
    if len(wrong):
        lower, upper = (f"{end[wrong[0]]:g}" for end in ends)
        raise error("forecast.crossed_bounds", lower=lower, upper=upper)
    return np.where(half < ends[0], -np.inf, ends[0]), np.where(half > ends[1], np.inf, ends[1])
