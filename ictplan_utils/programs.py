"""Run another program, and leave nothing of it running when it takes too long."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Sequence


def run(command: Sequence[str], seconds: float) -> int:
    """Run a program that needs no input and whose words nobody reads; return its exit code.

    What it started ends with it. Raises subprocess.TimeoutExpired.
    """
    silent = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    # LibreOffice and Chromium work in processes that their command only starts: a session of their own ends together.
    with subprocess.Popen(command, start_new_session=True, **silent) as process:
        try:
            return process.wait(seconds)
        finally:
            if hasattr(os, "killpg"):
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
