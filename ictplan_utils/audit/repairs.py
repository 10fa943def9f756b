"""The single mistakes that may have been made in a document, what it costs to assume each, and what speaks against."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from ictplan_utils.audit import edits
from ictplan_utils.audit.cells import ADMINISTRATIVE, Cell, Document, Key, quantity, worked
from ictplan_utils.audit.edits import Edit, Model
from ictplan_utils.audit.sentences import number
from ictplan_utils.audit.solve import Constraint, Repair, State, reach

DUST = 1e-9
AGAIN, CARRIED, WORKED_ON = 0.08, 0.04, 0.05
"""What it costs more to assume that a wrong number was copied to another place, that ratios were worked out from it,
and for each figure that was."""
ROW, HALF_OF_IT, FEW = 1.2, 0.5, 3
"""A whole row is one mistake, of a wrong unit, of a copied row, and a column of more than a few rows one, of a wrong
heading; but not for the sake of a cell or two."""
UNITS_APART = 999
"""A figure printed as another is, and so many times it, is the same in another unit."""
COPY, EXCHANGED = 0.7, 0.95
"""A row copied over its neighbour, and two cells of a row that changed places, are one mistake each."""
DOUBT, SLIP, FAR = 0.12, 0.15, 0.1
"""What speaks against an explanation that leaves something odd, for one that a slip of the pen explains, and against
one that makes a figure less than half of what is printed, or more than twice."""
LEAP, LEAPS = 0.35, math.log(1.5)
"""What speaks against an explanation after which a row leaps by half, up or down, from one column to the next."""
NARROW = 0.05
"""A slip is named only where the right figure is known to 5 %, lest chance name it."""
CLOSE = 0.005
"""A digit is said to be lost only where the right figure is known so well, for the same reason."""
SMALL = 20
"""What counts a handful may double."""


def repairs_of(model: Model, copies: Iterable[tuple[list[Cell], list[Cell]]]) -> list[Repair]:
    """Return every single mistake that may have been made, and what it costs to assume it."""
    index = model.index
    touching, lines = _lines(model)
    found = [Repair((k,), model.weight[k]) for k in model.network.by_cell]  # A blank ratio says nothing.
    found += _numbers(model, touching)
    for (kind, *_), line in sorted(lines.items(), key=lambda each: LINES.index(each[0][0])):
        found += _of_line(model, kind, line, touching)
    for pair in copies:  # either row may be the copy, its ratios with it, where the other can be right
        for row, other in (pair, pair[::-1]):
            if all(possible(model, each) for each in other):
                cells = ((k, model.cells[k]) for k in lines["indicator", row[0].indicator])
                own = [k for k, cell in cells if cell.measure and cell.place[0] == row[0].place[0]]
                found.append(Repair(_whole_rows(model, [*(index[cell] for cell in row), *own]), COPY, "copy"))
    found += _exchanged_rows(model, lines)
    found += [Repair((index[a], index[b]), EXCHANGED, "exchanged") for a, b in _exchanges(model, touching)]
    return found


LINES = ("indicator", "row", "column", "compared", "time")
"""What may be wrong as a whole: an indicator's figures and ratios, its row of a table, a column of figures, one of
comparisons, and what the text says of a time, which a heading may have given."""


def _lines(model: Model) -> tuple[dict[Key, list[int]], dict[tuple[str, ...], list[int]]]:
    """Return each quantity's comparisons, and the cells of each of LINES."""
    touching: dict[Key, list[int]] = defaultdict(list)
    lines: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for k in model.network.by_cell:
        cell = model.cells[k]
        for key in (cell.key, cell.base) if cell.base else ():
            touching[key].append(k)
        if not cell.period:  # nothing stores it
            continue
        table, _, column = cell.place
        lines["indicator", cell.indicator].append(k)
        if not cell.in_table:
            lines["time", *cell.key[1:]].append(k)
        elif cell.measure:
            lines["compared", table, column].append(k)
        else:
            lines["row", table, cell.indicator].append(k)
            lines["column", table, column].append(k)
    return touching, lines


