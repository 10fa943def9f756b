"""What was found out about a document, and of each mistake: the cell that speaks for it, why, what was meant."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from ictplan_utils.audit import repairs
from ictplan_utils.audit.cells import Cell, Key, worked
from ictplan_utils.audit.edits import Edit, Model
from ictplan_utils.audit.findings import Finding
from ictplan_utils.audit.repairs import DUST, UNITS_APART, another_time, meant, other_base, possible, slip_of
from ictplan_utils.audit.reporting import arithmetic, range_of, sum_of
from ictplan_utils.audit.sentences import NOTHING, Both, figure, in_sentence, inside, joined, number, place, say, when
from ictplan_utils.audit.solve import Constraint, Repair, State, locate

MISREAD = 1.5
"""A sentence's figure so many times the tables' own, no slip of the pen, may have been read wrongly: ask."""


@dataclass(eq=False)
class Blame:
    """What was found out about a document: its errors, the cells behind them, what these cost to assume, and what its
    figures can be."""

    model: Model
    state: State
    findings: list[Finding] = field(default_factory=list)
    cells: set[int] = field(default_factory=set)
    cost: float = 0.0

    def wrong(self, cell: Cell | None) -> bool:
        """Tell whether a cell is blamed."""
        return cell is not None and self.model.index[cell] in self.cells

    def stated(self, key: Key, beside: Cell | None = None) -> Cell | None:
        """Return the first statement of a quantity that is not blamed, that in the table of the cell `beside` first."""
        right = [each for each in self.model.doc.stated(key) if not self.wrong(each)]
        return next(
            (each for each in right if beside and each.place[0] == beside.place[0]), right[0] if right else None
        )

    def backing(self, key: Key) -> list[Cell]:
        """Return the cells that a quantity's bounds rest on, figures first."""
        at = self.model.number.get(key)
        behind = () if at is None else sorted(self.state.why_low[at] | self.state.why_high[at])
        return sorted((self.model.cells[k] for k in behind), key=lambda cell: (bool(cell.measure), cell.source))

    def bounds(self, key: Key) -> tuple[float, float]:
        """Return what a quantity can be."""
        at = self.model.number.get(key)
        return (-math.inf, math.inf) if at is None else (self.state.low[at], self.state.high[at])

    def exactly(self, key: Key) -> float | None:
        """Return what an unstated quantity must be, None where the others leave it a choice."""
        low, high = self.bounds(key)
        return low if low == high else None


def blame(model: Model, copies: Iterable[tuple[list[Cell], list[Cell]]]) -> Blame:
    """Return a document's errors. `copies`: pairs of rows (its cells, those of the row it repeats)."""
    state = model.network.propagate()
    if state.conflict is None:
        return Blame(model, state)
    kin, against = [key[0] for key in model.number], functools.partial(repairs.penalty, model)
    chosen, state = locate(model.network, kin, model.weight, repairs.repairs_of(model, copies), against)
    cells, cost = {cell for each in chosen for cell in each.cells}, sum(each.cost for each in chosen)
    found = Blame(model, state, cells=cells, cost=cost)
    for repair in chosen:
        found.findings.append(Told(found, repair).finding())
    return found


@dataclass(slots=True)
class Evidence:
    """One thing a blamed cell contradicts: the rule, the arithmetic, the other cells, how many speak for it."""

    rule: str
    said: Both
    rank: int
    also: tuple[Cell, ...] = ()
    result: float = math.nan
    support: int = 0
    severity: str = "error"


