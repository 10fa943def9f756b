"""Family 8: halves against years, jumps, three figures of a year that make no line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ictplan_utils.audit.findings import Finding
from ictplan_utils.audit.precision import DUST
from ictplan_utils.audit.ratios import worked
from ictplan_utils.audit.registry import rule
from ictplan_utils.audit.sheet import Sheet
from ictplan_utils.audit.words import Both, both, inside, number, when

HALF_SHARE = (0.40, 0.60)
"""A first half carries 40–60 % of a year's flow: of the plan's nine flows eight do; beyond, ask."""
SEASON = 0.10
"""Where last year's first half is known, this year's share may lie this far from last year's without a question."""
SECOND_HALF_GROWTH = 20.0
"""An estimate whose second half must grow this many points faster than the first did, and by at least as much."""
PACE = 3.0
"""A stock's second half that must move more than three times as far as the first, and by PACE_SIZE of its level."""
PACE_SIZE = 0.10
JUMP = 0.5
"""A count that grows or shrinks by half within a year is worth a question, unless it is small."""
SMALL = 20
SHARE_JUMP = 30.0
"""Points by which a share may move within a year before someone asks."""
HALF_JUMP = 0.05
"""A count that goes down and then up (or up and down) by 5 % each within a year: one of three figures is doubtful."""
SLIP = 0.15
"""Within 15 % of ten, a hundred or a thousand times its neighbours, a figure has probably lost its decimal mark."""


def _flows(sheet: Sheet) -> np.ndarray:
    """Return the codes of flows that add up through the year (hours a day do not, whatever the form says)."""
    daily = sheet.indicators["maximum"] == 24
    return np.flatnonzero(((sheet.indicators["kind"] == "flow") & ~daily).to_numpy())


