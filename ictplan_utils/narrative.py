"""Facts → sentences, in the register of Vietnamese administration, and the same in English."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

import pandas as pd

from ictplan_utils.catalog import Area, Indicator
from ictplan_utils.observations import is_half, year
from ictplan_utils.targets import VERDICTS
from ictplan_utils.vietnamese import format_number, format_with_unit

NBSP = "\u00a0"
FACTS_MIME = "application/vnd.ictplan.facts+json"
"""What a notebook tells the batch about its area; the manifest keeps it."""

HEADLINES = (
    "bts_stations", "phone_subscribers", "telecom_revenue", "postal_revenue", "fixed_broadband_subscribers",
    "mobile_broadband_subscribers", "mobile_broadband_coverage_share", "households_with_broadband_share",
)  # fmt: skip
"""The indicators a leader asks for first, in that order."""


@dataclass(frozen=True)
class Text:
    """Sentences that show themselves in a notebook and in the page; whatever they hold is shown as text.

    `facts` travel beside the words in the notebook's output, for the index of all reports: `{"errors": 18}`.
    """

    sentences: tuple[str, ...]
    bulleted: bool = False
    facts: tuple[tuple[str, int], ...] = ()

    def __str__(self) -> str:
        return "\n".join(f"- {s}" if self.bulleted else s for s in self.sentences)

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, object]:
        words = {"text/html": self._repr_html_(), "text/plain": str(self)}
        return words | ({FACTS_MIME: dict(self.facts)} if self.facts else {})

    def _repr_html_(self) -> str:
        if self.bulleted:
            return "<ul>" + "".join(f"<li>{escape(s)}</li>" for s in self.sentences) + "</ul>"
        return "".join(f"<p>{escape(s)}</p>" for s in self.sentences)


def paragraph(*sentences: str, **facts: int) -> Text:
    """Return sentences as one paragraph each, with the facts that the index of all reports shows of them."""
    return Text(tuple(sentences), facts=tuple(facts.items()))


def bullets(sentences: Iterable[str], *, otherwise: str = "") -> Text:
    """Return sentences as a list; `otherwise` is what to say when there is none."""
    found = tuple(sentences)
    return Text(found, bulleted=True) if found else Text((otherwise,))


def period_name(period: str, lang: str = "vi") -> str:
    """Return a period in words: `2021-S1` → `6 tháng đầu năm 2021`.

    >>> period_name("2021-S1"), period_name("2021"), period_name("2021-S1", "en")
    ('6 tháng đầu năm 2021', 'năm 2021', 'the first half of 2021')
    """
    if period.endswith("-S1"):
        return f"6 tháng đầu năm {year(period)}" if lang == "vi" else f"the first half of {year(period)}"
    if period.endswith("-S2"):
        return f"6 tháng cuối năm {year(period)}" if lang == "vi" else f"the second half of {year(period)}"
    return f"năm {period}" if lang == "vi" else period


def amount(value: float, entry: Indicator, lang: str = "vi") -> str:
    """Return a figure with its unit, rounded to the decimals the indicator is stated in.

    A figure that a document states more finely keeps up to two decimals.
    """
    stated = entry.decimals if abs(value) >= 1000 or entry.kind != "rate" else None
    return format_with_unit(value, entry.unit(lang), stated if entry.decimals == 0 else None, lang=lang)


def percent(value: float, decimals: int = 1, *, sign: bool = False, lang: str = "vi") -> str:
    """Return a percentage: `112,5 %` (with a space that does not break), in English `112.5%`."""
    number = format_number(value, decimals, sign=sign, lang=lang)
    return f"{number}{NBSP}%" if lang == "vi" else f"{number}%"


def change(value: float, base: float, entry: Indicator, lang: str = "vi") -> str:
    """Return what happened between two figures: `tăng 1 vị trí trạm (1,1 %)`, `giảm 0,3 điểm phần trăm`, `không đổi`.

    A share moves in percentage points; everything else in its unit and in per cent of the base.
    """
    difference = value - base
    if abs(difference) < 0.5 * 10.0 ** -max(entry.decimals, 1):
        return "không đổi" if lang == "vi" else "unchanged"
    word = ("tăng" if difference > 0 else "giảm") if lang == "vi" else ("up" if difference > 0 else "down")
    if entry.kind == "share":
        points = "điểm phần trăm" if lang == "vi" else "percentage points"
        return f"{word} {format_number(abs(difference), 1, lang=lang)}{NBSP}{points}"
    if base <= 0:
        return f"{word} {amount(abs(difference), entry, lang)}"
    growth = percent(100 * abs(difference) / base, lang=lang)
    if entry.kind == "flow":
        return f"{word} {growth}"
    by = amount(abs(difference), entry) if lang == "vi" else format_number(abs(difference), entry.decimals, lang="en")
    return f"{word} {by} ({growth})"


def base_name(period: str, entry: Indicator, lang: str = "vi") -> str:
    """Return what a figure is held against: `cùng kỳ năm 2020`, `cuối năm 2020`, `năm 2020`."""
    if "-S" in period:
        return f"cùng kỳ năm {year(period)}" if lang == "vi" else f"the same period of {year(period)}"
    if entry.kind == "flow":
        return period_name(period, lang)
    return f"cuối năm {period}" if lang == "vi" else f"the end of {period}"


def against(figures: pd.Series, entry: Indicator, report: str, lang: str = "vi") -> str:
    """Return the comparison of a half-year figure that its row of the report table allows, "" for none.

    The same period last year where it is known; else, for what does not accumulate, the end of last year;
    for a flow, what part of the officials' year it is.
    """
    half, last = figures["half"], year(report) - 1
    if known(figures["same_half"]):
        base = f"{last}{report[4:]}"
        return _on(change(half, figures["same_half"], entry, lang), base_name(base, entry, lang), lang)
    if (entry.kind != "flow" or not is_half(report)) and known(figures["last_year"]):
        return _on(change(half, figures["last_year"], entry, lang), base_name(str(last), entry, lang), lang)
    whole, name = figures["estimate"], f"ước thực hiện cả năm {year(report)}"
    name_en = f"the officials' estimate for {year(report)}"
    if not known(whole):
        whole, name, name_en = figures["last_year"], f"cả năm {last}", f"the whole of {last}"
    if entry.kind == "flow" and known(whole) and whole > 0:
        part = percent(100 * half / whole, lang=lang)
        return f"bằng {part} {name}" if lang == "vi" else f"{part} of {name_en}"
    return ""


def _on(what: str, base: str, lang: str) -> str:
    return f"{what} so với {base}" if lang == "vi" else f"{what} on {base}"


def headline(figures: pd.Series, entry: Indicator, report: str, lang: str = "vi") -> str:
    """Return a chart's title: the finding, with its number: `Trạm BTS: 88 vị trí trạm, tăng 1 … so với cùng kỳ`."""
    name = entry.short(lang)
    if not known(figures["half"]):
        missing = "chưa có số liệu" if lang == "vi" else "no figure for"
        return f"{name}: {missing} {period_name(report, lang)}"
    if not fits(figures["half"], entry):
        return f"{name}: {misfit(figures['half'], entry, lang)}"
    compared = against(figures, entry, report, lang)
    return f"{name}: {amount(figures['half'], entry, lang)}" + (f", {compared}" if compared else "")


