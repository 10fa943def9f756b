"""A table's axes, found: what its rows, columns, groups and titles say of indicator, time and owner.

Every cell needs exactly one indicator, one time with a status, and one owner. Which axis says which is not assumed:
rows may be areas, companies, years or indicators, and so may columns; what no axis says, a title says for the whole
table. The table is turned into parts of one kind, indicators down and time across, one part for each owner.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ictplan_utils import messages
from ictplan_utils.documents import units
from ictplan_utils.documents.contents import EMPTY
from ictplan_utils.documents.groups import is_area_head, row_time, states
from ictplan_utils.documents.header_rows import Block, Row, is_figure
from ictplan_utils.documents.headers import Role, beside_time, only_time, role
from ictplan_utils.documents.names import Match, Names, Place, in_vietnamese, plain
from ictplan_utils.documents.owners import RANKS, Owner, Owners
from ictplan_utils.documents.reading import Found, Unmatched
from ictplan_utils.documents.roles import column_time, completed, planned_years, title_time
from ictplan_utils.documents.rows import Part, Stated, cell_at, figure_of, named_under, understand
from ictplan_utils.documents.tokens import tokens
from ictplan_utils.periods import same_period_last_year
from ictplan_utils.vietnamese import fold, fold_in_place, nfc

_ORDINAL = re.compile(
    r"^\W*(?:biểu|bảng|phụ lục|phụ biểu|mẫu)(?: số| mẫu)?[\s.:]*[\dIVX]*(?:[./-]\d+)*[\s.:)–-]*|^\d{1,3}\.\s+",
    re.IGNORECASE,
)
_PLACES = r"xa|huyen|quan|phuong|thi tran|thi xa|thanh pho|tinh|dac khu|dia ban|dia phuong|don vi|khu vuc"
_PARTS = rf"(?:{_PLACES}|nha mang|doanh nghiep|nam)"
_BY = re.compile(
    rf"\b(?:(?:phan|chia|tinh|tong hop|thong ke) )?theo (?:cac )?{_PARTS}\b.*|\b(?:cua |o |tai )?cac {_PARTS}\b.*"
    r"|\bby (?:district|province|commune|city)\b.*|\btren dia ban\b.*|\bqua cac nam\b.*|\d{1,2}/\d{1,2}/\d{4}.*"
    r"|\b(?:co den|den|tinh den|nam|giai doan|6 thang|thoi diem|toi)\b[^a-z]*(?:dau nam )?(?:19|20)\d\d.*"
)
"""Where a title stops naming what its table counts: by what, where, when."""


@dataclass(frozen=True)
class Title:
    """What a table's titles say of all its cells: the words that name them, the indicator those mean, its unit."""

    words: str = ""
    indicator: str = ""
    unit: str = ""


@dataclass
class Column:
    """What a column's header says: owner, time, the lines that are left to name an indicator.

    `said`: the words on its time. `note`: by what it names its indicator, if not alone.
    """

    at: int
    owner: Owner | None = None
    said: str = ""
    names: list[str] = field(default_factory=list)
    indicator: str = ""
    note: str = ""
    unit: str = ""
    time: Role | None = None


@dataclass(frozen=True)
class Line:
    """What a row says of its cells: the indicator, or whose they are or when; its place in sources, its unit."""

    row: Row
    where: str
    owner: Owner | None = None
    time: Role | None = None
    unit: str = ""
    stated: Stated | None = None


