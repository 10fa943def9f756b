"""An office's own appendix → its reporting form: the headings, numbers, order and columns that its tables have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ictplan_utils.catalog import data_path
from ictplan_utils.catalog.reporting_forms import (
    FOLDER,
    MEASURES,
    ROLES,
    Column,
    Form,
    Row,
    Table,
    check_new,
    seen_from,
    write_form,
)
from ictplan_utils.documents import layout, units
from ictplan_utils.documents.axes import columns_of, owner_rows, title_of
from ictplan_utils.documents.facts import CAPTION, caption
from ictplan_utils.documents.header_rows import Block, depth
from ictplan_utils.documents.header_rows import Row as TableRow
from ictplan_utils.documents.headers import Role
from ictplan_utils.documents.ingest import in_words
from ictplan_utils.documents.names import Names, names
from ictplan_utils.documents.owners import Owners
from ictplan_utils.documents.plan import read_plan
from ictplan_utils.documents.reading import Reading
from ictplan_utils.documents.roles import completed
from ictplan_utils.documents.rows import Stated, cell_at, figure_of, understand
from ictplan_utils.messages import error, text
from ictplan_utils.vietnamese import fold, nfc

FEWEST = 2
"""A table that states fewer indicators is no appendix."""


def check_request(plan: Sequence[Path], called: str, data_dir: str | Path = "data") -> None:
    """Raise IctplanError where a form is asked of several documents, or under a name that it cannot have."""
    if len(plan) > 1:
        raise error("reading.form_of_one")
    check_new(called, data_dir)


def make(
    path: Path, area: str, report: str, called: str, data_dir: str | Path = "data", *, dry_run: bool = False
) -> str:
    """Write the form that a document has as `data/forms/CALLED.*`; return the sentence that says what it holds."""
    reading = read_plan(path, area, report, data_dir)
    form = form_of(reading, called, data_dir)
    taken = {table.key for table in form.tables}
    left = [block.label for block in layout.tables(reading.contents.blocks)[0] if block.label not in taken]
    where = data_path(data_dir) / FOLDER / f"{called}.toml" if dry_run else write_form(form, data_dir)[1]
    columns = [column for table in form.tables for column in table.columns]
    told = text("reading.form_made", path=where, tables=len(form.tables), indicators=len(form.numbers), name=called,
                headings=sum(bool(row.level) for row in form.rows), area=area,
                notes=sum(column.role.startswith("note") for column in columns))  # fmt: skip
    return " ".join([told, *([text("reading.form_left", tables=", ".join(map(in_words, left)))] if left else [])])


def form_of(reading: Reading, called: str, data_dir: str | Path = "data") -> Form:
    """Return the form that a document's tables of indicators have, under the name `called`.

    A row that no indicator claims is kept as a heading, a column of neither a figure nor a ratio of figures as a note:
    their cells stay blank. Raises IctplanError where the document has no such table.
    """
    known, report = names(data_dir), reading.report
    owners = Owners(reading.area, report, data_dir, given=True, called=reading.area)
    rows: dict[str, list[Row]] = {}
    tables: list[Table] = []
    own_units: dict[str, str] = {}
    for block in layout.tables(reading.contents.blocks)[0]:
        title = title_of(block, known, owners)
        if block.years_down or owner_rows(block, owners, known):
            continue
        stated = {item.row.at: item for item in understand(block, known, title.words) if item.match}
        times = completed([column.time for column in columns_of(block, title, owners, known, "", False)])
        columns = _columns(block, times, report)
        if len(stated) < FEWEST or not any(column.period for column in columns):
            continue
        said = _title(block)
        own = list(_rows(block, stated, f"T{len(rows) + 1}", said or called))
        # A second table of the same rows prints those of the first.
        alike = [_printed(row) for row in own]
        code = next((code for code, told in rows.items() if [*map(_printed, told)] == alike), own[0].section)
        if rows.setdefault(code, own) is own:
            own_units |= _units(block, stated, own, known)
        kind = report.partition("-")[2] or "year"
        tables.append(Table(block.label, (kind,), with_marks(said, report), columns, (code,)))
    if not tables:
        raise error("reading.no_form", path=reading.path)
    every = tuple(row for told in rows.values() for row in told)
    parts = any("." in row.number for row in every if row.indicator)
    return Form(called, called, called, reading.path.name, every, tuple(tables), parts, units=own_units)


def _units(block: Block, stated: Mapping[int, Stated], rows: Sequence[Row], known: Names) -> dict[str, str]:
    """Return indicator, or a heading's section → its printed unit, where that is not the catalogue's.

    What stands above a row, in the title or behind its name, counts as printed: figures are written in it.
    """
    found = {}
    for item in stated.values():
        unit = " ".join(nfc(item.unit or item.weak_unit).split())
        if unit and unit != known.frame.at[item.match.indicator, "unit_vi"]:
            found.setdefault(item.match.indicator, unit)
    headings = {(row.number, row.name_vi): row.section for row in rows if row.level}
    for row in block.rows:
        section = headings.get(_called(row))
        if section and row.unit.strip():
            found[section] = " ".join(nfc(row.unit).split())
    return found


def _called(row: TableRow) -> tuple[str, str]:
    """Return a row's number and name as a form has them."""
    return row.index.rstrip(".:) "), " ".join(nfc(row.name).split())