def sentence(figures: pd.Series, entry: Indicator, report: str, area: Area, lang: str = "vi") -> str:
    """Return the same as an official would write it: `Toàn huyện có 88 vị trí trạm BTS, tăng …`."""
    name = entry.short(lang)
    if not known(figures["half"]):
        if lang == "vi":
            return f"{name}: báo cáo chưa có số liệu {period_name(report)}."
        return f"{name}: the report has no figure for {period_name(report, 'en')}."
    if not fits(figures["half"], entry):
        return f"{name}: {misfit(figures['half'], entry, lang)}."
    compared = against(figures, entry, report, lang)
    tail = f", {compared}." if compared else "."
    if lang == "en":
        return f"{name}: {amount(figures['half'], entry, 'en')}{tail}"
    if entry.counted_vi:
        return f"Toàn {area.unit_vi} có {format_number(figures['half'], 0)} {entry.counted_vi}{tail}"
    when = f" {period_name(report)}" if entry.kind == "flow" else ""
    return f"{share_name(entry)}{when} đạt {amount(figures['half'], entry)}{tail}"


def share_name(entry: Indicator) -> str:
    """Return the short Vietnamese name; a share's begins with `Tỷ lệ`."""
    if entry.kind != "share" or entry.short_vi.startswith("Tỷ lệ"):
        return entry.short_vi
    return f"Tỷ lệ {entry.short_vi[:1].lower()}{entry.short_vi[1:]}"


def fits(value: float, entry: Indicator) -> bool:
    """Tell whether a figure can be one of a share at all; other kinds carry units that documents mix."""
    return entry.kind != "share" or not known(value) or 0 <= value <= (entry.maximum or 100)


def misfit(value: float, entry: Indicator, lang: str = "vi") -> str:
    """Return what to say of a figure that is no share although its indicator is one."""
    number = format_number(value, lang=lang)
    if lang == "vi":
        return f"số liệu in là {number}, không phải tỷ lệ phần trăm; cần báo cáo lại"
    return f"{number} is printed, which is no percentage; it must be reported again"


