"""Families 3 and 4: totals against their parts, and quantities that stand twice."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd

from ictplan_utils import catalog
from ictplan_utils.audit.findings import Finding
from ictplan_utils.audit.precision import DUST, trailing_unit
from ictplan_utils.audit.registry import rule
from ictplan_utils.audit.relations import DISJOINT_PARTS, LOOSE_TOTALS, MEAN_OF, PART_OF, USUALLY_WITHIN
from ictplan_utils.audit.sheet import Sheet
from ictplan_utils.audit.words import Both, both, inside, number, when
from ictplan_utils.vietnamese import fold

ROUND_IN_TEXT = 1000.0
"""From here on a sentence may give a round number for a table's exact one (55.600 for 55.572)."""

AREA_SLACK = 0.001
"""Amounts of many areas, each rounded, may exceed the rounded whole by as much."""

HEDGES = re.compile(r"\b(khoang|gan|tren|hon|duoi|xap xi|chung)\b|[<>≥≤~]")
"""Words (without tone marks) with which a text says that its number is not exact."""


def _sum_words(values: list[float], total: float) -> Both:
    return Both(
        *(
            f"{' + '.join(number(value, None, lang) for value in values)} = {number(total, None, lang)}"
            for lang in ("vi", "en")
        )
    )


@rule(
    3, "error", ("Tổng không bằng các thành phần", "A total is not the sum of its parts"),
    ("Phụ lục 1, dòng 1, cột 4: ghi 22, nhưng 16 + 5 = 21.",
     "Appendix 1, row 1, column 4: printed 22, but 16 + 5 = 21."),
)  # fmt: skip
def total_of_parts(sheet: Sheet) -> Iterator[Finding]:
    """A total that its parts do not make (catalogue's sum formulas), in every table, period and text.

    Where only some parts are stated, their sum must not exceed the total.
    """
    for slug, formula in sheet.indicators["formula"].items():
        if formula and catalog.formula_terms(formula)[0] == "sum":
            yield from _total(sheet, slug, catalog.formula_terms(formula)[1])


def _total(sheet: Sheet, slug: str, parts: tuple[str, ...]) -> Iterator[Finding]:
    s = sheet.statements
    wholes = np.flatnonzero(s["ind"].to_numpy() == sheet.ind(slug))
    if not len(wholes):
        return
    of = s.iloc[wholes]
    rows = np.array([sheet.find(of["doc"], sheet.ind(each), of["moment"], of["table"]) for each in parts])
    known, value = rows >= 0, sheet.at(wholes)
    total = np.nansum(sheet.at(rows), axis=0)
    slack = np.nansum(np.where(known, sheet.at(rows, "high") - sheet.at(rows), 0), axis=0) + (
        sheet.at(wholes, "high") - value
    )
    complete = known.all(axis=0)
    wrong = np.where(complete, np.abs(total - value) > slack + DUST, total - value > slack + DUST) & known.any(axis=0)
    said = set()
    for k in np.flatnonzero(wrong):
        have = [int(row) for row in rows[:, k] if row >= 0]
        cell = int(wholes[k])
        fault = (sheet.get(cell, "doc"), sheet.get(cell, "moment"), float(value[k]), *have)
        if fault in said:
            continue
        said.add(fault)
        found = _total_finding(sheet, cell, have, float(total[k]), bool(complete[k]), float(slack[k]))
        if slug in LOOSE_TOTALS and value[k] in [sheet.get(row, "value") for row in have]:
            found.severity = "warning"
        yield found


