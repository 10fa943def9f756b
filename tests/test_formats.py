"""Files in: what a file is, is told by its content; how a character looks is part of it; nothing else gets out."""

from __future__ import annotations

import http.server
import re
import threading
import zipfile

import docx
import pytest
from documents import writers

from ictplan_utils import documents, programs
from ictplan_utils.documents import formats, guards, layout, libreoffice, sheets
from ictplan_utils.documents.contents import Paragraph
from ictplan_utils.errors import IctplanError

needs_office = pytest.mark.skipif(not writers.office(), reason="LibreOffice is not installed")

# A table of a library's figures: one raised note, one corrected figure, one row struck out, one hidden.
HEAD = ["Nội dung", "Năm 2031", "Năm 2032"]
SHOWN = [
    HEAD,
    ["Số đầu sách", "9.120¹", "9.310"],
    ["Lượt bạn đọc", "640", "655"],
    ["", "", ""],
    ["Phòng đọc", "4", "5"],
]


def texts(path) -> list:
    return formats.read_contents(path).texts()


def tables(path) -> list[list[list[str]]]:
    return [block for block in texts(path) if not isinstance(block, str)]


def looks_docx(path):
    import docx

    document = docx.Document()
    table = document.add_table(rows=0, cols=3)

    def add(*cells):
        for cell, runs in zip(table.add_row().cells, cells, strict=True):
            for text, look in [(runs, "")] if isinstance(runs, str) else runs:
                run = cell.paragraphs[0].add_run(text)
                if look:
                    setattr(run.font, look, True)

    add(*HEAD)
    add("Số đầu sách", [("9.120", ""), ("1", "superscript")], [("9.300", "strike"), ("9.310", "")])
    add("Lượt bạn đọc", [("630", "double_strike"), ("640", "")], [("ẩn", "hidden"), ("655", "")])
    add([("Máy đọc", "strike")], [("3", "strike")], [("3", "strike")])
    add("Phòng đọc", "4", "5")
    document.save(path)
    return path


def looks_html(path):
    return writers_html(path, """<html><head><style>.cu, td.bo {text-decoration:line-through; color:red}
        .cao {vertical-align:super}</style></head><body><table>
        <tr><td>Nội dung<td>Năm 2031<td>Năm 2032</tr>
        <tr><td>Số đầu sách<td>9.120<span class=cao>1</span><td><del>9.300</del>9.310</tr>
        <tr><td>Lượt bạn đọc<td><span style="text-decoration: line-through">630</span>640<td><s>650</s>655</tr>
        <tr class=cu><td>Máy đọc<td>3<td>3</tr>
        <tr style="display:none"><td>Ghế<td>90<td>95</tr>
        <tr><td>Phòng đọc<td>4<td>5</tr></table></body></html>""")  # fmt: skip


def writers_html(path, page):
    path.write_text(page, encoding="utf-8")
    return path


def looks_xlsx(path):
    import openpyxl
    from openpyxl.cell.rich_text import CellRichText, TextBlock
    from openpyxl.cell.text import InlineFont
    from openpyxl.styles import Font

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(HEAD)
    sheet.append(["Số đầu sách", None, None])
    sheet["B2"] = CellRichText("9.120", TextBlock(InlineFont(vertAlign="superscript"), "1"))
    sheet["C2"] = CellRichText(TextBlock(InlineFont(strike=True), "9.300"), "9.310")
    sheet.append(["Lượt bạn đọc", 640, 655])
    sheet.append(["Máy đọc", 3, 3])
    for cell in sheet[4]:
        cell.font = Font(strike=True)
    sheet.append(["Ghế", 90, 95])
    sheet.row_dimensions[5].hidden = True
    sheet.append(["Phòng đọc", 4, 5])
    book.save(path)
    return path


ODF_NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for short, name in
    (("office", "office"), ("style", "style"), ("text", "text"), ("table", "table"), ("number", "datastyle"))
)  # fmt: skip


def odf(path, body: str, styles: str = ""):
    return writers.package(path, {"content.xml":
        f"<?xml version='1.0'?><office:document-content {ODF_NAMES}><office:automatic-styles>{styles}"
        f"</office:automatic-styles><office:body>{body}</office:body></office:document-content>"})  # fmt: skip


