"""The two tables: what a document states (observations) and what it says of its own figures (comparisons)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from ictplan_utils import catalog
from ictplan_utils.catalog import data_path
from ictplan_utils.catalog.areas import read as read_areas
from ictplan_utils.errors import closest, one_line
from ictplan_utils.messages import error, text
from ictplan_utils.observations.derived import (
    CORRECTION_COLUMNS,
    FIRST_HALF_SHARE,
    apply_corrections,
    corrections,
    with_derived,
)
from ictplan_utils.observations.schema import (
    AWAITED,
    COMPARISON_COLUMNS,
    CORRECTED,
    DERIVED,
    DOUBTFUL,
    FIGURE,
    KEY,
    OBSERVATION_COLUMNS,
    PENDING,
    RESTATED,
    SOURCE,
    STATUSES,
    TOLD,
    check,
    csv_text,
    read_comparisons,
    read_observations,
    read_table,
    write,
)
from ictplan_utils.observations.together import TABLES, at_rest
from ictplan_utils.periods import PERIOD, in_order, order, orders, same_period_last_year, year

SLOTS = ("last_year", "same_half", "half", "estimate", "target")
"""The five figures an indicator has in a report; see `report_table`."""


def load(
    area: str | Iterable[str] | None = None,
    report: str | None = None,
    corrected: bool = False,
    data_dir: str | Path = "data",
) -> pd.DataFrame:
    """Return the observations of the areas and reports asked for (all of them where none is named).

    Columns: those of DESIGN's observations (values in the catalogue's unit) and `report`. Figures of the
    same period last year that only a comparison states are computed and marked ("suy ra …" in `note`).
    With `corrected`, the agreed corrections are applied and marked ("đã sửa …").
    Raises IctplanError naming file, row and next step.
    """
    return load_pair(area, report, corrected, data_dir)[0]


def load_comparisons(
    area: str | Iterable[str] | None = None, report: str | None = None, data_dir: str | Path = "data"
) -> pd.DataFrame:
    """Return the comparisons of the areas and reports asked for, with the column `report`."""
    return _load_tables(area, report, data_path(data_dir), ("comparisons",))[0]


def load_pair(
    area: str | Iterable[str] | None = None,
    report: str | None = None,
    corrected: bool = False,
    data_dir: str | Path = "data",
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return `load` and `load_comparisons` as they are at one moment: an ingest meanwhile changes both or neither."""
    folder = data_path(data_dir)
    stated, compared = _load_tables(area, report, folder, TABLES)
    # What is computed from a corrected figure follows the correction.
    stated = apply_corrections(stated, corrections(folder))[0] if corrected else stated
    return with_derived(stated, compared, folder), compared


def reports(area: str, data_dir: str | Path = "data") -> list[str]:
    """Return the reports an area has sent, oldest first."""
    return in_order(
        path.stem for path in (data_path(data_dir) / "observations" / area).glob("*.csv") if PERIOD.fullmatch(path.stem)
    )


def reporting_areas(data_dir: str | Path = "data") -> list[str]:
    """Return every area that has sent a report, in the order of areas.csv."""
    folder = data_path(data_dir) / "observations"
    sent = {path.name for path in folder.iterdir() if path.is_dir()} if folder.is_dir() else set()
    return [area for area in read_areas(data_dir).by_slug if area in sent]


def strays(data_dir: str | Path = "data") -> list[str]:
    """Return a sentence for each folder of reports that no area has the slug of, so that nothing in it is read, and
    for each report of a time at which its area did not exist."""
    folder, known = data_path(data_dir), catalog.areas(data_dir).index
    sent = sorted(path for table in TABLES for path in (folder / table).glob("[!.]*") if path.is_dir())
    found = []
    for path in (path for path in sent if path.name not in known):
        near = closest(path.name, known)
        hint = text("observations.stray_hint", near=near) if near else ""
        found.append(text("observations.stray", path=path, hint=hint))
    for area in reporting_areas(folder):
        for report in reports(area, folder):
            exists, said = catalog.valid_at(area, report, folder)
            if not exists:
                path = folder / "observations" / area / f"{report}.csv"
                found.append(text("observations.out_of_time", path=path, said=said))
    return found


def as_of(observations: pd.DataFrame, report: str) -> pd.DataFrame:
    """Return what was known when `report` was written: its own figures and those of earlier reports."""
    return observations[orders(observations["report"]) <= order(report)]


def preferred(observations: pd.DataFrame) -> pd.DataFrame:
    """Return one row a figure: the one a reader gets where documents state it more than once.

    What the area itself says goes before what another's paper says of it; a later report before an earlier one;
    within one, the first table, then the second, then the narrative. A computed figure comes last.
    """
    if observations.empty:
        return observations
    # A column's few different words are looked at once each: a nation's period has half a million rows.
    figure = np.zeros(len(observations), dtype=np.int64)
    for name in FIGURE:
        codes, words = pd.factorize(observations[name])
        figure = figure * (len(words) + 1) + codes
    notes, said = pd.factorize(observations["note"])
    computed = np.array([note.startswith(DERIVED) for note in said])[notes]
    # Sources sort as they should be preferred: A1 (first table), A2, then N (narrative).
    source, places = pd.factorize(observations["source"], sort=True)
    told = np.array([place.startswith(TOLD) for place in places])[source]
    best = np.lexsort((source, -orders(observations["report"]).to_numpy(), told, computed))
    first = best[~pd.Index(figure[best]).duplicated()]
    return observations.take(np.sort(first)).sort_index()


