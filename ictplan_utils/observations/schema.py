"""The tables' columns, what each may hold, and reading and writing them whole: errors name file and row."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from ictplan_utils import bulk, catalog
from ictplan_utils.catalog import data_path
from ictplan_utils.errors import IctplanError, one_line
from ictplan_utils.files import write_atomically

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
STATUSES = ("actual", "estimate", "target")
MEASURES = ("ratio_pct", "growth_pct", "change")
PERIOD = re.compile(r"[0-9]{4}(-S[12])?")
SOURCE = re.compile(r"[A-Z][A-Z0-9]*(:[^:\s]+)+")
LARGEST = 1e15
"""No figure of an administration comes near, in any unit; beyond it a float cannot tell neighbours apart."""
FORMULA = re.compile(r"\s*(?:[=@]|[-+].*[(|!])", re.DOTALL)
"""A text that Excel would compute, or ask another program for, when somebody opens the CSV in it."""
PENDING = ".pending"
"""Where an ingest lays a report's pair of tables, AREA@REPORT/, before it moves them to their places."""
DERIVED = "suy ra"
"""The note of every figure that code computed from a stated comparison begins with these words."""
DOUBTFUL = "nghi ngờ"
"""Stands in the note of a computed figure that cannot be right: nobody should build on it."""
CORRECTED = "đã sửa"
"""The note of every figure that corrections.csv replaced begins with these words."""


def read_observations(path: str | Path, data_dir: str | Path = "data") -> pd.DataFrame:
    """Return one observations file, validated, as it stands. Raises IctplanError naming file and row."""
    return read_table("observations", [Path(path)], data_path(data_dir)).drop(columns="report")


def read_comparisons(path: str | Path, data_dir: str | Path = "data") -> pd.DataFrame:
    """Return one comparisons file, validated, as it stands. Raises IctplanError naming file and row."""
    return read_table("comparisons", [Path(path)], data_path(data_dir)).drop(columns="report")


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


def read_table(table: str, paths: Sequence[Path], folder: Path) -> pd.DataFrame:
    columns = OBSERVATION_COLUMNS if table == "observations" else COMPARISON_COLUMNS
    key = KEY if table == "observations" else [*KEY, "base_period", "base_status", "measure"]
    # What is in order is read at once; anything else file by file, so that the error can name the row.
    at_once = bulk.read_sound(paths, columns, sound_cells(table, folder), key, catalog.MAX_FILE_BYTES)
    if at_once is not None and all(map(PERIOD.fullmatch, at_once["report"].unique())):
        return at_once
    rows = [
        (*row, str(path), path.stem, path.parent.name) for path in paths for row in catalog.read_rows(path, columns)
    ]
    frame = pd.DataFrame(rows, columns=["_row", *columns, "_file", "report", "_folder"])
    frame = with_numbers(frame, "_file", row="_row")
    check(frame, table, table, folder)
    return frame[[*columns, "report"]]


def sound_cells(table: str, folder: Path) -> dict[str, Callable[[str], object]]:
    """Return, for each column, the test that its cells pass: what _schema checks, said of one cell."""
    areas, indicators = _catalog_keys(folder)
    tests: dict[str, Callable[[str], object]] = {
        "area": areas.__contains__, "indicator": indicators.__contains__, "period": PERIOD.fullmatch,
        "status": STATUSES.__contains__, "source": SOURCE.fullmatch, "value": _is_finite,
        "printed": _is_text, "note": _is_text,
    }  # fmt: skip
    if table == "comparisons":
        tests |= {"base_period": PERIOD.fullmatch, "base_status": STATUSES.__contains__}
        tests["measure"] = MEASURES.__contains__
        tests["value"] = lambda cell: not cell or _is_finite(cell)
    return tests


def _is_finite(cell: str) -> bool:
    return _PLAIN_NUMBER.fullmatch(cell) is not None and abs(float(cell)) <= LARGEST


def _is_text(cell: str) -> bool:
    return FORMULA.match(cell) is None


def with_numbers(frame: pd.DataFrame, file: str, row: str = "row") -> pd.DataFrame:
    """Turn the text column `value` into floats, an empty one into NaN."""
    text = frame["value"].astype(object)
    plain = text.map(lambda cell: cell == "" or _PLAIN_NUMBER.fullmatch(cell) is not None)
    if not plain.all():
        bad = frame[~plain.astype(bool)].iloc[0]
        raise IctplanError(
            f"{bad[file] if file in frame else file} row {bad[row]}: value '{one_line(bad['value'])}' is not a number"
            "; write it with a decimal point and nothing else, as 1234.5"
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
    "value": lambda v: (
        "the value is missing or not finite, or larger than any figure; remove the row where the document states none"
    ),
    "source": lambda v: f"source '{v}' is not a place like A1:12:6, A2:7:4 or N:1.2",
    "printed": lambda v: f"printed '{v}' is a spreadsheet's formula; write what the document prints",
    "note": lambda v: f"note '{v}' is a spreadsheet's formula; begin it with a word",
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
            value = one_line(plain.iloc[position].get(case["column"]))
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


def _each(sound: Callable[[str], bool]):
    import pandera.pandas as pa

    return pa.Check(lambda cells: cells.map(sound).astype(bool))


@functools.lru_cache(maxsize=8)
def _schema(table: str, areas: frozenset[str], indicators: frozenset[str]):
    import pandera.pandas as pa

    # Each check sees a whole column; frozensets hash once, so a nation's table takes seconds.
    period, source = (_each(lambda cell, form=form: form.fullmatch(cell) is not None) for form in (PERIOD, SOURCE))
    columns = {
        "area": pa.Column(str, pa.Check.isin(areas)),
        "indicator": pa.Column(str, pa.Check.isin(indicators)),
        "period": pa.Column(str, period),
        "status": pa.Column(str, pa.Check.isin(STATUSES)),
        "printed": pa.Column(str, _each(_is_text)),
        "source": pa.Column(str, source),
        "note": pa.Column(str, _each(_is_text)),
    }
    finite = pa.Check(lambda values: values.abs() <= LARGEST, error="finite")
    if table == "observations":
        columns["value"] = pa.Column(float, finite, nullable=False)
    else:
        columns["base_period"] = pa.Column(str, period)
        columns["base_status"] = pa.Column(str, pa.Check.isin(STATUSES))
        columns["measure"] = pa.Column(str, pa.Check.isin(MEASURES))
        columns["value"] = pa.Column(float, finite, nullable=True)
    return pa.DataFrameSchema(columns, strict=False)
