"""Family 7: every rate implies a population, a number of households or of communes; these must agree."""

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
    BASE_TOLERANCE,
    COMES_FROM,
    GROWTH_OF_PEOPLE,
    NEARLY,
    OTHER_BASE,
    PER_PERSON,
)
from ictplan_utils.audit.sheet import Sheet
from ictplan_utils.audit.words import NOTHING, Both, both, inside, number, when
from ictplan_utils.vietnamese import unit_in_sentence

BASES = ("population", "households", *ADMINISTRATIVE)
"""The counts that rates are per, and that documents seldom state themselves."""


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


def _stated_base(sheet: Sheet, base: str, of: pd.DataFrame) -> np.ndarray:
    """Return the statement rows of a base for figures: same period; for units of government any of the report."""
    rows = sheet.find(of["doc"], sheet.ind(base), of["moment"], of["table"])
    if base in ADMINISTRATIVE:
        s = sheet.statements
        stated = s[s["ind"] == sheet.ind(base)].drop_duplicates("doc")
        anywhere = pd.Series(stated.index, index=stated["doc"]).reindex(of["doc"]).fillna(-1).to_numpy(dtype=int)
        rows = np.where(rows >= 0, rows, anywhere)
    return rows


def _worked(sheet: Sheet) -> list[tuple[Rate, int, int, int, float, int]]:
    """Return (rate, cell, numerator's row, denominator's row, exact result, verdict) of every rate with stated terms."""
    return sheet.once("rates", lambda sheet: list(_work(sheet)))


def _work(sheet: Sheet) -> Iterator[tuple[Rate, int, int, int, float, int]]:
    s = sheet.statements
    for rate in rates(sheet):
        cells = np.flatnonzero(s["ind"].to_numpy() == sheet.ind(rate.slug))
        of = s.iloc[cells]
        top = _stated_base(sheet, rate.numerator, of)
        bottom = _stated_base(sheet, rate.denominator, of)
        unit = of["unit"].to_numpy()
        if rate.slug in PER_PERSON:
            unit = np.array([trailing_unit(value) for value in of["value"]])
        with np.errstate(divide="ignore", invalid="ignore"):
            exact = sheet.at(top) / sheet.at(bottom) * rate.factor
            low = sheet.at(top, "low") / sheet.at(bottom, "high") * rate.factor
            high = sheet.at(top, "high") / sheet.at(bottom, "low") * rate.factor
        exact = np.where(np.isfinite(exact), exact, np.nan)
        verdicts = verdict(of["value"].to_numpy(), unit, exact, low, high)
        for k in np.flatnonzero(verdicts != FINE):
            yield rate, int(cells[k]), int(top[k]), int(bottom[k]), float(exact[k]), int(verdicts[k])


def _division(sheet: Sheet, rate: Rate, top: int, bottom: int, exact: float) -> Both:
    unit = "%" if rate.factor == 100 and sheet.get(top, "kind") == "stock" and _is_share(sheet, rate.slug) else ""
    return both("{a}/{b} = {r}{u}", "{a}/{b} = {r}{e}", a=sheet.get(top, "value"), b=sheet.get(bottom, "value"),
                r=exact, u=f" {unit}" if unit else "", e=unit)  # fmt: skip


def _is_share(sheet: Sheet, slug: str) -> bool:
    return sheet.indicators["kind"].iat[sheet.ind(slug)] == "share"


def _quotient(sheet: Sheet, name: str, severity: str, case: tuple, body: Both = NOTHING) -> Finding:
    rate, cell, top, bottom, exact, _ = case
    unit = sheet.get(cell, "unit")
    p, x, y = sheet.get(cell, "value"), sheet.get(top, "value"), sheet.get(bottom, "value")
    sum_ = _division(sheet, rate, top, bottom, exact)
    other = both("{sum}, mà {place} in {p}", "{sum}, while {place} prints {p}", sum=sum_,
                 place=inside(sheet.where(cell)), p=sheet.printed(cell))  # fmt: skip
    wants = {cell: (exact - unit, exact + unit), top: ((p - unit) * y / rate.factor, (p + unit) * y / rate.factor)}
    if p > unit:
        wants[bottom] = (x * rate.factor / (p + unit), x * rate.factor / (p - unit))
    return sheet.finding(
        name, severity, cell, sum_, body=body, expected=number(exact, max(sheet.get(cell, "decimals"), 1)),
        wants=wants, said_of={top: other, bottom: other}, also=(sheet.source(top), sheet.source(bottom)),
    )  # fmt: skip


