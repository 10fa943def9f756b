"""Say in one sentence what moved a forecast and by how much, as an office would write it."""

from __future__ import annotations

import math
from statistics import median

import numpy as np

from ictplan_utils.vietnamese import unit_in_sentence, with_unit

NBSP = "\u00a0"
SMALL_SHIFT = 0.002
"""A shift of less than 0.2 % of the figure is not worth a clause."""
UNLIKELY = 0.005
"""Below half a per cent a chance is called so, not numbered."""


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
        self.vi, self.lang, self.row = lang == "vi", lang, row
        self.unit = unit_in_sentence(unit) if unit else ""
        self.points = unit.startswith("%") if unit else str(forecasts.kind[row]) == "share"
        self.forecasts = forecasts
        self.point, self.half = float(forecasts.point[row]), float(forecasts.half[row])
        self.kind, self.method = str(forecasts.kind[row]), str(forecasts.method[row])
        self.decimals = decimals
        if decimals is None:
            size = max(abs(self.point), abs(self.half)) if math.isfinite(self.point) else 0
            self.decimals = 0 if size >= 1000 else 1 if size >= 10 else 2

    def number(self, value: float, decimals: int | None = None) -> str:
        """Write a figure. Plain formatting: a national report has a million of them."""
        places = self.decimals if decimals is None else decimals
        shift = 10**places
        rounded = math.copysign(math.floor(abs(value) * shift + 0.5 + 1e-9) / shift, value) + 0.0
        text = f"{rounded:,.{places}f}"
        if places and "." in text:
            text = text.rstrip("0").rstrip(".")
        return text.translate(_VIETNAMESE_MARKS) if self.vi else text

    def amount(self, value: float) -> str:
        return with_unit(self.number(value), self.unit, self.lang) if self.unit else self.number(value)

    def change(self, value: float) -> str:
        """Write the size of a difference: of two percentages, in percentage points."""
        if not self.points:
            return self.amount(value)
        return with_unit(self.number(value), self.pick("điểm phần trăm", "percentage points"), self.lang)

    def pct(self, part: float, decimals: int | None = None) -> str:
        places = (0 if abs(part) >= 0.1 else 1) if decimals is None else decimals
        return f"{self.number(100 * part, places)}{NBSP}%" if self.vi else f"{self.number(100 * part, places)}%"

    def pick(self, vietnamese: str, english: str) -> str:
        return vietnamese if self.vi else english

    def join(self, clauses) -> str:
        return "; ".join(clause for clause in clauses if clause) + "."

    def nothing(self) -> str:
        return self.pick("chưa có số 6 tháng nên không dự báo được", "no six-month figure, so no forecast")

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
                return self.pick("giữa năm bằng cùng kỳ", "the half is as a year before")
            word = self.pick("cao hơn" if gap > 0 else "thấp hơn", "above" if gap > 0 else "below")
            size = self.change(abs(gap))
            return self.pick(f"giữa năm {word} cùng kỳ {size}", f"the half is {size} {word} last year's")
        return self.pick(
            f"nửa đầu năm bằng {self.pct(part, 1)} cùng kỳ", f"the first half is {self.pct(part, 1)} of last year's"
        )

    def evidence(self) -> str:
        # Plain lists: numpy is slow on three figures, and a national report has a hundred thousand rows.
        annual, halves = self.forecasts.annual[self.row].tolist(), self.forecasts.halves[self.row].tolist()
        last = annual[-1] if annual else math.nan
        flow = self.kind == "flow"
        if self.method == "additive":
            return self.pick(
                f"6 tháng là {self.number(self.half)} nên không tính theo tỷ lệ được, "
                "lấy phần tăng thêm của nửa cuối các năm trước",
                f"the half is {self.number(self.half)}, where ratios mean nothing: "
                "what past second halves added is taken",
            )
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
                return self.pick(
                    f"nửa đầu năm bằng {self.pct(part)} cả năm ngoái ({self.amount(last)}; "
                    "không có số 6 tháng năm ngoái)",
                    f"the first half is {self.pct(part)} of all last year ({self.amount(last)}; its half is not known)",
                )
            return self._since_december(last)
        if any(map(math.isfinite, annual + halves)):
            return self.pick("số cả năm của các năm trước không đầy đủ", "past year-end figures are incomplete")
        return self.pick(
            "chưa có số liệu năm trước, chỉ dựa vào số 6 tháng và quy luật chung của các chuỗi tương tự",
            "no past year is known: only the half and what series of this kind usually do",
        )

    def _since_december(self, last: float) -> str:
        change = self.half - last
        if abs(change) < 1e-9 * abs(last):
            return self.pick("giữa năm không đổi so với cuối năm ngoái", "no change since the end of last year")
        word = self.pick("tăng" if change > 0 else "giảm", "up" if change > 0 else "down")
        size = self.change(abs(change))
        return self.pick(f"giữa năm {word} {size} so với cuối năm ngoái", f"{word} {size} since the end of last year")

    def _seasons(self, second: list[float], flow: bool) -> str:
        """`second`: second semesters in parts of the first (of a percentage: its changes), the latest year first."""
        usual, last = median(second), second[0]
        if flow:
            if len(second) == 1:
                return self.pick(
                    f"năm ngoái nửa cuối năm bằng {self.pct(last)} nửa đầu",
                    f"last year the second half was {self.pct(last)} of the first",
                )
            return self.pick(
                f"nửa cuối năm thường bằng {self.pct(usual)} nửa đầu; năm ngoái {self.pct(last)}",
                f"second halves are usually {self.pct(usual)} of first ones; last year {self.pct(last)}",
            )
        if len(second) == 1:
            return self.pick(
                f"năm ngoái từ giữa đến cuối năm {self._move(last)}",
                f"last year {self._move(last)} from June to December",
            )
        return self.pick(
            f"những năm trước, từ giữa đến cuối năm thường {self._move(usual)}; năm ngoái {self._move(last)}",
            f"in past years usually {self._move(usual)} from June to December; last year {self._move(last)}",
        )

    def _move(self, ratio: float) -> str:
        if self.points:
            if self.number(abs(ratio)) == "0":
                return self.pick("không đổi", "unchanged")
            word = self.pick("tăng" if ratio > 0 else "giảm", "up" if ratio > 0 else "down")
            return f"{word} {self.change(abs(ratio))}"
        if abs(ratio - 1) < 5e-4:
            return self.pick("không đổi", "unchanged")
        word = self.pick("tăng" if ratio > 1 else "giảm", "up" if ratio > 1 else "down")
        return f"{word} {self.pct(abs(ratio - 1))}"

    def effect(self) -> str:
        start = self.start
        if self.method in ("half_only", "additive") or not math.isfinite(start):
            return ""
        moved = self.point - start
        if self.number(start) == self.number(self.point):
            return ""
        if abs(moved) < SMALL_SHIFT * abs(self.point):
            return self.pick(
                "số liệu các năm trước hầu như không làm đổi dự báo", "past years hardly move the forecast"
            )
        word = self.pick("nâng" if moved > 0 else "hạ", "raise" if moved > 0 else "lower")
        return self.pick(
            f"số liệu các năm trước {word} dự báo từ {self.number(start)} (nếu chỉ có số 6 tháng) "
            f"{'lên' if moved > 0 else 'xuống'} {self.number(self.point)}",
            f"past years {word} the forecast from {self.number(start)} (from the half alone) "
            f"to {self.number(self.point)}",
        )

    def experience(self) -> str:
        shift = float(self.forecasts.shift[self.row])
        second = self.point - self.half if self.kind == "flow" else self.point
        moved = second * (1 - math.exp(-shift)) if self.forecasts.logs[self.row] else shift
        if moved == 0 or abs(moved) < SMALL_SHIFT * abs(self.point) or self.number(abs(moved)) == "0":
            return ""
        word = self.pick("nâng" if moved > 0 else "hạ", "raise" if moved > 0 else "lower")
        return self.pick(
            f"trong đó sai số dự báo các năm qua của đơn vị và các địa bàn khác {word} {self.number(abs(moved))}",
            f"of which past errors here and in other areas {word} it by {self.number(abs(moved))}",
        )

    def result(self) -> str:
        low, high = self.low, self.high
        return self.pick(
            f"dự báo cả năm {self.amount(self.point)} (khoảng 80{NBSP}%: {self.number(low)}–{self.number(high)})",
            f"the year is forecast at {self.amount(self.point)} (80% interval {self.number(low)}–{self.number(high)})",
        )

    def judgement(self, estimate: float) -> str:
        if not math.isfinite(estimate):
            return ""
        gap = self.point - estimate
        if self.low <= estimate <= self.high:
            if self.number(gap) in ("0", "-0"):
                return self.pick("bằng ước của đơn vị", "the same as the office's estimate")
            word = self.pick("thấp hơn" if gap < 0 else "cao hơn", "below" if gap < 0 else "above")
            return self.pick(
                f"{word} ước của đơn vị {self.change(abs(gap))}, ước này nằm trong khoảng 80{NBSP}%",
                f"{self.change(abs(gap))} {word} the office's estimate, which lies within the 80% interval",
            )
        high_side = estimate > self.high
        chance = 1 - self.below if high_side else self.below
        likely = self.pct(chance, 0 if chance >= 0.095 else 1)
        if chance < UNLIKELY:
            likely = self.pick(f"dưới 0,5{NBSP}%", "under 0.5%")
        return (
            self.pick(
                f"ước của đơn vị {'lạc quan' if high_side else 'thận trọng'} hơn dự báo {self.change(abs(gap))}; "
                f"khả năng cả năm {'đạt từ' if high_side else 'chỉ đến'} mức ấy khoảng {likely}",
                f"the office is more {'optimistic' if high_side else 'cautious'} by {self.change(abs(gap))}; "
                f"the chance of ending at or {'above' if high_side else 'below'} its estimate is about {likely}",
            )
            .replace("khoảng dưới", "dưới")
            .replace("about under", "under")
        )

    def mended(self) -> list[str]:
        if not self.forecasts.mended[self.row]:
            return []
        return [
            self.pick(
                "một số liệu quá khứ lệch hẳn khỏi năm trước và năm sau nên được thay bằng mức giữa hai năm ấy",
                "one past figure lies far from both its neighbours and was replaced by their middle",
            )
        ]


_VIETNAMESE_MARKS = str.maketrans(",.", ".,")
