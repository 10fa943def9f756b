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
from ictplan_utils.documents.header_rows import Block, Row, is_figure
from ictplan_utils.documents.headers import Role, left_over, only_time, period_of, role, time_of, time_said
from ictplan_utils.documents.names import Match, Names, Place, in_vietnamese, plain
from ictplan_utils.documents.numbers import Figure, read_figure
from ictplan_utils.documents.owners import RANKS, Owner, Owners
from ictplan_utils.documents.reading import Unmatched
from ictplan_utils.documents.roles import completed, give_roles
from ictplan_utils.documents.rows import Stated, cell_at, understand
from ictplan_utils.documents.tables import Found, Labelled
from ictplan_utils.periods import same_period_last_year
from ictplan_utils.vietnamese import fold, fold_in_place, nfc

_ORDINAL = re.compile(
    r"^\W*(?:biểu|bảng|phụ lục|phụ biểu|mẫu)(?: số| mẫu)?[\s.:]*[\dIVX]*(?:[./-]\d+)*[\s.:)–-]*|^\d{1,3}\.\s+",
    re.IGNORECASE,
)
_PLACES = r"xa|huyen|quan|phuong|thi tran|thi xa|thanh pho|tinh|dia ban|dia phuong|don vi|khu vuc"
_PARTS = rf"(?:{_PLACES}|nha mang|doanh nghiep|nam)"
_BY = re.compile(
    rf"\b(?:(?:phan|chia|tinh|tong hop|thong ke) )?theo (?:cac )?{_PARTS}\b.*|\b(?:cua |o |tai )?cac {_PARTS}\b.*"
    r"|\bby (?:district|province|commune|city)\b.*|\btren dia ban\b.*|\bqua cac nam\b.*|\d{1,2}/\d{1,2}/\d{4}.*"
    r"|\b(?:co den|den|tinh den|nam|giai doan|6 thang|thoi diem|toi)\b[^a-z]*(?:dau nam )?(?:19|20)\d\d.*"
)
"""Where a title stops naming what its table counts: by what, where, when."""
_SAYS_TIME = 3
"""So many titles above a table are asked for its time."""


@dataclass
class Part:
    """One owner's share of a table: indicators down, time across, each cell with its place in the document."""

    owner: Owner | None
    block: Block
    stated: list[Stated]
    of_rows: bool = False
    """Whether the table's rows are owners: a total among them is the others' sum."""


@dataclass
class Column:
    """What a column's header says: owner, time, and the lines that are left to name an indicator."""

    at: int
    owner: Owner | None = None
    times: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    indicator: str = ""
    unit: str = ""


def titles(block: Block) -> list[str]:
    """Return the lines that entitle a table, the nearest first: no sentences, and nothing above one."""
    found = []
    for text in reversed(block.captions[-6:]):
        if text.strip().endswith((".", ";")) and len(text) > 40:
            break
        if not units.in_caption(text) or len(text) > 60:
            found.append(text)
    return [*found, *([block.name] if block.name else [])]


def is_area_head(text: str, owners: Owners) -> bool:
    """Tell whether a header stands over areas or companies: `Tên xã, thị trấn`, `Doanh nghiệp`, even `Đơn vị`."""
    return re.sub(r"[\W_]+", " ", fold(re.sub(r"\([^()]*\)", "", text))).strip() in owners.words.area_heads


def owner_rows(block: Block, owners: Owners, names: Names) -> dict[int, Owner]:
    """Return row → its owner where the rows of a table are areas or companies; empty where they are not."""
    headed = any(is_area_head(line, owners) for c in block.names for line in block.header[c].split("\n"))
    rows = [row for row in block.rows if row.name and _states(row, block)]
    heads = [re.split(r"\W*[/,]\W*", fold(line)) for c in block.names for line in block.header[c].split("\n")]
    ranks = next((parts for parts in heads if RANKS.issuperset(parts)), [])
    found = {row.at: owner for row in rows if (owner := owners.label(row.name, among_areas=headed, ranks=ranks))}
    places = [owner for owner in found.values() if owner.kind != "whole"]
    if not headed and places:
        found = {row.at: owner for row in rows if (owner := owners.label(row.name, among_areas=True))}
        places = [owner for owner in found.values() if owner.kind != "whole"]
    if not places and found and len(found) == len(rows) and title_indicator(block, names, owners)[1]:
        return found  # "Toàn huyện" alone, under a title that names the indicator
    if not places or len(found) < len(rows) * 0.6:
        return {}
    return found


