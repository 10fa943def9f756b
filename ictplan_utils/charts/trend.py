"""How one indicator moved: what was achieved, expected, forecast and planned, on a scale of time or as bars."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from ictplan_utils import catalog, messages, narrative
from ictplan_utils.charts.bars import bars
from ictplan_utils.charts.chart import Chart, Drawing, Written, told_table
from ictplan_utils.charts.figures import Shown, shown
from ictplan_utils.charts.look import ACTUAL, LINE, MUTED, NARROW, WIDE
from ictplan_utils.charts.sheet import AXIS, Sheet, width
from ictplan_utils.narrative import Parts, amount, estimated, headline, known, points
from ictplan_utils.reports import Report
from ictplan_utils.tables.cells import WRONG
from ictplan_utils.vietnamese import format_number

HEIGHTS = {NARROW: 186, WIDE: 210}
FLOWS = {NARROW: 164, WIDE: 210}
EMPTY = {NARROW: 60}
SHAPES = {"estimate": "s", "point": "o", "target": "D"}
BESIDE = 7
"""How far estimate and forecast of one date stand from it, in pixels, that both are seen."""


def trend(report: Report, indicator: str, *, forecast: bool = False, ax: Axes | None = None) -> Chart:
    """Return how one indicator moved: what was achieved, what officials expect, what is planned.

    With `forecast`, ours and its interval too, where the year is over that of June. Bars for what accumulates, a line
    for what stands at a date. With `ax`, it is drawn on axes of your own, whose figure is returned. Raises
    IctplanError for an unknown indicator.
    """
    entry, lang = catalog.indicator(indicator, report.folder), report.lang
    made = report.forecasts if report.is_first_half else report.outcomes
    figures = shown(report, entry.indicator, made if forecast else None)
    row = report.figures.reindex([entry.indicator]).loc[entry.indicator]
    title = headline(row, entry, report.period, lang)
    if not figures:
        return Drawing(title, f"{title}.", told(figures, lang), lang, "", EMPTY, None).chart(ax)
    title = _gap(report, figures) or title
    words = "; ".join(each.told for each in figures)
    alt = report.say(f"charts.alt.{'flow' if entry.kind == 'flow' else 'stock'}", title=title, told=words)
    unit = report.say(f"charts.{_axis(figures)}", unit=entry.unit(lang)) + notes(report, figures)
    draw, heights = (bars, FLOWS) if entry.kind == "flow" else (_line, HEIGHTS)
    return Drawing(title, alt, told(figures, lang), lang, unit, heights, lambda sheet, _: draw(sheet, figures),
                   entry.short(lang)).chart(ax)  # fmt: skip


def leading(report: Report, most: int = 3, *, forecast: bool = False, first: Sequence[str] = ()) -> Parts:
    """Return the trends of the indicators a leader asks for first, of those that the report has figures of.

    Those of them that `first` names, as a briefing does (`briefing(report).indicators`), come first in its order.
    """
    stated = report.figures.dropna(subset="half")
    slugs = narrative.leading(stated, report.indicators, most)
    slugs = [*(slug for slug in first if slug in slugs), *(slug for slug in slugs if slug not in first)]
    return Parts(tuple(("", trend(report, slug, forecast=forecast)) for slug in slugs), report.say("charts.empty"))


def _gap(report: Report, figures: list[Shown]) -> str:
    """Return how far the officials' estimate lies from the forecast, where both are drawn and differ; else ""."""
    entry, found = figures[0].entry, {each.status: each for each in figures}
    if not found.keys() >= {"estimate", "point"}:
        return ""
    estimate, point = found["estimate"].value, estimated(found["point"].value, entry)
    gap = round(estimate - point, entry.decimals)
    by = points(abs(gap), lang=report.lang) if entry.kind == "share" else amount(abs(gap), entry, report.lang)
    told = {"name": entry.short(report.lang), "year": found["point"].year, "by": by,
            "estimate": amount(estimate, entry, report.lang)}  # fmt: skip
    return report.say(f"charts.gap.{'above' if gap > 0 else 'below'}", **told) if gap else ""


