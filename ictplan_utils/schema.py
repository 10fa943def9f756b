"""What a CSV table may hold, said once: its columns, the test of each cell, its key; and reading by it, many files
at once.

Every different cell of a column is tested once, so a nation's 6,000 files take seconds. Errors name file, row and what
to write.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from ictplan_utils.errors import IctplanError, one_line
from ictplan_utils.messages import error, text

MAX_FILE_BYTES = 50_000_000
"""No table a person can review comes near; a larger file is a mistake or an attack."""
LONGEST_NAME = 300
_MARK = "\x01"
"""A first row of cells that no number looks like: the parser would make numbers of a column that is all digits."""
_QUOTED = re.compile(rb'"[^"\n]*"')


@dataclass(frozen=True)
class Rule:
    """What the cells of a column must be: a test, and the key and values of the message where one fails it."""

    passes: Callable[[str], object]
    message: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Schema:
    """A table's columns in the file's order, the rules of its cells, and the columns that name a row."""

    columns: tuple[str, ...]
    rules: Mapping[str, Rule]
    key: tuple[str, ...] = ()


def one_of(allowed: Iterable[str]) -> Rule:
    """Return the rule of a column that holds one of a few words."""
    allowed = tuple(allowed)
    return Rule(allowed.__contains__, "schema.one_of", {"allowed": ", ".join(allowed)})


def known_in(allowed: Iterable[str], file: str) -> Rule:
    """Return the rule of a column that names rows of another table."""
    return Rule(frozenset(allowed).__contains__, "schema.unknown", {"file": file})


def is_date(cell: str) -> bool:
    """Tell whether `cell` is a day written YYYY-MM-DD."""
    try:
        return len(cell) == 10 and datetime.date.fromisoformat(cell) is not None
    except ValueError:
        return False


def is_name(cell: str) -> bool:
    """Tell whether `cell` is something a page can call a thing by: on one line, not a page of it."""
    return bool(cell.strip()) and len(cell) <= LONGEST_NAME and _BROKEN.search(cell) is None


_BROKEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""Line ends and controls; a mark of writing from right to left is none: pages show text as such."""
_COMPUTED = re.compile(r"\s*(?:[=@]|[-+].*[(|!])", re.DOTALL)
"""A text that Excel would compute, or ask another program for, when somebody opens the CSV in it."""
SLUG_PATTERN = re.compile(r"[a-z0-9]+([_-][a-z0-9]+)*")
"""What indicators and areas are called: it names folders, files and parameters, and needs no quotation marks."""
SLUG = Rule(SLUG_PATTERN.fullmatch, "schema.slug")
NAME = Rule(is_name, "schema.name", {"most": LONGEST_NAME})
PLAIN = Rule(lambda cell: _COMPUTED.match(cell) is None, "schema.spreadsheet_formula")
YEAR = Rule(re.compile("[0-9]{1,4}").fullmatch, "schema.year")
DAY = Rule(is_date, "schema.day")
DAY_OR_EMPTY = Rule(lambda cell: not cell or is_date(cell), "schema.day_or_empty")
NUMBER_OR_EMPTY = Rule(re.compile(r"(-?[0-9]{1,15}(\.[0-9]{1,15})?)?").fullmatch, "schema.number_or_empty")


def read(paths: Path | Sequence[Path], schema: Schema) -> pd.DataFrame:
    """Return the rows of CSV files as one table of text that keeps the schema.

    Its columns are the schema's, as categories, and `_file` (place in `paths`) and `_row` (the header is row 1).
    Raises IctplanError naming file, row and next step.
    """
    paths = [paths] if isinstance(paths, Path) else paths
    try:
        parsed = [_parsed(path, schema.columns) for path in paths]
        frame = _frame([body for body, _ in parsed], schema.columns)
    except pd.errors.ParserError:
        # A row with a cell too many beside one with a cell too few: read one by one, the error names it.
        parsed = [_parsed(path, schema.columns, plain=False) for path in paths]
        frame = _frame([body for body, _ in parsed], schema.columns)
    rows = [np.asarray(numbers) for _, numbers in parsed]
    frame["_file"] = np.repeat(np.arange(len(rows)), [len(numbers) for numbers in rows])
    frame["_row"] = np.concatenate(rows) if rows else []
    check(frame, schema, paths)
    return frame


def _frame(bodies: list[bytes], columns: tuple[str, ...]) -> pd.DataFrame:
    # Categories: the parser keeps each different cell once, and so do all checks.
    blob = b"".join([",".join([_MARK] * len(columns)).encode() + b"\n", *bodies])
    frame = pd.read_csv(
        io.BytesIO(blob), names=list(columns), dtype="category", na_filter=False, engine="c", encoding="utf-8",
        low_memory=False, skip_blank_lines=False, index_col=False, quoting=csv.QUOTE_MINIMAL,
    ).iloc[1:].reset_index(drop=True)  # fmt: skip
    return pd.DataFrame({name: frame[name].cat.remove_unused_categories() for name in columns})


