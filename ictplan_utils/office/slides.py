"""The briefing as slides for the evening's meeting: the verdict, a finding each, and native charts to edit."""

from __future__ import annotations

import datetime
import io
import math
import re
from collections.abc import Iterable

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.slide import Slide
from pptx.util import Inches, Pt

from ictplan_utils import charts, messages, narrative
from ictplan_utils.charts.bars import Slot, slots
from ictplan_utils.charts.figures import Shown, shown
from ictplan_utils.charts.look import ACTUAL2
from ictplan_utils.narrative.briefing import Briefing, Finding
from ictplan_utils.office.template import repack
from ictplan_utils.reports import Report
from ictplan_utils.vietnamese import capitalised

WIDE, HIGH, MARGIN = Inches(13.333), Inches(7.5), Inches(0.75)
TITLE_TOP, BODY_TOP, FOOT = Inches(0.45), Inches(2.15), Inches(6.9)
BODY = FOOT - BODY_TOP
ACROSS, BESIDE = WIDE - 2 * MARGIN, Inches(6.4)
"""How wide text is that has a slide to itself, and beside a chart."""
FONT = "Arial"
TITLE, TEXTS, SMALL = Pt(32), (Pt(24), Pt(20), Pt(18), Pt(16)), Pt(12)
"""Text is written as large as it has room."""
LETTER, LINE = 0.5, 1.2
"""How wide a letter is, and how high a line, in parts of their size."""
TITLE_ONLY = 5
"""The layout of python-pptx's own template that has a title and no more."""
CHARTS = 4
"""Headline indicators drawn: the first of those with figures of several dates."""
COLUMNS = {True: 6, False: 12}
"""Figures of a chart beside a text, the latest, and of one alone."""


def slides(report: Report) -> bytes:
    """Return a .pptx: the briefing's verdict, each finding beside its chart, what holds up, headline indicators.

    The same report gives the same bytes. Titles are titles, to be found in the outline; charts hold their figures.
    """
    deck, told = Presentation(), narrative.briefing(report)
    deck.slide_width, deck.slide_height = WIDE, HIGH
    asked = [slug for slug in (*told.indicators, *narrative.HEADLINES) if slug in report.entries]
    forecasts = report.forecasts if report.is_first_half else None
    figures = {slug: found for slug in asked if len(found := shown(report, slug, forecasts)) > 1}
    headlines = [slug for slug in narrative.HEADLINES if slug in figures][:CHARTS]

    def add(title: str, paragraphs: list[str], slug: str = "") -> None:
        """Add a slide; an indicator's chart stands beside its text, if it has any."""
        wide = BESIDE if slug else ACROSS
        made = _slide(deck, title, paragraphs, _fitted(paragraphs, wide)[0], capitalised(report.title), wide)
        if slug:
            alt = charts.trend(report, slug).alt
            _draw(made, figures.pop(slug), alt, MARGIN + BESIDE if paragraphs else MARGIN, named=bool(paragraphs))

    def first(slugs: Iterable[str]) -> str:
        return next(filter(figures.__contains__, slugs), "")

    # A single one, and what would leave half a slide free and has no figures to fill it, is said on the first.
    alone = {each: "" if each.bad else first(each.indicators) for each in told.findings}
    bare = [each for each, slug in alone.items() if len(alone) == 1
            or (not slug and _fitted(_said(each, told, ACROSS), ACROSS)[1] < BODY / 2)]  # fmt: skip
    lines = [f"{number}. {' '.join([each.headline, *(_said(each, told, ACROSS) if each in bare else [])])}"
             for number, each in enumerate(told.findings, 1)]  # fmt: skip
    lines.append(f"{report.say('briefing.kept')} {told.kept}")
    free = [slug for each in bare for slug in each.indicators]
    free += [slug for slug in figures if slug not in told.indicators]
    add(told.title, lines, first(free) if _fitted(lines, ACROSS)[1] < BODY / 2 else "")
    for each in told.findings:
        if each not in bare:
            slug = "" if each.bad else first(each.indicators)
            add(each.headline.rstrip("."), _said(each, told, BESIDE if slug else ACROSS), slug)
    for slug in filter(figures.__contains__, headlines):
        add(charts.trend(report, slug).headline, [], slug)
    day = datetime.datetime.combine(report.end_date, datetime.time())
    core = deck.core_properties
    core.title, core.author, core.created, core.modified = told.title, "ictplan", day, day
    package = io.BytesIO()
    deck.save(package)
    return repack(package.getvalue(), lambda name, part: _timeless(name, part, day))


def _said(finding: Finding, told: Briefing, wide: int) -> list[str]:
    """Return what stands below a finding's headline, a paragraph each; of many items as many as have room."""
    todo = f"{told.report.say('briefing.todo')} {finding.todo}" if finding.todo else ""
    many = finding.items if len(finding.items) > 1 else ()
    opening = [] if many else [finding.reason]
    items = [f"•  {each}" for each in finding.lines or many]

    def said() -> list[str]:
        left = finding.count - len(items)
        more = told.report.say("office.slides.more", count=left) if many and left > 0 else ""
        return [text for text in (*opening, *items, finding.rest, more, todo) if text]

    while len(items) > 1 and _height(said(), TEXTS[-1], wide) > BODY:
        items.pop()
    return said()


