"""Tables whose last or first row, or column, is the sum of the others, as printed: communes under a total, quarters."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ictplan_utils import catalog
from ictplan_utils.audit import precision
from ictplan_utils.audit.cells import Document
from ictplan_utils.audit.findings import Finding
from ictplan_utils.audit.names import NOT_COUNTED
from ictplan_utils.audit.reporting import arithmetic, sum_of
from ictplan_utils.audit.sentences import Both, figure, say
from ictplan_utils.documents.reading import BROKEN, WHOLE, Part, Reading
from ictplan_utils.errors import IctplanError
from ictplan_utils.vietnamese import fold, parse_number

_TOTAL_ROW = re.compile(r"(tong|cong)( cong| so)?|toan (tinh|huyen|thanh pho|thi xa|quan|xa|phuong)( .*)?")
_QUARTER, _WHOLE = re.compile(r"\bquy (i{1,3}|iv|[1-4])\b"), re.compile(r"6 thang|ca nam|nam \d{4}")
_SECOND = re.compile(r"(?:thang|nua) cuoi|tu (?:ngay )?0?1[/-]0?7")
_YEAR = re.compile(r"20\d\d")
_QUARTERS = {"i": "1", "ii": "2", "iii": "3", "iv": "4"} | {each: each for each in "1234"}
_NUMBERED = re.compile(r"(?:phu luc|phu bieu|bieu|bang)(?: so)? (\d+)")


@dataclass(frozen=True)
class Sum:
    """One printed total and its parts: (text, value) each, the column's or the row's name, the place."""

    total: tuple[str, float]
    parts: tuple[tuple[str, float], ...]
    name: str
    source: str

    def holds(self) -> bool:
        """Tell whether it adds up, each figure rounded to its last printed digit."""
        slack = max(precision.read(*each)[1] for each in (self.total, *self.parts)) / 2
        slack *= len(self.parts) + 1 if slack < 0.5 else 0
        return abs(self.total[1] - sum(value for _, value in self.parts)) <= slack + 1e-9


def sums(doc: Document, blocks: Sequence[str | list[list[str]]]) -> Iterator[Finding]:
    """Yield the totals that their parts do not make, of tables in which no fewer do.

    A mean lies among what it is the mean of; only a total above all its parts is taken for their sum.
    """
    yield from _halves(doc)
    above = ""
    for block in blocks:
        if isinstance(block, str):
            above = block if _NUMBERED.match(fold(block)) else above
            continue
        number = _NUMBERED.match(fold(above))
        padded = [[*row, "", "", ""] if len(row) < 3 else row for row in block]
        found = list(_sums(padded, f"A{number[1]}" if number else ""))
        odd = [each for each in found if not each.holds()]
        for each in odd if 2 * len(odd) <= len(found) else ():
            yield _finding(doc, each)


def parts(reading: Reading, doc: Document) -> Iterator[Finding]:
    """Yield the figures that their quarters in a text do not make, or that companies exceed, unless they share."""
    groups: dict[tuple[str, ...], dict[str, Part]] = defaultdict(dict)
    told = [each for each in reading.parts if each.of not in (WHOLE, BROKEN)]
    yield from _rest_of_year(reading, doc, [each for each in told if _SECOND.search(each.of)])
    for part in (each for each in told if not _SECOND.search(each.of)):
        quarter = _QUARTER.search(part.of)
        dated = re.search(r"\d{4}", part.of)
        when = f"quarter {dated[0] if dated else part.period[:4]}" if quarter else part.period
        of = _QUARTERS[quarter[1]] if quarter else part.of
        groups[part.indicator, when, part.status, part.source].setdefault(of, part)
    for (slug, when, status, source), group in groups.items():
        quarters = when.startswith("quarter ")
        if quarters:
            when = {("1", "2"): f"{when[8:]}-S1", ("1", "2", "3", "4"): when[8:]}.get(tuple(sorted(group)), "")
        stated = reading.observations.query("indicator == @slug and period == @when and printed != ''")
        stated = stated[stated["status"].isin({"actual": ("actual", "estimate")}.get(status, (status,)))]
        rows = sorted(stated.itertuples(), key=lambda row: row.source != source)
        row = doc.names.entries.loc[slug]
        adds_up = doc.names.adds_up[slug] if quarters else row["aggregation"] == "sum"
        if not rows or len(group) < 2 or not adds_up:
            continue
        total, each = (rows[0].printed, rows[0].value), tuple((part.printed, part.value) for part in group.values())
        units = [precision.read(*one)[1] for one in (total, *each)]
        slack = sum(units) / 2 * (max(units) > 1 or row["unit_vi"] in NOT_COUNTED)
        over = sum(value for _, value in each) - total[1]
        if (abs(over) if quarters else over) > slack + 1e-9:
            severity = "error" if quarters else "warning"
            yield _finding(doc, Sum(total, each, row["name_vi"], source), severity)


def _rest_of_year(reading: Reading, doc: Document, rests: Sequence[Part]) -> Iterator[Finding]:
    """Yield the years' flows that a sentence's second half does not make with the first."""
    for part in rests:
        year = part.period[:4]
        here = reading.observations.query("indicator == @part.indicator and source == @part.source and printed != ''")
        first, whole = (here[here["period"] == when] for when in (f"{year}-S1", year))
        if not doc.names.adds_up[part.indicator] or len(first) != 1 or len(whole) != 1:
            continue
        total, half = ((row["printed"], row["value"]) for row in (whole.iloc[0], first.iloc[0]))
        name = doc.names.entries.at[part.indicator, "name_vi"]
        made = Sum(total, (half, (part.printed, part.value)), name, part.source)
        if not made.holds():
            yield _finding(doc, made)


def shares(reading: Reading, doc: Document, wrong: set[str]) -> Iterator[Finding]:
    """Yield the shares that a sentence prints beside another count and whole, "9/16 xã có đài, đạt 47,3%", and the
    counts above their whole.

    What stands behind a count's slash may be its plan ("3.120/3.000 thuê bao"), of which it is no share.
    `wrong`: indicators found wrong already, for which that may be why.
    """
    rows = list(reading.observations.itertuples())
    planned = {(row.indicator, row.value) for row in rows if row.status == "target"}
    for part in (each for each in reading.parts if each.of == WHOLE and (each.indicator, each.value) not in planned):
        place = (part.period, part.status, part.source)
        said = {row.indicator: row for row in rows if (row.period, row.status, row.source) == place}
        count = said.get(part.indicator)
        if count is not None and count.value > part.value and part.indicator in doc.names.shared:
            why = say("say.more_than", sum=figure(count.value), v=part.value)
            what = say("say.printed", p=f"{count.printed}/{part.printed}", why=why)
            yield doc.finding(
                "part_within_whole", "error", part.source, what, indicator=part.indicator, period=part.period,
                status=part.status, printed=count.printed, name=doc.names[part.indicator],
            )  # fmt: skip
        for slug, share in said.items() if count is not None and part.value else ():
            formula = doc.names.entries.at[slug, "formula"] if doc.names.kind[slug] == "share" else ""
            counted = formula and catalog.formula_terms(formula)[1][0] == part.indicator
            off = abs(count.value / part.value * 100 - share.value) > precision.read(share.printed, share.value)[1]
            if off and counted and wrong.isdisjoint((slug, part.indicator)):
                what = say("say.printed", p=share.printed, why=arithmetic("ratio_pct", count.value, part.value))
                yield doc.finding(
                    "rate_of_stated", "error", part.source, what, indicator=slug, period=part.period,
                    status=part.status, printed=share.printed, name=doc.names[slug],
                    also=(f"{part.indicator}@{part.source}",),
                )  # fmt: skip


def _halves(doc: Document) -> Iterator[Finding]:
    """Yield the years' flows that their two halves, both told, do not make."""
    for (slug, period, status), (cell, *_) in doc.figures.items():
        halves = [doc.figures.get((slug, f"{period}-{half}", "actual")) for half in ("S1", "S2")]
        if doc.names.adds_up.get(slug) and status != "target" and all(halves):
            each = tuple((half[0].printed, half[0].value) for half in halves)
            whole = Sum((cell.printed, cell.value), each, doc.names.entries.at[slug, "name_vi"], cell.source)
            if not whole.holds() and cell.value >= max(value for _, value in each):
                yield _finding(doc, whole)


