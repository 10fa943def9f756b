"""The columns of the two tables, what each may hold, and reading and writing them whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from ictplan_utils import catalog, schema
from ictplan_utils.catalog import data_path
from ictplan_utils.files import write_atomically
from ictplan_utils.messages import error, text
from ictplan_utils.periods import PERIOD
from ictplan_utils.schema import PLAIN, Rule, Schema, known_in, one_of

FIGURE = ["area", "indicator", "period", "status"]
KEY = [*FIGURE, "source"]
OBSERVATION_COLUMNS = ("area", "indicator", "period", "status", "value", "printed", "source", "note")
COMPARISON_COLUMNS = (
    "area", "indicator", "period", "status", "base_period", "base_status",
    "measure", "value", "printed", "source", "note",
)  # fmt: skip
STATUSES = ("actual", "estimate", "target")
MEASURES = ("ratio_pct", "growth_pct", "change")
SOURCE = re.compile(r"[A-Z][A-Z0-9]*(:[^:\s]+)+")
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?")
LARGEST = 1e15
"""No figure of an administration comes near, in any unit; beyond it a float cannot tell neighbours apart."""
PENDING = ".pending"
"""Where an ingest lays a report's pair of tables, AREA@REPORT/, before it moves them to their places."""
TOLD = "P:"
"""The source of what another area's paper states begins so, `P:dien-bien:B1:12:3`; it sorts behind all of its own."""
RESTATED = "T:"
"""The source of what is restated of an area's predecessors begins so; see `rollup.restated`."""
DERIVED = "suy ra"
"""The note of every figure that code computed from a stated comparison begins with these words."""
DOUBTFUL = "nghi ngờ"
"""Stands in the note of a computed figure that cannot be right: nobody should build on it."""
AWAITED = "đang chờ sửa"
"""In a note of a figure that the audit calls wrong; no forecast is made from it."""
CORRECTED = "đã sửa"
"""The note of every figure that corrections.csv replaced begins with these words."""


@catalog.kept("areas.csv", "indicators.csv")
def figure_rules(folder: Path) -> dict[str, Rule]:
    """Return what the columns of a figure must hold, wherever one is written."""
    period, status = Rule(PERIOD.fullmatch, "schema.period"), one_of(STATUSES)
    return {
        "area": known_in(catalog.areas(folder).index, "areas.csv"),
        "indicator": known_in(catalog.indicators(folder).index, "indicators.csv"),
        "period": period, "status": status, "base_period": period, "base_status": status,
        "measure": one_of(MEASURES), "value": Rule(_is_number, "schema.value"), "printed": PLAIN,
        "source": Rule(SOURCE.fullmatch, "schema.source"), "note": PLAIN,
    }  # fmt: skip


def _is_number(cell: str) -> bool:
    return NUMBER.fullmatch(cell) is not None and abs(float(cell)) <= LARGEST


def _schema(table: str, folder: str | Path) -> Schema:
    rules = figure_rules(folder)
    if table == "observations":
        return Schema(OBSERVATION_COLUMNS, {column: rules[column] for column in OBSERVATION_COLUMNS}, tuple(KEY))
    # A ratio cell that the form has and the document left blank is a comparison without a value.
    blank = Rule(lambda cell: not cell or _is_number(cell), "schema.value")
    return Schema(
        COMPARISON_COLUMNS,
        {column: rules[column] for column in COMPARISON_COLUMNS} | {"value": blank},
        (*KEY, "base_period", "base_status", "measure"),
    )


def read_observations(path: str | Path, data_dir: str | Path = "data") -> pd.DataFrame:
    """Return one observations file, validated, as it stands. Raises IctplanError naming file and row."""
    return read_table("observations", [Path(path)], data_path(data_dir)).drop(columns="report")


def read_comparisons(path: str | Path, data_dir: str | Path = "data") -> pd.DataFrame:
    """Return one comparisons file, validated, as it stands. Raises IctplanError naming file and row."""
    return read_table("comparisons", [Path(path)], data_path(data_dir)).drop(columns="report")


def read_table(table: str, paths: Sequence[Path], folder: Path) -> pd.DataFrame:
    """Return many files AREA/REPORT.csv of `table` as one, with the column `report`; values as floats."""
    for path in paths:
        if not PERIOD.fullmatch(path.stem):
            raise error("schema.file_name", path=path)
    wanted = _schema(table, folder)
    read = schema.read(paths, wanted)
    file = read["_file"].to_numpy(dtype=int)
    frame = schema.plain(read, wanted.columns)
    folders = np.array([path.parent.name for path in paths], dtype=object)[file]
    strays = frame["area"].to_numpy(dtype=object) != folders
    if strays.any():
        place = int(strays.argmax())
        said = text("schema.folder", column="area", cell=frame["area"].iat[place], expected=folders[place])
        raise schema.fault(read, place, paths, said)
    frame["value"] = schema.numbers(read["value"])
    return frame.assign(report=pd.Series(np.array([path.stem for path in paths], dtype=object)[file], dtype="str"))


def csv_text(frame: pd.DataFrame) -> str:
    """Return one of the two tables as its file holds it: a computed figure is left out, 22.0 is 22."""
    columns = COMPARISON_COLUMNS if "measure" in frame else OBSERVATION_COLUMNS
    if "measure" not in frame:
        frame = frame[~frame["note"].str.startswith(DERIVED)]
    return _as_text(frame[list(columns)]).to_csv(index=False, lineterminator="\n")


def write(frame: pd.DataFrame, path: str | Path, data_dir: str | Path = "data") -> None:
    """Write the file of one of the two tables whole or not at all, after validating it."""
    check(frame, "comparisons" if "measure" in frame else "observations", str(path), data_dir)
    write_atomically(Path(path), csv_text(frame))


def check(frame: pd.DataFrame, table: str, where: str, data_dir: str | Path = "data") -> None:
    """Raise IctplanError for the first row of `frame`, one report's table, that breaks the schema of `table`."""
    wanted = _schema(table, data_dir)
    schema.check(_as_text(frame[list(wanted.columns)]), wanted, [where])


def _as_text(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(value=frame["value"].map(_short))


def _short(value: float) -> str:
    if pd.isna(value):
        return ""
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))
