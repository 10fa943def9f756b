"""The edits: what must hold between a document's figures, one row of edits.csv each, and the network they make.

`edit` is `left = right`, `<=` or `>=`, or `left between a, b`; right a sum (`a + b + 3`) or a product
(`a / b * 100`) of indicators; a name
that no indicator has is a quantity nobody states. `x` stands for every indicator `of` picks. `@slot` fixes a moment
(last, last_half, half, year, plan, target); without it the edit holds at every moment. `tolerance` is relative; how
exactly figures are printed is always allowed for. Adding an edit is adding a row.

A row `of` names says that what a document calls by one name may be the other: the first in running text, either in
its tables.
"""

from __future__ import annotations

import csv
import functools
import itertools
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import TypeVar

from ictplan_utils import catalog
from ictplan_utils.audit.cells import ADMINISTRATIVE, ROUNDED, WORKED_OUT, Cell, Document, Key, quantity
from ictplan_utils.audit.solve import Constraint, Network
from ictplan_utils.periods import year

T = TypeVar("T")
CATALOGUE, NAMES = "catalogue", "names"
BASES = ("communes", "communes_and_towns")
"""The two counts that documents mix up: with and without townships. A share of either may be over the other, which is
asked about; over neither it is wrong."""
TOWNSHIPS = 3
"""So many townships (thị trấn) a rural district (huyện) has at most beside its communes; a city has many wards."""
RURAL = "huyện"
_EDIT = re.compile(r"([\w@]+)\s*(=|<=|>=|between)\s*(.+)")
_TERM = re.compile(r"([+*/,]?)\s*([\w@.]+)")


@dataclass(frozen=True)
class Edit:
    """One edit: `terms` are (indicator, slot or "", coefficient), of logarithms where `log`; `constant` a number."""

    rule: str
    severity: str
    terms: tuple[tuple[str, str, float], ...]
    log: bool
    relation: str
    constant: float
    tolerance: float = 0.0
    why: str = ""

    @property
    def left(self) -> str:
        """The indicator it speaks of."""
        return self.terms[0][0]

    def sides(self, of_terms: Sequence[T]) -> tuple[list[T], list[T]]:
        """Return what goes with the terms of a product: what the left side is worked out from, and what it is per."""
        right = list(zip(of_terms, self.terms, strict=True))[1:]
        return [each for each, term in right if term[2] < 0], [each for each, term in right if term[2] > 0]

    def bounds(self, slack: float) -> tuple[float, float]:
        """Return the least and the most of the sum; `slack` for how exactly the left side is printed."""
        slack += math.log1p(self.tolerance) if self.log or len(self.terms) == 2 else 0.0
        low, high = self.constant - slack, self.constant + slack
        return (low if self.relation != "<=" else -math.inf), (high if self.relation != ">=" else math.inf)


def parse(row: dict[str, str]) -> Edit:
    """Return the edit of one row of edits.csv. Raises ValueError for one that is none: the file is ours."""
    found = _EDIT.fullmatch(row["edit"])
    parts = _TERM.findall(found[3]) if found else []
    if not parts:
        raise ValueError(f"edits.csv: {row['edit']!r} is no `left = right`")
    tolerance = float(row["tolerance"] or 0)
    product = any(sign in "*/" for sign, _ in parts[1:] if sign) or (len(parts) == 1 and tolerance > 0)
    terms, constant = [(*_slot(found[1]), 1.0)], 0.0
    for sign, text in parts:
        if re.fullmatch(r"[\d.]+", text):
            number = float(text)
            constant += (math.log(number) * (-1 if sign == "/" else 1)) if product else number
        else:
            terms.append((*_slot(text), 1.0 if sign == "/" else -1.0))
    return Edit(row["rule"], row["severity"], tuple(terms), product, found[2], constant, tolerance, row["why"])


def _slot(text: str) -> tuple[str, str]:
    name, _, slot = text.partition("@")
    return name, slot


