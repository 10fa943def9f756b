"""A sentence's words → its clauses: the words around quantities between two stops, in the order they are read.

What figures are held against is one token; what is said of several in turn is said of each.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ictplan_utils import catalog
from ictplan_utils.documents.meaning import Meaning
from ictplan_utils.documents.tokens import Token, tokens
from ictplan_utils.documents.words import Vocabulary, begins, says
from ictplan_utils.vietnamese import fold, nfc

QUANTITY = ("quantity", "garbled")
TIMES = ("half", "second_half", "year", "base")
LONGEST_BASE = 12
"""So many words may stand between "so với" and the time or the plan that a figure is held against."""


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
    found = _in_turn(tokens_of(text, names.marks | own, names.words, area.name if area else ""), names.words)
    return _of_levels(_segments(found, names), names)


def _own_unit(area: catalog.Area) -> re.Pattern:
    """Return how a clause begins on what the document's own area has: "Huyện có …"."""
    unit = fold(area.unit_vi)
    does = "co|da|dat|de|dang|hien|van|cung|se|phan dau|giao|duoc giao|nhan|tiep nhan|ta|minh|nha"
    return re.compile(
        rf"(?:^|(?<=\()|(?<=[,;:.] )|(?<=\bhien )|(?<=nay )){unit}(?= [a-z])"
        rf"|(?:(?<=\d{{4}} )|(?<=\bnam )|(?<=\bqua )|(?<=\bkhi )|(?<=\bthi )){unit}(?= (?:{does})\b)"
    )


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


def tokens_of(text: str, marks: Mapping[str, re.Pattern], words: Vocabulary, own: str = "") -> list[Token]:
    """Return a text's tokens, a time in brackets without them, and what figures are held against as one token each."""
    composed = nfc(text)
    found = tokens(composed, marks, own)
    out: list[Token] = []
    at = 0
    while at < len(found):
        size, token = 1, found[at]
        said = composed[token.start : token.end].lower()  # "số" is no "so": "hạ tầng số năm 2026" holds nothing
        behind = found[at + 1].kind if at + 1 < len(found) else ""
        before = found[at - 1].text if at else ""
        if said == "so" or (said in ("như", "bằng") and behind in BASES) or (
            said == "mức" and before == "hon" and behind == "quantity"
        ):  # fmt: skip
            size, token = _held_against(found, at, words)
        elif said == "hơn" and (behind in BASES or words.is_plan([each.text for each in found[at + 1 : at + 4]])):
            # "hơn năm trước 51,3%", "thấp hơn chỉ tiêu tỉnh giao (70%)"
            out.append(token if words.moves([before, "hon"]) else replace(token, text="tang"))
            size, token = _held_against(found, at, words)
        elif (
            token.named.get("percent")
            and (before == "bang" or (before == "dat" and [each.text for each in found[at + 1 : at + 2]] == ["uoc"]))
        ) or (before == "gap" and [each.text for each in found[at + 1 : at + 2]] == ["lan"]):
            # "bằng 112,9% năm 2021", "đạt 47% ước thực hiện cả năm", "gấp 1,05 lần năm 2018"
            times = before == "gap"
            size, held = _held_against(found, at + times, words)
            out += found[at : at + 1 + times] if size > 1 else []
            token = replace(held, start=found[at + 1 + times].start) if size > 1 else token
            size += times and size > 1
        if said == "của" and (companies := _so_many_companies(found[at + 1 : at + 6], marks)):
            size, token = 1 + companies, replace(token, kind="companies", end=found[at + companies].end)
        if [each.text for each in found[at : at + 3 : 2]] == ["(", ")"] and (time := _as_time(found[at + 1])):
            size, token = 3, time
        while token.kind in ("company", "companies") and _another(found[at + size : at + size + 2]):
            size, token = size + 2, replace(token, kind="companies", end=found[at + size + 1].end)
        if said == "cộng" and before != "cong" and behind in ("word", "place", *TIMES) and found[at + 1].text != "dong":
            token = replace(token, text="tong")  # "Cộng thuê bao điện thoại: 38.662", "cộng 6 tháng 32.338"
        if token.text in words.slides and [each.text for each in found[at + 1 : at + 2]] == ["tu"]:
            token = replace(token, text="tang")  # "rơi từ 1.105 xuống 918"
        if before == "(" and [each.text for each in found[at : at + 3]] == ["nghi", "quyet", ":"]:
            size, token = 2, replace(token, text="kh")  # "94,9% (Nghị quyết: 95%)"
        if said == "người" and behind in ("stop", "") and _own_count(found[max(0, at - 3) : at]):
            token = replace(token, text="khau")  # "Xã có 33.480 người, 8.205 hộ": its people
        if said == "chỉ" and behind == "quantity":
            token = replace(token, text="la")  # "thuê bao cố định chỉ 6.880"; money may be spent, "chi"
        if said == "giao" and behind == "quantity" and not words.is_plan([before, "giao"]):
            out += [replace(token, text=word) for word in ("ke", "hoach")]  # "giao 15, thực hiện 15"
        out.append(token)
        at += size
    return out


