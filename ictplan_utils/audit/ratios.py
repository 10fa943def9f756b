"""Families 1, 2 and 5: what a document says of its own figures, held against these figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ictplan_utils.audit.findings import Finding
from ictplan_utils.audit.precision import CUT, FINE, UNROUNDED, WRONG, verdict
from ictplan_utils.audit.registry import rule
from ictplan_utils.audit.sheet import Sheet
from ictplan_utils.audit.sheet import is_table as sheet_tables
from ictplan_utils.audit.words import NOTHING, RATIO_DECIMALS, Both, both, inside, number
from ictplan_utils.catalog import formula_terms


@dataclass(frozen=True, eq=False)
class Worked:
    """Every comparison worked out again: the two figures' rows, the result, what rounding allows, the verdict."""

    current: np.ndarray
    base: np.ndarray
    exact: np.ndarray
    verdict: np.ndarray
    is_table: np.ndarray


def worked(sheet: Sheet) -> Worked:
    """Return the comparisons worked out, each from the figures of its own table where it has them."""
    return sheet.once("worked", _work)


def _work(sheet: Sheet) -> Worked:
    c = sheet.comparisons
    current = sheet.find(c["doc"], c["ind"], c["moment"], c["table"])
    base = sheet.find(c["doc"], c["ind"], c["base_moment"], c["table"])
    is_table = sheet_tables(c["table"]).to_numpy()
    measure = c["measure"].to_numpy()
    exact, low, high = result(
        measure, *(sheet.at(rows, name) for name in ("value", "low", "high") for rows in (current, base))
    )
    found = verdict(c["value"].to_numpy(dtype=float), c["unit"].to_numpy(), exact, low, high)
    return Worked(current, base, exact, np.where(np.isfinite(c["value"].to_numpy(dtype=float)), found, FINE), is_table)


