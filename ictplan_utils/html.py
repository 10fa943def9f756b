"""What a leader receives: one self-contained page a report, and the index that leads to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from nbformat import NotebookNode


@dataclass(frozen=True)
class Link:
    """One entry of a page's navigation: what it is called and where it is, relative to the page."""

    title: str
    href: str
    current: bool = False


@dataclass(frozen=True)
class ReportStatus:
    """One report as the index shows it. `status` is `ready`, `failed` or `missing`; `href` relative to the index."""

    area: str
    notebook: str
    title: str
    status: str
    href: str
    error: str = ""


def report_page(
    notebook: NotebookNode, *, area: str, period: str, lang: str = "vi", navigation: Sequence[Link] = ()
) -> str:
    """Return the executed notebook as one self-contained HTML page without code. Same notebook, same bytes."""
    from nbconvert import HTMLExporter

    body, _ = HTMLExporter(template_name="basic", exclude_input=True).from_notebook_node(notebook)
    return f"<!doctype html><html lang='{escape(lang)}'><meta charset='utf-8'><body>{body}</body></html>"


def index_page(period: str, reports: Sequence[ReportStatus], *, lang: str = "vi", data_dir: str = "data") -> str:
    """Return the page that leads to every report of `period`."""
    items = "".join(f"<li>{escape(r.area)} <a href='{escape(r.href)}'>{escape(r.title)}</a></li>" for r in reports)
    return f"<!doctype html><html lang='{escape(lang)}'><meta charset='utf-8'><body><ul>{items}</ul></body></html>"
