"""What people read as tables: a report's figures, forecasts, targets, what came of them, and the audit's findings."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from html import escape

import pandas as pd

from ictplan_utils.catalog import SECTORS, Indicator
from ictplan_utils.narrative import (
    Text,
    estimated,
    finding_parts,
    fits,
    grown,
    known,
    leading,
    likelihood,
    no_chance,
    paragraph,
    percent,
    sector_name,
    verdict_name,
    worst_first,
)
from ictplan_utils.periods import is_half, same_period_last_year, year
from ictplan_utils.reports import Report
from ictplan_utils.tables.table import Cell, Column, Row, Table
from ictplan_utils.targets import fulfilment as fulfilment_of
from ictplan_utils.vietnamese import MISSING, format_number

MISFIT = "(!)"
"""Stands beside a figure that is no share although its indicator is one."""
LONG = 12
"""Remarks of the audit that lie open; more, which nobody must correct, are unfolded."""
FIRST_SIGHT = ("half", "estimate", "target")
"""The columns of a report's figures that a phone shows at once."""


Tell = Callable[[pd.Series, Indicator, Report], Cell]
"""What a column tells of an indicator's row."""


def figures(report: Report, most: int | None = None) -> Table | Text:
    """Return the report's figures as its readers know them: last year, half, estimate, target, by sector.

    Where the year is over, its plan stands for the estimate. `most`: only so many, those a leader asks for first. Rows
    without any figure are counted and left out; without any figure at all, the sentence that says so.
    """
    table, say, this = report.figures, report.say, report.year
    expected = "tables.column.estimate"
    if not report.is_first_half:
        table = table.assign(estimate=report.fulfilment["target"].reindex(table.index))
        expected = "tables.column.target"
    slugs = [slug for slug in report.indicators if slug in table.index]
    if most is not None:
        slugs = leading(table, report.indicators, most)
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
    made = _of_indicators("figures", report, columns, table.loc[stated], "")
    cells = [cell for row in made.rows for cell in row.cells]
    notes = [say("tables.misfit")] if any(MISFIT in cell.text for cell in cells) else []
    notes += [say("tables.revised_note")] if any('class="first"' in cell.html for cell in cells) else []
    left_out = len(slugs) - len(stated)
    notes += [say("tables.dashes_left_out", count=left_out)] if left_out else []
    return replace(made, note=" ".join(notes))


def _beside_first(name: str, period: str) -> Tell:
    """Return the column of a figure, with what was first reported of a period where a later report revised it."""

    def tell(row: pd.Series, entry: Indicator, report: Report) -> Cell:
        cell, first = number(row[name], entry, report), report.first_stated.get((entry.indicator, period))
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
        return _change(row["half"], row["last_year"] if comparable else None, entry, report)

    def chance_of(_: pd.Series, entry: Indicator, report: Report) -> Cell:
        planned = entry.indicator in report.targets.index
        return _chance(report.targets.loc[entry.indicator], entry, report) if planned else Cell(MISSING)

    columns = [
        (Column(say("tables.column.year", year=this - 1), first_sight=False), _figure("last_year")),
        (Column(half_label(report, this)), _figure("half")),
        (Column(say("tables.headlines.on_half"), first_sight=False),
         lambda row, entry, _: _change(row["half"], row["same_half"], entry, report)),
        (Column(say("tables.headlines.on_year", year=this - 1), first_sight=False), on_year),
        *([(Column(say("tables.column.estimate", year=this)), _figure("estimate")),
           (Column(say("tables.headlines.forecast", year=this), first_sight=False), _point)]
          if report.is_first_half else
          [(Column(say("tables.column.target", year=this), first_sight=False), _figure("plan")),
           (Column(say("tables.fulfilment.pct")), lambda row, *_: _part(row["reached"], report))]),
        (Column(say("tables.column.target", year=this + 1)), _figure("target")),
        (Column(say("tables.column.chance"), numeric=False, key="chance"), chance_of),
    ]  # fmt: skip
    note = say(f"tables.headlines.note.{report.basis}", year=this + 1)
    return _of_indicators("headlines", report, columns, rows, note)


