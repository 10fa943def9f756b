"""Say in one sentence what moved a forecast and by how much, as an office would write it."""

from __future__ import annotations

import math
from statistics import median

import numpy as np

from ictplan_utils.forecast import paths
from ictplan_utils.messages import text
from ictplan_utils.vietnamese import MARKS, span, unit_in_sentence, with_unit

SMALL_SHIFT = 0.002
"""A shift of less than 0.2 % of the figure is not worth a clause."""
UNLIKELY = 0.1
"""Chances are told in tens; below one in ten they are called so, not numbered."""


def sentence(
    forecasts,
    row: int,
    lang: str = "vi",
    *,
    unit: str = "",
    decimals: int | None = None,
    estimate: float = math.nan,
    remarks: tuple[str, ...] = (),
    known: tuple[float, float, float, float] | None = None,
) -> str:
    """Return why row `row` of `forecasts` (Forecasts) is what it is.

    `unit` and `decimals`: how the figure is written. `estimate`: the officials', judged at the end.
    `remarks`: clauses on what was left out, already in `lang`. `known`: what the half alone would say, the
    ends of the 80 % interval and the chance to end below the estimate, where the caller has them for many
    rows at once; computed here where it has not.
    """
    if math.isnan(forecasts.point[row]):
        say = _Writer(lang, unit, decimals, forecasts, row, (math.nan,) * 4)
        return say.join([*(remarks or [say.nothing()])])
    if known is None:
        one = forecasts.take([row])
        low, high = (float(end[0]) for end in one.interval(0.8))
        known = float(half_alone(one)[0]), low, high, float(one.chance_below(np.array([estimate]))[0])
    say = _Writer(lang, unit, decimals, forecasts, row, known)
    clauses = [say.growth(), say.evidence(), say.effect(), say.experience(), say.result(), say.judgement(estimate)]
    return say.join([*clauses, *say.mended(), *remarks])


def half_alone(forecasts) -> np.ndarray:
    """Return what the prior would say (n,) of the halves alone, without any past year."""
    from ictplan_utils.forecast.predict import predict_many

    none = np.full((len(forecasts), 0), np.nan)
    ends = forecasts.lower, forecasts.upper
    return predict_many(none, none, forecasts.half, forecasts.kind, *ends).point