def looks_odf(path):
    def row(*cells, style="", more=""):
        made = "".join(f"<table:table-cell {style}><text:p>{cell}</text:p></table:table-cell>" for cell in cells)
        return f"<table:table-row {more}>{made}</table:table-row>"

    rows = [
        row(*HEAD),
        row("Số đầu sách", '9.120<text:span text:style-name="cao">1</text:span>',
            '<text:span text:style-name="con">9.300</text:span>9.310'),
        row("Lượt bạn đọc", "640", "655"),
        row("Máy đọc", "3", "3", style='table:style-name="bo"'),
        row("Ghế", "90", "95", more='table:visibility="collapse"'),
        row("Phòng đọc", "4", "5"),
    ]  # fmt: skip
    kind = "spreadsheet" if path.suffix == ".ods" else "text"
    return odf(path, f"<office:{kind}><table:table table:name='A'>{''.join(rows)}</table:table></office:{kind}>", """
        <style:style style:name="cao" style:family="text"><style:text-properties style:text-position="super 58%"/>
        </style:style><style:style style:name="cu" style:family="text">
        <style:text-properties style:text-line-through-style="solid"/></style:style>
        <style:style style:name="con" style:parent-style-name="cu" style:family="text"/>
        <style:style style:name="bo" style:family="table-cell">
        <style:text-properties style:text-line-through-style="solid"/></style:style>""")  # fmt: skip


def looks_spreadsheetml(path):
    def row(*cells, more="", style=""):
        made = "".join(
            f'<Cell {style}><ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40">{cell}</ss:Data></Cell>'
            for cell in cells
        )
        return f"<Row {more}>{made}</Row>"

    rows = [
        row(*HEAD), row("Số đầu sách", "9.120<Sup>1</Sup>", "<S>9.300</S>9.310"), row("Lượt bạn đọc", "640", "655"),
        row("Máy đọc", "3", "3", style='ss:StyleID="s1"'), row("Ghế", "90", "95", more='ss:Hidden="1"'),
        row("Phòng đọc", "4", "5"),
    ]  # fmt: skip
    return spreadsheetml(path, "".join(rows), '<Style ss:ID="s1"><Font ss:StrikeThrough="1"/></Style>')


def spreadsheetml(path, rows: str, styles: str = ""):
    return writers_html(path, '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        f'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Styles>{styles}</Styles>'
        f'<Worksheet ss:Name="Biểu 1"><Table>{rows}</Table></Worksheet></Workbook>')  # fmt: skip


def looks_markdown(path):
    return writers_html(path, "| Nội dung | Năm 2031 | Năm 2032 |\n|---|---|---|\n| Số đầu sách | 9.120<sup>1</sup> | "
        "~~9.300~~9.310 |\n| Lượt bạn đọc | 640[^2] | <del>650</del>655 |\n| ~~Máy đọc~~ | ~~3~~ | ~~3~~ |\n"
        "| Phòng đọc | 4 | 5 |\n")  # fmt: skip


def looks_pdf(path):
    columns = (60, 260, 400)
    drawn, strokes = [], []
    for n, row in enumerate([HEAD, ["Số đầu sách", "9.120", "9.310"], ["Lượt bạn đọc", "640", "655"],
                             ["Máy đọc", "3", "3"], ["Phòng đọc", "4", "5"]]):  # fmt: skip
        drawn += [(x, 100 + 24 * n, text, 10) for x, text in zip(columns, row, strict=True)]
    drawn += [(288, 120, "1", 6.5), (365, 124, "9.300", 10)]
    strokes += [(365, 120.5, 393, 120.5), (60, 168.5, 103, 168.5), (260, 168.5, 266, 168.5), (400, 168.5, 406, 168.5)]
    rules = [(50, 84 + 24 * n, 500, 84 + 24 * n) for n in range(6)]
    rules += [(x, 84, x, 204) for x in (50, 250, 360, 500)]
    return writers.pdf(path, [(drawn, strokes + rules)])


LOOKS = {
    "a.docx": looks_docx, "a.html": looks_html, "a.xlsx": looks_xlsx, "a.ods": looks_odf, "a.odt": looks_odf,
    "a.xml.xls": looks_spreadsheetml, "a.md": looks_markdown, "a.pdf": looks_pdf,
}  # fmt: skip


@pytest.mark.parametrize("name", LOOKS)
def test_how_a_character_looks_is_part_of_it(name, tmp_path):
    contents = formats.read_contents(LOOKS[name](tmp_path / name))
    (table,) = contents.texts()
    assert table == SHOWN
    assert any("9.300" in said and "struck-out" in said for said in contents.warnings)


def test_a_wider_step_between_a_pdfs_lines_begins_a_paragraph(tmp_path):
    said = ["Kết quả công tác thông tin và truyền thông năm 2025, kế hoạch năm 2026", "Sau sắp xếp tỉnh có 102 xã,",
            "phường với 4.952.238 người và hạ tầng số được mở rộng đến tận thôn bản"]  # fmt: skip
    for step, count in ((20, 2), (14, 1)):
        drawn = [
            (60, top, text, 10)
            for top, text in zip((100, 100 + step, 114 + step, 128 + step), [*said, said[2]], strict=True)
        ]
        path = writers.pdf(tmp_path / f"{step}.pdf", [(drawn, [])])
        assert len([*formats.read_contents(path).texts()]) == count


