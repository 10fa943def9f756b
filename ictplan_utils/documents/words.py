"""What words mean: the words of a name that say which figure it is, of status, of change.

It is data, `vocabulary/words.toml` and an office's own `data/words.toml`.
"""

from __future__ import annotations

import dataclasses
import functools
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ictplan_utils import catalog
from ictplan_utils import vocabulary as vocabularies
from ictplan_utils.documents.tokens import Token
from ictplan_utils.vietnamese import fold


def says(phrases: Iterable[str], words: Iterable[str]) -> bool:
    """Tell whether one of the phrases stands among words."""
    joined = f" {' '.join(words)} "
    return any(f" {phrase} " in joined for phrase in phrases)


def ends_in(phrases: Iterable[str], words: Iterable[str]) -> int:
    """Return of how many words the first of the phrases is that ends words, 0 where none does."""
    joined = " ".join(["", *words])
    return next((len(phrase.split()) for phrase in phrases if joined.endswith(f" {phrase}")), 0)


def begins(phrases: Iterable[str], words: Iterable[str]) -> bool:
    """Tell whether words begin with one of the phrases."""
    joined = f"{' '.join(words)} "
    return any(joined.startswith(f"{phrase} ") for phrase in phrases)


MOVED = frozenset(("tang", "giam"))


