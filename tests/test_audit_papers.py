"""One fault in a whole paper gives one finding at its place, of the right weight; none gives none."""

from __future__ import annotations

import docx
import openpyxl
import pytest
from audit_paper import Paper, ratio

from ictplan_utils import audit


def found_in(paper: Paper, folder):
    """Return the errors and warnings of a paper, as `ictplan audit PLAN` finds them."""
    findings = audit.audit_document(paper.write(folder / "plan.txt"), "tua-chua", "2023-S1")
    return findings[findings["severity"] != "info"]


CELLS = {
    "digits of a ratio swapped": (1, "10", 7, "160,5", "A1:10:7"),
    "a ratio upside down": (1, "9", 7, "91,5", "A1:9:7"),
    "a growth for a ratio": (2, "6", 6, "4,7", "A2:6:6"),
    "a ratio without its comma": (1, "20", 7, "1066", "A1:20:7"),
    "a part too small": (1, "Số điểm Bưu điện", 5, "10", "A1:1.1:5"),
    "a part too large": (1, "Số điểm phục vụ bưu chính khác", 6, "14", "A1:1.2:6"),
    "a total lost a thousand": (1, "12", 5, "38.438", "A1:12:5"),
    "an estimate copied as the target": (2, "5", 4, "2.200", "A2:5:4"),
    "an estimate with swapped digits": (2, "14", 4, "83", "A2:14:4"),
    "a share above 100": (1, "6", 5, "184", "A1:6:5"),
    "a count with a decimal": (1, "10", 6, "66,5", "A1:10:6"),
    "thousands where millions are meant": (1, "5", 5, "970.000", "A1:5:5"),
    "a rate of swapped digits": (1, "11", 4, "46,0", "A1:11:4"),
    "a share that its row contradicts": (1, "24", 5, "76,7", "A1:24:5"),
    "a count that its share contradicts": (1, "23", 5, "9", "A1:23:5"),
    "six months above the year": (1, "27", 5, "372", "A1:27:5"),
    "a stock ten times too small": (1, "18", 5, "2.818", "A1:18:5"),
}
SAID = {
    "a part of a sum in text": ("02 bưu cục", "05 bưu cục", "N:1.1"),
    "swapped digits in text": ("290 thuê bao", "920 thuê bao", "N:1.2"),
    "text against table": ("là 64 trạm", "là 46 trạm", "N:1.2"),
    "parts of a change": ("tăng 1.338", "tăng 1.383", "N:1.2"),
    "the sign of a change": ("giảm 15 thuê bao", "tăng 15 thuê bao", "N:1.2"),
    "a letter from the future": ("02/6/2023", "02/6/2024", "D:cites:1"),
}


def test_the_consistent_paper_is_silent(tmp_path):
    assert found_in(Paper(), tmp_path)["message_vi"].tolist() == []


@pytest.mark.parametrize("fault", CELLS)
def test_one_wrong_cell_is_one_error_that_names_it(fault, tmp_path):
    table, row, column, printed, place = CELLS[fault]
    paper = Paper()
    paper.put(table, row, column, printed)
    found = found_in(paper, tmp_path)
    assert found["severity"].tolist() == ["error"], found["message_vi"].tolist()
    assert place in [found["source"].item(), *found["also"].item().split()]


@pytest.mark.parametrize("fault", SAID)
def test_one_wrong_word_is_one_error_that_names_it(fault, tmp_path):
    old, new, place = SAID[fault]
    paper = Paper()
    paper.say(old, new)
    found = found_in(paper, tmp_path)
    assert found["severity"].tolist() == ["error"], found["message_vi"].tolist()
    assert place in found["source"].item() + " " + found["also"].item()


def test_a_unit_that_the_other_table_contradicts_is_one_error(tmp_path):
    paper = Paper()
    paper.put(1, "20", 3, "Tỷ đồng")
    found = found_in(paper, tmp_path)
    assert found["severity"].tolist() == ["error"]
    assert found["slip"].item() == "unit"
    assert "đơn vị" in found["message_vi"].item()


def test_a_heading_that_names_another_year_than_its_column(tmp_path):
    paper = Paper()
    paper.tables[0][0][3] = "Thực hiện năm 2021"
    found = found_in(paper, tmp_path)
    assert found["rule"].tolist() == ["compared_years"]
    assert "nói năm 2022, không phải 2021" in found["message_vi"].item()


def test_an_appendix_that_goes_with_another_number(tmp_path):
    paper = Paper()
    paper.enclosed = paper.enclosed.replace("1204", "1240")
    found = found_in(paper, tmp_path)
    assert found["rule"].tolist() == ["enclosed_number"]


def test_a_target_that_trebles_is_asked_about(tmp_path):
    paper = Paper()
    paper.put(2, "5", 5, "9.800")
    paper.put(2, "5", 6, "485,1")
    assert found_in(paper, tmp_path)["rule"].tolist() == ["bold_target"]


def test_a_heading_that_gives_a_whole_column_another_time_is_one_error(tmp_path):
    paper = Paper()
    paper.tables[0][0][5] = "Thực hiện năm 2022"
    found = found_in(paper, tmp_path)
    assert found["source"].tolist() == ["A1:0:6"], found["message_vi"].tolist()


def test_a_row_that_stands_twice_and_differs_is_one_error(tmp_path):
    paper = Paper()
    row = next(row for row in paper.tables[0] if row[0] == "24")
    paper.tables[0].append(["25", *row[1:4], "76,7", *row[5:]])
    found = found_in(paper, tmp_path)
    assert found["rule"].tolist() == ["row_twice"], found["message_vi"].tolist()
    assert "76,7" in found["message_vi"].item()


def test_two_figures_that_changed_places_are_one_error(tmp_path):
    paper = Paper()
    for row, column in (("12", 4), ("18", 4)):
        other = next(each for each in Paper().tables[1] if each[0] == ("18" if row == "12" else "12"))
        paper.put(2, row, column, other[column - 1])
    found = found_in(paper, tmp_path)
    assert found["slip"].tolist() == ["exchanged"], found["message_vi"].tolist()


def test_two_whole_rows_that_changed_places_are_one_error(tmp_path):
    paper = Paper()
    one, two = (next(row for row in paper.tables[1] if row[0] == number) for number in ("5", "20"))
    one[3:], two[3:] = two[3:], one[3:]
    found = found_in(paper, tmp_path)
    assert found["slip"].tolist() == ["exchanged_rows"], found["message_vi"].tolist()
    assert found["source"].item() in ("A2:5:4", "A2:20:4")


def test_a_cell_that_its_ratio_and_the_text_contradict_is_the_wrong_one(tmp_path):
    paper = Paper()
    paper.put(1, "5", 5, "790")
    assert found_in(paper, tmp_path)["source"].tolist() == ["A1:5:5"]


SINCE = """UBND HUYỆN TỦA CHÙA
BÁO CÁO
Công tác thông tin và truyền thông 6 tháng đầu năm 2023
1. Có 64 trạm BTS, tăng 3 trạm so với cùng kỳ năm 2022.
2. Có 39.438 thuê bao điện thoại, tăng 1.338 thuê bao so với cùng kỳ năm 2022.

STT|Chỉ tiêu|Đơn vị|6 tháng đầu năm {year}|6 tháng đầu năm 2023|Tăng, giảm
1|Số trạm BTS|Trạm|61|64|3
2|Tổng số thuê bao điện thoại|Thuê bao|38.100|39.438|1.338"""


