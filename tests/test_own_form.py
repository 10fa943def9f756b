"""An office's own appendix becomes a form, and its papers come back in the layout they came in."""

from __future__ import annotations

import shutil
from pathlib import Path

import docx
import pytest
from click.testing import CliRunner
from documents import writers

from ictplan_utils import catalog, cli, reports, workspace
from ictplan_utils.documents.plan import read_plan
from ictplan_utils.office import forms

WIDE = {3: "Năm 2022", 4: "Năm 2022", 5: "Năm 2023", 6: "Năm 2023", 7: "Năm 2023", 8: "So sánh (%)", 9: "So sánh (%)"}
TELECOM = [
    ["TT", "Nội dung", "Đơn vị tính", "Thực hiện 6 tháng", "Thực hiện cả năm", "Kế hoạch", "Thực hiện 6 tháng",
     "Ước thực hiện cả năm", "6 tháng 2023 so với cùng kỳ", "Ước 2023/KH 2023", "Ghi chú"],
    ["II", "Thuê bao", "", "", "", "", "", "", "", "", ""],
    ["1", "Tổng số thuê bao điện thoại", "Thuê bao", "50.000", "51.000", "53.000", "52.000", "52.500", "104",
     "99,1", ""],
    ["-", "Thuê bao cố định", "Thuê bao", "1.000", "900", "800", "850", "820", "85", "102,5", ""],
    ["-", "Thuê bao di động", "Thuê bao", "49.000", "50.100", "52.200", "51.150", "51.680", "104,4", "99", ""],
    ["2", "Số cột ăng ten tự đứng", "Cột", "12", "12", "15", "13", "14", "108,3", "93,3", ""],
    ["I", "Hạ tầng", "", "", "", "", "", "", "", "", ""],
    ["1", "Số trạm BTS", "Trạm", "70", "72", "80", "75", "78", "107,1", "97,5", ""],
]  # fmt: skip
"""Not the catalogue's order, numbers, names or units; one row that no indicator is, one column for notes."""
POST = [
    ["STT", "Chỉ tiêu", "Đơn vị tính", "Thực hiện 6 tháng đầu năm 2022", "Thực hiện 6 tháng đầu năm 2023",
     "Tăng trưởng so với cùng kỳ (%)"],
    ["1", "Doanh thu bưu chính", "Tỷ đồng", "0,9", "0,99", "10"],
    ["2", "Tổng số điểm phục vụ bưu chính", "Điểm", "20", "21", "5"],
    ["2.1", "Số điểm Bưu điện VHX", "Điểm", "18", "18", "0"],
]  # fmt: skip
TITLES = ("Biểu 01: Chỉ tiêu viễn thông 6 tháng đầu năm 2023", "Biểu 02: Chỉ tiêu bưu chính 6 tháng đầu năm 2023")


def later(text: str, by: int) -> str:
    return text.replace("2023", str(2023 + by)).replace("2022", str(2022 + by)) if by else text


def paper(path: Path, by: int = 0) -> Path:
    """Write the report of an office that has its own tables, of 2023 or so many years later."""
    document = docx.Document()
    for line in ("UBND HUYỆN TUẦN GIÁO", "Tuần Giáo, ngày 20 tháng 6 năm 2023", "BÁO CÁO",
                 "Kết quả 6 tháng đầu năm 2023 ngành thông tin và truyền thông huyện Tuần Giáo"):  # fmt: skip
        document.add_paragraph(later(line, by))
    for title, rows, wide in zip(TITLES, (TELECOM, POST), (WIDE, {}), strict=True):
        document.add_paragraph(later(title, by))
        head = [[wide.get(c, text) for c, text in enumerate(rows[0])], rows[0]] if wide else [rows[0]]
        table = document.add_table(0, len(rows[0]))
        for row in [*head, *rows[1:]]:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = later(text, by)
        for name in dict.fromkeys(wide.values()):
            columns = [c for c, over in wide.items() if over == name]
            table.cell(0, columns[0]).merge(table.cell(0, columns[-1])).text = later(name, by)
        for c in range(len(rows[0])) if wide else ():
            if c not in wide:
                table.cell(0, c).merge(table.cell(1, c)).text = rows[0][c]
    document.save(path)
    return path


def grids(path: Path) -> list[list[list[str]]]:
    """Return the cells of each table of figures, merged ones as often as they are seen; no row that numbers columns."""
    found = [[[cell.text for cell in row.cells] for row in table.rows] for table in docx.Document(path).tables]
    return [[row for row in rows if row[:2] != ["1", "2"]] for rows in found if len(rows[0]) > 3]


@pytest.fixture
def office(tmp_path, monkeypatch):
    workspace.make(tmp_path / "office")
    monkeypatch.chdir(tmp_path / "office")
    return tmp_path / "office"


def ictplan(*arguments) -> tuple[int, str]:
    ran = CliRunner().invoke(cli.main, [*map(str, arguments)])
    assert "Traceback" not in ran.output
    return ran.exit_code, ran.output


