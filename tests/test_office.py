"""The official papers: every figure comes back as it was written, laid out as the decree asks, nothing invented."""

from __future__ import annotations

import dataclasses
import datetime
import io
import math
import random
import re
import shutil
import subprocess
import zipfile

import docx
import openpyxl
import pandas as pd
import pytest
import years
from click.testing import CliRunner
from documents import writers
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from places import REPO
from synthetic import PERIOD, synthetic_data

from ictplan_utils import catalog, cli, messages, observations, office, reports
from ictplan_utils.documents import Reading, read_plan
from ictplan_utils.documents.facts import KINDS
from ictplan_utils.errors import IctplanError
from ictplan_utils.observations import COMPARISON_COLUMNS, OBSERVATION_COLUMNS
from ictplan_utils.office import forms, sentences
from ictplan_utils.office.carried import BLOCKS
from ictplan_utils.office.form import Form, printed, printed_ratio, ratio_pct
from ictplan_utils.office.template import Cell, Filling, Row, fill
from ictplan_utils.office.workbook import workbook
from ictplan_utils.vietnamese import format_number

AREA = "tuan-giao"
SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
MADE = datetime.datetime(2021, 6, 30)
FEW = settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


@dataclasses.dataclass(frozen=True)
class Papers:
    """A form, the content of its three papers, and what reading them gives."""

    form: Form
    made: dict[str, bytes]
    readings: dict[str, Reading]


@pytest.fixture(scope="module")
def form():
    return read_form(AREA, PERIOD)


@pytest.fixture(scope="module")
def made(form):
    return office.make_forms(form)


@pytest.fixture(scope="module", params=["official", "forecast"])
def papers(request, tmp_path_factory):
    """The real plan, with either figure for the year."""
    official = request.param == "official"
    chosen = request.getfixturevalue("form") if official else read_form(AREA, PERIOD, request.param)
    made = request.getfixturevalue("made") if official else office.make_forms(chosen)
    return Papers(chosen, made, read_all(made, tmp_path_factory.mktemp(request.param)))


def read_form(area: str, period: str, estimate: str = "official", data_dir="data") -> Form:
    return office.read_form(reports.of(area, period, data_dir=data_dir), estimate)


def with_other(form: Form, **tables: pd.DataFrame) -> Form:
    """Return the form with other observations or findings."""
    report = dataclasses.replace(form.report)
    pair = tables.get("observations", form.report.observations), form.report.comparisons
    vars(report).update(_pair=pair, findings=tables.get("findings", form.report.findings))
    return dataclasses.replace(form, report=report)


def read_all(made: dict[str, bytes], folder, data_dir="data") -> dict[str, Reading]:
    """Return file name → what reading it gives."""
    for name, content in made.items():
        (folder / name).write_bytes(content)
    return {name: read_plan(folder / name, data_dir=data_dir) for name in made}


def stated(form: Form) -> dict[tuple[str, str, str], float]:
    """Return every figure the appendices of a form state."""
    this = form.year
    keys = {
        "last_year": (str(this - 1), "actual"), "half": (form.report.stored, "actual"),
        "estimate": (str(this), "estimate"), "plan": (str(this), "target"), "year": (str(this), "actual"),
        "target": (str(this + 1), "target"),
    }  # fmt: skip
    return {
        (line.entry.indicator, *keys[column]): line.figure(column)
        for line in form.lines if line.entry for column in form.roles if not math.isnan(line.figure(column))
    }  # fmt: skip


def figures_of(reading: Reading) -> dict[tuple[str, str, str], set[float]]:
    """Return every figure a paper states, with all the values it gives it."""
    told = reading.observations[~reading.observations["note"].str.startswith("suy ra")]
    figures: dict[tuple[str, str, str], set[float]] = {}
    for row in told.itertuples():
        figures.setdefault((row.indicator, row.period, row.status), set()).add(row.value)
    return figures


def exactly(form: Form) -> dict[tuple[str, str, str], set[float]]:
    return {key: {value} for key, value in stated(form).items()}


# The round trip -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["phu-luc.docx", "so-lieu.xlsx"])
def test_what_is_written_is_read_back_exactly(papers, name):
    reading = papers.readings[name]
    assert (reading.area, reading.report) == (AREA, PERIOD)
    assert figures_of(reading) == exactly(papers.form)
    assert reading.unmatched == ()


@pytest.mark.parametrize("name", ["phu-luc.docx", "so-lieu.xlsx"])
def test_the_ratios_read_back_are_those_of_the_figures(papers, name):
    figures = stated(papers.form)
    compared = papers.readings[name].comparisons
    compared = compared[compared["value"].notna()]
    assert len(compared) > 80
    for row in compared.itertuples():
        value = figures[row.indicator, row.period, row.status]
        base = figures[row.indicator, row.base_period, row.base_status]
        assert row.value == ratio_pct(value, base), row


def test_nothing_of_what_is_written_in_tables_reads_as_a_doubt(papers):
    for name, reading in papers.readings.items():
        # The draft's sentences say more than figures; what the reader leaves unread in them it tells.
        assert [warning for warning in reading.warnings if not warning.startswith("N:")] == [], name
        assert reading.unmatched == (), name


def test_the_draft_plan_holds_both_appendices(papers):
    figures = figures_of(papers.readings["ke-hoach.docx"])
    for key, value in stated(papers.form).items():
        assert value in figures[key], key


