"""Make the templates of June's and the year's papers as Decree 30/2020/NĐ-CP lays them out; run once, edit in Word.

Usage: python ictplan_utils/office/templates/make_templates.py [FOLDER]
"""

from __future__ import annotations

import datetime
import io
import re
import sys
from pathlib import Path

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from ictplan_utils.office.template import repack

FONT = "Times New Roman"
TOP, BOTTOM, LEFT, RIGHT = Mm(20), Mm(20), Mm(30), Mm(20)
"""Annex I of the decree: 20–25, 20–25, 30–35, 15–20 mm."""
LONG, SHORT = Mm(297), Mm(210)
CENTER, JUSTIFY, RIGHT_ALIGNED = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY, WD_ALIGN_PARAGRAPH.RIGHT

FORECAST = [
    ("STT", "so", 13), ("Các chỉ tiêu", "ten", 93), ("Đơn vị tính", "don_vi", 26),
    ("Thực hiện năm {{nam_truoc}}", "nam_truoc", 19), ("Thực hiện 6 tháng đầu năm {{nam}}", "sau_thang", 20),
    ("{{Uoc_thuc_hien}} cả năm {{nam}}", "uoc", 20),
    ("{{Uoc_thuc_hien}} năm {{nam}} với thực hiện năm {{nam_truoc}}", "uoc_so_nam_truoc", 30),
    ("Thực hiện 6 tháng với {{uoc_thuc_hien}} cả năm", "sau_thang_so_uoc", 26),
]  # fmt: skip
TARGETS = [
    ("STT", "so", 13), ("Các chỉ tiêu", "ten", 58), ("Đơn vị tính", "don_vi", 22),
    ("{{Uoc_thuc_hien}} năm {{nam}}", "uoc", 20), ("Kế hoạch năm {{nam_sau}}", "ke_hoach", 20),
    ("So sánh kế hoạch năm {{nam_sau}} với {{uoc_thuc_hien}} năm {{nam}} (%)", "ke_hoach_so_uoc", 27),
]  # fmt: skip
RESULTS = [
    ("STT", "so", 13), ("Các chỉ tiêu", "ten", 86), ("Đơn vị tính", "don_vi", 26),
    ("Thực hiện năm {{nam_truoc}}", "nam_truoc", 20), ("Kế hoạch năm {{nam}}", "ke_hoach_nam", 20),
    ("Thực hiện năm {{nam}}", "ca_nam", 20),
    ("Thực hiện với kế hoạch năm {{nam}}", "ca_nam_so_ke_hoach", 31),
    ("Thực hiện năm {{nam}} với thực hiện năm {{nam_truoc}}", "ca_nam_so_nam_truoc", 31),
]  # fmt: skip
NEXT_TARGETS = [
    ("STT", "so", 13), ("Các chỉ tiêu", "ten", 58), ("Đơn vị tính", "don_vi", 22),
    ("Thực hiện năm {{nam}}", "ca_nam", 20), ("Kế hoạch năm {{nam_sau}}", "ke_hoach", 20),
    ("So sánh kế hoạch năm {{nam_sau}} với thực hiện năm {{nam}} (%)", "ke_hoach_so_ca_nam", 27),
]  # fmt: skip
"""Header, the figure's name in placeholders, width in mm."""


def main(folder: Path) -> None:
    papers = {"phu-luc.docx": appendices, "ke-hoach.docx": plan, "phu-luc-nam.docx": results, "bao-cao.docx": report,
              "nhac-bao-cao.docx": letter}  # fmt: skip
    for name, make in papers.items():
        document = blank()
        make(document)
        core = document.core_properties
        core.author = core.last_modified_by = "ictplan"
        core.created = core.modified = datetime.datetime(2020, 3, 5)
        buffer = io.BytesIO()
        document.save(buffer)
        (folder / name).write_bytes(repack(buffer.getvalue()))


def blank():
    document = docx.Document()
    relations = document.part.package.rels
    for key in [key for key, relation in relations.items() if relation.reltype.endswith("/thumbnail")]:
        del relations[key]
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(14)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    normal.element.rPr.rFonts.set(qn("w:cs"), FONT)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    normal.element.rPr.append(language)
    normal.paragraph_format.space_before = normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = 1.0
    normal.paragraph_format.widow_control = True
    return document


