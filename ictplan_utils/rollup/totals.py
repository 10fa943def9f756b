"""Figures of areas → the totals of those that hold them: by rule, with coverage, and the reason where there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ictplan_utils import catalog, periods
from ictplan_utils.messages import listed, text
from ictplan_utils.observations import SLOTS, TOLD, as_of, moments
from ictplan_utils.rollup.figures import Figures, figures
from ictplan_utils.rollup.units import units, valid
from ictplan_utils.vietnamese import MISSING, format_number

LETTERS = "nhac"
"""Where a comparison's page holds the letters to its areas."""
MOST_NAMES = 12
"""So many areas are named in a sentence; of more it says how many others there are."""


def roll_up(
    observations: pd.DataFrame,
    report: str,
    parents: Sequence[str] | None = None,
    *,
    children: dict[str, Sequence[str]] | None = None,
    data_dir: str | Path = "data",
) -> pd.DataFrame:
    """Return the totals of `parents` (all areas that hold one with figures) for the report's five slots.

    One row a parent, indicator and slot: area, indicator, slot, period, status, value, method (`sum`; `mean`,
    weighted by each area's own denominator; `single`, where one area alone states it), `covered` of `units` areas at
    the lowest level that reports, `population_share` (0–1, NaN: not known), `unweighed` (areas that state it without
    a weight), `reason` (the message `rollup.reason.…` where there is no value). What an area itself states stands for
    all inside it; else what is inside it is added up. A parent's own figure never enters its own total.
    `children` names what makes up an area where that is not what areas.csv says; see `continued`.
    """
    block = figures(observations, report, data_dir)
    return totals_of(block, parents, children)


def totals_of(
    block: Figures, parents: Sequence[str] | None = None, children: dict[str, Sequence[str]] | None = None
) -> pd.DataFrame:
    """Return the same from a block of figures."""
    inside = _inside(block, children)
    sums = _Sums(block)
    done: dict[int, _Group] = {}
    for parent, below in inside:
        done[parent] = sums.add_up(parent, below)
    place = {name: k for k, name in enumerate(block.areas.index)}
    chosen = (
        [place[name] for name in parents]
        if parents is not None
        else sorted(k for k, group in done.items() if group.covered.any())
    )
    empty = _Group.none(block.value.shape[1:])
    tables = [_table(block, parent, done.get(parent, empty)) for parent in chosen]
    return pd.concat(tables, ignore_index=True) if tables else _table(block, 0, empty).iloc[:0]


def _inside(block: Figures, children: dict[str, Sequence[str]] | None) -> list[tuple[int, np.ndarray]]:
    """Return each parent with the rows of what makes it up, lowest parents first."""
    areas = block.areas
    place = {name: k for k, name in enumerate(areas.index)}
    rows: dict[str, list[int]] = {}
    for k, parent in zip(
        np.flatnonzero(valid(areas, block.report)), areas["parent"][valid(areas, block.report)], strict=True
    ):
        rows.setdefault(parent, []).append(int(k))
    rows.pop("", None)
    rows |= {parent: [place[name] for name in names] for parent, names in (children or {}).items()}
    depth = {level: k for k, level in enumerate(catalog.LEVELS)}
    order = sorted(rows, key=lambda name: (-depth[areas.at[name, "level"]], place[name]))
    return [(place[name], np.array(rows[name], dtype=int)) for name in order]


@dataclass(frozen=True, eq=False)
class _Group:
    """What an area's parts make together, indicator × slot; `units` and `people` once."""

    total: np.ndarray
    top: np.ndarray
    bottom: np.ndarray
    stated: np.ndarray
    covered: np.ndarray
    unweighed: np.ndarray
    covered_people: np.ndarray
    units: int
    people: float

    @classmethod
    def none(cls, shape: tuple[int, int]) -> _Group:
        blank, zero = np.full(shape, np.nan), np.zeros(shape)
        return cls(blank, blank, blank, zero, zero, zero, blank, 0, np.nan)


