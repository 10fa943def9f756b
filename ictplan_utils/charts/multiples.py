"""Many indicators at a glance: a small line for each that moved, sentences for those that stood still."""

from __future__ import annotations

from collections.abc import Iterable

import matplotlib as mpl

from ictplan_utils import catalog, messages
from ictplan_utils.charts.chart import Chart, Charts
from ictplan_utils.charts.figures import Shown, shown
from ictplan_utils.charts.look import ACTUAL, MUTED, PANEL, STYLE
from ictplan_utils.charts.sheet import AXIS, Sheet
from ictplan_utils.charts.trend import is_wrong, notes, told
from ictplan_utils.narrative import (
    Parts,
    base_of,
    change,
    common_base,
    common_base_name,
    fits,
    headline,
    in_sentence,
    known,
    paragraph,
    percent,
)
from ictplan_utils.narrative.movements import STILL_PCT
from ictplan_utils.periods import in_order, year
from ictplan_utils.reports import Report
from ictplan_utils.tables.cells import WRONG

HEIGHT = 104
EXAMPLES = 3
"""Of the indicators that stood still, so many are named with their figures."""


def by_sector(report: Report, indicators: Iterable[str] | None = None) -> Parts:
    """Return a small chart of each indicator that moved (of all that the report follows), sector after sector.

    All are held against one base, the one that most have, last year's end or the same period; the others come last.
    Those that stood still, and those without two figures to hold against each other, are a sentence each.
    """
    slugs = list(report.indicators if indicators is None else indicators)
    common = common_base(report.figures, report.indicators, report.period)
    held = {slug: _held(report, slug) for slug in slugs}
    apart, left_out = in_order(set(held.values()) - {"", common}), {"still": [], "few": []}
    groups = {name: [] for name in ("", *(_against(report, base) for base in apart))}
    sectors = list(catalog.SECTORS)
    with mpl.rc_context(STYLE):
        for slug, base in sorted(held.items(), key=lambda pair: sectors.index(report.entry(pair[0]).sector)):
            groups[_against(report, base) if base in apart else ""] += _panel(report, slug, base, left_out)
    drawn: list[tuple[str, object]] = [(name, Charts(tuple(panels))) for name, panels in groups.items() if panels]
    if drawn:
        based = [report.say("charts.on_base", base=in_sentence(_against(report, common)))] if common else []
        drawn.insert(0, ("", paragraph(" ".join([*based, report.say("charts.own_scales")]))))
    told = [
        report.say(f"charts.{why}{'_like' if len(names) > EXAMPLES else ''}", count=len(names),
                   limit=percent(STILL_PCT, lang=report.lang), examples=messages.listed(names[:EXAMPLES], report.lang))
        for why, names in left_out.items() if names
    ]  # fmt: skip
    drawn += [("", paragraph(*told))] if told else []
    return Parts(tuple(drawn), report.say("charts.no_sector"))


def _against(report: Report, base: str) -> str:
    return report.say("charts.other_base", base=common_base_name(base, report.period, report.lang))


def _held(report: Report, slug: str) -> str:
    """Return the period that an indicator's figure is held against, "" for none."""
    there = slug in report.figures.index
    return base_of(report.figures.loc[slug], report.entry(slug), report.period)[0] if there else ""


def moves(figures: list[Shown]) -> list[Shown]:
    """Return what was achieved and can be joined by a line: of a flow only the spans that the last one has."""
    achieved = [each for each in figures if each.achieved]
    if not achieved or achieved[0].entry.kind != "flow":
        return achieved
    named = [each for each in achieved if each.named] or achieved
    return [each for each in achieved if each.status == named[-1].status]


def _base(line: list[Shown], period: str) -> Shown:
    """Return what the last figure is held against: as the title the one of `period`, else the one before."""
    time = year(period) + (0.5 if period.endswith("-S1") else 1.0) if period else None
    return next((each for each in line[:-1] if each.time == time), line[-2])


def _panel(report: Report, slug: str, held: str, left_out: dict[str, list[str]]) -> list[Chart]:
    """Return one indicator's small chart; where it did not move, none, and its name is `left_out`. Under STYLE."""
    lang, entry, table = report.lang, report.entry(slug), report.figures
    years = any("-" not in period for period in report.achieved.get(slug, ()))
    if not years and (slug not in table.index or table.loc[slug].isna().all()):
        return []
    line = moves(shown(report, slug))
    if len(line) < 2 or slug not in table.index or not known(table.loc[slug, "half"]):
        left_out["few"].append(entry.short(lang))
        return []
    now, base = line[-1], _base(line, held)
    if abs(now.value - base.value) < STILL_PCT / 100 * abs(base.value) or now.value == base.value:
        left_out["still"].append(f"{entry.short(lang)} ({now.amount})")
        return []
    whole = headline(table.loc[slug], entry, report.period, lang)
    # What it is held against is told once above all, and dated under the line.
    what = f"{now.amount}, {change(now.value, base.value, entry, lang)}"
    title = report.say("narrative.headline.told", name=entry.short(lang), what=what)
    title = title if held and fits(table.loc[slug, "half"], entry) else whole
    chart = Chart.in_pixels(PANEL, HEIGHT, lang, title, notes(report, line).removeprefix(" · "))
    chart.told, chart.shape, chart.name = told(line, lang), "small", entry.short(lang)
    chart.alt = report.say("charts.alt.stock", title=whole, told="; ".join(each.told for each in line))
    sparkline(Sheet(chart), line, base, WRONG if is_wrong(report, slug) else "")
    return [chart]


def sparkline(sheet: Sheet, line: list[Shown], base: Shown, mark: str = "") -> None:
    """Draw a line on a scale of time: a ring on what the last figure, a disc, is held against, both dated.

    The last figure bears the `mark`.
    """
    low, high = min(each.value for each in line), max(each.value for each in line)
    middle, span = (low + high) / 2, max(high - low, 0.02 * abs(high), 1e-9)
    years = max(line[-1].time - line[0].time, 0.5)

    def at(each: Shown) -> tuple[float, float]:
        return (8 + (each.time - line[0].time) / years * (sheet.width - 16),
                AXIS + (sheet.height - AXIS) * (0.5 + 0.24 * (each.value - middle) / (span / 2)))  # fmt: skip

    sheet.dates([(at(each)[0], each.date) for each in (line[-1], base, line[0])])
    sheet.line(*zip(*map(at, line), strict=True), color=ACTUAL, linewidth=2)
    for each in line:
        size = 8 if each in (base, line[-1]) else 4
        sheet.mark(
            *at(each),
            name=each.told,
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
        words = f"{each.label} {mark}".rstrip() if each is line[-1] else each.label
        sheet.label(*at(each), words, sides, colour=colour, gap=8, must=each is line[-1])
