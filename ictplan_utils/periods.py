"""Reporting periods: `2021-S1`, `2021-S2`, `2021`; their order in time, their names, the day they end.

Reports stand in the order in which they were written: first half, second half, whole year.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable

import pandas as pd
from babel.dates import format_date

from ictplan_utils.messages import text

PERIOD = re.compile(r"[0-9]{4}(-S[12])?")
_PARTS = {"-S1": 1, "-S2": 2, "": 3}


def year(period: str) -> int:
    """Return the year a period lies in: `2021-S1` → 2021."""
    return int(period[:4])


def is_half(period: str) -> bool:
    """Tell whether a period is half a year."""
    return "-S" in period


def order(period: str) -> int:
    """Return a period's place in time, for sorting and comparing: 2021-S1 < 2021-S2 < 2021 < 2022-S1.

    >>> sorted(["2021", "2021-S2", "2022-S1", "2021-S1"], key=order)
    ['2021-S1', '2021-S2', '2021', '2022-S1']
    """
    return year(period) * 4 + _PARTS[period[4:]]


def orders(periods: pd.Series) -> pd.Series:
    """Return `order` of each period of a column; each different period is looked at once."""
    return periods.map({period: order(period) for period in periods.unique()}).astype("int64")


def in_order(periods: Iterable[str]) -> list[str]:
    """Return the different periods, oldest first."""
    return sorted(set(periods), key=order)


def latest(periods: Iterable[str], otherwise: str = "") -> str:
    """Return the latest period; `otherwise` where there is none."""
    return max(periods, key=order, default=otherwise)


def same_period_last_year(period: str) -> str:
    """Return the period it is held against: `2021-S1` → `2020-S1`, `2021` → `2020`."""
    return f"{year(period) - 1}{period[4:]}"


def end_date(period: str) -> datetime.date:
    """Return the last day of a period, the day its stocks are counted at.

    >>> end_date("2021-S1").isoformat(), end_date("2021").isoformat()
    ('2021-06-30', '2021-12-31')
    """
    return datetime.date(year(period), 6, 30) if period.endswith("-S1") else datetime.date(year(period), 12, 31)


def last_day(period: str) -> str:
    """Return the same as text: `2021-S1` → `2021-06-30`."""
    return end_date(period).isoformat()


def period_name(period: str, lang: str = "vi") -> str:
    """Return a period in words: `2021-S1` → `6 tháng đầu năm 2021`.

    >>> period_name("2021-S1"), period_name("2021"), period_name("2021-S1", "en")
    ('6 tháng đầu năm 2021', 'năm 2021', 'the first half of 2021')
    """
    key = {"-S1": "first_half", "-S2": "second_half", "": "year"}[period[4:]]
    return text(f"periods.{key}", lang, year=year(period))


def period_end(period: str, lang: str = "vi") -> str:
    """Return the day a period's figures stand at, in words.

    >>> period_end("2021-S1"), period_end("2021"), period_end("2021-S1", "en")
    ('30/6/2021', '31/12/2021', '30 June 2021')
    """
    return format_date(end_date(period), format=text("periods.day", lang), locale=lang)
