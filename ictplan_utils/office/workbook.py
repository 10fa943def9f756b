"""The form as a workbook for people who calculate: real numbers, live ratios, findings, sources, Excel's own charts."""

from __future__ import annotations

import datetime
import io
import math
import re
from decimal import Decimal

from ictplan_utils.audit.findings import whereabouts
from ictplan_utils.catalog.reporting_forms import Table, with_years
from ictplan_utils.messages import text
from ictplan_utils.narrative import fulfilment_words, known, period_name
from ictplan_utils.observations import CORRECTED
from ictplan_utils.office.form import FIGURES, RATIOS, Form, Line, authority, clean, source_words
from ictplan_utils.office.template import repack

GREY = "#D9D9D9"
VIETNAMESE = "[$-42A]"
"""The locale of a number format: Vietnamese."""
COLOURS = ("#1F6FB4", "#D9822B", "#4C9A52")
HEADER_ROW = 5
"""Rows above it: number, title, area and note; then the header, the columns' numbers, the lines."""

CHARTED = {
    "stations": ("bts_stations",),
    "subscribers": ("phone_subscribers", "fixed_broadband_subscribers", "mobile_broadband_subscribers"),
    "revenue": ("telecom_revenue", "postal_revenue"),
}
"""Chart → its indicators."""
YEARLY = ("revenue",)
"""Charts that leave the half out: half a year's revenue is no neighbour of a year's."""


def words(key: str, **values: object) -> str:
    """Return the message `office.book.KEY`."""
    return text(f"office.book.{key}", "vi", **values)


def workbook(form: Form, made: datetime.datetime) -> bytes:
    """Return so-lieu.xlsx: both appendices, charts, findings, sources; the same form gives the same bytes."""
    import xlsxwriter

    buffer = io.BytesIO()
    # Text from data is text: a cell that begins with = + - @ is never a formula, and no address becomes a link.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({
        "title": words("title", after=form.year + 1, area=form.area.title()), "author": "ictplan", "created": made,
    })  # fmt: skip
    looks = _Looks(book)
    cells: dict[tuple[str, str], str] = {}
    for number, table in enumerate(form.tables[:2], start=1):
        cells = {**_appendix(book, looks, form, number, table, cells), **cells}
    if form.over:
        _fulfilment(book, looks, form)
    _charts(book, looks, form, cells)
    _findings(book, looks, form)
    _sources(book, looks, form)
    book.close()
    return repack(buffer.getvalue(), _store_empty_results)


def _store_empty_results(name: str, content: bytes) -> bytes:
    """Say of a formula whose result is an empty text that it has one: otherwise it looks as if never computed."""
    if not re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name):
        return content
    return re.sub(rb'(<c r="[A-Z]+\d+"(?: s="\d+")?)>(<f>[^<]*</f><v></v></c>)', rb'\1 t="str">\2', content)


class _Looks:
    """The formats, each made once."""

    def __init__(self, book) -> None:
        self.book, self.made = book, {}

    def get(self, **properties):
        """Return a format in the forms' font with these properties."""
        key = tuple(sorted(properties.items()))
        if key not in self.made:
            base = {"font_name": "Times New Roman", "font_size": 12, "valign": "vcenter"}
            self.made[key] = self.book.add_format({**base, **properties})
        return self.made[key]

    def cell(self, **properties):
        """Return the format of a cell inside a table."""
        return self.get(border=1, **properties)

    def text(self, **properties):
        """Return the format of a text from data; Excel keeps it a text even when someone edits the cell."""
        return self.cell(text_wrap=True, quote_prefix=True, **properties)


def number_format(value: float) -> str:
    """Return the format that shows every decimal a figure has.

    Its marks are Vietnam's in LibreOffice wherever it runs; Excel writes those that its reader has set.

    >>> number_format(52321.0), number_format(77.63)
    ('[$-42A]#,##0', '[$-42A]#,##0.00')
    """
    decimals = max(0, -Decimal(repr(float(value))).normalize().as_tuple().exponent) if known(value) else 0
    return f"{VIETNAMESE}#,##0" + ("." + "0" * decimals if decimals else "")


WIDTHS = {"number": 6.0, "name": 58.0, "unit": 17.0}
FIGURE, RATIO = 14.0, 18.0
"""Columns' widths in characters."""


