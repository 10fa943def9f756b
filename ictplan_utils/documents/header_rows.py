"""The header of a table in a grid of cells: where it stands, what its columns say, and which hold what.

Nothing is found by its position: headers are known by their words, the rest by the headers.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ictplan_utils.documents import headers, numbers, units
from ictplan_utils.documents.contents import EMPTY, Cell
from ictplan_utils.vietnamese import CAPITALS, fold, nfc

Grid = Sequence[Sequence[Cell]]

LONGEST_HEADING = 28
"""A longer text alone over the first column is a table's title, not that column's heading."""

LONGEST_HEADER = 90
"""A longer text that speaks of times is a sentence."""

_SENTENCES = re.compile(rf"(?<=[^\W\d_A-ZĐ]{{3}}[.;])\s+(?=[{CAPITALS}])")
"""Between two sentences of a paragraph, of which the last may lead in a table: "… xóa vùng lõm. Cụ thể như sau:"."""

_UNIT = re.compile(r"\W*(?:don vi|dvt|dv tinh|unit)\b")

_FOUR = re.compile(r"\d{4}")

_SHORT = re.compile(r"[2-5]G|[IV]")
"""What a header may say in a letter: networks, quarters."""

_PLACE = re.compile(r"(?:xa|phuong|thi tran|huyen|quan|thi xa|thanh pho|tinh|dac khu) (?!thi tran|phuong|huyen)[a-z]")


@dataclass(frozen=True)
class Row:
    """One row under a header: printed index, name, unit, its place in the table (from 1), how deep its name stands.

    `time`: what its columns of times and statuses say.
    """

    index: str
    name: str
    unit: str
    cells: tuple[Cell, ...]
    at: int
    depth: int = 0
    time: str = ""

    def cell(self, column: int) -> Cell:
        """Return its cell of a column, an empty one beyond its end."""
        return self.cells[column] if column < len(self.cells) else EMPTY


@dataclass
class Block:
    """One table of a grid: its header's texts, which of its columns hold what, its rows, what stands above it.

    `wide`: columns of names that stand for several rows, merged downwards or said again in each; `times`: columns of
    times and statuses beside those of names. `name` is its sheet's, `label` its own in sources (`A1`), `unit_above`
    the unit that its captions, or the header of its names, state for all of it.
    """

    header: list[str]
    numbering: dict[int, tuple[str, tuple[str, str] | None]]
    rows: list[Row]
    captions: list[str]
    values: list[int]
    index: int | None
    names: list[int]
    unit: int | None
    first: int
    years_down: bool = False
    name: str = ""
    wide: frozenset[int] = frozenset()
    times: tuple[int, ...] = ()
    label: str = ""
    unit_above: str = ""

    @property
    def titles(self) -> list[str]:
        """The lines that entitle the table, the nearest first: no sentences, and nothing above one."""
        found = []
        for text in reversed(self.captions[-6:]):
            if text.strip().endswith((".", ";")) and len(text) > 40:
                break
            told = [said for said in _SENTENCES.split(text) if not _UNIT.match(fold(said))]
            text = told[-1] if len(told) > 1 else text
            if not _UNIT.match(fold(text)):
                found.append(text)
        return [*found, *([self.name] if self.name else [])]


def texts_of(row: Sequence[Cell]) -> list[str]:
    """Return the texts of a row's cells, a merged one's once."""
    return ["" if cell.covered else cell.text for cell in row]


def is_word(cell: Cell) -> bool:
    """Tell whether a cell holds words (or a time, which in a header is one)."""
    return bool(re.search(r"[^\W\d_]{2,}", cell.text)) or headers.is_dated(cell.text)


def is_figure(cell: Cell) -> bool:
    """Tell whether a cell holds a figure; years, dates and "6 tháng" are none."""
    if cell.problem:
        return cell.fault != "date"
    text = cell.text.strip()
    if not re.search(r"\d", text) or headers.is_dated(text):
        return False
    found = numbers.read_figure(text, cell.number)
    return isinstance(found, numbers.Figure) or (isinstance(found, numbers.Unread) and "range" in found.why)


def is_data(grid: Grid, r: int) -> bool:
    """Tell whether a row holds figures under a name."""
    row = grid[r]
    # Behind a row's number and its unit "1988" is no year.
    counted = is_index(row[0].text) and any(_is_unit(cell.text) for cell in row[1:])
    counts = [c for c, cell in enumerate(row) if counted and c > 1 and _FOUR.fullmatch(cell.text)]
    figures = [c for c, cell in enumerate(row) if c in counts or is_figure(cell)]
    # The first figure may be the printed index: what counts stands right of the name.
    names = [c for c, cell in enumerate(row) if c not in counts and is_word(cell) and not cell.problem]
    if not names or header_like(row):
        return False
    right = [c for c in figures if c > names[0]]
    # A header whose words lie one to a row may hold a bare "6": there, words outnumber figures.
    words = [c for c in names if c > names[0] + 1]
    if len(words) >= 2 and len(words) >= len(right):
        words = [c for c in words if not _is_unit(row[c].text) and not _times(grid, r, c)]
    return bool(right) and not (len(words) >= 2 and len(words) >= len(right))


@functools.lru_cache(maxsize=20000)
def kind(text: str) -> str:
    """Return what kind of column a header that need not name its year is of, as `role` does."""
    return headers.role(text, "2000").kind


def header_like(row: Sequence[Cell]) -> bool:
    """Tell whether a row is a header's: at least two cells that name a column, and no figure."""
    cells = [cell for cell in row if not cell.covered and cell.text.strip()]
    if any(map(is_figure, cells)):
        return False
    kinds = ("index", "name", "unit", "figure", "comparison")
    named = sum(
        kind(text) in kinds or (len(text) < LONGEST_HEADER and headers.is_dated(text))
        for text in (cell.text for cell in cells)
    )
    return named >= 2


