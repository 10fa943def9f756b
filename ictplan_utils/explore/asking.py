"""Drag the second half's growth or next year's target: year's end, growth asked and chances follow."""

from __future__ import annotations

import math
from html import escape
from typing import Any

import pandas as pd

from ictplan_utils import catalog
from ictplan_utils.catalog import Indicator
from ictplan_utils.errors import IctplanError
from ictplan_utils.explore.chances import Outlook, Scenario, bounded, outlook, scenario, second_half_growth
from ictplan_utils.explore.shown import Shown, beside, is_live
from ictplan_utils.forecast import forecast_year_end
from ictplan_utils.narrative import NBSP, Text, amount, fits, known, likelihood, paragraph, percent
from ictplan_utils.observations import as_of, report_table
from ictplan_utils.periods import is_half, latest, year
from ictplan_utils.vietnamese import format_number, round_half_up

STEPS = 100
"""Positions of a slider: fine enough to meet any figure, coarse enough to be dragged."""
REACH = 1.5
"""How far a slider goes beyond the forecast's 95% interval, in parts of its half."""

WORDS = {
    "vi": {"indicator": "Chỉ tiêu", "growth": "6 tháng cuối", "target": "Kế hoạch",
           "none": "Chưa có số liệu 6 tháng của địa bàn này nên chưa dự báo được cuối năm."},
    "en": {"indicator": "Indicator", "growth": "Second half", "target": "Target",
           "none": "This area has no six-month figures, so the year's end cannot be forecast yet."},
}  # fmt: skip


