"""The tables of a document → figures of its own area, and of the other areas that they name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ictplan_utils import messages
from ictplan_utils.documents import axes
from ictplan_utils.documents.header_rows import Block
from ictplan_utils.documents.names import Names
from ictplan_utils.documents.numbers import Habit
from ictplan_utils.documents.owners import Owner, Owners
from ictplan_utils.documents.reading import Unmatched
from ictplan_utils.documents.tables import Found, Labelled, read_table, witnesses
from ictplan_utils.vietnamese import fold

_LIST = re.compile(
    r"^\W*(?:(?:phu luc|phu bieu|bieu|bang)[\s.:]*(?:so )?[\divx]*[\s.:]+)?(?:bang (?:bao )?gia|bao gia|don gia|"
    r"bieu gia|du toan|danh sach|lich (?:cong tac|lam viec)|danh muc (?:thiet bi|du an|dau tu|mua sam|vat tu))\b"
)
"""Captions of tables that list things, prices or money to spend."""

ADDS_UP = 0.005
"""A total may be this far off the sum of its parts, for rounding, before it is told."""


@dataclass
class _Job:
    """One part of a table that is ready to be read, with its owner, or its group's, and the area that this is."""

    labelled: Labelled
    part: axes.Part
    owner: Owner | None
    area: str


@dataclass
class _Sums:
    """What the rows of one table of areas add up to, beside the totals that it prints."""

    parts: dict[tuple, list[float]] = field(default_factory=dict)
    totals: dict[tuple, tuple[float, str]] = field(default_factory=dict)
    children: int = 0


def read_tables(tables: Sequence[Labelled], owners: Owners, known: Names, report: str, found: Found) -> None:
    """Add to `found` what the document's tables state: its own area's figures, and `found.others` by area."""
    jobs: list[_Job] = []
    for labelled in tables:
        jobs += _jobs(labelled, owners, known, report, found)
    habit = witnesses([(job.labelled, job.part.stated) for job in jobs], known)
    sums: dict[str, _Sums] = {}
    for job in jobs:
        _read(job, owners, known, habit, report, found, sums)
    for label, each in sums.items():
        _check_sums(label, each, known, found)


def _jobs(labelled: Labelled, owners: Owners, known: Names, report: str, found: Found) -> list[_Job]:
    block = labelled.block
    if other := _is_list(block):
        found.warn(messages.text("reading.list", title=other), labelled.label)
        return []
    titled = owners.of_title(axes.titles(block))
    if titled and not titled.slug:
        found.warn(messages.text("reading.of_other", title=titled.text), labelled.label)
        return []
    sheet = owners.label(block.name, among_areas=True) if block.name and not titled else None
    whose = titled.slug if titled else (sheet.slug if sheet else "") or owners.own
    jobs = []
    for group, run in axes.by_groups(block, owners):
        made = axes.parts(replace(labelled, block=run), owners, known, report, found)
        slugs = [part.owner.slug for part in made if part.owner and part.owner.kind == "area"]
        for part in made:
            owner = part.owner or group
            jobs.append(_Job(replace(labelled, block=part.block), part, owner, _area(owner, whose, owners, slugs)))
    return jobs


def _area(owner: Owner | None, whose: str, owners: Owners, slugs: Sequence[str] = ()) -> str:
    """Return the area that an owner is, "" for one that is none of areas.csv's."""
    if owner is None:
        return whose
    if owner.kind == "whole":
        return owners.of_whole(owner, slugs) if owner.rank or slugs else whose
    return owner.slug if owner.kind == "area" else ""


def _read(job: _Job, owners: Owners, known: Names, habit: Habit, report: str, found: Found, sums: dict) -> None:
    label, whose = job.labelled.label, job.owner
    mine = job.area == owners.own and (bool(job.area) or whose is None or whose.kind == "whole")
    into = found if mine and job.owner is None else Found()
    if any(made.kind in ("figure", "comparison") for made in job.labelled.block.roles):
        read_table(job.labelled, job.part.stated, job.area, known, habit, into)
    else:
        _say_unread(job, known, owners, report, into)
    if into is found:
        return
    if job.part.of_rows:
        _note_sum(job, into, owners, sums.setdefault(label, _Sums()))
    if mine:
        found.take(into)
    elif job.area:
        found.others += into.observations
        found.others_comparisons += into.comparisons
        found.take(replace(into, observations=[], comparisons=[]))
    elif into.observations or job.part.stated:
        kind = "a_companys" if job.owner and job.owner.kind == "company" else "unknown_area"
        rows = tuple(str(row["printed"]) for row in into.observations)
        if rows:
            where = into.observations[0]["source"].rpartition(":")[0]
            found.unmatched.append(Unmatched(job.owner.text if job.owner else "", where, "", rows, kind))


def _note_sum(job: _Job, read: Found, owners: Owners, sums: _Sums) -> None:
    for row in read.observations:
        key = (row["indicator"], row["period"], row["status"])
        if job.owner and job.owner.kind == "whole":
            sums.totals[key] = (row["value"], row["source"])
            sums.children = len(owners.children(job.area))
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


def _say_unread(job: _Job, known: Names, owners: Owners, report: str, found: Found) -> None:
    """Tell why a table none of whose columns states a period was not read."""
    labelled, block = job.labelled, job.labelled.block
    matched = [item for item in job.part.stated if item.match and item.has_figures]
    if matched:
        headers = ", ".join(f"'{r.header}'" for r in block.roles if r.kind == "unread" and r.header)
        found.warn(messages.text("reading.no_time", headers=headers), labelled.label)
        found.unmatched += [
            Unmatched(i.name, f"{labelled.label}:{i.label}", i.unit, why=messages.text("reading.why.no_column"))
            for i in matched
        ]
        return
    columns = axes.column_facets(block, owners, known, report).values()
    if across := [(column, " ".join(column.names)) for column in columns if column.indicator]:
        first = next((row.name for row in block.rows if row.name), "")
        named = ", ".join(f"'{name}'" for _, name in across)
        found.warn(messages.text("reading.neither_rows", named=named, first=first), labelled.label)
        found.unmatched += [
            Unmatched(
                name, f"{labelled.label}:0:{column.at + 1}", column.unit, why=messages.text("reading.why.no_years")
            )
            for column, name in across
        ]


def _is_list(block: Block) -> str:
    """Return the words by which a table is a list of things or prices: its caption's, or a column's."""
    captions = (text for text in block.captions[-3:] if _LIST.match(fold(text)))
    columns = (text for text in block.header if re.fullmatch(r"(don gia|thanh tien)( \(.*\))?", fold(text)))
    return next(captions, "") or next(columns, "")
