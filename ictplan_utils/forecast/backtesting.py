"""How far these forecasts can be trusted: forecast past years again, from what was known, and count the misses."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ictplan_utils import catalog
from ictplan_utils.forecast import prior
from ictplan_utils.forecast.predict import KINDS, predict_many
from ictplan_utils.forecast.scoring import (
    COLUMNS,
    SCORED_LENGTHS,
    baselines,
    interval_score,
    symmetric_error,
    windows,
)
from ictplan_utils.observations import preferred

CALIBRATION_LEVELS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)


def series_of(observations: pd.DataFrame, data_dir: str = "data") -> pd.DataFrame:
    """Return an office's own history as half-year series: the years whose half and end are both known.

    Columns: scoring.COLUMNS; `series` is area/indicator, `source` the area.
    """
    known = preferred(observations[observations["status"] == "actual"])
    half = known[known["period"].str.endswith("-S1")].assign(year=lambda rows: rows["period"].str[:4].astype(int))
    whole = known[~known["period"].str.contains("-")].assign(year=lambda rows: rows["period"].astype(int))
    keys = ["area", "indicator", "year"]
    both = half.merge(whole, on=keys, suffixes=("_half", "_end"), validate="1:1")
    kinds = {slug: catalog.indicator(slug, data_dir).kind for slug in both["indicator"].unique()}
    return pd.DataFrame(
        {
            "series": both["area"] + "/" + both["indicator"],
            "source": both["area"],
            "kind": both["indicator"].map(kinds),
            "year": both["year"],
            "half": both["value_half"],
            "year_end": both["value_end"],
        }
    ).reindex(columns=list(COLUMNS))


def backtest(
    series: pd.DataFrame,
    lengths: tuple[int, ...] = SCORED_LENGTHS,
    latest: int | None = 3,
) -> pd.DataFrame:
    """Forecast the known years of `series` (scoring.COLUMNS) again; one row a window.

    Columns: series, source, kind, year, length (past years used), end, point, error (symmetric, %),
    median_error (of the simple forecasts' median), lower_…, upper_… and score_… for 80 and 95, and `covered`,
    the smallest coverage whose interval holds the truth (for the calibration plot).
    """
    parts = []
    for length in lengths:
        tasks = windows(series, length, latest)
        if not len(tasks):
            continue
        found = predict_many(tasks.annual, tasks.halves, tasks.half, tasks.kind)
        frame = pd.DataFrame(
            {"series": tasks.series, "source": tasks.source, "kind": tasks.kind, "year": tasks.year,
             "length": length, "end": tasks.end, "point": found.point,
             "error": symmetric_error(found.point, tasks.end)}
        )  # fmt: skip
        frame["median_error"] = np.nan
        for kind in np.unique(tasks.kind):
            rows = tasks.kind == kind
            median = baselines(tasks.take(rows))["median"]
            frame.loc[rows, "median_error"] = symmetric_error(median, tasks.end[rows])
        for coverage in (0.80, 0.95):
            lower, upper = found.interval(coverage)
            name = round(coverage * 100)
            frame[f"lower_{name}"], frame[f"upper_{name}"] = lower, upper
            frame[f"score_{name}"] = interval_score(lower, upper, tasks.end, coverage)
        chance = found.chance_below(tasks.end)
        frame["covered"] = np.abs(2 * chance - 1)
        parts.append(frame)
    if not parts:
        return pd.DataFrame(columns=["series", "source", "kind", "year", "length", "end", "point", "error",
                                     "median_error", "lower_80", "upper_80", "score_80", "lower_95", "upper_95",
                                     "score_95", "covered"])  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def trust(windows_table: pd.DataFrame) -> pd.DataFrame:
    """Summarise a backtest by kind and length: windows, error, median_error, coverage_80, coverage_95."""
    grouped = windows_table.assign(
        in_80=windows_table["end"].between(windows_table["lower_80"], windows_table["upper_80"]),
        in_95=windows_table["end"].between(windows_table["lower_95"], windows_table["upper_95"]),
    ).groupby(["kind", "length"])
    summary = grouped.agg(
        windows=("error", "size"), error=("error", "mean"), median_error=("median_error", "mean"),
        coverage_80=("in_80", "mean"), coverage_95=("in_95", "mean"),
    ).reset_index()  # fmt: skip
    return _ordered(summary)


def calibration(windows_table: pd.DataFrame) -> pd.DataFrame:
    """Return, by kind, what part of the truth each nominal coverage held: kind, nominal, observed, windows."""
    rows = [
        (kind, nominal, float((part["covered"] <= nominal).mean()), len(part))
        for kind, part in windows_table.groupby("kind")
        for nominal in CALIBRATION_LEVELS
    ]
    return pd.DataFrame(rows, columns=["kind", "nominal", "observed", "windows"])


def judged() -> pd.DataFrame:
    """Return how the shipped prior did on public series it never saw, a row a kind and history length.

    Columns: kind, length (past years), windows, error, best, best_error, median_error (symmetric, %), and
    coverage_50 … coverage_95 (parts of 1), as prior.json holds them.
    """
    table = pd.DataFrame(prior.document()["judged"]["records"])
    return _ordered(table.assign(length=table["length"].astype(int)))


def _ordered(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table of kinds and lengths in the order readers meet the kinds."""
    order = table["kind"].map({kind: place for place, kind in enumerate(KINDS)})
    return table.assign(_order=order).sort_values(["_order", "length"]).drop(columns="_order").reset_index(drop=True)


def judged_calibration() -> pd.DataFrame:
    """Return `judged` as `calibration` returns an office's own: kind, nominal, observed, windows."""
    table = judged()
    rows = [
        (kind, coverage, float(np.average(part[f"coverage_{round(100 * coverage)}"], weights=part["windows"])),
         int(part["windows"].sum()))
        for kind, part in table.groupby("kind", sort=False)
        for coverage in prior.COVERAGES
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["kind", "nominal", "observed", "windows"])