def _total_finding(sheet: Sheet, cell: int, have: list[int], total: float, complete: bool, slack: float) -> Finding:
    value = sheet.get(cell, "value")
    terms = [sheet.get(row, "value") for row in have]
    wants = {cell: (total - slack, total + slack if complete else np.inf)}
    for row, term in zip(have, terms, strict=True):
        spare = value - (total - term)
        wants[row] = (spare - slack if complete else -np.inf, spare + slack)
    sum_ = _sum_words(terms, total)
    if not complete:
        sum_ = sum_ + both(" là nhiều hơn {v}", " is more than {v}", v=value)
    elif len(have) and any(sheet.get(row, "table") != sheet.get(cell, "table") for row in have):
        sum_ = sum_ + both(" ({places})", " ({places})", places=_places(sheet, have))
    other = both("{sum}, mà {place} ghi {v}", "{sum}, while {place} prints {v}", sum=sum_,
                 place=inside(sheet.where(cell)), v=value)  # fmt: skip
    return sheet.finding(
        "total_of_parts", "error", cell, sum_, expected=number(total), wants=wants,
        said_of=dict.fromkeys(have, other), also=tuple(sheet.ref(row) for row in have),
    )  # fmt: skip


def _places(sheet: Sheet, rows: list[int]) -> Both:
    places = [inside(sheet.where(row)) for row in rows]
    return Both("; ".join(each.vi for each in places), "; ".join(each.en for each in places))


@rule(
    3, "error", ("Phần lớn hơn toàn thể", "A part is larger than its whole"),
    ("Mục 1.3, Xã có hội nghị trực tuyến: ghi 21, nhưng cả huyện có 19 (mục 1.2, Số xã, thị trấn).",
     "Section 1.3, Communes with videoconference: printed 21, but the whole is 19."),
)  # fmt: skip
def part_within_whole(sheet: Sheet) -> Iterator[Finding]:
    """A figure larger than what it is by definition a part of (relations.PART_OF)."""
    for part, whole in PART_OF:
        for cell, other in _larger(sheet, part, whole):
            v, w = sheet.get(cell, "value"), sheet.get(other, "value")
            sum_ = both("{part} {v} không thể lớn hơn {whole} {w} ({place})",
                        "{part} {v} cannot be more than {whole} {w} ({place})",
                        part=_lower(sheet.short(sheet.ind(part))), whole=_lower(sheet.short(sheet.ind(whole))),
                        v=v, w=w, place=inside(sheet.where(other)))  # fmt: skip
            yield sheet.finding(
                "part_within_whole", "error", cell, sum_, expected=f"≤ {number(w)}",
                wants={cell: (0, w), other: (v, np.inf)}, also=(sheet.ref(other),),
            )  # fmt: skip


@rule(
    3, "error", ("Tỷ lệ chung ngoài khoảng các thành phần", "A share outside those of its parts"),
    ("Mục 1.3, Cán bộ dùng thư điện tử: ghi 80, nhưng các cấp là 100 và 100; tỷ lệ chung phải ở giữa.",
     "Section 1.3, Employees using e-mail: printed 80, but its levels are 100 and 100; the whole lies between."),
)  # fmt: skip
def share_between_parts(sheet: Sheet) -> Iterator[Finding]:
    """A share smaller than all its parts' shares, or larger (relations.MEAN_OF), where two parts or more are stated."""
    s = sheet.statements
    for whole, parts in MEAN_OF:
        cells = np.flatnonzero(s["ind"].to_numpy() == sheet.ind(whole))
        of = s.iloc[cells]
        rows = np.array([sheet.find(of["doc"], sheet.ind(each), of["moment"], of["table"]) for each in parts])
        if not len(cells):
            continue
        least = np.min(np.where(rows >= 0, sheet.at(rows, "low"), np.inf), axis=0)
        most = np.max(np.where(rows >= 0, sheet.at(rows, "high"), -np.inf), axis=0)
        outside = (sheet.at(cells, "high") < least - DUST) | (sheet.at(cells, "low") > most + DUST)
        for k in np.flatnonzero(outside & ((rows >= 0).sum(axis=0) >= 2)):
            cell, have = int(cells[k]), [int(row) for row in rows[:, k] if row >= 0]
            said = Both(
                *("; ".join(number(sheet.get(row, "value"), None, lang) for row in have) for lang in ("vi", "en"))
            )
            sum_ = both("các thành phần là {said}; tỷ lệ chung phải ở giữa",
                        "its parts are {said}; the whole lies between",
                        said=said)  # fmt: skip
            yield sheet.finding(
                "share_between_parts", "error", cell, sum_, wants={cell: (float(least[k]), float(most[k]))},
                expected=number(float(least[k])) if least[k] == most[k] else "",
                also=tuple(sheet.ref(row) for row in have),
            )  # fmt: skip


