"""The whole year: what was planned, what came, how good the forecast was. Reports of later years are made up."""

from __future__ import annotations

import json
import re

import pandas as pd
import pytest
import years
from click.testing import CliRunner
from places import AREA, REPO, REPORT, run_reports

import ictplan_utils as ict
from ictplan_utils import catalog, charts, cli, narrative, tables
from ictplan_utils.forecast import outcomes as room
from ictplan_utils.observations import load

PAGES = ("audit", "briefing", "forecast", "targets", "trends")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return years.folder(tmp_path_factory.mktemp("years"))


@pytest.fixture(scope="module")
def december(data):
    return ict.report(AREA, "2021", data_dir=data)


@pytest.fixture(scope="module")
def june(data):
    return ict.report(AREA, "2022-S1", data_dir=data)


def plain(told) -> str:
    return str(told).replace(narrative.NBSP, " ")


@pytest.mark.parametrize("report", years.LATER)
def test_every_figure_of_a_later_document_is_read(data, report):
    told, rows = years.known(report), load(AREA, report, data_dir=data)
    wanted = {
        (slug, *column.figure(report))
        for table in catalog.find_form().tables_of(report)
        for column in table.columns
        for slug in catalog.form()
        if column.period and (slug, *column.figure(report)) in told
    }
    read = {(row.indicator, row.period, row.status): row.value for row in rows.itertuples()}
    assert read == {key: told[key] for key in wanted}


# The forecast held to account ----------------------------------------------------------------------------------


def test_the_forecast_held_to_account_is_the_one_that_june_made(december):
    then = ict.report(AREA, REPORT).forecasts.set_index("indicator")
    rows = december.outcomes.set_index("indicator")
    assert len(rows) == 27  # seven of 34 wait for a correction
    for column in ("point", "lower_80", "upper_80", "official_estimate"):
        pd.testing.assert_series_equal(rows[column], then.loc[rows.index, column])


CAME = {"bts_stations": 92.0, "telecom_revenue": 96.0, "fixed_broadband_subscribers": 5150.0, "postal_revenue": 250.0}
"""The result; BTS's 92 lies in 86–92 as it is printed."""


def made(**columns) -> pd.DataFrame:
    """Four forecasts, and what `forecast_year_end` says else."""
    rows = pd.DataFrame(
        {"area": AREA, "indicator": list(CAME),
         "half": 1.0, "point": [89.4, 100.0, 5000.0, 200.0], "lower_80": [86.4, 90.0, 4900.0, 190.0],
         "upper_80": [91.6, 110.0, 5100.0, 210.0], "official_estimate": [93.0, 104.0, 5300.0, float("nan")],
         "why_vi": "", "why_en": ""}
    )  # fmt: skip
    return rows.assign(lower_95=rows["lower_80"], upper_95=rows["upper_80"], **columns)


def held(monkeypatch, report=None):
    monkeypatch.setattr(room, "forecast_year_end", lambda *_: made())
    rows = [
        (AREA, slug, "2021", "actual", value, f"{value:g}", f"A1:{row}:6", "", "2021")
        for row, (slug, value) in enumerate(CAME.items(), 1)
    ]
    columns = ["area", "indicator", "period", "status", "value", "printed", "source", "note", "report"]
    return room.outcomes(pd.DataFrame(rows, columns=columns), AREA, 2021).set_index("indicator")


def test_who_was_nearer_and_where_both_erred(monkeypatch):
    rows = held(monkeypatch)
    assert rows["inside"].to_dict() == {
        "bts_stations": True, "telecom_revenue": True, "fixed_broadband_subscribers": False, "postal_revenue": False,
    }  # fmt: skip
    assert rows["nearer"].tolist() == ["official", "forecast", "equal", "none"]  # 3 off and 1; 4 and 8; 150 and 150
    # Half the interval: 3 stations; 10; 100 subscribers; without an estimate only the forecast can err.
    assert rows["erred"].tolist() == ["none", "none", "both", "forecast"]
    assert rows.loc["telecom_revenue", ["error_pct", "estimate_error_pct"]].round(2).tolist() == [4.17, 8.33]


