"""The comparison as tables and blocks of a page: what to do, totals, every area in one table, who is strong where."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from html import escape

import pandas as pd

from ictplan_utils import rollup
from ictplan_utils.catalog import Indicator
from ictplan_utils.compare.charts import compared, sure, three_digits, unit, values, written
from ictplan_utils.compare.comparison import Comparison
from ictplan_utils.compare.sentences import (
    ahead_and_behind,
    base_words,
    names,
    not_enough,
    reservations,
    rounded,
    span,
)
from ictplan_utils.compare.standing import MARKS, STATES, Standing, counts, reminder
from ictplan_utils.compare.standouts import common_base
from ictplan_utils.narrative import Parts, amount, grown, known
from ictplan_utils.narrative.figures import SMALLEST_TOLD_PCT
from ictplan_utils.periods import period_name
from ictplan_utils.rollup.totals import reason
from ictplan_utils.tables.cells import LONG, WRONG
from ictplan_utils.tables.table import Cell, Column, Row, Table
from ictplan_utils.vietnamese import MISSING, capitalised, fold, format_number

SHOWN = 4
"""Headline indicators that the page's first screen and its table show."""
NAMED = 3
"""Errors of the paper of the area above that are told one by one."""
STRONG = 12
"""Indicators in the table of strong and weak: those in which the areas differ most."""
ENDS = 15
"""Of more than 45 areas that table shows the first and the last so many."""
_Todo = tuple[str, str, str, str]
"""What to do: its head, whom or what it is about, its class, and where it leads."""


@dataclass(frozen=True)
class Block:
    """A part of a page: its HTML, and the same as text."""

    html: str
    text: str

    def __str__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return self.html


def todo(found: Comparison) -> Block:
    """Return who has reported as a bar, and what to do: whom to remind, who must correct what, whom to call."""
    every = found.standings
    if not every:
        return Block(f"<p>{escape(not_enough(found))}</p>", not_enough(found))
    parts = (_own(found), _late(found, every), _told(found, every), _faulty(found, every), _asked(found))
    items = list(filter(None, parts))
    if not items:
        items = [(found.say("compare.todo.nothing"), "", "", "")]
    lines = "".join(
        f'<li><strong class="{mark}">{_to(escape(head), href)}</strong>{f" {escape(rest)}" if rest else ""}</li>'
        for head, rest, mark, href in items
    )
    told = "\n".join(f"- {head} {rest}".rstrip() for head, rest, *_ in items)
    return Block(f'{_bar(found, every)}<ul class="do">{lines}</ul>', told)


def _bar(found: Comparison, every: list[Standing]) -> str:
    """Return the bar of states: areas whose figures can be used, those to be corrected, those that are late."""
    in_each = {state: count for state in reversed(STATES) if (count := counts(every)[state])}
    told = {state: found.say(f"compare.count.{state}", count=count) for state, count in in_each.items()}
    parts = "".join(f'<i class="{state}" style="flex:{count}"></i>' for state, count in in_each.items())
    key = "".join(f'<li class="states"><i class="{state}"></i>{escape(words)}</li>' for state, words in told.items())
    bar = f'<div class="states" role="img" aria-label="{escape("; ".join(told.values()))}">{parts}</div>'
    return f'{bar}<ul class="legend">{key}</ul>'


def _to(words: str, href: str) -> str:
    return f'<a href="{href}">{words}</a>' if href else words


def _late(found: Comparison, every: list[Standing]) -> _Todo | None:
    late = [one for one in every if one.state == "late"]
    if not late:
        return None
    before = sum(bool(one.latest) for one in late)
    rest = f"{names(found, [one.area.area for one in late])}."
    known_before = found.say("compare.todo.reported_before", count=before) if before else ""
    return (
        found.say("compare.todo.remind", count=len(late), noun=found.noun),
        rest + known_before,
        "error",
        f"#{rollup.LETTERS}",
    )


