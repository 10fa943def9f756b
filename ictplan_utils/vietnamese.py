"""Read and write Vietnamese numbers and text: `1.234,5`, blanks, hedges, NFC, tone marks."""

from __future__ import annotations

import math
import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import format_decimal

from ictplan_utils.errors import IctplanError

MISSING = "–"
"""What a reader sees where there is no figure: never 0, never an empty place that looks forgotten."""

BLANKS = {"", "-", "–", "—", "…", "...", "..", "x", "X", "/", ":", "n/a", "N/A"}
"""What documents print where they state no figure."""

_NUMBER = re.compile(r"-?\d[\d.,]*")
_GROUPED = {mark: re.compile(rf"-?\d{{1,3}}(\{mark}\d{{3}})+") for mark in ".,"}


def nfc(text: str) -> str:
    """Return `text` in Unicode's composed form, every kind of space one plain space, the ends trimmed."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()


def fold(text: str) -> str:
    """Return `text` without tone marks, in lower case, for comparing spellings.

    >>> fold("Văn Hoá xã"), fold("văn hóa xã"), fold("Đài")
    ('van hoa xa', 'van hoa xa', 'dai')
    """
    decomposed = unicodedata.normalize("NFD", nfc(text).lower().replace("đ", "d"))
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark))


def parse_number(text: str) -> float | None:
    """Return the number a Vietnamese document prints, None for a blank.

    The comma is decimal and the dot groups thousands; a dot is decimal only where it cannot group
    (`97.7`). Raises IctplanError for what is no number.

    >>> parse_number("52.321"), parse_number("112,5"), parse_number("97.7"), parse_number("3285"), parse_number("-")
    (52321.0, 112.5, 97.7, 3285.0, None)
    """
    bare = re.sub(r"\s", "", text)
    if bare in BLANKS:
        return None
    bare = bare.removesuffix("%")
    if not _NUMBER.fullmatch(bare):
        raise IctplanError(f"{text!r} is not a number; write it as 1.234,5 or leave it blank")
    return float(_plain(bare))


def _plain(number: str) -> str:
    """Return the printed `number` with a decimal point and no thousands marks."""
    dot, comma = "." in number, "," in number
    if dot and comma:
        decimal = max(".,", key=number.rfind)
        grouping = "." if decimal == "," else ","
        return number.replace(grouping, "").replace(decimal, ".")
    if dot:
        return number.replace(".", "") if _GROUPED["."].fullmatch(number) else number
    return number.replace(",", "") if number.count(",") > 1 else number.replace(",", ".")


def round_half_up(value: float, decimals: int) -> float:
    """Round as people are taught to (112,25 → 112,3), where Python would round to even."""
    return float(Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP))


def format_number(value: float | None, decimals: int | None = None, *, sign: bool = False, lang: str = "vi") -> str:
    """Return `value` as people of `lang` write it; a missing one as a dash.

    `decimals` None keeps what the figure has, up to two places. `sign` puts + before a rise.

    >>> format_number(52321), format_number(112.5), format_number(None), format_number(1.0, 1, sign=True)
    ('52.321', '112,5', '–', '+1')
    >>> format_number(1234.56, 1, lang="en")
    '1,234.6'
    """
    if value is None or not math.isfinite(value):
        return MISSING
    rounded = round_half_up(value, 2 if decimals is None else decimals)
    # Decimal of the shortest representation, so that 0.1 + 0.2 does not print its dust.
    printed = format_decimal(Decimal(repr(rounded)), format="#,##0.##########", locale=lang)
    return f"+{printed}" if sign and rounded > 0 else printed


def format_with_unit(value: float | None, unit: str, decimals: int | None = None, *, lang: str = "vi") -> str:
    """Return a number and its unit as one phrase: `52.321 triệu đồng`, `100 %`, `–`.

    >>> print(format_with_unit(52321, "Triệu đồng"))
    52.321\N{NO-BREAK SPACE}triệu đồng
    """
    number = format_number(value, decimals, lang=lang)
    if number == MISSING or not unit:
        return number
    # A no-break space: a number never parts from its unit at a line's end.
    return f"{number}\u00a0{unit_in_sentence(unit)}"


def unit_in_sentence(unit: str) -> str:
    """Return the unit as it stands inside a sentence: `Triệu đồng` → `triệu đồng`, but `GB`, `%` as they are."""
    return unit if unit.isupper() else unit[:1].lower() + unit[1:]