def _axis(figures: list[Shown]) -> str:
    """Return what must be said of the axis: whether halves are stacked on it, and whether it begins at zero."""
    halves, wholes = ({s.year for s in figures if s.status in which} for which in (("half",), ("year", "estimate")))
    if figures[0].entry.kind == "flow":
        return "stacked" if halves & wholes else "from_zero"
    return "from_zero" if any(value == 0 for value, _ in _scale(figures)[2]) else "not_from_zero"


def told(figures: list[Shown], lang: str) -> pd.DataFrame:
    """Return the figures behind a chart, as the reader unfolds them."""
    columns = [messages.text(f"charts.columns.{name}", lang) for name in ("figure", "period", "value")]
    return told_table([(each.name, each.when, Written(each.value, each.amount)) for each in figures], columns)


def notes(report: Report, figures: list[Shown]) -> str:
    """Return what hollow marks of the past are, and that the report's own figure is doubtful; else ""."""
    told = report.say("charts.restated_note") if any(each.restated for each in figures) else ""
    return told + (report.say("charts.wrong", mark=WRONG) if is_wrong(report, figures[0].entry.indicator) else "")


def is_wrong(report: Report, slug: str) -> bool:
    """Tell whether the audit calls the report's own figure wrong."""
    return (slug, report.period, "actual") in report.faulty


def _scale(figures: list[Shown]) -> tuple[float, float, list[tuple[float, str]]]:
    """Return the values between which a line is drawn, and the rules of its grid."""
    ends = [x for each in figures for x in (each.value, each.low, each.high) if known(x)]
    low, high = min(ends), max(ends)
    span = max(high - low, 0.1 * abs(high), 10.0 ** -figures[0].entry.decimals)  # a flat series must look flat
    bottom, top = (low + high - span) / 2, (low + high + span) / 2
    rules = ruled(bottom - 0.05 * span, top + 0.1 * span, figures[0].lang, 10.0 ** -figures[0].entry.decimals)
    return bottom, top, [rule for rule in rules if rule[0] >= 0]


def _line(sheet: Sheet, figures: list[Shown]) -> None:
    """Draw what stands at a date on a scale of time: a line joins what was achieved."""
    bottom, top, rules = _scale(figures)
    left = max((width(name) for _, name in rules), default=0) + 14
    right = max(24, width(figures[-1].label, True) / 2 + 2)
    if figures[-1].status == "point":
        right += width(_words(figures[-1]), True)
    floor, ceiling = AXIS + 18, sheet.height - 26
    first, last = figures[0].time, figures[-1].time
    years = max(last - first, 0.5)

    def across(time: float) -> float:
        return left + (time - first) / years * (sheet.width - left - right)

    def up(value: float) -> float:
        return floor + (value - bottom) / (top - bottom) * (ceiling - floor)

    for value, name in rules:
        sheet.line([left - 6, sheet.width], [up(value)] * 2, color=LINE, linewidth=0.8, avoid=False, zorder=0)
        sheet.text(0, up(value), name, colour=MUTED, ha="left")
    _dates(sheet, figures, across)
    achieved = [each for each in figures if each.achieved]
    shift = {"estimate": -BESIDE, "point": BESIDE} if any(e.status == "point" for e in figures) else {}
    places = [(across(each.time) + shift.get(each.status, 0), up(each.value)) for each in figures]
    if len(achieved) > 1:
        sheet.line(*zip(*[(across(e.time), up(e.value)) for e in achieved], strict=True), color=ACTUAL, linewidth=2)
    for each, (x, y) in zip(figures, places, strict=True):
        before = [one for one in achieved if one.time < each.time]
        if each.status == "point" and before:
            sheet.line([across(before[-1].time), x], [up(before[-1].value), y], color=each.colour, linewidth=1.2,
                       linestyle=(0, (2, 2)))  # fmt: skip
        if known(each.low):
            sheet.bar(x - 4, up(each.low), 8, up(each.high) - up(each.low), facecolor=each.colour, alpha=0.3)
    dots = [place for each, place in zip(figures, places, strict=True) if each.achieved]
    for each, (x, y) in sorted(zip(figures, places, strict=True), key=lambda pair: pair[0].achieved):
        met = not each.achieved and any(math.dist((x, y), dot) < BESIDE for dot in dots)  # a result lies in its plan
        sheet.mark(x, y, name=each.told, shape=SHAPES.get(each.status, "o"), colour=each.colour, hollow=each.hollow,
                   size=13 if met else 8 if not each.achieved or each.named else 5)  # fmt: skip
    _labels(sheet, figures, places)