def plan_of(form: Form, seed: int) -> Form:
    """Return the form with other figures, some missing; in some rows they lie far apart."""
    chance = random.Random(seed)
    largest = {"stock": 6, "flow": 6, "rate": 4, "share": 1}
    lines = []
    for line in form.lines:
        if line.entry is None:
            lines.append(line)
            continue
        whole = line.entry.decimals == 0 and line.entry.kind == "stock"
        decimals, size = 0 if whole else chance.randint(0, 2), chance.randint(0, largest[line.entry.kind])
        far = chance.choice([0, 0, size])
        sizes = {column: 10.0 ** chance.uniform(size - far, size) for column in form.roles}
        values = {column: round(sizes[column] * chance.uniform(0.3, 3), decimals) for column in form.roles}
        values = {column: value if chance.random() > 0.1 else math.nan for column, value in values.items()}
        lines.append(dataclasses.replace(line, figures=values, marked=frozenset()))
    nothing = {"observations": form.report.observations.head(0), "findings": form.report.findings.head(0)}
    return dataclasses.replace(with_other(form, **nothing), lines=tuple(lines))


@given(seed=st.integers(0, 2**32))
@FEW
def test_any_plan_is_read_back_exactly(seed, form, tmp_path_factory):
    other = plan_of(form, seed)
    words, rows = forms._words(other), forms._rows(other, other.lines)
    notes = {f"ghi_chu_phu_luc_{number}": [] for number in (1, 2)}
    made = {
        "phu-luc.docx": fill(forms.TEMPLATES / "phu-luc.docx", Filling(words, rows, notes), MADE, "t"),
        "so-lieu.xlsx": workbook(other, MADE),
    }
    for name, reading in read_all(made, tmp_path_factory.mktemp("plan")).items():
        assert figures_of(reading) == exactly(other), name


def test_thousands_beside_units_are_read_back_as_thousands(form, tmp_path):
    far = {"last_year": 240737.0, "half": 512.0, "estimate": 1.234, "target": 48363.0}
    lines = tuple(
        dataclasses.replace(line, figures=far, marked=frozenset())
        if line.entry and line.entry.kind != "share"
        else line
        for line in form.lines
    )
    other = dataclasses.replace(with_other(form, findings=form.report.findings.head(0)), lines=lines)
    made = {"phu-luc.docx": office.make_forms(other)["phu-luc.docx"]}
    figures = figures_of(read_all(made, tmp_path)["phu-luc.docx"])
    assert figures["postal_revenue", "2020", "actual"] == {240737.0}
    assert figures == exactly(other)


@pytest.mark.parametrize(("area", "report"), [("dien-bien", "2024-S1"), ("muong-mun", "2026-S1")])
def test_a_province_and_a_commune_of_other_years_with_missing_figures(tmp_path, area, report):
    data = data_of(tmp_path, area, report, keep=lambda number, row: "A2" not in row["source"] and number % 3)
    form = read_form(area, report, data_dir=data)
    made = office.make_forms(form)
    text = words_of(made.pop("ke-hoach.docx"))
    for reading in read_all(made, tmp_path, data).values():
        assert (reading.area, reading.report) == (area, report)
        assert figures_of(reading) == exactly(form)
    assert form.area.title().upper() in text
    assert f"[Chưa có kế hoạch năm {form.year + 1}: Tổng số điểm phục vụ bưu chính" in text


def data_of(tmp_path, area: str, report: str, keep):
    """Return a data folder in which `area` reports Tuần Giáo's figures, moved to the years of `report`."""
    folder = synthetic_data(tmp_path / "data")
    later = int(report[:4]) - 2021
    for table, columns in (("observations", OBSERVATION_COLUMNS), ("comparisons", COMPARISON_COLUMNS)):
        frame = pd.read_csv(REPO / "data" / table / AREA / f"{PERIOD}.csv", dtype=str, keep_default_na=False)
        frame = frame[[bool(keep(number, row)) for number, row in enumerate(frame.to_dict("records"))]]
        for column in {"period", "base_period"} & set(columns):
            frame[column] = [f"{int(period[:4]) + later}{period[4:]}" for period in frame[column]]
        frame["area"] = area
        path = folder / table / area / f"{report}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        frame.to_csv(path, index=False)
    return folder


# The year's end -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["2021", "2021-S2"])
def year_papers(request, tmp_path_factory):
    """The papers of a year that is over, from made-up figures; a report on its second half tells of the year too."""
    folder = tmp_path_factory.mktemp(request.param)
    data = years.folder(folder, ("2021",))
    for table in ("observations", "comparisons", "documents"):
        path = data / table / AREA / "2021.csv"
        told = path.read_text(encoding="utf-8").replace(f"{AREA},2021,", f"{AREA},{request.param},")
        path.unlink()
        path.with_name(f"{request.param}.csv").write_text(told, encoding="utf-8")
    form = read_form(AREA, request.param, data_dir=data)
    made = office.make_forms(form)
    return Papers(form, made, read_all(made, folder, data))


def test_the_papers_of_a_year_are_read_back_exactly(year_papers):
    assert list(year_papers.made) == ["phu-luc.docx", "bao-cao.docx", "so-lieu.xlsx"]
    for name, reading in year_papers.readings.items():
        assert (reading.area, reading.report) == (AREA, "2021"), name
        found, expected = figures_of(reading), exactly(year_papers.form)
        # The workbook's sheet of sources states June's report too.
        book = name == "so-lieu.xlsx"
        stored = observations.load(AREA, data_dir=year_papers.form.report.folder).itertuples()
        figures = {(row.indicator, row.period, row.status): round(row.value, 6) for row in stored}
        more = {key: {round(value, 6) for value in found.pop(key)} for key in found.keys() - expected.keys()}
        assert more == ({key: {figures[key]} for key in more} if book else {}), name
        assert found == expected, name
        # What two reports state otherwise, and hours of radio or television that no section tells apart, are listed.
        listed = [item for item in reading.unmatched if item.why != messages.text("reading.why.rows_differ")]
        assert book or not reading.unmatched, name
        assert all(item.name.startswith(("Thời lượng", "Cấp ")) for item in listed), [item.name for item in listed]


