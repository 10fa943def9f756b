"""The two tables: what a document states (observations) and what it says of its own figures (comparisons)."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from ictplan_utils import bulk, catalog
from ictplan_utils.catalog import data_path
from ictplan_utils.errors import IctplanError
from ictplan_utils.files import write_atomically
from ictplan_utils.vietnamese import format_number

OBSERVATION_COLUMNS = ("area", "indicator", "period", "status", "value", "printed", "source", "note")
COMPARISON_COLUMNS = (
    "area", "indicator", "period", "status", "base_period", "base_status",
    "measure", "value", "printed", "source", "note",
)  # fmt: skip
CORRECTION_COLUMNS = (
    "area", "indicator", "period", "status", "source", "expect", "value", "reason", "who", "date",
)  # fmt: skip
KEY = ["area", "indicator", "period", "status", "source"]
FIGURE = ["area", "indicator", "period", "status"]

TABLE_COLUMNS = ("last_year", "same_half", "half", "estimate", "target")
STATUSES = ("actual", "estimate", "target")
MEASURES = ("ratio_pct", "growth_pct", "change")
PERIOD = re.compile(r"[0-9]{4}(-S[12])?")
SOURCE = re.compile(r"[A-Z][A-Z0-9]*(:[^:\s]+)+")
DERIVED = "suy ra"
"""The note of every figure that code computed from a stated comparison begins with these words."""
DOUBTFUL = "nghi ngờ"
"""Stands in the note of a computed figure that cannot be right: nobody should build on it."""
FIRST_HALF_SHARE = (0.30, 0.65)
"""What part of a year's flow its first half makes: the 5th and about the 98th percentile of the public half-year
series that the forecast benchmark uses. A computed half beyond it says that the stated comparison is wrong."""
CORRECTED = "đã sửa"
"""The note of every figure that corrections.csv replaced begins with these words."""


def year(period: str) -> int:
    """Return the year a period lies in: `2021-S1` → 2021."""
    return int(period[:4])


def is_half(period: str) -> bool:
    """Tell whether a period is half a year."""
    return "-S" in period


def same_period_last_year(period: str) -> str:
    """Return the period it is held against: `2021-S1` → `2020-S1`, `2021` → `2020`."""
    return f"{year(period) - 1}{period[4:]}"


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
    folder = data_path(data_dir)
    stated = _load_table("observations", area, report, folder)
    compared = _load_table("comparisons", area, report, folder)
    # What is computed from a corrected figure follows the correction.
    stated = apply_corrections(stated, corrections(folder))[0] if corrected else stated
    return with_derived(stated, compared, folder)


def load_comparisons(
    area: str | Iterable[str] | None = None, report: str | None = None, data_dir: str | Path = "data"
) -> pd.DataFrame:
    """Return the comparisons of the areas and reports asked for, with the column `report`."""
    return _load_table("comparisons", area, report, data_path(data_dir))


def reports(area: str, data_dir: str | Path = "data") -> list[str]:
    """Return the reports an area has sent, oldest first."""
    return sorted(path.stem for path in (data_path(data_dir) / "observations" / area).glob("*.csv"))


def reporting_areas(data_dir: str | Path = "data") -> list[str]:
    """Return every area that has sent a report, in the order of areas.csv."""
    folder = data_path(data_dir) / "observations"
    sent = {path.name for path in folder.iterdir() if path.is_dir()} if folder.is_dir() else set()
    return [area for area in catalog.areas(data_dir).index if area in sent]


def as_of(observations: pd.DataFrame, report: str) -> pd.DataFrame:
    """Return what was known when `report` was written: its own figures and those of earlier reports."""
    return observations[observations["report"] <= report]


def preferred(observations: pd.DataFrame) -> pd.DataFrame:
    """Return one row a figure: the one a reader gets where documents state it more than once.

    A later report goes before an earlier one; within one, the first table, then the second, then the
    narrative; a computed figure comes last.
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
    source, report = (pd.factorize(observations[name], sort=True)[0] for name in ("source", "report"))
    order = np.lexsort((source, -report, computed))
    first = order[~pd.Index(figure[order]).duplicated()]
    return observations.take(np.sort(first)).sort_index()


