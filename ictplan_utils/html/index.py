"""The indexes of a period: every area with its reports, their state, its headline figures; searchable by itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import groupby

from ictplan_utils import catalog
from ictplan_utils.errors import IctplanError
from ictplan_utils.html import Link, ReportStatus, footer, page
from ictplan_utils.messages import text
from ictplan_utils.narrative import HEADLINES, amount, period_name
from ictplan_utils.observations import DOUBTFUL, as_of, load, preferred, reporting_areas
from ictplan_utils.periods import order, orders
from ictplan_utils.vietnamese import fold

SHOWN = HEADLINES[:4]
"""The figures an area shows in the index: more would hide the reports."""

MARKS = {"ready": "●", "failed": "✕", "missing": "○"}


def period_pages(period: str, reports: Sequence[ReportStatus], *, lang: str, data_dir: str) -> dict[str, str]:
    """Return place → page: all areas of a period, and each by itself; `reports` in the order of their areas."""
    when, everywhere = period_name(period, lang), text("pages.index.all", lang)
    figures = _headline_figures(dict.fromkeys(report.area for report in reports), period, data_dir)
    pages, items = {}, []
    for area, group in groupby(reports, key=lambda report: report.area):
        own, name = list(group), _name(area, lang, data_dir)
        shown = _figures(figures.get(area, {}), lang, data_dir)
        heading = f'<a href="{escape(area)}/index.html">{escape(name)}</a>' if area else escape(everywhere)
        items.append(
            f'<li data-name="{escape(fold(name))} {escape(area)}"><h2>{heading}</h2>{shown}{_links(own, lang)}</li>'
        )
        if area:
            below = [replace(report, href=report.href.removeprefix(f"{area}/")) for report in own]
            body = f"{shown}<h2>{escape(text('pages.reports', lang))}</h2>{_links(below, lang)}"
            back = [Link(everywhere, "../index.html")]
            end = footer(area, period, lang, data_dir)
            pages[f"{area}/index.html"] = page(
                body, title=name, place=name, when=when, kicker=when, lang=lang, navigation=back, footer=end
            )
    title = text("pages.index.title", lang)
    body = (
        f'<p><label for="q">{escape(text("pages.index.search", lang))}</label><br>'
        '<input id="q" type="search" autocomplete="off"></p>'
        f'<p id="none" role="status" hidden>{escape(text("pages.index.no_match", lang))}</p>'
        f'<ul class="areas">{"".join(items)}</ul>'
    )
    end = text("pages.index.footer", lang)
    pages["index.html"] = page(body, title=title, place=everywhere, when=when, lang=lang, footer=end)
    return pages


def _name(area: str, lang: str, data_dir: str) -> str:
    try:
        name = catalog.area(area, data_dir).title(lang)
    except IctplanError:
        name = area
    return name[:1].upper() + name[1:]


def _figures(figures: dict[str, _Figure], lang: str, data_dir: str) -> str:
    shown = []
    for slug, figure in figures.items():
        entry = catalog.indicator(slug, data_dir)
        told = f"{escape(entry.short(lang))}: <strong>{escape(amount(figure.value, entry, lang))}</strong>"
        shown.append(f"<li>{told} {_spark(figure.points)}</li>")
    return f'<ul class="figures">{"".join(shown)}</ul>' if shown else ""


def _links(reports: Iterable[ReportStatus], lang: str) -> str:
    return f'<ul class="reports">{"".join(_link(report, lang) for report in reports)}</ul>'


def _link(report: ReportStatus, lang: str) -> str:
    word = text(f"pages.index.status.{report.status}", lang)
    sign = f'<span class="{report.status}" aria-label="{escape(word)}" role="img">{MARKS[report.status]}</span>'
    if report.status == "ready":
        told = escape(text("pages.index.errors", lang, count=report.errors)) if report.errors else ""
        faults = f' <span class="error">{told}</span>' if told else ""
        return f'<li>{sign} <a href="{escape(report.href)}">{escape(report.title)}</a>{faults}</li>'
    # The whole block is for those who mend it; the terminal and the manifest have it.
    reason = f": {escape(report.error.splitlines()[0][:160])}" if report.error else ""
    return f"<li>{sign} {escape(report.title)} – {escape(word)}{reason}</li>"


@dataclass(frozen=True)
class _Figure:
    """A headline figure of one area: its value in the report, and (year, value) of what led there."""

    value: float
    points: tuple[tuple[float, float], ...]


def _headline_figures(areas: Iterable[str], period: str, data_dir: str) -> dict[str, dict[str, _Figure]]:
    """Return, area → indicator → figure, what the index shows; one pass over the tables, however many areas."""
    have = [area for area in reporting_areas(data_dir) if area in set(areas)]
    if not have:
        return {}
    stated = load(have, data_dir=data_dir)
    wanted = stated["indicator"].isin(SHOWN) & (stated["status"] == "actual")
    rows = preferred(as_of(stated[wanted & ~stated["note"].str.contains(DOUBTFUL)], period))
    rows = rows[orders(rows["period"]) <= order(period)]
    kinds = catalog.indicators(data_dir)["kind"]
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
