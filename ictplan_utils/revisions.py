"""What a later report says otherwise than an earlier one of the same figure: revised, and by how much."""

from __future__ import annotations

import pandas as pd

from ictplan_utils.observations import DERIVED, FIGURE, preferred
from ictplan_utils.periods import order, orders

COLUMNS = ("indicator", "period", "status", "before", "now", "change_pct", "before_report", "report")


def revisions(observations: pd.DataFrame, area: str, report: str) -> pd.DataFrame:
    """Return the figures of earlier reports that `report` states anew, and differently, largest change first.

    `observations` as `ict.load` gives them, with all reports of the area. Columns: COLUMNS; `before` is what the
    latest earlier report stated that has the figure. Only what was achieved: an estimate or a target that moves is
    no revision. Computed figures ("suy ra …") are no statements.
    """
    stated = observations[(observations["area"] == area) & (observations["status"] == "actual")]
    stated = stated[~stated["note"].str.startswith(DERIVED)]
    now = preferred(stated[stated["report"] == report])
    earlier = preferred(stated[orders(stated["report"]) < order(report)])
    pairs = now.merge(earlier, on=FIGURE, suffixes=("", "_before"), validate="1:1")
    pairs = pairs[(pairs["value"] - pairs["value_before"]).abs() > 1e-9 * pairs["value_before"].abs()]
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
