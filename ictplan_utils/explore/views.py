"""A view: what is looked at and how; its chart, its sentences, its table, and the code that shows it again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pandas as pd

from ictplan_utils import catalog, charts, narrative
from ictplan_utils.catalog import Indicator
from ictplan_utils.charts import Chart
from ictplan_utils.errors import IctplanError
from ictplan_utils.explore import lines
from ictplan_utils.explore.measures import EVERY, MEASURES, Measured, choose, series, unit
from ictplan_utils.messages import text
from ictplan_utils.narrative import NBSP, Text, amount, change, paragraph, percent
from ictplan_utils.observations import report_table
from ictplan_utils.periods import is_half, latest
from ictplan_utils.reports import Report, from_tables
from ictplan_utils.vietnamese import format_number


@dataclass(frozen=True)
class View:
    """What is looked at: `indicators` and `areas` (slugs), `measure` of MEASURES, `every` of EVERY.

    `years`: the first and the last to show; `ends` keeps only these two, to compare them. `report` as in
    `charts.trend`.
    """

    indicators: tuple[str, ...]
    areas: tuple[str, ...]
    measure: str = "value"
    every: str = "year"
    years: tuple[int, int] | None = None
    ends: bool = False
    report: str | None = None
    lang: str = "vi"
    data_dir: str = field(default="data", compare=False)

    @property
    def as_reported(self) -> bool:
        """Tell whether this is the house's own trend chart: one indicator of one area, as its report has it."""
        return self.every == "report" and self.measure == "value" and len(self.indicators) == len(self.areas) == 1

    def code(self) -> str:
        """Return the view as three lines of ordinary code.

        >>> print(View(("bts_stations",), ("tuan-giao",), every="report").code())
        import ictplan_utils as ict
        observations = ict.load("tuan-giao")
        ict.trend(observations, "bts_stations")
        """
        folder = json.dumps(str(self.data_dir), ensure_ascii=False)
        data = "" if str(self.data_dir) == "data" else f", data_dir={folder}"
        options = f', report="{self.report}"' if self.report else ""
        options += "" if self.as_reported else self._options()
        options += "" if self.lang == "vi" else f', lang="{self.lang}"'
        return (
            "import ictplan_utils as ict\n"
            f"observations = ict.load({_quoted(self.areas)}{data})\n"
            f"ict.trend(observations, {_quoted(self.indicators)}{options}{data})"
        )

    def _options(self) -> str:
        every = "year" if self.every == "report" else self.every
        options = f', every="{every}"' + (f', measure="{self.measure}"' if self.measure != "value" else "")
        options += f", years={self.years}" if self.years else ""
        return options + (", ends=True" if self.ends else "")


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
) -> Chart:
    """Return how indicators moved, as a chart that shows itself: one or several, of one or several areas.

    `figures`: a report (`ict.report`), or observations of several areas (`ict.load`). One indicator of one area is
    shown as its latest report has it: halves, years, estimate, plan (and our `forecast`). Anything else is lines, at
    most four: `every` "year" or "half" (first halves), `measure` "value", "growth", "index" (first year = 100) or
    "per_100" people, `years` (first, last), `ends` only these two. `area` is by default what `figures` hold.
    Raises IctplanError, with the closest match, for an unknown name.

    >>> import ictplan_utils as ict
    >>> trend(ict.report("tuan-giao"), "bts_stations")
    <Chart: Trạm BTS: 88 vị trí trạm, tăng 1 vị trí trạm (1,1%) so với cùng kỳ năm 2020>
    >>> observations = ict.load("quang-ngai")
    >>> trend(observations, "internet_subscribers", measure="growth", years=(2010, 2016))
    <Chart: Thuê bao Internet: tăng 11,4% năm 2016>
    >>> trend(observations, ["internet_subscribers", "mobile_subscribers"], measure="index").data.iloc[-1].tolist()
    ['2016', '222,8', '99,4']
    >>> trend(observations, "bts_station")
    Traceback (most recent call last):
    ictplan_utils.errors.IctplanError: no indicator 'bts_station'; did you mean 'bts_stations' (BTS stations)?
    """
    observations = figures
    if isinstance(figures, Report):
        observations, area = figures.observations, area or figures.area.area
        report, lang, data_dir = figures.period, figures.lang, figures.data_dir
    held = observations["area"].unique()
    areas = tuple(catalog.find_area(name, data_dir, period=report, among=held).area for name in _names(area or held))
    stated = observations["indicator"].unique()
    indicators = tuple(catalog.find_indicator(name, data_dir, among=stated).indicator for name in _names(indicator))
    asked = every or measure != "value" or years or ends or len(indicators) * len(areas) > 1
    every = every or ("year" if asked or not _has_half(observations, areas, report) else "report")
    view = View(indicators, areas, measure, every, years, ends, report, lang, str(data_dir))
    return picture(figures if isinstance(figures, Report) else observations, view, forecast)


