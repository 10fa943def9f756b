"""A document's dates, years, headings and units against one another and against its figures: no arithmetic."""

from __future__ import annotations

import calendar
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

from ictplan_utils import catalog
from ictplan_utils.audit.blame import Names
from ictplan_utils.audit.cells import Cell, Document
from ictplan_utils.audit.findings import Finding, finding
from ictplan_utils.audit.sentences import NOTHING, Both, inside, place, say
from ictplan_utils.documents.facts import CAPTION, FACT_COLUMNS, stored_facts
from ictplan_utils.documents.reading import Reading, Unmatched
from ictplan_utils.observations import DERIVED, KEY, read_observations
from ictplan_utils.periods import is_half, year
from ictplan_utils.vietnamese import fold, nfc

_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
FIRST_HALF_REPORTS = "05"
"""Six-month figures are put together in May and June; no plan can hold them before May."""
SAME_DOCUMENT_SHARE = 0.5
"""Stored facts go with audited figures when at least half of the stored document's figures are among them."""
DIMENSIONS = (
    ("%", "share"),
    ("/100", "density"),
    ("nguoi/", "per point"),
    ("km", "length"),
    ("dong", "money"),
    ("gio", "hours"),
    ("gb", "data"),
    ("dvc", "services"),
    ("ho so", "files"),
    ("thue bao", "subscribers"),
    ("tram", "stations"),
    ("diem", "points"),
    ("co so", "establishments"),
    ("xa", "communes"),
)
"""What a unit measures, by a word in it, first match first; units unknown here are not judged."""

Fact = dict[str, str]


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


def as_facts(document: pd.DataFrame | Iterable[dict] | None) -> pd.DataFrame:
    """Return facts handed in by a caller as the table they are stored in."""
    frame = document if isinstance(document, pd.DataFrame) else pd.DataFrame(list(document or []))
    return frame.reindex(columns=list(FACT_COLUMNS)).fillna("").astype(str)


def claims(doc: Document, facts: list[Fact], form, sections: pd.DataFrame) -> bool:
    """Tell whether a document is written on a form: it prints its headings and, by name, nearly all its rows."""
    printed = {row["source"].split(":")[1] for row in facts if row["fact"] == "unit"}
    rows = {cell.indicator for cell in doc.cells() if cell.in_table}
    headings = sum(section in printed for section in sections.index)
    return headings >= MOST * len(sections) and len(rows & form.numbers.keys()) >= MOST * len(form.numbers)


def rows_twice(reading: Reading, names: Names) -> Iterator[Finding]:
    """Yield the indicators that two rows of a table state, and differently: the reader believes neither."""
    rows: dict[tuple[str, str], Unmatched] = {}
    for row in reading.unmatched:
        near = row.candidates[:1]
        if not near or near[0].score < 100 or not row.printed:
            continue
        slug = near[0].indicator
        first = rows.setdefault((row.place.partition(":")[0], slug), row)
        if first.printed != row.printed:
            a, b = (Both(*["; ".join(each.printed)] * 2) for each in (row, first))
            what = say("say.row_twice", a=a, b=b, place=inside(place(first.place)))
            yield Finding(
                "row_twice", "error", reading.area, reading.report, row.place, place(row.place), what, slug,
                reading.report, printed="; ".join(row.printed), name=names[slug], also=(first.place,),
            )  # fmt: skip


MOST = 0.8
"""So much of a form's headings, and of its rows, a document written on it prints, be they filled or blank."""


def papers(doc: Document, facts: list[Fact], names: Names, headings: set[str], texts=()) -> list[Finding]:
    """Return what is wrong with a document's dates, years, headings and units; `texts`: its paragraphs and tables."""
    return list(_Paper(doc, facts, names, headings, texts).all())


