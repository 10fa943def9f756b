"""Workbooks of older Excels, binary (.xls) and XML (SpreadsheetML 2003) → contents."""

from __future__ import annotations

import datetime
import io
from itertools import pairwise
from pathlib import Path

from ictplan_utils import messages
from ictplan_utils.documents import guards
from ictplan_utils.documents.contents import EMPTY, MAX_CELLS, MAX_COLUMNS, MAX_ROWS, Cell, Contents
from ictplan_utils.documents.sheets import dated, formatted, rich


def read_xls(path: Path) -> Contents:
    """Return the visible sheets of a binary workbook; macros are never run."""
    import xlrd

    guards.refuse_endless_streams()
    contents, raw = Contents(), path.read_bytes()
    try:
        book = xlrd.open_workbook(file_contents=raw, formatting_info=True, logfile=io.StringIO())
    except xlrd.XLRDError as error:
        if "encrypted" in str(error).lower() or "password" in str(error).lower():
            raise messages.error("formats.encrypted", path=path) from None
        raise
    if "_VBA_PROJECT".encode("utf-16-le") in raw:
        contents.warn("formats.macros")
    for page in book.sheets():
        if page.visibility:
            contents.warn("formats.hidden_sheet", sheet=page.name)
        else:
            _binary_sheet(book, page, contents)
    return contents


def _binary_sheet(book, page, contents: Contents) -> None:
    hidden_rows = {n for n, info in page.rowinfo_map.items() if info.hidden}
    hidden_columns = {n for n, info in page.colinfo_map.items() if info.hidden}
    merges = [(top, left, bottom - 1, right - 1) for top, bottom, left, right in page.merged_cells]
    rows = [
        [_binary_cell(book, page, r, c, contents) for c in range(min(page.row_len(r), MAX_COLUMNS))]
        for r in range(min(page.nrows, MAX_ROWS))
    ]
    contents.add_sheet(rows, page.name, merges, hidden_rows, hidden_columns)


def _binary_cell(book, page, row: int, column: int, contents: Contents) -> Cell:
    import xlrd

    cell = page.cell(row, column)
    look = book.xf_list[cell.xf_index] if cell.xf_index is not None else None
    made = EMPTY
    if cell.ctype in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
        number_format = book.format_map.get(look.format_key) if look else None
        made = formatted(cell.value, number_format.format_str if number_format else "")
        if cell.ctype == xlrd.XL_CELL_DATE:
            try:
                made = dated(xlrd.xldate_as_datetime(cell.value, book.datemode))
            except (ValueError, xlrd.XLDateError):
                made = formatted(cell.value, "")
    elif cell.ctype == xlrd.XL_CELL_ERROR:
        made = Cell(xlrd.error_text_from_code.get(cell.value, "#ERR"))
    elif cell.ctype == xlrd.XL_CELL_TEXT:
        runs = page.rich_text_runlist_map.get((row, column), ())
        return Cell(_runs(book, cell.value, [(0, look.font_index), *runs], contents).strip("\r\n"))
    struck = look is not None and made.text and book.font_list[look.font_index].struck_out
    return Cell(contents.strike(made.text)) if struck else made


def _runs(book, text: str, runs: list[tuple[int, int]], contents: Contents) -> str:
    """Return a cell's text, each piece of it as its font shows it; `runs` holds where a font begins, and which."""
    pieces = []
    for (begins, index), (ends, _) in pairwise([*runs, (len(text), 0)]):
        font = book.font_list[index]
        position = {1: "superscript", 2: "subscript"}.get(font.escapement)
        pieces.append(rich(text[begins:ends], font.struck_out, position, contents))
    return "".join(pieces)


_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"


