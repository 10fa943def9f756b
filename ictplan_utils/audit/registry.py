"""The register of rules: each a small function with a name, a family, a severity and an example."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from ictplan_utils.audit.findings import Finding
    from ictplan_utils.audit.sheet import Sheet

FAMILIES = MappingProxyType(
    {
        1: ("Tỷ lệ in sai so với các cột", "Printed ratios against their own columns"),
        2: ("Ô tỷ lệ để trống tính được", "Blank ratios that can be computed"),
        3: ("Tổng và các thành phần", "Totals against parts"),
        4: ("Một số liệu ghi hai lần khác nhau", "The same quantity stated twice"),
        5: ("Mức tăng giảm đã ghi so với số liệu", "Stated changes against the figures"),
        6: ("Giới hạn và đơn vị tính", "Bounds and units"),
        7: ("Mẫu số ngầm: dân số, số hộ, số xã", "Implied denominators"),
        8: ("Sáu tháng, cả năm và diễn biến", "Halves, years and history"),
        9: ("Dòng giống nhau, đảo chữ số, lệch dấu phẩy", "Identical rows, swapped digits, slipped decimals"),
        10: ("Ngày tháng và năm", "Dates and years"),
        11: ("Chỉ tiêu kế hoạch", "Targets"),
        12: ("Đủ chỉ tiêu, đính chính", "Completeness and corrections"),
    }
)


@dataclass(frozen=True)
class Rule:
    """One rule: what it looks for, how bad that can be, and the sentence it would say."""

    rule: str
    family: int
    severity: str
    title_vi: str
    title_en: str
    example_vi: str
    example_en: str
    find: Callable[[Sheet], Iterable[Finding]]


RULES: dict[str, Rule] = {}
"""Rule name → rule, best explanation first: where two see one fault, the earlier one speaks."""


def rule(
    family: int, severity: str, title: tuple[str, str], example: tuple[str, str]
) -> Callable[[Callable[[Sheet], Iterable[Finding]]], Callable[[Sheet], Iterable[Finding]]]:
    """Register the decorated function as the rule of its name."""

    def register(find: Callable[[Sheet], Iterable[Finding]]) -> Callable[[Sheet], Iterable[Finding]]:
        RULES[find.__name__] = Rule(find.__name__, family, severity, *title, *example, find)
        return find

    return register


def rules() -> pd.DataFrame:
    """Return every rule: rule, family, family_vi, family_en, severity (its worst), titles and examples."""
    return pd.DataFrame(
        [
            {
                "rule": each.rule, "family": each.family,
                "family_vi": FAMILIES[each.family][0], "family_en": FAMILIES[each.family][1],
                "severity": each.severity, "title_vi": each.title_vi, "title_en": each.title_en,
                "example_vi": each.example_vi, "example_en": each.example_en,
            }
            for each in sorted(RULES.values(), key=lambda each: each.family)
        ]
    )  # fmt: skip
