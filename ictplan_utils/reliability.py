"""How far the forecasts can be trusted, for people to look at: a calibration chart, a table, sentences."""

from __future__ import annotations

import datetime
from functools import partial

import matplotlib as mpl
import pandas as pd
from babel.dates import format_date

from ictplan_utils import catalog
from ictplan_utils.charts import ACTUAL, ESTIMATE, FORECAST, MUTED, STYLE, TARGET, TEXT_POINTS, WIDTH_INCHES, Chart
from ictplan_utils.charts.chart import Written, told_table
from ictplan_utils.forecast import prior
from ictplan_utils.forecast.outcomes import outcomes_by_year
from ictplan_utils.messages import text
from ictplan_utils.narrative import Text, bullets, paragraph, percent, year_sentence
from ictplan_utils.reports import as_known_in_june
from ictplan_utils.tables.table import Cell, Column, Row, Table
from ictplan_utils.vietnamese import format_number

_LOOKS = {"flow": (ACTUAL, "o"), "stock": (ESTIMATE, "s"), "rate": (FORECAST, "^"), "share": (TARGET, "D")}
LARGEST_BREACH = 5.0
"""Percentage points between promised and observed coverage that still count as kept."""
SMALLEST_JUDGED = 30
"""Fewer windows than this say little: the table marks them."""


def calibration_chart(levels: pd.DataFrame, lang: str = "vi") -> Chart:
    """Return how often the truth fell inside the intervals, against how often it should.

    `levels`: kind, nominal, observed (parts of 1), windows, as backtesting.calibration returns them.
    """
    off = 100 * (levels["observed"] - levels["nominal"]).abs().max() if len(levels) else 0.0
    verdict = "nothing" if not len(levels) else "kept" if off <= LARGEST_BREACH else "missed"
    title = text(f"reliability.calibration.{verdict}", lang, points=format_number(off, 1, lang=lang))
    with mpl.rc_context(STYLE):
        chart = Chart(figsize=(WIDTH_INCHES, WIDTH_INCHES))
        chart.headline, chart.lang = title, lang
        axes = chart.add_axes((0.14, 0.12, 0.82, 0.74))
        axes.plot([40, 100], [40, 100], color=MUTED, linewidth=0.8, linestyle="--", zorder=0)
        for kind, part in levels.groupby("kind", sort=False):
            colour, marker = _LOOKS[kind]
            axes.plot(
                100 * part["nominal"], 100 * part["observed"], color=colour, marker=marker, label=kind_name(kind, lang)
            )
        axes.set_xlabel(text("reliability.calibration.promised", lang))
        axes.set_ylabel(text("reliability.calibration.observed", lang))
        axes.spines[["top", "right"]].set_visible(False)
        if len(levels):
            axes.legend(frameon=False, fontsize=TEXT_POINTS - 1.5, loc="upper left")
        chart.suptitle(title, x=0.02, y=0.99, ha="left", va="top", fontsize=TEXT_POINTS, fontweight="bold", wrap=True)
        told = [
            (kind_name(row.kind, lang), format_number(100 * row.nominal, 0, lang=lang),
             format_number(100 * row.observed, 1, lang=lang))
            for row in levels.itertuples()
        ]  # fmt: skip
        names = [text(f"reliability.calibration.columns.{name}", lang) for name in ("kind", "promised", "observed")]
        cells = [
            (kind, Written(100 * row.nominal, promised), Written(100 * row.observed, observed))
            for row, (kind, promised, observed) in zip(levels.itertuples(), told, strict=True)
        ]  # fmt: skip
        chart.told = told_table(cells, names)
        each = [text("reliability.calibration.alt", lang, kind=a, promised=f"{b}%", observed=f"{c}%")
                for a, b, c in told]  # fmt: skip
        chart.alt = f"{title}. {'; '.join(each)}."
    return chart


