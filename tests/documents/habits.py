"""Documents made by code in the formats and habits of Vietnamese offices, each with the figures it states."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from documents import form, writers
from documents.form import CAPTIONS, ENCLOSED, FIGURES, HEADERS, NUMBERING, TITLE, Line, Stated


@dataclass(frozen=True)
class Made:
    """A made document, what reading it must give, and words that its warnings or unmatched rows must hold."""

    path: Path
    expected: list[Stated]
    says: tuple[str, ...] = ()
    report: str = form.REPORT


HABITS: dict[str, Callable[[Path], Made]] = {}
"""Name of a habit → what makes its document in a folder."""

NEEDS_OFFICE = {"doc", "xls", "pdf"}
"""Habits that only LibreOffice can make."""


def habit(make: Callable[[Path], Made]) -> Callable[[Path], Made]:
    """Enter a maker under its own name."""
    HABITS[make.__name__] = make
    return make


def whole(one=None, two=None, numbering: bool = True) -> list:
    """Return the plan's title and both appendices as pieces."""
    pieces: list = list(TITLE)
    for appendix, kept in ((1, one), (2, two)):
        pieces += [*CAPTIONS[appendix], ENCLOSED, form.grid(appendix, kept, numbering)]
    return pieces


def both(one=None, two=None) -> list[Stated]:
    """Return the figures of both appendices."""
    return form.stated(1, one) + form.stated(2, two)


def sheet(appendix: int, kept=None, numbering: bool = True) -> list[list[str]]:
    """Return an appendix as a sheet: title rows, then the table."""
    return [*([text] for text in (*CAPTIONS[appendix], ENCLOSED)), [], *form.grid(appendix, kept, numbering)]


def sheets(kept1=None, kept2=None) -> dict:
    """Return both appendices as sheets."""
    return {"PL1": sheet(1, kept1), "PL2": sheet(2, kept2)}


@habit
def text(folder: Path) -> Made:
    """Tab-separated text, as the real plan."""
    return Made(writers.text(folder / "plan.txt", whole()), both())


@habit
def markdown(folder: Path) -> Made:
    return Made(writers.markdown(folder / "plan.md", whole()), both())


@habit
def web_page(folder: Path) -> Made:
    hidden = "<tr style='display:none'><td>9</td><td>Tổng số thuê bao điện thoại</td><td></td><td>1</td></tr>"
    return Made(writers.page(folder / "plan.html", whole(), hidden), both(), ("hidden rows",))


@habit
def word(folder: Path) -> Made:
    return Made(writers.word(folder / "kế hoạch năm 2022.docx", whole()), both())


@habit
def word_two_line_header(folder: Path) -> Made:
    """A header over two rows, merged across and down, as Word's own tables have it."""

    def merge(table, rows):
        if len(rows[0]) != 8:
            return
        for column in (0, 1, 2, 5):
            table.cell(0, column).merge(table.cell(1, column))
        table.cell(0, 3).merge(table.cell(0, 4))
        table.cell(0, 6).merge(table.cell(0, 7))

    top = ["STT", "Chỉ tiêu", "ĐVT", "Thực hiện", "", "Ước TH cả năm 2021", "So sánh (%)", ""]
    low = ["", "", "", "Năm 2020", "6 tháng năm 2021", "", "Ước TH 2021/TH 2020", "TH 6T/Ước TH cả năm"]
    body = form.grid(1, numbering=False)[1:]
    pieces = [*TITLE, *CAPTIONS[1], ENCLOSED, [top, low, *body]]
    return Made(writers.word(folder / "plan.docx", pieces, merge), form.stated(1))


@habit
def word_header_repeated(folder: Path) -> Made:
    """The header typed again where a page begins, within one table."""
    rows = form.grid(1)
    rows = [*rows[:20], rows[0], *rows[20:36], rows[0], rows[1], *rows[36:]]
    return Made(writers.word(folder / "plan.docx", [*TITLE, *CAPTIONS[1], ENCLOSED, rows]), form.stated(1))


