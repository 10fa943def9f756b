"""PDF files with a text layer → contents: tables by their ruled lines, else by their words' places."""

from __future__ import annotations

import logging
import math
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise, takewhile
from pathlib import Path

from ictplan_utils import messages
from ictplan_utils.documents import columns
from ictplan_utils.documents.columns import Line, Region, Word
from ictplan_utils.documents.contents import EMPTY, Cell, Contents, Merge, Paragraph, Table, lowered, raised
from ictplan_utils.vietnamese import CAPITALS, fold

MAX_PAGES = 300

FAR_STEP = 1.25
"""So many times as far below the line before as lines of a paragraph stand, a line begins one of its own."""
FARTHEST_INDENT = 60
"""So far from the left margin, in points, a paragraph's first line may begin; what is centred begins further in."""

SCANNED = 20
"""A file with fewer letters than these is a picture of a text."""

_SYLLABLE = re.compile("(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdghklmnpqrstvx])?[aeiouy]{1,3}(?:ch|ng|nh|[cmnpt])?")
"""A Vietnamese word, without tone marks."""
_BEGINS = re.compile(
    rf"[-+*•–]|\((?=[Kk]èm|Ban hành|Đ|\d\))|[IVX]+\.|\d+(\.\d+)*\.?\s+[{CAPITALS}]|[A-ZĐ]\.\s|"
    r"(PHỤ LỤC|Phụ lục|Biểu|BIỂU|KẾ HOẠCH|BÁO CÁO)"
)
"""How a line begins that continues no paragraph; "03 trạm so với cùng kỳ" and "(tăng 01 trạm" continue one."""


def read_pdf(path: Path) -> Contents:
    """Return a PDF's paragraphs and tables. Raises IctplanError for a scan without text or a locked file."""
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect, PDFTextExtractionNotAllowed

    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    contents, pages, scans, letters = Contents(), [], [], 0
    try:
        with pdfplumber.open(path) as document:
            if len(document.pages) > MAX_PAGES:
                raise messages.error("formats.too_many_pages", path=path, count=len(document.pages))
            for page in document.pages:
                letters += len(page.chars)
                if page.images and not page.chars:
                    scans.append(str(page.page_number))
                pages.append(_page(page, contents))
                page.close()
    except Exception as error:
        locked = (PDFPasswordIncorrect, PDFTextExtractionNotAllowed)
        if isinstance(error, locked) or any(isinstance(a, locked) for a in getattr(error, "args", ())):
            raise messages.error("formats.encrypted", path=path) from None
        raise
    if letters < SCANNED:
        raise messages.error("formats.scan", path=path)
    if scans:
        contents.warn("formats.scanned_pages", count=len(scans), pages=", ".join(scans))
    pieces = _with_tables(_without_furniture(pages))
    lines = [piece for piece in pieces if isinstance(piece, Line)]
    left = min((line.words[0].x0 for line in lines), default=0)
    right = max((line.words[-1].x1 for line in lines), default=0)
    near = _least_steps(lines)
    before: Line | None = None
    for piece in pieces:
        if isinstance(piece, Line):
            room = before is not None and _room(before, piece, right)
            begun = room and (before.words[0].x0 - left < FARTHEST_INDENT or bool(_BEGINS.match(before.text)))
            far = before is not None and piece.top - before.top > FAR_STEP * near.get(round(piece.size), math.inf)
            _add_line(contents, piece.text, room, (begun or far) and not piece.text[:1].islower())
            before = piece
        else:
            contents.blocks.append(Table.of(piece.rows, merges=piece.merges))
            before = None
    return contents


def _least_steps(lines: Sequence[Line]) -> dict[int, float]:
    """Return how far below one another lines of each size of letters stand where they stand closest, twice or more."""
    steps: dict[int, Counter[int]] = {}
    for one, other in pairwise(lines):
        if other.top > one.top and round(one.size) == round(other.size):
            steps.setdefault(round(one.size), Counter())[round(other.top - one.top)] += 1
    often = {size: [step for step, times in found.items() if times > 1] for size, found in steps.items()}
    return {size: min(found) for size, found in often.items() if found}


def _room(line: Line, behind: Line, right: float) -> bool:
    """Tell whether the next line's first word had room on a line: one that goes on is full."""
    first = behind.words[0]
    return right - line.words[-1].x1 - line.size > first.x1 - first.x0