def test_the_years_appendix_has_plan_result_and_both_ratios(year_papers):
    rows = rows_of(document(year_papers.made["phu-luc.docx"]).tables[0])
    # 60.100 / 61.795 = 97,26 %; 60.100 / 52.050 = 115,47 %.
    assert next(row[3:] for row in rows if row[0] == "12") == ["52.050", "61.795", "60.100", "97,3", "115,5"]
    rows = rows_of(document(year_papers.made["phu-luc.docx"]).tables[1])
    assert next(row[3:] for row in rows if row[0] == "10") == ["89", "94", "105,6"]


def test_the_draft_report_holds_the_plan_against_the_result(year_papers):
    told = words_of(year_papers.made["bao-cao.docx"]).replace("\u00a0", " ")
    assert "Toàn huyện có 89 vị trí trạm BTS (tăng 2 vị trí trạm, 2,3% so với cuối năm 2020)." in told
    assert "Năm 2021 hoàn thành 20 trong 29 chỉ tiêu kế hoạch." in told
    assert (
        "Tổng số thuê bao điện thoại: kế hoạch 61.795 thuê bao, thực hiện 60.100 thuê bao; đạt 97,3% kế hoạch, "
        "thiếu 1.695 thuê bao." in told
    )
    assert "Số thực hiện năm 2021 là số do đơn vị báo cáo." in told
    assert "ước thực hiện" not in told.lower()
    assert "6 tháng" not in told


def test_the_years_workbook_has_live_ratios_and_a_sheet_of_results(year_papers):
    book = openpyxl.load_workbook(io.BytesIO(year_papers.made["so-lieu.xlsx"]))
    assert book.sheetnames == ["Phụ lục 1", "Phụ lục 2", "Hoàn thành", "Biểu đồ", "Kiểm tra", "Nguồn"]
    assert "F13/E13" in book["Phụ lục 1"]["G13"].value.replace("$", "")
    told = {row[1].value: row[2].value for row in book["Hoàn thành"].iter_rows(min_row=4)}
    assert told["Trạm BTS"].replace("\u00a0", " ") == "đạt 98,9% kế hoạch, thiếu 1 vị trí trạm"


def test_a_year_that_is_over_is_not_forecast(year_papers):
    with pytest.raises(IctplanError, match="2021"):
        read_form(AREA, year_papers.form.report.stored, "forecast", year_papers.form.report.folder)


# Figures and ratios -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "base", "ratio"),
    [(90, 87, 103.4), (1, 16, 6.3), (100, 88.8, 112.6), (2.675, 10, 26.8), (5, 0, None), (math.nan, 5, None)],
)
def test_ratios_are_rounded_half_up_and_blank_where_they_cannot_be_said(value, base, ratio):
    assert printed_ratio(ratio_pct(value, base)) == ("" if ratio is None else printed(ratio))


@pytest.mark.parametrize(
    ("value", "text"),
    [(52321.0, "52.321"), (77.63, "77,63"), (0.0, "0"), (1234.567, "1.234,567"), (1.234, "1,2340"), (math.nan, "")],
)
def test_a_figure_is_printed_with_every_decimal_it_has(value, text):
    assert printed(value) == text


def test_missing_is_blank_and_never_zero(form, made):
    table = document(made["phu-luc.docx"]).tables[0]
    row = next(row for row in rows_of(table) if row[0] == "16")
    assert row[3:] == [""] * 5
    line = next(line for line in form.lines if line.number == "32")
    row = next(row for row in rows_of(table) if row[0] == "32")
    assert row[3:] == [
        printed(line.figure("last_year"), line.entry),
        printed(line.figure("half"), line.entry),
        "",
        "",
        "",
    ]


def test_a_printed_ratio_no_longer_finds_anything_to_complain_of(tmp_path, made):
    from ictplan_utils.audit import audit_document

    path = tmp_path / "phu-luc.docx"
    path.write_bytes(made["phu-luc.docx"])
    findings = audit_document(path, AREA, PERIOD)
    assert [rule for rule in findings["rule"] if "ratio" in rule] == []


# The decree ---------------------------------------------------------------------------------------------------


def document(content: bytes):
    return docx.Document(io.BytesIO(content))


def rows_of(table) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def words_of(content: bytes) -> str:
    found = document(content)
    return "\n".join("".join(t.text or "" for t in p.iter(qn("w:t"))) for p in found.element.body.iter(qn("w:p")))


@pytest.mark.parametrize("name", ["phu-luc.docx", "ke-hoach.docx"])
def test_pages_are_a4_with_the_decrees_margins_and_font(made, name):
    paper = document(made[name])
    assert paper.styles["Normal"].font.name == "Times New Roman"
    assert paper.styles["Normal"].font.size in (Pt(13), Pt(14))
    shapes = [(round(s.page_width / Mm(1)), round(s.page_height / Mm(1))) for s in paper.sections]
    assert shapes[-2:] == [(297, 210), (210, 297)]
    for section in paper.sections:
        for margin, least, most in (
            (section.top_margin, 20, 25), (section.bottom_margin, 20, 25), (section.left_margin, 30, 35),
            (section.right_margin, 15, 20),
        ):  # fmt: skip
            assert least <= round(margin / Mm(1), 1) <= most
        assert section.different_first_page_header_footer
        assert len(section._sectPr.findall(qn("w:pgNumType"))) == 1
    fonts = {node.get(qn("w:ascii")) for node in paper.element.iter(qn("w:rFonts"))} - {None}
    assert fonts <= {"Times New Roman"}


def test_tables_fit_their_pages(made):
    paper = document(made["phu-luc.docx"])
    for table, section in zip(paper.tables, paper.sections, strict=True):
        usable = section.page_width - section.left_margin - section.right_margin
        assert sum(column.width for column in table.columns) <= usable + Mm(1)


