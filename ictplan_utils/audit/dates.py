"""Family 10, and the units of family 6: a document's dates, years, headers and units against its figures."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator

import pandas as pd

from ictplan_utils.audit.findings import Finding
from ictplan_utils.audit.plans import HEADINGS_WITH_PARTS
from ictplan_utils.audit.registry import rule
from ictplan_utils.audit.sheet import Sheet
from ictplan_utils.audit.totals import repeats, same_print
from ictplan_utils.audit.words import Both, both, inside, place
from ictplan_utils.observations import year
from ictplan_utils.vietnamese import fold

_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")

FIRST_HALF_REPORTS = "05"
"""Six-month figures are put together in May and June; no plan can hold them before May."""

DIMENSIONS = (
    ("%", "share"), ("/100", "density"), ("nguoi/", "per point"), ("km", "length"), ("dong", "money"),
    ("gio", "hours"), ("gb", "data"), ("dvc", "services"), ("ho so", "files"), ("thue bao", "subscribers"),
    ("tram", "stations"), ("diem", "points"), ("co so", "establishments"), ("xa", "communes"),
)  # fmt: skip
"""What a unit measures, by a word in it, first match first; units unknown here are not judged."""


def _facts(sheet: Sheet, fact: str) -> list[tuple[int, dict]]:
    """Return the facts of one kind, each with the number of its document."""
    return sheet.once("facts by kind", _by_kind).get(fact, [])


def _by_kind(sheet: Sheet) -> dict[str, list[tuple[int, dict]]]:
    docs = dict(zip(zip(sheet.docs["area"], sheet.docs["report"], strict=True), sheet.docs.index, strict=True))
    found: dict[str, list[tuple[int, dict]]] = {}
    for row in sheet.memo.get("facts", pd.DataFrame()).to_dict("records"):
        if (row["area"], row["report"]) in docs:
            found.setdefault(row["fact"], []).append((int(docs[row["area"], row["report"]]), row))
    return found


def _one(sheet: Sheet, fact: str, doc: int) -> str:
    return next((row["value"] for at, row in _facts(sheet, fact) if at == doc), "")


def _note(sheet: Sheet, fact: str, doc: int) -> str:
    return next((row["note"] for at, row in _facts(sheet, fact) if at == doc), "")


def _paper(
    rule_name: str, severity: str, doc: int, row: dict, body: Both, expected: str = "", indicator: str = "",
    where: Both | None = None,
) -> Finding:  # fmt: skip
    return Finding(
        rule_name, severity, doc, indicator, row["report"], "", row["source"], row["value"], expected, body=body,
        where=where or place(row["source"]),
    )  # fmt: skip


def _last_day(signed: str) -> str:
    """Return the last day a date can mean: `2021-06` → `2021-06-30`; of a month that is none, what is written."""
    if len(signed) >= 10 or not 1 <= int(signed[5:7]) <= 12:
        return signed
    last = calendar.monthrange(int(signed[:4]), int(signed[5:7]))[1]
    return f"{signed[:7]}-{last}"


def _vi_date(date: str) -> str:
    parts = date.split("-")
    return "/".join(reversed(parts))


@rule(
    10, "error", ("Viện dẫn văn bản ra sau ngày ký", "It executes a letter that was not yet written"),
    ("Văn bản ký tháng 06/2021 nhưng thực hiện văn bản 763/STTTT-KHTC ngày 09/06/2022; có thể là 09/06/2021.",
     "The document of 06/2021 executes letter 763/STTTT-KHTC of 09/06/2022; 09/06/2021 may be meant."),
)  # fmt: skip
def letter_from_the_future(sheet: Sheet) -> Iterator[Finding]:
    """A document that cites a letter dated after the document itself; once, however often it cites it."""
    seen: set[tuple[int, str]] = set()
    for doc, row in _facts(sheet, "cites"):
        signed = _one(sheet, "signed", doc)
        letter, _, date = row["value"].rpartition(" ")
        if not signed or date <= _last_day(signed) or (doc, row["value"]) in seen:
            continue
        seen.add((doc, row["value"]))
        likely = f"{signed[:4]}{date[4:]}"
        hint = both("; có thể là {d}", "; {d} may be meant", d=_vi_date(likely)) if likely <= _last_day(signed) else ""
        body = both("ký {s} nhưng viện dẫn văn bản {l} ngày {d}", "signed {s}, but it cites {l} of {d}",
                    s=_vi_date(signed), l=letter, d=_vi_date(date))  # fmt: skip
        yield _paper("letter_from_the_future", "error", doc, row, body + hint, _vi_date(likely) if hint else "")


@rule(
    10, "error", ("Ngày không có trong lịch", "A date that the calendar does not have"),
    ("Văn bản: viện dẫn văn bản 763/STTTT-KHTC ngày 31/06/2021; tháng 6 chỉ có 30 ngày.",
     "The document cites a letter of 31/06/2021; June has 30 days."),
)  # fmt: skip
def no_such_date(sheet: Sheet) -> Iterator[Finding]:
    """A date cited or signed whose day or month does not exist."""
    for fact in ("cites", "signed"):
        for doc, row in _facts(sheet, fact):
            date = row["value"].rpartition(" ")[2]
            parts = [int(part) for part in date.split("-")]
            good = 1 <= parts[1] <= 12 and (
                len(parts) < 3 or 1 <= parts[2] <= calendar.monthrange(parts[0], parts[1])[1]
            )
            if not good:
                body = both("ghi ngày {d}, không có trong lịch", "says {d}, which no calendar has", d=_vi_date(date))
                yield _paper("no_such_date", "error", doc, row, body)


@rule(
    10, "error", ("Năm trên tiêu đề khác năm của chỉ tiêu", "The title's year is not that of the targets"),
    ("Văn bản: tiêu đề là kế hoạch năm 2023, nhưng phụ lục đặt chỉ tiêu năm 2022.",
     "The document plans 2023 by its title, but its targets are for 2022."),
)  # fmt: skip
def title_year(sheet: Sheet) -> Iterator[Finding]:
    """A title that names another year than the targets; a signature before the figures or after the planned year."""
    for doc, row in _facts(sheet, "title_year"):
        s = sheet.statements
        targets = sorted({year(p) for p in s.loc[(s["doc"] == doc) & (s["status"] == "target"), "period"]})
        planned = int(row["value"])
        if targets and planned not in targets:
            body = both("tiêu đề là kế hoạch năm {t}, nhưng các chỉ tiêu là của năm {y}",
                        "by its title it plans {t}, but its targets are for {y}", t=str(planned),
                        y=str(targets[-1]))  # fmt: skip
            yield _paper("title_year", "error", doc, row, body, str(targets[-1]))
    for doc, row in _facts(sheet, "signed"):
        signed, this = int(row["value"][:4]), int(sheet.docs["year"].iat[doc])
        report = sheet.docs["report"].iat[doc]
        if signed < this or (signed == this and report.endswith("S1") and row["value"][5:7] < FIRST_HALF_REPORTS):
            body = both("ký {s}, trước kỳ số liệu {r}", "signed {s}, before the period {r} it reports",
                        s=_vi_date(row["value"]), r=sheet.docs["report"].iat[doc])  # fmt: skip
            # In the year itself the figures may have been foretold; in an earlier year they cannot exist.
            yield _paper("title_year", "error" if signed < this else "warning", doc, row, body)
        planned_text = _one(sheet, "title_year", doc)
        if planned_text and signed > int(planned_text):
            body = both("ký {s}, sau năm kế hoạch {y}", "signed {s}, after the year {y} it plans",
                        s=_vi_date(row["value"]), y=planned_text)  # fmt: skip
            yield _paper("title_year", "warning", doc, row, body)


@rule(
    10, "warning", ("Tên cột khác bản chất số liệu", "A column's heading is not what its figures are"),
    ("Phụ lục 2, cột 4: ghi “Thực hiện 2021”, nhưng văn bản ký tháng 6/2021; đó là số ước.",
     "Appendix 2, column 4: headed “Thực hiện 2021” (actual), but signed in June 2021: an estimate."),
)  # fmt: skip
def header_year(sheet: Sheet) -> Iterator[Finding]:
    """A heading that calls a year's figures actual before the year is over."""
    for doc, row in _facts(sheet, "header"):
        signed = _one(sheet, "signed", doc)
        named = re.fullmatch(r"thuc hien(?: ca)?(?: nam)? (\d{4})", fold(row["value"]))
        if signed and named and named[1] >= signed[:4]:
            body = both("cột ghi “{h}”, nhưng văn bản ký {s}, năm {y} chưa hết: phải ghi “Ước thực hiện”",
                        "headed “{h}” (actual), but signed {s}, before {y} was over: it is an estimate",
                        h=row["value"], s=_vi_date(signed), y=named[1])  # fmt: skip
            yield _paper("header_year", "warning", doc, row, body, f"Ước thực hiện {named[1]}")