def header_above(grid: Grid, start: int, first: int, name: str) -> Block | None:
    """Return the table, still without rows, whose header stands between `start` and its first row of figures."""
    values = _value_columns(grid, first)
    for bottom in range(first - 1, start - 1, -1):
        numbered = headers.numbering(texts_of(grid[bottom]))
        worded = any(
            is_word(cell) or _SHORT.fullmatch(cell.text.strip()) for cell in map(grid[bottom].__getitem__, values)
        )
        if numbered or (worded and not _caption(grid[bottom])):
            break
    else:
        return None
    low = top = bottom - bool(numbered)
    if top < start:
        return None
    while top - 1 >= start and _belongs_to_header(grid[top - 1]):
        top -= 1
    texts = _column_texts(grid, top, low, values)
    captions = [
        " ".join(dict.fromkeys(nfc(cell.text) for cell in grid[r] if cell.text.strip() and not cell.covered))
        for r in range(start, top)
    ]
    return _columns(grid, texts, numbered or {}, [c for c in captions if c], values, bottom + 1, name)


def no_header(grid: Grid, start: int, first: int, name: str) -> Block | None:
    """Return a table of names and one figure each over which nothing stands: `Câu 1. Tổng số hộ? | 6.870 hộ`."""
    values = _value_columns(grid, first)
    several = sum(is_data(grid, r) for r in range(start, len(grid))) > 1
    if len(values) != 1 or not several:
        return None
    return _columns(grid, [""] * max(map(len, grid)), {}, [], values, start, name)


def _value_columns(grid: Grid, first: int) -> list[int]:
    """Return the columns that hold figures in the first rows of data."""
    name = next(c for c, cell in enumerate(grid[first]) if is_word(cell))
    under = itertools.takewhile(lambda row: not header_like(row), grid[first : first + 60])
    data = itertools.islice((first + n for n, _ in enumerate(under) if is_data(grid, first + n)), 31)
    return sorted({c for r in data for c, cell in enumerate(grid[r]) if is_figure(cell) and c > name})


def _caption(row: Sequence[Cell]) -> bool:
    """Tell whether a row says something about the whole table rather than about a column."""
    said = [cell for cell in row if cell.text.strip() and not cell.covered]
    if len(said) != 1:
        return False
    text = said[0].text
    wide = sum(cell.covered and cell.text == text for cell in row) + 1
    place = next(c for c, cell in enumerate(row) if cell.text.strip() and not cell.covered)
    return (
        bool(units.in_caption(text))
        or (wide > 2 and wide >= len(row) / 2 and place <= 1)
        or (place == 0 and wide == 1 and len(row) > 2 and len(text) > LONGEST_HEADING)
        or (place <= 1 and len(row) > 1 and wide <= 2 and headers.role(text).kind not in ("name", "index"))
        or (re.fullmatch(r"\(?\s*%\s*\)?", text.strip()) is not None)
    )


