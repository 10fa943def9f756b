"""Facts of a document that no table holds: dates, title, letters cited, units and headers; read, stored, audited."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from ictplan_utils import catalog
from ictplan_utils.errors import IctplanError, one_line
from ictplan_utils.observations import DERIVED, KEY, PERIOD, SOURCE, read_observations
from ictplan_utils.vietnamese import fold, nfc

FACT_COLUMNS = ("area", "report", "fact", "value", "source", "note")
# The facts of documents.csv. signed: YYYY-MM or YYYY-MM-DD. title_year: the year the title plans. cites: `letter
# YYYY-MM-DD`. header: a column's heading. unit: a row's printed unit. number: the document's own number, or empty.

_VALUES = {
    "signed": re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?"), "title_year": re.compile(r"[0-9]{4}"),
    "cites": re.compile(r"\S+ [0-9]{4}-[0-9]{2}-[0-9]{2}"), "number": re.compile(r"[0-9]*"),
    "header": re.compile(r".*", re.DOTALL), "unit": re.compile(r".*", re.DOTALL),
}  # fmt: skip

SAME_DOCUMENT_SHARE = 0.5
"""Stored facts go with audited figures when at least half of the stored document's figures are among them."""

_DATE = r"ngày\s*(\d{0,2})[\s.…]*tháng\s*(\d{1,2})\s*năm\s*(\d{4})"
_SIGNED = (re.compile(r"^[^\d,;:()]{2,40},\s*" + _DATE), re.compile(r"[Kk]èm theo [^;]*?" + _DATE))
"""The line under the letterhead ("Tuần Giáo, ngày … tháng 6 năm 2021"); failing that, an appendix's own reference."""
_CITES = re.compile(
    r"số:?\s+(\d+\s*/\s*[A-ZĐ0-9][\w/ –-]*?)\s*,?\s*ngày\s*(\d{1,2})\s*(?:/|tháng)\s*(\d{1,2})\s*(?:/|năm)\s*(\d{4})"
)
_UNIT_HEADS = ("don vi tinh", "don vi", "dvt", "dv tinh")
_ROW_NUMBER = re.compile(r"\d{1,2}|[A-ZĐ]|[IVX]+")
_NUMBER = re.compile(r"^Số:\s*(\d*)\s*/")
_TITLE_YEAR = re.compile(r"năm\s+(\d{4})")
_TITLE, _TITLE_LINES = "KẾ HOẠCH", 3
"""A plan's title stands alone in capitals; what it plans follows, on up to three lines."""


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
        found.append(("number", number[1], "D:number", ""))
    signed = next((match for pattern in _SIGNED for match in map(pattern.search, clean) if match), None)
    if signed:
        day = f"-{int(signed[1]):02d}" if signed[1] else ""
        found.append(("signed", f"{signed[3]}-{int(signed[2]):02d}{day}", "D:date", signed[0]))
    title = next((k for k, text in enumerate(clean) if text == _TITLE), len(clean))
    for text in clean[title + 1 : title + 1 + _TITLE_LINES]:
        years = _TITLE_YEAR.findall(text)
        if years:
            if "giai đoạn" not in text:
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


def read_table_facts(tables: Sequence[Sequence[Sequence[str]]], area: str, report: str) -> pd.DataFrame:
    """Return the headings and the rows' printed units of a document's tables: columns FACT_COLUMNS.

    `tables`: grids of cell texts, in order; those without a unit column say nothing here. Of rows, those that
    the form numbers, and its lettered headings.
    """
    found: list[tuple[str, str, str, str]] = []
    count = 0
    for rows in tables:
        folded = [[fold(cell) for cell in row] for row in rows]
        head = next((k for k, row in enumerate(folded) if any(cell in _UNIT_HEADS for cell in row)), None)
        if head is None:
            continue
        count += 1
        unit = next(k for k, cell in enumerate(folded[head]) if cell in _UNIT_HEADS)
        found += [
            ("header", nfc(cell), f"A{count}:0:{k + 1}", "") for k, cell in enumerate(rows[head]) if k > unit and cell
        ]
        for row in rows[head + 1 :]:
            if unit < 2 or len(row) <= unit or not _ROW_NUMBER.fullmatch(row[0].strip()):
                continue
            name, printed = nfc(row[1]), nfc(row[unit])
            heading = not row[0].strip().isdigit()
            if name and not name.isdigit() and (printed or not heading):
                found.append(("unit", printed, f"A{count}:{row[0].strip()}:{unit + 1}", name))
    return pd.DataFrame([(area, report, *fact) for fact in found], columns=list(FACT_COLUMNS))


