"""Words with their places → lines of text, and tables that no ruled line marks: columns are what words leave blank.

A line whose last words are a figure, set well apart, is a row; what all such rows leave blank between their words
parts the columns. Lines between rows are wrapped labels or headings of groups, lines above are the table's head.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise
from statistics import median

from ictplan_utils.documents.contents import EMPTY, Cell, Merge

APART = 1.0
"""So many letter heights part a figure from its label; blanks of justified text are narrower, and all alike."""

GUTTER = 0.5
"""So many letter heights, left blank in every row, part two columns; a word space is a third of one."""

WRAPPED = 1.55
"""Lines of one wrapped cell are at most so many letter heights apart."""

MOST_BETWEEN = 6
"""So many lines without figures may stand between two rows of a table."""

MOST_FREE = 12
"""Over so many columns that no head stands over, those meant are sought among all."""

Range = tuple[float, float]
"""From left to right."""

_FIGURE = re.compile(r"[-+−(~≈<>]?\s?\d[\d.,\s]*[%)]{0,2}[*⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾]*")
_NOTHING = re.compile(r"[-–—…._x]+|\.\.\.")


@dataclass(frozen=True)
class Word:
    """A word and its place; `top` grows downwards."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float

    @property
    def size(self) -> float:
        """The letters' height."""
        return self.bottom - self.top


@dataclass
class Line:
    """Words side by side, from left to right."""

    words: list[Word]

    @property
    def text(self) -> str:
        """The words, a blank between them."""
        return " ".join(word.text for word in self.words)

    @property
    def top(self) -> float:
        """Where the line begins."""
        return min(word.top for word in self.words)

    @property
    def middle(self) -> float:
        """The middle of its letters."""
        return (self.top + max(word.bottom for word in self.words)) / 2

    @property
    def size(self) -> float:
        """The letters' height."""
        return median(word.size for word in self.words)

    def parts(self, apart: float) -> list[Word]:
        """Return the words joined where less than `apart` letter heights lie between them."""
        parts: list[Word] = []
        for word in self.words:
            if parts and word.x0 - parts[-1].x1 < apart * self.size:
                last = parts[-1]
                parts[-1] = Word(f"{last.text} {word.text}", last.x0, max(last.x1, word.x1), last.top, last.bottom)
            else:
                parts.append(word)
        return parts

    @cached_property
    def is_row(self) -> bool:
        """Whether figures stand at the line's end, set apart."""
        parts = self.parts(APART)
        figures = [part for part in parts[1:] if _FIGURE.fullmatch(part.text)]
        ends = _FIGURE.fullmatch(parts[-1].text) or _NOTHING.fullmatch(parts[-1].text)
        blanks = [b.x0 - a.x1 for a, b in pairwise(self.words)]
        return bool(figures and ends and max(blanks) > 1.5 * min([*blanks, 0.3 * self.size]))

    @cached_property
    def is_head(self) -> bool:
        """Whether words set apart, and no figure, stand over so many columns that none but a table's head has them."""
        parts = [part.text for part in self.parts(GUTTER)]
        return len(parts) > 3 and not any(_FIGURE.fullmatch(part) or _NOTHING.fullmatch(part) for part in parts)

    @cached_property
    def is_years(self) -> bool:
        """Whether its figures are years: the row is a table's head."""
        figures = [word.text for word in self.words if _FIGURE.fullmatch(word.text)]
        return self.is_row and all(re.fullmatch(r"(19|20)\d\d", figure) for figure in figures)


@dataclass
class Region:
    """A table found by its words: its cells, its merged heads, and the ranges from left to right that columns fill."""

    rows: list[list[Cell]]
    merges: list[Merge]
    columns: list[Range]
    top: float


def lines_of(words: Iterable[Word]) -> list[Line]:
    """Return words as lines from top to bottom: words are side by side where they share half their height."""
    lines: list[Line] = []
    for word in sorted(words, key=lambda word: (word.top + word.bottom, word.x0)):
        middle = (word.top + word.bottom) / 2
        if lines and abs(lines[-1].middle - middle) < 0.45 * min(word.size, lines[-1].size):
            lines[-1].words.append(word)
        else:
            lines.append(Line([word]))
    for line in lines:
        line.words.sort(key=lambda word: word.x0)
    return lines


