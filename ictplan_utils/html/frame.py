"""The page that all reports stand in: an executed notebook in its frame, without code, whole in one file."""

from __future__ import annotations

import base64
import copy
import functools
import hashlib
import itertools
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ictplan_utils.html.links import Link
from ictplan_utils.messages import text
from ictplan_utils.narrative import FACTS_MIME
from ictplan_utils.periods import period_end, period_name
from ictplan_utils.vietnamese import capitalised, slug

if TYPE_CHECKING:
    from nbformat import NotebookNode  # takes a second to import, which an index has no need of

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class ReportStatus:
    """One report as the index shows it. `status` is `ready`, `failed` or `missing`; `href` relative to the index.

    `errors`: how many errors the report says the figures hold, None where it says nothing of them; `lang`: the
    language it is in, where that is not the index's; `ranks`, `below`, `totals`: what a comparison says, the ranks of
    some of its areas, how many errors the figures of each that has reported hold, totals of whole numbers, and of each
    of these how many areas of the `units` it has `covered`, its `growth` on the same period last year, and how many
    figures, asked back, it is `without`.
    """

    area: str
    notebook: str
    title: str
    status: str
    href: str
    error: str = ""
    errors: int | None = None
    lang: str = ""
    ranks: Mapping[str, int] = field(default_factory=dict)
    below: Mapping[str, int] = field(default_factory=dict)
    totals: Mapping[str, int] = field(default_factory=dict)
    without: Mapping[str, int] = field(default_factory=dict)
    covered: Mapping[str, int] = field(default_factory=dict)
    growth: Mapping[str, float] = field(default_factory=dict)
    units: int = 0
    compares: bool = False


@dataclass(frozen=True)
class PeriodSummary:
    """One period in the index of all: its own index's title, by language, how many errors its figures hold, and the
    headline figures of the whole."""

    period: str
    titles: Mapping[str, str]
    errors: int
    figures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Heading:
    """One entry of a page's contents list; a part's has its sections."""

    anchor: str
    text: str
    sections: Sequence[Heading] = ()


@dataclass(frozen=True)
class Prepared:
    """An executed notebook as HTML: its name, the title that a cell told, its sections; whether it has two columns.

    `anchors`: the names on its page that can be linked to, and those that were taken.
    """

    body: str
    name: str
    title: str
    sections: Sequence[Heading]
    columns: bool
    anchors: Collection[str]


def report_page(
    notebook: NotebookNode, *, area: str, period: str, lang: str = "vi", data_dir: str = "data", **links: Sequence[Link]
) -> str:
    """Return the executed notebook as one self-contained HTML page without code. Same notebook, same bytes.

    The title is what a cell told as `title` (narrative.briefing), else the notebook's own; `## ` headings open the
    page's sections, each with an anchor of its words. `links`: navigation and languages, as `page` takes them; what
    leads to a report beside it that is not among the navigation, as it was not made, is left out.
    """
    shown = prepare(notebook, lang)
    where, when = place(area, lang, data_dir), period_name(period, lang) if period else ""
    made = {link.href for link in links.get("navigation", ())}
    body = re.sub(r' <a href="([\w.]+)"[^>]*>[^<]*</a>', lambda found: found[0] if found[1] in made else "", shown.body)
    return page(
        body, title=shown.title or shown.name or area, place=where, when=when, lang=lang,
        kicker=" · ".join(filter(None, [where, when, shown.name if shown.title else ""])), contents=shown.sections,
        kind="columns" if shown.columns else "plain", footer=footer(area, period, lang, data_dir), **links,
    )  # fmt: skip


def prepare(notebook: NotebookNode, lang: str, taken: Collection[str] = ()) -> Prepared:
    """Return an executed notebook as HTML without code, none of its sections and figures called as one `taken`."""
    shown = _in_language(notebook, lang)
    name = _take_name(shown)
    _drop_empty_sections(shown)
    sections = _mark_sections(shown, taken)
    body, _ = exporter().from_notebook_node(shown)
    anchors = {*taken, *(each.anchor for each in sections)}

    def named(found: re.Match) -> str:
        anchors.add(name := anchor(found[1], anchors))
        return f'<figure id="{name}"'

    body = re.sub(r'<figure data-anchor="([^"]+)"', named, body)
    columns = bool(shown.metadata.get("ictplan", {}).get("columns"))
    return Prepared(re.sub(r"\n\s*\n+", "\n", body), name, _told_title(shown), sections, columns, anchors)


def footer(area: str, period: str, lang: str = "vi", data_dir: str = "data") -> str:
    """Return what stands at the end of an area's pages: whose figures, of when, how they were treated."""
    if not (area and period):
        return text("pages.footer_plain", lang)
    when, day = period_name(period, lang), period_end(period, lang)
    return text("pages.footer", lang, when=when, place=_title(area, lang, data_dir), day=day)


