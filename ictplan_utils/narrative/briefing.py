"""The leader's page: the verdict as its title, then what matters most, worst first, and who must act."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from html import escape

import pandas as pd

from ictplan_utils.catalog import Indicator, formula_terms
from ictplan_utils.errors import IctplanError
from ictplan_utils.messages import page_name
from ictplan_utils.narrative.figures import (
    HEADLINES,
    amount,
    base_of,
    change,
    estimated,
    headline,
    in_sentence,
    known,
    moved,
)
from ictplan_utils.narrative.movements import FAR_PCT, STILL_PCT, common_base_name, falls, moves_by_base
from ictplan_utils.narrative.summaries import farthest_first, finding_parts, of_target, worst_first
from ictplan_utils.narrative.text import FACTS_MIME
from ictplan_utils.narrative.verdicts import verdict
from ictplan_utils.reports import Report
from ictplan_utils.targets import UNLIKELY
from ictplan_utils.vietnamese import capitalised, format_number, format_with_unit, parse_number

MOST = 5
"""Findings: more than five nobody repeats in a meeting."""
NAMED = 2
"""Errors and estimates named in a finding's reason; the others are on their own page."""
LINES = 8
"""Targets named one by one; of more, the number."""
HOPELESS = 0.1
"""A chance below one in ten is told as almost out of reach."""
PRAISED = 3
SPOKEN = 35
"""Words of a sentence that can be said in one breath; a doubt that takes longer ones is left to its own page."""
PROVINCES_MERGED_OFFICES = datetime.date(2025, 3, 1)
"""From then on a province's department of science and technology does what that of information and communications
did (decree 45/2025/NĐ-CP)."""


@dataclass(frozen=True)
class Finding:
    """One thing a leader must know: a sentence with its figure, why, what to do; `page` says more.

    `rows`: names and the figures of each; `indicators`: those it names, in the order named; `items`: what its reason
    begins, told further, a sentence each.
    """

    headline: str
    reason: str = ""
    rows: tuple[tuple[str, str], ...] = ()
    rest: str = ""
    todo: str = ""
    page: str = ""
    bad: bool = False
    indicators: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    count: int = 0
    """How many there are, of which the items are the first."""

    @property
    def lines(self) -> tuple[str, ...]:
        """The rows as text."""
        return tuple(": ".join(row) for row in self.rows)


@dataclass(frozen=True)
class Briefing:
    """The findings, worst first, and what holds up; shows itself; tells its verdict to the page as its title."""

    report: Report
    title: str
    findings: tuple[Finding, ...]
    kept: str

    @property
    def indicators(self) -> tuple[str, ...]:
        """The indicators that the findings name, in that order."""
        return tuple(dict.fromkeys(slug for each in self.findings for slug in each.indicators))

    def __str__(self) -> str:
        """Return the page's words as text, to paste into a message."""
        told = []
        for each in self.findings:
            lines = f"{'; '.join(each.lines)}." if each.lines else ""
            told.append((each, [" ".join(filter(None, [each.headline, each.reason, lines, each.rest]))]))
        return self._numbered(told)

    def summary(self) -> str:
        """Return the verdict, the findings in a sentence each and who must act, to paste into a message."""
        told = []
        for each in self.findings:
            said = "; ".join(each.lines[:NAMED]) if each.lines else each.reason
            told.append((each, [each.headline, *([f"   {said}"] if said else [])]))
        return f"{capitalised(self.report.title)}\n{self._numbered(told)}"

    def _numbered(self, told: list[tuple[Finding, list[str]]]) -> str:
        lines = [self.title]
        for number, (each, (first, *rest)) in enumerate(told, 1):
            lines += [f"{number}. {first}", *rest]
            lines += [f"   {self._word('todo')} {each.todo}"] if each.todo else []
        return "\n".join([*lines, f"{self._word('kept')} {self.kept}"])

    def _word(self, name: str) -> str:
        return self.report.say(f"briefing.{name}")

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, object]:
        wrong = self.report.findings["severity"] == "error"
        facts = {"title": self.title, "errors": int(wrong.sum())}
        return {"text/html": self._repr_html_(), "text/plain": str(self), FACTS_MIME: facts}

    def _repr_html_(self) -> str:
        items = "".join(map(self._item, self.findings))
        kept = f'<p class="kept"><strong>{escape(self._word("kept"))}</strong> {escape(self.kept)}</p>'
        return f'<ol class="findings">{items}</ol>{kept}'

    def _item(self, finding: Finding) -> str:
        lines = "".join(f"<li><span>{escape(name)}</span> <b>{escape(told)}</b></li>" for name, told in finding.rows)
        page = page_name(finding.page, self.report.lang)
        called = escape(f"{self._word('see')}: {finding.headline}")
        link = f' <a href="{page}.html" aria-label="{called}">{escape(self._word("see"))}</a>' if finding.page else ""
        todo = f'<p class="todo"><strong>{escape(self._word("todo"))}</strong> {escape(finding.todo)}{link}</p>'
        return (
            f"<li{' class=bad' if finding.bad else ''}><h3>{escape(finding.headline)}</h3>"
            f"{_paragraph(finding.reason)}{f'<ul>{lines}</ul>' if lines else ''}{_paragraph(finding.rest)}"
            f"{todo if finding.todo else ''}</li>"
        )


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>" if text else ""


