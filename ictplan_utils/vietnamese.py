"""Read and write Vietnamese numbers and text: `1.234,5`, blanks, hedges, NFC, tone marks."""

from __future__ import annotations

import functools
import math
import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import format_decimal

from ictplan_utils.messages import error

MISSING = "–"
"""What a reader sees where there is no figure: never 0, never an empty place that looks forgotten."""

BLANKS = {"", "-", "–", "—", "…", "...", "..", "x", "X", "/", ":", "n/a", "N/A"}
"""What documents print where they state no figure."""

_SPACES = r"\s\u00a0\u2000-\u200b\u202f\u205f\u3000\ufeff"
_WIDE = {ord(wide): ascii_ for wide, ascii_ in zip("０１２３４５６７８９．，％－＋", "0123456789.,%-+", strict=True)}
_GROUPED = {mark: rf"[1-9][0-9]{{0,2}}(?:\{mark}[0-9]{{3}})+" for mark in ".,"}
_GROUPED[" "] = rf"[1-9][0-9]{{0,2}}(?:[{_SPACES}][0-9]{{3}})+"
_SPACED = re.compile(rf"({_GROUPED[' ']})([.,][0-9]+)?")
_BOTH = re.compile(rf"({_GROUPED['.']}),[0-9]+|({_GROUPED[',']})\.[0-9]+")
_PLAIN = re.compile(r"[0-9]+([.,][0-9]+)?")

_IRREGULAR = {"people": "person", "companies": "company", "communes and townships": "commune or township"}
"""English units whose singular is more than an s less."""

CAPITALS = "A-Z" + "".join(filter(str.isupper, map(chr, (*range(0xC0, 0x1B1), *range(0x1EA0, 0x1EFA)))))
"""For a regular expression's class: every capital letter; from À to Ỹ small ones lie, too."""

MARKS = {"vi": str.maketrans(",.", ".,"), "en": {}}
"""What English groups and decimal marks become in a language."""


def nfc(text: str) -> str:
    """Return `text` in Unicode's composed form, every kind of space one plain space, the ends trimmed."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()


def capitalised(words: str) -> str:
    """Return words as a sentence or a heading begins with them: only the first letter changes."""
    return words[:1].upper() + words[1:]


@functools.lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Return `text` without tone marks, in lower case, for comparing spellings.

    >>> fold("Văn Hoá xã"), fold("văn hóa xã"), fold("Đài")
    ('van hoa xa', 'van hoa xa', 'dai')
    """
    decomposed = unicodedata.normalize("NFD", nfc(text).lower().replace("đ", "d"))
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark))


def slug(words: str) -> str:
    """Return words as a name for addresses and files.

    >>> slug("Trạm BTS (3G/4G)")
    'tram-bts-3g-4g'
    """
    return "-".join(re.findall("[a-z0-9]+", fold(words)))


def fold_in_place(text: str) -> str:
    """Fold composed text letter for letter, so that a place in the result is the same place in the text.

    >>> fold_in_place("Số điểm\u00a0phục vụ")
    'so diem phuc vu'
    """
    return "".join(map(_fold_letter, text))


@functools.lru_cache(maxsize=8192)
def _fold_letter(letter: str) -> str:
    folded = fold(letter) if letter.strip() else " "
    return folded if len(folded) == 1 else letter


def parse_number(text: str) -> float | None:
    """Return the number a Vietnamese document prints, None for a blank.

    The comma is decimal and the dot groups thousands; a dot is decimal only where it cannot group
    (`97.7`). Raises IctplanError for what is no number, and for marks that make no sense (`1.2.3`, `12 34`).

    >>> parse_number("52.321"), parse_number("112,5"), parse_number("97.7"), parse_number("3285"), parse_number("-")
    (52321.0, 112.5, 97.7, 3285.0, None)
    >>> parse_number("1 614,0"), parse_number("1,234.5"), parse_number("100 %"), parse_number("−5")
    (1614.0, 1234.5, 100.0, -5.0)
    """
    bare = re.sub(rf"[{_SPACES}]+", " ", text.translate(_WIDE)).strip()
    if bare.replace(" ", "") in BLANKS:
        return None
    bare = bare.removesuffix("%").rstrip()
    sign = -1.0 if bare[:1] in ("-", "−") else 1.0
    if bare[:1] in ("-", "−", "+"):
        bare = bare[1:].lstrip()
    plain = _plain(bare)
    value = float(plain) if plain else math.inf
    if not math.isfinite(value):
        raise error("formats.no_number", text=_shown(text))
    return sign * value if value else value


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:60]}…")


