"""What a grid of numbers shows of itself, line by line: which items are the sums of which others, or compare them.

A relation is taken for one where it saves more than it costs to tell (minimum description length, Rissanen 1978):
each line whose total its parts make saves the bits it would take to print that total; which parts of how many, and
which lines hold and which do not, cost theirs. So a table of random numbers has no totals. It is the same with an item
that is the ratio, the growth or the difference of two others.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ictplan_utils.documents.header_rows import NO_NUMBER

MOST_BITS = 10.0
"""A line saves no more, however long its number: what holds in one line alone may be so of that line alone."""
SURE = 10.0
"""Bits that a relation must save beyond what it costs: one in a thousand tables has one by accident."""
LAID_OUT, OWN = SURE / 2, 1.0
"""The same of what a table lays out as a total: by its numbering, or of all there is; and of the whole's own."""
ENOUGH = 4
"""Where fewer lines hold, a total above its parts may have parts that are not listed; not of parts that are times."""
LONG, DUST, MOST_ITEMS = 4, 1e-6, 1000
"""No province has so many communes; of more the totals would take long to find."""
ODD = 4
"""One line, or one for so many that hold, may be a mistake; where more do not hold, the parts are not all there."""
MOST_COMPARED = 24
"""Of more items than so many every pair would take long to try."""
UNKNOWN = ""
"""The kind of what nobody knows."""


@dataclass(frozen=True)
class Lines:
    """A grid: lines down, what may be added up across; `low`–`high` what a printed number can stand for, NaN where
    none is printed; `unit` the worth of its last digit; `kinds` what each counts, None where it can be no sum.

    `own`: the items that are the whole's for sure; `depth` how deep each stands by its numbering; `all_listed`:
    times and areas, which are all there in each line if they are in one; `sums`: the items that are called sums.
    """

    low: np.ndarray
    high: np.ndarray
    unit: np.ndarray
    kinds: Sequence[Sequence[str | None]]
    own: Sequence[bool]
    depth: Sequence[float]
    all_listed: Sequence[bool] = ()
    sums: Sequence[bool] = ()


@dataclass(frozen=True)
class Total:
    """An item that is the sum of others: the lines in which it is, and in which it should be."""

    total: int
    parts: tuple[int, ...]
    holds: tuple[int, ...]
    fails: tuple[int, ...]
    saved: float


def totals(lines: Lines) -> list[Total]:
    """Return the totals of a grid, parts of parts first: of neighbours, those left out that are parts already."""
    found: list[Total] = []
    open_ = [k for k in range(lines.low.shape[1]) if not np.isnan(lines.low[:, k]).all()]
    while len(open_) <= MOST_ITEMS:
        some = sorted(_candidates(lines, open_), key=lambda each: (-each.saved, len(each.parts)))
        taken: set[int] = set()
        for each in some:
            if taken.isdisjoint((each.total, *each.parts)):
                taken |= {each.total, *each.parts}
                open_ = [k for k in open_ if k not in each.parts]
                found.append(each)
        if not taken:
            break
    return found


@dataclass(frozen=True)
class Compared:
    """An item that is a measure of two others, `of` over `base`: the lines in which it is, and those in which it should
    be."""

    item: int
    of: int
    base: int
    measure: str
    holds: tuple[int, ...]
    fails: tuple[int, ...]