@pytest.mark.parametrize(("year", "rules"), [("2022", []), ("2021", ["misdated"])])
def test_a_base_of_another_year_than_the_text_says_is_asked_about(year, rules, tmp_path):
    plan = tmp_path / "plan.txt"
    plan.write_text(SINCE.format(year=year).replace("|", "\t"), "utf-8")
    found = audit.audit_document(plan, "tua-chua", "2023-S1").query("severity != 'info'")
    assert found["rule"].tolist() == rules, found["message_vi"].tolist()


def test_a_line_that_cites_a_resolution_is_no_heading_of_the_plan(tmp_path):
    paper = Paper()
    cited = "Căn cứ Nghị quyết của HĐND huyện về nhiệm vụ năm 2023; UBND huyện xây dựng kế hoạch như sau:"
    paper.say("Phần thứ nhất", f"{cited}\nPhần thứ nhất")
    assert found_in(paper, tmp_path)["message_vi"].tolist() == []


def test_a_plan_below_junes_level_is_asked_about_in_a_text_too(tmp_path):
    plan = tmp_path / "plan.txt"
    said = (
        "Có 14/17 xã có đài truyền thanh (82,4%).\nII. Chỉ tiêu năm 2024\nCó 11/17 xã có đài truyền thanh, đạt 64,7%."
    )
    plan.write_text(f"BÁO CÁO\nKết quả 6 tháng đầu năm 2023, phương hướng năm 2024\nI. Kết quả\n{said}", "utf-8")
    found = audit.audit_document(plan, "tua-chua", "2023-S1").query("severity != 'info'")
    assert found["rule"].tolist() == ["target_backwards"], found["message_vi"].tolist()


FILES = """UBND {title}
BÁO CÁO
Kết quả chuyển đổi số 6 tháng đầu năm {this}

STT|Chỉ tiêu|Đơn vị|Thực hiện năm {last}|6 tháng đầu năm {this}|Ước năm {this}
1|Số hồ sơ thủ tục hành chính tiếp nhận|Hồ sơ|2.194|2.310|4.598"""


@pytest.mark.parametrize(
    ("area", "title", "this", "rules"),
    [("muong-ang-commune", "XÃ MƯỜNG ẢNG", 2026, []), ("muong-ang-commune", "XÃ MƯỜNG ẢNG", 2027, ["jump"])],
)
def test_the_year_in_which_an_area_began_is_no_whole_one(area, title, this, rules, tmp_path):
    plan = tmp_path / "plan.txt"
    plan.write_text(FILES.format(title=title, this=this, last=this - 1).replace("|", "\t"), "utf-8")
    found = audit.audit_document(plan, area, f"{this}-S1").query("severity != 'info'")
    assert found["rule"].tolist() == rules, found["message_vi"].tolist()


@pytest.mark.parametrize(("row", "columns", "rule"), [("12", (7, 8), "printed_ratio"), ("20", (4, 5), "printed_ratio")])
def test_two_cells_of_a_row_that_changed_places_are_one_error(row, columns, rule, tmp_path):
    paper = Paper()
    for column, other in zip(columns, columns[::-1], strict=True):
        printed = next(each for each in Paper().tables[0] if each[0] == row)[other - 1]
        paper.put(1, row, column, printed)
    found = found_in(paper, tmp_path)
    assert found["slip"].tolist() == ["exchanged"], found["message_vi"].tolist()
    assert found["rule"].tolist() == [rule]


@pytest.mark.parametrize(("copy", "original"), [("12", "18"), ("18", "12")])
def test_a_row_pasted_over_its_neighbour_is_one_error_whichever_it_is(copy, original, tmp_path):
    paper = Paper()
    right = next(row for row in Paper().tables[0] if row[0] == original)
    for column in range(4, 9):
        paper.put(1, copy, column, right[column - 1])
    found = found_in(paper, tmp_path)
    assert found["slip"].tolist() == ["copied_row"], found["message_vi"].tolist()


def test_a_row_that_stands_twice_alike_is_one_question(tmp_path):
    paper = Paper()
    row = next(row for row in paper.tables[0] if row[0] == "24")
    paper.tables[0].append(["25", *row[1:]])
    found = found_in(paper, tmp_path)
    assert found[["rule", "severity"]].to_numpy().tolist() == [["row_twice", "warning"]], found["message_vi"].tolist()


def test_a_comma_between_the_thousands_is_asked_about_where_all_others_are_points(tmp_path):
    paper = Paper()
    paper.put(1, "12", 5, "39,438")
    found = found_in(paper, tmp_path)
    assert found[["rule", "source", "expected"]].to_numpy().tolist() == [["thousands_mark", "A1:12:5", "39.438"]]


def test_a_comparison_of_a_result_that_is_only_planned(tmp_path):
    paper = Paper()
    paper.tables[1][0][5] = "So sánh ước thực hiện năm 2024 với ước thực hiện năm 2023 (%)"
    found = found_in(paper, tmp_path)
    assert found["rule"].tolist() == ["compared_years"], found["message_vi"].tolist()
    assert "năm 2024 chỉ có cột kế hoạch" in found["message_vi"].item()


def test_a_result_called_done_in_one_heading_and_expected_in_another_is_one_result(tmp_path):
    paper = Paper()
    paper.tables[0][0][6] = "So sánh thực hiện năm 2023 với thực hiện năm 2022 (%)"
    paper.put(1, "10", 7, "160,5")
    found = found_in(paper, tmp_path)
    assert found["source"].tolist() == ["A1:10:7"], found["message_vi"].tolist()
    assert "66/62 = 106,45%" in found["message_vi"].item()


def test_differences_are_differences_though_their_heading_gives_no_unit(tmp_path):
    paper = Paper()
    paper.tables[1][0][5] = "Chênh lệch kế hoạch năm 2024 so với thực hiện năm 2023"
    for row in paper.tables[1][2:]:
        if row[3]:
            year_, plan = (float(each.replace(".", "").replace(",", ".")) for each in row[3:5])
            row[5] = f"{plan - year_:.1f}".removesuffix(".0").replace(".", ",")
    assert found_in(paper, tmp_path)["message_vi"].tolist() == []


def test_a_table_s_title_without_a_number_is_its_title(tmp_path):
    paper = Paper()
    path = paper.write(tmp_path / "plan.txt")
    written = path.read_text("utf-8").replace("PHỤ LỤC\n\n", "").split(paper.enclosed)
    path.write_text("CHỈ TIÊU VÀ KẾ HOẠCH NĂM 2026".join([written[0], "".join(written[1:])]), encoding="utf-8")
    found = audit.audit_document(path, "tua-chua", "2023-S1")
    assert found.loc[found["severity"] != "info", ["rule", "source"]].to_numpy().tolist() == [
        ["caption_year", "B1:title"]
    ]


