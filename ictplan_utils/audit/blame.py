"""Which cells to blame for what cannot hold together, and why: a document's errors, each mistake one finding."""

from __future__ import annotations

import functools
import itertools
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ictplan_utils.audit import edits
from ictplan_utils.audit.cells import Cell, Document, Key, quantity, worked
from ictplan_utils.audit.edits import Edit, Model
from ictplan_utils.audit.findings import Finding, finding
from ictplan_utils.audit.sentences import Both, figure, in_sentence, inside, joined, number, place, say, when
from ictplan_utils.audit.solve import Constraint, Repair, State, locate, reach
from ictplan_utils.vietnamese import fold

DUST = 1e-9
AGAIN, CARRIED, WORKED_ON = 0.08, 0.04, 0.05
"""What it costs more to assume that a wrong number was copied to another place, that ratios were worked out from it,
and for each figure that was."""
ROW, HALF_OF_IT, FEW = 1.2, 0.5, 3
"""A whole row is one mistake, of a wrong unit, of a copied row, and a column of more than a few rows one, of a wrong
heading; but not for the sake of a cell or two."""
COPY, EXCHANGED = 0.7, 0.95
"""A row copied over its neighbour, and two cells of a row that changed places, are one mistake each."""
DOUBT, SLIP, FAR = 0.12, 0.15, 0.1
"""What speaks against an explanation that leaves something odd, for one that a slip of the pen explains, and against
one that makes a figure less than half of what is printed, or more than twice."""
LEAP, LEAPS = 0.35, math.log(1.5)
"""What speaks against an explanation after which a row leaps by half, up or down, from one column to the next."""
NARROW = 0.05
"""A slip is named only where the right figure is known to 5 %, lest chance name it."""
MISREAD = 1.5
"""A sentence's figure so many times the tables' own, no slip of the pen, may have been read wrongly: ask."""


@dataclass(eq=False)
class Blame:
    """What was found out about a document: its errors, the cells behind them, and what its figures can be."""

    model: Model
    state: State
    findings: list[Finding] = field(default_factory=list)
    cells: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.index = {id(cell): number for number, cell in enumerate(self.model.cells)}

    def wrong(self, cell: Cell | None) -> bool:
        """Tell whether a cell is blamed."""
        return cell is not None and self.index[id(cell)] in self.cells

    def stated(self, key: Key) -> Cell | None:
        """Return the first statement of a quantity that is not blamed."""
        return next((each for each in self.model.doc.figures.get(key, ()) if not self.wrong(each)), None)

    def backing(self, key: Key) -> list[Cell]:
        """Return the cells that a quantity's bounds rest on, figures first."""
        at = self.model.number.get(key)
        behind = () if at is None else sorted(self.state.why_low[at] | self.state.why_high[at])
        return sorted((self.model.cells[k] for k in behind), key=lambda cell: (bool(cell.measure), cell.source))

    def bounds(self, key: Key) -> tuple[float, float]:
        """Return what a quantity can be."""
        at = self.model.number.get(key)
        return (-math.inf, math.inf) if at is None else (self.state.low[at], self.state.high[at])


class Names:
    """The short names of the catalogue's indicators, in both languages."""

    def __init__(self, entries) -> None:
        self.entries = entries
        self.short = {slug: Both(*pair) for slug, *pair in entries[["short_vi", "short_en"]].itertuples()}
        self.kind = entries["kind"].to_dict()
        limits = zip(entries["minimum"], entries["maximum"], strict=True)
        self.limits = dict(zip(entries.index, limits, strict=True))

    def called(self, name: str) -> str:
        """Return the indicator of exactly that name, brackets aside, "" where there is none."""
        return self.by_name.get(fold(re.sub(r"\(.*?\)", "", name)).strip(), "")

    @functools.cached_property
    def by_name(self) -> dict[str, str]:
        """Folded name → indicator."""
        columns = ("name_vi", "short_vi", "variants")
        return {
            fold(name): slug for slug, row in self.entries.iterrows()
            for column in columns for name in row[column].split(";") if name
        }  # fmt: skip

    def __getitem__(self, slug: str) -> Both:
        return self.short.get(slug) or say(f"latent.{slug.partition('/')[0]}")


