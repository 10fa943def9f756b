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
from ictplan_utils.documents.meaning import Meaning
from ictplan_utils.documents.numbers import Figure, read_figure
from ictplan_utils.documents.words import Token, Vocabulary, tokens
from ictplan_utils.periods import is_half, same_period_last_year, year
from ictplan_utils.vietnamese import fold, nfc

QUANTITY = ("quantity", "garbled")
_RISES = {"tang", "giam", "vuot", "hut", "bang"}
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
    comparison: Comparison | None = None


@dataclass
class Segment:
    """The words between two stops, and what they say of time, status and place."""

    tokens: list[Token] = field(default_factory=list)
    opened: str = ""

    def of(self, *kinds: str) -> list[Token]:
        return [token for token in self.tokens if token.kind in kinds]

    @property
    def words(self) -> list[str]:
        return [token.text for token in self.of("word")]

    @property
    def of_plan(self) -> bool:
        """Whether it speaks of a plan: "đạt 95% kế hoạch", "so với KH"."""
        words = [*self.words, *(token.text for token in self.of("against"))]
        return {"ke", "hoach"} <= set(words) or "kh" in words

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


def spoken_of(text: str, report: str, names: Meaning) -> Around:
    """Return what a heading or a lead-in says of the lines below it: words, period, status, owner."""
    row = _against(text, {"company": names.marks["company"]})
    period, status, why = _spoken(row, report, names.words)
    expected = status == "estimate" and period and not is_half(period)
    words = frozenset(names.content(_bare(row, names)))
    return Around((words,), period, status if status == "target" or expected else "", why, _named(row))


def read_line(text: str, around: Around, area: catalog.Area | None, report: str, names: Meaning) -> list[Stated]:
    """Return what one sentence states; quantities that are no figures of ours are left out, doubtful ones told."""
    own = {"place": re.compile(rf"(?:^|(?<=[,;:.] )){fold(area.unit_vi)}(?= [a-z])")} if area else {}
    segments = _segments(_against(text, names.marks | own), names.joined)
    began = next((token.start for segment in segments for token in segment.of(*QUANTITY)), 0)
    sentence = _Sentence(area, report, names, around, around, began)
    for segment in segments:
        sentence.take(segment)
    return sentence.found