def trust_table(summary: pd.DataFrame, lang: str = "vi") -> Table:
    """Return errors and coverage by kind and history length; `summary` of backtesting.judged or trust."""
    labels = [text(f"reliability.table.{name}", lang) for name in ("length", "windows", "error", "usual")]
    labels += [text("reliability.table.coverage", lang, coverage=coverage) for coverage in (80, 95)]
    rows = [
        Row(kind_name(row.kind, lang), [
            Cell(format_number(row.length, 0, lang=lang), value=float(row.length)),
            Cell(format_number(row.windows, 0, lang=lang) + "*" * (row.windows < SMALLEST_JUDGED)),
            *(Cell(format_number(value, 1, lang=lang), value=float(value)) for value in (row.error, row.median_error)),
            *(Cell(percent(100 * value, lang=lang)) for value in (row.coverage_80, row.coverage_95)),
        ])
        for row in summary.itertuples()
    ]  # fmt: skip
    note = text("reliability.table.note", lang)
    return Table("trust", text("reliability.table.kind", lang), [Column(label) for label in labels], rows, note, lang)


def trust_sentences(summary: pd.DataFrame, lang: str = "vi", *, public: bool = False) -> Text:
    """Return in a sentence a kind what error to expect, against what people use, and from which series that is known.

    `summary` of backtesting.trust, or (`public`) of backtesting.judged.
    """
    told = []
    for kind, part in summary.groupby("kind", sort=False):
        trials = int(part["windows"].sum())
        weight = part["windows"] / trials
        ours, usual = float((part["error"] * weight).sum()), float((part["median_error"] * weight).sum())
        gain = 100 * (1 - ours / usual) if usual else 0.0
        words = {"kind": kind_name(kind, lang), "error": percent(ours, lang=lang),
                 "trials": format_number(trials, 0, lang=lang),
                 "series": text(f"reliability.series.{kind if public else 'own'}", lang)}  # fmt: skip
        key = "better" if gain >= 0 else "worse"
        told.append(text(f"reliability.sentence.{key}", lang, **words, by=percent(abs(gain), 0, lang=lang)))
    return bullets(told, otherwise=text("reliability.sentence.nothing", lang))


def judged_on(lang: str = "vi") -> Text:
    """Return which years the public figures were judged on, and on which the judged forecaster was fitted."""
    years = {name: str(year) for name, year in prior.document()["judged"]["years"].items()}
    return paragraph(text("reliability.judged", lang, **years))


def kind_name(kind: str, lang: str = "vi") -> str:
    """Return what a kind of indicator is called: `Số cộng dồn (doanh thu, giờ)`."""
    return text(f"reliability.kind.{kind}", lang)


def trust_text(summary: pd.DataFrame, lang: str = "vi") -> str:
    """Return the sentences and, where there is anything, the table as plain text for a terminal."""
    said = str(trust_sentences(summary, lang))
    return said if summary.empty else f"{said}\n\n{trust_table(summary, lang)}"


def outcome_lines(observations: pd.DataFrame, lang: str = "vi", data_dir: str = "data") -> Text:
    """Return, an area and year a line, how the forecasts made in June fared; as on the area's own forecast page."""

    def known(area: str, year: int) -> pd.DataFrame:
        return as_known_in_june(observations, area, year, data_dir)

    told = [
        (f"{catalog.area(area, data_dir).title(lang)}:", year_sentence(row, lang))
        for area in observations["area"].unique()
        for row in outcomes_by_year(observations, area, data_dir, known=partial(known, area)).itertuples()
    ]
    none = text("narrative.outcomes.never", lang)
    return bullets((" ".join(each) for each in told), leads=(lead for lead, _ in told), otherwise=none)


def prior_sources(lang: str = "vi") -> Text:
    """Return where the prior comes from, and when it was fitted."""
    about = prior.document()
    day = format_date(datetime.date.fromisoformat(about["made_on"]), text("periods.day", lang), locale=lang)
    series = format_number(about["fitted_on"]["series"], 0, lang=lang)
    year = str(about["fitted_on"]["years_to"])
    fitted = text("reliability.source.fitted", lang, series=series, year=year, day=day)
    return paragraph(fitted, text("reliability.source.names", lang))
