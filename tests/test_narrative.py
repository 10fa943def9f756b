"""Sentences: right for rises, falls, no change, missing; in the register of administration; safe to show."""

from __future__ import annotations

import math
import re

import pandas as pd
import pytest
from places import AREA, REPORT, report_of

import ictplan_utils as ict
from ictplan_utils import catalog, charts, narrative, tables
from ictplan_utils.narrative.briefing import office
from ictplan_utils.narrative.movements import falls, moves_by_base
from ictplan_utils.observations import report_table


def figures(**known: float) -> pd.Series:
    return pd.Series({"last_year": math.nan, "same_half": math.nan, "half": math.nan, "estimate": math.nan,
                      "target": math.nan} | known)  # fmt: skip


@pytest.mark.parametrize(
    ("indicator", "row", "expected"),
    [
        ("bts_stations", figures(half=88, same_half=87),
         "Toàn huyện có 88 vị trí trạm BTS, tăng 1 vị trí trạm (1,1%) so với cùng kỳ năm 2020."),
        ("phone_subscribers", figures(half=55572, same_half=56872),
         "Toàn huyện có 55.572 thuê bao điện thoại, giảm 1.300 thuê bao (2,3%) so với cùng kỳ năm 2020."),
        ("postal_points", figures(half=22, last_year=22),
         "Toàn huyện có 22 điểm phục vụ bưu chính, không đổi so với cuối năm 2020."),
        ("postal_revenue", figures(half=1320, same_half=1294.1),
         "Doanh thu bưu chính 6 tháng đầu năm 2021 đạt 1.320 triệu đồng, tăng 2% so với cùng kỳ năm 2020."),
        ("telecom_revenue", figures(half=24783, estimate=52321),
         "Doanh thu viễn thông và Internet 6 tháng đầu năm 2021 đạt 24.783 triệu đồng, bằng 47,4% ước thực hiện "
         "cả năm 2021."),
        ("mobile_broadband_coverage_share", figures(half=70, last_year=65),
         "Tỷ lệ phủ sóng 4G, 5G đạt 70%, tăng 5 điểm % so với cuối năm 2020."),
        ("internet_user_share", figures(), "Người sử dụng Internet: báo cáo chưa có số liệu 6 tháng đầu năm 2021."),
        ("online_service_files_share", figures(half=917),
         "Hồ sơ qua dịch vụ công trực tuyến: số liệu ghi là 917, không phải tỷ lệ phần trăm; cần báo cáo lại."),
        ("servers", figures(half=2), "Toàn huyện có 2 máy chủ."),
        ("servers", figures(half=0, last_year=3),
         "Toàn huyện không có máy chủ nào, giảm 3 máy (100%) so với cuối năm 2020."),
        ("people_per_postal_point", figures(half=4100, last_year=4300),
         "Số dân trên một điểm phục vụ là 4.100 người/điểm, giảm 200 người/điểm (4,7%) so với cuối năm 2020."),
        ("postal_revenue", figures(half=1320, same_half=1319.9),
         "Doanh thu bưu chính 6 tháng đầu năm 2021 đạt 1.320 triệu đồng, tăng dưới 0,1% so với cùng kỳ năm 2020."),
        ("postal_revenue", figures(half=1320, same_half=50),
         "Doanh thu bưu chính 6 tháng đầu năm 2021 đạt 1.320 triệu đồng, gấp 26,4 lần so với cùng kỳ năm 2020."),
    ],
)  # fmt: skip
def test_a_figure_is_told_as_an_official_would_write_it(indicator, row, expected):
    told = narrative.sentence(row, catalog.indicator(indicator), REPORT, catalog.area(AREA))
    assert told.replace("\N{NO-BREAK SPACE}", " ") == expected


