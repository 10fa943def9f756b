"""What people read as tables: a report's figures, forecasts, targets, what came of them, and the audit's findings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

import pandas as pd

from ictplan_utils.catalog import SECTORS, Indicator
from ictplan_utils.narrative import (
    Text,
    estimated,
    finding_parts,
    fits,
    known,
    leading,
    likelihood,
    no_chance,
    paragraph,
    percent,
    points,
    sector_name,
    verdict_name,
)
from ictplan_utils.periods import is_half, same_period_last_year, year
from ictplan_utils.reports import Report
from ictplan_utils.tables.table import Cell, Column, Row, Table
from ictplan_utils.vietnamese import MISSING, format_number

MISFIT = "(!)"
"""Stands beside a figure that is no share although its indicator is one."""
LONG = 12
"""Remarks of the audit that lie open; more, which nobody must correct, are unfolded."""
FIRST_SIGHT = ("half", "estimate", "target")
"""The columns of a report's figures that a phone shows at once."""


def figures(report: Report, most: int | None = None) -> Table | Text:
    """Return the report's figures as its readers know them: last year, half, estimate, target, by sector.

    Where the year is over, its plan stands for the estimate. `most`: only so many, those a leader asks for first. What
    the report states for none of them has no column; rows without any figure are counted and left out; without any
    figure at all, the sentence that says so.
    """
    table = report.figures
    expected = "tables.column.estimate"
    if not report.is_first_half:
        table = table.assign(estimate=report.fulfilment["target"].reindex(table.index))
        expected = "tables.column.target"
    slugs = [slug for slug in report.indicators if slug in table.index]
    if most is not None:
        slugs = leading(table, report.indicators, most)
    stated = [slug for slug in slugs if table.loc[slug].notna().any()]
    if not stated:
        return paragraph(report.say("tables.figures.none"))
    labels = {
        "last_year": report.say("tables.column.year", year=report.year - 1),
        "same_half": half_label(report, report.year - 1),
        "half": half_label(report, report.year),
        "estimate": report.say(expected, year=report.year),
        "target": report.say("tables.column.target", year=report.year + 1),
    }
    names = [name for name in labels if table.loc[stated, name].notna().any()]
    firsts = {"last_year": str(report.year - 1), "same_half": same_period_last_year(report.period)}
    rows = [
        (slug, [_beside_first(slug, table.loc[slug, name], firsts.get(name, ""), report) for name in names])
        for slug in stated
    ]
    marked = any(MISFIT in cell.text for _, cells in rows for cell in cells)
    notes = [report.say("tables.misfit")] if marked else []
    if any('class="first"' in cell.html for _, cells in rows for cell in cells):
        notes.append(report.say("tables.revised_note"))
    if len(stated) < len(slugs):
        notes.append(report.say("tables.dashes_left_out", count=len(slugs) - len(stated)))
    columns = [Column(labels[name], first_sight=name in FIRST_SIGHT) for name in names]
    return _by_sector("figures", report, columns, rows, " ".join(notes))


def _beside_first(slug: str, value: float, period: str, report: Report) -> Cell:
    """Return a figure's cell; where a later report revised it, with what was first reported."""
    entry = report.indicators[slug]
    cell, first = number(value, entry, report), report.first_stated.get((slug, period))
    if not known(first) or not known(value):
        return cell
    said = report.say("tables.revised", first=number(first, entry, report).text)
    html = f'{escape(cell.text)}<br><span class="first unit">{escape(said)}</span>'
    return Cell(f"{cell.text} ({said})", html, value)


