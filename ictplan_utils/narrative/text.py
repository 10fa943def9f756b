"""Sentences that show themselves, in a notebook and in a page: whatever they hold is shown as text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Any

FACTS_MIME = "application/vnd.ictplan.facts+json"
"""What a notebook tells the batch about its area; the manifest keeps it."""


@dataclass(frozen=True)
class Text:
    """Sentences that show themselves in a notebook and in the page; whatever they hold is shown as text.

    `leads` are what sentences begin with and what stands out there: the name of an indicator in a list of them.
    `facts` travel beside the words in the notebook's output, for the index of all reports: `{"errors": 18}`.
    """

    sentences: tuple[str, ...]
    bulleted: bool = False
    facts: tuple[tuple[str, float | str], ...] = ()
    leads: tuple[str, ...] = ()
    unfold: str = ""
    """What is written where a long list is unfolded; "" for one that lies open."""

    def __str__(self) -> str:
        return "\n".join(f"- {s}" if self.bulleted else s for s in self.sentences)

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, object]:
        words = {"text/html": self._repr_html_(), "text/plain": str(self)}
        return words | ({FACTS_MIME: dict(self.facts)} if self.facts else {})

    def _repr_html_(self) -> str:
        shown = [_shown(s, self.leads[at] if at < len(self.leads) else "") for at, s in enumerate(self.sentences)]
        if self.bulleted:
            return folded("<ul>" + "".join(f"<li>{s}</li>" for s in shown) + "</ul>", self.unfold)
        return "".join(f"<p>{s}</p>" for s in shown)


@dataclass(frozen=True)
class Parts:
    """What shows itself (sentences, charts, tables) under headings of its own, "" for none; `nothing`: said of none."""

    groups: tuple[tuple[str, Any], ...]
    nothing: str = ""

    def __str__(self) -> str:
        return "\n".join(f"{heading}\n{part}".strip() for heading, part in self.groups) or self.nothing

    __repr__ = __str__

    def _repr_html_(self) -> str:
        if not self.groups:
            return f'<p class="nothing">{escape(self.nothing)}</p>' if self.nothing else ""
        heads = (f"<h3>{escape(heading)}</h3>" if heading else "" for heading, _ in self.groups)
        return "".join(head + part._repr_html_() for head, (_, part) in zip(heads, self.groups, strict=True))


def folded(html: str, label: str) -> str:
    """Return a long part of a page behind a label that unfolds it, on paper open; without a label as it is."""
    return f'<details class="long"><summary>{escape(label)}</summary>{html}</details>' if label else html


def _shown(sentence: str, lead: str) -> str:
    if lead and sentence.startswith(lead):
        return f"<strong>{escape(lead)}</strong>{escape(sentence.removeprefix(lead))}"
    return escape(sentence)


def paragraph(*sentences: str, **facts: float | str) -> Text:
    """Return sentences as one paragraph each, with the facts that the index of all reports shows of them."""
    return Text(tuple(sentences), facts=tuple(facts.items()))


def bullets(sentences: Iterable[str], *, otherwise: str = "", leads: Iterable[str] = (), unfold: str = "") -> Text:
    """Return sentences as a list, their `leads` set off; `otherwise` is what to say when there is none."""
    found = tuple(sentences)
    return (
        Text(found, bulleted=True, leads=tuple(leads), unfold=unfold) if found else Text((otherwise,) * bool(otherwise))
    )