def test_the_plan_has_motto_number_place_title_and_signature(made):
    text = words_of(made["ke-hoach.docx"])
    for part in (
        "ỦY BAN NHÂN DÂN\nHUYỆN TUẦN GIÁO", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc",
        "Số:        /KH-UBND", "Tuần Giáo, ngày … tháng … năm 2021", "KẾ HOẠCH\nXây dựng, phát triển các lĩnh vực",
        "trên địa bàn huyện Tuần Giáo năm 2022", "Nơi nhận:", "TM. ỦY BAN NHÂN DÂN", "[Họ và tên]",
        "Phụ lục I\nDỰ BÁO KHẢ NĂNG THỰC HIỆN KẾ HOẠCH NĂM 2021\n(Kèm theo Kế hoạch số …/KH-UBND ngày … tháng … "
        "năm 2021 của UBND huyện Tuần Giáo)",
        "Phụ lục II\nCÁC CHỈ TIÊU CHỦ YẾU CỦA KẾ HOẠCH NĂM 2022",
    ):  # fmt: skip
        assert part in text, part
    assert "{{" not in text


def test_header_rows_repeat_rows_are_whole_sections_bold_parts_italic(form, made):
    for table, deep in zip(document(made["phu-luc.docx"]).tables, (3, 2), strict=True):
        rows = table.rows
        assert len(rows) == deep + len(form.lines)
        repeated = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in rows]
        assert repeated == [number < deep for number in range(len(rows))]
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in rows)
        for row, line in zip(rows[deep:], form.lines, strict=True):
            look = row.cells[1].paragraphs[0].runs[0]
            assert (bool(look.bold), bool(look.italic)) == (line.entry is None, line.part), line.name
            assert row.cells[1].text == line.name
            assert row.cells[2].text == line.unit


def test_whose_figure_stands_for_the_year_is_said(papers):
    form, made = papers.form, papers.made
    word = {"official": "Ước thực hiện", "forecast": "Dự báo thực hiện"}[form.choice]
    for name in ("phu-luc.docx", "ke-hoach.docx"):
        text = words_of(made[name])
        assert f"{word} cả năm 2021" in text
        assert form.notes[0].text in text
    sheet = openpyxl.load_workbook(io.BytesIO(made["so-lieu.xlsx"]))["Phụ lục 1"]
    assert sheet["F5"].value == f"{word} cả năm 2021"
    assert sheet["A4"].value == form.notes[0].text


# The draft plan -----------------------------------------------------------------------------------------------


def test_every_number_of_a_sentence_can_be_computed_from_the_figures(papers):
    form = papers.form
    known = {round(abs(float(v)), 4) for column in form.table for v in form.table[column] if not math.isnan(v)}
    known |= {round(abs(float(v)), 4) for v in form.official if not math.isnan(v)}
    for column in ("lower_80", "upper_80") if form.choice == "forecast" else ():
        known |= {round(float(v), 4) for v in form.forecasts[column] if not math.isnan(v)}
    changes = set()
    for _, row in pd.concat([form.table, form.official.rename("official")], axis=1).iterrows():
        values = [float(v) for v in row if not math.isnan(v)]
        changes |= {abs(a - b) for a in values for b in values}
        changes |= {100 * a / b for a in values for b in values if b} | {
            100 * abs(a - b) / b for a in values for b in values if b
        }  # fmt: skip
    allowed = known | changes
    told = sentences.blocks(form)
    for name in told:
        if not name.startswith(("ket_qua", "du_bao", "chi_tieu_")):
            continue
        for text in told[name]:
            bare = re.sub(
                r"\[[^\]]*\]|năm 20\d\d|[34]G|6 tháng|/100 dân|trên 100 dân|mức độ \d(, \d)?|80\W%", " ", text
            )
            bare = bare.replace("trên 1 năm", "")
            for number in re.findall(r"\d+(?:\.\d{3})*(?:,\d+)?", bare.replace("G, 5G", "")):
                value = float(number.replace(".", "").replace(",", "."))
                assert any(abs(value - each) <= 0.0501 for each in allowed) or any(
                    abs(value - round(each)) < 1e-6 for each in allowed
                ), (number, text)


def test_a_doubtful_computed_figure_is_never_used(form):
    doubtful = form.report.observations[form.report.observations["note"].str.contains("nghi ngờ")]
    assert doubtful["indicator"].tolist() == ["telecom_revenue"]
    (sentence,) = [text for text in sentences.blocks(form)["ket_qua_vien_thong_internet"] if "doanh thu" in text]
    assert "cùng kỳ" not in sentence
    assert "tăng" not in sentence
    assert "bằng 47,4% ước thực hiện cả năm 2021" in sentence


def test_sentences_compare_with_the_same_period(form):
    told = sentences.blocks(form)["ket_qua_vien_thong_internet"]
    assert "Toàn huyện có 88 vị trí trạm BTS (tăng 1\xa0vị trí trạm, 1,1% so với cùng kỳ năm 2020)." in told
    (phones,) = [text for text in told if text.startswith("Toàn huyện có 55.572 thuê bao điện thoại")]
    assert "542 thuê bao điện thoại cố định (giảm 5\xa0thuê bao, 0,9% so với cùng kỳ năm 2020)" in phones


def test_parts_are_named_only_where_they_make_up_their_total(form):
    told = sentences.blocks(form)
    assert any("22 điểm phục vụ bưu chính" in text and "Trong đó: 18" in text for text in told["ket_qua_buu_chinh"])
    services = [text for text in told["ket_qua_cong_nghe_thong_tin"] if "60 dịch vụ công" in text]
    assert "Trong đó" not in services[0]  # 23 + 27 is not 60


def test_every_figure_of_the_six_months_is_told(form):
    sectors = {sector for chapter in sentences.CHAPTERS.values() for sector in chapter}
    told = " ".join(
        text for name, block in sentences.blocks(form).items() if name.startswith("ket_qua") for text in block
    )
    asked = [e for e in form.entries.values() if e.sector in sectors and e.indicator in form.table.index]
    known = [e for e in asked if not math.isnan(form.table.at[e.indicator, "half"])]
    assert len(known) > 60
    numbers = re.findall(r"\d+(?:\.\d{3})*(?:,\d+)?", told)
    for entry in known:
        assert format_number(form.table.at[entry.indicator, "half"]) in numbers, entry.indicator
    assert "Trong 4 điểm phục vụ bưu chính khác có 3 bưu cục; 1 điểm phục vụ ngoài bưu cục" in told


