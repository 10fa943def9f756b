"""One figure → words: with its unit, with what it is held against, as a title, as an official's sentence."""

from __future__ import annotations

import math

import pandas as pd

from ictplan_utils.catalog import Area, Indicator
from ictplan_utils.periods import is_half, year
from ictplan_utils.vietnamese import format_number, format_with_unit

NBSP = "\u00a0"

HEADLINES = (
    "bts_stations", "phone_subscribers", "telecom_revenue", "postal_revenue", "fixed_broadband_subscribers",
    "mobile_broadband_subscribers", "mobile_broadband_coverage_share", "households_with_broadband_share",
)  # fmt: skip
"""The indicators a leader asks for first, in that order."""
LEADING = ("bts_stations", "phone_subscribers", "telecom_revenue")
"""Of these, what a leader's findings begin with, where the report has them."""

SMALLEST_TOLD_PCT = 0.05
"""A growth that rounds to nought is told as less than a tenth of a per cent, not as `0 %`."""
TIMES_FROM_PCT = 1000.0
"""From here on people say how many times, not how many per cent."""
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


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


def period_end(period: str, lang: str = "vi") -> str:
    """Return the day a period's figures stand at.

    >>> period_end("2021-S1"), period_end("2021"), period_end("2021-S1", "en")
    ('30/6/2021', '31/12/2021', '30 June 2021')
    """
    day, month = (30, 6) if period.endswith("-S1") else (31, 12)
    if lang == "vi":
        return f"{day}/{month}/{year(period)}"
    return f"{day} {MONTHS[month - 1]} {year(period)}"


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
    growth = _growth(100 * difference / base, lang)
    if entry.kind == "flow":
        return growth if growth.startswith("gấp") else f"{word} {growth}"
    by = amount(abs(difference), entry) if lang == "vi" else format_number(abs(difference), entry.decimals, lang="en")
    return f"{word} {by} ({growth})"


def _growth(pct: float, lang: str) -> str:
    """Return how much growth: `2,3 %`, `dưới 0,1 %`; beyond a thousand per cent, `gấp 12,5 lần`."""
    if pct >= TIMES_FROM_PCT:
        times = format_number(1 + pct / 100, 1, lang=lang)
        return f"gấp {times} lần" if lang == "vi" else f"{times}-fold"
    if abs(pct) < SMALLEST_TOLD_PCT:
        return f"{'dưới' if lang == 'vi' else 'under'} {percent(0.1, lang=lang)}"
    return percent(abs(pct), lang=lang)


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
        count = format_number(figures["half"], 0)
        have = f"không có {entry.counted_vi} nào" if count == "0" else f"có {count} {entry.counted_vi}"
        return f"Toàn {area.unit_vi} {have}{tail}"
    when = f" {period_name(report)}" if entry.kind == "flow" else ""
    # What should fall is not "reached".
    verb = "là" if entry.direction == "lower" else "đạt"
    return f"{share_name(entry)}{when} {verb} {amount(figures['half'], entry)}{tail}"


def leading(table: pd.DataFrame, entries: dict[str, Indicator], most: int) -> list[str]:
    """Return up to `most` indicators that `table`, a report table, has figures of: first those a leader asks for."""
    return [
        slug
        for slug in dict.fromkeys((*LEADING, *HEADLINES, *entries))
        if slug in entries and slug in table.index
        and table.loc[slug].notna().any() and fits(table.loc[slug, "half"], entries[slug])
    ][:most]  # fmt: skip


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
        return f"số liệu ghi là {number}, không phải tỷ lệ phần trăm; cần báo cáo lại"
    return f"{number} is printed, which is no percentage; it must be reported again"


def known(value: float | None) -> bool:
    """Tell whether there is a figure."""
    return value is not None and not (isinstance(value, float) and math.isnan(value))
