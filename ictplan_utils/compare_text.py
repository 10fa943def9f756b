"""The comparison in sentences and tables: coverage, who is ahead and behind since when, movers, calls to make."""

from __future__ import annotations

import pandas as pd

from ictplan_utils import catalog, rollup
from ictplan_utils.narrative import NBSP, Text, amount, bullets, known, paragraph, percent, period_name
from ictplan_utils.rollup.compare import FEWEST_AREAS, FEWEST_INDICATORS, Comparison, movers, outliers, since
from ictplan_utils.rollup.totals import REASONS
from ictplan_utils.tables.table import Cell, Column, Row, Table
from ictplan_utils.vietnamese import MISSING, format_number

MOST_NAMES = 12
"""So many areas are named in a sentence; of more it says how many others there are."""
MOST_CALLS = 8
"""Calls a clerk makes in a morning; the others are counted."""


def summary(found: Comparison, lang: str = "vi") -> Text:
    """Return the answer: how many report, who is ahead and who behind, how sure that is, and what to ask."""
    sent, ranking = found.sent["sent"], found.ranking
    place = catalog.area(found.parent, found.data_dir).title(lang)
    covered = f"{int(sent.sum())}/{len(sent)} {found.noun(lang)}"
    when = period_name(found.report, lang)
    vi = lang == "vi"
    if not len(sent):
        return paragraph(f"{place[:1].upper()}{place[1:]}: {not_enough(found, lang).lower()}.")
    first = (
        f"{place[:1].upper()}{place[1:]}: {covered} có báo cáo {when}."
        if vi
        else f"{place}: {covered} reported on {when}."
    )
    first += _below(found, lang)
    if ranking.empty:
        return paragraph(first, *(_pair(found, lang) or [f"{not_enough(found, lang)}."]))
    top, last = ranking.index[0], ranking.index[-1]
    best, worst = ranking.loc[top], ranking.loc[last]
    calls = len(outliers(found))
    if vi:
        second = (
            f"Đi trước: {found.name(top)} (hạng 1, khoảng {_span(best)}); đi sau: {found.name(last)} "
            f"(hạng {worst['rank']:.0f}, khoảng {_span(worst)}) trong {len(ranking)} địa bàn xếp hạng được."
        )
        third = f"{calls} số liệu khác xa các địa bàn còn lại, cần gọi điện hỏi lại." if calls else ""
    else:
        second = (
            f"Ahead: {found.name(top, 'en')} (rank 1, interval {_span(best)}); behind: {found.name(last, 'en')} "
            f"(rank {worst['rank']:.0f}, interval {_span(worst)}) of {len(ranking)} areas that can be ranked."
        )
        third = f"{calls} figures stand far from all others and are worth a call." if calls else ""
    return paragraph(*filter(None, [first, second, third]))


def _pair(found: Comparison, lang: str) -> list[str]:
    """Return how two areas stand to each other, where just two have figures: there is no middle to rank them by."""
    if len(found.present) != 2:
        return []
    one, other = found.present
    both = found.level.loc[[one, other]].dropna(axis=1)
    signs = [-1 if catalog.indicator(s, found.data_dir).direction == "lower" else 1 for s in both.columns]
    better = (both.loc[one] - both.loc[other]) * signs
    wins, losses, count = int((better > 0).sum()), int((better < 0).sum()), both.shape[1]
    if not count:
        return []
    names = [found.name(area, lang) for area in (one, other)]
    if lang == "vi":
        return [f"Trong {count} chỉ tiêu cả hai cùng có, {names[0]} tốt hơn ở {wins}, {names[1]} tốt hơn ở {losses}."]
    return [f"Of {count} indicators that both state, {names[0]} is better in {wins}, {names[1]} in {losses}."]


def _below(found: Comparison, lang: str) -> str:
    """Return how many areas at the lowest level speak, where that is not the level compared."""
    covered, count = int(found.totals["covered"].max()), int(found.totals["units"].max())
    if not found.sent["through_parts"].any() or count <= len(found.areas):
        return ""
    told = f"{format_number(covered, 0, lang=lang)}/{format_number(count, 0, lang=lang)}"
    if lang == "vi":
        return f" Tính ở cấp thấp nhất có báo cáo: {told} địa bàn có số liệu."
    return f" At the lowest level that reports: {told} areas have figures."


def _span(row: pd.Series) -> str:
    return f"{row['low']:.0f}–{row['high']:.0f}"


