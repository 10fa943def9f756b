"""Say a finding in both languages: numbers, places, periods, and sentences with figures in them."""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from ictplan_utils.observations import is_half, year
from ictplan_utils.vietnamese import format_number

RATIO_DECIMALS = 1
"""The form asks for percentages; where a document leaves one blank we offer one decimal, as most cells print."""


TOO_LONG = 1e15
"""No figure of an office comes near; beyond, floating point has no exact digits left to print."""


class Both(NamedTuple):
    """The same words in Vietnamese and in English."""

    vi: str
    en: str

    def __add__(self, other: Both | str) -> Both:  # type: ignore[override]
        other = other if isinstance(other, Both) else Both(other, other)
        return Both(self.vi + other.vi, self.en + other.en)


NOTHING = Both("", "")


@functools.lru_cache(maxsize=200_000)
def number(value: float, decimals: int | None = None, lang: str = "vi") -> str:
    """Return the number as people of `lang` write it; a year-long run says the same ones again and again."""
    if abs(value) >= TOO_LONG:
        return f"{value:.3g}"
    return format_number(float(value), decimals, lang=lang)


def both(vi: str, en: str, **values: object) -> Both:
    """Return the two sentences with `values` filled in: Both by language, numbers each language's way.

    >>> both("{a}/{b} = {r} %", "{a}/{b} = {r}%", a=30.0, b=25.0, r=120.0)
    Both(vi='30/25 = 120 %', en='30/25 = 120%')
    """
    return Both(
        vi.format(**{name: _say(value, "vi") for name, value in values.items()}),
        en.format(**{name: _say(value, "en") for name, value in values.items()}),
    )


def _say(value: object, lang: str) -> str:
    if isinstance(value, Both):
        return getattr(value, lang)
    return value if isinstance(value, str) else number(float(value), None, lang)  # type: ignore[arg-type]


_TABLE = re.compile(r"([AB])(\d+):([^:]+):([^:]+)")
_TITLE = re.compile(r"([AB])(\d+):title")
HEADING = "0"
"""The row of a source that is a column's heading."""
_TABLE_NAMES = {"A": ("Phụ lục", "Appendix"), "B": ("Biểu", "Table")}


@functools.lru_cache(maxsize=50_000)
def place(source: str, two_tables: bool = True, name_vi: str = "", name_en: str = "") -> Both:
    """Return where in the document a source lies, as a clerk would look for it.

    >>> place("A2:17:6"), place("N:1.2").en
    (Both(vi='Phụ lục 2, dòng 17, cột 6', en='Appendix 2, row 17, column 6'), 'Section 1.2')
    """
    cell = _TABLE.fullmatch(source)
    if cell:
        letter, table, row, column = cell.groups()
        vi, en = _TABLE_NAMES[letter]
        if not two_tables:
            return Both(f"Dòng {row}, cột {column}", f"Row {row}, column {column}")
        if row == HEADING:
            return Both(f"{vi} {table}, cột {column}", f"{en} {table}, column {column}")
        return Both(f"{vi} {table}, dòng {row}, cột {column}", f"{en} {table}, row {row}, column {column}")
    named = Both(f", {name_vi}" if name_vi else "", f", {name_en}" if name_en else "")
    if source.startswith("N:"):
        return Both(f"Mục {source[2:]}", f"Section {source[2:]}") + named
    if source.startswith("D:"):
        return Both("Văn bản", "The document")
    titled = _TITLE.fullmatch(source)
    if titled:
        vi, en = _TABLE_NAMES[titled[1]]
        return Both(f"{vi} {titled[2]}", f"{en} {titled[2]}")
    return Both(f"Bảng {source}", f"Table {source}") + named


def inside(where: Both) -> Both:
    """Return a place as it stands inside a sentence: `phụ lục 2, dòng 17, cột 6`."""
    return Both(where.vi[:1].lower() + where.vi[1:], where.en[:1].lower() + where.en[1:])


_STATUS = {
    "actual": Both("", ""),
    "estimate": Both("ước ", "estimate for "),
    "target": Both("kế hoạch ", "target for "),
}


def when(period: str, status: str = "actual") -> Both:
    """Return a period in words.

    >>> when("2021-S1").vi, when("2021", "estimate").vi, when("2022", "target").en
    ('6 tháng đầu năm 2021', 'ước năm 2021', 'target for 2022')
    """
    if not period:
        return NOTHING
    this = str(year(period))
    if is_half(period):
        first = period.endswith("1")
        words = Both(
            f"6 tháng {'đầu' if first else 'cuối'} năm {this}", f"the {'first' if first else 'second'} half of {this}"
        )
    else:
        words = Both(f"năm {this}", this)
    return _STATUS[status] + words
