"""The figures that one indicator's chart shows, in the order of time: what each is, when, and how it is written."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import pandas as pd

from ictplan_utils import messages
from ictplan_utils.catalog import Indicator
from ictplan_utils.charts.look import ACTUAL, ESTIMATE, FORECAST, TARGET
from ictplan_utils.narrative import amount, estimated, fits, known
from ictplan_utils.periods import is_half, year
from ictplan_utils.reports import Report
from ictplan_utils.vietnamese import format_number

LONGEST = 9
"""A longer figure than 9.999.999 is written in millions, beyond 9.999 of these in thousands of millions."""
COLOURS = {"estimate": ESTIMATE, "point": FORECAST, "target": TARGET}
ACHIEVED = ("actual", "half", "second_half", "year")


@dataclass(frozen=True)
class Shown:
    """One figure of an indicator: its status, the year it lies in, the time its period ends (in years), its value and
    interval; `lang` is that of its words.

    `named` are those that the title tells, which are labelled whatever else must give way; `restated` is what other
    areas stated, by the borders of today.
    """

    entry: Indicator
    lang: str
    status: str
    year: int
    time: float
    value: float
    low: float = math.nan
    high: float = math.nan
    named: bool = False
    restated: bool = False

    @property
    def achieved(self) -> bool:
        return self.status in ACHIEVED

    @property
    def hollow(self) -> bool:
        """Whether the mark is a ring: what is no achievement of the area's own."""
        return self.restated or not self.achieved

    @property
    def colour(self) -> str:
        return COLOURS.get(self.status, ACTUAL)

    @property
    def date(self) -> str:
        """The month its period ends in."""
        return f"{6 if self.time % 1 else 12}/{self.year}"

    @property
    def short_date(self) -> str:
        """The same with two digits of the year."""
        return f"{6 if self.time % 1 else 12}/{self.year % 100:02}"

    @property
    def when(self) -> str:
        """The date of what stands at one, the year of what adds up over it."""
        return f"{self.year}" if self.entry.kind == "flow" else self.date

    @property
    def told(self) -> str:
        """What the figure is: `thực hiện 6/2021: 88 vị trí trạm`."""
        return f"{self.name} {self.when}: {self.amount}"

    @property
    def name(self) -> str:
        """The status in words; of what is restated, that it is."""
        restated = messages.text("charts.status.restated", self.lang)
        return f"{self.word} ({restated})" if self.restated else self.word

    @property
    def word(self) -> str:
        return messages.text(f"charts.status.{self.status}", self.lang)

    @property
    def amount(self) -> str:
        value = estimated(self.value, self.entry) if self.status == "point" else self.value
        text = amount(value, self.entry, self.lang)
        return f"{text} ({self.interval})" if self.interval else text

    @property
    def interval(self) -> str:
        """Its interval; "" where there is none, or none as wide as a figure of its decimals."""
        ends = {self.written(x, whole=True): None for x in (self.low, self.high) if known(x)}
        return "–".join(ends) if len(ends) > 1 else ""

    @property
    def label(self) -> str:
        """The figure alone, as short as it must be beside its mark."""
        return self.written(self.value, whole=self.status == "point")

    def written(self, value: float, *, whole: bool = False) -> str:
        """Return a value as a label; one too long for any slot in millions or thousands of millions."""
        stated = self.entry.decimals or (0 if whole or abs(value) >= 100 or float(value).is_integer() else 1)
        text = format_number(value, stated, lang=self.lang)
        if len(text) <= LONGEST:
            return text
        key, divisor = ("billions", 1e9) if abs(value) >= 1e10 else ("millions", 1e6)
        short = value / divisor
        number = format_number(short, 1 if abs(short) < 1000 else 0, lang=self.lang)
        return messages.text(f"charts.{key}", self.lang, number=number)


def shown(report: Report, slug: str, forecasts: pd.DataFrame | None = None) -> list[Shown]:
    """Return an indicator's figures in the order of time: history, this year, estimate, forecast, plan.

    Of a year that is over, `forecasts` bring back June's estimate beside them; without, its plan stands there.
    """
    entry, this = report.entry(slug), report.year
    flow, figures = entry.kind == "flow", report.figures.reindex([slug]).loc[slug]
    now = "half" if report.is_first_half else "second_half" if is_half(report.period) else "year"
    end = 0.5 if report.is_first_half else 1.0
    first = this - 1 if flow and now != "half" else -math.inf  # the halves of a year that is over are parts of it
    found: list[Shown] = []

    def add(status: str, year: int, time: float, value: float, *interval: float, **more: bool) -> None:
        if known(value) and fits(value, entry):
            found.append(Shown(entry, report.lang, status, year, time, value, *interval, **more))

    for period, (value, restated) in report.achieved.get(slug, {}).items():
        past = year(period)
        if not is_half(period) and past < this:
            add("year", past, past + 1.0, value, restated=restated)
        elif period.endswith("-S1") and first <= past <= this and period != report.period:
            add("half", past, past + 0.5, value, restated=restated)
    told = not known(figures["same_half"]) and (now == "year" or not flow)
    add("year", this - 1, float(this), figures["last_year"], named=told)
    add(now, this - 1, this - 1 + end, figures["same_half"], named=True)
    add(now, this, this + end, figures["half"], named=True)
    if report.is_first_half or forecasts is not None:
        add("estimate", this, this + 1.0, figures["estimate"], named=report.is_first_half)
    else:
        add("target", this, this + 1.0, report.fulfilment["target"].get(slug, math.nan), named=True)
    if forecasts is not None:
        for row in forecasts[forecasts["indicator"] == slug].head(1).itertuples():
            add("point", this, this + 1.0, row.point, row.lower_80, row.upper_80, named=True)
    add("target", this + 1, this + 2.0, figures["target"], named=True)
    return _in_order(found if flow else [replace(e, status="actual") if e.achieved else e for e in found])


def _in_order(found: list[Shown]) -> list[Shown]:
    """Return figures in the order of time; what stands at a date is one, told by the half or by the year alike."""
    kept: dict[tuple, Shown] = {}
    for each in found:  # later entries are named
        if (each.status, each.time) not in kept or each.named:
            kept[each.status, each.time] = each
    rank = {"estimate": 1, "point": 2, "target": 3}
    return sorted(kept.values(), key=lambda each: (each.time, rank.get(each.status, 0)))
