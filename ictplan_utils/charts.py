"""Tidy figures → charts that show themselves, with a finding for a title, alternative text, and their data."""

from __future__ import annotations

import functools
import io
import math
import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape

import matplotlib as mpl
import pandas as pd
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from ictplan_utils import catalog
from ictplan_utils.catalog import Indicator
from ictplan_utils.errors import IctplanError
from ictplan_utils.narrative import amount, fits, headline, known
from ictplan_utils.observations import as_of, followed, is_half, preferred, report_table, year
from ictplan_utils.vietnamese import format_number

# Colours are Okabe and Ito's (2008), told apart by the colour-blind; fill, outline and hatch tell the same
# statuses apart in grey print. The page swaps INK, MUTED and PAPER for its own in dark mode.
INK, MUTED, PAPER = "#1b1c1d", "#5c5f62", "#fdfdfc"
ACTUAL, ESTIMATE, FORECAST, TARGET = "#0072b2", "#a65400", "#00785a", "#8f3f71"

WIDTH_INCHES = 4.8
"""A chart is drawn for a phone held upright and scales up; wider drawings would shrink their letters there."""
PANEL_INCHES = 2.7
EMPTY_INCHES = 1.4
MANY_SLOTS = 7
"""From here on a chart is a history: only its ends, its extremes and what is no achievement carry their figures."""
TEXT_POINTS = 10.5
TITLE_POINTS, SMALL_TITLE_POINTS = 21, 7
"""The strip that a saved figure's title takes and the page, which has a caption, cuts off."""

STYLE = {
    "font.family": ["DejaVu Sans"],
    "font.size": TEXT_POINTS,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": MUTED,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": MUTED,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "hatch.linewidth": 0.8,
    # Letters stay letters: small files, sharp on every screen, found by search, read by screen readers.
    "svg.fonttype": "none",
    "svg.hashsalt": "ictplan",
}

STATUS_WORDS = {
    "vi": {"half": "6 tháng", "last_year": "Cả năm", "estimate": "Ước", "point": "Dự báo",
           "target": "Kế hoạch", "actual": "Thực hiện"},
    "en": {"half": "First half", "last_year": "Full year", "estimate": "Official",
           "point": "Forecast", "target": "Target", "actual": "Actual"},
}  # fmt: skip


SHORT_WORDS = {
    "vi": {"half": "6T", "last_year": "Năm", "estimate": "Ước", "point": "DB", "target": "KH", "actual": "TH"},
    "en": {"half": "6m", "last_year": "Year", "estimate": "Est.", "point": "Fcst", "target": "Plan", "actual": "Act."},
}
"""The officials' own abbreviations, for panels too small for the words."""


class Chart(Figure):
    """A matplotlib Figure that shows itself with its title, alternative text and data wherever it is displayed."""

    headline: str = ""
    alt: str = ""
    data: pd.DataFrame | None = None
    lang: str = "vi"
    small: bool = False

    def _repr_html_(self) -> str:
        return figure_html(self)

    def __repr__(self) -> str:
        return f"<Chart: {self.headline}>".replace("\N{NO-BREAK SPACE}", " ")


@dataclass(frozen=True)
class Charts:
    """Several charts that belong together: small multiples that flow into as many columns as the screen holds."""

    panels: tuple[Chart, ...]

    def _repr_html_(self) -> str:
        inside = "".join(figure_html(panel) for panel in self.panels)
        return (
            '<div class="multiples" style="display:grid;gap:1rem;'
            f'grid-template-columns:repeat(auto-fill,minmax(13rem,1fr))">{inside}</div>'
        )

    def __repr__(self) -> str:
        return "\n".join(repr(panel) for panel in self.panels)


@dataclass(frozen=True)
class Sections:
    """Groups of small multiples, each under its own heading."""

    groups: tuple[tuple[str, Charts], ...]

    def _repr_html_(self) -> str:
        return "".join(f"<h3>{escape(title)}</h3>{charts._repr_html_()}" for title, charts in self.groups)

    def __repr__(self) -> str:
        return "\n".join(f"{title}\n{charts!r}" for title, charts in self.groups)


