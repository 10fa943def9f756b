"""Forecasts of a year that has ended, made again from what was known in June, and what came of them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from ictplan_utils import catalog
from ictplan_utils.forecast.year_end import forecast_year_end
from ictplan_utils.observations import AWAITED, as_of, year_results

MADE = ("indicator", "point", "lower_80", "upper_80", "lower_95", "upper_95", "official_estimate", "why_vi", "why_en")
"""Columns of `forecast_year_end` that an outcome keeps."""
COLUMNS = (*MADE, "actual", "error_pct", "estimate_error_pct", "inside", "nearer", "erred")
BY_YEAR = ("year", "count", "inside", "error_pct", "estimate_error_pct")


def outcomes(observations: pd.DataFrame, area: str, year: int, data_dir: str = "data") -> pd.DataFrame:
    """Return one row an indicator of an area that was forecast in June of `year` and whose result is known.

    Columns: COLUMNS, figures in the indicator's unit. `error_pct` and `estimate_error_pct`: what forecast and the
    estimate exceed the result by, in per cent of it; `inside`: the result lies in the 80 % interval; `nearer`:
    forecast, official, equal, or none without an estimate; `erred`: forecast where the result lies outside, official
    where it lies farther from the estimate than half the interval is wide, both, or none. All compared in the decimals
    in which the indicator is printed. The forecasts are those of `forecast_year_end` from what reports up to that June
    say. Of a result whose note is AWAITED nothing is told.
    """
    june, own = f"{year}-S1", observations[observations["area"] == area]
    waits = (own["note"] == AWAITED) & (own["status"] == "actual") & (own["period"].str[:4] == str(year))
    came = year_results(own, area, year, data_dir).dropna().drop(own.loc[waits, "indicator"], errors="ignore")
    # A forecast takes time; most Junes have no result to be held against.
    made = forecast_year_end(as_of(own, june) if len(came) else own.head(0), june, data_dir)
    made = made[made["point"].notna() & made["half"].notna() & made["indicator"].isin(came.index)]
    rows = made[list(MADE)].reset_index(drop=True)
    decimals = rows["indicator"].map(catalog.indicators(data_dir)["decimals"]).astype(int)
    point, lower, upper, official, actual = (
        pd.Series([round(float(value), to) for value, to in zip(column, decimals, strict=True)], dtype=float)
        for column in (rows["point"], rows["lower_80"], rows["upper_80"], rows["official_estimate"],
                       rows["indicator"].map(came))
    )  # fmt: skip
    ours, theirs = (point - actual).abs().round(6), (official - actual).abs().round(6)
    size = actual.abs().where(actual != 0)
    inside, far = (lower <= actual) & (actual <= upper), theirs > (upper - lower) / 2
    return rows.assign(
        actual=actual,
        error_pct=100 * (point - actual) / size,
        estimate_error_pct=100 * (official - actual) / size,
        inside=inside,
        nearer=np.select([theirs.isna(), ours < theirs, ours > theirs], ["none", "forecast", "official"], "equal"),
        erred=np.select([~inside & far, ~inside, far], ["both", "forecast", "official"], "none"),
    )


def outcomes_by_year(
    observations: pd.DataFrame, area: str, data_dir: str = "data", *, known: Callable[[int], pd.DataFrame]
) -> pd.DataFrame:
    """Return one row a year of which June's forecasts and the results are known, oldest first.

    `known` returns the observations of a year as `outcomes` takes them. Columns: `year`; `count` of results, `inside`
    how many of them lay in their 80 % interval; `error_pct` and
    `estimate_error_pct`, the medians of what forecasts and estimates were off, without sign.
    """
    reports = observations.loc[observations["area"] == area, "report"].unique()
    rows = []
    for year in sorted(int(report[:4]) for report in reports if report.endswith("-S1")):
        found = outcomes(known(year), area, year, data_dir)
        if len(found):
            off = found[["error_pct", "estimate_error_pct"]].abs().median()
            rows.append((year, len(found), int(found["inside"].sum()), *off))
    return pd.DataFrame(rows, columns=list(BY_YEAR))