def _own_count(before: Sequence[Token]) -> bool:
    """Tell whether tokens say how many an area has: "Xã có 33.480"."""
    return [token.kind for token in before] == ["place", "word", "quantity"] and before[1].text == "co"


def _so_many_companies(behind: Sequence[Token], marks: Mapping[str, re.Pattern]) -> int:
    """Return how many tokens say of how many companies together something is: "doanh thu của (cả) 03 doanh nghiệp"."""
    at = [token.text for token in behind[:1]] == ["ca"]
    counted = behind[at : at + 1]
    if "companies" not in marks or not counted or not is_bare(counted[0]) or not counted[0].named["number"].isdigit():
        return 0
    noun = marks["companies"].match(" ".join(["cac", *(token.text for token in behind[at + 1 :])]))
    return at + len(noun[0].split()) if noun else 0


def _as_time(token: Token) -> Token | None:
    """Return what stands alone in a bracket as a time, None where it is none: "1.980 thuê bao (2020)"."""
    year_alone = token.kind == "quantity" and re.fullmatch(r"(?:19|20)\d\d", token.text.strip())
    year = replace(token, kind="year", named={"year": token.text.strip()}) if year_alone else None
    return token if token.kind in TIMES else year


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
        held = next((token for token in clause if token.kind in (*BASES, "quantity")), first)
        figure = {"figure": "its own"}
    elif held.kind in BASES:
        end += 1
    if held.kind in BASES:
        status = "target" if _is_plan(row, words) else "estimate" if says(words.estimate, row) else "actual"
        named = {**held.named, **figure, "held": held.kind, "base_status": status}
        return end - at, Token("against", first.start, found[end - 1].end, held.text, named)
    size = next((size for size in range(1, len(row) + 1) if _is_plan(row[:size], words)), 0)
    if not size:
        return 1, first
    # "so với kế hoạch đề ra", "so với kế hoạch tỉnh giao"
    size = max((more for more in range(size, len(row) + 1) if " ".join(row[:more]) in words.target), default=size)
    size += 2 * words.is_plan(row[size : size + 2])
    last = found[lead + size - 1]
    return lead + size - at, Token("against", first.start, last.end, " ".join(row[:size]), {**OF_PLAN, **figure})


def _is_plan(row: Sequence[str], words: Vocabulary) -> bool:
    """Tell whether words say that a plan is what a figure is held against: there "chỉ tiêu" alone is one too."""
    return words.is_plan(row) or says(["chi tieu"], row)


