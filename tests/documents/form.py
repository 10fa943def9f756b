"""The plan form as rows, built from the figures in data/: what the made documents hold, and what reading them gives."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from ictplan_utils import catalog
from ictplan_utils.observations import read_comparisons, read_observations

REPO = Path(__file__).resolve().parents[2]
DATA = REPO / "data"
AREA, REPORT = "tuan-giao", "2021-S1"

HEADERS = {
    1: [
        "STT", "Các chỉ tiêu", "Đơn vị tính", "Thực hiện năm 2020", "Thực hiện 6 tháng 2021",
        "Ước thực hiện cả năm 2021", "So sánh ước thực hiện năm 2021 với thực hiện năm 2020 (%)",
        "So sánh thực hiện 6 tháng với ước thực hiện cả năm (%)",
    ],
    2: [
        "Stt", "Các chỉ tiêu", "Đơn vị tính", "Thực hiện 2021", "Kế hoạch năm 2022",
        "So sánh Kế hoạch 2022 với thực hiện năm 2021 (%)",
    ],
}  # fmt: skip
NUMBERING = {1: ["1", "2", "3", "4", "5", "6", "7=6/4", "8=5/6"], 2: ["1", "2", "3", "4", "5", "6=5/4"]}
FIGURES = {1: [("2020", "actual"), ("2021-S1", "actual"), ("2021", "estimate")],
           2: [("2021", "estimate"), ("2022", "target")]}  # fmt: skip
CAPTIONS = {
    1: ["PHỤ LỤC", "DỰ BÁO KHẢ NĂNG THỰC HIỆN KẾ HOẠCH NĂM 2021"],
    2: ["PHỤ LỤC", "CÁC CHỈ TIÊU CHỦ YẾU CỦA KẾ HOẠCH NĂM 2022"],
}
ENCLOSED = "(Kèm theo kế hoạch số: /KH-UBND ngày tháng 6 năm 2021 của UBND huyện Tuần Giáo)"
TITLE = [
    "Tuần Giáo, ngày tháng 6 năm 2021", "KẾ HOẠCH",
    "Xây dựng phát triển các lĩnh vực ngành Thông tin và Truyền thông trên địa bàn huyện Tuần Giáo năm 2022",
]  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One row of the form: a section's heading, or an indicator with what the document prints in each column."""

    number: str
    name: str
    unit: str
    cells: tuple[str, ...]
    indicator: str = ""

    @property
    def heading(self) -> bool:
        """Whether the row is a section's heading."""
        return not self.indicator


@dataclass(frozen=True)
class Stated:
    """A figure that a document states."""

    indicator: str
    period: str
    status: str
    value: float


def lines(appendix: int) -> list[Line]:
    """Return the rows of one appendix of the real plan, headings included, as data/ holds them."""
    observations = read_observations(DATA / "observations" / AREA / f"{REPORT}.csv", DATA)
    comparisons = read_comparisons(DATA / "comparisons" / AREA / f"{REPORT}.csv", DATA)
    printed = {
        tuple(source.split(":")[1:]): text
        for frame in (observations, comparisons)
        for source, text in zip(frame["source"], frame["printed"], strict=True)
        if source.startswith(f"A{appendix}:")
    }
    columns = [str(n) for n in range(4, 9 if appendix == 1 else 7)]
    form = catalog.indicators(DATA)
    form = form[form["form_number"] != ""]
    found = []
    for code, section in catalog.sections(DATA).iterrows():
        if not section["printed_number"]:
            continue
        blank = ("",) * len(columns)
        found.append(Line(section["printed_number"], section["name_vi"], "", blank))
        for slug, row in form[form["section"] == code].iterrows():
            number = row["form_number"]
            cells = tuple(printed.get((number, column), "") for column in columns)
            unit = {"online_service_files_share": "DVC", "online_files_share": "", "radio_programmes": ""}
            found.append(Line(
                "" if "." in number else number, row["name_vi"], unit.get(slug, row["unit_vi"]), cells, slug
            ))  # fmt: skip
    return found


def stated(appendix: int, kept: list[Line] | None = None) -> list[Stated]:
    """Return the figures that an appendix with these rows states."""
    from ictplan_utils.vietnamese import parse_number

    found = []
    for line in kept if kept is not None else lines(appendix):
        for (period, status), text in zip(FIGURES[appendix], line.cells, strict=False):
            value = parse_number(text) if line.indicator else None
            if value is not None:
                found.append(Stated(line.indicator, period, status, value))
    return found


def grid(appendix: int, kept: list[Line] | None = None, numbering: bool = True) -> list[list[str]]:
    """Return an appendix as rows of text: header, column numbers, lines."""
    head = [HEADERS[appendix]] + ([NUMBERING[appendix]] if numbering else [])
    return head + [[line.number, line.name, line.unit, *line.cells] for line in kept or lines(appendix)]


def changed(found: list[Line], **how) -> list[Line]:
    """Return the lines with each field changed by the function of its name."""
    return [replace(line, **{name: change(getattr(line, name)) for name, change in how.items()}) for line in found]


@dataclass(frozen=True)
class Score:
    """How a document was read: figures right, wrong but warned of, wrong in silence, and missed."""

    right: int = 0
    warned: int = 0
    silent: int = 0
    missed: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(*(a + b for a, b in zip(_counts(self), _counts(other), strict=True)))


def _counts(score: Score) -> tuple[int, int, int, int]:
    return score.right, score.warned, score.silent, score.missed


def score(reading, expected: list[Stated]) -> Score:
    """Hold a reading against what the document states; a wrong figure counts as warned where a warning names it."""
    wanted: dict[tuple[str, str, str], list[float]] = {}
    for figure in expected:
        wanted.setdefault((figure.indicator, figure.period, figure.status), []).append(figure.value)
    right = warned = silent = 0
    said = " ".join(reading.warnings)
    read: pd.DataFrame = reading.observations
    for row in read[~read["note"].str.startswith("suy ra")].itertuples():
        left = wanted.get((row.indicator, row.period, row.status), [])
        match = next((value for value in left if abs(value - row.value) <= 1e-9 * max(1, abs(value))), None)
        if match is not None:
            left.remove(match)
            right += 1
        elif row.source in said or row.source.rsplit(":", 1)[0] + ":" in said:
            warned += 1
        else:
            silent += 1
    return Score(right, warned, silent, sum(len(left) for left in wanted.values()))
