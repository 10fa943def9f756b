"""Observations → the reporting form as its three papers show it: rows, figures, ratios, and what to say of them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pandas as pd

from ictplan_utils import catalog, messages
from ictplan_utils.catalog import Area, Indicator
from ictplan_utils.catalog.reporting_forms import Column, Table, with_years
from ictplan_utils.narrative import fits, known, period_name
from ictplan_utils.observations import CORRECTED, DERIVED, as_of, at_rest, load, preferred, report_table, year_results
from ictplan_utils.periods import year
from ictplan_utils.reports import Report, from_tables
from ictplan_utils.vietnamese import format_number, round_half_up

ESTIMATES = ("official", "forecast")
"""Whose figure stands for the year: the officials' estimate, or our forecast from the six months."""

FIGURES = ("last_year", "half", "estimate", "plan", "year", "target")
RATIOS = {
    "estimate_on_last_year": ("estimate", "last_year"),
    "half_on_estimate": ("half", "estimate"),
    "target_on_estimate": ("target", "estimate"),
    "year_on_plan": ("year", "plan"),
    "year_on_last_year": ("year", "last_year"),
    "target_on_year": ("target", "year"),
}
"""Ratio column → what is divided by what: 7=6/4 and 8=5/6 of June's first appendix, 6=5/4 of the second, and so on."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]")


@dataclass(frozen=True)
class Line:
    """One row of the form: a heading (`entry` None) or an indicator with its figures, NaN where there is none."""

    number: str
    name: str
    level: int = 0
    entry: Indicator | None = None
    last_year: float = math.nan
    half: float = math.nan
    estimate: float = math.nan
    plan: float = math.nan
    year: float = math.nan
    target: float = math.nan
    marked: frozenset[str] = frozenset()

    @property
    def unit(self) -> str:
        """The unit as the form prints it."""
        return self.entry.unit_vi if self.entry else ""

    @property
    def part(self) -> bool:
        """Whether the row is a part of the one above it: 1.1, 31.2."""
        return self.entry is not None and "." in self.entry.form_number

    def figure(self, column: str) -> float:
        """Return a figure or a ratio by its column's name."""
        if column in RATIOS:
            above, below = RATIOS[column]
            return ratio_pct(getattr(self, above), getattr(self, below))
        return getattr(self, column)


@dataclass(frozen=True)
class Note:
    """A remark under the appendices and the columns it is about; one about none stands under both."""

    text: str
    columns: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Form:
    """The form of one area and report, all that its papers say.

    `tables` are the form's appendices for such a report. `table` is `report_table` with the year's figure that was
    chosen, in a report on a year that is over its result; `official` the officials' own; `forecasts` the forecasts
    keyed by indicator, empty where the officials' estimates were chosen; `findings` the audit's.
    """

    area: Area
    report: str
    choice: str
    tables: tuple[Table, ...]
    lines: tuple[Line, ...]
    notes: tuple[Note, ...]
    entries: dict[str, Indicator]
    table: pd.DataFrame
    official: pd.Series
    forecasts: pd.DataFrame
    observations: pd.DataFrame
    findings: pd.DataFrame
    data_dir: str | Path = "data"

    @property
    def year(self) -> int:
        """The year the report lies in."""
        return year(self.report)

    @property
    def over(self) -> bool:
        """Whether the year is over: the papers are those of its result."""
        return not self.report.endswith("-S1")

    @property
    def period(self) -> str:
        """What the papers tell of: the half, or the year that is over."""
        return str(self.year) if self.over else self.report

    @property
    def roles(self) -> tuple[str, ...]:
        """The figures that the appendices state, in their order."""
        return tuple(dict.fromkeys(column.role for table in self.tables for column in table.columns if column.period))

    @property
    def estimate_words(self) -> str:
        """What the year's figure is called."""
        if self.over:
            return "Thực hiện"
        return "Ước thực hiện" if self.choice == "official" else "Dự báo thực hiện"

    @property
    def told(self) -> Report:
        """The same as a report, whose sentences the papers share."""
        return from_tables(self.observations, self.area.area, self.period, data_dir=self.data_dir)

    def header(self, column: Column) -> str:
        """Return what heads a column: a forecast is not called an estimate."""
        told = with_years(column.header, self.report)
        word = self.estimate_words
        return told if self.over else told.replace("Ước thực hiện", word).replace("ước thực hiện", word.lower())

    def notes_on(self, *columns: str) -> list[str]:
        """Return the remarks that stand under a table of these columns."""
        return [note.text for note in self.notes if not note.columns or note.columns & set(columns)]


