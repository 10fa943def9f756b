"""Tables of figures, forecasts, targets, findings → the sentences that sum them up."""

from __future__ import annotations

import math

import pandas as pd

from ictplan_utils import catalog
from ictplan_utils.catalog import Area, Indicator
from ictplan_utils.narrative.figures import (
    NBSP,
    against,
    amount,
    fits,
    in_sentence,
    known,
    leading,
    percent,
    period_end,
    period_name,
    sentence,
    share_name,
)
from ictplan_utils.narrative.reach import within_reach
from ictplan_utils.narrative.text import Text, bullets, paragraph
from ictplan_utils.observations import CORRECTED
from ictplan_utils.periods import in_order, is_half, year
from ictplan_utils.targets import VERDICTS
from ictplan_utils.vietnamese import format_number

STILL_PCT = 0.5
"""A change below half a per cent is counted as none: rounding makes as much."""
FINDINGS = 3
"""So many findings are figures; the others are the outlook and the plan."""
REPORTS_NAMED = 3
"""So many reports are named as sources; of more, the first and the last."""


def trend_summary(table: pd.DataFrame, entries: dict[str, Indicator], report: str, lang: str = "vi") -> Text:
    """Return how many indicators rose, fell and stood still, and which moved most; `table` is a report table."""
    moves = {slug: _move(table.loc[slug], entry, report) for slug, entry in entries.items() if slug in table.index}
    moves = {slug: move for slug, move in moves.items() if known(move)}
    if not moves:
        return paragraph(
            "Chưa có chỉ tiêu nào so sánh được với năm trước."
            if lang == "vi"
            else "No indicator can be compared with last year yet."
        )
    up, down = (sum(sign * move >= STILL_PCT for move in moves.values()) for sign in (1, -1))
    still = len(moves) - up - down
    if lang == "en":
        parts = [f"{up} rose"] * bool(up) + [f"{down} fell"] * bool(down)
        parts += [f"{still} stood still or moved by less than {percent(STILL_PCT, lang='en')}"] * bool(still)
        told = [f"Of {_some(len(moves), 'indicator')} that can be compared with last year, {_listed(parts)}."]
    else:
        parts = [f"{up} chỉ tiêu tăng"] * bool(up) + [f"{down} chỉ tiêu giảm"] * bool(down)
        parts += [f"{still} chỉ tiêu không đổi hoặc thay đổi dưới {percent(STILL_PCT)}"] * bool(still)
        told = [f"Trong {len(moves)} chỉ tiêu so sánh được với năm trước, {', '.join(parts)}."]
    words = {
        "vi": ("Tăng nhanh nhất là", "Giảm mạnh nhất là"),
        "en": ("The fastest riser is", "The steepest fall is in"),
    }[lang]
    for word, there, slug in zip(
        words, (up, down), (max(moves, key=moves.get), min(moves, key=moves.get)), strict=True
    ):
        if there:
            name = in_sentence(share_name(entries[slug], lang))
            told.append(f"{word} {name}: {against(table.loc[slug], entries[slug], report, lang)}.")
    return paragraph(*told)


def _move(figures: pd.Series, entry: Indicator, report: str) -> float:
    """Return a figure's growth in per cent on the base it is told against, NaN where it has none or is no share."""
    half, base = figures["half"], figures["same_half"]
    if not known(base) and (entry.kind != "flow" or not is_half(report)):
        base = figures["last_year"]
    if not known(half) or not known(base) or base <= 0 or not fits(half, entry):
        return math.nan
    return 100 * (half / base - 1)