def test_a_title_that_plans_another_year_than_its_targets(tmp_path):
    paper = Paper()
    paper.say("huyện Tủa Chùa năm 2024", "huyện Tủa Chùa năm 2023")
    assert found_in(paper, tmp_path)["rule"].tolist() == ["title_year"]


def test_a_lower_target_whose_row_gives_the_reason_is_no_question(tmp_path):
    paper = Paper()
    paper.put(2, "10", 5, "60")
    paper.put(2, "10", 6, "90,9")
    assert found_in(paper, tmp_path)["rule"].tolist() == ["target_backwards"]
    for row in paper.tables[1]:
        row.append("")
    paper.tables[1][0][6] = "Ghi chú"
    paper.put(2, "10", 7, "Giảm do thu hồi trạm cũ")
    assert found_in(paper, tmp_path)["message_vi"].tolist() == []
    for row in paper.tables[1][2:]:
        row[6:] = ["Văn phòng HĐND và UBND"]
    assert found_in(paper, tmp_path)["rule"].tolist() == ["target_backwards"]


def test_one_oddity_of_all_years_is_one_question(tmp_path):
    paper = Paper()
    name = "Tỷ lệ hộ gia đình có thể kết nối Internet băng rộng cố định"
    for table, rest in ((0, ["30", "32", "34", "113,3", "94,1"]), (1, ["34", "36", "105,9"])):
        at = next(k for k, row in enumerate(paper.tables[table]) if row[0] == "14")
        paper.tables[table].insert(at, ["13", name, "%", *rest])
    found = found_in(paper, tmp_path)
    assert found["rule"].tolist() == ["part_usually_within"], found["message_vi"].tolist()
    assert {"A1:14:5", "A1:14:6", "A2:14:5"} <= set(found["also"].item().split())


def test_figures_that_agree_with_others_are_told_and_not_asked_about(tmp_path):
    paper = Paper()
    paper.say("1.3. Phát thanh", "1.3. Phát thanh\n- Số hộ được xem Đài Truyền hình tỉnh là 9.450 hộ (đạt tỷ lệ 94,5%)."
              " Số hộ gia đình có thiết bị xem Truyền hình 8.000 hộ (đạt tỷ lệ 80%).")  # fmt: skip
    assert found_in(paper, tmp_path)["message_vi"].tolist() == []
    paper.say("8.000 hộ (đạt tỷ lệ 80%)", "8.000 hộ")
    assert found_in(paper, tmp_path)["rule"].tolist() == ["part_usually_within"]


@pytest.mark.parametrize(
    ("lines", "asked"),
    [(("3.200", "3.390", "3.580", "3.820"), False), (("3.350", "3.390", "3.700", "4.000"), True)],
)
def test_a_rate_worked_out_in_an_own_way_all_along_is_no_question(lines, asked, tmp_path):
    paper = Paper()
    for number, name, unit, (last, half, year, plan) in (
        ("13.1", "Tổng số hộ gia đình", "Hộ", ["10.000"] * 4),
        ("13.2", "Số thuê bao Internet băng rộng cố định", "Thuê bao", lines),
    ):
        rows = ([last, half, year, ratio(year, last), ratio(half, year)], [year, plan, ratio(plan, year)])
        for table, more in zip(paper.tables, rows, strict=True):
            at = next(k for k, row in enumerate(table) if row[0] == "14")
            table.insert(at, [number, name, unit, *more])
    assert found_in(paper, tmp_path)["rule"].tolist() == ["rate_nearly"] * asked


@pytest.mark.parametrize(
    ("rates", "asked"),
    [
        (("34", "35,8", "38", "40,6"), True),
        (("34,6", "35,8", "38,9", "42,5"), False),
        (("34", "38,1", "38", "40,6"), True),
    ],
)
def test_a_rate_above_its_lines_is_asked_about_where_it_is_worked_out_from_them(rates, asked, tmp_path):
    """Over one base at all times, and not the homes that are told; drifting, it was counted otherwise; else a slip."""
    paper = Paper()
    paper.say("1.3. Phát thanh", "1.3. Phát thanh\n- Toàn huyện có 10.600 hộ gia đình.")
    for name, unit, (last, half, year, plan) in (
        ("Tỷ lệ hộ gia đình có kết nối Internet băng rộng", "%", rates),
        ("Số thuê bao Internet băng rộng cố định", "Thuê bao", ("3.400", "3.580", "3.800", "4.060")),
    ):
        rows = ([last, half, year, ratio(year, last), ratio(half, year)], [year, plan, ratio(plan, year)])
        for table, more in zip(paper.tables, rows, strict=True):
            at = next(k for k, row in enumerate(table) if row[0] == "14")
            if unit == "%":
                table[at] = ["14", name, unit, *more]
            else:
                table.insert(at, ["13", name, unit, *more])
    found = found_in(paper, tmp_path)
    assert ("rate_nearly" in found["rule"].tolist()) == asked, found["message_vi"].tolist()


@pytest.mark.parametrize(("growth", "wrong"), [("1,9", False), ("3,9", True)])
def test_a_growth_behind_a_rate_may_be_of_what_it_counts(growth, wrong, tmp_path):
    paper = Paper()
    paper.say("39.438 thuê bao điện thoại (tăng 1.338 thuê bao so với cùng kỳ năm 2022)",
              f"39.438 thuê bao điện thoại, đạt 65,1 thuê bao/100 dân (tăng {growth}% so với năm 2022)")  # fmt: skip
    assert found_in(paper, tmp_path)["rule"].tolist() == ["stated_change"] * wrong


@pytest.mark.parametrize(
    ("said", "right", "slip", "sum_"),
    [
        ("1.3. Phát thanh", "- Trong đó, số trạm BTS của Viettel là 30 trạm, Vinaphone 20 trạm, Mobifone 14 trạm.",
         ("Mobifone 14", "Mobifone 19"), "30 + 20 + 19 = 69, mà phụ lục 1, dòng 10, cột 5 ghi 64"),
        ("1.2. Viễn thông", "- Doanh thu bưu chính quý I năm 2023 đạt 470 triệu đồng, quý II là 500 triệu đồng.",
         ("470", "740"), "ghi 740 triệu đồng, nhưng 740 + 500 = 1.240, mà phụ lục 1, dòng 5, cột 5 ghi 970"),
    ],
)  # fmt: skip
def test_parts_in_the_text_that_do_not_make_their_whole_are_one_error(said, right, slip, sum_, tmp_path):
    paper = Paper()
    paper.say(said, f"{right}\n{said}")
    assert found_in(paper, tmp_path)["message_vi"].tolist() == []
    paper.say(*slip)
    assert sum_ in found_in(paper, tmp_path)["message_vi"].item()


@pytest.mark.parametrize(("growth", "wrong"), [("4,9", False), ("9,4", True)])
def test_a_growth_behind_a_plan_may_be_of_the_result_before_it(growth, wrong, tmp_path):
    paper = Paper()
    paper.say("đạt 970 triệu đồng (đạt 104,9% so với cùng kỳ năm 2022)",
              "đạt 970 triệu đồng, đạt 46,2% kế hoạch năm (kế hoạch 2.100 triệu đồng); "
              f"so với cùng kỳ năm 2022 (925 triệu đồng) tăng {growth}%")  # fmt: skip
    assert found_in(paper, tmp_path)["rule"].tolist() == ["stated_change"] * wrong