@dataclass
class _Sentence:
    """One sentence as it is read, clause by clause: what rules, what was spoken of, and what it has stated so far.

    `outer` ruled before a "trong đó", `began` is where the first figure stands, `before` the words of what was last
    spoken of, `lead` those right before a figure that stands alone ("Số trạm BTS: 95"), `held` what figures are held
    against, `shadow` a figure that was not understood: "phát triển mới 03 trạm BTS, 210 thuê bao".
    """

    area: catalog.Area | None
    report: str
    names: Meaning
    said: Around
    outer: Around
    began: int
    found: list[Stated] = field(default_factory=list)
    before: frozenset[str] = frozenset()
    lead: frozenset[str] = frozenset()
    held: Token | None = None
    shadow: str = ""
    last_words: list[str] = field(default_factory=list)

    def take(self, segment: Segment) -> None:
        """Read the next clause."""
        quantities = segment.of(*QUANTITY)
        opens = self.held if segment.opened == "(" or (self.held and self.held.end <= self.began) else None
        self.held = next(iter(segment.of("against")), opens)
        if segment.opened == "/" and set(segment.words) <= set(self.last_words):
            return  # the whole of the figure before: "15.240 hộ/18.950 hộ"
        self.last_words = segment.words
        self.rule(segment)
        if not quantities:
            words = frozenset(self.names.content(_bare(segment.tokens, self.names)))
            if words:
                self.before, self.lead = (self.before | words if self.lead else words), words
        elif self.found and _in_bracket(segment, self.found[-1], self.held, self.names):
            self.found.append(_base_figure(segment, self.found[-1], self.held, self.names, self.report))
        elif self.found and _compares(segment, self.found[-1]):
            place = _compared_with(segment, self.found, self.names)
            self.found[place] = _compared(self.found[place], segment, self.report)
        elif len(quantities) > MOST_IN_CLAUSE:
            self.found += [Stated(each, why=messages.text("reading.why.row_of_figures")) for each in quantities]
        else:
            for place in range(len(quantities)):
                self.state(segment, place)
            change = _from_to(segment, quantities, self.held)
            if change and len(self.found) > 1 and self.found[-1].indicator == self.found[-2].indicator:
                self.found[-1] = _changed(self.found[-2], self.found[-1], self.held, self.report)

    def rule(self, segment: Segment) -> None:
        """Let a clause's time, status and owner rule from here on."""
        self.said = _time_and_status(segment, self.said, self.report, bool(self.found), self.names.words)
        if segment.words[:2] == ["trong", "do"]:
            self.outer = self.said
        elif segment.opened == ";":
            self.said = replace(self.said, owner=self.outer.owner)
        self.said = _of_whom(segment, self.said)

    def state(self, segment: Segment, place: int) -> None:
        """Add what a clause's quantity states, or why it is left unread."""
        quantity = segment.of(*QUANTITY)[place]
        stated, words = self.figure(segment, place) or self.no_figure(segment, quantity)
        if self.shadow and segment.tokens[0] is quantity and stated and not stated.why:
            stated = replace(stated, why=messages.text("reading.why.goes_on", before=self.shadow))
        elif stated:
            self.shadow = stated.token.text.strip() if stated.why and not stated.indicator else ""
        if stated and not stated.why and any(_same_figure(each, stated) for each in self.found):
            stated = replace(stated, why=messages.text("reading.why.stated_otherwise"))
        if stated:
            self.found.append(stated)
        self.lead = frozenset()
        self.before = words or self.before

    def figure(self, segment: Segment, place: int) -> tuple[Stated, frozenset[str]] | None:
        """Return the figure that a quantity is, and the words now spoken of; None where no indicator is named."""
        quantity = segment.of(*QUANTITY)[place]
        percent = bool(quantity.named.get("percent"))
        for piece in _pieces(segment, place, self.held, self.names.words.topic):
            slug, words, full = self.named(piece, percent)
            if not slug:
                continue
            period, status, why = _when(segment, piece, self.said, self.report, self.names.words)
            owner = _owner(piece, segment, self.said, self.area)
            value, problem, factor = _value(quantity, self.names.frame.loc[slug])
            stated = Stated(
                quantity, slug, period, status, value, _hedge(segment, quantity) or _fraction(quantity),
                why or problem or ("" if owner else _where(segment, quantity)), factor, percent,
                owner.text if owner else "", owner.start if owner in segment.tokens else -1,
            )  # fmt: skip
            # A part said within its whole ("thuê bao điện thoại (542 cố định; …)") leaves the whole spoken of.
            return stated, (self.before if full - words else full)
        return None

    def named(self, piece: Sequence[Token], percent: bool) -> tuple[str, frozenset[str], frozenset[str]]:
        """Return the indicator that tokens name with what stands around them, their words, and the name's."""
        words = frozenset(self.names.content(_bare(piece, self.names)))
        context = [self.before, *self.said.words]
        if self.lead:
            slug, full = self.names.find(self.lead | words, context, percent)
            if slug:
                return slug, self.lead | words, full
        words = words or self.lead
        if not words and not self.before:
            return "", words, words
        # A figure without words of its own is of what stands right before it, never of a heading.
        slug, full = self.names.find(words, context if words else [self.before], percent)
        if not words and not percent and self.before - full:
            return "", words, words  # a share alone may be of a part of what was spoken of, a count may not
        return slug, words, full

    def no_figure(self, segment: Segment, quantity: Token) -> tuple[Stated | None, frozenset[str]]:
        """Return why a quantity is no figure of ours, where it looks like one, and the words now spoken of."""
        percent = bool(quantity.named.get("percent"))
        words = frozenset(self.names.content(_bare(segment.tokens, self.names)))
        changed = words - {"tang", "giam", "them", "bot"}
        if changed != words and self.names.find(changed, [self.before, *self.said.words], percent)[0]:
            return None, changed  # "Số trạm BTS tăng 7 trạm" says what is spoken of, and no figure of it
        alone = len(segment.of(*QUANTITY)) == 1
        if alone and any(known <= words | self.before for (known, _), _ in self.names.sets.items() if known):
            rest = " ".join(token.text for token in segment.of("word", "place", "company", "body"))
            return Stated(quantity, why=messages.text("reading.why.not_all_words", words=rest)), frozenset()
        return None, frozenset()


