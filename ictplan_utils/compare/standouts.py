"""Which areas stand out in a comparison: ahead and behind since when, figures worth a call, who moves."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from ictplan_utils.compare.comparison import FEWEST_AREAS, Comparison, better

FAR = 3.5
"""Robust z-score from which a figure is called an outlier (Iglewicz and Hoaglin, 1993)."""
LEAST_SPREAD = 0.05
"""Areas that all lie within 5% of their median hold no outlier, however alike the others are."""
COMMON = 0.1
"""What more than a tenth of the areas do is no slip of one of them."""
LEAST_GROWTH = 5.0
"""Growth that differs by less than five points (per cent, or of a share) is no outlier, however alike the others."""
SLIP = 0.5
"""Powers of ten: half of the way to ten times, or a tenth, as many."""
MOST_NAMED = 5
"""Areas named on each side: ahead and behind, moving up and down."""
MOVED = 0.5
"""A mover's growth lies so many robust standard deviations off the median, or more."""


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
    spread = pd.concat([_spread(values), LEAST_SPREAD * middle.abs()], axis=1).max(axis=1)
    enough = (values.notna().sum() >= FEWEST_AREAS + 2) & (spread > 0)
    return (values - middle) / spread.where(enough)


def _spread(values: pd.DataFrame) -> pd.Series:
    return 1.4826 * (values - values.median()).abs().median()


def outliers(found: Comparison) -> pd.DataFrame:
    """Return the figures that stand far from all others, farthest first: worth a call before anyone builds on them.

    Columns: area, indicator, what (`level` or `growth`), value, median, z. Positive levels are held against each
    other as ratios, so that a slipped decimal shows on either side.
    """
    ratio = [slug for slug in found.level.columns if found.form[slug].kind != "share"]
    scaled = found.level.copy()
    scaled[ratio] = np.log(found.level[ratio].where(found.level[ratio] > 0))
    # The spread of logarithms is a ratio already: compare it with a median of 1, whatever the unit.
    scores = robust_z(scaled.sub(scaled.median()).add(1).where(scaled.notna()))
    growth = (found.growth - found.growth.median()) / _spread(found.growth).clip(lower=LEAST_GROWTH).where(
        found.growth.notna().sum() >= FEWEST_AREAS + 2
    )
    rows = pd.concat([_far("level", found.level, scores), _far("growth", found.growth, growth)], ignore_index=True)
    rows = rows.sort_values("z", key=np.abs, ascending=False, kind="stable").drop_duplicates(["area", "indicator"])
    alike = rows.groupby(["indicator", "what"])["area"].transform("size")
    return rows[alike <= max(1, COMMON * len(found.present))].reset_index(drop=True)


def slipped(found: Comparison) -> pd.DataFrame:
    """Return those asked back that are nearer to ten times what is usual (of all areas, or of this one before), or to a
    tenth of it, than to it: a digit or a unit has slipped. A town's figure, which only differs, stays in the total.
    """
    rows, far = found.asked, []
    for row in rows.itertuples():
        now, usual = row.value, row.median
        if row.what == "growth":
            now, usual = (frame.at[row.area, row.indicator] for frame in (found.half, found.base))
        far.append(not (now > 0 and usual > 0) or abs(math.log10(now / usual)) >= SLIP)
    return rows[np.array(far, dtype=bool)]


def _far(what: str, values: pd.DataFrame, z: pd.DataFrame) -> pd.DataFrame:
    far = z.stack()
    far = far[far.abs() >= FAR]
    rows = [
        (area, slug, what, values.at[area, slug], values[slug].median(), score) for (area, slug), score in far.items()
    ]
    return pd.DataFrame(rows, columns=["area", "indicator", "what", "value", "median", "z"])


def movers(found: Comparison) -> pd.DataFrame:
    """Return the areas that moved most against the others' median, better and worse, once an indicator.

    All on one base: the date that most indicators are held against. Outliers are left out: they are asked about first.
    Columns: area, indicator, base, half, growth, median, gain (growth above the median, positive is better).
    """
    columns = ["area", "indicator", "base", "half", "growth", "median", "gain"]
    slugs = [slug for slug in found.growth.columns if found.form[slug].direction != "none"]
    if len(found.present) < FEWEST_AREAS or not slugs:
        return pd.DataFrame(columns=columns)
    growth = found.growth[[slug for slug in slugs if found.bases[slug] == common_base(found)]]
    spread = _spread(growth).clip(lower=LEAST_GROWTH / 2)
    gains = ((growth - growth.median()) / spread * better(growth, found.form)).stack()
    gains = gains[~gains.index.isin(pd.MultiIndex.from_frame(found.asked[["area", "indicator"]]))]
    best, worst = (
        side.sort_values(key=lambda gain: -gain.abs(), kind="stable").groupby(level=1).head(1).head(MOST_NAMED)
        for side in (gains[gains > MOVED], gains[gains < -MOVED])
    )
    rows = [
        (area, slug, found.base.at[area, slug], found.half.at[area, slug], growth.at[area, slug],
         growth[slug].median(), gain)
        for (area, slug), gain in pd.concat([best, worst]).items()
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def common_base(found: Comparison) -> str:
    """Return the date that most indicators with a growth are held against: `same_half` or `last_year`."""
    held = found.bases.reindex(found.growth.columns).value_counts()
    return str(held.index[0]) if len(held) else "same_half"
