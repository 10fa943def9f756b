"""The years that titles, columns, headings and tables' titles name, against one another and the figures; appendices."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable

from ictplan_utils.audit.cells import Document, worked
from ictplan_utils.audit.paper import Fact, Findings, Paper, report_title
from ictplan_utils.audit.sentences import Both, say
from ictplan_utils.documents.headers import fold_header, role
from ictplan_utils.documents.layout import ROMAN
from ictplan_utils.periods import is_half, year
from ictplan_utils.vietnamese import fold

SEVERAL = 3
"""So many rows that work out with another column tell which was meant."""
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_DONE = re.compile(r"thuc hien|ket qua|tinh hinh|du bao|uoc|danh gia")
_PLANS = re.compile(r"ke hoach|muc tieu|nhiem vu|giai phap|dinh huong|phuong huong|to chuc|kinh phi|\bkh\b")
_HALF = re.compile(r"\b6\s?t|\bthang\b|\bquy\b|nua")
_COMPARES = re.compile(r"so sanh|so voi|\bss\b|%|ty le|tang truong")
_SPAN = re.compile(r"giai doan|den (?:het )?nam|20\d\d\s*[-–]\s*20\d\d")


def titles(paper: Paper) -> Findings:
    """Yield what is wrong with the years that titles, headings and columns name, and with appendices' numbers."""
    yield from _title(paper)
    yield from _columns(paper)
    yield from _headings(paper)
    yield from _appendices(paper)


def years_said(text: str) -> list[tuple[bool, int]]:
    """Return the years a title names, each with whether it is planned there: the first word that tells says it.

    >>> years_said("Tình hình thực hiện kế hoạch năm 2023 và mục tiêu năm 2024")
    [(False, 2023), (True, 2024)]
    >>> years_said("BIỂU 01/KH - THỰC HIỆN 6 THÁNG ĐẦU NĂM 2023")  # a form's number is no word
    [(False, 2023)]
    """
    text = re.sub(r"\b\d+/[A-ZĐ][A-ZĐ-]*\b", "", text)
    leads, found = _YEAR.split(fold(text)), _YEAR.findall(text)
    return [(_told(lead) is _PLANS, int(each)) for lead, each in zip(leads[::2], found, strict=False)]


def _told(said: str) -> re.Pattern | None:
    """Return of what words are, by the first that tells: of a plan ("Giải pháp thực hiện …"), or of what was done."""
    told = [found for pattern in (_PLANS, _DONE) if (found := pattern.search(said))]
    return min(told, key=lambda found: found.start()).re if told else None


def _targets(paper: Paper, table: str = "") -> list[int]:
    figures = paper.doc.figures.items()
    return sorted(
        {year(key[1]) for key, group in figures if key[2] == "target" for cell in group if table in ("", cell.place[0])}
    )


def _title(paper: Paper) -> Findings:
    row, this = next(iter(paper.of("title_year") or _report_title(paper)), None), year(paper.doc.report)
    if row is None:
        return
    title, planned = row["value"], int(row["value"])
    targets = [each for each in _targets(paper) if each > this]
    if targets and planned not in targets and not _odd_target_column(paper, planned):
        what = say("say.title_year", t=title, y=str(targets[-1]))
        yield paper.found("title_year", "error", row, what, str(targets[-1]))
    elif paper.signed and int(paper.signed[:4]) > planned:
        what = say("say.signed_late", s=said_day(paper.signed), y=title)
        yield paper.found("title_year", "warning", paper.of("signed")[0], what)


def _report_title(paper: Paper) -> list[Fact]:
    """Return the year ahead that a report's title plans: "BÁO CÁO / Kết quả … năm 2025, phương hướng năm 2026"."""
    for text in report_title([*paper.lines()]):
        if ahead := [each for planned, each in years_said(text) if planned and each > year(paper.doc.report)]:
            return [{"fact": "title_year", "value": str(ahead[-1]), "source": "D:title", "note": text}]
    return []


