"""What keeps a bad file from harming: limits on size and time, no entities, no encryption, no scripts."""

from __future__ import annotations

import contextlib
import functools
import re
import signal
import threading
import time
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from ictplan_utils.errors import IctplanError, one_line
from ictplan_utils.messages import error

MAX_FILE_BYTES = 60_000_000
"""Plans with pictures weigh a few MB; nothing an office sends by mail is larger."""

MAX_UNPACKED_BYTES = 400_000_000
MAX_XML_BYTES = 120_000_000
MAX_RATIO = 150
"""XML tables pack 10 to 40 times; a bomb packs a thousand times. Small parts may pack well and do no harm."""

SMALL_PART = 5_000_000
MAX_PARTS = 5_000

READ_SECONDS = 600
"""A PDF of as many pages as are read takes a few minutes; what takes longer would take for ever."""

Read = TypeVar("Read")
_DECLARES = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)


def check_package(path: Path) -> list[str]:
    """Return the part names of an Office package, after checking that it is safe to open.

    Raises IctplanError for a broken package, a bomb, an encrypted part, or XML that declares entities.
    """
    try:
        with zipfile.ZipFile(path) as package:
            parts = package.infolist()
            _check_sizes(path, parts)
            for part in parts:
                if part.filename.lower().endswith((".xml", ".rels", ".vml")):
                    with package.open(part) as stream:
                        head = stream.read(SMALL_PART)
                    # A declaration stands before the first element; UTF-16 hides it from an ASCII search.
                    if _DECLARES.search(head[:20_000].replace(b"\0", b"")):
                        raise error("formats.entities", path=path, part=one_line(part.filename))
            return [part.filename for part in parts]
    except IctplanError:
        raise
    except Exception as problem:  # zipfile raises whatever it likes at a damaged file
        raise error("formats.damaged", path=path, why=_first_line(problem)) from None


def _check_sizes(path: Path, parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > MAX_PARTS:
        raise error("formats.many_parts", path=path, count=len(parts))
    if any(part.flag_bits & 1 for part in parts):
        raise error("formats.encrypted", path=path)
    if sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        raise error("formats.unpacks", path=path, most=MAX_UNPACKED_BYTES // 1_000_000)
    for part in parts:
        packed = max(part.compress_size, 1)
        bomb = part.file_size > SMALL_PART and part.file_size / packed > MAX_RATIO
        xml_too_large = part.filename.endswith(".xml") and part.file_size > MAX_XML_BYTES
        if bomb or xml_too_large:
            raise error("formats.bomb", path=path, part=one_line(part.filename), packed=f"{packed:,}",
                        size=f"{part.file_size:,}")  # fmt: skip


def check_size(path: Path) -> None:
    """Raise IctplanError where `path` is no file, empty, or larger than any plan."""
    if path.is_dir():
        raise error("formats.a_folder", path=path)
    if not path.is_file():
        raise error("formats.no_file", path=path)
    size = path.stat().st_size
    if size == 0:
        raise error("formats.empty", path=path)
    if size > MAX_FILE_BYTES:
        raise error("formats.large", path=path, size=size // 1_000_000, most=MAX_FILE_BYTES // 1_000_000)


def guarded(read: Callable[..., Read]) -> Callable[..., Read]:
    """Let what reads a document, its path first, end within READ_SECONDS, and no library warn the reader of it."""

    @functools.wraps(read)
    def within(path: str | Path, *args: Any, **options: Any) -> Read:
        with time_limit(Path(path)), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return read(path, *args, **options)

    return within


@contextlib.contextmanager
def time_limit(path: Path) -> Iterator[None]:
    """Raise IctplanError where reading `path` takes longer than READ_SECONDS.

    Only where the system has timers, and in the main thread; elsewhere Ctrl-C ends what hangs.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def over(*_) -> None:
        raise error("formats.too_long", path=path, seconds=READ_SECONDS)

    begun, before = time.monotonic(), signal.signal(signal.SIGALRM, over)
    # Every second again: a library may swallow the first.
    left, every = signal.setitimer(signal.ITIMER_REAL, READ_SECONDS, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before or signal.SIG_DFL)
        if left:
            signal.setitimer(signal.ITIMER_REAL, max(left - (time.monotonic() - begun), 0.001), every)


def refuse_endless_streams() -> None:
    """Make xlrd refuse a workbook whose small sectors lead in a circle, as it does with large ones.

    As it is (2.0.2), it follows them for ever and fills the memory.
    """
    from xlrd import compdoc

    if compdoc.CompDoc.__module__ == __name__:
        return

    class CompDoc(compdoc.CompDoc):
        def _get_stream(self, mem, base, sat, sec_size, start_sid, *rest, **named):
            met, sector = set(), start_sid
            while 0 <= sector < len(sat):
                if sector in met:
                    raise compdoc.CompDocError("its sectors lead in a circle")
                met.add(sector)
                sector = sat[sector]
            return super()._get_stream(mem, base, sat, sec_size, start_sid, *rest, **named)

    compdoc.CompDoc = CompDoc


def _first_line(error: Exception) -> str:
    return one_line((str(error).splitlines() or [type(error).__name__])[0], 120)
