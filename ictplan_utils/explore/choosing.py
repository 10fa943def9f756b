"""Choose areas, indicators, periods, a way of looking: chart, sentence, table follow; keep what was found as code."""

from __future__ import annotations

import dataclasses
from typing import Any

import pandas as pd

from ictplan_utils import catalog
from ictplan_utils.explore.measures import EVERY, MEASURES
from ictplan_utils.explore.shown import Shown, beside, chart_html, code_html, is_live, table_html
from ictplan_utils.explore.start import first_indicator
from ictplan_utils.explore.views import View, picture, told
from ictplan_utils.periods import is_half, latest, year

WORDS = {
    "vi": {
        "area": "Địa bàn", "second_area": "So với", "indicator": "Chỉ tiêu", "second_indicator": "Cùng với",
        "none": "—", "measure": "Cách xem", "every": "Kỳ", "years": "Năm", "ends": "Chỉ so sánh hai năm đầu, cuối",
        "pin": "Giữ góc nhìn này", "pin_hint": "Ghi góc nhìn thành ba dòng mã để chép vào một ô mới",
    },
    "en": {
        "area": "Area", "second_area": "Against", "indicator": "Indicator", "second_indicator": "Along with",
        "none": "—", "measure": "Look at", "every": "Periods", "years": "Years",
        "ends": "Compare first and last year only", "pin": "Keep this view",
        "pin_hint": "Write the view as three lines of code, to copy into a new cell",
    },
}  # fmt: skip


class Panel(Shown):
    """The panel: `view` is what it shows, `pinned` the views that were kept, `controls` its widgets by name."""

    def __init__(self, observations: pd.DataFrame, view: View, live: bool) -> None:
        self.areas = list(dict.fromkeys(observations["area"]))
        self._own = dict(iter(observations.groupby("area", sort=False)))
        self.view, self.pinned = view, []
        self.controls: dict[str, Any] = {}
        self._settling = False
        if live:
            self._build()

    def __repr__(self) -> str:
        return f"<Panel: {picture(self._chosen(), self.view).headline}>"

    @property
    def html(self) -> str:
        """Chart, sentences and table of the view."""
        rows = self._chosen()
        chart = picture(rows, self.view)
        words = told(rows, self.view)._repr_html_()
        return beside(chart_html(chart), f'<div class="told">{words}</div>{table_html(chart.data)}')

    def _chosen(self) -> pd.DataFrame:
        return pd.concat([self._own[area] for area in self.view.areas])

    def _build(self) -> None:
        import ipywidgets as widgets

        words, view = WORDS[self.view.lang], self.view
        wide, style = widgets.Layout(width="26rem", max_width="100%"), {"description_width": "5.2rem"}

        def choose(name: str, options: list, value: Any) -> Any:
            return widgets.Dropdown(
                description=words[name], options=options, value=value, layout=wide, style=style
            )  # fmt: skip

        names, years = [(self._area_name(area), area) for area in self.areas], self._years()
        second = view.areas[1] if len(view.areas) > 1 else ""
        self.controls = {
            "area": choose("area", names, view.areas[0]),
            "second_area": choose("second_area", [(words["none"], ""), *names], second),
            "indicator": choose("indicator", self._indicators(view.areas), view.indicators[0]),
            "second_indicator": choose(
                "second_indicator", [(words["none"], ""), *self._indicators(view.areas)],
                view.indicators[1] if len(view.indicators) > 1 else "",
            ),
            "measure": choose("measure", self._labelled(MEASURES, list(MEASURES)), view.measure),
            "every": choose("every", self._labelled(EVERY, self._periods(view)), view.every),
            "years": self._slider(years, view.years or (years[0], years[-1])),
            "ends": widgets.Checkbox(description=words["ends"], value=view.ends, indent=False),
        }  # fmt: skip
        self._pin = widgets.Button(description=words["pin"], tooltip=words["pin_hint"], icon="thumb-tack",
                                   layout=widgets.Layout(width="14rem"))  # fmt: skip
        self._pin.on_click(lambda _: self.pin())
        self._shown, self._kept = widgets.HTML(), widgets.HTML()
        for control in self.controls.values():
            control.observe(self._changed, "value")
        row = widgets.Layout(display="flex", flex_flow="row wrap", align_items="center", grid_gap="2px 24px")
        self._row = widgets.Box(list(self.controls.values()), layout=row)
        self.widget = widgets.VBox([self._row, self._shown, self._pin, self._kept])
        self._settle()

    def _slider(self, years: list[int], value: tuple[int, int]) -> Any:
        import ipywidgets as widgets

        return widgets.SelectionRangeSlider(
            description=WORDS[self.view.lang]["years"], options=years, value=value,
            layout=widgets.Layout(width="26rem", max_width="100%"), style={"description_width": "5.2rem"},
        )  # fmt: skip

    def pin(self) -> None:
        """Keep the view: its code appears below the panel, the latest first."""
        if self.view not in self.pinned:
            self.pinned.append(self.view)
        if self.widget is not None:
            kept = [(picture(self._of(view), view).headline, view.code()) for view in reversed(self.pinned)]
            self._kept.value = "".join(code_html(title, code, self.view.lang) for title, code in kept)

    def _of(self, view: View) -> pd.DataFrame:
        return pd.concat([self._own[area] for area in view.areas])

    def _changed(self, _change: Any) -> None:
        if not self._settling:
            self._settle()

    def _settle(self) -> None:
        """Bring the choices in line with each other, then show what they mean: everything at once."""
        controls = self.controls
        self._settling = True
        try:
            areas = tuple(filter(None, dict.fromkeys([controls["area"].value, controls["second_area"].value])))
            options = self._indicators(areas)
            _offer(controls["indicator"], options)
            _offer(controls["second_indicator"], [(WORDS[self.view.lang]["none"], ""), *options])
            chosen = [controls["indicator"].value, controls["second_indicator"].value]
            view = dataclasses.replace(
                self.view, areas=areas, indicators=tuple(filter(None, dict.fromkeys(chosen))),
                measure=controls["measure"].value, years=None, report=None,
            )  # fmt: skip
            _offer(controls["every"], self._labelled(EVERY, self._periods(view)))
            other = view.areas != self.view.areas
            self.view = dataclasses.replace(view, every=controls["every"].value, ends=controls["ends"].value)
            self._settle_years(whole=other)
        finally:
            self._settling = False
        self._shown.value = self.html

    def _settle_years(self, whole: bool) -> None:
        """Offer the years there are; keep the chosen span, unless `whole` or nothing lies in it; hide what is idle.

        Another area has its own years: the span chosen for the first would hide it.
        """
        slider, ends = self.controls["years"], self.controls["ends"]
        years = self._years()
        if list(slider.options) != years or whole:
            whole = whole or slider.value == (slider.options[0], slider.options[-1])
            first, last = slider.value
            kept = [year for year in years if first <= year <= last]
            # A new slider: the browser answers other options on the old one with the places of the old ones.
            slider.unobserve_all()
            slider = self._slider(years, (years[0], years[-1]) if whole or not kept else (kept[0], kept[-1]))
            slider.observe(self._changed, "value")
            self.controls["years"] = slider
            self._row.children = tuple(self.controls.values())
        useful = not self.view.as_reported and len(years) > 1
        for control in (slider, ends):
            control.layout.display = "" if useful else "none"
        span = slider.value if useful and slider.value != (years[0], years[-1]) else None
        self.view = dataclasses.replace(self.view, years=span, ends=ends.value and useful)

    def _indicators(self, areas: tuple[str, ...]) -> list[tuple[str, str]]:
        """The indicators that the areas have figures of, in the form's order, by their short names."""
        have = {slug for area in areas for slug in self._own[area]["indicator"].unique()}
        entries = catalog.indicators(self.view.data_dir)
        short = entries["short_vi" if self.view.lang == "vi" else "short_en"]
        return [(short[slug], slug) for slug in entries.index if slug in have]

    def _periods(self, view: View) -> list[str]:
        """The kinds of periods there is something to show of."""
        periods = {
            period for area in view.areas
            for period in self._own[area].loc[self._own[area]["indicator"].isin(view.indicators), "period"]
        }  # fmt: skip
        halves = any(period.endswith("-S1") for period in periods)
        report = latest(self._own[view.areas[0]]["report"].unique())
        plain = dataclasses.replace(view, every="report").as_reported and is_half(report)
        found = ["report"] * plain + ["year"] * any(len(period) == 4 for period in periods) + ["half"] * halves
        return found or ["year"]

    def _years(self) -> list[int]:
        rows = self._chosen()
        periods = rows.loc[rows["indicator"].isin(self.view.indicators), "period"]
        wanted = [period for period in periods if period.endswith("-S1") == (self.view.every == "half")]
        return sorted({year(period) for period in wanted}) or [year(max(rows["period"]))]

    def _area_name(self, area: str) -> str:
        title = catalog.area(area, self.view.data_dir).title(self.view.lang)
        return title[:1].upper() + title[1:]

    def _labelled(self, words: Any, names: list[str]) -> list[tuple[str, str]]:
        return [(words[name][0 if self.view.lang == "vi" else 1], name) for name in names]


