"""Facts of a document that no table of figures holds: its number, date, title, letters cited, units and headings; and
what an office's papers say from year to year: letters they rest on, standing sections, whom to ask, who signs."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pandas as pd

from ictplan_utils import catalog, schema, vocabulary
from ictplan_utils.documents.contents import Contents
from ictplan_utils.documents.header_rows import Block
from ictplan_utils.errors import one_line
from ictplan_utils.messages import text as message
from ictplan_utils.observations import SOURCE
from ictplan_utils.vietnamese import fold, nfc

ASSESSED = ("achieved", "shortcomings", "causes")
"""What an assessment says; where it states figures they are of its year, and nothing that stays."""
KINDS = ("basis", *ASSESSED, "goals", "solutions", "firms", "budget", "duties", "contact", "recipient", "post")
"""In the order in which a plan says them; `solutions` of authorities, `firms` those of enterprises."""
FACT_COLUMNS = ("area", "report", "fact", "value", "source", "note")
FACTS = {
    "number": re.compile(r"[0-9]*"), "signed": re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?"),
    "title_year": re.compile(r"[0-9]{4}"), "cites": re.compile(r"\S+ [0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "caption_year": re.compile(r"[0-9]{4}( [0-9]{4})*"), "header": re.compile(r".*", re.DOTALL),
    "unit": re.compile(r".*", re.DOTALL), **dict.fromkeys(KINDS, re.compile(r".+")),
}  # fmt: skip
"""Fact → what its value looks like. number: the document's own, or empty. signed: a month or a day. title_year: the
year the title plans. cites: a letter and its day. caption_year: the years a table's title names. header: a
column's heading. unit: a row's printed unit, or empty. The others: paragraphs that stay from year to year, see
`standing`."""
FOLDER = "documents"
"""Where they are stored: data/documents/AREA/REPORT.csv."""
LONGEST = 300
"""Letters of a heading or a row's name that are kept."""
LONGEST_PARAGRAPH = 4_000
"""Letters of a paragraph that are kept."""

_DATE = r"ngày\s*(\d{0,2})[\s.…]*tháng\s*(\d{1,2})\s*năm\s*(\d{4})"
_SIGNED = (
    re.compile(r"^(?:Số\s*:\s*\d*\s*/\s*\S+\s+)?[^\d,;:()]{2,40},\s*" + _DATE),
    re.compile(r"^\W*(?i:" + _DATE + r")\W*$"),
    re.compile(r"[Kk]èm theo [^;]*?" + _DATE),
)
"""The line under the letterhead ("Tuần Giáo, ngày … tháng 6 năm 2021"), a date alone, an appendix's own reference."""
_CITES = re.compile(
    r"số:?\s+(\d+\s*/\s*[A-ZĐ0-9][\w/ –-]*?)\s*,?\s*ngày\s*(\d{1,2})\s*(?:/|tháng)\s*(\d{1,2})\s*(?:/|năm)\s*(\d{4})"
)
_ROW_NUMBER = re.compile(r"\d{1,2}|[A-ZĐ]|[IVX]+")
_NUMBER = re.compile(r"^Số:\s*(\d*)\s*/")
_TITLE_YEAR = re.compile(r"năm\s+(\d{4})")
_TITLE, _TITLE_LINES = re.compile(r"KẾ HOẠCH\b"), 3
"""A plan's title begins in capitals; what it plans follows, on up to three lines."""
CAPTION, _CAPTION_LINES = re.compile(r"(phu luc|phu bieu|bieu|bang)\b"), 6
"""How a table's title begins, in one of so many lines above the table."""
_HEADING = re.compile(r"([IVX]+|\d+(?:\.\d+)*)[.)]?\s+\S.{0,118}")
_BASIS = re.compile(r"(thuc hien|can cu|tiep tuc thuc hien)\b.*\bso\b")
_FIGURE = re.compile(r"\b\d+([.,]\d+)*\b")
_SIGNS = re.compile(r"(TM|KT|TL|TUQ)\.")


