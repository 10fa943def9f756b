"""The areas inside one area side by side: who is ahead, since when, who moves, and which figure is worth a call."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ictplan_utils import catalog
from ictplan_utils.observations import load, reporting_areas, reports
from ictplan_utils.rollup.figures import SLOTS, Figures, figures, matched
from ictplan_utils.rollup.totals import reporting, totals_of
from ictplan_utils.rollup.units import level_name, units

FEWEST_AREAS = 3
"""With two areas every z-score is ±1: they can be told apart, not compared with a middle."""
FEWEST_INDICATORS = 5
"""An area that states fewer is not ranked: one good share would put it on top."""
RESAMPLES = 400
INTERVAL = (10, 90)
"""The ranks between which an area lies in 80% of the resamples."""
FAR = 3.5
"""Robust z-score from which a figure is called an outlier (Iglewicz and Hoaglin, 1993)."""
LEAST_SPREAD = 0.05
"""Areas that all lie within 5% of their middle hold no outlier, however alike the others are."""
COMMON = 0.1
"""What more than a tenth of the areas do is no slip of one of them."""
FEW = 10
"""Less than ten of the last printed place grows by leaps; its growth, and a rate's by such a count, is not told."""
MANY_AREAS = 500
"""Above so many areas only this report and the one a year before are loaded: a nation's history takes a minute."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """Everything the comparison says, computed once. Frames are keyed by area (rows) and indicator (columns).

    `half`, `base`: figures as stated, or rolled up of the area's own parts; `growth`: per cent, of a share in
    points. `level`: what can be compared between large and small: shares and rates as they are, counts and flows
    for a thousand people. `z`: standard scores of `level` within the parent, positive is better.
    `ranking`: score, rank, low, high, indicators. `ranks`: rank of each area in each report. `sent`: see
    rollup.reporting. `totals`: see rollup.roll_up; `matched`: the same of areas that state both half and base.
    """

    parent: str
    report: str
    half: pd.DataFrame
    base: pd.DataFrame
    growth: pd.DataFrame
    level: pd.DataFrame
    z: pd.DataFrame
    ranking: pd.DataFrame
    ranks: pd.DataFrame
    sent: pd.DataFrame
    totals: pd.DataFrame
    matched: pd.DataFrame
    data_dir: str | Path

    @property
    def areas(self) -> list[str]:
        """All areas directly below the parent, whether they report or not."""
        return list(self.sent.index)

    @property
    def present(self) -> list[str]:
        """The areas that have any figure of this report's period."""
        return list(self.half.index[self.half.notna().any(axis=1)])

    def name(self, area: str, lang: str = "vi") -> str:
        entry = catalog.area(area, self.data_dir)
        return entry.name if lang == "vi" else entry.name_en

    def noun(self, lang: str = "vi") -> str:
        return level_name(self.areas, self.data_dir, lang)


def compare(parent: str | int, report: str | int, data_dir: str | Path = "data") -> Comparison:
    """Return the comparison of the areas below `parent`, from the reports that are stored.

    Raises IctplanError for an unknown parent; with few areas or none that report, the frames are emptier.
    """
    # A parameter that papermill took for a number is a name all the same.
    report = str(report)
    parent = catalog.find_area(parent, data_dir, period=report).area
    observations = load_below(parent, report, data_dir)
    return comparison(observations, parent, report, data_dir)


def load_below(parent: str, report: str, data_dir: str | Path = "data") -> pd.DataFrame:
    """Return what the parent and the areas below it stated, corrected; without any report an empty table."""
    catalog.area(parent, data_dir)
    inside = {parent, *catalog.descendants(parent, data_dir)}
    names = [area for area in reporting_areas(data_dir) if area in inside]
    if not names:
        return load(reporting_areas(data_dir)[:1] or None, data_dir=data_dir).iloc[:0]
    if len(names) <= MANY_AREAS:
        return load(names, corrected=True, data_dir=data_dir)
    wanted = (report, f"{int(report[:4]) - 1}{report[4:]}")
    parts = []
    for each in wanted:
        have = [area for area in names if each in reports(area, data_dir)]
        parts.append(load(have, each, corrected=True, data_dir=data_dir))
    return pd.concat(parts, ignore_index=True)


def comparison(observations: pd.DataFrame, parent: str, report: str, data_dir: str | Path = "data") -> Comparison:
    """Return the same from observations that are loaded."""
    block = figures(observations, report, data_dir)
    areas, form = units(parent, report, data_dir), catalog.form(data_dir)
    inside = totals_of(block)
    half = _slot(block, inside, areas, list(form), "half")
    both = matched(block)
    grown = totals_of(both)
    base, now = (_slot(both, grown, areas, list(form), slot) for slot in ("same_half", "half"))
    level, z = _levels(half, _people(block, inside, areas), form)
    ranking = _ranking(z)
    return Comparison(
        parent, report, half, base, _growth(now, base, form), level, z, ranking,
        _past(observations, parent, report, ranking, data_dir),
        reporting(observations, parent, report, data_dir), totals_of(block, [parent]),
        totals_of(both, [parent]), data_dir,
    )  # fmt: skip


