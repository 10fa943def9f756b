"""A yearbook's table, years in its rows and indicators in its columns → observations and comparisons."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ictplan_utils import messages
from ictplan_utils.documents import units
from ictplan_utils.documents.axes import lines_of, named, title_indicator
from ictplan_utils.documents.header_rows import Row, is_figure, time_of, year_of
from ictplan_utils.documents.headers import Scope, only_time
from ictplan_utils.documents.names import Names
from ictplan_utils.documents.numbers import Figure, Habit, is_blank, read_figure
from ictplan_utils.documents.owners import Owners
from ictplan_utils.documents.reading import Unmatched
from ictplan_utils.documents.rows import cell_at
from ictplan_utils.documents.settle import counts_whole, settle
from ictplan_utils.documents.tables import Found, Labelled, read_cell, scaled
from ictplan_utils.periods import same_period_last_year, year
from ictplan_utils.vietnamese import fold


def read_years_down(
    labelled: Labelled, area: str, names: Names, owners: Owners, habit: Habit, scope: Scope, found: Found
) -> None:
    """Add what a yearbook's table states: years in the rows, indicators in the columns."""
    block = labelled.block
    matches = column_indicators(labelled, names, owners)
    index_block, section_unit = False, ""
    for row in block.rows:
        period, status = _time(row, block.values, scope)
        if not period:
            text = " ".join(dict.fromkeys(cell.text for cell in row.cells if cell.text.strip()))
            if any(isinstance(read_figure(cell_at(row, c).text, cell_at(row, c).number), Figure) for c in block.values):
                found.warn(messages.text("reading.row_no_year", row=row.name), labelled.label)
            elif text:
                index_block = "chi so phat trien" in fold(text) or "index" in text.lower()
                section_unit = "" if index_block else text
            continue
        note = "sơ bộ" if "sơ bộ" in row.name.lower() or "prel" in row.name.lower() else ""
        if status != "target" and scope.report and year(period) > scope.year:
            found.warn(messages.text("reading.row_later", row=row.name), labelled.label)
            continue
        for column in block.values:
            slug, _, unit = matches.get(column, ("", "", ""))
            cell = cell_at(row, column)
            if not slug or (cell.number is None and is_blank(cell.text)):
                continue
            source = f"{labelled.label}:{period}:{column + 1}"
            entry = names.frame.loc[slug]
            figure = read_cell(cell, source, entry, found)
            if figure is None:
                continue
            if index_block:
                found.comparisons.append({
                    "area": area, "indicator": slug, "period": period, "status": status,
                    "base_period": same_period_last_year(period), "base_status": "actual", "measure": "ratio_pct",
                    "value": figure.value, "printed": figure.printed, "source": source, "note": note,
                })  # fmt: skip
                continue
            fit = units.fit(unit or section_unit or labelled.caption_unit, entry["unit_vi"])
            if not fit.fits and unit:
                found.doubt(messages.text("reading.unit_kept", unit=unit, own=entry["unit_vi"]), source)
            fit = fit if fit.fits else units.Fit(note="" if not unit else fit.note)
            others = [f for r in block.rows if isinstance(f := read_figure(cell_at(r, column).text), Figure)]
            settled = settle(
                figure, whole=counts_whole(entry["unit_vi"], entry["decimals"], fit.factor),
                percent=entry["unit_vi"] == "%", habit=habit,
                neighbours=[f.value for f in others if f.other is None and f.value > 200],
            )  # fmt: skip
            if settled.doubt:
                found.doubt(settled.doubt, source)
            found.observations.append({
                "area": area, "indicator": slug, "period": period, "status": status,
                "value": scaled(settled.figure.value, fit.factor), "printed": figure.printed, "source": source,
                "note": "; ".join(filter(None, (note, figure.note, fit.note))),
            })  # fmt: skip
    for column in block.values:
        if not matches.get(column, ("",))[0]:
            header = block.header[column].replace("\n", " ")
            if any(is_figure(cell_at(row, column)) for row in block.rows):
                found.unmatched.append(
                    Unmatched(header, f"{labelled.label}:0:{column + 1}", candidates=names.candidates(header))
                )


def _time(row: Row, values: Sequence[int], scope: Scope) -> tuple[str, str]:
    """Return the period a row is about and its figures' status, "" and "" where it names neither year nor half.

    A half may stand in a column of its own: "2020" | "6 tháng", "2020" | "Cả năm".
    """
    beside = [cell_at(row, c) for c in values]
    words = [cell.text for cell in beside if not is_figure(cell) and not is_blank(cell.text)]
    halves = [text for text in words if only_time(text)]
    if not halves and (stated := year_of(row.name) or year_of(row.index)):
        said = row.name.lower()
        status = "estimate" if "ước" in said else "target" if re.search(r"kế hoạch|mục tiêu|\bkh\b", said) else "actual"
        return stated, status
    made = time_of(" ".join([row.name.replace("\n", " "), *halves]), scope)
    return (made.period, made.status) if made.kind == "figure" else ("", "")


def column_indicators(labelled: Labelled, names: Names, owners: Owners) -> dict[int, tuple[str, str, str]]:
    """Return column → (indicator, its header, its unit), under the indicator that the title names."""
    words, slug, title_unit = title_indicator(labelled.block, names, owners)
    found = {}
    for column in labelled.block.values:
        spoken = lines_of(labelled.block.header[column])
        indicator, unit = named(spoken, names, (words, slug))
        found[column] = (indicator, " ".join(spoken), unit or (title_unit if indicator == slug else ""))
    return found
