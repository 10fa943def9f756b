"""The clerk's whole way in one go: documents read, checked and stored, pages and papers made, a checklist at the end.

Nothing is stored where the reading is in doubt until somebody accepts it; a second call does what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import pandas as pd

from ictplan_utils import catalog, reports, workspace
from ictplan_utils.audit import audit_reading
from ictplan_utils.batch import engine
from ictplan_utils.batch.progress import progress
from ictplan_utils.batch.schedule import Request, make_schedule
from ictplan_utils.documents.ingest import Outcome, documents_in, said, store, what_went_wrong
from ictplan_utils.documents.merging import Difference
from ictplan_utils.documents.plan import check_period, read_plan
from ictplan_utils.documents.reading import Reading, Remark
from ictplan_utils.errors import IctplanError
from ictplan_utils.messages import language, text
from ictplan_utils.narrative import period_name
from ictplan_utils.office import forms
from ictplan_utils.office.form import read_form
from ictplan_utils.periods import order
from ictplan_utils.reports import Report

SHOWN = 20
"""Lines of each part of the checklist for one document, unless all are asked for."""

SEVERITIES = {"correct": "error", "ask": "warning", "tidy": "info"}
"""Part of the checklist → which of the audit's findings stand there."""

HERE = Request()


@dataclass(frozen=True)
class Document:
    """One document: what was read in it, what the audit says (columns as `audit.audit`), what became of it.

    `reading` is None where it could not be read; `outcome.error` says why.
    """

    path: Path
    outcome: Outcome
    reading: Reading | None = None
    findings: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["severity"]))

    @property
    def doubts(self) -> list[Remark | Difference]:
        """What a person must look at before the figures are stored."""
        differences = [one for each in self.parts for one in each.differences]
        return [*(self.reading.doubts if self.reading else ()), *differences]

    @property
    def parts(self) -> tuple[Outcome, ...]:
        """What became of its own area's figures, and of each other area's."""
        return self.outcome, *self.outcome.others

    @property
    def held(self) -> bool:
        """Whether it was read and waits for somebody to accept it."""
        return self.reading is not None and not self.outcome.error and any(each.preview for each in self.parts)

    @property
    def stored(self) -> bool:
        """Whether its figures are in the office's data, now or since an earlier call."""
        return not self.outcome.error and not any(each.preview for each in self.parts)


@dataclass(frozen=True)
class Made:
    """What was made of one period: each area's index of pages with their number, the papers, what could not be made."""

    period: str
    pages: dict[Path, int]
    papers: tuple[workspace.Outcome, ...] = ()
    failed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Prepared:
    """The documents and what was made of them; `passed_over` are files that are no one's documents."""

    documents: tuple[Document, ...]
    made: tuple[Made, ...]
    passed_over: tuple[Path, ...] = ()

    @property
    def done(self) -> bool:
        """Whether nothing is left to a person: all read and stored, no error found, all made."""
        errors = any((each.findings["severity"] == "error").any() for each in self.documents)
        return not errors and all(each.stored for each in self.documents) and not any(m.failed for m in self.made)


def prepare(
    plans: Sequence[Path],
    area: str | None = None,
    period: str | None = None,
    request: Request = HERE,
    *,
    accept: Callable[[Document], bool] = lambda document: False,
    tell: Callable[[str], None] = lambda line: None,
    under: str = "",
) -> Prepared:
    """Read documents (folders or .zip archives of them), check and store them, make their pages and papers.

    `request` says where data, notebooks and results lie, and in which language the pages are.
    `accept` is asked of each document whose reading is in doubt, or differs from what is stored: True stores it as it
    stands. `tell` gets a line as each is read. A document that cannot be read stops no other. Raises IctplanError
    where the request itself is wrong: no such document, area or period.
    """
    check_period(period)
    catalog.data_path(request.data)
    documents, read = [], partial(read_plan, area=area, report=period, data_dir=request.data, under=under)
    with documents_in(plans) as (found, passed_over):
        for path, called in found.items():
            tell(text("prepare.reading", path=called))
            documents.append(_read(path, called, read, request.data))
    # Earlier reports are stored first: later ones are held against them.
    documents.sort(key=lambda each: order(each.outcome.report) if each.outcome.report else 0)
    documents = [_store(each, request.data, accept) for each in documents]
    stored: dict[str, list[str]] = {}
    for each in documents:
        told = stored.setdefault(each.outcome.report, []) if each.stored else []
        told += [one.area for one in each.parts if one.figures and one.area not in told]
    made = [
        make(replace(request, areas=areas, period=when))
        for when, areas in sorted(stored.items(), key=lambda item: order(item[0]))
    ]
    return Prepared(tuple(documents), tuple(made), tuple(passed_over))


def _read(path: Path, called: Path, read: Callable[[Path], Reading], data: str) -> Document:
    """Read a document and say what storing it would do; nothing is written."""
    try:
        reading = read(path)
        return Document(called, store(reading, data, dry_run=True), reading)
    except Exception as problem:  # a slip of ours in one document must not stop the others
        return Document(called, Outcome(called, error=what_went_wrong(problem).replace(str(path), str(called))))