def _odd_target_column(paper: Paper, planned: int) -> bool:
    """Tell whether the targets' column has the odd heading: its table's title, and what compares it, name the year of
    the document's title and not the column's."""
    told = [*paper.of("caption_year"), *(row for row in paper.of("header") if _compares(row["value"]))]
    said = {
        max(_YEAR.findall(row["value"]), default="") for row in told
        if any(each > year(paper.doc.report) for each in _targets(paper, _table(row)))
    }  # fmt: skip
    return str(planned) in said and str(_targets(paper)[-1]) not in said


def _columns(paper: Paper) -> Findings:
    headers: dict[str, list[Fact]] = {}
    for row in paper.of("header"):
        headers.setdefault(_table(row), []).append(row)
    captions = {_table(row): row for row in reversed(paper.of("caption_year"))}
    for table, rows in headers.items():
        odd = [*_alike(paper, rows), *_twice_or_planned(paper, rows), *_of_no_column(paper, rows)]
        odd = odd or [*_never_compared(paper, rows)]
        yield from odd or _caption(paper, captions.get(table), rows, captions)
    for row in paper.of("header"):
        named = re.fullmatch(r"thuc hien(?: ca)?(?: nam)? (\d{4})", fold(row["value"]))
        # A report of the year itself calls it done; one of the half cannot.
        if paper.signed and named and named[1] >= paper.signed[:4] and is_half(paper.doc.report):
            what = say("say.not_over", h=row["value"], s=said_day(paper.signed), y=named[1])
            yield paper.found("header_year", "warning", row, what, f"Ước thực hiện {named[1]}")


def _table(row: Fact) -> str:
    return row["source"].split(":")[0]


def _figure_years(rows: Iterable[Fact]) -> Counter[str]:
    return Counter(found for row in rows if not _compares(row["value"]) for found in _YEAR.findall(row["value"]))


def _plan_years(rows: Iterable[Fact]) -> Counter[str]:
    return _figure_years(row for row in rows if names_plan(row["value"]))


def _alike(paper: Paper, rows: list[Fact]) -> Findings:
    """Yield the second of two columns of figures that are headed with the same words, a year among them."""
    dated = [row for row in rows if _YEAR.search(row["value"]) and not _compares(row["value"])]
    times = Counter(row["value"] for row in dated)
    for row in (each for each in reversed(dated) if times.pop(each["value"], 1) > 1):
        yield paper.found("header_year", "warning", row, say("say.headed_alike", h=row["value"]))


def _twice_or_planned(paper: Paper, rows: list[Fact]) -> Findings:
    """Yield comparison columns that compare a year with itself, or the result of a year that is only planned."""
    figures, plans = _figure_years(rows), _plan_years(rows)
    for row in rows:
        head, named = row["value"], _YEAR.findall(row["value"])
        if not _compares(head) or len(named) != 2:
            continue
        for side, each in zip(_YEAR.split(head)[::2], named, strict=False):
            if figures[each] == plans[each] > 0 and _DONE.search(fold(side)) and not names_plan(side):
                yield paper.found("compared_years", "warning", row, say("say.only_planned", h=head, s=each))
        same = named[0] == named[1] and not _HALF.search(fold(head))
        if same and not names_plan(head):
            yield paper.found("compared_years", "warning", row, say("say.year_twice", h=head, y=named[0]))


