"""What a sentence has spoken of so far, and which indicator a figure's words name with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ictplan_utils import catalog, messages
from ictplan_utils.documents.around import Around
from ictplan_utils.documents.clause import Clause, naming, without_or_more
from ictplan_utils.documents.meaning import PARTS, Meaning
from ictplan_utils.documents.phrases import QUANTITY
from ictplan_utils.documents.stated import Stated, value_of
from ictplan_utils.documents.tokens import Token
from ictplan_utils.documents.words import begins, says


@dataclass
class Subject:
    """What rules a sentence as it is read, clause by clause, what was spoken of, and what it has stated so far.

    `area` is the document's own, `began` where the first figure stands, `last_words` those of the clause before.
    """

    area: catalog.Area | None
    report: str
    names: Meaning
    around: Around
    """What rules all of it."""
    said: Around
    """What rules from here on."""
    began: int
    outer: Around | None = None
    """What ruled before a "trong đó"."""
    previous: Stated | None = None
    """The figure that the sentence before ended with."""
    found: list[Stated] = field(default_factory=list)
    before: frozenset[str] = frozenset()
    """The words of what was last spoken of."""
    of: Stated | None = None
    """The figure that one without words of its own is of: the last one, or that which a bracket's stands beside."""
    lead: frozenset[str] = frozenset()
    """The words right before a figure that stands alone: "Số trạm BTS: 95"."""
    spoken: tuple[frozenset[str], ...] = ()
    """The words of what was spoken of before that."""
    whole: frozenset[str] = frozenset()
    """The words of what was spoken of before a "trong đó" or a bracket."""
    outside: int = 0
    """How many figures stood before the bracket that is being read."""
    closed: int = 0
    """How many figures had been stated when the last bracket ended."""
    kept: Around | None = None
    """What ruled before the bracket that is being read."""
    beside_it: tuple[int, Around] | None = None
    """How many figures stood before one of the same period last year, and what ruled there."""
    aside: bool = False
    """Whether a clause says a share once more, as a count: ", tương đương 20.515 hộ"."""
    within: bool = False
    """Whether a clause is in a bracket or begins a "trong đó"."""
    held: Token | None = None
    """What figures are held against."""
    parts: set[frozenset[str]] = field(default_factory=set)
    """The parts of a whole that were spoken of: fixed, mobile."""
    counted: bool = False
    """Whether the clause before said by how many a figure has moved."""
    baseless: tuple[Token, Clause] | tuple[None, None] = (None, None)
    """The last clause that compared a figure, and that figure: it may leave to the next since when it moved."""
    years: Token | None = None
    """The span of years spoken of."""
    shadow: str = ""
    """A figure that was not understood: "phát triển mới 03 trạm BTS, 210 thuê bao"."""
    unclear: str = ""
    """The figure before, where it was not understood though it has words."""
    rest: bool = False
    """Whether a clause speaks of what is left beside what was told: "các điểm còn lại (7 điểm)"."""
    lost: bool = False
    """Whether nothing of that figure's words is known."""
    founding: bool = False
    """Whether clauses tell of what areas an area was made."""
    last_words: list[str] = field(default_factory=list)

    def own_words(self, clause: Clause, stated: Stated) -> bool:
        """Tell whether a clause itself says something of what its figure is, be it its unit."""
        return bool(self.words_of(clause) & (stated.name | self.names.counted.get(stated.indicator, frozenset())))

    def words_in(self, row: Sequence[Token]) -> frozenset[str]:
        """Return the words of tokens that say which figure it is."""
        return frozenset(self.names.content(naming(row, self.names)))

    def words_of(self, clause: Clause, until: Token | None = None) -> frozenset[str]:
        """Return the words of a clause, or of it before a token, that say which figure it is."""
        return self.words_in(clause.before(until) if until else clause.tokens)

    def is_name(self, row: Sequence[Token]) -> bool:
        """Tell whether words name a figure all by themselves."""
        words = self.words_in(row)
        return any(self.names.find(words, [], percent)[0] for percent in (False, True))

    def of_own(self, clause: Clause) -> bool:
        """Tell whether a percentage is of a share that its own clause names: "hộ có Internet đạt 97% so cùng kỳ"."""
        quantity = clause.of(*QUANTITY)[0]
        share, _ = self.names.find(self.words_in(clause.before(quantity)), [], True)
        return bool(quantity.named.get("percent") and share) and share != self.found[-1].indicator

    def is_named(self, row: Sequence[Token]) -> bool:
        """Tell whether words name a figure, alone or with what was spoken of."""
        words = self.words_in(row)
        counted = any(words <= each for each in self.names.units.values())
        return counted or bool(words and self.names.find(words, [self.before, *self.said.words], False)[0])

    def of_name(self, place: int) -> frozenset[str]:
        """Return the words that the figure before a clause's figure at `place` has used: its name's and its unit's."""
        last = self.found[-1] if place and self.found else None
        return last.name | self.names.counted.get(last.indicator, frozenset()) if last else frozenset()

    def is_some(self, slug: str, full: frozenset[str], clause: Clause, quantity: Token) -> bool:
        """Tell whether a figure over its whole is some of what was spoken of: "phủ sóng 30/33 bản", "tới 12/15"."""
        units, measured = self.names.units[slug], quantity.named.get("money") or slug in self.names.words.whole
        return full <= units or not (measured or units & (full | self.words_of(clause)))

    def part_of(self, slug: str) -> str:
        """Return what a quantity over its whole is where the words name the whole: what the share before is of."""
        wholes = self.names.words.whole
        if slug not in wholes.values():
            return slug
        part = self.names.rates.get(self.of.indicator, ("",))[0] if self.of else ""
        return part if wholes.get(part) == slug else ""  # "nộp trực tuyến 98,9%, với 11.214/11.339 hồ sơ tiếp nhận"

    def sum_of(self, clause: Clause, quantity: Token) -> str:
        """Return what a sum of the figures before is: "cố định 61.240, di động 214.900; tổng cộng 276.140 thuê bao"."""
        if not begins(self.names.words.total, clause.words):
            return ""
        told = {each.indicator: each.value for each in self.found if not each.why}
        value = value_of(quantity, self.names.frame.iloc[0])[0]
        sums = [slug for slug, terms in self.names.sums.items() if terms <= told.keys()]
        return next((slug for slug in sums if sum(told[each] for each in self.names.sums[slug]) == value), "")

    def part_of_sum(self, words: frozenset[str]) -> tuple[str, frozenset[str]] | None:
        """Return what a part is of the last sum told: "41.250 thuê bao Internet, chia ra cố định 9.850, di động …"."""
        told = [each for each in self.found if not each.why]
        terms = next(
            (self.names.sums[each.indicator] for each in reversed(told) if each.indicator in self.names.sums), ()
        )
        inside = bool(terms) and (self.within or told[-1].indicator in terms)
        return self.names.among(terms, words) if inside and words & PARTS else None

    def fits(self, slug: str, full: frozenset[str], piece: list[Token], clause: Clause, quantity: Token) -> bool:
        """Tell whether the noun right behind a quantity, where the piece leaves it out, may be of an indicator."""
        behind = without_or_more([token for token in clause.tokens if token.start >= quantity.end])
        if not behind or behind[0].kind != "word" or behind[0] in piece or quantity.named.get("percent"):
            return True
        return frozenset(self.names.content(behind)[:1]) <= self.names.counted[slug] | full

    def named(
        self, piece: Sequence[Token], quantity: Token, topic: frozenset[str]
    ) -> tuple[str, frozenset[str], frozenset[str]]:
        """Return the indicator that tokens name with what stands around them, their words, and the name's.

        `topic` are words of the clause that the piece leaves out.
        """
        percent = bool(quantity.named.get("percent"))
        words = self.words_in(piece)
        of = self.of or Stated(Token("word", 0, 0, ""))
        if (self.within or self.aside) and of.percent and not percent and words <= of.name:
            # "hộ được xem truyền hình đạt 88,5% (8.970 hộ)": so many that share is, and no households
            return self.names.rates.get(of.indicator, ("",))[0], words, of.name
        # After two siblings a rate is of neither, unless it stands in a bracket or a "trong đó" of one.
        parts = PARTS if len(self.parts) > 1 and not self.within else frozenset()
        beside = [of.name] if self.kept is not None else []
        context = [topic, *beside, self.before - parts, self.whole, *self.spoken, *self.said.words]
        last = self.found[-1] if self.found else of
        if not last.why and (found := self.names.sibling_of(last.name, self.lead or words, percent)):
            return found[0], words, found[1]
        if found := self.part_of_sum(words):
            return found[0], words, found[1]
        alone, _ = self.names.find(words, [], percent) if words else ("", words)
        if alone and not words <= self.names.counted[alone]:
            return alone, words, words
        if self.lead:
            slug, full = self.names.find(self.lead | words, context, percent)
            if slug or (alone and words <= self.lead):  # it counts what stands before: "bản trắng sóng: 9 bản"
                return slug, self.lead | words, full
            if alone and says(self.names.words.bars, self.lead):
                return "", words, words  # "chưa đến: 23 thôn" are not all villages
        words = words or self.lead
        # A figure without words of its own is of what stands right before it, of a heading where it has a unit.
        before = (of.name if self.kept is not None else frozenset()) or self.before
        headed = not words and not before and not topic and (percent or quantity.named.get("money"))
        if headed:
            before = next(iter(self.said.words), words)  # "3) Doanh thu bưu chính", and below: "Đạt 915 triệu đồng"
        slug, full = self.names.find(words, context if words else [before], percent)
        said = words | self.before | self.whole
        heading = next((each for each in self.said.words if full - said <= each), frozenset())
        terms = self.names.rates.get(slug, ())
        beside = terms[1:] == self.names.rates.get(of.indicator, ())[1:]  # two shares of the households
        if (
            terms
            and not beside
            and of.name & full - words
            and not any(each.indicator in (slug, *terms) for each in self.found)
        ):
            return "", words, words  # "băng rộng di động có 84,9 triệu thuê bao, tương ứng 85,5 thuê bao/100 dân"
        if slug and self.names.is_of_another(slug, said, full, heading, percent):
            return "", words, words
        if not words and (headed or not percent) and before - full:
            return "", words, words  # a share alone may be of a part of what was spoken of, a count may not
        if not slug and not of.why and (rate := self.names.rate(of.indicator, words - {"bang"}, percent)):
            return rate, frozenset(), of.name
        return slug, words, full

    def no_figure(self, clause: Clause, quantity: Token) -> tuple[Stated | None, frozenset[str]]:
        """Return why a quantity is no figure of ours, where it looks like one, and the words now spoken of."""
        percent = bool(quantity.named.get("percent"))
        words = self.words_of(clause)
        changed = words - self.names.words.moved(clause.words) - {"them", "bot", "vot"}
        context = [self.before, *self.said.words]
        slug, full = max(
            (self.names.find(changed, context, kind) for kind in {percent, False}), key=lambda each: bool(each[0])
        )
        if changed != words and slug:
            return None, full  # "Số trạm BTS tăng 7 trạm" says what is spoken of, and no figure of it
        _, grown = self.names.find(changed - _GROWN, [], percent)
        # "2.216 hộ có Internet, đạt 53%": only the share is ours, and these words say of what.
        kept = words if not percent and self.names.find(words, context, True)[0] else frozenset()
        if self.names.resembles(words, self.before):
            rest = " ".join(token.text for token in clause.of("word", "place", "company", "body"))
            return Stated(quantity, why=messages.text("reading.why.not_all_words", words=rest)), grown or kept
        return None, kept

    def rest_of(self, stated: Stated) -> Stated:
        """Return a figure; one of "others" that holds a part told beside it is only the rest: "bưu cục 3, khác 5"."""
        told = {each.indicator: each.value for each in self.found if not each.why}
        for whole, terms in self.names.sums.items() if "khac" in stated.name else ():
            left = [term for term in terms if term not in told]
            others = sum(told[term] for term in terms if term in told)
            sort = len(left) == 1 and stated.indicator in self.names.sums.get(left[0], ())
            if sort and whole in told and stated.value == told[whole] - others:
                return replace(stated, indicator=left[0])  # "21 điểm, gồm 15 bưu điện xã và 6 điểm khác": all others
        parts = self.names.sums.get(stated.indicator, frozenset()) if "khac" in stated.name else frozenset()
        rest = [part for part in parts if part not in told]
        return replace(stated, indicator=rest[0]) if len(rest) == 1 and len(parts) == 2 else stated


_GROWN = {"phat", "trien", "moi", "xay", "dung", "lap", "dat", "dau", "tu", "them"}