def report_table(observations: pd.DataFrame, area: str, report: str) -> pd.DataFrame:
    """Return the report as its readers think of it: one row an indicator, one column a figure.

    Columns `last_year`, `same_half` (of last year), `half`, `estimate` (officials', for the year), `target`
    (next year); in a report on a whole year, `half` is that year. Missing, and a computed figure that is
    doubtful, is NaN. Keyed by `indicator`, in the order in which the documents state them.
    """
    this = year(report)
    places = {
        (str(this - 1), "actual"): "last_year",
        (report, "actual"): "half",
        (str(this), "estimate"): "estimate",
        (str(this + 1), "target"): "target",
    }
    if is_half(report):
        places[same_period_last_year(report), "actual"] = "same_half"
    known = preferred(as_of(observations[observations["area"] == area], report))
    known = known[~known["note"].str.contains(DOUBTFUL)]
    column = [places.get(key) for key in zip(known["period"], known["status"], strict=True)]
    table = (
        known.assign(column=column)
        .dropna(subset="column")
        .pivot(index="indicator", columns="column", values="value")
        .reindex(index=known["indicator"].unique(), columns=list(TABLE_COLUMNS))
        .rename_axis(columns=None)
    )
    return table


def followed(observations: pd.DataFrame, data_dir: str | Path = "data") -> dict[str, catalog.Indicator]:
    """Return the indicators a report follows: the form's, and every other with figures of two periods or more.

    Keyed by slug, in the catalogue's order.
    """
    periods = observations.groupby("indicator", observed=True)["period"].nunique()
    moving = set(periods.index[periods >= 2])
    every = catalog.indicators(data_dir)
    return {
        slug: catalog.indicator(slug, data_dir)
        for slug in every.index[(every["form_number"] != "") | every.index.isin(moving)]
    }


def with_derived(observations: pd.DataFrame, comparisons: pd.DataFrame, data_dir: str | Path = "data") -> pd.DataFrame:
    """Add the figures of the same period last year that a document states only by comparison.

    88 stations, "tăng 01 trạm so với cùng kỳ năm 2020", yields 87 for 2020-S1: status actual, nothing
    printed, the comparison's source, and a note that begins with "suy ra" and says the arithmetic.
    A figure that is stated itself is never computed. Where the computed half of a flow cannot be part of
    its own year (FIRST_HALF_SHARE), the note says "nghi ngờ" too.
    """
    halves = [period for period in comparisons["period"].unique() if is_half(period)]
    last_year = comparisons["period"].map({period: same_period_last_year(period) for period in halves})
    usable = comparisons[
        (comparisons["base_period"] == last_year)
        & (comparisons["base_status"] == "actual")
        & comparisons["value"].notna()
    ]
    if usable.empty:
        return observations
    reports_of = ["report"] if "report" in observations and "report" in comparisons else []
    # Only what the comparisons are about: a nation's period has half a million figures.
    whole, observations = observations, observations[observations["indicator"].isin(set(usable["indicator"]))]
    base = ["area", "indicator", "base_period", "base_status"]
    before = observations[observations["period"].isin(set(usable["base_period"]))]
    stated = pd.MultiIndex.from_frame(before[FIGURE + reports_of])
    now = observations[observations["period"].isin(set(usable["period"]))]
    current = _first_source_first(now)[FIGURE + reports_of + ["value"]]
    pairs = usable.merge(current.rename(columns={"value": "current"}), on=FIGURE + reports_of, validate="m:1")
    pairs = pairs[~pd.MultiIndex.from_frame(pairs[base + reports_of]).isin(stated)]
    rows = [_derived_row(pair, reports_of) for pair in pairs.to_dict("records")]
    found = pd.DataFrame([row for row in rows if row], columns=list(OBSERVATION_COLUMNS) + reports_of)
    found = _doubt(found.drop_duplicates(FIGURE + reports_of), observations, data_dir)
    return whole if found.empty else pd.concat([whole, found], ignore_index=True)


def _first_source_first(observations: pd.DataFrame) -> pd.DataFrame:
    key = FIGURE + (["report"] if "report" in observations else [])
    return observations.sort_values("source", kind="stable").drop_duplicates(key)


def _doubt(found: pd.DataFrame, observations: pd.DataFrame, data_dir: str | Path) -> pd.DataFrame:
    """Say in the note of each computed half of a flow when its year makes it implausible."""
    kinds = catalog.indicators(data_dir)["kind"]
    flows = found["indicator"].map(kinds) == "flow"
    years = found["period"].str[:4]
    actual = observations[observations["period"].isin(set(years)) & (observations["status"] == "actual")]
    key = ["area", "indicator", "period"]
    totals = _first_source_first(actual).drop_duplicates(key, keep="last").set_index(key)["value"]
    total = totals.reindex(pd.MultiIndex.from_arrays([found["area"], found["indicator"], years]))
    total = pd.Series(total.to_numpy(dtype=float), index=found.index)
    share = found["value"] / total
    doubtful = flows & share.notna() & ~share.between(*FIRST_HALF_SHARE)
    said = [
        f"{note}; {DOUBTFUL}: chỉ bằng {format_number(part * 100, 0)} % cả năm ({format_number(whole)})"
        if doubt else note
        for note, doubt, part, whole in zip(found["note"], doubtful, share, total, strict=True)
    ]  # fmt: skip
    return found.assign(note=said)


