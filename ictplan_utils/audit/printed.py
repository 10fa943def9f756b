"""A document's tables as they are printed: the figures that nothing stores, and the totals that they show.

What a table prints of quarters, of companies, of communes is no figure of the area's; but where it is a part of one,
or one of them a total of others, that is an edit like any other, and the figures are cells that may be to blame.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from operator import attrgetter
from pathlib import Path

import numpy as np

from ictplan_utils.audit.cells import COMPARISON, UNSTORED, Cell, Document, unstored
from ictplan_utils.audit.columns import of_another_year, out_of_order, repeated
from ictplan_utils.audit.edits import Edit, total_edit
from ictplan_utils.audit.relations import UNKNOWN, Lines, Total, compared, totals
from ictplan_utils.audit.sentence_sums import Sum, sums
from ictplan_utils.audit.spoken import QUARTER, one_quarter, quarter_key, quarter_of, spoken
from ictplan_utils.audit.superlatives import Column, superlatives
from ictplan_utils.audit.titles import names_plan
from ictplan_utils.documents.contents import Cell as Written
from ictplan_utils.documents.header_rows import Block, Row, depth
from ictplan_utils.documents.names import names
from ictplan_utils.documents.numbers import Figure, is_blank, settle
from ictplan_utils.documents.reading import Printed, Reading
from ictplan_utils.documents.rows import cell_at, figure_of
from ictplan_utils.vietnamese import fold

Line = Sequence[Cell | None]
ADDED_UP = ("stock", "flow")
"""Kinds of indicators whose figures the parts' may make; shares and rates never do."""
_LISTED = re.compile(r"\b(?:quy (?:i{1,3}|iv|[1-4])|thang \d{1,2})\b|^(?:huyen|thanh pho|thi xa|xa|phuong|thi tran) ")
"""A quarter or a month, an area with its rank."""
_CHANGE = re.compile(r"\b(?:tang|giam|chenh lech)\b")
"""A difference from one column to another, which with it makes that other's total too."""
_SUM = re.compile(r"^\W*(?:tong )?(?:cong|so)\W*$")
"""What a row is called that sums those printed."""
ZERO, PERCENT = Figure(0.0, "-"), "%"


def hold_together(doc: Document, reading: Reading, data_dir: str | Path) -> None:
    """Add to a document what its tables show of themselves: the figures nothing stores, and what must hold of them."""
    stored: dict[str, Cell] = {}
    for cell in doc.cells():
        stored.setdefault(cell.source, cell)
    wholes: list[set[str]] = []
    of_areas: list[Column] = []
    for table in reading.tables:
        block = table.block
        filled = [(row, line) for row, line in zip(block.rows, _grid(doc, table, stored), strict=True) if any(line)]
        rows, depths = [line for _, line in filled], [depth(row.index) for row, _ in filled]
        for edit, cells in _quarters(doc, block, filled, stored):
            _tie(doc, edit, cells)
        across = _totals(doc, rows, [], [block.header[c] for c in block.values])
        changes = {k for k, c in enumerate(block.values) if _CHANGE.search(fold(block.header[c]))}
        _compare(doc, rows, stored, {k for each in across for k in (each.total, *each.parts)}, changes)
        columns = list(zip(*rows, strict=True))
        doc.odd_columns += (*repeated(doc, block, columns), *out_of_order(doc, block))
        down = _totals(doc, columns, depths, [row.name for row, _ in filled])
        sums_ = {each.total for each in down}
        areas = [(fold(row.name), line) for n, (row, line) in enumerate(filled) if n not in sums_ and row.name]
        of_areas += [(fold(block.header[c]), [(name, cell) for name, line in areas if (cell := line[k])])
                     for k, c in enumerate(block.values)]  # fmt: skip
        wholes += [{fold(filled[k][0].name) for k in each.parts} for each in down]
        doc.odd_columns += [odd for each in across for odd in of_another_year(doc, block, each)]
        for cells in (*_held(rows, across), *_held(columns, down), *_shares(columns, down)):
            # What is all stored the catalogue's own edits judge.
            if any(each.source not in stored for each in cells):
                _must_hold(doc, cells)
    _print(doc, one_quarter(doc, reading.parts))
    doc.odd_columns += superlatives(doc, reading.sentences, of_areas)
    for told in spoken(doc, reading.parts, wholes):
        lines = [cells for cells, _ in told]
        for cells, severity in (*((each, "error") for each in _held(lines, _totals(doc, lines))), *told):
            if severity:
                _must_hold(doc, cells, severity)
    for edit, cells in sums(doc, reading.sentences, names(data_dir).meaning):
        _tie(doc, edit, cells)


