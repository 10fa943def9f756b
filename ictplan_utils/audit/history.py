"""Families 8 and 9: a year out of line with its series, rows that repeat each other, figures that never move."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from ictplan_utils.audit.findings import Finding
from ictplan_utils.audit.registry import rule
from ictplan_utils.audit.series import grid, slip_hint
from ictplan_utils.audit.sheet import Sheet, is_table
from ictplan_utils.audit.words import Both, both, inside, number, when

OUTLIER = 3.5
"""Modified z-score beyond which a growth is out of line (Iglewicz & Hoaglin 1993, How to Detect Outliers, p. 11)."""
LEAST_SPREAD = 0.10
"""Median absolute deviation of yearly log growth is taken as at least this, lest a calm series cry at a ripple."""
DIGITS_BEYOND_CHANCE = 3
"""Rows far apart in the form may agree by chance in small numbers, hardly in one of three digits."""
YEARS_FOR_HISTORY = 5
"""Four growths are the fewest of which a median and a spread mean anything."""


@rule(
    8, "warning", ("Năm lệch hẳn chuỗi", "A year out of line with its series"),
    ("Bảng Y:208:2015 (Thuê bao Internet): ghi 7.200.000 (năm 2015), gấp 12,5 lần năm trước; trung vị 6 năm là 1,13.",
     "Table Y:208:2015 (Internet subscribers): printed 7,200,000 (2015), 12.5 times the year before; median 1.13."),
)  # fmt: skip
def out_of_line(sheet: Sheet) -> Iterator[Finding]:
    """A year whose growth is out of line with its own series' growths: modified z-score on log growth.

    Rests on the series of actual years of an area over all its documents; under YEARS_FOR_HISTORY years: silent.
    The message says how many years it rests on.
    """
    s = sheet.statements
    yearly = (s["status"] == "actual").to_numpy() & ~s["period"].str.contains("-S", regex=False).to_numpy()
    rows = s[yearly & (s["value"] > 0).to_numpy() & s["kind"].isin(["flow", "stock", "rate"]).to_numpy()]
    rows = rows.assign(row=rows.index).sort_values(["doc", "source"], kind="stable")
    rows = rows.drop_duplicates(["area", "ind", "period"], keep="last")
    size = rows.groupby(["area", "ind"])["row"].transform("size")
    for _, series in rows[size >= YEARS_FOR_HISTORY].sort_values("period").groupby(["area", "ind"], sort=False):
        yield from _outliers(sheet, series)


def _outliers(sheet: Sheet, series: pd.DataFrame) -> Iterator[Finding]:
    years = series["period"].astype(int).to_numpy()
    value = series["value"].to_numpy()
    growth = np.diff(np.log(value)) / np.diff(years)
    middle = float(np.median(growth))
    spread = max(float(np.median(np.abs(growth - middle))) / 0.6745, LEAST_SPREAD)
    score = np.abs(growth - middle) / spread
    bad = set(np.flatnonzero(score > OUTLIER))
    for k in sorted(bad):
        if k - 1 in bad and (growth[k] - middle) * (growth[k - 1] - middle) < 0:
            continue  # the way back from the year already named
        cell, before = int(series["row"].iloc[k + 1]), float(value[k])
        now = float(value[k + 1])
        body = both(
            "ghi {v} ({when}), bằng {r} lần năm trước ({b}), trong khi trung vị của chuỗi {n} năm là {m} lần",
            "printed {v} ({when}), {r} times the year before ({b}); the median over {n} years is {m} times",
            v=now, when=when(sheet.get(cell, "period")), r=now / before, b=before, n=float(len(value)),
            m=float(np.exp(middle)),
        )  # fmt: skip
        like = before * float(np.exp(middle))
        yield sheet.finding("out_of_line", "warning", cell, body=body, hint=slip_hint(now, like),
                            wants={cell: (like / 1.5, like * 1.5)})  # fmt: skip


@rule(
    9, "warning", ("Hai dòng giống hệt nhau", "Two rows are identical"),
    ("Phụ lục 1, dòng 26: mọi số trùng dòng 25 (6.570; 3.285; 6.570); có thể chép nhầm dòng.",
     "Appendix 1, row 26: every figure is that of row 25 (6,570; 3,285; 6,570); a row may have been copied."),
)  # fmt: skip
def identical_rows(sheet: Sheet) -> Iterator[Finding]:
    """Two indicators of one unit whose figures are the same in every column of the form, and not all one number."""
    s = sheet.statements
    firsts = s[(sheet.find(s["doc"], s["ind"], s["moment"]) == np.arange(len(s))) & is_table(s["table"]).to_numpy()]
    if firsts.empty:
        return
    unit = sheet.indicators["unit_vi"].to_numpy()[firsts["ind"]]
    key = ["doc", "ind"]
    ordered = firsts.assign(row=firsts.index, said=unit).sort_values([*key, "moment"], kind="stable")
    at = ordered.groupby(key, sort=False)["value"]
    enough = ordered[(at.transform("size") >= 3) & (at.transform("nunique") >= 2)]
    if enough.empty:
        return
    # Sums tell nearly all rows apart; only those with equal sums are spelled out and compared.
    enough = enough.assign(sum=at.transform("sum")[enough.index].round(6), size=at.transform("size")[enough.index])
    heads = enough.drop_duplicates(key)
    alike = heads[heads.duplicated(["doc", "said", "sum", "size"], keep=False)]
    pairs = pd.MultiIndex.from_frame(alike[key])
    enough = enough[pd.MultiIndex.from_frame(enough[key]).isin(pairs)]
    if enough.empty:
        return
    text = enough["moment"].astype(str) + "=" + enough["value"].astype(str)
    rows = (
        enough.assign(text=text)
        .groupby([*key, "said"], sort=False, as_index=False)
        .agg(text=("text", ";".join), row=("row", "first"), cells=("row", list))
    )
    twins = rows[rows.duplicated(["doc", "said", "text"], keep=False)]
    for _, group in twins.groupby(["doc", "said", "text"], sort=False):
        first = int(group["row"].iloc[0])
        values = [sheet.get(int(row), "value") for row in group["cells"].iloc[0]]
        said = Both(*("; ".join(number(value, None, lang) for value in values) for lang in ("vi", "en")))
        for again in group["row"].iloc[1:]:
            neighbours = abs(sheet.get(int(again), "ind") - sheet.get(first, "ind")) == 1
            if not neighbours and max(map(_digits, values)) < DIGITS_BEYOND_CHANCE:
                continue
            body = both(
                "mọi số trùng với {place} và các cột bên ({v}); có thể chép nhầm dòng, cần hỏi lại",
                "every figure is that of {place} and the columns beside it ({v}); a row may have been copied",
                place=inside(sheet.where(first)), v=said,
            )  # fmt: skip
            yield sheet.finding("identical_rows", "warning", int(again), body=body, also=(sheet.ref(first),))


def _digits(value: float) -> int:
    """Return how many significant digits a figure has."""
    return len(number(value).replace(".", "").replace(",", "").strip("0"))


@rule(
    9, "info", ("Số liệu không bao giờ đổi", "A figure that never changes"),
    ("Phụ lục 1, dòng 3: 4.300 ở mọi năm và cả kế hoạch; có thể chép lại số cũ.",
     "Appendix 1, row 3: 4,300 in every year and the plan; an old figure may have been carried on."),
)  # fmt: skip
def never_changes(sheet: Sheet) -> Iterator[Finding]:
    """A flow or a rate, which live, that is the same in three years or more, the plan included."""
    kinds = sheet.indicators["kind"].to_numpy()
    docs, codes = grid(sheet, np.flatnonzero(np.isin(kinds, ["flow", "rate"])))
    rows = [sheet.find(docs, codes, sheet.slots[name][docs]) for name in ("last_year", "estimate", "target")]
    last, total, target = (sheet.at(each) for each in rows)
    for k in np.flatnonzero((last == total) & (total == target) & (last != 0)):
        cell = int(rows[0][k])
        body = both("{v} ở cả ba năm, kể cả kế hoạch; nên kiểm tra có phải số cũ chép lại",
                    "{v} in all three years, the plan included; check whether an old figure was carried on",
                    v=float(last[k]))  # fmt: skip
        yield sheet.finding("never_changes", "info", cell, body=body,
                            also=tuple(sheet.ref(int(each[k])) for each in rows[1:]))  # fmt: skip
