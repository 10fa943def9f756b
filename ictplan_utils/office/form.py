"""Observations → the reporting form as its three papers show it: rows, figures, ratios, and what to say of them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

import pandas as pd

from ictplan_utils import catalog, messages
from ictplan_utils.audit.sentences import place
from ictplan_utils.catalog import Area, Indicator
from ictplan_utils.catalog.reporting_forms import Column, Table, with_years
from ictplan_utils.catalog.reporting_forms import Form as ReportingForm
from ictplan_utils.documents import units
from ictplan_utils.narrative import fits, known, period_name
from ictplan_utils.observations import CORRECTED, DERIVED, at_rest, preferred, report_table, year_results
from ictplan_utils.reports import Report
from ictplan_utils.vietnamese import format_number, round_half_up

ESTIMATES = ("official", "forecast")
"""Whose figure stands for the year: the officials' estimate, or our forecast from the six months."""
UNNUMBERED = "–"
"""The number of an indicator to which the form gives none."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]")


@dataclass(frozen=True)
class Line:
    """One row of the form: a heading (`entry` None) or an indicator with its `figures`, by role.

    `unit` is what the form prints, of which one is `factor` of the catalogue's, in which the figures are.
    """

    number: str
    name: str
    section: str
    level: int = 0
    entry: Indicator | None = None
    figures: Mapping[str, float] = field(default_factory=dict)
    marked: frozenset[str] = frozenset()
    unit: str = ""
    factor: float = 1.0

    @property
    def part(self) -> bool:
        """Whether the row is a part of the one above it: 1.1, 31.2."""
        return self.entry is not None and "." in self.entry.form_number

    def figure(self, role: str) -> float:
        """Return a figure by its column's role, NaN where there is none."""
        return self.figures.get(role, math.nan)

    def shown(self, role: str) -> float:
        """Return a figure in the unit that the form prints."""
        return round(self.figure(role) / self.factor, 9)

    def stated(self, column: Column) -> float:
        """Return what a column states of the row: its figure, or what is said of two."""
        if not column.ratio:
            return self.shown(column.role)
        value, base = map(self.shown, column.ratio)
        if column.measure == "change":
            return value - base
        return ratio_pct(value, base) - (100 if column.measure == "growth_pct" else 0)


