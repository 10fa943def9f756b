"""The rows of a table → which indicator each states: sections, parents and children, units, printed numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ictplan_utils.documents import units
from ictplan_utils.documents.contents import EMPTY, Cell
from ictplan_utils.documents.header_rows import NO_NUMBER, Block, Row, depth
from ictplan_utils.documents.headers import Role
from ictplan_utils.documents.meaning import SIBLINGS
from ictplan_utils.documents.names import NEW_SECTION, Match, Names, Place, canonical, in_vietnamese
from ictplan_utils.documents.numbers import Figure, is_blank, read_figure
from ictplan_utils.documents.owners import Owner
from ictplan_utils.vietnamese import fold, nfc

_TYPED = re.compile(r"([A-ZĐ]|[IVX]{1,4})[.)]\s+")
SECTION = 1.5
"""How deep a section's heading stands that has no number."""
_BRACKETS = re.compile(r"\s*\([^()]*\)")


@dataclass(frozen=True)
class Stated:
    """One row as it was understood: its name, its units, its cells and where each stands in the document.

    `match` is None for a row that no indicator claims; `weak_unit` is what stands above the row, `where` its source
    without a column. A part's rows hold a cell for each of the part's columns.
    """

    row: Row
    name: str
    unit: str
    weak_unit: str
    match: Match | None
    where: str
    cells: tuple[Cell, ...]
    places: tuple[str, ...] = ()
    grid: tuple[tuple[int, int], ...] = ()
    """Where each of its cells stands in its table: the row's `at`, and the column."""

    @property
    def has_figures(self) -> bool:
        """Whether any of its cells holds something."""
        return any(bool(c.problem) or c.number is not None or not is_blank(c.text) for c in map(shown, self.cells))


@dataclass
class Part:
    """One owner's share of a table: a row an indicator, a column a time; `area` is the area's that the owner is.

    `of_rows`: the table's rows are owners, so that a total among them is the others' sum.
    """

    label: str
    owner: Owner | None
    roles: list[Role]
    stated: list[Stated]
    of_rows: bool = False
    area: str = ""


@dataclass
class _Above:
    """The rows that a row is a part of, from the outermost in: each one's depth, name, indicator, place and unit.

    A row without an indicator may be a section's heading. `new`: the table's titles say that it counts new subscribers.
    """

    new: bool
    rows: list[tuple[float, str, str, str, str]] = field(default_factory=list)

    def leave(self, rank: float) -> None:
        """Take away the rows that hold none of this depth."""
        self.rows = [entry for entry in self.rows if entry[0] < rank]

    @property
    def headings(self) -> list[str]:
        """The names of those that name no indicator, the nearest first."""
        return [name for _, name, slug, *_ in reversed(self.rows) if not slug]

    @property
    def unit(self) -> str:
        """The unit that the nearest of them with one states in its name."""
        return next((unit for *_, unit in reversed(self.rows) if unit), "")

    @property
    def blocked(self) -> bool:
        """Whether new subscribers are counted here."""
        return any(NEW_SECTION.search(fold(name)) for name in self.headings) if self.headings else self.new


def shown(cell: Cell) -> Cell:
    """Return a cell as its own column's: a figure merged over several belongs to its first only."""
    return EMPTY if cell.covered else cell


def cell_at(row: Row, column: int) -> Cell:
    """Return a row's cell of a column."""
    return shown(row.cell(column))


def figure_of(cell: Cell) -> Figure | None:
    """Return the figure that a cell states, None where it states none, or no single one."""
    figure = read_figure(shown(cell).text, shown(cell).number)
    return figure if isinstance(figure, Figure) else None


def understand(block: Block, names: Names, title: str = "") -> list[Stated]:
    """Return every row of a table that states something, with the indicator it names under the words of its title.

    The cells are those of the table's columns of values.
    """
    above = _Above(_counts_new(block))
    used: set[str] = set()
    children: dict[str, int] = {}
    found: list[Stated] = []
    before = ""
    for row in block.rows:
        name = nfc(in_vietnamese(row.name))
        cells = tuple(map(row.cell, block.values))
        item = Stated(row, name, row.unit, "", None, f"{block.label}:r{row.at}", cells)
        if not name:
            found += [item] if item.has_figures else []
            continue
        heading = not item.has_figures and _is_section(row, name, names)
        rank = _rank(row, name, heading)
        above.leave(rank)
        own = row.unit or units.in_name(name)
        weak = "" if own else (above.unit or ("" if block.unit is not None else block.unit_above))
        match = None if heading else _match(row, name, own or weak, above, before, title, names)
        if not (
            match or item.has_figures or row.index or row.unit or row.time or any(place for *_, place, _ in above.rows)
        ):
            heading, rank = True, SECTION
            above.leave(rank)
        slug, place = match.indicator if match else "", ""
        if not heading:
            place = _label(row, rank, above, children)
            place = f"{place}.r{row.at}" if place in used else place
            used.add(place)
            found.append(replace(item, unit=own, weak_unit=weak, match=match, where=f"{block.label}:{place}"))
        above.rows.append((rank, name, slug, place, units.in_name(name) or units.in_caption(name)))
        before = before if _is_part(name) else slug or before
    return found