def _same_figure(one: Stated, other: Stated) -> bool:
    """Tell whether two quantities of a sentence claim to be the same figure."""
    same = (one.indicator, one.period, one.status, one.owner) == (
        other.indicator, other.period, other.status, other.owner)  # fmt: skip
    return same and not one.why and one.value != other.value


def _against(text: str, marks: Mapping[str, re.Pattern]) -> list[Token]:
    """Return a text's tokens with "so với cùng kỳ", "so năm 2020" as one: what a figure is held against."""
    out: list[Token] = []
    composed = nfc(text)
    for token in tokens(composed, marks):
        # "số" is no "so": "hạ tầng số năm 2026" compares nothing.
        texts = [each.text if each.text != "so" else composed[each.start : each.end].lower() for each in out[-2:]]
        held = token.kind in ("base", "year", "half") or token.text in ("ke", "kh")
        if held and (texts[-1:] == ["so"] or texts == ["so", "voi"]):
            del out[-2 if texts == ["so", "voi"] else -1 :]
            out.append(replace(token, kind="against", named={**token.named, "held": token.kind}))
        else:
            out.append(token)
    return out


def _pieces(segment: Segment, place: int, held: Token | None, topics: Sequence[str]) -> Iterable[list[Token]]:
    """Return the tokens that may belong to a quantity: all of the segment, or its share beside other quantities."""
    quantities = segment.of(*QUANTITY)
    own = quantities[place]
    if change := _from_to(segment, quantities, held):
        yield change[place]
        return
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


def _topic(segment: Segment, quantity: Token, topics: Sequence[str]) -> list[Token]:
    """Return the words on what a clause is about, before its verb: "Mạng di động" of "Mạng di động có 16 trạm BTS"."""
    before = segment.before(quantity)
    texts = [token.text for token in before]
    verbs = [at for at, text in enumerate(texts) if text in ("co", "dat", "la")]
    begins = any(" ".join(texts).startswith(topic) for topic in topics)
    return before[: verbs[-1]] if verbs and begins else []


def _from_to(segment: Segment, quantities: list[Token], held: Token | None) -> list[list[Token]]:
    """Return, of "tăng từ 5.990 năm 2022 lên 6.604 năm 2023", the words of each end; [] where it is no such change."""
    if len(quantities) != 2:
        return []
    first, last = quantities
    left = [token for token in segment.tokens if token.start < first.start]
    between = [token for token in segment.tokens if first.end <= token.start < last.start]
    right = [token for token in segment.tokens if token.start >= last.end]
    words = {token.text for token in between if token.kind == "word"}
    if not left or left[-1].text != "tu" or not words & {"len", "xuong", "den", "con", "thanh"}:
        return []
    name = [token for token in left if token.text not in ("tang", "giam", "tu")]
    steps = {"len", "xuong", "den", "con", "thanh"}
    own = [token for token in between if token.text not in steps]
    times = [token for token in own if token.kind in ("half", "year", "second_half", "base")]
    if not times:
        own = [*own, replace(held, kind="base") if held else Token("base", first.end, first.end, "truoc")]
    right = [token for token in right if token.kind != "against"]
    return [name + own, name + right]


