"""Documents in: every habit of the offices read right, nothing guessed in silence, nothing half written."""

import doctest
import importlib
import os
import re
import shutil
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from documents import form, habits, mixed, writers
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ictplan_utils import audit, cli, documents
from ictplan_utils.documents import encodings, facts, ingest, numbers, store
from ictplan_utils.errors import IctplanError
from ictplan_utils.observations import KEY, PENDING, SOURCE, read_comparisons, read_observations

SEED = form.REPO.parent / "shared" / "seed" / "plan-tuan-giao-2022.txt"
COMPARED = [*KEY, "base_period", "base_status", "measure"]


@pytest.fixture
def data(tmp_path):
    """A data folder with the catalogue and no report."""
    folder = tmp_path / "data"
    folder.mkdir()
    for name in ("indicators.csv", "areas.csv", "corrections.csv"):
        (folder / name).write_bytes((form.DATA / name).read_bytes())
    shutil.copytree(form.DATA / "forms", folder / "forms")
    return folder


def stored():
    """Return the real plan's hand-typed observations and comparisons."""
    return (
        read_observations(form.DATA / "observations" / form.AREA / f"{form.REPORT}.csv", form.DATA),
        read_comparisons(form.DATA / "comparisons" / form.AREA / f"{form.REPORT}.csv", form.DATA),
    )


def without_computed(frame):
    return frame[~frame["note"].str.startswith("suy ra")]


def report_of_2022(text, tmp_path):
    """Read a report of Tuần Giáo on 2022 that says `text`."""
    plan = tmp_path / "plan.txt"
    plan.write_text(f"UBND HUYỆN TUẦN GIÁO\nBÁO CÁO\nKết quả năm 2022\n{text}\n", encoding="utf-8")
    return documents.read_plan(plan)


def test_beside_next_years_goal_this_year_is_what_is_expected(tmp_path):
    plan = tmp_path / "plan.txt"
    plan.write_text(
        "UBND HUYỆN TUẦN GIÁO\nTuần Giáo, ngày 20 tháng 6 năm 2022\nKẾ HOẠCH\nPhát triển năm 2023\n"
        "II. MỤC TIÊU NĂM 2023\n- Số trạm BTS: 95 trạm (năm 2022: 92 trạm; năm 2021: 88 trạm)\n",
        encoding="utf-8",
    )
    read = documents.read_plan(plan).observations
    assert {(row.period, row.status): row.value for row in read.itertuples()} == {
        ("2023", "target"): 95, ("2022", "estimate"): 92, ("2021", "actual"): 88,
    }  # fmt: skip


def read_as(text: str, report: str, folder: Path) -> dict:
    plan = folder / "plan.txt"
    plan.write_text(text, encoding="utf-8")
    read = without_computed(documents.read_plan(plan, "tuan-giao", report).observations)
    return {(row.indicator, row.period, row.status): row.value for row in read.itertuples()}


def test_a_plan_of_the_very_year_states_plans(tmp_path):
    text = "Kế hoạch chuyển đổi số huyện Tuần Giáo năm 2023\n\nSố trạm BTS đạt 95 trạm; cuối năm 2022 có 93 trạm BTS.\n"
    assert read_as(text, "2023", tmp_path) == {
        ("bts_stations", "2023", "target"): 95, ("bts_stations", "2022", "actual"): 93,
    }  # fmt: skip


def test_a_plans_title_leads_in_no_results(tmp_path):
    plan = tmp_path / "plan.txt"
    said = "1. Huyện có 93 trạm BTS.\n2. Năm 2023 phấn đấu có 97 trạm BTS."
    title = "Kế hoạch phát triển viễn thông trên địa bàn huyện Tuần Giáo năm 2023"
    plan.write_text(f"UBND HUYỆN TUẦN GIÁO\nKẾ HOẠCH\n{title}\n{said}\n", encoding="utf-8")
    read = documents.read_plan(plan, "tuan-giao", "2022-S1").observations
    assert {(row.period, row.status): row.value for row in read.itertuples()} == {
        ("2022-S1", "actual"): 93, ("2023", "target"): 97,
    }  # fmt: skip


def test_what_a_title_says_of_nine_months_is_of_no_year(tmp_path):
    text = "Viễn thông huyện Tuần Giáo 9 tháng năm 2023\n\nSố trạm BTS là 95 trạm. Cuối năm 2022 có 93 trạm BTS.\n"
    assert read_as(text, "2023", tmp_path) == {("bts_stations", "2022", "actual"): 93}


SECTION = (
    "Bưu chính: Sản lượng bưu gửi đạt mức khá. Tổng doanh thu lĩnh vực bưu chính đạt 792 triệu đồng, đạt 49,5% kế "
    "hoạch năm. Số thuê bao điện thoại di động là 7.389 thuê bao, số thuê bao điện thoại cố định là 214 thuê bao. Số "
    "thuê bao băng rộng cố định là 1.384 thuê bao."
)


def test_lines_broken_for_their_width_are_one_paragraph(tmp_path):
    wrapped = "Kết quả 6 tháng đầu năm 2023\n" + textwrap.fill(SECTION, 66) + "\n"
    assert read_as(wrapped, "2023-S1", tmp_path) == {
        ("postal_revenue", "2023-S1", "actual"): 792, ("mobile_subscribers", "2023-S1", "actual"): 7389,
        ("fixed_subscribers", "2023-S1", "actual"): 214, ("fixed_broadband_subscribers", "2023-S1", "actual"): 1384,
    }  # fmt: skip
    with_list = wrapped + "Trạm BTS: 95\nThuê bao điện thoại: 9.120\n"  # short lines stand for themselves
    assert read_as(with_list, "2023-S1", tmp_path)["phone_subscribers", "2023-S1", "actual"] == 9120


def test_two_lines_broken_for_their_width_are_one_but_a_list_is_none(tmp_path):
    broken = (
        "Kết quả 6 tháng đầu năm 2023\n"
        "Toàn huyện có 62 trạm BTS; doanh thu viễn thông ước đạt 712 triệu đồng; doanh thu\n"
        "bưu chính 118 triệu đồng.\n"
    )
    assert read_as(broken, "2023-S1", tmp_path)["postal_revenue", "2023-S1", "actual"] == 118
    items = "doanh thu bưu chính 792 triệu đồng\ntrạm BTS 62\nthuê bao di động 7.389\nthuê bao cố định 214\n"
    assert len(read_as(f"Kết quả 6 tháng đầu năm 2023\n{items}", "2023-S1", tmp_path)) == 4


def test_columns_that_blanks_part_and_nothing_aligns_are_a_table(tmp_path):
    rows = ["TT   Chỉ tiêu   ĐVT   TH 2022   6 tháng 2023", "1   Số trạm BTS   Trạm   60   62",
            "2   Tổng doanh thu dịch vụ bưu chính   Triệu đồng   1.540   792",
            "3   Tỷ lệ hộ được xem Đài truyền hình tỉnh   %   84   85,1"]  # fmt: skip
    assert read_as("Kết quả 6 tháng đầu năm 2023\n" + "\n".join(rows), "2023-S1", tmp_path) == {
        ("bts_stations", "2022", "actual"): 60, ("bts_stations", "2023-S1", "actual"): 62,
        ("postal_revenue", "2022", "actual"): 1540, ("postal_revenue", "2023-S1", "actual"): 792,
        ("households_with_provincial_tv_share", "2022", "actual"): 84,
        ("households_with_provincial_tv_share", "2023-S1", "actual"): 85.1,
    }  # fmt: skip


def assert_same(read: pd.DataFrame, expected: pd.DataFrame, key: list[str]) -> None:
    """Hold two tables against one another: keys, values and what is printed."""
    both = expected.merge(read, on=key, how="outer", indicator=True, suffixes=("", "_read"))
    assert both["_merge"].eq("both").all(), both[both["_merge"] != "both"][key].to_string()
    same = (both["value"] == both["value_read"]) | (both["value"].isna() & both["value_read"].isna())
    same &= both["printed"] == both["printed_read"]
    assert same.all(), both[~same].to_string()


@pytest.mark.parametrize("name", habits.HABITS)
def test_every_figure_of_every_habit_is_read_right(name, tmp_path):
    if name in habits.NEEDS_OFFICE and not writers.office():
        assert os.environ.get("CI") != "true", (
            "CI has no LibreOffice: apt-get install libreoffice-writer libreoffice-calc"
        )
        pytest.skip("LibreOffice is not installed; it makes this document")
    made = habits.HABITS[name](tmp_path)
    reading = documents.read_plan(made.path)
    score = form.score(reading, made.expected)
    assert (score.silent, score.warned, score.missed) == (0, 0, 0), (score, reading.unmatched, reading.warnings)
    assert (reading.area, reading.report) == (form.AREA, made.report)
    said = " ".join(map(str, [*reading.warnings, *reading.unmatched]))
    for words in made.says:
        assert words in said
    assert reading.observations["source"].map(lambda source: SOURCE.fullmatch(source) is not None).all()


@pytest.mark.parametrize("seed", range(24))
def test_habits_mixed_by_chance_are_read_right_too(seed, tmp_path):
    made = mixed.make(seed, tmp_path)
    reading = documents.read_plan(made.path)
    score = form.score(reading, made.expected)
    assert (score.silent, score.warned, score.missed) == (0, 0, 0), (score, reading.unmatched, reading.warnings)


def test_both_appendices_come_out_as_they_were_typed_by_hand(tmp_path):
    reading = documents.read_plan(habits.text(tmp_path).path)
    observations, comparisons = stored()
    assert_same(reading.observations, observations[~observations["source"].str.startswith("N")], KEY)
    assert_same(reading.comparisons, comparisons[~comparisons["source"].str.startswith("N")], COMPARED)


@pytest.mark.skipif(not SEED.is_file(), reason="the real plan lies beside the repo, not in it")
def test_the_real_plan_comes_out_as_it_was_typed_by_hand():
    reading = documents.read_plan(SEED)
    observations, comparisons = stored()
    assert (reading.area, reading.report) == (form.AREA, form.REPORT)
    assert_same(without_computed(reading.observations), observations, KEY)
    assert_same(reading.comparisons, comparisons, COMPARED)
    assert not reading.unmatched


def test_the_figure_of_last_year_is_computed_from_the_stated_change(tmp_path):
    reading = documents.read_plan(habits.narrative(tmp_path).path)
    computed = reading.observations[reading.observations["note"].str.startswith("suy ra")]
    stations = computed[computed["indicator"] == "bts_stations"].iloc[0]
    assert (stations["period"], stations["value"]) == ("2020-S1", 89)


@pytest.mark.parametrize("held, base", (
    ("cùng kỳ năm 2020", "2020-S1"), ("6 tháng đầu năm 2020", "2020-S1"), ("năm 2020", "2020"), ("đầu năm", None),
))  # fmt: skip
def test_a_comparison_is_stored_against_the_time_it_names(held, base, tmp_path):
    plan = tmp_path / "plan.txt"
    plan.write_text("HUYỆN TUẦN GIÁO\nBÁO CÁO 6 tháng đầu năm 2021\n"
                    f"Số trạm BTS 6 tháng đầu năm 2021 là 88 trạm, tăng 4 trạm so với {held}.\n", "utf-8")  # fmt: skip
    reading = documents.read_plan(plan)
    assert list(reading.comparisons["base_period"]) == ([base] if base else [])
    assert "2021-S1" in set(reading.observations["period"]) <= {"2021-S1", base}


@pytest.mark.parametrize("text, own, others", (
    # The commune of 1 July 2025 is not the one of 2022.
    ("Xã Quài Tở có 12 trạm BTS, 300 thuê bao điện thoại di động.", {}, {}),
    ("Thị xã Mường Lay có 12 trạm BTS, 300 thuê bao điện thoại di động.", {}, {("muong-lay", "bts_stations"): 12}),
    ("1. Xã Quài Tở\n- Số trạm BTS: 12 trạm\n2. Toàn huyện\n- Số trạm BTS: 88 trạm", {"bts_stations": 88}, {}),
    ("Toàn huyện có 88 trạm BTS, trong đó xã Quài Tở 12 trạm; thuê bao điện thoại di động đạt 55.030 thuê bao.",
     {"bts_stations": 88, "mobile_subscribers": 55030}, {}),
    ("VNPT Tuần Giáo:\n- Số trạm BTS: 33 trạm", {}, {}),
    ("VNPT: 33 trạm BTS; toàn huyện: 88 trạm BTS.", {"bts_stations": 88}, {}),
    ("MobiFone, Vietnamobile, FPT Telecom: 11 trạm BTS.\nCộng toàn huyện: 88 trạm BTS.", {"bts_stations": 88}, {}),
    ("Trên địa bàn có các doanh nghiệp VNPT, Viettel, MobiFone hoạt động, doanh thu viễn thông đạt 27.225 triệu đồng.",
     {"telecom_revenue": 27225}, {}),
    ("Thực hiện Kế hoạch của UBND tỉnh Điện Biên, đến nay có 88 trạm BTS.", {"bts_stations": 88}, {}),
    ("Công an huyện có 5 máy trạm.", {}, {}),
    ("Số trạm BTS toàn tỉnh là 1.200 trạm, toàn huyện 88 trạm.",
     {"bts_stations": 88}, {("dien-bien", "bts_stations"): 1200}),
))  # fmt: skip
def test_a_figure_is_of_whom_its_clause_or_its_heading_names(text, own, others, tmp_path):
    reading = report_of_2022(text, tmp_path)
    assert dict(zip(reading.observations["indicator"], reading.observations["value"], strict=True)) == own
    read = reading.others
    assert dict(zip(zip(read["area"], read["indicator"], strict=True), read["value"], strict=True)) == others


@pytest.mark.parametrize("text, period, status", (
    ("Từ ngày 01/7/2022 đến ngày 31/12/2022, doanh thu bưu chính đạt 1.320 triệu đồng.", "2022-S2", "actual"),
    ("Thông qua các chỉ tiêu về xã hội năm 2023 như sau:\n- Doanh thu bưu chính: 1.320 triệu đồng", "2023", "target"),
))  # fmt: skip
def test_a_span_of_days_and_a_year_to_come_are_times(text, period, status, tmp_path):
    read = report_of_2022(text, tmp_path).observations
    assert list(zip(read["period"], read["status"], read["value"], strict=True)) == [(period, status, 1320)]


