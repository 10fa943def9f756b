"""Text from data that would run in a browser, in Word or in Excel is shown as text: pages, papers, sheets, CSV."""

from __future__ import annotations

import csv
import io
import re
import zipfile

import inputs
import lxml.html
import openpyxl
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from places import AREA, REPORT

import ictplan_utils as ict
from ictplan_utils import catalog, charts, html, narrative, observations, office, reports, tables
from ictplan_utils.errors import IctplanError
from ictplan_utils.html import ReportStatus

ATTACKS = [
    "<script>alert(1)</script>", "</style><script>alert(1)</script>", "<svg onload=alert(1)>",
    "'\"><img src=x onerror=alert(1)>", "[x](javascript:alert(1))", "<a href=javascript:alert(1)>x</a>",
    "<svg><script>alert(1)</script></svg>", "]]><script>alert(1)</script>", "<iframe src=//x>", "<b onclick=alert(1)>",
    "{{7*7}}", "{% raw %}", "$\\href{javascript:alert(1)}{x}$", "![x](http://x/y.png)", "<!--", "<http://x.vn>",
]  # fmt: skip
FORMULAS = ['=HYPERLINK("http://x","y")', "@SUM(A1:A9)", "=cmd|'/C calc'!A0", "+cmd|'/C calc'!A0", "=1+1",
            "-2+3+cmd|'/C calc'!A0", '=DDE("a";"b";"c")', " =1+1"]  # fmt: skip
RUNS = {"script", "iframe", "object", "embed", "form", "base", "applet", "link", "foreignobject"}


@pytest.fixture
def spoil(data_copy):
    """Returns a function that puts a text into every name a data folder holds, and returns the folder."""

    def change(text: str):
        for file, key, columns in (
            ("areas.csv", AREA, ("name", "unit_vi")),
            ("indicators.csv", "bts_stations", ("name_vi", "short_vi", "counted_vi", "unit_vi")),
        ):
            path = data_copy / file
            rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
            for row in rows:
                if key in (row.get("area"), row.get("indicator")):
                    row |= dict.fromkeys(columns, text)
            out = io.StringIO()
            writer = csv.DictWriter(out, rows[0], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
            path.write_text(out.getvalue(), encoding="utf-8")
        return data_copy

    return change


def shown(value) -> dict:
    data = {"text/plain": repr(value), "text/html": value._repr_html_()}
    return new_code_cell("x", outputs=[new_output("execute_result", data, execution_count=1)])


def pages(data: str) -> list[str]:
    """A report with a chart, a table, words and findings of this data, and the index."""
    report = ict.report(AREA, REPORT, data_dir=data)
    cells = [
        new_markdown_cell("# Tựa đề"),
        shown(charts.trend(report, "bts_stations")),
        shown(tables.findings(report, report.findings[report.findings["severity"] == "error"])),
        shown(narrative.trend_summary(report)),
        shown(narrative.sources(report)),
    ]
    status = ReportStatus(AREA, "trends", catalog.area(AREA, data).name, "ready", "a/b.html")
    return [
        html.report_page(new_notebook(cells=cells), area=AREA, period=REPORT, data_dir=data),
        html.PeriodIndex(REPORT, [status], data_dir=data).pages["index.html"],
    ]


def live(page: str) -> list[str]:
    """What a browser would run, load or follow of a page: scripts, handlers, links and pictures of elsewhere."""
    found = []
    for element in lxml.html.document_fromstring(page).iter():
        if not isinstance(element.tag, str):
            found += ["comment"] if "alert" in (element.text or "") else []
            continue
        if element.tag.lower() in RUNS:
            found.append(element.tag.lower())
        for name, value in element.attrib.items():
            local = name.rpartition("}")[2].rpartition(":")[2].lower()
            if local.startswith("on"):
                found.append(f"{element.tag} {name}")
            if local in ("href", "src", "action") and not re.match(
                r"#|data:image/|[\w./-]+\.(html|pdf|docx|xlsx)$", value
            ):
                found.append(f"{element.tag} {name}={value}")
    return sorted(found)


def test_what_would_run_in_a_browser_is_shown_as_text(spoil, is_long, faults):
    harmless = [live(page) for page in pages(str(spoil("Số trạm")))]
    for attack in (ATTACKS + FORMULAS) if is_long else ATTACKS[:2]:
        faults["inputs: pages, tried"] += 1
        for page, expected in zip(pages(str(spoil(attack))), harmless, strict=True):
            assert live(page) == expected, attack
            assert page.count("</style>") == page.count("<style")
            assert page.count("Content-Security-Policy") == 1
            assert "default-src 'none'" in page
        faults["inputs: pages, accepted"] += 1


def test_the_check_of_pages_sees_what_would_run():
    for attack in (
        "<script>x</script>",
        "<p onclick=x>",
        "<a href='javascript:x'>",
        "<svg><image xlink:href='//x'/></svg>",
    ):
        assert live(f"<html><body>{attack}</body></html>")


def computed(papers: dict[str, bytes]) -> list[str]:
    """What Word or Excel would compute, ask for or follow: fields, links to elsewhere, formulas."""
    found = []
    for name, content in papers.items():
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            for part in package.namelist():
                if part.endswith((".xml", ".rels")):
                    text = package.read(part).decode("utf-8")
                    found += re.findall(
                        r'TargetMode="External"|<c:f>[^<]*|<w:fldSimple[^>]*>|<w:instrText[^>]*>[^<]*', text
                    )
                    found += re.findall(r"ddeLink|oleLink|<definedName[^>]*>[^<]*cmd", text)
        if name.endswith(".xlsx"):
            for sheet in openpyxl.load_workbook(io.BytesIO(content)):
                found += [f"{sheet.title} {cell.coordinate} {cell.value}" for row in sheet.iter_rows() for cell in row
                          if cell.data_type == "f"]  # fmt: skip
    return sorted(found)


def test_what_would_be_computed_in_word_or_excel_is_shown_as_text(spoil, is_long, faults):
    def papers(text: str) -> dict[str, bytes]:
        return office.make_forms(office.read_form(reports.of(AREA, REPORT, data_dir=spoil(text))))

    harmless = computed(papers("Số trạm"))
    assert harmless
    for attack in (FORMULAS + ATTACKS[:3]) if is_long else FORMULAS[2:3]:
        faults["inputs: papers and sheets, tried"] += 1
        assert computed(papers(attack)) == harmless, attack
        faults["inputs: papers and sheets, accepted"] += 1


@pytest.mark.parametrize("column", ["printed", "note"])
def test_a_formula_gets_into_no_data_file(column, data_copy, tmp_path, faults):
    path = data_copy / "observations" / AREA / f"{REPORT}.csv"
    frame = observations.read_observations(path, data_copy)
    for formula in FORMULAS:
        faults["inputs: formulas in CSV, tried"] += 1
        spoiled = frame.copy()
        spoiled.loc[3, column] = formula
        with pytest.raises(IctplanError, match="a spreadsheet's formula"):
            observations.write(spoiled, tmp_path / "x.csv", data_copy)
        with path.open("w", encoding="utf-8", newline="") as file:
            file.write(observations.csv_text(spoiled))
        with pytest.raises(IctplanError, match=r"row 5: .* a spreadsheet's formula") as refused:
            ict.load(AREA, data_dir=data_copy)
        inputs.clear(refused.value)
        faults["inputs: formulas in CSV, refused clearly"] += 1
