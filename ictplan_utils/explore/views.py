"""A view: what is looked at and how; its chart, its sentences, its figures, and the code that shows it again."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd
from matplotlib.axes import Axes

from ictplan_utils import catalog, charts, messages, observations, reports
from ictplan_utils.charts import Chart
from ictplan_utils.errors import IctplanError, closest
from ictplan_utils.explore import sentences
from ictplan_utils.explore.lines import MOST_LINES, picture
from ictplan_utils.explore.measures import EVERY, MEASURES, Known, Series, measured, stated
from ictplan_utils.narrative import Text, paragraph
from ictplan_utils.narrative import sentence as report_sentence
from ictplan_utils.periods import is_half, latest
from ictplan_utils.reports import Report


@dataclass(frozen=True)
class View:
    """What is looked at: `indicators` and `areas` (slugs), `measure` of MEASURES, `every` of EVERY.

    `report`: the first area's; `known`: what is `stated` of them all. `years`: the first and the last to show; `ends`
    keeps only these two, to compare them. Raises IctplanError for an unknown measure or period, and for more lines than
    a chart can tell apart.
    """

    report: Report
    known: Known = field(compare=False, repr=False)
    indicators: tuple[str, ...]
    areas: tuple[str, ...]
    measure: str = "value"
    every: str = "year"
    years: tuple[int, int] | None = None
    ends: bool = False

    def __post_init__(self) -> None:
        for name, known, what in ((self.measure, MEASURES, "measure"), (self.every, EVERY, "every")):
            if name not in known:
                near = closest(name, known) or ", ".join(known)
                raise messages.error("explore.unknown", what=what, name=name, near=near)
        count = len(self.indicators) * len(self.areas)
        if not 0 < count <= MOST_LINES:
            raise messages.error(
                "explore.too_many", count=count, indicators=len(self.indicators), areas=len(self.areas), most=MOST_LINES
            )

    @property
    def as_reported(self) -> bool:
        """Whether this is the house's own trend chart: one indicator of one area, as its report has it."""
        return self.every == "report" and self.measure == "value" and len(self.indicators) == len(self.areas) == 1

    @property
    def series(self) -> list[Series]:
        """The series of the view: the first indicator in each area, then the second …"""
        report, half = self.report, self.every == "half"
        places = [catalog.area(area, report.folder) for area in self.areas]
        found = [
            measured(self.known, Series(report.entry(slug), area, (), self.measure, half, report.lang), self.years)
            for slug in self.indicators
            for area in places
        ]
        if not self.ends:
            return found
        return [replace(one, points=tuple(dict.fromkeys((*one.points[:1], *one.points[-1:])))) for one in found]

    def chart(self, forecast: bool = False, ax: Axes | None = None, wide: bool = True) -> Chart:
        """Return the view's chart; with `ax`, drawn there. Where no page will show it, it need not be drawn `wide`."""
        if self.as_reported:
            return charts.trend(self.report, self.indicators[0], forecast=forecast, ax=ax)
        found = self.series
        title = sentences.headline(found[0]) if len(found) == 1 else sentences.title(found)
        return picture(found, sentences.labels(found), title).chart(ax, wide)

    def told(self) -> Text:
        """Return what the view says, a sentence a series; and, where two can be compared, how they compare."""
        if self.as_reported:
            report, slug = self.report, self.indicators[0]
            row = report.figures.reindex([slug]).loc[slug]
            return paragraph(report_sentence(row, report.entry(slug), report.period, report.area, report.lang))
        found = self.series
        return paragraph(*map(sentences.sentence, found), *sentences.comparison(found))

    def figures(self) -> pd.DataFrame:
        """Return the view's figures as numbers, to save: area, indicator, year, status, value, unit, a row a figure."""
        rows = [
            (one.area.title(one.lang), one.entry.short(one.lang), point.year, point.status, point.value, one.unit)
            for one in self.series
            for point in one.points
        ]
        return pd.DataFrame(rows, columns=["area", "indicator", "year", "status", "value", "unit"])

    def code(self) -> str:
        """Return the view as three lines of ordinary code.

        >>> from ictplan_utils import explore
        >>> print(explore.panel(reports.of("tuan-giao"), "bts_stations").view.code())
        import ictplan_utils as ict
        report = ict.report("tuan-giao", "2021-S1")
        ict.trend(report, "bts_stations")
        """
        report, folder = self.report, str(self.report.folder)
        lang = "" if report.lang == "vi" else f', lang="{report.lang}"'
        data = "" if _is_default(folder) else f", data_dir={json.dumps(folder, ensure_ascii=False)}"
        asked = f'ict.report("{self.areas[0]}", "{report.period}"{lang}{data})'
        return f"import ictplan_utils as ict\nreport = {asked}\n{self.call(json.dumps(self.areas))}"

    def call(self, areas: str) -> str:
        """Return the call that shows the view of a `report`; `areas` is how they are written there."""
        named = json.dumps(self.indicators if len(self.indicators) > 1 else self.indicators[0])
        options = f", area={areas}" if len(self.areas) > 1 else ""
        if not self.as_reported:
            options += f', every="{"year" if self.every == "report" else self.every}"'
            options += f', measure="{self.measure}"' if self.measure != "value" else ""
            options += (f", years={self.years}" if self.years else "") + (", ends=True" if self.ends else "")
        return f"ict.trend(report, {named}{options})"


