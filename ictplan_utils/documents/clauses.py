"""Running text → figures, by meaning: each quantity's clause must say, word for word, which figure it is.

A clause is the words around a quantity up to the next stop. Its words, synonyms replaced and filler left out, must be
those of exactly one indicator, some of them perhaps from its context (the clause before, the line that leads in, the
headings above); a word that is neither leaves the quantity unread, and told. Period and status come from the clause,
else its sentence, its line, its headings; else the report's own.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ictplan_utils import catalog, messages
from ictplan_utils.documents.meaning import PARTS, SIBLINGS, Meaning
from ictplan_utils.documents.numbers import Figure, read_figure
from ictplan_utils.documents.owners import RANKS
from ictplan_utils.documents.words import CLOSES, Token, Vocabulary, says, tokens
from ictplan_utils.periods import is_half, order, same_period_last_year, year
from ictplan_utils.vietnamese import fold, fold_in_place, nfc

QUANTITY = ("quantity", "garbled")
_TIMES = ("half", "second_half", "year", "base")
_MOVED = frozenset(("tang", "giam"))
LONGEST_BASE = 12
"""So many words may stand between "so với" and the time or the plan that a figure is held against."""
_SCALES = {"nghin": 1e3, "ngan": 1e3, "trieu": 1e6, "tr": 1e6, "ty": 1e9, "ti": 1e9}
MOST_IN_CLAUSE = 2
"""More quantities between two stops are a table's row that lost its lines."""
MONEY = {"trieu dong": 1e6, "ty dong": 1e9, "nghin dong": 1e3, "dong": 1.0}


@dataclass(frozen=True)
class Stated:
    """One figure a text states: which, when, how, and where its quantity stands in the text; `why` it is unread.

    `owner` is whose it is where that is not the document's area, `owner_at` where its own clause names that one.
    """

    token: Token
    indicator: str = ""
    period: str = ""
    status: str = "actual"
    value: float = 0.0
    note: str = ""
    why: str = ""
    factor: float = 1.0
    percent: bool = False
    owner: str = ""
    owner_at: int = -1
    comparisons: tuple[Comparison, ...] = ()
    name: frozenset[str] = frozenset()
    """The words that name its indicator, its own and those around it."""


@dataclass
class Segment:
    """The words between two stops, and what they say of time, status and place."""

    tokens: list[Token] = field(default_factory=list)
    opened: str = ""
    bracket: bool = False
    """Whether they stand in a bracket, which rules nothing behind it."""
    remark: bool = False
    """Whether its bracket holds no figure: "(từ đủ 18 tuổi)"."""
    turn: int = -1
    """Which of the figures before a bracket its bare figure is of, counted from the last."""

    def of(self, *kinds: str) -> list[Token]:
        return [token for token in self.tokens if token.kind in kinds]

    @property
    def words(self) -> list[str]:
        return [token.text for token in self.of("word")]

    @property
    def of_plan(self) -> bool:
        """Whether it speaks of a plan: "đạt 95% kế hoạch", "so với KH"."""
        against = any(token.named["base_status"] == "target" for token in self.of("against"))
        return against or _planned(self.tokens)

    def before(self, quantity: Token) -> list[Token]:
        return [token for token in self.tokens if token.end <= quantity.start]


@dataclass(frozen=True)
class Around:
    """What a line stands under: words of headings and lead-ins, nearest first; the time, status and owner they rule."""

    words: tuple[frozenset[str], ...] = ()
    period: str = ""
    status: str = ""
    why: str = ""
    owner: Token | None = None
    plan: str = ""
    """The year that the document's title plans."""
    scale: str = ""
    """What figures without a scale of their own are counted in: "Doanh thu (tỷ đồng)"."""
    base: Token | None = None
    """What figures in brackets, or behind a bare "so với", are of: "(trong ngoặc là số liệu năm 2019)"."""


def spoken_of(text: str, report: str, names: Meaning) -> Around:
    """Return what a heading or a lead-in says of the lines below it: words, period, status, owner."""
    brackets = re.findall(r"\(([^()]*)\)", text)  # but for a unit they rule nothing: "(trong ngoặc là số năm 2019)"
    scale = next((scale for each in brackets if (scale := _scale(tokens(each)))), "")
    base, text = _base_of(text, names)
    text = re.sub(r"\([^()]*\)", " ", text)
    row = _results(_tokens(text, {"company": names.marks["company"]}, names.words), names.words)
    period, status, why = _spoken(row, report, names.words)
    expected = status == "estimate" and period and not is_half(period)
    words = frozenset(names.content(_bare(row, names)))
    status = status if status in ("target", "so_far") or expected else ""
    return Around((words,), period, status, why, _named(row), scale=scale, base=base)


_BRACKETED = re.compile(r"trong (?:dau )?ngoac(?: don| vuong)? la (?:so|so lieu)\b(?: cua| thuc hien)?")


def _base_of(text: str, names: Meaning) -> tuple[Token | None, str]:
    """Return what a lead-in holds figures against, as a token of time, and the lead-in without it."""
    composed = nfc(text)
    if note := _BRACKETED.search(fold_in_place(composed)):
        base = next((token for token in tokens(composed[note.end() :]) if token.kind in _BASES), None)
        rest = composed[: note.start()]
    else:
        base = next((token for token in _tokens(composed, {}, names.words) if token.kind == "against"), None)
        rest = composed[: base.start] + composed[base.end :] if base else composed
    if base is None:
        return None, text
    return replace(base, kind="against", named={"held": base.kind, "base_status": "actual", **base.named}), rest


def _scale(row: Sequence[Token]) -> str:
    """Return the scale that a unit alone in a bracket names: "(đvt: tỷ đồng)" → "ty"; "" for none."""
    texts = [token.text for token in row if token.text not in (":", "don", "vi", "tinh", "dvt")]
    scales = [*itertools.takewhile(lambda text: text in _SCALES, texts)]
    return " ".join(scales) if scales and texts[len(scales) :] in ([], ["dong"], ["thue", "bao"], ["ho", "so"]) else ""


def _results(row: list[Token], words: Vocabulary) -> list[Token]:
    """Return what a title says of results that it names first: "Kết quả năm 2022, nhiệm vụ năm 2023"."""
    timed = next((at for at, token in enumerate(row) if token.kind in _TIMES), len(row))
    for at in range(timed, len(row)):
        texts = [each.text for each in row[at : at + 4]]
        if row[at].kind == "word" and (words.begins_plan(texts) or words.begins_estimate(texts)):
            return row[:at]
    return row


def read_line(text: str, around: Around, area: catalog.Area | None, report: str, names: Meaning) -> list[Stated]:
    """Return what one sentence states; quantities that are no figures of ours are left out, doubtful ones told."""
    own = {"place": _own_name(area)} if area else {}
    segments = _of_levels(_segments(_in_turn(_tokens(text, names.marks | own, names.words), names.words), names), names)
    began = next((token.start for segment in segments for token in segment.of(*QUANTITY)), 0)
    sentence = _Sentence(area, report, names, around, around, around, began)
    for segment in segments:
        sentence.take(segment)
    return _of_whom_it_fits(sentence.found, names)


def _own_name(area: catalog.Area) -> re.Pattern:
    """Return how a clause begins on what the document's own area has: "Huyện có …", "Tam Quan đặt mục tiêu …"."""
    unit, name = fold(area.unit_vi), re.escape(fold(area.name))
    return re.compile(rf"(?:^|(?<=[,;:.] )|(?<=\bhien )|(?<=nay ))(?:{unit}(?= [a-z])|{name}(?= {_VERBS}))")


_VERBS = r"(?:dat|co|da|hien|dang|dat|phan dau|quyet tam|xep)\b"
_LEVELS = {"tinh": ("cap", "tinh"), "huyen": ("caphuyen",), "xa": ("capxa",)}