@dataclass(frozen=True)
class Note:
    """A remark under the appendices and the columns it is about; one about none stands under both."""

    text: str
    columns: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Form:
    """The form of one area's report, all that its papers say.

    `report` tells of the half, or of the year that is over; `choice` is whose figure stands for the year; `blank` says
    which rows and columns there are. `table` is
    `report_table` with that figure, in a report on a year that is over its result; `official` the officials' own;
    `forecasts` the forecasts keyed by indicator, empty where the officials' estimates were chosen.
    """

    report: Report
    choice: str
    blank: ReportingForm
    table: pd.DataFrame
    official: pd.Series
    forecasts: pd.DataFrame
    lines: tuple[Line, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def area(self) -> Area:
        """Whose report it is."""
        return self.report.area

    @property
    def year(self) -> int:
        """The year the report lies in."""
        return self.report.year

    @property
    def over(self) -> bool:
        """Whether the year is over: the papers are those of its result."""
        return not self.report.is_first_half

    @property
    def whose(self) -> str:
        """What the year's figure is: an `official` estimate, our `forecast`, the `result` of a year that is over."""
        return "result" if self.over else self.choice

    @property
    def estimate_words(self) -> str:
        """What the year's figure is called."""
        return self.report.say(f"office.word.{self.whose}")

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """The form's appendices for such a report."""
        return self.blank.tables_of(self.report.stored)

    @cached_property
    def entries(self) -> dict[str, Indicator]:
        """Every indicator of the catalogue, by slug, numbered and named as the form does."""
        rows = {row.indicator: row for row in self.blank.rows}
        found = self.report.entries
        numbers = {slug: (row.number or UNNUMBERED) if (row := rows.get(slug)) else "" for slug in found}
        return {slug: replace(entry, form_number=numbers[slug], name_vi=rows[slug].name_vi or entry.name_vi
                              if numbers[slug] else entry.name_vi) for slug, entry in found.items()}  # fmt: skip

    @cached_property
    def places(self) -> dict[tuple[str, str], str]:
        """(period, status) → the figure it is in the appendices."""
        columns = (column for table in self.tables for column in table.columns if column.period)
        return {column.figure(self.report.stored): column.role for column in columns}

    @property
    def roles(self) -> tuple[str, ...]:
        """The figures that the appendices state, in their order."""
        return tuple(dict.fromkeys(self.places.values()))

    def header(self, column: Column) -> str:
        """Return what heads a column: a forecast is not called an estimate."""
        told = with_years(column.header, self.report.stored)
        if self.over:
            return told
        official, word = self.report.say("office.word.official"), self.estimate_words
        return told.replace(official, word).replace(official.lower(), word.lower())

    def column_name(self, role: str, kind: str = "column") -> str:
        """Return what a column is called in a remark, or (`kind` chart) at a chart's axis: `kế hoạch năm 2022`."""
        say, this = self.report.say, self.year
        if f"{kind}.{role}" not in messages.catalogue("office"):  # a form of one's own has it, and says what it is
            return next(
                self.header(column).replace("\n", " ")
                for table in self.tables
                for column in table.columns
                if column.role == role
            )
        return say(f"office.{kind}.{role}", before=this - 1, year=this, after=this + 1,
                   when=period_name(self.report.stored), word=say(f"office.short.{self.whose}"))  # fmt: skip

    def lines_of(self, table: Table) -> list[Line]:
        """Return the rows that an appendix prints."""
        return [line for line in self.lines if table.prints(line.section)]

    def notes_on(self, *columns: str) -> list[str]:
        """Return the remarks that stand under a table of these columns."""
        return [note.text for note in self.notes if not note.columns or note.columns & set(columns)]


def read_form(report: Report, estimate: str = "official", blank: str = "") -> Form:
    """Return the form of a report, agreed corrections applied, doubtful computed figures left out.

    `estimate`: `official` or `forecast`, what stands for the year while it is not over. `blank`: which of data/forms;
    "" for the default one. Raises IctplanError for a report that states nothing of the form, for a form that is not
    there or has no table for such a report, and data that cannot be read.
    """
    layout = check_request(report, estimate, blank)
    # The papers' figures and what is said of them are of one moment, though somebody reads a document in meanwhile.
    _, report = at_rest(lambda _: _read(report), [report.area.area], report.folder)[-1]
    fitting = _fit_to_corrections(report.observations, report.stored)
    table = report_table(fitting, report.area.area, report.period)
    if not report.is_first_half:
        came = year_results(fitting, report.area.area, report.year, report.folder).reindex(table.index)
        table = table.assign(half=came, year=came, estimate=came)
    table["plan"] = _stated(fitting, str(report.year), "target").reindex(table.index)
    official, forecasts = table["estimate"], pd.DataFrame()
    if estimate == "forecast":
        forecasts = _forecasts(report)
        table = table.assign(estimate=forecasts["point"].reindex(table.index))
    for column in (column for each in layout.tables_of(report.stored) for column in each.columns if column.period):
        if column.role not in table:
            table[column.role] = _stated(fitting, *column.figure(report.stored)).reindex(table.index)
    form = Form(report, estimate, layout, table, official, forecasts)
    form = replace(form, lines=_lines(form))
    return replace(form, notes=_notes(form))


def _read(report: Report) -> Report:
    """Return the report as its papers tell it, in Vietnamese and of the year once that is over, all of it read."""
    period = report.stored if report.stored.endswith("-S1") else str(report.year)
    told = replace(report, period=period, lang=messages.LANGUAGES[0])
    _ = told.observations, told.findings
    return told


def _stated(observations: pd.DataFrame, period: str, status: str) -> pd.Series:
    """Return indicator → its figure of a period and status as a reader gets it."""
    rows = preferred(observations[(observations["period"] == period) & (observations["status"] == status)])
    return rows.set_index("indicator")["value"]


def _fit_to_corrections(observations: pd.DataFrame, report: str) -> pd.DataFrame:
    """Leave out what was computed from a figure that has been corrected since: `88 − 1` says nothing of 89."""
    corrected = observations["note"].str.startswith(CORRECTED) & (observations["period"] == report)
    slugs = observations.loc[corrected, "indicator"]
    return observations[~(observations["note"].str.startswith(DERIVED) & observations["indicator"].isin(slugs))]


def check_request(report: Report, estimate: str, blank: str = "") -> ReportingForm:
    """Return the form asked for; raise IctplanError for a report, estimate or form of which no papers can be made."""
    layout = catalog.find_form(blank, report.folder)
    if estimate not in ESTIMATES:
        raise messages.error("office.no_estimate", estimate=estimate, estimates=", ".join(ESTIMATES))
    own = report.observations[report.observations["report"] == report.stored]
    if not own["indicator"].isin(list(layout.numbers)).any():
        raise messages.error("office.nothing", area=report.area.area, report=report.stored)
    if estimate == "forecast" and not report.stored.endswith("-S1"):
        raise messages.error("office.over", report=report.stored)
    if not layout.tables_of(report.stored):
        raise messages.error("office.no_table", form=layout.form, report=report.stored)
    return layout


def _forecasts(report: Report) -> pd.DataFrame:
    rows = report.forecasts.set_index("indicator")
    entries = {slug: report.entry(slug) for slug in rows.index}
    exact = rows["point"].copy()
    for column in ("point", "lower_80", "upper_80"):
        rows[column] = [
            round_half_up(value, entries[slug].decimals) if known(value) else value
            for slug, value in rows[column].items()
        ]
    rows["point"] = _adding_up(exact, rows["point"], entries)
    return rows


def _adding_up(exact: pd.Series, rounded: pd.Series, entries: dict[str, Indicator]) -> pd.Series:
    """Return rounded figures whose totals are the sums of their parts, where the exact ones are.

    18.7 + 3.6 = 22.3 would be printed 19 + 4 = 22: the parts are rounded down, and what their total lacks goes to
    those that lost most (largest remainders).
    """
    found, sums = rounded.copy(), {}
    for slug, entry in entries.items():
        kind, terms = catalog.formula_terms(entry.formula) if entry.formula else ("", ())
        if kind == "sum" and set(terms) <= set(exact.index) and abs(exact[list(terms)].sum() - exact[slug]) < 1e-6:
            sums[slug] = list(terms)
    waiting = [slug for slug in sums if not any(slug in terms for terms in sums.values())]
    while waiting:
        total = waiting.pop()
        parts, step = sums[total], 10.0 ** -max(entries[part].decimals for part in sums[total])
        down = (exact[parts] / step + 1e-9).apply(math.floor)
        lacking = round(found[total] / step - down.sum())
        up = (exact[parts] / step - down).sort_values(ascending=False, kind="stable").index[:lacking]
        found[parts] = [round((down[part] + (part in up)) * step, 6) for part in parts]
        waiting += [part for part in parts if part in sums]
    return found


def _lines(form: Form) -> tuple[Line, ...]:
    table, corrected = form.table, _corrected(form)
    found: list[Line] = []
    of_ratios = [role for each in form.tables for column in each.columns for role in column.ratio]
    for row in form.blank.rows:
        if not row.indicator:
            heading = Line(row.number, clean(row.name_vi), row.section, int(row.level or 0))
            found += [replace(heading, unit=form.blank.units.get(row.section, ""))] if heading.level else []
            continue
        entry = form.entries[row.indicator]
        figures = table.loc[entry.indicator] if entry.indicator in table.index else {}
        values = {role: float(figures.get(role, math.nan)) for role in (*form.roles, *of_ratios)}
        marked = {role for role, value in values.items() if not fits(value, entry)}
        marked |= {column for slug, column in corrected if slug == entry.indicator}
        marked -= {"estimate"} if form.choice == "forecast" else set()
        number = row.number if form.blank.numbers_parts or "." not in row.number else ""
        name = clean(row.name_vi or entry.name_vi)
        unit = clean(form.blank.units.get(entry.indicator, entry.unit_vi))
        factor = units.fit(unit, entry.unit_vi).factor
        found.append(Line(number, name, row.section, 0, entry, values, frozenset(marked), unit, factor))
    return tuple(found)


def _corrected(form: Form) -> dict[tuple[str, str], str]:
    """Return (indicator, column) → the note of every shown figure that corrections.csv replaced."""
    shown = preferred(form.report.observations)
    shown = shown[shown["note"].str.startswith(CORRECTED)]
    return {
        (row.indicator, form.places[row.period, row.status]): row.note
        for row in shown.itertuples() if (row.period, row.status) in form.places
    }  # fmt: skip


def _notes(form: Form) -> tuple[Note, ...]:
    """Return what stands under the appendices: whose figure it is, what was corrected, what contradicts itself."""
    corrected, said_twice, say = _corrected(form), _said_twice(form), form.report.say
    columns = [role for role in form.roles if (role, form.choice) != ("estimate", "forecast")]
    notes = [Note(_whose(form))]
    for line in (line for line in form.lines if line.entry):
        number = line.entry.form_number
        for column in columns:
            key, where = (line.entry.indicator, column), {"number": number, "column": form.column_name(column)}
            if key in corrected:
                why = clean(corrected[key].removeprefix(CORRECTED).strip(": "))
                notes.append(Note(say("office.note.corrected", **where, why=why), frozenset({column})))
            elif key in said_twice:
                told = say("office.note.said_twice", **where, figures=said_twice[key])
                notes.append(Note(told, frozenset({column})))
        if wrong := [column for column in columns if not fits(line.figure(column), line.entry)]:
            names = ", ".join(map(form.column_name, wrong))
            notes.append(Note(say("office.note.misfit", number=number, columns=names), frozenset(wrong)))
    return tuple(notes)


def _whose(form: Form) -> str:
    """Return whose the year's figures are."""
    column = "year" if form.over else "estimate"
    missing = "" if any(known(line.figure(column)) for line in form.lines) else "none_"
    return form.report.say(f"office.{missing}{form.whose}", year=form.year)


def _said_twice(form: Form) -> dict[tuple[str, str], str]:
    """Return (indicator, column) → the different figures that the report itself states for one thing, by place."""
    report, found = form.report, {}
    stated = report.observations
    stated = stated[(stated["report"] == report.stored) & (stated["printed"] != "")]
    stated = stated.sort_values("source", kind="stable")
    for (slug, period, status), group in stated.groupby(["indicator", "period", "status"], sort=False):
        different = group.drop_duplicates("value")
        if (period, status) in form.places and len(different) > 1:
            told = [
                report.say("office.note.figure", printed=clean(printed), place=source_words(source))
                for printed, source in zip(different["printed"], different["source"], strict=True)
            ]
            found[slug, form.places[period, status]] = messages.listed(told, report.lang)
    return found


def source_words(source: str) -> str:
    """Return a place of the document in words, as a sentence of the papers has it.

    >>> source_words("A1:12:6"), source_words("N:1.2")
    ('Phụ lục 1, dòng 12, cột 6', 'thuyết minh, mục 1.2')
    """
    text = source.removeprefix("N:")
    return place(source).vi if text == source else messages.text("office.in_text", "vi", section=text)


def authority(area: Area) -> str:
    """Return who signs an area's papers: `UBND huyện Tuần Giáo`."""
    return messages.text(f"office.authority.{'nation' if area.level == 'nation' else 'place'}", "vi", area=area.title())


def ratio_pct(value: float, base: float) -> float:
    """Return `value` in per cent of `base`, rounded half up to one decimal; NaN where it cannot be said.

    >>> ratio_pct(90, 87), ratio_pct(100, 88.8), ratio_pct(5, 0)
    (103.4, 112.6, nan)
    """
    if not known(value) or not known(base) or base == 0:
        return math.nan
    exact = Decimal(repr(float(value))) * 100 / Decimal(repr(float(base)))
    return float(exact.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP))


