"""The form as a workbook for people who calculate: real numbers, live ratios, findings, sources, Excel's own charts."""

from __future__ import annotations

import datetime
import io
import math
import re
from decimal import Decimal

from ictplan_utils.audit.findings import whereabouts
from ictplan_utils.catalog.reporting_forms import LABELS, Column, Table, with_years
from ictplan_utils.messages import text
from ictplan_utils.narrative import fulfilment_words, known, period_name
from ictplan_utils.observations import CORRECTED
from ictplan_utils.office.form import Form, Line, authority, clean, numbers_of, roman, source_words
from ictplan_utils.office.template import repack
from ictplan_utils.vietnamese import capitalised

GREY = "#D9D9D9"
VIETNAMESE = "[$-42A]"
"""The locale of a number format: Vietnamese."""
COLOURS = ("#1F6FB4", "#D9822B", "#4C9A52")
HEADER_ROW = 5
"""Rows above it: number, title, area and note; then the header, the columns' numbers, the lines."""

CHARTED = {
    "stations": ("bts_stations",),
    "subscribers": ("phone_subscribers", "fixed_broadband_subscribers", "mobile_broadband_subscribers"),
    "telecom_revenue": ("telecom_revenue",),
    "postal_revenue": ("postal_revenue",),
}
"""Chart → its indicators, of one unit and one size: post would lie flat beside telecommunications."""
YEARLY = ("telecom_revenue", "postal_revenue")
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
    sheets = _Sheets(book, form)
    for number, table in enumerate(form.tables, start=1):
        sheets.appendix(number, table)
    if form.over:
        sheets.fulfilment()
    sheets.charts()
    sheets.findings()
    sheets.sources()
    book.close()
    return repack(buffer.getvalue(), _store_empty_results)


def _store_empty_results(name: str, content: bytes) -> bytes:
    """Say of a formula whose result is an empty text that it has one: otherwise it looks as if never computed."""
    if not re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name):
        return content
    return re.sub(rb'(<c r="[A-Z]+\d+"(?: s="\d+")?)>(<f>[^<]*</f><v></v></c>)', rb'\1 t="str">\2', content)


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
GROWTH = {"ratio_pct": "{}/{}*100", "growth_pct": "{}/{}*100-100", "change": "{}-{}"}
"""What a column says of two others → how Excel computes it."""
"""Columns' widths in characters."""


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


def _print(page, *, landscape: bool, repeat: tuple[int, int], last: tuple[int, int]) -> None:
    page.set_paper(9)
    (page.set_landscape if landscape else page.set_portrait)()
    page.set_margins(left=1.18, right=0.79, top=0.79, bottom=0.79)
    page.fit_to_pages(1, 0)
    page.repeat_rows(*repeat)
    page.print_area(0, 0, *last)
    page.center_horizontally()
    page.set_footer(f'&C&"Times New Roman"&11{words("page")}')


