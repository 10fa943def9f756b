"""Make the three papers of one area and report, and write them whole or not at all."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from string import digits

from ictplan_utils.catalog.reporting_forms import with_years
from ictplan_utils.documents.facts import CAPTION
from ictplan_utils.files import write_atomically
from ictplan_utils.messages import error, text
from ictplan_utils.office.appendix import Appendix, lay_out
from ictplan_utils.office.carried import carried
from ictplan_utils.office.form import (
    Form,
    Line,
    authority,
    check_request,
    numbers_of,
    printed,
    printed_ratio,
    read_form,
    roman,
)
from ictplan_utils.office.sentences import blocks, errors, review_mark
from ictplan_utils.office.template import Cell, Filling, Row, fill
from ictplan_utils.office.workbook import workbook
from ictplan_utils.periods import end_date
from ictplan_utils.reports import Report
from ictplan_utils.vietnamese import fold

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
    reports: Sequence[Report], outputs: str | Path = "outputs", estimate: str = "official",
    templates: str | Path | None = None, blank: str = "",
) -> Iterator[Path]:  # fmt: skip
    """Write the papers of several reports, as `write_forms`; yield each path once it is written.

    Nothing is written where one of the requests is wrong.
    """
    for report in reports:
        check_request(report, estimate, blank)
    for report in reports:
        yield from write_forms(report, outputs, estimate, templates, blank)


def write_forms(
    report: Report, outputs: str | Path = "outputs", estimate: str = "official", templates: str | Path | None = None,
    blank: str = "",
) -> list[Path]:  # fmt: skip
    """Write phu-luc.docx, ke-hoach.docx (of a year: bao-cao.docx), so-lieu.xlsx to `outputs`/REPORT/AREA/.

    Returns their paths.

    `templates`: a folder with an office's own templates; what it does not hold is ours. `blank`: which of data/forms
    the appendices are; one that is not the default lays out their tables itself.
    All three are made before the first is written. Raises IctplanError as `read_form` and `make_forms` do.
    """
    made = make_forms(read_form(report, estimate, blank), templates)
    folder = Path(outputs) / report.stored / report.area.area
    for name, content in made.items():
        write_atomically(folder / name, content)
    return [folder / name for name in made]


def make_forms(form: Form, templates: str | Path | None = None) -> dict[str, bytes]:
    """Return file name → content of the three papers; the same form gives the same bytes.

    Raises IctplanError for a template that cannot be read or asks for what there is not.
    """
    made = datetime.datetime.combine(end_date(form.report.stored), datetime.time())
    papers = PAPERS_OF_A_YEAR if form.over else PAPERS
    again, remarks = carried(form)
    own = functools.partial(lay_out, appendices=[] if form.blank.default else _appendices(form))
    about = {"area": form.area.title(), "year": form.year, "after": form.year + 1}
    remarks |= {review_mark(number): said for number, said in errors(form).items()}
    told = Filling(_words(form), _rows(form, form.lines), blocks(form) | again, remarks)
    found = {
        name: fill(_template(template, templates), told, made,
                   form.report.say(f"office.title.{name.removesuffix('.docx')}", **about), own)
        for name, template in papers.items()
    }  # fmt: skip
    return {**found, WORKBOOK: workbook(form, made)}


def _template(name: str, templates: str | Path | None) -> Path:
    if templates is not None and not Path(templates).is_dir():
        raise error("office.no_templates", folder=templates, ours=TEMPLATES)
    own = Path(templates) / name if templates is not None else None
    return own if own is not None and own.is_file() else TEMPLATES / name


def _appendices(form: Form) -> list[Appendix]:
    """Return the appendices of a form of one's own, laid out as it says."""
    found, named = [], {"number": "so", "name": "ten", "unit": "don_vi", **COLUMNS}
    for number, table in enumerate(form.tables, start=1):
        title = with_years(table.title, form.report.stored) or form.blank.name_vi
        own, _, rest = title.partition(":")
        if not rest or not CAPTION.match(fold(own)):  # "Biểu 01: …" has its number already
            own, rest = text("office.book.sheet.appendix", "vi", number=roman(number)), title
        found.append(Appendix(
            own, rest.strip(),
            [form.header(column) for column in table.columns], numbers_of(table),
            ["" if column.role.rstrip(digits) == "note" else named.get(column.role, column.role)
             for column in table.columns],
            _rows(form, form.lines_of(table)), f"ghi_chu_phu_luc_{number}",
        ))  # fmt: skip
    return found


def _words(form: Form) -> dict[str, str]:
    area, words = form.area, form.estimate_words
    return {
        "ten": area.name,
        "dia_ban": area.title(),
        "DIA_BAN": area.title().upper(),
        "don_vi": area.unit_vi,
        "co_quan": authority(area),
        "nam": str(form.year),
        "nam_truoc": str(form.year - 1),
        "nam_sau": str(form.year + 1),
        "uoc_thuc_hien": words.lower(),
        "Uoc_thuc_hien": words,
        "tu_ngay": to_be_dated(form.year),
    }


def to_be_dated(year: int) -> str:
    """Return where a paper's day and month are written by hand."""
    return text("office.dated", "vi", year=year)


def _rows(form: Form, lines: Iterable[Line]) -> list[Row]:
    """Return the rows that a table repeats; what the form has no column for is blank."""
    columns = [column for table in form.tables for column in table.columns]
    found = []
    for line in lines:
        cells = dict.fromkeys(COLUMNS.values(), Cell(""))
        cells |= {"so": Cell(line.number), "ten": Cell(line.name), "don_vi": Cell(line.unit)}
        for column in (each for each in columns if each.period or each.ratio):
            value = line.stated(column)
            text = (
                printed(value, line.entry, beside=map(line.shown, line.figures))
                if column.period
                else printed_ratio(value)
            )
            cells[COLUMNS.get(column.role, column.role)] = Cell(text, column.role in line.marked)
        kind = "muc" if line.entry is None else "con" if line.part else "dong"
        found.append(Row(kind, cells))
    return found