def _quarters(
    doc: Document, block: Block, filled: Sequence[tuple[Row, Line]], stored: dict[str, Cell]
) -> Iterator[Sum]:
    """Make what a table prints of quarters the quantities that a text may tell too; yield a half with its two, or the
    first."""
    heads = [fold(block.header[c]) for c in block.values]
    found: dict[tuple[str, str], dict[str, Cell]] = {}
    for row, line in filled:
        for head, cell in zip(heads, line, strict=True):
            quarter = quarter_of(f"{head} {fold(row.name)}", doc.report[:4])
            counted = cell and cell.source not in stored and doc.names.adds_up.get(cell.indicator)
            if quarter and counted and not names_plan(head):
                cell.key = quarter_key(cell.indicator, quarter)
                found.setdefault((cell.indicator, quarter[0]), {})[quarter[1]] = cell
    for (slug, when), of in found.items():
        half = doc.figures.get((slug, f"{when[len(QUARTER) :]}-S1", "actual"))
        if half and "1" in of:
            told = [half[0], *(of[each] for each in "12" if each in of)]
            edit = total_edit([slug] * len(told))
            yield edit if "2" in of else replace(edit, relation=">="), told


def _must_hold(doc: Document, cells: Sequence[Cell], severity: str = "error") -> None:
    """Let a total be the sum of its parts."""
    _tie(doc, total_edit([each.indicator for each in cells], severity), cells)


def _tie(doc: Document, edit: Edit, cells: Sequence[Cell]) -> None:
    _print(doc, cells)
    doc.relations.append((edit, tuple(cells)))


def _print(doc: Document, cells: Iterable[Cell]) -> None:
    for each in (cell for cell in cells if not cell.period):
        doc.printed[each.key][each] = None


def _compare(
    doc: Document, rows: Sequence[list[Cell | None]], stored: dict[str, Cell], added_up: set[int], changes: set[int]
) -> None:
    """Take what nothing stores and is the ratio, the growth or the difference of two others for that: a comparison.

    What is `added_up`, or a part of that, is none, but for what its heading calls one, `changes`."""
    open_ = [
        k for k, item in enumerate(zip(*rows, strict=True)) if (k in changes or k not in added_up)
        and any(cell and cell.source not in stored for cell in item)
        and all(cell is None or cell.measure or cell.source not in stored
                or doc.names.kind[cell.indicator] in ("rate", "share") for cell in item)
    ]  # fmt: skip
    worth = _numbers(rows, lambda cell: cell.unit * 10.0**cell.decimals)  # of 1 printed, where a row is in thousands
    said = np.array([_numbers(rows, attrgetter(name)) for name in ("low", "high", "unit")])
    low, high, unit = np.where(_numbers(rows, lambda cell: bool(cell.measure)) > 0, np.nan, said)
    shares = [any(cell and (cell.note == PERCENT or doc.names.kind.get(cell.indicator) == "share")
                  for k, cell in enumerate(line) if k not in open_) for line in rows]  # fmt: skip
    kinds = [[PERCENT * share] * len(line) for share, line in zip(shares, rows, strict=True)]
    lines = Lines(low, high, unit, kinds, (), ())
    told = {"ratio_pct": said / worth, "growth_pct": said / worth, "change": said}
    for each in compared(lines, told, open_, changes):
        for n in (*each.holds, *each.fails):
            of, base, cell = (rows[n][k] for k in (each.of, each.base, each.item))
            if cell.source in stored:
                continue
            per = 1.0 if each.measure == "change" else worth[n, each.item]
            rows[n][each.item] = doc.compared[cell.source] = replace(
                cell, indicator=of.indicator, key=of.key, base=base.key, measure=each.measure,
                value=cell.value / per, unit=cell.unit / per, low=cell.low / per, high=cell.high / per,
                weight=COMPARISON * UNSTORED,
            )  # fmt: skip
            _print(doc, (of, base))


def _numbers(rows: Sequence[Line], of: Callable[[Cell], float]) -> np.ndarray:
    """Return something of each cell, nothing (NaN) where none is."""
    return np.array([[of(cell) if cell else np.nan for cell in line] for line in rows], dtype=float)


