"""What if: drag the second half's growth or next year's target; year's end, growth asked and chances follow."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ictplan_utils import catalog
from ictplan_utils.catalog import Indicator
from ictplan_utils.charts import ACTUAL, ESTIMATE, FORECAST, MUTED, TARGET, Chart
from ictplan_utils.charts.chart import Drawing, Written, told_table
from ictplan_utils.charts.look import LINE, NARROW
from ictplan_utils.charts.sheet import Sheet, width
from ictplan_utils.explore.output import Shown, beside, is_live
from ictplan_utils.forecast.chances import Outlook, chance_next_year, chance_this_year, outlook
from ictplan_utils.messages import error
from ictplan_utils.narrative import Text, amount, fits, grew, known, likelihood, paragraph
from ictplan_utils.reports import Report
from ictplan_utils.vietnamese import format_number, round_half_up, span

FIRST = "telecom_revenue"
"""The indicator that the panel begins with, where it is forecast."""
STEPS = 100
"""Positions of a slider: fine enough to meet any figure, coarse enough to be dragged."""
REACH = 1.5
"""How far a slider goes beyond the forecast's 95% interval, in parts of its half."""
ROW = 28
"""The height of each of the picture's rows, in pixels."""


@dataclass(frozen=True)
class Scenario:
    """One answer to "what if". Figures in the indicator's unit, growth in per cent (a share: in points), chances 0–1.

    `year_end`: where the chosen second half leads. `chance_year_end`: that the year ends there or better.
    `asked`: growth that the target asks on `year_end`. `chance_target`: that next year reaches the target, and
    `chance_already`: that this year's end does (NaN where forecast/chances.py says why there is none).
    """

    year_end: float
    grown: float
    chance_year_end: float
    asked: float
    chance_target: float
    chance_already: float


def year_end(half: float, growth: float, kind: str) -> float:
    """Return where the year ends when the second half grows by `growth` on the first.

    A flow: the second half is so many per cent above the first. A share moves by so many points from June to
    December, everything else by so many per cent.

    >>> year_end(100, 10, "flow"), round(year_end(100, 10, "stock")), year_end(60, 1.5, "share")
    (210.0, 110, 61.5)
    """
    if kind == "flow":
        return half * (2 + growth / 100)
    return half + growth if kind == "share" else half * (1 + growth / 100)


def second_half_growth(half: float, end: float, kind: str) -> float:
    """Return the growth of the second half that leads to `end`: the inverse of `year_end`; NaN from a zero half."""
    if kind == "share":
        return end - half
    return 100 * (end / half - (2 if kind == "flow" else 1)) if half > 0 else math.nan


def scenario(likely: Outlook, growth: float, target: float, entry: Indicator) -> Scenario:
    """Return what follows when the second half grows by `growth` and next year's target is `target`.

    "Better" is the indicator's own direction: for one that should fall, chances are those of ending lower.
    """
    end = bounded(year_end(likely.half, growth, entry.kind), entry)
    reaches = likely.chance_at_most if entry.direction == "lower" else likely.chance_at_least
    return Scenario(
        year_end=end,
        grown=entry.growth(end, likely.last_year),
        chance_year_end=reaches(end),
        asked=entry.growth(target, end),
        chance_target=chance_next_year(likely, target, entry).value,
        chance_already=chance_this_year(likely, target, entry).value,
    )


def bounded(value: float, entry: Indicator) -> float:
    """Return the value, or the indicator's bound that it lies beyond."""
    low, high = (math.inf * sign if end is None else end for end, sign in zip(entry.bounds, (-1, 1), strict=True))
    return min(max(value, low), high)


