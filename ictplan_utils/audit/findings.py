"""What a finding is: one fault of one document, as fields; and the table everyone else reads."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from ictplan_utils.audit.sentences import NOTHING, Both
from ictplan_utils.messages import LANGUAGES
from ictplan_utils.vietnamese import closed_up

SEVERITIES = ("error", "warning", "info")
"""error: arithmetic or logic says it cannot be true. warning: a person must ask. info: untidy, or can be filled in."""
TABLE = re.compile(r"(?:P:[^:]+:)?([AB]\d+)")
"""How the source of a table's cell begins."""


@dataclass(slots=True)
class Finding:
    """One fault: `place` and `what` make its sentence; `slip` names the likely slip, `mend` the likely figure."""

    rule: str
    severity: str
    area: str
    report: str
    source: str
    place: Both
    what: Both
    indicator: str = ""
    period: str = ""
    status: str = ""
    printed: str = ""
    expected: str = ""
    name: Both = NOTHING
    arithmetic: Both = NOTHING
    slip: str = ""
    mend: str = ""
    also: tuple[str, ...] = ()

    @property
    def ref(self) -> str:
        """Its source as the column `also` names it: where a source holds many figures, `indicator@source`."""
        return ref_of(self.indicator, self.source)

    def row(self) -> dict[str, str]:
        """Return it as a row of the findings' table."""
        where = Both(*(whereabouts(*each, self.source) for each in zip(self.place, self.name, strict=True)))
        what = Both(*map(closed_up, self.what))
        both = {"name": self.name, "place": self.place, "what": what, "message": where + ": " + what + "."}
        told = {name: getattr(self, name) for name in COLUMNS if hasattr(self, name)}
        told |= {f"{name}_{lang}": getattr(words, lang) for name, words in both.items() for lang in LANGUAGES}
        return told | {"arithmetic": self.arithmetic.vi, "also": " ".join(dict.fromkeys(self.also))}


COLUMNS = (
    "rule", "severity", "area", "report", "indicator", "period", "status", "source", "printed", "expected",
    "name_vi", "name_en", "place_vi", "place_en", "what_vi", "what_en", "arithmetic", "slip", "mend",
    "message_vi", "message_en", "also",
)  # fmt: skip


def ref_of(indicator: str, source: str) -> str:
    """Return a figure's place: its source; where a source holds many figures, `indicator@source`."""
    return source if TABLE.match(source) else f"{indicator}@{source}"


def whereabouts(place: str, name: str, source: str) -> str:
    """Return a place in words, with the indicator's name where the place is no cell of a table."""
    return f"{place}, {name}" if name and not source.startswith(("A", "B")) else place


def table(findings: list[Finding]) -> pd.DataFrame:
    """Return findings as a table: columns COLUMNS, by document, errors first, then by place."""
    frame = pd.DataFrame([each.row() for each in findings], columns=list(COLUMNS))
    if frame.empty:
        return frame.astype(str)
    order = frame["severity"].map({name: rank for rank, name in enumerate(SEVERITIES)})
    return (
        frame.assign(_order=order, _place=frame["source"].map(_natural))
        .sort_values(["area", "report", "_order", "_place", "rule"], kind="stable")
        .drop(columns=["_order", "_place"])
        .reset_index(drop=True)
    )


def _natural(source: str) -> str:
    """Return a key that sorts row 2 before row 10, and row 1 before its part 1.2."""
    return re.sub(r"\d+", lambda found: found[0].zfill(6), source.replace(":", " "))
