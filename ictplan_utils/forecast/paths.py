"""A series as the prior sees it: the path of its semesters relative to this year's half, and figures drawn from it.

Everything here is free of scale: a series in million đồng and the same one in đồng have the same path. Figures are
logarithms; a share's are log odds (log p/(100 − p)), so that 99,5 % can hardly rise and 50 % can.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Self

import numpy as np

YEARS = 5
"""Past years that are looked at."""
SMALLEST_SCALE = 0.004
"""A series that never moved is still held able to move by about 0.4 %: rounding and late corrections."""
UNKNOWN_SCALE = 0.25
"""The movement assumed where nothing is known of the past: the middle of the public series."""
UNKNOWN = -9.0
"""What the trees read where a figure is missing: further down than any log ratio."""
FURTHEST = 6.0
"""Log ratios are cut here (e^6 = 403 times): beyond it, figures are typing errors, not movement."""
FURTHEST_TERM = 0.5
"""In the weighted sum for levels moves count up to half a logarithm."""
PRIOR_ERROR = 0.04
"""How far off the trees usually are on levels: the middle of the public series."""
FULLEST = 99.999
"""Shares nearer to 0 or 100 % than 0.001 points have no log odds of their own."""


@dataclass(frozen=True)
class Tasks:
    """What is to be forecast: past years' ends and halves (n, k), oldest first, this half and the kind (n,).

    NaN where a figure is missing.
    """

    annual: np.ndarray
    halves: np.ndarray
    half: np.ndarray
    kind: np.ndarray

    def __len__(self) -> int:
        return len(self.half)

    @property
    def flow(self) -> np.ndarray:
        """Tell which rows are flows."""
        return self.kind == "flow"

    def take(self, rows) -> Self:
        """Return the rows that `rows` (positions or mask) picks."""
        return type(self)(*(getattr(self, field.name)[rows] for field in fields(self)))


def place(value: np.ndarray, kind: np.ndarray) -> np.ndarray:
    """Return figures as logarithms, shares as log odds; NaN where a figure is missing or not positive."""
    with np.errstate(divide="ignore", invalid="ignore"):
        log = np.log(np.where(value > 0, value, np.nan))
        part = np.clip(value, 100 - FULLEST, FULLEST)
        return np.where(kind == "share", np.where(value > 0, np.log(part / (100 - part)), np.nan), log)


def move(end: np.ndarray, half: np.ndarray, kind: np.ndarray) -> np.ndarray:
    """Return how far the year's end lies from the half: log(end / half), of shares the difference of log odds."""
    return place(end, kind) - place(half, kind)


def year_end(moved: np.ndarray, half: np.ndarray, kind: np.ndarray) -> np.ndarray:
    """The inverse of `move`."""
    moved = np.clip(moved, -FURTHEST * 2, FURTHEST * 2)
    with np.errstate(invalid="ignore"):
        share = lambda odds: 100 / (1 + np.exp(-odds))  # noqa: E731
        start = place(half, kind)
        # From the half itself, which may stand at 100 %, where there are no odds.
        return np.where(kind == "share", half + share(start + moved) - share(start), half * np.exp(moved))


def semesters(tasks: Tasks) -> np.ndarray:
    """Return the last YEARS years' semesters and this half, relative to it: (n, 2·YEARS + 1), the last column 0.

    A flow's second semester is the year less its half; of the other kinds it is December's figure. NaN where a figure
    is missing.
    """
    empty = np.full((len(tasks), max(0, YEARS - tasks.annual.shape[1])), np.nan)
    annual, halves = (np.hstack([empty, past])[:, -YEARS:] for past in (tasks.annual, tasks.halves))
    path = np.empty((len(tasks), 2 * YEARS + 1))
    path[:, 0:-1:2] = halves
    path[:, 1::2] = np.where(tasks.flow[:, None], annual - halves, annual)
    path[:, -1] = tasks.half
    placed = place(path, tasks.kind[:, None])
    return np.clip(placed - placed[:, -1:], -FURTHEST, FURTHEST)