def moments(report: str) -> dict[str, tuple[str, str]]:
    """Return the period and the status of each of SLOTS in a report."""
    this = year(report)
    return {
        "last_year": (str(this - 1), "actual"),
        "same_half": (same_period_last_year(report), "actual"),
        "half": (report, "actual"),
        "estimate": (str(this), "estimate"),
        "target": (str(this + 1), "target"),
    }


def report_table(observations: pd.DataFrame, area: str, report: str) -> pd.DataFrame:
    """Return the report as its readers think of it: one row an indicator, one column a figure.

    Columns `last_year`, `same_half` (of last year), `half`, `estimate` (officials', for the year), `target`
    (next year); in a report on a whole year, `half` is that year. Missing, and a computed figure that is
    doubtful, is NaN. Keyed by `indicator`, in the order in which the documents state them.
    """
    # In a report on a whole year the same period last year is last year.
    places = {figure: slot for slot, figure in reversed(moments(report).items())}
    known = preferred(as_of(observations[observations["area"] == area], report))
    known = known[~known["note"].str.contains(DOUBTFUL)]
    found: dict[str, dict[str | None, float]] = {slug: {} for slug in known["indicator"].unique()}
    for slug, *key, value in zip(*(known[name] for name in ("indicator", "period", "status", "value")), strict=True):
        found[slug][places.get(tuple(key))] = value
    rows = [[figures.get(column, np.nan) for column in SLOTS] for figures in found.values()]
    index = pd.Index(found, name="indicator", dtype=known["indicator"].dtype)
    return pd.DataFrame(rows, index=index, columns=list(SLOTS), dtype=float)


def year_results(observations: pd.DataFrame, area: str, year: int, data_dir: str | Path = "data") -> pd.Series:
    """Return what a year achieved: indicator → value in the catalogue's unit, NaN where it is not known.

    The year's own figure; where only its halves are stated, a flow's sum, another kind's end.
    """
    own = observations[(observations["area"] == area) & (observations["status"] == "actual")]
    figures = preferred(own[own["period"].str.startswith(str(year))])
    table = figures.pivot(index="indicator", columns="period", values="value")
    table = table.reindex(columns=[str(year), f"{year}-S1", f"{year}-S2"])
    flows = table.index.map(catalog.indicators(data_dir)["kind"]) == "flow"
    ends = table[f"{year}-S2"].where(~flows, table[f"{year}-S1"] + table[f"{year}-S2"])
    return table[str(year)].fillna(ends)


def _load_tables(
    area: str | Iterable[str] | None, report: str | None, folder: Path, tables: Sequence[str]
) -> list[pd.DataFrame]:
    if report is not None and not PERIOD.fullmatch(report):
        raise error("observations.no_period", period=one_line(report))

    wanted = None
    if area is not None:
        # Of two areas of one name the one that reports is meant.
        sent = reporting_areas(folder)
        asked = [area] if isinstance(area, str | int) else area
        wanted = [catalog.area(name, folder, period=report, among=sent).area for name in asked]

    def read(names: list[str]) -> list[pd.DataFrame]:
        if wanted is not None and "observations" in tables:
            _check_reports_exist(names, report, folder)
        return [
            read_table(table, [path for name in names for path in _files(table, name, report, folder)], folder)
            for table in tables
        ]

    names = wanted if wanted is not None else reporting_areas(folder)
    read_at = at_rest(read, names, folder)
    if len(read_at) == 1:
        return read_at[0][1]
    place = {name: at for at, name in enumerate(names)}
    return [
        pd.concat([frames[at][frames[at]["area"].isin(still)] for still, frames in read_at])
        .sort_values("area", key=lambda column: column.map(place), kind="stable")
        .reset_index(drop=True)
        for at in range(len(tables))
    ]


def _files(table: str, area: str, report: str | None, folder: Path) -> list[Path]:
    files = (folder / table / area).glob(f"{report or '*'}.csv")
    return sorted(files, key=lambda path: order(path.stem) if PERIOD.fullmatch(path.stem) else 0)


def _check_reports_exist(wanted: Sequence[str], report: str | None, folder: Path) -> None:
    for slug in wanted:
        have = reports(slug, folder)
        if not have:
            raise error("observations.no_report", folder=folder / "observations" / slug, area=slug)
        if report is not None and report not in have:
            path = folder / "observations" / slug / f"{report}.csv"
            raise error("observations.no_such_report", path=path, area=slug, have=", ".join(have))
