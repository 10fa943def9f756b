"""A table whose columns are known → observations and comparisons, with all that could not be read said."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ictplan_utils.documents import numbers, units
from ictplan_utils.documents.headers import Role
from ictplan_utils.documents.names import Names
from ictplan_utils.documents.numbers import (
    Figure,
    Habit,
    Unread,
    counts_whole,
    is_blank,
    leap,
    read_figure,
    settle,
)
from ictplan_utils.documents.reading import Remark, Unmatched
from ictplan_utils.documents.roles import by_figures
from ictplan_utils.documents.rows import Part, Stated, figure_of, shown
from ictplan_utils.messages import text
from ictplan_utils.vietnamese import fold

RATIO_SLIP = 30.0
"""A printed ratio this many times off the figures' own means that one of them was misread, not miscounted."""


@dataclass
class Found:
    """What one document has yielded so far, of its own area and of others."""

    observations: list[dict] = field(default_factory=list)
    comparisons: list[dict] = field(default_factory=list)
    unmatched: list[Unmatched] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    problems: dict[tuple[str, str, bool], list[str]] = field(default_factory=dict)

    def take(self, part: Found) -> None:
        """Add what a part of the document has yielded."""
        self.observations += part.observations
        self.comparisons += part.comparisons
        self.unmatched += part.unmatched
        for remark in part.warnings:
            self.warn(remark)
        self.doubts += part.doubts
        for key, rows in part.problems.items():
            self.problems.setdefault(key, []).extend(rows)

    def warn(self, what: str, where: str = "") -> None:
        """Add a warning once; `where`: the source it is about ("A1:10:6"), "" for the document."""
        remark = what if isinstance(what, Remark) else Remark(what, where)
        if remark not in self.warnings:
            self.warnings.append(remark)

    def doubt(self, what: str, where: str = "") -> None:
        """Warn that what was read may be wrong, so that a person must look at it."""
        self.warn(what, where)
        self.doubts.append(Remark(what, where))


def witnesses(parts: Sequence[Part], names: Names) -> Habit:
    """Return the document's habit of writing numbers; whole counts tell what `182,340` means."""
    texts, groups = [], {".": 0, ",": 0}
    for part in parts:
        for item in part.stated:
            texts += [cell.text for cell in item.cells if cell.text and cell.number is None and not cell.covered]
            if item.match is None:
                continue
            entry = names.frame.loc[item.match.indicator]
            if counts_whole(entry["unit_vi"], entry["decimals"], units.fit(item.unit, entry["unit_vi"]).factor):
                for made, cell in zip(part.roles, item.cells, strict=True):
                    figure = figure_of(replace(cell, number=None)) if made.kind == "figure" else None
                    if figure and figure.mark:
                        groups[figure.mark] += 1
    seen = numbers.habit(texts)
    return replace(seen, dot_groups=seen.dot_groups + groups["."], comma_groups=seen.comma_groups + groups[","])


def read_part(part: Part, names: Names, habit: Habit, found: Found) -> None:
    """Add to `found` what the rows of a table's part state."""
    _tell_columns(part, found)
    figures = [c for c, made in enumerate(part.roles) if made.kind == "figure"]
    claimed = _claims(part.stated, figures) | _strangers(part.stated, names)
    for at, item in enumerate(part.stated):
        why = claimed.get(at, "")
        if item.match is None or why:
            if item.has_figures or (item.row.index[:1].isdigit() and figures):
                near = names.candidates(item.name) if item.name else ()
                printed = tuple(shown(cell).text.strip() for cell in item.cells)
                found.unmatched.append(Unmatched(item.name, item.where, item.unit, printed, why, near))
            continue
        if item.match.how == "close":
            meant = names.called(item.match.indicator)
            found.doubt(text("reading.read_as", name=item.name, indicator=meant, note=item.match.note), item.where)
        _read_row(part, item, names, habit, found)