def blame(model: Model, names: Names, copies: Iterable[tuple[list[Cell], list[Cell]]]) -> Blame:
    """Return a document's errors. `copies`: pairs of rows (its cells, those of the row it repeats)."""
    state = model.network.propagate()
    if state.conflict is None:
        return Blame(model, state)
    repairs = _repairs(model, copies)
    chosen, state = locate(
        model.network,
        [key[0] for key in model.number],
        model.weight,
        repairs,
        lambda tried, after: _penalty(model, tried, after),
    )
    found = Blame(model, state, cells={cell for each in chosen for cell in each.cells})
    for repair in chosen:
        found.findings.append(_Told(found, names, repair).finding())
    return found


def _repairs(model: Model, copies: Iterable[tuple[list[Cell], list[Cell]]]) -> list[Repair]:
    """Return every single mistake that may have been made, and what it costs to assume it."""
    cells, weight, index = model.cells, model.weight, {id(cell): k for k, cell in enumerate(model.cells)}
    live = model.network.by_cell  # A blank ratio says nothing.
    found = [Repair((k,), weight[k]) for k in live]
    touching: dict[Key, list[int]] = defaultdict(list)
    for k in live:
        cell = cells[k]
        if cell.measure:
            for key in (cell.key, cell.base):
                touching[key].append(k)
    rows: dict[str, list[int]] = defaultdict(list)
    lines: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    said: dict[tuple[str, str], list[int]] = defaultdict(list)  # by a time that a heading of the text may have given
    for k in live:
        cell = cells[k]
        rows[cell.indicator].append(k)
        if not cell.in_table:
            said[cell.key[1:]].append(k)
        elif not cell.measure:
            lines["row", cell.place[0], cell.indicator].append(k)
            lines["column", cell.place[0], cell.place[2]].append(k)
    worked_from = _worked_from(model)
    for key, group in model.doc.figures.items():
        for value in dict.fromkeys(cell.value for cell in group):
            same = [index[id(cell)] for cell in group if cell.value == value]
            cost = max(weight[k] for k in same) + AGAIN * (len(same) - 1)
            if len(same) > 1:
                found.append(Repair(tuple(same), cost, "number"))
            carried = [k for k in touching[key] if _agrees(model, cells[k], {key: value})]
            if carried:
                found.append(Repair((*same, *carried), cost + CARRIED, "number"))
            further = [k for other in worked_from.get(key, ()) for k in _all_of(model, index, touching, other)]
            if further:
                more = CARRIED + WORKED_ON * len(set(worked_from[key]))
                found.append(Repair(tuple(dict.fromkeys((*same, *carried, *further))), cost + more, "number"))
    for group in rows.values():
        figures = [k for k in group if not cells[k].measure]
        if len({cells[k].key for k in figures}) > 1:
            found.append(Repair(tuple(group), max(ROW, HALF_OF_IT * _sum_of_keys(model, figures)), "row"))
    for (kind, *_), figures in lines.items():
        if len(figures) > (1 if kind == "row" else FEW):
            carried = [
                c for k in figures for c in (touching[cells[k].key] if kind == "column" else ())
                if _agrees(model, cells[c], {cells[k].key: cells[k].value})
            ]  # fmt: skip
            cost = max(ROW, HALF_OF_IT * _sum_of_keys(model, figures))
            found.append(Repair((*figures, *dict.fromkeys(carried)), cost, kind))
    for of_time in said.values():
        figures = [k for k in of_time if not cells[k].measure]
        if len(figures) > FEW and another_time(model.doc, [cells[k] for k in figures]):
            found.append(Repair((*figures, *(k for k in of_time if cells[k].measure)), ROW, "column"))
    for pair in copies:  # either row may be the copy, its ratios with it, where the other can be right
        for row, other in (pair, pair[::-1]):
            if any(not _possible(model, each) for each in other):
                continue
            own = [k for k in rows[row[0].indicator] if cells[k].measure and cells[k].place[0] == row[0].place[0]]
            found.append(Repair((*(index[id(cell)] for cell in row), *own), COPY, "copy"))
    found += [Repair((index[id(a)], index[id(b)]), EXCHANGED, "exchanged") for a, b in _exchanges(model, touching)]
    return found


def another_time(doc: Document, cells: Sequence[Cell]) -> tuple[str, str] | None:
    """Return the period and status, other than their own, at which most of some figures stand elsewhere."""
    others = Counter(
        key[1:] for each in cells for key, group in doc.figures.items()
        if key[0] == each.indicator and key != each.key and any(other.value == each.value for other in group)
    )  # fmt: skip
    ((likely, times),) = others.most_common(1) or [(None, 0)]
    return likely if 2 * times > len(cells) else None


