"""Which area a text says has most or least, held to the table of areas: "nhiều trạm nhất là huyện A với 144 trạm"."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from ictplan_utils.audit.cells import Cell, Document
from ictplan_utils.audit.findings import Finding
from ictplan_utils.audit.sentences import Both, say
from ictplan_utils.documents.numbers import Figure, read_figure
from ictplan_utils.documents.phrases import TIMES
from ictplan_utils.documents.tokens import Token, tokens

MOST, LEAST = frozenset(("nhieu", "cao", "lon")), frozenset(("it", "thap", "nho"))
Named = tuple[str, Cell]
Column = tuple[str, list[Named]]
"""A column's heading, folded, and the figures of its areas by their folded names."""


def superlatives(doc: Document, sentences: Sequence[tuple[str, str]], columns: Sequence[Column]) -> Iterator[Finding]:
    """Yield what a sentence says an area has, most or least of all, and the table of areas does not."""
    for source, text in sentences:
        for clause in _clauses(tokens(text)):
            place = next((each.text for each in clause if each.kind == "place"), "")
            number = next((each for each in clause if each.kind == "quantity"), None)
            told = read_figure(number.named["number"]) if number else None
            if place and number and isinstance(told, Figure) and (best := _direction(clause)):
                behind = clause[clause.index(number) + 1 :]
                yield from _held(doc, source, told, _of_place(columns, place, behind), best)


def _clauses(row: Sequence[Token]) -> Iterator[list[Token]]:
    """Yield the tokens between stops; a bracket is none: "cao nhất là huyện A (91,2%)"."""
    for stop, clause in itertools.groupby(row, lambda each: each.kind == "stop" and each.text not in "()"):
        if not stop:
            yield [*clause]


def _direction(clause: Sequence[Token]) -> int:
    """Return 1 where a clause tells the most there is, -1 for the least, 0 for neither, or for another time's."""
    words = [each.text for each in clause if each.kind == "word"]
    before = set(words[: words.index("nhat")][-4:]) if "nhat" in words else set()
    timed = any(each.kind in TIMES for each in clause)
    return 0 if timed or len(before & (MOST | LEAST)) != 1 else 1 if before & MOST else -1


def _of_place(columns: Sequence[Column], place: str, behind: Sequence[Token]) -> list[tuple[list[Named], Cell]]:
    """Return the columns that an area is in, of several those whose heading has the word behind the number."""
    found = [(head.split(), named, own) for head, named in columns if (own := _named(named, place))]
    noun = next((each.text for each in behind if each.kind == "word"), "")
    return [(named, own) for head, named, own in found if not noun or noun in head]


def _named(named: Sequence[Named], place: str) -> Cell | None:
    """Return the figure of an area, which the table may name without its rank: "huyện Kim Bôi", "Kim Bôi"."""
    return next((cell for name, cell in named if f" {place}".endswith(f" {name}")), None)


def _held(
    doc: Document, source: str, told: Figure, columns: list[tuple[list[Named], Cell]], best: int
) -> Iterator[Finding]:
    """Yield that a figure is not the area's, or that it is and another area has more, or less."""
    same = [(named, own) for named, own in columns if own.value == told.value]
    for named, own in same[:1]:
        other = max((cell for _, cell in named), key=lambda each: best * each.value)
        if best * other.value > best * own.value:
            what = say(
                f"say.not_the_{'most' if best > 0 else 'least'}", p=told.printed, at=doc.at(other), other=other.text
            )
            yield _finding(doc, source, told, own, what, other)
    if not same and len(columns) == 1:
        ((_, own),) = columns
        what = say("say.printed", p=told.printed, why=say("say.there", place=doc.at(own), p=own.text))
        yield _finding(doc, source, told, own, what, own, expected=own.text)


def _finding(doc: Document, source: str, told: Figure, own: Cell, what: Both, other: Cell, **more) -> Finding:
    return doc.finding(
        "not_the_most", "error", source, what,
        printed=told.printed, indicator=own.indicator, also=(other.ref,), **more,
    )  # fmt: skip
