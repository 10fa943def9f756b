"""The comparison is honest with few areas, right with some, and still readable with many."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path

import docx
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from matplotlib.text import Text
from places import REPO, REPORT

import ictplan_utils as ict
from ictplan_utils import catalog, cli, compare, rollup
from ictplan_utils.compare import standouts
from ictplan_utils.compare.sentences import not_enough

PROVINCE = "dien-bien"
DISTRICTS = rollup.units(PROVINCE, REPORT)
KINDS = "huyện, thành phố, thị xã"
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


def comparison(table: pd.DataFrame, lang: str = "vi") -> compare.Comparison:
    return compare.Comparison(catalog.area(PROVINCE), REPORT, table, lang)


def compared(count: int, **changed) -> compare.Comparison:
    return comparison(province(count, **changed))


def test_the_real_province_says_that_one_district_reports_and_ranks_nobody():
    found = compare.of(PROVINCE, REPORT)
    assert found.ranking.empty
    assert compare.verdict(found) == (
        "1 trong 10 huyện, thành phố, thị xã đã gửi báo cáo; 1 nơi phải sửa số liệu trước khi tổng hợp"
    )
    assert str(compare.opening(found)) == f"Mới có số liệu của 1/10 {KINDS}, chưa xếp hạng được."
    assert f"Nhắc 9 {KINDS} chưa gửi. Thành phố Điện Biên Phủ, Thị xã Mường Lay" in str(compare.todo(found))


PARTS = ("opening", "todo", "headlines", "areas_table", "ranked", "standing_out", "totals_table", "reminders",
         "missing_table", "sources")  # fmt: skip


UNRANKED = ("ranked", "standing_out", "reminders", "totals_table")
"""Parts that say nothing where another has said why there is no ranking or no total, or nobody needs a reminder."""


def test_an_areas_empty_folder_stops_no_comparison(tmp_path):
    shutil.copytree(REPO / "data", tmp_path / "data")
    (tmp_path / "data/observations/muong-ang").mkdir()
    assert compare.of(PROVINCE, REPORT, data_dir=tmp_path / "data").period == REPORT


@pytest.mark.parametrize("count", [0, 1, 2, 3, 10])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_part_shows_itself_whatever_the_number_of_areas(count, lang):
    found = comparison(province(count) if count else province(1).iloc[:0], lang)
    parts = {name: getattr(compare, name)(found) for name in PARTS}
    assert all(str(part).strip() for name, part in parts.items() if name not in UNRANKED or count >= 5)
    assert all("nan" not in part._repr_html_().replace("nance", "") for part in parts.values())
    said = Counter(line for part in parts.values() for line in set(str(part).splitlines()) if len(line) > 40)
    assert max(said.values()) == 1, said.most_common(1)
    panels = compare.spreads(found).panels
    assert bool(panels) == (count >= 5)
    assert all(len(panel.data) == count for panel in panels)
    assert all(panel._repr_html_().count("data-label") == 2 * count for panel in panels)  # for a phone and for a screen


def test_the_best_is_first_and_every_rank_lies_in_its_interval():
    ranking = compared(10).ranking
    assert ranking.index.tolist() == DISTRICTS
    assert (ranking["low"] <= ranking["rank"]).all()
    assert (ranking["rank"] <= ranking["high"]).all()


def test_an_area_that_states_hardly_anything_is_not_ranked():
    table = province(10)
    thin = (table["area"] == "tua-chua") & ~table["indicator"].isin(["bts_stations", "population"])
    found = comparison(table[~thin])
    assert "tua-chua" not in found.ranking.index
    assert len(found.ranking) == 9


def test_size_is_no_merit_counts_are_told_for_a_thousand_people():
    found = compared(3)
    assert found.level.at[DISTRICTS[0], "bts_stations"] == pytest.approx(1.0)


def test_where_people_are_not_known_counts_are_not_compared():
    table = province(10)
    found = comparison(table[table["indicator"] != "population"])
    assert "bts_stations" not in found.z.columns


def test_less_is_better_where_the_catalogue_says_so():
    table = province(3)
    radius = table[(table["indicator"] == "bts_stations") & (table["period"] == REPORT)]
    radius = radius.assign(indicator="postal_service_radius", value=[1.0, 2.0, 3.0])
    found = comparison(pd.concat([table, radius]))
    assert found.z["postal_service_radius"].dropna().tolist() == pytest.approx([1.2247, 0, -1.2247], abs=1e-3)


def test_since_when_counts_reports_without_a_break():
    ranks = pd.DataFrame(
        {"a": [5, 1, 1], "b": [1, 5, 2], "c": [2, 2, 5], "d": [3, 3, 3], "e": [4, 4, 4]},
        index=["2019-S1", "2020-S1", "2021-S1"],
    )  # fmt: skip
    assert standouts.since(ranks, "a", ahead=True) == "2020-S1"
    assert standouts.since(ranks, "c", ahead=False) == "2021-S1"
    assert standouts.since(ranks, "d", ahead=True) == ""


def test_ranks_of_earlier_reports_are_kept():
    found = comparison(province(10, ("2020-S1", REPORT)))
    assert found.ranks.index.tolist() == ["2020-S1", REPORT]
    said = str(compare.ranked(found))
    assert "Nhóm dẫn đầu: Thành phố Điện Biên Phủ, hạng 1" in said
    assert "Liên tục từ 6 tháng đầu năm 2020 (kỳ đầu tiên có số liệu): Thành phố Điện Biên Phủ" in said


def test_a_figure_that_is_asked_back_lifts_nobody():
    plain, slipped = (compared(10, tua_chua=stations) for stations in (95, 960))
    assert slipped.ranking.at["tua-chua", "rank"] >= plain.ranking.at["tua-chua", "rank"] > 1
    assert "bts_stations" in slipped.z and np.isnan(slipped.z.at["tua-chua", "bts_stations"])
    strip = next(each for each in compare.spreads(slipped).panels if each.headline == "Trạm BTS")
    assert "cần hỏi lại" in strip.unit


def test_a_slipped_decimal_is_worth_a_call():
    found = compared(10, tua_chua=960)
    rows_ = compare.outliers(found)
    assert rows_[["area", "indicator"]].to_numpy().tolist() == [["tua-chua", "bts_stations"]]
    _, (_, calls) = compare.standing_out(found).groups
    stated = "Trạm BTS: 960\N{NO-BREAK SPACE}vị trí trạm (+954,9% so với cùng kỳ năm trước; trung vị +5,6%)"
    assert (calls.rows[0].name, calls.rows[0].cells[0].text) == ("Tủa Chùa", stated)


def test_a_total_leaves_out_a_slipped_decimal_says_whose_and_marks_it():
    found = compared(10, tua_chua=960)
    others = 100 * 10 - 45 - 96
    assert found.period_totals.at["bts_stations", "value"] == others
    told = str(compare.headlines(found))
    assert "trên 9/10 huyện, thành phố, thị xã" in told
    assert "không kể số liệu đang hỏi lại của Tủa Chùa (nếu kể: 1.819)" in told
    assert f"{others}" in told
    marked = {row.name: row.cells[2].text for row in compare.areas_table(found).rows}
    assert marked["Tủa Chùa"].endswith("(!)")
    assert sum("(!)" in each for each in marked.values()) == 1


def test_a_growth_of_thousands_of_per_cent_is_told_as_a_multiple_and_leads_no_total():
    found = compared(10, tua_chua=99_999)
    _, (_, calls) = compare.standing_out(found).groups
    assert "(gấp 1.099 lần so với cùng kỳ năm trước; trung vị +5,6%)" in calls.rows[0].cells[0].text
    assert "gấp 1" not in str(compare.headlines(found)) + str(compare.totals_table(found))
    strip = next(each for each in compare.spreads(found).panels if each.headline == "Trạm BTS")
    assert [str(each).endswith("(!)") for each in strip.told.iloc[:, 1]] == [True] + [False] * 9


def test_a_town_that_only_differs_stays_in_the_total(stored):
    found = compare.of(PROVINCE, NOW, data_dir=stored)
    assert list(found.asked["area"]) == ["dien-bien-phu-commune"]
    assert found.period_totals.at["bts_stations", "covered"] == 44
    assert "1 số liệu đang hỏi lại" in str(compare.headlines(found))
    asked = found.form[found.asked["indicator"].iloc[0]].short("vi")
    marked = [row.name for row in compare.totals_table(found).rows if "(!)" in row.cells[0].text]
    assert marked == [asked] and "(!) có số liệu đang hỏi lại" in compare.totals_table(found).note


def test_where_no_people_can_be_told_nothing_is_held_against_them():
    table = province(10)
    table["value"] = table["value"].mask((table["area"] == "tua-chua") & (table["indicator"] == "population"), 0)
    found = comparison(table)
    assert found.asked.empty
    assert found.level["bts_stations"].isna().sum() == 1
    assert "Tủa Chùa" in compare.spreads(found).still


def test_areas_that_are_much_alike_hold_no_outlier():
    assert compare.outliers(compared(10)).empty


def test_growth_is_of_the_areas_that_state_both_periods():
    table = province(2)
    silent_before = (table["area"] == DISTRICTS[1]) & (table["period"] == "2020-S1")
    found = comparison(table[~silent_before])
    half = found.totals.set_index(["indicator", "slot"])["value"]
    both = found.matched.set_index(["indicator", "slot"])["value"]
    assert half["bts_stations", "half"] == 199
    assert (both["bts_stations", "same_half"], both["bts_stations", "half"]) == (95, 100)


def test_the_notebook_is_named_for_roll_ups():
    from ictplan_utils.batch.schedule import read_notebook

    notebook = read_notebook(REPO / "notebooks" / "compare.ipynb")
    assert (notebook.scope, notebook.figures) == ("parent", 0)  # of a few areas no strip


def test_a_province_that_speaks_through_its_districts_is_told_so():
    found = compare.of("viet-nam", REPORT)
    assert "Tính ở cấp thấp nhất có báo cáo: 2/81 địa bàn" in str(compare.opening(found))
    through = [one.area.name for one in found.standings if one.state != "late" and not one.own]
    assert through == ["Điện Biên"]


def test_the_figure_of_one_district_in_ten_is_no_total_of_the_province():
    found = compare.of(PROVINCE, REPORT)
    assert str(compare.headlines(found)) == "Mới 1/10 huyện, thành phố, thị xã: chưa tính được số liệu toàn tỉnh."
    assert str(compare.totals_table(found)) == ""
    assert not compare.spreads(found).panels


def test_what_the_provinces_own_paper_has_wrong_is_said_before_anything_else():
    """Hòa Bình 2009: its paper states 61.877 subscribers, the eleven districts in it make 63.877."""
    found = compare.of("hoa-binh", "2009")
    assert compare.verdict(found) == ("Có số liệu của 11 trong 11 huyện, thành phố, theo văn bản của cấp trên; "
                                      "văn bản tổng hợp có 1 số liệu phải sửa")  # fmt: skip
    first, second = str(compare.todo(found)).splitlines()
    assert first.startswith("- Sửa 1 số liệu trong văn bản tổng hợp của tỉnh Hòa Bình. Thuê bao điện thoại")
    assert "61.877" in first and "63.877" in first
    assert second == "- 11 huyện, thành phố chưa tự gửi báo cáo; số liệu lấy theo văn bản tổng hợp."
    total = str(compare.headlines(found)).splitlines()[0].replace("\N{NO-BREAK SPACE}", " ")
    assert total.endswith("63.877 thuê bao · +12,7% so với cuối năm trước · văn bản tổng hợp ghi 61.877")
    assert dict(compare.opening(found).facts)["errors/hoa-binh"] == 1


def test_where_nobody_is_ranked_a_phone_shows_the_first_figure_in_place_of_dashes():
    table = compare.areas_table(compare.of("hoa-binh", "2009"))
    first = [column.label for column in table.columns if column.first_sight]
    assert first == ["Báo cáo", "Thuê bao điện thoại, thuê bao"]


def test_an_area_that_holds_no_other_says_so():
    found = compare.of("lai-chau", REPORT)
    assert compare.verdict(found) == "Tỉnh Lai Châu: chưa có địa bàn nào bên dưới trong areas.csv"
    assert compare.spreads(found)._repr_html_()


def test_two_areas_are_held_against_each_other_indicator_by_indicator():
    said = str(compare.opening(compared(2)))
    assert "Trong 7 chỉ tiêu cả hai cùng có, Thành phố Điện Biên Phủ tốt hơn ở 7, Thị xã Mường Lay tốt hơn ở 0." in said


@pytest.mark.parametrize(
    ("areas", "present", "vi", "en"),
    [
        (2, 2, "Chỉ có 2 thành phố, thị xã: so từng chỉ tiêu, không xếp hạng", "2 districts: too few to rank"),
        (
            9,
            7,
            f"7/9 {KINDS} có số liệu, nhưng chưa đủ 5 chỉ tiêu",
            "7/9 districts have figures, but on fewer",
        ),
        (
            9,
            2,
            f"Mới có số liệu của 2/9 {KINDS}, chưa xếp hạng được",
            "Only 2/9 districts have figures: no ranking yet",
        ),
    ],
)
def test_why_nobody_is_ranked_is_said_as_it_is(areas, present, vi, en):
    for lang, told in (("vi", vi), ("en", en)):
        found = comparison(province(1), lang)
        vars(found).update(areas=DISTRICTS[:areas], present=DISTRICTS[:present])
        assert not_enough(found).startswith(told)


# A province of 45 communes, made up, stored as files ------------------------------------------------------------

NOW, BEFORE = "2026-S1", "2025-S2"
COMMUNES = rollup.units(PROVINCE, NOW)
LATE, FAULTY, NEW, THIN = COMMUNES[3], COMMUNES[7], COMMUNES[11], COMMUNES[19]


def stations_of(k: int, factor: float = 1.0) -> float:
    return round((40 + 3 * k) * factor)


def commune(k: int, period: str, chance: np.random.Generator) -> pd.DataFrame:
    """Return a made-up commune's report; its stations grow by about 3% between the two."""
    factor = 1.03 + chance.normal(0, 0.02) if period == NOW else 1.0
    figures = {"population": 4000 + 100 * k, "bts_stations": stations_of(k, factor),
               "phone_subscribers": 3000 + 70 * k, "postal_revenue": 100 + k}  # fmt: skip
    figures |= dict.fromkeys(SHARES, 40 + k)
    if COMMUNES[k] == FAULTY:
        figures["internet_user_share"] = 1483
    if COMMUNES[k] == THIN:
        del figures["phone_subscribers"]
    rows_ = [(COMMUNES[k], name, period, "actual", float(value), f"{value:g}", f"A1:{at}:5", "")
             for at, (name, value) in enumerate(figures.items(), 1)]  # fmt: skip
    if period == BEFORE:
        rows_ = [(area, name, "2025", *rest) for area, name, _, *rest in rows_]
    return pd.DataFrame(rows_, columns=list(ict.observations.OBSERVATION_COLUMNS))


