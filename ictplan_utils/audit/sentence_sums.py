"""What a sentence works out of its own numbers, be they an indicator's or not: a share, a rest, parts, a step.

"9/16 xã có đài, đạt 56,3%; còn 7 xã chưa có", "29 điểm, gồm 3 bưu cục và 26 điểm khác", "từ 144 lên 147 trạm, tức thêm
3 trạm": arithmetic needs no name.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ictplan_utils.audit.cells import TEXT, UNSTORED, Cell, Document, quantity, unstored
from ictplan_utils.audit.edits import Edit, total_edit
from ictplan_utils.documents.meaning import Meaning
from ictplan_utils.documents.numbers import Figure, read_figure
from ictplan_utils.documents.phrases import OUT_OF, TIMES
from ictplan_utils.documents.tokens import Token, tokens
from ictplan_utils.documents.words import says

Sum = tuple[Edit, list[Cell]]
_REACHES = frozenset(
    ("dat", "chiem", "bang", "ty", "le", "tuong", "duong", "ung", "khoang", "hon", "gan", "la", "tren")
)
"""What a share of what stands before it may be led by."""
_OTHERWISE = ("ke hoach", "kh", "chi tieu", "muc tieu", "cung ky", "so voi", "nam truoc")
_LESS = ("chua", "khong")
_OPPOSITES = ((("truc", "tiep"), ("truc", "tuyen"), ">="), (("chua", "co"), ("co",), "="))
"""Words, their opposites, and whether both together are all there is, or part of it: some come by post."""


def sums(doc: Document, sentences: Sequence[tuple[str, str]], meaning: Meaning) -> Iterator[Sum]:
    """Yield what must hold between the numbers of a sentence, and the cells of these; `sentences`: (source, text)."""
    stored: dict[tuple[str, str], list[Cell]] = {}
    for cell in (each for each in doc.cells() if not (each.measure or each.in_table)):
        stored.setdefault((cell.source, _number(cell.printed)), []).append(cell)
    for source, text in sentences:
        told = _Sentence(doc, tokens(text), source, stored)
        made = (told.wholes(), told.shares(), told.rests(), told.parts(), told.steps(), told.opposites(meaning))
        for edit, cells in itertools.chain(*made):
            of = next((each.indicator for each in cells if each.indicator), "")
            for cell in (each for each in cells if not each.indicator):
                cell.indicator = of  # what nobody names is told beside that
            yield edit, cells


class _Sentence:
    """One sentence's tokens, the places of its numbers among them, and their cells."""

    def __init__(self, doc: Document, row: list[Token], source: str, stored: dict[tuple[str, str], list[Cell]]) -> None:
        self.doc, self.row, self.source = doc, row, source
        self.at = [n for n, each in enumerate(row) if each.kind == "quantity"]
        self.cells = {
            (row[n].start, name): self._cell(row[n], name, stored)
            for n in self.at for name in ("number", "whole") if name in row[n].named
        }  # fmt: skip

    def wholes(self) -> Iterator[Sum]:
        """Yield "A/B xã có đài", but of what stands over its plan: "3.120/3.000 thuê bao"."""
        for count, whole, _ in self.fractions():
            planned = self.doc.figures.get(quantity(count.indicator, count.period[:4], "target"), ())
            if count.indicator in self.doc.names.shared and whole.value not in {each.value for each in planned}:
                terms = ((count.indicator, "", 1.0), (whole.indicator, "", -1.0))
                yield Edit("part_within_whole", "error", terms, False, "<=", 0.0), [count, whole]

    def shares(self) -> Iterator[Sum]:
        """Yield "A trên tổng số B …, đạt P%", "P% (A/B xã)"."""
        for count, whole, behind in self.fractions():
            share = self._share_behind(behind) or self._share_before(count)
            if share and count.value <= whole.value:
                signs = ((share, 1.0), (count, -1.0), (whole, 1.0))
                terms = tuple((each.indicator, "", sign) for each, sign in signs)
                yield Edit("rate_of_stated", "error", terms, True, "=", math.log(100)), [share, count, whole]

    def _share_behind(self, behind: int) -> Cell | None:
        """Return the percentage that is told next, of nothing else."""
        place = next((n for n in self.at if n >= behind), None)
        if place is None or not self.row[place].named.get("percent"):
            return None
        between = self.row[behind:place]
        led = {each.text for each in _clause(reversed(between))} <= _REACHES
        alone = all(each.kind in ("word", "place", "stop") and each.text != ";" for each in between)
        own = led and alone and not _of_other(_clause(self.row[place + 1 :]))
        return self.cells[self.row[place].start, "number"] if own else None

    def _share_before(self, count: Cell) -> Cell | None:
        """Return the one percentage of the words before the bracket that a count opens: "95% nhiệm vụ (36/40)"."""
        place = next(n for n in self.at if self.cells[self.row[n].start, "number"] is count)
        opened = place and self.row[place - 1].text == "("
        led = [each for each in _clause(reversed(self.row[: place - 1])) if each.kind == "quantity"] if opened else []
        percent = len(led) == 1 and led[0].named.get("percent")
        return self.cells[led[0].start, "number"] if percent else None

    def rests(self) -> Iterator[Sum]:
        """Yield "A/B xã có đài, còn C xã chưa có", "B hộ, trong đó A hộ có Internet; còn C hộ chưa có"."""
        fractions = [[count, whole] for count, whole, _ in self.fractions()]
        for place in self.at:
            led = [each.text for each in self.row[max(0, place - 2) : place]]
            lacks = led[-1:] == ["con"] and says(_LESS, [each.text for each in _clause(self.row[place + 1 :])])
            rest = self.count(place) if lacks or led == ["con", "lai"] else None
            if not rest or not (noun := self.noun(place)):
                continue
            alike = [self.count(n) for n in self.at if n < place and self.noun(n) == noun]
            pair = sorted(filter(None, alike), key=lambda each: each.value)
            if len(fractions) == 1 or (not fractions and len(pair) == len(alike) == 2):
                count, whole = fractions[0] if fractions else pair
                yield _total(whole, count, rest)  # of several nobody knows which one it is left of

    def noun(self, place: int) -> str:
        """Return the word right behind a number, what it counts; "" where none is."""
        behind = self.row[place + 1 : place + 2]
        return behind[0].text if behind and behind[0].kind == "word" else ""

    def parts(self) -> Iterator[Sum]:
        """Yield "W điểm, gồm A bưu cục, B điểm và C điểm khác", "W điểm: A bưu cục, còn lại là B điểm khác"."""
        for n, (place, after) in enumerate(itertools.pairwise(self.at)):
            opened = [each.text for each in self.row[place + 1 : after]]
            every = "gom" in opened[-3:]
            if not (every or opened[-1:] == [":"]) or ";" in opened:
                continue
            told: list[Cell | None] = []
            for before, here in itertools.pairwise([after - 1, *self.at[n + 1 :]]):
                gap, behind = self.row[before + 1 : here], _clause(self.row[here + 1 :])
                said = {each.text for each in gap}
                goes_on = not told or (said & {",", "va"} and not said & {";", "(", ":", "dat"})
                if not goes_on or any(each.kind != "word" for each in behind):
                    break
                every = every or "con lai" in " ".join(each.text for each in gap)
                told.append(self.count(here))
            whole = self.count(place)
            if every and whole and len(told) > 1 and all(each and each.value < whole.value for each in told):
                yield _total(whole, *filter(None, told))

    def steps(self) -> Iterator[Sum]:
        """Yield "từ A trạm lên B trạm, tức thêm C trạm", "lắp mới C trạm, nâng số trạm từ A lên B"."""
        for n, (first, second) in enumerate(itertools.pairwise(self.at)):
            between = [each.text for each in self.row[first + 1 : second]]
            way = next((word for word in ("len", "xuong") if word in between[-2:]), "")
            start, end = self.count(first), self.count(second)
            if not (way and start and end) or self.row[first - 1].text != "tu" or first == 0:
                continue
            low, high = (start, end) if way == "len" else (end, start)
            raised = n and {"nang", "dua"} & {each.text for each in self.row[self.at[n - 1] : first]}
            if n + 2 < len(self.at) and self.row[self.at[n + 2] - 1].text in ("them", "tang", "giam"):
                told, severity = self.count(self.at[n + 2]), "error"
            else:
                told, severity = self.count(self.at[n - 1]) if raised else None, "warning"
            if told:
                yield _total(high, low, told, severity=severity)

    def opposites(self, meaning: Meaning) -> Iterator[Sum]:
        """Yield "B hồ sơ nộp trực tiếp" beside those online of all, "C xã chưa có đài" beside those that have one."""
        for place in self.at:
            row = [*reversed(_clause(reversed(self.row[:place]))), *_clause(self.row[place + 1 :])]
            other, cell = self.count(place), self.cells.get((self.row[place].start, "whole"))
            if not other or other.indicator or cell or any(each.kind == "quantity" for each in row):
                continue
            for words, opposite, relation in _OPPOSITES:
                if swapped := _swapped(row, words, opposite):
                    yield from _beside(self.doc, meaning, swapped, other, relation)

    def fractions(self) -> Iterator[tuple[Cell, Cell, int]]:
        """Yield a count, the whole it is told out of, and the place behind both."""
        for place, after in itertools.zip_longest(self.at, self.at[1:]):
            count, whole, behind = self.count(place), self.cells.get((self.row[place].start, "whole")), place + 1
            if not whole and after is not None:
                between, behind = self.row[place + 1 : after], after + 1
                stops = {each.text for each in between if each.kind == "stop"}
                if between and between[-1].text in (*OUT_OF, "tren") and stops <= set(OUT_OF):
                    whole = self.count(after)
            if count and whole:
                yield count, whole, behind

    def count(self, place: int) -> Cell | None:
        """Return the cell of a whole count."""
        token = self.row[place]
        scaled = any(token.named.get(key) for key in ("percent", "scale", "money", "more"))
        return None if scaled else self.cells[token.start, "number"]

    def _cell(self, token: Token, name: str, stored: dict[tuple[str, str], list[Cell]]) -> Cell | None:
        """Return the cell that a number of the sentence is stored as, else one of its own."""
        number, percent = token.named[name].strip(), token.named.get("percent") and name == "number"
        # The first is what is stored: "7/11 xã có đài; còn 7 xã chưa có".
        if len(found := stored.pop((self.source, number), [])) == 1:
            return found[0]
        figure = read_figure(number)
        if not isinstance(figure, Figure):
            return None
        cell = unstored("", figure.value, token.text.strip() if percent else number, self.source, not percent)
        return replace(cell, key=(f"{self.source}:{token.start}:{name}", "", ""), weight=TEXT * UNSTORED)