def _counts_new(block: Block) -> bool:
    """Tell whether a table's titles say that it counts new subscribers; rows or columns may tell new from all."""
    if any("moi" in fold(block.header[column]).split() for column in block.values):
        return False
    said = [fold(text) for text in block.titles if "ke hoach" not in fold(text)]
    whole = any(fold(row.name).startswith("tong so thue bao") for row in block.rows)
    return any(NEW_SECTION.search(text) for text in said) and not (whole and not any(map(_NEW.search, said)))


_NEW = re.compile(r"\bmoi\b|thue bao( \w+){0,4} phat trien")


def _match(row: Row, name: str, unit: str, above: _Above, before: str, title: str, names: Names) -> Match | None:
    """Return the indicator that a row's name means by itself, else under what stands above it."""
    parents = tuple((text, slug) for _, text, slug, *_ in above.rows)
    said = [_BRACKETS.sub("", text) for text in above.headings]
    section = next(filter(None, map(names.section, said)), "")
    place = Place(section, parents, row.index, above.blocked)
    match = names.match(name, unit, place)
    if match is None and not above.blocked:
        over = [(text, "") for text in (*above.headings, title)]
        match = named_under(over, name, unit, place, names)
    if match is None and before and _is_part(name):  # a yearbook's "Di động" in line with the whole above it
        match = names.match(name, unit, replace(place, parents=(("", before),)))
    wide, _, last = row.name.rpartition("\n\n")
    under = replace(place, parents=((wide, ""), *parents), number="", blocked=False)
    return match or (names.match(last, unit, under) if wide else None)


def _is_part(name: str) -> bool:
    """Tell whether a name says only which part of something: "Di động", "Cố định"."""
    return frozenset(canonical(name).split()) in SIBLINGS


def named_under(over: Sequence[tuple[str, str]], name: str, unit: str, place: Place, names: Names) -> Match | None:
    """Return what a name means under one of the texts around it, each with its indicator, or as what its unit counts.

    "Cố định" under "Thuê bao điện thoại", "Bưu chính" under "Doanh thu", "Điện thoại cố định" counted in "thuê bao".
    """
    counted = units.unit(unit)
    for text, slug in (*over, (counted.noun if counted else "", "")):
        section = place.section or names.section(text)
        around = replace(place, section=section, parents=((text, slug), *place.parents))
        match = names.match(name, unit, around) if text else None
        if match and match.how in ("context", "parts"):
            return match
    return None


def _is_section(row: Row, name: str, names: Names) -> bool:
    """Tell whether a row without figures is a heading rather than an indicator left blank."""
    numbered = depth(row.index) < 2 or _TYPED.match(name) or names.section(name)
    return bool(numbered) or (name.isupper() and not row.unit and not row.index)


def _rank(row: Row, name: str, heading: bool) -> float:
    """Return how deep a row stands: a letter 0, IV 1, a number 2, 1.1 deeper, a child without number deeper still."""
    typed = _TYPED.match(name) if heading else None
    rank = depth(typed[1] if typed else row.index)
    if rank == NO_NUMBER and not name[:1].isalnum():
        rank = depth(name[:1])
    return min(rank, SECTION) if heading else rank + 2 * row.depth


def _label(row: Row, rank: float, above: _Above, children: dict[str, int]) -> str:
    """Return the row's place as a source writes it: its printed number, `12`, a child's `1.2`, else its order."""
    index = re.sub(r"[:\s]", "", row.index)
    if re.fullmatch(r"\d+(\.\d+)*|[A-ZĐ]?\.?[IVX]+(\.\d+)*", index):
        return index
    parent = next((label for *_, label, _ in reversed(above.rows) if label and label[0] != "r"), "")
    if parent and rank >= 4:
        children[parent] = children.get(parent, 0) + 1
        return f"{parent}.{index}" if re.fullmatch(r"[a-zđ]", index) else f"{parent}.{children[parent]}"
    return f"r{row.at}"
