"""The sheet every rule reads: the stated figures and comparisons as arrays, and where to find each figure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from ictplan_utils import catalog
from ictplan_utils.audit import precision
from ictplan_utils.audit.findings import Finding, Wants
from ictplan_utils.audit.relations import NOT_COUNTED
from ictplan_utils.audit.words import NOTHING, Both, number, place
from ictplan_utils.observations import CORRECTED, DERIVED, same_period_last_year, year

SLOTS = ("last_year", "same_half", "half", "estimate", "target")
"""The five figures an indicator has in a report; see observations.report_table."""

_TABLE = re.compile(r"[AB]\d+")

NONE = -1
"""No such figure: what `find` returns where a document does not state it."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """The audited documents, prepared so that a nation is audited with a few merges.

    `statements`: one row a stated figure (computed figures are no statements), with integer codes `doc`,
    `ind`, `moment` and the precision `unit`, `low`, `high`. `comparisons`: one row a printed comparison.
    `docs`: one row a document (area and report). `indicators`: the catalogue, in the order of `ind`.
    """

    statements: pd.DataFrame
    comparisons: pd.DataFrame
    docs: pd.DataFrame
    indicators: pd.DataFrame
    areas: pd.DataFrame
    moments: pd.DataFrame
    slots: dict[str, np.ndarray]
    data_dir: Path
    _first: pd.Index
    _first_row: np.ndarray
    _in_table: pd.Index
    _in_table_row: np.ndarray
    _tables: pd.Index
    memo: dict = field(default_factory=dict)

    @classmethod
    def of(cls, observations: pd.DataFrame, comparisons: pd.DataFrame, data_dir: str | Path) -> Sheet:
        """Prepare the two tables; a missing column `report` is filled with the latest half or year stated."""
        folder = catalog.data_path(data_dir)
        indicators = catalog.indicators(folder)
        observations = with_report(_plain(observations))
        comparisons = _like(with_report(_plain(comparisons), like=observations), observations)
        stated = observations[~observations["note"].str.startswith(DERIVED) & observations["value"].notna()]
        stated = stated.sort_values(["area", "report", "source", "indicator", "period", "status"]).reset_index(
            drop=True
        )
        comparisons = comparisons.sort_values(["area", "report", "source", "indicator", "period"]).reset_index(
            drop=True
        )
        docs = _docs(stated)
        doc_of = pd.MultiIndex.from_frame(docs[["area", "report"]])
        moments, slots = _moments(stated, comparisons, docs)
        moment_of = pd.MultiIndex.from_frame(moments)
        statements = _statements(stated, indicators, doc_of, moment_of)
        compared = _comparisons(comparisons, indicators, doc_of, moment_of)
        tables = pd.Index(sorted(set(statements["table"]) | set(compared["table"])))
        key = _key(statements["doc"], statements["ind"], statements["moment"], len(indicators), len(moments))
        by_source = statements["source"].argsort(kind="stable").to_numpy()
        first, first_row = _unique(key, by_source)
        in_table, in_table_row = _unique(key * len(tables) + tables.get_indexer(statements["table"]), by_source)
        return cls(
            statements, compared, docs, indicators, catalog.areas(folder), moments, slots, folder,
            first, first_row, in_table, in_table_row, tables,
        )  # fmt: skip

    def ind(self, slug: str) -> int:
        """Return an indicator's code; NONE where the catalogue does not know it."""
        codes = self.once("codes", lambda sheet: {name: code for code, name in enumerate(sheet.indicators.index)})
        return codes.get(slug, NONE)

    def find(self, doc, ind, moment, table=None, *, strict: bool = False) -> np.ndarray:
        """Return the statement rows of figures (arrays broadcast), NONE where not stated.

        With `table`, the statement in that table; elsewhere in the document only where not `strict`.
        """
        doc, ind, moment = np.broadcast_arrays(np.asarray(doc), np.asarray(ind), np.asarray(moment))
        key = _key(doc, ind, moment, len(self.indicators), len(self.moments))
        known = (doc >= 0) & (ind >= 0) & (moment >= 0)
        found = _look_up(self._first, self._first_row, key, known)
        if table is None:
            return found
        tables = self._tables.get_indexer(np.broadcast_to(np.asarray(table, dtype=object), doc.shape))
        here = _look_up(self._in_table, self._in_table_row, key * len(self._tables) + tables, known & (tables >= 0))
        return here if strict else np.where(here >= 0, here, found)

    def at(self, rows: np.ndarray, column: str = "value") -> np.ndarray:
        """Return a numeric column of the statements at `rows`, NaN where a row is NONE."""
        values = self.statements[column].to_numpy(dtype=float)
        return np.where(rows >= 0, values[np.maximum(rows, 0)] if len(values) else np.nan, np.nan)

    def slot(self, name: str, docs: np.ndarray, ind: int | np.ndarray, table: str | None = None) -> np.ndarray:
        """Return the statement rows of a slot of the report form for each document."""
        return self.find(docs, ind, self.slots[name][docs], table)

    def get(self, cell: int, column: str):
        """Return one field of a figure's row (cell ≥ 0) or of a printed comparison's (cell < 0)."""
        name = (cell >= 0, column)
        if name not in self.memo:
            # Plain lists: a nation's findings read a million fields, each far slower from a DataFrame.
            self.memo[name] = (self.statements if cell >= 0 else self.comparisons)[column].tolist()
        return self.memo[name][cell if cell >= 0 else -1 - cell]

    def once(self, name: str, make):
        """Return what `make(self)` gives, worked out once for the rules that share it."""
        if name not in self.memo:
            self.memo[name] = make(self)
        return self.memo[name]

    def short(self, ind: int) -> Both:
        """Return an indicator's short name."""
        names = self.once("names", lambda sheet: sheet.indicators[["short_vi", "short_en"]].to_numpy().tolist())
        return Both(*names[ind])

    def where(self, cell: int) -> Both:
        """Return the place of a cell in words."""
        two = self.once("two", lambda sheet: sheet.docs["two_tables"].tolist())
        return place(self.get(cell, "source"), two[self.get(cell, "doc")], *self.short(self.get(cell, "ind")))

    def source(self, cell: int) -> str:
        """Return the source of a cell."""
        return self.get(cell, "source")

    def ref(self, cell: int) -> str:
        """Return a cell's source for the column `also`; where a source holds many figures, `indicator@source`."""
        source = self.source(cell)
        return source if source.startswith(("A", "B")) else f"{self.get(cell, 'indicator')}@{source}"

    def printed(self, cell: int) -> str:
        """Return a cell as printed; a corrected figure as it is now."""
        if cell >= 0 and (self.get(cell, "corrected") or not self.get(cell, "printed")):
            return number(self.get(cell, "value"))
        return self.get(cell, "printed")

    def finding(
        self,
        rule: str,
        severity: str,
        cell: int,
        evidence: Both = NOTHING,
        *,
        body: Both = NOTHING,
        hint: Both = NOTHING,
        expected: str = "",
        wants: Wants | None = None,
        said_of: dict[int, Both] | None = None,
        also: tuple[str, ...] = (),
    ) -> Finding:
        """Return a finding about a cell: `evidence` is its arithmetic, or `body` the whole sentence."""
        doc, indicator, period, status, source = (
            self.get(cell, name) for name in ("doc", "indicator", "period", "status", "source")
        )
        return Finding(
            rule, severity, doc, indicator, period, status, source, self.printed(cell), expected, cell,
            evidence, body, hint, wants or {}, said_of or {}, also, self.where(cell),
        )  # fmt: skip


