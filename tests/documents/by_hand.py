"""Documents written by hand, in by_hand/*.txt: made-up figures, the habits of offices, and what each truly states.

Another author than the reader's wrote them, without looking at the reader. A file has four parts between lines of
`---`: whose document it is and of which period; its paragraphs and tables (cells between `|`; `merged:` lists
top, left, bottom, right); the figures it states (`maybe`: reading it is right, leaving it with a word is, too);
its comparisons. "merged:" belongs to the table above it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from documents import writers

FOLDER = Path(__file__).parent / "by_hand"
NAMES = sorted(path.stem for path in FOLDER.glob("*.txt"))

Merges = list[tuple[int, ...]]


@dataclass(frozen=True)
class Document:
    """One document: its pieces in order (a table with its merged cells), and what it states."""

    area: str
    report: str
    pieces: list[str | tuple[list[list[str]], Merges]]
    figures: dict[tuple[str, str, str], float]
    doubtful: dict[tuple[str, str, str], float]
    comparisons: dict[tuple[str, str, str, str], float]


def load(name: str) -> Document:
    """Return the document of that name."""
    head, body, figures, comparisons = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").split("---\n")
    said = dict(line.partition(":")[::2] for line in head.splitlines())
    stated: tuple[dict, dict] = ({}, {})
    for line in figures.splitlines():
        indicator, period, status, value, *maybe = line.split()
        stated[bool(maybe)][indicator, period, status] = float(value)
    compared = {tuple(line.split()[:4]): float(line.split()[4]) for line in comparisons.splitlines()}
    return Document(said["area"].strip(), said["report"].strip(), _pieces(body), *stated, compared)


def _pieces(body: str) -> list[str | tuple[list[list[str]], Merges]]:
    found: list[str | tuple[list[list[str]], Merges]] = []
    rows: list[list[str]] = []
    merges: Merges = []
    for line in [*body.splitlines(), ""]:
        if "|" in line:
            rows.append([cell.strip() for cell in line.split("|")])
        elif line.startswith("merged:"):
            merges += [tuple(map(int, each.split(","))) for each in line.removeprefix("merged:").split(";")]
        else:
            if rows:
                width = max(map(len, rows))
                found.append(([row + [""] * (width - len(row)) for row in rows], merges))
            rows, merges = [], []
            found += [line] if line else []
    return found


def word(document: Document, path: Path) -> Path:
    """Write the document for Word."""
    tables = iter([piece[1] for piece in document.pieces if not isinstance(piece, str)])

    def merge(table, rows) -> None:
        for top, left, bottom, right in next(tables):
            whole = table.cell(top, left).merge(table.cell(bottom, right))
            whole.text = rows[top][left]

    plain = [piece if isinstance(piece, str) else piece[0] for piece in document.pieces]
    return writers.word(path, plain, merge)


def workbook(document: Document, path: Path) -> Path:
    """Write the document as one sheet of a workbook, its numbers as numbers."""
    rows: list[list[str]] = []
    ranges: Merges = []
    for piece in document.pieces:
        if isinstance(piece, str):
            rows.append([piece])
        else:
            ranges += [(top + len(rows), left, bottom + len(rows), right) for top, left, bottom, right in piece[1]]
            rows += [*piece[0], []]

    def merge(sheet) -> None:
        for top, left, bottom, right in ranges:
            sheet.merge_cells(
                start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1
            )  # fmt: skip

    return writers.workbook(path, {"Sheet1": rows}, each=merge)
