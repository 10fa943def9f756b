"""Family 7, where the document states both terms: a rate against its own numerator and denominator."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ictplan_utils import catalog
from ictplan_utils.audit.findings import Finding
from ictplan_utils.audit.precision import CUT, DUST, FINE, WRONG, trailing_unit, verdict
from ictplan_utils.audit.registry import rule
from ictplan_utils.audit.relations import (
    ADMINISTRATIVE,
    AT_LEAST_ONE,
    BASE_TOLERANCE,
    OTHER_BASE,
    PER_PERSON,
    TOWNSHIPS,
)
from ictplan_utils.audit.sheet import NONE, Sheet
from ictplan_utils.audit.words import NOTHING, Both, both, inside, number
from ictplan_utils.vietnamese import unit_in_sentence


@dataclass(frozen=True)
class Rate:
    """A quotient of the catalogue: rate = numerator / denominator × factor."""

    slug: str
    numerator: str
    denominator: str
    factor: float


@functools.lru_cache(maxsize=256)
def _rate(slug: str, formula: str) -> Rate | None:
    if not formula or catalog.formula_terms(formula)[0] != "quotient":
        return None
    names = catalog.formula_terms(formula)[1]
    numbers = [node.value for node in ast.walk(ast.parse(formula)) if isinstance(node, ast.Constant)]
    return Rate(slug, names[0], names[1], float(np.prod(numbers)) if numbers else 1.0) if len(names) == 2 else None


def rates(sheet: Sheet) -> list[Rate]:
    """Return the catalogue's quotients."""
    found = (_rate(slug, formula) for slug, formula in sheet.indicators["formula"].items())
    return [each for each in found if each]


def stated_base(sheet: Sheet, base: str, of: pd.DataFrame) -> np.ndarray:
    """Return the statement rows of a base for figures: same period; for units of government any of the report."""
    rows = sheet.find(of["doc"], sheet.ind(base), of["moment"], of["table"])
    if base in ADMINISTRATIVE:
        anywhere = sheet.once(f"first of {base}", lambda sheet: _first_row(sheet, base))
        rows = np.where(rows >= 0, rows, anywhere[of["doc"].to_numpy()])
    return rows


def _first_row(sheet: Sheet, slug: str) -> np.ndarray:
    """Return the first row in which each document states a figure of an indicator, NONE where it states none."""
    s = sheet.statements
    stated = s[s["ind"] == sheet.ind(slug)].drop_duplicates("doc")
    rows = np.full(len(sheet.docs), NONE)
    rows[stated["doc"]] = stated.index
    return rows


Case = tuple[Rate, int, int, int, float, int]
"""Rate, its cell, the rows of its numerator and denominator, the exact result, the verdict."""


def _worked(sheet: Sheet) -> list[Case]:
    """Return every rate that is not plainly fine, whose two terms are stated."""
    return sheet.once("rates", lambda sheet: list(_work(sheet)))


def _work(sheet: Sheet) -> Iterator[Case]:
    s = sheet.statements
    for rate in rates(sheet):
        cells = np.flatnonzero(s["ind"].to_numpy() == sheet.ind(rate.slug))
        of = s.iloc[cells]
        top = stated_base(sheet, rate.numerator, of)
        bottom = stated_base(sheet, rate.denominator, of)
        stated = bottom >= 0
        if rate.denominator in OTHER_BASE:
            bottom = np.where(stated, bottom, stated_base(sheet, OTHER_BASE[rate.denominator], of))
        unit = of["unit"].to_numpy()
        if rate.slug in PER_PERSON:
            unit = np.array([trailing_unit(value) for value in of["value"]])
        with np.errstate(divide="ignore", invalid="ignore"):
            exact = sheet.at(top) / sheet.at(bottom) * rate.factor
            low = sheet.at(top, "low") / sheet.at(bottom, "high") * rate.factor
            high = sheet.at(top, "high") / sheet.at(bottom, "low") * rate.factor
        exact = np.where(np.isfinite(exact), exact, np.nan)
        verdicts = verdict(of["value"].to_numpy(), unit, exact, low, high)
        with np.errstate(divide="ignore", invalid="ignore"):
            implied = sheet.at(top) * rate.factor / of["value"].to_numpy()
        # Only the other count of communes is stated: a few townships more or less explain the rate.
        near = ~stated & (np.abs(implied - sheet.at(bottom)) <= TOWNSHIPS) & _nearly_whole(implied, unit, of["value"])
        verdicts = np.where(near, FINE, verdicts)
        # Where the row's other figures agree on the count meant, implied_base speaks of the one that does not.
        verdicts = np.where(~stated & _told_by_others(of["doc"].to_numpy(), near, implied), FINE, verdicts)
        if rate.slug in AT_LEAST_ONE:
            verdicts = np.where((exact >= 100) & (of["value"].to_numpy() <= 100), FINE, verdicts)
        for k in np.flatnonzero(verdicts != FINE):
            yield rate, int(cells[k]), int(top[k]), int(bottom[k]), float(exact[k]), int(verdicts[k])