def trend(
    observations: pd.DataFrame,
    indicator: str,
    area: str | None = None,
    report: str | None = None,
    *,
    forecasts: pd.DataFrame | None = None,
    lang: str = "vi",
    small: bool = False,
    data_dir: str = "data",
) -> Chart:
    """Return how one indicator moved: what was achieved, what officials expect, what we forecast, what is planned.

    `observations` as `ict.load` returns them; `area` and `report` may be left out where there is only one (the
    latest report is taken). `forecasts` is what `forecast_year_end` returns. Bars for what
    accumulates, points for what stands at a date. Raises IctplanError for an unknown indicator or area.
    """
    return _tell(_story(observations, area, report), indicator, forecasts, lang, small, data_dir)


def small_multiples(
    observations: pd.DataFrame,
    indicators: Sequence[str],
    area: str | None = None,
    report: str | None = None,
    *,
    lang: str = "vi",
    data_dir: str = "data",
) -> Charts:
    """Return one small trend an indicator, in the order given; those without any figure are left out."""
    return _multiples(_story(observations, area, report), indicators, lang, data_dir)


def by_sector(
    observations: pd.DataFrame, area: str, report: str, *, lang: str = "vi", data_dir: str = "data"
) -> Sections:
    """Return the indicators a report follows as small multiples, one section a sector, in the form's order."""
    story = _story(observations, area, report)
    entries = followed(story.own, data_dir)
    sectors: dict[str, list[str]] = {sector: [] for sector in catalog.SECTORS}
    for slug, entry in entries.items():
        sectors[entry.sector].append(slug)
    told = (
        (catalog.SECTORS[sector][0 if lang == "vi" else 1], _multiples(story, slugs, lang, data_dir))
        for sector, slugs in sectors.items()
    )
    return Sections(tuple((title, charts) for title, charts in told if charts.panels))


@dataclass(frozen=True)
class _Story:
    """One area's figures as its charts need them, worked out once for all of them."""

    own: pd.DataFrame
    report: str
    table: pd.DataFrame
    years: dict[str, list[tuple[str, float]]]

    @property
    def stated(self) -> set[str]:
        """The indicators with a figure a chart can show."""
        shown = self.table.notna().any(axis=1)
        return set(self.table.index[shown]) | set(self.years)


def _story(observations: pd.DataFrame, area: str | None, report: str | None) -> _Story:
    own = observations[observations["area"] == (area or _only_area(observations))]
    report = report or str(own["report"].max())
    before = own[
        (own["status"] == "actual") & ~own["period"].str.contains("-") & (own["period"] < str(year(report) - 1))
    ]
    years: dict[str, list[tuple[str, float]]] = {}
    for row in preferred(as_of(before, report)).sort_values("period").itertuples():
        years.setdefault(row.indicator, []).append((row.period, row.value))
    return _Story(own, report, report_table(own, own["area"].iloc[0], report), years)


def _tell(
    story: _Story, indicator: str, forecasts: pd.DataFrame | None, lang: str, small: bool, data_dir: str
) -> Chart:
    entry = catalog.indicator(indicator, data_dir)
    table, report = story.table, story.report
    figures = table.loc[indicator] if indicator in table.index else pd.Series(float("nan"), index=table.columns)
    row = None if forecasts is None else forecasts[forecasts["indicator"] == indicator]
    words = (SHORT_WORDS if small else STATUS_WORDS)[lang]
    slots = _slots(figures, entry, report, None if row is None or row.empty else row.iloc[0], words)
    # The years before last year, so that a long history shows; on an axis of years a year needs only its number.
    history = [_Slot("year", "", period, value) for period, value in story.years.get(indicator, [])]
    if history:
        slots = [replace(s, word="", when=s.when[-4:]) if s.status == "year" else s for s in slots]
    return _draw(history + slots, entry, headline(figures, entry, report, lang), lang, small)


def _multiples(story: _Story, indicators: Iterable[str], lang: str, data_dir: str) -> Charts:
    have = story.stated
    return Charts(tuple(_tell(story, slug, None, lang, True, data_dir) for slug in indicators if slug in have))