def _of_levels(segments: list[Segment], names: Meaning) -> list[Segment]:
    """Return clauses with levels of government that stand beside one another said so: "ở huyện 100%, ở xã 96%"."""
    told = {}
    for segment in segments:
        for at, token in enumerate(segment.tokens):
            alone = names.content(each for each in segment.tokens if each is not token) == ()
            led = at and segment.tokens[at - 1].text in ("o", "tai")
            if token.kind == "word" and token.text in _LEVELS and (alone or led) and segment.of(*QUANTITY):
                told[id(segment)] = at, token
    if len({token.text for _, token in told.values()}) > 1:
        for segment in segments:
            if id(segment) in told:
                at, token = told[id(segment)]
                segment.tokens[at : at + 1] = [replace(token, text=word) for word in _LEVELS[token.text]]
    return segments


def _of_whom_it_fits(found: list[Stated], names: Meaning) -> list[Stated]:
    """Return figures with a change, and what it was before, given to the whole or the part that they fit.

    "300 thuê bao điện thoại, gồm 10 cố định và 290 di động, tăng 20% so với năm 2021 (250 thuê bao)" can be said of
    the last figure or of the first: where they do not fit the last, and one other, they are of that one.
    """
    for at, stated in enumerate(found):
        for told in stated.comparisons:
            of_base = (stated.indicator, told.base_period, "")
            before = next((i for i in range(at + 1, len(found))
                           if (found[i].indicator, found[i].period, found[i].why) == of_base), None)  # fmt: skip
            if before is None or told.fits(stated.value, found[before].value):
                continue
            alike = [i for i in range(at) if _alike_but_for_part(found[i], stated, names)
                     and told.fits(found[i].value, found[before].value)]  # fmt: skip
            if len(alike) == 1:
                kept = tuple(each for each in stated.comparisons if each is not told)
                found[at] = replace(stated, comparisons=kept)
                found[alike[0]] = _told(found[alike[0]], told)
                found[before] = replace(found[before], indicator=found[alike[0]].indicator)
    return found


def _alike_but_for_part(one: Stated, other: Stated, names: Meaning) -> bool:
    """Tell whether two figures are of one time and one unit, of two indicators."""
    same = (one.period, one.status, one.owner) == (other.period, other.status, other.owner)
    unlike = not one.why and one.indicator != other.indicator
    return same and unlike and names.units[one.indicator] == names.units[other.indicator]


