"""What a table prints beside the area's own figures must add up where it shows that it does, and only there."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from audit_paper import Paper

from ictplan_utils import audit
from ictplan_utils.audit.relations import UNKNOWN, Lines, compared, totals

QUARTERS = """Biểu 3. Thực hiện các quý năm 2023

STT|Chỉ tiêu|Đơn vị|6 tháng 2022|Quý I|Quý II|6 tháng 2023|So sánh (%)
1|Doanh thu bưu chính|Triệu đồng|925|470|500|970|104,9
2|Doanh thu viễn thông|Triệu đồng|17.900|9.240|9.660|18.900|105,6
3|Số trạm BTS|Trạm|61|63|64|64|104,9
4|Số vụ sự cố cáp|Vụ|1.240|655|612|1.267|102,2
5|Tỷ lệ hộ có Internet|%|33|35|36|36|109,1
6|Số lượt khách giao dịch|Lượt|15.033|7.811|8.120|15.931|106"""
COMPANIES = """Biểu 3. Thuê bao theo doanh nghiệp đến 30/6/2023

TT|Chỉ tiêu|ĐVT|Toàn huyện|Viettel|VNPT|MobiFone|Doanh nghiệp khác
1|Thuê bao di động|Thuê bao|39.148|22.315|10.482|4.751|1.600
2|Thuê bao băng rộng cố định|Thuê bao|5.633|2.907|2.311|318|97
3|Số trạm BTS|Trạm|64|31|22|11|-
4|Số điểm giao dịch|Điểm|27|12|9|4|2
5|Tỷ lệ phủ sóng|%|96|97|91|88|40"""
NESTED = """Biểu 3. Số liệu theo cụm xã năm 2023

STT|Đơn vị|Số hộ|Hộ có Internet|Tỷ lệ (%)|Số thôn
I|Cụm phía Bắc|5.043|1.812|35,9|31
1|Xã Mường A|1.621|604|37,3|11
2|Xã Mường B|2.035|701|34,4|12
3|Xã Mường C|1.387|507|36,6|8
II|Cụm phía Nam|4.389|1.402|31,9|29
4|Xã Nậm D|2.217|688|31|14
5|Xã Nậm E|2.172|714|32,9|15
|Cộng|9.432|3.214|34,1|60"""
SHARED = """Biểu 3. Thuê bao theo loại

