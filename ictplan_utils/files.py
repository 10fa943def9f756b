"""Write files whole or not at all, one writer at a time."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ictplan_utils.errors import IctplanError
from ictplan_utils.messages import error

LOCK = ".lock"
LOCK_SECONDS = 60
"""What writes to the data folder takes a second; who waits longer waits for something else."""


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write `content` to `path` so that a reader, a crash or a full disk meets the old file or the new one.

    Text is UTF-8. The folder is made where it is missing. Raises OSError; nothing is left behind then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode() if isinstance(content, str) else content
    handle, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes private files; a report is for everyone who may read the folder.
        umask = os.umask(0)
        os.umask(umask)
        Path(aside).chmod(0o666 & ~umask)
        Path(aside).replace(path)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise


def text_of(path: Path, errors: str = "strict") -> str:
    """Return a file's text (UTF-8); "" for what is no file: a pipe would never end. Raises OSError, ValueError."""
    return path.read_text(encoding="utf-8", errors=errors) if path.is_file() else ""


def recall(path: Path) -> dict[str, Any]:
    """Return what we wrote down as JSON; what a hand or a disk has damaged since is as if it were not there."""
    try:
        found = json.loads(text_of(path))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


@contextmanager
def locked(
    folder: Path, seconds: float = LOCK_SECONDS, taken: Callable[[], IctplanError] | None = None
) -> Iterator[None]:
    """Keep others who write to `folder` waiting until this block is done, on every system, Windows too.

    The lock ends with its holder, however that ends; the file `.lock` that stays behind means nothing. Raises
    IctplanError (`taken`) where another still holds it after `seconds`; the system's own where the folder cannot be
    written.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=seconds)
    except Timeout:
        raise (taken() if taken else error("files.locked", folder=folder)) from None
    try:
        yield
    finally:
        lock.release()
