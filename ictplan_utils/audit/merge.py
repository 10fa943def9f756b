"""One fault, one finding: what one wrong figure explains is said once, by the rule that explains it best."""

from __future__ import annotations

import re
from collections import defaultdict

import numpy as np

from ictplan_utils.audit.findings import SEVERITIES, Finding
from ictplan_utils.audit.precision import CUT, DUST, FINE
from ictplan_utils.audit.ratios import worked
from ictplan_utils.audit.registry import RULES
from ictplan_utils.audit.sheet import Sheet
from ictplan_utils.audit.words import NOTHING, Both, both, number, when

NARROW = 0.05
"""A swap of digits or a slipped mark is named only where the right figure is known to 5 %, lest chance name it."""

EXPLAINS = (
    "letter_from_the_future", "no_such_date", "title_year", "broken_count", "out_of_bounds", "stated_twice",
    "total_of_parts", "part_within_whole", "areas_within_area", "change_of_parts", "rate_of_stated", "printed_ratio",
    "stated_change", "half_above_year", "implied_base", "jump", "out_of_line",
)  # fmt: skip
"""Which rule speaks where several see one fault, best first; the others follow in the register's order."""


ROW_RULES = ("out_of_bounds", "implied_base")
"""Rules that speak of a whole row: they keep their own place, whichever of the row's cells is to blame."""


def merge(sheet: Sheet, findings: list[Finding]) -> list[Finding]:
    """Return the findings with those that one wrong figure explains made one, place and hint added."""
    by_doc: dict[int, list[Finding]] = defaultdict(list)
    for found in findings:
        by_doc[found.doc].append(found)
    merged: list[Finding] = []
    for group in by_doc.values():
        merged += _merge_document(sheet, _without_doubles(group))
    return merged


REMARKS = ("never_changes", "daily_that_adds_up", "jump", "pace", "second_half", "bold_target")
"""What is said of a row's figures as if they were possible; beside an impossible one it is the same fault."""


LEANS = ("down_and_up", "second_half", "pace", "jump")
"""Doubts about how an indicator's figures follow one another: where one of these is wrong, it is the same fault."""


def _without_doubles(findings: list[Finding]) -> list[Finding]:
    """Drop a unit's finding where the figures of that row already show it, and a remark on a row already wrong."""
    beyond = {each.indicator for each in findings if each.rule == "out_of_bounds"}
    unlike = beyond | {each.indicator for each in findings if each.rule == "implied_base" and each.severity == "error"}
    wrong = {each.cell for each in findings if each.severity == "error" and each.cell is not None}
    return [
        each
        for each in findings
        if not (each.rule == "unit_of_row" and each.severity == "warning" and each.indicator in beyond)
        and not (each.rule in REMARKS and each.indicator in beyond)
        and not (each.rule == "never_changes" and each.indicator in unlike)
        and not (each.rule in ("cut_ratio", "cut_rate") and each.cell in wrong)
    ]


def _rank(found: Finding) -> tuple[int, int]:
    order = EXPLAINS.index(found.rule) if found.rule in EXPLAINS else len(EXPLAINS) + list(RULES).index(found.rule)
    return SEVERITIES.index(found.severity), order


def _merge_document(sheet: Sheet, findings: list[Finding]) -> list[Finding]:
    loose = [each for each in findings if not each.wants]
    # Untidiness blames nobody; it is only left unsaid where a graver finding would mend it.
    untidy = [each for each in findings if each.wants and each.severity == "info"]
    bound = sorted((each for each in findings if each.wants and each.severity != "info"), key=_rank)
    done: list[Finding] = []
    while bound:
        cell, group, span = _largest_cluster(sheet, bound)
        if len(group) == 1:
            break
        done.append(_joined(sheet, cell, group, span))
        gone = {id(each) for each in group}
        bound = [each for each in bound if id(each) not in gone]
    told = [*done, *(_hinted(sheet, each) for each in bound)]
    told = _without_leaning(sheet, told)
    return [*loose, *told, *(each for each in untidy if not any(_mends(grave, each) for grave in told))]


def _without_leaning(sheet: Sheet, findings: list[Finding]) -> list[Finding]:
    """Drop a doubt that rests on a figure which an error of the same indicator already puts in question."""

    def places(each: Finding) -> set[str]:
        return {sheet.ref(each.cell), *each.also} if each.cell is not None else set(each.also)

    wrong: dict[str, set[str]] = defaultdict(set)
    for each in findings:
        # A wrong ratio says nothing of the figures it was worked out from.
        if each.severity == "error" and each.cell is not None and each.cell >= 0:
            wrong[each.indicator] |= places(each)
    return [
        each for each in findings
        if each.severity == "error" or each.rule not in LEANS or not wrong[each.indicator] & places(each)
    ]  # fmt: skip