def result(measure, a, b, a_low, b_low, a_high, b_high) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return a measure of figure `a` over base `b`: as printed, and the least and most that rounding allows."""
    with np.errstate(divide="ignore", invalid="ignore"):
        change = measure == "change"
        minus = np.where(measure == "growth_pct", 100.0, 0.0)
        exact = np.where(change, a - b, a / b * 100 - minus)
        low = np.where(change, a_low - b_high, a_low / b_high * 100 - minus)
        high = np.where(change, a_high - b_low, a_high / b_low * 100 - minus)
    return np.where(np.isfinite(exact), exact, np.nan), low, high


def _wants(sheet: Sheet, index: int, a: int, b: int) -> dict[int, tuple[float, float]]:
    """Return which cell would have to hold what for a printed comparison to be true."""
    row = -1 - index
    measure, p, unit = (sheet.get(row, name) for name in ("measure", "value", "unit"))
    x, y = sheet.get(a, "value"), sheet.get(b, "value")
    if measure == "change":
        return {row: (x - y - unit / 2, x - y + unit / 2), a: (y + p, y + p), b: (x - p, x - p)}
    minus = 100.0 if measure == "growth_pct" else 0.0
    ratio = x / y * 100 - minus
    least, most = (p - unit + minus) / 100, (p + unit + minus) / 100
    wants = {row: (ratio - unit, ratio + unit), a: (y * least, y * most)}
    if least > 0:
        wants[b] = (x / most, x / least)
    return wants


def arithmetic(measure: str, a: float, b: float) -> Both:
    """Return the sum itself: `30/25 = 120 %`, `88 − 87 = 1`, `(24.783/13.543 − 1) = 83 %`."""
    if measure == "change":
        return both("{a} − {b} = {r}", "{a} − {b} = {r}", a=a, b=b, r=a - b)
    if measure == "growth_pct":
        return both("{a}/{b} − 1 = {r} %", "{a}/{b} − 1 = {r}%", a=a, b=b, r=(a / b - 1) * 100)
    return both("{a}/{b} = {r} %", "{a}/{b} = {r}%", a=a, b=b, r=a / b * 100)


def _compare(sheet: Sheet, name: str, severity: str, index: int, body: tuple[str, str] | None = None) -> Finding:
    done = worked(sheet)
    a, b, cell = int(done.current[index]), int(done.base[index]), -1 - index
    measure = sheet.get(cell, "measure")
    sum_ = arithmetic(measure, sheet.get(a, "value"), sheet.get(b, "value"))
    places = max(sheet.get(cell, "decimals"), RATIO_DECIMALS)
    said = f"{sheet.printed(cell)}"
    other = both(
        "{sum}, mà {place} ghi {p}",
        "{sum}, while {place} prints {p}",
        sum=sum_,
        place=inside(sheet.where(cell)),
        p=said,
    )
    return sheet.finding(
        name, severity, cell, sum_,
        body=both(*body, p=said, sum=sum_) if body else NOTHING,
        hint=_misread(sheet, index, float(done.exact[index])),
        expected=number(float(done.exact[index]), places),
        wants=_wants(sheet, index, a, b), said_of={a: other, b: other},
        also=(sheet.ref(a), sheet.ref(b)),
    )  # fmt: skip


def _misread(sheet: Sheet, index: int, exact: float) -> Both:
    """Return the hint for a growth printed as a ratio, or the other way round."""
    p, unit, measure = (sheet.get(-1 - index, name) for name in ("value", "unit", "measure"))
    if measure == "growth_pct" and abs(p - exact - 100) < unit:
        return Both("; có lẽ phải viết “đạt”, không phải “tăng”", "; “reached” may be meant, not “grew by”")
    if measure == "ratio_pct" and abs(p - exact + 100) < unit:
        return Both("; có lẽ đã in mức tăng thay cho tỷ lệ", "; the growth may stand here in place of the ratio")
    return NOTHING


def _pick(sheet: Sheet, *verdicts: int, tables: bool) -> np.ndarray:
    done = worked(sheet)
    both_stated = (done.current >= 0) & (done.base >= 0)
    return np.flatnonzero(both_stated & np.isin(done.verdict, verdicts) & (done.is_table == tables))


@rule(
    1, "error", ("Tỷ lệ in không khớp hai cột", "A printed ratio is not that of its columns"),
    ("Phụ lục 2, dòng 17, cột 6: ghi 102, nhưng 30/25 = 120 %; có thể đảo chữ số.",
     "Appendix 2, row 17, column 6: printed 102, but 30/25 = 120%; digits may be swapped."),
)  # fmt: skip
def printed_ratio(sheet: Sheet) -> Iterator[Finding]:
    """A ratio cell that no rounding of the two figures it compares can give."""
    for index in _pick(sheet, WRONG, tables=True):
        yield _compare(sheet, "printed_ratio", "error", index)


@rule(
    5, "error", ("Mức tăng giảm đã ghi không khớp số liệu", "A stated change is not that of the figures"),
    ("Mục 1.2, Trạm BTS: ghi “tăng 01 trạm”, nhưng 88 − 85 = 3.",
     "Section 1.2, BTS stations: says “tăng 01 trạm”, but 88 − 85 = 3."),
)  # fmt: skip
def stated_change(sheet: Sheet) -> Iterator[Finding]:
    """A change in the text ("tăng 01 trạm", "đạt 102 %") that the document's own two figures contradict."""
    for index in _pick(sheet, WRONG, tables=False):
        body = ("ghi “{p}”, nhưng {sum}", "says “{p}”, but {sum}")
        yield _compare(sheet, "stated_change", "error", index, body)


