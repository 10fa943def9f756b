"""What a document is to the reader, whatever its format: paragraphs, and grids of cells, in their order."""

from __future__ import annotations

from dataclasses import dataclass, field

MAX_ROWS = 20_000
MAX_COLUMNS = 300
MAX_CELLS = 1_500_000
"""A nation's yearbook table has a few thousand rows; what claims more is a mistake or an attack."""

MAX_BLANK_ROWS = 2_000
"""So many blank rows under one another end a sheet: people leave dozens, formatting leaves a hundred thousand."""


NO_VALUE = "a formula whose result is not in the file; open it in Excel, press F9 and save it again"
"""Why a cell that a program wrote without computing it cannot be read."""


@dataclass(frozen=True)
class Cell:
    """One cell: its text as the document shows it, and its number where the format stores a number.

    `covered` tells that the cell lies under a merged neighbour and repeats its text; `down` that this neighbour
    is above rather than to the left. `problem` says why a cell that should hold a figure cannot be read.
    """

    text: str = ""
    number: float | None = None
    covered: bool = False
    down: bool = False
    problem: str = ""


EMPTY = Cell()


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of running text; `cell` tells that it is a cell of a table without figures, such as a letterhead."""

    text: str
    cell: bool = False


@dataclass(frozen=True)
class Table:
    """A grid of cells; `name` is the sheet's, where there is one. All rows are equally long."""

    rows: tuple[tuple[Cell, ...], ...]
    name: str = ""

    @staticmethod
    def of(rows, name: str = "") -> Table:
        """Return a table of rows of unequal length, the short ones filled up and blank edges cut off."""
        kept = [list(row) for row in rows]
        while kept and all(not cell.text.strip() and not cell.problem for cell in kept[-1]):
            kept.pop()
        width = max(
            (i + 1 for row in kept for i, cell in enumerate(row) if cell.text.strip() or cell.problem), default=0
        )
        return Table(tuple(tuple(row[:width]) + (EMPTY,) * (width - len(row)) for row in kept), name)


@dataclass
class Contents:
    """A document's blocks in reading order, and what a reader of them must know."""

    blocks: list[Paragraph | Table] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def texts(self) -> list[str | list[list[str]]]:
        """Return the blocks as they read: paragraphs, and tables as grids of cell texts."""
        return [
            block.text if isinstance(block, Paragraph) else [[cell.text for cell in row] for row in block.rows]
            for block in self.blocks
        ]