class _Writer:
    """The clauses, in the language asked for; each returns "" where it has nothing to say."""

    def __init__(self, lang, unit, decimals, forecasts, row, known) -> None:
        self.start, self.low, self.high, self.below = known
        self.lang, self.row = lang, row
        self.unit = unit_in_sentence(unit) if unit else ""
        self.points = unit.startswith("%") if unit else str(forecasts.kind[row]) == "share"
        self.forecasts = forecasts
        self.point, self.half = float(forecasts.point[row]), float(forecasts.half[row])
        self.kind, self.method = str(forecasts.kind[row]), str(forecasts.method[row])
        size = max(abs(self.point), abs(self.half)) if math.isfinite(self.point) else 0
        finest = 0 if size >= 1000 else 1 if size >= 10 else 2
        self.decimals = finest if decimals is None or finest == 0 else decimals

    def number(self, value: float, decimals: int | None = None) -> str:
        """Write a figure. Plain formatting: a national report has a million of them."""
        places = self.decimals if decimals is None else decimals
        shift = 10**places
        rounded = math.copysign(math.floor(abs(value) * shift + 0.5 + 1e-9) / shift, value) + 0.0
        written = f"{rounded:,.{places}f}"
        if places and "." in written:
            written = written.rstrip("0").rstrip(".")
        return written.translate(MARKS[self.lang])

    def amount(self, value: float) -> str:
        return with_unit(self.number(value), self.unit, self.lang) if self.unit else self.number(value)

    def change(self, value: float) -> str:
        """Write the size of a difference: of two percentages, in percentage points."""
        if not self.points:
            return self.amount(value)
        return with_unit(self.number(value), self.say("points"), self.lang)

    def pct(self, part: float, decimals: int | None = None) -> str:
        places = (0 if abs(part) >= 0.1 else 1) if decimals is None else decimals
        return f"{self.number(100 * part, places)}%"

    def say(self, key: str, **values: str) -> str:
        return text(f"forecast.{key}", self.lang, **values)

    def join(self, clauses) -> str:
        return "; ".join(clause for clause in clauses if clause) + "."

    def nothing(self) -> str:
        return self.say("nothing")

    def growth(self) -> str:
        """This half against the same half of last year."""
        halves = self.forecasts.halves[self.row]
        before = float(halves[-1]) if len(halves) else math.nan
        if self.method == "additive" or not before > 0:
            return ""
        part = self.half / before
        if self.points:
            gap = self.half - before
            if self.number(abs(gap)) == "0":
                return self.say("half.same")
            return self.say(f"half.{'above' if gap > 0 else 'below'}", size=self.change(abs(gap)))
        return self.say("half.ratio", part=self.pct(part, 1))

    def evidence(self) -> str:
        # Plain lists: numpy is slow on three figures, and a national report has a hundred thousand rows.
        annual, halves = self.forecasts.annual[self.row].tolist(), self.forecasts.halves[self.row].tolist()
        last = annual[-1] if annual else math.nan
        flow = self.kind == "flow"
        if self.method == "additive":
            return self.say("additive", half=self.number(self.half))
        ratios, moves = [], []
        for end, middle in zip(reversed(annual), reversed(halves), strict=True):
            if not (middle > 0 and (end > middle if flow else end > 0)):
                break
            ratios.append((end - middle if flow else end) / middle)
            moves.append(end - middle)
        if ratios:
            return self._seasons(moves if self.points and not flow else ratios, flow)
        if math.isfinite(last) and last > 0:
            part = self.half / last
            if flow:
                return self.say("half.of_year", part=self.pct(part), last=self.amount(last))
            return self._since_december(last)
        if any(map(math.isfinite, annual + halves)):
            return self.say("history.incomplete")
        return self.say("history.none")

    def _since_december(self, last: float) -> str:
        change = self.half - last
        if abs(change) < 1e-9 * abs(last):
            return self.say("december.same")
        return self.say(f"december.{'up' if change > 0 else 'down'}", size=self.change(abs(change)))

    def _seasons(self, second: list[float], flow: bool) -> str:
        """`second`: second semesters in parts of the first (of a percentage: its changes), the latest year first."""
        usual, last = median(second), second[0]
        shown = self.pct if flow else self._move
        key = f"seasons.{'flow' if flow else 'level'}"
        if len(second) == 1:
            return self.say(f"{key}_once", last=shown(last))
        return self.say(key, usual=shown(usual), last=shown(last))

    def _move(self, ratio: float) -> str:
        change = ratio if self.points else ratio - 1
        if self.number(abs(change)) == "0" if self.points else abs(change) < 5e-4:
            return self.say("move.same")
        size = self.change(abs(change)) if self.points else self.pct(abs(change))
        return self.say(f"move.{'up' if change > 0 else 'down'}", size=size)

    def effect(self) -> str:
        start = self.start
        if self.method in ("half_only", "additive") or not math.isfinite(start):
            return ""
        moved = self.point - start
        if self.number(start) == self.number(self.point):
            return ""
        if abs(moved) < SMALL_SHIFT * abs(self.point):
            return self.say("past.hardly")
        key = "past.raise" if moved > 0 else "past.lower"
        return self.say(key, start=self.number(start), point=self.number(self.point))

    def experience(self) -> str:
        shift = float(self.forecasts.shift[self.row])
        if not shift:  # a national report has a million rows
            return ""
        one = self.forecasts.take([self.row])
        before = paths.year_end(one.centre - shift, one.half, one.kind) if one.logs[0] else one.point - shift
        moved = float(self.point - before[0])
        if moved == 0 or abs(moved) < SMALL_SHIFT * abs(self.point) or self.number(abs(moved)) == "0":
            return ""
        return self.say("errors.raise" if moved > 0 else "errors.lower", size=self.number(abs(moved)))

    def result(self) -> str:
        low, high = self.number(self.low), self.number(self.high)
        return self.say("result", point=self.amount(self.point), span=span(low, high))

    def judgement(self, estimate: float) -> str:
        if not math.isfinite(estimate):
            return ""
        gap = self.point - estimate
        if self.low <= estimate <= self.high:
            if self.number(gap) in ("0", "-0"):
                return self.say("estimate.same")
            return self.say(f"estimate.{'below' if gap < 0 else 'above'}", size=self.change(abs(gap)))
        high_side = estimate > self.high
        chance = 1 - self.below if high_side else self.below
        told = self.say("chance.about", chance=self.pct(round(chance, 1)))
        told = self.say("chance.unlikely") if chance < UNLIKELY else told
        return self.say(
            f"estimate.{'optimistic' if high_side else 'cautious'}", size=self.change(abs(gap)), chance=told
        )

    def mended(self) -> list[str]:
        return [self.say("mended")] if self.forecasts.mended[self.row] else []