def find_tables(lines: Sequence[Line], before: Sequence[Range] = ()) -> list[Line | Region]:
    """Return the lines in their order, those of a table as one region.

    `before` holds the columns of a table that may go on here, on a new page: one row is then enough.
    """
    found: list[Line | Region] = []
    at = 0
    for first, last in _runs(lines):
        rows = _rows(lines[first : last + 1])
        goes_on = not at and bool(before) and all(_fits(line, before) for line in rows)
        columns = list(before) if goes_on else _columns(rows)
        if not goes_on and (len(rows) < 2 or len(columns) < 2 or _values(rows, columns) == len(columns)):
            continue
        region, first, last = _region(lines, at, first, last, columns, goes_on)
        found += [*lines[at:first], region]
        at = last + 1
    return [*found, *lines[at:]]


def _rows(lines: Sequence[Line]) -> list[Line]:
    """Return the rows of figures: years of a head may stand left of the figures below them."""
    rows = [line for line in lines if line.is_row]
    return [line for line in rows if not line.is_years] or rows


def _runs(lines: Sequence[Line]) -> list[tuple[int, int]]:
    """Return the first and last row of what may be tables: rows with few lines, none of them of a text, between."""
    runs: list[tuple[int, int]] = []
    columns: list[Range] = []
    for n, line in enumerate(lines):
        if not line.is_row:
            continue
        if runs and n - runs[-1][1] <= MOST_BETWEEN:
            wider = _columns([line], columns)
            full = [len(one.parts(GUTTER)) == 1 and _crosses(one, wider) for one in lines[runs[-1][1] + 1 : n]]
            again = any(one.is_head for one in lines[runs[-1][1] + 1 : n])
            if len(wider) > 1 and not again and not any(a and b for a, b in pairwise(full)):
                runs[-1], columns = (runs[-1][0], n), wider
                continue
        runs.append((n, n))
        columns = _columns([line])
    return runs


def _columns(rows: Sequence[Line], known: Sequence[Range] = ()) -> list[Range]:
    """Return the ranges that words fill in any row; `known` are ranges filled already."""
    size = median(line.size for line in rows)
    columns: list[Range] = []
    for x0, x1 in sorted([*known, *((word.x0, word.x1) for line in rows for word in line.words)]):
        if columns and x0 - columns[-1][1] < GUTTER * size:
            columns[-1] = (columns[-1][0], max(columns[-1][1], x1))
        else:
            columns.append((x0, x1))
    return columns


def _over(part: Word, columns: Sequence[Range]) -> list[int]:
    """Return the columns a part stands over, the nearest where it is over none."""
    over = [c for c, column in enumerate(columns) if _covers(part, column)]
    return over or [min(range(len(columns)), key=lambda c: _far(part, columns[c]))]


def _parted(line: Line, columns: Sequence[Range]) -> list[tuple[Word, list[int]]]:
    """Return a line's parts with the columns each stands over; those over none are each of another, the nearest ones.

    So "2020", "2021" are of the columns whose figures end right of them, not left.
    """
    parts = [(part, _over(part, columns)) for part in line.parts(GUTTER)]
    loose = [n for n, (part, over) in enumerate(parts) if len(over) == 1 and not _covers(part, columns[over[0]])]
    taken = {c for n, (_, over) in enumerate(parts) if n not in loose for c in over}
    free = [c for c in range(len(columns)) if c not in taken]
    if len({parts[n][1][0] for n in loose} - taken) < len(loose) <= len(free) <= MOST_FREE:
        far = lambda chosen: sum(_far(parts[n][0], columns[c]) for n, c in zip(loose, chosen, strict=True))  # noqa: E731
        for n, c in zip(loose, min(combinations(free, len(loose)), key=far), strict=True):
            parts[n] = parts[n][0], [c]
    return parts


def _covers(part: Word, column: Range) -> bool:
    return min(column[1], part.x1) > max(column[0], part.x0)


def _far(part: Word, column: Range) -> float:
    return max(column[0] - part.x1, part.x0 - column[1])


def _fits(line: Line, columns: Sequence[Range]) -> bool:
    return len(line.parts(GUTTER)) > 1 and all(len(_over(word, columns)) == 1 for word in line.words)


def _crosses(line: Line, columns: Sequence[Range]) -> bool:
    return any(len(_over(part, columns)) > 1 for part in line.parts(GUTTER))


