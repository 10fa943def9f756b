"""An area's reports as one page with contents and as one PDF; the briefing as slides and as lines for a message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

from nbformat import NotebookNode

from ictplan_utils import html
from ictplan_utils.html.links import twins
from ictplan_utils.html.pdf import print_pdf
from ictplan_utils.messages import page_name
from ictplan_utils.periods import period_name
from ictplan_utils.reports import Report

FIRST = ("briefing", "targets", "audit")
"""What a leader reads, in this order; the other reports follow as annexes."""


def write_bundle(folder: Path, names: list[str], report: Report, languages: Sequence[str] = ()) -> list[Path]:
    """Write bundle.html, bundle.pdf, summary.txt and slides.pptx beside the executed notebooks `names` in `folder`.

    The page leads to itself in the other `languages`. Returns the files. Raises IctplanError where no browser can
    print; the others are there by then.
    """
    import nbformat

    from ictplan_utils import narrative
    from ictplan_utils.files import write_atomically
    from ictplan_utils.office.slides import slides

    lang = report.lang
    order = [*(name for name in FIRST if name in names), *(name for name in names if name not in FIRST)]
    parts = {name: nbformat.read(folder / f"{page_name(name, lang)}.ipynb", 4) for name in order}
    page, summary, deck = (
        folder / f"{page_name(name, lang)}.{kind}"
        for name, kind in (("bundle", "html"), ("summary", "txt"), ("slides", "pptx"))
    )
    write_atomically(page, bundle_page(parts, report, languages))
    write_atomically(summary, f"{narrative.briefing(report).summary()}\n")
    write_atomically(deck, slides(report))
    return [page, summary, deck, print_pdf(page)]


def bundle_page(parts: Mapping[str, NotebookNode], report: Report, languages: Sequence[str] = ()) -> str:
    """Return executed notebooks, by their names, as one page, each a part of its own, with contents.

    Its title is the verdict of the first, which the page begins with.
    """
    say, lang, about = report.say, report.lang, (report.area.area, report.stored)
    bodies, contents, taken, title = [], [], set(parts), ""
    for name, notebook in parts.items():
        shown = html.prepare(notebook, lang, taken)
        label = say("pages.bundle.annex", name=shown.name) if name not in FIRST else shown.name
        taken = shown.anchors
        contents.append(html.Heading(name, label, shown.sections))
        heading = f'<div class="opening"><h2>{escape(label)}</h2></div>'
        if shown.title:
            verdict = f'<p class="verdict">{escape(shown.title)}</p>'
            heading = f'<div class="opening"><h2 class="kicker">{escape(label)}</h2>{verdict}</div>'
        if not bodies and shown.title:
            heading, title = "", shown.title
        kind = "columns" if shown.columns else "plain"
        bodies.append(f'<div class="part {kind}" id="{name}">{heading}{shown.body}</div>')
    body = "".join(bodies)
    for name in parts:
        # What leads to another report's page leads to its part.
        body = body.replace(f'href="{page_name(name, lang)}.html"', f'href="#{name}"')
    place, when = html.place(about[0], lang, report.folder), period_name(report.stored, lang)
    called = say("pages.bundle.title")
    return html.page(
        body, title=title or called, place=place, when=when, lang=lang, contents=contents, kind="bundle",
        kicker=" · ".join([place, when, called]), languages=twins("bundle", lang, languages),
        footer=html.footer(*about, lang, report.folder),
    )  # fmt: skip
