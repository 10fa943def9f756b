"""The catalogue's names as sets of words, ready to be looked up: which indicator do these words name, and no other?"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence

from ictplan_utils import catalog
from ictplan_utils.documents import owners
from ictplan_utils.documents.tokens import Token, tokens
from ictplan_utils.documents.words import Vocabulary, vocabulary
from ictplan_utils.vietnamese import fold

SIBLINGS = [frozenset(words.split()) for words in ("co dinh", "di dong", "khac", "caphuyen", "capxa", "cap tinh")]
"""Words that tell one figure from its sibling and name none alone."""
PARTS = frozenset().union(*SIBLINGS)


class Meaning:
    """The catalogue's names as sets of words, ready to be looked up."""

    def __init__(self, data_dir="data") -> None:
        self.words = vocabulary(data_dir)
        whose = owners.words(data_dir)
        self.marks = {"companies": whose.all_companies, "company": whose.companies, "body": whose.bodies}
        self.sectors = [frozenset(sector.split()) for sector in self.words.sectors]
        frame = catalog.indicators(data_dir)
        self.frame = frame
        self.sets: dict[tuple[frozenset[str], bool], set[str]] = {}
        self.units: dict[str, frozenset[str]] = {}
        self.counted: dict[str, frozenset[str]] = {}
        self.spoken: dict[str, list[frozenset[str]]] = {}
        read = functools.partial(tokens, marks=self.marks)
        self.rates: dict[str, tuple[str, str]] = {}
        """Every rate that is of what it is: its numerator and its denominator."""
        self.sums: dict[str, frozenset[str]] = {}
        """Every sum that is of what parts."""
        self.joined = {tuple(pair.split(", ")) for pair in self.words.joined}
        for slug, row in frame.iterrows():
            percent = row["unit_vi"] == "%"
            counted, _, per = row["unit_vi"].lower().partition("/")
            said = f"{self.words.counters.get(counted, counted)}/{per}" if per else self.words.counters.get(counted, "")
            if "/" in row["formula"]:
                self.rates[slug] = tuple(catalog.formula_terms(row["formula"])[1][:2])
            elif row["formula"]:
                self.sums[slug] = frozenset(catalog.formula_terms(row["formula"])[1])
            self.units[slug] = frozenset(self.content(read(row["unit_vi"])))
            self.counted[slug] = self.units[slug] | frozenset(self.content(read(said)))
            spoken = self.words.spoken.get(slug, ())
            for name in [row["name_vi"], row["short_vi"], row["counted_vi"], *row["variants"].split(";"), *spoken]:
                self.joined |= self._joined(name)
                words = frozenset(self.content(self.words.without_status(read(name))))
                if name in spoken:
                    self.spoken.setdefault(slug, []).append(words)
                if words and words not in SIBLINGS:
                    self.sets.setdefault((words, percent), set()).add(slug)

    def _joined(self, name: str) -> set[tuple[str, str]]:
        """Return the words around a name's commas, with the first words of what else the second is called."""
        pairs = set(re.findall(r"([a-z]+), (?=([a-z]+))", fold(name)))
        return pairs | {(one, phrase[0]) for one, other in pairs for rows in self.words.same.values()
                        for phrase, read in rows if read[:1] == [other]}  # fmt: skip

    def content(self, found: Iterable[Token]) -> tuple[str, ...]:
        """Return `content` of tokens by the vocabulary in use."""
        return content(found, self.words)

    def counts_companies(self, slug: str) -> bool:
        """Tell whether an indicator counts companies."""
        return self.marks["companies"].match(f"cac {fold(self.frame.at[slug, 'unit_vi'])}") is not None

    def of_other_sectors(self, slug: str) -> frozenset[str]:
        """Return the words that name only what is of other sectors than an indicator's."""
        own = _network(self.frame.at[slug, "sector"])
        others = [words for sector, words in self._sectors.items() if sector != own]
        return frozenset().union(*others) - self._sectors[own]

    @functools.cached_property
    def _sectors(self) -> dict[str, frozenset[str]]:
        words: dict[str, frozenset[str]] = {}
        for (name, _), slugs in self.sets.items():
            for sector in {_network(self.frame.at[slug, "sector"]) for slug in slugs}:
                words[sector] = words.get(sector, frozenset()) | name
        return words

    def find(self, words: frozenset[str], context: Sequence[frozenset[str]], percent: bool) -> tuple[str, frozenset]:
        """Return the indicator that the words, with the nearest context that they need, name alone; "" for none."""
        if found := self._only(words, words, percent):
            return found, words
        around = words
        contrary = PARTS if any(each <= words for each in SIBLINGS) else frozenset()
        for more in context:
            around |= more - contrary
            if found := self._only(words, around, percent):
                return found, self._words(found, around)
        return "", frozenset()

    def sibling_of(self, beside: frozenset[str], words: frozenset[str], percent: bool) -> tuple[str, frozenset] | None:
        """Return the indicator beside another that a mere part names: "thuê bao băng rộng cố định: 5; di động: 9"."""
        parts = [part for part in SIBLINGS if part <= beside]
        if len(parts) != 1 or words not in SIBLINGS or words <= beside:
            return None
        name = (beside - parts[0]) | words
        slug = self._only(name, name, percent)
        return (slug, name) if slug else None

    def among(self, terms: Iterable[str], words: frozenset[str]) -> tuple[str, frozenset[str]] | None:
        """Return the one of several indicators in whose name, or beside it as its unit, words stand, and that name."""
        fits = [
            (slug, name)
            for slug in terms
            for name in self._names(slug)
            if words & name and words <= name | self.counted[slug]
        ]
        return max(fits, key=lambda fit: len(fit[1])) if len({slug for slug, _ in fits}) == 1 else None

    def is_of_another(
        self, slug: str, words: frozenset[str], full: frozenset[str], heading: frozenset[str], percent: bool
    ) -> bool:
        """Tell whether words that a heading of several sectors completes are those of another sector's figure too.

        Under "Viễn thông, Internet" a mere "thuê bao" may be of either.
        """
        named = [sector for sector in self.sectors if sector <= heading]
        taken = frozenset().union(*(sector for sector in named if sector <= full - words))
        others = [
            self.find((full - taken) | sector, [], percent)[0] for sector in named if taken and not sector <= full
        ]
        return any(other not in ("", slug) for other in others)

    def resembles(self, words: frozenset[str], before: frozenset[str]) -> bool:
        """Tell whether words hold a whole name with those before them, or half of theirs are half of a name's."""
        return any(
            (known and known <= words | before) or 2 * len(known & words) >= max(len(known), len(words), 4)
            for known, _ in self.sets
        )

    def rate(self, of: str, words: frozenset[str], percent: bool) -> str:
        """Return the rate that `words` make of the indicator `of`, a term of it; "" for none or several.

        The words are the other term's or the rate's unit: "6 xã có đài, bằng 54,5% tổng số xã", "17 điểm, tương ứng
        3.840 người/điểm". Without words it is the share that `of` is the numerator of.
        """
        fits = []
        for slug, terms in self.rates.items():
            if of in terms[: 1 + bool(words)] and (self.frame.at[slug, "unit_vi"] == "%") == percent:
                other = self._names(terms[of == terms[0]])
                fits += [slug] if any(words <= self.counted[slug] | named for named in other) else []
        return fits[0] if len(fits) == 1 else ""

    def _names(self, slug: str) -> list[frozenset[str]]:
        """Return the sets of words that name an indicator."""
        return [words for (words, _), slugs in self.sets.items() if slug in slugs]

    def _only(self, least: frozenset[str], most: frozenset[str], percent: bool) -> str:
        """Return the indicator whose words hold `least` (but for its unit's) and lie within `most`; the fullest one."""
        fits: list[tuple[int, str]] = []
        for (words, share), slugs in self.sets.items():
            if share != percent or not words <= most:
                continue
            for slug in slugs:
                if least <= words | self.counted[slug] and (
                    least & words or least <= self.counted[slug] - self.units[slug]
                ):
                    fits.append((len(words), slug))
        if not fits:
            return ""
        longest = max(size for size, _ in fits)
        slugs = {slug for size, slug in fits if size == longest}
        # A name that the vocabulary gives for running text goes before one of the catalogue's.
        slugs = {slug for slug in slugs if any(words <= most for words in self.spoken.get(slug, ()))} or slugs
        return next(iter(slugs)) if len(slugs) == 1 else ""

    def _words(self, slug: str, most: frozenset[str]) -> frozenset[str]:
        return max((words for words in self._names(slug) if words <= most), key=len)


