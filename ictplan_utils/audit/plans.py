"""Families 11 and 12: targets, what the form requires, and corrections that no longer fit."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ictplan_utils.audit.findings import Finding
from ictplan_utils.audit.precision import DUST
from ictplan_utils.audit.registry import rule
from ictplan_utils.audit.sheet import SLOTS, Sheet
from ictplan_utils.audit.words import Both, both, inside, number, place, when
from ictplan_utils.observations import KEY, corrections

BOLD = 10.0
"""A target may grow twice as fast as the fastest year seen, and 10 points more, before we remark on it."""
YEARS_FOR_WARNING = 3
"""With fewer growths than this behind it, a remark on a target's pace is info, never a warning."""
WILD, WILD_FROM = 200.0, 10.0
"""A target of three times the estimate or more is a warning whatever stands behind it, unless of a handful."""
FORM_ROWS = 10
"""A document that fills fewer rows of the form than this was not written on the form: its gaps are no gaps."""

LEVEL_ROWS = {
    "online_files_share": ("province", "district", "commune"),
    "online_files_share_province": ("province",),
    "online_files_share_district": ("province", "district"),
    "online_files_share_commune": ("province", "district", "commune"),
}
"""Rows of the form that only some levels of government can fill."""
HEADINGS_WITH_PARTS = {
    "online_files_share": (
        "online_files_share_province", "online_files_share_district", "online_files_share_commune",
    )
}  # fmt: skip
"""Rows that are filled once any of their sub-rows is."""


@rule(
    11, "warning", ("Kế hoạch đi lùi", "A target that goes backwards"),
    ("Phụ lục 2, dòng 10, cột 5: kế hoạch 84, thấp hơn ước 2021 là 90, trong khi chỉ tiêu càng cao càng tốt.",
     "Appendix 2, row 10, column 5: target 84 is below the 2021 estimate of 90, though more is better."),
)  # fmt: skip
def target_backwards(sheet: Sheet) -> Iterator[Finding]:
    """A target worse than the estimate it starts from, by the catalogue's direction."""
    direction = sheet.indicators["direction"].to_numpy()
    docs = np.arange(len(sheet.docs))
    codes = np.flatnonzero(np.isin(direction, ["higher", "lower"]))
    docs, codes = np.repeat(docs, len(codes)), np.tile(codes, len(docs))
    target = sheet.find(docs, codes, sheet.slots["target"][docs])
    base = _base(sheet, docs, codes, target)
    up = direction[codes] == "higher"
    t, b = sheet.at(target), sheet.at(base)
    for k in np.flatnonzero(np.where(up, t < b - DUST, t > b + DUST)):
        cell, other = int(target[k]), int(base[k])
        body = both(
            "kế hoạch {t} thấp hơn ước thực hiện {b} ({place}), trong khi chỉ tiêu này càng cao càng tốt" if up[k]
            else "kế hoạch {t} cao hơn ước thực hiện {b} ({place}), trong khi chỉ tiêu này càng thấp càng tốt",
            "target {t} is below the estimate {b} ({place}), though more is better" if up[k]
            else "target {t} is above the estimate {b} ({place}), though less is better",
            t=float(t[k]), b=float(b[k]), place=inside(sheet.where(other)),
        )  # fmt: skip
        at_least, at_most = (lambda v: (v, np.inf)), (lambda v: (-np.inf, v))
        wants = {cell: at_least(b[k]), other: at_most(t[k])} if up[k] else {cell: at_most(b[k]), other: at_least(t[k])}
        yield sheet.finding("target_backwards", "warning", cell, body=body,
                            expected=f"{'≥' if up[k] else '≤'} {number(b[k])}", wants=wants,
                            also=(sheet.ref(other),))  # fmt: skip


