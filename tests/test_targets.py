"""The chance to reach a target: from the forecast's interval, right as often as it says, none where none is known."""

from __future__ import annotations

import dataclasses
import math
import re
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from places import AREA, REPORT, report_of

import ictplan_utils as ict
from ictplan_utils import catalog, charts, narrative, tables
from ictplan_utils.forecast import forecast_year_end
from ictplan_utils.forecast.chances import NEXT_YEAR, chance_next_year, chance_this_year, outlook
from ictplan_utils.narrative import verdict

STATIONS, REVENUE = catalog.indicator("bts_stations"), catalog.indicator("telecom_revenue")
DISTANCE = catalog.indicator("people_per_postal_point")
NORMAL = NormalDist()
NOTHING = ict.load(AREA).iloc[:0]


def likely(point=100.0, spread=0.05, last=95.0, half=98.0):
    """An outlook whose logarithm is normal around `point`."""
    ends = {name: point * math.exp(spread * NORMAL.inv_cdf(part)) for name, part in (
        ("lower_95", 0.025), ("lower_80", 0.1), ("point", 0.5), ("upper_80", 0.9), ("upper_95", 0.975))}  # fmt: skip
    return outlook(ends | {"half": half, "last_year": last})


def test_this_years_chance_is_that_of_the_intervals():
    one = likely()
    for name, chance in (("lower_95", 0.975), ("lower_80", 0.9), ("point", 0.5), ("upper_80", 0.1)):
        part = {"lower_95": 0.025, "lower_80": 0.1, "point": 0.5, "upper_80": 0.9}[name]
        end = 100 * math.exp(0.05 * NORMAL.inv_cdf(part))
        entry = dataclasses.replace(STATIONS, decimals=6)
        assert chance_this_year(one, end, entry).value == pytest.approx(chance, abs=1e-5)
        lower = dataclasses.replace(entry, direction="lower")
        assert chance_this_year(one, end, lower).value == pytest.approx(1 - chance, abs=1e-5)


def test_a_target_is_reached_when_the_figure_prints_as_it():
    one = likely()
    assert chance_this_year(one, 100.5, STATIONS).value == pytest.approx(0.5)  # 100.0 prints as 100, not as 101
    assert chance_this_year(one, 99.5, DISTANCE).value == pytest.approx(0.5)


def test_next_year_goes_on_by_half_of_this_years_move():
    """By hand: ln(100/95) = 0,0513; half of it again leads to 102,6; the target lies there: fifty-fifty."""
    entry = dataclasses.replace(STATIONS, decimals=6)
    middle = 100 * math.sqrt(100 / 95)
    assert chance_next_year(likely(), middle, entry).value == pytest.approx(0.5, abs=1e-4)
    spread = math.sqrt(0.05**2 + 0.08**2 + (0.75 * math.log(100 / 95)) ** 2)
    assert chance_next_year(likely(), middle * math.exp(spread), entry).value == pytest.approx(0.1587, abs=1e-3)


@given(st.floats(50, 200), st.floats(50, 200), st.floats(0.001, 0.5), st.floats(50, 200))
def test_a_higher_target_is_never_likelier(one, other, spread, last):
    low, high = sorted((one, other))
    found = likely(spread=spread, last=last)
    for chance in (chance_this_year, chance_next_year):
        easy, hard = chance(found, low, REVENUE), chance(found, high, REVENUE)
        if not easy.why and not hard.why:
            assert 0 <= hard.value <= easy.value <= 1
        easy, hard = chance(found, high, DISTANCE), chance(found, low, DISTANCE)
        if not easy.why and not hard.why:
            assert 0 <= hard.value <= easy.value <= 1


def test_the_surer_the_year_the_further_from_even_its_chance():
    assert chance_next_year(likely(spread=0.3), 120, REVENUE).value > chance_next_year(likely(), 120, REVENUE).value


def test_what_no_figure_can_be_is_never_reached_and_what_every_figure_is_always():
    share = catalog.indicator("fibre_coverage_share")
    assert chance_next_year(likely(95, last=90), 104, share).value == 0
    assert chance_next_year(likely(95, last=90), 0, share).value == 1
    assert chance_next_year(likely(95, last=90), -1, DISTANCE).value == 0


@pytest.mark.parametrize(
    ("found", "target", "entry", "why"),
    [
        (likely(), 100, catalog.indicator("other_postal_points"), "direction"),
        (None, 100, STATIONS, "forecast"),
        (likely(), math.nan, STATIONS, "forecast"),
        (likely(last=math.nan), 100, STATIONS, "history"),
        (likely(last=0.0), 100, STATIONS, "history"),
        (likely(22.3, last=22, half=22), 22, catalog.indicator("postal_points"), "still"),
        (likely(6582, last=6570, half=3285), 6570, catalog.indicator("radio_own_hours"), "still"),
    ],
)
def test_where_nothing_is_known_no_chance_is_stated_and_it_says_why(found, target, entry, why):
    chance = chance_next_year(found, target, entry)
    assert math.isnan(chance.value)
    assert chance.why == why
    assert narrative.no_chance(why)


