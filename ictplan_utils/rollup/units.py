"""Which areas make up an area at a time: districts before 1 July 2025, communes since."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from ictplan_utils import catalog, schema
from ictplan_utils.catalog import valid
from ictplan_utils.messages import error, text
from ictplan_utils.vietnamese import capitalised

CHANGE_COLUMNS = ("predecessor", "successor", "share", "date", "source")


def units(parent: str, period: str, data_dir: str | Path = "data") -> list[str]:
    """Return the areas directly below `parent` when the period ends, in the file's order.

    >>> len(units("dien-bien", "2021-S1")), len(units("dien-bien", "2025-S2"))
    (10, 45)
    """
    catalog.area(parent, data_dir)
    areas = catalog.areas(data_dir)
    return list(areas.index[(areas["parent"] == parent) & valid(areas, period)])


def level_name(slugs: list[str], data_dir: str | Path = "data", lang: str = "vi") -> str:
    """Return what such areas are called together: `xã`, `xã, phường`; `địa bàn` where they are of several levels.

    >>> level_name(["dien-bien-phu", "tuan-giao", "muong-nhe"])
    'huyện, thành phố'
    """
    rows = catalog.areas(data_dir).reindex(slugs).dropna(subset="level")
    levels = set(rows["level"])
    if len(levels) != 1:
        return text("rollup.level.mixed", lang)
    kinds = ", ".join(kind for kind, _ in Counter(rows["unit_vi"]).most_common())
    return {"vi": kinds, "en": text(f"rollup.level.{levels.pop()}", "en")}[lang]


def side_by_side(slugs: Iterable[str], data_dir: str | Path = "data", lang: str = "vi") -> dict[str, str]:
    """Return what areas are called beside one another: by their names, with the rank of those of another than most."""
    areas = {slug: catalog.area(slug, data_dir) for slug in slugs}
    usual = [kind for kind, _ in Counter(each.unit(lang) for each in areas.values()).most_common(1)]
    return {slug: each.called(lang) if each.unit(lang) in usual else capitalised(each.title(lang))
            for slug, each in areas.items()}  # fmt: skip


def changes(data_dir: str | Path = "data") -> pd.DataFrame:
    """Return area_changes.csv: who went into whom, when, with what share of its people (NaN: not known).

    Columns: predecessor, successor, share, date, source. An area that keeps its name and takes in another stands
    on both sides. Raises IctplanError naming file and row.
    """
    return _changes(data_dir).copy()


@catalog.kept("area_changes.csv", "areas.csv")
def _changes(folder: Path) -> pd.DataFrame:
    path = folder / "area_changes.csv"
    if not path.is_file():
        return pd.DataFrame(columns=list(CHANGE_COLUMNS)).astype({"share": float})
    area = schema.known_in(catalog.areas(folder).index, "areas.csv")
    rules = {"predecessor": area, "successor": area, "date": schema.DAY, "share": schema.Rule(_is_part, "schema.share")}
    read = schema.read(path, schema.Schema(CHANGE_COLUMNS, rules, ("predecessor", "successor")))
    frame = schema.plain(read, CHANGE_COLUMNS).assign(share=schema.numbers(read["share"]))
    for (old, _), parts in frame.groupby(["predecessor", "date"])["share"]:
        # Three decimals are what an office can state; five rounded parts miss 1 by at most 0.0025.
        if parts.notna().all() and abs(parts.sum() - 1) > 0.005:
            raise error("rollup.shares", path=path, area=old, sum=f"{parts.sum():g}")
    return frame


def _is_part(share: str) -> bool:
    return not share or (re.fullmatch(r"[0-9](\.[0-9]{1,15})?", share) is not None and 0 < float(share) <= 1)