def compared(
    lines: Lines, told: Mapping[str, np.ndarray], open_: Sequence[int], meant: Collection[int] = ()
) -> Iterator[Compared]:
    """Yield the items of `open_` that compare two others of the lines, the last first: what one compares is no
    comparison. `told`: of each measure, what the numbers say if they are one: the lowest, the highest and the worth of
    the last digit, each a grid. `meant`: the items whose headings say that they compare."""
    size = lines.low.shape[1]
    if not open_ or not 3 <= size <= MOST_COMPARED:
        return
    low, high, base_low, base_high = (
        lines.low[:, :, None],
        lines.high[:, :, None],
        lines.low[:, None],
        lines.high[:, None],
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(base_low > 0, [low / base_high * 100, high / base_low * 100], np.nan)
    made = {"ratio_pct": ratio, "growth_pct": ratio - 100, "change": np.array([low - base_high, high - base_low])}
    terms: set[int] = set()
    for item in sorted(open_, reverse=True):
        tried = [(*_best(made[name], *grid[:, :, item, None, None], item), name) for name, grid in told.items()]
        bits, (of, base), measure = max(tried)
        (least, most), (lowest, highest, _) = made[measure][:, :, of, base], told[measure][:, :, item]
        known = np.flatnonzero(~np.isnan(least + lowest))
        holds = (lowest <= most + DUST) & (highest >= least - DUST)
        costs = LAID_OUT if item in meant else SURE + 1 + math.log2(len(told) * size * size)
        if item not in terms and bits > costs + math.log2(math.comb(len(known), int(holds.sum()))):
            terms |= {of, base}
            kinds: dict[str | None, list[int]] = {}
            for n in known:
                kinds.setdefault(lines.kinds[n][item], []).append(int(n))
            fails = (n for some in kinds.values() if _few(some, holds) for n in some if not holds[n])
            yield Compared(item, of, base, measure, tuple(map(int, np.flatnonzero(holds))), tuple(fails))


def _best(made: np.ndarray, low: np.ndarray, high: np.ndarray, unit: np.ndarray, item: int):
    """Return the most bits that an item saves as a measure of two others, and which two they are."""
    least, most = made
    bits = np.zeros_like(least)
    holds = (low <= most + DUST) & (high >= least - DUST)
    window = (most - least + high - low + unit)[holds]
    size = np.broadcast_to(np.maximum(abs(low), abs(high)), holds.shape)[holds]
    bits[holds] = np.clip(np.log2(np.maximum(size, DUST) / window), 0, MOST_BITS)
    saved = bits.sum(axis=0)
    saved[item], saved[:, item] = 0, 0
    np.fill_diagonal(saved, 0)
    best = int(saved.argmax())
    return float(saved.flat[best]), divmod(best, len(saved))


def _candidates(lines: Lines, open_: Sequence[int]) -> Iterator[Total]:
    """Yield what saves bits of the items still open: one the sum of the two or more that end or begin beside it."""
    low, high = lines.low[:, open_], lines.high[:, open_]
    naming = SURE + math.log2(max((len(open_) - 1) * (len(open_) - 2), 1))
    for at in range(len(open_)):
        for step in (1, -1):
            beside = range(at + step, len(open_) if step > 0 else -1, step)
            if len(beside) < 2:
                continue
            meant = _meant(lines, open_[at], [open_[n] for n in beside])
            least, most = np.cumsum(low[:, beside], axis=1), np.cumsum(high[:, beside], axis=1)
            several = np.cumsum(high[:, beside] > 0, axis=1) > 1
            holds = (low[:, [at]] <= most + DUST) & (high[:, [at]] >= least - DUST) & several
            for k in np.flatnonzero(holds.any(axis=0)):
                parts = tuple(sorted(open_[n] for n in beside[: k + 1]))
                costs = meant.get(k + 1, naming)
                if total := _total(lines, open_[at], parts, (holds[:, k], least[:, k], most[:, k]), costs):
                    yield total


def _meant(lines: Lines, at: int, beside: Sequence[int]) -> dict[int, float]:
    """Return the lengths of the runs that are meant to make an item, with what telling them costs: all there are, what
    stands deeper by its number and, beside one of the whole's, those that are not."""
    deepest = max(lines.depth[beside[0]], NO_NUMBER - 1)  # no number under numbers: the next total
    deeper = [lines.depth[at] < lines.depth[n] <= deepest for n in beside]
    others = [not lines.own[n] for n in beside]
    found = {len(beside): LAID_OUT, (*deeper, False).index(False): LAID_OUT}
    return found | ({(*others, False).index(False): OWN} if lines.own[at] else {})


def _total(lines: Lines, at: int, parts: tuple[int, ...], made: tuple[np.ndarray, ...], costs: float) -> Total | None:
    """Return a total of what saves bits, None where it costs more. `made`: where its parts make it, and what."""
    (holds, least, most), low, high = made, lines.low[:, at], lines.high[:, at]
    window = most - least + high - low + lines.unit[:, at]
    bits, seen = 0.0, set()
    for n in np.flatnonzero(holds):
        told = (low[n], *lines.low[n, list(parts)])
        if told not in seen and high[n] > 0:  # the same line again says nothing new
            seen.add(told)
            bits += min(MOST_BITS, max(0.0, math.log2(high[n] / window[n])))
    by_kind: dict[str | None, list[int]] = {}
    for n in np.flatnonzero(~np.isnan(window)):
        by_kind.setdefault(lines.kinds[n][at], []).append(int(n))
    costs += sum(1 + math.log2(math.comb(len(some), int(holds[some].sum()))) for some in by_kind.values())
    if bits <= costs:
        return None
    holding = tuple(map(int, np.flatnonzero(holds)))
    known = {n for kind, some in by_kind.items() if kind and holds[some].any() for n in some}
    largest, middle = lines.high[:, list(parts)].max(axis=1), (least + most) / 2
    # What is the last of its parts in other lines is at the end of times, which are all there.
    last = lines.low[:, list(parts)[:: len(parts) - 1]].T
    times = bool(((last == low) & ~holds & (high > 0)).any()) or (
        bool(lines.all_listed) and (lines.sums[at] or all(lines.all_listed[k] for k in parts))
    )
    # What is of no kind that adds up may rightly be a mean, or the last of its parts: it lies nearer to these. What is
    # more than its parts need not have them all listed.
    fails = tuple(
        n for n in _odd([some for kind, some in by_kind.items() if kind is not None], holds)
        if _slip(lines, n, at, parts)
        or ((n in known or abs(low[n] - middle[n]) < abs(low[n] - largest[n]))
            and (low[n] <= most[n] or times or len(holding) >= ENOUGH))
    )  # fmt: skip
    return Total(at, parts, holding, fails, bits - costs)


def _odd(by_kind: Sequence[list[int]], holds: np.ndarray) -> list[int]:
    """Return the lines that do not hold where few of all kinds do not, else those of each kind of which few do not."""
    every = [n for some in by_kind for n in some]
    few = [some for some in ([every] if _few(every, holds) else by_kind) if _few(some, holds)]
    return [n for some in few for n in some if not holds[n]]


def _few(some: Sequence[int], holds: np.ndarray) -> bool:
    right = int(holds[list(some)].sum())
    return right > 0 and len(some) - right <= max(1, right // ODD)


def _slip(lines: Lines, n: int, at: int, parts: Sequence[int]) -> bool:
    """Tell whether one number of a line makes the others add up but for a slip of the pen."""
    total, *printed = (lines.low[n, [at, *parts]] + lines.high[n, [at, *parts]]) / 2
    made = sum(printed)
    rights = [(total, made), *((part, part + total - made) for part in printed)]
    return any(_slipped(f"{was:.0f}", f"{right:.0f}") for was, right in rights if right > 0 and right % 1 == 0)


def _slipped(was: str, right: str) -> bool:
    """Tell whether digits are others with two exchanged, with the mark moved, or, of a long number, with one lost."""
    if was.rstrip("0") == right.rstrip("0"):
        return len(was) != len(right)
    swapped = (right[:k] + right[k + 1] + right[k] + right[k + 2 :] for k in range(len(right) - 1))
    lost = (right[:k] + right[k + 1 :] for k in range(len(right) if len(right) >= LONG else 0))
    return was in (*swapped, *lost)