def _columns(form: Form, table: Table) -> list[tuple[str, str, float]]:
    """Return the columns of an appendix: header, the figure's name, width in characters."""
    return [
        (form.header(column), column.role, WIDTHS.get(column.role, FIGURE if column.period else RATIO))
        for column in table.columns
    ]


def _appendix(book, looks: _Looks, form: Form, appendix: int, table: Table, above: dict[tuple[str, str], str]):
    """Write an appendix; return (indicator, figure) → its cell. `above`: the first appendix's cells, to refer to."""
    sheet = words("sheet.appendix", number=appendix)
    page, columns = book.add_worksheet(sheet), _columns(form, table)
    last, title = len(columns) - 1, with_years(table.title, form.report.stored)
    heading = words("sheet.appendix", number="I" * appendix)
    page.merge_range(0, 0, 0, last, heading, looks.get(bold=True, align="center", font_size=14))
    page.merge_range(1, 0, 1, last, title, looks.get(bold=True, align="center", font_size=14))
    whose = form.area.name if form.area.level == "nation" else authority(form.area)
    page.merge_range(2, 0, 2, last, words("whose", whose=whose), looks.get(italic=True, align="center"))
    page.merge_range(
        3, 0, 3, last, form.notes[0].text, looks.get(italic=True, align="center", font_size=11, text_wrap=True)
    )
    page.set_row(3, 30)
    head = looks.cell(bold=True, align="center", text_wrap=True, bg_color="#EDEDED")
    small = looks.cell(italic=True, align="center")
    letters = {name: chr(ord("A") + place) for place, (_, name, _) in enumerate(columns)}
    places = {name: place + 1 for place, (_, name, _) in enumerate(columns)}
    for place, (header, name, width) in enumerate(columns):
        page.set_column(place, place, width)
        page.write_string(HEADER_ROW - 1, place, header, head)
        formula = f"={places[RATIOS[name][0]]}/{places[RATIOS[name][1]]}" if name in RATIOS else ""
        page.write_string(HEADER_ROW, place, f"{place + 1}{formula}", small)
    page.set_row(HEADER_ROW - 1, _height([(header, width) for header, _, width in columns], bold=True))
    found: dict[tuple[str, str], str] = {}
    for row, line in enumerate(form.lines, start=HEADER_ROW + 1):
        _line(page, looks, row, line, columns, letters, sheet, found, above)
    end = HEADER_ROW + len(form.lines)
    page.freeze_panes(HEADER_ROW + 1, 3)
    page.autofilter(HEADER_ROW, 0, end, last)
    notes = form.notes_on(*letters)
    for place, note in enumerate(notes, start=end + 2):
        told = words("note", note=note)
        look = looks.get(italic=True, font_size=11, quote_prefix=True, text_wrap=True)
        page.merge_range(place, 1, place, last, told, look)
        page.set_row(place, _height([(told, sum(width for _, _, width in columns[1:]))]))
    _print(page, landscape=appendix == 1, repeat=(HEADER_ROW - 1, HEADER_ROW), last=(end + 1 + len(notes), last))
    return found


def _height(cells: list[tuple[str, float]], *, bold: bool = False) -> float:
    """Return how high (in points) a row must be for its wrapped texts; `cells`: text and width in characters.

    Excel would fit the rows itself, other programs do not.
    """
    letters = 1.05 if bold else 1.22
    lines = 1
    for told, width in cells:
        taken, count = 0.0, 1
        for word in told.split():
            if taken and taken + len(word) > width * letters:
                taken, count = 0.0, count + 1
            taken += len(word) + 1
        lines = max(lines, count)
    return 16.5 * lines + 1


