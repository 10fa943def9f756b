"""A year's plan and what came: how far each indicator lies from its target, worst first."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from ictplan_utils.catalog import Indicator
from ictplan_utils.charts.chart import Chart, in_both_widths
from ictplan_utils.charts.growth import HEAD, NAMED_ROW, ROW, named_row
from ictplan_utils.charts.look import ACTUAL, BAD, MUTED, WIDE
from ictplan_utils.charts.sheet import Sheet, width
from ictplan_utils.narrative import amount, grown
from ictplan_utils.reports import Report
from ictplan_utils.targets import JUDGED

MOST = 100
"""Who reached the double of a plan, or more, stands at the edge; the figure beside the mark says how much."""


def fulfilment(report: Report, *, ax: Axes | None = None) -> Chart:
    """Return how far each target of the latest year that is over was missed or exceeded, the worst first.

    A share's distance is in percentage points, everything else's in per cent of the target. What has no result, or
    is better neither way, is left out; what met its target exactly is counted. With `ax`, it is drawn on axes of your
    own, whose figure is returned.
    """
    rows = report.fulfilment
    rows = rows[rows["verdict"].isin(JUDGED)]
    told = [(report.indicators[slug], row) for slug, row in rows.iterrows()]
    told.sort(key=lambda pair: _distance(*pair) * pair[0].better)
    apart = _apart(told)
    return in_both_widths(
        lambda wide: _chart(told, report, wide), lambda sheet: _draw(sheet, apart, report, ROW), ax, bool(apart)
    )


def _apart(told: list[tuple[Indicator, pd.Series]]) -> list[tuple[Indicator, pd.Series]]:
    """Return those that did not meet their target exactly."""
    return [(entry, row) for entry, row in told if row["verdict"] != "met"]


def _chart(told: list[tuple[Indicator, pd.Series]], report: Report, wide: int) -> Chart:
    """Return the chart at one width. Under STYLE."""
    row, drawn = ROW if wide == WIDE else NAMED_ROW, _apart(told)
    lang, missed = report.lang, sum(each["verdict"] == "missed" for _, each in told)
    title = report.say("charts.fulfilment.title", count=missed, of=len(told), year=report.closed_year) if told else ""
    chart = Chart.in_pixels(wide, HEAD + 4 + row * max(len(drawn), 1), lang, title)
    columns = [report.say(f"charts.fulfilment.{name}") for name in ("indicator", "target", "actual", "difference")]
    rows = [
        (
            entry.short(lang),
            amount(each["target"], entry, lang),
            amount(each["actual"], entry, lang),
            _written(entry, each, lang),
        )
        for entry, each in told
    ]
    chart.data = pd.DataFrame(rows, columns=columns)
    chart.alt = ". ".join(filter(None, [chart.headline, "; ".join(f"{name}: {by}" for name, _, _, by in rows)])) + "."
    exact = report.say("charts.fulfilment.exact", count=len(told) - len(drawn)) if len(told) > len(drawn) else ""
    chart.unit = " · ".join(filter(None, [report.say("charts.fulfilment.key"), exact]))
    if drawn:
        _draw(chart.sheet(), drawn, report, row)
    return chart


def _distance(entry: Indicator, row: pd.Series) -> float:
    """Return how far the result lies from the target: a share in points, everything else in per cent of it."""
    return row["actual"] - row["target"] if entry.kind == "share" else row["pct_of_target"] - 100


def _written(entry: Indicator, row: pd.Series, lang: str) -> str:
    return grown(_distance(entry, row), entry, lang)


def _draw(sheet: Sheet, told: list[tuple[Indicator, pd.Series]], report: Report, row: int) -> None:
    """Draw a line from the plan to each result; its label stands outside, away from the plan."""
    lang, beside = report.lang, row == ROW
    distances = [max(min(_distance(entry, each), MOST), -MOST) for entry, each in told]
    written = [_written(entry, each, lang) for entry, each in told]
    names = [entry.short(lang) for entry, _ in told]
    label = max(width(words, True) for words in written) + 12
    named = min(max(map(width, names)), sheet.width * 0.45) if beside else 0
    low, high = min(0, *distances), max(0, *distances)
    left, right = named + (label if low < 0 else 12), sheet.width - label

    def across(distance: float) -> float:
        return left + (distance - low) / ((high - low) or 1) * (right - left)

    top = sheet.height - HEAD
    sheet.line([across(0)] * 2, [0, top], color=MUTED, linewidth=1, linestyle="--", avoid=False)
    word = report.say("charts.fulfilment.plan")
    half = width(word) / 2
    sheet.text(min(max(across(0), half), sheet.width - half), top + 4, word, va="bottom", colour=MUTED)
    for at, (name, distance, words, (_, each)) in enumerate(zip(names, distances, written, told, strict=True)):
        y = named_row(sheet, top - at * row, row, name, named)
        missed = each["verdict"] == "missed"
        colour = BAD if missed else ACTUAL
        sheet.line([across(0), across(distance)], [y, y], color=colour, linewidth=2)
        sheet.mark(across(distance), y, name=f"{name}: {words}", shape="o", colour=colour, hollow=missed)
        sheet.beside(across(distance), y, words, distance < 0, colour=colour, bold=True)
