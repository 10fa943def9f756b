"""A sentence's words → its clauses: the words around quantities between two stops, in the order they are read.

What figures are held against is one token; what is said of several in turn is said of each.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ictplan_utils import catalog
from ictplan_utils.documents.meaning import Meaning
from ictplan_utils.documents.phrases import QUANTITY, TIMES, UNITS, is_bare, joins, tokens_of
from ictplan_utils.documents.tokens import Token
from ictplan_utils.documents.words import Vocabulary, begins, says
from ictplan_utils.vietnamese import fold


@dataclass
class Clause:
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
        return against or speaks_of_plan(self.tokens)

    def before(self, quantity: Token) -> list[Token]:
        return [token for token in self.tokens if token.end <= quantity.start]


def clauses_of(text: str, area: catalog.Area | None, names: Meaning) -> list[Clause]:
    """Return a sentence's clauses; `area` is the document's own."""
    own = {"place": _own_unit(area)} if area else {}
    found = tokens_of(text, names.marks | own, names.words, area.name if area else "")
    found = _in_turn(_own_level(found, area), names.words)
    return _of_levels(_segments(found, names), names)


def _own_unit(area: catalog.Area) -> re.Pattern:
    """Return how a clause begins on what the document's own area has: "Huyện có …"."""
    unit = fold(area.unit_vi)
    does = "co|da|dat|de|dang|hien|van|cung|se|phan dau|giao|duoc giao|nhan|tiep nhan|ta|minh|nha"
    return re.compile(
        rf"(?:^|(?<=\()|(?<=[,;:.] )|(?<=\bhien )|(?<=nay )){unit}(?= [a-z])"
        rf"|(?:(?<=\d{{4}} )|(?<=\bnam )|(?<=\bqua )|(?<=\bkhi )|(?<=\bthi )){unit}(?= (?:{does})\b)"
    )


def _own_level(found: list[Token], area: catalog.Area | None) -> list[Token]:
    """Return tokens with the level of a town that is a district said so: "cấp thành phố" may be a province's too."""
    said = ["cap", *fold(area.unit_vi).split()] if area and area.level == "district" else []
    at = next((i for i in range(len(found)) if said and [t.text for t in found[i : i + len(said)]] == said), None)
    return found if at is None else [*found[:at], replace(found[at], text="caphuyen"), *found[at + len(said) :]]


_LEVELS = {"tinh": ("cap", "tinh"), "huyen": ("caphuyen",), "xa": ("capxa",)}


def _of_levels(clauses: list[Clause], names: Meaning) -> list[Clause]:
    """Return clauses with levels of government that stand beside one another said so: "ở huyện 100%, ở xã 96%"."""
    told = {}
    for clause in clauses:
        for at, token in enumerate(clause.tokens if clause.of(*QUANTITY) else ()):
            if token.kind != "word" or token.text not in _LEVELS:
                continue
            led = at and clause.tokens[at - 1].text in ("o", "tai")
            if led or names.content(each for each in clause.tokens if each is not token) == ():
                told[id(clause)] = at, token
    if len({token.text for _, token in told.values()}) > 1:
        for clause in clauses:
            if id(clause) in told:
                at, token = told[id(clause)]
                clause.tokens[at : at + 1] = [replace(token, text=word) for word in _LEVELS[token.text]]
    return clauses


