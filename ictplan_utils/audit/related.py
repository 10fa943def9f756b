"""Family 7, by experience: figures that no rule ties together, yet should lie near one another. Never errors."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ictplan_utils.audit.denominators import agreed_range, facts_by_document, range_words, whole_words
from ictplan_utils.audit.findings import Finding
from ictplan_utils.audit.rates import stated_base, unit_words
from ictplan_utils.audit.registry import rule
from ictplan_utils.audit.relations import COMES_FROM, NEARLY, SAME_TOTAL
from ictplan_utils.audit.sheet import Sheet
from ictplan_utils.audit.words import Both, both, inside, number


@rule(
    7, "warning", ("Tỷ lệ khác hẳn cách tính thường dùng", "A rate is not near how it is usually worked out"),
    ("Phụ lục 1, dòng 14, cột 5: 5.471 là 30,3 % của 18.056 hộ, các tỷ lệ khác cho 19.045 hộ.",
     "Appendix 1, row 14, column 5: 5,471 is 30.3% of 18,056 households; other rates give 19,045."),
)  # fmt: skip
def rate_nearly(sheet: Sheet) -> Iterator[Finding]:
    """A rate far from its usual numerator over its usual denominator (relations.NEARLY), stated or implied."""
    s = sheet.statements
    for slug, top_slug, base, factor, tolerance in NEARLY:
        cells = np.flatnonzero((s["ind"].to_numpy() == sheet.ind(slug)) & (s["value"].to_numpy() > 0))
        of = s.iloc[cells]
        tops = sheet.find(of["doc"], sheet.ind(top_slug), of["moment"], of["table"])
        bottoms = stated_base(sheet, base, of)
        facts = facts_by_document(sheet, base)
        seen = set()
        for cell, top, bottom, doc, moment in zip(cells, tops, bottoms, of["doc"], of["moment"], strict=True):
            if top < 0 or (doc, moment) in seen:
                continue
            low, high = (sheet.get(int(bottom), "value"),) * 2 if bottom >= 0 else (0.0, np.inf)
            if bottom < 0 and (doc, moment) in facts:
                low, high, _ = agreed_range(facts[doc, moment])
            count, value = sheet.get(int(top), "value"), sheet.get(int(cell), "value")
            own = count / value * factor
            if low <= 0 or low * (1 - tolerance) <= own <= high * (1 + tolerance):
                continue
            seen.add((doc, moment))
            what = unit_words(sheet, base)
            body = both(
                "ghi {v}; {n} là {v} % của {own} {what}, nhưng nơi khác ghi hoặc suy ra {range} {what}; hỏi cách tính",
                "printed {v}; {n} is {v}% of {own} {what}, but elsewhere it is {range} {what}; ask how it was made",
                n=count, v=value, own=whole_words(own), what=what, range=range_words(low, high),
            )  # fmt: skip
            slack = 1 + tolerance
            wants = {
                int(cell): (count / (high * slack) * factor, count / low * slack * factor),
                int(top): (low / slack * value / factor, high * slack * value / factor),
            }
            if bottom >= 0:
                wants[int(bottom)] = (own / slack, own * slack)
            refs = [int(row) for row in (top, bottom) if row >= 0]
            yield sheet.finding(
                "rate_nearly", "warning", int(cell), body=body, expected=number(count / ((low + high) / 2) * factor, 1),
                wants=wants, also=tuple(sheet.ref(row) for row in refs),
            )  # fmt: skip


@rule(
    7, "warning", ("Hai số liệu liên quan cách nhau xa", "Two related figures lie far apart"),
    ("Phụ lục 1, dòng 18, cột 5: ghi 18.500, nhưng 67 % của 55.030 thuê bao di động là 36.870.",
     "Appendix 1, row 18, column 5: printed 18,500, but 67% of 55,030 mobile subscribers are 36,870."),
)  # fmt: skip
def comes_from(sheet: Sheet) -> Iterator[Finding]:
    """A half-year figure far from what related ones give (relations.COMES_FROM)."""
    docs = np.arange(len(sheet.docs))
    for slug, first, second, factor, tolerance in COMES_FROM:
        target = sheet.slot("half", docs, sheet.ind(slug))
        one = sheet.slot("half", docs, sheet.ind(first))
        two = sheet.slot("half", docs, sheet.ind(second)) if second else np.full(len(docs), -1)
        value, got = sheet.at(target), sheet.at(one) * factor * (sheet.at(two) if second else 1.0)
        with np.errstate(invalid="ignore"):
            far = np.abs(value - got) > tolerance * np.maximum(value, got)
        for k in np.flatnonzero(far):
            cell, rows = int(target[k]), [int(row) for row in (one[k], two[k]) if row >= 0]
            terms = [sheet.get(row, "value") for row in rows]
            sum_ = (
                both("{b} % của {a} là {r}", "{b}% of {a} is {r}", a=terms[0], b=terms[-1],
                     r=whole_words(float(got[k])))
                if second
                else both("{a} mỗi tháng × {f} = {r}", "{a} a month × {f} = {r}", a=terms[0], f=factor,
                          r=float(got[k]))
            )  # fmt: skip
            body = both("ghi {p}, nhưng {sum} ({place}); cần hỏi cách đếm",
                        "printed {p}, but {sum} ({place}); ask how they were counted", p=sheet.printed(cell),
                        sum=sum_, place=_others_of(sheet, rows))  # fmt: skip
            wants = {cell: (got[k] * (1 - tolerance), got[k] * (1 + tolerance))}
            for row, term in zip(rows, terms, strict=True):
                right = term * value[k] / got[k] if got[k] else np.inf
                wants[row] = (right * (1 - tolerance), right * (1 + tolerance))
            yield sheet.finding("comes_from", "warning", cell, sum_, body=body, expected=f"~ {number(got[k], 0)}",
                                wants=wants, also=tuple(sheet.ref(row) for row in rows))  # fmt: skip


def _others_of(sheet: Sheet, rows: list[int]) -> Both:
    places = [inside(sheet.where(row)) for row in rows]
    return Both("; ".join(each.vi for each in places), "; ".join(each.en for each in places))


@rule(
    7, "info", ("Hai tỷ lệ ngầm cho hai tổng số khác nhau", "Two shares imply two totals"),
    ("Mục 1.1, Tỷ lệ thủ tục hành chính qua bưu chính công ích: 2 là 1,2 % của 167, còn 60 dịch vụ công là 20,4 % của "
     "294.",
     "Section 1.1, Procedures through the public post: 2 is 1.2% of 167, while 60 online services are 20.4% of 294."),
)  # fmt: skip
def two_totals(sheet: Sheet) -> Iterator[Finding]:
    """Shares of what may be one total (relations.SAME_TOTAL) that imply totals far apart: say which total is meant."""
    docs = np.arange(len(sheet.docs))
    for (count1, share1), (count2, share2) in SAME_TOTAL:
        rows = [sheet.slot("half", docs, sheet.ind(slug)) for slug in (count1, share1, count2, share2)]
        a, p, b, q = (sheet.at(each) for each in rows)
        unit_p, unit_q = (sheet.at(each, "unit") for each in (rows[1], rows[3]))
        apart = (a / (p + unit_p) > b / (q - unit_q)) | (b / (q + unit_q) > a / (p - unit_p))
        for k in np.flatnonzero(apart & (a > 0) & (b > 0) & (p > unit_p) & (q > unit_q)):
            cell, other = int(rows[1][k]), int(rows[3][k])
            body = both(
                "{a} là {p} % của {t}, còn {name} {b} là {q} % của {u} ({place}); ghi rõ tính trên tổng số nào",
                "{a} is {p}% of {t}, while {name} {b} is {q}% of {u} ({place}); say of which total",
                a=float(a[k]), p=float(p[k]), t=whole_words(a[k] / p[k] * 100), b=float(b[k]), q=float(q[k]),
                u=whole_words(b[k] / q[k] * 100), name=sheet.short(sheet.ind(count2)), place=inside(sheet.where(other)),
            )  # fmt: skip
            yield sheet.finding("two_totals", "info", cell, body=body, also=(sheet.ref(other),))
