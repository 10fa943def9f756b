"""What a total is likely to be once the areas that are late have reported: an interval from their last reports."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ictplan_utils.catalog import Indicator

FEWEST_RATIOS = 5
"""From fewer areas that state both dates nobody can tell how far an area's growth may differ from the others'."""
DRAWS = 2000
INTERVAL = (10, 90)
"""Per cent: the interval holds the total four times in five."""


def complete(half: pd.DataFrame, earlier: pd.DataFrame, form: Mapping[str, Indicator]) -> pd.DataFrame:
    """Return, by indicator that adds up, `low` and `high` of the total with the late areas, and how many it holds.

    Frames are areas × indicators: the period's figures, and what every area stated at one date before. A late area is
    taken to grow as one of those that have reported, which one is not known: its figure at that date times a ratio
    drawn from theirs, the ratios themselves drawn anew each time (the ratio estimator with a bootstrap; Särndal,
    Swensson and Wretman, 1992, ch. 7; Efron, 1979). No interval where fewer than FEWEST_RATIOS ratios are known.
    Columns: low, high, late (areas added), areas (held in all), missing (areas that stated it at neither date).
    """
    chance = np.random.default_rng(0)
    rows = {}
    for slug in [slug for slug in half.columns if form[slug].aggregation == "sum"]:
        late = earlier[slug][half[slug].isna()].dropna().to_numpy()
        ratios = (half[slug] / earlier[slug].where(earlier[slug] > 0)).dropna().to_numpy()
        if not len(late) or len(ratios) < FEWEST_RATIOS:
            continue
        pool = chance.choice(ratios, (DRAWS, len(ratios)))
        drawn = np.take_along_axis(pool, chance.integers(len(ratios), size=(DRAWS, len(late))), axis=1)
        low, high = half[slug].sum() + np.percentile(drawn @ late, INTERVAL)
        areas = int(half[slug].notna().sum()) + len(late)
        rows[slug] = (low, high, len(late), areas, len(half) - areas)
    found = pd.DataFrame.from_dict(rows, orient="index", columns=["low", "high", "late", "areas", "missing"])
    return found.rename_axis("indicator")