def read_form(area: str, report: str, estimate: str = "official", data_dir: str | Path = "data") -> Form:
    """Return the form of an area and a report, agreed corrections applied, doubtful computed figures left out.

    `estimate`: `official` or `forecast`, what stands for the year while it is not over. Raises IctplanError for an
    unknown area, a report that is not there or states nothing of the form, and data that cannot be read.
    """
    from ictplan_utils.audit import audit_stored

    check_request(area, report, estimate, data_dir)
    place = catalog.area(area, data_dir)
    # The papers' figures and what is said of them are of one moment, though somebody reads a document in meanwhile.
    _, (stated, findings) = at_rest(
        lambda _: (load(area, corrected=True, data_dir=data_dir), audit_stored(area, report, data_dir=data_dir)),
        [area], catalog.data_path(data_dir),
    )[-1]  # fmt: skip
    observations = as_of(stated, report)
    fitting = _fit_to_corrections(observations, report)
    over = not report.endswith("-S1")
    table = report_table(fitting, area, str(year(report)) if over else report)
    if over:
        came = year_results(fitting, area, year(report), data_dir).reindex(table.index)
        table = table.assign(half=came, year=came, estimate=came)
    table["plan"] = _stated(fitting, str(year(report)), "target").reindex(table.index)
    official, forecasts = table["estimate"], pd.DataFrame()
    if estimate == "forecast":
        forecasts = _forecasts(observations, report, data_dir)
        table = table.assign(estimate=forecasts["point"].reindex(table.index))
    entries = {slug: catalog.indicator(slug, data_dir) for slug in catalog.indicators(data_dir).index}
    tables = catalog.find_form(data_dir=data_dir).tables_of(report)
    form = Form(place, report, estimate, tables, (), (), entries, table, official, forecasts, observations, findings,
                data_dir)  # fmt: skip
    form = replace(form, lines=_lines(form, data_dir))
    return replace(form, notes=_notes(form))


def _stated(observations: pd.DataFrame, period: str, status: str) -> pd.Series:
    """Return indicator → the figure a reader gets of one period and status."""
    rows = preferred(observations[(observations["period"] == period) & (observations["status"] == status)])
    return rows.set_index("indicator")["value"]


def _fit_to_corrections(observations: pd.DataFrame, report: str) -> pd.DataFrame:
    """Leave out what was computed from a figure that has been corrected since: `88 − 1` says nothing of 89."""
    corrected = observations["note"].str.startswith(CORRECTED) & (observations["period"] == report)
    slugs = observations.loc[corrected, "indicator"]
    return observations[~(observations["note"].str.startswith(DERIVED) & observations["indicator"].isin(slugs))]


def check_request(area: str, report: str, estimate: str, data_dir: str | Path = "data") -> None:
    """Raise IctplanError for an area, report or estimate for which no form can be made."""
    if estimate not in ESTIMATES:
        raise messages.error("office.no_estimate", estimate=estimate, estimates=", ".join(ESTIMATES))
    stated = load(area, report, data_dir=data_dir)  # Says what is wrong with the request, and which reports there are.
    if not stated["indicator"].isin(list(catalog.form(data_dir))).any():
        raise messages.error("office.nothing", area=area, report=report)
    if estimate == "forecast" and not report.endswith("-S1"):
        raise messages.error("office.over", report=report)


def _forecasts(observations: pd.DataFrame, report: str, data_dir: str | Path) -> pd.DataFrame:
    from ictplan_utils.forecast import forecast_year_end

    rows = forecast_year_end(observations, report, data_dir).set_index("indicator")
    entries = {slug: catalog.indicator(slug, data_dir) for slug in rows.index}
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


def _lines(form: Form, data_dir) -> tuple[Line, ...]:
    table, entries, corrected = form.table, form.entries, _corrected(form)
    found: list[Line] = []
    for code, section in catalog.sections(data_dir).iterrows():
        inside = [e for e in entries.values() if e.form_number and e.section == code]
        if not section["printed_number"]:
            continue
        found.append(Line(section["printed_number"], clean(section["name_vi"]), int(section["level"])))
        for entry in inside:
            figures = table.loc[entry.indicator] if entry.indicator in table.index else {}
            values = {column: float(figures.get(column, math.nan)) for column in form.roles}
            marked = {column for column, value in values.items() if not fits(value, entry)}
            marked |= {column for slug, column in corrected if slug == entry.indicator}
            marked -= {"estimate"} if form.choice == "forecast" else set()
            number = "" if "." in entry.form_number else entry.form_number
            found.append(Line(number, clean(entry.name_vi), 0, entry, **values, marked=frozenset(marked)))
    return tuple(found)


