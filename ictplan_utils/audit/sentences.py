"""A finding's fields in both languages: numbers, places, periods, sums; its sentence is made of them last."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from typing import NamedTuple

from ictplan_utils.messages import LANGUAGES, text
from ictplan_utils.observations import TOLD
from ictplan_utils.periods import period_name
from ictplan_utils.vietnamese import capitalised, format_number

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
    """Return the number as people of `lang` write it."""
    return f"{value:.3g}" if abs(value) >= TOO_LONG else format_number(float(value), decimals, lang=lang)


def figure(value: float, decimals: int | None = None) -> Both:
    """Return a number in both languages."""
    return Both(*(number(value, decimals, lang) for lang in LANGUAGES))


def say(key: str, **values: object) -> Both:
    """Return the message `audit.KEY` in both languages; numbers and Both among the values each language's way."""
    return Both(
        *(
            text(f"audit.{key}", lang, **{name: _one(value, lang) for name, value in values.items()})
            for lang in LANGUAGES
        )
    )


def _one(value: object, lang: str) -> str:
    if isinstance(value, Both):
        return getattr(value, lang)
    return value if isinstance(value, str) else number(float(value), None, lang)  # type: ignore[arg-type]


def joined(parts: Iterable[Both], mark: str) -> Both:
    """Return the parts with a mark between them."""
    parts = list(parts)
    return Both(mark.join(part.vi for part in parts), mark.join(part.en for part in parts))


_CELL = re.compile(r"([AB])(\d+):([^:]+):([^:]+)")
_TITLE = re.compile(r"([AB])(\d+)(?::(title|[^:]+))?")
HEADING = "0"
"""The row of a source that is a column's heading."""


@functools.lru_cache(maxsize=50_000)
def place(source: str, several_tables: bool = True) -> Both:
    """Return where in the document a source lies, as a clerk would look for it.

    >>> place("A2:17:6"), place("N:1.2").en
    (Both(vi='Phụ lục 2, dòng 17, cột 6', en='Appendix 2, row 17, column 6'), 'Section 1.2')
    >>> place("A2:17").vi, place("A2").vi
    ('Phụ lục 2, dòng 17', 'Phụ lục 2')
    """
    if source.startswith(TOLD):
        return say("place.told", where=inside(place(source.split(":", 2)[2], several_tables)))
    cell, title = _CELL.fullmatch(source), _TITLE.fullmatch(source)
    if cell or title:
        kind, table = (cell or title).group(1, 2)  # type: ignore[union-attr]
        where = say(f"place.{'appendix' if kind == 'A' else 'table'}", table=table)
        if title:
            row = title[3]
            return where if row in (None, "title") else where + ", " + say("place.row", row=row)
        row, column = cell.group(3, 4)  # type: ignore[union-attr]
        row = say("place.unnumbered", row=row[1:]) if re.fullmatch(r"r\d+", row) else row
        inner = say("place.column", column=column) if row == HEADING else say("place.cell", row=row, column=column)
        if several_tables or row == HEADING:
            return where + ", " + inner
        return Both(*map(capitalised, inner))
    if source.startswith("N:"):
        return say("place.section", section=source[2:])
    return say("place.document") if source.startswith("D:") else say("place.source", source=source)


def inside(where: Both) -> Both:
    """Return a place as it stands inside a sentence: `phụ lục 2, dòng 17, cột 6`."""
    return Both(*(part[:1].lower() + part[1:] for part in where))


def in_sentence(name: Both) -> Both:
    """Return a name inside a sentence, where it starts with a word and not with an abbreviation."""
    return Both(*(part if part[1:2].isupper() else part[:1].lower() + part[1:] for part in name))


def when(period: str, status: str = "actual") -> Both:
    """Return a period in words: `6 tháng đầu năm 2021`, `ước năm 2021`, `kế hoạch năm 2022`."""
    if not period:
        return NOTHING
    named = Both(*(period_name(period, lang) for lang in LANGUAGES))
    return named if status == "actual" else say(f"when.{status}", period=named)
