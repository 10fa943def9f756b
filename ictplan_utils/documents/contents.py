"""What a document is to the reader, whatever its format: paragraphs, and grids of cells, in their order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from ictplan_utils import messages
from ictplan_utils.errors import one_line

MAX_ROWS = 20_000
MAX_COLUMNS = 300
MAX_CELLS = 1_500_000
"""A nation's yearbook table has a few thousand rows; what claims more is a mistake or an attack."""

MAX_BLANK_ROWS = 2_000
"""So many blank rows under one another end a sheet: people leave dozens, formatting leaves a hundred thousand."""


_RAISED = str.maketrans("0123456789()+-abcdefghijklmnoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾⁺⁻ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ")
_LOWERED = str.maketrans("0123456789()+-", "₀₁₂₃₄₅₆₇₈₉₍₎₊₋")


def raised(text: str) -> str:
    """Return text set above the line: a footnote's mark stays a mark, 88¹ and not 881.

    >>> "88" + raised("1)")
    '88¹⁾'
    """
    return text.translate(_RAISED)


def lowered(text: str) -> str:
    """Return text set below the line.

    >>> "CO" + lowered("2")
    'CO₂'
    """
    return text.translate(_LOWERED)


@dataclass(frozen=True)
class Cell:
    """One cell: its text as the document shows it, and its number where the format stores a number.

    `covered` tells that the cell lies under a merged neighbour and repeats its text; `down` that this neighbour
    is above rather than to the left. `problem` says why a cell that should hold a figure cannot be read, and `fault`
    names that reason: `date` (the cell holds a date), `no_result` (a formula that was never computed), `columns`
    (a line with tabs that fit no column).
    """

    text: str = ""
    number: float | None = None
    covered: bool = False
    down: bool = False
    problem: str = ""
    fault: str = ""

    @staticmethod
    def faulty(fault: str, shown: str = "") -> Cell:
        """Return a cell that cannot be read, with the reason as a sentence."""
        return Cell(shown, problem=messages.text(f"formats.cell_{fault}"), fault=fault)

    def under(self, down: bool) -> Cell:
        """Return what a cell merged with this one shows, below it (`down`) or to its right."""
        return replace(self, covered=True, down=down)


EMPTY = Cell()
Merge = tuple[int, int, int, int]
"""A merged range: first row, first column, last row, last column, counted from 0."""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of running text; `cell` tells that it is a cell of a table without figures, such as a letterhead,
    `apart` that it stands under no heading of those before it: on a sheet, beside or below its table."""

    text: str
    cell: bool = False
    apart: bool = False


@dataclass(frozen=True)
class Table:
    """A grid of cells; `name` is the sheet's, where there is one. All rows are equally long."""

    rows: tuple[tuple[Cell, ...], ...]
    name: str = ""

    @staticmethod
    def of(
        rows: Iterable[Sequence[Cell]],
        name: str = "",
        merges: Iterable[Merge] = (),
        hidden_rows: Collection[int] = (),
        hidden_columns: Collection[int] = (),
    ) -> Table:
        """Return a table of rows of unequal length: merged ranges filled, hidden and endless blank rows left out,
        short rows filled up and blank edges cut off."""
        kept = [list(row) for row in rows]
        widest = max(map(len, kept), default=0)
        for top, left, bottom, right in merges:
            for r in range(top, min(bottom + 1, len(kept))):
                kept[r] += [EMPTY] * (min(right + 1, widest) - len(kept[r]))
                for c in range(left, min(right + 1, widest)):
                    if (r, c) != (top, left):
                        kept[r][c] = kept[top][left].under(r != top)
        if hidden_rows or hidden_columns:
            kept = [[cell for c, cell in enumerate(row) if c not in hidden_columns]
                    for r, row in enumerate(kept) if r not in hidden_rows]  # fmt: skip
        filled = [any(cell.text.strip() or cell.problem for cell in row) for row in kept]
        ends = blank = 0
        for r, some in enumerate(filled):
            blank = 0 if some else blank + 1
            ends = r + 1 if some else ends
            if blank > MAX_BLANK_ROWS:
                break
        kept = kept[:ends]
        width = max(
            (i + 1 for row in kept for i, cell in enumerate(row) if cell.text.strip() or cell.problem), default=0
        )
        return Table(tuple(tuple(row[:width]) + (EMPTY,) * (width - len(row)) for row in kept), name)


def column_letters(column: int) -> str:
    """Return a column's letters, counted from 0.

    >>> column_letters(0), column_letters(27)
    ('A', 'AB')
    """
    return (column_letters(column // 26 - 1) if column >= 26 else "") + chr(ord("A") + column % 26)


def _ranges(places: Sequence[int]) -> str:
    """Return places counted from 0 as people count them: `3–5, 9`."""
    parts: list[list[int]] = []
    for place in places:
        if parts and place + 1 == parts[-1][1] + 1:
            parts[-1][1] = place + 1
        else:
            parts.append([place + 1, place + 1])
    shown = [str(first) if first == last else f"{first}–{last}" for first, last in parts[:8]]
    return ", ".join(shown) + (" …" if len(parts) > 8 else "")


@dataclass
class Contents:
    """A document's blocks in reading order, and what it holds but does not state: `hidden` pieces, `struck`-out text.

    Readers fill it as they go; `warnings` is what a reader of the blocks must know, besides.
    """

    blocks: list[Paragraph | Table] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    hidden: int = 0
    struck: list[str] = field(default_factory=list)

    def warn(self, key: str, **values: object) -> None:
        """Add the message `key` to the warnings."""
        self.warnings.append(messages.text(key, **values))

    def strike(self, struck: str) -> str:
        """Keep struck-out text to tell of it, and return what is left of it: nothing."""
        if struck.strip():
            self.struck.append(one_line(" ".join(struck.split())))
        return ""

    def add_sheet(
        self,
        rows: Sequence[Sequence[Cell]],
        name: str,
        merges: Iterable[Merge] = (),
        hidden_rows: Collection[int] = (),
        hidden_columns: Collection[int] = (),
    ) -> None:
        """Add a sheet's table as a person sees it; hidden rows and columns that hold something are told of."""
        rows_skipped = [r for r in sorted(hidden_rows) if r < len(rows) and any(cell.text for cell in rows[r])]
        columns_skipped = [
            c for c in sorted(hidden_columns)
            if any(c < len(row) and row[c].text for r, row in enumerate(rows) if r not in hidden_rows)
        ]  # fmt: skip
        if rows_skipped:
            self.warn("formats.hidden_rows", sheet=name, rows=_ranges(rows_skipped))
        if columns_skipped:
            letters = ", ".join(column_letters(c) for c in columns_skipped)
            self.warn("formats.hidden_columns", sheet=name, columns=letters)
        self.blocks.append(Table.of(rows, name, merges, hidden_rows, hidden_columns))

    def all_warnings(self) -> list[str]:
        """Return the warnings, and the sentences that tell of what was left out."""
        said = [messages.text("formats.hidden_text", count=self.hidden)] if self.hidden else []
        if self.struck:
            shown = "; ".join(f"'{one}'" for one in self.struck[:5]) + (" …" if len(self.struck) > 5 else "")
            said.append(messages.text("formats.struck_text", count=len(self.struck), shown=shown))
        return self.warnings + said

    def texts(self) -> list[str | list[list[str]]]:
        """Return the blocks as they read: paragraphs, and tables as grids of cell texts."""
        return [
            block.text if isinstance(block, Paragraph) else [[cell.text for cell in row] for row in block.rows]
            for block in self.blocks
        ]
