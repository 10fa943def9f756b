"""Figures that no document prints: computed from a stated comparison, or corrected by agreement."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd

from ictplan_utils import catalog, schema
from ictplan_utils.catalog.folder import kept
from ictplan_utils.observations.schema import (
    CORRECTED,
    DERIVED,
    DOUBTFUL,
    FIGURE,
    KEY,
    figure_rules,
)
from ictplan_utils.periods import is_half, same_period_last_year
from ictplan_utils.vietnamese import format_number

CORRECTION_COLUMNS = (
    "area", "indicator", "period", "status", "source", "expect", "value", "reason", "who", "date",
)  # fmt: skip
FIRST_HALF_SHARE = (0.30, 0.65)
"""What part of a year's flow its first half makes: the 5th and about the 98th percentile of the public half-year
series that the forecast benchmark uses. A computed half beyond it says that the stated comparison is wrong."""


def with_derived(observations: pd.DataFrame, comparisons: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Add the figures of the same period last year that a document states only by comparison.

    88 stations, "tăng 01 trạm so với cùng kỳ năm 2020", yields 87 for 2020-S1: status actual, nothing
    printed, the comparison's source, and a note that begins with "suy ra" and says the arithmetic.
    A figure that is stated itself is never computed. Where the computed half of a flow cannot be part of
    its own year (FIRST_HALF_SHARE), the note says "nghi ngờ" too.
    """
    halves = [period for period in comparisons["period"].unique() if is_half(period)]
    last_year = comparisons["period"].map({period: same_period_last_year(period) for period in halves})
    usable = comparisons[
        (comparisons["base_period"] == last_year)
        & (comparisons["base_status"] == "actual")
        & comparisons["value"].notna()
    ]
    if usable.empty:
        return observations
    of = FIGURE + (["report"] if "report" in observations and "report" in comparisons else [])
    # Only what the comparisons are about: a nation's period has half a million figures.
    about = observations[observations["indicator"].isin(set(usable["indicator"]))].sort_values("source", kind="stable")
    stated: dict[tuple, float] = {}
    for *key, value in zip(*(about[name] for name in of), about["value"], strict=True):
        stated.setdefault(tuple(key), value)  # the first source's
    achieved = {key[:3]: value for key, value in stated.items() if key[3] == "actual"}
    kinds = catalog.indicators(folder)["kind"].to_dict()
    found: dict[tuple, dict] = {}
    for pair in usable.to_dict("records"):
        now = tuple(pair[name] for name in of)
        before = (*now[:2], pair["base_period"], pair["base_status"], *now[4:])
        if now not in stated or before in stated or before in found:
            continue
        row = _derived_row(pair | {"current": stated[now]}, of[4:])
        if row:
            flow = kinds.get(row["indicator"]) == "flow"
            found[before] = _doubted(row, achieved.get((*before[:2], before[2][:4]))) if flow else row
    if not found:
        return observations
    return pd.concat([observations, pd.DataFrame(found.values())], ignore_index=True)


def _doubted(row: dict, total: float | None) -> dict:
    """Say in the note of the computed half of a flow when its year's `total` makes it implausible."""
    part = math.nan if total is None else row["value"] / total if total else row["value"] * math.inf
    if math.isnan(part) or FIRST_HALF_SHARE[0] <= part <= FIRST_HALF_SHARE[1]:
        return row
    said = f"{DOUBTFUL}: chỉ bằng {format_number(part * 100, 0)} % cả năm ({format_number(total)})"
    return row | {"note": f"{row['note']}; {said}"}


def _derived_row(pair: dict, reports_of: list[str]) -> dict | None:
    value, current = pair["value"], pair["current"]
    shown, by = format_number(current), format_number(abs(value))
    if pair["measure"] == "change":
        before = current - value
        sum_ = f"{shown} {'−' if value >= 0 else '+'} {by}"
    else:
        ratio = value if pair["measure"] == "ratio_pct" else 100 + value
        if ratio <= 0:
            return None
        before = current / (ratio / 100)
        sum_ = f"{shown} / {format_number(ratio)} %"
    row = {
        "area": pair["area"], "indicator": pair["indicator"], "period": pair["base_period"],
        "status": pair["base_status"], "value": before, "printed": "", "source": pair["source"],
        "note": f"{DERIVED}: {sum_} ({pair['printed']})",
    }  # fmt: skip
    return row | {name: pair[name] for name in reports_of}


@kept("corrections.csv", "areas.csv", "indicators.csv")
def corrections(folder: Path) -> pd.DataFrame:
    """Return corrections.csv: what an office agreed is wrong (`expect`, as printed) and what is right."""
    path = folder / "corrections.csv"
    if not path.is_file():
        return pd.DataFrame(columns=list(CORRECTION_COLUMNS)).astype({"value": float})
    read = schema.read(path, _correction_schema(folder))
    return schema.plain(read, CORRECTION_COLUMNS).assign(value=schema.numbers(read["value"]))


def _correction_schema(folder: Path) -> schema.Schema:
    # What it corrects is a figure, and is held to what a figure is held to.
    rules = {column: rule for column, rule in figure_rules(folder).items() if column in CORRECTION_COLUMNS}
    rules |= {column: schema.Rule(_is_said, f"schema.{column}_missing") for column in ("expect", "reason", "who")} | {
        "date": schema.DAY
    }
    return schema.Schema(CORRECTION_COLUMNS, rules, tuple(KEY))


def _is_said(cell: str) -> bool:
    return bool(cell.strip()) and schema.PLAIN.passes(cell)


def apply_corrections(observations: pd.DataFrame, agreed: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the observations with the agreed corrections, and the corrections that no longer fit.

    A correction fits while the stored figure is still printed as it expects; `printed` stays, `value` is the
    right one, and `note` says so, before what it said already.
    """
    frame = observations.copy()
    fits = []
    for agreement in agreed.itertuples():
        match = (frame[KEY] == [getattr(agreement, column) for column in KEY]).all(axis=1)
        match &= frame["printed"] == agreement.expect
        fits.append(bool(match.any()))
        frame.loc[match, "value"] = agreement.value
        said = f"{CORRECTED}: trước ghi {agreement.expect}; {agreement.reason} ({agreement.who}, {agreement.date})"
        frame.loc[match, "note"] = (said + "; " + frame.loc[match, "note"].fillna("")).str.removesuffix("; ")
    return frame, agreed[[not fit for fit in fits]]