def with_report(frame: pd.DataFrame, like: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the table with a column `report`: as given, else each area's latest half with actuals, else year."""
    if "report" in frame:
        return frame
    if frame.empty:
        return frame.assign(report=pd.Series(dtype=str))
    if like is not None:
        of = like.groupby("area")["report"].first()
        return frame.assign(report=frame["area"].map(of).fillna(""))
    actual = frame[frame["status"] == "actual"]
    halves = actual[actual["period"].str.contains("-S")].groupby("area")["period"].max()
    years = frame.groupby("area")["period"].max()
    return frame.assign(report=frame["area"].map(halves.reindex(years.index).fillna(years)))


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the table with its text as plain text, however it was stored (categories of a large read)."""
    frame = frame.assign(**{name: "" for name in ("printed", "note") if name not in frame})
    frame = frame.fillna({"printed": "", "note": ""})
    return frame.astype({name: object for name in frame.columns if isinstance(frame[name].dtype, pd.CategoricalDtype)})


def _like(comparisons: pd.DataFrame, observations: pd.DataFrame) -> pd.DataFrame:
    """Keep the comparisons of documents that state a figure at all."""
    docs = pd.MultiIndex.from_frame(observations[["area", "report"]].drop_duplicates())
    return comparisons[pd.MultiIndex.from_frame(comparisons[["area", "report"]]).isin(docs)].reset_index(drop=True)


def _docs(stated: pd.DataFrame) -> pd.DataFrame:
    """Return one row a document: area, report, year, its first table, the table of its targets, how many it has."""
    key = ["area", "report"]
    table = table_of(stated["source"])
    docs = stated[key].drop_duplicates().sort_values(key).reset_index(drop=True)
    printed = stated.assign(table=table)[is_table(table)]
    targets = printed[printed["status"] == "target"]
    found = {
        "first_table": printed.groupby(key)["table"].min(),
        "target_table": targets.groupby(key)["table"].max(),
        "tables": printed.groupby(key)["table"].nunique(),
    }
    for name, series in found.items():
        docs = docs.merge(series.rename(name).reset_index(), on=key, how="left", validate="1:1")
    docs = docs.fillna({"first_table": "", "target_table": "", "tables": 0})
    return docs.assign(two_tables=docs["tables"] > 1, year=docs["report"].map(year))


def table_of(source: pd.Series) -> pd.Series:
    """Return what a source lies in: `A1:12:6` → `A1`, `N:1.2` → `N`."""
    return source.map(lambda place: place.partition(":")[0]).astype(object)


def is_table(table: pd.Series) -> pd.Series:
    """Tell which sources' first parts name a table (A1 an appendix, B1 another table) and not the text."""
    return table.map(lambda name: _TABLE.fullmatch(name) is not None).astype(bool)


def _moments(
    stated: pd.DataFrame, comparisons: pd.DataFrame, docs: pd.DataFrame
) -> tuple[pd.DataFrame, dict[str, np.ndarray]]:
    """Return every (period, status) there is, and each document's five slots as their codes."""
    slots = {name: [] for name in SLOTS}
    for report, this in zip(docs["report"], docs["year"], strict=True):
        slots["last_year"].append((str(this - 1), "actual"))
        slots["same_half"].append((same_period_last_year(report), "actual"))
        slots["half"].append((report, "actual"))
        slots["estimate"].append((str(this), "estimate"))
        slots["target"].append((str(this + 1), "target"))
    known = {pair for pairs in slots.values() for pair in pairs}
    known |= set(zip(stated["period"], stated["status"], strict=True))
    known |= set(zip(comparisons["period"], comparisons["status"], strict=True))
    known |= set(zip(comparisons["base_period"], comparisons["base_status"], strict=True))
    moments = pd.DataFrame(sorted(known), columns=["period", "status"])
    code = {pair: position for position, pair in enumerate(moments.itertuples(index=False, name=None))}
    return moments, {name: np.array([code[pair] for pair in pairs], dtype=int) for name, pairs in slots.items()}


def _statements(
    stated: pd.DataFrame, indicators: pd.DataFrame, doc_of: pd.MultiIndex, moment_of: pd.MultiIndex
) -> pd.DataFrame:
    ind = indicators.index.get_indexer(stated["indicator"])
    corrected = stated["note"].fillna("").str.startswith(CORRECTED)
    places = [
        precision.decimals("" if fixed else text, value)
        for text, value, fixed in zip(stated["printed"], stated["value"], corrected, strict=True)
    ]
    unit = np.array(
        [
            precision.last_digit("" if fixed else text, value)
            for text, value, fixed in zip(stated["printed"], stated["value"], corrected, strict=True)
        ],
        dtype=float,
    )
    kind, catalogued = indicators["kind"].to_numpy()[ind], indicators["decimals"].to_numpy()[ind]
    # A count is exact. A share, a rate, an amount has been rounded to what is printed.
    amount = np.isin(indicators["unit_vi"].to_numpy()[ind], NOT_COUNTED)
    exact = ((kind == "stock") | (kind == "flow")) & (catalogued == 0) & ~amount & (unit <= 1)
    value = stated["value"].to_numpy(dtype=float)
    # "2" beside "1,5" in one row means 2,0: a row is as precise as its most precise figure.
    finest = pd.Series(unit).groupby([stated["area"].to_numpy(), stated["report"].to_numpy(), ind]).transform("min")
    slack = np.where(exact, 0.0, finest.to_numpy() / 2)
    high = np.where(kind == "share", np.minimum(value + slack, np.maximum(value, 100.0)), value + slack)
    return stated.assign(
        doc=doc_of.get_indexer(pd.MultiIndex.from_frame(stated[["area", "report"]])),
        ind=ind,
        moment=moment_of.get_indexer(pd.MultiIndex.from_frame(stated[["period", "status"]])),
        table=table_of(stated["source"]),
        corrected=corrected, decimals=places, unit=unit, exact=exact, kind=kind, low=value - slack, high=high,
    )  # fmt: skip


def _comparisons(
    comparisons: pd.DataFrame, indicators: pd.DataFrame, doc_of: pd.MultiIndex, moment_of: pd.MultiIndex
) -> pd.DataFrame:
    base = comparisons[["base_period", "base_status"]].set_axis(["period", "status"], axis=1)
    value = comparisons["value"].astype(float)
    places = [
        precision.decimals(text, number) if number == number else 0
        for text, number in zip(comparisons["printed"], value, strict=True)
    ]
    return comparisons.assign(
        value=value,
        doc=doc_of.get_indexer(pd.MultiIndex.from_frame(comparisons[["area", "report"]])),
        ind=indicators.index.get_indexer(comparisons["indicator"]),
        moment=moment_of.get_indexer(pd.MultiIndex.from_frame(comparisons[["period", "status"]])),
        base_moment=moment_of.get_indexer(pd.MultiIndex.from_frame(base)),
        table=table_of(comparisons["source"]),
        decimals=np.array(places, dtype=int),
        unit=10.0 ** -np.array(places, dtype=float),
    )


def _key(doc, ind, moment, indicators: int, moments: int) -> np.ndarray:
    return (np.asarray(doc, dtype=np.int64) * indicators + np.asarray(ind)) * moments + np.asarray(moment)


def _unique(key: np.ndarray, order: np.ndarray) -> tuple[pd.Index, np.ndarray]:
    """Return the distinct keys and, for each, its first row in `order`."""
    kept = pd.Series(np.asarray(key)[order], index=order).drop_duplicates()
    return pd.Index(kept.to_numpy()), kept.index.to_numpy()


def _look_up(index: pd.Index, rows: np.ndarray, key: np.ndarray, known: np.ndarray) -> np.ndarray:
    flat = index.get_indexer(np.where(known, key, NONE).ravel()).reshape(key.shape)
    return np.where(flat >= 0, rows[np.maximum(flat, 0)] if len(rows) else NONE, NONE)
