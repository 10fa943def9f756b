"""The rows of a table → which indicator each states: sections, parents and children, units, printed numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ictplan_utils import messages
from ictplan_utils.documents import units
from ictplan_utils.documents.contents import EMPTY, Cell
from ictplan_utils.documents.header_rows import NO_NUMBER, Block, Row, depth, filled
from ictplan_utils.documents.headers import Role
from ictplan_utils.documents.names import NEW_SECTION, Match, Names, Place, canonical, in_vietnamese, plain
from ictplan_utils.documents.numbers import Figure, is_blank, read_figure
from ictplan_utils.documents.owners import Owner
from ictplan_utils.vietnamese import fold, nfc

_TYPED = re.compile(r"([A-ZĐ]|[IVX]{1,4})[.)]\s+")
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
    """What stands above a row: its sections, each with its depth, code, text and unit, and the rows it is a part of.

    `new`: the table's titles say that it counts new subscribers.
    """

    new: bool
    sections: list[tuple[float, str, str, str]] = field(default_factory=list)
    parents: list[tuple[float, str, str, str]] = field(default_factory=list)

    @property
    def section(self) -> str:
        """The nearest section's code in the form."""
        return self.sections[-1][1] if self.sections else ""

    @property
    def text(self) -> str:
        """The nearest section's words."""
        return self.sections[-1][2] if self.sections else ""

    @property
    def unit(self) -> str:
        """The unit that the nearest section with one states."""
        return next((unit for *_, unit in reversed(self.sections) if unit), "")

    @property
    def blocked(self) -> bool:
        """Whether new subscribers are counted here."""
        return any(NEW_SECTION.search(fold(text)) for _, _, text, _ in self.sections) if self.sections else self.new


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
    before, numbered, within = "", "", False
    head: Stated | None = None
    for at, row in enumerate(block.rows):
        name = nfc(in_vietnamese(row.name))
        cells = tuple(map(row.cell, block.values))
        item = Stated(row, name, row.unit, "", None, f"{block.label}:r{row.at}", cells)
        if not name:
            found += [item] if item.has_figures else []
            continue
        if not item.has_figures and _is_section(row, name, names):
            _enter(above, row, name, names)
            numbered, head = "", None
            continue
        rank = _rank(row, name, block, numbered)
        if above.parents and re.match(r"\W*trong đó\b", name, re.IGNORECASE):
            rank = max(rank, above.parents[-1][0] + 0.5)  # whatever number it was given
        if within and rank == 5 and not names.match(name, row.unit, Place(above.section)):
            rank = 5.6  # a list under "Trong đó:" ends with a name that says enough without it
        else:
            within = within and rank > 5
        above.parents = [entry for entry in above.parents if entry[0] < rank]
        above.sections = [entry for entry in above.sections if entry[0] < max(rank, 2) or rank >= 2]
        own = row.unit or units.in_name(name)
        weak = "" if own else (above.unit or ("" if row.unit or block.unit is not None else block.unit_above))
        match = _match(row, name, own or weak, above, before, title, names)
        if match is None and not above.parents and _heads(at, block):
            _enter(above, row, name, names)
            head = None
            continue
        place = _label(row, rank, above, children)
        if place in used and above.text:
            place = f"{_section_label(above)}.{place}"
        again = place in used
        used.add(place)
        place = f"{place}.r{row.at}" if again else place
        item = replace(item, unit=own, weak_unit=weak, match=match, where=f"{block.label}:{place}")
        if match is None and head and not row.index and item.has_figures:
            same = not row.unit or not head.unit or fold(row.unit) == fold(head.unit)
            match = part_of((head.name, head.match.indicator), name, row.unit, names) if same else None
            item = replace(item, match=match)
        elif match:
            head = item
        found.append(item)
        slug = item.match.indicator if item.match else ""
        if not plain(name) or re.fullmatch(r"(trong đó|chia ra|bao gồm|gồm)\W*", plain(name), re.IGNORECASE):
            within = within or not item.has_figures
        else:
            above.parents.append((rank, name, slug, place))
        before = slug or before
        numbered = row.index if re.fullmatch(r"\d.*", row.index) else numbered
    return found


def _counts_new(block: Block) -> bool:
    """Tell whether a table's titles say that it counts new subscribers: not where a row states their whole number."""
    said = [fold(text) for text in block.captions if "ke hoach" not in fold(text)]
    whole = any(fold(row.name).startswith("tong so thue bao") for row in block.rows)
    return any(NEW_SECTION.search(text) for text in said) and not (whole and not any(map(_NEW.search, said)))


