"""Family 6: values an indicator cannot have, and units that do not fit it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ictplan_utils.audit.findings import Finding
from ictplan_utils.audit.precision import DUST
from ictplan_utils.audit.registry import rule
from ictplan_utils.audit.relations import DAYS_IN_HALF, DAYS_IN_YEAR, HOURS_IN_HALF_YEAR, NOT_COUNTED
from ictplan_utils.audit.sheet import Sheet
from ictplan_utils.audit.words import NOTHING, Both, both, number
from ictplan_utils.observations import is_half

HOURS_A_DAY = 24.0


@rule(
    6, "error", ("Vượt giới hạn có thể có", "Beyond what the indicator can be"),
    ("Phụ lục 1, dòng 25, cột 4: ghi 6.570 giờ/ngày, nhưng một ngày chỉ có 24 giờ; 6.570/365 = 18 giờ mỗi ngày.",
     "Appendix 1, row 25, column 4: printed 6,570 hours a day, but a day has 24; 6,570/365 = 18 hours a day."),
)  # fmt: skip
def out_of_bounds(sheet: Sheet) -> Iterator[Finding]:
    """A value below or above the catalogue's bounds: a share beyond 0–100 %, more than 24 hours a day; once a row."""
    s = sheet.statements
    low = sheet.indicators["minimum"].fillna(-np.inf).to_numpy()[s["ind"]]
    high = sheet.indicators["maximum"].fillna(np.inf).to_numpy()[s["ind"]]
    value = s["value"].to_numpy()
    rows: dict[tuple, list[int]] = {}
    for cell in np.flatnonzero((value < low - DUST) | (value > high + DUST)):
        rows.setdefault((sheet.get(int(cell), "doc"), sheet.get(int(cell), "ind")), []).append(int(cell))
    row_size = s.groupby(["doc", "ind"])["value"].transform("size").to_numpy()
    for cells in rows.values():
        cell = cells[0]
        counted = len(cells) == row_size[cell] or "DVC" in (sheet.get(cell, "note") or "")
        least, most = float(low[cell]), float(high[cell])
        evidence = _why(sheet, cell, least, most, counted)
        yield sheet.finding(
            "out_of_bounds", "error", cell, evidence,
            body=both("ghi {p}{unit}, nhưng {why}", "printed {p}{unit}, but {why}", p=sheet.printed(cell),
                      unit=_unit_words(most), why=evidence),
            expected=f"≤ {number(most)}" if value[cell] > most else f"≥ {number(least)}",
            wants=dict.fromkeys(cells, (least, most)),
            also=tuple(sheet.ref(each) for each in (*cells[1:], *_counts_alike(sheet, cells))),
        )  # fmt: skip


def _counts_alike(sheet: Sheet, cells: list[int]) -> list[int]:
    """Return the counts of the same document and period that print the very figure of an impossible share."""
    s = sheet.statements
    rows: list[int] = []
    for cell in cells:
        same = (s["doc"] == sheet.get(cell, "doc")) & (s["moment"] == sheet.get(cell, "moment"))
        same &= (s["value"] == sheet.get(cell, "value")) & (s["kind"] != "share") & (s["ind"] != sheet.get(cell, "ind"))
        rows += [int(row) for row in s.index[same]]
    return rows


def _unit_words(most: float) -> Both:
    if most == HOURS_A_DAY:
        return Both(" giờ/ngày", " hours a day")
    return Both(" %", "%") if most == 100 else NOTHING


def _why(sheet: Sheet, cell: int, least: float, most: float, counted: bool) -> Both:
    value = sheet.get(cell, "value")
    if value < least:
        return both("chỉ tiêu này không thể nhỏ hơn {m}", "this indicator cannot be less than {m}", m=least)
    if most == HOURS_A_DAY:
        days = DAYS_IN_HALF if is_half(sheet.get(cell, "period")) else DAYS_IN_YEAR
        return both(
            "một ngày chỉ có 24 giờ; nếu là tổng số giờ của kỳ thì {v}/{d} = {r} giờ mỗi ngày",
            "a day has 24 hours; if it is the period's total, {v}/{d} = {r} hours a day",
            v=value, d=float(days), r=value / days,
        )  # fmt: skip
    if counted:
        return both("tỷ lệ không thể vượt 100 %; đây là số lượng, không phải tỷ lệ",
                    "a share cannot exceed 100%; this is a count, not a share")  # fmt: skip
    return both("tỷ lệ không thể vượt {m} %", "a share cannot exceed {m}%", m=most)