class WhatIf(Shown):
    """The panel: it shows `indicator`, `growth` (per cent; a share: points) and `target`; `scenario` follows."""

    def __init__(self, report: Report, forecasts: pd.DataFrame) -> None:
        self.report, self._forecasts = report, forecasts
        self.controls: dict[str, Any] = {}

    def begin(self, indicator: str) -> None:
        """Show an indicator as it is forecast: the second half that leads to our point, the target as planned."""
        entry = catalog.indicator(indicator, self.report.folder, among=self._forecasts.index)
        if entry.indicator not in self._forecasts.index:
            raise error("explore.not_forecast", indicator=entry.indicator)
        self.entry, self.indicator = entry, entry.indicator
        row = self._forecasts.loc[self.indicator]
        self.likely, self.official = outlook(row), float(row["official_estimate"])
        self.growth = round_half_up(self._leads_to(self.likely.point), 1)
        stated = self.report.figures["target"].get(self.indicator, math.nan)
        self.planned = known(stated)
        self.target = float(stated) if self.planned else round_half_up(self.likely.point, entry.decimals)

    @property
    def scenario(self) -> Scenario:
        """What follows from `growth` and `target`."""
        return scenario(self.likely, self.growth, self.target, self.entry)

    @property
    def html(self) -> str:
        """The picture and the sentences."""
        return beside(self.chart(), self.told())

    def __repr__(self) -> str:
        return f"<WhatIf: {self.told().sentences[0]}>".replace("\N{NO-BREAK SPACE}", " ")

    def told(self) -> Text:
        """Return what the scenario means, in four sentences at most."""
        what, say, this = self.scenario, self.report.say, self.report.year
        against = say("explore.if.against", move=self._grew(what.grown), year=this - 1) if known(what.grown) else ""
        side = say(f"explore.if.side.{'lower' if self.entry.direction == 'lower' else 'higher'}")
        first = say("explore.if.second_half", move=self._grew(self.growth), year=this, end=self._amount(what.year_end),
                    against=against, side=side, chance=likelihood(what.chance_year_end, self.report.lang))  # fmt: skip
        low, high = (self._number(self.likely.knots[at][0]) for at in (1, 3))
        official = ""
        if known(self.official):
            move = self._grew(self._leads_to(self.official))
            official = say("explore.if.official", amount=self._amount(self.official), move=move)
        point = self._amount(self.likely.point)
        second = say("explore.if.forecast", point=point, span=span(low, high), official=official)
        return paragraph(first, second, *self._of_target(what))

    def _of_target(self, what: Scenario) -> list[str]:
        say, following = self.report.say, self.report.year + 1
        lower = self.entry.direction == "lower"
        met = self.target >= what.year_end if lower else self.target <= what.year_end
        asked = say("explore.if.met") if met else say("explore.if.asks", move=self._grew(what.asked))
        told = [say(f"explore.if.{'plan' if self.planned else 'supposed'}", year=following,
                    target=self._amount(self.target), asked=asked)]  # fmt: skip
        if known(what.chance_target):
            chance, already = (likelihood(each, self.report.lang) for each in (what.chance_target, what.chance_already))
            told.append(say("explore.if.chances", year=following, chance=chance, already=already))
        return told

    def chart(self) -> Chart:
        """Return scenario, forecast with its intervals, the office's estimate and the target, a row each."""
        say, lang = self.report.say, self.report.lang
        rows = [("scenario", self.scenario.year_end, ACTUAL), ("forecast", self.likely.point, FORECAST),
                ("estimate", self.official, ESTIMATE), ("target", self.target, TARGET)]  # fmt: skip
        shown = [(say(f"explore.if.row.{name}"), value, colour) for name, value, colour in rows if known(value)]
        title = f"{self.entry.short(lang)}, {self.report.area.title(lang)}"
        told = [(name, self._amount(value)) for name, value, _ in shown]
        cells = [(name, Written(value, self._amount(value))) for name, value, _ in shown]
        table = told_table(cells, [say("charts.columns.figure"), say("charts.columns.value")])
        alt = f"{title}: {'; '.join(map(' '.join, told))}."
        return Drawing(title, alt, table, lang, self.entry.unit(lang), {NARROW: ROW * len(shown)},
                       lambda sheet, _: self._draw(sheet, shown)).chart(wide=False)  # fmt: skip

    def _draw(self, sheet: Sheet, shown: list[tuple[str, float, str]]) -> None:
        knots = [value for value, _ in self.likely.knots]
        values = [*(value for _, value, _ in shown), knots[0], knots[4]]
        least, span = min(values), (max(values) - min(values)) or max(abs(max(values)), 1.0)
        left = max(width(name) for name, *_ in shown) + 20
        right = max(width(self._number(value), True) for _, value, _ in shown) + 14

        def x(value: float) -> float:
            return left + (value - least) / span * (sheet.width - left - right)

        for place, (name, value, colour) in enumerate(shown):
            y = sheet.height - ROW * (place + 0.5)
            sheet.text(0, y, name, ha="left", colour=colour)
            sheet.line([left, sheet.width - right], [y, y], color=LINE, linewidth=0.8, avoid=False)
            if colour == FORECAST:
                sheet.line([x(knots[0]), x(knots[4])], [y, y], color=MUTED, linewidth=1.5, avoid=False)
                sheet.bar(x(knots[1]), y - 5, x(knots[3]) - x(knots[1]), 10, facecolor=colour, alpha=0.3, avoid=False)
            sheet.mark(x(value), y, name=name, shape="o", colour=colour, hollow=colour != ACTUAL)
            end = x(knots[4]) if colour == FORECAST else x(value)
            sheet.beside(end, y, self._number(value), False, colour=colour, bold=True)

    def build(self) -> None:
        """Make the widgets."""
        import ipywidgets as widgets

        names = [(self.report.entry(slug).short(self.report.lang), slug) for slug in self._forecasts.index]
        chosen = self._made(widgets.Dropdown, "indicator", names, self.indicator)
        chosen.observe(lambda change: (self.begin(change.new), self._settle()), "value")
        self._shown = widgets.HTML()
        self.controls = {"indicator": chosen}
        self.widget = widgets.VBox([])
        self._settle()

    def _settle(self) -> None:
        """Give the indicator its sliders: new ones, for the browser answers other positions with the old ones."""
        import ipywidgets as widgets

        ends = self._reach()
        growths = _positions(*map(self._leads_to, ends), self.growth, 0.1)
        finest = 10.0**-self.entry.decimals
        far = [bounded(end, self.entry) for end in (*ends, self.target, self.target * 1.1, self.likely.half)]
        unit = f" {self.report.say('explore.points')}" if self.entry.kind == "share" else "%"
        for name, positions, written in (
            ("growth", growths, lambda x: f"{format_number(x, 1, sign=True, lang=self.report.lang)}{unit}"),
            ("target", _positions(min(far), max(far), self.target, finest), self._amount),
        ):
            value = getattr(self, name)
            slider = self._made(widgets.SelectionSlider, name, [(written(at), at) for at in positions], value)
            slider.observe(self._dragged, "value")
            self.controls[name] = slider
        self.widget.children = (*self.controls.values(), self._shown)
        self._shown.value = self.html

    def _dragged(self, _change: Any) -> None:
        self.growth, self.target = self.controls["growth"].value, self.controls["target"].value
        self._shown.value = self.html

    def _made(self, kind: Any, name: str, options: list, value: Any) -> Any:
        return kind(description=self.report.say(f"explore.if.{name}"), options=options, value=value,
                    layout={"width": "34rem", "max_width": "100%"}, style={"description_width": "7rem"})  # fmt: skip

    def _reach(self) -> tuple[float, float]:
        """Return the lowest and the highest year's end worth dragging to: a bit beyond the 95% interval."""
        low, point, high = (self.likely.knots[place][0] for place in (0, 2, 4))
        least = 0.02 * abs(point)
        ends = point - max(REACH * (point - low), least), point + max(REACH * (high - point), least)
        return bounded(ends[0], self.entry), bounded(ends[1], self.entry)

    def _leads_to(self, value: float) -> float:
        return second_half_growth(self.likely.half, value, self.entry.kind)

    def _number(self, value: float) -> str:
        return format_number(value, self.entry.decimals, lang=self.report.lang)

    def _amount(self, value: float) -> str:
        return amount(round_half_up(value, self.entry.decimals), self.entry, self.report.lang)

    def _grew(self, value: float) -> str:
        return grew(value, self.entry, self.report.lang) if known(value) else self.report.say("narrative.not_known")