def _of_no_column(paper: Paper, rows: list[Fact]) -> Findings:
    """Yield the years that comparisons name and no column of figures; or the column they all call otherwise."""
    figures = _figure_years(rows)
    named = {row["value"]: _YEAR.findall(row["value"]) for row in rows if _compares(row["value"])}
    odd = {
        each: head for head, said in reversed(named.items()) if len(said) == 2
        for each in set(said) - figures.keys() if figures
    }  # fmt: skip
    compared = set(itertools.chain(*named.values()))
    unnamed = [
        (year_, row) for row in rows if not _compares(row["value"])
        for year_ in _YEAR.findall(row["value"]) if year_ not in compared
    ]  # fmt: skip
    for each, head in reversed(odd.items()):
        other, column = min(unnamed, key=lambda found: abs(int(found[0]) - int(each)), default=("", None))
        if column is not None:  # a figure column that no comparison names: one of the two is a slip
            what = say("say.column_year", h=column["value"], o=other, s=each, c=head)
        else:
            what = say("say.year_of_no_column", h=head, s=each)
        row = column or next(row for row in rows if row["value"] == head)
        yield paper.found("compared_years", "warning", row, what)


def _never_compared(paper: Paper, rows: list[Fact]) -> Findings:
    """Yield the one column that no comparison names, where one of them names its like of another year alone."""
    made = [(row, role(row["value"])) for row in rows]
    columns = {each.time: row for row, each in made if each.kind == "figure"}
    named = {
        time: row for row, each in made if each.kind == "comparison" for time in (each.time, each.base) if all(time)
    }
    lacking, unnamed = named.keys() - columns.keys(), columns.keys() - named.keys()
    for (period, status), (other, alike) in itertools.product(unnamed, lacking):
        if status != alike or period[4:] != other[4:] or len(lacking) > 1:
            continue
        alone = other not in {time for time, _ in columns}
        if _makes(paper.doc, (period, status), (other, alike)) or (alike != "target" and alone):
            row, head = columns[period, status], named[other, alike]["value"]
            what = say("say.column_year", h=row["value"], o=period, s=other, c=head)
            yield paper.found("compared_years", "warning", row, what)


def _makes(doc: Document, column: tuple[str, str], other: tuple[str, str]) -> bool:
    """Tell whether figures of one time make most of what a document compares of, or with, another time, for which it
    has none."""
    told = [each for each in doc.comparisons if each.base and other in (each.key[1:], each.base[1:])]
    good = 0
    for each in told:
        sides = [(slug, *column) if (*time,) == other else (slug, *time) for slug, *time in (each.key, each.base)]
        of, base = (doc.figures.get(key) for key in sides)
        value = worked(each.measure, of[0].value, base[0].value) if of and base else None
        good += value is not None and abs(value - each.value) <= each.unit
    return good >= SEVERAL and 2 * good > len(told)


def _caption(paper: Paper, title: Fact | None, rows: list[Fact], captions: dict[str, Fact]) -> Findings:
    """Yield a table's title that names another year than the table is about, be it one of its other columns'."""
    figures, plans = _figure_years(rows), _plan_years(rows)
    if title is None or not figures:
        return
    years = sorted(map(int, figures))
    targets = set(map(int, plans))
    done = [each for each in years if each not in targets or figures[str(each)] > plans[str(each)] > 0] or years
    said = years_said(title["note"])
    planned, finished = ({each for is_plan, each in said if is_plan == one} for one in (True, False))
    # What of a title says no more than a year may be of either, unless its other words or another title say of which.
    open_ = not planned and not _DONE.search(fold(title["note"]))
    taken = any(row["value"] == title["value"] for table, row in captions.items() if table != _table(title))
    either = targets if open_ and targets and len(done) == 1 and taken else {done[-1], *(targets if open_ else ())}
    fits = planned <= (targets or {done[-1]}) and (not finished or finished & either)
    if not (fits and finished <= {*years, *targets}):
        right = targets if planned and targets and not planned <= targets else {*targets, done[-1]}
        what = say("say.caption_year", t=title["value"], y=", ".join(map(str, years)))
        yield paper.found("caption_year", "warning", title, what, ", ".join(map(str, sorted(right))))