@rule(
    1, "warning", ("Tỷ lệ chỉ đúng với số chưa làm tròn", "A ratio true only of figures before rounding"),
    ("Phụ lục 1, dòng 9, cột 7: ghi 109, nhưng 70/65 = 107,69 %; chỉ đúng nếu hai số đã bị làm tròn.",
     "Appendix 1, row 9, column 7: printed 109, but 70/65 = 107.69%; true only if both figures were rounded."),
)  # fmt: skip
def ratio_of_unrounded(sheet: Sheet) -> Iterator[Finding]:
    """A ratio that its columns as printed do not give, though the figures before rounding may have.

    Figures printed with decimals show that they were rounded: info. Whole ones do not: warning.
    """
    done = worked(sheet)
    for tables in (True, False):
        for index in _pick(sheet, UNROUNDED, tables=tables):
            inputs = (int(done.current[index]), int(done.base[index]))
            rounded = any(sheet.get(row, "decimals") > 0 for row in inputs)
            body = ("ghi {p}, nhưng {sum}; chỉ đúng nếu các số đã bị làm tròn",
                    "printed {p}, but {sum}; true only if the figures were rounded")  # fmt: skip
            yield _compare(sheet, "ratio_of_unrounded", "info" if rounded else "warning", index, body)


@rule(
    1, "info", ("Tỷ lệ bị cắt bớt thay vì làm tròn", "A ratio cut instead of rounded"),
    ("Phụ lục 1, dòng 5, cột 8: ghi 48, đúng ra 48,9 (1.320/2.700 = 48,89 %): cắt bớt, chưa làm tròn.",
     "Appendix 1, row 5, column 8: printed 48, properly 48.9 (1,320/2,700 = 48.89%): cut, not rounded."),
)  # fmt: skip
def cut_ratio(sheet: Sheet) -> Iterator[Finding]:
    """A ratio less than one unit of its last digit off: untidy, not wrong."""
    for tables in (True, False):
        for index in _pick(sheet, CUT, tables=tables):
            exact = float(worked(sheet).exact[index])
            up = sheet.get(-1 - index, "value") > exact
            places = sheet.get(-1 - index, "decimals")
            right = Both(number(exact, places), number(exact, places, "en"))
            body = both(
                "ghi {p}, đúng ra {right} ({sum}): " + ("làm tròn lên quá" if up else "cắt bớt, chưa làm tròn"),
                "printed {p}, properly {right} ({sum}): " + ("rounded up too far" if up else "cut, not rounded"),
                p=sheet.printed(-1 - index), right=right,
                sum=_compare(sheet, "cut_ratio", "info", index).evidence,
            )  # fmt: skip
            found = _compare(sheet, "cut_ratio", "info", index)
            found.body, found.hint, found.expected, found.wants = body, NOTHING, right.vi, {}
            yield found


@rule(
    1, "info", ("Có tỷ lệ mà không có số liệu", "A ratio without its figures"),
    ("Phụ lục 1, dòng 7, cột 7: ghi 100 nhưng cột 6 để trống.",
     "Appendix 1, row 7, column 7: printed 100, but a figure it compares is blank."),
)  # fmt: skip
def ratio_without_figures(sheet: Sheet) -> Iterator[Finding]:
    """A printed ratio in a table of which a figure is blank, or whose base is 0."""
    done = worked(sheet)
    printed = np.isfinite(sheet.comparisons["value"].to_numpy(dtype=float)) & done.is_table
    lacks = (done.current < 0) | (done.base < 0)
    for index in np.flatnonzero(printed & lacks):
        body = both("ghi {p} nhưng thiếu số để so sánh", "printed {p}, but a figure it compares is blank",
                    p=sheet.printed(-1 - int(index)))  # fmt: skip
        yield sheet.finding("ratio_without_figures", "info", -1 - int(index), body=body)
    zero = printed & ~lacks & (sheet.at(done.base) == 0) & (sheet.at(done.current) != 0)
    for index in np.flatnonzero(zero & (sheet.comparisons["measure"] != "change").to_numpy()):
        body = both("ghi {p} nhưng không thể so với 0", "printed {p}, but nothing can be compared with 0",
                    p=sheet.printed(-1 - int(index)))  # fmt: skip
        yield sheet.finding("ratio_without_figures", "warning", -1 - int(index), body=body)