def test_english_says_the_same():
    row = figures(half=88, same_half=87)
    told = narrative.headline(row, catalog.indicator("bts_stations"), REPORT, "en")
    expected = "BTS stations: 88 sites, up 1 site (1.1%) on the same period of 2020"
    assert told.replace("\N{NO-BREAK SPACE}", " ") == expected


def test_one_of_a_thing_is_no_plural():
    assert narrative.amount(1, catalog.indicator("bts_stations"), "en") == "1\N{NO-BREAK SPACE}site"
    assert narrative.amount(1, catalog.indicator("people_per_postal_point"), "en").endswith("person per point")
    assert narrative.points(-1, lang="en") == "−1\N{NO-BREAK SPACE}percentage point"
    assert narrative.points(1.1, lang="en").endswith("points")
    assert narrative.amount(80.1, catalog.indicator("mobile_broadband_coverage_share"), "en") == "80.1%"


def made(lang: str = "vi", period: str = REPORT, **rows: pd.Series):
    """A report of these rows of a report table."""
    table = pd.DataFrame(rows).T
    return report_of(ict.load(AREA).iloc[:0], period, lang, figures=table,
                     indicators={slug: catalog.indicator(slug) for slug in rows})  # fmt: skip


def test_the_summary_counts_what_rose_and_fell_and_names_the_extremes():
    report = made(
        servers=figures(half=2, last_year=4), bts_stations=figures(half=90, last_year=80),
        workstations=figures(half=1001, last_year=1000), postal_revenue=figures(half=10),
    )  # fmt: skip
    told = str(narrative.trend_summary(report)).replace("\N{NO-BREAK SPACE}", " ")
    assert "Trong 3 chỉ tiêu so sánh được với cuối năm 2020: 1 tăng, 1 giảm, 1 không đổi" in told
    assert "Tăng nhanh nhất là trạm BTS: tăng 10 vị trí trạm (12,5%) so với cuối năm 2020." in told
    assert "Giảm mạnh nhất là máy chủ: giảm 2 máy (50%) so với cuối năm 2020." in told


def test_movers_of_one_base_are_told_apart_from_those_of_the_other():
    """What is known in June of last year is held against it everywhere; no other is its fellow."""
    rows = {"servers": figures(half=2, last_year=4), "bts_stations": figures(half=90, last_year=80)}
    june = {
        "workstations": figures(half=30, same_half=10, last_year=20),
        "fixed_subscribers": figures(half=9, same_half=10),
    }
    report = made(**rows, **june)
    first, _, _, *then = str(narrative.trend_summary(report)).splitlines()
    assert first == "Trong 2 chỉ tiêu so sánh được với cùng kỳ năm 2020: 1 tăng, 1 giảm."
    assert then[0] == "Trong 2 chỉ tiêu so sánh được với cuối năm 2020: 1 tăng, 1 giảm."
    assert "máy trạm" not in " ".join(then)
    assert narrative.verdict(report, "trends") == (
        "So với cùng kỳ năm 2020: 1 tăng, 1 giảm trong 2 chỉ tiêu; "
        "so với cuối năm 2020: 1 tăng, 1 giảm trong 2 chỉ tiêu"
    )


def test_what_fell_in_the_briefing_has_not_risen_on_the_trends_page(report):
    """Telephone subscribers: more than in December, fewer than last June."""
    fell = moves_by_base(report.figures, report.indicators, REPORT, report.faulty)["2020-S1"]
    assert falls(report).items() <= fell.items()
    groups = charts.by_sector(report).groups[1:-1]
    panels = {panel.name: panel.alt for _, group in groups for panel in group.panels}
    assert "giảm" in panels["Thuê bao điện thoại"] and "cùng kỳ năm 2020" in panels["Thuê bao điện thoại"]


