"""Locate errors after Fellegi and Holt (1976): the cheapest set of cells that must change so that all edits can hold.

A network holds quantities, each between a lowest and a highest value, and constraints: what cells print and what edits
demand, all of one shape: low ≤ Σ coefficient · f(quantity) ≤ high, f the identity or the logarithm. Bounds are passed
along the constraints until nothing moves; a bound remembers the cells it rests on, so that a contradiction names the
cells that cannot all be right. The cheapest set that meets every such conflict is searched exactly, and tried; what
contradicts still is one conflict more (the implicit hitting set approach: Moreno-Centeno & Karp 2013).
"""

from __future__ import annotations

import heapq
import math
from collections import deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

DUST = 1e-9
MOST_UPDATES = 24
"""So often one bound may move: what creeps on for ever is near enough."""
ALTERNATIVES = 6
"""So many other explanations of one mistake are looked at."""
MOST_TRIED, MOST_WEIGHED = 3000, 60
"""So many sets of repairs are tried for the cheapest; beyond so many conflicts explanations are not weighed."""
MARGIN = 0.4
"""Explanations that cost so little more than the cheapest are weighed against it by what else they explain."""

Cells = frozenset[int]
NOBODY: Cells = frozenset()


@dataclass(slots=True)
class Constraint:
    """low ≤ Σ coefficient · quantity ≤ high (logarithms where `log`); `cell` states it, or `edit` demands it.

    `between`: instead, the first quantity lies between the smallest and the largest of the others.
    """

    terms: tuple[tuple[int, float], ...]
    low: float
    high: float
    log: bool = False
    cell: int = -1
    edit: object = None
    between: bool = False
    own: Cells = NOBODY
    """The cell that states it, as a set."""

    def __post_init__(self) -> None:
        self.own = frozenset((self.cell,)) if self.cell >= 0 else NOBODY


@dataclass(slots=True)
class State:
    """Bounds of every quantity and the cells they rest on; `conflict`: cells that cannot all be right, or None."""

    low: list[float]
    high: list[float]
    why_low: list[Cells]
    why_high: list[Cells]
    conflict: Cells | None = None


