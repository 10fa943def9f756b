"""Workbooks (.xlsx, .xlsm, .xls) → contents: what a person sees on the sheets, hidden rows and columns left out."""

from __future__ import annotations

import datetime
import re
import zipfile
from pathlib import Path

from ictplan_utils.documents import guards
from ictplan_utils.documents.contents import (
    EMPTY,
    MAX_BLANK_ROWS,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ROWS,
    NO_VALUE,
    Cell,
    Contents,
    Table,
)
from ictplan_utils.errors import IctplanError

FAR_APART = 600_000
"""A sheet that spans more places than this, however few it fills, is streamed too."""

MANY_CELLS = 250_000
"""From here on a workbook is streamed: hidden rows and merged cells are not looked at, and that is said."""


def read_xlsx(path: Path) -> Contents:
    """Return the visible sheets of a workbook; macros are never run, formulas give the result stored with them."""
    import openpyxl

    contents = Contents()
    cells, formulas, macros = _census(path)
    if cells > MAX_CELLS:
        raise IctplanError(f"{path}: {cells:,} cells; keep only the sheets with the tables and save it again")
    if macros:
        contents.warnings.append("the workbook has macros; they were not run, only the stored values were read")
    stream = cells > MANY_CELLS
    book = openpyxl.load_workbook(path, data_only=True, keep_links=False, read_only=stream)
    try:
        unstored = _unstored_formulas(path) if formulas and not stream else {}
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                contents.warnings.append(f"sheet '{sheet.title}' is hidden and was skipped")
            elif stream:
                contents.blocks.append(_streamed(sheet, contents.warnings))
            elif sheet.max_row * sheet.max_column > FAR_APART:
                # A cell typed far outside: row by row, only what is there is held.
                thin = openpyxl.load_workbook(path, data_only=True, keep_links=False, read_only=True)
                contents.blocks.append(_streamed(thin[sheet.title], contents.warnings))
                thin.close()
            else:
                contents.blocks.append(_sheet(sheet, unstored.get(sheet.title, set()), contents.warnings))
    finally:
        book.close()
    return contents


def _census(path: Path) -> tuple[int, bool, bool]:
    """Return how many cells the sheets really hold, whether there are formulas, whether there are macros."""
    cells, formulas = 0, False
    with zipfile.ZipFile(path) as package:
        names = package.namelist()
        for name in names:
            if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name):
                with package.open(name) as stream:
                    tail = b""
                    while chunk := stream.read(1 << 20):
                        chunk = tail + chunk
                        # The last bytes wait for their rest, so that no tag is cut in two or counted twice.
                        tail, body = chunk[-2:], chunk[:-2]
                        cells += len(re.findall(rb"<c(?=[ >/])", body + tail))
                        cells -= len(re.findall(rb"<c(?=[ >/])", tail))
                        formulas = formulas or b"<f" in body
    return cells, formulas, any(name.lower().endswith("vbaproject.bin") for name in names)


def _unstored_formulas(path: Path) -> dict[str, set[tuple[int, int]]]:
    import openpyxl

    book = openpyxl.load_workbook(path, data_only=False, keep_links=False)
    return {
        sheet.title: {
            (cell.row, cell.column) for row in sheet.iter_rows(max_row=min(sheet.max_row, MAX_ROWS),
                                                               max_col=min(sheet.max_column, MAX_COLUMNS))
            for cell in row if cell.data_type == "f"
        }
        for sheet in book.worksheets
    }  # fmt: skip