TT|Năm|Tổng số|Trong đó: VNPT|Viettel
1|2019|30.210|11.204|14.911
2|2020|32.884|11.950|16.302
3|2021|34.105|12.377|17.001
4|2022|36.940|12.910|18.455"""


def _found(table: str, folder) -> list[tuple[str, str]]:
    """Return the sources and sentences of what is loud in a paper with a further table."""
    plan = Paper().write(folder / "plan.txt")
    plan.write_text(plan.read_text("utf-8") + "\n\nHết.\n\n" + table.replace("|", "\t"), "utf-8")
    found = audit.audit_document(plan, "tua-chua", "2023-S1").query("severity != 'info'")
    return list(zip(found["source"], found["message_vi"], strict=True))


@pytest.mark.parametrize("table", [QUARTERS, COMPANIES, NESTED, SHARED])
def test_a_table_that_adds_up_or_need_not_gives_no_finding(table, tmp_path):
    assert _found(table, tmp_path) == []


FAULTS = {
    "a quarter of what is stored": (QUARTERS, "9.660", "6.960", "B3:2:6", "(9.660?)"),
    "a quarter of what nobody knows": (QUARTERS, "655", "625", "B3:4:7", "625 + 612 = 1.237"),
    "a company's": (COMPANIES, "10.482", "10.842", "B3:1:6", "(10.482?)"),
    "a company's ten times": (COMPANIES, "318", "3.180", "B3:2:7", "(318?)"),
    "a commune's": (NESTED, "2.035", "2.305", "B3:2:3", "(2.035?)"),
    "a group of communes'": (NESTED, "4.389", "4.398", "B3:r5:3", "(4.389?)"),
    "the whole's": (NESTED, "3.214", "3.241", "B3:r8:4", "(3.214?)"),
}  # fmt: skip


@pytest.mark.parametrize(("table", "right", "wrong", "source", "said"), FAULTS.values(), ids=FAULTS)
def test_a_wrong_number_that_nothing_stores_is_one_finding(table, right, wrong, source, said, tmp_path):
    assert right in table
    ((where, sentence),) = _found(table.replace(right, wrong), tmp_path)
    assert said in sentence
    assert where == source


def test_a_quarter_copied_from_another_is_one_question(tmp_path):
    rows = [line.split("|") for line in QUARTERS.splitlines()]
    copied = "\n".join("|".join([*row[:5], row[4], *row[6:]] if row[0].isdigit() else row) for row in rows)
    ((where, sentence),) = _found(copied, tmp_path)
    assert where == "B3:0:6"
    assert "“Quý II” giống hệt cột 5 (“Quý I”)" in sentence


def test_a_plan_that_repeats_the_estimate_is_no_question(tmp_path):
    rows = [line.split("|") for line in QUARTERS.replace("Quý II", "Kế hoạch quý II").splitlines()]
    copied = "\n".join("|".join([*row[:5], row[4], *row[6:]] if row[0].isdigit() else row) for row in rows)
    assert _found(copied, tmp_path) == []


def test_a_quarter_of_another_year_than_its_sum_is_one_error(tmp_path):
    heads = "|Quý I|Quý II|", "|Quý I/2023|Quý II/2023|"
    assert _found(QUARTERS.replace(*heads), tmp_path) == []
    ((where, sentence),) = _found(QUARTERS.replace(heads[0], "|Quý I/2023|Quý II/2022|"), tmp_path)
    assert where == "B3:0:6"
    assert "đều của năm 2023" in sentence


TOLD = (
    "1.4. Viễn thông\n- Thuê bao di động 39.148 thuê bao (VNPT 10.482, Viettel 22.315, MobiFone 6.351)."
    "\n- Thuê bao băng rộng cố định: 5.633 thuê bao (VNPT 2.311, Viettel 2.907, MobiFone 415)."
    "\n- Số trạm BTS: 64 trạm (VNPT 22, Viettel 31, MobiFone 11).\nPhần thứ hai"
)


def _told(told: str, folder) -> list[tuple[str, str]]:
    plan = Paper().write(folder / "plan.txt")
    plan.write_text(plan.read_text("utf-8").replace("Phần thứ hai", told, 1), "utf-8")
    found = audit.audit_document(plan, "tua-chua", "2023-S1").query("severity != 'info'")
    return list(zip(found["source"], found["message_vi"], strict=True))


def test_companies_that_a_text_lists_make_their_whole_where_all_others_do(tmp_path):
    assert _told(TOLD, tmp_path) == []
    ((where, sentence),) = _told(TOLD.replace("2.907", "2.970"), tmp_path)
    assert where == "N:1.4"
    assert "(2.907?)" in sentence


def test_companies_of_which_a_table_makes_its_total_are_all(tmp_path):
    said = (
        TOLD.splitlines()[0] + "\n- Doanh thu viễn thông 18.900 triệu đồng (VNPT 5.000, Viettel 9.000, MobiFone 4.400)."
    )
    rows = [row for row in COMPARED.splitlines() if "khác" not in row]
    table = "\n".join(rows).replace("37.369|38.859|1.490|104", "36.165|37.548|1.383|103,8")
    assert _told(said + "\nPhần thứ hai", tmp_path) == []
    told = _told(said + "\nPhần thứ hai\n\n" + table.replace("|", "\t") + "\n\nHết.", tmp_path)
    assert [(where, "= 18.400" in sentence) for where, sentence in told] == [("N:1.4", True)]


def test_parts_that_need_not_be_all_give_no_finding(tmp_path):
    """Where few lines add up, a whole may be more than the companies that are listed; less it cannot be."""
    assert _found(COMPANIES.replace("|5.633|", "|6.012|"), tmp_path) == []
    ((where, _),) = _found(COMPANIES.replace("|5.633|", "|5.112|"), tmp_path)
    assert where.startswith("B3:2:")


def test_a_column_of_parts_that_do_not_exhaust_is_no_relation(tmp_path):
    table = COMPANIES.replace("|Doanh nghiệp khác", "").replace("|1.600", "").replace("|97", "").replace("|-", "")
    assert _found(table.replace("27|12|9|4|2", "25|12|9|4").replace("88|40", "88"), tmp_path) == []


def _lines(values: np.ndarray, own: int | None = None) -> Lines:
    kinds = [[UNKNOWN] * values.shape[1]] * len(values)
    width = values.shape[1]
    return Lines(values, values, np.ones_like(values), kinds, [k == own for k in range(width)], [0] * width)


def test_random_numbers_have_no_totals():
    random = np.random.default_rng(17)
    sizes = itertools.product((3, 8, 20), (4, 9, 25), (6, 300, 20_000))
    for _, (rows, columns, most) in itertools.product(range(12), sizes):
        assert totals(_lines(random.integers(1, most, (rows, columns)).astype(float))) == []


def test_totals_of_totals_are_found_without_a_word():
    random = np.random.default_rng(5)
    parts = random.integers(100, 9000, (6, 5)).astype(float)
    first, second = parts[:, :2].sum(axis=1), parts[:, 2:].sum(axis=1)
    grid = np.column_stack([first + second, first, parts[:, :2], second, parts[:, 2:]])
    found = {(each.total, each.parts) for each in totals(_lines(grid))}
    assert found == {(1, (2, 3)), (4, (5, 6, 7)), (0, (1, 4))}


COMPARED = """Biểu 3. Thuê bao theo doanh nghiệp

