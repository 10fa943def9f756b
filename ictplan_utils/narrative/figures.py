"""One figure → words: with its unit, with what it is held against, as a title, as an official's sentence."""

from __future__ import annotations

import math

import pandas as pd

from ictplan_utils.catalog import Area, Indicator
from ictplan_utils.messages import text
from ictplan_utils.periods import is_half, period_name, same_period_last_year, year
from ictplan_utils.vietnamese import format_number, format_with_unit, round_half_up

NBSP = "\u00a0"

HEADLINES = (
    "bts_stations", "phone_subscribers", "telecom_revenue", "postal_revenue", "fixed_broadband_subscribers",
    "mobile_broadband_subscribers", "mobile_broadband_coverage_share", "households_with_broadband_share",
)  # fmt: skip
"""The indicators a leader asks for first, in that order."""

BASES = ("same_half", "last_year")
"""What a figure may be held against, columns of the report table: the same period last year, else last year's end."""
SMALLEST_TOLD_PCT = 0.05
"""A growth that rounds to nought is told as less than a tenth of a per cent, not as `0%`."""
TIMES_FROM_PCT = 1000.0
"""From here on people say how many times, not how many per cent."""
LEAST_TOLD, MOST_TOLD = 0.1, 0.9
"""Chances are told in tens of per cent, and not beyond these: they are mostly right to within fifteen points."""


def amount(value: float, entry: Indicator, lang: str = "vi") -> str:
    """Return a figure with its unit, rounded to the decimals the indicator is stated in.

    A figure that a document states more finely keeps up to two decimals.
    """
    stated = entry.decimals if abs(value) >= 1000 or entry.kind != "rate" else None
    return format_with_unit(value, entry.unit(lang), stated if entry.decimals == 0 else None, lang=lang)


def estimated(value: float, entry: Indicator) -> float:
    """Return an estimate of ours to the digits it may claim: the indicator's decimals, from 1,000 up whole numbers."""
    return round(value, 0 if abs(value) >= 1000 else entry.decimals) if known(value) else value


def percent(value: float, decimals: int = 1, *, sign: bool = False, lang: str = "vi") -> str:
    """Return a percentage, closed up as administration prints it: `112,5%`, in English `112.5%`."""
    return f"{format_number(value, decimals, sign=sign, lang=lang)}%"


def points(value: float, *, sign: bool = False, lang: str = "vi") -> str:
    """Return a difference between shares: `5 điểm %`; with `sign`, as it stands in a table, `+5 điểm %`, `+5 pts`."""
    number = format_number(value, 1, sign=sign, lang=lang)
    key = "narrative.points_beside" if sign else "narrative.points"
    return text(key, lang, number=number, count=1 if number.lstrip("−") == "1" else 2)


def direction(value: float, base: float, entry: Indicator) -> str:
    """Return what a figure did, no finer than it is stated: `rose`, `fell`, `unchanged`."""
    difference = value - base
    if abs(difference) < 0.5 * 10.0 ** -max(entry.decimals, 1):
        return "unchanged"
    return "rose" if difference > 0 else "fell"


def change(value: float, base: float, entry: Indicator, lang: str = "vi", *, aside: bool = False) -> str:
    """Return what happened between two figures: `tăng 1 vị trí trạm (1,1%)`, `giảm 0,3 điểm %`, `không đổi`.

    A share moves in percentage points; everything else in its unit and in per cent of the base. `aside`: as it stands
    in brackets itself, `tăng 1 vị trí trạm, 1,1%`.
    """
    difference = value - base
    if direction(value, base, entry) == "unchanged":
        return text("narrative.unchanged", lang)
    if entry.kind == "share":
        return moved(difference, points(abs(difference), lang=lang), lang)
    by = amount(abs(difference), entry, lang)
    if base <= 0:
        return moved(difference, by, lang)
    pct = 100 * difference / base
    if entry.kind == "flow":
        return times(pct, lang) if pct >= TIMES_FROM_PCT else moved(difference, growth(pct, lang), lang)
    key = "narrative.growth_beside" if aside else "narrative.with_growth"
    return moved(difference, text(key, lang, by=by, growth=growth(pct, lang)), lang)