def _base(sheet: Sheet, docs: np.ndarray, codes: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Return the estimate a target starts from: the one in its own table, else the document's first."""
    table = np.array([sheet.get(int(row), "table") if row >= 0 else "" for row in target], dtype=object)
    return sheet.find(docs, codes, sheet.slots["estimate"][docs], table)


@rule(
    11, "info", ("Kế hoạch tăng hơn mọi mức đã có", "A target beyond any growth seen"),
    ("Phụ lục 2, dòng 22, cột 5: kế hoạch 4.000 tăng 24,4 %, cao nhất từng có là 3 % (dựa trên 1 năm).",
     "Appendix 2, row 22, column 5: target 4,000 grows 24.4%, the most seen is 3% (it rests on 1 year)."),
)  # fmt: skip
def bold_target(sheet: Sheet) -> Iterator[Finding]:
    """A target whose growth is far beyond any year's; warning where it trebles, or three growths stand behind it."""
    docs = np.arange(len(sheet.docs))
    codes = np.flatnonzero((sheet.indicators["direction"] == "higher").to_numpy())
    docs, codes = np.repeat(docs, len(codes)), np.tile(codes, len(docs))
    target = sheet.find(docs, codes, sheet.slots["target"][docs])
    base = _base(sheet, docs, codes, target)
    last = sheet.find(docs, codes, sheet.slots["last_year"][docs])
    first = sheet.find(docs, codes, sheet.slots["estimate"][docs])
    t, b, x = sheet.at(target), sheet.at(base), sheet.at(last)
    with np.errstate(divide="ignore", invalid="ignore"):
        asked, seen = (t / b - 1) * 100, (sheet.at(first) / x - 1) * 100
        candidates = np.flatnonzero(asked > 2 * np.maximum(seen, 0) + BOLD)
    for k in candidates:
        growths = [float(seen[k]), *_history(sheet, int(docs[k]), int(codes[k]))]
        best = max(growths)
        if asked[k] <= 2 * max(best, 0) + BOLD:
            continue
        cell, n = int(target[k]), len(growths)
        body = both(
            "kế hoạch {t} tăng {a} % so với {b}; mức tăng cao nhất đã có là {s} % (dựa trên {n} năm)",
            "target {t} is {a}% above {b}; the most growth seen is {s}% (it rests on {n} {years})",
            t=float(t[k]), a=float(asked[k]), b=float(b[k]), s=best, n=float(n),
            years="year" if n == 1 else "years",
        )  # fmt: skip
        wild = asked[k] >= WILD and b[k] >= WILD_FROM
        severity = "warning" if n >= YEARS_FOR_WARNING or wild else "info"
        most = b[k] * (1 + (2 * max(best, 0) + BOLD) / 100)
        yield sheet.finding("bold_target", severity, cell, body=body, wants={cell: (-np.inf, most)},
                            also=(sheet.ref(int(base[k])),))  # fmt: skip


def _history(sheet: Sheet, doc: int, ind: int) -> list[float]:
    """Return the growths between the area's actual years before the report, over all its documents."""

    def by_series(sheet: Sheet) -> dict:
        s = sheet.statements
        yearly = s[(s["status"] == "actual") & ~s["period"].str.contains("-S", regex=False)]
        yearly = yearly.drop_duplicates(["area", "ind", "period"]).sort_values("period")
        sizes = yearly.groupby(["area", "ind"])["value"].transform("size")
        return dict(list(yearly[sizes > 1].groupby(["area", "ind"])))

    series = sheet.once("yearly", by_series).get((sheet.docs["area"].iat[doc], ind))
    if series is None:
        return []
    values = series.loc[series["period"].astype(int) < sheet.docs["year"].iat[doc], "value"].to_numpy()
    return [float(growth) for growth in (values[1:] / values[:-1] - 1) * 100 if np.isfinite(growth)]


@rule(
    12, "warning", ("Thiếu chỉ tiêu của biểu mẫu", "An indicator the form requires is missing"),
    ("Phụ lục 1, dòng 16 (Người sử dụng Internet): không có số liệu nào.",
     "Appendix 1, row 16 (Internet users): there is no figure at all."),
)  # fmt: skip
def missing_indicator(sheet: Sheet) -> Iterator[Finding]:
    """A numbered row of the form that the report leaves empty."""
    for doc, slug, have in _form_rows(sheet):
        if not any(have.values()):
            yield _missing(sheet, doc, slug, "missing_indicator", "warning", "",
                           Both("không có số liệu nào; biểu mẫu yêu cầu chỉ tiêu này",
                                "there is no figure at all; the form requires this indicator"))  # fmt: skip


@rule(
    12, "warning", ("Thiếu một số liệu trong dòng", "A figure is missing in a row"),
    ("Phụ lục 1, dòng 32: có năm 2020 và 6 tháng nhưng thiếu ước năm 2021.",
     "Appendix 1, row 32: 2020 and six months are there, the estimate for 2021 is missing."),
)  # fmt: skip
def missing_figure(sheet: Sheet) -> Iterator[Finding]:
    """A row that states some of its figures and lacks others: one finding a row, naming them."""
    for doc, slug, have in _form_rows(sheet):
        lacks = [name for name in ("last_year", "half", "estimate", "target") if name in have and not have[name]]
        if not lacks or not any(have.values()):
            continue
        moments = sheet.moments
        pairs = [tuple(moments.iloc[sheet.slots[name][doc]]) for name in lacks]
        words = [when(*pair) for pair in pairs]
        what = Both(", ".join(each.vi for each in words), ", ".join(each.en for each in words))
        body = both("thiếu {what}", "lacks {what}", what=what)
        column = {"last_year": 4, "half": 5, "estimate": 6, "target": 5}[lacks[0]]
        yield _missing(sheet, doc, slug, "missing_figure", "warning", pairs[0][0], body, pairs[0][1],
                       "target_table" if lacks[0] == "target" else "first_table", column)  # fmt: skip


def _missing(
    sheet: Sheet, doc: int, slug: str, rule_name: str, severity: str, period: str, body: Both,
    status: str = "", table: str = "first_table", column: int | None = None,
) -> Finding:  # fmt: skip
    entry = sheet.indicators.loc[slug]
    source = f"{sheet.docs[table].iat[doc]}:{entry['form_number']}:{column or 6}"
    at = place(source, bool(sheet.docs["two_tables"].iat[doc]))
    if column is None:
        at = Both(at.vi.rsplit(", ", 1)[0], at.en.rsplit(", ", 1)[0])
    where = at + Both(f" ({entry['short_vi']})", f" ({entry['short_en']})")
    return Finding(rule_name, severity, doc, slug, period or sheet.docs["report"].iat[doc], status, source, "",
                   body=body, where=where)  # fmt: skip


def _form_rows(sheet: Sheet) -> Iterator[tuple[int, str, dict[str, bool]]]:
    """Return (document, indicator, which slots it fills) of every row the document's form should have."""
    yield from sheet.once("form_rows", lambda sheet: list(_read_form(sheet)))


def _read_form(sheet: Sheet) -> Iterator[tuple[int, str, dict[str, bool]]]:
    numbered = sheet.indicators[sheet.indicators["form_number"] != ""]
    codes = sheet.indicators.index.get_indexer(numbered.index)
    docs = np.flatnonzero((sheet.docs["tables"] > 0).to_numpy())
    if not len(docs):
        return
    grid_docs, grid_codes = np.repeat(docs, len(codes)), np.tile(codes, len(docs))
    filled = {
        name: (sheet.find(grid_docs, grid_codes, sheet.slots[name][grid_docs]) >= 0).reshape(len(docs), len(codes))
        for name in SLOTS if name != "same_half"
    }  # fmt: skip
    level = sheet.areas["level"].reindex(sheet.docs["area"]).to_numpy()
    slugs = numbered.index.to_numpy()
    has_targets = (sheet.docs["target_table"] != "").to_numpy()
    for position, doc in enumerate(docs):
        used = [name for name in filled if name != "target" or has_targets[doc]]
        # A column that no row fills is not a column of this document.
        used = [name for name in used if filled[name][position].any()]
        any_figure = np.any([filled[name][position] for name in used], axis=0)
        if any_figure.sum() < FORM_ROWS:
            continue
        full = np.all([filled[name][position] for name in used], axis=0)
        stated = set(slugs[any_figure])
        for k in np.flatnonzero(~full):
            slug = slugs[k]
            if level[doc] not in LEVEL_ROWS.get(slug, (level[doc],)):
                continue
            if stated & set(HEADINGS_WITH_PARTS.get(slug, ())):
                continue
            yield int(doc), slug, {name: bool(filled[name][position][k]) for name in used}


@rule(
    12, "warning", ("Đính chính hết hiệu lực", "A correction that no longer fits"),
    ("Phụ lục 2, dòng 7, cột 4: đính chính chờ số ghi 10, nhưng nay ghi 13; xóa đính chính hoặc sửa lại.",
     "Appendix 2, row 7, column 4: the correction expects 10, but 13 is printed now; remove or renew it."),
)  # fmt: skip
def expired_correction(sheet: Sheet) -> Iterator[Finding]:
    """An agreed correction (corrections.csv) whose figure is no longer printed as it expects: it is not applied."""
    agreed = corrections(sheet.data_dir)
    if agreed.empty:
        return
    docs = sheet.docs.groupby("area")["report"].agg(list).to_dict()
    s = sheet.statements
    for row in agreed.to_dict("records"):
        if row["area"] not in docs:
            continue
        match = (s[KEY] == [row[column] for column in KEY]).all(axis=1)
        if (match & (s["printed"] == row["expect"])).any():
            continue
        now = s.loc[match, "printed"].tolist()
        body = both(
            "đính chính chờ số ghi {e}, nhưng nay ghi {n}; không áp dụng: xóa hoặc sửa dòng đó trong corrections.csv"
            if now else
            "đính chính chờ số ghi {e}, nhưng không còn số liệu này; không áp dụng: xóa dòng đó trong corrections.csv",
            "the correction expects {e}, but {n} is printed now; it is not applied: remove or renew its row"
            if now else "the correction expects {e}, but there is no such figure; it is not applied: remove its row",
            e=row["expect"], n=now[0] if now else "",
        )  # fmt: skip
        doc = int(sheet.docs.index[sheet.docs["area"] == row["area"]][-1])
        if match.any():
            doc = int(s.loc[match, "doc"].iloc[0])
        yield Finding("expired_correction", "warning", doc, row["indicator"], row["period"], row["status"],
                      row["source"], now[0] if now else "", row["expect"], body=body,
                      where=place(row["source"], bool(sheet.docs["two_tables"].iat[doc])))  # fmt: skip
