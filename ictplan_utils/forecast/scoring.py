"""The benchmark's terms: windows cut from half-year series, the simple forecasts people use, and the scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ictplan_utils import messages, schema
from ictplan_utils.errors import one_line
from ictplan_utils.forecast.paths import Tasks
from ictplan_utils.forecast.predict import KINDS

COLUMNS = ("series", "source", "kind", "year", "half", "year_end")
RULES = {
    "kind": schema.one_of(KINDS), "year": schema.YEAR,
    "half": schema.NUMBER_OR_EMPTY, "year_end": schema.NUMBER_OR_EMPTY,
}  # fmt: skip
SCORED_LENGTHS = (1, 2, 3, 5)
LATEST = 3
"""Target years a series contributes: its latest three, so that long series do not rule the mean."""


@dataclass(frozen=True)
class Windows(Tasks):
    """Forecasting tasks of one history length k whose outcome is known: arrays (n,)."""

    series: np.ndarray
    source: np.ndarray
    year: np.ndarray
    end: np.ndarray


def read_series(path) -> pd.DataFrame:
    """Read a table of half-year series with at least COLUMNS, one row a series, kind and year.

    Raises IctplanError naming file and row.
    """
    try:
        table = pd.read_csv(path, dtype=str, na_filter=False)
    except (OSError, ValueError, UnicodeDecodeError) as error:
        raise messages.error("forecast.no_series", path=path, reason=one_line(error, 120)) from None
    missing = [column for column in COLUMNS if column not in table]
    if missing:
        raise messages.error("forecast.no_column", path=path, missing=", ".join(missing), columns=", ".join(COLUMNS))
    schema.check(table, schema.Schema(COLUMNS, RULES), [path])
    return table.assign(year=table["year"].astype(int), **{name: schema.numbers(table[name]) for name in COLUMNS[4:]})


def windows(table: pd.DataFrame, length: int, latest: int | None = LATEST) -> Windows:
    """Cut the tasks with `length` past years: all there, positive, and a flow's year above its half.

    `latest` limits each series and kind to its last target years; None takes every one.
    """
    table = table.sort_values(["series", "kind", "year"], kind="stable")
    ok = (table["half"] > 0) & (table["year_end"] > 0)
    ok &= (table["kind"] != "flow") | (table["year_end"] > table["half"])
    keys = table["series"].astype(str) + "\0" + table["kind"].astype(str)
    code = pd.factorize(keys)[0]
    year, half, end = (table[name].to_numpy() for name in ("year", "half", "year_end"))
    target = np.arange(length, len(table))
    good = np.ones(len(target), bool)
    for back in range(length + 1):
        at = target - back
        good &= ok.to_numpy()[at] & (code[at] == code[target]) & (year[at] == year[target] - back)
    target = target[good]
    if latest is not None and len(target):
        rank_from_end = pd.Series(target).groupby(code[target]).cumcount(ascending=False).to_numpy()
        target = target[rank_from_end < latest]
    past = target[:, None] - np.arange(length, 0, -1)
    series, source, kind = (table[name].to_numpy().astype(str) for name in ("series", "source", "kind"))
    return Windows(
        end[past], half[past], half[target], kind[target], series[target], source[target], year[target], end[target]
    )


def baselines(tasks: Windows) -> dict[str, np.ndarray]:
    """Return what people use today, and the median of it, for tasks of one kind of flow-ness and length."""
    annual, halves, half = tasks.annual, tasks.halves, tasks.half
    ratio = annual / halves
    simple = {
        "last_ratio": half * ratio[:, -1],
        "mean_ratio": half * ratio.mean(1),
        "last_value": annual[:, -1],
    }
    change = half + annual[:, -1] - halves[:, -1]
    if tasks.flow.all():
        simple |= {"twice_half": 2 * half, "half_plus_last_second": change}
    else:
        simple |= {"half": half, "half_plus_last_change": change}
    k = annual.shape[1]
    if k >= 2:
        time = np.arange(k) - (k - 1) / 2
        slope = (annual * time).sum(1) / (time**2).sum()
        simple["linear_trend"] = annual.mean(1) + slope * (k - (k - 1) / 2)
    simple["median"] = np.median(list(simple.values()), axis=0)
    return simple


def symmetric_error(forecast: np.ndarray, end: np.ndarray) -> np.ndarray:
    """200·|f − y| / (|f| + |y|), in per cent; 0 where both are 0."""
    size = np.abs(forecast) + np.abs(end)
    return 200 * np.abs(forecast - end) / np.where(size > 0, size, 1)


def interval_score(lower: np.ndarray, upper: np.ndarray, end: np.ndarray, coverage: float) -> np.ndarray:
    """Width plus 2/(1 − coverage) of what lies outside (Gneiting and Raftery 2007, JASA 102:359, eq. 43)."""
    penalty = 2 / (1 - coverage)
    return upper - lower + penalty * (np.maximum(lower - end, 0) + np.maximum(end - upper, 0))