def _tell_columns(part: Part, found: Found) -> None:
    """Settle what the comparisons compare, and warn of columns that were not read or may be wrong."""
    for column, made in enumerate(part.roles):
        doubt, why = made.doubt, ""
        if made.kind in ("unread", "blank") and any(
            item.match and figure_of(item.cells[column]) for item in part.stated
        ):
            why = made.why or text("reading.why.no_header")
        if made.kind == "comparison":
            part.roles[column], doubt = by_figures(made, column, part.roles, part.stated)
            why = part.roles[column].why
        header = made.header or text("reading.nth_column", number=column + 1)
        if doubt:
            found.doubt(text("reading.column_doubt", header=made.header, doubt=doubt), part.label)
        if why:
            found.warn(text("reading.column_unread", header=header, why=why), part.label)


def _claims(stated: list[Stated], figures: Sequence[int]) -> dict[int, str]:
    """Return the rows that keep their indicator, and why others do not (`""` for those that do).

    A close match gives way to an exact one of the same table, a name read from its parents to one that says it
    all; of two that say the same and state different figures, neither can be believed.
    """
    rows: dict[str, list[int]] = {}
    for at, item in enumerate(stated):
        if item.match:
            rows.setdefault(item.match.indicator, []).append(at)
    told: dict[int, str] = {}
    for several in rows.values():
        how = {at: _CERTAIN.index(stated[at].match.how) for at in several}
        exact = {stated[at].name for at in several if how[at] == min(how.values())}
        kept = [at for at in several if stated[at].name in exact]
        filled = [stated[at].cells for at in kept if stated[at].has_figures]
        columns = ({shown(cells[c]).text.strip() for cells in filled} - {""} for c in figures)
        differ = text("reading.why.rows_differ") if any(len(texts) > 1 for texts in columns) else ""
        told |= {at: differ if at in kept else text("reading.why.more_exact") for at in several}
    return told


def _strangers(stated: list[Stated], names: Names) -> dict[int, str]:
    """Return the rows of a table of other things: few of its names are known, and no unit fits its indicator."""
    matched = [item for item in stated if item.match and item.has_figures]
    fitting = [i for i in matched if not i.unit or units.fit(i.unit, names.frame.at[i.match.indicator, "unit_vi"]).fits]
    if fitting or len(matched) * 2 > sum(item.has_figures for item in stated):
        return {}
    return {
        at: text("reading.why.unit", unit=item.unit, indicator=names.called(item.match.indicator))
        for at, item in enumerate(stated) if item in matched
    }  # fmt: skip


_CERTAIN = ("exact", "context", "parts", "close")
"""How a name was recognised, the surest first."""


def _read_row(part: Part, item: Stated, names: Names, habit: Habit, found: Found) -> None:
    entry, meant = names.frame.loc[item.match.indicator], names.called(item.match.indicator)
    fit = units.fit(item.unit or item.weak_unit, entry["unit_vi"])
    if not fit.fits and not item.unit:
        if item.weak_unit:
            what = text("reading.unit_above", unit=item.weak_unit, indicator=meant, own=entry["unit_vi"])
            found.doubt(what, item.where)
        fit = units.Fit()
    if not fit.fits:
        found.doubt(text("reading.unit_kept", unit=item.unit, own=entry["unit_vi"]), item.where)
    own_unit = units.unit(entry["unit_vi"])
    if not item.unit and not item.weak_unit and own_unit is not None and own_unit.dimension == "money":
        found.doubt(text("reading.no_unit", own=entry["unit_vi"]), item.where)
    read: dict[int, Figure] = {}
    for column, made in enumerate(part.roles):
        cell, source = item.cells[column], item.places[column]
        if made.kind != "figure":
            continue
        if cell.covered and cell.text.strip():
            found.warn(text("reading.merged"), source)
        elif (figure := read_cell(cell, source, entry, found)) is not None:
            read[column] = figure
    fits = {c: _own_unit(figure, entry, item, fit, found, item.places[c]) for c, figure in read.items()}
    read = _settled(read, fits, part, item, entry, habit, found)
    for column, figure in read.items():
        made, source = part.roles[column], item.places[column]
        if made.month and entry["kind"] == "flow":
            found.warn(text("reading.a_month", header=made.header, indicator=meant), part.label)
            continue
        said = item.unit or re.search(r"%|ty le", fold(item.name))
        if entry["unit_vi"] == "%" and not said and figure.value > 100:
            found.warn(text("reading.over_hundred"), item.where)
            continue
        if "%" in made.header and entry["unit_vi"] != "%":
            found.warn(text("reading.shares_only", header=made.header), part.label)
            continue
        notes = [made.note, figure.note, fits[column].note]
        found.observations.append({
            "area": part.area, "indicator": item.match.indicator, "period": made.period, "status": made.status,
            "value": figure.value, "printed": figure.printed,
            "source": source, "note": "; ".join(filter(None, notes)),
        })  # fmt: skip
    _check_whole(read, item, entry, fit, found, item.where)
    _read_comparisons(part, item, read, fit, found)


