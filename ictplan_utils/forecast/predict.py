"""One forecast, or many at once: past years, their halves and this year's half → the year's end with intervals."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from ictplan_utils.forecast import paths, prior, rules
from ictplan_utils.forecast.learning import Learned, first_year_to_learn_from, learned
from ictplan_utils.forecast.paths import Tasks
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
class Forecasts(Tasks):
    """Many predictions: arrays (n,). `below`, `above` (n, len(prior.COVERAGES)) are half-widths.

    `centre` and half-widths are as `paths.move` counts where `logs`, else in the figure's own unit. Where `whole`,
    points and ends of intervals are whole numbers.
    """

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

    def __getitem__(self, row: int) -> Prediction:
        return Prediction(float(self.point[row]), str(self.method[row]), self, range(len(self))[row])

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
    tasks = _checked(annual, halves, half, kind)
    lower, upper = _bounds(tasks.kind, lower, upper, tasks.half)
    rates = (tasks.kind == "share") & (upper > 100)  # of what may exceed the whole there are no odds
    tasks = replace(tasks, kind=np.where(rates, "rate", tasks.kind))
    if experience is None and tasks.annual.shape[1] > paths.YEARS:
        experience = learned(past_errors(tasks.annual, tasks.halves, tasks.kind))
    return _forecast(tasks, lower, upper, experience, place)


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


def _forecast(tasks: Tasks, lower, upper, experience: Learned | None, place=None) -> Forecasts:
    n, half, kind, coverages = len(tasks), tasks.half, tasks.kind, len(prior.COVERAGES)
    centre, logs = np.full(n, np.nan), half > 0
    below, above = np.full((n, coverages), np.nan), np.full((n, coverages), np.nan)
    method = np.full(n, "none", dtype="U12")
    used, mended = rules.mend(tasks)
    siblings = None if place is None else paths.siblings_moved(used, place)
    if logs.any():
        told = _ask_prior(used.take(logs), None if siblings is None else siblings[logs])
        centre[logs], below[logs], above[logs] = told
        known = np.isfinite(used.annual).any(1) | np.isfinite(used.halves).any(1)
        complete = rules.complete_years(used) > 0
        method[logs] = np.select([complete, known], ["prior", "prior_gaps"], "half_only")[logs]
    lower, upper = _limits(tasks, lower, upper)
    plain = np.isfinite(half) & ~logs
    if plain.any():
        centre[plain], below[plain], above[plain] = rules.additive(tasks.take(plain))
        centre = np.where(plain, np.clip(centre, lower, upper), centre)
        method[plain] = "additive"
    shift = np.zeros(n)
    if experience is not None:
        spread = (below[:, 1] + above[:, 1]) / 2
        shift = np.where(logs, experience.shift * spread, 0.0)
        centre = centre + shift
        below, above = below * experience.widen[:, None], above * experience.widen[:, None]
    point = np.where(logs, paths.year_end(centre, half, kind), centre)
    whole = (kind == "stock") & rules.whole(tasks)
    point = np.clip(np.where(whole, np.rint(point), point), lower, upper)
    for rows, reach in ((whole & logs, rules.one_more), ((kind == "share") & logs, rules.tenths)):
        if rows.any():
            ends = reach(point[rows], tasks.take(rows))
            low, high = (paths.move(end, half[rows, None], kind[rows, None]) - centre[rows, None] for end in ends)
            below[rows], above[rows] = np.fmax(below[rows], -low), np.fmax(above[rows], high)
    return Forecasts(
        *vars(tasks).values(), point, centre, below, above, logs, lower, upper, method, mended, shift, whole
    )


def _limits(tasks: Tasks, lower, upper) -> tuple[np.ndarray, np.ndarray]:
    """Return the bounds (n,), drawn in: what was never negative stays so, and a flow ends at its half or above."""
    known, half = np.column_stack([tasks.annual, tasks.halves]), tasks.half
    positive = ((known >= 0) | np.isnan(known)).all(1) & (half >= 0)
    lower = np.where(positive, np.maximum(lower, 0.0), lower)
    lower = np.where(tasks.flow & (half >= 0), np.maximum(lower, half), lower)
    return lower, np.maximum(upper, lower)


def _ask_prior(tasks: Tasks, siblings: np.ndarray | None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return centre (n,) and calibrated half-widths (n, coverages), as `paths.move` counts."""
    inputs, offset, scale = paths.figures(tasks, siblings)
    flow, kind = tasks.flow, tasks.kind
    centre, error = np.empty(len(tasks)), np.empty(len(tasks))
    for name, rows in (("flow", flow), ("level", ~flow)):
        if rows.any():
            centre[rows] = prior.grown(prior.forest(name, "point"), inputs[rows])
            error[rows] = prior.grown(prior.forest(name, "error"), inputs[rows])
    summed = centre + paths.terms(tasks, siblings) @ prior.weights()
    centre = np.where(flow, offset + scale * centre, paths.steadied(summed, tasks))
    error = scale * np.exp(error)
    years = rules.complete_years(tasks)
    length = np.searchsorted(prior.LENGTHS, years, side="right") - 1
    widths = np.empty((len(tasks), 2, len(prior.COVERAGES)))
    for name in np.unique(kind):
        rows = kind == name
        widths[rows] = prior.calibration(str(name))[length[rows]] * error[rows, None, None]
    widths = np.maximum.accumulate(np.maximum(widths, NARROWEST), axis=2)
    return centre, widths[:, 0], widths[:, 1]


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
        past = _forecast(Tasks(annual[:, :year], halves[:, :year], halves[:, year], kind), *none, None)
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


def _checked(annual, halves, half, kind) -> Tasks:
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
    return Tasks(annual, halves, half, kind)


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
