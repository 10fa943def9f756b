"""The page: no code, no network, safe, stable, complete; whatever the notebook holds."""

from __future__ import annotations

import dataclasses
import re

import lxml.html
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from places import AREA, REPORT

import ictplan_utils as ict
from ictplan_utils import catalog, charts, html, tables
from ictplan_utils.html import Link, ReportStatus


def shown(value) -> nbformat.NotebookNode:
    """A code cell as it stands after it showed `value`."""
    data = {"text/html": value._repr_html_(), "text/plain": repr(value)}
    return new_code_cell("secret_code()", outputs=[new_output("execute_result", data, execution_count=1)])


@pytest.fixture
def notebook(observations):
    question = new_markdown_cell("# Tựa đề\n\nCâu hỏi?")
    question.metadata["ictplan"] = {"en": "# Title\n\nQuestion?"}
    sections = [new_markdown_cell(f"## Mục {n}") for n in (1, 2, 3)]
    return new_notebook(cells=[question, *sections, shown(charts.trend(ict.report(AREA, REPORT), "bts_stations"))])


def page(notebook, **changes) -> str:
    return html.report_page(notebook, **{"area": AREA, "period": REPORT} | changes)


def test_a_page_shows_words_and_charts_but_no_code(notebook):
    text = page(notebook)
    assert "Trạm BTS" in text
    assert "secret_code" not in text
    assert "In [" not in text


def test_a_page_names_its_area_period_title_and_language(notebook):
    text = page(notebook)
    assert '<html lang="vi">' in text
    assert "<title>Tựa đề – Huyện Tuần Giáo, 6 tháng đầu năm 2021</title>" in text
    assert "Huyện Tuần Giáo · 6 tháng đầu năm 2021" in text
    assert re.search(r'<meta name="description" content="Tựa đề: [^"]+">', text)


def test_a_page_in_english_takes_the_translation_beside_the_words(notebook):
    text = page(notebook, lang="en")
    assert '<html lang="en">' in text
    assert "Question?" in text
    assert "Câu hỏi" not in text


def test_a_page_asks_nothing_of_any_network(notebook):
    text = page(notebook)
    assert "default-src 'none'" in text
    loads = re.findall(r'(?:src|href)="([^"#]+)"|url\(([^#)][^)]*)\)|@import', text)
    assert [a or b for a, b in loads if not (a or b).startswith("data:")] == []


def test_a_page_leads_to_the_reports_that_were_made_beside_it_and_to_no_other(report):
    notebook = new_notebook(cells=[shown(tables.errors(report))])
    made = page(notebook, navigation=[Link("Kiểm tra số liệu", "audit.html")])
    assert '<a href="audit.html">Xem trang kiểm tra số liệu.</a>' in made
    assert "audit.html" not in page(notebook)


def test_the_same_notebook_gives_the_same_page_to_the_byte(notebook):
    assert page(notebook) == page(notebook)


def test_the_contents_lead_to_every_section(notebook):
    text = page(notebook)
    links = re.findall(r'<a href="#(muc-\d)">(Mục \d)</a>', text)
    assert [name for _, name in links] == ["Mục 1", "Mục 2", "Mục 3"]
    assert all(f'id="{anchor}"' in text for anchor, _ in links)


def test_navigation_is_relative_and_marks_the_page_itself(notebook):
    text = page(notebook, navigation=[Link("Tất cả", "../index.html"), Link("Tựa đề", "x.html", current=True)])
    assert '<a href="../index.html">Tất cả</a>' in text
    assert '<a href="x.html" aria-current="page">Tựa đề</a>' in text