class _Sums:
    """The areas' contributions; each parent's own group is put in its place when it is made."""

    def __init__(self, block: Figures) -> None:
        self.block = block
        self.adds = (block.indicators["aggregation"] == "sum").to_numpy()[:, None]
        self.means = (block.indicators["aggregation"] == "mean").to_numpy()[:, None]
        self.value = np.where(self.adds, block.value, np.nan)
        self.top, self.bottom, self.people = block.top.copy(), block.bottom.copy(), block.people.copy()
        known = np.isfinite(np.where(self.means, block.value, np.nan)) | np.isfinite(self.top)
        # `stated`: areas with a figure; `covered`: those of them that the total can take in.
        self.stated = (np.isfinite(self.value) | known).astype(float)
        self.covered = (np.isfinite(self.value) | np.isfinite(self.top)).astype(float)
        self.unweighed = (known & ~np.isfinite(self.top)).astype(float)
        self.units = np.ones(len(block.areas), dtype=int)
        self.single = np.where(self.means, block.value, np.nan)
        self.covered_people = np.broadcast_to(self.people[:, None, None], block.value.shape).copy()

    def add_up(self, parent: int, rows: np.ndarray) -> _Group:
        """Return the group that `rows` make, and let it stand for the parent where the parent itself is silent."""
        value, top, bottom = self.value[rows], self.top[rows], self.bottom[rows]
        can = np.isfinite(top) & np.isfinite(bottom)
        covered, stated = self.covered[rows].sum(axis=0), self.stated[rows].sum(axis=0)
        total = _sum(value)
        above, below = _sum(np.where(can, top, np.nan)), _sum(np.where(can, bottom, np.nan))
        with np.errstate(divide="ignore", invalid="ignore"):
            total = np.where(self.means, above / below, total)
        # One area alone needs no weight.
        alone = self.means & (stated == 1) & ~np.isfinite(total)
        total = np.where(alone, _sum(self.single[rows]), total)
        covered = np.where(alone & np.isfinite(total), 1, covered)
        people = self.people[rows]
        taken = (self.covered[rows] > 0) | (alone & (self.stated[rows] > 0))
        # An area that is counted but whose people are not known makes the sum unknown, not smaller.
        covered_people = np.where(taken, self.covered_people[rows], 0).sum(axis=0)
        group = _Group(
            total, above, below, stated, covered, self.unweighed[rows].sum(axis=0),
            np.where(taken.any(axis=0), covered_people, np.nan),
            int(self.units[rows].sum()), float(people.sum()) if np.isfinite(people).all() else np.nan,
        )  # fmt: skip
        self._put(parent, group)
        return group

    def _put(self, parent: int, group: _Group) -> None:
        own = self.stated[parent] > 0
        self.units[parent] = group.units
        if not np.isfinite(self.people[parent]):
            self.people[parent] = group.people
        # An area that states a figure speaks for all inside it, its people included.
        self.covered_people[parent] = np.where(own, self.people[parent], group.covered_people)
        self.covered[parent] = np.where(self.covered[parent] > 0, group.units, np.where(own, 0, group.covered))
        self.unweighed[parent] = np.where(own, self.unweighed[parent] * group.units, group.unweighed)
        self.value[parent] = np.where(own, self.value[parent], np.where(self.adds, group.total, np.nan))
        self.top[parent] = np.where(own, self.top[parent], group.top)
        self.bottom[parent] = np.where(own, self.bottom[parent], group.bottom)
        self.single[parent] = np.where(own, self.single[parent], np.where(self.means, group.total, np.nan))
        self.stated[parent] = np.where(own, group.units, group.stated)


def _sum(parts: np.ndarray) -> np.ndarray:
    """Return the sum over areas, NaN where none is known: missing is never 0."""
    known = np.isfinite(parts)
    return np.where(known.any(axis=0), np.where(known, parts, 0).sum(axis=0), np.nan)


def _table(block: Figures, parent: int, group: _Group) -> pd.DataFrame:
    shape = block.value.shape[1:]
    names, when = block.indicators.index.to_numpy(), list(moments(block.report).values())
    rule = np.repeat(block.indicators["aggregation"].to_numpy()[:, None], shape[1], axis=1)
    value = np.where(rule == "none", np.nan, group.total)
    method = np.where(rule == "mean", np.where(group.covered == 1, "single", "mean"), "sum")
    reason = np.where(
        np.isfinite(value),
        "",
        np.where(rule == "none", "none", np.where(group.unweighed > 0, "unweighed", "silent")),
    )
    own = block.people[parent]
    everyone = group.people if np.isfinite(group.people) else own if np.isfinite(own) else np.nan
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(group.covered_people <= everyone * 1.001, group.covered_people / everyone, np.nan)
    flat = {
        "area": block.areas.index[parent],
        "indicator": np.repeat(names, shape[1]),
        "slot": np.tile(np.array(SLOTS, dtype=object), shape[0]),
        "period": np.tile(np.array([p for p, _ in when], dtype=object), shape[0]),
        "status": np.tile(np.array([s for _, s in when], dtype=object), shape[0]),
        "value": value.ravel(),
        "method": np.where(np.isfinite(value), method, "").ravel(),
        "covered": np.where(np.isfinite(value), group.covered, 0).astype(int).ravel(),
        "units": group.units,
        "population_share": np.where(np.isfinite(value), share, np.nan).ravel(),
        "unweighed": group.unweighed.astype(int).ravel(),
        "reason": reason.ravel(),
    }
    return pd.DataFrame(flat)