def _positions(low: float, high: float, start: float, finest: float) -> list[float]:
    """Return where a slider may stand between two ends: at round values, about STEPS of them, and where it starts.

    >>> _positions(0.2, 0.9, 0.55, 0.1)
    [0.2, 0.3, 0.4, 0.5, 0.55, 0.6, 0.7, 0.8, 0.9]
    """
    rough = max((high - low) / STEPS, finest)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(times * power for times in (1, 2, 5, 10) if times * power >= rough * (1 - 1e-9))
    places = range(math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9) + 1)
    return sorted({round(place * step, 9) for place in places} | {start})


def what_if(report: Report, indicator: str | None = None, *, live: bool | None = None) -> WhatIf | Text:
    """Return a panel that answers "what if" for a report on a first half.

    Where nothing is forecast, the sentence that says so. `live` as in `panel`. Raises IctplanError for an unknown or
    unforecast indicator.

    >>> import ictplan_utils as ict
    >>> asked = what_if(ict.report("tuan-giao"), "telecom_revenue")
    >>> asked.growth, asked.target = 10, 60000
    >>> round(asked.scenario.year_end), round(asked.scenario.asked, 1)
    (52044, 15.3)
    """
    rows = report.forecasts if report.is_first_half else pd.DataFrame(columns=["indicator", "half", "point"])
    rows = rows[rows["point"].notna() & (rows["half"] > 0)].set_index("indicator")
    rows = rows.loc[[slug for slug, half in rows["half"].items() if fits(half, report.entry(slug))]]
    if rows.empty:
        return paragraph(report.say("explore.if.none"))
    found = WhatIf(report, rows)
    found.begin(indicator or (FIRST if FIRST in rows.index else rows.index[0]))
    if is_live() if live is None else live:
        found.build()
    return found
