"""A made-up plan of a district, whole: letterhead, text, two appendices; consistent, to be broken in one place.

Another author than the rules' wrote it and its faults, before reading the rules.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

ROWS = """
A|Bưu chính - Viễn thông
I|Bưu chính
1|Tổng số điểm phục vụ bưu chính|Điểm|14|14|15|15
|Số điểm Bưu điện VHX|Điểm|11|11|11|11
|Số điểm phục vụ bưu chính khác|Điểm|3|3|4|4
2|Tỷ lệ xã có điểm Bưu điện VHX|%|100|100|100|100
3|Số dân phục vụ bình quân|Người/điểm|4.286|4.329|4.080|4.080
5|Tổng doanh thu dịch vụ bưu chính|Triệu đồng|1.850|970|2.020|2.200
II|Viễn thông
6|Cáp quang kéo đến khu vực có dân cư sinh sống, làm việc|%|82|84|86|90
9|Tỷ lệ khu vực có dân cư sinh sống, làm việc được phủ sóng TTDĐ mạng 4G, 5G|%|75|78|82|88
10|Số trạm thu phát sóng thông tin di động (BTS)|Vị trí trạm|62|64|66|69
11|Số thuê bao điện thoại di động trên 100 dân|Thuê bao/100 dân|64|64,6|65,6|67
12|Tổng số thuê bao điện thoại|Thuê bao|38.700|39.438|40.427|41.810
14|Tỷ lệ hộ gia đình có kết nối Internet băng rộng|%|34|36|38|40,6
17|Lưu lượng sử dụng dịch vụ dữ liệu di động bình quân đầu người trên 1 năm|GB|30|16|34|40
18|Tổng số thuê bao Internet băng rộng di động mặt đất|Thuê bao|26.880|28.187|30.110|32.401
20|Tổng doanh thu các dịch vụ viễn thông + Internet|Triệu đồng|36.200|18.900|38.600|41.000
II|Phát thanh
23|Số xã, phường, thị trấn có đài truyền thanh|Xã|7|8|8|9
24|Tỷ lệ xã, phường, thị trấn có đài truyền thanh|%|58,3|66,7|66,7|75
27|Số Chương trình phát thanh sản xuất mới ở cơ sở cấp huyện|Chương trình|340|172|350|360
"""
HEADS = (
    ["STT", "Các chỉ tiêu", "Đơn vị tính", "Thực hiện năm 2022", "Thực hiện 6 tháng 2023", "Ước thực hiện cả năm 2023",
     "So sánh ước thực hiện năm 2023 với thực hiện năm 2022 (%)",
     "So sánh thực hiện 6 tháng với ước thực hiện cả năm (%)"],
    ["Stt", "Các chỉ tiêu", "Đơn vị tính", "Ước thực hiện 2023", "Kế hoạch năm 2024",
     "So sánh Kế hoạch 2024 với ước thực hiện năm 2023 (%)"],
)  # fmt: skip
NUMBERED = (["1", "2", "3", "4", "5", "6", "7=6/4", "8=5/6"], ["1", "2", "3", "4", "5", "6=5/4"])
TEXT = """UBND HUYỆN TỦA CHÙA
Số: 1204/KH-UBND
Tủa Chùa, ngày 20 tháng 6 năm 2023
KẾ HOẠCH
Phát triển các lĩnh vực ngành Thông tin và Truyền thông trên địa bàn huyện Tủa Chùa năm 2024
Thực hiện Công văn số 812/STTTT-KHTC ngày 02/6/2023 của Sở Thông tin và Truyền thông về việc xây dựng kế hoạch;
Phần thứ nhất
TÌNH HÌNH THỰC HIỆN KẾ HOẠCH 6 THÁNG ĐẦU NĂM 2023
1.1. Bưu chính
- Toàn huyện có 14 điểm phục vụ bưu chính, trong đó có 02 bưu cục, 11 điểm bưu điện văn hóa xã, 1 điểm phục vụ khác.
- Số dân phục vụ bình quân 4.329 người/điểm phục vụ.
- Tổng doanh thu bưu chính 6 tháng đầu năm 2023 đạt 970 triệu đồng (đạt 104,9% so với cùng kỳ năm 2022).
1.2. Viễn thông, internet
- Tổng số vị trí trạm thu, phát sóng thông tin di động (BTS) là 64 trạm (tăng 03 trạm so với cùng kỳ năm 2022).
- Toàn huyện có 39.438 thuê bao điện thoại (tăng 1.338 thuê bao so với cùng kỳ năm 2022). Trong đó, có 290 thuê bao \
điện thoại cố định (giảm 15 thuê bao so với cùng kỳ năm 2022), thuê bao di động có 39.148 thuê bao (tăng 1.353 thuê \
bao so với cùng kỳ năm 2022).
1.3. Phát thanh
- Trên địa bàn có 8 xã có đài truyền thanh cơ sở.
Phần thứ hai
ĐỊNH HƯỚNG KẾ HOẠCH NĂM 2024"""
ENCLOSED = "(Kèm theo Kế hoạch số 1204/KH-UBND ngày 20 tháng 6 năm 2023 của UBND huyện Tủa Chùa)"


class Paper:
    """The plan's text and its two tables, each a list of rows of cells."""

    def __init__(self) -> None:
        rows = [line.split("|") for line in ROWS.strip().splitlines()]
        self.text, self.enclosed = TEXT, ENCLOSED
        self.tables = [[list(head), list(numbers)] for head, numbers in zip(HEADS, NUMBERED, strict=True)]
        for number, name, *rest in rows:
            if not rest:
                self.tables[0].append([number, name, *[""] * 6])
                self.tables[1].append([number, name, *[""] * 4])
                continue
            unit, last, half, year, plan = rest
            self.tables[0].append([number, name, unit, last, half, year, ratio(year, last), ratio(half, year)])
            self.tables[1].append([number, name, unit, year, plan, ratio(plan, year)])

    def put(self, table: int, row: str, column: int, printed: str) -> None:
        """Print something else in one cell; `row` is its printed number or how its name begins."""
        found = next(r for r in self.tables[table - 1][2:] if row in (r[0], r[1][: len(row)]))
        found[column - 1] = printed

    def say(self, old: str, new: str) -> None:
        """Write something else in the text."""
        assert old in self.text
        self.text = self.text.replace(old, new, 1)

    def write(self, path: Path) -> Path:
        """Write the paper as tab-separated text."""
        parts = [*self.text.split("\n")]
        for table in self.tables:
            parts += ["PHỤ LỤC", self.enclosed, "\n".join("\t".join(row) for row in table)]
        path.write_text("\n\n".join(parts), encoding="utf-8")
        return path


def ratio(top: str, bottom: str) -> str:
    """Return a printed ratio in percent, rounded to one place."""
    a, b = (Decimal(text.replace(".", "").replace(",", ".")) for text in (top, bottom))
    text = str((a / b * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)).replace(".", ",")
    return text.removesuffix(",0")
