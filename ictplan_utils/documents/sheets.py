"""Workbooks (.xlsx, .xlsm) → contents: what a person sees on the sheets, as their number formats show it."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from decimal import Decimal
from pathlib import Path

from ictplan_utils import messages
from ictplan_utils.documents.contents import (
    EMPTY,
    MAX_BLANK_ROWS,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ROWS,
    Cell,
    Contents,
    Merge,
    lowered,
    raised,
)

FAR_APART = 600_000
"""A sheet that spans more places than this, however few it fills, is streamed too."""

MANY_CELLS = 250_000
"""From here on a workbook is streamed: hidden rows, merged cells and how letters look are not seen, which is said."""


def read_xlsx(path: Path, package: bytes) -> Contents:
    """Return the visible sheets of a workbook; macros are never run, formulas give the result stored with them."""
    import openpyxl

    def load(**how):
        return openpyxl.load_workbook(io.BytesIO(package), keep_links=False, **how)

    contents = Contents()
    cells, formulas, macros = _census(package)
    if cells > MAX_CELLS:
        raise messages.error("formats.too_many_cells", path=path, most=MAX_CELLS)
    if macros:
        contents.warn("formats.macros")
    many = cells > MANY_CELLS
    book = load(data_only=True, read_only=many, rich_text=not many)
    uncomputed = _formulas(load(read_only=True)) if formulas and not many else {}
    for page in book.worksheets:
        if page.sheet_state != "visible":
            contents.warn("formats.hidden_sheet", sheet=page.title)
        elif many:
            _stream(page, contents)
        elif page.max_row * page.max_column > FAR_APART:
            # A cell typed far outside: row by row, only what is there is held.
            _stream(load(data_only=True, read_only=True)[page.title], contents)
        else:
            _sheet(page, uncomputed.get(page.title, set()), contents)
    return contents


def _census(package: bytes) -> tuple[int, bool, bool]:
    """Return how many cells the sheets really hold, whether there are formulas, whether there are macros."""
    cells, formulas = 0, False
    with zipfile.ZipFile(io.BytesIO(package)) as parts:
        names = parts.namelist()
        for name in names:
            if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name):
                xml = parts.read(name)
                cells += sum(1 for _ in re.finditer(rb"<(?:\w+:)?c[ >/]", xml))
                formulas = formulas or re.search(rb"<(?:\w+:)?f[ >/]", xml) is not None
    return cells, formulas, any(name.lower().endswith("vbaproject.bin") for name in names)


def _formulas(book) -> dict[str, set[tuple[int, int]]]:
    """Return the places of each sheet's formulas; those that show nothing were never computed."""
    return {
        page.title: {
            (cell.row, cell.column) for line in page.iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS)
            for cell in line if cell.data_type == "f"
        }
        for page in book.worksheets
    }  # fmt: skip


def _sheet(page, formulas: set[tuple[int, int]], contents: Contents) -> None:
    hidden_columns = {
        column - 1
        for dimension in page.column_dimensions.values() if dimension.hidden
        for column in range(dimension.min or 1, min(dimension.max or 0, MAX_COLUMNS) + 1)
    }  # fmt: skip
    hidden_rows = {number - 1 for number, dimension in page.row_dimensions.items() if dimension.hidden}
    merges: list[Merge] = [
        (m.min_row - 1, m.min_col - 1, m.max_row - 1, m.max_col - 1) for m in page.merged_cells.ranges
    ]
    lines = page.iter_rows(max_row=min(page.max_row, MAX_ROWS), max_col=min(page.max_column, MAX_COLUMNS))
    rows = [[_cell(cell, (cell.row, cell.column) in formulas, contents) for cell in line] for line in lines]
    contents.add_sheet(rows, page.title, merges, hidden_rows, hidden_columns)