def _mends(grave: Finding, small: Finding) -> bool:
    """Tell whether what a graver finding asks of some figure would settle a smaller one as well."""
    return any(
        max(grave.wants[cell][0], least) <= min(grave.wants[cell][1], most) + DUST
        for cell, (least, most) in small.wants.items()
        if cell in grave.wants
    )


def _largest_cluster(sheet: Sheet, findings: list[Finding]) -> tuple[int, list[Finding], tuple[float, float]]:
    """Return the figure that alone explains most findings, these, and the values that would mend them all.

    An error counts more than any number of doubts: a figure is not blamed for doubts alone when it is
    exactly what another finding needs.
    """
    by_cell: dict[int, list[Finding]] = defaultdict(list)
    for found in findings:
        for cell in found.wants:
            by_cell[cell].append(found)
    best: tuple[int, list[Finding], tuple[float, float]] = (0, findings[:1], (0.0, 0.0))
    score = (0, 1, 0)
    for cell, seen in by_cell.items():
        group, low, high = [], -np.inf, np.inf
        for found in seen:
            least, most = found.wants[cell]
            if max(low, least) <= min(high, most) + DUST and _possible(sheet, cell, max(low, least), min(high, most)):
                group.append(found)
                low, high = max(low, least), min(high, most)
        errors = sum(each.severity == "error" for each in group)
        own = sum(each.cell == cell for each in group)
        if errors == 1 and not own and (cell in sheet.once("confirmed", _confirmed) or _slip_of_pen(sheet, group[0])):
            continue  # The figure is borne out elsewhere, or the error explains itself; doubts do not outweigh that.
        if len(group) > 1 and (errors, len(group), own) > score:
            best, score = (cell, group, (low, high)), (errors, len(group), own)
    return best


def _confirmed(sheet: Sheet) -> set[int]:
    """Return the figures that a printed ratio, right as it stands, or a second statement bears out."""
    done, s = worked(sheet), sheet.statements
    right = np.isin(done.verdict, [FINE, CUT]) & np.isfinite(sheet.comparisons["value"].to_numpy(dtype=float))
    right &= (done.current >= 0) & (done.base >= 0)
    found = {*done.current[right].tolist(), *done.base[right].tolist()}
    again = s[s.duplicated(["doc", "ind", "moment", "value"], keep=False)]
    return found | set(again.index.tolist())


def _possible(sheet: Sheet, cell: int, low: float, high: float) -> bool:
    """Tell whether a figure can take a value in the range: a count must be whole."""
    if cell < 0 or not sheet.get(cell, "exact") or not np.isfinite(low) or not np.isfinite(high):
        return True
    return np.floor(high + 1e-6) >= np.ceil(low - 1e-6)


def _joined(sheet: Sheet, cell: int, group: list[Finding], span: tuple[float, float]) -> Finding:
    lead = min(group, key=_rank)
    rest = [each for each in group if each is not lead]
    refs = [sheet.ref(each.cell) for each in group] + [ref for each in group for ref in each.also]
    if lead.cell == cell or not lead.evidence.vi or cell < 0 or lead.rule in ROW_RULES:
        body, hint, printed, where, expected = lead.body, lead.hint, lead.printed, lead.where, lead.expected
        found = sheet.finding(lead.rule, lead.severity, lead.cell, lead.evidence, body=body, hint=hint,
                              expected=expected)  # fmt: skip
        found.printed, found.where = printed, where
    else:
        found = sheet.finding(lead.rule, lead.severity, cell, lead.clause(cell), expected=_expected(sheet, cell, span))
    more = [each.clause(cell) if each.cell != found.cell else each.evidence for each in rest if each.evidence.vi]
    more = [clause for clause in dict.fromkeys(more) if clause != found.evidence][:2]
    found.wants = {cell: span}
    hinted = _hinted(sheet, found)
    base = hinted.body if hinted.body.vi else _contradiction(hinted)
    for clause in more:
        base = base + both("; và {c}", "; and {c}", c=clause)
    hinted.body = base
    hinted.also = tuple(dict.fromkeys(ref for ref in refs if ref != sheet.ref(found.cell)))
    return hinted


def _contradiction(found: Finding) -> Both:
    return both("ghi {p}, nhưng {e}", "printed {p}, but {e}", p=found.printed, e=found.evidence)


def _expected(sheet: Sheet, cell: int, span: tuple[float, float]) -> str:
    low, high = span
    if not np.isfinite(low) or not np.isfinite(high):
        return f"≤ {number(high)}" if np.isfinite(high) else f"≥ {number(low)}" if np.isfinite(low) else ""
    middle = (low + high) / 2
    if sheet.get(cell, "exact"):
        return number(float(np.round(middle)), 0)
    return number(middle, sheet.get(cell, "decimals"))