class WhatIf(Shown):
    """The panel: it shows `indicator`, `growth` (per cent; a share: points) and `target`; `scenario` follows."""

    def __init__(self, forecasts: pd.DataFrame, targets: pd.Series, report: str, lang: str, data_dir: str) -> None:
        self._forecasts, self._targets = forecasts.set_index("indicator"), targets
        self.area = catalog.area(forecasts["area"].iloc[0], data_dir)
        self.report, self.lang, self._data_dir = report, lang, data_dir
        self.controls: dict[str, Any] = {}
        self._settling = False

    def begin(self, indicator: str) -> None:
        """Show an indicator as it is forecast: the second half that leads to our point, the target as planned."""
        if indicator not in self._forecasts.index:
            catalog.indicator(indicator, self._data_dir)
            raise IctplanError(f"no forecast of '{indicator}': its first half is not known; choose another")
        self.indicator = indicator
        self.entry = catalog.indicator(indicator, self._data_dir)
        self.likely = outlook(self._forecasts.loc[indicator])
        self.growth = round_half_up(self._leads_to(self.likely.point), 1)
        stated = self._targets.get(indicator, math.nan)
        self.target = stated if known(stated) else round_half_up(self.likely.point, self.entry.decimals)

    @property
    def scenario(self) -> Scenario:
        """What follows from `growth` and `target`."""
        return scenario(self.likely, self.growth, self.target, self.entry)

    @property
    def official(self) -> float:
        """The officials' estimate of the year, NaN where there is none."""
        return float(self._forecasts.loc[self.indicator, "official_estimate"])

    @property
    def html(self) -> str:
        """The picture and the sentences."""
        place = self.area.title(self.lang)
        name = escape(f"{self.entry.short(self.lang)}, {place}")
        drawn = (
            '<figure class="chart" style="margin:0 0 .5rem;flex:1 1 22rem;max-width:36rem">'
            f"<figcaption><strong>{name}</strong></figcaption>{self._picture()}</figure>"
        )
        return beside(drawn, f'<div class="told">{self.told()._repr_html_()}</div>')

    def __repr__(self) -> str:
        return f"<WhatIf: {self.told().sentences[0]}>"

    def told(self) -> Text:
        """Return what the scenario means, in four sentences at most."""
        this, vi, what = year(self.report), self.lang == "vi", self.scenario
        move = _growth(self.growth, self.entry, self.lang)
        end, target = self._amount(what.year_end), self._amount(self.target)
        chance = likelihood(what.chance_year_end, self.lang)
        low, high = self._knot(1), self._knot(3)
        better = self.entry.direction != "lower"
        if vi:
            side = "từ mức ấy trở lên" if better else "từ mức ấy trở xuống"
            first = (
                f"Nếu 6 tháng cuối năm {move} so với 6 tháng đầu, năm {this} đạt {end}"
                f"{self._against_last(what.grown)}; khả năng đạt {side}: {chance}."
            )
            second = f"Dự báo {self._amount(self.likely.point)}, khoảng 80% từ {low} đến {high}"
        else:
            side = "there or above" if better else "there or below"
            first = (
                f"If the second half is {move} on the first, {this} ends at {end}{self._against_last(what.grown)}; "
                f"chance to end {side}: {chance}."
            )
            second = f"Forecast {self._amount(self.likely.point)}, 80% interval {low} to {high}"
        return paragraph(first, second + self._official() + ".", *self._of_target(what, target))

    def _official(self) -> str:
        if not known(self.official):
            return ""
        needed = self._leads_to(self.official)
        move = _growth(needed, self.entry, self.lang)
        if self.lang == "vi":
            return f"; muốn đạt ước của đơn vị ({self._amount(self.official)}), 6 tháng cuối phải {move}"
        return f"; the office's estimate ({self._amount(self.official)}) needs a second half {move}"

    def _of_target(self, what: Scenario, target: str) -> list[str]:
        following, vi = year(self.report) + 1, self.lang == "vi"
        reached = likelihood(what.chance_target, self.lang)
        met = self.target >= what.year_end if self.entry.direction == "lower" else self.target <= what.year_end
        if met:
            asked = "mức ấy đã đạt" if vi else "reached there already"
        elif vi:
            asked = f"còn phải {_growth(what.asked, self.entry, 'vi')}"
        else:
            asked = f"asks for {_growth(what.asked, self.entry, 'en')} on that"
        if vi:
            given = "Kế hoạch" if known(self._targets.get(self.indicator, math.nan)) else "Nếu đặt kế hoạch"
            told = [f"{given} năm {following} là {target}: {asked}."]
            if known(what.chance_target):
                told.append(
                    f"Khả năng năm {following} đạt kế hoạch: {reached}; khả năng đạt ngay cuối năm nay: "
                    f"{likelihood(what.chance_already, 'vi')}."
                )
        else:
            told = [f"The target for {following} is {target}: {asked}."]
            if known(what.chance_target):
                told.append(
                    f"The chance that {following} reaches the target is {reached}; that the end of this year "
                    f"already does: {likelihood(what.chance_already, 'en')}."
                )
        return told

    def _against_last(self, grown: float) -> str:
        if not known(grown):
            return ""
        last = year(self.report) - 1
        move = _growth(grown, self.entry, self.lang)
        return f" ({move} so với năm {last})" if self.lang == "vi" else f" ({move} on {last})"

    def _amount(self, value: float) -> str:
        return amount(round_half_up(value, self.entry.decimals), self.entry, self.lang)

    def _knot(self, place: int) -> str:
        return format_number(self.likely.knots[place][0], self.entry.decimals, lang=self.lang)

    def _leads_to(self, value: float) -> float:
        return second_half_growth(self.likely.half, value, self.entry.kind)

    def _picture(self) -> str:
        return picture(self.likely, self.scenario.year_end, self.target, self.official, self.entry, self.lang)

    def build(self) -> None:
        """Make the widgets."""
        import ipywidgets as widgets

        words, style = WORDS[self.lang], {"description_width": "7rem"}
        wide = widgets.Layout(width="34rem", max_width="100%")
        entries = catalog.indicators(self._data_dir)
        short = entries["short_vi" if self.lang == "vi" else "short_en"]
        names = [(short[slug], slug) for slug in entries.index if slug in self._forecasts.index]
        self._indicator = widgets.Dropdown(
            description=words["indicator"], options=names, value=self.indicator, layout=wide, style=style
        )
        self._growth = widgets.FloatSlider(description=words["growth"], layout=wide, style=style, readout_format="+.1f")
        self._target = widgets.FloatSlider(description=words["target"], layout=wide, style=style)
        self._shown = widgets.HTML()
        self.controls = {"indicator": self._indicator, "growth": self._growth, "target": self._target}
        self.widget = widgets.VBox([*self.controls.values(), self._shown])
        self._indicator.observe(self._chosen, "value")
        self._growth.observe(self._dragged, "value")
        self._target.observe(self._dragged, "value")
        self._chosen(None)

    def _chosen(self, _change: Any) -> None:
        """Set the sliders to the chosen indicator: where they begin, how far they go."""
        self.begin(self._indicator.value)
        self._settling = True
        points = "đ" if self.lang == "vi" else "pp"
        unit = points if self.entry.kind == "share" else "%"
        self._growth.description = f"{WORDS[self.lang]['growth']} ({unit})"
        self._target.tooltip = self.entry.unit(self.lang)
        low, high = (self._leads_to(end) for end in self._reach())
        _range(self._growth, min(low, self.growth), max(high, self.growth), self.growth, 0.1)
        ends = [*self._reach(), self.target, self.target * 1.1, self.likely.half]
        low, high = (bounded(end, self.entry) for end in (min(ends), max(ends)))
        _range(self._target, low, high, self.target, 10.0**-self.entry.decimals)
        self._target.readout_format = f",.{self.entry.decimals}f" if self.lang == "en" else f".{self.entry.decimals}f"
        self._settling = False
        self._shown.value = self.html

    def _dragged(self, _change: Any) -> None:
        if not self._settling:
            self.growth, self.target = self._growth.value, self._target.value
            self._shown.value = self.html

    def _reach(self) -> tuple[float, float]:
        """Return the lowest and the highest year's end worth dragging to: a bit beyond the 95% interval."""
        low, point, high = (self.likely.knots[place][0] for place in (0, 2, 4))
        least = 0.02 * abs(point)
        ends = point - max(REACH * (point - low), least), point + max(REACH * (high - point), least)
        return bounded(ends[0], self.entry), bounded(ends[1], self.entry)