@dataclass
class _Sentence:
    """One sentence as it is read, clause by clause: what rules, what was spoken of, and what it has stated so far.

    `area` is the document's own, `began` where the first figure stands, `last_words` those of the clause before.
    """

    area: catalog.Area | None
    report: str
    names: Meaning
    around: Around
    """What rules all of it."""
    said: Around
    """What rules from here on."""
    outer: Around
    """What ruled before a "trong đó"."""
    began: int
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
    kept: Around | None = None
    """What ruled before the bracket that is being read."""
    within: bool = False
    """Whether a clause is in a bracket or begins a "trong đó"."""
    held: Token | None = None
    """What figures are held against."""
    parts: set[frozenset[str]] = field(default_factory=set)
    """The parts of a whole that were spoken of: fixed, mobile."""
    counted: bool = False
    """Whether the clause before said by how many a figure has moved."""
    companies: set[str] = field(default_factory=set)
    """The companies named so far."""
    years: Token | None = None
    """The span of years spoken of."""
    shadow: str = ""
    """A figure that was not understood: "phát triển mới 03 trạm BTS, 210 thuê bao"."""
    lost: bool = False
    """Whether nothing of that figure's words is known."""
    last_words: list[str] = field(default_factory=list)

    def take(self, segment: Segment) -> None:
        """Read the next clause."""
        segment.tokens = [self.timed(self.scaled(token)) for token in segment.tokens]
        quantities = segment.of(*QUANTITY)
        if segment.opened in ("(", ",") and (scale := _scale(segment.tokens)):
            self.around = replace(self.around, scale=scale)
            return
        opens = self.held if segment.opened == "(" or (self.held and self.held.end <= self.began) else None
        self.held = next(iter(segment.of("against") or segment.of("base") * segment.bracket), opens)
        if self.held is None and segment.opened == "(" and not segment.of(*_TIMES):
            self.held = self.around.base
        if segment.opened in _OUT_OF and set(segment.words) <= set(self.last_words):
            self.whole_of(quantities)
            return
        stands_alone = segment.opened == "(" and not segment.words and bool(quantities)
        if self.counted and stands_alone and quantities[0].named.get("percent") and not self.found[-1].percent:
            return  # "tăng 2 xã (25%)": how much the change is, once more
        self.last_words, self.counted = segment.words, False
        self.parts |= {part for part in SIBLINGS if part <= set(segment.words)}
        self.years = next((token for token in segment.tokens if "first_year" in token.named), self.years)
        self.rule(segment)
        if segment.remark:
            return
        if not quantities:
            # "tiếp tục giảm, còn 702 thuê bao": the level comes behind.
            words = frozenset(self.names.content(_bare(segment.tokens, self.names))) - _MOVED
            if words:
                self.spoken = (self.before - PARTS, *self.spoken)[:2]
                self.before, self.lead = (self.before | words if self.lead else words), words
        elif self.found and _in_bracket(segment, self.found[-1], self.held, self.names):
            quantity = quantities[0]
            times = [time for token in segment.tokens if (time := _time(token, self.report))]
            planned = _planned(segment.before(quantity))
            held = None if planned else self.held
            self.found.append(_base_figure(quantity, times, _main(self.found), held, self.names, self.report))
        elif self.found and _compares(segment, self.found[-1], self.names.words):
            self.counted = not any(each.named.get("percent") for each in quantities)
            place = _compared_with(segment, self.found, self.names)
            if not (segment.of("against", "base") or segment.of_plan):  # the later of the sentence's two moved
                place = _latest(self.found, place)
            others = [each for each in self.found if each is not self.found[place]]
            told = _comparison(self.found[place], segment, others, self.report, self.names.words)
            stated = self.found[place] = _told(self.found[place], told)
            if segment.of_plan:
                self.plan_of(stated)
            if segment.of_plan and not self.held:
                self.held = Token("against", segment.tokens[-1].end, segment.tokens[-1].end, "ke hoach", _OF_PLAN)
            for held, quantity in itertools.pairwise(token for token in segment.tokens if token.text != "la"):
                behind = quantity in quantities and (quantity is not quantities[0] or "figure" in held.named)
                if held.kind == "against" and behind and _alike(quantity, stated):
                    self.found.append(_base_figure(quantity, [], stated, held, self.names, self.report))
        elif ends := _ends(segment, self.held, self.years):
            for end in ends:
                self.state(end, 0)
            if len(self.found) > 1 and self.found[-1].indicator == self.found[-2].indicator:
                self.found[-1] = _changed(self.found[-2], self.found[-1], self.held, self.report)
        elif len(quantities) > MOST_IN_CLAUSE:
            self.found += [Stated(each, why=messages.text("reading.why.row_of_figures")) for each in quantities]
        else:
            for place in range(len(quantities)):
                self.state(segment, place)

    def scaled(self, token: Token) -> Token:
        """Return a quantity in the scale that rules it, unless it has one or a unit of its own."""
        scale = self.around.scale
        return replace(token, named={**token.named, "scale": scale}) if scale and _is_bare(token) else token

    def timed(self, token: Token) -> Token:
        """Return what a figure is held against, where it names no time, as that which rules the line."""
        base = self.around.base
        bare = base and token.kind == "against" and not token.named["held"]
        return replace(token, text=base.text, named={**token.named, **base.named}) if bare else token

    def whole_of(self, quantities: Sequence[Token]) -> None:
        """Read the whole that the figure before is out of, where it is one of ours: "1.530 hồ sơ/2.210 hồ sơ"."""
        last = self.found[-1] if self.found else None
        slug = self.names.words.whole.get(last.indicator, "") if last and not last.why else ""
        if slug and quantities:
            value, why, factor = _value(quantities[0], self.names.frame.loc[slug])
            self.found.append(replace(last, token=quantities[0], indicator=slug, value=value, why=why, factor=factor,
                                      note="", comparisons=()))  # fmt: skip

    def rule(self, segment: Segment) -> None:
        """Let a clause's time, status and owner rule from here on, or to its bracket's end."""
        if segment.bracket and self.kept is None:
            self.kept = self.said
            self.outside = sum(each.token.start < segment.tokens[0].start for each in self.found)
        elif not segment.bracket and self.kept is not None:
            self.said, self.kept = self.kept, None
        self.said = _time_and_status(segment, self.said, self.report, bool(self.found), self.names.words)
        if self.names.words.is_result(segment.words):
            # "kế hoạch 90 trạm, thực hiện 88 trạm"; under a plan's lead-in a time must say so: "năm 2021 thực hiện …"
            timed = self.around.status == "target" and segment.of(*_TIMES)
            self.said = replace(self.said, status="" if timed else self.around.status)
        place = self.outside + segment.turn if segment.bracket else len(self.found) - 1
        self.of = self.found[place] if place >= 0 else None
        self.within = segment.opened == "("
        if segment.words[:2] in (["trong", "do"], ["bao", "gom"]) or segment.words[:1] == ["gom"]:
            self.outer, self.whole, self.within = self.said, self.before, True
        elif self.within:
            self.whole = self.before
        elif segment.opened == ";":
            if self.outer is not self.around:
                self.said = replace(self.said, owner=self.outer.owner)
            self.before = self.whole or self.before
        self.companies |= {token.text for token in segment.of("company")}
        if len(self.companies) > 1 and self.names.words.begins_total(segment.words):
            self.said = replace(self.said, owner=None)  # "VNPT 52, Viettel 71; tổng 123"
        self.said = _of_whom(segment, self.said)

    def state(self, segment: Segment, place: int) -> None:
        """Add what a clause's quantity states, or why it is left unread."""
        quantity = segment.of(*QUANTITY)[place]
        stated, words = self.figure(segment, place) or self.no_figure(segment, quantity)
        if segment.opened == ";":
            self.shadow = ""
        bare = segment.tokens[0] is quantity or (stated and self.lost and not self.own_words(segment, stated))
        if self.shadow and bare and stated and not stated.why:
            stated = replace(stated, why=messages.text("reading.why.goes_on", before=self.shadow))
        elif stated:
            unread = stated.why and not stated.indicator
            led = unread and self.names.content(_bare(segment.before(quantity), self.names))
            self.shadow, self.lost = stated.token.text.strip() if led else "", not words
        if stated and not stated.why and stated.status == "actual" and _is_bound(segment, quantity):
            stated = replace(stated, why=messages.text("reading.why.bound"))
        if stated:
            self.found.append(stated if stated.why else self.once(stated, segment))
            if segment.of_plan:
                self.plan_of(self.found[-1])
        self.lead = frozenset()
        if segment.opened not in _OUT_OF:  # "… trên tổng 7.416 hồ sơ, đạt 80%": of what stood before
            self.before = words or self.before

    def own_words(self, segment: Segment, stated: Stated) -> bool:
        """Tell whether a clause itself says something of what its figure is, be it its unit."""
        words = frozenset(self.names.content(_bare(segment.tokens, self.names)))
        return bool(words & (stated.name | self.names.counted.get(stated.indicator, frozenset())))

    def once(self, stated: Stated, segment: Segment) -> Stated:
        """Return a figure, doubted where the sentence has stated it otherwise; of a list that says it none is sure."""
        otherwise = messages.text("reading.why.stated_otherwise")
        same = [at for at, each in enumerate(self.found)
                if each.why in ("", otherwise) and _same_figure(each, stated)]  # fmt: skip
        if not segment.words and not segment.bracket:  # "đạt 70,5%; 76,3%; 83,1%"
            for at in same:
                self.found[at] = replace(self.found[at], why=otherwise)
        return replace(stated, why=otherwise) if same else stated

    def plan_of(self, stated: Stated) -> None:
        """Add what was planned where a figure is printed over it: "3.610/3.700 triệu đồng theo kế hoạch"."""
        over = stated.token.named.get("whole")
        if over and not stated.why and stated.indicator not in self.names.words.whole:
            token = replace(stated.token, named={**stated.token.named, "number": over, "whole": None})
            self.found.append(_base_figure(token, [], stated, None, self.names, self.report))

    def figure(self, segment: Segment, place: int) -> tuple[Stated, frozenset[str]] | None:
        """Return the figure that a quantity is, and the words now spoken of; None where no indicator is named."""
        quantity = segment.of(*QUANTITY)[place]
        percent = bool(quantity.named.get("percent"))
        if quantity.named.get("whole"):
            segment = _without_plan(segment, quantity, self.names.words)
        pieces = [*_pieces(segment, place, self.names.words.topic)]
        if (other := _linked(segment, place)) and not self.is_named(other):
            # "7 xóm của 3 xã chưa có sóng": what is said of the second is said of the first too
            pieces = [pieces[0] + other]
        start = segment.of(*QUANTITY)[place - 1].end if place else 0
        left = self.names.words.unserved([each for each in segment.before(quantity) if each.start >= start], quantity)
        about = frozenset(self.names.content(_topic(segment, quantity, self.names.words.topic)))
        before = segment.before(quantity)
        if self.lead and quantity.named.get("whole") and segment.opened == ":":
            pieces = [before, *pieces]  # "Hồ sơ nộp trực tuyến: 12.408/13.790 hồ sơ tiếp nhận"
        for piece in pieces:
            topic = frozenset(self.names.content(token for token in left if token not in piece))
            for each in segment.of(*QUANTITY)[place : place + 2]:
                piece = self.names.words.unserved(piece, each)
            if percent:
                piece = _unhedged(piece, quantity)
            if before and before[-1].text in _STEPS:
                piece = _unmoved(piece)  # "giảm còn 510 máy", "phát triển lên 72 trạm"
            slug, words, full = self.named(piece, quantity, topic)
            if not slug or not topic <= self.of_name(place) | about:
                continue
            if not self.fits(slug, full, piece, segment, quantity):
                continue
            if quantity.named.get("whole") and full <= self.names.units[slug]:
                continue  # "phủ sóng 30/33 bản": some of the villages
            kind = self.names.frame.at[slug, "kind"]
            period, status, why = _when(segment, piece, self.said, self.report, kind, self.names.words)
            owner = _owner(piece, segment, self.said, self.area)
            value, problem, factor = _value(quantity, self.names.frame.loc[slug])
            stated = Stated(
                quantity, slug, period, status, value, _hedge(segment, quantity) or _fraction(quantity),
                why or problem or ("" if owner else _where(segment, quantity)), factor, percent,
                owner.text if owner else "", owner.start if owner in segment.tokens else -1, name=full,
            )  # fmt: skip
            # A part said within its whole ("thuê bao điện thoại (542 cố định; …)") leaves the whole spoken of.
            return stated, (self.before if (full - words) & (self.before | self.whole) else full)
        return None

    def is_named(self, row: Sequence[Token]) -> bool:
        """Tell whether words name a figure, alone or with what was spoken of."""
        words = frozenset(self.names.content(_bare(row, self.names)))
        counted = any(words <= each for each in self.names.units.values())
        return counted or bool(words and self.names.find(words, [self.before, *self.said.words], False)[0])

    def of_name(self, place: int) -> frozenset[str]:
        """Return the words that the figure before a clause's figure at `place` has used: its name's and its unit's."""
        last = self.found[-1] if place and self.found else None
        return last.name | self.names.counted.get(last.indicator, frozenset()) if last else frozenset()

    def fits(self, slug: str, full: frozenset[str], piece: list[Token], segment: Segment, quantity: Token) -> bool:
        """Tell whether the noun right behind a quantity, where the piece leaves it out, may be of an indicator."""
        behind = [token for token in segment.tokens if token.start >= quantity.end]
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
        words = frozenset(self.names.content(_bare(piece, self.names)))
        of = self.of or Stated(Token("word", 0, 0, ""))
        if self.within and of.percent and not percent and words <= of.name:
            # "hộ được xem truyền hình đạt 88,5% (8.970 hộ)": so many that share is, and no households
            top = self.names.rates.get(of.indicator, ("",))[0]
            if top or not words or self.names.find(words, [], percent)[0]:
                return top, words, of.name
        # After two siblings a rate is of neither, unless it stands in a bracket or a "trong đó" of one.
        parts = PARTS if len(self.parts) > 1 and not self.within else frozenset()
        beside = [of.name] if self.kept is not None else []
        context = [topic, *beside, self.before - parts, self.whole, *self.spoken, *self.said.words]
        alone, _ = self.names.find(words, [], percent) if words else ("", words)
        if alone and not words <= self.names.counted[alone]:
            return alone, words, words
        if self.lead:
            slug, full = self.names.find(self.lead | words, context, percent)
            if slug or (alone and words & self.lead):  # it counts what stands before: "bản trắng sóng: 9 bản"
                return slug, self.lead | words, full
        words = words or self.lead
        # A figure without words of its own is of what stands right before it, of a heading where it has a unit.
        before = (of.name if self.kept is not None else frozenset()) or self.before
        headed = not words and not before and not topic and (percent or quantity.named.get("money"))
        if headed:
            before = next(iter(self.said.words), words)  # "3) Doanh thu bưu chính", and below: "Đạt 915 triệu đồng"
        if not words and not before:
            return "", words, words
        slug, full = self.names.find(words, context if words else [before], percent)
        said = words | self.before | self.whole
        heading = next((each for each in self.said.words if full - said <= each), frozenset())
        if slug and self.names.is_of_another(slug, said, full, heading, percent):
            return "", words, words
        if not words and (headed or not percent) and before - full:
            return "", words, words  # a share alone may be of a part of what was spoken of, a count may not
        if not slug and not of.why and (rate := self.names.rate(of.indicator, words - {"bang"}, percent)):
            return rate, frozenset(), of.name
        return slug, words, full

    def no_figure(self, segment: Segment, quantity: Token) -> tuple[Stated | None, frozenset[str]]:
        """Return why a quantity is no figure of ours, where it looks like one, and the words now spoken of."""
        percent = bool(quantity.named.get("percent"))
        words = frozenset(self.names.content(_bare(segment.tokens, self.names)))
        changed = words - _MOVED - {"them", "bot", "vot"}
        if changed != words and percent:  # "doanh thu bưu chính tăng bình quân 7,4%/năm"
            changed -= {"binh", "quan", "/nam"}
        context = [self.before, *self.said.words]
        slug, full = max(
            (self.names.find(changed, context, kind) for kind in {percent, False}), key=lambda each: bool(each[0])
        )
        if changed != words and slug:
            return None, full  # "Số trạm BTS tăng 7 trạm" says what is spoken of, and no figure of it
        _, grown = self.names.find(changed - _GROWN, [], percent)
        # "2.216 hộ có Internet, đạt 53%": only the share is ours, and these words say of what.
        kept = (
            words if not percent and self.names.find(words, [self.before, *self.said.words], True)[0] else frozenset()
        )
        alone = len(segment.of(*QUANTITY)) == 1
        if alone and any(known <= words | self.before for (known, _), _ in self.names.sets.items() if known):
            rest = " ".join(token.text for token in segment.of("word", "place", "company", "body"))
            return Stated(quantity, why=messages.text("reading.why.not_all_words", words=rest)), grown or kept
        return None, kept