def printed(value: float, entry: Indicator | None = None, beside: Iterable[float] = ()) -> str:
    """Return a figure exactly, as a Vietnamese form prints it, "" where there is none; no decimal is lost.

    Three decimals could be taken for thousands (`1,234`), and so could grouped thousands where a percentage is
    expected: the first get a zero, the second no dot. Thousands `beside` a figure of a few units, in the same row,
    could be taken for decimals: they get a `,0`.

    >>> printed(52321.0), printed(112.5), printed(1.234), printed(float("nan"))
    ('52.321', '112,5', '1,2340', '')
    >>> printed(52321.0, beside=[48905.0]), printed(52321.0, beside=[48.9])
    ('52.321', '52.321,0')
    """
    if not known(value):
        return ""
    exact = Decimal(repr(float(value)))
    decimals = max(0, -exact.normalize().as_tuple().exponent)
    if entry is not None and entry.unit_vi == "%" and decimals == 0 and abs(value) >= 1000:
        return f"{exact:.0f}"
    text = f"{exact:,.{decimals}f}".translate(str.maketrans(",.", ".,"))
    counted = entry is not None and entry.kind == "stock" and entry.decimals == 0
    if decimals == 0 and not counted and 1000 <= abs(value) < 1e6 and _dwarfs(value, beside):
        return f"{text},0"
    return f"{text}0" if decimals == 3 and abs(value) < 1000 else text


