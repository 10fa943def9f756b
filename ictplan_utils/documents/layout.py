"""A document's blocks → its tables, named as sources name them; a grid of cells → its tables and the rows of each."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ictplan_utils.documents import headers, units
from ictplan_utils.documents.contents import Cell, Paragraph, Table
from ictplan_utils.documents.header_rows import (
    Block,
    Grid,
    Row,
    below,
    filled,
    header_above,
    header_like,
    is_data,
    is_figure,
    is_index,
    is_word,
    kind,
    nfc_lines,
    no_header,
    texts_of,
    wordy,
)
from ictplan_utils.vietnamese import fold, nfc

_APPENDIX = re.compile(r"^\W*(?:phu luc|pl|phu bieu)\s*(?:so|so:)?\s*[:.]?\s*0?([1-9]\d?|[ivx]{1,4})?\b")
_SHEET = re.compile(r"\b(?:phu luc|pl|phu bieu)\s*\.?\s*(?:so)?\s*0?([1-9]\d?|[ivx]{1,4})?$")
_TABLE = re.compile(r"^\W*(?:bieu|bang|bieu so|bang so)\s*(?:so|mau)?\s*[:.]?\s*0?([1-9]\d{0,2})\b|^(\d{2,3})\. ")
_HEADING = re.compile(r"\W*(?:\d{1,2}|[IVX]+|[A-ZĐ])[.)]\s")
_CAPTIONS = 12
_SENTENCE = 4
"""So many words beside a table, under no heading, are a sentence."""


def tables(pieces: Sequence[Paragraph | Table]) -> tuple[list[Block], list[Paragraph]]:
    """Return a document's tables, each with its name in sources, and the paragraphs of its text."""
    found: list[Block] = []
    paragraphs: list[Paragraph] = []
    captions: list[str] = []
    sheet = ""
    for piece in pieces:
        if isinstance(piece, Paragraph):
            paragraphs.append(piece)
            captions = [*captions, piece.text][-_CAPTIONS:]
            continue
        captions, sheet = captions if piece.name == sheet else [], piece.name  # no sheet's text is another's title
        before = found[-1] if found and not piece.name else None
        titles, rows = answers_beside(piece.rows)
        paragraphs += [Paragraph(text) for text in titles]
        captions = [*captions, *titles][-_CAPTIONS:]
        made = blocks(rows, piece.name, before)
        if not made:
            # A letterhead or a table without figures is text to us: it may say whose document this is.
            rows = [[nfc(c.text) for c in row if c.text.strip() and not c.covered] for row in piece.rows]
            # What stands alone in a sheet's row is a line of text.
            narrow = piece.name or max(map(len, piece.rows), default=0) == 1
            said = [Paragraph(text, cell=len(row) > 1 or not narrow) for row in rows for text in row]
            paragraphs += [each for n, each in enumerate(said) if not each.cell or (n < 40 and len(each.text) < 400)]
            captions = [*captions, *(each.text for each in said)][-_CAPTIONS:]
            continue
        for block in made:
            if piece.name:
                paragraphs += _said_around(block)
            if before is not None and block.rows is before.rows:
                continue
            over = [*captions, *block.captions[-_CAPTIONS:]]
            titled = before is not None and any(titles_table(text, before.captions) for text in over)
            titled = titled or any(map(_HEADING.match, captions))
            if before is not None and _same_header(block, before) and not titled:
                for row in block.rows:
                    _append(before, replace(row, at=len(before.rows) + 1))
                continue
            block.label = _label(over, piece.name, [each.label for each in found])
            block.captions = over[-_CAPTIONS:]
            near = [*captions[-3:], *block.captions, *(block.header[column] for column in block.names)][::-1]
            block.unit_above = next(filter(None, (units.in_caption(text) or units.in_name(text) for text in near)), "")
            found.append(block)
            captions = []
            before = block
    return found, paragraphs


