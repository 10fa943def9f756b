"""Charts: the finding is the title, every figure is in the alternative text, the same data gives the same bytes."""

from __future__ import annotations

import itertools
import re

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
import years
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from places import report_of
from test_targets import year_over

import ictplan_utils as ict
from ictplan_utils import charts, narrative, tables
from ictplan_utils.charts.look import LINE
from ictplan_utils.errors import IctplanError


def test_a_chart_says_its_finding_and_every_figure_it_shows(report):
    chart = charts.trend(report, "bts_stations")
    assert chart.headline.replace("\N{NO-BREAK SPACE}", " ") == (
        "Trạm BTS: 88 vị trí trạm, tăng 1 vị trí trạm (1,1%) so với cùng kỳ năm 2020"
    )
    for figure in ("87", "88", "90", "94"):
        assert figure in chart.alt
    assert len(chart.data) == 5


def test_each_status_is_named_under_its_mark(report):
    picture = charts.svg(charts.trend(report, "telecom_revenue"))
    for word in ("ước", "kế hoạch", "24.783", "52.321", "55.000"):
        assert word in picture


def test_the_same_data_gives_the_same_picture_to_the_byte(report):
    first, second = (charts.trend(report, "phone_subscribers")._repr_html_() for _ in range(2))
    assert first == second
    assert not re.search(r"\d{4}-\d\d-\d\dT", first)


def panels(found):
    """Return the small charts of all sectors."""
    return [panel for _, group in found.groups if isinstance(group, charts.Charts) for panel in group.panels]


def test_two_charts_on_a_page_share_no_id(report):
    slugs = ["bts_stations", "postal_revenue", "radio_own_hours"]
    alone = [charts.trend(report, slug)._repr_html_() for slug in slugs]
    together = "".join([*alone, charts.by_sector(report, slugs)._repr_html_()])
    ids = re.findall(r'\bid="([^"]+)"', together)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'(?:url\(|href=")#([^")]+)', together)) <= set(ids)


def test_a_panel_is_drawn_the_same_whatever_was_drawn_before_it(report):
    slugs = ["commune_post_points", "bts_stations", "postal_revenue", "phone_subscribers"]
    drawn = {panel.name: panel._repr_html_() for panel in panels(charts.by_sector(report, slugs))}
    alone = [panels(charts.by_sector(report, [slug]))[0] for slug in slugs]
    assert drawn == {panel.name: panel._repr_html_() for panel in alone} and len(drawn) == 4


def test_what_stood_still_is_told_not_drawn(report):
    """In one sentence, whatever their sectors are."""
    found = charts.by_sector(report, ["bts_stations", "postal_points", "communes_with_radio"])
    assert len(panels(found)) == 1
    assert str(found.groups[-1][1]).replace("\N{NO-BREAK SPACE}", " ") == (
        "2 chỉ tiêu không đổi hoặc thay đổi dưới 0,5%, không vẽ: Điểm phục vụ bưu chính (22 điểm) và "
        "Xã có đài truyền thanh (8 xã)."
    )


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_panel_writes_both_figures_its_title_compares(lang):
    found = charts.by_sector(ict.report("tuan-giao", "2021-S1", lang), ["commune_post_points", "bts_stations"])
    for panel, figures in zip(panels(found), [("16", "18"), ("87", "88")], strict=True):
        assert all(f">{figure}</text>" in charts.svg(panel) for figure in figures)


@pytest.mark.parametrize(
    ("period", "base", "date"), [("2021-S1", "cuối năm 2020", "12/2020"), ("2022-S1", "cùng kỳ năm 2021", "6/2021")]
)
def test_panels_of_sectors_are_on_one_base_and_bear_its_date(report, tmp_path, period, base, date):
    report = report if period == "2021-S1" else ict.report("tuan-giao", period, data_dir=years.folder(tmp_path))
    (_, scales), *sectors, (name, apart), _ = charts.by_sector(report).groups
    assert "không bắt đầu từ 0" in str(scales) and f"so với {base}, trừ nơi ghi khác" in str(scales)
    if period == "2021-S1":
        assert name == "So với cùng kỳ năm 2020"
        assert {"Thuê bao cố định", "Thuê bao Internet"} <= {panel.name for panel in apart.panels}
        assert all("cùng kỳ" in panel.alt for panel in apart.panels)
    else:
        sectors.append((name, apart))
    drawn = [panel for _, group in sectors for panel in group.panels]
    assert len(drawn) > 8
    for panel in drawn:
        assert f"so với {base}" in panel.alt and "so với" not in panel.headline
        assert f">{date}</text>" in charts.svg(panel) and f">6/{period[:4]}</text>" in charts.svg(panel)