@habit
def word_split_table(folder: Path) -> Made:
    """One table cut in three: the second part without a header, the third with it."""
    rows = form.grid(1)
    pieces = [*TITLE, *CAPTIONS[1], ENCLOSED, rows[:17], "", rows[17:33], "", [rows[0], *rows[33:]]]
    return Made(writers.word(folder / "plan.docx", pieces), form.stated(1))


@habit
def word_continued_row(folder: Path) -> Made:
    """A long name cut by the page's end, its rest in a row of its own."""
    rows = form.grid(1)
    for at, row in enumerate(rows):
        if row[0] in ("32", "7", "33"):
            words = row[1].split()
            cut = len(words) * 2 // 3
            row[1] = " ".join(words[:cut])
            rows.insert(at + 1, ["", " ".join(words[cut:]), *[""] * (len(row) - 2)])
    return Made(writers.word(folder / "plan.docx", [*TITLE, *CAPTIONS[1], ENCLOSED, rows]), form.stated(1))


@habit
def word_italics_and_footnotes(folder: Path) -> Made:
    """Children in italics, marks of footnotes set high behind names and figures."""

    def mark(table, rows):
        for line, row in zip(table.rows, rows, strict=True):
            if row[0] == "" and row[1]:
                for cell in line.cells:
                    for run in cell.paragraphs[0].runs:
                        run.italic = True
            if row[0] in ("3", "12", "14"):
                for place in (1, 4):
                    run = line.cells[place].paragraphs[0].add_run("1")
                    run.font.superscript = True

    return Made(writers.word(folder / "plan.docx", whole(), mark), both())


