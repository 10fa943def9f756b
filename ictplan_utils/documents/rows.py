"""The rows of a table → which indicator each states: sections, parents and children, units, printed numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ictplan_utils.documents import units
from ictplan_utils.documents.contents import EMPTY, Cell
from ictplan_utils.documents.header_rows import Block, Row
from ictplan_utils.documents.names import NEW_SECTION, Match, Names, Place, canonical, in_vietnamese, plain
from ictplan_utils.documents.numbers import is_blank
from ictplan_utils.vietnamese import fold, nfc

_ROMAN = re.compile(r"(?=[IVX])X{0,2}(IX|IV|V?I{0,3})")


@dataclass(frozen=True)
class Stated:
    """One row as it was understood; `match` is None for a row that no indicator claims."""

    row: Row
    label: str
    name: str
    unit: str
    weak_unit: str
    match: Match | None
    place: Place
    has_figures: bool


@dataclass
class _Above:
    """What stands above a row: its section, and the rows it is a part of."""

    section: str = ""
    text: str = ""
    unit: str = ""
    blocked: bool = False
    parents: list[tuple[float, str, str, str]] = field(default_factory=list)


def cell_at(row: Row, column: int) -> Cell:
    """Return a row's cell of a column; a figure merged over several columns belongs to its first only."""
    cell = row.cells[column] if column < len(row.cells) else EMPTY
    return EMPTY if cell.covered else cell


def _filled(cell: Cell) -> bool:
    return bool(cell.problem) or (cell.number is not None) or not is_blank(cell.text)


def understand(block: Block, names: Names, caption_unit: str = "", title: str = "") -> list[Stated]:
    """Return every row of a table that states something, with the indicator it names under the words of its title."""
    above = _Above(blocked=any(NEW_SECTION.search(fold(c)) and "ke hoach" not in fold(c) for c in block.captions))
    used: dict[str, int] = {}
    children: dict[str, int] = {}
    found: list[Stated] = []
    before, numbered, within = "", "", False
    head: Stated | None = None
    for order, row in enumerate(block.rows, start=1):
        has_figures = any(_filled(cell_at(row, c)) for c in block.values)
        name = nfc(in_vietnamese(row.name))
        if not name:
            if has_figures:
                found.append(Stated(row, f"r{order}", "", row.unit, "", None, Place(), True))
            continue
        if not has_figures and _is_section(row, name, names):
            _enter(above, row, name, names)
            numbered, head = "", None
            continue
        rank = _rank(row, name, block, numbered)
        if above.parents and re.match(r"\W*trong đó\b", name, re.IGNORECASE):
            rank = max(rank, above.parents[-1][0] + 0.5)  # whatever number it was given
        if within and rank == 5 and not names_alone(name, row, names, above):
            rank = 5.6
        else:
            within = within and rank > 5
        above.parents = [entry for entry in above.parents if entry[0] < rank]
        parents = tuple((text, slug) for _, text, slug, _ in above.parents)
        label = _label(row, order, rank, above, block, children)
        if label in used and above.text:
            label = f"{_section_label(above)}.{label}"
        used[label] = used.get(label, 0) + 1
        if used[label] > 1:
            label = f"{label}.r{order}"
        own = row.unit or units.in_name(name)
        weak = "" if own else (above.unit or ("" if row.unit or block.unit is not None else caption_unit))
        place = Place(above.section, above.text, parents, row.index, before, above.blocked)
        match = names.match(name, own or weak, place)
        if match is None and above.text and not above.blocked:
            inside = Place(above.section, above.text, ((above.text, ""), *parents), row.index, before)
            match = names.match(name, own or weak, inside)
        if match is None and not above.text and title and not above.blocked:
            match = names.match(name, own or weak, Place(names.section(title), title, ((title, ""), *parents)))
            match = match if match and match.how in ("context", "parts") else None
        if match is None and "\n\n" in row.name:
            wide, _, last = row.name.rpartition("\n\n")
            match = names.match(last, own or weak, Place(above.section, above.text, ((wide, ""), *parents)))
        if match is None and head and not row.index and has_figures:
            match = _part_of(head, name, row.unit, names)
        elif match:
            head = Stated(row, label, name, own, weak, match, place, has_figures)
        found.append(Stated(row, label, name, own, weak, match, place, has_figures))
        slug = match.indicator if match else ""
        if not plain(name) or re.fullmatch(r"(trong đó|chia ra|bao gồm|gồm)\W*", plain(name), re.IGNORECASE):
            within = within or not has_figures
        else:
            above.parents.append((rank, name, slug, label))
        before = slug or before
        numbered = row.index if re.fullmatch(r"\d.*", row.index) else numbered
    return found