def answers_beside(grid: Grid) -> tuple[list[str], Grid]:
    """Return a form's titles, and its answers that stand below what they answer each beside its own.

    Of another grid no titles, and the grid as it is.
    """
    rows = [row for row in grid if any(cell.text.strip() or cell.number is not None for cell in row)]
    first = next((n for n, row in enumerate(rows) if any(map(is_figure, row))), 1)
    titles, rows = rows[: first - 1], rows[max(first - 1, 0) :]
    beside: list[list[Cell]] = []
    for asked, told in zip(rows[::2], rows[1::2], strict=False):
        answers = [c for c, cell in enumerate(told) if is_figure(cell)]
        questions = [c for c, cell in enumerate(asked) if is_word(cell)]
        if not answers or answers != questions or not all(is_word(cell) or not cell.text.strip() for cell in asked):
            return [], grid
        beside += [[asked[c], told[c]] for c in answers]
    if len(rows) % 2 or not beside:
        return [], grid
    return [cell.text for row in titles for cell in row if cell.text.strip() and not cell.covered], beside


def _said_around(block: Block) -> Iterator[Paragraph]:
    """Yield what a sheet says above a table, beside it under no heading, and below its last figures: text, in cells."""
    yield from map(Paragraph, block.captions)
    unheaded = [c for c in block.values if not block.header[c].strip()]
    beside = [row.cell(c).text for row in block.rows for c in unheaded]
    under = [*itertools.takewhile(lambda row: not filled(row, block), reversed(block.rows))][::-1]
    said = [*(text for text in beside if len(text.split()) >= _SENTENCE), *(row.name for row in under)]
    yield from (Paragraph(nfc(text), apart=True) for text in said if text.strip())


def _same_header(block: Block, before: Block) -> bool:
    return [fold(t) for t in block.header] == [fold(t) for t in before.header] and block.name == before.name


ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10}


def _label(captions: list[str], sheet: str, taken: Sequence[str]) -> str:
    """Return a table's name in sources: A and its number for an appendix, B (biểu) and a number for any other.

    B sorts before N: of figures stated twice, a table's goes before the text's.
    """
    folded = [fold(text) for text in reversed(captions)]
    if match := next(filter(None, map(_APPENDIX.match, folded)), None) or _SHEET.search(fold(sheet)):
        letter, number = "A", match[1] or ""
        last = max((int(label[1:]) for label in taken if label[0] == letter), default=0)
        wanted = int(number) if number.isdigit() else ROMAN.get(number, last + 1)
    else:
        match = next(filter(None, map(_TABLE.match, folded)), None)
        letter, wanted = "B", int(match[1] or match[2]) if match else len(taken) + 1
    while f"{letter}{wanted}" in taken:
        wanted += 1
    return f"{letter}{wanted}"


def blocks(grid: Grid, name: str = "", before: Block | None = None) -> list[Block]:
    """Return the tables of a grid, from top to bottom.

    `before` is the table before this grid: a grid without a header of its own and of the same width goes on
    with it, as a table broken across pages does.
    """
    found: list[Block] = []
    for part in _side_by_side(grid):
        over = found[0].captions if found else []
        start, current = 0, before if not found else None
        while start < len(part):
            block = _block(part, start, name)
            if block is None:
                if current is None or not _goes_on(part, start, current):
                    break
                block = replace(current, first=start, captions=[])
            if current is None:
                block.captions = block.captions or over
            start = _fill(part, block)
            found.append(block)
            current = block
    return found


def _side_by_side(grid: Grid) -> list[Grid]:
    """Cut a grid in which tables stand beside one another, each with its own column of names."""
    first = next((r for r in range(len(grid)) if is_data(grid, r)), None)
    starts = _name_columns(grid, first) if first is not None else []
    if len(starts) < 2:
        return [grid]
    above = [[headers.role(row[c].text).kind for row in grid[:first] if c < len(row)] for c in range(starts[-1])]
    cuts = [c - 1 if "index" in above[c - 1] else c for c in starts[1:]]
    width = max(map(len, grid))
    return [[list(line[a:b]) for line in grid] for a, b in itertools.pairwise([0, *cuts, width])]