def _lower(words: Both) -> Both:
    """Return a name inside a sentence, where it starts with a word and not with an abbreviation."""
    return Both(*(text if text[1:2].isupper() else text[:1].lower() + text[1:] for text in words))


def _larger(sheet: Sheet, part: str, whole: str) -> Iterator[tuple[int, int]]:
    s = sheet.statements
    cells = np.flatnonzero(s["ind"].to_numpy() == sheet.ind(part))
    of = s.iloc[cells]
    others = sheet.find(of["doc"], sheet.ind(whole), of["moment"], of["table"])
    seen = set()
    for k in np.flatnonzero(sheet.at(cells, "low") > sheet.at(others, "high") + DUST):
        fault = (of["doc"].iat[k], of["moment"].iat[k])
        if fault not in seen:
            seen.add(fault)
            yield int(cells[k]), int(others[k])


@rule(
    3, "warning", ("Phần lớn hơn toàn thể, theo tên gọi", "By name a part, yet larger than its whole"),
    ("Mục 1.4: 18.750 hộ xem truyền hình tỉnh, nhưng chỉ 14.785 hộ có thiết bị xem.",
     "Section 1.4: 18,750 households receive provincial TV, but only 14,785 own a set."),
)  # fmt: skip
def part_usually_within(sheet: Sheet) -> Iterator[Finding]:
    """A figure larger than what it usually is a part of, and parts listed as if apart that exceed the whole."""
    for part, whole, why_vi, why_en in USUALLY_WITHIN:
        for cell, other in _larger(sheet, part, whole):
            body = both(
                "{part} là {v}, nhiều hơn {whole} {w} ({place}); {why}: cần hỏi lại cách đếm",
                "{part}: {v}, more than {whole}: {w} ({place}); {why}: ask how they were counted",
                part=_lower(sheet.short(sheet.ind(part))), whole=_lower(sheet.short(sheet.ind(whole))),
                v=sheet.get(cell, "value"), w=sheet.get(other, "value"), place=inside(sheet.where(other)),
                why=Both(why_vi, why_en),
            )  # fmt: skip
            v, w = sheet.get(cell, "value"), sheet.get(other, "value")
            yield sheet.finding("part_usually_within", "warning", cell, body=body, expected=f"≤ {number(w)}",
                                wants={cell: (0, w), other: (v, np.inf)}, also=(sheet.ref(other),))  # fmt: skip
    for whole, parts in DISJOINT_PARTS:
        yield from _overlapping(sheet, whole, parts)


def _overlapping(sheet: Sheet, whole: str, parts: tuple[str, ...]) -> Iterator[Finding]:
    s = sheet.statements
    cells = np.flatnonzero(s["ind"].to_numpy() == sheet.ind(whole))
    of = s.iloc[cells]
    rows = np.array([sheet.find(of["doc"], sheet.ind(each), of["moment"], of["table"]) for each in parts])
    total = sheet.at(rows).sum(axis=0)
    for k in np.flatnonzero(total > sheet.at(cells)):
        cell, terms = int(cells[k]), [sheet.get(int(row), "value") for row in rows[:, k]]
        body = both(
            "ghi {v}, “trong đó” có các phần {sum}; nếu các phần trùng nhau thì phải viết rõ",
            "says {v}, “of which” {sum}; if the parts overlap, the text must say so",
            v=sheet.get(cell, "value"), sum=_sum_words(terms, float(total[k])),
        )  # fmt: skip
        yield sheet.finding("part_usually_within", "warning", cell, body=body)