def page(section, landscape: bool = False) -> None:
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (LONG, SHORT) if landscape else (SHORT, LONG)
    section.top_margin, section.bottom_margin = TOP, BOTTOM
    section.left_margin, section.right_margin = LEFT, RIGHT
    section.header_distance = section.footer_distance = Mm(10)
    # The page's number stands above the middle, not on the first page; an appendix counts its own pages.
    section.different_first_page_header_footer = True
    section.header.is_linked_to_previous = section.first_page_header.is_linked_to_previous = False
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = CENTER
    for tab in paragraph.paragraph_format.tab_stops:
        tab.clear()
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        run = paragraph.add_run()
        run.font.size = Pt(13)
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)
    # A new section is a copy of the one before, its numbering included.
    if section._sectPr.find(qn("w:pgNumType")) is None:
        number = OxmlElement("w:pgNumType")
        number.set(qn("w:start"), "1")
        section._sectPr.find(qn("w:cols")).addprevious(number)


def say(place, text: str, *, size=14, bold=False, italic=False, align=None, before=0, after=0, indent=0, fill=False,
        keep=False):  # fmt: skip
    """Add a paragraph; `fill`: what stands in square brackets is highlighted, for people to finish."""
    paragraph = place.add_paragraph()
    look = paragraph.paragraph_format
    look.alignment, look.space_before, look.space_after = align, Pt(before), Pt(after)
    look.first_line_indent = Mm(indent) if indent else None
    look.keep_with_next = keep or None
    parts = [text]
    if fill:
        parts = list(filter(None, re.split(r"(\[[^\[\]]*\])", text)))
    for part in parts:
        run = paragraph.add_run(part)
        run.font.size, run.bold, run.italic = Pt(size), bold or None, italic or None
        if fill and part.startswith("["):
            run.font.highlight_color = WD_COLOR_INDEX.YELLOW
    return paragraph


def rule(place, left: int, right: int) -> None:
    """Draw a line under the words above, from `left` to `right` mm inside the paragraph."""
    paragraph = place.add_paragraph()
    look = paragraph.paragraph_format
    look.left_indent, look.right_indent, look.line_spacing = Mm(left), Mm(right), Pt(4)
    look.space_before = Pt(2)
    borders = OxmlElement("w:pBdr")
    top = OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    spacing = paragraph._p.get_or_add_pPr().find(qn("w:spacing"))
    spacing.addprevious(borders)
    paragraph.add_run().font.size = Pt(2)


def appendices(document) -> None:
    first_appendix(document, document.sections[0])
    second_appendix(document, document.add_section(WD_SECTION.NEW_PAGE))


def first_appendix(document, section) -> None:
    page(section, landscape=True)
    heading(document, "Phụ lục I", "DỰ BÁO KHẢ NĂNG THỰC HIỆN KẾ HOẠCH NĂM {{nam}}")
    table = grid(document, FORECAST, over={6: ("So sánh (%)", 2)}, formulas={6: "7=6/4", 7: "8=5/6"})
    assert len(table.columns) == 8
    notes(document, "{{#ghi_chu_phu_luc_1}}")


def second_appendix(document, section) -> None:
    page(section)
    heading(document, "Phụ lục II", "CÁC CHỈ TIÊU CHỦ YẾU CỦA KẾ HOẠCH NĂM {{nam_sau}}")
    grid(document, TARGETS, over={}, formulas={5: "6=5/4"})
    notes(document, "{{#ghi_chu_phu_luc_2}}")


def results(document) -> None:
    first_results(document, document.sections[0])
    second_results(document, document.add_section(WD_SECTION.NEW_PAGE))


def first_results(document, section) -> None:
    page(section, landscape=True)
    heading(document, "Phụ lục I", "KẾT QUẢ THỰC HIỆN KẾ HOẠCH NĂM {{nam}}", "Báo cáo số …/BC-UBND")
    grid(document, RESULTS, over={6: ("So sánh (%)", 2)}, formulas={6: "7=6/5", 7: "8=6/4"})
    notes(document, "{{#ghi_chu_phu_luc_1}}")