def _name_columns(grid: Grid, first: int) -> list[int]:
    """Return the columns that name rows: texts, each another, between the figures before them and their own.

    Units, times, assessments ("Đạt") and who is in charge repeat one another; beside notes stand figures without one.
    """
    found, figures = [], True
    rows = grid[first : first + 60]
    for c in range(max(map(len, rows))):
        cells = [cell.text.strip() for cell in below(grid, first, c)]
        headed = any(headers.role(row[c].text).kind == "name" for row in grid[:first] if c < len(row))
        differ = len(set(cells)) >= len(cells) * 0.8 and not any(map(headers.only_time, cells))
        unnamed = any(c < len(row) and not row[c].text.strip() and any(map(is_figure, row[c + 1 :])) for row in rows)
        if figures and wordy(grid, first, c) and (headed or (differ and not unnamed)):
            found.append(c)
            figures = False
        elif found:
            figures = figures or any(is_figure(row[c]) for row in rows if c < len(row))
    return found if figures else found[:-1]


def _block(grid: Grid, start: int, name: str) -> Block | None:
    """Find the next header at or below `start`, and the columns under it."""
    while (first := next((r for r in range(start, len(grid)) if is_data(grid, r)), None)) is not None:
        if block := header_above(grid, start, first, name):
            return block
        # Figures without a header above them: look below, for the next row of figures under other words.
        below = range(first + 1, len(grid))
        under = next((r for r in below if not is_data(grid, r) and header_like(grid[r])), len(grid))
        if under == len(grid):
            return no_header(grid, start, first, name)
        start = under
    return None


def _fill(grid: Grid, block: Block) -> int:
    """Read the rows under a header into the block; return where the next table begins."""
    shown = {_row_text(grid[r]) for r in range(max(0, block.first - 8), block.first) if _row_text(grid[r])}
    unit_above = next((row.unit for row in reversed(block.rows) if row.unit), "")
    for r in range(block.first, len(grid)):
        row = grid[r]
        if not any(cell.text.strip() or cell.problem for cell in row):
            continue
        if _row_text(row) in shown or headers.numbering(texts_of(row)):
            continue  # the header again, on the next page
        if r > block.first and (_begins_table(grid, r, block) or _titles_table(grid, r, block, shown)):
            return r
        made = _row(grid[r], block, unit_above)
        unit_above = made.unit or unit_above
        _append(block, made)
    return len(grid)


def _begins_table(grid: Grid, r: int, block: Block) -> bool:
    """Tell whether a new header begins here: it names columns, "STT" first, or it is words alone and leads to a header
    of its own that says what two columns hold, or that stands over years."""
    row = grid[r]
    if header_like(row):
        return True
    said = [cell for cell in row if cell.text.strip() and not cell.covered]
    first = next((q for q in range(r + 1, min(r + 9, len(grid))) if is_data(grid, q)), None)
    if len(said) < 2 or not all(map(is_word, said)) or any(map(is_figure, said)) or first is None:
        return False
    if headers.role(said[0].text).kind == "index" and len(said) > 2:
        return True
    found = header_above(grid, r, first, block.name)
    if found is None or found.years_down:
        return found is not None and not headers.time_of(row[found.names[0]].text).period
    kinds = [kind(text) for text in found.header]
    return sum(kind in ("figure", "comparison", "unit", "name") for kind in kinds) >= 2


def _titles_table(grid: Grid, r: int, block: Block, shown: set[str]) -> bool:
    """Tell whether a row is the title or the unit of the next table, whose header may be the same as this one's."""
    said = [cell.text for cell in grid[r] if cell.text.strip() and not cell.covered]
    if len(said) != 1 or not titles_table(said[0], block.captions):
        return False
    below = next((q for q in range(r + 1, min(r + 5, len(grid))) if _row_text(grid[q])), None)
    return below is not None and (_row_text(grid[below]) in shown or _begins_table(grid, below, block))


