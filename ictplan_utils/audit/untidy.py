"""What is only untidy, or can be filled in: cut ratios, blanks, decimal dots, the same number rounded two ways."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from ictplan_utils.audit.cells import Cell, Document, Key, worked
from ictplan_utils.audit.evidence import Blame
from ictplan_utils.audit.findings import Finding
from ictplan_utils.audit.names import HOURS_A_DAY
from ictplan_utils.audit.reporting import arithmetic
from ictplan_utils.audit.sentences import Both, figure, joined, number, say, when

RATIO_DECIMALS = 1
"""The form asks for percentages; where a document leaves one blank we offer one decimal, as most cells print."""
DUST = 1e-9
BOLD = 10.0
"""A target may grow twice as fast as the year before it, and 10 points more, before we remark on it."""
SAME_TOTAL = (("postal_procedures", "postal_procedures_share", "online_services", "online_services_share"),)
"""Two counts with their shares that may be of one total: an office has one list of its public services."""
_DOT = re.compile(r"\d+\.(?!\d{3}(?!\d))\d+")
_THOUSANDS = re.compile(r"\d{1,3}([.,])\d{3}(?:\1\d{3})*")
RARE = 0.1
"""A mark of the thousands that fewer of a document's figures have is a slip, not its way of writing."""


def untidy(blame: Blame) -> list[Finding]:
    """Return where a document could be neater: infos, and warnings where a reader may take what stands there amiss."""
    room = _Room(blame)
    return [
        *room.ratios(), *room.rates(), *room.dots(), *room.thousands(), *room.again(), *room.rounded(),
        *room.courses(), *room.totals(),
    ]  # fmt: skip


