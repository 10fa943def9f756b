"""A cell's arithmetic in words: sums, quotients, ranges."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ictplan_utils.audit.cells import worked
from ictplan_utils.audit.sentences import Both, figure, joined, say

FEW = 4
"""So many numbers of a sum are written out."""


def arithmetic(measure: str, a: float, b: float) -> Both:
    """Return the sum itself: `30/25 = 120%`, `88 − 87 = 1`, `24.783/13.543 − 1 = 83%`."""
    got = worked(measure, a, b)
    if measure == "change":
        return figure(a) + " − " + figure(b) + " = " + figure(got)  # type: ignore[arg-type]
    less = " − 1" if measure == "growth_pct" else ""
    return figure(a) + "/" + figure(b) + f"{less} = " + figure(got) + "%"  # type: ignore[arg-type]


def sum_of(values: Sequence[float]) -> Both:
    """Return a sum as it is worked out: `9 + 11 = 20`; of more than a few numbers what they make."""
    if len(values) > FEW:
        return say("say.many_make", n=float(len(values)), v=figure(sum(values)))
    return joined((figure(value) for value in values), " + ") + " = " + figure(sum(values))


def range_of(low: float, high: float, decimals: int | None = None) -> Both:
    """Return a range in words: `88.118–88.260`, `nhiều nhất 74.805`."""
    if not math.isfinite(high):
        return say("say.at_least", v=figure(low, decimals)) if low > 0 else say("say.any")
    if not math.isfinite(low) or low <= 0:
        return say("say.at_most", v=figure(high, decimals))
    if high - low < 1 and decimals == 0:
        return figure((low + high) / 2, 0)
    return figure(low, decimals) if low == high else figure(low, decimals) + "–" + figure(high, decimals)
