"""Forecasts as tables, each row with its interval drawn; once the year is over, what came of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html import escape

import pandas as pd

from ictplan_utils.catalog import Indicator
from ictplan_utils.narrative import Text, estimated, known, paragraph
from ictplan_utils.reports import Report
from ictplan_utils.tables.cells import figure_of, half_label, of_indicators
from ictplan_utils.tables.table import Cell, Column, Table
from ictplan_utils.vietnamese import format_number, span


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
        (Column(say("tables.column.year", year=report.year - 1), first_sight=False), figure_of("last_year")),
        (Column(half_label(report, report.year)), figure_of("half")),
        (Column(say("tables.forecasts.bar" if judged else "tables.forecasts.bar_alone"), numeric=False), _drawn),
        (Column(say("tables.forecasts.point")), _forecast),
        (Column(say("tables.forecasts.official")), figure_of("official_estimate")),
        *([(Column(say("tables.forecasts.verdict"), numeric=False), _verdict)] if judged else []),
    ]
    awaited = {slug for slug, *_ in report.faulty} & set(report.indicators) - set(rows["indicator"])
    names = [report.indicators[slug].short(report.lang) for slug in report.indicators if slug in awaited]
    awaits = say("tables.forecasts.awaited", count=len(names), names=", ".join(names)) if names else ""
    table = of_indicators("forecasts", report, columns, rows.set_index("indicator"), awaits, grouped=False)
    return _with_legend(table, report)


def outcomes(report: Report) -> Table | Text:
    """Return June's forecasts of the latest year that is over against what came, the farthest outside first."""
    rows, say = report.outcomes, report.say
    if rows.empty:
        return paragraph()  # the page's opening says why
    middle, wide = (rows["upper_80"] + rows["lower_80"]) / 2, (rows["upper_80"] - rows["lower_80"]).clip(lower=1e-9)
    rows = rows.assign(off=(rows["actual"] - middle).abs() / wide)
    rows = rows.sort_values(["inside", "off"], ascending=[True, False], kind="stable")

    def inside(row: pd.Series, *_: object) -> Cell:
        where = "inside" if row["inside"] else "outside"
        said = say(f"tables.outcomes.{where}_80")
        return Cell(said, f'<span class="{where}">{escape(said)}</span>')

    columns = [
        (Column(say("tables.outcomes.bar"), numeric=False), _drawn),
        (Column(say("tables.column.actual", year=report.closed_year)), figure_of("actual")),
        (Column(say("tables.forecasts.point")), _forecast),
        (Column(say("tables.outcomes.inside"), numeric=False), inside),
        (Column(say("tables.forecasts.official")), figure_of("official_estimate")),
    ]
    if rows["official_estimate"].notna().any():
        nearer = Column(say("tables.outcomes.nearer"), numeric=False, first_sight=False)
        columns.append((nearer, lambda row, *_: Cell(say(f"tables.outcomes.{row['nearer']}"))))
    table = of_indicators("forecasts outcomes", report, columns, rows.set_index("indicator"),
                          say("tables.outcomes.note"), grouped=False)  # fmt: skip
    return _with_legend(table, report)


def _drawn(row: pd.Series, *_: object) -> Cell:
    return Cell("", interval_drawing(row))


MARKS = {
    "actual": '<circle class="actual" cx="12" cy="9" r="4.5"/>',
    "band": '<path class="band" d="M1 9H23"/><path class="tick" d="M12 3V15"/>',
    "thin": '<path class="thin" d="M1 9H23"/>',
    "estimate": '<rect class="estimate" x="7.5" y="4.5" width="9" height="9"/>',
    "beyond": '<path class="estimate" d="M8 4L17 9L8 14Z"/>',
}
"""What the drawings of intervals are made of, as their legend shows it."""
FIRST, LAST = 8, 220
"""Where a drawing's scale begins and ends; what lies beyond points out of it."""


def _with_legend(table: Table, report: Report) -> Table:
    """Return the table with the marks that its drawings are made of, named; then how its rows' scales are made."""
    drawn = "".join(cell.html for row in table.rows for cell in row.cells if cell.html.startswith("<svg"))
    used = set(" ".join(re.findall(r'class="([^"]+)"', drawn)).split())
    named = [
        (f'<svg class="interval" viewBox="0 0 24 18" aria-hidden="true">{mark}</svg>',
         report.say(f"tables.forecasts.mark.{name}"))
        for name, mark in MARKS.items() if name in used
    ]  # fmt: skip
    return replace(table, legend=[*named, ("", report.say("tables.forecasts.scale"))])


def interval_drawing(row: pd.Series) -> str:
    """Return a forecast row's intervals as a small picture; the numbers beside it say the same in words.

    The scale is stretched so that the 80 % interval is as long in each row; what lies beyond the picture is an arrow
    out of it. With `actual`, what came is a disc. "" where there is no interval.
    """
    if not known(row["point"]) or not known(row["lower_95"]):
        return ""
    low, high = row["lower_80"], row["upper_80"]
    band = (high - low) or max(abs(row["point"]), 1) * 0.01

    def x(value: float) -> float:
        return round(min(max(90 + 48 * (value - low) / band, FIRST), LAST), 1)

    def drawn(name: str, value: float, mark: Callable[[float], str]) -> str:
        at = x(value)
        tip = {FIRST: -6, LAST: 6}.get(at, 0)
        return f'<path class="{name} beyond" d="M{at} 4L{at + tip} 9L{at} 14Z"/>' if tip else mark(at)

    official, came = "", known(row.get("actual"))
    if known(row["official_estimate"]):
        side = 13 if came else 9  # a result that meets the estimate lies inside its square
        square = f'y="{9 - side / 2:g}" width="{side}" height="{side}"'
        official = drawn("estimate", row["official_estimate"],
                         lambda at: f'<rect class="estimate" x="{at - side / 2:g}" {square}/>')  # fmt: skip
    if came:
        official += drawn("actual", row["actual"], lambda at: f'<circle class="actual" cx="{at}" cy="9" r="4.5"/>')
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
    if low == high:
        return Cell(point, f"<strong>{escape(point)}</strong>", float(row["point"]))
    html = f'<strong>{escape(point)}</strong><br><span class="unit">{escape(span(low, high))}</span>'
    return Cell(f"{point} ({span(low, high)})", html, float(row["point"]))


def _verdict(row: pd.Series, _: Indicator, report: Report) -> Cell:
    if row["verdict"] == "none":
        return Cell("")
    said = report.say(f"tables.forecasts.{row['verdict']}")
    return Cell(said, f'<span class="{escape(row["verdict"])}">{escape(said)}</span>')