def _same_figure(one: Stated, other: Stated) -> bool:
    """Tell whether two quantities of a sentence claim to be the same figure."""
    same = (one.indicator, one.period, one.status, one.owner) == (
        other.indicator, other.period, other.status, other.owner)  # fmt: skip
    return same and one.value != other.value


def _tokens(text: str, marks: Mapping[str, re.Pattern], words: Vocabulary) -> list[Token]:
    """Return a text's tokens, a time in brackets without them, and what figures are held against as one token each."""
    composed = nfc(text)
    found = tokens(composed, marks)
    out: list[Token] = []
    at = 0
    while at < len(found):
        size, token = 1, found[at]
        said = composed[token.start : token.end].lower()  # "số" is no "so": "hạ tầng số năm 2026" holds nothing
        behind = found[at + 1].kind if at + 1 < len(found) else ""
        before = found[at - 1].text if at else ""
        if said == "so" or (said in ("như", "bằng") and behind in _BASES) or (
            said == "mức" and before == "hon" and behind == "quantity"
        ):  # fmt: skip
            size, token = _held_against(found, at, words)
        elif (before == "bang" and token.named.get("percent")) or (
            before == "gap" and [each.text for each in found[at + 1 : at + 2]] == ["lan"]
        ):
            # "bằng 112,9% năm 2021", "gấp 1,05 lần năm 2018"
            times = before == "gap"
            size, held = _held_against(found, at + times, words)
            out += found[at : at + 1 + times] if size > 1 else []
            token = replace(held, start=found[at + 1 + times].start) if size > 1 else token
            size += times and size > 1
        if [each.text for each in found[at : at + 3 : 2]] == ["(", ")"] and (time := _as_time(found[at + 1])):
            size, token = 3, time
        while token.kind in ("company", "companies") and _another(found[at + size : at + size + 2]):
            size, token = size + 2, replace(token, kind="companies", end=found[at + size + 1].end)
        out.append(token)
        at += size
    return out


def _as_time(token: Token) -> Token | None:
    """Return what stands alone in a bracket as a time, None where it is none: "1.980 thuê bao (2020)"."""
    if token.kind in _TIMES:
        return token
    year_alone = token.kind == "quantity" and re.fullmatch(r"(?:19|20)\d\d", token.text.strip())
    return replace(token, kind="year", named={"year": token.text.strip()}) if year_alone else None


def _another(found: Sequence[Token]) -> bool:
    """Tell whether a comma or "và" and one more company stand here."""
    return len(found) == 2 and _joins(found[0]) and found[1].kind == "company"


def _held_against(found: Sequence[Token], at: int, words: Vocabulary) -> tuple[int, Token]:
    """Return how many tokens from the "so" at `at` on say what a figure is held against, and these as one.

    "so với cùng kỳ", "so với ước thực hiện năm 2020", "so kế hoạch tỉnh giao"; (1, "so") where they say nothing.
    """
    first, lead = found[at], at + 1
    lead += [token.text for token in found[lead : lead + 1]] == ["voi"]
    said = itertools.takewhile(
        lambda token: token.kind == "word" and token.text in words.of_results, found[lead : lead + LONGEST_BASE]
    )
    row = [token.text for token in said]
    end = lead + len(row)
    held, figure = next(iter(found[end : end + 1]), first), {}
    if held.kind == "quantity":  # "so với mức 3.435 triệu đồng của năm 2019"
        clause = itertools.takewhile(lambda token: token.kind != "stop", itertools.islice(found, end + 1, None))
        held = next((token for token in clause if token.kind in (*_BASES, "quantity")), first)
        figure = {"figure": "its own"}
    elif held.kind in _BASES:
        end += 1
    if held.kind in _BASES:
        status = "target" if _is_plan(row, words) else "estimate" if words.is_estimate(row) else "actual"
        named = {**held.named, **figure, "held": held.kind, "base_status": status}
        return end - at, Token("against", first.start, found[end - 1].end, held.text, named)
    if figure and [token.text for token in found[at:end]] == ["so", "voi"]:  # "so với 332.900", of no time that is said
        named = {**figure, "held": "", "base_status": "actual"}
        return 2, Token("against", first.start, found[at + 1].end, "so voi", named)
    size = next((size for size in range(1, len(row) + 1) if _is_plan(row[:size], words)), 0)
    if not size:
        return 1, first
    last = found[lead + size - 1]
    return lead + size - at, Token("against", first.start, last.end, " ".join(row[:size]), {**_OF_PLAN, **figure})


def _is_plan(row: Sequence[str], words: Vocabulary) -> bool:
    """Tell whether words say that a plan is what a figure is held against: there "chỉ tiêu" alone is one too."""
    return words.is_plan(row) or says(["chi tieu"], row)