def trend(
    figures: Report | pd.DataFrame,
    indicator: str | Sequence[str],
    area: str | Sequence[str] | None = None,
    report: str | None = None,
    *,
    every: str | None = None,
    measure: str = "value",
    years: tuple[int, int] | None = None,
    ends: bool = False,
    forecast: bool = False,
    lang: str = "vi",
    data_dir: str = "data",
    ax: Axes | None = None,
) -> Chart:
    """Return how indicators moved, as a chart that shows itself: one or several, of one or several areas.

    `figures`: a report (`ict.report`), or observations (`ict.load`). One indicator of one area is shown as its report
    has it: halves, years, estimate, plan (and our `forecast`). Anything else is lines, at most four: `every` "year" or
    "half" (first halves), `measure` "value", "growth", "index" (first year = 100) or "per_100" people, `years` (first,
    last), `ends` only these two. `area`: the areas to show, by default what `figures` hold; others than the report's
    own are read from its folder. With `ax`, it is drawn on axes of your own, whose figure is returned.
    Raises IctplanError, with the closest match, for an unknown name.

    >>> import ictplan_utils as ict
    >>> trend(ict.report("tuan-giao"), "bts_stations")
    <Chart: Trạm BTS: 88 vị trí trạm, tăng 1 vị trí trạm (1,1%) so với cùng kỳ năm 2020>
    >>> report = ict.report("quang-ngai")
    >>> trend(report, "internet_subscribers", measure="growth", years=(2010, 2016))
    <Chart: Thuê bao Internet: tăng 11,4% năm 2016>
    >>> together = trend(report, ["internet_subscribers", "mobile_subscribers"], measure="index")
    >>> together.data.tail(1).round(1).values.tolist()
    [['2016', 222.8, 99.4]]
    >>> trend(report, "bts_station")
    Traceback (most recent call last):
    ictplan_utils.errors.IctplanError: no indicator 'bts_station'; did you mean 'bts_stations' (BTS stations)?
    """
    own, table = (figures, figures.history) if isinstance(figures, Report) else (None, figures)
    held, near = dict.fromkeys(table["area"]), []
    folder = own.folder if own else catalog.data_path(data_dir)
    if own:
        report, lang = own.period, own.lang
        near = observations.reporting_areas(folder) if area else []
        area = area or own.area.area
    among = dict.fromkeys([*held, *near])
    areas = tuple(catalog.area(name, folder, period=report, among=among).area for name in _names(area or held))
    if own and set(areas) != {own.area.area}:
        others = [slug for slug in areas if slug != own.area.area]
        table = pd.concat([table, observations.load(others, corrected=True, data_dir=folder)], ignore_index=True)
        own = None
    among = table["indicator"].unique()
    slugs = tuple(catalog.indicator(name, folder, among=among).indicator for name in _names(indicator))
    period = report or latest(table.loc[table["area"].isin(areas), "report"])
    several = every or measure != "value" or years or ends or len(slugs) * len(areas) > 1
    every = every or ("report" if not several and (own or is_half(period)) else "year")
    own = own or reports.from_tables(table, areas[0], period, lang, folder)
    view = View(own, {}, slugs, areas, measure, every, years, ends)
    if not view.as_reported:
        view = replace(view, known=stated(table, slugs, areas))
    return view.chart(forecast, ax)


def _is_default(folder: str) -> bool:
    """Tell whether a folder is the one that is read where none is named."""
    with contextlib.suppress(IctplanError):
        return catalog.data_path("data") == catalog.data_path(folder)
    return False


def _names(given: str | Iterable[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(dict.fromkeys(given))
