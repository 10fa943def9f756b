"""Whose a figure is: the areas, the companies and the wholes ("Toàn huyện", "Tổng cộng") that a text names."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ictplan_utils import catalog, vocabulary
from ictplan_utils.catalog.areas import read as read_areas
from ictplan_utils.periods import PERIOD
from ictplan_utils.vietnamese import CAPITALS, fold, fold_in_place, nfc

_ANY_RANK = r"(?:thi tran|thi xa|thanh pho|tp\.?|tx\.?|tt\.?(?= [A-ZĐ])|xa|phuong|huyen|quan|tinh|dac khu)"
_NO_PLACE = (
    r"(?:hoi|uy|quyet nghi|doan|hinh|huong|an|phap|thuc|tien|thong minh|lan thu|giao (?:nam|chi tieu|ke hoach|cho))\b"
)
"""With these a rank makes another word ("xã hội", "tỉnh ủy"), unless an area's name begins so ("xã Hội Hoan")."""
RANK = rf"{_ANY_RANK}(?! {_NO_PLACE})"
RANKS = frozenset(("xa", "phuong", "thi tran", "huyen", "quan", "thi xa", "thanh pho", "tinh", "dac khu"))
COMMUNES = frozenset(("xa", "phuong", "thi tran", "dac khu"))
_RANKS = {"tp": "thanh pho", "tx": "thi xa", "tt": "thi tran"}
_SHORT = _RANKS | {"h": "huyen", "x": "xa", "p": "phuong"}
_NAME = re.compile(r"(?:[^\W\d_]+(?:['’-][^\W\d_]+)?[ -]*){1,5}")
_SPELT = {"tỉnh", "thành phố", "tp", "tx", "tt", "huyện", "quận", "thị xã", "thị trấn", "xã", "phường", "đặc khu"}
_NO_NAME = re.compile(
    r"(?:năm \d|thuộc|của|trên|trong|và|theo|giai|sau|đến|số|tháng|quý|có|chưa|được|kết|lớp|mới|toàn)(?![^\W\d_])",
    re.IGNORECASE,
)
_RANKED = re.compile(rf"(?<![a-z])({_ANY_RANK})(?:\s+uy(?= [a-z]))?\s+(?=\S)")
LONGEST_LETTERHEAD = 80


