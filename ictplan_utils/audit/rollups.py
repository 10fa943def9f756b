"""Family 3: what an area states of itself against what the areas inside it add up to."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from ictplan_utils import rollup
from ictplan_utils.audit.findings import Finding
from ictplan_utils.audit.registry import rule
from ictplan_utils.audit.sheet import Sheet
from ictplan_utils.audit.totals import AREA_SLACK
from ictplan_utils.audit.words import both, number
from ictplan_utils.observations import OBSERVATION_COLUMNS

APART = 0.02
"""An area's own count and its parts' differ by up to 2 % for good reasons: another day, its own offices."""

POINTS_APART = 1.0
"""A share may differ from the weighted mean of its parts by a point: each part is rounded, weights are near ones."""


@rule(
    3, "warning", ("Số của tỉnh khác số tổng hợp từ các địa bàn", "The area's own figure against the roll-up"),
    ("Phụ lục 1, dòng 10, cột 5: tỉnh ghi 900, nhưng 10/10 huyện cộng lại là 815.",
     "Appendix 1, row 10, column 5: the province prints 900, but 10/10 districts add up to 815."),
)  # fmt: skip
def differs_from_rollup(sheet: Sheet) -> Iterator[Finding]:
    """An area's stated figure that its parts, all of them reporting, do not make: their sum or weighted mean.

    With some parts missing nothing can be said but that they already exceed it, which areas_within_area says.
    """
    for report, docs in sheet.docs.groupby("report"):
        parents = _parents(sheet, docs)
        if not parents:
            continue
        totals = _totals(sheet, str(report), parents)
        full = totals[(totals["covered"] == totals["units"]) & totals["value"].notna() & (totals["units"] > 1)]
        for area, parts in full.groupby("area"):
            doc = np.full(len(parts), docs.index[docs["area"] == area][0])
            ind = sheet.indicators.index.get_indexer(parts["indicator"])
            moment = [sheet.slots[slot][doc[0]] for slot in parts["slot"]]
            cells = sheet.find(doc, ind, np.array(moment))
            for cell, part in zip(cells, parts.itertuples(), strict=True):
                if cell >= 0 and _apart(sheet, int(cell), part.value) and not _exceeded(sheet, int(cell), part):
                    yield _finding(sheet, int(cell), part)


def _parents(sheet: Sheet, docs: pd.DataFrame) -> list[str]:
    """Return the areas that report and whose parts, some at least, report too."""
    above = set(sheet.areas["parent"].reindex(docs["area"]).dropna())
    return [area for area in docs["area"] if area in above]


def _totals(sheet: Sheet, report: str, parents: list[str]) -> pd.DataFrame:
    """Return the roll-up of what documents state; computed figures are no statements."""
    columns = [*OBSERVATION_COLUMNS, "report"]
    return rollup.roll_up(sheet.statements[columns], report, parents, data_dir=sheet.data_dir)


def _apart(sheet: Sheet, cell: int, value: float) -> bool:
    stated, share = sheet.get(cell, "value"), sheet.get(cell, "kind") == "share"
    slack = sheet.get(cell, "unit") / 2
    return abs(stated - value) > (POINTS_APART if share else APART * abs(value)) + slack


def _exceeded(sheet: Sheet, cell: int, part) -> bool:
    """Tell whether areas_within_area already says it: parts that add up to more than the whole."""
    return part.method == "sum" and part.value > sheet.get(cell, "value") * (1 + AREA_SLACK)


def _finding(sheet: Sheet, cell: int, part) -> Finding:
    value = round(part.value, max(sheet.get(cell, "decimals"), 0 if part.method == "sum" else 1))
    summed = part.method == "sum"
    made = both("cộng lại là", "add up to") if summed else both("bình quân gia quyền là", "average, weighted,")
    body = both(
        "ghi {v}, nhưng {n}/{n} địa bàn {made} {t}",
        "printed {v}, but {n}/{n} areas {made} {t}",
        v=sheet.get(cell, "value"), n=float(part.units), made=made, t=float(value),
    )  # fmt: skip
    return sheet.finding(
        "differs_from_rollup", "warning", cell, body=body, expected=number(float(value)),
        wants={cell: (value * (1 - APART), value * (1 + APART))},
    )  # fmt: skip
