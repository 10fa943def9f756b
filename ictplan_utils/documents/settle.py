"""A printed figure that can mean two things → the one its witnesses settle on, or a warning that they do not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ictplan_utils.documents import units
from ictplan_utils.documents.numbers import Figure, Habit
from ictplan_utils.messages import text

FAR = 1.7
NEAR = 1.2
"""Powers of ten: two figures of one indicator lie within `NEAR` of one another, and never `FAR` apart in a row."""


@dataclass(frozen=True)
class Settled:
    """A figure with the value its witnesses settle on; `doubt` says why they do not."""

    figure: Figure
    doubt: str = ""


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
) -> Settled:
    """Return what `1.234` means: by its unit, its row's other figures, the printed ratio, the document's habit.

    `neighbours` are figures of the same row that can mean only one thing; `ratio` what the figure should be by
    a printed ratio column.
    """
    if figure.other is None:
        return Settled(figure)
    grouped, decimal = (figure.value, figure.other) if figure.mark == "." else (figure.other, figure.value)
    if whole:
        return _as(figure, grouped)
    for witnesses in (ratio, neighbours):
        told = [w for w in (_nearer(grouped, decimal, value) for value in witnesses) if w is not None]
        if told and all(w == told[0] for w in told):
            return _as(figure, grouped if told[0] else decimal)
    if percent and grouped > 100 >= decimal:
        return _as(figure, decimal)
    groups, decimals = (habit.vietnamese, habit.english) if figure.mark == "." else (habit.english, habit.vietnamese)
    if groups > 3 * decimals:
        return _as(figure, grouped)
    if decimals > 3 * groups:
        return _as(figure, decimal)
    # Vietnamese usage, where the document itself says nothing: the dot groups, the comma is decimal.
    chosen = grouped if figure.mark == "." else decimal
    other = decimal if figure.mark == "." else grouped
    usual = figure.mark == "." and not decimals
    return Settled(
        _as(figure, chosen).figure,
        "" if usual else text("reading.two_readings", printed=figure.printed, chosen=f"{chosen:g}", other=f"{other:g}"),
    )


def _as(figure: Figure, value: float) -> Settled:
    return Settled(replace(figure, value=value, other=None))


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
