"""The areas inside one area side by side, worked out once: levels, ranks, growth, totals, who has reported."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ictplan_utils import catalog, messages
from ictplan_utils.catalog import Area, Indicator
from ictplan_utils.narrative.movements import FEW
from ictplan_utils.observations import SLOTS, load, preferred, reporting_areas, reports
from ictplan_utils.periods import in_order, order, period_name, year
from ictplan_utils.reports import of as report_of
from ictplan_utils.rollup import (
    FEWEST_RATIOS,
    Figures,
    complete,
    figures,
    level_name,
    matched,
    reporting,
    same_base,
    side_by_side,
    totals_of,
    units,
    without,
)

if TYPE_CHECKING:
    from ictplan_utils.compare.standing import Standing

FEWEST_AREAS = 3
"""With two areas every z-score is ±1: they can be told apart, not compared with a median."""
FEWEST_INDICATORS = 5
"""An area that states fewer is not ranked: one good share would put it on top."""
RESAMPLES = 400
INTERVAL = (10, 90)
"""The ranks between which an area lies in 80% of the resamples."""
MANY_AREAS = 500
"""Above so many areas only this report and the one a year before are loaded: a nation's history takes a minute."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """One parent's areas in one period, in one language. Each table is worked out when first asked for, and kept.

    `observations`: what the parent and the areas below it stated, corrected. Frames are keyed by area (rows) and
    indicator (columns).
    """

    parent: Area
    period: str
    observations: pd.DataFrame
    lang: str = "vi"
    folder: Path = Path("data")

    def say(self, key: str, **values: object) -> str:
        """Return the message `room.key` in the comparison's language, its placeholders filled."""
        return messages.text(key, self.lang, **values)

    @property
    def when(self) -> str:
        """The period in words, as inside a sentence."""
        return period_name(self.period, self.lang)

    @property
    def noun(self) -> str:
        """What the areas are called together: `huyện`, `xã`."""
        return level_name(self.areas, self.folder, self.lang)

    @property
    def index(self) -> str:
        """What the page is called that leads to an area's reports."""
        return f"{messages.page_name('index', self.lang)}.html"

    def name(self, area: str) -> str:
        """Return what an area is called beside the others, with its rank where that is not what most are."""
        return self._names[area]

    @cached_property
    def _names(self) -> dict[str, str]:
        return side_by_side(self.areas, self.folder, self.lang)

    @cached_property
    def form(self) -> dict[str, Indicator]:
        """The indicators that are compared, by slug."""
        return catalog.form(self.folder)

    @cached_property
    def areas(self) -> list[str]:
        """All areas directly below the parent in the period, whether they report or not."""
        return units(self.parent.area, self.period, self.folder)

    @cached_property
    def present(self) -> list[str]:
        """The areas that have any figure of this report's period."""
        return list(self.half.index[self.half.notna().any(axis=1)])

    @cached_property
    def block(self) -> Figures:
        """All figures of the period, see `rollup.figures`."""
        return figures(self.observations, self.period, self.folder)

    @cached_property
    def _stated(self) -> _Stated:
        return _Stated(self.block, self.areas, list(self.form))

    @cached_property
    def _both(self) -> _Stated:
        return _Stated(matched(self.block, self.areas), self.areas, list(self.form))

    @cached_property
    def half(self) -> pd.DataFrame:
        """The period's figures, as stated, else rolled up of an area's own parts."""
        return self._stated.slot("half")

    @cached_property
    def base(self) -> pd.DataFrame:
        """What the figures of areas that state both are held against: of one indicator one date for all."""
        return self._both.slot("same_half")

    @cached_property
    def bases(self) -> pd.Series:
        """Which date that is, by indicator: `same_half` or `last_year`."""
        return same_base(self.block, self.areas)

    @cached_property
    def growth(self) -> pd.DataFrame:
        """Growth on `base` in per cent, of a share in points."""
        return _growth(self._both.slot("half"), self.base, self.form)

    @cached_property
    def level(self) -> pd.DataFrame:
        """What large and small can be compared by: shares and rates as they are, counts and flows per 1,000 people."""
        return _levels(self.half, self._stated.people, self.form)

    @cached_property
    def asked(self) -> pd.DataFrame:
        """The figures that are asked back before anyone builds on them, see `standouts.outliers`."""
        from ictplan_utils.compare.standouts import outliers

        return outliers(self)

    @cached_property
    def z(self) -> pd.DataFrame:
        """Standard scores of `level` within the parent, without what is `asked` back; positive is better."""
        return _scores(_sure(self.level, self.asked), self.form)

    @cached_property
    def slipped(self) -> pd.DataFrame:
        """Those of them that no total holds, see `standouts.slipped`."""
        from ictplan_utils.compare.standouts import slipped

        return slipped(self)

    def _sums(self, block: Figures) -> pd.DataFrame:
        """Return the parent's totals without what has `slipped`, in an area or in what is inside it."""
        inside = {area: [area, *catalog.descendants(area, self.folder)] for area in set(self.slipped["area"])}
        pairs = [(each, row.indicator) for row in self.slipped.itertuples() for each in inside[row.area]]
        return totals_of(without(block, [area for area, _ in pairs], [slug for _, slug in pairs]), [self.parent.area])

    @cached_property
    def ranking(self) -> pd.DataFrame:
        """The areas in order, first the best; columns score, rank, low, high, indicators. See `rank`."""
        return rank(self.z)

    @cached_property
    def ranks(self) -> pd.DataFrame:
        """The rank of each area (columns) in each report of the same part of the year (rows, oldest first)."""
        part = self.period[4:]
        past = [each for each in self.observations["report"].unique()
                if each[4:] == part and order(each) < order(self.period)]  # fmt: skip
        found = {each: self._at(each).ranking["rank"] for each in in_order(past)}
        return pd.DataFrame({**found, self.period: self.ranking["rank"]}).T

    def _at(self, period: str) -> Comparison:
        return Comparison(self.parent, period, self.observations, self.lang, self.folder)

    @cached_property
    def sent(self) -> pd.DataFrame:
        """Which areas have reported, see `rollup.reporting`."""
        return reporting(self.observations, self.parent.area, self.period, self.folder)

    @cached_property
    def standings(self) -> list[Standing]:
        """Where each area stands with its report, see `standing.standings`."""
        from ictplan_utils.compare.standing import standings

        return standings(self)

    @cached_property
    def faults(self) -> list[str]:
        """The errors of the parent's own paper of the period, see `standing.faults`."""
        from ictplan_utils.compare.standing import faults

        return faults(self)

    @cached_property
    def totals(self) -> pd.DataFrame:
        """The parent's totals without what has `slipped`, see `rollup.roll_up`."""
        return self._sums(self.block)

    @cached_property
    def stated_totals(self) -> pd.DataFrame:
        """The period's totals with all that is stated, keyed by indicator."""
        totals = totals_of(self.block, [self.parent.area])
        return totals[totals["slot"] == "half"].set_index("indicator")

    @cached_property
    def period_totals(self) -> pd.DataFrame:
        """Those of the period's figures, keyed by indicator, without the value of those of a few of many areas.

        From so few nobody can tell what the others add (rollup.late), so that their sum is no total.
        """
        half, stated = self.totals[self.totals["slot"] == "half"].set_index("indicator"), self.stated_totals
        few = (stated["covered"] < stated["units"]) & (stated["covered"] < FEWEST_RATIOS)
        return half.assign(value=half["value"].mask(few), reason=half["reason"].mask(few, "silent"))

    @cached_property
    def matched(self) -> pd.DataFrame:
        """The same of the areas that state both a figure and its base (in the slot `same_half`)."""
        return self._sums(self._both.block)

    def total_growth(self, slug: str) -> float:
        """Return the growth of the areas that state both dates, per cent or points; NaN where there is none."""
        rows = self.matched[self.matched["indicator"] == slug].set_index("slot")["value"]
        now, before = rows["half"], rows["same_half"]
        return self.form[slug].growth(now, before) if before > 0 else np.nan

    @cached_property
    def own(self) -> pd.Series:
        """What the parent's own paper states of the period; keyed by indicator, those of the form."""
        rows = self.observations
        rows = rows[(rows["area"] == self.parent.area) & (rows["report"] == self.period)]
        rows = preferred(rows[(rows["period"] == self.period) & (rows["status"] == "actual")])
        return rows[rows["indicator"].isin(list(self.form))].set_index("indicator")["value"]

    @cached_property
    def complete(self) -> pd.DataFrame:
        """What the totals are likely to be once the late areas report, see `rollup.complete`; keyed by indicator.

        Each is held against the date that more of the late areas stated: the same period last year, or last year.
        """
        late, slots = self.half.isna(), {name: self._stated.slot(name) for name in ("same_half", "last_year")}
        dates = {slug: max(slots, key=lambda name: slots[name][slug][late[slug]].count()) for slug in self.form}
        earlier = pd.DataFrame({slug: slots[name][slug] for slug, name in dates.items()}, index=self.half.index)
        return complete(_sure(self.half, self.slipped), _sure(earlier, self.slipped), self.form)