def _dates(sheet: Sheet, figures: list[Shown], across) -> None:
    """Write the dates under their marks, the latest first, as many as there is room for; shorter where it is scarce."""
    ends = [figures[-1].time, figures[0].time]
    named = [each.time for each in reversed(figures) if each.named]
    times = dict.fromkeys([*ends, *named, *(each.time for each in reversed(figures))])
    long, short = ({each.time: words(each) for each in figures} for words in (lambda e: e.date, lambda e: e.short_date))
    told, shorter = ([(across(time), dates[time]) for time in times] for dates in (long, short))
    sheet.dates(told if sheet.has_room(told) else shorter)


def _labels(sheet: Sheet, figures: list[Shown], places: list[tuple[float, float]]) -> None:
    """Write the figures: first what the title names, at last what has room; outside where two stand close."""
    achieved = [at for at, each in enumerate(figures) if each.achieved]
    must = {at for at, each in enumerate(figures) if each.named} | set(achieved[:1] + achieved[-1:])
    must |= {pick(achieved, key=lambda at: figures[at].value) for pick in (min, max) if achieved}
    first = [at for at, each in enumerate(figures) if not each.achieved][::-1]
    for at in [*first, *sorted(must - set(first), reverse=True), *(at for at in achieved if at not in must)]:
        each, (x, y) = figures[at], places[at]
        words = _words(each)
        sides = {"estimate": ("above left", "above", "left", "below left"),
                 "point": ("right", "below right", "below", "above right"),
                 "target": ("above", "above left", "left", "below", "below left")}.get(each.status)  # fmt: skip
        if sides is None:
            before, after = (
                figures[achieved[max(achieved.index(at) + step, 0) : achieved.index(at) + step + 1][0]].value
                if 0 <= achieved.index(at) + step < len(achieved) else each.value for step in (-1, 1)
            )  # fmt: skip
            valley = before > each.value or (after > each.value and before >= each.value)
            sides = ("below", "below right", "above", "above left") if valley else (
                "above", "above left", "below", "below right")  # fmt: skip
        gap = 7 if each.achieved else 9
        if each.interval and sheet.label(x, y, words, sides, colour=each.colour, gap=gap, must=False):
            continue
        # Where the interval finds no room, the band and the table under the chart tell it.
        words = words.partition("\n")[0]
        sheet.label(x, y, words, sides if at in must else sides[:2], colour=each.colour, gap=gap, must=at in must)


def _words(each: Shown) -> str:
    """Return a figure's label: with its word where it is no achievement, with its interval where it has one."""
    text = each.label if each.achieved else f"{each.word} {each.label}"
    return f"{text}\n{each.interval}" if each.interval else text


def ruled(low: float, high: float, lang: str, least: float = 0.0) -> list[tuple[float, str]]:
    """Return the round values at which a grid between two has its lines, each as it is written beside its line.

    They are `least` apart or more: there is no half of a station.
    """
    values = round_values(low, high, least)
    decimals = max((len(f"{x:.6f}".rstrip("0").partition(".")[2]) for x in values), default=0)
    return [(x, format_number(x, decimals, lang=lang)) for x in values]


def round_values(low: float, high: float, least: float = 0.0) -> list[float]:
    """Return up to four round values between two: multiples of 1, 2, 4 or 5 times a power of ten, `least` or more.

    >>> round_values(85.6, 94.4), round_values(5.1, 6.2), round_values(5.1, 6.2, 1)
    ([88.0, 92.0], [5.2, 5.6, 6.0], [6.0])
    """
    step = 10.0 ** math.floor(math.log10(max((high - low) / 10, least)))
    for times in (1, 2, 4, 5, 10, 20, 40, 50):
        each = step * times
        if math.floor(high / each) - math.ceil(low / each) < 4:
            return [round(each * at, 9) for at in range(math.ceil(low / each), math.floor(high / each) + 1)]
    return []