def forecast_summary(rows: pd.DataFrame, report: str, lang: str = "vi") -> Text:
    """Return how the officials' estimates stand against our forecasts; `rows` as `forecast_year_end` returns them."""
    this = year(report)
    if not report.endswith("-S1"):
        whole, whole_en = ("cuối năm", "the end") if is_half(report) else ("cả năm", "the whole")
        return paragraph(
            f"Báo cáo {whole} {this}: năm đã hết, không còn gì để dự báo."
            if lang == "vi"
            else f"A report on {whole_en} of {this}: nothing is left to forecast."
        )
    if not rows["point"].notna().any():
        return paragraph(
            f"Báo cáo không có số liệu 6 tháng nào đủ để dự báo cả năm {this}."
            if lang == "vi"
            else f"The report has no six-month figure from which {this} could be forecast."
        )
    judged = rows[rows["verdict"] != "none"]
    if judged.empty:
        return paragraph(
            f"Báo cáo không nêu ước thực hiện năm {this}; chỉ có dự báo từ số liệu 6 tháng."
            if lang == "vi"
            else f"The report gives no estimates for {this}; the forecasts stand alone."
        )
    counts = judged["verdict"].value_counts()
    within, high, low = (int(counts.get(name, 0)) for name in ("within", "optimistic", "cautious"))
    if lang == "en":
        words = (
            ("lies", "lie", "inside our 80% interval"),
            ("looks", "look", "optimistic"),
            ("looks", "look", "cautious"),
        )
        parts = [
            (n, f"{_verb(n, one, more)} {rest}")
            for n, (one, more, rest) in zip((within, high, low), words, strict=True)
            if n
        ]
        if len(parts) == 1:
            (_, rest), single = parts[0], len(judged) == 1
            return paragraph(
                f"The office's {_some(len(judged), 'estimate')} for {this} {'' if single else 'all '}{rest}."
            )
        told = _listed([f"{n} {rest}" for n, rest in parts])
        return paragraph(f"Of the office's {_some(len(judged), 'estimate')} for {this}, {told}.")
    words = ("nằm trong khoảng dự báo 80%", "lạc quan hơn mức số liệu 6 tháng cho phép", "thận trọng hơn dự báo")
    parts = [(n, rest) for n, rest in zip((within, high, low), words, strict=True) if n]
    if len(parts) == 1:
        every = "Số ước thực hiện duy nhất" if len(judged) == 1 else f"Cả {len(judged)} số ước thực hiện"
        return paragraph(f"{every} năm {this} của đơn vị {'' if len(judged) == 1 else 'đều '}{parts[0][1]}.")
    told = ", ".join(f"{n} số {rest}" for n, rest in parts)
    return paragraph(f"Trong {len(judged)} số ước thực hiện năm {this} của đơn vị, {told}.")


def reasons(rows: pd.DataFrame, entries: dict[str, Indicator], lang: str = "vi") -> Text:
    """Return, an indicator a line, why its forecast is what it is."""
    pairs = zip(rows["indicator"], rows[f"why_{lang}"], strict=True)
    told = [(f"{entries[slug].short(lang)}:", why) for slug, why in pairs if slug in entries]
    return bullets(
        (f"{lead} {why}" for lead, why in told),
        leads=(lead for lead, _ in told),
        otherwise="Không có dự báo nào." if lang == "vi" else "No forecast.",
    )


def target_summary(rows: pd.DataFrame, report: str, lang: str = "vi") -> Text:
    """Return how next year's targets divide, and how many are within reach; `rows` as `judge_targets` returns them."""
    counts = rows["verdict"].value_counts()
    following = year(report) + 1
    if rows.empty:
        return paragraph(
            f"Báo cáo không nêu chỉ tiêu kế hoạch năm {following}."
            if lang == "vi"
            else f"The report sets no targets for {following}."
        )
    words = {name: texts[0 if lang == "vi" else 1] for name, texts in VERDICTS.items()}
    words["unknown"] = "chưa đủ số liệu để đánh giá" if lang == "vi" else "cannot be judged yet"
    told = ", ".join(f"{counts[name]}{NBSP}{words[name]}" for name in VERDICTS if counts.get(name, 0))
    reach = [sentence for sentence in [within_reach(rows, lang)] if sentence]
    if lang == "en":
        count = f"{_some(len(rows), 'target')} {_verb(len(rows), 'is', 'are')}"
        return paragraph(f"{count} set for {following}: {told}.", *reach)
    return paragraph(f"Kế hoạch năm {following} có {len(rows)} chỉ tiêu: {told}.", *reach)