def picture(figures: Report | pd.DataFrame, view: View, forecast: bool = False) -> Chart:
    """Return the view's chart; its title is the finding."""
    _check(view)
    if view.as_reported:
        return charts.trend(_reported(figures, view), view.indicators[0], forecast=forecast)
    found = measured(figures.observations if isinstance(figures, Report) else figures, view)
    entries = {slug: catalog.indicator(slug, view.data_dir) for slug in view.indicators}
    units = list(dict.fromkeys(unit(entry, view.measure, view.lang) for entry in entries.values()))
    first = entries[view.indicators[0]]
    title = _sentence(view, 0, found[0], first, title=True) if len(found) == 1 else _title(view, found, entries)
    return lines.draw(
        [
            lines.Line(name, one.figures, _decimals(entries[slug], view.measure, one.figures))
            for (slug, name), one in zip(_labels(view, entries), found, strict=True)
        ],
        title,
        unit=" · ".join(filter(None, units)),
        when="6/" if view.every == "half" else "",
        zero=view.measure == "growth",
        lang=view.lang,
    )  # fmt: skip


def _reported(figures: Report | pd.DataFrame, view: View) -> Report:
    """Return the report a view of one indicator of one area is of: the one at hand, or the area's latest."""
    if isinstance(figures, Report):
        return figures
    own = figures[figures["area"] == view.areas[0]]
    return from_tables(own, view.areas[0], view.report or latest(own["report"]), view.lang, view.data_dir)


def told(observations: pd.DataFrame, view: View) -> Text:
    """Return what the view says, a sentence a series; and, where two can be compared, how they compare."""
    _check(view)
    if view.as_reported:
        entry, area = catalog.indicator(view.indicators[0], view.data_dir), catalog.area(view.areas[0], view.data_dir)
        own = observations[observations["area"] == area.area]
        report = view.report or latest(own["report"].unique())
        table = report_table(own, area.area, report)
        blank = pd.Series(float("nan"), index=table.columns)
        row = table.loc[entry.indicator] if entry.indicator in table.index else blank
        return paragraph(narrative.sentence(row, entry, report, area, view.lang))
    found = measured(observations, view)
    pairs = [(slug, area) for slug in view.indicators for area in view.areas]
    sentences = [
        _sentence(view, place, one, catalog.indicator(slug, view.data_dir), title=False)
        for place, ((slug, _), one) in enumerate(zip(pairs, found, strict=True))
    ]
    return paragraph(*sentences, *_comparison(view, found))


def figures(observations: pd.DataFrame, view: View) -> pd.DataFrame:
    """Return the view's table: one row a period, one column a series, written as its readers write figures."""
    return picture(observations, view).data


def measured(observations: pd.DataFrame, view: View) -> list[Measured]:
    """Return the series of the view: the first indicator in each area, then the second …"""
    every = "year" if view.every == "report" else view.every
    found = [
        series(observations, slug, area, every=every, measure=view.measure, years=view.years, lang=view.lang,
               data_dir=view.data_dir)
        for slug in view.indicators for area in view.areas
    ]  # fmt: skip
    if not view.ends:
        return found
    return [Measured(one.figures.iloc[[0, -1]] if len(one.figures) > 1 else one.figures, one.remark) for one in found]