@dataclass(frozen=True)
class Owner:
    """One that figures are of. `kind`: `area`, `whole` (of the level `rank`, "" for any) or `company`.

    `slug` is an area's in areas.csv, "" for one that is not there.
    """

    kind: str
    text: str
    slug: str = ""
    rank: str = ""
    start: int = 0
    end: int = 0

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from others."""
        return self.kind, self.slug or self.text


@dataclass(frozen=True)
class Words:
    """The vocabulary of owners, folded."""

    companies: re.Pattern
    all_companies: re.Pattern
    bodies: re.Pattern
    body_before: re.Pattern
    wholes: re.Pattern
    area_heads: re.Pattern
    villages: frozenset[str]
    village: re.Pattern
    rest: re.Pattern


@catalog.kept("owners.toml")
def words(folder: Path) -> Words:
    """Return the package's words of owners with the office's own added."""
    tables = vocabulary.tables("owners", folder)
    listed = lambda key: [fold(word) for table in tables for word in table.get(key, [])]  # noqa: E731
    either = lambda key: "|".join(map(re.escape, sorted(listed(key), key=len, reverse=True)))  # noqa: E731
    villages = [*listed("villages"), *listed("quarters")]
    one = rf"(?:{'|'.join(sorted(villages, key=len, reverse=True))}|{_ANY_RANK})"
    spelt = "|".join(word for table in tables for word in table.get("villages", []))
    several = rf"{one}(?:(?: va|,)? {one})*"
    return Words(
        re.compile(rf"(?<![a-z])(?:{either('companies')})(?![a-z])"),
        re.compile(rf"(?<![a-z])(?:{either('all_companies')})(?![a-z])"),
        re.compile(rf"(?<![a-z])(?:{either('bodies')})(?: (?:cap )?{RANK})?(?![a-z])"),
        re.compile(rf"(?<![a-z])(?:{either('bodies')})[\s–-]+$"),
        re.compile(rf"(?:(?:{either('wholes')})\s*)?(?:dia ban\s*)?(?P<rank>{RANK})?"),
        re.compile(rf"(?:ten )?(?:cac )?(?:ubnd )?(?:{several}|{either('area_heads')})"),
        frozenset(villages),
        re.compile(rf"(?<![^\W\d_])(?<!văn )(?<!phiên )(?i:{spelt}) (?=[{CAPITALS}\d])"),
        re.compile(rf"(?:cac )?(?:{several}|dia ban|dia phuong|don vi) (?:con lai|khac)"),
    )


class Gazetteer:
    """The catalogue's areas by rank and name, as texts name them."""

    def __init__(self, data_dir: str | Path = "data") -> None:
        self.known = read_areas(data_dir)
        self.above = self.known.above
        self.by_name: dict[tuple[str, str], list[str]] = {}
        self.by_bare: dict[str, list[str]] = {}
        for slug, one in self.known.by_slug.items():
            self.by_name.setdefault((fold(one.unit_vi), fold(one.name).replace("–", "-")), []).append(slug)
            self.by_bare.setdefault(fold(one.name), []).append(slug)

    def longest(self, rank: str, rest: str) -> tuple[list[str], int]:
        """Return the areas of a rank whose name begins `rest`, the longest name, and how many letters it takes."""
        rank = _RANKS.get(rank.strip("."), rank)
        parts = list(re.finditer(r"\S+", rest))[:6]
        for part in reversed(parts):
            name = " ".join(rest[: part.end()].split()).strip(" .,;:)").replace("–", "-")
            if slugs := self.by_name.get((rank, name)):
                return slugs, len(rest[: part.end()].rstrip(" .,;:)"))
        return [], 0

    def named(self, text: str) -> list[tuple[str, list[str], int, int]]:
        """Return (rank, areas, start, end) of each place a text names with its rank; no areas for an unknown one."""
        found, composed = [], nfc(text)
        folded = fold_in_place(composed)
        strangers = {start: name for _, start, _, name in _ranked(text)}
        for match in _RANKED.finditer(folded):
            rank, start, at = match[1], match.start(), match.end()
            name = strangers.get(start, "")
            # A name as the catalogue has it may hold what else ends one: "Bảo Lâm 1", "Phường 1 Bảo Lộc", "Quý Hòa".
            begins = _spelt(composed[start : match.end(1)], composed) and re.match(rf"[{CAPITALS}\d]", composed[at:])
            known = [self.longest(rank, rest) for rest in (folded[at:], fold_in_place(name))] if begins else []
            slugs, size = max(known, key=lambda each: each[1], default=([], 0))
            if slugs or (name and not re.match(_NO_PLACE, fold_in_place(name))):
                end = at + (size or len(capitals(name)))
                found.append((rank, self.spelt(slugs, composed[at:end]), start, end))
        return found

    def spelt(self, slugs: Sequence[str], text: str) -> Sequence[str]:
        """Return those of several areas whose name stands in a text with its own tone marks, else all."""
        said = nfc(text).lower()
        return [slug for slug in slugs if nfc(self.known.by_slug[slug].name).lower() in said] or slugs

    def bare(self, text: str) -> list[str]:
        """Return the areas whose name a text's first words in capitals are, without a rank: `LẠC THỦY - số liệu`."""
        bare = nfc(text)
        for _, _, start, end in self.named(text):
            bare = f"{bare[:start]}{'_' * (end - start)}{bare[end:]}"
        for run in re.finditer(r"[^\W\d_]+(?: [^\W\d_]+)*", bare):
            parts = run[0].split()
            for size in range(min(4, len(parts)), 1, -1):
                for at in range(len(parts) - size + 1):
                    some = parts[at : at + size]
                    if all(word[0].isupper() for word in some) and (slugs := self._spelt_so(" ".join(some))):
                        return slugs
        return []

    def _spelt_so(self, name: str) -> list[str]:
        """Return the areas of a name, with its tone marks where it has any."""
        known = self.by_bare.get(fold(name), [])
        return [slug for slug in known if name.isascii() or nfc(self.known.by_slug[slug].name).lower() == name.lower()]


def ranked(text: str) -> Iterator[tuple[str, int, int, str]]:
    """Yield (rank, its place, the name's place, words that may be the name) of each area a text names by its rank."""
    return (each for each in _ranked(text) if not re.match(_NO_PLACE, fold_in_place(each[3])))


