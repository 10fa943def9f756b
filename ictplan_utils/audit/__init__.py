"""Catch every number that cannot be true: rules over the two tables, each fault one finding.

>>> import ictplan_utils as ict
>>> from ictplan_utils import audit
>>> findings = audit.audit(ict.load("tuan-giao"), ict.load_comparisons("tuan-giao"))
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

# The rules register themselves when their modules are read.
from ictplan_utils.audit import (
    bounds,
    dates,
    denominators,
    history,
    plans,
    rates,
    ratios,
    related,
    rollups,
    series,
    slips,
    totals,
)  # fmt: skip
from ictplan_utils.audit.findings import COLUMNS, SEVERITIES, Finding, table
from ictplan_utils.audit.merge import merge, sentence
from ictplan_utils.audit.papers import as_facts, facts_for
from ictplan_utils.audit.registry import FAMILIES, RULES, rules
from ictplan_utils.audit.sheet import Sheet, with_report
from ictplan_utils.documents.facts import read_block_facts, read_facts
from ictplan_utils.observations import as_of, load, load_pair, reporting_areas, reports

__all__ = [
    "COLUMNS", "FAMILIES", "SEVERITIES", "audit", "audit_document", "audit_stored", "read_facts", "rules",
]  # fmt: skip


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
    documents.facts.FACT_COLUMNS, as `read_facts` gives them; None: those stored for these documents.

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
    # A missing figure is NaN and a blank base 0: what comes of them is no finding, and no warning to the caller.
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        found = [finding for rule in RULES.values() for finding in rule.find(sheet)]
        return table([_row(sheet, each) for each in merge(sheet, found)])


def audit_stored(area: str | None = None, report: str | None = None, *, data_dir: str | Path = "data") -> pd.DataFrame:
    """Return the findings of the stored reports: of all, of an area, of a period; each held against earlier ones.

    Columns as `audit`. Raises IctplanError for an unknown area or a report that is not there.
    """
    if report is not None and (area is None or report not in reports(area, data_dir)):
        load(area, report, data_dir=data_dir)  # Says what is wrong with the request before the work begins.
    observations, comparisons = load_pair(area, data_dir=data_dir)
    if report is not None:
        observations, comparisons = (as_of(frame, report) for frame in (observations, comparisons))
    findings = audit(observations, comparisons, data_dir=data_dir)
    return findings if report is None else findings[findings["report"] == report].reset_index(drop=True)


def audit_document(
    observations: pd.DataFrame,
    comparisons: pd.DataFrame,
    blocks: Sequence[str | Sequence[Sequence[str]]],
    area: str,
    report: str,
    *,
    data_dir: str | Path = "data",
) -> pd.DataFrame:
    """Return the findings of one document that is not stored: its tables, its text, its dates and its title.

    `blocks` is the document as it stands, paragraphs and tables (grids of cell texts), for what no figure says.
    Earlier stored reports of the same area are what it is held against. Columns as `audit`.
    """
    observations, comparisons = observations.assign(report=report), comparisons.assign(report=report)
    facts = read_block_facts(blocks, area, report, data_dir)
    if area in reporting_areas(data_dir) and any(each < report for each in reports(area, data_dir)):
        stored, said = load_pair(area, data_dir=data_dir)
        observations = pd.concat([stored[stored["report"] < report], observations], ignore_index=True)
        comparisons = pd.concat([said[said["report"] < report], comparisons], ignore_index=True)
    findings = audit(observations, comparisons, facts, data_dir=data_dir)
    return findings[findings["report"] == report].reset_index(drop=True)


def _row(sheet: Sheet, found: Finding) -> dict:
    words = sentence(found)
    areas, reports = sheet.once("doc_names", lambda s: (s.docs["area"].tolist(), s.docs["report"].tolist()))
    return {
        "rule": found.rule, "severity": found.severity, "area": areas[found.doc], "report": reports[found.doc],
        "indicator": found.indicator, "period": found.period, "status": found.status, "source": found.source,
        "printed": found.printed, "expected": found.expected, "message_vi": words.vi, "message_en": words.en,
        "also": " ".join(found.also),
    }  # fmt: skip