class _Paper:
    def __init__(self, doc: Document, facts: list[Fact], names: Names, headings: set[str], texts) -> None:
        self.doc, self.names, self.headings = doc, names, headings
        # What the reader calls B1, a table on no form's columns, the facts count as A1.
        other = doc.tables and all(table.startswith("B") for table in doc.tables)
        self.facts = [row | {"source": re.sub(r"^A(?=\d)", "B", row["source"])} for row in facts] if other else facts
        # "I. TÌNH HÌNH …", "Phần thứ nhất. KẾT QUẢ …": headings are in capitals, behind their number.
        lines = [nfc(text) for text in texts if isinstance(text, str) and not CAPTION.match(fold(text))]
        captions = {row["note"] for row in self.of("caption_year")}
        lines = [text for text in lines if text not in captions]
        self.titles = [text for text in lines if re.sub(r"^[^.:]{1,15}[.:]\s", "", text).isupper()]
        self.signed = self.one("signed")

    def of(self, fact: str) -> list[Fact]:
        return [row for row in self.facts if row["fact"] == fact]

    def one(self, fact: str, column: str = "value") -> str:
        return next((row[column] for row in self.of(fact)), "")

    def found(
        self,
        rule: str,
        severity: str,
        row: Fact,
        what: Both,
        expected: str = "",
        indicator: str = "",
        source: str = "",
        printed: str | None = None,
    ) -> Finding:
        return finding(
            self.doc, rule, severity, source or row["source"], what, indicator=indicator, expected=expected,
            printed=row["value"] if printed is None else printed, name=self.names[indicator] if indicator else NOTHING,
        )  # fmt: skip

    def all(self) -> Iterator[Finding]:
        yield from self.dates()
        yield from self.years()
        yield from self.columns()
        yield from self.heading_years()
        yield from self.number()
        yield from self.units()
        yield from self.row_names()

    # --- dates

    def dates(self) -> Iterator[Finding]:
        if self.signed and not _exists(self.signed):
            yield self.found(
                "no_such_date", "error", self.of("signed")[0], say("say.no_such_date", d=_said(self.signed))
            )
        elif self.signed and self.signed_too_early():
            row = self.of("signed")[0]
            # In the year itself the figures may have been foretold; in an earlier year they cannot exist.
            early = int(self.signed[:4]) < year(self.doc.report)
            yield self.found(
                "title_year",
                "error" if early else "warning",
                row,
                say("say.signed_early", s=_said(self.signed), r=self.doc.report),
            )
            self.signed = ""  # It is no measure of anything else.
        seen: set[str] = set()
        for row in self.of("cites"):
            letter, _, date = row["value"].rpartition(" ")
            if row["value"] in seen:
                continue
            seen.add(row["value"])
            if not _exists(date):
                yield self.found("no_such_date", "error", row, say("say.no_such_date", d=_said(date)))
            elif self.signed and date > _last_day(self.signed):
                likely = f"{self.signed[:4]}{date[4:]}"
                fits = likely <= _last_day(self.signed)
                what = say("say.letter_from_the_future", s=_said(self.signed), l=letter, d=_said(date))
                what = what + say("say.may_be", d=_said(likely)) if fits else what
                yield self.found("letter_from_the_future", "error", row, what, _said(likely) if fits else "")

    def signed_too_early(self) -> bool:
        this = year(self.doc.report)
        signed = int(self.signed[:4])
        return signed < this or (
            signed == this and self.doc.report.endswith("S1") and self.signed[5:7] < FIRST_HALF_REPORTS
        )

    # --- years of the title, of tables' titles, of columns

    def targets(self, table: str = "") -> list[int]:
        return sorted(
            {
                year(key[1])
                for key, group in self.doc.figures.items()
                for cell in group
                if key[2] == "target" and (not table or cell.place[0] == table)
            }
        )

    def years(self) -> Iterator[Finding]:
        title = self.one("title_year")
        if not title:
            return
        row, planned = self.of("title_year")[0], int(title)
        targets = [each for each in self.targets() if each > year(self.doc.report)]
        if targets and planned not in targets and not self.odd_target_column(planned):
            yield self.found(
                "title_year", "error", row, say("say.title_year", t=title, y=str(targets[-1])), str(targets[-1])
            )
        elif self.signed and int(self.signed[:4]) > planned:
            yield self.found(
                "title_year", "warning", self.of("signed")[0], say("say.signed_late", s=_said(self.signed), y=title)
            )

    def odd_target_column(self, planned: int) -> bool:
        """Tell whether the targets' column has the odd heading: its table's title, and what compares it, name the year
        of the document's title and not the column's."""
        said = {
            found
            for row in (*self.of("caption_year"), *self.of("header"))
            if row["fact"] == "caption_year" or _compares(row["value"])
            if any(each > year(self.doc.report) for each in self.targets(row["source"].split(":")[0]))
            for found in [max(_YEAR.findall(row["value"]), default="")]
        }
        return str(planned) in said and str(self.targets()[-1]) not in said

    def columns(self) -> Iterator[Finding]:
        headers: dict[str, list[Fact]] = {}
        for row in self.of("header"):
            headers.setdefault(row["source"].split(":")[0], []).append(row)
        for table, rows in headers.items():
            odd = list(self.compared(table, rows))
            yield from odd or self.caption(table, rows)
        for row in self.of("header"):
            named = re.fullmatch(r"thuc hien(?: ca)?(?: nam)? (\d{4})", fold(row["value"]))
            # A report of the year itself calls it done; one of the half cannot.
            if self.signed and named and named[1] >= self.signed[:4] and is_half(self.doc.report):
                what = say("say.not_over", h=row["value"], s=_said(self.signed), y=named[1])
                yield self.found("header_year", "warning", row, what, f"Ước thực hiện {named[1]}")

    def figure_years(self, rows: list[Fact]) -> Counter[str]:
        return Counter(found for row in rows if not _compares(row["value"]) for found in _YEAR.findall(row["value"]))

    def plan_years(self, rows: list[Fact]) -> Counter[str]:
        return self.figure_years([row for row in rows if _names_plan(row["value"])])

    def compared(self, table: str, rows: list[Fact]) -> Iterator[Finding]:
        """Yield comparison columns that name a year of no figure column, or one year twice where two are compared."""
        figures, plans = self.figure_years(rows), self.plan_years(rows)
        odd: dict[str, list[Fact]] = {}
        for row in rows:
            named = _YEAR.findall(row["value"])
            if not _compares(row["value"]) or len(named) != 2 or not figures:
                continue
            for side, each in zip(_YEAR.split(row["value"])[::2], named, strict=False):
                if figures[each] == plans[each] > 0 and _DONE.search(fold(side)) and not _names_plan(side):
                    what = say("say.only_planned", h=row["value"], s=each)
                    yield self.found("compared_years", "warning", row, what)
            if (
                named[0] == named[1]
                and not _HALF.search(fold(row["value"]))
                and not (_names_plan(row["value"]) and named[0] in plans)
            ):
                what = say("say.year_twice", h=row["value"], y=named[0])
                yield self.found("compared_years", "warning", row, what)
            for each in set(named) - figures.keys():
                odd.setdefault(each, []).append(row)
        compared = {each for row in rows if _compares(row["value"]) for each in _YEAR.findall(row["value"])}
        unnamed = next((each for each in figures if each not in compared), "no year")
        column = next((row for row in rows if unnamed in row["value"] and not _compares(row["value"])), None)
        for each, heads in odd.items():
            if column is not None:  # a figure column that no comparison names: one of the two is a slip
                what = say("say.column_year", h=column["value"], o=unnamed, s=each, c=heads[0]["value"])
            else:
                what = say("say.year_of_no_column", h=heads[0]["value"], s=each)
            yield self.found("compared_years", "warning", column or heads[0], what)

    def caption(self, table: str, rows: list[Fact]) -> Iterator[Finding]:
        """Yield a table's title whose one year is not the one the table is about."""
        title = next((row for row in self.of("caption_year") if row["source"].split(":")[0] == table), None)
        years = sorted({int(each) for each in self.figure_years(rows)})
        if title is None or not years:
            return
        said, words = {int(each) for each in title["value"].split()}, fold(title["note"])
        targets = [int(each) for each in self.plan_years(rows)] or self.targets(table)
        done = [each for each in years if each not in targets] or years
        # A title of what was done may name the year done; one of a plan alone names the year planned.
        right = set(targets) if targets and "ke hoach" in words and not _DONE.search(words) else {*targets, done[-1]}
        if not said <= (right if len(said) == 1 else right | set(years)):
            what = say("say.caption_year", t=title["value"], y=", ".join(str(each) for each in years))
            yield self.found("caption_year", "warning", title, what, ", ".join(map(str, sorted(right))))

    def heading_years(self) -> Iterator[Finding]:
        """Yield headings of the text, of what was done or of what is planned, of which none names the right year."""
        this = year(self.doc.report)
        planned = {int(self.one("title_year") or 0) or this + 1, *(each for each in self.targets() if each > this)}
        for right, is_done in (({this}, True), (planned, False)):
            named = {
                text: {int(each) for each in _YEAR.findall(text)}
                for text in self.titles
                if _YEAR.search(text) and (_DONE.search(fold(text)) is not None) == is_done
                if is_done or (_PLANS.search(fold(text)) and not _HALF.search(fold(text)))
            }
            if named and not set().union(*named.values()) & right:
                text = next(iter(named))
                what = say("say.heading_year", h=text, y=", ".join(map(str, sorted(right))))
                row = {"source": "D:heading", "value": text}
                yield self.found("title_year", "error", row, what, str(min(right)))

    # --- number, units, names

    def number(self) -> Iterator[Finding]:
        own = re.search(r"(\d+)\s*/\s*(\S+)", self.one("number", "note"))
        seen: set[str] = set()
        for row in self.of("cites") if own else ():
            letter, _, date = row["value"].rpartition(" ")
            number_, _, kind = letter.partition("/")
            if date == self.signed and kind == own[2] and number_ != own[1] and letter not in seen:  # type: ignore[index]
                seen.add(letter)
                what = say("say.enclosed", n=own[1], k=kind, l=letter)  # type: ignore[index]
                yield self.found("enclosed_number", "warning", row, what, f"{own[1]}/{kind}")  # type: ignore[index]
        for row in self.of("number"):
            if not row["value"]:
                yield self.found(
                    "open_number", "info", row, say("say.open_number" if len(self.signed) == 10 else "say.open_both")
                )

    def indicator_of(self, row: Fact) -> str:
        """Return the indicator whose figures stand in the row of a printed unit, else the one the row's name names."""
        table, number_, _ = row["source"].split(":")
        if any(where == table for where, _ in self.rows()):
            return self.rows().get((table, number_), "")
        return self.names.by_name.get(fold(row["note"]), "")

    def rows(self) -> dict[tuple[str, str], str]:
        if not hasattr(self, "_rows"):
            self._rows = {cell.place[:2]: cell.indicator for cell in self.doc.cells() if cell.in_table}
        return self._rows

    def units(self) -> Iterator[Finding]:
        beyond = {cell.indicator for cell in self.doc.cells() if not cell.measure and self.outside(cell)}
        seen: set[tuple[str, str]] = set()
        for row in self.of("unit"):
            slug = self.indicator_of(row)
            if not slug:
                heading = row["source"].split(":")[1]
                if row["value"] and heading in self.headings and (heading, "") not in seen:
                    seen.add((heading, ""))
                    yield self.found(
                        "unit_of_row", "warning", row, say("say.heading_unit", n=row["note"], u=row["value"])
                    )
                continue
            entry = self.names.entries.loc[slug]
            right = Both(entry["unit_vi"], entry["unit_en"])
            printed, meant = dimension(row["value"]), dimension(entry["unit_vi"])
            fault = (slug, "blank" if not row["value"] else "odd")
            if fault in seen or (row["value"] and (not printed or not meant or printed == meant or slug in beyond)):
                continue
            if not row["value"] and not any(
                cell.place[0] == row["source"].split(":")[0] and not cell.measure
                for cell in self.doc.cells()
                if cell.indicator == slug
            ):
                continue
            seen.add(fault)
            what = say("say.no_unit", u=right) if not row["value"] else say("say.odd_unit", u=row["value"], r=right)
            yield self.found("unit_of_row", "warning" if row["value"] else "info", row, what, right.vi, slug)
        for cell in self.doc.cells():
            odd = _UNFIT.search(cell.note) if cell.in_table else None
            if odd and (cell.indicator, "odd") not in seen and cell.indicator not in beyond and dimension(odd[1]):
                seen.add((cell.indicator, "odd"))
                right = Both(*(self.names.entries.at[cell.indicator, f"unit_{lang}"] for lang in ("vi", "en")))
                row = {"source": ":".join(cell.place[:2]), "value": odd[1]}
                what = say("say.odd_unit", u=odd[1], r=right)
                yield self.found("unit_of_row", "warning", row, what, right.vi, cell.indicator)

    def outside(self, cell: Cell) -> bool:
        least, most = self.names.limits[cell.indicator]
        return cell.value < least or cell.value > most

    def row_names(self) -> Iterator[Finding]:
        first: dict[str, Fact] = {}
        for row in self.of("unit"):
            slug, (table, number_, _) = self.indicator_of(row), row["source"].split(":")
            if not row["note"] or not slug:
                continue
            before = first.setdefault(slug, row)
            one, two = sorted((_letters(before["note"]), _letters(row["note"])), key=len)
            if before["source"].split(":")[0] != table and not two.startswith(
                one
            ):  # Alike, or cut off at a page's foot.
                where = Both(*(text.rsplit(",", 1)[0] for text in inside(place(before["source"]))))
                what = say("say.row_name", n=row["note"], m=before["note"], place=where)
                yield self.found(
                    "row_name", "info", row, what, before["note"], slug, f"{table}:{number_}:2", row["note"]
                )