@pytest.mark.parametrize("by", [0, 1])
def test_papers_come_back_in_the_layout_they_came_in(office, by):
    ictplan("ingest", paper(office / "bieu.docx"), "--form", "bieu-cua-phong")
    assert ictplan("ingest", paper(office / "later.docx", by))[0] == 0
    code, said = ictplan("forms", "--area", "tuan-giao", "--form", "bieu-cua-phong")
    assert code == 0, said
    made = office / "outputs" / f"{2023 + by}-S1" / "tuan-giao" / "phu-luc.docx"
    told = grids(paper(office / "expected.docx", by))
    # What is no indicator is not known; its row stays, and blank.
    told[0] = [row if "ăng ten" not in row[1] else [*row[:3], *[""] * 8] for row in told[0]]
    assert grids(made) == told
    lines = [each.text for each in docx.Document(made).paragraphs]
    assert [lines[lines.index(f"Biểu 0{n}") + 1] for n in (1, 2)] == [later(t.split(": ")[1], by) for t in TITLES]
    before, after = (read_plan(path, data_dir=office / "data") for path in (office / "later.docx", made))
    figures = ["indicator", "period", "status", "value"]
    assert after.observations[figures].equals(before.observations[figures])
    book = read_plan(made.with_name("so-lieu.xlsx"), data_dir=office / "data").observations[figures]
    assert set(map(tuple, book.values)) == set(map(tuple, before.observations[figures].values))


@pytest.mark.parametrize("where", ["Đơn vị tính: Tỷ đồng", "(Đơn vị tính: Tỷ đồng)", "name"])
def test_figures_come_back_in_the_unit_that_a_title_or_a_name_says(office, where):
    unit = " (tỷ đồng)" if where == "name" else ""
    rows = [[POST[0][c] for c in (0, 1, 3, 4)], ["1", f"Doanh thu bưu chính{unit}", "0,9", "0,99"],
            ["2", f"Doanh thu viễn thông và Internet{unit}", "24,5", "25,75"]]  # fmt: skip
    lines = ["UBND HUYỆN TUẦN GIÁO", "Tuần Giáo, ngày 20 tháng 6 năm 2023", "BÁO CÁO",
             "Kết quả ngành 6 tháng đầu năm 2023", TITLES[1], *([] if unit else [where])]  # fmt: skip
    path = writers.word(office / "doanh-thu.docx", [*lines, rows])
    assert ictplan("ingest", path, "--form", "doanh-thu")[0] == 0
    assert ictplan("forms", "--area", "tuan-giao", "--form", "doanh-thu")[0] == 0
    made = office / "outputs" / "2023-S1" / "tuan-giao" / "phu-luc.docx"
    assert grids(made) == [rows]
    figures = ["indicator", "period", "value"]
    before, after = (read_plan(each, data_dir=office / "data").observations[figures] for each in (path, made))
    assert before["value"].max() == 25_750
    assert after.equals(before)


def test_the_forms_files_are_data_that_the_catalogue_reads(office):
    said = ictplan("ingest", paper(office / "bieu.docx"), "--form", "bieu-cua-phong", "--lang", "vi")[1]
    assert "bieu-cua-phong.toml: 2 bảng, 7 chỉ tiêu; để trống: 3 dòng (đề mục, dòng chưa nhận ra) và 1 cột" in said
    form = catalog.find_form("bieu-cua-phong")
    assert list(form.numbers.items())[:2] == [("phone_subscribers", "1"), ("fixed_subscribers", "-")]
    assert [column.role for column in form.tables[1].columns][3:] == [
        "same_half", "half", "half_growth_pct_on_same_half",
    ]  # fmt: skip
    assert form.tables[0].columns[5].header == "Năm {this}\nKế hoạch"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--form", "Biểu của phòng"], "cannot be the name of a new form"),
        (["--form", "dien-bien-2021"], "cannot be the name of a new form"),
        (["bieu.docx", "--form", "ours"], "name one file"),
    ],
)
def test_a_wrong_request_is_one_sentence_and_nothing_is_stored(office, arguments, words):
    code, said = ictplan("ingest", paper(office / "bieu.docx"), *arguments)
    assert (code, len(said.splitlines())) == (2, 1), said
    assert words in said
    assert not list((office / "data" / "observations").iterdir())


def test_a_document_without_a_table_of_indicators_has_no_form(office):
    text = ["UBND HUYỆN TUẦN GIÁO", "BÁO CÁO", "6 tháng đầu năm 2023", "Toàn huyện có 75 trạm BTS."]
    code, said = ictplan("ingest", writers.word(office / "loi.docx", text), "--form", "ours", "--period", "2023-S1")
    assert code == 2
    assert "no table of indicators to take a form from" in said


def test_a_form_of_a_half_makes_no_papers_of_a_year(office):
    ictplan("ingest", paper(office / "bieu.docx"), "--form", "ours")
    year = shutil.copy("data/observations/tuan-giao/2023-S1.csv", "data/observations/tuan-giao/2023.csv")
    assert Path(year).is_file()
    code, said = ictplan("forms", "--area", "tuan-giao", "--period", "2023", "--form", "ours")
    assert (code, "form 'ours' has no table for report 2023" in said) == (2, True), said


def test_our_own_form_gives_the_papers_it_gave(tmp_path):
    report = reports.of("tuan-giao", "2021-S1")
    named = forms.write_forms(report, tmp_path / "named", blank="dien-bien-2021")
    plain = forms.write_forms(report, tmp_path / "plain")
    assert [path.read_bytes() for path in named] == [path.read_bytes() for path in plain]