def _states(row: Row, block: Block) -> bool:
    return any(isinstance(read_figure(c.text, c.number), Figure) for c in (cell_at(row, v) for v in block.values))


def column_facets(block: Block, owners: Owners, names: Names, report: str, group: str = "") -> dict[int, Column]:
    """Return what each value column's header says, line by line and within its lines, under the group row `group`."""
    several = _owner_columns(block, owners)
    title = title_indicator(block, names, owners)
    found = {}
    for c in block.values:
        column = found[c] = Column(c)
        for line in filter(None, in_vietnamese(block.header[c]).split("\n")):
            owner, rest = _split(line, owners) if several else (None, line)
            column.owner = owner or column.owner
            if not rest:
                continue
            if only_time(rest) or _says_time(rest, report, names, title[:2]):
                column.times.append(rest)
            else:
                column.names.append(rest)
        over = [group] if group and _names_one(group, names) else []
        if over or column.names:
            column.indicator, column.unit = named([*over, *column.names], names, title[:2])
    return found


def _names_one(text: str, names: Names) -> bool:
    match = names.match(text, units.in_name(text))
    return match is not None and match.how != "close"


def _says_time(line: str, report: str, names: Names, title: tuple[str, str]) -> bool:
    """Tell whether a line is a time or a comparison; "Tỷ lệ (%)" under the title of a share is that share."""
    kind = role(line, report).kind
    if kind not in ("figure", "comparison") or names.match(line, units.in_name(line)):
        return False
    return kind == "figure" or not named([line], names, title)[0]


def _owner_columns(block: Block, owners: Owners) -> bool:
    """Tell whether columns are parted by areas or companies: one is named, and not over all of them alike."""
    lines = [line for c in block.values for line in block.header[c].split("\n")]
    said = [owner for line in lines if (owner := _split(line, owners)[0])]
    near = [owner for owner in said if owner.kind == "area" and owner.slug]
    wholes = {owner.rank for owner in said if owner.kind == "whole" and owner.rank}
    return any(map(owners.named, lines)) or len(near) > 1 or len(wholes) > 1


def _split(line: str, owners: Owners) -> tuple[Owner | None, str]:
    """Return the owner a header's line is, names or begins with, and its other words: `Toàn tỉnh 2022` → `2022`."""
    if owner := owners.label(line, among_areas=True):
        return owner, ""
    for owner in owners.named(line):
        return owner, f"{nfc(line)[: owner.start]} {nfc(line)[owner.end :]}".strip()
    parts = nfc(line).split()
    for count in (3, 2, 1):
        owner = owners.label(" ".join(parts[:count]))
        if owner and owner.kind == "whole" and owner.rank:
            return owner, " ".join(parts[count:])
    return None, line


def named(lines: Sequence[str], names: Names, title: tuple[str, str] = ("", "")) -> tuple[str, str]:
    """Return the indicator that a header's lines name, together or the last under the others, and the unit.

    `title`: the words of the table's title and the indicator they name, which "Tổng số" means and parts lie under.
    """
    unit = next((found for line in lines if (found := units.in_name(line))), "")
    kept = [line for line in lines if plain(line) and fold(plain(line)) not in _WHOLE_WORDS]
    if not kept:
        return title[1], unit
    blocked = any("phat trien" in fold(line) for line in kept)
    whole = " ".join(plain(line) for line in kept)
    parents = tuple((line, "") for line in kept[:-1])
    match = names.match(whole, unit, Place(blocked=blocked))
    match = match or names.match(kept[-1], unit, Place(parents=parents, blocked=blocked))
    if match is None and title[0]:
        place = Place(names.section(title[0]), title[0], (title, *parents), blocked=blocked)
        match = names.match(kept[-1], unit, place)
        match = match if match and match.how in ("context", "parts") else None
    return (match.indicator if match and match.how != "close" else ""), unit


_WHOLE_WORDS = frozenset(
    ("tong so", "tong", "tong cong", "chia ra", "total", "so luong", "trong do", "of which", "chung")
)


