"""What reading a document gives: its figures, its comparisons, what was not recognised, what to know of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from ictplan_utils.documents.contents import Contents
from ictplan_utils.documents.header_rows import Block
from ictplan_utils.documents.names import Candidate
from ictplan_utils.documents.numbers import Habit
from ictplan_utils.messages import language, text
from ictplan_utils.observations import COMPARISON_COLUMNS, OBSERVATION_COLUMNS
from ictplan_utils.periods import period_name


class Remark(str):
    """A warning; `where` is the source it is about ("A1:10:6", "" for the document), `what` what it says."""

    where: str
    what: str

    def __new__(cls, what: str, where: str = "") -> Remark:
        made = super().__new__(cls, f"{where}: {what}" if where else what)
        made.where, made.what = where, what
        return made


@dataclass(frozen=True)
class Unmatched:
    """A row that no indicator claimed: its name, its place, its printed figures, why, and the closest indicators."""

    name: str
    place: str
    unit: str = ""
    printed: tuple[str, ...] = ()
    why: str = ""
    candidates: tuple[Candidate, ...] = ()

    @property
    def where(self) -> str:
        """The source it is about, as a remark's."""
        return self.place

    @property
    def what(self) -> str:
        """What is said of it, without its place."""
        near = ", ".join(f"{c.indicator} ({c.score:.0f})" for c in self.candidates)
        why, near = f": {self.why}" if self.why else "", text("reading.near", names=near) if near else ""
        return f"'{self.name}'{why}{near}"

    def __str__(self) -> str:
        return f"{self.where} {self.what}"


@dataclass(frozen=True)
class Part:
    """A figure beside an indicator's that a text states and that is not stored.

    `of`, folded: the company, the quarter or the second half whose part it is; BROKEN: a fraction of what is whole."""

    of: str
    indicator: str
    period: str
    status: str
    value: float
    printed: str
    source: str


@dataclass(frozen=True)
class Printed:
    """A table as it is printed, be its figures stored or not: its block, how its numbers are written, and of each cell
    that a part of it holds, by row (its `at`) and column, the source and the indicator ("" where none is known)."""

    block: Block
    habit: Habit
    places: dict[tuple[int, int], tuple[str, str]]


BROKEN = "."
"""Of what is counted, or told in millions, whole: "23.96 thuê bao", "doanh thu 2.658 đồng"."""


@dataclass
class Found:
    """What one document has yielded so far, of its own area and of others."""

    observations: list[dict] = field(default_factory=list)
    comparisons: list[dict] = field(default_factory=list)
    unmatched: list[Unmatched] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    tables: list[Printed] = field(default_factory=list)
    sentences: list[tuple[str, str]] = field(default_factory=list)
    problems: dict[tuple[str, str, bool], list[str]] = field(default_factory=dict)

    def take(self, part: Found) -> None:
        """Add what a part of the document has yielded."""
        self.observations += part.observations
        self.comparisons += part.comparisons
        self.unmatched += part.unmatched
        for remark in part.warnings:
            self.warn(remark)
        self.doubts += part.doubts
        self.parts += part.parts
        for key, rows in part.problems.items():
            self.problems.setdefault(key, []).extend(rows)

    def warn(self, what: str, where: str = "") -> None:
        """Add a warning once; `where`: the source it is about ("A1:10:6"), "" for the document."""
        remark = what if isinstance(what, Remark) else Remark(what, where)
        if remark not in self.warnings:
            self.warnings.append(remark)

    def doubt(self, what: str, where: str = "") -> None:
        """Warn that what was read may be wrong, so that a person must look at it."""
        self.warn(what, where)
        self.doubts.append(Remark(what, where))


@dataclass(frozen=True)
class Reading:
    """What one document states, as DESIGN's two tables, what it says of itself, and all that was not read, and why.

    `facts`: its number, date, title, letters cited, headings and units, columns facts.FACT_COLUMNS. `contents`: its
    blocks, as they were read. `others`, `others_comparisons`: what it states of other areas, under those areas' slugs.
    `doubts`: those of the warnings that say a figure may have been read wrongly. `parts`: what is stated of parts.
    `tables`: its tables as they are printed. `sentences`: those of its text, each with its source ("N:2.1").
    """

    path: Path
    area: str
    report: str
    observations: pd.DataFrame
    comparisons: pd.DataFrame
    unmatched: tuple[Unmatched, ...] = ()
    warnings: tuple[str, ...] = ()
    unstored_formulas: bool = False
    facts: pd.DataFrame = field(default_factory=pd.DataFrame)
    contents: Contents = field(default_factory=Contents)
    others: pd.DataFrame = field(default_factory=lambda: observation_frame([]))
    others_comparisons: pd.DataFrame = field(default_factory=lambda: comparison_frame([]))
    doubts: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    tables: tuple[Printed, ...] = ()
    sentences: tuple[tuple[str, str], ...] = ()


def time_called(period: str, status: str) -> str:
    """Return a figure's period and status in words: `2021`, `estimate` → `ước năm 2021`."""
    return text(f"reading.when.{status}", period=period_name(period, language()))


def observation_frame(rows: list[dict]) -> pd.DataFrame:
    """Return observations as a frame with DESIGN's columns and types, also where there are none."""
    return _frame(rows, OBSERVATION_COLUMNS)


def comparison_frame(rows: list[dict]) -> pd.DataFrame:
    """Return comparisons as a frame with DESIGN's columns and types, also where there are none."""
    return _frame(rows, COMPARISON_COLUMNS)


def _frame(rows: list[dict], columns) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(columns))
    frame["value"] = frame["value"].astype(float)
    return frame.astype({column: "str" for column in columns if column != "value"})