def _in_turn(found: list[Token], words: Vocabulary) -> list[Token]:
    """Return tokens with what is said of several in turn said of each: "cố định và di động lần lượt đạt 542 và 55.030".

    What is told apart are the times or the places before, as many as the figures behind, else the words between stops.
    """
    texts = [token.text for token in found]
    at = next((i for i, pair in enumerate(itertools.pairwise(texts)) if pair in _IN_TURN), None)
    if at is None or words.moves(texts[at + 2 : at + 4]):
        return found
    begin = max([i + 1 for i in range(at) if texts[i] in (";", "(", ")", ":")], default=0)
    end = next((i for i in range(at, len(found)) if texts[i] in ("(", ")", ".")), len(found))
    figures = _split(found[at + 2 : end])
    if not all(sum(token.kind in QUANTITY for token in row) == 1 for row in figures):
        end = next((i for i in range(at, len(found)) if texts[i] in (";", "(", ")")), len(found))
        figures = _split(found[at + 2 : end])
    figures = _alike_in_unit(figures)
    before = found[begin:at]
    if len(figures) < 2 or not all(sum(token.kind in QUANTITY for token in row) == 1 for row in figures):
        return found
    dated = all(any(token.kind in _TIMES for token in row) for row in figures)
    for kinds in (_TIMES, ("place", "company")):
        if dated:  # "lần lượt là 971 trạm (năm 2020), 1.033 trạm (năm 2021)"
            subjects = [[token for token in before if token.kind != "other_time"]] * len(figures)
            break
        told = [token for token in before if token.kind in kinds]
        told = [token for token in told if token.named.get("year", "").isdigit()] or told
        if len(told) == len(figures):
            head = [token for token in before if token not in told and not _joins(token)]
            if half := next((token for token in head if token.kind == "half" and "year" not in token.named), None):
                # "6 tháng đầu các năm 2024 và 2025"
                head = [token for token in head if token is not half]
                told = [replace(token, kind="half") for token in told]
            subjects = [[*head, each] for each in told]
            break
    else:
        subjects = _split(before)
        if len(subjects) > len(figures):
            first, rest = subjects[: -len(figures) + 1], subjects[-len(figures) + 1 :]
            subjects = [[*itertools.chain.from_iterable(first)], *rest]
    if len(subjects) != len(figures):
        return found
    stop = Token("stop", found[at].start, found[at].end, ";")
    each = [[*subject, *figure, stop] for subject, figure in zip(subjects, figures, strict=True)]
    return [*found[:begin], *itertools.chain.from_iterable(each), *found[end:]]


def _joins(token: Token) -> bool:
    return token.text in (",", ";", "va")


def _alike_in_unit(figures: list[list[Token]]) -> list[list[Token]]:
    """Return clauses of one figure each, bare ones in the unit of the last: "lần lượt đạt 3,2; 3,7; 4,3 tỷ đồng"."""
    unit = next((token.named for row in figures[-1:] for token in row if token.kind == "quantity"), {})
    unit = {key: unit[key] for key in _UNITS if unit.get(key)}
    return [[replace(token, named={**token.named, **unit}) if _is_bare(token) else token for token in row]
            for row in figures]  # fmt: skip


def _is_bare(token: Token) -> bool:
    """Tell whether a token is a number alone: without a scale, money or a percent sign."""
    return token.kind == "quantity" and not any(token.named.get(key) for key in _UNITS)


def _split(row: Sequence[Token]) -> list[list[Token]]:
    """Return a row's parts between its commas and its "và"."""
    parts = [list(part) for joins, part in itertools.groupby(row, _joins) if not joins]
    return [part for part in parts if part]


def _pieces(segment: Segment, place: int, topics: Sequence[str]) -> Iterable[list[Token]]:
    """Return the tokens that may belong to a quantity: all of the segment, or its share beside other quantities."""
    quantities = segment.of(*QUANTITY)
    own = quantities[place]
    if len(quantities) == 1:
        yield [token for token in segment.tokens if token is not own]
        yield [token for token in segment.tokens if token is not own and token not in _topic(segment, own, topics)]
        return
    start = quantities[place - 1].end if place else -1
    end = quantities[place + 1].start if place + 1 < len(quantities) else 10**9
    left = [token for token in segment.tokens if start <= token.start < own.start]
    right = [token for token in segment.tokens if own.end <= token.start < end]
    yield left + right
    yield left
    yield right


def _linked(segment: Segment, place: int) -> list[Token]:
    """Return what a clause says of the quantity that the one at `place` is of, [] for none: "… của 3 xã có sóng"."""
    first, *others = segment.of(*QUANTITY)[place : place + 2]
    links = [token for token in segment.tokens if others and first.end <= token.start < others[0].start][-1:]
    behind = [token for token in segment.tokens if links and token.start >= others[0].end]
    return behind if links and links[0].text in _LINKS else []


def _unhedged(piece: list[Token], quantity: Token) -> list[Token]:
    """Return a share's words without those right at it that only say how much it is: "mới 49,6%", "90% trở lên"."""
    texts = [token.text for token in piece if token.start >= quantity.end][:2]
    behind = 2 if texts == ["tro", "len"] else 0
    at = sum(token.start < quantity.start for token in piece)
    before = piece[:at]
    hedges = [*itertools.takewhile(lambda token: token.text in _ONLY | _SAYS, reversed(before))]
    if any(token.text in _ONLY for token in hedges):
        before = before[: -len(hedges)]
    return [*before, *piece[at + behind :]]


def _unmoved(row: Sequence[Token]) -> list[Token]:
    """Return tokens without the verbs that say that a figure moved: "tăng", "phát triển"."""
    grown = {at for at in range(len(row) - 1) if [token.text for token in row[at : at + 2]] == ["phat", "trien"]}
    return [token for at, token in enumerate(row) if token.text not in _MOVED and not {at, at - 1} & grown]


def _without_plan(segment: Segment, quantity: Token, words: Vocabulary) -> Segment:
    """Return a clause to where it says of what plan its figure is printed over: "121/118 trạm theo kế hoạch"."""
    at = segment.tokens.index(quantity)
    plan = next((i for i in range(at, len(segment.tokens))
                 if words.is_plan([token.text for token in segment.tokens[i : i + 2]])), None)  # fmt: skip
    return segment if plan is None else replace(segment, tokens=segment.tokens[:plan])


def _is_bound(segment: Segment, quantity: Token) -> bool:
    """Tell whether a figure is the least or the most that may be, not how much is: "từ 60% trở lên", "tối đa 3 km"."""
    texts = [token.text for token in segment.before(quantity)][-2:]
    behind = [token.text for token in segment.tokens if token.start >= quantity.end][:2]
    return behind == ["tro", "len"] or texts in (
        ["toi", "thieu"],
        ["toi", "da"],
        ["it", "nhat"],
        ["khong", "qua"],
        ["thap", "hon"],
        ["khong", "duoi"],
    )


def _topic(segment: Segment, quantity: Token, topics: Sequence[str]) -> list[Token]:
    """Return the words on what a clause is about, before its verb: "Mạng di động" of "Mạng di động có 16 trạm BTS"."""
    before = segment.before(quantity)
    texts = [token.text for token in before]
    verbs = [at for at, text in enumerate(texts) if text in ("co", "dat", "la", "gom", "voi")]
    begins = any(" ".join(texts).startswith(topic) for topic in topics)
    return before[: verbs[-1]] if verbs and begins else []


_UNITS = ("scale", "money", "percent")
_OF_PLAN = {"held": "plan", "base_status": "target"}
_BASES = ("base", "year", "half")
_OUT_OF = ("/", "tren tong", "tren tong so", "trong tong", "trong tong so")
_IN_TURN = (("lan", "luot"), ("tuong", "ung"))
_STEPS = {"len", "xuong", "den", "con", "thanh"}
_ONLY, _SAYS = {"moi", "chi"}, {"la", "dat", "co"}
_LINKS = ("cua", "thuoc", "tai", "o")
_COMPARES = ("bang", "tang", "giam", "vuot")
_GROWN = {"phat", "trien", "moi", "xay", "dung", "lap", "dat", "dau", "tu", "them"}