def headlines(report: Report, most: int = 8) -> Table | Text:
    """Return the indicators a leader asks for first: last year, half, change, estimate, forecast, target, chance.

    Where the year is over, its plan and what part of it was reached stand for estimate and forecast.
    """
    table = report.figures
    slugs = leading(table, report.indicators, most)
    if not slugs:
        return paragraph(report.say("tables.figures.none"))
    points_of = report.forecasts.set_index("indicator")["point"] if len(report.forecasts) else pd.Series(dtype=float)
    ahead = {
        "estimate": Column(report.say("tables.column.estimate", year=report.year)),
        "forecast": Column(report.say("tables.headlines.forecast", year=report.year), first_sight=False),
    }
    over = {
        "plan": Column(report.say("tables.column.target", year=report.year), first_sight=False),
        "reached": Column(report.say("tables.fulfilment.pct")),
    }
    columns = {
        "last_year": Column(report.say("tables.column.year", year=report.year - 1), first_sight=False),
        "half": Column(half_label(report, report.year)),
        "on_half": Column(report.say("tables.headlines.on_half"), first_sight=False),
        "on_year": Column(report.say("tables.headlines.on_year", year=report.year - 1), first_sight=False),
        **(ahead if report.is_first_half else over),
        "target": Column(report.say("tables.column.target", year=report.year + 1)),
        "chance": Column(report.say("tables.column.chance"), numeric=False, key="chance"),
    }
    rows = []
    for slug in slugs:
        entry, row = report.indicators[slug], table.loc[slug]
        planned = report.targets.loc[slug] if slug in report.targets.index else None
        cells = {name: number(row[name], entry, report) for name in ("last_year", "half", "estimate", "target")}
        cells["on_half"] = _change(row["half"], row["same_half"], entry, report)
        comparable = entry.kind != "flow" or not is_half(report.period)
        cells["on_year"] = _change(row["half"], row["last_year"] if comparable else None, entry, report)
        point = points_of.get(slug)
        cells["forecast"] = number(estimated(point, entry), entry, report)
        held = (
            report.fulfilment.loc[slug] if slug in report.fulfilment.index else {"target": None, "pct_of_target": None}
        )
        cells["plan"], cells["reached"] = number(held["target"], entry, report), _part(held["pct_of_target"], report)
        cells["chance"] = Cell(MISSING) if planned is None else chance(planned["chance"], planned["no_chance"], report)
        rows.append((slug, cells))
    filled = [name for name in columns if any(cells[name].text != MISSING for _, cells in rows)]
    told = [(slug, [cells[name] for name in filled]) for slug, cells in rows]
    note = report.say(f"tables.headlines.note.{report.basis}", year=report.year + 1)
    return _by_sector("headlines", report, [columns[name] for name in filled], told, note)


def forecasts(report: Report) -> Table | Text:
    """Return the forecasts: last year, half, officials' estimate, ours with its interval drawn and written.

    Sorted by how far the estimate lies from the forecast. Where the year is over, `outcomes`; without any forecast,
    the sentence that there is none.
    """
    if not report.is_first_half:
        return outcomes(report)
    rows = report.forecasts
    rows = rows[rows["indicator"].isin(list(report.indicators)) & rows["point"].notna()]
    if rows.empty:
        return paragraph(report.say("tables.forecasts.none"))
    width = (rows["upper_80"] - rows["lower_80"]).where(lambda w: w > 0)
    rows = rows.assign(off=(rows["difference"].abs() / width).fillna(0)).sort_values("off", ascending=False)
    judged, past = rows["official_estimate"].notna().any(), rows["last_year"].notna().any()
    columns = [
        *([Column(report.say("tables.column.year", year=report.year - 1), first_sight=False)] if past else []),
        Column(half_label(report, report.year)),
        Column(report.say("tables.forecasts.bar" if judged else "tables.forecasts.bar_alone"), numeric=False),
        Column(report.say("tables.forecasts.point")),
        *([Column(report.say("tables.forecasts.official"))] if judged else []),
        *([Column(report.say("tables.forecasts.verdict"), numeric=False)] if judged else []),
    ]
    told = []
    for row in rows.to_dict("records"):
        entry = report.indicators[row["indicator"]]
        cells = [
            *([number(row["last_year"], entry, report)] if past else []),
            number(row["half"], entry, report),
            Cell("", interval_drawing(row)),
            _forecast(row, entry, report),
            *([number(row["official_estimate"], entry, report)] if judged else []),
            *([_verdict(row["verdict"], report)] if judged else []),
        ]
        told.append(Row(entry.short(report.lang), cells, entry.unit(report.lang)))
    note = report.say("tables.forecasts.note")
    return Table("forecasts", report.say("tables.indicator"), columns, told, note, report.lang, cards=True)


def outcomes(report: Report) -> Table | Text:
    """Return June's forecasts of the latest year that is over against what came, the farthest outside first."""
    rows = report.outcomes
    if rows.empty:
        return paragraph(report.say("narrative.outcomes.none", year=report.closed_year))
    middle, wide = (rows["upper_80"] + rows["lower_80"]) / 2, (rows["upper_80"] - rows["lower_80"]).clip(lower=1e-9)
    rows = rows.assign(off=(rows["actual"] - middle).abs() / wide)
    rows = rows.sort_values(["inside", "off"], ascending=[True, False], kind="stable")
    judged = rows["official_estimate"].notna().any()
    columns = [
        Column(report.say("tables.outcomes.bar"), numeric=False),
        Column(report.say("tables.column.actual", year=report.closed_year)),
        Column(report.say("tables.forecasts.point")),
        Column(report.say("tables.outcomes.inside"), numeric=False),
        *([Column(report.say("tables.forecasts.official"))] if judged else []),
        *([Column(report.say("tables.outcomes.nearer"), numeric=False, first_sight=False)] if judged else []),
    ]
    told = []
    for row in rows.to_dict("records"):
        entry, where = report.indicators[row["indicator"]], "inside" if row["inside"] else "outside"
        said = report.say(f"tables.outcomes.{where}_80")
        cells = [
            Cell("", interval_drawing(row)),
            number(row["actual"], entry, report),
            _forecast(row, entry, report),
            Cell(said, f'<span class="{where}">{escape(said)}</span>'),
            *([number(row["official_estimate"], entry, report)] if judged else []),
            *([Cell(report.say(f"tables.outcomes.{row['nearer']}"))] if judged else []),
        ]
        told.append(Row(entry.short(report.lang), cells, entry.unit(report.lang)))
    note = report.say("tables.outcomes.note")
    return Table("forecasts outcomes", report.say("tables.indicator"), columns, told, note, report.lang, cards=True)