def briefing(report: Report) -> Briefing:
    """Return what a leader must know of a report, worst first: errors, what fell, what is missed, doubts."""
    over = not report.is_first_half
    told = [_errors(report), *_fell(report), _unfulfilled(report) if over else None, _missed(report), _high(report),
            _doubts(report)]  # fmt: skip
    return Briefing(report, verdict(report, "briefing"), tuple(filter(None, told))[:MOST], _kept(report))


def office(report: Report) -> str:
    """Return who answers for the report's figures: the division of that level, as it was called then."""
    level = report.area.level if report.area.level in ("province", "district", "commune") else "district"
    before = "_before" if level == "province" and report.end_date < PROVINCES_MERGED_OFFICES else ""
    return report.say(f"briefing.office.{level}{before}")


def _source(report: Report, slug: str) -> str:
    """Return who gives the office an indicator's figures."""
    return report.say(f"briefing.source.{report.entry(slug).sector}")


def _errors(report: Report) -> Finding | None:
    errors = report.findings[report.findings["severity"] == "error"]
    if errors.empty:
        return None
    # One slip that recurs in the next row is told once.
    named = worst_first(errors).drop_duplicates(["printed", "expected"]).head(LINES)
    items = [_error(row, report) for _, row in named.iterrows()]
    told = tuple(f"{capitalised(each)}." for each in items)
    return Finding(
        report.say("briefing.errors.headline", count=len(errors)),
        " ".join([report.say("briefing.errors.reason", first=items[0]), *told[1:NAMED]]),
        todo=report.say("briefing.errors.todo", office=office(report)), page="audit", bad=True,
        indicators=tuple(named["indicator"].head(NAMED)), items=told, count=len(errors),
    )  # fmt: skip


def _error(row: pd.Series, report: Report) -> str:
    name, place, _ = finding_parts(row, report)
    key = {"≤": "item_most", "≥": "item_least", "": "item_alone"}.get(row["expected"][:1], "item")
    printed, expected = (_figure(row, text, report) for text in (row["printed"], row["expected"].lstrip("≤≥ ")))
    return report.say(f"briefing.errors.{key}", name=in_sentence(name or place), printed=printed, expected=expected)


def _figure(row: pd.Series, text: str, report: Report) -> str:
    """Return a finding's figure as its reader writes it, with its unit where it is one that the document states."""
    stated = report.observations["source"].eq(row["source"]) & report.observations["indicator"].eq(row["indicator"])
    same = report.observations.loc[stated & report.observations["printed"].eq(text), "value"]
    try:
        value = same.iloc[0] if len(same) else parse_number(text)
    except IctplanError:  # words, or a figure with its unit
        return text
    unit = report.entry(row["indicator"]).unit(report.lang) if stated.any() else ""
    return format_with_unit(value, unit, lang=report.lang)


