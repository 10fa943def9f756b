"""The indexes: every period; a period's areas in one table that sorts and searches; each area's reports."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from ictplan_utils import catalog
from ictplan_utils.html.frame import PeriodSummary, ReportStatus, footer, page, place
from ictplan_utils.html.links import Link, twins
from ictplan_utils.messages import page_name, text
from ictplan_utils.narrative import HEADLINES, amount, grown, period_name
from ictplan_utils.observations import DOUBTFUL, TOLD, as_of, load, preferred, reporting_areas, reports
from ictplan_utils.periods import in_order, order, orders
from ictplan_utils.rollup import LETTERS, coverage, level_name, side_by_side, some, units, who_reported
from ictplan_utils.tables.table import Cell, Column, Row, Table
from ictplan_utils.vietnamese import MISSING, capitalised, fold, format_number

SHOWN = HEADLINES[:4]
"""The figures an area shows in the index: more would hide the reports."""

MARKS = {"ready": "●", "failed": "✕", "missing": "○", "wrong": "▲"}

DRAWN = 100
"""Rows that stand in the page at once; the script draws those beyond them as they are needed."""


@dataclass(frozen=True)
class _Line:
    """An area's row: the reports there are of it; `sent`: whether the area itself, or any below it, has reported."""

    area: str
    name: str
    parent: str
    sent: bool
    own: tuple[ReportStatus, ...] = ()
    rank: int | None = None


def periods_page(
    summaries: Sequence[PeriodSummary], *, lang: str = "vi", languages: Sequence[str] = (), data_dir: str = "data"
) -> str:
    """Return the page that leads to every period, the latest first, whose verdict is its title."""
    rows, latest, entries = [], "", {slug: catalog.indicator(slug, data_dir) for slug in SHOWN}
    for each in sorted(summaries, key=lambda each: -order(each.period)):
        own = lang if lang in each.titles else next(iter(each.titles), lang)
        name, told = capitalised(period_name(each.period, lang)), each.titles.get(own, "")
        latest = latest or text("pages.index.latest", lang, when=name, told=told)
        errors = Cell(format_number(each.errors, lang=lang), value=each.errors)
        figures = [_number(each.figures.get(slug), entry, lang) for slug, entry in entries.items()]
        rows.append(Row(name, [Cell(told), errors, *figures], href=f"{each.period}/{page_name('index', own)}.html"))
    columns = [Column(text("pages.index.told", lang), numeric=False), Column(text("pages.index.errors_found", lang)),
               *(_column(entry, lang) for entry in entries.values())]  # fmt: skip
    title = text("pages.index.title", lang)
    table = Table("periods", text("pages.index.period", lang), columns, rows, lang=lang).filled
    return page(table._repr_html_(), title=latest or title, place=title, when="", lang=lang,
                languages=twins("index", lang, languages), footer=text("pages.index.footer", lang))  # fmt: skip


def _column(entry: catalog.Indicator, lang: str, *, first_sight: bool = False) -> Column:
    return Column(f"{entry.short(lang)}, {entry.unit(lang)}", first_sight=first_sight)


def _number(value: float | None, entry: catalog.Indicator, lang: str) -> Cell:
    return Cell(format_number(value, entry.decimals, lang=lang), value=value)


