"""Figures that no document prints: computed from a stated comparison, or corrected by agreement."""

from __future__ import annotations

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
    OBSERVATION_COLUMNS,
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
    reports_of = ["report"] if "report" in observations and "report" in comparisons else []
    # Only what the comparisons are about: a nation's period has half a million figures.
    whole, observations = observations, observations[observations["indicator"].isin(set(usable["indicator"]))]
    base = ["area", "indicator", "base_period", "base_status"]
    before = observations[observations["period"].isin(set(usable["base_period"]))]
    stated = pd.MultiIndex.from_frame(before[FIGURE + reports_of])
    now = observations[observations["period"].isin(set(usable["period"]))]
    current = _first_source_first(now)[FIGURE + reports_of + ["value"]]
    pairs = usable.merge(current.rename(columns={"value": "current"}), on=FIGURE + reports_of, validate="m:1")
    pairs = pairs[~pd.MultiIndex.from_frame(pairs[base + reports_of]).isin(stated)]
    rows = [_derived_row(pair, reports_of) for pair in pairs.to_dict("records")]
    found = pd.DataFrame([row for row in rows if row], columns=list(OBSERVATION_COLUMNS) + reports_of)
    found = _doubt(found.drop_duplicates(FIGURE + reports_of), observations, folder)
    return whole if found.empty else pd.concat([whole, found], ignore_index=True)


def _first_source_first(observations: pd.DataFrame) -> pd.DataFrame:
    key = FIGURE + (["report"] if "report" in observations else [])
    return observations.sort_values("source", kind="stable").drop_duplicates(key)


def _doubt(found: pd.DataFrame, observations: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Say in the note of each computed half of a flow when its year makes it implausible."""
    kinds = catalog.indicators(folder)["kind"]
    flows = found["indicator"].map(kinds) == "flow"
    years = found["period"].str[:4]
    actual = observations[observations["period"].isin(set(years)) & (observations["status"] == "actual")]
    key = ["area", "indicator", "period"]
    totals = _first_source_first(actual).drop_duplicates(key, keep="last").set_index(key)["value"]
    total = totals.reindex(pd.MultiIndex.from_arrays([found["area"], found["indicator"], years]))
    total = pd.Series(total.to_numpy(dtype=float), index=found.index)
    share = found["value"] / total
    doubtful = flows & share.notna() & ~share.between(*FIRST_HALF_SHARE)
    said = [
        f"{note}; {DOUBTFUL}: chỉ bằng {format_number(part * 100, 0)} % cả năm ({format_number(whole)})"
        if doubt
        else note
        for note, doubt, part, whole in zip(found["note"], doubtful, share, total, strict=True)
    ]
    return found.assign(note=said)


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