def _derived_row(pair: dict, reports_of: list[str]) -> dict | None:
    value, current = pair["value"], pair["current"]
    shown, by = format_number(current), format_number(abs(value))
    if pair["measure"] == "change":
        before = current - value
        sum_ = f"{shown} {'−' if value >= 0 else '+'} {by}"
    else:
        ratio = value if pair["measure"] == "ratio_pct" else 100 + value
        if ratio <= 0:
            return None
        before = current / (ratio / 100)
        sum_ = f"{shown} / {format_number(ratio)} %"
    row = {
        "area": pair["area"], "indicator": pair["indicator"], "period": pair["base_period"],
        "status": pair["base_status"], "value": before, "printed": "", "source": pair["source"],
        "note": f"{DERIVED}: {sum_} ({pair['printed']})",
    }  # fmt: skip
    return row | {name: pair[name] for name in reports_of}


def corrections(data_dir: str | Path = "data") -> pd.DataFrame:
    """Return corrections.csv: what an office agreed is wrong (`expect`, as printed) and what is right."""
    path = data_path(data_dir) / "corrections.csv"
    if not path.is_file():
        return pd.DataFrame(columns=list(CORRECTION_COLUMNS)).astype({"value": float})
    rows = catalog.read_rows(path, CORRECTION_COLUMNS)
    frame = _numbers(pd.DataFrame(rows, columns=["row", *CORRECTION_COLUMNS]), str(path))
    for column, sentence in (("expect", "the wrong figure as printed"), ("value", "the right figure")):
        empty = frame[frame[column].isna() | (frame[column] == "")]
        if len(empty):
            raise IctplanError(f"{path} row {empty['row'].iloc[0]}: {column} is empty; write {sentence}")
    return frame.drop(columns="row")


