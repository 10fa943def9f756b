"""Many indicators at a glance: a small line for each that moved, one sentence for those that stood still."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import matplotlib as mpl

from ictplan_utils import catalog, messages
from ictplan_utils.catalog import Indicator
from ictplan_utils.charts.chart import Chart, Charts, Sections
from ictplan_utils.charts.figures import Shown, Story, shown, story
from ictplan_utils.charts.look import ACTUAL, MUTED, PANEL, STYLE
from ictplan_utils.charts.sheet import Sheet
from ictplan_utils.charts.trend import data, restated_note
from ictplan_utils.narrative import amount, headline, sector_name
from ictplan_utils.reports import Report

HEIGHT = 88
EXAMPLES = 3
"""Of the indicators that stood still, so many are named with their figures."""


def small_multiples(report: Report, indicators: Sequence[str]) -> Charts:
    """Return one small chart of each indicator that moved, in the order given, and a sentence on those that did not.

    What has no figure of two times is left out, too, and counted with those that stood still.
    """
    with mpl.rc_context(STYLE):
        return _multiples(Chart(figsize=(PANEL / 72, HEIGHT / 72)), story(report), indicators)


def by_sector(report: Report) -> Sections:
    """Return the indicators a report follows as small multiples, one section a sector, in the form's order."""
    sectors: dict[str, list[str]] = {sector: [] for sector in catalog.SECTORS}
    for slug, entry in report.indicators.items():
        sectors[entry.sector].append(slug)
    with mpl.rc_context(STYLE):
        sheet, told = Chart(figsize=(PANEL / 72, HEIGHT / 72)), story(report)
        groups = [
            (sector_name(sector, report.lang), _multiples(sheet, told, slugs)) for sector, slugs in sectors.items()
        ]
    return Sections(
        tuple(group for group in groups if group[1].panels or group[1].still), report.say("charts.no_sector")
    )


def _multiples(sheet: Chart, told: Story, indicators: Iterable[str]) -> Charts:
    """Return the indicators that moved as panels, drawn one after the other on one sheet. Under STYLE."""
    report, panels, still = told.report, [], []
    for slug in indicators:
        if slug not in told.stated:
            continue
        entry = catalog.indicator(slug, report.data_dir)
        line = moves(shown(told, slug, entry), entry)
        if len(line) > 1 and round(line[-1].value, 6) != round(_base(line).value, 6):
            _panel(sheet, told, slug, entry, line)
            panels.append(sheet.panel())
        elif line:
            still.append(f"{entry.short(report.lang)} ({amount(line[-1].value, entry, report.lang)})")
    if not still:
        return Charts(tuple(panels))
    listed = messages.listed(still[:EXAMPLES], report.lang)
    key = "charts.still" if len(still) <= EXAMPLES else "charts.still_like"
    return Charts(tuple(panels), report.say(key, count=len(still), examples=listed))


def moves(figures: list[Shown], entry: Indicator) -> list[Shown]:
    """Return what was achieved and can be joined by a line: of a flow only the spans that the last one has."""
    achieved = [each for each in figures if each.achieved]
    if entry.kind != "flow" or not achieved:
        return achieved
    named = [each for each in achieved if each.named] or achieved
    return [each for each in achieved if each.status == named[-1].status]


def _base(line: list[Shown]) -> Shown:
    """Return what the last figure is held against: as the title, the one it names, else the one before."""
    return next((each for each in reversed(line[:-1]) if each.named), line[-2])


def _panel(chart: Chart, told: Story, slug: str, entry: Indicator, line: list[Shown]) -> None:
    """Draw one indicator on the chart, which the one before is done with."""
    report, lang = told.report, told.report.lang
    chart.headline, chart.lang, chart.small = headline(report.figures.loc[slug], entry, report.period, lang), lang, True
    chart.data, chart.unit = data(line, entry, lang), restated_note(line, lang).removeprefix(" · ")
    words = "; ".join(each.told(entry, lang) for each in line)
    chart.alt = report.say("charts.alt.stock", title=chart.headline, told=words)
    sparkline(chart.sheet(), line, entry, lang)


def sparkline(sheet: Sheet, line: list[Shown], entry: Indicator, lang: str) -> None:
    """Draw a line on a scale of time: a ring on what the last figure, a disc, is held against, both labelled."""
    low, high = min(each.value for each in line), max(each.value for each in line)
    middle, span = (low + high) / 2, max(high - low, 0.02 * abs(high), 1e-9)
    years = max(line[-1].time - line[0].time, 0.5)
    base = _base(line)

    def at(each: Shown) -> tuple[float, float]:
        return (8 + (each.time - line[0].time) / years * (sheet.width - 16),
                sheet.height * (0.5 + 0.3 * (each.value - middle) / (span / 2) * 0.8))  # fmt: skip

    sheet.line(*zip(*map(at, line), strict=True), color=ACTUAL, linewidth=2)
    for each in line:
        size = 8 if each in (base, line[-1]) else 4
        sheet.mark(
            *at(each),
            name=each.told(entry, lang),
            shape="o",
            colour=ACTUAL,
            hollow=each is base or each.restated,
            size=size,
        )
    rises = line[-1].value > base.value
    for each, up in ((line[-1], rises), (base, not rises)):
        sides = (
            ("above left", "above", "above right", "left")
            if up
            else ("below left", "below", "below right", "above left")
        )
        colour = ACTUAL if each is line[-1] else MUTED
        sheet.label(*at(each), each.written(entry, lang), sides, colour=colour, gap=8, must=each is line[-1])
