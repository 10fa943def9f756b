"""How one indicator moved, or many: what was achieved, expected, forecast and planned."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from ictplan_utils import catalog
from ictplan_utils.catalog import Indicator
from ictplan_utils.charts.chart import (
    ACTUAL,
    EMPTY_INCHES,
    ESTIMATE,
    FEWEST_SLOTS,
    FORECAST,
    LETTER_EM,
    LONGEST_LABEL,
    MANY_SLOTS,
    MUTED,
    PANEL_INCHES,
    PAPER,
    SMALLEST_POINTS,
    STYLE,
    TARGET,
    TEXT_POINTS,
    WIDTH_INCHES,
    Chart,
    Charts,
    Sections,
    say_empty,
)  # fmt: skip
from ictplan_utils.narrative import amount, fits, headline, known, sector_name
from ictplan_utils.observations import preferred
from ictplan_utils.periods import is_half, year
from ictplan_utils.reports import Report
from ictplan_utils.vietnamese import format_number

STATUS_WORDS = {
    "vi": {"half": "6 tháng", "last_year": "Cả năm", "estimate": "Ước", "point": "Dự báo",
           "target": "Kế hoạch", "actual": "Thực hiện"},
    "en": {"half": "First half", "last_year": "Full year", "estimate": "Estimate",
           "point": "Forecast", "target": "Target", "actual": "Actual"},
}  # fmt: skip


SHORT_WORDS = {
    "6 tháng": "6T", "Cả năm": "Năm", "Dự báo": "DB", "Kế hoạch": "KH", "Thực hiện": "TH",
    "First half": "6m", "Full year": "Year", "Estimate": "Est.", "Forecast": "Fcst", "Target": "Plan", "Actual": "Act.",
}  # fmt: skip
"""The officials' own abbreviations, for panels too small for the words; who listens to a chart hears the words."""


def trend(report: Report, indicator: str, *, forecast: bool = False, small: bool = False) -> Chart:
    """Return how one indicator moved: what was achieved, what officials expect, what is planned.

    With `forecast`, ours and its interval too. Bars for what accumulates, points for what stands at a date.
    Raises IctplanError for an unknown indicator.
    """
    with mpl.rc_context(STYLE):
        chart = Chart()
        _tell(chart, _story(report), indicator, report.forecasts if forecast else None, small)
        chart.suptitle(
            "\n".join(textwrap.wrap(chart.headline, 30 if small else 54)), x=0.02, y=0.99, ha="left", va="top",
            fontsize=TEXT_POINTS + (0 if small else 1), fontweight="bold",
        )  # fmt: skip
    return chart


def small_multiples(report: Report, indicators: Sequence[str]) -> Charts:
    """Return one small trend an indicator, in the order given; those without any figure are left out."""
    with mpl.rc_context(STYLE):
        return _multiples(Chart(), _story(report), indicators)


def by_sector(report: Report) -> Sections:
    """Return the indicators a report follows as small multiples, one section a sector, in the form's order."""
    sectors: dict[str, list[str]] = {sector: [] for sector in catalog.SECTORS}
    for slug, entry in report.indicators.items():
        sectors[entry.sector].append(slug)
    with mpl.rc_context(STYLE):
        sheet, story = Chart(), _story(report)
        told = [
            (sector_name(sector, report.lang), _multiples(sheet, story, slugs)) for sector, slugs in sectors.items()
        ]
    return Sections(tuple((title, charts) for title, charts in told if charts.panels), report.say("charts.no_sector"))


@dataclass(frozen=True)
class _Story:
    """A report's figures as its charts need them, worked out once for all of them."""

    report: Report
    years: dict[str, list[tuple[str, float]]]

    @property
    def stated(self) -> set[str]:
        """The indicators with a figure a chart can show."""
        table = self.report.figures
        return set(table.index[table.notna().any(axis=1)]) | set(self.years)


def _story(report: Report) -> _Story:
    own = report.observations
    before = own[
        (own["status"] == "actual") & ~own["period"].map(is_half) & (own["period"].map(year) < report.year - 1)
    ]
    years: dict[str, list[tuple[str, float]]] = {}
    for row in preferred(before).sort_values("period").itertuples():
        years.setdefault(row.indicator, []).append((row.period, row.value))
    return _Story(report, years)