def titles_table(text: str, before: Sequence[str] = ()) -> bool:
    """Tell whether a caption begins another table than the one with the captions `before`, not its next page."""
    folded = fold(text)
    if folded in map(fold, before) or "tiep theo" in folded:
        return False
    return bool(re.match(r"\W*(?:phu luc|phu bieu|bieu|bang)(?: so)?\W*[\divx]+\b", folded) or units.in_caption(text))


def _row_text(row: Sequence[Cell]) -> str:
    said = [fold(cell.text) for cell in row if cell.text.strip() and not cell.covered]
    return "|".join(said) if len(said) >= 2 else ""


def _row(row: Sequence[Cell], block: Block, unit_above: str) -> Row:
    def text(c: int | None) -> str:
        if c is None or c >= len(row):
            return ""
        return nfc_lines(row[c].text) if not row[c].covered or row[c].down else ""

    said = [c for c in block.names if c < len(row) and row[c].text.strip() and (not row[c].covered or row[c].down)]
    # A name merged downwards stands for every row beside it: "Thuê bao điện thoại" | "Di động", "Cố định".
    wide = [c for c in said[:-1] if c in block.wide]
    over = [row[c].text for c in wide] or [row[c].text for c in said if row[c].down]
    parts = [(c, row[c].text) for c in said if c not in wide and not row[c].down]
    own = "\n".join(nfc_lines(part) for _, part in parts)
    name = "\n\n".join([*(nfc_lines(part) for part in over if parts), own])
    depth = 0 if over else parts[0][0] - block.names[0] if parts else 0
    raw = parts[0][1] if parts else ""
    if not depth and raw[:1] in " \u00a0" and len(raw) - len(raw.lstrip()) >= 2:
        depth = 1
    index = text(block.index)
    unit = text(block.unit)
    if unit.strip() in units.DITTO:
        unit = unit_above
    if not name and index and not is_index(index):
        name, index = index, ""
    # An index typed into the name's cell: "1. Tổng số …", "1.1 …".
    if (
        not index
        and (
            lead := re.match(r"(?:Câu\s+)?(\d{1,2}(?:\.\d{1,2})*)[.:)]?\s+(?!tháng|năm|quý|tuần|T\b)(?=[^\W\d_])", name)
        )
        and block.index is None
        and not block.years_down
    ):
        index, name = lead[1], name[lead.end() :]
    time = "\n".join(filter(None, map(text, block.times)))
    return Row(index.strip().strip("()").rstrip("."), name, unit, tuple(row), len(block.rows) + 1, depth, time)


def _append(block: Block, row: Row) -> None:
    """Add a row, or join it to the one before, whose text it continues on the next page or line."""
    if block.rows and row.time and not row.name:  # of what stands above, another status: "Kế hoạch", "Thực hiện"
        row = replace(row, name=block.rows[-1].name, unit=row.unit or block.rows[-1].unit)
    if not block.rows or not row.name or row.time or block.years_down:
        block.rows.append(row)
        return
    last = block.rows[-1]
    goes_on = (
        not filled(row, block) and not row.index and not row.name.lower().startswith("trong đó") and row.depth == 0
        and (not row.unit or _unit_goes_on(last.unit, row.unit))
        and (row.name[:1].islower() or last.name.rstrip().endswith((",", "-", "–", "(", "+", "và")))
    )  # fmt: skip
    if goes_on:
        unit = f"{last.unit} {row.unit}".strip()
        block.rows[-1] = replace(last, name=f"{last.name} {row.name}", unit=unit)
    else:
        block.rows.append(row)


def _unit_goes_on(above: str, below: str) -> bool:
    """Tell whether a unit was cut in two with its row: `Thuê` and, on the next page, `bao/100 dân`."""
    return bool(above) and units.unit(above) is None and units.unit(f"{above} {below}") is not None


def _goes_on(grid: Grid, start: int, before: Block) -> bool:
    width = max((len(row) for row in grid[start:]), default=0)
    return abs(width - len(before.header)) <= 1 and any(is_data(grid, r) for r in range(start, len(grid)))