def _in_turn(found: list[Token], words: Vocabulary) -> list[Token]:
    """Return tokens with what is said of several in turn said of each: "cố định và di động lần lượt đạt 542 và 55.030".

    What is told apart are the years before, as many as the figures behind, else the words between stops.
    """
    texts = [token.text for token in found]
    at = next((i for i, pair in enumerate(itertools.pairwise(texts)) if pair in _IN_TURN), None)
    if at is None:
        return found
    first = next((i for i in range(at, len(found)) if found[i].kind in QUANTITY), at)
    if any(token.kind in TIMES for token in found[at + 2 : first]):
        # "lần lượt qua các năm 2018, 2019 là 98 tỷ và 112 tỷ": as "qua các năm 2018, 2019 lần lượt là …"
        found = [*found[:at], *found[at + 2 : first], *found[at : at + 2], *found[first:]]
        at = first - 2
        texts = [token.text for token in found]
    begin = max([i + 1 for i in range(at) if texts[i] in (";", "(", ")", ":")], default=0)
    end = next((i for i in range(at, len(found)) if texts[i] in ("(", ")", ".")), len(found))
    figures = _split(found[at + 2 : end])
    held = next((n for n, row in enumerate(figures) if any(token.kind in ("against", "base") for token in row)), 0)
    if held > 1:  # "lần lượt là 15,2 triệu và 120,7 triệu, so cùng kỳ một bên giảm 1,8%"
        end = found.index(figures[held][0])
        figures = figures[:held]
    figures = _alike_in_unit(figures)
    before = found[begin:at]
    if len(figures) < 2 or not all(sum(token.kind in QUANTITY for token in row) == 1 for row in figures):
        return found
    subjects = _split(before)
    told = [token for token in before if token.kind in TIMES and token.named.get("year", "").isdigit()]
    if len(told) == len(figures):
        head = [token for token in before if token not in told and not joins(token)]
        if half := next((token for token in head if token.kind == "half" and "year" not in token.named), None):
            # "6 tháng đầu các năm 2024 và 2025"
            head = [token for token in head if token is not half]
            told = [replace(token, kind="half") for token in told]
        subjects = [[*head, each] for each in told]
    if begin and texts[begin - 1] == "(" and speaks_of_plan(before):
        # "hai chỉ tiêu đều không đạt kế hoạch (kế hoạch lần lượt là 20% và 12%)": of the figures before the bracket
        bare = [[token for token in figure if token.text not in ("la", "dat")] for figure in figures]
        stops = [[*figure, Token("stop", figure[-1].end, figure[-1].end, ";")] for figure in bare]
        label = [*before, Token("stop", found[at].start, found[at].start, ":")]
        return [*found[:begin], *label, *itertools.chain.from_iterable(stops), *found[end:]]
    if len(subjects) != len(figures):  # of what was told before: a word that no name has leaves the figures unread
        return [*found[:at], replace(found[at], text="lan luot"), *found[at + 2 :]]
    stop = Token("stop", found[at].start, found[at].end, ";")
    each = [[*subject, *figure, stop] for subject, figure in zip(subjects, figures, strict=True)]
    return [*found[:begin], *itertools.chain.from_iterable(each), *found[end:]]


def _alike_in_unit(figures: list[list[Token]]) -> list[list[Token]]:
    """Return clauses of one figure each, bare ones in the unit of the last: "lần lượt đạt 3,2; 3,7; 4,3 tỷ đồng"."""
    unit = next((token.named for row in figures[-1:] for token in row if token.kind == "quantity"), {})
    unit = {key: unit[key] for key in UNITS if unit.get(key)}
    return [[replace(token, named={**token.named, **unit}) if is_bare(token) else token for token in row]
            for row in figures]  # fmt: skip


def _split(row: Sequence[Token]) -> list[list[Token]]:
    """Return a row's parts between its commas and its "và"."""
    return [list(part) for joined, part in itertools.groupby(row, joins) if not joined]


_IN_TURN = (("lan", "luot"), ("tuong", "ung"))
_COMPARES = ("bang", "tang", "giam", "vuot")


