"""What a document says of itself, ready to be asked: its facts, its day, the lines that head its text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ictplan_utils.audit.cells import Document
from ictplan_utils.audit.findings import Finding
from ictplan_utils.audit.sentences import NOTHING, Both
from ictplan_utils.documents.facts import CAPTION
from ictplan_utils.documents.running_text import heads
from ictplan_utils.vietnamese import fold, nfc

Fact = dict[str, str]
Text = str | list[list[str]]
"""A paragraph, or a table as a grid of cells."""
TITLE_LINES = 3
"""So many lines a report's title has at most."""


@dataclass(eq=False)
class Paper:
    """One document's facts; `sections`: the letters of its form's headings; `texts`: its paragraphs and tables."""

    doc: Document
    facts: list[Fact]
    sections: set[str]
    texts: Sequence[Text] = ()
    signed: str = field(init=False)

    def __post_init__(self) -> None:
        """Name tables as the reader does: what it calls B1, a table on no form's columns, the facts count as A1."""
        if self.doc.tables and all(table.startswith("B") for table in self.doc.tables):
            self.facts = [row | {"source": re.sub(r"^A(?=\d)", "B", row["source"])} for row in self.facts]
        self.signed = self.one("signed")

    def of(self, fact: str) -> list[Fact]:
        """Return the facts of one kind."""
        return [row for row in self.facts if row["fact"] == fact]

    def one(self, fact: str, column: str = "value") -> str:
        """Return the first fact of a kind, "" where there is none."""
        return next((row[column] for row in self.of(fact)), "")

    def found(self, rule: str, severity: str, row: Fact, what: Both, expected: str = "", slug: str = "", **more):
        """Return a finding about a fact (its source, its value), of an indicator where `slug` names one."""
        told = {"printed": row["value"], "name": self.doc.names[slug] if slug else NOTHING} | more
        source = told.pop("source", row["source"])
        return self.doc.finding(rule, severity, source, what, expected=expected, indicator=slug, **told)

    def lines(self) -> Iterator[str]:
        """Yield the paragraphs, and what stands alone in a row of a table."""
        return lines(self.texts)

    def headings(self) -> list[str]:
        """Return the lines that head the text, titles of the document and of tables aside."""
        aside = {row["note"] for row in (*self.of("caption_year"), *self.of("title_year"))}
        said = (_opening(text) for text in self.lines() if text not in aside and not CAPTION.match(fold(text)))
        return [text for text in said if heads(text)]


def _opening(text: str) -> str:
    """Return of a line that opens the report what it says of the report: not by whose letter it is written.

    >>> _opening("Thực hiện hướng dẫn lập kế hoạch năm 2023, phòng báo cáo năm 2022 như sau:")
    'phòng báo cáo năm 2022 như sau:'
    """
    return re.split(r"[,.] ", text)[-1] if fold(text).rstrip(" :").endswith("nhu sau") else text


def lines(texts: Iterable[Text]) -> Iterator[str]:
    """Yield the paragraphs, and what stands alone in a row of a table."""
    for block in texts:
        for row in [[block]] if isinstance(block, str) else block:
            said = [cell for cell in row if cell.strip()]
            if len(said) == 1:
                yield nfc(said[0]).strip()


def report_title(told: Sequence[str]) -> list[str]:
    """Return the lines of a report's title, from "BÁO CÁO" on: those that end no sentence, nor lead anything in."""
    at = next((n for n, text in enumerate(told) if text.isupper() and fold(text).startswith("bao cao")), len(told))
    return [text for text in told[at : at + TITLE_LINES] if text[-1] not in ".;:,"]


Findings = Iterator[Finding]
