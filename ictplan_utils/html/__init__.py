"""What a leader receives: one self-contained page a report, and the index that leads to them."""

from __future__ import annotations

import base64
import copy
import functools
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path

from nbformat import NotebookNode

from ictplan_utils.html.pdf import print_pdf as print_pdf

TEMPLATES = Path(__file__).parent / "templates"

WORDS = {
    "vi": {
        "skip": "Đến nội dung", "reports": "Các báo cáo", "contents": "Nội dung", "table": "Bảng số liệu",
        "footer": "Số liệu: báo cáo {when} của {place}, tính đến {day}. Con số ghi đúng như văn bản gốc, trừ số đã "
                  "thống nhất đính chính. Báo cáo được lập tự động bằng ictplan.",
        "plain": "Báo cáo được lập tự động bằng ictplan.",
        "description": "{title}: số liệu ngành thông tin và truyền thông, {place}, {when}.",
    },
    "en": {
        "skip": "Skip to content", "reports": "Reports", "contents": "Contents", "table": "Table",
        "footer": "Figures: the report of {place} on {when}, as of {day}. They stand as the document prints them, "
                  "except where a correction was agreed. Made from data by ictplan.",
        "plain": "Made from data by ictplan.",
        "description": "{title}: the information and communications sector of {place}, {when}.",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Link:
    """One entry of a page's navigation: what it is called and where it is, relative to the page."""

    title: str
    href: str
    current: bool = False


@dataclass(frozen=True)
class ReportStatus:
    """One report as the index shows it. `status` is `ready`, `failed` or `missing`; `href` relative to the index.

    `errors` is how many errors the report itself says the figures hold; None where it says nothing of them.
    """

    area: str
    notebook: str
    title: str
    status: str
    href: str
    error: str = ""
    errors: int | None = None


@dataclass(frozen=True)
class Heading:
    """One entry of a page's contents list."""

    anchor: str
    text: str


def report_page(
    notebook: NotebookNode,
    *,
    area: str,
    period: str,
    lang: str = "vi",
    navigation: Sequence[Link] = (),
    data_dir: str = "data",
) -> str:
    """Return the executed notebook as one self-contained HTML page without code. Same notebook, same bytes."""
    from ictplan_utils.narrative import period_name

    body, _ = _exporter().from_notebook_node(_in_language(notebook, lang))
    body = _anchored(_tidy(body, lang))
    found = re.search(r"<h1[^>]*>(.*?)</h1>", body, flags=re.S)
    return page(
        body,
        title=_text(found.group(1)) if found else area,
        place=_place(area, lang, data_dir),
        when=period_name(period, lang) if period else "",
        lang=lang,
        navigation=navigation,
        contents=[Heading(a, _text(t)) for a, t in re.findall(r'<h2 id="([^"]+)">(.*?)</h2>', body, flags=re.S)],
        footer=footer(area, period, lang, data_dir),
    )


def footer(area: str, period: str, lang: str = "vi", data_dir: str = "data") -> str:
    """Return what stands at the end of an area's pages: whose figures, of when, how they were treated."""
    from ictplan_utils.narrative import period_end, period_name

    if not (area and period):
        return WORDS[lang]["plain"]
    return WORDS[lang]["footer"].format(
        when=period_name(period, lang), place=_title(area, lang, data_dir), day=period_end(period, lang)
    )


def page(
    body: str,
    *,
    title: str,
    place: str,
    when: str,
    lang: str = "vi",
    navigation: Sequence[Link] = (),
    contents: Sequence[Heading] = (),
    script: str = "",
    footer: str = "",
) -> str:
    """Return `body`, which is HTML already, in the frame all our pages share; everything else is escaped."""
    words = WORDS[lang]
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            body=_safe(body),
            title=title,
            place=place,
            when=when,
            lang=lang,
            words=words,
            navigation=navigation,
            contents=contents,
            css=_safe(_css()),
            footer=footer or words["plain"],
            description=words["description"].format(title=title, place=place, when=when),
            script=_safe(script),
            script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() if script else "",
        )
    )