def _sheet(sheet, formulas: set[tuple[int, int]], warnings: list[str]) -> Table:
    from openpyxl.utils import get_column_letter, range_boundaries

    used_rows, used_columns = min(sheet.max_row or 0, MAX_ROWS), min(sheet.max_column or 0, MAX_COLUMNS)
    hidden_columns = set()
    for dimension in sheet.column_dimensions.values():
        if dimension.hidden:
            hidden_columns |= set(range(dimension.min or 0, min(dimension.max or 0, MAX_COLUMNS) + 1))
    hidden_rows = {number for number, dimension in sheet.row_dimensions.items() if dimension.hidden}
    covered: dict[tuple[int, int], tuple[int, int]] = {}
    for merged in sheet.merged_cells.ranges:
        left, top, right, bottom = range_boundaries(merged.coord)
        for row in range(top, min(bottom, used_rows) + 1):
            for column in range(left, min(right, used_columns) + 1):
                covered[row, column] = (top, left)
    rows, blank, seen = [], 0, {}
    skipped_rows, skipped_columns = set(), set()
    for number, line in enumerate(sheet.iter_rows(max_row=used_rows, max_col=used_columns), start=1):
        row = []
        for cell in line:
            place = (number, cell.column)
            origin = covered.get(place, place)
            made = _cell(cell, place in formulas)
            seen[place] = made
            if origin != place:
                above = seen.get(origin, EMPTY)
                made = Cell(above.text, above.number, covered=True, down=origin[0] != number, problem=above.problem)
            elif made.text and number in hidden_rows:
                skipped_rows.add(number)
            elif made.text and cell.column in hidden_columns:
                skipped_columns.add(cell.column)
            if cell.column not in hidden_columns:
                row.append(made)
        if number in hidden_rows:
            continue
        blank = blank + 1 if not any(cell.text or cell.problem for cell in row) else 0
        if blank > MAX_BLANK_ROWS:
            break
        rows.append(row)
    if skipped_rows:
        warnings.append(f"sheet '{sheet.title}': hidden rows {_ranges(skipped_rows)} were skipped")
    if skipped_columns:
        letters = ", ".join(get_column_letter(column) for column in sorted(skipped_columns))
        warnings.append(f"sheet '{sheet.title}': hidden columns {letters} were skipped")
    return Table.of(rows, sheet.title)


def _streamed(sheet, warnings: list[str]) -> Table:
    """Read a huge sheet row by row, without its merged and hidden cells, to the first long run of blank rows."""
    sheet.reset_dimensions()
    rows, blank = [], 0
    for line in sheet.iter_rows():
        row = [_cell(cell, False) for cell in line[:MAX_COLUMNS]]
        blank = blank + 1 if not any(cell.text for cell in row) else 0
        if blank > MAX_BLANK_ROWS or len(rows) >= MAX_ROWS:
            break
        rows.append(row)
    warnings.append(
        f"sheet '{sheet.title}' has very many cells: read to row {len(rows):,}, without a look at hidden or merged ones"
    )
    return Table.of(rows, sheet.title)


def _cell(cell, formula: bool) -> Cell:
    value = cell.value
    if value is None:
        # A stored empty text, as `=IF(…,"")` leaves it, is a result too.
        return Cell(problem=NO_VALUE) if formula and cell.data_type != "str" else EMPTY
    if isinstance(value, bool):
        return Cell("TRUE" if value else "FALSE")
    if isinstance(value, (int, float)):
        return shown(float(value), str(cell.number_format or ""))
    if isinstance(value, (datetime.datetime, datetime.date)):
        return dated(value)
    return Cell(str(value).replace("_x000D_", "").strip("\r\n"))


def dated(value) -> Cell:
    """Return a date's cell: Excel turns `12/2008` into 1 December 2008, so a first of a month reads as its month."""
    if value.day == 1:
        return Cell(f"{value.month}/{value.year}", problem="a date, not a figure")
    return Cell(f"{value.day}/{value.month}/{value.year}", problem="a date, not a figure")


def shown(value: float, number_format: str) -> Cell:
    """Return a number's cell with the text a Vietnamese reader would see; 0.888 formatted as % is 88,8 %."""
    # Fifteen digits is what Excel itself keeps: 8037.599999999999 is 8037,6.
    value = float(f"{value:.15g}")
    bare = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", number_format)
    percent = "%" in bare
    if percent:
        value = float(f"{value * 100:.13g}")
    text = f"{value:.15f}".rstrip("0").rstrip(".") if abs(value) < 1e15 else repr(value)
    text = "0" if text in ("-0", "") else text
    if len(text) > 17 and "." in text:
        text = f"{value:.12g}"
    whole, _, decimals = text.partition(".")
    if "#,##0" in bare or "#.##0" in bare:
        digits = whole.lstrip("-")
        groups = [digits[max(0, end - 3) : end] for end in range(len(digits), 0, -3)][::-1]
        whole = ("-" if value < 0 else "") + ".".join(groups)
    text = whole + ("," + decimals if decimals else "") + ("%" if percent else "")
    return Cell(text, value)


