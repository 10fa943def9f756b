"""Fill a Word template that an office can edit: words in `{{braces}}`, blocks of sentences, rows of a table."""

from __future__ import annotations

import copy
import datetime
import functools
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import docx
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.run import Run

from ictplan_utils import messages
from ictplan_utils.errors import IctplanError, closest
from ictplan_utils.office.form import clean

_PLACEHOLDER = re.compile(r"\{\{\s*(#?[\w.]+)\s*\}\}")
_ROW = re.compile(r"\{\{\s*(muc|dong|con)\.")
_ASIDE = re.compile(r"(\[[^\[\]]*\])")
"""What stands in square brackets is for people to finish; it is highlighted."""

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of every part inside a package, so that the same data gives the same bytes."""

SHADE = "D9D9D9"
_AFTER_SHADE = ("noWrap", "tcMar", "textDirection", "tcFitText", "vAlign", "hideMark")
"""What the schema of Word files wants behind a cell's shade."""
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


@dataclass(frozen=True)
class Cell:
    """What a table's placeholder becomes; `marked` cells are shaded."""

    text: str
    marked: bool = False


@dataclass(frozen=True)
class Row:
    """One row to make: `kind` names the template row to copy (`muc` heading, `dong` row, `con` part)."""

    kind: str
    cells: Mapping[str, Cell]


@dataclass(frozen=True)
class Filling:
    """What a template is filled with.

    `words`: placeholder → text, anywhere. `rows`: what every table with `{{muc.…}}`, `{{dong.…}}`, `{{con.…}}` rows
    repeats. `blocks`: `#name` → paragraphs, each a copy of the paragraph that holds the placeholder (none: the
    paragraph goes). `remarks`: text in square brackets → what Word shows in the margin beside it.
    """

    words: Mapping[str, str]
    rows: Sequence[Row]
    blocks: Mapping[str, Sequence[str]] = field(default_factory=dict)
    remarks: Mapping[str, str] = field(default_factory=dict)


def fill(
    path: Path, told: Filling, made: datetime.datetime, title: str,
    lay_out: Callable[[Any], Iterable[tuple[Any, Sequence[Row]]]] = lambda body: (),
) -> bytes:  # fmt: skip
    """Return the bytes of `path` filled in.

    `lay_out` may change the document's body first, and gives tables that repeat rows of their own.
    Raises IctplanError naming the template and an unknown placeholder.
    """
    try:
        document = docx.Document(str(path))
    except Exception as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0][:120]
        raise messages.error("office.no_template", path=path, reason=reason) from None
    roots = [document.element.body]
    roots += [
        part._element
        for section in document.sections
        for part in (section.header, section.first_page_header, section.footer, section.first_page_footer)
        if not part.is_linked_to_previous
    ]
    say = _Speaker(path, told)
    for table, own in lay_out(document.element.body):
        _repeat_rows(table, own, say)
    for root in roots:
        for table in list(root.iter(qn("w:tbl"))):
            _repeat_rows(table, told.rows, say)
        for paragraph in list(root.iter(qn("w:p"))):
            _fill_paragraph(paragraph, say)
    _remark(document, told.remarks, made)
    core = document.core_properties
    core.title, core.author, core.last_modified_by, core.comments = title, "ictplan", "ictplan", ""
    core.created = core.modified = made
    core.revision = 1
    buffer = io.BytesIO()
    document.save(buffer)
    return repack(buffer.getvalue())


class _Speaker:
    """What each placeholder means, and the sentence for one that means nothing."""

    def __init__(self, path: Path, told: Filling) -> None:
        self.path, self.words, self.blocks = path, told.words, told.blocks
        self.row_names = {f"{row.kind}.{name}" for row in told.rows for name in row.cells}

    def word(self, name: str) -> str:
        if name in self.words:
            return clean(self.words[name])
        raise self.unknown(name)

    def block(self, name: str) -> Sequence[str]:
        if name in self.blocks:
            return [clean(text) for text in self.blocks[name]]
        raise self.unknown(f"#{name}")

    def unknown(self, name: str) -> IctplanError:
        known = [*self.words, *(f"#{block}" for block in self.blocks), *sorted(self.row_names)]
        near = closest(name, known)
        key = "office.did_you_mean" if near else "office.known_are"
        hint = messages.text(key, near=near, known=", ".join(known))
        return messages.error("office.no_placeholder", path=self.path, name=name, hint=hint)


