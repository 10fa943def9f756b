"""Tables whose axes are found: areas, companies, years and titles beside indicators and times. Figures are invented."""

from __future__ import annotations

import docx
import openpyxl
import pytest

from ictplan_utils import documents

DISTRICTS = [
    ["STT", "Đơn vị", "Số trạm BTS", "Số thuê bao điện thoại"],
    ["1", "Huyện Tuần Giáo", "88", "55.572"],
    ["2", "Mường Ảng", "61", "30.100"],
    ["", "Tổng cộng", "149", "85.672"],
]


def read(folder, rows, *titles, area="tuan-giao", report="2021-S1"):
    """Return the reading of a text file with titles and one table of tabbed rows."""
    path = folder / "plan.txt"
    path.write_text("\n".join([*titles, *("\t".join(row) for row in rows)]) + "\n", encoding="utf-8")
    return documents.read_plan(path, area=area, report=report)


def own(reading) -> dict:
    """Return the document's own figures by indicator, period and status."""
    return {(row.indicator, row.period, row.status): row.value for row in reading.observations.itertuples()}


def others(reading) -> dict:
    """Return the other areas' figures by area and indicator."""
    return {(row.area, row.indicator): row.value for row in reading.others.itertuples()}


def test_the_total_of_areas_down_the_rows_is_the_own_area_s_and_each_row_another_s(tmp_path):
    reading = read(tmp_path, DISTRICTS, "Hạ tầng viễn thông tỉnh Điện Biên 6 tháng đầu năm 2021", area="dien-bien")
    assert own(reading) == {
        ("bts_stations", "2021-S1", "actual"): 149, ("phone_subscribers", "2021-S1", "actual"): 85672,
    }  # fmt: skip
    assert others(reading) == {
        ("tuan-giao", "bts_stations"): 88, ("tuan-giao", "phone_subscribers"): 55572,
        ("muong-ang", "bts_stations"): 61, ("muong-ang", "phone_subscribers"): 30100,
    }  # fmt: skip


def test_the_own_row_of_a_province_s_table_is_read_and_its_total_is_the_province_s(tmp_path):
    reading = read(tmp_path, DISTRICTS, "Hạ tầng viễn thông các huyện 6 tháng đầu năm 2021")
    assert own(reading)["bts_stations", "2021-S1", "actual"] == 88
    assert others(reading)["dien-bien", "bts_stations"] == 149


def test_a_total_that_its_rows_do_not_add_up_to_is_told(tmp_path):
    rows = [*DISTRICTS[:3], ["", "Tổng cộng", "139", "85.672"]]
    reading = read(tmp_path, rows, "Hạ tầng tỉnh Điện Biên 6 tháng đầu năm 2021", area="dien-bien")
    assert any("139" in warning and "149" in warning and "BTS stations" in warning for warning in reading.warnings)


def test_areas_across_the_columns_are_read_each_as_its_own(tmp_path):
    rows = [["Chỉ tiêu", "ĐVT", "Toàn tỉnh", "Tuần Giáo", "Mường Ảng"], ["Số trạm BTS", "Trạm", "149", "88", "61"]]
    reading = read(tmp_path, rows, "Hạ tầng viễn thông năm 2020")
    assert own(reading) == {("bts_stations", "2020", "actual"): 88}
    assert others(reading) == {("dien-bien", "bts_stations"): 149, ("muong-ang", "bts_stations"): 61}


def test_companies_are_listed_and_only_their_total_is_the_area_s(tmp_path):
    rows = [["STT", "Doanh nghiệp", "Số trạm BTS"], ["1", "VNPT", "40"], ["2", "Viettel", "48"], ["", "Cộng", "88"]]
    reading = read(tmp_path, rows, "Hạ tầng viễn thông 6 tháng đầu năm 2021")
    assert own(reading) == {("bts_stations", "2021-S1", "actual"): 88}
    assert reading.others.empty
    assert [each.name for each in reading.unmatched] == ["VNPT", "Viettel"]


def test_an_indicator_named_in_the_title_alone_is_every_row_s(tmp_path):
    rows = [["", "12/2019", "12/2020"], ["Tổng số", "140", "149"], ["Huyện Tuần Giáo", "84", "88"]]
    reading = read(tmp_path, rows, "Biểu 7. Số trạm BTS phân theo huyện", area="dien-bien", report="2020")
    assert own(reading) == {("bts_stations", "2019", "actual"): 140, ("bts_stations", "2020", "actual"): 149}
    assert others(reading) == {("tuan-giao", "bts_stations"): 88}


def test_rows_under_an_area_s_name_are_that_area_s(tmp_path):
    rows = [
        ["STT", "Chỉ tiêu", "ĐVT", "TH 2020"], ["I", "Huyện Mường Ảng", "", ""], ["1", "Số trạm BTS", "Trạm", "61"],
        ["II", "Huyện Tuần Giáo", "", ""], ["1", "Số trạm BTS", "Trạm", "88"],
    ]  # fmt: skip
    reading = read(tmp_path, rows)
    assert own(reading) == {("bts_stations", "2020", "actual"): 88}
    assert others(reading) == {("muong-ang", "bts_stations"): 61}


@pytest.mark.parametrize("title", ["Kết quả kinh doanh của VNPT Điện Biên", "Số liệu trên địa bàn xã Nà Hai"])
def test_a_table_of_a_company_or_another_place_is_refused_by_name(tmp_path, title):
    rows = [["STT", "Chỉ tiêu", "ĐVT", "TH 2020"], ["1", "Số trạm BTS", "Trạm", "88"]]
    reading = read(tmp_path, rows, title)
    assert reading.observations.empty
    assert any("the table is of" in warning for warning in reading.warnings)


@pytest.mark.parametrize("header", ["Điểm tự chấm 2020", "Phát triển mới năm 2020", "Kinh phí năm 2020"])
def test_a_word_of_a_heading_that_nothing_understands_leaves_its_column_unread(tmp_path, header):
    rows = [["STT", "Chỉ tiêu", "ĐVT", header, "TH 2019"], ["1", "Số trạm BTS", "Trạm", "4", "84"]]
    reading = read(tmp_path, rows)
    assert own(reading) == {("bts_stations", "2019", "actual"): 84}
    assert any(header in warning for warning in reading.warnings)


def test_a_lower_heading_s_own_year_beats_the_half_above_it(tmp_path):
    path = tmp_path / "plan.html"
    path.write_text(
        "<table><tr><td rowspan=2>Chỉ tiêu<td rowspan=2>ĐVT<td colspan=2>6 tháng đầu năm 2021<tr><td>KH năm 2021"
        "<td>Thực hiện<tr><td>Số trạm BTS<td>Trạm<td>92<td>88</table>",
        encoding="utf-8",
    )
    reading = documents.read_plan(path, area="tuan-giao", report="2021-S1")
    assert own(reading) == {("bts_stations", "2021", "target"): 92, ("bts_stations", "2021-S1", "actual"): 88}


def test_an_expected_half_is_the_report_s_own(tmp_path):
    rows = [["Chỉ tiêu", "ĐVT", "Ước thực hiện 6 tháng đầu năm 2021"], ["Số trạm BTS", "Trạm", "88"]]
    reading = read(tmp_path, rows)
    assert own(reading) == {("bts_stations", "2021-S1", "actual"): 88}
    assert reading.observations.loc[0, "note"] == 'văn bản viết "ước"'


