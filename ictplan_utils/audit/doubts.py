"""What can be true, yet a person must ask: edits that only usually hold, and how a row moves through the year."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ictplan_utils.audit import edits
from ictplan_utils.audit.blame import Blame, Names, arithmetic, at, printed, range_of, report, violated
from ictplan_utils.audit.cells import Cell, Key, quantity
from ictplan_utils.audit.edits import Edit
from ictplan_utils.audit.findings import Finding
from ictplan_utils.audit.sentences import Both, figure, in_sentence, joined, number, say, when
from ictplan_utils.audit.solve import reach
from ictplan_utils.observations import FIRST_HALF_SHARE
from ictplan_utils.periods import is_half

SEASON = 0.10
"""Where last year's first half is known, this year's share may lie this far from last year's without a question."""
USUAL_SHARE = (0.40, 0.60)
"""What a first half usually makes of a year's flow; beyond, a change of season is asked about."""
SECOND_HALF_GROWTH = 20.0
"""An estimate whose second half must grow this many points faster than the first did, and by at least as much."""
PACE = 3.0
"""A stock's second half that must move more than three times as far as the first, and by PACE_SIZE of its level."""
PACE_SIZE = 0.10
JUMP, SMALL = 0.5, 20
"""A count that grows or shrinks by half within a year is worth a question, unless it is small."""
SHARE_JUMP = 30.0
"""Points by which a share may move within a year before someone asks."""
HALF_JUMP = 0.05
"""A count that goes down and then up (or up and down) by 5 % each within a year: one of three figures is doubtful."""
WILD, WILD_FROM = 200.0, 10.0
"""A target of three times the estimate or more is asked about, unless of a handful."""
HOURS_IN_HALF, DAYS = 181 * 24, 365
DIGITS_BEYOND_CHANCE = 3
"""Rows far apart may agree by chance in small numbers, hardly in one of three digits."""
COURSES = ("target_backwards", "bold_target", "jump", "pace", "second_half")
"""Doubts about how a row's figures follow one another."""
KNOWN = 0.05
"""A figure that nobody states is known where the others leave it within 5 %."""


@dataclass(eq=False)
class Doubt:
    """A question about a cell: the rule, what is said, the cells it rests on (none of them blamed already).

    `edit`: what it breaks; broken again at another moment it is the same question, of one more place.
    """

    rule: str
    cell: Cell
    what: Both
    expected: str = ""
    also: tuple[Cell, ...] = ()
    said: Both = field(default_factory=lambda: Both("", ""))
    severity: str = "warning"
    edit: Edit | None = None


def doubts(blame: Blame, names: Names, excused: set[str]) -> list[Finding]:
    """Return the questions about a document, one for each cell and for each row's course through the year.

    `excused`: indicators whose lower target the document gives a reason for.
    """
    room = _Room(blame, names, falls_with(excused, edits.read(blame.model.data_dir)))
    copied = {each.indicator for each in blame.findings if each.slip == "copied_row"}
    # Where a ratio contradicts a row's figures, how these move is the same fault.
    disputed = {key for k in blame.cells if (cell := blame.model.cells[k]).measure for key in (cell.key, cell.base)}
    found: dict[int, Doubt] = {}
    broken: dict[Edit, Doubt] = {}
    for doubt in [*room.usual(), *room.courses(), *room.hours(), *room.twins()]:
        twin = doubt.rule == "identical_rows"
        if doubt.rule in COURSES and doubt.cell.key in disputed:
            continue
        about = (doubt.cell, *doubt.also)
        if any(each.indicator in copied if twin else blame.wrong(each) for each in about):
            continue
        if doubt.edit and (asked := broken.setdefault(doubt.edit, doubt)) is not doubt:
            asked.also += (doubt.cell, *doubt.also)
            continue
        first = found.get(id(doubt.cell))
        if first is None or twin:
            found[id(doubt.cell) if first is None else id(doubt)] = doubt
        elif first.said.vi or doubt.said.vi:
            first.what = say("say.and", a=first.what, b=doubt.said if doubt.said.vi else doubt.what)
            first.also += doubt.also
    _together([each for each in found.values() if each.rule == "target_backwards"], blame.model.data_dir)
    return [
        report(
            blame.model.doc, names, each.rule, each.severity, each.cell, each.what, each.also, expected=each.expected
        )
        for each in found.values()
        if each.severity
    ]


