"""How a report's figures moved against last year's: each on one base, the same wherever it is told."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from ictplan_utils.catalog import Indicator
from ictplan_utils.messages import text
from ictplan_utils.narrative.figures import (
    HEADLINES,
    against,
    base_of,
    fits,
    in_sentence,
    known,
    percent,
    share_name,
)
from ictplan_utils.periods import is_half, order, period_name, year
from ictplan_utils.reports import Report

STILL_PCT = 0.5
"""A change below half a per cent is counted as none: rounding makes as much."""

FAR_PCT = 10.0
"""A fall by a tenth is told of whatever indicator it is; a smaller one of those a leader asks for first."""
Faulty = frozenset[tuple[str, str, str]]
"""Figures by indicator, period, status."""
FEW = 10
"""Less than ten of the last printed place grows and falls by leaps, which are not told."""


def falls(report: Report) -> dict[str, float]:
    """Return, by indicator, the falls that a leader must hear of, in per cent: of what nobody wants to be less.

    Of the headline indicators all, of the others those by FAR_PCT or more; none whose figure must be corrected.
    """
    entries = report.indicators
    moves = moves_of(report.figures, entries, report.period, report.faulty)
    return {
        slug: move for slug, move in moves.items()
        if (entry := entries[slug]).direction != "lower"
        and base_of(report.figures.loc[slug], entry, report.period)[1] >= FEW * 10.0**-entry.decimals
        and move < -(STILL_PCT if slug in HEADLINES and entry.direction == "higher" else FAR_PCT)
    }  # fmt: skip


def moves_of(
    table: pd.DataFrame, entries: Mapping[str, Indicator], period: str, faulty: Faulty = frozenset()
) -> dict[str, float]:
    """Return how far the indicators of a report table moved, in per cent, where that is known.

    None of which the figure, or the one that it is held against, is among the `faulty`, see `Report.faulty`.
    """
    found = {}
    for slug, entry in entries.items():
        if slug in table.index and known(move := movement(row := table.loc[slug], entry, period)):
            needed = {(slug, when, "actual") for when in (period, base_of(row, entry, period)[0])}
            found |= {slug: move} if needed.isdisjoint(faulty) else {}
    return found


def moves_by_base(
    table: pd.DataFrame, entries: Mapping[str, Indicator], period: str, faulty: Faulty = frozenset()
) -> dict[str, dict[str, float]]:
    """Return the same by the period that each is held against, the same half of last year before last year's end."""
    found: dict[str, dict[str, float]] = {}
    for slug, move in moves_of(table, entries, period, faulty).items():
        found.setdefault(base_of(table.loc[slug], entries[slug], period)[0], {})[slug] = move
    return {base: found[base] for base in sorted(found, key=order)}


def common_base(table: pd.DataFrame, entries: Mapping[str, Indicator], period: str) -> str:
    """Return the period that most indicators are held against; "" where none is."""
    told = moves_by_base(table, entries, period)
    return max(told, key=lambda base: len(told[base]), default="")


def common_base_name(base: str, period: str, lang: str = "vi") -> str:
    """Return what several indicators are held against: `cuối năm 2020`, of a whole year `năm 2020`."""
    if not is_half(period):
        return period_name(base, lang)
    return text(f"narrative.base.{'same_period' if is_half(base) else 'year_end'}", lang, year=year(base))


def rose_and_fell(moves: Mapping[str, float]) -> tuple[int, int]:
    """Return how many indicators rose and how many fell."""
    up, down = (sum(sign * move >= STILL_PCT for move in moves.values()) for sign in (1, -1))
    return up, down


def movements(
    table: pd.DataFrame, entries: Mapping[str, Indicator], period: str, lang: str = "vi", faulty: Faulty = frozenset()
) -> list[str]:
    """Return, base by base, how many rose, fell and stood still, and which moved most; nothing where none can be."""
    told = []
    for base, moves in moves_by_base(table, entries, period, faulty).items():
        up, down = rose_and_fell(moves)
        counts = {"rose": up, "fell": down, "still": len(moves) - up - down}
        limit = percent(STILL_PCT, lang=lang)
        parts = [text(f"narrative.trends.{key}", lang, count=n, limit=limit) for key, n in counts.items() if n]
        words = {"count": len(moves), "base": common_base_name(base, period, lang), "parts": ", ".join(parts)}
        told += [text("narrative.trends.counts", lang, **words)] if len(moves) > 1 else []
        extremes = (("fastest_rise", up, max(moves, key=moves.get)), ("steepest_fall", down, min(moves, key=moves.get)))
        for key, there, slug in extremes:
            if there:
                compared = against(table.loc[slug], entries[slug], period, lang)
                name = in_sentence(share_name(entries[slug], lang))
                told.append(text(f"narrative.trends.{key}", lang, name=name, compared=compared))
    return told


def movement(figures: pd.Series, entry: Indicator, period: str) -> float:
    """Return a figure's growth in per cent on the base it is told against, NaN where it has none or is no share."""
    half, (_, base) = figures["half"], base_of(figures, entry, period)
    if not known(half) or not known(base) or base <= 0 or not fits(half, entry):
        return math.nan
    return 100 * (half / base - 1)