@needs_office
def test_how_a_character_looks_in_an_old_workbook(tmp_path):
    book = writers.convert(looks_xlsx(tmp_path / "a.xlsx"), "xls")
    assert tables(book) == [SHOWN]


def test_a_mark_in_a_style_is_a_mark(tmp_path):
    import docx

    document = docx.Document()
    for name, look in (("Bỏ", "strike"), ("Chú", "superscript")):
        setattr(document.styles.add_style(name, docx.enum.style.WD_STYLE_TYPE.CHARACTER).font, look, True)
    paragraph = document.add_paragraph("Có ")
    paragraph.add_run("31", style="Bỏ")
    paragraph.add_run("32 phòng")
    paragraph.add_run("2", style="Chú")
    document.save(tmp_path / "a.docx")
    assert texts(tmp_path / "a.docx") == ["Có 32 phòng²"]


def test_tracked_text_is_read_as_if_all_changes_were_accepted(tmp_path):
    path = writers.word(tmp_path / "a.docx", [[["Nội dung", "Năm 2031"], ["Phòng đọc", "88"]]])
    run = "<w:r><w:t>{}</w:t></w:r>"
    before, after = run.format("88"), (
        "<w:moveFrom w:id='1' w:author='a'>" + run.format("71") + "</w:moveFrom><w:del w:id='2' w:author='a'><w:r>"
        "<w:delText>72</w:delText></w:r></w:del><w:ins w:id='3' w:author='a'>" + run.format("8") + "</w:ins>"
        "<w:moveTo w:id='4' w:author='a'>" + run.format("9") + "</w:moveTo>"
    )  # fmt: skip
    writers.rewrite(path, "word/document.xml", lambda xml: xml.replace(before, after))
    assert tables(path) == [[["Nội dung", "Năm 2031"], ["Phòng đọc", "89"]]]


@pytest.mark.parametrize(("value", "number_format", "shown", "number"), [
    (4_300_000_000, "#,##0,,", "4.300", 4300), (4_300_000_000, "#,##0.0,,", "4.300", 4300),
    (1_234_500, "0.0,", "1234,5", 1234.5), (1_234_500, "#,##0", "1.234.500", 1_234_500), (0.666, "0%", "66,6%", 66.6),
    (-1_234, "#,##0;[Red]-#,##0", "-1.234", -1234), (12_000, '#,##0," nghìn"', "12", 12), (7, ";;;", "", None),
    (7, "General", "7", 7), (0, '#,##0;-#,##0;"-"', "0", 0), (-0.5, "#,##0.0", "-0,5", -0.5),
    (5_000, '#,##0_);(#,##0)', "5.000", 5000), (1_000, '"a,"0', "1000", 1000),
])  # fmt: skip
def test_a_figure_is_as_its_number_format_shows_it(value, number_format, shown, number):
    cell = sheets.formatted(float(value), number_format)
    assert (cell.text, cell.number) == (shown, number)


def test_a_scaling_format_is_seen_in_every_workbook(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["Doanh thu", 4_300_000_000])
    book.active["B1"].number_format = "#,##0,,"
    book.save(tmp_path / "a.xlsx")
    ods = odf(tmp_path / "a.ods", """<office:spreadsheet><table:table table:name="A"><table:table-column/>
        <table:table-column table:default-cell-style-name="c"/><table:table-row><table:table-cell><text:p>Doanh thu</text:p>
        </table:table-cell><table:table-cell office:value-type="float" office:value="4300000000"><text:p>4.300</text:p>
        </table:table-cell></table:table-row></table:table></office:spreadsheet>""", """
        <number:number-style style:name="n"><number:number number:display-factor="1000000"/></number:number-style>
        <style:style style:name="c" style:family="table-cell" style:data-style-name="n"/>""")  # fmt: skip
    xml = spreadsheetml(
        tmp_path / "a.xls", '<Row><Cell><Data ss:Type="String">Doanh thu</Data></Cell><Cell ss:StyleID="m">'
        '<Data ss:Type="Number">4300000000</Data></Cell></Row>',
        '<Style ss:ID="m"><NumberFormat ss:Format="#,##0,,"/></Style>',
    )  # fmt: skip
    for path in (tmp_path / "a.xlsx", ods, xml):
        (table,) = formats.read_contents(path).blocks
        assert [(cell.text, cell.number) for cell in table.rows[0]] == [("Doanh thu", None), ("4.300", 4300)]