def title_indicator(block: Block, names: Names, owners: Owners) -> tuple[str, str, str]:
    """Return the words of a title that name one indicator, the indicator, and its unit.

    Where none does, the nearest title's words: what they say of a sector holds for all names below.
    """
    nearest = ""
    for text in titles(block)[:4]:
        bare = _ORDINAL.sub("", nfc(text))
        for owner in reversed(owners.named(bare)):
            bare = f"{bare[: owner.start]} {bare[owner.end :]}"
        unit = units.in_name(bare) or units.in_caption(text)
        bare = " ".join(re.sub(r"\s*\([^()]*\)\s*$", "", bare).split())
        cut = _BY.search(fold_in_place(bare))
        words = (bare[: cut.start()] if cut else bare).strip(" ,–-:")
        if words and (match := names.match(words, unit)):
            return words, match.indicator, unit
        nearest = nearest or words
    return nearest, "", ""


def title_time(block: Block, report: str) -> Role:
    """Return the time and status that the titles give all cells; without them, the report's own, and that is told."""
    for text in titles(block)[:_SAYS_TIME]:
        if period_of(text)[0]:
            made = time_said(text, report)
            why = "" if made.status else messages.text("reading.why.title_later")
            return replace(made, header="" if made.status else text, why=why)
    if not report:
        return Role("unread", "", why=messages.text("reading.why.no_period"))
    return Role("figure", "", report, "actual", doubt=messages.text("reading.doubt.no_period", period=report))


@dataclass(frozen=True)
class Line:
    """What a row says of its cells: whose they are or when, how sources call it, the unit of the rows' group."""

    row: Row
    label: str
    owner: Owner | None = None
    time: Role | None = None
    unit: str = ""


@dataclass
class _Share:
    """One owner's cells: a row of the table (an indicator and, of an owner's row, that row) → its cells by time."""

    owner: Owner | None
    rows: dict[tuple, list[tuple[Line, Column, Role]]] = field(default_factory=dict)


def parts(labelled: Labelled, owners: Owners, names: Names, report: str, found: Found) -> list[Part]:
    """Return a table's parts, one for each owner; what of it says no indicator or no time is told in `found`."""
    block = labelled.block
    if rows := owner_rows(block, owners, names):
        lines = [
            Line(row, _number(row, order, block), owner=rows[row.at])
            for order, row in enumerate(block.rows, start=1) if row.at in rows
        ]  # fmt: skip
        return _crossed(labelled, lines, "", owners, names, report, found)
    if block.years_down:
        made, told = [], Found()
        for group, lines in _time_lines(labelled, report, told):
            made += _crossed(labelled, lines, group, owners, names, report, found)
        if made:
            found.take(told)
        return made
    title = title_indicator(block, names, owners)[0]
    return [
        Part(owner, copy, understand(copy, names, labelled.caption_unit, title))
        for owner, copy in _by_columns(block, owners, names, report)
    ]


def _number(row: Row, order: int, block: Block) -> str:
    return row.index if re.fullmatch(r"\d+", row.index) else str(order) if block.index is None else f"r{order}"


def _time_lines(labelled: Labelled, report: str, found: Found) -> list[tuple[str, list[Line]]]:
    """Return the rows of a table of years, under each of its group rows: a unit, an index, what is counted."""
    block = labelled.block
    groups: list[tuple[str, list[Line]]] = [("", [])]
    for row in block.rows:
        made = row_time(row, block, report)
        if made.kind == "figure":
            if index := _is_index(groups[-1][0]):
                made = _index_of(made)
            unit = "" if index else groups[-1][0]
            groups[-1][1].append(Line(row, made.period or row.name, time=made, unit=unit))
        elif made.period:
            found.warn(messages.text("reading.row_later", row=row.name), labelled.label)
        elif _states(row, block):
            found.warn(messages.text("reading.row_no_year", row=row.name), labelled.label)
        elif text := " ".join(dict.fromkeys(cell.text for cell in row.cells if cell.text.strip())):
            groups.append((text, []))
    return groups


