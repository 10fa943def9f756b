"""What a text says of a figure against another: the change, the other figure, and to which of several it belongs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ictplan_utils import messages
from ictplan_utils.documents.around import period_of_base, times_of
from ictplan_utils.documents.clause import Clause, naming, speaks_of_plan
from ictplan_utils.documents.meaning import SIBLINGS, Meaning
from ictplan_utils.documents.numbers import Figure, read_figure
from ictplan_utils.documents.phrases import QUANTITY, TIMES
from ictplan_utils.documents.stated import Comparison, Stated, value_of, with_comparison
from ictplan_utils.documents.tokens import Token
from ictplan_utils.documents.words import Vocabulary, says
from ictplan_utils.periods import order

_MET = (["dat"], ["hoan"], ["khong"], ["chua"])
NEAR = 0.5
"""A plan is no farther from what was reached: half of it, or twice."""


def given_to_what_fits(found: list[Stated], names: Meaning) -> list[Stated]:
    """Return figures with a change, and what it was before, given to the whole or the part that they fit.

    "300 thuê bao điện thoại, gồm 10 cố định và 290 di động, tăng 20% so với năm 2021 (250 thuê bao)" can be said of
    the last figure or of the first: where they do not fit the last, and one other, they are of that one.
    """
    for at, stated in enumerate(found):
        for told in stated.comparisons:
            of_base = (stated.indicator, told.base_period, "")
            before = next((i for i in range(at + 1, len(found))
                           if (found[i].indicator, found[i].period, found[i].why) == of_base), None)  # fmt: skip
            if before is None or told.fits(stated.value, found[before].value):
                continue
            alike = [i for i in range(at) if _alike_but_for_part(found[i], stated, names)
                     and told.fits(found[i].value, found[before].value)]  # fmt: skip
            if len(alike) == 1:
                kept = tuple(each for each in stated.comparisons if each is not told)
                found[at] = replace(stated, comparisons=kept)
                found[alike[0]] = with_comparison(found[alike[0]], told)
                found[before] = replace(found[before], indicator=found[alike[0]].indicator)
    return found


def _alike_but_for_part(one: Stated, other: Stated, names: Meaning) -> bool:
    """Tell whether two figures are of one time and one unit, of two indicators."""
    same = (one.period, one.status, one.owner) == (other.period, other.status, other.owner)
    unlike = not one.why and one.indicator != other.indicator
    return same and unlike and names.units[one.indicator] == names.units[other.indicator]


def claims_the_same(one: Stated, other: Stated) -> bool:
    """Tell whether two quantities of a sentence claim to be the same figure."""
    same = (one.indicator, one.period, one.status, one.owner) == (
        other.indicator, other.period, other.status, other.owner)  # fmt: skip
    return same and one.value != other.value


def holds_base(clause: Clause, last: Stated, held: Token | None, names: Meaning) -> bool:
    """Tell whether a clause holds just what the figure before it was, or was to be: "(kế hoạch 23.500 thuê bao)"."""
    if not _holds_just(clause, last, names):
        return False
    planned = clause.opened not in ("", ":") and speaks_of_plan(clause.before(clause.of(*QUANTITY)[0]))
    return planned or (clause.opened == "(" and bool(held))


def _holds_just(clause: Clause, last: Stated, names: Meaning) -> bool:
    """Tell whether a clause holds one quantity of the kind of a figure, and its unit, and is no one's."""
    quantities = clause.of(*QUANTITY)
    if len(quantities) != 1 or not _alone(clause, last, names) or clause.of("company", "place", "body"):
        return False
    return alike_in_kind(quantities[0], last) and not says(names.words.estimate, clause.words)


def compares(clause: Clause, last: Stated, words: Vocabulary) -> bool:
    """Tell whether a clause compares the figure before it with another rather than stating one."""
    held = bool(clause.of("against", "base")) or clause.of_plan
    leads = bool(words.moves(clause.words[:4])) or (held and clause.words[:1] in (["bang"], ["gap"]))
    first = clause.of(*QUANTITY)[0]
    percent = any(token.named.get("percent") for token in clause.of(*QUANTITY))
    if speaks_of_plan(clause.before(first)[-3:]) and not clause.of("against"):
        return leads  # "hộ được xem truyền hình giao 88%"
    return leads or bool(clause.of("against")) or (clause.of_plan and (percent or clause.words[:1] in _MET))


