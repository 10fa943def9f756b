"""Word documents (.docx) → contents."""

from __future__ import annotations

import re
from pathlib import Path

from ictplan_utils.documents.contents import EMPTY, MAX_ROWS, Cell, Contents, Paragraph, Table
from ictplan_utils.errors import IctplanError

_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def read_docx(path: Path) -> Contents:
    """Return a Word document's paragraphs and tables; deleted and hidden text is left out."""
    import docx
    from docx.oxml.ns import qn

    body = docx.Document(str(path)).element.body
    contents = Contents()
    hidden = [0]
    for element in body.iter(qn("w:p"), qn("w:tbl")):
        # A text box is stored twice, for new programs and for old ones.
        around = {parent.tag for parent in element.iterancestors()}
        if _FALLBACK in around or (element.tag == qn("w:p") and qn("w:tbl") in around):
            continue
        if element.tag == qn("w:p"):
            text = _text(element, qn, hidden)
            contents.blocks += [Paragraph(line.strip()) for line in text.split("\n") if line.strip()]
        else:
            contents.blocks.append(_table(element, qn, hidden, path))
    if hidden[0]:
        contents.warnings.append(f"{hidden[0]} pieces of hidden text were skipped")
    return contents


def _text(element, qn, hidden: list[int]) -> str:
    """Return the text of a paragraph or cell; a footnote mark set high stays high, so that 12¹ is not 121."""
    pieces = []
    tags = {name: qn(f"w:{name}") for name in ("t", "tab", "br", "cr", "p", "r", "noBreakHyphen", "txbxContent")}
    # A text box, and a table within a cell, are pieces of their own.
    boxed = {node for box in element.iter(tags["txbxContent"], qn("w:tbl"), _FALLBACK) for node in box.iter()}
    for node in element.iter():
        if node in boxed:
            continue
        if node.tag == tags["p"] and pieces and node is not element:
            pieces.append("\n")
        elif node.tag == tags["t"]:
            run = next((up for up in node.iterancestors(tags["r"])), None)
            look = run.find(qn("w:rPr")) if run is not None else None
            if look is not None and _on(look.find(qn("w:vanish")), qn):
                hidden[0] += 1
                continue
            raised = look.find(qn("w:vertAlign")) if look is not None else None
            text = node.text or ""
            if raised is not None and raised.get(qn("w:val")) == "superscript":
                text = text.translate(_SUPERSCRIPT)
            if look is not None and _on(look.find(qn("w:caps")), qn):
                text = text.upper()
            pieces.append(text)
        elif node.tag == tags["tab"] and node.getparent().tag == tags["r"]:
            pieces.append("\t")
        elif node.tag in (tags["br"], tags["cr"]):
            pieces.append("\n")
        elif node.tag == tags["noBreakHyphen"]:
            pieces.append("-")
    return re.sub(r"\n+", "\n", "".join(pieces)).strip("\n")


def _on(switch, qn) -> bool:
    return switch is not None and switch.get(qn("w:val")) not in ("0", "false", "off")


def _table(table, qn, hidden: list[int], path: Path) -> Table:
    rows: list[list[Cell]] = []
    for line in table.iter(qn("w:tr")):
        if next(line.iterancestors(qn("w:tbl"))) is not table:
            continue
        if len(rows) >= MAX_ROWS:
            raise IctplanError(f"{path}: a table of more than {MAX_ROWS:,} rows; keep only the indicator tables")
        properties = line.find(qn("w:trPr"))
        if properties is not None and (properties.find(qn("w:del")) is not None):
            continue
        row: list[Cell] = [EMPTY] * _count(properties, "w:gridBefore", qn)
        for cell in line.iter(qn("w:tc")):
            if next(cell.iterancestors(qn("w:tbl"))) is not table:
                continue
            look = cell.find(qn("w:tcPr"))
            span = max(1, min(_count(look, "w:gridSpan", qn), 300))
            merge = look.find(qn("w:vMerge")) if look is not None else None
            if merge is not None and merge.get(qn("w:val")) != "restart":
                above = rows[-1][len(row)] if rows and len(row) < len(rows[-1]) else EMPTY
                row += [Cell(above.text, above.number, covered=True, down=True)] * span
                continue
            text = _text(cell, qn, hidden)
            row += [Cell(text)] + [Cell(text, covered=True)] * (span - 1)
        rows.append(row)
    return Table.of(rows)


def _count(properties, name: str, qn) -> int:
    found = properties.find(qn(name)) if properties is not None else None
    value = found.get(qn("w:val"), "0") if found is not None else "0"
    return int(value) if value.isdigit() else 0