@dataclass
class Network:
    """Quantities with their first bounds, `whole` where they are counts, and the constraints between them."""

    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    constraints: list[Constraint] = field(default_factory=list)
    of: list[list[int]] = field(default_factory=list)
    by_cell: dict[int, int] = field(default_factory=dict)

    def quantity(self, low: float, high: float, whole: bool) -> int:
        """Add a quantity and return its number."""
        self.low.append(low)
        self.high.append(high)
        self.whole.append(whole)
        self.of.append([])
        return len(self.low) - 1

    def add(self, constraint: Constraint) -> None:
        """Add a constraint."""
        number = len(self.constraints)
        self.constraints.append(constraint)
        if constraint.cell >= 0:
            self.by_cell[constraint.cell] = number
        for each, _ in constraint.terms:
            self.of[each].append(number)

    def parts(self, kin: Sequence[object]) -> list[list[int]]:
        """Return the constraints in parts that no quantity joins, nor two quantities of the same kin."""
        families: dict[object, list[int]] = {}
        for each, name in enumerate(kin):
            families.setdefault(name, []).extend(self.of[each])
        seen: set[int] = set()
        found = []
        for first in range(len(self.constraints)):
            part = [first] if first not in seen else []
            seen.add(first)
            for number in part:
                for each, _ in self.constraints[number].terms:
                    fresh = [other for other in families.get(kin[each], ()) if other not in seen]
                    families[kin[each]] = []
                    seen.update(fresh)
                    part += dict.fromkeys(fresh)
            if part:
                found.append(sorted(part, key=self._shortest_first))
        return found

    def _first(self, only: Collection[int] | None, part: Sequence[int] | None) -> Sequence[int]:
        """Return what is passed along first: what some cells say, a part of `parts`, or everything."""
        if only is not None:
            return sorted((self.by_cell[cell] for cell in only), key=lambda number: len(self.constraints[number].terms))
        return sorted(range(len(self.constraints)), key=self._shortest_first) if part is None else part

    def _shortest_first(self, number: int) -> tuple[int, int]:
        return len(self.constraints[number].terms), number

    def propagate(
        self, without: Collection[int] = (), only: Collection[int] | None = None, part: Sequence[int] | None = None
    ) -> State:
        """Return the bounds that follow without some cells, or from only some; stops at the first conflict.

        `part`: only those constraints, one of `parts`.
        """
        state = State(list(self.low), list(self.high), [NOBODY] * len(self.low), [NOBODY] * len(self.low))
        lowest, highest, moved = state.low, state.high, [0] * (2 * len(self.low))
        queue = deque(self._first(only, part))
        waiting = set(queue)
        while queue:
            number = queue.popleft()
            waiting.discard(number)
            constraint = self.constraints[number]
            cell = constraint.cell
            if cell in without or (only is not None and cell >= 0 and cell not in only):
                continue
            for target, low, high, why_low, why_high in self.allowed(constraint, state):
                if self.whole[target]:
                    low, high = _ceil(low), _floor(high)
                higher = low > lowest[target] and low > lowest[target] + DUST * max(1.0, abs(low))
                lower = high < highest[target] and high < highest[target] - DUST * max(1.0, abs(high))
                if not (higher or lower):
                    continue
                if higher:
                    lowest[target], state.why_low[target] = low, why_low
                if lower:
                    highest[target], state.why_high[target] = high, why_high
                if lowest[target] > highest[target] + 2 * DUST * max(1.0, abs(highest[target])):
                    state.conflict = state.why_low[target] | state.why_high[target]
                    return state
                moved[2 * target] += higher
                moved[2 * target + 1] += lower
                if max(moved[2 * target : 2 * target + 2]) <= MOST_UPDATES:
                    for other in self.of[target]:
                        if other != number and other not in waiting:
                            waiting.add(other)
                            queue.append(other)
        return state

    def allowed(self, constraint: Constraint, state: State) -> Sequence[tuple[int, float, float, Cells, Cells]]:
        """Return (quantity, low, high, cells behind each) that a constraint leaves to each of its quantities."""
        terms, log, own = constraint.terms, constraint.log, constraint.own
        if len(terms) == 1:
            return ((terms[0][0], constraint.low, constraint.high, own, own),)
        if constraint.between:
            others = [each for each, _ in terms[1:]]
            behind = own.union(*(state.why_low[each] | state.why_high[each] for each in others))
            low, high = min(state.low[each] for each in others), max(state.high[each] for each in others)
            return ((terms[0][0], low, high, behind, behind),)
        ends = _ends(terms, ((state.low[each], state.high[each]) for each, _ in terms), log)
        if ends is None:
            return ()
        least, most = ends
        found = []
        for k, (each, factor) in enumerate(terms):
            low = constraint.low - sum(most[:k] + most[k + 1 :])
            high = constraint.high - sum(least[:k] + least[k + 1 :])
            if not (low > least[k] or high < most[k]):  # no number (∞ − ∞) says nothing
                continue
            low, high = (low / factor, high / factor) if factor > 0 else (high / factor, low / factor)
            low = -math.inf if low != low else low
            high = math.inf if high != high else high
            if log:
                low, high = _exp(low), _exp(high)
            by_least = by_most = own
            for j, (other, sign) in enumerate(terms):
                if j != k:
                    by_least |= state.why_low[other] if sign > 0 else state.why_high[other]
                    by_most |= state.why_high[other] if sign > 0 else state.why_low[other]
            found.append((each, low, high, by_most, by_least) if factor > 0 else (each, low, high, by_least, by_most))
        return found

    def shrink(self, conflict: Cells, weight: Sequence[float]) -> Cells:
        """Return a part of a conflict that is one still, and no longer is without any of its cells."""
        for cell in sorted(conflict, key=lambda each: (weight[each], -each)):
            if cell in conflict:
                conflict = self.propagate(only=conflict - {cell}).conflict or conflict
        return conflict


def reach(factors: Sequence[float], ends: Sequence[tuple[float, float]], log: bool) -> tuple[float, float]:
    """Return the least and the most that Σ factor · x can be, each x (its logarithm, where `log`) between its ends."""
    found = _ends(tuple(enumerate(factors)), ends, log)
    least, most = map(sum, found) if found else (-math.inf, math.inf)
    return (-math.inf if least != least else least), (math.inf if most != most else most)


