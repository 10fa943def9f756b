"""One forecast, or many at once: past years, their halves and this year's half → the year's end with intervals."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, fields
from statistics import NormalDist

import numpy as np

from ictplan_utils.errors import IctplanError
from ictplan_utils.forecast import paths, prior, rules
from ictplan_utils.forecast.learning import Learned, first_year_to_learn_from, learned

KINDS = ("flow", "stock", "share", "rate")
NARROWEST = 1e-4
"""No interval is narrower than 0.01 % of the figure each way: even a constant series can be corrected."""
SHORTER = {"2": "1", "3": "2", "5": "3"}
SHORTER_WEIGHT = 0.15
"""Part the network of the next shorter history has in a forecast: it saw more series and errs otherwise."""
RATE_CAUTION = 0.35
"""Part of a rate's forecast move that is taken back: rates are few among the public series (three regulators),
and on series unseen in fitting their networks moved too far from the half at every history length."""
FLOW_CAUTION, FLOW_USUAL = 0.06, 0.5
"""Of a flow's second half that lies further from the first than e^±0.5 (0.6–1.6 times), so much of the excess
is taken back: on unseen series such extremes came weaker again than the networks said (errors 0.3–1 % less)."""
NO_BOUNDS = (-np.inf, np.inf)
DEFAULT_BOUNDS = {"flow": NO_BOUNDS, "stock": NO_BOUNDS, "rate": NO_BOUNDS, "share": (0.0, 100.0)}

TREES_PART = {"rate": 0.6, "share": 0.6, "stock": 0.9}
"""Part the trees have in the point, the rest being the network's: on unseen rates and shares both together erred
least; on unseen counts the trees nearly alone."""
TREES_REACH = 0.3
"""How far, in the series' own scale, the trees may lead away from the network: it costs unseen series nothing, and
one that stood still is not set moving."""

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

    Half-widths are in log(second half / half) around `centre` where `logs`, else in the figure's own unit.
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
            raise IctplanError(f"coverage {coverage} is not between 0 and 1; write 0.8 for an 80 % interval")
        z = NormalDist().inv_cdf((1 + coverage) / 2)
        return self._end(-_width(self.below, z)), self._end(_width(self.above, z))

    def chance_below(self, value: np.ndarray) -> np.ndarray:
        """Return the probability (n,) that each year ends below `value` (n,); NaN where there is no forecast."""
        flow = self.kind == "flow"
        with np.errstate(invalid="ignore"):
            logs = paths.log_ratio(value, np.where(self.logs, self.half, 1.0), flow)
        # What has no logarithm (a flow that would end below its half) lies beyond every interval.
        logs = np.where(np.isfinite(logs), logs, -np.inf)
        away = np.where(self.logs, logs, value) - self.centre
        z = np.where(away < 0, -_score(self.below, -away), _score(self.above, away))
        chance = np.array([NormalDist().cdf(float(one)) for one in np.nan_to_num(z, nan=0.0)])
        return np.where(np.isnan(self.point) | np.isnan(value), np.nan, chance)

    def _end(self, away: np.ndarray) -> np.ndarray:
        grown = paths.year_end(self.centre + away, self.half, self.kind == "flow")
        return np.clip(np.where(self.logs, grown, self.centre + away), self.lower, self.upper)


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
        raise IctplanError("annual, halves and half must be numbers; write NaN (or None) for what is unknown") from None
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
) -> Forecasts:
    """Forecast n years' ends at once: `annual`, `halves` (n, k), `half` (n,), `kind` one name or (n,) names.

    `lower`, `upper` (n,): bounds, NaN where there is none. `experience`: what past errors of these series and
    their siblings taught (learning.py); without it, a series with more past years than the prior looks at
    learns from its own errors. Raises IctplanError as `predict`.
    """
    annual, halves, half, kind = _checked(annual, halves, half, kind)
    lower, upper = _bounds(kind, lower, upper)
    if experience is None:
        experience = own_experience(annual, halves, kind)
    return _forecast(annual, halves, half, kind, lower, upper, experience)


def _forecast(annual, halves, half, kind, lower, upper, experience: Learned | None) -> Forecasts:
    n, flow, coverages = len(half), kind == "flow", len(prior.COVERAGES)
    centre, logs = np.full(n, np.nan), np.zeros(n, bool)
    below, above = np.full((n, coverages), np.nan), np.full((n, coverages), np.nan)
    method = np.full(n, "none", dtype="U12")
    annual_used, halves_used, mended = rules.mend(annual, halves, half, kind)

    usable = half > 0
    years = rules.complete_years(annual_used, halves_used, flow)
    for length in ("gaps", *map(str, paths.LENGTHS)):
        rows = usable & (_length_for(years) == length)
        for group in dict.fromkeys(map(prior_group, np.unique(kind[rows]))):
            pick = np.flatnonzero(rows & np.isin(kind, GROUPS[group]))
            centre[pick], below[pick], above[pick] = _ask_prior(
                group, length, annual_used[pick], halves_used[pick], half[pick], kind[pick]
            )
            logs[pick] = True
            method[pick] = "half_only" if length == "gaps" else f"prior_{length}"
    gaps = (method == "half_only") & (np.isfinite(annual_used).any(1) | np.isfinite(halves_used).any(1))
    method[gaps] = "prior_gaps"

    plain = np.isfinite(half) & ~usable
    if plain.any():
        centre[plain], below[plain], above[plain] = rules.additive(
            annual[plain], halves[plain], half[plain], flow[plain]
        )
        method[plain] = "additive"
    shift = np.zeros(n)
    if experience is not None:
        spread = (below[:, 1] + above[:, 1]) / 2
        shift = np.where(logs, experience.shift * spread, 0.0)
        centre = centre + shift
        below, above = below * experience.widen[:, None], above * experience.widen[:, None]
    ended = np.where(logs, paths.year_end(centre, half, flow), centre)
    positive = ((annual >= 0) | np.isnan(annual)).all(1) & ((halves >= 0) | np.isnan(halves)).all(1) & (half >= 0)
    lower = np.where(positive, np.maximum(lower, 0.0), lower)
    lower = np.where(flow & (half >= 0), np.maximum(lower, half), lower)
    upper = np.maximum(upper, lower)
    point = np.clip(ended, lower, upper)
    return Forecasts(annual, halves, half, kind, point, centre, below, above, logs, lower, upper, method, mended, shift)


GROUPS = {"flow": ("flow",), "ratio": ("rate", "share", "stock")}
"""Which kinds each group of networks answers for.