def _ends(segment: Segment, held: Token | None, years: Token | None) -> list[Segment]:
    """Return the two ends of a change, "tăng từ 5.990 năm 2022 lên 6.604 năm 2023", each a clause; [] where it is none.

    An end without a time of its own is of the first or the last of the `years` spoken of; else the first one is what
    the other is `held` against.
    """
    if len(segment.of(*QUANTITY)) != 2:
        return []
    first, last = segment.of(*QUANTITY)
    left = [token for token in segment.tokens if token.start < first.start]
    between = [token for token in segment.tokens if first.end <= token.start < last.start]
    right = [token for token in segment.tokens if token.start >= last.end and token.kind != "against"]
    if not left or left[-1].text != "tu" or not _STEPS & {token.text for token in between}:
        return []
    name = [token for token in left if token.text not in _MOVED | {"tu"} and token is not years]
    own = [token for token in between if token.text not in _STEPS]
    began, ended = [], []
    if years:
        began, ended = ([Token("year", years.start, first.start, "", {"year": years.named[key]})]
                        for key in ("first_year", "last_year"))  # fmt: skip
    elif held:
        began = [replace(held, kind="base")]
    else:
        began = [Token("base", first.end, first.end, "truoc")]
    began = [] if any(token.kind in _TIMES for token in own) else began
    ended = [] if any(token.kind in _TIMES for token in right) else ended
    return [Segment([*name, *began, first, *own]), Segment([*name, *ended, last, *right])]


def _segments(found: list[Token], names: Meaning) -> list[Segment]:
    """Return a sentence's segments; what follows a bracket goes on where it opened, what stands in it comes after."""
    made, outside = [Segment()], []
    for place, token in enumerate(found):
        if token.kind == "stop":
            if token.text == "(":
                outside.append(made[-1])
                made.append(Segment(opened="(", bracket=True))
            elif token.text == ")" and outside:
                outer = outside.pop()
                made.append(
                    outer if _goes_on(found, place, names.words) else Segment(opened=")", bracket=bool(outside))
                )
            elif _inside_a_name(found, place, names):
                continue
            else:
                opened = ";" if token.text != ")" and token.text[-1] == ")" else token.text  # "(2) Hồ sơ: …"
                made.append(Segment(opened=opened, bracket=bool(outside)))
            continue
        if token.text == "va" and not made[-1].tokens:
            continue
        steps = bool(found[place - 1 : place]) and found[place - 1].text in ("xuong", "len")
        counted = token.kind == "word" and made[-1].of(*QUANTITY) and not steps
        if counted and token.text in _COMPARES and found[place + 1 : place + 2] and found[place + 1].kind in QUANTITY:
            made.append(Segment(opened=",", bracket=bool(outside)))
        if token.kind == "against" and "figure" in token.named and made[-1].of(*QUANTITY):
            made.append(Segment(opened=",", bracket=bool(outside)))
        joins = counted and token.text in ("va", "con", "voi")
        if joins and any(later.kind in QUANTITY for later in found[place : place + 8]):
            made.append(Segment(opened="va", bracket=bool(outside)))
            continue
        made[-1].tokens.append(token)
    made = [segment for at, segment in enumerate(made)
            if segment.tokens and not any(segment is other for other in made[:at])]  # fmt: skip
    for _, run in itertools.groupby(made, lambda segment: segment.bracket):
        _count_turns([*run])
    return made


def _count_turns(run: Sequence[Segment]) -> None:
    """Say of a bracket's clauses which are a mere remark, and which of the figures before it a bare figure is of."""
    counted = [segment for segment in run if segment.of(*QUANTITY)]
    bare = [segment for segment in counted if not segment.words]
    for place, segment in enumerate(bare):
        segment.turn = place - len(bare)
    for segment in run:
        segment.remark = segment.bracket and not counted


def _goes_on(found: list[Token], place: int, words: Vocabulary) -> bool:
    """Tell whether the words behind a closing bracket belong to those before the opening one."""
    behind = found[place + 1 : place + 3]
    texts = [token.text for token in behind if token.kind == "word"]
    return bool(texts) and texts[0] not in ("va", "trong", "con", "voi", "bang") and not words.moves(texts)


def _inside_a_name(found: list[Token], place: int, names: Meaning) -> bool:
    """Tell whether a stop stands inside a name: "trạm thu, phát sóng", "Truyền thanh - Truyền hình"."""
    around = [*found[place - 1 : place], *found[place + 1 : place + 2]]
    if found[place].text == ",":
        before, behind = (
            [token.text for token in row] for row in (found[max(0, place - 3) : place], found[place + 1 : place + 4])
        )
        return (*before[-1:], *behind[:1]) in names.joined or names.words.lists(before, behind)
    return found[place].text in "-–—" and {token.kind for token in around} == {"word"}


def _bare(row: Sequence[Token], names: Meaning) -> list[Token]:
    """Return the tokens that name a figure, without times, words of status ("Kế hoạch năm 2022 giao") and purpose."""
    kept, at = [], 0
    row = [token for token in row if token.kind not in _TIMES]
    while at < len(row):
        texts = [token.text for token in row[at : at + 4]]
        if names.words.begins_purpose(texts):
            break
        size = next((len(p) for p in names.words.of_status if texts[: len(p)] == p and row[at].kind == "word"), 0)
        kept += row[at : at + 1] if not size else []
        at += size or 1
    return kept


def _in_bracket(segment: Segment, last: Stated, held: Token | None, names: Meaning) -> bool:
    """Tell whether a clause holds just what the figure before it was, or was to be: "(kế hoạch 23.500 thuê bao)"."""
    quantities = segment.of(*QUANTITY)
    if len(quantities) != 1 or not _alone(segment, last, names):
        return False
    if not _alike(quantities[0], last) or names.words.is_estimate(segment.words):
        return False
    planned = segment.opened in ("(", ",", ";") and _planned(segment.before(quantities[0]))
    return planned or (segment.opened == "(" and bool(held))


def _planned(row: Sequence[Token]) -> bool:
    words = [token.text for token in row if token.kind == "word"]
    return {"ke", "hoach"} <= set(words) or {"chi", "tieu"} <= set(words) or "kh" in words


def _compares(segment: Segment, last: Stated, words: Vocabulary) -> bool:
    """Tell whether a segment compares the figure before it with another rather than stating one."""
    held = bool(segment.of("against", "base")) or segment.of_plan
    leads = bool(words.moves(segment.words[:4])) or (held and segment.words[:1] in (["bang"], ["gap"]))
    if segment.of("base") and not segment.of_plan:
        return leads or (segment.of(*QUANTITY)[0].named.get("percent") is not None and not last.percent)
    percent = any(token.named.get("percent") for token in segment.of(*QUANTITY))
    return leads or bool(segment.of("against")) or (segment.of_plan and (percent or segment.words[:1] == ["dat"]))


@dataclass(frozen=True)
class Comparison:
    """What a text says of a figure against another: `growth_pct`, `ratio_pct` or `change`, and against when."""

    measure: str
    value: float
    base_period: str
    base_status: str
    start: int
    end: int

    def fits(self, value: float, before: float) -> bool:
        """Tell whether it is what two figures make, to a tenth of a point."""
        if self.measure == "change":
            return abs(value - before - self.value) < 1e-6 * max(1, abs(value))
        grown = 100 * value / before - (100 if self.measure == "growth_pct" else 0) if before else float("inf")
        return abs(grown - self.value) <= 0.1


def _changed(first: Stated, last: Stated, held: Token | None, report: str) -> Stated:
    """Return a figure with the change that "từ 88 lên 91 trạm so với cùng kỳ năm 2021" states."""
    base = _base_period(held, last.period, report) if held and not last.why else ""
    if not base:
        return last
    change = float(f"{last.value - first.value:.12g}")
    return _told(last, Comparison("change", change, base, "actual", first.token.start - 3, held.end))


def _compared_with(segment: Segment, found: list[Stated], names: Meaning) -> int:
    """Return the place of the figure that a comparison is about: the last one counted in the same unit."""
    quantity = segment.of(*QUANTITY)
    noun = {
        token.text for token in segment.tokens if token.kind == "word" and quantity and token.start >= quantity[0].end
    }
    for place in range(len(found) - 1, -1, -1):
        units = names.units.get(found[place].indicator, frozenset())
        if units and noun and units <= noun and not any(unit.startswith("/") for unit in units):
            return place
    return len(found) - 1


def _latest(found: Sequence[Stated], place: int) -> int:
    """Return the place of the latest figure that is of one indicator with the one at `place`."""
    slug = found[place].indicator
    alike = [at for at, each in enumerate(found) if slug and each.indicator == slug and not each.why]
    return max(alike, key=lambda at: order(found[at].period), default=place)


