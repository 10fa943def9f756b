"""What is done before and beside the prior: broken years mended, gaps found, figures without a logarithm."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ictplan_utils.forecast.paths import Tasks
from ictplan_utils.forecast.prior import COVERAGES

BROKEN_FACTOR = 3.0
"""A year is broken when it lies this many times away from both neighbours …"""
NEIGHBOURS_AGREE = 1.3
"""… while these lie within this factor of each other: a misprint or a lost quarter, not movement."""
NORMAL_SCORES = (0.674, 1.282, 1.645, 1.960)
"""Half-widths of the intervals of prior.COVERAGES, in standard deviations."""
LEAST_POINTS = 0.25
"""Percentage points (a standard deviation) that any share may move by: printed in tenths, corrected by some."""
LEAST_COUNT = 0.1
"""Stands for a count of 0, which has no logarithm, and rounds to it."""
UNCERTAIN_PART = 0.5
"""Standard deviation, in parts of the typical figure, where two past changes are not known."""


def complete_years(tasks: Tasks) -> np.ndarray:
    """Return how many latest years in a row are complete and have logarithms, (n,)."""
    annual, halves = tasks.annual, tasks.halves
    with np.errstate(invalid="ignore"):
        good = (annual > 0) & (halves > 0) & (~tasks.flow[:, None] | (annual > halves))
    return np.cumprod(good[:, ::-1], axis=1).sum(1) if good.shape[1] else np.zeros(len(good), int)


def mend(tasks: Tasks) -> tuple[Tasks, np.ndarray]:
    """Return tasks with broken figures replaced by their neighbours' geometric mean, and which rows.

    A half is held against the halves before and after it (this year's is the last), a year's end against
    the ends before and after; the last year's end has no later neighbour and is left alone.
    """
    annual, halves = tasks.annual.copy(), tasks.halves.copy()
    mended = np.zeros(len(tasks), bool)
    for figures, series in ((halves, np.column_stack([halves, tasks.half])), (annual, annual)):
        for year in range(1, series.shape[1] - 1):
            with np.errstate(divide="ignore", invalid="ignore"):
                before, here, after = (np.log(series[:, year + step]) for step in (-1, 0, 1))
                low, high = np.minimum(before, after), np.maximum(before, after)
                agree = high - low < np.log(NEIGHBOURS_AGREE)
                away = (here < low - np.log(BROKEN_FACTOR)) | (here > high + np.log(BROKEN_FACTOR))
            broken = agree & away & np.isfinite(here)
            figures[broken, year] = np.exp((before + after)[broken] / 2)
            mended |= broken
    return replace(tasks, annual=annual, halves=halves), mended


def additive(tasks: Tasks) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Forecast what has no logarithm (a half that is zero or negative), in the figure's own unit.

    The year ends at the half plus the median of what past second halves added (flows) or changed. Returns
    point (n,) and half-widths (n, coverages) from the spread of those, or of the figures where there is none; what
    is no flow may also step as far as it did from semester to semester.
    """
    annual, halves, half, flow = tasks.annual, tasks.halves, tasks.half, tasks.flow
    added = annual - halves
    known = np.isfinite(added)
    count = known.sum(1)
    ordered = np.ma.masked_array(added, ~known)
    middle = np.ma.filled(np.ma.median(ordered, axis=1), np.nan) if added.shape[1] else np.full(len(half), np.nan)
    figures = np.column_stack([np.abs(annual), np.abs(halves), np.abs(half)])
    typical = np.nanmean(figures, axis=1)
    # With no past second half, a flow adds its half again; what is zero and was never otherwise stays.
    last = np.full(len(half), np.nan)
    for year in range(annual.shape[1]):
        last = np.where(np.isfinite(annual[:, year]), annual[:, year], last)
    fallback = np.where(flow, np.where(np.isfinite(last) & (half == 0), last, half), 0.0)
    step = np.where(count > 0, middle, fallback)
    spread = np.ma.filled(np.ma.std(ordered, axis=1), 0.0) if added.shape[1] else np.zeros(len(half))
    weight = count / (count + 2.0)
    deviation = weight * np.nan_to_num(spread) + (1 - weight) * UNCERTAIN_PART * typical
    deviation = np.maximum(deviation, 0.01 * typical)
    steps = np.diff(_semesters(tasks), axis=1)
    stepped = np.sqrt(np.nansum(steps**2, axis=1) / np.maximum(np.isfinite(steps).sum(1), 1))
    deviation = np.where(flow, deviation, np.maximum(deviation, stepped))
    unmoved = typical == 0
    deviation = np.where(unmoved, 0.5, deviation)  # always zero so far: one unit is conceivable
    widths = deviation[:, None] * np.array(NORMAL_SCORES)
    return half + step, widths, widths.copy()


def whole(tasks: Tasks) -> np.ndarray:
    """Tell which series (n,) are counts of whole things: no figure known of them has decimals."""
    figures = _semesters(tasks)
    return np.isfinite(tasks.half) & (np.isnan(figures) | (figures == np.rint(figures))).all(1)


def one_more(point: np.ndarray, tasks: Tasks) -> tuple[np.ndarray, np.ndarray]:
    """Return how low and how high (n, coverages) an interval around a whole count reaches at least.

    A count changes by December with chance (changes + 1) / (steps + 2), as often as its semesters did (Laplace's rule
    of succession); an interval that promises more than the rest reaches the next whole numbers.
    """
    steps = np.diff(_semesters(tasks), axis=1)
    chance = ((np.abs(steps) > 0).sum(1) + 1) / (np.isfinite(steps).sum(1) + 2)
    by = np.where(1 - chance[:, None] < np.array(COVERAGES), 1.0, 0.0)
    return np.maximum(point[:, None] - by, LEAST_COUNT), point[:, None] + by


def tenths(point: np.ndarray, _: Tasks) -> tuple[np.ndarray, np.ndarray]:
    """Return how low and how high (n, coverages) intervals around shares reach at least: LEAST_POINTS is normal."""
    by = LEAST_POINTS * np.array(NORMAL_SCORES)
    return np.maximum(point[:, None] - by, LEAST_COUNT), np.minimum(point[:, None] + by, 100.0)


def _semesters(tasks: Tasks) -> np.ndarray:
    """Return June's and December's figures in turn, this June's last: (n, 2k + 1)."""
    past = np.stack([tasks.halves, tasks.annual], axis=2).reshape(len(tasks), -1)
    return np.column_stack([past, tasks.half])