@rule(
    6, "error", ("Số đếm có phần thập phân", "A count with decimals"),
    ("Phụ lục 1, dòng 10, cột 5: ghi 88,5, nhưng không thể có nửa vị trí trạm.",
     "Appendix 1, row 10, column 5: printed 88.5, but sites are counted whole."),
)  # fmt: skip
def broken_count(sheet: Sheet) -> Iterator[Finding]:
    """A count (stations, subscribers, programmes) that is not whole."""
    s, catalogue = sheet.statements, sheet.indicators
    unit = catalogue["unit_vi"].to_numpy()[s["ind"]]
    whole = catalogue["decimals"].to_numpy()[s["ind"]] == 0
    counts = s["kind"].isin(["stock", "flow"]).to_numpy() & whole & ~np.isin(unit, NOT_COUNTED)
    value = s["value"].to_numpy()
    for cell in np.flatnonzero(counts & (np.abs(value - np.round(value)) > 1e-6)):
        cell = int(cell)
        evidence = both("{unit} đếm bằng số nguyên", "{unit_en} are counted whole", unit=str(unit[cell]).lower(),
                        unit_en=catalogue["unit_en"].iat[sheet.get(cell, "ind")])  # fmt: skip
        decimals = sheet.get(cell, "decimals")
        # 5.47 for 5.471: the clerk may have lost a digit of the thousands, or put the comma elsewhere.
        yield sheet.finding("broken_count", "error", cell, evidence, expected="",
                            wants={cell: (0, value[cell] * 10 ** (decimals + 3))})  # fmt: skip


@rule(
    6, "warning", ("Sáu tháng mà mang số của cả năm", "A half-year that carries a year's figure"),
    ("Mục 1.4: 6.570 giờ trong 6 tháng, nhưng 6 tháng có 181 × 24 = 4.344 giờ; 6.570 = 18 giờ × 365 ngày.",
     "Section 1.4: 6,570 hours in six months, which have 181 × 24 = 4,344; 6,570 = 18 hours × 365 days."),
)  # fmt: skip
def year_in_half(sheet: Sheet) -> Iterator[Finding]:
    """Hours of six months that are a whole number of hours a day for 365 days, or more than six months have.

    The hours of a document's section come from one hand, so they make one finding.
    """
    s = sheet.statements
    hours = (sheet.indicators["unit_vi"] == "Giờ").to_numpy()[s["ind"]]
    free = sheet.indicators["maximum"].isna().to_numpy()[s["ind"]]
    value = s["value"].to_numpy()
    half = s["period"].str.contains("-S", regex=False).to_numpy()
    suspects = hours & free & half & (value > 0) & ((value % DAYS_IN_YEAR == 0) | (value > HOURS_IN_HALF_YEAR))
    groups: dict[tuple, list[int]] = {}
    for cell in np.flatnonzero(suspects):
        groups.setdefault((sheet.get(int(cell), "doc"), sheet.source(int(cell))), []).append(int(cell))
    for cells in groups.values():
        if len(cells) < 2 and sheet.get(cells[0], "value") <= HOURS_IN_HALF_YEAR:
            continue  # One figure in 365 is a multiple by chance; two in one section are not.
        cell = max(cells, key=lambda each: sheet.get(each, "value"))
        v = sheet.get(cell, "value")
        parts = []
        if v > HOURS_IN_HALF_YEAR:
            parts.append(both("6 tháng chỉ có 181 × 24 = {m} giờ", "six months have only 181 × 24 = {m} hours",
                              m=float(HOURS_IN_HALF_YEAR)))  # fmt: skip
        parts += [
            both("{v} = {d} giờ × 365 ngày", "{v} = {d} hours × 365 days", v=sheet.get(each, "value"),
                 d=sheet.get(each, "value") / DAYS_IN_YEAR)
            for each in cells if sheet.get(each, "value") % DAYS_IN_YEAR == 0
        ]  # fmt: skip
        body = both(
            "ghi {v} giờ trong 6 tháng, nhưng {why}; có lẽ là số của cả năm",
            "says {v} hours in six months, but {why}; the year's figures may have been put here",
            v=v, why=Both("; ".join(p.vi for p in parts), "; ".join(p.en for p in parts)),
        )  # fmt: skip
        also = tuple(sheet.ref(each) for each in cells if each != cell)
        yield sheet.finding("year_in_half", "warning", cell, body=body, expected=number(v / 2, 0), also=also)


@rule(
    6, "info", ("Dấu chấm thay dấu phẩy thập phân", "A dot for the decimal comma"),
    ("Phụ lục 1, dòng 10, cột 8: ghi 97.7; viết 97,7.", "Appendix 1, row 10, column 8: printed 97.7; write 97,7."),
)  # fmt: skip
def decimal_dot(sheet: Sheet) -> Iterator[Finding]:
    """A number printed with a decimal dot, where the document's own numbers use the comma."""
    import re

    dot = re.compile(r"\d+\.(?!\d{3}(?!\d))\d+")
    for frame, sign in ((sheet.statements, 1), (sheet.comparisons, -1)):
        odd = frame["printed"].str.contains(dot, regex=True).to_numpy() & (frame["decimals"] > 0).to_numpy()
        for row in np.flatnonzero(odd):
            cell = int(row) if sign > 0 else -1 - int(row)
            right = sheet.printed(cell).replace(".", ",")
            body = both("ghi {p}; viết {r} (dấu phẩy thập phân)", "printed {p}; write {r} (decimal comma)",
                        p=sheet.printed(cell), r=right)  # fmt: skip
            yield sheet.finding("decimal_dot", "info", cell, body=body, expected=right)