def second_results(document, section) -> None:
    page(section)
    heading(document, "Phụ lục II", "CÁC CHỈ TIÊU CHỦ YẾU CỦA KẾ HOẠCH NĂM {{nam_sau}}", "Báo cáo số …/BC-UBND")
    grid(document, NEXT_TARGETS, over={}, formulas={5: "6=5/4"})
    notes(document, "{{#ghi_chu_phu_luc_2}}")


def heading(document, number: str, title: str, paper: str = "Kế hoạch số …/KH-UBND") -> None:
    say(document, number, bold=True, align=CENTER)
    say(document, title, bold=True, align=CENTER)
    say(document, f"(Kèm theo {paper} {{{{tu_ngay}}}} của {{{{co_quan}}}})", italic=True, align=CENTER, after=8)


def notes(document, block: str) -> None:
    say(document, "Ghi chú:", size=11, bold=True, italic=True, before=6, keep=True)
    say(document, f"- {block}", size=11, italic=True, align=JUSTIFY)


def grid(document, columns, over: dict[int, tuple[str, int]], formulas: dict[int, str]):
    """Add a table: its header (two rows where some columns have a heading over them), column numbers, model rows."""
    deep = 2 if over else 1
    table = document.add_table(rows=deep + 4, cols=len(columns))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    for place, (_, _, width) in enumerate(columns):
        table.columns[place].width = Mm(width)
        for cell in table.columns[place].cells:
            cell.width = Mm(width)
    spanned = {c for start, (_, count) in over.items() for c in range(start, start + count)}
    for place, (text, _, _) in enumerate(columns):
        if place in spanned:
            write(table.cell(1, place), text, size=11, bold=True)
        else:
            cell = table.cell(0, place)
            write(cell.merge(table.cell(deep - 1, place)) if deep > 1 else cell, text, size=11, bold=True)
        write(table.cell(deep, place), formulas.get(place, str(place + 1)), size=11, italic=True)
    for start, (text, count) in over.items():
        write(table.cell(0, start).merge(table.cell(0, start + count - 1)), text, size=11, bold=True)
    for offset, kind in enumerate(("muc", "dong", "con"), start=deep + 1):
        for place, (_, name, _) in enumerate(columns):
            if kind == "muc" and place > 1:
                write(table.cell(offset, place), "", size=12)
                continue
            align = None if place == 1 else RIGHT_ALIGNED if place > 2 else CENTER
            write(table.cell(offset, place), f"{{{{{kind}.{name}}}}}", size=12, align=align, bold=kind == "muc",
                  italic=kind == "con", keep=kind == "muc")  # fmt: skip
    for number, row in enumerate(table.rows):
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if number <= deep:
            properties.append(OxmlElement("w:tblHeader"))
    return table


def write(cell, text: str, *, size=12, bold=False, italic=False, align=CENTER, keep=False) -> None:
    paragraph = cell.paragraphs[0]
    for extra in cell.paragraphs[1:]:
        extra._p.getparent().remove(extra._p)
    look = paragraph.paragraph_format
    look.alignment, look.space_before, look.space_after = align, Pt(0.5), Pt(0.5)
    look.keep_with_next = keep or None
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.italic = Pt(size), bold or None, italic or None
    # An empty cell is as high as the sign at its paragraph's end.
    mark, height = OxmlElement("w:rPr"), OxmlElement("w:sz")
    height.set(qn("w:val"), str(2 * size))
    mark.append(height)
    paragraph._p.get_or_add_pPr().append(mark)
    properties = cell._tc.get_or_add_tcPr()
    for old in properties.findall(qn("w:vAlign")):
        properties.remove(old)
    middle = OxmlElement("w:vAlign")
    middle.set(qn("w:val"), "center")
    properties.append(middle)


