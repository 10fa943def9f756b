"""What an office's papers say from year to year: letters they rest on, standing sections, recipients, who signs."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator

from ictplan_utils import vocabulary
from ictplan_utils.documents.contents import Contents
from ictplan_utils.vietnamese import fold, nfc

KINDS = ("basis", "goals", "solutions", "firms", "budget", "duties", "recipient", "post")
"""In the order in which a plan says them; `solutions` of authorities, `firms` those of enterprises."""
LONGEST = 4_000
"""Letters of a paragraph that are kept."""

_HEADING = re.compile(r"([IVX]+|\d+(?:\.\d+)*)[.)]?\s+\S.{0,118}")
_BASIS = re.compile(r"(thuc hien|can cu|tiep tuc thuc hien)\b.*\bso\b")
_SIGNS = re.compile(r"(TM|KT|TL|TUQ)\.")


def standing(contents: Contents) -> Iterator[tuple[str, str]]:
    """Yield the paragraphs that stay, as kind (see KINDS) and text without its bullet.

    What a draft leaves for people to finish, in square brackets, is nobody's yet and left out.
    """
    for kind, text in _said(_lines(contents)):
        plain = nfc(text).lstrip("-–+• ").strip()[:LONGEST]
        if plain and "[" not in plain:
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
        if folded.startswith("noi nhan"):
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
        elif part in ("recipient", "post") or folded.startswith(("tren day la", "phu luc")):
            part, above = "ended", []
        elif part != "ended" and (depth := _depth(line)):
            headed = headed or depth > 1
            above = [each for each in above if each[0] < depth]
            before = above[-1][1] if above else ""
            kind = _kind(folded, before)
            above.append((depth, kind))
            if kind and kind == before and kind not in ("solutions", "firms"):
                yield kind, line
        elif above and above[-1][1]:
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
    table = _words()["solutions" if before in ("solutions", "firms") else "sections"]
    if before and before not in ("solutions", "firms"):
        return before
    return next((kind for kind, words in table.items() if any(word in heading for word in words)), before)
