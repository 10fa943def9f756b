"""Read one plan document: contents, tables, text → a Reading."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ictplan_utils import catalog, messages
from ictplan_utils.documents import context, guards, layout
from ictplan_utils.documents.contents import Contents
from ictplan_utils.documents.facts import contents_facts
from ictplan_utils.documents.formats import read_contents
from ictplan_utils.documents.groups import group_time
from ictplan_utils.documents.headers import time_of
from ictplan_utils.documents.names import Names, names
from ictplan_utils.documents.owners import Owners
from ictplan_utils.documents.reading import Found, Reading, comparison_frame, observation_frame, time_called
from ictplan_utils.documents.running_text import read_text
from ictplan_utils.documents.table_reader import read_tables
from ictplan_utils.observations import FIGURE, KEY, PERIOD, with_derived
from ictplan_utils.periods import is_half, order


@guards.guarded
def read_plan(
    path: str | Path,
    area: str | None = None,
    report: str | None = None,
    data_dir: str | Path = "data",
    *,
    maps: Mapping[str, str] | None = None,
    under: str = "",
) -> Reading:
    """Return what a plan, report or yearbook table states, and everything in it that was not read.

    Area and report are found in the document; `area` and `report` override. Observations hold also the figures
    of the same period last year that the document states only by comparison (their note begins "suy ra").
    `maps` are names a person has given to indicators, beside the catalogue's variants; `under` is the area whose
    areas report, which tells those of one name apart.
    Raises IctplanError, naming file and next step, for what cannot be opened as a document.
    """
    path = Path(path)
    if area is not None:
        catalog.area(area, data_dir)
    check_period(report)
    contents = read_contents(path)
    known = names(data_dir, maps)
    found = Found(warnings=list(contents.warnings))
    tables, paragraphs = layout.tables(contents.blocks)
    texts = [p.text for p in paragraphs] + [c for t in tables for c in t.captions]
    own_area, why_area = context.find_area(texts, path, data_dir, under)
    holder = context.holder([t.name for t in tables], own_area, data_dir)
    own_area, why_area = (holder, "") if holder else (own_area, why_area)
    rows = [row.name.replace("\n", " ") for t in tables if t.years_down for row in t.rows]
    groups = [said for t in tables for row in t.rows if (said := group_time(row, t))]
    groups += dict.fromkeys(row.time for t in tables if not t.years_down for row in t.rows if row.time)
    times = {text: time_of(text) for text in rows}
    own_report, why_report = context.find_report(
        texts,
        [*(t.header[c] for t in tables if not t.years_down for c in t.values), *groups,
         *(t for t in rows if times[t].kind == "figure")],
    )  # fmt: skip
    named = [made for t in tables if t.name and (made := time_of(t.name)).period and made.status != "target"]
    # A sheet for each time: the year that is only expected is not the report's where its half has a sheet.
    sheets = {made.period for made in named if made.status == "actual" or is_half(made.period)}
    if len({made.period for made in named}) > 1:
        own_report, why_report = max(sheets or {made.period for made in named}, key=order), ""
    used_area, used_report = area or own_area, report or own_report
    owners = Owners(used_area, used_report, data_dir, given=bool(area), called=own_area)
    company = owners.of_letterhead(texts)
    if company:
        found.warn(messages.text("reading.company", company=company))
    else:
        read_tables(tables, owners, known, found)
    if paragraphs and used_report and not company:
        read_text(paragraphs, owners, found, known.meaning)
    _say(area, report, own_area, own_report, why_area, why_report, found)
    facts = contents_facts(contents, tables, used_area, used_report, data_dir)
    return _reading(path, owners, found, facts, contents, known)


def check_period(report: str | None) -> None:
    """Raise IctplanError for a reporting period that is none."""
    if report is not None and not PERIOD.fullmatch(report):
        raise messages.error("reading.no_period", report=report)


def _say(area, report, own_area, own_report, why_area, why_report, found: Found) -> None:
    """Warn of an area or a period that the document does not state, or states otherwise."""
    if area and own_area and area != own_area:
        found.doubt(messages.text("reading.other_area", own=own_area, area=area))
    if not area and why_area:
        found.doubt(why_area if own_area else messages.text("reading.name_area", why=why_area))
    if report and own_report and report != own_report:
        found.doubt(messages.text("reading.other_period", own=own_report, report=report))
    if not report and why_report:
        found.doubt(why_report if own_report else messages.text("reading.name_period", why=why_report))
    if not found.observations:
        found.warn(messages.text("reading.nothing"))


def _called(names: Names, owners: Owners, area: str, indicator: str, period: str, status: str) -> str:
    """Return a figure as people call it: `Trạm BTS, ước năm 2021`, another area's with that before it."""
    whose = f"{owners.known.by_slug[area].title(messages.language())}: " if area != owners.own else ""
    return whose + messages.text("reading.figure", indicator=names.called(indicator), when=time_called(period, status))


def _reading(path: Path, owners: Owners, found: Found, facts, contents: Contents, names: Names) -> Reading:
    for (where, problem, _), rows in found.problems.items():
        shown = ", ".join(rows[:5])
        shown = messages.text("reading.and_more", rows=shown, count=len(rows) - 5) if len(rows) > 5 else shown
        found.warn(messages.text("reading.many_rows", rows=shown, problem=problem), where)
    unstored = any(
        stated and problem == messages.text("formats.cell_no_result") for _, problem, stated in found.problems
    )
    every = observation_frame(found.observations)
    again = every.duplicated(KEY)
    for row in every[again].itertuples():
        figure = _called(names, owners, row.area, row.indicator, row.period, row.status)
        found.warn(messages.text("reading.twice", figure=figure), row.source)
    for key, group in every.groupby(FIGURE, sort=False):
        if group["value"].nunique() > 1:
            said = ", ".join(
                messages.text("reading.says", place=row.source, printed=row.printed) for row in group.itertuples()
            )
            figure = _called(names, owners, *key)
            found.warn(messages.text("reading.contradicts", figure=figure, said=said, indicator=key[1]))
    every = every[~again]
    told = comparison_frame(found.comparisons).drop_duplicates([*KEY, "base_period", "base_status", "measure"])
    (observations, comparisons), (others, others_comparisons) = (
        tuple(frame[(frame["area"] == owners.own) == own].reset_index(drop=True) for frame in (every, told))
        for own in (True, False)
    )
    return Reading(
        path, owners.own, owners.report, with_derived(observations, comparisons, owners.data_dir), comparisons,
        tuple(found.unmatched), tuple(dict.fromkeys(found.warnings)), unstored, facts, contents,
        others, others_comparisons, tuple(dict.fromkeys(found.doubts)), tuple(found.parts),
        tuple(found.tables), tuple(found.sentences),
    )  # fmt: skip