def _region(
    lines: Sequence[Line], begins: int, first: int, last: int, columns: list[Range], goes_on: bool
) -> tuple[Region, int, int]:
    """Return the table around its rows `first` to `last`, and which lines it takes."""
    rows = _rows(lines[first : last + 1])
    size = median(line.size for line in rows)
    pitch = [b.middle - a.middle for a, b in pairwise(lines[first : last + 1])
             if a.is_row and b.is_row]  # fmt: skip
    reach = min(0.9 * min(pitch), 2.2 * size) if pitch else WRAPPED * size
    values = _values(rows, columns)
    while first < last and lines[first].is_years:
        first = next(n for n in range(first + 1, last + 1) if lines[n].is_row)
    apart = max(2.5 * size, 1.2 * min((b.middle - a.middle for a, b in pairwise(rows)), default=0))
    top, labels = first, 0
    while top > begins and top > first - 12:
        line, gap = lines[top - 1], lines[top].middle - lines[top - 1].middle
        over = [each for _, each in _parted(line, columns)]
        of_label = (gap <= reach or goes_on) and all(c < values for one in over for c in one) and labels == first - top
        spans_label = any(len(one) > 1 and one[0] < values for one in over)
        above = lines[top - 2] if top - 1 > begins else line  # "ST", the head's line, and below it "T"
        goes_up = len(above.parts(GUTTER)) > 2 and line.middle - above.middle <= WRAPPED * size
        near = WRAPPED * size if len(over) == 1 and over[0][0] < values and not goes_up else apart
        if not of_label and (gap > near or spans_label or (line.is_row and not line.is_years)):
            break
        labels += of_label
        top -= 1
    while last + 1 < len(lines) and not lines[last + 1].is_row:
        line, gap = lines[last + 1], lines[last + 1].middle - lines[last].middle
        over = [c for part in line.parts(GUTTER) for c in _over(part, columns)]
        if gap > reach or any(c >= values for c in over) or len(over) > len(line.parts(GUTTER)):
            break
        last += 1
    body = first - labels
    heads, merges = _heads(lines[top:body], columns)
    cells = heads + [_cells(group, columns) for group in _groups(lines[body : last + 1], reach, size)]
    return Region(cells, merges, columns, lines[top].top), top, last


def _values(rows: Sequence[Line], columns: Sequence[Range]) -> int:
    """Return the first column of figures: behind a column of words, where there is one."""
    kinds = []
    for c in range(len(columns)):
        texts = [" ".join(w.text for w in line.words if _over(w, columns)[0] == c) for line in rows]
        texts = [text for text in texts if text]
        kinds.append(sum(bool(_FIGURE.fullmatch(text)) for text in texts) * 2 > len(texts))
    worded = kinds.index(False) if False in kinds else -1
    return next((c for c in range(worded + 1, len(kinds)) if kinds[c]), len(kinds))


def _heads(lines: Sequence[Line], columns: Sequence[Range]) -> tuple[list[list[Cell]], list[Merge]]:
    """Return a head's rows: what stands over several columns, and below it the rest of each column, one cell."""
    spans: dict[tuple[int, int], list[str]] = {}
    own: list[list[str]] = [[] for _ in columns]
    for line in lines:
        for part, over in _parted(line, columns):
            (spans.setdefault((over[0], over[-1]), []) if len(over) > 1 else own[over[0]]).append(part.text)
    wide = [EMPTY] * len(columns)
    for (left, _), texts in spans.items():
        wide[left] = Cell(" ".join(filter(None, [wide[left].text, *texts])))
    rows = [*([wide] if spans else []), [Cell(" ".join(texts)) for texts in own]]
    return rows if lines else [], [(0, left, 0, right) for left, right in spans]


def _groups(lines: Sequence[Line], reach: float, size: float) -> list[list[Line]]:
    """Return the lines of each row: lines near one another are one, nearest first, but no two rows with figures."""
    groups = [[line] for line in lines]
    gaps = [b.middle - a.middle for a, b in pairwise(lines)]
    goes_on = [line.words[0].text[:1].islower() for line in lines[1:]]
    near = [n for n, gap in enumerate(gaps) if gap <= reach or (goes_on[n] and gap <= WRAPPED * size)]
    owner = list(range(len(lines)))
    for n in sorted(near, key=lambda n: (round(gaps[n], 1), not goes_on[n], n)):
        upper, lower = groups[owner[n]], groups[owner[n + 1]]
        if sum(line.is_row for line in upper + lower) <= 1:
            upper += lower
            for line in range(n + 1, n + 1 + len(lower)):
                owner[line] = owner[n]
    return [groups[n] for n in dict.fromkeys(owner)]


def _cells(group: Sequence[Line], columns: Sequence[Range]) -> list[Cell]:
    texts: list[list[str]] = [[] for _ in columns]
    for line in group:
        for part in line.words if line.is_row else line.parts(GUTTER):
            texts[_over(part, columns)[0]].append(part.text)
    return [Cell(" ".join(parts)) for parts in texts]
