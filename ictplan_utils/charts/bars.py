"""What accumulates, as bars from zero: halves stacked, the forecast in a slot of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ictplan_utils.charts.figures import Shown
from ictplan_utils.charts.look import ACTUAL, ACTUAL2, INK, LETTERS, MUTED, PAPER
from ictplan_utils.charts.sheet import Sheet, width
from ictplan_utils.narrative import known

RING = {"facecolor": PAPER, "edgecolor": ACTUAL, "linewidth": 1.6}
"""How a bar looks that is no achievement of the area's own."""
FLOOR = 37
"""The height of the two lines under the bars."""


@dataclass(frozen=True)
class Slot:
    """One bar: what is stated of its year; `half` is the part of `whole` that its first half (or second) makes."""

    whole: Shown | None
    half: Shown | None

    @property
    def shown(self) -> Shown:
        return self.whole or self.half

    @property
    def high(self) -> float:
        return max(each for each in (self.shown.value, self.shown.high) if known(each))


def slots(figures: list[Shown]) -> list[Slot]:
    """Return the bars in the order of time: a year with its half, then forecast and plan."""
    years: dict[int, dict[str, Shown]] = {}
    alone: list[Slot] = []
    for each in figures:
        if each.status in ("point", "target"):
            alone.append(Slot(each, None))
        else:
            kind = "half" if each.status in ("half", "second_half") else "whole"
            if kind not in years.setdefault(each.year, {}) or each.named:
                years[each.year][kind] = each
    return [Slot(each.get("whole"), each.get("half")) for _, each in sorted(years.items())] + alone


def bars(sheet: Sheet, figures: list[Shown]) -> None:
    """Draw the bars; every one that the title names as wide as its figure needs, the others share what is left."""
    each_slot = slots(figures)
    needs = [_need(slot) for slot in each_slot]
    must = [at in (0, len(each_slot) - 1) or slot.shown.named or bool(slot.half and slot.half.named)
            for at, slot in enumerate(each_slot)]  # fmt: skip
    least = sum(need if named else 14 for need, named in zip(needs, must, strict=True))
    spare = max(sheet.width - least, 0) / len(each_slot)
    wides = [(need if named else 14) + spare for need, named in zip(needs, must, strict=True)]
    tight = min(sheet.width / sum(wides), 1)
    top = max(slot.high for slot in each_slot)
    ceiling = sheet.height - FLOOR - 20

    def up(value: float) -> float:
        return FLOOR + (value / top * ceiling if top > 0 else 0)

    left = 0.0
    for slot, wide, need, named in zip(each_slot, wides, needs, must, strict=True):
        middle, thick = left + wide * tight / 2, min(wide * tight - 6, 64)
        left += wide * tight
        _bar(sheet, slot, middle, thick, up)
        whole = slot.shown
        if named or need <= wide * tight:
            sheet.text(middle, up(slot.high) + 4, whole.label, bold=True, va="bottom",
                       colour=INK if whole.achieved else whole.colour)  # fmt: skip
        if named or width(str(whole.year)) + 4 <= wide * tight:
            sheet.text(middle, FLOOR - 5, str(whole.year), va="top", colour=MUTED)
            if whole.status != "year":
                sheet.text(middle, FLOOR - 5 - LETTERS * 1.33, whole.word, va="top",
                           colour=MUTED if whole.achieved else whole.colour)  # fmt: skip
    sheet.line([0, sheet.width], [FLOOR, FLOOR], color=INK, linewidth=1.2)


def _need(slot: Slot) -> float:
    """Return how wide a bar's words are."""
    words = [width(slot.shown.label, True)]
    if slot.half and slot.whole:
        words.append(width(slot.half.label))
    if slot.shown.status != "year":
        words.append(width(slot.shown.word))
    return max(words) + 8


def _bar(sheet: Sheet, slot: Slot, middle: float, thick: float, up: Callable[[float], float]) -> None:
    whole, half, low = slot.shown, slot.half, middle - thick / 2
    name = whole.told
    if whole.status == "point":
        if known(whole.low):
            sheet.bar(middle - 8, up(whole.low), 16, up(whole.high) - up(whole.low), facecolor=whole.colour, alpha=0.3)
        sheet.mark(middle, up(whole.value), name=name, shape="o", colour=whole.colour, hollow=True)
        return
    if whole.status == "target":
        sheet.bar(low, up(0), thick, up(whole.value) - up(0), name=name, facecolor="none", edgecolor=whole.colour,
                  linewidth=1.6, linestyle="--")  # fmt: skip
        return
    part = half.value if half and slot.whole else 0.0
    look = {"facecolor": ACTUAL2 if part or whole.status == "second_half" else ACTUAL}
    look |= RING if whole.restated else {}
    if whole.status == "estimate":
        look = {"facecolor": "none", "edgecolor": whole.colour, "hatch": "////", "linewidth": 1.6}
    sheet.bar(low, up(part), thick, up(whole.value) - up(part), name=name, **look)
    if not part:
        return
    sheet.bar(low, up(0), thick, up(part) - up(0), name=half.told,
              **{"facecolor": ACTUAL, **(RING if half.restated else {})})  # fmt: skip
    words = half.label
    if width(words) <= thick + 4 * half.named and up(part) - up(0) >= LETTERS + 4:
        sheet.text(
            middle, (up(part) + up(0)) / 2, words, colour=INK if half.restated else PAPER, inside=True, bold=half.named
        )
    rest = whole.written(whole.value - part)
    if whole.status == "year" and width(rest) <= thick and up(whole.value) - up(part) >= LETTERS + 4:
        sheet.text(middle, (up(whole.value) + up(part)) / 2, rest, inside=True)