@pytest.mark.parametrize("printed", ["2O", "1.65O", "55,l", "l13"])
def test_letters_within_a_number_are_refused_aloud(tmp_path, printed):
    reading = read(
        tmp_path, [["Chỉ tiêu", "ĐVT", "TH 2020"], ["Số trạm BTS", "Trạm", printed], ["Số bưu cục", "Bưu cục", "3"]]
    )
    assert own(reading) == {("post_offices", "2020", "actual"): 3}
    assert any(f"'{printed}'" in warning for warning in reading.warnings)


def test_years_that_a_spreadsheet_shows_as_figures_are_years(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    for row in (["Năm", "Số trạm BTS", "Thuê bao điện thoại"], [2019, 84, 52000], [2020, 88, 55572]):
        book.active.append(row)
    for row in (2, 3):
        book.active.cell(row, 1).number_format = "#,##0"
    book.save(tmp_path / "years.xlsx")
    reading = documents.read_plan(tmp_path / "years.xlsx", area="tuan-giao", report="2020")
    assert own(reading)["bts_stations", "2020", "actual"] == 88


@pytest.mark.parametrize("title", ["BÁO CÁO QUÝ III NĂM 2022", "Báo cáo 9 tháng đầu năm 2022"])
def test_a_report_on_a_period_that_is_not_kept_is_refused_by_its_name(tmp_path, title):
    path = tmp_path / "plan.txt"
    path.write_text(f"UBND HUYỆN TUẦN GIÁO\n{title}\nSố trạm BTS hiện có 88 trạm.\n", encoding="utf-8")
    reading = documents.read_plan(path)
    assert reading.observations.empty
    assert any("no period that is kept" in warning for warning in reading.warnings)


def test_a_time_may_be_told_by_row_and_column_together_under_a_group_that_says_what_is_counted(tmp_path):
    rows = [["Năm", "Kế hoạch", "Thực hiện"], ["Số trạm BTS", "", ""], ["2019", "80", "81"], ["2020", "88", "86"],
            ["Số thuê bao điện thoại", "", ""], ["2019", "54.000", "54.100"], ["2020", "55.000", "55.572"]]  # fmt: skip
    reading = read(tmp_path, rows, "Kế hoạch và kết quả các năm", report="2020")
    assert own(reading) == {
        ("bts_stations", "2019", "target"): 80, ("bts_stations", "2019", "actual"): 81,
        ("bts_stations", "2020", "target"): 88, ("bts_stations", "2020", "actual"): 86,
        ("phone_subscribers", "2019", "target"): 54000, ("phone_subscribers", "2019", "actual"): 54100,
        ("phone_subscribers", "2020", "target"): 55000, ("phone_subscribers", "2020", "actual"): 55572,
    }  # fmt: skip


def test_two_columns_that_say_the_same_of_a_year_and_differ_are_not_read(tmp_path):
    rows = [["Năm", "Số trạm BTS", "Số trạm BTS"], ["2019", "80", "81"], ["2020", "88", "86"]]
    reading = read(tmp_path, rows, report="2020")
    assert own(reading) == {} and len(reading.unmatched) == 2


def test_a_column_that_says_no_more_than_figures_takes_time_and_status_from_the_caption(tmp_path):
    rows = [["Chỉ tiêu", "ĐVT", "Số liệu"], ["Số trạm BTS", "Trạm", "95"], ["Doanh thu bưu chính", "Tr.đ", "1.900"]]
    reading = read(tmp_path, rows, "Chỉ tiêu kế hoạch năm 2022", report="2021")
    assert own(reading) == {("bts_stations", "2022", "target"): 95, ("postal_revenue", "2022", "target"): 1900}
    assert any("Số liệu" in doubt for doubt in reading.doubts)


def test_a_title_s_sector_completes_the_names_below_it(tmp_path):
    rows = [["Năm", "Số điểm phục vụ"], ["2019", "28"], ["2020", "31"]]
    reading = read(tmp_path, rows, "Bưu chính huyện Tuần Giáo qua các năm", report="2020")
    assert own(reading) == {("postal_points", "2019", "actual"): 28, ("postal_points", "2020", "actual"): 31}


def test_a_head_that_stands_again_between_rows_begins_a_table_with_columns_of_its_own(tmp_path):
    path = tmp_path / "plan.txt"
    path.write_text(
        "Số liệu năm 2020 huyện Tuần Giáo\n\n"
        "TT    Chỉ tiêu                     ĐVT      TH 2019    TH 2020    KH 2021\n"
        "1     Số trạm BTS                  Trạm          81         86         88\n"
        "2     Số điểm phục vụ bưu chính    Điểm          28         31         31\n"
        "(tiếp theo)\n"
        "TT  Chỉ tiêu                        ĐVT         TH 2019     TH 2020     KH 2021\n"
        "3   Số thuê bao di động             Thuê bao     50.100      51.240      52.000\n"
        "4   Số thuê bao băng rộng cố định   Thuê bao      4.100       4.420       4.500\n",
        encoding="utf-8",
    )
    reading = documents.read_plan(path, area="tuan-giao", report="2020")
    assert len(reading.observations) == 12 and own(reading)["mobile_subscribers", "2021", "target"] == 52000


def test_a_column_of_groups_is_no_part_of_a_name_where_a_group_has_one_row(tmp_path):
    path = tmp_path / "plan.html"
    row = "<tr><td{span}>{over}</td><td>{name}</td><td>{unit}</td><td>{old}</td><td>{new}</td></tr>".format
    path.write_text(
        "<table><tr><td colspan=2>Chỉ tiêu</td><td>ĐVT</td><td>TH 2019</td><td>TH 2020</td></tr>"
        + row(span=" rowspan=2", over="Doanh thu", name="Bưu chính", unit="Triệu đồng", old="1.850", new="1.950")
        + "<tr><td>Viễn thông</td><td>Triệu đồng</td><td>51.200</td><td>53.100</td></tr>"
        + row(span="", over="Hạ tầng", name="Số trạm BTS", unit="Trạm", old="81", new="86") + "</table>",
        encoding="utf-8",
    )  # fmt: skip
    figures = own(documents.read_plan(path, area="tuan-giao", report="2020"))
    assert figures["bts_stations", "2020", "actual"] == 86 and figures["postal_revenue", "2020", "actual"] == 1950


@pytest.mark.parametrize("wider", ["time", "owner"])
def test_groups_of_areas_and_of_years_stand_in_either_order(tmp_path, wider):
    heads = {"2019": "NĂM 2019", "2020": "NĂM 2020", "own": "Huyện Tuần Giáo", "other": "Huyện Mường Ảng"}
    figures = {("2019", "own"): "81", ("2019", "other"): "55", ("2020", "own"): "86", ("2020", "other"): "61"}
    rows = [["Chỉ tiêu", "ĐVT", "Thực hiện"]]
    outer, inner = (("2019", "2020"), ("own", "other")) if wider == "time" else (("own", "other"), ("2019", "2020"))
    for one in outer:
        rows.append([heads[one], "", ""])
        for two in inner:
            figure = figures[(one, two) if wider == "time" else (two, one)]
            rows += [[heads[two], "", ""], ["Số trạm BTS", "Trạm", figure]]
    path = tmp_path / "plan.csv"
    path.write_text("\n".join(map(";".join, rows)), encoding="utf-8")
    reading = documents.read_plan(path, area="tuan-giao", report="2020")
    assert own(reading) == {("bts_stations", "2019", "actual"): 81, ("bts_stations", "2020", "actual"): 86}
    assert sorted(reading.others["value"]) == [55, 61]


def test_provinces_under_their_own_heading_are_each_province_s_though_the_document_is_none_s(tmp_path):
    rows = [["STT", "Tỉnh/Thành phố", "Số trạm BTS"], ["1", "Điện Biên", "1.154"], ["2", "Hòa Bình", "1.402"]]
    reading = read(tmp_path, rows, "Số trạm BTS theo tỉnh, thành phố năm 2024", area=None, report="2024")
    assert own(reading) == {}
    assert others(reading) == {("dien-bien", "bts_stations"): 1154, ("hoa-binh", "bts_stations"): 1402}


def test_two_tables_beside_one_another_are_each_read_under_their_own_names(tmp_path):
    rows = [
        ["Bưu chính", "2019", "2020", "", "Viễn thông", "2019", "2020"],
        ["Số bưu cục", "3", "4", "", "Số trạm BTS", "84", "88"],
        ["Điểm phục vụ bưu chính", "19", "20", "", "Thuê bao di động", "50.100", "55.030"],
    ]
    figures = own(read(tmp_path, rows, "Số liệu huyện Tuần Giáo năm 2020", report="2020"))
    assert {key[:2]: value for key, value in figures.items()} == {
        ("post_offices", "2019"): 3, ("post_offices", "2020"): 4, ("postal_points", "2019"): 19,
        ("postal_points", "2020"): 20, ("bts_stations", "2019"): 84, ("bts_stations", "2020"): 88,
        ("mobile_subscribers", "2019"): 50100, ("mobile_subscribers", "2020"): 55030,
    }  # fmt: skip


def test_among_quarters_down_the_rows_the_half_and_the_year_are_read_and_the_quarters_told(tmp_path):
    rows = [["Kỳ", "Hồ sơ TTHC tiếp nhận (hồ sơ)"], ["Quý I", "700"], ["Quý II", "800"], ["6 tháng đầu năm", "1.500"],
            ["Quý III", "600"], ["Quý IV", "900"], ["Cả năm 2024", "3.000"]]  # fmt: skip
    reading = read(tmp_path, rows, "Hồ sơ thủ tục hành chính năm 2024", report="2024")
    assert own(reading) == {("applications", "2024-S1", "actual"): 1500, ("applications", "2024", "actual"): 3000}
    assert sum("Quý" in warning for warning in reading.warnings) == 4


def test_a_group_row_that_says_a_time_rules_the_rows_below_it(tmp_path):
    rows = [
        ["STT", "Chỉ tiêu", "Đơn vị", "Số liệu"],
        ["A. KẾT QUẢ THỰC HIỆN NĂM 2020", "", "", ""], ["1", "Số trạm BTS", "Trạm", "88"],
        ["B. CHỈ TIÊU KẾ HOẠCH NĂM 2021", "", "", ""], ["1", "Số trạm BTS", "Trạm", "92"],
    ]  # fmt: skip
    assert own(read(tmp_path, rows, report="2020")) == {
        ("bts_stations", "2020", "actual"): 88, ("bts_stations", "2021", "target"): 92,
    }  # fmt: skip


def test_years_of_two_digits_on_either_side_of_a_slash_are_compared(tmp_path):
    rows = [["Chỉ tiêu", "ĐVT", "TH21", "ƯTH22", "ƯTH22/TH21 (%)"], ["Số trạm BTS", "Trạm", "80", "88", "110"]]
    (told,) = read(tmp_path, rows, report="2022-S1").comparisons.itertuples()
    assert (told.period, told.status, told.base_period, told.base_status, told.value) == (
        "2022", "estimate", "2021", "actual", 110,
    )  # fmt: skip


def test_infrastructure_is_no_rise_though_both_read_alike_without_tone_marks(tmp_path):
    path = tmp_path / "plan.html"
    path.write_text(
        "<p>Số liệu các huyện 6 tháng đầu năm 2021<table><tr><td>STT<td>Đơn vị<td>Hạ tầng<td>Doanh thu"
        "<tr><td><td><td>Trạm BTS (vị trí)<td>Viễn thông (triệu đồng)<tr><td>1<td>Huyện Tuần Giáo<td>88<td>420</table>",
        encoding="utf-8",
    )
    reading = documents.read_plan(path, area="tuan-giao", report="2021-S1")
    assert own(reading)["bts_stations", "2021-S1", "actual"] == 88
    assert reading.comparisons.empty


def test_a_sentence_above_a_table_gives_it_no_status(tmp_path):
    made = docx.Document()
    for text in (
        "UBND TỈNH ĐIỆN BIÊN", "Điện Biên, ngày 19 tháng 6 năm 2026", "BÁO CÁO",
        "Kết quả chuyển đổi số 6 tháng đầu năm 2026, nhiệm vụ 6 tháng cuối năm 2026", "Phần thứ nhất. KẾT QUẢ",
        "I. Hạ tầng số", "Đến tháng 6/2026 toàn tỉnh có 1.248 trạm BTS; tỷ lệ dân số được phủ sóng 5G 29,4% (mục tiêu "
        "năm 2026 là 45%), cáp quang 88,9%.", "II. Chính quyền số",
        "Tổng số hồ sơ tiếp nhận 168.240. Kết quả tại một số xã như sau:",
    ):  # fmt: skip
        made.add_paragraph(text)
    rows = [
        ("TT", "Đơn vị", "Tổng hồ sơ tiếp nhận", "Tỷ lệ hồ sơ trực tuyến (%)", "Xếp hạng"),
        ("1", "Phường Mường Thanh", "8.412", "97,0", "1"), ("2", "Xã Thanh Nưa", "3.540", "94,0", "2"),
    ]  # fmt: skip
    table = made.add_table(len(rows), 5)
    for cells, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(cells.cells, texts, strict=True):
            cell.text = text
    made.save(tmp_path / "a.docx")
    told = documents.read_plan(tmp_path / "a.docx").others
    assert sorted(told["value"]) == [94, 97, 3540, 8412]
    assert set(zip(told["period"], told["status"], strict=True)) == {("2026-S1", "actual")}


def test_a_companys_letter_is_no_areas_though_its_number_stands_in_one_line_with_its_name(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(
        "TẬP ĐOÀN BƯU CHÍNH VIỄN THÔNG VIỆT NAM VNPT ĐIỆN BIÊN Số: 88/VNPT-ĐB\nĐiện Biên, ngày 12 tháng 01 năm 2024\n"
        "V/v báo cáo số liệu năm 2023\nKính gửi: Sở Thông tin và Truyền thông tỉnh Điện Biên\n- Trạm BTS: 612 trạm.\n",
        encoding="utf-8",
    )
    assert documents.read_plan(path, area="dien-bien").observations.empty


@pytest.mark.parametrize(
    ("title", "header", "found"),
    [
        (["KẾ HOẠCH", "Phát triển viễn thông 5 năm 2021 - 2025"], ["Chỉ tiêu", "TH 2020", "2021", "2022"],
         {("2020", "actual"): 88, ("2021", "target"): 92, ("2022", "target"): 95}),
        (["Phát triển hạ tầng số"], ["Mục tiêu", "Năm 2020", "Đến năm 2021", "Đến năm 2022"],
         {("2021", "target"): 92, ("2022", "target"): 95}),
        (["KẾT QUẢ THỰC HIỆN KẾ HOẠCH 2019 - 2021"], ["Chỉ tiêu", "2019", "2020", "2021"],
         {("2019", "actual"): 88, ("2020", "actual"): 92, ("2021", "actual"): 95}),
        (["CHƯƠNG TRÌNH", "Chuyển đổi số đến năm 2022, định hướng đến năm 2025"], ["Chỉ tiêu", "2020", "2022", "2025"],
         {("2022", "target"): 92, ("2025", "target"): 95}),
        (["CHỈ TIÊU NĂM 2021 VÀ MỤC TIÊU NĂM 2022"], ["Chỉ tiêu", "Năm 2020", "Năm 2021", "Mục tiêu 2022"],
         {("2020", "actual"): 88, ("2021", "actual"): 92, ("2022", "target"): 95}),
        (["KẾT QUẢ NĂM 2021", "(Kèm theo Kế hoạch số 118/KH-UBND)"], ["Chỉ tiêu", "2019", "2020", "2021"],
         {("2019", "actual"): 88, ("2020", "actual"): 92, ("2021", "actual"): 95}),
    ],
)  # fmt: skip
def test_bare_years_are_what_the_plan_over_them_says(tmp_path, title, header, found):
    reading = read(tmp_path, [header, ["Số trạm BTS", "88", "92", "95"]], *title, report="2021")
    assert own(reading) == {("bts_stations", *when): value for when, value in found.items()}


def test_a_row_is_read_under_every_section_it_lies_in(tmp_path):
    rows = [
        ["STT", "Chỉ tiêu", "ĐVT", "TH 2020"], ["A", "BƯU CHÍNH", "", ""], ["I", "Mạng lưới", "", ""],
        ["1", "Số bưu cục", "Bưu cục", "1"], ["II", "Doanh thu", "Triệu đồng", "640"],
    ]  # fmt: skip
    assert own(read(tmp_path, rows))["postal_revenue", "2020", "actual"] == 640


def test_what_a_unit_counts_names_the_rows_with_them_and_a_title_does_too(tmp_path):
    rows = [["Đơn vị", "Điện thoại cố định"], ["Huyện Tuần Giáo", "811"], ["Huyện Mường Ảng", "402"]]
    reading = read(tmp_path, rows, "Số liệu theo huyện năm 2020", "Đơn vị tính: thuê bao")
    assert own(reading) == {("fixed_subscribers", "2020", "actual"): 811}
    rows = [["Chỉ tiêu", "Năm 2020"], ["Bưu chính", "1,6"], ["Viễn thông", "22"]]
    reading = read(tmp_path, rows, "Bảng 3. Doanh thu (đơn vị: tỷ đồng)")
    assert own(reading) == {("postal_revenue", "2020", "actual"): 1600, ("telecom_revenue", "2020", "actual"): 22000}


def test_new_subscribers_are_no_total_unless_a_row_states_the_whole(tmp_path):
    rows = [["Chỉ tiêu", "Năm 2020"], ["Thuê bao Internet băng rộng cố định", "5,5"]]
    title = "Bảng 2. Phát triển thuê bao (đơn vị: nghìn thuê bao)"
    assert own(read(tmp_path, rows, title)) == {}
    reading = read(tmp_path, [*rows, ["Tổng số thuê bao điện thoại", "55,6"]], title)
    assert own(reading)["fixed_broadband_subscribers", "2020", "actual"] == 5500


def test_the_units_behind_a_row_s_figures_settle_what_their_marks_mean(tmp_path):
    rows = [["Chỉ tiêu", "6 tháng đầu năm 2020", "6 tháng đầu năm 2021"],
            ["Doanh thu bưu chính", "1.745 triệu đồng", "1,92 tỷ đồng"]]  # fmt: skip
    reading = read(tmp_path, rows)
    assert sorted(own(reading).values()) == [1745, 1920]
    assert not any("far apart" in warning for warning in reading.warnings)


def test_tables_of_one_header_under_numbered_headings_are_each_its_own(tmp_path):
    made = docx.Document()
    for place, stations in (("1. Xã Quài Tở", "9"), ("2. Xã Pú Nhung", "7")):
        made.add_paragraph(place)
        table = made.add_table(2, 2)
        for cell, text in zip(table._cells, ["Chỉ tiêu", "Năm 2025", "Số trạm BTS", stations], strict=True):
            cell.text = text
    made.save(tmp_path / "a.docx")
    reading = documents.read_plan(tmp_path / "a.docx", area="dien-bien", report="2025")
    assert others(reading) == {("quai-to", "bts_stations"): 9, ("pu-nhung", "bts_stations"): 7}


def test_a_total_of_those_that_have_reported_is_not_the_whole_s(tmp_path):
    rows = [*DISTRICTS[:3], ["", "Tổng cộng (2 đơn vị đã báo cáo)", "149", "85.672"]]
    reading = read(tmp_path, rows, "Hạ tầng tỉnh Điện Biên 6 tháng đầu năm 2021", area="dien-bien")
    assert own(reading) == {}
    assert any("đã báo cáo" in each.name for each in reading.unmatched)


def test_a_part_s_column_is_read_under_the_column_before_it(tmp_path):
    rows = [["Đơn vị", "Số thuê bao điện thoại", "Trong đó: Di động"], ["Huyện Tuần Giáo", "55.572", "54.000"]]
    reading = read(tmp_path, rows, "Số liệu theo huyện năm 2020")
    assert own(reading) == {
        ("phone_subscribers", "2020", "actual"): 55572,
        ("mobile_subscribers", "2020", "actual"): 54000,
    }


def test_tables_side_by_side_are_told_by_their_columns_of_names_whatever_their_headers_say(tmp_path):
    rows = [
        ["Hạ tầng", "ĐVT", "Năm 2023", "Dịch vụ công, xã hội số", "ĐVT", "Kế hoạch 2024"],
        ["Số trạm BTS", "trạm", "71", "Hồ sơ nộp trực tuyến", "hồ sơ", "4.300"],
        ["Thuê bao di động", "thuê bao", "41.250", "Số tổ công nghệ số cộng đồng", "tổ", "133"],
        ["Số hộ gia đình", "hộ", "20.140", "", "", ""],
    ]
    assert own(read(tmp_path, rows, "Số liệu huyện Tuần Giáo", report="2023")) == {
        ("bts_stations", "2023", "actual"): 71, ("mobile_subscribers", "2023", "actual"): 41250,
        ("households", "2023", "actual"): 20140, ("online_applications", "2024", "target"): 4300,
        ("community_digital_teams", "2024", "target"): 133,
    }  # fmt: skip


@pytest.mark.parametrize(
    "aside, said", [("Đánh giá", ("Đạt", "Đạt", "Đạt")), ("Ghi chú", ("", "số liệu ba nhà mạng", ""))]
)
def test_a_column_of_remarks_between_figures_begins_no_table(aside, said, tmp_path):
    names = (
        ("Số trạm BTS", "70", "75"),
        ("Thuê bao di động", "41.250", "42.000"),
        ("Số hộ gia đình", "20.140", "20.300"),
    )
    rows = [["Chỉ tiêu", "Năm 2023", aside, "Kế hoạch 2024"]]
    rows += [[name, done, remark, planned] for (name, done, planned), remark in zip(names, said, strict=True)]
    figures = own(read(tmp_path, rows, "Số liệu huyện Tuần Giáo", report="2023"))
    assert figures["bts_stations", "2024", "target"] == 75
    assert len(figures) == 6


def test_time_status_and_area_may_stand_in_columns_of_their_own(tmp_path):
    rows = [["Địa bàn", "Chỉ tiêu", "Kỳ", "Loại số liệu", "Giá trị", "ĐVT"]]
    rows += [
        [area, "Số trạm BTS", time, status, value, "trạm"]
        for area, time, status, value in (
            ("Huyện Tuần Giáo", "Năm 2019", "Thực hiện", "81"), ("Huyện Tuần Giáo", "Năm 2020", "Thực hiện", "86"),
            ("Huyện Tuần Giáo", "Năm 2021", "Kế hoạch", "95"), ("Huyện Tuần Giáo", "Quý I/2020", "Thực hiện", "82"),
            ("Mường Ảng", "Năm 2020", "Thực hiện", "61"), ("Các huyện khác", "Năm 2020", "Thực hiện", "700"),
        )
    ]  # fmt: skip
    reading = read(tmp_path, rows, report="2020")
    assert own(reading) == {
        ("bts_stations", "2019", "actual"): 81, ("bts_stations", "2020", "actual"): 86,
        ("bts_stations", "2021", "target"): 95,
    }  # fmt: skip
    assert others(reading) == {("muong-ang", "bts_stations"): 61}
    assert [each.name for each in reading.unmatched] == ["Các huyện khác"]
    assert any("Quý I/2020" in warning for warning in reading.warnings)
    assert set(reading.observations["source"]) == {"B1:r1:5", "B1:r2:5", "B1:r3:5"}


FORM = [["1", "Tổng số hộ gia đình?", "5.210 hộ"], ["2", "Số trạm BTS trên địa bàn?", "19"],
        ["3", "Tỷ lệ hộ gia đình có Internet băng rộng?", "71,5%"],
        ["4", "Có trang thông tin điện tử không?", "Có"]]  # fmt: skip


@pytest.mark.parametrize("rows", [
    [["Câu", "Nội dung hỏi", "Trả lời"], *FORM],
    [["Câu hỏi", "Trả lời"], *([f"Câu {number}. {asked}", answer] for number, asked, answer in FORM)],
    [[f"Câu {number}: {asked}", answer] for number, asked, answer in FORM],
])  # fmt: skip
def test_a_form_s_answers_are_figures_of_the_time_its_title_says(rows, tmp_path):
    titles = ("PHIẾU THU THẬP THÔNG TIN NĂM 2020", "Tên đơn vị: UBND huyện Tuần Giáo")
    reading = read(tmp_path, rows, *titles, report="2020")
    assert own(reading) == {
        ("households", "2020", "actual"): 5210, ("bts_stations", "2020", "actual"): 19,
        ("households_with_broadband_share", "2020", "actual"): 71.5,
    }  # fmt: skip
    assert not any("UBND" in warning for warning in reading.warnings)  # who reports is no unit


VILLAGES = [["TT", "Bản, khu phố", "Số hộ"], ["1", "Khu 1", "246"], ["2", "Bản Khằm", "188"],
            ["3", "Các bản còn lại", "1.216"], ["", "TỔNG XÃ", "1.650"]]  # fmt: skip


def test_of_villages_only_the_total_is_their_commune_s_and_none_is_a_district_s(tmp_path):
    commune = read(tmp_path, VILLAGES, "Số liệu năm 2024", area="quai-to", report="2024")
    assert own(commune) == {("households", "2024", "actual"): 1650}
    assert [each.name for each in commune.unmatched] == ["Khu 1", "Bản Khằm", "Các bản còn lại"]
    district = [*VILLAGES[:-1], ["", "Tổng cộng", "1.650"]]
    assert own(read(tmp_path, district, "Số liệu năm 2020", report="2020")) == {}
    village = [["Chỉ tiêu", "Năm 2024"], ["Số hộ gia đình", "188"]]
    told = read(tmp_path, village, "Kết quả chuyển đổi số bản Khằm", area="quai-to", report="2024")
    assert own(told) == {}
    assert any("bản Khằm" in warning for warning in told.warnings)


def test_of_areas_over_two_pages_each_keeps_its_own_figures(tmp_path):
    made = docx.Document()
    made.add_paragraph("Số trạm BTS năm 2020 chia theo huyện")
    for page in (
        [["Huyện Tuần Giáo", "88"], ["Huyện Mường Ảng", "61"]],
        [["Huyện Tủa Chùa", "57"], ["Huyện Mường Chà", "49"]],
    ):
        table = made.add_table(rows=3, cols=2)
        for cells, row in zip([["Huyện", "Số trạm BTS"], *page], table.rows, strict=True):
            for text, cell in zip(cells, row.cells, strict=True):
                cell.text = text
        made.add_paragraph()
    path = tmp_path / "plan.docx"
    made.save(path)
    reading = documents.read_plan(path, area="dien-bien", report="2020")
    assert {area: value for (area, _), value in others(reading).items()} == {
        "tuan-giao": 88, "muong-ang": 61, "tua-chua": 57, "muong-cha": 49,
    }  # fmt: skip


def test_a_header_takes_from_the_one_before_it_what_it_leaves_unsaid_and_that_is_told(tmp_path):
    rows = [["Đơn vị", "Số tổ công nghệ số cộng đồng", "Số thành viên", "Nữ"], ["Mường Ảng", "60", "300", "90"],
            ["Toàn huyện", "131", "655", "201"]]  # fmt: skip
    reading = read(tmp_path, rows, "Số liệu năm 2020 của huyện", report="2020")
    assert own(reading) == {
        ("community_digital_teams", "2020", "actual"): 131, ("community_digital_team_members", "2020", "actual"): 655,
    }  # fmt: skip
    assert any("'Số thành viên'" in warning for warning in reading.warnings)
    assert [each.name for each in reading.unmatched if each.name == "Nữ"] == ["Nữ"]


def test_rows_under_a_name_without_figures_take_its_words_and_its_unit(tmp_path):
    rows = [["Chỉ tiêu", "2019", "2020"], ["Hạ tầng", "", ""], ["Số trạm BTS", "81", "86"],
            ["Doanh thu (Tỷ đồng)", "", ""], ["Bưu chính", "1,2", "1,5"], ["Viễn thông", "11", "12,5"]]  # fmt: skip
    figures = own(read(tmp_path, rows, "Số liệu huyện Tuần Giáo qua các năm", report="2020"))
    assert figures["postal_revenue", "2020", "actual"] == 1500
    assert figures["telecom_revenue", "2020", "actual"] == 12500
    assert len(figures) == 6


def test_a_line_of_units_under_the_headers_is_each_column_s_unit(tmp_path):
    rows = [["Năm", "Trạm BTS", "Thuê bao di động", "Doanh thu bưu chính"], ["", "trạm", "nghìn thuê bao", "tỷ đồng"],
            ["2020", "80", "42,5", "4,1"], ["2021", "88", "44,1", "4,6"]]  # fmt: skip
    found = own(read(tmp_path, rows, report="2021"))
    assert found["bts_stations", "2021", "actual"] == 88
    assert found["mobile_subscribers", "2021", "actual"] == 44100
    assert found["postal_revenue", "2020", "actual"] == 4100


def test_of_a_caption_s_several_units_each_row_takes_that_which_fits(tmp_path):
    rows = [["Chỉ tiêu", "2020"], ["Thuê bao di động", "42.579"], ["Doanh thu bưu chính", "4,1"]]
    reading = read(tmp_path, rows, "(Đơn vị tính: thuê bao; riêng doanh thu: tỷ đồng)", report="2020")
    assert own(reading)["postal_revenue", "2020", "actual"] == 4100
    assert own(reading)["mobile_subscribers", "2020", "actual"] == 42579


def test_a_month_beside_its_half_gives_way_to_it(tmp_path):
    rows = [["Chỉ tiêu", "ĐVT", "Tháng 6/2021", "Lũy kế 6 tháng 2021"], ["Số trạm BTS", "Trạm", "87", "88"]]
    assert [row.value for row in read(tmp_path, rows).observations.itertuples()] == [88]


def test_columns_that_say_the_same_time_and_differ_are_not_read(tmp_path):
    rows = [["Chỉ tiêu", "ĐVT", "Năm 2020", "Năm 2020", "Năm 2019"], ["Số trạm BTS", "Trạm", "87", "88", "80"]]
    reading = read(tmp_path, rows)
    assert own(reading) == {("bts_stations", "2019", "actual"): 80}
    assert any("one of several columns for 2020" in warning for warning in reading.warnings)


def test_of_a_paragraph_over_a_table_only_the_last_sentence_entitles_it(tmp_path):
    rows = [["Chỉ tiêu", "ĐVT", "Năm 2020"], ["Số trạm BTS", "Trạm", "88"]]
    title = "Các doanh nghiệp lắp thêm trạm tại xã Pú Nhung để phủ sóng. Kết quả cụ thể như sau:"
    assert own(read(tmp_path, rows, title)) == {("bts_stations", "2020", "actual"): 88}


def test_a_header_of_a_letter_and_a_digit_is_no_part_of_the_figures(tmp_path):
    rows = [["TT", "Tên xã", "Trạm BTS", "", "Số thuê bao di động"], ["", "", "2G", "4G", ""],
            ["1", "Quài Tở", "3", "4", "900"], ["", "Cộng", "60", "91", "9.000"]]  # fmt: skip
    reading = read(tmp_path, rows, "Hạ tầng các xã năm 2020", report="2020")
    assert own(reading) == {("mobile_subscribers", "2020", "actual"): 9000}


def test_a_row_that_adds_up_names_what_it_counts(tmp_path):
    rows = [["STT", "Chỉ tiêu", "ĐVT", "2020"], ["1", "Bưu cục", "Điểm", "4"],
            ["", "Cộng điểm phục vụ bưu chính", "Điểm", "23"]]  # fmt: skip
    assert own(read(tmp_path, rows))["postal_points", "2020", "actual"] == 23


def test_notes_below_the_rows_do_not_hide_their_numbers(tmp_path):
    book = openpyxl.Workbook()
    rows = [["a)", "Số trạm BTS", "Trạm", 88], ["b)", "Số bưu cục", "Điểm", 3], ["c)", "Số máy chủ", "Máy", 2],
            ["d)", "Số cơ sở in", "Cơ sở", 1]]  # fmt: skip
    for row in (["", "Nội dung", "ĐVT", "Năm 2020"], *rows, ["Ghi chú:"], ["- Mục a): số của doanh nghiệp"]):
        book.active.append(row)
    book.save(tmp_path / "plan.xlsx")
    reading = documents.read_plan(tmp_path / "plan.xlsx", area="tuan-giao", report="2020")
    assert [row.value for row in reading.observations.itertuples()] == [88, 3, 2, 1]


def test_a_form_s_dotted_blanks_are_filled_with_figures(tmp_path):
    lines = ["1. Tổng số trạm BTS: ......76...... trạm", "2. Số cơ sở in: ....2....  Số cơ sở photocopy: ....14...."]
    reading = read(tmp_path, [], "PHIẾU THU THẬP SỐ LIỆU", "Kỳ báo cáo: 6 tháng đầu năm 2021", *lines)
    assert {slug: value for (slug, *_), value in own(reading).items()} == {
        "bts_stations": 76, "printing_houses": 2, "copy_shops": 14,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("titles", "area", "report"),
    [
        (["HUYỆN TUẦN GIÁO - SỐ LIỆU NĂM 2020", "(Gửi Sở TT&TT tỉnh Hòa Bình)"], "tuan-giao", "2020"),
        (["UBND HUYỆN TUẦN GIÁO", "Kết quả thực hiện kế hoạch các năm 2018, 2019, 2020"], "tuan-giao", "2020"),
    ],
)
def test_whom_a_paper_is_sent_to_and_the_first_of_its_years_are_not_its_own(tmp_path, titles, area, report):
    rows = [["Chỉ tiêu", "ĐVT", "Thực hiện"], ["Số trạm BTS", "Trạm", "88"]]
    reading = read(tmp_path, rows, *titles, area=None, report=None)
    assert (reading.area, reading.report) == (area, report)


@pytest.mark.parametrize(
    ("title", "day", "whole", "report"),
    [
        ("TÌNH HÌNH THỰC HIỆN NĂM 2020", "ngày 09 tháng 12 năm 2020", "Ước TH cả năm 2020", "2020"),
        ("TÌNH HÌNH THỰC HIỆN NĂM 2020", "ngày 19 tháng 6 năm 2020", "Ước TH cả năm 2020", "2020-S1"),
        ("SỐ LIỆU NĂM 2020", "", "Năm 2020", "2020"),
    ],
)
def test_a_half_beside_its_year_is_a_year_s_report_once_that_is_nearly_over(tmp_path, title, day, whole, report):
    rows = [["Chỉ tiêu", "ĐVT", "Năm 2019", "TH 6T/2020", whole], ["Số trạm BTS", "Trạm", "84", "88", "90"]]
    reading = read(tmp_path, rows, title, f"(Kèm theo Báo cáo {day} của UBND huyện)" if day else "", report=None)
    assert reading.report == report
    assert own(reading)["bts_stations", "2020-S1", "actual"] == 88 and reading.comparisons.empty


def test_of_sheets_named_after_times_the_half_is_the_report_s_before_the_year_that_is_expected(tmp_path):
    book = openpyxl.Workbook()
    for name, value in (("TH nam 2020", 84), ("TH 6T 2021", 88), ("Uoc nam 2021", 90), ("KH nam 2022", 95)):
        sheet = book.create_sheet(name)
        for row in (["Chỉ tiêu", "ĐVT", "Giá trị"], ["Số trạm BTS", "Trạm", value]):
            sheet.append(row)
    book.remove(book.worksheets[0])
    book.save(tmp_path / "plan.xlsx")
    reading = documents.read_plan(tmp_path / "plan.xlsx", area="tuan-giao")
    assert reading.report == "2021-S1"
    assert own(reading) == {
        ("bts_stations", "2020", "actual"): 84, ("bts_stations", "2021-S1", "actual"): 88,
        ("bts_stations", "2021", "estimate"): 90, ("bts_stations", "2022", "target"): 95,
    }  # fmt: skip


def test_a_half_over_its_year_is_a_comparison_and_no_figure(tmp_path):
    head = ["Chỉ tiêu", "Đơn vị", "Thực hiện 6 tháng 2023", "Ước thực hiện 2023", "6 tháng/cả năm (%)"]
    reading = read(tmp_path, [head, ["Số trạm BTS", "Trạm", "1.193", "1.224", "97,5"],
                              ["Doanh thu viễn thông", "Triệu đồng", "257.979", "593.056", "43,5"]],
                   report="2023-S1")  # fmt: skip
    assert own(reading)["telecom_revenue", "2023-S1", "actual"] == 257_979
    assert set(reading.comparisons["measure"]) == {"ratio_pct"} and not reading.warnings


def test_a_year_that_a_scan_has_spoiled_is_one_and_a_spoiled_figure_is_told(tmp_path):
    head = ["TT", "Chỉ tiêu", "ĐVT", "TH 2O17", "TH 2O18"]
    rows = [head, ["1", "Số bưu cục", "Bưu cục", "27", "28"], ["2", "Số trạm BTS", "Trạm", "932", "1.O03"]]
    reading = read(tmp_path, rows, report="2018")
    assert own(reading) == {
        ("post_offices", "2017", "actual"): 27, ("post_offices", "2018", "actual"): 28,
        ("bts_stations", "2017", "actual"): 932,
    }  # fmt: skip
    assert any("1.O03" in warning for warning in reading.warnings)


def test_a_count_that_looks_like_a_year_is_one_behind_its_unit(tmp_path):
    head = ["TT", "Chỉ tiêu", "ĐVT", "Thực hiện năm 2023", "Thực hiện năm 2024"]
    rows = [["1", "Số vị trí trạm BTS", "vị trí", "1988", "2091"], ["2", "Số bưu cục", "bưu cục", "35", "36"]]
    reading = read(tmp_path, [head, *rows], report="2024")
    assert own(reading)["bts_stations", "2023", "actual"] == 1988
    assert own(reading)["bts_stations", "2024", "actual"] == 2091


def test_a_table_of_companies_below_another_in_one_sheet_is_a_table_of_its_own(tmp_path):
    book = openpyxl.Workbook()
    for row in (
        ["STT", "Các chỉ tiêu", "Đơn vị tính", "Ước thực hiện năm 2022", "Kế hoạch năm 2023"],
        [None, "Số trạm BTS", "Vị trí trạm", "99", "104"], [None, "Công nghệ thông tin"], [], ["Phụ lục III"],
        ["Hạ tầng và thuê bao của các doanh nghiệp viễn thông 6 tháng đầu năm 2022"],
        ["TT", "Doanh nghiệp", "Số trạm BTS (vị trí)", "Thuê bao điện thoại di động (thuê bao)"],
        ["1", "VNPT", "44", "20.206"], ["2", "Viettel", "35", "16.900"], [None, "Tổng cộng", "79", "37.106"],
    ):  # fmt: skip
        book.active.append(row)
    book.save(tmp_path / "plan.xlsx")
    found = own(documents.read_plan(tmp_path / "plan.xlsx", "tuan-giao", "2022-S1"))
    assert found == {
        ("bts_stations", "2022", "estimate"): 99, ("bts_stations", "2023", "target"): 104,
        ("bts_stations", "2022-S1", "actual"): 79, ("mobile_subscribers", "2022-S1", "actual"): 37_106,
    }  # fmt: skip


def test_a_yearbooks_rows_have_the_unit_of_the_row_they_are_parts_of_said_before_its_english(tmp_path):
    rows = [["", "2018", "2019"],
            ["Số thuê bao điện thoại (Nghìn thuê bao) - Number of phones (Thous. subscribers)", "60,5", "61"],
            ["   Di động - Mobile phone", "57,5", "58,2"],
            ["Doanh thu viễn thông (Tỷ đồng) - Telecom revenue (Bill. dongs)", "42,4", "45"]]  # fmt: skip
    book = openpyxl.Workbook()
    for row in (["Biểu 218. Bưu chính, viễn thông có đến 31/12 hàng năm"], *rows):
        book.active.append(row)
    book.save(tmp_path / "plan.xlsx")
    told = own(documents.read_plan(tmp_path / "plan.xlsx", area="tuan-giao", report="2019"))
    assert told == {
        ("phone_subscribers", "2018", "actual"): 60_500, ("phone_subscribers", "2019", "actual"): 61_000,
        ("mobile_subscribers", "2018", "actual"): 57_500, ("mobile_subscribers", "2019", "actual"): 58_200,
        ("telecom_revenue", "2018", "actual"): 42_400, ("telecom_revenue", "2019", "actual"): 45_000,
    }  # fmt: skip


def test_a_commune_that_is_called_like_a_village_is_none(tmp_path):
    rows = [["Kỳ", "Số trạm BTS", "Tỷ lệ hộ có Internet băng rộng (%)"], ["Thực hiện năm 2025", "118", "96,2"],
            ["Kế hoạch năm 2026", "121", "97"]]  # fmt: skip
    title = "(Kèm theo Nghị quyết số 14/NQ-HĐND ngày 10/7/2026 của HĐND phường Buôn Ma Thuột)"
    told = own(read(tmp_path, rows, title, area="buon-ma-thuot", report="2025"))
    assert told["bts_stations", "2025", "actual"] == 118


@pytest.mark.parametrize(("total", "read_"), [("141", True), ("140", False)])
def test_columns_of_names_nobody_knows_are_areas_where_they_make_the_total(total, read_, tmp_path):
    rows = [
        ["TT", "Chỉ tiêu", "ĐVT", "Phủ Lý", "Duy Tiên", "Kim Bảng", "Toàn tỉnh"],
        ["1", "Điểm phục vụ bưu chính", "điểm", "60", "41", "40", total],
        ["2", "Trạm BTS", "trạm", "276", "198", "161", "635"],
    ]
    reading = read(tmp_path, rows, "Hạ tầng theo huyện 6 tháng đầu năm 2023", area="ha-nam", report="2023-S1")
    assert (own(reading).get(("bts_stations", "2023-S1", "actual")) == 635) is read_


def test_a_yearbook_s_parts_in_line_with_their_whole_are_its_parts(tmp_path):
    rows = [["", "2019", "Sơ bộ 2020"], ["Số thuê bao điện thoại (Thuê bao)", "478.630", "485.112"],
            ["Di động - Mobile", "459.214", "468.010"], ["Cố định - Fixed", "19.416", "17.102"]]  # fmt: skip
    made = own(read(tmp_path, rows, "178. Bưu chính, viễn thông", area="cao-bang", report="2020"))
    assert made["mobile_subscribers", "2020", "actual"] == 468010
    assert made["fixed_subscribers", "2019", "actual"] == 19416


@pytest.mark.parametrize(("day", "period"), [("15/12/2021", "2021"), ("15/10/2021", None)])
def test_a_column_of_a_day_on_which_a_report_may_close_is_the_report_s(day, period, tmp_path):
    rows = [
        ["TT", "Chỉ tiêu", "Thành phố giao năm 2021", f"Kết quả đến {day}"],
        ["1", "Số trạm BTS (trạm)", "80", "88"],
    ]
    made = own(read(tmp_path, rows, "Phụ lục năm 2021", report="2021"))
    assert made.pop(("bts_stations", "2021", "target")) == 80
    assert made == ({("bts_stations", period, "actual"): 88} if period else {})


def test_where_some_columns_are_shares_the_others_count_what_the_row_says(tmp_path):
    rows = [
        ["STT", "Chỉ tiêu", "Đơn vị", "Thực hiện 6 tháng 2021", "Ước năm 2021 (%)"],
        ["1", "Hộ gia đình có kết nối Internet băng rộng", "Hộ", "4.703", "62,1"],
    ]
    assert own(read(tmp_path, rows)) == {("households_with_broadband_share", "2021", "estimate"): 62.1}


def test_percentages_beside_counts_of_one_time_are_their_shares(tmp_path):
    rows = [
        ["STT", "Chỉ tiêu", "Đơn vị", "Số lượng", "Tỷ lệ (%)"],
        ["1", "Số xã, thị trấn có đài truyền thanh", "Xã", "10", "83,3"],
        ["2", "Số trạm BTS", "Trạm", "79", "4,5"],
    ]
    reading = read(tmp_path, rows, "Kết quả năm 2021", report="2021")
    assert own(reading) == {
        ("communes_with_radio", "2021", "actual"): 10, ("communes_with_radio_share", "2021", "actual"): 83.3,
        ("bts_stations", "2021", "actual"): 79,
    }  # fmt: skip
    assert any("Tỷ lệ (%)" in warning for warning in reading.warnings)  # of the stations no share is known


def test_shares_beside_counts_of_several_years_are_each_years(tmp_path):
    rows = [
        ["TT", "Nội dung", "Đơn vị", "Năm 2020", "Năm 2020", "Năm 2021", "Năm 2021"],
        ["TT", "Nội dung", "Đơn vị", "Số lượng", "Tỷ lệ (%)", "Số lượng", "Tỷ lệ (%)"],
        ["1", "Hồ sơ thủ tục hành chính nộp trực tuyến", "Hồ sơ", "3.246", "74,8", "3.945", "84,7"],
    ]
    assert own(read(tmp_path, rows, "Một số kết quả", report="2021")) == {
        ("online_applications", "2020", "actual"): 3246, ("online_applications_share", "2020", "actual"): 74.8,
        ("online_applications", "2021", "actual"): 3945, ("online_applications_share", "2021", "actual"): 84.7,
    }  # fmt: skip


def test_a_column_that_names_indicator_and_year_in_one_line_is_of_that_year(tmp_path):
    rows = [["STT", "Địa bàn", "Số trạm BTS năm 2020", "Số trạm BTS năm 2021", "Doanh thu bưu chính 2021"],
            ["1", "Xã Quài Tở", "9", "11", "120"], ["2", "Xã Chiềng Sinh", "7", "8", "90"],
            ["", "Toàn huyện", "16", "19", "210"]]  # fmt: skip
    assert own(read(tmp_path, rows, "HẠ TẦNG THEO ĐỊA BÀN NĂM 2021", report="2021")) == {
        ("bts_stations", "2020", "actual"): 16, ("bts_stations", "2021", "actual"): 19,
        ("postal_revenue", "2021", "actual"): 210,
    }  # fmt: skip


def test_a_list_by_its_title_whose_columns_are_indicators_is_none(tmp_path):
    titles = ("DANH SÁCH TỔNG HỢP THEO XÃ NĂM 2021",)
    rows = [["TT", "Xã", "Số hộ", "Thuê bao băng rộng cố định"], ["", "Toàn huyện", "3.242", "1.803"],
            ["1", "Xã Quài Tở", "2.142", "1.190"], ["2", "Xã Chiềng Sinh", "1.100", "613"]]  # fmt: skip
    found = own(read(tmp_path, rows, *titles, report="2021"))
    assert found["fixed_broadband_subscribers", "2021", "actual"] == 1803
    prices = [["TT", "Thiết bị", "Đơn giá"], ["1", "Máy tính", "12.000"]]
    assert own(read(tmp_path, prices, *titles, report="2021")) == {}


def test_what_a_paper_plans_above_a_table_makes_its_rows_no_new_subscribers(tmp_path):
    titles = ("Phấn đấu phát triển mới 4 vị trí trạm BTS, nâng tổng số lên 109 trạm.", "Biểu 01", "KẾT QUẢ NĂM 2021")
    rows = [["TT", "Chỉ tiêu", "Năm 2021"], ["1", "Tổng số thuê bao điện thoại (thuê bao)", "44.456"]]
    assert own(read(tmp_path, rows, *titles, report="2021"))["phone_subscribers", "2021", "actual"] == 44456


def test_the_header_of_the_names_says_the_unit_of_all_rows(tmp_path):
    rows = [["Chỉ tiêu (%)", "Năm 2021", "DK KH 2022"], ["Hồ sơ nộp trực tuyến", "78,6", "90"]]
    assert own(read(tmp_path, rows, "Kết quả năm 2021", report="2021")) == {
        ("online_applications_share", "2021", "actual"): 78.6, ("online_applications_share", "2022", "target"): 90,
    }  # fmt: skip


def test_a_half_beside_its_year_both_told_is_in_a_years_report(tmp_path):
    rows = [["Thời điểm", "Số trạm BTS"], ["Năm 2020", "80"], ["6 tháng đầu năm 2021", "84"], ["Năm 2021", "88"]]
    assert read(tmp_path, rows, "Trạm BTS huyện Tuần Giáo", area=None, report=None).report == "2021"


def test_companies_again_and_again_below_an_indicator_are_its_parts(tmp_path):
    rows = [["STT", "Nội dung", "Đơn vị tính", "Năm 2020", "Năm 2021"],
            ["1", "Số trạm BTS", "Trạm", "196", "205"], ["", "- Viettel Tuần Giáo", "Trạm", "83", "87"],
            ["", "- VNPT Tuần Giáo", "Trạm", "79", "82"], ["", "- MobiFone", "Trạm", "34", "36"],
            ["2", "Thuê bao điện thoại di động", "Thuê bao", "10.420", "11.936"],
            ["", "- Viettel Tuần Giáo", "Thuê bao", "6.100", "7.215"],
            ["", "- MobiFone", "Thuê bao", "4.320", "4.721"]]  # fmt: skip
    assert own(read(tmp_path, rows, "Mạng lưới viễn thông huyện Tuần Giáo", report="2021")) == {
        ("bts_stations", "2020", "actual"): 196, ("bts_stations", "2021", "actual"): 205,
        ("mobile_subscribers", "2020", "actual"): 10420, ("mobile_subscribers", "2021", "actual"): 11936,
    }  # fmt: skip


def test_a_day_that_closes_a_half_and_bare_plan_and_result_are_the_report_s(tmp_path):
    rows = [["Chỉ tiêu", "Tỉnh giao năm 2021", "Kết quả đến 15/6"], ["Hồ sơ nộp trực tuyến (%)", "95", "96,4"],
            ["Hộ gia đình có Internet băng rộng (%)", "90", "88,2"]]  # fmt: skip
    assert own(read(tmp_path, rows, "Kết quả 6 tháng đầu năm 2021")) == {
        ("online_applications_share", "2021", "target"): 95, ("online_applications_share", "2021-S1", "actual"): 96.4,
        ("households_with_broadband_share", "2021", "target"): 90,
        ("households_with_broadband_share", "2021-S1", "actual"): 88.2,
    }  # fmt: skip
    rows = [["Chỉ tiêu", "ĐVT", "Kế hoạch", "Thực hiện"], ["Số trạm BTS", "trạm", "30", "31"]]
    text = "Tổng kết công tác năm 2021", "Đã kích hoạt 11.870 tài khoản VNeID.", "Biểu 1: Hạ tầng và dịch vụ công"
    reading = read(tmp_path, rows, *text, report="2021")
    assert own(reading)["bts_stations", "2021", "target"] == 30
    assert own(reading)["bts_stations", "2021", "actual"] == 31
    assert any("2021" in each for each in reading.doubts)  # and a person is asked to look


def test_a_count_that_no_share_can_be_gives_way_to_the_share_beside_it(tmp_path):
    rows = [["Năm", "Số hộ", "Hộ có Internet băng rộng", "Tỷ lệ hộ gia đình có Internet băng rộng (%)"],
            ["2020", "20.640", "12.310", "59,6"], ["2021", "20.880", "13.790", "66,0"]]  # fmt: skip
    found = own(read(tmp_path, rows, "Số liệu 2 năm", report="2021"))
    assert found["households_with_broadband_share", "2021", "actual"] == 66


def test_what_is_lacking_to_a_target_is_no_ratio(tmp_path):
    rows = [["TT", "Chỉ tiêu (%)", "Mục tiêu năm 2021", "Ước đến 30/6/2021", "Còn thiếu so với mục tiêu (điểm %)"],
            ["1", "Hồ sơ nộp trực tuyến", "95,0", "91,3", "3,7"],
            ["2", "Hồ sơ thanh toán trực tuyến", "80", "70,5", "9,5"]]  # fmt: skip
    reading = read(tmp_path, rows, "Tiến độ thực hiện chỉ tiêu chuyển đổi số")
    assert own(reading)["online_applications_share", "2021-S1", "actual"] == 91.3
    assert "ratio_pct" not in set(reading.comparisons["measure"])


def test_a_cluster_s_figures_are_not_the_area_s(tmp_path):
    text = "a) Cụm 1: 7 xã, 52 trạm BTS.", "b) Cụm 2: 7 xã, 47 trạm BTS.", "Toàn huyện có 31 tổ công nghệ số cộng đồng."
    assert own(read(tmp_path, [["-"]], *text, report="2021")) == {("community_digital_teams", "2021", "actual"): 31}
