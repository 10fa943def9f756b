"""Run another program, and leave nothing of it running when it takes too long."""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

INSTALLED = {
    "msedge": "Microsoft/Edge/Application/msedge.exe", "chrome": "Google/Chrome/Application/chrome.exe",
    "soffice": "LibreOffice/program/soffice.exe",
}  # fmt: skip
"""Where Windows has a program that no PATH names, below its folders of programs."""
FOLDERS = ("ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA")


def find(*names: str) -> str | None:
    """Return the first of these programs that this machine has, None where it has none."""
    places = [Path(folder) for each in FOLDERS if (folder := os.environ.get(each))]
    for name in names:
        if found := shutil.which(name):
            return found
        there = [place / INSTALLED[name] for place in places if name in INSTALLED]
        if found := next((path for path in there if path.is_file()), None):
            return str(found)
    return None


def run(command: Sequence[str], seconds: float, network: bool = True, folder: Path | None = None) -> int:
    """Run a program silently and without input; return its exit code, and end with it all that it started.

    It works in `folder` and keeps there what is temporary, by a short name: a socket's may have 107 bytes, and a batch
    system's TMPDIR more. With `network=False` it has no network, not even this machine's own, where the system lets us
    take it away (Linux's network namespaces). Raises subprocess.TimeoutExpired.
    """
    silent = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    apart = [] if network else _without_network()
    env = None if folder is None else {**os.environ, "TMPDIR": "."}
    # LibreOffice and Chromium work in processes that their command only starts: a session of their own ends together.
    with subprocess.Popen([*apart, *command], cwd=folder, env=env, start_new_session=True, **silent) as process:
        try:
            return process.wait(seconds)
        finally:
            if hasattr(os, "killpg"):
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()


@functools.cache
def _without_network() -> list[str]:
    """Return the command that starts another without a network, an empty one where the system has none to offer."""
    program = shutil.which("unshare")
    for command in ([program, "--map-root-user", "--net", "--"], [program, "--net", "--"]) if program else ():
        try:
            if run([*command, "true"], 10) == 0:
                return command
        except (OSError, subprocess.TimeoutExpired):
            pass
    return []