@rule(
    10, "warning", ("Tên cột so sánh khác năm của cột được so", "A comparison's heading names other years"),
    ("Phụ lục 1, cột 7: ghi “So sánh ước năm 2021 với thực hiện năm 2020”, nhưng cột 4 ghi năm 2019.",
     "Appendix 1, column 7: headed as 2021 against 2020, but column 4 is headed 2019."),
)  # fmt: skip
def compared_years(sheet: Sheet) -> Iterator[Finding]:
    """A comparison's heading that names two years, one of them not that of the column it is worked out from."""
    c = sheet.comparisons
    for doc, row in _facts(sheet, "header"):
        named = {int(each) for each in _YEAR.findall(row["value"])}
        table, _, column = row["source"].split(":")
        mine = c[(c["doc"] == doc) & (c["table"] == table) & c["source"].str.endswith(f":{column}")]
        if len(named) != 2 or mine.empty:
            continue
        compared = {year(mine["period"].iloc[0]), year(mine["base_period"].iloc[0])}
        if compared == named or len(compared) != 2:
            continue
        odd, said = max(compared - named), max(named - compared)
        body = both("ghi “{h}”, nhưng cột được so lại ghi năm {o}, không phải {s}; xem lại năm ở tên cột",
                    "headed “{h}”, but the column compared is headed {o}, not {s}; check the year of the heading",
                    h=row["value"], o=str(odd), s=str(said))  # fmt: skip
        yield _paper("compared_years", "warning", doc, row, body)


