"""Reporting forms: which indicators, in which order, under which headings and numbers, with which columns."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from ictplan_utils import periods, schema
from ictplan_utils.catalog.folder import data_path, kept, read_toml, unreadable
from ictplan_utils.errors import closest, one_line
from ictplan_utils.files import write_atomically
from ictplan_utils.messages import error, text

FOLDER = "forms"
FILES = (f"{FOLDER}/[!.]*.toml", f"{FOLDER}/[!.]*.csv")
MODEL = "dien-bien-2021.toml"
PERIODS = ("last", "half", "half_last", "this", "next")
"""What a column's `period` may be, seen from the year a report lies in: the year before, the report's own half, the
same half a year before, the year, the year after."""
STATUSES = ("actual", "estimate", "target")
KINDS = ("S1", "S2", "year")
"""The kinds of reports a table may stand in."""
LABELS = ("number", "name", "unit", "note")
"""The columns that hold no figure; what is written into notes nobody but the office knows: `note2` is one more."""
ROLES = {
    ("last", "actual"): "last_year", ("half_last", "actual"): "same_half", ("half", "actual"): "half",
    ("this", "estimate"): "estimate", ("this", "target"): "plan", ("this", "actual"): "year",
    ("next", "target"): "target",
}  # fmt: skip
"""Period and status → what a report's tables call the figure; every other is called `PERIOD_STATUS`."""
MEASURES = ("ratio_pct", "growth_pct", "change")
"""What may be said of two figures, as in comparisons."""

_NAME_OR_EMPTY = schema.Rule(lambda cell: not cell or schema.is_name(cell), schema.NAME.message, schema.NAME.values)
ROW_SCHEMA = schema.Schema(
    ("section", "level", "number", "indicator", "name_vi", "name_en"),
    {
        "section": schema.Rule(re.compile(r"[A-Z0-9]+(\.[A-Z0-9]+)*").fullmatch, "schema.section"),
        "level": schema.one_of(["", *"123456789"]),
        **dict.fromkeys(("number", "name_vi", "name_en"), _NAME_OR_EMPTY),
        "indicator": schema.Rule(lambda cell: not cell or schema.SLUG_PATTERN.fullmatch(cell), "schema.slug"),
    },
    ("section", "indicator"),
)


@dataclass(frozen=True)
class Row:
    """A row of a form: a heading (`indicator` ""), or an indicator with its number, named as the catalogue does where
    the form has no name of its own."""

    section: str
    level: str
    number: str
    indicator: str
    name_vi: str
    name_en: str


@dataclass(frozen=True)
class Column:
    """A column of a form's table: a label, a figure (`period`, `status`), or what is said of two figures (`ratio`).

    `header`: a line for each level of a heading over several columns. `measure`: one of MEASURES.
    """

    role: str
    header: str
    period: str = ""
    status: str = ""
    ratio: tuple[str, ...] = ()
    measure: str = MEASURES[0]

    def figure(self, report: str) -> tuple[str, str] | None:
        """Return the period and status its figures have in a report, None for a label or a ratio.

        >>> Column("last_year", "Thực hiện năm {last}", "last", "actual").figure("2021-S1")
        ('2020', 'actual')
        """
        return (seen_from(report)[self.period], self.status) if self.period else None


def seen_from(report: str) -> dict[str, str]:
    """Return each of PERIODS → the period it is, seen from a report."""
    this = periods.year(report)
    half = report if periods.is_half(report) else f"{this}-S1"
    return {
        "last": str(this - 1), "half": half, "half_last": periods.same_period_last_year(half),
        "this": str(this), "next": str(this + 1),
    }  # fmt: skip


@dataclass(frozen=True)
class Table:
    """A table of a form, its appendix: key as in a figure's `source`, the kinds of reports it stands in, columns.

    `sections`: the highest headings whose rows it prints; all where none is named.
    """

    key: str
    reports: tuple[str, ...]
    title: str
    columns: tuple[Column, ...]
    sections: tuple[str, ...] = ()

    def prints(self, section: str) -> bool:
        """Tell whether it prints the rows of a heading."""
        return not self.sections or section.partition(".")[0] in self.sections