def test_a_still_figure_that_is_to_rise_has_its_chance():
    chance = chance_next_year(likely(8.01, spread=0.02, last=8, half=8), 10, catalog.indicator("communes_with_radio"))
    assert not chance.why
    assert chance.value < 0.1


@pytest.mark.parametrize("kind", sorted(NEXT_YEAR))
def test_the_chances_are_kept_by_a_world_that_goes_on_as_assumed(kind):
    """A thousand made next years, moving as NEXT_YEAR says: each chance comes true as often as it says."""
    random, after = np.random.default_rng(7), NEXT_YEAR[kind]
    entry = dataclasses.replace(REVENUE, kind=kind, decimals=6)
    move, found = math.log(100 / 90), likely(last=90, spread=0.05)
    ended = 100 * np.exp(0.05 * random.standard_normal(20_000))
    noise = math.hypot(after.least, after.moved * move) * random.standard_normal(20_000)
    following = ended * np.exp(after.usual + 0.5 * move + noise)
    for target in (85, 95, 105, 115, 130):
        assert chance_next_year(found, target, entry).value == pytest.approx((following >= target).mean(), abs=0.02)


def test_every_target_of_the_real_report_has_a_chance_or_a_reason(observations):
    judged = report_of(observations).targets
    assert len(judged) == 34
    assert ((judged["no_chance"] == "") == judged["chance"].notna()).all()
    assert set(judged["no_chance"]) == {"", "still", "direction"}
    assert judged.loc["phone_subscribers", "chance"] == pytest.approx(0.18, abs=0.05)
    assert judged.loc["mobile_broadband_subscribers", "chance"] < 0.05


def unforecast(observations):
    return report_of(observations, forecasts=forecast_year_end(observations, REPORT).head(0))


def test_a_report_that_plans_nothing_has_no_target_and_says_so():
    report = ict.report("quang-ngai", "2016")
    assert report.targets.empty and report.this_years_targets.empty
    assert "2017" in str(narrative.target_summary(report))


def test_without_a_forecast_no_target_has_a_chance(observations):
    judged = unforecast(observations).targets
    assert judged["chance"].isna().all()
    assert set(judged["no_chance"]) == {"forecast", "direction"}


def test_this_years_target_is_held_against_the_year_ends_forecast(observations):
    """Made: an earlier report that planned 2021 (the real one plans 2022 only)."""
    assert report_of(observations).this_years_targets.empty
    ends = forecast_year_end(observations, REPORT).set_index("indicator")
    lowest = float(ends.loc["telecom_revenue", "lower_80"])
    planned = pd.DataFrame(
        [
            {"area": AREA, "indicator": slug, "period": "2021", "status": "target", "value": value,
             "printed": str(value), "source": "A2:1:5", "note": "", "report": "2020-S1"}
            for slug, value in (("telecom_revenue", lowest), ("bts_stations", 120.0), ("servers", 3.0))
        ]
    )  # fmt: skip
    known = pd.concat([observations, planned], ignore_index=True)
    found = report_of(known).this_years_targets
    assert found.index.tolist() == ["bts_stations", "telecom_revenue", "servers"]
    assert found.loc["telecom_revenue", "chance"] == pytest.approx(0.9, abs=0.01)  # the 80% interval's lower end
    assert found.loc["bts_stations", "chance"] < 0.01
    later = known.assign(report=known["report"].where(known["status"] != "target", "2022-S1"))
    assert report_of(later).this_years_targets.empty


@pytest.mark.parametrize(
    ("chance", "vi", "en"),
    [(0.0, "dưới 10%", "under 10%"), (0.12, "khoảng 10%", "about 10%"), (0.65, "khoảng 70%", "about 70%"),
     (0.349, "khoảng 30%", "about 30%"), (0.93, "trên 90%", "over 90%"), (math.nan, "chưa rõ", "not known")],
)  # fmt: skip
def test_a_chance_is_told_in_tens_and_never_as_certain(chance, vi, en):
    assert narrative.likelihood(chance).replace(narrative.NBSP, " ") == vi
    assert narrative.likelihood(chance, "en") == en