def _page(page, contents: Contents) -> list[Line | Region]:
    """Return a page's lines and ruled tables from top to bottom."""
    page = page.dedupe_chars()  # a letter printed twice, a hair apart, is a bold one
    strokes = sorted(_strokes(page), key=lambda stroke: stroke["y"])
    letters, through = _unstruck(page.chars, strokes, contents)
    letters = [letter for letter in _raised(letters) if letter["upright"]]
    ruled = page.filter(lambda item: id(item) not in through)
    tables = [table for table in ruled.find_tables() if len(table.rows) > 1 or len(table.columns) > 1]
    pieces: list[Line | Region] = []
    for table in tables:
        left, top, right, bottom = table.bbox
        inside = [c for c in letters if left <= _x(c) <= right and top <= _y(c) <= bottom]
        taken = set(map(id, inside))
        letters = [c for c in letters if id(c) not in taken]
        pieces.append(_ruled(table, inside))
    return sorted([*pieces, *columns.lines_of(_words(letters))], key=lambda piece: piece.top)


def _x(letter: dict) -> float:
    return (letter["x0"] + letter["x1"]) / 2


def _y(letter: dict) -> float:
    return (letter["top"] + letter["bottom"]) / 2


def _words(letters: Sequence[dict]) -> list[Word]:
    from pdfplumber.utils.text import extract_words

    found = extract_words(list(letters), x_tolerance_ratio=0.25) if letters else []
    return [Word(word["text"], word["x0"], word["x1"], word["top"], word["bottom"]) for word in found]


def _strokes(page) -> Iterable[dict]:
    """Yield what may strike out letters: thin level lines, and a reader's own marks of that name."""
    for item in [*page.lines, *page.rects, *page.curves]:
        if item["bottom"] - item["top"] <= 1.6 < item["x1"] - item["x0"]:
            yield {"y": _y(item), "x0": item["x0"], "x1": item["x1"], "items": [item]}
    for note in page.annots:
        if "StrikeOut" in str(note["data"].get("Subtype")):
            yield {"y": _y(note), "x0": note["x0"], "x1": note["x1"], "items": []}


def _unstruck(letters: Sequence[dict], strokes: Sequence[dict], contents: Contents) -> tuple[list[dict], set[int]]:
    """Return the letters through whose middle no line goes, and the drawn items that do strike out."""
    kept, struck, through = [], [], set()
    heights = [stroke["y"] for stroke in strokes]
    for letter in letters:
        height = letter["bottom"] - letter["top"]
        at = bisect_left(heights, letter["top"] + 0.3 * height)
        hit = []
        while at < len(heights) and heights[at] <= letter["top"] + 0.72 * height:
            if strokes[at]["x0"] - 0.5 <= _x(letter) <= strokes[at]["x1"] + 0.5:
                hit += strokes[at]["items"] or [letter]
            at += 1
        if hit:
            through |= set(map(id, hit))
            struck.append(letter["text"])
        else:
            contents.strike("".join(struck))
            struck = []
            kept.append(letter)
    contents.strike("".join(struck))
    return kept, through


