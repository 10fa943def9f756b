"""Family 7, where the base is not stated: every rate implies a population, households or communes; they must agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ictplan_utils.audit.findings import Finding, Wants
from ictplan_utils.audit.precision import DUST, trailing_unit
from ictplan_utils.audit.rates import rates, stated_base, unit_words
from ictplan_utils.audit.registry import rule
from ictplan_utils.audit.relations import ADMINISTRATIVE, AT_LEAST_ONE, BASE_TOLERANCE, GROWTH_OF_PEOPLE, PER_PERSON
from ictplan_utils.audit.sheet import Sheet
from ictplan_utils.audit.totals import repeats
from ictplan_utils.audit.words import NOTHING, Both, both, inside, number, when

BASES = ("population", "households", *ADMINISTRATIVE)
"""The counts that rates are per, and that documents seldom state themselves."""


FIRST_TABLE, LATER_TABLE, TEXT, ROUND_RATE = 1.1, 1.05, 1.0, 0.9
"""Whom to believe where as many rates say one thing as another: the form's first table, later ones, the text; a
rate that offices round freely last."""


@dataclass(frozen=True)
class Implied:
    """One rate and what it implies for its base: at least `low`, at most `high` (low 0 where only a ceiling).

    `product`: the base is rate × count (people per point); else count / rate × factor. `doubtful`: the document
    gives the rate or the count in another place otherwise.
    """

    cell: int
    other: int
    value: float
    count: float
    unit: float
    low: float
    high: float
    weight: float
    product: bool
    factor: float
    upper_only: bool
    doubtful: bool

    def needs(self, low: float, high: float) -> Wants:
        """Return what the rate, or its count, would have to be for the base to lie between `low` and `high`."""
        v, n, low = self.value, self.count, max(low, 0.0)
        least, most = max(v - self.unit, DUST), v + self.unit
        if self.product:
            return {self.cell: (low / n - self.unit, high / n + self.unit), self.other: (low / most, high / least)}
        rate_low = n * self.factor / high - self.unit if np.isfinite(high) else -np.inf
        rate_high = n * self.factor / low + self.unit if low > 0 else np.inf
        count = (low * least / self.factor, high * most / self.factor)
        if self.upper_only:
            # The count is a ceiling of the true one: it may be as large as it likes.
            return {self.cell: (-np.inf, rate_high), self.other: (count[0], np.inf)}
        return {self.cell: (rate_low, rate_high), self.other: count}


def facts_by_document(sheet: Sheet, base: str) -> dict[tuple[int, int], list[Implied]]:
    """Return (doc, moment) → what its rates imply for a base."""
    implied = _implied(sheet)
    of = implied[implied["base"] == base]
    return {key: group["fact"].tolist() for key, group in of.groupby(["doc", "moment"])}


def _implied(sheet: Sheet) -> pd.DataFrame:
    """Return the implied bases: doc, moment (−1 for units of government), base, and an Implied."""
    return sheet.once("implied", _imply)


def _imply(sheet: Sheet) -> pd.DataFrame:
    s = sheet.statements
    first_table = sheet.docs["first_table"].to_numpy()
    key_of = list(zip(s["doc"], s["ind"], s["moment"], strict=True))
    contested = {key_of[first] for first, _, rounded in repeats(sheet) if not rounded}
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
        upper |= rate.slug in AT_LEAST_ONE
        stated = stated_base(sheet, base, of) >= 0
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
            table = of["table"].iat[k]
            weight = FIRST_TABLE if table == first_table[of["doc"].iat[k]] else TEXT if table == "N" else LATER_TABLE
            weight = weight * (ROUND_RATE if rate.slug in PER_PERSON else 1.0)
            fact = Implied(
                int(cells[k]), int(rows[k]), float(value[k]), float(count[k]), float(unit[k]),
                0.0 if upper[k] else float(low[k]), float(high[k]), weight, product, rate.factor, bool(upper[k]),
                (key_of[cells[k]] in contested) or (key_of[rows[k]] in contested),
            )  # fmt: skip
            moment = -1 if base in ADMINISTRATIVE else int(of["moment"].iat[k])
            parts.append((int(of["doc"].iat[k]), moment, base, fact, fact.low, fact.high))
    return pd.DataFrame(parts, columns=["doc", "moment", "base", "fact", "low", "high"])


def agreed_range(facts: list[Implied]) -> tuple[float, float, list[Implied]]:
    """Return (least, most, the facts that do not agree): the range that most of the facts allow, by weight."""
    points = sorted({fact.low for fact in facts} | {fact.high for fact in facts})
    best = max(points, key=lambda point: sum(f.weight for f in facts if f.low <= point <= f.high))
    agree = [fact for fact in facts if fact.low <= best <= fact.high]
    low, high = max(fact.low for fact in agree), min(fact.high for fact in agree)
    return low, high, [fact for fact in facts if fact not in agree]


@rule(
    7, "error", ("Các mẫu số ngầm không khớp nhau", "Rates imply bases that do not agree"),
    ("Phụ lục 1, dòng 3, cột 5: ghi 4.300, nhưng 4.300 × 22 = 94.600 người, còn các mật độ cho 88.118–88.260 người.",
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
        facts = _once_each(group["fact"].tolist())
        sure = [fact for fact in facts if not fact.doubtful]
        if not any(not fact.upper_only for fact in sure):
            facts = sure  # What the document itself disputes cannot judge, and is named by `stated_twice`.
        if len(facts) < 2:
            continue
        low, high, outliers = agreed_range(sure)
        outliers += [fact for fact in facts if fact.doubtful and (fact.low > high or fact.high < low)]
        agree = [fact for fact in sure if fact not in outliers]
        for fact in outliers:
            found = _outlier(sheet, base, fact, agree, low, high)
            if found:
                rows.setdefault((doc, base, sheet.get(fact.cell, "ind")), []).append((found, len(facts)))
    for found in rows.values():
        # One wrong row gives one finding: the period where most rates can be held against it speaks.
        lead = max(found, key=lambda pair: (pair[0].severity == "error", pair[1]))[0]
        others = [each for each, _ in found if each is not lead]
        lead.also += tuple(sheet.ref(each.cell) for each in others)
        if others:
            # The row is at fault in every period; no other figure would mend it.
            own = [(each.cell, each.wants[each.cell]) for each, _ in found if each.cell is not None]
            lead.wants = dict(own)
        yield lead


def _once_each(facts: list[Implied]) -> list[Implied]:
    """Return the facts without repeats: a rate that two tables print alike is one witness."""
    return list({(fact.value, fact.count, fact.product, fact.factor): fact for fact in reversed(facts)}.values())[::-1]


def _outlier(sheet: Sheet, base: str, fact: Implied, agree: list[Implied], low: float, high: float) -> Finding | None:
    gap = (low / fact.high if fact.high < low else fact.low / high if high else np.inf) - 1
    tolerance = BASE_TOLERANCE.get(base, 0.0)
    twin = _twin(sheet, fact, agree)
    slug = sheet.get(fact.cell, "indicator")
    if gap <= tolerance and slug in PER_PERSON:
        return None
    value, count = fact.value, fact.count
    own = value * count if fact.product else count / value * fact.factor
    what = unit_words(sheet, base)
    sum_ = (
        both("{v} × {n} = {own} {what}", "{v} × {n} = {own} {what}", v=value, n=count, own=whole_words(own), what=what)
        if fact.product
        else both("{n} thuê bao trên {v}/100 cho {own} {what}" if base == "population"
                  else "{n} là {v} % cho {own} {what}",
                  "{n} at {v} per 100 give {own} {what}", n=count, v=value, own=whole_words(own), what=what)
    )  # fmt: skip
    rest = both("còn các tỷ lệ khác cho {range} {what} ({places})", "while other rates give {range} {what} ({places})",
                range=range_words(low, high), what=what,
                places=_others(sheet, agree))  # fmt: skip
    hint = NOTHING
    if twin is not None:
        hint = both("; {p} là số của {name} ({place})", "; {p} is the figure of {name} ({place})",
                    p=sheet.printed(fact.cell), name=sheet.short(sheet.get(twin, "ind")),
                    place=inside(sheet.where(twin)))  # fmt: skip
    wants = fact.needs(low, high)
    if len(agree) == 1:
        # One against one: the other may as well be wrong.
        wants = agree[0].needs(fact.low, fact.high if not fact.upper_only else np.inf) | wants
    right = [edge for edge in wants[fact.cell] if 0 < edge < np.inf]
    severity = "error" if gap > tolerance or twin is not None else "warning"
    return sheet.finding(
        "implied_base", severity, fact.cell, both("{a}, {b}", "{a}, {b}", a=sum_, b=rest), hint=hint,
        expected=number(float(np.mean(right)), sheet.get(fact.cell, "decimals")) if right else "", wants=wants,
        also=(sheet.ref(fact.other), *(sheet.ref(cell) for each in agree for cell in (each.cell, each.other))),
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


def whole_words(value: float) -> Both:
    return Both(number(value, 0), number(value, 0, "en"))


def range_words(low: float, high: float) -> Both:
    if low <= 0:
        return Both(f"nhiều nhất {number(high, 0)}", f"at most {number(high, 0, 'en')}")
    if high - low < 1:
        return whole_words((low + high) / 2)
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
    people = people[[not fact.doubtful for fact in people["fact"]]]
    by = {key: group["fact"].tolist() for key, group in people.groupby(["doc", "moment"])}
    steps = (("last_year", "half"), ("half", "estimate"), ("estimate", "target"))
    for doc in sorted({doc for doc, _ in by}):
        for one, two in steps:
            before, after = (by.get((doc, int(sheet.slots[name][doc]))) for name in (one, two))
            if not before or not after:
                continue
            low1, high1, _ = agreed_range(before)
            low2, high2, _ = agreed_range(after)
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
        own=range_words(*(old if fact is before else new)), range=range_words(*fixed),
        when=when(sheet.get(other.cell, "period"), sheet.get(other.cell, "status")),
    )  # fmt: skip
    grown = 1 + GROWTH_OF_PEOPLE
    wants = after.needs(old[0] / grown, old[1] * grown) | before.needs(new[0] / grown, new[1] * grown)
    return sheet.finding("population_jump", "warning", fact.other, body=body, wants=wants,
                         also=(sheet.ref(fact.cell), sheet.ref(other.cell), sheet.ref(other.other)))  # fmt: skip