def _places(form: Form) -> dict[tuple[str, str], str]:
    """Return (period, status) → the figure it is in the appendices."""
    columns = (column for table in form.tables for column in table.columns if column.period)
    return {column.figure(form.report): column.role for column in columns}


def _corrected(form: Form) -> dict[tuple[str, str], str]:
    """Return (indicator, column) → the note of every shown figure that corrections.csv replaced."""
    places, shown = _places(form), preferred(form.observations)
    shown = shown[shown["note"].str.startswith(CORRECTED)]
    return {
        (row.indicator, places[row.period, row.status]): row.note
        for row in shown.itertuples() if (row.period, row.status) in places
    }  # fmt: skip


def _notes(form: Form) -> tuple[Note, ...]:
    """Return what stands under the appendices: whose figure it is, what was corrected, what contradicts itself."""
    corrected, said_twice = _corrected(form), _said_twice(form)
    columns = {
        "last_year": f"năm {form.year - 1}", "half": period_name(form.report), "estimate": f"ước năm {form.year}",
        "plan": f"kế hoạch năm {form.year}", "year": f"năm {form.year}", "target": f"kế hoạch năm {form.year + 1}",
    }  # fmt: skip
    left_out = {"estimate"} if form.choice == "forecast" else set()
    columns = {column: words for column, words in columns.items() if column in set(form.roles) - left_out}
    notes = [Note(_whose(form))]
    for line in (line for line in form.lines if line.entry):
        number = line.entry.form_number
        for column, words in columns.items():
            key, where = (line.entry.indicator, column), f"STT {number}, {words}:"
            if key in corrected:
                why = clean(corrected[key].removeprefix(CORRECTED).strip(": "))
                notes.append(Note(f"{where} số đã sửa ({why}).", frozenset({column})))
            elif key in said_twice:
                text = f"{where} văn bản nêu {said_twice[key]}; bảng dùng số đầu; đề nghị thống nhất."
                notes.append(Note(text, frozenset({column})))
        wrong = {column for column in columns if not fits(getattr(line, column), line.entry)}
        if wrong:
            words = ", ".join(columns[column] for column in columns if column in wrong)
            text = f"STT {number}, {words}: số nêu trong văn bản không phải tỷ lệ phần trăm; đề nghị báo cáo lại."
            notes.append(Note(text, frozenset(wrong)))
    return tuple(notes)


def _whose(form: Form) -> str:
    """Return whose the year's figures are."""
    kind = "result" if form.over else form.choice
    column = "year" if form.over else "estimate"
    missing = "" if any(known(line.figure(column)) for line in form.lines) else "none_"
    return messages.text(f"office.{missing}{kind}", "vi", year=form.year)


def _said_twice(form: Form) -> dict[tuple[str, str], str]:
    """Return (indicator, column) → the different figures that the report itself states for one thing, by place."""
    places, found = _places(form), {}
    stated = form.observations
    stated = stated[(stated["report"] == form.report) & (stated["printed"] != "")]
    stated = stated.sort_values("source", kind="stable")
    for (slug, period, status), group in stated.groupby(["indicator", "period", "status"], sort=False):
        different = group.drop_duplicates("value")
        if (period, status) in places and len(different) > 1:
            found[slug, places[period, status]] = " và ".join(
                f"{clean(printed)} ({source_words(source)})"
                for printed, source in zip(different["printed"], different["source"], strict=True)
            )
    return found


def source_words(source: str) -> str:
    """Return a place of the document in words.

    >>> source_words("A1:12:6"), source_words("N:1.2"), source_words("B208:2010:2")
    ('Phụ lục 1, dòng 12, cột 6', 'thuyết minh, mục 1.2', 'B208:2010:2')
    """
    if cell := re.fullmatch(r"A(\d+):([^:]+):([^:]+)", source):
        return f"Phụ lục {cell[1]}, dòng {cell[2]}, cột {cell[3]}"
    if text := re.fullmatch(r"N:([^:]+)", source):
        return f"thuyết minh, mục {text[1]}"
    return source


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