def test_a_line_that_leads_to_a_label_crosses_no_other(tmp_path):
    report = ict.report("tuan-giao", "2022-S1", data_dir=years.folder(tmp_path))
    led = 0
    for chart in both(charts.trend(report, "phone_subscribers", forecast=True)):
        boxes = [
            text.get_window_extent() for text in chart.findobj(Text) if re.search(r"\d{2}\.\d{3}$", text.get_text())
        ]
        thin = [line for line in chart.findobj(Line2D) if line.get_linewidth() == 0.8 and line.get_color() != LINE]
        for line in thin:
            (x0, y0), end = chart.dpi / 72 * line.get_xydata()
            for at in np.linspace((x0, y0), end, 20)[:-2]:
                assert not any(box.contains(*at) for box in boxes)
            led += 1
    assert led


def test_a_chart_with_a_forecast_says_how_far_the_estimate_lies_from_it(report):
    forecast = report.forecasts.set_index("indicator").loc["phone_subscribers"]
    title = charts.trend(report, "phone_subscribers", forecast=True).headline.replace("\N{NO-BREAK SPACE}", " ")
    gap = f"{forecast['official_estimate'] - round(forecast['point']):,.0f}".replace(",", ".")
    assert title == f"Thuê bao điện thoại: ước năm 2021 61.935 thuê bao, cao hơn dự báo {gap} thuê bao"
    assert "dự báo" not in charts.trend(report, "phone_subscribers").headline


@pytest.mark.parametrize("shares", [True, False])
def test_no_growth_hides_another(report, shares):
    """Where achieved and asked meet, the disc stands on a diamond that reaches beyond it."""
    met = 0
    for chart in both(charts.growth_asked(report, shares=shares)):
        marks = [line for line in chart.findobj(Line2D) if line.get_marker() in ("o", "D")]
        for diamond, disc in itertools.pairwise(marks):
            (x, y), (to, at) = (mark.get_xydata()[0] for mark in (diamond, disc))
            if diamond.get_marker() == "D" and at == y and abs(x - to) < 8:
                assert diamond.get_markersize() > disc.get_markersize()
                met += 1
    assert met


def test_every_mark_tells_what_it_is(report):
    picture = charts.svg(charts.trend(report, "bts_stations", forecast=True)).replace("\N{NO-BREAK SPACE}", " ")
    assert 'data-label="thực hiện 6/2021: 88 vị trí trạm"' in picture
    assert len(re.findall("data-label=", picture)) == 6


def test_a_chart_is_drawn_on_axes_of_ones_own(report):
    left, right = Figure(figsize=(10, 3)).subplots(1, 2)
    assert charts.trend(report, "bts_stations", ax=left) is left.figure
    charts.growth_asked(report, shares=True, ax=right)
    assert "88" in {text.get_text() for text in left.texts}
    assert right.texts


def drawn(axis) -> list:
    axis.figure.draw_without_rendering()
    return axis.get_ticklabels()


def test_a_charts_data_are_numbers_and_its_table_words():
    report = ict.report("tuan-giao")
    chart = ict.trend(report, "Trạm BTS")
    assert chart.data["Giá trị"].tolist() == [87, 87, 88, 90, 94]
    assert "<td>88\N{NO-BREAK SPACE}vị trí trạm</td>" in chart._repr_html_()
    asked = charts.growth_asked(report, shares=False).data
    assert asked.dtypes.iloc[1:].tolist() == [float, float]
    lines = ict.trend(ict.report("quang-ngai"), ["internet_subscribers", "bts_stations"]).data
    assert lines["Trạm BTS"].isna().all() and lines["Thuê bao Internet"].notna().any()


def test_the_house_style_is_opaque_and_cuts_nothing():
    with mpl.rc_context():
        charts.style("slide")
        axes = Figure().subplots()
        axes.plot([2015, 2020.5], [0, 60_000.5])
        assert axes.yaxis.get_major_formatter()(52321.5, 0) == "52.321,5"
        assert axes.xaxis.get_major_formatter()(2016, 0) == "2016"
        assert {"20.000", "60.000"} <= {each.get_text() for each in drawn(axes.yaxis)}
        assert {"2015", "2016", "2020"} <= {each.get_text() for each in drawn(axes.xaxis)}
        assert mpl.colors.to_rgba(mpl.rcParams["savefig.facecolor"])[3] == 1
        assert axes.figure.get_layout_engine() is not None
    with pytest.raises(IctplanError, match="phone"):
        charts.style("poster")


def both(chart):
    return [chart, chart.wide]


def boxes_of(chart) -> list:
    return [label.get_window_extent().padded(-1) for label in chart.findobj(Text) if label.get_text()]