def enough(lang: str = "vi") -> str:
    """Return what a comparison needs."""
    if lang == "vi":
        return f"So sánh cần ít nhất {FEWEST_AREAS} địa bàn, mỗi địa bàn có từ {FEWEST_INDICATORS} chỉ tiêu trở lên."
    return f"A comparison needs {FEWEST_AREAS} areas or more with at least {FEWEST_INDICATORS} indicators each."


def not_enough(found: Comparison, lang: str = "vi") -> str:
    """Return why there is no ranking."""
    count, all_ = len(found.present), len(found.areas)
    if not all_:
        return "Chưa có địa bàn nào bên dưới trong areas.csv" if lang == "vi" else "areas.csv holds no area below it"
    vi, noun = lang == "vi", found.noun(lang)
    if all_ < FEWEST_AREAS:
        return f"Chỉ có {all_} {noun}: so từng chỉ tiêu, không xếp hạng" if vi else f"{all_} {noun}: too few to rank"
    if count == all_:
        few = FEWEST_INDICATORS
        return f"{all_}/{all_} {noun} có số liệu nhưng chưa đủ {few} chỉ tiêu mỗi nơi, chưa xếp hạng được" if vi else (
            f"All {all_} {noun} have figures, but of fewer than {few} indicators each: no ranking yet")  # fmt: skip
    return f"Mới có số liệu của {count}/{all_} {noun}, chưa xếp hạng được" if vi else (
        f"Only {count}/{all_} {noun} have figures: no ranking yet")  # fmt: skip


def ranking_title(found: Comparison, lang: str = "vi") -> str:
    """Return the ranking's finding: who leads, and how many others might."""
    table = found.ranking
    rivals = int((table["low"] <= 1).sum()) - 1
    top = found.name(table.index[0], lang)
    if lang == "vi":
        tail = f"{rivals} địa bàn khác cũng có thể đứng đầu" if rivals else "không địa bàn nào khác sát gần"
        return f"{top} đứng đầu {len(table)} địa bàn; {tail}"
    tail = f"{rivals} others might as well" if rivals else "no other comes near"
    return f"{top} leads {len(table)} areas; {tail}"


def reporting_text(found: Comparison, lang: str = "vi") -> Text:
    """Return who reported and who did not, whose last report is when, and how full the forms are."""
    sent = found.sent
    if sent.empty:
        return paragraph(f"{not_enough(found, lang)}.")
    silent = sent[~sent["sent"]]
    vi = lang == "vi"
    told = []
    if sent["sent"].any():
        full = sent.loc[sent["sent"], "figures"]
        told.append(
            f"Đã báo cáo {int(sent['sent'].sum())}/{len(sent)} {found.noun()}: "
            f"{_names(found, sent.index[sent['sent']], lang)}; mỗi biểu có {_range(full)}/{sent['form'].iloc[0]} "
            "chỉ tiêu có số liệu."
            if vi
            else f"Reported, {int(sent['sent'].sum())}/{len(sent)} {found.noun('en')}: "
            f"{_names(found, sent.index[sent['sent']], lang)}; {_range(full)} of {sent['form'].iloc[0]} "
            "indicators are filled in."
        )
    if len(silent):
        told.append(
            f"Chưa báo cáo {len(silent)}/{len(sent)} {found.noun()}: {_names(found, silent.index, lang)}."
            if vi
            else f"Not reported, {len(silent)}/{len(sent)} {found.noun('en')}: {_names(found, silent.index, lang)}."
        )
        late = silent[silent["latest"] != ""]
        if len(late):
            last = late["latest"].max()
            told.append(
                f"{len(late)} trong số đó từng báo cáo, gần nhất là {period_name(last)}."
                if vi
                else f"{len(late)} of them reported before, last on {period_name(last, 'en')}."
            )
    return bullets(told)


def _range(full: pd.Series) -> str:
    low, high = int(full.min()), int(full.max())
    return f"{low}" if low == high else f"{low}–{high}"


def _names(found: Comparison, areas, lang: str) -> str:
    through = " (qua cấp dưới)" if lang == "vi" else " (through its parts)"
    parts = found.sent.get("through_parts", {})
    # Where all report through their parts, the sentence of the lowest level says it.
    mark = {area for area in areas if parts.get(area) and not found.sent["through_parts"].all()}
    names = [found.name(area, lang) + (through if area in mark else "") for area in areas]
    if len(names) <= MOST_NAMES:
        return ", ".join(names)
    rest = len(names) - MOST_NAMES
    more = f"và {rest} {found.noun()} khác" if lang == "vi" else f"and {rest} more"
    return f"{', '.join(names[:MOST_NAMES])} {more}"


