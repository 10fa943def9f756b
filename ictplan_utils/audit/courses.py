"""How a row moves through the year: what can be true of it, yet a person must ask."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ictplan_utils.audit.cells import Cell, Key, quantity
from ictplan_utils.audit.edits import Edit
from ictplan_utils.audit.evidence import Blame
from ictplan_utils.audit.names import HOURS_A_DAY
from ictplan_utils.audit.reasons import Reasons
from ictplan_utils.audit.sentences import Both, figure, number, say, when
from ictplan_utils.observations import FIRST_HALF_SHARE
from ictplan_utils.periods import in_order, is_half, order

SEASON = 0.10
"""Where last year's first half is known, this year's share may lie this far from last year's without a question."""
USUAL_SHARE = (0.40, 0.60)
"""What a first half usually makes of a year's flow; beyond, a change of season is asked about."""
SECOND_HALF_GROWTH = 20.0
"""An estimate whose second half must grow this many points faster than the first did, and by at least as much."""
PACE = 3.0
"""A stock's second half that must move more than three times as far as the first, and by PACE_SIZE of its level."""
PACE_SIZE = 0.10
JUMP, SMALL, CHANCE = 0.5, 20, 3.0
"""What grows or shrinks by half within a year is worth a question, unless it is small; a count unless that is by less
than three standard deviations of the difference of two counts, the root of their sum."""
A_YEAR = order("2021") - order("2020")
SHARE_JUMP = 30.0
"""Points by which a share may move within a year before someone asks."""
HALF_JUMP = 0.05
"""A count that goes down and then up (or up and down) by 5 % each within a year: one of three figures is doubtful."""
WILD, WILD_FROM = 200.0, 10.0
"""A target of three times the estimate or more is asked about, unless of a handful."""
KNOWN = 0.05
"""A figure that nobody states is known where the others leave it within 5 %."""


def falls_with(slugs: Collection[str], all_edits: Iterable[Edit]) -> frozenset[str]:
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
    return frozenset(found)


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


class Asked:
    """A document of which is asked: what it states and what is known of it, errors aside."""

    def __init__(self, blame: Blame, told_why: Callable[[], Reasons]) -> None:
        self.blame, self.model, self.doc, self.told_why = blame, blame.model, blame.model.doc, told_why
        self.names, self.kind, self.at = self.doc.names, self.doc.names.kind, self.doc.at

    def told(self, slug: str, *, rises: bool) -> bool:
        """Tell whether the document gives a reason for an indicator's rise, or fall, or one's that it follows from."""
        why = self.told_why()
        return slug in (why.rises if rises else falls_with(why.falls, self.model.declared))

    def slot(self, slug: str, slot: str) -> Cell | None:
        return self.blame.stated(quantity(slug, *self.doc.slots[slot]))

    def known(self, key: Key) -> float | None:
        """Return a quantity's value: as stated, else as the others leave it."""
        cell = self.blame.stated(key)
        low, high = self.blame.bounds(key)
        if cell is not None:
            return cell.value
        return (low + high) / 2 if low > 0 and math.isfinite(high) and high - low <= KNOWN * high else None