def _possible(model: Model, cell: Cell) -> bool:
    """Tell whether a figure lies within what its indicator can be at all."""
    at = model.number[cell.key]
    return model.network.low[at] - DUST <= cell.high and cell.low <= model.network.high[at] + DUST


def _exchanges(model: Model, touching: dict[Key, list[int]]) -> Iterator[tuple[Cell, Cell]]:
    """Yield two cells of a table's row, or figures of a column, of which each would be right in the other's place."""
    figures = model.doc.figures

    def right(cell: Cell, value: float, given: dict[Key, float]) -> bool:
        if cell.measure:
            return _agrees(model, cell, {}, value)
        said = [model.cells[k] for k in touching[cell.key]]
        again = [each for each in figures[cell.key] if each is not cell]
        return all(each.low - DUST <= value <= each.high + DUST for each in again) and all(
            _agrees(model, each, given) for each in said if each.key in figures and each.base in figures
        )

    lines: dict[tuple, list[Cell]] = defaultdict(list)
    for cell in model.doc.cells():
        if cell.in_table and cell.value == cell.value and not right(cell, cell.value, {}):
            table, row, column = cell.place
            lines[table, row, cell.indicator, cell.measure].append(cell)
            if not cell.measure:
                lines[table, column].append(cell)
    for a, b in (pair for line in lines.values() for pair in itertools.combinations(line, 2)):
        swapped = {a.key: b.value, b.key: a.value}
        if (
            a.value != b.value
            and (a.measure or len(swapped) == 2)
            and right(a, b.value, swapped)
            and right(b, a.value, swapped)
        ):
            yield a, b


def _sum_of_keys(model: Model, numbers: Iterable[int]) -> float:
    """Return the weights of what cells state, each quantity once."""
    heaviest: dict[Key, float] = {}
    for k in numbers:
        key = model.cells[k].key
        heaviest[key] = max(heaviest.get(key, 0.0), model.weight[k])
    return sum(heaviest.values())


def _worked_from(model: Model) -> dict[Key, list[Key]]:
    """Return quantity → the quantities that are worked out from it and agree with it, as printed."""
    found: dict[Key, list[Key]] = defaultdict(list)
    for constraint in model.network.constraints:
        edit = constraint.edit
        if isinstance(edit, Edit) and edit.relation == "=":
            keys = [model.by_number[each] for each, _ in constraint.terms]
            if keys[0] in model.doc.figures:
                there = {cell.place[0] for cell in model.doc.figures[keys[0]] if cell.in_table}
                for key in keys[1:]:
                    # What stands in a table was not worked out from a number that stands in the text alone.
                    origin = {cell.place[0] for cell in model.doc.figures.get(key, ())}
                    if origin and there <= origin and _holds(model, constraint):
                        found[key].append(keys[0])
    return found


def _holds(model: Model, constraint: Constraint) -> bool:
    stated = [model.doc.figures.get(model.by_number[each]) for each, _ in constraint.terms]
    ends = [(cells[0].low, cells[0].high) if cells else (0.0, math.inf) for cells in stated]
    least, most = reach([factor for _, factor in constraint.terms], ends, constraint.log)
    return not (least > constraint.high + DUST or most < constraint.low - DUST)


def _all_of(model: Model, index: dict[int, int], touching: dict[Key, list[int]], key: Key) -> list[int]:
    """Return the cells that state a quantity and its ratios."""
    return [index[id(cell)] for cell in model.doc.figures[key]] + touching[key]


def _agrees(model: Model, cell: Cell, given: dict[Key, float], printed: float | None = None) -> bool:
    """Tell whether a comparison (or `printed` in its place) is right if its figures are as given, else as printed."""
    stated = {key: model.doc.figures[key][0].value for key in (cell.key, cell.base) if key in model.doc.figures}
    value, base = (stated | given).get(cell.key), (stated if cell.base == cell.key else stated | given).get(cell.base)
    got = None if value is None or base is None else worked(cell.measure, value, base)
    off = 0.0 if printed is None else printed - cell.value
    return got is not None and cell.low - cell.unit <= got - off <= cell.high + cell.unit