@pytest.mark.parametrize(
    ("said", "rule", "told"),
    [
        ("Doanh thu bưu chính năm 2022: 1.850 đồng.", "broken_count", "1.850 đồng, nhưng tính ra chỉ 0,00185 triệu"),
        ("Có 28.1 thuê bao Internet băng rộng di động.", "broken_count", "28.1, nhưng Thuê bao đếm bằng số nguyên"),
        ("Có 14/12 xã, thị trấn có đài truyền thanh.", "part_within_whole", "ghi 14, nhưng 14 là nhiều hơn 12"),
        ("Huyện Lạc Thủy có 64 trạm BTS.", "another_place", "64 là của huyện Lạc Thủy, mà phụ lục 1, dòng 10"),
        ("Sản xuất mới 172 chương trình phát thanh, 6 tháng cuối năm 187 chương trình, cả năm ước 350 chương trình.",
         "total_of_parts", "172 + 187 = 359, mà phụ lục 1, dòng 27, cột 6 ghi 350"),
    ],
)  # fmt: skip
def test_a_sentence_that_cannot_be_true_is_one_finding(said, rule, told, tmp_path):
    paper = Paper()
    paper.say("1.3. Phát thanh", f"- {said}\n1.3. Phát thanh")
    found = found_in(paper, tmp_path).query("rule == @rule")
    assert told in found["message_vi"].item()


def test_a_table_s_amounts_in_the_smallest_unit_are_one_error(tmp_path):
    paper = Paper()
    paper.put(1, "20", 3, "Đồng")
    paper.put(2, "20", 3, "Đồng")
    found = found_in(paper, tmp_path).query("rule == 'broken_count'")
    assert "36.200, nhưng tính ra chỉ 0,0362 triệu đồng" in found["message_vi"].iloc[0]


@pytest.mark.parametrize(("now", "asked"), [("21", False), ("48", True)])
def test_a_small_count_may_grow_by_half(now, asked, tmp_path):
    lines = [
        "UBND TỈNH HÀ NAM", "Hà Nam, ngày 26 tháng 12 năm 2024", "KẾ HOẠCH", "Phát triển hạ tầng số năm 2025",
        "STT\tChỉ tiêu\tĐVT\tTH năm 2023\tƯớc TH năm 2024\tKế hoạch năm 2025",
        f"1\tSố trạm BTS\tTrạm\t12\t{now}\t{now}",
        "2\tSố thuê bao điện thoại cố định\tThuê bao\t17.082\t16.512\t16.512",
    ]  # fmt: skip
    (tmp_path / "plan.txt").write_text("\n\n".join(lines[:4]) + "\n\n" + "\n".join(lines[4:]), encoding="utf-8")
    found = audit.audit_document(tmp_path / "plan.txt", "ha-nam", "2024")
    assert ("jump" in set(found["rule"])) == asked


def test_a_rate_that_leaps_without_what_it_is_worked_out_from_is_asked_about(tmp_path):
    paper = Paper()
    paper.put(1, "11", 4, "646")  # a comma lost; telephones, not the people, stand beside it
    paper.put(1, "11", 7, "")
    found = found_in(paper, tmp_path)
    assert "mobile_density" in set(found["indicator"]), found["message_vi"].tolist()


def test_a_letterhead_of_several_lines_in_a_cell_says_the_day(tmp_path):
    paper, made = Paper(), docx.Document()
    head = made.add_table(rows=1, cols=2).rows[0].cells
    head[0].text, head[1].text = (
        "UBND HUYỆN TỦA CHÙA",
        "Độc lập - Tự do - Hạnh phúc\nTủa Chùa, ngày 20 tháng 13 năm 2023",
    )
    for line in paper.text.split("\n")[3:]:
        made.add_paragraph(line)
    made.save(tmp_path / "plan.docx")
    found = audit.audit_document(tmp_path / "plan.docx", "tua-chua", "2023-S1").query("severity == 'error'")
    assert found["rule"].tolist() == ["no_such_date"]


def test_a_lost_digit_is_named_with_the_figure_meant(tmp_path):
    paper = Paper()
    paper.put(1, "3", 4, "428")
    found = found_in(paper, tmp_path)
    assert found[["source", "slip"]].to_numpy().tolist() == [["A1:3:4", "lost_digit"]]


def test_a_row_in_another_unit_than_the_text_is_one_error_in_both_tables(tmp_path):
    paper = Paper()
    paper.say("1.2. Viễn thông", "- Ước cả năm 2023, doanh thu bưu chính đạt 2.020 triệu đồng.\n1.2. Viễn thông")
    for table in paper.tables:
        next(row for row in table if row[0] == "5")[2] = "Tỷ đồng"
    found = found_in(paper, tmp_path)
    assert found[["source", "slip"]].to_numpy().tolist() == [["A1:5:5", "unit"]]


@pytest.mark.parametrize("wrong", ["formula", "heading"])
def test_a_column_that_compares_with_another_time_than_it_says_is_one_error(wrong, tmp_path):
    paper = Paper()
    if wrong == "formula":
        paper.tables[0][1][6] = "7=6/5"
    else:
        paper.tables[0][0][6] = "So sánh ước thực hiện năm 2023 với 6 tháng 2023 (%)"
        paper.tables[0][1][6] = "7"
    assert found_in(paper, tmp_path)[["rule", "source"]].to_numpy().tolist() == [["compared_years", "A1:0:7"]]


PLAN_TITLE = "KẾ HOẠCH\nPhát triển các lĩnh vực ngành Thông tin và Truyền thông trên địa bàn huyện Tủa Chùa năm 2024"


@pytest.mark.parametrize("which", ["plan", "report"])
@pytest.mark.parametrize(("district", "asked"), [("Tủa Chùa", False), ("Tuần Giáo", True)])
def test_a_title_that_names_another_area_is_asked_about(which, district, asked, tmp_path):
    paper = Paper()
    if which == "plan":
        paper.say("trên địa bàn huyện Tủa Chùa", f"trên địa bàn huyện {district}")
    else:
        paper.say(PLAN_TITLE, f"BÁO CÁO\nSố liệu viễn thông 6 tháng đầu năm 2023 của huyện {district}")
    assert found_in(paper, tmp_path)["rule"].tolist() == ["another_place"] * asked


def test_each_appendix_goes_with_this_paper(tmp_path):
    paper = Paper()
    plan = paper.write(tmp_path / "plan.txt")
    first, second = (
        "(Kèm theo Kế hoạch của UBND huyện {} năm 2024)".format,
        "Biểu 2 (kèm theo Kế hoạch của UBND huyện {})",
    )
    for own, asked in (("Tủa Chùa", []), ("Mường Ảng", ["another_place"])):
        written = plan.read_text("utf-8").split(paper.enclosed)
        told = first("Tủa Chùa").join(written[:2]) + second.format(own) + written[2]
        (tmp_path / "told.txt").write_text(told, encoding="utf-8")
        found = audit.audit_document(tmp_path / "told.txt", "tua-chua", "2023-S1").query("severity != 'info'")
        assert found["rule"].tolist() == asked, found["message_vi"].tolist()


