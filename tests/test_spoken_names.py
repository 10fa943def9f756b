"""Names as offices write them, in a table's row and in a sentence: one vocabulary knows both."""

import pytest

from ictplan_utils import catalog
from ictplan_utils.documents.around import Around
from ictplan_utils.documents.names import names
from ictplan_utils.documents.sentence import read_line
from ictplan_utils.documents.words import vocabulary
from ictplan_utils.vietnamese import fold

SAID = (
    ("postal_points", "Điểm", "Số điểm cung ứng dịch vụ bưu chính"),
    ("commune_post_points", "Điểm", "Số điểm BĐ-VHX đang hoạt động"),
    ("postal_revenue", "Triệu đồng", "Tổng DT dịch vụ bưu chính"),
    ("shared_infrastructure_share", "%", "Tỷ lệ dùng chung hạ tầng viễn thông"),
    ("phone_density", "Thuê bao/100 dân", "Số máy điện thoại/100 dân"),
    ("telecom_operators", "Doanh nghiệp", "Số doanh nghiệp viễn thông"),
    ("households_with_tv_set_share", "%", "Tỷ lệ hộ dân có máy thu hình"),
    ("communes_with_videoconference", "Xã", "Số xã có phòng họp trực tuyến"),
    ("online_services_level_4", "Dịch vụ", "Số DVCTT mức 4"),
    ("community_digital_teams", "Tổ", "Số tổ CNSCĐ"),
    ("adults_with_smartphone_share", "%", "Tỷ lệ dân số trưởng thành dùng smartphone"),
    ("online_payments_share", "%", "Tỷ lệ thanh toán trực tuyến"),
)
NOT_OURS = (
    ("%", "Tỷ lệ hộ nghèo có Internet băng rộng"),
    ("Trạm", "Số trạm BTS xây mới"),
    ("Thuê bao", "Số thuê bao di động trả sau"),
    ("Xã", "Số xã có đài truyền thanh thông minh"),
    ("Tài khoản", "Số tài khoản VNeID mức 2 đã kích hoạt"),
    ("Xã", "Số xã có 2 trạm BTS trở lên"),
)


def _in_text(name: str, unit: str) -> set[str]:
    figure = "62,5%" if unit == "%" else f"1.234 {unit.lower()}"
    read = read_line(f"{name} đạt {figure}", Around(), None, "2022", names().meaning)
    return {each.indicator for each in read if not each.why}


@pytest.mark.parametrize("slug, unit, name", SAID)
def test_a_name_means_the_same_in_a_row_and_in_a_sentence(slug, unit, name):
    match = names().match(name, unit)
    assert match is not None
    assert match.indicator == slug
    assert _in_text(name, unit) == {slug}


@pytest.mark.parametrize("unit, name", NOT_OURS)
def test_what_a_name_adds_decides_against(unit, name):
    assert names().match(name, unit) is None
    assert _in_text(name, unit) == set()


def test_no_frame_is_part_of_a_name():
    """What only says how a figure is known would else be cut out of the name of one: "chính thức", "thu về"."""
    frames = vocabulary().frames
    frame = catalog.indicators()
    said = [f" {fold(name)} " for column in ("name_vi", "short_vi", "counted_vi") for name in frame[column]]
    said += [f" {fold(name)} " for names in vocabulary().spoken.values() for name in names]
    assert frames
    assert {each for each in frames if any(f" {each} " in name for name in said)} == set()


TWICE_NAMED = {
    "Điểm phục vụ khác", "Số điểm phục vụ khác",  # of two meanings: audit/edits.csv
    "Số xã", "Số xã, thị trấn",  # one vocabulary for both
    "Chương trình phát thanh mới",  # "phát thanh mới đạt": what has only reached so much
    "Số trạm phát lại", "Trạm phát lại",  # "lại đạt": what reached so much after all
    "Thời lượng chương trình tự sản xuất/ngày", "Thời lượng chương trình tự sản xuất mới/ngày",  # aired or shown
    "Cấp tỉnh", "Cấp huyện", "Cấp xã",  # of files that something above names
}  # fmt: skip
"""Names that say what a figure is only with what stands around them."""


def _sentences(name: str, entry) -> list[str]:
    figure = "61,5" if entry["kind"] in ("share", "rate") else "1,5" if entry["maximum"] == 24 else "1.234"
    said = figure + ("%" if entry["kind"] == "share" else f" {entry['unit_vi'].lower()}")
    return [f"{name} đạt {said}.", f"{name}: {said}.", f"Trong kỳ, {name[0].lower()}{name[1:]} là {said}, tăng khá."]


def test_every_name_of_the_catalogue_is_read_in_a_sentence():
    meaning, area = names().meaning, catalog.area("da-bac")
    unread = []
    for slug, entry in catalog.indicators().iterrows():
        for name in {entry["name_vi"], entry["short_vi"], *filter(None, entry["variants"].split(";"))} - TWICE_NAMED:
            for sentence in _sentences(name, entry):
                read = {
                    each.indicator for each in read_line(sentence, Around(), area, "2023-S1", meaning) if not each.why
                }
                unread += [(slug, sentence, read)] if read != {slug} else []
    assert unread == []


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("Doanh thu bưu chính các năm 2022 và 2023 lần lượt là 165 và 255 triệu đồng.", [("2022", 165), ("2023", 255)]),
        ("Doanh thu bưu chính quý I đạt 120 triệu đồng, quý II đạt 135 triệu đồng, cộng cả năm 255 triệu đồng.",
         [("2023", 255)]),
        ("Doanh thu viễn thông 498 triệu đồng, cùng kỳ: 476 triệu đồng; doanh thu bưu chính 255 triệu đồng, cùng kỳ: "
         "165 triệu đồng.", [("2023", 255), ("2022", 165)]),
    ],
)  # fmt: skip
def test_several_years_told_in_one_sentence_are_each_its_own(said, read):
    stated = read_line(said, Around(), catalog.area("da-bac"), "2023", names().meaning)
    assert [(each.period, each.value) for each in stated if each.indicator == "postal_revenue" and not each.why] == read


def test_beside_its_plan_a_figure_is_what_was_reached():
    said = "Các chỉ tiêu được UBND tỉnh giao: (1) Tỷ lệ hộ gia đình có Internet băng rộng: 72,8% (KH: 75%)."
    stated = read_line(said, Around(), catalog.area("da-bac"), "2023-S1", names().meaning)
    assert [(each.period, each.status, each.value) for each in stated] == [
        ("2023-S1", "actual", 72.8), ("2023", "target", 75),
    ]  # fmt: skip