@functools.cache
def rows() -> tuple[dict[str, str], ...]:
    """Return the rows of edits.csv."""
    text = resources.files("ictplan_utils.audit").joinpath("edits.csv").read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def read(data_dir: str | Path = "data") -> tuple[Edit, ...]:
    """Return every edit, the catalogue's formulas among them, those of the kind `x` written out by indicator."""
    return _read(catalog.signature(catalog.data_path(data_dir) / "indicators.csv"))


@functools.lru_cache(maxsize=8)
def _read(indicators: tuple) -> tuple[Edit, ...]:
    entries = catalog.indicators(Path(indicators[0]).parent)
    found: list[Edit] = []
    for row in rows():
        if row["of"] in (CATALOGUE, NAMES):
            continue
        if not row["of"]:
            found.append(parse(row))
            continue
        column, _, wanted = row["of"].partition("=")
        # Hours a day are called a flow, but do not add up through the year.
        chosen = entries.index[(entries[column] == wanted) & (entries["maximum"] != 24)]
        found += [parse(row | {"edit": re.sub(r"\bx\b", slug, row["edit"])}) for slug in chosen]
    own = {each.left for each in found if each.rule in ("total_of_parts", "rate_of_stated")}
    for slug, formula in entries["formula"].items():
        if formula and slug not in own:
            rule = "rate_of_stated" if catalog.formula_terms(formula)[0] == "quotient" else "total_of_parts"
            found.append(
                parse({"rule": rule, "edit": f"{slug} = {formula}", "tolerance": "", "severity": "error", "why": ""})
            )
    return tuple(each for edit in found for each in _over_either_base(edit))


def _over_either_base(edit: Edit) -> Iterator[Edit]:
    """Yield a rate over communes with its base left open between the two counts, and what ties it to them."""
    base = next((name for name, _, sign in edit.terms[1:] if edit.log and name in BASES and sign > 0), "")
    if not base:
        yield edit
        return
    open_ = f"{base}/{edit.left}"
    yield replace(edit, terms=tuple((open_ if name == base else name, slot, sign) for name, slot, sign in edit.terms))
    for left, right, more in (
        (BASES[0], open_, 0),
        (open_, BASES[1], 0),
        (open_, BASES[0], TOWNSHIPS),
        (BASES[1], open_, TOWNSHIPS),
    ):
        yield Edit(edit.rule, "error", ((left, "", 1.0), (right, "", -1.0)), False, "<=", float(more))
    yield Edit("rate_over_other_base", "warning", ((open_, "", 1.0), (base, "", -1.0)), False, "=", 0.0)


def readings(doc: Document, data_dir: str | Path) -> list[tuple[list[Cell], str, tuple[str, str]]]:
    """Return what has two meanings, with the other indicator and the other time it may be of, "" where it is its own: a
    name's rows in tables and its figures in running text, where it has two; and changes said behind several figures,
    which may be of each: of the count before a rate, of the result before its plan."""
    pairs = [tuple(row["edit"].split(" or ")) for row in rows() if row["of"] == NAMES]
    either = dict([*pairs, *(pair[::-1] for pair in pairs)])
    cells, sides = [*doc.cells()], [(edit.left, edit.sides(edit.terms)) for edit in read(data_dir) if edit.log]
    tables = [([cell for cell in cells if cell.in_table and cell.indicator == name], either[name]) for name in either]
    texts = [cell for cell in cells if not cell.in_table]
    one = [([cell], either[cell.indicator]) for cell in texts if cell.indicator in dict(pairs) and not cell.measure]
    counted = {rate: top[0][0] for rate, (top, bottom) in sides if bottom}
    changes = [
        ([cell], other.indicator, other.key[1:]) for cell in texts for other in texts
        if cell.measure and not other.measure and other.source == cell.source and other.key not in (cell.key, cell.base)
        and (other.indicator == cell.indicator or other.key == (counted.get(cell.indicator), *cell.key[1:]))
    ]  # fmt: skip
    return [*((some, other, ()) for some, other in (*tables, *one) if some), *changes]


def is_constant(name: str) -> bool:
    """Tell whether a quantity holds for the whole report: a count of units of government, or a base of shares of it."""
    return name in ADMINISTRATIVE or "/" in name