DWARFS = 25.0
"""From this many times a neighbour, 52.321 beside 48,9 may be 52,321; readers doubt from 50 times."""


def _dwarfs(value: float, beside: Iterable[float]) -> bool:
    return any(known(other) and other != 0 and abs(value / other) > DWARFS for other in beside)


def printed_ratio(value: float) -> str:
    """Return a ratio as the form prints it: one decimal at most, `112,5`, `100`."""
    return "" if not known(value) else format_number(value, 1)


def clean(text: str) -> str:
    """Return text without the control characters that no office file can hold."""
    return _CONTROL.sub(" ", str(text))


def roman(number: int) -> str:
    """Return an appendix's number as papers write it.

    >>> [roman(number) for number in (1, 4, 9, 12)]
    ['I', 'IV', 'IX', 'XII']
    """
    tens, ones = divmod(number, 10)
    return "X" * tens + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[ones]


def numbers_of(table: Table) -> list[str]:
    """Return the row that numbers an appendix's columns: `4`, `7=6/4`."""
    roles = [column.role for column in table.columns]
    told = []
    for number, column in enumerate(table.columns, start=1):
        live = column.measure == "ratio_pct" and column.ratio and set(column.ratio) <= set(roles)
        told.append(
            f"{number}={'/'.join(str(roles.index(side) + 1) for side in column.ratio)}" if live else str(number)
        )
    return told