def _range(slider: Any, low: float, high: float, value: float, finest: float) -> None:
    """Move a slider to another range without passing through one that is empty."""
    step = max(finest, 10.0 ** math.floor(math.log10(max((high - low) / STEPS, 1e-9))))
    low, high = (round(turn(end / step) * step, 9) for turn, end in ((math.floor, low), (math.ceil, high)))
    slider.min, slider.max = min(slider.min, low), max(slider.max, high)
    slider.step, slider.value = step, value
    slider.min, slider.max = min(low, value), max(high, value)


def picture(likely: Outlook, end: float, target: float, official: float, entry: Indicator, lang: str = "vi") -> str:
    """Return the outlook as a picture: intervals as bars, the forecast, the scenario, the estimate and the target."""
    low, high = likely.knots[0][0], likely.knots[4][0]
    marks = [value for value in (end, target, official, low, high) if known(value)]
    least, most = min(marks), max(marks)
    span = (most - least) or max(abs(most), 1.0)

    def x(value: float) -> float:
        return round(24 + 432 * (value - least) / span, 1)

    vi = lang == "vi"
    signs = [
        ("▼", "Kịch bản" if vi else "Scenario", end, "var(--chart-actual,#0072b2)"),
        ("●", "Dự báo" if vi else "Forecast", likely.point, "var(--chart-forecast,#00785a)"),
        ("◆", "Đơn vị ước" if vi else "Official", official, "var(--chart-estimate,#a65400)"),
        ("■", "Kế hoạch" if vi else "Target", target, "var(--chart-target,#8f3f71)"),
    ]
    body = (
        f'<path d="M{x(low)} 40H{x(high)}" style="stroke:var(--chart-muted,#5c5f62);stroke-width:2"/>'
        f'<path d="M{x(likely.knots[1][0])} 40H{x(likely.knots[3][0])}" '
        'style="stroke:var(--chart-forecast,#00785a);stroke-width:9;opacity:.45"/>'
    )
    legend, told = [], []
    for place, (sign, word, value, colour) in enumerate(sign for sign in signs if known(sign[2])):
        shown = amount(round_half_up(value, entry.decimals), entry, lang)
        height = 24 if sign == "▼" else 45
        ink = f'style="fill:{colour};font-size:14px"'
        body += f'<text x="{x(value)}" y="{height}" text-anchor="middle" {ink}>{sign}</text>'
        legend.append(f'<text x="24" y="{78 + 19 * place}" {ink}>{sign} {word}: {escape(shown)}</text>')
        told.append(f"{word}: {shown}")
    tall = 66 + 19 * len(told)
    return (
        f'<svg role="img" aria-label="{escape("; ".join(told), quote=True)}" viewBox="0 0 480 {tall}" '
        f'style="width:100%;height:auto;font-family:inherit">{body}{"".join(legend)}</svg>'
    )


