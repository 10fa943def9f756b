"""The index of a period: every area with its reports, their state, its headline figures; searchable by itself."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby

import pandas as pd

from ictplan_utils import catalog
from ictplan_utils.errors import IctplanError
from ictplan_utils.html import ReportStatus, page
from ictplan_utils.narrative import HEADLINES, amount, known, period_name
from ictplan_utils.observations import load, preferred, report_table
from ictplan_utils.vietnamese import fold

WORDS = {
    "vi": {"title": "Các báo cáo ngành thông tin và truyền thông", "search": "Tìm địa bàn",
           "all": "Tất cả địa bàn", "ready": "sẵn sàng", "failed": "không lập được", "missing": "chưa có",
           "none": "Không có địa bàn nào khớp.",
           "footer": "Số liệu do từng địa bàn báo cáo; báo cáo được lập bằng ictplan."},
    "en": {"title": "Reports on the information and communications sector", "search": "Find an area",
           "all": "All areas", "ready": "ready", "failed": "failed", "missing": "missing",
           "none": "No area matches.",
           "footer": "Figures as reported by each area; made by ictplan."},
}  # fmt: skip

MARKS = {"ready": "●", "failed": "✕", "missing": "○"}

# Works without tone marks too: each entry carries its name folded in data-name.
SCRIPT = """
const box=document.getElementById('q'),none=document.getElementById('none');
const fold=t=>t.toLowerCase().replace(/đ/g,'d').normalize('NFD').replace(/[\\u0300-\\u036f]/g,'').trim();
const items=[...document.querySelectorAll('.areas>li')];
box.addEventListener('input',()=>{const q=fold(box.value);let n=0;
for(const i of items){i.hidden=!i.dataset.name.includes(q);n+=!i.hidden}none.hidden=n>0});
""".strip()


def period_index(period: str, reports: Sequence[ReportStatus], *, lang: str, data_dir: str) -> str:
    """Return the index page of a period; `reports` in the order their areas should stand."""
    words = WORDS[lang]
    items = [_item(area, list(group), period, lang, data_dir) for area, group in groupby(reports, key=lambda r: r.area)]
    body = (
        f"<h1>{words['title']}</h1>"
        f'<p><label for="q">{words["search"]}</label><br><input id="q" type="search" autocomplete="off"></p>'
        f'<p id="none" role="status" hidden>{words["none"]}</p>'
        f'<ul class="areas">{"".join(items)}</ul>'
    )
    when = period_name(period, lang)
    return page(
        body, title=words["title"], place=words["all"], when=when, lang=lang, script=SCRIPT, footer=words["footer"]
    )


def _item(area: str, reports: list[ReportStatus], period: str, lang: str, data_dir: str) -> str:
    try:
        name = catalog.area(area, data_dir).title(lang)
    except IctplanError:
        name = area
    name = name[:1].upper() + name[1:]
    links = "".join(_link(report, lang) for report in reports)
    return (
        f'<li data-name="{escape(fold(name))} {escape(area)}"><h2>{escape(name)}</h2>'
        f'{_figures(area, period, lang, data_dir)}<ul class="reports">{links}</ul></li>'
    )


def _link(report: ReportStatus, lang: str) -> str:
    word = WORDS[lang][report.status]
    sign = f'<span class="{report.status}" aria-label="{word}" role="img">{MARKS[report.status]}</span>'
    if report.status == "ready":
        return f'<li>{sign} <a href="{escape(report.href)}">{escape(report.title)}</a></li>'
    reason = f": {escape(report.error)}" if report.error else ""
    return f"<li>{sign} {escape(report.title)} – {word}{reason}</li>"


def _figures(area: str, period: str, lang: str, data_dir: str) -> str:
    """Return an area's headline figures with a small line each, "" where the area has no report of its own."""
    try:
        observations = load(area, data_dir=data_dir)
    except IctplanError:
        return ""
    table = report_table(observations, area, period)
    shown = []
    for slug in HEADLINES[:4]:
        if slug not in table.index or not known(table.loc[slug, "half"]):
            continue
        entry = catalog.indicator(slug, data_dir)
        figure = amount(table.loc[slug, "half"], entry, lang)
        shown.append(
            f"<li>{escape(entry.short(lang))}: <strong>{escape(figure)}</strong> {_spark(observations, slug)}</li>"
        )
    return f'<ul class="figures">{"".join(shown)}</ul>' if shown else ""


def _spark(observations: pd.DataFrame, slug: str) -> str:
    """Return an indicator's stated years and halves as a word-sized line; halves of a flow are left out."""
    rows = preferred(observations[(observations["indicator"] == slug) & (observations["status"] != "target")])
    flow = catalog.indicator(slug).kind == "flow"
    rows = rows[~rows["period"].str.contains("-")] if flow else rows
    when = rows["period"].str[:4].astype(float) + rows["period"].str.endswith("-S1").map({True: 0.5, False: 1.0})
    points = sorted(zip(when, rows["value"], strict=True))
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