def owner_rows(block: Block, owners: Owners, names: Names) -> dict[int, Owner]:
    """Return row → its owner where the rows of a table are areas or companies; empty where they are not.

    The same companies again and again, each time under an indicator that has figures itself, are its parts.
    """
    headed = any(is_area_head(line, owners) for c in block.names for line in block.header[c].split("\n"))
    rows = [row for row in block.rows if row.name and states(row, block)]
    heads = [re.split(r"\W*[/,]\W*", fold(line)) for c in block.names for line in block.header[c].split("\n")]
    ranks = next((parts for parts in heads if (RANKS | owners.words.villages).issuperset(parts)), [])
    found: dict[int, Owner] = {}
    for among_areas in (headed, True):
        named = {row.at: owners.label(row.name, among_areas=among_areas, ranks=ranks) for row in rows}
        found = {row.at: owner for row in rows if (owner := named[row.at]) and not _some_only(row, owner)}
        places = [owner for owner in found.values() if owner.kind != "whole"]
        if headed or not places:
            break
    if len({owner.text for owner in places}) < len(places) and any(
        named_by([row.name], names, Title())[0] for row in rows if row.at not in found
    ):
        return {}
    return found if places and len(found) >= len(rows) * 0.6 else {}


def _some_only(row: Row, owner: Owner) -> bool:
    """Tell whether a total's brackets say more than how many it is of: "Tổng cộng (07 đơn vị đã báo cáo)"."""
    said = beside_time(" ".join(text for text in re.findall(r"\(([^()]*)\)", row.name) if not text.isascii()))
    return owner.kind == "whole" and bool(re.sub(rf"\b(?:{_PLACES}|toan|tong|cong|va)\b|[\W\d_]", "", said))


def columns_of(block: Block, title: Title, owners: Owners, names: Names, group: str, named: bool) -> list[Column]:
    """Return what the header of each column of values says, line by line and within its lines.

    `named`: the rows name no indicators, so that headers do, under the group row `group`.
    """
    several = _owner_columns(block, owners)
    default = title_time(block, owners.report)
    found = []
    for c in block.values:
        column = Column(c)
        found.append(column)
        column.said = block.header[c]
        lines = (in_vietnamese(column.said) if named else column.said).split("\n")
        split = [_split(line, owners) if several else (None, line) for line in lines if line]
        column.owner = next((owner for owner, _ in reversed(split) if owner), None)
        rests = [rest for _, rest in split if rest]
        if named:
            rests = [part for rest in rests for part in _without_time(rest, owners.report, names, title)]
            times = [rest for rest in rests if only_time(rest) or _says_time(rest, owners.report, names, title)]
            column.names = [rest for rest in rests if rest not in times]
            _name(column, found[:-1], group, title, names)
            rests = times
        if named or column.owner:
            column.said = "\n".join(rests).strip()
        column.time = column_time(column.said, c, block, owners.report)
        if column.time.kind == "blank" and (named or column.owner or not any(block.header)):
            column.time = default if named else replace(default, header=" ".join(block.header[c].split()))
    times = planned_years([column.time for column in found], block, owners.report)
    for column, time in zip(found, times, strict=True):
        column.time = time
    return found


def _name(column: Column, before: Sequence[Column], group: str, title: Title, names: Names) -> None:
    """Find what a column's names mean: under the group row, else with those of a column before it, which is told."""
    over = [group] if group and named_by([group], names, Title())[0] else []
    if over or column.names:
        column.indicator, column.unit = named_by([*over, *column.names], names, title)
    head = next((each.names for each in reversed(before) if each.indicator and not each.note), [])
    if head and column.names and not column.indicator:
        column.indicator, column.unit = named_by([*head, *column.names], names, title)
        column.note = messages.text("reading.as_before", name=head[-1]) if column.indicator else ""


def _says_time(line: str, report: str, names: Names, title: Title) -> bool:
    """Tell whether a line is a time or a comparison; "Tỷ lệ (%)" under the title of a share is that share."""
    kind = role(line, report).kind
    if kind not in ("figure", "comparison"):
        return False
    return kind == "figure" or not named_by([line], names, title)[0]


