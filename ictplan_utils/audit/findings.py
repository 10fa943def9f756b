"""What a finding is: one fault of one document, where it stands, and the sentence for whoever can mend it."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from ictplan_utils.audit.words import NOTHING, Both

SEVERITIES = ("error", "warning", "info")
"""error: arithmetic or logic says it cannot be true. warning: a person must ask. info: untidy, or can be filled in."""

COLUMNS = (
    "rule", "severity", "area", "report", "indicator", "period", "status", "source",
    "printed", "expected", "message_vi", "message_en", "also",
)  # fmt: skip

Wants = dict[int, tuple[float, float]]
"""Cell → the smallest and the largest value with which the fault would be gone, everything else as printed.

A figure's cell is its row number in Sheet.statements; a printed comparison's is −1 − its row number.
"""


@dataclass(slots=True)
class Finding:
    """One fault as a rule sees it, before faults with the same cause become one.

    `evidence` is the arithmetic alone (`30/25 = 120 %`), which a merged finding can quote; `body`, where
    given, is the whole sentence behind the place. `wants` says which figure would have to change, and how.
    """

    rule: str
    severity: str
    doc: int
    indicator: str
    period: str
    status: str
    source: str
    printed: str
    expected: str = ""
    cell: int | None = None
    evidence: Both = NOTHING
    body: Both = NOTHING
    hint: Both = NOTHING
    wants: Wants = field(default_factory=dict)
    said_of: dict[int, Both] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    where: Both = NOTHING

    def clause(self, cell: int | None) -> Both:
        """Return the arithmetic as it is said of `cell`."""
        return self.said_of.get(cell, self.evidence) if cell is not None else self.evidence


def table(rows: list[dict]) -> pd.DataFrame:
    """Return findings as the table everyone else reads: columns COLUMNS, errors first, then by place."""
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    if frame.empty:
        return frame.astype(str)
    order = frame["severity"].map({name: rank for rank, name in enumerate(SEVERITIES)})
    natural = frame["source"].map(_natural)
    return (
        frame.assign(_order=order, _natural=natural)
        .sort_values(["area", "report", "_order", "_natural"], kind="stable")
        .drop(columns=["_order", "_natural"])
        .reset_index(drop=True)
    )


def _natural(source: str) -> str:
    """Return a key that sorts row 2 before row 10, and row 1 before its part 1.2."""
    source = source.replace(":", " ")
    return "".join(part.zfill(6) if part.isdigit() else part for part in _split(source))


def _split(source: str) -> list[str]:
    parts, current = [], ""
    for mark in source:
        if current and (mark.isdigit() != current[-1].isdigit()):
            parts.append(current)
            current = ""
        current += mark
    return [*parts, current] if current else parts
