"""Hold forecasts together: a total is the sum of its parts, a rate the quotient of its own.

Sums are reconciled by weighted least squares: base forecasts ŷ with variances W become S·b with
b = (S'W⁻¹S)⁻¹ S'W⁻¹ŷ, S the matrix that adds parts up (Hyndman et al. 2011, Comput. Stat. Data Anal. 55:2579;
weights as Athanasopoulos et al. 2017). What is less sure gives way more. Where the half-year figures
themselves do not add up, nothing is forced: the audit says so, and so does the forecast.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ictplan_utils.forecast import paths
from ictplan_utils.forecast.predict import Forecasts

HALVES_AGREE = 0.005
"""Halves hold a sum when they miss it by at most 0.5 %: rounding, not another definition."""
QUOTIENTS_AGREE = 0.02
"""A printed rate is its quotient when the halves give it within 2 %: it is rounded, and its base dated."""
SMALLEST_VARIANCE = 1e-9


def reconcile(
    forecasts: Forecasts, area: np.ndarray, indicator: np.ndarray, formulas: dict[str, tuple[str, tuple[str, ...], str]]
) -> tuple[Forecasts, dict[int, tuple[str, str]]]:
    """Return the forecasts made coherent within each area, and row → its remark, a key of messages/forecast.toml.

    `formulas`: indicator → (`sum` or `quotient`, its terms, the formula), as the catalogue has them. A
    formula applies where all its terms are forecast too and the halves agree with it; a quotient, only where
    both parts have last year's figure: parts known from a half alone say less than the rate's own past.
    """
    areas = np.unique(area, return_inverse=True)[1] if len(area) else np.zeros(0, int)
    names = {slug: column for column, slug in enumerate(dict.fromkeys([*indicator]))}
    place = np.full((int(areas.max()) + 1 if len(areas) else 0, len(names)), -1)
    place[areas, [names[slug] for slug in indicator]] = np.arange(len(indicator))

    remarks: dict[int, str] = {}
    sums = {slug: terms for slug, (how, terms, _) in formulas.items() if how == "sum" and _known(slug, terms, names)}
    point = forecasts.point.copy()
    holds = {slug: _holds(place, forecasts, slug, terms, names, remarks) for slug, terms in sums.items()}
    for pattern, members in _patterns(holds, len(place)):
        _reconcile_sums(point, place[members], forecasts, {slug: sums[slug] for slug in pattern}, names)
    for slug, (how, terms, formula) in formulas.items():
        if how == "quotient" and _known(slug, terms, names):
            _follow_quotient(point, place, forecasts, slug, terms, 100.0 if "* 100" in formula else 1.0, names, remarks)
    return _moved(forecasts, point), remarks


def _known(slug: str, terms: tuple[str, ...], names: dict[str, int]) -> bool:
    return slug in names and all(term in names for term in terms)


def _holds(place, forecasts, slug, terms, names, remarks) -> np.ndarray:
    """Tell in which areas a sum applies; remark where the halves do not add up."""
    rows = place[:, [names[slug], *(names[term] for term in terms)]]
    there = (rows >= 0).all(1)
    half, point = forecasts.half[rows], forecasts.point[rows]
    there &= np.isfinite(point).all(1) & np.isfinite(half).all(1)
    gap = np.abs(half[:, 0] - half[:, 1:].sum(1))
    agree = gap <= HALVES_AGREE * np.abs(half[:, 0])
    for row in rows[there & ~agree, 0]:
        remarks[row] = "parts_disagree"
    return there & agree


def _patterns(holds: dict[str, np.ndarray], areas: int):
    """Yield (the sums that apply, the areas where just these do)."""
    if not holds:
        return
    table = np.column_stack(list(holds.values()))
    kinds, which = np.unique(table, axis=0, return_inverse=True)
    for number, applies in enumerate(kinds):
        slugs = [slug for slug, yes in zip(holds, applies, strict=True) if yes]
        if slugs:
            yield slugs, np.flatnonzero(which.reshape(-1) == number)


def _reconcile_sums(point, place, forecasts, sums, names) -> None:
    """Reconcile, in place, the sums that apply in all the areas of `place` (m, indicators)."""
    leaves = [slug for slug in dict.fromkeys(t for terms in sums.values() for t in terms) if slug not in sums]
    nodes = [*leaves, *sums]
    adds = np.zeros((len(nodes), len(leaves)))

    def parts(slug: str) -> np.ndarray:
        if slug not in sums:
            return np.eye(len(leaves))[leaves.index(slug)]
        return np.sum([parts(term) for term in sums[slug]], axis=0)

    for number, slug in enumerate(nodes):
        adds[number] = parts(slug)
    rows = place[:, [names[slug] for slug in nodes]]
    lower, upper = forecasts.take(rows.reshape(-1)).interval(0.8)
    deviation = (upper - lower).reshape(rows.shape) / 2
    size = np.abs(forecasts.point[rows]).max(1, keepdims=True) + 1e-12
    inverse = 1 / np.maximum((deviation / size) ** 2, SMALLEST_VARIANCE)
    left = np.einsum("nl,mn,nk->mlk", adds, inverse, adds)
    right = np.einsum("nl,mn,mn->ml", adds, inverse, point[rows] / size)
    solved = np.linalg.solve(left, right[..., None])[..., 0] * size
    bounds = rows[:, : len(leaves)]
    solved = np.where(forecasts.whole[bounds], np.rint(solved), solved)
    solved = np.clip(solved, forecasts.lower[bounds], forecasts.upper[bounds])
    point[rows] = solved @ adds.T


def _follow_quotient(point, place, forecasts, slug, terms, factor, names, remarks) -> None:
    rate, above, below = (place[:, names[name]] for name in (slug, *terms))
    at = (rate >= 0) & (above >= 0) & (below >= 0)
    rate, above, below = rate[at], above[at], below[at]
    half = forecasts.half
    if not forecasts.annual.shape[1]:
        return
    last = forecasts.annual[:, -1]
    with np.errstate(invalid="ignore", divide="ignore"):
        follows = np.abs(factor * half[above] / half[below] - half[rate]) <= QUOTIENTS_AGREE * np.abs(half[rate])
        new = factor * point[above] / point[below]
    follows &= np.isfinite(new) & np.isfinite(point[rate]) & np.isfinite(last[above]) & np.isfinite(last[below])
    rate = rate[follows]
    point[rate] = np.clip(new[follows], forecasts.lower[rate], forecasts.upper[rate])
    for row in rate:
        remarks[row] = "quotient"


def _moved(forecasts: Forecasts, point: np.ndarray) -> Forecasts:
    """Return the forecasts with new points, the intervals moved along."""
    changed = np.isfinite(point) & (point != forecasts.point)
    with np.errstate(invalid="ignore"):
        logs = paths.move(point, np.where(forecasts.logs, forecasts.half, 1.0), forecasts.kind)
    centre = np.where(forecasts.logs, logs, point)
    keep = ~changed | ~np.isfinite(centre)
    centre = np.where(keep, forecasts.centre, centre)
    return replace(forecasts, point=np.where(changed, point, forecasts.point), centre=centre)
