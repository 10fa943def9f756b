"""One validator: many files read at once give what each gives alone, however another program saved them."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest
from places import AREA, REPO, REPORT

import ictplan_utils as ict
from ictplan_utils import observations, schema
from ictplan_utils.errors import IctplanError

DATA = REPO / "data"
FILE = f"observations/{AREA}/{REPORT}.csv"


def quoted(text):
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL).writerows(csv.reader(text.splitlines()))
    return written.getvalue()


SAVED = {
    "as git keeps it": lambda text: text,
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "a BOM": lambda text: "\ufeff" + text,
    "every cell quoted": quoted,
    "blank lines": lambda text: text.replace("\n", "\n\n"),
    "no last line end": lambda text: text.removesuffix("\n"),
}


@pytest.mark.parametrize("way", SAVED)
def test_however_a_table_was_saved_it_holds_the_same(data_copy, observations, way):
    path = data_copy / FILE
    path.write_bytes(SAVED[way](path.read_text(encoding="utf-8")).encode())
    pd.testing.assert_frame_equal(ict.load(AREA, data_dir=data_copy), observations)


@pytest.mark.parametrize("table", ["observations", "comparisons"])
def test_many_files_at_once_hold_what_they_hold_one_by_one(table):
    paths = sorted((DATA / table).glob("*/*.csv"))
    assert len(paths) > 1
    alone = pd.concat([observations_of(table, [path]) for path in paths], ignore_index=True)
    pd.testing.assert_frame_equal(observations_of(table, paths), alone)


def observations_of(table, paths):
    return observations.schema.read_table(table, paths, DATA)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (",22,22,A1:1:4,", ",22,22,A1:1:4", "row 2: 7 cells where the header has 8"),
        (",22,22,A1:1:4,", ",22,22,A1:1:4,,", "row 2: 9 cells where the header has 8"),
        (",22,22,A1:1:4,", ",22,2\n2,A1:1:4,", "row 2: 6 cells where the header has 8"),
        (",22,22,A1:1:4,", ',22,"22,A1:1:4,', "not a readable CSV"),
        (",22,22,A1:1:4,", ",NaN,22,A1:1:4,", "row 2: value 'NaN'"),
        (",22,22,A1:1:4,", ",1e3x,22,A1:1:4,", "row 2: value '1e3x'"),
        (",22,22,A1:1:4,", ",22,22,A1,", "row 2: source 'A1'"),
        (",2020,actual,22,", ",20,actual,22,", "row 2: period '20'"),
        ("tuan-giao,postal_points", "tuan-giao,postal_pints", "row 2: indicator 'postal_pints'"),
        ("tuan-giao,postal_points", "\x01,postal_points", "row 2: area '\\\\x01'"),
        ("actual,22,22,", 'actual,22,=HYPERLINK("x"),', "row 2: printed"),
    ],
)
def test_a_row_that_breaks_the_schema_is_named(data_copy, old, new, sentence):
    path = data_copy / FILE
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(IctplanError, match=sentence):
        observations.read_observations(path, data_copy)


def test_the_row_is_that_of_the_file_also_after_a_cell_of_two_lines(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text('name,day\n"of two\nlines",2021-01-01\nlast,tomorrow\n', encoding="utf-8")
    rules = schema.Schema(("name", "day"), {"day": schema.DAY})
    with pytest.raises(IctplanError, match="row 3: day 'tomorrow' is no day"):
        schema.read(path, rules)


def test_a_cell_too_many_does_not_hide_a_cell_too_few(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a,b,c\n1,2,3\n4,5\n6,7,8,9\n", encoding="utf-8")
    with pytest.raises(IctplanError, match="row 3: 2 cells where the header has 3"):
        schema.read(path, schema.Schema(("a", "b", "c"), {}))


def test_a_table_of_digits_stays_text(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("code,share\n099,1\n100,\n", encoding="utf-8")
    read = schema.read(path, schema.Schema(("code", "share"), {}))
    assert schema.plain(read, ("code",))["code"].tolist() == ["099", "100"]
    assert schema.numbers(read["share"]).tolist()[0] == 1


def test_what_is_written_is_held_to_the_same_rules(observations, tmp_path):
    spoiled = observations.drop(columns="report").assign(value=float("inf"))
    with pytest.raises(IctplanError, match="row 2: value 'inf'"):
        ict.observations.write(spoiled, tmp_path / "2021-S1.csv")
    assert not (tmp_path / "2021-S1.csv").exists()


def test_one_area_is_loaded_without_reading_the_others(data_copy):
    other = data_copy / "observations" / "dien-bien" / "2021-S1.csv"
    other.parent.mkdir()
    other.write_bytes(b"\xff no table at all")
    assert len(observations.load(AREA, data_dir=data_copy))
    with pytest.raises(IctplanError, match="dien-bien"):
        observations.load(data_dir=data_copy)