@rule(
    10, "warning", ("Năm trên tên phụ lục khác năm của các cột", "A table's title names a year of no column"),
    ("Phụ lục 2: tên ghi kế hoạch năm 2024, nhưng các cột là của năm 2021, 2022.",
     "Appendix 2: titled for 2024, but its columns are of 2021 and 2022."),
)  # fmt: skip
def caption_year(sheet: Sheet) -> Iterator[Finding]:
    """A table whose title names a year that stands over none of its columns."""
    headings: dict[tuple[int, str], set[str]] = {}
    for doc, row in _facts(sheet, "header"):
        headings.setdefault((doc, row["source"].split(":")[0]), set()).update(_YEAR.findall(row["value"]))
    for doc, row in _facts(sheet, "caption_year"):
        table = row["source"].split(":")[0]
        years = sorted(headings.get((doc, table), ()))
        if years and row["value"] not in years:
            body = both("tên ghi năm {t}, nhưng các cột là của năm {y}; xem lại năm ở tên",
                        "its title says {t}, but its columns are of {y}; check the title's year",
                        t=row["value"], y=", ".join(years))  # fmt: skip
            yield _paper("caption_year", "warning", doc, row, body)


@rule(
    10, "warning", ("Phụ lục kèm theo một số văn bản khác", "An appendix encloses itself with another number"),
    ("Văn bản: số 1204/KH-UBND, nhưng phụ lục ghi kèm theo số 1240/KH-UBND cùng ngày.",
     "The document is 1204/KH-UBND, but an appendix says it goes with 1240/KH-UBND of the same day."),
)  # fmt: skip
def enclosed_number(sheet: Sheet) -> Iterator[Finding]:
    """A document of the same kind and day as this one, cited under another number: its own, copied wrongly."""
    seen: set[tuple[int, str]] = set()
    for doc, row in _facts(sheet, "cites"):
        own = re.search(r"(\d+)\s*/\s*(\S+)", _note(sheet, "number", doc))
        letter, _, date = row["value"].rpartition(" ")
        number_, _, kind = letter.partition("/")
        if not own or date != _one(sheet, "signed", doc) or kind != own[2] or number_ == own[1]:
            continue
        if (doc, letter) not in seen:
            seen.add((doc, letter))
            body = both("số {n}/{k}, nhưng phụ lục ghi kèm theo số {l} cùng ngày; sửa cho khớp",
                        "number {n}/{k}, but an appendix goes with {l} of the same day; make them agree",
                        n=own[1], k=kind, l=letter)  # fmt: skip
            yield _paper("enclosed_number", "warning", doc, row, body, f"{own[1]}/{kind}")