@pytest.mark.parametrize("text, stated", (
    ("Mạng di động có 16 trạm BTS.", {("bts_stations", "2022", "actual"): 16}),
    ("Thư viện có 16 trạm BTS.", {}),
    ("Tổng số máy điện thoại đạt 55.572 máy.", {("phone_subscribers", "2022", "actual"): 55572}),
    ("Số trạm BTS: 8O", {}),
    ("Số thuê bao điện thoại là 55.l72 thuê bao.", {}),
    ("Phát triển thêm 5 trạm, nâng tổng số trạm BTS lên 93 trạm.", {("bts_stations", "2022", "actual"): 93}),
    ("Số trạm BTS là 93 trạm (kế hoạch giao 95 trạm).",
     {("bts_stations", "2022", "actual"): 93, ("bts_stations", "2022", "target"): 95}),
    ("Doanh thu bưu chính đạt 1.400 triệu đồng, cùng kỳ đạt 1.320 triệu đồng.",
     {("postal_revenue", "2022", "actual"): 1400, ("postal_revenue", "2021", "actual"): 1320}),
    ("So với năm 2021, số trạm BTS tăng từ 86 trạm lên 93 trạm.",
     {("bts_stations", "2021", "actual"): 86, ("bts_stations", "2022", "actual"): 93}),
    ("Năm 2022, ước thực hiện doanh thu bưu chính đạt 5 tỷ đồng; doanh thu viễn thông đạt 9 tỷ đồng.",
     {("postal_revenue", "2022", "estimate"): 5000, ("telecom_revenue", "2022", "estimate"): 9000}),
    ("Kế hoạch năm 2023:\nSố trạm BTS: 95\nDoanh thu bưu chính: 5 tỷ đồng",
     {("bts_stations", "2023", "target"): 95, ("postal_revenue", "2023", "target"): 5000}),
    ("Tổng số thuê bao điện thoại: 55.572\nTrong đó: di động 55.030, cố định 542",
     {("phone_subscribers", "2022", "actual"): 55572, ("mobile_subscribers", "2022", "actual"): 55030,
      ("fixed_subscribers", "2022", "actual"): 542}),
    ("Tỷ lệ hộ gia đình có Internet băng rộng đạt 45% so với năm 2021 (khoảng dự báo 80%: 44–46%).",
     {("households_with_broadband_share", "2022", "actual"): 45}),
    ("Tỷ lệ hộ gia đình có Internet băng rộng đạt 45%; đạt 44.",
     {("households_with_broadband_share", "2022", "actual"): 45}),
    ("Kế hoạch năm 2023:\nSố trạm BTS: 95\nKết quả năm 2022\nSố trạm BTS: 91",
     {("bts_stations", "2023", "target"): 95, ("bts_stations", "2022", "actual"): 91}),
    ("1/ Số trạm BTS: 57", {("bts_stations", "2022", "actual"): 57}),
    ("Số thuê bao điện thoại cố định và di động lần lượt đạt 542 và 55.030 thuê bao.",
     {("fixed_subscribers", "2022", "actual"): 542, ("mobile_subscribers", "2022", "actual"): 55030}),
    ("Số trạm BTS các năm 2020, 2021, 2022 lần lượt là 80, 84, 88 trạm.",
     {("bts_stations", str(2020 + n), "actual"): 80 + 4 * n for n in range(3)}),
    ("Giai đoạn 2020-2022, số trạm BTS tăng từ 80 lên 88 trạm.",
     {("bts_stations", "2020", "actual"): 80, ("bts_stations", "2022", "actual"): 88}),
    ("Số trạm BTS tăng từ 80 trạm năm 2020 lên 88 trạm.",
     {("bts_stations", "2020", "actual"): 80, ("bts_stations", "2022", "actual"): 88}),
    ("Thuê bao Internet tăng từ 12.300 (năm 2021) lên 13.450 (năm 2022).",
     {("internet_subscribers", "2021", "actual"): 12300, ("internet_subscribers", "2022", "actual"): 13450}),
    ("Kế hoạch năm 2022 giao 90 trạm BTS, thực hiện 88 trạm.",
     {("bts_stations", "2022", "target"): 90, ("bts_stations", "2022", "actual"): 88}),
    ("Tỷ lệ hộ gia đình có Internet băng rộng đạt 52,9%, vượt 0,9 điểm % so với mục tiêu 52%.",
     {("households_with_broadband_share", "2022", "actual"): 52.9,
      ("households_with_broadband_share", "2022", "target"): 52}),
    ("Số trạm BTS 88 trạm (cùng kỳ 84 trạm).",
     {("bts_stations", "2022", "actual"): 88, ("bts_stations", "2021", "actual"): 84}),
    ("Doanh thu bưu chính đạt 3.900 triệu đồng, tăng so với mức 3.435 triệu đồng của năm 2021.",
     {("postal_revenue", "2022", "actual"): 3900, ("postal_revenue", "2021", "actual"): 3435}),
    ("Doanh thu viễn thông ước đạt 842 tỷ đồng, đạt 101% kế hoạch (834 tỷ đồng).",
     {("telecom_revenue", "2022", "estimate"): 842000, ("telecom_revenue", "2022", "target"): 834000}),
    ("Thuê bao di động 28.640; cố định 64; mật độ chung 51,7 thuê bao/100 dân.",
     {("mobile_subscribers", "2022", "actual"): 28640, ("fixed_subscribers", "2022", "actual"): 64}),
    ("Hoạt động in, phát hành: có 2 cơ sở in, 11 cơ sở photocopy.",
     {("printing_houses", "2022", "actual"): 2, ("copy_shops", "2022", "actual"): 11}),
    ("4/15 xã vẫn còn bản trắng sóng, tổng cộng 9 bản.", {}),
    ("Bán kính phục vụ bình quân 1 điểm 4,03 km.", {("postal_service_radius", "2022", "actual"): 4.03}),
    # A rate is known by what it is a rate of, in words of its whole or in its unit.
    ("Có 9 xã có đài truyền thanh, bằng 47,4% tổng số xã.",
     {("communes_with_radio", "2022", "actual"): 9, ("communes_with_radio_share", "2022", "actual"): 47.4}),
    ("Có 21 điểm phục vụ bưu chính, tương ứng 4.105 người/điểm.",
     {("postal_points", "2022", "actual"): 21, ("people_per_postal_point", "2022", "actual"): 4105}),
    ("Số hồ sơ tiếp nhận: 5.020; nộp trực tuyến: 4.016; tỷ lệ: 80%.",
     {("applications", "2022", "actual"): 5020, ("online_applications", "2022", "actual"): 4016,
      ("online_applications_share", "2022", "actual"): 80}),
    # What stands in a bracket is of the figure before it: its count, another time's, one of several in turn.
    ("Tỷ lệ hộ được xem Đài truyền hình tỉnh 75% (9.300 hộ).",
     {("households_with_provincial_tv_share", "2022", "actual"): 75,
      ("households_with_provincial_tv", "2022", "actual"): 9300}),
    ("Tỷ lệ hộ gia đình có kết nối Internet băng rộng 75% (9.300 hộ).",
     {("households_with_broadband_share", "2022", "actual"): 75}),
    ("Doanh thu bưu chính 1,4 tỷ đồng; doanh thu viễn thông 31 tỷ đồng (năm 2021: 1.320 triệu đồng và 29,5 tỷ đồng).",
     {("postal_revenue", "2022", "actual"): 1400, ("telecom_revenue", "2022", "actual"): 31000,
      ("postal_revenue", "2021", "actual"): 1320, ("telecom_revenue", "2021", "actual"): 29500}),
    ("45% hộ gia đình có Internet băng rộng, tăng 3 điểm phần trăm so với năm 2021 (42%).",
     {("households_with_broadband_share", year, "actual"): share for year, share in (("2022", 45), ("2021", 42))}),
    # A unit in a bracket rules what follows it, in the line and below a heading.
    ("Doanh thu bưu chính (tỷ đồng): năm 2021: 1,32; năm 2022: 1,4.",
     {("postal_revenue", "2021", "actual"): 1320, ("postal_revenue", "2022", "actual"): 1400}),
    ("2. Doanh thu (tỷ đồng)\n- Bưu chính: 1,4", {("postal_revenue", "2022", "actual"): 1400}),
    # A plan printed under its result.
    ("Doanh thu bưu chính: 1.400/1.500 triệu đồng theo kế hoạch.",
     {("postal_revenue", "2022", "actual"): 1400, ("postal_revenue", "2022", "target"): 1500}),
    ("Doanh thu bưu chính đạt 1.400/1.500 triệu đồng (93,3% kế hoạch).",
     {("postal_revenue", "2022", "actual"): 1400, ("postal_revenue", "2022", "target"): 1500}),
    ("Doanh thu viễn thông đạt 31 tỷ đồng, gấp 1,05 lần năm 2021 (29,5 tỷ đồng).",
     {("telecom_revenue", "2022", "actual"): 31000, ("telecom_revenue", "2021", "actual"): 29500}),
    ("Doanh thu viễn thông 31 tỷ đồng bằng 98% kế hoạch, doanh thu bưu chính 1,4 tỷ đồng bằng 101% kế hoạch.",
     {("telecom_revenue", "2022", "actual"): 31000, ("postal_revenue", "2022", "actual"): 1400}),
    ("Số trạm BTS là 93 trạm, cuối năm ngoái là 88 trạm.",
     {("bts_stations", "2022", "actual"): 93, ("bts_stations", "2021", "actual"): 88}),
    ("Doanh thu bưu chính các năm 2021, 2022 lần lượt đạt 1,32; 1,4 tỷ đồng.",
     {("postal_revenue", "2021", "actual"): 1320, ("postal_revenue", "2022", "actual"): 1400}),
    # The least or the most that may be is no result.
    ("Tỷ lệ hộ gia đình có kết nối Internet băng rộng từ 60% trở lên.", {}),
    ("Bán kính phục vụ bình quân tối đa 3 km.", {}),
    # A paragraph's own heading rules it; a figure with a unit alone is of the heading right above.
    ("Kế hoạch năm 2023. 95 trạm BTS; doanh thu bưu chính 1.500 triệu đồng.",
     {("bts_stations", "2023", "target"): 95, ("postal_revenue", "2023", "target"): 1500}),
    ("3) Doanh thu bưu chính\nThực hiện 1.400 triệu đồng, năm 2021 là 1.320 triệu đồng.",
     {("postal_revenue", "2022", "actual"): 1400, ("postal_revenue", "2021", "actual"): 1320}),
    ("Điều 2. Mục tiêu năm 2023\n1. Số trạm BTS: 95 trạm.\nĐiều 3. Kết quả\nSố thuê bao Internet: 310 thuê bao.",
     {("bts_stations", "2023", "target"): 95, ("internet_subscribers", "2022", "actual"): 310}),
    ("Phát triển mới 03 trạm BTS, 210 thuê bao Internet.", {}),
    ("Có 93 trạm BTS (20 trạm 5G), 310 thuê bao Internet.",
     {("bts_stations", "2022", "actual"): 93, ("internet_subscribers", "2022", "actual"): 310}),
    ("Cứ 100 dân có 78,4 thuê bao điện thoại di động.", {("mobile_density", "2022", "actual"): 78.4}),
    # A year stands without its word, numbers of a list are no figures, "+2" is a change.
    ("Số trạm BTS: thực hiện 2022 93; đăng ký 2023 95",
     {("bts_stations", "2022", "actual"): 93, ("bts_stations", "2023", "target"): 95}),
    ("(1) Số hồ sơ tiếp nhận: 5.020 hồ sơ. (2) Hồ sơ nộp trực tuyến: 4.016 hồ sơ.",
     {("applications", "2022", "actual"): 5020, ("online_applications", "2022", "actual"): 4016}),
    ("Trạm BTS: 93 trạm (+2 so với 30/6/2022).", {("bts_stations", "2022", "actual"): 93}),
    ("Trạm BTS 93 (6T/2022 91)", {("bts_stations", "2022", "actual"): 93, ("bts_stations", "2022-S1", "actual"): 91}),
    # What is expected before the names is all that follows; a heading's results go before what it expects.
    ("Cả năm ước doanh thu bưu chính 1.400 triệu đồng, trạm BTS 93 trạm.",
     {("postal_revenue", "2022", "estimate"): 1400, ("bts_stations", "2022", "estimate"): 93}),
    ("I. KẾT QUẢ NĂM 2021, ƯỚC THỰC HIỆN NĂM 2022\nSố trạm BTS: 93 trạm.", {("bts_stations", "2021", "actual"): 93}),
    ("Phần II. Mục tiêu năm 2023\n- Số trạm BTS: 95", {("bts_stations", "2023", "target"): 95}),
    ("Doanh thu bưu chính 6 tháng đầu các năm 2021 và 2022 tương ứng là 600 triệu đồng và 640 triệu đồng.",
     {("postal_revenue", "2021-S1", "actual"): 600, ("postal_revenue", "2022-S1", "actual"): 640}),
    ("Số trạm BTS: 91 trạm; ước đến hết năm 93 trạm.",
     {("bts_stations", "2022", "actual"): 91, ("bts_stations", "2022", "estimate"): 93}),
    ("93 trạm BTS phục vụ 11.520 thuê bao điện thoại.",
     {("bts_stations", "2022", "actual"): 93, ("phone_subscribers", "2022", "actual"): 11520}),
    # What stands in brackets, or behind a bare "so với", is of the time that the lead-in says.
    ("Kết quả cụ thể (trong ngoặc là số liệu năm 2021):\n- Số trạm BTS: 93 (88) trạm",
     {("bts_stations", "2022", "actual"): 93, ("bts_stations", "2021", "actual"): 88}),
    ("Số liệu năm 2022; trong ngoặc vuông là số năm 2021:\n- Trạm BTS: 93 [88]",
     {("bts_stations", "2022", "actual"): 93, ("bts_stations", "2021", "actual"): 88}),
    ("Doanh thu bưu chính, tỷ đồng: 1,4", {("postal_revenue", "2022", "actual"): 1400}),
    ("Năm 2021 chưa có tổ công nghệ số cộng đồng; đến nay đã thành lập 76 tổ với 532 thành viên.",
     {("community_digital_teams", "2022", "actual"): 76, ("community_digital_team_members", "2022", "actual"): 532}),
    ("Dự kiến đến hết năm 2022 có 93 trạm BTS; doanh thu bưu chính cả năm đạt 1.400 triệu đồng.",
     {("bts_stations", "2022", "estimate"): 93, ("postal_revenue", "2022", "estimate"): 1400}),
    # What is done to some is no count of all.
    ("Bố trí 420 triệu đồng để sửa chữa 03 đài truyền thanh.", {}),
    # Days that make no period, and a list of which nothing says whose each is.
    ("Từ 01/7 đến 15/11/2022, số hồ sơ tiếp nhận là 4.127 hồ sơ.", {}),
    # Decree 09/2019/NĐ-CP, Article 12: a year's figures are closed on 14 December.
    ("Từ 15/12/2021 đến 14/12/2022, số hồ sơ tiếp nhận là 4.127 hồ sơ.", {("applications", "2022", "actual"): 4127}),
    ("Từ 01/7 đến 15/12/2022, số hồ sơ tiếp nhận là 4.127 hồ sơ.", {("applications", "2022-S2", "actual"): 4127}),
    ("Thuê bao Internet băng rộng cố định 9.730 thuê bao, chỉ tiêu 10.800.",
     {("fixed_broadband_subscribers", "2022", "actual"): 9730,
      ("fixed_broadband_subscribers", "2022", "target"): 10800}),
    ("Tỷ lệ hồ sơ giải quyết qua dịch vụ công trực tuyến mức độ 3, 4 đạt 53,2% so với chỉ tiêu 50%.",
     {("online_service_files_share", "2022", "actual"): 53.2, ("online_service_files_share", "2022", "target"): 50}),
    ("Cuối năm 2021 có 71 trạm BTS thì đến nay đã là 88 trạm.",
     {("bts_stations", "2021", "actual"): 71, ("bts_stations", "2022", "actual"): 88}),
    ("Từ 01/7/2022 đến nay tiếp nhận 9.380 hồ sơ, trong đó trực tuyến 8.161 hồ sơ.",
     {("applications", "2022-S2", "actual"): 9380, ("online_applications", "2022-S2", "actual"): 8161}),
    ("Từ khi vận hành mô hình mới (01/7/2022) đến 31/12/2022, tiếp nhận 9.380 hồ sơ.",
     {("applications", "2022-S2", "actual"): 9380}),
    ("III. THỦ TỤC HÀNH CHÍNH (01/7-31/12)\n+ Tiếp nhận 9.380 hồ sơ", {("applications", "2022-S2", "actual"): 9380}),
    ("Từ đầu năm, toàn huyện tiếp nhận 9.380 hồ sơ.", {("applications", "2022", "actual"): 9380}),
    ("IV- NHIỆM VỤ NĂM 2023\nSố trạm BTS đạt 95 trạm.", {("bts_stations", "2023", "target"): 95}),
    ("Cụm bản cao (9 bản): 3.310 tài khoản VNeID đã kích hoạt.", {}),
    ("Đã kiểm tra 06 đại lý Internet, 03 điểm phục vụ bưu chính.", {}),
    ("Đề nghị UBND huyện duy trì 88 trạm BTS trong năm 2023.", {("bts_stations", "2023", "target"): 88}),
    ("Toàn huyện đang cung cấp 1.018 dịch vụ công trực tuyến toàn trình.",
     {("full_process_services", "2022", "actual"): 1018}),
    ("1) Doanh thu bưu chính 5.900 triệu đồng; 2) Số trạm BTS 112; 3) Thuê bao Internet băng rộng cố định 9.900.",
     {("postal_revenue", "2022", "actual"): 5900, ("bts_stations", "2022", "actual"): 112,
      ("fixed_broadband_subscribers", "2022", "actual"): 9900}),
    ("Có 18 trạm BTS phủ sóng 30/33 bản.", {("bts_stations", "2022", "actual"): 18}),
    ("Có 31 trạm BTS của ba nhà mạng.", {("bts_stations", "2022", "actual"): 31}),
    ("Hỏi: Năm 2023 huyện đặt mục tiêu gì?\nĐáp: 95 trạm BTS.", {("bts_stations", "2023", "target"): 95}),
    ("* Viễn thông\n+ Doanh thu: 27.225 triệu đồng\n* Bưu chính\n+ Doanh thu: 1.320 triệu đồng",
     {("telecom_revenue", "2022", "actual"): 27225, ("postal_revenue", "2022", "actual"): 1320}),
    ("Thời lượng phát thanh tự sản xuất 182 giờ.", {}),
    ("Doanh thu bưu chính đạt 4.000 triệu đồng, tăng 8% so với năm 2021 (3.704 triệu đồng), đạt 97% kế hoạch năm 2022 "
     "(4.124 triệu đồng).",
     {("postal_revenue", "2022", "actual"): 4000, ("postal_revenue", "2021", "actual"): 3704,
      ("postal_revenue", "2022", "target"): 4124}),
    ("Phấn đấu kích hoạt 44.000 tài khoản VNeID (hiện đã kích hoạt 41.250 tài khoản).",
     {("activated_vneid_accounts", "2022", status): value for status, value in (("target", 44000), ("actual", 41250))}),
    ("Tỷ lệ hộ gia đình có Internet băng rộng là 40%; 42%; 45%.", {}),
    ("Dân số trưởng thành (từ đủ 18 tuổi): 21.734 người.", {("adults", "2022", "actual"): 21734}),
    ("Nhiệm vụ năm 2023: phủ sóng 12 xóm; phấn đấu doanh thu bưu chính đạt 5 tỷ, doanh thu viễn thông đạt 9 tỷ.",
     {("postal_revenue", "2023", "target"): 5000, ("telecom_revenue", "2023", "target"): 9000}),
    ("1. Bưu chính: Mạng lưới được duy trì ổn định với 262 điểm phục vụ. Doanh thu đạt 86.400 triệu đồng.",
     {("postal_points", "2022", "actual"): 262, ("postal_revenue", "2022", "actual"): 86400}),
    ("Có 152 thôn, bản có Internet băng rộng cố định, bằng 77,2% tổng số thôn, bản.",
     {("villages_with_fixed_broadband", "2022", "actual"): 152,
      ("villages_with_fixed_broadband_share", "2022", "actual"): 77.2}),
    ("Tổng số trạm BTS trên địa bàn: 71 vị trí. 10/10 xã, thị trấn được phủ sóng di động 3G, 4G.",
     {("bts_stations", "2022", "actual"): 71, ("communes_covered_by_mobile", "2022", "actual"): 10,
      ("communes_and_towns", "2022", "actual"): 10}),
    ("Năm 2022, Viettel Tuần Giáo đạt doanh thu 4 tỷ đồng; có 86 trạm BTS, 40.200 thuê bao di động.", {}),
    ("Kết quả (trong ngoặc là số liệu năm 2021):\n- Số trạm BTS: 74 trạm", {("bts_stations", "2022", "actual"): 74}),
    ("Số máy điện thoại cố định giảm còn 510 máy.", {("fixed_subscribers", "2022", "actual"): 510}),
    ("6 tháng cuối năm 2023 phấn đấu doanh thu viễn thông đạt 15 tỷ đồng.", {}),
    ("Số thuê bao di động tính đến 30/11/2022 là 30.950 thuê bao; doanh thu bưu chính tính đến 30/11/2022 là 1,9 tỷ.",
     {("mobile_subscribers", "2022", "actual"): 30950}),
    ("Thuê bao băng rộng cố định 3.150 thuê bao, đạt 28,4 thuê bao/100 hộ.",
     {("fixed_broadband_subscribers", "2022", "actual"): 3150}),
    ("Tổng số thuê bao điện thoại 300 thuê bao (cố định: 10; di động: 290); mật độ 62,3 thuê bao/100 dân.",
     {("phone_subscribers", "2022", "actual"): 300, ("fixed_subscribers", "2022", "actual"): 10,
      ("mobile_subscribers", "2022", "actual"): 290, ("phone_density", "2022", "actual"): 62.3}),
    ("Số hộ được xem truyền hình tỉnh: 12.910 hộ", {("households_with_provincial_tv", "2022", "actual"): 12910}),
    ("Tuần Giáo là huyện vùng cao của tỉnh Điện Biên, có 124 thôn, bản, tiểu khu; dân số 57.240 người.",
     {("villages", "2022", "actual"): 124, ("population", "2022", "actual"): 57240}),
    ("Các doanh nghiệp đã tiếp nhận 1.236 hồ sơ TTHC qua dịch vụ bưu chính công ích, trả 2.015 kết quả.",
     {("postal_files_received", "2022", "actual"): 1236, ("postal_results_returned", "2022", "actual"): 2015}),
    ("Doanh thu bưu chính: 612 trđ; cùng kỳ 590 trđ",
     {("postal_revenue", "2022", "actual"): 612, ("postal_revenue", "2021", "actual"): 590}),
    ("Thuê bao Internet: 671.200, trong đó băng rộng cố định 148.900, băng rộng di động 522.300.",
     {("internet_subscribers", "2022", "actual"): 671200, ("fixed_broadband_subscribers", "2022", "actual"): 148900,
      ("mobile_broadband_subscribers", "2022", "actual"): 522300}),
    ("Tỷ lệ hộ có Internet băng rộng mới đạt 31,5% trong khi bình quân toàn tỉnh là 57,4%.",
     {("households_with_broadband_share", "2022", "actual"): 31.5}),
    ("Số hộ có Internet băng rộng là 2.216 hộ, đạt 53%.", {("households_with_broadband_share", "2022", "actual"): 53}),
    ("Có 5.934 hồ sơ nộp trực tuyến trên tổng 7.416 hồ sơ tiếp nhận, đạt 80%.",
     {("online_applications", "2022", "actual"): 5934, ("applications", "2022", "actual"): 7416,
      ("online_applications_share", "2022", "actual"): 80}),
    ("Số xã có đài truyền thanh đạt 10 xã, tăng 2 xã (25%) so với năm 2021.",
     {("communes_with_radio", "2022", "actual"): 10}),
    ("## V. PHƯƠNG HƯỚNG NĂM 2023\nCó 100 trạm BTS.", {("bts_stations", "2023", "target"): 100}),
    ("2. Mục tiêu đến hết năm 2023:\na) 92 trạm BTS (năm 2022: 88 trạm); 24.000 thuê bao điện thoại.",
     {("bts_stations", "2023", "target"): 92, ("bts_stations", "2022", "actual"): 88,
      ("phone_subscribers", "2023", "target"): 24000}),
    ("Đến hết năm 2023: 95 trạm BTS.", {("bts_stations", "2023", "target"): 95}),
    ("Thuê bao Internet băng rộng cố định: 1.980 thuê bao (2020), 3.760 thuê bao (2022).",
     {("fixed_broadband_subscribers", year, "actual"): value for year, value in (("2020", 1980), ("2022", 3760))}),
    ("Thuê bao Internet băng rộng cố định thì đến nay đã có 97 trạm.", {}),
    ("Cả bản 74 hộ mới có 31 hộ lắp mạng.", {}),
    ("1. Bưu chính: trong năm, mạng bưu chính toàn huyện được duy trì ổn định với 262 điểm phục vụ, bán kính phục vụ "
     "bình quân 2,35 km/điểm, số dân phục vụ bình quân 3.310 người/điểm. Doanh thu đạt 86.400 triệu đồng, tăng 11,2%.",
     {("postal_points", "2022", "actual"): 262, ("postal_service_radius", "2022", "actual"): 2.35,
      ("people_per_postal_point", "2022", "actual"): 3310, ("postal_revenue", "2022", "actual"): 86400}),
    # Whose, and who says so: a body tells, a company has; the document's own area also by its bare name.
    ("Tại Tuần Giáo, số trạm BTS là 93 trạm.", {("bts_stations", "2022", "actual"): 93}),
    ("VNPT Tuần Giáo có 41 trạm BTS, 2.105 thuê bao Internet.", {}),
    ("Phòng Văn hóa và Thông tin cho biết huyện có 93 trạm BTS.", {("bts_stations", "2022", "actual"): 93}),
    ("Sở Thông tin và Truyền thông thống kê có 93 trạm BTS.", {("bts_stations", "2022", "actual"): 93}),
    # When: months in words.
    ("Qua chín tháng, doanh thu bưu chính đạt 5 tỷ đồng.", {}),
    ("Hết tháng Sáu, huyện có 93 trạm BTS.", {("bts_stations", "2022-S1", "actual"): 93}),
    ("Điện thoại di động phát triển từ năm 2006, nay mật độ điện thoại là 62 thuê bao/100 dân.",
     {("phone_density", "2022", "actual"): 62}),
    # Parts of a whole.
    ("Bưu cục cấp II: 1, cấp III: 3.", {}),
    ("Có 9.800 hộ, tức 61% số hộ, nối cáp quang.", {}),
    ("Các xã và 125 bản, khu vực có tổ công nghệ số cộng đồng.", {}),
    ("Dịch vụ công ích có 985 thuê bao di động.", {}),
    ("Băng rộng cố định tới 112/168.", {}),
    ("Có 18 điểm phục vụ bưu chính: bưu cục 3, bưu điện văn hóa xã 10, điểm phục vụ khác 5.",
     {("postal_points", "2022", "actual"): 18, ("post_offices", "2022", "actual"): 3,
      ("commune_post_points", "2022", "actual"): 10, ("remaining_postal_points", "2022", "actual"): 5}),
    ("Thuê bao Internet băng rộng cố định: 2.417; di động: 8.632.",
     {("fixed_broadband_subscribers", "2022", "actual"): 2417,
      ("mobile_broadband_subscribers", "2022", "actual"): 8632}),
    ("Băng rộng di động có 8.490 thuê bao, tương ứng 35,5 thuê bao/100 dân.",
     {("mobile_broadband_subscribers", "2022", "actual"): 8490}),
    # Planned.
    ("Trạm BTS: 93 trạm (KH: 90), vượt kế hoạch.",
     {("bts_stations", "2022", "actual"): 93, ("bts_stations", "2022", "target"): 90}),
    ("Tỷ lệ hộ có Internet băng rộng giao 22%, thực hiện 19,7%.",
     {("households_with_broadband_share", "2022", "target"): 22,
      ("households_with_broadband_share", "2022", "actual"): 19.7}),
    ("Doanh thu bưu chính thực hiện 2.980 triệu đồng/KH năm 5.900 triệu đồng.",
     {("postal_revenue", "2022", "actual"): 2980, ("postal_revenue", "2022", "target"): 5900}),
    ("Trên cơ sở kết quả năm 2022 (93 trạm BTS), UBND huyện đề ra mục tiêu đến hết năm 2023 như sau:\n1. 95 trạm BTS.",
     {("bts_stations", "2022", "actual"): 93, ("bts_stations", "2023", "target"): 95}),
    # How much: a round figure and the exact one, thousands by another habit, a change of another's.
    ("Thuê bao di động đạt gần 12 nghìn, chính xác là 11.874 thuê bao.",
     {("mobile_subscribers", "2022", "actual"): 11874}),
    ("Số dân phục vụ bình quân 4,907 người/điểm.", {}),
    ("Tỷ lệ người sử dụng Internet đạt 78,5%, hơn năm 2021 4,1%.", {("internet_user_share", "2022", "actual"): 78.5}),
    ("Thuê bao điện thoại cố định và di động lần lượt là 542 và 55.030 thuê bao, so cùng kỳ giảm 1,8%.",
     {("fixed_subscribers", "2022", "actual"): 542, ("mobile_subscribers", "2022", "actual"): 55030}),
    ("So với thời điểm cuối năm trước, số trạm BTS tăng thêm 5 trạm, đạt 93 trạm.",
     {("bts_stations", "2022", "actual"): 93}),
    ("161 trên 173 xã, thị trấn có đài truyền thanh.", {("communes_with_radio", "2022", "actual"): 161}),
    ("Hiện 99,1% số hộ được xem truyền hình tỉnh, tương đương 20.515 hộ.",
     {("households_with_provincial_tv_share", "2022", "actual"): 99.1,
      ("households_with_provincial_tv", "2022", "actual"): 20515}),
    ("Kế hoạch 2023: tỷ lệ xã có đài truyền thanh 80,6% (104 xã).",
     {("communes_with_radio_share", "2023", "target"): 80.6, ("communes_with_radio", "2023", "target"): 104}),
    ("Năm 2023 thực hiện đạt các chỉ tiêu: 93% hồ sơ nộp trực tuyến.",
     {("online_applications_share", "2023", "target"): 93}),
    ("Mục tiêu giai đoạn 2021 - 2025 là 90% hộ có Internet băng rộng; năm nay đạt 45,1%.",
     {("households_with_broadband_share", "2022", "actual"): 45.1}),
    ("Có 33 bến đò, trong đó 24 điểm bưu điện văn hóa xã, các điểm còn lại (7 điểm) của tư nhân.",
     {("commune_post_points", "2022", "actual"): 24}),
    ("Có 547 thuê bao Internet băng rộng cố định; phấn đấu năm 2023 đạt tương ứng 650 và 2.500 thuê bao.",
     {("fixed_broadband_subscribers", "2022", "actual"): 547}),
    ("Sau gần 6 tháng vận hành, có 93 trạm BTS.", {("bts_stations", "2022", "actual"): 93}),
    ("Theo số liệu tổng hợp của các nhà mạng, đáng mừng là số trạm BTS đã vươn lên con số 93.",
     {("bts_stations", "2022", "actual"): 93}),
    ("Doanh thu bưu chính 2.870 triệu đồng (năm 2021: 2.530 triệu đồng; kế hoạch: 2.800 triệu đồng).",
     {("postal_revenue", "2022", "actual"): 2870, ("postal_revenue", "2021", "actual"): 2530,
      ("postal_revenue", "2022", "target"): 2800}),
    ("Thuê bao băng rộng cố định 900 thuê bao; băng rộng di động tăng 5,2%, đạt 273 thuê bao.",
     {("fixed_broadband_subscribers", "2022", "actual"): 900, ("mobile_broadband_subscribers", "2022", "actual"): 273}),
    ("Cách đây một năm, toàn huyện có 88 trạm BTS; bây giờ con số ấy là 93.",
     {("bts_stations", "2021", "actual"): 88, ("bts_stations", "2022", "actual"): 93}),
    ("Hồi ấy có 88 trạm BTS.", {}),
    ("98,9% hồ sơ được nộp trực tuyến, với 1.121 trên tổng số 1.133 hồ sơ tiếp nhận.",
     {("online_applications_share", "2022", "actual"): 98.9, ("online_applications", "2022", "actual"): 1121,
      ("applications", "2022", "actual"): 1133}),
    ("Số thuê bao băng rộng cố định là 61 thuê bao; băng rộng di động là 214 thuê bao; tổng cộng 275 thuê bao.",
     {("fixed_broadband_subscribers", "2022", "actual"): 61, ("mobile_broadband_subscribers", "2022", "actual"): 214,
      ("internet_subscribers", "2022", "actual"): 275}),
    ("Số thuê bao băng rộng cố định là 61 thuê bao; băng rộng di động là 214 thuê bao; tổng cộng 300 thuê bao.",
     {("fixed_broadband_subscribers", "2022", "actual"): 61, ("mobile_broadband_subscribers", "2022", "actual"): 214}),
    ("Mục tiêu 90% hồ sơ nộp trực tuyến: đạt 94,2%.",
     {("online_applications_share", "2022", "target"): 90, ("online_applications_share", "2022", "actual"): 94.2}),
    ("Thanh toán trực tuyến 89,4%, vượt mục tiêu cả năm (88%).",
     {("online_payments_share", "2022", "actual"): 89.4, ("online_payments_share", "2022", "target"): 88}),
    ("Năm 2023 huyện đặt mục tiêu 96% hồ sơ nộp trực tuyến.", {("online_applications_share", "2023", "target"): 96}),
    ("Huyện bên cạnh có 140 trạm BTS.", {}),
    ("0/0 KH", {}),
    ("Thanh toán trực tuyến đạt 76,4%. Kế hoạch giao năm 2022 là 70%.",
     {("online_payments_share", "2022", "actual"): 76.4, ("online_payments_share", "2022", "target"): 70}),
    ("Có 12 điểm bưu điện văn hóa xã. Kế hoạch năm 1.600 triệu đồng.", {("commune_post_points", "2022", "actual"): 12}),
    ("Huyện được thành lập trên cơ sở sáp nhập xã Hải Hưng và thị trấn Yên Định, hiện có 93 trạm BTS.",
     {("bts_stations", "2022", "actual"): 93}),
    ("Xóa vùng lõm sóng tại các xã Huổi Mí, Nậm Nèn; đến nay có 93 trạm BTS.",
     {("bts_stations", "2022", "actual"): 93}),
    ("Có 89 tổ công nghệ số cộng đồng, thu hút 534 thành viên.",
     {("community_digital_teams", "2022", "actual"): 89, ("community_digital_team_members", "2022", "actual"): 534}),
    ("Doanh thu bưu chính 486 triệu đồng/1.000 triệu đồng kế hoạch năm.",
     {("postal_revenue", "2022", "actual"): 486, ("postal_revenue", "2022", "target"): 1000}),
    ("Phòng VH&TT báo cáo Sở Thông tin và Truyền thông tỉnh Điện Biên như sau:\n1. Trạm BTS: 93 trạm.",
     {("bts_stations", "2022", "actual"): 93}),
    ("So với kế hoạch tỉnh giao (hồ sơ trực tuyến 85%, thanh toán trực tuyến 75%) đều vượt.",
     {("online_applications_share", "2022", "target"): 85, ("online_payments_share", "2022", "target"): 75}),
    ("Có 21 điểm phục vụ bưu chính, gồm 15 điểm bưu điện văn hóa xã và 6 điểm phục vụ khác.",
     {("postal_points", "2022", "actual"): 21, ("commune_post_points", "2022", "actual"): 15,
      ("other_postal_points", "2022", "actual"): 6}),
    ("Doanh thu bưu chính 640 triệu đồng (KH năm: 700 triệu đồng; cùng kỳ: 602 triệu đồng).",
     {("postal_revenue", "2022", "actual"): 640, ("postal_revenue", "2022", "target"): 700,
      ("postal_revenue", "2021", "actual"): 602}),
    ("Cuộc họp thống nhất tổng số trạm BTS là 93 trạm.", {("bts_stations", "2022", "actual"): 93}),
    ("Cuộc họp không thống nhất tổng số trạm BTS là 93 trạm.", {}),
    ("Doanh thu bưu chính 4.060 triệu đồng, vượt kế hoạch 3.800 triệu đồng.",
     {("postal_revenue", "2022", "actual"): 4060, ("postal_revenue", "2022", "target"): 3800}),
    ("Doanh thu bưu chính 4.060 triệu đồng, vượt kế hoạch 260 triệu đồng.",
     {("postal_revenue", "2022", "actual"): 4060}),
    ("Dùng chung hạ tầng viễn thông thụ động đạt 17,5%; ngầm hóa cáp ngoại vi 9,2% (kế hoạch lần lượt là 20% và 12%).",
     {("shared_infrastructure_share", "2022", "actual"): 17.5, ("shared_infrastructure_share", "2022", "target"): 20,
      ("underground_cable_share", "2022", "actual"): 9.2, ("underground_cable_share", "2022", "target"): 12}),
    ("Tỷ lệ hộ được nghe đài phát thanh tỉnh 95,1%, được xem đài truyền hình tỉnh 97,4%.",
     {("households_with_provincial_radio_share", "2022", "actual"): 95.1,
      ("households_with_provincial_tv_share", "2022", "actual"): 97.4}),
    ("Từ chỗ năm 2021 mới có 86 trạm BTS thì đến hết năm 2022 đã lên 93 trạm; mật độ điện thoại 62 thuê bao/100 dân.",
     {("bts_stations", "2021", "actual"): 86, ("bts_stations", "2022", "actual"): 93,
      ("phone_density", "2022", "actual"): 62}),
    ("Có 300 thuê bao điện thoại, gồm 10 cố định và 290 di động, tăng 20% so với năm 2021 (250 thuê bao).",
     {("phone_subscribers", "2022", "actual"): 300, ("fixed_subscribers", "2022", "actual"): 10,
      ("mobile_subscribers", "2022", "actual"): 290, ("phone_subscribers", "2021", "actual"): 250}),
    ("Còn 7 xóm của 3 xã vùng hồ sóng di động yếu.", {}),
    ("Hồ sơ công việc xử lý trên môi trường mạng ở huyện 100%, ở xã 96%.",
     {("online_files_share_district", "2022", "actual"): 100, ("online_files_share_commune", "2022", "actual"): 96}),
    ("1. Viễn thông, Internet\nTổng số thuê bao đạt 55.030 thuê bao.", {}),
    ("Thực hiện Công văn số 43/STTTT-KH ngày 05/6/2022 về kế hoạch năm 2023; UBND huyện báo cáo như sau:\n"
     "- Số trạm BTS là 93 trạm.", {("bts_stations", "2022", "actual"): 93}),
    ("Thuê bao băng rộng cố định vượt mốc 5 nghìn, cụ thể là 5.215 thuê bao.",
     {("fixed_broadband_subscribers", "2022", "actual"): 5215}),
    ("Số trạm BTS từ chỗ 82 trạm năm 2021 nay đã lên 97 trạm.", {("bts_stations", "2022", "actual"): 97}),
    ("[Slide 5] 2023\n• Doanh thu bưu chính 95 tỷ đồng; BTS 130", {("postal_revenue", "2023", "target"): 95_000,
                                                                   ("bts_stations", "2023", "target"): 130}),
    ("B1. Số trạm BTS trên địa bàn? Trả lời: 203\nCâu 2. Tỷ lệ hộ có Internet băng rộng? - 77,6%.",
     {("bts_stations", "2022", "actual"): 203, ("households_with_broadband_share", "2022", "actual"): 77.6}),
    ("Kiến nghị lắp thêm trạm tại thôn Nà Chua (huyện hiện có 41 trạm BTS).", {("bts_stations", "2022", "actual"): 41}),
    ("Cáp quang đã đến 10/10 trung tâm xã; thuê bao băng rộng cố định 4.107 thuê bao.",
     {("fixed_broadband_subscribers", "2022", "actual"): 4107}),
    ("Có 95 trạm BTS, hộ có Internet băng rộng đạt 97,8% so cùng kỳ năm trước tăng 1,4 điểm phần trăm.",
     {("bts_stations", "2022", "actual"): 95, ("households_with_broadband_share", "2022", "actual"): 97.8}),
    ("Thuê bao điện thoại 521, gồm di động 516, cố định 5; thuê bao Internet băng rộng cố định 86, trong khi cuối năm "
     "2021 có 77 thuê bao.",
     {("phone_subscribers", "2022", "actual"): 521, ("mobile_subscribers", "2022", "actual"): 516,
      ("fixed_subscribers", "2022", "actual"): 5, ("fixed_broadband_subscribers", "2022", "actual"): 86,
      ("fixed_broadband_subscribers", "2021", "actual"): 77}),
    ("Tỷ lệ hồ sơ nộp trực tuyến 94,9% (Nghị quyết: 95%).",
     {("online_applications_share", "2022", "actual"): 94.9, ("online_applications_share", "2022", "target"): 95}),
    ("Giao dịch không dùng tiền mặt tại chợ Tuần Giáo đạt 70%.", {}),
    ("1. Bưu chính\nCó 341 cơ sở in lụa, doanh thu ước 98.300 triệu đồng.", {}),
    ("Mở đầu.\nViễn thông\nDoanh thu đạt 9 tỷ đồng.\nƯớc thực hiện cả năm 2023\nDoanh thu viễn thông 10 tỷ đồng.",
     {("telecom_revenue", "2022", "actual"): 9000, ("telecom_revenue", "2023", "target"): 10000}),
    ("Tổng số thuê bao điện thoại 122.841 thuê bao (thuê bao di động 118.510, thuê bao cố định 4.331), đạt 130,1 thuê "
     "bao/100 dân trên dân số 94.446 người.",
     {("phone_subscribers", "2022", "actual"): 122841, ("mobile_subscribers", "2022", "actual"): 118510,
      ("fixed_subscribers", "2022", "actual"): 4331, ("phone_density", "2022", "actual"): 130.1,
      ("population", "2022", "actual"): 94446}),
    ("Doanh thu viễn thông, Internet của 03 doanh nghiệp đạt 18.418 triệu đồng.",
     {("telecom_revenue", "2022", "actual"): 18418}),
    ("Duy trì 12 tổ công nghệ số cộng đồng tại 12 thôn, bản với 66 thành viên.",
     {("community_digital_teams", "2022", "actual"): 12, ("community_digital_team_members", "2022", "actual"): 66}),
    ("Thành lập 130/130 tổ công nghệ số cộng đồng tại các thôn, bản, tổ dân phố.",
     {("community_digital_teams", "2022", "actual"): 130}),
    ("Bộ phận một cửa của huyện và các xã tiếp nhận 12.640 hồ sơ.", {("applications", "2022", "actual"): 12640}),
    ("Phấn đấu năm 2023 doanh thu viễn thông đạt 35 tỷ đồng trở lên.", {("telecom_revenue", "2023", "target"): 35000}),
    ("Doanh thu bưu chính năm 2022 từ 70 tỷ đồng trở lên.", {}),
    ("Doanh thu bưu chính từ 2.866 triệu đồng năm 2020 lên 3.227 triệu đồng năm 2022; trạm BTS tăng từ 80 lên 90 trạm.",
     {("postal_revenue", "2020", "actual"): 2866, ("postal_revenue", "2022", "actual"): 3227,
      ("bts_stations", "2021", "actual"): 80, ("bts_stations", "2022", "actual"): 90}),
    ("Tiếp sóng phát thanh tỉnh 9.855 giờ và tiếp sóng phát thanh tiếng dân tộc tỉnh 5.110 giờ.",
     {("provincial_radio_hours", "2022", "actual"): 9855, ("minority_language_radio_hours", "2022", "actual"): 5110}),
    ("Vừa qua, dù dịch Covid-19 phức tạp những tháng đầu năm, mạng lưới vẫn vững: có 30 điểm phục vụ bưu chính.",
     {("postal_points", "2022", "actual"): 30}),
    ("Bộ phận một cửa hai cấp tiếp nhận 14.870 hồ sơ.", {("applications", "2022", "actual"): 14870}),
    ("Báo Đảng đến trong ngày tại 09/12 xã, thị trấn.",
     {("communes_with_party_newspaper", "2022", "actual"): 9, ("communes_and_towns", "2022", "actual"): 12}),
    ("Thuê bao điện thoại 1.623 thuê bao, đạt 108,3 thuê bao/100 dân; so với năm 2021 (1.570 thuê bao) tăng 3,3%.",
     {("phone_subscribers", "2022", "actual"): 1623, ("phone_density", "2022", "actual"): 108.3}),
    ("Phần thứ hai\nKẾ HOẠCH NĂM 2023\n1. Số trạm BTS: 95 trạm.", {("bts_stations", "2023", "target"): 95}),
    # What a plan, another year or a whole is said to be in a bracket or behind a colon.
    ("Doanh thu viễn thông đạt 56.900 triệu đồng, xấp xỉ kế hoạch (57.000 triệu đồng).",
     {("telecom_revenue", "2022", "actual"): 56900, ("telecom_revenue", "2022", "target"): 57000}),
    ("Thuê bao băng rộng cố định đạt 5.120 thuê bao, vượt 4,5% so với kế hoạch đề ra là 4.900 thuê bao.",
     {("fixed_broadband_subscribers", "2022", "actual"): 5120,
      ("fixed_broadband_subscribers", "2022", "target"): 4900}),
    ("So với năm 2020 (trạm BTS 89 trạm, doanh thu bưu chính 1.820 triệu đồng) các chỉ tiêu đều tăng.",
     {("bts_stations", "2020", "actual"): 89, ("postal_revenue", "2020", "actual"): 1820}),
    ("So với năm 2021, số xã có đài truyền thanh tăng 5 (năm 2021: 62 xã).",
     {("communes_with_radio", "2021", "actual"): 62}),
    ("Số thuê bao điện thoại 35.120: 131 cố định, 34.989 di động.",
     {("phone_subscribers", "2022", "actual"): 35120, ("fixed_subscribers", "2022", "actual"): 131,
      ("mobile_subscribers", "2022", "actual"): 34989}),
    ("Số máy điện thoại: 25.870 máy; cùng kỳ năm 2018 là 24.910 máy.",
     {("phone_subscribers", "2022", "actual"): 25870, ("phone_subscribers", "2018", "actual"): 24910}),
    ("Tỷ lệ hồ sơ nộp trực tuyến trong sáu tháng đầu vận hành là 78,2%.", {}),
    ("Từ chỗ năm 2018 chỉ có 20 điểm, đến nay có 29 điểm phục vụ bưu chính; doanh thu bưu chính 19,7 tỷ đồng.",
     {("postal_points", "2022", "actual"): 29, ("postal_revenue", "2022", "actual"): 19700}),
    ("Tổng số thuê bao Internet đạt 41.250 thuê bao, chia ra cố định 9.850 thuê bao, di động 31.400 thuê bao.",
     {("internet_subscribers", "2022", "actual"): 41250, ("fixed_broadband_subscribers", "2022", "actual"): 9850,
      ("mobile_broadband_subscribers", "2022", "actual"): 31400}),
    ("19 xã, thị trấn trên tổng số 23 xã, thị trấn có đài truyền thanh (82,6%).",
     {("communes_with_radio", "2022", "actual"): 19, ("communes_with_radio_share", "2022", "actual"): 82.6}),
    ("Thôn, bản có Internet cáp quang: 96 (chưa đến: 23 thôn).",
     {("villages_with_fixed_broadband", "2022", "actual"): 96}),
    ("Huyện có 33.480 người, 8.205 hộ; phòng có 7 người tham gia trực.",
     {("population", "2022", "actual"): 33480, ("households", "2022", "actual"): 8205}),
    ("Hộ có Internet băng rộng: 94,2% / mục tiêu 92%.",
     {("households_with_broadband_share", "2022", "actual"): 94.2,
      ("households_with_broadband_share", "2022", "target"): 92}),
    ("Có 93 trạm BTS do địa hình chia cắt, chưa đều.", {("bts_stations", "2022", "actual"): 93}),
    ("Có 12 trạm BTS do Viettel quản lý.", {}),
    ("Chỉ tiêu năm 2023\na) Có 95 trạm BTS.\nb) Hộ có Internet băng rộng: 47%.\nGiải pháp\nHiện có 93 trạm BTS.",
     {("bts_stations", "2023", "target"): 95, ("households_with_broadband_share", "2023", "target"): 47,
      ("bts_stations", "2022", "actual"): 93}),
    ("UBND huyện gửi một số chỉ tiêu ước thực hiện năm 2022 như sau:\nHộ có Internet băng rộng đạt 45,1%.\n"
     "Có 93 trạm BTS.",
     {("households_with_broadband_share", "2022", "estimate"): 45.1, ("bts_stations", "2022", "estimate"): 93}),
    ("Huyện có 18 xã, 206 bản.", {("communes", "2022", "actual"): 18, ("villages", "2022", "actual"): 206}),
    ("Huyện có 19 xã, thị trấn; 12 xã có đài truyền thanh.",
     {("communes_and_towns", "2022", "actual"): 19, ("communes_with_radio", "2022", "actual"): 12}),
    ("Huyện có 11 xã, 98 bản được phủ sóng di động.", {}),
    # What the area consists of, beside what is said of so many units of it.
    ("Đơn vị hành chính: 12 xã, thị trấn; dân số 66.300 người.",
     {("communes_and_towns", "2022", "actual"): 12, ("population", "2022", "actual"): 66300}),
    ("Huyện có 19 đơn vị hành chính cấp xã (18 xã, 01 thị trấn), 171 bản.",
     {("communes_and_towns", "2022", "actual"): 19, ("communes", "2022", "actual"): 18,
      ("villages", "2022", "actual"): 171}),
    ("Huyện miền núi, có 11 xã và 01 thị trấn, 66 bản; dân số trung bình năm 2022 là 33.364 người với 7.684 hộ.",
     {("communes", "2022", "actual"): 11, ("villages", "2022", "actual"): 66, ("population", "2022", "actual"): 33364,
      ("households", "2022", "actual"): 7684}),
    ("Huyện có 71.000 dân, 17.350 hộ.",
     {("population", "2022", "actual"): 71000, ("households", "2022", "actual"): 17350}),
    ("Lắp loa tại 11 xã, 12 bản.", {}),
    # A sentence that names what those behind it are about, what leads in a time to come, what is told in turn.
    ("3. Thuê bao Internet băng rộng cố định. Kế hoạch 11.500, thực hiện 11.120 thuê bao (năm 2021: 9.874 thuê bao).",
     {("fixed_broadband_subscribers", "2022", "actual"): 11120,
      ("fixed_broadband_subscribers", "2021", "actual"): 9874}),
    ("Vận động các doanh nghiệp đầu tư để đến hết năm 2023 toàn huyện có 124 trạm BTS (năm 2022: 121 trạm).",
     {("bts_stations", "2023", "target"): 124, ("bts_stations", "2022", "actual"): 121}),
    ("Nếu không đầu tư thì vướng để đến hết năm 2023 toàn huyện có 124 trạm BTS.", {}),
    ("Tỷ lệ hộ gia đình có Internet băng rộng 61%. Huyện đặt mục tiêu năm 2023 nâng tỷ lệ này lên 66%.",
     {("households_with_broadband_share", "2022", "actual"): 61,
      ("households_with_broadband_share", "2023", "target"): 66}),
    ("Doanh thu bưu chính lần lượt qua các năm 2020, 2021, 2022 là 98 tỷ đồng, 112 tỷ đồng và 127 tỷ đồng.",
     {("postal_revenue", "2020", "actual"): 98000, ("postal_revenue", "2021", "actual"): 112000,
      ("postal_revenue", "2022", "actual"): 127000}),
    ("Nếu như năm 2020 cả huyện mới có 94 trạm BTS thì đến hết năm 2022 đã có 117 trạm.",
     {("bts_stations", "2020", "actual"): 94, ("bts_stations", "2022", "actual"): 117}),
    ("Mục tiêu năm 2023: thuê bao Internet băng rộng cố định đạt từ 2.200 thuê bao trở lên.",
     {("fixed_broadband_subscribers", "2023", "target"): 2200}),
    ("Dân cư: 27 thôn; 4.259 hộ gia đình; 18.628 người.",
     {("villages", "2022", "actual"): 27, ("households", "2022", "actual"): 4259,
      ("population", "2022", "actual"): 18628}),
    ("Doanh thu viễn thông tăng từ 4 đến 5%.", {}),
    ("Thuê bao cố định đạt 540 thuê bao, di động đạt 40.100 thuê bao; kế hoạch cố định 600 thuê bao.",
     {("fixed_subscribers", "2022", "actual"): 540, ("mobile_subscribers", "2022", "actual"): 40100,
      ("fixed_subscribers", "2022", "target"): 600}),
    ("Trên cơ sở kết quả năm 2022 với 93 trạm BTS, 47% hộ có Internet băng rộng, UBND huyện đặt mục tiêu năm 2023 "
     "có 97 trạm BTS, 52% hộ có Internet băng rộng.",
     {("bts_stations", "2022", "actual"): 93, ("households_with_broadband_share", "2022", "actual"): 47,
      ("bts_stations", "2023", "target"): 97, ("households_with_broadband_share", "2023", "target"): 52}),
    ("Chỉ tiêu năm 2023:\nb) Tỷ lệ xã có đài truyền thanh từ 75% (15/20) năm 2022 lên 85% (17/20).",
     {("communes_with_radio_share", "2022", "actual"): 75, ("communes_with_radio", "2022", "actual"): 15,
      ("communes_with_radio_share", "2023", "target"): 85, ("communes_with_radio", "2023", "target"): 17}),
    ("Trung tâm sản xuất 252 chương trình phát thanh mới (đạt 105% kế hoạch giao 240 chương trình).",
     {("radio_programmes", "2022", "actual"): 252, ("radio_programmes", "2022", "target"): 240}),
    ("2. Chỉ tiêu năm 2023. Có 97 trạm BTS.\nDoanh thu bưu chính 1.450 triệu đồng.",
     {("bts_stations", "2023", "target"): 97, ("postal_revenue", "2023", "target"): 1450}),
    ("Cuối năm 2023 đạt các chỉ tiêu: hồ sơ nộp trực tuyến 99%;\nthanh toán trực tuyến 96%.",
     {("online_applications_share", "2023", "target"): 99, ("online_payments_share", "2023", "target"): 96}),
    ("Tiếp nhận 31.460 hồ sơ thủ tục hành chính.\nRiêng lĩnh vực hộ tịch, chứng thực có 18.204 hồ sơ.",
     {("applications", "2022", "actual"): 31460}),
    ("Huyện có 22 bản, 11.402 hộ, 41.050 người dân; 386 doanh nghiệp.",
     {("villages", "2022", "actual"): 22, ("households", "2022", "actual"): 11402,
      ("population", "2022", "actual"): 41050}),
    ("B. So sánh với năm trước\nSo với năm 2021, số trạm BTS tăng từ 89 lên 93 trạm.",
     {("bts_stations", "2021", "actual"): 89, ("bts_stations", "2022", "actual"): 93}),
    ("Huyện được thành lập trên cơ sở sắp xếp 02 huyện, hiện có 23 thôn, 2.846 hộ với 13.190 nhân khẩu.",
     {("villages", "2022", "actual"): 23, ("households", "2022", "actual"): 2846,
      ("population", "2022", "actual"): 13190}),
    ("Bình quân mỗi điểm phục vụ 5.730 người.", {("people_per_postal_point", "2022", "actual"): 5730}),
    ("Đã ra mắt 61 tổ công nghệ số cộng đồng hoạt động hiệu quả; bố trí 2 cán bộ chuyên trách CNTT.",
     {("community_digital_teams", "2022", "actual"): 61, ("it_specialists", "2022", "actual"): 2}),
    ("Đến ngày 10/12/2022 có 93 trạm BTS.\nĐến ngày 10/12/2022: doanh thu bưu chính cả năm 1.980 triệu đồng.",
     {("bts_stations", "2022", "actual"): 93, ("postal_revenue", "2022", "actual"): 1980}),
))  # fmt: skip
def test_a_sentence_states_just_these_figures(text, stated, tmp_path):
    read = without_computed(report_of_2022(text, tmp_path).observations)
    assert {(row.indicator, row.period, row.status): row.value for row in read.itertuples()} == stated