def _without_time(line: str, report: str, names: Names, title: Title) -> tuple[str, ...]:
    """Return a header's line, a year or half that ends it apart from the name before: "Số trạm BTS năm 2022"."""
    last = next(iter(tokens(line)[-1:]), None)
    timed = last is not None and last.kind in ("year", "half") and "year" in last.named
    if not timed or _says_time(line, report, names, title):
        return (line,)
    name, time = nfc(line)[: last.start].strip(), nfc(line)[last.start :]
    return (name, time) if name and named_by([name], names, title)[0] else (line,)


def _owner_columns(block: Block, owners: Owners) -> bool:
    """Tell whether columns are parted by areas or companies: one is named, or several that are labels."""
    lines = [line for c in block.values for line in block.header[c].split("\n")]
    if any(map(owners.named, lines)):
        return True
    said = [owner for line in lines if (owner := _split(line, owners)[0])]
    near = [owner for owner in said if owner.kind == "area" and (owner.slug or owner.rank)]
    wholes = {owner.rank for owner in said if owner.kind == "whole" and owner.rank}
    return len(near) > 1 or len(wholes) > 1 or (len(said) == len(block.values) and _adds_up(block, said))


def _adds_up(block: Block, owners: Sequence[Owner]) -> bool:
    """Tell whether the columns of names that nobody knows make that of a total, in most rows with figures in all."""
    parts = [c for c, owner in zip(block.values, owners, strict=True) if owner.kind == "area"]
    totals = [c for c, owner in zip(block.values, owners, strict=True) if owner.kind == "whole"]
    if len(totals) != 1 or len(parts) < 2:
        return False
    read = [[figure_of(cell_at(row, c)) for c in (*totals, *parts)] for row in block.rows]
    rows = [[each.value for each in row if each] for row in read if all(row)]
    held = [sum(row[1:]) == row[0] for row in rows]
    return sum(held) > 1 and 2 * sum(held) > len(held)


def _split(line: str, owners: Owners) -> tuple[Owner | None, str]:
    """Return the owner a header's line is or names, and its other words: `Xã Tân Lập 2022` → `2022`."""
    if owner := owners.label(line, among_areas=True):
        return owner, ""
    for owner in owners.named(line):
        return owner, f"{nfc(line)[: owner.start]} {nfc(line)[owner.end :]}".strip()
    return None, line


def named_by(lines: Sequence[str], names: Names, title: Title) -> tuple[str, str]:
    """Return the indicator that a header's lines name, together or the last under the others, and the unit.

    "Tổng số" means the title's indicator, and parts lie under it. The last line may be the unit: "nghìn thuê bao".
    """
    unit = next((found for line in lines if (found := units.in_name(line))), "")
    slug, (*said, last) = _named(lines, unit, names, title), lines or [""]
    under = _named(said, last, names, title) if said and units.unit(last) else ""
    return (under, last) if under and slug in ("", under) else (slug, unit)


def _named(lines: Sequence[str], unit: str, names: Names, title: Title) -> str:
    kept = [line for line in lines if plain(line) and fold(plain(line)) not in _WHOLE_WORDS]
    if not kept:
        return title.indicator
    blocked = any("phat trien" in fold(line) for line in kept)
    whole = " ".join(plain(line) for line in kept)
    parents = tuple((line, "") for line in kept[:-1])
    match = names.match(whole, unit, Place(blocked=blocked))
    match = match or names.match(kept[-1], unit, Place(parents=parents, blocked=blocked))
    if match is None:
        place = Place(parents=parents, blocked=blocked)
        match = named_under([(title.words, title.indicator)], kept[-1], unit or title.unit, place, names)
    return match.indicator if match and match.how != "close" else ""


_WHOLE_WORDS = frozenset(
    ("tong so", "tong", "tong cong", "chia ra", "total", "so luong", "trong do", "of which", "chung")
)


