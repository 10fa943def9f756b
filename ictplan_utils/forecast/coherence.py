"""Hold forecasts together: a total is the sum of its parts, a rate the quotient of its own.

Sums are reconciled by weighted least squares: base forecasts ŷ with variances W become S·b with
b = (S'W⁻¹S)⁻¹ S'W⁻¹ŷ, S the matrix that adds parts up (Hyndman et al. 2011, Comput. Stat. Data Anal. 55:2579;
weights as Athanasopoulos et al. 2017). What is less sure gives way more. Where the half-year figures
themselves do not add up, nothing is forced: the audit says so, and so does the forecast.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ictplan_utils.forecast import paths
from ictplan_utils.forecast.predict import Forecasts

HALVES_AGREE = 0.005
"""Halves hold a sum when they miss it by at most 0.5 %: rounding, not another definition."""
QUOTIENTS_AGREE = 0.02
"""A printed rate is its quotient when the halves give it within 2 %: it is rounded, and its base dated."""
SMALLEST_VARIANCE = 1e-9


Formulas = dict[str, tuple[str, tuple[str, ...], str]]
"""Indicator → `sum` or `quotient`, its terms, the formula as the catalogue has it."""


def reconcile(
    forecasts: Forecasts, area: np.ndarray, indicator: np.ndarray, formulas: Formulas
) -> tuple[Forecasts, dict[int, str]]:
    """Return the forecasts made coherent within each area, and row → its remark, a key of messages/forecast.toml.

    A formula applies where all its terms are forecast too and the halves agree with it; a quotient, only where
    both parts have last year's figure: parts known from a half alone say less than the rate's own past.
    """
    ties = _Ties(forecasts, area, indicator)
    known = {slug: told for slug, told in formulas.items() if {slug, *told[1]} <= ties.names.keys()}
    sums = {slug: terms for slug, (how, terms, _) in known.items() if how == "sum"}
    for pattern, members in _patterns({slug: ties.hold(slug, terms) for slug, terms in sums.items()}):
        ties.add_up(members, {slug: sums[slug] for slug in pattern})
    for slug, (how, terms, formula) in known.items():
        if how == "quotient":
            ties.divide(slug, terms, 100.0 if "* 100" in formula else 1.0)
    return _moved(forecasts, ties.point), ties.remarks


class _Ties:
    """Forecasts by area and indicator: `rows` holds the place of each, -1 for none. `point` is made coherent.

    `names`: indicator → its column in `rows`; `remarks`: row → what is to be said of it.
    """

    def __init__(self, forecasts: Forecasts, area: np.ndarray, indicator: np.ndarray) -> None:
        areas = np.unique(area, return_inverse=True)[1] if len(area) else np.zeros(0, int)
        self.names = {slug: column for column, slug in enumerate(dict.fromkeys([*indicator]))}
        self.rows = np.full((int(areas.max()) + 1 if len(areas) else 0, len(self.names)), -1)
        self.rows[areas, [self.names[slug] for slug in indicator]] = np.arange(len(indicator))
        self.forecasts, self.point = forecasts, forecasts.point.copy()
        self.remarks: dict[int, str] = {}

    def hold(self, slug: str, terms: tuple[str, ...]) -> np.ndarray:
        """Tell in which areas a sum applies; remark where the halves do not add up."""
        rows = self.rows[:, [self.names[name] for name in (slug, *terms)]]
        half, point = self.forecasts.half[rows], self.forecasts.point[rows]
        there = (rows >= 0).all(1) & np.isfinite(point).all(1) & np.isfinite(half).all(1)
        gap = np.abs(half[:, 0] - half[:, 1:].sum(1))
        agree = gap <= HALVES_AGREE * np.abs(half[:, 0])
        self.remarks |= dict.fromkeys(rows[there & ~agree, 0], "parts_disagree")
        return there & agree

    def add_up(self, members: np.ndarray, sums: dict[str, tuple[str, ...]]) -> None:
        """Reconcile the sums, which apply in all the areas of `members`."""
        leaves = [slug for slug in dict.fromkeys(t for terms in sums.values() for t in terms) if slug not in sums]
        nodes, forecasts = [*leaves, *sums], self.forecasts

        def parts(slug: str) -> np.ndarray:
            if slug not in sums:
                return np.eye(len(leaves))[leaves.index(slug)]
            return np.sum([parts(term) for term in sums[slug]], axis=0)

        adds = np.array([parts(slug) for slug in nodes])
        rows = self.rows[members][:, [self.names[slug] for slug in nodes]]
        lower, upper = forecasts.take(rows.reshape(-1)).interval(0.8)
        deviation = (upper - lower).reshape(rows.shape) / 2
        size = np.abs(forecasts.point[rows]).max(1, keepdims=True) + 1e-12
        inverse = 1 / np.maximum((deviation / size) ** 2, SMALLEST_VARIANCE)
        left = np.einsum("nl,mn,nk->mlk", adds, inverse, adds)
        right = np.einsum("nl,mn,mn->ml", adds, inverse, self.point[rows] / size)
        solved = np.linalg.solve(left, right[..., None])[..., 0] * size
        bounds = rows[:, : len(leaves)]
        solved = np.where(forecasts.whole[bounds], np.rint(solved), solved)
        solved = np.clip(solved, forecasts.lower[bounds], forecasts.upper[bounds])
        self.point[rows] = solved @ adds.T

    def divide(self, slug: str, terms: tuple[str, ...], factor: float) -> None:
        """Let a rate follow its quotient where the halves do."""
        forecasts, point, half = self.forecasts, self.point, self.forecasts.half
        rows = self.rows[:, [self.names[name] for name in (slug, *terms)]]
        rate, above, below = rows[(rows >= 0).all(1)].T
        if not forecasts.annual.shape[1]:
            return
        last = forecasts.annual[:, -1]
        with np.errstate(invalid="ignore", divide="ignore"):
            follows = np.abs(factor * half[above] / half[below] - half[rate]) <= QUOTIENTS_AGREE * np.abs(half[rate])
            new = factor * point[above] / point[below]
        follows &= np.isfinite(new) & np.isfinite(point[rate]) & np.isfinite(last[above]) & np.isfinite(last[below])
        rate = rate[follows]
        point[rate] = np.clip(new[follows], forecasts.lower[rate], forecasts.upper[rate])
        self.remarks |= dict.fromkeys(rate, "quotient")


def _patterns(holds: dict[str, np.ndarray]) -> Iterator[tuple[list[str], np.ndarray]]:
    """Yield (the sums that apply, the areas where just these do)."""
    if not holds:
        return
    kinds, which = np.unique(np.column_stack(list(holds.values())), axis=0, return_inverse=True)
    for number, applies in enumerate(kinds):
        slugs = [slug for slug, yes in zip(holds, applies, strict=True) if yes]
        if slugs:
            yield slugs, np.flatnonzero(which.reshape(-1) == number)


def _moved(forecasts: Forecasts, point: np.ndarray) -> Forecasts:
    """Return the forecasts with new points, the intervals moved along."""
    changed = np.isfinite(point) & (point != forecasts.point)
    with np.errstate(invalid="ignore"):
        logs = paths.move(point, np.where(forecasts.logs, forecasts.half, 1.0), forecasts.kind)
    centre = np.where(forecasts.logs, logs, point)
    keep = ~changed | ~np.isfinite(centre)
    centre = np.where(keep, forecasts.centre, centre)
    return replace(forecasts, point=np.where(changed, point, forecasts.point), centre=centre)
