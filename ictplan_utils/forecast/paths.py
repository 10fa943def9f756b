"""A series as the prior sees it: the path of its semesters, in logarithms, relative to this year's half.

Everything here is free of scale: a series in million đồng and the same one in đồng have the same path.
"""

from __future__ import annotations

import numpy as np

LENGTHS = (1, 2, 3, 5)
"""Numbers of complete past years for which the prior holds a network; four years use that of three."""
GAP_YEARS = 3
"""Past years that the network for histories with gaps looks at."""
SMALLEST_SCALE = 0.004
"""A series that never moved is still held able to move by about 0.4 %: rounding and late corrections."""
UNKNOWN = -9.0
"""What the trees read where a figure is missing: further down than any log ratio."""
UNKNOWN_SCALE = 0.25
"""The movement assumed where nothing is known of the past: the middle of the public series."""
FURTHEST = 6.0
"""Log ratios are cut here (e^6 = 403 times): beyond it, figures are typing errors, not movement."""


def semester_path(annual: np.ndarray, halves: np.ndarray, half: np.ndarray, flow: np.ndarray) -> np.ndarray:
    """Return log(semester / this half), oldest first: shape (n, 2k) from `annual`, `halves` (n, k), `half` (n,).

    The second semester of a flow is the year less its half; of the other kinds, December's figure. NaN
    where a figure is missing or has no logarithm.
    """
    n, k = annual.shape
    second = np.where(flow[:, None], annual - halves, annual)
    path = np.empty((n, 2 * k))
    with np.errstate(divide="ignore", invalid="ignore"):
        path[:, 0::2] = np.log(np.where(halves > 0, halves, np.nan) / half[:, None])
        path[:, 1::2] = np.log(np.where(second > 0, second, np.nan) / half[:, None])
    return np.clip(path, -FURTHEST, FURTHEST)


