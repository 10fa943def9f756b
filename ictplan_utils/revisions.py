"""What a later report says otherwise than an earlier one of the same figure: revised, and by how much."""

from __future__ import annotations

import pandas as pd

from ictplan_utils.observations import DERIVED, FIGURE, preferred
from ictplan_utils.periods import order, orders

COLUMNS = ("indicator", "period", "status", "before", "now", "change_pct", "before_report", "report")


def first_stated(observations: pd.DataFrame, area: str) -> dict[tuple[str, str], float]:
    """Return (indicator, period) → what the first report that has a figure stated, where the latest states it anew."""
    stated = _stated(observations, area)
    latest = preferred(stated)
    written = orders(stated["report"])
    first = stated[written == written.groupby([stated[name] for name in FIGURE]).transform("min")]
    pairs = latest.merge(preferred(first), on=FIGURE, suffixes=("", "_first"), validate="1:1")
    pairs = pairs[_differ(pairs["value"], pairs["value_first"])]
    return {(row.indicator, row.period): row.value_first for row in pairs.itertuples()}


def _stated(observations: pd.DataFrame, area: str) -> pd.DataFrame:
    """Return what an area's documents state as achieved."""
    stated = observations[(observations["area"] == area) & (observations["status"] == "actual")]
    return stated[~stated["note"].str.startswith(DERIVED)]


def _differ(now: pd.Series, before: pd.Series) -> pd.Series:
    return (now - before).abs() > 1e-9 * before.abs()


def revisions(observations: pd.DataFrame, area: str, report: str) -> pd.DataFrame:
    """Return the figures of earlier reports that `report` states anew, and differently, largest change first.

    `observations` as `ict.load` gives them, with all reports of the area. Columns: COLUMNS; `before` is what the
    latest earlier report stated that has the figure. Only what was achieved: an estimate or a target that moves is
    no revision. Computed figures ("suy ra …") are no statements.
    """
    stated = _stated(observations, area)
    now = preferred(stated[stated["report"] == report])
    earlier = preferred(stated[orders(stated["report"]) < order(report)])
    pairs = now.merge(earlier, on=FIGURE, suffixes=("", "_before"), validate="1:1")
    pairs = pairs[_differ(pairs["value"], pairs["value_before"])]
    base = pairs["value_before"]
    found = pd.DataFrame(
        {
            "indicator": pairs["indicator"], "period": pairs["period"], "status": pairs["status"],
            "before": base, "now": pairs["value"],
            "change_pct": 100 * (pairs["value"] / base.where(base != 0) - 1),
            "before_report": pairs["report_before"], "report": pairs["report"],
        },
        columns=list(COLUMNS),
    )  # fmt: skip
    return found.sort_values("change_pct", key=lambda c: -c.abs(), kind="stable").reset_index(drop=True)