def _ranked(text: str) -> Iterator[tuple[str, int, int, str]]:
    composed = nfc(text)
    folded = fold_in_place(composed)
    for match in _RANKED.finditer(folded):
        if composed[match.end()].isupper() and not _NO_NAME.match(composed, match.end()):
            name = _NAME.match(composed, match.end())
            if name and _spelt(composed[match.start() : match.end(1)], composed):
                yield match[1], match.start(), match.end(), name[0]


def _spelt(rank: str, text: str) -> bool:
    """Tell whether a rank is written as one: "TÌNH HÌNH" is no province, but in a text without marks "TINH" may be."""
    return text.isascii() or rank.lower().rstrip(".") in _SPELT


@catalog.kept("areas.csv")
def gazetteer(folder: Path) -> Gazetteer:
    """Return the areas by name."""
    return Gazetteer(folder)


@dataclass
class Owners:
    """Who may own a figure of one document: its own area and the areas around it, at the report's time.

    `given` tells that a person has named the area, `called` which one the document itself then names.
    """

    own: str
    report: str = ""
    data_dir: str | Path = "data"
    given: bool = False
    called: str = ""
    _near: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.gazetteer = gazetteer(self.data_dir)
        self.known = self.gazetteer.known
        self.words = words(self.data_dir)
        self.area = self.known.by_slug.get(self.own)
        around = self._around()
        self._near_slugs = frozenset(around)
        for slug in around:
            self._near.setdefault(fold(self.known.by_slug[slug].name), slug)

    def _around(self) -> list[str]:
        """Return the own area, those in it, those beside it and those above it, the nearest first."""
        if self.area is None:
            return []
        beside = self.known.children.get(self.area.parent, [])
        within = catalog.descendants(self.own, self.data_dir)
        above = self._above()
        near = (*self.known.children.get(self.own, []), self.own, *beside, *within, *above)
        return [slug for slug in dict.fromkeys(near) if self._exists(slug)]

    def _exists(self, slug: str) -> bool:
        return not PERIOD.fullmatch(self.report or "") or self.known.by_slug[slug].exists(self.report)

    def _had_begun(self, slug: str) -> bool:
        return not PERIOD.fullmatch(self.report or "") or self.known.by_slug[slug].begun(self.report)

    def one_of(self, slugs: Sequence[str]) -> str:
        """Return the one of several areas of a name that is meant: it exists at the time, and lies near.

        A document speaks of its own area whenever that was: one that had not begun, or had ended, is told elsewhere.
        """
        if self.own in slugs:
            return self.own
        slugs = [slug for slug in slugs if self._exists(slug)] or [slug for slug in slugs if self._had_begun(slug)]
        near = [slug for slug in slugs if slug in self._near_slugs] if len(slugs) > 1 else []
        slugs = near or slugs
        return slugs[0] if len(slugs) == 1 else ""

    def named(self, text: str) -> list[Owner]:
        """Return the areas and companies a text names, where they stand in it."""
        composed = nfc(text)
        folded = fold_in_place(composed)
        found = [Owner("company", match[0], start=match.start(), end=match.end())
                 for match in self.words.companies.finditer(folded)]  # fmt: skip
        found += [
            Owner("area", composed[start:end].strip(), self.one_of(slugs), rank, start, end)
            for rank, slugs, start, end in self.gazetteer.named(text)
        ]
        return sorted(found, key=lambda owner: owner.start)

    def label(self, text: str, *, among_areas: bool = False, ranks: Iterable[str] = ()) -> Owner | None:
        """Return the owner that a label is, where it is nothing else; `among_areas`: a name alone is an area's.

        `ranks` are those of the areas among which a name stands, where their heading says them.
        """
        bare = re.sub(
            r"^[\W_]*(?:[ivx]+|[a-z]|\d{1,3}(?:\.\d+)*)[.)]\s+|^\W+|[\s:.,;*]+$", "", nfc(text), flags=re.IGNORECASE
        )
        bare = (
            re.sub(r"\s*\([^()]*\)$|\s*[-–/]\s*(?:total|grand total|whole \w+)$", "", bare, flags=re.IGNORECASE) or bare
        )
        folded = fold(bare)
        if not folded:
            return None
        whole = self.words.wholes.fullmatch(folded)
        if whole:
            rank = (whole["rank"] or "").strip(".")
            return Owner("whole", bare, rank=_RANKS.get(rank, rank))
        if self.words.companies.match(folded):
            return Owner("company", bare)
        for owner in self.named(bare):
            before = fold(bare[: owner.start]).strip()
            rest = bare[owner.end :].strip(" .,;:*")
            if (
                owner.kind == "area"
                and not rest
                and (not before or before == "ubnd" or self.words.wholes.fullmatch(before))
            ):
                return owner
        ranks = tuple(ranks)
        ranked = (self.one_of(self.gazetteer.by_name.get((rank, folded), [])) for rank in ranks)
        if among_areas and (slug := next(filter(None, ranked), "")):
            return Owner("area", bare, slug, fold(self.known.by_slug[slug].unit_vi))
        short = re.match(r"(h|tp|tx|tt|x|p)[. ]+(?=[a-z])", folded)
        ranks = (_SHORT[short[1]],) if short else ranks
        slug = self._near.get(folded[short.end() :] if short else folded)
        rank = fold(self.known.by_slug[slug].unit_vi) if slug else ""
        if slug and (not ranks or rank in ranks):  # under "Xã" the district's name is the commune's of that name
            return Owner("area", bare, slug, rank) if among_areas else None
        named = re.search(rf" (?:số )?(?:[{CAPITALS}\d]\S* ?){{1,5}}$", bare)
        named = named if among_areas or not bare.isupper() else None
        if named and folded[: named.start()] in self.words.villages:
            return Owner("area", bare, rank=folded[: named.start()])
        if among_areas and self.words.rest.fullmatch(folded):
            return Owner("area", bare)
        if among_areas and re.fullmatch(rf"(?:[{CAPITALS}][^\W\d_]*['’]?[ -]*){{1,5}}", bare):
            return Owner("area", bare, rank=next(iter(ranks), ""))
        return None

    def of_whole(self, whole: Owner, parts: Sequence[Owner]) -> str:
        """Return the area that a total is of: that of its level, else the own, or what holds it where it is a part.

        Villages make a commune.
        """
        villages = any(part.rank in self.words.villages for part in parts)
        if levels := {whole.rank} if whole.rank else COMMUNES if villages else ():
            slug = self.own
            while slug and fold(self.known.by_slug[slug].unit_vi) not in levels:
                slug = self.known.by_slug[slug].parent
            return slug
        return self.area.parent if self.area and self.own in (part.slug for part in parts) else self.own

    def of_title(self, titles: Sequence[str]) -> Owner | None:
        """Return whose a table is by its titles, the nearest first, where that is not the document's own area."""
        for text in titles:
            named, village = self.named(text), None if text.isupper() else self.words.village.search(text)
            # "phường Buôn Ma Thuột" is no village: what is named begins before the word or with it.
            if village and not any(each.slug and each.start <= village.start() < each.end for each in named):
                return Owner("area", village[0] + capitals(text[village.end() :]))
            above = self._above()
            strange = [owner for owner in named if owner.slug not in (self.own, *above) and not self._is_own(owner)]
            companies = [owner for owner in named if owner.kind == "company"]
            if companies and not re.search(r"cac (?:doanh nghiep|nha mang|don vi)", fold(text)):
                return companies[0]
            if any(owner.slug and owner.slug in (self.own, self.called) for owner in named):
                return None
            if strange:
                return strange[0]
        return None

    def children(self, slug: str) -> list[str]:
        """Return the areas right below one, at the report's time."""
        return [child for child in self.known.children.get(slug, []) if self._exists(child)]

    def of_letterhead(self, lines: Sequence[str]) -> str:
        """Return the company whose letterhead a document bears, "" for none."""
        parts = (re.split(r"\s*\bSố\s*:", line)[0] for text in lines for line in text.splitlines())
        head = list(itertools.takewhile(lambda text: "bao cao" not in fold(text), parts))[:4]
        short = [text for text in head if len(text) < LONGEST_LETTERHEAD and not re.search(r"\d", text)]
        return next((text for text in short if self.words.companies.match(fold(text).strip(" -"))), "")

    def _is_own(self, owner: Owner) -> bool:
        """Tell whether an unknown name may be the own area's: somebody has said whose the document is, and its rank."""
        return self.given and self.area is not None and not owner.slug and owner.rank == fold(self.area.unit_vi)

    def _above(self) -> list[str]:
        return self.gazetteer.above(self.own) if self.area else []


def capitals(text: str) -> str:
    """Return the leading words of a text that begin with a capital, at least one: an unknown place's name."""
    end = 0
    for word in re.finditer(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", text):
        if end and (not word[0][0].isupper() or text[end : word.start()].strip(" ")):
            break
        end = word.end()
    return text[:end]
