"""The appendices of an office's own form, laid out as it says: headings over several columns, rows, notes."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from ictplan_utils.office.template import Row, has_rows, text_of

WIDTHS = {"so": 0.05, "ten": 0.27, "don_vi": 0.09}
"""How much of the page a column of words takes; the others share what is left."""


@dataclass(frozen=True)
class Appendix:
    """One appendix: its number and title, its columns (header, printed number, placeholder; "" stays blank), rows."""

    heading: str
    title: str
    headers: Sequence[str]
    numbers: Sequence[str]
    names: Sequence[str]
    rows: Sequence[Row]
    note: str


def lay_out(body, appendices: Sequence[Appendix]) -> Iterator[tuple[object, Sequence[Row]]]:
    """Put the appendices in the place of a template's own, in the look of its first; yield each table with its rows.

    A template's first appendix goes from the paragraph behind the section before it to the end of its section.
    """
    if not appendices:
        return
    children = list(body)
    at = next((n for n, each in enumerate(children) if each.tag == qn("w:tbl") and has_rows(each)), None)
    if at is None:
        return
    ends = [n for n, each in enumerate(children) if each.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None]
    begin = max((n + 1 for n in ends if n < at), default=0)
    end = next((n for n in ends if n > at), len(children) - 1)
    model = [copy.deepcopy(each) for each in children[begin : end + 1]]
    for each in children[begin:-1]:
        body.remove(each)
    page = children[-1]
    for appendix in appendices:
        last = appendix is appendices[-1]
        table, said = None, [appendix.heading, appendix.title]
        for each in copy.deepcopy(model):
            section = each.find(f"{qn('w:pPr')}/{qn('w:sectPr')}")
            if section is not None and last:
                page.getparent().replace(page, section)
                continue
            page.addprevious(each)
            if each.tag == qn("w:tbl") and table is None:
                table = each
                _rebuild(each, appendix)
            elif table is None and said and text_of(each).strip():
                _write(each, said.pop(0))
            elif "{{#ghi_chu_phu_luc" in text_of(each):
                _write(each, f"- {{{{#{appendix.note}}}}}")
        yield table, appendix.rows


def _rebuild(table, appendix: Appendix) -> None:
    """Give a table these columns; its cells look as those of the template's columns of that kind."""
    rows = table.findall(qn("w:tr"))
    models = {next(kind for kind in ("muc", "dong", "con") if f"{{{{{kind}." in text_of(row)): row
              for row in rows if "{{" in text_of(row) and has_rows(row)}  # fmt: skip
    grid = table.find(qn("w:tblGrid"))
    total = sum(int(each.get(qn("w:w"))) for each in grid)
    shares = [WIDTHS.get(name, 0.0) for name in appendix.names]
    rest = (1 - sum(shares)) / max(shares.count(0.0), 1)
    widths = [int(total * (share or rest)) for share in shares]
    for each in list(grid):
        grid.remove(each)
    for width in widths:
        each = OxmlElement("w:gridCol")
        each.set(qn("w:w"), str(width))
        grid.append(each)
    head, numbered = rows[0], rows[len(rows) - len(models) - 1]
    for row in rows:
        table.remove(row)
    for level in _levels(appendix.headers):
        row = _row(head, [text for text, *_ in level], [0] * len(level))
        for cell, (_, at, span, merge) in zip(row.findall(qn("w:tc")), level, strict=True):
            _shape(cell, sum(widths[at : at + span]), span, merge)
        table.append(row)
    kinds = [("so", "ten", "don_vi").index(name) if name in WIDTHS else 3 for name in appendix.names]
    lines = [(numbered, list(appendix.numbers))] + [
        (row, [f"{{{{{kind}.{name}}}}}" if name and (kind != "muc" or name in WIDTHS) else ""
               for name in appendix.names]) for kind, row in models.items()
    ]  # fmt: skip
    for model, texts in lines:
        row = _row(model, texts, kinds)
        for cell, width in zip(row.findall(qn("w:tc")), widths, strict=True):
            _shape(cell, width)
        table.append(row)


def _levels(headers: Sequence[str]) -> Iterator[list[tuple[str, int, int, str]]]:
    """Yield a head's rows: text, first column, columns; whether the cell begins (`restart`) or goes on downwards."""
    lines = [header.split("\n") for header in headers]
    depth = max(map(len, lines))
    for level in range(depth):
        row, at = [], 0
        while at < len(lines):
            own, span = lines[at], 1
            while level + 1 < len(own) and at + span < len(lines) and _under(lines[at + span], own[: level + 1]):
                span += 1
            last = level >= len(own) - 1 and len(own) < depth
            merge = ("restart" if level == len(own) - 1 else "continue") if last else ""
            row.append((own[level] if level < len(own) else "", at, span, merge))
            at += span
        yield row


def _under(lines: Sequence[str], heading: Sequence[str]) -> bool:
    return len(lines) > len(heading) and lines[: len(heading)] == heading


def _row(model, texts: Sequence[str], kinds: Sequence[int]):
    """Return a copy of a row with a cell for each text, which looks as the model's cell of its kind."""
    row = copy.deepcopy(model)
    cells = row.findall(qn("w:tc"))
    for cell in cells:
        row.remove(cell)
    for text, kind in zip(texts, kinds, strict=True):
        cell = copy.deepcopy(cells[min(kind, len(cells) - 1)])
        _write(next(cell.iter(qn("w:p"))), text)
        row.append(cell)
    return row


def _shape(cell, width: int, span: int = 1, merge: str = "") -> None:
    """Set how wide a cell is, over how many columns, and whether it begins (`restart`) or goes on downwards."""
    properties = cell.get_or_add_tcPr()
    for name in ("gridSpan", "vMerge"):
        for old in properties.findall(qn(f"w:{name}")):
            properties.remove(old)
    cell.width = width * 635  # from twentieths of a point
    if span > 1:
        cell.grid_span = span
    if merge:
        properties.get_or_add_vMerge().val = merge


def _write(paragraph, text: str) -> None:
    """Make this a paragraph's whole text, in the look of its first run."""
    first, *others = paragraph.findall(qn("w:r")) or [OxmlElement("w:r")]
    for run in others:
        paragraph.remove(run)
    if first.getparent() is None:
        paragraph.append(first)
    first.text = text
