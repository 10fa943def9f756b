"""A cell in words: its indicator's name, where it stands, what it prints, its sums; and a finding about it."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from ictplan_utils import catalog
from ictplan_utils.audit.cells import Cell, Document, worked
from ictplan_utils.audit.edits import Model, flows
from ictplan_utils.audit.findings import Finding, finding
from ictplan_utils.audit.sentences import Both, figure, inside, joined, number, place, say
from ictplan_utils.vietnamese import fold


class Names:
    """The short names of the catalogue's indicators, in both languages."""

    def __init__(self, entries) -> None:
        self.entries = entries
        self.short = {slug: Both(*pair) for slug, *pair in entries[["short_vi", "short_en"]].itertuples()}
        self.kind = entries["kind"].to_dict()
        self.adds_up = flows(entries)
        limits = zip(entries["minimum"], entries["maximum"], strict=True)
        self.limits = dict(zip(entries.index, limits, strict=True))

    def called(self, name: str) -> str:
        """Return the indicator of exactly that name, brackets aside, "" where there is none."""
        return self.by_name.get(fold(re.sub(r"\(.*?\)", "", name)).strip(), "")

    @functools.cached_property
    def by_name(self) -> dict[str, str]:
        """Folded name → indicator."""
        columns = ("name_vi", "short_vi", "variants")
        return {
            fold(name): slug for slug, row in self.entries.iterrows()
            for column in columns for name in row[column].split(";") if name
        }  # fmt: skip

    def __getitem__(self, slug: str) -> Both:
        return self.short.get(slug) or say(f"latent.{slug.partition('/')[0]}")


def names_of(data_dir: str | Path) -> Names:
    """Return the names of a data directory's indicators."""
    return _names(catalog.signature(catalog.data_path(data_dir) / "indicators.csv"))


@functools.lru_cache(maxsize=8)
def _names(indicators: tuple) -> Names:
    return Names(catalog.indicators(Path(indicators[0]).parent))


def at(model: Model, names: Names, cell: Cell) -> Both:
    """Return where a cell stands, inside a sentence; in running text with its name."""
    where = inside(place(cell.source, len(model.doc.tables) > 1))
    return where if cell.in_table else where + ", " + names[cell.indicator]


def report(
    doc: Document, names: Names, rule: str, severity: str, cell: Cell, what: Both, also: Iterable[Cell] = (), **more
) -> Finding:
    """Return a finding about a cell of a document; `more`: further fields of the finding."""
    return finding(
        doc, rule, severity, cell.source, what, indicator=cell.indicator, period=cell.period, status=cell.status,
        printed=printed(cell), name=names[cell.indicator], also=tuple(ref(each) for each in also), **more,
    )  # fmt: skip


def ref(cell: Cell) -> str:
    """Return a cell's source for the column `also`; where a source holds many figures, `indicator@source`."""
    return cell.source if cell.in_table else f"{cell.indicator}@{cell.source}"


def printed(cell: Cell) -> str:
    """Return a cell as printed; a corrected figure as it is now."""
    return cell.printed or (number(cell.value) if cell.value == cell.value else "")


def arithmetic(measure: str, a: float, b: float) -> Both:
    """Return the sum itself: `30/25 = 120%`, `88 − 87 = 1`, `24.783/13.543 − 1 = 83%`."""
    got = worked(measure, a, b)
    if measure == "change":
        return figure(a) + " − " + figure(b) + " = " + figure(got)  # type: ignore[arg-type]
    less = " − 1" if measure == "growth_pct" else ""
    return figure(a) + "/" + figure(b) + f"{less} = " + figure(got) + "%"  # type: ignore[arg-type]


def sum_of(values: Sequence[float]) -> Both:
    """Return a sum as it is worked out: `9 + 11 = 20`."""
    return joined((figure(value) for value in values), " + ") + " = " + figure(sum(values))


def range_of(low: float, high: float, decimals: int | None = None) -> Both:
    """Return a range in words: `88.118–88.260`, `nhiều nhất 74.805`."""
    if not math.isfinite(high):
        return say("say.at_least", v=figure(low, decimals)) if low > 0 else say("say.any")
    if not math.isfinite(low) or low <= 0:
        return say("say.at_most", v=figure(high, decimals))
    if high - low < 1 and decimals == 0:
        return figure((low + high) / 2, 0)
    return figure(low, decimals) if low == high else figure(low, decimals) + "–" + figure(high, decimals)