def _hinted(sheet: Sheet, found: Finding) -> Finding:
    """Add the likely slip of the pen where the right value is known well: digits swapped, decimal mark moved."""
    if found.severity != "error" or found.hint.vi:
        return found
    copied = _copied(sheet, found)
    if copied.vi:
        found.hint = copied
        return found
    cells = sorted(found.wants, key=lambda cell: cell != found.cell)
    for cell in cells:
        low, high = found.wants[cell]
        if not (np.isfinite(low) and np.isfinite(high)) or high - low > NARROW * max(abs(high), DUST):
            continue
        slip = _slip(sheet, cell, low, high)
        if slip:
            rule, hint = slip
            if cell != found.cell:
                hint = both(" (hoặc {place} ghi {p}{h})", " (or {place} prints {p}{h})", place=_inside(sheet, cell),
                            p=sheet.printed(cell), h=hint)  # fmt: skip
            else:
                found.rule = rule
            found.hint = hint
            return found
    return found


def _copied(sheet: Sheet, found: Finding) -> Both:
    """Return the hint that a figure stated twice is another indicator's, where it is too odd for chance."""
    cell = found.cell
    if found.rule != "stated_twice" or cell is None or cell < 0 or sheet.get(cell, "value") % 1 == 0:
        return NOTHING
    same = sheet.once("by_value", _by_value).get(
        (sheet.get(cell, "doc"), sheet.get(cell, "moment"), sheet.get(cell, "value")), []
    )
    others = [row for row in same if sheet.get(row, "ind") != sheet.get(cell, "ind")]
    if not others:
        return _of_another_period(sheet, cell)
    return both("; {p} là số của {name} ({place}), có thể chép nhầm",
                "; {p} is the figure of {name} ({place}), perhaps copied by mistake", p=sheet.printed(cell),
                name=sheet.short(sheet.get(others[0], "ind")), place=_inside(sheet, others[0]))  # fmt: skip


def _of_another_period(sheet: Sheet, cell: int) -> Both:
    """Return the hint that a figure stated twice is the same indicator's of another period."""
    s = sheet.statements
    same = s[(s["doc"] == sheet.get(cell, "doc")) & (s["ind"] == sheet.get(cell, "ind"))]
    rows = same.index[(same["value"] == sheet.get(cell, "value")) & (same["moment"] != sheet.get(cell, "moment"))]
    if not len(rows):
        return NOTHING
    row = int(rows[0])
    return both("; {p} là số {when} ({place}), có thể chép nhầm", "; {p} is that of {when} ({place}), perhaps copied",
                p=sheet.printed(cell), when=when(sheet.get(row, "period"), sheet.get(row, "status")),
                place=_inside(sheet, row))  # fmt: skip


def _by_value(sheet: Sheet) -> dict[tuple[int, int, float], list[int]]:
    s = sheet.statements
    found: dict[tuple[int, int, float], list[int]] = defaultdict(list)
    for row, key in enumerate(zip(s["doc"], s["moment"], s["value"], strict=True)):
        if key[2] % 1:
            found[key].append(row)
    return found


def _inside(sheet: Sheet, cell: int) -> Both:
    where = sheet.where(cell)
    return Both(where.vi[:1].lower() + where.vi[1:], where.en[:1].lower() + where.en[1:])


def _slip_of_pen(sheet: Sheet, found: Finding) -> bool:
    """Tell whether an error's own cell is right but for two digits swapped.

    A decimal mark that slipped shows in a ratio as well as in its figures, and so tells nothing of which is wrong.
    """
    if found.cell is None or found.cell not in found.wants:
        return False
    low, high = found.wants[found.cell]
    slip = _slip(sheet, found.cell, low, high) if high - low <= NARROW * max(abs(high), DUST) else None
    return slip is not None and slip[0] == "swapped_digits"


def _slip(sheet: Sheet, cell: int, low: float, high: float) -> tuple[str, Both] | None:
    value, decimals = sheet.get(cell, "value"), sheet.get(cell, "decimals")
    digits = re.sub(r"\D", "", f"{abs(value):.{decimals}f}")
    if len(digits) >= 2:
        for k in range(len(digits) - 1):
            if digits[k] == digits[k + 1]:
                continue
            swapped = digits[:k] + digits[k + 1] + digits[k] + digits[k + 2 :]
            if low <= int(swapped) / 10**decimals <= high and swapped[0] != "0":
                likely = int(swapped) / 10**decimals
                return "swapped_digits", both("; có thể đảo chữ số ({v}?)", "; digits may be swapped ({v}?)", v=likely)
    for power in (-3, -2, -1, 1, 2, 3):
        moved = value * 10.0**power
        if value and low <= moved <= high:
            return "slipped_decimal", both("; có thể lệch dấu phẩy hoặc thừa thiếu chữ số 0 ({v}?)",
                                           "; the decimal mark may have slipped ({v}?)", v=moved)  # fmt: skip
    return None


def sentence(found: Finding) -> Both:
    """Return the whole sentence: the place, what is printed, the arithmetic, the hint."""
    body = found.body if found.body.vi else _contradiction(found)
    return found.where + ": " + body + (found.hint or NOTHING) + "."