# Tables without ruled lines

LIBRARY = [
    ["TT", "Nội dung", "Đơn vị", "Năm 2031", "Năm 2032"],
    ["1", "Số thư viện", "Thư viện", "12", "13"],
    ["2", "Số phòng đọc báo, tạp chí\nvà tư liệu địa phương", "Phòng", "31", "33"],
    ["", "Khối trường học", "", "", ""],
    ["3", "Lượt bạn đọc", "Nghìn lượt", "1.204,5", "1.310"],
    ["4", "Tỷ lệ sách được số hóa\ntrên tổng số sách hiện có\ntrong kho", "%", "-", "7,25"],
]
PLAIN = [[cell.replace("\n", " ") for cell in row] for row in LIBRARY]
AT = (50, 80, 290, 370, 450)


def laid_out(rows, y, pad, align, size=10) -> tuple[list[writers.Text], float]:
    """Return a table's texts: lines of a cell 1.2 letter heights apart, `pad` more between rows, cells aligned."""
    drawn, lead = [], 1.2 * size
    for row in rows:
        deep = max(cell.count("\n") for cell in row)
        for x, cell in zip(AT, row, strict=True):
            lines = cell.split("\n")
            down = (deep + 1 - len(lines)) * lead * {"top": 0, "middle": 0.5, "bottom": 1}[align]
            drawn += [(x, y + down + n * lead, line, size) for n, line in enumerate(lines) if line]
        y += (deep + 1) * lead + pad
    return drawn, y


@pytest.mark.parametrize("align", ["top", "middle", "bottom"])
@pytest.mark.parametrize("pad", [6, 14])
def test_a_table_without_lines_is_read_by_its_words_places(align, pad, tmp_path):
    title = [(150, 60, "Biểu 2. Thư viện công cộng trên địa bàn", 12)]
    drawn, y = laid_out(LIBRARY, 100, pad, align)
    after = [(50, y + 20, "Ghi chú: số liệu do các thư viện báo cáo, chưa kể 4 tủ sách xã.", 10)]
    path = writers.pdf(tmp_path / "a.pdf", [(title + drawn + after, [])])
    assert texts(path) == [title[0][2], PLAIN, after[0][2]]


def test_running_text_with_figures_is_no_table(tmp_path):
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    lines = [
        "Toàn tỉnh hiện có 12 thư viện, 31 phòng đọc và 1.204 tủ sách, tăng 3",
        "so với năm trước; trong năm đã phục vụ hơn 640 nghìn lượt bạn đọc, đạt",
        "102,5% kế hoạch. Kho sách có 9.310 đầu sách, bổ sung mới 410",
        "đầu sách, thanh lý 25 đầu sách cũ.",
    ]
    # Set flush on both sides: the blanks of a line are alike, and wider than usual.
    drawn = []
    for at, line in enumerate(lines):
        words = line.split()
        wide = [
            text_to_path.get_text_width_height_descent(word, FontProperties(size=9), ismath=False)[0] for word in words
        ]
        blank = (430 - sum(wide)) / (len(words) - 1) if at < len(lines) - 1 else 4
        places = [50 + sum(wide[:n]) + n * blank for n in range(len(words))]
        drawn += [(x, 100 + 14 * at, word, 9) for x, word in zip(places, words, strict=True)]
    path = writers.pdf(tmp_path / "a.pdf", [(drawn, [])])
    assert texts(path) == [" ".join(lines)]


def ruled(rows, y, high=30) -> tuple[list[writers.Text], list[writers.Stroke]]:
    drawn = [(x + 4, y + high * n + 12 + 11 * at, line, 10) for n, row in enumerate(rows)
             for x, cell in zip(AT, row, strict=True) for at, line in enumerate(cell.split("\n"))]  # fmt: skip
    bottom = y + high * len(rows)
    strokes = [(AT[0], y + high * n, 540, y + high * n) for n in range(len(rows) + 1)]
    return [d for d in drawn if d[2]], strokes + [(x, y, x, bottom) for x in (*AT, 540)]