HOSTILE = ['<script>alert("x")</script>', "'\"><img src=x onerror=alert(1)>", "\u202etxt.exe", "á" * 200, "</style>"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_area_name_is_shown_as_text(notebook, data_copy, name):
    path = data_copy / "areas.csv"
    quoted = '"' + name.replace('"', '""') + '"'
    text = path.read_text(encoding="utf-8").replace("tuan-giao,099,Tuần Giáo,", f"tuan-giao,099,{quoted},")
    path.write_text(text, encoding="utf-8")
    assert catalog.area(AREA, data_copy).name == name
    index = html.PeriodIndex(
        REPORT, [ReportStatus(AREA, "trends", name, "ready", "a/b.html")], data_dir=str(data_copy)
    ).pages["index.html"]
    for made in (page(notebook, data_dir=str(data_copy)), index):
        assert "<script>alert" not in made
        assert "<img src=x" not in made
        assert made.count("</style>") == 1


def test_a_failed_report_says_so_in_the_index():
    failed = ReportStatus(AREA, "trends", "Diễn biến", "failed", "", "cell 3: <b>ValueError</b>")
    text = html.PeriodIndex(REPORT, [failed]).pages["index.html"]
    assert "không lập được: cell 3: &lt;b&gt;ValueError" in text


TRENDS = ReportStatus(AREA, "trends", "Diễn biến", "ready", f"{AREA}/trends.html")
COMPARED = ReportStatus("dien-bien", "compare", "So sánh", "ready", "dien-bien/compare.html", ranks={AREA: 3},
                        compares=True)  # fmt: skip


def cells(page: str, name: str) -> list[str]:
    """The words of the row that a name heads."""
    rows = lxml.html.document_fromstring(page).xpath("//tbody/tr")
    return next(
        [cell.text_content() for cell in row[1:]] for row in rows if row[0].text_content() == name
    )  # fmt: skip


def test_the_index_shows_headline_figures_with_their_units():
    text = html.PeriodIndex(REPORT, [TRENDS]).pages["index.html"]
    assert cells(text, "Huyện Tuần Giáo")[:4] == ["● đã gửi", "88", "55.572", "24.783"]
    assert ">Trạm BTS, vị trí trạm</th>" in text
    own = html.PeriodIndex(REPORT, [TRENDS]).pages[f"{AREA}/index.html"]
    assert "88\N{NO-BREAK SPACE}vị trí trạm" in own
    assert own.count('class="spark"') == 2  # of the flows, only 2020 is known: a doubtful figure is not drawn


def test_silent_areas_are_rows_without_figures_and_come_last():
    text = html.PeriodIndex(REPORT, [TRENDS, COMPARED]).pages["index.html"]
    assert "1 trong 10 huyện, thành phố, thị xã đã gửi báo cáo" in text
    assert cells(text, "Huyện Mường Chà") == ["○ chưa gửi", "–", "–", "–", "–", "–", ""]
    assert text.index("Huyện Tuần Giáo</a>") < text.index("Huyện Mường Chà")


def test_the_provinces_comparison_comes_before_the_areas_and_gives_their_ranks():
    text = html.PeriodIndex(REPORT, [TRENDS, COMPARED]).pages["index.html"]
    assert text.index("dien-bien/compare.html") < text.index(f"{AREA}/index.html")
    assert cells(text, "Huyện Tuần Giáo")[5] == "3"
    alone = html.PeriodIndex(REPORT, [COMPARED]).pages["index.html"]
    assert cells(alone, "Huyện Tuần Giáo")[5] == "3"


def test_the_index_says_that_the_provinces_own_paper_must_be_corrected():
    """Hòa Bình 2009: no district has reported itself, so that none of them is said to be right."""
    compared = ReportStatus("hoa-binh", "compare", "So sánh", "ready", "hoa-binh/compare.html", compares=True,
                            below={"hoa-binh": 1})  # fmt: skip
    text = html.PeriodIndex("2009", [compared]).pages["index.html"]
    assert lxml.html.document_fromstring(text).findtext(".//h1") == (
        "Có số liệu của 11 trong 11 huyện, thành phố, theo văn bản của cấp trên; văn bản tổng hợp có 1 số liệu phải sửa"
    )


def test_what_no_area_of_the_index_has_is_no_column():
    def heads(period: str, status: ReportStatus) -> list[str]:
        return re.findall(r'<th scope="col"[^>]*>([^<]*)', html.PeriodIndex(period, [status]).pages["index.html"])

    assert heads(REPORT, TRENDS)[1:3] == ["Báo cáo", "Trạm BTS, vị trí trạm"]
    assert "Hạng, theo đầu người" not in heads(REPORT, TRENDS)
    assert heads("2020", COMPARED) == ["Huyện, thành phố, thị xã", "Báo cáo", "Hạng, theo đầu người"]


def test_a_provinces_period_answers_before_its_table_and_is_searched_right_above_it():
    compared = dataclasses.replace(COMPARED, totals={"phone_subscribers": 200_175}, below={AREA: 2})
    index = html.PeriodIndex(REPORT, [TRENDS, compared])
    text = index.pages["index.html"]
    places = [
        text.index(words)
        for words in (
            "1 trong 10 huyện, thành phố, thị xã",
            "200.175",
            "Nhắc 9 huyện, thành phố, thị xã",
            "để sửa 2 lỗi",
            'id="q"',
        )
    ]
    assert places == sorted(places)
    between = text[places[-1] : text.index("<table")]
    assert "<svg" not in between and "<h2" not in between
    assert index.headlines == {"phone_subscribers": 200_175}
    assert html.PeriodIndex(REPORT, [TRENDS]).headlines["bts_stations"] == 88


def test_a_provinces_period_names_the_faulty_by_their_errors_and_leads_to_their_letters():
    compared = dataclasses.replace(COMPARED, below={AREA: 2, "tua-chua": 5}, totals={"phone_subscribers": 5},
                                   without={"phone_subscribers": 2})  # fmt: skip
    text = html.PeriodIndex(REPORT, [TRENDS, compared]).pages["index.html"]
    assert "Tủa Chùa (5 lỗi) và Tuần Giáo (2 lỗi)" in text
    assert text.count('href="dien-bien/compare.html#nhac"') == 2
    assert "không kể 2 số liệu đang hỏi lại" in text


def test_the_index_shows_the_comparisons_total_and_what_the_provinces_own_paper_states():
    compared = ReportStatus("hoa-binh", "compare", "So sánh", "ready", "hoa-binh/compare.html", compares=True,
                            totals={"phone_subscribers": 63_877}, covered={"phone_subscribers": 10}, units=11,
                            growth={"phone_subscribers": 12.7})  # fmt: skip
    pages = html.PeriodIndex("2009", [compared]).pages
    for name in ("index.html", "hoa-binh/index.html"):
        assert "63.877" in pages[name]
        assert "trên 10/11 huyện, thành phố; văn bản tổng hợp ghi 61.877" in pages[name]
    assert "+12,7% so với cùng kỳ năm trước" in pages["index.html"]


def test_provinces_that_nobody_waits_for_are_not_silent():
    nation = ReportStatus("viet-nam", "compare", "So sánh", "ready", "viet-nam/compare.html", compares=True)
    index = html.PeriodIndex(REPORT, [TRENDS, COMPARED, nation])
    text = index.pages["index.html"]
    assert "Huyện Mường Chà" in text
    assert "Nghệ An" in text  # has reported before
    assert "Cao Bằng" not in text
    assert "1 trong 13 địa bàn" in index.title


def test_periods_lead_to_one_another_and_to_all():
    text = html.PeriodIndex("2021-S1", [TRENDS]).pages["index.html"]
    assert "../2020/index.html" not in text
    text = html.PeriodIndex("2021-S1", [TRENDS], periods=("2020", "2021-S1", "2021")).pages["index.html"]
    assert re.findall(r'href="\.\./([^"]*)"', text) == ["2020/index.html", "2021/index.html", "index.html"]
    every = html.periods_page(
        [
            html.PeriodSummary("2021-S1", {"vi": "Một huyện đã gửi"}, 18),
            html.PeriodSummary("2021", {"vi": "Cả tỉnh"}, 0),
        ]
    )
    assert cells(every, "6 tháng đầu năm 2021") == ["Một huyện đã gửi", "18"]
    assert lxml.html.document_fromstring(every).findtext(".//h1") == "Năm 2021: Cả tỉnh"
    with_figures = html.periods_page([html.PeriodSummary("2021", {"vi": "Cả tỉnh"}, 0, {"bts_stations": 1234})])
    assert cells(with_figures, "Năm 2021") == ["Cả tỉnh", "0", "1.234"]
    english = html.periods_page([html.PeriodSummary("2021", {"vi": "Cả tỉnh"}, 0)], lang="en")
    assert 'href="2021/index.html"' in english  # where there is no page in English, to the one there is
    assert every.index("2021/index.html") < every.index("2021-S1/index.html")


def test_an_index_in_english_leads_to_english_pages_and_to_its_twin():
    pages = html.PeriodIndex(REPORT, [dataclasses.replace(TRENDS, href=f"{AREA}/trends.en.html")], lang="en",
                             languages=("vi", "en")).pages  # fmt: skip
    assert set(pages) == {"index.en.html", f"{AREA}/index.en.html"}
    assert f'href="{AREA}/index.en.html"' in pages["index.en.html"]
    for text in pages.values():
        assert '<link rel="alternate" hreflang="vi" href="index.html">' in text


def test_a_picture_of_another_library_keeps_its_alternative_text():
    output = new_output(
        "display_data", {"image/png": "iVBORw0KGgo=", "text/plain": "<Figure>"}, metadata={"alt": 'A "b"'}
    )
    text = page(new_notebook(cells=[new_markdown_cell("# T"), new_code_cell("x", outputs=[output])]))
    assert re.search(r'alt="A &(#34|quot);b&(#34|quot);"', text)


def test_an_error_shows_its_message_but_no_traceback():
    output = new_output("error", ename="ValueError", evalue="<bad>", traceback=["\x1b[31mfile line 3"])
    text = page(new_notebook(cells=[new_markdown_cell("# T"), new_code_cell("x", outputs=[output])]))
    assert "ValueError: &lt;bad&gt;" in text
    assert "line 3" not in text


def test_the_index_counts_the_errors_a_report_found():
    found = ReportStatus(AREA, "audit", "Kiểm tra", "ready", "tuan-giao/audit.html", errors=18)
    assert cells(html.PeriodIndex(REPORT, [found]).pages["index.html"], "Huyện Tuần Giáo")[0] == "▲ 18 lỗi"


def test_each_area_has_a_page_of_its_own_that_leads_back():
    pages = html.PeriodIndex(REPORT, [ReportStatus(AREA, "trends", "Diễn biến", "ready", f"{AREA}/trends.html")]).pages
    assert set(pages) == {"index.html", f"{AREA}/index.html"}
    own = pages[f"{AREA}/index.html"]
    assert '<a href="trends.html">Diễn biến</a>' in own
    assert '<a href="../index.html">' in own
    assert f'<a href="{AREA}/index.html">Huyện Tuần Giáo</a>' in pages["index.html"]
