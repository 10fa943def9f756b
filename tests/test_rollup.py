"""Totals follow the catalogue's rules, say what they cover, and survive the reform of 1 July 2025."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from places import AREA, REPO, REPORT, report_of

import ictplan_utils as ict
from ictplan_utils import audit, charts, narrative, observations, revisions, rollup
from ictplan_utils.errors import IctplanError

PROVINCE = "dien-bien"
DISTRICTS = ("dien-bien-phu", "muong-lay", "muong-nhe", "muong-cha", "tua-chua", "tuan-giao", "dien-bien-district",
             "dien-bien-dong", "muong-ang", "nam-po")  # fmt: skip


def states(area: str, report: str = REPORT, **figures: float) -> pd.DataFrame:
    """Return what an area states of the report's own period."""
    rows = [
        (area, indicator, report, "actual", float(value), str(value), f"A1:{k}:5", "", report)
        for k, (indicator, value) in enumerate(figures.items(), start=1)
    ]
    return pd.DataFrame(rows, columns=[*ict.observations.OBSERVATION_COLUMNS, "report"])


def total(frames: list[pd.DataFrame], indicator: str, area: str = PROVINCE, report: str = REPORT) -> pd.Series:
    return one(rollup.roll_up(pd.concat(frames, ignore_index=True), report, [area]), area, indicator)


def one(totals: pd.DataFrame, area: str, indicator: str) -> pd.Series:
    """Return an indicator's total of the report's own period, the reason for there being none in words."""
    row = totals.set_index(["area", "indicator", "slot"]).loc[(area, indicator, "half")].copy()
    row["reason"] = rollup.reason(row["reason"], indicator)
    return row


def test_counts_and_flows_add_up():
    frames = [states("tuan-giao", bts_stations=88, postal_revenue=1320), states("nam-po", bts_stations=40)]
    assert total(frames, "bts_stations").value == 128
    assert total(frames, "postal_revenue").value == 1320


def test_a_total_says_how_many_areas_and_people_it_covers():
    people = dict(zip(DISTRICTS, (80, 20, 40, 50, 60, 90, 95, 70, 50, 45), strict=True))
    silent = ("muong-lay", "muong-nhe", "nam-po")
    frames = [
        states(name, population=1000 * n, **({} if name in silent else {"bts_stations": 10}))
        for name, n in people.items()
    ]
    found = total(frames, "bts_stations")
    assert (found.value, found.covered, found.units) == (70, 7, 10)
    assert found.population_share == pytest.approx(495 / 600)
    assert rollup.coverage(7, 10, found.population_share, "huyện") == "7/10 huyện, 82% dân số"


def test_missing_is_never_zero():
    found = total([states("tuan-giao", bts_stations=88)], "servers")
    assert np.isnan(found.value)
    assert (found.covered, found.reason) == (0, "chưa địa bàn nào có số liệu")


def test_the_nations_coverage_counts_the_people_of_the_districts_that_speak():
    frames = [states(name, population=10_000) for name in DISTRICTS]
    frames += [states(name, bts_stations=10) for name in DISTRICTS[:3]]
    frames += [states("viet-nam", population=400_000)]
    found = total(frames, "bts_stations", "viet-nam")
    assert (found.value, found.covered) == (30, 3)
    assert found.population_share == pytest.approx(30_000 / 400_000)


def test_coverage_of_people_is_not_claimed_where_an_areas_people_are_unknown():
    found = total([states("tuan-giao", bts_stations=88, population=90_000)], "bts_stations")
    assert np.isnan(found.population_share)
    assert rollup.coverage(found.covered, found.units, found.population_share, "huyện") == "1/10 huyện"


def test_the_provinces_own_population_tells_what_silent_areas_hold():
    frames = [states("tuan-giao", bts_stations=88, population=90_000), states(PROVINCE, population=600_000)]
    assert total(frames, "bts_stations").population_share == pytest.approx(0.15)


def test_nearly_everyone_is_not_everyone():
    assert rollup.coverage(9, 10, 0.999, "huyện") == "9/10 huyện, 99% dân số"


def test_a_share_is_weighed_by_its_own_denominator_never_averaged_plainly():
    frames = [
        states("tuan-giao", households_with_broadband_share=80, households=30_000),
        states("muong-lay", households_with_broadband_share=20, households=10_000),
    ]
    assert total(frames, "households_with_broadband_share").value == pytest.approx(65)


def test_a_quotient_is_made_of_its_parts():
    frames = [
        states("tuan-giao", mobile_density=50, mobile_subscribers=40_000, population=80_000),
        states("muong-lay", mobile_subscribers=20_000, population=20_000),
    ]
    assert total(frames, "mobile_density").value == pytest.approx(60)


