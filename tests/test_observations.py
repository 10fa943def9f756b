"""The two tables: every printed figure is there, and nothing wrong gets in."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pandas as pd
import pytest
from places import AREA, REPO, REPORT

import ictplan_utils as ict
from ictplan_utils import catalog, observations
from ictplan_utils.errors import IctplanError

# The two appendices as printed, one line a row: appendix, form number, cells from column 4 on.
PRINTED = Path(__file__).parent / "printed" / "tuan-giao-2021-S1.tsv"
RATIO_COLUMNS = {"A1": (7, 8), "A2": (6,)}


def printed_cells():
    with PRINTED.open(encoding="utf-8", newline="") as file:
        for appendix, form, *cells in csv.reader(file, delimiter="\t"):
            for column, cell in enumerate(cells, start=4):
                yield appendix, f"{appendix}:{form}:{column}", column, cell


FIGURES = [(s, c) for a, s, n, c in printed_cells() if n not in RATIO_COLUMNS[a]]
RATIOS = [(s, c) for a, s, n, c in printed_cells() if n in RATIO_COLUMNS[a]]


def test_every_printed_figure_of_both_appendices_is_stored_as_printed():
    stored = observations.read_observations(REPO / f"data/observations/{AREA}/{REPORT}.csv")
    appendices = stored[stored["source"].str.match("A[12]:")]
    assert dict(zip(appendices["source"], appendices["printed"], strict=True)) == {s: c for s, c in FIGURES if c}


def test_every_ratio_cell_is_stored_the_blank_ones_too():
    stored = observations.read_comparisons(REPO / f"data/comparisons/{AREA}/{REPORT}.csv")
    appendices = stored[stored["source"].str.match("A[12]:")]
    assert dict(zip(appendices["source"], appendices["printed"], strict=True)) == dict(RATIOS)
    assert appendices.loc[appendices["printed"] == "", "value"].isna().all()
    assert appendices.loc[appendices["printed"] != "", "value"].notna().all()


def test_the_form_has_33_indicators_and_their_sub_rows():
    numbers = set(catalog.indicators()["form_number"]) - {""}
    assert numbers == {str(n) for n in range(1, 34)} | {"1.1", "1.2", "31.1", "31.2", "31.3"}
    assert {source.split(":")[1] for source, _ in FIGURES} == numbers


@pytest.mark.parametrize(
    ("indicator", "expected", "arithmetic"),
    [
        ("bts_stations", 87, "88 − 1"),
        ("phone_subscribers", 56_872, "55.572 + 1.300"),
        ("fixed_subscribers", 547, "542 + 5"),
        ("mobile_subscribers", 56_325, "55.030 + 1.295"),
        ("internet_subscribers", 23_760, "23.971 − 211"),
        ("postal_revenue", 1320 / 1.02, "1.320 / 102 %"),
    ],
)
def test_the_first_half_of_2020_follows_from_the_stated_changes(observations, indicator, expected, arithmetic):
    row = observations.query("indicator == @indicator and period == '2020-S1'").squeeze()
    assert row["value"] == pytest.approx(expected)
    assert row["printed"] == ""
    assert row["note"].startswith(f"suy ra: {arithmetic}")


def test_a_computed_half_that_its_year_makes_impossible_is_called_doubtful(observations):
    row = observations.query("indicator == 'telecom_revenue' and period == '2020-S1'").squeeze()
    assert row["value"] == pytest.approx(24_783 / 1.83)
    assert "nghi ngờ" in row["note"]
    table = ict.observations.report_table(observations, AREA, REPORT)
    assert math.isnan(table.loc["telecom_revenue", "same_half"])


def test_missing_is_never_zero(observations):
    stated = observations[observations["printed"] != ""]
    assert stated.loc[stated["value"] == 0, "printed"].str.startswith("0").all()
    assert "internet_user_share" not in set(observations["indicator"])


def test_a_figure_stated_twice_keeps_both_rows_and_readers_get_the_first_table(observations):
    both = observations.query("indicator == 'shared_infrastructure_share' and period == '2021'")
    assert both["value"].tolist() == [13, 10]
    chosen = ict.observations.preferred(observations)
    assert chosen.query("indicator == 'shared_infrastructure_share' and period == '2021'")["value"].tolist() == [13]
    assert not chosen.duplicated(ict.observations.FIGURE).any()


def test_a_later_report_goes_before_an_earlier_one(observations):
    earlier = observations.query("source == 'A1:12:4'")
    later = earlier.assign(report="2022-S1", value=56_325.0)
    both = pd.concat([earlier, later], ignore_index=True)
    assert ict.observations.preferred(both)["value"].tolist() == [56_325.0]
    assert ict.observations.preferred(ict.observations.as_of(both, "2021-S1"))["value"].tolist() == [52_050.0]


def test_a_file_read_and_written_again_is_the_same_to_the_byte(tmp_path):
    for table, read, write in (
        ("observations", observations.read_observations, observations.write),
        ("comparisons", observations.read_comparisons, observations.write),
    ):
        for path in sorted((REPO / "data" / table).glob("*/*.csv")):
            copy = tmp_path / table / path.parent.name / path.name
            write(read(path), copy)
            assert copy.read_bytes() == path.read_bytes()


def test_computed_figures_are_never_written(observations, tmp_path):
    path = tmp_path / "2021-S1.csv"
    ict.observations.write(observations.drop(columns="report"), path)
    assert "suy ra" not in path.read_text(encoding="utf-8")


SPOILED = {
    "period": (
        "tuan-giao,bts_stations,2021S1,actual,88,88,A1:10:5,",
        "row 244: period '2021S1' is not YYYY or YYYY-S1",
    ),
    "indicator": ("tuan-giao,bts,2021-S1,actual,88,88,A1:10:5,", "row 244: indicator 'bts' is not in indicators.csv"),
    "text": ("tuan-giao,bts_stations,2021-S1,actual,88 trạm,88,A1:10:5,", "row 244: value '88 trạm' is not a number"),
    "missing": (
        "tuan-giao,bts_stations,2021-S1,actual,,88,A1:10:9,",
        "row 244: value '' is not a number",
    ),
    "infinite": ("tuan-giao,bts_stations,2021-S1,actual,inf,88,A1:10:9,", "row 244: value 'inf' is not a number"),
    "huge": (
        "tuan-giao,bts_stations,2021-S1,actual,1e999,88,A1:10:9,",
        "row 244: value '1e999' is not a number",
    ),
    "twice": (
        "tuan-giao,bts_stations,2021-S1,actual,88,88,A1:10:5,",
        "2021-S1 actual A1:10:5' stands twice",
    ),
    "status": ("tuan-giao,bts_stations,2021-S1,real,88,88,A1:10:9,", "row 244: status 'real' is none of"),
    "source": ("tuan-giao,bts_stations,2021-S1,actual,88,88,row 10,", "row 244: source 'row 10' is not a place"),
    "area": (
        "dien-bien,bts_stations,2021-S1,actual,88,88,A1:10:9,",
        "row 244: area 'dien-bien' is not 'tuan-giao'",
    ),
    "digits": ("tuan-giao,bts_stations,๒๐๒๑,actual,88,88,A1:10:9,", "row 244: period '๒๐๒๑' is not YYYY"),
    "cells": ("tuan-giao,bts_stations,2021-S1,actual,88", "row 244: 5 cells where the header has 8"),
}


@pytest.mark.parametrize("case", SPOILED)
def test_a_bad_row_is_refused_by_file_row_and_next_step(data_copy, case):
    row, sentence = SPOILED[case]
    path = data_copy / f"observations/{AREA}/{REPORT}.csv"
    path.write_text(path.read_text(encoding="utf-8") + row + "\n", encoding="utf-8")
    with pytest.raises(IctplanError) as error:
        ict.load(AREA, data_dir=data_copy)
    assert str(error.value).startswith(str(path))
    assert sentence in str(error.value)


ENCODED = {
    "semicolons": (lambda text: text.replace(",", ";").encode(), "semicolons between the cells"),
    "utf-16": (lambda text: text.encode("utf-16"), "not UTF-8"),
    "nul": (lambda text: text.encode() + b"\0", "NUL"),
    "empty": (lambda text: b"", "row 1: the columns are ''"),
}


@pytest.mark.parametrize("case", ENCODED)
def test_a_file_in_another_shape_is_refused_with_what_to_do(data_copy, case):
    spoil, sentence = ENCODED[case]
    path = data_copy / f"observations/{AREA}/{REPORT}.csv"
    path.write_bytes(spoil(path.read_text(encoding="utf-8")))
    with pytest.raises(IctplanError, match=sentence):
        ict.load(AREA, data_dir=data_copy)


@pytest.mark.parametrize("change", [lambda t: "\ufeff" + t, lambda t: t.replace("\n", "\r\n")], ids=["bom", "crlf"])
def test_what_excel_adds_to_a_csv_changes_nothing(data_copy, observations, change):
    path = data_copy / f"observations/{AREA}/{REPORT}.csv"
    path.write_bytes(change(path.read_text(encoding="utf-8")).encode())
    pd.testing.assert_frame_equal(ict.load(AREA, data_dir=data_copy), observations)


def test_unknown_area_and_period_are_named_with_the_closest_match():
    with pytest.raises(IctplanError, match="no area 'tuan-gio'; did you mean 'tuan-giao'"):
        ict.load("tuan-gio")
    with pytest.raises(IctplanError, match=r"2020-S1.csv: no such report; 'tuan-giao' has 2021-S1"):
        ict.load(AREA, "2020-S1")
    with pytest.raises(IctplanError, match="period '2021S1' is not YYYY"):
        ict.load(AREA, "2021S1")


def test_a_correction_is_applied_marked_and_expires(data_copy, observations):
    path = data_copy / "corrections.csv"
    line = "tuan-giao,mobile_data_per_person,2021,estimate,A1:17:6,{},26,gõ nhầm,Phòng VHTT,2021-07-01\n"
    header = path.read_text(encoding="utf-8").splitlines()[0] + "\n"
    path.write_text(header + line.format("25"), encoding="utf-8")
    row = ict.load(AREA, corrected=True, data_dir=data_copy).query("source == 'A1:17:6'").squeeze()
    assert (row["value"], row["printed"]) == (26, "25")
    assert row["note"].startswith("đã sửa")
    path.write_text(header + line.format("27"), encoding="utf-8")
    agreed = ict.observations.corrections(data_copy)
    frame, refused = ict.observations.apply_corrections(observations, agreed)
    assert len(refused) == 1
    assert frame.query("source == 'A1:17:6'")["value"].item() == 25


def test_a_file_with_a_header_only_holds_nothing(data_copy):
    for table, read in (
        ("observations", observations.read_observations),
        ("comparisons", observations.read_comparisons),
    ):
        path = data_copy / table / AREA / f"{REPORT}.csv"
        path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
        assert read(path).empty


IN_TIME = ("2021-S1", "2021-S2", "2021", "2022-S1")


@pytest.fixture
def reports_of_every_kind(data_copy):
    """Data in which Tuần Giáo's six-month report is sent again as each kind of report after it; synthetic."""
    folder = data_copy / "observations" / AREA
    first = (folder / f"{REPORT}.csv").read_text(encoding="utf-8")
    for name in IN_TIME:
        (folder / f"{name}.csv").write_text(first, encoding="utf-8")
    return data_copy