@pytest.mark.parametrize("kind", ["ruled", "plain"])
@pytest.mark.parametrize("head_again", [True, False])
def test_a_table_over_two_pages_is_one_and_a_row_broken_between_them_too(kind, head_again, tmp_path):
    rows = [["TT", "Nội dung", "Đơn vị", "Năm 2031", "Năm 2032"], ["1", "Số thư viện", "Điểm", "12", "13"],
            ["2", "Số phòng đọc báo và", "Điểm", "31", "33"], ["", "tạp chí", "", "", ""],
            ["3", "Lượt bạn đọc", "Điểm", "88", "90"], ["4", "Số đầu sách", "Điểm", "9.120", "9.310"]]  # fmt: skip
    make = ruled if kind == "ruled" else lambda rows, y: (laid_out(rows, y, 8, "top")[0], [])
    pages = [make(rows[:3], 700), make(([rows[0]] if head_again else []) + rows[3:], 80)]
    for n, (drawn, _) in enumerate(pages):
        drawn += [(50, 30, "Sở Văn hóa - Báo cáo thư viện", 9), (290, 820, f"Trang {n + 1}/2", 9)]
    path = writers.pdf(tmp_path / "a.pdf", pages)
    (block,) = layout.tables(formats.read_contents(path).blocks)[0]
    assert [(row.index, row.name, row.cells[3].text) for row in block.rows] == [
        ("1", "Số thư viện", "12"), ("2", "Số phòng đọc báo và tạp chí", "31"),
        ("3", "Lượt bạn đọc", "88"), ("4", "Số đầu sách", "9.120"),
    ]  # fmt: skip


def test_a_word_too_long_for_its_cell_is_whole_again_and_a_line_of_its_own_stays_one(tmp_path):
    rows = [["TT", "Nội dung", "Đơn vị", "Năm 2031", "Năm 2032"],
            ["1", "Mức phục vụ", "Lượt/phòngđọ\nc", "31", "33"], ["2", "Kinh phí", "Triệu\nđồng", "4", "12\n(60%)"]]  # fmt: skip
    path = writers.pdf(tmp_path / "a.pdf", [ruled(rows, 100)])
    ((_, second, third),) = tables(path)
    assert second[2] == "Lượt/phòngđọc"
    assert (third[2].split(), third[4]) == (["Triệu", "đồng"], "12\n(60%)")


def test_merged_heads_of_a_ruled_table_cover_what_stands_below(tmp_path):
    drawn, strokes = ruled([["TT", "Nội dung", "Đơn vị", "Thực hiện", ""], ["", "", "", "2031", "2032"],
                            ["1", "Số thư viện", "Thư viện", "12", "13"]], 100)  # fmt: skip
    strokes = [s for s in strokes if s != (AT[0], 130, 540, 130) and s[:2] != (AT[4], 100)]
    strokes += [(AT[3], 130, 540, 130), (AT[4], 130, AT[4], 190)]
    (table,) = formats.read_contents(writers.pdf(tmp_path / "a.pdf", [(drawn, strokes)])).blocks
    assert [cell.text for cell in table.rows[0]] == ["TT", "Nội dung", "Đơn vị", "Thực hiện", "Thực hiện"]
    assert [cell.text for cell in table.rows[1]] == ["TT", "Nội dung", "Đơn vị", "2031", "2032"]
    assert [(cell.covered, cell.down) for cell in table.rows[1][2:4]] == [(True, True), (False, False)]


def test_heads_over_several_columns_without_lines(tmp_path):
    drawn, _ = laid_out([["", "", "", "2031", "2032"], ["1", "Số thư viện", "Nhà", "12", "13"],
                         ["2", "Số phòng đọc", "Phòng", "31", "33"]], 124, 8, "top")  # fmt: skip
    drawn += [
        (50, 114, "TT", 10),
        (80, 114, "Nội dung", 10),
        (290, 114, "Đơn vị", 10),
        (372, 104, "Thực hiện các năm", 10),
    ]
    ((first, second, *rest),) = tables(writers.pdf(tmp_path / "a.pdf", [(drawn, [])]))
    assert first == ["", "", "", "Thực hiện các năm", "Thực hiện các năm"]
    assert second == ["TT", "Nội dung", "Đơn vị", "2031", "2032"]
    assert rest == [["1", "Số thư viện", "Nhà", "12", "13"], ["2", "Số phòng đọc", "Phòng", "31", "33"]]


def test_years_set_left_of_their_figures_are_heads_of_the_columns_in_their_order(tmp_path):
    places = (50, 80, 290, 350, 410, 470), (50, 80, 290, 384, 444, 504)
    rows = [["TT", "Nội dung", "Đơn vị", "2030", "2031", "2032"], ["1", "Số thư viện", "Nhà", "411", "429", "448"],
            ["2", "Số phòng đọc", "Phòng", "23", "24", "25"]]  # fmt: skip
    drawn = [
        (x, 110 + 16 * n, text, 10) for n, row in enumerate(rows) for x, text in zip(places[n > 0], row, strict=True)
    ]
    assert tables(writers.pdf(tmp_path / "a.pdf", [(drawn, [])])) == [rows]


