"""How a report's figures moved against last year's: each on its own base, or all on the one that most have."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from ictplan_utils.catalog import Indicator
from ictplan_utils.messages import text
from ictplan_utils.narrative.figures import (
    BASES,
    HEADLINES,
    against,
    base_of,
    fits,
    in_sentence,
    known,
    percent,
    share_name,
)
from ictplan_utils.periods import is_half, period_name, year
from ictplan_utils.reports import Report

STILL_PCT = 0.5
"""A change below half a per cent is counted as none: rounding makes as much."""

FAR_PCT = 10.0
"""A fall by a tenth is told of whatever indicator it is; a smaller one of those a leader asks for first."""
FEW = 10
"""Less than ten of the last printed place grows and falls by leaps, which are not told."""


def falls(report: Report) -> dict[str, float]:
    """Return, by indicator, the falls that a leader must hear of, in per cent: of what nobody wants to be less.

    Of the headline indicators all, of the others those by FAR_PCT or more; none whose figure must be corrected.
    """
    wrong = set(report.findings.loc[report.findings["severity"] == "error", "indicator"])
    entries = {slug: entry for slug, entry in report.indicators.items() if slug not in wrong}
    moves = moves_of(report.figures, entries, report.period)
    return {
        slug: move for slug, move in moves.items()
        if (entry := entries[slug]).direction != "lower"
        and base_of(report.figures.loc[slug], entry, report.period)[1] >= FEW * 10.0**-entry.decimals
        and move < -(STILL_PCT if slug in HEADLINES and entry.direction == "higher" else FAR_PCT)
    }  # fmt: skip


def moves_of(
    table: pd.DataFrame, entries: Mapping[str, Indicator], period: str, bases: Sequence[str] = BASES
) -> dict[str, float]:
    """Return how far the indicators of a report table moved, in per cent, where that is known."""
    there = {slug: entry for slug, entry in entries.items() if slug in table.index}
    moves = {slug: movement(table.loc[slug], entry, period, bases) for slug, entry in there.items()}
    return {slug: move for slug, move in moves.items() if known(move)}


def moves_together(
    table: pd.DataFrame, entries: Mapping[str, Indicator], period: str
) -> tuple[tuple[str], dict[str, float]]:
    """Return the one base on which most indicators can be told beside one another, of two alike the same period, and
    how far they moved on it."""
    told = {(base,): moves_of(table, entries, period, (base,)) for base in BASES}
    return max(told.items(), key=lambda each: len(each[1]))


def common_base(table: pd.DataFrame, entries: Mapping[str, Indicator], period: str) -> tuple[str]:
    """Return the base of `moves_together`."""
    return moves_together(table, entries, period)[0]


def common_base_name(period: str, bases: Sequence[str], lang: str = "vi") -> str:
    """Return what that base is called: `cuối năm 2020`, of a whole year `năm 2020`."""
    last = year(period) - 1
    if not is_half(period):
        return period_name(str(last), lang)
    key = "same_period" if "same_half" in bases else "year_end"
    return text(f"narrative.base.{key}", lang, year=last)


def rose_and_fell(moves: Mapping[str, float]) -> tuple[int, int]:
    """Return how many indicators rose and how many fell."""
    up, down = (sum(sign * move >= STILL_PCT for move in moves.values()) for sign in (1, -1))
    return up, down


def movements(table: pd.DataFrame, entries: dict[str, Indicator], period: str, lang: str = "vi") -> list[str]:
    """Return how many rose, fell and stood still, and which moved most, all on one base; nothing where none can be."""
    bases, moves = moves_together(table, entries, period)
    if not moves:
        return []
    up, down = rose_and_fell(moves)
    limit = percent(STILL_PCT, lang=lang)
    counts = {"rose": up, "fell": down, "still": len(moves) - up - down}
    parts = [text(f"narrative.trends.{key}", lang, count=n, limit=limit) for key, n in counts.items() if n]
    base = common_base_name(period, bases, lang)
    told = [text("narrative.trends.counts", lang, count=len(moves), base=base, parts=", ".join(parts))]
    told = told if len(moves) > 1 else []
    extremes = (("fastest_rise", up, max(moves, key=moves.get)), ("steepest_fall", down, min(moves, key=moves.get)))
    for key, there, slug in extremes:
        if there:
            compared = against(table.loc[slug], entries[slug], period, lang, bases=bases)
            name = in_sentence(share_name(entries[slug], lang))
            told.append(text(f"narrative.trends.{key}", lang, name=name, compared=compared))
    return told


def movement(figures: pd.Series, entry: Indicator, period: str, bases: Sequence[str] = BASES) -> float:
    """Return a figure's growth in per cent on the base it is told against, NaN where it has none or is no share."""
    half, (_, base) = figures["half"], base_of(figures, entry, period, bases)
    if not known(half) or not known(base) or base <= 0 or not fits(half, entry):
        return math.nan
    return 100 * (half / base - 1)