def _slot(block: Figures, inside: pd.DataFrame, areas: list[str], form: list[str], slot: str) -> pd.DataFrame:
    """Return one figure of every area and indicator: stated, else rolled up from the area's own parts."""
    column = SLOTS.index(slot)
    rows, places = block.areas.index.get_indexer(areas), block.indicators.index.get_indexer(form)
    own = pd.DataFrame(block.value[np.ix_(rows, places, [column])][:, :, 0], index=areas, columns=form)
    parts = inside[(inside["slot"] == slot) & inside["area"].isin(areas) & inside["indicator"].isin(form)]
    if parts.empty:
        return own
    return own.where(own.notna(), parts.pivot(index="area", columns="indicator", values="value").reindex_like(own))


def _people(block: Figures, inside: pd.DataFrame, areas: list[str]) -> pd.Series:
    own = pd.Series(block.people, index=block.areas.index).reindex(areas)
    rows = inside[(inside["indicator"] == "population") & (inside["slot"] == "half")]
    return own.fillna(rows.set_index("area")["value"])


def _levels(half: pd.DataFrame, people: pd.Series, form: dict) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what can be compared, and its standard scores with the better side up."""
    level = pd.DataFrame(np.nan, index=half.index, columns=half.columns)
    numerators = {
        catalog.formula_terms(entry.formula)[1][0] for entry in form.values()
        if entry.kind == "share" and "/" in entry.formula
    }  # fmt: skip
    for slug, entry in form.items():
        if entry.direction == "none" or slug in numerators:
            continue
        whole = entry.kind in ("stock", "flow") and entry.aggregation == "sum" and entry.maximum is None
        level[slug] = half[slug] / people * 1000 if whole else half[slug]
    level = level.dropna(axis=1, how="all")
    signs = pd.Series({slug: -1.0 if form[slug].direction == "lower" else 1.0 for slug in level.columns})
    enough = level.notna().sum() >= FEWEST_AREAS
    spread = level.std(ddof=0)
    flat = spread <= 1e-9 * level.abs().max()
    z = (level - level.mean()) / spread.mask(flat | ~enough) * signs
    return level, z.dropna(axis=1, how="all")


def _ranking(z: pd.DataFrame) -> pd.DataFrame:
    """Return score (mean of an area's standard scores), rank, and the ranks it may as well have.

    The interval holds 80% of the ranks an area gets when the indicators are drawn anew with replacement: how far
    the order hangs on which indicators one happens to count. Columns: score, rank, low, high, indicators.
    """
    known = z.notna().sum(axis=1)
    z = z[known >= FEWEST_INDICATORS] if len(z.columns) else z.iloc[:0]
    columns = ["score", "rank", "low", "high", "indicators"]
    if len(z) < FEWEST_AREAS:
        return pd.DataFrame(columns=columns, dtype=float)
    scores, known = z.to_numpy(), z.notna().to_numpy().astype(float)
    filled = np.where(known > 0, scores, 0.0)
    draws = np.random.default_rng(0).multinomial(z.shape[1], np.full(z.shape[1], 1 / z.shape[1]), RESAMPLES)
    counted = known @ draws.T
    drawn = np.where(counted > 0, filled @ draws.T / np.maximum(counted, 1), -np.inf)
    ranks = (-drawn).argsort(axis=0, kind="stable").argsort(axis=0, kind="stable") + 1
    low, high = np.percentile(ranks, INTERVAL, axis=1)
    table = pd.DataFrame({"score": z.mean(axis=1), "low": np.floor(low), "high": np.ceil(high)}, index=z.index)
    table["rank"] = table["score"].rank(ascending=False, method="min")
    table["low"], table["high"] = table[["low", "rank"]].min(axis=1), table[["high", "rank"]].max(axis=1)
    table["indicators"] = z.notna().sum(axis=1)
    return table[columns].sort_values("rank", kind="stable")


def _past(
    observations: pd.DataFrame, parent: str, report: str, now: pd.DataFrame, data_dir: str | Path
) -> pd.DataFrame:
    """Return the rank of each area (columns) in each report of the same part of the year (rows, oldest first)."""
    form = catalog.form(data_dir)
    rows = {}
    for each in sorted(name for name in observations["report"].unique() if name[4:] == report[4:] and name < report):
        block = figures(observations, each, data_dir)
        areas, inside = units(parent, each, data_dir), totals_of(block)
        half = _slot(block, inside, areas, list(form), "half")
        rows[each] = _ranking(_levels(half, _people(block, inside, areas), form)[1])["rank"]
    return pd.DataFrame({**rows, report: now["rank"]}).T


def _growth(half: pd.DataFrame, base: pd.DataFrame, form: dict) -> pd.DataFrame:
    growth = 100 * (half / base.where(base > 0) - 1)
    shares = [slug for slug, entry in form.items() if entry.kind == "share"]
    growth[shares] = half[shares] - base[shares]
    for slug, entry in form.items():
        if entry.kind == "share":
            continue
        growth.loc[base[slug] < FEW * 10.0**-entry.decimals, slug] = np.nan
        if "/" in entry.formula and (counted := catalog.formula_terms(entry.formula)[1][1]) in base:
            growth.loc[base[counted] < FEW, slug] = np.nan
    return growth.dropna(axis=1, how="all")


def since(ranks: pd.DataFrame, area: str, ahead: bool) -> str:
    """Return the report since which an area has been, without a break, among the first (last) quarter; "" for not."""
    found = ""
    for report in reversed(ranks.index):
        row = ranks.loc[report].dropna()
        quarter = max(1, math.ceil(len(row) / 4))
        place = row.get(area, np.nan)
        if not (place <= quarter if ahead else place > len(row) - quarter):
            break
        found = report
    return found


def robust_z(values: pd.DataFrame) -> pd.DataFrame:
    """Return each column's distances from its median, in robust standard deviations (1.4826 × MAD).

    A column with fewer than FEWEST_AREAS + 2 figures, or whose figures lie within LEAST_SPREAD of their median,
    has none.
    """
    middle = values.median()
    spread = 1.4826 * (values - middle).abs().median()
    spread = pd.concat([spread, LEAST_SPREAD * middle.abs()], axis=1).max(axis=1)
    enough = (values.notna().sum() >= FEWEST_AREAS + 2) & (spread > 0)
    return (values - middle) / spread.where(enough)


def outliers(found: Comparison) -> pd.DataFrame:
    """Return the figures that stand far from all others, farthest first: worth a call before anyone builds on them.

    Columns: area, indicator, what (`level` or `growth`), value, median, z. Positive levels are held against each
    other as ratios, so that a slipped decimal shows on either side.
    """
    positive = found.level.where(found.level > 0)
    ratio = ~found.level.columns.isin([s for s, e in catalog.form(found.data_dir).items() if e.kind == "share"])
    scaled = found.level.copy()
    scaled.loc[:, ratio] = np.log(positive.loc[:, ratio])
    # The spread of logarithms is a ratio already: compare it with a middle of 1, whatever the unit.
    scores = robust_z(scaled.sub(scaled.median()).add(1).where(scaled.notna()))
    tables = []
    for what, values, z in (("level", found.level, scores), ("growth", found.growth, _growth_z(found.growth))):
        far = z.stack().rename("z")
        far = far[far.abs() >= FAR].reset_index().set_axis(["area", "indicator", "z"], axis=1)
        middle = values.median()
        far["what"], far["median"] = what, far["indicator"].map(middle)
        far["value"] = [values.at[a, i] for a, i in zip(far["area"], far["indicator"], strict=True)]
        tables.append(far)
    rows = pd.concat(tables, ignore_index=True)
    rows = rows.sort_values("z", key=np.abs, ascending=False, kind="stable")
    rows = rows.drop_duplicates(["area", "indicator"])
    alike = rows.groupby(["indicator", "what"])["area"].transform("size")
    rows = rows[alike <= max(1, COMMON * len(found.present))]
    return rows[["area", "indicator", "what", "value", "median", "z"]].reset_index(drop=True)


LEAST_GROWTH = 5.0
"""Growth that differs by less than five points (per cent, or of a share) is no outlier, however alike the others."""


def _growth_z(growth: pd.DataFrame) -> pd.DataFrame:
    middle = growth.median()
    spread = (1.4826 * (growth - middle).abs().median()).clip(lower=LEAST_GROWTH)
    return (growth - middle) / spread.where(growth.notna().sum() >= FEWEST_AREAS + 2)


def movers(found: Comparison, most: int = 5) -> pd.DataFrame:
    """Return the areas that moved most against the others' middle, better and worse, once an indicator.

    Outliers are left out: they are asked about first.

    Columns: area, indicator, base, half, growth, median, gain (growth above the median, positive is better).
    """
    form = catalog.form(found.data_dir)
    growth = found.growth[[slug for slug in found.growth.columns if form[slug].direction != "none"]]
    growth = growth.loc[:, growth.notna().sum() >= 2]
    columns = ["area", "indicator", "base", "half", "growth", "median", "gain"]
    if growth.empty:
        return pd.DataFrame(columns=columns)
    signs = pd.Series({slug: -1.0 if form[slug].direction == "lower" else 1.0 for slug in growth.columns})
    spread = (1.4826 * (growth - growth.median()).abs().median()).clip(lower=LEAST_GROWTH / 2)
    gains = ((growth - growth.median()) / spread * signs).stack()
    doubtful = pd.MultiIndex.from_frame(outliers(found)[["area", "indicator"]])
    gains = gains[~gains.index.isin(doubtful)]
    best, worst = (side.groupby(level=1).head(1).head(most) for side in (
        gains[gains > 0.5].sort_values(ascending=False, kind="stable"),
        gains[gains < -0.5].sort_values(kind="stable"),
    ))  # fmt: skip
    rows = [
        (area, slug, found.base.at[area, slug], found.half.at[area, slug], growth.at[area, slug],
         growth[slug].median(), gain)
        for (area, slug), gain in pd.concat([best, worst]).items()
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)