@habit
def word_sections_merged(folder: Path) -> Made:
    """Section rows merged over the whole width; a letterhead table above; no column numbers."""

    def merge(table, rows):
        for at, row in enumerate(rows):
            if re.fullmatch(r"[A-C]|[IV]+", row[0]):
                table.cell(at, 1).merge(table.cell(at, len(row) - 1))

    head = [["UBND TỈNH ĐIỆN BIÊN\nUBND HUYỆN TUẦN GIÁO", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
            ["Số: 12/KH-UBND", "Tuần Giáo, ngày 20 tháng 6 năm 2021"]]  # fmt: skip
    pieces = [head, *whole(numbering=False)]
    return Made(writers.word(folder / "plan.docx", pieces, lambda t, r: merge(t, r) if len(r[0]) > 2 else None), both())


@habit
def workbook(folder: Path) -> Made:
    """Numbers as numbers, one sheet an appendix."""
    return Made(writers.workbook(folder / "plan.xlsx", sheets()), both())


@habit
def workbook_formats(folder: Path) -> Made:
    """Thousands by format, shares as fractions shown in per cent."""

    def show(sheet):
        for row in sheet.iter_rows(min_row=7, min_col=4):
            share = sheet.cell(row[0].row, 3).value == "%"
            for cell in row:
                if isinstance(cell.value, (int, float)):
                    figure = cell.column <= 6 if sheet.title == "PL1" else cell.column <= 5
                    cell.number_format = "#,##0.##"
                    if share and figure:
                        cell.value, cell.number_format = cell.value / 100, "0.0%"

    return Made(writers.workbook(folder / "plan.xlsx", sheets(), each=show), both())


@habit
def workbook_hidden(folder: Path) -> Made:
    """A hidden column with last year's leftovers, hidden rows, a hidden sheet."""
    rows = [[*row[:3], "7777" if len(row) > 4 and row[0] != "1" else "", *row[3:]] for row in sheet(1)]
    rows[4][3], rows[5][3] = "Thực hiện 6 tháng 2021", ""
    rows.insert(10, ["", "Số trạm thu phát sóng thông tin di động (BTS)", "Vị trí trạm", "", "1", "2", "3", "", ""])

    def hide(sheet_):
        if sheet_.title == "Cũ":
            sheet_.sheet_state = "hidden"
            return
        sheet_.column_dimensions["D"].hidden = True
        sheet_.row_dimensions[11].hidden = True

    made = {"PL1": rows, "Cũ": sheet(2)}
    path = writers.workbook(folder / "plan.xlsx", made, each=hide)
    return Made(path, form.stated(1), ("hidden columns D", "hidden rows 11", "sheet 'Cũ' is hidden"))


@habit
def workbook_two_tables_one_sheet(folder: Path) -> Made:
    """Both appendices under one another on one sheet."""
    rows = [["UBND HUYỆN TUẦN GIÁO"], [], *sheet(1), [], [], *sheet(2)]
    return Made(writers.workbook(folder / "plan.xlsx", {"Biểu": rows}), both())


@habit
def workbook_side_by_side(folder: Path) -> Made:
    """Both appendices beside one another on one sheet."""
    left, right = form.grid(1, numbering=False), form.grid(2, numbering=False)
    rows = [[ENCLOSED], [], *([*a, "", *b] for a, b in zip(left, right, strict=True))]

    def numbers(sheet_):
        for row in sheet_.iter_rows(min_row=4):
            for cell in row:
                if cell.column in range(4, 9) or cell.column > 12:
                    cell.value = writers.typed(str(cell.value or ""))

    return Made(writers.workbook(folder / "plan.xlsx", {"Biểu": rows}, numbers=False, each=numbers), both())


@habit
def workbook_formulas(folder: Path) -> Made:
    """Ratios as formulas, their results stored by the program that computed them."""

    def formulas(sheet_):
        for row in range(7, sheet_.max_row + 1):
            if sheet_.cell(row, 7).value:
                sheet_.cell(row, 7).value = f"=F{row}/D{row}*100"

    path = writers.workbook(folder / "plan.xlsx", {"PL1": sheet(1)}, each=formulas)
    path = writers.rewrite(
        path, "xl/worksheets/sheet1.xml", lambda xml: re.sub(r"(<f>[^<]*</f>)<v\s*/?>(</v>)?", r"\1<v>100</v>", xml)
    )
    return Made(path, form.stated(1))


@habit
def workbook_text_numbers(folder: Path) -> Made:
    """Numbers typed as text, their thousands parted by no-break and thin spaces."""
    space = lambda text: re.sub(r"(?<=\d)\.(?=\d{3})", "\u00a0" if len(text) % 2 else "\u2009", text)  # noqa: E731
    kept = [form.changed(form.lines(n), cells=lambda cells: tuple(map(space, cells))) for n in (1, 2)]
    made = {f"PL{n}": sheet(n, lines) for n, lines in zip((1, 2), kept, strict=True)}
    return Made(writers.workbook(folder / "plan.xlsx", made, numbers=False), both())


@habit
def workbook_dittos(folder: Path) -> Made:
    """A unit that repeats is written as a ditto mark."""
    kept, before = [], ""
    for line in form.lines(1):
        unit = '"' if line.unit and line.unit == before else line.unit
        before = line.unit or before
        kept.append(form.replace(line, unit=unit) if line.indicator else line)
    return Made(writers.workbook(folder / "plan.xlsx", {"PL1": sheet(1, kept)}), form.stated(1))


@habit
def workbook_words_over_rows(folder: Path) -> Made:
    """Each word of a header in a row of its own, nothing merged."""
    head = [
        ["", "", "Đơn", "Thực", "Thực", "Ước thực", "Ước TH", "TH 6 tháng"],
        ["TT", "Chỉ tiêu", "vị", "hiện", "hiện", "hiện", "2021 so với", "so với"],
        ["", "", "tính", "năm", "6 tháng", "cả năm", "TH 2020", "ước TH 2021"],
        ["", "", "", "2020", "2021", "2021", "(%)", "(%)"],
    ]
    rows = [[CAPTIONS[1][1]], [ENCLOSED], [], *head, *form.grid(1, numbering=False)[1:]]

    def as_text(sheet_):
        for row in sheet_.iter_rows(min_row=4, max_row=7):
            for cell in row:
                cell.value = str(cell.value) if cell.value is not None else None

    return Made(writers.workbook(folder / "plan.xlsx", {"PL1": rows}, each=as_text), form.stated(1))


@habit
def workbook_no_index(folder: Path) -> Made:
    """No STT: children by a dash, sections in capitals."""
    rows = [["Nội dung", "ĐV tính", *HEADERS[1][3:6]]]
    for line in form.lines(1):
        if line.heading:
            rows.append([line.name.upper(), "", "", "", ""])
        else:
            rows.append([line.name if line.number else f"- {line.name}", line.unit, *line.cells[:3]])
    path = folder / "plan.xlsx"
    return Made(writers.workbook(path, {"Biểu": [[ENCLOSED], [], *rows]}, numbers=False), form.stated(1))


@habit
def workbook_units_in_names(folder: Path) -> Made:
    """The unit in the name's parentheses; revenue in billions by the section's words."""
    rows = [["TT", "Chỉ tiêu chủ yếu", *HEADERS[1][3:6]]]
    for line in form.lines(1):
        unit = f" ({line.unit.lower()})" if line.unit and line.unit != "DVC" else ""
        rows.append([line.number, line.name + unit, *line.cells[:3]])
    path = writers.workbook(folder / "plan.xlsx", {"Biểu": [[ENCLOSED], [], *rows]}, numbers=False)
    return Made(path, form.stated(1))


@habit
def workbook_scaled_units(folder: Path) -> Made:
    """Thousands of subscribers and billions of đồng, in a province's table for all of the unit column."""
    rows = [["STT", "Chỉ tiêu", "ĐVT", "TH năm 2020", "KH năm 2021"], ["1", "2", "3", "4", "5"],
            ["1", "Tổng số thuê bao điện thoại", "Nghìn thuê bao", "1 035,1", "1.100,5"],
            ["2", "Trong đó: Di động", "\"", "1 004,4", "1.062,9"],
            ["3", "Doanh thu dịch vụ bưu chính", "Tỷ đồng", "2,4", "3,25"],
            ["4", "Số máy điện thoại thuê bao cố định", "máy", "30.660", "28.000"]]  # fmt: skip
    expected = [
        Stated("phone_subscribers", "2020", "actual", 1035100), Stated("phone_subscribers", "2021", "target", 1100500),
        Stated("mobile_subscribers", "2020", "actual", 1004400),
        Stated("mobile_subscribers", "2021", "target", 1062900),
        Stated("postal_revenue", "2020", "actual", 2400), Stated("postal_revenue", "2021", "target", 3250),
        Stated("fixed_subscribers", "2020", "actual", 30660), Stated("fixed_subscribers", "2021", "target", 28000),
    ]  # fmt: skip
    path = writers.workbook(folder / "plan.xlsx", {"Biểu": [["UBND huyện Tuần Giáo"], [], *rows]}, numbers=False)
    return Made(path, expected, report="2020")


@habit
def workbook_dates_in_header(folder: Path) -> Made:
    """Excel has made dates of "12/2020": what is counted then is counted at the year's end."""
    import datetime

    rows = [["STT", "Chỉ tiêu", "ĐVT", "12/2020", "TH 6T/2021"],
            ["1", "Tổng số thuê bao điện thoại", "Thuê bao", "52.050", "55.572"]]  # fmt: skip

    def dates(sheet_):
        sheet_["D3"].value = datetime.datetime(2020, 12, 1)
        sheet_["D3"].number_format = "mm/yyyy"

    path = writers.workbook(folder / "plan.xlsx", {"Biểu": [["UBND huyện Tuần Giáo"], [], *rows]}, each=dates)
    return Made(path, [
        Stated("phone_subscribers", "2020", "actual", 52050), Stated("phone_subscribers", "2021-S1", "actual", 55572),
    ])  # fmt: skip


@habit
def opendocument(folder: Path) -> Made:
    return Made(writers.opendocument(folder / "plan.ods", sheets()), both())


@habit
def xls(folder: Path) -> Made:
    return Made(writers.convert(writers.workbook(folder / "plan.xlsx", sheets()), "xls"), both())


@habit
def doc(folder: Path) -> Made:
    return Made(writers.convert(writers.word(folder / "plan.docx", [*whole(), "Nơi nhận:"]), "doc"), both())


def ruled(table, rows) -> None:
    """Give a Word table the lines and widths that a PDF's reader goes by."""
    from docx.shared import Cm

    table.style, table.autofit = "Table Grid", False
    widths = [1.1, 5.2, 2.0] + [9.0 / (len(rows[0]) - 3)] * (len(rows[0]) - 3)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    for line in table.rows:
        for cell, width in zip(line.cells, widths, strict=True):
            cell.width = Cm(width)


@habit
def pdf(folder: Path) -> Made:
    return Made(writers.convert(writers.word(folder / "plan.docx", whole(), ruled), "pdf"), both())


@habit
def decomposed(folder: Path) -> Made:
    """NFD, as files from a Mac."""
    pieces = [_map(piece, lambda t: unicodedata.normalize("NFD", t)) for piece in whole()]
    return Made(writers.text(folder / "plan.txt", pieces), both())


def _map(piece, change):
    return change(piece) if isinstance(piece, str) else [[change(cell) for cell in row] for row in piece]


def _legacy(table: dict[str, str]) -> Callable[[str], str]:
    back = {}
    for key, letter in table.items():
        back.setdefault(letter, key)
    return lambda text: "".join(back.get(letter, letter) for letter in unicodedata.normalize("NFC", text))


@habit
def tcvn3(folder: Path) -> Made:
    """The ABC fonts' letters."""
    from ictplan_utils.documents import encodings

    pieces = [_map(piece, lambda t: _legacy(encodings._TCVN3)(_lower_marks(t))) for piece in whole()]
    return Made(writers.word(folder / "plan.docx", pieces), both(), ("TCVN3",))


def _lower_marks(text_: str) -> str:
    # The ABC fonts have capitals with tone marks in a font of their own; the letters themselves are small.
    return "".join(c if c in "ĂÂÊÔƠƯĐ" or c.isascii() else c.lower() for c in text_)


@habit
def vni(folder: Path) -> Made:
    """The VNI fonts' letters."""
    from ictplan_utils.documents import encodings

    pieces = [_map(piece, _legacy(encodings._vni())) for piece in whole()]
    return Made(writers.text(folder / "plan.txt", pieces), both(), ("VNI",))


@habit
def capitals(folder: Path) -> Made:
    kept = [form.changed(form.lines(n), name=str.upper) for n in (1, 2)]
    return Made(writers.word(folder / "plan.docx", whole(*kept)), both())


@habit
def other_spelling(folder: Path) -> Made:
    """hoà, thuỷ; abbreviations; slips of the finger that the real plan makes."""
    swaps = (("hóa", "hoá"), ("Cáp quang", "Cấp quang"), ("TTDĐ", "TTDD"), ("VHX", "văn hóa xã"), ("Tỷ lệ", "Tỉ lệ"),
             ("công nghệ thông tin", "CNTT"), ("mạng cáp", "mạng cấp"), ("băng rộng", "băng  rộng"))  # fmt: skip

    def respell(name: str) -> str:
        for old, new in swaps:
            name = name.replace(old, new)
        return name

    kept = [form.changed(form.lines(n), name=respell) for n in (1, 2)]
    return Made(writers.text(folder / "plan.txt", whole(*kept)), both())


@habit
def short_headers(folder: Path) -> Made:
    """TT, Nội dung, ĐVT, TH 2020, TH 6T/2021, ƯTH 2021, KH 2022 in one table."""
    one, two = form.lines(1), form.lines(2)
    rows = [["TT", "Nội dung", "ĐVT", "TH 2020", "TH 6T/2021", "Ước TH 2021", "KH 2022", "% KH 2022/ƯTH 2021"]]
    rows += [[a.number, a.name, a.unit, *a.cells[:3], b.cells[1], b.cells[2]] for a, b in zip(one, two, strict=True)]
    expected = form.stated(1) + [s for s in form.stated(2) if s.status == "target"]
    return Made(writers.word(folder / "plan.docx", [*TITLE, rows]), expected)


@habit
def english_numbers(folder: Path) -> Made:
    """1,234.5 throughout, as some provinces' yearbooks print."""
    swap = str.maketrans(".,", ",.")
    plain = lambda text: text if text == "97.7" else text.translate(swap)  # noqa: E731
    kept = [form.changed(form.lines(n), cells=lambda cells: tuple(map(plain, cells))) for n in (1, 2)]
    return Made(writers.text(folder / "plan.txt", whole(*kept)), both())


@habit
def hedges(folder: Path) -> Made:
    """Words and signs about a figure: the figure is read and the words are kept."""
    cases = [("bts_stations", "Khoảng 88", 88), ("phone_subscribers", ">55.000", 55000),
             ("fibre_coverage_share", "≥ 80", 80), ("mobile_density", "62,4*", 62.4),
             ("postal_revenue", "1.320 (tăng 2%)", 1320), ("internet_user_share", "Trên 30%", 30),
             ("commune_post_points", "018", 18), ("tv_own_hours", "6 giờ", 6)]  # fmt: skip
    rows = [["STT", "Chỉ tiêu", "ĐVT", "Thực hiện 6 tháng 2021"]]
    names = {line.indicator: line for line in form.lines(1)}
    for at, (slug, printed, _) in enumerate(cases, start=1):
        rows.append([str(at), names[slug].name, names[slug].unit, printed])
    rows += [["9", names["radio_programmes"].name, "", "80-85"], ["10", names["people_per_postal_point"].name, "", "x"],
             ["11", names["monitored_systems_share"].name, "%", "…"]]  # fmt: skip
    rows.insert(8, ["III", "Truyền hình", "", ""])
    expected = [Stated(slug, "2021-S1", "actual", value) for slug, _, value in cases]
    return Made(writers.word(folder / "plan.docx", [*TITLE, rows]), expected, ("80-85",))


@habit
def same_period(folder: Path) -> Made:
    """Columns of the same period last year, of this period, cumulated; comparison in words."""
    rows = [["STT", "Chỉ tiêu", "Đơn vị", "Thực hiện cùng kỳ năm trước", "Thực hiện kỳ này",
             "So với cùng kỳ năm trước (%)", "KH năm 2021", "% HTKH"],
            ["1", "Số trạm BTS", "trạm", "87", "88", "101,1", "90", "97,8"],
            ["2", "Doanh thu bưu chính", "Triệu đồng", "1.294", "1.320", "102", "2.700", "48,9"]]  # fmt: skip
    expected = [
        Stated("bts_stations", "2020-S1", "actual", 87), Stated("bts_stations", "2021-S1", "actual", 88),
        Stated("bts_stations", "2021", "target", 90), Stated("postal_revenue", "2020-S1", "actual", 1294),
        Stated("postal_revenue", "2021-S1", "actual", 1320), Stated("postal_revenue", "2021", "target", 2700),
    ]  # fmt: skip
    title = ["UBND HUYỆN TUẦN GIÁO", "BÁO CÁO Kết quả 6 tháng đầu năm 2021 của UBND huyện Tuần Giáo"]
    return Made(writers.word(folder / "plan.docx", [*title, rows]), expected)


@habit
def new_subscribers(folder: Path) -> Made:
    """New subscribers are no subscribers; one company's are not all."""
    rows = [["STT", "Chỉ tiêu", "Đơn vị", "Thực hiện năm 2020", "Ước thực hiện cả năm 2021"],
            ["1", "Số thuê bao điện thoại phát triển", "Thuê bao", "1.200", "1.500"],
            ["", "Trong đó: Di động", "Thuê bao", "1.100", "1.400"],
            ["2", "Thuê bao Internet phát triển mới", "Thuê bao", "300", "350"],
            ["3", "Số thuê bao di động của Viettel", "Thuê bao", "30.000", "31.000"],
            ["4", "Tổng số thuê bao điện thoại", "Thuê bao", "52.050", "61.935"],
            ["", "Trong đó: Di động", "Thuê bao", "51.500", "61.400"]]  # fmt: skip
    expected = [
        Stated("phone_subscribers", "2020", "actual", 52050), Stated("phone_subscribers", "2021", "estimate", 61935),
        Stated("mobile_subscribers", "2020", "actual", 51500), Stated("mobile_subscribers", "2021", "estimate", 61400),
    ]  # fmt: skip
    return Made(writers.word(folder / "plan.docx", [*TITLE, rows]), expected, ("phát triển", "Viettel"))


@habit
def other_periods(folder: Path) -> Made:
    """Months and quarters, which the two tables cannot hold: left out, and said so."""
    rows = [["STT", "Chỉ tiêu", "ĐVT", "Thực hiện 11 tháng năm 2020", "Ước tính tháng 12 năm 2020", "Quý I/2021",
             "Thực hiện 6 tháng đầu năm 2021", "Giai đoạn 2021-2025"],
            ["1", "Tổng số thuê bao điện thoại", "Thuê bao", "51.000", "1.050", "52.900", "55.572", "70.000"],
            ]  # fmt: skip
    expected = [Stated("phone_subscribers", "2021-S1", "actual", 55572)]
    says = ("11 tháng", "tháng 12", "Quý I", "Giai đoạn")
    return Made(writers.word(folder / "plan.docx", [*TITLE, rows]), expected, says)


@habit
def yearbook(folder: Path) -> Made:
    """Years down the rows, bilingual headers over two rows, preliminary last year, a second block of indices."""
    values = [("2018", "48.900", "48.200", "19.000"), ("2019", "50.400", "49.800", "20.500"),
              ("Sơ bộ - Prel. 2020", "52.050", "51.500", "23.288")]  # fmt: skip
    rows = [
        ["", "Số thuê bao điện thoại\nNumber of telephone subscribers", "",
         "Số thuê bao internet\nNumber of internet subscribers"],
        ["", "Tổng số\nTotal", "Trong đó: Di động\nOf which: Mobi-phone", ""],
        ["", "Thuê bao - Subscribers", "", ""], *map(list, values),
        ["", "Chỉ số phát triển (Năm trước = 100) - %\nIndex (Previous year = 100) - %", "", ""],
        ["2019", "103,07", "103,32", "107,89"], ["Sơ bộ - Prel. 2020", "103,27", "103,41", "113,60"],
    ]  # fmt: skip

    def merge(table, _):
        table.cell(0, 1).merge(table.cell(0, 2))

    expected = [
        Stated(slug, re.sub(r"\D", "", year), "actual", float(printed.replace(".", "")))
        for year, *rest in values
        for slug, printed in zip(("phone_subscribers", "mobile_subscribers", "internet_subscribers"), rest, strict=True)
    ]
    pieces = ["208. Số thuê bao điện thoại và internet của huyện Tuần Giáo", rows]
    return Made(writers.word(folder / "tuan-giao.docx", pieces, merge), expected, report="2020")


@habit
def years_across(folder: Path) -> Made:
    """Bare years, comma-grouped counts, children indented, revenue in billions."""
    rows = [["STT", "Chỉ tiêu", "ĐVT", "2018", "2019", "2020"], ["", "HOẠT ĐỘNG BƯU CHÍNH VIỄN THÔNG", "", "", "", ""],
            ["1", "Số máy điện thoại thuê bao cố định", "máy", "1,182", "1,057", "547"],
            ["2", "Số thuê bao internet", "thuê bao", "11,878", "18,368", "23,288"],
            ["3", "Doanh thu", "tỷ đồng", "36", "44", "51"], ["", "  Bưu chính", "tỷ đồng", "2", "2", "2"],
            ["", "  Viễn thông", "tỷ đồng", "34", "42", "49"]]  # fmt: skip
    expected = []
    for row in rows[2:]:
        slug = {"Số máy điện thoại thuê bao cố định": "fixed_subscribers",
                "Số thuê bao internet": "internet_subscribers", "  Bưu chính": "postal_revenue",
                "  Viễn thông": "telecom_revenue"}.get(row[1])  # fmt: skip
        if slug:
            scale = 1000 if "revenue" in slug else 1
            expected += [Stated(slug, year, "actual", float(cell.replace(",", "")) * scale)
                         for year, cell in zip(("2018", "2019", "2020"), row[3:], strict=True)]  # fmt: skip
    pieces = ["Bưu chính, viễn thông của UBND huyện Tuần Giáo", rows]
    return Made(writers.text(folder / "bang.tsv", pieces), expected, ("'Doanh thu'",), "2020")


@habit
def narrative(folder: Path) -> Made:
    """Running text in the words of the real plan's first part, with other figures."""
    pieces = [
        *TITLE, "I. TÌNH HÌNH THỰC HIỆN KẾ HOẠCH 6 THÁNG ĐẦU NĂM 2021", "1.1. Bưu chính",
        "- Toàn huyện có 25 điểm phục vụ bưu chính: Trong đó, có 03 bưu cục cấp II, 19 điểm bưu điện văn hóa xã.",
        "Tổng doanh thu bưu chính 6 tháng đầu năm 2021 ước đạt 1.420 triệu đồng (đạt 104% so với cùng kỳ năm 2020).",
        "Số dân phục vụ bình quân trên 01 điểm phục vụ bưu chính đạt 4.100 người.",
        "1.2. Viễn thông, internet",
        "- Trên địa bàn có tổng số vị trí trạm thu, phát sóng thông tin di động (BTS) là 91 trạm (tăng 02 trạm so với "
        "cùng kỳ năm 2020). 17/18 xã, thị trấn được phủ sóng di động 3G, 4G (đạt tỷ lệ 94,4 %).",
        "- Mật độ thuê bao internet là 29 thuê bao/100 dân.",
        "2. Tồn tại hạn chế", "- Năm 2020 toàn huyện chỉ có 20 điểm phục vụ bưu chính.",
        "II. PHƯƠNG HƯỚNG, NHIỆM VỤ NĂM 2022", "- Phấn đấu có 100 trạm thu, phát sóng thông tin di động (BTS).",
    ]  # fmt: skip
    expected = [Stated(slug, "2021-S1", "actual", value) for slug, value in (
        ("postal_points", 25), ("people_per_postal_point", 4100), ("post_offices", 3),
        ("commune_post_points", 19), ("postal_revenue", 1420),
        ("bts_stations", 91), ("communes_covered_by_mobile", 17), ("communes_and_towns", 18),
        ("communes_covered_by_mobile_share", 94.4), ("internet_density", 29))]  # fmt: skip
    # What looks back or ahead is read as what it is.
    expected += [Stated("postal_points", "2020", "actual", 20), Stated("bts_stations", "2022", "target", 100)]
    return Made(writers.word(folder / "plan.docx", pieces), expected)


assert FIGURES and NUMBERING and Line