def _number(printed: str) -> str:
    """Return the first number that is printed, "" where none is."""
    return next((each.named["number"].strip() for each in tokens(printed) if each.kind == "quantity"), "")


def _clause(row: Iterable[Token]) -> list[Token]:
    """Return tokens up to the first stop."""
    return [*itertools.takewhile(lambda each: each.kind != "stop", row)]


def _of_other(row: Sequence[Token]) -> bool:
    """Tell whether words behind a share say that it is of a plan or of another time."""
    return any(each.kind in TIMES for each in row) or says(_OTHERWISE, [each.text for each in row])


def _total(*cells: Cell, severity: str = "error") -> Sum:
    return total_edit([each.indicator for each in cells], severity), [*cells]


def _swapped(row: Sequence[Token], words: Sequence[str], opposite: Sequence[str]) -> list[Token]:
    """Return tokens with their opposite in the place of words, [] where these are not among them."""
    texts = [each.text for each in row]
    at = next((n for n in range(len(row)) if (*texts[n : n + len(words)],) == words), None)
    if at is None:
        return []
    new = [replace(row[at], text=text) for text in opposite]
    return [*row[:at], *new, *row[at + len(words) :]]


def _beside(doc: Document, meaning: Meaning, row: list[Token], other: Cell, relation: str) -> Iterator[Sum]:
    """Yield that a count and its opposite are all there is of what both are a share of, or no more than that."""
    slug, _ = meaning.find(frozenset(meaning.content(row)), [], False)
    whole = next((below for above, below in meaning.rates.values() if above == slug), "")
    cells = [
        next((each for status in ("actual", "estimate")
              for each in doc.figures.get(quantity(name, doc.report, status), ())), None)
        for name in (slug, whole)
    ]  # fmt: skip
    if whole and all(cells):
        count, of = cells
        edit, told = _total(of, count, other)
        yield replace(edit, relation=relation), told