def _raised(letters: Sequence[dict]) -> list[dict]:
    """Return the letters, those raised or lowered beside a larger one as such marks on its line."""
    out: list[dict] = []
    near: dict[int, list[tuple[dict, dict]]] = {}  # by height on the page: a letter met, and the one its line is of
    for letter in sorted(letters, key=lambda letter: letter["x0"]):
        at = int(letter["bottom"] // 10)
        beside = [
            pair for height in (at - 1, at, at + 1)
            for pair in takewhile(lambda pair: letter["x0"] - pair[0]["x0"] < 40, reversed(near.get(height, [])))  # noqa: B023
            if -0.3 < (letter["x0"] - pair[0]["x1"]) / pair[1]["size"] < 0.5 and abs(_rise(letter, pair[1])) < 0.8
        ]  # fmt: skip
        level = [pair for pair in beside if _rise(letter, pair[0]) == 0 and pair[0]["size"] < 1.15 * letter["size"]]
        _, base = min(level or beside, key=lambda pair: abs(letter["x0"] - pair[0]["x1"]), default=(None, letter))
        rise, smaller = _rise(letter, base), letter["size"] <= 0.86 * base["size"]
        if rise > 0.12 and (smaller or rise <= 0.5):
            mark = raised(letter["text"])
        elif rise < -0.05 and smaller:
            mark = lowered(letter["text"])
        else:
            mark, base = letter["text"], letter
        near.setdefault(at, []).append((letter, base))
        out.append(letter | {"text": mark, "top": base["top"], "bottom": base["bottom"]})
    return out


def _rise(letter: dict, base: dict) -> float:
    """Return how far a letter stands above another's line, in the other's height; a hair's breadth is nothing."""
    rise = (base["bottom"] - letter["bottom"]) / base["size"]
    return rise if abs(rise) > 0.04 else 0


def _ruled(table, letters: Sequence[dict]) -> Region:
    """Return a table that lines rule, its merged cells filled and its wrapped words whole."""
    lefts = sorted({cell[0] for cell in table.cells})
    tops = sorted({cell[1] for cell in table.cells})
    ends = [*lefts[1:], table.bbox[2]]
    letters = sorted(letters, key=_y)
    heights = [_y(letter) for letter in letters]
    words = {}
    for x0, top, x1, bottom in table.cells:
        inside = letters[bisect_left(heights, top) : bisect_left(heights, bottom)]
        words[x0, top, x1, bottom] = columns.lines_of(_words([c for c in inside if x0 <= _x(c) <= x1]))
    padding = min((line.words[0].x0 - cell[0] for cell, lines in words.items() for line in lines), default=0)
    rows: list[list[Cell]] = [[EMPTY] * len(lefts) for _ in tops]
    merges: list[Merge] = []
    for cell, lines in words.items():
        r, c = tops.index(cell[1]), lefts.index(cell[0])
        bottom, right = bisect_left(tops, cell[3] - 1) - 1, bisect_left(lefts, cell[2] - 1) - 1
        rows[r][c] = Cell(_wrapped(lines, cell[2] - cell[0] - 2 * padding))
        if (bottom, right) > (r, c):
            merges.append((r, c, max(bottom, r), max(right, c)))
    return Region(rows, merges, list(zip(lefts, ends, strict=True)), table.bbox[1])


def _wrapped(lines: Sequence[Line], room: float) -> str:
    """Return the text of a cell that has `room` for a line: a line that ends before it must is a line of its own.

    A word too long for its cell was broken, and is whole again.
    """
    text = lines[0].text if lines else ""
    for line, following in pairwise(lines):
        word, width = following.words[0], line.words[-1].x1 - line.words[0].x0
        letter = (word.x1 - word.x0) / len(word.text)
        parts = fold(line.words[-1].text), fold(word.text)
        apart = all(map(_SYLLABLE.fullmatch, parts)) and not _SYLLABLE.fullmatch("".join(parts))  # "hoạch", "năm"
        broken = len(line.words) == 1 and width + 0.9 * letter > room and not apart
        ended = width + 0.3 * line.size + (word.x1 - word.x0) < room
        text += ("" if broken else "\n" if ended else " ") + following.text
    return text


def _without_furniture(pages: Sequence[list]) -> list[list]:
    """Return the pages without what stands in their margins on page after page: numbers, running titles."""

    def key(line: Line) -> tuple[str, int]:
        return re.sub(r"\d+", "#", line.text), round(line.top / 5)

    seen = Counter(k for page in pages for k in {key(piece) for piece in (*page[:2], *page[-2:]) if _is_line(piece)})
    often = max(2, (len(pages) + 1) // 2)
    return [
        [
            piece for n, piece in enumerate(page)
            if not _is_line(piece) or not (
                re.fullmatch(r"\d{1,3}", piece.text)
                or ((n < 2 or n >= len(page) - 2) and len(pages) > 1 and seen[key(piece)] >= often)
            )
        ]
        for page in pages
    ]  # fmt: skip


def _is_line(piece) -> bool:
    return isinstance(piece, Line)


def _with_tables(pages: Sequence[Sequence[Line | Region]]) -> list[Line | Region]:
    """Return all pages' pieces, their lines searched for tables that no line rules.

    A table that a page ends with may go on in the first lines of the next.
    """
    pieces: list[Line | Region] = []
    for page in pages:
        before = pieces[-1].columns if pieces and not _is_line(pieces[-1]) else ()
        for n, (are_lines, some) in enumerate(groupby(page, _is_line)):
            pieces += columns.find_tables(list(some), () if n else before) if are_lines else some
    return pieces


def _add_line(contents: Contents, line: str, room: bool, anew: bool) -> None:
    """Add a line of running text to the paragraph before, unless it begins one of its own.

    `room`: the line before has room for more; `anew`: it has ended its paragraph.
    """
    last = contents.blocks[-1] if contents.blocks else None
    ended = (".", ":", ";", "./.") if room else (".", "./.")
    if isinstance(last, Paragraph) and not anew and not _BEGINS.match(line) and not last.text.endswith(ended):
        contents.blocks[-1] = Paragraph(f"{last.text} {line}")
    else:
        contents.blocks.append(Paragraph(line))