@pytest.mark.parametrize("text, told", (
    ("Doanh thu bưu chính đạt 1.320 triệu đồng, bằng 102% so với cùng kỳ và bằng 98% so với kế hoạch.",
     {("ratio_pct", "2021", "actual"): 102, ("ratio_pct", "2022", "target"): 98}),
    ("Số trạm BTS 88 trạm, tăng 4 trạm so với ước thực hiện năm 2021.", {("change", "2021", "estimate"): 4}),
    ("Số trạm BTS năm 2022 là 88 trạm, năm 2021 là 80 trạm; riêng quý III tăng 3 trạm.", {}),
    ("Số trạm BTS 88 trạm, thấp hơn 2 trạm so với kế hoạch.", {("change", "2022", "target"): -2}),
    ("Doanh thu bưu chính 5.105 triệu đồng, tăng 6% so với năm 2021 (4.814 triệu đồng), đạt 100,7% kế hoạch năm.",
     {("growth_pct", "2021", "actual"): 6, ("ratio_pct", "2022", "target"): 100.7}),
    ("Số trạm BTS tăng từ 80 trạm năm 2021 lên 88 trạm, tăng 10%.", {("growth_pct", "2021", "actual"): 10}),
    ("Số trạm BTS năm 2022 là 88 trạm, năm 2021 là 80 trạm, tăng 10%.", {("growth_pct", "2021", "actual"): 10}),
    ("Doanh thu bưu chính 4.575 triệu đồng; kế hoạch giao 4.705 triệu đồng, đạt 97,2%.",
     {("ratio_pct", "2022", "target"): 97.2}),
    ("Có 78.302 thuê bao điện thoại (tăng 3.514 thuê bao, tương đương 4,7% so với năm 2021).",
     {("change", "2021", "actual"): 3514, ("growth_pct", "2021", "actual"): 4.7}),
    ("Doanh thu bưu chính 4.575 triệu đồng, tăng 8% so với năm 2021 và bằng 97,2% kế hoạch năm.",
     {("growth_pct", "2021", "actual"): 8, ("ratio_pct", "2022", "target"): 97.2}),
    ("Có 62 trạm BTS, tăng 3 trạm; doanh thu viễn thông 5 tỷ đồng, tăng 5% so với năm 2021.",
     {("growth_pct", "2021", "actual"): 5}),
    ("Doanh thu bưu chính 3.227 triệu đồng, bình quân tăng 6,1%/năm so với năm 2020.", {}),
    ("Kế hoạch năm 2022 giao doanh thu bưu chính 1.502 triệu đồng, 6 tháng thực hiện được 48,9% kế hoạch.", {}),
))  # fmt: skip
def test_a_sentence_compares_with_what_it_names(text, told, tmp_path):
    read = report_of_2022(text, tmp_path).comparisons
    assert {(row.measure, row.base_period, row.base_status): row.value for row in read.itertuples()} == told