def _own_unit(figure: Figure, entry, item: Stated, fit: units.Fit, found: Found, source: str) -> units.Fit:
    """Return how a figure's unit fits: the one printed behind it goes before that of its row."""
    if not figure.unit or figure.unit == item.unit:
        return fit
    meant = units.unit(entry["unit_vi"])
    money = meant is not None and meant.dimension == "money"
    said = f"{figure.unit} đồng" if money and units.unit(figure.unit) is None else figure.unit
    if units.unit(said) is None:
        found.doubt(text("reading.unit_behind", unit=figure.unit, own=entry["unit_vi"]), source)
        return fit
    own = units.fit(said, entry["unit_vi"])
    if not own.fits:
        found.doubt(text("reading.unit_kept", unit=said, own=entry["unit_vi"]), source)
        return replace(fit, note=fit.note or own.note)
    return own if own.factor != fit.factor or not fit.fits else fit


def scaled(value: float, factor: float) -> float:
    return value if factor == 1 else float(f"{value * factor:.12g}")


def read_cell(cell, source: str, entry, found: Found) -> Figure | None:
    """Return a cell's figure; None, with a warning where it states something that is no single figure."""
    if cell.problem:
        _problem(cell, source, found, stated=True)
        return None
    figure = read_figure(cell.text, cell.number)
    if isinstance(figure, Unread):
        found.warn(text("reading.unread", printed=figure.printed, why=figure.why), source)
        return None
    if figure is not None and figure.of is not None and entry["unit_vi"] == "%":
        found.warn(text("reading.unread", printed=figure.printed, why=text("reading.why.a_count")), source)
        return None
    if figure is not None and figure.value < 0 and not math.isnan(entry["minimum"]) and entry["minimum"] >= 0:
        why = text(f"reading.why.{'brackets' if figure.negative_in_brackets else 'negative'}")
        found.warn(text("reading.unread", printed=figure.printed, why=why), source)
        return None
    return figure


def _problem(cell, source: str, found: Found, *, stated: bool) -> None:
    """Note a cell that cannot be read; one sentence a column, however many rows have it."""
    label, row, column = source.split(":")
    found.problems.setdefault((text("reading.column_of", label=label, column=column), cell.problem, stated), []).append(
        row
    )


def _settled(read, fits, part, item, entry, habit, found) -> dict[int, Figure]:
    """Return figures in the catalogue's unit; those that can mean two things as their witnesses have them."""
    result = {}
    for column, figure in read.items():
        fit = fits[column]
        whole = counts_whole(entry["unit_vi"], entry["decimals"], fit.factor)
        sure = {c: other.value * fits[c].factor / fit.factor for c, other in read.items() if other.other is None}
        value, doubt = settle(
            figure, whole=whole and fit.fits, percent=entry["unit_vi"] == "%" and fit.fits, habit=habit,
            neighbours=[*sure.values()], ratio=_by_ratio(column, sure, item, part.roles),
        )  # fmt: skip
        if doubt:
            found.doubt(doubt, item.places[column])
        result[column] = replace(figure, value=scaled(value, fit.factor), other=None)
    return result