_UNFIT = re.compile(r"đơn vị in là '([^']+)', không phải")
"""What the reader notes of a figure whose printed unit measures something else."""
_DONE = re.compile(r"thuc hien|ket qua|du bao|uoc")
_PLANS = re.compile(r"ke hoach|muc tieu|nhiem vu|dinh huong|phuong huong")
_HALF = re.compile(r"\b6\s?t|\bthang\b|\bquy\b|nua")
_COMPARES = re.compile(r"so sanh|so voi|\bss\b|%|ty le|tang truong|/")


def _compares(heading: str) -> bool:
    """Tell whether a column's heading names a comparison."""
    return _COMPARES.search(fold(heading)) is not None


def _names_plan(heading: str) -> bool:
    """Tell whether a heading names a plan."""
    return re.search(r"\bke hoach\b|\bkh", fold(heading)) is not None


def dimension(unit: str) -> str:
    """Return what a unit measures, "" where that is not known."""
    text = fold(unit)
    return next((name for word, name in DIMENSIONS if word in text), "")


def _exists(date: str) -> bool:
    parts = [int(part) for part in date.split("-")]
    return 1 <= parts[1] <= 12 and (len(parts) < 3 or 1 <= parts[2] <= calendar.monthrange(parts[0], parts[1])[1])


