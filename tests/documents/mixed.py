"""Documents that mix the habits by chance: other rows, names, headers, columns, units and number styles each time.

What the fixed documents of `habits` cannot show: that a reader made for them also reads what nobody thought of.
"""

from __future__ import annotations

import random
from pathlib import Path

from documents import form, writers
from documents.habits import Made

from ictplan_utils import catalog

COLUMNS = [
    (("2020", "actual"), [
        "Thực hiện năm 2020", "TH 2020", "TH năm 2020", "Năm 2020", "Thực hiện\nnăm 2020", "Kết quả thực hiện năm 2020",
        "2020", "Có đến 31/12/2020"]),
    (("2021-S1", "actual"), [
        "Thực hiện 6 tháng 2021", "TH 6T/2021", "TH 6 tháng đầu năm 2021", "Thực hiện 6 tháng đầu năm 2021",
        "6 tháng đầu năm 2021", "Kết quả 6 tháng năm 2021", "TH 6T.2021", "Lũy kế 6 tháng 2021", "TH 6T/21"]),
    (("2021", "estimate"), [
        "Ước thực hiện cả năm 2021", "Ước TH năm 2021", "ƯTH 2021", "Ước TH cả năm", "Ước thực hiện năm 2021",
        "Ước cả năm 2021", "UTH năm 2021", "Thực hiện 2021"]),
    (("2021", "target"), [
        "Kế hoạch năm 2021", "KH 2021", "KH năm 2021", "Kế hoạch 2021 được giao", "Chỉ tiêu KH 2021"]),
    (("2022", "target"), [
        "Kế hoạch năm 2022", "KH 2022", "Dự kiến KH 2022", "Mục tiêu năm 2022", "Kế hoạch\nnăm 2022", "KH/2022"]),
    (("2020-S1", "actual"), [
        "Thực hiện cùng kỳ năm 2020", "TH 6 tháng 2020", "Cùng kỳ 2020", "TH 6T/2020", "Cùng kỳ năm trước"]),
]  # fmt: skip
"""What a column holds, and how offices head it."""

ASIDES = [
    "Ghi chú", "So sánh (%)", "Tỷ lệ TH/KH (%)", "TH quý I/2021", "TH tháng 5/2021", "Tăng, giảm so với cùng kỳ (%)",
    "Giai đoạn 2021-2025", "Đơn vị thực hiện", "% so KH năm", "TH 5 tháng 2021", "Tỷ lệ tăng 2020",
]  # fmt: skip
"""Headers of columns that hold no figure the two tables keep."""

UNITS = {
    "Triệu đồng": [("Triệu đồng", 1), ("Tỷ đồng", 1000), ("trđ", 1), ("Tr. đồng", 1)],
    "Thuê bao": [("Thuê bao", 1), ("thuê bao", 1), ("TB", 1), ("Nghìn thuê bao", 1000)],
    "Vị trí trạm": [("Trạm", 1), ("Vị trí trạm", 1)],
    "Km/điểm": [("Km/điểm", 1), ("Km", 1)],
}