def _numbers(model: Model, touching: dict[Key, list[int]]) -> Iterator[Repair]:
    """Yield that a wrong number was copied to another place, and that ratios and figures were worked out from it."""
    worked_from = _worked_from(model)
    for key, group in (*model.doc.figures.items(), *model.doc.printed.items()):
        for value in dict.fromkeys(cell.value for cell in group):
            same = [model.index[cell] for cell in group if cell.value == value]
            cost = max(model.weight[k] for k in same) + AGAIN * (len(same) - 1)
            if len(same) > 1:
                yield Repair(tuple(same), cost, "number")
            # What stands in a table was not worked out from a number that stands in the text alone.
            tabled = any(model.cells[k].in_table for k in same)
            carried = [
                k for k in touching[key]
                if (tabled or not model.cells[k].in_table) and agrees(model.doc, model.cells[k], {key: value})
            ]  # fmt: skip
            if carried:
                yield Repair((*same, *carried), cost + CARRIED, "number")
            further = [k for other in worked_from.get(key, ()) for k in _all_of(model, touching, other)]
            if further:
                more = CARRIED + WORKED_ON * len(set(worked_from[key]))
                yield Repair(tuple(dict.fromkeys((*same, *carried, *further))), cost + more, "number")


def _of_line(model: Model, kind: str, line: Sequence[int], touching: dict[Key, list[int]]) -> Iterator[Repair]:
    """Yield that a line is wrong as a whole, or all of it that is in another unit."""
    cells = model.cells
    figures = [k for k in line if not cells[k].measure]
    whole = max(ROW, HALF_OF_IT * _sum_of_keys(model, figures))
    if kind == "indicator" and (odd := _in_another_unit(model, figures)):
        yield Repair(_whole_rows(model, odd), COPY, "row")
    if kind == "indicator" and len({cells[k].key for k in figures}) > 1:
        yield Repair(_whole_rows(model, line), whole, "row")
    elif kind == "row" and len(figures) > 1:
        yield Repair(_whole_rows(model, figures), whole, "row")
    elif kind == "column" and len(figures) > FEW:
        carried = {
            c: None for k in figures for c in touching[cells[k].key]
            if agrees(model.doc, cells[c], {cells[k].key: cells[k].value})
        }  # fmt: skip
        yield Repair((*figures, *carried), whole, "column")
    elif kind == "compared" and other_base(model.doc, [cells[k] for k in line]):
        yield Repair(tuple(line), ROW, "base")
    elif kind == "time" and len(figures) > FEW and another_time(model.doc, [cells[k] for k in figures]):
        yield Repair((*figures, *(k for k in line if cells[k].measure)), ROW, "column")


def _whole_rows(model: Model, cells: Sequence[int]) -> tuple[int, ...]:
    """Return cells with what their tables' rows print besides."""
    return (*cells, *dict.fromkeys(k for c in cells for k in model.beside.get(model.cells[c].place[:2], ())))


def _in_another_unit(model: Model, row: Sequence[int]) -> tuple[int, ...]:
    """Return the figures of an indicator's rows in tables that print the very numbers that others state, but a thousand
    or more times as large or small."""
    tables: dict[str, list[int]] = defaultdict(list)
    for k in row:
        tables[model.cells[k].place[0] * model.cells[k].in_table].append(k)
    apart = {
        cell.place[0] for cell in (model.cells[k] for k in row) for other in model.doc.figures[cell.key]
        if other.printed.split()[:1] == cell.printed.split()[:1] and other.value and cell.value
        and max(other.value / cell.value, cell.value / other.value) >= UNITS_APART and not other.in_table
    }  # fmt: skip
    return tuple(k for table in tables if table in apart for k in tables[table])


def another_time(doc: Document, cells: Sequence[Cell]) -> tuple[str, str] | None:
    """Return the period and status, other than their own, at which most of some figures stand elsewhere."""
    others = Counter(
        key[1:] for each in cells for key, group in doc.figures.items()
        if key[0] == each.indicator and key != each.key and any(other.value == each.value for other in group)
    )  # fmt: skip
    ((likely, times),) = others.most_common(1) or [(None, 0)]
    return likely if 2 * times > len(cells) else None


