"""Plans as tables: next year's targets, those hard to reach, this year's plan, and what came of it."""

from __future__ import annotations

from html import escape

import pandas as pd

from ictplan_utils.catalog import Indicator
from ictplan_utils.narrative import Text, chance_basis, known, of_target, paragraph, verdict_name
from ictplan_utils.periods import is_half
from ictplan_utils.reports import Report
from ictplan_utils.tables.cells import chance, figure_of, growth_of, half_label, of_indicators, part, point_of
from ictplan_utils.tables.table import Cell, Column, Table
from ictplan_utils.targets import UNLIKELY
from ictplan_utils.targets import fulfilment as fulfilment_of
from ictplan_utils.vietnamese import MISSING


def targets(report: Report) -> Table | Text:
    """Return next year's targets: growth achieved and asked, the chance of each.

    Without any, nothing: the page's opening says so. Without any chance (no forecast), what the growth asked is called.
    """
    rows, say, this = report.targets, report.say, report.year
    if rows.empty:
        return paragraph()
    half, chances, years = is_half(report.period), rows["chance"].notna().any(), rows["usual"].notna().any()
    columns = [
        (Column(say("tables.column.estimate" if half else "tables.column.actual", year=this)),
         figure_of("estimate")),
        (Column(say("tables.column.target", year=this + 1)), figure_of("target")),
        (Column(say("tables.targets.achieved", year=say(f"narrative.year.{report.basis}", year=this)),
                first_sight=False), growth_of("achieved")),
        (Column(say("tables.targets.usual"), first_sight=False), growth_of("usual")),
        (Column(say("tables.targets.asked", year=this + 1), first_sight=False), growth_of("asked")),
        (Column(say("tables.column.chance"), numeric=False, key="chance"), chance) if chances else
        (Column(say("tables.targets.verdict"), numeric=False, key="ambition"),
         lambda row, *_: Cell(verdict_name(row["verdict"], report.lang))),
    ]  # fmt: skip
    notes = [say("tables.targets.note_estimate" if half else "tables.targets.note_actual")]
    notes += [say("tables.targets.note_usual")] if years else []
    notes += [say(f"tables.targets.note_chance.{report.basis}")] if chances else []
    return of_indicators("targets", report, columns, rows, " ".join(notes))


def hard_targets(report: Report) -> Table | Text:
    """Return next year's targets that are hard to reach, the hardest first, and what their chances rest on.

    Where there are targets and none is hard, the sentence that says so.
    """
    rows, say, this = report.targets, report.say, report.year
    if rows.empty:
        return paragraph()
    rows = rows[rows["chance"] < UNLIKELY].sort_values("chance", kind="stable")
    basis = chance_basis(report)
    if rows.empty:
        return paragraph(*filter(None, [say("narrative.targets.none"), basis]))
    reached = "tables.headlines.forecast" if report.basis == "forecast" else "tables.column.actual"
    columns = [
        *([(Column(say("tables.column.estimate", year=this), first_sight=False), figure_of("estimate"))]
          if report.basis == "forecast" else []),
        (Column(say(reached, year=this)), point_of),
        (Column(say("tables.column.target", year=this + 1)), figure_of("target")),
        (Column(say("tables.column.chance"), numeric=False, key="chance"), chance),
    ]  # fmt: skip
    return of_indicators("hard", report, columns, rows, basis, grouped=False)


def this_years_plan(report: Report) -> Table | Text:
    """Return this year's plan against the half, with the forecast and the chance to reach it; once over, `fulfilment`.

    Without any plan, nothing: the page's opening says where it would be.
    """
    if not report.is_first_half:
        return fulfilment(report)
    rows, say, this = report.this_years_targets, report.say, report.year
    rows = rows[rows.index.isin(list(report.indicators))]
    if rows.empty:
        return paragraph()
    rows = rows.assign(half=report.figures["half"])

    def done(row: pd.Series, entry: Indicator, _: Report) -> Cell:
        comparable = known(row["half"]) and row["target"] and entry.direction != "lower"
        comparable = comparable and row["no_chance"] != "awaited"
        return part(100 * row["half"] / row["target"] if comparable else None, report)

    columns = [
        (Column(say("tables.column.target", year=this)), figure_of("target", (str(this), "target"))),
        (Column(half_label(report, this)), figure_of("half")),
        (Column(say("tables.fulfilment.pct"), first_sight=False), done),
        (Column(say("tables.headlines.forecast", year=this)), point_of),
        (Column(say("tables.column.chance"), numeric=False, key="chance"), chance),
    ]
    return of_indicators("plan", report, columns, rows, say("tables.plan.note"))


def fulfilment(report: Report) -> Table | Text:
    """Return the plan of the latest year that is over and what came, by sector; without any plan, nothing."""
    say, this = report.say, report.closed_year
    if report.fulfilment.empty:
        return paragraph()

    def reached(row: pd.Series, *_: object) -> Cell:
        told = of_target(row, report.lang) if known(row["pct_of_target"]) else MISSING
        return Cell(told, value=row["pct_of_target"])

    def verdict(row: pd.Series, *_: object) -> Cell:
        said = say(f"tables.fulfilment.{row['verdict']}")
        return Cell(said, f'<span class="{escape(row["verdict"])}">{escape(said)}</span>')

    columns = [
        (Column(say("tables.column.actual", year=this - 1), first_sight=False),
         figure_of("last_year", (str(this - 1), "actual"))),
        (Column(say("tables.column.target", year=this)), figure_of("target", (str(this), "target"))),
        (Column(say("tables.column.actual", year=this)), figure_of("actual", (str(this), "actual"))),
        (Column(say("tables.fulfilment.pct"), first_sight=False), reached),
        (Column(say("tables.fulfilment.pct_of", year=this - 1), first_sight=False),
         lambda row, *_: part(row["before"], report)),
        (Column(say("tables.fulfilment.growth"), first_sight=False), growth_of("growth_pct")),
        (Column(say("tables.fulfilment.verdict"), numeric=False), verdict),
    ]  # fmt: skip
    rows = report.fulfilment.assign(before=fulfilment_of(report, this - 1)["pct_of_target"])
    return of_indicators("fulfilment", report, columns, rows, say("tables.fulfilment.note"))