def _height(paragraphs: list[str], size: Pt, wide: int) -> int:
    """Return how high paragraphs stand, a little more rather than less."""
    lines = sum(math.ceil(len(text) * LETTER * size / wide) for text in paragraphs)
    return int(lines * LINE * size) + len(paragraphs) * (size // 3)


def _fitted(paragraphs: list[str], wide: int) -> tuple[Pt, int]:
    """Return the size in which paragraphs fill a slide, and how high they are then."""
    size = next((size for size in TEXTS if _height(paragraphs, size, wide) <= BODY), TEXTS[-1])
    return size, _height(paragraphs, size, wide)


def _slide(deck: Presentation, title: str, paragraphs: list[str], size: Pt, foot: str, wide: int) -> Slide:
    """Add a slide whose title is a sentence, paragraphs below it, and whose report it is at its foot."""
    made = deck.slides.add_slide(deck.slide_layouts[TITLE_ONLY])
    head = made.shapes.title
    head.left, head.top, head.width, head.height = MARGIN, TITLE_TOP, ACROSS, BODY_TOP - TITLE_TOP
    _write(head, [title], TITLE, charts.INK, bold=True)
    if paragraphs:
        _write(made.shapes.add_textbox(MARGIN, BODY_TOP, wide, BODY), paragraphs, size, charts.INK)
    _write(made.shapes.add_textbox(MARGIN, FOOT, ACROSS, Inches(0.35)), [foot], SMALL, charts.MUTED)
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


def _draw(slide: Slide, figures: list[Shown], alt: str, left: int, *, named: bool) -> None:
    """Add one indicator's figures as columns from zero, each labelled as the pages write it; `named`: with its name.

    In the order of time; a flow's half stands within its year, in a series of its own that covers the year's.
    """
    columns = slots(figures) if figures[0].entry.kind == "flow" else [Slot(each, None) for each in figures]
    columns = columns[-COLUMNS[named] :]
    data = CategoryChartData()
    data.categories = [f"{each.shown.name}\n{each.shown.when}" for each in columns]
    data.add_series(figures[0].entry.name(figures[0].lang), [each.shown.value for each in columns])
    within = [each.half if each.whole else None for each in columns]
    if any(within):
        half = next(filter(None, within))
        data.add_series(half.word, [each.value if each else None for each in within])
    place = left, BODY_TOP, WIDE - MARGIN - left, BODY
    frame = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *place, data)
    frame._element.nvGraphicFramePr.cNvPr.set("descr", alt)
    chart, plot = frame.chart, frame.chart.plots[0]
    entry, lang = figures[0].entry, figures[0].lang
    unit = messages.text("charts.stacked" if any(within) else "charts.from_zero", lang, unit=entry.unit(lang))
    chart.has_legend, chart.has_title = False, named or any(within)
    if chart.has_title:
        chart.chart_title.text_frame.text = f"{entry.short(lang)}, {unit}"
        chart.chart_title.include_in_layout = False
    chart.font.name, chart.font.size = FONT, SMALL if named else Pt(16)
    chart.value_axis.visible, chart.value_axis.minimum_scale = False, 0
    chart.value_axis.has_major_gridlines = False
    plot.gap_width, plot.overlap = 60, 100
    for number, each in enumerate(columns):
        pale = bool(each.whole and each.half) and not each.shown.hollow
        _point(plot.series[0].points[number], each.shown, each.shown.label, ACTUAL2 if pale else each.shown.colour)
        if half := within[number]:
            _point(plot.series[1].points[number], half, half.label, half.colour, inside=True)


def _point(point, each: Shown, words: str, colour: str, *, inside: bool = False) -> None:
    """Colour a column and write its figure on top of it, or `inside` the block it names."""
    point.format.line.color.rgb = RGBColor.from_string(colour[1:].upper())
    if each.hollow:
        point.format.fill.background()
    else:
        point.format.fill.solid()
        point.format.fill.fore_color.rgb = RGBColor.from_string(colour[1:].upper())
    label = point.data_label
    label.text_frame.text = words
    label.position = XL_LABEL_POSITION.INSIDE_END if inside else XL_LABEL_POSITION.OUTSIDE_END
    if inside and not each.hollow:
        label.text_frame.paragraphs[0].runs[0].font.color.rgb = RGBColor(255, 255, 255)


def _timeless(name: str, part: bytes, day: datetime.datetime) -> bytes:
    """Return a part without the time it was made at: a chart's workbook has one of its own."""
    if name.endswith(".xlsx"):
        return repack(part, lambda inner, content: _timeless(inner, content, day))
    return re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", f"{day:%Y-%m-%dT%H:%M:%SZ}".encode(), part)
