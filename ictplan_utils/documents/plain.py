"""Text (tabs, Markdown pipes, CSV) and HTML → contents."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from ictplan_utils.documents.contents import (
    EMPTY,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ROWS,
    Cell,
    Contents,
    Paragraph,
    Table,
)
from ictplan_utils.documents.encodings import decode
from ictplan_utils.errors import IctplanError

_RULE = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?\s*")
_MARKUP = re.compile(r"</?(?:i|b|em|strong|u|span|font|p)(?:\s[^<>]*)?>|\*\*|__", re.IGNORECASE)
_ITALIC = re.compile(r"(?<![\w*])\*(?=\S)(.+?)(?<=\S)\*(?![\w*])")
_BREAK = re.compile(r"<br\s*/?>|\\n", re.IGNORECASE)
_SUPER = re.compile(r"<sup>(.*?)</sup>", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*(hidden|collapse)|mso-hide\s*:\s*all", re.IGNORECASE)
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def read_text(path: Path) -> Contents:
    """Return a text file's paragraphs and tables: lines with tabs or pipes are rows; blank lines part no table."""
    text = decode(path.read_bytes(), path)
    if path.suffix.lower() == ".csv":
        return Contents([Table.of(_csv_rows(text, path))])
    contents, rows = Contents(), []
    kind = ""
    for line in text.splitlines():
        found = "tab" if "\t" in line.strip("\r\n ") else "pipe" if line.count("|") >= 2 else ""
        if found:
            if kind and kind != found:
                _close(rows, contents)
            kind = found
            cells = line.rstrip("\r\n").split("\t") if found == "tab" else _piped(line)
            if found == "pipe" and _RULE.fullmatch(line):
                continue
            rows.append([Cell(_clean(cell)) for cell in cells[:MAX_COLUMNS]])
            if len(rows) > MAX_ROWS:
                raise IctplanError(f"{path}: a table of more than {MAX_ROWS:,} rows; keep only the indicator tables")
        elif line.strip():
            _close(rows, contents)
            kind = ""
            contents.blocks.append(Paragraph(_clean(line).strip()))
    _close(rows, contents)
    return contents


def _close(rows: list, contents: Contents) -> None:
    if rows:
        contents.blocks.append(Table.of(rows))
        rows.clear()


def _piped(line: str) -> list[str]:
    line = line.strip()
    line = line.removeprefix("|")
    if line.endswith("|") and not line.endswith("\\|"):
        line = line[:-1]
    return [cell.replace("\\|", "|").strip() for cell in re.split(r"(?<!\\)\|", line)]


def _clean(text: str) -> str:
    """Return text without the marks that only set it in italics or bold; a line break written out becomes one."""
    text = _SUPER.sub(lambda match: match[1].translate(_RAISED), text)
    text = _MARKUP.sub("", _BREAK.sub("\n", text))
    return _ITALIC.sub(r"\1", text)


def _csv_rows(text: str, path: Path) -> list[list[Cell]]:
    sample = text[:20_000]
    mark = max("\t;,", key=lambda m: min((line.count(m) for line in sample.splitlines()[:10] if line), default=0))
    rows = []
    try:
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=mark):
            rows.append([Cell(_clean(cell)) for cell in line[:MAX_COLUMNS]])
            if len(rows) > MAX_ROWS:
                raise IctplanError(f"{path}: more than {MAX_ROWS:,} rows; keep only the indicator tables")
    except csv.Error as error:
        raise IctplanError(f"{path}: not a readable CSV ({error}); save it as .xlsx") from None
    return rows


def read_html(path: Path) -> Contents:
    """Return a page's paragraphs and tables; scripts, styles and hidden elements are left out, and nothing loads."""
    from bs4 import BeautifulSoup, Comment

    soup = BeautifulSoup(decode(path.read_bytes(), path), "lxml")
    contents = Contents()
    for element in soup(["script", "style", "template", "noscript", "iframe", "object"]):
        element.decompose()
    for comment in soup.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    hidden = [e for e in soup.find_all(True) if e.has_attr("hidden") or _invisible(e.get("style", ""))]
    rows = sum(e.name in ("tr", "td", "th", "col") for e in hidden)
    for element in hidden:
        if not element.decomposed:
            element.decompose()
    if rows:
        contents.warnings.append(f"{rows} hidden rows or cells of the page were skipped")
    for mark in soup.find_all("sup"):
        mark.replace_with(mark.get_text().translate(_RAISED))
    for line_break in soup.find_all("br"):
        line_break.replace_with("\n")
    _walk_html(soup.body or soup, contents, path)
    return contents


def _invisible(style: str) -> bool:
    return _HIDDEN.search(style) is not None


def _walk_html(root, contents: Contents, path: Path) -> None:
    from bs4 import NavigableString

    holders = set()
    for table in root.find_all("table"):
        for holder in table.parents:
            if id(holder) in holders:
                break
            holders.add(id(holder))
    stack = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, NavigableString):
            text = " ".join(node.split())
            if text:
                contents.blocks.append(Paragraph(text))
        elif node.name == "table":
            if node.caption is not None:
                contents.blocks.append(Paragraph(" ".join(node.caption.get_text(" ").split())))
            contents.blocks.append(_html_table(node, path))
        elif id(node) in holders or node.name in ("body", "html", "[document]", "div", "section", "ul"):
            stack.extend(reversed(list(node.children)))
        else:
            lines = [" ".join(line.split()) for line in node.get_text().split("\n")]
            text = " ".join(filter(None, lines))
            if text:
                contents.blocks.append(Paragraph(text))


def _html_table(table, path: Path) -> Table:
    rows: list[list[Cell]] = []
    pending: dict[int, tuple[int, Cell]] = {}
    cells = 0
    for line in table.find_all("tr"):
        if line.find_parent("table") is not table:
            continue
        row: list[Cell] = []
        columns = [cell for cell in line.find_all(["td", "th"]) if cell.find_parent("table") is table]
        for cell in columns:
            _fill(row, pending)
            text = "\n".join(
                filter(None, (" ".join(part.split()) for part in cell.get_text().split("\n") if part.strip()))
            )
            across, deep = _span(cell.get("colspan")), _span(cell.get("rowspan"))
            for n in range(across):
                if len(row) >= MAX_COLUMNS:
                    break
                if deep > 1:
                    pending[len(row)] = (deep - 1, Cell(text, covered=True, down=True))
                row.append(Cell(text) if n == 0 else Cell(text, covered=True))
        _fill(row, pending)
        rows.append(row)
        cells += len(row)
        if len(rows) > MAX_ROWS or cells > MAX_CELLS:
            raise IctplanError(f"{path}: a table of more than {MAX_ROWS:,} rows; keep only the indicator tables")
    return Table.of(rows)


def _fill(row: list[Cell], pending: dict[int, tuple[int, Cell]]) -> None:
    while len(row) in pending:
        left, cell = pending[len(row)]
        if left > 1:
            pending[len(row)] = (left - 1, cell)
        else:
            del pending[len(row)]
        row.append(cell)


def _span(text) -> int:
    return max(1, min(int(text), MAX_COLUMNS)) if text and str(text).isdigit() else 1


__all__ = ["EMPTY", "read_html", "read_text"]
