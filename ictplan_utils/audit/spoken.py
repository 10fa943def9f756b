"""The parts of a whole that a text tells, company by company: held to one another."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ictplan_utils.audit.cells import Cell, Document, Key, quantity, unstored
from ictplan_utils.documents.reading import BROKEN, Part

QUARTER = "quarter "
_QUARTER = re.compile(r"\bquy (i{1,3}|iv|[1-4])\b")
_QUARTERS = {"i": "1", "ii": "2", "iii": "3", "iv": "4"} | {each: each for each in "1234"}
_SECOND = re.compile(r"(?:thang|nua) cuoi|tu (?:ngay )?0?1[/-]0?7")
Line = tuple[list[Cell], str]
"""A whole with its parts, and how grave it is if these do not make it: of all its quarters an error, of companies that
are more than it, or are all there are, a question, for they may share; "" where nobody knows that they are all."""


def spoken(doc: Document, parts: Sequence[Part], wholes: Sequence[set[str]]) -> Iterator[list[Line]]:
    """Yield, of the same parts, the lines that a text tells: a whole that it states, and each part's figure.

    Parts of which a table makes a total (`wholes`: what it calls all parts of one) are all there are.
    """
    lines: dict[frozenset[str], list[Line]] = defaultdict(list)
    order: dict[frozenset[str], list[str]] = {}
    for (slug, when, status, source), group in _groups(parts).items():
        cells = {of: _cell(doc, part) for of, part in group.items()}
        quarters = when.startswith(QUARTER)
        if quarters:
            when = {"12": f"{when[len(QUARTER) :]}-S1", "1234": when[len(QUARTER) :]}.get("".join(sorted(group)), "")
        said = (doc.figures.get(quantity(slug, when, each), ()) for each in (status, "estimate", "actual"))
        whole = sorted((cell for some in said for cell in some), key=lambda cell: cell.source != source)
        if not whole or len(cells) < 2 or not (doc.names.adds_up[slug] if quarters else doc.names.summed[slug]):
            continue
        same = order.setdefault(frozenset(cells), list(cells))
        every = any(len(names) == len(cells) and all(_names(names, of) for of in cells) for names in wholes)
        asked = every or sum(each.low for each in cells.values()) > whole[0].high
        lines[frozenset(cells)].append(
            ([whole[0], *(cells[of] for of in same)], "error" if quarters else "warning" if asked else "")
        )
    yield from lines.values()
    yield from ([(line, "error")] for line in _halves(doc, parts))


def _names(called: Iterable[str], of: str) -> bool:
    return any(f" {of} " in f" {name} " for name in called)


def _halves(doc: Document, parts: Sequence[Part]) -> Iterator[list[Cell]]:
    """Yield the years' flows of which a sentence tells both halves."""
    for part in (each for each in parts if _SECOND.search(each.of) and doc.names.adds_up[each.indicator]):
        year = part.period[:4]
        told = (
            [cell for status in ("actual", "estimate") for cell in doc.figures.get((part.indicator, when, status), ())]
            for when in (year, f"{year}-S1")
        )
        here = [[cell for cell in cells if cell.source == part.source] for cells in told]
        if all(len(cells) == 1 for cells in here):
            yield [here[0][0], here[1][0], _cell(doc, part)]


def _groups(parts: Sequence[Part]) -> dict[tuple[str, ...], dict[str, Part]]:
    """Return the parts that a text tells at once: (indicator, when, status, source) → of what → the part."""
    groups: dict[tuple[str, ...], dict[str, Part]] = defaultdict(dict)
    for part in (each for each in parts if each.of != BROKEN and not _SECOND.search(each.of)):
        when, of = quarter_of(part.of, part.period[:4]) or (part.period, part.of)
        groups[part.indicator, when, part.status, part.source].setdefault(of, part)
    return groups


def one_quarter(doc: Document, parts: Sequence[Part]) -> Iterator[Cell]:
    """Yield the figures of quarters that a text tells alone: "riêng quý IV đạt 16.499"."""
    for (_, when, *_), group in _groups(parts).items():
        if when.startswith(QUARTER) and len(group) == 1:
            yield from (_cell(doc, part) for part in group.values())


def quarter_of(said: str, year: str) -> tuple[str, str] | None:
    """Return the year's quarters and which of them folded words name, of a `year` where they name none.

    >>> quarter_of("quy iv/2023", "2024"), quarter_of("viettel", "2024")
    (('quarter 2023', '4'), None)
    """
    quarter, told = _QUARTER.search(said), re.search(r"\d{4}", said)
    return (f"{QUARTER}{told[0] if told else year}", _QUARTERS[quarter[1]]) if quarter else None


def quarter_key(indicator: str, quarter: tuple[str, str]) -> Key:
    """Return the quantity of a quarter: it is the same one in a text and in a table."""
    return (f"{' '.join(quarter)}:{indicator}", "", "")


def _cell(doc: Document, part: Part) -> Cell:
    counted, quarter = doc.names.counted[part.indicator], quarter_of(part.of, part.period[:4])
    key = quarter_key(part.indicator, quarter) if quarter else (f"{part.source}:{part.of}:{part.indicator}", "", "")
    return replace(unstored(part.indicator, part.value, part.printed, part.source, counted), key=key)
