"""Which indicators a document says rise or fall, and why: a sentence of a move that says more than the move itself."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator, Sequence
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

    def with_more(self, falls: set[str], rises: set[str]) -> Reasons:
        """Return these and more."""
        return Reasons(self.falls | falls, self.rises | rises)


def reasons_in(blocks: Sequence[Text], data_dir: str | Path) -> Reasons:
    """Return the indicators whose move a document gives a reason for: in a sentence, or in a remark behind the row.

    `blocks`: the document's paragraphs and tables.
    """
    found = Reasons()
    if not blocks:
        return found  # nothing is read for a report that is stored without its text
    meaning = names(data_dir).meaning
    for block in blocks:
        rows = [[block]] if isinstance(block, str) else block
        of_rows = set().union(*(_named(tokens(row), meaning)[0] for row in _remarked(rows)))
        found = found.with_more(of_rows, of_rows)
        for text in (text for row in rows for text in row if len(text.split()) > NAMED):
            found = found.with_more(*_moving(text, meaning))
    return found


def _remarked(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield how the rows begin behind which a remark stands, in a column that most rows leave without a word."""
    for column in [*itertools.zip_longest(*rows, fillvalue="")][3:]:
        said = [row for row, cell in zip(rows, column, strict=True) if REMARK.search(cell)]
        if 2 * len(said) <= len(rows):
            yield from (" ".join(row[:3]) for row in said)


def _moving(text: str, meaning: Meaning) -> list[set[str]]:
    """Return the indicators that a paragraph lets fall, and rise, for a reason, be it in the sentence behind."""
    found: list[set[str]] = [set(), set()]
    open_: list[set[str]] = [set(), set()]
    moving = (*meaning.words.falls, *meaning.words.rises)
    said: list[Token] = []  # up to a ";": "doanh thu đạt 9.536 triệu đồng; tăng cao do …"
    for sentence in re.split(r"(?<=[.;])\s+", text):
        read = tokens(sentence)
        words = [token.text for token in read if token.kind == "word"]
        before = {a.text for a, b in itertools.pairwise(read) if b.kind == "quantity"}
        moved = says(meaning.words.falls, words) or "con" in before, says(meaning.words.rises, words)
        if any((*moved, *open_)):
            named, rest = _named(read, meaning)
            goes_on = said and says(moving, words[:1])
            spoken = named | _named(said, meaning)[0] if goes_on else named
            for at, moves in enumerate(moved):
                open_[at] = spoken if moves else open_[at] if not named else set()
                found[at] |= open_[at] if len(rest) >= REASON else set()
        said = read if sentence.endswith(";") else []
    return found


def _named(read: list[Token], meaning: Meaning) -> tuple[set[str], set[str]]:
    """Return the indicators that a sentence names, fully or by how their names begin, and the words it says besides."""
    row = meaning.content(read)
    words = frozenset(row)
    whole = {name for name, _ in meaning.sets if name <= words}
    longest = {name for name in whole if not any(name < other for other in whole)}
    named = {slug for (name, _), slugs in meaning.sets.items() if name in longest for slug in slugs}
    begun = [(_shared(row[k:], name), slug, name) for k in range(len(row) - NAMED + 1)
             for slug, name in _names(meaning).get(row[k : k + NAMED], ())]  # fmt: skip
    most = max((size for size, *_ in begun), default=0)
    for slug, name in ((slug, name) for size, slug, name in begun if size == most):
        named.add(slug)
        longest.add(frozenset(name[:most]))
    return named, {*_told(meaning).sub("", " ".join(row)).split()}.difference(*longest)


def _shared(row: Sequence[str], name: Sequence[str]) -> int:
    """Return how many first words a sentence's rest and a name have in common."""
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(row, name, strict=False)))


@functools.lru_cache(maxsize=4)
def _names(meaning: Meaning) -> dict[tuple[str, ...], list[tuple[str, tuple[str, ...]]]]:
    """Return first words → the indicators whose names begin so, with all the words of each."""
    found: dict[tuple[str, ...], list] = {}
    for slug, name in meaning.frame["name_vi"].items():
        words = meaning.content(tokens(name))
        found.setdefault(words[:NAMED], []).append((slug, words))
    return found


@functools.lru_cache(maxsize=4)
def _told(meaning: Meaning) -> re.Pattern[str]:
    """Return what tells of falls, rises, plans and expectations."""
    words = meaning.words
    kinds = (words.falls, words.rises, words.plans, words.target, words.estimate, words.ahead, words.hope)
    phrases = sorted(itertools.chain(*kinds), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(phrases)})\b")