@rule(
    10, "info", ("Số, ngày văn bản để trống", "Number or day left open"),
    ("Văn bản: chưa ghi số và ngày ký.", "The document has no number and no day yet."),
)  # fmt: skip
def open_number(sheet: Sheet) -> Iterator[Finding]:
    """A document whose number, or day of signature, is still open."""
    for doc, row in _facts(sheet, "number"):
        if row["value"]:
            continue
        signed = _one(sheet, "signed", doc)
        body = (
            Both("chưa ghi số văn bản", "has no number yet") if len(signed) == 10
            else Both("chưa ghi số văn bản và ngày ký", "has no number and no day of signature yet")
        )  # fmt: skip
        yield _paper("open_number", "info", doc, row, body)


def dimension(unit: str) -> str:
    """Return what a unit measures, "" where that is not known."""
    text = fold(unit)
    return next((name for word, name in DIMENSIONS if word in text), "")


@rule(
    6, "warning", ("Đơn vị tính không hợp chỉ tiêu", "A unit that does not fit the indicator"),
    ("Phụ lục 1, dòng 32, cột 3: đơn vị “DVC”, nhưng chỉ tiêu là tỷ lệ, tính bằng %.",
     "Appendix 1, row 32, column 3: unit “DVC”, but the indicator is a share, in %."),
)  # fmt: skip
def unit_of_row(sheet: Sheet) -> Iterator[Finding]:
    """A printed unit that measures something else than the indicator; a heading with a unit; a unit left blank: info.

    One finding an indicator, though two tables print it.
    """
    by_number = {n: slug for slug, n in sheet.indicators["form_number"].items() if n}
    seen: set[tuple[int, str, str]] = set()
    for doc, row in _facts(sheet, "unit"):
        number_ = row["source"].split(":")[1]
        fault = (doc, number_, "blank" if not row["value"] else "odd")
        if fault in seen:
            continue
        where = place(row["source"], bool(sheet.docs["two_tables"].iat[doc]))
        if number_ not in by_number:
            if row["value"]:
                seen.add(fault)
                body = both("dòng tiêu đề “{n}” có đơn vị “{u}”; bỏ đi", "heading “{n}” has the unit “{u}”; remove it",
                            n=row["note"], u=row["value"])  # fmt: skip
                yield _paper("unit_of_row", "warning", doc, row, body, where=where)
            continue
        entry = sheet.indicators.loc[by_number[number_]]
        right = Both(entry["unit_vi"], entry["unit_en"])
        if not row["value"]:
            if by_number[number_] in HEADINGS_WITH_PARTS:
                continue
            seen.add(fault)
            body = both("chưa ghi đơn vị tính; điền “{u}”", "no unit; fill in “{u}”", u=right)
            yield _paper("unit_of_row", "info", doc, row, body, right.vi, by_number[number_], where)
            continue
        printed, meant = dimension(row["value"]), dimension(entry["unit_vi"])
        if printed and meant and printed != meant:
            seen.add(fault)
            body = both("đơn vị “{u}”, nhưng chỉ tiêu này tính bằng “{r}”",
                        "unit “{u}”, but this indicator is in “{r}”", u=row["value"], r=right)  # fmt: skip
            yield _paper("unit_of_row", "warning", doc, row, body, right.vi, by_number[number_], where)