def make(seed: int, folder: Path) -> Made:
    """Return the document of a seed, with the figures it states."""
    chance = random.Random(seed)
    frame = catalog.indicators(form.DATA)
    style = chance.choice(["vi", "vi", "vi", "en", "space", "none"])
    indexed, with_units = chance.random() < 0.85, chance.random() < 0.8
    columns = chance.sample(COLUMNS, chance.randint(1, 5))
    if not any(place[0] == form.REPORT for place, _ in columns):
        columns[0] = COLUMNS[1]  # without it, no table tells which half the document reports on
    heads: list[tuple[str, tuple[str, str] | None]] = [(chance.choice(said), place) for place, said in columns]
    for _ in range(chance.randint(0, 3)):
        heads.insert(chance.randint(0, len(heads)), (chance.choice(ASIDES), None))
    header = ([chance.choice(["STT", "TT", "Số TT"])] if indexed else []) + [
        chance.choice(["Chỉ tiêu", "Nội dung", "Các chỉ tiêu chủ yếu", "Tên chỉ tiêu"]),
        *([chance.choice(["ĐVT", "Đơn vị tính", "Đơn vị", "ĐV tính"])] if with_units else []),
        *(head for head, _ in heads),
    ]
    rows = [header]
    if chance.random() < 0.4:
        rows.append([str(n + 1) for n in range(len(header))])
    expected: list[form.Stated] = []
    kept = [line for line in form.lines(1) if line.heading or chance.random() < 0.6]
    whole = {line.indicator for line in kept}
    for line in kept:
        lead, unit_cell = ([line.number] if indexed else []), ([""] if with_units else [])
        if line.heading:
            rows.append([*lead, line.name if indexed else line.name.upper(), *unit_cell, *[""] * len(heads)])
            continue
        if line.name.startswith("Cấp ") and "online_files_share" not in whole:
            continue  # without the row it belongs to, "Cấp xã" means nothing
        entry = frame.loc[line.indicator]
        unit, scale = chance.choice(UNITS.get(entry["unit_vi"], [(entry["unit_vi"], 1)]))
        unit, scale = (unit, scale) if with_units else (entry["unit_vi"], 1)
        cells = _cells(chance, entry, scale, style, heads, line.indicator, expected)
        name = _name(chance, entry, line, indexed)
        rows.append([*lead, name, *([unit] if with_units else []), *cells])
    title = ["UBND HUYỆN TUẦN GIÁO", "Tuần Giáo, ngày 15 tháng 6 năm 2021", "BÁO CÁO của UBND huyện Tuần Giáo"]
    return Made(_written(chance, folder / str(seed), title, rows), expected)


def _name(chance: random.Random, entry, line: form.Line, indexed: bool) -> str:
    names = [entry["name_vi"], *filter(None, entry["variants"].split(";"))]
    name = line.name if line.name.startswith("Cấp ") else chance.choice(names)
    name = name.upper() if chance.random() < 0.2 else name
    return f"- {name}" if not line.number and not indexed else name


def _cells(chance, entry, scale, style, heads, slug, expected) -> list[str]:
    size = 10 ** chance.uniform(1, 5)
    cells = []
    for _, place in heads:
        if place is None:
            cells.append(chance.choice(["", "100", "102.5" if style == "en" else "102,5", "x", "12"]))
            continue
        if chance.random() < 0.08:
            cells.append(chance.choice(["", "-", "x", "…"]))
            continue
        if entry["unit_vi"] == "%":
            value = round(chance.uniform(1, 100), 1)
        elif scale == 1 and entry["decimals"] == 0:
            value = float(int(size * chance.uniform(0.7, 1.4)) + 1)
        else:
            value = round(size / max(scale / 10, 1) * chance.uniform(0.7, 1.4) + 0.1, chance.choice([1, 2]))
        cells.append(_printed(value, style))
        expected.append(form.Stated(slug, *place, float(f"{value * scale:.12g}")))
    return cells


def _printed(value: float, style: str) -> str:
    whole, _, decimals = f"{value:.2f}".rstrip("0").rstrip(".").partition(".")
    grouped = f"{int(whole):,}"
    mark = {"vi": ".", "space": "\u00a0", "none": "", "en": ","}[style]
    return grouped.replace(",", mark) + (("." if style == "en" else ",") + decimals if decimals else "")


def _written(chance: random.Random, stem: Path, title: list[str], rows: list[list[str]]) -> Path:
    lined = [[cell.replace("\n", " ") for cell in row] for row in rows]
    match chance.choice(["docx", "xlsx", "txt", "html", "md", "ods"]):
        case "docx":
            return writers.word(stem.with_suffix(".docx"), [*title, rows])
        case "xlsx":
            return writers.workbook(stem.with_suffix(".xlsx"), {"S": [*([t] for t in title), [], *rows]}, numbers=False)
        case "txt":
            return writers.text(stem.with_suffix(".txt"), [*title, lined])
        case "html":
            return writers.page(stem.with_suffix(".html"), [*title, rows])
        case "md":
            return writers.markdown(stem.with_suffix(".md"), [*title, lined])
        case _:
            return writers.opendocument(
                stem.with_suffix(".ods"), {"S": [*([t] for t in title), [], *rows]}, numbers=False
            )
