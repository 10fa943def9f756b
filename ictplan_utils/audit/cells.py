"""A document's cells: every printed figure and comparison, how exactly it is printed, and what it speaks of."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ictplan_utils.audit import precision
from ictplan_utils.audit.findings import TABLE, Finding, ref_of
from ictplan_utils.audit.names import Names
from ictplan_utils.audit.sentences import Both, inside, number, place
from ictplan_utils.observations import CORRECTED, DERIVED, DOUBTFUL, TOLD
from ictplan_utils.periods import is_half, latest, order, same_period_last_year, year
from ictplan_utils.vietnamese import fold

Key = tuple[str, str, str]
"""A quantity: indicator, period, status; ("communes", "", "") for counts that hold for the whole report."""

ADMINISTRATIVE = ("communes", "communes_and_towns", "villages")
"""Counts of units that do not change within a report: one statement holds for all its periods."""
ROUND_IN_TEXT = 1000.0
"""From here on a sentence may round a table's exact number (55.600 for 55.572), and a rate be rounded freely."""
HEDGES = re.compile(r"\b(khoang|gan|tren|hon|duoi|xap xi|chung)\b|[<>≥≤~]")
"""Words (without tone marks) with which a text says that its number is not exact."""
FIRST_TABLE, LATER_TABLE, TEXT, COMPARISON = 1.0, 0.9, 0.8, 0.6
"""What a cell weighs: a figure of the first table; its copy in a later one; one in a sentence; what is worked out."""
WORKED_OUT, ROUNDED, DOUBTED, UNSTORED = 0.75, 0.9, 0.6, 0.8
"""A total or a rate weighs less than what it is worked out from; so does a round rate; so does what the reader itself
doubts, and what a table prints that is no figure of the area's."""


@dataclass(slots=True, eq=False)
class Cell:
    """One printed figure (`measure` ""), or one printed comparison of the figures `key` and `base`.

    `low`–`high`: what the printed number can stand for; `unit`: what its last digit is worth.
    """

    indicator: str
    period: str
    status: str
    key: Key
    value: float
    printed: str
    source: str
    note: str
    decimals: int
    unit: float
    low: float
    high: float
    weight: float
    exact: bool = False
    measure: str = ""
    base: Key | None = None

    place: tuple[str, str, str] = field(init=False)
    in_table: bool = field(init=False)

    def __post_init__(self) -> None:
        """Take the source apart: `place` is (table, row, column), ("N", section, "") in running text."""
        parts = self.source.split(":")
        table, row, column = [*(parts[2:] if self.source.startswith(TOLD) else parts), "", ""][:3]
        self.place, self.in_table = (table, row, column), TABLE.match(self.source) is not None

    @property
    def text(self) -> str:
        """The cell as printed; a corrected figure as it is now."""
        return self.printed or (number(self.value) if self.value == self.value else "")

    @property
    def ref(self) -> str:
        """Its source for the column `also`; where a source holds many figures, `indicator@source`."""
        return ref_of(self.indicator, self.source)


