"""Which areas moved unlike the others, and which figures are worth a call, as tables."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import pandas as pd

from ictplan_utils.compare.charts import unit, written
from ictplan_utils.compare.comparison import FEWEST_AREAS, Comparison, by_people
from ictplan_utils.compare.sentences import base_words, rounded
from ictplan_utils.compare.standouts import common_base, movers
from ictplan_utils.narrative import Parts, Text, amount, grown, paragraph
from ictplan_utils.tables.table import Cell, Column, Row, Table
from ictplan_utils.vietnamese import capitalised

MOST_CALLS = 20
"""Areas to call that a screen shows before all are asked for (page.css)."""


def standing_out(found: Comparison) -> Parts:
    """Return the fastest movers, then the figures worth a call; nothing where too few report to say so."""
    if len(found.present) < FEWEST_AREAS:
        return Parts(())
    return Parts((("", movers_table(found)), (found.say("compare.call.heading"), calls_table(found))))


def movers_table(found: Comparison) -> Table | Text:
    """Return the fastest movers, better and worse, each against the median of all areas, all on one base."""
    say, lang, rows = found.say, found.lang, []
    for row in movers(found).itertuples():
        entry = found.form[row.indicator]
        # The arrow says which way the figure went, not whether that is good.
        sign = "▲ " if row.growth > 0 else "▼ " if row.growth < 0 else ""
        told = (f"{sign}{grown(row.growth, entry, lang)}", grown(row.median, entry, lang),
                rounded(row.base, entry, lang), rounded(row.half, entry, lang))  # fmt: skip
        rows.append(_about(found, row, map(Cell, told)))
    if not rows:
        return paragraph(say("compare.none"))
    columns = [Column(capitalised(base_words(found, common_base(found)))),
               Column(say("compare.median_of_all")), Column(say("compare.before"), first_sight=False),
               Column(capitalised(found.when), first_sight=False)]  # fmt: skip
    return Table("movers", say("compare.area_and_indicator"), columns, rows, say("compare.movers_note"), lang)


def calls_table(found: Comparison) -> Table | Text:
    """Return the figures worth a phone call, a row an area: what it states, how that compares, what the others have."""
    if found.asked.empty:
        return paragraph(found.say("compare.none"))
    rows = [Row(found.name(area), [_calls(found, figures)], href=f"../{area}/{found.index}")
            for area, figures in found.asked.groupby("area", sort=False)]  # fmt: skip
    columns = [Column(found.say("compare.calls"), numeric=False)]
    return Table("calls", found.say("compare.area"), columns, rows, lang=found.lang, short=len(rows) > MOST_CALLS)


def _calls(found: Comparison, figures: pd.DataFrame) -> Cell:
    """Return an area's figures to be asked about, the farthest first."""
    told = [_call(found, row) for row in figures.itertuples()]
    return Cell("; ".join(told), "<br>".join(map(escape, told)))


def _call(found: Comparison, row) -> str:
    """Return a figure to be asked about, as stated and as compared (grown, per person), and the others' median."""
    entry, lang = found.form[row.indicator], found.lang
    stated, compared = amount(found.half.at[row.area, row.indicator], entry, lang), ""
    if row.what == "growth":
        value, middle = (grown(each, entry, lang) for each in (row.value, row.median))
        compared = f"{value} {base_words(found, found.bases[row.indicator])}"
    elif by_people(entry):
        value, middle = (written(found, entry, each, True) for each in (row.value, row.median))
        compared = f"{value} {unit(found, entry, True)}"
    else:
        middle = amount(row.median, entry, lang)
    told = "; ".join(filter(None, [compared, found.say("compare.median", value=middle)]))
    return f"{entry.short(lang)}: {stated} ({told})"


def _about(found: Comparison, row, cells: Iterable[Cell]) -> Row:
    """Return a row on one area's one indicator."""
    entry = found.form[row.indicator]
    about = f"{entry.short(found.lang)}, {entry.unit(found.lang)}"
    return Row(found.name(row.area), list(cells), about, href=f"../{row.area}/{found.index}")
