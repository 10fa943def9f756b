"""Text (tabs, blanks, Markdown pipes, CSV) → contents."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from ictplan_utils import messages
from ictplan_utils.documents import columns
from ictplan_utils.documents.contents import MAX_COLUMNS, MAX_ROWS, Cell, Contents, Paragraph, Table, raised
from ictplan_utils.documents.encodings import decode
from ictplan_utils.documents.tabs import blocks_of_lines
from ictplan_utils.documents.web import add_html

# Each of these stops at the next mark of its kind: a text of marks that never close is read as fast as any other.
_MARKUP = re.compile(r"</?(?:i|b|em|strong|u|span|font|p)(?:\s[^<>]*)?>|\*\*|__|^ {0,3}#{1,6} ", re.IGNORECASE)
_ITALIC = re.compile(r"(?<![\w*])\*(?=\S)([^*]+)(?<=\S)\*(?![\w*])")
_BREAK = re.compile(r"<br\s*/?>|\\n", re.IGNORECASE)
_RAISED = re.compile(r"<sup>([^<]*)</sup>", re.IGNORECASE)
_STRUCK = re.compile(r"~~([^~]+)~~|<(?:s|del|strike)>([^<]*)</(?:s|del|strike)>", re.IGNORECASE)
_NOTE = re.compile(r"(?<=\S)\[\^[^\]\s]{1,20}\]")
_TABLE = re.compile(r"<(/?)table\b", re.IGNORECASE)


def read_text(path: Path) -> Contents:
    """Return a text's paragraphs and tables: lines with tabs, pipes or columns set with blanks, and HTML tables."""
    contents = Contents()
    for piece, is_table in _pieces(decode(path.read_bytes(), path)):
        if is_table:
            add_html(piece, path, contents)
        else:
            contents.blocks += _blocks(unwrapped([_clean(line, contents) for line in piece.splitlines()]), path)
    return contents


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the text between HTML tables, and the tables, outermost ones whole."""
    begins = depth = 0
    for mark in _TABLE.finditer(text):
        if not mark[1]:
            if not depth:
                yield text[begins : mark.start()], False
                begins = mark.start()
            depth += 1
        elif depth:
            depth -= 1
            if not depth:
                ends = text.find(">", mark.end()) + 1 or len(text)
                yield text[begins:ends], True
                begins = ends
    yield text[begins:], depth > 0


def _clean(line: str, contents: Contents) -> str:
    """Return a line without the marks that only set it in italics or bold; raised and struck-out text as it looks."""
    line = _STRUCK.sub(lambda match: contents.strike(match[1] or match[2] or ""), line)
    line = _NOTE.sub("", _RAISED.sub(lambda match: raised(match[1]), line))
    return _ITALIC.sub(r"\1", _MARKUP.sub("", line))


WIDEST_WRAPPED = 120
"""Letters of the longest line of a text whose lines are broken for their width."""
RAGGED = 0.85
"""So much of the longest line a broken one takes, with the word that did not fit: letters are not all as wide."""
_ENDS = re.compile(r"[.;:!?]\s*$|^\s*$")
_BEGINS = re.compile(r"\s*(?:$|[-–+*•]\s|(?:\d{1,2}(?:\.\d{1,2})*|[a-zđ]|[IVX]{1,4})[.)]\s)")
_SET = re.compile(r"\t|\||\S {2,}\S")


def unwrapped(lines: list[str]) -> list[str]:
    """Return a text's lines, those joined that were broken only where the next word did not fit any more."""
    width = max(map(len, lines), default=0)
    if width > WIDEST_WRAPPED:
        return lines
    broken, going_on = [], []
    for line, behind in itertools.pairwise(lines):
        goes_on = not (_ENDS.search(line) or _BEGINS.match(behind) or _SET.search(f"{line}\n{behind}"))
        small = goes_on and behind.lstrip()[0].islower()
        full = goes_on and len(line.rstrip()) + len(behind.split()[0]) >= (RAGGED if small else 1) * width
        broken.append(full)
        going_on += [full] if small else []
    # In a text that is broken so, the lines that go on in small letters are full; in a list they are not.
    if 2 * sum(going_on) <= len(going_on):
        return lines
    joined = lines[:1]
    for wraps, line in zip(broken, lines[1:], strict=True):
        if wraps:
            joined[-1] = f"{joined[-1].rstrip()} {line.lstrip()}"
        else:
            joined.append(line)
    return joined


