"""Which words of a clause belong to one of its quantities."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ictplan_utils.documents.clause import Clause, without_or_more
from ictplan_utils.documents.phrases import QUANTITY, TIMES
from ictplan_utils.documents.tokens import Token
from ictplan_utils.documents.words import MOVED, Vocabulary, begins

_LINKS = ("cua", "thuoc", "tai", "o")


def pieces_of(clause: Clause, place: int, topics: Sequence[str], words: Vocabulary) -> Iterable[list[Token]]:
    """Return the tokens that may belong to a quantity: all of the clause, or its share beside other quantities."""
    quantities = clause.of(*QUANTITY)
    own = quantities[place]
    if len(quantities) == 1:
        yield [token for token in clause.tokens if token is not own]
        yield [
            token for token in clause.tokens if token is not own and token not in topic_of(clause, own, topics, words)
        ]
        return
    start = (rate_behind(clause, quantities[place - 1]) or quantities[place - 1].end) if place else -1
    end = rate_behind(clause, own) or (quantities[place + 1].start if place + 1 < len(quantities) else 10**9)
    left = [token for token in clause.tokens if start <= token.start < own.start]
    right = [token for token in clause.tokens if own.end <= token.start < end]
    yield left + right
    yield left
    yield right


def rate_behind(clause: Clause, quantity: Token) -> int:
    """Return where a quantity's own unit ends that is one of a rate, 0 for none: "130,1 thuê bao/100 dân"."""
    behind = itertools.dropwhile(lambda token: token.start < quantity.end, clause.tokens)
    unit = next((token for token in behind if token.kind != "word"), None)
    return unit.end if unit and unit.kind == "per" else 0


def linked(clause: Clause, place: int) -> list[Token]:
    """Return what a clause says of the quantity that the one at `place` is of, [] for none: "… của 3 xã có sóng"."""
    first, *others = clause.of(*QUANTITY)[place : place + 2]
    links = [token for token in clause.tokens if others and first.end <= token.start < others[0].start][-1:]
    behind = [token for token in clause.tokens if links and token.start >= others[0].end]
    return behind if links and links[0].text in _LINKS else []


def unled(clause: Clause, words: Vocabulary) -> list[Token]:
    """Return a clause's tokens without the words that lead its statement in, [] where none do: "cuộc họp thống nhất |
    tổng số trạm …".

    What names a figure begins with what it counts by, "tổng số", "tỷ lệ", or with all of the area, "toàn huyện có".
    """
    first = clause.of(*QUANTITY)[:1]
    before = clause.before(first[0]) if first else []
    for at in range(len(before) - 1, 0, -1):
        behind = [token.text for token in before[at:]]
        has = before[at].kind == "place" and {*behind[1:3]} & {"co", "dat"}
        spoken = [token.text for token in before[:at] if token.kind == "word"]
        if (has or begins(words.heads, behind)) and words.leads_in(spoken):
            return [token for token in clause.tokens if token not in before[:at] or token.kind != "word"]
    return []


def unhedged(piece: list[Token], quantity: Token) -> list[Token]:
    """Return a figure's words without those right at it that say how much it is: "90% trở lên", a share's "mới"."""
    at = sum(token.start < quantity.start for token in piece)
    before, behind = piece[:at], without_or_more(piece[at:])
    if len(behind) < len(piece) - at and before and before[-1].text == "tu":
        before = before[:-1]  # "đạt từ 2.200 thuê bao trở lên"
    hedges = [*itertools.takewhile(lambda token: token.text in _ONLY | _SAYS, reversed(before))]
    if quantity.named.get("percent") and any(token.text in _ONLY for token in hedges):
        before = before[: -len(hedges)]
    return [*before, *behind]


def unmoved(row: Sequence[Token], words: Vocabulary) -> list[Token]:
    """Return tokens without the verbs that say that a figure moved: "tăng"; "hạ tầng" is none."""
    bound = words.bound([token.text for token in row])
    return [token for token, is_bound in zip(row, bound, strict=True) if is_bound or token.text not in MOVED]


def without_plan(clause: Clause, quantity: Token, words: Vocabulary) -> Clause:
    """Return a clause to where it says of what plan its figure is printed over: "121/118 trạm theo kế hoạch"."""
    at = clause.tokens.index(quantity)
    plan = next((i for i in range(at + 1, len(clause.tokens))
                 if words.is_plan([token.text for token in clause.tokens[i : i + 2]])), None)  # fmt: skip
    return clause if plan is None else replace(clause, tokens=clause.tokens[:plan])


def is_bound(clause: Clause, quantity: Token) -> bool:
    """Tell whether a figure is the least or the most that may be, not how much is: "từ 60% trở lên", "tối đa 3 km"."""
    texts = [token.text for token in clause.before(quantity)][-2:]
    behind = [token for token in clause.tokens if token.start >= quantity.end]
    return len(without_or_more(behind)) < len(behind) or " ".join(texts) in _BOUNDS


def topic_of(clause: Clause, quantity: Token, topics: Sequence[str], words: Vocabulary) -> list[Token]:
    """Return the words on what a clause is about, before its verb: "Mạng di động" of "Mạng di động có 16 trạm BTS"."""
    before = clause.before(quantity)
    texts = [token.text for token in before]
    left = words.unserved(before, quantity)
    verbs = [at for at, text in enumerate(texts) if text in ("co", "dat", "la", "gom", "voi")]
    ends = min(verbs[-1] if verbs else len(before), len(left))
    led = " ".join(token.text for token in before if token.kind != "companies")  # "Các doanh nghiệp viễn thông có …"
    begins = any(led.startswith(topic) for topic in topics)
    return before[:ends] if begins and ends < len(before) else []


_BOUNDS = ("toi thieu", "toi da", "it nhat", "khong qua", "thap hon", "khong duoi")
STEPS = {"len", "xuong", "den", "con", "thanh"}
_ONLY, _SAYS = {"moi", "chi"}, {"la", "dat", "co"}


def ends_of_change(clause: Clause, years: Token | None) -> list[Clause]:
    """Return the two ends of a change, "tăng từ 5.990 năm 2022 lên 6.604 năm 2023", each a clause; [] where it is none.

    An end without a time of its own is of the first or the last of the `years` spoken of, else the first one of the
    year before.
    """
    if len(clause.of(*QUANTITY)) != 2:
        return []
    first, last = clause.of(*QUANTITY)
    left = [token for token in clause.tokens if token.start < first.start]
    between = [token for token in clause.tokens if first.end <= token.start < last.start]
    right = [token for token in clause.tokens if token.start >= last.end and token.kind != "against"]
    if not left or left[-1].text != "tu" or not STEPS & {token.text for token in between}:
        return []
    name = [token for token in left if token.text not in MOVED | {"tu"} and token is not years]
    own = [token for token in between if token.text not in STEPS]
    began, ended = [Token("base", first.end, first.end, "truoc")], []
    if years:
        began, ended = ([Token("year", years.start, first.start, "", {"year": years.named[key]})]
                        for key in ("first_year", "last_year"))  # fmt: skip
    began = [] if any(token.kind in TIMES for token in own) else began
    ended = [] if any(token.kind in TIMES for token in right) else ended
    return [Clause([*name, *began, first, *own]), Clause([*name, *ended, last, *right])]