@dataclass(frozen=True)
class Vocabulary:
    """What words mean.

    `same`: a phrase's first word → the phrases that begin with it, longest first, each with the form it is read as.
    `topic`: what begins the words on what a clause is about. `fill`: words, and pairs joined by `_`, that change
    nothing, `frames`: phrases on how a figure is known and what is thought of it; `kept`: pairs that do though a word
    of theirs is filler. `joined`: words that a comma joins. `sectors`: what headings name several of. `counters`:
    unit → what is said for it. `target`, `estimate`, `ahead`, `done`, `hope`: phrases of status; `result`: verbs that
    make `plans` speak of results. `serves`: verbs right before how much there is. `total`: what begins a sum, `parts`:
    its parts, `heads`: what begins a name, `leads`: verbs before it, `bars`: words of hope, need and lack that forbid
    to leave out what stands there. `sources`: how a figure is known, `again`: what says a figure once more. `rises`,
    `falls`: of a comparison, `titles`: of a report's title, `goals`: of a plan's in it, `founded`: of an area's making,
    `slides`: before "từ … lên …". `spoken`: indicator → names in running text; `whole`: → of what.
    """

    same: dict[str, list[tuple[list[str], list[str]]]]
    topic: tuple[str, ...]
    fill: frozenset[str]
    frames: frozenset[str]
    kept: frozenset[str]
    joined: tuple[str, ...]
    target: tuple[str, ...]
    estimate: tuple[str, ...]
    ahead: tuple[str, ...]
    result: tuple[str, ...]
    plans: tuple[str, ...]
    done: tuple[str, ...]
    hope: tuple[str, ...]
    serves: tuple[str, ...]
    total: tuple[str, ...]
    heads: tuple[str, ...]
    leads: tuple[str, ...]
    bars: tuple[str, ...]
    parts: tuple[str, ...]
    sources: tuple[str, ...]
    founded: tuple[str, ...]
    again: tuple[str, ...]
    slides: tuple[str, ...]
    rises: tuple[str, ...]
    falls: tuple[str, ...]
    spoken: dict[str, tuple[str, ...]]
    whole: dict[str, str]
    counters: dict[str, str]
    sectors: tuple[str, ...]
    titles: tuple[str, ...]
    goals: tuple[str, ...]

    @functools.cached_property
    def _sizes(self) -> list[int]:
        """How many words a frame may have, the most first."""
        return sorted({each.count(" ") + 1 for each in self.frames}, reverse=True)

    @functools.cached_property
    def of_status(self) -> list[list[str]]:
        """The phrases that make a figure a target or an estimate, each as its words."""
        phrases = (*self.target, *self.estimate, *self.ahead, *self.hope)
        return sorted((phrase.split() for phrase in phrases), key=len, reverse=True)

    @functools.cached_property
    def of_results(self) -> frozenset[str]:
        """The words that say of what sort a figure is that another is held against: "ước thực hiện", "mức"."""
        phrases = (*self.target, *self.estimate, *self.result, *self.done)
        return frozenset(word for phrase in (*phrases, *self.fill) for word in re.split("[ _]", phrase))

    @functools.cached_property
    def _by_meaning(self) -> dict[str, str]:
        """Phrases → what each is read as."""
        return {" ".join(phrase): " ".join(read) for pairs in self.same.values() for phrase, read in pairs}

    def lists(self, before: Sequence[str], behind: Sequence[str]) -> bool:
        """Tell whether a comma stands between two synonyms, which are one: "thôn, bản"."""
        ends = [" ".join(before[-size:]) for size in (1, 2, 3)]
        begins = [" ".join(behind[:size]) for size in (1, 2, 3)]
        return any(one != other and one in self._by_meaning and self._by_meaning[one] == self._by_meaning.get(other)
                   for one in ends for other in begins)  # fmt: skip

    def moves(self, words: Sequence[str]) -> int:
        """Return 1 for words that say that a figure is higher than another, -1 for lower, 0 where they do not say."""
        alone = [word for word, bound in zip(words, self.bound(words), strict=True) if not bound]
        return -1 if says(self.falls, alone) else 1 if says(self.rises, alone) else 0

    def without_status(self, row: Sequence[Token]) -> list[Token]:
        """Return tokens without the words of status, of a plan or an estimate, among them."""
        kept, at = [], 0
        while at < len(row):
            texts = [token.text for token in row[at : at + 4]]
            size = next((len(p) for p in self.of_status if texts[: len(p)] == p and row[at].kind == "word"), 0)
            kept += row[at : at + 1] if not size else []
            at += size or 1
        return kept

    def moved(self, words: Sequence[str]) -> frozenset[str]:
        """Return those of the words that say that a figure moved: "tăng" of "tăng 3 trạm", not of "hạ tầng"."""
        bound = self.bound(words)
        return frozenset(word for word, held in zip(words, bound, strict=True) if word in MOVED and not held)

    def bound(self, words: Sequence[str]) -> list[bool]:
        """Tell of each word whether it is of a pair that means something of its own: "hạ tầng", "giám sát"."""
        pairs = [f"{a}_{b}" in self.kept for a, b in itertools.pairwise(["", *words, ""])]
        return [before or behind for before, behind in itertools.pairwise(pairs)]

    def unserved(self, row: Sequence[Token], quantity: Token) -> list[Token]:
        """Return tokens without the verbs right before a quantity that say only that so much there is."""
        kept = list(row)
        at = sum(token.start < quantity.start for token in kept)
        while size := ends_in(self.serves, [token.text if token.kind == "word" else "" for token in kept[:at]]):
            kept, at = kept[: at - size] + kept[at:], at - size
        return kept

    def begins_plan(self, words: Sequence[str]) -> bool:
        """Tell whether words begin what a title says of the time ahead: "nhiệm vụ …", "kế hoạch …"."""
        return begins((*self.target, *self.ahead), words)

    def behind_estimate(self, words: Sequence[str]) -> Sequence[str]:
        """Return the words behind the one that says that figures are expected, [] where none does."""
        for at in range(len(words)):
            for phrase in map(str.split, self.estimate):
                if [*words[at : at + len(phrase)]] == phrase:
                    return words[at + len(phrase) :]
        return []

    def leads_in(self, words: Sequence[str]) -> bool:
        """Tell whether words end in a verb that leads a statement in, and say of no hope, need or lack."""
        row = list(words)
        while row and row[-1] in self.fill:
            row.pop()
        return bool(ends_in(self.leads, row)) and not says((*self.bars, *self.target), words)

    def is_result(self, words: Sequence[str]) -> bool:
        """Tell whether words begin what was achieved: "thực hiện 88 trạm"."""
        return begins(self.done, words) and not self.is_plan(words)

    def is_plan(self, words: Iterable[str], plans: Sequence[str] = ()) -> bool:
        """Tell whether words speak of a plan, or `plans` of its own; "thực hiện kế hoạch" speaks of its results."""
        return says(plans or self.target, self._achieved.sub(" ", f" {' '.join(words)} ").split())

    @functools.cached_property
    def _achieved(self) -> re.Pattern:
        """What speaks of plans that were carried out or compared with: "thực hiện các chỉ tiêu kế hoạch"."""
        verbs, plans = "|".join(self.result), "|".join(self.plans)
        done = rf"(?<= )(?:{verbs})(?: cac| nhung)?(?: (?:{plans}))+(?: (?:duoc |de )?(?:giao|ra))?(?= )"
        return re.compile(rf"{done}|(?<= )duoc giao cho(?= )")

    def meaning(self, words: Iterable[str]) -> tuple[str, ...]:
        """Return words with synonyms replaced and what changes nothing left out, in order.

        >>> vocabulary().meaning("tong so thue bao dt cd tren dia ban".split())
        ('thue', 'bao', 'dien', 'thoai', 'co', 'dinh')
        """
        out = _synonyms(self._unframed(list(words)), self.same)
        kept, at = [], 0
        while at < len(out):
            two = "_".join(out[at : at + 2])
            size = 2 if two in self.fill or two in self.kept else 1
            if two not in self.fill and (two in self.kept or out[at] not in self.fill):
                kept += out[at : at + size]
            at += size
        return tuple(kept)

    def _unframed(self, row: list[str]) -> list[str]:
        """Return words without the frames among them."""
        kept, at = [], 0
        while at < len(row):
            size = next((size for size in self._sizes if " ".join(row[at : at + size]) in self.frames), 0)
            kept += row[at : at + 1] if not size else []
            at += size or 1
        return kept


