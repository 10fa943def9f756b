"""Choose areas, indicators, periods, a way of looking: chart, sentence, table follow; keep what was found as code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd

from ictplan_utils import catalog, narrative, observations
from ictplan_utils.charts.look import SIZES
from ictplan_utils.errors import IctplanError
from ictplan_utils.explore.measures import EVERY, MEASURES, stated
from ictplan_utils.explore.output import Shown, beside, code_html, files_html, is_live, notebook, png
from ictplan_utils.explore.views import View
from ictplan_utils.files import write_atomically
from ictplan_utils.messages import error
from ictplan_utils.periods import is_half, latest
from ictplan_utils.reports import Report, from_tables
from ictplan_utils.vietnamese import capitalised, fold

GROUP = "#"
"""Begins the value of a heading among the indicators: choosing it is choosing the first below it."""


class Panel(Shown):
    """The panel: `view` is what it shows, `pinned` the views that were kept, `controls` its widgets by name."""

    def __init__(self, report: Report, indicator: str, live: bool) -> None:
        stored = observations.load(corrected=True, data_dir=report.folder)
        self._own = dict(iter(stored.groupby("area", sort=False))) | {report.area.area: report.history}
        self._have = {area: frozenset(own["indicator"]) for area, own in self._own.items()}
        self._reports = {report.area.area: report}
        self._began = report
        self._entries = report.entries
        every = "report" if is_half(report.period) else "year"
        self.view, self.pinned = self._view((report.area.area,), (indicator,), every), []
        self.controls: dict[str, Any] = {}
        self._settling = False
        if live:
            self._build()

    def __repr__(self) -> str:
        return f"<Panel: {self.view.chart().headline}>".replace("\N{NO-BREAK SPACE}", " ")

    @property
    def html(self) -> str:
        """Chart, sentences and table of the view."""
        # An editor shows the narrow one.
        return beside(self.view.chart(wide=self.widget is None), self.view.told())

    def pin(self) -> None:
        """Keep the view: its code appears below the panel, the latest first."""
        if self.view not in self.pinned:
            self.pinned.append(self.view)
        if self.widget is not None:
            self._kept.value = "".join(
                code_html(view.chart().headline, view.code(), view.report.lang) for view in reversed(self.pinned)
            )

    def files(self, size: str = "page") -> str:
        """Return links that save the view: its picture for a phone, a page or a slide, its figures, also in Excel."""
        view, chart = self.view, self.view.chart()
        picture = png(lambda axes: view.chart(ax=axes), chart.headline, chart.unit, size)
        return files_html(self._name, picture, view.figures())

    def write_report(self, folder: str | Path = ".") -> Path:
        """Write the view as a notebook of its own, from which the batch makes a report of any area; return its path.

        Raises IctplanError where there is one of that name.
        """
        view = self.view
        path = Path(folder) / f"{self._name}.ipynb"
        if path.exists():
            raise error("explore.report_there", path=path)
        areas = ", ".join(["area", *(f'"{area}"' for area in view.areas[1:])])
        names = ", ".join(view.report.entry(slug).short(view.report.lang) for slug in view.indicators)
        made = notebook(names, view.report, view.call(f"[{areas}]"))
        write_atomically(path, nbformat.writes(made) + "\n")
        return path

    @property
    def _name(self) -> str:
        """What files of the view are called."""
        view = self.view
        measure = [view.measure] if view.measure != "value" else []
        return "-".join([*view.indicators, *view.areas[1:], *measure]).replace("_", "-")

    def _view(self, areas: tuple[str, ...], indicators: tuple[str, ...], every: str = "year") -> View:
        """Return the plain view; the first area's report is the one the panel began with, else its latest."""
        first, begun = areas[0], self._began
        if first not in self._reports:
            own = self._own[first]
            self._reports[first] = from_tables(own, first, latest(own["report"]), begun.lang, begun.folder)
        known = stated(pd.concat([self._own[area] for area in areas], ignore_index=True), indicators, areas)
        return View(self._reports[first], known, indicators, areas, every=every)

    # -- widgets ---------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        import ipywidgets as widgets

        view, made, areas = self.view, self._made, self._areas(self._own)
        self.controls = {
            "area": made(widgets.Dropdown, "area", options=areas, value=view.areas[0]),
            "second_area": made(widgets.Dropdown, "second_area", options=[("—", ""), *areas]),
            "search": made(widgets.Text, "search", placeholder=self._word("panel.search_hint")),
            "indicator": made(widgets.Dropdown, "indicator", options=[("", view.indicators[0])]),
            "second_indicator": made(widgets.Dropdown, "second_indicator", options=[("—", "")]),
            "measure": made(widgets.Dropdown, "measure", options=self._labelled("measure", MEASURES)),
            "every": made(widgets.Dropdown, "every", options=self._labelled("every", EVERY), value=view.every),
            "years": self._slider([0], (0, 0)),
            "ends": widgets.Checkbox(description=self._word("panel.ends"), indent=False),
        }
        for control in self.controls.values():
            control.observe(self._changed, "value")
        row = widgets.Layout(display="flex", flex_flow="row wrap", align_items="center", grid_gap="2px 24px")
        self._row = widgets.Box(list(self.controls.values()), layout=row)
        self._shown, self._kept, self._files = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.widget = widgets.VBox([self._row, self._shown, self._buttons(row), self._files, self._kept])
        self._settle()

    def _buttons(self, row: Any) -> Any:
        """Return what can be done with a view: keep it as code, save it, make a report of it."""
        import ipywidgets as widgets

        size = widgets.Dropdown(options=self._labelled("size", SIZES), value="page", layout={"width": "10rem"})

        def button(name: str, icon: str, do: Any) -> Any:
            made = widgets.Button(description=self._word(f"button.{name}"), tooltip=self._word(f"button.{name}_hint"),
                                  icon=icon, layout={"width": "auto"})  # fmt: skip
            made.on_click(lambda _: do())
            return made

        def save() -> None:
            self._files.value = self.files(size.value)

        def report() -> None:
            try:
                path = self.write_report()
                self._files.value = self._word("report_written", path=path, name=path.stem)
            except (IctplanError, OSError) as problem:
                self._files.value = str(problem)

        buttons = (button("keep", "thumb-tack", self.pin), button("save", "download", save), size,
                   button("report", "file-text-o", report))  # fmt: skip
        return widgets.Box(buttons, layout=row)

    def _made(self, kind: Any, name: str, **options: Any) -> Any:
        return kind(description=self._word(f"panel.{name}"), layout={"width": "26rem", "max_width": "100%"},
                    style={"description_width": "5.6rem"}, **options)  # fmt: skip

    def _slider(self, years: list[int], value: tuple[int, int]) -> Any:
        import ipywidgets as widgets

        return self._made(widgets.SelectionRangeSlider, "years", options=years, value=value)

    def _changed(self, _change: Any) -> None:
        if not self._settling:
            self._settle()

    def _settle(self) -> None:
        """Bring the choices in line with each other, then show what they mean: everything at once."""
        self._settling = True
        try:
            self._settle_what()
            self._settle_how()
        finally:
            self._settling = False
        self._shown.value, self._files.value = self.html, ""

    def _settle_what(self) -> None:
        """Offer the areas that share an indicator, and the indicators that all chosen areas have figures of."""
        controls, first = self.controls, self.controls["area"].value
        others = [area for area, have in self._have.items() if area != first and have & self._have[first]]
        _offer(controls["second_area"], [("—", ""), *self._areas(others)])
        areas = tuple(filter(None, (first, controls["second_area"].value)))
        have = frozenset.intersection(*(self._have[area] for area in areas))
        for name, none in (("indicator", []), ("second_indicator", [("—", "")])):
            _offer(controls[name], [*none, *self._indicators(have, controls["search"].value)])
            if controls[name].value.startswith(GROUP):
                values = [value for _, value in controls[name].options]
                controls[name].value = values[values.index(controls[name].value) + 1]
        chosen = filter(None, dict.fromkeys([controls["indicator"].value, controls["second_indicator"].value]))
        self._other = areas != self.view.areas
        self.view = self._view(areas, tuple(chosen))

    def _settle_how(self) -> None:
        """Offer the periods and measures there are figures for, and the years there are."""
        controls, plain = self.controls, self.view
        found = {every: replace(plain, every=every).series for every in ("year", "half")}
        every = [name for name in ("year", "half") if any(one.points for one in found[name])] or ["year"]
        if len(plain.areas) == len(plain.indicators) == 1 and is_half(plain.report.period):
            every.insert(0, "report")
        _offer(controls["every"], self._labelled("every", every))
        self.view = replace(plain, every=controls["every"].value)
        sound = [name for name in MEASURES if all(one.points for one in replace(self.view, measure=name).series)]
        _offer(controls["measure"], self._labelled("measure", sound or ["value"]))
        self.view = replace(self.view, measure=controls["measure"].value)
        years = {point.year for one in found["half" if self.view.every == "half" else "year"] for point in one.points}
        self._settle_years(sorted(years) or [plain.report.year])

    def _settle_years(self, years: list[int]) -> None:
        """Offer the years there are; keep the chosen span, unless nothing lies in it; hide what is idle.

        Another area has its own years: the span chosen for the first would hide it.
        """
        slider, ends = self.controls["years"], self.controls["ends"]
        if list(slider.options) != years or self._other:
            whole = self._other or slider.value == (slider.options[0], slider.options[-1])
            kept = [year for year in years if slider.value[0] <= year <= slider.value[1]]
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
        self.view = replace(self.view, years=span, ends=ends.value and useful)

    def _indicators(self, have: Iterable[str], search: str) -> list[tuple[str, str]]:
        """Return the indicators there are figures of, in the form's order, under their sectors' names.

        With a search, those whose short (else official) names hold its words, marks or not; all, where none does.
        """
        words, lang = fold(search).split(), self._began.lang
        shown = [entry for slug, entry in self._entries.items() if slug in have]
        named = [entry for entry in shown if all(word in fold(entry.short(lang)) for word in words)]
        named = named or [entry for entry in shown if all(word in fold(entry.name(lang)) for word in words)]
        found: list[tuple[str, str]] = []
        for sector in catalog.SECTORS:
            group = [(entry.short(lang), entry.indicator) for entry in named or shown if entry.sector == sector]
            found += [(f"── {narrative.sector_name(sector, lang)} ──", GROUP + sector), *group] if group else []
        return found

    def _areas(self, slugs: Iterable[str]) -> list[tuple[str, str]]:
        return [(capitalised(catalog.area(slug, self._began.folder).title(self._began.lang)), slug) for slug in slugs]

    def _labelled(self, kind: str, names: Iterable[str]) -> list[tuple[str, str]]:
        return [(self._word(f"{kind}.{name}"), name) for name in names]

    def _word(self, key: str, **values: object) -> str:
        return self._began.say(f"explore.{key}", **values)