def _repeat_rows(table, rows: Sequence[Row], say: _Speaker) -> None:
    models = {}
    for line in [row for row in table if row.tag == qn("w:tr")]:
        if found := _ROW.search(text_of(line)):
            models.setdefault(found[1], line)
    if not models:
        return
    first = next(iter(models.values()))
    fallback = models.get("dong", first)
    for row in rows:
        model = models.get(row.kind, fallback)
        kind = next(kind for kind, line in models.items() if line is model)
        line = copy.deepcopy(model)
        for cell in line.iter(qn("w:tc")):
            marked = False
            for paragraph in cell.iter(qn("w:p")):
                for name in _PLACEHOLDER.findall(text_of(paragraph)):
                    if "." in name and name not in say.row_names:
                        raise say.unknown(name)
                    marked = marked or row.cells.get(name.removeprefix(f"{kind}."), Cell("")).marked
                _substitute(paragraph, functools.partial(_cell_text, kind=kind, row=row, say=say))
            if marked:
                _shade(cell)
        first.addprevious(line)
    for model in models.values():
        table.remove(model)


def _cell_text(name: str, kind: str, row: Row, say: _Speaker) -> str:
    if "." not in name:
        return say.word(name)
    return clean(row.cells.get(name.removeprefix(f"{kind}."), Cell("")).text)


def _shade(cell) -> None:
    properties = cell.get_or_add_tcPr()
    for old in properties.findall(qn("w:shd")):
        properties.remove(old)
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", SHADE)):
        shade.set(qn(f"w:{name}"), value)
    properties.insert_element_before(shade, *(f"w:{name}" for name in _AFTER_SHADE))


def _fill_paragraph(paragraph, say: _Speaker) -> None:
    names = _PLACEHOLDER.findall(text_of(paragraph))
    block = next((name for name in names if name.startswith("#")), None)
    if block is None:
        if names:
            _substitute(paragraph, say.word)
        return
    for text in say.block(block[1:]):
        made = copy.deepcopy(paragraph)
        _substitute(made, lambda name, text=text: text if name == block else say.word(name))
        _highlight_asides(made)
        paragraph.addprevious(made)
    parent = paragraph.getparent()
    # A cell must keep a paragraph, and a section's last paragraph holds its page set-up.
    if paragraph.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None or len(parent.findall(qn("w:p"))) == 1:
        _substitute(paragraph, lambda name: "")
    else:
        parent.remove(paragraph)


def _substitute(paragraph, value: Callable[[str], str]) -> None:
    """Replace the placeholders of a paragraph, however Word has cut them into runs; the first piece's look stays."""
    pieces = list(paragraph.iter(qn("w:t")))
    whole = "".join(node.text or "" for node in pieces)
    for match in reversed(list(_PLACEHOLDER.finditer(whole))):
        text, at = value(match[1]), 0
        for node in pieces:
            start, end = at, at + len(node.text or "")
            at = end
            left, right = max(match.start(), start), min(match.end(), end)
            if left >= right:
                continue
            old = node.text or ""
            put = text if start <= match.start() < end else ""
            node.text = old[: left - start] + put + old[right - start :]
            node.set(_SPACE, "preserve")


def _highlight_asides(paragraph) -> None:
    """Give what stands in square brackets a run of its own, highlighted."""
    for run in list(paragraph.iter(qn("w:r"))):
        nodes = run.findall(qn("w:t"))
        if len(nodes) != 1 or not _ASIDE.search(nodes[0].text or ""):
            continue
        for piece in filter(None, _ASIDE.split(nodes[0].text)):
            made = copy.deepcopy(run)
            made.find(qn("w:t")).text = piece
            made.find(qn("w:t")).set(_SPACE, "preserve")
            if _ASIDE.fullmatch(piece):
                Run(made, None).font.highlight_color = WD_COLOR_INDEX.YELLOW
            run.addprevious(made)
        run.getparent().remove(run)


def _remark(document, remarks: Mapping[str, str], made: datetime.datetime) -> None:
    """Put a comment beside every run that is one of the bracketed texts."""
    for element in list(document.element.body.iter(qn("w:r"))):
        said = remarks.get(text_of(element))
        if said:
            comment = document.add_comment(Run(element, document), text=clean(said), author="ictplan", initials="ict")
            comment._comment_elm.set(qn("w:date"), f"{made:%Y-%m-%dT%H:%M:%SZ}")


def has_rows(element) -> bool:
    """Tell whether rows are to be repeated in a table."""
    return bool(_ROW.search(text_of(element)))


def text_of(element) -> str:
    """Return all text inside an element."""
    return "".join(node.text or "" for node in element.iter(qn("w:t")))


def repack(package: bytes, change: Callable[[str, bytes], bytes] = lambda name, content: content) -> bytes:
    """Return an Office package with fixed times, its parts through `change`: the same contents, the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            part = zipfile.ZipInfo(entry.filename, EPOCH)
            part.compress_type, part.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            new.writestr(part, change(entry.filename, old.read(entry.filename)))
    return buffer.getvalue()