def _belongs_to_header(row: Sequence[Cell]) -> bool:
    held = [cell for cell in row if cell.text.strip()]
    return bool(held) and not any(is_figure(cell) for cell in held if not cell.covered) and not _caption(row)


def _column_texts(grid: Grid, top: int, low: int, values: Sequence[int]) -> list[str]:
    """Return each column's header text.

    A blank line follows a cell that is wider than its column; within one, its own lines stay.
    """
    width = max(len(row) for row in grid[top : low + 1])
    whole: list[dict[str, bool]] = [{} for _ in range(width)]
    for r in range(top, low + 1):
        lent = ""
        if _spans(grid[r]):
            continue  # a section's name merged over the whole width, no heading of columns
        for c in range(width):
            cell = grid[r][c] if c < len(grid[r]) else EMPTY
            text = nfc_lines(cell.text)
            wide = cell.covered or (
                c + 1 < len(grid[r]) and grid[r][c + 1].covered and grid[r][c + 1].text == cell.text
            )
            if text:
                whole[c].setdefault(text, wide)
                lent = text if c in values and (lent or not cell.covered) else lent
            elif lent and r < low and c in values and _filled_below(grid, r, low, c) and not whole[c]:
                # A wide header that was not merged: it stands over its first column and means the next ones too.
                whole[c][lent] = True
    return ["".join(text + ("\n\n" if wide else "\n") for text, wide in parts.items()).strip("\n") for parts in whole]


def _spans(row: Sequence[Cell]) -> bool:
    """Tell whether one text, merged over the whole width, is all that a row says."""
    texts = [cell.text for cell in row if cell.text.strip() and not is_index(cell.text)]
    return len(row) > 3 and len(texts) >= len(row) - 2 and len(set(texts)) == 1 and any(cell.covered for cell in row)


def _filled_below(grid: Grid, r: int, low: int, c: int) -> bool:
    return any(c < len(grid[q]) and grid[q][c].text.strip() for q in range(r + 1, low + 1))


def nfc_lines(text: str) -> str:
    """Return a cell's text with its lines kept and every other space plain."""
    return "\n".join(filter(None, (nfc(line) for line in text.split("\n"))))


def _columns(grid, texts, numbered, captions, values, first, name) -> Block | None:
    """Tell index, name, unit and value columns apart."""
    index = unit = None
    names: list[int] = []
    for c, text in enumerate(texts):
        kind = headers.role(text).kind
        if kind == "index" and index is None:
            index = c
        elif kind == "unit" and unit is None and not (fold(text).strip() == "don vi" and _no_units(grid, first, c)):
            unit = c
        elif kind == "name" and not names:
            names.append(c)
    edge = min([c for c in [unit, *values] if c is not None and c != index], default=len(texts))
    named = [c for c in range(edge) if c != index and c != unit and wordy(grid, first, c)]
    # A name column may be merged over several, or have its children set one column in, or areas before it.
    names = sorted({*names, *named})
    times = [c for c in range(len(texts)) if c not in (index, unit) and _times(grid, first, c)]
    times = times[1:] if times[:1] == names[:1] and set(names) <= set(times) else times
    names = [c for c in names if c not in times]
    if index is None and names and names[0] > 0:
        named = [row for row in grid[first:] if names[0] < len(row) and row[names[0]].text.strip()]  # notes are not
        index = names[0] - 1 if _indexes(named, 0, names[0] - 1) else None
    if not names:
        return None
    if unit is None:
        unit = _unit_column(grid, first, names[-1], values)
    values = [c for c in range(len(texts)) if c > names[0] and c not in (index, unit, *names, *times)]
    years_down = _years_down(grid, first, names[0])
    wide = frozenset(c for c in names[:-1] if _stands_for_several(grid, first, c))
    return Block(texts, numbered, [], captions, values, index, names, unit, first, years_down, name, wide, tuple(times))


