"""A table whose columns are known → observations and comparisons, with all that could not be read said."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ictplan_utils.documents import numbers, units
from ictplan_utils.documents.contents import Cell
from ictplan_utils.documents.headers import Role, is_share
from ictplan_utils.documents.names import Names
from ictplan_utils.documents.numbers import Figure, Habit, Unread, counts_whole, is_blank, leap, read_figure, settle
from ictplan_utils.documents.reading import Found, Unmatched
from ictplan_utils.documents.roles import by_figures
from ictplan_utils.documents.rows import Part, Stated, figure_of, shown
from ictplan_utils.messages import text
from ictplan_utils.vietnamese import fold

RATIO_SLIP = 30.0
"""A printed ratio this many times off the figures' own means that one of them was misread, not miscounted."""


def witnesses(parts: Sequence[Part], names: Names) -> Habit:
    """Return the document's habit of writing numbers; whole counts tell what `182,340` means."""
    texts, groups = [], {".": 0, ",": 0}
    for part in parts:
        for item in part.stated:
            texts += [cell.text for cell in item.cells if cell.text and cell.number is None and not cell.covered]
        for cell in _counts(part, names):
            figure = figure_of(replace(cell, number=None))
            if figure and figure.mark:
                groups[figure.mark] += 1
    seen = numbers.habit(texts)
    return replace(seen, dot_groups=seen.dot_groups + groups["."], comma_groups=seen.comma_groups + groups[","])


def _counts(part: Part, names: Names) -> Iterator[Cell]:
    """Yield the cells of a part that count whole things."""
    for item in (each for each in part.stated if each.match):
        entry = names.frame.loc[item.match.indicator]
        if counts_whole(entry["unit_vi"], entry["decimals"], units.fit(item.unit, entry["unit_vi"]).factor):
            yield from (cell for made, cell in zip(part.roles, item.cells, strict=True) if made.kind == "figure")


def _dots_taken(part: Part, names: Names) -> bool:
    """Tell whether a spreadsheet has taken the dots between a table's thousands: whole things stand with decimals."""
    return any(cell.number is not None and cell.number % 1 for cell in _counts(part, names))


def read_part(part: Part, names: Names, habit: Habit, found: Found) -> None:
    """Add to `found` what the rows of a table's part state."""
    _tell_columns(part, found)
    figures = [c for c, made in enumerate(part.roles) if made.kind == "figure"]
    claimed = _claims(part.stated, figures, names) | _strangers(part.stated, names)
    taken = _dots_taken(part, names)
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
        _RowReader(part, item, names, habit, found, taken).read()


def _tell_columns(part: Part, found: Found) -> None:
    """Settle what the comparisons compare, and warn of columns that were not read or may be wrong."""
    alike: dict[tuple, list[int]] = {}
    for column, made in enumerate(part.roles):
        if made.kind == "figure":
            alike.setdefault((*made.time, is_share(made.header)), []).append(column)
    # Where columns compare figures, these tell which heading is wrong, and the audit says so.
    weighed = any(made.kind == "comparison" for made in part.roles)
    for (period, *_), same in alike.items():
        if len(same) > 1 and not weighed and _differ(part.stated, same):
            why = text("reading.why.one_of_several", period=period)
            for column in same:
                part.roles[column] = replace(part.roles[column], kind="unread", why=why)
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


def _differ(stated: Sequence[Stated], columns: Sequence[int]) -> bool:
    """Tell whether columns state different figures in a row that was understood."""
    rows = [{f.value for c in columns if (f := figure_of(item.cells[c]))} for item in stated if item.match]
    return any(len(values) > 1 for values in rows)


def _claims(stated: list[Stated], figures: Sequence[int], names: Names) -> dict[int, str]:
    """Return the rows that keep their indicator, and why others do not (`""` for those that do).

    What its indicator cannot be gives way to what it can; a close match to an exact one of the same table, a name read
    from its parents to one that says it all; of two that say the same and state different figures, neither can be
    believed.
    """
    rows: dict[str, list[int]] = {}
    for at, item in enumerate(stated):
        if item.match:
            rows.setdefault(item.match.indicator, []).append(at)
    told: dict[int, str] = {}
    for slug, several in rows.items():
        most = names.frame.at[slug, "maximum"]
        beyond = [at for at in several if _is_beyond(stated[at], figures, most)]
        if 0 < len(beyond) < len(several):  # "Hộ có Internet" beside "Tỷ lệ hộ có Internet (%)"
            told |= dict.fromkeys(beyond, text("reading.why.too_much", most=f"{most:g}"))
            several = [at for at in several if at not in beyond]
        how = {at: _CERTAIN.index(stated[at].match.how) for at in several}
        exact = {stated[at].name for at in several if how[at] == min(how.values())}
        kept = [at for at in several if stated[at].name in exact]
        filled = [stated[at].cells for at in kept if stated[at].has_figures]
        columns = ({shown(cells[c]).text.strip() for cells in filled} - {""} for c in figures)
        differ = text("reading.why.rows_differ") if any(len(texts) > 1 for texts in columns) else ""
        told |= {at: differ if at in kept else text("reading.why.more_exact") for at in several}
    return told