@pytest.mark.parametrize(("number", "told"), [("9", True), ("10", False)])
def test_a_row_s_number_that_stands_twice_is_told(number, told, tmp_path):
    paper = Paper()
    next(row for row in paper.tables[0] if row[0] == "10")[0] = number
    findings = audit.audit_document(paper.write(tmp_path / "plan.txt"), "tua-chua", "2023-S1")
    assert ("row_number" in set(findings["rule"])) is told
    assert findings.query("severity != 'info'")["message_vi"].tolist() == []


def test_a_word_of_two_meanings_is_wrong_only_if_it_is_by_both(tmp_path):
    paper = Paper()
    paper.say("02 bưu cục, 11 điểm bưu điện văn hóa xã, 1 điểm phục vụ khác",
              "11 điểm bưu điện văn hóa xã, 3 điểm phục vụ khác, gồm 02 bưu cục")  # fmt: skip
    assert found_in(paper, tmp_path)["message_vi"].tolist() == []
    paper.say("3 điểm phục vụ khác", "5 điểm phục vụ khác")
    assert len(found_in(paper, tmp_path)) == 1


@pytest.mark.parametrize(("half", "sum_"), [("14", ""), ("16", "11 + 3 = 14")])
def test_a_row_of_two_meanings_is_read_as_its_figures_have_it(half, sum_, tmp_path):
    paper = Paper()
    rows = (["1", "1", "2", "200", "50"], ["2", "2", "2", "100", "100"]), (["2", "2", "100"], ["2", "2", "100"])
    for table, (other, offices) in zip(paper.tables, rows, strict=True):
        at = next(n for n, row in enumerate(table) if row[1] == "Số điểm phục vụ bưu chính khác")
        table[at][3:] = other
        table.insert(at, ["", "Số bưu cục", "Bưu cục", *offices])
    paper.put(1, "1", 5, half)
    found = found_in(paper, tmp_path)["message_vi"].tolist()
    assert len(found) == bool(sum_)
    assert all(sum_ in said for said in found)


def _in_thousands(paper: Paper) -> None:
    for table, columns in ((0, (4, 5, 6)), (1, (4, 5))):
        row = next(row for row in paper.tables[table] if row[0] == "12")
        row[2] = "Nghìn thuê bao"
        for column in columns:
            exact = float(row[column - 1].replace(".", ""))
            row[column - 1] = f"{exact / 1000:.1f}".replace(".", ",")


def test_a_table_in_thousands_agrees_with_the_exact_figure_of_the_text(tmp_path):
    paper = Paper()
    _in_thousands(paper)
    assert found_in(paper, tmp_path)["message_vi"].tolist() == []
    paper.put(1, "12", 5, "39,6")
    assert "stated_twice" in found_in(paper, tmp_path)["rule"].tolist()


def test_what_stood_still_has_no_pace_by_two_units(tmp_path):
    paper = Paper()
    for table in paper.tables:
        table[:] = [row for row in table if row[0] != "23"]
    for table, column, printed in ((1, 4, "66,7"), (1, 6, "83,3"), (1, 7, "124,9"), (1, 8, "80,1"), (2, 4, "83,3"),
                                   (2, 5, "83,3"), (2, 6, "100")):  # fmt: skip
        paper.put(table, "24", column, printed)
    paper.say("1.3. Phát thanh", "1.3. Phát thanh\n- Huyện có 12 xã, thị trấn, gồm 11 xã.")
    assert found_in(paper, tmp_path)["message_vi"].tolist() == []


COMMUNES = """Phụ lục 3. Một số chỉ tiêu chia theo xã 6 tháng đầu năm 2023

STT\tXã\tSố trạm BTS (trạm)\tSố hộ (hộ)\tTỷ lệ hộ có Internet (%)
1\tTủa Thàng\t20\t1.204\t40,5
2\tXá Nhè\t24\t1.415\t38
3\tMường Báng\t20\t1.382\t30
\tTổng cộng\t64\t4.001\t36,1"""


def _with_communes(paper: Paper, folder, table: str):
    plan = paper.write(folder / "plan.txt")
    plan.write_text(plan.read_text(encoding="utf-8") + "\n\nHết.\n\n" + table, encoding="utf-8")
    return audit.audit_document(plan, "tua-chua", "2023-S1").query("severity != 'info'")


def test_communes_that_do_not_make_their_total_are_one_error(tmp_path):
    assert _with_communes(Paper(), tmp_path, COMMUNES)["message_vi"].tolist() == []
    found = _with_communes(Paper(), tmp_path, COMMUNES.replace("1.382", "1.832"))
    assert found["rule"].tolist() == ["total_of_parts"]
    assert found["message_vi"].item() == (
        "Phụ lục 3, dòng 3, cột 4: ghi 1.832, nhưng 1.204 + 1.415 + 1.832 = 4.451, mà phụ lục 3, dòng thứ 4, cột 4 "
        "ghi 4.001; có thể đảo chữ số (1.382?)."
    )


def test_an_area_that_a_list_of_areas_names_twice_is_one_error(tmp_path):
    named = [line.split("\t")[1] for line in COMMUNES.splitlines() if line[:1].isdigit() and "\t" in line]
    found = _with_communes(Paper(), tmp_path, COMMUNES.replace(named[1], named[0]))
    assert found["rule"].tolist() == ["row_twice"]
    assert named[0] in found["message_vi"].item()


def test_quarters_that_do_not_make_the_half_are_one_error(tmp_path):
    quarters = """Phụ lục 3. Một số chỉ tiêu theo quý

STT\tTên chỉ tiêu\tĐơn vị tính\tQuý I năm 2023\tQuý II năm 2023\t6 tháng đầu năm 2023
1\tTổng doanh thu dịch vụ bưu chính\tTriệu đồng\t470\t500\t970
2\tTổng doanh thu các dịch vụ viễn thông + Internet\tTriệu đồng\t9.200\t9.700\t18.900
3\tSố Chương trình phát thanh sản xuất mới ở cơ sở cấp huyện\tChương trình\t80\t92\t172"""
    assert _with_communes(Paper(), tmp_path, quarters)["message_vi"].tolist() == []
    found = _with_communes(Paper(), tmp_path, quarters.replace("470", "740"))
    assert found["arithmetic"].tolist() == ["740 + 500 = 1.240, mà phụ lục 3, dòng 1, cột 6 ghi 970"]
    assert found["slip"].tolist() == ["swapped_digits"]


HEADS = ("TÌNH HÌNH THỰC HIỆN KẾ HOẠCH 6 THÁNG ĐẦU NĂM 2023", "ĐỊNH HƯỚNG KẾ HOẠCH NĂM 2024")


