"""A document's dates, number, units and names against one another and the catalogue: no arithmetic."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from ictplan_utils import catalog, messages
from ictplan_utils.audit.cells import Document
from ictplan_utils.audit.findings import Finding
from ictplan_utils.audit.names import NOT_COUNTED
from ictplan_utils.audit.paper import Fact, Findings, Paper, lines, report_title
from ictplan_utils.audit.sentences import Both, figure, in_sentence, inside, place, say
from ictplan_utils.audit.titles import said_day, titles
from ictplan_utils.documents.facts import FACT_COLUMNS, stored_facts
from ictplan_utils.documents.owners import gazetteer, words
from ictplan_utils.documents.reading import BROKEN, Part, Reading, Unmatched
from ictplan_utils.documents.units import fit
from ictplan_utils.messages import LANGUAGES
from ictplan_utils.observations import DERIVED, KEY, read_observations
from ictplan_utils.periods import year
from ictplan_utils.vietnamese import fold, fold_in_place, nfc

EARLIEST, EARLIEST_RESULT = {"-S1": "05", "-S2": "07", "": "07"}, "10"
"""Six-month figures are put together in May and June, a year's in its second half, its results, not called an estimate,
near its end; no paper can hold them before."""
SAME_DOCUMENT_SHARE = 0.5
"""Stored facts go with audited figures when at least half of the stored document's figures are among them."""
LEAST_AMOUNT = 0.5
"""What is less of an amount's own unit, which is printed without decimals, is nothing."""
MOST = 0.8
"""So much of a form's headings, and of its rows, a document written on it prints, be they filled or blank."""
DIMENSIONS = (
    "%", "/100", "nguoi/", "km", "dong", "gio", "gb", "dvc", "ho so", "thue bao", "tram", "diem", "co so", "xa",
)  # fmt: skip
"""What a unit measures, a word in it, first match first; units unknown here are not judged."""


def facts_for(observations: pd.DataFrame, data_dir: str | Path) -> pd.DataFrame:
    """Return the stored facts of those documents whose figures are being audited, not of others of the same name."""
    kept = [pd.DataFrame(columns=list(FACT_COLUMNS))]
    for (area, report), mine in observations.groupby(["area", "report"], sort=False, observed=True):
        facts = stored_facts(area, report, data_dir)
        if not facts.empty and _same_document(mine, area, report, data_dir):
            kept.append(facts)
    return pd.concat(kept, ignore_index=True)


def _same_document(mine: pd.DataFrame, area: str, report: str, data_dir: str | Path) -> bool:
    path = catalog.data_path(data_dir) / "observations" / area / f"{report}.csv"
    if not path.is_file():
        return False
    stored, key = read_observations(path, data_dir), [*KEY, "printed"]
    mine = mine[~mine["note"].fillna("").str.startswith(DERIVED)]
    return bool(
        pd.MultiIndex.from_frame(stored[key]).isin(pd.MultiIndex.from_frame(mine[key])).mean() >= SAME_DOCUMENT_SHARE
    )


def as_facts(document: pd.DataFrame) -> pd.DataFrame:
    """Return facts handed in by a caller as the table they are stored in."""
    return document.reindex(columns=list(FACT_COLUMNS)).fillna("").astype(str)


def claims(doc: Document, facts: list[Fact], form, sections: pd.DataFrame) -> bool:
    """Tell whether a document is written on a form: it prints its headings and, by name, nearly all its rows."""
    printed = {row["source"].split(":")[1] for row in facts if row["fact"] == "unit"}
    rows = {cell.indicator for cell in doc.cells() if cell.in_table}
    headings = sum(section in printed for section in sections.index)
    return headings >= MOST * len(sections) and len(rows & form.numbers.keys()) >= MOST * len(form.numbers)


def rows_twice(reading: Reading, doc: Document) -> Iterator[Finding]:
    """Yield the indicators that two rows of a table state, and differently: the reader believes neither."""
    rows: dict[tuple[str, str], Unmatched] = {}
    for row in reading.unmatched:
        near = row.candidates[:1]
        if not near or near[0].score < 100 or not row.printed or row.why != messages.text("reading.why.rows_differ"):
            continue
        slug = near[0].indicator
        first = rows.setdefault((row.place.partition(":")[0], slug), row)
        if first.printed != row.printed and first.place != row.place:  # not one row's columns of several owners
            a, b = (Both(*["; ".join(each.printed)] * 2) for each in (row, first))
            what = say("say.row_twice", a=a, b=b, place=inside(place(first.place)))
            more = {"printed": "; ".join(row.printed), "name": doc.names[slug], "also": (first.place,)}
            yield doc.finding("row_twice", "error", row.place, what, indicator=slug, **more)