def _network(sector: str) -> str:
    return "telecom" if sector == "internet" else sector


def content(found: Iterable[Token], words: Vocabulary) -> tuple[str, ...]:
    """Return the words that say which figure it is; a rate's measure is one word, `/dan`."""
    row, out, end = [], [], 0
    for token in found:
        if token.kind == "word":
            apart = token.start > end + 1 and "_".join([*row[-1:], token.text]) in words.kept
            row += ["", token.text] if apart else [token.text]  # "Có 96,4% số hộ" speaks of no "cơ sở"
            end = token.end
        elif token.kind == "named":
            out.append(_level(token.text))
        elif token.kind == "per":
            out.append(f"/{next(iter(token.named.values())).split()[0]}")
    meant = tuple(word for word in words.meaning(row) if word)
    # "Số xã" names the communes; with any word more it counts what that word says of them.
    counted = meant[:1] == ("so",) and len(meant) > 2
    return (*meant[counted:], *out)


def _level(text: str) -> str:
    """Return a level or a generation in one spelling: `mức 3, 4` → `mucdo3,4`, `4G/5G` → `4g,5g`, `cấp II` → `cap2`."""
    digits = re.findall(r"\d|iii|ii|i\b", text)
    plain = {"i": "1", "ii": "2", "iii": "3"}
    if text.startswith("muc"):
        return "mucdo" + ",".join(digits)
    if text.startswith("cap"):
        return f"cap{plain.get(digits[-1], digits[-1])}"
    return ",".join(f"{digit}g" for digit in digits) if "g" in text else text
