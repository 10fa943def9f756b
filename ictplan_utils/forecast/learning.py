"""What an office's own past, and its siblings', teach beyond what the prior already reads from a series.

Past years of every series are forecast again from the years before them. Each error, in units of its own
80 % half-width, is evidence on whether the prior is biased or too sure here. Three levels stand between the
prior and one series: all indicators of its kind, the same indicator in other areas, the series itself.

- Widths: each level's mean error size is drawn towards the level above as if that held so many years
  (empirical Bayes with known prior weight: Gelman et al., Bayesian Data Analysis, 3rd ed., § 5.4).
- Bias: only what is proven is believed, by the positive part of 1 − c/t² (James and Stein 1961), t the mean
  error over its standard error. On public series repeated errors mostly do not repeat again (shrinking them
  by years alone made forecasts 5 % worse), so the proof asked is high; once it is there, it outweighs the
  prior. Siblings share a year's weather, so a year of all of them counts as one witness.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

PROOF = 9.0
"""c above: a mean error moves a forecast from three standard errors on."""
FEWEST_YEARS = 4
"""Errors of fewer years prove nothing, however alike: with two or three, forecasts became 2 % worse."""
OWN_DEVIATION, SHARED_DEVIATION = 0.78, 0.40
"""What errors of one series, and yearly means of many, scatter by, before any is seen …"""
DEVIATION_YEARS = 3.0
"""… and how many years that guess weighs."""
SIBLING_YEARS, KIND_YEARS, SPREAD_YEARS = 12.0, 40.0, 24.0
"""Widths: area-years of siblings, errors of the kind, own years that weigh as much as the level above."""
LARGEST_ERROR = 3.0
"""Errors are cut at three half-widths, so that one broken year is one bad year and no more."""
USUAL_ERROR = 0.62
"""Mean absolute error, in 80 % half-widths, of a forecast whose intervals are right (normal: 0.798 / 1.2816)."""
WIDEN_LIMITS = (0.5, 2.5)


@dataclass(frozen=True)
class Learned:
    """Per series (n,): the shift of its centre in 80 % half-widths, and the factor on its widths."""

    shift: np.ndarray
    widen: np.ndarray


def first_year_to_learn_from(years: int, longest: int) -> int:
    """Return the first past year whose error tells something: forecast from about as much as is known today."""
    return max(1, min(years - 2, longest))


def learned(errors: np.ndarray, siblings: np.ndarray | None = None, kinds: np.ndarray | None = None) -> Learned | None:
    """Draw experience from `errors` (n, m), a column a year, NaN where a year could not be forecast.

    `siblings`, `kinds` (n,): labels of the series that learn from each other (the same indicator elsewhere;
    indicators of one kind). Without labels a series learns from itself alone. None where nothing is known.
    """
    if errors.size == 0 or not np.isfinite(errors).any():
        return None
    cut = np.clip(errors, -LARGEST_ERROR, LARGEST_ERROR)
    known = np.isfinite(cut)
    count = known.sum(1)
    size = np.where(known, np.abs(cut), 0).sum(1)
    bias, wide = np.zeros(len(errors)), np.ones(len(errors))
    for labels, years in ((kinds, KIND_YEARS), (siblings, SIBLING_YEARS)):
        if labels is None:
            continue
        code = np.unique(labels, return_inverse=True)[1]
        bias = bias + _proven(_yearly_means(cut - bias[:, None], code), SHARED_DEVIATION)[code]
        # A series is no witness for itself: its own years come in below, once.
        others = np.bincount(code, count)[code] - count
        their_size = np.bincount(code, size)[code] - size
        wide = (years * wide + their_size / USUAL_ERROR) / (years + others)
    bias = bias + _proven(cut - bias[:, None], OWN_DEVIATION)
    wide = (SPREAD_YEARS * wide + size / USUAL_ERROR) / (SPREAD_YEARS + count)
    return Learned(bias, np.clip(wide, *WIDEN_LIMITS))


def _yearly_means(errors: np.ndarray, code: np.ndarray) -> np.ndarray:
    """Return each group's mean error of each year, (groups, m), NaN where no member has one."""
    groups = code.max() + 1
    known = np.isfinite(errors)
    total, count = np.zeros((groups, errors.shape[1])), np.zeros((groups, errors.shape[1]))
    np.add.at(total, code, np.where(known, errors, 0))
    np.add.at(count, code, known)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _proven(errors: np.ndarray, deviation: float) -> np.ndarray:
    """Return the part of each row's mean that its years prove, (n,): 0 where they prove nothing."""
    known = np.isfinite(errors)
    count = known.sum(1)
    mean = np.where(known, errors, 0).sum(1) / np.maximum(count, 1)
    scatter = np.where(known, (errors - mean[:, None]) ** 2, 0).sum(1)
    variance = (DEVIATION_YEARS * deviation**2 + scatter) / (DEVIATION_YEARS + np.maximum(count - 1, 0))
    proof = mean**2 / (variance / np.maximum(count, 1))
    return np.where(count >= FEWEST_YEARS, mean * np.maximum(0, 1 - PROOF / np.maximum(proof, 1e-12)), 0.0)