@pytest.fixture(scope="module")
def stored(tmp_path_factory) -> Path:
    """Return a data folder with the reports of 45 communes: one late, one faulty, one thin, one that is new."""
    folder = tmp_path_factory.mktemp("province") / "data"
    folder.mkdir()
    for path in (REPO / "data").glob("*.csv"):
        shutil.copy(path, folder)
    shutil.copytree(REPO / "data" / "forms", folder / "forms")
    (folder / "corrections.csv").write_text(
        (REPO / "data" / "corrections.csv").read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8"
    )
    chance = np.random.default_rng(5)
    for k, area in enumerate(COMMUNES):
        for period in (BEFORE, NOW):
            if (area, period) in ((LATE, NOW), (NEW, BEFORE)):
                continue
            path = folder / "observations" / area / f"{period}.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            ict.observations.write(commune(k, period, chance), path)
    return folder


def test_each_commune_stands_where_its_report_puts_it(stored):
    found = compare.of(PROVINCE, NOW, data_dir=stored)
    states = {one.area.area: one for one in found.standings}
    assert len(states) == 45
    assert [area for area, one in states.items() if one.state == "late"] == [LATE]
    assert [area for area, one in states.items() if one.state == "faulty"] == [FAULTY]
    assert states[THIN].missing == ("Thuê bao điện thoại",)
    assert [area for area, one in states.items() if one.missing] == [THIN]
    assert states[LATE].latest == BEFORE
    assert compare.verdict(found) == "44 trong 45 xã, phường đã gửi báo cáo; 1 nơi phải sửa số liệu trước khi tổng hợp"