def apply_corrections(observations: pd.DataFrame, agreed: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the observations with the agreed corrections, and the corrections that no longer fit.

    A correction fits while the stored figure is still printed as it expects; `printed` stays, `value` is the
    right one, and `note` says so, before what it said already.
    """
    frame = observations.copy()
    fits = []
    for agreement in agreed.itertuples():
        match = (frame[KEY] == [getattr(agreement, column) for column in KEY]).all(axis=1)
        match &= frame["printed"] == agreement.expect
        fits.append(bool(match.any()))
        frame.loc[match, "value"] = agreement.value
        said = f"{CORRECTED}: in {agreement.expect}; {agreement.reason} ({agreement.who}, {agreement.date})"
        frame.loc[match, "note"] = (said + "; " + frame.loc[match, "note"].fillna("")).str.removesuffix("; ")
    return frame, agreed[[not fit for fit in fits]]


def read_observations(path: str | Path, data_dir: str | Path = "data") -> pd.DataFrame:
    """Return one observations file, validated, as it stands. Raises IctplanError naming file and row."""
    return _read_table("observations", [Path(path)], data_path(data_dir)).drop(columns="report")


def read_comparisons(path: str | Path, data_dir: str | Path = "data") -> pd.DataFrame:
    """Return one comparisons file, validated, as it stands. Raises IctplanError naming file and row."""
    return _read_table("comparisons", [Path(path)], data_path(data_dir)).drop(columns="report")


def csv_text(frame: pd.DataFrame) -> str:
    """Return one of the two tables as its file holds it: a computed figure is left out, 22.0 is 22."""
    columns = COMPARISON_COLUMNS if "measure" in frame else OBSERVATION_COLUMNS
    if "measure" not in frame:
        frame = frame[~frame["note"].str.startswith(DERIVED)]
    text = frame[list(columns)].assign(value=frame["value"].map(_short))
    return text.to_csv(index=False, lineterminator="\n")


def write_observations(frame: pd.DataFrame, path: str | Path, data_dir: str | Path = "data") -> None:
    """Write one observations file whole or not at all, after validating it."""
    check(frame, "observations", str(path), data_dir)
    write_atomically(Path(path), csv_text(frame))


def write_comparisons(frame: pd.DataFrame, path: str | Path, data_dir: str | Path = "data") -> None:
    """Write one comparisons file whole or not at all, after validating it."""
    check(frame, "comparisons", str(path), data_dir)
    write_atomically(Path(path), csv_text(frame))


def check(frame: pd.DataFrame, table: str, where: str, data_dir: str | Path = "data") -> None:
    """Raise IctplanError for the first row of `frame` that breaks the schema of `table`, naming it."""
    lines = frame.get("_row", pd.Series(range(2, len(frame) + 2), index=frame.index))
    files = frame.get("_file", pd.Series(where, index=frame.index))
    faults = _faults(frame, table, data_path(data_dir))
    if faults:
        position, sentence = min(faults, key=lambda fault: fault[0])
        raise IctplanError(f"{files.iloc[position]} row {lines.iloc[position]}: {sentence}")


def observation_schema(data_dir: str | Path = "data"):
    """Return the pandera schema of the observations: the types and what each column may hold."""
    return _schema("observations", *_catalog_keys(data_path(data_dir)))


def comparison_schema(data_dir: str | Path = "data"):
    """Return the pandera schema of the comparisons."""
    return _schema("comparisons", *_catalog_keys(data_path(data_dir)))


def _load_table(table: str, area: str | Iterable[str] | None, report: str | None, folder: Path) -> pd.DataFrame:
    wanted = [area] if isinstance(area, str) else list(area) if area is not None else None
    for slug in wanted or []:
        catalog.area(slug, folder)
    if report is not None and not PERIOD.fullmatch(report):
        raise IctplanError(f"period '{report}' is not YYYY or YYYY-S1; write 2021-S1 for the first half of 2021")
    names = wanted if wanted is not None else reporting_areas(folder)
    if table == "observations" and wanted is not None:
        _check_reports_exist(wanted, report, folder)
    paths = [path for name in names for path in sorted((folder / table / name).glob(f"{report or '*'}.csv"))]
    return _read_table(table, paths, folder)


def _check_reports_exist(wanted: Sequence[str], report: str | None, folder: Path) -> None:
    for slug in wanted:
        have = reports(slug, folder)
        if not have:
            raise IctplanError(
                f"{folder / 'observations' / slug}: no report of '{slug}' here; read one in with `ictplan ingest`"
            )
        if report is not None and report not in have:
            raise IctplanError(
                f"{folder / 'observations' / slug / report}.csv: no such report; '{slug}' has {', '.join(have)}"
            )


def _read_table(table: str, paths: Sequence[Path], folder: Path) -> pd.DataFrame:
    columns = OBSERVATION_COLUMNS if table == "observations" else COMPARISON_COLUMNS
    key = KEY if table == "observations" else [*KEY, "base_period", "base_status", "measure"]
    # What is in order is read at once; anything else file by file, so that the error can name the row.
    at_once = bulk.read_sound(paths, columns, _sound(table, folder), key, catalog.MAX_FILE_BYTES)
    if at_once is not None and all(map(PERIOD.fullmatch, at_once["report"].unique())):
        return at_once
    rows = [
        (*row, str(path), path.stem, path.parent.name) for path in paths for row in catalog.read_rows(path, columns)
    ]
    frame = pd.DataFrame(rows, columns=["_row", *columns, "_file", "report", "_folder"])
    frame = _numbers(frame, "_file", row="_row")
    check(frame, table, table, folder)
    return frame[[*columns, "report"]]


def _sound(table: str, folder: Path) -> dict[str, Callable[[str], object]]:
    """Return, for each column, the test that its cells pass: what _schema checks, said of one cell."""
    areas, indicators = _catalog_keys(folder)
    tests: dict[str, Callable[[str], object]] = {
        "area": areas.__contains__, "indicator": indicators.__contains__, "period": PERIOD.fullmatch,
        "status": STATUSES.__contains__, "source": SOURCE.fullmatch, "value": _is_finite,
    }  # fmt: skip
    if table == "comparisons":
        tests |= {"base_period": PERIOD.fullmatch, "base_status": STATUSES.__contains__}
        tests["measure"] = MEASURES.__contains__
        tests["value"] = lambda cell: not cell or _is_finite(cell)
    return tests


def _is_finite(cell: str) -> bool:
    return _PLAIN_NUMBER.fullmatch(cell) is not None and abs(float(cell)) < float("inf")


def _numbers(frame: pd.DataFrame, file: str, row: str = "row") -> pd.DataFrame:
    """Turn the text column `value` into floats, an empty one into NaN."""
    text = frame["value"].astype(object)
    plain = text.map(lambda cell: cell == "" or _PLAIN_NUMBER.fullmatch(cell) is not None)
    if not plain.all():
        bad = frame[~plain.astype(bool)].iloc[0]
        raise IctplanError(
            f"{bad[file] if file in frame else file} row {bad[row]}: value '{bad['value'][:60]}' is not a number; "
            "write it with a decimal point and nothing else, as 1234.5"
        )
    return frame.assign(value=pd.to_numeric(text.replace("", None)).astype(float))


_PLAIN_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?")


def _short(value: float) -> str:
    if pd.isna(value):
        return ""
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))


_MEANING: dict[str, Callable[[object], str]] = {
    "area": lambda v: f"area '{v}' is not in areas.csv; correct it or add the area there",
    "indicator": lambda v: f"indicator '{v}' is not in indicators.csv; correct it or add the indicator there",
    "period": lambda v: f"period '{v}' is not YYYY or YYYY-S1",
    "base_period": lambda v: f"base_period '{v}' is not YYYY or YYYY-S1",
    "status": lambda v: f"status '{v}' is none of {', '.join(STATUSES)}",
    "base_status": lambda v: f"base_status '{v}' is none of {', '.join(STATUSES)}",
    "measure": lambda v: f"measure '{v}' is none of {', '.join(MEASURES)}",
    "value": lambda v: "the value is missing or not finite; remove the row where the document states no figure",
    "source": lambda v: f"source '{v}' is not a place like A1:12:6, A2:7:4 or N:1.2",
}
"""Column → the sentence for a cell the schema refuses."""


def _faults(frame: pd.DataFrame, table: str, folder: Path) -> list[tuple[int, str]]:
    """Return (position, sentence) of what breaks the schema; the frame's own index does not matter."""
    import pandera.errors

    if frame.empty:
        return []
    plain = frame.reset_index(drop=True)
    faults: list[tuple[int, str]] = []
    try:
        _schema(table, *_catalog_keys(folder)).validate(plain, lazy=True)
    except pandera.errors.SchemaErrors as error:
        for case in error.failure_cases.to_dict("records"):
            if pd.isna(case["index"]):
                raise IctplanError(f"{table}: {case['column']}: {case['failure_case']} ({case['check']})") from None
            position = int(case["index"])
            value = plain.iloc[position].get(case["column"])
            faults.append((position, _MEANING[case["column"]](value)))
    key = KEY if table == "observations" else [*KEY, "base_period", "base_status", "measure"]
    key = [*key, "report"] if "report" in plain else key
    again = plain.duplicated(key)
    if table == "observations" or not faults:
        for position in plain.index[again]:
            row = plain.iloc[position]
            shown = " ".join(str(row[column]) for column in KEY)
            faults.append((position, f"the same figure stands twice from one source ({shown}); remove one row"))
    if "_folder" in plain:
        for position in plain.index[plain["area"] != plain["_folder"]]:
            row = plain.iloc[position]
            faults.append((position, f"area '{row['area']}' lies in the folder of '{row['_folder']}'"))
        for position in plain.index[~plain["report"].map(lambda name: PERIOD.fullmatch(name) is not None)]:
            faults.append((position, f"the file's name '{plain.iloc[position]['report']}' is not YYYY or YYYY-S1"))
    return faults


def _catalog_keys(folder: Path) -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(catalog.areas(folder).index), frozenset(catalog.indicators(folder).index)


@functools.lru_cache(maxsize=8)
def _schema(table: str, areas: frozenset[str], indicators: frozenset[str]):
    import pandera.pandas as pa

    # Each check sees a whole column; frozensets hash once, so a nation's table takes seconds.
    period = pa.Check.str_matches(f"^(?:{PERIOD.pattern})$")
    columns = {
        "area": pa.Column(str, pa.Check.isin(areas)),
        "indicator": pa.Column(str, pa.Check.isin(indicators)),
        "period": pa.Column(str, period),
        "status": pa.Column(str, pa.Check.isin(STATUSES)),
        "printed": pa.Column(str),
        "source": pa.Column(str, pa.Check.str_matches(f"^(?:{SOURCE.pattern})$")),
        "note": pa.Column(str),
    }
    finite = pa.Check(lambda values: values.abs() < float("inf"), error="finite")
    if table == "observations":
        columns["value"] = pa.Column(float, finite, nullable=False)
    else:
        columns["base_period"] = pa.Column(str, period)
        columns["base_status"] = pa.Column(str, pa.Check.isin(STATUSES))
        columns["measure"] = pa.Column(str, pa.Check.isin(MEASURES))
        columns["value"] = pa.Column(float, finite, nullable=True)
    return pa.DataFrameSchema(columns, strict=False)