def plan(document) -> None:
    page(document.sections[0])
    head(document)
    say(document, "KẾ HOẠCH", bold=True, align=CENTER, before=14)
    say(document, "Xây dựng, phát triển các lĩnh vực ngành Thông tin và Truyền thông", bold=True, align=CENTER)
    say(document, "trên địa bàn {{dia_ban}} năm {{nam_sau}}", bold=True, align=CENTER)
    rule(document, 55, 55)
    body(document, "Thực hiện [số, ngày, cơ quan ban hành văn bản hướng dẫn xây dựng kế hoạch: đơn vị bổ sung];")
    body(document, "{{co_quan}} ban hành Kế hoạch xây dựng, phát triển các lĩnh vực ngành Thông tin và Truyền thông "
                   "trên địa bàn {{dia_ban}} năm {{nam_sau}}, cụ thể như sau:")  # fmt: skip
    part_one(document)
    part_two(document)
    body(document, "Trên đây là Kế hoạch xây dựng, phát triển các lĩnh vực ngành Thông tin và Truyền thông trên địa "
                   "bàn {{dia_ban}} năm {{nam_sau}}. Trong quá trình thực hiện, nếu có vướng mắc, đề nghị liên hệ "
                   "[cơ quan đầu mối, số điện thoại: đơn vị bổ sung] để phối hợp giải quyết./.")  # fmt: skip
    signature(document)
    first_appendix(document, document.add_section(WD_SECTION.NEW_PAGE))
    second_appendix(document, document.add_section(WD_SECTION.NEW_PAGE))


def report(document) -> None:
    page(document.sections[0])
    head(document, "Số:        /BC-UBND")
    say(document, "BÁO CÁO", bold=True, align=CENTER, before=14)
    say(document, "Kết quả thực hiện kế hoạch năm {{nam}} và kế hoạch năm {{nam_sau}}", bold=True, align=CENTER)
    say(document, "các lĩnh vực ngành Thông tin và Truyền thông trên địa bàn {{dia_ban}}", bold=True, align=CENTER)
    rule(document, 55, 55)
    body(document, "Thực hiện [số, ngày, cơ quan ban hành văn bản yêu cầu báo cáo: đơn vị bổ sung];")
    body(document, "{{co_quan}} báo cáo kết quả thực hiện kế hoạch năm {{nam}} và kế hoạch năm {{nam_sau}} các lĩnh "
                   "vực ngành Thông tin và Truyền thông trên địa bàn {{dia_ban}}, cụ thể như sau:")  # fmt: skip
    year_results(document)
    part_two(document)
    body(document, "Trên đây là Báo cáo kết quả thực hiện kế hoạch năm {{nam}} và kế hoạch năm {{nam_sau}} các lĩnh "
                   "vực ngành Thông tin và Truyền thông của {{dia_ban}}./.")  # fmt: skip
    signature(document)
    first_results(document, document.add_section(WD_SECTION.NEW_PAGE))
    second_results(document, document.add_section(WD_SECTION.NEW_PAGE))


def year_results(document) -> None:
    part(document, "Phần thứ nhất", "KẾT QUẢ THỰC HIỆN KẾ HOẠCH NĂM {{nam}}")
    title(document, "I. TÌNH HÌNH THỰC HIỆN NĂM {{nam}}")
    for number, (name, block) in enumerate(SECTORS, start=1):
        title(document, f"{number}. {name}")
        body(document, f"- {{{{#ket_qua_{block}}}}}")
    title(document, "II. MỨC ĐỘ HOÀN THÀNH KẾ HOẠCH NĂM {{nam}}")
    body(document, "{{#tong_hop_hoan_thanh}}")
    for number, (name, block) in enumerate(SECTORS, start=1):
        title(document, f"{number}. {name}")
        body(document, f"- {{{{#hoan_thanh_{block}}}}}")
    body(document, "(Chi tiết tại Phụ lục I kèm theo)")
    title(document, "III. ĐÁNH GIÁ CHUNG")
    assessment(document, "1", "2", "3")


def assessment(document, achieved: str, lacking: str, why: str) -> None:
    title(document, f"{achieved}. Kết quả đạt được")
    body(document, "{{#danh_gia_chung}}")
    for name, _ in SECTORS:
        body(document, f"- Lĩnh vực {name}: [đánh giá kết quả: đơn vị bổ sung]")
    title(document, f"{lacking}. Tồn tại, hạn chế")
    body(document, "- {{#chi_tieu_giam}}")
    body(document, "- [Tồn tại, hạn chế khác: đơn vị bổ sung]")
    title(document, f"{why}. Nguyên nhân")
    body(document, "- [Nguyên nhân khách quan, chủ quan: đơn vị bổ sung]")


