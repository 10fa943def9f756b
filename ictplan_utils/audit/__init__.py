"""Catch every number that cannot be true: declared edits (edits.csv), errors located, each mistake one finding.

>>> import ictplan_utils as ict
>>> from ictplan_utils import audit
>>> findings = audit.audit(ict.load("tuan-giao"), ict.load_comparisons("tuan-giao"))
"""

from __future__ import annotations

import functools
from pathlib import Path

import pandas as pd

from ictplan_utils import catalog
from ictplan_utils.audit import cells, doubts, edits, papers, reasons, series, untidy
from ictplan_utils.audit.columns import beside
from ictplan_utils.audit.evidence import Blame, blame
from ictplan_utils.audit.findings import COLUMNS, SEVERITIES, Finding, table
from ictplan_utils.audit.listing import rules
from ictplan_utils.audit.names import names_of
from ictplan_utils.audit.paper import Paper
from ictplan_utils.audit.printed import hold_together
from ictplan_utils.catalog import find_form
from ictplan_utils.catalog.areas import read as read_areas
from ictplan_utils.documents.plan import read_plan
from ictplan_utils.documents.reading import Reading
from ictplan_utils.messages import error
from ictplan_utils.observations import as_of, load, load_pair, reporting_areas, reports
from ictplan_utils.periods import order

__all__ = ["COLUMNS", "SEVERITIES", "audit", "audit_document", "audit_reading", "audit_stored", "rules"]


def audit(
    observations: pd.DataFrame,
    comparisons: pd.DataFrame,
    document: pd.DataFrame | None = None,
    *,
    texts: tuple[str | list[list[str]], ...] = (),
    only: str | None = None,
    area: str | None = None,
    data_dir: str | Path = "data",
) -> pd.DataFrame:
    """Return what is wrong, doubtful or untidy in the documents, one row a fault, errors first.

    `observations` and `comparisons` as `ict.load` and `ict.load_comparisons` give them (any areas and reports;
    without a column `report` each area is one document). `document`: facts no table holds, columns
    documents.facts.FACT_COLUMNS; None: those stored for these documents. `texts`: the document's paragraphs and tables.
    `only`, `area`: the period and the area whose reports are judged; the others are what they are held against.

    Columns: rule, severity (error: cannot be true; warning: a person must ask; info: untidy, or to be filled in),
    area, report, indicator, period, status, source (place in the document), printed, expected, name, place and what
    (in both languages), arithmetic, slip and mend (the likely slip of the pen, the likely figure), message_vi and
    message_en (the sentence made of them), also (other places it concerns, a space between them).
    Computed figures ("suy ra …") are no statements and are not judged.
    """
    return table(_audit(observations, comparisons, document, (texts, None), only, area, data_dir))


def _audit(observations, comparisons, document, shown, only, area, data_dir) -> list[Finding]:
    texts, reading = shown
    documents = cells.read_documents(observations, comparisons, names_of(data_dir))
    if reading is not None and (reading.area, reading.report) not in {(doc.area, doc.report) for doc in documents}:
        documents.append(cells.finished(cells.Document(reading.area, reading.report, names_of(data_dir))))
    if not documents:
        return []
    facts = (
        papers.facts_for(cells.with_report(observations), data_dir) if document is None else papers.as_facts(document)
    )
    told: dict[tuple[str, str], list[dict]] = {}
    for row in facts.to_dict("records"):
        told.setdefault((row["area"], row["report"]), []).append(row)
    form, sections = find_form(data_dir=data_dir), catalog.sections(data_dir)
    told_why = functools.cache(lambda: reasons.reasons_in(texts, data_dir))  # read only where something is to be asked
    found: list[Finding] = series.against_others(documents, names_of(data_dir), data_dir)
    for doc in [doc for doc in documents if only in (None, doc.report) and area in (None, doc.area)]:
        said = told.get((doc.area, doc.report), [])
        if reading is not None:
            hold_together(doc, reading, data_dir)
        found += _document(doc, said, data_dir, form, sections, told_why, texts)
    return [each for each in _leaps_once(found) if only in (None, each.report) and area in (None, each.area)]


def _leaps_once(found: list[Finding]) -> list[Finding]:
    """Return findings without the leaps that an error rests on, or that a long history tells of too."""
    wrong = {(each.area, each.report, place) for each in found if each.severity == "error"
             for place in (each.ref, *each.also)}  # fmt: skip
    leaps = {(each.area, each.report, each.ref) for each in found if each.rule == "out_of_line"}
    over = {"jump": wrong | leaps, "out_of_line": wrong}
    return [each for each in found if (each.area, each.report, each.ref) not in over.get(each.rule, ())]