def _grid(doc: Document, table: Printed, stored: dict[str, Cell]) -> list[list[Cell | None]]:
    """Return the cells of a table by row and column: those stored, and all others, each in the
    catalogue's unit where a stored one of its row or column tells what that is worth."""
    block = table.block
    written = [[cell_at(row, c) for c in block.values] for row in block.rows]
    figures = [list(map(_figure, row)) for row in written]
    places = [[table.places.get((row.at, c), (f"{block.label}:r{row.at}:{c + 1}", ""))
               for c in block.values] for row in block.rows]  # fmt: skip
    known = [[stored.get(source) for source, _ in row] for row in places]
    of_column = [_worth(*each) for each in zip(zip(*known, strict=True), zip(*figures, strict=True), strict=True)]
    grid: list[list[Cell | None]] = []
    for row, line, figures_, places_ in zip(block.rows, map(list, known), figures, places, strict=True):
        worth = _worth(line, figures_)
        near = [each.value / worth for each in line if each and not each.measure] if worth else []
        for k, (figure, (source, slug)) in enumerate(zip(figures_, places_, strict=True)):
            if line[k] is None and figure is not None:
                unit, counted = worth or of_column[k] or 1.0, doc.names.counted
                value, _ = settle(
                    figure, whole=counted.get(slug, False), percent=False, habit=table.habit, neighbours=near
                )
                share = any("%" in said for said in (figure.printed, row.unit, block.header[block.values[k]]))
                named = slug if not share and value * unit <= doc.names.most.get(slug, 0.0) else ""
                line[k] = unstored(
                    named, value * unit, figure.printed, source, counted.get(named, False), PERCENT * share
                )
        grid.append(line)
    return grid


def _figure(cell: Written) -> Figure | None:
    """Return what a cell prints; a dash is nothing, an empty one says nothing."""
    return ZERO if cell.text.strip() and is_blank(cell.text) else figure_of(cell)


def _worth(cells: Iterable[Cell | None], figures: Iterable[Figure | None]) -> float | None:
    """Return what the numbers of a row or a column are worth in the catalogue's unit, None where nothing tells."""
    pairs = zip(cells, figures, strict=True)
    found = {round(cell.value / one.value, 9) for cell, one in pairs if cell and one and one.value and not cell.measure}
    return found.pop() if len(found) == 1 else None


def _totals(
    doc: Document, lines: Sequence[Line], depths: Sequence[float] = (), names_: Sequence[str] = ()
) -> list[Total]:
    """Return the totals of a table's rows, or columns; `depths`: of the items, by their numbers; `names_`: theirs."""
    if len(lines) < 2:
        return []
    low, high, unit = (_numbers(lines, attrgetter(name)) for name in ("low", "high", "unit"))
    no_part = (high < 0) | (_numbers(lines, lambda cell: bool(cell.measure)) > 0)  # less than nothing, a comparison
    low[no_part] = high[no_part] = np.nan
    kinds = [[_kind(doc, each, rows=not depths) for each in line] for line in lines]
    own = [any(each and each.period for each in item) for item in zip(*lines, strict=True)]
    all_listed, sums_ = ([said.search(fold(name)) is not None for name in names_] for said in (_LISTED, _SUM))
    return totals(Lines(low, high, unit, kinds, own, depths or [0.0] * len(own), all_listed, sums_))


def _held(lines: Sequence[Line], found: Iterable[Total]) -> Iterator[list[Cell]]:
    """Yield each total of a table with its parts, wherever it holds or must be a mistake."""
    for total in found:
        for n in (*total.holds, *total.fails):
            whole, *parts = (lines[n][k] for k in (total.total, *total.parts))
            if whole.indicator == "" and len(named := {each.indicator for each in parts}) == 1:
                (whole.indicator,) = named  # All companies' subscribers are subscribers.
            yield [whole, *parts]


def _shares(columns: Sequence[Line], down: Iterable[Total]) -> Iterator[list[Cell]]:
    """Yield each column of shares that are 100% in the row that sums others: "Thị phần (%)"."""
    for total in down:
        for column in columns:
            whole, *parts = (column[k] for k in (total.total, *total.parts))
            if whole and whole.value == 100 and all(each and each.note == PERCENT for each in (whole, *parts)):
                yield [whole, *filter(None, parts)]


def _kind(doc: Document, cell: Cell | None, rows: bool) -> str | None:
    """Return what a cell counts, UNKNOWN where nobody knows, None where its parts cannot make it.

    What a column holds that is not stored nobody knows, whatever its `rows` count.
    """
    if cell is None or cell.measure:
        return None
    named = rows or cell.period
    kind = doc.names.kind.get(cell.indicator, cell.note)
    return (kind if named else UNKNOWN) if kind in (*ADDED_UP, UNKNOWN) else None