def possible(model: Model, cell: Cell) -> bool:
    """Tell whether a figure lies within what its indicator can be at all."""
    at = model.number[cell.key]
    return model.network.low[at] - DUST <= cell.high and cell.low <= model.network.high[at] + DUST


def _exchanges(model: Model, touching: dict[Key, list[int]]) -> Iterator[tuple[Cell, Cell]]:
    """Yield two cells of a table's row, or figures of a column, of which each would be right in the other's place."""
    stated = model.doc.stated

    def right(cell: Cell, value: float, given: dict[Key, float]) -> bool:
        if cell.measure:
            return agrees(model.doc, cell, {}, value)
        said = [model.cells[k] for k in touching[cell.key]]
        again = [each for each in stated(cell.key) if each is not cell]
        return all(each.low - DUST <= value <= each.high + DUST for each in again) and all(
            agrees(model.doc, each, given) for each in said if stated(each.key) and stated(each.base)
        )

    lines: dict[tuple, list[Cell]] = defaultdict(list)
    for cell in model.cells:
        if cell.in_table and cell.value == cell.value and not right(cell, cell.value, {}):
            table, row, column = cell.place
            lines[table, row, cell.indicator, cell.measure].append(cell)
            if not cell.measure:
                lines[table, column].append(cell)
    for a, b in (pair for line in lines.values() for pair in itertools.combinations(line, 2)):
        swapped = {a.key: b.value, b.key: a.value}
        if (
            a.value != b.value
            and a.place != b.place
            and (a.measure or len(swapped) == 2)
            and right(a, b.value, swapped)
            and right(b, a.value, swapped)
        ):
            yield a, b


def _exchanged_rows(model: Model, lines: dict[tuple[str, ...], list[int]]) -> Iterator[Repair]:
    """Yield that two rows of a table stand in each other's places: the document states figures of each elsewhere at the
    other's place, and exchanged there alone the rows would go farther up and down."""
    for table in dict.fromkeys(key[1] for key in lines if key[0] == "row"):
        rows = {at[1]: line for (kind, *at), line in lines.items() if kind == "row" and at[0] == table}
        of_time = {slug: {model.cells[k].key[1:]: model.cells[k] for k in line} for slug, line in rows.items()}

        def said(slug: str, time: tuple[str, ...], value: float) -> bool:
            return any(cell.value == value for cell in model.doc.figures.get((slug, *time), ()))

        # Of most documents every figure is told alike wherever it is told, and no pair is left to try.
        otherwise = [
            slug for slug, cells in of_time.items()
            if any(
                other.value != cell.value and other.place[0] != table
                for cell in cells.values() for other in model.doc.figures.get(cell.key, ())
            )
        ]  # fmt: skip
        for a, b in itertools.combinations(otherwise, 2):
            pairs = {time: (one, of_time[b][time]) for time, one in of_time[a].items() if time in of_time[b]}
            there = [
                time for time, (one, two) in pairs.items()
                if one.value != two.value and said(b, time, one.value) and said(a, time, two.value)
            ]  # fmt: skip
            as_printed = [[pair[n].value for pair in pairs.values()] for n in (0, 1)]
            there_alone = [[pair[n ^ (time in there)].value for time, pair in pairs.items()] for n in (0, 1)]
            if there and (len(there) == len(pairs) or sum(map(_way, as_printed)) < sum(map(_way, there_alone))):
                first = [model.index[cell] for cell in pairs[there[0]]]
                own = [k for slug in (a, b) for k in lines["indicator", slug] if model.cells[k].place[0] == table]
                cost = EXCHANGED * max(model.weight[k] for k in first)
                yield Repair(tuple(dict.fromkeys((*first, *own))), cost, "exchanged")