def _offer(control: Any, options: list[tuple[str, str]]) -> None:
    """Give a dropdown new options; keep its choice where it is still among them, else take the first."""
    if list(control.options) == options:
        return
    value = control.value
    with control.hold_sync():
        control.options = options
        control.value = value if value in [slug for _, slug in options] else options[0][1]


def panel(report: Report, indicator: str | None = None, *, live: bool | None = None) -> Panel:
    """Return a panel to choose with; it begins at `report` and `indicator` (else what a leader asks for first).

    In JupyterLab and VS Code it is alive; run by papermill, or read where there are no widgets, it is the
    chart, sentence and table it begins with. `live` decides that by hand. Raises IctplanError for unknown names.

    >>> import ictplan_utils as ict
    >>> print(panel(ict.report("tuan-giao"), "Trạm BTS").view.code().splitlines()[-1])
    ict.trend(report, "bts_stations")
    """
    have = dict.fromkeys(report.observations["indicator"])
    if indicator:
        slug = catalog.indicator(indicator, report.folder, among=have).indicator
    else:
        slug = next(iter([*narrative.leading(report.figures, report.indicators, 1), *have]), "")
    if slug not in have:
        raise error("explore.no_such_figures", area=report.area.area, indicator=indicator)
    return Panel(report, slug, is_live() if live is None else live)