def reason(key: str, indicator: str, lang: str = "vi", data_dir: str | Path = "data") -> str:
    """Return why there is no total, "" where there is one. A mean is never taken plainly: a hamlet would count like
    a town."""
    if not key:
        return ""
    weight = catalog.indicator(indicator, data_dir).weight
    name = catalog.indicator(weight, data_dir).short(lang).lower() if weight else MISSING
    return text(f"rollup.reason.{key}", lang, weight=name)


def coverage(covered: int, units_: int, population_share: float, noun: str, lang: str = "vi") -> str:
    """Return what a total covers, in words.

    >>> coverage(7, 10, 0.83, "huyện"), coverage(1, 10, float("nan"), "districts", "en")
    ('7/10 huyện, 83% dân số', '1/10 districts')
    """
    told = {"covered": format_number(covered, 0, lang=lang), "all": format_number(units_, 0, lang=lang), "noun": noun}
    if not np.isfinite(population_share):
        return text("rollup.coverage", lang, **told)
    # A part is never told as the whole: 99,9% stays 99%.
    percent = 100 if covered == units_ else min(99, round(100 * population_share))
    return text("rollup.coverage_people", lang, **told, percent=percent)


def who_reported(noun: str, counts: Mapping[str, int], lang: str = "vi") -> str:
    """Return in words how many of `all` areas have `sent` a report, are only `told` of, and are `faulty`.

    `faulty` is not among the `counts` where nobody has looked; `own`: errors in the paper of the area above.
    """
    every, sent, told = (counts[name] for name in ("all", "sent", "told"))

    def say(part: str, **values: object) -> str:
        shown = {name: format_number(value, lang=lang) for name, value in (("sent", sent), ("all", every))}
        return text(f"compare.verdict.{part}", lang, noun=noun, **shown, **values)

    if not sent and not told:
        return say("nobody")
    first = say("all" if sent == every else "some") if sent else ""
    first += say("told" if sent else "only_told", count=told) if told else ""
    first += say("own", count=counts["own"]) if counts.get("own") else ""
    # Of areas none of which has reported itself nobody says that none must correct.
    looked = "faulty" in counts and (sent or counts["faulty"])
    return first + (say("faulty", count=counts["faulty"]) if looked else "")


def some(names: Sequence[str], lang: str = "vi") -> str:
    """Return areas' names as a sentence lists them; of many the first, and how many more."""
    if len(names) <= MOST_NAMES:
        return listed(names, lang)
    return text("compare.names_more", lang, names=", ".join(names[:MOST_NAMES]), count=len(names) - MOST_NAMES)


def reporting(observations: pd.DataFrame, parent: str, report: str, data_dir: str | Path = "data") -> pd.DataFrame:
    """Return which areas directly below `parent` sent the report: keyed by `area`.

    Columns: `sent` (it, or an area inside it, has figures of this report), `through_parts` (only areas inside it),
    `told` (only a paper of the area above states its figures), `figures` (form indicators with an achieved figure of
    the report's period), `form` (how many the form has), `latest` (its last report, "" for none).
    """
    names = units(parent, report, data_dir)
    form = catalog.form(data_dir)
    now = observations[(observations["report"] == report)]
    home = {name: name for name in names}
    home |= {below: name for name in names for below in catalog.descendants(name, data_dir)}
    achieved = now[(now["period"] == report) & (now["status"] == "actual") & now["indicator"].isin(set(form))]
    counts = achieved.groupby("area")["indicator"].nunique()
    most = counts.groupby(counts.index.map(home)).max()
    earlier = as_of(observations, report).groupby("area")["report"].agg(periods.latest)
    latest = earlier.groupby(earlier.index.map(home)).agg(periods.latest)
    own, itself = set(now["area"]), set(now.loc[(now["printed"] != "") & ~now["source"].str.startswith(TOLD), "area"])
    sent = {home[area] for area in now["area"].unique() if area in home}
    return pd.DataFrame(
        {
            "sent": [name in sent for name in names],
            "through_parts": [name in sent and name not in own for name in names],
            "told": [name in own and name not in itself for name in names],
            "figures": most.reindex(names).fillna(0).astype(int).to_numpy(),
            "form": len(form),
            "latest": latest.reindex(names).fillna("").to_numpy(),
        },
        index=pd.Index(names, name="area"),
    )