def _penalty(model: Model, repairs: Sequence[Repair], state: State) -> float:
    """Return what speaks against an explanation: what stays odd after it, less the slips of the pen that explain it."""
    odd = sum(violated(model, edit, keys, state) for edit, keys in model.doubts)
    rows = {model.cells[cell].indicator for repair in repairs for cell in repair.cells}
    against = DOUBT * odd + LEAP * sum(_leaps(model, slug, state) for slug in rows)
    for repair in repairs:
        cell = model.cells[repair.cells[0]]
        low, high = meant(model, cell, state)
        if slip_of(model, cell, low, high)[0]:
            against -= SLIP
        elif not cell.measure and (high < cell.value / 2 or low > cell.value * 2):
            against += FAR
    return against


def _leaps(model: Model, slug: str, state: State) -> int:
    """Return how often a row leaps from one of its columns to the next; a flow's half counts twice."""
    flow = model.flows.get(slug, False)
    values = []
    for slot in ("last", "half", "year", "target"):
        at = model.number.get(quantity(slug, *model.doc.slots[slot]))
        if at is not None and math.isfinite(state.high[at]) and state.low[at] > 0:
            values.append((state.low[at] + state.high[at]) * (1 if flow and slot == "half" else 0.5))
    return sum(abs(math.log(b / a)) > LEAPS for a, b in itertools.pairwise(values) if max(a, b) >= SMALL)


SMALL = 20
"""What counts a handful may double."""


def violated(model: Model, edit: Edit, keys: Sequence[Key], state: State) -> bool:
    """Tell whether an edit cannot hold, whatever its figures can be."""
    numbers = [model.number.get(key) for key in keys]
    if None in numbers:
        return False
    ends = [(state.low[each], state.high[each]) for each in numbers]
    least, most = reach([factor for _, _, factor in edit.terms], ends, edit.log)
    low, high = edit.bounds(edits.printing_slack(model.doc, edit, keys[0]))
    return least > high + DUST * max(1.0, abs(high)) or most < low - DUST * max(1.0, abs(low))


def meant(model: Model, cell: Cell, state: State) -> tuple[float, float]:
    """Return what a cell should hold, as far as the others know: a comparison by what its two figures can be."""
    (a, b), (c, d) = (
        (state.low[model.number[key]], state.high[model.number[key]]) for key in (cell.key, cell.base or cell.key)
    )
    if not cell.measure:
        return a, b
    if cell.measure == "change":
        return a - d, b - c
    if not (c > 0 and math.isfinite(b)):
        return -math.inf, math.inf
    more = 100 if cell.measure == "growth_pct" else 0
    return (a / d * 100 if math.isfinite(d) else 0.0) - more, b / c * 100 - more


def slip_of(model: Model, cell: Cell, low: float, high: float) -> tuple[str, float]:
    """Return the slip of the pen (swapped_digits, slipped_decimal, sign) that mends a cell, and the right figure."""
    if (
        not (math.isfinite(low) and math.isfinite(high))
        or high - low > NARROW * max(abs(high), abs(low), DUST) + cell.unit
    ):
        return "", math.nan
    value, slack = cell.value, max(cell.unit / 2, 0.0) if not cell.exact else 0.0
    low, high = low - slack, high + slack
    digits = re.sub(r"\D", "", f"{abs(value):.{cell.decimals}f}") if cell.unit <= 1 else ""
    for k in range(len(digits) - 1):
        swapped = digits[:k] + digits[k + 1] + digits[k] + digits[k + 2 :]
        likely = math.copysign(int(swapped) / 10**cell.decimals, value)
        if digits[k] != digits[k + 1] and swapped[0] != "0" and low <= likely <= high:
            return "swapped_digits", likely
    for power in (-3, -2, -1, 1, 2, 3):
        if value and low <= value * 10.0**power <= high:
            return "slipped_decimal", value * 10.0**power
    if cell.measure == "change" and value and low <= -value <= high:
        return "sign", -value
    return "", math.nan


@dataclass(slots=True)
class Evidence:
    """One thing a blamed cell contradicts: the rule, the arithmetic, the other cells, how many speak for it."""

    rule: str
    said: Both
    also: tuple[Cell, ...]
    rank: int
    support: int = 0
    result: float = math.nan