def _check(view: View) -> None:
    choose(view.measure, MEASURES, "measure")
    choose(view.every, EVERY, "period")
    for slug in view.indicators:
        catalog.indicator(slug, view.data_dir)
    for slug in view.areas:
        catalog.area(slug, view.data_dir)
    count = len(view.indicators) * len(view.areas)
    if not 0 < count <= lines.MOST_LINES:
        raise IctplanError(
            f"{count} lines are asked for ({len(view.indicators)} indicators in {len(view.areas)} areas); "
            f"choose 1 to {lines.MOST_LINES}, for instance with area="
        )


def _sentence(view: View, place: int, one: Measured, entry: Indicator, *, title: bool) -> str:
    """Return what one series says from its first to its last figure: a chart's title, or a sentence with its area."""
    vi = view.lang == "vi"
    slug = view.areas[place % len(view.areas)]
    of = "" if title else (" của " if vi else " in ") + catalog.area(slug, view.data_dir).title(view.lang)
    name, stop = f"{entry.short(view.lang)}{of}", "" if title else "."
    rows = one.figures
    if rows.empty:
        why = one.remark or ("chưa có số liệu" if vi else "no figures")
        return f"{name}: {why}{stop}"
    first, last = rows.iloc[0], rows.iloc[-1]
    now, base = _when(view, last), _when(view, first, base=True)
    tail = f" ({one.remark})" if one.remark else ""
    if view.measure == "growth":
        text = _grew(last["value"], entry, view.lang)
        best = rows.loc[rows["value"].idxmax()]
        most = f"; cao nhất {_signed(best['value'], entry, 'vi')} {_when(view, best)}" if vi else (
            f"; most {_signed(best['value'], entry, 'en')} {_when(view, best)}")  # fmt: skip
        return f"{name}: {text} {now}{most if len(rows) > 2 and not title else ''}{tail}{stop}"
    if view.measure == "index":
        text = format_number(last["value"], 1, lang=view.lang)
        stated = f"bằng {text} {now} ({first['year']} = 100)" if vi else f"{text} {now} ({first['year']} = 100)"
        return f"{name}: {stated}{tail}{stop}"
    if view.measure == "per_100":
        stated = f"{format_number(last['value'], 1, lang=view.lang)}{NBSP}{unit(entry, 'per_100', view.lang)}"
    else:
        stated = amount(last["value"], entry, view.lang)
    moved = ""
    if len(rows) > 1:
        what = change(last["value"], first["value"], entry, view.lang) if view.measure == "value" else _moved(
            first["value"], last["value"], view.lang)  # fmt: skip
        moved = f", {what} so với {base}" if vi else f", {what} on {base}"
        moved += "" if title else _a_year(first, last, entry, view)
    return f"{name}: {stated} {now}{moved}{tail}{stop}"


def _a_year(first, last, entry: Indicator, view: View) -> str:
    """Return the mean growth a year, where the span is long enough to have one."""
    span = last["year"] - first["year"]
    if span < 2 or first["value"] <= 0 or last["value"] <= 0 or entry.kind == "share":
        return ""
    rate = 100 * ((last["value"] / first["value"]) ** (1 / span) - 1)
    if view.lang == "vi":
        return f" (bình quân mỗi năm {_grew(rate, entry, 'vi')})"
    return f" ({percent(rate, sign=True, lang='en')} a year)"


def _comparison(view: View, found: list[Measured]) -> list[str]:
    """Return how two areas compare in one indicator, at the latest year both have figures of."""
    if len(view.areas) != 2 or len(view.indicators) != 1 or view.measure not in ("value", "per_100"):
        return []
    first, second = (dict(zip(one.figures["year"], one.figures["value"], strict=True)) for one in found)
    both = sorted(first.keys() & second.keys())
    if not both or second[both[-1]] <= 0:
        return []
    times = format_number(first[both[-1]] / second[both[-1]], 2, lang=view.lang)
    one, other = (catalog.area(slug, view.data_dir).title(view.lang) for slug in view.areas)
    if view.lang == "vi":
        return [f"Năm {both[-1]}, {one} bằng {times} lần {other}."]
    return [f"In {both[-1]}, {one} has {times} times what {other} has."]


def _when(view: View, row, *, base: bool = False) -> str:
    word = text(f"charts.status.{row['status']}", view.lang)
    stated = f" ({word})" if row["status"] != "actual" else ""
    period = f"{row['year']}-S1" if view.every == "half" else str(row["year"])
    name = narrative.period_name(period, view.lang)
    return f"{name}{stated}" if view.lang == "vi" or base else f"in {name}{stated}"


