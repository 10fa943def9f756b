"""The briefing as slides for the evening's meeting: the verdict, a finding each, and native charts to edit."""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Iterable

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.slide import Slide
from pptx.util import Inches, Pt

from ictplan_utils import charts, narrative
from ictplan_utils.charts.figures import Shown, shown
from ictplan_utils.narrative.briefing import Briefing, Finding
from ictplan_utils.office.template import repack
from ictplan_utils.reports import Report
from ictplan_utils.vietnamese import capitalised

WIDE, HIGH, MARGIN = Inches(13.333), Inches(7.5), Inches(0.75)
TITLE_TOP, BODY_TOP, FOOT = Inches(0.45), Inches(2.15), Inches(6.9)
FONT = "Arial"
TITLE, TEXT, DENSE, SMALL = Pt(32), Pt(24), Pt(20), Pt(12)
LONG = 600
"""Letters of text below a title from which it is written smaller."""
TITLE_ONLY = 5
"""The layout of python-pptx's own template that has a title and no more."""
CHARTS = 4
"""Headline indicators drawn: the first of those with figures of several dates."""


def slides(report: Report) -> bytes:
    """Return a .pptx: the briefing's verdict, each finding, what holds up, and headline indicators as charts.

    The same report gives the same bytes. Titles are titles, to be found in the outline; charts hold their figures.
    """
    deck, told = Presentation(), narrative.briefing(report)
    deck.slide_width, deck.slide_height = WIDE, HIGH

    def slide(title: str, paragraphs: Iterable[str] = ()) -> Slide:
        return _slide(deck, title, [*paragraphs], capitalised(report.title))

    slide(told.title, [f"{number}. {each.headline}" for number, each in enumerate(told.findings, 1)])
    for each in told.findings:
        slide(each.headline.rstrip("."), _said(each, told))
    slide(report.say("briefing.kept").rstrip(":"), [capitalised(told.kept)])
    figures = {slug: shown(report, slug) for slug in narrative.HEADLINES}
    for indicator in [slug for slug in figures if len(figures[slug]) > 1][:CHARTS]:
        drawn = charts.trend(report, indicator)
        _draw(slide(drawn.headline), figures[indicator], drawn.alt)
    day = datetime.datetime.combine(report.end_date, datetime.time())
    core = deck.core_properties
    core.title, core.author, core.created, core.modified = told.title, "ictplan", day, day
    package = io.BytesIO()
    deck.save(package)
    return repack(package.getvalue(), lambda name, part: _timeless(name, part, day))


def _said(finding: Finding, told: Briefing) -> list[str]:
    """Return what stands below a finding's headline, a paragraph each."""
    todo = f"{told.report.say('briefing.todo')} {finding.todo}" if finding.todo else ""
    return [text for text in (finding.reason, *(f"•  {line}" for line in finding.lines), finding.rest, todo) if text]


def _slide(deck: Presentation, title: str, paragraphs: list[str], foot: str) -> Slide:
    """Add a slide whose title is a sentence, paragraphs below it, and whose report it is at its foot."""
    made = deck.slides.add_slide(deck.slide_layouts[TITLE_ONLY])
    wide = WIDE - 2 * MARGIN
    head = made.shapes.title
    head.left, head.top, head.width, head.height = MARGIN, TITLE_TOP, wide, BODY_TOP - TITLE_TOP
    _write(head, [title], TITLE, charts.INK, bold=True)
    if paragraphs:
        dense = sum(map(len, paragraphs)) > LONG or len(paragraphs) > 8
        body = made.shapes.add_textbox(MARGIN, BODY_TOP, wide, FOOT - BODY_TOP)
        _write(body, paragraphs, DENSE if dense else TEXT, charts.INK)
    _write(made.shapes.add_textbox(MARGIN, FOOT, wide, Inches(0.35)), [foot], SMALL, charts.MUTED)
    return made


def _write(shape, paragraphs: list[str], size: Pt, colour: str, *, bold: bool = False) -> None:
    """Fill a shape's text, a paragraph each, from its top left."""
    frame = shape.text_frame
    frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.TOP
    frame.text = "\n".join(paragraphs)
    for each in frame.paragraphs:
        each.alignment, each.space_after = PP_ALIGN.LEFT, size // 3
        font = each.font
        font.name, font.size, font.bold, font.color.rgb = FONT, size, bold, RGBColor.from_string(colour[1:].upper())


def _draw(slide: Slide, figures: list[Shown], alt: str) -> None:
    """Add one indicator's figures as columns from zero, each labelled as the pages write it."""
    # A flow's halves stand apart from its years: beside one another they would look like falls.
    figures = sorted(figures, key=lambda each: each.entry.kind == "flow" and not each.time % 1)
    data = CategoryChartData()
    data.categories = [f"{each.name}\n{each.when}" for each in figures]
    data.add_series(figures[0].entry.name(figures[0].lang), [each.value for each in figures])
    place = MARGIN, BODY_TOP, WIDE - 2 * MARGIN, FOOT - BODY_TOP
    frame = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *place, data)
    frame._element.nvGraphicFramePr.cNvPr.set("descr", alt)
    chart, plot = frame.chart, frame.chart.plots[0]
    chart.has_legend = chart.has_title = False
    chart.font.name, chart.font.size = FONT, Pt(16)
    chart.value_axis.visible, chart.value_axis.minimum_scale = False, 0
    chart.value_axis.has_major_gridlines = False
    plot.gap_width = 60
    for number, each in enumerate(figures):
        point = plot.series[0].points[number]
        colour = RGBColor.from_string(each.colour[1:].upper())
        point.format.line.color.rgb = colour
        if each.hollow:
            point.format.fill.background()
        else:
            point.format.fill.solid()
            point.format.fill.fore_color.rgb = colour
        label = point.data_label
        label.text_frame.text, label.position = each.label, XL_LABEL_POSITION.OUTSIDE_END


def _timeless(name: str, part: bytes, day: datetime.datetime) -> bytes:
    """Return a part without the time it was made at: a chart's workbook has one of its own."""
    if name.endswith(".xlsx"):
        return repack(part, lambda inner, content: _timeless(inner, content, day))
    return re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", f"{day:%Y-%m-%dT%H:%M:%SZ}".encode(), part)