def letter(document) -> None:
    """Lay out the reminder to all areas whose reports are late, wrong or incomplete."""
    page(document.sections[0])
    head(document, "Số:        /UBND")
    subject = "V/v đôn đốc, chỉnh sửa báo cáo số liệu thông tin và truyền thông {{ky}}"
    say(document, subject, size=13, italic=True, align=CENTER, before=12)
    say(
        document,
        "Kính gửi: Ủy ban nhân dân các {{cap}} có tên tại danh sách dưới đây",
        align=CENTER,
        before=12,
        after=6,
    )
    body(document, "Đến nay {{da_gui}}. Để kịp tổng hợp, đề nghị Ủy ban nhân dân các {{cap}} gửi báo cáo còn thiếu, "
                   "sửa và bổ sung số liệu theo danh sách dưới đây trước ngày [ngày, tháng, năm].")  # fmt: skip
    columns = (("TT", "so", 12), ("Địa bàn", "ten", 34), ("Tình trạng", "tinh_trang", 26), ("Đề nghị", "viec", 90))
    table = document.add_table(rows=2, cols=len(columns))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    for place, (text, name, width) in enumerate(columns):
        table.columns[place].width = Mm(width)
        for cell in table.columns[place].cells:
            cell.width = Mm(width)
        write(table.cell(0, place), text, size=11, bold=True)
        write(table.cell(1, place), f"{{{{dong.{name}}}}}", size=11, align=CENTER if place == 0 else None)
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    signature(document)


