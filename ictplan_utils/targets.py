"""Next year's plan: the growth it asks, held against the growth achieved; timid, ambitious or already met."""

from __future__ import annotations

import pandas as pd

from ictplan_utils import catalog
from ictplan_utils.observations import report_table

VERDICTS = {
    "met": ("đã đạt", "already met"),
    "below": ("thấp hơn ước thực hiện", "below the estimate"),
    "maintained": ("giữ vững", "maintained"),
    "timid": ("thận trọng", "timid"),
    "balanced": ("vừa sức", "balanced"),
    "ambitious": ("phấn đấu cao", "ambitious"),
    "unknown": ("chưa đủ số liệu", "not enough figures"),
}
"""Verdict → its Vietnamese and English words."""

TIMID_RATIO = 0.5
"""A target that asks less than half the growth just achieved slows the sector down: timid."""
AMBITIOUS_RATIO = 1.5
"""One that asks more than one and a half times of it needs a reason: ambitious."""
STILL = 0.5
"""Growth, in per cent or points, below which an indicator counts as standing still: rounding alone makes as much."""
BOLD_FROM_STILL = 5.0
"""What a target must ask, in per cent or points, of an indicator that stood still to be called ambitious."""


def judge_targets(observations: pd.DataFrame, area: str, report: str, data_dir: str = "data") -> pd.DataFrame:
    """Return one row an indicator of the form that has a target: what next year asks against what was achieved.

    Columns: `last_year`, `half`, `estimate` (officials'), `target` in the indicator's unit; `achieved` (estimate
    on last year) and `asked` (target on estimate) in per cent, for a share in percentage points, positive
    where things get better; `verdict`, a key of VERDICTS. Keyed by `indicator`, in the form's order.
    """
    table = report_table(observations, area, report)
    form = catalog.indicators(data_dir)
    rows = table[table["target"].notna() & table.index.isin(form.index[form["form_number"] != ""])]
    rows = rows.reindex([slug for slug in form.index if slug in rows.index])
    entries = [catalog.indicator(slug, data_dir) for slug in rows.index]
    judged = rows.assign(
        achieved=[_growth(r.estimate, r.last_year, e) for r, e in zip(rows.itertuples(), entries, strict=True)],
        asked=[_growth(r.target, r.estimate, e) for r, e in zip(rows.itertuples(), entries, strict=True)],
    )
    verdicts = [_verdict(row, entry) for row, entry in zip(judged.itertuples(), entries, strict=True)]
    return judged.assign(verdict=verdicts)[
        ["last_year", "half", "estimate", "target", "achieved", "asked", "verdict"]
    ]  # fmt: skip


def _growth(value: float, base: float, entry: catalog.Indicator) -> float:
    """Return the growth in per cent (a share: in points), turned so that positive is better."""
    better = -1.0 if entry.direction == "lower" else 1.0
    if pd.isna(value) or pd.isna(base):
        return float("nan")
    if entry.kind == "share":
        return better * (value - base) + 0.0
    # Adding zero turns the minus zero of an unchanged "lower is better" into zero.
    return better * 100 * (value / base - 1) + 0.0 if base > 0 else float("nan")


def _verdict(row, entry: catalog.Indicator) -> str:
    """Return the verdict of one target; `row` is a row of `judge_targets` before its verdict."""
    if pd.isna(row.asked):
        return "unknown"
    better = -1.0 if entry.direction == "lower" else 1.0
    if row.asked < 0 and entry.direction != "none":
        return "below"
    reached = better * (row.half - row.target) >= 0 if entry.kind != "flow" else False
    if abs(row.asked) < STILL:
        return "maintained"
    if reached:
        return "met"
    if pd.isna(row.achieved):
        return "unknown"
    if row.achieved < STILL:
        return "ambitious" if row.asked >= BOLD_FROM_STILL else "balanced"
    if row.asked < TIMID_RATIO * row.achieved:
        return "timid"
    return "ambitious" if row.asked > AMBITIOUS_RATIO * row.achieved else "balanced"
