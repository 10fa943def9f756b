"""The tables of a document → figures of its own area, and of the other areas that they name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ictplan_utils import messages
from ictplan_utils.documents import axes
from ictplan_utils.documents.groups import by_groups
from ictplan_utils.documents.header_rows import Block
from ictplan_utils.documents.names import Names
from ictplan_utils.documents.numbers import Habit
from ictplan_utils.documents.owners import Owner, Owners
from ictplan_utils.documents.reading import Found, Printed, Unmatched
from ictplan_utils.documents.rows import Part
from ictplan_utils.documents.tables import read_part, witnesses
from ictplan_utils.vietnamese import fold

_LIST = re.compile(
    r"^\W*(?:(?:phu luc|phu bieu|bieu|bang)[\s.:]*(?:so )?[\divx]*[\s.:]+)?(?:bang (?:bao )?gia|bao gia|don gia|"
    r"bieu gia|du toan|danh sach|lich (?:cong tac|lam viec)|danh muc (?:thiet bi|du an|dau tu|mua sam|vat tu))\b"
)
"""Captions of tables that list things, prices or money to spend."""

ADDS_UP = 0.005
"""A total may be this far off the sum of its parts, for rounding, before it is told."""


def read_tables(tables: Sequence[Block], owners: Owners, known: Names, found: Found) -> None:
    """Add to `found` what the document's tables state: each figure as its area's."""
    made = [(block, _parts(block, owners, known, found)) for block in tables]
    parts = [part for _, some in made for part in some]
    habit = witnesses(parts, known)
    found.tables = [Printed(block, habit, _places(some)) for block, some in made]
    rows: dict[str, list[tuple[Part, list[dict]]]] = {}
    for part in parts:
        stated = _read(part, owners, known, habit, found)
        if part.of_rows:
            rows.setdefault(part.label, []).append((part, stated))
    for told in rows.values():
        _check_sums(told, owners, known, found)


def _places(parts: Sequence[Part]) -> dict[tuple[int, int], tuple[str, str]]:
    """Return the source and the indicator of each cell that a table's parts hold, by its row and column."""
    return {
        at: (place, item.match.indicator if item.match else "")
        for part in parts for item in part.stated for at, place in zip(item.grid, item.places, strict=True) if place
    }  # fmt: skip


def _parts(block: Block, owners: Owners, known: Names, found: Found) -> list[Part]:
    """Return a table's parts with their owners, and the areas that those are."""
    if other := _is_list(block, known):
        found.warn(messages.text("reading.list", title=other), block.label)
        return []
    titled = owners.of_title(block.titles)
    if titled and not titled.slug:
        found.warn(messages.text("reading.of_other", title=titled.text), block.label)
        return []
    sheet = owners.label(block.name, among_areas=True) if block.name and not titled else None
    whose = titled.slug if titled else (sheet.slug if sheet else "") or owners.own
    title, made = axes.title_of(block, known, owners), []
    for group, said, run in by_groups(block, owners):
        some = axes.parts(run, said, title, owners, known, found)
        beside = [part.owner for part in some if part.owner and part.owner.kind == "area"]
        for part in some:
            part.owner = part.owner or group
            part.area = _area(part.owner, whose, owners, beside)
        made += some
    return made


def _area(owner: Owner | None, whose: str, owners: Owners, beside: Sequence[Owner]) -> str:
    """Return the area that an owner is, "" for one that is none of areas.csv's."""
    if owner is None:
        return whose
    if owner.kind == "whole":
        return owners.of_whole(owner, beside) if owner.rank or beside else whose
    return owner.slug if owner.kind == "area" else ""


def _read(part: Part, owners: Owners, known: Names, habit: Habit, found: Found) -> list[dict]:
    """Add to `found` what a part states, where it is an area's; return the observations, whosever they are."""
    owner, into = part.owner, Found()
    if any(made.kind in ("figure", "comparison") for made in part.roles):
        read_part(part, known, habit, into)
    else:
        _say_unread(part, into)
    if part.area or (not owners.own and (owner is None or owner.kind == "whole")):
        found.take(into)
    elif into.observations:
        why = "a_companys" if owner and owner.kind == "company" else "unknown_area"
        printed = tuple(str(row["printed"]) for row in into.observations)
        where = into.observations[0]["source"].rpartition(":")[0]
        found.unmatched.append(Unmatched(owner.text if owner else "", where, "", printed, why))
    return into.observations


def _check_sums(told: Sequence[tuple[Part, list[dict]]], owners: Owners, known: Names, found: Found) -> None:
    """Tell of the totals of a table of areas that its other rows do not add up to, where all of them are listed."""
    parts: dict[tuple, list[float]] = {}
    totals = []
    for part, rows in told:
        for row in rows:
            key = (row["indicator"], row["period"], row["status"])
            if part.owner and part.owner.kind == "whole":
                totals.append((key, row, len(owners.children(part.area))))
            else:
                parts.setdefault(key, []).append(row["value"])
    for key, row, children in totals:
        added, total, count = sum(parts.get(key, [])), row["value"], len(parts.get(key, []))
        if known.frame.at[key[0], "aggregation"] != "sum" or count < 2 or (count < children and added < total):
            continue
        if abs(added - total) > max(ADDS_UP * abs(total), 0.5):
            name = known.called(key[0])
            told_so = messages.text("reading.adds_up", indicator=name, sum=f"{added:g}", total=f"{total:g}")
            found.doubt(told_so, row["source"])


def _say_unread(part: Part, found: Found) -> None:
    """Tell why a table none of whose columns states a period was not read."""
    matched = [item for item in part.stated if item.match and item.has_figures]
    if matched:
        headers = ", ".join(f"'{r.header}'" for r in part.roles if r.kind == "unread" and r.header)
        found.warn(messages.text("reading.no_time", headers=headers), part.label)
        why = messages.text("reading.why.no_column")
        found.unmatched += [Unmatched(item.name, item.where, item.unit, why=why) for item in matched]


def _is_list(block: Block, known: Names) -> str:
    """Return the words by which a table is a list of things or prices: its caption's, or a column's.

    A table that several columns of known names head is none, whatever its caption says.
    """
    captions = (text for text in block.captions[-3:] if _LIST.match(fold(text)))
    columns = (text for text in block.header if re.fullmatch(r"(don gia|thanh tien)( \(.*\))?", fold(text)))
    said = next(captions, "") or next(columns, "")
    return said if said and sum(known.match(text) is not None for text in block.header) <= 1 else ""