def _in_turn(found: list[Token], words: Vocabulary) -> list[Token]:
    """Return tokens with what is said of several in turn said of each: "cố định và di động lần lượt đạt 542 và 55.030".

    What is told apart are the times or the places before, as many as the figures behind, else the words between stops.
    """
    texts = [token.text for token in found]
    at = next((i for i, pair in enumerate(itertools.pairwise(texts)) if pair in _IN_TURN), None)
    if at is None:
        return found
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
    for kinds in (TIMES, ("place", "company")):
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
    if begin and texts[begin - 1] == "(" and (speaks_of_plan(before) or not before):
        # "hai chỉ tiêu đều không đạt kế hoạch (kế hoạch lần lượt là 20% và 12%)": of the figures before the bracket
        bare = [[token for token in figure if token.text not in ("la", "dat")] for figure in figures]
        stops = [[*figure, Token("stop", figure[-1].end, figure[-1].end, ";")] for figure in bare]
        label = [*before, Token("stop", found[at].start, found[at].start, ":")] if before else []
        return [*found[:begin], *label, *itertools.chain.from_iterable(stops), *found[end:]]
    if len(subjects) != len(figures):  # of what was told before: a word that no name has leaves the figures unread
        return [*found[:at], replace(found[at], text="lan luot"), *found[at + 2 :]]
    stop = Token("stop", found[at].start, found[at].end, ";")
    each = [[*subject, *figure, stop] for subject, figure in zip(subjects, figures, strict=True)]
    return [*found[:begin], *itertools.chain.from_iterable(each), *found[end:]]


def _joins(token: Token) -> bool:
    return token.text in (",", ";", "va")


def _alike_in_unit(figures: list[list[Token]]) -> list[list[Token]]:
    """Return clauses of one figure each, bare ones in the unit of the last: "lần lượt đạt 3,2; 3,7; 4,3 tỷ đồng"."""
    unit = next((token.named for row in figures[-1:] for token in row if token.kind == "quantity"), {})
    unit = {key: unit[key] for key in _UNITS if unit.get(key)}
    return [[replace(token, named={**token.named, **unit}) if is_bare(token) else token for token in row]
            for row in figures]  # fmt: skip


def is_bare(token: Token) -> bool:
    """Tell whether a token is a number alone: without a scale, money or a percent sign."""
    return token.kind == "quantity" and not any(token.named.get(key) for key in _UNITS)


def _split(row: Sequence[Token]) -> list[list[Token]]:
    """Return a row's parts between its commas and its "và"."""
    parts = [list(part) for joins, part in itertools.groupby(row, _joins) if not joins]
    return [part for part in parts if part]


_UNITS = ("scale", "money", "percent")
OF_PLAN = {"held": "plan", "base_status": "target"}
BASES = ("base", "year", "half")
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
        joins = counted and token.text in ("va", "con", "voi")
        behind = itertools.takewhile(lambda later: later.kind != "stop", found[place + 1 :])
        if joins and any(later.kind in QUANTITY for later in (*found[place : place + 8], *behind)):
            made.append(Clause(opened="va", bracket=bool(outside)))
            continue
        made[-1].tokens.append(token)
    for clause in made:
        clause.tokens = _nowhere(clause.tokens)
    made = [clause for at, clause in enumerate(made)
            if clause.tokens and not any(clause is other for other in made[:at])]  # fmt: skip
    for _, run in itertools.groupby(made, lambda clause: clause.bracket):
        _count_turns([*run])
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


def is_or_more(behind: Sequence[Token]) -> bool:
    """Tell whether the words right behind a figure make it the least there is: "90% trở lên"."""
    return [token.text for token in behind[:2]] == ["tro", "len"]


def speaks_of_plan(row: Sequence[Token]) -> bool:
    """Tell whether tokens speak of a plan; "chỉ tiêu" alone is one, "các chỉ tiêu" are the indicators."""
    words = [token.text for token in row if token.kind == "word"]
    alone = says(["chi tieu"], words) and not says(["cac chi tieu", "so chi tieu", "nhung chi tieu"], words)
    return alone or says(["ke hoach", "muc tieu", "kh"], words)
