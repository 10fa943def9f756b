"""A printed table's columns and rows against one another: one that repeats another, one of another year than told."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from ictplan_utils.audit.cells import Cell, Document
from ictplan_utils.audit.findings import Finding
from ictplan_utils.audit.relations import Total
from ictplan_utils.audit.sentences import say
from ictplan_utils.audit.titles import names_plan
from ictplan_utils.documents.header_rows import Block

Column = Sequence[Cell | None]
FLOWS = 2
"""So many sums through time, of three digits or more, are not the same at two times."""
LARGE = 100
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")


def repeated(doc: Document, block: Block, columns: Sequence[Column]) -> Iterator[Finding]:
    """Yield the columns that hold in every row what one before them holds, of another time; a plan may."""
    for (a, one), (b, two) in itertools.combinations(zip(block.values, columns, strict=True), 2):
        pairs = [pair for pair in zip(one, two, strict=True) if all(pair) and not any(each.measure for each in pair)]
        flows = [x for x, _ in pairs if doc.names.adds_up.get(x.indicator) and x.value >= LARGE]
        heads = [" ".join(block.header[c].split()) for c in (a, b)]
        if (
            len(flows) < FLOWS
            or any(x.value != y.value for x, y in pairs)
            or any(map(names_plan, heads))
            or any(x.period == y.period != "" for x, y in pairs)
        ):
            continue
        what = say("say.copied_column", h=heads[1], g=heads[0], n=float(len(pairs)), k=str(a + 1))
        also = tuple(each.ref for pair in pairs for each in pair)
        more = {
            "printed": heads[1],
            "also": also,
            "period": pairs[0][1].period,
            "status": pairs[0][1].status,
            "indicator": flows[0].indicator,
        }
        yield doc.finding("copied_column", "warning", f"{block.label}:0:{b + 1}", what, **more)


def of_another_year(doc: Document, block: Block, sums: Total) -> Iterator[Finding]:
    """Yield the one column of another year than all others that make a total with it, and that total, are of."""
    heads = {c: " ".join(block.header[c].split()) for c in (block.values[k] for k in (sums.total, *sums.parts))}
    named = {c: set(_YEAR.findall(head)) for c, head in heads.items()}
    years = {c: years.pop() for c, years in named.items() if len(years) == 1}
    ((right, times), *others) = Counter(years.values()).most_common() or [("", 0)]
    if times > 1 and len(others) == 1 and others[0][1] == 1:
        odd = next(c for c, year in years.items() if year != right)
        what = say("say.summed_year", h=heads[odd], y=right)
        source = f"{block.label}:0:{odd + 1}"
        yield doc.finding("header_year", "error", source, what, printed=heads[odd], expected=right)


def out_of_order(doc: Document, block: Block) -> Iterator[Finding]:
    """Yield the one row of years that is not the year between those above and below it: 2020, 2012, 2022."""
    said = [(row, year[1]) for row in block.rows if block.years_down and (year := _YEAR.search(row.name or row.index))]
    years = [int(year) for _, year in said]
    odd = [n for n, (a, b) in enumerate(itertools.pairwise(years)) if b - a != 1]
    # One wrong year is two steps of another length, one behind the other, that make two years.
    if len(odd) == 2 and odd[1] == odd[0] + 1 and years[odd[1] + 1] - years[odd[0]] == 2:
        row, year = said[odd[1]]
        right = str(years[odd[0]] + 1)
        what = say("say.year_between", y=year, right=right)
        also = tuple(f"{block.label}:{year}:{c + 1}" for c in block.values)
        source = f"{block.label}:r{row.at}:1"
        yield doc.finding("header_year", "error", source, what, printed=year, expected=right, also=also)


def beside(odd: Sequence[Finding], found: Iterable[Finding]) -> list[Finding]:
    """Return the findings that are not the same mistake as a column that is odd as a whole."""
    cells = {source for each in odd for source in each.also}
    times = {(each.period, each.status) for each in odd if each.rule == "copied_column"}
    return [
        each for each in found
        if each.source not in cells and not (each.rule == "header_year" and (each.period, each.status) in times)
    ]  # fmt: skip