def test_decembers_page_tells_how_junes_forecast_fared(december):
    told = plain(narrative.forecast_summary(december))
    inside = int(december.outcomes["inside"].sum())
    assert told.startswith(f"Dự báo lập từ số liệu 6 tháng năm 2021, đối chiếu với cả năm: {inside} trong 27 kết quả")
    assert re.search(r"tỷ lệ thuê bao di động dùng dữ liệu \(dự báo [0-9,]+, ước 79, thực hiện 82,2%\)", told)
    # Station 89 forecast, 90 estimated, 89 came; subscribers 56.021 forecast, 61.935 estimated, 60.100 came.
    nearer = december.outcomes.set_index("indicator")["nearer"]
    assert nearer[["bts_stations", "phone_subscribers"]].tolist() == ["forecast", "official"]
    rows = {row.name: [cell.text for cell in row.cells] for row in tables.forecasts(december).rows}
    assert [rows["Trạm BTS"][at] for at in (1, 3, 4, 5)] == ["89", "trong khoảng", "90", "dự báo"]
    assert all(row.cells[0].html.count('class="actual') == 1 for row in tables.forecasts(december).rows)


def test_june_learns_how_last_years_forecast_fared(june, december):
    told = narrative.outcomes_by_year(june).sentences
    inside = int(december.outcomes["inside"].sum())
    assert told[0].startswith(f"Năm 2021: {inside} trong 27 kết quả nằm trong khoảng dự báo 80%")
    assert re.fullmatch(r"Khoảng dự báo 80% năm 2022 hẹp hơn năm 2021 ở \d+ chỉ tiêu, rộng hơn ở \d+; trung vị là "
                        r"±[\d,]+% số dự báo, năm 2021 là ±[\d,]+%.", told[1])  # fmt: skip
    assert (june.outcomes["point"].to_numpy() == december.outcomes["point"].to_numpy()).all()


def test_decembers_page_holds_to_the_very_forecast_that_junes_page_made(data, june):
    """What waits in a June of years past is no news of this one."""
    made = june.forecasts.set_index("indicator")["point"]
    held = ict.report(AREA, "2022", data_dir=data).outcomes.set_index("indicator")["point"]
    assert len(held) > 20 and (held == made[held.index]).all()


def test_the_backtest_and_the_page_agree(data):
    report = ict.report(AREA, "2022", data_dir=data)
    lines = narrative.outcomes_by_year(report).sentences
    assert len(lines) == 2
    ran = CliRunner().invoke(cli.main, ["backtest", "--data", str(data)], env={"ICTPLAN_LANG": "vi"})
    assert ran.exit_code == 0
    assert [line.partition(": ")[2] for line in ran.output.splitlines() if "Tuần Giáo: Năm" in line] == list(lines)


def test_a_year_without_a_june_report_says_so():
    report = ict.report("quang-ngai", "2016")
    assert "không có báo cáo 6 tháng năm ấy" in str(narrative.forecast_summary(report))
    assert str(tables.forecasts(report)) == ""  # said once


# The plan ------------------------------------------------------------------------------------------------------


def test_a_year_that_is_over_leaves_no_target_unjudged_but_where_a_figure_waits(december):
    verdicts = december.fulfilment["verdict"]
    assert set(verdicts) <= {"met", "exceeded", "missed", "reached", "awaited"}
    # A day has 24 hours: of a row that cannot be, one figure is called wrong and none is judged.
    assert {"radio_own_hours", "radio_new_hours"} <= (waits := set(verdicts.index[verdicts == "awaited"]))
    assert {slug for slug, period, _ in december.faulty if period == "2021"} & set(verdicts.index) == waits
    told = narrative.fulfilment_summary(december).sentences[0]
    assert f"{len(waits)} chỉ tiêu chưa đánh giá: chờ sửa" in told
    hours = december.targets.loc["radio_own_hours"]
    assert (hours["no_chance"], hours["verdict"]) == ("awaited", "unknown")
    rows = {row.name: [cell.text for cell in row.cells] for row in tables.this_years_plan(december).rows}
    assert rows["Phát thanh: tự sản xuất mỗi ngày"][1:4] == ["6.570 (!)", "6.570 (!)", "–"]
    reasons = december.targets["no_chance"]
    assert not (reasons == "forecast").any()
    assert reasons[reasons != ""].index.isin(december.targets.index[december.targets["chance"].isna()]).all()
    station = december.targets.loc["bts_stations"]
    assert (station["estimate"], station["point"]) == (89, 89)


