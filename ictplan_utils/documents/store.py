"""Where a report lies in `data/`: tables and facts together, written whole or not at all, by one ingest at a time."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from ictplan_utils.documents.facts import FOLDER
from ictplan_utils.files import locked, write_atomically
from ictplan_utils.messages import error
from ictplan_utils.observations import PENDING

TABLES = ("observations", "comparisons", FOLDER)


def places(area: str, report: str, folder: Path) -> dict[str, Path]:
    """Return the file of each of a report's TABLES."""
    return {table: folder / table / area / f"{report}.csv" for table in TABLES}


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep a second ingest into the same folder waiting until this one has written."""
    try:
        with locked(folder):
            yield
    except OSError as problem:
        raise error("files.cannot_write", path=problem.filename or folder, reason=problem.strerror) from None


def lay_ready(texts: Mapping[str, str], area: str, report: str, folder: Path) -> None:
    """Write a report's files (table → text) so that no crash leaves some of the new beside some of the old.

    They lie complete in `.pending/AREA@REPORT` first; one rename of that folder is the moment they are written.
    From then on whoever comes next moves them to their places (`finish_pending`).
    """
    waiting = folder / PENDING
    waiting.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".part-", dir=waiting))
    try:
        for table, text in texts.items():
            write_atomically(aside / f"{table}.csv", text)
        aside.rename(waiting / f"{area}@{report}")
        _sync(waiting)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        with contextlib.suppress(OSError):
            waiting.rmdir()
        raise


def finish_pending(folder: Path) -> None:
    """Move what an interrupted ingest had written completely to its places; drop what it had not."""
    waiting = folder / PENDING
    if not waiting.is_dir():
        return
    for ready in sorted(waiting.iterdir()):
        if ready.name.startswith(".part-"):
            shutil.rmtree(ready, ignore_errors=True)
            continue
        area, _, report = ready.name.partition("@")
        for table, path in places(area, report, folder).items():
            source = ready / f"{table}.csv"
            if source.is_file():
                path.parent.mkdir(parents=True, exist_ok=True)
                source.replace(path)
                _sync(path.parent)
        shutil.rmtree(ready, ignore_errors=True)
    with contextlib.suppress(OSError):
        waiting.rmdir()


def _sync(folder: Path) -> None:
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