def of(parent: str | int = "", period: str | int = "", lang: str = "vi", data_dir: str | Path = "data") -> Comparison:
    """Return the comparison of the areas below `parent`, from the reports that are stored.

    Where none is named: below the one that holds the area that reported last, on its last report.
    Raises IctplanError for an unknown parent or language; with few areas or none that report, the frames are emptier.
    """
    # A parameter that papermill took for a number is a name all the same.
    period, folder = str(period), catalog.data_path(data_dir)
    if lang not in messages.LANGUAGES:
        raise messages.error("reports.language", language=lang, languages=", ".join(messages.LANGUAGES))
    if "" in (parent, period):
        latest = report_of("", period, lang, folder)
        parent, period = parent or latest.area.parent, period or latest.stored
    place = catalog.area(parent, folder, period=period)
    return Comparison(place, period, _load_below(place.area, period, folder), lang, folder)


def _load_below(parent: str, period: str, folder: Path) -> pd.DataFrame:
    """Return what the parent and the areas below it stated, corrected; without any report an empty table."""
    inside = {parent, *catalog.descendants(parent, folder)}
    names = [area for area in reporting_areas(folder) if area in inside and reports(area, folder)]
    if not names:
        return load(reporting_areas(folder)[:1] or None, data_dir=folder).iloc[:0]
    if len(names) <= MANY_AREAS:
        return load(names, corrected=True, data_dir=folder)
    wanted = (period, f"{year(period) - 1}{period[4:]}")
    have = {each: [area for area in names if each in reports(area, folder)] for each in wanted}
    parts = [load(areas, each, corrected=True, data_dir=folder) for each, areas in have.items() if areas]
    return pd.concat(parts, ignore_index=True)