def growth_asked(rows: pd.DataFrame, report: str, *, shares: bool, lang: str = "vi", data_dir: str = "data") -> Chart:
    """Return growth achieved this year and asked for next year, an indicator a line; `rows` of `judge_targets`.

    `shares` chooses what moves in percentage points; everything else moves in per cent.
    """
    entries = {slug: catalog.indicator(slug, data_dir) for slug in rows.index}
    aims = [entry.direction != "none" and (entry.kind == "share") == shares for entry in entries.values()]
    chosen = rows[pd.Series(aims, index=rows.index, dtype=bool)]
    chosen = chosen[(chosen[["achieved", "asked"]].abs() > 0.05).any(axis=1)].sort_values("asked")
    this, vi = year(report), lang == "vi"
    unit = ("điểm phần trăm" if vi else "percentage points") if shares else "%"
    bold = [entries[slug].short(lang) for slug in chosen.index[chosen["verdict"] == "ambitious"]]
    title = _growth_title(len(chosen), bold, this, shares, lang)
    with mpl.rc_context(STYLE):
        chart = Chart(figsize=(WIDTH_INCHES, 1.1 + 0.46 * max(len(chosen), 1)))
        FigureCanvasSVG(chart)
        chart.headline, chart.lang = title, lang
        chart.suptitle("\n".join(textwrap.wrap(title, 54)), x=0.02, y=0.99, ha="left", va="top",
                       fontsize=TEXT_POINTS + 1, fontweight="bold")  # fmt: skip
        columns = ("Chỉ tiêu", f"Đạt được {this}", f"Đòi hỏi {this + 1}") if vi else (
            "Indicator", f"Achieved {this}", f"Asked {this + 1}")  # fmt: skip
        told = [
            (entries[slug].short(lang), *(f"{format_number(row[c], 1, sign=True, lang=lang)} {unit}"
             for c in ("achieved", "asked")))
            for slug, row in chosen[::-1].iterrows()
        ]  # fmt: skip
        chart.data = pd.DataFrame(told, columns=list(columns))
        chart.alt = f"{title}. " + "; ".join(f"{a}: {b} → {c}" for a, b, c in told) + "."
        tall = chart.get_figheight()
        axes = chart.add_axes((0.02, 0.34 / tall, 0.96, 1 - 0.95 / tall))
        for place, (slug, row) in enumerate(chosen.iterrows()):
            _dumbbell(axes, place, row, entries[slug].short(lang), lang)
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.set_yticks([])
        if chosen.empty:
            _say_empty(axes, lang)
            return chart
        axes.axvline(0, color=MUTED, linewidth=0.8, zorder=0)
        axes.set_ylim(-0.6, len(chosen) - 0.1)
        axes.margins(x=0.14)
        axes.xaxis.set_major_formatter(lambda x, _: format_number(x, 0, sign=True, lang=lang))
        key = (f"● đạt được {this}   ◇ đòi hỏi {this + 1}   ({unit})" if vi
               else f"● achieved {this}   ◇ asked {this + 1}   ({unit})")  # fmt: skip
        axes.text(0, 1.0, key, transform=axes.transAxes, color=MUTED, fontsize=TEXT_POINTS - 1, va="bottom")
    return chart


def _growth_title(count: int, bold: list[str], this: int, shares: bool, lang: str) -> str:
    if not count:
        return f"Không có chỉ tiêu kế hoạch {this + 1} nào để so sánh" if lang == "vi" else f"No target for {this + 1}"
    if lang == "en":
        kind = "shares" if shares else "indicators"
        return f"{len(bold)} of {count} {kind} that move ask much more of {this + 1} than {this} achieved"
    kind = "tỷ lệ" if shares else "chỉ tiêu"
    return f"{len(bold)}/{count} {kind} có thay đổi đặt mức phấn đấu năm {this + 1} cao hơn hẳn năm {this}"


def _dumbbell(axes, place: int, row: pd.Series, name: str, lang: str) -> None:
    """Draw one line: achieved filled, asked hollow, both with their figures, the name above."""
    if known(row["achieved"]):
        axes.plot([row["achieved"], row["asked"]], [place, place], color=MUTED, linewidth=1)
        axes.plot(row["achieved"], place, "o", color=ACTUAL, markersize=7)
    axes.plot(row["asked"], place, "D", color=TARGET, markerfacecolor=PAPER, markeredgewidth=1.8, markersize=7)
    left = not known(row["achieved"]) or row["asked"] < row["achieved"]
    for value, colour, before in ((row["asked"], TARGET, left), (row["achieved"], ACTUAL, not left)):
        if known(value):
            axes.annotate(format_number(value, 1, sign=True, lang=lang), (value, place), color=colour,
                          xytext=(-8 if before else 8, 0), textcoords="offset points", va="center",
                          ha="right" if before else "left", fontsize=TEXT_POINTS - 2)  # fmt: skip
    axes.text(0, place + 0.3, name, transform=axes.get_yaxis_transform(), fontsize=TEXT_POINTS - 1.5, va="center",
              bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1})  # fmt: skip


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