def _tell(chart: Chart, story: _Story, indicator: str, forecasts: pd.DataFrame | None, small: bool) -> None:
    report = story.report
    entry = catalog.indicator(indicator, report.data_dir)
    table, lang = report.figures, report.lang
    figures = table.loc[indicator] if indicator in table.index else pd.Series(float("nan"), index=table.columns)
    row = None if forecasts is None else forecasts[forecasts["indicator"] == indicator]
    slots = _slots(figures, entry, report.period, None if row is None or row.empty else row.iloc[0], STATUS_WORDS[lang])
    # The years before last year, so that a long history shows; on an axis of years a year needs only its number.
    history = [_Slot("year", "", period, value) for period, value in story.years.get(indicator, [])]
    if history:
        slots = [replace(s, word="", when=s.when[-4:]) if s.status == "year" else s for s in slots]
    _draw(chart, history + slots, entry, headline(figures, entry, report.period, lang), lang, small)


def _multiples(sheet: Chart, story: _Story, indicators: Iterable[str]) -> Charts:
    """Return the indicators that have figures as panels, drawn one after the other on one sheet. Under STYLE."""
    have, panels = story.stated, []
    for slug in indicators:
        if slug in have:
            _tell(sheet, story, slug, None, True)
            panels.append(sheet.panel())
    return Charts(tuple(panels))


@dataclass(frozen=True)
class _Slot:
    """One figure's place on the chart: what it is called, when it is, its value, its interval."""

    status: str
    word: str
    when: str
    value: float
    low: float = math.nan
    high: float = math.nan

    @property
    def colour(self) -> str:
        return {"estimate": ESTIMATE, "point": FORECAST, "target": TARGET}.get(self.status, ACTUAL)


def _slots(
    figures: pd.Series, entry: Indicator, report: str, forecast: pd.Series | None, words: dict[str, str]
) -> list[_Slot]:
    """Return the report's figures in reading order; halves of a flow stand beside each other, apart from years."""
    this = year(report)
    at_date, midyear = entry.kind != "flow", report.endswith("-S1")
    end = "12/" if at_date else ""
    here = ("6/" if midyear else "12/") if at_date else ""
    half, before = f"{here}{this}", f"{here}{this - 1}"
    actual = words["actual"] if at_date else words["half"] if is_half(report) else words["last_year"]
    slots = {
        "same_half": _Slot("half", actual, before, figures["same_half"]),
        "last_year": _Slot("year", words["actual"] if at_date else words["last_year"], f"{end}{this - 1}",
                           figures["last_year"]),
        "half": _Slot("half" if is_half(report) else "year", actual, half, figures["half"]),
        "estimate": _Slot("estimate", words["estimate"], f"{end}{this}", figures["estimate"]),
    }  # fmt: skip
    order = (
        ["same_half", "half", "last_year"] if is_half(report) and not at_date else ["same_half", "last_year", "half"]
    )
    found = [slots[name] for name in [*order, "estimate"]]
    if forecast is not None and known(forecast["point"]):
        found.append(
            _Slot("point", words["point"], f"{end}{this}", forecast["point"], forecast["lower_80"],
                  forecast["upper_80"])
        )  # fmt: skip
    found.append(_Slot("target", words["target"], f"{end}{this + 1}", figures["target"]))
    return [slot for slot in found if known(slot.value) and fits(slot.value, entry)]


def _draw(chart: Chart, slots: list[_Slot], entry: Indicator, title: str, lang: str, small: bool) -> None:
    """Draw on a new figure, or on one that the panel before is done with: new axes cost as much as all the rest.

    Under STYLE.
    """
    chart.set_size_inches(PANEL_INCHES if small else WIDTH_INCHES,
                          (2.0 if small else 2.9) if slots else EMPTY_INCHES)  # fmt: skip
    chart.headline, chart.lang, chart.small = title, lang, small
    chart.alt, chart.data = _alt(title, slots, entry, lang), _data(slots, entry, lang)
    axes = _blank_axes(chart, small)
    # One bar alone would be as wide as the picture.
    spare = max(FEWEST_SLOTS - max(len(slots), 1), 0) / 2
    axes.set_xlim(-0.6 - spare, max(len(slots), 1) - 0.4 + spare)
    axes.add_line(Line2D([0, 1], [0, 0], color=MUTED, linewidth=1.2, transform=axes.transAxes, clip_on=False))
    if not slots:
        say_empty(axes, lang)
    elif entry.kind == "flow":
        _bars(axes, slots)
    else:
        _points(axes, slots, entry)
    _label(axes, slots, entry, lang, small)