def test_a_weight_that_nobody_states_is_implied_by_a_quotient():
    frames = [  # 40,000 subscribers at 50 per 100 are 80,000 people
        states("tuan-giao", mobile_density=50, mobile_subscribers=40_000, internet_user_share=60),
        states("muong-lay", population=20_000, internet_user_share=10),
    ]
    assert total(frames, "internet_user_share").value == pytest.approx(50)


def test_without_weights_there_is_no_mean_but_a_reason():
    frames = [states("tuan-giao", fibre_coverage_share=80), states("muong-lay", fibre_coverage_share=20)]
    found = total(frames, "fibre_coverage_share")
    assert np.isnan(found.value)
    assert found.reason == "thiếu quyền số (dân số) của các địa bàn nên không lấy bình quân"


def test_one_area_alone_needs_no_weight():
    found = total([states("tuan-giao", fibre_coverage_share=80)], "fibre_coverage_share")
    assert (found.value, found.method, found.covered, found.units) == (80, "single", 1, 10)


def test_an_area_without_weight_is_left_out_of_the_mean_and_of_its_coverage():
    frames = [
        states("tuan-giao", fibre_coverage_share=80, population=80_000),
        states("muong-lay", fibre_coverage_share=20, population=20_000),
        states("nam-po", fibre_coverage_share=0),
    ]
    found = total(frames, "fibre_coverage_share")
    assert (found.value, found.covered) == (pytest.approx(68), 2)


def test_what_neither_adds_nor_averages_has_no_total():
    found = total([states("tuan-giao", underground_cable_share=80)], "underground_cable_share")
    assert np.isnan(found.value)
    assert found.reason == "chỉ tiêu này không cộng và không lấy bình quân giữa các địa bàn"


def test_a_count_printed_as_a_share_spoils_no_mean():
    frames = [
        states("tuan-giao", internet_user_share=1483, population=80_000),
        states("muong-lay", internet_user_share=20, population=20_000),
    ]
    assert total(frames, "internet_user_share").value == pytest.approx(20)


def test_the_nation_adds_up_what_its_provinces_hold_and_counts_the_areas_that_speak():
    frames = [
        states("tuan-giao", bts_stations=88),
        states("nam-po", bts_stations=40),
        states("lai-chau", bts_stations=7),
    ]
    found = total(frames, "bts_stations", "viet-nam")
    # 61 provinces and former provinces that have no units below, and ten districts each of Điện Biên and Hòa Bình.
    assert (found.value, found.covered, found.units) == (135, 3, 81)


def test_a_provinces_own_figure_stands_for_all_inside_it_but_not_in_its_own_total():
    frames = [states("tuan-giao", bts_stations=88), states(PROVINCE, bts_stations=900)]
    assert total(frames, "bts_stations").value == 88
    nation = total(frames, "bts_stations", "viet-nam")
    assert (nation.value, nation.covered) == (900, 10)


def test_the_real_province_says_that_one_district_of_ten_reports():
    totals = rollup.roll_up(ict.load(), REPORT, [PROVINCE])
    found = one(totals, PROVINCE, "bts_stations")
    assert (found.value, found.covered, found.units) == (88, 1, 10)
    sent = rollup.reporting(ict.load(), PROVINCE, REPORT)
    assert sent.index[sent["sent"]].tolist() == [AREA]
    assert sent.at[AREA, "figures"] == 35


# -- the reform ----------------------------------------------------------------------------------------------------


def test_a_period_before_the_reform_rolls_up_districts_and_one_after_it_communes():
    assert rollup.units(PROVINCE, "2025-S1") == list(DISTRICTS)
    assert len(rollup.units(PROVINCE, "2025-S2")) == 45
    frames = [states("tuan-giao", bts_stations=88), states("quai-to", "2026-S1", bts_stations=30)]
    assert total(frames[:1], "bts_stations").units == 10
    after = total(frames[1:], "bts_stations", report="2026-S1")
    assert (after.value, after.covered, after.units) == (30, 1, 45)


def test_an_abolished_district_goes_on_in_its_communes():
    frames = [
        states(name, "2026-S1", bts_stations=n, internet_user_share=share, population=people)
        for name, n, share, people in (
            ("tuan-giao-commune", 30, 90, 30_000), ("quai-to", 20, 60, 20_000), ("muong-mun", 15, 40, 15_000),
            ("pu-nhung", 15, 40, 15_000), ("chieng-sinh", 20, 50, 20_000), ("muong-pon", 99, 1, 9_000),
        )
    ]  # fmt: skip
    totals = rollup.continued(pd.concat(frames), AREA, "2026-S1")
    stations = one(totals, AREA, "bts_stations")
    assert (stations.value, stations.covered, stations.units) == (100, 5, 8)
    assert one(totals, AREA, "internet_user_share").value == pytest.approx(61)