def _ends(terms: Sequence[tuple[int, float]], ends: Iterable[tuple[float, float]], log: bool):
    """Return the least and the most of each term of a sum; None where a logarithm is of nothing."""
    least, most = [], []
    for (_, factor), (low, high) in zip(terms, ends, strict=True):
        if log:
            if high <= 0:
                return None
            low, high = math.log(low) if low > 0 else -math.inf, math.log(high)
        least.append(factor * (low if factor > 0 else high))
        most.append(factor * (high if factor > 0 else low))
    return least, most


def _exp(value: float) -> float:
    return math.exp(value) if value < 700 else math.inf


def _ceil(value: float) -> float:
    return float(math.ceil(value - 1e-6)) if -1e15 < value < 1e15 else value


def _floor(value: float) -> float:
    return float(math.floor(value + 1e-6)) if -1e15 < value < 1e15 else value


@dataclass(slots=True, eq=False)
class Repair:
    """One mistake a person can make, and what it costs to assume it: the cells it spoils, its first cell first."""

    cells: tuple[int, ...]
    cost: float
    kind: str = "cell"


def locate(
    network: Network, kin: Sequence[object], weight: Sequence[float], repairs: Sequence[Repair], penalty
) -> tuple[list[Repair], State]:
    """Return the cheapest repairs after which everything can hold, and the bounds that hold then.

    `kin` names what each quantity is of: what is of one name may be wrong together.
    `penalty(repairs, state)` is added to the cost; explanations that cost nearly as little are weighed so.
    """
    across = [each for each in repairs if each.kind in ("column", "base", "exchanged")]
    others = [each for each in repairs if each not in across]

    parts = [(part, {network.constraints[number].cell for number in part}) for part in network.parts(kin)]
    small_first = sorted(range(len(parts)), key=lambda at: len(parts[at][0]))
    solved: dict[tuple[int, Cells], list[Repair]] = {}

    def cheapest(given: Cells, most: float) -> list[Repair] | None:
        """Return the cheapest repairs of each part, some cells being given up already; None beyond `most`."""
        found: dict[int, list[Repair]] = {}
        for at in small_first:
            part, cells = parts[at]
            asked = at, given & cells
            if asked not in solved:
                own = [each for each in others if not (cells - given).isdisjoint(each.cells)]
                solved[asked] = _locate(_Part(network, part, weight, given & cells), own, penalty)
            found[at] = solved[asked]
            if sum(each.cost for each in set().union(*found.values())) > most + DUST:
                return None
        return list(dict.fromkeys(each for at in range(len(parts)) for each in found[at]))

    chosen = cheapest(NOBODY, math.inf)
    for one in across:  # Parts know nothing of one another: many mistakes of one column are one.
        cost = sum(each.cost for each in chosen)
        instead = cheapest(frozenset(one.cells), cost - one.cost)
        if instead is not None:
            chosen = min(chosen, [one, *instead], key=lambda tried: sum(each.cost for each in tried))
    return chosen, network.propagate(without={cell for each in chosen for cell in each.cells})


@dataclass
class _Part:
    """One part of a network without the cells `given` up; the conflicts met in it, by the repairs that meet each."""

    network: Network
    part: Sequence[int]
    weight: Sequence[float]
    given: Cells
    by_cell: dict[int, list[Repair]] = field(default_factory=dict)
    conflicts: list[dict[Repair, None]] = field(default_factory=list)

    def settle(self, banned: Collection[Repair] = (), most: float = math.inf) -> tuple[list[Repair], State] | None:
        """Return the cheapest repairs without some, adding the conflicts met on the way; None if dearer than `most`."""
        while True:
            chosen = cover(self.conflicts, banned)
            if chosen is None or sum(each.cost for each in chosen) > most:
                return None
            without = self.given.union(*(each.cells for each in chosen))
            state = self.network.propagate(without, part=self.part)
            if not state.conflict:
                return chosen, state
            while state.conflict:  # every conflict that shares no cell with those before, before the next cover
                conflict = self.network.shrink(state.conflict, self.weight)
                meets = (repair for cell in conflict for repair in self.by_cell.get(cell, ()))
                self.conflicts.append(dict.fromkeys(meets))
                without |= conflict
                state = self.network.propagate(without, part=self.part)