def read_spreadsheetml(path: Path) -> Contents:
    """Return the visible sheets of an XML workbook, as Excel 2003 and many programs of reporting write them."""
    from lxml import etree

    root = etree.parse(str(path), etree.XMLParser(resolve_entities=False, no_network=True)).getroot()
    looks = {style.get(f"{_SS}ID"): style for style in root.iter(f"{_SS}Style")}
    contents = Contents()
    for page in root.iter(f"{_SS}Worksheet"):
        name = page.get(f"{_SS}Name", "")
        if any(node.text in ("SheetHidden", "SheetVeryHidden") for node in page.iter("{*}Visible")):
            contents.warn("formats.hidden_sheet", sheet=name)
            continue
        rows, merges, hidden_rows, cells = [], [], set(), 0
        for line in page.iter(f"{_SS}Row"):
            _go_to(rows, line.get(f"{_SS}Index"), MAX_ROWS, list)
            row: list[Cell] = []
            for cell in line.iter(f"{_SS}Cell"):
                _go_to(row, cell.get(f"{_SS}Index"), MAX_COLUMNS, lambda: EMPTY)
                across, down = _count(cell, "MergeAcross"), _count(cell, "MergeDown")
                if across or down:
                    merges.append((len(rows), len(row), len(rows) + down, len(row) + across))
                row += [_xml_cell(cell, looks, contents)] + [EMPTY] * min(across, MAX_COLUMNS)
            if line.get(f"{_SS}Hidden") == "1":
                hidden_rows.add(len(rows))
            rows.append(row[:MAX_COLUMNS])
            cells += len(row)
            if len(rows) > MAX_ROWS or cells > MAX_CELLS:
                raise messages.error("formats.too_many_rows", path=path, most=MAX_ROWS)
        hidden_columns, at = set(), 0
        for column in page.iter(f"{_SS}Column"):
            at = _count(column, "Index") or at + 1
            span = min(_count(column, "Span"), MAX_COLUMNS)
            if column.get(f"{_SS}Hidden") == "1":
                hidden_columns |= set(range(at - 1, at + span))
            at += span
        contents.add_sheet(rows, name, merges, hidden_rows, hidden_columns)
    return contents


def _go_to(cells: list, index: str | None, most: int, blank) -> None:
    """Fill up with blanks to the place that an index, counted from 1, names; without one, nothing is skipped."""
    if index and index.isdigit():
        cells += [blank() for _ in range(min(int(index) - 1, most) - len(cells))]


def _count(node, name: str) -> int:
    value = node.get(_SS + name, "")
    return int(value) if value.isdigit() else 0


def _xml_cell(cell, looks: dict, contents: Contents) -> Cell:
    data = cell.find(f"{_SS}Data")
    if data is None:
        return EMPTY
    style = looks.get(cell.get(f"{_SS}StyleID"))
    font = style.find(f"{_SS}Font") if style is not None else None
    number_format = style.find(f"{_SS}NumberFormat") if style is not None else None
    kind, text = data.get(f"{_SS}Type"), _html_runs(data, contents)
    made = Cell(text.strip("\r\n"))
    if kind == "Number":
        shape = number_format.get(f"{_SS}Format", "") if number_format is not None else ""
        made = formatted(float(text), {"Percent": "0%", "Standard": "#,##0"}.get(shape, shape))
    elif kind == "DateTime":
        made = dated(datetime.datetime.fromisoformat(text))
    struck = font is not None and font.get(f"{_SS}StrikeThrough") == "1"
    return Cell(contents.strike(made.text)) if struck else made


def _html_runs(node, contents: Contents, struck: bool = False, position: str = "") -> str:
    """Return the text of a cell's data, whose pieces in other looks are HTML: `<S>86</S>88<Sup>1</Sup>`."""
    tag = node.tag.rpartition("}")[2].lower() if isinstance(node.tag, str) else ""
    struck = struck or tag == "s"
    position = {"sup": "superscript", "sub": "subscript"}.get(tag, position)
    pieces = [rich(node.text or "", struck, position, contents)]
    for child in node:
        pieces += [_html_runs(child, contents, struck, position), rich(child.tail or "", struck, position, contents)]
    return "".join(pieces)
