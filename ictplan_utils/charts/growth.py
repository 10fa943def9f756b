"""Two figures beside one another, one line an indicator: growth asked and achieved."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from ictplan_utils.charts.chart import Chart, in_both_widths
from ictplan_utils.charts.look import ACTUAL, INK, LINE, MUTED, TARGET, WIDE
from ictplan_utils.charts.sheet import Sheet, width
from ictplan_utils.narrative import known, percent, points
from ictplan_utils.reports import Report
from ictplan_utils.vietnamese import format_number

ROW, NAMED_ROW = 26, 42
"""The height of a line: with the name beside the marks, with the name above them."""
HEAD = 24
SMALLEST = 0.05
"""A growth that rounds to nought, in per cent or percentage points."""


@dataclass(frozen=True)
class Pairs:
    """Two figures a line: `rows` of a name and both; the second's labels are bold. `shares`: percentage points."""

    rows: list[tuple[str, float, float]]
    title: str
    unit: str
    columns: tuple[str, str, str]
    lang: str
    shares: bool = False


def growth_asked(report: Report, *, shares: bool, ax: Axes | None = None) -> Chart:
    """Return growth achieved this year and asked for next year, an indicator a line, the largest asked first.

    `shares` chooses what moves in percentage points; everything else moves in per cent.
    """
    rows, lang = report.targets, report.lang
    entries = {slug: report.indicators[slug] for slug in rows.index}
    aims = [entry.direction != "none" and (entry.kind == "share") == shares for entry in entries.values()]
    chosen = rows[pd.Series(aims, index=rows.index, dtype=bool)]
    chosen = chosen[(chosen[["achieved", "asked"]].abs() > SMALLEST).any(axis=1)].sort_values("asked", ascending=False)
    told = [(entries[slug].short(lang), row["achieved"], row["asked"]) for slug, row in chosen.iterrows()]
    when = {"this": report.year, "next": report.year + 1}
    of = "shares" if shares else "others"
    bold = int((chosen["verdict"] == "ambitious").sum())
    title = report.say(f"charts.growth.{of}" if told else f"charts.growth.no_{of}", count=bold, **when)
    columns = tuple(report.say(f"charts.growth.{name}", **when) for name in ("indicator", "achieved", "asked"))
    pairs = Pairs(told, title, report.say(f"charts.growth.key_{of}", **when), columns, lang, shares)
    return in_both_widths(lambda wide: _chart(pairs, wide), lambda sheet: _draw(sheet, pairs, ROW), ax, bool(told))


def _chart(pairs: Pairs, wide: int) -> Chart:
    """Return the chart at one width. Under STYLE."""
    row = ROW if wide == WIDE else NAMED_ROW
    chart = Chart.in_pixels(wide, HEAD + 4 + row * max(len(pairs.rows), 1), pairs.lang, pairs.title, pairs.unit)
    rows = [(name, _written(a, pairs.shares, pairs.lang), _written(b, pairs.shares, pairs.lang))
            for name, a, b in pairs.rows]  # fmt: skip
    chart.data = pd.DataFrame(rows, columns=list(pairs.columns))
    words = "; ".join(f"{a}: {b} → {c}" for a, b, c in rows)
    chart.alt = f"{pairs.title}. {words}." if words else f"{pairs.title}."
    if pairs.rows:
        _draw(chart.sheet(), pairs, row)
    return chart


def _written(value: float, shares: bool, lang: str) -> str:
    return (points if shares else percent)(value, sign=True, lang=lang) if known(value) else "–"


def _draw(sheet: Sheet, pairs: Pairs, row: int) -> None:
    """Draw a line for each; of a pair the labels stand outside, the lower on the left, so that they never meet."""
    beside, told, shares, lang = row == ROW, pairs.rows, pairs.shares, pairs.lang
    values = [x for _, *pair in told for x in pair if known(x)]
    low, high = min(0, *values), max(0, *values)
    label = max(width(_tick(x, shares, lang), True) for x in values) + 12
    left = (min(max(width(name) for name, *_ in told), sheet.width * 0.45) if beside else 0) + label
    right = sheet.width - label
    span = (high - low) or 1

    def across(value: float) -> float:
        return left + (value - low) / span * (right - left)

    top = sheet.height - HEAD
    for rule in MaxNLocator(3, steps=[1, 2, 5, 10]).tick_values(low, high):
        if low <= rule <= high:
            sheet.line([across(rule)] * 2, [0, top], color=LINE if rule else MUTED, linewidth=0.8, avoid=False)
            sheet.text(across(rule), top + 4, _tick(rule, shares, lang), va="bottom", colour=MUTED)
    for at, (name, a, b) in enumerate(told):
        y = named_row(sheet, top - at * row, row, name, left - label - 4)
        if known(a):
            ends = [across(a), across(b)]
            sheet.line(ends, [y, y], color=TARGET if b > a else MUTED, linewidth=1.6)
        for value, form, look in ((a, "o", ACTUAL), (b, "D", TARGET)):
            if known(value):
                mark = f"{name}: {_written(value, shares, lang)}"
                sheet.mark(across(value), y, name=mark, shape=form, colour=look, hollow=look != ACTUAL, size=8)
        first = not known(a) or b < a
        for value, look, before in ((b, TARGET, first), (a, ACTUAL, not first)):
            if known(value):
                sheet.beside(across(value), y, _tick(value, shares, lang), before, colour=look, bold=look == TARGET)


def _tick(value: float, shares: bool, lang: str) -> str:
    """Return a growth as its label; of shares, whose unit is above the chart, the number."""
    decimals = 0 if value == round(value) else 1
    if shares:
        return format_number(value, decimals, sign=True, lang=lang)
    return percent(value, decimals, sign=True, lang=lang)


def named_row(sheet: Sheet, top: float, row: int, name: str, room: float) -> float:
    """Write a line's name, beside its marks (in `room`) or above them, and return how high its marks stand."""
    beside = row == ROW
    y = top - (row / 2 if beside else row - 11)
    fits = fitting(name, room if beside else sheet.width)
    sheet.text(0, y if beside else y + 17, fits, ha="left", colour=INK, halo=not beside)
    return y


def fitting(name: str, room: float) -> str:
    """Return a name shortened to its room; the table under the chart has it whole."""
    while width(name) > room and " " in name:
        name = name.rstrip("…").rpartition(" ")[0] + "…"
    return name
