"""OpenDocument files (.ods, .odt) → contents."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
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
from ictplan_utils.documents.sheets import formatted
from ictplan_utils.documents.tabs import blocks_of_lines

_OFFICE, _TABLE, _TEXT, _STYLE, _NUMBER, _FO = (
    f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}"
    for name in ("office", "table", "text", "style", "datastyle", "xsl-fo-compatible")
)
_HELD = (*(_TEXT + name for name in ("section", "list", "list-item", "list-header")), _OFFICE + "spreadsheet")
_APART = (_TEXT + "note", _OFFICE + "annotation", _TEXT + "tracked-changes", _TEXT + "hidden-text")
_BLANKS = {_TEXT + "tab": "\t", _TEXT + "line-break": "\n"}


def read_opendocument(path: Path) -> Contents:
    """Return the paragraphs and tables of an OpenDocument text or workbook; hidden rows and columns are skipped."""
    from lxml import etree

    with zipfile.ZipFile(path) as package:
        parts = [package.read(name) for name in ("content.xml", "styles.xml") if name in package.namelist()]
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return _Reader(path, [etree.fromstring(part, parser) for part in parts]).contents()


class _Reader:
    """What all parts of one document need to be read: its styles, and what was left out so far."""

    def __init__(self, path: Path, parts: list) -> None:
        self.path, self.body = path, parts[0].find(f"{_OFFICE}body")
        self.read = Contents()
        styles = [style for part in parts for style in part.iter(f"{_STYLE}style")]
        self.styles = {(s.get(f"{_STYLE}family"), s.get(f"{_STYLE}name")): s for s in reversed(styles)}
        self.factors = {
            shape.get(f"{_STYLE}name"): float(number.get(f"{_NUMBER}display-factor", 1))
            for part in parts for shape in part.iter(f"{_NUMBER}number-style")
            for number in shape.iter(f"{_NUMBER}number")
        }  # fmt: skip

    def contents(self) -> Contents:
        lines: list[str] = []
        for child in (grandchild for kind in (self.body if self.body is not None else ()) for grandchild in kind):
            for paragraph in self.paragraphs(child):
                if paragraph is None:
                    self.read.blocks[-1:-1] = blocks_of_lines(lines)
                    lines = []
                else:
                    lines += paragraph.split("\n")
        self.read.blocks += blocks_of_lines(lines)
        return self.read

    def paragraphs(self, node) -> Iterator[str | None]:
        """Yield the texts of a node's paragraphs, and None for each table, which is read already then."""
        if node.tag == f"{_TABLE}table":
            shown = next(self.properties("table", node.get(f"{_TABLE}style-name"), "table-properties", "display"), "")
            if shown == "false":
                self.read.warn("formats.hidden_sheet", sheet=node.get(f"{_TABLE}name", ""))
            else:
                self.table(node)
                yield None
        elif node.tag in (f"{_TEXT}p", f"{_TEXT}h"):
            yield self.text(node)
        elif node.tag in _HELD:
            for child in node:
                yield from self.paragraphs(child)

    def properties(self, family: str, name: str | None, kind: str, wanted: str) -> Iterator[str]:
        """Yield a property as the style sets it, then as those it is based on do."""
        seen = set()
        while name and name not in seen and (style := self.styles.get((family, name))) is not None:
            seen.add(name)
            if kind == "style":
                found = [style.get(wanted)]
            else:
                node = style.find(f"{_STYLE}{kind}")
                found = [v for k, v in node.items() if k.rpartition("}")[2] == wanted] if node is not None else []
            yield from filter(None, found)
            name = style.get(f"{_STYLE}parent-style-name")

    def look(self, family: str, name: str | None, wanted: str) -> str:
        return next(self.properties(family, name, "text-properties", wanted), "")

    def text(self, node, struck: bool = False, position: str = "") -> str:
        """Return the text of a paragraph as it looks."""
        if node.tag in _APART or not isinstance(node.tag, str):
            return ""
        if node.tag in _BLANKS:
            return _BLANKS[node.tag]
        if node.tag == f"{_TEXT}s":
            return " " * min(int(node.get(f"{_TEXT}c", "1")), 100)
        family = "text" if node.tag == f"{_TEXT}span" else "paragraph"
        style = node.get(f"{_TEXT}style-name")
        if self.look(family, style, "display") == "none":
            self.read.hidden += 1
            return ""
        struck = self.look(family, style, "text-line-through-style") not in ("", "none") or struck
        position = self.look(family, style, "text-position") or position
        pieces = [self.shown(node.text, struck, position)]
        for child in node:
            pieces += [self.text(child, struck, position), self.shown(child.tail, struck, position)]
        return "".join(pieces)

    def shown(self, text: str | None, struck: bool, position: str) -> str:
        if struck:
            return self.read.strike(text or "")
        place = position.split(" ")[0]
        up = place == "super" or re.fullmatch(r"[1-9]\d*%", place)
        down = place == "sub" or place.startswith("-")
        return raised(text or "") if up else lowered(text or "") if down else text or ""

    def table(self, table) -> None:
        name = table.get(f"{_TABLE}name", "")
        columns = [(column, n) for column in _parts(table, "table-column") for n in range(_times(column, "columns"))]
        columns = columns[:MAX_COLUMNS]
        hidden_columns = {n for n, (column, _) in enumerate(columns) if _is_hidden(column)}
        styles = [column.get(f"{_TABLE}default-cell-style-name") for column, _ in columns]
        rows: list[list[Cell]] = []
        merges: list[Merge] = []
        hidden_rows: set[int] = set()
        blank = cells = 0
        for line in _parts(table, "table-row"):
            row = self.row(line, len(rows), styles, merges)
            times = _times(line, "rows")
            cells += len(row)
            if cells > MAX_CELLS:
                raise messages.error("formats.too_many_cells", path=self.path, most=MAX_CELLS)
            blank = 0 if any(cell.text or cell.problem for cell in row) else blank + times
            if blank > MAX_BLANK_ROWS or len(rows) + times > MAX_ROWS:
                break
            if _is_hidden(line):
                hidden_rows |= set(range(len(rows), len(rows) + times))
            rows += [row] * times
        self.read.add_sheet(rows, name, merges, hidden_rows, hidden_columns)

    def row(self, line, at: int, styles: list[str | None], merges: list[Merge]) -> list[Cell]:
        row: list[Cell] = []
        for node in line.iter(f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            if node.getparent() is not line:
                continue
            left = len(row)
            style = node.get(f"{_TABLE}style-name") or (styles[left] if left < len(styles) else None)
            made = self.cell(node, style) if node.tag == f"{_TABLE}table-cell" else EMPTY
            row += [made] * min(_times(node, "columns"), MAX_COLUMNS - left)
            down, across = (int(node.get(f"{_TABLE}number-{way}-spanned", "1")) - 1 for way in ("rows", "columns"))
            if down > 0 or across > 0:
                merges.append((at, left, at + down, left + across))
        return row

    def cell(self, node, style: str | None) -> Cell:
        kind = node.get(f"{_OFFICE}value-type")
        struck = self.look("table-cell", style, "text-line-through-style") not in ("", "none")
        text = "\n".join(self.text(child, struck) for child in node.iterchildren(f"{_TEXT}p"))
        if struck:
            return EMPTY
        if kind in ("float", "percentage", "currency"):
            made = formatted(float(node.get(f"{_OFFICE}value")), "0%" if kind == "percentage" else "")
            shape = next(self.properties("table-cell", style, "style", f"{_STYLE}data-style-name"), "")
            factor = self.factors.get(shape, 1)
            return Cell(text or made.text, made.number / factor if factor > 1 else made.number)
        if kind == "date":
            return Cell.faulty("date", text)
        if not text and node.get(f"{_TABLE}formula"):
            return Cell.faulty("no_result")
        return Cell(text) if text else EMPTY


def _parts(table, kind: str) -> Iterator:
    """Yield a table's rows or columns, whatever groups they stand in, but not those of a table within."""
    for child in table:
        if child.tag == f"{_TABLE}{kind}":
            yield child
        elif child.tag != f"{_TABLE}table" and isinstance(child.tag, str) and child.tag.startswith(f"{_TABLE}table-"):
            yield from _parts(child, kind) if child.tag != f"{_TABLE}table-row" else ()


def _times(node, what: str) -> int:
    return min(int(node.get(f"{_TABLE}number-{what}-repeated", "1")), MAX_ROWS * 100)


def _is_hidden(node) -> bool:
    return node.get(f"{_TABLE}visibility") in ("collapse", "filter")