def _other_base(sheet: Sheet, case: tuple) -> int | None:
    """Return the row of the other count of communes, where the rate was worked out over that one."""
    rate, cell, top, _, _, _ = case
    other = OTHER_BASE.get(rate.denominator)
    if other is None:
        return None
    row = int(_stated_base(sheet, other, sheet.statements.iloc[[cell]])[0])
    if row < 0 or not sheet.get(row, "value"):
        return None
    gap = abs(sheet.get(top, "value") / sheet.get(row, "value") * rate.factor - sheet.get(cell, "value"))
    return row if gap < sheet.get(cell, "unit") - DUST else None


@rule(
    7, "error", ("Tỷ lệ không khớp tử số và mẫu số đã ghi", "A rate is not its numerator over its denominator"),
    ("Phụ lục 1, dòng 24, cột 5: in 54,4, nhưng 8/18 = 44,44 %.",
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
        yield _quotient(sheet, "rate_of_stated", "warning" if near else "error", case)


@rule(
    7, "warning", ("Mẫu số khác với tên chỉ tiêu", "A rate over another base than its name says"),
    ("Phụ lục 1, dòng 24: in 44,4 = 8/18 xã; tính cả thị trấn thì 8/19 = 42,11 %.",
     "Appendix 1, row 24: printed 44.4 = 8/18 communes; with townships 8/19 = 42.11%."),
)  # fmt: skip
def rate_over_other_base(sheet: Sheet) -> Iterator[Finding]:
    """A share of communes worked out without the townships, or with them, against its own name; once a row."""
    by_row: dict[tuple[int, str], list[tuple[tuple, int]]] = {}
    for case in _worked(sheet):
        row = _other_base(sheet, case) if case[-1] == WRONG else None
        if row is not None:
            by_row.setdefault((sheet.get(case[1], "doc"), case[0].slug), []).append((case, row))
    for cases in by_row.values():
        case, row = cases[0]
        rate, cell, top, bottom, exact, _ = case
        used = sheet.get(top, "value") / sheet.get(row, "value") * rate.factor
        names = {base: _unit(sheet, base) for base in (rate.denominator, OTHER_BASE[rate.denominator])}
        body = both(
            "in {p} là tính trên {b2} {name2} ({a}/{b2} = {used} %); theo tên chỉ tiêu phải trên {b1} {name1}: "
            "{a}/{b1} = {r} %",
            "printed {p} is over {b2} {name2} ({a}/{b2} = {used}%); by its name it is over {b1} {name1}: "
            "{a}/{b1} = {r}%",
            p=sheet.printed(cell), a=sheet.get(top, "value"), b2=sheet.get(row, "value"), used=used,
            b1=sheet.get(bottom, "value"), r=exact, name1=names[rate.denominator],
            name2=names[OTHER_BASE[rate.denominator]],
        )  # fmt: skip
        also = tuple(sheet.source(other[1]) for other, _ in cases[1:]) + (sheet.source(row), sheet.source(bottom))
        yield sheet.finding("rate_over_other_base", "warning", cell, body=body, expected=number(exact, 1), also=also)


def _unit(sheet: Sheet, slug: str) -> Both:
    entry = sheet.indicators.loc[slug]
    return Both(unit_in_sentence(entry["unit_vi"]), entry["unit_en"])


@rule(
    7, "info", ("Tỷ lệ phần trăm bị cắt bớt", "A share cut instead of rounded"),
    ("Phụ lục 1, dòng 2, cột 4: in 88,8, đúng ra 88,9 (16/18 = 88,89 %): cắt bớt, chưa làm tròn.",
     "Appendix 1, row 2, column 4: printed 88.8, properly 88.9 (16/18 = 88.89%): cut, not rounded."),
)  # fmt: skip
def cut_rate(sheet: Sheet) -> Iterator[Finding]:
    """A rate less than one unit of its last digit off its own numerator and denominator."""
    for case in _worked(sheet):
        rate, cell, top, bottom, exact, found = case
        if found != CUT or rate.slug in PER_PERSON:
            continue
        places = sheet.get(cell, "decimals")
        right = Both(number(exact, places), number(exact, places, "en"))
        body = both("in {p}, đúng ra {right} ({sum}): cắt bớt, chưa làm tròn",
                    "printed {p}, properly {right} ({sum}): cut, not rounded", p=sheet.printed(cell), right=right,
                    sum=_division(sheet, rate, top, bottom, exact))  # fmt: skip
        again = _quotient(sheet, "cut_rate", "info", case, body)
        again.expected, again.wants = right.vi, {}
        yield again


@dataclass(frozen=True)
class Implied:
    """One rate and what it implies for its base: at least `low`, at most `high` (0 where only a ceiling)."""

    cell: int
    other: int
    low: float
    high: float
    weight: float
    product: bool
    factor: float
    upper_only: bool = False


def _implied(sheet: Sheet) -> pd.DataFrame:
    """Return the implied bases: doc, moment (−1 for units of government), base, and an Implied."""
    return sheet.once("implied", _imply)


def _imply(sheet: Sheet) -> pd.DataFrame:
    s = sheet.statements
    parts = []
    for rate in rates(sheet):
        base = next((each for each in (rate.denominator, rate.numerator) if each in BASES), None)
        if base is None or (base == rate.numerator and rate.denominator in BASES):
            continue
        product = base == rate.numerator
        term = rate.denominator if product else rate.numerator
        cells = np.flatnonzero((s["ind"].to_numpy() == sheet.ind(rate.slug)) & (s["value"].to_numpy() > 0))
        of = s.iloc[cells]
        rows = sheet.find(of["doc"], sheet.ind(term), of["moment"], of["table"])
        upper = np.zeros(len(cells), dtype=bool)
        if term == "mobile_subscribers":
            # Where only all telephones are stated, mobile ones are at most as many: a ceiling.
            total = sheet.find(of["doc"], sheet.ind("phone_subscribers"), of["moment"], of["table"])
            upper = (rows < 0) & (total >= 0)
            rows = np.where(rows >= 0, rows, total)
        stated = _stated_base(sheet, base, of) >= 0
        use = (rows >= 0) & ~stated & (sheet.at(rows) > 0)
        unit = of["unit"].to_numpy()
        if rate.slug in PER_PERSON:
            unit = np.array([trailing_unit(value) for value in of["value"]])
        value, count = of["value"].to_numpy(), sheet.at(rows)
        # A rounded rate lies within half a unit; one that was cut may be a whole unit more.
        least = np.maximum(value - unit / 2, DUST)
        most = np.where(of["kind"] == "share", np.minimum(value + unit, np.maximum(value, 100)), value + unit)
        low = least * count if product else count * rate.factor / most
        high = most * count if product else count * rate.factor / least
        for k in np.flatnonzero(use):
            table = 1.1 if str(of["table"].iat[k]) == "A1" else 1.05 if str(of["table"].iat[k]) == "A2" else 1.0
            weight = table * (0.9 if rate.slug in PER_PERSON else 1.0)
            fact = Implied(int(cells[k]), int(rows[k]), 0.0 if upper[k] else float(low[k]), float(high[k]), weight,
                           product, rate.factor, bool(upper[k]))  # fmt: skip
            moment = -1 if base in ADMINISTRATIVE else int(of["moment"].iat[k])
            parts.append((int(of["doc"].iat[k]), moment, base, fact, fact.low, fact.high))
    return pd.DataFrame(parts, columns=["doc", "moment", "base", "fact", "low", "high"])


def _consensus(facts: list[Implied]) -> tuple[float, float, list[Implied]]:
    """Return the range that most of the facts allow, by weight, and those that do not."""
    points = sorted({fact.low for fact in facts} | {fact.high for fact in facts})
    best = max(points, key=lambda point: sum(f.weight for f in facts if f.low <= point <= f.high))
    agree = [fact for fact in facts if fact.low <= best <= fact.high]
    low, high = max(fact.low for fact in agree), min(fact.high for fact in agree)
    return low, high, [fact for fact in facts if fact not in agree]


@rule(
    7, "error", ("Các mẫu số ngầm không khớp nhau", "Rates imply bases that do not agree"),
    ("Phụ lục 1, dòng 3, cột 5: in 4.300, nhưng 4.300 × 22 = 94.600 người, còn các mật độ cho 88.118–88.260 người.",
     "Appendix 1, row 3, column 5: printed 4,300, but 4,300 × 22 = 94,600 people; densities give 88,118–88,260."),
)  # fmt: skip
def implied_base(sheet: Sheet) -> Iterator[Finding]:
    """Rates of one report and period whose implied population, households or communes cannot be the same.

    Beyond relations.BASE_TOLERANCE, or between a total and its own part: error; within it: warning.
    """
    implied = _implied(sheet)
    if implied.empty:
        return
    at = implied.groupby(["doc", "moment", "base"])
    clash = implied[at["low"].transform("max") > at["high"].transform("min") * (1 + DUST)]
    rows: dict[tuple, list[tuple[Finding, int]]] = {}
    for (doc, _, base), group in clash.groupby(["doc", "moment", "base"], sort=False):
        facts = group["fact"].tolist()
        low, high, outliers = _consensus(facts)
        for fact in outliers:
            found = _outlier(sheet, base, fact, facts, low, high)
            if found:
                rows.setdefault((doc, base, sheet.get(fact.cell, "ind")), []).append((found, len(facts)))
    for found in rows.values():
        # One wrong row gives one finding: the period where most rates can be held against it speaks.
        lead = max(found, key=lambda pair: (pair[0].severity == "error", pair[1]))[0]
        others = [each for each, _ in found if each is not lead]
        lead.also += tuple(each.source for each in others)
        for each in others:
            lead.wants.update(each.wants)
        yield lead


def _outlier(sheet: Sheet, base: str, fact: Implied, facts: list[Implied], low: float, high: float) -> Finding | None:
    gap = (low / fact.high if fact.high < low else fact.low / high if high else np.inf) - 1
    tolerance = BASE_TOLERANCE.get(base, 0.0)
    twin = _twin(sheet, fact, facts)
    slug = sheet.get(fact.cell, "indicator")
    if gap <= tolerance and slug in PER_PERSON:
        return None
    value, count = sheet.get(fact.cell, "value"), sheet.get(fact.other, "value")
    own = value * count if fact.product else count / value * fact.factor
    what = _unit(sheet, base)
    sum_ = (
        both("{v} × {n} = {own} {what}", "{v} × {n} = {own} {what}", v=value, n=count, own=_whole(own), what=what)
        if fact.product
        else both("{n} thuê bao trên {v}/100 cho {own} {what}" if base == "population" else "{n} là {v} % cho {own} {what}",
                  "{n} at {v} per 100 give {own} {what}", n=count, v=value, own=_whole(own), what=what)
    )  # fmt: skip
    rest = both("còn các tỷ lệ khác cho {range} {what} ({places})", "while other rates give {range} {what} ({places})",
                range=_range(low, high), what=what,
                places=_others(sheet, [each for each in facts if each.low <= high and each.high >= low]))  # fmt: skip
    hint = NOTHING
    if twin is not None:
        hint = both("; {p} là số của {name} ({place})", "; {p} is the figure of {name} ({place})",
                    p=sheet.printed(fact.cell), name=sheet.short(sheet.get(twin, "ind")),
                    place=inside(sheet.where(twin)))  # fmt: skip
    unit = sheet.get(fact.cell, "unit")
    right = sorted(
        (edge / count if fact.product else count / edge * fact.factor) for edge in (low, high) if 0 < edge < np.inf
    )
    wants = {fact.cell: (right[0] - unit, right[-1] + unit)} if right else {}
    if not fact.upper_only and right:
        edges = sorted(edge / value if fact.product else edge * value / fact.factor for edge in (low, high))
        wants[fact.other] = (edges[0] * (1 - unit / value), edges[1] * (1 + unit / value))
    severity = "error" if gap > tolerance or twin is not None else "warning"
    places = sheet.get(fact.cell, "decimals")
    return sheet.finding(
        "implied_base", severity, fact.cell, both("{a}, {b}", "{a}, {b}", a=sum_, b=rest), hint=hint,
        expected=number(float(np.mean(right)), places) if right else "", wants=wants, also=(sheet.source(fact.other),),
    )  # fmt: skip


def _twin(sheet: Sheet, fact: Implied, facts: list[Implied]) -> int | None:
    """Return the rate of a total's own part that is printed the same although the two counts differ."""
    slug = sheet.get(fact.cell, "indicator")
    pair = {"phone_density": "mobile_density", "mobile_density": "phone_density"}.get(slug)
    for each in facts:
        same = sheet.get(each.cell, "indicator") == pair and not each.upper_only and not fact.upper_only
        if same and (each.high < fact.low or each.low > fact.high):
            equal = sheet.get(each.cell, "value") == sheet.get(fact.cell, "value")
            return each.cell if equal else None
    return None


def _whole(value: float) -> Both:
    return Both(number(value, 0), number(value, 0, "en"))


def _range(low: float, high: float) -> Both:
    if low <= 0:
        return Both(f"nhiều nhất {number(high, 0)}", f"at most {number(high, 0, 'en')}")
    if high - low < 1:
        return _whole((low + high) / 2)
    return Both(f"{number(low, 0)}–{number(high, 0)}", f"{number(low, 0, 'en')}–{number(high, 0, 'en')}")


def _others(sheet: Sheet, facts: list[Implied]) -> Both:
    places = list(dict.fromkeys(inside(sheet.where(fact.cell)) for fact in facts))[:3]
    return Both("; ".join(each.vi for each in places), "; ".join(each.en for each in places))


@rule(
    7, "warning", ("Dân số ngầm nhảy giữa hai kỳ", "The implied population jumps between periods"),
    ("Phụ lục 1, dòng 12, cột 4: 52.050 thuê bao với 61,8/100 dân cho nhiều nhất 84.291 người, 6 tháng sau là 88.118.",
     "Appendix 1, row 12, column 4: 52,050 subscribers at 61.8 per 100 give at most 84,291 people, then 88,118."),
)  # fmt: skip
def population_jump(sheet: Sheet) -> Iterator[Finding]:
    """Densities that imply more population growth in half a year than can be (relations.GROWTH_OF_PEOPLE)."""
    implied = _implied(sheet)
    people = implied[implied["base"] == "population"]
    people = people[[sheet.get(fact.cell, "indicator") not in PER_PERSON for fact in people["fact"]]]
    if people.empty:
        return
    by = {key: group["fact"].tolist() for key, group in people.groupby(["doc", "moment"])}
    steps = (("last_year", "half"), ("half", "estimate"), ("estimate", "target"))
    for doc in sorted({doc for doc, _ in by}):
        for one, two in steps:
            before, after = (by.get((doc, int(sheet.slots[name][doc]))) for name in (one, two))
            if not before or not after:
                continue
            low1, high1, _ = _consensus(before)
            low2, high2, _ = _consensus(after)
            if low2 > high1 * (1 + GROWTH_OF_PEOPLE) or low1 > high2 * (1 + GROWTH_OF_PEOPLE):
                yield _jump(sheet, before[0], (low1, high1), after[0], (low2, high2))


def _jump(sheet: Sheet, before: Implied, old: tuple[float, float], after: Implied, new: tuple[float, float]) -> Finding:
    fact = before if sheet.get(before.cell, "status") == "actual" else after
    other, fixed = (after, new) if fact is before else (before, old)
    body = both(
        "{n} thuê bao với {v}/100 dân cho {own} người, trong khi {when} là {range} người; "
        "dân số không thể đổi nhanh như vậy: hỏi lại hai số này",
        "{n} subscribers at {v} per 100 give {own} people, while {when} gives {range}; "
        "a population cannot change so fast: ask about these two figures",
        n=sheet.get(fact.other, "value"), v=sheet.get(fact.cell, "value"),
        own=_range(*(old if fact is before else new)), range=_range(*fixed),
        when=when(sheet.get(other.cell, "period"), sheet.get(other.cell, "status")),
    )  # fmt: skip
    floor = fixed[0] / (1 + GROWTH_OF_PEOPLE) if fixed[0] > 0 else 0.0
    ceiling = fixed[1] * (1 + GROWTH_OF_PEOPLE)
    value, unit = sheet.get(fact.cell, "value"), sheet.get(fact.cell, "unit")
    wants = {fact.other: (floor * (value - unit) / 100, np.inf if fact.upper_only else ceiling * (value + unit) / 100)}
    return sheet.finding("population_jump", "warning", fact.other, body=body, wants=wants,
                         also=(sheet.source(fact.cell),))  # fmt: skip


@rule(
    7, "warning", ("Tỷ lệ khác hẳn cách tính thường dùng", "A rate is not near how it is usually worked out"),
    ("Phụ lục 1, dòng 14, cột 5: 5.471 là 30,3 % của 18.056 hộ, các tỷ lệ khác cho 19.045 hộ.",
     "Appendix 1, row 14, column 5: 5,471 is 30.3% of 18,056 households; other rates give 19,045."),
)  # fmt: skip
def rate_nearly(sheet: Sheet) -> Iterator[Finding]:
    """A rate far from what its usual numerator and denominator give (relations.NEARLY), the latter stated or implied."""
    s, implied = sheet.statements, _implied(sheet)
    for slug, top_slug, base, factor, tolerance in NEARLY:
        cells = np.flatnonzero((s["ind"].to_numpy() == sheet.ind(slug)) & (s["value"].to_numpy() > 0))
        of = s.iloc[cells]
        tops = sheet.find(of["doc"], sheet.ind(top_slug), of["moment"], of["table"])
        bottoms = _stated_base(sheet, base, of)
        facts = {key: group["fact"].tolist() for key, group in implied[implied["base"] == base].groupby(["doc", "moment"])}
        seen = set()
        for cell, top, bottom, doc, moment in zip(cells, tops, bottoms, of["doc"], of["moment"], strict=True):
            if top < 0 or (doc, moment) in seen:
                continue
            low, high = (sheet.get(int(bottom), "value"),) * 2 if bottom >= 0 else (0.0, np.inf)
            if bottom < 0 and (doc, moment) in facts:
                low, high, _ = _consensus(facts[doc, moment])
            count, value = sheet.get(int(top), "value"), sheet.get(int(cell), "value")
            own = count / value * factor
            if low <= 0 or low * (1 - tolerance) <= own <= high * (1 + tolerance):
                continue
            seen.add((doc, moment))
            what = _unit(sheet, base)
            body = both(
                "{n} là {v} % của {own} {what}, nhưng nơi khác cho {range} {what}; cần hỏi cách tính",
                "{n} is {v}% of {own} {what}, but elsewhere it is {range} {what}; ask how it was worked out",
                n=count, v=value, own=_whole(own), what=what, range=_range(low, high),
            )  # fmt: skip
            yield sheet.finding("rate_nearly", "warning", int(cell), body=body,
                                expected=number(count / ((low + high) / 2) * factor, 1),
                                also=(sheet.source(int(top)),))  # fmt: skip


@rule(
    7, "warning", ("Hai số liệu liên quan cách nhau xa", "Two related figures lie far apart"),
    ("Phụ lục 1, dòng 18, cột 5: in 18.500, nhưng 67 % của 55.030 thuê bao di động là 36.870.",
     "Appendix 1, row 18, column 5: printed 18,500, but 67% of 55,030 mobile subscribers are 36,870."),
)  # fmt: skip
def comes_from(sheet: Sheet) -> Iterator[Finding]:
    """A half-year figure far from what related ones give (relations.COMES_FROM)."""
    docs = np.arange(len(sheet.docs))
    for slug, first, second, factor, tolerance in COMES_FROM:
        target = sheet.slot("half", docs, sheet.ind(slug))
        one = sheet.slot("half", docs, sheet.ind(first))
        two = sheet.slot("half", docs, sheet.ind(second)) if second else np.full(len(docs), -1)
        value, got = sheet.at(target), sheet.at(one) * factor * (sheet.at(two) if second else 1.0)
        with np.errstate(invalid="ignore"):
            far = np.abs(value - got) > tolerance * np.maximum(value, got)
        for k in np.flatnonzero(far):
            cell, rows = int(target[k]), [int(row) for row in (one[k], two[k]) if row >= 0]
            terms = [sheet.get(row, "value") for row in rows]
            sum_ = (
                both("{b} % của {a} là {r}", "{b}% of {a} is {r}", a=terms[0], b=terms[-1], r=_whole(float(got[k])))
                if second
                else both("{a} mỗi tháng × {f} = {r}", "{a} a month × {f} = {r}", a=terms[0], f=factor,
                          r=float(got[k]))
            )  # fmt: skip
            body = both("in {p}, nhưng {sum} ({place}); cần hỏi cách đếm",
                        "printed {p}, but {sum} ({place}); ask how they were counted", p=sheet.printed(cell),
                        sum=sum_, place=_others_of(sheet, rows))  # fmt: skip
            near = (0.0, float(got[k]) * (1 + tolerance))
            yield sheet.finding("comes_from", "warning", cell, sum_, body=body, expected=f"~ {number(got[k], 0)}",
                                wants={cell: near}, also=tuple(sheet.source(row) for row in rows))  # fmt: skip


def _others_of(sheet: Sheet, rows: list[int]) -> Both:
    places = [inside(sheet.where(row)) for row in rows]
    return Both("; ".join(each.vi for each in places), "; ".join(each.en for each in places))
