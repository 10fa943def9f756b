"""What the tables of a report share: a row an indicator, and its figures, growths and chances as cells."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from html import escape
from typing import Any

import pandas as pd

from ictplan_utils.catalog import SECTORS, Indicator
from ictplan_utils.narrative import estimated, fits, grown, known, likelihood, no_chance, percent, sector_name
from ictplan_utils.observations import moments
from ictplan_utils.reports import Report
from ictplan_utils.tables.table import Cell, Column, Row, Table
from ictplan_utils.vietnamese import MISSING, format_number

WRONG = "(!)"
"""Stands beside a figure that must be corrected: the audit calls it wrong, or it is no share and should be one."""
LONG = 12
"""Indicators of all sectors that lie open; more, which a phone would scroll through for long, are unfolded."""
MOST = 20
"""Rows that a screen shows of a table sorted by what matters, until all are asked for (page.css)."""
PLACES = {"official_estimate": "estimate"}
"""Columns that show a figure of the report under another name than `observations.SLOTS`."""

Tell = Callable[[Mapping[str, Any], Indicator, Report], Cell]
"""What a column tells of an indicator's row."""


def of_indicators(
    key: str,
    report: Report,
    columns: Sequence[tuple[Column, Tell]],
    rows: pd.DataFrame,
    note: str,
    grouped: bool = True,
) -> Table:
    """Return the table of `rows`, keyed by indicator: `grouped` by sector in the catalogue's order, else as
    given and on a phone as cards.

    A column that is known of none is left out.
    """
    told = [(report.indicators[slug], row) for slug, row in rows.to_dict("index").items()]
    if grouped:
        order = list(SECTORS)
        told.sort(key=lambda each: order.index(each[0].sector))
    made = [
        Row(entry.short(report.lang), [tell(row, entry, report) for _, tell in columns], entry.unit(report.lang),
            sector_name(entry.sector, report.lang) if grouped else "")
        for entry, row in told
    ]  # fmt: skip
    wrong = any(WRONG in cell.text for row in made for cell in row.cells)
    if wrong:
        note = f"{note} {report.say('tables.wrong')}".strip()
    table = Table(key, report.say("tables.indicator"), [column for column, _ in columns], made, note, report.lang,
                 cards=not grouped, short=not grouped and len(made) > MOST, see="audit" * wrong).filled  # fmt: skip
    if not grouped or len(made) <= LONG:
        return table
    shown = ", ".join(column.label for column in table.columns if column.first_sight)
    return replace(table, unfold=report.say("tables.unfold", count=len(made), columns=shown))


def half_label(report: Report, when: int) -> str:
    """Return what heads the column of a report's own period: `6 tháng 2021`, or `Năm 2016` for a whole year."""
    key = {"-S1": "first_half", "-S2": "second_half", "": "year"}[report.period[4:]]
    return report.say(f"tables.column.{key}", year=when)


def number(value: float, entry: Indicator, report: Report) -> Cell:
    """Return a table's figure in the indicator's decimals; one that is no share where it should be, marked."""
    if not known(value):
        return Cell(MISSING)
    decimals = entry.decimals if entry.decimals or abs(value) >= 100 else 1
    text = format_number(value, decimals, lang=report.lang)
    return Cell(text if fits(value, entry) else f"{text} {WRONG}", value=float(value))


def growth(value: float, entry: Indicator, report: Report) -> Cell:
    """Return a growth with its sign: `+4,2%`, of a share `+1,3 điểm %`."""
    return Cell(grown(value, entry, report.lang), value=float(value)) if known(value) else Cell(MISSING)


def figure_of(name: str, place: tuple[str, str] = ("", "")) -> Tell:
    """Return what tells a column's figure, of `place` (period, status) or by name; marked where it must be mended."""

    def tell(row: Mapping[str, Any], entry: Indicator, report: Report) -> Cell:
        cell = number(row[name], entry, report)
        figure = place if any(place) else moments(report.period).get(PLACES.get(name, name), ())
        wrong = (entry.indicator, *figure) in report.faulty and WRONG not in cell.text and known(row[name])
        return replace(cell, text=f"{cell.text} {WRONG}") if wrong else cell

    return tell


def growth_of(name: str) -> Tell:
    return lambda row, entry, report: growth(row[name], entry, report)


def point_of(row: pd.Series, entry: Indicator, report: Report) -> Cell:
    return number(estimated(row["point"], entry), entry, report)


def change(value: float, base: float | None, entry: Indicator, report: Report) -> Cell:
    """Return how a figure moved against another, a share in points; empty where they cannot be compared."""
    comparable = known(value) and known(base) and fits(value, entry)
    return growth(entry.growth(value, base) if comparable else math.nan, entry, report)


def chance(row: pd.Series, _: Indicator, report: Report) -> Cell:
    """Return the chance to reach a target, or small and grey why there is none."""
    if row["no_chance"]:
        said = no_chance(row["no_chance"], report.lang)
        return Cell(said, f'<span class="unit">{escape(said)}</span>')
    return Cell(likelihood(row["chance"], report.lang, short=True), value=float(row["chance"]))


def part(pct: float | None, report: Report) -> Cell:
    """Return what part of a plan was reached, in per cent."""
    return Cell(percent(pct, lang=report.lang), value=float(pct)) if known(pct) else Cell(MISSING)
