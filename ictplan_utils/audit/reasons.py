"""Which indicators a document says rise or fall, and why: a sentence of a move that says more than the move itself."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ictplan_utils.audit.paper import Text
from ictplan_utils.documents.meaning import Meaning
from ictplan_utils.documents.names import names
from ictplan_utils.documents.tokens import Token, tokens
from ictplan_utils.documents.words import says

REMARK = re.compile(r"[^\W\d_]+( [^\W\d_]+){2}")
"""Three words in a row, behind a row's figures."""
REASON = 2
"""So many words that neither name the indicator nor tell of a fall, a time, a plan say why."""
NAMED = 3
"""So many words with which an indicator's name begins may stand for it."""


@dataclass(frozen=True)
class Reasons:
    """The indicators of which a document says that they fall, or rise, and why."""

    falls: frozenset[str] = frozenset()
    rises: frozenset[str] = frozenset()


def reasons_in(blocks: Iterable[Text], data_dir: str | Path) -> Reasons:
    """Return the indicators whose move a document gives a reason for: in a sentence, or in a remark behind the row.

    `blocks`: the document's paragraphs and tables.
    """
    moves: dict[str, set[str]] = {"falls": set(), "rises": set()}
    meaning = names(data_dir).meaning
    for block in blocks:
        rows = [[block]] if isinstance(block, str) else block
        remarked = [" ".join(row[:3]) for row in rows if any(REMARK.search(cell) for cell in row[3:])]
        of_rows = set().union(*(_named(tokens(row), meaning)[0] for row in remarked))
        texts = [text for row in rows for text in row if len(text.split()) > NAMED]
        for move, found in moves.items():
            found |= of_rows.union(*(_moving(text, move, meaning) for text in texts))
    return Reasons(**{move: frozenset(found) for move, found in moves.items()})


def _moving(text: str, move: str, meaning: Meaning) -> set[str]:
    """Return the indicators that a paragraph lets fall, or rise, for a reason, be it in the sentence behind."""
    found: set[str] = set()
    open_: set[str] = set()
    for sentence in re.split(r"(?<=[.;])\s+", text):
        read = tokens(sentence)
        words = [token.text for token in read if token.kind == "word"]
        before = {a.text for a, b in itertools.pairwise(read) if b.kind == "quantity"}
        moved = says(getattr(meaning.words, move), words) or (move == "falls" and "con" in before)
        if not (moved or open_):
            continue
        named, rest = _named(read, meaning)
        open_ = named if moved else open_ if not named else set()
        if len(rest) >= REASON:
            found |= open_
    return found


def _named(read: list[Token], meaning: Meaning) -> tuple[set[str], set[str]]:
    """Return the indicators that a sentence names, fully or by how their names begin, and the words it says besides."""
    row = meaning.content(read)
    words = frozenset(row)
    whole = {name for name, _ in meaning.sets if name <= words}
    longest = {name for name in whole if not any(name < other for other in whole)}
    named = {slug for (name, _), slugs in meaning.sets.items() if name in longest for slug in slugs}
    begun = {slug: _begun(row, name) for slug, name in _names(meaning)}
    most = max(begun.values(), default=0)
    if most >= NAMED:
        named |= {slug for slug, size in begun.items() if size == most}
        longest.add(frozenset(next(name[:most] for slug, name in _names(meaning) if begun[slug] == most)))
    return named, {*_told(meaning).sub("", " ".join(row)).split()}.difference(*longest)


def _begun(row: Sequence[str], name: Sequence[str]) -> int:
    """Return with how many of a name's first words some words of a sentence agree, one behind the other."""
    runs = (
        itertools.takewhile(lambda pair: pair[0] == pair[1], zip(row[k:], name, strict=False)) for k in range(len(row))
    )
    return max((sum(1 for _ in run) for run in runs), default=0)


@functools.lru_cache(maxsize=4)
def _names(meaning: Meaning) -> list[tuple[str, tuple[str, ...]]]:
    return [(slug, meaning.content(tokens(name))) for slug, name in meaning.frame["name_vi"].items()]


@functools.lru_cache(maxsize=4)
def _told(meaning: Meaning) -> re.Pattern[str]:
    """Return what tells of falls, rises, plans and expectations."""
    words = meaning.words
    kinds = (words.falls, words.rises, words.plans, words.target, words.estimate, words.ahead, words.hope)
    phrases = sorted(itertools.chain(*kinds), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(phrases)})\b")