def test_a_reminder_says_what_is_missing_and_what_to_correct(stored):
    found = compare.of(PROVINCE, NOW, data_dir=stored)
    told = {one.area.area: compare.reminder(found, one) for one in found.standings}
    assert sum(map(bool, told.values())) == 3
    assert f"chưa nhận được báo cáo 6 tháng đầu năm 2026 của {catalog.area(LATE).title()}" in told[LATE]
    assert "1 số liệu cần sửa:" in told[FAULTY]
    assert "1483" in told[FAULTY]
    assert "tỷ lệ không thể vượt 100" in told[FAULTY]
    assert "1 chỉ tiêu chưa có số liệu: Thuê bao điện thoại." in told[THIN]
    assert str(compare.reminders(found)).count("Kính gửi: UBND") == 3


def test_a_late_commune_adds_an_interval_to_the_total_never_a_gap(stored):
    found = compare.of(PROVINCE, NOW, data_dir=stored)
    row = found.complete.loc["bts_stations"]
    said = found.half["bts_stations"]
    expected = said.sum() + 1.03 * stations_of(COMMUNES.index(LATE))
    assert (row["late"], row["areas"], row["missing"]) == (1, 45, 0)
    assert row["low"] <= expected <= row["high"]
    assert row["high"] - row["low"] < 0.1 * stations_of(COMMUNES.index(LATE))
    assert "đủ 45 xã, phường: " in str(compare.headlines(found))