def _own(found: Comparison) -> _Todo | None:
    if not found.faults:
        return None
    head = found.say("compare.todo.own", count=len(found.faults), place=found.parent.title(found.lang))
    more = len(found.faults) - NAMED
    rest = found.say("compare.calls_more", count=more) if more > 0 else ""
    return head, f"{'; '.join(found.faults[:NAMED])}. {rest}".rstrip(), "error", ""


def _told(found: Comparison, every: list[Standing]) -> _Todo | None:
    told = sum(one.told for one in every)
    return (found.say("compare.todo.told", count=told, noun=found.noun), "", "", "") if told else None


def _faulty(found: Comparison, every: list[Standing]) -> _Todo | None:
    faulty = sorted((one for one in every if one.errors), key=lambda one: -len(one.errors))
    if not faulty:
        return None
    first = [f"{found.name(one.area.area)} ({found.say('compare.errors', count=len(one.errors))})"
             for one in faulty[:ENDS]]  # fmt: skip
    more = found.say("compare.todo.more", count=len(faulty) - ENDS) if len(faulty) > ENDS else ""
    head = found.say(
        "compare.todo.correct", count=len(faulty), noun=found.noun,
        errors=format_number(sum(len(o.errors) for o in faulty), lang=found.lang),
    )  # fmt: skip
    return head, f"{', '.join(first)}{more}.", "error", f"#{rollup.LETTERS}"


def _asked(found: Comparison) -> _Todo | None:
    rows = found.asked
    if rows.empty:
        return None
    return found.say("compare.todo.call", count=len(rows)), f"{names(found, dict.fromkeys(rows['area']))}.", "", ""


def headlines(found: Comparison) -> Block:
    """Return the parent's first totals, large: growth of the same areas, coverage, and the interval once all report."""
    half = found.period_totals
    slugs = [slug for slug in dict.fromkeys([*compared(found), *half.index[half["value"].notna()]])
             if slug in found.form and known(half.at[slug, "value"])][:SHOWN]  # fmt: skip
    covers = _covers(found, half.loc[slugs])
    if not slugs and found.present:
        few = found.say("compare.too_few", present=len(found.present), all=len(found.areas), noun=found.noun,
                        unit=found.parent.unit(found.lang))  # fmt: skip
        return Block(f"<p>{escape(few)}</p>", few)
    told = [(found.form[slug].short(found.lang), _total(half.at[slug, "value"], found.form[slug], found.lang),
             total_growth(found, slug), _covered(found, half.loc[slug], slug, covers)) for slug in slugs]  # fmt: skip
    if not told:
        return Block(f"<p>{escape(found.say('compare.no_totals'))}</p>", found.say("compare.no_totals"))
    boxes = "".join(
        f"<div><h3>{escape(name)}</h3><p><b>{escape(value)}</b> {escape(growth)}</p>"
        f'<p class="note">{escape(note)}</p></div>'
        for name, value, growth, note in told
    )
    lines = [" · ".join(filter(None, line)) for line in told]
    same = _all_cover(found, covers)
    return Block(f'<div class="totals-large">{boxes}</div><p>{escape(same)}</p>', "\n".join([*lines, same]))


def _covered(found: Comparison, row: pd.Series, slug: str, most: str) -> str:
    """Return what one total covers, unless that is what `most` cover, what it may come to, and what it leaves out."""
    covered = _coverage(found, row)
    told = [] if covered == most else [found.say("compare.covered", covered=covered)]
    return "; ".join(filter(None, [*told, late_interval(found, slug), *reservations(found, slug)]))


def late_interval(found: Comparison, slug: str) -> str:
    """Return what a total is likely to be once the late areas report: `đủ 45 xã: 452.000–466.000`; "" for not known."""
    if slug not in found.complete.index:
        return ""
    row, entry = found.complete.loc[slug], found.form[slug]
    # As fine as two digits of the interval's width: what lies between is not known.
    step = 10.0 ** max(math.floor(math.log10(max(row["high"] - row["low"], 1e-9))) - 1, -entry.decimals)
    low, high = math.floor(row["low"] / step) * step, math.ceil(row["high"] / step) * step
    told = "–".join(dict.fromkeys(format_number(each, lang=found.lang) for each in (low, high)))
    return found.say(f"compare.complete.{'some' if row['missing'] else 'all'}", areas=int(row["areas"]),
                     all=len(found.areas), noun=found.noun, interval=told)  # fmt: skip


