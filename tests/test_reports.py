"""The main job: the real plan becomes reports a leader can read, whole, in both languages, the same every time."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from bs4 import BeautifulSoup
from places import AREA, REPORT, run_reports

import ictplan_utils as ict
from ictplan_utils.audit import audit_stored

NOTEBOOKS = ("briefing", "audit", "trends", "forecast", "targets")


def words(path) -> str:
    """The page's words as a reader sees them, spaces that do not break made plain."""
    text = re.sub(r"<(style|script|svg).*?</\1>", " ", path.read_text(encoding="utf-8"), flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)))


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_every_report_is_made_and_linked(reports, name):
    assert (reports / AREA / f"{name}.html").is_file()
    assert f"{AREA}/{name}.html" in (reports / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_no_page_shows_a_computers_words(reports, english_reports, name):
    for page in (reports / AREA / f"{name}.html", english_reports / AREA / f"{name}.en.html"):
        shown = words(page)
        assert not re.search(r"\b(nan|None|NaT|inf|Traceback|DataFrame|object at)\b", shown)
        assert not re.search(r"\d\.\d{4,}", shown), "an unrounded number"


@pytest.mark.parametrize(
    ("name", "found"),
    [("audit", "Chưa thể ký: 18 số liệu phải sửa; 23 điều cần hỏi lại đơn vị cung cấp"),
     ("trends", "So với cùng kỳ năm 2020: 3 tăng, 3 giảm trong 6 chỉ tiêu; "
         "so với cuối năm 2020: 9 tăng, 1 giảm trong 19 chỉ tiêu"),
     ("forecast", "7 trong 28 số ước năm 2021 cao hơn mức 6 tháng cho phép"),
     ("targets", "17 trong 21 chỉ tiêu tính được của năm 2022 khó đạt")],
)  # fmt: skip
def test_a_pages_heading_says_what_it_found_and_its_name_stands_above(reports, name, found):
    page = BeautifulSoup((reports / AREA / f"{name}.html").read_text(encoding="utf-8"), "lxml")
    assert page.h1.text == found
    assert page.select_one(".kicker").text.endswith(page.select_one("nav [aria-current]").text)


def test_the_briefing_tells_its_verdict_and_five_findings_with_their_figures_and_who_acts(reports):
    page = BeautifulSoup((reports / AREA / "briefing.html").read_text(encoding="utf-8"), "lxml")
    assert page.h1.text == "Chưa thể ký: 18 số liệu phải sửa; 17 trong 21 chỉ tiêu tính được của năm 2022 khó đạt"
    told = page.select(".findings > li")
    assert len(told) == 5
    assert all(re.search(r"\d", finding.h3.text) for finding in told)
    assert all("Việc cần làm:" in finding.text for finding in told)
    assert len(page.select("figure.chart")) == 3


@pytest.mark.parametrize(
    "figure", ["52.321 triệu đồng", "12,5%", "88 vị trí trạm", "55.572 thuê bao", "1.320 triệu đồng"]
)
def test_numbers_are_written_the_vietnamese_way_with_their_units(reports, figure):
    assert any(figure in words(reports / AREA / f"{name}.html") for name in NOTEBOOKS)


def test_the_forecast_gives_each_indicator_its_reason(reports):
    shown = words(reports / AREA / "forecast.html")
    assert "đang chờ sửa hoặc hỏi lại nên chưa dự báo" in shown, "why form 32 has no forecast"
    assert "khoảng 80%" in shown


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_english_pages_are_in_english(english_reports, name):
    page = (english_reports / AREA / f"{name}.en.html").read_text(encoding="utf-8")
    assert '<html lang="en">' in page
    shown = words(english_reports / AREA / f"{name}.en.html")
    # What the document says is quoted in its own language.
    shown = re.sub("“[^”]*”", "", shown)
    for quoted in ict.report(AREA, REPORT).findings["printed"]:
        shown = shown.replace(quoted, "") if " " in quoted else shown
    assert not re.search(r"\b(Nguồn số liệu|Diễn biến|so với|cùng kỳ|Đơn vị|Chỉ tiêu)\b", shown)


def test_the_same_data_gives_the_same_bytes(reports, tmp_path):
    again = run_reports(tmp_path, "--workers", "1")
    for name in NOTEBOOKS:
        assert (again / AREA / f"{name}.html").read_bytes() == (reports / AREA / f"{name}.html").read_bytes(), name
    assert (again / "index.html").read_bytes() == (reports / "index.html").read_bytes()


def test_the_manifest_and_the_index_know_how_many_errors_the_audit_found(reports):
    entry = json.loads((reports / "manifest.json").read_text(encoding="utf-8"))["reports"][f"{AREA}/audit"]
    errors = int((audit_stored(AREA, REPORT)["severity"] == "error").sum())
    assert entry["facts"] == {"errors": errors}
    assert f"▲ {errors} lỗi" in (reports / "index.html").read_text(encoding="utf-8")


ODD = {
    "only its targets": lambda rows: [row for row in rows if ",target," in row],
    "only six months": lambda rows: [row for row in rows if ",2021-S1,actual," in row],
    "nothing at all": lambda rows: [],
}
"""What an area may send: its name, and which of the real report's rows those are."""


@pytest.mark.parametrize("sent", ODD)
def test_an_area_that_sends_little_gets_whole_pages_without_empty_charts(sent, data_copy, tmp_path):
    path = data_copy / "observations" / AREA / f"{REPORT}.csv"
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([head, *ODD[sent](rows)]) + "\n", encoding="utf-8")
    compared = data_copy / "comparisons" / AREA / f"{REPORT}.csv"
    compared.write_text(compared.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    folder = run_reports(tmp_path / "out", "--data", str(data_copy))
    for name in NOTEBOOKS:
        shown = words(folder / AREA / f"{name}.html")
        assert not re.search(r"\b(nan|None|NaT|inf)\b", shown), name
        page = (folder / AREA / f"{name}.html").read_text(encoding="utf-8")
        assert not re.search(r"<svg[^>]*>(?:(?!</svg>).)*Chưa có số liệu", page, flags=re.S), name


def test_a_report_on_a_whole_year_is_told_as_one(tmp_path):
    folder = run_reports(tmp_path, area="quang-ngai", period="2016")
    trends = words(folder / "quang-ngai" / "trends.html")
    assert "so với cuối năm 2015" in trends
    assert "6/2016" not in trends
    assert "không có dự báo nào để đối chiếu với kết quả" in words(folder / "quang-ngai" / "forecast.html")
    assert "không nêu chỉ tiêu kế hoạch năm 2017" in words(folder / "quang-ngai" / "targets.html")