def with_change(first: Stated, last: Stated, held: Token | None, report: str) -> Stated:
    """Return a figure with the change that "từ 88 lên 91 trạm so với cùng kỳ năm 2021" states."""
    base = period_of_base(held, last.period, report) if held and not last.why else ""
    if not base:
        return last
    change = float(f"{last.value - first.value:.12g}")
    return with_comparison(last, Comparison("change", change, base, "actual", first.token.start - 3, held.end))


def share_of_plan(clause: Clause, found: Sequence[Stated], report: str) -> tuple[int, Comparison] | None:
    """Return the place of a figure, and the share of its plan that a clause right behind that plan tells as a mere
    percentage: "đạt 4.575 triệu đồng; kế hoạch 4.705 triệu đồng, đạt 97,2%"."""
    quantities, plan = clause.of(*QUANTITY), found[-1]
    share = len(quantities) == 1 and quantities[0].named.get("percent") and not clause.of(*TIMES, "against")
    if not share or plan.status != "target" or plan.percent or plan.why or not set(clause.words) <= _REACHES:
        return None
    place = next((at for at in range(len(found) - 2, -1, -1) if found[at].indicator == plan.indicator
                  and found[at].status != "target" and found[at].period[:4] == plan.period), -1)  # fmt: skip
    figure = read_figure(quantities[0].named["number"])
    if place < 0 or not isinstance(figure, Figure):
        return None
    begin, end = clause.tokens[0].start, clause.tokens[-1].end
    return place, Comparison("ratio_pct", figure.value, plan.period, "target", begin, end)


_REACHES = frozenset(("dat", "bang", "hoan", "thanh", "ty", "le"))


def compared_with(clause: Clause, found: list[Stated], names: Meaning) -> int:
    """Return the place of the figure that a comparison is about: the last one counted in the same unit."""
    quantity = clause.of(*QUANTITY)
    noun = {
        token.text for token in clause.tokens if token.kind == "word" and quantity and token.start >= quantity[0].end
    }
    for place in range(len(found) - 1, -1, -1):
        units = names.units.get(found[place].indicator, frozenset())
        if units and noun and units <= noun and not any(unit.startswith("/") for unit in units):
            return place
    return len(found) - 1


def latest(found: Sequence[Stated], place: int) -> int:
    """Return the place of the latest figure that is of one indicator with the one at `place`."""
    slug = found[place].indicator
    alike = [at for at, each in enumerate(found) if slug and each.indicator == slug and not each.why]
    return max(alike, key=lambda at: order(found[at].period), default=place)


def main_figure(found: Sequence[Stated]) -> Stated:
    """Return the figure that others of the last one's indicator are held against: the latest result, else plan."""
    alike = [each for each in found if each.indicator == found[-1].indicator and not each.why]
    return max(alike, key=lambda each: (each.status != "target", order(each.period)), default=found[-1])


def _alone(clause: Clause, stated: Stated, names: Meaning) -> bool:
    """Tell whether a bracket holds just a figure and its unit: "so với cuối năm 2022 (42,5%)"."""
    words = set(names.content(naming(clause.tokens, names))) - {"giao"}
    counted = names.counted.get(stated.indicator, frozenset())
    rate = {word for word in counted if word.startswith("/")}
    # "đạt 108,3 thuê bao/100 dân; so với năm 2016 (1.570.400 thuê bao)": subscribers, not their rate
    return words <= counted and bool(stated.indicator) and not (words and rate and words.isdisjoint(rate))


def alike_in_kind(quantity: Token, stated: Stated) -> bool:
    """Tell whether a quantity may be of the indicator of a figure: both or neither a percentage."""
    return bool(stated.indicator) and bool(quantity.named.get("percent")) == stated.percent