def _segments(found: list[Token], names: Meaning) -> list[Clause]:
    """Return a sentence's clauses; what follows a bracket goes on where it opened, what stands in it comes after."""
    made, outside = [Clause()], []
    for place, token in enumerate(found):
        if token.kind == "stop":
            if token.text == "(":
                outside.append(made[-1])
                made.append(Clause(opened="(", bracket=True))
            elif token.text == ")" and outside:
                outer = outside.pop()
                made.append(outer if _goes_on(found, place, names.words) else Clause(opened=")", bracket=bool(outside)))
            elif _inside_a_name(found, place, names):
                continue
            else:
                opened = ";" if token.text != ")" and token.text[-1] == ")" else token.text  # "(2) Hồ sơ: …"
                made.append(Clause(opened=opened, bracket=bool(outside)))
            continue
        if token.text == "va" and not made[-1].tokens:
            continue
        steps = bool(found[place - 1 : place]) and found[place - 1].text in ("xuong", "len")
        counted = token.kind == "word" and made[-1].of(*QUANTITY) and not steps
        if counted and token.text in _COMPARES and found[place + 1 : place + 2] and found[place + 1].kind in QUANTITY:
            made.append(Clause(opened=",", bracket=bool(outside)))
        # "18 điểm gồm 3 bưu cục"; "11 điểm trong số đó là bưu điện văn hóa xã" says of the 11 what they are
        if (
            counted
            and token.text != "trong"
            and begins(names.words.parts, [each.text for each in found[place : place + 3]])
        ):
            made.append(Clause(opened=",", bracket=bool(outside)))
        if token.kind == "against" and "figure" in token.named and made[-1].of(*QUANTITY):
            made.append(Clause(opened=",", bracket=bool(outside)))
        joins = counted and token.text in ("va", "con", "voi") and found[place - 1].text != "doi"  # "đối với"
        behind = itertools.takewhile(lambda later: later.kind != "stop", found[place + 1 :])
        if joins and any(later.kind in QUANTITY for later in (*found[place : place + 8], *behind)):
            made.append(Clause(opened="va", bracket=bool(outside)))
            continue
        made[-1].tokens.append(token)
    for clause in made:
        clause.tokens = _nowhere(clause.tokens)
    made = [clause for at, clause in enumerate(made)
            if clause.tokens and not any(clause is other for other in made[:at])]  # fmt: skip
    opened = itertools.accumulate(clause.bracket and clause.opened == "(" for clause in made)
    for _, run in itertools.groupby(zip(made, opened, strict=True), lambda each: (each[0].bracket, each[1])):
        _count_turns([clause for clause, _ in run])
    return made


def _nowhere(row: list[Token]) -> list[Token]:
    """Return tokens without a last "tại các thôn, bản": all over the area, which is nowhere in it."""
    at = next((i for i in range(len(row) - 1, -1, -1) if row[i].text in ("tai", "o")), len(row))
    said = " ".join(token.text for token in row[at + 1 :])
    return row[:at] if at and _EVERYWHERE.fullmatch(said) else row


_VILLAGES = "thon|ban|xom|ap|khom|buon|khu pho|to dan pho|tieu khu"
_UNITS_OF = rf"(?:{_VILLAGES}|xa|phuong|thi tran|co so)"
_EVERYWHERE = re.compile(
    rf"(?:tat ca |khap )?(?:cac|nhung) {_UNITS_OF}(?: (?:va )?{_UNITS_OF})*"
    rf"|(?:{_VILLAGES})(?: (?:va )?(?:{_VILLAGES}))*"
)
"""Several units of the area; "tại xã" may tell one level from another."""


def _count_turns(run: Sequence[Clause]) -> None:
    """Say of a bracket's clauses which are a mere remark, and which of the figures before it a bare figure is of."""
    counted = [clause for clause in run if clause.of(*QUANTITY)]
    bare = [clause for clause in counted if not clause.words]
    labels = len(run) - len(counted)  # "(năm 2024: 2.530; kế hoạch: 2.800)"
    for place, clause in enumerate(bare if labels < len(bare) else ()):
        clause.turn = place - len(bare)
    for clause in run:
        clause.remark = clause.bracket and not counted


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


def naming(row: Sequence[Token], names: Meaning) -> list[Token]:
    """Return the tokens that name a figure, without times and words of status: "Kế hoạch năm 2022 giao"."""
    row = [token for token in row if token.kind not in TIMES]
    if [token.text == "bang" for token in row[:1]] == [True] and [token.text for token in row[1:2]] != ["rong"]:
        row = row[1:]  # "bằng 87 thuê bao/100 dân"; "băng rộng" is a name
    return names.words.without_status(row)


def without_or_more(behind: Sequence[Token]) -> list[Token]:
    """Return the tokens behind a figure without what makes it the least there is: "2.200 thuê bao trở lên"."""
    texts = [token.text for token in behind]
    at = next((at for at in range(3) if texts[at : at + 2] == ["tro", "len"]), len(texts))
    return [*behind[:at], *behind[at + 2 :]]


def speaks_of_plan(row: Sequence[Token]) -> bool:
    """Tell whether tokens speak of a plan; "chỉ tiêu" alone is one, "các chỉ tiêu" are the indicators."""
    words = [token.text for token in row if token.kind == "word"]
    alone = says(["chi tieu"], words) and not says(["cac chi tieu", "so chi tieu", "nhung chi tieu"], words)
    return alone or says(["ke hoach", "muc tieu", "kh"], words)