@pytest.mark.parametrize("head, area, report", (
    ("LẠC THỦY - SỐ LIỆU TT&TT NĂM 2023", "lac-thuy", "2023"),
    ("SỞ TT&TT HÒA BÌNH\nBáo cáo năm 2023", "hoa-binh", "2023"),
    ("UBND XÃ QUÀI TỞ, TỈNH ĐIỆN BIÊN\nBáo cáo 6 tháng cuối năm 2025", "quai-to", "2025-S2"),
    ("UBND HUYỆN TUẦN GIÁO\nTuần Giáo, ngày 20 tháng 12 năm 2024\nBÁO CÁO\nKết quả năm 2024; nhiệm vụ năm 2025",
     "tuan-giao", "2024"),
    ("UBND HUYỆN TUẦN GIÁO\nBÁO CÁO\nKết quả 6 tháng đầu năm, nhiệm vụ 6 tháng cuối năm 2023", "tuan-giao", "2023-S1"),
    ("UBND HUYỆN TUẦN GIÁO\nBÁO CÁO\nKết quả chuyển đổi số 6 tháng đầu năm 2023", "tuan-giao", "2023-S1"),
    ("HUYỆN TUẦN GIÁO\nSỐ LIỆU GIAO BAN THÁNG 6 NĂM 2023 (số liệu 6 tháng đầu năm)", "tuan-giao", "2023-S1"),
))  # fmt: skip
def test_the_head_says_whose_and_when(head, area, report, tmp_path):
    plan = tmp_path / "plan.txt"
    plan.write_text(f"{head}\nDoanh thu bưu chính 6 tháng đầu năm 2023 đạt 5 tỷ đồng.\n", encoding="utf-8")
    reading = documents.read_plan(plan)
    assert (reading.area, reading.report) == (area, report)