Doanh nghiệp|Đơn vị|Năm 2021|Năm 2022|Tăng, giảm|So sánh (%)
Viettel|Thuê bao|20.915|22.315|1.400|106,7
VNPT|Thuê bao|10.730|10.482|-248|97,7
MobiFone|Thuê bao|4.520|4.751|231|105,1
Doanh nghiệp khác|Thuê bao|1.204|1.311|107|108,9
Tổng cộng|Thuê bao|37.369|38.859|1.490|104"""


@pytest.mark.parametrize(
    ("right", "wrong", "source", "said"),
    [
        ("106,7", "107,6", "B3:r1:6", "22.315/20.915 = 106,69%"),
        ("-248", "248", "B3:r2:5", "10.482 − 10.730 = −248"),
        ("231", "213", "B3:r3:5", "(231?)"),
        ("10.482", "10.842", "B3:r2:4", "(10.482?)"),
        ("38.859|1.490|104", "39.859|2.490|106,7", "B3:r5:4", "= 38.859"),
    ],
)
def test_what_a_table_compares_is_what_it_prints(right, wrong, source, said, tmp_path):
    assert _found(COMPARED, tmp_path) == []
    ((where, sentence),) = _found(COMPARED.replace(right, wrong), tmp_path)
    assert where == source
    assert said in sentence


def test_random_numbers_compare_nothing():
    random = np.random.default_rng(23)
    for _, (rows, columns, most) in itertools.product(range(12), itertools.product((3, 8, 20), (4, 9), (120, 20_000))):
        values = random.integers(1, most, (rows, columns)).astype(float)
        told = dict.fromkeys(("ratio_pct", "growth_pct", "change"), np.array([values, values, np.ones_like(values)]))
        assert [*compared(_lines(values), told, range(columns))] == []


QUARTERLY = """UBND HUYỆN TỦA CHÙA
BÁO CÁO
Kết quả công tác thông tin và truyền thông năm 2023
1. Bưu chính: Có 14 điểm phục vụ. Doanh thu bưu chính cả năm 2023 là {year} triệu đồng.
Theo từng quý: quý I 405 triệu đồng, quý II 446 triệu đồng, quý III 442 triệu đồng, quý IV 481 triệu đồng."""


@pytest.mark.parametrize(("year", "rules"), [("1.774", []), ("2.174", ["total_of_parts"])])
def test_quarters_in_a_line_of_their_own_make_the_year_told_last(year, rules, tmp_path):
    plan = tmp_path / "plan.txt"
    plan.write_text(QUARTERLY.format(year=year), "utf-8")
    found = audit.audit_document(plan, "tua-chua", "2023").query("severity != 'info'")
    assert found["rule"].tolist() == rules, found["message_vi"].tolist()


@pytest.mark.parametrize(("year", "rules"), [("354", []), ("394", ["total_of_parts"])])
def test_three_rows_of_all_quarters_show_that_a_fourth_must_add_up(year, rules, tmp_path):
    rows = ["Chỉ tiêu|Đơn vị|Quý I|Quý II|Quý III|Quý IV|Cả năm 2023",
            "Doanh thu bưu chính|Triệu đồng|799|848|857|902|3.406",
            "Doanh thu viễn thông|Triệu đồng|12.525|13.300|13.140|13.842|52.807",
            "Doanh thu xuất bản, in, phát hành|Triệu đồng|591|627|642|677|2.537",
            f"Số chương trình phát thanh|Chương trình|85|90|87|92|{year}"]  # fmt: skip
    plan = tmp_path / "plan.txt"
    plan.write_text("UBND HUYỆN TỦA CHÙA\nBÁO CÁO\nKết quả năm 2023\n\n" + "\n".join(rows).replace("|", "\t"), "utf-8")
    found = audit.audit_document(plan, "tua-chua", "2023").query("severity != 'info'")
    assert found["rule"].tolist() == rules, found["message_vi"].tolist()