def forecasts(report: Report) -> Table | Text:
    """Return the forecasts: last year, half, officials' estimate, ours with its interval drawn and written.

    Sorted by how far the estimate lies from the forecast. Where the year is over, `outcomes`; without any forecast,
    the sentence that there is none.
    """
    if not report.is_first_half:
        return outcomes(report)
    rows, say = report.forecasts, report.say
    rows = rows[rows["indicator"].isin(list(report.indicators)) & rows["point"].notna()]
    if rows.empty:
        return paragraph(say("tables.forecasts.none"))
    width = (rows["upper_80"] - rows["lower_80"]).where(lambda w: w > 0)
    rows = rows.assign(off=(rows["difference"].abs() / width).fillna(0)).sort_values("off", ascending=False)
    judged = rows["official_estimate"].notna().any()
    columns = [
        (Column(say("tables.column.year", year=report.year - 1), first_sight=False), _figure("last_year")),
        (Column(half_label(report, report.year)), _figure("half")),
        (Column(say("tables.forecasts.bar" if judged else "tables.forecasts.bar_alone"), numeric=False), _drawn),
        (Column(say("tables.forecasts.point")), _forecast),
        (Column(say("tables.forecasts.official")), _figure("official_estimate")),
        *([(Column(say("tables.forecasts.verdict"), numeric=False), _verdict)] if judged else []),
    ]
    note = say("tables.forecasts.note")
    return _of_indicators("forecasts", report, columns, rows.set_index("indicator"), note, grouped=False)


def outcomes(report: Report) -> Table | Text:
    """Return June's forecasts of the latest year that is over against what came, the farthest outside first."""
    rows, say = report.outcomes, report.say
    if rows.empty:
        return paragraph(say("narrative.outcomes.none", year=report.closed_year))
    middle, wide = (rows["upper_80"] + rows["lower_80"]) / 2, (rows["upper_80"] - rows["lower_80"]).clip(lower=1e-9)
    rows = rows.assign(off=(rows["actual"] - middle).abs() / wide)
    rows = rows.sort_values(["inside", "off"], ascending=[True, False], kind="stable")

    def inside(row: pd.Series, *_: object) -> Cell:
        where = "inside" if row["inside"] else "outside"
        said = say(f"tables.outcomes.{where}_80")
        return Cell(said, f'<span class="{where}">{escape(said)}</span>')

    columns = [
        (Column(say("tables.outcomes.bar"), numeric=False), _drawn),
        (Column(say("tables.column.actual", year=report.closed_year)), _figure("actual")),
        (Column(say("tables.forecasts.point")), _forecast),
        (Column(say("tables.outcomes.inside"), numeric=False), inside),
        (Column(say("tables.forecasts.official")), _figure("official_estimate")),
    ]
    if rows["official_estimate"].notna().any():
        nearer = Column(say("tables.outcomes.nearer"), numeric=False, first_sight=False)
        columns.append((nearer, lambda row, *_: Cell(say(f"tables.outcomes.{row['nearer']}"))))
    rows, note = rows.set_index("indicator"), say("tables.outcomes.note")
    return _of_indicators("forecasts outcomes", report, columns, rows, note, grouped=False)


def targets(report: Report) -> Table | Text:
    """Return next year's targets: growth achieved and asked, verdict, chance.

    Without any, the sentence that there is none; without any chance (no forecast), no column for it.
    """
    rows, say, this = report.targets, report.say, report.year
    if rows.empty:
        return paragraph(say("tables.targets.none"))
    half, chances, years = is_half(report.period), rows["chance"].notna().any(), rows["usual"].notna().any()
    columns = [
        (Column(say("tables.column.estimate" if half else "tables.column.actual", year=this)),
         _figure("estimate")),
        (Column(say("tables.column.target", year=this + 1)), _figure("target")),
        (Column(say("tables.targets.achieved", year=this), first_sight=False), _growth("achieved")),
        (Column(say("tables.targets.usual"), first_sight=False), _growth("usual")),
        (Column(say("tables.targets.asked", year=this + 1), first_sight=False), _growth("asked")),
        (Column(say("tables.targets.verdict"), numeric=False, first_sight=not chances),
         lambda row, *_: Cell(verdict_name(row["verdict"], report.lang))),
        *([(Column(say("tables.column.chance"), numeric=False, key="chance"), _chance)] if chances else []),
    ]  # fmt: skip
    notes = [say("tables.targets.note_estimate" if half else "tables.targets.note_actual")]
    notes += [say("tables.targets.note_usual")] if years else []
    notes += [say(f"tables.targets.note_chance.{report.basis}")] if chances else []
    return _of_indicators("targets", report, columns, rows, " ".join(notes))


