"""OpenDocument files (.ods, .odt) → contents."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path

from ictplan_utils.documents.contents import (
    EMPTY,
    MAX_BLANK_ROWS,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ROWS,
    NO_VALUE,
    Cell,
    Contents,
    Paragraph,
    Table,
)
from ictplan_utils.errors import IctplanError

_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"


def read_opendocument(path: Path) -> Contents:
    """Return the paragraphs and tables of an OpenDocument text or workbook; hidden rows and columns are skipped."""
    from odf.opendocument import load

    # odfpy prints a damaged part, whole, and goes on with what stood before the damage.
    with contextlib.redirect_stdout(io.StringIO()) as said, _same_namespaces():
        document = load(str(path))
    if said.getvalue():
        raise IctplanError(
            f"{path}: not a readable ods file (a part of it is damaged); open it in its own program and save it again"
        )
    contents = Contents()
    body = next(iter(document.body.childNodes), None)
    if body is None:
        return contents
    _walk(body, contents, path)
    return contents


@contextlib.contextmanager
def _same_namespaces() -> Iterator[None]:
    """Keep odfpy's namespaces as they were: it adds those of each document to two lists for the whole process.

    A name without a namespace, as damage makes it, would stand in every document that odfpy writes afterwards, and
    make it unreadable.
    """
    from odf.element import Element
    from odf.namespaces import nsdict

    before = [(kept, dict(kept)) for kept in (nsdict, Element.namespaces)]
    try:
        yield
    finally:
        for kept, known in before:
            kept.clear()
            kept.update(known)


def _walk(node, contents: Contents, path: Path) -> None:
    for child in node.childNodes:
        name = getattr(child, "qname", None)
        if name == (_TABLE, "table"):
            _add_table(child, contents, path)
        elif name in ((_TEXT, "p"), (_TEXT, "h")):
            contents.blocks += [Paragraph(line.strip()) for line in _plain(child).split("\n") if line.strip()]
        elif name in ((_TEXT, "section"), (_TEXT, "list"), (_TEXT, "list-item"), (_OFFICE, "spreadsheet")):
            _walk(child, contents, path)


def _plain(node) -> str:
    if node.nodeType in (node.TEXT_NODE, node.CDATA_SECTION_NODE):
        return str(node)
    name = node.qname
    if name == (_TEXT, "s"):
        return " " * min(int(node.getAttrNS(_TEXT, "c") or 1), 100)
    if name == (_TEXT, "tab"):
        return "\t"
    if name == (_TEXT, "line-break"):
        return "\n"
    if name == (_TEXT, "note") or name == (_OFFICE, "annotation"):
        return ""
    return "".join(_plain(child) for child in node.childNodes)


def _lines(table) -> list:
    found = []
    for child in table.childNodes:
        name = getattr(child, "qname", None)
        if name == (_TABLE, "table-row"):
            found.append(child)
        elif name in ((_TABLE, "table-header-rows"), (_TABLE, "table-row-group"), (_TABLE, "table-rows")):
            found += _lines(child)
    return found


def _columns(table) -> list[bool]:
    """Return for each column whether it is hidden."""
    hidden: list[bool] = []
    for child in table.childNodes:
        name = getattr(child, "qname", None)
        if name == (_TABLE, "table-column"):
            times = min(int(child.getAttrNS(_TABLE, "number-columns-repeated") or 1), MAX_COLUMNS)
            hidden += [child.getAttrNS(_TABLE, "visibility") in ("collapse", "filter")] * times
        elif name in ((_TABLE, "table-columns"), (_TABLE, "table-column-group"), (_TABLE, "table-header-columns")):
            hidden += _columns(child)
    return hidden


def _add_table(table, contents: Contents, path: Path) -> None:
    title = str(table.getAttrNS(_TABLE, "name") or "")
    hidden_columns = {n for n, hidden in enumerate(_columns(table)) if hidden}
    rows: list[list[Cell]] = []
    down: dict[int, tuple[int, Cell]] = {}
    skipped_rows = skipped_columns = blank = cells = 0
    for line in _lines(table):
        times = int(line.getAttrNS(_TABLE, "number-rows-repeated") or 1)
        row = _row(line, down)
        cells += len(row)
        if cells > MAX_CELLS:
            raise IctplanError(f"{path}: more than {MAX_CELLS:,} cells; keep only the sheets with the tables")
        filled = any(cell.text or cell.problem for cell in row)
        if line.getAttrNS(_TABLE, "visibility") in ("collapse", "filter"):
            skipped_rows += times if filled else 0
            continue
        skipped_columns += any(n < len(row) and row[n].text and not row[n].covered for n in hidden_columns)
        row = [cell for n, cell in enumerate(row) if n not in hidden_columns]
        blank = 0 if filled else blank + times
        if blank > MAX_BLANK_ROWS or len(rows) + times > MAX_ROWS:
            break
        rows += [row] * times
    if skipped_rows:
        contents.warnings.append(f"sheet '{title}': {skipped_rows} hidden rows were skipped")
    if skipped_columns:
        contents.warnings.append(f"sheet '{title}': hidden columns were skipped")
    contents.blocks.append(Table.of(rows, title))


def _row(line, down: dict[int, tuple[int, Cell]]) -> list[Cell]:
    row: list[Cell] = []
    across, left = 0, EMPTY
    for node in line.childNodes:
        name = getattr(node, "qname", None)
        if name not in ((_TABLE, "table-cell"), (_TABLE, "covered-table-cell")):
            continue
        times = int(node.getAttrNS(_TABLE, "number-columns-repeated") or 1)
        for _ in range(min(times, MAX_COLUMNS - len(row))):
            column = len(row)
            if name == (_TABLE, "covered-table-cell"):
                if across > 0:
                    across -= 1
                    row.append(Cell(left.text, left.number, covered=True, problem=left.problem))
                else:
                    above = down.get(column, (0, EMPTY))[1]
                    row.append(Cell(above.text, above.number, covered=True, down=True, problem=above.problem))
                continue
            made = _cell(node)
            row.append(made)
            across = int(node.getAttrNS(_TABLE, "number-columns-spanned") or 1) - 1
            left = made
            deep = int(node.getAttrNS(_TABLE, "number-rows-spanned") or 1)
            for n in range(column, min(column + across + 1, MAX_COLUMNS)):
                if deep > 1:
                    down[n] = (deep, made)
                else:
                    down.pop(n, None)
    return row


def _cell(node) -> Cell:
    from ictplan_utils.documents.sheets import shown

    kind = node.getAttrNS(_OFFICE, "value-type")
    text = "\n".join(_plain(child) for child in node.childNodes if getattr(child, "qname", None) == (_TEXT, "p"))
    if kind in ("float", "percentage", "currency"):
        value = float(node.getAttrNS(_OFFICE, "value"))
        made = shown(value, "0%" if kind == "percentage" else "")
        return Cell(text or made.text, made.number)
    if kind == "date":
        return Cell(text, problem="a date, not a figure")
    if not text and node.getAttrNS(_TABLE, "formula"):
        return Cell(problem=NO_VALUE)
    return Cell(text) if text else EMPTY