def table(tmp_path, *rows: str):
    """Return the reading of a table of Tuần Giáo's, its cells parted by semicolons."""
    path = tmp_path / "plan.csv"
    path.write_text("\n".join(("Huyện Tuần Giáo - Số liệu năm 2022", *rows)), encoding="utf-8")
    return documents.read_plan(path)


@pytest.mark.parametrize("head", ("STT;Đơn vị;Số trạm BTS", "Đơn vị;Số trạm BTS", "Huyện;Trạm BTS (trạm)"))
def test_two_columns_are_a_table_and_a_rank_before_a_year_names_no_place(head, tmp_path):
    path = tmp_path / "plan.csv"
    rows = ("Toàn tỉnh;1.071", "Huyện Tuần Giáo;99", "Huyện Mường Ảng;66")
    rows = [f"{n};{row}" if head.startswith("STT") else row for n, row in enumerate(rows)]
    path.write_text("\n".join(("UBND TỈNH ĐIỆN BIÊN", "SỐ LIỆU CÁC HUYỆN, THÀNH PHỐ NĂM 2023", head, *rows)), "utf-8")
    reading = documents.read_plan(path)
    assert list(reading.observations["value"]) == [1071]
    assert dict(zip(reading.others["area"], reading.others["value"], strict=True)) == {"tuan-giao": 99, "muong-ang": 66}