def _line(page, looks: _Looks, row: int, line: Line, columns, letters, sheet: str, found, above) -> None:
    """Write one row: a heading, or an indicator with its figures and its ratios as live formulas."""
    page.set_row(row, _height([(line.name, columns[1][2]), (line.unit, columns[2][2])]))
    style = {"bold": True, "bg_color": "#F5F5F5"} if line.entry is None else {"italic": True} if line.part else {}
    for place, (_, name, _) in enumerate(columns):
        if name in ("number", "name", "unit"):
            text, align = clean(getattr(line, name)), "left" if name == "name" else "center"
            if name == "number" and text.isdigit():
                page.write_number(row, place, int(text), looks.cell(align=align, **style))
            elif text:
                page.write_string(row, place, text, looks.text(align=align, indent=int(name == "name" and line.part),
                                                               **style))  # fmt: skip
            else:
                page.write_blank(row, place, None, looks.cell(**style))
            continue
        if line.entry is None:
            page.write_blank(row, place, None, looks.cell(**style))
            continue
        value = line.figure(name)
        if name in RATIOS:
            top, bottom = (f"{letters[side]}{row + 1}" for side in RATIOS[name])
            formula = f'=IF(AND(ISNUMBER({top}),ISNUMBER({bottom}),{bottom}<>0),ROUND({top}/{bottom}*100,1),"")'
            look = looks.cell(num_format=f"{VIETNAMESE}#,##0.0", **style)
            page.write_formula(row, place, formula, look, value if known(value) else "")
            continue
        shade = {"bg_color": GREY} if name in line.marked else {}
        look = looks.cell(num_format=number_format(value), **style, **shade)
        key = (line.entry.indicator, name)
        if not known(value):
            page.write_blank(row, place, None, look)
        elif key in above:
            page.write_formula(row, place, f"={above[key]}", look, value)
        else:
            page.write_number(row, place, value, look)
        found[key] = f"'{sheet}'!${letters[name]}${row + 1}"


def _print(page, *, landscape: bool, repeat: tuple[int, int], last: tuple[int, int]) -> None:
    page.set_paper(9)
    (page.set_landscape if landscape else page.set_portrait)()
    page.set_margins(left=1.18, right=0.79, top=0.79, bottom=0.79)
    page.fit_to_pages(1, 0)
    page.repeat_rows(*repeat)
    page.print_area(0, 0, *last)
    page.center_horizontally()
    page.set_footer(f'&C&"Times New Roman"&11{words("page")}')


def _charts(book, looks: _Looks, form: Form, cells: dict[tuple[str, str], str]) -> None:
    """Draw Excel's own charts of stations, subscribers and revenue, over cells that follow the appendices."""
    page = book.add_worksheet(words("sheet.charts"))
    page.set_column(0, 0, 16)
    page.set_column(1, 3, 30)
    page.write_string(0, 0, words("charts.title", area=form.area.title()), looks.get(bold=True, font_size=14))
    page.write_string(1, 0, words("charts.follow"), looks.get(italic=True))
    row = 3
    for chart, slugs in CHARTED.items():
        lines = [line for line in form.lines if line.entry and line.entry.indicator in slugs]
        row = _chart(book, page, looks, form, cells, chart, sorted(lines, key=_size, reverse=True), row)
    _print(page, landscape=False, repeat=(0, 0), last=(row, 3))


def _size(line: Line) -> float:
    return max([line.figure(name) for name in FIGURES if known(line.figure(name))], default=-math.inf)


def _chart(book, page, looks: _Looks, form: Form, cells, name: str, lines: list[Line], row: int) -> int:
    """Write one chart's numbers, a row a period, and the chart under them; return where the next may begin."""
    title, sheet = words(f"charts.{name}"), words("sheet.charts")
    names = [role for role in form.roles if not (name in YEARLY and role == "half")]
    lines = [line for line in lines if any(known(line.figure(name)) for name in names)]
    if not lines:
        page.write_string(row, 0, words("charts.nothing", title=title), looks.get(italic=True))
        return row + 2
    head = looks.cell(bold=True, align="center", text_wrap=True, bg_color="#EDEDED")
    page.write_string(row, 0, words("charts.when"), head)
    for column, line in enumerate(lines, start=1):
        page.write_string(row, column, f"{line.entry.short_vi} ({line.entry.unit()})", head)
    page.set_row(row, _height([(line.entry.short_vi + line.unit, 26) for line in lines], bold=True))
    for down, role in enumerate(names, start=1):
        page.write_string(row + down, 0, form.column_name(role, "chart"), looks.text())
        for column, line in enumerate(lines, start=1):
            value = line.figure(role)
            look = looks.cell(num_format=number_format(value))
            if known(value):
                page.write_formula(row + down, column, f"={cells[line.entry.indicator, role]}", look, value)
            else:
                page.write_blank(row + down, column, None, look)
    chart = book.add_chart({"type": "column"})
    font = {"name": "Times New Roman", "size": 10}
    for column, line in enumerate(lines, start=1):
        chart.add_series({
            "name": _label(line.entry.short_vi), "categories": [sheet, row + 1, 0, row + len(names), 0],
            "values": [sheet, row + 1, column, row + len(names), column],
            "data_labels": {"value": True, "font": font}, "fill": {"color": COLOURS[column - 1]}, "gap": 80,
        })  # fmt: skip
    chart.set_title({"name": _label(f"{title} ({lines[0].entry.unit()})"), "name_font": {**font, "size": 13}})
    chart.set_legend({"position": "bottom", "font": font} if len(lines) > 1 else {"none": True})
    chart.set_x_axis({"num_font": font})
    grid = {"visible": True, "line": {"color": GREY}}
    chart.set_y_axis({"num_format": number_format(0), "min": 0, "num_font": font, "major_gridlines": grid})
    chart.set_size({"width": 760, "height": 250})
    page.insert_chart(row + len(names) + 2, 0, chart, {"object_position": 2})
    return row + len(names) + 16