class _Room:
    def __init__(self, blame: Blame) -> None:
        self.blame, self.model, self.doc, self.names = blame, blame.model, blame.model.doc, blame.model.doc.names

    def info(
        self, rule: str, cell: Cell, what: Both, expected: str = "", also: Iterable[Cell] = (), severity: str = "info"
    ) -> Finding:
        return self.doc.about(rule, severity, cell, what, also, expected=expected)

    def figure_of(self, cell: Cell, key) -> Cell | None:
        """Return the figure a comparison is worked out from: its own table's, else the document's first."""
        stated = self.doc.figures.get(key, ())
        return next((each for each in stated if each.place[0] == cell.place[0]), stated[0] if stated else None)

    def ratios(self) -> Iterator[Finding]:
        lacking: dict[tuple[str, str], list[Cell]] = defaultdict(list)
        columns: dict[tuple[str, str], int] = defaultdict(int)
        for cell in self.doc.comparisons:
            a, b = self.figure_of(cell, cell.key), self.figure_of(cell, cell.base)
            if cell.in_table and cell.value == cell.value:
                columns[cell.place[0], cell.place[2]] += 1
            if a is not None and b is not None:
                yield from () if self.blame.wrong(cell) else self.ratio(cell, a, b)
            elif cell.in_table and cell.value == cell.value:
                lacking[cell.place[0], cell.place[2]].append(cell)
        for column, cells in lacking.items():
            if 2 * len(cells) > columns[column] > 2:  # The whole column compares with what the document does not state.
                what = say("say.column_without_figures", n=float(len(cells)))
                yield self.info("ratio_without_figures", cells[0], what, "", tuple(cells[1:]))
                continue
            for cell in cells:
                yield self.info("ratio_without_figures", cell, say("say.without_figures", p=cell.text))

    def ratio(self, cell: Cell, a: Cell, b: Cell) -> Iterator[Finding]:
        """Yield what is untidy in a comparison of two figures: blank, cut, of unrounded figures."""
        got, blank = worked(cell.measure, a.value, b.value), cell.value != cell.value
        if got is None or blank:
            if got is not None and cell.in_table:
                sum_ = arithmetic(cell.measure, a.value, b.value)
                what = say("say.blank", v=figure(got, RATIO_DECIMALS), sum=sum_)
                yield self.info("blank_ratio", cell, what, number(got, RATIO_DECIMALS), (a, b))
            return
        off, sum_ = abs(cell.value - got), arithmetic(cell.measure, a.value, b.value)
        if off <= cell.unit / 2 + DUST * max(1, abs(got)) or self.blame.wrong(a) or self.blame.wrong(b):
            return
        if off < cell.unit * (1 - 1e-6):
            word, right = "rounded_up" if cell.value > got else "cut", figure(got, cell.decimals)
            what = say(f"say.{word}", p=cell.text, right=right, sum=sum_)
            yield self.info("cut_ratio", cell, what, right.vi, (a, b))
        else:
            right = number(got, max(cell.decimals, RATIO_DECIMALS))
            yield self.info("ratio_of_unrounded", cell, say("say.unrounded", p=cell.text, sum=sum_), right, (a, b))

    def rates(self) -> Iterator[Finding]:
        """Yield shares and densities that were cut instead of rounded."""
        rates = ((edit, keys) for edit, keys in self.model.edits if edit.rule == "rate_of_stated" and edit.log)
        for edit, keys, cell in ((*rate, cell) for rate in rates for cell in self.doc.figures.get(rate[1][0], ())):
            values = [self.value_of(cell, key) for key in keys[1:]]
            if self.blame.wrong(cell) or not all(values):
                continue
            top, bottom = edit.sides([cell.value, *values])
            got = math.exp(edit.constant) * math.prod(top) / math.prod(bottom)
            cut = cell.unit / 2 + DUST < abs(got - cell.value) < cell.unit * (1 - 1e-6)
            if cut and cell.high - cell.low <= cell.unit:
                sum_ = figure(values[0]) + "/" + figure(values[1]) + " = " + figure(got) + "%"
                right = figure(got, cell.decimals)
                yield self.info("cut_rate", cell, say("say.cut", p=cell.text, right=right, sum=sum_), right.vi)

    def value_of(self, cell: Cell, key: Key) -> float | None:
        """Return what a rate's cell is worked out from: a stated figure, or one that the others leave no choice."""
        stated = self.figure_of(cell, key)
        return stated.value if stated else self.blame.exactly(key)

    def dots(self) -> Iterator[Finding]:
        for cell in self.doc.cells():
            if cell.decimals and _DOT.search(cell.printed):
                right = cell.printed.replace(".", ",")
                yield self.info("decimal_dot", cell, say("say.dot", p=cell.printed, r=right), right)

    def thousands(self) -> Iterator[Finding]:
        """Yield the figures whose thousands are marked otherwise than the document's others': 163,785 is no 163 785."""
        marked: dict[str, list[Cell]] = defaultdict(list)
        for cell in self.doc.cells():
            found = _THOUSANDS.fullmatch(cell.printed)
            if found and float(re.sub(r"\D", "", cell.printed)) == cell.value and not self.blame.wrong(cell):
                marked[found[1]].append(cell)
        for mark, (cell, *more) in marked.items():
            if len(more) + 1 < RARE * sum(map(len, marked.values())):
                right = cell.printed.replace(mark, "." if mark == "," else ",")
                what = say("say.thousands", p=cell.printed, r=right)
                yield self.info("thousands_mark", cell, what, right, more, "warning")

    def again(self) -> Iterator[Finding]:
        """Yield the rows of a table that stand in it once more."""
        told: set[tuple[str, str, str]] = set()
        wrong = {cell.place[:2] for cell in self.doc.comparisons if self.blame.wrong(cell)}  # a row that differs
        for group in self.doc.figures.values():
            first: dict[str, Cell] = {}
            for cell in group:
                table, row, _ = cell.place
                before = first.setdefault(table, cell)
                new = (table, row, cell.indicator) not in told and wrong.isdisjoint({cell.place[:2], before.place[:2]})
                if cell.in_table and before.place[1] != row and new:
                    told.add((table, row, cell.indicator))
                    what = say("say.row_again", place=self.doc.at(before))
                    yield self.info("row_twice", cell, what, "", (before,), "warning")

    def rounded(self) -> Iterator[Finding]:
        for first, *others in self.doc.figures.values():
            told: set[float] = {first.value}
            for cell in others:
                if cell.value not in told and not self.blame.wrong(cell) and not self.blame.wrong(first):
                    told.add(cell.value)
                    what = say(
                        "say.rounded", p=cell.text, place=self.doc.at(first), q=first.text,
                        when=when(first.period, first.status),
                    )  # fmt: skip
                    yield self.info("rounded_differently", cell, what, first.text, (first,))

    def courses(self) -> Iterator[Finding]:
        for slug in dict.fromkeys(key[0] for key in self.doc.figures):
            cells = [self.doc.first(slug, slot) for slot in ("last", "year", "target")]
            if not all(cells) or any(self.blame.wrong(each) for each in cells):
                continue
            last, whole, target = (each.value for each in cells)  # type: ignore[union-attr]
            if last == whole == target != 0 and self.names.kind[slug] in ("flow", "rate"):
                yield self.info("never_changes", cells[0], say("say.never_changes", v=last), "", tuple(cells[1:]))  # type: ignore[arg-type]
            base = self.figure_of(cells[2], cells[1].key).value  # type: ignore[union-attr, arg-type]
            if self.names.direction[slug] != "higher" or not last or not base or self.names.most[slug] == HOURS_A_DAY:
                continue
            asked, seen = (target / base - 1) * 100, (whole / last - 1) * 100
            if 2 * max(seen, 0) + BOLD < asked < 200:
                what = say("say.bold" if seen >= 0.05 else "say.bold_still", t=target, a=asked, b=base, s=seen)
                yield self.info("bold_target", cells[2], what, "", (cells[1],))  # type: ignore[arg-type]

    def totals(self) -> Iterator[Finding]:
        for slugs in SAME_TOTAL:
            cells = [self.doc.first(slug, "half") for slug in slugs]
            if not all(cells) or any(not each.value for each in cells):  # type: ignore[union-attr]
                continue
            count, share, other, its = cells
            one = [count.value / (share.value + share.unit * k) * 100 for k in (1, -1)]  # type: ignore[union-attr]
            two = [other.value / (its.value + its.unit * k) * 100 for k in (1, -1)]  # type: ignore[union-attr]
            if one[0] > two[1] or two[0] > one[1]:
                what = say(
                    "say.two_totals",
                    a=count.value,
                    p=share.value,
                    t=figure(count.value / share.value * 100, 0),  # type: ignore[union-attr]
                    b=other.value,
                    q=its.value,
                    u=figure(other.value / its.value * 100, 0),  # type: ignore[union-attr]
                    name=self.names[other.indicator],
                    place=self.doc.at(its),  # type: ignore[union-attr, arg-type]
                )
                yield self.info("two_totals", share, what, "", (its,))  # type: ignore[arg-type]