def test_what_is_not_on_the_page_is_not_explained(stored):
    everything, alone = (str(compare.sources(each)) for each in (
        compare.of(PROVINCE, NOW, data_dir=stored), compare.of(PROVINCE, REPORT)))  # fmt: skip
    assert "Hạng: " in everything and "Khoảng của tổng: " in everything
    assert "Hạng: " not in alone and "Khoảng của tổng: " not in alone


def test_every_total_says_what_it_covers(stored):
    table = compare.totals_table(compare.of(PROVINCE, NOW, data_dir=stored))
    at = [column.label for column in table.columns].index("Đã có")
    assert {row.cells[at].text for row in table.rows} >= {"44/45 xã, phường"}
    assert all("/45 xã, phường" in row.cells[at].text for row in table.rows)


def test_states_are_as_wide_as_their_numbers(stored):
    bar = compare.todo(compare.of(PROVINCE, NOW, data_dir=stored)).html
    assert re.findall(r'<i class="(\w+)" style="flex:(\d+)">', bar) == [("in", "43"), ("faulty", "1"), ("late", "1")]


def test_a_figure_far_off_bends_no_scale():
    """999 stations in a district of a hundred: it is named beside the drawing, whose ends are the others'."""
    sound, found = compared(9), compared(9, muong_nhe=99_900)
    strips = [next(each for each in compare.spreads(each).panels if each.headline == "Trạm BTS")
              for each in (sound, found)]  # fmt: skip
    assert "ngoài hình" not in strips[0].unit
    assert "ngoài hình, cần hỏi lại: Mường Nhé 999" in strips[1].unit
    assert not any("Mường Nhé" in name for name in strips[1].marks)
    assert len(strips[1].marks) == len(strips[0].marks) - 1
    assert not any("999" in text.get_text() for text in strips[1].texts + strips[1].findobj(Text))
    assert "Mường Nhé" in str(strips[1].told)


