"""What a person sees: every page of a real run, in a real browser, light and dark, phone, desktop and paper."""

from __future__ import annotations

import functools
import io
import itertools
import math
import re
import shutil
import zipfile
from pathlib import Path

import lxml.html
import pandas as pd
import pytest
import years
from axe_playwright_python.sync_playwright import Axe
from matplotlib.patches import Rectangle
from matplotlib.path import Path as Line
from matplotlib.text import Text
from PIL import Image
from places import AREA, REPO, REPORT, run_reports
from playwright.sync_api import Page
from test_compare import comparison, province

import ictplan_utils as ict
from ictplan_utils import catalog, charts, compare, html
from ictplan_utils.charts.sheet import Sheet
from ictplan_utils.html import print_pdf
from ictplan_utils.messages import page_name
from ictplan_utils.tables.table import Cell, Column, Row, Table

pytestmark = pytest.mark.browser

NAMES = [f"{AREA}/{path.stem}" for path in sorted((REPO / "notebooks").glob("*.ipynb"))
         if '"period' in (text := path.read_text(encoding="utf-8")) and '"area' in text
         and '"run": "named"' not in text]  # fmt: skip
PAGES = ["index", f"{AREA}/index", f"{AREA}/bundle", *NAMES]
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
         "resultTypes": ["violations"]}  # fmt: skip
UNFOLD = "document.querySelectorAll('details').forEach(each => { each.open = true })"
MAX_PAGE_BYTES = 600_000


@pytest.fixture(scope="module")
def bundle(tmp_path_factory, chromium_path, reports) -> Path:
    """The folder in which one page of all, its summary and its PDF were made, beside the reports in two languages."""
    outputs = shutil.copytree(reports.parent, tmp_path_factory.mktemp("bundle") / "outputs")
    run_reports(outputs, "--lang", "en")
    return run_reports(outputs, "--bundle") / AREA


@pytest.fixture(params=PAGES)
def path(request, reports, bundle) -> Path:
    return (bundle.parent if request.param.endswith("bundle") else reports) / f"{request.param}.html"


@pytest.fixture(scope="module")
def opened(browser):
    """Open a page at a width, once for all that only look at it: `opened(path, width)`."""
    pages: dict[tuple[Path, int], Page] = {}

    def look(path: Path, width: int = 1280) -> Page:
        if (path, width) not in pages:
            pages[path, width] = browser.new_page(viewport={"width": width, "height": 740})
            pages[path, width].goto(path.as_uri())
        return pages[path, width]

    yield look
    for page in pages.values():
        page.close()


@pytest.fixture(scope="module")
def printed(reports, chromium_path, tmp_path_factory):
    """Print a report, once for all that only look at it: `printed(name)` is the PDF, not among what workers share."""
    folder = tmp_path_factory.mktemp("printed")
    return functools.cache(lambda name: print_pdf(Path(shutil.copy(reports / AREA / f"{name}.html", folder))))


