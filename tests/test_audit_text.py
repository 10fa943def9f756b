"""What a sentence works out of its own numbers must hold, and a sentence that works nothing out is left in peace."""

from __future__ import annotations

import pytest

from ictplan_utils import audit


def _loud(said: str, folder, area: str = "tan-lac", report: str = "2023-S1", table: str = "") -> list[str]:
    """Return the arithmetic of what is loud in a report of one line, and a table."""
    text = f"BÁO CÁO\n\nKết quả {'6 tháng đầu ' if report.endswith('S1') else ''}năm {report[:4]}\n\n- {said}\n\n"
    (folder / "report.txt").write_text(text + table.replace("|", "\t"), encoding="utf-8")
    found = audit.audit_document(folder / "report.txt", area, report)
    return found.loc[found["severity"] != "info", "message_vi"].tolist()


TRUE = [
    "Có 9/16 xã, thị trấn có đài truyền thanh, đạt 56,3%; còn 7 xã chưa có đài.",
    "Đã kích hoạt 3.867 tài khoản VNeID trên 5.950 người trưởng thành, đạt 65%.",
    "Toàn huyện có 29 điểm phục vụ bưu chính, gồm 3 bưu cục, 20 điểm Bưu điện - Văn hóa xã và 6 điểm phục vụ khác.",
    "Có 21.521 hộ gia đình, trong đó 17.862 hộ có kết nối Internet băng rộng; còn 3.659 hộ chưa có kết nối.",
    "Có 12/16 xã, thị trấn có đài truyền thanh, 14/16 xã có hội nghị trực tuyến; còn 4 xã chưa có đài.",
    "Hoàn thành 90% nhiệm vụ được giao (36/40 nhiệm vụ); số trạm BTS: 145 trạm.",
    "Số trạm BTS tăng từ 144 trạm cuối năm 2022 lên 147 trạm, tức thêm 3 trạm.",
    "Tiếp nhận 2.052 hồ sơ thủ tục hành chính, trong đó 1.272 hồ sơ nộp trực tuyến, 700 hồ sơ nộp trực tiếp.",
    # No share of what stands before: of a plan, of another time, or of something else.
    "Có 120 trạm BTS trên tổng số 160 vị trí quy hoạch, đạt 98% kế hoạch.",
    "Có 9/16 xã, thị trấn có đài truyền thanh; tỷ lệ hộ có kết nối Internet băng rộng đạt 65%.",
    "Có 145 trạm BTS trên 16 xã, bằng 103,5% so với cùng kỳ năm 2022.",
    # No parts: each counts something else.
    "Toàn huyện có 145 trạm BTS, gồm 16 xã với 120 trạm 4G.",
]


@pytest.mark.parametrize("said", TRUE)
def test_what_adds_up_or_works_nothing_out_is_no_question(said, tmp_path):
    assert _loud(said, tmp_path) == []


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("56,3%", "65,3%", "9/16 = 56,25%"),
        ("còn 7 xã", "còn 5 xã", "9 + 5 = 14"),
        ("thành, đạt 65%", "thành, đạt 56%", "3.867/5.950 = 64,99%"),
        ("3 bưu cục", "8 bưu cục", "8 + 20 + 6 = 34"),
        ("3.659", "4.659", "17.862 + 4.659 = 22.521"),
        ("90% nhiệm", "95% nhiệm", "36/40 = 90%"),
        ("thêm 3 trạm", "thêm 8 trạm", "144 + 8 = 152"),
        ("700 hồ sơ", "900 hồ sơ", "1.272 + 900 = 2.172"),
    ],
)
def test_what_does_not_add_up_is_one_finding(right, wrong, told, tmp_path):
    (said,) = (each.replace(right, wrong) for each in TRUE if right in each)
    (message,) = _loud(said, tmp_path)
    assert told in message


def test_stations_raised_by_those_built_are_asked_about(tmp_path):
    said = "Lắp đặt mới {} trạm, nâng số trạm BTS từ 186 trạm năm 2021 lên 197 trạm năm 2022."
    assert _loud(said.format(11), tmp_path, "kim-boi", "2022") == []
    (message,) = _loud(said.format(22), tmp_path, "kim-boi", "2022")  # some may have been taken down
    assert "186 + 22 = 208" in message


