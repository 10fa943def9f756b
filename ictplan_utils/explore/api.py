"""Loading by hand: the two tables, with what one wants to know of them in `attrs`."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from ictplan_utils import catalog, observations
from ictplan_utils.messages import error
from ictplan_utils.periods import end_date, in_order, orders

COLUMNS = ["area", "area_name", "indicator", "name", "unit", "kind", "period", "date", "status", "value", "source"]
"""Of `series`."""
MOST_NAMED = 20
"""Files named in `attrs`: pandas copies these with every step, so a nation's thousand files are only counted."""


def load(
    area: str | int | Iterable[str | int] | None = None,
    report: str | int | None = None,
    corrected: bool = False,
    data_dir: str | Path = "data",
) -> pd.DataFrame:
    """Return the observations of the areas (slugs or names) and the report asked for; all where none is named.

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
    ictplan_utils.errors.IctplanError: no area 'tuan-gia'; did you mean 'tuan-giao' (Tuan Giao district)?
    """
    if area is None:
        for sentence in observations.strays(data_dir):
            warnings.warn(sentence, stacklevel=2)
    return _described(observations.load(area, _text(report), corrected, data_dir), "observations", data_dir)


def series(
    indicator: str | Iterable[str] | None = None,
    area: str | int | Iterable[str | int] | None = None,
    report: str | int | None = None,
    status: str | Iterable[str] | None = None,
    data_dir: str | Path = "data",
    lang: str = "vi",
) -> pd.DataFrame:
    """Return the figures as pandas, seaborn and Excel take them: one row a figure, the one a reader gets.

    Columns: `area` `area_name` `indicator` `name` (short) `unit` `kind` `period` `date` (the period's last day)
    `status` `value` (in the unit) `source`; ordered by area, indicator, date. Areas and indicators are asked for by
    slug or by name; `report` keeps the figures of one report. Agreed corrections are applied, computed figures that
    cannot be right left out. Raises IctplanError, with the closest match, for an unknown name.

    >>> figures = series("Trạm BTS", "Tuần Giáo", status="actual")
    >>> print(figures[["area_name", "period", "date", "value", "unit"]].tail(3).to_string(index=False))
          area_name  period       date  value        unit
    huyện Tuần Giáo 2020-S1 2020-06-30   87.0 vị trí trạm
    huyện Tuần Giáo    2020 2020-12-31   87.0 vị trí trạm
    huyện Tuần Giáo 2021-S1 2021-06-30   88.0 vị trí trạm
    """
    asked, folder = _listed(indicator), catalog.data_path(data_dir)
    stated = observations.load(area, _text(report), True, folder)
    slugs = [catalog.indicator(name, folder, among=stated["indicator"].unique()).indicator for name in asked]
    statuses = _listed(status)
    for word in statuses:
        if word not in observations.STATUSES:
            raise error("observations.no_status", status=word, statuses=", ".join(observations.STATUSES))
    keep = ~stated["note"].str.contains(observations.DOUBTFUL)
    keep &= (stated["indicator"].isin(slugs) | (not asked)) & (stated["status"].isin(statuses) | (not statuses))
    found = observations.preferred(stated[keep])
    entries = {slug: catalog.indicator(slug, folder) for slug in found["indicator"].unique()}
    titles = {slug: catalog.area(slug, folder).title(lang) for slug in found["area"].unique()}
    ends = {period: pd.Timestamp(end_date(period)) for period in found["period"].unique()}
    found = found.assign(
        area_name=found["area"].map(titles),
        name=found["indicator"].map({slug: entry.short(lang) for slug, entry in entries.items()}),
        unit=found["indicator"].map({slug: entry.unit(lang) for slug, entry in entries.items()}),
        kind=found["indicator"].map({slug: entry.kind for slug, entry in entries.items()}),
        date=pd.to_datetime(found["period"].map(ends)),
    )
    form = catalog.indicators(folder).index
    by = [found["area"].map(list(titles).index), found["indicator"].map(form.get_loc), orders(found["period"]),
          found["status"].map(observations.STATUSES.index)]  # fmt: skip
    return found.iloc[np.lexsort(by[::-1])][COLUMNS].reset_index(drop=True)


def load_comparisons(
    area: str | Iterable[str] | None = None, report: str | int | None = None, data_dir: str | Path = "data"
) -> pd.DataFrame:
    """Return what documents say of their own figures (ratios, changes), with the same `attrs` as `load`.

    >>> load_comparisons("tuan-giao")["measure"].unique().tolist()
    ['ratio_pct', 'change', 'growth_pct']
    """
    return _described(observations.load_comparisons(area, _text(report), data_dir), "comparisons", data_dir)


def _listed(asked: str | int | Iterable[str] | None) -> list[str]:
    if asked is None:
        return []
    return [str(asked)] if isinstance(asked, str | int) else list(asked)


def _text(report: str | int | None) -> str | None:
    return None if report is None else str(report)  # ict.load("quang-ngai", 2016)


def _described(frame: pd.DataFrame, table: str, folder: str | Path) -> pd.DataFrame:
    pairs = frame[["area", "report"]].drop_duplicates()
    areas = list(dict.fromkeys(pairs["area"]))
    titles = [catalog.area(slug, folder).title() for slug in areas[:MOST_NAMED]]
    more = f" và {len(areas) - MOST_NAMED} địa bàn khác" if len(areas) > MOST_NAMED else ""
    files = [f"{table}/{area}/{report}.csv" for area, report in pairs.itertuples(index=False)]
    frame.attrs = {
        "area": ", ".join(titles) + more,
        "reports": in_order(pairs["report"]),
        "sources": files if len(files) <= MOST_NAMED else [f"{table}/ ({len(files)} files)"],
    }
    return frame