def test_only_what_does_not_move_is_said_to_stand_still(form):
    table = form.table.copy()
    table.at["people_per_postal_point", "estimate"] = 4301  # 2020: 4.300
    outlook = sentences.blocks(dataclasses.replace(form, table=table))["du_bao_buu_chinh"]
    (said,) = [text for text in outlook if text.startswith("Số dân phục vụ")]
    assert "đạt 4.301\xa0người/điểm, tăng 1\xa0người/điểm" in said
    (still,) = [text for text in outlook if "giữ nguyên" in text]
    assert "điểm phục vụ bưu chính 22" in still
    assert "số dân phục vụ" not in still


def test_the_forecasts_of_a_total_and_its_parts_add_up_as_printed():
    """But where the six months' own figures do not: the plan states 60 online services, 23 and 27 by level."""
    chosen = read_form(AREA, PERIOD, "forecast")
    checked = []
    for entry in chosen.entries.values():
        kind, terms = catalog.formula_terms(entry.formula) if entry.formula else ("", ())
        half, points = (chosen.table[column].reindex([entry.indicator, *terms]) for column in ("half", "estimate"))
        if kind == "sum" and points.notna().all():
            assert (half.iloc[1:].sum() == half.iloc[0]) == (entry.indicator != "online_services")
            assert (points.iloc[1:].sum() == points.iloc[0]) == (entry.indicator != "online_services")
            checked.append(entry.indicator)
    assert len(checked) >= 3


def test_a_row_that_leans_on_the_one_above_is_named_whole(form):
    told = sentences.blocks(form)
    assert any(
        text.startswith("Tỷ lệ hồ sơ công việc được xử lý trên môi trường mạng, cấp huyện đạt 100")
        for text in told["ket_qua_cong_nghe_thong_tin"]
    )
    assert any(
        "thời lượng chương trình tự sản xuất/ngày (truyền hình) đạt 6\xa0giờ" in text
        for text in told["ket_qua_bao_chi_phat_thanh_truyen_hinh"]
    )


def test_what_grew_manifold_is_told_and_counts_as_grown(form):
    """Such growth is told as a multiple, in other words than a rise."""
    table = form.table.copy()
    table.at["postal_revenue", "estimate"] = 13 * table.at["postal_revenue", "last_year"]
    before, now = (sentences.blocks(each) for each in (form, dataclasses.replace(form, table=table)))
    assert any("gấp 13 lần so với năm 2020" in text for text in now["du_bao_buu_chinh"])
    rising = [int(re.search(r"có (\d+) chỉ tiêu tăng", told["tong_hop_du_bao"][0])[1]) for told in (before, now)]
    assert rising[0] == rising[1] > 0


def test_what_should_fall_and_grew_manifold_is_told_as_worse(form):
    entries = dict(form.entries)
    entries["postal_revenue"] = dataclasses.replace(entries["postal_revenue"], direction="lower")
    table = form.table.copy()
    table.at["postal_revenue", "same_half"] = table.at["postal_revenue", "half"] / 13
    other = dataclasses.replace(form, table=table)
    vars(other)["entries"] = entries
    assert any("gấp 13 lần" in text for text in sentences.blocks(other)["chi_tieu_giam"])


def test_a_finding_stands_under_its_whole_place_though_the_name_has_a_colon(form):
    """Seven short names hold one: `Truyền hình: chương trình tự sản xuất`."""
    findings = form.report.findings.head(1).assign(
        source="N:1.4", place_vi="Mục 1.4", name_vi="Truyền hình: giờ phát", what_vi="ghi 6, nhưng 3 + 4 = 7",
        message_vi="Mục 1.4, Truyền hình: giờ phát: ghi 6, nhưng 3 + 4 = 7.",
    )  # fmt: skip
    book = openpyxl.load_workbook(io.BytesIO(workbook(with_other(form, findings=findings), MADE)))
    row = [cell.value for cell in book["Kiểm tra"][4]]
    assert row[2:4] == ["Mục 1.4, Truyền hình: giờ phát", "Ghi 6, nhưng 3 + 4 = 7."]


def test_where_nobody_estimated_the_year_the_papers_say_so(tmp_path):
    def no_estimate(_, row):
        return "estimate" not in (row["status"], row.get("base_status"))

    data = data_of(tmp_path, AREA, PERIOD, keep=no_estimate)
    form = read_form(AREA, PERIOD, data_dir=data)
    assert form.notes[0].text == "Chưa có số ước thực hiện cả năm 2021."
    assert "là số do đơn vị báo cáo" not in words_of(office.make_forms(form)["ke-hoach.docx"])


def test_no_sentence_tells_of_the_province_or_of_a_year_in_a_half(form):
    told = [each for name, some in sentences.blocks(form).items() if name.startswith("ket_qua") for each in some]
    assert any("ngầm hóa cáp ngoại vi" in each.lower() for each in told)
    assert any("dữ liệu di động bình quân" in each.lower() for each in told)
    assert not [each for each in told if "toàn tỉnh" in each or "trên 1 năm" in each]


def test_more_people_are_no_shortcoming(form):
    table = form.table.copy()
    table.loc["people_per_postal_point", ["last_year", "half"]] = 4_000, 4_300
    table.loc["postal_service_radius", ["last_year", "half"]] = 4, 5
    worse = sentences.blocks(dataclasses.replace(form, table=table))["chi_tieu_giam"]
    assert any(each.startswith("Bán kính phục vụ bình quân tăng") for each in worse)
    assert not any("Số dân phục vụ" in each for each in worse)