class Told:
    """Tells one repair: which cell speaks for it, what it contradicts, what was meant."""

    def __init__(self, found: Blame, repair: Repair) -> None:
        self.found, self.model, self.repair, self.state = found, found.model, repair, found.state
        self.doc, self.names, self.at = found.model.doc, found.model.doc.names, found.model.doc.at

    def finding(self) -> Finding:
        """Return the finding: its cell prints something, but; the likely slip; the other places it concerns."""
        cell, evidence, told = self.speaker()
        first, kind = evidence[0], self.repair.kind
        if kind in ("column", "base"):
            return self.column(cell, first, [each for each in told if bool(each.measure) == (kind == "base")])
        low, high = meant(self.model, cell, self.state)
        if cell.measure and first.result == first.result:
            low = high = first.result
        slip, mend = self.slip(cell, evidence, low, high)
        said = first.said
        if len(evidence) > 1 and kind in ("cell", "number") and evidence[1].rank < 7 and evidence[1].said != said:
            said = say("say.and", a=said, b=evidence[1].said)
        what = say("say.quoted" if cell.measure and not cell.in_table else "say.printed", p=cell.text, why=said)
        misread = self.misread(cell, first, slip)
        what = what + say("say.misread") if misread else what
        what = what + say(f"slip.{slip[0]}", **slip[1]) if slip else what
        also = dict.fromkeys([*first.also, *(self.model.cells[k] for k in self.repair.cells)])
        return self.doc.about(
            first.rule, "warning" if misread else first.severity, cell, what,
            [each for each in also if each is not cell], expected=self.expected(cell, low, high, first),
            arithmetic=first.said, slip=slip[0] if slip else "", mend=mend,
        )  # fmt: skip

    def speaker(self) -> tuple[Cell, list[Evidence], list[Cell]]:
        """Return the cell that speaks for the mistake, what it contradicts, worst first, and all that contradict.

        Of a row it is the one that most others can be held against; of copies of a number the first.
        """
        cells = [self.model.cells[k] for k in self.repair.cells]
        told = [(cell, evidence) for cell in cells if (evidence := self.evidence(cell))]
        told = told or [(cells[0], [Evidence("not_together", say("say.not_together"), 9)])]

        def weight(pair: tuple[Cell, list[Evidence]]) -> tuple[bool, int, int]:
            ranks, support = zip(*((each.rank, each.support) for each in pair[1]), strict=True)
            return not pair[0].measure, -min(ranks), max(support)

        cell, evidence = max(told, key=weight) if self.repair.kind in ("row", "column") else told[0]
        return cell, sorted(evidence, key=lambda each: (each.rank, -each.support)), [each for each, _ in told]

    def column(self, cell: Cell, first: Evidence, odd: list[Cell]) -> Finding:
        """Return the one finding of a column whose figures are not of, or over, the time that its heading says."""
        base = self.repair.kind == "base"
        likely = (other_base if base else another_time)(self.doc, odd)
        table, _, column = cell.place
        moment = when(*cell.base[1:]) if base else when(cell.period, cell.status)  # type: ignore[index]
        of = "compared" if base else "column" if cell.in_table else "section"
        what = say(f"say.{of}_of", when=moment, n=float(len(odd)), p=cell.text, place=self.place(cell), why=first.said)
        if likely:
            what = what + say(f"say.{of}_meant", when=when(*likely))
        rule, source = ("header_year", f"{table}:0:{column}") if cell.in_table else ("title_year", cell.source)
        return self.doc.finding(
            "compared_years" if base else rule, "error", source, what,
            indicator=cell.indicator, period=cell.period, status=cell.status, also=tuple(each.ref for each in odd),
        )  # fmt: skip

    def expected(self, cell: Cell, low: float, high: float, first: Evidence) -> str:
        if first.result == first.result:
            return number(first.result, max(cell.decimals, 1) if cell.measure and cell.measure != "change" else None)
        if first.rule == "out_of_bounds":  # nothing says more than what can be at all
            low, high = (low, math.inf) if cell.value < low else (-math.inf, high)
        if math.isfinite(low) and math.isfinite(high):
            middle = (low + high) / 2
            return number(float(round(middle)) if cell.exact else middle, 0 if cell.exact else cell.decimals)
        return f"≤ {number(high)}" if math.isfinite(high) and high > 0 else f"≥ {number(low)}" if low > 0 else ""

    def slip(self, cell: Cell, evidence: list[Evidence], low: float, high: float):
        """Return ((slip's name, its words), the likely figure as printed), or (None, "")."""
        for twin in (each for e in evidence for each in e.also if each.text == cell.text):
            if twin.value and cell.value and max(twin.value / cell.value, cell.value / twin.value) >= UNITS_APART:
                return ("unit", {"place": self.place(twin), "p": twin.text}), ""
        if self.repair.kind == "copy":
            return ("copied_row", {}), ""
        if self.repair.kind == "exchanged":
            other = next(each for k in self.repair.cells if (each := self.model.cells[k]).place != cell.place)
            name = "exchanged" if len(self.repair.cells) == 2 else "exchanged_rows"
            return (name, {"place": self.at(other), "p": other.text}), number(other.value)
        name, likely = slip_of(self.model, cell, low, high)
        if name:
            value = number(likely, cell.decimals if cell.unit <= 1 else None)
            return (name, {"v": figure(likely)}), value
        if cell.measure in ("growth_pct", "ratio_pct") and math.isfinite(low) and math.isfinite(high):
            by = 100 if cell.measure == "growth_pct" else -100
            if low - cell.unit <= cell.value - by <= high + cell.unit:
                return ("growth_for_ratio" if by < 0 else "ratio_for_growth", {}), ""
        other = (
            repairs.copied_from(self.doc, cell, self.found.wrong) if not cell.measure and math.isfinite(high) else None
        )
        if other is None:
            return None, ""
        words = {"p": cell.text, "name": self.names[other.indicator], "when": when(other.period, other.status)}
        name = "copied" if other.indicator != cell.indicator else "other_period"
        return (name, words | {"place": self.place(other)}), number((low + high) / 2, cell.decimals)

    def misread(self, cell: Cell, first: Evidence, slip) -> bool:
        """Tell whether a figure of running text is so unlike its tables' that the reading itself is doubtful."""
        if cell.in_table or slip or cell.measure or first.rule not in ("stated_twice", "broken_count"):
            return False
        if not first.also:
            return True
        stated = first.also[0].value
        return not stated or not cell.value or max(cell.value / stated, stated / cell.value) > MISREAD

    # --- what a cell contradicts

    def evidence(self, cell: Cell) -> list[Evidence]:
        if cell.measure:
            return self.against_figures(cell)
        at = self.model.number[cell.key]
        network, found = self.model.network, []
        if not possible(self.model, cell):
            found.append(Evidence("out_of_bounds", self.bound(cell, network.low[at], network.high[at]), 0))
        elif network.whole[at] and cell.exact and cell.value % 1:
            words = say("say.counted_whole", unit=self.names.unit[cell.indicator])
            found.append(Evidence("broken_count", words, 0))
        for number_ in network.of[at]:
            constraint = network.constraints[number_]
            if constraint.cell >= 0 and (
                constraint.cell in self.found.cells or self.model.cells[constraint.cell] is cell
            ):
                continue
            for target, low, high, _, _ in network.allowed(constraint, self.state_without(at)):
                slack = DUST * max(1.0, abs(cell.value))
                if target == at and (cell.low > high + slack or cell.high < low - slack):
                    found.append(self.against(cell, constraint))
        return found

    def state_without(self, at: int) -> State:
        """Return the bounds found, that of one quantity taken back: what the others say of it."""
        s, network = self.state, self.model.network
        low, high = list(s.low), list(s.high)
        low[at], high[at] = network.low[at], network.high[at]
        return State(low, high, s.why_low, s.why_high)

    def against_figures(self, cell: Cell) -> list[Evidence]:
        """Return what a printed comparison contradicts: its own two figures, or what one of them can be."""
        low, high = meant(self.model, cell, self.state)
        if not (cell.low > high + DUST or cell.high < low - DUST):
            return []
        figures = [self.found.stated(key) for key in (cell.key, cell.base)]
        rule = "printed_ratio" if cell.in_table else "stated_change"
        if all(figures):
            a, b = figures  # type: ignore[misc]
            got = worked(cell.measure, a.value, b.value)
            if got is not None:
                return [Evidence(rule, arithmetic(cell.measure, a.value, b.value), 1, (a, b), got)]
        parts = self.change_of_parts(cell)
        if parts:
            return [parts]
        said = say("say.base_would_be", low=figure(max(low, -1e14)), high=figure(min(high, 1e14)))
        if figures[0] is not None and cell.measure != "change":
            ratio = cell.value + (100 if cell.measure == "growth_pct" else 0)
            if ratio > 0:
                base = figures[0].value / ratio * 100
                bounds = self.found.bounds(cell.base)
                said = say("say.base_beyond", b=figure(base, 0), range=range_of(*bounds, 0))
        return [Evidence(rule, said, 3, tuple(filter(None, figures)))]

    def change_of_parts(self, cell: Cell) -> Evidence | None:
        """Return that the changes of a total's parts do not make its own, where a text states them all."""
        if cell.measure != "change":
            return None
        when_, base = cell.key[1:], cell.base[1:]  # type: ignore[index]
        said = {
            each.indicator: each for each in self.doc.comparisons
            if (each.measure, each.key[1:], each.base[1:]) == ("change", when_, base)  # type: ignore[index]
        }  # fmt: skip
        for edit in (each for each in self.model.declared if each.rule == "total_of_parts"):
            names = [name for name, _, _ in edit.terms]
            if cell.indicator in names and all(name in said for name in names):
                whole, *parts = (said[name] for name in names)
                words, total = sum_of([each.value for each in parts]), sum(each.value for each in parts)
                if cell.indicator != edit.left:
                    words, total = self.but_prints(words, whole), whole.value - total + cell.value
                others = tuple(each for name, each in said.items() if name in names and each is not cell)
                return Evidence("change_of_parts", words, 2, others, total)
        return None

    def against(self, cell: Cell, constraint: Constraint) -> Evidence:
        if constraint.cell >= 0:
            return self.against_cell(cell, self.model.cells[constraint.cell])
        edit: Edit = constraint.edit  # type: ignore[assignment]
        keys = [self.model.by_number[each] for each, _ in constraint.terms]
        stated = [cell if key == cell.key else self.found.stated(key, cell if cell.in_table else None) for key in keys]
        also = tuple(each for each in stated if each and each is not cell)
        missing = [key for key, each in zip(keys, stated, strict=True) if each is None]
        support = sum(self.speaking(key) for key in missing)
        if not edit.log:
            said, got = self.total(cell, edit, keys, stated)
            within = edit.relation != "=" and {each.source for each in also} == {cell.source}  # "14/12 xã"
            rank = 1 if within else 6 if missing and self.is_short(keys, stated) else 3
            return Evidence(edit.rule, said, rank, also, got, support, edit.severity)
        values = {key: each.value for key, each in zip(keys, stated, strict=True) if each}
        if missing or not all(values[key] for key in edit.sides(keys)[1]):
            said = self.quotient(cell, edit, keys, values)
            return Evidence("implied_base", said, 4 + bool(missing) + len(missing), also, support=support)
        said, got = self.worked_out(edit, [values[key] for key in keys])
        if cell is not stated[0]:
            said, got = self.but_prints(said, stated[0]), math.nan
        return Evidence(edit.rule, said, 4, also, got, support)

    def against_cell(self, cell: Cell, other: Cell) -> Evidence:
        """Return that a cell is not what another states, or not what another was worked out from."""
        if not other.measure:
            words = {"place": self.at(other), "p": other.text, "when": when(other.period, other.status)}
            said = say("say.elsewhere" if other.period else "say.there", **words)
            return Evidence("stated_twice", said, 2, (other,), support=9)
        figures = [cell if key == cell.key else self.found.stated(key) for key in (other.key, other.base)]
        values = [each.value for each in figures if each]
        if len(values) == 2 and worked(other.measure, *values) is not None:
            said = self.but_prints(arithmetic(other.measure, *values), other)
            return Evidence("printed_ratio" if other.in_table else "stated_change", said, 5, (other,), support=1)
        return Evidence("not_together", self.can_be(cell, self.at(other)), 7, (other,))

    def but_prints(self, sum_: Both, other: Cell) -> Both:
        return say("say.but_prints", sum=sum_, place=self.at(other), p=other.text)

    def can_be(self, cell: Cell, where: Both) -> Both:
        return say("say.can_be", range=range_of(*self.found.bounds(cell.key)), place=where)

    def speaking(self, key: Key) -> int:
        """Return how many stated figures are worked out from an unstated quantity."""
        network, number_ = self.model.network, self.model.number[key]
        lefts = {self.model.by_number[network.constraints[each].terms[0][0]] for each in network.of[number_]}
        return len(lefts & self.doc.figures.keys())

    def total(self, cell: Cell, edit: Edit, keys: list[Key], stated: list[Cell | None]) -> tuple[Both, float]:
        """Return what a sum or a bound says against a cell, and what the cell would be where that is known."""
        left, parts = stated[0], [each for each in stated[1:] if each]
        if edit.relation == "between":
            return say("say.between", parts=joined((figure(each.value) for each in parts), "; ")), math.nan
        if len(keys) == 2 and (edit.relation != "=" or edit.constant):
            return self.beyond(cell, edit, keys, stated), math.nan
        if not parts or self.is_short(keys, stated):
            where = self.places([key for key, each in zip(keys, stated, strict=True) if each is None])
            return self.can_be(cell, where), math.nan
        values = self.values(keys, stated)
        known = [each for each in values if each is not None]
        complete, made, said = len(known) == len(values), sum(known), sum_of(known)
        if left is None:
            words = {"name": in_sentence(self.names[keys[0][0]]), "range": range_of(*self.found.bounds(keys[0]))}
            return say("say.total_is", sum=said, **words), math.nan
        if not complete:
            said = say("say.more_than", sum=said, v=figure(left.value))
        if cell is not left:
            return self.but_prints(said, left), left.value - (made - cell.value) if complete else math.nan
        if complete and any(each.place[0] != cell.place[0] for each in parts):
            said = said + " (" + joined((self.at(each) for each in parts), "; ") + ")"
        return said, made if complete else math.nan

    def values(self, keys: list[Key], stated: list[Cell | None]) -> list[float | None]:
        """Return the parts of a sum, as they are stated or as the others leave them, None where neither is known."""
        return [each.value if each else self.found.exactly(key) for key, each in zip(keys, stated, strict=True)][1:]

    def is_short(self, keys: list[Key], stated: list[Cell | None]) -> bool:
        """Tell whether the parts that are known are not all, and do not yet make their total."""
        values = self.values(keys, stated)
        return None in values and stated[0] is not None and sum(filter(None, values)) <= stated[0].value

    def beyond(self, cell: Cell, edit: Edit, keys: list[Key], stated: list[Cell | None]) -> Both:
        """Return that a part is larger than its whole, the first half than the year."""
        word = "half_above" if edit.rule == "half_above_year" else "part_above"
        (small, a), (large, b) = list(zip(stated, keys, strict=True))[
            :: (len(keys) - 1) * (-1) ** (edit.relation == ">=")
        ]
        bound = large if small is cell else small
        where = self.at(bound) if bound else say("place.document")
        v, w = small.value if small else self.found.bounds(a)[1], large.value if large else self.found.bounds(b)[0]
        if b[0] not in self.names.kind:  # nothing but what a count is told out of
            return say("say.more_than", sum=figure(v), v=w)
        a, b = (in_sentence(self.names[key[0]]) for key in (a, b))
        return say(f"say.{word}", a=a, v=figure(v), b=b, w=figure(w), place=where)

    def worked_out(self, edit: Edit, values: list[float]) -> tuple[Both, float]:
        """Return a rate as it is worked out from figures that are all stated, `30/25 = 120%`, and what it makes."""
        top, bottom = edit.sides(values)
        got = math.prod(top) / math.prod(bottom) * math.exp(edit.constant)
        words = joined(map(figure, top), " × ") + "/" * bool(bottom) + joined(map(figure, bottom), "/")
        return words + " = " + figure(got) + self.percent(edit), got

    def percent(self, edit: Edit) -> Both:
        """Return the sign behind a rate that is a share."""
        share = abs(math.exp(edit.constant) - 100) < 1e-6 and self.names.kind.get(edit.left, "share") == "share"
        return Both("%", "%") if share else NOTHING

    def quotient(self, cell: Cell, edit: Edit, keys: list[Key], values: dict[Key, float]) -> Both:
        """Return what a rate, or its count, makes of the one quantity that nobody states, and what the others make."""
        missing = [key for key in keys if key not in values]
        if len(missing) != 1 or keys[0] not in values:
            return self.can_be(cell, self.places(missing))
        base, rate, factor = missing[0], values[keys[0]], math.exp(edit.constant)
        top, bottom = edit.sides(keys)
        if base in top:  # the base is rate × what it is per
            factors = [rate, *(values[key] for key in bottom)]
            words = joined(map(figure, factors), " × ") + " = " + figure(math.prod(factors) / factor, 0)
        else:
            count = math.prod(values[key] for key in top)
            own = figure(count / rate * factor, 0) if rate else Both("∞", "∞")
            words = say("say.at_rate", n=figure(count), v=figure(rate), unit=self.percent(edit), own=own)
        others = [each for each in self.backing(base) if each.key not in values]
        places = joined((self.at(each) for each in others[:3]), "; ")
        what, range_ = in_sentence(self.names[base[0]]), range_of(*self.found.bounds(base), 0)
        rest = say("say.others_give", range=range_, places=places)
        return say("say.while_", a=say("say.of_what", sum=words, what=what), b=rest)

    def places(self, keys: list[Key]) -> Both:
        cells = [each for key in keys for each in self.backing(key)][:3]
        return joined((self.at(each) for each in cells), "; ") if cells else say("place.document")

    def backing(self, key: Key) -> list[Cell]:
        """Return the figures that the bounds of a quantity rest on."""
        return [cell for cell in self.found.backing(key) if not cell.measure]

    def place(self, cell: Cell) -> Both:
        return inside(place(cell.source, len(self.doc.tables) > 1))

    def bound(self, cell: Cell, least: float, most: float) -> Both:
        if cell.value < least:
            return say("say.below", m=least)
        if most == 24:
            days = 181 if "-S" in cell.period else 365
            return say("say.hours", v=cell.value, d=float(days), r=cell.value / days)
        return say("say.above", m=most)