def test_a_late_area_that_stated_only_the_whole_year_before_adds_its_interval_too():
    year = [row for k, area in enumerate(DISTRICTS) for row in rows(area, "2020", 99_500, 79, 96 - k)]
    table = pd.concat([province(9), pd.DataFrame(year, columns=province(1).columns)])
    row = comparison(table).complete.loc["bts_stations"]
    assert (row["late"], row["areas"], row["missing"]) == (1, 10, 0)
    # 100 + 99 + … + 92 = 864; the tenth's 87 grows as the others did, by 100/96 to 92/88.
    assert 954.6 < row["low"] < row["high"] < 955


def test_the_interval_holds_the_total_about_as_often_as_it_says():
    """Eight in ten: made-up provinces whose communes all grow by chance, some of them late."""
    chance, held, tries = np.random.default_rng(11), 0, 200
    form = catalog.form()
    for _ in range(tries):
        base = pd.DataFrame({"bts_stations": chance.lognormal(4, 0.5, 45)})
        truth = base * chance.normal(1.05, 0.06, (45, 1))
        half = truth.where(pd.Series(np.arange(45) >= 8), axis=0)
        row = rollup.complete(half, base, form).loc["bts_stations"]
        held += row["low"] <= truth["bts_stations"].sum() <= row["high"]
    assert 0.7 < held / tries < 0.9