def title_of(block: Block, names: Names, owners: Owners) -> Title:
    """Return the title that names one indicator; where none does, the nearest's words.

    What they say of a sector holds for all names below.
    """
    nearest = ""
    for text in block.titles[:4]:
        bare = _ORDINAL.sub("", nfc(text))
        for owner in reversed(owners.named(bare)):
            bare = f"{bare[: owner.start]} {bare[owner.end :]}"
        unit = units.in_name(bare) or units.in_caption(text)
        bare = " ".join(re.sub(r"\s*\([^()]*\)\s*$", "", bare).split())
        cut = _BY.search(fold_in_place(bare))
        words = (bare[: cut.start()] if cut else bare).strip(" ,–-:")
        if words and (match := names.match(words, unit)):
            return Title(words, match.indicator, unit or block.unit_above)
        nearest = nearest or words
    return Title(nearest, "", block.unit_above)


def parts(block: Block, group: str, title: Title, owners: Owners, names: Names, found: Found) -> list[Part]:
    """Return the parts of a table's rows under the words of a group row, one for each owner.

    A cell takes owner, time and indicator of its row or its column; what none of them says, of the table's title.
    What has no indicator or no time is told in `found`.
    """
    told = Found()
    lines = _lines(block, group, title, owners, names, told)
    if not lines:
        return []
    named = lines[0].stated is None
    columns = columns_of(block, title, owners, names, group, named)
    several = any(column.indicator for column in columns)
    shares: dict[tuple | None, tuple[Owner | None, _Cells]] = {}
    for column in columns:
        slug = column.indicator or ("" if column.names or (several and lines[0].owner) else title.indicator)
        if named and not slug:
            _tell_unnamed(block, lines, column, names, found)
            continue
        for line in lines:
            if column.owner and line.owner:
                continue
            owner = column.owner or line.owner
            _, cells = shares.setdefault((line.row.at,) if line.owner else owner and owner.key, (owner, {}))
            cells.setdefault(_what(line, slug, column.unit), []).append(
                (line, column, _time(line, column, block, owners.report))
            )
    if shares:
        found.take(told)
    return [_part(owner, cells, block.label, title.unit) for owner, cells in shares.values()]


def _what(line: Line, slug: str, unit: str) -> tuple:
    """Return what a cell is of: an indicator that its column names or, a time to a row, its row; else that one row."""
    if line.stated is None:
        return slug, unit
    return (line.stated.name, line.stated.unit, line.stated.match) if line.time else (line.row.at,)


_Cells = dict[tuple, list[tuple[Line, Column, Role]]]
"""What a row of a part states, an indicator with its unit or a row of the table → its cells, each with its time."""


def _lines(block: Block, group: str, title: Title, owners: Owners, names: Names, found: Found) -> list[Line]:
    """Return what the rows of a table say of their cells: they are owners, times or indicators."""
    if rows := owner_rows(block, owners, names):
        whole = next((owner for owner in rows.values() if owner.kind == "whole"), None)  # "Năm 2023" is of it too
        timed = {row.at: Role("unread", row.name) for row in block.rows if row.at not in rows and only_time(row.name)}
        lines = [
            Line(row, f"{block.label}:{_number(row, block)}", rows.get(row.at, whole if row.at in timed else None),
                 timed.get(row.at) or _beside(row))
            for row in block.rows if row.name and states(row, block)
        ]  # fmt: skip
        for line in lines:
            if line.owner is None:
                printed = tuple(cell_at(line.row, c).text for c in block.values)
                found.unmatched.append(Unmatched(line.row.name, line.where, "", printed))
        return [line for line in lines if line.owner]
    if block.years_down:
        return _time_lines(block, group, owners.report, found)
    return [Line(item.row, item.where, time=_beside(item.row), stated=item)
            for item in understand(block, names, title.words)]  # fmt: skip


def _beside(row: Row) -> Role | None:
    """Return the time that stands beside a row's name, still to be read with its columns' headers."""
    return Role("unread", row.time) if row.time else None


def _number(row: Row, block: Block) -> str:
    return row.index if re.fullmatch(r"\d+", row.index) else str(row.at) if block.index is None else f"r{row.at}"