def _document(doc, facts, data_dir, form, sections, told_why, texts) -> list[Finding]:
    blamed = _blamed(doc, data_dir)
    told = list(papers.papers(Paper(doc, facts, set(sections.index), texts)))
    # A column of another year than its heading's: what is compared with the right year is the same mistake.
    years = ("header_year", "compared_years")
    columns = {each.source.partition(":")[0] for each in blamed.findings if each.rule in years}
    headed = any(each.source == "D:heading" for each in told)  # and so are figures under a heading of another year
    odd = [each for each in doc.odd_columns if each.source.partition(":")[0] not in columns]
    dated = any(each.rule in (*years, "caption_year") for each in told)
    return [
        *(each for each in beside(odd, blamed.findings) if not (headed and each.rule == "title_year")),
        *(each for each in beside(odd, doubts.doubts(blamed, told_why)) if not (dated and each.rule == "misdated")),
        *odd,
        *untidy.untidy(blamed),
        *untidy.lacking(doc, form, papers.claims(doc, facts, form, sections)),
        *(each for each in told if each.rule not in years or each.source.partition(":")[0] not in columns),
    ]


def _blamed(doc, data_dir) -> Blame:
    """Return a document's errors, words of two meanings taken so that the least is wrong."""
    copies = list(doubts.twins(doc))
    found = blame(edits.model(doc, data_dir), copies)
    for some, other, time in edits.readings(doc, data_dir) if found.findings else ():
        first, *own = some[0].key
        disputed = {found.model.cells[k].indicator for k in found.cells}
        if first not in disputed or not all(found.wrong(cell) for cell in some if not cell.measure):
            continue  # in places it is taken rightly
        doc.read_as(some, other, time)
        tried = blame(edits.model(doc, data_dir), copies)
        if tried.cost < found.cost:
            found = tried
        else:
            doc.read_as(some, first, time and tuple(own))
    return found


def audit_stored(area: str | None = None, report: str | None = None, *, data_dir: str | Path = "data") -> pd.DataFrame:
    """Return the findings of the stored reports: of all, of an area, of a period.

    Each is held against earlier ones, and against what the areas directly inside its own state of the same periods.

    Columns as `audit`. Raises IctplanError for an unknown area or a report that is not there.
    """
    if report is not None and (area is None or report not in reports(area, data_dir)):
        load(area, report, data_dir=data_dir)  # Says what is wrong with the request before the work begins.
    tables = load_pair(area, data_dir=data_dir)
    if report is not None:
        tables = tuple(as_of(frame, report) for frame in tables)
    if area is not None:
        area = catalog.area(area, data_dir).area
        inside = [each for each in read_areas(data_dir).children.get(area, [])
                  if (sent := reports(each, data_dir)) and report in (None, *sent)]  # fmt: skip
        if inside:
            parts = load_pair(inside, report, data_dir=data_dir)
            tables = tuple(pd.concat(pair, ignore_index=True) for pair in zip(tables, parts, strict=True))
    return audit(*tables, only=report, area=area, data_dir=data_dir)


def audit_document(
    path: str | Path, area: str | None = None, report: str | None = None, *, data_dir: str | Path = "data"
) -> pd.DataFrame:
    """Return the findings of one document that is not stored: its tables, its text, its dates and its title.

    Earlier stored reports of the same area are what it is held against. Columns as `audit`. Raises IctplanError where
    the document cannot be read, or nothing was read in it.
    """
    return audit_reading(read_plan(path, area, report, data_dir), data_dir=data_dir)


def audit_reading(reading: Reading, *, data_dir: str | Path = "data") -> pd.DataFrame:
    """Return the findings of one document as it was read, see `audit_document`."""
    if reading.observations.empty and reading.others.empty:
        raise error("audit.nothing_read", path=reading.path)
    report = reading.report
    observations, comparisons = (frame.assign(report=report) for frame in (reading.observations, reading.comparisons))
    if reading.area in reporting_areas(data_dir):
        earlier = [each for each in reports(reading.area, data_dir) if order(each) < order(report)]
        if earlier:
            stored, said = load_pair(reading.area, data_dir=data_dir)
            observations = pd.concat([stored[stored["report"].isin(earlier)], observations], ignore_index=True)
            comparisons = pd.concat([said[said["report"].isin(earlier)], comparisons], ignore_index=True)
    texts = tuple(reading.contents.texts())
    found = _audit(observations, comparisons, reading.facts, (texts, reading), report, None, data_dir)
    doc = cells.Document(reading.area, report, names_of(data_dir))
    wrong = {(each.indicator, each.source) for each in found if each.severity == "error"}
    further = [
        *papers.rows_twice(reading, doc), *papers.areas_twice(reading, doc), *papers.numbered_twice(reading, doc),
        *papers.broken(reading, doc), *papers.another_place(reading, doc, data_dir),
        *papers.anothers_figures(reading, doc, data_dir),
    ]  # fmt: skip
    # One mistake, one finding.
    rows = {each.source for each in further}
    found = [each for each in found if each.source.rpartition(":")[0] not in rows]
    return table([*(each for each in further if (each.indicator, each.source) not in wrong), *found])