def trend_summary(table: pd.DataFrame, entries: dict[str, Indicator], report: str, lang: str = "vi") -> Text:
    """Return how many indicators rose, fell and stood still, and which moved most; `table` is a report table."""
    moves = {slug: _move(table.loc[slug], entry, report) for slug, entry in entries.items() if slug in table.index}
    moves = {slug: move for slug, move in moves.items() if known(move)}
    up = [slug for slug, move in moves.items() if move >= STILL_PCT]
    down = [slug for slug, move in moves.items() if move <= -STILL_PCT]
    most = max(moves, key=moves.get, default=None)
    if lang == "en":
        first = (
            f"Of {len(moves)} indicators that can be compared with last year, {len(up)} rose, {len(down)} fell "
            f"and {len(moves) - len(up) - len(down)} did not move."
        )
    else:
        first = (
            f"Trong {len(moves)} chỉ tiêu so sánh được với năm trước, {len(up)} chỉ tiêu tăng, {len(down)} chỉ tiêu "
            f"giảm, {len(moves) - len(up) - len(down)} chỉ tiêu không đổi."
        )
    if most is None or not up:
        return paragraph(first)
    told = against(table.loc[most], entries[most], report, lang)
    if lang == "en":
        return paragraph(first, f"The fastest riser is {_lower(entries[most].short('en'))}: {told}.")
    return paragraph(first, f"Tăng nhanh nhất là {_lower(share_name(entries[most]))}: {told}.")


STILL_PCT = 0.5
"""A change below half a per cent is told as none: rounding makes as much."""


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
    judged = rows[rows["verdict"] != "none"]
    counts = judged["verdict"].value_counts()
    within, high, low = (int(counts.get(name, 0)) for name in ("within", "optimistic", "cautious"))
    this = year(report)
    if not is_half(report):
        return paragraph(
            f"Báo cáo cả năm {this}: năm đã hết, không còn gì để dự báo."
            if lang == "vi"
            else f"A report on the whole of {this}: nothing is left to forecast."
        )
    if judged.empty:
        return paragraph(
            f"Báo cáo không nêu ước thực hiện năm {this}; dưới đây chỉ có dự báo từ số liệu 6 tháng."
            if lang == "vi"
            else f"The report gives no estimates for {this}; the forecasts stand alone."
        )
    if lang == "en":
        off = [f"{high} look optimistic"] * bool(high) + [f"{low} look cautious"] * bool(low)
        told = f"Of the office's {len(judged)} estimates for {this}, {within} lie inside our 80% interval"
        return paragraph("; ".join([told, *off]) + ".")
    off = [f"{high} con số lạc quan hơn số liệu 6 tháng cho phép"] * bool(high)
    off += [f"{low} con số thận trọng hơn"] * bool(low)
    told = f"Trong {len(judged)} ước thực hiện năm {this} của đơn vị, {within} con số nằm trong khoảng dự báo 80{NBSP}%"
    return paragraph("; ".join([told, *off]) + ".")


def reasons(rows: pd.DataFrame, entries: dict[str, Indicator], lang: str = "vi") -> Text:
    """Return, an indicator a line, why its forecast is what it is."""
    told = zip(rows["indicator"], rows[f"why_{lang}"], strict=True)
    return bullets(
        (f"{entries[slug].short(lang)}: {why}" for slug, why in told if slug in entries),
        otherwise="Không có dự báo nào." if lang == "vi" else "No forecast.",
    )


def target_summary(rows: pd.DataFrame, report: str, lang: str = "vi") -> Text:
    """Return how next year's targets divide; `rows` as `judge_targets` returns them."""
    counts = rows["verdict"].value_counts()
    following = year(report) + 1
    if rows.empty:
        return paragraph(
            f"Báo cáo không nêu chỉ tiêu kế hoạch năm {following}."
            if lang == "vi"
            else f"The report sets no targets for {following}."
        )
    words = {name: texts[0 if lang == "vi" else 1] for name, texts in VERDICTS.items()}
    told = ", ".join(f"{counts[name]} {words[name]}" for name in VERDICTS if counts.get(name, 0))
    if lang == "en":
        return paragraph(f"{len(rows)} targets are set for {following}: {told}.")
    return paragraph(f"Kế hoạch năm {following} có {len(rows)} chỉ tiêu: {told}.")