@rule(
    6, "error", ("Hai nơi in như nhau mà đơn vị khác nhau", "Printed alike in two places, in different units"),
    ("Phụ lục 1, dòng 20: ghi 38.600 như phụ lục 2, dòng 20, nhưng tính theo đơn vị thì một nơi là 38.600.000.",
     "Appendix 1, row 20: printed 38,600 as appendix 2, row 20, but by the units one of them is 38,600,000."),
)  # fmt: skip
def unit_between_tables(sheet: Sheet) -> Iterator[Finding]:
    """One figure printed alike in two places whose units make it a thousand times more in one: once an indicator."""
    by_row: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for first, again, rounded in repeats(sheet):
        if not rounded and same_print(sheet, first, again):
            by_row.setdefault((sheet.get(first, "doc"), sheet.get(first, "ind")), []).append((first, again))
    for pairs in by_row.values():
        cells = list(dict.fromkeys(cell for pair in pairs for cell in pair))
        first, again = pairs[0]
        body = both(
            "ghi {p} như {place}, nhưng theo đơn vị và dấu của dòng thì nơi này là {a}, nơi kia là {b}; "
            "xem lại đơn vị tính và dấu chấm",
            "printed {p} as {place}, but by its row's unit and marks this one is {a}, the other {b}; "
            "check the units and marks",
            p=sheet.printed(again), place=inside(sheet.where(first)), a=sheet.get(again, "value"),
            b=sheet.get(first, "value"),
        )  # fmt: skip
        yield sheet.finding("unit_between_tables", "error", again, body=body,
                            also=tuple(sheet.ref(cell) for cell in cells if cell != again))  # fmt: skip


@rule(
    6, "info", ("Tên dòng ghi khác nhau ở hai phụ lục", "A row is named differently in two tables"),
    ("Phụ lục 2, dòng 6, cột 2: ghi “Cấp quang kéo đến…”, phụ lục 1 ghi “Cáp quang kéo đến…”.",
     "Appendix 2, row 6, column 2: says “Cấp quang kéo đến…”, appendix 1 says “Cáp quang kéo đến…”."),
)  # fmt: skip
def row_name(sheet: Sheet) -> Iterator[Finding]:
    """A numbered row whose name is spelled otherwise in a later table, spaces and capitals aside."""
    first: dict[tuple[int, str], dict] = {}
    for doc, row in _facts(sheet, "unit"):
        table, number_, _ = row["source"].split(":")
        if not row["note"] or not number_[0].isdigit():
            continue
        before = first.setdefault((doc, number_), row)
        one, two = sorted((_letters(before["note"]), _letters(row["note"])), key=len)
        if two.startswith(one):
            continue  # Alike, or cut off at the foot of a page.
        where = place(f"{table}:{number_}:2", bool(sheet.docs["two_tables"].iat[doc]))
        body = both("ghi “{n}”, {place} ghi “{m}”; nên ghi như nhau", "says “{n}”, {place} says “{m}”; better alike",
                    n=row["note"], m=before["note"],
                    place=Both(*(text.rsplit(",", 1)[0] for text in inside(place(before["source"])))))  # fmt: skip
        slug = next((s for s, n in sheet.indicators["form_number"].items() if n == number_), "")
        named = row | {"value": row["note"], "source": f"{table}:{number_}:2"}
        yield _paper("row_name", "info", doc, named, body, before["note"], slug, where)


def _letters(name: str) -> str:
    """Return a name without what two typists do differently: spaces, marks, capitals, where a tone mark sits."""
    return "".join(mark for mark in tone_marks_in_place(name).lower() if mark.isalnum())


_OLD_TONES = {
    "oà": "òa",
    "oá": "óa",
    "oả": "ỏa",
    "oã": "õa",
    "oạ": "ọa",
    "oè": "òe",
    "oé": "óe",
    "uỳ": "ùy",
    "uý": "úy",
}


def tone_marks_in_place(text: str) -> str:
    """Return `text` with the tone mark where the older spelling has it: hoá → hóa."""
    for new, old in _OLD_TONES.items():
        text = text.replace(new, old)
    return text
