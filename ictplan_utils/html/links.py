"""Where pages lead; without what makes pages, so that an engine with nothing to do need not import that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ictplan_utils.messages import page_name, text


class Link(NamedTuple):
    """Where a page leads: what it is called and where it is, relative to the page; `lang` of one in another tongue."""

    title: str
    href: str
    current: bool = False
    lang: str = ""


def twins(name: str, lang: str, languages: Sequence[str]) -> list[Link]:
    """Return where page `name` is in the `languages` it is made in, but for its own, `lang`."""
    return [Link(text("pages.own_language", other), f"{page_name(name, other)}.html", lang=other)
            for other in languages if other != lang]  # fmt: skip