@pytest.mark.parametrize(
    ("which", "heading", "wrong"),
    [
        (0, "TÌNH HÌNH THỰC HIỆN KẾ HOẠCH 6 THÁNG ĐẦU NĂM 2022", True),
        (0, "I. Kết quả năm 2022", True),
        (0, "1. Kết quả thực hiện nhiệm vụ 6 tháng đầu năm 2022", True),
        (0, "I. Kết quả năm 2022 và 6 tháng đầu năm 2023", False),
        (1, "2. Phương hướng, nhiệm vụ năm 2023", True),
        (1, "2. Phương hướng, nhiệm vụ 6 tháng cuối năm 2023", False),
        (1, "II. Mục tiêu đến năm 2025", False),
        (1, "II. Giải pháp thực hiện năm 2024", False),
    ],
)
def test_a_heading_that_names_another_year_is_one_error_with_all_below_it(which, heading, wrong, tmp_path):
    paper = Paper()
    paper.say(HEADS[which], heading)
    found = found_in(paper, tmp_path)
    assert found["rule"].tolist() == ["title_year"] * wrong, found["message_vi"].tolist()
    assert all(heading in said for said in found["message_vi"])


def test_a_section_of_another_year_than_its_figures_is_one_error(tmp_path):
    paper = Paper()
    paper.say("1.1. Bưu chính", "I. Kết quả năm 2022\n1.1. Bưu chính")
    found = found_in(paper, tmp_path)
    assert found["rule"].tolist() == ["title_year"], found["message_vi"].tolist()
    assert "các số này khớp với 6 tháng đầu năm 2023" in found["message_vi"].item()


def _titled(paper: Paper, folder, *titles: str):
    written = paper.write(folder / "plan.txt").read_text("utf-8").split(paper.enclosed)
    plan = folder / "titled.txt"
    plan.write_text("".join(sum(zip(written, [*titles, ""], strict=True), ())), encoding="utf-8")
    return audit.audit_document(plan, "tua-chua", "2023-S1").query("severity != 'info'")


@pytest.mark.parametrize(
    ("first", "second", "wrong"),
    [
        ("CÁC CHỈ TIÊU NĂM 2023", "CÁC CHỈ TIÊU NĂM 2024", []),
        ("CÁC CHỈ TIÊU NĂM 2023", "CÁC CHỈ TIÊU NĂM 2023", ["A2:title"]),
        ("ƯỚC THỰC HIỆN NĂM 2023", "MỤC TIÊU, NHIỆM VỤ NĂM 2024", []),
        ("ƯỚC THỰC HIỆN NĂM 2023", "MỤC TIÊU, NHIỆM VỤ NĂM 2023", ["A2:title"]),
        ("KẾT QUẢ NĂM 2022, 6 THÁNG ĐẦU NĂM 2023", "KẾ HOẠCH NĂM 2024 SO VỚI NĂM 2023", []),
        ("KẾT QUẢ NĂM 2022", "KẾT QUẢ NĂM 2023 VÀ KẾ HOẠCH NĂM 2024", ["A1:title"]),
        ("Phụ lục 1. Tình hình thực hiện năm 2021", "Phụ lục 2. Kế hoạch năm 2024", ["A1:title"]),
    ],
)
def test_a_table_s_title_that_names_the_year_of_another_column(first, second, wrong, tmp_path):
    found = _titled(Paper(), tmp_path, first, second)
    assert found["source"].tolist() == wrong, found["message_vi"].tolist()


@pytest.mark.parametrize(("district", "asked"), [("TỦA CHÙA", False), ("TUẦN GIÁO", True)])
def test_a_table_s_title_that_names_another_area_is_asked_about(district, asked, tmp_path):
    found = _titled(Paper(), tmp_path, "CÁC CHỈ TIÊU NĂM 2023", f"CÁC CHỈ TIÊU NĂM 2024 CỦA HUYỆN {district}")
    assert found["rule"].tolist() == ["another_place"] * asked


@pytest.mark.parametrize(
    ("said", "numbers", "wrong"),
    [
        ("Chi tiết tại Phụ lục 1, 2 kèm theo", "12", False),
        ("Chi tiết tại Phụ lục 3 kèm theo", "12", True),
        ("Chi tiết tại Phụ lục 1 và Phụ lục 2 kèm theo", "13", True),
        ("Chi tiết tại Phụ lục 1 và Phụ lục 1 kèm theo", "12", True),
        ("Theo mẫu tại Phụ lục 3 Công văn số 812/STTTT-KHTC", "12", False),
        ("Có phụ lục kèm theo", "12", False),
    ],
)
def test_an_appendix_that_the_text_numbers_otherwise(said, numbers, wrong, tmp_path):
    paper = Paper()
    paper.say("- Trên địa bàn", f"({said})\n- Trên địa bàn")
    paper.enclosed = ""
    plan = paper.write(tmp_path / "plan.txt")
    written = plan.read_text("utf-8").split("PHỤ LỤC")
    plan.write_text(f"{written[0]}Phụ lục {numbers[0]}{written[1]}Phụ lục {numbers[1]}{written[2]}", encoding="utf-8")
    found = audit.audit_document(plan, "tua-chua", "2023-S1").query("severity != 'info'")
    assert found["rule"].tolist() == ["appendix_number"] * wrong, found["message_vi"].tolist()


@pytest.mark.parametrize("place", ["above", "beside", "below", "before"])
@pytest.mark.parametrize(("said", "wrong"), [("64 trạm BTS", False), ("46 trạm BTS", True)])
def test_a_sentence_on_a_sheet_is_held_against_its_table(place, said, wrong, tmp_path):
    book = openpyxl.Workbook()
    sheet, table = book.active, Paper().tables[0]
    if place == "before":
        sheet.append(["UBND HUYỆN TỦA CHÙA", None, "Độc lập - Tự do - Hạnh phúc"])
        sheet.append([f"Toàn huyện có {said}."])
        sheet = book.create_sheet()
    sheet.append([f"Đến 30/6/2023 toàn huyện có {said}." if place == "above" else "PHỤ LỤC 1"])
    for row in table:
        sheet.append([cell or None for cell in row])
    if place == "beside":
        sheet.cell(4, len(table[0]) + 2, f"Toàn huyện có {said}.")
    elif place == "below":
        sheet.append([f"Ghi chú: toàn huyện có {said}."])
    book.save(tmp_path / "plan.xlsx")
    found = audit.audit_document(tmp_path / "plan.xlsx", "tua-chua", "2023-S1").query("severity == 'error'")
    assert found["indicator"].tolist() == ["bts_stations"] * wrong, found["message_vi"].tolist()


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("Số trạm BTS giảm 03 trạm so với cùng kỳ.", True),
        ("Kế hoạch năm 2024 giảm còn 60 trạm BTS, bằng 90,9% so với năm 2023.", True),
        ("Số trạm BTS năm 2024 giảm 06 trạm khi hai nhà mạng dùng chung vị trí.", False),
        ("Dự kiến năm 2024 tháo dỡ 06 trạm BTS cũ, còn 60 trạm.", False),
        ("Số trạm BTS năm 2024 giảm 06 trạm. Nguyên nhân: tháo dỡ, di dời để làm đường.", False),
    ],
)
def test_a_lower_target_is_no_question_where_a_sentence_says_why(said, asked, tmp_path):
    paper = Paper()
    paper.put(2, "10", 5, "60")
    paper.put(2, "10", 6, "90,9")
    paper.text += f"\n- {said}"
    assert found_in(paper, tmp_path)["rule"].tolist() == ["target_backwards"] * asked


