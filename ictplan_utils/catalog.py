"""The indicators and the areas: names, units, kind, bounds, formulas, hierarchy; the only place that knows them."""

from __future__ import annotations

import ast
import csv
import datetime
import functools
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from ictplan_utils.errors import IctplanError, closest, one_line
from ictplan_utils.vietnamese import unit_in_sentence

KINDS = ("flow", "stock", "share", "rate")
"""flow accumulates through the year; stock is a count at a date; share is 0–100 %; rate is a quotient."""

DIRECTIONS = ("higher", "lower", "none")
AGGREGATIONS = ("sum", "mean", "none")
LEVELS = ("nation", "province", "district", "commune")
LANGS = ("vi", "en")

MAX_FILE_BYTES = 50_000_000
"""No table a person can review comes near; a larger file is a mistake or an attack."""

SLUG = re.compile(r"[a-z0-9]+([_-][a-z0-9]+)*")
"""What indicators and areas are called: it names folders, files and parameters, and needs no quotation marks."""

FORMULA = re.compile(rf"{SLUG.pattern}( \+ {SLUG.pattern})+|{SLUG.pattern} / {SLUG.pattern}( \* [0-9]{{1,6}})?")

SECTORS = MappingProxyType(
    {
        "post": ("Bưu chính", "Post"),
        "telecom": ("Viễn thông", "Telecommunications"),
        "internet": ("Internet", "Internet"),
        "press": ("Báo chí, xuất bản", "Press and publishing"),
        "broadcasting": ("Phát thanh, truyền hình", "Broadcasting"),
        "it": ("Công nghệ thông tin", "Information technology"),
        "population": ("Dân số, đơn vị hành chính", "Population and administrative units"),
    }
)
"""Sector → its Vietnamese and English name, in the order reports show them."""


@dataclass(frozen=True)
class Indicator:
    """One row of indicators.csv; see data/README.md for what each column means."""

    indicator: str
    form_number: str
    section: str
    sector: str
    name_vi: str
    name_en: str
    short_vi: str
    short_en: str
    counted_vi: str
    unit_vi: str
    unit_en: str
    kind: str
    minimum: float | None
    maximum: float | None
    decimals: int
    direction: str
    aggregation: str
    weight: str
    formula: str
    itu_code: str
    variants: str

    def name(self, lang: str = "vi") -> str:
        """Return the official name."""
        return getattr(self, f"name_{lang}")

    def short(self, lang: str = "vi") -> str:
        """Return the name that fits a chart or a sentence."""
        return getattr(self, f"short_{lang}")

    def counted(self, lang: str = "vi") -> str:
        """Return what is counted, behind a number in a sentence: `trạm BTS`."""
        return {"vi": self.counted_vi}.get(lang) or self.short(lang)

    def unit(self, lang: str = "vi") -> str:
        """Return the unit as it stands behind a number in a sentence (`triệu đồng`, `%`)."""
        return unit_in_sentence(getattr(self, f"unit_{lang}"))

    @property
    def bounds(self) -> tuple[float | None, float | None]:
        """The smallest and the largest value the indicator can have; None where there is no limit."""
        return self.minimum, self.maximum


@dataclass(frozen=True)
class Area:
    """One row of areas.csv: an administrative unit with its official code, its place and its time."""

    area: str
    code: str
    name: str
    name_en: str
    unit_vi: str
    level: str
    parent: str
    valid_from: str
    valid_to: str
    successor: str

    def title(self, lang: str = "vi") -> str:
        """Return the unit with its rank: `huyện Tuần Giáo`, `Tuan Giao district`."""
        return {"vi": f"{self.unit_vi} {self.name}"}.get(lang) or f"{self.name_en} {self.level}"

    def unit(self, lang: str = "vi") -> str:
        """Return what kind of unit it is: `huyện`, `district`."""
        return {"vi": self.unit_vi}.get(lang) or self.level


def data_path(data_dir: str | Path = "data") -> Path:
    """Return the data folder: as named, else found from here upwards, else the one beside this package.

    So notebooks run the same from the repo root and from notebooks/. Raises IctplanError when there is none.
    """
    for place in _places(Path(data_dir).expanduser()):
        if (place / "indicators.csv").is_file():
            return place
    shown = one_line(data_dir, 200)
    raise IctplanError(f"{shown}: no data folder here (it must hold indicators.csv); name it with --data DIR")


