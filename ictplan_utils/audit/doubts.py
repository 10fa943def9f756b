"""What can be true, yet a person must ask: edits that only usually hold, and how a row moves through the year."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence

from ictplan_utils.audit.cells import Cell, Document, Key
from ictplan_utils.audit.courses import Asked, Courses, Doubt, falls_with
from ictplan_utils.audit.edits import Edit
from ictplan_utils.audit.evidence import Blame
from ictplan_utils.audit.findings import Finding
from ictplan_utils.audit.reasons import Reasons
from ictplan_utils.audit.repairs import violated
from ictplan_utils.audit.reporting import arithmetic, range_of, sum_of
from ictplan_utils.audit.sentences import Both, figure, in_sentence, joined, number, say, when
from ictplan_utils.audit.solve import reach
from ictplan_utils.periods import is_half, order

HOURS_IN_HALF, DAYS = 181 * 24, 365
DIGITS_OF_FEW, DIGITS_BEYOND_CHANCE, DIGITS_OF_ONE_YEAR = 3, 3, 4
"""Neighbouring rows may agree by chance in three digits in all (9; 10; 10); rows far apart in small numbers, hardly in
one of three digits; a row with itself in one of three, hardly of four."""
COURSES = ("target_backwards", "bold_target", "jump", "pace", "second_half")
"""Doubts about how a row's figures follow one another."""


def doubts(blame: Blame, told_why: Callable[[], Reasons]) -> list[Finding]:
    """Return the questions about a document, one for each cell and for each row's course through the year.

    `told_why` reads what the document gives a reason for: that is told, not asked.
    """
    room = _Room(blame, told_why)
    copied = {each.indicator for each in blame.findings if each.slip == "copied_row"}
    # Where a ratio contradicts a row's figures, how these move is the same fault.
    disputed = {key for k in blame.cells if (cell := blame.model.cells[k]).measure for key in (cell.key, cell.base)}
    found: dict[int, Doubt] = {}
    broken: dict[tuple, Doubt] = {}
    for doubt in [*room.usual(), *Courses(blame, told_why).courses(), *room.hours(), *room.misdated(), *room.twins()]:
        twin = doubt.rule == "identical_rows"
        if doubt.rule in COURSES and doubt.cell.key in disputed:
            continue
        cells = (doubt.cell, *doubt.also)
        if any(each.indicator in copied if twin else blame.wrong(each) for each in cells):
            continue
        edit = doubt.edit
        asked = broken.setdefault((edit.rule, edit.constant, doubt.cell.indicator), doubt) if edit else doubt
        if asked is not doubt:
            asked.also += cells
            continue
        first = found.get(id(doubt.cell))
        if first is not None and first.severity == "info":
            first = None  # What is only told hides no question.
        if first is None or twin:
            found[id(doubt.cell) if first is None else id(doubt)] = doubt
        elif first.said.vi or doubt.said.vi:
            first.what = say("say.and", a=first.what, b=doubt.said if doubt.said.vi else doubt.what)
            first.also += doubt.also
    _together([each for each in found.values() if each.rule == "target_backwards"], blame.model.declared)
    return [
        blame.model.doc.about(each.rule, each.severity, each.cell, each.what, each.also, expected=each.expected)
        for each in found.values()
        if each.severity
    ]


def _together(backwards: list[Doubt], all_edits: Sequence[Edit]) -> None:
    """Make one question of targets that fall together: the others' places go with the one they are worked out from."""
    for first in backwards:
        family = falls_with([first.cell.indicator], all_edits) if first.severity == "warning" else set()
        for each in backwards:
            if each is not first and each.severity == "warning" and each.cell.indicator in family:
                first.also += (each.cell,)
                each.severity = ""


