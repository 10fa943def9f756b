"""Web pages (.html), also as mail (.mht), and as Office saves them under names of its own → contents."""

from __future__ import annotations

import email
import re
from email import policy
from pathlib import Path

from ictplan_utils import messages
from ictplan_utils.documents.contents import (
    EMPTY,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ROWS,
    Cell,
    Contents,
    Merge,
    Paragraph,
    Table,
    lowered,
    raised,
)
from ictplan_utils.documents.encodings import decode

_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*(hidden|collapse)|mso-hide\s*:\s*all", re.IGNORECASE)
_STRUCK = re.compile(r"text-decoration[^;:]*:[^;]*line-through", re.IGNORECASE)
_HIGH = re.compile(r"vertical-align\s*:\s*super|mso-text-raise\s*:\s*[1-9]", re.IGNORECASE)
_LOW = re.compile(r"vertical-align\s*:\s*sub|mso-text-raise\s*:\s*-", re.IGNORECASE)
_CLASS = re.compile(r"\.([\w-]+)\s*(?=[,{])")
_BLOCKS = re.compile(
    r"html|body|p|div|section|article|main|header|footer|form|fieldset|center|blockquote|pre|address|figure|hr|"
    r"ul|ol|li|dl|dt|dd|h[1-6]|table|tr|td|th"
)


def read_html(path: Path) -> Contents:
    """Return a page's paragraphs and tables; scripts, styles and hidden elements are left out, and nothing loads."""
    contents = Contents()
    add_html(decode(path.read_bytes(), path), path, contents)
    return contents


def read_mhtml(path: Path) -> Contents:
    """Return the paragraphs and tables of all pages of a web archive, a workbook's sheets among them."""
    mail = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    contents = Contents()
    for part in mail.walk():
        if part.get_content_type() == "text/html" and "tabstrip" not in str(part.get("Content-Location", "")):
            raw = part.get_payload(decode=True) or b""
            try:
                page = raw.decode(part.get_content_charset() or "utf-8")
            except (LookupError, UnicodeDecodeError):
                page = decode(raw, path)
            add_html(page, path, contents)
    return contents


def add_html(page: str, path: Path, contents: Contents) -> None:
    """Add the paragraphs and tables of HTML text, its characters as they look."""
    from bs4 import BeautifulSoup, Comment

    soup = BeautifulSoup(page, "lxml")
    classes: dict[str, str] = {}
    for style in soup("style"):
        for selectors, declared in re.findall(r"([^{}]*\{)([^{}]*)\}", style.get_text()):
            classes |= {name: classes.get(name, "") + ";" + declared for name in _CLASS.findall(selectors)}
    for element in soup(["script", "style", "template", "noscript", "iframe", "object"]):
        element.decompose()
    for comment in soup.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    rows = 0
    for element in soup.find_all(True):
        if "_decomposed" in element.__dict__:  # the property looks for a tag of that name in the whole page
            continue
        names = element.get("class") or []
        look = ";".join([element.get("style") or "", *(classes.get(name, "") for name in names)])
        if element.has_attr("hidden") or _HIDDEN.search(look):
            rows += element.name in ("tr", "td", "th", "col")
            element.decompose()
        elif element.name in ("s", "strike", "del") or _STRUCK.search(look):
            contents.strike(element.get_text(" "))
            element.clear(decompose=True)
        elif element.name == "sup" or _HIGH.search(look):
            element.string = raised(element.get_text())
        elif element.name == "sub" or _LOW.search(look):
            element.string = lowered(element.get_text())
        elif element.name == "br":
            element.replace_with("\n")
    if rows:
        contents.warn("formats.hidden_in_page", count=rows)
    _walk(soup.body or soup, contents, path)


def _walk(root, contents: Contents, path: Path) -> None:
    """Add what stands in an element, a paragraph for each block; without recursion, since damage nests deeply."""
    from bs4 import NavigableString

    words: list[str] = []
    stack: list = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, NavigableString):
            words.append(str(node))
            continue
        if node is None or node.name == "table":
            if text := " ".join("".join(words).split()):
                contents.blocks.append(Paragraph(text))
            words = []
        if node is None:
            continue
        if node.name != "table":
            ends = [None] if _BLOCKS.fullmatch(node.name) else []
            stack += [*ends, *reversed(list(node.children)), *ends]
            continue
        if node.caption is not None:
            contents.blocks.append(Paragraph(" ".join(node.caption.get_text(" ").split())))
        contents.blocks.append(_table(node, path))


def _table(table, path: Path) -> Table:
    rows: list[list[Cell]] = []
    merges: list[Merge] = []
    deep: dict[int, int] = {}
    cells = 0
    for line in table.find_all("tr"):
        if line.find_parent("table") is not table:
            continue
        r, row = len(rows), []
        for cell in line.find_all(["td", "th"], recursive=False):
            while deep.get(len(row), 0) > r:
                row.append(EMPTY)
            lines = (" ".join(part.split()) for part in cell.get_text().split("\n"))
            across, down = _span(cell.get("colspan")), _span(cell.get("rowspan"))
            if across > 1 or down > 1:
                merges.append((r, len(row), r + down - 1, len(row) + across - 1))
                deep |= dict.fromkeys(range(len(row), len(row) + across), r + down)
            row += [Cell("\n".join(filter(None, lines)))] + [EMPTY] * (across - 1)
        rows.append(row[:MAX_COLUMNS])
        cells += len(row)
        if len(rows) > MAX_ROWS or cells > MAX_CELLS:
            raise messages.error("formats.too_many_rows", path=path, most=MAX_ROWS)
    return Table.of(rows, merges=merges)


def _span(text: object) -> int:
    return max(1, min(int(text), MAX_COLUMNS)) if text and str(text).isdigit() else 1