def test_a_forms_answers_below_its_questions_are_read(tmp_path):
    read = table(
        tmp_path, "Câu 1. Số trạm BTS;Câu 2. Số hộ gia đình", "71;10.544", "Câu 3. Số thuê bao di động;", "11.902;"
    ).observations
    assert dict(zip(read["indicator"], read["value"], strict=True)) == {
        "bts_stations": 71, "households": 10544, "mobile_subscribers": 11902,
    }  # fmt: skip


def test_plan_result_and_ratio_stand_below_one_another(tmp_path):
    read = table(
        tmp_path, "STT;Chỉ tiêu;Nội dung;Năm 2021;Năm 2022", "1;Số trạm BTS (trạm);Kế hoạch;146;153",
        ";;Thực hiện;147;154", ";;Tỷ lệ (%);100,7;100,7",
    )  # fmt: skip
    assert {(row.period, row.status): row.value for row in read.observations.itertuples()} == {
        ("2021", "target"): 146, ("2021", "actual"): 147, ("2022", "target"): 153, ("2022", "actual"): 154,
    }  # fmt: skip


def test_a_commune_called_as_its_district_is_not_the_district(tmp_path):
    read = table(
        tmp_path, "TT;Chỉ tiêu;ĐVT;TT Tuần Giáo;Xã Quài Tở;Toàn huyện", "1;Số trạm BTS;Trạm;24;17;174"
    ).observations
    assert list(read[read["area"] == "tuan-giao"]["value"]) == [174]


def test_a_years_plan_under_a_half_is_the_years(tmp_path):
    read = table(
        tmp_path, "STT;Chỉ tiêu;ĐVT;6 tháng đầu năm 2022;6 tháng đầu năm 2022", ";;;Kế hoạch năm;Thực hiện 6 tháng",
        "1;Số trạm BTS;Trạm;236;232",
    ).observations  # fmt: skip
    assert {(row.period, row.status): row.value for row in read.itertuples()} == {
        ("2022", "target"): 236, ("2022-S1", "actual"): 232,
    }  # fmt: skip


def test_below_a_tables_total_an_earlier_year_is_the_totals(tmp_path):
    read = table(
        tmp_path, "TT;Doanh nghiệp;Số trạm BTS;Doanh thu viễn thông (tỷ đồng)", "1;VNPT;29;14,2",
        "2;Viettel;41;21,6", ";Cộng toàn huyện;70;35,8", ";Năm 2021;66;33,9",
    ).observations  # fmt: skip
    assert {(row.indicator, row.period): row.value for row in read.itertuples()} == {
        ("bts_stations", "2022"): 70, ("telecom_revenue", "2022"): 35800,
        ("bts_stations", "2021"): 66, ("telecom_revenue", "2021"): 33900,
    }  # fmt: skip


def test_columns_tell_the_new_from_all(tmp_path):
    path = writers.text(
        tmp_path / "plan.txt", ["Bảng số liệu phát triển thuê bao 6 tháng đầu năm 2022 huyện Tuần Giáo", [
            ["STT", "Chỉ tiêu", "ĐVT", "Có đến 31/12/2021", "Phát triển mới 6 tháng 2022", "Lũy kế đến 30/6/2022"],
            ["1", "Thuê bao điện thoại cố định", "Thuê bao", "18.640", "150", "17.770"]]])  # fmt: skip
    read = documents.read_plan(path, "tuan-giao", "2022-S1").observations
    assert {(row.indicator, row.period): row.value for row in read.itertuples()} == {
        ("fixed_subscribers", "2021"): 18640, ("fixed_subscribers", "2022-S1"): 17770,
    }  # fmt: skip


def test_a_share_is_no_more_than_its_whole(tmp_path):
    read = table(tmp_path, "TT;Chỉ tiêu;Năm 2022", "1;Hộ có Internet cáp quang;2563", "2;Số trạm BTS;22").observations
    assert list(read["indicator"]) == ["bts_stations"]


def test_a_time_in_a_group_row_is_that_of_the_rows_below(tmp_path):
    reading = table(tmp_path, "TT;Chỉ tiêu;Số liệu", ";NĂM 2021;", "1;Trạm BTS (trạm);87", "2;Bưu cục (điểm);3",
                    ";NĂM 2022;", "1;Trạm BTS (trạm);91", ";KẾ HOẠCH NĂM 2023;", "1;Trạm BTS (trạm);95")  # fmt: skip
    read = reading.observations
    stations = read[read["indicator"] == "bts_stations"]
    assert list(zip(stations["period"], stations["status"], stations["value"], strict=True)) == [
        ("2021", "actual", 87), ("2022", "actual", 91), ("2023", "target", 95)]  # fmt: skip


@pytest.mark.parametrize("header, printed, measure, values", (
    ("So sánh 2022/2021 (lần)", ("1,05", "1,03", "1,10"), "ratio_pct", [105, 103, 110]),
    ("So sánh 2022/2021", ("1,05", "1,03", "1,10"), "ratio_pct", [105, 103, 110]),
    ("So sánh 2022/2021", ("+4,6", "+3,2", "+9,9"), "growth_pct", [4.6, 3.2, 9.9]),
    ("So sánh 2022/2021", ("+4", "+19", "+273"), "change", [4, 19, 273]),
))  # fmt: skip
def test_a_comparisons_figures_tell_what_it_measures(header, printed, measure, values, tmp_path):
    rows = ("Trạm BTS;trạm;87;91", "Thuê bao điện thoại cố định;thuê bao;600;619",
            "Thuê bao điện thoại di động;thuê bao;2.745;3.018")  # fmt: skip
    told = table(tmp_path, f"Chỉ tiêu;ĐVT;Năm 2021;Năm 2022;{header}",
                 *(f"{row};{each}" for row, each in zip(rows, printed, strict=True))).comparisons  # fmt: skip
    assert set(told["measure"]) == {measure}
    assert list(told["value"]) == pytest.approx(values)


def test_what_hopes_or_looks_back_is_no_result(tmp_path):
    reading = documents.read_plan(habits.narrative(tmp_path).path)
    results = without_computed(reading.observations).query("status == 'actual' and period == '2021-S1'")
    assert not results["value"].isin([20, 100]).any()
    hoped = reading.observations[reading.observations["value"] == 100]
    assert set(zip(hoped["period"], hoped["status"], strict=True)) == {("2022", "target")}


def test_an_unknown_row_is_listed_with_its_closest_candidates(tmp_path):
    reading = documents.read_plan(habits.new_subscribers(tmp_path).path)
    row = next(u for u in reading.unmatched if u.name == "Số thuê bao điện thoại phát triển")
    assert "phone_subscribers" in [candidate.indicator for candidate in row.candidates]
    assert row.place == "B1:1"
    assert "1.200" in row.printed


NEGATIVE = {
    "tasks": [["TT", "Nhiệm vụ", "Đơn vị chủ trì", "Thời gian thực hiện"],
              ["1", "Phát triển trạm BTS", "Sở TTTT", "2024"], ["2", "Phủ sóng 4G, 5G", "VNPT", "Quý II/2024"]],
    "prices": [["STT", "Danh mục vật liệu", "Đơn vị tính (*)", "Quy cách", "Giá quý II/2025"],
               ["<1>", "<2>", "<3>", "<4>", "<5>"],
               ["1", "Cửa đi 2 cánh", "m2", "2,0 x 2,4", "320.000"], ["2", "Xi măng", "kg", "PCB40", "1.850"]],
    "budget": [["STT", "Nội dung", "Kinh phí thực hiện năm 2024", "Nguồn vốn"],
               ["1", "Doanh thu bưu chính", "320.000", "NSNN"]],
}  # fmt: skip


@pytest.mark.parametrize("name", NEGATIVE)
def test_a_document_without_indicators_gives_none_and_says_so(name, tmp_path, data):
    title = ["UBND huyện Tuần Giáo", "Tuần Giáo, ngày 5 tháng 3 năm 2024"]
    path = writers.word(tmp_path / "plan.docx", [*title, NEGATIVE[name]])
    reading = documents.read_plan(path)
    assert reading.observations.empty
    assert any("no indicator table" in warning for warning in reading.warnings)
    outcome = ingest.ingest(path, data_dir=data)
    assert "nothing was written" in outcome.error
    assert not (data / "observations").exists()


def test_another_offices_document_is_not_taken_for_a_neighbours(tmp_path):
    rows = [["STT", "Chỉ tiêu", "ĐVT", "TH 6 tháng 2021"], ["1", "Số trạm BTS", "Trạm", "88"]]
    title = ["UBND huyện Sông Xanh", "Kế hoạch của UBND huyện Sông Xanh, tỉnh Điện Biên"]
    reading = documents.read_plan(writers.word(tmp_path / "plan.docx", [*title, rows]))
    assert reading.area == ""
    assert any("Sông Xanh" in warning and "--area" in warning for warning in reading.warnings)


def test_an_unsettled_number_is_a_warning(tmp_path):
    rows = [["STT", "Chỉ tiêu", "ĐVT", "TH năm 2020"], ["1", "Doanh thu bưu chính", "Tỷ đồng", "1,320"]]
    reading = documents.read_plan(writers.word(tmp_path / "plan.docx", ["UBND huyện Tuần Giáo", rows]))
    assert any("could be" in warning for warning in reading.warnings)


def test_a_printed_ratio_tells_what_a_mark_means(tmp_path):
    rows = [["STT", "Chỉ tiêu", "ĐVT", "TH năm 2020", "KH năm 2021", "KH 2021/TH 2020 (%)"],
            ["1", "Doanh thu bưu chính", "Tỷ đồng", "2.4", "3,125", "130,2"]]  # fmt: skip
    reading = documents.read_plan(writers.word(tmp_path / "plan.docx", ["UBND huyện Tuần Giáo", rows]))
    assert sorted(reading.observations["value"]) == [2400, 3125]


def test_a_spreadsheets_slip_is_a_warning(tmp_path):
    rows = [["STT", "Chỉ tiêu", "ĐVT", "TH năm 2019", "TH năm 2020"],
            ["1", "Số dân phục vụ bình quân", "Người/điểm", "4,3", "4.300"]]  # fmt: skip
    path = writers.workbook(tmp_path / "plan.xlsx", {"A": [["UBND huyện Tuần Giáo"], [], *rows]})
    assert any("4.300 for 4,3" in warning for warning in documents.read_plan(path).warnings)


@pytest.mark.parametrize(("count", "doubted"), [("62,71", True), ("62.710", False)])
def test_what_a_spreadsheet_took_from_counts_it_may_have_taken_from_money_too(count, doubted, tmp_path):
    rows = [["STT", "Chỉ tiêu", "ĐVT", "TH năm 2019", "TH năm 2020"],
            ["1", "Doanh thu bưu chính", "Triệu đồng", "3,12", "3,48"],
            ["2", "Tổng số thuê bao điện thoại", "Thuê bao", count, "63.900"]]  # fmt: skip
    path = writers.workbook(tmp_path / "plan.xlsx", {"A": [["UBND huyện Tuần Giáo"], [], *rows]})
    warnings = documents.read_plan(path).warnings
    assert any("3.120 taken for 3,12" in warning for warning in warnings) == doubted