def test_columns_set_with_blanks_in_a_text_are_a_table(tmp_path):
    path = writers_html(tmp_path / "a.txt", "\n".join([
        "Thư viện công cộng", "", "Nội dung                 Năm 2031   Năm 2032", "Số thư viện                    12         13",
        "Số phòng đọc báo", "và tạp chí                     31         33", "Lượt bạn đọc              1.204,5      1.310",
    ]))  # fmt: skip
    assert texts(path) == ["Thư viện công cộng", [["Nội dung", "Năm 2031", "Năm 2032"], ["Số thư viện", "12", "13"],
                           ["Số phòng đọc báo và tạp chí", "31", "33"], ["Lượt bạn đọc", "1.204,5", "1.310"]]]  # fmt: skip


# Tabs, and HTML in Markdown

TABBED = ["Nội dung\tNăm 2031\tNăm 2032", "Thư viện xã", "Số thư viện\t12\t13", "Phòng đọc\t\t5"]
TABLE = [
    ["Nội dung", "Năm 2031", "Năm 2032"],
    ["Thư viện xã", "", ""],
    ["Số thư viện", "12", "13"],
    ["Phòng đọc", "", "5"],
]


@pytest.mark.parametrize("kind", ["docx", "txt", "odt"])
def test_lines_with_tabs_are_a_table(kind, tmp_path):
    lines = ["Sở Văn hóa\tCộng hòa xã hội", "1.\tKết quả", "\tĐã mở 3 phòng đọc.", *TABBED, "Nơi nhận:\tGiám đốc"]
    path = tmp_path / f"a.{kind}"
    if kind == "docx":
        writers.word(path, lines)
    elif kind == "txt":
        writers.text(path, ["\n".join(lines)])
    else:
        paragraphs = "".join("<text:p>" + line.replace("\t", "<text:tab/>") + "</text:p>" for line in lines)
        odf(path, f"<office:text>{paragraphs}</office:text>")
    found = texts(path)
    assert [block for block in found if not isinstance(block, str)] == [TABLE]
    assert [block for block in found if isinstance(block, str)] == [
        "Sở Văn hóa Cộng hòa xã hội", "1. Kết quả", "Đã mở 3 phòng đọc.", "Nơi nhận: Giám đốc"]  # fmt: skip


def test_tabs_set_by_eye_count_as_one_and_a_line_that_fits_no_column_is_told(tmp_path):
    path = writers.word(tmp_path / "a.docx", ["Nội dung\t\tNăm 2031\tNăm 2032", "Thư viện\t\t\t12\t13", "Phòng\t4\t5",
                                              "Ghế\t\t90"])  # fmt: skip
    (table,) = formats.read_contents(path).blocks
    assert [[cell.text for cell in row] for row in table.rows[:3]] == [
        ["Nội dung", "Năm 2031", "Năm 2032"], ["Thư viện", "12", "13"], ["Phòng", "4", "5"]]  # fmt: skip
    assert table.rows[3][0].fault == "columns"
    assert "no one can tell its columns" in table.rows[3][0].problem


def test_html_tables_in_markdown_are_tables(tmp_path):
    path = writers_html(tmp_path / "a.md", "# Thư viện\n\n<table>\n<tr><td rowspan=2>Nội dung</td><td colspan=2>Năm</td>"
        "</tr>\n<tr><td>2031</td><td>2032</td></tr>\n<tr><td>Số thư viện</td><td>12</td><td>13</td></tr>\n</table>\n\n"
        "Còn 4 tủ sách.\n\n<table><tr><td>chưa đóng")  # fmt: skip
    assert texts(path) == ["Thư viện", [["Nội dung", "Năm", "Năm"], ["Nội dung", "2031", "2032"],
                           ["Số thư viện", "12", "13"]], "Còn 4 tủ sách.", [["chưa đóng"]]]  # fmt: skip


# What a file is

GRID = [["Nội dung", "Năm 2031"], ["Số thư viện", "12"]]
HTML = "<table><tr><td>Nội dung<td>Năm 2031</tr><tr><td>Số thư viện<td>12</tr></table>"
MAIL = ("MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/html; "
        "charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{}\r\n--b--\r\n")  # fmt: skip


def strict(path):
    """Write a document as Word and Excel save "Strict Open XML": other names of namespaces."""
    made = writers.workbook(path, {"A": GRID}) if path.suffix == ".xlsx" else writers.word(path, [GRID])
    with zipfile.ZipFile(made) as package:
        parts = {name: package.read(name).decode("latin-1") for name in package.namelist()}
    known = r"http://schemas\.openxmlformats\.org/(\w+)/2006/(?!relationships/metadata|content-types)"
    parts = {
        name: re.sub(known, lambda m: m[0] if m[1] == "package" else f"http://purl.oclc.org/ooxml/{m[1]}/", part)
        for name, part in parts.items()
    }  # fmt: skip
    assert "purl.oclc.org" in parts["_rels/.rels"]
    return writers.package(path, {name: part.encode("latin-1") for name, part in parts.items()})