def this_years_plan(report: Report) -> Table | Text:
    """Return this year's plan against the half, with the forecast and the chance to reach it; once over, `fulfilment`.

    Without any plan, the sentence that says where it would be.
    """
    if not report.is_first_half:
        return fulfilment(report)
    rows, say, this = report.this_years_targets, report.say, report.year
    rows = rows[rows.index.isin(list(report.indicators))]
    if rows.empty:
        return paragraph(say("narrative.fulfilment.none", year=this, before=this - 1))
    rows = rows.assign(half=report.figures["half"])

    def done(row: pd.Series, entry: Indicator, _: Report) -> Cell:
        comparable = known(row["half"]) and row["target"] and entry.direction != "lower"
        return _part(100 * row["half"] / row["target"] if comparable else None, report)

    columns = [
        (Column(say("tables.column.target", year=this)), _figure("target")),
        (Column(half_label(report, this)), _figure("half")),
        (Column(say("tables.fulfilment.pct"), first_sight=False), done),
        (Column(say("tables.headlines.forecast", year=this)), _point),
        (Column(say("tables.column.chance"), numeric=False, key="chance"), _chance),
    ]
    return _of_indicators("plan", report, columns, rows, say("tables.plan.note"))


def fulfilment(report: Report) -> Table | Text:
    """Return the plan of the latest year that is over and what came, by sector; without any plan, the sentence."""
    say, this = report.say, report.closed_year
    if report.fulfilment.empty:
        return paragraph(say("narrative.fulfilment.none", year=this, before=this - 1))

    def verdict(row: pd.Series, *_: object) -> Cell:
        said = say(f"tables.fulfilment.{row['verdict']}")
        return Cell(said, f'<span class="{escape(row["verdict"])}">{escape(said)}</span>')

    columns = [
        (Column(say("tables.column.actual", year=this - 1), first_sight=False), _figure("last_year")),
        (Column(say("tables.column.target", year=this)), _figure("target")),
        (Column(say("tables.column.actual", year=this)), _figure("actual")),
        (Column(say("tables.fulfilment.pct"), first_sight=False), lambda row, *_: _part(row["pct_of_target"], report)),
        (Column(say("tables.fulfilment.pct_of", year=this - 1), first_sight=False),
         lambda row, *_: _part(row["before"], report)),
        (Column(say("tables.fulfilment.growth"), first_sight=False), _growth("growth_pct")),
        (Column(say("tables.fulfilment.verdict"), numeric=False), verdict),
    ]  # fmt: skip
    rows = report.fulfilment.assign(before=fulfilment_of(report, this - 1)["pct_of_target"])
    return _of_indicators("fulfilment", report, columns, rows, say("tables.fulfilment.note"))


