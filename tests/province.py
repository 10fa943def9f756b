"""A made-up province: what the 45 communes of Điện Biên hold, and the documents that say so in three ways."""

from __future__ import annotations

import zipfile
from pathlib import Path

from documents import writers

from ictplan_utils import catalog, rollup

PROVINCE, NOW, BEFORE = "dien-bien", "2026-S1", "2025-S1"
COMMUNES = rollup.units(PROVINCE, NOW)
INDICATORS = {
    "postal_points": "điểm", "bts_stations": "vị trí trạm", "phone_subscribers": "thuê bao",
    "fixed_broadband_subscribers": "thuê bao", "postal_revenue": "triệu đồng", "internet_user_share": "%",
}  # fmt: skip
TIMES = {BEFORE: "Thực hiện 6 tháng đầu năm 2025", NOW: "Thực hiện 6 tháng đầu năm 2026"}


def title(area: str) -> str:
    """Return a commune with its rank: `xã Quài Tở`."""
    return catalog.area(area).title()


def truth(area: str, indicator: str, period: str = NOW) -> float:
    """Return what a commune really holds."""
    k, grown = COMMUNES.index(area), period == NOW
    return {
        "postal_points": 2 + k % 5, "bts_stations": 21 + 2 * k + grown, "phone_subscribers": 3107 + 83 * k + 61 * grown,
        "fixed_broadband_subscribers": 412 + 19 * k + 13 * grown, "postal_revenue": 117 + 3 * k + 5 * grown,
        "internet_user_share": (410 + 7 * k + 9 * grown) / 10,
    }[indicator]  # fmt: skip


def printed(value: float) -> str:
    """Return a figure as an office prints it."""
    return f"{value:,.1f}".removesuffix(".0").translate(str.maketrans(",.", ".,"))


def name(indicator: str) -> str:
    """Return what a form calls an indicator."""
    return catalog.indicator(indicator).name("vi")


def form_rows(area: str, like: str = "", **wrong: float) -> list[list[str]]:
    """Return a commune's own table: indicators down, last year and now across; `wrong` takes the truth's place.

    `like`: the commune whose figures an area of no truth repeats.
    """
    area = like or area
    return [
        ["TT", "Chỉ tiêu", "Đơn vị tính", *TIMES.values()],
        *([str(at), name(slug), unit, printed(truth(area, slug, BEFORE)), printed(wrong.get(slug, truth(area, slug)))]
          for at, (slug, unit) in enumerate(INDICATORS.items(), 1)),
    ]  # fmt: skip


def head(area: str) -> list[str]:
    """Return how a commune's report begins."""
    return [
        f"UBND {title(area).upper()}",
        f"BÁO CÁO số liệu bưu chính, viễn thông 6 tháng đầu năm 2026 của {title(area)}",
    ]


def document(folder: Path, area: str, kind: str, called: str = "", like: str = "", **wrong: float) -> Path:
    """Write a commune's own report as Word, workbook, text or web page (`kind` is the suffix)."""
    path = folder / f"{called or area}.{kind}"
    rows = form_rows(area, like, **wrong)
    pieces = [*head(area), rows]
    if kind == "xlsx":
        return writers.workbook(path, {"Báo cáo": [[line] for line in head(area)] + rows})
    return {"docx": writers.word, "txt": writers.text, "html": writers.page}[kind](path, pieces)


def folder(path: Path, areas: list[str]) -> Path:
    """Write the communes' own reports into a folder, in four formats by turns."""
    path.mkdir(parents=True)
    for at, area in enumerate(areas):
        document(path, area, ("docx", "xlsx", "txt", "html")[at % 4])
    return path


def zipped(path: Path, source: Path) -> Path:
    """Pack a folder as an office sends it."""
    with zipfile.ZipFile(path, "w") as made:
        for each in sorted(source.rglob("*")):
            made.write(each, f"{source.name}/{each.relative_to(source)}")
    return path


def sheets(path: Path, areas: list[str]) -> Path:
    """Write a workbook with a sheet for each commune, called by its name, without a head."""
    return writers.workbook(path, {title(area): form_rows(area) for area in areas})


def table(areas: list[str], slugs: list[str], called: dict[str, str] | None = None, **totals: float) -> list[list[str]]:
    """Return a table of areas: communes down, indicators across; its last row is the province's total (or `totals`)."""
    rows = [
        [str(at), (called or {}).get(area, title(area)), *(printed(truth(area, slug)) for slug in slugs)]
        for at, area in enumerate(areas, 1)
    ]
    sums = [printed(totals.get(slug, sum(truth(area, slug) for area in areas))) for slug in slugs]
    return [["STT", "Tên xã, phường", *map(name, slugs)], *rows, ["", "Toàn tỉnh", *sums]]


def across(areas: list[str], slugs: list[str]) -> list[list[str]]:
    """Return the same turned: indicators down, communes across."""
    return [
        ["STT", "Chỉ tiêu", "Đơn vị tính", *map(title, areas), "Toàn tỉnh"],
        *([str(at), name(slug), INDICATORS[slug], *(printed(truth(area, slug)) for area in areas),
           printed(sum(truth(area, slug) for area in areas))] for at, slug in enumerate(slugs, 1)),
    ]  # fmt: skip


def years(areas: list[str], slug: str) -> list[list[str]]:
    """Return one indicator at two times: communes down, periods across."""
    return [
        ["STT", "Tên xã, phường", "6 tháng đầu năm 2025", "6 tháng đầu năm 2026"],
        *([str(at), title(area), printed(truth(area, slug, BEFORE)), printed(truth(area, slug))]
          for at, area in enumerate(areas, 1)),
        ["", "Toàn tỉnh", *(printed(sum(truth(area, slug, when) for area in areas)) for when in (BEFORE, NOW))],
    ]  # fmt: skip


def paper(path: Path, rows: list[list[str]], about: str = "một số chỉ tiêu bưu chính, viễn thông") -> Path:
    """Write the province's own paper around a table, as Word."""
    return writers.word(path, [
        "UBND TỈNH ĐIỆN BIÊN", f"BÁO CÁO {about} 6 tháng đầu năm 2026 của tỉnh Điện Biên", "Biểu 1. "
        f"{about.capitalize()} theo xã, phường 6 tháng đầu năm 2026", rows,
    ])  # fmt: skip