def test_no_rules_slug_stands_in_the_workbook(form, made):
    book = openpyxl.load_workbook(io.BytesIO(made["so-lieu.xlsx"]))
    cells = {str(cell.value) for page in book for row in page.iter_rows() for cell in row}
    assert not cells & set(form.report.findings["rule"])


STANDING = [
    "KẾ HOẠCH", "Phát triển ngành thông tin và truyền thông năm 2022",
    "Thực hiện Công văn số 763/STTTT-KHTC ngày 09/6/2021 của Sở Thông tin và Truyền thông;",
    "Phần thứ nhất", "1. Những kết quả nổi bật", "- Doanh thu tăng mạnh.", "2. Đánh giá chung",
    "2.1. Kết quả đạt được", "- Mạng 4G phát triển nhanh.", "- Có 88 trạm BTS.", "2.2. Tồn tại, hạn chế",
    "- Thiết bị xuống cấp.", "2.3. Nguyên nhân", "- Thiếu kinh phí.",
    "Phần thứ hai", "I. MỤC TIÊU", "- Phủ sóng mọi bản.", "1. Bưu chính", "- Phát thư trong ngày.",
    "II. CÁC CHỈ TIÊU CHỦ YẾU", "- Trạm BTS: 95 trạm.",
    "III. CÁC GIẢI PHÁP CHỦ YẾU", "1. Đối với cơ quan nhà nước", "- Cải cách một cửa.", "2. Đối với doanh nghiệp",
    "- Dùng chung hạ tầng.", "IV. KINH PHÍ", "- Từ nguồn thường xuyên; [số tiền: bổ sung]", "- Nguồn xã hội hóa.",
    "V. TỔ CHỨC THỰC HIỆN", "1. Các doanh nghiệp viễn thông", "- Báo cáo hằng quý.",
    "Trên đây là Kế hoạch.", "Vướng mắc đề nghị liên hệ với phòng Văn hóa (0215.3862.331) để giải quyết./.",
    "Nơi nhận:", "- UBND tỉnh (b/c);", "- Lưu: VT, VHTT.", "TM. ỦY BAN NHÂN DÂN",
    "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "Nguyễn Văn A",
]  # fmt: skip


def test_the_draft_starts_from_the_offices_last_paper(tmp_path):
    data = tmp_path / "data"
    shutil.copytree(REPO / "data", data)
    facts = data / "documents" / AREA / f"{PERIOD}.csv"
    stays = read_plan(writers.word(tmp_path / "last.docx", STANDING), AREA, PERIOD, data).facts
    pd.concat([pd.read_csv(facts, dtype=str, keep_default_na=False), stays[stays["fact"].isin(KINDS)]]).to_csv(
        facts, index=False, lineterminator="\n"
    )
    made = office.make_forms(read_form(AREA, PERIOD, data_dir=data))["ke-hoach.docx"]
    document = docx.Document(io.BytesIO(made))
    lines = [each.text for each in document.paragraphs]
    lines += [each.text for row in document.tables[1].rows for cell in row.cells for each in cell.paragraphs]
    for before, line in (
        ("", "[Thực hiện Công văn số 763/STTTT-KHTC ngày 09/6/2021 của Sở Thông tin và Truyền thông;]"),
        ("", "- [Mạng 4G phát triển nhanh.]"), ("- [Mạng 4G phát triển nhanh.]", "2.2. Tồn tại, hạn chế"),
        ("- [Thiết bị xuống cấp.]", "2.3. Nguyên nhân"),
        ("2.3. Nguyên nhân", "- [Thiếu kinh phí.]"),
        ("I. MỤC TIÊU", "- [Phủ sóng mọi bản.]"), ("- [Phủ sóng mọi bản.]", "[1. Bưu chính]"),
        ("1. Đối với cơ quan nhà nước", "- [Cải cách một cửa.]"),
        ("2. Đối với doanh nghiệp", "- [Dùng chung hạ tầng.]"),
        ("IV. KINH PHÍ", "- [Nguồn xã hội hóa.]"), ("V. TỔ CHỨC THỰC HIỆN", "[1. Các doanh nghiệp viễn thông]"),
        ("Nơi nhận:", "- [UBND tỉnh (b/c);]"), ("[KT. CHỦ TỊCH]", "[PHÓ CHỦ TỊCH]"),
    ):  # fmt: skip
        assert line in lines
        assert not before or lines[lines.index(line) - 1] == before
    assert any("đề nghị liên hệ [phòng Văn hóa (0215.3862.331)] để phối hợp giải quyết" in line for line in lines)
    wrong = ("Nguyễn Văn A", "Trạm BTS: 95", "Mục tiêu chung", "[Có 88 trạm", "Doanh thu tăng mạnh", "kết quả: đơn vị",
             "khác: đơn vị", "chủ quan: đơn vị", "số điện thoại")  # fmt: skip
    assert not [line for line in lines if any(each in line for each in wrong)]
    runs = [run for each in document.paragraphs for run in each.runs if run.text == "[Phủ sóng mọi bản.]"]
    assert [run.font.highlight_color for run in runs] == [WD_COLOR_INDEX.YELLOW]
    told = [comment.text for comment in document.comments]
    assert any("Lấy từ văn bản báo cáo 6 tháng đầu năm 2021" in each for each in told)


def test_what_people_must_finish_is_highlighted(made):
    paper = document(made["ke-hoach.docx"])
    asides = [
        run for paragraph in paper.element.body.iter(qn("w:p")) for run in paragraph.iter(qn("w:r"))
        if "".join(t.text or "" for t in run.iter(qn("w:t"))).startswith("[")
    ]  # fmt: skip
    assert len(asides) > 25
    for run in asides:
        mark = run.rPr.find(qn("w:highlight")) if run.rPr is not None else None
        assert mark is not None and mark.get(qn("w:val")) == "yellow"