def moved(difference: float, by: str, lang: str = "vi") -> str:
    """Return a rise or a fall by `by`, which is written already: `tăng 3%`, `giảm 2 điểm %`."""
    return text("narrative.rose" if difference > 0 else "narrative.fell", lang, by=by)


def grown(value: float, entry: Indicator, lang: str = "vi", *, sign: bool = True) -> str:
    """Return a growth: `+4,2%`, of a share `+1,3 điểm %`; beyond a thousand per cent, `gấp 12,5 lần`."""
    if entry.kind != "share" and value >= TIMES_FROM_PCT:
        return times(value, lang)
    return (points if entry.kind == "share" else percent)(value, sign=sign, lang=lang)


def grew(value: float, entry: Indicator, lang: str = "vi") -> str:
    """Return the same in words: `tăng 3,2%`, `giảm 1 điểm %`, `không đổi`."""
    if abs(value) < SMALLEST_TOLD_PCT:
        return text("narrative.unchanged", lang)
    return moved(value, grown(abs(value), entry, lang, sign=False), lang)


def growth(pct: float, lang: str = "vi") -> str:
    """Return how much a change is, without its direction: `2,3%`, `dưới 0,1%`; beyond a thousand, `gấp 12,5 lần`."""
    if pct >= TIMES_FROM_PCT:
        return times(pct, lang)
    if abs(pct) < SMALLEST_TOLD_PCT:
        return text("narrative.under", lang, number=percent(0.1, lang=lang))
    return percent(abs(pct), lang=lang)


def times(pct: float, lang: str = "vi") -> str:
    """Return a growth in per cent as a multiple: 1.150 → `gấp 12,5 lần`."""
    many = 1 + pct / 100
    return text("narrative.times", lang, times=format_number(many, 0 if many >= 100 else 1, lang=lang))


def likelihood(chance: float, lang: str = "vi", *, short: bool = False) -> str:
    """Return a probability (0–1) as it may be told: in tens, `khoảng 70%` (`short`: `70%`), `dưới 10%`, `trên 90%`.

    >>> likelihood(0.68), likelihood(0.04, "en")
    ('khoảng 70%', 'under 10%')
    """
    if not known(chance):
        return text("narrative.not_known", lang)
    tens = int(round_half_up(10 * min(max(chance, LEAST_TOLD), MOST_TOLD), 0)) * 10
    how = "under" if chance < LEAST_TOLD else "over" if chance > MOST_TOLD else "about"
    number = percent(tens, lang=lang)
    return number if short and how == "about" else text(f"narrative.{how}", lang, number=number)


def base_name(period: str, entry: Indicator, lang: str = "vi") -> str:
    """Return what a figure is held against: `cùng kỳ năm 2020`, `cuối năm 2020`, `năm 2020`."""
    if is_half(period):
        return text("narrative.base.same_period", lang, year=year(period))
    return (
        period_name(period, lang) if entry.kind == "flow" else text("narrative.base.year_end", lang, year=year(period))
    )


def base_of(figures: pd.Series, entry: Indicator, period: str) -> tuple[str, float]:
    """Return what a figure of its row of the report table is held against, as (period, figure); ("", nan) for nothing.

    The first of BASES that is known; a half of what accumulates is held against no whole year.
    """
    when = {"same_half": same_period_last_year(period), "last_year": str(year(period) - 1)}
    for base in BASES:
        unlike = base == "last_year" and entry.kind == "flow" and is_half(period)
        if known(figures[base]) and not unlike:
            return when[base], figures[base]
    return "", math.nan


