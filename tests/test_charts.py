"""Charts: the finding is the title, every figure is in the alternative text, the same data gives the same bytes."""

from __future__ import annotations

import re

import matplotlib as mpl
import pytest
from places import report_of

import ictplan_utils as ict
from ictplan_utils import charts, tables
from ictplan_utils.errors import IctplanError
from ictplan_utils.vietnamese import parse_number


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
    for word in ("6 tháng", "Cả năm", "Ước", "Kế hoạch", "52.321", "55.000"):
        assert word in picture


def test_the_same_data_gives_the_same_picture_to_the_byte(report):
    first, second = (charts.trend(report, "phone_subscribers")._repr_html_() for _ in range(2))
    assert first == second
    assert not re.search(r"\d{4}-\d\d-\d\dT", first)


def test_two_charts_on_a_page_share_no_id(report):
    slugs = ["bts_stations", "postal_revenue", "radio_own_hours"]
    alone = [charts.trend(report, slug)._repr_html_() for slug in slugs]
    together = "".join([*alone, charts.small_multiples(report, slugs)._repr_html_()])
    ids = re.findall(r'\bid="([^"]+)"', together)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'(?:url\(|href=")#([^")]+)', together)) <= set(ids)


def test_a_panel_is_the_chart_it_would_be_alone_whatever_was_drawn_before_it(report):
    slugs = ["telecom_revenue", "bts_stations", "online_service_files_share", "postal_revenue", "phone_subscribers"]
    panels = charts.small_multiples(report, slugs).panels
    alone = [charts.trend(report, slug, small=True) for slug in slugs]
    assert [panel._repr_html_() for panel in panels] == [chart._repr_html_() for chart in alone]
    assert [panel.picture for panel in panels] == [charts.svg(chart) for chart in alone]


def test_the_page_shows_what_a_saved_figure_shows(report, tmp_path):
    chart = charts.trend(report, "telecom_revenue")
    with mpl.rc_context(charts.STYLE):
        chart.savefig(tmp_path / "saved.svg")
    saved = (tmp_path / "saved.svg").read_text(encoding="utf-8")
    marks = re.compile(r' d="([^"]+)"|<text[^>]*>([^<]*)<')
    title = [("", line) for line in chart.get_suptitle().splitlines()]
    shown = [(" ".join(path.split()), word) for path, word in marks.findall(charts.svg(chart))]
    kept = [(" ".join(path.split()), word) for path, word in marks.findall(saved)]
    assert shown == [mark for mark in kept if mark not in title]


def test_bars_stand_on_zero(report):
    chart = charts.trend(report, "telecom_revenue")
    assert chart.axes[0].get_ylim()[0] == 0


def test_a_flat_series_looks_flat(report):
    low, high = charts.trend(report, "postal_points").axes[0].get_ylim()
    assert high - low >= 0.1 * 22


@pytest.mark.parametrize("small", [False, True])
@pytest.mark.parametrize(
    "indicator", ["bts_stations", "phone_subscribers", "telecom_revenue", "mobile_density", "radio_programmes"]
)
def test_no_label_covers_another(report, indicator, small):
    chart = charts.trend(report, indicator, small=small)
    renderer = chart.canvas.get_renderer() if hasattr(chart.canvas, "get_renderer") else None
    axes = chart.axes[0]
    labels = axes.texts
    boxes = [label.get_window_extent(renderer) for label in labels if label.get_text()]
    overlapping = [(a, b) for i, a in enumerate(boxes) for b in boxes[i + 1 :] if a.overlaps(b)]
    assert overlapping == []


@pytest.mark.parametrize("small", [False, True])
def test_a_long_history_writes_its_ends_and_extremes_inside_the_picture(report, small):
    chart = charts.trend(ict.report("quang-ngai"), "phone_subscribers", small=small)
    axes = chart.axes[0]
    assert {text.get_text() for text in axes.texts} >= {"1.105.000", "1.213.000", "941.854", "1.035.075"}
    boxes = [label.get_window_extent() for label in axes.texts if label.get_text()]
    assert all(box.x0 >= 0 and box.x1 <= chart.bbox.width for box in boxes)
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])
    assert len(chart.data) == 7


@pytest.mark.parametrize("small", [False, True])
@pytest.mark.parametrize("indicator", ["bts_stations", "postal_revenue", "phone_subscribers"])
def test_a_forecast_with_its_interval_covers_no_other_label(report, indicator, small):
    chart = charts.trend(report, indicator, forecast=True, small=small)
    axes = chart.axes[0]
    boxes = [label.get_window_extent() for label in axes.texts if label.get_text()]
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])


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


def test_who_listens_to_a_small_chart_hears_words_not_abbreviations(report):
    chart = charts.trend(report, "bts_stations", small=True)
    assert "thực hiện 12/2020" in chart.alt
    assert "TH" in charts.svg(chart)


def test_an_unknown_indicator_is_answered_with_the_closest(report):
    with pytest.raises(IctplanError, match="bts_stations"):
        charts.trend(report, "bts_station")


def test_growth_charts_divide_shares_from_the_rest(report):
    counts = charts.growth_asked(report, shares=False)
    shares = charts.growth_asked(report, shares=True)
    assert "Doanh thu bưu chính" in counts.alt
    assert "Doanh thu bưu chính" not in shares.alt
    assert "điểm %" in shares.alt


@pytest.mark.parametrize("shares", [False, True])
def test_an_axis_says_where_its_ticks_stand(report, shares):
    """Ticks at 2.5, 5, 7.5 were labelled +3, +5, +8."""
    axis = charts.growth_asked(report, shares=shares).axes[0].xaxis
    labels = axis.get_major_formatter().format_ticks(axis.get_majorticklocs())
    assert [parse_number(label.removeprefix("+")) for label in labels] == pytest.approx(axis.get_majorticklocs())


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
def test_a_long_figure_is_written_in_its_slots_width(observations, factor, written):
    values = observations["value"].where(observations["indicator"] != "bts_stations", observations["value"] * factor)
    picture = charts.svg(charts.trend(report_of(observations.assign(value=values)), "bts_stations"))
    size = float(re.search(rf'font[^;"]*?([\d.]+)px[^>]*>{written}<', picture)[1])
    slots, width = 5, 0.96 * 4.8 * 72
    assert size * 0.6 * len(written) <= width / slots
