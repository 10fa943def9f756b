"""Growth asked of next year beside growth achieved: one line an indicator."""

from __future__ import annotations

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from ictplan_utils.charts.chart import Chart
from ictplan_utils.charts.look import ACTUAL, INK, LINE, MUTED, NARROW, STYLE, TARGET, WIDE
from ictplan_utils.charts.sheet import Sheet, width
from ictplan_utils.narrative import known, percent, points
from ictplan_utils.reports import Report
from ictplan_utils.vietnamese import format_number

ROW, NAMED_ROW = 26, 42
"""The height of a line: with the name beside the marks, with the name above them."""
HEAD = 24
SMALLEST = 0.05
"""A growth that rounds to nought, in per cent or percentage points."""


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
    if ax is not None:
        _draw(Sheet(ax), told, shares, lang, ROW)
        return ax.figure
    bold = int((chosen["verdict"] == "ambitious").sum())
    when = {"this": report.year, "next": report.year + 1}
    of = "shares" if shares else "others"
    title = report.say(f"charts.growth.{of}" if told else f"charts.growth.no_{of}", count=bold, **when)
    with mpl.rc_context(STYLE):
        chart = _chart(told, title, report, shares, NARROW)
        if told:
            chart.wide = _chart(told, title, report, shares, WIDE)
    return chart


def _chart(told: list[tuple[str, float, float]], title: str, report: Report, shares: bool, wide: int) -> Chart:
    """Return the chart at one width. Under STYLE."""
    lang, when = report.lang, {"this": report.year, "next": report.year + 1}
    row, of = ROW if wide == WIDE else NAMED_ROW, "shares" if shares else "others"
    chart = Chart(figsize=(wide / 72, (HEAD + 4 + row * max(len(told), 1)) / 72))
    chart.headline, chart.lang = title, lang
    columns = [report.say(f"charts.growth.{name}", **when) for name in ("indicator", "achieved", "asked")]
    rows = [(name, _written(achieved, shares, lang), _written(asked, shares, lang)) for name, achieved, asked in told]
    chart.data = pd.DataFrame(rows, columns=columns)
    words = "; ".join(f"{a}: {b} → {c}" for a, b, c in rows)
    chart.alt = f"{title}. {words}." if words else f"{title}."
    chart.unit = report.say(f"charts.growth.key_{of}", **when)
    if told:
        _draw(Sheet(chart.add_axes((0, 0, 1, 1))), told, shares, lang, row)
    return chart


def _written(value: float, shares: bool, lang: str) -> str:
    return (points if shares else percent)(value, sign=True, lang=lang) if known(value) else "–"


def _draw(sheet: Sheet, told: list[tuple[str, float, float]], shares: bool, lang: str, row: int) -> None:
    """Draw a line for each; of a pair the labels stand outside, the lower on the left, so that they never meet."""
    beside = row == ROW
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
    for at, (name, achieved, asked) in enumerate(told):
        y = top - at * row - (row / 2 if beside else row - 11)
        sheet.text(0, y if beside else y + 17, fitting(name, left - label - 4 if beside else sheet.width), ha="left",
                   colour=INK, halo=not beside)  # fmt: skip
        pair = [(achieved, "o", ACTUAL), (asked, "D", TARGET)]
        if known(achieved):
            ends = [across(achieved), across(asked)]
            sheet.line(ends, [y, y], color=TARGET if asked > achieved else MUTED, linewidth=1.6)
        for value, shape, colour in pair:
            if known(value):
                mark = f"{name}: {_written(value, shares, lang)}"
                hollow = shape == "D"
                sheet.mark(across(value), y, name=mark, shape=shape, colour=colour, hollow=hollow, size=8)
        first = not known(achieved) or asked < achieved
        for value, colour, before in ((asked, TARGET, first), (achieved, ACTUAL, not first)):
            if known(value):
                words = _tick(value, shares, lang)
                sheet.text(across(value) + (-9 if before else 9), y, words, ha="right" if before else "left",
                           colour=colour, bold=colour == TARGET, halo=True)  # fmt: skip


def _tick(value: float, shares: bool, lang: str) -> str:
    """Return a growth as its label; of shares, whose unit is above the chart, the number."""
    decimals = 0 if value == round(value) else 1
    if shares:
        return format_number(value, decimals, sign=True, lang=lang)
    return percent(value, decimals, sign=True, lang=lang)


def fitting(name: str, room: float) -> str:
    """Return a name shortened to its room; the table under the chart has it whole."""
    while width(name) > room and " " in name:
        name = name.rstrip("…").rpartition(" ")[0] + "…"
    return name
