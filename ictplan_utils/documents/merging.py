"""What a document states beside what `data/` holds of its report: what is new, what differs, what would be written."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from ictplan_utils import catalog, messages
from ictplan_utils.documents.facts import FACT_COLUMNS, FOLDER, KINDS, stored_facts
from ictplan_utils.documents.reading import Reading, time_called
from ictplan_utils.documents.store import places
from ictplan_utils.observations import DERIVED, FIGURE, KEY, TOLD, check, csv_text, read_table
from ictplan_utils.vietnamese import fold

KEYS = {"observations": KEY, "comparisons": [*KEY, "base_period", "base_status", "measure"]}
"""Table → the columns that name a row."""


@dataclass(frozen=True)
class Difference:
    """What the document states otherwise than `data/` holds it; `where`: its sources, " / " between them."""

    where: str
    name: str
    old: str
    new: str

    @property
    def what(self) -> str:
        """What differs, without its place."""
        return messages.text("reading.difference", name=self.name, old=self.old, new=self.new)

    def __str__(self) -> str:
        return f"{self.where} {self.what}"


@dataclass
class Merged:
    """Stored rows and read rows brought together, before anything is written: table → all rows, and the fresh ones.

    `new`, `replaced`: how many figures and comparisons; `new_facts`, `replaced_facts`: how many facts.
    """

    frames: dict[str, pd.DataFrame] = field(default_factory=dict)
    added: dict[str, pd.DataFrame] = field(default_factory=dict)
    new: int = 0
    replaced: int = 0
    new_facts: int = 0
    replaced_facts: int = 0
    differences: list[Difference] = field(default_factory=list)

    @property
    def changes(self) -> bool:
        """Whether there is anything to write."""
        return any((self.new, self.replaced, self.new_facts, self.replaced_facts))

    def texts(self, area: str, report: str, folder: Path) -> dict[str, str]:
        """Return table → its file's text, checked; a table without rows needs no file. Raises IctplanError."""
        held = {table: frame for table, frame in self.frames.items() if not frame.empty}
        for table in KEYS.keys() & held.keys():
            check(held[table], table, str(places(area, report, folder)[table]), folder)
        return {table: _text(table, frame) for table, frame in held.items()}

    def preview(self, area: str, report: str, folder: Path) -> str:
        """Return the rows that would be written, as their files would hold them."""
        pieces = []
        for table, path in places(area, report, folder).items():
            fresh = self.added[table]
            if fresh.empty:
                pieces.append(messages.text("reading.nothing_to_write", path=path))
            else:
                head = messages.text("reading.rows_to_write", path=path, count=len(fresh))
                pieces.append(f"{head}\n{_text(table, fresh)}".rstrip())
        return "\n".join(pieces)


def stated(reading: Reading) -> pd.DataFrame:
    """Return the observations that the document itself states, without the computed ones."""
    return reading.observations[~reading.observations["note"].str.startswith(DERIVED)].reset_index(drop=True)


def merge(reading: Reading, folder: Path, replace: bool) -> Merged:
    """Bring what was read and what is stored together."""
    merged = Merged()
    _merge_tables(merged, reading, folder, replace)
    _merge_facts(merged, reading.facts, stored_facts(reading.area, reading.report, folder), replace)
    return merged


def _merge_tables(merged: Merged, reading: Reading, folder: Path, replace: bool) -> None:
    paths = places(reading.area, reading.report, folder)
    for table, read in (("observations", stated(reading)), ("comparisons", reading.comparisons)):
        key, path, rows = KEYS[table], paths[table], read.to_dict("records")
        stored = read_table(table, [path], folder).drop(columns="report") if path.is_file() else read.head(0)
        known = {_key(row, key): row for row in stored.to_dict("records")}
        stated_by: dict[tuple, list[tuple]] = {}
        for place in known:
            stated_by.setdefault((*place[: len(FIGURE)], _is_told(place)), []).append(place)
        # Figures of which this document's own place is stored already are compared there only.
        own = {_key(row, FIGURE) for row in rows if _key(row, key) in known}
        added, dropped = [], set()
        for row in rows:
            place, figure = _key(row, key), _key(row, FIGURE)
            if place in known:
                if not _same(known[place]["value"], row["value"]):
                    merged.differences.append(_difference(known[place], row, folder))
                    dropped.add(place)
                    added.append(row)
                continue
            compared = table == "observations" and figure not in own
            others = stated_by.get((*figure, _is_told(place)), []) if compared else []
            if others and not any(_same(known[other]["value"], row["value"]) for other in others):
                merged.differences.append(_difference(known[others[0]], row, folder))
                dropped |= set(others)
            else:
                merged.new += 1
            added.append(row)
        merged.replaced += len(dropped) if replace else 0
        merged.added[table] = fresh = pd.DataFrame(added, columns=read.columns) if added else read.head(0)
        merged.frames[table] = _placed(stored, fresh, key, dropped)