def _by_ratio(column: int, sure: dict[int, float], item: Stated, roles: Sequence[Role]) -> list[float]:
    """Return what a figure should be by the printed ratios, where the other side of them is certain."""
    told, own = [], roles[column].time
    by_time = {roles[c].time: value for c, value in sure.items()}
    for made, cell in zip(roles, item.cells, strict=True):
        ratio = figure_of(cell) if made.kind == "comparison" and made.measure == "ratio_pct" else None
        if made.factor != 1 or made.why or ratio is None or ratio.other is not None or ratio.value <= 0:
            continue
        left, right = made.time, made.base
        if own == left and right in by_time:
            told.append(by_time[right] * ratio.value / 100)
        if own == right and left in by_time:
            told.append(by_time[left] / (ratio.value / 100))
    return told


def _check_whole(read: dict[int, Figure], item: Stated, entry, fit, found: Found, where: str) -> None:
    """Warn of figures that a spreadsheet may have spoilt: 4,3 people, one value a thousand times the next."""
    if counts_whole(entry["unit_vi"], entry["decimals"], fit.factor) and fit.fits:
        for figure in read.values():
            if figure.value != int(figure.value):
                found.doubt(text("reading.not_whole", printed=figure.printed, unit=entry["unit_vi"]), where)
    shares = [f.value for f in read.values()]
    if entry["unit_vi"] == "%" and fit.fits and shares and max(shares) <= 1 and any(v != int(v) for v in shares):
        found.doubt(text("reading.under_one"), where)
    if leap([figure.value for figure in read.values()]):
        shown = ", ".join(figure.printed for figure in read.values())
        found.doubt(text("reading.far_apart", shown=shown), where)


def _read_comparisons(part: Part, item: Stated, read: dict[int, Figure], fit: units.Fit, found: Found) -> None:
    values = {part.roles[c].time: f.value for c, f in read.items()}
    for column, made in enumerate(part.roles):
        if made.kind != "comparison" or made.why:
            continue
        source, cell = item.places[column], shown(item.cells[column])
        value, printed, note = math.nan, "", ""
        if cell.problem:
            _problem(cell, source, found, stated=False)
            continue
        if cell.number is not None or not is_blank(cell.text):
            figure = read_figure(cell.text, cell.number)
            if isinstance(figure, Unread):
                found.warn(text("reading.unread", printed=figure.printed, why=figure.why), source)
                continue
            value, printed, note = _ratio(figure, made, values, source, found), figure.printed, figure.note
            value = scaled(value, fit.factor if made.measure == "change" else made.factor)
        found.comparisons.append({
            "area": part.area, "indicator": item.match.indicator, "period": made.period, "status": made.status,
            "base_period": made.base_period, "base_status": made.base_status, "measure": made.measure,
            "value": value, "printed": printed, "source": source, "note": note,
        })  # fmt: skip


def _ratio(figure: Figure, made: Role, values: dict, source: str, found: Found) -> float:
    """Return a printed comparison; `1.234` is a thousandfold only where the figures say so. One far off is told."""
    left, right = values.get(made.time), values.get(made.base)
    true, value = left / right * 100 if left and right else 0, figure.value
    if figure.other is not None and made.measure != "change":
        small, large = sorted((figure.value, figure.other), key=abs)
        value = min((small, large), key=lambda reading: abs(reading - true)) if true else small
    if made.measure == "ratio_pct" and true and value > 0:
        off = true / (value * made.factor)
        if off > RATIO_SLIP or off < 1 / RATIO_SLIP:
            what = text("reading.ratio_far_off", printed=figure.printed, left=f"{left:g}", right=f"{right:g}")
            found.doubt(what, source)
    return value