def _places(named: Path) -> Iterator[Path]:
    yield named
    if not named.is_absolute():
        yield from (parent / named for parent in Path.cwd().parents)
        if str(named) == "data":
            yield Path(__file__).resolve().parent.parent / "data"


def indicators(data_dir: str | Path = "data") -> pd.DataFrame:
    """Return indicators.csv, one row an indicator, keyed by `indicator`, in the form's order.

    Raises IctplanError naming file, row and next step where the file is not what data/README.md says.
    """
    return _indicator_frame(*_signature(data_path(data_dir) / "indicators.csv")).copy()


def areas(data_dir: str | Path = "data") -> pd.DataFrame:
    """Return areas.csv, one row an administrative unit, keyed by `area`; codes are text."""
    return _area_frame(*_signature(data_path(data_dir) / "areas.csv")).copy()


def sections(data_dir: str | Path = "data") -> pd.DataFrame:
    """Return sections.csv: the headings of the reporting form, keyed by `section`, in the form's order."""
    path = data_path(data_dir) / "sections.csv"
    rows = read_rows(path, SECTION_COLUMNS)
    check_cells(path, SECTION_COLUMNS, rows, SECTION_CELLS, ("section",))
    parents = known_in(["", *(row[1] for row in rows)], "this file")
    check_cells(path, SECTION_COLUMNS, rows, {"parent": parents})
    return (
        pd.DataFrame(rows, columns=["row", *SECTION_COLUMNS])
        .drop(columns="row")
        .astype({"level": int})
        .set_index("section")
    )


def indicator(slug: str, data_dir: str | Path = "data") -> Indicator:
    """Return one indicator. Raises IctplanError with the closest match for an unknown name.

    >>> indicator("bts_stations").unit()
    'vị trí trạm'
    """
    known = _indicator_objects(*_signature(data_path(data_dir) / "indicators.csv"))
    if slug not in known:
        raise IctplanError(unknown("chỉ tiêu", "indicator", slug, known))
    return known[slug]


def form(data_dir: str | Path = "data") -> dict[str, Indicator]:
    """Return the indicators of the reporting form, keyed by slug, in the form's order."""
    known = _indicator_objects(*_signature(data_path(data_dir) / "indicators.csv"))
    return {slug: entry for slug, entry in known.items() if entry.form_number}


def area(slug: str, data_dir: str | Path = "data") -> Area:
    """Return one area. Raises IctplanError with the closest match for an unknown name."""
    frame = _area_frame(*_signature(data_path(data_dir) / "areas.csv"))
    if slug not in frame.index:
        raise IctplanError(unknown("địa bàn", "area", slug, frame.index))
    return Area(slug, **frame.loc[slug].to_dict())


def descendants(slug: str, data_dir: str | Path = "data") -> list[str]:
    """Return every area below `slug` at any depth, in the file's order, without itself."""
    frame = _area_frame(*_signature(data_path(data_dir) / "areas.csv"))
    below, found = {slug}, []
    while True:
        more = [name for name, parent in frame["parent"].items() if parent in below and name not in found]
        if not more:
            return [name for name in frame.index if name in set(found)]
        found += more
        below = set(more)


def formula_terms(formula: str) -> tuple[str, tuple[str, ...]]:
    """Return a formula's kind (`sum` or `quotient`) and the indicators it is made of, in order.

    `a + b` is a sum; `a / b` and `a / b * 100` are quotients.

    >>> formula_terms("mobile_subscribers + fixed_subscribers")
    ('sum', ('mobile_subscribers', 'fixed_subscribers'))
    >>> formula_terms("commune_post_points / communes * 100")
    ('quotient', ('commune_post_points', 'communes'))
    """
    tree = ast.parse(formula, mode="eval")
    names = tuple(sorted((n for n in ast.walk(tree) if isinstance(n, ast.Name)), key=lambda n: n.col_offset))
    kind = "quotient" if any(isinstance(n, ast.Div) for n in ast.walk(tree)) else "sum"
    return kind, tuple(n.id for n in names)


def unknown(noun_vi: str, noun_en: str, name: str, known) -> str:
    """Return the sentence for a name that is not known: both languages, closest match, where to look."""
    near = closest(name, known)
    hint = f"; có phải '{near}'?" if near else "; xem `ictplan list`"
    return f"không có {noun_vi} '{name}'{hint} (no {noun_en} of this name)"


INDICATOR_COLUMNS = tuple(Indicator.__dataclass_fields__)
AREA_COLUMNS = tuple(Area.__dataclass_fields__)
SECTION_COLUMNS = ("section", "parent", "printed_number", "level", "name_vi", "name_en")


