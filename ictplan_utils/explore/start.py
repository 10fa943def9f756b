"""Where exploring begins: the area that tells the longest story."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ictplan_utils import observations as tables
from ictplan_utils.errors import IctplanError
from ictplan_utils.narrative import HEADLINES

FIRST_LOOK = ("phone_subscribers", *HEADLINES)
"""The indicator shown first, the first of these that the area has."""


def longest_history(data_dir: str | Path = "data") -> str:
    """Return the area whose figures span the most years; the first of areas.csv where several do.

    Raises IctplanError where no area has sent a report.
    """
    names = tables.reporting_areas(data_dir)
    if not names:
        raise IctplanError("no area has a report yet; bring one in with `ictplan ingest`")
    actual = tables.load(names, data_dir=data_dir).query("status == 'actual'")
    spans = actual.groupby("area")["period"].agg(lambda periods: len({period[:4] for period in periods}))
    return max(names, key=lambda name: spans.get(name, 0))


def first_indicator(observations: pd.DataFrame, area: str, form: pd.Index) -> str:
    """Return the indicator to begin with: of FIRST_LOOK, else of the form, the first that the area has figures of.

    Raises IctplanError where it has none at all.
    """
    have = set(observations.loc[observations["area"] == area, "indicator"])
    found = next((slug for slug in (*FIRST_LOOK, *form) if slug in have), None)
    if found is None:
        raise IctplanError(f"'{area}' has no figure here; see `ictplan list` for the areas that have")
    return found
