"""Reports of Tuần Giáo of later years, made up: June 2021's real figures carried on, written by the data's form."""

from __future__ import annotations

from pathlib import Path

from documents import writers
from places import AREA, REPO

import ictplan_utils as ict
from ictplan_utils import catalog, periods
from ictplan_utils.catalog.reporting_forms import with_years
from ictplan_utils.vietnamese import format_number

LATER = ("2021", "2022-S1", "2022")
EXACT = {
    ("bts_stations", "2021", "actual"): 89.0,
    ("phone_subscribers", "2021", "target"): 61_795.0,
    ("phone_subscribers", "2021", "actual"): 60_100.0,
    ("telecom_revenue", "2021", "actual"): 50_100.0,
}
"""The figures that tests work by hand."""
REVISED = {("telecom_revenue", "2021", "actual"): ("2022-S1", 50_460.0)}
"""What a later report states anew of an earlier year."""
CAME = (1.0, 0.6, 1.25, 0.9)
"""What part of the way from last year to the plan a year went, one indicator after the other."""

Figures = dict[tuple[str, str, str], float]


def figures() -> Figures:
    """Return every figure of the later reports: (indicator, period, status) → value."""
    found: Figures = {}
    real = ict.report(AREA, "2021-S1").figures
    whole = real.dropna(subset=["last_year", "estimate", "target"])
    for place, slug in enumerate(slug for slug in catalog.form() if slug in whole.index):
        entry = catalog.indicator(slug)
        last, estimate, target = whole.loc[slug, ["last_year", "estimate", "target"]]
        highest = 100.0 if entry.kind == "share" else float("inf")

        def stated(value: float, entry=entry, highest=highest) -> float:
            return round(min(value, highest), entry.decimals)

        def put(period: str, status: str, value: float, slug=slug, stated=stated) -> float:
            found[slug, period, status] = EXACT.get((slug, period, status), stated(value))
            return found[slug, period, status]

        put("2020", "actual", last)
        planned = put("2021", "target", estimate)
        came = put("2021", "actual", last + CAME[place % 4] * (planned - last))
        put("2022", "target", target)
        expected = put("2022", "estimate", came + 0.8 * (target - came))
        put("2022-S1", "actual", 0.49 * expected if entry.kind == "flow" else (came + expected) / 2)
        put("2022", "actual", came + CAME[(place + 1) % 4] * (target - came))
        put("2023", "target", 1.04 * target if entry.kind != "share" else target + 2)
    return found


def known(report: str) -> Figures:
    """Return the figures as a report states them, revised ones among them."""
    later = {key: value for key, (since, value) in REVISED.items() if periods.order(report) >= periods.order(since)}
    return {**figures(), **later}


def document(report: str, path: Path) -> Path:
    """Write a report as an office does: title, then the tables that the form has for it."""
    told, this = known(report), periods.year(report)
    form = catalog.find_form()
    what = f"Kết quả thực hiện kế hoạch {periods.period_name(report)} và kế hoạch năm {this + 1}"
    pieces: list = [
        "ỦY BAN NHÂN DÂN HUYỆN TUẦN GIÁO",
        f"Tuần Giáo, ngày 20 tháng {6 if report.endswith('-S1') else 12} năm {this}",
        "BÁO CÁO",
        f"{what} lĩnh vực Thông tin và Truyền thông trên địa bàn huyện Tuần Giáo",
    ]
    for table in form.tables_of(report):
        pieces += [f"PHỤ LỤC {table.key[1:]}", with_years(table.title, report), _grid(form, table, report, told)]
    return writers.word(path, pieces)


def _grid(form, table, report: str, told: Figures) -> list[list[str]]:
    rows = [[form.header(column, report) for column in table.columns], [str(n + 1) for n in range(len(table.columns))]]
    for row in form.rows:
        if not row.indicator:
            rows.append([row.number, row.name_vi, *[""] * (len(table.columns) - 2)])
            continue
        entry, values, cells = catalog.indicator(row.indicator), {}, []
        for column in table.columns:
            if column.period:
                values[column.role] = told.get((row.indicator, *column.figure(report)))
        labels = {"number": "" if "." in row.number else row.number, "name": entry.name_vi, "unit": entry.unit_vi}
        for column in table.columns:
            above, below = (values[role] for role in column.ratio) if column.ratio else (None, None)
            value = 100 * above / below if above is not None and below else values.get(column.role)
            decimals = 1 if column.ratio else entry.decimals
            cells.append(labels.get(column.role, "" if value is None else format_number(value, decimals)))
        rows.append(cells)
    return rows


def folder(at: Path, later: tuple[str, ...] = LATER) -> Path:
    """Return a copy of the data in `at` into which the later reports were read from their documents."""
    import shutil

    from ictplan_utils.documents import ingest

    data = Path(shutil.copytree(REPO / "data", at / "data"))
    for report in later:
        ingest.ingest(document(report, at / f"{report}.docx"), AREA, report, data)
    return data
