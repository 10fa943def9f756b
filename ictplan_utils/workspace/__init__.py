"""A workspace: the folder in which an office keeps its figures, its copies of the notebooks, and what is made of them.

What it starts from travels in the package: catalogue and notebooks (pyproject.toml says which files).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ictplan_utils.files import locked, recall, write_atomically
from ictplan_utils.messages import error, text

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parents[1]
DELIVERED = ".ictplan.json"
"""What each file was when it was delivered: so an update knows a copy that the office has changed."""
LAB = "lab"
"""The folder of working copies beside `notebooks`; what an analyst adds there is a report once it has parameters."""
CATALOGUE = ("data/indicators.csv", "data/areas.csv", "data/area_changes.csv", "data/README.md")
EMPTY = ("data/observations", "data/comparisons", "data/documents", "outputs")
KINDS = ("made", "same", "renewed", "changed", "removed")


@dataclass(frozen=True)
class Outcome:
    """What became of one file of a workspace: `made`, `same`, `renewed`; `changed` or `removed` by the office, and so
    left as it is, while what the package holds differs in so many `lines`."""

    path: str
    kind: str
    lines: int = 0

    def said(self, lang: str | None = None) -> str:
        """Return the outcome as a line for the one who asked."""
        return text(f"workspace.{self.kind}", lang, path=self.path, lines=self.lines)


def _seal(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def make(folder: Path) -> list[Outcome]:
    """Make a workspace of `folder`. Raises IctplanError where it holds one already, or files of the same names."""
    if (folder / DELIVERED).is_file():
        raise error("workspace.there", folder=folder)
    taken = [path for path, _ in _files() if (folder / path).exists()]
    if taken:
        raise error("workspace.taken", folder=folder, path=taken[0])
    for name in EMPTY:
        (folder / name).mkdir(parents=True, exist_ok=True)
    return deliver(folder, _files())


def update(folder: Path) -> list[Outcome]:
    """Renew the copies that the office has not changed, and tell of the others. Raises IctplanError without one."""
    if not (folder / DELIVERED).is_file():
        raise error("workspace.none", folder=folder)
    with locked(folder / "data"):  # an area or a name may be on its way into the catalogue
        return deliver(folder, _files())


def deliver(
    folder: Path, files: Iterable[tuple[str, bytes]], *, again: bool = False, seal: Callable[[bytes], str] = _seal
) -> list[Outcome]:
    """Write files (path in `folder`, content), never over one that somebody has changed since it was delivered;
    one that was removed is made `again` or not. `seal`: the hash of what a change of counts as one."""
    delivered = recall(folder / DELIVERED)  # where it is lost, what differs is the office's
    outcomes, record = [], {}
    for path, content in files:
        copy = folder / path
        before = copy.read_bytes() if copy.is_file() else None
        theirs, record[path] = None if before is None else seal(before), seal(content)
        if theirs == record[path]:
            outcomes.append(Outcome(path, "same"))
        elif before is None and path in delivered and not again:
            outcomes.append(Outcome(path, "removed"))
        elif before is None or theirs == delivered.get(path):
            write_atomically(copy, content)
            outcomes.append(Outcome(path, "made" if before is None else "renewed"))
        else:
            # Only a copy that is as some version delivered it is ever written over.
            record[path] = delivered.get(path, "")
            outcomes.append(Outcome(path, "changed", len(_lines(before) ^ _lines(content))))
    write_atomically(folder / DELIVERED, json.dumps(record, indent=1, sort_keys=True) + "\n")
    return outcomes


def _files() -> Iterator[tuple[str, bytes]]:
    """Yield what a workspace starts with: path in it, content."""
    source = HERE if (HERE / "data").is_dir() else CHECKOUT
    yield "README.md", (HERE / "README.md").read_bytes()
    for path in CATALOGUE:
        yield path, (source / path).read_bytes()
    # An office's own corrections, not ours.
    yield "data/corrections.csv", (source / "data" / "corrections.csv").read_bytes().splitlines(keepends=True)[0]
    for pattern in ("data/forms/*.*", "notebooks/*.ipynb"):
        for path in sorted(source.glob(pattern)):
            yield path.relative_to(source).as_posix(), path.read_bytes()


def _lines(content: bytes) -> set[bytes]:
    return set(content.splitlines())