def grid(sheet: Sheet, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return every (document, indicator) pair of the given indicators, as two flat arrays."""
    docs = np.arange(len(sheet.docs))
    return np.repeat(docs, len(codes)), np.tile(codes, len(docs))


@dataclass(frozen=True)
class Derived:
    """A figure of the same period last year that only a stated change gives, and the rows beside it.

    `comparison` its comparison's row; `half`, `year`, `estimate` the rows of this half, last year, this estimate.
    """

    doc: int
    ind: int
    base: float
    comparison: int
    half: int
    year: int
    estimate: int


def _half_of_last_year(sheet: Sheet) -> list[Derived]:
    """Return the figures of the same period last year that only a stated change gives, one an indicator."""

    def work(sheet: Sheet) -> list[Derived]:
        c, done = sheet.comparisons, worked(sheet)
        docs = c["doc"].to_numpy()
        same = (c["base_moment"].to_numpy() == sheet.slots["same_half"][docs]) & (
            c["moment"].to_numpy() == sheet.slots["half"][docs]
        )
        use = same & (done.current >= 0) & (done.base < 0) & c["value"].notna().to_numpy()
        a, v, measure = sheet.at(done.current), c["value"].to_numpy(dtype=float), c["measure"].to_numpy()
        ratio = np.where(measure == "ratio_pct", v, 100 + v)
        with np.errstate(divide="ignore", invalid="ignore"):
            base = np.where(measure == "change", a - v, np.where(ratio > 0, a / ratio * 100, np.nan))
        rows = np.flatnonzero(use & np.isfinite(base))
        found = pd.DataFrame({"doc": docs[rows], "ind": c["ind"].to_numpy()[rows], "base": base[rows]})
        found = found.assign(comparison=rows, half=done.current[rows])
        for name, slot in (("year", "last_year"), ("estimate", "estimate")):
            found[name] = sheet.find(found["doc"], found["ind"], sheet.slots[slot][found["doc"]])
        return [Derived(*row) for row in found.drop_duplicates(["doc", "ind"]).itertuples(index=False, name=None)]

    return sheet.once("half_of_last_year", work)


@rule(
    8, "error", ("Sáu tháng nhiều hơn cả năm", "Six months are more than the year"),
    ("Phụ lục 1, dòng 5, cột 5: ghi 3.120 (6 tháng), nhưng ước cả năm chỉ 2.700.",
     "Appendix 1, row 5, column 5: printed 3,120 for six months, but the year's estimate is 2,700."),
)  # fmt: skip
def half_above_year(sheet: Sheet) -> Iterator[Finding]:
    """A flow whose first half exceeds its whole year (estimate, or last year's actual)."""
    docs, codes = grid(sheet, _flows(sheet))
    for half_slot, year_slot in (("half", "estimate"), ("same_half", "last_year")):
        half = sheet.find(docs, codes, sheet.slots[half_slot][docs])
        table = np.array([sheet.get(int(row), "table") if row >= 0 else "" for row in half], dtype=object)
        total = sheet.find(docs, codes, sheet.slots[year_slot][docs], table)
        for k in np.flatnonzero(sheet.at(half, "low") > sheet.at(total, "high") + DUST):
            cell, other = int(half[k]), int(total[k])
            a, b = sheet.get(cell, "value"), sheet.get(other, "value")
            sum_ = both("6 tháng {a} không thể nhiều hơn cả năm {b} ({place})",
                        "six months' {a} cannot be more than the year's {b} ({place})", a=a, b=b,
                        place=inside(sheet.where(other)))  # fmt: skip
            yield sheet.finding("half_above_year", "error", cell, sum_, expected=f"≤ {number(b)}",
                                wants={cell: (0, b), other: (a, np.inf)}, also=(sheet.ref(other),))  # fmt: skip
    yield from _derived_above_year(sheet)


def _derived_above_year(sheet: Sheet) -> Iterator[Finding]:
    flows = set(_flows(sheet))
    for each in _half_of_last_year(sheet):
        ind, base, year, worked_row, cell = each.ind, each.base, each.year, each.half, -1 - each.comparison
        now = sheet.get(worked_row, "value")
        if base < 0 or (ind in flows and year >= 0 and base > sheet.get(year, "high") + DUST):
            limit = sheet.get(year, "value") if year >= 0 else 0.0
            sum_ = both(
                "khi đó cùng kỳ là {b}, " + ("nhỏ hơn 0" if base < 0 else "nhiều hơn cả năm trước ({l})"),
                "then the same period was {b}, " + ("below 0" if base < 0 else "more than all of last year ({l})"),
                b=float(base), l=limit,
            )  # fmt: skip
            body = both("ghi “{p}” với {a}; {sum}", "says “{p}” of {a}; {sum}", p=sheet.printed(cell), a=now, sum=sum_)
            wants = {year: (base, np.inf), worked_row: (0, now * limit / base)} if base > 0 and year >= 0 else {}
            yield sheet.finding("half_above_year", "error", cell, sum_, body=body, wants=wants,
                                also=tuple(sheet.ref(row) for row in (year, worked_row) if row >= 0))  # fmt: skip


@rule(
    8, "warning", ("Mức tăng đã ghi khó hiểu được", "A stated change that can hardly be meant"),
    ("Mục 1.2, Doanh thu viễn thông: “tăng 83%” cho cùng kỳ 13.543, bằng 27,7 % của 48.905 cả năm; nếu “đạt 83 %” "
     "thì 29.859.",
     "Section 1.2, Telecom revenue: “tăng 83%” makes the same period 13,543, 27.7% of the year's 48,905; if "
     "“reached 83%”, 29,859."),
)  # fmt: skip
def grew_or_reached(sheet: Sheet) -> Iterator[Finding]:
    """A stated change of a flow that makes last year's first half an odd part of last year: grew by, or reached?"""
    flows = set(_flows(sheet))
    for each in _half_of_last_year(sheet):
        base, year, half, estimate = each.base, each.year, each.half, each.estimate
        if each.ind not in flows or base <= 0:
            continue
        total = sheet.get(year, "value") if year >= 0 else 0.0
        if not total or base > total or HALF_SHARE[0] <= base / total <= HALF_SHARE[1]:
            continue
        now = sheet.get(half, "value")
        if estimate >= 0 and abs(base / total - now / max(sheet.get(estimate, "value"), DUST)) <= SEASON:
            continue
        cell = -1 - each.comparison
        v, grew = sheet.get(cell, "value"), sheet.get(cell, "measure") == "growth_pct"
        body = both(
            "ghi “{p}”: khi đó cùng kỳ là {b}, chỉ bằng {s} % của cả năm trước {y}"
            if base / total < HALF_SHARE[0]
            else "ghi “{p}”: khi đó cùng kỳ là {b}, tới {s} % của cả năm trước {y}",
            "says “{p}”: then the same period was {b}, {s}% of last year's {y}",
            p=sheet.printed(cell), b=_whole(base), s=base / total * 100, y=total,
        )  # fmt: skip
        other = now / v * 100 if grew and v else now / (100 + v) * 100 if not grew else np.nan
        hint = both(
            "; nếu viết “{verb} {v} %” thì cùng kỳ là {o} ({s} %): hỏi lại là tăng hay đạt",
            "; were it “{verb_en} {v}%”, it was {o} ({s}%): ask whether grew by or reached is meant",
            verb="đạt" if grew else "tăng", verb_en="reached" if grew else "grew by", v=v, o=_whole(other),
            s=other / total * 100,
        )  # fmt: skip
        near = np.isfinite(other) and HALF_SHARE[0] - SEASON <= other / total <= HALF_SHARE[1] + SEASON
        tail = hint if near else Both("; cần hỏi lại", "; ask")
        share = base / total
        wants = {
            year: (base / HALF_SHARE[1], base / HALF_SHARE[0]),
            half: (now * HALF_SHARE[0] / share, now * HALF_SHARE[1] / share),
        }
        yield sheet.finding("grew_or_reached", "warning", cell, body=body + tail, wants=wants,
                            also=(sheet.ref(year), sheet.ref(half)))  # fmt: skip


def _whole(value: float) -> Both:
    return Both(number(value, 0), number(value, 0, "en"))


@rule(
    8, "warning", ("Nửa cuối năm khó đạt như ước", "A second half that the estimate makes implausible"),
    ("Phụ lục 1, dòng 27, cột 6: ước 365, nhưng 6 tháng mới 129 (35,3 %); nửa cuối năm phải đạt 236.",
     "Appendix 1, row 27, column 6: estimate 365, but six months made 129 (35.3%); the second half must make 236."),
)  # fmt: skip
def second_half(sheet: Sheet) -> Iterator[Finding]:
    """An estimate of a flow that needs a second half unlike the first, or unlike last year's."""
    docs, codes = grid(sheet, _flows(sheet))
    half, total, same, last = (
        sheet.find(docs, codes, sheet.slots[name][docs]) for name in ("half", "estimate", "same_half", "last_year")
    )
    a, year, before, year_before = (sheet.at(rows) for rows in (half, total, same, last))
    known = {(each.doc, each.ind): each.base for each in _half_of_last_year(sheet)}
    for k in np.flatnonzero(~np.isfinite(before)):
        if (docs[k], codes[k]) in known:
            before[k] = known[docs[k], codes[k]]
    with np.errstate(divide="ignore", invalid="ignore"):
        share, share_before = a / year, before / year_before
        odd = (a <= year) & ((share < HALF_SHARE[0]) | (share > HALF_SHARE[1]))
        odd &= ~(np.abs(share - share_before) <= SEASON)
        first_growth = (a / before - 1) * 100
        second_growth = ((year - a) / (year_before - before) - 1) * 100
        credible = (share_before >= HALF_SHARE[0] - SEASON) & (share_before <= HALF_SHARE[1] + SEASON)
        faster = credible & (second_growth - first_growth >= SECOND_HALF_GROWTH) & (second_growth >= SECOND_HALF_GROWTH)
    for k in np.flatnonzero(odd | faster):
        cell, now = int(total[k]), int(half[k])
        body = both("ước {y}, nhưng 6 tháng mới được {a} ({s} %); nửa cuối năm phải đạt {rest}"
                    if share[k] < 0.5 or faster[k] else
                    "ước {y}, nhưng 6 tháng đã được {a} ({s} %); nửa cuối năm chỉ còn {rest}",
                    "estimate {y}, but six months made {a} ({s}%); that leaves {rest} for the second half",
                    y=float(year[k]), a=float(a[k]), s=float(share[k]) * 100, rest=float(year[k] - a[k]))  # fmt: skip
        if faster[k]:
            body = body + both(
                ", tăng {g} % so với nửa cuối năm trước, trong khi nửa đầu chỉ tăng {f} %",
                ", {g}% more than last year's second half, while the first half grew {f}%",
                g=float(second_growth[k]), f=float(first_growth[k]),
            )  # fmt: skip
        wants = {now: (HALF_SHARE[0] * year[k], HALF_SHARE[1] * year[k])} if odd[k] else {}
        wants[cell] = (a[k] / HALF_SHARE[1], a[k] / HALF_SHARE[0]) if odd[k] else (0, year[k] * 0.99)
        yield sheet.finding("second_half", "warning", cell, body=body, wants=wants, also=(sheet.ref(now),))


@rule(
    8, "warning", ("Nửa cuối năm phải nhanh gấp nhiều lần", "A second half that must move far faster than the first"),
    ("Phụ lục 1, dòng 13, cột 6: 6 tháng tăng 1 (66 → 67), ước cả năm đòi 6 tháng còn lại tăng 12 (67 → 79).",
     "Appendix 1, row 13, column 6: +1 in six months (66 → 67), the estimate asks for +12 in the rest (67 → 79)."),
)  # fmt: skip
def pace(sheet: Sheet) -> Iterator[Finding]:
    """A stock, share or rate whose estimate asks of the second half many times the movement of the first."""
    codes = np.flatnonzero(sheet.indicators["kind"].isin(["stock", "share", "rate"]).to_numpy())
    docs, codes = grid(sheet, codes)
    last, half, total = (sheet.find(docs, codes, sheet.slots[name][docs]) for name in ("last_year", "half", "estimate"))
    x, y, z = (sheet.at(rows) for rows in (last, half, total))
    share = sheet.indicators["kind"].to_numpy()[codes] == "share"
    big = np.where(share, np.abs(z - y) >= PACE_SIZE * 100, (np.abs(z - y) >= PACE_SIZE * np.abs(y)) & (y >= SMALL))
    for k in np.flatnonzero(big & (np.abs(z - y) > PACE * np.abs(y - x))):
        cell = int(total[k])
        body = both(
            "6 tháng đầu năm đi từ {x} đến {y} ({d1}), ước cả năm đòi 6 tháng còn lại đi đến {z} ({d2})",
            "six months went from {x} to {y} ({d1}); the estimate asks the rest of the year to reach {z} ({d2})",
            x=float(x[k]), y=float(y[k]), z=float(z[k]), d1=_signed(y[k] - x[k]), d2=_signed(z[k] - y[k]),
        )  # fmt: skip
        reach = max(PACE * abs(y[k] - x[k]), PACE_SIZE * (100 if share[k] else abs(y[k])))
        yield sheet.finding("pace", "warning", cell, body=body, wants={cell: (y[k] - reach, y[k] + reach)},
                            also=(sheet.ref(int(half[k])), sheet.ref(int(last[k]))))  # fmt: skip


def _signed(value: float) -> Both:
    sign = "+" if value > 0 else ""
    return Both(f"{sign}{number(float(value))}", f"{sign}{number(float(value), None, 'en')}")


@rule(
    8, "warning", ("Số liệu nhảy vọt trong một năm", "A figure jumps within a year"),
    ("Phụ lục 1, dòng 10, cột 6: ghi 190, nhưng 6 tháng là 88; có thể thừa chữ số.",
     "Appendix 1, row 10, column 6: printed 190, but six months were 88."),
)  # fmt: skip
def jump(sheet: Sheet) -> Iterator[Finding]:
    """A stock, share or rate that moves by half (a share: 30 points) from one figure of the report to the next.

    A factor of ten, a hundred or a thousand is called a slipped decimal.
    """
    kinds = sheet.indicators["kind"].to_numpy()
    docs, codes = grid(sheet, np.flatnonzero(np.isin(kinds, ["stock", "share", "rate"])))
    yield from _jumps(sheet, docs, codes, (("last_year", "half"), ("half", "estimate")))
    docs, codes = grid(sheet, _flows(sheet))
    yield from _jumps(sheet, docs, codes, (("last_year", "estimate"),))


def _jumps(sheet: Sheet, docs: np.ndarray, codes: np.ndarray, steps: tuple[tuple[str, str], ...]) -> Iterator[Finding]:
    share = sheet.indicators["kind"].to_numpy()[codes] == "share"
    for one, two in steps:
        before, after = (sheet.find(docs, codes, sheet.slots[name][docs]) for name in (one, two))
        x, y = sheet.at(before), sheet.at(after)
        with np.errstate(divide="ignore", invalid="ignore"):
            grown = np.abs(np.log(y / x))
            odd = np.where(share, np.abs(y - x) > SHARE_JUMP, (grown > np.log1p(JUMP)) & (np.maximum(x, y) >= SMALL))
        for k in np.flatnonzero(odd & np.isfinite(x) & np.isfinite(y)):
            cell, other = int(after[k]), int(before[k])
            a, b = float(x[k]), float(y[k])
            body = both("ghi {b}, nhưng {place} ghi {a} ({when}): chênh {times}",
                        "printed {b}, but {place} prints {a} ({when}): {times} apart", b=b, a=a,
                        place=inside(sheet.where(other)),
                        when=when(sheet.get(other, "period"), sheet.get(other, "status")),
                        times=_times(a, b, bool(share[k])))  # fmt: skip
            band = (lambda v: (v - SHARE_JUMP, v + SHARE_JUMP)) if share[k] else (lambda v: (v / 1.5, v * 1.5))
            yield sheet.finding("jump", "warning", cell, body=body, hint=slip_hint(b, a),
                                wants={cell: band(a), other: band(b)}, also=(sheet.ref(other),))  # fmt: skip


def _times(a: float, b: float, share: bool) -> Both:
    if share or not a or not b:
        return both("{d} điểm", "{d} points", d=abs(b - a))
    ratio = max(a, b) / min(a, b)
    return both("{r} lần", "{r} times", r=round(ratio, 1))


def slip_hint(value: float, like: float) -> Both:
    """Return the hint of a slipped decimal where `value` is near a power of ten times `like`."""
    for power in (-3, -2, -1, 1, 2, 3):
        moved = value / 10.0**power
        if like and abs(moved / like - 1) <= SLIP:
            return both("; có thể lệch dấu phẩy hoặc thừa thiếu chữ số ({m}?)",
                        "; the decimal mark may have slipped ({m}?)", m=moved)  # fmt: skip
    return Both("", "")


@rule(
    8, "warning", ("Ba mốc của một năm không thành một đường", "Three figures of a year make no line"),
    ("Phụ lục 1, dòng 12, cột 4: cùng kỳ 56.872 (từ “giảm 1.300”), cuối năm 52.050, 6 tháng sau 55.572.",
     "Appendix 1, row 12, column 4: same period 56,872 (from “giảm 1.300”), year's end 52,050, then 55,572."),
)  # fmt: skip
def down_and_up(sheet: Sheet) -> Iterator[Finding]:
    """A count that would have fallen by 5 % and then risen by 5 % (or the reverse) around last year's end."""
    kinds = sheet.indicators["kind"].to_numpy()
    for each in _half_of_last_year(sheet):
        base, year, half = each.base, each.year, each.half
        if kinds[each.ind] != "stock" or year < 0 or base <= SMALL:
            continue
        end, now = sheet.get(year, "value"), sheet.get(half, "value")
        if not end or min(abs(end / base - 1), abs(now / end - 1)) < HALF_JUMP or (end - base) * (now - end) > 0:
            continue
        cell = -1 - each.comparison
        body = both(
            "ghi {y}; nhưng {place} ghi “{p}”, tức cùng kỳ là {b}: từ {b} xuống {y} rồi lại {a} trong 6 tháng; "
            "hỏi lại số nào đúng",
            "printed {y}; but {place} says “{p}”, so the same period was {b}: from {b} to {y} and to {a} within six "
            "months; ask which figure is right",
            y=end, place=inside(sheet.where(cell)), p=sheet.printed(cell), b=float(base), a=now,
        )  # fmt: skip
        low, high = min(base, now), max(base, now)
        wants = {year: (low * (1 - HALF_JUMP), high * (1 + HALF_JUMP))}
        evidence = both("{place} ghi “{p}”, tức cùng kỳ là {b}, rồi mới {a}",
                        "{place} says “{p}”, so the same period was {b}, and then {a}",
                        place=inside(sheet.where(cell)), p=sheet.printed(cell), b=float(base), a=now)  # fmt: skip
        yield sheet.finding("down_and_up", "warning", year, evidence, body=body, wants=wants,
                            also=(sheet.ref(cell), sheet.ref(half)))  # fmt: skip


@rule(
    6, "warning", ("Số mỗi ngày mà cộng dồn", "A daily figure that adds up"),
    ("Phụ lục 1, dòng 29, cột 5: 6 giờ/ngày trong 6 tháng và 12 giờ/ngày cả năm; số mỗi ngày không cộng dồn.",
     "Appendix 1, row 29, column 5: 6 hours a day in six months, 12 in the year; daily figures do not add up."),
)  # fmt: skip
def daily_that_adds_up(sheet: Sheet) -> Iterator[Finding]:
    """Hours a day of which the half-year has exactly half of the year's: totals under a daily name."""
    daily = np.flatnonzero((sheet.indicators["maximum"] == 24).to_numpy())
    docs, codes = grid(sheet, daily)
    half, total = (sheet.find(docs, codes, sheet.slots[name][docs]) for name in ("half", "estimate"))
    a, b = sheet.at(half), sheet.at(total)
    for k in np.flatnonzero((a * 2 == b) & (a > 0) & (b <= 24)):
        cell = int(half[k])
        body = both("6 tháng {a} giờ/ngày, cả năm {b} giờ/ngày (đúng gấp đôi): giờ mỗi ngày không cộng dồn; "
                    "hỏi lại đơn vị tính",
                    "{a} hours a day in six months, {b} in the year (exactly twice): daily hours do not add up; "
                    "ask about the unit", a=float(a[k]), b=float(b[k]))  # fmt: skip
        yield sheet.finding("daily_that_adds_up", "warning", cell, body=body, also=(sheet.ref(int(total[k])),))