def test_what_waits_for_correction_is_no_rise_and_no_base_of_one(report):
    """22 postal points in December were 16 + 5; 16 printers in June are fewer than two parts of them."""
    moves = moves_by_base(report.figures, report.indicators, REPORT)["2020"]
    told = moves_by_base(report.figures, report.indicators, REPORT, report.faulty)["2020"]
    assert {"postal_points", "publishing_establishments"} <= moves.keys() - told.keys()
    assert f"trong {len(told)} chỉ tiêu" in narrative.verdict(report, "trends")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_briefing_is_said_in_short_sentences(lang):
    told = narrative.briefing(ict.report(AREA, REPORT, lang))
    said = [text for each in told.findings for text in (each.headline, each.reason, *each.lines, each.rest, each.todo)]
    sentences = [sentence for text in (*said, told.kept) for sentence in text.split(". ")]
    assert max(len(sentence.split()) for sentence in sentences) <= 35


def test_the_charts_stand_in_the_order_of_the_findings(report):
    told = narrative.briefing(report).indicators
    drawn = [chart.headline.partition(":")[0] for _, chart in charts.leading(report, first=told).groups]
    assert drawn == ["Thuê bao điện thoại", "Doanh thu viễn thông và Internet", "Trạm BTS"]
    assert told.index("phone_subscribers") < told.index("telecom_revenue") and "bts_stations" not in told


def test_the_summary_has_no_counts_of_nothing():
    report = made(servers=figures(half=2))
    assert "Chưa có chỉ tiêu nào" in str(narrative.trend_summary(report))
    report = made(servers=figures(half=4, last_year=2))
    told = str(narrative.trend_summary(report))
    assert "giảm" not in told.lower()
    assert "Giảm" not in told


@pytest.mark.parametrize(
    ("verdicts", "vi", "en"),
    [
        (["within"], "Trong 1 số ước thực hiện năm 2021 của đơn vị: 1 nằm trong khoảng dự báo 80%.",
         "Of the office's 1 estimate for 2021: 1 lies inside our 80% interval."),
        (["within"] * 2, "Trong 2 số ước thực hiện năm 2021 của đơn vị: 2 nằm trong khoảng dự báo 80%.",
         "Of the office's 2 estimates for 2021: 2 lie inside our 80% interval."),
        (["none"], "Báo cáo không nêu ước thực hiện năm 2021; chỉ có dự báo từ số liệu 6 tháng.",
         "The report gives no estimates for 2021; the forecasts stand alone."),
        ([], "Báo cáo không có số liệu 6 tháng nào đủ để dự báo cả năm 2021.",
         "The report has no six-month figure from which 2021 could be forecast."),
    ],
)  # fmt: skip
def test_the_estimates_are_told_in_the_number_they_are(verdicts, vi, en):
    rows = pd.DataFrame({"point": [1.0] * len(verdicts), "verdict": pd.Series(verdicts, dtype=object)})
    rows = rows.assign(indicator="bts_stations", difference=0.0, official_estimate=1.0)
    for lang, expected in (("vi", vi), ("en", en)):
        report = report_of(ict.load(AREA), lang=lang, forecasts=rows)
        assert str(narrative.forecast_summary(report)) == expected


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_findings_sentence_is_made_of_its_fields(lang):
    report = ict.report(AREA, REPORT, lang)
    assert len(report.findings)
    for _, finding in report.findings.iterrows():
        _, place, what = narrative.finding_parts(finding, report)
        assert place
        assert place in finding[f"message_{lang}"]
        assert what in finding[f"message_{lang}"]


def test_a_name_stands_out_and_is_still_text():
    shown = narrative.bullets(["<b>: 1"], leads=["<b>:"])._repr_html_()
    assert shown == "<ul><li><strong>&lt;b&gt;:</strong> 1</li></ul>"