AREAS = """Biểu: Số liệu theo huyện, thành phố năm 2024

TT|Đơn vị|Dân số (người)|Số trạm BTS (trạm)|Số thuê bao di động (thuê bao)|Mật độ thuê bao di động (thuê bao/100 dân)
1|Thành phố Hòa Bình|138.271|262|121.711|88
2|Huyện Kim Bôi|122.283|204|85.765|70,1
3|Huyện Mai Châu|57.854|96|43.107|74,5
4|Huyện Cao Phong|45.672|61|33.643|73,7
5|Huyện Lương Sơn|102.574|140|72.850|71
6|Huyện Tân Lạc|85.543|127|62.715|73,3
7|Huyện Lạc Thủy|63.908|112|46.153|72,2
8|Huyện Lạc Sơn|138.590|229|101.760|73,4
9|Huyện Yên Thủy|65.149|112|47.610|73,1
10|Huyện Đà Bắc|55.668|88|38.793|69,7
|Toàn tỉnh|875.512|1.431|654.107|74,7
"""
MOST = (
    "Toàn tỉnh có 1.431 trạm BTS, nhiều nhất là thành phố Hòa Bình với 262 trạm, "
    "ít nhất là huyện Cao Phong với 61 trạm."
)


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("", "", []),
        ("|70,1", "|51,2", ["85.765/122.283 = 70,14%"]),
        ("|43.107|", "|34.107|", ["(43.107?)"]),
        ("với 262 trạm", "với 226 trạm", ["ghi 226, nhưng dòng 1, cột 4 ghi 262"]),
        ("Huyện Cao Phong|45.672|61|", "Cao Phong|45.672|60|", ["ghi 61, nhưng dòng 4, cột 4 ghi 60"]),
        ("huyện Cao Phong với 61", "huyện Mai Châu với 96", ["ghi 96 là ít nhất, nhưng dòng 4, cột 4 ghi 61"]),
    ],
)
def test_a_table_of_areas_holds_its_rates_and_what_is_said_of_most_and_least(right, wrong, told, tmp_path):
    said, table = MOST.replace(right, wrong), AREAS.replace(right, wrong)
    assert (said, table) != (MOST, AREAS) or not right
    found = _loud(said, tmp_path, "hoa-binh", "2024", table)
    assert [part in message for part, message in zip(told, found, strict=True)] == [True] * len(told), found


def test_two_figures_of_a_column_that_changed_places_are_one_finding(tmp_path):
    exchanged = AREAS.replace("85.765", "x").replace("72.850", "85.765").replace("x", "72.850")
    (message,) = _loud(MOST, tmp_path, "hoa-binh", "2024", exchanged)
    assert "đã đổi chỗ" in message


CHANGES = """Biểu: Hạ tầng theo địa bàn

TT|Địa bàn|Số trạm BTS năm 2023|Số trạm BTS năm 2024|Tăng, giảm (trạm)
1|Huyện Đà Bắc|113|147|34
2|Huyện Lương Sơn|137|159|22
3|Huyện Kim Bôi|152|168|16
4|Huyện Cao Phong|98|122|24
5|Huyện Tân Lạc|86|112|26
6|Huyện Mai Châu|158|183|25
|Toàn tỉnh|744|891|147
"""


def test_a_column_called_rise_is_the_difference_of_two_others(tmp_path):
    said = "Toàn tỉnh có 891 trạm BTS."
    assert _loud(said, tmp_path, "hoa-binh", "2024", CHANGES) == []
    (message,) = _loud(said, tmp_path, "hoa-binh", "2024", CHANGES.replace("|183|25", "|183|52"))
    assert "183 − 158 = 25" in message


QUARTERS = """Biểu: Kết quả các quý năm 2021

STT|Nội dung|Đơn vị|Quý I/2021|Quý II/2021|Quý III/2021|Quý IV/2021|Thực hiện năm 2021
1|Doanh thu bưu chính|Triệu đồng|818|791|827|919|3.355
2|Doanh thu viễn thông và Internet|Triệu đồng|13.803|13.746|14.918|16.499|58.966
3|Doanh thu xuất bản, in, phát hành|Triệu đồng|383|337|722|435|1.877
"""


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Doanh thu viễn thông năm 2021 đạt 58.966 triệu đồng; riêng quý IV đạt 16.499 triệu đồng.", []),
        ("Doanh thu viễn thông năm 2021 đạt 58.966 triệu đồng; riêng quý IV đạt 19.499 triệu đồng.", ["16.499"]),
        ("Doanh thu bưu chính 6 tháng đầu năm 2021 đạt 1.609 triệu đồng.", []),
        ("Doanh thu bưu chính 6 tháng đầu năm 2021 đạt 1.906 triệu đồng.", ["818 + 791 = 1.609"]),
    ],
)
def test_a_quarter_is_one_quantity_in_text_and_table(said, told, tmp_path):
    found = _loud(said, tmp_path, "lac-thuy", "2021", QUARTERS)
    assert [part in message for part, message in zip(told, found, strict=True)] == [True] * len(told), found