def row_time(row: Row, block: Block, report: str) -> Role:
    """Return the time a row is about, as a column's header would say it; one past the report's is `unread`.

    A half may stand in a column of its own: "2020" | "6 tháng", "2020" | "Cả năm".
    """
    beside = [cell_at(row, c) for c in block.values]
    halves = [c.text for c in beside if re.search(r"[^\W\d_]", c.text) and not is_figure(c) and only_time(c.text)]
    made = time_of(" ".join([row.name.replace("\n", " "), *halves]), report)
    return made if made.period or halves else time_of(row.index, report)


def _is_index(text: str) -> bool:
    return bool(re.search(r"chi so phat trien|\bindex\b", fold(text)))


def _index_of(made: Role) -> Role:
    """Return an index against the year before, 100 for as much as then, of the time that a row is about."""
    return replace(made, kind="comparison", base_period=same_period_last_year(made.period), base_status="actual",
                   measure="ratio_pct")  # fmt: skip


def _crossed(
    labelled: Labelled, lines: Sequence[Line], group: str, owners: Owners, names: Names, report: str, found: Found
) -> list[Part]:
    """Return the parts of a table whose rows are owners or times: an indicator a row, a time a column."""
    if not lines:
        return []
    block = labelled.block
    columns = column_facets(block, owners, names, report, group)
    _, said, title_unit = title_indicator(block, names, owners)
    several = any(column.indicator for column in columns.values())
    default = title_time(block, report)
    shares: dict[tuple | None, _Share] = {}
    for column in columns.values():
        slug = column.indicator or ("" if column.names or (several and lines[0].owner) else said)
        if not slug:
            _tell_unnamed(labelled, lines, column, names, found)
            continue
        for line in lines:
            if column.owner and line.owner:
                continue
            owner = column.owner or line.owner
            share = shares.setdefault((line.row.at,) if line.owner else _key(owner), _Share(owner))
            share.rows.setdefault((slug, column.unit), []).append((line, column, _time(line, column, default, report)))
    return [_part(share, block, title_unit or labelled.caption_unit) for share in shares.values()]


def _time(line: Line, column: Column, default: Role, report: str) -> Role:
    """Return a cell's time: its column's within its row's, else either, else the title's."""
    if line.time is None:
        return role("\n".join(column.times), report) if column.times else default
    if not column.times:
        return line.time
    if line.time.kind == "figure" and any(map(_is_index, column.times)):
        return _index_of(line.time)
    return role(f"{line.time.header}\n" + "\n".join(column.times), report)


def _tell_unnamed(labelled: Labelled, lines: Sequence[Line], column: Column, names: Names, found: Found) -> None:
    """List a column with figures of which nothing names the indicator."""
    printed = tuple(cell.text for line in lines if is_figure(cell := cell_at(line.row, column.at)))
    if printed and (header := " ".join(column.names or column.times)):
        where = f"{labelled.label}:0:{column.at + 1}"
        found.unmatched.append(Unmatched(header, where, "", printed, "", names.candidates(header)))


def _part(share: _Share, block: Block, unit: str) -> Part:
    """Return one owner's cells as a table of its own; cells of one indicator and time stand in rows of their own."""
    times = list(dict.fromkeys(made for cells in share.rows.values() for *_, made in cells))
    stated = []
    for (slug, own), cells in share.rows.items():
        rows: list[dict[int, tuple[Line, Column]]] = []
        for line, column, made in cells:
            at = times.index(made) + 1
            free = next((row for row in rows if at not in row), None)
            if free is None:
                rows.append(free := {})
            free[at] = (line, column)
        stated += [_stated(slug, own, row, len(times) + 1, unit) for row in rows]
    roles = completed([Role("name"), *times], {})
    virtual = replace(
        block, header=[made.header for made in roles], own=[""] * len(roles), numbering={},
        values=list(range(1, len(roles))), rows=[item.row for item in stated],
        names=[0], index=None, unit=None, years_down=False, roles=roles,
    )  # fmt: skip
    return Part(share.owner, virtual, stated, any(line.owner for cells in share.rows.values() for line, *_ in cells))