def _merge_facts(merged: Merged, read: pd.DataFrame, stored: pd.DataFrame, replace: bool) -> None:
    """Bring the facts together: each by its place; where one of a kind differs, that kind is the document's, whole.

    A kind is what a document cites, its date, one table's headings, one table's units: a new version of the
    document that cites a letter less shall leave no old one behind.
    """
    read = read.reindex(columns=list(FACT_COLUMNS))  # of another area than its own, a paper says none
    place, rows = ("fact", "source"), read.to_dict("records")
    # Of what it says in words nobody is asked: the latest version's paragraphs stand.
    said = [{kind: list(each.loc[each["fact"] == kind, "value"]) for kind in KINDS} for each in (read, stored)]
    stored = stored[~stored["fact"].isin([kind for kind in KINDS if said[0][kind] and said[0][kind] != said[1][kind]])]
    known = {_key(row, place): row for row in stored.to_dict("records")}
    differing, blank = set(), messages.text("reading.blank")
    for row in rows:
        old = known.get(_key(row, place))
        if old and _words(old["value"]) != _words(row["value"]):
            differing.add(_kind(row))
            name, values = messages.text(f"reading.fact.{row['fact']}"), (old["value"], row["value"])
            merged.differences.append(Difference(row["source"], name, *(value or blank for value in values)))
    added = [row for row in rows if _kind(row) in differing or _key(row, place) not in known]
    kept = [row for row in stored.to_dict("records") if _kind(row) not in differing]
    taken = sum(_kind(row) in differing for row in rows)
    merged.new_facts, merged.replaced_facts = len(added) - taken, taken if replace else 0
    merged.added[FOLDER] = pd.DataFrame(added, columns=list(FACT_COLUMNS))
    merged.frames[FOLDER] = pd.DataFrame([*kept, *added], columns=list(FACT_COLUMNS))


def _kind(row: Mapping) -> tuple[str, str]:
    return row["fact"], row["source"].split(":")[0]


def _words(text: str) -> str:
    return " ".join(fold(text).split())


def _text(table: str, frame: pd.DataFrame) -> str:
    return frame.to_csv(index=False, lineterminator="\n") if table == FOLDER else csv_text(frame)


def _key(row: Mapping, columns: Sequence[str]) -> tuple:
    return tuple(row[column] for column in columns)


def _placed(stored: pd.DataFrame, fresh: pd.DataFrame, key: list[str], dropped: set[tuple]) -> pd.DataFrame:
    """Return the stored rows with the fresh ones: a replaced row in its old place, a new one at the end."""
    if fresh.empty:
        return stored
    by_key = {_key(row, key): row for row in fresh.to_dict("records")}
    rows = []
    for row in stored.to_dict("records"):
        place = _key(row, key)
        if place not in dropped:
            rows.append(row)
        elif place in by_key:
            rows.append(by_key.pop(place))
    frame = pd.DataFrame([*rows, *by_key.values()], columns=list(fresh.columns)).reset_index(drop=True)
    return frame.astype({column: "str" for column in frame.columns if column != "value"}).astype({"value": float})


def _is_told(place: tuple) -> bool:
    """Tell whether another area's paper says it: the area's own document is held against itself alone."""
    return place[len(FIGURE)].startswith(TOLD)


def _same(old: float, new: float) -> bool:
    if pd.isna(old) or pd.isna(new):
        return bool(pd.isna(old) and pd.isna(new))
    return math.isclose(old, new, rel_tol=1e-12, abs_tol=1e-12)


def _difference(old: Mapping, new: Mapping, folder: Path) -> Difference:
    name = catalog.indicator(new["indicator"], folder).short(messages.language())
    what = messages.text("reading.figure", indicator=name, when=time_called(new["period"], new["status"]))
    if "measure" in new:
        base = time_called(new["base_period"], new["base_status"])
        what = messages.text("reading.against", figure=what, base=base)
    place = new["source"] if new["source"] == old["source"] else f"{old['source']} / {new['source']}"
    return Difference(place, what, _shown(old), _shown(new))


def _shown(row: Mapping) -> str:
    if pd.isna(row["value"]):
        return messages.text("reading.blank")
    plain = f"{row['value']:.15g}"
    return plain if row["printed"] in ("", plain) else f"{row['printed']} ({plain})"