def read_rows(path: Path, columns: tuple[str, ...]) -> list[tuple]:
    """Return a CSV's rows as text, each led by its row number in the file (the header is row 1).

    Raises IctplanError naming file, row and next step: missing, too large, not UTF-8, not comma-separated,
    other columns, a row of another length.
    """
    if not path.is_file():
        raise IctplanError(f"{path}: there is no such file; restore it from git or write it as data/README.md says")
    if path.stat().st_size > MAX_FILE_BYTES:
        raise IctplanError(f"{path}: larger than {MAX_FILE_BYTES // 1_000_000} MB; this is no indicator table")
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = raw[: error.start].count(b"\n") + 1
        raise IctplanError(f"{path} row {row}: not UTF-8 text; save the file again as CSV UTF-8") from None
    if "\0" in text:
        row = text[: text.index("\0")].count("\n") + 1
        raise IctplanError(f"{path} row {row}: holds a NUL byte; save the file again as CSV UTF-8")
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise IctplanError(f"{path}: not a readable CSV ({error}); check its quotation marks") from None
    _check_header(path, lines[0] if lines else [], columns)
    rows = [(number, *line) for number, line in enumerate(lines[1:], start=2) if line]
    for number, *line in rows:
        if len(line) != len(columns):
            raise IctplanError(
                f"{path} row {number}: {len(line)} cells where the header has {len(columns)}; "
                "put quotation marks around a text that holds a comma"
            )
    return rows


Cells = Mapping[str, tuple[Callable[[str], object], str]]
"""Column → the test that its cells pass, and what to write where one does not."""


def check_cells(path: Path, columns: tuple[str, ...], rows: Iterable[tuple], cells: Cells, key: tuple = ()) -> None:
    """Raise IctplanError naming file, row and what to write: a cell that fails its test, a key that stands twice."""
    met = set()
    for row, *values in rows:
        record = dict(zip(columns, values, strict=True))
        for column, (passes, sentence) in cells.items():
            if not passes(record[column]):
                raise IctplanError(f"{path} row {row}: {column} '{one_line(record[column])}' is {sentence}")
        this = tuple(record[column] for column in key)
        if key and this in met:
            raise IctplanError(f"{path} row {row}: {key[0]} '{one_line(' '.join(this))}' stands twice; remove one row")
        met.add(this)


def one_of(allowed: Iterable[str]) -> tuple[Callable[[str], object], str]:
    """Return the test of a cell that holds one of a few words."""
    allowed = tuple(allowed)
    return allowed.__contains__, f"none of {', '.join(allowed)}"


def known_in(allowed: Iterable[str], file: str) -> tuple[Callable[[str], object], str]:
    """Return the test of a cell that names a row of another table."""
    return frozenset(allowed).__contains__, f"not in {file}; correct it or add it there"


def is_date(text: str) -> bool:
    """Tell whether `text` is a day written YYYY-MM-DD."""
    try:
        return len(text) == 10 and datetime.date.fromisoformat(text) is not None
    except ValueError:
        return False