def _sums(table: list[list[str]], label: str) -> Iterator[Sum]:
    for n, head in enumerate(table):
        quarters, whole = _over_quarters([fold(cell) for cell in head])
        rows = itertools.takewhile(any, table[n + 1 :]) if quarters else ()
        for row in (each for each in rows if not each[1].isdigit()):
            yield from _sum(row, whole, quarters, row[1], f"{label}:{row[0] or row[1]}:{whole + 1}")
    for n, row in enumerate(table):
        if any(_TOTAL_ROW.fullmatch(fold(cell)) for cell in row[:2]):
            parts = _numbered(table, n)
            heads = table[min((*parts, n)) - 1]
            place_ = f"{label}:{' '.join(row[:2]).strip()}"
            for k in range(2, len(row) if parts else 0):
                column = [each[k] if k < len(each) else "" for each in table]
                name = heads[k] if k < len(heads) else ""
                yield from _sum(column, n, parts, name, f"{place_}:{k + 1}")


def _over_quarters(head: Sequence[str]) -> tuple[list[int], int]:
    """Return the columns of two or four quarters that a heading, folded, names, and that of what they make."""
    quarters = [k for k, cell in enumerate(head) if _QUARTER.search(cell)]
    named = {year for k in quarters for year in _YEAR.findall(head[k])}
    wholes = [k for k, cell in enumerate(head) if _WHOLE.search(cell) and k not in quarters]
    wholes = [k for k in wholes if not named or not named.isdisjoint(_YEAR.findall(head[k]))]
    return (quarters, wholes[0]) if len(quarters) in (2, 4) and len(wholes) == 1 else ([], 0)