def meeting(boxes: list) -> list:
    return [(a, b) for i, a in enumerate(boxes) for b in boxes[i + 1 :] if a.overlaps(b)]


def ten_years(report, indicator: str, factor: float = 1.0):
    """A report with ten made-up years before it, each a little lower; `factor` makes every figure longer."""
    own = report.observations
    rows = own[(own["indicator"] == indicator) & (own["period"] == "2020") & (own["status"] == "actual")]
    made = [
        rows.assign(period=str(year), value=rows["value"] * (1 - 0.04 * (2020 - year))) for year in range(2010, 2020)
    ]
    table = pd.concat([own, *made], ignore_index=True)
    return report_of(table.assign(value=table["value"].where(table["indicator"] != indicator, table["value"] * factor)))


SLUGS = ["bts_stations", "phone_subscribers", "telecom_revenue", "postal_revenue", "mobile_density", "radio_programmes"]


@pytest.mark.parametrize("years", [1, 10])
@pytest.mark.parametrize("factor", [1, 1e4])
@pytest.mark.parametrize("indicator", SLUGS)
def test_labels_meet_neither_one_another_nor_the_edge(report, indicator, factor, years):
    told = ten_years(report, indicator, factor) if years > 1 or factor > 1 else report
    for chart in both(charts.trend(told, indicator, forecast=factor == 1)):
        boxes = boxes_of(chart)
        assert meeting(boxes) == []
        assert all(box.x0 >= -1 and box.x1 <= chart.bbox.width + 1 for box in boxes)
        assert {text.get_fontsize() for text in chart.findobj(Text)} == {12.0}


@pytest.mark.parametrize("shares", [False, True])
def test_names_and_figures_of_growth_do_not_meet(report, shares):
    for chart in both(charts.growth_asked(report, shares=shares)):
        assert meeting(boxes_of(chart)) == []


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_plan_is_held_against_its_result_the_worst_first(lang):
    report = year_over(lang=lang)
    chart = charts.fulfilment(report)
    assert {"vi": "2 trong 4 chỉ tiêu không đạt", "en": "2 of 4 targets were missed"}[lang] in chart.headline
    name = report.indicators["people_per_postal_point"].short(lang)
    assert chart.data.iloc[0, 0] == name
    for drawn in both(chart):
        assert meeting(boxes_of(drawn)) == []
    assert charts.svg(chart).count("data-label") == 4
    assert charts.fulfilment(ict.report("tuan-giao", "2021-S1", lang)).data.empty


def test_time_is_a_scale(report):
    """From 12/2021 to 12/2022 it is twice as far as from 6/2021 to 12/2021."""
    at = {text.get_text(): text.get_position()[0] for text in charts.trend(report, "bts_stations").findobj(Text)}
    assert at["12/2022"] - at["12/2021"] == pytest.approx(2 * (at["12/2021"] - at["6/2021"]), rel=0.01)


def test_every_date_of_a_short_history_is_written_where_its_figure_stands(report):
    for indicator in ("bts_stations", "phone_subscribers"):
        words = {text.get_text() for text in charts.trend(report, indicator).findobj(Text)}
        assert all({f"{month}/20{year}", f"{month}/{year}"} & words for month, year in ((12, 20), (6, 21), (12, 22)))


def test_an_axis_of_counts_has_whole_steps(report):
    few = ten_years(report, "bts_stations", 0.06)
    few = report_of(few.observations.assign(value=few.observations["value"].round()))
    words = [text.get_text() for text in charts.trend(few, "bts_stations").findobj(Text)]
    assert not [each for each in words if each.replace(",", "").isdigit() and "," in each]


def test_an_interval_of_no_width_is_none(report):
    one = charts.figures.Shown(report.entry("bts_stations"), "vi", "point", 2021, 2022.0, 5.0, 5.0, 5.2)
    assert one.interval == ""
    assert one.amount == "5\N{NO-BREAK SPACE}vị trí trạm"


def test_an_axis_that_does_not_begin_at_zero_says_so(report):
    assert charts.trend(report, "bts_stations").unit == "vị trí trạm · trục dọc không bắt đầu từ 0"
    assert "trục dọc" not in charts.trend(report, "telecom_revenue").unit


def test_halves_are_stacked_from_zero(report):
    chart = charts.trend(report, "telecom_revenue")
    bars = [patch for patch in chart.artists if isinstance(patch, Rectangle) and patch.get_height() > 0]
    lowest = min(bar.get_y() for bar in bars)
    this_year = [bar for bar in bars if bar.get_hatch()]
    assert [bar.get_height() for bar in bars if bar.get_y() == lowest and not bar.get_hatch()]
    assert this_year[0].get_y() - lowest == pytest.approx(
        (this_year[0].get_y() + this_year[0].get_height() - lowest) * 24783 / 52321
    )