def _headings(paper: Paper) -> Findings:
    """Yield headings of the text, of what was done or of what is planned, of which none names the right year."""
    this = year(paper.doc.report)
    planned = {int(paper.one("title_year") or 0) or this + 1, *(each for each in _targets(paper) if each > this)}
    headings = [text for text in paper.headings() if _YEAR.search(text) and not _SPAN.search(fold(text))]
    for right, is_done in (({this}, True), (planned, False)):
        named = {
            text: {each for _, each in years_said(text)} for text in headings
            if _told(fold(text)) is (_DONE if is_done else _PLANS) and (is_done or not _HALF.search(fold(text)))
        }  # fmt: skip
        text, *_ = [*named] or [""]
        if named and not set().union(*named.values()) & right:
            what = say("say.heading_year", h=text, y=", ".join(map(str, sorted(right))))
            row = {"source": "D:heading", "value": text}
            yield paper.found("title_year", "error", row, what, str(min(right)))


# --- appendices

_KINDS = (("A", "appendices", r"phụ lục|phụ biểu"), ("B", "tables", r"biểu số|bảng số|(?-i:Biểu|BIỂU|Bảng|BẢNG)"))
_ONE = r"(?:số\s*)?(?:\d{1,2}|[ivx]{1,4})\b"
_OTHERS = re.compile(r"\d+/\S*[A-ZĐ]{2}|(?<!kèm )theo mẫu|của (?:Sở|Bộ|Chính phủ|tỉnh)")
"""What makes a reference one to another document's appendix: that document's number, or whose it is."""


def _appendices(paper: Paper) -> Findings:
    """Yield a number of an appendix that the text names and no heading has, or names twice in another's place."""
    for letter, english, words in _KINDS:
        listed = re.compile(rf"(?i)\b(?P<kind>{words})\s+{_ONE}(?:\s*(?:,|và|;)\s*(?:(?:{words})\s*)?{_ONE})*")
        found = [(text, match) for text in paper.lines() for match in listed.finditer(text)]
        headed = [(text, match) for text, match in found if _heads(text, match)]
        printed = {_numbers(match[0])[0] for _, match in headed}
        there = printed or {int(table[1:]) for table in paper.doc.tables if table[0] == letter}
        heads = {text for text, _ in headed}
        cited = [match for text, match in found if text not in heads and not _OTHERS.search(text)]
        named = [each for match in cited for each in _numbers(match[0])]
        counts, unnamed = Counter(named), sorted(there - {*named})
        wrong = [each for each in counts if there and each not in there]
        if not wrong and unnamed and len(named) == len(there):
            wrong = [each for each in counts if counts[each] > 1]
        if wrong:
            match, number = next(
                (match, each) for match in cited for each in _NUMBERS.findall(match[0]) if _numbers(each) == wrong[:1]
            )
            said, kind = f"{match['kind']} {number}", Both(match["kind"].lower(), english)
            what = say("say.appendix_number", n=said, kind=kind, there=", ".join(map(str, sorted(there))))
            row = {"source": "D:appendix", "value": said}
            yield paper.found("appendix_number", "warning", row, what, ", ".join(map(str, unnamed)))


def _heads(text: str, match: re.Match[str]) -> bool:
    """Tell whether a line is an appendix's heading, and no reference to it."""
    return match.start() == 0 and text[-1] not in ".;"


_NUMBERS = re.compile(r"(?i)(?<![^\W\d])(?:\d{1,2}|[ivx]{1,4})\b")


def _numbers(text: str) -> list[int]:
    return [int(each) if each.isdigit() else ROMAN.get(each.lower(), 0) for each in _NUMBERS.findall(text)]


def _compares(heading: str) -> bool:
    """Tell whether a column's heading names a comparison."""
    return _COMPARES.search(fold(heading)) is not None or role(heading).kind == "comparison"


def names_plan(heading: str) -> bool:
    """Tell whether a heading names a plan."""
    return re.search(r"\bke hoach|\bmuc tieu|\bphan dau", fold_header(heading)) is not None


def said_day(date: str) -> str:
    """Return a day as people write it: `2021-06-15` → `15/06/2021`."""
    return "/".join(reversed(date.split("-")))