@dataclass(frozen=True)
class Form:
    """A reporting form: `data/forms/NAME.toml` (names, source, tables) and `data/forms/NAME.csv` (rows)."""

    form: str
    name_vi: str
    name_en: str
    source: str
    rows: tuple[Row, ...]
    tables: tuple[Table, ...] = ()
    numbers_parts: bool = False
    """Whether it prints the numbers of parts, 1.1."""
    default: bool = False
    units: Mapping[str, str] = field(default_factory=dict)
    """Indicator, or a heading's section → the unit it prints, where that is not the catalogue's: `Tỷ đồng`."""

    def name(self, lang: str = "vi") -> str:
        """Return what the form is called."""
        return getattr(self, f"name_{lang}")

    @property
    def numbers(self) -> dict[str, str]:
        """Indicator → its number, in the form's order."""
        return {row.indicator: row.number for row in self.rows if row.indicator}

    def tables_of(self, report: str) -> tuple[Table, ...]:
        """Return the tables that stand in a report: those of a half, or of a whole year."""
        kind = report.partition("-")[2] or "year"
        return tuple(table for table in self.tables if kind in table.reports)

    def header(self, column: Column, report: str) -> str:
        """Return a column's header with the report's years.

        >>> form = find_form()
        >>> form.header(form.tables_of("2021-S1")[0].columns[5], "2021-S1")
        'Ước thực hiện cả năm 2021'
        """
        return with_years(column.header, report)


def with_years(said: str, report: str) -> str:
    """Return a form's header or title with the years of a report: `{last}`, `{this}`, `{next}`."""
    this = periods.year(report)
    return said.format(last=this - 1, this=this, next=this + 1)


def forms(data_dir: str | Path = "data") -> dict[str, Form]:
    """Return the forms of data/forms, keyed by name, the default one first.

    Raises IctplanError naming file, row and what to write.
    """
    return dict(read(data_dir))


def find_form(name: str = "", data_dir: str | Path = "data") -> Form:
    """Return a form by its name, the default one for "". Raises IctplanError, with the closest match."""
    known = read(data_dir)
    if not name and known:
        return next(iter(known.values()))
    if name not in known:
        near = closest(name, known)
        raise error("catalog.no_form", name=one_line(name), have=near or ", ".join(known) or "–")
    return known[name]


def sections(data_dir: str | Path = "data") -> pd.DataFrame:
    """Return the headings of the default form: `parent`, `printed_number`, `level`, names; keyed by `section`."""
    rows = [row for form in list(read(data_dir).values())[:1] for row in form.rows if not row.indicator]
    found = pd.DataFrame(
        [(r.section, r.section.rpartition(".")[0], r.number, int(r.level or 0), r.name_vi, r.name_en) for r in rows],
        columns=["section", "parent", "printed_number", "level", "name_vi", "name_en"],
    )
    return found.set_index("section")


@kept(*FILES)
def read(folder: Path) -> dict[str, Form]:
    """Return the forms as they were read, checked."""
    found = [_form(path) for path in sorted(folder.glob(FILES[0]))]
    return {form.form: form for form in sorted(found, key=lambda form: (not form.default, form.form))}


def _form(path: Path) -> Form:
    told = read_toml(path, MODEL)
    own = {name: told[name] for name in ("name_vi", "name_en", "source") if isinstance(told.get(name), str)}
    listed = told.get("tables", [])
    if len(own) < 3 or not isinstance(listed, list):
        raise error("catalog.form_lacks", path=path, what="name_vi, name_en, source, [[tables]]")
    units = told.get("units", {})
    if not isinstance(units, dict) or not all(
        isinstance(each, str) and schema.is_name(each) for each in units.values()
    ):
        raise error("catalog.form_lacks", path=path, what='[units]: bts_stations = "Trạm"')
    tables = tuple(_table(path, each) for each in listed)
    flags = {name: bool(told.get(name)) for name in ("numbers_parts", "default")}
    return Form(path.stem, **own, rows=_rows(path.with_suffix(".csv")), tables=tables, units=units, **flags)


