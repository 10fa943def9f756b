"""A view: what is looked at and how; its chart, its sentences, its figures, and the code that shows it again."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pandas as pd
from matplotlib.axes import Axes

from ictplan_utils import catalog, charts, messages, narrative, observations, reports
from ictplan_utils.charts import Chart
from ictplan_utils.errors import IctplanError, closest
from ictplan_utils.explore import sentences
from ictplan_utils.explore.lines import MOST_LINES, Line, Picture
from ictplan_utils.explore.measures import EVERY, MEASURES, Known, Series, measured, stated, unit
from ictplan_utils.narrative import Text, paragraph
from ictplan_utils.periods import is_half, latest
from ictplan_utils.reports import Report


@dataclass(frozen=True)
class View:
    """What is looked at: `indicators` and `areas` (slugs), `measure` of MEASURES, `every` of EVERY.

    `years`: the first and the last to show; `ends` keeps only these two, to compare them. `period`: the report of
    the first area. Raises IctplanError for an unknown measure or period, and for more lines than a chart can tell
    apart.
    """

    indicators: tuple[str, ...]
    areas: tuple[str, ...]
    measure: str = "value"
    every: str = "year"
    years: tuple[int, int] | None = None
    ends: bool = False
    period: str = ""
    lang: str = "vi"
    data_dir: str = field(default="data", compare=False)

    def __post_init__(self) -> None:
        for name, known, what in ((self.measure, MEASURES, "measure"), (self.every, EVERY, "every")):
            if name not in known:
                near = closest(name, known) or ", ".join(known)
                raise messages.error("explore.unknown", what=what, name=name, near=near)
        count = len(self.indicators) * len(self.areas)
        if not 0 < count <= MOST_LINES:
            raise messages.error("explore.too_many", count=count, indicators=len(self.indicators),
                                 areas=len(self.areas), most=MOST_LINES)  # fmt: skip

    @property
    def as_reported(self) -> bool:
        """Whether this is the house's own trend chart: one indicator of one area, as its report has it."""
        return self.every == "report" and self.measure == "value" and len(self.indicators) == len(self.areas) == 1

    @property
    def half(self) -> bool:
        """Whether first halves are looked at."""
        return self.every == "half"

    def stated(self, figures: Report | pd.DataFrame) -> Known:
        """Return what `series` needs to know of the figures."""
        return stated(_table(figures), self.indicators, self.areas)

    def series(self, known: Known) -> list[Series]:
        """Return the series of the view: the first indicator in each area, then the second …"""
        found = [
            measured(known, catalog.indicator(slug, self.data_dir), catalog.area(area, self.data_dir), self.measure,
                     self.half, self.years, self.lang)
            for slug in self.indicators for area in self.areas
        ]  # fmt: skip
        if not self.ends:
            return found
        return [Series(one.entry, one.area, tuple(dict.fromkeys((*one.points[:1], *one.points[-1:]))), one.remark)
                for one in found]  # fmt: skip

    def picture(self, found: Sequence[Series]) -> Picture:
        """Return the lines and what is written about them; the title is the finding."""
        how = self.measure, self.half, self.lang
        units = dict.fromkeys(unit(one.entry, self.measure, self.lang) for one in found)
        return Picture(
            tuple(Line(name, one.points, sentences.decimals(one, self.measure))
                  for one, name in zip(found, sentences.labels(found, self.lang), strict=True)),
            sentences.headline(found[0], *how) if len(found) == 1 else sentences.title(found, *how),
            " · ".join(filter(None, units)), sentences.mark(self.half), self.measure == "growth", self.lang,
        )  # fmt: skip

    def chart(
        self, figures: Report | pd.DataFrame, forecast: bool = False, ax: Axes | None = None, wide: bool = True
    ) -> Chart:
        """Return the view's chart; with `ax`, drawn there. Where no page will show it, it need not be drawn `wide`."""
        if self.as_reported:
            return charts.trend(self._report(figures), self.indicators[0], forecast=forecast, ax=ax)
        picture = self.picture(self.series(self.stated(figures)))
        if ax is None:
            return picture.chart(wide)
        picture.draw(ax)
        return ax.figure

    def told(self, figures: Report | pd.DataFrame) -> Text:
        """Return what the view says, a sentence a series; and, where two can be compared, how they compare."""
        if self.as_reported:
            report, slug = self._report(figures), self.indicators[0]
            row = report.figures.reindex([slug]).loc[slug]
            entry = catalog.indicator(slug, self.data_dir)
            return paragraph(narrative.sentence(row, entry, report.period, report.area, self.lang))
        found = self.series(self.stated(figures))
        said = [sentences.sentence(one, self.measure, self.half, self.lang) for one in found]
        return paragraph(*said, *sentences.comparison(found, self.measure, self.lang))

    def figures(self, figures: Report | pd.DataFrame) -> pd.DataFrame:
        """Return the view's figures as numbers, to save: area, indicator, year, status, value, unit, a row a figure."""
        rows = [
            (one.area.title(self.lang), one.entry.short(self.lang), point.year, point.status, point.value,
             unit(one.entry, self.measure, self.lang))
            for one in self.series(self.stated(figures)) for point in one.points
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=["area", "indicator", "year", "status", "value", "unit"])

    def code(self) -> str:
        """Return the view as three lines of ordinary code.

        >>> print(View(("bts_stations",), ("tuan-giao",), every="report", period="2021-S1").code())
        import ictplan_utils as ict
        report = ict.report("tuan-giao", "2021-S1")
        ict.trend(report, "bts_stations")
        """
        period = f', "{self.period}"' if self.period else ""
        lang = "" if self.lang == "vi" else f', lang="{self.lang}"'
        folder = json.dumps(self.data_dir, ensure_ascii=False)
        data = "" if _is_default(self.data_dir) else f", data_dir={folder}"
        areas = json.dumps(self.areas)
        return (f'import ictplan_utils as ict\nreport = ict.report("{self.areas[0]}"{period}{lang}{data})\n'
                f"{self.call(areas)}")  # fmt: skip

    def call(self, areas: str) -> str:
        """Return the call that shows the view of a `report`; `areas` is how they are written there."""
        named = json.dumps(self.indicators if len(self.indicators) > 1 else self.indicators[0])
        options = f", area={areas}" if len(self.areas) > 1 else ""
        if not self.as_reported:
            options += f', every="{"year" if self.every == "report" else self.every}"'
            options += f', measure="{self.measure}"' if self.measure != "value" else ""
            options += (f", years={self.years}" if self.years else "") + (", ends=True" if self.ends else "")
        return f"ict.trend(report, {named}{options})"

    def _report(self, figures: Report | pd.DataFrame) -> Report:
        """Return the report a view of one indicator of one area is of: the one at hand, or the area's latest."""
        if isinstance(figures, Report):
            return figures
        own = figures[figures["area"] == self.areas[0]]
        return reports.from_tables(own, self.areas[0], self.period or latest(own["report"]), self.lang, self.data_dir)


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
    >>> trend(report, ["internet_subscribers", "mobile_subscribers"], measure="index").data.iloc[-1].tolist()
    ['2016', '222,8', '99,4']
    >>> trend(report, "bts_station")
    Traceback (most recent call last):
    ictplan_utils.errors.IctplanError: no indicator 'bts_station'; did you mean 'bts_stations' (BTS stations)?
    """
    if isinstance(figures, Report):
        report, lang, data_dir = figures.period, figures.lang, str(figures.data_dir)
        area = area or figures.area.area
    held = dict.fromkeys(_table(figures)["area"])
    near = (
        held if isinstance(figures, pd.DataFrame) else dict.fromkeys([*held, *observations.reporting_areas(data_dir)])
    )
    areas = tuple(catalog.find_area(name, data_dir, period=report, among=near).area for name in _names(area or held))
    if isinstance(figures, Report) and set(areas) != {figures.area.area}:
        figures = _beside(figures, areas)
    stated = _table(figures)["indicator"].unique()
    slugs = tuple(catalog.find_indicator(name, data_dir, among=stated).indicator for name in _names(indicator))
    several = every or measure != "value" or years or ends or len(slugs) * len(areas) > 1
    own = isinstance(figures, Report) or _has_half(figures, areas, report)
    every = every or ("report" if own and not several else "year")
    view = View(slugs, areas, measure, every, years, ends, report or "", lang, data_dir)
    return view.chart(figures, forecast, ax)


def _beside(report: Report, areas: Iterable[str]) -> pd.DataFrame:
    """Return a report's figures with those of other areas."""
    others = [slug for slug in areas if slug != report.area.area]
    stated = observations.load(others, corrected=True, data_dir=report.data_dir)
    return pd.concat([report.observations, stated], ignore_index=True)


def _is_default(data_dir: str) -> bool:
    """Tell whether a folder is the one that is read where none is named."""
    with contextlib.suppress(IctplanError):
        return catalog.data_path("data") == catalog.data_path(data_dir)
    return False


def _table(figures: Report | pd.DataFrame) -> pd.DataFrame:
    return figures.observations if isinstance(figures, Report) else figures


def _has_half(figures: Report | pd.DataFrame, areas: Sequence[str], report: str | None) -> bool:
    """Tell whether the areas' latest report is one on half a year, which the report's own chart is made for."""
    rows = _table(figures)
    return is_half(report or latest(rows.loc[rows["area"].isin(areas), "report"]))


def _names(given: str | Iterable[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(dict.fromkeys(given))