def read_facts(paragraphs: Sequence[str], area: str, report: str) -> pd.DataFrame:
    """Return the facts in a document's plain paragraphs: columns FACT_COLUMNS.

    >>> text = ["Số: /KH-UBND", "Tuần Giáo, ngày tháng 6 năm 2021", "KẾ HOẠCH", "Phát triển ngành năm 2022",
    ...         "Thực hiện Công văn số 763/STTTT- KHTC ngày 09/6/2022 của Sở;"]
    >>> read_facts(text, "tuan-giao", "2021-S1")["value"].tolist()
    ['', '2021-06', '2022', '763/STTTT-KHTC 2022-06-09']
    """
    found: list[tuple[str, str, str, str]] = []
    clean = [nfc(text) for text in paragraphs if text.strip()]
    number = next((match for match in map(_NUMBER.search, clean) if match), None)
    if number:
        found.append(("number", number[1], "D:number", number.string if number[1] else ""))
    signed = next((match for pattern in _SIGNED for match in map(pattern.search, clean) if match), None)
    if signed:
        day = f"-{int(signed[1]):02d}" if signed[1] else ""
        found.append(("signed", f"{signed[3]}-{int(signed[2]):02d}{day}", "D:date", signed[0]))
    title = next((k for k, text in enumerate(clean) if text.isupper() and _TITLE.match(text)), len(clean))
    for text in clean[title : title + 1 + _TITLE_LINES]:
        years = _TITLE_YEAR.findall(text.lower())
        if years:
            if "giai đoạn" not in text.lower():
                found.append(("title_year", years[-1], "D:title", text))
            break
    count = 0
    for text in clean:
        for match in _CITES.finditer(text):
            count += 1
            letter = re.sub(r"\s+", "", match[1])
            date = f"{match[4]}-{int(match[3]):02d}-{int(match[2]):02d}"
            found.append(("cites", f"{letter} {date}", f"D:cites:{count}", match[0]))
    rows = [(area, report, *fact) for fact in found]
    return pd.DataFrame(rows, columns=list(FACT_COLUMNS))


def table_facts(tables: Sequence[Block], area: str, report: str, data_dir: str | Path = "data") -> pd.DataFrame:
    """Return the titles' years, the headings and the rows' printed units of tables: columns FACT_COLUMNS.

    Tables without a column of units whose headings name no year say nothing here. Of rows, those that the form
    numbers, and its lettered headings: by their place in the form where the form knows their name.
    """
    sections = {fold(name): section for section, name in catalog.sections(data_dir)["name_vi"].items()}
    found: list[tuple[str, str, str, str]] = []
    for block in tables:
        headings = {c: " ".join(block.header[c].split()) for c in block.values}
        if block.years_down or (block.unit is None and not any("năm 20" in text.lower() for text in headings.values())):
            continue
        lines = caption(block.captions)
        # In capitals, or behind its number; what stands in brackets says what the table goes with.
        dated = [text for text in lines if (text.isupper() or CAPTION.match(fold(text))) and "(" not in text[:1]]
        dated = [text for text in dated if _TITLE_YEAR.search(text.lower())]
        years = sorted({year for text in dated for year in _TITLE_YEAR.findall(text.lower())})
        if years and not any("giai đoạn" in text.lower() for text in dated):
            found.append(("caption_year", " ".join(years), f"{block.label}:title", dated[-1]))
        found += [("header", text, f"{block.label}:0:{c + 1}", "") for c, text in headings.items() if text]
        for row in block.rows if block.unit is not None else ():
            name, is_heading = " ".join(row.name.split()), not row.index.isdigit()
            if _ROW_NUMBER.fullmatch(row.index) and name and (row.unit or not is_heading):
                label = sections.get(fold(name), row.index) if is_heading else row.index
                found.append(("unit", nfc(row.unit), f"{block.label}:{label}:{block.unit + 1}", name))
    return pd.DataFrame([(area, report, *fact) for fact in found], columns=list(FACT_COLUMNS))


def caption(above: Sequence[str]) -> list[str]:
    """Return the lines of the title that stands above a table, from "PHỤ LỤC" on; the last where nothing begins one."""
    lines = [nfc(text) for text in above[-_CAPTION_LINES:]]
    begins = [k for k, text in enumerate(lines) if CAPTION.match(fold(text))]
    return lines[begins[-1] if begins else -1 :]


def contents_facts(
    contents: Contents, tables: Sequence[Block], area: str, report: str, data_dir: str | Path = "data"
) -> pd.DataFrame:
    """Return the facts of a document as it was opened, as they can be stored: one a place, in columns FACT_COLUMNS.

    A text that Excel would compute in a CSV loses the mark that makes it a formula.
    """
    # A letterhead is a table, too: every line of a cell may hold the date.
    texts = [
        [each] if isinstance(each, str) else [line for row in each for cell in row for line in cell.split("\n")]
        for each in contents.texts()
    ]
    found = pd.concat(
        [read_facts(list(itertools.chain(*texts)), area, report), table_facts(tables, area, report, data_dir)]
    )
    found = found.assign(**{name: found[name].map(_storable) for name in ("value", "note")})
    kept = [(kind, _storable(said, LONGEST_PARAGRAPH)) for kind, said in standing(contents)]
    kinds = [kind for kind, _ in kept]
    stays = [
        (area, report, kind, said, f"D:{kind}:{kinds[:n].count(kind) + 1}", "") for n, (kind, said) in enumerate(kept)
    ]
    found = pd.concat([found, pd.DataFrame(stays, columns=list(FACT_COLUMNS))], ignore_index=True)
    sound = [FACTS[row.fact].fullmatch(row.value) and SOURCE.fullmatch(row.source) for row in found.itertuples()]
    return found[pd.Series(map(bool, sound), dtype=bool)].drop_duplicates(["fact", "source"], ignore_index=True)


