"""Read the two tables of a report as they are at one moment, though somebody writes them meanwhile."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from ictplan_utils.messages import error
from ictplan_utils.observations.schema import PENDING

TABLES = ("observations", "comparisons")
WATCHED = (*TABLES, "documents")
"""What an ingest writes at once: the facts of the paper itself lie beside the two tables."""

TRIES, PAUSE_SECONDS = 100, 0.03
"""An ingest moves a pair of tables within milliseconds, on a slow disk within a second: three are waited for it."""

T = TypeVar("T")


def at_rest(read: Callable[[list[str]], T], areas: Sequence[str], folder: Path) -> list[tuple[list[str], T]]:
    """Return what `read(areas)` returns, and for which of the areas it holds: nobody wrote those meanwhile.

    Areas that an ingest wrote meanwhile are read again, alone: the last result is theirs. Raises IctplanError where an
    ingest was interrupted between its two tables, and where tables change faster than they are read.
    """
    found, left, half = [], list(areas), []
    for _ in range(TRIES):
        before = {area: _state(area, folder) for area in left}
        half = half_written(left, folder)
        if not half:
            result = read(left)
            still = [area for area in left if _state(area, folder) == before[area]]
            found.append((still, result))
            left = [area for area in left if area not in set(still)]
            if not left:
                return found
        time.sleep(PAUSE_SECONDS)
    for waiting in half:
        area, _, report = waiting.name.partition("@")
        raise error("observations.interrupted", path=waiting, area=area, report=report)
    raise error("observations.changing", folder=folder, area=left[0])


def half_written(areas: Sequence[str], folder: Path) -> list[Path]:
    """Return where ingests of these areas have laid pairs of tables that are still to be moved to their places."""
    wanted = set(areas)
    return [path for path in sorted((folder / PENDING).glob("*@*")) if path.name.partition("@")[0] in wanted]


def _state(area: str, folder: Path) -> list[tuple]:
    """Return what changes whenever a table of the area is replaced."""
    found = []
    for table in WATCHED:
        try:
            with os.scandir(folder / table / area) as entries:
                tables = [(entry.name, entry.stat()) for entry in entries if entry.name.endswith(".csv")]
        except OSError:
            tables = []
        found += sorted((table, name, stat.st_ino, stat.st_mtime_ns, stat.st_size) for name, stat in tables)
    return found