def target_reasons(rows: pd.DataFrame, verdict: str, entries: dict[str, Indicator], lang: str = "vi") -> Text:
    """Return, an indicator a line, what the targets of one verdict ask against what was achieved."""
    told, leads = [], []
    for slug, row in rows[rows["verdict"] == verdict].iterrows():
        entry = entries[slug]
        planned = amount(row["target"], entry, lang)
        move = f"{amount(row['estimate'], entry, lang)} → {planned}" if known(row["estimate"]) else planned
        asked, achieved = (_growth(row[name], entry, lang) for name in ("asked", "achieved"))
        leads.append(f"{entry.short(lang)}:")
        if lang == "vi":
            clauses = [move, *([f"kế hoạch {asked}"] if asked else [])]
            clauses[-1] += f", trong khi năm nay ước {achieved}" if achieved else ", mức của năm nay chưa rõ"
        else:
            clauses = [move, *([f"the plan asks {asked}"] if asked else [])]
            clauses[-1] += f", after {achieved} this year" if achieved else ", this year's growth is not known"
        told.append(f"{leads[-1]} {'; '.join(clauses)}.")
    return bullets(told, leads=leads, otherwise="Không có chỉ tiêu nào." if lang == "vi" else "No target.")


def _growth(value: float, entry: Indicator, lang: str) -> str:
    """Return a judged growth, which is positive where things get better, as what the figure does: `tăng 3,3%`."""
    if not known(value):
        return ""
    number = format_number(abs(value), 1, lang=lang)
    if number == "0":
        return "giữ nguyên" if lang == "vi" else "no change"
    rises = value > 0 if entry.direction != "lower" else value < 0
    word = ("tăng" if rises else "giảm") if lang == "vi" else ("up" if rises else "down")
    if entry.kind == "share":
        return f"{word} {number}{NBSP}{'điểm phần trăm' if lang == 'vi' else _verb(number, 'point', 'points')}"
    return f"{word} {percent(abs(value), lang=lang)}"


def key_findings(
    table: pd.DataFrame,
    forecasts: pd.DataFrame,
    targets: pd.DataFrame,
    entries: dict[str, Indicator],
    area: Area,
    report: str,
    lang: str = "vi",
) -> Text:
    """Return the five findings a leader reads: stations, subscribers, revenue, year's end, next year's targets.

    Where the report lacks one of the three figures, its next headline figure stands in; where its year is over,
    what rose and fell stands in for the year's end.
    """
    stated = [slug for slug in leading(table, entries, len(entries)) if known(table.loc[slug, "half"])]
    told = [sentence(table.loc[slug], entries[slug], report, area, lang) for slug in stated[:FINDINGS]]
    if report.endswith("-S1"):
        told.append(_outlook(forecasts, entries, report, lang))
    else:
        told.append(trend_summary(table, entries, report, lang).sentences[0])
    told.append(" ".join(target_summary(targets, report, lang).sentences))
    return bullets(told)


def _outlook(rows: pd.DataFrame, entries: dict[str, Indicator], report: str, lang: str) -> str:
    """Return the summary of the forecasts and the estimate that lies furthest outside, named."""
    summary = forecast_summary(rows, report, lang).sentences[0]
    outside = rows[rows["verdict"].isin(["optimistic", "cautious"]) & rows["indicator"].isin(list(entries))]
    if outside.empty:
        return summary
    size = outside["point"].abs().where(outside["point"] != 0, outside["official_estimate"].abs())
    far = outside.loc[(outside["difference"].abs() / size).idxmax()]
    entry = entries[far["indicator"]]
    ours, theirs = (amount(_rounded(far[c], entry), entry, lang) for c in ("point", "official_estimate"))
    if lang == "en":
        name = in_sentence(entry.short("en"))
        return f"{summary} Furthest off: {name}, forecast {ours} where the office expects {theirs}."
    return f"{summary} Lệch nhiều nhất là {in_sentence(share_name(entry))}: dự báo {ours}, đơn vị ước {theirs}."