def _storable(text: str, longest: int = LONGEST) -> str:
    return "".join(letter for letter in nfc(text)[:longest] if letter.isprintable()).lstrip(" =@+-").rstrip()


def standing(contents: Contents) -> Iterator[tuple[str, str]]:
    """Yield the paragraphs that stay, as kind (see KINDS) and text without its bullet.

    What a draft leaves for people to finish, in square brackets, is nobody's yet and left out.
    """
    for kind, text in _said(_lines(contents)):
        plain = nfc(text).lstrip("-–+• ").strip()[:LONGEST_PARAGRAPH]
        if plain and "[" not in plain and not (kind in ASSESSED and _FIGURE.search(plain)):
            yield kind, plain


def _lines(contents: Contents) -> Iterator[tuple[str, bool]]:
    """Yield each line, and whether it stands in a table: letterhead, recipients and signature mostly do."""
    for text in contents.texts():
        cells = [text] if isinstance(text, str) else [cell for row in text for cell in dict.fromkeys(row)]
        for line in (line.strip() for cell in cells for line in cell.split("\n")):
            yield line, not isinstance(text, str)


def _said(lines: Iterable[tuple[str, bool]]) -> Iterator[tuple[str, str]]:
    above: list[tuple[int, str]] = []
    part, headed = "", False
    for line, tabled in lines:
        folded = fold(line)
        if folded.startswith("tren day la"):
            part, above = "closing", []
        if part == "closing" and (asked := _contact().search(line)):
            part = "ended"
            yield "contact", asked[1]
        elif folded.startswith("noi nhan"):
            part = "recipient"
        elif _SIGNS.match(line):
            part = "post"
            if not line.startswith("TM"):
                yield part, line
        elif (part == "recipient" and line.startswith(("-", "–"))) or (
            part == "post" and line.isupper() and len(line) < 60
        ):
            yield part, line
        elif tabled or not line:
            continue
        elif part in ("recipient", "post") or folded.startswith("phu luc"):
            part, above = "ended", []
        elif not part and (depth := _depth(line)):
            headed = headed or depth > 1
            above = [each for each in above if each[0] < depth]
            before = above[-1][1] if above else ""
            kind = _kind(folded, before)
            above.append((depth, kind))
            if kind in KINDS and kind == before and kind not in ("solutions", "firms"):
                yield kind, line
        elif above and above[-1][1] in KINDS:
            yield above[-1][1], line
        elif not headed and _BASIS.match(folded):
            yield "basis", line


def _depth(line: str) -> int:
    """Return how deep a heading stands, 0 for a line that is none."""
    if line.isupper() and not line.startswith("-"):
        return 2 if _HEADING.fullmatch(line) else 1
    found = _HEADING.fullmatch(line)
    if not found or line.endswith((";", ".", ",")):
        return 0
    return 2 if found[1][0] in "IVX" else 3 + found[1].count(".")


@functools.cache
def _words() -> dict:
    return vocabulary.tables("papers")[0]


def _kind(heading: str, before: str) -> str:
    """Return the part that a heading begins, under one of the part `before`."""
    shared = next((each for each in ("solutions", "assessed") if before in (each, *_words()[each])), "")
    if before and not shared:
        return before
    table = _words()[shared or "sections"]
    return next((kind for kind, words in table.items() if any(word in heading for word in words)), before)


@functools.cache
def _contact() -> re.Pattern:
    before, behind = ("|".join(map(re.escape, _words()["contact"][side])) for side in ("before", "behind"))
    return re.compile(rf"(?:{before})\s+(.+?)\s*(?:{behind}|[.,]?$)")


def stored_facts(area: str, report: str, data_dir: str | Path = "data") -> pd.DataFrame:
    """Return the stored facts of one document: columns FACT_COLUMNS; empty where none are stored."""
    path = catalog.data_path(data_dir) / FOLDER / area / f"{report}.csv"
    return read_stored(path) if path.is_file() else pd.DataFrame(columns=list(FACT_COLUMNS))


def read_stored(path: Path) -> pd.DataFrame:
    """Return one file of facts, AREA/REPORT.csv: columns FACT_COLUMNS.

    Raises IctplanError naming file, row and what to write.
    """
    area, report = path.parent.name, path.stem
    rules = {
        "area": schema.one_of([area]), "report": schema.one_of([report]), "fact": schema.one_of(FACTS),
        "source": schema.Rule(SOURCE.fullmatch, "schema.source"),
    }  # fmt: skip
    read = schema.read(path, schema.Schema(FACT_COLUMNS, rules, ("source", "fact")))
    frame = schema.plain(read, FACT_COLUMNS)
    for place, (fact, value) in enumerate(zip(frame["fact"], frame["value"], strict=True)):
        if not FACTS[fact].fullmatch(value):
            raise schema.fault(read, place, [path], message("schema.fact", cell=one_line(value), fact=fact))
    return frame
