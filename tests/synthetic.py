"""A data folder for tests of the engine: the real catalogue, and copies of the real report under made-up areas."""

from __future__ import annotations

import shutil
from pathlib import Path

REPO = Path(__file__).resolve().parents[1]
NOTEBOOKS = Path(__file__).parent / "notebooks"
PERIOD = "2021-S1"


def synthetic_data(folder: Path, areas: int = 1) -> Path:
    """Write a data folder with `areas` communes `synthetic-001` … below Điện Biên, each with Tuần Giáo's report."""
    folder.mkdir(parents=True)
    for path in (REPO / "data").glob("*.csv"):
        shutil.copy(path, folder)
    shutil.copytree(REPO / "data" / "forms", folder / "forms")
    rows = []
    for number in range(1, areas + 1):
        area = f"synthetic-{number:03}"
        rows.append(f"{area},S{number:04},Synthetic {number},Synthetic {number},xã,commune,dien-bien,,,\n")
        for table in ("observations", "comparisons"):
            text = (REPO / "data" / table / "tuan-giao" / f"{PERIOD}.csv").read_text(encoding="utf-8")
            path = folder / table / area / f"{PERIOD}.csv"
            path.parent.mkdir(parents=True)
            path.write_text(text.replace("tuan-giao", area), encoding="utf-8")
    with (folder / "areas.csv").open("a", encoding="utf-8") as file:
        file.writelines(rows)
    (folder / "corrections.csv").write_text(
        (REPO / "data" / "corrections.csv").read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8"
    )
    return folder


def only(folder: Path, *names: str) -> Path:
    """Make a notebooks folder that holds just the named fixture notebooks."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        shutil.copy(NOTEBOOKS / f"{name}.ipynb", folder)
    return folder


def frozen_package(folder: Path) -> Path:
    """Copy the package: a run from `folder` uses the copy, so that an edit meanwhile makes no report stale."""
    shutil.copytree(REPO / "ictplan_utils", folder / "ictplan_utils", ignore=shutil.ignore_patterns("__pycache__"))
    return folder
