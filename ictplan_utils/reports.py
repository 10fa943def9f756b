"""What one area's one report says, worked out once: figures, forecasts, targets, findings, with language and folder.

>>> report = of("tuan-giao", "2021-S1")
>>> report.title, float(report.figures.loc["bts_stations", "half"])
('huyện Tuần Giáo, 6 tháng đầu năm 2021', 88.0)
"""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pandas as pd

import ictplan_utils as ict
from ictplan_utils import catalog, messages, periods
from ictplan_utils.catalog import Area, Indicator
from ictplan_utils.errors import IctplanError
from ictplan_utils.observations import (
    AWAITED,
    COMPARISON_COLUMNS,
    CORRECTED,
    DOUBTFUL,
    TOLD,
    as_of,
    load_pair,
    preferred,
    report_table,
    reporting_areas,
    reports,
    year_results,
)


@dataclass(frozen=True, eq=False)
class Report:
    """One area's report on one period. Each table is worked out when it is first asked for, and kept.

    Tables know what was known when the report was written: its own figures and those of earlier reports, agreed
    corrections applied.
    """

    area: Area
    period: str
    lang: str = "vi"
    folder: Path = Path("data")
    """Of the data, as `catalog.data_path` finds it."""
    stored: str = ""
    """The report as it is stored, where that is not `period`: one on a second half that tells of the year."""

    @property
    def key(self) -> tuple:
        """What tells it from every other report."""
        return self.area.area, self.period, self.lang, str(self.folder), self.stored

    @property
    def title(self) -> str:
        """The area and the period in words."""
        return f"{self.area.title(self.lang)}, {self.when}"

    @property
    def when(self) -> str:
        """The period in words, as inside a sentence."""
        return periods.period_name(self.period, self.lang)

    @property
    def year(self) -> int:
        """The year the period lies in."""
        return periods.year(self.period)

    @property
    def is_first_half(self) -> bool:
        """Whether the year's end is still ahead."""
        return self.period.endswith("-S1")

    @property
    def closed_year(self) -> int:
        """The latest year that is over: the report's own, in a report on a first half the one before."""
        return self.year - self.is_first_half

    @property
    def basis(self) -> str:
        """What is held against next year's targets: `forecast` of this year's end, or `result` where it is over."""
        return "forecast" if self.is_first_half else "result"

    @cached_property
    def only_told(self) -> bool:
        """Whether only a paper of the area above states the report's figures: the area itself has sent nothing."""
        own = self.observations[self.observations["report"] == (self.stored or self.period)]
        return len(own) > 0 and bool(own.loc[own["printed"] != "", "source"].str.startswith(TOLD).all())

    @property
    def end_date(self) -> datetime.date:
        """The day the report's stocks are counted at."""
        return periods.end_date(self.period)

    def say(self, key: str, **values: object) -> str:
        """Return the message `room.key` in the report's language, its placeholders filled."""
        return messages.text(key, self.lang, **values)

    @cached_property
    def _pair(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        stated, compared = load_pair(self.area.area, corrected=True, data_dir=self.folder)
        return as_of(stated, self.stored or self.period), as_of(compared, self.stored or self.period)

    @property
    def observations(self) -> pd.DataFrame:
        """Every figure of this report and of earlier ones, as `ict.load(area, corrected=True)`."""
        return self._pair[0]

    @property
    def comparisons(self) -> pd.DataFrame:
        """Every stated comparison of this report and of earlier ones, as `ict.load_comparisons`."""
        return self._pair[1]

    @cached_property
    def past(self) -> pd.DataFrame:
        """What the areas that went into this one achieved, by its borders, see `rollup.restated`; mostly nothing."""
        moved = ict.rollup.changes(self.folder)
        before = set(moved.loc[moved["successor"] == self.area.area, "predecessor"])
        sent = [area for area in reporting_areas(self.folder) if area in before] if before else []
        stated = load_pair(sent, corrected=True, data_dir=self.folder)[0] if sent else self.observations.head(0)
        past = as_of(ict.rollup.restated(stated, self.area.area, self.period, self.folder), self.stored or self.period)
        return past[past["status"] == "actual"]

    @cached_property
    def history(self) -> pd.DataFrame:
        """`observations` and the `past`, whose sources begin with RESTATED."""
        return pd.concat([self.observations, self.past], ignore_index=True) if len(self.past) else self.observations

    @cached_property
    def achieved(self) -> dict[str, dict[str, tuple[float, bool]]]:
        """Indicator → period → what was achieved, and whether it is restated, see `past`; nothing DOUBTFUL."""
        stated, past = (preferred(rows[(rows["status"] == "actual") & ~rows["note"].str.contains(DOUBTFUL)])
                        for rows in (self.observations, self.past))  # fmt: skip
        found: dict[str, dict[str, tuple[float, bool]]] = {}
        # A province that took in another has figures of its old borders too: what is restated goes before these.
        for rows, restated in ((stated, False), (past, True)):
            for slug, period, value in zip(rows["indicator"], rows["period"], rows["value"], strict=True):
                found.setdefault(slug, {})[period] = value, restated
        return found

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        """The indicators the area follows: the form's, and every other with figures of two periods; by slug."""
        periods_of = self.observations.groupby("indicator", observed=True)["period"].nunique()
        moving = set(periods_of.index[periods_of >= 2])
        return {slug: entry for slug, entry in self.entries.items() if entry.form_number or slug in moving}

    @property
    def entries(self) -> Mapping[str, Indicator]:
        """Every indicator of the catalogue, followed or not, by slug."""
        return catalog.entries(self.folder)

    def entry(self, slug: str) -> Indicator:
        """Return an indicator, followed or not."""
        return self.indicators.get(slug) or catalog.indicator(slug, self.folder)

    def results(self, year: int) -> pd.Series:
        """Return what a year achieved, see `observations.year_results`; keyed by indicator."""
        return year_results(self.observations, self.area.area, year, self.folder)

    @cached_property
    def figures(self) -> pd.DataFrame:
        """The report as its readers think of it, see `observations.report_table`; keyed by indicator."""
        return report_table(self.observations, self.area.area, self.period)

    @cached_property
    def _awaiting(self) -> pd.DataFrame:
        """The observations, what the audit calls wrong of this report noted as AWAITED."""
        # No audit has seen tables made in memory.
        return awaiting(self.observations, [self.findings], self.folder) if self.stored else self.observations

    @cached_property
    def faulty(self) -> frozenset[tuple[str, str, str]]:
        """The figures (indicator, period, status) that the audit calls wrong, or a year's, not corrected yet.

        Of those that a reader gets: the error is told at the very place that states them.
        """
        rows = preferred(self._awaiting)
        rows = rows[rows["note"] == AWAITED]
        return frozenset(zip(*(rows[name] for name in ("indicator", "period", "status")), strict=True))

    @cached_property
    def forecasts(self) -> pd.DataFrame:
        """The year's end of each indicator, see `forecast.forecast_year_end`; no row where the year is over.

        What is `faulty` makes no forecast.
        """
        return ict.forecast.forecast_year_end(self._awaiting, self.period, self.folder)

    def waiting(self, figures: Iterable[tuple[str, str]]) -> set[str]:
        """Return the indicators of which one of these figures, each a period and a status, is `faulty`."""
        asked = set(figures)
        return {slug for slug, *figure in self.faulty if tuple(figure) in asked}

    @cached_property
    def targets(self) -> pd.DataFrame:
        """Next year's targets against what was achieved, see `targets.judge_targets`; keyed by indicator."""
        return ict.targets.judge_targets(self)

    @cached_property
    def this_years_targets(self) -> pd.DataFrame:
        """This year's targets and the chance to reach them, see `targets.this_years_targets`."""
        return ict.targets.this_years_targets(self)

    @cached_property
    def fulfilment(self) -> pd.DataFrame:
        """The targets of the latest year that is over against what came, see `targets.fulfilment`."""
        rows = ict.targets.fulfilment(self, self.closed_year)
        return rows[rows.index.isin(list(self.indicators))]

    @cached_property
    def fulfilment_by_year(self) -> pd.DataFrame:
        """How many targets of each year were met, see `targets.fulfilment_by_year`."""
        return ict.targets.fulfilment_by_year(self)

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """June's forecasts of the latest year that is over, and what came, see `forecast.outcomes.outcomes`."""
        from ictplan_utils.forecast.outcomes import outcomes

        rows = outcomes(self._known_then(self.closed_year), self.area.area, self.closed_year, self.folder)
        return rows[rows["indicator"].isin(list(self.indicators))]

    @cached_property
    def outcomes_by_year(self) -> pd.DataFrame:
        """How good the forecasts of each year were, see `forecast.outcomes.outcomes_by_year`."""
        from ictplan_utils.forecast.outcomes import outcomes_by_year

        return outcomes_by_year(self.observations, self.area.area, self.folder, known=self._known_then)

    @cached_property
    def _known_then(self) -> Callable[[int], pd.DataFrame]:
        """Year → the observations as June's forecast took them; each year's reports are audited once."""
        stated = self.observations
        return cache(
            lambda year: as_known_in_june(stated, self.area.area, year, self.folder) if self.stored else stated
        )

    @cached_property
    def findings(self) -> pd.DataFrame:
        """What the audit found in this report as its document prints it, see `audit.audit_stored`."""
        return ict.audit.audit_stored(self.area.area, self.stored or self.period, data_dir=self.folder)

    @cached_property
    def revisions(self) -> pd.DataFrame:
        """Figures of earlier reports that this one states anew, and differently, see `revisions.revisions`."""
        return ict.revisions.revisions(self.observations, self.area.area, self.stored or self.period)

    @cached_property
    def first_stated(self) -> dict[tuple[str, str], float]:
        """(indicator, period) → what was first reported, where a later report revised it."""
        return ict.revisions.first_stated(self.observations, self.area.area)


A_YEARS = "year_in_half"
"""The audit's question about a half that may carry a year's figure: what it is of must be known first."""
IMPOSSIBLE = "out_of_bounds"
"""The audit's error that no such figure can be: told of one of a row, true of every other that cannot be either."""


def awaiting(observations: pd.DataFrame, findings: Iterable[pd.DataFrame], folder: str | Path) -> pd.DataFrame:
    """Return observations with the note AWAITED on every figure that some findings call wrong, or a year's in a half's
    place, and nobody corrected."""
    waits = pd.concat([found[(found["severity"] == "error") | (found["rule"] == A_YEARS)] for found in findings])
    places = set(zip(waits["report"], waits["indicator"], waits["source"], strict=True))
    for row in waits[waits["rule"] == A_YEARS].itertuples():
        places |= {(row.report, *ref.split("@", 1)) for ref in row.also.split() if "@" in ref}
    beyond = waits[waits["rule"] == IMPOSSIBLE]
    rows = set(zip(beyond["report"], beyond["indicator"], strict=True))
    each = zip(*(observations[name] for name in ("report", "indicator", "source", "value")), strict=True)
    wrong = pd.Series(
        [(report, slug, source) in places
         or ((report, slug) in rows and not catalog.indicator(slug, folder).allows(value))
         for report, slug, source, value in each],
        index=observations.index, dtype=bool,
    )  # fmt: skip
    return observations.assign(
        note=observations["note"].mask(wrong & ~observations["note"].str.startswith(CORRECTED), AWAITED)
    )


def as_known_in_june(observations: pd.DataFrame, area: str, year: int, folder: str | Path) -> pd.DataFrame:
    """Return an area's observations as the forecast of that June took them, and its year's results, see `awaiting`."""
    sent = reports(area, folder)
    # Of the last June nothing came yet.
    own = [each for each in sent if periods.year(each) == year and (each != sent[-1] or not each.endswith("-S1"))]
    found = [ict.audit.audit_stored(area, each, data_dir=folder) for each in own]
    return awaiting(observations, found, folder) if found else observations


def of(
    area: str | int = "", period: str | int | None = None, lang: str = "vi", data_dir: str | Path = "data"
) -> Report:
    """Return the report of an area (slug or name) on a period; the latest one where no period is named.

    Where no area is named: of the area that reported last; of several, the one with most reports.
    Raises IctplanError, with the closest match, for an unknown area, and for a report that is not there.
    """
    if lang not in messages.LANGUAGES:
        raise messages.error("reports.language", language=lang, languages=", ".join(messages.LANGUAGES))
    folder = catalog.data_path(data_dir)
    sent = reporting_areas(folder)
    if area == "" and not sent:
        raise messages.error("reports.nothing", folder=folder / "observations")
    if area == "":
        area = max(sent, key=lambda slug: _latest_of(reports(slug, folder), str(period or "")))
    place = catalog.area(area, folder, period=str(period or ""), among=sent)
    have = reports(place.area, folder)
    if not have:
        raise messages.error("reports.none", area=place.area, folder=folder / "observations" / place.area)
    wanted = str(period) if period not in (None, "") else periods.latest(have)
    if wanted not in have:
        raise IctplanError(_missing(wanted, place, have))
    report = Report(place, _told(place.area, wanted, folder), lang, folder, wanted)
    return _worked_out.pop(report.key, report)


_worked_out: dict[tuple, Report] = {}
"""Reports that were worked out before this process was forked: the first who asks for one gets it."""


def work_out(**asked: Any) -> None:
    """Work out every table of a report for whoever asks next for it, as `of` is asked."""
    report = of(**asked)
    for name, table in vars(Report).items():
        if isinstance(table, cached_property):
            with contextlib.suppress(Exception):  # whoever asks for the table will be told
                getattr(report, name)
    _worked_out[report.key] = report


def _told(area: str, report: str, folder: Path) -> str:
    """Return the period a report tells of: one on a second half with more figures of the year tells of the year."""
    if not report.endswith("-S2"):
        return report
    stated = load_pair(area, report, data_dir=folder)[0]
    counts = stated.loc[stated["status"] == "actual", "period"].value_counts()
    whole = str(periods.year(report))
    return whole if counts.get(whole, 0) > counts.get(report, 0) else report


def _latest_of(have: list[str], period: str) -> tuple[bool, int, int]:
    """Return what tells an office's own reports from others': they are of the period asked for, the latest, many."""
    return period in have, periods.order(have[-1]) if have else -1, len(have)


def from_tables(
    observations: pd.DataFrame, area: str, period: str, lang: str = "vi", data_dir: str | Path = "data"
) -> Report:
    """Return the report that observations in memory hold, as `ict.load` returns them; nothing of it need be stored.

    Raises IctplanError, with the closest match, for an unknown area.
    """
    folder = catalog.data_path(data_dir)
    report = Report(catalog.area(area, folder), period, lang, folder)
    own = observations[observations["area"] == report.area.area]
    nothing = pd.DataFrame(columns=[*COMPARISON_COLUMNS, "report"]).astype({"value": float})
    vars(report)["_pair"] = as_of(own, period), nothing
    return report


def _missing(period: str, place: Area, have: list[str]) -> str:
    if not periods.PERIOD.fullmatch(period):
        return messages.text("reports.no_period", period=period)
    return messages.text("reports.missing", period=period, area=place.area, have=", ".join(have))
