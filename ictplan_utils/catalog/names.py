"""Things found by the names people give them: with or without marks, with or without rank."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from rapidfuzz import fuzz, process

from ictplan_utils.errors import one_line
from ictplan_utils.messages import error
from ictplan_utils.vietnamese import fold, nfc

NAMED = 8
"""As many things of one name are listed in an error."""

Tell = Callable[[str], str]
"""Slug → what is said of it."""


class Names:
    """What things are called: slug → its names, the best one first. Slugs of a better name go before others."""

    def __init__(self, names: Iterable[tuple[str, Sequence[str]]]) -> None:
        self._exact: dict[str, list[str]] = {}
        self._folded: dict[str, list[str]] = {}
        for slug, called in names:
            for name in called:
                for index, spelling in ((self._exact, _plain(name)), (self._folded, fold(name))):
                    found = index.setdefault(spelling, [])
                    if slug not in found:
                        found.append(slug)

    def find(self, name: str) -> list[str]:
        """Return the slugs called so: those written so with their marks, else those that read so without."""
        return self._exact.get(_plain(name)) or self._folded.get(fold(name)) or []

    def closest(self, name: str) -> list[str]:
        """Return the slugs of the name most like `name`; none where nothing comes near."""
        match = process.extractOne(fold(name), self._folded.keys(), scorer=fuzz.ratio, score_cutoff=70)
        return self._folded[match[0]] if match else []

    def only(self, name: object, found: Sequence[str], kind: str, described: Tell, called: Tell) -> str:
        """Return the one slug that was `found` under a name.

        Raises IctplanError where it is none, with the closest as it is `called`, and where there are several, each
        `described`: the messages `catalog.no_KIND`, `no_KIND_but` and `several_KIND`.
        """
        if len(found) == 1:
            return found[0]
        if found:
            choices = "; ".join(map(described, found[:NAMED])) + ("; …" if len(found) > NAMED else "")
            raise error(f"catalog.several_{kind}", name=one_line(name), choices=choices)
        if near := self.closest(str(name)):
            raise error(f"catalog.no_{kind}_but", name=one_line(name), near=near[0], called=called(near[0]))
        raise error(f"catalog.no_{kind}", name=one_line(name))


def _plain(name: str) -> str:
    return " ".join(nfc(name).casefold().split())