def ahead_and_behind(found: Comparison, lang: str = "vi", *, most: int = 5) -> Text:
    """Return who is in the first and the last quarter, and since which report without a break."""
    if found.ranking.empty:
        return paragraph(*(_pair(found, lang) or [f"{not_enough(found, lang)}."]))
    told = []
    few = min(most, max(1, -(-len(found.ranking) // 4)))
    for ahead, areas in ((True, found.ranking.index[:few]), (False, found.ranking.index[::-1][:few])):
        for area in areas:
            row, start = found.ranking.loc[area], since(found.ranks, area, ahead)
            told.append(_place(found, area, row, start, ahead, lang))
    return bullets(told)


def _place(found: Comparison, area: str, row: pd.Series, start: str, ahead: bool, lang: str) -> str:
    name, span = found.name(area, lang), _span(row)
    first = found.ranks.index[0]
    if lang == "vi":
        where = "nhóm một phần tư đi trước" if ahead else "nhóm một phần tư đi sau"
        how = f"từ {period_name(start)}" if start else "lần này"
        how += " (kỳ đầu tiên có số liệu)" if start == first and len(found.ranks) > 1 else ""
        return f"{name}: hạng {row['rank']:.0f} (khoảng {span}), {where} {how}."
    where = "first quarter" if ahead else "last quarter"
    how = f"since {period_name(start, 'en')}" if start else "this time"
    how += " (the first on record)" if start == first and len(found.ranks) > 1 else ""
    return f"{name}: rank {row['rank']:.0f} (interval {span}), in the {where} {how}."


def totals_table(found: Comparison, lang: str = "vi") -> Table:
    """Return the parent's totals of the form's indicators: figure, growth of the same areas, coverage or reason."""
    vi = lang == "vi"
    half = found.totals[found.totals["slot"] == "half"].set_index("indicator")
    rows = []
    for slug, entry in catalog.form(found.data_dir).items():
        row = half.loc[slug]
        weight = catalog.indicator(entry.weight, found.data_dir).short(lang).lower() if entry.weight else MISSING
        covered = (
            rollup.coverage(row["covered"], row["units"], row["population_share"], _unit_noun(found, lang), lang)
            if known(row["value"])
            else REASONS[row["reason"]][0 if vi else 1].format(weight=weight)
        )
        told = (_number(row["value"], entry, lang), _matched_growth(found, slug, entry, lang), covered)
        rows.append(Row(entry.short(lang), [Cell(each) for each in told], entry.unit(lang)))
    labels = {"half": period_name(found.report, lang)[:1].upper() + period_name(found.report, lang)[1:],
              "growth": "So cùng kỳ / cuối năm trước" if vi else "On last year",
              "covered": "Độ phủ" if vi else "Coverage"}  # fmt: skip
    note = (
        "Số đếm, doanh thu: cộng; tỷ lệ: bình quân theo mẫu số của từng địa bàn. Mức tăng chỉ tính trên các địa bàn có "
        "số liệu cả hai kỳ. Địa bàn thiếu số liệu không được ước thay."
        if vi
        else "Counts and revenue are added; shares are weighted by each area's own denominator. Growth is of the areas "
        "that state both periods. Nothing is estimated for areas that are missing."
    )
    columns = [Column(labels["half"]), Column(labels["growth"]), Column(labels["covered"], numeric=False)]
    return Table("totals", "Chỉ tiêu" if vi else "Indicator", columns, rows, note, lang)


def _unit_noun(found: Comparison, lang: str) -> str:
    """Return what the areas of the lowest level that reports are called."""
    direct = len(found.areas)
    if (found.totals["units"] == direct).all():
        return found.noun(lang)
    return "địa bàn" if lang == "vi" else "areas"


def _matched_growth(found: Comparison, slug: str, entry: catalog.Indicator, lang: str) -> str:
    rows = found.matched[found.matched["indicator"] == slug].set_index("slot")
    now, base = rows.at["half", "value"], rows.at["same_half", "value"]
    if not known(now) or not known(base) or base <= 0:
        return MISSING
    return growth_words(now - base if entry.kind == "share" else 100 * (now / base - 1), entry, lang)


def growth_words(value: float, entry: catalog.Indicator, lang: str = "vi") -> str:
    """Return a growth: `+4,2%`, of a share `+1,3 điểm`."""
    if entry.kind != "share":
        return percent(value, sign=True, lang=lang)
    return f"{format_number(value, 1, sign=True, lang=lang)}{NBSP}{'điểm' if lang == 'vi' else 'points'}"


def _number(value: float, entry: catalog.Indicator, lang: str) -> str:
    if not known(value):
        return MISSING
    return format_number(value, entry.decimals if entry.decimals or abs(value) >= 100 else 1, lang=lang)


def movers_text(found: Comparison, lang: str = "vi") -> Text:
    """Return the fastest movers, up and down, each against the middle of all areas."""
    told = []
    for row in movers(found).itertuples():
        entry = catalog.indicator(row.indicator, found.data_dir)
        move = f"{amount(row.base, entry, lang)} → {amount(row.half, entry, lang)}"
        growth, middle = (growth_words(value, entry, lang) for value in (row.growth, row.median))
        sign = "▲" if row.gain > 0 else "▼"
        told.append(
            f"{sign} {found.name(row.area)}: {entry.short()} {move} ({growth}; mức giữa các địa bàn {middle})."
            if lang == "vi"
            else f"{sign} {found.name(row.area, 'en')}: {entry.short('en')} {move} ({growth}; middle of all {middle})."
        )
    return bullets(told, otherwise=_none(found, lang))


def calls(found: Comparison, lang: str = "vi") -> Text:
    """Return the figures worth a phone call: whose, what it is, what the others have, in words a clerk can read out."""
    rows = outliers(found)
    # Two of an indicator: where more stand apart, the first two answers explain the others.
    first = rows.groupby("indicator", sort=False).head(2).head(MOST_CALLS)
    told = [_call(found, row, lang) for row in first.itertuples()]
    if rest := len(rows) - len(first):
        told.append(f"Còn {rest} số liệu khác." if lang == "vi" else f"{rest} more figures.")
    return bullets(told, otherwise=_none(found, lang))


def _call(found: Comparison, row, lang: str) -> str:
    entry = catalog.indicator(row.indicator, found.data_dir)
    name, short = found.name(row.area, lang), entry.short(lang)
    vi = lang == "vi"
    stated = amount(found.half.at[row.area, row.indicator], entry, lang)
    if row.what == "growth":
        growth, middle = (growth_words(value, entry, lang) for value in (row.value, row.median))
        if vi:
            return f"{name}: {short} {stated}, thay đổi {growth} trong khi mức giữa các địa bàn là {middle}."
        return f"{name}: {short} {stated}, {growth} where the middle of all is {middle}."
    whole = entry.kind in ("stock", "flow") and entry.aggregation == "sum" and entry.maximum is None
    value, middle = (format_number(v, 1 if abs(v) < 100 else 0, lang=lang) for v in (row.value, row.median))
    if whole:
        per = "trên 1.000 dân" if vi else "per 1,000 people"
        text = f"{name}: {short} {stated}" + (f", tức {value} {per}" if vi else f", that is {value} {per}")
    else:
        text = f"{name}: {short} {stated}"
    ratio = row.value / row.median if row.median else float("nan")
    times = f" ({format_number(ratio, 1, lang=lang)}×)" if whole and known(ratio) else ""
    return text + (f"; mức giữa các địa bàn là {middle}{times}." if vi else f"; the middle of all is {middle}{times}.")


def _none(found: Comparison, lang: str) -> str:
    if len(found.present) < FEWEST_AREAS:
        return f"{not_enough(found, lang)}."
    return "Không có." if lang == "vi" else "There are none."


def sources(found: Comparison, lang: str = "vi") -> Text:
    """Return where the figures come from, how areas are compared, and of when they are."""
    place = catalog.area(found.parent, found.data_dir).title(lang)
    when = period_name(found.report, lang)
    if lang == "vi":
        return paragraph(
            f"Báo cáo {when} và các kỳ trước của {int(found.sent['sent'].sum())}/{len(found.sent)} {found.noun()} "
            f"thuộc {place}, đã áp dụng đính chính.",
            "Hạng: trung bình các điểm chuẩn (z) của chỉ tiêu so sánh được; số đếm và doanh thu tính trên 1.000 dân; "
            "khoảng 80%: khi lấy lại mẫu các chỉ tiêu. Địa bàn theo hiệu lực tại kỳ báo cáo (data/areas.csv).",
        )
    return paragraph(
        f"Reports on {when} and before of {int(found.sent['sent'].sum())}/{len(found.sent)} {found.noun('en')} of "
        f"{place}, with the agreed corrections.",
        "Rank: mean of the standard scores (z) of comparable indicators; counts and revenue per 1,000 people; 80% "
        "interval: indicators drawn anew. Areas as they were in the period (data/areas.csv).",
    )