class _Told:
    """Tells one repair: which cell speaks for it, what it contradicts, what was meant."""

    def __init__(self, found: Blame, names: Names, repair: Repair) -> None:
        self.found, self.model, self.names, self.repair = found, found.model, names, repair
        self.state, self.doc = found.state, found.model.doc

    def finding(self) -> Finding:
        told = [(self.model.cells[k], self.evidence(self.model.cells[k])) for k in self.repair.cells]
        told = [(cell, evidence) for cell, evidence in told if evidence]
        if not told:
            cell = self.model.cells[self.repair.cells[0]]
            told = [(cell, [Evidence("not_together", say("say.not_together"), (), 9)])]
        # Of a row the cell speaks that most others can be held against; of copies of a number the first.
        cell, evidence = told[0]
        if self.repair.kind in ("row", "column"):
            cell, evidence = max(
                told,
                key=lambda pair: (
                    not pair[0].measure,
                    -min(each.rank for each in pair[1]),
                    max(each.support for each in pair[1]),
                ),
            )
        evidence.sort(key=lambda each: (each.rank, -each.support))
        low, high = meant(self.model, cell, self.state)
        if cell.measure and evidence[0].result == evidence[0].result:
            low = high = evidence[0].result
        first = evidence[0]
        if self.repair.kind == "column":
            return self.column(cell, first, [each for each, _ in told if not each.measure])
        slip, mend = self.slip(cell, evidence, low, high)
        said = first.said
        for other in evidence[1:2]:
            if other.said != said and other.rank < 7 and self.repair.kind in ("cell", "number"):
                said = say("say.and", a=said, b=other.said)
        what = say("say.quoted" if cell.measure and not cell.in_table else "say.printed", p=printed(cell), why=said)
        severity = "error"
        if self.misread(cell, first, slip):
            severity, what = "warning", what + say("say.misread")
        if slip:
            what = what + say(f"slip.{slip[0]}", **slip[1])
        also = list(first.also) + [self.model.cells[k] for k in self.repair.cells]
        return report(
            self.found.model.doc,
            self.names,
            first.rule,
            severity,
            cell,
            what,
            expected=self.expected(cell, low, high, first),
            arithmetic=first.said,
            slip=slip[0] if slip else "",
            mend=mend,
            also=[each for each in dict.fromkeys(also) if each is not cell],
        )

    def column(self, cell: Cell, first: Evidence, odd: list[Cell]) -> Finding:
        """Return the one finding of a column whose figures are not of the time that its heading says."""
        likely = another_time(self.doc, odd)
        table, _, column = cell.place
        where = inside(place(cell.source, len(self.doc.tables) > 1))
        moment, of = when(cell.period, cell.status), "column" if cell.in_table else "section"
        what = say(f"say.{of}_of", when=moment, n=float(len(odd)), p=printed(cell), place=where, why=first.said)
        if likely:
            what = what + say(f"say.{of}_meant", when=when(*likely))
        rule, source = ("header_year", f"{table}:0:{column}") if cell.in_table else ("title_year", cell.source)
        return finding(
            self.doc, rule, "error", source, what,
            period=cell.period, status=cell.status, also=tuple(ref(each) for each in odd),
        )  # fmt: skip

    def expected(self, cell: Cell, low: float, high: float, first: Evidence) -> str:
        if first.result == first.result:
            return number(first.result, max(cell.decimals, 1) if cell.measure and cell.measure != "change" else None)
        if math.isfinite(low) and math.isfinite(high):
            middle = (low + high) / 2
            return number(float(round(middle)) if cell.exact else middle, 0 if cell.exact else cell.decimals)
        return f"≤ {number(high)}" if math.isfinite(high) and high > 0 else f"≥ {number(low)}" if low > 0 else ""

    def slip(self, cell: Cell, evidence: list[Evidence], low: float, high: float):
        """Return ((slip's name, its words), the likely figure as printed), or (None, "")."""
        twin = next(
            (
                each
                for e in evidence
                for each in e.also
                if printed(each) == printed(cell)
                and each.value
                and cell.value
                and max(each.value / cell.value, cell.value / each.value) >= 999
            ),
            None,
        )
        if twin is not None:
            return ("unit", {"place": inside(place(twin.source, len(self.doc.tables) > 1)), "p": printed(twin)}), ""
        if self.repair.kind == "copy":
            return ("copied_row", {}), ""
        if self.repair.kind == "exchanged":
            other = next(each for k in self.repair.cells if (each := self.model.cells[k]).place != cell.place)
            return ("exchanged", {"place": self.at(other), "p": printed(other)}), number(other.value)
        name, likely = slip_of(self.model, cell, low, high)
        if name:
            value = number(likely, cell.decimals if cell.unit <= 1 else None)
            return (name, {"v": figure(likely)}), value
        if cell.measure in ("growth_pct", "ratio_pct") and math.isfinite(low) and math.isfinite(high):
            by = 100 if cell.measure == "growth_pct" else -100
            if low - cell.unit <= cell.value - by <= high + cell.unit:
                return ("growth_for_ratio" if by < 0 else "ratio_for_growth", {}), ""
        other = self.copied_from(cell) if not cell.measure and math.isfinite(high) else None
        if other is not None:
            words = {
                "p": printed(cell),
                "name": self.names[other.indicator],
                "when": when(other.period, other.status),
                "place": inside(place(other.source, len(self.doc.tables) > 1)),
            }
            return ("copied" if other.indicator != cell.indicator else "other_period", words), number(
                (low + high) / 2, cell.decimals
            )
        return None, ""

    def copied_from(self, cell: Cell) -> Cell | None:
        """Return another figure that is printed alike and is too odd to be so by chance: of its period, or its row."""
        if cell.value % 1 == 0 and len(number(cell.value).replace(".", "").strip("0")) < 3:
            return None
        same = [
            each
            for key, group in self.doc.figures.items()
            for each in group[:1]
            if each.value == cell.value
            and key != cell.key
            and not self.found.wrong(each)
            and (key[1:] == cell.key[1:] or key[0] == cell.key[0])
        ]
        return min(same, key=lambda each: each.indicator == cell.indicator, default=None)

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
        if not _possible(self.model, cell):
            found.append(Evidence("out_of_bounds", self.bound(cell, network.low[at], network.high[at]), (), 0))
        elif network.whole[at] and cell.exact and cell.value % 1:
            found.append(Evidence("broken_count", say("say.counted_whole", unit=self.unit(cell)), (), 0))
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
                return [Evidence(rule, arithmetic(cell.measure, a.value, b.value), tuple(figures), 1, result=got)]  # type: ignore[arg-type]
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
        return [Evidence(rule, said, tuple(each for each in figures if each), 3)]

    def change_of_parts(self, cell: Cell) -> Evidence | None:
        """Return that the changes of a total's parts do not make its own, where a text states them all."""
        if cell.measure != "change":
            return None
        for edit in edits.read(self.model.data_dir):
            if edit.rule == "total_of_parts" and cell.indicator in [name for name, _, _ in edit.terms]:
                said = {
                    each.indicator: each
                    for each in self.doc.comparisons
                    if each.measure == "change" and each.key[1:] == cell.key[1:] and each.base[1:] == cell.base[1:]
                }
                names = [name for name, _, _ in edit.terms]
                if all(name in said for name in names):
                    values = [said[name].value for name in names]
                    words = sum_of(values[1:])
                    if cell.indicator != edit.left:
                        words = say(
                            "say.but_prints", sum=words, place=self.at(said[edit.left]), p=printed(said[edit.left])
                        )
                    total = values[0] - sum(values[1:]) + cell.value if cell.indicator != edit.left else sum(values[1:])
                    others = tuple(each for name, each in said.items() if name in names and each is not cell)
                    return Evidence("change_of_parts", words, others, 2, result=total)
        return None

    def against(self, cell: Cell, constraint: Constraint) -> Evidence:
        if constraint.cell >= 0:
            other = self.model.cells[constraint.cell]
            if not other.measure:
                said = say(
                    "say.elsewhere", place=self.at(other), p=printed(other), when=when(other.period, other.status)
                )
                return Evidence("stated_twice", said, (other,), 2, 9)
            figures = [cell if key == cell.key else self.found.stated(key) for key in (other.key, other.base)]
            if all(figures) and worked(other.measure, figures[0].value, figures[1].value) is not None:  # type: ignore[union-attr]
                sum_ = arithmetic(other.measure, figures[0].value, figures[1].value)  # type: ignore[union-attr]
                said = say("say.but_prints", sum=sum_, place=self.at(other), p=printed(other))
                return Evidence("printed_ratio" if other.in_table else "stated_change", said, (other,), 5, 1)
            low, high = self.found.bounds(cell.key)
            return Evidence(
                "not_together", say("say.can_be", range=range_of(low, high), place=self.at(other)), (other,), 7
            )
        edit: Edit = constraint.edit  # type: ignore[assignment]
        keys = [self.model.by_number[each] for each, _ in constraint.terms]
        stated = [cell if key == cell.key else self.found.stated(key) for key in keys]
        also = tuple(each for each in stated if each and each is not cell)
        missing = [key for key, each in zip(keys, stated, strict=True) if each is None]
        support = sum(self.speaking(key) for key in missing)
        if edit.log:
            rule, said, result = self.quotient(cell, edit, keys, stated, missing)
            return Evidence(rule, said, also, 4 if not missing else 5 + len(missing), support, result)
        rule, said, result = self.total(cell, edit, keys, stated)
        return Evidence(rule, said, also, 3, support, result)

    def speaking(self, key: Key) -> int:
        """Return how many stated figures are worked out from an unstated quantity."""
        network, number_ = self.model.network, self.model.number[key]
        lefts = {self.model.by_number[network.constraints[each].terms[0][0]] for each in network.of[number_]}
        return len(lefts & self.doc.figures.keys())

    def total(self, cell: Cell, edit: Edit, keys: list[Key], stated: list[Cell | None]) -> tuple[str, Both, float]:
        left, parts = stated[0], [each for each in stated[1:] if each]
        if edit.relation == "between":
            said = joined((figure(each.value) for each in parts), "; ")
            return edit.rule, say("say.between", parts=said), math.nan
        if edit.relation != "=" or edit.constant:
            words = {"half_above_year": "say.half_above"}.get(edit.rule, "say.part_above")
            small, large = (stated[0], stated[-1]) if edit.relation == "<=" else (stated[-1], stated[0])
            bound = large if small is cell else small
            ends = [
                each.value if each else self.found.bounds(key)[0 if key == keys[-1] else 1]
                for key, each in ((keys[0], small), (keys[-1], large))
            ]
            said = say(
                words,
                a=in_sentence(self.names[keys[0][0]]),
                v=figure(ends[0]),
                b=in_sentence(self.names[keys[-1][0]]),
                w=figure(ends[1]),
                place=self.at(bound) if bound else say("place.document"),
            )
            return edit.rule, said, math.nan
        if not parts:
            where = self.places([key for key, each in zip(keys, stated, strict=True) if each is None])
            return edit.rule, say("say.can_be", range=range_of(*self.found.bounds(cell.key)), place=where), math.nan
        complete, made = len(parts) == len(keys) - 1, sum(each.value for each in parts)
        said = sum_of([each.value for each in parts])
        if not complete and left is not None:
            said = say("say.more_than", sum=said, v=figure(left.value))
        if left is None:
            low, high = self.found.bounds(keys[0])
            return (
                edit.rule,
                say("say.total_is", sum=said, name=in_sentence(self.names[keys[0][0]]), range=range_of(low, high)),
                math.nan,
            )
        if cell is left:
            if complete and any(each.place[0] != cell.place[0] for each in parts):
                said = said + " (" + joined((self.at(each) for each in parts), "; ") + ")"
            return edit.rule, said, made if complete else math.nan
        return (
            edit.rule,
            say("say.but_prints", sum=said, place=self.at(left), p=printed(left)),
            (left.value - (made - cell.value) if complete else math.nan),
        )

    def quotient(
        self, cell: Cell, edit: Edit, keys: list[Key], stated: list[Cell | None], missing: list[Key]
    ) -> tuple[str, Both, float]:
        values = {key: each.value for key, each in zip(keys, stated, strict=True) if each}
        factor = math.exp(edit.constant)
        top = [key for key, (_, _, sign) in zip(keys, edit.terms, strict=True) if sign < 0]
        bottom = [key for key, (_, _, sign) in zip(keys[1:], edit.terms[1:], strict=True) if sign > 0]
        unit = "%" if abs(factor - 100) < 1e-6 and self.names.kind.get(edit.left) == "share" else ""
        if not missing and all(values[key] for key in bottom):
            got = math.prod(values[key] for key in top) / math.prod(values[key] for key in bottom) * factor
            words = joined((figure(values[key]) for key in top), " × ")
            if bottom:
                words = words + "/" + joined((figure(values[key]) for key in bottom), "/")
            words = words + " = " + figure(got) + Both(unit, unit.strip())
            if cell.key == keys[0]:
                return edit.rule, words, got
            return edit.rule, say("say.but_prints", sum=words, place=self.at(stated[0]), p=printed(stated[0])), math.nan  # type: ignore[arg-type]
        base = missing[0] if missing else bottom[0]
        low, high = self.found.bounds(base)
        others = [each for each in self.backing(base) if each.key not in values]
        rest = say(
            "say.others_give",
            range=range_of(low, high, 0),
            what=in_sentence(self.names[base[0]]),
            places=joined((self.at(each) for each in others[:3]), "; "),
        )
        if len(missing) == 1 and keys[0] in values:
            rate = values[keys[0]]
            if base in top:  # the base is rate × what it is per
                own = rate * math.prod(values[key] for key in bottom) / factor
                words = (
                    joined((figure(each) for each in [rate, *(values[key] for key in bottom)]), " × ")
                    + " = "
                    + figure(own, 0)
                )
            else:
                own = math.prod(values[key] for key in top) / rate * factor if rate else math.inf
                words = say(
                    "say.at_rate",
                    n=figure(math.prod(values[key] for key in top)),
                    v=figure(rate),
                    unit=Both(unit, unit.strip()),
                    own=figure(own, 0) if math.isfinite(own) else Both("∞", "∞"),
                )
            return "implied_base", say("say.while_", a=words + " " + in_sentence(self.names[base[0]]), b=rest), math.nan
        return (
            "implied_base",
            say("say.can_be", range=range_of(*self.found.bounds(cell.key)), place=self.places(missing)),
            math.nan,
        )

    def places(self, keys: list[Key]) -> Both:
        cells = [each for key in keys for each in self.backing(key)][:3]
        return joined((self.at(each) for each in cells), "; ") if cells else say("place.document")

    def backing(self, key: Key) -> list[Cell]:
        """Return the figures that the bounds of a quantity rest on."""
        return [cell for cell in self.found.backing(key) if not cell.measure]

    def at(self, cell: Cell) -> Both:
        return at(self.model, self.names, cell)

    def unit(self, cell: Cell) -> Both:
        return Both(*(self.names.entries.at[cell.indicator, f"unit_{lang}"] for lang in ("vi", "en")))

    def bound(self, cell: Cell, least: float, most: float) -> Both:
        if cell.value < least:
            return say("say.below", m=least)
        if most == 24:
            days = 181 if "-S" in cell.period else 365
            return say("say.hours", v=cell.value, d=float(days), r=cell.value / days)
        return say("say.above", m=most)


