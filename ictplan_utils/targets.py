"""Targets: the growth next year's plan asks against the growth achieved, and the chance to reach a target."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

import pandas as pd

from ictplan_utils import catalog
from ictplan_utils.forecast.chances import Chance, Outlook, chance_next_year, chance_this_year, outlook
from ictplan_utils.observations import moments, preferred

if TYPE_CHECKING:
    from ictplan_utils.reports import Report

VERDICTS = ("met", "below", "maintained", "timid", "balanced", "ambitious", "unknown")
"""How a target stands against what was achieved; their words are messages, `narrative.targets.verdict.…`."""
JUDGED = ("met", "exceeded", "missed")
"""How a year's result stands against its target, where it can be judged."""

TIMID_RATIO = 0.5
"""A target that asks less than half the growth just achieved slows the sector down: timid."""
AMBITIOUS_RATIO = 1.5
"""One that asks more than one and a half times of it needs a reason: ambitious."""
STILL = 0.5
"""Growth, in per cent or points, below which an indicator counts as standing still: rounding alone makes as much."""
BOLD_FROM_STILL = 5.0
"""What a target must ask, in per cent or points, of an indicator that stood still to be called ambitious."""
LIKELY, UNLIKELY = 0.65, 0.35
"""A chance from here on is told as 70% or more, within reach; one below the second as 30% or less, out of reach."""


def judge_targets(report: Report) -> pd.DataFrame:
    """Return one row an indicator of the form that has a target: what next year asks against what was achieved.

    Columns: `last_year`, `half`, `estimate` (officials'; in a report on a whole year what that year achieved, where
    is stated), `target` in the indicator's unit; `achieved` (estimate
    on last year) and `asked` (target on estimate) in per cent, for a share in percentage points; `verdict`, one of
    VERDICTS; from the forecasts `point`, where this year will end, or did
    where it is over, and `chance` (0–1) that next year reaches the target, NaN where `no_chance`, a key of messages,
    says why; `usual`, the mean growth a year since the year `since`, the first that is known, NaN where that is no two
    years ago. Keyed by `indicator`, in the form's order. Nothing is made of figures of which one waits to be corrected.
    """
    rows = _ordered(report, report.figures.dropna(subset="target"))
    rows = rows.loc[[slug for slug in rows.index if report.entry(slug).form_number]]
    over = not report.is_first_half
    if over:
        came = report.results(report.year).reindex(rows.index)
        rows = rows.assign(half=came, estimate=came.fillna(rows["estimate"]))
    entries, waits = _entries(report, rows), report.waiting(moments(report.period).values())
    sound = rows.drop(index=list(waits), errors="ignore").reindex(rows.index)
    judged = sound.assign(
        achieved=_growths(sound["estimate"], sound["last_year"], entries),
        asked=_growths(sound["target"], sound["estimate"], entries),
    )
    verdicts = [_verdict(row, entry) for row, entry in zip(judged.itertuples(), entries, strict=True)]
    likely = _known_ends(sound, entries) if over else _outlooks(report, waits)
    chances = [chance_next_year(likely.get(e.indicator), t, e) for t, e in zip(sound["target"], entries, strict=True)]
    judged = judged.assign(verdict=verdicts, **_columns(rows.index, likely, chances, waits))
    judged = judged.assign(**_usual(report, sound["estimate"], entries), **rows)
    columns = ["last_year", "half", "estimate", "target", "achieved", "asked", "verdict"]
    return judged[[*columns, "point", "chance", "no_chance", "usual", "since"]]


def this_years_targets(report: Report) -> pd.DataFrame:
    """Return one row an indicator that had a target for the year the report lies in, as known in the report.

    Columns: `target` (in the indicator's unit), `point` (our forecast of the year's end, NaN where there is none),
    `chance` (0–1) that the year ends at the target or better, and `no_chance` as in `judge_targets`. Keyed by
    `indicator`, in the catalogue's order.
    """
    waits = report.waiting({**moments(report.period), "target": (str(report.year), "target")}.values())
    rows, likely = _ordered(report, _planned(report, report.year)), _outlooks(report, waits)
    entries = _entries(report, rows)
    chances = [chance_this_year(likely.get(e.indicator), t, e) for t, e in zip(rows["target"], entries, strict=True)]
    return rows.assign(**_columns(rows.index, likely, chances, waits))


def fulfilment(report: Report, year: int) -> pd.DataFrame:
    """Return one row an indicator that had a target for `year`: what was planned, what came.

    Columns, in the indicator's unit: `last_year`, `target`, `actual` (the year's; where only its halves are stated, a
    flow's sum, another kind's end); `pct_of_target` (actual / target), `growth_pct` on last year (a share: points);
    `shortfall`, how far the target was missed in per cent of it (negative: exceeded); `verdict` met, exceeded, missed,
    reached (told without a verdict: neither way is better), unknown (no result), awaited (the target or the result
    waits to be corrected). Keyed by `indicator`, in the catalogue's order.
    """
    rows = _ordered(report, _planned(report, year))
    rows.insert(0, "last_year", _stated(report, year - 1, "actual").reindex(rows.index))
    rows["actual"] = report.results(year).reindex(rows.index)
    entries = _entries(report, rows)
    own = {slug for slug, period, status in report.faulty if period[:4] == str(year) and status != "estimate"}
    waits = rows.index.isin(list(own))
    actual, size = rows["actual"].mask(waits), rows["target"].where(rows["target"] != 0)
    verdicts = [_result(came, aim, e) for came, aim, e in zip(actual, rows["target"], entries, strict=True)]
    return rows.assign(
        pct_of_target=100 * actual / size,
        growth_pct=_growths(actual, rows["last_year"], entries),
        shortfall=100 * (rows["target"] - actual) / size.abs() * [entry.better for entry in entries],
        verdict=pd.Series(verdicts, index=rows.index, dtype=object).mask(waits, "awaited"),
    )


