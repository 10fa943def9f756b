"""Figures across a change of borders: an abolished area continued, a new one's past, neither invented."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from ictplan_utils import catalog
from ictplan_utils.messages import error
from ictplan_utils.observations import DERIVED, DOUBTFUL, FIGURE, RESTATED, preferred
from ictplan_utils.periods import last_day, latest
from ictplan_utils.rollup.totals import roll_up
from ictplan_utils.rollup.units import changes
from ictplan_utils.vietnamese import format_number


def continued(observations: pd.DataFrame, area: str, report: str, data_dir: str | Path = "data") -> pd.DataFrame:
    """Return what an abolished area would report today: its successors rolled up, as `roll_up` returns it.

    Only successors that lie wholly inside it are taken; one that took in land of others counts as an area not
    covered, so that a total never holds what was never the area's. Raises IctplanError for an area that still is.
    """
    moved = changes(data_dir)
    mine = moved[(moved["predecessor"] == area) & (moved["successor"] != area) & (moved["date"] <= last_day(report))]
    if mine.empty:
        raise error("rollup.no_successor", area=area, period=report)
    others = moved[moved["predecessor"] != area]["successor"]
    whole = [name for name in mine["successor"] if name not in set(others)]
    totals = roll_up(observations, report, [area], children={area: whole}, data_dir=data_dir)
    return totals.assign(units=totals["units"] + len(mine) - len(whole))


def restated(observations: pd.DataFrame, area: str, report: str, data_dir: str | Path = "data") -> pd.DataFrame:
    """Return an area's past by the borders it has in a report, in the shape of observations: what its predecessors
    stated, by their shares.

    Counts and flows: the share of each predecessor's. Shares and rates: the predecessor's own where it is the only
    one; with several, weighed by population × share. Every figure's note begins with "suy ra". A period is left out
    where a predecessor, its share or its weight is missing, or a figure is doubtful: half a history would look like
    growth.
    """
    moved = changes(data_dir)
    mine = moved[(moved["successor"] == area) & (moved["date"] <= last_day(report))]
    columns = [*FIGURE, "value", "printed", "source", "note", "report"]
    begun = catalog.area(area, data_dir).valid_from
    # Who was there before and took in another has a past of its own, which must stand among the parts.
    incomplete = area not in set(mine["predecessor"]) and (mine["date"] > begun).any()
    if mine.empty or mine["share"].isna().any() or incomplete:
        return pd.DataFrame(columns=columns)
    rules = catalog.indicators(data_dir)["aggregation"]
    before = {row.predecessor: last_day_before(row.date) for row in mine.itertuples()}
    known = preferred(observations[observations["area"].isin(set(before))])
    known = known[~known["note"].str.contains(DOUBTFUL)]
    pairs = zip(known["period"], known["area"], strict=True)
    known = known[[last_day(period) <= before[name] for period, name in pairs]]
    known = known.merge(mine[["predecessor", "share"]], left_on="area", right_on="predecessor", validate="m:1")
    people = known[known["indicator"] == "population"].set_index(["area", "period"])["value"]
    people = people[~people.index.duplicated()]
    rows = []
    for (indicator, period, status), parts in known.groupby(["indicator", "period", "status"], sort=False):
        if len(parts) < len(mine):
            continue
        value = _joined(parts, rules.get(indicator, "none"), people)
        if np.isfinite(value):
            told = " + ".join(
                f"{r.area} × {format_number(r.share, 3)}" if r.share < 1 else r.area for r in parts.itertuples()
            )
            source, note = f"{RESTATED}{area}", f"{DERIVED}: {told}"
            rows.append((area, indicator, period, status, value, "", source, note, latest(parts["report"])))
    return pd.DataFrame(rows, columns=columns)


def last_day_before(date: str) -> str:
    """Return the day before a date: `2025-07-01` → `2025-06-30`."""
    return str((pd.Timestamp(date) - pd.Timedelta(days=1)).date())


def _joined(parts: pd.DataFrame, rule: str, people: pd.Series) -> float:
    """Return the successor's figure from its predecessors', NaN where the rule or a weight does not allow one."""
    if rule == "sum":
        return float((parts["value"] * parts["share"]).sum())
    if len(parts) == 1:
        return float(parts["value"].iloc[0])
    if rule == "none":
        return np.nan
    weights = np.array([people.get(key, np.nan) for key in zip(parts["area"], parts["period"], strict=True)])
    weights = weights * parts["share"].to_numpy()
    return float((parts["value"].to_numpy() * weights).sum() / weights.sum())
