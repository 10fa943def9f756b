"""A report's figures as tables: all of them by sector, and those a leader asks for first."""

from __future__ import annotations

import math
from dataclasses import replace
from html import escape

import pandas as pd

from ictplan_utils.catalog import Indicator
from ictplan_utils.narrative import Text, known, leading, paragraph
from ictplan_utils.periods import is_half, same_period_last_year
from ictplan_utils.reports import Report
from ictplan_utils.tables.cells import (
    Tell,
    chance,
    change,
    figure_of,
    half_label,
    number,
    of_indicators,
    part,
    point_of,
)
from ictplan_utils.tables.table import Cell, Column, Table
from ictplan_utils.vietnamese import MISSING

FIRST_SIGHT = ("half", "estimate", "target")
"""The columns of a report's figures that a phone shows at once."""


def figures(report: Report) -> Table | Text:
    """Return the report's figures as its readers know them: last year, half, estimate, target, by sector.

    Where the year is over, its plan stands for the estimate. Rows without any figure are counted and left out; without
    any figure at all, the sentence that says so.
    """
    table, say, this = report.figures, report.say, report.year
    expected = "tables.column.estimate"
    if not report.is_first_half:
        table = table.assign(estimate=report.fulfilment["target"].reindex(table.index))
        expected = "tables.column.target"
    slugs = [slug for slug in report.indicators if slug in table.index]
    stated = [slug for slug in slugs if table.loc[slug].notna().any()]
    if not stated:
        return paragraph(say("tables.figures.none"))
    columns = [
        (Column(label, first_sight=name in FIRST_SIGHT), _beside_first(name, period))
        for name, label, period in (
            ("last_year", say("tables.column.year", year=this - 1), str(this - 1)),
            ("same_half", half_label(report, this - 1), same_period_last_year(report.period)),
            ("half", half_label(report, this), ""),
            ("estimate", say(expected, year=this), ""),
            ("target", say("tables.column.target", year=this + 1), ""),
        )
    ]
    made = of_indicators("figures", report, columns, table.loc[stated], "")
    cells = [cell for row in made.rows for cell in row.cells]
    notes = [made.note] if made.note else []
    notes += [say("tables.revised_note")] if any('class="first"' in cell.html for cell in cells) else []
    left_out = len(slugs) - len(stated)
    notes += [say("tables.dashes_left_out", count=left_out)] if left_out else []
    return replace(made, note=" ".join(notes))


def _beside_first(name: str, period: str) -> Tell:
    """Return the column of a figure, with what was first reported of a period where a later report revised it."""

    def tell(row: pd.Series, entry: Indicator, report: Report) -> Cell:
        cell, first = figure_of(name)(row, entry, report), report.first_stated.get((entry.indicator, period))
        if not known(first) or not known(row[name]):
            return cell
        said = report.say("tables.revised", first=number(first, entry, report).text)
        html = f'{escape(cell.text)}<br><span class="first unit">{escape(said)}</span>'
        return Cell(f"{cell.text} ({said})", html, row[name])

    return tell


def headlines(report: Report, most: int = 8) -> Table | Text:
    """Return the indicators a leader asks for first: last year, half, change, estimate, forecast, target, chance.

    Where the year is over, its plan and what part of it was reached stand for estimate and forecast.
    """
    say, this = report.say, report.year
    slugs = leading(report.figures, report.indicators, most)
    if not slugs:
        return paragraph(say("tables.figures.none"))
    points_of = report.forecasts.set_index("indicator")["point"] if len(report.forecasts) else math.nan
    held = report.fulfilment
    rows = report.figures.loc[slugs].assign(point=points_of, plan=held["target"], reached=held["pct_of_target"])

    def on_year(row: pd.Series, entry: Indicator, _: Report) -> Cell:
        comparable = entry.kind != "flow" or not is_half(report.period)
        return change(row["half"], row["last_year"] if comparable else None, entry, report)

    def chance_of(_: pd.Series, entry: Indicator, report: Report) -> Cell:
        planned = entry.indicator in report.targets.index
        return chance(report.targets.loc[entry.indicator], entry, report) if planned else Cell(MISSING)

    columns = [
        (Column(say("tables.column.year", year=this - 1), first_sight=False), figure_of("last_year")),
        (Column(half_label(report, this)), figure_of("half")),
        (Column(say("tables.headlines.on_half"), first_sight=False),
         lambda row, entry, _: change(row["half"], row["same_half"], entry, report)),
        (Column(say("tables.headlines.on_year", year=this - 1), first_sight=False), on_year),
        *([(Column(say("tables.column.estimate", year=this)), figure_of("estimate")),
           (Column(say("tables.headlines.forecast", year=this), first_sight=False, key="on-paper"), point_of)]
          if report.is_first_half else
          [(Column(say("tables.column.target", year=this), first_sight=False), figure_of("plan")),
           (Column(say("tables.fulfilment.pct")), lambda row, *_: part(row["reached"], report))]),
        (Column(say("tables.column.target", year=this + 1)), figure_of("target")),
        (Column(say("tables.column.chance"), numeric=False, key="chance"), chance_of),
    ]  # fmt: skip
    planned = report.targets.index.isin(slugs).any()
    note = say(f"tables.headlines.note.{report.basis}", year=this + 1) if planned else ""
    of_later = say("tables.headlines.note_on_year", year=this - 1) if report.is_first_half else ""
    return replace(of_indicators("headlines", report, columns, rows, note), later_note=of_later)