@dataclass(frozen=True, eq=False)
class _Stated:
    """A block of figures as a comparison reads it: an area's own figure, else the total of the area's parts."""

    block: Figures
    areas: list[str]
    form: list[str]

    @cached_property
    def _inside(self) -> pd.DataFrame:
        parts = totals_of(self.block)
        return parts[parts["area"].isin(self.areas)]

    def slot(self, slot: str) -> pd.DataFrame:
        """Return one figure of every area (rows) and indicator (columns)."""
        rows, places = (
            self.block.areas.index.get_indexer(self.areas),
            self.block.indicators.index.get_indexer(self.form),
        )
        own = pd.DataFrame(self.block.value[np.ix_(rows, places, [SLOTS.index(slot)])][:, :, 0],
                           index=pd.Index(self.areas, name="area"), columns=self.form)  # fmt: skip
        parts = self._inside[(self._inside["slot"] == slot) & self._inside["indicator"].isin(self.form)]
        if parts.empty:
            return own
        return own.where(own.notna(), parts.pivot(index="area", columns="indicator", values="value").reindex_like(own))

    @property
    def people(self) -> pd.Series:
        """Each area's latest population."""
        own = pd.Series(self.block.people, index=self.block.areas.index).reindex(self.areas)
        rows = self._inside[(self._inside["indicator"] == "population") & (self._inside["slot"] == "half")]
        return own.fillna(rows.set_index("area")["value"])


def by_people(entry: Indicator) -> bool:
    """Tell whether an indicator is compared per 1,000 people: a count or a flow that grows with the area."""
    return entry.kind in ("stock", "flow") and entry.aggregation == "sum" and entry.maximum is None


def _levels(half: pd.DataFrame, people: pd.Series, form: dict[str, Indicator]) -> pd.DataFrame:
    numerators = {catalog.formula_terms(entry.formula)[1][0] for entry in form.values()
                  if entry.kind == "share" and "/" in entry.formula}  # fmt: skip
    level = {
        slug: half[slug] / people * 1000 if by_people(entry) else half[slug]
        for slug, entry in form.items()
        if entry.direction != "none" and slug not in numerators
    }
    return pd.DataFrame(level, index=half.index, dtype=float).dropna(axis=1, how="all")


def _sure(frame: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
    """Return a table of areas (rows) and indicators without the figures that `asked` names."""
    named = pd.MultiIndex.from_frame(asked[["area", "indicator"]])
    cells = [[(area, slug) in named for slug in frame.columns] for area in frame.index]
    return frame.mask(np.array(cells, dtype=bool).reshape(frame.shape))


def _scores(level: pd.DataFrame, form: dict[str, Indicator]) -> pd.DataFrame:
    spread = level.std(ddof=0)
    flat = spread <= 1e-9 * level.abs().max()
    few = level.notna().sum() < FEWEST_AREAS
    return ((level - level.mean()) / spread.mask(flat | few) * better(level, form)).dropna(axis=1, how="all")


def better(frame: pd.DataFrame, form: dict[str, Indicator]) -> pd.Series:
    """Return, by indicator, the side that is better: 1 more, -1 less."""
    return pd.Series({slug: form[slug].better for slug in frame.columns}, dtype=float)


def rank(z: pd.DataFrame) -> pd.DataFrame:
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


def _growth(half: pd.DataFrame, base: pd.DataFrame, form: dict[str, Indicator]) -> pd.DataFrame:
    growth = 100 * (half / base.where(base > 0) - 1)
    for slug, entry in form.items():
        if entry.kind == "share":
            growth[slug] = half[slug] - base[slug]
            continue
        growth.loc[base[slug] < FEW * 10.0**-entry.decimals, slug] = np.nan
        if "/" in entry.formula and (counted := catalog.formula_terms(entry.formula)[1][1]) in base:
            growth.loc[base[counted] < FEW, slug] = np.nan
    return growth.dropna(axis=1, how="all")