def base_figure(
    quantity: Token, times: Sequence[str], stated: Stated, held: Token | None, names: Meaning, report: str
) -> Stated:
    """Return the figure that another is held against: what was planned where nothing is `held`, else that time's."""
    status = held.named.get("base_status", "actual") if held else "target"
    planned = status == "target"
    period = [*times, stated.period][0][:4] if planned else period_of_base(held, stated.period, report)
    value, why, factor = value_of(quantity, names.frame.loc[stated.indicator])
    why = why or ("" if period else messages.text("reading.why.of_what"))
    return Stated(quantity, stated.indicator, period, status, value, "", why, factor, stated.percent)


def plan_told(clause: Clause, stated: Stated, names: Meaning, report: str) -> Stated | None:
    """Return the plan that a clause says a figure has met or missed: "vượt kế hoạch 3.800 triệu đồng".

    What is far from the figure is by how much it did: "vượt kế hoạch 150 triệu đồng".
    """
    quantities = clause.of(*QUANTITY)
    led = len(quantities) == 1 and speaks_of_plan(clause.before(quantities[0])) and not clause.of("against")
    if not led or stated.why or not alike_in_kind(quantities[0], stated):
        return None
    said = frozenset(names.content(clause.tokens))
    if other := next((part for part in SIBLINGS if part <= said and not part <= stated.name), None):
        # "cấp xã đạt 66,9%; chỉ tiêu là 87% đối với cấp huyện"
        found = names.sibling_of(stated.name, other, stated.percent)
        if not found:
            return None
        stated = replace(stated, indicator=found[0], name=found[1])
    plan = base_figure(quantities[0], times_of(clause, report), stated, None, names, report)
    return plan if not plan.why and NEAR < plan.value / (stated.value or 1) < 1 / NEAR else None


def plan_alone(clause: Clause, before: Stated | None, names: Meaning, report: str) -> Stated | None:
    """Return the plan of the figure `before` that a sentence's first clause says: "Kế hoạch giao năm 2025 là 70%"."""
    return plan_told(clause, before, names, report) if before and _holds_just(clause, before, names) else None


def comparison_of(
    stated: Stated, clause: Clause, others: Sequence[Stated], report: str, words: Vocabulary,
    beside: Comparison | None = None,
) -> Comparison | None:  # fmt: skip
    """Return the comparison that a clause states of the figure before it, where it states one fully.

    One that does not say against what is against the same as the one told `beside` it.
    """
    quantities = clause.of(*QUANTITY)
    figure = read_figure(quantities[0].named["number"]) if quantities else None
    base, status = ("", "") if stated.why else _base(stated, clause, others, report)
    if beside and not base:
        base, status = beside.base_period, beside.base_status
    of_part = clause.of("other_time") and not clause.of("against", "base")  # "riêng quý III tăng 215 thuê bao"
    if not isinstance(figure, Figure) or not base or of_part or says(["binh quan"], clause.words):
        return None  # "bình quân tăng 6,1%/năm" is of several years
    percent = bool(quantities[0].named.get("percent"))
    moves = words.moves(clause.words)
    points = "diem" in clause.words
    value = figure.value * (moves or 1)
    if clause.words[:2] == ["gap", "lan"]:
        measure, value = "ratio_pct", figure.value * 100
    elif percent and not moves:
        measure = "ratio_pct"
    elif percent and not points:
        if stated.percent:
            return None  # "tăng 3,2%" of a share could mean points or a growth
        measure = "growth_pct"
    elif moves:
        measure, value = "change", value * (1 if points else stated.factor)
    else:
        return None
    return Comparison(measure, value, base, status, clause.tokens[0].start, clause.tokens[-1].end)


def _base(stated: Stated, clause: Clause, others: Sequence[Stated], report: str) -> tuple[str, str]:
    """Return period and status of what a figure is compared with; ("", "") where the text does not say."""
    held = next(iter(clause.of("against", "base")), None)
    if clause.of_plan:  # of a plan itself nothing is told: "kế hoạch giao 1.502; 6 tháng đạt 48,9% kế hoạch"
        return ("", "") if stated.status == "target" else (stated.period[:4], "target")
    if held:
        return period_of_base(held, stated.period, report), held.named.get("base_status", "actual")
    alike = [each for each in others if each.indicator == stated.indicator and not each.why]
    return (alike[-1].period, alike[-1].status) if alike else ("", "")