def test_the_index_and_the_areas_page_lead_to_the_bundle(bundle):
    for page, href in ((bundle / "index.html", "bundle.html"), (bundle.parent / "index.html", f"{AREA}/bundle.html")):
        assert f'<a href="{href}">Trọn bộ trong một tệp</a>' in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(browser, path, scheme):
    # The page forbids all scripts; axe is one, so this test alone lifts the page's policy.
    context = browser.new_context(color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    page.goto(path.as_uri())
    page.evaluate(UNFOLD)
    found = Axe().run(page, options=RULES).response["violations"]
    context.close()
    assert [(rule["id"], [node["html"][:160] for node in rule["nodes"]][:3]) for rule in found] == []


def test_nothing_is_asked_of_the_network_and_nothing_is_refused(browser, path):
    page = browser.new_page()
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(path.as_uri())
    page.close()
    assert asked == [path.as_uri()]
    assert said == []


@pytest.mark.parametrize("width", [360, 1280, 1920])
def test_the_page_never_scrolls_sideways(opened, path, width):
    wide = opened(path, width).evaluate("""() => {
        const folded = [...document.querySelectorAll("details:not([open])")];
        folded.forEach(each => { each.open = true });
        const wide = document.documentElement.scrollWidth;
        folded.forEach(each => { each.open = false });
        return wide;
    }""")
    assert wide <= width


def test_no_english_page_scrolls_sideways_on_a_phone(opened, english_reports):
    for path in sorted((english_reports / AREA).glob("*.en.html")):
        assert opened(path, 360).evaluate("document.documentElement.scrollWidth") <= 360, path.name


BEYOND = "all => all.filter(each => each.scrollWidth > each.clientWidth).map(each => each.parentElement.className)"


@pytest.mark.parametrize("width", [360, 1024, 1200, 1280])
def test_no_column_of_the_briefing_stands_beyond_its_edge(opened, reports, english_reports, width):
    for path in (reports / AREA / "briefing.html", english_reports / AREA / "briefing.en.html"):
        assert opened(path, width).eval_on_selector_all(".scroll", BEYOND) == [], path.name


@pytest.mark.parametrize("width", [360, 1280])
def test_no_column_stands_beyond_its_edge(opened, path, width):
    page = opened(path, width)
    page.evaluate(UNFOLD)
    beyond = page.eval_on_selector_all(".scroll", BEYOND)
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = false })")
    assert beyond == []


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_column_of_a_comparison_stands_beyond_its_edge(browser, tmp_path, lang):
    stated = province(10, tua_chua=9600)
    found = comparison(stated[stated["period"] == REPORT], lang)  # held against the others, not against last year
    shown = (compare.areas_table(found), compare.ranked(found), compare.standing_out(found),
             compare.totals_table(found))  # fmt: skip
    body = "".join(each._repr_html_() for each in shown)
    assert 'class="table calls"' in body
    path = tmp_path / "compare.html"
    path.write_text(html.page(body, title="So sánh", place="", when="", lang=lang), encoding="utf-8")
    for width in (360, 1280):
        page = browser.new_page(viewport={"width": width, "height": 740})
        page.goto(path.as_uri())
        beyond = page.eval_on_selector_all(".scroll", BEYOND)
        page.close()
        assert beyond == [], width


def test_every_chart_has_alternative_text_of_substance(opened, path):
    page = opened(path)
    texts = page.eval_on_selector_all(
        "figure.chart svg, figure.chart img", "all => all.map(e => e.getAttribute('aria-label') || e.alt)"
    )
    for text in texts:
        assert text and len(text) > 40 and re.search(r"\d|[Cc]hưa có số liệu", text), text


def test_headings_are_in_order_and_the_title_is_one(opened, path):
    page = opened(path)
    levels = page.eval_on_selector_all("h1, h2, h3, h4", "all => all.map(e => +e.tagName[1])")
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_a_page_is_small(path):
    assert path.stat().st_size <= MAX_PAGE_BYTES


def test_every_link_leads_somewhere(opened, path):
    page = opened(path)
    targets = page.eval_on_selector_all("a[href]", "all => all.map(e => e.href)")
    for target in targets:
        place, _, anchor = target.removeprefix("file://").partition("#")
        assert Path(place).is_file(), target
        if anchor:
            assert f'id="{anchor}"' in Path(place).read_text(encoding="utf-8"), target


def test_the_index_finds_an_area_without_tone_marks(browser, reports):
    page = browser.new_page()
    page.goto((reports / "index.html").as_uri())
    items = page.locator("[data-name]")
    assert items.first.is_visible()
    page.fill("#q", "TUAN giao")
    assert items.first.is_visible()
    page.fill("#q", "hà giang")
    assert not items.first.is_visible()
    assert page.locator("#none").is_visible()
    page.close()


MANY = 16_640