class _Room(Asked):
    # --- edits that usually hold

    def usual(self) -> Iterator[Doubt]:
        found: dict[tuple, Doubt] = {}
        for edit, keys in self.model.doubts:
            if violated(self.model, edit, keys, self.blame.state):
                asks = self.other_base if "/" in edit.left else self.people if edit.left == "population" else self.plain
                if doubt := asks(edit, keys):
                    found.setdefault((doubt.rule, doubt.cell.indicator, doubt.cell.period), doubt)
        # A question goes first; a table's figure speaks for the sentence's, the first column's for the later ones'.
        order = ("warning", "info").index
        yield from sorted(found.values(), key=lambda d: (order(d.severity), not d.cell.in_table, d.cell.source))

    def plain(self, edit: Edit, keys: Sequence[Key]) -> Doubt | None:
        cells = [self.blame.stated(key) for key in keys]
        if cells[0] is None:
            return None
        low, high = self.allowed(edit, keys)
        sum_ = self.product(edit, keys, cells) if edit.log else self.sum(keys, cells)
        reason = say(f"why.{edit.why}")
        own = self.own_way(edit, keys)
        what = say("say.own_way" if own else "say.ask", p=cells[0].text, why=sum_, reason=reason)
        middle = (low + high) / 2
        expected = {"<=": f"≤ {number(high)}", ">=": f"≥ {number(low)}"}.get(edit.relation) or (
            f"~ {number(middle, 1 if self.kind[edit.left] == 'share' else 0)}" if math.isfinite(high) else ""
        )
        behind = (each for key, own in zip(keys, cells, strict=True) if own is None for each in self.blame.backing(key))
        also = (*filter(None, cells[1:]), *behind)
        return Doubt(edit.rule, cells[0], what, expected, also, severity="info" if own else edit.severity, edit=edit)

    def own_way(self, edit: Edit, keys: Sequence[Key]) -> bool:
        """Tell whether the document counts otherwise than usual, and no slip: a rate lies as far from the usual at
        another time (over this time's base where that one's is not known), or each figure agrees with others."""
        if not edit.tolerance:
            return all(map(self.confirmed, keys))
        off, bases = self.off(edit, keys), edit.sides(keys)[1]
        moments = sorted({key[1:] for key in self.doc.figures if key[0] == edit.left} - {keys[0][1:]})
        times = [[(slug, *moment) for slug, *_ in keys] for moment in moments]
        lent = [[key if key in bases else then for key, then in zip(keys, time, strict=True)] for time in times]

        def alike(time: Sequence[Key]) -> bool:
            other = self.off(edit, time)
            return off is not None and other is not None and abs(other - off) <= math.log1p(edit.tolerance)

        return any(map(alike, times)) or (any(map(alike, lent)) and not self.over_one_base(edit, [keys, *times]))

    def over_one_base(self, edit: Edit, times: Iterable[Sequence[Key]]) -> bool:
        """Tell whether a rate is its count over the same base at all times, to the last digit, at three or more."""
        least, most = [], []
        for time in times:
            cells = [self.blame.stated(key) for key in time]
            (count, *more), _ = edit.sides(cells)
            if (rate := cells[0]) and rate.low > 0 and count and not more:
                least.append(count.low / rate.high)
                most.append(count.high / rate.low)
        return len(least) > 2 and max(least) <= min(most)

    def off(self, edit: Edit, keys: Sequence[Key]) -> float | None:
        """Return how far a rate lies from what it is usually, as a logarithm; None where that is not known."""
        values = [self.known(key) for key in keys]
        if not all(values):
            return None
        terms = zip(edit.terms, values, strict=True)
        return sum(sign * math.log(value) for (_, _, sign), value in terms) - edit.constant  # type: ignore[arg-type]

    def confirmed(self, key: Key) -> bool:
        """Tell whether a figure agrees with others, none of them blamed: all it is worked out with is stated, but for
        what two or more make."""
        made = [keys for edit, keys in self.model.edits if edit.relation == "=" and key in keys]
        figures = self.doc.figures
        if any(self.blame.wrong(cell) for keys in made for each in keys for cell in figures.get(each, ())):
            return False
        return any(all(each in figures or self.makers(each) > 1 for each in keys) for keys in made)

    def makers(self, base: Key) -> int:
        """Return how many edits make an unstated quantity of nothing but stated ones."""
        edits_of = (keys for edit, keys in self.model.edits if edit.relation == "=" and base in keys)
        return sum(all(each == base or each in self.doc.figures for each in keys) for keys in edits_of)

    def allowed(self, edit: Edit, keys: Sequence[Key]) -> tuple[float, float]:
        """Return what the left side can be by the right side alone."""
        ends = [self.blame.bounds(key) for key in keys[1:]]
        least, most = reach([-factor for _, _, factor in edit.terms[1:]], ends, edit.log)
        low, high = edit.constant + least, edit.constant + most
        return (math.exp(low), math.exp(high)) if edit.log else (low, high)

    def places(self, cells: Iterable[Cell]) -> Both:
        return joined(map(self.at, cells), "; ")

    def sum(self, keys: Sequence[Key], cells: Sequence[Cell | None]) -> Both:
        missing = next((key for key, each in zip(keys[1:], cells[1:], strict=True) if each is None), None)
        if missing:
            b, range_ = in_sentence(self.names[missing[0]]), range_of(*self.blame.bounds(missing), 0)
            return say("say.worked_out", b=b, range=range_, places=self.places(self.blame.backing(missing)[:3]))
        if len(keys) == 2:
            b, whole = in_sentence(self.names[keys[1][0]]), cells[1]
            return say("say.whole_is", b=b, w=figure(whole.value), place=self.at(whole))  # type: ignore[union-attr]
        return sum_of([each.value for each in cells[1:]])  # type: ignore[union-attr]

    def product(self, edit: Edit, keys: Sequence[Key], cells: Sequence[Cell | None]) -> Both:
        factor = math.exp(edit.constant)
        (top, bottom), (stated, _) = edit.sides(keys), edit.sides(cells)
        if bottom:  # a rate: what its numerator makes of its base
            count, rate, base = stated[0], cells[0], bottom[0]
            own = count.value / rate.value * factor if count and rate and rate.value else math.nan
            where, range_ = self.places(self.blame.backing(base)[:2]), range_of(*self.blame.bounds(base), 0)
            words = {"range": range_, "what": in_sentence(self.names[base[0]]), "places": where}
            words |= {"n": figure(count.value), "v": figure(rate.value)}  # type: ignore[union-attr]
            return say("say.rate_of", own=figure(own, 0), **words)
        values = [self.known(key) or 0.0 for key in top]
        words = joined(map(figure, values), " × ") + ("%" if abs(factor - 0.01) < 1e-9 else f" × {factor:g}")
        return words + " = " + figure(math.prod(values) * factor, 0) + " (" + self.places(filter(None, stated)) + ")"

    def other_base(self, edit: Edit, keys: Sequence[Key]) -> Doubt | None:
        """Return the question about shares of another base than the one the document states."""
        base, slug = edit.left.split("/")
        of_rate = (each for key in self.doc.figures if key[0] == slug for each in self.doc.figures[key])
        cell, meant = next((each for each in of_rate if not self.blame.wrong(each)), None), self.blame.stated(keys[1])
        rate = next((e for e, _ in self.model.edits if e.rule == "rate_of_stated" and e.left == slug), None)
        if cell is None or meant is None or rate is None:
            return None
        counts = (self.blame.stated((name, *cell.key[1:])) for name in rate.sides([name for name, *_ in rate.terms])[0])
        count = next(filter(None, counts), None)
        known = count is not None and meant.value
        words = {"base": range_of(*self.blame.bounds(keys[0]), 0), "name": in_sentence(self.names[base])}
        sum_ = arithmetic("ratio_pct", count.value, meant.value) if known else Both("–", "–")  # type: ignore[union-attr]
        what = say("say.other_base", p=cell.text, right=figure(meant.value), sum=sum_, **words)
        return Doubt(edit.rule, cell, what, number(count.value / meant.value * 100, 1) if known else "", (meant,))  # type: ignore[union-attr]

    def people(self, edit: Edit, keys: Sequence[Key]) -> Doubt | None:
        """Return the question about people, whom nobody states, who grow or shrink too fast between two times."""
        odd, other = keys if is_half(keys[1][1]) else keys[::-1]  # The half is known best, next year least.
        behind = [each for each in self.blame.backing(odd) if not each.measure]
        cell = next((each for each in behind if self.kind[each.indicator] == "stock"), behind[0] if behind else None)
        if cell is None:
            return None
        own, range_ = (range_of(*self.blame.bounds(key), 0) for key in (odd, other))
        words = {"own": own, "when": when(*odd[1:]), "range": range_, "other": when(*other[1:])}
        rest = [each for each in (*behind, *self.blame.backing(other)) if each is not cell]
        return Doubt(edit.rule, cell, say("say.people", p=cell.text, **words), "", tuple(rest), edit=edit)

    def hours(self) -> Iterator[Doubt]:
        """Yield hours of six months that are hours a day for 365 days, or more than six months have; once a section."""
        sections: dict[str, list[Cell]] = {}
        for (slug, period, _), (cell, *_) in self.doc.figures.items():
            free = self.names.unit[slug].vi == "Giờ" and self.names.most[slug] == math.inf and is_half(period)
            if free and cell.value > 0 and (cell.value % DAYS == 0 or cell.value > HOURS_IN_HALF):
                sections.setdefault(cell.source, []).append(cell)
        for cells in sections.values():
            largest = max(cells, key=lambda cell: cell.value)
            if len(cells) < 2 and largest.value <= HOURS_IN_HALF:
                continue  # One figure in 365 is a multiple by chance; two in one section are not.
            parts = [say("say.hours_of_half", m=float(HOURS_IN_HALF))] if largest.value > HOURS_IN_HALF else []
            parts += [
                say("say.hours_times_days", v=each.value, d=each.value / DAYS)
                for each in cells
                if each.value % DAYS == 0
            ]
            what = say("say.year_in_half", v=largest.value, why=joined(parts, "; "))
            yield Doubt(
                "year_in_half", largest, what, number(largest.value / 2, 0), tuple(c for c in cells if c is not largest)
            )

    def misdated(self) -> Iterator[Doubt]:
        """Yield figures of a sentence, of a time that no table has, that a table has exactly so of another time: with
        others between, for no count comes back to the same number, of a flow, or several so, all planned or all since
        then."""
        rows: dict[str, dict[Key, Cell]] = {}
        found: dict[tuple, list[tuple[Cell, Cell, bool, bool]]] = {}
        for key, cells in self.doc.figures.items():
            rows.setdefault(key[0], {}).update((key, cell) for cell in cells if cell.in_table)
        for key, (cell, *_) in self.doc.figures.items():
            row = {stated[1]: each for stated, each in rows[key[0]].items() if stated[1]}
            if cell.in_table or not key[1] or key[1] in row:
                continue
            for period, same in ((period, each) for period, each in row.items() if each.value == cell.value):
                first, last = sorted((order(key[1]), order(period)))
                between = [each for time, each in row.items() if first < order(time) < last]
                back = self.kind[key[0]] == "flow" or any(each.value != cell.value for each in between)
                back = back and digits(cell.value) >= DIGITS_OF_ONE_YEAR
                planned = cell.status == same.status == "target" and digits(cell.value) > 1
                found.setdefault((key[1:], period), []).append((cell, same, back, planned))
        for cell in (each for each in self.doc.comparisons if not each.in_table and digits(each.value)):
            since = [each for each in self.doc.comparisons if each.in_table and each.key == cell.key]
            times = {each.base[1] for each in since} | {stated[1] for stated in rows.get(cell.indicator, ())}
            for each in since if cell.base[1] not in times else ():
                if (each.measure, each.value) == (cell.measure, cell.value):
                    found.setdefault((cell.base[1:], each.base[1]), []).append((cell, each, False, True))
        for (own, period), alike in found.items():
            cell, same, back, planned = alike[0]
            if any(back for *_, back, _ in alike) or (planned and len(alike) > 1):
                other = when(period, (same.base or same.key)[2])
                what = say("say.misdated", p=cell.text, own=when(*own), other=other, place=self.at(same))
                yield Doubt("misdated", cell, what, "", (same, *(each for each, *_ in alike[1:])))

    def twins(self) -> Iterator[Doubt]:
        for again, first in twins(self.doc):
            values = joined((figure(each.value) for each in again), "; ")
            yield Doubt("identical_rows", again[0], say("say.twin", place=self.at(first[0]), v=values), "", (first[0],))