def _way(values: Sequence[float]) -> float:
    """Return how far figures go from one to the next, up and down, in logarithms."""
    return sum(abs(math.log(b / a)) for a, b in itertools.pairwise(value for value in values if value > 0))


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


def _all_of(model: Model, touching: dict[Key, list[int]], key: Key) -> list[int]:
    """Return the cells that state a quantity and its ratios."""
    return [model.index[cell] for cell in model.doc.figures[key]] + touching[key]


def other_base(doc: Document, column: Sequence[Cell]) -> tuple[str, str] | None:
    """Return the time, of another column of its table, that nearly all comparisons of a column are made with."""
    table = column[0].place[0]
    times = {cell.key[1:] for group in doc.figures.values() for cell in group if cell.place[0] == table}
    right = Counter(
        at for at in times for cell in column if cell.key[0] not in ADMINISTRATIVE
        if agrees(doc, cell, {}, base=(cell.indicator, *at)) and not agrees(doc, cell, {})
    )  # fmt: skip
    (at, many), *_ = right.most_common(1) or [(None, 0)]
    return at if many > FEW and 2 * many > len(column) else None


def agrees(
    doc: Document, cell: Cell, given: dict[Key, float], printed: float | None = None, base: Key | None = None
) -> bool:
    """Tell whether a comparison (or `printed` in its place, or with another `base`) is right if its figures are as
    given, else as printed."""
    of = base or cell.base
    stated = {key: said[0].value for key in (cell.key, of) if (said := doc.stated(key))}
    value, base = (stated | given).get(cell.key), (stated if of == cell.key else stated | given).get(of)
    got = None if value is None or base is None else worked(cell.measure, value, base)
    off = 0.0 if printed is None else printed - cell.value
    return got is not None and cell.low - cell.unit <= got - off <= cell.high + cell.unit


def penalty(model: Model, repairs: Sequence[Repair], state: State) -> float:
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
    flow = model.doc.names.adds_up.get(slug, False)
    values = []
    for slot in ("last", "half", "year", "target"):
        at = model.number.get(quantity(slug, *model.doc.slots[slot]))
        if at is not None and math.isfinite(state.high[at]) and state.low[at] > 0:
            values.append((state.low[at] + state.high[at]) * (1 if flow and slot == "half" else 0.5))
    return sum(abs(math.log(b / a)) > LEAPS for a, b in itertools.pairwise(values) if max(a, b) >= SMALL)


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
    """Return the slip of the pen (swapped_digits, slipped_decimal, sign, lost_digit) of a cell, and what is right."""
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
        # 71,2 tỷ for 711.885 triệu is 712 rounded, and 10,8 triệu is 10.762
        rounded = slack * max(10.0**power - 1, 0) if cell.unit > 1 or cell.decimals else 0
        if value and low - rounded <= value * 10.0**power <= high + rounded:
            return "slipped_decimal", value * 10.0**power
    if cell.measure == "change" and value and low <= -value <= high:
        return "sign", -value
    if len(digits) > 1 and high - low <= CLOSE * high:
        places = [(k, new) for k in range(len(digits) + 1) for new in "0123456789" if k or new != "0"]
        longer = [int(digits[:k] + new + digits[k:]) for k, new in places]
        likely = min(longer, key=lambda each: abs(each / 10**cell.decimals - (low + high) / 2)) / 10**cell.decimals
        if low <= likely <= high:
            return "lost_digit", likely
    return "", math.nan


def copied_from(doc: Document, cell: Cell, wrong: Callable[[Cell], bool]) -> Cell | None:
    """Return another figure that is printed alike and is too odd to be so by chance: of its period, or its row."""
    if cell.value % 1 == 0 and len(number(cell.value).replace(".", "").strip("0")) < 3:
        return None
    same = (
        group[0] for key, group in doc.figures.items()
        if group[0].value == cell.value and key != cell.key and (key[1:] == cell.key[1:] or key[0] == cell.key[0])
    )  # fmt: skip
    return min(
        (each for each in same if not wrong(each)), key=lambda each: each.indicator == cell.indicator, default=None
    )
