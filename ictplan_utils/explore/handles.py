"""Loading by hand: the two tables, with what one wants to know of them in `attrs`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from ictplan_utils import catalog, observations
from ictplan_utils.periods import in_order

MOST_NAMED = 20
"""Files named in `attrs`: pandas copies these with every step, so a nation's thousand files are only counted."""


def load(
    area: str | Iterable[str] | None = None,
    report: str | int | None = None,
    corrected: bool = False,
    data_dir: str | Path = "data",
) -> pd.DataFrame:
    """Return the observations of the areas and the report asked for (all of them where none is named).

    One row a figure; columns `area` `indicator` `period` `status` `value` (in the catalogue's unit) `printed`
    `source` `note` `report`. Figures of the same period last year that only a comparison states are computed
    and marked "suy ra …" in `note`; with `corrected`, agreed corrections are applied and marked "đã sửa …".
    `attrs` says which `area`, `reports` and `sources` (files, below the data folder) it holds.
    Raises IctplanError naming file, row and next step.

    >>> observations = load("tuan-giao")
    >>> observations.attrs["reports"], observations.attrs["sources"]
    (['2021-S1'], ['observations/tuan-giao/2021-S1.csv'])
    >>> observations.query("indicator == 'bts_stations' and status == 'target'")["value"].tolist()
    [94.0]
    >>> load("tuan-gia")
    Traceback (most recent call last):
    ictplan_utils.errors.IctplanError: không có địa bàn 'tuan-gia'; có phải 'tuan-giao'? (no area of this name)
    """
    report = None if report is None else str(report)  # ict.load("quang-ngai", 2016)
    return _described(observations.load(area, report, corrected, data_dir), "observations", data_dir)


def load_comparisons(
    area: str | Iterable[str] | None = None, report: str | None = None, data_dir: str | Path = "data"
) -> pd.DataFrame:
    """Return what documents say of their own figures (ratios, changes), with the same `attrs` as `load`.

    >>> load_comparisons("tuan-giao")["measure"].unique().tolist()
    ['ratio_pct', 'change', 'growth_pct']
    """
    return _described(observations.load_comparisons(area, report, data_dir), "comparisons", data_dir)


def _described(frame: pd.DataFrame, table: str, data_dir: str | Path) -> pd.DataFrame:
    pairs = frame[["area", "report"]].drop_duplicates()
    areas = list(dict.fromkeys(pairs["area"]))
    titles = [catalog.area(slug, data_dir).title() for slug in areas[:MOST_NAMED]]
    more = f" và {len(areas) - MOST_NAMED} địa bàn khác" if len(areas) > MOST_NAMED else ""
    files = [f"{table}/{area}/{report}.csv" for area, report in pairs.itertuples(index=False)]
    frame.attrs = {
        "area": ", ".join(titles) + more,
        "reports": in_order(pairs["report"]),
        "sources": files if len(files) <= MOST_NAMED else [f"{table}/ ({len(files)} files)"],
    }
    return frame