def _time_lines(block: Block, group: str, report: str, found: Found) -> list[Line]:
    """Return the rows of a table of years under the words of a group row: a unit, an index, what is counted."""
    lines, index = [], _is_index(group)
    for row in block.rows:
        made = row_time(row, block, report)
        if made.kind == "figure":
            made = _index_of(made) if index else made
            lines.append(Line(row, f"{block.label}:{made.period}", time=made, unit="" if index else group))
        elif made.period:
            found.warn(messages.text("reading.row_later", row=row.name), block.label)
        elif states(row, block):
            found.warn(messages.text("reading.row_no_year", row=row.name), block.label)
    return lines


def _is_index(text: str) -> bool:
    return bool(re.search(r"chi so phat trien|\bindex\b", fold(text)))


def _index_of(made: Role) -> Role:
    """Return an index against the year before, 100 for as much as then, of the time that a row is about."""
    return replace(made, kind="comparison", base_period=same_period_last_year(made.period), base_status="actual",
                   measure="ratio_pct")  # fmt: skip


def _time(line: Line, column: Column, block: Block, report: str) -> Role:
    """Return a cell's time: its column's within its row's, else either, else the title's."""
    if line.time is None:
        return column.time
    if line.time.kind == "figure" and _is_index(column.said):
        return _index_of(line.time)
    return column_time(f"{line.time.header}\n{column.said}", column.at, block, report)


def _tell_unnamed(block: Block, lines: Sequence[Line], column: Column, names: Names, found: Found) -> None:
    """List a column with figures of which nothing names the indicator."""
    printed = tuple(cell.text for line in lines if is_figure(cell := cell_at(line.row, column.at)))
    if printed and (header := " ".join(column.names) or column.said):
        where = f"{block.label}:0:{column.at + 1}"
        found.unmatched.append(Unmatched(header, where, "", printed, "", names.candidates(header)))


def _part(owner: Owner | None, share: _Cells, label: str, weak: str) -> Part:
    """Return one owner's cells as a table; cells of one indicator and time stand in rows of their own."""
    # Two columns stay two where the rows name the indicators; areas or years down, they make one of each time.
    key = lambda line, column, made: (column.at if line.stated else None, made)  # noqa: E731
    times = list(dict.fromkeys(key(*cell) for cells in share.values() for cell in cells))
    stated = []
    for what, cells in share.items():
        rows: list[dict[int, tuple[Line, Column]]] = []
        for line, column, made in cells:
            at = times.index(key(line, column, made))
            free = next((row for row in rows if at not in row), None)
            if free is None:
                rows.append(free := {})
            free[at] = (line, column)
        stated += [_stated(what, row, len(times), label, weak) for row in rows]
    of_rows = any(line.owner for cells in share.values() for line, *_ in cells)
    return Part(label, owner, completed([made for _, made in times]), stated, of_rows)


def _stated(what: tuple, cells: dict[int, tuple[Line, Column]], width: int, label: str, weak: str) -> Stated:
    """Return the cells of one indicator, by column, as a row that was understood."""
    line, column = next(iter(cells.values()))
    taken = [cells.get(c) for c in range(width)]
    held = tuple(each[0].row.cell(each[1].at) if each else EMPTY for each in taken)
    number = lambda each: each[1].time.number or str(each[1].at + 1)  # noqa: E731
    places = tuple(f"{each[0].where}:{number(each)}" if each else "" for each in taken)
    grid = tuple((each[0].row.at, each[1].at) if each else (0, 0) for each in taken)
    if line.stated:
        return replace(line.stated, cells=held, places=places, grid=grid)
    slug, unit = what
    where = line.where if line.owner else f"{label}:0:{column.at + 1}"
    name = column.names[-1] if column.names else line.row.name
    own = unit or ("" if column.names else line.row.unit)
    match = Match(slug, "close" if column.note else "exact", column.note)
    return Stated(line.row, name, own, line.unit or weak, match, where, held, places, grid)