def digits(value: float) -> int:
    """Return how many digits of a figure say something: 4.300 → 2."""
    return len(number(value).replace(".", "").replace(",", "").strip("0"))


def twins(doc: Document) -> Iterator[tuple[list[Cell], list[Cell]]]:
    """Yield (row, the earlier row it repeats): one unit, one table, three columns or more, not all one number."""
    rows: dict[tuple[str, str], list[Cell]] = {}
    for cells in doc.figures.values():
        for cell in cells:
            if cell.in_table:
                rows.setdefault((cell.place[0], cell.indicator), []).append(cell)
    place_of = {slug: number_ for number_, slug in enumerate(doc.names.kind)}
    alike: dict[tuple, list[Cell]] = {}
    told: set[str] = set()
    for (table, slug), cells in sorted(rows.items(), key=lambda row: (row[0][0], place_of[row[0][1]])):
        values = [cell.value for cell in cells]
        if len(cells) < 3 or len(set(values)) < 2:
            continue
        key = (table, doc.names.unit[slug], *((*cell.key[1:], cell.value) for cell in cells))
        first = alike.setdefault(key, cells)
        # What has reached all there is says nothing; shares of one base are alike in one figure by chance.
        telling = {value for value in values if value != doc.names.most[slug]}
        near = abs(place_of[slug] - place_of[first[0].indicator]) == 1 and sum(map(digits, values)) > DIGITS_OF_FEW
        beyond_chance = max(map(digits, values)) >= DIGITS_BEYOND_CHANCE
        beyond_chance &= len(telling) > (doc.names.kind[slug] == "share")
        if first is not cells and slug not in told and (near or beyond_chance):
            told.add(slug)
            yield cells, first