def _growth(value: float, entry: Indicator, lang: str) -> str:
    """Return a move in words: `tăng 5%`, `giảm 0,5 điểm phần trăm`, `giữ nguyên`."""
    vi = lang == "vi"
    if not known(value):
        return "thay đổi chưa rõ" if vi else "an unknown change"
    if abs(value) < 0.05:
        return "giữ nguyên" if vi else "unchanged"
    word = ("tăng" if value > 0 else "giảm") if vi else ("up" if value > 0 else "down")
    if entry.kind == "share":
        return f"{word} {format_number(abs(value), 1, lang=lang)}{NBSP}{'điểm phần trăm' if vi else 'points'}"
    return f"{word} {percent(abs(value), lang=lang)}"


def what_if(
    observations: pd.DataFrame,
    area: str | None = None,
    report: str | None = None,
    indicator: str | None = None,
    *,
    lang: str = "vi",
    data_dir: str = "data",
    live: bool | None = None,
) -> WhatIf | Text:
    """Return a panel that answers "what if" for one area's latest half-year report (or the one named).

    By default the first area that has such a report. Where there is none, the sentence that says so. `live` as in
    `panel`. Raises IctplanError for an unknown or unforecast indicator.

    >>> import ictplan_utils as ict
    >>> asked = what_if(ict.load("tuan-giao"), indicator="telecom_revenue")
    >>> asked.growth, asked.target = 10, 60000
    >>> round(asked.scenario.year_end), round(asked.scenario.asked, 1)
    (52044, 15.3)
    """
    halves = observations[observations["report"].map(is_half)]
    areas = [area] if area else list(dict.fromkeys(halves["area"]))
    own = halves[halves["area"] == areas[0]] if areas else halves
    report = report or latest(own["report"].unique())
    if own.empty or not is_half(report):
        return paragraph(WORDS[lang]["none"])
    area = areas[0]
    own = as_of(own, report)
    rows = forecast_year_end(own, report)
    rows = rows[(rows["area"] == area) & rows["point"].notna() & (rows["half"] > 0)]
    sound = [fits(row.half, catalog.indicator(row.indicator, data_dir)) for row in rows.itertuples()]
    rows = rows.loc[rows.index[sound]] if sound else rows
    if rows.empty:
        return paragraph(WORDS[lang]["none"])
    found = WhatIf(rows, report_table(own, area, report)["target"], report, lang, str(data_dir))
    first = next((slug for slug in ("telecom_revenue", *rows["indicator"]) if slug in set(rows["indicator"])), "")
    found.begin(indicator or first)
    if is_live() if live is None else live:
        found.build()
    return found