def _stream(page, contents: Contents) -> None:
    """Read a huge sheet row by row, without its merged and hidden cells, to the first long run of blank rows."""
    page.reset_dimensions()
    rows, blank = [], 0
    for line in page.iter_rows():
        row = [_value(cell.value, cell.number_format) for cell in line[:MAX_COLUMNS]]
        blank = blank + 1 if not any(cell.text for cell in row) else 0
        if blank > MAX_BLANK_ROWS or len(rows) >= MAX_ROWS:
            break
        rows.append(row)
    contents.warn("formats.streamed", sheet=page.title, rows=len(rows))
    contents.add_sheet(rows, page.title)


def _cell(cell, formula: bool, contents: Contents) -> Cell:
    value = cell.value
    if value is None:
        # A stored empty text, as `=IF(…,"")` leaves it, is a result too.
        return Cell.faulty("no_result") if formula and cell.data_type != "str" else EMPTY
    struck = cell.has_style and cell.font.strike
    if isinstance(value, list):  # rich text: pieces in the cell's font, or each in its own
        return Cell("".join(
            rich(piece, struck, None, contents) if isinstance(piece, str)
            else rich(piece.text, piece.font.strike, piece.font.vertAlign, contents)
            for piece in value
        ))  # fmt: skip
    made = _value(value, cell.number_format)
    return Cell(contents.strike(made.text)) if struck else made


def rich(text: str, struck: object, position: object, contents: Contents) -> str:
    """Return a piece of a cell's text as it looks: nothing where it is struck out, a mark where it is raised."""
    if struck:
        return contents.strike(text)
    return {"superscript": raised, "subscript": lowered}.get(position, str)(text)


def _value(value: object, number_format: object) -> Cell:
    if isinstance(value, bool):
        return Cell("TRUE" if value else "FALSE")
    if isinstance(value, (int, float)):
        return formatted(float(value), str(number_format or ""))
    if isinstance(value, (datetime.datetime, datetime.date)):
        return dated(value)
    return EMPTY if value is None else Cell(str(value).replace("_x000D_", "").strip("\r\n"))


def dated(value: datetime.date) -> Cell:
    """Return a date's cell: Excel turns `12/2008` into 1 December 2008, so a first of a month reads as its month."""
    day = "" if value.day == 1 else f"{value.day}/"
    return Cell.faulty("date", f"{day}{value.month}/{value.year}")


_INVISIBLE = re.compile(r'""|_.|\*.|\[[^\]]*\]')
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')


def formatted(value: float, number_format: str) -> Cell:
    """Return a number's cell as its format shows it to a Vietnamese reader, unrounded.

    A percent format shows 0.888 as 88,8 %; each comma behind the last digit of `#,##0,,` leaves out three digits. A
    format with an empty part, as `;;;`, hides the number. Source: ECMA-376 part 1, 18.8.31 (numFmts).

    >>> formatted(4.3e9, "#,##0,,"), formatted(0.888, "0.0%").text
    (Cell(text='4.300', number=4300.0, covered=False, down=False, problem='', fault=''), '88,8%')
    """
    # Fifteen digits is what Excel itself keeps: 8037.599999999999 is 8037,6.
    value = float(f"{value:.15g}")
    sections = _LITERAL.sub("", number_format).split(";")
    place = 2 if value == 0 and len(sections) > 2 else 1 if value < 0 and len(sections) > 1 else 0
    shape = sections[place]
    if len(sections) > 1 and not _INVISIBLE.sub("", number_format.split(";")[place]).strip():
        return EMPTY
    scaled = re.search(r"[0#?](,++)(?![0#?])", shape)
    power = 2 * shape.count("%") - 3 * (len(scaled[1]) if scaled else 0)
    if power:
        value = float(f"{value * 10.0**power:.13g}")
    text = format(Decimal(repr(value)).normalize(), "f") if value else "0"
    whole, _, decimals = text.partition(".")
    if ("#,##0" in shape or "#.##0" in shape) and not 1990 <= value <= 2060:  # years set so are years all the same
        whole = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ".", whole)
    return Cell(whole + ("," + decimals if decimals else "") + "%" * shape.count("%"), value)