A stock is what an office counts: stations, subscribers. Most public stocks are the competitions', and seasonal; the
trees and networks of ratios learnt from telecom regulators alone, their counts too: on regulators' counts they had not
seen they erred by 4.2, 3.9, 3.9, 4.3 % with 1, 2, 3, 5 past years, where networks for stocks in general erred by 6.6,
5.9, 5.4, 5.1 % and the best simple forecast by 5.6, 5.6, 5.9, 6.2 %.
"""


def prior_group(kind: str) -> str:
    """Return the group of networks that answers for a kind."""
    return next(group for group, kinds in GROUPS.items() if kind in kinds)


def _ask_prior(group, length, annual, halves, half, kind) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return centre (n,) and calibrated half-widths (n, coverages) as logs of second half / half."""
    answers, scale = _answers(group, length, annual, halves, half, kind)
    shorter = SHORTER.get(length)
    if shorter is not None:
        answers += SHORTER_WEIGHT * (_answers(group, shorter, annual, halves, half, kind)[0] - answers)
    if length != "gaps":
        answers -= RATE_CAUTION * np.where(kind == "rate", answers[:, 0], 0.0)[:, None]
        excess = np.sign(answers[:, 0]) * np.maximum(np.abs(answers[:, 0]) - FLOW_USUAL, 0)
        answers -= FLOW_CAUTION * np.where(kind == "flow", excess, 0.0)[:, None]
    middle = len(prior.LEVELS) // 2
    if group == "ratio":
        # Their median stands at the point: on unseen rates and counts such intervals scored better by 1–3 per cent.
        answers[:, 1:] += answers[:, :1] - answers[:, [1 + middle]]
        answers += _toward_trees(answers[:, 0], scale, length, annual, halves, half, kind)[:, None]
    centre, quantiles = answers[:, 0], np.sort(answers[:, 1:], axis=1)
    below = centre[:, None] - quantiles[:, middle - 1 :: -1]
    above = quantiles[:, middle + 1 :] - centre[:, None]
    least = np.maximum(scale * 0.01, NARROWEST)[:, None]
    for name in np.unique(kind):
        rows = kind == name
        factors_below, factors_above = prior.calibration(name, length)
        below[rows] = np.maximum(below[rows], least[rows]) * factors_below
        above[rows] = np.maximum(above[rows], least[rows]) * factors_above
    return centre, np.maximum.accumulate(below, axis=1), np.maximum.accumulate(above, axis=1)


