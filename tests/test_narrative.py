"""Sentences: right for rises, falls, no change, missing; in the register of administration; safe to show."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from places import AREA, REPORT

from ictplan_utils import catalog, narrative
from ictplan_utils.observations import report_table
from ictplan_utils.targets import judge_targets


def figures(**known: float) -> pd.Series:
    return pd.Series({"last_year": math.nan, "same_half": math.nan, "half": math.nan, "estimate": math.nan,
                      "target": math.nan} | known)  # fmt: skip


@pytest.mark.parametrize(
    ("indicator", "row", "expected"),
    [
        ("bts_stations", figures(half=88, same_half=87),
         "Toàn huyện có 88 vị trí trạm BTS, tăng 1 vị trí trạm (1,1 %) so với cùng kỳ năm 2020."),
        ("phone_subscribers", figures(half=55572, same_half=56872),
         "Toàn huyện có 55.572 thuê bao điện thoại, giảm 1.300 thuê bao (2,3 %) so với cùng kỳ năm 2020."),
        ("postal_points", figures(half=22, last_year=22),
         "Toàn huyện có 22 điểm phục vụ bưu chính, không đổi so với cuối năm 2020."),
        ("postal_revenue", figures(half=1320, same_half=1294.1),
         "Doanh thu bưu chính 6 tháng đầu năm 2021 đạt 1.320 triệu đồng, tăng 2 % so với cùng kỳ năm 2020."),
        ("telecom_revenue", figures(half=24783, estimate=52321),
         "Doanh thu viễn thông và Internet 6 tháng đầu năm 2021 đạt 24.783 triệu đồng, bằng 47,4 % ước thực hiện "
         "cả năm 2021."),
        ("mobile_broadband_coverage_share", figures(half=70, last_year=65),
         "Tỷ lệ phủ sóng 4G, 5G đạt 70 %, tăng 5 điểm phần trăm so với cuối năm 2020."),
        ("internet_user_share", figures(), "Người sử dụng Internet: báo cáo chưa có số liệu 6 tháng đầu năm 2021."),
        ("online_service_files_share", figures(half=917),
         "Hồ sơ qua dịch vụ công trực tuyến: số liệu ghi là 917, không phải tỷ lệ phần trăm; cần báo cáo lại."),
        ("servers", figures(half=2), "Toàn huyện có 2 máy chủ."),
    ],
)  # fmt: skip
def test_a_figure_is_told_as_an_official_would_write_it(indicator, row, expected):
    told = narrative.sentence(row, catalog.indicator(indicator), REPORT, catalog.area(AREA))
    assert told.replace("\N{NO-BREAK SPACE}", " ") == expected


def test_english_says_the_same():
    row = figures(half=88, same_half=87)
    told = narrative.headline(row, catalog.indicator("bts_stations"), REPORT, "en")
    assert told.replace("\N{NO-BREAK SPACE}", " ") == "BTS stations: 88 sites, up 1 (1.1%) on the same period of 2020"


def test_a_number_never_parts_from_its_unit():
    told = narrative.headline(figures(half=88, same_half=87), catalog.indicator("bts_stations"), REPORT)
    assert "88\N{NO-BREAK SPACE}vị trí trạm" in told


def test_a_base_of_zero_is_no_percentage():
    told = narrative.change(3, 0, catalog.indicator("servers"))
    assert "%" not in told
    assert told.startswith("tăng 3")


def test_sentences_show_what_they_hold_as_text():
    shown = narrative.bullets(["<script>alert(1)</script> & “x”"])._repr_html_()
    assert "<script" not in shown
    assert "&lt;script&gt;" in shown


def test_every_indicator_of_the_real_report_can_be_told_in_both_languages(observations):
    table = report_table(observations, AREA, REPORT)
    for slug, row in table.iterrows():
        for lang in ("vi", "en"):
            told = narrative.sentence(row, catalog.indicator(slug), REPORT, catalog.area(AREA), lang)
            assert "nan" not in told.lower().split()
            assert told.endswith(".")


def test_targets_are_judged_against_what_was_achieved(observations):
    judged = judge_targets(observations, AREA, REPORT)
    assert judged.loc["phone_subscribers", "verdict"] == "timid"  # 3,3 % asked, 19 % achieved
    assert judged.loc["publishing_revenue", "verdict"] == "ambitious"  # 24,4 % asked, 3 % achieved
    assert judged.loc["postal_points", "verdict"] == "maintained"
    assert judged.loc["mobile_broadband_coverage_share", "asked"] == pytest.approx(10)
    assert "internet_user_share" not in judged.index


@pytest.mark.parametrize(
    ("indicator", "row", "verdict"),
    [
        ("bts_stations", {"last_year": 80, "half": 95, "estimate": 90, "target": 94}, "met"),
        ("bts_stations", {"last_year": 80, "half": 85, "estimate": 90, "target": 88}, "below"),
        ("people_per_postal_point", {"last_year": 4300, "half": 4200, "estimate": 4100, "target": 4200}, "below"),
        ("people_per_postal_point", {"last_year": 4300, "half": 4250, "estimate": 4200, "target": 4100}, "balanced"),
        ("bts_stations", {"last_year": 80, "half": 85, "target": 90}, "unknown"),
    ],
)
def test_a_target_that_goes_the_wrong_way_is_below_whatever_way_is_better(indicator, row, verdict):
    places = {"last_year": ("2020", "actual"), "half": ("2021-S1", "actual"), "estimate": ("2021", "estimate"),
              "target": ("2022", "target")}  # fmt: skip
    rows = [
        {"area": AREA, "indicator": indicator, "period": places[name][0], "status": places[name][1], "value": value,
         "printed": str(value), "source": f"A1:1:{place}", "note": "", "report": REPORT}
        for place, (name, value) in enumerate(row.items(), start=4)
    ]  # fmt: skip
    judged = judge_targets(pd.DataFrame(rows), AREA, REPORT)
    assert judged.loc[indicator, "verdict"] == verdict