COMPANIES = """Biểu: Chi tiết theo doanh nghiệp

TT|Doanh nghiệp|Số trạm BTS năm 2021|Thuê bao di động năm 2021|Thuê bao Internet băng rộng cố định năm 2021
1|VNPT|66|24.181|6.402
2|Viettel|100|51.945|4.924
3|MobiFone|33|13.434|985
|{}|199|89.560|{}
"""


def test_a_row_called_a_sum_is_the_sum_of_those_above(tmp_path):
    said = "Toàn huyện có 199 trạm BTS."
    assert _loud(said, tmp_path, "kim-boi", "2021", COMPANIES.format("Tổng cộng", "12.311")) == []
    (message,) = _loud(said, tmp_path, "kim-boi", "2021", COMPANIES.format("Tổng cộng", "13.811"))
    assert "6.402 + 4.924 + 985 = 12.311" in message
    # Of the whole district there may be other companies' too.
    assert _loud(said, tmp_path, "kim-boi", "2021", COMPANIES.format("Toàn huyện", "13.811")) == []


def test_two_halves_that_lie_far_apart_are_asked_about(tmp_path):
    said = "Doanh thu viễn thông 6 tháng đầu năm 2023: 23.502 triệu đồng (cùng kỳ năm 2022: {} triệu đồng)."
    assert _loud(said.format("22.480"), tmp_path) == []
    (message,) = _loud(said.format("2.248"), tmp_path)
    assert "chênh 10,5 lần" in message


def test_a_row_of_years_out_of_order_is_one_error(tmp_path):
    table = (
        "Biểu số liệu từng năm\n\nNăm|Dân số (người)|Thuê bao di động (thuê bao)|Số trạm BTS (trạm)\n"
        "Năm 2020|83.263|58.173|117\nNăm {}|83.977|60.015|122\nNăm 2022|84.674|61.868|127\nNăm 2023|85.327|63.710|136\n"
    )
    said = "Năm 2023 toàn huyện có 136 trạm BTS."
    assert _loud(said, tmp_path, "tan-lac", "2023", table.format(2021)) == []
    (message,) = _loud(said, tmp_path, "tan-lac", "2023", table.format(2012))
    assert "ghi năm 2012" in message
    assert "2021" in message


def test_shares_of_the_market_make_their_hundred(tmp_path):
    table = (
        "Biểu: Chi tiết theo doanh nghiệp\n\n"
        "TT|Doanh nghiệp|Số trạm BTS|Thuê bao di động|Thị phần thuê bao di động (%)\n"
        "1|VNPT|46|18.826|{}\n2|Viettel|70|40.441|58\n3|MobiFone|23|10.459|15\n|Tổng cộng|139|69.726|100\n"
    )
    said = "Toàn huyện có 139 trạm BTS."
    assert _loud(said, tmp_path, "kim-boi", "2021", table.format(27)) == []
    (message,) = _loud(said, tmp_path, "kim-boi", "2021", table.format(37))
    assert "110" in message


def test_an_estimate_headed_with_another_year_than_its_ratios_is_asked_about(tmp_path):
    rows = [["1", "Số trạm BTS", "Trạm", "92", "94", "94", "95", "100", "105,3"],
            ["2", "Tổng số thuê bao điện thoại", "Thuê bao", "41.719", "42.318", "42.513", "43.094", "44.449", "103,1"],
            ["3", "Thuê bao băng rộng cố định", "Thuê bao", "5.765", "6.285", "5.978", "6.225", "6.698", "107,6"],
            ]  # fmt: skip
    head = ["TT", "Chỉ tiêu", "ĐVT", "Thực hiện năm 2022", "Kế hoạch năm 2023", "Thực hiện 6 tháng đầu năm 2023",
            "Ước thực hiện cả năm {}", "Kế hoạch năm 2024", "Kế hoạch 2024/ước thực hiện 2023 (%)"]  # fmt: skip
    for year, asked in (("2023", 0), ("2022", 1)):
        table = "Biểu số 01\n\n" + "\n".join("|".join(row) for row in [[each.format(year) for each in head], *rows])
        assert len(_loud("Số trạm BTS 6 tháng đầu năm 2023: 94 trạm.", tmp_path, "da-bac", table=table)) == asked


def test_a_density_may_fall_as_people_grow(tmp_path):
    table = (
        "Biểu 1\n\nTT|Chỉ tiêu|ĐVT|Ước thực hiện năm 2023|Kế hoạch năm 2024\n"
        "1|Thuê bao di động|Thuê bao|51.800|51.800\n2|Mật độ thuê bao di động|TB/100 dân|75,1|{}\n"
    )
    said = "Số trạm BTS 6 tháng đầu năm 2023: 94 trạm."
    assert _loud(said, tmp_path, "da-bac", table=table.format("74,3")) == []
    (message,) = _loud(said, tmp_path, "da-bac", table=table.format("70,9"))
    assert "dân số không thể đổi nhanh như vậy" in message
