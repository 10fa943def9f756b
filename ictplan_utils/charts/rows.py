"""One line an indicator: growth asked and achieved, how far a result lies from its plan."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from ictplan_utils.catalog import Indicator
from ictplan_utils.charts.chart import Chart, Drawing, Written, told_table
from ictplan_utils.charts.look import ACTUAL, BAD, INK, LINE, MUTED, NARROW, TARGET, WIDE
from ictplan_utils.charts.sheet import Sheet, width
from ictplan_utils.narrative import amount, known, percent, points
from ictplan_utils.reports import Report
from ictplan_utils.targets import JUDGED
from ictplan_utils.vietnamese import format_number

ROW, NAMED_ROW = 24, 42
"""The height of a line: with the name beside the marks, with the name above them."""
CLEAR = 9
"""How far a rule goes above and below the marks of a line whose name stands above them."""
HEAD = 24
NAMES = 0.5
"""The part of a drawing's width that names beside the marks may take: the catalogue's longest need 49%."""
MET = 11
"""Marks nearer than this, in pixels, would hide one another."""
SMALLEST = 0.05
"""A growth that rounds to nought, in per cent or percentage points."""
MOST = 100
"""Who reached the double of a plan, or more, stands at the edge; the figure beside the mark says how much."""


def growth_asked(report: Report, *, shares: bool, ax: Axes | None = None) -> Chart:
    """Return growth achieved this year and asked for next year, an indicator a line, the largest asked first.

    `shares` chooses what moves in percentage points; everything else moves in per cent. Nothing where there is none.
    """
    rows, lang = report.targets, report.lang
    entries = {slug: report.indicators[slug] for slug in rows.index}
    aims = [entry.direction != "none" and (entry.kind == "share") == shares for entry in entries.values()]
    chosen = rows[pd.Series(aims, index=rows.index, dtype=bool)]
    chosen = chosen[(chosen[["achieved", "asked"]].abs() > SMALLEST).any(axis=1)].sort_values("asked", ascending=False)
    told = [(entries[slug].short(lang), row["achieved"], row["asked"]) for slug, row in chosen.iterrows()]
    when = {"this": report.say(f"narrative.year.{report.basis}", year=report.year), "next": report.year + 1}
    of = "shares" if shares else "others"
    bold = int((chosen["verdict"] == "ambitious").sum())
    title = report.say(f"charts.growth.{of}", count=bold, **when) if told else ""
    columns = [report.say(f"charts.growth.{name}", **when) for name in ("indicator", "achieved", "asked")]
    cells = [(name, _written(a, shares, lang), _written(b, shares, lang)) for name, a, b in told]
    words = "; ".join(f"{a}: {b} → {c}" for a, b, c in cells)
    alt = f"{title}. {words}." if words else f"{title}."
    draw = (lambda sheet, wide: _draw(sheet, told, shares, lang, wide)) if told else None
    unit = report.say(f"charts.growth.key_{of}", **when)
    heights = _heights(len(told))
    return Drawing(title, alt, told_table(cells, columns), lang, unit, heights, draw, shape="rows").chart(ax)


def fulfilment(report: Report, *, ax: Axes | None = None) -> Chart:
    """Return how far each target of the latest year that is over was missed or exceeded, the worst first.

    The order is by per cent of the target; a share's distance is told in points. What has no result, or is better
    neither way, is left out; what met its target exactly is counted. With `ax`, it is drawn on axes of your own, whose
    figure is returned.
    """
    rows, lang = report.fulfilment, report.lang
    rows = rows[rows["verdict"].isin(JUDGED)]
    told = [(report.indicators[slug], row) for slug, row in rows.iterrows()]
    told.sort(key=lambda pair: -pair[1]["shortfall"])
    apart = [(entry, row) for entry, row in told if row["verdict"] != "met" and known(row["pct_of_target"])]
    missed = sum(row["verdict"] == "missed" for _, row in told)
    title = report.say("charts.fulfilment.title", count=missed, of=len(told), year=report.closed_year) if told else ""
    cells = [
        (entry.short(lang), *(Written(row[name], amount(row[name], entry, lang)) for name in ("target", "actual")),
         Written(_distance(entry, row), _off(entry, row, lang)))
        for entry, row in told
    ]  # fmt: skip
    columns = [report.say(f"charts.fulfilment.{name}") for name in ("indicator", "target", "actual", "difference")]
    alt = ". ".join(filter(None, [title, "; ".join(f"{name}: {by}" for name, _, _, by in cells)])) + "."
    exact = report.say("charts.fulfilment.exact", count=len(told) - len(apart)) if len(told) > len(apart) else ""
    unit = " · ".join(filter(None, [report.say("charts.fulfilment.key"), exact]))
    draw = (lambda sheet, wide: _draw_distances(sheet, apart, report, wide)) if apart else None
    heights = _heights(len(apart))
    return Drawing(title, alt, told_table(cells, columns), lang, unit, heights, draw, shape="rows").chart(ax)


def _heights(lines: int) -> dict[int, float]:
    """Return how high a chart of so many lines is at each width."""
    return {wide: HEAD + 4 + row * max(lines, 1) for wide, row in ((NARROW, NAMED_ROW), (WIDE, ROW))}


def _written(value: float, shares: bool, lang: str) -> Written:
    told = (points if shares else percent)(value, sign=True, lang=lang) if known(value) else "–"
    return Written(value, told)


def _draw(sheet: Sheet, told: list[tuple[str, float, float]], shares: bool, lang: str, beside: bool) -> None:
    """Draw a line for each; of a pair the labels stand outside, the lower on the left, so that they never meet."""
    values = [x for _, *pair in told for x in pair if known(x)]
    low, high = min(0, *values), max(0, *values)
    label = max(width(_tick(x, shares, lang), True) for x in values) + 12
    left = (min(max(width(name) for name, *_ in told), sheet.width * NAMES) if beside else 0) + label
    right = sheet.width - label
    span = (high - low) or 1

    def across(value: float) -> float:
        return left + (value - low) / span * (right - left)

    top = sheet.height - HEAD
    rows, around = [_row(sheet, at, beside) for at in range(len(told))], ROW / 2 if beside else CLEAR
    for rule in MaxNLocator(3, steps=[1, 2, 5, 10]).tick_values(low, high):
        if low <= rule <= high:
            _rule(sheet, across(rule), rows, around, color=LINE if rule else MUTED, linewidth=0.8)
            sheet.text(across(rule), top + 4, _tick(rule, shares, lang), va="bottom", colour=MUTED)
    for y, (name, a, b) in zip(rows, told, strict=True):
        _name(sheet, y, name, left - label if beside else None)
        both = known(a)
        if both:
            sheet.line([across(a), across(b)], [y, y], color=TARGET if b > a else MUTED, linewidth=1.6)
        met = both and abs(across(a) - across(b)) < MET
        # The disc stands on the diamond, which is larger where they meet: neither hides the other.
        for value, form, look in ((b, "D", TARGET), (a, "o", ACTUAL)):
            if known(value):
                sheet.mark(across(value), y, name=f"{name}: {_written(value, shares, lang)}", shape=form, colour=look,
                           hollow=look != ACTUAL, size=12 if met and look != ACTUAL else 8)  # fmt: skip
        first = not both or b < a
        for value, look, before in ((b, TARGET, first), (a, ACTUAL, not first)):
            if known(value):
                sheet.beside(across(value), y, _tick(value, shares, lang), before, colour=look, bold=look == TARGET,
                             gap=14 if met else 9)  # fmt: skip


def _tick(value: float, shares: bool, lang: str) -> str:
    """Return a growth as its label; of shares, whose unit is above the chart, the number."""
    decimals = 0 if value == round(value) else 1
    if shares:
        return format_number(value, decimals, sign=True, lang=lang)
    return percent(value, decimals, sign=True, lang=lang)


def _off(entry: Indicator, row: pd.Series, lang: str) -> str:
    """Return how far a result lies from its target, as `_distance`; where that rounds to nought, in its unit."""
    distance, gap = _distance(entry, row), row["actual"] - row["target"]
    if entry.kind == "share":
        return points(gap, sign=True, lang=lang)
    if not known(distance) or (gap and abs(distance) < SMALLEST):
        return amount(gap, entry, lang)
    return percent(distance, sign=True, lang=lang)


def _distance(entry: Indicator, row: pd.Series) -> float:
    """Return how far a result lies from its target: per cent of it, of a share points."""
    return row["actual"] - row["target"] if entry.kind == "share" else row["pct_of_target"] - 100


def _draw_distances(sheet: Sheet, told: list[tuple[Indicator, pd.Series]], report: Report, beside: bool) -> None:
    """Draw a line from the plan to each result; its label stands outside, away from the plan."""
    lang = report.lang
    distances = [max(min(_distance(entry, each), MOST), -MOST) for entry, each in told]
    written = [_off(entry, each, lang) for entry, each in told]
    names = [entry.short(lang) for entry, _ in told]
    label = max(width(words, True) for words in written) + 20
    named = min(max(map(width, names)), sheet.width * NAMES) if beside else 0
    low, high = min(0, *distances), max(0, *distances)
    left, right = named + (label if low < 0 else 12), sheet.width - label

    def across(distance: float) -> float:
        return left + (distance - low) / ((high - low) or 1) * (right - left)

    top = sheet.height - HEAD
    rows = [_row(sheet, at, beside) for at in range(len(told))]
    _rule(sheet, across(0), rows, ROW / 2 if beside else CLEAR, color=MUTED, linewidth=1, linestyle="--")
    word = report.say("charts.fulfilment.plan")
    half = width(word) / 2
    sheet.text(min(max(across(0), half), sheet.width - half), top + 4, word, va="bottom", colour=MUTED)
    for y, name, distance, words, (_, each) in zip(rows, names, distances, written, told, strict=True):
        _name(sheet, y, name, named if beside else None)
        missed = each["verdict"] == "missed"
        colour = BAD if missed else ACTUAL
        sheet.line([across(0), across(distance)], [y, y], color=colour, linewidth=2)
        sheet.mark(across(distance), y, name=f"{name}: {words}", shape="o", colour=colour, hollow=missed)
        sheet.beside(across(distance), y, words, distance < 0, colour=colour, bold=True)


def _row(sheet: Sheet, at: int, beside: bool) -> float:
    """Return how high the marks of line `at` stand: beside its name, or under it."""
    top = sheet.height - HEAD
    return top - at * ROW - ROW / 2 if beside else top - at * NAMED_ROW - NAMED_ROW + 11


def _rule(sheet: Sheet, x: float, rows: Sequence[float], around: float, **look: object) -> None:
    """Draw a rule of the scale behind the marks of each line, not through the names above them."""
    ys = [end for y in rows for end in (y + around, y - around, math.nan)]
    sheet.line([x] * len(ys), ys, avoid=False, zorder=0, **look)


def _name(sheet: Sheet, y: float, name: str, room: float | None) -> None:
    """Write a line's name, in the `room` beside its marks or above them."""
    beside = room is not None
    sheet.text(0, y if beside else y + 17, _fitting(name, room if beside else sheet.width), ha="left", colour=INK)


def _fitting(name: str, room: float) -> str:
    """Return a name shortened to its room; the table under the chart has it whole."""
    while width(name) > room and " " in name:
        name = name.rstrip("…").rpartition(" ")[0] + "…"
    return name
