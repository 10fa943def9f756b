"""The tables of a document → figures of its own area, and of the other areas that they name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ictplan_utils import messages
from ictplan_utils.documents import axes
from ictplan_utils.documents.header_rows import Block
from ictplan_utils.documents.names import Names
from ictplan_utils.documents.numbers import Habit
from ictplan_utils.documents.owners import Owner, Owners
from ictplan_utils.documents.reading import Unmatched
from ictplan_utils.documents.rows import Part
from ictplan_utils.documents.tables import Found, read_part, witnesses
from ictplan_utils.vietnamese import fold

_LIST = re.compile(
    r"^\W*(?:(?:phu luc|phu bieu|bieu|bang)[\s.:]*(?:so )?[\divx]*[\s.:]+)?(?:bang (?:bao )?gia|bao gia|don gia|"
    r"bieu gia|du toan|danh sach|lich (?:cong tac|lam viec)|danh muc (?:thiet bi|du an|dau tu|mua sam|vat tu))\b"
)
"""Captions of tables that list things, prices or money to spend."""

ADDS_UP = 0.005
"""A total may be this far off the sum of its parts, for rounding, before it is told."""


@dataclass
class _Sums:
    """What the rows of one table of areas add up to, beside the totals that it prints."""

    parts: dict[tuple, list[float]] = field(default_factory=dict)
    totals: dict[tuple, tuple[float, str]] = field(default_factory=dict)
    children: int = 0


def read_tables(tables: Sequence[Block], owners: Owners, known: Names, found: Found) -> None:
    """Add to `found` what the document's tables state: each figure as its area's."""
    parts = [part for block in tables for part in _parts(block, owners, known, found)]
    habit = witnesses(parts, known)
    sums: dict[str, _Sums] = {}
    for part in parts:
        _read(part, owners, known, habit, found, sums)
    for label, each in sums.items():
        _check_sums(label, each, known, found)


def _parts(block: Block, owners: Owners, known: Names, found: Found) -> list[Part]:
    """Return a table's parts with their owners, and the areas that those are."""
    if other := _is_list(block):
        found.warn(messages.text("reading.list", title=other), block.label)
        return []
    titled = owners.of_title(block.titles)
    if titled and not titled.slug:
        found.warn(messages.text("reading.of_other", title=titled.text), block.label)
        return []
    sheet = owners.label(block.name, among_areas=True) if block.name and not titled else None
    whose = titled.slug if titled else (sheet.slug if sheet else "") or owners.own
    made = []
    for group, said, run in axes.by_groups(block, owners):
        some = axes.parts(run, said, owners, known, found)
        slugs = [part.owner.slug for part in some if part.owner and part.owner.kind == "area"]
        for part in some:
            part.owner = part.owner or group
            part.area = _area(part.owner, whose, owners, slugs)
        made += some
    return made


def _area(owner: Owner | None, whose: str, owners: Owners, slugs: Sequence[str] = ()) -> str:
    """Return the area that an owner is, "" for one that is none of areas.csv's."""
    if owner is None:
        return whose
    if owner.kind == "whole":
        return owners.of_whole(owner, slugs) if owner.rank or slugs else whose
    return owner.slug if owner.kind == "area" else ""


def _read(part: Part, owners: Owners, known: Names, habit: Habit, found: Found, sums: dict[str, _Sums]) -> None:
    owner, into = part.owner, Found()
    if any(made.kind in ("figure", "comparison") for made in part.roles):
        read_part(part, known, habit, into)
    else:
        _say_unread(part, into)
    if part.of_rows:
        _note_sum(part, into, owners, sums.setdefault(part.label, _Sums()))
    if part.area or (part.area == owners.own and (owner is None or owner.kind == "whole")):
        found.take(into)
    elif into.observations:
        why = "a_companys" if owner and owner.kind == "company" else "unknown_area"
        printed = tuple(str(row["printed"]) for row in into.observations)
        where = into.observations[0]["source"].rpartition(":")[0]
        found.unmatched.append(Unmatched(owner.text if owner else "", where, "", printed, why))


def _note_sum(part: Part, read: Found, owners: Owners, sums: _Sums) -> None:
    for row in read.observations:
        key = (row["indicator"], row["period"], row["status"])
        if part.owner and part.owner.kind == "whole":
            sums.totals[key] = (row["value"], row["source"])
            sums.children = len(owners.children(part.area))
        else:
            sums.parts.setdefault(key, []).append(row["value"])


def _check_sums(label: str, sums: _Sums, known: Names, found: Found) -> None:
    for key, (total, source) in sums.totals.items():
        parts = sums.parts.get(key, [])
        if known.frame.at[key[0], "aggregation"] != "sum" or len(parts) < 2:
            continue
        if len(parts) < sums.children and sum(parts) < total:
            continue  # only some of its parts are listed
        if abs(sum(parts) - total) > max(ADDS_UP * abs(total), 0.5):
            name, added = known.called(key[0]), f"{sum(parts):g}"
            found.doubt(messages.text("reading.adds_up", indicator=name, sum=added, total=f"{total:g}"), source)


def _say_unread(part: Part, found: Found) -> None:
    """Tell why a table none of whose columns states a period was not read."""
    matched = [item for item in part.stated if item.match and item.has_figures]
    if matched:
        headers = ", ".join(f"'{r.header}'" for r in part.roles if r.kind == "unread" and r.header)
        found.warn(messages.text("reading.no_time", headers=headers), part.label)
        why = messages.text("reading.why.no_column")
        found.unmatched += [Unmatched(item.name, item.where, item.unit, why=why) for item in matched]


def _is_list(block: Block) -> str:
    """Return the words by which a table is a list of things or prices: its caption's, or a column's."""
    captions = (text for text in block.captions[-3:] if _LIST.match(fold(text)))
    columns = (text for text in block.header if re.fullmatch(r"(don gia|thanh tien)( \(.*\))?", fold(text)))
    return next(captions, "") or next(columns, "")