def _blank_axes(chart: Chart, small: bool) -> Axes:
    """Return the figure's axes with nothing on them; the axis is a line and words that we write ourselves."""
    if not chart.axes:
        axes = chart.add_axes((0.02, 0.24 if small else 0.19, 0.96, 0.6 if small else 0.62))
        axes.set_axis_off()
        return axes
    axes = chart.axes[0]
    for artist in (*axes.lines, *axes.patches, *axes.texts):
        artist.remove()
    axes.set_ylim(0, 1)
    return axes


def _bars(axes, slots: list[_Slot]) -> None:
    """Draw what accumulates as bars from zero: actual filled, estimate hatched, forecast and target outlined."""
    for place, slot in enumerate(slots):
        filled = slot.status in ("half", "year")
        axes.add_patch(Rectangle(
            (place - 0.31, 0), 0.62, slot.value, facecolor=slot.colour if filled else "none", edgecolor=slot.colour,
            linewidth=1.6, hatch="////" if slot.status == "estimate" else None,
            linestyle="--" if slot.status == "target" else "-", alpha=0.72 if slot.status == "half" else 1,
        ))  # fmt: skip
        if known(slot.low):
            axes.add_line(_interval(place, slot))
    top = max(max(slot.value, slot.high if known(slot.high) else slot.value) for slot in slots)
    axes.set_ylim(0, top * 1.16 if top > 0 else 1)


def _points(axes, slots: list[_Slot], entry: Indicator) -> None:
    """Draw what stands at a date as points; a line joins what was achieved, each other status has its own sign."""
    actual = [(place, slot.value) for place, slot in enumerate(slots) if slot.status in ("half", "year")]
    axes.add_line(Line2D(*zip(*actual, strict=True), color=ACTUAL, linewidth=1.8)) if actual else None
    shapes = {"estimate": "s", "point": "o", "target": "D"}
    for place, slot in enumerate(slots):
        if known(slot.low):
            axes.add_line(_interval(place, slot))
        filled = slot.status in ("half", "year")
        axes.add_line(Line2D(
            [place], [slot.value], marker=shapes.get(slot.status, "o"), markersize=8, color=slot.colour,
            markerfacecolor=slot.colour if filled else PAPER, markeredgewidth=1.8, linestyle="none",
        ))  # fmt: skip
    ends = [x for slot in slots for x in (slot.value, slot.low, slot.high) if known(x)]
    low, high = min(ends), max(ends)
    # A flat series must look flat: the axis never shows less than a tenth of the level.
    span = max(high - low, 0.1 * abs(high), 10.0**-entry.decimals)
    middle = (low + high) / 2
    axes.set_ylim(middle - 0.85 * span, middle + 0.95 * span)


def _interval(place: int, slot: _Slot) -> Line2D:
    return Line2D([place, place], [slot.low, slot.high], color=slot.colour, linewidth=5, alpha=0.45)


