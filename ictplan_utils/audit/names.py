"""What the audit asks of the catalogue's indicators: names, kinds, units and limits, each by the indicator."""

from __future__ import annotations

import functools
import math
from pathlib import Path

from ictplan_utils import catalog
from ictplan_utils.audit.sentences import NOTHING, Both, say
from ictplan_utils.vietnamese import fold

NOT_COUNTED = ("Triệu đồng", "Giờ", "GB")
"""Units of amounts, which are rounded, where all other whole numbers are counts, which are exact."""
HOURS_A_DAY = 24


class Names:
    """The catalogue's indicators: short names in both languages, `kind`, `direction`, limits; `counted` exactly."""

    def __init__(self, entries) -> None:
        self.entries = entries
        self.short = {slug: Both(*pair) for slug, *pair in entries[["short_vi", "short_en"]].itertuples()}
        self.unit = {slug: Both(*pair) for slug, *pair in entries[["unit_vi", "unit_en"]].itertuples()}
        self.kind, self.direction = entries["kind"].to_dict(), entries["direction"].to_dict()
        self.least = entries["minimum"].fillna(-math.inf).to_dict()
        self.most = entries["maximum"].fillna(math.inf).to_dict()
        # Hours a day are called a flow, but do not add up through the year.
        self.adds_up = {slug: kind == "flow" and self.most[slug] != HOURS_A_DAY for slug, kind in self.kind.items()}
        self.summed = (entries["aggregation"] == "sum").to_dict()
        self.whole = (entries["decimals"] == 0).to_dict()
        self.counted = {
            slug: kind in ("stock", "flow") and self.whole[slug] and self.unit[slug].vi not in NOT_COUNTED
            for slug, kind in self.kind.items()
        }

    @functools.cached_property
    def shared(self) -> frozenset[str]:
        """The counts that shares are of, each over all there are: "9/16 xã có đài"."""
        formulas = self.entries.loc[self.entries["kind"] == "share", "formula"]
        return frozenset(catalog.formula_terms(each)[1][0] for each in formulas if each)

    @functools.cached_property
    def by_name(self) -> dict[str, str]:
        """Folded name → indicator."""
        columns = zip(*(self.entries[column] for column in ("name_vi", "short_vi", "variants")), strict=True)
        rows = zip(self.entries.index, columns, strict=True)
        return {fold(name): slug for slug, row in rows for names in row for name in names.split(";") if name}

    def __getitem__(self, slug: str) -> Both:
        if ":" in slug:  # a quantity of its own, which nothing stores
            return say("latent.unstored")
        return self.short.get(slug) or (say(f"latent.{slug.partition('/')[0]}") if slug else NOTHING)


def names_of(data_dir: str | Path) -> Names:
    """Return what is asked of a data directory's indicators."""
    return _names(catalog.signature(catalog.data_path(data_dir) / "indicators.csv"))


@functools.lru_cache(maxsize=8)
def _names(indicators: tuple) -> Names:
    return Names(catalog.indicators(Path(indicators[0]).parent))
