"""What an office's own past, and its siblings', teach: shrinkage from the general to the particular.

Every past year of every series is forecast again from the years before it. Its error, in units of its own
80 % half-width, is evidence on whether the prior is biased or too sure here. Three levels stand between the
prior and one series: all indicators of its kind, the same indicator in other areas, the series itself. Each
level's mean is drawn towards the level above as if that held so many past years (an empirical Bayes estimate
with known prior weight: Gelman et al., Bayesian Data Analysis, 3rd ed., § 5.4). So one strange year moves
little, and ten years of the same error outweigh the prior.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

OWN_YEARS = 6.0
"""Years of own errors that weigh as much as what siblings and prior say."""
SIBLING_YEARS = 12.0
"""Area-years of siblings' errors that weigh as much as what the kind says."""
KIND_YEARS = 40.0
"""Errors of other indicators of the kind that weigh as much as the prior."""
SPREAD_YEARS = 8.0
"""Years of own errors that weigh as much as the prior's interval widths."""
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
    years: np.ndarray


def learned(errors: np.ndarray, siblings: np.ndarray | None = None, kinds: np.ndarray | None = None) -> Learned | None:
    """Draw experience from `errors` (n, m), NaN where a year could not be forecast.

    `siblings`, `kinds` (n,): labels of the series that learn from each other (the same indicator elsewhere;
    indicators of one kind). Without labels a series learns from itself alone. None where nothing is known.
    """
    if errors.size == 0 or not np.isfinite(errors).any():
        return None
    cut = np.clip(errors, -LARGEST_ERROR, LARGEST_ERROR)
    known = np.isfinite(cut)
    count, total = known.sum(1), np.where(known, cut, 0).sum(1)
    size = np.where(known, np.abs(cut), 0).sum(1)
    bias, wide = np.zeros(len(errors)), np.ones(len(errors))
    for labels, years in ((kinds, KIND_YEARS), (siblings, SIBLING_YEARS)):
        if labels is None:
            continue
        code = np.unique(labels, return_inverse=True)[1]
        # A series is no witness for itself: its own years come in below, once.
        others, their_total = (np.bincount(code, x)[code] - x for x in (count.astype(float), total))
        their_size = np.bincount(code, size)[code] - size
        bias = (years * bias + their_total) / (years + others)
        wide = (years * wide + their_size / USUAL_ERROR) / (years + others)
    bias = (OWN_YEARS * bias + total) / (OWN_YEARS + count)
    wide = (SPREAD_YEARS * wide + size / USUAL_ERROR) / (SPREAD_YEARS + count)
    return Learned(bias, np.clip(wide, *WIDEN_LIMITS), count)