def check(frame: pd.DataFrame, schema: Schema, paths: Sequence[object]) -> None:
    """Raise IctplanError for the first row that breaks the schema: a cell that fails its rule, a key that is twice.

    `frame` is text; where it has no `_file` and `_row`, it is the table as its only file, `paths[0]`, would hold it.
    """
    faults = []
    for column, rule in schema.rules.items():
        cells = _cells(frame[column])
        bad = [not rule.passes(word) for word in cells.categories]
        if (at := np.array(bad, dtype=bool)[cells.codes]).any():
            place = int(at.argmax())
            cell = one_line(cells[place])
            faults.append((place, text(rule.message, column=column, cell=cell, **rule.values)))
    key = list(schema.key)
    if key and (again := frame.duplicated([*key, *frame.columns.intersection(["_file"])])).any():
        place = int(again.argmax())
        shown = " ".join(map(str, frame[key].iloc[place]))
        faults.append((place, text("schema.twice", named=one_line(shown, 200))))
    if faults:
        place, problem = min(faults, key=lambda fault: fault[0])
        raise fault(frame, place, paths, problem)


def fault(frame: pd.DataFrame, place: int, paths: Sequence[object], problem: str) -> IctplanError:
    """Return the error for row `place` of a table that was read: file, row, what is wrong."""
    path = paths[int(frame["_file"].iat[place])] if "_file" in frame else paths[0]
    row = int(frame["_row"].iat[place]) if "_row" in frame else place + 2
    return error("schema.row", path=path, row=row, problem=problem)


def plain(frame: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Return the columns of a table that was read as plain text columns."""
    return pd.DataFrame({name: pd.Series(frame[name].array.astype(object), dtype="str") for name in columns})


def rows(frame: pd.DataFrame, columns: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Return the rows of a table that was read, each as its cells."""
    return zip(*(frame[name] for name in columns), strict=True)


def numbers(column: pd.Series) -> np.ndarray:
    """Return a column of text as floats; an empty cell is NaN."""
    cells = _cells(column)
    return np.array([float(word) if word else np.nan for word in cells.categories], dtype=float)[cells.codes]


def _cells(column: pd.Series) -> pd.Categorical:
    """Return a text column as categories, so that each different cell is looked at once."""
    if not isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(object).where(column.notna(), "").astype("category")
    return column.array


def _parsed(path: Path, columns: tuple[str, ...], plain: bool = True) -> tuple[bytes, Sequence[int]]:
    """Return a file's rows without the header, written the plainest way, and the number each has in the file."""
    raw = content(path)
    header = ",".join(columns).encode() + b"\n"
    body = raw[len(header) :]
    if plain and raw.startswith(header) and _is_plain(body, len(columns)):
        body += b"" if body.endswith(b"\n") or not body else b"\n"
        return body, range(2, body.count(b"\n") + 2)
    rows = _rows(path, raw, columns)
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\r\n").writerows(cells for _, cells in rows)
    return written.getvalue().encode(), [row for row, _ in rows]


def content(path: Path) -> bytes:
    """Return what a file of the data folder holds. Raises IctplanError for what is no file, and for one too large."""
    if not path.is_file():
        raise error("schema.no_file", path=path)
    if path.stat().st_size > MAX_FILE_BYTES:
        raise error("schema.too_large", path=path, most=MAX_FILE_BYTES // 1_000_000)
    return path.read_bytes()


def _is_plain(body: bytes, columns: int) -> bool:
    """Tell whether a file's rows have as many cells as they should on average, judged by commas outside quotes."""
    if b"\r" in body or b"\0" in body or _MARK.encode() in body or b"\n\n" in body or body.startswith(b"\n"):
        return False
    bare = _QUOTED.sub(b"", body) if b'"' in body else body
    rows = bare.count(b"\n") + (0 if not bare or bare.endswith(b"\n") else 1)
    # The parser refuses a row with a cell too many, so one with a cell too few cannot hide behind it.
    return b'"' not in bare and bare.count(b",") == rows * (columns - 1) and _is_utf8(body)


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _rows(path: Path, raw: bytes, columns: tuple[str, ...]) -> list[tuple[int, list[str]]]:
    """Return the rows of a file as another program may have saved it, each with its number."""
    try:
        content = raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        row = raw[: problem.start].count(b"\n") + 1
        raise error("schema.row", path=path, row=row, problem=text("schema.not_utf8")) from None
    if "\0" in content:
        row = content[: content.index("\0")].count("\n") + 1
        raise error("schema.row", path=path, row=row, problem=text("schema.nul"))
    try:
        lines = list(csv.reader(io.StringIO(content, newline=""), strict=True))
    except csv.Error as problem:
        raise error("schema.not_csv", path=path, problem=problem) from None
    header = lines[0] if lines else []
    if len(header) == 1 and ";" in header[0]:
        raise error("schema.row", path=path, row=1, problem=text("schema.semicolons"))
    if tuple(header) != columns:
        problem = text("schema.columns", found=one_line(",".join(header), 200), columns=",".join(columns))
        raise error("schema.row", path=path, row=1, problem=problem)
    rows = [(number, line) for number, line in enumerate(lines[1:], start=2) if line]
    for number, line in rows:
        if len(line) != len(columns):
            problem = text("schema.cells", found=len(line), wanted=len(columns))
            raise error("schema.row", path=path, row=number, problem=problem)
    return rows