def test_sources_do_not_speak_of_what_is_not_there(observations):
    stated = observations[observations["printed"] != ""]
    assert "suy ra" not in str(narrative.sources(report_of(stated)))
    assert "suy ra" in str(narrative.sources(report_of(observations)))
    assert "Báo cáo chưa có số liệu nào." in str(narrative.sources(report_of(observations.iloc[:0])))
    assert "30/6/2021" in str(narrative.sources(report_of(stated)))


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
    judged = report_of(observations).targets
    assert judged.loc["phone_subscribers", "verdict"] == "timid"  # 3,3% asked, 19% achieved
    assert judged.loc["publishing_revenue", "verdict"] == "ambitious"  # 24,4% asked, 3% achieved
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
    judged = report_of(pd.DataFrame(rows)).targets
    assert judged.loc[indicator, "verdict"] == verdict


def test_a_second_half_without_a_june_has_no_forecast_to_judge():
    assert "không có dự báo nào để đối chiếu" in str(narrative.forecast_summary(made(period="2021-S2")))


def test_the_briefing_names_the_gravest_errors_those_farthest_off_and_one_slip_once(report):
    first = plain(narrative.briefing(report).findings[0].reason)
    assert re.findall(r"ghi ([^,]+), không thể quá ([^;.]+)", first) == [("6.570 giờ", "24 giờ"), ("1.483%", "100%")]
    told = plain(narrative.briefing(ict.report(AREA, REPORT, "en")).findings[0].reason)
    assert "6,570 hours printed, 24 hours at most" in told  # in English as English writes numbers


def plain(words: str) -> str:
    return words.replace("\N{NO-BREAK SPACE}", " ")


def test_what_fell_by_more_than_half_comes_first_and_into_the_title():
    """Nghệ An's fixed lines: 56.161 in 2019, 22.541 in 2020."""
    told = narrative.briefing(ict.report("nghe-an", "2020"))
    assert told.title.endswith("thuê bao cố định giảm 59,9%")
    first, doubt = told.findings
    assert plain(first.headline).startswith("Thuê bao cố định: 22.541 thuê bao, giảm 33.620 thuê bao (59,9%)")
    assert first.todo == "Sở Thông tin và Truyền thông làm việc với doanh nghiệp viễn thông để nêu nguyên nhân."
    assert "22.541" in doubt.reason and "2016" not in doubt.reason  # this year's question before one of years past


def test_a_question_is_told_with_what_is_asked(report):
    assert narrative.briefing(report).findings[-1].reason.endswith("hỏi lại là tăng hay đạt.")


def test_a_rise_that_must_be_corrected_is_neither_praised_nor_denied():
    told = narrative.briefing(ict.report("hoa-binh", "2009"))
    assert told.kept == "chưa có chỉ tiêu nào tăng mà số liệu không phải sửa hay hỏi lại."


def test_a_district_that_only_the_provinces_paper_tells_of_signs_nothing():
    told = narrative.briefing(ict.report("da-bac", "2009"))
    assert told.title == "Số liệu theo văn bản của cấp trên, huyện chưa tự gửi báo cáo"


@pytest.mark.parametrize(("period", "called"), [
    ("2020", "Sở Thông tin và Truyền thông"), ("2025-S1", "Sở Khoa học và Công nghệ"),
])  # fmt: skip
def test_a_provinces_office_is_called_as_it_was_then(period, called):
    assert office(ict.reports.Report(catalog.area("nghe-an"), period)) == called


def test_a_briefing_draws_the_headline_figures_that_there_are():
    drawn = [chart.headline.partition(":")[0] for _, chart in charts.leading(ict.report("hoa-binh", "2009")).groups]
    assert drawn == ["Thuê bao điện thoại"]


def test_one_indicator_is_not_one_of_one():
    report = ict.report("kim-boi", "2009")
    assert plain(narrative.verdict(report, "trends")).startswith("Thuê bao ")
    assert "Trong 1 chỉ tiêu" not in str(narrative.trend_summary(report))


def test_a_figure_that_must_be_corrected_has_not_risen():
    assert narrative.verdict(ict.report("hoa-binh", "2009"), "trends") == ""  # 61.877, where its districts make 63.877