def targets(report: Report) -> Table | Text:
    """Return next year's targets: growth achieved and asked, verdict, chance.

    Without any, the sentence that there is none; without any chance (no forecast), no column for it.
    """
    rows = report.targets
    if rows.empty:
        return paragraph(report.say("tables.targets.none"))
    half, chances, years = is_half(report.period), rows["chance"].notna().any(), rows["usual"].notna().any()
    columns = [
        Column(report.say("tables.column.estimate" if half else "tables.column.actual", year=report.year)),
        Column(report.say("tables.column.target", year=report.year + 1)),
        Column(report.say("tables.targets.achieved", year=report.year), first_sight=False),
        *([Column(report.say("tables.targets.usual"), first_sight=False)] if years else []),
        Column(report.say("tables.targets.asked", year=report.year + 1), first_sight=False),
        Column(report.say("tables.targets.verdict"), numeric=False, first_sight=not chances),
        *([Column(report.say("tables.column.chance"), numeric=False, key="chance")] if chances else []),
    ]
    told = []
    for slug, row in rows.iterrows():
        entry = report.indicators[slug]
        cells = [
            number(row["estimate"], entry, report),
            number(row["target"], entry, report),
            growth(row["achieved"], entry, report),
            *([growth(row["usual"], entry, report)] if years else []),
            growth(row["asked"], entry, report),
            Cell(verdict_name(row["verdict"], report.lang)),
            *([chance(row["chance"], row["no_chance"], report)] if chances else []),
        ]
        told.append((slug, cells))
    notes = [report.say("tables.targets.note_estimate" if half else "tables.targets.note_actual")]
    notes += [report.say("tables.targets.note_usual")] if years else []
    notes += [report.say(f"tables.targets.note_chance.{report.basis}")] if chances else []
    return _by_sector("targets", report, columns, told, " ".join(notes))


def this_years_plan(report: Report) -> Table | Text:
    """Return this year's plan against the half, with the forecast and the chance to reach it; once over, `fulfilment`.

    Without any plan, the sentence that says where it would be.
    """
    if not report.is_first_half:
        return fulfilment(report)
    rows = report.this_years_targets
    rows = rows[rows.index.isin(list(report.indicators))]
    if rows.empty:
        return paragraph(report.say("narrative.fulfilment.none", year=report.year, before=report.year - 1))
    columns = [
        Column(report.say("tables.column.target", year=report.year)),
        Column(half_label(report, report.year)),
        Column(report.say("tables.fulfilment.pct"), first_sight=False),
        Column(report.say("tables.headlines.forecast", year=report.year)),
        Column(report.say("tables.column.chance"), numeric=False, key="chance"),
    ]
    told = []
    for slug, row in rows.iterrows():
        entry, point = report.indicators[slug], row["point"]
        half = report.figures["half"].get(slug)
        done = 100 * half / row["target"] if known(half) and row["target"] and entry.direction != "lower" else None
        cells = [
            number(row["target"], entry, report),
            number(half, entry, report),
            _part(done, report),
            number(estimated(point, entry), entry, report),
            chance(row["chance"], row["no_chance"], report),
        ]
        told.append((slug, cells))
    return _by_sector("plan", report, columns, told, report.say("tables.plan.note"))