def _main(found: Sequence[Stated]) -> Stated:
    """Return the figure that others of the last one's indicator are held against: the latest result, else plan."""
    alike = [each for each in found if each.indicator == found[-1].indicator and not each.why] or [found[-1]]
    return max(alike, key=lambda each: (each.status != "target", order(each.period)))


def _alone(segment: Segment, stated: Stated, names: Meaning) -> bool:
    """Tell whether a bracket holds just a figure and its unit: "so với cuối năm 2022 (42,5%)"."""
    words = set(names.content(_bare(segment.tokens, names))) - {"giao"}
    return words <= names.counted.get(stated.indicator, frozenset()) and bool(stated.indicator)


def _alike(quantity: Token, stated: Stated) -> bool:
    """Tell whether a quantity may be of the indicator of a figure: both or neither a percentage."""
    return bool(stated.indicator) and bool(quantity.named.get("percent")) == stated.percent


def _base_figure(
    quantity: Token, times: Sequence[str], stated: Stated, held: Token | None, names: Meaning, report: str
) -> Stated:
    """Return the figure that another is held against: what was planned where nothing is `held`, else that time's."""
    status = held.named.get("base_status", "actual") if held else "target"
    planned = status == "target"
    if planned and held and held.kind != "base" and (time := _time(held, report)):
        times = [time]
    period = [*times, stated.period][0][:4] if planned else _base_period(held, stated.period, report)
    value, why, factor = _value(quantity, names.frame.loc[stated.indicator])
    why = why or ("" if period else messages.text("reading.why.of_what"))
    return Stated(quantity, stated.indicator, period, status, value, "", why, factor, stated.percent)


def _base_period(held: Token, period: str, report: str) -> str:
    """Return the period that a figure of `period` is held against; "" where that is none, or itself."""
    if held.text.startswith(("cung ky", "nam truoc", "nam ngoai")):
        return f"{held.named['base_year']}{period[4:]}" if "base_year" in held.named else same_period_last_year(period)
    base = _time(held, report)
    return base if base != period else ""


def _comparison(
    stated: Stated, segment: Segment, others: Sequence[Stated], report: str, words: Vocabulary
) -> Comparison | None:
    """Return the comparison that a segment states of the figure before it, where it states one fully."""
    quantities = segment.of(*QUANTITY)
    figure = read_figure(quantities[0].named["number"]) if quantities else None
    base, status = ("", "") if stated.why else _base(stated, segment, others, report)
    if not isinstance(figure, Figure) or not base:
        return None
    percent = bool(quantities[0].named.get("percent"))
    moves = words.moves(segment.words)
    points = "diem" in segment.words
    value = figure.value * (moves or 1)
    if segment.words[:2] == ["gap", "lan"]:
        measure, value = "ratio_pct", figure.value * 100
    elif percent and not moves:
        measure = "ratio_pct"
    elif percent and not points:
        if stated.percent:
            return None  # "tăng 3,2%" of a share could mean points or a growth
        measure = "growth_pct"
    elif moves:
        measure, value = "change", value * (1 if points else stated.factor)
    else:
        return None
    return Comparison(measure, value, base, status, segment.tokens[0].start, segment.tokens[-1].end)


def _base(stated: Stated, segment: Segment, others: Sequence[Stated], report: str) -> tuple[str, str]:
    """Return period and status of what a figure is compared with; ("", "") where the text does not say."""
    held = next(iter(segment.of("against", "base")), None)
    if segment.of_plan:
        return stated.period[:4], "target"
    if held:
        return _base_period(held, stated.period, report), held.named.get("base_status", "actual")
    alike = [each for each in others if each.indicator == stated.indicator and not each.why]
    return (alike[-1].period, alike[-1].status) if alike else ("", "")


def _told(stated: Stated, told: Comparison | None) -> Stated:
    """Return a figure with one comparison more, unless it has one of that kind."""
    kinds = [(each.measure, each.base_period, each.base_status) for each in stated.comparisons]
    if told is None or (told.measure, told.base_period, told.base_status) in kinds:
        return stated
    return replace(stated, comparisons=(*stated.comparisons, told))


def _time_and_status(segment: Segment, said: Around, report: str, begun: bool, words: Vocabulary) -> Around:
    """Return what rules from this segment on in its sentence: a hope or a time that opens it, or stands alone."""
    quantities = segment.of(*QUANTITY)
    if not quantities:
        period, status, why = _spoken(segment.tokens, report, words, said.period)
        if begun and not (period or why):
            return said
    elif begun:
        if segment.opened == ";" and segment.tokens[0].kind in ("now", "year", "half"):
            # "năm 2021 chưa có; đến nay có 76 tổ với 532 thành viên"
            period, _, why = _spoken(segment.tokens[:1], report, words, said.period)
            return replace(said, period=period, why=why)
        if segment.opened == "(" or not words.is_hope([token.text for token in segment.before(quantities[0])]):
            return said
        period = _spoken(segment.tokens, report, words)[0]
        return replace(said, status="target", period=period or said.period)
    else:
        opening = segment.before(quantities[0])
        period, status, why = _spoken(opening, report, words)
        if words.is_hope([token.text for token in opening]):
            status = "target"
        timed = bool(opening) and opening[0].kind in ("year", "half", "second_half", "as_of", "other_time", "now")
        spoken = [token.text for token in opening if token.kind == "word"]
        # "Ước thực hiện doanh thu … đạt 5 tỷ" is said of all that follows, "doanh thu ước đạt 5 tỷ" of that figure.
        rest = words.behind_estimate([token.text for token in opening])
        ahead = status in ("target", "so_far") or (status and bool(words.meaning(words.behind_estimate(spoken))))
        ahead = ahead or (status and any(token.text in rest for token in opening if token.kind in _TIMES))
        # "Đến hết năm 2024 dự kiến có 33 điểm, 183 trạm": right behind the time that opens the sentence
        ahead = ahead or (status and timed and opening[1:] and words.begins_estimate([t.text for t in opening[1:]]))
        listed = [token for token in opening if token.kind in ("half", "second_half", "year")]
        if not (ahead or timed):
            return replace(said, period=period, why="") if listed and period and not status else said
        status = status if ahead else said.status
    if not status and _is_past(period, said, report):
        status = "actual"
    return replace(said, period=period or said.period, status=status or said.status,
                   why=why if period or why else said.why)  # fmt: skip


def _named(row: Sequence[Token]) -> Token | None:
    """Return the area or company that a row of tokens names last."""
    return next(iter(reversed(_owners(row))), None)


def _owners(row: Sequence[Token]) -> list[Token]:
    """Return the areas and companies that tokens name; a body counts where it has something: "Công an xã có …"."""
    owns = {"co", "hien"}
    return [token for token, behind in itertools.zip_longest(row, row[1:])
            if token.kind in ("place", "company", "companies")
            or (token.kind == "body" and behind and behind.text in owns)]  # fmt: skip


def _of_whom(segment: Segment, said: Around) -> Around:
    """Return what rules from this segment on: whom it names before its figure the figures behind it are of too."""
    quantities = segment.of(*QUANTITY)
    owner = _named(segment.before(quantities[0]) if quantities else segment.tokens)
    if owner is None or _describes(segment):
        return said
    several = said.owner and said.owner.kind in ("company", "companies")
    if several and owner.kind == "company" and not quantities:
        owner = replace(owner, kind="companies")  # one beside another they are no one's alone: "VNPT Sơn La, Viettel"
    return replace(said, owner=owner)


def _describes(segment: Segment) -> bool:
    """Tell whether a clause says what an area is: "Đà Bắc là huyện vùng cao của tỉnh Hòa Bình"."""
    pairs = itertools.pairwise(token.text for token in segment.tokens if token.text != "mot")
    return not segment.of(*QUANTITY) and any(one == "la" and other in RANKS for one, other in pairs)