def against(
    figures: pd.Series, entry: Indicator, period: str, lang: str = "vi", *, of_forecast: bool = False,
    aside: bool = False,
) -> str:  # fmt: skip
    """Return the comparison of a half-year figure that its row of the report table allows, "" for none.

    With what `base_of` says; else, for a flow, what part of the year it is: of the officials' estimate, or of our
    forecast where that stands in its place (`of_forecast`). `aside`: as `change`.
    """
    half, last = figures["half"], year(period) - 1
    base, before = base_of(figures, entry, period)
    if base:
        told = change(half, before, entry, lang, aside=aside)
        return text("narrative.compared_with", lang, change=told, base=base_name(base, entry, lang))
    if entry.kind != "flow":
        return ""
    expected = "forecast" if of_forecast else "estimate"
    for column, key, when in (("estimate", expected, last + 1), ("last_year", "last_year", last)):
        if known(figures[column]):
            part = percent(100 * half / figures[column], lang=lang) if figures[column] > 0 else ""
            return text(f"narrative.part_of_{key}", lang, part=part, year=when) if part else ""
    return ""


def headline(figures: pd.Series, entry: Indicator, period: str, lang: str = "vi") -> str:
    """Return a chart's title: the finding, with its number: `Trạm BTS: 88 vị trí trạm, tăng 1 … so với cùng kỳ`."""
    name, half = entry.short(lang), figures["half"]
    if not known(half):
        return text("narrative.headline.missing", lang, name=name, when=period_name(period, lang))
    compared = against(figures, entry, period, lang)
    told = ", ".join(filter(None, [amount(half, entry, lang), compared]))
    what = told if fits(half, entry) else misfit(half, entry, lang)
    return text("narrative.headline.told", lang, name=name, what=what)


def sentence(figures: pd.Series, entry: Indicator, period: str, area: Area, lang: str = "vi") -> str:
    """Return the same as an official would write it: `Toàn huyện có 88 vị trí trạm BTS, tăng …`."""
    half, when, name = figures["half"], period_name(period, lang), share_name(entry, lang)
    if not known(half):
        return text("narrative.sentence.missing", lang, name=entry.short(lang), when=when)
    if not fits(half, entry):
        return headline(figures, entry, period, lang) + "."
    compared = against(figures, entry, period, lang)
    told = {"amount": amount(half, entry, lang), "tail": f", {compared}" if compared else ""}
    if entry.counted_vi:
        number = format_number(half, 0, lang=lang)
        told |= {"unit": area.unit(lang), "number": number, "counted": entry.counted(lang)}
        return text("narrative.sentence.none" if number == "0" else "narrative.sentence.counted", lang, **told)
    # What should fall is not "reached".
    form = "flow" if entry.kind == "flow" else "is" if entry.direction == "lower" else "reached"
    return text(f"narrative.sentence.{form}", lang, name=name, when=when, **told)


def leading(table: pd.DataFrame, entries: dict[str, Indicator], most: int) -> list[str]:
    """Return up to `most` indicators that `table`, a report table, has figures of: first those a leader asks for."""
    told = table.loc[table.notna().any(axis=1), "half"].to_dict()
    asked = (slug for slug in dict.fromkeys((*HEADLINES, *entries)) if slug in entries and slug in told)
    return [slug for slug in asked if fits(told[slug], entries[slug])][:most]


def share_name(entry: Indicator, lang: str = "vi") -> str:
    """Return the short name as a sentence begins with it; a share's Vietnamese one begins with `Tỷ lệ`."""
    name = entry.short(lang)
    opening = text("narrative.share_name", lang, name="").strip()
    if entry.kind != "share" or name.startswith(opening):
        return name
    return text("narrative.share_name", lang, name=in_sentence(name))


def in_sentence(name: str) -> str:
    """Return a name as it stands inside a sentence: its first letter small, unless it begins an abbreviation."""
    return name if name[:2].isupper() or name.startswith("Internet") else name[:1].lower() + name[1:]


def fits(value: float, entry: Indicator) -> bool:
    """Tell whether a figure can be one of a share at all; other kinds carry units that documents mix."""
    return entry.kind != "share" or not known(value) or 0 <= value <= (entry.maximum or 100)


def misfit(value: float, entry: Indicator, lang: str = "vi") -> str:
    """Return what to say of a figure that is no share although its indicator is one."""
    return text("narrative.misfit", lang, number=format_number(value, lang=lang))


def known(value: float | None) -> bool:
    """Tell whether there is a figure."""
    return value is not None and not (isinstance(value, float) and math.isnan(value))