def _offer(control: Any, options: list[tuple[str, str]]) -> None:
    """Give a dropdown new options; keep its choice where it is still among them, else take the first."""
    if list(control.options) == options:
        return
    value = control.value
    with control.hold_sync():
        control.options = options
        control.value = value if value in [slug for _, slug in options] else options[0][1]


def panel(
    observations: pd.DataFrame,
    area: str | None = None,
    indicator: str | None = None,
    *,
    lang: str = "vi",
    data_dir: str = "data",
    live: bool | None = None,
) -> Panel:
    """Return a panel to choose with; it begins at `area` and `indicator` (else the first that has figures).

    In JupyterLab and VS Code it is alive; run by papermill, or read where there are no widgets, it is the
    chart, sentence and table it begins with. `live` decides that by hand. Raises IctplanError for unknown names.

    >>> import ictplan_utils as ict
    >>> panel(ict.load("tuan-giao"), indicator="bts_stations").view.code().splitlines()[-1]
    'ict.trend(observations, "bts_stations")'
    """
    areas = list(dict.fromkeys(observations["area"]))
    area = catalog.area(area or areas[0], data_dir).area
    start = first_indicator(observations, area, catalog.indicators(data_dir).index)
    chosen = catalog.indicator(indicator or start, data_dir).indicator
    view = View((chosen,), (area,), every="report", lang=lang, data_dir=str(data_dir))
    if not is_half(latest(observations.loc[observations["area"] == area, "report"].unique())):
        view = dataclasses.replace(view, every="year")
    return Panel(observations, view, is_live() if live is None else live)
