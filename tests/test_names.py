"""Names as people say them: with or without marks, rank, parent; what is not known or means several is asked about."""

from __future__ import annotations

import warnings

import pytest
from click.testing import CliRunner
from places import AREA, REPORT

import ictplan_utils as ict
from ictplan_utils import catalog, files, observations
from ictplan_utils.cli import main
from ictplan_utils.errors import IctplanError


@pytest.mark.parametrize(
    "name",
    ["quai-to", "03295", 3295, "Quài Tở", "quài tở", "Quai To", "xã Quài Tở", "Xa Quai To", "Quai To commune",
     "Quài Tở, Điện Biên", " Quài  Tở "],
)  # fmt: skip
def test_an_area_is_found_by_every_name_people_give_it(name):
    assert catalog.area(name).area == "quai-to"


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("bts_stations", "bts_stations"), ("Trạm BTS", "bts_stations"), ("tram bts", "bts_stations"),
        ("BTS stations", "bts_stations"), ("Doanh thu bưu chính", "postal_revenue"),
        ("Doanh thu buu chinh", "postal_revenue"), ("Số vị trí trạm BTS", "bts_stations"),
    ],
)  # fmt: skip
def test_an_indicator_is_found_by_every_name_people_give_it(name, slug):
    assert catalog.indicator(name).indicator == slug


def test_every_official_and_short_name_leads_to_its_indicator():
    for slug, row in catalog.indicators().iterrows():
        for column in ("name_vi", "name_en", "short_vi", "short_en"):
            assert catalog.indicator(row[column], among=[slug]).indicator == slug, (slug, column)


def test_two_areas_of_one_name_are_listed_by_level_parent_and_date():
    with pytest.raises(IctplanError) as error:
        catalog.area("Mường Lay")
    assert str(error.value) == (
        "several areas are called 'Mường Lay': muong-lay (Muong Lay district, Dien Bien, until 30 June 2025); "
        "muong-lay-commune (Muong Lay commune, Dien Bien, since 1 July 2025); give the slug that stands first"
    )


def test_the_period_or_the_reports_there_are_choose_between_areas_of_one_name():
    assert catalog.area("Mường Lay", period="2024").area == "muong-lay"
    assert catalog.area("Mường Lay", period="2026-S1").area == "muong-lay-commune"
    assert catalog.area("Tuần Giáo", among=observations.reporting_areas()).area == AREA


def test_marks_choose_where_the_names_differ_by_them_alone(data_copy):
    path = data_copy / "areas.csv"
    row = "muong-lan-2,99991,Mường Lân,Muong Lan,xã,commune,dien-bien,2025-07-01,,\n"
    path.write_text(path.read_text(encoding="utf-8") + row, encoding="utf-8")
    assert catalog.area("Mường Lạn", data_copy, among=["muong-lan-dien-bien"]).area == "muong-lan-dien-bien"
    assert catalog.area("Mường Lân", data_copy).area == "muong-lan-2"
    with pytest.raises(IctplanError, match="several areas are called 'Muong Lan'"):
        catalog.area("Muong Lan", data_copy)


def test_the_closest_name_is_offered():
    with pytest.raises(IctplanError, match=r"no area 'Tuần Gáo'; did you mean 'tuan-giao"):
        catalog.area("Tuần Gáo")
    with pytest.raises(IctplanError, match=r"no indicator 'Trạm BT'; did you mean 'bts_stations'"):
        catalog.indicator("Trạm BT")
    with pytest.raises(IctplanError, match=r"no area 'zzzz'; look for it with `ictplan areas find`"):
        catalog.area("zzzz")


def test_every_handle_takes_a_name(observations):
    assert ict.load("Tuần Giáo").equals(observations)
    assert ict.load("tuan giao", REPORT).attrs["area"] == "huyện Tuần Giáo"
    assert ict.load(99).equals(observations)  # papermill makes a number of 099
    assert ict.load("Quảng Ngãi", 2016)["report"].unique().tolist() == ["2016"]
    assert ict.report("Tuần Giáo", REPORT).area.area == AREA
    assert repr(ict.trend(observations, "Trạm BTS", "Tuần Giáo")) == repr(ict.trend(observations, "bts_stations"))
    assert ict.load_comparisons("Tuần Giáo")["area"].unique().tolist() == [AREA]


def test_series_is_one_tidy_row_a_figure(observations):
    figures = ict.series()
    assert not figures.duplicated(["area", "indicator", "period", "status"]).any()
    assert figures["value"].dtype == float
    assert str(figures["date"].dtype).startswith("datetime64")
    assert not figures.isna().any().any()
    row = ict.series("Trạm BTS", "Tuần Giáo", status="target").squeeze()
    assert (row["area_name"], row["name"], row["unit"], row["kind"]) == (
        "huyện Tuần Giáo", "Trạm BTS", "vị trí trạm", "stock",
    )  # fmt: skip
    assert (row["period"], row["date"].isoformat()[:10], row["value"], row["source"]) == (
        "2022", "2022-12-31", 94.0, "A2:10:5",
    )  # fmt: skip
    # The doubtful half that a wrong comparison implies is nothing to build on.
    assert ict.series("telecom_revenue", AREA).query("period == '2020-S1'").empty
    assert set(ict.series(["Trạm BTS", "postal_revenue"], AREA)["indicator"]) == {"bts_stations", "postal_revenue"}
    assert set(ict.series(area=AREA, report=REPORT, status=["actual", "target"])["status"]) == {"actual", "target"}
    with pytest.raises(IctplanError, match="no status 'real'; choose among actual, estimate, target"):
        ict.series(status="real")