def _part_of(head: Stated, name: str, unit: str, names: Names) -> Match | None:
    """Return what a short name means as a part of the row above it: "Cố định" under "Số thuê bao điện thoại"."""
    same = not unit or not head.unit or fold(unit) == fold(head.unit)
    if not same or len(canonical(name).split()) > 3:
        return None
    match = names.match(name, unit, Place(parents=((head.name, head.match.indicator),)))
    return Match(match.indicator, "close", "theo dòng trên") if match and match.how == "context" else None


def names_alone(name: str, row: Row, names: Names, above: _Above) -> bool:
    """Tell whether a name says enough without the row above it, and so ends a list under "Trong đó:"."""
    return names.match(name, row.unit, Place(above.section, above.text)) is not None


def _is_section(row: Row, name: str, names: Names) -> bool:
    """Tell whether a row without figures is a heading rather than an indicator left blank."""
    if re.fullmatch(r"[A-ZĐ]|[A-ZĐ]?\.?[IVX]+", row.index):
        return True
    if re.match(r"(?:[A-ZĐ]|[IVX]{1,4})[.)]\s", name):
        return True
    if names.section(name):
        return True
    return name.isupper() and not row.unit and not row.index


def _enter(above: _Above, row: Row, name: str, names: Names) -> None:
    text = plain(name) if re.match(r"(?:[A-ZĐ]|[IVX]{1,4})[.)]\s", name) else name
    text = re.sub(r"^(?:[A-ZĐ]|[IVX]{1,4})[.)]\s+", "", text)
    above.section = names.section(re.sub(r"\s*\([^()]*\)", "", text)) or names.section(text)
    above.text, above.unit = text, units.in_name(name) or units.in_caption(name)
    above.blocked = bool(NEW_SECTION.search(fold(name)))
    above.parents = []


def _rank(row: Row, name: str, block: Block, numbered: str) -> float:
    """Return how deep a row stands: a letter 0, IV 1, a number 2, 1.1 deeper, a child without number deeper still."""
    rank: float
    index = row.index
    if re.fullmatch(r"[A-ZĐ]", index):
        rank = 0
    elif index and _ROMAN.fullmatch(index):
        rank = 1
    elif re.fullmatch(r"\d+(\.\d+)*", index):
        rank = 2 + 0.5 * index.count(".")
    elif re.fullmatch(r"[a-zđ]", index):
        rank = 4
    else:
        rank = 5
        if re.match(r"[-–—•·]", name) or index in ("-", "–", "•"):
            rank = 6
        elif re.match(r"\+", name) or index == "+":
            rank = 7
    if rank >= 5 and re.match(r"trong đó", name.strip(" -–+"), re.IGNORECASE):
        rank += 0.5
    if block.index is None and rank == 5 and not row.depth and row.unit and not numbered:
        rank = 4.9
    return rank + 2 * row.depth


def _label(row: Row, order: int, rank: float, above: _Above, block: Block, children: dict[str, int]) -> str:
    """Return the row's place as a source writes it: its printed number, `12`, a child's `1.2`, else its order."""
    index = re.sub(r"[:\s]", "", row.index)
    if re.fullmatch(r"\d+(\.\d+)*|[A-ZĐ]?\.?[IVX]+(\.\d+)*", index):
        return index
    if block.years_down:
        return index or f"r{order}"
    parent = next((label for _, _, _, label in reversed(above.parents) if not label.startswith("r")), "")
    if parent and rank >= 4:
        children[parent] = children.get(parent, 0) + 1
        return f"{parent}.{index}" if re.fullmatch(r"[a-zđ]", index) else f"{parent}.{children[parent]}"
    return f"r{order}"


def _section_label(above: _Above) -> str:
    if above.section:
        return above.section
    words = canonical(above.text).split()
    return "".join(word[0] for word in words).upper()[:8] or "X"