def macro_document(path):
    writers.word(path, [GRID])
    known = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    return writers.rewrite(path, "[Content_Types].xml", lambda xml: xml.replace(
        known, "application/vnd.ms-word.document.macroEnabled.main+xml"))  # fmt: skip


CSV = "Nội dung;Năm 2031\nSố thư viện;12\n"
KINDS = {
    "page.xls": lambda p: writers_html(p, HTML), "page.doc": lambda p: writers_html(p, f"<!-- x -->\n{HTML}"),
    "wide.xls": lambda p: p.write_bytes(HTML.encode("utf-16")) and p,
    "web.mht": lambda p: writers_html(p, MAIL.format(HTML)), "web.doc": lambda p: writers_html(p, MAIL.format(HTML)),
    "xml.xls": lambda p: spreadsheetml(p, "".join("<Row>" + "".join(
        f'<Cell><Data ss:Type="String">{cell}</Data></Cell>' for cell in row) + "</Row>" for row in GRID)),
    "new.xls": lambda p: writers.workbook(p.with_suffix(".xlsx"), {"A": GRID}).replace(p),
    "new.doc": lambda p: writers.word(p, [GRID]),
    "values.xls": lambda p: writers_html(p, CSV), "values.csv": lambda p: writers_html(p, CSV),
    "tabs.xls": lambda p: writers_html(p, CSV.replace(";", "\t")),
    "strict.xlsx": strict, "strict.docx": strict, "macros.docm": macro_document,
}  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
def test_what_a_file_is_is_told_by_its_content(name, tmp_path):
    assert tables(KINDS[name](tmp_path / name)) == [GRID]