@pytest.fixture(scope="module")
def nation(data_copy_of_a_nation) -> Path:
    """An index of a made-up nation, larger than any."""
    folder = data_copy_of_a_nation
    statuses = [
        html.ReportStatus(f"gia-lap-{n:05}", "audit", "Kiểm tra số liệu", "ready", f"gia-lap-{n:05}/audit.html",
                          errors=n % 7)
        for n in range(MANY)
    ]  # fmt: skip
    path = folder / "index.html"
    path.write_text(html.PeriodIndex(REPORT, statuses, data_dir=str(folder)).pages["index.html"], encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def data_copy_of_a_nation(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("nation") / "data"
    shutil.copytree(REPO / "data", folder)
    with (folder / "areas.csv").open("a", encoding="utf-8") as file:
        for n in range(MANY):
            file.write(f"gia-lap-{n:05},G{n:05},Giả lập {n},Synthetic {n},xã,commune,dien-bien,,,\n")
    return folder


def test_the_first_rows_of_a_nation_stand_before_the_data_of_the_others(nation):
    content = nation.read_bytes()
    assert content.index(b'id="rows"') < 300_000
    assert len(content) < 1_500_000


def test_a_nation_is_searched_and_sorted_whole_and_drawn_as_needed(browser, nation):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    said = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(nation.as_uri())
    rows = page.locator("tbody tr")
    page.fill("#q", "GIA lap 16639")
    assert rows.count() == 1
    assert rows.first.locator("a").first.get_attribute("href") == "gia-lap-16639/index.html"
    page.fill("#q", "")
    assert rows.count() < 500
    report = page.locator("thead button").nth(1)
    report.click()
    assert "đã gửi" in rows.first.inner_text()
    report.click()
    assert "6 lỗi" in rows.first.inner_text()
    few = rows.count()
    page.locator("#more").scroll_into_view_if_needed()
    rows.nth(few).wait_for()
    page.close()
    assert said == []


def test_no_chart_is_cut_on_paper(browser, path):
    """Every figure fits one A4 page, so that `break-inside: avoid` can keep it whole."""
    page = browser.new_page(viewport={"width": 680, "height": 1000})
    page.emulate_media(media="print")
    page.goto(path.as_uri())
    heights = page.eval_on_selector_all("figure.chart", "all => all.map(e => e.getBoundingClientRect().height)")
    breaks = page.eval_on_selector_all("figure.chart", "all => all.map(e => getComputedStyle(e).breakInside)")
    page.close()
    assert all(height < 900 for height in heights)
    assert set(breaks) <= {"avoid"}


def test_a_page_is_as_wide_as_paper_lest_its_letters_be_shrunk(browser, path):
    page = browser.new_page(viewport={"width": 703, "height": 1000})  # A4 without its margins
    page.emulate_media(media="print")
    page.goto(path.as_uri())
    wide = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    assert wide <= 703


@pytest.mark.parametrize("name", [f"{AREA}/briefing", f"{AREA}/audit", f"{AREA}/targets", "index"])
def test_whoever_has_only_a_keyboard_reaches_everything_and_sees_where_they_are(browser, reports, name):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto((reports / f"{name}.html").as_uri())
    wanted = page.evaluate("""() => [...document.querySelectorAll("a[href], button, summary, input, [tabindex='0']")]
        .filter(each => each.checkVisibility() && !each.closest("details:not([open]) > :not(summary)"))
        .map((each, at) => (each.dataset.at = at)).length""")
    seen, unmarked = [], []
    for _ in range(wanted + 5):
        page.keyboard.press("Tab")
        at, outlined = page.evaluate("""() => [document.activeElement.dataset.at,
            getComputedStyle(document.activeElement).outlineStyle]""")
        if at is None or at in seen:
            break
        seen.append(at)
        unmarked += [at] if outlined == "none" else []
    page.close()
    assert seen == [str(at) for at in range(wanted)]
    assert unmarked == []


def test_keys_alone_turn_the_theme_sort_a_table_unfold_data_and_read_a_chart(browser, reports):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto((reports / AREA / "briefing.html").as_uri())

    def press(selector: str, *keys: str):
        found = page.locator(selector).first
        found.focus()
        for key in keys:
            page.keyboard.press(key)
        return found

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == page.locator(".skip").get_attribute("href")
    press("#tools button", "Enter")
    assert page.locator("html").get_attribute("data-theme") == "dark"
    heading = page.locator(".headlines thead th").nth(1)
    press(".headlines thead th:nth-child(2) button", "Enter", "Space")
    assert heading.get_attribute("aria-sort") == "descending"
    press("figure.chart summary", "Enter")
    assert page.locator("figure.chart details").first.get_attribute("open") is not None
    chart, told = page.locator("figure.chart svg[role=img]:visible").first, page.locator("figure.chart .told").first
    name = chart.get_attribute("aria-label")
    chart.focus()
    page.keyboard.press("ArrowRight")
    first = told.inner_text()
    page.keyboard.press("ArrowRight")
    assert first and told.inner_text() != first
    assert chart.get_attribute("aria-label") == told.inner_text()
    page.keyboard.press("Escape")
    assert told.is_hidden() and chart.get_attribute("aria-label") == name
    page.close()


def test_without_a_script_the_page_is_whole_and_offers_nothing_dead(browser, path):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(path.as_uri())
    assert page.locator("button:visible, input[type=search]:visible").count() == 0
    figures, tables = page.locator("figure.chart"), page.locator("main div.table")
    assert page.locator("figure.chart svg[role=img]:visible, figure.chart img:visible").count() == figures.count()
    for unfold in page.locator(
        "details.long > summary, .contents > summary, section .chart:first-of-type summary"
    ).all():
        unfold.click()
    assert all(table.is_visible() for table in tables.all())
    for choice in page.locator(":is(.more, .rest):visible input").all():
        choice.check()
    assert page.locator(".later").count() == page.locator(".later:visible").count()
    context.close()


@pytest.mark.parametrize(("name", "anchors"), [
    ("briefing", ["tram-bts", "thue-bao-dien-thoai", "doanh-thu-vien-thong-va-internet"]),
    ("targets", []),
])  # fmt: skip
def test_every_figure_is_saved_as_a_picture_of_its_own_name_that_other_programs_read(browser, reports, name, anchors):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto((reports / AREA / f"{name}.html").as_uri())

    def saved(figure, kind: str) -> tuple[str, bytes]:
        with page.expect_download(timeout=20_000) as told:
            figure.get_by_role("button", name=kind, exact=True).click()
        return told.value.suggested_filename, Path(told.value.path()).read_bytes()

    names = []
    for figure in page.locator("figure.chart:has(svg)").all():
        name, drawing = saved(figure, "SVG")
        names.append(name.removesuffix(".svg"))
        svg = lxml.etree.fromstring(drawing)
        assert svg.tag == "{http://www.w3.org/2000/svg}svg"
        assert b"var(" not in drawing and svg.xpath("count(//*[local-name()='text'])") > 2
        name, picture = saved(figure, "PNG")
        assert name == f"{names[-1]}.png"
        with Image.open(io.BytesIO(picture)) as image:
            assert image.width == 3 * float(svg.get("width")) and len(image.convert("RGB").getcolors(1 << 20)) > 9
    ids = page.eval_on_selector_all("figure.chart", "all => all.map(each => each.id)")
    page.close()
    assert names and len(set(names)) == len(names)
    assert set(anchors) <= set(ids)


PAPER = {"briefing": (1, 1), "trends": (2, 6), "forecast": (3, 8), "targets": (2, 5), "audit": (1, 9)}
"""How many A4 pages each report takes: fewer would mean something was lost, more that space is wasted."""


@pytest.mark.parametrize("name", PAPER)
def test_a_report_prints_on_the_expected_number_of_pages(printed, name):
    import pdfplumber

    with pdfplumber.open(printed(name)) as paper:
        low, high = PAPER[name]
        assert low <= len(paper.pages) <= high
        width, height = paper.pages[0].width, paper.pages[0].height
        assert (round(width), round(height)) == (595, 842), "A4"
        assert all(page.extract_text().strip() for page in paper.pages), "no empty page"


@pytest.mark.parametrize("name", [*PAPER, "bundle"])
def test_no_sheet_but_the_last_is_half_empty(printed, bundle, name):
    import pdfplumber

    with pdfplumber.open(bundle / "bundle.pdf" if name == "bundle" else printed(name)) as paper:
        for page in paper.pages[:-1]:
            numbered = page.height - 40  # below stands the page's number
            lowest = max(word["bottom"] for word in page.extract_words() if word["bottom"] < numbered)
            assert lowest > 0.66 * page.height, page.page_number


def test_a_table_bears_its_headings_on_every_sheet(printed):
    import pdfplumber

    with pdfplumber.open(printed("forecast")) as paper:
        headed = sum("Dự báo (khoảng" in page.extract_text() for page in paper.pages)
    assert headed >= 2


def test_a_provinces_page_fits_a_phone_in_english_too(browser, tmp_path):
    made = run_reports(tmp_path, "compare", "--lang", "en", area="dien-bien")
    page = browser.new_page(viewport={"width": 360, "height": 740})
    for name in ("dien-bien/compare.en.html", "dien-bien/index.en.html", "index.en.html"):
        page.goto((made / name).as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, name
        assert page.eval_on_selector_all(".scroll", BEYOND) == [], name
    page.close()


def lines(page) -> list[str]:
    return page.extract_text().splitlines()


def test_the_bundle_is_one_page_one_pdf_with_contents_and_a_message(bundle):
    import pdfplumber

    page, summary, pdf = (bundle / name for name in ("bundle.html", "summary.txt", "bundle.pdf"))
    tree = lxml.html.parse(str(page))
    ids = tree.xpath("//*[not(ancestor::svg)]/@id")
    assert sorted(ids) == sorted(set(ids))
    assert tree.findtext(".//h1").startswith("Chưa thể ký: 18 số liệu phải sửa")
    twin = lxml.html.parse(str(bundle / "bundle.en.html"))
    assert [each.xpath("//*[@id='tools']/a/@href") for each in (tree, twin)] == [["bundle.en.html"], ["bundle.html"]]
    parts = tree.xpath("//details[contains(@class, 'contents')]/ol/li/a/@href")
    assert parts[:3] == ["#briefing", "#targets", "#audit"]
    assert not tree.xpath("//main//a[not(starts-with(@href, '#'))]")
    with pdfplumber.open(pdf) as printed:
        chapters = [title for _, title, *_ in printed.doc.get_outlines()]
        assert "Kiểm tra số liệu" in chapters
        first, second = (printed.pages[at].extract_text() for at in (0, 1))
        assert "Chưa thể ký: 18 số liệu phải sửa" in first and "Việc cần làm" in first
        assert "Số liệu tính đến 30/6/2021" in first  # the briefing takes one page
        assert second.startswith("Chỉ tiêu kế hoạch")
        contents = re.findall(
            r"(?:Phụ lục: )?([^.]+) tr\. (\d+)", next(each for each in first.splitlines() if " tr. " in each)
        )
        assert len(contents) == len(parts)
        for name, sheet in contents[1:]:
            assert any(line.strip().endswith(name.strip()) for line in lines(printed.pages[int(sheet) - 1])), name
    told = summary.read_text(encoding="utf-8")
    assert told.startswith("Huyện Tuần Giáo, 6 tháng đầu năm 2021\nChưa thể ký: 18 số liệu phải sửa")
    assert len(told) < 2500 and "Việc cần làm" in told
    assert zipfile.is_zipfile(bundle / "slides.pptx")


@pytest.mark.parametrize("width", [360, 1280])
def test_no_cell_wraps_one_word_a_line(opened, path, width):
    page = opened(path, width)
    squeezed = page.eval_on_selector_all(
        ".table td, .table th",
        """all => all.filter(cell => {
            const words = cell.innerText.trim().split(/\\s+/).length;
            if (words < 6 || !cell.offsetWidth) return false;
            const range = document.createRange(); range.selectNodeContents(cell);
            const lines = new Set([...range.getClientRects()].map(box => Math.round(box.top / 6))).size;
            return lines > words / 1.5;
        }).map(cell => cell.innerText.slice(0, 60))""",
    )
    assert squeezed == []


LABELS = """() => [...document.querySelectorAll("figure.chart svg[role=img]")]
    .filter(svg => svg.getBoundingClientRect().width > 0)
    .map(svg => [...svg.querySelectorAll("text")].filter(text => text.textContent.trim()).map(text => {
        const box = text.getBoundingClientRect(), edge = svg.getBoundingClientRect();
        const scale = edge.width / svg.viewBox.baseVal.width;
        return [text.textContent.trim(), box.left - edge.left, box.top, box.right - edge.left, box.bottom,
                parseFloat(getComputedStyle(text).fontSize) * scale, edge.width];
    }))"""


@pytest.mark.parametrize(("width", "least"), [(360, 11), (1280, 12)])
@pytest.mark.parametrize("name", ["briefing", "trends", "forecast", "targets"])
def test_a_charts_labels_keep_apart_and_are_large_enough_to_read(browser, reports, name, width, least):
    labels_keep_apart(browser, reports / AREA / f"{name}.html", width, least)


def labels_keep_apart(browser, path: Path, width: int, least: float) -> None:
    """Hold the boxes of all charts' labels against one another, against their picture's edges, and their letters."""
    page = browser.new_page(viewport={"width": width, "height": 740})
    page.goto(path.as_uri())
    drawn = page.evaluate(LABELS)
    page.close()
    assert drawn
    for labels in drawn:
        for text, left, _, right, _, size, edge in labels:
            assert size > least - 0.05, (text, size)
            assert left >= -1 and right <= edge + 1, text
        for one, other in itertools.combinations(labels, 2):
            across = min(one[3], other[3]) - max(one[1], other[1])
            down = min(one[4], other[4]) - max(one[2], other[2])
            assert across <= 1 or down <= 3, (one[0], other[0])


@pytest.fixture(scope="module")
def three_years(tmp_path_factory) -> Path:
    """Data with four reports of three years."""
    return years.folder(tmp_path_factory.mktemp("history"))


def ten_years(last: str) -> ict.reports.Report:
    """Return a made-up report after ten years of halves and wholes: shares near their bound, waves, steady growth."""
    rows = []
    for at, slug in enumerate(catalog.form()):
        entry = catalog.indicator(slug)
        highest = entry.maximum or float("inf")

        def put(period: str, status: str, value: float, report: str, slug=slug, entry=entry, highest=highest) -> None:
            value = round(min(value, highest), entry.decimals)
            rows.append((AREA, slug, period, status, value, f"{value:g}", "A1:1:5", "", report))

        for year in range(2012, 2023):
            whole = (60 if entry.maximum else 10 ** (1 + at % 5)) * (
                1 + 0.07 * (year - 2012) + math.sin(year + at) / 20
            )
            put(f"{year}-S1", "actual", whole * (0.47 if entry.kind == "flow" else 0.98), f"{year}-S1")
            put(str(year), "estimate", whole * 1.05, f"{year}-S1")
            put(str(year), "actual", whole, str(year))
            put(str(year + 1), "target", whole * 1.1, f"{year}-S1")
    columns = [*ict.observations.OBSERVATION_COLUMNS, "report"]
    return ict.reports.from_tables(pd.DataFrame(rows, columns=columns), AREA, last)


@pytest.mark.parametrize("span", ["2022-S1", "2022", "ten years, June", "ten years, December"])
def test_labels_keep_apart_after_three_years_and_after_ten(browser, three_years, tmp_path, span):
    last = {"ten years, June": "2022-S1", "ten years, December": "2022"}.get(span)
    report = ten_years(last) if last else ict.report(AREA, span, data_dir=three_years)
    shown = [charts.trend(report, slug, forecast=True) for slug in report.indicators]
    shown += [charts.growth_asked(report, shares=shares) for shares in (True, False)]
    shown += [charts.by_sector(report), charts.fulfilment(report)]
    path = tmp_path / "charts.html"
    body = "".join(each._repr_html_() for each in shown)
    path.write_text(html.page(body, title=span, place=AREA, when=span), encoding="utf-8")
    for width, least in ((360, 11), (1280, 12)):
        labels_keep_apart(browser, path, width, least)


@pytest.mark.parametrize("last", ["2022-S1", "2022"])
def test_no_figure_is_wider_than_the_bar_it_stands_in(last):
    chart, written = charts.trend(ten_years(last), "telecom_revenue"), 0
    for bar, text in itertools.product(chart.findobj(Rectangle), chart.findobj(Text)):
        box, words = bar.get_window_extent(), text.get_window_extent()
        if bar.get_gid() and box.contains(*text.get_transform().transform(text.get_position())):
            assert words.width <= box.width + 1
            written += 1
    assert written >= 4


@pytest.mark.parametrize("last", ["2022-S1", "2022"])
def test_lines_that_lead_to_labels_do_not_cross_after_ten_years(monkeypatch, last):
    sheets, made = [], Sheet.__init__
    monkeypatch.setattr(Sheet, "__init__", lambda self, ground: (sheets.append(self), made(self, ground))[1])
    report = ten_years(last)
    for slug in report.indicators:
        charts.trend(report, slug, forecast=True)
    led = [[Line([line[:2], line[2:]]) for line in sheet.leaders] for sheet in sheets]
    assert sum(map(len, led)) > 50
    pairs = itertools.chain.from_iterable(itertools.combinations(lines, 2) for lines in led)
    assert not any(one.intersects_path(other, filled=False) for one, other in pairs)


@pytest.mark.parametrize(("period", "lang"), [("2022", "vi"), ("2022-S1", "en"), (REPORT, "en")])
def test_a_briefing_is_one_sheet_in_two_columns_whatever_its_history(
    chromium_path, three_years, tmp_path, period, lang
):
    import pdfplumber

    made = run_reports(tmp_path, "briefing", "--data", str(three_years), "--lang", lang, period=period)
    with pdfplumber.open(print_pdf(made / AREA / f"{page_name('briefing', lang)}.html")) as printed:
        assert len(printed.pages) == 1
        page = printed.pages[0]
        first = {"vi": "Điều cần biết", "en": "What to know"}[lang]
        (findings,), (charts,) = (page.search(words) for words in (first, HEADLINES[lang]))
        assert findings["top"] == pytest.approx(charts["top"], abs=2) and charts["x0"] > page.width / 2
        assert page.search({"vi": "Trạm BTS vị trí trạm", "en": "BTS stations sites"}[lang]), "a table bears its units"
        assert not page.search({"vi": "So năm", "en": "Change on"}[lang]), "no note on a column that paper lacks"


HEADLINES = {"vi": "Số liệu chính", "en": "Headline figures"}


def test_an_area_that_is_searched_is_named_in_every_strip(browser, tmp_path):
    found = comparison(province(10))
    path = tmp_path / "compare.html"
    body = compare.spreads(found)._repr_html_() + compare.areas_table(found)._repr_html_()
    path.write_text(html.page(body, title="So sánh", place="", when=""), encoding="utf-8")
    page = browser.new_page(viewport={"width": 1280, "height": 740})
    page.goto(path.as_uri())
    told = page.locator("figure.chart .told:visible")
    page.fill("#q", "tua chua")
    names = told.all_inner_texts()
    assert len(names) == page.locator("figure.chart").count() and all(name.startswith("Tủa Chùa: ") for name in names)
    page.fill("#q", "")
    assert told.count() == 0
    page.close()


def test_letters_that_are_closed_are_left_off_paper_and_it_says_so(browser, tmp_path):
    path = tmp_path / "compare.html"
    letters = compare.reminders(compare.of("dien-bien", REPORT))._repr_html_()
    path.write_text(html.page(letters, title="Thư", place="", when=""), encoding="utf-8")
    page = browser.new_page()
    page.goto(path.as_uri())
    assert page.locator(".reminder:visible").count() > 1 and page.locator(".paper:visible").count() == 0
    page.locator(".reminder summary").first.click()
    page.emulate_media(media="print")
    assert page.locator(".reminder:visible").count() == page.locator(".paper:visible").count() == 1
    page.close()


def test_a_table_of_many_areas_shows_twenty_until_all_are_asked_for_or_one_is_searched(browser, tmp_path):
    rows = [Row(f"Xã {n}", [Cell(str(n), value=n)], sought=f"xa {n}") for n in range(130)]
    table = Table("areas-table", "Xã", [Column("Hạng")], rows, searched=True, short=True)
    path = tmp_path / "table.html"
    path.write_text(html.page(table._repr_html_(), title="Bảng", place="", when=""), encoding="utf-8")
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.goto(path.as_uri())
    shown = page.locator("tbody tr:visible")
    assert shown.count() == 20
    page.fill("#q", "xa 129")
    assert shown.all_inner_texts() == ["Xã 129\t129"]
    page.fill("#q", "")
    page.get_by_label("Hiện cả 130 dòng").check()
    assert shown.count() == 130
    page.emulate_media(media="print")
    page.get_by_label("Hiện cả 130 dòng").evaluate("box => { box.checked = false }")
    assert shown.count() == 130
    page.close()


def test_a_table_of_strong_and_weak_shows_both_ends_until_all_are_asked_for(browser, tmp_path):
    rows = [Row(f"Xã {n}", [Cell(str(n), value=n)]) for n in range(130)]
    path = tmp_path / "table.html"
    table = Table("quarters", "Xã", [Column("Số dân")], rows, short=True)
    path.write_text(html.page(table._repr_html_(), title="Bảng", place="", when=""), encoding="utf-8")
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.goto(path.as_uri())
    shown = page.locator("tbody tr:visible")
    assert [row.split("\t")[0] for row in shown.all_inner_texts()] == [
        f"Xã {n}" for n in (*range(15), *range(115, 130))
    ]
    page.get_by_label("Hiện cả 130 dòng").check()
    assert shown.count() == 130
    page.close()