def _signed(value: float, entry: Indicator, lang: str) -> str:
    if entry.kind == "share":
        return f"{format_number(value, 1, sign=True, lang=lang)}{NBSP}{unit(entry, 'growth', lang)}"
    return percent(value, sign=True, lang=lang)


def _grew(value: float, entry: Indicator, lang: str) -> str:
    """Return one year's growth in words: `tăng 3,2%`, `giảm 1 điểm phần trăm`, `không đổi`."""
    if abs(value) < 0.05:
        return "không đổi" if lang == "vi" else "unchanged"
    word = ("tăng" if value > 0 else "giảm") if lang == "vi" else ("up" if value > 0 else "down")
    return f"{word} {_signed(abs(value), entry, lang).lstrip('+')}"


def _moved(before: float, after: float, lang: str) -> str:
    word = ("tăng" if after > before else "giảm") if lang == "vi" else ("up" if after > before else "down")
    by = format_number(abs(after - before), 1, lang=lang)
    return f"{word} {by} ({percent(100 * abs(after - before) / before, lang=lang)})" if before > 0 else f"{word} {by}"


def _title(view: View, found: list[Measured], entries: dict[str, Indicator]) -> str:
    """Return the title of a chart of several lines: where each of them ends, the highest first."""
    named = zip(_labels(view, entries), found, strict=True)
    ends = [(one.figures.iloc[-1], slug, name) for (slug, name), one in named if not one.figures.empty]
    if not ends:
        return "Chưa có số liệu để so sánh" if view.lang == "vi" else "No figures to compare"
    last = {row["year"] for row, *_ in ends}
    said = []
    for row, slug, name in sorted(ends, key=lambda end: -end[0]["value"]):
        decimals = entries[slug].decimals if view.measure == "value" else 1
        value = format_number(row["value"], decimals, sign=view.measure == "growth", lang=view.lang)
        when = f" ({'6/' if view.every == 'half' else ''}{row['year']})" if len(last) > 1 else ""
        said.append(f"{name} {value}{NBSP}{unit(entries[slug], view.measure, view.lang)}".rstrip(NBSP) + when)
    first = min(one.figures["year"].iloc[0] for one in found if not one.figures.empty)
    led = [f"{first} = 100"] if view.measure == "index" else []
    led += [f"{'6/' if view.every == 'half' else ''}{year}" for year in last if len(last) == 1]
    return ": ".join(filter(None, [", ".join(led), "; ".join(said)]))


def _labels(view: View, entries: dict[str, Indicator]) -> list[tuple[str, str]]:
    """Return each series' indicator and the name it has on the chart: what differs between them."""
    short = {slug: entry.short(view.lang) for slug, entry in entries.items()}
    title = {slug: catalog.area(slug, view.data_dir).name for slug in view.areas}
    pairs = [(slug, area) for slug in view.indicators for area in view.areas]
    if len(view.indicators) == 1 and len(view.areas) > 1:
        return [(slug, title[area]) for slug, area in pairs]
    if len(view.areas) == 1:
        return [(slug, short[slug]) for slug, _ in pairs]
    return [(slug, f"{short[slug]}, {title[area]}") for slug, area in pairs]


def _decimals(entry: Indicator, measure: str, rows: pd.DataFrame) -> int:
    if measure == "value":
        small = not rows.empty and rows["value"].abs().max() < 100
        return entry.decimals or int(small and entry.kind in ("rate", "share"))
    return 1


def _has_half(observations: pd.DataFrame, areas: tuple[str, ...], report: str | None) -> bool:
    """Tell whether the areas' latest report is one on half a year, which the report's own chart is made for."""
    own = observations.loc[observations["area"].isin(areas), "report"]
    return is_half(report or latest(own.unique()))


def _names(given: str | Iterable[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(dict.fromkeys(given))


def _quoted(names: tuple[str, ...]) -> str:
    quoted = [f'"{name}"' for name in names]
    return quoted[0] if len(quoted) == 1 else f"[{', '.join(quoted)}]"