REFUSED = {
    "a.docx": (lambda p: writers.package(p, {"x.txt": "x"}), "a zip archive"),
    "b.xlsx": (lambda p: writers.package(p, {"ppt/presentation.xml": "<a/>"}), "slides"),
    "c.xls": (lambda p: p.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")),
              "is encrypted"),
    "d.xls": (lambda p: p.write_text("<?xml version='1.0'?><a/>"), "an XML file"),
    "e.doc": (lambda p: p.write_text(
        "<?xml version='1.0'?><w:wordDocument xmlns:w='http://schemas.microsoft.com/office/word/2003/wordml'/>"),
        "Word's XML"),
    "f.pdf": (lambda p: writers.pdf(p, [([], [(10, 10, 90, 90)])]), "a scan without text"),
    "g.xls": (lambda p: p.write_bytes(b"\x00\x01\x02" * 50), "not a document"),
    "h.xls": (lambda p: spreadsheetml(p, '<Row><Cell><Data ss:Type="Number">x</Data></Cell></Row>'), "not a readable"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_document_is_refused_for_the_true_reason(name, tmp_path):
    make, reason = REFUSED[name]
    make(tmp_path / name)
    with pytest.raises(IctplanError, match=reason):
        formats.read_contents(tmp_path / name)


def test_pages_that_are_pictures_are_told_of(tmp_path):
    from matplotlib.backends.backend_pdf import PdfPages
    from matplotlib.figure import Figure

    with PdfPages(tmp_path / "a.pdf") as out:
        page = Figure()
        page.text(0.1, 0.5, "Toàn tỉnh có 12 thư viện.")
        out.savefig(page)
        page = Figure()
        page.figimage([[0.0, 1.0], [1.0, 0.0]])
        out.savefig(page)
    contents = formats.read_contents(tmp_path / "a.pdf")
    assert contents.blocks == [Paragraph("Toàn tỉnh có 12 thư viện.")]
    assert contents.warnings == ["page 2 is a picture without text and was not read"]


def test_lock_files_and_system_files_are_no_ones_documents():
    passed = [
        "~$o cao.docx",
        ".~lock.bao-cao.ods#",
        "Thumbs.db",
        "desktop.ini",
        ".DS_Store",
        "._plan.xlsx",
        "~WRL0001.tmp",
    ]
    assert all(formats.is_ignorable(name) for name in passed)
    assert not any(
        formats.is_ignorable(name) for name in ["plan.docx", "thumbs.docx", "kế hoạch ~ 2021.xlsx", "$a.xls"]
    )


@pytest.mark.parametrize("mark", ["*", "<sup>", "~~", "<table>", "[^", "<table", "|", "__", "<!--", "<td><b>", "\t"])
def test_marks_that_never_close_cost_no_more_than_others(mark, tmp_path, monkeypatch):
    monkeypatch.setattr(guards, "READ_SECONDS", 60)  # a cost that grows with the square would be hours
    path = writers_html(tmp_path / "a.md", f"{mark}x 12 " * (500_000 // (len(mark) + 5)))
    assert formats.read_contents(path).blocks


# Old Word files and the network


@pytest.fixture
def asked():
    """A server of this machine that keeps what it is asked, and its address."""
    seen: list[str] = []

    class Keeps(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            seen.append(self.command)
            self.send_error(404)

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Keeps) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/a.png", seen
        server.shutdown()
        thread.join()


@pytest.fixture
def linked(asked, tmp_path):
    """A .doc with a picture that lies on that server."""
    address, seen = asked
    names = ODF_NAMES.replace("xmlns:office", "xmlns:draw='urn:oasis:names:tc:opendocument:xmlns:drawing:1.0' "
        "xmlns:xlink='http://www.w3.org/1999/xlink' xmlns:svg='urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0' "
        "xmlns:office", 1)  # fmt: skip
    source = writers.package(tmp_path / "a.odt", {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "META-INF/manifest.xml": "<manifest:manifest xmlns:manifest='urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'>"
            "<manifest:file-entry manifest:full-path='/' manifest:media-type='application/vnd.oasis.opendocument.text'/>"
            "<manifest:file-entry manifest:full-path='content.xml' manifest:media-type='text/xml'/></manifest:manifest>",
        "content.xml": f"<office:document-content {names} office:version='1.2'><office:body><office:text><text:p>Phòng đọc: 88"
            "<draw:frame draw:name='a' text:anchor-type='as-char' svg:width='2cm' svg:height='2cm'>"
            f"<draw:image xlink:href='{address}' xlink:type='simple'/></draw:frame></text:p></office:text></office:body>"
            "</office:document-content>",
    })  # fmt: skip
    path = writers.convert(source, "doc")
    seen.clear()
    return path, seen


GUARDS = {
    "addresses": ("without_addresses", lambda raw: raw), "settings": ("_OFFLINE", []),
    "namespace": ("_without_network", list),
}  # fmt: skip


def test_an_address_in_an_old_file_names_no_way_to_reach_it():
    raw = b"HTTP://a.vn file:///c \\\\\\\\srv\\x " + "https://b.vn \\\\srv\\x".encode("utf-16-le") + b" 3 // 4: http"
    cut = libreoffice.without_addresses(raw)
    assert len(cut) == len(raw)
    assert cut == (
        b"xxxx://a.vn xxxx:///c xxxxsrv\\x " + "xxxxx://b.vn xxsrv\\x".encode("utf-16-le") + b" 3 // 4: http"
    )


@needs_office
@pytest.mark.parametrize("alone", [*GUARDS, None])
def test_a_picture_that_an_old_file_links_to_is_never_asked_for(alone, linked, monkeypatch):
    """Each guard holds alone; without any, the server is asked, or this test could not fail."""
    for name, (attribute, off) in GUARDS.items():
        if name != alone:
            monkeypatch.setattr(programs if name == "namespace" else libreoffice, attribute, off)
    if alone == "namespace" and not programs._without_network():
        pytest.skip("this system gives no network namespaces")
    path, seen = linked
    assert texts(path) == ["Phòng đọc: 88"]
    assert bool(seen) == (alone is None)


def test_a_program_without_network_reaches_not_even_this_machine(asked):
    if not programs._without_network():
        pytest.skip("this system gives no network namespaces")
    address, seen = asked
    host, _, port = address.removeprefix("http://").split("/")[0].partition(":")
    knock = [
        "bash",
        "-c",
        f"exec 3<>/dev/tcp/{host}/{port} && printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3 && read -u 3 line",
    ]
    assert programs.run(knock, 60, network=False) != 0
    assert seen == []
    assert programs.run(knock, 60) == 0
    assert seen == ["GET"]


def test_a_table_without_rows_hides_nothing_and_stops_nobody(tmp_path):
    document = docx.Document()
    document.add_paragraph("Toàn huyện có 88 trạm BTS.")
    table = document.add_table(rows=1, cols=1)._tbl
    table.remove(table.tr_lst[0])
    document.save(tmp_path / "plan.docx")
    found = documents.read_plan(tmp_path / "plan.docx", "tuan-giao", "2021-S1").observations
    assert found[["indicator", "value"]].to_numpy().tolist() == [["bts_stations", 88.0]]