def test_a_mistyped_folder_is_told_not_passed_over(data_copy):
    (data_copy / "observations" / "tuan-gia").mkdir()
    with pytest.warns(UserWarning, match="tuan-gia: no area's slug is this folder's name.*is it 'tuan-giao'"):
        ict.load(data_dir=data_copy)
    listed = CliRunner().invoke(main, ["list", "--data", str(data_copy)])
    assert listed.exit_code == 0
    assert "tuan-gia: no area's slug" in listed.stderr
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ict.load(AREA, data_dir=data_copy)


def test_the_indicators_are_listed_with_their_slugs_and_names():
    listed = CliRunner().invoke(main, ["list", "--indicators"]).stdout
    assert "   10  bts_stations  Mobile base stations (BTS sites) (sites)" in listed
    assert "chuyen-doi-so-2025  Digital transformation (2025–2026)" in listed


def test_the_command_line_takes_a_name():
    audited = CliRunner().invoke(main, ["audit", "--area", "Tuần Giáo", "--period", REPORT, "--json"])
    assert audited.exit_code == 1
    refused = CliRunner().invoke(main, ["run", "--area", "Tuần Gáo"])
    assert refused.exit_code == 2
    assert "did you mean 'tuan-giao" in refused.stderr


ADDED = ["areas", "add", "huyện Sơn Tịnh", "--code", "527", "--parent", "quang ngai", "--to", "2025-06-30",
         "--successor", "son-tinh"]  # fmt: skip


def test_an_area_is_added_found_and_not_added_again(data_copy):
    before = (data_copy / "areas.csv").read_text(encoding="utf-8")
    data = ["--data", str(data_copy)]
    added = CliRunner().invoke(main, [*ADDED, *data])
    row = "son-tinh-quang-ngai,527,Sơn Tịnh,Son Tinh,huyện,district,quang-ngai,,2025-06-30,son-tinh\n"
    assert (added.exit_code, added.stdout) == (0, row)
    assert (data_copy / "areas.csv").read_text(encoding="utf-8") == before + row
    assert catalog.area("Sơn Tịnh", data_copy, period="2020").area == "son-tinh-quang-ngai"
    again = CliRunner().invoke(main, [*ADDED, *data])
    assert again.exit_code == 2
    assert "areas.csv has it already: son-tinh-quang-ngai" in again.stderr
    listed = CliRunner().invoke(main, ["areas", "find", "son tinh", *data]).stdout
    assert [line.split()[1] for line in listed.splitlines()] == ["son-tinh", "son-tinh-quang-ngai"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["Sơn Tịnh", "--code", "1", "--parent", "quang-ngai"], "begin the name with its rank"),
        (["thành phố Mới", "--code", "1", "--parent", "quang-ngai"], "add --level with one of: district, province"),
        (["xã Mới", "--code", "1", "--parent", "Nowhere"], "no area 'Nowhere'"),
        (["xã Mới", "--code", "mã 1", "--parent", "quang-ngai"], "code 'mã 1' is no official code"),
        (["xã Mới", "--code", "1", "--parent", "quang-ngai", "--from", "1/7/2025"], "valid_from '1/7/2025' is no day"),
        (["xã Mới", "--code", "1", "--parent", "quang-ngai", "--successor", "gone"], "refers to 'gone'"),
        (["xã Mới", "--code", "21220", "--parent", "quang-ngai", "--from", "2025-07-01"], "it already: son-tinh"),
    ],
)
def test_an_area_that_contradicts_the_list_is_not_added(data_copy, arguments, sentence):
    before = (data_copy / "areas.csv").read_bytes()
    refused = CliRunner().invoke(main, ["areas", "add", *arguments, "--data", str(data_copy)])
    assert refused.exit_code == 2
    assert sentence in refused.stderr
    assert (data_copy / "areas.csv").read_bytes() == before


def test_two_writers_of_one_folder_wait_for_one_another(data_copy):
    with (
        files.locked(data_copy),
        pytest.raises(IctplanError, match="another command is writing here"),
        files.locked(data_copy, seconds=0),
    ):
        raise AssertionError("two at once")


def test_a_report_of_an_area_that_had_ended_is_told_with_the_date_and_the_successors(data_copy):
    folder = data_copy / "observations" / "muong-lay"
    folder.mkdir()
    header = "area,indicator,period,status,value,printed,source,note\n"
    (folder / "2025.csv").write_text(f"{header}muong-lay,bts_stations,2025,actual,9,9,A1:10:5,\n", encoding="utf-8")
    told = "ended on 30 June 2025; its successor is muong-lay-commune"
    with pytest.warns(UserWarning, match=f"muong-lay/2025.csv: Muong Lay district {told}"):
        ict.load(data_dir=data_copy)
    assert told in CliRunner().invoke(main, ["list", "--data", str(data_copy)]).stderr


def test_a_document_of_an_area_that_had_ended_is_read_with_a_warning(data_copy, tmp_path):
    paper = tmp_path / "plan.csv"
    paper.write_text("STT,Chỉ tiêu,Đơn vị tính,Thực hiện năm 2025\n10,Trạm BTS,Vị trí trạm,9\n", encoding="utf-8")
    ran = CliRunner().invoke(
        main, ["ingest", str(paper), "--area", "muong-lay", "--period", "2025", "--data", str(data_copy)]
    )
    assert (data_copy / "observations/muong-lay/2025.csv").is_file(), ran.output
    assert "ended on 30 June 2025; its successor is muong-lay-commune" in ran.output