def test_tables_that_contradict_each_other_are_both_kept_and_said(tmp_path):
    two = form.grid(1)
    two[5][3] = "66"
    path = writers.word(tmp_path / "plan.docx", [*form.TITLE, "PHỤ LỤC 1", form.grid(1), "PHỤ LỤC 2", two])
    reading = documents.read_plan(path)
    assert len(without_computed(reading.observations)) == 2 * len(form.stated(1))
    told = [warning for warning in reading.warnings if "contradicts itself" in warning]
    assert len(told) == 1 and "corrections.csv (indicator commune_post_points)" in told[0]


# ---- bad input


def _part(path: Path, name: str, content: bytes) -> Path:
    with zipfile.ZipFile(path) as package:
        parts = {part: package.read(part) for part in package.namelist()} | {name: content}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for part, held in parts.items():
            package.writestr(part, held)
    return path


ENTITIES = (
    '<?xml version="1.0"{0}?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">'
    '<!ENTITY c SYSTEM "file:///etc/passwd">]><x>&b;&c;</x>'
)


def _bytes(content: bytes):
    return lambda folder: _written(folder / "plan.docx", content)


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _zip(folder: Path, parts: dict[str, bytes]) -> Path:
    path = folder / "plan.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return path


def _scan(folder: Path) -> Path:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>"
    body = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    return _written(folder / "scan.pdf", body + b"3 0 obj" + page + b"endobj\ntrailer<</Root 1 0 R>>\n%%EOF")


def _formulas(sheet) -> None:
    for row in range(7, sheet.max_row + 1):
        sheet.cell(row, 5).value = f"=F{row}/2"


BAD = {
    "nothing": (_bytes(b""), "empty"),
    "bytes": (_bytes(bytes(range(256)) * 40), "not a document"),
    "picture": (_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 400), "not a document"),
    "half a package": (lambda f: _written(f / "a.docx", habits.word(f).path.read_bytes()[:9000]), "damaged"),
    "encrypted": (_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")),
                  "encrypted"),
    "broken xls": (_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\1" * 600 + "Workbook".encode("utf-16-le")), "xls"),
    "bomb": (lambda f: _zip(f, {"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": b" " * 30_000_000}),
             "zip bomb"),
    "many parts": (lambda f: _zip(f, {f"xl/{n}": b"" for n in range(5001)}), "parts inside"),
    "entities in Word": (lambda f: _part(writers.word(f / "a.docx", ["x"]), "word/document.xml",
                                         ENTITIES.format("").encode()), "entities"),
    "entities in Excel": (lambda f: _part(writers.workbook(f / "a.xlsx", {"a": [["x"]]}), "xl/worksheets/sheet1.xml",
                                          ENTITIES.format("").encode()), "entities"),
    "entities in UTF-16": (lambda f: _part(writers.workbook(f / "a.xlsx", {"a": [["x"]]}), "xl/sharedStrings.xml",
                                           ENTITIES.format(' encoding="UTF-16"').encode("utf-16")), "entities"),
    "entities in ods": (lambda f: _part(writers.opendocument(f / "a.ods", {"a": [["x"]]}), "content.xml",
                                        ENTITIES.format("").encode()), "entities"),
    "broken pdf": (lambda f: _written(f / "a.pdf", b"%PDF-1.4\nnothing"), "pdf"),
    "scan": (_scan, "scan without text"),
    "zip": (lambda f: _zip(f, {"a.txt": b"x"}), "zip archive"),
    "folder": (lambda f: f, "folder"),
    "missing": (lambda f: f / "no.docx", "no such file"),
    "NUL": (lambda f: _written(f / "a.txt", b"a\0b\0c" * 90), "not a document"),
    "formulas": (lambda f: writers.workbook(f / "a.xlsx", {"PL1": habits.sheet(1)}, each=_formulas), "press F9"),
    "no rows": (lambda f: writers.word(f / "a.docx", [*form.TITLE, [form.HEADERS[1]]]), "no figure"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_clear_sentence_and_nothing_is_written(name, tmp_path, data):
    make, words = BAD[name]
    (tmp_path / "in").mkdir()
    path = make(tmp_path / "in")
    before = sorted(data.rglob("*"))
    outcome = ingest.ingest(path, data_dir=data)
    assert words in outcome.error
    assert "\n" not in outcome.error
    assert str(path) in outcome.summary()
    assert sorted(data.rglob("*")) == before


def test_a_macro_workbook_is_read_without_running_it(tmp_path):
    path = writers.workbook(tmp_path / "plan.xlsm", habits.sheets())
    reading = documents.read_plan(_part(path, "xl/vbaProject.bin", b"macro"))
    assert form.score(reading, habits.both()).right == len(habits.both())
    assert any("macros; they were not run" in warning for warning in reading.warnings)


def _claim(path: Path) -> Path:
    return writers.rewrite(
        path,
        "xl/worksheets/sheet1.xml",
        lambda xml: re.sub(r'<dimension ref="[^"]*"', '<dimension ref="A1:NTP10000"', xml),
    )


def _far(sheet) -> None:
    sheet.cell(10_000, 10_000).value = "x"


def _blank(sheet) -> None:
    sheet.cell(100_000, 1).value = "x"


@pytest.mark.parametrize("each", [None, _far, _blank])
def test_a_sheet_that_claims_much_costs_little(each, tmp_path):
    path = _claim(writers.workbook(tmp_path / "plan.xlsx", {"PL1": habits.sheet(1)}, each=each))
    assert form.score(documents.read_plan(path), form.stated(1)).right == len(form.stated(1))


def test_deep_and_wide_pages_are_read_in_time(tmp_path):
    wide = b"<table>" + b"<tr><td colspan=99999999 rowspan=99999999>1</td></tr>" * 50 + b"</table>"
    path = _written(tmp_path / "a.html", b"<div>" * 5000 + b"<table><tr><td>" * 300 + wide)
    assert documents.read_plan(path).observations.empty


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.lists(
            st.one_of(
                st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=12),
                st.sampled_from([
                    "STT", "Chỉ tiêu", "ĐVT", "TH năm 2020", "KH 2021", "1", "2.1", "I", "Số trạm BTS", "Trạm", "%",
                    "1.234", "5,5", "-", "≥ 90", "Trong đó:", "Tổng số thuê bao điện thoại", "2020", "Sơ bộ 2020",
                    "7=6/4",
                ]),
            ),
            max_size=6,
        ),
        max_size=9,
    )
)  # fmt: skip
def test_no_table_makes_the_reader_stumble(tmp_path, rows):
    path = writers.text(tmp_path / "plan.txt", ["UBND huyện Tuần Giáo 6 tháng đầu năm 2021", rows or [["x"]]])
    reading = documents.read_plan(path)
    assert reading.observations["value"].notna().all()


@given(st.text(max_size=30))
def test_no_cell_makes_the_reader_stumble(text):
    numbers.read_figure(text)


def test_legacy_letters_come_back_as_they_were():
    for text in ("Tổng số thuê bao điện thoại", "được phủ sóng, hệ thống", "Ngầm hóa mạng cáp ngoại vi, kỹ thuật"):
        assert encodings.from_tcvn3(habits._legacy(encodings._TCVN3)(text)) == text
        assert encodings.from_vni(habits._legacy(encodings._vni())(text)) == text
        assert encodings.legacy(text) == ""


# ---- into data/


def run(*arguments):
    return CliRunner().invoke(cli.main, ["ingest", *map(str, arguments)])


def files(data: Path) -> dict[str, bytes]:
    """Return what the data folder holds."""
    return {str(path.relative_to(data)): path.read_bytes() for path in sorted(data.rglob("*")) if path.is_file()}


def test_ingest_writes_both_tables_and_twice_changes_nothing(tmp_path, data):
    path = habits.word(tmp_path).path
    first = run(path, "--data", data)
    assert first.exit_code == 0, first.output
    assert "286 new" in first.output
    held = files(data)
    assert {"observations/tuan-giao/2021-S1.csv", "comparisons/tuan-giao/2021-S1.csv"} <= set(held)
    again = run(path, "--data", data)
    assert again.exit_code == 0
    assert "0 new, 286 as stored" in again.output
    assert files(data) == held


def test_a_hand_made_note_survives_reading_in_again(tmp_path, data):
    run(habits.text(tmp_path).path, "--data", data)
    path = data / "observations" / "tuan-giao" / "2021-S1.csv"
    path.write_text(path.read_text().replace("87,87,A1:10:4,", "87,87,A1:10:4,đã hỏi lại"))
    run(habits.text(tmp_path).path, "--data", data)
    assert "đã hỏi lại" in path.read_text()


def test_a_figure_that_differs_is_shown_and_waits_for_replace(tmp_path, data):
    run(habits.text(tmp_path).path, "--data", data)
    held = files(data)
    kept = [form.replace(line, cells=("87", "89", *line.cells[2:])) if line.indicator == "bts_stations" else line
            for line in form.lines(1)]  # fmt: skip
    changed = writers.text(tmp_path / "changed.txt", habits.whole(kept))
    asked = run(changed, "--data", data)
    assert asked.exit_code == 1
    assert "Appendix 1, row 10, column 5: BTS stations, the first half of 2021: 88 → 89" in asked.output
    assert "--replace" in asked.output
    assert files(data) == held
    taken = run(changed, "--data", data, "--replace")
    assert taken.exit_code == 0
    now = files(data)["observations/tuan-giao/2021-S1.csv"].decode()
    assert now == held["observations/tuan-giao/2021-S1.csv"].decode().replace(
        "bts_stations,2021-S1,actual,88,88,A1", "bts_stations,2021-S1,actual,89,89,A1"
    )


def test_a_figure_that_another_document_states_otherwise_is_a_difference_too(tmp_path, data):
    run(habits.text(tmp_path).path, "--data", data)
    rows = [["STT", "Chỉ tiêu", "ĐVT", "TH 6 tháng 2021"], ["1", "Số trạm BTS", "Trạm", "91"]]
    other = writers.word(tmp_path / "other.docx", [*form.TITLE, rows])
    assert run(other, "--data", data).exit_code == 1
    assert run(other, "--data", data, "--replace").exit_code == 0
    frame = read_observations(data / "observations" / "tuan-giao" / "2021-S1.csv", data)
    stations = frame[(frame["indicator"] == "bts_stations") & (frame["period"] == "2021-S1")]
    assert list(stations["value"]) == [91]


def test_dry_run_prints_what_would_be_written_and_writes_nothing(tmp_path, data):
    held = files(data)
    ran = run(habits.text(tmp_path).path, "--data", data, "--dry-run")
    assert ran.exit_code == 0
    assert "tuan-giao,bts_stations,2021-S1,actual,88,88,A1:10:5," in ran.output
    assert files(data) == held


def test_a_mapped_name_is_remembered(tmp_path, data):
    rows = [["STT", "Chỉ tiêu", "ĐVT", "TH 6 tháng 2021"], ["1", "Cột ăng ten", "Cột", "88"]]
    path = writers.word(tmp_path / "plan.docx", [*form.TITLE, rows])
    assert run(path, "--data", data).exit_code == 1
    assert run(path, "--data", data, "--map", "Cột ăng ten=bts_stations", "--dry-run").exit_code == 0
    assert run(path, "--data", data).exit_code == 1
    assert run(path, "--data", data, "--map", "Cột ăng ten=bts_stations").exit_code == 0
    assert "Cột ăng ten" in (data / "indicators.csv").read_text()
    assert "1 as stored" in run(path, "--data", data).output


def test_names_taught_at_the_same_time_are_all_remembered(tmp_path, data):
    from concurrent.futures import ThreadPoolExecutor

    names = [f"Cột thứ {number}" for number in range(20)]
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda name: ingest.remember({name: "bts_stations"}, data), names))
    table = (data / "indicators.csv").read_text()
    assert [name for name in names if name not in table] == []


def test_one_bad_file_does_not_stop_the_rest(tmp_path, data):
    bad = _written(tmp_path / "bad.docx", b"PK\x03\x04")
    ran = run(bad, habits.word(tmp_path).path, "--data", data)
    assert ran.exit_code == 1
    assert "286 new" in ran.stdout
    assert ran.stderr.strip().splitlines()[-1].startswith(f"FAILED {bad}")


@pytest.mark.parametrize(
    "wrong",
    [["--area", "nowhere"], ["--period", "2021S1"], ["--map", "x"], ["--map", "x=nowhere"], ["--map", "a;b=staff"]],
)
def test_a_wrong_request_is_exit_code_2(wrong, tmp_path, data):
    ran = run(habits.text(tmp_path).path, "--data", data, *wrong)
    assert ran.exit_code == 2
    assert not (data / "observations").exists()
    assert run().exit_code == 2


def test_flags_override_what_the_document_says(tmp_path, data):
    ran = run(habits.text(tmp_path).path, "--data", data, "--area", "dien-bien", "--period", "2021")
    assert ran.exit_code == 0, ran.output
    assert (data / "observations" / "dien-bien" / "2021.csv").is_file()
    assert "the document says it is of tuan-giao" in ran.output


@pytest.mark.parametrize("dies_at", range(1, 5))
def test_killed_between_its_writes_leaves_the_old_pair_or_the_new(dies_at, tmp_path, data, monkeypatch):
    run(habits.text(tmp_path).path, "--data", data)
    old = files(data)
    kept = [form.replace(line, cells=("1", "2", "3", "4", "5")) if line.indicator == "bts_stations" else line
            for line in form.lines(1)]  # fmt: skip
    changed = writers.text(tmp_path / "changed.txt", habits.whole(kept))
    calls = []

    def dies(path):
        calls.append(path)
        if len(calls) == dies_at:
            raise KeyboardInterrupt  # as abrupt as Python allows: no cleanup of ours may be needed

    with monkeypatch.context() as patch:
        patch.setattr(store, "_sync", dies)
        with pytest.raises(KeyboardInterrupt):
            ingest.ingest(changed, data_dir=data, replace=True)
    # Whoever comes next finds one whole pair.
    ingest.finish_pending(data)
    run(changed, "--data", data, "--replace")
    new = files(data)
    assert set(new) == set(old)
    assert ",bts_stations,2020,actual,1,1,A1:10:4," in new["observations/tuan-giao/2021-S1.csv"].decode()
    assert ",ratio_pct,4,4,A1:10:7," in new["comparisons/tuan-giao/2021-S1.csv"].decode()


def test_an_interrupted_write_is_finished_before_anything_else(tmp_path, data, monkeypatch):
    path = habits.text(tmp_path).path
    with monkeypatch.context() as patch:
        patch.setattr(ingest, "finish_pending", lambda folder: None)
        ingest.ingest(path, data_dir=data)
    assert not (data / "observations").exists()
    ran = run(path, "--data", data)
    assert "0 new, 286 as stored" in ran.output
    assert not (data / PENDING).exists()