def test_an_area_that_never_reported_is_said_to_be_outside_the_interval():
    base = pd.DataFrame({"bts_stations": [10.0] * 8 + [np.nan]})
    half = pd.DataFrame({"bts_stations": [11.0] * 6 + [np.nan] * 3})
    row = rollup.complete(half, base, catalog.form()).loc["bts_stations"]
    assert row.tolist() == [pytest.approx(88), pytest.approx(88), 2, 8, 1]


def test_from_too_few_reports_no_interval_is_made():
    base = pd.DataFrame({"bts_stations": [10.0] * 6})
    half = pd.DataFrame({"bts_stations": [11.0] * 4 + [np.nan] * 2})
    assert rollup.complete(half, base, catalog.form()).empty


def test_every_area_is_a_row_that_is_found_and_leads_to_its_pages(stored):
    page = compare.areas_table(compare.of(PROVINCE, NOW, data_dir=stored))._repr_html_()
    assert page.count("<tr data-name=") == 45
    assert page.count('/index.html"') == 44
    assert f'href="../{LATE}/' not in page
    assert "○ chưa gửi" in page
    assert "▲ 1 lỗi" in page


def test_growth_is_measured_on_one_date_for_all_areas():
    table = province(10)
    odd = table["period"].eq("2020-S1") & table["area"].isin(DISTRICTS[:3]) & table["indicator"].eq("bts_stations")
    table.loc[odd, "period"] = "2020"
    found = comparison(table)
    assert found.bases["bts_stations"] == "same_half"
    assert found.base["bts_stations"].notna().sum() == 7


def test_an_arrow_shows_which_way_a_figure_went():
    found = compared(10)
    growth = found.growth.copy()
    growth["bts_stations"] = [5.0] * 9 + [2.0]
    vars(found)["growth"] = growth
    (_, moved), _ = compare.standing_out(found).groups
    assert moved.columns[0].label == "So với cùng kỳ năm trước"
    grown = [row.cells[0].text for row in moved.rows if row.unit.startswith("Trạm BTS")]
    assert grown and all(told.startswith("▲") for told in grown)


