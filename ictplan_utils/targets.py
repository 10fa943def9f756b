"""Targets: the growth next year's plan asks against the growth achieved, and the chance to reach a target."""

from __future__ import annotations

import math
from collections.abc import Iterable

import pandas as pd

from ictplan_utils import catalog
from ictplan_utils.forecast.chances import Chance, Outlook, chance_next_year, chance_this_year, outlook
from ictplan_utils.observations import as_of, preferred, report_table, year_results
from ictplan_utils.periods import year

VERDICTS = ("met", "below", "maintained", "timid", "balanced", "ambitious", "unknown")
"""How a target stands against what was achieved; their words are messages, `narrative.targets.verdict.…`."""

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


def judge_targets(
    observations: pd.DataFrame,
    area: str,
    report: str,
    data_dir: str = "data",
    forecasts: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return one row an indicator of the form that has a target: what next year asks against what was achieved.

    Columns: `last_year`, `half`, `estimate` (officials'; in a report on a whole year what that year achieved, where
    it is stated), `target` in the indicator's unit; `achieved` (estimate
    on last year) and `asked` (target on estimate) in per cent, for a share in percentage points, positive
    where things get better; `verdict`, one of VERDICTS; from `forecasts` (of `forecast_year_end`) `point`, where
    this year will end, or did where it is over, and `chance` (0–1) that next year reaches the target, NaN where
    `no_chance`, a key of messages, says why; `usual`, the mean growth a year since the year `since`, the first that
    is known, NaN where that is no two years ago. Keyed by `indicator`, in the form's order.
    """
    table = report_table(observations, area, report)
    form = catalog.indicators(data_dir)
    rows = table[table["target"].notna() & table.index.isin(form.index[form["form_number"] != ""])]
    rows = rows.reindex([slug for slug in form.index if slug in rows.index])
    over = not report.endswith("-S1")
    if over:
        came = year_results(as_of(observations, report), area, year(report), data_dir).reindex(rows.index)
        rows = rows.assign(half=came, estimate=came.fillna(rows["estimate"]))
    entries = [catalog.indicator(slug, data_dir) for slug in rows.index]
    judged = rows.assign(
        achieved=[_growth(r.estimate, r.last_year, e) for r, e in zip(rows.itertuples(), entries, strict=True)],
        asked=[_growth(r.target, r.estimate, e) for r, e in zip(rows.itertuples(), entries, strict=True)],
    )
    verdicts = [_verdict(row, entry) for row, entry in zip(judged.itertuples(), entries, strict=True)]
    likely = _known_ends(rows, entries) if over else _outlooks(forecasts, area)
    chances = [chance_next_year(likely.get(e.indicator), t, e) for t, e in zip(judged["target"], entries, strict=True)]
    judged = judged.assign(verdict=verdicts, **_columns(judged.index, likely, chances))
    judged = judged.assign(**_usual(as_of(observations, report), area, year(report), judged["estimate"], entries))
    columns = ["last_year", "half", "estimate", "target", "achieved", "asked", "verdict"]
    return judged[[*columns, "point", "chance", "no_chance", "usual", "since"]]


def this_years_targets(
    observations: pd.DataFrame, area: str, report: str, forecasts: pd.DataFrame, data_dir: str = "data"
) -> pd.DataFrame:
    """Return one row an indicator that had a target for the year `report` lies in, as known in `report`.

    Columns: `target` (in the indicator's unit), `point` (our forecast of the year's end, NaN where there is none),
    `chance` (0–1) that the year ends at the target or better, and `no_chance` as in `judge_targets`. Keyed by
    `indicator`, in the catalogue's order.
    """
    known = preferred(as_of(observations[observations["area"] == area], report))
    known = known[(known["period"] == str(year(report))) & (known["status"] == "target")].set_index("indicator")
    slugs = [slug for slug in catalog.indicators(data_dir).index if slug in known.index]
    targets, likely = known["value"].reindex(slugs), _outlooks(forecasts, area)
    entries = [catalog.indicator(slug, data_dir) for slug in slugs]
    chances = [chance_this_year(likely.get(e.indicator), t, e) for t, e in zip(targets, entries, strict=True)]
    columns = {"target": targets.to_numpy(), **_columns(slugs, likely, chances)}
    return pd.DataFrame(columns, index=pd.Index(slugs, name="indicator"))


def fulfilment(observations: pd.DataFrame, area: str, year: int, data_dir: str = "data") -> pd.DataFrame:
    """Return one row an indicator that had a target for `year`: what was planned, what came.

    Columns, in the indicator's unit: `last_year`, `target`, `actual` (the year's; where only its halves are stated, a
    flow's sum, another kind's end); `pct_of_target` (actual / target), `growth_pct` on last year (a share: points);
    `shortfall`, how far the target was missed in per cent of it (negative: exceeded); `verdict` met, exceeded, missed,
    reached (told without a verdict: neither way is better), unknown (no result). Keyed by `indicator`, in the
    catalogue's order.
    """
    own = preferred(observations[observations["area"] == area])
    figures = own.pivot_table(index="indicator", columns=["period", "status"], values="value", aggfunc="first")

    def column(period: str, status: str) -> pd.Series:
        empty = pd.Series(math.nan, index=figures.index)
        return figures.get((period, status), empty)

    rows = pd.DataFrame(
        {
            "last_year": column(str(year - 1), "actual"),
            "target": column(str(year), "target"),
            "actual": year_results(own, area, year, data_dir).reindex(figures.index),
        }
    )
    order = [slug for slug in catalog.indicators(data_dir).index if slug in rows.index]
    rows = rows.loc[order].dropna(subset="target")
    entries = [catalog.indicator(slug, data_dir) for slug in rows.index]
    better = [-1.0 if entry.direction == "lower" else 1.0 for entry in entries]
    short = 100 * (rows["target"] - rows["actual"]) / rows["target"].abs().where(rows["target"] != 0) * better
    return rows.assign(
        pct_of_target=100 * rows["actual"] / rows["target"].where(rows["target"] != 0),
        growth_pct=[_growth(r.actual, r.last_year, e) for r, e in zip(rows.itertuples(), entries, strict=True)],
        shortfall=short,
        verdict=[_result(r.actual, r.target, e) for r, e in zip(rows.itertuples(), entries, strict=True)],
    )


def fulfilment_by_year(observations: pd.DataFrame, area: str, data_dir: str = "data") -> pd.DataFrame:
    """Return one row a year with targets and results: `year`, `met`, `judged` (how many), oldest first."""
    planned = observations.loc[(observations["area"] == area) & (observations["status"] == "target"), "period"]
    rows = []
    for each in sorted({int(period[:4]) for period in planned}):
        verdicts = fulfilment(observations, area, each, data_dir)["verdict"]
        judged = verdicts[verdicts.isin(["met", "exceeded", "missed"])]
        if len(judged):
            rows.append((each, int((judged != "missed").sum()), len(judged)))
    return pd.DataFrame(rows, columns=["year", "met", "judged"])


def _result(actual: float, target: float, entry: catalog.Indicator) -> str:
    """Return the verdict of one target, compared in the decimals it is stated in."""
    if pd.isna(actual):
        return "unknown"
    if entry.direction == "none":
        return "reached"
    beyond = (actual - target) * (-1.0 if entry.direction == "lower" else 1.0)
    if abs(beyond) < 0.5 * 10.0 ** -max(entry.decimals, 1):
        return "met"
    return "exceeded" if beyond > 0 else "missed"


def _outlooks(forecasts: pd.DataFrame | None, area: str) -> dict[str, Outlook]:
    """Return the outlook of each indicator of an area that is forecast."""
    if forecasts is None or forecasts.empty:
        return {}
    rows = forecasts[(forecasts["area"] == area) & forecasts["point"].notna()]
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


def _columns(slugs: Iterable[str], likely: dict[str, Outlook], chances: list[Chance]) -> dict[str, list]:
    return {
        "point": [likely[slug].point if slug in likely else math.nan for slug in slugs],
        "chance": [each.value for each in chances],
        "no_chance": [each.why for each in chances],
    }


def _usual(
    observations: pd.DataFrame, area: str, this: int, ends: pd.Series, entries: list[catalog.Indicator]
) -> dict[str, list[float]]:
    """Return the mean growth a year up to `ends`, this year's, and the year it begins with, as `judge_targets` does."""
    own = observations[(observations["area"] == area) & (observations["status"] == "actual")]
    whole = preferred(own[~own["period"].str.contains("-")])
    found: dict[str, list[float]] = {"usual": [], "since": []}
    for entry, end in zip(entries, ends, strict=True):
        past = whole[whole["indicator"] == entry.indicator].set_index("period")["value"]
        first = min((int(period) for period in past.index), default=this)
        years, start = this - first, past.get(str(first), math.nan)
        if entry.kind == "share":
            usual = _growth(end, start, entry) / years if years >= 2 else math.nan
        else:
            grown = years >= 2 and start > 0 and end > 0
            usual = _growth(start * (end / start) ** (1 / years), start, entry) if grown else math.nan
        found["usual"].append(usual)
        found["since"].append(float(first) if usual == usual else math.nan)
    return found


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