def _only_area(observations: pd.DataFrame) -> str:
    areas = observations["area"].unique()
    if len(areas) == 1:
        return areas[0]
    raise IctplanError(f"name one area; the figures hold {', '.join(areas[:10])}")


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
    order = ["same_half", "last_year", "half"] if at_date else ["same_half", "half", "last_year"]
    found = [slots[name] for name in [*order, "estimate"]]
    if forecast is not None and known(forecast["point"]):
        found.append(
            _Slot("point", words["point"], f"{end}{this}", forecast["point"], forecast["lower_80"],
                  forecast["upper_80"])
        )  # fmt: skip
    found.append(_Slot("target", words["target"], f"{end}{this + 1}", figures["target"]))
    return [slot for slot in found if known(slot.value) and fits(slot.value, entry)]


def _draw(slots: list[_Slot], entry: Indicator, title: str, lang: str, small: bool) -> Chart:
    with mpl.rc_context(STYLE):
        width = PANEL_INCHES if small else WIDTH_INCHES
        height = (2.0 if small else 2.9) if slots else EMPTY_INCHES
        chart = Chart(figsize=(width, height))
        FigureCanvasSVG(chart)
        chart.headline, chart.lang, chart.small = title, lang, small
        chart.alt, chart.data = _alt(title, slots, entry, lang), _data(slots, entry, lang)
        axes = chart.add_axes((0.02, 0.24 if small else 0.19, 0.96, 0.6 if small else 0.62))
        axes.set_xlim(-0.6, max(len(slots), 1) - 0.4)
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.set_yticks([])
        if not slots:
            _say_empty(axes, lang)
        elif entry.kind == "flow":
            _bars(axes, slots)
        else:
            _points(axes, slots, entry)
        _label(axes, slots, entry, lang, small)
        chart.suptitle(
            "\n".join(textwrap.wrap(title, 30 if small else 54)), x=0.02, y=0.99, ha="left", va="top",
            fontsize=TEXT_POINTS + (0 if small else 1), fontweight="bold",
        )  # fmt: skip
    return chart


def _say_empty(axes, lang: str) -> None:
    """Say in the chart's place that there is nothing to draw: the page keeps its shape."""
    empty = "Chưa có số liệu" if lang == "vi" else "No figures"
    axes.text(0.5, 0.5, empty, transform=axes.transAxes, ha="center", color=MUTED)
    axes.set_xticks([])


def _bars(axes, slots: list[_Slot]) -> None:
    """Draw what accumulates as bars from zero: actual filled, estimate hatched, forecast and target outlined."""
    for place, slot in enumerate(slots):
        filled = slot.status in ("half", "year")
        axes.bar(
            place, slot.value, width=0.62, facecolor=slot.colour if filled else "none", edgecolor=slot.colour,
            linewidth=1.6, hatch="////" if slot.status == "estimate" else None,
            linestyle="--" if slot.status == "target" else "-", alpha=0.72 if slot.status == "half" else 1,
        )  # fmt: skip
        if known(slot.low):
            axes.plot([place, place], [slot.low, slot.high], color=slot.colour, linewidth=5, alpha=0.45)
    top = max(max(slot.value, slot.high if known(slot.high) else slot.value) for slot in slots)
    axes.set_ylim(0, top * 1.16 if top > 0 else 1)


def _points(axes, slots: list[_Slot], entry: Indicator) -> None:
    """Draw what stands at a date as points; a line joins what was achieved, each other status has its own sign."""
    actual = [(place, slot.value) for place, slot in enumerate(slots) if slot.status in ("half", "year")]
    axes.plot(*zip(*actual, strict=True), color=ACTUAL, linewidth=1.8) if actual else None
    shapes = {"estimate": "s", "point": "o", "target": "D"}
    for place, slot in enumerate(slots):
        if known(slot.low):
            axes.plot([place, place], [slot.low, slot.high], color=slot.colour, linewidth=5, alpha=0.45)
        filled = slot.status in ("half", "year")
        axes.plot(place, slot.value, marker=shapes.get(slot.status, "o"), markersize=8, color=slot.colour,
                  markerfacecolor=slot.colour if filled else PAPER, markeredgewidth=1.8, linestyle="none")  # fmt: skip
    ends = [x for slot in slots for x in (slot.value, slot.low, slot.high) if known(x)]
    low, high = min(ends), max(ends)
    # A flat series must look flat: the axis never shows less than a tenth of the level.
    span = max(high - low, 0.1 * abs(high), 10.0**-entry.decimals)
    middle = (low + high) / 2
    axes.set_ylim(middle - 0.85 * span, middle + 0.95 * span)