def fulfilment_by_year(report: Report) -> pd.DataFrame:
    """Return one row a year with targets and results: `year`, `met`, `judged` (how many), oldest first."""
    stated = report.observations
    rows = []
    for each in sorted({int(period[:4]) for period in stated.loc[stated["status"] == "target", "period"]}):
        verdicts = fulfilment(report, each)["verdict"]
        judged = verdicts[verdicts.isin(JUDGED)]
        if len(judged):
            rows.append((each, int((judged != "missed").sum()), len(judged)))
    return pd.DataFrame(rows, columns=["year", "met", "judged"])


def _stated(report: Report, year: int, status: str) -> pd.Series:
    """Return the figures a reader gets of a whole year, keyed by indicator."""
    known = report.observations
    return preferred(known[(known["period"] == str(year)) & (known["status"] == status)]).set_index("indicator")[
        "value"
    ]


def _planned(report: Report, year: int) -> pd.DataFrame:
    return _stated(report, year, "target").to_frame("target")


def _ordered(report: Report, rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows keyed by indicator in the catalogue's order."""
    return rows.loc[[slug for slug in report.entries if slug in rows.index]]


def _entries(report: Report, rows: pd.DataFrame) -> list[catalog.Indicator]:
    return [report.entry(slug) for slug in rows.index]


def _result(actual: float, target: float, entry: catalog.Indicator) -> str:
    """Return the verdict of one target, compared in the decimals it is stated in."""
    if pd.isna(actual):
        return "unknown"
    if entry.direction == "none":
        return "reached"
    beyond = (actual - target) * entry.better
    if abs(beyond) < 0.5 * 10.0 ** -max(entry.decimals, 1):
        return "met"
    return "exceeded" if beyond > 0 else "missed"


def _outlooks(report: Report, waits: set[str]) -> dict[str, Outlook]:
    """Return the outlook of each indicator that is forecast, but for those that wait to be corrected."""
    rows = report.forecasts
    rows = rows[rows["point"].notna() & ~rows["indicator"].isin(list(waits))]
    return {row["indicator"]: outlook(row) for row in rows.to_dict("records")}


def _known_ends(rows: pd.DataFrame, entries: list[catalog.Indicator]) -> dict[str, Outlook]:
    """Return the outlook of each indicator whose year is over: it ended where it did."""
    found = {}
    for row, entry in zip(rows.itertuples(), entries, strict=True):
        if not pd.isna(row.half):
            half = row.half / 2 if entry.kind == "flow" else row.half
            ends = dict.fromkeys(("lower_95", "lower_80", "point", "upper_80", "upper_95"), row.half)
            found[entry.indicator] = outlook({"half": half, "last_year": row.last_year, **ends})
    return found


def _columns(
    slugs: Iterable[str], likely: dict[str, Outlook], chances: list[Chance], waits: set[str]
) -> dict[str, list]:
    slugs = list(slugs)
    return {
        "point": [likely[slug].point if slug in likely else math.nan for slug in slugs],
        "chance": [each.value for each in chances],
        "no_chance": [
            "awaited" if slug in waits and each.why == "forecast" else each.why
            for slug, each in zip(slugs, chances, strict=True)
        ],
    }


def _usual(report: Report, ends: pd.Series, entries: list[catalog.Indicator]) -> dict[str, list[float]]:
    """Return the mean growth a year up to `ends`, this year's, and the year it begins with, as `judge_targets` does."""
    own = report.observations
    whole = preferred(own[(own["status"] == "actual") & ~own["period"].str.contains("-")])
    known: dict[str, dict[int, float]] = {}
    for slug, period, value in zip(whole["indicator"], whole["period"], whole["value"], strict=True):
        known.setdefault(slug, {})[int(period)] = value
    found: dict[str, list[float]] = {"usual": [], "since": []}
    for entry, end in zip(entries, ends, strict=True):
        past = known.get(entry.indicator, {})
        first = min(past, default=report.year)
        years, start = report.year - first, past.get(first, math.nan)
        if entry.kind == "share":
            usual = entry.growth(end, start) / years if years >= 2 else math.nan
        else:
            grown = years >= 2 and start > 0 and end > 0
            usual = entry.growth(start * (end / start) ** (1 / years), start) if grown else math.nan
        found["usual"].append(usual)
        found["since"].append(float(first) if usual == usual else math.nan)
    return found


def _growths(values: pd.Series, bases: pd.Series, entries: list[catalog.Indicator]) -> list[float]:
    return [entry.growth(value, base) for value, base, entry in zip(values, bases, entries, strict=True)]


def _verdict(row, entry: catalog.Indicator) -> str:
    """Return the verdict of one target; `row` is a row of `judge_targets` before its verdict."""
    if pd.isna(row.asked):
        return "unknown"
    achieved, asked = (entry.better * growth for growth in (row.achieved, row.asked))
    if asked < 0 and entry.direction != "none":
        return "below"
    reached = entry.kind != "flow" and entry.better * (row.half - row.target) >= 0
    if abs(asked) < STILL:
        return "maintained"
    if reached:
        return "met"
    if pd.isna(achieved):
        return "unknown"
    if achieved < STILL:
        return "ambitious" if asked >= BOLD_FROM_STILL else "balanced"
    if asked < TIMID_RATIO * achieved:
        return "timid"
    return "ambitious" if asked > AMBITIOUS_RATIO * achieved else "balanced"
