import io
import time

import pytest
from pptx import Presentation
from pptx.enum.chart import XL_LABEL_POSITION

import ictplan_utils as ict
from ictplan_utils.narrative import briefing
from ictplan_utils.office.slides import ACROSS, BODY, CHARTS, FOOT, _fitted, slides


@pytest.fixture(scope="module", params=["vi", "en"])
def report(request):
    return ict.report("tuan-giao", "2021-S1", request.param)


def opened(report):
    return Presentation(io.BytesIO(slides(report)))


def test_each_finding_is_a_slide_under_its_own_title(report):
    told, deck = briefing(report), opened(report)
    titles = [slide.shapes.title.text for slide in deck.slides]
    assert titles[0] == told.title
    assert titles[1 : 1 + len(told.findings)] == [each.headline.rstrip(".") for each in told.findings]
    for slide, finding in zip(list(deck.slides)[1:], told.findings, strict=False):
        text = "\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
        assert finding.todo in text
        assert all(line in text for line in finding.lines)


@pytest.mark.parametrize(("area", "period"), [
    ("tuan-giao", "2021-S1"), ("quang-ngai", ""), ("hoa-binh", "2009"), ("kim-boi", "2009"), ("nghe-an", "2020"),
])  # fmt: skip
def test_no_slide_is_half_empty(area, period):
    """A chart fills what text leaves; text alone takes half of a slide or more."""
    for slide in opened(ict.report(area, period)).slides:
        *bodies, _ = [shape for shape in slide.shapes if shape.has_text_frame and shape != slide.shapes.title]
        charts = [shape for shape in slide.shapes if shape.has_chart]
        assert all(chart.top + chart.height == FOOT for chart in charts)
        paragraphs = [each.text for body in bodies for each in body.text_frame.paragraphs]
        assert charts or _fitted(paragraphs, ACROSS)[1] >= BODY / 2, slide.shapes.title.text
        assert all(_fitted(paragraphs, body.width)[1] <= BODY for body in bodies)


def test_each_finding_stands_beside_a_chart_of_what_it_names(report):
    """But for errors, whose figures cannot be true; the headline indicators that none drew come last."""
    told, (_, *rest) = briefing(report), opened(report).slides
    drawn = [next((shape.chart for shape in slide.shapes if shape.has_chart), None) for slide in rest]
    for finding, chart in zip(told.findings, drawn, strict=False):
        names = [report.entry(slug).short(report.lang) for slug in finding.indicators]
        title = chart.chart_title.text_frame.text if chart else ""
        assert title.startswith(tuple(names)) if not finding.bad else chart is None
    assert all(drawn[len(told.findings) :]) and CHARTS >= len(drawn) - len(told.findings) > 0


def test_charts_hold_their_figures_and_are_labelled_as_the_pages_write_them(report):
    drawn = [shape for slide in opened(report).slides for shape in slide.shapes if shape.has_chart]
    name = report.entry("bts_stations").name(report.lang)
    stations = next(plot for shape in drawn if (plot := shape.chart.plots[0]).series[0].name == name)
    assert list(stations.series[0].values) == [87, 87, 88, 90, 89, 94]
    assert [point.data_label.text_frame.text for point in map(stations.series[0].points.__getitem__, range(6))] == [
        "87", "87", "88", "90", "89", "94",
    ]  # fmt: skip
    assert all(shape._element.nvGraphicFramePr.cNvPr.get("descr") for shape in drawn)


def test_the_figure_of_a_half_stands_inside_its_block(report):
    drawn = [shape.chart for slide in opened(report).slides for shape in slide.shapes if shape.has_chart]
    halves = [(chart, chart.plots[0].series[1]) for chart in drawn if len(chart.plots[0].series) > 1]
    for chart, half in halves:
        label = half.points[len(chart.plots[0].categories) - 3].data_label
        assert label.position == XL_LABEL_POSITION.INSIDE_END and "\n" not in label.text_frame.text
        assert report.say("charts.stacked", unit="") in chart.chart_title.text_frame.text
    assert halves


def test_what_a_slide_has_no_room_for_is_counted(report):
    told = next(each for each in briefing(report).findings if each.bad)
    (errors,) = [slide for slide in opened(report).slides if slide.shapes.title.text == told.headline.rstrip(".")]
    words = [each.text for shape in errors.shapes for each in shape.text_frame.paragraphs]
    listed = sum(each.startswith("•") for each in words)
    assert report.say("office.slides.more", count=told.count - listed) in words and listed < told.count


def test_the_same_report_gives_the_same_bytes(report):
    first = slides(report)
    time.sleep(2.1)  # a package's clock counts in steps of two seconds
    assert slides(report) == first


def test_a_year_and_an_office_with_few_figures_have_slides_too():
    deck = opened(ict.report("quang-ngai"))
    assert all(slide.shapes.title.text for slide in deck.slides)