def _spoken(row: Sequence[Token], report: str, words: Vocabulary, said: str = "") -> tuple[str, str, str]:
    """Return the period, the status, and why it is none we keep, that tokens speak of; `said` is that spoken of."""
    period, why, status, ahead = "", "", "", False
    for token in row:
        if token.kind in ("half", "second_half", "year", "now"):
            period = _time(token, report)
            status = "actual" if token.kind == "now" else status
            why = "" if period else messages.text("reading.why.not_kept", time=token.text.strip())
            # "đến hết năm 2023", said in June, is to come, and so is "đến năm 2030".
            ahead = bool(period) and order(period) > order(report) and bool(_UNTIL.search(token.text))
        elif token.kind == "base":
            period = _base_period(token, said or report, report)
            why = "" if period else messages.text("reading.why.held_against")
        elif token.kind == "as_of" and _within(token, report):
            period, why, status = report, "", "" if _closes(token) else "so_far"
        elif token.kind in ("as_of", "other_time"):
            period, why = "", messages.text("reading.why.not_kept", time=token.text.strip())
    texts = [token.text for token in row if token.kind in ("word", "place")]  # "Tỉnh giao", "Kế hoạch huyện giao"
    if words.is_plan(texts):
        status = "target"
    elif status in ("", "actual") and words.is_estimate(texts):
        status = "estimate"
    return period, status or "target" * ahead, why


_UNTIL = re.compile(r"\b(?:den|het|cuoi|ca nam|31[/-]12)\b")


def _time(token: Token, report: str) -> str:
    """Return the period a token of time names, "" for none; without a year of its own, as the report's year has it."""
    when = token.named.get("year", "")
    this = when if when.isdigit() else year(report) + {"sau": 1, "truoc": -1, "ngoai": -1}.get(when, 0)
    kind = token.named.get("held", token.kind)
    if kind == "half" and report.endswith("-S2") and not when and "dau" not in token.text:
        return report  # "6 tháng", said of the half that the report is on
    return {"half": f"{this}-S1", "second_half": f"{this}-S2", "year": f"{this}", "now": report}.get(kind, "")


def _within(day: Token, report: str) -> bool:
    """Tell whether a day lies in the half that a report's period ends with."""
    month = int(day.named.get("as_of_month") or day.named["as_of_m"])
    return day.named["year"] == report[:4] and (month <= 6) == is_half(report)


def _closes(day: Token) -> bool:
    """Tell whether a report's figures may be closed on a day: from the 14th of June or December on."""
    month = int(day.named.get("as_of_month") or day.named["as_of_m"])
    return month in (6, 12) and int(day.named.get("as_of_day") or day.named["as_of_d"]) >= CLOSES


def _when(
    segment: Segment, piece: Sequence[Token], said: Around, report: str, kind: str, words: Vocabulary
) -> tuple[str, str, str]:
    """Return period and status of a figure of an indicator of `kind`, and why it is none that is kept."""
    period, status, why = _spoken(piece, report, words, said.period)
    if not period and not why:
        inside, _, why = _spoken(segment.tokens, report, words, said.period)
        period = inside or said.period
        why = why or ("" if inside else said.why)
    if not status and _is_past(period, said, report):
        status = "actual"
    spoken = [token.text for token in segment.of("word")]
    if status == "target" and said.status == "estimate" and not words.is_plan(spoken):
        status = "estimate"  # "Dự kiến đến hết năm …; doanh thu cả năm đạt …"
    ahead = words.is_hope(spoken) or (not status and said.status == "target")
    status = status or said.status
    if why:
        return "", "actual", why
    period = period or (said.plan if ahead else "") or report
    return _settled(period, status, report, kind)


def _is_past(period: str, said: Around, report: str) -> bool:
    """Tell whether a time under a target is before it and over: "Mục tiêu năm 2023: 92 trạm (năm 2022: 88 trạm)"."""
    target = said.status == "target" and bool(period) and bool(said.period)
    return target and order(period) < order(said.period) and order(period) <= order(report)


def _settled(period: str, status: str, report: str, kind: str) -> tuple[str, str, str]:
    """Return a period and a status that go together: a half is never an estimate, a year to come a plan."""
    this = year(report)
    if status == "so_far":
        if kind == "flow":
            return "", "", messages.text("reading.why.so_far")
        status = "actual"
    if status == "target":
        if period == report and is_half(report):
            return "", "", messages.text("reading.why.plan_no_year")
        if is_half(period) and (kind == "flow" or not period.endswith("-S2")):
            return "", "", messages.text("reading.why.plan_of_half")
        return period[:4], "target", ""
    if is_half(period) and order(period) > order(report):
        return _settled(period, "target", report, kind)
    if is_half(report) and period == str(this):
        return (period, "estimate", "") if status == "estimate" else (report, "actual", "")
    if status == "estimate" and period == str(this):
        return period, "estimate", ""
    if year(period) > this:
        return period, "target", ""
    return period, "actual", ""


def _owner(piece: Sequence[Token], segment: Segment, said: Around, area: catalog.Area | None) -> Token | None:
    """Return whose a figure is where it is not the area's own: whom its clause names, else who rules its line."""
    named = [*_owners(piece), *_owners(segment.tokens)]
    named = named or [token for token in [said.owner] if token]
    return next((token for token in named if not _is_own(token, area)), None)


def _is_own(token: Token, area: catalog.Area | None) -> bool:
    if area and re.fullmatch(rf"(?:ubnd|uy ban nhan dan) {fold(area.unit_vi)}", token.text):
        return True  # what the area's government has the area has
    if token.kind in ("company", "companies", "body"):
        return token.kind == "companies"
    if area and token.text in (fold(area.unit_vi), fold(area.name)):
        return True
    if token.text.startswith("toan "):
        return not area or token.text.removeprefix("toan ") == fold(area.unit_vi)
    return bool(area) and token.text == fold(f"{area.unit_vi} {area.name}")


def _hedge(segment: Segment, quantity: Token) -> str:
    """Return the remark on a figure that is stated as expected or about: `văn bản viết "ước đạt"`."""
    words = [token.text for token in segment.before(quantity)[-2:] if token.kind == "word"]
    for hedge, written in _HEDGES.items():
        if words[-len(hedge.split()) :] == hedge.split():
            return f'văn bản viết "{written}"'
    return ""


def _fraction(quantity: Token) -> str:
    """Return the remark on a count that is printed with its whole: `in 18/18 xã`."""
    if not quantity.named.get("whole"):
        return ""
    return f"in {quantity.named['number']}/{quantity.named['whole']}"


_HEDGES = {"uoc dat": "ước đạt", "uoc": "ước", "khoang": "khoảng", "tren": "trên", "hon": "hơn", "gan": "gần"}


def _where(segment: Segment, quantity: Token) -> str:
    """Return why a quantity only says where something happened: "tại 02 trạm BTS"."""
    before = segment.before(quantity)[-1:]
    where = before and before[0].text in ("tai", "o", "cho") and not quantity.named.get("whole")
    return messages.text("reading.why.says_where") if where else ""


def _value(quantity: Token, row) -> tuple[float, str, float]:
    """Return the quantity in the catalogue's unit, why it cannot be, and what its number was multiplied by."""
    named = quantity.named
    if quantity.kind == "garbled" or named.get("letters", "h") != "h":
        return 0.0, messages.text("reading.why.no_number"), 1.0
    figure = read_figure(named["number"])
    if not isinstance(figure, Figure):
        return 0.0, messages.text("reading.why.no_number"), 1.0
    value, factor = figure.value, 1.0
    for scale in named.get("scale", "").split():
        factor *= _SCALES[scale]
    if named.get("more"):
        extra, word = named["more"].split()
        value, factor = value * factor + float(extra) * _SCALES[word], 1.0
    own = MONEY.get(fold(row["unit_vi"]))
    if own is not None:
        bare = not named.get("scale") and not named.get("money")
        factor = 1.0 if bare else factor / own
    elif named.get("money"):
        return 0.0, messages.text("reading.why.money"), 1.0
    value = float(f"{value * factor:.12g}")
    if row["decimals"] == 0 and row["kind"] == "stock" and value != int(value):
        return value, messages.text("reading.why.not_whole"), factor
    if value > row["maximum"] and row["unit_vi"] != "%":
        return value, messages.text("reading.why.too_much", most=f"{row['maximum']:g}"), factor
    return value, "", factor