def _stated(slug: str, unit: str, cells: dict[int, tuple[Line, Column]], width: int, weak: str) -> Stated:
    """Return the cells of one indicator, by column, as a row that was understood."""
    line, column = next(iter(cells.values()))
    row = Row(
        "", column.names[-1] if column.names else line.row.name, unit,
        tuple(cell_at(cells[c][0].row, cells[c][1].at) if c in cells else EMPTY for c in range(width)), line.row.at,
        places=tuple(f"{cells[c][0].label}:{cells[c][1].at + 1}" if c in cells else "" for c in range(width)),
    )  # fmt: skip
    own = unit or ("" if column.names else line.row.unit)
    label = line.label if line.owner else f"0:{column.at + 1}"
    return Stated(row, label, row.name, own, line.unit or weak, Match(slug, "exact"), Place(), True)


def _by_columns(block: Block, owners: Owners, names: Names, report: str) -> list[tuple[Owner | None, Block]]:
    """Return a copy of a table for each owner that its columns name, with those columns alone; one where none does."""
    columns = column_facets(block, owners, names, report) if _owner_columns(block, owners) else {}
    keys = list(dict.fromkeys(_key(column.owner) for column in columns.values()))
    if keys in ([], [None]):
        block.roles = give_roles(block, report)
        return [(None, block)]
    default = title_time(block, report)
    found = []
    for key in keys:
        mine = [at for at in block.values if _key(columns[at].owner) == key]
        others = set(block.values) - set(mine)
        header, own = (["" if at in others else text for at, text in enumerate(t)] for t in (block.header, block.own))
        for at in mine if key else ():
            header[at] = own[at] = "\n".join(_split(line, owners)[1] for line in header[at].split("\n")).strip()
        copy = replace(block, header=header, own=own, values=mine)
        copy.roles = [
            made if at not in mine or header[at] else replace(default, header=block.header[at].replace("\n", " "))
            for at, made in enumerate(give_roles(copy, report))
        ]
        found.append((columns[mine[0]].owner, copy))
    return found


def _key(owner: Owner | None):
    return (owner.kind, owner.slug or owner.text) if owner else None


def by_groups(block: Block, owners: Owners) -> list[tuple[Owner | None, Block]]:
    """Return a table's runs of rows under group rows that name an owner or say a time, that time in their headers.

    Of groups within groups, those that begin first are the wider ones.
    """
    runs: list[tuple[Owner | None, str, list[Row]]] = [(None, "", [])]
    style, times_wider = "", False
    for row in block.rows:
        owner, time, _ = runs[-1]
        filled = _filled(row, block)
        lines = [line for line in row.name.split("\n\n") if line.strip()]
        group = owners.label(row.name) if row.name and not filled else None
        first = owners.label(lines[0]) if len(lines) > 1 else None
        within = time if times_wider else ""
        if said := group_time(row, block):
            times_wider = times_wider or owner is None
            runs.append((None if times_wider else owner, said, []))
            continue
        if group and (group.kind != "whole" or group.rank or style):
            runs.append((group, within, []))
            style = _style(row.index)
            continue
        if first and first.kind != "whole":
            if _key(owner) != _key(first):
                runs.append((first, within, []))
            row = replace(row, name="\n\n".join(lines[1:]))
        elif style and row.name and not filled and _style(row.index) == style:
            runs.append((None, within, []))
        runs[-1][2].append(row)
    return [(owner, _under(block, time, rows)) for owner, time, rows in runs if rows]


def _under(block: Block, time: str, rows: list[Row]) -> Block:
    """Return a table with some of its rows alone, their group's time in the headers of its figures."""
    if not time:
        return replace(block, rows=rows)
    header = [f"{time} {text}" if c in block.values else text for c, text in enumerate(block.header)]
    return replace(block, rows=rows, header=header, own=header)


def group_time(row: Row, block: Block) -> str:
    """Return what a row without figures says that is a time alone: `NĂM 2021`, `B. KẾ HOẠCH NĂM 2023`; else ""."""
    said = re.sub(r"^\W*[A-ZĐIVX]+[.)]\s+", "", row.name)
    return said if not _filled(row, block) and period_of(said)[0] and not left_over(said) else ""


def _style(index: str) -> str:
    kinds = (("roman", r"[IVX]+"), ("letter", r"[A-ZĐ]"), ("none", ""), ("other", r".*"))
    return next(kind for kind, pattern in kinds if re.fullmatch(pattern, index))


def _filled(row: Row, block: Block) -> bool:
    return any(cell_at(row, c).text.strip() for c in block.values)