def test_a_long_history_writes_its_ends_and_extremes(report):
    chart = charts.trend(ict.report("quang-ngai"), "phone_subscribers")
    assert {text.get_text() for text in chart.findobj(Text)} >= {"1.105.000", "1.213.000", "941.854", "1.035.075"}
    assert len(chart.data) == 7


def test_a_share_that_is_none_is_said_not_drawn(report):
    chart = charts.trend(report, "online_service_files_share")
    assert "không phải tỷ lệ phần trăm" in chart.headline
    assert chart.data.empty


def test_an_indicator_without_figures_keeps_its_shape(report):
    chart = charts.trend(report, "internet_user_share")
    assert "chưa có số liệu" in chart.headline
    assert "Chưa có số liệu" in charts.svg(chart)
    assert chart._repr_html_() == '<p class="nothing">Người sử dụng Internet: chưa có số liệu 6 tháng đầu năm 2021.</p>'


def test_an_area_without_any_figure_is_told_in_a_sentence(observations):
    nothing = report_of(observations.iloc[:0])
    assert "chưa có số liệu" in charts.trend(nothing, "bts_stations").headline
    assert charts.by_sector(nothing)._repr_html_() == ('<p class="nothing">Chưa có số liệu của lĩnh vực nào.</p>')


def test_an_unknown_indicator_is_answered_with_the_closest(report):
    with pytest.raises(IctplanError, match="bts_stations"):
        charts.trend(report, "bts_station")


def test_growth_charts_divide_shares_from_the_rest(report):
    counts = charts.growth_asked(report, shares=False)
    shares = charts.growth_asked(report, shares=True)
    assert "Doanh thu bưu chính" in counts.alt
    assert "Doanh thu bưu chính" not in shares.alt
    assert "điểm\N{NO-BREAK SPACE}%" in shares.alt


def test_tables_write_numbers_the_vietnamese_way_with_their_units(report):
    html = tables.figures(report)._repr_html_()
    assert "52.321" in html
    assert "68,8" in html
    assert '<span class="unit">triệu đồng</span>' in html


def test_tables_have_no_random_part(report):
    assert tables.targets(report)._repr_html_() == tables.targets(report)._repr_html_()


def test_a_count_under_a_share_is_marked(report):
    assert "917 (!)" in str(tables.figures(report))


def test_a_year_comes_before_the_next_in_a_report_on_a_whole_year(report, observations):
    yearly = observations[observations["period"].isin(["2020", "2021"]) & (observations["status"] != "target")]
    yearly = yearly.assign(status="actual", report="2021")
    assert charts.trend(report_of(yearly, "2021"), "postal_revenue").data["Kỳ"].tolist() == ["2020", "2021"]


@pytest.mark.parametrize(("factor", "written"), [(1, "88"), (1e4, "880.000"), (1e10, "880 tỷ")])
def test_a_long_figure_is_written_shorter_not_smaller(observations, factor, written):
    values = observations["value"].where(observations["indicator"] != "bts_stations", observations["value"] * factor)
    chart = charts.trend(report_of(observations.assign(value=values)), "bts_stations")
    assert written in {text.get_text() for text in chart.findobj(Text)}


@pytest.mark.parametrize("slug", narrative.HEADLINES[:4])
def test_a_chart_has_the_height_of_the_mock_ups_on_a_phone_too(slug):
    chart = charts.trend(ict.report("tuan-giao", "2021-S1"), slug, forecast=True)
    assert 160 <= chart.bbox.height <= 200 <= chart.wide.bbox.height


@pytest.mark.parametrize(
    ("slug", "figures", "said"),
    [
        ("online_service_files_share", {"2019": 50, "2020": 60, "2021-S1": 917}, "không phải tỷ lệ phần trăm"),
        ("postal_revenue", {"2018-S1": 900, "2021-S1": 1320}, "Doanh thu bưu chính: 1.320 triệu đồng"),
    ],
)
def test_a_panel_of_no_share_or_of_no_base_says_what_the_report_states(slug, figures, said):
    rows = [("tuan-giao", slug, period, "actual", float(value), str(value), "A1:1:5", "", "2021-S1")
            for period, value in figures.items()]  # fmt: skip
    table = pd.DataFrame(rows, columns=[*ict.observations.OBSERVATION_COLUMNS, "report"])
    found = charts.by_sector(ict.reports.from_tables(table, "tuan-giao", "2021-S1"))
    (panel,) = panels(found)
    assert said in panel.headline.replace("\N{NO-BREAK SPACE}", " ") and "tăng" not in panel.headline
    assert "Mức tăng, giảm dưới đây" not in str(found)