def is_name(text: str) -> bool:
    """Tell whether `text` is something a page can call a thing by: on one line, not a page of it."""
    # A mark of writing from right to left (Cf) is text that pages show as such; a line's end or a control is none.
    broken = any(unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") for letter in text)
    return bool(text.strip()) and len(text) <= LONGEST_NAME and not broken


LONGEST_NAME = 300
_NAME = (is_name, f"no name; write it on one line of at most {LONGEST_NAME} letters")
_SLUG = (SLUG.fullmatch, "no slug; write small letters, digits, - and _")
_DAY = (lambda cell: not cell or is_date(cell), "no day; write YYYY-MM-DD, or leave it empty")
_NUMBER = (re.compile(r"(-?[0-9]{1,15}(\.[0-9]{1,15})?)?").fullmatch, "no number; write 100 or 0.5, or leave it empty")

INDICATOR_CELLS: Cells = {
    "indicator": _SLUG, **dict.fromkeys(("name_vi", "name_en", "short_vi", "short_en", "unit_vi", "unit_en"), _NAME),
    "kind": one_of(KINDS), "direction": one_of(DIRECTIONS), "aggregation": one_of(AGGREGATIONS),
    "sector": one_of(SECTORS), "minimum": _NUMBER, "maximum": _NUMBER,
    "decimals": (re.compile(r"[0-9]?").fullmatch, "no number of decimals; write 0, 1 or 2"),
    "formula": (lambda cell: not cell or FORMULA.fullmatch(cell),
                "a formula that cannot be read; write a + b, a / b or a / b * 100"),
}  # fmt: skip
AREA_CELLS: Cells = {
    "area": _SLUG, "name": _NAME, "name_en": _NAME, "unit_vi": _NAME, "level": one_of(LEVELS),
    "code": (re.compile(r"[0-9A-Z]{1,12}").fullmatch, "no official code"), "valid_from": _DAY, "valid_to": _DAY,
}  # fmt: skip
SECTION_CELLS: Cells = {
    "section": (re.compile(r"[A-Z0-9]+(\.[A-Z0-9]+)*").fullmatch, "no section; write it like A.II.1"),
    "level": one_of("123456789"), "name_vi": _NAME, "name_en": _NAME,
}  # fmt: skip


def _check_header(path: Path, header: list[str], columns: tuple[str, ...]) -> None:
    if tuple(header) == tuple(columns):
        return
    if len(header) == 1 and ";" in header[0]:
        raise IctplanError(f"{path} row 1: semicolons between the cells; save the file again with commas")
    shown = one_line(",".join(header), 200)
    raise IctplanError(f"{path} row 1: the columns are '{shown}'; they must be '{','.join(columns)}'")


def _signature(path: Path) -> tuple[str, int, int]:
    """Return what tells one version of a file from another, for caching what was read from it."""
    if not path.is_file():
        return str(path), 0, 0
    stat = path.stat()
    return str(path), stat.st_mtime_ns, stat.st_size


@functools.lru_cache(maxsize=8)
def _indicator_objects(path: str, mtime: int, size: int) -> MappingProxyType[str, Indicator]:
    rows = read_rows(Path(path), INDICATOR_COLUMNS)
    check_cells(Path(path), INDICATOR_COLUMNS, rows, INDICATOR_CELLS, ("indicator",))
    found: dict[str, Indicator] = {}
    for _, *cells in rows:
        record = dict(zip(INDICATOR_COLUMNS, cells, strict=True))
        for column in ("minimum", "maximum", "decimals"):
            record[column] = float(record[column]) if record[column] else None
        record["decimals"] = int(record["decimals"] or 0)
        found[record["indicator"]] = Indicator(**record)
    for entry in found.values():
        _check_references(path, entry, found)
    return MappingProxyType(found)


def _check_references(path: str, entry: Indicator, known: dict[str, Indicator]) -> None:
    terms = formula_terms(entry.formula)[1] if entry.formula else ()
    if entry.minimum is not None and entry.maximum is not None and entry.minimum > entry.maximum:
        raise IctplanError(f"{path}: the minimum of '{entry.indicator}' is above its maximum; correct one of them")
    for name in (*terms, *filter(None, [entry.weight])):
        if name not in known:
            raise IctplanError(
                f"{path}: '{entry.indicator}' refers to '{one_line(name)}', which is no indicator of this file"
            )


@functools.lru_cache(maxsize=8)
def _indicator_frame(path: str, mtime: int, size: int) -> pd.DataFrame:
    objects = _indicator_objects(path, mtime, size)
    rows = [tuple(vars(entry).values()) for entry in objects.values()]
    frame = pd.DataFrame(rows, columns=list(INDICATOR_COLUMNS)).set_index("indicator")
    return frame.astype({"minimum": float, "maximum": float})


@functools.lru_cache(maxsize=8)
def _area_frame(path: str, mtime: int, size: int) -> pd.DataFrame:
    rows = read_rows(Path(path), AREA_COLUMNS)
    check_cells(Path(path), AREA_COLUMNS, rows, AREA_CELLS, ("area",))
    frame = pd.DataFrame(rows, columns=["row", *AREA_COLUMNS])
    parents = dict(zip(frame["area"], frame["parent"], strict=True))
    for record in frame.itertuples():
        where = f"{path} row {record.row}: '{record.area}'"
        for name in filter(None, [record.parent, *record.successor.split(";")]):
            if name not in parents:
                raise IctplanError(f"{where} refers to '{one_line(name)}', which is no area of this file")
        above, name = {record.area}, record.parent
        while name and name not in above:
            above.add(name)
            name = parents[name]
        if name:
            raise IctplanError(f"{where} lies in itself; correct its parent, or that of '{name}'")
        if record.valid_to and record.valid_from > record.valid_to:
            raise IctplanError(f"{where} ends before it begins; correct valid_from or valid_to")
    return frame.drop(columns="row").set_index("area")