def _rows(path: Path) -> tuple[Row, ...]:
    table = schema.read(path, ROW_SCHEMA)
    rows, known = [Row(*cells) for cells in schema.rows(table, ROW_SCHEMA.columns)], set()
    for place, row in enumerate(rows):
        above = row.section.rpartition(".")[0] if not row.indicator else row.section
        if (above and above not in known) or (not row.indicator and not (row.name_vi and row.name_en)):
            raise schema.fault(table, place, [path], text("catalog.heading", section=row.section))
        known.add(row.section)
    return tuple(rows)


def _table(path: Path, told: dict) -> Table:
    try:
        columns = tuple(Column(**{**each, "ratio": tuple(each.get("ratio", ()))}) for each in told["columns"])
        sections = tuple(told.get("sections", ()))
        table = Table(told["key"], tuple(told["reports"]), told["title"], columns, sections)
        for said in (table.title, *(column.header for column in columns)):
            with_years(said, "2021")
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as problem:
        raise unreadable(path, problem, MODEL) from None
    roles = [column.role for column in columns]
    for column in columns:
        sound = (
            (column.period in PERIODS and column.status in STATUSES and not column.ratio)
            or (
                len(column.ratio) == 2
                and {*column.ratio} <= {*roles, *ROLES.values()}
                and not column.period
                and column.measure in MEASURES
            )
            or (column.role.rstrip("0123456789") in LABELS and not column.period and not column.ratio)
        )
        if not sound or roles.count(column.role) > 1:
            raise error("catalog.form_column", path=path, table=table.key, role=one_line(column.role))
    if not set(table.reports) <= set(KINDS):
        raise error("catalog.form_lacks", path=path, what=f"reports = {list(KINDS)}")
    return table


def check_new(name: str, data_dir: str | Path = "data") -> None:
    """Raise IctplanError for a name that no new form can have: it is no file's name, or a form has it already."""
    if not re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", name) or name in read(data_dir):
        raise error("catalog.form_name", name=one_line(name))


def write_form(form: Form, data_dir: str | Path = "data") -> list[Path]:
    """Write a form as `data/forms/NAME.csv` and `NAME.toml`; return both paths.

    Raises IctplanError as `check_new` does.
    """
    check_new(form.form, data_dir)
    paths = [data_path(data_dir) / FOLDER / f"{form.form}.{kind}" for kind in ("csv", "toml")]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([ROW_SCHEMA.columns, *(vars(row).values() for row in form.rows)])
    told = {name: getattr(form, name) for name in ("name_vi", "name_en", "source", "numbers_parts")}
    lines = [f"{name} = {_toml(value)}" for name, value in told.items()]
    lines += (
        ["", "[units]", *(f"{_toml(key)} = {_toml(unit)}" for key, unit in form.units.items())] if form.units else []
    )
    for table in form.tables:
        lines += ["", "[[tables]]"]
        lines += [f"{name} = {_toml(getattr(table, name))}" for name in ("key", "reports", "title", "sections")]
        lines += ["columns = [", *(f"  {_column(column)}," for column in table.columns), "]"]
    write_atomically(paths[0], out.getvalue())
    write_atomically(paths[1], "\n".join(lines) + "\n")
    return paths


def _column(column: Column) -> str:
    told = {name: value for name, value in vars(column).items() if value and value != MEASURES[0]}
    return "{ " + ", ".join(f"{name} = {_toml(value)}" for name, value in told.items()) + " }"


def _toml(value: object) -> str:
    """Return a text, a truth or a list of texts as TOML: as JSON writes it."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "")