def _label(axes, slots: list[_Slot], entry: Indicator, lang: str, small: bool) -> None:
    """Write each figure above its mark and, under the axis, what it is and when: nobody needs a legend."""
    low, high = axes.get_ylim()
    sparse = (small and len(slots) > 3) or len(slots) >= MANY_SLOTS
    tight = 1 if small and len(slots) > 5 else 0
    for place in _labelled(slots):
        slot = slots[place]
        top = max(slot.value, slot.high) if known(slot.high) else slot.value
        stated = entry.decimals or (0 if slot.status == "point" else _decimals(slot.value))
        text = format_number(slot.value, stated, lang=lang)
        below = entry.kind != "flow" and _is_valley(slots, place)
        height = slot.value - 0.07 * (high - low) if below else top + 0.05 * (high - low)
        # A long figure at either end of a crowded axis would be cut off by the picture's edge.
        edge = {0: ("left", -0.45), len(slots) - 1: ("right", 0.45)} if len(slots) >= MANY_SLOTS else {}
        side, shift = edge.get(place, ("center", 0))
        axes.text(place + shift, height, text, ha=side, va="top" if below else "bottom", color=slot.colour,
                  fontweight="bold", fontsize=TEXT_POINTS - tight - (2.5 if sparse else 1 if small else 0))  # fmt: skip
    axes.set_xticks(range(len(slots)))
    axes.tick_params(length=0, labelsize=TEXT_POINTS - tight - (3 if sparse else 2 if small else 1))
    axes.set_xticklabels([f"{slot.word}\n{slot.when}" if slot.word else slot.when for slot in slots])
    if slots:
        axes.text(0, 1.01, "" if small else entry.unit(lang), transform=axes.transAxes, ha="left", va="bottom",
                  color=MUTED, fontsize=TEXT_POINTS - 1)  # fmt: skip


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


def figure_html(chart: Chart) -> str:
    """Return a chart as an HTML figure: caption, picture with alternative text, data to unfold."""
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>"
        for row in chart.data.itertuples(index=False)
    )
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in chart.data.columns)
    word = "Số liệu" if chart.lang == "vi" else "Data"
    unfold = (
        f"<details><summary>{word}</summary><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></details>"
        if rows
        else ""
    )
    size = "max-width:24rem" if chart.small else "max-width:36rem"
    return (
        f'<figure class="chart{" small" if chart.small else ""}" style="margin:0;{size}">'
        f"<figcaption><strong>{escape(chart.headline)}</strong></figcaption>{svg(chart)}{unfold}</figure>"
    )


def svg(chart: Chart) -> str:
    """Return the picture without its title as inline SVG: same chart, same bytes; ids that no other chart has."""
    title = chart._suptitle
    title.set_visible(False)
    buffer = io.StringIO()
    with mpl.rc_context(STYLE):
        chart.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    title.set_visible(True)
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    key = f"c{abs(_stable_hash(chart.alt)):x}"
    text = re.sub(r"<(metadata|style)[ >].*?</\1>\s*", "", text, flags=re.S)
    text = re.sub(r'\bid="([^"]+)"', rf'id="{key}-\1"', text)
    text = re.sub(r'(url\(|href=")#', rf"\1#{key}-", text)
    for colour, name in ((INK, "ink"), (MUTED, "muted"), (PAPER, "paper"), (ACTUAL, "actual"),
                         (ESTIMATE, "estimate"), (FORECAST, "forecast"), (TARGET, "target")):  # fmt: skip
        text = text.replace(colour, f"var(--chart-{name},{colour})")
    text = re.sub(r'<svg ([^>]*?)width="[\d.]+pt" height="[\d.]+pt"', r"<svg \1", text, count=1)
    # The caption carries the title, so the strip that the title takes in a saved figure is cut off.
    width, height = (float(x) for x in re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', text).groups())
    cut = SMALL_TITLE_POINTS if chart.small else TITLE_POINTS
    text = re.sub(r'viewBox="[^"]+"', f'viewBox="0 {cut} {width:g} {height - cut:g}"', text, count=1)
    label = f'<svg role="img" aria-label="{escape(chart.alt)}" style="width:100%;height:auto" '
    return re.sub(r"\n\s*", "\n", text.replace("<svg ", label, 1))


@functools.cache
def _stable_hash(text: str) -> int:
    import zlib

    return zlib.crc32(text.encode())