def _blocks(lines: list[str], path: Path) -> list[Paragraph | Table]:
    blocks: list[Paragraph | Table] = []
    piped: list[list[Cell]] = []
    others: list[str] = []
    framed = True
    for line in [*lines, "||"]:
        if line.count("|") < 2 and line.strip():
            if piped:
                blocks.append(Table.of(piped))
                piped = []
            others.append(line)
        elif line.strip() and not (set(line) <= set("|:- \t") and "--" in line):
            blocks += _free(others)
            others = []
            # Where the headings stand in no frame, a mark that begins a row stands behind an empty cell.
            framed = framed if piped else line.strip().startswith("|")
            piped.append([Cell(_BREAK.sub("\n", cell)) for cell in _piped(line, framed)[:MAX_COLUMNS]])
            if len(piped) > MAX_ROWS:
                raise messages.error("formats.too_many_rows", path=path, most=MAX_ROWS)
        elif not line.strip() and others:
            others.append("")
    return [*blocks, *([Table.of(piped)] if len(piped) > 1 else [])]


def _piped(line: str, framed: bool) -> list[str]:
    line = line.strip()
    if framed:
        line = line.removeprefix("|")
        line = line[:-1] if line.endswith("|") and not line.endswith("\\|") else line
    return [cell.replace("\\|", "|").strip() for cell in re.split(r"(?<!\\)\|", line)]


def _free(lines: list[str]) -> list[Paragraph | Table]:
    """Return the blocks of lines without pipes: their tabs, else their blanks, may set columns."""
    if any("\t" in line.strip() for line in lines) or not any(re.search(r"\S  +\S", line) for line in lines):
        return blocks_of_lines(_BREAK.sub("\n", line) for line in lines)
    runs = [(cells, [*run]) for cells, run in itertools.groupby(lines, lambda line: len(_cells(line)))]
    found: list[Paragraph | Table] = []
    placed: list[str] = []
    for at, (cells, run) in enumerate(runs):
        alone = all(runs[beside][0] < 2 for beside in (at - 1, at + 1) if 0 <= beside < len(runs))
        if cells >= FEWEST_CELLS and len(run) > 2 and alone:  # whole rows, be their columns aligned or not
            found += [*_placed(placed), Table.of([[*map(Cell, _cells(line))] for line in run])]
            placed = []
        else:
            placed += run
    return [*found, *_placed(placed)]


FEWEST_CELLS = 4
"""Three lines that blanks part into so many pieces each, among lines of one piece, are a table's rows."""


def _cells(line: str) -> list[str]:
    return re.split(r"\s{2,}", line.strip())


def _placed(lines: list[str]) -> list[Paragraph | Table]:
    """Return the blocks of lines by where their words stand."""
    placed = [
        columns.Line([columns.Word(word[0], word.start(), word.end() + 0.1, 2.2 * n, 2.2 * n + 1.85)
                      for word in re.finditer(r"\S+", line)])
        for n, line in enumerate(lines) if line.strip()
    ]  # fmt: skip
    return [
        Paragraph(piece.text) if isinstance(piece, columns.Line) else Table.of(piece.rows, merges=piece.merges)
        for piece in columns.find_tables(placed)
    ]


def read_csv(path: Path) -> Contents:
    """Return the table of a file of values between commas, semicolons or tabs, whatever its name."""
    text = decode(path.read_bytes(), path)
    lines = text[:20_000].splitlines()
    # Titles have no columns, figures may have decimal commas: the mark is the one that most lines have equally often.
    mark = max("\t;,", key=lambda m: max(Counter(line.count(m) for line in lines if m in line).values(), default=0))
    contents, rows = Contents(), []
    try:
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=mark):
            rows.append([Cell(_BREAK.sub("\n", _clean(cell, contents))) for cell in line[:MAX_COLUMNS]])
            if len(rows) > MAX_ROWS:
                raise messages.error("formats.too_many_rows", path=path, most=MAX_ROWS)
    except csv.Error as error:
        raise messages.error("formats.bad_csv", path=path, why=error) from None
    contents.blocks.append(Table.of(rows))
    return contents
