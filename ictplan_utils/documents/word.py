"""Word documents (.docx) → contents."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

from docx.oxml.ns import qn

from ictplan_utils import messages
from ictplan_utils.documents.contents import EMPTY, MAX_ROWS, Cell, Contents, Merge, Table, lowered, raised
from ictplan_utils.documents.tabs import blocks_of_lines

_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BREAKS = {qn("w:tab"): "\t", qn("w:ptab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_DELETED = (qn("w:del"), qn("w:moveFrom"))
_LOOKS = ("strike", "dstrike", "vanish", "vertAlign", "caps")


def read_docx(path: Path, package: bytes) -> Contents:
    """Return a Word document's paragraphs and tables; deleted, moved-away, struck-out and hidden text is left out."""
    import docx

    document = docx.Document(io.BytesIO(package))
    return _Reader(path, document).contents()


class _Reader:
    """What all parts of one document need to be read: its styles, and what was left out so far."""

    def __init__(self, path: Path, document) -> None:
        self.path, self.body, self.read = path, document.element.body, Contents()
        styles = {style.get(qn("w:styleId")): style for style in document.styles.element.iter(qn("w:style"))}
        self.looks = {name: dict(_style_looks(style, styles)) for name, style in styles.items()}

    def contents(self) -> Contents:
        lines: list[str] = []
        for element in self.body.iter(qn("w:p"), qn("w:tbl")):
            # A text box is stored twice, for new programs and for old ones.
            around = {parent.tag for parent in element.iterancestors()}
            if _FALLBACK in around or (element.tag == qn("w:p") and qn("w:tbl") in around):
                continue
            if element.tag == qn("w:p"):
                lines += self.text(element).split("\n")
            else:
                self.read.blocks += [*blocks_of_lines(lines), self.table(element)]
                lines = []
        self.read.blocks += blocks_of_lines(lines)
        return self.read

    def text(self, element) -> str:
        """Return the text of a paragraph or cell as it looks."""
        # A text box, and a table within a cell, are pieces of their own.
        boxed = {node for box in element.iter(qn("w:txbxContent"), qn("w:tbl"), _FALLBACK) for node in box.iter()}
        pieces, struck = [], []
        for node in element.iter():
            if node in boxed:
                continue
            if node.tag == qn("w:p") and pieces:
                pieces.append("\n")
            elif node.tag == qn("w:t") and node.text and not any(True for _ in node.iterancestors(*_DELETED)):
                look = self.look(node)
                if look.get("vanish"):
                    self.read.hidden += 1
                elif look.get("strike") or look.get("dstrike"):
                    struck.append(node.text)
                else:
                    shown = {"superscript": raised, "subscript": lowered}.get(look.get("vertAlign"), str)(node.text)
                    pieces.append(shown.upper() if look.get("caps") else shown)
            elif node.tag in _BREAKS and node.getparent().tag == qn("w:r"):
                pieces.append(_BREAKS[node.tag])
        self.read.strike("".join(struck))
        return re.sub(r"\n+", "\n", "".join(pieces)).strip("\n")

    def look(self, node) -> dict:
        """Return how a piece of text looks: its own marks, else its style's, else its paragraph's style's."""
        run = next(node.iterancestors(qn("w:r")), None)
        paragraph = next(node.iterancestors(qn("w:p")), None)
        own = run.find(qn("w:rPr")) if run is not None else None
        look = dict(self.looks.get(_value(paragraph, "w:pPr", "w:pStyle"), ()))
        look |= self.looks.get(_value(own, "w:rStyle"), {})
        return look | dict(_marks(own))

    def table(self, table) -> Table:
        rows: list[list[Cell]] = []
        merges: dict[int, Merge] = {}
        done: list[Merge] = []
        for line in table.iter(qn("w:tr")):
            if next(line.iterancestors(qn("w:tbl"))) is not table:
                continue
            if len(rows) >= MAX_ROWS:
                raise messages.error("formats.too_many_rows", path=self.path, most=MAX_ROWS)
            properties = line.find(qn("w:trPr"))
            if properties is not None and properties.find(qn("w:del")) is not None:
                continue
            if properties is not None and _on(properties.find(qn("w:hidden"))):
                self.read.hidden += 1
                continue
            row = [EMPTY] * _number(properties, "w:gridBefore")
            for cell in line.iter(qn("w:tc")):
                if next(cell.iterancestors(qn("w:tbl"))) is not table:
                    continue
                look, left, r = cell.find(qn("w:tcPr")), len(row), len(rows)
                right = left + max(1, min(_number(look, "w:gridSpan"), 300)) - 1
                merge = look.find(qn("w:vMerge")) if look is not None else None
                above = merges.get(left)
                if merge is not None and merge.get(qn("w:val")) != "restart" and above and above[2] == r - 1:
                    merges[left] = (above[0], left, r, max(right, above[3]))
                else:
                    done += [above] if above else []
                    merges[left] = (r, left, r, right)
                row += [Cell(self.text(cell))] + [EMPTY] * (right - left)
            rows.append(row)
        return Table.of(rows, merges=[*done, *merges.values()])


def _style_looks(style, styles: dict) -> Iterator[tuple[str, object]]:
    """Yield a style's marks, those of the style it is based on first."""
    chain = [style]
    while (based := styles.get(_value(chain[-1], "w:basedOn"))) is not None and based not in chain:
        chain.append(based)
    for one in reversed(chain):
        yield from _marks(one.find(qn("w:rPr")))


def _marks(properties) -> Iterator[tuple[str, object]]:
    for name in _LOOKS if properties is not None else ():
        if (mark := properties.find(qn(f"w:{name}"))) is not None:
            yield name, mark.get(qn("w:val")) if name == "vertAlign" else _on(mark)


def _on(switch) -> bool:
    return switch is not None and switch.get(qn("w:val")) not in ("0", "false", "off")


def _value(node, *path: str) -> str:
    for name in path:
        node = node.find(qn(name)) if node is not None else None
    return node.get(qn("w:val"), "") if node is not None else ""


def _number(properties, name: str) -> int:
    value = _value(properties, name)
    return int(value) if value.isdigit() else 0