def areas_twice(reading: Reading, doc: Document) -> Iterator[Finding]:
    """Yield an area that a list of areas, the others of which it names once, names twice."""
    lists: dict[str, dict[str, list[str]]] = {}
    for row in (each for each in reading.unmatched if each.why == "unknown_area"):
        places = lists.setdefault(row.place.partition(":")[0], {}).setdefault(row.name, [])
        places += [row.place] * (row.place not in places)
    for rows in lists.values():
        twice = [(name, places) for name, places in rows.items() if len(places) > 1]
        for name, (first, again, *_) in twice if 2 * len(twice) <= len(rows) else ():
            what = say("say.area_twice", name=name, place=inside(place(first)))
            yield doc.finding("row_twice", "error", again, what, printed=name, also=(first,))


def broken(reading: Reading, doc: Document) -> Iterator[Finding]:
    """Yield what is printed of a whole count with decimals, or of an amount in another unit: "2.658 đồng"."""
    money = {slug for slug, unit in doc.names.unit.items() if unit.vi in NOT_COUNTED and doc.names.whole[slug]}
    rows = {}
    for row in reading.observations.itertuples():
        if row.indicator in money and 0 < row.value < LEAST_AMOUNT and row.printed and not row.source.startswith("N:"):
            told = Part(BROKEN, row.indicator, row.period, row.status, row.value, row.printed, row.source)
            rows.setdefault((row.source.rpartition(":")[0], row.indicator), told)
    for part in (*rows.values(), *(each for each in reading.parts if each.of == BROKEN)):
        unit = doc.names.unit[part.indicator]
        why = say("say.counted_whole", unit=unit)
        if unit.vi in NOT_COUNTED:
            why = say("say.comes_to", v=figure(part.value, 6), unit=in_sentence(unit))
        what = say("say.printed", p=part.printed, why=why)
        yield doc.finding(
            "broken_count", "error", part.source, what, indicator=part.indicator, period=part.period,
            status=part.status, printed=part.printed, name=doc.names[part.indicator],
        )  # fmt: skip


def numbered_twice(reading: Reading, doc: Document) -> Iterator[Finding]:
    """Yield the rows that have the number of the row above, where the number behind it is skipped."""
    for grid in (block for block in reading.contents.texts() if not isinstance(block, str)):
        rows = [(int(row[0]), row[1]) for row in grid if len(row) > 1 and re.fullmatch(r"[0-9]{1,3}", row[0])]
        for (first, a), (again, b), (behind, _) in zip(rows, rows[1:], rows[2:], strict=False):
            if first == again == behind - 2:
                what = say("say.row_number", n=str(first), m=str(first + 1), a=Both(a, a), b=Both(b, b))
                yield doc.finding("row_number", "info", "D:table", what, printed=str(first), expected=str(first + 1))


def another_place(reading: Reading, doc: Document, data_dir: str | Path) -> Iterator[Finding]:
    """Yield a line that says whose paper it is and names areas none of which is its own, nor lies above or inside it.

    Of titles, the paper's and its tables', all areas count, of the lines SAYS_WHOSE those whose public body it names.
    """
    told = [*lines(reading.contents.texts())]
    noted = [row.note for row in reading.facts.itertuples() if row.fact in ("title_year", "caption_year")]
    whose = [("title", text) for text in (*noted, *report_title(told))]
    whose += [(key, text) for key, says in SAYS_WHOSE.items() for text in told if says.search(fold(text))]
    known = gazetteer(data_dir)
    own = known.known.by_slug.get(reading.area)
    near = {reading.area, *known.above(reading.area)} if own else set()
    whose_it_is = (words(data_dir).body_before, _OF)
    found: dict[tuple[str, ...], Finding] = {}
    for key, text in dict.fromkeys(whose) if own else ():
        named = [
            (text[start:end].strip(), slugs)
            for _, slugs, start, end in known.named(text)
            if slugs and (key == "title" or any(each.search(fold_in_place(text)[:start]) for each in whose_it_is))
        ]
        if named and not any(
            slug in near or reading.area in known.above(slug) or known.known.by_slug[slug].name == own.name
            for _, slugs in named for slug in slugs
        ):  # fmt: skip
            what = say(f"say.another_place_{key}", t=named[0][0], own=Both(*map(own.title, LANGUAGES)))
            more = {"printed": named[0][0], "expected": own.title()}
            found.setdefault(tuple(named[0][1]), doc.finding("another_place", "warning", f"D:{key}", what, **more))
    yield from found.values()