def head(document, number: str = "Số:        /KH-UBND") -> None:
    table = document.add_table(rows=2, cols=2)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in ((0, 62), (1, 98)):
        table.columns[column].width = Mm(width)
        for cell in table.columns[column].cells:
            cell.width = Mm(width)
    no_margins(table)
    left, right = table.cell(0, 0), table.cell(0, 1)
    first(left, "ỦY BAN NHÂN DÂN", size=13, bold=True)
    say(left, "{{DIA_BAN}}", size=13, bold=True, align=CENTER)
    rule(left, 20, 20)
    first(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", size=13, bold=True)
    say(right, "Độc lập - Tự do - Hạnh phúc", size=14, bold=True, align=CENTER)
    rule(right, 18, 18)
    first(table.cell(1, 0), number, size=13)
    first(table.cell(1, 1), "{{ten}}, {{tu_ngay}}", size=14, italic=True)


def no_margins(table) -> None:
    """Let the words of a table reach its edges: the motto fills its line."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), "0")
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    look.addprevious(margins)


def first(cell, text: str, *, size: int, bold=False, italic=False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.alignment = CENTER
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.italic = Pt(size), bold or None, italic or None


def body(document, text: str):
    return say(document, text, align=JUSTIFY, before=3, after=3, indent=12.7, fill=True)


def title(document, text: str, *, italic=False) -> None:
    say(
        document,
        text,
        size=13 if re.sub(r"\{\{.*?\}\}", "", text).isupper() else 14,
        bold=True,
        italic=italic,
        before=6,
        after=3,
        indent=12.7,
        keep=True,
    )


def _size(text: str) -> int:
    """Return 13 for a heading in capitals, 14 for any other; the decree allows both."""
    return 13 if re.sub(r"\{\{.*?\}\}", "", text).isupper() else 14


def part(document, number: str, *lines: str) -> None:
    say(document, number, bold=True, align=CENTER, before=12, keep=True)
    for place, text in enumerate(lines, start=1):
        say(document, text, size=13, bold=True, align=CENTER, after=6 if place == len(lines) else 0, keep=True)


SECTORS = (
    ("Bưu chính", "buu_chinh"), ("Viễn thông, Internet", "vien_thong_internet"),
    ("Công nghệ thông tin", "cong_nghe_thong_tin"),
    ("Báo chí, xuất bản, phát thanh, truyền hình", "bao_chi_phat_thanh_truyen_hinh"),
)  # fmt: skip


def part_one(document) -> None:
    part(document, "Phần thứ nhất", "TÌNH HÌNH THỰC HIỆN KẾ HOẠCH 6 THÁNG ĐẦU NĂM {{nam}};",
         "KHẢ NĂNG THỰC HIỆN KẾ HOẠCH NĂM {{nam}}")  # fmt: skip
    title(document, "I. TÌNH HÌNH THỰC HIỆN KẾ HOẠCH 6 THÁNG ĐẦU NĂM {{nam}}")
    title(document, "1. Những kết quả nổi bật")
    for number, (name, block) in enumerate(SECTORS, start=1):
        title(document, f"1.{number}. {name}")
        body(document, f"- {{{{#ket_qua_{block}}}}}")
    title(document, "2. Đánh giá chung")
    assessment(document, "2.1", "2.2", "2.3")
    title(document, "II. DỰ BÁO KHẢ NĂNG THỰC HIỆN KẾ HOẠCH NĂM {{nam}}")
    body(document, "{{#tong_hop_du_bao}}")
    for number, (name, block) in enumerate(SECTORS, start=1):
        title(document, f"{number}. {name}")
        body(document, f"- {{{{#du_bao_{block}}}}}")
    body(document, "(Chi tiết tại Phụ lục I kèm theo)")


def part_two(document) -> None:
    part(document, "Phần thứ hai",
         "ĐỊNH HƯỚNG KẾ HOẠCH PHÁT TRIỂN CÁC LĨNH VỰC", "NGÀNH THÔNG TIN VÀ TRUYỀN THÔNG NĂM {{nam_sau}}")  # fmt: skip
    title(document, "I. MỤC TIÊU")
    body(document, "- [Mục tiêu chung và mục tiêu từng lĩnh vực: đơn vị bổ sung]")
    title(document, "II. CÁC CHỈ TIÊU CHỦ YẾU NĂM {{nam_sau}}")
    for number, (name, block) in enumerate(SECTORS, start=1):
        title(document, f"{number}. {name}")
        body(document, f"- {{{{#chi_tieu_{block}}}}}")
    body(document, "(Chi tiết tại Phụ lục II kèm theo)")
    title(document, "III. CÁC GIẢI PHÁP CHỦ YẾU NĂM {{nam_sau}}")
    title(document, "1. Đối với cơ quan nhà nước", italic=True)
    body(document, "- [Giải pháp: đơn vị bổ sung]")
    title(document, "2. Đối với doanh nghiệp", italic=True)
    body(document, "- [Giải pháp: đơn vị bổ sung]")
    title(document, "IV. KINH PHÍ")
    body(document, "- [Nguồn và mức kinh phí thực hiện: đơn vị bổ sung]")
    title(document, "V. TỔ CHỨC THỰC HIỆN")
    body(document, "- [Phân công các phòng, ban, doanh nghiệp, đơn vị liên quan: đơn vị bổ sung]")


def signature(document) -> None:
    table = document.add_table(rows=1, cols=2)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column in (0, 1):
        table.columns[column].width = table.cell(0, column).width = Mm(80)
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    left, right = table.cell(0, 0), table.cell(0, 1)
    run = left.paragraphs[0].add_run("Nơi nhận:")
    run.font.size, run.bold, run.italic = Pt(12), True, True
    left.paragraphs[0].paragraph_format.space_before = Pt(12)
    say(left, "- [Cơ quan cấp trên: đơn vị bổ sung];", size=11, fill=True)
    say(left, "- [Cơ quan, đơn vị phối hợp, thực hiện: đơn vị bổ sung];", size=11, fill=True)
    say(left, "- Lưu: VT, [bộ phận soạn thảo].", size=11, fill=True)
    first(right, "TM. ỦY BAN NHÂN DÂN", size=14, bold=True)
    right.paragraphs[0].paragraph_format.space_before = Pt(12)
    say(right, "[CHỨC VỤ CỦA NGƯỜI KÝ]", bold=True, align=CENTER, fill=True)
    for _ in range(4):
        say(right, "", align=CENTER)
    say(right, "[Họ và tên]", bold=True, align=CENTER, fill=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
