"""The comparison is honest with few areas, right with some, and still readable with many."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from places import REPO, REPORT

import ictplan_utils as ict
from ictplan_utils import compare_charts, compare_text, rollup
from ictplan_utils.rollup import compare

PROVINCE = "dien-bien"
DISTRICTS = rollup.units(PROVINCE, REPORT)
SHARES = (
    "fibre_coverage_share", "mobile_broadband_coverage_share", "internet_user_share", "mobile_data_user_share",
    "households_with_broadband_share", "households_with_broadband_access_share",
)  # fmt: skip


def rows(area: str, report: str, people: float, share: float, stations: float, period: str = "") -> list[tuple]:
    figures = dict.fromkeys(SHARES, share) | {"bts_stations": stations, "population": people}
    return [
        (area, name, period or report, "actual", float(value), f"{value:g}", f"A1:{k}:5", "", report)
        for k, (name, value) in enumerate(figures.items(), start=1)
    ]


def province(count: int, reports=(REPORT,), **changed) -> pd.DataFrame:
    """Return made-up reports of `count` districts, the first the best; `changed` replaces one's stations."""
    found = []
    for place, report in enumerate(reports):
        for k, area in enumerate(DISTRICTS[:count]):
            wobble = (k * 7 % 5) / 10
            stations = changed.get(area.replace("-", "_"), 100 - k) if place == len(reports) - 1 else 100 - k
            found += rows(area, report, 100_000, 80 - 5 * k + wobble + place, stations)
            found += rows(area, report, 99_000, 78 - 5 * k + wobble + place, 95 - k, f"{int(report[:4]) - 1}-S1")
    table = pd.DataFrame(found, columns=[*ict.observations.OBSERVATION_COLUMNS, "report"])
    return table.drop_duplicates(["area", "indicator", "period"])


def compared(count: int, **changed) -> compare.Comparison:
    return compare.comparison(province(count, **changed), PROVINCE, REPORT)


def test_the_real_province_says_that_one_district_reports_and_ranks_nobody():
    found = compare.compare(PROVINCE, REPORT)
    assert found.ranking.empty
    assert str(compare_text.summary(found)) == (
        "Tỉnh Điện Biên: 1/10 huyện có báo cáo 6 tháng đầu năm 2021.\n"
        "Mới có số liệu của 1/10 huyện, chưa xếp hạng được."
    )
    assert "Chưa báo cáo 9/10 huyện: Điện Biên Phủ, Mường Lay" in str(compare_text.reporting_text(found))


@pytest.mark.parametrize("count", [0, 1, 2, 3, 10])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_part_shows_itself_whatever_the_number_of_areas(count, lang):
    observations = province(count) if count else province(1).iloc[:0]
    found = compare.comparison(observations, PROVINCE, REPORT)
    for chart in (compare_charts.ranking(found, lang=lang), compare_charts.heat(found, lang=lang)):
        assert "<svg" in chart._repr_html_()
        assert chart.alt
        assert len(chart.data)
    for part in ("summary", "reporting_text", "ahead_and_behind", "movers_text", "calls", "sources"):
        assert str(getattr(compare_text, part)(found, lang)).strip(), part
    assert "nan" not in compare_text.totals_table(found, lang)._repr_html_().replace("nance", "")
    assert bool(compare_charts.spreads(found, lang=lang).panels) == bool(count)


def test_the_best_is_first_and_every_rank_lies_in_its_interval():
    ranking = compared(10).ranking
    assert ranking.index.tolist() == DISTRICTS
    assert (ranking["low"] <= ranking["rank"]).all()
    assert (ranking["rank"] <= ranking["high"]).all()


def test_an_area_that_states_hardly_anything_is_not_ranked():
    table = province(10)
    thin = (table["area"] == "tua-chua") & ~table["indicator"].isin(["bts_stations", "population"])
    found = compare.comparison(table[~thin], PROVINCE, REPORT)
    assert "tua-chua" not in found.ranking.index
    assert len(found.ranking) == 9


def test_size_is_no_merit_counts_are_told_for_a_thousand_people():
    found = compared(3)
    assert found.level.at[DISTRICTS[0], "bts_stations"] == pytest.approx(1.0)


def test_where_people_are_not_known_counts_are_not_compared():
    table = province(10)
    found = compare.comparison(table[table["indicator"] != "population"], PROVINCE, REPORT)
    assert "bts_stations" not in found.z.columns


def test_less_is_better_where_the_catalogue_says_so():
    table = province(3)
    radius = table[(table["indicator"] == "bts_stations") & (table["period"] == REPORT)]
    radius = radius.assign(indicator="postal_service_radius", value=[1.0, 2.0, 3.0])
    found = compare.comparison(pd.concat([table, radius]), PROVINCE, REPORT)
    assert found.z["postal_service_radius"].dropna().tolist() == pytest.approx([1.2247, 0, -1.2247], abs=1e-3)


def test_since_when_counts_reports_without_a_break():
    ranks = pd.DataFrame(
        {"a": [5, 1, 1], "b": [1, 5, 2], "c": [2, 2, 5], "d": [3, 3, 3], "e": [4, 4, 4]},
        index=["2019-S1", "2020-S1", "2021-S1"],
    )  # fmt: skip
    assert compare.since(ranks, "a", ahead=True) == "2020-S1"
    assert compare.since(ranks, "c", ahead=False) == "2021-S1"
    assert compare.since(ranks, "d", ahead=True) == ""