@dataclass(eq=False)
class Document:
    """One area's one report: its cells by quantity, its printed comparisons, and its usual moments (`slots`).

    `told`: what another area's paper (the province's) says of quantities that the area itself states. `printed`: what
    its tables print beside that, each a quantity of its own, and `compared`, by source, with one another; `relations`:
    the edits, each with the cells it ties, that tables and sentences themselves show; `odd_columns`: the findings about
    columns of theirs as a whole.
    """

    area: str
    report: str
    names: Names
    figures: dict[Key, list[Cell]] = field(default_factory=lambda: defaultdict(list))
    comparisons: list[Cell] = field(default_factory=list)
    told: list[Cell] = field(default_factory=list)
    printed: dict[Key, dict[Cell, None]] = field(default_factory=lambda: defaultdict(dict))
    compared: dict[str, Cell] = field(default_factory=dict)
    relations: list[tuple[object, tuple[Cell, ...]]] = field(default_factory=list)
    odd_columns: list[Finding] = field(default_factory=list)
    slots: dict[str, tuple[str, str]] = field(default_factory=dict)
    tables: tuple[str, ...] = ()

    def first(self, indicator: str, slot: str) -> Cell | None:
        """Return the first statement of an indicator at a slot: the first table's, else later ones'."""
        found = self.figures.get(quantity(indicator, *self.slots[slot]))
        return found[0] if found else None

    def stated(self, key: Key) -> list[Cell]:
        """Return all that states a quantity."""
        return [*(self.printed.get(key) or self.figures.get(key, ()))]

    def read_as(self, cells: Iterable[Cell], indicator: str, time: tuple[str, ...] = ()) -> None:
        """Take figures to be another indicator's, changes also to be of another time (period, status)."""
        for cell in cells:
            if not cell.base:
                self.figures[cell.key].remove(cell)
                if not self.figures[cell.key]:
                    del self.figures[cell.key]
            cell.indicator, cell.key = indicator, (indicator, *(time or cell.key[1:]))
            if cell.base:
                cell.base = (indicator, *cell.base[1:])
            else:
                self.figures[cell.key].append(cell)

    def cells(self) -> Iterator[Cell]:
        """Return the figures, then the comparisons."""
        for found in self.figures.values():
            yield from found
        yield from self.comparisons

    def at(self, cell: Cell) -> Both:
        """Return where a cell stands, inside a sentence; in running text with its name."""
        where = inside(place(cell.source, len(self.tables) > 1))
        return where if cell.in_table or not cell.indicator else where + ", " + self.names[cell.indicator]

    def finding(self, rule: str, severity: str, source: str, what: Both, **more) -> Finding:
        """Return a finding about a place, of the document's own period unless told; `more`: further fields."""
        where = place(source, len(self.tables) > 1)
        return Finding(rule, severity, self.area, self.report, source, where, what, **({"period": self.report} | more))

    def about(self, rule: str, severity: str, cell: Cell, what: Both, also: Iterable[Cell] = (), **more) -> Finding:
        """Return a finding about a cell."""
        return self.finding(
            rule, severity, cell.source, what, indicator=cell.indicator, period=cell.period, status=cell.status,
            printed=cell.text, name=self.names[cell.indicator], also=tuple(each.ref for each in also), **more,
        )  # fmt: skip


def quantity(indicator: str, period: str, status: str) -> Key:
    """Return the quantity a statement speaks of: an estimate of a half is the half's figure before it is final."""
    if indicator in ADMINISTRATIVE:
        return indicator, "", ""
    return indicator, period, "actual" if status == "estimate" and is_half(period) else status


def worked(measure: str, value: float, base: float) -> float | None:
    """Return a measure of a figure over its base, None where it cannot be worked out."""
    if measure == "change":
        return value - base
    return None if base == 0 else value / base * 100 - (100 if measure == "growth_pct" else 0)