@rule(
    4, "error", ("Một số liệu ghi hai lần khác nhau", "One quantity is stated twice, and differently"),
    ("Phụ lục 2, dòng 7, cột 4: ghi 10, nhưng phụ lục 1, dòng 7, cột 6 ghi 13 (ước năm 2021).",
     "Appendix 2, row 7, column 4: printed 10, but appendix 1, row 7, column 6 prints 13 (estimate for 2021)."),
)  # fmt: skip
def stated_twice(sheet: Sheet) -> Iterator[Finding]:
    """The same figure in two places of one document, neither a rounding of the other."""
    for first, again, rounded in repeats(sheet):
        if not rounded and not same_print(sheet, first, again):
            a, b = sheet.get(first, "value"), sheet.get(again, "value")
            said = {again: _says(sheet, first), first: _says(sheet, again)}
            slack = {row: sheet.get(row, "unit") / 2 if not sheet.get(row, "exact") else 0.0 for row in (first, again)}
            yield sheet.finding(
                "stated_twice", "error", again, said[again], expected=sheet.printed(first), said_of=said,
                wants={again: (a - slack[first], a + slack[first]), first: (b - slack[again], b + slack[again])},
                also=(sheet.ref(first),),
            )  # fmt: skip


def same_print(sheet: Sheet, one: int, two: int) -> bool:
    """Tell whether two figures are printed alike and differ by thousands: their rows' units differ, or a mark."""
    a, b = sheet.get(one, "value"), sheet.get(two, "value")
    alike = sheet.get(one, "printed") == sheet.get(two, "printed") != ""
    return bool(alike and a and b and max(a / b, b / a) >= 999)


def _says(sheet: Sheet, cell: int) -> Both:
    return both(
        "{place} ghi {p} ({when})", "{place} prints {p} ({when})", place=inside(sheet.where(cell)),
        p=sheet.printed(cell), when=when(sheet.get(cell, "period"), sheet.get(cell, "status")),
    )  # fmt: skip


@rule(
    4, "info", ("Một số liệu làm tròn khác nhau", "One quantity is rounded differently in two places"),
    ("Mục 1.2, Thuê bao điện thoại: ghi 55.600, phụ lục 1, dòng 12, cột 5 ghi 55.572.",
     "Section 1.2, Telephone subscribers: printed 55,600; appendix 1, row 12, column 5 prints 55,572."),
)  # fmt: skip
def rounded_differently(sheet: Sheet) -> Iterator[Finding]:
    """The same figure in two places, one rounded or cut from the other."""
    for first, again, rounded in repeats(sheet):
        if rounded:
            body = both("ghi {p}, {other}; nên ghi như nhau", "printed {p}; {other}; better alike",
                        p=sheet.printed(again), other=_says(sheet, first))  # fmt: skip
            yield sheet.finding("rounded_differently", "info", again, body=body, expected=sheet.printed(first),
                                also=(sheet.ref(first),))  # fmt: skip


def repeats(sheet: Sheet) -> list[tuple[int, int, bool]]:
    """Return (first statement, differing later one, whether rounding explains it)."""
    return sheet.once("repeats", _find_repeats)


def _find_repeats(sheet: Sheet) -> list[tuple[int, int, bool]]:
    s = sheet.statements
    first = sheet.find(s["doc"], s["ind"], s["moment"])
    differs = np.abs(sheet.at(first) - s["value"].to_numpy()) > DUST * np.maximum(1, np.abs(s["value"].to_numpy()))
    found, seen = [], set()
    for again in np.flatnonzero(differs):
        one, two = int(first[again]), int(again)
        fault = (one, sheet.get(two, "value"))
        if fault not in seen:
            seen.add(fault)
            found.append((one, two, _rounds(sheet, one, two)))
    return found