def _nearly_whole(implied: np.ndarray, unit: np.ndarray, value: pd.Series) -> np.ndarray:
    """Tell where an implied number of communes can be a whole number, given the rate's rounding."""
    return np.abs(implied - np.round(implied)) <= implied * unit / value.to_numpy()


def _told_by_others(doc: np.ndarray, near: np.ndarray, implied: np.ndarray) -> np.ndarray:
    """Tell where two figures or more of one document's row imply the same whole number of communes."""
    whole = np.where(near, np.round(np.where(np.isfinite(implied), implied, 0)), np.nan)
    alike = pd.DataFrame({"doc": doc, "whole": whole}).groupby(["doc", "whole"]).size()
    return alike.groupby("doc").max().reindex(doc).to_numpy() >= 2


def _division(sheet: Sheet, rate: Rate, top: int, bottom: int, exact: float) -> Both:
    unit = "%" if rate.factor == 100 and sheet.get(top, "kind") == "stock" and _is_share(sheet, rate.slug) else ""
    return both("{a}/{b} = {r}{u}", "{a}/{b} = {r}{e}", a=sheet.get(top, "value"), b=sheet.get(bottom, "value"),
                r=exact, u=f" {unit}" if unit else "", e=unit)  # fmt: skip


def _is_share(sheet: Sheet, slug: str) -> bool:
    return sheet.indicators["kind"].iat[sheet.ind(slug)] == "share"


def _quotient(sheet: Sheet, name: str, severity: str, case: Case, body: Both = NOTHING) -> Finding:
    rate, cell, top, bottom, exact, _ = case
    unit = sheet.get(cell, "unit")
    p, x, y = sheet.get(cell, "value"), sheet.get(top, "value"), sheet.get(bottom, "value")
    sum_ = _division(sheet, rate, top, bottom, exact)
    other = both("{sum}, mà {place} ghi {p}", "{sum}, while {place} prints {p}", sum=sum_,
                 place=inside(sheet.where(cell)), p=sheet.printed(cell))  # fmt: skip
    wants = {cell: (exact - unit, exact + unit), top: ((p - unit) * y / rate.factor, (p + unit) * y / rate.factor)}
    row = _other_base(sheet, (rate, cell, top, bottom, exact, WRONG), any_value=True)
    if row is not None:
        # Over the other count of communes the rate would be no fault either.
        other_exact = x / sheet.get(row, "value") * rate.factor
        wants[cell] = (min(exact, other_exact) - unit, max(exact, other_exact) + unit)
    if p > unit:
        wants[bottom] = (x * rate.factor / (p + unit), x * rate.factor / (p - unit))
    return sheet.finding(
        name, severity, cell, sum_, body=body, expected=number(exact, max(sheet.get(cell, "decimals"), 1)),
        wants=wants, said_of={top: other, bottom: other}, also=(sheet.ref(top), sheet.ref(bottom)),
    )  # fmt: skip


def _other_base(sheet: Sheet, case: Case, *, any_value: bool = False) -> int | None:
    """Return the row of the other count of communes, where the rate was worked out over that one (or any rate)."""
    rate, cell, top, _, _, _ = case
    other = OTHER_BASE.get(rate.denominator)
    if other is None:
        return None
    row = int(stated_base(sheet, other, sheet.statements.iloc[[cell]])[0])
    if row < 0 or not sheet.get(row, "value"):
        return None
    gap = abs(sheet.get(top, "value") / sheet.get(row, "value") * rate.factor - sheet.get(cell, "value"))
    return row if any_value or gap < sheet.get(cell, "unit") - DUST else None


@rule(
    7, "error", ("Tỷ lệ không khớp tử số và mẫu số đã ghi", "A rate is not its numerator over its denominator"),
    ("Phụ lục 1, dòng 24, cột 5: ghi 54,4, nhưng 8/18 = 44,44 %.",
     "Appendix 1, row 24, column 5: printed 54.4, but 8/18 = 44.44%."),
)  # fmt: skip
def rate_of_stated(sheet: Sheet) -> Iterator[Finding]:
    """A rate whose numerator and denominator the document states, and gives otherwise (catalogue's quotients).

    A rate per person or household over a slightly other base (relations.BASE_TOLERANCE) is a warning.
    """
    for case in _worked(sheet):
        rate, cell, _, _, exact, found = case
        if found != WRONG or _other_base(sheet, case) is not None:
            continue
        base = rate.denominator if rate.denominator in BASE_TOLERANCE else rate.numerator
        near = abs(sheet.get(cell, "value") / exact - 1) <= BASE_TOLERANCE.get(base, 0.0) if exact else False
        near |= rate.slug in AT_LEAST_ONE and sheet.get(cell, "value") < exact
        yield _quotient(sheet, "rate_of_stated", "warning" if near else "error", case)