def index_page(period: str, reports: Sequence[ReportStatus], *, lang: str = "vi", data_dir: str = "data") -> str:
    """Return the page that leads to every report of `period`."""
    return index_pages(period, reports, lang=lang, data_dir=data_dir)["index.html"]


def index_pages(
    period: str, reports: Sequence[ReportStatus], *, lang: str = "vi", data_dir: str = "data"
) -> dict[str, str]:
    """Return, by their place below outputs/PERIOD, the page of all areas and a page for each area."""
    from ictplan_utils.html.index import period_pages

    return period_pages(period, reports, lang=lang, data_dir=data_dir)


@functools.cache
def _exporter():
    """Return nbconvert's exporter with our template: made once a process, as it takes half a second."""
    from nbconvert import HTMLExporter, TemplateExporter
    from nbconvert.filters import DataTypeFilter

    class PageExporter(HTMLExporter):
        """HTMLExporter without its last pass, which parses the whole page again to look for pictures without text."""

        def from_notebook_node(self, nb, resources=None, **kw):
            self.register_filter("filter_data_type", DataTypeFilter(parent=self))
            return TemplateExporter.from_notebook_node(self, nb, self._init_resources(resources), **kw)

    return PageExporter(
        template_name="ictplan",
        extra_template_basedirs=[str(TEMPLATES)],
        exclude_anchor_links=True,
        # Outputs are ours and escaped where they hold data; the sanitizer would drop the charts.
        sanitize_html=False,
    )


@functools.cache
def _environment():
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)


@functools.cache
def _css() -> str:
    return (TEMPLATES / "page.css").read_text(encoding="utf-8").strip()


def _safe(html: str):
    from markupsafe import Markup

    return Markup(html)


def _text(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", html)).strip()


def _in_language(notebook: NotebookNode, lang: str) -> NotebookNode:
    """Return the notebook with its words in `lang`: a text cell carries its translation in its metadata."""
    shown = copy.deepcopy(notebook)
    for cell in shown.cells:
        cell.source = cell.metadata.get("ictplan", {}).get(lang, cell.source)
    return shown


def _place(area: str, lang: str, data_dir: str) -> str:
    title = _title(area, lang, data_dir)
    return title[:1].upper() + title[1:]


def _title(area: str, lang: str, data_dir: str) -> str:
    from ictplan_utils import catalog
    from ictplan_utils.errors import IctplanError

    try:
        return catalog.area(area, data_dir).title(lang)
    except IctplanError:
        return area


def _tidy(body: str, lang: str) -> str:
    """Give published tables our own style instead of great-tables' sheet, and a frame that scrolls by itself."""
    body = re.sub(r"<style>[^<]*?\.gt_table[^<]*?</style>\s*", "", body, flags=re.S)
    body = re.sub(r'(<t[dh][^>]*?) headers="[^"]*"', r"\1", body)
    body = re.sub(r'<th ([^>]*?)\bid="[^"]*" ?', r"<th \1", body)
    body = re.sub(
        r'(<tr class="gt_heading">\s*)<td ([^>]*)class="(gt_heading gt_title[^"]*)"', r'\1<td \2class="\3"', body
    )
    number, section = 0, ""

    def framed(match: re.Match[str]) -> str:
        nonlocal number, section
        if match["heading"]:
            section = _text(match["heading"])
            return match[0]
        number += 1
        name = f"{WORDS[lang]['table']} {number}" + (f": {section}" if section else "")
        return f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(name)}">'

    body = re.sub(
        r'<h2[^>]*>(?P<heading>.*?)</h2>|<div id="[^"]*" style="padding-left:0px;[^"]*">', framed, body, flags=re.S
    )
    return re.sub(r"\n\s*\n+", "\n", body)


def _anchored(body: str) -> str:
    """Give headings short ids in reading order, whatever their words: stable links, no doubles."""
    number = 0

    def with_id(match: re.Match[str]) -> str:
        nonlocal number
        number += 1
        return f'<{match.group(1)} id="s{number}">'

    return re.sub(r"<(h[1-3])(?: [^>]*)?>", with_id, body)
