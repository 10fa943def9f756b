"""Lines of text → paragraphs, and tables where lines hold figures behind tabs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from ictplan_utils.documents.contents import MAX_COLUMNS, Cell, Paragraph, Table

_FIGURE = re.compile(r"[-+−(~≈]?\s?\d[\d.,\s]*\D{0,25}")
"""A cell that holds one figure, and perhaps its unit."""


def blocks_of_lines(lines: Iterable[str]) -> list[Paragraph | Table]:
    """Return a text's blocks: lines with tabs under one another are a table where figures stand behind the tabs.

    A line without a tab between two rows is a row, as a group's heading is. Other tabs, of an indent, of a list's
    numbers, of a signature, are blanks; blank lines part no table.
    """
    blocks: list[Paragraph | Table] = []
    run: list[str] = []
    for line in [*(line.strip(" \r\n") for line in lines if line.strip()), ""]:
        if "\t" in line.strip():
            run.append(line)
            continue
        if line and run and "\t" in run[-1].strip():
            run.append(line)
            continue
        while run and "\t" not in run[-1].strip():
            line = run.pop() + "\n" + line
        blocks += _table_or_paragraphs(run)
        blocks += [Paragraph(" ".join(one.split())) for one in line.split("\n") if one.strip()]
        run = []
    return blocks


def _table_or_paragraphs(run: Sequence[str]) -> list[Paragraph | Table]:
    rows = table_rows(run)
    figures = [any(_FIGURE.fullmatch(cell.text) for cell in row[1:]) or bool(row[0].problem) for row in rows]
    width, _ = _usual([row for row, some in zip(rows, figures, strict=True) if some])
    first, last = 0, len(rows)
    while first < last and len(rows[first]) != width:
        first += 1
    while first < last and len(rows[last - 1]) != width and not figures[last - 1]:
        last -= 1
    if last - first < 2 or not any(figures[first:last]):
        first = last = len(rows)
    before, after = ([Paragraph(" ".join(line.split())) for line in part] for part in (run[:first], run[last:]))
    return [*before, *([Table.of(rows[first:last])] if last > first else []), *after]


def table_rows(lines: Sequence[str]) -> list[list[Cell]]:
    """Return the cells of lines with tabs.

    Where lines differ in their number of tabs and agree when several count as one, people have set the columns by
    eye; a line that then still differs is kept in one cell, since nobody can say under which head its figures stand.

    >>> [[cell.text for cell in row] for row in table_rows(["Name\\t\\t2020", "Posts\\t88", "Bay"])]
    [['Name', '2020'], ['Posts', '88'], ['Bay']]
    """
    exact = [[cell.strip() for cell in line.split("\t")] for line in lines]
    by_eye = [[cell.strip() for cell in re.split(r"\t+", line.rstrip("\t"))] for line in lines]
    told = [n for n, row in enumerate(exact) if re.search(r"\d", "".join(row[1:])) and len(row) + bool(row[0]) > 2]
    width, alike = _usual([by_eye[n] for n in told])
    if alike <= _usual([exact[n] for n in told])[1] or not any(len(row) > width for row in exact):
        return [[Cell(cell) for cell in row[:MAX_COLUMNS]] for row in exact]
    return [
        [Cell(cell) for cell in row[:MAX_COLUMNS]] if len(row) in (1, width) or not re.search(r"\d", "".join(row[1:]))
        else [Cell.faulty("columns", " ".join(row))]
        for row in by_eye
    ]  # fmt: skip


def _usual(rows: Sequence[Sequence[str]]) -> tuple[int, int]:
    """Return how many cells most rows of more than one have, and how many rows those are."""
    counts = Counter(len(row) for row in rows if len(row) > 1)
    return max(counts.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