def target_reasons(rows: pd.DataFrame, verdict: str, entries: dict[str, Indicator], lang: str = "vi") -> Text:
    """Return, an indicator a line, what the targets of one verdict ask against what was achieved."""
    told = []
    for slug, row in rows[rows["verdict"] == verdict].iterrows():
        entry = entries[slug]
        move = f"{amount(row['estimate'], entry, lang)} → {amount(row['target'], entry, lang)}"
        asked, achieved = (_growth(row[name], entry, lang) for name in ("asked", "achieved"))
        told.append(
            f"{entry.short()}: {move}; đòi hỏi {asked}, trong khi năm nay ước đạt {achieved}."
            if lang == "vi"
            else f"{entry.short('en')}: {move}; {asked} asked, {achieved} achieved this year."
        )
    return bullets(told, otherwise="Không có chỉ tiêu nào." if lang == "vi" else "No target.")


def _growth(value: float, entry: Indicator, lang: str) -> str:
    if not known(value):
        return "chưa rõ" if lang == "vi" else "not known"
    if entry.kind == "share":
        return f"{format_number(value, 1, sign=True, lang=lang)}{NBSP}{'điểm phần trăm' if lang == 'vi' else 'points'}"
    return percent(value, sign=True, lang=lang)


def key_findings(
    table: pd.DataFrame,
    forecasts: pd.DataFrame,
    targets: pd.DataFrame,
    entries: dict[str, Indicator],
    area: Area,
    report: str,
    lang: str = "vi",
) -> Text:
    """Return the five findings a leader reads: stations, subscribers, revenue, year's end, next year's targets."""
    told = [
        sentence(table.loc[slug], entries[slug], report, area, lang)
        for slug in ("bts_stations", "phone_subscribers", "telecom_revenue")
        if slug in table.index
    ]
    told.append(_outlook(forecasts, entries, report, lang))
    told += target_summary(targets, report, lang).sentences
    return bullets(told)


def _outlook(rows: pd.DataFrame, entries: dict[str, Indicator], report: str, lang: str) -> str:
    """Return the summary of the forecasts and the estimate that lies furthest outside, named."""
    summary = forecast_summary(rows, report, lang).sentences[0]
    outside = rows[rows["verdict"].isin(["optimistic", "cautious"]) & rows["indicator"].isin(list(entries))]
    if outside.empty:
        return summary
    far = outside.loc[(outside["difference"] / outside["point"]).abs().idxmax()]
    entry = entries[far["indicator"]]
    ours, theirs = (amount(_rounded(far[c], entry), entry, lang) for c in ("point", "official_estimate"))
    if lang == "en":
        return (
            f"{summary} Furthest off: {_lower(entry.short('en'))}, forecast {ours} where the office expects {theirs}."
        )
    return f"{summary} Lệch nhiều nhất là {_lower(entry.short())}: dự báo {ours}, đơn vị ước {theirs}."


def attention(findings: pd.DataFrame, lang: str = "vi", *, most: int = 5) -> Text:
    """Return what must be corrected before the plan is signed: the audit's errors, the first `most` in full."""
    errors = findings[findings["severity"] == "error"]
    told = errors[f"message_{lang}"].head(most).tolist()
    if len(errors) > most:
        rest = len(errors) - most
        told.append(
            f"Còn {rest} lỗi khác, xem báo cáo kiểm tra số liệu."
            if lang == "vi"
            else f"{rest} more errors: see the audit."
        )
    return bullets(
        told,
        otherwise="Không phát hiện lỗi số liệu." if lang == "vi" else "No error found in the figures.",
    )


def sources(observations: pd.DataFrame, area: Area, report: str, lang: str = "vi") -> Text:
    """Return where the figures come from and of when they are."""
    stated = observations[observations["printed"] != ""]
    reports = ", ".join(period_name(name, lang) for name in sorted(stated["report"].unique()))
    derived = len(observations) - len(stated)
    if lang == "en":
        return paragraph(
            f"{len(stated)} figures stated in the reports of {area.title('en')} on {reports}; {derived} figures of the "
            "same period last year are computed from stated comparisons.",
            "Each figure's table, row and column are in data/observations.",
        )
    return paragraph(
        f"{len(stated)} số liệu do {area.title()} báo cáo ({reports}); {derived} số liệu cùng kỳ năm trước được suy ra "
        "từ mức tăng, giảm nêu trong báo cáo.",
        f"Số liệu tính đến {period_name(report)}. Bảng, dòng, cột của từng số liệu ghi trong data/observations.",
    )


def _lower(text: str) -> str:
    """Return `text` as it stands inside a sentence: its first letter small, unless it begins an abbreviation."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def _rounded(value: float, entry: Indicator) -> float:
    return round(value, entry.decimals) if known(value) else value


def known(value: float | None) -> bool:
    """Tell whether there is a figure."""
    return value is not None and not (isinstance(value, float) and math.isnan(value))