def _last_day(signed: str) -> str:
    """Return the last day a date can mean: `2021-06` → `2021-06-30`."""
    if len(signed) >= 10 or not _exists(signed[:7]):
        return signed
    return f"{signed[:7]}-{calendar.monthrange(int(signed[:4]), int(signed[5:7]))[1]}"


def _said(date: str) -> str:
    return "/".join(reversed(date.split("-")))


def _letters(name: str) -> str:
    """Return a name without what two typists do differently: spaces, marks, capitals, where a tone mark sits."""
    name = nfc(name).lower()
    for new, old in zip(
        ("oà", "oá", "oả", "oã", "oạ", "oè", "oé", "uỳ", "uý", "uỷ", "uỹ", "uỵ"),
        ("òa", "óa", "ỏa", "õa", "ọa", "òe", "óe", "ùy", "úy", "ủy", "ũy", "ụy"),
        strict=True,
    ):
        name = name.replace(new, old)
    return "".join(mark for mark in name if mark.isalnum())


CAUSE = re.compile(r"\b(do|vì|nguyên nhân|bởi|theo|sắp xếp|sáp nhập|điều chỉnh|thu hồi|cắt giảm|thanh lý|tinh giản)\b")
REMARK = re.compile(r"[^\W\d_]+( [^\W\d_]+){2}")
"""Three words in a row, behind a row's figures."""
FALL = re.compile(r"\b(giảm|thấp hơn|hạ|ít hơn|thu hẹp|không còn)\b")


def excused(blocks: Iterable[str | list[list[str]]], names: dict[str, list[str]]) -> set[str]:
    """Return the indicators of which a sentence says that they go down, and why, or whose row has a remark.

    `blocks`: the document's paragraphs and tables; `names`: indicator → folded names.
    """
    told = []
    for block in blocks:
        if isinstance(block, str):
            words = nfc(block).lower()
            told += [block] if FALL.search(words) and CAUSE.search(words) else []
        else:
            told += [" ".join(row[:3]) for row in block if any(REMARK.search(cell) for cell in row[3:])]
    return {slug for name in map(fold, told) for slug, known in names.items() if any(each in name for each in known)}