def page(body: str, *, title: str, place: str, when: str, lang: str = "vi", **more: str | Sequence) -> str:
    """Return `body`, which is HTML already, in the frame all our pages share; everything else is escaped.

    `more`: `kicker` over the title (else place and time) and `footer`; `navigation` and `languages` (Link), `contents`
    (Heading); `kind`: `plain`, `columns` for one of two columns, `bundle` for one of several reports.
    """
    script, kicker = _file("page.js"), " · ".join(filter(None, [place, when]))
    usual = {"kicker": kicker, "footer": text("pages.footer_plain", lang), "navigation": (), "languages": (),
             "contents": (), "kind": "plain"}  # fmt: skip
    if strange := more.keys() - usual.keys():
        raise TypeError(f"no page has {sorted(strange)}")
    return _environment().get_template("page.html.j2").render(
        body=_safe(body), title=title, place=place, when=when, lang=lang, say=functools.partial(text, lang=lang),
        words={name: text(f"pages.tool.{name}", lang) for name in ("copy", "copied", "theme", "print", "sort")},
        description=text("pages.description", lang, title=title, place=place, when=when),
        css=_safe(_file("page.css")), script=_safe(script),
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        **usual | {name: value for name, value in more.items() if value},
    )  # fmt: skip


@functools.cache
def exporter():
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
        optimistic_validation=True,  # once, not after each of its passes
    )


@functools.cache
def _environment():
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)


@functools.cache
def _file(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8").strip()


def _safe(html: str):
    from markupsafe import Markup

    return Markup(html)


def _in_language(notebook: NotebookNode, lang: str) -> NotebookNode:
    """Return the notebook with its words in `lang`: a text cell carries its translation in its metadata."""
    shown = copy.deepcopy(notebook)
    for cell in shown.cells:
        cell.source = cell.metadata.get("ictplan", {}).get(lang, cell.source)
    return shown


def place(area: str, lang: str, data_dir: str = "data") -> str:
    """Return what an area is called, as a page's heading has it."""
    return capitalised(_title(area, lang, data_dir))


def _title(area: str, lang: str, data_dir: str) -> str:
    from ictplan_utils import catalog
    from ictplan_utils.errors import IctplanError

    try:
        return catalog.area(area, data_dir).title(lang)
    except IctplanError:
        return area


def _take_name(notebook: NotebookNode) -> str:
    """Return the notebook's name, its first heading, and take it out: the page's frame shows it."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and cell.source.startswith("# "):
            first, _, cell.source = cell.source.partition("\n")
            return first.removeprefix("# ").strip()
    return ""


def _drop_empty_sections(notebook: NotebookNode) -> None:
    """Take away each heading whose cells have run and show nothing: there is nothing to say under it."""
    runs: list[list[NotebookNode]] = [[]]
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            runs.append([])
        runs[-1].append(cell)
    silent = [
        run
        for run in runs
        if len(run) > 1
        and run[0].cell_type == "markdown"
        and run[0].source.startswith("## ")
        and all(map(_silent, run[1:]))
    ]
    notebook.cells = [cell for run in runs if run not in silent for cell in run]


def _silent(cell: NotebookNode) -> bool:
    """Tell whether a cell has run and shows nothing."""
    ran = cell.cell_type == "code" and (cell.outputs or cell.execution_count)
    return bool(ran) and not any(map(_shows, cell.outputs))


def _shows(output: NotebookNode) -> bool:
    return output.output_type != "execute_result" or bool("".join(output.data.get("text/html", "shown")).strip())


def _mark_sections(notebook: NotebookNode, taken: Collection[str]) -> list[Heading]:
    """Return the `## ` headings that open cells, and mark these cells as where the page's sections begin."""
    found: list[Heading] = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and cell.source.startswith("## "):
            first, _, cell.source = cell.source.partition("\n")
            heading = Heading(
                anchor(first, {*taken, *(each.anchor for each in found)}), first.removeprefix("## ").strip()
            )
            cell.metadata["section"] = {"anchor": heading.anchor, "text": heading.text}
            found.append(heading)
    return found


def anchor(words: str, taken: Collection[str] = ()) -> str:
    """Return the name a place on a page can be linked to by: its words without tone marks, `so-lieu-chinh`."""
    name = slug(words) or "muc"
    return next(
        each for number in itertools.count(1) if (each := f"{name}-{number}" if number > 1 else name) not in taken
    )


def _told_title(notebook: NotebookNode) -> str:
    """Return the title that a cell told beside its words, "" for none."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if title := output.get("data", {}).get(FACTS_MIME, {}).get("title"):
                return str(title)
    return ""