def _locate(here: _Part, repairs: Sequence[Repair], penalty) -> list[Repair]:
    for repair in repairs:
        for cell in repair.cells:
            here.by_cell.setdefault(cell, []).append(repair)
    found = here.settle()
    if found is None:  # Edits alone contradict each other: nobody's cell is to blame.
        return []
    chosen, state = found
    best = sum(each.cost for each in chosen) + penalty(chosen, state)
    asked: set[Repair] = set()
    while len(here.conflicts) <= MOST_WEIGHED and (rest := [each for each in chosen if each not in asked]):
        # What if this were not the mistake: does what it takes instead explain more?
        asked.add(rest[0])
        banned = {rest[0]}
        for _ in range(ALTERNATIVES):
            other = here.settle(banned, best + MARGIN)
            if other is None:
                break
            total = sum(each.cost for each in other[0]) + penalty(*other)
            if total < best - DUST:
                best, (chosen, state) = total, other
                break
            banned |= {each for each in other[0] if set(each.cells) & set(rest[0].cells)} or set(other[0]) - set(chosen)
    return chosen


def cover(conflicts: Sequence[Collection[Repair]], banned: Collection[Repair] = ()) -> list[Repair] | None:
    """Return the cheapest repairs that meet all conflicts, each told as what meets it; None where one cannot be met."""
    met_by: dict[Repair, int] = {}
    for number, conflict in enumerate(conflicts):
        for repair in conflict:
            met_by[repair] = met_by.get(repair, 0) | 1 << number
    ways: list[tuple[Repair, int]] = []
    for repair, met in sorted(met_by.items(), key=lambda pair: pair[0].cost):
        if repair not in banned and not any(met | m == m for _, m in ways):
            ways.append((repair, met))
    chosen: list[Repair] = []
    open_ = (1 << len(conflicts)) - 1
    while open_:  # one group of conflicts after another that share no repair
        group, grown = open_ & -open_, 0
        while grown != group:
            grown = group
            for _, met in ways:
                group |= met if met & group else 0
        found = _cheapest(group, [(repair, met) for repair, met in ways if met & group])
        if found is None:
            return None
        chosen, open_ = chosen + found, open_ & ~group
    return chosen


def _cheapest(group: int, ways: list[tuple[Repair, int]]) -> list[Repair] | None:
    """Return the cheapest repairs that meet a group of conflicts (bits): Dijkstra over what is still open."""
    bits = [1 << number for number in range(group.bit_length()) if group >> number & 1]
    meeting = {bit: [(repair, repair.cost, ~met) for repair, met in ways if met & bit] for bit in bits}
    if not all(meeting.values()):
        return None
    hardest = sorted(bits, key=lambda bit: len(meeting[bit]))
    heap: list[tuple[float, int, int, tuple]] = [(0.0, 0, group, ())]  # the repairs chosen: the last, and those before
    done: set[int] = set()
    reached: dict[int, float] = {}
    pushed = 0
    while heap:
        cost, _, open_, last = heapq.heappop(heap)
        if not open_ or pushed > MOST_TRIED:
            chosen = []
            while last:
                repair, last = last
                chosen.insert(0, repair)
            return chosen + _greedily(open_, ways)
        if open_ in done:
            continue
        done.add(open_)
        for bit in hardest:
            if open_ & bit:
                break
        for repair, more, left in meeting[bit]:
            rest = open_ & left
            if rest not in done:
                pushed += 1
                if cost + more < reached.get(rest, math.inf):
                    reached[rest] = cost + more
                    heapq.heappush(heap, (cost + more, pushed, rest, (repair, last)))
    return None


def _greedily(open_: int, ways: list[tuple[Repair, int]]) -> list[Repair]:
    """Return repairs that meet the open conflicts of a document so broken that the best are out of reach."""
    chosen = []
    while open_:  # what meets most for its cost
        repair, met = min(ways, key=lambda way: way[0].cost / ((way[1] & open_).bit_count() or 1e-9))
        open_ &= ~met
        chosen.append(repair)
    return chosen