def _table(book, looks: _Looks, name: str, title: str, widths: dict[str, float], rows: list[list]) -> None:
    """Write a plain list: title, header with filter, rows; numbers as numbers, everything else as text."""
    page = book.add_worksheet(words(f"sheet.{name}"))
    headers = [(words(f"{name}.{column}"), width) for column, width in widths.items()]
    page.write_string(0, 0, title, looks.get(bold=True, font_size=14))
    page.set_row(2, _height(headers, bold=True))
    for place, (header, width) in enumerate(headers):
        page.set_column(place, place, width)
        page.write_string(2, place, header, looks.cell(bold=True, align="center", text_wrap=True, bg_color="#EDEDED"))
    for row, values in enumerate(rows, start=3):
        page.set_row(row, _height([(str(value), headers[place][1]) for place, value in enumerate(values)]))
        for place, value in enumerate(values):
            if isinstance(value, float) and math.isfinite(value):
                page.write_number(row, place, value, looks.cell(num_format=number_format(value)))
            elif isinstance(value, int):
                page.write_number(row, place, value, looks.cell(align="center"))
            else:
                page.write_string(row, place, clean(value), looks.text(indent=1))
    page.freeze_panes(3, 1)
    page.autofilter(2, 0, 2 + len(rows), len(headers) - 1)
    _print(page, landscape=True, repeat=(2, 2), last=(2 + len(rows), len(headers) - 1))


def _fulfilment(book, looks: _Looks, form: Form) -> None:
    """Write, an indicator a row, how far what came lies from the plan, the missed first."""
    report = form.report
    told = report.fulfilment.sort_values("shortfall", ascending=False, kind="stable")
    rows = [
        [number, report.indicators[slug].short_vi, fulfilment_words(row, report)]
        for number, (slug, row) in enumerate(told.iterrows(), start=1)
    ]
    title = words("results.title", when=report.when, area=form.area.title())
    widths = {"number": 6, "indicator": 46, "result": 90}
    _table(book, looks, "results", title, widths, rows)


def _findings(book, looks: _Looks, form: Form) -> None:
    rows = []
    for number, found in enumerate(form.report.findings.itertuples(), start=1):
        where, what = whereabouts(found.place_vi, found.name_vi, found.source), f"{found.what_vi}."
        severity = words(f"severity.{found.severity}")
        rows.append([number, severity, where, what[:1].upper() + what[1:], found.expected, found.rule])
    when = period_name(form.report.stored)
    title = words("findings.title", area=form.area.title(), when=when, count=len(rows))
    widths = {"number": 6, "severity": 14, "place": 30, "what": 74, "expected": 14, "rule": 20}
    _table(book, looks, "findings", title, widths, rows)


def _sources(book, looks: _Looks, form: Form) -> None:
    rows = []
    for row in form.report.observations.itertuples():
        entry = form.entries[row.indicator]
        note = row.note[:1].upper() + row.note[1:] if row.note.startswith(CORRECTED) else row.note
        rows.append([
            entry.form_number or "–", f"{entry.name_vi} ({entry.unit_vi})", period_name(row.period),
            words(f"status.{row.status}"), float(row.value), row.printed, source_words(row.source), row.report, note,
        ])  # fmt: skip
    widths = {"form_number": 8, "name": 46, "period": 24, "status": 15, "value": 12, "printed": 11, "source": 28,
              "report": 10, "note": 40}  # fmt: skip
    _table(book, looks, "sources", words("sources.title", area=form.area.title()), widths, rows)


def _label(told: str) -> str:
    """Return a chart's text so that xlsxwriter takes `=cmd|'/C calc'!A0` for no reference into another program."""
    return clean(told).replace("!", "! ")