def total_growth(found: Comparison, slug: str, base: str = "") -> str:
    """Return the growth of the areas that state both dates; says on what, where that is not `base`."""
    growth, entry = found.total_growth(slug), found.form[slug]
    if not known(growth):
        return ""
    still = abs(growth) < SMALLEST_TOLD_PCT
    told = found.say("narrative.unchanged") if still else grown(growth, entry, found.lang)
    return told if found.bases[slug] == base else f"{told} {base_words(found, found.bases[slug])}"


def totals_table(found: Comparison) -> Table | Parts:
    """Return the parent's totals of the form's indicators: figure, growth of the same areas, coverage, interval.

    Beside them what the parent's own paper states, where there is one. Nothing where there is no total.
    """
    own = found.own
    half = found.period_totals
    if half["value"].isna().all():
        return Parts(())  # the headlines have said why
    rows, silent, without, base = [], 0, {}, common_base(found)
    covers = _covers(found, half[half["value"].notna()])
    doubted = set(found.asked.drop(found.slipped.index)["indicator"])
    for slug, entry in found.form.items():
        row = half.loc[slug]
        if row["reason"] == "silent":
            silent += 1
            continue
        if not known(row["value"]):
            why = reason(row["reason"], slug, found.lang, found.folder)
            without.setdefault(why, []).append(entry.short(found.lang))
            continue
        holds = f" {WRONG}" if slug in doubted else ""
        told = (rounded(row["value"], entry, found.lang) + holds, total_growth(found, slug, base) or MISSING,
                _coverage(found, row, short=True),
                late_interval(found, slug) or MISSING)  # fmt: skip
        if len(own):
            told = told[0], rounded(own.get(slug, math.nan), entry, found.lang), *told[1:]
        rows.append(Row(entry.short(found.lang), [Cell(each) for each in told], entry.unit(found.lang)))
    columns = [Column(capitalised(found.when)),
               *([Column(found.say("compare.totals.own"))] if len(own) else []),
               Column(capitalised(base_words(found, base))),
               Column(found.say("compare.totals.covered"), first_sight=False),
               Column(found.say("compare.totals.complete"), False, False)]  # fmt: skip
    left_out = found.say("compare.totals.silent", count=silent) if silent else ""
    left_out += "".join(f" {', '.join(names)}: {why}." for why, names in without.items())
    note = " ".join(filter(None, [
        _all_cover(found, covers), _doubtful(found), found.say("compare.totals.holds", mark=WRONG) if doubted else "",
        found.say("compare.totals.note"), left_out.strip(),
    ]))  # fmt: skip
    shown = ", ".join(column.label for column in columns if column.first_sight)
    unfold = found.say("tables.unfold", count=len(rows), columns=shown) if len(rows) > LONG else ""
    return Table("totals", found.say("tables.indicator"), columns, rows, note, found.lang, unfold=unfold).filled


def _covers(found: Comparison, rows: pd.DataFrame) -> str:
    """Return what most of the totals cover; "" of none."""
    told = Counter(_coverage(found, row) for _, row in rows.iterrows())
    return told.most_common(1)[0][0] if told else ""


def _all_cover(found: Comparison, covered: str) -> str:
    return found.say("compare.totals.all_cover", covered=covered)


def _coverage(found: Comparison, row: pd.Series, *, short: bool = False) -> str:
    share = math.nan if short else row["population_share"]
    return rollup.coverage(row["covered"], row["units"], share, _lowest(found), found.lang)


def _doubtful(found: Comparison) -> str:
    """Return which figures no total holds, by indicator."""
    told = [f"{found.form[slug].short(found.lang)} ({names(found, rows['area'])})"
            for slug, rows in found.slipped.groupby("indicator", sort=False)]  # fmt: skip
    return found.say("compare.totals.asked", list="; ".join(told)) if told else ""


def _lowest(found: Comparison) -> str:
    """Return what the areas of the lowest level that reports are called."""
    direct = (found.totals["units"] == len(found.areas)).all()
    return found.noun if direct else found.say("rollup.level.mixed")