def _fell(report: Report) -> list[Finding]:
    """Return the indicator that fell most, of those whose fall a leader must hear of."""
    moves = falls(report)
    if not moves:
        return []
    slug = min(moves, key=moves.get)
    if moves[slug] > -FAR_PCT:  # of a sum and its largest part, which fall alike, the one asked for first
        slug = min(moves, key=HEADLINES.index)
    entry, row = report.entry(slug), report.figures.loc[slug]
    reason, todo = "", "todo"
    forecasts = report.forecasts.set_index("indicator")
    if slug in forecasts.index and known(row["estimate"]) and known(forecasts.loc[slug, "point"]):
        by = moved(
            row["estimate"] - row["half"], amount(abs(row["estimate"] - row["half"]), entry, report.lang), report.lang
        )
        point = amount(estimated(forecasts.loc[slug, "point"], entry), entry, report.lang)
        estimate = amount(row["estimate"], entry, report.lang)
        todo = "todo_estimate"
        reason = report.say("briefing.fell.reason", estimate=estimate, by=by, point=point)
    told = headline(row, entry, report.period, report.lang)
    return [Finding(
        report.say("briefing.fell.headline", told=told), reason,
        todo=report.say(f"briefing.fell.{todo}", office=office(report), source=_source(report, slug)), page="trends",
        indicators=(slug,),
    )]  # fmt: skip


def _unfulfilled(report: Report) -> Finding | None:
    rows = report.fulfilment[report.fulfilment["verdict"] == "missed"].sort_values("shortfall", ascending=False)
    if rows.empty:
        return None
    parts = [of_target(row, report.lang) for _, row in rows.iterrows()]
    named, rest = _rows(rows.assign(reached=rows["actual"], part=parts), report)
    return Finding(
        report.say("briefing.unfulfilled.headline", count=len(rows), year=report.year),
        report.say("briefing.unfulfilled.caption", year=report.year),
        rows=named,
        rest=rest,
        todo=report.say("briefing.unfulfilled.todo", office=office(report), following=report.year + 1),
        page="targets",
        indicators=tuple(rows.index[:LINES]),
    )


def _missed(report: Report) -> Finding | None:
    rows = report.targets[report.targets["chance"] < UNLIKELY].sort_values("chance", kind="stable")
    if rows.empty:
        return None
    hopeless = rows[rows["chance"] < HOPELESS]
    named = hopeless if len(hopeless) else rows
    key = "headline" if len(hopeless) else "headline_hard"
    reached = [estimated(point, report.indicators[slug]) for slug, point in named["point"].items()]
    lines, more = _rows(named.assign(reached=reached, part=""), report)
    other = len(rows) - len(named)
    rest = [more, report.say("briefing.missed.rest", count=other) if other else ""]
    return Finding(
        report.say(f"briefing.missed.{key}", count=len(named), year=report.year + 1),
        report.say(f"briefing.missed.caption.{report.basis}", year=report.year, following=report.year + 1),
        rows=lines,
        rest=" ".join(filter(None, rest)),
        todo=report.say("briefing.missed.todo", unit=report.area.unit(report.lang)),
        page="targets",
        indicators=tuple(named.index[:LINES]),
    )


def _rows(rows: pd.DataFrame, report: Report) -> tuple[tuple[tuple[str, str], ...], str]:
    """Return what each indicator reaches beside its target, by name, and how many are not named; never one alone.

    `rows` has `reached`, `target` and `part`, the share of the target or "". A share is told with the number it is of.
    """
    number_of = {slug: _number_of(report.indicators[slug]) for slug in rows.index}
    shares = {number: slug for slug, number in number_of.items() if number in rows.index}
    rows = rows.drop(index=list(shares.values()))
    named = rows.head(LINES if len(rows) > LINES + 1 else LINES + 1)
    told = tuple(_row(row, slug in shares, report) for slug, row in named.iterrows())
    more = sum(1 + (slug in shares) for slug in rows.index.difference(named.index))
    return told, report.say("briefing.missed.more", count=more) if more else ""


def _number_of(entry: Indicator) -> str:
    """Return the indicator that a share counts, in per cent of another; "" of anything else."""
    return formula_terms(entry.formula)[1][0] if entry.kind == "share" and entry.formula else ""


