"""The figures of all areas of one report as a block of numbers, and what each area's shares and rates weigh."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from ictplan_utils import catalog
from ictplan_utils.observations import DOUBTFUL, SLOTS, as_of, moments, preferred
from ictplan_utils.periods import is_half, year

_MONTHS = np.array([-12, -18, -6, 0, 12])
"""When each slot's figure stands, in months from the end of the report's year."""

AGREE = 0.01
"""A quotient that lies within 1% of the rate as stated is the same, rounded; else the audit speaks, not the total."""

MOST_YEARS = 5
"""How old a population may be that serves for coverage only: an office counts its people at least every five years."""


@dataclass(frozen=True, eq=False)
class Figures:
    """All areas' figures of one report.

    `value[area, indicator, slot]` is what is stated (NaN: not stated); a share that is none is left out.
    `top` and `bottom` are a mean's numerator and denominator in each area; NaN in `bottom` where it is not known.
    `people[area]` is each area's latest population.
    """

    report: str
    areas: pd.DataFrame
    indicators: pd.DataFrame
    value: np.ndarray
    top: np.ndarray
    bottom: np.ndarray
    people: np.ndarray

    def of(self, indicator: str, slot: str) -> pd.Series:
        """Return one figure of every area, keyed by `area`."""
        column = self.value[:, self.indicators.index.get_loc(indicator), SLOTS.index(slot)]
        return pd.Series(column, index=self.areas.index)


def same_base(block: Figures, areas: Sequence[str] | None = None) -> pd.Series:
    """Return what growth is measured on, by indicator, for all `areas` alike: slot `same_half` or `last_year`.

    It is the date that more of the areas can be held against; the same period last year where as many can. What
    accumulates is held against the same period alone, in a report on a whole year against last year.
    """
    rows = slice(None) if areas is None else block.areas.index.get_indexer(list(areas))
    known = np.isfinite(block.value[rows])
    same, last, half = (known[:, :, SLOTS.index(name)] for name in ("same_half", "last_year", "half"))
    flows = (block.indicators["kind"] == "flow").to_numpy() & is_half(block.report)
    more = (last & half).sum(axis=0) > (same & half).sum(axis=0)
    return pd.Series(np.where(more & ~flows, "last_year", "same_half"), index=block.indicators.index)


def matched(block: Figures, areas: Sequence[str] | None = None) -> Figures:
    """Return the block with `half` and its base (in `same_half`, see `same_base`) only where an area states both.

    Growth of a total is growth of the same areas: one that did not report this time must not look like a fall.
    """
    same, last, half = (SLOTS.index(name) for name in ("same_half", "last_year", "half"))
    use_last = (same_base(block, areas) == "last_year").to_numpy()[None, :]
    found = {}
    for name in ("value", "top", "bottom"):
        cells = np.full_like(getattr(block, name), np.nan)
        cells[:, :, half] = getattr(block, name)[:, :, half]
        cells[:, :, same] = np.where(use_last, getattr(block, name)[:, :, last], getattr(block, name)[:, :, same])
        found[name] = cells
    both = np.isfinite(found["value"][:, :, half]) & np.isfinite(found["value"][:, :, same])
    for cells in found.values():
        cells[~both] = np.nan
    return replace(block, **found)


def without(block: Figures, areas: Sequence[str], indicators: Sequence[str]) -> Figures:
    """Return the block without some areas' figures of one indicator each, at any date."""
    rows, columns = block.areas.index.get_indexer(list(areas)), block.indicators.index.get_indexer(list(indicators))
    found = {name: getattr(block, name).copy() for name in ("value", "top", "bottom")}
    for cells in found.values():
        cells[rows, columns] = np.nan
    return replace(block, **found)


def figures(observations: pd.DataFrame, report: str, data_dir: str | Path = "data") -> Figures:
    """Return the figures that were known of every area when `report` was due.

    `observations` as `ict.load` gives them, of any areas; the areas are those of areas.csv.
    """
    areas, indicators = catalog.areas(data_dir), catalog.indicators(data_dir)
    known = as_of(observations, report)
    value = np.full((len(areas), len(indicators), len(SLOTS)), np.nan)
    slots = _slots(known, report)
    chosen = preferred(known[slots >= 0])
    # Whole columns are looked at by their few different words: a nation has half a million rows.
    notes, said = pd.factorize(chosen["note"])
    if len(chosen):
        chosen = chosen[~np.array([DOUBTFUL in note for note in said])[notes]]
    rows, columns = areas.index.get_indexer(chosen["area"]), indicators.index.get_indexer(chosen["indicator"])
    value[rows, columns, _slots(chosen, report)] = chosen["value"]
    shares = (indicators["kind"] == "share").to_numpy()
    with np.errstate(invalid="ignore"):
        value[:, shares] = np.where((value[:, shares] < 0) | (value[:, shares] > 100), np.nan, value[:, shares])
    top, bottom = _weights(value, indicators)
    return Figures(report, areas, indicators, value, top, bottom, _people(value, indicators, known, areas, report))


