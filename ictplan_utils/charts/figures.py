"""The figures that one indicator's chart shows, in the order of time: what each is, when, and how it is written."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import pandas as pd

from ictplan_utils import messages
from ictplan_utils.catalog import Indicator
from ictplan_utils.charts.look import ACTUAL, ESTIMATE, FORECAST, TARGET
from ictplan_utils.narrative import amount, estimated, fits, known
from ictplan_utils.observations import preferred
from ictplan_utils.periods import is_half, year
from ictplan_utils.reports import Report
from ictplan_utils.vietnamese import format_number

LONGEST = 9
"""A longer figure than 9.999.999 is written in millions, beyond 9.999 of these in thousands of millions."""
COLOURS = {"estimate": ESTIMATE, "point": FORECAST, "target": TARGET}
ACHIEVED = ("actual", "half", "second_half", "year")


@dataclass(frozen=True)
class Shown:
    """One figure: its status, the year it lies in, the time its period ends (in years), its value and interval.

    `named` are those that the title tells, which are labelled whatever else must give way; `restated` is what other
    areas stated, by the borders of today.
    """

    status: str
    year: int
    time: float
    value: float
    low: float = math.nan
    high: float = math.nan
    named: bool = False
    restated: bool = False

    @property
    def hollow(self) -> bool:
        """Whether the mark is a ring: what is no achievement of the area's own."""
        return self.restated or not self.achieved

    @property
    def achieved(self) -> bool:
        return self.status in ACHIEVED

    @property
    def colour(self) -> str:
        return COLOURS.get(self.status, ACTUAL)

    def when(self, flow: bool) -> str:
        """Return the date of what stands at one, the year of what adds up over it."""
        return f"{self.year}" if flow else f"{6 if self.time % 1 else 12}/{self.year}"

    def told(self, entry: Indicator, lang: str) -> str:
        """Return what the figure is: `thực hiện 6/2021: 88 vị trí trạm`."""
        return f"{self.named_in(lang)} {self.when(entry.kind == 'flow')}: {self.amount(entry, lang)}"

    def named_in(self, lang: str) -> str:
        """Return the status in words; of what is restated, that it is."""
        return self.word(lang) + (messages.text("charts.restated", lang) if self.restated else "")

    def word(self, lang: str) -> str:
        return messages.text(f"charts.status.{self.status}", lang)

    def amount(self, entry: Indicator, lang: str) -> str:
        text = amount(estimated(self.value, entry) if self.status == "point" else self.value, entry, lang)
        return f"{text} ({self.interval(entry, lang)})" if known(self.low) else text

    def interval(self, entry: Indicator, lang: str) -> str:
        return "–".join(written(x, entry, lang, whole=True) for x in (self.low, self.high))

    def written(self, entry: Indicator, lang: str) -> str:
        return written(self.value, entry, lang, whole=self.status == "point")


def written(value: float, entry: Indicator, lang: str, *, whole: bool = False) -> str:
    """Return a figure as its label; one too long for any slot in millions or thousands of millions."""
    stated = entry.decimals or (0 if whole or abs(value) >= 100 or float(value).is_integer() else 1)
    text = format_number(value, stated, lang=lang)
    if len(text) <= LONGEST:
        return text
    key, divisor = ("billions", 1e9) if abs(value) >= 1e10 else ("millions", 1e6)
    short = value / divisor
    return messages.text(f"charts.{key}", lang, number=format_number(short, 1 if abs(short) < 1000 else 0, lang=lang))


@dataclass(frozen=True)
class Story:
    """A report's figures as its charts need them, worked out once for all of them: years and first halves before."""

    report: Report
    years: dict[str, dict[int, float]]
    halves: dict[str, dict[int, float]]
    restated: frozenset[tuple[str, str]] = frozenset()
    """Indicator and period of what stems from the areas that were here before, see `Report.past`."""

    @property
    def stated(self) -> set[str]:
        """The indicators with a figure a chart can show."""
        table = self.report.figures
        return set(table.index[table.notna().any(axis=1)]) | set(self.years)


def story(report: Report) -> Story:
    """Return what of a report's figures its charts need."""
    stated, past = (preferred(rows[rows["status"] == "actual"]) for rows in (report.observations, report.past))
    restated = frozenset(zip(past["indicator"], past["period"], strict=True))
    # A province that took in another has figures of its old borders too: of one chart all are of one area.
    old = [key in restated for key in zip(stated["indicator"], stated["period"], strict=True)]
    own = pd.concat([past, stated[~pd.Series(old, index=stated.index, dtype=bool)]]) if restated else stated
    years: dict[str, dict[int, float]] = {}
    halves: dict[str, dict[int, float]] = {}
    for row in own.itertuples():
        when = year(row.period)
        if row.period.endswith("-S1"):
            halves.setdefault(row.indicator, {})[when] = row.value
        elif not is_half(row.period) and when < report.year:
            years.setdefault(row.indicator, {})[when] = row.value
    return Story(report, years, halves, restated)


def shown(told: Story, slug: str, entry: Indicator, forecasts: pd.DataFrame | None = None) -> list[Shown]:
    """Return an indicator's figures in the order of time: history, this year, estimate, forecast, plan.

    Of a year that is over, `forecasts` bring back June's estimate beside them; without, its plan stands there.
    """
    report = told.report
    table, this, flow = report.figures, report.year, entry.kind == "flow"
    figures = table.loc[slug] if slug in table.index else pd.Series(math.nan, index=table.columns)
    half = is_half(report.period)
    now = "half" if report.is_first_half else "second_half" if half else "year"
    end = 0.5 if report.is_first_half else 1.0
    found = [Shown("year", each, each + 1.0, value, restated=(slug, f"{each}") in told.restated)
             for each, value in told.years.get(slug, {}).items()]  # fmt: skip
    found += [
        Shown("half", each, each + 0.5, value, restated=(slug, f"{each}-S1") in told.restated)
        for each, value in told.halves.get(slug, {}).items()
        if each <= this and (each, now) != (this, "half") and (not flow or each >= this - 1 or now == "half")
    ]
    based = known(figures["same_half"])
    found += [
        Shown("year", this - 1, float(this), figures["last_year"], named=not based and not flow),
        Shown(now, this - 1, this - 1 + end, figures["same_half"], named=True),
        Shown(now, this, this + end, figures["half"], named=True),
    ]
    if report.is_first_half or forecasts is not None:
        found.append(Shown("estimate", this, this + 1.0, figures["estimate"], named=report.is_first_half))
    else:
        found.append(Shown("target", this, this + 1.0, report.fulfilment["target"].get(slug, math.nan), named=True))
    row = None if forecasts is None else forecasts[forecasts["indicator"] == slug]
    if row is not None and len(row) and known(row.iloc[0]["point"]):
        first = row.iloc[0]
        found.append(Shown("point", this, this + 1.0, first["point"], first["lower_80"], first["upper_80"], True))
    found.append(Shown("target", this + 1, this + 2.0, figures["target"], named=True))
    kept: dict[tuple, Shown] = {}
    for each in found:
        if known(each.value) and fits(each.value, entry):
            # What stands at a date is one figure, be it told by the half or by the year; later entries are named.
            key = (each.status if flow or not each.achieved else "actual", each.time)
            if key not in kept or each.named:
                kept[key] = each
    rank = {"estimate": 1, "point": 2, "target": 3}
    ordered = sorted(kept.values(), key=lambda each: (each.time, rank.get(each.status, 0)))
    return ordered if flow else [
        replace(each, status="actual") if each.achieved else each for each in ordered
    ]  # fmt: skip
