"""A cell's text → the figure it states, its hedge, what stands behind it; and which of two readings its marks mean."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ictplan_utils import messages
from ictplan_utils.documents import units
from ictplan_utils.errors import IctplanError
from ictplan_utils.vietnamese import BLANKS, fold, fold_in_place, nfc, parse_number

_NOTHING = {b.lower() for b in BLANKS} | {
    "", "chua co", "khong co", "khong co so lieu", "chua co so lieu", "k", "kxd", "- -", "--", "---", "_", "*", ".",
    "…%", "chua thong ke", "khong thong ke",
}  # fmt: skip
_HEDGE = re.compile(
    r"^(khoang|tren|duoi|hon|gan|it nhat|toi thieu|toi da|khong qua|dat khoang|uoc dat|uoc|dat tren|dat|tu"
    r"|≥|≤|>=|<=|>|<|~|≈|±)\s*(?=[\d\-−])"
)
_NUMBER = r"[0-9](?:[0-9.,]*[0-9])?(?: [0-9]{3}(?![0-9]))*(?:[.,][0-9]+)?"
_RANGE = re.compile(rf"{_NUMBER}\s*%?\s*(?:[-–—÷]|đến)\s*{_NUMBER}\s*(%|\D.*)?")
_FIGURE = re.compile(rf"(?P<sign>[-−+]?)\s?(?P<number>{_NUMBER})(?P<rest>.*)", re.DOTALL)
_MARK = re.compile(r"\s*(\*+|[⁰¹²³⁴⁵⁶⁷⁸⁹]+|\(\*+\)|\[[0-9a-z]\])\s*$")
_CHANGE = re.compile(r"\s*[(;,]?\s*\(?\s*((tăng|giảm|đạt|so|bằng|chiếm|vượt|[+−-]\s?\d).*)$", re.IGNORECASE | re.DOTALL)
_TIMES = re.compile(r"^\s*(tháng|thang|quý|năm|t\b|/)", re.IGNORECASE)

_SPACED = re.compile(r"[0-9]+ [.,] ?[0-9]+|[0-9]{1,3}(?:\. ?[0-9]{3})+")
_PART = re.compile(r"([0-9]{1,6}) ?/ ?([0-9]{1,6})( [^\d/]*)?")
_SCALED = re.compile(r"(nghin|ngan|trieu|ty|ti|tr|k)\b|d$|đ$")
_THREE = re.compile(r"[1-9][0-9]{0,2}([.,])[0-9]{3}")

FAR = 1.7
NEAR = 1.2
"""Powers of ten: two figures of one indicator lie within `NEAR` of one another, and never `FAR` apart in a row."""


@dataclass(frozen=True)
class Figure:
    """A figure a cell states. `other` is what it would be if its mark meant the other thing (`1.234`), else None.

    `of` is the whole that `18/19` counts from.
    """

    value: float
    printed: str
    other: float | None = None
    mark: str = ""
    note: str = ""
    unit: str = ""
    of: float | None = None


@dataclass(frozen=True)
class Unread:
    """A cell that states something, but no single figure."""

    printed: str
    why: str


def is_blank(text: str) -> bool:
    """Tell whether a cell states no figure: empty, a dash, dots, x, "chưa có"."""
    bare = fold(text).strip(" '’")
    return bare in _NOTHING or re.fullmatch(r"[.…\-–—_ ]*", bare) is not None


def read_figure(text: str, number: float | None = None) -> Figure | Unread | None:
    """Return the figure a cell's text states, None for a blank, Unread for what is no single figure.

    A number the format stores as such (`number`) is taken as it is: its marks cannot be mistaken.

    >>> read_figure("Khoảng 6").value, read_figure("1 040.8").value, read_figure("52.321").other
    (6.0, 1040.8, 52.321)
    """
    printed = nfc(text)
    if number is not None:
        return Figure(number, printed)
    if is_blank(printed):
        return None
    bare = printed.lstrip("'’").strip()
    notes = []
    if mark := _MARK.search(bare):
        bare = bare[: mark.start()]
    if hedge := _HEDGE.match(fold_in_place(bare)):
        word = bare[: hedge.end()].strip()
        notes.append(f"văn bản ghi '{word}'")
        bare = bare[hedge.end() :]
    if _SPACED.fullmatch(bare):
        bare = re.sub(r"\s", "", bare)  # "7. 528": a scanner's space
    if part := _PART.fullmatch(bare):
        counted, whole = int(part[1]), int(part[2])
        if counted <= whole and not 1900 <= whole <= 2100:
            return Figure(counted, printed, note=f"trên tổng số {whole}", unit=(part[3] or "").strip(), of=whole)
    found = _FIGURE.fullmatch(bare)
    if not found:
        return Unread(printed, messages.text("reading.why.no_number"))
    rest = found["rest"]
    if _RANGE.fullmatch(bare):
        return Unread(printed, messages.text("reading.why.range"))
    value, other, mark_ = _value(found["number"])
    if value is None:
        return Unread(printed, messages.text("reading.why.marks"))
    if (
        re.match(r"[.,]?[^\W\d_]", rest)
        and units.unit(rest) is None
        and not _TIMES.match(rest)
        and not _SCALED.match(fold(rest))
    ):
        return Unread(printed, messages.text("reading.why.letters"))
    unit, why = _behind(rest, notes)
    if why:
        return Unread(printed, why)
    sign = -1 if found["sign"] in ("-", "−") else 1
    return Figure(sign * value, printed, sign * other if other is not None else None, mark_, "; ".join(notes), unit)


def _behind(rest: str, notes: list[str]) -> tuple[str, str]:
    """Return the unit behind a number, and why the whole is no figure after all; a change goes into the notes."""
    if not rest.strip():
        return "", ""
    if _CHANGE.match(rest):
        notes.append(f"văn bản ghi thêm '{rest.strip(' ;,')}'")
        return "", ""
    if re.fullmatch(r"\s*\(.*\)\s*", rest):
        notes.append(f"văn bản ghi thêm '{rest.strip()}'")
        return "", ""
    bare = rest.strip()
    if re.search(r"[0-9]", bare.replace("100 dân", "").replace("1 năm", "")):
        change = re.match(r"^(%|%?\s*[^\W\d_][^\d(]*?)\s*[(;,]?\s*((?:tăng|giảm|đạt|so với).*)$", bare, re.IGNORECASE)
        inside = re.match(r"^(%?\s*[^\W\d_]?[^\d(]*?)\s*\((.*)\)$", bare)
        match = change or inside
        if not match:
            return "", messages.text("reading.why.several")
        notes.append(f"văn bản ghi thêm '{match[2].strip(' )')}'")
        return match[1].strip(), ""
    if _TIMES.match(rest) and not bare.startswith("/"):
        return "", messages.text("reading.why.a_time")
    if len(bare) > 40:
        return "", messages.text("reading.why.a_sentence")
    return bare, ""


def _value(number: str) -> tuple[float | None, float | None, str]:
    """Return what a printed number is, what it would be were its only mark the other kind, and that mark."""
    number = re.sub(r"\s", " ", number)
    try:
        value = parse_number(number)
    except IctplanError:
        return None, None, ""
    if three := _THREE.fullmatch(number):
        plain = float(number.replace(three[1], ""))
        broken = float(number.replace(three[1], "."))
        return (plain, broken, ".") if three[1] == "." else (broken, plain, ",")
    return value, None, ""


@dataclass(frozen=True)
class Habit:
    """How a document writes numbers, counted over all its cells: for each mark, how often it must mean what."""

    dot_groups: int = 0
    dot_decimal: int = 0
    comma_groups: int = 0
    comma_decimal: int = 0

    @property
    def vietnamese(self) -> int:
        """Witnesses for `1.234,5`."""
        return self.dot_groups + self.comma_decimal

    @property
    def english(self) -> int:
        """Witnesses for `1,234.5`."""
        return self.comma_groups + self.dot_decimal


def habit(texts: Iterable[str]) -> Habit:
    """Return the habit of a document from those of its numbers that can mean only one thing."""
    count: Counter[str] = Counter()
    for text in texts:
        for number in re.findall(r"(?<![\w.,/])[0-9]+(?:[.,][0-9]+)+(?![\w.,/])", text):
            marks = re.sub(r"[0-9]", "", number)
            tail = len(number) - 1 - max(number.rfind("."), number.rfind(","))
            if len(set(marks)) == 2:
                count["dot_groups" if marks[-1] == "," else "comma_groups"] += 1
                count["comma_decimal" if marks[-1] == "," else "dot_decimal"] += 1
            elif len(marks) > 1:
                count["dot_groups" if marks[0] == "." else "comma_groups"] += 1
            elif tail != 3 or number.startswith("0"):
                count["dot_decimal" if marks == "." else "comma_decimal"] += 1
    return Habit(**count)


def counts_whole(own_unit: str, decimals: int, factor: float) -> bool:
    """Tell whether an indicator counts whole things in the printed unit, so that three places are thousands."""
    meant = units.unit(own_unit)
    return meant is not None and meant.dimension in ("count", "people per point") and decimals == 0 and factor == 1


def settle(
    figure: Figure, *, whole: bool, percent: bool, habit: Habit, neighbours: Sequence[float]
) -> tuple[float, str]:
    """Return what `1.234` means, and why nobody can be sure.

    It is settled by its unit, its row's other figures, the document's habit, in this order.

    `neighbours` are figures of the same row that can mean only one thing.
    """
    if figure.other is None:
        return figure.value, ""
    grouped, decimal = (figure.value, figure.other) if figure.mark == "." else (figure.other, figure.value)
    if whole:
        return grouped, ""
    told = [w for w in (_nearer(grouped, decimal, value) for value in neighbours) if w is not None]
    if told and all(w == told[0] for w in told):
        return (grouped if told[0] else decimal), ""
    if percent and grouped > 100 >= decimal:
        return decimal, ""
    groups, decimals = (habit.vietnamese, habit.english) if figure.mark == "." else (habit.english, habit.vietnamese)
    if groups > 3 * decimals:
        return grouped, ""
    if decimals > 3 * groups:
        return decimal, ""
    # Vietnamese usage, where the document itself says nothing: the dot groups, the comma is decimal.
    if figure.mark == "." and not decimals:
        return figure.value, ""
    said = messages.text(
        "reading.two_readings", printed=figure.printed, chosen=f"{figure.value:g}", other=f"{figure.other:g}"
    )
    return figure.value, said


def _nearer(grouped: float, decimal: float, value: float) -> bool | None:
    """Tell whether a witness lies by the grouped reading (True), by the decimal one (False), or by neither."""
    if not value or not grouped or not decimal:
        return None
    far_grouped, far_decimal = (abs(math.log10(abs(reading / value))) for reading in (grouped, decimal))
    if far_grouped <= NEAR:
        return True
    if far_decimal <= NEAR:
        return False
    return None


def leap(values: Sequence[float]) -> bool:
    """Tell whether a row's figures, each by the next, lie so far apart that one of them has lost or won thousands."""
    sizes = [math.log10(abs(value)) for value in values if value]
    return any(abs(after - before) > FAR for before, after in pairwise(sizes))