def _rounds(sheet: Sheet, one: int, two: int) -> bool:
    a, b = sheet.get(one, "value"), sheet.get(two, "value")
    # Two counts are exact: 22 is no rounding of 21,5. A share printed 48 may be 48,9 cut.
    units = [0.0 if sheet.get(row, "exact") else sheet.get(row, "unit") for row in (one, two)]
    if units[0] != units[1] and abs(a - b) < max(units) - DUST:
        return True
    for row, value in ((one, a), (two, b)):
        text = not sheet.get(row, "source").startswith(("A", "B"))
        hedged = HEDGES.search(fold(sheet.get(row, "printed"))) is not None
        if text and (hedged or value >= ROUND_IN_TEXT) and trailing_unit(value) >= (10 if hedged else 100):
            return abs(a - b) < trailing_unit(value)
    return False


@rule(
    4, "warning", ("Khác báo cáo trước", "Not what the earlier report said"),
    ("Phụ lục 1, dòng 10, cột 4: ghi 87, nhưng báo cáo 2020-S2 ghi 85 (năm 2020).",
     "Appendix 1, row 10, column 4: printed 87, but report 2020-S2 says 85 (2020)."),
)  # fmt: skip
def earlier_report(sheet: Sheet) -> Iterator[Finding]:
    """A figure of a closed period that an earlier report gives otherwise; an estimate or target: info."""
    if not sheet.docs["area"].duplicated().any():
        return
    s = sheet.statements
    firsts = s[sheet.find(s["doc"], s["ind"], s["moment"]) == np.arange(len(s))]
    ordered = firsts.assign(row=firsts.index).sort_values("doc", kind="stable")
    before = ordered.groupby(["area", "ind", "moment"], sort=False)
    ordered = ordered.assign(
        was=before["row"].shift(), value_was=before["value"].shift(), unit_was=before["unit"].shift()
    )
    gap = (ordered["value"] - ordered["value_was"]).abs()
    finest = pd.concat([ordered["unit"], ordered["unit_was"]], axis=1).max(axis=1)
    changed = ordered[gap > np.where(ordered["exact"], DUST, finest - DUST)]
    for row, was, status in zip(changed["row"], changed["was"], changed["status"], strict=True):
        cell, old = int(row), int(was)
        report = sheet.docs["report"].iat[sheet.get(old, "doc")]
        body = both(
            "ghi {p}, nhưng báo cáo {report} ghi {old} ({when}); cần nói rõ vì sao đổi" if status == "actual"
            else "ghi {p}, báo cáo {report} ghi {old} ({when})",
            "printed {p}, but report {report} says {old} ({when}); say why it changed" if status == "actual"
            else "printed {p}; report {report} said {old} ({when})",
            p=sheet.printed(cell), report=report, old=sheet.printed(old),
            when=when(sheet.get(cell, "period"), status),
        )  # fmt: skip
        severity = "warning" if status == "actual" else "info"
        slack = 0.0 if sheet.get(old, "exact") else sheet.get(old, "unit") / 2
        value = sheet.get(old, "value")
        yield sheet.finding(
            "earlier_report", severity, cell, both("báo cáo {r} ghi {p}", "report {r} says {p}", r=report,
            p=sheet.printed(old)), body=body, expected=sheet.printed(old),
            wants={cell: (value - slack, value + slack)} if severity == "warning" else {},
        )  # fmt: skip


