"""Where exploring begins: the area that tells the longest story, and the figures it is told with."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from ictplan_utils import catalog, narrative
from ictplan_utils import observations as tables
from ictplan_utils.errors import IctplanError
from ictplan_utils.periods import latest
from ictplan_utils.reports import from_tables

FIRST_LOOK = ("phone_subscribers", *narrative.HEADLINES)
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


def half_year_area(observations: pd.DataFrame, area: str) -> str:
    """Return `area` where it sends half-year reports, else the first area that does, else `area`."""
    sending = observations.loc[observations["report"].str.contains("-S"), "area"].unique()
    return area if area in sending or not len(sending) else sending[0]


def headline_counts(observations: pd.DataFrame, area: str, *, most: int = 3, data_dir: str = "data") -> list[str]:
    """Return the first headline indicators, at most so many, that count something and are known of two years.

    >>> import ictplan_utils as ict
    >>> headline_counts(ict.load("tuan-giao"), "tuan-giao")
    ['phone_subscribers', 'bts_stations', 'telecom_revenue']
    """
    form = catalog.indicators(data_dir)
    counts = form.index[(form["aggregation"] == "sum") & form["kind"].isin(["stock", "flow"])]
    own = observations[(observations["area"] == area) & (observations["period"].str.len() == 4)]
    years = own.groupby("indicator")["period"].nunique()
    order = dict.fromkeys([*FIRST_LOOK, *form.index])
    return [slug for slug in order if slug in counts and years.get(slug, 0) > 1][:most]


def sources(areas: Iterable[str], lang: str = "vi", data_dir: str | Path = "data") -> narrative.Text:
    """Return where the figures of the areas come from and of when they are.

    >>> print(sources(["quang-ngai", "quang-ngai"]))  # doctest: +ELLIPSIS
    21 số liệu do tỉnh Quảng Ngãi báo cáo (năm 2016).
    Số liệu tính đến 31/12/2016. ...
    """
    told: list[str] = []
    for area in dict.fromkeys(areas):
        own = tables.load(area, data_dir=data_dir)
        told += narrative.sources(from_tables(own, area, latest(own["report"]), lang, data_dir)).sentences
    return narrative.paragraph(*told)
