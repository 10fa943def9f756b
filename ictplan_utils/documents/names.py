"""A row's name → the indicator it names: official name, known variants, its parts; never by force."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ictplan_utils import catalog, messages
from ictplan_utils.catalog.reporting_forms import FILES
from ictplan_utils.documents import units
from ictplan_utils.documents.meaning import Meaning, content
from ictplan_utils.documents.tokens import tokens
from ictplan_utils.documents.words import vocabulary as words_known
from ictplan_utils.vietnamese import fold, nfc

_LEAD = re.compile(
    r"^\s*(?:[-+*•–—·●▪○]+|\(?[a-zđ]\)|[a-zđ][.)]|\(?\d{1,2}(?:\.\d{1,2})*[.)]|[ivx]+[.)])\s*|"
    r"^\s*(?:trong đó|chia ra|bao gồm|gồm|of which|cộng(?= (?!đồng|tác)))\s*[:,]?\s*",
    re.IGNORECASE,
)
_TAIL = re.compile(r"\s*(?:\*+|\(\*+\)|\(\d{1,2}\)|\[\d{1,2}\]|[⁰¹²³⁴⁵⁶⁷⁸⁹]+)\s*$")
_ENGLISH_HALF = re.compile(
    r"\s*[-–/]\s*(?=[a-z])(?=[\x00-\x7f]+$)(?=.*\b(?:of|number|total|mobile|fixed|subscribers?|telephone|phone|per|"
    r"revenue|turnover|which|post|postal|households?|rate|percentage|stations?|population|average|broadband)\b).*$",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"\s*\([^()]*\)")

NEW = re.compile(r"\bphat trien moi\b|\bphat trien\b|\bmoi\b|\broi mang\b|\bthuc tang\b|\btang them\b|\bcat huy\b")
"""Words that turn a count into a flow: `Số thuê bao điện thoại phát triển` counts new subscribers only."""

NEW_SECTION = re.compile(r"thue bao( \w+){0,4} (phat trien|moi)|phat trien( moi)?( \w+){0,2} thue bao|phat trien moi")
OF_ONE = re.compile(r"\b(tap doan|vnpt|viettel|mobifone|vinaphone|fpt|tong cong ty|cong ty|chi nhanh)\b")
"""Words that narrow a row, or the rows under it, to one company."""

WORTH_A_HINT = 60
"""A candidate is shown from here on (0–100)."""

_TELLING = frozenset(
    """moi phat trien roi huy tang giam khac ty le 100 dan doanh thu di dong co dinh tinh huyen xa thon ban hinh thanh
    in ho nguoi internet bang rong 2g 3g 4g 5g tu khong chua nu binh quan ngay thang ke noi ket the""".split()  # noqa: SIM905
)
"""Words that a close match may not lack or add: they tell one indicator from another."""


@dataclass(frozen=True)
class Match:
    """What a name was recognised as; `how` is `exact`, `context`, `parts` or `close`."""

    indicator: str
    how: str
    note: str = ""


@dataclass(frozen=True)
class Candidate:
    """An indicator that a name resembles, and how much (0–100)."""

    indicator: str
    name: str
    score: float


@dataclass(frozen=True)
class Place:
    """Where in the table a name stands: section code, parents from the outermost in, printed number."""

    section: str = ""
    parents: tuple[tuple[str, str], ...] = ()
    number: str = ""
    blocked: bool = False


def plain(name: str) -> str:
    """Return a printed name without its enumeration, footnote marks and English half.

    >>> plain("- Trong đó: Số điểm Bưu điện VHX (*)")
    'Số điểm Bưu điện VHX'
    """
    name = nfc(in_vietnamese(name))
    name = name.replace("ƣ", "ư").replace("Ƣ", "Ư")  # what old fonts and scanners make of it
    name = _ENGLISH_HALF.sub("", name)
    before = None
    while before != name:
        before, name = name, _TAIL.sub("", _LEAD.sub("", name)).strip(" :;,.")
    return name


_ENGLISH = re.compile(
    r"\b(of|number|total|which|subscribers?|mobi|phone|fixed|index|previous|year|telephone|the|and)\b"
    r"|^\W*(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\W+\d+\W*$",
    re.IGNORECASE,
)


def in_vietnamese(text: str) -> str:
    """Return the lines of a name or a header that are not English; all of them where none is Vietnamese."""
    lines = [line for line in text.split("\n") if line.strip()]
    return "\n".join([line for line in lines if not (line.isascii() and _ENGLISH.search(line))] or lines)


@functools.lru_cache(maxsize=20_000)
def canonical(name: str) -> str:
    """Return a name as it is compared: its words in order, synonyms replaced, what changes nothing left out.

    >>> canonical("Số điểm BĐ-VHX") == canonical("Điểm Bưu điện - Văn hoá xã")
    True
    """
    return " ".join(content(tokens(plain(name).replace("_", " ").lower()), words_known()))


def forms(name: str) -> tuple[str, ...]:
    """Return the canonical forms of a name: as it stands, and without what it says in parentheses."""
    shorter = _BRACKETS.sub("", name)
    return tuple(dict.fromkeys(filter(None, (canonical(name), canonical(shorter)))))


class Names:
    """The catalogue's names, ready to be looked up."""

    def called(self, slug: str) -> str:
        """Return an indicator's name in the current language."""
        return self.frame.at[slug, f"short_{messages.language()}"]

    def __init__(self, meaning: Meaning, data_dir="data", maps: Mapping[str, str] | None = None) -> None:
        frame = catalog.indicators(data_dir)
        self.frame = frame
        self.meaning = meaning
        self.index: dict[str, list[str]] = {}
        self.display: list[tuple[str, str]] = []
        # The official names first, so that a short name never takes an official one's place.
        for column in ("name_vi", "variants", "short_vi"):
            for slug, text in frame[column].items():
                for name in text.split(";") if column == "variants" else [text]:
                    if name.strip():
                        self._add(slug, name.strip(), official=column == "name_vi")
        for name, slug in (maps or {}).items():
            # A person's word goes before the catalogue's.
            self.index[canonical(name)] = [slug]
            self.display.append((slug, name))
        self.spelt: dict[str, set[str]] = {}
        for slug, text in self.display:
            if text.startswith("Cấp ") and "." in frame.at[slug, "form_number"]:
                continue  # one of a name's levels, which says nothing without that name
            self.spelt.setdefault(fold(text), set()).add(slug)
        self.section_codes = {}
        for code, row in catalog.sections(data_dir).iterrows():
            self.section_codes.setdefault(canonical(row["name_vi"]), code)

    def _add(self, slug: str, name: str, official: bool) -> None:
        number = self.frame.at[slug, "form_number"]
        keys, percent = forms(name), self.frame.at[slug, "unit_vi"] == "%"
        if "." in number and name.startswith("Cấp "):
            parent = self.frame.index[self.frame["form_number"] == number.split(".")[0]]
            keys = tuple(canonical(f"{self.frame.at[p, 'name_vi']} {name}") for p in parent)
        for key in keys:
            known = self.index.setdefault(key, [])
            alike = [each for each in known if (self.frame.at[each, "unit_vi"] == "%") == percent]
            if slug not in known and (official or not alike):
                known.append(slug)
        self.display.append((slug, name))

    def section(self, text: str) -> str:
        """Return the code of a section row's text, "" where it is none of the form's."""
        return self.section_codes.get(canonical(text), "")

    def match(self, name: str, unit: str = "", place: Place | None = None) -> Match | None:
        """Return the indicator a row's name means, None where that is not certain."""
        place = place or Place()
        bare = plain(name)
        found = self._within(bare, unit, place) or self._alone(bare, unit, place)
        if found is None or not self._flow_as_total(found.indicator, bare, place):
            return found
        return None

    def _within(self, bare: str, unit: str, place: Place) -> Match | None:
        """Match a child by its parents' names and its own: `Số thuê bao điện thoại` + `Trong đó: Di động`."""
        for depth in range(len(place.parents), 0, -1):
            above = place.parents[depth - 1 :]
            printed = [plain(parent) for parent, _ in above]
            # A parent known by a variant is as good as by its official name.
            official = [self.frame.at[slug, "name_vi"] if slug else plain(parent) for parent, slug in above]
            for parents in (printed, official):
                text = " ".join([*parents, bare])
                slugs = [s for key in forms(text) for s in self.index.get(key, [])]
                if slug := self._choose(slugs, unit, place, bare):
                    return Match(slug, "context")
        return None

    def _alone(self, bare: str, unit: str, place: Place) -> Match | None:
        if any(not slug and OF_ONE.search(fold(parent)) for parent, slug in place.parents):
            return None
        spelt = sorted(self.spelt.get(fold(bare), ()))
        if (slug := self._choose(spelt, unit, place, bare)) and not self._sibling(canonical(bare), slug, unit):
            return Match(slug, "exact" if len(spelt) == 1 else "context")
        if found := self._by_parts(bare, unit, place):
            exact = any(found.indicator in self.index.get(key, ()) for key in forms(bare))
            return Match(found.indicator, "exact") if exact else found
        for key in forms(bare):
            slugs = self.index.get(key, [])
            if " " not in key and fold(bare) not in self.spelt:
                continue  # "Xã" is what is left of "Số xã", but it need not mean it
            if slug := self._choose(slugs, unit, place, bare):
                if sibling := self._sibling(key, slug, unit):
                    return Match(sibling, "close", f"theo đơn vị '{unit}'")
                return Match(slug, "exact" if len(slugs) == 1 else "context")
        return self._misspelt(bare, unit, place)

    def _choose(self, slugs: Sequence[str], unit: str, place: Place, bare: str = "") -> str:
        """Return the one indicator of several with one name: by section or printed number."""
        share = {slug: self.frame.at[slug, "unit_vi"] == "%" for slug in dict.fromkeys(slugs)}
        slugs = [slug for slug, percent in share.items() if self._may_be(bare, "", percent)]
        if len(slugs) > 1:
            slugs = [slug for slug in slugs if self._may_be(bare, unit, share[slug])] or slugs
        spelt = self.spelt.get(fold(bare), ())
        for test in (
            lambda s: True,
            lambda s: s in spelt,
            lambda s: bool(place.section) and self.frame.at[s, "section"] == place.section,
            lambda s: bool(place.number) and self.frame.at[s, "form_number"] == place.number,
        ):
            left = [slug for slug in slugs if test(slug)]
            if len(left) == 1:
                return left[0]
        return ""

    def _sibling(self, key: str, slug: str, unit: str) -> str:
        """Return the share whose count (or the count whose share) was named, where only that fits the unit."""
        if not unit or units.unit(unit) is None or self._fits(slug, unit):
            return ""
        other = f"{key} /dan" if units.unit(unit).dimension == "per 100" else key
        fitting = [s for s in self.index.get(other, []) if self._fits(s, unit)]
        return fitting[0] if len(fitting) == 1 else ""

    def _fits(self, slug: str, unit: str) -> bool:
        return units.fit(unit, self.frame.at[slug, "unit_vi"]).fits

    def _by_parts(self, bare: str, unit: str, place: Place) -> Match | None:
        """Match a name by its words, synonyms replaced: what it lacks or adds decides against."""
        row = tokens(re.sub(r"\s*\(" + re.escape(unit) + r"\)", "", bare) if unit else bare, self.meaning.marks)
        # A number in a name is part of it: "Số xã có 2 trạm trở lên".
        words = frozenset((*self.meaning.content(row), *(token.text for token in row if token.kind == "quantity")))
        above = [
            frozenset(self.meaning.content(tokens(plain(parent), self.meaning.marks)))
            for parent, _ in reversed(place.parents)
        ]
        found = {
            slug for percent in (True, False)
            if self._may_be(bare, unit, percent) and (slug := self.meaning.find(words, above, percent)[0])
        }  # fmt: skip
        if len(found) != 1:
            return None
        slug = found.pop()
        return Match(slug, "parts") if not unit or units.unit(unit) is None or self._fits(slug, unit) else None

    def _may_be(self, bare: str, unit: str, percent: bool) -> bool:
        """Tell whether a name may be a share's (or a count's): "Tỷ lệ" and % say the one, "Số" the other."""
        said = units.unit(unit) if unit else None
        led = re.match(r"(?:tong )?(ty le|ti le|so|doanh thu)\b", fold(bare))
        if led and led[1].endswith("le"):
            return percent
        if said is not None:
            return percent == (said.dimension == "percent")
        return led is None or not percent

    def _misspelt(self, bare: str, unit: str, place: Place) -> Match | None:
        """Match a name that is one with a slip of the finger."""
        words = canonical(bare).split()
        scored: dict[str, float] = {}
        for key in self._worth_a_look({" ".join(words)}):
            if score := _likeness(words, key.split()):
                for slug in self.index[key]:
                    scored[slug] = max(scored.get(slug, 0), score)
        scored = {slug: score for slug, score in scored.items() if not unit or self._fits(slug, unit)}
        top = [slug for slug, score in scored.items() if score == max(scored.values())]
        slug = self._choose(top, unit, place, bare)
        return Match(slug, "close", messages.text("reading.alike", share=f"{scored[slug] * 100:.0f}")) if slug else None

    def _worth_a_look(self, wanted: set[str]) -> set[str]:
        """Return the few known names that a close look may find alike; the many others are told off at once."""
        from rapidfuzz import fuzz, process

        keys = list(self.index)
        return {
            key
            for text in wanted
            for key, _, _ in process.extract(text, keys, scorer=fuzz.token_sort_ratio, limit=16, score_cutoff=70)
        }

    def _flow_as_total(self, slug: str, bare: str, place: Place) -> bool:
        """Tell whether a count of new subscribers is about to pass for the total."""
        entry = self.frame.loc[slug]
        if entry["kind"] != "stock" or "subscribers" not in slug:
            return False
        # A name that a person has mapped (--map) stands in the variants and is believed.
        known = any(s == slug and canonical(name) == canonical(bare) for s, name in self.display)
        own = bool(NEW.search(fold(bare))) and not known
        return own or place.blocked or any(not s and NEW.search(fold(parent)) for parent, s in place.parents)

    def candidates(self, name: str, limit: int = 3) -> tuple[Candidate, ...]:
        """Return the indicators whose names come closest, best first, for a person to choose from."""
        from rapidfuzz import fuzz, process

        # Nearer than this is a hint; farther is noise.
        wanted = canonical(name)
        found = process.extract(
            wanted, [canonical(text) for _, text in self.display], scorer=fuzz.token_sort_ratio, limit=limit * 4
        )
        best: dict[str, Candidate] = {}
        for _, score, position in found:
            if score < WORTH_A_HINT:
                continue
            slug, text = self.display[position]
            if slug not in best:
                best[slug] = Candidate(slug, text, round(score, 1))
        return tuple(list(best.values())[:limit])


def _likeness(words: list[str], other: list[str]) -> float:
    """Return how alike two names of as many words are, 0 to 1: 0 where a word differs by more than a slip."""
    if len(words) != len(other) or len(words) < 2:
        return 0
    left, typos = list(other), 0
    for word in words:
        near = word if word in left else next((o for o in left if _misspelt(word, o)), None)
        if near is None:
            return 0
        left.remove(near)
        typos += near != word
    return 1 - 0.05 * typos if typos <= max(1, len(words) // 4) else 0


def _misspelt(word: str, other: str) -> bool:
    """Tell whether two words are one with a slip of the finger: long enough, one letter off, neither telling."""
    from rapidfuzz.distance import DamerauLevenshtein

    if word in _TELLING and other in _TELLING:
        return False
    return min(len(word), len(other)) >= 4 and DamerauLevenshtein.distance(word, other) <= 1


@catalog.kept("indicators.csv", *FILES, "words.toml", "owners.toml")
def _names(folder: Path) -> Names:
    return Names(Meaning(folder), folder)


def names(data_dir="data", maps: Mapping[str, str] | None = None) -> Names:
    """Return the catalogue's names, and those a person has mapped."""
    known = _names(data_dir)
    return Names(known.meaning, data_dir, maps) if maps else known
