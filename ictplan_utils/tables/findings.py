"""What the audit found as tables: the gravest for a leader, all of it for a clerk to work through."""

from __future__ import annotations

import re
from html import escape

import pandas as pd

from ictplan_utils.messages import listed
from ictplan_utils.narrative import Text, finding_parts, paragraph, worst_first
from ictplan_utils.reports import Report
from ictplan_utils.tables.table import Cell, Column, Row, Table
from ictplan_utils.vietnamese import capitalised, closed_up

LONG = 12
"""Remarks of the audit that lie open; more, which nobody must correct, are unfolded."""


def errors(report: Report, most: int = 6) -> Table | Text:
    """Return the first errors as a leader looks at them: which figure, what is printed, what it probably is."""
    rows = report.findings[report.findings["severity"] == "error"]
    if rows.empty:
        return paragraph(report.say("narrative.audit.none"))
    ordered = worst_first(rows).head(most)
    told = []
    for _, row in ordered.iterrows():
        name, place, _ = finding_parts(row, report)
        told.append(Row(name or place, [_printed(row), _expected(row, report)], place if name else ""))
    columns = [Column(report.say("tables.findings.printed")), Column(report.say("tables.findings.expected"))]
    questions = int((report.findings["severity"] == "warning").sum())
    rest = {"errors": len(rows) - len(ordered), "questions": questions}
    parts = [report.say(f"tables.findings.rest_{name}", count=count) for name, count in rest.items() if count]
    note = report.say("tables.findings.rest", parts=listed(parts, report.lang)) if parts else ""
    return Table("errors", report.say("tables.findings.figure"), columns, told, note, report.lang,
                 see="audit" if parts else "")  # fmt: skip


def _printed(row: pd.Series) -> Cell:
    # Struck out is what is wrong; what is only asked about may be right.
    mark = "del" if row["expected"] and row["severity"] == "error" else "span"
    told = re.sub(r"(\d{4})-(\d\d)-(\d\d)$", r"\3/\2/\1", closed_up(row["printed"]))  # a letter with its day
    return Cell(told, f'<{mark} lang="vi">{escape(told)}</{mark}>')


def _expected(row: pd.Series, report: Report) -> Cell:
    """Return what a figure probably is; of one only asked about, what it may be; or its bound, which suggests none."""
    sign, value = row["expected"][:1], row["expected"].lstrip("≤≥~ ")
    otherwise = "probably" if row["severity"] == "error" else "perhaps"
    key = {"≤": "at_most", "≥": "at_least", "~": "about"}.get(sign, otherwise)
    return Cell(report.say(f"tables.findings.{key}", value=value) if value else "")


def findings(report: Report, rows: pd.DataFrame) -> Table | Text:
    """Return some of a report's findings as a clerk works through them: which figure, where, what, what else.

    `rows`: of `report.findings`. The gravest first; what is only untidy as the document has it. Without any, the
    sentence that there is none.
    """
    if rows.empty:
        return paragraph(report.say("tables.findings.none"))
    untidy = (rows["severity"] == "info").all()
    rows = rows if untidy else worst_first(rows)
    mended = rows["expected"].astype(bool).any()
    columns = [
        Column("", numeric=False),
        Column(report.say("tables.findings.printed")),
        *([Column(report.say("tables.findings.expected"))] if mended else []),
    ]
    told = []
    for _, row in rows.iterrows():
        name, place, what = finding_parts(row, report)
        cells = [Cell(capitalised(what)), _printed(row), *([_expected(row, report)] if mended else [])]
        told.append(Row(name or place, cells, place if name else ""))
    long = untidy and len(told) > LONG
    return Table("findings", report.say("tables.findings.what"), columns, told, lang=report.lang,
                 unfold=report.say("tables.findings.unfold", count=len(told)) if long else "")  # fmt: skip