def _numbered(table: list[list[str]], total: int) -> range:
    """Return the rows 1, 2, 3 … that end above a total's row, or begin below it."""
    first = total
    while first and table[first - 1][0].isdigit() and (first == total or int(table[first][0]) > 1):
        first -= 1
    last = total + 1
    while last < len(table) and table[last][0] == str(last - total):
        last += 1
    return range(first, total) if first < total else range(total + 1, last)


def _sum(cells: Sequence[str], total: int, parts: Sequence[int], name: str, source: str) -> Iterator[Sum]:
    try:
        read = [(cells[k], parse_number(cells[k])) for k in (total, *parts) if k < len(cells)]
    except IctplanError:
        return
    stated = [(text, value) for text, value in read if value is not None]
    if len(stated) == len(parts) + 1 > 2 and stated[0][1] > max(value for _, value in stated[1:]):
        yield Sum(stated[0], tuple(stated[1:]), name, source if source[0] == "A" else "D:table")


def _finding(doc: Document, each: Sum, severity: str = "error") -> Finding:
    made = sum(value for _, value in each.parts)
    read = [cell for cell in doc.cells() if cell.in_table and cell.printed == each.total[0] and not cell.measure]
    slug = doc.names.called(each.name) or (read[0].indicator if len({cell.indicator for cell in read}) == 1 else "")
    what = say("say.rows_make", p=each.total[0], n=float(len(each.parts)), v=figure(made))
    if len(each.parts) <= 4:
        what = say("say.printed", p=each.total[0], why=sum_of([value for _, value in each.parts]))
    for text, value in each.parts:  # the part whose digits, in another order, make the total
        right = value + each.total[1] - made
        if sorted(f"{right:.0f}") == sorted(re.sub(r"\D", "", text)) and right != value:
            what = what + say("say.part_swapped", p=text, v=figure(right))
    return doc.finding(
        "total_of_parts", severity, each.source, what, indicator=slug, printed=each.total[0],
        expected=figure(made).vi, name=doc.names[slug] if slug else Both(each.name, each.name),
    )  # fmt: skip