def anothers_figures(reading: Reading, doc: Document, data_dir: str | Path) -> Iterator[Finding]:
    """Yield an area, neither inside nor around the document's own, of which a text tells what its own tables print."""
    own = {
        (row.indicator, row.period, row.status, row.value): row.source for row in reading.observations.itertuples()
        if not row.source.startswith("N:")
    }  # fmt: skip
    known, told = gazetteer(data_dir), {}
    for row in reading.others.itertuples():
        same = own.get((row.indicator, row.period, row.status, row.value))
        related = reading.area in known.above(row.area) or row.area in known.above(reading.area)
        if same and row.source.startswith("N:") and not related:
            told.setdefault(row.area, []).append((row, same))
    for area, rows in told.items():
        (first, same), *_ = rows
        title = Both(*map(known.known.by_slug[area].title, LANGUAGES))
        what = say("say.anothers_figure", p=first.printed, t=title, place=inside(place(same)))
        also = dict.fromkeys([same, *(row.source for row, _ in rows)])
        yield doc.finding(
            "another_place", "warning", first.source, what, indicator=first.indicator, printed=first.printed,
            name=doc.names[first.indicator], also=(*also,),
        )  # fmt: skip


_OF = re.compile(r"\bcua\s+$")
SAYS_WHOSE = {
    "opening": re.compile(r"nhu sau\W*$"),
    "encloses": re.compile(r"(?:^|\()\W*kem theo\b.*\bcua\b"),
    "closing": re.compile(r"^tren day la"),
}
"""The lines beside the title that say whose a paper is: "UBND huyện … báo cáo như sau:", "(Kèm theo … của UBND …)"."""


def papers(paper: Paper) -> Findings:
    """Yield what is wrong with a document's dates, years, headings and units."""
    yield from _signature(paper)
    yield from _letters(paper)
    yield from titles(paper)
    yield from _same_periods(paper)
    yield from _number(paper)
    yield from _units(paper)
    yield from _row_names(paper)


def _signature(paper: Paper) -> Findings:
    signed, this = paper.signed, year(paper.doc.report)
    if not signed:
        return
    row = paper.of("signed")[0]
    if not _exists(signed):
        yield paper.found("no_such_date", "error", row, say("say.no_such_date", d=said_day(signed)))
        return
    before = int(signed[:4]) < this
    over = paper.doc.slots.get("year") == (paper.doc.report, "actual")
    earliest = EARLIEST_RESULT if over else EARLIEST[paper.doc.report[4:]]
    if before or (signed[:4] == str(this) and signed[5:7] < earliest):
        what = say("say.signed_early", s=said_day(signed), r=paper.doc.report)
        # In the year itself the figures may have been foretold; in an earlier year they cannot exist.
        yield paper.found("title_year", "error" if before else "warning", row, what)
        paper.signed = ""  # It is no measure of anything else.


def _letters(paper: Paper) -> Findings:
    """Yield the letters cited whose day does not exist, or lies after the document's own."""
    for row in {row["value"]: row for row in reversed(paper.of("cites"))}.values():
        letter, _, date = row["value"].rpartition(" ")
        if not _exists(date):
            yield paper.found("no_such_date", "error", row, say("say.no_such_date", d=said_day(date)))
        elif paper.signed and date > _last_day(paper.signed):
            likely = f"{paper.signed[:4]}{date[4:]}"
            fits = likely <= _last_day(paper.signed)
            what = say("say.letter_from_the_future", s=said_day(paper.signed), l=letter, d=said_day(date))
            what = what + say("say.may_be", d=said_day(likely)) if fits else what
            yield paper.found("letter_from_the_future", "error", row, what, said_day(likely) if fits else "")


def _same_periods(paper: Paper) -> Findings:
    """Yield what a text compares with the same period of a year that is not the one before."""
    for cell in paper.doc.comparisons:
        if cell.in_table or cell.period != paper.doc.report or "cung ky" not in fold(cell.printed):
            continue
        right, base = str(year(cell.period) - 1), cell.base[1]  # type: ignore[index]
        if base and str(year(base)) != right:
            what = say("say.same_period", p=cell.printed, y=right)
            row = {"source": cell.source, "value": cell.printed}
            yield paper.found("compared_years", "warning", row, what, right, cell.indicator)


def _number(paper: Paper) -> Findings:
    own = re.search(r"(\d+)\s*/\s*(\S+)", paper.one("number", "note"))
    for row in {row["value"]: row for row in reversed(paper.of("cites"))}.values() if own else ():
        letter, _, date = row["value"].rpartition(" ")
        number_, _, kind = letter.partition("/")
        if date == paper.signed and kind == own[2] and number_ != own[1]:
            what = say("say.enclosed", n=own[1], k=kind, l=letter)
            yield paper.found("enclosed_number", "warning", row, what, f"{own[1]}/{kind}")
    for row in paper.of("number"):
        if not row["value"]:
            what = say("say.open_number" if len(paper.signed) == 10 else "say.open_both")
            yield paper.found("open_number", "info", row, what)