def test_a_commune_on_land_of_two_districts_continues_neither():
    frames = [states(name, "2026-S1", bts_stations=10) for name in ("muong-ang-commune", "na-tau")]
    found = one(rollup.continued(pd.concat(frames), "muong-ang", "2026-S1"), "muong-ang", "bts_stations")
    assert (found.value, found.covered, found.units) == (10, 1, 4)


def test_an_area_that_still_is_has_nothing_to_continue():
    with pytest.raises(IctplanError, match="'tuan-giao' has no successor"):
        rollup.continued(states(AREA, bts_stations=88), AREA, REPORT)


def agree_shares(data: Path) -> None:
    """Say, made up, what part of the district's people each of its communes got."""
    path = data / "area_changes.csv"
    text = path.read_text(encoding="utf-8")
    for name, share in (("tuan-giao-commune", "0.3"), ("quai-to", "0.2"), ("muong-mun", "0.15"), ("pu-nhung", "0.15"),
                        ("chieng-sinh", "0.2")):  # fmt: skip
        text = text.replace(f"tuan-giao,{name},,", f"tuan-giao,{name},{share},")
    path.write_text(text, encoding="utf-8")


def test_a_communes_past_is_its_part_of_the_districts(data_copy):
    agree_shares(data_copy)
    past = rollup.restated(ict.load(AREA, data_dir=data_copy), "quai-to", "2026-S1", data_copy)
    past = past.set_index(["indicator", "period", "status"])
    stations = past.loc[("bts_stations", REPORT, "actual")]
    assert stations["value"] == pytest.approx(17.6)
    assert stations["note"] == "suy ra: tuan-giao × 0,2"
    assert past.loc[("fibre_coverage_share", REPORT, "actual"), "value"] == 80
    assert ("telecom_revenue", "2020-S1", "actual") not in past.index, "28 % of its year: nobody builds on it"


@pytest.mark.parametrize("known", [True, False])
def test_a_new_communes_trend_begins_with_its_part_of_the_districts_past_and_says_so(data_copy, known):
    if known:
        agree_shares(data_copy)
    made = states("quai-to", "2026-S1", bts_stations=21, telecom_revenue=5800)
    observations.write(made.drop(columns="report"), data_copy / "observations" / "quai-to" / "2026-S1.csv", data_copy)
    report = ict.report("quai-to", "2026-S1", data_dir=data_copy)
    chart, small = charts.trend(report, "bts_stations"), charts.by_sector(report, ["bts_stations"])
    part = ["thực hiện (quy từ địa bàn cũ)", "6/2021", "18\N{NO-BREAK SPACE}vị trí trạm"]
    panels = [panel for _, drawn in small.groups for panel in getattr(drawn, "panels", ())]
    for each in (chart, *panels):
        assert (part in each.told.map(str).values.tolist()) == known == ("quy từ số liệu của địa bàn cũ" in each.unit)
    assert len(panels) == known
    lines = ict.trend(report, "bts_stations", every="half")
    assert (["6/2021", "18 (quy từ địa bàn cũ)"] in lines.told.map(str).values.tolist()) == known
    assert charts.trend(report, "telecom_revenue").data.shape[0] == (3 if known else 1)  # two halves and a year


def test_a_past_whose_share_nobody_knows_is_not_invented():
    assert rollup.restated(ict.load(AREA), "quai-to", "2026-S1").empty


def test_a_province_that_took_in_another_has_the_past_of_both():
    frames = [
        states("quang-ngai", bts_stations=100, internet_user_share=60, population=300),
        states("kon-tum", bts_stations=40, internet_user_share=20, population=100),
    ]
    past = rollup.restated(pd.concat(frames), "quang-ngai", "2026-S1").set_index("indicator")["value"]
    assert past["bts_stations"] == 140
    assert past["internet_user_share"] == pytest.approx(50)
    assert rollup.restated(frames[0], "quang-ngai", "2026-S1").empty, "half of a province is not its past"
    assert rollup.restated(pd.concat(frames), "quang-ngai", REPORT).empty, "in 2021 the two were two"


def test_a_town_that_took_in_a_district_has_the_past_of_both_and_never_the_districts_alone():
    """Kỳ Sơn went into Hòa Bình city in 2020: 28,773 and 3,209 telephones at the end of 2009."""
    assert ict.report("hoa-binh-city", "2009").past.empty
    past = rollup.restated(ict.load(["hoa-binh-city", "ky-son-hoa-binh"]), "hoa-binh-city", "2021")
    assert past.set_index("period")["value"]["2009"] == 31_982
    assert rollup.restated(ict.load("ky-son-hoa-binh"), "hoa-binh-city", "2021").empty
    told = states("hoa-binh-phu-tho", "2026-S1", phone_subscribers=9)
    city = one(rollup.continued(told, "hoa-binh-city", "2026-S1"), "hoa-binh-city", "phone_subscribers")
    assert city.units == 5


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("tuan-giao,quai-to,,", "tuan-giao,quai-too,,", "row 76: .*'quai-too' is not in areas.csv"),
        ("tuan-giao,quai-to,,", "tuan-giao,quai-to,1.2,", "share '1.2' is no part of 1"),
        ("muong-lay,muong-lay-commune,1,", "muong-lay,muong-lay-commune,0.5,", "shares of 'muong-lay' add up to 0.5"),
    ],
)
def test_a_broken_list_of_changes_is_refused(data_copy, old, new, sentence):
    path = data_copy / "area_changes.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(IctplanError, match=sentence):
        rollup.changes(data_copy)