def _segments(found: list[Token], joined: set[tuple[str, str]]) -> list[Segment]:
    """Return a sentence's segments; what follows a bracket goes on where it opened, what stands in it comes after."""
    made, outside = [Segment()], []
    for place, token in enumerate(found):
        if token.kind == "stop":
            if token.text == "(":
                outside.append(made[-1])
                made.append(Segment(opened="("))
            elif token.text == ")" and outside:
                made.append(outside.pop() if _goes_on(found, place) else Segment(opened=")"))
            elif _inside_a_name(found, place, joined):
                continue
            else:
                made.append(Segment(opened=token.text))
            continue
        steps = bool(found[place - 1 : place]) and found[place - 1].text in ("xuong", "len")
        joins = token.kind == "word" and token.text in ("va", "con", "voi") and made[-1].of(*QUANTITY) and not steps
        if joins and any(later.kind in QUANTITY for later in found[place : place + 8]):
            made.append(Segment(opened="va"))
            continue
        made[-1].tokens.append(token)
    return [segment for at, segment in enumerate(made)
            if segment.tokens and not any(segment is other for other in made[:at])]  # fmt: skip


def _goes_on(found: list[Token], place: int) -> bool:
    """Tell whether the words behind a closing bracket belong to those before the opening one."""
    behind = found[place + 1 : place + 2]
    return bool(behind) and behind[0].kind == "word" and behind[0].text not in ("va", "trong", "con", "voi", *_RISES)


def _inside_a_name(found: list[Token], place: int, joined: set[tuple[str, str]]) -> bool:
    """Tell whether a stop stands inside a name: "trạm thu, phát sóng", "Truyền thanh - Truyền hình"."""
    around = [*found[place - 1 : place], *found[place + 1 : place + 2]]
    if found[place].text == ",":
        return tuple(token.text for token in around) in joined
    return found[place].text in "-–—" and {token.kind for token in around} == {"word"}


def _bare(row: Sequence[Token], names: Meaning) -> list[Token]:
    """Return the tokens that name a figure: words of status are read elsewhere."""
    kept, at, row = [], 0, list(row)
    while at < len(row):
        texts = [token.text for token in row[at : at + 4]]
        size = next((len(p) for p in names.words.of_status if texts[: len(p)] == p and row[at].kind == "word"), 0)
        if size:
            at += size
            continue
        kept.append(row[at])
        at += 1
    return kept


def _in_bracket(segment: Segment, last: Stated, held: Token | None, names: Meaning) -> bool:
    """Tell whether a bracket holds just what the figure before it was, or was to be: "(kế hoạch 23.500 thuê bao)"."""
    quantities = segment.of(*QUANTITY)
    if segment.opened != "(" or len(quantities) != 1 or not _alone(segment, last, names):
        return False
    if bool(quantities[0].named.get("percent")) != last.percent or names.words.is_estimate(segment.words):
        return False
    return bool(held) or _planned(segment.before(quantities[0]))


def _planned(row: Sequence[Token]) -> bool:
    words = [token.text for token in row if token.kind == "word"]
    return {"ke", "hoach"} <= set(words) or {"chi", "tieu"} <= set(words) or "kh" in words


def _compares(segment: Segment, last: Stated) -> bool:
    """Tell whether a segment compares the figure before it with another rather than stating one."""
    led = "".join(segment.words[:1])
    if segment.of("base") and not segment.of_plan:
        return led in _RISES or (segment.of(*QUANTITY)[0].named.get("percent") is not None and not last.percent)
    held = segment.of_plan
    percent = any(token.named.get("percent") for token in segment.of(*QUANTITY))
    return led in _RISES or bool(segment.of("against")) or (held and (percent or led == "dat"))


@dataclass(frozen=True)
class Comparison:
    """What a text says of a figure against another: `growth_pct`, `ratio_pct` or `change`, and against when."""

    measure: str
    value: float
    base_period: str
    base_status: str
    start: int
    end: int


def _changed(first: Stated, last: Stated, held: Token | None, report: str) -> Stated:
    """Return a figure with the change that "từ 88 lên 91 trạm so với cùng kỳ năm 2021" states."""
    base = _base_period(held, last.period, report) if held and not last.why else ""
    if not base:
        return last
    told = Comparison("change", float(f"{last.value - first.value:.12g}"), base, "actual",
                      first.token.start - 3, held.end)  # fmt: skip
    return replace(last, comparison=told)


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


