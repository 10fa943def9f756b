"""Reading many files at once gives what reading them one by one gives, or gives up."""

from __future__ import annotations

import pandas as pd
import pytest
from places import AREA, REPO, REPORT

from ictplan_utils import bulk, catalog, observations
from ictplan_utils.errors import IctplanError
from ictplan_utils.observations import schema

DATA = REPO / "data"
FILE = f"observations/{AREA}/{REPORT}.csv"


def at_once(path, table="observations"):
    columns = observations.OBSERVATION_COLUMNS if table == "observations" else observations.COMPARISON_COLUMNS
    return bulk.read_sound([path], columns, schema.sound_cells(table, DATA), observations.KEY, catalog.MAX_FILE_BYTES)


@pytest.mark.parametrize("table", ["observations", "comparisons"])
def test_what_is_read_at_once_is_what_is_read_row_by_row(table, monkeypatch):
    paths = sorted((DATA / table).glob("*/*.csv"))
    fast = schema.read_table(table, paths, DATA)
    monkeypatch.setattr(bulk, "read_sound", lambda *args: None)
    pd.testing.assert_frame_equal(fast, schema.read_table(table, paths, DATA))


def test_the_real_report_is_read_at_once():
    assert len(at_once(DATA / FILE)) == len(observations.read_observations(DATA / FILE))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("area,indicator,", "area;indicator,"),
        ("\n", "\r\n"),
        (",22,22,A1:1:4,", ",22,22,A1:1:4"),
        (",22,22,A1:1:4,", ",22,22,A1:1:4,,"),
        (",22,22,A1:1:4,", ",22,2\n2,A1:1:4,"),
        (",22,22,A1:1:4,", ',22,"2\n2",A1:1:4,'),
        (",22,22,A1:1:4,", ',22,"22,A1:1:4,'),
        (",22,22,A1:1:4,", ",NaN,22,A1:1:4,"),
        (",22,22,A1:1:4,", ",1e3x,22,A1:1:4,"),
        (",22,22,A1:1:4,", ",,22,A1:1:4,"),
        (",22,22,A1:1:4,", ",1e999,22,A1:1:4,"),
        (",22,22,A1:1:4,", ",22,22,A1,"),
        (",22,22,A1:1:4,", ",22,22,A1:1:5,\n\n"),
        (",2020,actual,22,", ",20,actual,22,"),
        (",2020,actual,22,", ",2020,real,22,"),
        (",2021-S1,actual,22,22,A1:1:5,", ",2020,actual,22,22,A1:1:4,"),
        ("tuan-giao,postal_points", "dien-bien,postal_points"),
        ("tuan-giao,postal_points", "tuan-giao,postal_pints"),
        ("tuan-giao,postal_points", "\x01,postal_points"),
    ],
)
def test_anything_odd_is_left_to_the_careful_reader(data_copy, old, new):
    path = data_copy / FILE
    path.write_bytes(path.read_bytes().replace(old.encode(), new.encode(), 1))
    assert at_once(path) is None


def test_a_file_that_is_no_text_is_left_to_the_careful_reader(data_copy):
    path = data_copy / FILE
    path.write_bytes(path.read_bytes().replace(b"22", b"\xff", 1))
    assert at_once(path) is None


def test_numbers_are_written_as_babel_writes_them():
    from decimal import Decimal

    from babel.numbers import format_decimal

    from ictplan_utils.vietnamese import format_number, round_half_up

    for value in (0, 1, -1, 0.05, 12.25, 999.995, 1000, -1234.5, 52321, 1234567.891, 1e15, 2.5e-7):
        for lang in ("vi", "en"):
            exact = Decimal(repr(round_half_up(value, 2) + 0.0))
            assert format_number(value, lang=lang) == format_decimal(exact, format="#,##0.##########", locale=lang)


def test_one_area_is_loaded_without_reading_the_others(data_copy):
    other = data_copy / "observations" / "dien-bien" / "2021-S1.csv"
    other.parent.mkdir()
    other.write_bytes(b"\xff no table at all")
    assert len(observations.load(AREA, data_dir=data_copy))
    with pytest.raises(IctplanError, match="dien-bien"):
        observations.load(data_dir=data_copy)