def _slots(rows: pd.DataFrame, report: str) -> np.ndarray:
    """Return each row's place in SLOTS, -1 where its figure is none of the report's five."""
    (periods, dates), (statuses, words) = pd.factorize(rows["period"]), pd.factorize(rows["status"])
    known = list(moments(report).values())
    table = [[known.index((date, word)) if (date, word) in known else -1 for word in words] for date in dates]
    return np.array(table, dtype=int).reshape(len(dates), len(words))[periods, statuses]


def _weights(value: np.ndarray, indicators: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return every mean's numerator and denominator: stated, else implied, else the weight's nearest figure.

    Density 61.8 per 100 people with 50,000 subscribers implies 80,906 people; a rate without any of its parts is
    weighed by the catalogue's `weight`. What the weight is at another date of the report serves as well: the
    number of people or communes of two areas keeps its proportion within a year.
    """
    place = {name: k for k, name in enumerate(indicators.index)}
    quotients = {name: _quotient(formula) for name, formula in indicators["formula"].items() if "/" in formula}
    top, bottom = (np.full_like(value, np.nan) for _ in range(2))
    for name in indicators.index[indicators["aggregation"] == "mean"]:
        rate = value[:, place[name]]
        above, below, factor = quotients.get(name, ("", indicators.at[name, "weight"], 1.0))
        numerator = value[:, place[above]] if above else np.full_like(rate, np.nan)
        denominator = value[:, place[below]] if below else np.full_like(rate, np.nan)
        with np.errstate(divide="ignore", invalid="ignore"):
            implied = np.where(rate > 0, numerator / rate * factor, np.nan)
            denominator = _first(denominator, implied, _nearest(_known(below, value, place, quotients)))
            if indicators.at[name, "weight"] and not np.isfinite(denominator).all():
                weight = _known(indicators.at[name, "weight"], value, place, quotients)
                denominator = _first(denominator, _nearest(weight))
            denominator = np.where(denominator > 0, denominator, np.nan)
            # The rate as stated, by its own denominator; its exact numerator where both tell the same.
            exact = numerator / denominator * factor
            agrees = np.isfinite(exact) & (~np.isfinite(rate) | (np.abs(exact - rate) <= AGREE * np.abs(rate)))
            top[:, place[name]] = np.where(agrees, exact, rate) * denominator
        bottom[:, place[name]] = denominator
    return top, bottom


def _quotient(formula: str) -> tuple[str, str, float]:
    """Return numerator, denominator and factor: `a / b * 100` → ("a", "b", 100.0)."""
    _, (above, below) = catalog.formula_terms(formula)
    return above, below, float(formula.rpartition("*")[2]) if "*" in formula else 1.0


def _known(name: str, value: np.ndarray, place: dict[str, int], quotients: dict) -> np.ndarray:
    """Return a weight as stated; where it is not, as a stated quotient and its other part imply it."""
    if not name:
        return np.full_like(value[:, 0], np.nan)
    found = value[:, place[name]]
    with np.errstate(divide="ignore", invalid="ignore"):
        for rate, (above, below, factor) in quotients.items():
            if below == name:
                part, stated = value[:, place[above]], value[:, place[rate]]
                found = _first(found, np.where(stated > 0, part / stated * factor, np.nan))
        for rate, (above, below, factor) in quotients.items():
            if above == name:
                # A rate over nothing says nothing of what lies above it.
                over = np.where(value[:, place[below]] > 0, value[:, place[below]], np.nan)
                found = _first(found, value[:, place[rate]] * over / factor)
    return found


def _first(*choices: np.ndarray) -> np.ndarray:
    """Return, cell by cell, the first choice that is known."""
    found = choices[0]
    for each in choices[1:]:
        found = np.where(np.isfinite(found), found, each)
    return found


def _nearest(column: np.ndarray) -> np.ndarray:
    """Fill each slot of an area from the slot that is nearest in time."""
    order = np.argsort(np.abs(_MONTHS[:, None] - _MONTHS[None, :]), axis=1, kind="stable")
    return np.stack([_first(*(column[:, other] for other in order[slot])) for slot in range(len(SLOTS))], axis=1)


def _people(
    value: np.ndarray, indicators: pd.DataFrame, known: pd.DataFrame, areas: pd.DataFrame, report: str
) -> np.ndarray:
    """Return each area's population: of this report, stated or implied, else the last one it stated."""
    place = {name: k for k, name in enumerate(indicators.index)}
    if "population" not in place:
        return np.full(len(areas), np.nan)
    quotients = {name: _quotient(formula) for name, formula in indicators["formula"].items() if "/" in formula}
    now = _nearest(_known("population", value, place, quotients))[:, SLOTS.index("half")]
    rows = known[known["indicator"] == "population"]
    rows = rows[rows["status"] == "actual"]
    rows = rows[rows["period"].str[:4].astype(int) >= year(report) - MOST_YEARS] if len(rows) else rows
    before = rows.sort_values("period").drop_duplicates("area", keep="last").set_index("area")["value"]
    found = _first(now, before.reindex(areas.index).to_numpy(dtype=float))
    return np.where(found > 0, found, np.nan)