def with_report(frame: pd.DataFrame, like: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the table with a column `report`: as given, else each area's latest half with actuals, else year."""
    if "report" in frame or frame.empty:
        return frame if "report" in frame else frame.assign(report=pd.Series(dtype=str))
    if like is not None:
        return frame.assign(report=frame["area"].map(like.groupby("area")["report"].first()).fillna(""))
    halves = frame[(frame["status"] == "actual") & frame["period"].map(is_half)]
    newest = frame.groupby("area")["period"].agg(latest)
    return frame.assign(
        report=frame["area"].map(halves.groupby("area")["period"].agg(latest).reindex(newest.index).fillna(newest))
    )


def read_documents(observations: pd.DataFrame, comparisons: pd.DataFrame, names: Names) -> list[Document]:
    """Return the documents of the two tables, oldest report first; computed figures are no statements."""
    observations = with_report(observations)
    documents: dict[tuple[str, str], Document] = {}
    for row in _rows(observations):
        if str(row["note"]).startswith(DERIVED) or row["value"] != row["value"]:
            continue
        doc = documents.setdefault((row["area"], row["report"]), Document(row["area"], row["report"], names))
        cell = _figure(row, names)
        (doc.told if cell.source.startswith(TOLD) else doc.figures[cell.key]).append(cell)
    for doc in documents.values():
        own = set(doc.figures)
        for cell in [cell for cell in doc.told if cell.key not in own]:
            doc.told.remove(cell)
            doc.figures[cell.key].append(cell)
    for row in _rows(with_report(comparisons, like=observations)):
        doc, cell = documents.get((row["area"], row["report"])), _comparison(row)
        if doc and not (cell.source.startswith(TOLD) and any(cell.key == one.key for one in doc.told)):
            doc.comparisons.append(cell)
    return sorted(map(finished, documents.values()), key=lambda doc: (doc.area, order(doc.report)))


def _rows(frame: pd.DataFrame) -> Iterator[dict]:
    frame = frame.assign(**{name: "" for name in ("printed", "note") if name not in frame})
    frame = frame.astype({name: object for name in frame if isinstance(frame[name].dtype, pd.CategoricalDtype)})
    columns = {name: frame[name].tolist() for name in frame}
    for name in ("printed", "note"):
        columns[name] = ["" if text is None or text != text else text for text in columns[name]]
    for values in zip(*columns.values(), strict=True):
        yield dict(zip(columns, values, strict=True))


def _weight(source: str, note: str) -> float:
    table = TABLE.match(source)
    weight = TEXT if table is None else FIRST_TABLE if table[1] in ("A1", "B1") else LATER_TABLE
    return weight * (DOUBTED if DOUBTFUL in note else 1.0)


def _figure(row: dict, names: Names) -> Cell:
    value, source, note, slug = float(row["value"]), row["source"], row["note"], row["indicator"]
    counted, whole_rate = names.counted[slug], names.kind[slug] == "rate" and names.whole[slug]
    corrected = note.startswith(CORRECTED)
    printed = "" if corrected else row["printed"]
    decimals, unit = precision.read(printed, value)
    exact = counted and unit <= 1
    slack = 0.0 if exact else unit / 2
    rough = whole_rate and value >= ROUND_IN_TEXT and precision.trailing_unit(value) >= 100
    if rough:
        slack = precision.trailing_unit(value) / 2  # Offices round people per point freely: 4.300 for 4.267.
    if not TABLE.match(source):
        hedged = HEDGES.search(fold(f"{printed} {note}")) is not None
        round_to = precision.trailing_unit(value)
        if (hedged or value >= ROUND_IN_TEXT) and round_to >= (10 if hedged else 100):
            slack, exact = max(slack, round_to), False
    weight = _weight(source, note) * (ROUNDED if rough else 1.0)
    return _cell(row | {"printed": printed}, (decimals, unit), slack, weight, exact=exact)


def unstored(indicator: str, value: float, printed: str, source: str, counted: bool, note: str = "") -> Cell:
    """Return a figure of a table that is none of the area's: a quantity of its own, `counted` exactly or rounded."""
    decimals, unit = precision.read(printed, value)
    exact = counted and unit <= 1
    slack = 0.0 if exact else unit  # rounded, or cut
    return Cell(
        indicator, "", "", (source, "", ""), value, printed, source, note, decimals, unit,
        value - slack, value + slack, UNSTORED, exact,
    )  # fmt: skip


def _comparison(row: dict) -> Cell:
    value = float(row["value"])
    decimals, unit = precision.read(row["printed"], value) if value == value else (0, 1.0)
    # A ratio may have been cut instead of rounded; a difference of counts is exact, of amounts rounded.
    slack = unit * (1 - 1e-6) if row["measure"] != "change" else unit / 2
    base = quantity(row["indicator"], row["base_period"], row["base_status"])
    weight = COMPARISON * (DOUBTED if DOUBTFUL in row["note"] else 1.0)
    return _cell(row, (decimals, unit), slack, weight, measure=row["measure"], base=base)


def _cell(row: dict, precise: tuple[int, float], slack: float, weight: float, **more) -> Cell:
    value, names = float(row["value"]), (row["indicator"], row["period"], row["status"])
    return Cell(
        *names, quantity(*names), value, row["printed"], row["source"], row["note"], *precise,
        value - slack, value + slack, weight, **more,
    )  # fmt: skip


def _one_result(doc: Document) -> None:
    """Take a year's result for one quantity, whether it is called done or expected, where the tables state only one."""
    said = {key[1:] for key, cells in doc.figures.items() if any(cell.in_table for cell in cells)}
    swap = {"actual": "estimate", "estimate": "actual"}
    other = {(when, swap[b]): (when, b) for when, b in said if b in swap and (when, swap[b]) not in said}

    def moved(key: Key) -> Key:
        return (key[0], *other.get(key[1:], key[1:]))

    for key in [key for key in doc.figures if key[1:] in other]:
        for cell in doc.figures.pop(key):
            cell.key = moved(key)
            doc.figures[cell.key].append(cell)
    for cell in doc.told:
        cell.key = moved(cell.key)
    for cell in doc.comparisons if other else ():
        key, base = moved(cell.key), moved(cell.base)
        if key != base:
            cell.key, cell.base = key, base


def finished(doc: Document) -> Document:
    """Return a document whose cells are sorted by place, each row's as precise as its most precise figure, and whose
    moments are named."""
    _one_result(doc)
    finest: dict[tuple[str, str], float] = {}
    for key in sorted(doc.figures, key=lambda key: (min(cell.source for cell in doc.figures[key]), key)):
        doc.figures[key] = cells = sorted(doc.figures.pop(key), key=lambda cell: cell.source)
        for cell in cells:
            row = cell.place[0], cell.indicator
            finest[row] = min(finest.get(row, np.inf), cell.unit)
    for cells in doc.figures.values():
        for cell in cells:
            slack = finest[cell.place[0], cell.indicator] / 2
            if not cell.exact and cell.in_table and cell.high - cell.low == cell.unit > 2 * slack:
                # "2" beside "1,5" in one row means 2,0.
                cell.low, cell.high = cell.value - slack, cell.value + slack
    for cell in (each for each in doc.comparisons if each.in_table):
        # A comparison may be of the printed figures, each rounded, and not of the exact ones: in a table of thousands,
        # or where it agrees with them.
        sides = [
            [one for one in doc.figures.get(key, ()) if one.place[0] == cell.place[0]] for key in (cell.key, cell.base)
        ]
        got = worked(cell.measure, *(side[0].value for side in sides)) if all(sides) else None
        agrees = got is not None and abs(got - cell.value) <= cell.unit
        for one in (*sides[0], *sides[1]):
            if (one.unit > 1 or agrees) and not one.exact and one.value:
                more = one.unit / 2 * (1 if cell.measure == "change" else 100 / one.value)
                cell.low, cell.high = cell.low - more, cell.high + more
    doc.comparisons.sort(key=lambda cell: (cell.source, cell.key))
    this = year(doc.report)
    half = doc.report if is_half(doc.report) else f"{this}-S1"
    moments = {key[1:] for key in doc.figures}
    closed = not is_half(doc.report) and (str(this), "actual") in moments
    doc.slots = {
        "last": (str(this - 1), "actual"),
        "last_half": (same_period_last_year(half), "actual"),
        "half": (half, "actual"),
        "year": (str(this), "actual" if closed else "estimate"),
        "plan": (str(this), "target"),
        "target": (str(this + 1), "target"),
    }
    doc.tables = tuple(sorted({cell.place[0] for cell in doc.cells() if cell.in_table}))
    return doc