@rule(
    2, "info", ("Ô tỷ lệ để trống tính được", "A blank ratio that can be computed"),
    ("Phụ lục 1, dòng 11, cột 7: để trống; điền 111,3 (68,8/61,8 = 111,33 %).",
     "Appendix 1, row 11, column 7: blank; fill in 111.3 (68.8/61.8 = 111.33%)."),
)  # fmt: skip
def blank_ratio(sheet: Sheet) -> Iterator[Finding]:
    """A ratio cell left blank although the document states both figures: the value to fill in."""
    done = worked(sheet)
    blank = ~np.isfinite(sheet.comparisons["value"].to_numpy(dtype=float)) & np.isfinite(done.exact) & done.is_table
    for index in np.flatnonzero(blank):
        exact, cell = float(done.exact[index]), -1 - int(index)
        a, b = int(done.current[index]), int(done.base[index])
        value = Both(number(exact, RATIO_DECIMALS), number(exact, RATIO_DECIMALS, "en"))
        sum_ = arithmetic(sheet.get(cell, "measure"), sheet.get(a, "value"), sheet.get(b, "value"))
        body = both("để trống; điền {v} ({sum})", "blank; fill in {v} ({sum})", v=value, sum=sum_)
        also = (sheet.ref(a), sheet.ref(b))
        yield sheet.finding("blank_ratio", "info", cell, body=body, expected=value.vi, also=also)


@rule(
    5, "error", ("Các phần của mức tăng giảm không cộng lại đúng", "Parts of a change do not add up"),
    ("Mục 1.2, Thuê bao điện thoại: ghi “giảm 1.300”, nhưng −5 + −1.200 = −1.205.",
     "Section 1.2, Telephone subscribers: says “giảm 1.300”, but −5 + −1,200 = −1,205."),
)  # fmt: skip
def change_of_parts(sheet: Sheet) -> Iterator[Finding]:
    """A stated change of a total that is not the sum of its parts' stated changes (catalogue's sum formulas)."""
    c = sheet.comparisons
    stated = c[(c["measure"] == "change") & c["value"].notna()]
    if stated.empty:
        return
    at = ["doc", "moment", "base_moment", "table"]
    of = {slug: frame.reset_index().drop_duplicates(at) for slug, frame in stated.groupby("indicator", observed=True)}
    for slug, formula in sheet.indicators["formula"].items():
        if not formula or formula_terms(formula)[0] != "sum":
            continue
        parts = formula_terms(formula)[1]
        if not of.keys() >= {slug, *parts}:
            continue
        wide = {each: of[each] for each in (slug, *parts)}
        joined = wide[slug][[*at, "index", "value"]].rename(columns={"index": "whole", "value": "total"})
        for number_, each in enumerate(parts):
            part = wide[each][[*at, "index", "value"]].rename(
                columns={"index": f"row{number_}", "value": f"part{number_}"}
            )
            joined = joined.merge(part, on=at, validate="1:1")
        sums = joined[[f"part{k}" for k in range(len(parts))]].sum(axis=1)
        for record, total in zip(joined.to_dict("records"), sums, strict=True):
            if abs(record["total"] - total) < 0.5:
                continue
            cell = -1 - record["whole"]
            terms = [record[f"part{k}"] for k in range(len(parts))]
            others = {-1 - record[f"row{k}"]: (record["total"] - total + terms[k],) * 2 for k in range(len(parts))}
            sum_ = Both(*(f"{' + '.join(number(t, None, lang) for t in terms)} = {number(total, None, lang)}"
                          for lang in ("vi", "en")))  # fmt: skip
            yield sheet.finding(
                "change_of_parts", "error", cell, sum_,
                body=both("ghi “{p}”, nhưng {sum}", "says “{p}”, but {sum}", p=sheet.printed(cell), sum=sum_),
                expected=number(total), wants={cell: (total, total), **others},
                also=tuple(sheet.ref(other) for other in others),
            )  # fmt: skip
