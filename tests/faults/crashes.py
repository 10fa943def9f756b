"""Kill a command of ours, or fail its disk, exactly before the n-th thing it does to files, for every n.

The command runs in a process forked from the test. Python tells an audit hook of each file it opens, makes, moves or
removes; at the n-th the hook sends the process SIGKILL, or raises what a full disk raises.
"""

from __future__ import annotations

import errno
import itertools
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

CHANGES = {
    "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod", "os.truncate", "os.link", "os.symlink",
    "shutil.rmtree", "tempfile.mkstemp", "tempfile.mkdtemp",
}  # fmt: skip
ENDED_WELL, RAISED = 0, 99


def _touches(event: str, args: tuple, folder: str) -> bool:
    """Tell whether an event changes something below `folder`."""
    if event == "open":
        name, _, flags = args
        changes = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        return bool(changes) and isinstance(name, str | bytes) and os.fsdecode(name).startswith(folder)
    return event in CHANGES and any(os.fsdecode(a).startswith(folder) for a in args if isinstance(a, str | bytes))


def _run(command: Callable[[], int], folder: Path, at: int, strike: Callable[[], None], said: int) -> int:
    """What the forked process does: run `command`, struck at its `at`-th change; return its exit code."""
    for standard in (1, 2):
        os.dup2(said, standard)
    count = 0

    def hook(event: str, args: tuple) -> None:
        nonlocal count
        if _touches(event, args, str(folder)):
            count += 1
            if count == at:
                strike()

    sys.addaudithook(hook)
    return command()


def struck(command: Callable[[], int], folder: Path, at: int, strike: Callable[[], None], said: Path) -> int:
    """Run `command` in a process of its own, struck at its `at`-th change below `folder`.

    Returns the exit code, -9 where it was killed, RAISED where it ended with a traceback; what it says is in `said`.
    """
    handle = os.open(said, os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
    sys.stdout.flush()
    pid = os.fork()
    if not pid:
        code = RAISED
        try:
            code = _run(command, folder, at, strike, handle)
        finally:
            os._exit(code)
    os.close(handle)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def disk_is_full() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def moments(
    command: Callable[[], int], folder: Path, strike: Callable[[], None], said: Path, step: int = 1
) -> Iterator[tuple[int, bool]]:
    """Strike before every `step`-th change in turn; yield each exit code and whether it was struck, until it was not.

    Whoever iterates puts the folder back as it was before asking for the next moment.
    """
    for at in itertools.count(step, step):
        marker = said.with_suffix(".struck")
        marker.unlink(missing_ok=True)

        def strikes(marker: Path = marker) -> None:
            marker.touch()
            strike()

        code = struck(command, folder, at, strikes, said)
        yield code, marker.exists()
        if not marker.exists():
            return
