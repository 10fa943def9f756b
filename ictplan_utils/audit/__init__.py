"""Catch every number that cannot be true: rules over the two tables, each fault one finding.

>>> import ictplan_utils as ict
>>> from ictplan_utils import audit
>>> findings = audit.audit(ict.load("tuan-giao"), ict.load_comparisons("tuan-giao"))
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

# The rules register themselves when their modules are read.
from ictplan_utils.audit import bounds, dates, denominators, plans, rates, ratios, related, series, slips, totals  # noqa: F401
from ictplan_utils.audit.findings import COLUMNS, SEVERITIES, Finding, table
from ictplan_utils.audit.merge import merge, sentence
from ictplan_utils.audit.papers import as_facts, facts_for, read_facts
from ictplan_utils.audit.registry import FAMILIES, RULES, rules
from ictplan_utils.audit.sheet import Sheet, with_report

__all__ = ["COLUMNS", "FAMILIES", "SEVERITIES", "audit", "read_facts", "rules"]


def audit(
    observations: pd.DataFrame,
    comparisons: pd.DataFrame,
    document: pd.DataFrame | list[dict] | None = None,
    *,
    data_dir: str | Path = "data",
) -> pd.DataFrame:
    """Return what is wrong, doubtful or untidy in the documents, one row a fault, errors first.

    `observations` and `comparisons` as `ict.load` and `ict.load_comparisons` give them (any areas and reports;
    without a column `report` each area is one document). `document`: facts no table holds, columns
    papers.FACT_COLUMNS, as `read_facts` gives them; None: those stored for these documents.

    Columns: rule, severity (error: cannot be true; warning: a person must ask; info: untidy, or to be filled in),
    area, report, indicator, period, status, source (place in the document), printed, expected (as a document would
    print it), message_vi, message_en, also (other places it concerns, a space between them).
    Computed figures ("suy ra …") are no statements and are not judged.
    """
    if observations.empty:
        return table([])
    sheet = Sheet.of(observations, comparisons, data_dir)
    sheet.memo["facts"] = (
        facts_for(with_report(observations), sheet.data_dir) if document is None else as_facts(document)
    )
    found = [finding for rule in RULES.values() for finding in rule.find(sheet)]
    return table([_row(sheet, each) for each in merge(sheet, found)])


def _row(sheet: Sheet, found: Finding) -> dict:
    words = sentence(found)
    areas, reports = sheet.once("doc_names", lambda s: (s.docs["area"].tolist(), s.docs["report"].tolist()))
    return {
        "rule": found.rule, "severity": found.severity, "area": areas[found.doc], "report": reports[found.doc],
        "indicator": found.indicator, "period": found.period, "status": found.status, "source": found.source,
        "printed": found.printed, "expected": found.expected, "message_vi": words.vi, "message_en": words.en,
        "also": " ".join(found.also),
    }  # fmt: skip