@pytest.mark.parametrize(
    ("said", "asked"), [("", 1), ("- Việc rà soát, thu hồi SIM rác làm giảm số thuê bao điện thoại.", 0)]
)
def test_what_falls_with_another_target_is_the_same_question(said, asked, tmp_path):
    paper = Paper()
    for row, target, compared in (("12", "38.000", "94"), ("11", "60,8", "92,7"), ("18", "29.431", "97,7")):
        paper.put(2, row, 5, target)
        paper.put(2, row, 6, compared)
    paper.text += "\n" + said
    found = found_in(paper, tmp_path)
    assert found["source"].tolist() == ["A2:12:5"] * asked, found["message_vi"].tolist()


def test_the_years_down_the_rows_of_a_yearbook_are_no_row_twice():
    assert "row_twice" not in set(audit.audit_stored("nghe-an")["rule"])


def test_a_jump_that_a_sentence_gives_a_reason_for_is_told_and_not_asked(tmp_path):
    paper = Paper()
    paper.put(1, "10", 4, "30")  # 30 stations last year, 64 in June
    paper.put(1, "10", 7, "220")
    paper.say("(tăng 03 trạm so với cùng kỳ năm 2022)", "")
    assert "jump" in found_in(paper, tmp_path)["rule"].tolist()
    paper.text += "\n- Số trạm BTS tăng mạnh do hai nhà mạng hoàn thành dự án phủ sóng vùng lõm."
    assert "jump" not in found_in(paper, tmp_path)["rule"].tolist()


def test_a_later_year_s_target_below_the_one_before_it_is_asked_about(tmp_path):
    paper = Paper()
    paper.text += "\n- Mục tiêu đến năm 2025: 60 trạm BTS; đến năm 2026: 75 trạm BTS."
    found = found_in(paper, tmp_path)
    assert found["rule"].tolist() == ["target_backwards"], found["message_vi"].tolist()
    assert "kế hoạch năm 2024" in found["message_vi"].item()


def test_a_sentence_s_figure_that_a_table_has_of_another_year_is_asked_about(tmp_path):
    paper = Paper()
    paper.text += (
        "\n- Năm 2020 toàn huyện có 41.810 thuê bao điện thoại."  # the target of 2024, which nobody had in 2020
    )
    assert found_in(paper, tmp_path)["rule"].tolist() == ["misdated"]


def test_an_opening_that_names_another_district_s_body_is_asked_about(tmp_path):
    paper = Paper()
    said = "Ủy ban nhân dân huyện Lạc Thủy xây dựng kế hoạch như sau:"
    paper.say("Phần thứ nhất", f"{said}\nPhần thứ nhất")
    assert found_in(paper, tmp_path)[["rule", "source"]].to_numpy().tolist() == [["another_place", "D:opening"]]
    paper.say("huyện Lạc Thủy", "huyện Tủa Chùa")
    assert found_in(paper, tmp_path)["message_vi"].tolist() == []


def test_two_columns_of_one_heading_are_asked_about(tmp_path):
    lines = [
        "UBND TỈNH HÀ NAM", "Hà Nam, ngày 26 tháng 12 năm 2024", "KẾ HOẠCH", "Phát triển hạ tầng số năm 2025",
        "STT\tChỉ tiêu\tĐVT\tTH năm 2023\tƯớc TH năm 2024\tKế hoạch năm 2025\tKế hoạch năm 2027\tKế hoạch năm 2027",
        "1\tSố trạm BTS\tTrạm\t1.640\t1.734\t1.806\t1.900\t2.011",
        "2\tSố thuê bao điện thoại cố định\tThuê bao\t17.082\t16.512\t15.980\t15.489\t15.226",
    ]  # fmt: skip
    (tmp_path / "plan.txt").write_text("\n\n".join(lines[:4]) + "\n\n" + "\n".join(lines[4:]), encoding="utf-8")
    found = audit.audit_document(tmp_path / "plan.txt", "ha-nam", "2024").query("severity != 'info'")
    assert found[["rule", "source"]].to_numpy().tolist() == [["header_year", "B1:0:8"]], found["message_vi"].tolist()


@pytest.mark.parametrize(("day", "early"), [("ngày 20 tháng 6 năm 2023", False), ("ngày 02 tháng 4 năm 2023", True)])
def test_a_date_that_stands_alone_under_the_title_is_the_document_s(day, early, tmp_path):
    paper = Paper()
    paper.say("Tủa Chùa, ngày 20 tháng 6 năm 2023\n", "")
    paper.say("Phần thứ nhất", f"({day})\nPhần thứ nhất")
    found = found_in(paper, tmp_path)
    assert ("title_year" in set(found["rule"])) is early, found["message_vi"].tolist()


def test_a_year_s_results_cannot_be_signed_in_its_january(tmp_path):
    text = (
        "UBND HUYỆN TÂN LẠC\n\nTân Lạc, ngày 08 tháng 01 năm 2024\n\nBÁO CÁO\n\nKết quả thực hiện năm 2024\n\n"
        "Năm 2024 doanh thu bưu chính đạt 5.844 triệu đồng; toàn huyện có 119 trạm BTS."
    )
    (tmp_path / "report.txt").write_text(text, encoding="utf-8")
    findings = audit.audit_document(tmp_path / "report.txt", "tan-lac", "2024")
    assert findings.loc[findings["severity"] != "info", "rule"].tolist() == ["title_year"]


def test_two_halves_make_their_year(tmp_path):
    text = (
        "UBND HUYỆN LƯƠNG SƠN\n\nLương Sơn, ngày 06 tháng 01 năm 2022\n\nBÁO CÁO\n\nKết quả thực hiện năm 2021\n\n"
        "- Doanh thu viễn thông: 6 tháng đầu năm đạt 38.730 triệu đồng, 6 tháng cuối năm đạt "
        "40.498 triệu đồng, cả năm 2021 đạt "
    )
    for whole, wrong in (("79.228", []), ("82.828", ["telecom_revenue"])):
        (tmp_path / "report.txt").write_text(f"{text}{whole} triệu đồng.", encoding="utf-8")
        findings = audit.audit_document(tmp_path / "report.txt", "luong-son", "2021").query("severity == 'error'")
        assert findings["indicator"].tolist() == wrong, findings["message_vi"].tolist()


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("Có 9/16 xã, thị trấn có đài truyền thanh, đạt 56,3%", False),
        ("Có 9/16 xã, thị trấn có đài truyền thanh, đạt 56%", False),
        ("Có 9/16 xã, thị trấn có đài truyền thanh, đạt 47,3%", True),
        ("Tổng số thuê bao điện thoại đạt 3.120/3.000 thuê bao (KH), mật độ 80 thuê bao/100 dân", False),
    ],
)
def test_a_share_is_that_of_the_count_and_the_whole_in_its_sentence(said, wrong, tmp_path):
    text = (
        "UBND HUYỆN TÂN LẠC\n\nTân Lạc, ngày 28 tháng 6 năm 2023\n\nBÁO CÁO\n\nKết quả 6 tháng đầu năm 2023\n\n"
        f"- {said}.\n\n- Số trạm BTS: 145 trạm."
    )
    (tmp_path / "report.txt").write_text(text, encoding="utf-8")
    findings = audit.audit_document(tmp_path / "report.txt", "tan-lac", "2023-S1").query("severity == 'error'")
    assert findings["indicator"].tolist() == ["communes_with_radio_share"] * wrong, findings["message_vi"].tolist()


