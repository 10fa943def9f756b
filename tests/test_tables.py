"""Published tables: nothing that is not there, a finding under its indicator's name, safe to show."""

from __future__ import annotations

import pytest
from places import AREA, REPORT, report_of

import ictplan_utils as ict
from ictplan_utils import narrative, tables
from ictplan_utils.tables.table import Cell, Column, Row, Table


def test_a_column_that_nothing_fills_is_not_shown(report, observations):
    assert "Kế hoạch 2022" in str(tables.figures(report))
    assert "Kế hoạch 2022" not in str(tables.figures(report_of(observations[observations["status"] != "target"])))


def test_forecasts_without_estimates_have_no_verdict(observations):
    shown = tables.forecasts(report_of(observations[observations["status"] != "estimate"]))._repr_html_()
    assert "Số ước" not in shown
    assert 'class="estimate"' not in shown
    assert "Khoảng dự báo" in shown


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (tables.forecasts, "Không có dự báo nào."),
        (tables.figures, "Báo cáo không có số liệu nào của các chỉ tiêu này."),
        (tables.targets, ""),  # the page's opening has said so, once
        (tables.this_years_plan, ""),
    ],
)  # fmt: skip
def test_a_table_of_nothing_is_a_sentence(observations, make, said):
    assert str(make(report_of(observations.iloc[:0]))) == said


def test_an_interval_of_one_figure_is_one_figure(report):
    rows = report.forecasts
    still = rows[rows["indicator"] == "communes_with_radio"].assign(point=8.0, lower_80=8.0, upper_80=8.0)
    shown = tables.forecasts(report_of(report.observations, forecasts=still))._repr_html_()
    assert "<strong>8</strong></td>" in shown


def test_what_lies_beyond_a_drawing_points_out_of_it_and_the_legend_names_every_mark(report):
    shown = tables.forecasts(report)
    drawn = {row.name: row.cells[2].html for row in shown.rows}
    far = drawn["Cáp quang đến khu dân cư"]  # 85 where 79,4–80,5 is expected
    assert 'class="estimate beyond"' in far and "<rect" not in far
    assert "beyond" not in drawn["Trạm BTS"] and "<rect" in drawn["Trạm BTS"]
    assert [words for _, words in shown.legend][:-1] == [
        "dự báo và khoảng 80%", "khoảng 95%", "đơn vị ước", "nằm ngoài hình"
    ]  # fmt: skip
    page = shown._repr_html_()
    assert page.index("nằm ngoài hình") < page.index("<table")


def test_findings_stand_the_gravest_first_and_per_cent_is_closed_up(report):
    errors = report.findings[report.findings["severity"] == "error"]
    gravest = narrative.worst_first(errors).iloc[0]
    assert tuple(gravest[["source", "printed"]]) == ("A1:25:4", "6.570") and errors.iloc[0]["source"] == "A1:1:4"
    shown = tables.findings(report, errors)
    assert shown.rows[0].name == gravest["name_vi"]
    quoted = next(row for row in shown.rows if row.name == "Hộ xem được truyền hình tỉnh").cells[0].text
    assert "98,4%" in quoted and quoted.startswith("Ghi 99,7")
    untidy = report.findings[report.findings["severity"] == "info"]
    assert [row.unit or row.name for row in tables.findings(report, untidy).rows] == untidy["place_vi"].tolist()


def test_rows_of_dashes_are_counted_and_left_out(report):
    blank = report.figures.copy()
    blank.loc[["bts_stations", "postal_points"]] = float("nan")
    shown = str(tables.figures(report_of(report.observations, figures=blank)))
    assert "Trạm BTS" not in shown
    assert "Trạm BTS" in str(tables.figures(report))
    before, after = (len(tables.figures(each).rows) for each in (report, report_of(report.observations, figures=blank)))
    assert before - after == 2
    assert "không có số liệu nào, không ghi ở đây" in shown


def test_what_a_table_holds_is_shown_as_text_and_sorts_by_its_number():
    table = Table("made", "<i>", [Column("<b>")], [Row("<script>", [Cell("1.000", value=1000.0)], "&", "<u>")], "<p>")
    shown = table._repr_html_()
    for word in ("<i>", "<b>", "<script>", "<u>"):
        assert word not in shown
    assert '<td class="number" data-value="1000">1.000</td>' in shown


def test_groups_follow_the_catalogue_and_rows_stand_under_their_own(report):
    groups = [row.group for row in tables.figures(report).rows]
    assert groups == sorted(groups, key=list(dict.fromkeys(groups)).index)
    assert groups[0] == "Bưu chính"


def test_a_figure_that_the_audit_calls_wrong_is_marked_and_feeds_no_forecast(report):
    """16 printing houses where their kinds make 19; 99,7% of households where 18.750 of 19.047 are 98,4%."""
    waiting = {"publishing_establishments", "households_with_provincial_tv_share", "radio_own_hours"}
    waiting.add("radio_broadcast_hours")  # 6.570 in six months, which have 4.344: a year's, the audit asks
    assert waiting <= {slug for slug, *_ in report.faulty}
    rows = report.forecasts.set_index("indicator")
    assert rows.loc[sorted(waiting), "point"].isna().all()
    assert (
        rows.loc["publishing_establishments", "why_vi"]
        == "số liệu trong báo cáo đang chờ sửa hoặc hỏi lại nên chưa dự báo."
    )
    assert (report.targets.loc[sorted(waiting & set(report.targets.index)), "no_chance"] != "").all()
    table = tables.forecasts(report)
    assert "chưa dự báo vì số liệu đang chờ sửa hoặc hỏi lại: Điểm phục vụ bưu chính," in table.note
    told = {row.name: [cell.text for cell in row.cells] for row in tables.figures(report).rows}
    assert told["Cơ sở in, photocopy, phát hành"][2] == "16 (!)"
    assert told["Trạm BTS"][2] == "88"


def test_what_was_corrected_waits_no_more(data_copy):
    before = ict.report(AREA, REPORT, data_dir=data_copy)
    slug, period, status = next(key for key in sorted(before.faulty) if key[0] == "publishing_establishments")
    with (data_copy / "corrections.csv").open("a", encoding="utf-8") as file:
        file.write(f"{AREA},{slug},{period},{status},A1:21:5,16,19,cộng lại,Phòng,2021-07-01\n")
    after = ict.report(AREA, REPORT, data_dir=data_copy)
    assert slug not in {key[0] for key in after.faulty}
    assert after.forecasts.set_index("indicator").loc[slug, "point"] > 0


def test_what_is_only_asked_about_is_not_struck_out(report):
    found = report.findings
    assert "<del" in tables.findings(report, found[found["severity"] == "error"])._repr_html_()
    asked = found[(found["severity"] == "warning") & (found["expected"] != "")]
    assert len(asked) and "<del" not in tables.findings(report, asked)._repr_html_()