def _synonyms(row: Sequence[str], same: Mapping[str, Sequence[tuple[list[str], list[str]]]]) -> list[str]:
    """Return words with synonyms replaced, the longest first."""
    out: list[str] = []
    at = 0
    while at < len(row):
        for phrase, first in same.get(row[at], ()):
            if row[at : at + len(phrase)] == phrase:
                # "thôn, bản, tiểu khu": synonyms beside one another are one.
                out += first if out[-len(first) :] != first else []
                at += len(phrase)
                break
        else:
            out.append(row[at])
            at += 1
    return out


def spelt(names: Iterable[str]) -> Iterator[str]:
    """Return all that names stand for: `[x]` may be left out, `{a|b}` is either.

    >>> list(spelt(["thuê bao [điện thoại] {cố định|di động}"]))[:2]
    ['thuê bao  cố định', 'thuê bao  di động']
    """
    for name in names:
        choice = re.search(r"\[([^][{}]*)\]|\{([^][{}]*)\}", name)
        if not choice:
            yield name
            continue
        options = ["", choice[1]] if choice[1] is not None else choice[2].split("|")
        yield from spelt(name[: choice.start()] + each + name[choice.end() :] for each in options)


@catalog.kept("words.toml")
def vocabulary(folder: Path) -> Vocabulary:
    """Return the package's vocabulary with the office's own words added."""
    tables = vocabularies.tables("words", folder)
    same: dict[str, list] = {}
    for table in tables:
        for row in table.get("same", []):
            for phrase in map(str.split, map(fold, row)):
                same.setdefault(phrase[0], []).append((phrase, row[0].split()))
    for found in same.values():
        found.sort(key=lambda pair: -len(pair[0]))
    phrases = {
        field.name: tuple(phrase for table in tables for phrase in table.get(field.name, []))
        for field in dataclasses.fields(Vocabulary) if field.type == "tuple[str, ...]"
    }  # fmt: skip
    words = {
        key: frozenset(word for table in tables for word in table.get(key, "").split()) for key in ("fill", "kept")
    }
    words["frames"] = frozenset(fold(phrase) for table in tables for phrase in table.get("frames", []))
    spoken = {slug: tuple(spelt(names)) for table in tables for slug, names in table.get("spoken", {}).items()}
    pairs = {key: {one: other for table in tables for one, other in table.get(key, {}).items()}
             for key in ("whole", "counters")}  # fmt: skip
    return Vocabulary(same=same, spoken=spoken, **phrases, **words, **pairs)