@dataclass(frozen=True)
class PeriodIndex:
    """One period's reports in one language, `statuses` in the order of their areas: its title and its pages.

    The pages lead to the indexes of the other `periods`, and to themselves in the other `languages`.
    """

    period: str
    statuses: Sequence[ReportStatus]
    lang: str = "vi"
    data_dir: str = "data"
    periods: Sequence[str] = ()
    languages: Sequence[str] = ()
    names: dict[str, str] = field(default_factory=dict)

    @cached_property
    def pages(self) -> dict[str, str]:
        """By their place below outputs/PERIOD, the page of all areas and a page for each area."""
        # An area that has reported has a page also where only its province's comparison, which leads to it, was made.
        every = {line.area: line.own for line in self.lines if line.sent} | self.reports
        areas = {f"{area}/{self.file}": self._area_page(area, own) for area, own in every.items() if area}
        return areas | {self.file: self._page()}

    def say(self, key: str, **values: object) -> str:
        return text(key, self.lang, **values)

    @property
    def file(self) -> str:
        return f"{page_name('index', self.lang)}.html"

    @cached_property
    def reports(self) -> dict[str, list[ReportStatus]]:
        return {area: list(group) for area, group in groupby(self.statuses, key=lambda each: each.area)}

    @cached_property
    def sent(self) -> set[str]:
        """The areas that reported themselves."""
        return {area for area in reporting_areas(self.data_dir) if self.period in reports(area, self.data_dir)}

    @cached_property
    def compared(self) -> dict[str, ReportStatus]:
        """The areas whose own areas are compared, with the comparison."""
        return {each.area: each for each in self.statuses if each.compares}

    @cached_property
    def ranks(self) -> dict[str, int]:
        """What comparisons say of their areas."""
        return {area: rank for each in self.statuses for area, rank in each.ranks.items()}

    @cached_property
    def errors(self) -> dict[str, int]:
        """How many errors the figures of an area hold, where its pages or a comparison have looked."""
        told = [(area, count) for each in self.statuses for area, count in each.below.items()]
        told += [(each.area, each.errors) for each in self.statuses if each.errors is not None]
        return {area: max(count for _, count in group) for area, group in groupby(sorted(told), lambda pair: pair[0])}

    @cached_property
    def _stated(self) -> pd.DataFrame:
        """What the areas shown stated up to this report; one pass over the tables, however many areas."""
        shown = {line.area for line in self.lines} | set(self.reports)
        have = [area for area in reporting_areas(self.data_dir) if area in shown]
        return as_of(load(have, data_dir=self.data_dir), self.period) if have else pd.DataFrame()

    @cached_property
    def told(self) -> set[str]:
        """The areas whose figures of this report only a paper of the area above states."""
        if self._stated.empty:
            return set()
        own = self._stated[(self._stated["report"] == self.period) & (self._stated["printed"] != "")]
        return set(own["area"]) - set(own.loc[~own["source"].str.startswith(TOLD), "area"])

    @cached_property
    def figures(self) -> dict[str, dict[str, _Figure]]:
        """The headline figures of each area, as it states them; of one whose areas are compared, their totals."""
        found = dict(self._own)
        for area, each in self.compared.items():
            sums = {slug: _Figure(each.totals[slug], ()) for slug in SHOWN if slug in each.totals}
            found[area] = {slug: ({**self._own.get(area, {}), **sums})[slug]
                           for slug in SHOWN if slug in sums or slug in self._own.get(area, {})}  # fmt: skip
        return found

    @cached_property
    def _own(self) -> dict[str, dict[str, _Figure]]:
        """The headline figures that each area states itself."""
        return {} if self._stated.empty else _headline_figures(self._stated, self.period, self.data_dir)

    def _reservations(self, area: str, slug: str) -> str:
        """Return what the comparison tells beside a total: what it covers, what the own paper states, what it lacks."""
        compared, own = self.compared.get(area), self._own.get(area, {}).get(slug)
        if not compared or slug not in compared.totals:
            return ""
        below = units(area, self.period, self.data_dir)
        noun = level_name(below if compared.units == len(below) else [], self.data_dir, self.lang)
        known = slug in compared.covered
        told = [self.say("compare.covered", covered=coverage(
            compared.covered[slug], compared.units, math.nan, noun, self.lang))] if known else []  # fmt: skip
        if own and round(own.value) != compared.totals[slug]:
            told.append(self.say("compare.covered_own", value=format_number(own.value, 0, lang=self.lang)))
        if count := compared.without.get(slug):
            told.append(self.say("pages.index.without", count=count))
        return "; ".join(told)

    @cached_property
    def whole(self) -> str:
        """The one area that holds all others shown, or the only one; "" for none."""
        inside = {below for area in self.compared for below in catalog.descendants(area, self.data_dir)}
        top = [area for area in self.reports if area and area not in inside]
        return top[0] if len(top) == 1 else ""

    @property
    def headlines(self) -> dict[str, float]:
        """The headline figures of the whole, by indicator."""
        return {slug: figure.value for slug, figure in self.figures.get(self.whole, {}).items()}

    @cached_property
    def lines(self) -> list[_Line]:
        """Every area by the one that holds it: those ranked in their order, then the others, last the silent."""
        parents = catalog.areas(self.data_dir)["parent"]
        found = {
            area: _Line(area, self.name(area), parents.get(area, ""), True, tuple(own), self.ranks.get(area))
            for area, own in self.reports.items()
            if area and (area in self.sent or area not in self.compared)
        }
        for parent in self.compared:
            below = units(parent, self.period, self.data_dir)
            # A nation that only one province's districts speak for does not wait for the other provinces.
            inside = sum(area in self.compared for area in below)
            expected = inside != 1 or any(area in self.sent for area in below)
            for area in below:
                if area not in self.compared and (expected or area in self._before):
                    line = _Line(area, self.name(area), parent, area in self.sent, rank=self.ranks.get(area))
                    found.setdefault(area, line)
        first = {parent: at for at, parent in enumerate(dict.fromkeys(line.parent for line in found.values()))}
        return sorted(found.values(), key=lambda each: (first[each.parent], not each.sent, each.rank or len(found)))

    @cached_property
    def _before(self) -> set[str]:
        """The areas that have reported on an earlier period."""
        return {area for area in reporting_areas(self.data_dir)
                if any(order(each) < order(self.period) for each in reports(area, self.data_dir))}  # fmt: skip

    def name(self, area: str) -> str:
        if area not in self.names:
            self.names[area] = place(area, self.lang, self.data_dir)
        return self.names[area]

    def _page(self) -> str:
        """Return the page of all areas: who has reported, the comparisons, one table."""
        above = [replace(each, title=f"{self.name(area)}: {each.title}") for area, each in self.compared.items()]
        above = [*self.reports.get("", ()), *above]
        first = f"<section>{self._whole()}{self._links(above)}</section>" if above else ""
        return page(
            self._periods() + first + self._table(self.lines), title=self.title,
            place=self.say("pages.index.title"), when=period_name(self.period, self.lang), lang=self.lang,
            footer=self.say("pages.index.footer"), languages=twins("index", self.lang, self.languages),
        )  # fmt: skip

    def _whole(self) -> str:
        """Return the totals of the area that holds all others, whom to remind and who must correct."""
        if self.whole not in self.compared:
            return ""
        compared = self.compared[self.whole]
        below = [line for line in self.lines if line.area not in self.compared]
        noun, todo = level_name([line.area for line in below], self.data_dir, self.lang), ""
        called = side_by_side([line.area for line in below], self.data_dir, self.lang)
        late = [called[line.area] for line in below if not line.sent]
        wrong = sorted((area for area in called if self.errors.get(area)), key=lambda area: -self.errors[area])
        faulty = [f"{called[area]} ({self.say('compare.errors', count=self.errors[area])})" for area in wrong]
        errors = sum(self.errors[area] for area in wrong)
        for key, areas in (("remind", late), ("correct", faulty)):
            if areas:
                head = escape(self.say(f"compare.todo.{key}", count=len(areas), noun=noun, errors=errors))
                names = some(areas, self.lang)
                if all(line.parent == self.whole for line in below):  # else each parent's comparison holds its own
                    head = f'<a href="{escape(compared.href)}#{LETTERS}">{head}</a>'
                todo += f'<li><strong class="error">{head}</strong> {escape(names)}.</li>'
        boxes = ""
        for slug, value in self.headlines.items():
            entry = catalog.indicator(slug, self.data_dir)
            name, told = entry.short(self.lang), amount(value, entry, self.lang)
            on, growth = self.say("compare.base.same_half"), compared.growth.get(slug)
            grew = "" if growth is None else f"{grown(growth, entry, self.lang)} {on}"
            note = self._reservations(self.whole, slug)
            boxes += (
                f"<div><h3>{escape(name)}</h3><p><b>{escape(told)}</b> {escape(grew)}</p>"
                f'<p class="note">{escape(note)}</p></div>'
            )
        parts = [f'<div class="totals-large">{boxes}</div>' * bool(boxes), f'<ul class="do">{todo}</ul>' * bool(todo)]
        return f"<h2>{escape(self.name(self.whole))}</h2>{''.join(parts)}"

    def _called(self, area: str) -> str:
        return catalog.area(area, self.data_dir).called(self.lang)

    def _area_page(self, area: str, own: Sequence[ReportStatus]) -> str:
        """Return an area's page: its headline figures, its reports, the areas it holds."""
        below = [replace(each, href=each.href.removeprefix(f"{area}/")) for each in own]
        unmade = self.say("pages.index.unmade", area=area)
        links = self._links(below) if below else f"<p>{escape(unmade)}</p>"
        body = f"{self._figures(area)}<h2>{escape(self.say('pages.reports'))}</h2>{links}"
        if area in self.compared:
            body += self._table([line for line in self.lines if line.parent == area], "../")
        name, when = self.name(area), period_name(self.period, self.lang)
        return page(body, title=name, place=name, when=when, kicker=when, lang=self.lang,
                    navigation=[Link(self.say("pages.index.all"), f"../{self.file}")],
                    languages=twins("index", self.lang, self.languages),
                    footer=footer(area, self.period, self.lang, self.data_dir))  # fmt: skip

    def _figures(self, area: str) -> str:
        shown = []
        for slug, figure in self.figures.get(area, {}).items():
            entry = catalog.indicator(slug, self.data_dir)
            value, note = amount(figure.value, entry, self.lang), self._reservations(area, slug)
            told = f"<strong>{escape(value)}</strong>{escape(f' ({note})' * bool(note))}"
            shown.append(f"<li>{escape(entry.short(self.lang))}: {told} {_spark(figure.points)}</li>")
        return f'<ul class="figures">{"".join(shown)}</ul>' if shown else ""

    @cached_property
    def title(self) -> str:
        """Who has reported and who must correct."""
        # An area whose own areas are listed beside it is no area more.
        lines = [line for line in self.lines if line.area not in self.compared] or self.lines
        if not lines:
            return self.say("pages.index.title")
        told = [line for line in lines if line.area in self.told]
        sent = [line for line in lines if line.sent and line.area not in self.told]
        if len(sent) == len(lines) == 1:
            return self.say("pages.index.one", name=lines[0].name, count=self.errors.get(lines[0].area, 0))
        areas = [line.area for line in lines]
        counts = {"all": len(lines), "sent": len(sent), "told": len(told)}
        counts |= {"faulty": sum(self.errors.get(area, 0) > 0 for area in areas)} if self.errors else {}
        counts |= {"own": sum(self.errors.get(area, 0) for area in self.compared)}
        return who_reported(level_name(areas, self.data_dir, self.lang), counts, self.lang)

    def _periods(self) -> str:
        """Return the way to the periods before and after this one, and to all."""
        every = in_order([*self.periods, self.period])
        at = every.index(self.period)
        ways = [(f"../{each}/{self.file}" if each != self.period else "", period_name(each, self.lang))
                for each in every[max(at - 1, 0) : at + 2]]  # fmt: skip
        ways += [(f"../{self.file}", self.say("pages.index.every_period"))] if self.periods else []
        links = "".join(f'<li><a href="{href}">{escape(name)}</a></li>' if href else f"<li><b>{escape(name)}</b></li>"
                        for href, name in ways)  # fmt: skip
        return f'<nav class="periods" aria-label="{escape(self.say("pages.index.period"))}"><ul>{links}</ul></nav>'

    def _links(self, own: Iterable[ReportStatus]) -> str:
        return f'<ul class="reports">{"".join(f"<li>{_link(each, self.lang)}</li>" for each in own)}</ul>'

    def _table(self, lines: Sequence[_Line], back: str = "") -> str:
        """Return the lines as a table; of very many the first, and the data of the others for the script.

        What no line has is no column.
        """
        stated = {slug for line in lines for slug in self.figures.get(line.area, {})}
        entries = {slug: catalog.indicator(slug, self.data_dir) for slug in SHOWN if slug in stated}
        ranked = any(line.rank for line in lines)
        several = len({line.parent for line in lines}) > 1
        columns = [Column(self.say("pages.index.report"), False)]
        columns += [Column(self.say("pages.index.inside"), False, False)] if several else []
        columns += [_column(entry, self.lang, first_sight=not at) for at, entry in enumerate(entries.values())]
        columns += [Column(self.say("pages.index.rank"))] if ranked else []
        columns += [Column(self.say("pages.reports"), False, False)]
        texts = [self._cells(line, entries, several)[: len(columns) - 1] for line in lines]
        rows = [self._row(line, cells, back) for line, cells in zip(lines[:DRAWN], texts, strict=False)]
        stub = capitalised(level_name([line.area for line in lines], self.data_dir, self.lang))
        # Where the silent are more than those that speak, a screen shows them when asked (page.css).
        late = sum(not line.sent for line in lines)
        folded = len(lines) - late < late < len(lines) <= DRAWN
        table = Table("areas-index", stub, columns, rows, lang=self.lang, searched=True, short=folded)
        if len(lines) <= DRAWN:
            return table.filled._repr_html_()
        more = escape(self.say("pages.index.more"))
        return (
            f'{table._repr_html_()}<p class="figure-tools"><button type="button" id="more" hidden>{more}</button></p>'
            f'<p class="note" id="by-parent">{escape(self.say("pages.index.by_parent", count=DRAWN))}</p>'
            f'<script type="application/json" id="rows">{self._data(lines, texts, back)}</script>'
        )

    def _row(self, line: _Line, cells: list[Cell], back: str) -> Row:
        links = (_link(replace(each, href=back + each.href, errors=None), self.lang, ready_mark=False)
                 for each in line.own)  # fmt: skip
        href = f"{back}{line.area}/{self.file}" if line.own or line.sent else ""
        sought = f"{fold(line.name)} {line.area} {fold(cells[0].text)}"
        return Row(line.name, [*cells, Cell("", " · ".join(links))], href=href, sought=sought)

    def _cells(self, line: _Line, entries: Mapping[str, catalog.Indicator], several: bool) -> list[Cell]:
        errors = self.errors.get(line.area, 0)
        state = "late" if not line.sent else "faulty" if errors else "above" if line.area in self.told else "in"
        told = f"{MARKS['wrong']} {self.say('compare.errors', count=errors)}"
        if state != "faulty":
            told = f"{MARKS['missing' if state == 'late' else 'ready']} {text(f'compare.state.{state}', self.lang)}"
        cells = [Cell(told, f'<span class="state-{state}">{escape(told)}</span>',
                      None if state == "late" else errors)]  # fmt: skip
        cells += [Cell(self._called(line.parent) if line.parent else MISSING)] if several else []
        own = self.figures.get(line.area, {})
        for slug, entry in entries.items():
            cells.append(_number(own[slug].value if slug in own else None, entry, self.lang))
        return [*cells, Cell(format_number(line.rank, lang=self.lang), value=line.rank)]

    def _data(self, lines: Sequence[_Line], texts: Sequence[Sequence[Cell]], back: str) -> str:
        """Return all rows for the script: [area, name, a digit a page, the cells' words …]; `pages` names the pages."""
        named = {(each.notebook, each.lang): each for line in lines for each in line.own}
        places = {key: place for place, key in enumerate(named)}
        repeated = 1 + (len({line.parent for line in lines}) > 1)
        rows, words = [], {}
        for line, cells in zip(lines, texts, strict=True):
            digits = ["0"] * len(places)
            for each in line.own:
                digits[places[each.notebook, each.lang]] = {"ready": "1", "failed": "2"}.get(each.status, "0")
            told = [cell.text for cell in cells]
            # The state of a report, and where an area lies, recur: by their place among `words`.
            told[:repeated] = [words.setdefault(each, len(words)) for each in told[:repeated]]
            rows.append([line.area, line.name, "".join(digits), *told])
        pages = [[each.title, Path(each.href).name] for each in named.values()]
        content = {"rows": rows, "words": list(words), "pages": pages, "back": back, "file": self.file,
                   "step": DRAWN // 2}  # fmt: skip
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _link(report: ReportStatus, lang: str, *, ready_mark: bool = True) -> str:
    """Return a report as a link with its state; one that failed or is missing says so, and why."""
    word = text(f"pages.index.status.{report.status}", lang)
    sign = f'<span class="{report.status}" aria-label="{escape(word)}" role="img">{MARKS[report.status]}</span> '
    if report.status == "ready":
        told = escape(text("pages.index.errors", lang, count=report.errors)) if report.errors else ""
        faults = f' <span class="error">{told}</span>' if told else ""
        other = f' hreflang="{report.lang}"' if report.lang else ""
        return f'{sign if ready_mark else ""}<a href="{escape(report.href)}"{other}>{escape(report.title)}</a>{faults}'
    # The whole block is for those who mend it; the terminal and the manifest have it.
    reason = f": {escape(report.error.splitlines()[0][:160])}" if report.error else ""
    return f"{sign}{escape(report.title)} – {escape(word)}{reason}"


class _Figure(NamedTuple):
    """A headline figure of one area: its value in the report, and (year, value) of what led there."""

    value: float
    points: tuple[tuple[float, float], ...]


def _headline_figures(stated: pd.DataFrame, period: str, folder: str) -> dict[str, dict[str, _Figure]]:
    """Return, area → indicator → figure, what the index shows of the figures stated up to a period."""
    wanted = stated["indicator"].isin(SHOWN) & (stated["status"] == "actual")
    rows = preferred(stated[wanted & ~stated["note"].str.contains(DOUBTFUL)])
    rows = rows[orders(rows["period"]) <= order(period)]
    kinds = catalog.indicators(folder)["kind"]
    # The halves of a flow do not lie on one line with its years.
    at = rows["period"].str[:4].astype(float) + rows["period"].str.endswith("-S1").map({True: 0.5, False: 1.0})
    joined = ~((rows["indicator"].map(kinds) == "flow") & rows["period"].str.contains("-"))
    found: dict[str, dict[str, _Figure]] = {}
    for (area, slug), group in rows.assign(at=at, joined=joined).groupby(["area", "indicator"], sort=False):
        now = group.loc[group["period"] == period, "value"]
        if len(now):
            line = group[group["joined"]].sort_values("at")
            found.setdefault(area, {})[slug] = _Figure(now.iloc[0], tuple(zip(line["at"], line["value"], strict=True)))
    return {area: {slug: own[slug] for slug in SHOWN if slug in own} for area, own in found.items()}


def _spark(points: tuple[tuple[float, float], ...]) -> str:
    """Return (year, value) pairs as a word-sized line; nothing for fewer than two."""
    if len(points) < 2:
        return ""
    (first, last), values = (points[0][0], points[-1][0]), [value for _, value in points]
    low, span = min(values), (max(values) - min(values)) or 1
    width = (last - first) or 1
    at = [(round(3 + 54 * (x - first) / width, 1), round(15 - 12 * (y - low) / span, 1)) for x, y in points]
    path = "M" + "L".join(f"{x} {y}" for x, y in at)
    x, y = at[-1]
    return (
        '<svg class="spark" viewBox="0 0 60 18" width="60" height="18" aria-hidden="true">'
        f'<path d="{path}"/><circle cx="{x}" cy="{y}" r="2.4"/></svg>'
    )