def lacking(doc: Document, form, claimed: bool) -> Iterator[Finding]:
    """Yield what a document lacks: figures its own rows leave out, and rows of the form it is written on.

    A document that claims the form is asked; of any other it is an info which form it was compared with.
    """
    rows: dict[str, str] = {}
    for cell in doc.cells():
        if cell.in_table:
            rows.setdefault(cell.indicator, cell.place[1])
    places = {slot: at for slot in ("last", "half", "year", "target") if (at := _column(doc, slot, len(rows)))}
    for slug in dict.fromkeys([*rows, *(form.numbers if claimed else ())]) if places else ():
        lacks = [slot for slot in places if doc.first(slug, slot) is None]
        some = len(lacks) < len(places)
        if not lacks or not (some or slug in form.numbers) or _elsewhere(form, slug, doc):
            continue
        (table, column), row = places[lacks[0]], rows.get(slug, form.numbers.get(slug, slug))
        more = {"indicator": slug, "name": doc.names[slug]}
        if some:
            rule, source = "missing_figure", f"{table}:{row}:{column}"
            what = say("say.lacks", what=joined((when(*doc.slots[slot]) for slot in lacks), ", "))
            more |= dict(zip(("period", "status"), doc.slots[lacks[0]], strict=True))
        else:
            rule, source = "missing_indicator", f"{doc.tables[0]}:{row}:{places.get('year', (table, column))[1]}"
            what = say("say.no_figure" if claimed else "say.row_blank")
        yield doc.finding(rule, "warning" if claimed else "info", source, what, **more)
    absent = [slug for slug in form.numbers if slug not in rows and not _elsewhere(form, slug, doc)]
    if not claimed and places and rows and absent:
        some = joined((doc.names[slug] for slug in absent[:3]), "; ")
        what = say("say.form_compared", form=Both(form.name_vi, form.name_en), n=float(len(absent)), names=some)
        yield doc.finding("form_compared", "info", "D:form", what)


def _column(doc: Document, slot: str, rows: int) -> tuple[str, str] | None:
    """Return (table, column) in which most rows of the document's tables state a slot, None where few do."""
    cells = [
        cell for key, group in doc.figures.items() if key[1:] == doc.slots[slot] for cell in group[:1] if cell.in_table
    ]
    if 2 * len(cells) <= rows or rows < 2:
        return None
    return min((cell.place[0], cell.place[2]) for cell in cells)


def _elsewhere(form, slug: str, doc: Document) -> bool:
    """Tell whether a row of the form is filled by its sub-rows, or belongs to another level of government."""
    number_ = form.numbers.get(slug, "")
    below = [other for other, its in form.numbers.items() if its.startswith(f"{number_}.")] if number_ else []
    if any(doc.first(other, slot) for other in below for slot in doc.slots):
        return True
    above = next((other for other, its in form.numbers.items() if its == number_.rpartition(".")[0]), "")
    return bool(above and "." in number_ and not any(doc.first(slug, slot) for slot in doc.slots))