def _indicators(paper: Paper) -> list[tuple[Fact, str]]:
    """Return the rows' printed units, each with the indicator whose figures stand in its row, else whose name does."""
    rows = {cell.place[:2]: cell.indicator for cell in paper.doc.cells() if cell.in_table}
    tables = {table for table, _ in rows}
    found = []
    for row in paper.of("unit"):
        table, number_, _ = row["source"].split(":")
        by_name = paper.doc.names.by_name.get(fold(row["note"]), "")
        found.append((row, rows.get((table, number_), "") if table in tables else by_name))
    return found


def _units(paper: Paper) -> Findings:
    """Yield printed units that measure something else than the row's indicator, one an indicator, and lacking ones."""
    figures = [cell for cell in paper.doc.cells() if not cell.measure]
    least, most = paper.doc.names.least, paper.doc.names.most
    beyond = {each.indicator for each in figures if not least[each.indicator] <= each.value <= most[each.indicator]}
    filled = {(each.place[0], each.indicator) for each in figures}
    seen: set[tuple[str, str]] = set()
    for row, slug in _indicators(paper):
        table, heading, _ = row["source"].split(":")
        fault = (slug, "odd" if row["value"] else "blank") if slug else (heading, "")
        if fault in seen:
            continue
        if not slug:
            if row["value"] and heading in paper.sections:
                seen.add(fault)
                yield paper.found("unit_of_row", "warning", row, say("say.heading_unit", n=row["note"], u=row["value"]))
            continue
        right = paper.doc.names.unit[slug]
        odd = (
            slug not in beyond
            and {"", dimension(right.vi)}.isdisjoint({dimension(row["value"])})
            and not fit(row["value"], right.vi, row["note"]).fits
            and dimension(right.vi)
        )
        if odd if row["value"] else (table, slug) in filled:
            seen.add(fault)
            what = say("say.odd_unit", u=row["value"], r=right) if row["value"] else say("say.no_unit", u=right)
            yield paper.found("unit_of_row", "warning" if row["value"] else "info", row, what, right.vi, slug)


def _row_names(paper: Paper) -> Findings:
    """Yield rows that two tables call otherwise."""
    first: dict[str, Fact] = {}
    for row, slug in _indicators(paper):
        table, number_, _ = row["source"].split(":")
        if not row["note"] or not slug:
            continue
        before = first.setdefault(slug, row)
        one, two = sorted((_plain(before["note"]), _plain(row["note"])), key=len)
        # Alike, or cut off at a page's foot.
        if before["source"].split(":")[0] != table and not two.startswith(one):
            where = Both(*(text.rsplit(",", 1)[0] for text in inside(place(before["source"]))))
            what = say("say.row_name", n=row["note"], m=before["note"], place=where)
            more = {"source": f"{table}:{number_}:2", "printed": row["note"]}
            yield paper.found("row_name", "info", row, what, before["note"], slug, **more)


def dimension(unit: str) -> str:
    """Return what a unit measures, "" where that is not known."""
    text = fold(unit)
    return next((word for word in DIMENSIONS if word in text), "")


def _exists(date: str) -> bool:
    parts = [int(part) for part in date.split("-")]
    return 1 <= parts[1] <= 12 and (len(parts) < 3 or 1 <= parts[2] <= calendar.monthrange(parts[0], parts[1])[1])


def _last_day(signed: str) -> str:
    """Return the last day a date can mean: `2021-06` → `2021-06-30`."""
    if len(signed) >= 10 or not _exists(signed[:7]):
        return signed
    return f"{signed[:7]}-{calendar.monthrange(int(signed[:4]), int(signed[5:7]))[1]}"


def _plain(name: str) -> str:
    """Return a name without what two typists do differently: spaces, marks, capitals, where a tone mark sits."""
    name = nfc(name).lower()
    for new, old in zip(
        ("oà", "oá", "oả", "oã", "oạ", "oè", "oé", "uỳ", "uý", "uỷ", "uỹ", "uỵ"),
        ("òa", "óa", "ỏa", "õa", "ọa", "òe", "óe", "ùy", "úy", "ủy", "ũy", "ụy"),
        strict=True,
    ):
        name = name.replace(new, old)
    return "".join(mark for mark in name if mark.isalnum())