def _stands_for_several(grid: Grid, first: int, c: int) -> bool:
    said = [cell.text for cell in below(grid, first, c)]
    return len(set(said)) < len(said) or any(c < len(row) and row[c].down for row in grid[first:])


def _times(grid: Grid, first: int, c: int) -> bool:
    """Tell whether a column holds times and statuses alone, with what compares them: `Thực hiện`, `Tỷ lệ (%)`."""
    cells = [cell for cell in below(grid, first, c) if is_word(cell) and not is_figure(cell)]
    said = [cell for cell in cells if headers.only_time(cell.text)]
    compared = [cell for cell in cells if said and kind(cell.text) == "comparison"]
    return len(cells) > 1 and len(said) + len(compared) >= len(below(grid, first, c)) * 0.8


def below(grid: Grid, first: int, c: int) -> list[Cell]:
    """Return a column's cells that say something, each merged one once."""
    return [row[c] for row in grid[first : first + 60] if c < len(row) and row[c].text.strip() and not row[c].covered]


def _share(cells: Sequence[Cell], test: Callable[[str], bool]) -> float:
    """Return how many of cells say what passes a test, 0 where there are none."""
    return sum(test(cell.text) for cell in cells) / max(1, len(cells))


def _no_units(grid: Grid, first: int, c: int) -> bool:
    """Tell whether what stands under "Đơn vị" are names, of areas or companies, and no units of measurement."""
    cells = [cell for cell in below(grid, first, c) if is_word(cell)]
    return bool(cells) and _share(cells, _is_unit) < 0.3


def _is_unit(text: str) -> bool:
    return text.strip() in units.DITTO or (units.unit(text) is not None and not _PLACE.match(fold(text)))


def wordy(grid: Grid, first: int, c: int) -> bool:
    """Tell whether names stand in a column, and no figures."""
    cells = below(grid, first, c)
    worded = [cell for cell in cells if is_word(cell) and not is_figure(cell)]
    return bool(worded) and len(worded) >= len(cells) * 0.6 and not _indexes(grid, first, c)


def _indexes(grid: Grid, first: int, c: int) -> bool:
    return _share(below(grid, first, c), is_index) >= 0.7


def is_index(text: str) -> bool:
    """Tell whether a text only counts rows: `1`, `1.2`, `IV`, `A`, `a)`, `-`."""
    bare = text.strip().strip("().")
    return any(depth(each) != NO_NUMBER for each in (bare, bare.upper()))


NO_NUMBER = 5
"""How deep a row without a number stands."""
_DEPTHS = (
    (1, r"(?:[A-ZĐ]\.)?(?=[IVX])X{0,2}(IX|IV|V?I{0,3})"),
    (0, "[A-ZĐ]"),
    (4, "[a-zđ]"),
    (6, "[-–—•·*]"),
    (7, r"\+"),
)


def depth(index: str) -> float:
    """Return how deep a printed number stands: A 0, IV 1, a number 2, 1.1 deeper, a 4, a dash 6, none NO_NUMBER."""
    if re.fullmatch(r"\d{1,3}(\.\d{1,2}){0,3}", index):
        return 2 + 0.5 * index.count(".")
    return next((rank for rank, pattern in _DEPTHS if re.fullmatch(pattern, index)), NO_NUMBER)


def filled(row: Row, block: Block) -> bool:
    """Tell whether a row says anything in a column of values, be it no figure."""
    cells = map(row.cell, block.values)
    return any((cell.text.strip() or cell.problem) and not cell.covered for cell in cells)


def _unit_column(grid: Grid, first: int, last_name: int, values: Sequence[int]) -> int | None:
    """Find a column of units that no header names: short words between the names and the figures."""
    between = range(last_name + 1, min([v for v in values if v > last_name], default=last_name + 1))
    return next((c for c in between if _share(below(grid, first, c), _is_unit) >= 0.5), None)


def _years_down(grid: Grid, first: int, c: int) -> bool:
    cells = below(grid, first, c)
    return len(cells) > 1 and _share(cells, headers.is_time) >= max(2 / len(cells), 0.5)