@given(st.floats(0, 1))
def test_the_count_within_reach_agrees_with_the_chances_told(chance):
    rows = pd.DataFrame({"chance": [chance], "no_chance": [""], "verdict": ["balanced"]})
    told = int(narrative.likelihood(chance, "en").removesuffix("%").split()[-1])
    kind = "within reach (70% or more): 1" if told >= 70 else "(30% or less): 1" if told <= 30 else "(40–60%): 1"
    assert kind in str(narrative.target_summary(report_of(NOTHING, lang="en", targets=rows)))


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_page_says_who_is_within_reach_and_why_some_have_no_chance(lang):
    report = ict.report(AREA, REPORT, lang)
    judged = report.targets
    summary = narrative.target_summary(report).sentences
    assert len(summary) == 3  # then who must act, and that no plan of this year is stored
    told, hard = [int(each) for each in re.findall(r"\d+", summary[0])], tables.hard_targets(report)
    counts = [(judged["chance"] < 0.35).sum(), (judged["chance"] >= 0.65).sum(), judged["chance"].isna().sum()]
    assert all(count in told for count in (len(judged), *counts))
    assert verdict(report, "targets").startswith(
        f"{counts[0]} {'trong' if lang == 'vi' else 'of'} {judged['chance'].count()} "
    )
    verdicts = [each for table in (hard, tables.targets(report)) for each in table.columns if not each.numeric]
    assert [each.key for each in verdicts] == ["chance", "chance"], "one verdict a row"
    assert len(hard.rows) == (judged["chance"] < 0.35).sum()
    assert ("64.000" if lang == "vi" else "64,000") in str(hard)
    still = narrative.no_chance("still", lang)
    assert f"{still} ({(judged['no_chance'] == 'still').sum()})" in hard.note
    shown = str(tables.targets(report))
    assert narrative.likelihood(judged.loc["phone_subscribers", "chance"], lang, short=True) in shown
    assert still in shown


def test_a_report_without_forecast_speaks_of_no_chance(observations):
    report = unforecast(observations)
    assert len(narrative.target_summary(report).sentences) == 2
    assert "Khả năng đạt" not in str(tables.targets(report))
    assert "Không có chỉ tiêu nào." in str(tables.hard_targets(report)).splitlines()


def test_this_years_plan_stands_beside_the_half_and_the_forecast(observations):
    rows = pd.DataFrame(
        {"target": [90.0, 4.0, 3.0], "point": [88.6, 3.6, math.nan], "chance": [0.21, math.nan, math.nan],
         "no_chance": ["", "direction", "forecast"]},
        index=["bts_stations", "other_postal_points", "communes_with_radio"],
    )  # fmt: skip
    table = tables.this_years_plan(report_of(observations, this_years_targets=rows))
    told = {row.name: [cell.text for cell in row.cells] for row in table.rows}
    assert told["Trạm BTS"] == ["90", "88", "97,8%", "89", "20%"]
    assert told["Điểm phục vụ bưu chính khác"][-1] == "tăng hay giảm đều không nói lên tốt, xấu"
    assert told["Xã có đài truyền thanh"][-2:] == ["–", "chưa dự báo được"]
    none = report_of(observations, this_years_targets=rows.iloc[:0])
    assert str(tables.this_years_plan(none)) == ""
    assert "chưa có chỉ tiêu kế hoạch năm 2021" in str(narrative.target_summary(none))


def test_a_whole_years_report_holds_targets_against_what_the_year_achieved():
    """Synthetic: 87 stations, then 90, and 96 planned; nobody estimates a year that is over."""
    told = [("2020", "actual", 87.0), ("2021", "actual", 90.0), ("2022", "target", 96.0)]
    rows = pd.DataFrame(
        [(AREA, "bts_stations", period, status, value, "", f"A1:10:{n}", "", "2021")
         for n, (period, status, value) in enumerate(told, 4)],
        columns=["area", "indicator", "period", "status", "value", "printed", "source", "note", "report"],
    )  # fmt: skip
    judged = report_of(rows, "2021").targets.loc["bts_stations"]
    assert judged[["estimate", "achieved", "asked"]].round(2).tolist() == [90, 3.45, 6.67]
    assert judged["verdict"] == "ambitious"
    page = str(tables.targets(report_of(rows, "2021")))
    assert "Thực hiện 2021" in page
    assert "Ước 2021" not in page


PLANNED = {
    "bts_stations": [("2021", "target", 90.0), ("2021", "actual", 88.0), ("2020", "actual", 87.0)],
    "telecom_revenue": [("2021", "target", 100.0), ("2021-S1", "actual", 45.0), ("2021-S2", "actual", 58.0)],
    "mobile_broadband_coverage_share": [("2021", "target", 80.0), ("2021-S2", "actual", 82.0)],
    "people_per_postal_point": [("2021", "target", 4100.0), ("2021", "actual", 4200.0)],
    "other_postal_points": [("2021", "target", 4.0), ("2021", "actual", 4.0)],
    "postal_points": [("2021", "target", 22.0)],
}
"""Made up: what 2021 planned, and what came."""