def test_a_closing_sentence_of_another_district_s_body_is_asked_about(tmp_path):
    paper = Paper()
    paper.text += "\nTrên đây là Kế hoạch của UBND huyện Mường Chà; yêu cầu các đơn vị thực hiện./."
    assert found_in(paper, tmp_path)[["rule", "source"]].to_numpy().tolist() == [["another_place", "D:closing"]]


def test_no_flow_comes_to_the_same_number_in_another_year(tmp_path):
    paper = Paper()
    paper.text += "\n- Doanh thu viễn thông và Internet năm 2021 đạt 36.200 triệu đồng."  # the table's of 2022
    assert "misdated" not in found_in(paper, tmp_path)["rule"].tolist()  # of three digits it may
    paper.put(1, "20", 4, "36.217")
    paper.put(1, "20", 7, "106,6")
    paper.say("năm 2021 đạt 36.200", "năm 2021 đạt 36.217")
    assert "misdated" in found_in(paper, tmp_path)["rule"].tolist()


def test_an_appendix_that_goes_with_another_district_s_paper_is_asked_about(tmp_path):
    paper = Paper()
    paper.enclosed = "(Kèm theo Kế hoạch của UBND huyện Mường Chà)"
    assert "another_place" in found_in(paper, tmp_path)["rule"].tolist()
    paper.enclosed = "(Kèm theo Kế hoạch của UBND huyện Tủa Chùa)"
    assert "another_place" not in found_in(paper, tmp_path)["rule"].tolist()


def _told(paper: Paper, folder) -> list[tuple[str, str]]:
    return [*found_in(paper, folder)[["rule", "source"]].itertuples(index=False, name=None)]


def test_a_same_period_of_two_years_ago_is_asked_about(tmp_path):
    paper = Paper()
    paper.say("64 trạm (tăng 03 trạm so với cùng kỳ năm 2022)", "64 trạm (tăng 03 trạm so với cùng kỳ năm 2021)")
    assert _told(paper, tmp_path) == [("compared_years", "N:1.2")]


def test_quarters_in_a_line_of_their_own_make_the_half_above_them(tmp_path):
    paper = Paper()
    lead = "so với cùng kỳ năm 2022).\n1.2."
    paper.say(lead, lead.replace("\n", "\nTrong đó: quý I đạt 500 triệu đồng, quý II đạt 470 triệu đồng.\n"))
    assert _told(paper, tmp_path) == []
    paper.say("quý II đạt 470", "quý II đạt 740")
    assert _told(paper, tmp_path) == [("total_of_parts", "N:1.1")]


def test_an_estimate_headed_with_last_year_that_comparisons_call_this_year_s(tmp_path):
    paper = Paper()
    paper.tables[0][0][5] = "Ước thực hiện cả năm 2022"
    paper.tables = paper.tables[:1]
    assert ("compared_years", "A1:0:6") in _told(paper, tmp_path)


@pytest.mark.parametrize(
    ("why", "loud"), [("; tăng cao do thương mại điện tử phát triển mạnh và mở thêm bưu cục", 0), ("", 1)]
)
def test_a_jump_is_no_question_where_the_text_behind_a_semicolon_says_why(why, loud, tmp_path):
    paper = Paper()
    for table in paper.tables:
        row = next(row for row in table if row[0] == "5")
        row[3:] = ["1.850", "1.470", "3.020", "163,2", "48,7"] if len(row) == 8 else ["3.020", "3.300", "109,3"]
    paper.say("970 triệu đồng (đạt 104,9% so với cùng kỳ năm 2022).", f"1.470 triệu đồng{why}.")
    assert len(_told(paper, tmp_path)) == loud, _told(paper, tmp_path)


def test_round_billions_a_tenth_of_the_table_s_millions_are_a_slipped_comma(tmp_path):
    paper = Paper()
    paper.say(
        "1.3. Phát thanh", "- Doanh thu viễn thông, Internet 6 tháng đầu năm 2023 đạt 1,9 tỷ đồng.\n1.3. Phát thanh"
    )
    found = found_in(paper, tmp_path)
    assert found[["severity", "slip"]].to_numpy().tolist() == [["error", "slipped_decimal"]]


@pytest.mark.parametrize("said, contradicts", [("trên 28.180", False), ("28.180", True)])
def test_more_than_a_round_count_contradicts_no_table(said, contradicts, tmp_path):
    paper = Paper()
    paper.say("1.3. Phát thanh", f"- Thuê bao Internet băng rộng di động là {said} thuê bao.\n1.3. Phát thanh")
    found = found_in(paper, tmp_path)
    assert ("mobile_broadband_subscribers" in set(found["indicator"])) is contradicts


def test_a_plan_headed_with_a_year_that_its_own_ratios_do_not_name(tmp_path):
    rows = [["1", "Số trạm BTS", "Trạm", "32", "32", "33", "103,1"],
            ["2", "Thuê bao băng rộng cố định", "Thuê bao", "2.548", "2.447", "2.560", "100,5"],
            ["3", "Thuê bao điện thoại di động", "Thuê bao", "5.691", "5.811", "5.779", "101,5"]]  # fmt: skip
    head = ["TT", "Chỉ tiêu", "ĐVT", "Kế hoạch năm {}", "Thực hiện 6 tháng đầu năm 2023", "Ước thực hiện năm 2023",
            "Ước thực hiện so với kế hoạch năm 2023 (%)"]  # fmt: skip
    for year, asked in (("2023", []), ("2022", ["B1:0:4"])):
        lines = "\n".join("\t".join(row) for row in [[each.format(year) for each in head], *rows])
        path = tmp_path / f"plan-{year}.txt"
        path.write_text(f"HUYỆN TUẦN GIÁO\nBÁO CÁO\n6 tháng đầu năm 2023\n\n{lines}\n", "utf-8")
        found = audit.audit_document(path, "tuan-giao", "2023-S1")
        assert [row.source for row in found.itertuples() if row.rule == "compared_years"] == asked


def test_a_leap_that_a_total_tells_already_is_no_second_question(tmp_path):
    rows = [["TT", "Chỉ tiêu", "ĐVT", "Năm 2019", "Năm 2020", "Năm 2021"],
            ["1", "Số thuê bao điện thoại", "Thuê bao", "41.310", "42.768", "43.730"],
            ["1.1", "Thuê bao di động", "Thuê bao", "40.700", "42.208", "43.180"],
            ["1.2", "Thuê bao cố định", "Thuê bao", "610", "5.600", "550"]]  # fmt: skip
    table = "\n".join("\t".join(row) for row in rows)
    path = tmp_path / "plan.txt"
    path.write_text(f"HUYỆN TUẦN GIÁO\nBÁO CÁO\nKết quả năm 2021\n\n{table}\n", "utf-8")
    found = audit.audit_document(path, "tuan-giao", "2021")
    loud = found[(found["severity"] != "info") & (found["rule"] != "earlier_report")]
    assert list(zip(loud["severity"], loud["rule"], strict=True)) == [("error", "total_of_parts")]