def figures(tasks: Tasks, siblings: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what the trees read, and the frame in which a flow's answer stands.

    Returns inputs (n, p), UNKNOWN where a figure is missing; offset (n,), the median of simple forecasts, as `move`;
    scale (n,), how far the series' semesters usually step. `siblings` (n,): what this half did to the place's other
    indicators (`siblings_moved`).
    """
    path, flow, kind = semesters(tasks), tasks.flow, tasks.kind
    firsts, seconds, steps = path[:, 0::2], path[:, 1::2], np.diff(path, axis=1)
    within, between = seconds - firsts[:, :-1], firsts[:, 1:] - seconds
    growth, growth_second = np.diff(firsts, axis=1), np.diff(seconds, axis=1)
    count = np.isfinite(within).sum(1)
    several = np.where(count > 1, 1.0, np.nan)
    usual = [_mean(within) * several, _middle(within) * several, seconds[:, -1] + 0.5 * growth_second[:, -1]]
    simple = np.column_stack([np.zeros(len(path)), within[:, -1], seconds[:, -1], *usual])
    centre = _middle(simple)
    sizes = np.abs(steps)
    stepped, grew, grew_second = (_mean(each) for each in (sizes, np.abs(growth), np.abs(growth_second)))
    # A flow whose halves always differ is steady: what counts is how each differs from the year before.
    scales = [np.where(flow, grew, stepped), grew, np.where(np.isfinite(grew_second), grew_second, grew)]
    scale = SMALLEST_SCALE + _mean(np.column_stack(scales))
    scale = np.where(np.isfinite(scale), np.clip(scale, SMALLEST_SCALE, 1.0), UNKNOWN_SCALE)

    last = [within[:, -1], between[:, -1], within[:, -2], between[:, -2]]
    means = [_mean(within), _mean(between), _mean(steps)]
    absolute = [*last, within[:, -3], between[:, -3], means[0], _middle(within), means[1], _middle(between),
                means[2], _middle(steps), _spread(within), _spread(growth), stepped, np.fmax.reduce(sizes, axis=1),
                np.fmin.reduce(sizes, axis=1), growth[:, -1], growth[:, -2], growth_second[:, -1],
                means[0] - means[1]]  # fmt: skip
    relative = [*last, *means, growth[:, -1], growth[:, -2], growth_second[:, -1], seconds[:, -1],
                within[:, -1] - centre, means[0] - centre, seconds[:, -1] - centre]  # fmt: skip
    offset = np.where(flow, np.log1p(np.exp(centre)), 0.0)
    total, here = np.full(len(tasks), np.nan), place(tasks.half, kind)
    if tasks.annual.shape[1]:
        total = np.where(flow, place(tasks.annual[:, -1], kind) - here, np.nan)
    ends = np.column_stack([total, np.log1p(np.exp(simple[:, :4]))])
    relative += [total - offset, np.where(flow, _middle(ends) - offset, np.nan)]
    relative = np.clip(np.column_stack(relative) / scale[:, None], -FURTHEST, FURTHEST)
    known = np.full(len(tasks), np.nan) if siblings is None else np.where(flow, np.nan, siblings)
    odds = np.where(kind == "share", here, 0.0)
    sorts = [np.log(scale), count, total, kind == "rate", kind == "share", odds, known]
    inputs = np.column_stack([*absolute, relative, *sorts])
    # Rounded, so that a figure in another unit falls on the same side of every threshold.
    return np.nan_to_num(np.round(inputs, 6), nan=UNKNOWN).astype(np.float32), offset, scale


def terms(tasks: Tasks, siblings: np.ndarray | None = None) -> np.ndarray:
    """Return what a level's weighted sum reads, (n, 18): its last and usual moves, and for rates the same once more.

    Logarithms as `semesters`, 0 where a figure is missing. In years unlike those learnt from, a sum from which trees
    depart errs less than trees alone.
    """
    path = semesters(tasks)
    firsts, seconds, steps = path[:, 0::2], path[:, 1::2], np.diff(path, axis=1)
    within, between = seconds - firsts[:, :-1], firsts[:, 1:] - seconds
    known = np.full(len(tasks), np.nan) if siblings is None else siblings
    moves = [between[:, -1], within[:, -1], _mean(steps), _middle(steps), _mean(within), _mean(between),
             -0.5 * firsts[:, -2], 0.5 * (seconds[:, -1] - seconds[:, -2]), known]  # fmt: skip
    moves = np.clip(np.nan_to_num(np.column_stack(moves)), -FURTHEST_TERM, FURTHEST_TERM)
    return np.hstack([moves, moves * (tasks.kind == "rate")[:, None]])


def steadied(moved: np.ndarray, tasks: Tasks) -> np.ndarray:
    """Return levels' moves (n,) drawn towards their own mean step as far as that step has been steady.

    Both are evidence and weigh by their variances, the series' own three times over: what stood still stays, what
    rose 5 % a half rises 5 %. On unseen counts and shares this erred 0.5–1 % less, on rates no more.
    """
    steps = np.diff(semesters(tasks), axis=1)
    count = np.isfinite(steps).sum(1)
    variance = _spread(steps) ** 2 * (count + 1) / np.maximum(count - 1, 1)
    own = np.where((count > 2) & ~tasks.flow, PRIOR_ERROR**2 / (PRIOR_ERROR**2 + 3 * variance), 0.0)
    return moved + np.where(own > 0, own * (_mean(steps) - moved), 0.0)


def siblings_moved(tasks: Tasks, place_of: np.ndarray) -> np.ndarray:
    """Return the mean move from last December to this June of each row's siblings, (n,); NaN where there is none.

    Siblings are the other rows of one place (`place_of`, (n,) labels) that are no flows.
    """
    moved = np.clip(-semesters(tasks)[:, -2], -1, 1)
    known = np.isfinite(moved) & ~tasks.flow
    code = np.unique(place_of, return_inverse=True)[1]
    moved = np.where(known, moved, 0.0)
    others = np.bincount(code, known)[code] - known
    total = np.bincount(code, moved)[code] - moved
    return np.where(others > 0, total / np.maximum(others, 1), np.nan)


def _mean(table: np.ndarray) -> np.ndarray:
    """Return each row's mean of what is known; NaN where nothing is."""
    known = np.isfinite(table)
    with np.errstate(invalid="ignore"):
        return np.where(known, table, 0.0).sum(1) / known.sum(1)


def _middle(table: np.ndarray) -> np.ndarray:
    """Return each row's median of what is known; NaN where nothing is."""
    ordered, count = np.sort(table, axis=1), np.isfinite(table).sum(1)  # NaN stands last
    rows = np.arange(len(table))
    return (ordered[rows, (count - 1) // 2] + ordered[rows, count // 2]) / 2


def _spread(table: np.ndarray) -> np.ndarray:
    """Return each row's standard deviation of what is known; NaN where nothing is."""
    return np.sqrt(_mean((table - _mean(table)[:, None]) ** 2))