def _total(value: float, entry: Indicator, lang: str) -> str:
    """Return a total with its unit, to one decimal at most where its parts have none."""
    return amount(round(value, entry.decimals or 1), entry, lang)


def areas_table(found: Comparison) -> Table:
    """Return every area as a row, best first, the late ones last: rank, state of its report, headline figures.

    The page can be searched for an area or a state; names lead to the area's own reports.
    """
    every = {one.area.area: one for one in found.standings}
    order = [*found.ranking.index, *(area for area in found.present if area not in found.ranking.index)]
    order += [area for area in found.areas if area not in order]
    slugs = compared(found)[:SHOWN]
    figures = {slug: values(found, found.form[slug]) for slug in slugs}
    most = {slug: sure(found, slug, own).abs().max() for slug, (own, _) in figures.items()}
    rows = []
    for area in order:
        one = every[area]
        cells = [_rank_cell(found, area), _state_cell(found, one)]
        cells += [_figure_cell(found, found.form[slug], figures[slug], most[slug], area) for slug in slugs]
        state = found.say(f"compare.state.{one.state}")
        rows.append(Row(found.name(area), cells, href=f"../{area}/{found.index}" if one.own else "",
                        sought=f"{fold(found.name(area))} {area} {fold(state)}"))  # fmt: skip
    columns = [Column(found.say("compare.rank")), Column(found.say("compare.report"), False)]
    columns += [Column(f"{found.form[slug].short(found.lang)}, {unit(found, found.form[slug], figures[slug][1])}",
                       first_sight=not at) for at, slug in enumerate(slugs)]  # fmt: skip
    note = found.say("compare.areas_note" if len(found.ranking) else "compare.areas_note_unranked") + _asked_key(found)
    stub = capitalised(found.noun)
    return Table("areas-table", stub, columns, rows, note, found.lang, True, short=_long(rows)).filled


def _rank_cell(found: Comparison, area: str) -> Cell:
    if area not in found.ranking.index:
        return Cell(MISSING)
    return Cell(span(found.ranking.loc[area]), value=float(found.ranking.at[area, "rank"]))


def _state_cell(found: Comparison, one: Standing) -> Cell:
    faulty = one.state == "faulty"
    words = found.say("compare.errors", count=len(one.errors)) if faulty else found.say(f"compare.state.{one.state}")
    told = f"{MARKS[one.state]} {words}"
    return Cell(told, f'<span class="state-{one.state}">{escape(told)}</span>', float(len(one.errors)))


def _figure_cell(found: Comparison, entry: Indicator, compared: tuple[pd.Series, bool], most: float, area: str) -> Cell:
    figures, per = compared
    if area not in figures.index:
        return Cell(MISSING)
    value = figures[area]
    told = written(found, entry, value, per).split("\N{NO-BREAK SPACE}")[0]
    if is_asked(found, entry.indicator, area):
        return Cell(f"{told} {WRONG}", value=float(value))
    share = min(100 * abs(value) / most, 100) if most else 0
    return Cell(told, f'{escape(told)}<i class="share" style="width:{share:.0f}%"></i>', float(value))


def ranked(found: Comparison) -> Parts:
    """Return who is ahead and who behind, then where each is strong and weak; nothing where nobody is ranked."""
    if found.ranking.empty:
        return Parts(())  # the opening has said why
    heading = found.say("compare.quarters.heading")
    return Parts((("", ahead_and_behind(found)), (heading, strong_and_weak(found))))