def instances(doc: Document, edits: tuple[Edit, ...]) -> Iterator[tuple[Edit, tuple[Key, ...]]]:
    """Yield each edit with the quantities it ties, at every moment at which the document has something to say of it."""
    moments: dict[str, set[tuple[str, str]]] = {}
    for name, period, status in [*doc.figures, *(key for cell in doc.comparisons for key in (cell.key, cell.base))]:
        moments.setdefault(name, set()).add((period, status))
    years = sorted({year(period) for when in moments.values() for period, _ in when if period})
    for edit in edits:
        names = [name for name, _, _ in edit.terms]
        slots = [slot for _, slot, _ in edit.terms]
        if {"half", "year"} == set(slots) and len(set(names)) == 1:
            for each in years:
                for half in ("S1", "S2"):
                    for status in ("actual", "estimate"):
                        ends = {"half": (f"{each}-{half}", "actual"), "year": (str(each), status)}
                        if all(ends[slot] in moments.get(names[0], ()) for slot in slots):
                            yield edit, tuple((name, *ends[slot]) for name, slot, _ in edit.terms)
        elif any(slots):
            yield edit, tuple(quantity(name, *doc.slots[slot]) for name, slot, _ in edit.terms)
        elif all(is_constant(name) for name in names):
            yield edit, tuple((name, "", "") for name in names)
        else:
            at = set().union(*(moments.get(name, ()) for name in names if not is_constant(name)))
            for when in sorted(at):
                yield edit, tuple((name, "", "") if is_constant(name) else (name, *when) for name in names)


@dataclass(eq=False)
class Model:
    """A document as a network: `number` of each quantity, the `cells` in the network's order.

    `weight` is what each cell weighs: a total or a rate less than what it is worked out from.
    `edits` and `doubts` are the edits that must hold and those that are only asked about, with the quantities they tie.
    `began`: the day on which the area began, "" where it always was.
    """

    doc: Document
    network: Network
    number: dict[Key, int]
    cells: list[Cell]
    weight: list[float]
    edits: list[tuple[Edit, tuple[Key, ...]]]
    doubts: list[tuple[Edit, tuple[Key, ...]]]
    declared: tuple[Edit, ...]
    began: str = ""

    @functools.cached_property
    def by_number(self) -> list[Key]:
        """The quantities in the network's order."""
        return list(self.number)

    @functools.cached_property
    def index(self) -> dict[Cell, int]:
        """Each cell's place in `cells`."""
        return {cell: k for k, cell in enumerate(self.cells)}

    @functools.cached_property
    def beside(self) -> dict[tuple[str, ...], list[int]]:
        """The places in `cells` of what nothing stores, by table and row."""
        found: dict[tuple[str, ...], list[int]] = {}
        for cell in (*itertools.chain(*self.doc.printed.values()), *self.doc.compared.values()):
            found.setdefault(cell.place[:2], []).append(self.index[cell])
        return found