_NEW = re.compile(r"\bmoi\b|thue bao( \w+){0,4} phat trien")


def _match(row: Row, name: str, unit: str, above: _Above, before: str, title: str, names: Names) -> Match | None:
    """Return the indicator that a row's name means by itself, else under what stands above it."""
    parents = tuple((text, slug) for _, text, slug, _ in above.parents)
    place = Place(above.section, parents, row.index, before, above.blocked)
    match = names.match(name, unit, place)
    if match is None and not above.blocked:
        over = [(text, "") for _, _, text, _ in reversed(above.sections)] or [(title, "")]
        match = named_under(over, name, unit, place, names)
    wide, _, last = row.name.rpartition("\n\n")
    under = replace(place, parents=((wide, ""), *parents), number="", before="", blocked=False)
    return match or (names.match(last, unit, under) if wide else None)


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


def part_of(head: tuple[str, str], name: str, unit: str, names: Names) -> Match | None:
    """Return what a short name means after another, with its indicator: "Cố định" under "Số thuê bao điện thoại".

    So a header takes from the one before it what it leaves unsaid: "Số thành viên" beside "Số tổ công nghệ số".
    """
    match = names.match(name, unit, Place(parents=(head,))) if len(canonical(name).split()) <= 3 else None
    if match is None or match.how not in ("context", "parts"):
        return None
    return Match(match.indicator, "close", messages.text("reading.as_before", name=head[0]))


def _is_section(row: Row, name: str, names: Names) -> bool:
    """Tell whether a row without figures is a heading rather than an indicator left blank."""
    numbered = depth(row.index) < 2 or _TYPED.match(name) or names.section(name)
    return bool(numbered) or (name.isupper() and not row.unit and not row.index)


def _heads(at: int, block: Block) -> bool:
    """Tell whether a row that says nothing but its name heads those below it, set no deeper."""
    row, *below = block.rows[at : at + 2]
    said = row.index or row.unit or row.time or re.match("trong đó|chia ra", row.name, re.IGNORECASE)
    if said or filled(row, block) or not (below and filled(below[0], block)):
        return False
    return all(each.name[:1].isalnum() and not each.index and each.depth == row.depth for each in (row, *below))


def _enter(above: _Above, row: Row, name: str, names: Names) -> None:
    typed = _TYPED.match(name)
    text = _TYPED.sub("", plain(name), count=1) if typed else name
    rank = min(depth(typed[1] if typed else row.index), 1.5)
    code = names.section(_BRACKETS.sub("", text)) or names.section(text)
    kept = [entry for entry in above.sections if entry[0] < rank]
    above.sections = [*kept, (rank, code, text, units.in_name(name) or units.in_caption(name))]
    above.parents = []


def _rank(row: Row, name: str, block: Block, numbered: str) -> float:
    """Return how deep a row stands: a letter 0, IV 1, a number 2, 1.1 deeper, a child without number deeper still."""
    rank = depth(row.index)
    if rank == NO_NUMBER and not name[:1].isalnum():
        rank = depth(name[:1])
    if rank >= 5 and re.match(r"trong đó", name.strip(" -–+"), re.IGNORECASE):
        rank += 0.5
    if block.index is None and rank == NO_NUMBER and not row.depth and row.unit and not numbered:
        rank = 4.9
    return rank + 2 * row.depth


def _label(row: Row, rank: float, above: _Above, children: dict[str, int]) -> str:
    """Return the row's place as a source writes it: its printed number, `12`, a child's `1.2`, else its order."""
    index = re.sub(r"[:\s]", "", row.index)
    if re.fullmatch(r"\d+(\.\d+)*|[A-ZĐ]?\.?[IVX]+(\.\d+)*", index):
        return index
    parent = next((label for _, _, _, label in reversed(above.parents) if not label.startswith("r")), "")
    if parent and rank >= 4:
        children[parent] = children.get(parent, 0) + 1
        return f"{parent}.{index}" if re.fullmatch(r"[a-zđ]", index) else f"{parent}.{children[parent]}"
    return f"r{row.at}"


def _section_label(above: _Above) -> str:
    if above.section:
        return above.section
    words = canonical(above.text).split()
    return "".join(word[0] for word in words).upper()[:8] or "X"