def read_xls(path: Path) -> Contents:
    """Return the visible sheets of an old workbook."""
    import xlrd

    guards.refuse_endless_streams()
    contents = Contents()
    try:
        with path.open("rb") as log_free:
            book = xlrd.open_workbook(file_contents=log_free.read(), formatting_info=True, logfile=_Silence())
    except xlrd.XLRDError as error:
        if "encrypted" in str(error).lower() or "password" in str(error).lower():
            raise IctplanError(f"{path}: the file is encrypted; save it without a password and try again") from None
        raise
    if b"_VBA_PROJECT" in path.read_bytes().replace(b"\0", b""):
        contents.warnings.append("the workbook has macros; they were not run, only the stored values were read")
    for sheet in book.sheets():
        if sheet.visibility:
            contents.warnings.append(f"sheet '{sheet.name}' is hidden and was skipped")
            continue
        contents.blocks.append(_old_sheet(book, sheet, contents.warnings))
    return contents


class _Silence:
    def write(self, text: str) -> None:
        """Drop what xlrd wants to tell the console."""

    def flush(self) -> None:
        """Nothing is held."""


def _old_sheet(book, sheet, warnings: list[str]) -> Table:
    import xlrd
    from xlrd.formula import colname

    hidden_rows = {n for n, info in sheet.rowinfo_map.items() if info.hidden}
    hidden_columns = {n for n, info in sheet.colinfo_map.items() if info.hidden}
    origins = {}
    for top, bottom, left, right in sheet.merged_cells:
        for row in range(top, min(bottom, sheet.nrows)):
            for column in range(left, min(right, sheet.ncols)):
                origins[row, column] = (top, left)

    def cell_at(row: int, column: int) -> Cell:
        if column >= sheet.row_len(row):
            return EMPTY
        cell = sheet.cell(row, column)
        if cell.ctype == xlrd.XL_CELL_NUMBER:
            look = book.format_map.get(book.xf_list[cell.xf_index].format_key) if cell.xf_index is not None else None
            return shown(cell.value, look.format_str if look else "")
        if cell.ctype == xlrd.XL_CELL_DATE:
            try:
                return dated(xlrd.xldate_as_datetime(cell.value, book.datemode))
            except (ValueError, xlrd.XLDateError):
                return shown(cell.value, "")
        if cell.ctype == xlrd.XL_CELL_ERROR:
            return Cell(xlrd.error_text_from_code.get(cell.value, "#ERR"))
        return Cell(str(cell.value).strip("\r\n")) if cell.ctype == xlrd.XL_CELL_TEXT else EMPTY

    rows, skipped_rows, skipped_columns, blank = [], set(), set(), 0
    for number in range(min(sheet.nrows, MAX_ROWS)):
        row = []
        for column in range(min(sheet.ncols, MAX_COLUMNS)):
            origin = origins.get((number, column), (number, column))
            made = cell_at(*origin)
            if origin != (number, column):
                made = Cell(made.text, made.number, covered=True, down=origin[0] != number, problem=made.problem)
            elif made.text and number in hidden_rows:
                skipped_rows.add(number + 1)
            elif made.text and column in hidden_columns:
                skipped_columns.add(column)
            if column not in hidden_columns:
                row.append(made)
        if number in hidden_rows:
            continue
        blank = blank + 1 if not any(cell.text for cell in row) else 0
        if blank > MAX_BLANK_ROWS:
            break
        rows.append(row)
    if skipped_rows:
        warnings.append(f"sheet '{sheet.name}': hidden rows {_ranges(skipped_rows)} were skipped")
    if skipped_columns:
        names = ", ".join(colname(column) for column in sorted(skipped_columns))
        warnings.append(f"sheet '{sheet.name}': hidden columns {names} were skipped")
    return Table.of(rows, sheet.name)


def _ranges(numbers: set[int]) -> str:
    ordered, parts = sorted(numbers), []
    for number in ordered:
        if parts and number == parts[-1][1] + 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    shown_parts = [str(a) if a == b else f"{a}–{b}" for a, b in parts[:8]]
    return ", ".join(shown_parts) + (" …" if len(parts) > 8 else "")