def model(doc: Document, data_dir: str | Path) -> Model:
    """Return the network of a document."""
    network, number, names = Network(), {}, doc.names
    cells = [*doc.cells(), *itertools.chain(*doc.printed.values()), *doc.compared.values()]
    demands, doubts, declared = [], [], read(data_dir)

    def at(key: Key) -> int:
        if key not in number:
            slug, base = key[0], "/" in key[0]
            limits = names.least.get(slug, 0.0), names.most.get(slug, math.inf)
            number[key] = network.quantity(*limits, names.counted.get(slug, base))
        return number[key]

    for k, cell in enumerate(cells):
        if not cell.measure:
            network.add(Constraint(((at(cell.key), 1.0),), cell.low, cell.high, cell=k))
        elif cell.value == cell.value:
            own = stated(cell)
            if own:
                terms = ((at(cell.key), 1.0), (at(cell.base), -1.0))
                network.add(Constraint(terms, *own, cell.measure != "change", k))
    areas = catalog.areas(data_dir)
    rural = areas["unit_vi"].get(doc.area, RURAL) == RURAL
    for edit, keys in instances(doc, declared):
        if edit.constant == TOWNSHIPS and not rural:
            continue
        if edit.severity != "error":
            doubts.append((edit, keys))
        elif not (_is_loose(doc, edit) or len({*keys}) < len(keys)):
            between = edit.relation == "between"
            if between:  # Only what is stated can be seen to lie on one side.
                keys = tuple(key for key in keys if key in doc.figures)
                if len(keys) < 3 or keys[0][0] != edit.left:
                    continue
            terms = tuple((at(key), factor) for key, (_, _, factor) in zip(keys, edit.terms, strict=False))
            bounds = edit.bounds(printing_slack(doc, edit, keys[0]))
            network.add(Constraint(terms, *bounds, edit.log, edit=edit, between=between))
            demands.append((edit, keys))
    relations = [*((edit, tuple(each.key for each in tied)) for edit, tied in doc.relations), *_halves(doc)]
    for edit, keys in relations:
        terms = tuple((at(key), factor) for key, (_, _, factor) in zip(keys, edit.terms, strict=True))
        network.add(Constraint(terms, *edit.bounds(printing_slack(doc, edit, keys[0])), edit.log, edit=edit))
    light = dict.fromkeys((keys[0] for _, keys in relations), ROUNDED)
    worked_out = {
        keys[0]
        for edit, keys in demands
        if edit.relation == "=" and (edit.log or any(key in doc.figures for key in keys[1:]))
    }
    light |= dict.fromkeys(worked_out, WORKED_OUT)
    weight = [cell.weight * (1.0 if cell.measure else light.get(cell.key, 1.0)) for cell in cells]
    began = areas["valid_from"].get(doc.area, "")
    return Model(doc, network, number, cells, weight, demands, doubts, declared, began)


def total_edit(names: Sequence[str], severity: str = "error") -> Edit:
    """Return the edit that the first of some quantities, each of an indicator or "", is the sum of the others."""
    terms = tuple((name, "", -1.0 if n else 1.0) for n, name in enumerate(names))
    return Edit("total_of_parts", severity, terms, False, "=", 0.0)


def _halves(doc: Document) -> Iterator[tuple[Edit, tuple[Key, ...]]]:
    """Yield the years' flows whose two halves are told too."""
    for slug, period, status in doc.figures:
        keys = (slug, period, status), *((slug, f"{period}-{half}", "actual") for half in ("S1", "S2"))
        if doc.names.adds_up.get(slug) and status != "target" and all(key in doc.figures for key in keys):
            yield total_edit([slug] * 3), keys


def stated(cell: Cell) -> tuple[float, float] | None:
    """Return the bounds a comparison sets to (difference of, or of logarithms of) its two figures; None if none."""
    if cell.measure == "change":
        return cell.low, cell.high
    more = 100.0 if cell.measure == "growth_pct" else 0.0
    low, high = (cell.low + more) / 100, (cell.high + more) / 100
    return (math.log(low) if low > 0 else -math.inf, math.log(high)) if high > 0 else None


def printing_slack(doc: Document, edit: Edit, key: Key) -> float:
    """Return how far a rate may lie off for having been cut instead of rounded, half its last digit, relatively."""
    cells = doc.figures.get(key)
    if not edit.log or not cells or edit.rule != "rate_of_stated" or not cells[0].value > 0:
        return 0.0
    cell = cells[0]
    return math.log1p(cell.unit / 2 / cell.value) * (1 - 1e-6)


def _is_loose(doc: Document, edit: Edit) -> bool:
    """Tell whether this document uses a total's name for one of its parts: as large as one, wherever both stand."""
    if edit.rule != "total_of_parts" or not any(
        row["rule"] == "loose_total" and row["edit"].startswith(edit.left + " ") for row in rows()
    ):
        return False
    said = []
    for key, cells in doc.figures.items():
        parts = {cell.value for name, _, _ in edit.terms[1:] for cell in doc.figures.get((name, *key[1:]), ())}
        if key[0] == edit.left and parts:
            said.append(any(cell.value in parts for cell in cells))
    return bool(said) and all(said)
