"""What a count in running text is about: all there is here, or something done, new, narrower or elsewhere."""

from __future__ import annotations

import re

from ictplan_utils import catalog
from ictplan_utils.documents.names import OF_ONE
from ictplan_utils.vietnamese import fold

_DONE = re.compile(
    r"\b(xử phạt|xử l[ýí]|kiểm tra|thanh tra|giám sát|khảo sát|rà soát|cấp phép|cấp giấy|thẩm định|phê duyệt|"
    r"tham mưu|ban hành|hỗ trợ|trao|tặng|trang bị|mua sắm|bàn giao|sửa chữa|khắc phục|bảo dưỡng|bảo trì|"
    r"nâng cấp|cải tạo|thay thế|di dời|tháo dỡ|thu hồi|cắt hủy|xây dựng|lắp đặt|triển khai|phát triển|khởi công|"
    r"khai trương|đầu tư|bổ sung|đề nghị|yêu cầu|đề xuất|kiến nghị|đăng ký|tập huấn|tổ chức|tuyên truyền|họp|"
    r"làm việc|mất trộm|hư hỏng|chưa có|không còn|thiếu|cần)\b"
)
"""Verbs of work: what follows counts cases, not what there is."""

_STATES = re.compile(
    r"\b(có|là|đạt|gồm|tổng số|tổng cộng|toàn (?:huyện|tỉnh|xã|thị xã|thành phố)|duy trì|lên|còn|với|quản lý)\b"
)
"""Words that say how many there are; after one of them an earlier verb of work no longer speaks."""

_LEADS = re.compile(
    r"(?:^|\b(?:có|là|đạt|gồm|với|và|còn|lên|hiện|ước|khoảng|gần|hơn|trên|tổng|tổng số|tổng cộng|toàn (?:huyện|tỉnh|xã|"
    r"thị xã|thành phố)|trong đó|được|duy trì|hoạt động|quản lý|vận hành|khai thác|bố trí|sử dụng|nhất))\W*$"
)
"""What may stand right before a number that comes before its noun: "có 88 trạm", not "trộm cắp tại 02 trạm"."""

_NEW = re.compile(
    r"\bmới (?:phát triển|xây dựng|lắp đặt)|\b(?:phát triển|xây dựng|lắp đặt|đầu tư|cấp) (?:thêm|mới)\b|\bthêm\b"
)
_NARROWER = re.compile(
    r"[\s(]*(?:(?:được (?:xây|lắp|cấp|kiểm|đầu|nâng|sửa|hỗ)|đã |đang (?:xây|lắp|sửa|dừng)|chưa |bị |chờ |cần |"
    r"không (?!đổi|thay đổi|tăng|giảm))|(?:xây dựng |lắp đặt |phát triển |đầu tư )?mới\b|xây dựng|lắp đặt|"
    r"phát triển|phát sinh|hỏng|mất liên lạc|ngừng|tạm dừng|vi phạm|[2-5]g\b(?!,)|"
    r"của (?:viettel|vnpt|mobifone|vinaphone|vietnamobile|fpt|tập đoàn|công ty))"
)
"""Words right behind a noun that leave only some of what it names."""

_CAPITAL = "[" + "".join(letter for letter in map(chr, range(ord("Ỹ") + 1)) if letter.isupper()) + "]"
_PLACE = re.compile(
    r"\b(?P<rank>xã|thị trấn|phường|bản|thôn|tổ dân phố|huyện|thị xã|thành phố|tỉnh)\s+"
    rf"(?P<name>{_CAPITAL}\w*(?:\s+{_CAPITAL}\w*)*)"
)
_WIDER = re.compile(r"\b(cả nước|toàn quốc|toàn tỉnh)\b")
_BRACKETS = re.compile(r"\([^()]*\)")


def other_than_all(text: str, at: int, end: int, area: str, data_dir="data", *, first: bool = False) -> str:
    """Return why the count at `at` in `text`, with its words up to `end`, is not the area's whole, "" where it is.

    "xử phạt 02 cơ sở in", "03 trạm BTS mới", "Viettel có 45 trạm BTS", and in a district's report "xã Quài Cang
    có 6 trạm BTS" are no totals. `first`: the number comes before its noun, and what leads to it must say so.
    """
    begin = max(text.rfind(";", 0, at), text.rfind(". ", 0, at)) + 1
    clause = _blanked(text[begin:at])
    before = clause.lower()
    near = before[max(before.rfind(","), before.rfind(":"), before.rfind("("), before.rfind(" - ")) + 1 :]
    works, states = list(_DONE.finditer(before)), list(_STATES.finditer(before))
    if works and (not states or states[-1].start() < works[-1].start()):
        return f"the sentence speaks of what was done ('{works[-1][0]}')"
    if new := _NEW.search(near + text[at:end].lower()):
        return f"the sentence speaks of new ones ('{new[0].strip()}')"
    if few := _NARROWER.match(text.lower(), end):
        return f"the sentence speaks of some of them only ('{few[0].strip()}')"
    if one := OF_ONE.search(fold(near)):
        return f"the sentence speaks of '{one[0]}' only"
    if first and not _LEADS.search(near.strip(" -–+*•")):
        return f"'{near.split()[-1]}' before it does not say that these are all"
    return _elsewhere(clause, area, data_dir) if area else ""


def _blanked(text: str) -> str:
    """Return a text with what stands in brackets blanked out, letter for letter."""
    return _BRACKETS.sub(lambda match: " " * len(match[0]), text)


def _elsewhere(clause: str, area: str, data_dir) -> str:
    """Return which other place a clause speaks of: the last named, unless it only says where the area lies."""
    here = catalog.area(area, data_dir)
    if (wider := _WIDER.search(clause.lower())) and here.level not in ("province", "nation"):
        return f"the sentence speaks of '{wider[0]}'"
    above = catalog.area(here.parent, data_dir).name if here.parent else ""
    said = ""
    for place in reversed(list(_PLACE.finditer(clause))):
        if place["rank"] == here.unit_vi and fold(place["name"]).startswith(fold(here.name)):
            return ""
        said = said or f"the sentence speaks of '{place[0]}'"
        if not above or not fold(place["name"]).startswith(fold(above)):
            return said
    return said