def _alone(segment: Segment, stated: Stated, names: Meaning) -> bool:
    """Tell whether a bracket holds just a figure and its unit: "so với cuối năm 2022 (42,5%)"."""
    words = set(names.content(_bare(segment.tokens, names))) - {"giao"}
    return words <= names.counted.get(stated.indicator, frozenset()) and bool(stated.indicator)


def _base_figure(segment: Segment, stated: Stated, held: Token | None, names: Meaning, report: str) -> Stated:
    quantity = segment.of(*QUANTITY)[0]
    planned = not held or _planned(segment.before(quantity))
    times = [time for token in segment.tokens if (time := _time(token, report))]
    period = (times or [stated.period])[0][:4] if planned else _base_period(held, stated.period, report)
    value, why, factor = _value(quantity, names.frame.loc[stated.indicator])
    why = why or ("" if period else messages.text("reading.why.of_what"))
    status = "target" if planned else "actual"
    return Stated(quantity, stated.indicator, period, status, value, "", why, factor, stated.percent)


def _base_period(held: Token, period: str, report: str) -> str:
    """Return the period that a figure of `period` is held against; "" where that is none, or itself."""
    if held.text.startswith(("cung ky", "nam truoc", "nam ngoai")):
        return f"{held.named['base_year']}{period[4:]}" if "base_year" in held.named else same_period_last_year(period)
    base = _time(held, report)
    return base if base != period else ""


def _compared(stated: Stated, segment: Segment, report: str) -> Stated:
    """Return the figure with the comparison that a segment behind it states, where it states one fully."""
    quantities = segment.of(*QUANTITY)
    if stated.comparison or stated.why or not quantities:
        return stated
    quantity, texts = quantities[0], segment.words
    figure = read_figure(quantity.named["number"])
    if not isinstance(figure, Figure):
        return stated
    held = next(iter(segment.of("against", "base")), None)
    if segment.of_plan:
        base, status = stated.period[:4], "target"
    else:
        base, status = _base_period(held, stated.period, report) if held else "", "actual"
    if not base:
        return stated
    rises = any(text in ("tang", "vuot") for text in texts)
    falls = any(text in ("giam", "hut") for text in texts)
    percent = bool(quantity.named.get("percent"))
    points = (percent and texts[-1:] == ["diem"]) or "diem" in texts
    value = figure.value * (-1 if falls else 1)
    if percent and not (rises or falls):
        measure = "ratio_pct"
    elif percent and stated.percent and not points:
        return stated  # "tăng 3,2%" of a share could mean points or a growth
    elif percent and not points:
        measure = "growth_pct"
    elif rises or falls:
        measure, value = "change", value * (1 if points else stated.factor)
    else:
        return stated
    found = Comparison(measure, value, base, status, segment.tokens[0].start, segment.tokens[-1].end)
    return replace(stated, comparison=found)


def _time_and_status(segment: Segment, said: Around, report: str, begun: bool, words: Vocabulary) -> Around:
    """Return what rules from this segment on in its sentence: a hope or a time that opens it, or stands alone."""
    quantities = segment.of(*QUANTITY)
    if not quantities:
        period, status, why = _spoken(segment.tokens, report, words)
        if begun and not (period or why):
            return said
    elif begun:
        return said
    else:
        opening = segment.before(quantities[0])
        period, status, why = _spoken(opening, report, words)
        timed = bool(opening) and opening[0].kind in ("year", "half", "second_half", "span", "other_time")
        spoken = " ".join(token.text for token in opening if token.kind == "word")
        # "Ước thực hiện doanh thu … đạt 5 tỷ" is said of all that follows, "doanh thu ước đạt 5 tỷ" of that figure.
        ahead = status == "target" or (status and spoken.startswith(words.estimate))
        if not (ahead or timed):
            return said
        status = status if ahead else said.status
    return replace(said, period=period or said.period, status=status or said.status,
                   why=why if period or why else said.why)  # fmt: skip