def test_a_figure_that_cannot_be_true_is_marked_and_explained_beside_it(form, made):
    text = words_of(made["ke-hoach.docx"])
    number = form.report.findings["indicator"].tolist().index("people_per_postal_point") + 1
    assert f"[Rà soát: phiếu kiểm tra số {number}]" in text
    comments = [comment.text for comment in document(made["ke-hoach.docx"]).comments]
    assert form.report.findings["message_vi"][number - 1] in comments
    assert "[Tỷ lệ hồ sơ giải quyết qua dịch vụ công trực tuyến mức độ 3, 4" in text


def test_a_correction_is_used_and_marked_and_what_was_computed_of_the_old_figure_is_not(tmp_path):
    data = synthetic_data(tmp_path / "data")
    area = "synthetic-001"
    with (data / "corrections.csv").open("a", encoding="utf-8") as file:
        file.write(f"{area},bts_stations,{PERIOD},actual,A1:10:5,88,89,đếm sót [một trạm],An,2021-07-01\n")
    form = read_form(area, PERIOD, data_dir=data)
    line = next(line for line in form.lines if line.entry and line.entry.indicator == "bts_stations")
    assert (line.figure("half"), line.marked) == (89, {"half"})
    (said,) = [text for text in sentences.blocks(form)["ket_qua_vien_thong_internet"] if "vị trí trạm BTS" in text]
    assert "89 vị trí trạm BTS" in said
    assert "cùng kỳ" not in said
    assert "[Số đã sửa: trước ghi 88" in said
    assert "đếm sót (một trạm)" in said
    made = office.make_forms(form)
    assert any(
        "STT 10, 6 tháng đầu năm 2021: số đã sửa (trước ghi 88" in text
        for text in words_of(made["phu-luc.docx"]).split("\n")
    )
    row = next(r for r in document(made["phu-luc.docx"]).tables[0].rows if r.cells[0].text == "10")
    assert [cell._tc.tcPr.find(qn("w:shd")) is not None for cell in row.cells] == [n == 4 for n in range(8)]


# The workbook -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def books(made):
    content = made["so-lieu.xlsx"]
    return (openpyxl.load_workbook(io.BytesIO(content)), openpyxl.load_workbook(io.BytesIO(content), data_only=True))


def test_figures_are_numbers_and_ratios_live_formulas_with_their_results(form, books):
    live, stored = books
    for sheet, ratios in (("Phụ lục 1", "GH"), ("Phụ lục 2", "F")):
        columns = {column.role: column for table in form.tables for column in table.columns}
        for row, line in enumerate(form.lines, start=7):
            if line.entry is None:
                continue
            for letter in ratios:
                assert live[sheet][f"{letter}{row}"].value.startswith("=IF(AND(ISNUMBER(")
                assert live[sheet][f"{letter}{row}"].number_format == "[$-42A]#,##0.0"
            names = {"Phụ lục 1": {"D": "last_year", "E": "half", "F": "estimate", "G": "estimate_on_last_year",
                                   "H": "half_on_estimate"},
                     "Phụ lục 2": {"D": "estimate", "E": "target", "F": "target_on_estimate"}}[sheet]  # fmt: skip
            for letter, name in names.items():
                value = stored[sheet][f"{letter}{row}"].value
                told = line.stated(columns[name])
                assert value == told or (value is None and math.isnan(told))
    assert live["Phụ lục 1"]["D13"].number_format == "[$-42A]#,##0"
    assert live["Phụ lục 2"]["D9"].value.startswith("='Phụ lục 1'!")


def test_an_empty_result_is_stored_as_one(made):
    with zipfile.ZipFile(io.BytesIO(made["so-lieu.xlsx"])) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
    empty = re.findall(r"<c [^>]*><f>[^<]*</f><v></v></c>", sheet)
    assert empty
    assert all(' t="str"' in cell for cell in empty)


def test_sheets_are_frozen_filtered_and_ready_to_print(form, books):
    live, _ = books
    assert live.sheetnames == ["Phụ lục 1", "Phụ lục 2", "Biểu đồ", "Kiểm tra", "Nguồn"]
    for name in ("Phụ lục 1", "Phụ lục 2", "Kiểm tra", "Nguồn"):
        sheet = live[name]
        assert sheet.freeze_panes
        assert sheet.auto_filter.ref
        assert sheet.print_title_rows
        assert sheet.print_area
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (9, 0)
    assert live["Phụ lục 1"].page_setup.orientation == "landscape"
    assert live["Kiểm tra"].max_row == 3 + len(form.report.findings)
    assert live["Nguồn"].max_row == 3 + len(form.report.observations)


def test_excels_own_charts_show_stations_subscribers_and_revenue(made):
    with zipfile.ZipFile(io.BytesIO(made["so-lieu.xlsx"])) as package:
        charts = [package.read(name).decode() for name in package.namelist() if "charts/chart" in name]
    titles = ["Trạm thu phát sóng", "Thuê bao điện thoại và Internet", "Doanh thu viễn thông", "Doanh thu bưu chính"]
    assert len(charts) == 4
    assert not any("Doanh thu viễn thông" in chart and "bưu chính" in chart for chart in charts)
    assert all(any(title in chart for chart in charts) for title in titles)
    assert all("'Biểu đồ'!" in chart for chart in charts)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|'/C calc'!A0", "\x0b\x01=2"])
def test_text_from_data_is_never_a_formula(tmp_path, text, form):
    observations = form.report.observations.assign(note=text)
    findings = form.report.findings.assign(expected=text)
    lines = tuple(dataclasses.replace(line, name=text) for line in form.lines)
    other = dataclasses.replace(with_other(form, observations=observations, findings=findings), lines=lines)
    book = openpyxl.load_workbook(io.BytesIO(workbook(other, MADE)))
    shown = "".join(c if c.isprintable() else " " for c in text)
    for sheet, place in (("Phụ lục 1", "B8"), ("Kiểm tra", "E4"), ("Nguồn", "J4")):
        cell = book[sheet][place]
        assert (cell.value, cell.data_type, cell.quotePrefix) == (shown, "s", True)
    rows = [Row("dong", {"so": Cell("1"), "ten": Cell(text)})]
    told = Filling(forms._words(form), rows + forms._rows(form, form.lines), sentences.blocks(form))
    fill(forms.TEMPLATES / "phu-luc.docx", told, MADE, "t")