def finding_parts(finding: pd.Series, lang: str = "vi", data_dir: str = "data") -> tuple[str, str, str]:
    """Return an audit's finding as (indicator's name, place in the document, what is wrong).

    The name is "" where the finding is of no indicator, or where its place names it already.
    """
    known_slugs = catalog.indicators(data_dir).index
    slug, message = finding["indicator"], finding[f"message_{lang}"]
    name = catalog.indicator(slug, data_dir).short(lang) if slug in known_slugs else ""
    # A name may hold the colon that divides place and words: `Phát thanh: chương trình tự sản xuất`.
    place, _, what = message.replace(name, name.replace(": ", "\0")).partition(": ")
    place, what = (part.replace("\0", ": ") for part in (place, what))
    return "" if name.casefold() in place.casefold() else name, place, what


def attention(findings: pd.DataFrame, lang: str = "vi", *, most: int = 5, data_dir: str = "data") -> Text:
    """Return what must be corrected before the plan is signed: the audit's errors, the first `most` in full."""
    errors = findings[findings["severity"] == "error"]
    told, leads = [], []
    for _, finding in errors.head(most).iterrows():
        name, place, what = finding_parts(finding, lang, data_dir)
        leads.append(name or place)
        told.append(f"{name} ({in_sentence(place)}): {what}" if name else f"{place}: {what}")
    if len(errors) > most:
        rest = len(errors) - most
        told.append(
            f"Còn {rest} lỗi khác, xem báo cáo kiểm tra số liệu."
            if lang == "vi"
            else f"{_some(rest, 'more error')}: see the audit."
        )
    return bullets(
        told,
        leads=leads,
        otherwise="Không phát hiện lỗi số liệu." if lang == "vi" else "No error found in the figures.",
    )


def sources(observations: pd.DataFrame, area: Area, report: str, lang: str = "vi") -> Text:
    """Return where the figures come from and of when they are."""
    stated = observations[observations["printed"] != ""]
    names = [period_name(name, lang) for name in in_order(stated["report"].unique())]
    derived = len(observations) - len(stated)
    corrected = int(observations["note"].str.startswith(CORRECTED).sum())
    if lang == "en":
        which = f"{len(names)} reports from {names[0]} to {names[-1]}" if len(names) > REPORTS_NAMED else _listed(names)
        told = f"{_some(len(stated), 'figure')} stated by {area.title('en')} ({which})" if names else "No figure yet"
        if derived:
            told += f"; {_some(derived, 'figure')} of the same period last year computed from stated comparisons"
        if corrected:
            told += f"; {_some(corrected, 'figure')} as corrected since (data/corrections.csv)"
        return paragraph(
            f"{told}.",
            f"As of {period_end(report, 'en')}. Each figure's table, row and column are in data/observations.",
        )
    which = f"{len(names)} báo cáo, từ {names[0]} đến {names[-1]}" if len(names) > REPORTS_NAMED else ", ".join(names)
    told = f"{len(stated)} số liệu do {area.title()} báo cáo ({which})" if names else "Báo cáo chưa có số liệu nào"
    if derived:
        told += f"; {derived} số liệu cùng kỳ năm trước được suy ra từ mức tăng, giảm nêu trong báo cáo"
    if corrected:
        told += f"; {corrected} số liệu lấy theo số đã đính chính (data/corrections.csv)"
    return paragraph(
        f"{told}.",
        f"Số liệu tính đến {period_end(report)}. Bảng, dòng, cột của từng số liệu ghi trong data/observations.",
    )


def _rounded(value: float, entry: Indicator) -> float:
    return round(value, entry.decimals) if known(value) else value


def _verb(count: object, one: str, more: str) -> str:
    return one if str(count) == "1" else more


def _some(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _listed(parts: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]])) if parts else ""