def _named(row: Sequence[Token]) -> Token | None:
    """Return the area or company that a row of tokens names last."""
    return next(iter(reversed(_owners(row))), None)


def _owners(row: Sequence[Token]) -> list[Token]:
    """Return the areas and companies that tokens name; a body counts where it has something: "Công an xã có …"."""
    owns = {"co", "hien"}
    return [token for token, behind in itertools.zip_longest(row, row[1:])
            if token.kind in ("place", "company")
            or (token.kind == "body" and behind and behind.text in owns)]  # fmt: skip


def _of_whom(segment: Segment, said: Around) -> Around:
    """Return what rules from this segment on: whom it names before its figure the figures behind it are of too."""
    quantities = segment.of(*QUANTITY)
    owner = _named(segment.before(quantities[0]) if quantities else segment.tokens)
    if owner is None:
        return said
    if said.owner and owner.kind == "company" and said.owner.kind in ("company", "companies") and not quantities:
        owner = replace(owner, kind="companies")  # one beside another they are no one's alone: "VNPT, Viettel"
    return replace(said, owner=owner)


def _spoken(row: Sequence[Token], report: str, words: Vocabulary) -> tuple[str, str, str]:
    """Return the period, the status, and why it is none we keep, that tokens speak of."""
    period, why, status = "", "", ""
    for token in row:
        if token.kind in ("half", "second_half", "year", "now", "span"):
            period = _time(token, report)
            why = "" if period else messages.text("reading.why.not_kept", time=token.text.strip())
            if "den nam" in token.text and year(period) > year(report):
                status = "target"
        elif token.kind == "base":
            period = _base_period(token, report, report)
            why = "" if period else messages.text("reading.why.held_against")
        elif token.kind == "other_time":
            period, why = "", messages.text("reading.why.not_kept", time=token.text.strip())
    texts = [token.text for token in row if token.kind == "word"]
    if words.is_plan(texts):
        status = "target"
    elif not status and words.is_estimate(texts):
        status = "estimate"
    return period, status, why


def _time(token: Token, report: str) -> str:
    """Return the period a token of time names, "" for none; without a year of its own, as the report's year has it."""
    named = token.named
    when = next(
        (
            named[k]
            for k in ("half_year", "second_year", "this_year", "end_year", "bare_year", "span_year")
            if k in named
        ),
        "",
    )
    this = when if when.isdigit() else year(report) + {"sau": 1, "truoc": -1}.get(when, 0)
    kind = named.get("held", token.kind)
    if kind == "span":
        months = int(named["from_month"]), int(named["to_month"])
        kind = {(1, 6): "half", (7, 12): "second_half", (1, 12): "year"}.get(months, "")
    return {"half": f"{this}-S1", "second_half": f"{this}-S2", "year": f"{this}", "now": report}.get(kind, "")


def _when(
    segment: Segment, piece: Sequence[Token], said: Around, report: str, words: Vocabulary
) -> tuple[str, str, str]:
    """Return period and status of a figure, and why it is none that is kept."""
    period, status, why = _spoken(piece, report, words)
    if not period and not why:
        inside, _, why = _spoken(segment.tokens, report, words)
        period = inside or said.period
        why = why or ("" if inside else said.why)
    status = status or said.status
    if why:
        return "", "actual", why
    period = period or report
    return _settled(period, status, report)


def _settled(period: str, status: str, report: str) -> tuple[str, str, str]:
    """Return a period and a status that go together: a half is never an estimate, a year to come a plan."""
    this = year(report)
    if status == "target":
        if period == report and is_half(report):
            return "", "", messages.text("reading.why.plan_no_year")
        if is_half(period):
            period = period[:4]
        return period, "target", ""
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
    if token.kind in ("company", "companies", "body"):
        return token.kind == "companies"
    if area and token.text == fold(area.unit_vi):
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
    return messages.text("reading.why.says_where") if before and before[0].text in ("tai", "o", "cho") else ""


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
    return value, "", factor