def test_the_plan_of_2021_is_held_against_its_result(december):
    told = plain(
        narrative.fulfilment_line(december.fulfilment.loc["phone_subscribers"], december, "Thuê bao điện thoại")
    )
    # 60.100 / 61.795 = 97,26 %; 89 / 90 = 98,89 %.
    assert told == (
        "Thuê bao điện thoại: kế hoạch 61.795 thuê bao, thực hiện 60.100 thuê bao; đạt 97,3% kế hoạch, "
        "thiếu 1.695 thuê bao."
    )
    rows = {row.name: [cell.text for cell in row.cells] for row in tables.this_years_plan(december).rows}
    assert rows["Trạm BTS"] == ["87", "90", "89", "98,9%", "+2,3%", "▼ không đạt"]
    first = tables.headlines(december)
    assert [column.label for column in first.columns][3:5] == ["Kế hoạch 2021", "% kế hoạch"]


def test_each_share_of_the_plan_stands_beside_the_one_of_the_year_before(data, december):
    table = tables.this_years_plan(ict.report(AREA, "2022", data_dir=data))
    at = [column.label for column in table.columns].index("% kế hoạch 2021")
    rows = {row.name: [cell.text for cell in row.cells][at - 1 : at + 1] for row in table.rows}
    # 94 / 94 and, the year before, 89 / 90; 64.975 / 64.000 and 60.100 / 61.795.
    assert (rows["Trạm BTS"], rows["Thuê bao điện thoại"]) == (["100%", "98,9%"], ["101,5%", "97,3%"])
    first = tables.this_years_plan(december)
    assert not any(column.label.startswith("% kế hoạch 2") for column in first.columns)  # no plan of 2020 is stored


def test_the_chart_draws_what_missed_or_exceeded_and_counts_what_met(december):
    chart = charts.fulfilment(december)
    verdicts = december.fulfilment["verdict"].value_counts()
    assert chart.headline == f"Kế hoạch năm 2021: {verdicts['missed']} trong 29 chỉ tiêu không đạt"
    assert chart.unit.endswith(f"{verdicts['met']} chỉ tiêu đạt đúng kế hoạch, không vẽ")
    assert len(chart.marks) == verdicts["missed"] + verdicts["exceeded"]
    assert len(chart.data) == 29
    coverage = chart.told.set_index("Chỉ tiêu").loc["Phủ sóng 4G, 5G"]
    plan, came = (float(coverage[name]) for name in ("Kế hoạch", "Thực hiện"))
    assert str(coverage["So với kế hoạch"]) == f"+{came - plan:.1f}\N{NO-BREAK SPACE}điểm\N{NO-BREAK SPACE}%".replace(
        ".", ","
    )
    assert float(coverage["So với kế hoạch"]) == pytest.approx(came - plan)


def test_in_june_this_years_plan_stands_beside_the_half_and_last_years_beside_its_result(june):
    table = tables.this_years_plan(june)
    rows = {row.name: [cell.text for cell in row.cells] for row in table.rows}
    assert [column.label for column in table.columns][:3] == ["Kế hoạch 2022", "6 tháng 2022", "% kế hoạch"]
    assert rows["Trạm BTS"][:3] == ["94", "91", "96,8%"]
    assert "Năm 2021 hoàn thành" in str(narrative.fulfilment_summary(june))


# History -------------------------------------------------------------------------------------------------------


