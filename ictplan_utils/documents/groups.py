"""A table's runs of rows: whose, when or of what the rows without figures between them say that they are."""

from __future__ import annotations

import re
from dataclasses import replace

from ictplan_utils.documents.header_rows import Block, Row, depth, filled, is_figure, nfc_lines
from ictplan_utils.documents.headers import Role, left_over, only_time, period_of, time_of
from ictplan_utils.documents.owners import Owner, Owners
from ictplan_utils.documents.rows import cell_at, figure_of
from ictplan_utils.vietnamese import fold


def by_groups(block: Block, owners: Owners) -> list[tuple[Owner | None, str, Block]]:
    """Return a table's runs of rows under group rows, with the owner and the words that those say.

    A time that a group row says is put into the headers of its rows' figures. Of groups within groups, those that
    begin first are the wider ones.
    """
    runs: list[tuple[Owner | None, str, str, list[Row]]] = [(None, "", "", [])]
    style, times_wider = None, False
    heads = [c for c in block.names if any(is_area_head(line, owners) for line in block.header[c].split("\n"))]
    head = heads[0] if heads and len(block.names) > 1 else None
    for row in block.rows:
        owner, time, words, _ = runs[-1]
        stated = filled(row, block)
        group = owners.label(row.name) if row.name and not stated else None
        beside, name = _owner_beside(row, head, owners)
        within = time if times_wider else ""
        if said := group_time(row, block):
            times_wider = times_wider or owner is None
            runs.append((None if times_wider else owner, said, words, []))
            continue
        if group and (group.kind != "whole" or group.rank or style is not None):
            runs.append((group, within, words, []))
            style = int(depth(row.index))
            continue
        if block.years_down and not states(row, block) and not row_time(row, block, owners.report).period:
            words = " ".join(dict.fromkeys(cell.text for cell in row.cells if cell.text.strip()))
            runs.append((owner, time, words or runs[-1][2], []))
            continue
        if beside and name:
            if owner is None or owner.key != beside.key:
                runs.append((beside, within, words, []))
            row = replace(row, name=name)
        elif style is not None and row.name and not stated and int(depth(row.index)) == style:
            runs.append((None, within, words, []))
        runs[-1][3].append(row)
    return [(owner, words, _under(block, time, rows)) for owner, time, words, rows in runs if rows]


def _owner_beside(row: Row, head: int | None, owners: Owners) -> tuple[Owner | None, str]:
    """Return the owner that one of a row's names is, and its other names: in the column under `head`, else the first.

    What stands under a head of areas and is no name of one is still no row of the whole ("Các xã khác").
    """
    first, _, rest = row.name.partition("\n\n")
    owner = owners.label(first) if rest and head is None else None
    if head is not None and (first := nfc_lines(row.cell(head).text)):
        rest = "\n".join(line for line in row.name.split("\n") if line and line not in first.split("\n"))
        return owners.label(first, among_areas=True) or Owner("area", first), rest
    return (owner if owner and owner.kind != "whole" else None), rest


def _under(block: Block, time: str, rows: list[Row]) -> Block:
    """Return a table with some of its rows alone, their group's time in the headers of its figures."""
    if not time:
        return replace(block, rows=rows)
    header = [f"{time} {text}" if c in block.values else text for c, text in enumerate(block.header)]
    return replace(block, rows=rows, header=header)


def group_time(row: Row, block: Block) -> str:
    """Return what a row without figures says that is a time alone: `NĂM 2021`, `B. KẾ HOẠCH NĂM 2023`; else ""."""
    said = re.sub(r"^\W*[A-ZĐIVX]+[.)]\s+", "", row.name)
    return said if not filled(row, block) and period_of(said)[0] and not left_over(said) else ""


def is_area_head(text: str, owners: Owners) -> bool:
    """Tell whether a header stands over areas or companies: `Tên xã, thị trấn`, `Doanh nghiệp`, even `Đơn vị`."""
    said = re.sub(r"[\W_]+", " ", fold(re.sub(r"\([^()]*\)", "", text))).strip()
    return owners.words.area_heads.fullmatch(said) is not None


def states(row: Row, block: Block) -> bool:
    """Tell whether a row holds a figure in a column of values."""
    return any(figure_of(cell_at(row, c)) for c in block.values)


def row_time(row: Row, block: Block, report: str) -> Role:
    """Return the time a row is about, as a column's header would say it; one past the report's is `unread`.

    A half may stand in a column of its own: "2020" | "6 tháng", "2020" | "Cả năm".
    """
    beside = [cell_at(row, c) for c in block.values]
    halves = [c.text for c in beside if re.search(r"[^\W\d_]", c.text) and not is_figure(c) and only_time(c.text)]
    made = time_of(" ".join([row.name, row.time, *halves]).replace("\n", " ").strip(), report)
    return made if made.period or row.time or halves else time_of(row.index, report)