def test_status_says_who_has_reported_and_writes_page_reminders_and_letter(stored, tmp_path):
    command = ["status", "--under", "dien-bien", "--period", NOW, "--data", str(stored), "--outputs", str(tmp_path)]
    ran = CliRunner().invoke(cli.main, command)
    assert ran.exit_code == 1, ran.output
    assert "44 trong 45 xã, phường đã gửi báo cáo" in ran.output
    folder = tmp_path / NOW / PROVINCE
    assert sorted(path.name for path in folder.iterdir()) == ["nhac-bao-cao.docx", "nhac-bao-cao.txt", "status.html"]
    page = (folder / "status.html").read_text(encoding="utf-8")
    assert page.count("<tr data-name=") == 45
    assert page.count('class="reminder"') == 3
    assert set(re.findall(r'href="#nhac-([^"]+)"', page)) == {LATE, FAULTY, THIN}
    assert all(f'id="nhac-{area}"' in page for area in (LATE, FAULTY, THIN))
    assert 'href="../' not in page.replace('href="../index.html"', "")
    table = docx.Document(str(folder / "nhac-bao-cao.docx")).tables[1]
    told = {row.cells[1].text: (row.cells[2].text, row.cells[3].text) for row in table.rows[1:]}
    assert told == {
        catalog.area(LATE).title(): ("chưa gửi", "Gửi báo cáo"),
        catalog.area(FAULTY).title(): ("phải sửa", "Sửa 1 số liệu (chi tiết gửi kèm)"),
        catalog.area(THIN).title(): ("đã gửi", "Bổ sung 1 chỉ tiêu: Thuê bao điện thoại"),
    }


def test_status_tells_a_mistyped_folder_and_an_area_that_had_ended(stored, tmp_path):
    data = Path(shutil.copytree(stored, tmp_path / "data"))
    shutil.copytree(data / "observations" / NEW, data / "observations" / "quai-too")
    shutil.copytree(data / "observations" / NEW, data / "observations" / "muong-lay")
    ran = CliRunner().invoke(cli.main, ["status", "--under", PROVINCE, "--period", NOW, "--data", str(data),
                                        "--outputs", str(tmp_path), "--lang", "vi"])  # fmt: skip
    assert "quai-too" in ran.stderr
    assert "quai-to" in ran.stderr.replace("quai-too", "")
    assert "30/6/2025" in ran.stderr
    assert "muong-lay-commune" in ran.stderr


def test_what_the_comparison_links_to_is_there_though_nothing_else_was_made(stored, tmp_path):
    ran = CliRunner().invoke(cli.main, ["run", "compare", "--under", PROVINCE, "--period", NOW, "--data", str(stored),
                                        "--outputs", str(tmp_path), "--workers", "1"])  # fmt: skip
    assert ran.exit_code == 0, ran.output
    page = tmp_path / NOW / PROVINCE / "compare.html"
    links = re.findall(r'href="(\.\./[^"#]+)"', page.read_text(encoding="utf-8"))
    assert len(links) >= 44
    assert [link for link in links if not (page.parent / link).is_file()] == []
    assert f"ictplan run --area {NEW}" in (tmp_path / NOW / NEW / "index.html").read_text(encoding="utf-8")


def test_a_section_that_would_say_nothing_is_left_out(tmp_path):
    ran = CliRunner().invoke(cli.main, ["run", "compare", "--under", PROVINCE, "--period", "2021-S1", "--lang", "vi",
                                        "--data", str(REPO / "data"), "--outputs", str(tmp_path)])  # fmt: skip
    assert ran.exit_code == 0, ran.output
    page = (tmp_path / "2021-S1" / PROVINCE / "compare.html").read_text(encoding="utf-8")
    assert page.count("Mới có số liệu của 1/10 huyện, thành phố, thị xã") == 1
    assert "Bảng các địa bàn" in page
    assert "Khác mức chung nhất" not in page