@rule(
    4, "warning", ("Mức tăng giảm không khớp báo cáo trước", "A stated change does not fit the earlier report"),
    ("Mục 1.2, Trạm BTS: ghi “tăng 01 trạm”, nhưng báo cáo 2020-S1 ghi 85: 88 − 85 = 3.",
     "Section 1.2, BTS stations: says “tăng 01 trạm”, but report 2020-S1 says 85: 88 − 85 = 3."),
)  # fmt: skip
def change_since_report(sheet: Sheet) -> Iterator[Finding]:
    """A change against a period that only an earlier report states, and states otherwise."""
    from ictplan_utils.audit.precision import CUT, FINE, verdict
    from ictplan_utils.audit.ratios import arithmetic, result, worked

    c, done = sheet.comparisons, worked(sheet)
    open_ = np.flatnonzero(np.isfinite(c["value"].to_numpy(dtype=float)) & (done.current >= 0) & (done.base < 0))
    if not len(open_) or not sheet.docs["area"].duplicated().any():
        return
    s = sheet.statements
    key = ["area", "ind", "moment"]
    stated = s.assign(row=s.index).sort_values(["doc", "source"], kind="stable").drop_duplicates(key, keep="last")
    wanted = c.iloc[open_][["area", "ind", "base_moment"]].set_axis(key, axis=1)
    base = wanted.merge(stated[[*key, "row"]], on=key, how="left", validate="m:1")["row"].fillna(-1).to_numpy(dtype=int)
    current = done.current[open_]
    measure = c["measure"].to_numpy()[open_]
    exact, low, high = result(
        measure, *(sheet.at(rows, name) for name in ("value", "low", "high") for rows in (current, base))
    )
    verdicts = verdict(c["value"].to_numpy(dtype=float)[open_], c["unit"].to_numpy()[open_], exact, low, high)
    for k in np.flatnonzero(~np.isin(verdicts, [FINE, CUT]) & (base >= 0)):
        cell, now, was = -1 - int(open_[k]), int(current[k]), int(base[k])
        sum_ = arithmetic(measure[k], sheet.get(now, "value"), sheet.get(was, "value"))
        body = both(
            "ghi “{p}”, nhưng báo cáo {report} ghi {old}: {sum}", "says “{p}”, but report {report} says {old}: {sum}",
            p=sheet.printed(cell), report=sheet.docs["report"].iat[sheet.get(was, "doc")], old=sheet.printed(was),
            sum=sum_,
        )  # fmt: skip
        yield sheet.finding("change_since_report", "warning", cell, sum_, body=body,
                            expected=number(float(exact[k]), sheet.get(cell, "decimals")))  # fmt: skip


@rule(
    3, "error", ("Địa bàn nhỏ lớn hơn địa bàn chứa nó", "Areas inside an area exceed it"),
    ("Phụ lục 1, dòng 10, cột 5: tỉnh ghi 88, nhưng các huyện cộng lại đã là 96.",
     "Appendix 1, row 10, column 5: the province prints 88, but its districts add up to 96."),
)  # fmt: skip
def areas_within_area(sheet: Sheet) -> Iterator[Finding]:
    """Areas below one area (same level, same period) whose sum exceeds what the area itself states.

    Only for counts and amounts that add up over areas; the areas that report may be only some of those there are.
    """
    s = sheet.statements
    adds = (sheet.indicators["aggregation"] == "sum").to_numpy()
    firsts = s[(sheet.find(s["doc"], s["ind"], s["moment"]) == np.arange(len(s))) & adds[s["ind"]]]
    parents = sheet.areas["parent"].reindex(firsts["area"]).to_numpy()
    levels = sheet.areas["level"].reindex(firsts["area"]).to_numpy()
    below = firsts.assign(parent=parents, level=levels, row=firsts.index)
    below = below[below["parent"].isin(set(firsts["area"]))]
    if below.empty:
        return
    sums = below.groupby(["parent", "level", "report", "ind", "moment"], as_index=False).agg(
        total=("value", "sum"), areas=("area", "nunique")
    )
    above = firsts.assign(row=firsts.index).rename(columns={"area": "parent"})
    joined = sums.merge(above[["parent", "report", "ind", "moment", "value", "row"]],
                        on=["parent", "report", "ind", "moment"], validate="m:1")  # fmt: skip
    for record in joined[joined["total"] > joined["value"] * (1 + AREA_SLACK)].to_dict("records"):
        cell = int(record["row"])
        body = both(
            "ghi {v}, nhưng {n} địa bàn cấp dưới cộng lại đã là {t}",
            "printed {v}, but {n} areas below it already add up to {t}",
            v=record["value"], n=float(record["areas"]), t=record["total"],
        )  # fmt: skip
        yield sheet.finding("areas_within_area", "error", cell, body=body, expected=f"≥ {number(record['total'])}",
                            wants={cell: (record["total"], np.inf)})  # fmt: skip