@rule(
    7, "warning", ("Mẫu số khác với tên chỉ tiêu", "A rate over another base than its name says"),
    ("Phụ lục 1, dòng 24: ghi 44,4 = 8/18 xã; tính cả thị trấn thì 8/19 = 42,11 %.",
     "Appendix 1, row 24: printed 44.4 = 8/18 communes; with townships 8/19 = 42.11%."),
)  # fmt: skip
def rate_over_other_base(sheet: Sheet) -> Iterator[Finding]:
    """A share of communes worked out without the townships, or with them, against its own name; once a row."""
    by_row: dict[tuple[int, str], list[tuple[Case, int]]] = {}
    for case in _worked(sheet):
        row = _other_base(sheet, case) if case[-1] == WRONG else None
        if row is not None:
            by_row.setdefault((sheet.get(case[1], "doc"), case[0].slug), []).append((case, row))
    for cases in by_row.values():
        case, row = cases[0]
        rate, cell, top, bottom, exact, _ = case
        used = sheet.get(top, "value") / sheet.get(row, "value") * rate.factor
        names = {base: unit_words(sheet, base) for base in (rate.denominator, OTHER_BASE[rate.denominator])}
        body = both(
            "ghi {p} là tính trên {b2} {name2} ({a}/{b2} = {used} %); theo tên chỉ tiêu phải trên {b1} {name1}: "
            "{a}/{b1} = {r} %",
            "printed {p} is over {b2} {name2} ({a}/{b2} = {used}%); by its name it is over {b1} {name1}: "
            "{a}/{b1} = {r}%",
            p=sheet.printed(cell), a=sheet.get(top, "value"), b2=sheet.get(row, "value"), used=used,
            b1=sheet.get(bottom, "value"), r=exact, name1=names[rate.denominator],
            name2=names[OTHER_BASE[rate.denominator]],
        )  # fmt: skip
        also = (*(sheet.ref(other[1]) for other, _ in cases[1:]), sheet.ref(row), sheet.ref(bottom))
        yield sheet.finding("rate_over_other_base", "warning", cell, body=body, expected=number(exact, 1), also=also)


def unit_words(sheet: Sheet, slug: str) -> Both:
    """Return what an indicator counts, in words."""
    entry = sheet.indicators.loc[slug]
    return Both(unit_in_sentence(entry["unit_vi"]), entry["unit_en"])


@rule(
    7, "info", ("Tỷ lệ phần trăm bị cắt bớt", "A share cut instead of rounded"),
    ("Phụ lục 1, dòng 2, cột 4: ghi 88,8, đúng ra 88,9 (16/18 = 88,89 %): cắt bớt, chưa làm tròn.",
     "Appendix 1, row 2, column 4: printed 88.8, properly 88.9 (16/18 = 88.89%): cut, not rounded."),
)  # fmt: skip
def cut_rate(sheet: Sheet) -> Iterator[Finding]:
    """A rate less than one unit of its last digit off its own numerator and denominator."""
    for case in _worked(sheet):
        rate, cell, top, bottom, exact, found = case
        row = _other_base(sheet, case) if found == WRONG else None
        if row is not None:
            bottom = row
            exact = sheet.get(top, "value") / sheet.get(row, "value") * rate.factor
            found = FINE if abs(exact - sheet.get(cell, "value")) <= sheet.get(cell, "unit") / 2 + DUST else CUT
        if found != CUT or rate.slug in PER_PERSON:
            continue
        places = sheet.get(cell, "decimals")
        right = Both(number(exact, places), number(exact, places, "en"))
        body = both("ghi {p}, đúng ra {right} ({sum}): cắt bớt, chưa làm tròn",
                    "printed {p}, properly {right} ({sum}): cut, not rounded", p=sheet.printed(cell), right=right,
                    sum=_division(sheet, rate, top, bottom, exact))  # fmt: skip
        again = _quotient(sheet, "cut_rate", "info", (rate, cell, top, bottom, exact, found), body)
        again.expected, again.wants = right.vi, {}
        yield again