def test_reports_stand_in_the_order_of_time(reports_of_every_kind):
    stored = ict.load(AREA, data_dir=reports_of_every_kind)
    assert observations.reports(AREA, reports_of_every_kind) == list(IN_TIME)
    assert list(dict.fromkeys(stored.loc[stored["printed"] != "", "report"])) == list(IN_TIME)
    assert stored.attrs["reports"] == list(IN_TIME)
    for place, report in enumerate(IN_TIME):
        assert set(observations.as_of(stored, report)["report"]) == set(IN_TIME[: place + 1])
    chosen = observations.preferred(observations.as_of(stored, "2021"))
    assert set(chosen.loc[chosen["printed"] != "", "report"]) == {"2021"}


def test_the_latest_report_is_the_last_in_time_wherever_none_is_named(reports_of_every_kind):
    from ictplan_utils.batch import schedule

    request = schedule.Request((), (AREA,), data=str(reports_of_every_kind))
    assert schedule.make_schedule(request).period == "2022-S1"
    before = observations.as_of(ict.load(AREA, data_dir=reports_of_every_kind), "2021")
    by_default = repr(ict.trend(before, "telecom_revenue"))
    assert by_default == repr(ict.trend(before, "telecom_revenue", report="2021"))
    assert by_default != repr(ict.trend(before, "telecom_revenue", report="2021-S1"))