def _printed(row: Row) -> tuple[str, str, str]:
    return row.number, row.indicator, fold(row.name_vi) if row.level else ""


def _title(block: Block) -> str:
    """Return what a table is called: the lines above it without its number and what it goes with, with its unit."""
    lines = [" ".join(line.split()) for line in caption(block.captions)]
    told = [line for line in lines if not line.startswith("(") or units.in_caption(line)]
    kept = [line for line in told if not re.fullmatch(r"\W*[ivx\d]*\W*", _bare(line))]
    return nfc(" ".join(kept))


def _bare(line: str) -> str:
    return CAPTION.sub("", fold(line), count=1)


def _columns(block: Block, times: Sequence[Role], report: str) -> tuple[Column, ...]:
    """Return a table's columns from left to right."""
    labels = {block.index: "number", block.unit: "unit", block.names[0]: "name"} if block.names else {}
    said = dict(zip(block.values, times, strict=True))
    named = {period: name for name, period in seen_from(report).items()}
    role = lambda period, status: ROLES.get((named.get(period), status)) or f"{named[period]}_{status}"  # noqa: E731
    found: dict[str, Column] = {}
    for at, header in enumerate(block.header):
        header = with_marks("\n".join(nfc(level) for level in header.split("\n\n")), report)
        time = said.get(at)
        if at in labels:
            column = Column(labels[at], header)
        elif time and time.kind == "figure" and time.period in named:
            column = Column(role(time.period, time.status), header, named[time.period], time.status)
        elif time and time.kind == "comparison" and {time.period, time.base_period} <= named.keys() and not time.why:
            pair = role(time.period, time.status), role(time.base_period, time.base_status)
            what = "" if time.measure == MEASURES[0] else f"_{time.measure}"
            column = Column(f"{pair[0]}{what}_on_{pair[1]}", header, ratio=pair, measure=time.measure)
        elif at in block.names:
            continue
        else:
            column = Column("note", header)
        while column.role in found or not set(column.ratio) <= {*ROLES.values(), *found}:
            column = Column(f"note{sum(each.startswith('note') for each in found) + 1}", header)
        found[column.role] = column
    return tuple(found.values())


def _rows(block: Block, stated: Mapping[int, Stated], code: str, title: str) -> Iterator[Row]:
    """Yield the heading that stands for the table, which is not printed, then the table's own rows."""
    yield Row(code, "", "", "", title, title)
    above: list[tuple[float, str]] = []
    seen = set()
    for order, row in enumerate(block.rows, start=1):
        item, (number, name) = stated.get(row.at), _called(row)
        above = [each for each in above if each[0] < depth(row.index)]
        section = above[-1][1] if above else code
        if item and item.match.indicator not in seen:
            seen.add(item.match.indicator)
            yield Row(section, "", number, item.match.indicator, name, "")
        elif name:
            heading = (depth(row.index), f"{section}.{order}")
            yield Row(heading[1], str(min(len(above) + 1, 9)), number, "", name, name)
            blank = not any(figure_of(cell_at(row, at)) for at in block.values)
            above += [heading] if blank else []  # a row that was not recognised holds no others


def with_marks(text: str, report: str) -> str:
    """Return a header or a title with `{last}`, `{this}`, `{next}` for the years around a report's.

    >>> with_marks("So sánh năm 2021/2020 (%)", "2021-S1")
    'So sánh năm {this}/{last} (%)'
    """
    marks = {period: f"{{{name}}}" for name, period in seen_from(report).items() if not name.startswith("half")}
    escaped = text.replace("{", "{{").replace("}", "}}")
    return re.sub(r"(?<!\d)20\d\d(?!\d)", lambda year: marks.get(year[0], year[0]), escaped)