# The command, the templates ------------------------------------------------------------------------------------


def test_the_same_data_give_the_same_bytes_from_the_command_too(tmp_path, made):
    ran = CliRunner().invoke(cli.main, ["forms", "--area", AREA, "--outputs", str(tmp_path)])
    assert ran.exit_code == 0, ran.output
    folder = tmp_path / PERIOD / AREA
    assert ran.output.splitlines() == [str(folder / name) for name in made]
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == made


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--area", "tuan-giaoo"], "'tuan-giao'"),
        (["--area", AREA, "--period", "2022-S1"], "'tuan-giao' has no report on 2022-S1; it has 2021-S1"),
        (["--area", AREA, "--period", "thang 6"], "is not YYYY or YYYY-S1"),
        (["--area", "dien-bien"], "no report of 'dien-bien' here"),
        (["--area", AREA, "--estimate", "ours"], "none of official, forecast"),
        (["--area", AREA, "--area", "tuan-giaoo"], "'tuan-giao'"),
        (["--area", AREA, "--templates", "nowhere"], "no such folder of templates"),
        (["--area", AREA, "--data", "nowhere"], "no data folder here"),
        ([], "--area"),
    ],
)
def test_a_wrong_request_ends_with_2_and_writes_nothing(tmp_path, arguments, words):
    outputs = tmp_path / "outputs"
    ran = CliRunner().invoke(cli.main, ["forms", *arguments, "--outputs", str(outputs)])
    assert ran.exit_code == 2
    assert words in ran.output
    assert "Traceback" not in ran.output
    assert not outputs.exists()


def test_a_report_without_a_figure_of_the_form_has_no_papers(tmp_path):
    data = data_of(tmp_path, AREA, PERIOD, keep=lambda _, row: row["indicator"] not in catalog.form())
    with pytest.raises(IctplanError, match="states no figure of the form"):
        read_form(AREA, PERIOD, data_dir=data)


def own_template(folder, *paragraphs: str):
    paper = docx.Document()
    for text in paragraphs:
        paper.add_paragraph(text)
    table = paper.add_table(rows=2, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Chỉ tiêu", "6 tháng {{nam}}"
    # As Word leaves it after a spelling check: the braces in runs of their own.
    for piece in ("{{", "dong", ".ten", "}}", " ({{dong.so}})"):
        table.cell(1, 0).paragraphs[0].add_run(piece)
    table.cell(1, 1).text = "{{dong.sau_thang}}"
    folder.mkdir(exist_ok=True)
    paper.save(str(folder / "phu-luc.docx"))
    return folder


def test_an_offices_own_template_needs_no_code(tmp_path, form):
    made = office.make_forms(form, own_template(tmp_path / "own", "Của {{co_quan}}", "* {{#ket_qua_buu_chinh}}"))
    text = words_of(made["phu-luc.docx"])
    assert "Của UBND huyện Tuần Giáo" in text
    assert "* Toàn huyện có 22 điểm phục vụ bưu chính" in text
    rows = rows_of(document(made["phu-luc.docx"]).tables[0])
    assert rows[0] == ["Chỉ tiêu", "6 tháng 2021"]
    assert ["Số trạm thu phát sóng thông tin di động (BTS) (10)", "88"] in rows
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in words_of(made["ke-hoach.docx"])  # ours, where they have none


@pytest.mark.parametrize(
    ("text", "hint"),
    [("{{dia_bann}}", "did you mean {{dia_ban}}?"), ("{{#ghi_chu_phu_luc}}", "did you mean {{#ghi_chu_phu_luc_")],
)
def test_a_template_that_asks_for_what_there_is_not_is_refused(tmp_path, form, text, hint):
    with pytest.raises(IctplanError, match=re.escape(hint)):
        office.make_forms(form, own_template(tmp_path / "own", text))


def test_a_template_that_is_no_word_file_is_refused(tmp_path, form):
    (tmp_path / "ke-hoach.docx").write_text("not a document")
    with pytest.raises(IctplanError, match="not a Word template"):
        office.make_forms(form, tmp_path)


def test_every_placeholder_is_explained(form):
    told = (forms.TEMPLATES / "README.md").read_text(encoding="utf-8")
    chapters = "|".join(sentences.CHAPTERS)
    blocks = {f"#{name}" for name in (*sentences.blocks(form), *BLOCKS.values())}
    names = set(forms._words(form)) | blocks | set(forms._rows(form, form.lines)[0].cells)
    for name in names:
        shown = re.sub(rf"_({chapters})$", "_…", name)
        assert f"`{shown}`" in told or f"`{{{{{shown}}}}}`" in told, name
    assert all(f"`{chapter}`" in told for chapter in sentences.CHAPTERS)


# As a person sees them ----------------------------------------------------------------------------------------


@pytest.mark.skipif(not SOFFICE, reason="LibreOffice is not installed; the structure is checked above")
def test_printed_no_column_is_cut_and_every_page_has_its_header(tmp_path, made):
    import pdfplumber

    (tmp_path / "phu-luc.docx").write_bytes(made["phu-luc.docx"])
    subprocess.run(
        [SOFFICE, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--norestore",
         "--convert-to", "pdf", "--outdir", str(tmp_path), str(tmp_path / "phu-luc.docx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    with pdfplumber.open(tmp_path / "phu-luc.pdf") as paper:
        assert 5 <= len(paper.pages) <= 8
        for page in paper.pages:
            for table in page.find_tables():
                left, _, right, bottom = table.bbox
                assert left >= 0 and right <= page.width and bottom <= page.height
                assert table.extract()[0][0].replace("\n", "") == "STT"