def _label(axes, slots: list[_Slot], entry: Indicator, lang: str, small: bool) -> None:
    """Write each figure above its mark and, under the axis, what it is and when: nobody needs a legend."""
    low, high = axes.get_ylim()
    sparse = (small and len(slots) > 3) or len(slots) >= MANY_SLOTS
    tight = 1 if small and len(slots) > 5 else 0
    size = TEXT_POINTS - tight - (2.5 if sparse else 1 if small else 0)
    written = {place: _written(slots[place], entry, lang) for place in _labelled(slots)}
    if len(slots) < MANY_SLOTS:
        # Every figure has its own slot's width: long ones are written smaller.
        room = 0.96 * (PANEL_INCHES if small else WIDTH_INCHES) * 72 / max(len(slots), FEWEST_SLOTS)
        longest = max(map(len, written.values()), default=1)
        size = max(min(size, room / (LETTER_EM * longest)), SMALLEST_POINTS)
    for place, text in written.items():
        slot = slots[place]
        top = max(slot.value, slot.high) if known(slot.high) else slot.value
        below = entry.kind != "flow" and _is_valley(slots, place)
        height = slot.value - 0.07 * (high - low) if below else top + 0.05 * (high - low)
        # A long figure at either end of a crowded axis would be cut off by the picture's edge.
        edge = {0: ("left", -0.45), len(slots) - 1: ("right", 0.45)} if len(slots) >= MANY_SLOTS else {}
        side, shift = edge.get(place, ("center", 0))
        axes.text(place + shift, height, text, ha=side, va="top" if below else "bottom", color=slot.colour,
                  fontweight="bold", fontsize=size)  # fmt: skip
    size = TEXT_POINTS - tight - (3 if sparse else 2 if small else 1)
    for place, slot in enumerate(slots):
        word = SHORT_WORDS.get(slot.word, slot.word) if small else slot.word
        named = f"{word}\n{slot.when}" if word else slot.when
        axes.text(place, -0.03, named, transform=axes.get_xaxis_transform(), ha="center", va="top", fontsize=size)
    if slots:
        axes.text(0, 1.01, "" if small else entry.unit(lang), transform=axes.transAxes, ha="left", va="bottom",
                  color=MUTED, fontsize=TEXT_POINTS - 1)  # fmt: skip


def _written(slot: _Slot, entry: Indicator, lang: str) -> str:
    """Return a slot's figure as its label: one too long for any slot in thousands of millions."""
    stated = entry.decimals or (0 if slot.status == "point" else _decimals(slot.value))
    text = format_number(slot.value, stated, lang=lang)
    if len(text) <= LONGEST_LABEL:
        return text
    return f"{format_number(slot.value / 1e9, 1, lang=lang)}{' tỷ' if lang == 'vi' else ' bn'}"


def _labelled(slots: list[_Slot]) -> list[int]:
    """Return which figures are written on the chart: all of them, while there is room."""
    if len(slots) < MANY_SLOTS:
        return list(range(len(slots)))
    achieved = [place for place, slot in enumerate(slots) if slot.status in ("half", "year")]
    value = {place: slots[place].value for place in achieved}
    telling = {achieved[0], achieved[-1], max(value, key=value.get), min(value, key=value.get)} if achieved else set()
    return [place for place, slot in enumerate(slots) if place in telling or slot.status not in ("half", "year")]


def _is_valley(slots: list[_Slot], place: int) -> bool:
    """Tell whether the line rises from this figure on every side, so that a label above would cross it."""
    joined = [slot for slot in slots if slot.status in ("half", "year")]
    if slots[place] not in joined:
        return False
    here = joined.index(slots[place])
    beside = joined[max(here - 1, 0) : here] + joined[here + 1 : here + 2]
    return bool(beside) and all(slot.value > slots[place].value for slot in beside)


def _decimals(value: float) -> int:
    """Return how many decimals a label needs: counts none, small quotients up to two."""
    return 0 if abs(value) >= 100 or float(value).is_integer() else 1


def _alt(title: str, slots: list[_Slot], entry: Indicator, lang: str) -> str:
    """Return the words that stand for the picture: its finding, then every figure it shows."""
    if not slots:
        return f"{title}."
    told = "; ".join(f"{' '.join(filter(None, [s.word.lower(), s.when]))}: {_value(s, entry, lang)}" for s in slots)
    kind = ("Biểu đồ cột" if entry.kind == "flow" else "Biểu đồ điểm") if lang == "vi" else "Chart"
    return f"{title}. {kind}: {told}."


def _value(slot: _Slot, entry: Indicator, lang: str) -> str:
    text = amount(round(slot.value, entry.decimals) if slot.status == "point" else slot.value, entry, lang)
    if not known(slot.low):
        return text
    low, high = (format_number(x, entry.decimals, lang=lang) for x in (slot.low, slot.high))
    return f"{text} ({low}–{high})"


def _data(slots: list[_Slot], entry: Indicator, lang: str) -> pd.DataFrame:
    """Return the figures behind a chart, as the reader unfolds them."""
    columns = ("Số liệu", "Kỳ", "Giá trị") if lang == "vi" else ("Figure", "Period", "Value")
    word = STATUS_WORDS[lang]["actual"]
    return pd.DataFrame([(s.word or word, s.when, _value(s, entry, lang)) for s in slots], columns=list(columns))