def read_block_facts(blocks: Sequence[str | Sequence[Sequence[str]]], area: str, report: str) -> pd.DataFrame:
    """Return the facts of a whole document, paragraphs and tables in their order: columns FACT_COLUMNS."""
    tables = [block for block in blocks if not isinstance(block, str)]
    # A letterhead is a table, too: the text of every cell may hold the date.
    texts = [[block] if isinstance(block, str) else [cell for row in block for cell in row] for block in blocks]
    paragraphs = [text for each in texts for text in each]
    return pd.concat([read_facts(paragraphs, area, report), read_table_facts(tables, area, report)], ignore_index=True)


def stored_facts(data_dir: str | Path = "data") -> pd.DataFrame:
    """Return data/documents.csv: columns FACT_COLUMNS; empty where the file is not there."""
    path = catalog.data_path(data_dir) / "documents.csv"
    if not path.is_file():
        return pd.DataFrame(columns=list(FACT_COLUMNS))
    rows = catalog.read_rows(path, FACT_COLUMNS)
    catalog.check_cells(path, FACT_COLUMNS, rows, {
        "area": catalog.known_in(catalog.areas(data_dir).index, "areas.csv"), "fact": catalog.one_of(_VALUES),
        "report": (PERIOD.fullmatch, "not YYYY or YYYY-S1"), "source": (SOURCE.fullmatch, "no place like D:title"),
    })  # fmt: skip
    for row, *cells in rows:
        fact, value = cells[2:4]
        if not _VALUES[fact].fullmatch(value):
            raise IctplanError(
                f"{path} row {row}: '{one_line(value)}' is no {fact}; data/README.md says how to write it"
            )
    return pd.DataFrame([row[1:] for row in rows], columns=list(FACT_COLUMNS))


def facts_for(observations: pd.DataFrame, data_dir: str | Path) -> pd.DataFrame:
    """Return the stored facts of those documents whose figures are being audited, not of others of the same name."""
    facts = stored_facts(data_dir)
    if facts.empty or observations.empty:
        return facts.iloc[:0]
    kept = []
    for (area, report), group in facts.groupby(["area", "report"], sort=False):
        mine = observations[(observations["area"] == area) & (observations["report"] == report)]
        if len(mine) and _same_document(mine, area, report, data_dir):
            kept.append(group)
    return pd.concat(kept, ignore_index=True) if kept else facts.iloc[:0]


def _same_document(mine: pd.DataFrame, area: str, report: str, data_dir: str | Path) -> bool:
    path = catalog.data_path(data_dir) / "observations" / area / f"{report}.csv"
    if not path.is_file():
        return False
    stored = read_observations(path, data_dir)
    key = [*KEY, "printed"]
    mine = mine[~mine["note"].fillna("").str.startswith(DERIVED)]
    shared = pd.MultiIndex.from_frame(stored[key]).isin(pd.MultiIndex.from_frame(mine[key])).mean()
    return bool(shared >= SAME_DOCUMENT_SHARE)


def as_facts(document: pd.DataFrame | Iterable[dict] | None) -> pd.DataFrame:
    """Return facts handed in by a caller as the table they are stored in."""
    frame = document if isinstance(document, pd.DataFrame) else pd.DataFrame(list(document or []))
    return frame.reindex(columns=list(FACT_COLUMNS)).fillna("").astype(str)