def strong_and_weak(found: Comparison) -> Table:
    """Return areas × indicators, each figure with its quarter by colour and sign: where an area is strong, where weak.

    Of many indicators those in which the areas differ most; of many areas a screen shows the first and the last
    `ENDS` (page.css) until all are asked for.
    """
    shown = list(found.ranking.index)
    relative = (found.level.std(ddof=0) / found.level.abs().mean()).reindex(found.z.columns)
    slugs = sorted(relative.nlargest(STRONG).index, key=list(found.form).index) if shown else []
    rows = [Row(found.name(area), [_quarter(found, slug, area) for slug in slugs], href=f"../{area}/{found.index}")
            for area in shown]  # fmt: skip
    columns = [Column(found.form[slug].short(found.lang), first_sight=at < 3) for at, slug in enumerate(slugs)]
    note = found.say("compare.quarters.key") + _asked_key(found)
    if left_out := len(found.z.columns) - len(slugs):
        note += " " + found.say("compare.quarters.indicators", count=left_out)
    return Table("quarters", found.say("compare.area"), columns, rows, note, found.lang, short=_long(rows))


def _quarter(found: Comparison, slug: str, area: str) -> Cell:
    value = found.level.at[area, slug]
    if not known(value):
        return Cell(MISSING, f"<span>{MISSING}</span>")
    if is_asked(found, slug, area):
        told = f"{three_digits(value, found.lang)} {WRONG}"
        return Cell(told, f"<span>{escape(told)}</span>", float(value))
    side = found.form[slug].better
    others = sure(found, slug, found.level[slug].dropna()) * side
    place = (others < value * side).mean() + (others == value * side).mean() / 2
    quarter = min(int(place * 4), 3) + 1
    told = three_digits(value, found.lang)
    sign = {1: "▾", 4: "▴"}.get(quarter, "")
    return Cell(told, f'<span class="q{quarter}">{escape(told)} {sign}</span>', float(value))


def missing_table(found: Comparison, made: Collection[str] = ()) -> Table:
    """Return, worst first, every area's report: state, errors, figures missing, its last report.

    Names lead to what is to be said to an area, below on the page, else to its pages where these are `made`.
    """
    every = sorted(found.standings, key=lambda one: (STATES.index(one.state), -len(one.errors), -len(one.missing)))
    rows = []
    for one in every:
        latest = period_name(one.latest, found.lang) if one.latest else MISSING
        lacking = ", ".join(one.missing) if one.own else ""
        cells = [_state_cell(found, one), Cell(str(len(one.missing)) if one.own else MISSING, value=len(one.missing)),
                 Cell(lacking or MISSING), Cell(latest)]  # fmt: skip
        state = found.say(f"compare.state.{one.state}")
        area = one.area.area
        href = (
            f"#{rollup.LETTERS}-{area}" if reminder(found, one) else f"../{area}/{found.index}" if area in made else ""
        )
        rows.append(Row(found.name(area), cells, href=href, sought=f"{fold(found.name(area))} {area} {fold(state)}"))
    columns = [
        Column(found.say("compare.report"), False),
        Column(found.say("compare.missing")),
        *(Column(found.say(f"compare.{name}"), False, False) for name in ("missing_which", "latest")),
    ]
    return Table("standings", capitalised(found.noun), columns, rows, "", found.lang, True, short=_long(rows))


def is_asked(found: Comparison, slug: str, area: str) -> bool:
    """Tell whether an area's figure is asked back."""
    return bool(((found.asked["area"] == area) & (found.asked["indicator"] == slug)).any())


def _asked_key(found: Comparison) -> str:
    return "" if found.asked.empty else f" {found.say('compare.asked_key', mark=WRONG)}"


def _long(rows: Sequence[object]) -> bool:
    """Tell whether a table of areas is shortened, as the table of strong and weak is."""
    return len(rows) > 3 * ENDS


def reminders(found: Comparison) -> Block:
    """Return a message for each area that is late, wrong or incomplete, to unfold, copy and send."""
    told = [(one, words) for one in found.standings if (words := reminder(found, one))]
    if not told:
        return Block("", "")  # what to do has said so
    items = "".join(
        f'<details class="reminder" id="{rollup.LETTERS}-{one.area.area}">'
        f"<summary>{escape(found.name(one.area.area))}</summary><pre>{escape(words)}</pre></details>"
        for one, words in told
    )
    paper = f'<p class="paper" style="display:none">{escape(found.say("compare.reminder.paper"))}</p>'
    return Block(
        f'{paper}<div class="reminders" id="{rollup.LETTERS}">{items}</div>', "\n\n".join(words for _, words in told)
    )