def test_a_nation_without_changes_needs_no_file(tmp_path):
    shutil.copytree(REPO / "data", tmp_path / "data", ignore=shutil.ignore_patterns("area_changes.csv"))
    assert rollup.changes(tmp_path / "data").empty


# -- the province's own figure against its parts, and figures stated anew -------------------------------------------


def communes(silent: int = 0, **figures) -> list[pd.DataFrame]:
    """Return what the communes of Điện Biên state of the first half of 2026, all but `silent` of them."""
    names = rollup.units(PROVINCE, "2026-S1")
    return [states(name, "2026-S1", **figures) for name in names[silent:]]


def against_rollup(frames: list[pd.DataFrame]) -> pd.DataFrame:
    observations = pd.concat(frames, ignore_index=True)
    nothing = pd.DataFrame(columns=[*ict.observations.COMPARISON_COLUMNS, "report"])
    found = audit.audit(observations, nothing)
    return found[found["rule"] == "differs_from_rollup"]


def test_a_provinces_own_count_is_held_against_its_communes():
    found = against_rollup([*communes(bts_stations=20), states(PROVINCE, "2026-S1", bts_stations=960)])
    assert found[["area", "indicator", "printed", "expected"]].to_numpy().tolist() == [
        [PROVINCE, "bts_stations", "960", "900"]
    ]
    assert "ghi 960, nhưng 45/45 địa bàn cộng lại là 900" in found["message_vi"].item()


def test_a_provinces_own_share_is_held_against_the_weighted_mean():
    parts = communes(internet_user_share=70, population=10_000)
    assert against_rollup([*parts, states(PROVINCE, "2026-S1", internet_user_share=70.6)]).empty
    found = against_rollup([*parts, states(PROVINCE, "2026-S1", internet_user_share=80)])
    assert found["expected"].tolist() == ["70"]


def test_nothing_is_said_of_a_province_while_a_commune_is_silent():
    assert against_rollup([*communes(1, bts_stations=20), states(PROVINCE, "2026-S1", bts_stations=960)]).empty


def test_communes_that_exceed_their_province_are_told_once():
    frames = [*communes(bts_stations=20), states(PROVINCE, "2026-S1", bts_stations=500)]
    observations = pd.concat(frames, ignore_index=True)
    nothing = pd.DataFrame(columns=[*ict.observations.COMPARISON_COLUMNS, "report"])
    found = audit.audit(observations, nothing)
    assert found.loc[found["area"] == PROVINCE, "rule"].tolist() == ["areas_within_area"]


def test_a_provinces_own_offices_may_add_a_little():
    assert against_rollup([*communes(bts_stations=20), states(PROVINCE, "2026-S1", bts_stations=910)]).empty


def again(before: float, now: float) -> pd.DataFrame:
    """Return two reports that state the subscribers of 2020."""
    old = states(AREA, "2020", phone_subscribers=before)
    new = states(AREA, REPORT, bts_stations=88)
    return pd.concat([old, new, states(AREA, "2020", phone_subscribers=now).assign(report=REPORT)], ignore_index=True)


def test_a_later_report_that_states_a_past_year_otherwise_is_told_in_the_briefing():
    found = revisions.revisions(again(52_050, 56_325), AREA, REPORT)
    assert found[["indicator", "before", "now", "before_report"]].to_numpy().tolist() == [
        ["phone_subscribers", 52050.0, 56325.0, "2020"]
    ]
    text = str(narrative.revisions(report_of(again(52_050, 56_325))))
    assert "số liệu năm 2020 được điều chỉnh: 52.050" in text
    assert "→ 56.325" in text


def test_a_figure_stated_again_unchanged_is_no_revision():
    found = revisions.revisions(again(52_050, 52_050), AREA, REPORT)
    assert found.empty
    assert str(narrative.revisions(report_of(again(52_050, 52_050)))) == ""


def test_an_area_that_the_catalogue_does_not_know_is_of_no_level():
    assert rollup.level_name(["nobody"]) == "địa bàn"
    assert rollup.level_name(["tuan-giao", "nobody"]) == "huyện"
