"""Make the three papers of one area and report, and write them whole or not at all."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from pathlib import Path

from ictplan_utils import catalog
from ictplan_utils.catalog import Area
from ictplan_utils.files import write_atomically
from ictplan_utils.messages import error
from ictplan_utils.observations import reports
from ictplan_utils.office.form import FIGURES, RATIOS, Form, check_request, printed, printed_ratio, read_form
from ictplan_utils.office.sentences import blocks, errors, review_mark
from ictplan_utils.office.template import Cell, Row, fill
from ictplan_utils.office.workbook import workbook
from ictplan_utils.periods import end_date

TEMPLATES = Path(__file__).parent / "templates"
PAPERS = {"phu-luc.docx": "phu-luc.docx", "ke-hoach.docx": "ke-hoach.docx"}
PAPERS_OF_A_YEAR = {"phu-luc.docx": "phu-luc-nam.docx", "bao-cao.docx": "bao-cao.docx"}
"""Paper → its template: in June the plan with its appendices, once the year is over the report on its results."""
WORKBOOK = "so-lieu.xlsx"

COLUMNS = {
    "last_year": "nam_truoc", "half": "sau_thang", "estimate": "uoc", "target": "ke_hoach",
    "estimate_on_last_year": "uoc_so_nam_truoc", "half_on_estimate": "sau_thang_so_uoc",
    "target_on_estimate": "ke_hoach_so_uoc", "plan": "ke_hoach_nam", "year": "ca_nam",
    "year_on_plan": "ca_nam_so_ke_hoach", "year_on_last_year": "ca_nam_so_nam_truoc",
    "target_on_year": "ke_hoach_so_ca_nam",
}  # fmt: skip
"""Column → what a template calls it: `{{dong.sau_thang}}`."""


def write_all(
    areas: Sequence[str],
    report: str,
    estimate: str = "official",
    data_dir: str | Path = "data",
    outputs: str | Path = "outputs",
    templates: str | Path | None = None,
) -> Iterator[Path]:
    """Write the papers of several areas; yield each path once it is written.

    `report` "": each area's latest report. Nothing is written where one of the requests is wrong.
    """
    wanted = [(area, report or latest(area, data_dir)) for area in dict.fromkeys(areas)]
    for area, period in wanted:
        check_request(area, period, estimate, data_dir)
    for area, period in wanted:
        yield from write_forms(area, period, estimate, data_dir, outputs, templates)


def latest(area: str, data_dir: str | Path = "data") -> str:
    """Return an area's latest report. Raises IctplanError where it has none."""
    catalog.area(area, data_dir)
    have = reports(area, data_dir)
    if not have:
        raise error("reports.none", area=area, folder=Path(data_dir, "observations", area))
    return have[-1]


def write_forms(
    area: str,
    report: str,
    estimate: str = "official",
    data_dir: str | Path = "data",
    outputs: str | Path = "outputs",
    templates: str | Path | None = None,
) -> list[Path]:
    """Write phu-luc.docx, ke-hoach.docx (of a year: bao-cao.docx), so-lieu.xlsx to `outputs`/REPORT/AREA/.

    Returns their paths.

    `templates`: a folder with an office's own templates; what it does not hold is ours.
    All three are made before the first is written. Raises IctplanError as `read_form` and `make_forms` do.
    """
    form = read_form(area, report, estimate, data_dir)
    made = make_forms(form, templates)
    folder = Path(outputs) / report / area
    for name, content in made.items():
        write_atomically(folder / name, content)
    return [folder / name for name in made]


def make_forms(form: Form, templates: str | Path | None = None) -> dict[str, bytes]:
    """Return file name → content of the three papers; the same form gives the same bytes.

    Raises IctplanError for a template that cannot be read or asks for what there is not.
    """
    made = datetime.datetime.combine(end_date(form.report), datetime.time())
    papers = PAPERS_OF_A_YEAR if form.over else PAPERS
    words, told, rows = _words(form), blocks(form), _rows(form)
    titles = {
        "phu-luc.docx": f"Phụ lục kế hoạch năm {form.year + 1}: {form.area.title()}",
        "ke-hoach.docx": f"Dự thảo kế hoạch năm {form.year + 1}: {form.area.title()}",
        "bao-cao.docx": f"Dự thảo báo cáo năm {form.year}, kế hoạch năm {form.year + 1}: {form.area.title()}",
    }
    remarks = {review_mark(number): text for number, text in errors(form).items()}
    found = {
        name: fill(_template(template, templates), words, told, rows, made, titles[name], remarks)
        for name, template in papers.items()
    }
    return {**found, WORKBOOK: workbook(form, made)}


def _template(name: str, templates: str | Path | None) -> Path:
    if templates is not None and not Path(templates).is_dir():
        raise error("office.no_templates", folder=templates, ours=TEMPLATES)
    own = Path(templates) / name if templates is not None else None
    return own if own is not None and own.is_file() else TEMPLATES / name


def _words(form: Form) -> dict[str, str]:
    area, words = form.area, form.estimate_words
    return {
        "ten": area.name,
        "dia_ban": area.title(),
        "DIA_BAN": area.title().upper(),
        "don_vi": area.unit_vi,
        "co_quan": _authority(area),
        "nam": str(form.year),
        "nam_truoc": str(form.year - 1),
        "nam_sau": str(form.year + 1),
        "uoc_thuc_hien": words.lower(),
        "Uoc_thuc_hien": words,
        "tu_ngay": f"ngày … tháng … năm {form.year}",
    }


def _authority(area: Area) -> str:
    return "Chính phủ" if area.level == "nation" else f"UBND {area.title()}"


def _rows(form: Form) -> list[Row]:
    found = []
    for line in form.lines:
        cells = {"so": Cell(line.number), "ten": Cell(line.name), "don_vi": Cell(line.unit)}
        figures = {column: line.figure(column) for column in FIGURES}
        for column, value in figures.items():
            text = printed(value, line.entry, beside=figures.values())
            cells[COLUMNS[column]] = Cell(text, column in line.marked)
        for column in RATIOS:
            cells[COLUMNS[column]] = Cell(printed_ratio(line.figure(column)))
        kind = "muc" if line.entry is None else "con" if line.part else "dong"
        found.append(Row(kind, cells))
    return found