def _row(row: pd.Series, with_share: bool, report: Report) -> tuple[str, str]:
    """Return an indicator's name, and what it reaches beside its target, behind which the unit stands once."""
    entry, lang = report.indicators[row.name], report.lang
    name = report.say("briefing.missed.with_share", name=entry.short(lang)) if with_share else entry.short(lang)
    told = report.say("briefing.missed.line", point=format_number(row["reached"], entry.decimals, lang=lang),
                      target=amount(row["target"], entry, lang))  # fmt: skip
    return name, f"{told} ({row['part']})" if row["part"] else told


def _high(report: Report) -> Finding | None:
    rows = report.forecasts
    rows = rows[(rows["verdict"] == "optimistic") & rows["indicator"].isin(list(report.indicators))]
    if rows.empty:
        return None
    items, named = [], farthest_first(rows).head(LINES)
    for _, row in named.iterrows():
        entry = report.indicators[row["indicator"]]
        point, estimate = (
            amount(estimated(row[column], entry), entry, report.lang) for column in ("point", "official_estimate")
        )
        name = in_sentence(entry.short(report.lang))
        items.append(report.say("briefing.high.item", name=name, estimate=estimate, point=point))
    return Finding(
        report.say("briefing.high.headline", count=len(rows), year=report.year),
        report.say("briefing.high.reason", list="; ".join(items[:NAMED])),
        todo=report.say("briefing.high.todo", office=office(report)),
        page="forecast",
        indicators=tuple(named["indicator"].head(NAMED)),
        items=tuple(f"{capitalised(each)}." for each in items),
        count=len(rows),
    )


def _doubts(report: Report) -> Finding | None:
    rows = report.findings[report.findings["severity"] == "warning"]
    if rows.empty:
        return None
    rows = worst_first(rows.assign(expected=""))
    parts = {at: finding_parts(row, report) for at, row in rows.iterrows()}
    told = {
        at: report.say("briefing.doubts.reason", name=name or place, what=what)
        for at, (name, place, what) in parts.items()
    }
    # What can be said goes first; of that what the report says of its own year, before what it repeats of years past.
    long = {at: max(len(each.split()) for each in words.split(". ")) > SPOKEN for at, words in told.items()}
    order = sorted(told, key=lambda at: (long[at], rows.at[at, "period"][:4] != str(report.year)))
    at, items = order[0], tuple(told[at] for at in order[:LINES])
    slug = rows.at[at, "indicator"]
    source = _source(report, slug) if slug in report.entries else office(report)
    return Finding(
        report.say("briefing.doubts.headline", count=len(rows)), told[at],
        todo=report.say("briefing.doubts.todo", office=office(report), source=source), page="audit", indicators=(slug,),
        items=items, count=len(rows),
    )  # fmt: skip


def _kept(report: Report) -> str:
    """Return what a leader may praise: the headline indicators that rose most, with their figures."""
    blamed = set(report.findings.loc[report.findings["severity"] != "info", "indicator"])
    blamed |= set(report.fulfilment.index[report.fulfilment["verdict"] == "missed"])
    entries = {slug: entry for slug, entry in report.indicators.items()
               if slug not in blamed and entry.direction == "higher"}  # fmt: skip
    rose = {
        base: sorted((slug for slug, move in moves.items() if move >= STILL_PCT), key=lambda slug: -moves[slug])
        for base, moves in moves_by_base(report.figures, entries, report.period).items()
    }
    base = max(rose, key=lambda base: len(rose[base]), default="")
    best, told = rose.get(base, [])[:PRAISED], []
    if not best:
        return report.say("briefing.kept_nothing")
    for slug in best:
        row, entry = report.figures.loc[slug], report.entry(slug)
        by = change(row["half"], base_of(row, entry, report.period)[1], entry, report.lang)
        name = entry.short(report.lang) if told else in_sentence(entry.short(report.lang))
        reached = amount(row["half"], entry, report.lang)
        told.append(report.say("briefing.kept_item", name=name, by=by, amount=reached))
    base = common_base_name(base, report.period, report.lang)
    return report.say("briefing.kept_list", base=base, list=" ".join(told))