class _Sheets:
    """Writes a form's sheets into a book. `cells`: (indicator, figure) → its cell in the first appendix that has it."""

    def __init__(self, book, form: Form) -> None:
        self.book, self.form = book, form
        self.looks, self.cells = {}, {}

    def look(self, **properties):
        """Return the format with these properties in the forms' font, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self.looks:
            base = {"font_name": "Times New Roman", "font_size": 12, "valign": "vcenter"}
            self.looks[key] = self.book.add_format({**base, **properties})
        return self.looks[key]

    def cell(self, **properties):
        """Return the format of a cell inside a table."""
        return self.look(border=1, **properties)

    def text(self, **properties):
        """Return the format of a text from data; Excel keeps it a text even when someone edits the cell."""
        return self.cell(text_wrap=True, quote_prefix=True, **properties)

    def head(self):
        """Return the format of a column's header."""
        return self.cell(bold=True, align="center", text_wrap=True, bg_color="#EDEDED")

    def number(self, value: float, **properties):
        """Return the format of a figure in a table, with every decimal it has."""
        return self.cell(num_format=number_format(value), **properties)

    # The appendices ---------------------------------------------------------------------------------------------

    def appendix(self, number: int, table: Table) -> None:
        """Write an appendix; what an earlier one states is a formula that refers to it."""
        form, sheet = self.form, words("sheet.appendix", number=number)
        page = self.book.add_worksheet(sheet)
        widths = [WIDTHS.get(column.role, FIGURE if column.period else RATIO) for column in table.columns]
        last, whose = len(widths) - 1, form.area.name if form.area.level == "nation" else authority(form.area)
        heading, title = words("sheet.appendix", number=roman(number)), with_years(table.title, form.report.stored)
        for row, told, properties in (
            (0, heading, {"bold": True, "font_size": 14}), (1, title, {"bold": True, "font_size": 14}),
            (2, words("whose", whose=whose), {"italic": True}),
            (3, form.notes[0].text, {"italic": True, "font_size": 11, "text_wrap": True}),
        ):  # fmt: skip
            page.merge_range(row, 0, row, last, told, self.look(align="center", **properties))
        page.set_row(3, 30)
        small = self.cell(italic=True, align="center")
        roles = [column.role for column in table.columns]
        headers = [form.header(column) for column in table.columns]
        for place, (number_, header, width) in enumerate(zip(numbers_of(table), headers, widths, strict=True)):
            page.set_column(place, place, width)
            page.write_string(HEADER_ROW - 1, place, header, self.head())
            page.write_string(HEADER_ROW, place, number_, small)
        page.set_row(HEADER_ROW - 1, _height(list(zip(headers, widths, strict=True)), bold=True))
        found: dict[tuple[str, str], str] = {}
        lines = form.lines_of(table)
        for row, line in enumerate(lines, start=HEADER_ROW + 1):
            page.set_row(row, _height([(_label(line, column), width)
                                       for column, width in zip(table.columns, widths, strict=True)]))  # fmt: skip
            for place, column in enumerate(table.columns):
                self._write(page, (row, place), line, roles, column)
                if line.entry is not None and column.period:
                    found[line.entry.indicator, column.role] = f"'{sheet}'!${chr(ord('A') + place)}${row + 1}"
        self.cells = {**found, **self.cells}
        end = HEADER_ROW + len(lines)
        page.freeze_panes(HEADER_ROW + 1, 3)
        page.autofilter(HEADER_ROW, 0, end, last)
        end = (self._notes(page, roles, widths, end + 2), last)
        _print(page, landscape=number == 1, repeat=(HEADER_ROW - 1, HEADER_ROW), last=end)

    def _notes(self, page, roles: list[str], widths: list[float], first: int) -> int:
        """Write the remarks on an appendix from row `first` on; return the row they end in."""
        notes = self.form.notes_on(*roles)
        for row, note in enumerate(notes, start=first):
            told = words("note", note=note)
            look = self.look(italic=True, font_size=11, quote_prefix=True, text_wrap=True)
            page.merge_range(row, 1, row, len(widths) - 1, told, look)
            page.set_row(row, _height([(told, sum(widths[1:]))]))
        return first - 1 + len(notes)

    def _write(self, page, at: tuple[int, int], line: Line, roles: list[str], column: Column) -> None:
        """Write one cell of a row: a heading's, or an indicator's words, its figure, or its ratio as a live formula."""
        role, text = column.role, _label(line, column)
        style = {"bold": True, "bg_color": "#F5F5F5"} if line.entry is None else {"italic": True} if line.part else {}
        if not column.period and not column.ratio:
            align = "left" if role == "name" else "center"
            if role == "number" and text.isdigit():
                page.write_number(*at, int(text), self.cell(align=align, **style))
            elif text:
                look = self.text(align=align, indent=int(role == "name" and line.part), **style)
                page.write_string(*at, text, look)
            else:
                page.write_blank(*at, None, self.cell(**style))
            return
        if line.entry is None:
            page.write_blank(*at, None, self.cell(**style))
            return
        value = line.stated(column)
        if column.ratio and set(column.ratio) <= set(roles):
            top, bottom = (f"{chr(ord('A') + roles.index(side))}{at[0] + 1}" for side in column.ratio)
            told = GROWTH[column.measure].format(top, bottom)
            formula = f'=IF(AND(ISNUMBER({top}),ISNUMBER({bottom}),{bottom}<>0),ROUND({told},1),"")'
            look = self.cell(num_format=f"{VIETNAMESE}#,##0.0", **style)
            page.write_formula(*at, formula, look, value if known(value) else "")
            return
        shade = {"bg_color": GREY} if role in line.marked else {}
        self._figure(page, at, value, self.number(value, **style, **shade), (line.entry.indicator, role))

    def _figure(self, page, at: tuple[int, int], value: float, look, key: tuple[str, str]) -> None:
        """Write a figure; one that stands in a sheet already as a formula that refers to it."""
        if not known(value):
            page.write_blank(*at, None, look)
        elif key in self.cells:
            page.write_formula(*at, f"={self.cells[key]}", look, value)
        else:
            page.write_number(*at, value, look)

    # Excel's own charts -----------------------------------------------------------------------------------------

    def charts(self) -> None:
        """Draw charts of stations, subscribers and revenue, over cells that follow the appendices."""
        page = self.book.add_worksheet(words("sheet.charts"))
        page.set_column(0, 0, 16)
        page.set_column(1, 3, 30)
        title = words("charts.title", area=self.form.area.title())
        page.write_string(0, 0, title, self.look(bold=True, font_size=14))
        page.write_string(1, 0, words("charts.follow"), self.look(italic=True))
        row = 3
        for chart, slugs in CHARTED.items():
            lines = [line for line in self.form.lines if line.entry and line.entry.indicator in slugs]
            row = self._chart(page, chart, sorted(lines, key=_size, reverse=True), row)
        _print(page, landscape=False, repeat=(0, 0), last=(row, 3))

    def _chart(self, page, name: str, lines: list[Line], row: int) -> int:
        """Write one chart's numbers, a row a period, and the chart under them; return where the next may begin."""
        title = words(f"charts.{name}")
        names = [role for role in self.form.roles if not (name in YEARLY and role == "half")]
        lines = [line for line in lines if any(known(line.figure(name)) for name in names)]
        if not lines:
            page.write_string(row, 0, words("charts.nothing", title=title), self.look(italic=True))
            return row + 2
        page.write_string(row, 0, words("charts.when"), self.head())
        for column, line in enumerate(lines, start=1):
            page.write_string(row, column, f"{line.entry.short_vi} ({line.unit})", self.head())
        page.set_row(row, _height([(line.entry.short_vi + line.unit, 26) for line in lines], bold=True))
        for down, role in enumerate(names, start=1):
            page.write_string(row + down, 0, self.form.column_name(role, "chart"), self.text())
            for column, line in enumerate(lines, start=1):
                value = line.shown(role)
                self._figure(page, (row + down, column), value, self.number(value), (line.entry.indicator, role))
        page.insert_chart(row + len(names) + 2, 0, self._drawn(title, lines, row, len(names)), {"object_position": 2})
        return row + len(names) + 16

    def _drawn(self, title: str, lines: list[Line], row: int, count: int):
        """Return the chart of the `count` rows of numbers below `row`, a column a line."""
        chart, sheet = self.book.add_chart({"type": "column"}), words("sheet.charts")
        font = {"name": "Times New Roman", "size": 10}
        for column, line in enumerate(lines, start=1):
            chart.add_series({
                "name": _title(line.entry.short_vi), "categories": [sheet, row + 1, 0, row + count, 0],
                "values": [sheet, row + 1, column, row + count, column],
                "data_labels": {"value": True, "font": font}, "fill": {"color": COLOURS[column - 1]}, "gap": 80,
            })  # fmt: skip
        chart.set_title({"name": _title(f"{title} ({lines[0].unit})"), "name_font": {**font, "size": 13}})
        chart.set_legend({"position": "bottom", "font": font} if len(lines) > 1 else {"none": True})
        chart.set_x_axis({"num_font": font})
        grid = {"visible": True, "line": {"color": GREY}}
        chart.set_y_axis({"num_format": number_format(0), "min": 0, "num_font": font, "major_gridlines": grid})
        chart.set_size({"width": 760, "height": 250})
        return chart

    # Plain lists ------------------------------------------------------------------------------------------------

    def _list(self, name: str, title: str, widths: dict[str, float], rows: list[list]) -> None:
        """Write a plain list: title, header with filter, rows; numbers as numbers, everything else as text."""
        page, last = self.book.add_worksheet(words(f"sheet.{name}")), (2 + len(rows), len(widths) - 1)
        headers = [(words(f"{name}.{column}"), width) for column, width in widths.items()]
        page.write_string(0, 0, title, self.look(bold=True, font_size=14))
        page.set_row(2, _height(headers, bold=True))
        for place, (header, width) in enumerate(headers):
            page.set_column(place, place, width)
            page.write_string(2, place, header, self.head())
        for row, values in enumerate(rows, start=3):
            page.set_row(row, _height([(str(value), headers[place][1]) for place, value in enumerate(values)]))
            for place, value in enumerate(values):
                if isinstance(value, float) and math.isfinite(value):
                    page.write_number(row, place, value, self.number(value))
                elif isinstance(value, int):
                    page.write_number(row, place, value, self.cell(align="center"))
                else:
                    page.write_string(row, place, clean(value), self.text(indent=1))
        page.freeze_panes(3, 1)
        page.autofilter(2, 0, *last)
        _print(page, landscape=True, repeat=(2, 2), last=last)

    def fulfilment(self) -> None:
        """Write, an indicator a row, how far what came lies from the plan, the missed first."""
        report = self.form.report
        told = report.fulfilment.sort_values("shortfall", ascending=False, kind="stable")
        rows = [
            [number, report.indicators[slug].short_vi, fulfilment_words(row, report)]
            for number, (slug, row) in enumerate(told.iterrows(), start=1)
        ]
        title = words("results.title", when=report.when, area=self.form.area.title())
        self._list("results", title, {"number": 6, "indicator": 46, "result": 90}, rows)

    def findings(self) -> None:
        """Write what the audit found, a finding a row."""
        rows = []
        for number, found in enumerate(self.form.report.findings.itertuples(), start=1):
            where, what = whereabouts(found.place_vi, found.name_vi, found.source), f"{found.what_vi}."
            severity = words(f"severity.{found.severity}")
            rows.append([number, severity, where, capitalised(what), found.expected])
        when = period_name(self.form.report.stored)
        title = words("findings.title", area=self.form.area.title(), when=when, count=len(rows))
        widths = {"number": 6, "severity": 14, "place": 30, "what": 94, "expected": 14}
        self._list("findings", title, widths, rows)

    def sources(self) -> None:
        """Write every figure, where it stands and what is to be known of it."""
        rows = []
        for row in self.form.report.observations.itertuples():
            entry = self.form.entries[row.indicator]
            note = capitalised(row.note) if row.note.startswith(CORRECTED) else row.note
            rows.append([
                entry.form_number or "–", entry.name_vi, entry.unit_vi, period_name(row.period),
                words(f"status.{row.status}"), float(row.value), row.printed, source_words(row.source), row.report,
                note,
            ])  # fmt: skip
        widths = {"form_number": 8, "name": 46, "unit": 14, "period": 24, "status": 15, "value": 12, "printed": 11,
                  "source": 28, "report": 10, "note": 40}  # fmt: skip
        self._list("sources", words("sources.title", area=self.form.area.title()), widths, rows)


def _size(line: Line) -> float:
    return max([value for value in line.figures.values() if known(value)], default=-math.inf)


def _label(line: Line, column: Column) -> str:
    """Return the words that a row has in a column of words, "" in one of figures, or of notes."""
    return clean(getattr(line, column.role)) if column.role in LABELS and hasattr(line, column.role) else ""


def _title(told: str) -> str:
    """Return a chart's text so that xlsxwriter takes `=cmd|'/C calc'!A0` for no reference into another program."""
    return clean(told).replace("!", "! ")