def year_over(period: str = "2021", lang: str = "vi"):
    rows = [
        (AREA, slug, when, status, value, f"{value:g}", f"A1:{row}:{column}", "", period)
        for row, (slug, told) in enumerate(PLANNED.items(), 1)
        for column, (when, status, value) in enumerate(told, 4)
    ]
    columns = ["area", "indicator", "period", "status", "value", "printed", "source", "note", "report"]
    return report_of(pd.DataFrame(rows, columns=columns), period, lang)


def test_the_plan_is_held_against_what_came():
    rows = year_over().fulfilment
    assert rows["verdict"].to_dict() == {
        "bts_stations": "missed", "telecom_revenue": "exceeded", "mobile_broadband_coverage_share": "exceeded",
        "people_per_postal_point": "missed", "other_postal_points": "reached", "postal_points": "unknown",
    }  # fmt: skip
    assert rows.loc["telecom_revenue", "actual"] == 103  # its halves added up
    assert rows.loc["mobile_broadband_coverage_share", "actual"] == 82  # the year's end
    assert rows.loc["bts_stations", "pct_of_target"] == pytest.approx(97.78, abs=0.01)
    assert rows.loc["people_per_postal_point", "shortfall"] == pytest.approx(100 / 41)


def test_the_result_is_told_in_sentences_and_a_table():
    report = year_over()
    told = [
        narrative.fulfilment_line(row, report, report.indicators[slug].short()).replace(narrative.NBSP, " ")
        for slug, row in report.fulfilment.iterrows()
    ]
    assert (
        "Trạm BTS: kế hoạch 90 vị trí trạm, thực hiện 88 vị trí trạm; đạt 97,8% kế hoạch, thiếu 2 vị trí trạm." in told
    )
    assert any(line.endswith("; vượt 2 điểm %.") for line in told)
    assert any(line.endswith("vượt mức cho phép 100 người/điểm.") for line in told)
    summary = str(narrative.fulfilment_summary(report)).replace(narrative.NBSP, " ")
    assert summary.startswith("Năm 2021 hoàn thành 2 trong 4 chỉ tiêu kế hoạch. Xa kế hoạch nhất: số dân")
    assert "Theo lĩnh vực: Bưu chính 0/1, Viễn thông 2/3." in summary
    table = str(tables.fulfilment(report))
    assert "▼ không đạt" in table
    assert "97,8%" in table


def test_a_year_without_a_plan_says_so_once_and_where_it_would_be():
    said = "Số liệu lưu trữ chưa có chỉ tiêu kế hoạch năm 2009 để đối chiếu; kế hoạch ấy nằm trong báo cáo năm 2008."
    report = ict.report("hoa-binh", "2009")
    assert narrative.target_summary(report).sentences == ("Báo cáo không nêu chỉ tiêu kế hoạch năm 2010.", said)
    silent = (narrative.fulfilment_summary, tables.fulfilment, tables.this_years_plan, tables.hard_targets,
              tables.targets, charts.fulfilment)  # fmt: skip
    assert [tell(report)._repr_html_() for tell in silent] == [""] * len(silent)
    assert not any(charts.growth_asked(report, shares=shares)._repr_html_() for shares in (True, False))


def test_who_misses_a_plan_by_a_hair_has_not_reached_all_of_it():
    """Radio hours: 6.568 of 6.570 are 99,97%, and are told neither as 100% nor as nought."""
    rows = [(AREA, "radio_own_hours", "2021", status, value, f"{value:g}", f"A1:1:{column}", "", "2021")
            for column, (status, value) in enumerate((("target", 6570.0), ("actual", 6568.0)), 4)]  # fmt: skip
    columns = ["area", "indicator", "period", "status", "value", "printed", "source", "note", "report"]
    report = report_of(pd.DataFrame(rows, columns=columns), "2021")
    cells = [cell.text for cell in tables.fulfilment(report).rows[0].cells]
    assert cells == ["6.570", "6.568", "dưới 100%", "▼ không đạt"]
    assert "−2\N{NO-BREAK SPACE}giờ" in str(charts.fulfilment(report).told.iloc[0, -1])


def test_one_measure_orders_the_chart_and_names_the_worst():
    """Of shares and the rest alike: how far from the plan, in per cent of it; a share's distance is told in points."""
    chart = charts.fulfilment(year_over())
    # 4.200 on 4.100 people a point, 88 of 90 stations, 82% on 80%, 103 on 100.
    assert chart.told.iloc[:, -1].map(str).tolist() == [
        "+2,4%",
        "−2,2%",
        "+2\N{NO-BREAK SPACE}điểm\N{NO-BREAK SPACE}%",
        "+3%",
    ]


def test_years_of_plans_stand_side_by_side():
    rows = year_over().fulfilment_by_year
    assert rows.to_dict("records") == [{"year": 2021, "met": 2, "judged": 4}]