def fulfilment(report: Report) -> Table | Text:
    """Return the plan of the latest year that is over and what came, by sector; without any plan, the sentence."""
    rows = report.fulfilment
    if rows.empty:
        return paragraph(
            report.say("narrative.fulfilment.none", year=report.closed_year, before=report.closed_year - 1),
        )
    columns = [
        Column(report.say("tables.column.actual", year=report.closed_year - 1), first_sight=False),
        Column(report.say("tables.column.target", year=report.closed_year)),
        Column(report.say("tables.column.actual", year=report.closed_year)),
        Column(report.say("tables.fulfilment.pct"), first_sight=False),
        Column(report.say("tables.fulfilment.growth"), first_sight=False),
        Column(report.say("tables.fulfilment.verdict"), numeric=False),
    ]
    told = []
    for slug, row in rows.iterrows():
        entry = report.indicators[slug]
        verdict = report.say(f"tables.fulfilment.{row['verdict']}")
        mark = f'<span class="{escape(row["verdict"])}">{escape(verdict)}</span>'
        cells = [
            *(number(row[name], entry, report) for name in ("last_year", "target", "actual")),
            _part(row["pct_of_target"], report),
            growth(row["growth_pct"], entry, report),
            Cell(verdict, mark),
        ]
        told.append((slug, cells))
    return _by_sector("fulfilment", report, columns, told, report.say("tables.fulfilment.note"))


def errors(report: Report, most: int = 6) -> Table | Text:
    """Return the first errors as a leader looks at them: which figure, what is printed, what it probably is."""
    rows = report.findings[report.findings["severity"] == "error"]
    if rows.empty:
        return paragraph(report.say("narrative.audit.none"))
    ordered = rows.assign(mended=~rows["expected"].astype(bool)).sort_values("mended", kind="stable").head(most)
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
    return Cell(row["printed"], f'<{mark} lang="vi">{escape(row["printed"])}</{mark}>')


def findings(report: Report, severity: str, rules: Sequence[str] = (), but: Sequence[str] = ()) -> Table | Text:
    """Return the audit's findings of one severity as a clerk works through them: which figure, where, what, what else.

    `rules`: only of these; `but`: none of these. Without any, the sentence that there is none.
    """
    rows = report.findings[report.findings["severity"] == severity]
    rows = rows[rows["rule"].isin(rules) if rules else ~rows["rule"].isin(but)]
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
    long = severity == "info" and len(told) > LONG
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
    if not known(value):
        return Cell(MISSING)
    how = points if entry.kind == "share" else percent
    return Cell(how(value, sign=True, lang=report.lang), value=float(value))


def _change(value: float, base: float | None, entry: Indicator, report: Report) -> Cell:
    """Return how a figure moved against another, a share in points; empty where they cannot be compared."""
    if not known(value) or not known(base) or not fits(value, entry):
        return Cell(MISSING)
    if entry.kind == "share":
        return growth(value - base, entry, report)
    return growth(100 * (value / base - 1), entry, report) if base > 0 else Cell(MISSING)


def chance(value: float, why_not: str, report: Report) -> Cell:
    """Return the chance to reach a target, or small and grey why there is none."""
    if why_not:
        said = no_chance(why_not, report.lang)
        return Cell(said, f'<span class="unit">{escape(said)}</span>')
    return Cell(likelihood(value, report.lang, short=True), value=float(value))


def interval_drawing(row: dict) -> str:
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


def _forecast(row: dict, entry: Indicator, report: Report) -> Cell:
    """Return a forecast with its interval under it, both in the decimals the indicator is stated in."""
    point, low, high = (
        format_number(estimated(row[name], entry), entry.decimals, lang=report.lang)
        for name in ("point", "lower_80", "upper_80")
    )
    span = low if low == high else f"{low}–{high}"
    html = f'<strong>{escape(point)}</strong><br><span class="unit">{escape(span)}</span>'
    return Cell(f"{point} ({span})", html, float(row["point"]))


def _verdict(verdict: str, report: Report) -> Cell:
    if verdict == "none":
        return Cell("")
    said = report.say(f"tables.forecasts.{verdict}")
    return Cell(said, f'<span class="{escape(verdict)}">{escape(said)}</span>')


def _part(pct: float | None, report: Report) -> Cell:
    """Return what part of a plan was reached, in per cent."""
    return Cell(percent(pct, lang=report.lang), value=float(pct)) if known(pct) else Cell(MISSING)


def _by_sector(
    key: str, report: Report, columns: Sequence[Column], rows: Iterable[tuple[str, Sequence[Cell]]], note: str
) -> Table:
    """Return the table of indicators, one group a sector in the catalogue's order, the rows in the order given."""
    order = list(SECTORS)
    told = [
        (order.index(entry.sector), Row(entry.short(report.lang), cells, entry.unit(report.lang),
                                        sector_name(entry.sector, report.lang)))
        for slug, cells in rows
        for entry in [report.indicators[slug]]
    ]  # fmt: skip
    told.sort(key=lambda each: each[0])
    return Table(key, report.say("tables.indicator"), columns, [row for _, row in told], note, report.lang)