def _store(document: Document, data: str, accept: Callable[[Document], bool]) -> Document:
    """Check a document that was read, and store it where nothing in it is in doubt or somebody accepts it."""
    reading = document.reading
    if reading is None or document.outcome.error:
        return document
    try:
        if not reading.observations.empty:
            document = replace(document, findings=audit_reading(reading, data_dir=data))
        foreseen = store(reading, data, dry_run=True)
        document = replace(document, outcome=foreseen)
        fresh = any(each.new or each.new_facts or each.differences for each in document.parts)
        if fresh and document.doubts and not accept(document):
            return document
        return replace(document, outcome=store(reading, data, replace=any(each.differences for each in document.parts)))
    except IctplanError as problem:
        return replace(document, outcome=replace(document.outcome, error=str(problem)))


def make(request: Request) -> Made:
    """Make the pages and papers of these areas' reports on a period, as far as they are not there as they would be."""
    failed, papers, pages = [], [], {}
    folder = Path(request.outputs) / request.period
    try:
        outcome = engine.run(make_schedule(request), engine.Workers(), progress())
        good = [*outcome.made, *outcome.unchanged]
        pages = {folder / area / "index.html": sum(key.startswith(f"{area}/") for key in good)
                 for area in request.areas}  # fmt: skip
        failed += outcome.failed.values()
    except IctplanError as problem:
        failed.append(str(problem))
    for area in request.areas:
        try:
            papers += _papers(reports.of(area, request.period, data_dir=request.data), folder / area)
        except IctplanError as problem:
            failed.append(text("prepare.no_papers", area=area, reason=problem))
    return Made(request.period, pages, tuple(papers), tuple(failed))


def _papers(report: Report, folder: Path) -> list[workspace.Outcome]:
    """Write the official papers of a report, but none over one that somebody has worked on."""
    written = workspace.deliver(folder, forms.make_forms(read_form(report)).items(), again=True)
    return [replace(each, path=str(folder / each.path)) for each in written]


# -- the checklist -----------------------------------------------------------------------------------------------


def checklist(
    prepared: Prepared, data: str = "data", limit: int | None = SHOWN, leave_out: Collection[str] = ()
) -> list[tuple[str, list[str]]]:
    """Return the checklist's parts as headings with their lines: read, to accept, to correct, to ask, to tidy, left
    out, ready, next. Parts without a line are left out; `limit` lines of a part for each document (None: all)."""
    documents, lang = prepared.documents, language()
    judged = {
        part: _lines(documents, lambda each, severity=severity: _findings(each, severity, lang), limit)
        for part, severity in SEVERITIES.items()
    }
    parts = {
        "read": [_read_line(each, data, lang) for each in documents],
        "accept": _lines(documents, lambda each: doubts(each) if each.held else [], limit),
        **judged,
        "left": _lines(documents, _left, limit)
        + [text("prepare.passed_over", path=path) for path in prepared.passed_over],
        "ready": [line for each in prepared.made for line in _ready(each)],
        "failed": [reason for each in prepared.made for reason in each.failed],
        "next": _next(prepared),
    }
    return [(text(f"prepare.part.{part}"), lines) for part, lines in parts.items() if lines and part not in leave_out]


def _read_line(document: Document, data: str, lang: str) -> str:
    outcome = document.outcome
    if outcome.error:
        return text("prepare.not_read", path=document.path, reason=outcome.error.removeprefix(f"{document.path}: "))
    how = "held" if document.held else "stored" if outcome.written else "as_before"
    return text(f"prepare.{how}", path=document.path, area=catalog.area(outcome.area, data).title(lang),
                period=period_name(outcome.report, lang), figures=outcome.figures,
                comparisons=outcome.comparisons)  # fmt: skip


def _lines(documents: Sequence[Document], told: Callable[[Document], list[str]], limit: int | None) -> list[str]:
    """Return what is told of each document, under its name where there are several."""
    lines = []
    for each in documents:
        own = list(dict.fromkeys(told(each)))
        more = len(own) - limit if limit is not None else 0
        own = own[:limit] + ([text("prepare.more", count=more)] if more > 0 else [])
        lines += [each.path.name, *(f"  {line}" for line in own)] if own and len(documents) > 1 else own
    return lines


def _findings(document: Document, severity: str, lang: str) -> list[str]:
    rows = document.findings
    return list(rows.loc[rows["severity"] == severity, f"message_{lang}"]) if len(rows) else []


def doubts(document: Document) -> list[str]:
    """Return what a person must look at before a document is stored, each with its place, in the current language."""
    return [said(one) for one in document.doubts]


def _left(document: Document) -> list[str]:
    outcome, doubts = document.outcome, document.doubts
    return [said(one) for one in (*outcome.unmatched, *(w for w in outcome.warnings if w not in doubts))]


def _ready(made: Made) -> list[str]:
    pages = [text("prepare.pages", count=count, index=index) for index, count in made.pages.items() if count]
    return pages + [text(f"prepare.paper.{each.kind}", path=each.path) for each in made.papers]


def _next(prepared: Prepared) -> list[str]:
    """Return what comes next, one step a line."""
    judged = {severity for each in prepared.documents for severity in each.findings["severity"]}
    steps = {
        "read": any(each.outcome.error for each in prepared.documents),
        "accept": any(each.held for each in prepared.documents),
        "correct": "error" in judged,
        "ask": "warning" in judged,
        "fail": any(each.failed for each in prepared.made),
        "pages": any(each.pages for each in prepared.made),
    }
    papers = {Path(paper.path).name for each in prepared.made for paper in each.papers}
    drafts = [
        text("prepare.next.papers", draft=name)
        for name in sorted(papers & (forms.PAPERS.keys() ^ forms.PAPERS_OF_A_YEAR.keys()))
    ]
    return [text(f"prepare.next.{step}") for step, wanted in steps.items() if wanted] + drafts