def falls_with(slugs: Collection[str], all_edits: Iterable[Edit]) -> set[str]:
    """Return indicators with those that fall where they do: a total's parts, and what is worked out from any."""
    found, more = set(), set(slugs)
    equal = [edit for edit in all_edits if edit.relation == "="]
    while more - found:
        found |= more
        more = {name for edit in equal if edit.left in found and not edit.log for name, _, _ in edit.terms}
    more = set(found)
    while more:
        more = {e.left for e in equal if any(name in found for name, _, sign in e.terms[1:] if sign < 0)} - found
        found |= more
    return found


def _together(backwards: list[Doubt], data_dir) -> None:
    """Make one question of targets that fall together: the others' places go with the one they are worked out from."""
    all_edits = edits.read(data_dir)
    for first in backwards:
        family = falls_with([first.cell.indicator], all_edits) if first.severity == "warning" else set()
        for each in backwards:
            if each is not first and each.severity == "warning" and each.cell.indicator in family:
                first.also += (each.cell,)
                each.severity = ""


class _Room:
    def __init__(self, blame: Blame, names: Names, excused: set[str]) -> None:
        self.blame, self.names, self.doc, self.excused = blame, names, blame.model.doc, excused
        self.kind = names.entries["kind"].to_dict()
        self.most = names.entries["maximum"].to_dict()
        self.direction = names.entries["direction"].to_dict()

    def slot(self, slug: str, slot: str) -> Cell | None:
        return self.blame.stated(quantity(slug, *self.doc.slots[slot]))

    def known(self, key: Key) -> float | None:
        """Return a quantity's value: as stated, else as the others leave it."""
        cell = self.blame.stated(key)
        low, high = self.blame.bounds(key)
        if cell is not None:
            return cell.value
        return (low + high) / 2 if low > 0 and math.isfinite(high) and high - low <= KNOWN * high else None

    def at(self, cell: Cell) -> Both:
        return at(self.blame.model, self.names, cell)

    # --- edits that usually hold

    def usual(self) -> Iterator[Doubt]:
        found: dict[tuple, Doubt] = {}
        for edit, keys in self.blame.model.doubts:
            if violated(self.blame.model, edit, keys, self.blame.state):
                latent = "/" in edit.left or edit.left == "population"
                doubt = self.latent(edit, keys) if latent else self.plain(edit, keys)
                if doubt:
                    found.setdefault((doubt.rule, doubt.cell.indicator, doubt.cell.period), doubt)
        # A table's figure speaks for the sentence's, the first column's for the later ones'.
        yield from sorted(found.values(), key=lambda doubt: (not doubt.cell.in_table, doubt.cell.source))

    def plain(self, edit: Edit, keys: Sequence[Key]) -> Doubt | None:
        cells = [self.blame.stated(key) for key in keys]
        cell = cells[0]
        if cell is None:
            return None
        others = [each for each in cells[1:] if each]
        backing = [
            each for key, own in zip(keys, cells, strict=True) if own is None for each in self.blame.backing(key)
        ]
        low, high = self.allowed(edit, keys)
        sum_ = self.product(edit, keys, cells) if edit.log else self.sum(edit, keys, cells, low, high)
        what = say("say.ask", p=printed(cell), why=sum_, reason=say(f"why.{edit.why}") if edit.why else Both("", ""))
        expected = (
            f"≤ {number(high)}"
            if edit.relation == "<="
            else f"≥ {number(low)}"
            if edit.relation == ">="
            else (
                f"~ {number((low + high) / 2, 1 if self.kind[edit.left] == 'share' else 0)}"
                if math.isfinite(high)
                else ""
            )
        )
        return Doubt(edit.rule, cell, what, expected, (*others, *backing), edit=edit)

    def allowed(self, edit: Edit, keys: Sequence[Key]) -> tuple[float, float]:
        """Return what the left side can be by the right side alone."""
        ends = [self.blame.bounds(key) for key in keys[1:]]
        low, high = (
            edit.constant + each for each in reach([-factor for _, _, factor in edit.terms[1:]], ends, edit.log)
        )
        return (math.exp(low), math.exp(high)) if edit.log else (low, high)

    def sum(self, edit: Edit, keys: Sequence[Key], cells: Sequence[Cell | None], low: float, high: float) -> Both:
        others = [each for each in cells[1:] if each]
        missing = next((key for key, each in zip(keys[1:], cells[1:], strict=True) if each is None), None)
        if missing:
            return say(
                "say.worked_out",
                b=in_sentence(self.names[missing[0]]),
                range=range_of(*self.blame.bounds(missing), 0),
                places=joined((self.at(each) for each in self.blame.backing(missing)[:3]), "; "),
            )
        if len(keys) == 2:
            return say(
                "say.whole_is",
                b=in_sentence(self.names[keys[1][0]]),
                w=figure(others[0].value),
                place=self.at(others[0]),
            )
        return (
            joined((figure(each.value) for each in others), " + ") + " = " + figure(sum(each.value for each in others))
        )

    def product(self, edit: Edit, keys: Sequence[Key], cells: Sequence[Cell | None]) -> Both:
        factor = math.exp(edit.constant)
        top = [(key, cell) for key, cell, (_, _, sign) in zip(keys, cells, edit.terms, strict=True) if sign < 0]
        bottom = [
            (key, cell) for key, cell, (_, _, sign) in list(zip(keys, cells, edit.terms, strict=True))[1:] if sign > 0
        ]
        if bottom:  # a rate: what its numerator makes of its base
            (_, count), (base, _) = top[0], bottom[0]
            rate = cells[0]
            own = count.value / rate.value * factor if count and rate and rate.value else math.nan
            where = self.blame.backing(base)[:2]
            return say(
                "say.rate_of",
                n=figure(count.value),
                v=figure(rate.value),
                own=figure(own, 0),  # type: ignore[union-attr]
                range=range_of(*self.blame.bounds(base), 0),
                what=in_sentence(self.names[base[0]]),
                places=joined((self.at(each) for each in where), "; "),
            )
        values = [self.known(key) or 0.0 for key, _ in top]
        got = math.prod(values) * factor
        words = joined((figure(value) for value in values), " × ")
        words = words + ("%" if abs(factor - 0.01) < 1e-9 else f" × {factor:g}") + " = " + figure(got, 0)
        return words + " (" + joined((self.at(cell) for _, cell in top if cell), "; ") + ")"

    def latent(self, edit: Edit, keys: Sequence[Key]) -> Doubt | None:
        """Return the question about a quantity nobody states: a base of shares, or the people behind densities."""
        if "/" in edit.left:
            base, slug = edit.left.split("/")
            cell = next(
                (
                    each
                    for key in self.doc.figures
                    if key[0] == slug
                    for each in self.doc.figures[key]
                    if not self.blame.wrong(each)
                ),
                None,
            )
            meant = self.blame.stated(keys[1])
            rate = next((e for e, _ in self.blame.model.edits if e.rule == "rate_of_stated" and e.left == slug), None)
            if cell is None or meant is None or rate is None:
                return None
            count = next(
                (
                    each
                    for name, _, sign in rate.terms
                    if sign < 0 and (each := self.blame.stated((name, *cell.key[1:])))
                ),
                None,
            )
            low, high = self.blame.bounds(keys[0])
            what = say(
                "say.other_base",
                p=printed(cell),
                base=range_of(low, high, 0),
                right=figure(meant.value),
                name=in_sentence(self.names[base]),
                sum=arithmetic("ratio_pct", count.value, meant.value) if count and meant.value else Both("–", "–"),
            )
            right = number(count.value / meant.value * 100, 1) if count and meant.value else ""
            return Doubt(edit.rule, cell, what, right, (meant,))
        odd, other = (
            (keys[0], keys[1])
            if keys[0][2] in ("estimate", "target") or keys[0][1] < keys[1][1]
            else (keys[1], keys[0])
        )
        if keys[1][2] in ("estimate", "target") and keys[0][2] == "actual":
            odd, other = keys[1], keys[0]
        behind = [each for each in self.blame.backing(odd) if not each.measure]
        cell = next((each for each in behind if self.kind[each.indicator] == "stock"), behind[0] if behind else None)
        if cell is None:
            return None
        rest = [each for each in (*behind, *self.blame.backing(other)) if each is not cell]
        what = say(
            "say.people",
            p=printed(cell),
            own=range_of(*self.blame.bounds(odd), 0),
            when=when(*odd[1:]),
            range=range_of(*self.blame.bounds(other), 0),
            other=when(*other[1:]),
        )
        return Doubt(edit.rule, cell, what, "", tuple(rest))

    # --- how a row moves through the year

    def courses(self) -> Iterator[Doubt]:
        for slug in dict.fromkeys(key[0] for key in self.doc.figures):
            cells = {slot: self.slot(slug, slot) for slot in self.doc.slots}
            daily = self.most.get(slug) == 24
            rules = (
                (self.up_to_year, self.grew_or_reached, self.jumps, self.target)
                if self.kind[slug] == "flow" and not daily
                else (self.daily, self.target)
                if daily
                else (self.jumps, self.pace, self.down_and_up, self.target)
            )
            for rule in rules:
                doubt = rule(slug, cells)
                if doubt is not None:
                    yield doubt
                    break

    def season(self, slug: str) -> float | None:
        """Return what last year's first half made of last year."""
        half, whole = (self.known((slug, *self.doc.slots[slot])) for slot in ("last_half", "last"))
        return half / whole if half is not None and whole else None

    def up_to_year(self, slug: str, cells: dict[str, Cell | None]) -> Doubt | None:
        half, whole = cells["half"], cells["year"]
        if half is None or whole is None or not whole.value or half.value > whole.value or whole.status != "estimate":
            return None
        share, before = half.value / whole.value, self.season(slug)
        odd = not FIRST_HALF_SHARE[0] <= share <= FIRST_HALF_SHARE[1]
        odd &= before is None or abs(share - before) > SEASON
        words = "first_half_little" if share < 0.5 else "first_half_much"
        what = say(f"say.{words}", y=whole.value, a=half.value, s=share * 100, rest=whole.value - half.value)
        last_half, last = (self.known((slug, *self.doc.slots[slot])) for slot in ("last_half", "last"))
        if last_half and last and last > last_half and abs(before - 0.5) <= SEASON * 2:  # type: ignore[operator]
            first = (half.value / last_half - 1) * 100
            second = ((whole.value - half.value) / (last - last_half) - 1) * 100
            if second - first >= SECOND_HALF_GROWTH and second >= SECOND_HALF_GROWTH:
                odd = True
                what = say(
                    "say.second_half", y=whole.value, a=half.value, rest=whole.value - half.value, g=second, f=first
                )
        return Doubt("second_half", whole, what, "", (half,)) if odd else None

    def grew_or_reached(self, slug: str, cells: dict[str, Cell | None]) -> Doubt | None:
        said = next(
            (
                each
                for each in self.doc.comparisons
                if each.indicator == slug
                and each.value == each.value
                and each.base == (slug, *self.doc.slots["last_half"])
                and not self.blame.wrong(each)
            ),
            None,
        )
        share, half, last, whole = self.season(slug), cells["half"], cells["last"], cells["year"]
        if said is None or share is None or half is None or last is None or USUAL_SHARE[0] <= share <= USUAL_SHARE[1]:
            return None
        if whole is not None and whole.value and abs(share - half.value / whole.value) <= SEASON:
            return None
        base = share * last.value
        what = say("say.base_share", p=printed(said), b=figure(base, 0), s=share * 100, y=last.value)
        other = {
            "growth_pct": half.value / said.value * 100 if said.value else 0,
            "ratio_pct": half.value / (100 + said.value) * 100,
        }.get(said.measure, 0)
        if other and USUAL_SHARE[0] - SEASON <= other / last.value <= USUAL_SHARE[1] + SEASON:
            word = "reached" if said.measure == "growth_pct" else "grew"
            what = what + say(f"say.had_it_{word}", v=said.value, o=figure(other, 0), s=other / last.value * 100)
        else:
            what = what + say("say.ask_again")
        return Doubt("grew_or_reached", said, what, "", (last, half))

    def jumps(self, slug: str, cells: dict[str, Cell | None]) -> Doubt | None:
        share, flow = self.kind[slug] == "share", self.kind[slug] == "flow"
        for one, two in (("last", "year"),) if flow else (("last", "half"), ("half", "year"), ("last", "year")):
            before, after = cells[one], cells[two]
            if before is None or after is None or before is after:
                continue
            a, b = before.value, after.value
            odd = (
                abs(b - a) > SHARE_JUMP
                if share
                else (a > 0 and b > 0 and max(a, b) >= SMALL and abs(math.log(b / a)) > math.log1p(JUMP))
            )
            if odd and not self.explained(slug, before, after):
                times = (
                    say("say.points", d=abs(b - a)) if share else say("say.times", r=round(max(a, b) / min(a, b), 1))
                )
                what = say(
                    "say.apart", b=b, place=self.at(before), a=a, when=when(before.period, before.status), times=times
                )
                return Doubt("jump", after, what, "", (before,))
        return None

    def explained(self, slug: str, before: Cell, after: Cell) -> bool:
        """Tell whether a rate moves because a figure it is worked out from, and which is stated, moves as well."""
        for edit, keys in self.blame.model.edits:
            if edit.rule == "rate_of_stated" and keys[0] == after.key:
                for key in keys[1:]:
                    one, two = self.blame.stated((key[0], *before.key[1:])), self.blame.stated(key)
                    if one is not None and two is not None and "/" not in key[0]:
                        return True
        return False

    def bases(self, rate: Cell) -> Iterator[float]:
        """Yield the most that each whole can be of which a rate is."""
        for edit, keys in self.blame.model.edits:
            if edit.rule == "rate_of_stated" and keys[0] == rate.key:
                for key, (_, _, sign) in zip(keys[1:], edit.terms[1:], strict=True):
                    if sign > 0:
                        yield self.blame.bounds(key)[1]

    def of_people(self, slug: str, growth: float) -> bool:
        """Tell whether a rate of people grows no more than their number does from one year to the next."""
        jump = next((e.tolerance for e, _ in self.blame.model.doubts if e.rule == "population_jump"), 0.0)
        rates = [edit for edit, _ in self.blame.model.edits if edit.rule == "rate_of_stated" and edit.left == slug]
        people = any(name == "population" and sign < 0 for edit in rates for name, _, sign in edit.terms)
        return people and 0 < growth <= jump * 100

    def pace(self, slug: str, cells: dict[str, Cell | None]) -> Doubt | None:
        last, half, whole = cells["last"], cells["half"], cells["year"]
        if last is None or half is None or whole is None:
            return None
        x, y, z = last.value, half.value, whole.value
        share = self.kind[slug] == "share"
        big = abs(z - y) >= PACE_SIZE * 100 if share else y >= SMALL and abs(z - y) >= PACE_SIZE * abs(y)
        # Nothing moves by less than one unit: of twenty communes' share, 5 points.
        step = max([half.unit, *(100 / most for most in self.bases(half) if share and 0 < most < math.inf)])
        if not big or abs(z - y) <= PACE * max(abs(y - x), step) or self.explained(slug, half, whole):
            return None
        signed = [
            Both(*(("+" if d > 0 else "") + text for text in figure(d))) for d in (round(y - x, 9), round(z - y, 9))
        ]
        what = say("say.pace", x=x, y=y, z=z, d1=signed[0], d2=signed[1])
        return Doubt("pace", whole, what, "", (half, last))

    def down_and_up(self, slug: str, cells: dict[str, Cell | None]) -> Doubt | None:
        base, last, half = self.known((slug, *self.doc.slots["last_half"])), cells["last"], cells["half"]
        if (
            self.kind[slug] != "stock"
            or base is None
            or last is None
            or half is None
            or base <= SMALL
            or not last.value
        ):
            return None
        end, now = last.value, half.value
        if min(abs(end / base - 1), abs(now / end - 1)) < HALF_JUMP or (end - base) * (now - end) > 0:
            return None
        said = next((each for each in self.doc.comparisons if each.base == (slug, *self.doc.slots["last_half"])), None)
        source = said or self.blame.stated((slug, *self.doc.slots["last_half"]))
        if source is None:
            return None
        words = say("say.same_period_was", place=self.at(source), p=printed(source), b=figure(base, 0), a=now)
        return Doubt("down_and_up", last, say("say.down_and_up", y=end, why=words), "", (source, half), words)

    def target(self, slug: str, cells: dict[str, Cell | None]) -> Doubt | None:
        target, last = cells["target"], cells["last"]
        own = self.doc.figures.get(quantity(slug, *self.doc.slots["year"]), ())
        base = next(
            (each for each in own if target and each.place[0] == target.place[0] and not self.blame.wrong(each)),
            cells["year"],
        )
        if target is None or base is None or not base.value:
            return None
        t, b = target.value, base.value
        asked = (t / b - 1) * 100
        if asked >= WILD and b >= WILD_FROM and self.direction[slug] == "higher":
            return Doubt("bold_target", target, say("say.wild", t=t, a=asked, b=b), "", (base,))
        worse = t < b if self.direction[slug] == "higher" else t > b if self.direction[slug] == "lower" else False
        # A rate follows from what it is worked out from; a row that has turned already goes on as it went.
        fell = last is not None and ((b < last.value) if self.direction[slug] == "higher" else (b > last.value))
        if not worse or fell or self.explained(slug, base, target) or self.of_people(slug, asked):
            return None
        words = "target_below" if t < b else "target_above"
        severity = "info" if slug in self.excused else "warning"
        return Doubt(
            "target_backwards",
            target,
            say(f"say.{words}", t=t, b=b, place=self.at(base)),
            f"{'≥' if t < b else '≤'} {number(b)}",
            (base,),
            severity=severity,
        )

    def daily(self, slug: str, cells: dict[str, Cell | None]) -> Doubt | None:
        half, whole = cells["half"], cells["year"]
        if half is None or whole is None or not 0 < half.value * 2 == whole.value <= 24:
            return None
        return Doubt("daily_that_adds_up", half, say("say.daily", a=half.value, b=whole.value), "", (whole,))

    def hours(self) -> Iterator[Doubt]:
        """Yield hours of six months that are hours a day for 365 days, or more than six months have; once a section."""
        sections: dict[str, list[Cell]] = {}
        units = self.names.entries["unit_vi"]
        for (slug, period, _), (cell, *_) in self.doc.figures.items():
            free = units[slug] == "Giờ" and self.most[slug] != self.most[slug] and period and is_half(period)
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

    def twins(self) -> Iterator[Doubt]:
        for again, first in twins(self.doc, self.names):
            values = joined((figure(each.value) for each in again), "; ")
            yield Doubt("identical_rows", again[0], say("say.twin", place=self.at(first[0]), v=values), "", (first[0],))


def twins(doc, names: Names) -> Iterator[tuple[list[Cell], list[Cell]]]:
    """Yield (row, the earlier row it repeats): one unit, one table, three columns or more, not all one number."""
    rows: dict[tuple[str, str], list[Cell]] = {}
    for cells in doc.figures.values():
        for cell in cells:
            if cell.in_table:
                rows.setdefault((cell.place[0], cell.indicator), []).append(cell)
    order = {slug: number_ for number_, slug in enumerate(names.entries.index)}
    units = names.entries["unit_vi"]
    alike: dict[tuple, list[Cell]] = {}
    told: set[str] = set()
    for (table, slug), cells in sorted(rows.items(), key=lambda row: (row[0][0], order[row[0][1]])):
        values = [cell.value for cell in cells]
        if len(cells) < 3 or len(set(values)) < 2:
            continue
        key = (table, units[slug], *((*cell.key[1:], cell.value) for cell in cells))
        first = alike.setdefault(key, cells)
        digits = max(len(number(value).replace(".", "").replace(",", "").strip("0")) for value in values)
        near = abs(order[slug] - order[first[0].indicator]) == 1
        if first is not cells and slug not in told and (near or digits >= DIGITS_BEYOND_CHANCE):
            told.add(slug)
            yield cells, first