def features(path: np.ndarray, kind: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what the network of a complete path reads, and the frame in which it answers.

    `path` (n, 2k) complete; `kind` (n,) names. Returns inputs (n, p), offset (n,), scale (n,): the network
    answers in units of `scale` from `offset`, the median of simple forecasts of log(second semester / half).
    So a slow series and a wild one look alike to it, and what tells them apart is given as inputs.
    """
    n, k = len(path), path.shape[1] // 2
    full = np.column_stack([path, np.zeros(n)])
    firsts, seconds = full[:, 0::2], path[:, 1::2]
    within = seconds - firsts[:, :-1]
    between = firsts[:, 1:] - seconds
    growth, growth_second = np.diff(firsts, axis=1), np.diff(seconds, axis=1)
    steps = np.diff(full, axis=1)

    simple = [np.zeros(n), within[:, -1], seconds[:, -1]]
    if k > 1:
        simple += [within.mean(1), np.median(within, 1), seconds[:, -1] + 0.5 * growth_second[:, -1]]
    offset = np.median(simple, axis=0)
    growth_size = np.abs(growth).mean(1)
    second_size = np.abs(growth_second).mean(1) if k > 1 else growth_size
    scale = np.clip(SMALLEST_SCALE + (np.abs(steps).mean(1) + growth_size + second_size) / 3, SMALLEST_SCALE, 1.0)

    shapes = [path, within, between, growth, np.array(simple).T]
    if k > 1:
        changes = np.abs(np.diff(within, axis=1)).mean(1)
        habits = [within.std(1), growth.std(1), np.abs(steps).mean(1), within[:, -1] - within[:, :-1].mean(1),
                  np.abs(within.mean(1)), changes, firsts.std(1)]  # fmt: skip
        shapes += [growth_second, np.array(habits).T]
    relative = np.clip(np.column_stack(shapes) / scale[:, None], -8, 8) / 2
    absolute = np.arcsinh(np.column_stack([path, within, growth]) / 0.1)
    sort = [np.log(scale) / 2 + 1, kind == "rate", kind == "share"]
    return np.column_stack([relative, absolute, *sort]).astype(np.float32), offset, scale


def summary(path: np.ndarray) -> np.ndarray:
    """Return what the trees read of a complete path (n, 2k): SUMMARY figures, the same whatever k is.

    What the two semesters of the last years changed, what they changed on average, how far steps reach, and
    the first of these again in parts of `features`' scale.
    """
    n, k = len(path), path.shape[1] // 2
    full = np.column_stack([path, np.zeros(n)])
    firsts, seconds, steps = full[:, 0::2], path[:, 1::2], np.diff(full, axis=1)
    within, between = seconds - firsts[:, :-1], firsts[:, 1:] - seconds
    growth, sizes, before = firsts[:, -1] - firsts[:, -2], np.abs(steps), -2 if k > 1 else -1
    scale = features(path, np.full(n, ""))[2]
    last = [within[:, -1], between[:, -1]]
    absolute = [*last, within[:, before], between[:, before], within.mean(1), np.median(within, 1), between.mean(1),
                np.median(between, 1), steps.mean(1), np.median(steps, 1), within.std(1), sizes.mean(1), sizes.max(1),
                sizes.min(1), growth, within.mean(1) - between.mean(1), np.full(n, k)]  # fmt: skip
    relative = np.column_stack([*last, within.mean(1), between.mean(1), steps.mean(1), growth]) / scale[:, None]
    return np.column_stack([*absolute, np.clip(relative, -4, 4)]).astype(np.float32)


def gap_features(path: np.ndarray, kind: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the same for a path with gaps: (n, 2·GAP_YEARS) with NaN, plus last years' totals of flows.

    `path` has, behind the semesters, log(year / half) of the same years, so that a total whose half is
    unknown (the commonest case in an office's first report) still speaks.
    """
    known = np.isfinite(path)
    filled = np.where(known, path, 0.0)
    count = known.sum(1)
    size = np.abs(filled).sum(1) / np.maximum(count, 1)
    scale = np.where(count > 0, np.clip(SMALLEST_SCALE + size, SMALLEST_SCALE, 1.0), UNKNOWN_SCALE)
    relative = np.clip(filled / scale[:, None], -8, 8) / 2
    sort = [np.log(scale) / 2 + 1, kind == "rate", kind == "share"]
    inputs = np.column_stack([relative, np.arcsinh(filled / 0.1), known, *sort])
    return inputs.astype(np.float32), np.zeros(len(path)), scale


def gap_summary(path: np.ndarray) -> np.ndarray:
    """Return what the trees read of `gap_path`'s path (n, 3·GAP_YEARS): UNKNOWN where nothing is known.

    The newest semesters, what second semesters changed, the newest figure of all, December over December, how
    far the figures lie from this half, and how many are known.
    """
    semesters = path[:, : 2 * GAP_YEARS]
    known = np.isfinite(semesters)
    seconds = semesters[:, 1::2]
    within = seconds - semesters[:, 0::2]
    newest = np.full(len(path), np.nan)
    for column in range(semesters.shape[1]):
        newest = np.where(known[:, column], semesters[:, column], newest)
    columns = [*semesters[:, :0:-1].T, *within[:, :0:-1].T, _known_mean(within), newest, *np.diff(seconds).T,
               _known_mean(np.abs(semesters)), known.sum(1)]  # fmt: skip
    return np.nan_to_num(np.column_stack(columns), nan=UNKNOWN).astype(np.float32)


def _known_mean(table: np.ndarray) -> np.ndarray:
    """Return each row's mean of what is known; NaN where nothing is."""
    known = np.isfinite(table)
    with np.errstate(invalid="ignore"):
        return np.where(known, table, 0.0).sum(1) / known.sum(1)


def gap_path(annual: np.ndarray, halves: np.ndarray, half: np.ndarray, flow: np.ndarray) -> np.ndarray:
    """Return the path `gap_features` reads, (n, 3·GAP_YEARS): semesters, then log(year / (2·half or half))."""
    n, k = annual.shape
    if k < GAP_YEARS:
        empty = np.full((n, GAP_YEARS - k), np.nan)
        annual, halves = np.hstack([empty, annual]), np.hstack([empty, halves])
    annual, halves = annual[:, -GAP_YEARS:], halves[:, -GAP_YEARS:]
    semesters = semester_path(annual, halves, half, flow)
    with np.errstate(divide="ignore", invalid="ignore"):
        double = np.where(flow, 2.0, 1.0)[:, None]
        totals = np.log(np.where(annual > 0, annual, np.nan) / half[:, None] / double)
    return np.hstack([semesters, np.clip(totals, -FURTHEST, FURTHEST)])


def year_end(log_ratio: np.ndarray, half: np.ndarray, flow: np.ndarray) -> np.ndarray:
    """Turn log(second semester / half) into the year's end; arrays broadcast over leading axes."""
    grown = half * np.exp(np.clip(log_ratio, -FURTHEST * 2, FURTHEST * 2))
    return np.where(flow, half + grown, grown)


def log_ratio(end: np.ndarray, half: np.ndarray, flow: np.ndarray) -> np.ndarray:
    """The inverse of `year_end`; NaN where the end has no logarithm (a flow that ended at its half)."""
    second = np.where(flow, end - half, end)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(np.where(second > 0, second, np.nan) / half)
