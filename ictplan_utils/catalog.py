"""The indicators and the areas: names, units, kind, bounds, formulas, hierarchy; the only place that knows them."""

from __future__ import annotations

import ast
import csv
import functools
import io
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
        return self.name_vi if lang == "vi" else self.name_en

    def short(self, lang: str = "vi") -> str:
        """Return the name that fits a chart or a sentence."""
        return self.short_vi if lang == "vi" else self.short_en

    def unit(self, lang: str = "vi") -> str:
        """Return the unit as it stands behind a number in a sentence (`triệu đồng`, `%`)."""
        return unit_in_sentence(self.unit_vi if lang == "vi" else self.unit_en)

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
        return f"{self.unit_vi} {self.name}" if lang == "vi" else f"{self.name_en} {self.level}"


def data_path(data_dir: str | Path = "data") -> Path:
    """Return the data folder: as named, else found from here upwards, else the one beside this package.

    So notebooks run the same from the repo root and from notebooks/. Raises IctplanError when there is none.
    """
    named = Path(data_dir).expanduser()
    places = [named]
    if not named.is_absolute():
        places += [parent / named for parent in Path.cwd().parents]
        if str(data_dir) == "data":
            places.append(Path(__file__).resolve().parent.parent / "data")
    for place in places:
        if (place / "indicators.csv").is_file():
            return place
    shown = one_line(data_dir, 200)
    raise IctplanError(f"{shown}: no data folder here (it must hold indicators.csv); name it with --data DIR")


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
    return (
        pd.DataFrame(read_rows(path, SECTION_COLUMNS), columns=["row", *SECTION_COLUMNS])
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
    found: dict[str, Indicator] = {}
    for row, *cells in read_rows(Path(path), INDICATOR_COLUMNS):
        record = dict(zip(INDICATOR_COLUMNS, cells, strict=True))
        where = f"{path} row {row}"
        for column, allowed in (("kind", KINDS), ("direction", DIRECTIONS), ("aggregation", AGGREGATIONS),
                                ("sector", tuple(SECTORS))):  # fmt: skip
            if record[column] not in allowed:
                raise IctplanError(f"{where}: {column} '{record[column]}' is none of {', '.join(allowed)}")
        if record["indicator"] in found:
            raise IctplanError(f"{where}: indicator '{record['indicator']}' stands twice; remove one row")
        for column in ("minimum", "maximum", "decimals"):
            try:
                record[column] = float(record[column]) if record[column] else None
            except ValueError:
                raise IctplanError(f"{where}: {column} '{record[column]}' is no number; write 100 or 0.5") from None
        record["decimals"] = int(record["decimals"] or 0)
        found[record["indicator"]] = Indicator(**record)
    for entry in found.values():
        _check_references(path, entry, found)
    return MappingProxyType(found)


def _check_references(path: str, entry: Indicator, known: dict[str, Indicator]) -> None:
    try:
        terms = formula_terms(entry.formula)[1] if entry.formula else ()
    except SyntaxError:
        raise IctplanError(
            f"{path}: the formula of '{entry.indicator}' cannot be read; write a + b or a / b * 100"
        ) from None
    for name in (*terms, *filter(None, [entry.weight])):
        if name not in known:
            raise IctplanError(f"{path}: '{entry.indicator}' refers to '{name}', which is no indicator of this file")


@functools.lru_cache(maxsize=8)
def _indicator_frame(path: str, mtime: int, size: int) -> pd.DataFrame:
    objects = _indicator_objects(path, mtime, size)
    rows = [tuple(vars(entry).values()) for entry in objects.values()]
    frame = pd.DataFrame(rows, columns=list(INDICATOR_COLUMNS)).set_index("indicator")
    return frame.astype({"minimum": float, "maximum": float})


@functools.lru_cache(maxsize=8)
def _area_frame(path: str, mtime: int, size: int) -> pd.DataFrame:
    rows = read_rows(Path(path), AREA_COLUMNS)
    frame = pd.DataFrame(rows, columns=["row", *AREA_COLUMNS])
    known = set(frame["area"])
    for record in frame.itertuples():
        where = f"{path} row {record.row}"
        if record.level not in LEVELS:
            raise IctplanError(f"{where}: level '{record.level}' is none of {', '.join(LEVELS)}")
        for name in filter(None, [record.parent, *record.successor.split(";")]):
            if name not in known:
                raise IctplanError(f"{where}: '{record.area}' refers to '{name}', which is no area of this file")
    if frame["area"].duplicated().any():
        again = frame[frame["area"].duplicated()].iloc[0]
        raise IctplanError(f"{path} row {again['row']}: area '{again['area']}' stands twice; remove one row")
    return frame.drop(columns="row").set_index("area")
