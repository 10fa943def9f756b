"""A printed figure that can mean two things → the one its witnesses settle on, or a warning that they do not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from ictplan_utils.documents import units
from ictplan_utils.documents.numbers import Figure, Habit
from ictplan_utils.messages import text

FAR = 1.7
NEAR = 1.2
"""Powers of ten: two figures of one indicator lie within `NEAR` of one another, and never `FAR` apart in a row."""


def counts_whole(own_unit: str, decimals: int, factor: float) -> bool:
    """Tell whether an indicator counts whole things in the printed unit, so that three places are thousands."""
    meant = units.unit(own_unit)
    return meant is not None and meant.dimension in ("count", "people per point") and decimals == 0 and factor == 1


def settle(
    figure: Figure,
    *,
    whole: bool,
    percent: bool,
    habit: Habit,
    neighbours: Sequence[float],
    ratio: Sequence[float] = (),
) -> tuple[float, str]:
    """Return what `1.234` means, and why nobody can be sure.

    It is settled by its unit, its row's other figures, the printed ratio, the document's habit, in this order.

    `neighbours` are figures of the same row that can mean only one thing; `ratio` what the figure should be by
    a printed ratio column.
    """
    if figure.other is None:
        return figure.value, ""
    grouped, decimal = (figure.value, figure.other) if figure.mark == "." else (figure.other, figure.value)
    if whole:
        return grouped, ""
    for witnesses in (ratio, neighbours):
        told = [w for w in (_nearer(grouped, decimal, value) for value in witnesses) if w is not None]
        if told and all(w == told[0] for w in told):
            return (grouped if told[0] else decimal), ""
    if percent and grouped > 100 >= decimal:
        return decimal, ""
    groups, decimals = (habit.vietnamese, habit.english) if figure.mark == "." else (habit.english, habit.vietnamese)
    if groups > 3 * decimals:
        return grouped, ""
    if decimals > 3 * groups:
        return decimal, ""
    # Vietnamese usage, where the document itself says nothing: the dot groups, the comma is decimal.
    if figure.mark == "." and not decimals:
        return figure.value, ""
    said = text("reading.two_readings", printed=figure.printed, chosen=f"{figure.value:g}", other=f"{figure.other:g}")
    return figure.value, said


def _nearer(grouped: float, decimal: float, value: float) -> bool | None:
    """Tell whether a witness lies by the grouped reading (True), by the decimal one (False), or by neither."""
    if not value or not grouped or not decimal:
        return None
    far_grouped, far_decimal = (abs(math.log10(abs(reading / value))) for reading in (grouped, decimal))
    if far_grouped <= NEAR and far_decimal >= FAR:
        return True
    if far_decimal <= NEAR and far_grouped >= FAR:
        return False
    return None


def leap(values: Sequence[float]) -> bool:
    """Tell whether a row's figures, each by the next, lie so far apart that one of them has lost or won thousands."""
    sizes = [math.log10(abs(value)) for value in values if value]
    return any(abs(after - before) > FAR for before, after in pairwise(sizes))