def at(model: Model, names: Names, cell: Cell) -> Both:
    """Return where a cell stands, inside a sentence; in running text with its name."""
    where = inside(place(cell.source, len(model.doc.tables) > 1))
    return where if cell.in_table else where + ", " + names[cell.indicator]


def report(
    doc: Document, names: Names, rule: str, severity: str, cell: Cell, what: Both, also: Iterable[Cell] = (), **more
) -> Finding:
    """Return a finding about a cell of a document; `more`: further fields of the finding."""
    return finding(
        doc, rule, severity, cell.source, what, indicator=cell.indicator, period=cell.period, status=cell.status,
        printed=printed(cell), name=names[cell.indicator], also=tuple(ref(each) for each in also), **more,
    )  # fmt: skip


def ref(cell: Cell) -> str:
    """Return a cell's source for the column `also`; where a source holds many figures, `indicator@source`."""
    return cell.source if cell.in_table else f"{cell.indicator}@{cell.source}"


def printed(cell: Cell) -> str:
    """Return a cell as printed; a corrected figure as it is now."""
    return cell.printed or (number(cell.value) if cell.value == cell.value else "")


def arithmetic(measure: str, a: float, b: float) -> Both:
    """Return the sum itself: `30/25 = 120%`, `88 − 87 = 1`, `24.783/13.543 − 1 = 83%`."""
    got = worked(measure, a, b)
    if measure == "change":
        return figure(a) + " − " + figure(b) + " = " + figure(got)  # type: ignore[arg-type]
    less = " − 1" if measure == "growth_pct" else ""
    return figure(a) + "/" + figure(b) + f"{less} = " + figure(got) + "%"  # type: ignore[arg-type]


def sum_of(values: Sequence[float]) -> Both:
    """Return a sum as it is worked out: `9 + 11 = 20`."""
    return joined((figure(value) for value in values), " + ") + " = " + figure(sum(values))


def range_of(low: float, high: float, decimals: int | None = None) -> Both:
    """Return a range in words: `88.118–88.260`, `nhiều nhất 74.805`."""
    if not math.isfinite(high):
        return say("say.at_least", v=figure(low, decimals)) if low > 0 else say("say.any")
    if not math.isfinite(low) or low <= 0:
        return say("say.at_most", v=figure(high, decimals))
    if high - low < 1 and decimals == 0:
        return figure((low + high) / 2, 0)
    return figure(low, decimals) if low == high else figure(low, decimals) + "–" + figure(high, decimals)
