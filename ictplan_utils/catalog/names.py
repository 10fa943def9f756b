"""Things found by the names people give them: with or without marks, with or without rank."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rapidfuzz import fuzz, process

from ictplan_utils.vietnamese import fold, nfc

NAMED = 8
"""As many things of one name are listed in an error."""


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


def _plain(name: str) -> str:
    return " ".join(nfc(name).casefold().split())


def several(slugs: Sequence[str], shown: Mapping[str, str]) -> str:
    """Return a list of things of one name for an error: each with what tells it from the others."""
    listed = [shown[slug] for slug in slugs[:NAMED]]
    return "; ".join(listed) + ("; …" if len(slugs) > NAMED else "")
