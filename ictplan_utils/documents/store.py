"""Where a report lies in `data/`: tables and facts together, written whole or not at all, by one ingest at a time."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from ictplan_utils.documents.facts import FOLDER
from ictplan_utils.errors import IctplanError
from ictplan_utils.files import write_atomically
from ictplan_utils.observations import PENDING

TABLES = ("observations", "comparisons", FOLDER)
LOCK_SECONDS = 60


def places(area: str, report: str, folder: Path) -> dict[str, Path]:
    """Return the file of each of a report's TABLES."""
    return {table: folder / table / area / f"{report}.csv" for table in TABLES}


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep a second ingest into the same folder waiting until this one has written."""
    handle = None
    try:
        handle = os.open(folder, os.O_RDONLY)
        _lock(handle, folder)
        yield
    except OSError as error:
        raise IctplanError(
            f"{error.filename or folder}: cannot be written ({error.strerror}); nothing was changed"
        ) from None
    finally:
        if handle is not None:
            os.close(handle)


def _lock(handle: int, folder: Path) -> None:
    """Lock the data folder itself, which leaves no file behind; where a system cannot, go on without."""
    try:
        import fcntl
    except ImportError:
        return
    end = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > end:
                raise IctplanError(f"{folder}: another ingest is writing here; try again when it is done") from None
            time.sleep(0.05)
        except OSError:
            return  # network folders without locks: the writes are whole all the same


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
