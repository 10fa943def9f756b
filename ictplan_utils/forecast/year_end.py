"""A whole report's forecast: every area's indicators, coherent, beside the officials' estimates."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd

from ictplan_utils import catalog
from ictplan_utils.forecast import explain
from ictplan_utils.forecast.coherence import reconcile
from ictplan_utils.forecast.learning import learned
from ictplan_utils.forecast.predict import Forecasts, past_errors, predict_many
from ictplan_utils.messages import error, text
from ictplan_utils.observations import AWAITED, DERIVED, DOUBTFUL, FIRST_HALF_SHARE, PERIOD, preferred
from ictplan_utils.vietnamese import format_number

COLUMNS = (
    "area", "indicator", "kind", "last_year", "half", "same_half_last_year", "official_estimate", "point",
    "lower_80", "upper_80", "lower_95", "upper_95", "difference", "difference_pct", "verdict", "method",
    "why_vi", "why_en",
)  # fmt: skip
MOST_PAST_YEARS = 10
"""Older years say nothing of this one and cost time."""


def forecast_year_end(observations: pd.DataFrame, report: str, data_dir: str = "data") -> pd.DataFrame:
    """Forecast the year's end of every indicator of every area in `observations`, as known in `report`.

    Returns one row an area and indicator that has a half, a last year or an estimate, with COLUMNS: figures
    in the catalogue's unit; `difference` = ours − officials'; `verdict` within, optimistic, cautious (of the
    officials' estimate against our 80 % interval) or none; `point` NaN only where `why_…` says the reason. Of a figure
    whose note begins with AWAITED nothing is made.
    A report on a whole year, or on its second half, leaves nothing to forecast: no row.
    Raises IctplanError where `report` is no period.
    """
    if not PERIOD.fullmatch(str(report)):
        raise error("reports.no_period", period=report)
    if not str(report).endswith("-S1"):
        return pd.DataFrame(columns=list(COLUMNS))
    table = _Report(observations, report, data_dir)
    if table.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    kind = table.kind
    errors = past_errors(table.annual, table.halves, kind)
    experience = learned(errors, siblings=table.indicator, kinds=table.kind)
    forecasts = predict_many(
        table.annual, table.halves, table.half, kind, table.lower, table.upper, experience, table.area
    )
    forecasts, tied = reconcile(forecasts, table.area, table.indicator, table.formulas)
    return _frame(table, forecasts, tied)


class _Report:
    """The observations as arrays, one row an area and indicator, with what was left out and why."""

    def __init__(self, observations: pd.DataFrame, report: str, data_dir: str) -> None:
        this = int(report[:4])
        known = preferred(observations[observations["report"] <= report] if "report" in observations else observations)
        year = known["period"].str[:4].astype(int)
        actual = known["status"] == "actual"
        past = actual & (year < this) & (year >= this - MOST_PAST_YEARS)
        now = actual & (known["period"] == report)
        official = (known["status"] == "estimate") & (known["period"] == str(this))
        used = known.assign(year=year)[past | now | official]
        keys = used[["area", "indicator"]].drop_duplicates()
        self.empty = keys.empty
        self.area, self.indicator = keys["area"].to_numpy(str), keys["indicator"].to_numpy(str)
        row = pd.MultiIndex.from_frame(keys).get_indexer(pd.MultiIndex.from_frame(used[["area", "indicator"]]))
        first = int(used.loc[used["year"] < this, "year"].min()) if (used["year"] < this).any() else this
        n, k = len(keys), this - first
        self.annual, self.halves = np.full((n, k), np.nan), np.full((n, k), np.nan)
        self.half, self.official = np.full(n, np.nan), np.full(n, np.nan)
        self.computed = np.zeros((n, k), bool)
        value, at = used["value"].to_numpy(float), used["year"].to_numpy() - first
        half = used["period"].str.endswith("-S1").to_numpy()
        whole = ~used["period"].str.contains("-").to_numpy()
        note = used["note"].fillna("").astype(str)
        doubtful = note.str.contains(DOUBTFUL, regex=False).to_numpy()
        before, told = (used["year"] < this).to_numpy(), (used["status"] == "actual").to_numpy()
        for figures, mask in ((self.annual, before & whole), (self.halves, before & half & ~doubtful)):
            figures[row[mask], at[mask]] = value[mask]
        self.half[row[half & ~before]] = value[half & ~before]
        awaited = note.str.startswith(AWAITED).to_numpy()
        self.official[row[~told & ~awaited]] = value[~told & ~awaited]
        computed = before & half & note.str.startswith(DERIVED).to_numpy()
        self.computed[row[computed], at[computed]] = True
        self.remarks: list[list[tuple[str, dict[str, float]]]] = [[] for _ in range(n)]
        for position in row[before & half & doubtful]:
            self._say(position, "implausible")
        for position in row[told & awaited]:
            self.half[position] = self.annual[position] = self.halves[position] = np.nan
            self._say(position, "awaited")
        self._catalogue(data_dir)
        self._drop_implausible()
        self._fit_bounds()

    def _catalogue(self, data_dir: str) -> None:
        known = catalog.entries(data_dir)
        entries = {slug: known.get(slug) or catalog.indicator(slug, data_dir) for slug in np.unique(self.indicator)}
        self.entries = entries
        self.kind = np.array([entries[slug].kind for slug in self.indicator], dtype="U8")
        self.decimals = np.array([entries[slug].decimals for slug in self.indicator])
        ends = [entries[slug].bounds for slug in self.indicator]
        self.lower, self.upper = (np.array([math.nan if e[i] is None else e[i] for e in ends]) for i in (0, 1))
        self.formulas = {
            slug: (*catalog.formula_terms(e.formula), e.formula) for slug, e in entries.items() if e.formula
        }

    def _drop_implausible(self) -> None:
        """Leave out computed halves of flows that cannot be part of their year."""
        with np.errstate(invalid="ignore", divide="ignore"):
            part = self.halves / self.annual
        low, high = FIRST_HALF_SHARE
        wrong = self.computed & (self.kind == "flow")[:, None] & ((part < low) | (part > high))
        for row in np.flatnonzero(wrong.any(1)):
            self._say(row, "implausible")
        self.halves[wrong] = np.nan

    def _fit_bounds(self) -> None:
        """Hold the figures against the catalogue's bounds: a flow's bound gives way, another kind's figure does."""
        figures = np.column_stack([self.annual, self.halves, self.half])
        with np.errstate(invalid="ignore"):
            above, below = figures > self.upper[:, None], figures < self.lower[:, None]
        broken = above | below
        for row in np.flatnonzero(broken.any(1)):
            if self.kind[row] == "flow":
                bound = self.upper[row] if above[row].any() else self.lower[row]
                self._say(row, "beyond_catalogue", bound=float(bound))
                self.upper[row] = np.nan if above[row].any() else self.upper[row]
                self.lower[row] = np.nan if below[row].any() else self.lower[row]
                continue
            value = float(figures[row][broken[row]][-1])
            half_wrong = bool(broken[row, -1])
            self._say(row, "half_out_of_bounds" if half_wrong else "out_of_bounds",
                      value=value, low=float(self.lower[row]), high=float(self.upper[row]))  # fmt: skip
            k = self.annual.shape[1]
            self.annual[row, broken[row, :k]] = np.nan
            self.halves[row, broken[row, k : 2 * k]] = np.nan
            self.half[row] = np.nan if half_wrong else self.half[row]

    def _say(self, row: int, key: str, **values: float) -> None:
        if (key, values) not in self.remarks[row]:
            self.remarks[row].append((key, values))


def _printed(figures: np.ndarray, decimals: np.ndarray) -> np.ndarray:
    """Return figures in the decimals in which their indicators are printed."""
    return np.round(figures * 10.0**decimals) / 10.0**decimals


def _frame(table: _Report, forecasts: Forecasts, tied: dict[int, str]) -> pd.DataFrame:
    (low_80, high_80), (low_95, high_95) = forecasts.interval(0.80), forecasts.interval(0.95)
    point, official = forecasts.point, table.official
    below, start = forecasts.chance_below(official), explain.half_alone(forecasts)
    with np.errstate(invalid="ignore", divide="ignore"):
        # As printed: an estimate of 100 lies within 99,4–100 though the interval ends at 99,97.
        said, low, high = (_printed(each, table.decimals) for each in (official, low_80, high_80))
        verdict = np.select(
            [~np.isfinite(point) | ~np.isfinite(official), said > high, said < low],
            ["none", "optimistic", "cautious"],
            "within",
        )
        difference = point - official
        difference_pct = 100 * difference / np.abs(official)
    difference_pct[~np.isfinite(difference_pct)] = np.nan
    last = table.annual[:, -1] if table.annual.shape[1] else np.full(len(point), np.nan)
    same_half = table.halves[:, -1] if table.halves.shape[1] else np.full(len(point), np.nan)

    def told(lang: str) -> Callable[[int], str]:
        def sentence(row: int) -> str:
            entry = table.entries[table.indicator[row]]
            remarks = [*table.remarks[row], *([(tied[row], {})] if row in tied else [])]
            said = (
                text(f"forecast.remark.{key}", lang, **{k: format_number(v, lang=lang) for k, v in values.items()})
                for key, values in remarks
            )
            return explain.sentence(
                forecasts, row, lang, unit=entry.unit(lang), decimals=entry.decimals,
                estimate=float(official[row]), remarks=tuple(said),
                known=(float(start[row]), float(low_80[row]), float(high_80[row]), float(below[row])),
            )  # fmt: skip

        return sentence

    rows = range(len(point))
    columns = (
        table.area, table.indicator, table.kind, last, table.half, same_half, official, point, low_80, high_80,
        low_95, high_95, difference, difference_pct, verdict, forecasts.method,
        list(map(told("vi"), rows)), list(map(told("en"), rows)),
    )  # fmt: skip
    return pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)))