def test_the_briefings_table_compares_with_the_same_half_and_with_last_year(june, december):
    table = tables.headlines(june)
    at = [column.label for column in table.columns].index("So cùng kỳ")
    rows = {row.name: [cell.text for cell in row.cells][at : at + 2] for row in table.rows}
    assert rows["Trạm BTS"] == ["+3,4%", "+2,2%"]  # 91 on 88 in June 2021, on 89 at the end of 2021
    assert rows["Doanh thu bưu chính"][1] == "–"  # half a year is not held against a whole one
    assert "So cùng kỳ" not in [column.label for column in tables.headlines(december).columns]


def test_targets_know_the_growth_of_all_years(data, december):
    judged = ict.report(AREA, "2022", data_dir=data).targets
    # 87 at the end of 2020, 94 at the end of 2022: √(94 / 87) = 1,0395; a share in points: (90 − 80) / 2.
    assert judged.loc["bts_stations", ["usual", "since"]].round(2).tolist() == [3.95, 2020]
    assert judged.loc["fibre_coverage_share", "usual"] == pytest.approx(5)
    assert december.targets["usual"].isna().all()  # one year is no history
    shown = tables.targets(ict.report(AREA, "2022", data_dir=data))
    row = next(row for row in shown.rows if row.name == "Doanh thu viễn thông và Internet")
    assert [cell.text for cell in row.cells[2:5]] == ["+5,1%", "+4,1%", "+7,8%"]  # achieved, a mean year, asked


def test_a_revised_figure_stands_beside_the_first(data, june):
    for report in (june, ict.report(AREA, "2022", data_dir=data)):
        assert report.first_stated == {("telecom_revenue", "2021"): 50_100}
        row = next(row for row in tables.figures(report).rows if row.name == "Doanh thu viễn thông và Internet")
        assert row.cells[0].text == "50.460 (trước: 50.100)"
    assert "50.100 triệu đồng → 50.460 triệu đồng" in plain(narrative.revisions(june))


def test_a_report_on_a_second_half_with_the_years_figures_tells_of_the_year(tmp_path, december):
    data = years.folder(tmp_path, ("2021",))
    for table in ("observations", "comparisons", "documents"):
        path = data / table / AREA / "2021.csv"
        told = path.read_text(encoding="utf-8").replace(f"{AREA},2021,", f"{AREA},2021-S2,")
        path.rename(path.with_name("2021-S2.csv")).write_text(told, encoding="utf-8")
    report = ict.report(AREA, "2021-S2", data_dir=data)
    assert (report.period, report.stored) == ("2021", "2021-S2")
    assert report.figures.loc["bts_stations", "half"] == 89
    assert str(narrative.forecast_summary(report)) == str(narrative.forecast_summary(december))


# The pages -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted((REPO / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem)
def test_every_heading_has_an_english_of_its_own(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    told = [cell["metadata"]["ictplan"]["en"] for cell in cells if "ictplan" in cell["metadata"]]
    assert len(told) == len(set(told))


@pytest.mark.parametrize("period", years.LATER)
def test_every_page_of_a_later_report_is_whole(data, tmp_path, period):
    folder = run_reports(tmp_path, "--data", str(data), period=period) / AREA
    for name in PAGES:
        page = (folder / f"{name}.html").read_text(encoding="utf-8")
        words = re.sub(r"<[^>]+>", " ", re.sub(r"<(script|style).*?</\1>", " ", page, flags=re.S))
        assert not re.search(r"\b(nan|None|NaT|inf)\b", words), name
        if not period.endswith("-S1"):
            for empty in ("chưa dự báo được", "chưa có kết quả", "Không có dự báo nào", "Ước 2"):
                assert empty not in words, (name, empty)
        assert name in ("audit", "targets") or page.count("<svg") > 3, name


def test_a_growth_keeps_its_sign_whichever_way_is_better(data):
    """A radius planned to grow from 4 to 4,16 km grows by 4%, though that is worse."""
    asked = ict.report(AREA, "2022", data_dir=data).targets.loc["postal_service_radius"]
    assert (round(asked["asked"], 2), asked["verdict"]) == (4.0, "below")