def _plain(number: str) -> str:
    """Return the printed `number` with a decimal point and no thousands marks; "" where it is none."""
    if spaced := _SPACED.fullmatch(number):
        return re.sub(rf"[{_SPACES}]", "", spaced[1]) + (spaced[2] or "").replace(",", ".")
    if _BOTH.fullmatch(number):
        decimal = max(".,", key=number.rfind)
        grouping = "." if decimal == "," else ","
        return number.replace(grouping, "").replace(decimal, ".")
    if re.fullmatch(_GROUPED["."], number) or (number.count(",") > 1 and re.fullmatch(_GROUPED[","], number)):
        return number.replace(".", "").replace(",", "")
    return number.replace(",", ".") if _PLAIN.fullmatch(number) and not _odd(number) else ""


def _odd(number: str) -> bool:
    """Tell whether a leading zero makes the marks senseless: `03.500` is neither 3,5 nor 3500."""
    return re.fullmatch(r"0[0-9]+\.[0-9]{3}", number) is not None


NO_DECIMALS_FROM = 1e15
"""From here on a float has no decimals that could be rounded."""


def round_half_up(value: float, decimals: int) -> float:
    """Round as people are taught to (112,25 → 112,3), where Python would round to even."""
    if abs(value) >= NO_DECIMALS_FROM:
        return float(value)
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
    rounded = round_half_up(value, 2 if decimals is None else decimals) + 0.0  # -0.3 of a station is 0, not -0
    # Decimal of the shortest representation, so that 0.1 + 0.2 does not print its dust.
    exact = Decimal(repr(rounded))
    if lang in MARKS:
        # As babel would, in a twentieth of its time: a page holds a thousand numbers, a nation millions.
        printed = f"{exact:,f}"
        printed = (printed.rstrip("0").rstrip(".") if "." in printed else printed).translate(MARKS[lang])
    else:
        printed = format_decimal(exact, format="#,##0.##########", locale=lang)
    printed = printed.replace("-", "−")
    return f"+{printed}" if sign and rounded > 0 else printed


def format_with_unit(value: float | None, unit: str, decimals: int | None = None, *, lang: str = "vi") -> str:
    """Return a number and its unit as one phrase: `52.321 triệu đồng`, `100%`, `–`.

    >>> print(format_with_unit(52321, "Triệu đồng"))
    52.321\N{NO-BREAK SPACE}triệu đồng
    """
    number = format_number(value, decimals, lang=lang)
    if number == MISSING or not unit:
        return number
    return with_unit(number, unit_in_sentence(unit), lang)


def span(low: str, high: str) -> str:
    """Return two figures as they are written with what lies between, `21–25`; where they are one, that one.

    >>> span("21", "25"), span("21", "21")
    ('21–25', '21')
    """
    return low if low == high else f"{low}–{high}"


def with_unit(number: str, unit: str, lang: str = "vi") -> str:
    """Return a written number with its unit, the two never parted at a line's end; `80,1%` closed up; `1 site`.

    >>> with_unit("1", "people per point", "en"), with_unit("80,1", "%"), with_unit("2", "sites", "en")
    ('1\\xa0person per point', '80,1%', '2\\xa0sites')
    """
    if unit == "%":
        return f"{number}%"
    of_one = _UNIT_OF_ONE.get(lang)
    return f"{number}\u00a0{of_one(unit) if of_one and number == '1' else unit}"


def closed_up(text: str) -> str:
    """Return a quoted text with its per cent signs closed up, as administration prints them: `98,4 %` → `98,4%`."""
    return re.sub(rf"(?<=[0-9])[{_SPACES}]+%", "%", text)


def _english_unit_of_one(unit: str) -> str:
    """Return an English unit of one: `post office`, `subscriber per 100 people`, `company`."""
    counted = re.split(r" (?:per|a) ", unit)[0]
    if counted in _IRREGULAR:
        return _IRREGULAR[counted] + unit.removeprefix(counted)
    return re.sub(r"s$", "", counted) + unit.removeprefix(counted)


_UNIT_OF_ONE = {"en": _english_unit_of_one}
"""Languages whose unit of one differs from that of many."""


def unit_in_sentence(unit: str) -> str:
    """Return the unit as it stands inside a sentence: `Triệu đồng` → `triệu đồng`, but `GB`, `%` as they are."""
    return unit if unit.isupper() else unit[:1].lower() + unit[1:]