def test_importing_the_room_loads_no_reader():
    code = (
        "import sys, ictplan_utils.documents as d; d.read_plan;"
        "print([m for m in ('docx', 'openpyxl', 'pdfplumber', 'xlrd', 'odf', 'bs4', 'hypothesis') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=form.REPO)
    assert ran.stdout.strip() == "[]"


@pytest.mark.parametrize("room", ["encodings", "headers", "names", "numbers", "units"])
def test_the_examples_in_the_docs_are_true(room):
    assert doctest.testmod(importlib.import_module(f"ictplan_utils.documents.{room}")).failed == 0


def test_an_unknown_area_or_period_is_refused(tmp_path):
    path = habits.text(tmp_path).path
    with pytest.raises(IctplanError, match="tuan-giao"):
        documents.read_plan(path, area="tuan-gia")
    with pytest.raises(IctplanError, match="2021-S1"):
        documents.read_plan(path, report="6T2021")


# -- what a document says of itself, into data/ ---------------------------------------------------------------------

LETTER = "Thực hiện Công văn số 763/STTTT-KHTC ngày 09/6/2022 của Sở Thông tin và Truyền thông;"
FACTS_FILE = "documents/tuan-giao/2021-S1.csv"


def paper(path: Path, *, signed="ngày tháng 6", number="", year="2022", letters=(LETTER,), unit="Trạm") -> Path:
    rows = [["STT", "Các chỉ tiêu", "Đơn vị tính", "TH 6 tháng 2021", "Thực hiện 2021"],
            ["1", "Số trạm BTS", unit, "88", "90"]]  # fmt: skip
    return writers.word(path, [
        f"Số: {number}/KH-UBND", f"Tuần Giáo, {signed} năm 2021", "KẾ HOẠCH",
        f"Phát triển ngành huyện Tuần Giáo năm {year}", *letters, rows,
    ])  # fmt: skip


def facts_in(data: Path) -> dict[str, str]:
    frame = pd.read_csv(data / FACTS_FILE, dtype=str, keep_default_na=False)
    assert list(frame.columns) == list(facts.FACT_COLUMNS)
    assert set(frame["area"]) == {"tuan-giao"}
    return dict(zip(frame["source"], frame["value"], strict=True))


def test_what_a_document_says_of_itself_is_stored_with_its_figures(tmp_path, data):
    ran = run(paper(tmp_path / "plan.docx"), "--data", data)
    assert ran.exit_code == 0, ran.output
    assert "8 new facts of the paper itself" in ran.output
    assert facts_in(data) == {
        "D:number": "", "D:date": "2021-06", "D:title": "2022", "D:cites:1": "763/STTTT-KHTC 2022-06-09",
        "D:basis:1": LETTER, "B1:0:4": "TH 6 tháng 2021", "B1:0:5": "Thực hiện 2021", "B1:1:3": "Trạm",
    }  # fmt: skip
    held = files(data)
    again = run(paper(tmp_path / "plan.docx"), "--data", data)
    assert again.exit_code == 0
    assert "facts" not in again.output
    assert files(data) == held


def test_a_dry_run_shows_the_facts(tmp_path, data):
    held = files(data)
    ran = run(paper(tmp_path / "plan.docx"), "--data", data, "--dry-run")
    assert "tuan-giao,2021-S1,cites,763/STTTT-KHTC 2022-06-09,D:cites:1," in ran.output
    assert files(data) == held


def test_a_fact_that_differs_waits_for_replace_as_a_figure_does(tmp_path, data):
    other = "Căn cứ Quyết định số 749/QĐ-TTg ngày 03/6/2020 của Thủ tướng Chính phủ;"
    run(paper(tmp_path / "draft.docx", letters=(LETTER, other)), "--data", data)
    held = files(data)
    final = paper(
        tmp_path / "final.docx", signed="ngày 15 tháng 6", number="45", letters=(LETTER.replace("763", "764"),)
    )
    asked = run(final, "--data", data)
    assert asked.exit_code == 1
    assert "differs: The document: date: 2021-06 → 2021-06-15" in asked.output
    assert "differs: The document: number: blank → 45" in asked.output
    assert "NOT WRITTEN: 3 differ" in asked.output
    assert files(data) == held
    taken = run(final, "--data", data, "--replace")
    assert taken.exit_code == 0
    assert "3 of its facts replaced" in taken.output
    now = facts_in(data)
    assert (now["D:number"], now["D:date"], now["D:title"]) == ("45", "2021-06-15", "2022")
    # The new version cites one letter: of the old one's two none stays.
    assert {place: value for place, value in now.items() if ":cites:" in place} == {
        "D:cites:1": "764/STTTT-KHTC 2022-06-09"
    }
    assert {name: text for name, text in files(data).items() if name != FACTS_FILE} == {
        name: text for name, text in held.items() if name != FACTS_FILE
    }


def test_a_paper_that_says_less_of_itself_takes_nothing_away(tmp_path, data):
    run(paper(tmp_path / "plan.docx"), "--data", data)
    held = facts_in(data)
    rows = [["STT", "Chỉ tiêu", "Đơn vị tính", "TH 6 THÁNG  2021"], ["1", "Số trạm BTS", "trạm", "88"],
            ["12", "Tổng số thuê bao điện thoại", "Thuê bao", "55.572"]]  # fmt: skip
    table = writers.word(tmp_path / "table.docx", ["Huyện Tuần Giáo", rows])
    ran = run(table, "--data", data)
    assert ran.exit_code == 0, ran.output
    assert facts_in(data) == held | {"B1:12:3": "Thuê bao"}


def test_the_audit_says_of_a_stored_document_what_it_says_of_one_that_is_not(tmp_path, data):
    path = paper(tmp_path / "plan.docx", year="2023", unit="%")
    before = audit.audit_document(path, "tuan-giao", "2021-S1", data_dir=data)
    assert {"letter_from_the_future", "header_year", "open_number", "unit_of_row"} <= set(before["rule"])
    assert run(path, "--data", data).exit_code == 0
    pd.testing.assert_frame_equal(audit.audit_stored("tuan-giao", data_dir=data), before)


@pytest.mark.parametrize("signed", ["ngày tháng 0", "ngày tháng 13", "ngày 31 tháng 6"])
def test_a_date_that_no_calendar_has_is_stored_and_is_a_finding(signed, tmp_path, data):
    assert run(paper(tmp_path / "plan.docx", signed=signed), "--data", data).exit_code == 0
    found = audit.audit_stored("tuan-giao", data_dir=data)
    assert "D:date" in set(found.loc[found["rule"] == "no_such_date", "source"])


def test_a_heading_that_excel_would_compute_is_stored_as_text(tmp_path, data):
    assert run(paper(tmp_path / "plan.docx", unit="=cmd|' /C calc'!A0"), "--data", data).exit_code == 0
    assert facts_in(data)["B1:1:3"] == "cmd|' /C calc'!A0"


@pytest.mark.parametrize(
    ("row", "what"),
    [("tuan-giao,2021-S1,signed,tháng 6,D:x,", "'tháng 6' is no signed"), ("x,2021-S1,number,1,D:number,", "area"),
     ("tuan-giao,2020-S1,number,1,D:number,", "report"), ("tuan-giao,2021-S1,colour,1,D:number,", "none of number"),
     ("tuan-giao,2021-S1,number,1,anywhere,", "not a place")],
)  # fmt: skip
def test_a_stored_fact_that_is_none_is_refused_by_file_and_row(row, what, tmp_path, data):
    run(paper(tmp_path / "plan.docx"), "--data", data)
    with (data / FACTS_FILE).open("a", encoding="utf-8") as file:
        file.write(f"{row}\n")
    with pytest.raises(IctplanError, match=re.escape(f"{FACTS_FILE} row 10")) as refused:
        audit.audit_stored("tuan-giao", data_dir=data)
    assert what in str(refused.value)


def test_the_real_plans_facts_read_again_are_those_stored():
    stored = facts.stored_facts("tuan-giao", "2021-S1")
    letters = stored.loc[stored["fact"] == "cites", ["source", "value"]].to_numpy().tolist()
    assert ["D:cites:1", "763/STTTT-KHTC 2022-06-09"] in letters
    blocks = [*stored.loc[stored["fact"].isin(["signed", "cites"]), "note"]]
    read = facts.read_facts(blocks, "tuan-giao", "2021-S1")
    assert read.loc[read["fact"] == "cites", ["source", "value"]].to_numpy().tolist() == letters


def test_an_offices_own_words_hold_from_the_moment_they_are_written(tmp_path, data_copy):
    def read():
        found = documents.read_plan(path, form.AREA, "2021-S1", data_copy).observations
        return {(row.indicator, row.period, row.status, row.value) for row in found.itertuples()}

    path = tmp_path / "plan.txt"
    path.write_text("Tổng số trạm phủ sóng: 95 trạm.\nQuyết chí năm 2022 có 105 trạm BTS.\n", "utf-8")
    assert not {key for key in read() if key[0] == "bts_stations" and key[2:] in {("actual", 95.0), ("target", 105.0)}}
    own = data_copy / "words.toml"
    own.write_text('same = [["tram bts", "tram phu song"]]\ntarget = ["quyet chi"]\n', "utf-8")
    assert read() == {("bts_stations", "2021-S1", "actual", 95.0), ("bts_stations", "2022", "target", 105.0)}
    own.write_text("same = [", "utf-8")
    with pytest.raises(IctplanError, match=r"words\.toml.*vocabulary/words\.toml"):
        read()


@pytest.mark.parametrize("said, status", (
    ("Giữ nguyên chỉ tiêu năm 2022 về doanh thu bưu chính là 125.000 triệu đồng.", "target"),
    ("Đánh giá thực hiện chỉ tiêu năm 2022: doanh thu bưu chính 125.000 triệu đồng.", "actual"),
    ("Các chỉ tiêu năm 2022: doanh thu bưu chính 125.000 triệu đồng.", "actual"),
))  # fmt: skip
def test_in_june_one_chi_tieu_of_the_whole_year_is_its_plan(said, status, tmp_path):
    read = read_as(f"BÁO CÁO\nKết quả 6 tháng đầu năm 2022\n{said}\n", "2022-S1", tmp_path)
    assert read == {("postal_revenue", "2022" if status == "target" else "2022-S1", status): 125000}


def test_what_was_merely_done_under_a_plans_heading_is_a_result_but_of_a_year_to_come(tmp_path):
    said = "Doanh thu bưu chính: kế hoạch 62.000 triệu đồng; thực hiện 65.720 triệu đồng, đạt 106%."
    head = "BÁO CÁO\nKết quả năm 2024\nI. CÁC CHỈ TIÊU GIAO\n- "
    assert read_as(head + said, "2024", tmp_path) == {
        ("postal_revenue", "2024", "target"): 62000, ("postal_revenue", "2024", "actual"): 65720,
    }  # fmt: skip
    to_come = "BÁO CÁO\nKết quả năm 2024\nMục tiêu năm 2025:\n- Doanh thu bưu chính: thực hiện 70.000 triệu đồng"
    assert read_as(to_come, "2024", tmp_path) == {("postal_revenue", "2025", "target"): 70000}


def test_a_title_that_plans_leads_nothing_in(tmp_path):
    path = tmp_path / "plan.txt"
    head = "PHÒNG VĂN HÓA VÀ THÔNG TIN HUYỆN TUẦN GIÁO\nDự thảo kế hoạch năm 2024\nNgày 14/6/2023\nThuyết minh"
    path.write_text(f"{head}\n+ Hộ được xem truyền hình tỉnh: 18.977 hộ.\n", "utf-8")
    read = documents.read_plan(path, "tuan-giao", "2023-S1").observations
    assert [(row.period, row.status, row.value) for row in read.itertuples()] == [("2023-S1", "actual", 18977)]


def test_the_level_of_a_town_that_is_a_district_is_the_districts(tmp_path):
    path = tmp_path / "plan.txt"
    said = "Tỷ lệ hồ sơ công việc được xử lý trên môi trường mạng cấp thành phố 100%, cấp xã 93%."
    path.write_text(f"UBND thành phố Điện Biên Phủ\nBÁO CÁO 6 tháng đầu năm 2023\n{said}\n", "utf-8")
    read = documents.read_plan(path).observations
    assert dict(zip(read["indicator"], read["value"], strict=True)) == {
        "online_files_share_district": 100, "online_files_share_commune": 93,
    }  # fmt: skip


@pytest.mark.parametrize("head, area, report", (
    ("PHÒNG VĂN HÓA - XÃ HỘI\nXÃ QUÀI TỞ\nBÁO CÁO năm 2025\nKiến nghị UBND tỉnh Điện Biên hỗ trợ.", "quai-to", "2025"),
    ("UBND HUYỆN TUẦN GIÁO\nTuần Giáo, ngày 20 tháng 6 năm 2021\nBÁO CÁO NHANH\nSo với 6 tháng năm 2020 đều tăng.",
     "tuan-giao", "2021-S1"),
    ("UBND HUYỆN TUẦN GIÁO\nKẾ HOẠCH\nPhát triển hạ tầng số giai đoạn 2023 - 2025\n1. Kết quả năm 2022",
     "tuan-giao", "2022"),
    ("UBND HUYỆN TUẦN GIÁO\nTuần Giáo, ngày 9 tháng 6 năm 2023\nBÁO CÁO\nƯớc thực hiện các chỉ tiêu năm 2023",
     "tuan-giao", "2023-S1"),
    ("UBND HUYỆN TUẦN GIÁO\nTuần Giáo, ngày 16 tháng 12 năm 2024\nBÁO CÁO\nKết quả công tác năm 2024\n"
     "Thực hiện chỉ đạo của tỉnh, Ban Chỉ đạo họp mỗi quý một lần.", "tuan-giao", "2024"),
    ("UBND HUYỆN TUẦN GIÁO\nTuần Giáo, ngày 27 tháng 12 năm 2024\nBÁO CÁO\nKết quả 6 tháng và nhiệm vụ năm 2025",
     "tuan-giao", "2024"),
    ("UBND HUYỆN TUẦN GIÁO\nGIẢI TRÌNH\nMột số chỉ tiêu thông tin và truyền thông không đạt kế hoạch năm 2021",
     "tuan-giao", ""),  # no plan for 2021, which a report on 2020 would make; whether a half's or a year's is asked
))  # fmt: skip
def test_a_letterhead_says_whose_and_no_base_or_plan_when(head, area, report, tmp_path):
    path = tmp_path / "letter.txt"
    path.write_text(f"{head}\nSố trạm BTS: 88 trạm.\n", "utf-8")
    reading = documents.read_plan(path)
    assert (reading.area, reading.report) == (area, report)