def _answers(group, length, annual, halves, half, kind) -> tuple[np.ndarray, np.ndarray]:
    """Return one network's point and quantiles (n, 1 + levels) as logs of second half / half, and the scale (n,)."""
    flow = kind == "flow"
    kind = np.where(kind == "stock", "share", kind)  # as which counts were taught to the networks of ratios
    if length == "gaps":
        inputs, offset, scale = paths.gap_features(paths.gap_path(annual, halves, half, flow), kind)
    else:
        k = int(length)
        path = paths.semester_path(annual[:, -k:], halves[:, -k:], half, flow)
        inputs, offset, scale = paths.features(path, kind)
    answers = prior.answer(prior.network(group, length), inputs)
    return offset[:, None] + scale[:, None] * answers, scale


def _toward_trees(centre, scale, length, annual, halves, half, kind) -> np.ndarray:
    """Return by how much (n,) the trees for rates, shares and counts move the networks' `centre`."""
    flow = kind == "flow"
    if length == "gaps":
        found = prior.grown(prior.trees("gaps"), paths.gap_summary(paths.gap_path(annual, halves, half, flow)))
    else:
        k = int(length)
        path = paths.semester_path(annual[:, -k:], halves[:, -k:], half, flow)
        found = prior.grown(prior.trees("ratio"), paths.summary(path))
    part = np.select([kind == name for name in TREES_PART], list(TREES_PART.values()))
    return np.clip(part * (found - centre), -TREES_REACH * scale, TREES_REACH * scale)


def own_experience(annual: np.ndarray, halves: np.ndarray, kind: np.ndarray) -> Learned | None:
    """Return what each series' own past errors teach, where it has more years than the prior looks at."""
    if annual.shape[1] <= max(paths.LENGTHS):
        return None
    return learned(past_errors(annual, halves, kind))


def past_errors(annual: np.ndarray, halves: np.ndarray, kind: np.ndarray) -> np.ndarray:
    """Return how past years would have missed, (n, years), in units of their own 80 % half-widths.

    Each is forecast from the years before it; the first of k is `first_year_to_learn_from`. NaN where a year
    cannot be forecast.
    """
    n, k = annual.shape
    first = first_year_to_learn_from(k, max(paths.LENGTHS))
    errors = np.full((n, max(k - first, 0)), np.nan)
    none = np.full(n, -np.inf), np.full(n, np.inf)
    for year in range(first, k):
        past = _forecast(annual[:, :year], halves[:, :year], halves[:, year], kind, *none, None)
        truth = paths.log_ratio(annual[:, year], np.where(past.logs, past.half, np.nan), kind == "flow")
        errors[:, year - first] = (truth - past.centre) / ((past.below[:, 1] + past.above[:, 1]) / 2)
    return errors


def _length_for(years: np.ndarray) -> np.ndarray:
    """Return the name of the network for so many complete latest years: the longest that they fill."""
    names = np.array(["gaps", *map(str, paths.LENGTHS)])
    return names[np.searchsorted(paths.LENGTHS, years, side="right")]


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
        raise IctplanError(
            f"annual {annual.shape}, halves {halves.shape} and half {half.shape} do not fit together; "
            "give a past half for every past year (NaN where unknown), oldest first"
        )
    kind = np.broadcast_to(np.asarray(kind, dtype=str), (n,))
    strange = set(np.unique(kind)) - set(DEFAULT_BOUNDS)
    if strange:
        raise IctplanError(f"kind '{sorted(strange)[0]}' is none of {', '.join(KINDS)}")
    for name, figures in (("annual", annual), ("halves", halves), ("half", half)):
        if np.isinf(figures).any():
            raise IctplanError(f"{name} holds an infinite figure; write NaN where a figure is unknown")
    return annual, halves, half, kind


def _bounds(kind, lower, upper) -> tuple[np.ndarray, np.ndarray]:
    ends = []
    for given, which, default in ((lower, 0, -np.inf), (upper, 1, np.inf)):
        usual = [ends_of[which] for ends_of in DEFAULT_BOUNDS.values()]
        end = np.select([kind == name for name in DEFAULT_BOUNDS], usual, default)
        if given is not None:
            given = np.broadcast_to(np.asarray(given, float), kind.shape)
            end = np.where(np.isnan(given), end, given)
        ends.append(end)
    wrong = np.flatnonzero(ends[0] > ends[1])
    if len(wrong):
        raise IctplanError(f"the lower bound {ends[0][wrong[0]]:g} is above the upper one {ends[1][wrong[0]]:g}")
    return ends[0], ends[1]