class Courses(Asked):
    """The questions about how each row's figures follow one another."""

    def courses(self) -> Iterator[Doubt]:
        """Yield the first question about each row."""
        rows: dict[str, list[Key]] = defaultdict(list)
        for key in self.doc.figures:
            rows[key[0]].append(key)
        for slug, keys in rows.items():
            yield from itertools.islice(filter(None, self.of_row(slug, keys)), 1)

    def of_row(self, slug: str, keys: Sequence[Key]) -> Iterator[Doubt | None]:
        """Yield what each rule asks of a row, of the moments it looks at."""

        def asked(moments: str, rule: Callable[..., Doubt | None]) -> Doubt | None:
            cells = [self.slot(slug, slot) for slot in moments.split()]
            return rule(*cells) if all(cells) else None

        if self.names.most[slug] == HOURS_A_DAY:
            yield asked("half year", self.daily)
        elif self.kind[slug] == "flow":
            yield asked("half year", self.up_to_year)
            yield asked("last half", self.grew_or_reached)
            halves = [key for key in keys if key[1].endswith("-S1")]
            yield self.latest_jump([key for key in keys if not is_half(key[1])]) or self.latest_jump(halves)
        else:
            yield self.latest_jump(keys)
            yield asked("last half year", self.pace)
            yield asked("last half", self.down_and_up)
        yield asked("target", self.target)

    def latest_jump(self, keys: Sequence[Key]) -> Doubt | None:
        """Ask of the latest leap in a row: to a figure from which it leaps back, else this year's."""
        moments, this_year = self.moments(keys), self.doc.slots["year"][0]
        for at in range(len(moments) - 1, 0, -1):
            before, after = moments[at - 1 : at + 1]
            if (leap := self.jump(before, after)) is None:
                continue
            turned = at > 1 and (moments[at - 2].value < before.value) != (before.value < after.value)
            there = self.jump(moments[at - 2], before) if turned else None
            if there or after.period[:4] == this_year:
                return there or leap
        return None

    def moments(self, keys: Sequence[Key]) -> list[Cell]:
        """Return what a row states of itself in the order of time, targets aside."""
        told = (key for key in keys if key[1] and key[2] != "target")
        own = {key[1]: key for key in sorted(told, reverse=True)}  # a result rather than what was expected
        return [cell for period in in_order(own) if (cell := self.blame.stated(own[period]))]

    def last(self, slug: str) -> tuple[float | None, float | None]:
        """Return last year's first half and last year."""
        half, whole = (self.known((slug, *self.doc.slots[slot])) for slot in ("last_half", "last"))
        return half, whole

    def season(self, slug: str) -> float | None:
        """Return what last year's first half made of last year."""
        half, whole = self.last(slug)
        return half / whole if half is not None and whole else None

    def up_to_year(self, half: Cell, whole: Cell) -> Doubt | None:
        if not whole.value or half.value > whole.value or whole.status != "estimate":
            return None
        share, before, rest = half.value / whole.value, self.season(half.indicator), whole.value - half.value
        odd = not FIRST_HALF_SHARE[0] <= share <= FIRST_HALF_SHARE[1]
        odd &= before is None or abs(share - before) > SEASON
        words = "first_half_little" if share < 0.5 else "first_half_much"
        what = say(f"say.{words}", y=whole.value, a=half.value, s=round(share * 100, 1), rest=rest)
        last_half, last = self.last(half.indicator)
        if last_half and last and last > last_half and abs(before - 0.5) <= SEASON * 2:  # type: ignore[operator]
            first, second = (half.value / last_half - 1) * 100, (rest / (last - last_half) - 1) * 100
            if second - first >= SECOND_HALF_GROWTH and second >= SECOND_HALF_GROWTH:
                odd = True
                what = say("say.second_half", y=whole.value, a=half.value, rest=rest, g=second, f=first)
        return Doubt("second_half", whole, what, "", (half,)) if odd else None

    def since_last_half(self, slug: str) -> Iterator[Cell]:
        """Yield what the document compares with last year's first half."""
        base = (slug, *self.doc.slots["last_half"])
        return (each for each in self.doc.comparisons if each.indicator == slug and each.base == base)

    def grew_or_reached(self, last: Cell, half: Cell) -> Doubt | None:
        told = self.since_last_half(half.indicator)
        said = next((each for each in told if each.value == each.value and not self.blame.wrong(each)), None)
        share, whole = self.season(half.indicator), self.slot(half.indicator, "year")
        if said is None or share is None or USUAL_SHARE[0] <= share <= USUAL_SHARE[1]:
            return None
        if whole is not None and whole.value and abs(share - half.value / whole.value) <= SEASON:
            return None
        what = say(
            "say.base_share", p=said.text, b=figure(share * last.value, 0), s=round(share * 100, 1), y=last.value
        )
        other = {
            "growth_pct": half.value / said.value * 100 if said.value else 0,
            "ratio_pct": half.value / (100 + said.value) * 100,
        }.get(said.measure, 0)
        if other and USUAL_SHARE[0] - SEASON <= other / last.value <= USUAL_SHARE[1] + SEASON:
            word = "reached" if said.measure == "growth_pct" else "grew"
            more = say(f"say.had_it_{word}", v=said.value, o=figure(other, 0), s=round(other / last.value * 100, 1))
        else:
            more = say("say.ask_again")
        return Doubt("grew_or_reached", said, what + more, "", (last, half))

    def jump(self, before: Cell, after: Cell) -> Doubt | None:
        a, b, share = before.value, after.value, self.kind[after.indicator] == "share"
        small, large = sorted((a, b))
        odd = large - small > SHARE_JUMP if share else small > 0 and large >= SMALL and large / small > 1 + JUMP
        # What has come to all there is, and is to stay so, has been brought about; an area's first year is not whole.
        odd &= not (
            (aim := self.slot(after.indicator, "target")) and b == aim.value == self.names.most[after.indicator]
        )
        if self.names.counted[after.indicator]:
            odd &= large - small > CHANCE * math.sqrt(large + small)
        short = self.names.adds_up[after.indicator] and self.model.began > f"{before.period[:4]}-01-01"
        apart = order(after.period) - order(before.period) > A_YEAR
        if not odd or short or apart or self.explained(before, after, leap=True):
            return None
        times = say("say.points", d=large - small) if share else say("say.times", r=round(large / small, 1))
        words = {"place": self.at(before), "when": when(before.period, before.status), "times": times}
        severity = "info" if self.told(after.indicator, rises=b > a) else "warning"
        return Doubt("jump", after, say("say.apart", a=a, b=b, **words), "", (before,), severity=severity)

    def rates(self, key: Key) -> Iterator[tuple[Edit, tuple[Key, ...]]]:
        """Yield what a quantity is worked out from as a rate."""
        every = self.model.edits
        return ((edit, keys) for edit, keys in every if edit.rule == "rate_of_stated" and keys[0] == key)

    def explained(self, before: Cell, after: Cell, *, leap: bool = False) -> bool:
        """Tell whether a rate moves because a figure it is worked out from, and which is stated, moves as well.

        A `leap` of it is explained by a leap alone.
        """
        pairs = (
            (self.blame.stated((key[0], *before.key[1:])), self.blame.stated(key))
            for _, keys in self.rates(after.key) for key in keys[1:] if "/" not in key[0]
        )  # fmt: skip
        return any(
            a and b and not (leap and max(a.value, b.value) <= (1 + JUMP) * min(a.value, b.value)) for a, b in pairs
        )

    def step(self, cell: Cell) -> float:
        """Return by what a figure moves at least: its last digit; of twenty communes' share, 5 points."""
        bases = (key for edit, keys in self.rates(cell.key) for key in edit.sides(keys)[1])
        most = [self.blame.bounds(key)[1] for key in bases] if self.kind[cell.indicator] == "share" else []
        return max([cell.unit, *(100 / each for each in most if 0 < each < math.inf)])

    def of_people(self, cell: Cell, growth: float) -> bool:
        """Tell whether a rate of people grows, or one over people falls, by no more than their number may grow from one
        year to the next."""
        jump = next((e.tolerance for e, _ in self.model.doubts if e.rule == "population_jump"), 0.0)
        sides = [edit.sides([key[0] for key in keys]) for edit, keys in self.rates(cell.key)]
        grows, falls = (any("population" in side[n] for side in sides) for n in (0, 1))
        return 0 < (growth if grows else -growth if falls else 0.0) <= jump * 100

    def pace(self, last: Cell, half: Cell, whole: Cell) -> Doubt | None:
        x, y, z = last.value, half.value, whole.value
        share = self.kind[half.indicator] == "share"
        big = abs(z - y) >= PACE_SIZE * 100 if share else y >= SMALL and abs(z - y) >= PACE_SIZE * abs(y)
        if not big or abs(z - y) <= PACE * max(abs(y - x), self.step(half)) or self.explained(half, whole):
            return None
        d1, d2 = (Both("+" * (d > 0), "+" * (d > 0)) + figure(round(d, 9)) for d in (y - x, z - y))
        return Doubt("pace", whole, say("say.pace", x=x, y=y, z=z, d1=d1, d2=d2), "", (half, last))

    def down_and_up(self, last: Cell, half: Cell) -> Doubt | None:
        key, end, now = (last.indicator, *self.doc.slots["last_half"]), last.value, half.value
        base = self.known(key)
        if self.kind[last.indicator] not in ("stock", "rate") or base is None or base <= SMALL or not end:
            return None
        if min(abs(end / base - 1), abs(now / end - 1)) < HALF_JUMP or (end - base) * (now - end) > 0:
            return None
        source = next(self.since_last_half(last.indicator), None) or self.blame.stated(key)
        if source is None:
            return None
        words = say("say.same_period_was", place=self.at(source), p=source.text, b=figure(base, last.decimals), a=now)
        return Doubt("down_and_up", last, say("say.down_and_up", y=end, why=words), "", (source, half), words)

    def target(self, target: Cell) -> Doubt | None:
        """Ask of next year's target against this year, and of each later one against the one before it."""
        slug = target.indicator
        own = self.doc.figures.get(quantity(slug, *self.doc.slots["year"]), ())
        same_table = (each for each in own if each.place[0] == target.place[0] and not self.blame.wrong(each))
        base = next(same_table, None) or self.slot(slug, "year")
        if base is None and self.kind[slug] != "flow":
            base = self.slot(slug, "half")  # a text may tell June's level and the plan alone
        years = sorted(key for key in self.doc.figures if key[0] == slug and key[2] == "target" and key >= target.key)
        row = [self.slot(slug, "last"), base, *(self.blame.stated(key) for key in years)]
        steps = (self.planned(*three) for three in zip(row, row[1:], row[2:], strict=False) if all(three[1:]))
        return next(filter(None, steps), None)

    def planned(self, before: Cell | None, base: Cell, target: Cell) -> Doubt | None:
        """Ask of a target that is far above its base, or goes back from it where the row did not turn `before`."""
        slug, t, b = target.indicator, target.value, base.value
        sign, asked = {"higher": 1, "lower": -1}.get(self.names.direction[slug], 0), (t / b - 1) * 100 if b else 0.0
        if asked >= WILD and b >= WILD_FROM and sign == 1:
            return Doubt("bold_target", target, say("say.wild", t=t, a=asked, b=b), "", (base,))
        # A rate follows from what it is worked out from; a row that has turned already goes on as it went.
        fell = before is not None and (b - before.value) * sign < 0
        if not b or (t - b) * sign >= 0 or fell or self.explained(base, target) or self.of_people(target, asked):
            return None
        of = when(base.period, base.status) if base.status == "target" else say("say.this_estimate")
        what = say("say.target_below" if t < b else "say.target_above", t=t, b=b, of=of, place=self.at(base))
        severity = "info" if self.told(slug, rises=False) else "warning"
        expected = f"{'≥' if t < b else '≤'} {number(b)}"
        return Doubt("target_backwards", target, what, expected, (base,), severity=severity)

    def daily(self, half: Cell, whole: Cell) -> Doubt | None:
        if not 0 < half.value * 2 == whole.value <= 24:
            return None
        return Doubt("daily_that_adds_up", half, say("say.daily", a=half.value, b=whole.value), "", (whole,))