def _is_beyond(item: Stated, figures: Sequence[int], most: float) -> bool:
    """Tell whether all figures that a row prints are more than its indicator can be."""
    read = [figure.value for c in figures if (figure := figure_of(item.cells[c]))]
    return bool(read) and min(read) > most


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


class _RowReader:
    """Reads one row of a part: its figures in the catalogue's unit, and its comparisons; tells what cannot be read.

    `taken`: a spreadsheet has taken the dots between the part's thousands.
    """

    def __init__(self, part: Part, item: Stated, names: Names, habit: Habit, found: Found, taken: bool) -> None:
        self.part, self.item, self.names, self.habit, self.found, self.taken = part, item, names, habit, found, taken
        self.entry, self.meant = names.frame.loc[item.match.indicator], names.called(item.match.indicator)
        self.own = self.entry["unit_vi"]
        self.fit = self._fit()
        self.whole = counts_whole(self.own, self.entry["decimals"], self.fit.factor) and self.fit.fits
        self.percent = self.own == "%" and self.fit.fits

    def _fit(self) -> units.Fit:
        """Return how the row's printed unit, else that above it, fits the catalogue's."""
        item, fit = self.item, units.fit(self.item.unit or self.item.weak_unit, self.own, self.item.name)
        if not fit.fits and not item.unit:
            if item.weak_unit:
                self._doubt("reading.unit_above", item.where, unit=item.weak_unit, indicator=self.meant, own=self.own)
            fit = units.Fit()
        if not fit.fits:
            self._doubt("reading.unit_kept", item.where, unit=item.unit, own=self.own)
        if not item.unit and not item.weak_unit and self._is_money():
            self._doubt("reading.no_unit", item.where, own=self.own)
        return fit

    def _is_money(self) -> bool:
        meant = units.unit(self.own)
        return meant is not None and meant.dimension == "money"

    def _doubt(self, key: str, where: str, **values: str) -> None:
        self.found.doubt(text(key, **values), where)

    def read(self) -> None:
        """Add to `found` what the row states."""
        item, part, found, read = self.item, self.part, self.found, {}
        for column, made in enumerate(part.roles):
            cell, source = item.cells[column], item.places[column]
            if made.kind != "figure":
                continue
            if cell.covered and cell.text.strip():
                found.warn(text("reading.merged"), source)
            elif (figure := self._figure(cell, source)) is not None:
                read[column] = figure
        for column in [column for column in read if self.own != "%" and is_share(part.roles[column].header)]:
            self._read_share(read.pop(column), part.roles[column], item.places[column])
        fits = {column: self._own_unit(figure, item.places[column]) for column, figure in read.items()}
        # "Hộ có Internet | Hộ | Đến 30/6: 4.703 | Ước năm (%): 62,1": where some columns are shares the others count.
        shares = [column for column in read if "%" in part.roles[column].header]
        counted = self.own == "%" and not self.fit.fits and shares
        for column in [column for column in read if counted and column not in shares]:
            why = text("reading.why.unit", unit=item.unit, indicator=self.meant)
            found.warn(text("reading.unread", printed=read.pop(column).printed, why=why), item.places[column])
        read = self._settled(read, fits)
        for column, figure in read.items():
            made, source = part.roles[column], item.places[column]
            if made.month and self.entry["kind"] == "flow":
                found.warn(text("reading.a_month", header=made.header, indicator=self.meant), part.label)
                continue
            said = item.unit or re.search(r"%|ty le", fold(item.name))
            if self.own == "%" and not said and figure.value > 100:
                found.warn(text("reading.over_hundred"), item.where)
                continue
            self._state(item.match.indicator, figure, made, source, fits[column].note)
        self._check([*read.values()])
        self._read_comparisons({part.roles[column].time: figure.value for column, figure in read.items()})

    def _state(self, indicator: str, figure: Figure, made: Role, source: str, note: str = "") -> None:
        self.found.observations.append({
            "area": self.part.area, "indicator": indicator, "period": made.period, "status": made.status,
            "value": figure.value, "printed": figure.printed, "source": source,
            "note": "; ".join(filter(None, [made.note, figure.note, note])),
        })  # fmt: skip

    def _read_share(self, figure: Figure, made: Role, source: str) -> None:
        """Add what a column of percentages beside a row's counts states: their share, where the catalogue has one."""
        share = self.names.meaning.rate(self.item.match.indicator, frozenset(), True)
        if share and 0 <= figure.value <= 100:
            self._state(share, figure, made, source)
        else:
            self.found.warn(text("reading.shares_only", header=made.header), self.part.label)

    def _figure(self, cell: Cell, source: str) -> Figure | None:
        """Return a cell's figure; None, with a warning where it states something that is no single figure."""
        if cell.problem:
            self._problem(cell, source, stated=True)
            return None
        figure, least = read_figure(cell.text, cell.number), self.entry["minimum"]
        why = figure.why if isinstance(figure, Unread) else ""
        if isinstance(figure, Figure) and figure.of is not None and self.own == "%":
            why = text("reading.why.a_count")
        elif isinstance(figure, Figure) and figure.value < 0 and not math.isnan(least) and least >= 0:
            why = text("reading.why.negative")
        if why:
            self.found.warn(text("reading.unread", printed=figure.printed, why=why), source)
        return None if why else figure

    def _problem(self, cell: Cell, source: str, *, stated: bool) -> None:
        """Note a cell that cannot be read; one sentence a column, however many rows have it."""
        label, row, column = source.split(":")
        key = text("reading.column_of", label=label, column=column), cell.problem, stated
        self.found.problems.setdefault(key, []).append(row)

    def _own_unit(self, figure: Figure, source: str) -> units.Fit:
        """Return how a figure's unit fits: the one printed behind it goes before that of its row."""
        fit = self.fit
        if not figure.unit or figure.unit == self.item.unit:
            return fit
        said = f"{figure.unit} đồng" if self._is_money() and units.unit(figure.unit) is None else figure.unit
        if units.unit(said) is None:
            self._doubt("reading.unit_behind", source, unit=figure.unit, own=self.own)
            return fit
        own = units.fit(said, self.own)
        if not own.fits:
            self._doubt("reading.unit_kept", source, unit=said, own=self.own)
            return replace(fit, note=fit.note or own.note)
        return own if own.factor != fit.factor or not fit.fits else fit

    def _settled(self, read: dict[int, Figure], fits: dict[int, units.Fit]) -> dict[int, Figure]:
        """Return figures in the catalogue's unit; those that can mean two things as their witnesses have them."""
        result = {}
        for column, figure in read.items():
            fit = fits[column]
            whole = counts_whole(self.own, self.entry["decimals"], fit.factor)
            sure = {c: other.value * fits[c].factor / fit.factor for c, other in read.items() if other.other is None}
            value, doubt = settle(
                figure, whole=whole and fit.fits, percent=self.own == "%" and fit.fits, habit=self.habit,
                neighbours=[*sure.values()],
            )  # fmt: skip
            if doubt:
                self.found.doubt(doubt, self.item.places[column])
            result[column] = replace(figure, value=_scaled(value, fit.factor), other=None)
        return result

    def _check(self, read: Sequence[Figure]) -> None:
        """Warn of figures that a spreadsheet may have spoilt: 4,3 people, one value a thousand times the next."""
        values, where = [figure.value for figure in read], self.item.where
        for figure in (each for each in read if each.value != int(each.value)):
            if self.whole:
                self._doubt("reading.not_whole", where, printed=figure.printed, unit=self.own)
            elif self.taken and self._is_money():
                self._doubt("reading.dot_taken", where, printed=figure.printed)
        if self.percent and values and max(values) <= 1 and any(value != int(value) for value in values):
            self._doubt("reading.under_one", where)
        if leap(values):
            self._doubt("reading.far_apart", where, shown=", ".join(figure.printed for figure in read))

    def _read_comparisons(self, values: dict[tuple[str, str], float]) -> None:
        for column, made in enumerate(self.part.roles):
            if made.kind != "comparison" or made.why:
                continue
            source, cell = self.item.places[column], shown(self.item.cells[column])
            value, printed, note = math.nan, "", ""
            if cell.problem:
                self._problem(cell, source, stated=False)
                continue
            if cell.number is not None or not is_blank(cell.text):
                figure = read_figure(cell.text, cell.number)
                if isinstance(figure, Unread):
                    self.found.warn(text("reading.unread", printed=figure.printed, why=figure.why), source)
                    continue
                value, printed, note = self._ratio(figure, made, values, source), figure.printed, figure.note
                value = _scaled(value, self.fit.factor if made.measure == "change" else made.factor)
            self.found.comparisons.append({
                "area": self.part.area, "indicator": self.item.match.indicator, "period": made.period,
                "status": made.status, "base_period": made.base_period, "base_status": made.base_status,
                "measure": made.measure, "value": value, "printed": printed, "source": source, "note": note,
            })  # fmt: skip

    def _ratio(self, figure: Figure, made: Role, values: dict[tuple[str, str], float], source: str) -> float:
        """Return a printed comparison; `1.234` is a thousandfold only where the figures say so.

        One far off is told.
        """
        left, right = values.get(made.time), values.get(made.base)
        true, value = left / right * 100 if left and right else 0, figure.value
        if figure.other is not None and made.measure != "change":
            small, large = sorted((figure.value, figure.other), key=abs)
            value = min((small, large), key=lambda reading: abs(reading - true)) if true else small
        if made.measure == "ratio_pct" and true and value > 0:
            off = true / (value * made.factor)
            if off > RATIO_SLIP or off < 1 / RATIO_SLIP:
                self._doubt(
                    "reading.ratio_far_off", source, printed=figure.printed, left=f"{left:g}", right=f"{right:g}"
                )
        return value


def _scaled(value: float, factor: float) -> float:
    return value if factor == 1 else float(f"{value * factor:.12g}")