def test_a_year_without_a_forecast_is_told_so_once_and_no_result_of_it_is_judged():
    report = ict.report("hoa-binh", "2009")
    assert narrative.verdict(report, "forecast") == "Không có dự báo nào của năm 2009 để đối chiếu với kết quả"
    assert [tell(report)._repr_html_().strip("<p/>") for tell in (tables.forecasts, narrative.forecast_reasons)] == [
        "",
        "",
    ]


def test_notes_speak_of_nothing_that_is_not_there():
    report = ict.report("hoa-binh", "2009")
    assert tables.headlines(report).note == "(!): số liệu phải sửa hoặc hỏi lại trước."  # 61.877, no chance
    assert tables.errors(report).note == ""  # no other error, nothing to ask
    report = ict.report(AREA, REPORT)
    assert tables.errors(report).note == "Còn 12 lỗi khác và 23 điều cần hỏi lại."
    assert '<a href="audit.html">Xem trang kiểm tra số liệu.</a></p>' in tables.errors(report)._repr_html_()


def test_a_summary_says_which_estimates_and_what_to_ask():
    said = narrative.briefing(ict.report(AREA, REPORT)).summary()
    assert (
        "7 số ước năm 2021 cao hơn hẳn dự báo từ số 6 tháng.\n   Lệch nhất: thuê bao di động dùng dữ liệu ước 79%"
        in said
    )
    furthest = str(narrative.forecast_summary(ict.report(AREA, REPORT)))
    assert "Lệch nhiều nhất là tỷ lệ thuê bao di động dùng dữ liệu" in furthest, "by the same measure"
    assert "23 điều cần hỏi lại đơn vị cung cấp.\n   Doanh thu viễn thông" in said


def test_a_bound_is_told_as_one_and_suggests_no_figure():
    told = {row.cells[1].text for row in tables.errors(ict.report(AREA, REPORT)).rows}
    assert {"không quá 24", "có lẽ là 50"} <= told


def test_what_is_only_asked_about_may_be_otherwise_and_the_sentence_says_why():
    """The radio's share is 44,4 by one way of counting and 42,1 by another: the audit does not choose."""
    report = ict.report(AREA, REPORT)
    asked = report.findings[report.findings["severity"] == "warning"]
    rows = {(row.name, row.cells[1].text): row.cells for row in tables.findings(report, asked).rows}
    share = rows["Tỷ lệ xã có đài truyền thanh", "44,4"]
    assert share[2].text == "có thể là 42,1" and "chọn một cách tính" in share[0].text
    assert rows["Thuê bao băng rộng di động", "18.500"][2].text == "có thể là khoảng 36.870"


def test_a_share_is_told_with_its_number_and_no_target_is_left_alone_unnamed():
    report = ict.report(AREA, REPORT)
    missed = next(each for each in narrative.briefing(report).findings if "khả năng dưới 10%" in each.headline)
    assert missed.headline.startswith("9 chỉ tiêu") and len(missed.lines) == 8  # one of them for two
    assert "Xã có đài truyền thanh (số lượng và tỷ lệ): 8 → 10 xã" in str(missed.lines).replace("\\xa0", " ")
    assert not any(line.startswith("Tỷ lệ xã có đài") for line in missed.lines)
    assert missed.rest == "8 chỉ tiêu khác có khả năng đạt 10–30%."


@pytest.mark.parametrize(
    ("rules", "said"),
    [((), "Có thể ký: không có"), (("second_half",), "Chưa nên ký: 1 điều cần hỏi lại đơn vị cung cấp"),
     (("second_half", "letter_from_the_future"), "Chưa thể ký: 1 số liệu phải sửa; 1 điều")],
)  # fmt: skip
def test_only_a_report_of_which_nothing_is_asked_can_be_signed(rules, said):
    report = ict.report(AREA, REPORT)
    vars(report)["findings"] = report.findings[report.findings["rule"].isin(rules)]
    assert narrative.verdict(report, "audit").startswith(said)