def _of_indicators(
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
    told = [(report.indicators[slug], row) for slug, row in rows.iterrows()]
    if grouped:
        order = list(SECTORS)
        told.sort(key=lambda each: order.index(each[0].sector))
    cells = [[tell(row, entry, report) for _, tell in columns] for entry, row in told]
    filled = [at for at in range(len(columns)) if any(own[at].text != MISSING for own in cells)]
    made = [
        Row(entry.short(report.lang), [own[at] for at in filled], entry.unit(report.lang),
            sector_name(entry.sector, report.lang) if grouped else "")
        for (entry, _), own in zip(told, cells, strict=True)
    ]  # fmt: skip
    return Table(key, report.say("tables.indicator"), [columns[at][0] for at in filled], made, note, report.lang,
                 cards=not grouped)  # fmt: skip


def errors(report: Report, most: int = 6) -> Table | Text:
    """Return the first errors as a leader looks at them: which figure, what is printed, what it probably is."""
    rows = report.findings[report.findings["severity"] == "error"]
    if rows.empty:
        return paragraph(report.say("narrative.audit.none"))
    ordered = worst_first(rows).head(most)
    told = []
    for _, row in ordered.iterrows():
        name, place, _ = finding_parts(row, report)
        told.append(Row(name or place, [_printed(row), Cell(str(row["expected"]) or "?")], place if name else ""))
    columns = [Column(report.say("tables.findings.printed")), Column(report.say("tables.findings.expected"))]
    questions = int((report.findings["severity"] == "warning").sum())
    note = report.say(
        "tables.findings.rest", count=len(rows) - len(ordered), errors=len(rows) - len(ordered), questions=questions
    )
    return Table("errors", report.say("tables.findings.figure"), columns, told, note, report.lang)


def _printed(row: pd.Series) -> Cell:
    mark = "del" if row["expected"] else "span"
    told = re.sub(r"(\d{4})-(\d\d)-(\d\d)$", r"\3/\2/\1", row["printed"])  # a letter with its day
    return Cell(told, f'<{mark} lang="vi">{escape(told)}</{mark}>')


def findings(report: Report, rows: pd.DataFrame) -> Table | Text:
    """Return some of a report's findings as a clerk works through them: which figure, where, what, what else.

    `rows`: of `report.findings`. Without any, the sentence that there is none.
    """
    if rows.empty:
        return paragraph(report.say("tables.findings.none"))
    mended = rows["expected"].astype(bool).any()
    columns = [
        Column("", numeric=False),
        Column(report.say("tables.findings.printed")),
        *([Column(report.say("tables.findings.expected"))] if mended else []),
    ]
    told = []
    for _, row in rows.iterrows():
        name, place, what = finding_parts(row, report)
        cells = [Cell(what), _printed(row), *([Cell(str(row["expected"]))] if mended else [])]
        told.append(Row(name or place, cells, place if name else ""))
    long = (rows["severity"] == "info").all() and len(told) > LONG
    return Table("findings", report.say("tables.findings.what"), columns, told, lang=report.lang,
                 unfold=report.say("tables.findings.unfold", count=len(told)) if long else "")  # fmt: skip


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
    return Cell(text if fits(value, entry) else f"{text} {MISFIT}", value=float(value))


def growth(value: float, entry: Indicator, report: Report) -> Cell:
    """Return a growth with its sign: `+4,2%`, of a share `+1,3 điểm %`."""
    return Cell(grown(value, entry, report.lang), value=float(value)) if known(value) else Cell(MISSING)


def _figure(name: str) -> Tell:
    return lambda row, entry, report: number(row[name], entry, report)


def _growth(name: str) -> Tell:
    return lambda row, entry, report: growth(row[name], entry, report)


def _point(row: pd.Series, entry: Indicator, report: Report) -> Cell:
    return number(estimated(row["point"], entry), entry, report)


def _change(value: float, base: float | None, entry: Indicator, report: Report) -> Cell:
    """Return how a figure moved against another, a share in points; empty where they cannot be compared."""
    comparable = known(value) and known(base) and fits(value, entry)
    return growth(entry.growth(value, base) if comparable else math.nan, entry, report)


def _chance(row: pd.Series, _: Indicator, report: Report) -> Cell:
    """Return the chance to reach a target, or small and grey why there is none."""
    if row["no_chance"]:
        said = no_chance(row["no_chance"], report.lang)
        return Cell(said, f'<span class="unit">{escape(said)}</span>')
    return Cell(likelihood(row["chance"], report.lang, short=True), value=float(row["chance"]))


def _drawn(row: pd.Series, *_: object) -> Cell:
    return Cell("", interval_drawing(row))


def interval_drawing(row: pd.Series) -> str:
    """Return a forecast row's intervals as a small picture; the numbers beside it say the same in words.

    The scale is stretched so that the 80 % interval is as long in each row; what lies beyond the picture stands at
    its edge. With `actual`, what came is a disc. "" where there is no interval.
    """
    if not known(row["point"]) or not known(row["lower_95"]):
        return ""
    low, high = row["lower_80"], row["upper_80"]
    span = (high - low) or max(abs(row["point"]), 1) * 0.01

    def x(value: float) -> float:
        return round(min(max(90 + 48 * (value - low) / span, 8), 220), 1)

    official, came = "", known(row.get("actual"))
    if known(row["official_estimate"]):
        side = 13 if came else 9  # a result that meets the estimate lies inside its square
        left = x(row["official_estimate"]) - side / 2
        official = f'<rect class="estimate" x="{left:g}" y="{9 - side / 2:g}" width="{side}" height="{side}"/>'
    if came:
        official += f'<circle class="actual" cx="{x(row["actual"])}" cy="9" r="4.5"/>'
    return (
        '<svg class="interval" viewBox="0 0 228 18" width="228" height="18" aria-hidden="true">'
        f'<path class="thin" d="M{x(row["lower_95"])} 9H{x(row["upper_95"])}"/>'
        f'<path class="band" d="M{x(low)} 9H{x(high)}"/>'
        f'<path class="tick" d="M{x(row["point"])} 3V15"/>{official}</svg>'
    )


def _forecast(row: pd.Series, entry: Indicator, report: Report) -> Cell:
    """Return a forecast with its interval under it, both in the decimals the indicator is stated in."""
    point, low, high = (
        format_number(estimated(row[name], entry), entry.decimals, lang=report.lang)
        for name in ("point", "lower_80", "upper_80")
    )
    span = low if low == high else f"{low}–{high}"
    html = f'<strong>{escape(point)}</strong><br><span class="unit">{escape(span)}</span>'
    return Cell(f"{point} ({span})", html, float(row["point"]))


def _verdict(row: pd.Series, _: Indicator, report: Report) -> Cell:
    if row["verdict"] == "none":
        return Cell("")
    said = report.say(f"tables.forecasts.{row['verdict']}")
    return Cell(said, f'<span class="{escape(row["verdict"])}">{escape(said)}</span>')


def _part(pct: float | None, report: Report) -> Cell:
    """Return what part of a plan was reached, in per cent."""
    return Cell(percent(pct, lang=report.lang), value=float(pct)) if known(pct) else Cell(MISSING)