def test_ranks_of_earlier_reports_are_kept():
    found = compare.comparison(province(10, ("2020-S1", REPORT)), PROVINCE, REPORT)
    assert found.ranks.index.tolist() == ["2020-S1", REPORT]
    said = str(compare_text.ahead_and_behind(found))
    assert "Điện Biên Phủ: hạng 1 (khoảng 1–1)" in said
    assert "từ 6 tháng đầu năm 2020 (kỳ đầu tiên có số liệu)" in said


def test_a_slipped_decimal_is_worth_a_call():
    found = compared(10, tua_chua=960)
    rows_ = compare.outliers(found)
    assert rows_[["area", "indicator"]].to_numpy().tolist() == [["tua-chua", "bts_stations"]]
    assert str(compare_text.calls(found)).startswith("- Tủa Chùa: Trạm BTS 960")


def test_areas_that_are_much_alike_hold_no_outlier():
    assert compare.outliers(compared(10)).empty


def test_growth_is_of_the_areas_that_state_both_periods():
    table = province(2)
    silent_before = (table["area"] == DISTRICTS[1]) & (table["period"] == "2020-S1")
    found = compare.comparison(table[~silent_before], PROVINCE, REPORT)
    half = found.totals.set_index(["indicator", "slot"])["value"]
    both = found.matched.set_index(["indicator", "slot"])["value"]
    assert half["bts_stations", "half"] == 199
    assert (both["bts_stations", "same_half"], both["bts_stations", "half"]) == (95, 100)


def test_with_many_areas_a_chart_names_the_first_and_the_last_and_the_data_holds_all():
    chance = np.random.default_rng(3)
    names = [f"area-{k:03}" for k in range(130)]
    ranking = pd.DataFrame(
        {"score": np.sort(chance.normal(size=130))[::-1], "rank": range(1, 131), "low": range(1, 131),
         "high": range(1, 131), "indicators": 30}, index=names,
    )  # fmt: skip
    base = compared(3)
    z = pd.DataFrame(chance.normal(size=(130, 6)), index=names, columns=list(SHARES))
    many = Many(
        **{**vars(base), "ranking": ranking, "z": z, "half": z, "sent": pd.DataFrame({"sent": True}, index=names)}
    )
    for chart in (compare_charts.ranking(many), compare_charts.heat(many)):
        assert len(chart.data) == 130
        assert len(chart.axes[0].get_yticks()) == 44
        assert chart.get_figheight() < 14
    told = [text.get_text() for text in compare_charts.ranking(many).axes[0].texts]
    assert "86 địa bàn ở giữa" in told


class Many(compare.Comparison):
    """A comparison of areas that areas.csv does not hold."""

    def name(self, area: str, lang: str = "vi") -> str:
        return area

    def noun(self, lang: str = "vi") -> str:
        return "xã"


def test_the_notebook_is_named_for_roll_ups():
    from ictplan_utils.batch.schedule import read_notebook

    notebook = read_notebook(REPO / "notebooks" / "compare.ipynb")
    assert (notebook.scope, notebook.figures) == ("parent", 3)


def test_a_province_that_speaks_through_one_district_is_told_so():
    found = compare.compare("viet-nam", REPORT)
    assert "1/63 tỉnh có báo cáo 6 tháng đầu năm 2021. Tính ở cấp thấp nhất có báo cáo: 2/81 địa bàn" in str(
        compare_text.summary(found)
    )
    assert "Điện Biên (qua cấp dưới)" in str(compare_text.reporting_text(found))


def test_an_area_that_holds_no_other_says_so():
    found = compare.compare("lai-chau", REPORT)
    assert str(compare_text.summary(found)) == "Tỉnh Lai Châu: chưa có địa bàn nào bên dưới trong areas.csv."
    assert compare_charts.ranking(found)._repr_html_()


def test_two_areas_are_held_against_each_other_indicator_by_indicator():
    said = str(compare_text.summary(compared(2)))
    assert "Trong 7 chỉ tiêu cả hai cùng có, Điện Biên Phủ tốt hơn ở 7, Mường Lay tốt hơn ở 0." in said


@pytest.mark.parametrize(
    ("areas", "present", "vi", "en"),
    [
        (2, 2, "Chỉ có 2 xã: so từng chỉ tiêu, không xếp hạng", "2 communes: too few to rank"),
        (
            9,
            9,
            "9/9 xã có số liệu nhưng chưa đủ 5 chỉ tiêu mỗi nơi",
            "All 9 communes have figures, but of fewer",
        ),
        (9, 4, "Mới có số liệu của 4/9 xã, chưa xếp hạng được", "Only 4/9 communes have figures: no ranking yet"),
    ],
)
def test_why_nobody_is_ranked_is_said_as_it_is(areas, present, vi, en):
    def noun(lang="vi"):
        return "xã" if lang == "vi" else "communes"

    found = SimpleNamespace(areas=range(areas), present=range(present), noun=noun)
    assert compare_text.not_enough(found).startswith(vi)
    assert compare_text.not_enough(found, "en").startswith(en)
