"""Tell the user how a run goes: a bar on a terminal, plain lines when piped, JSON events, or nothing."""

from __future__ import annotations

import contextlib
import json
import shutil
import sys
from typing import Any, TextIO

from ictplan_utils import messages
from ictplan_utils.batch.worker import Result


def progress(*, quiet: bool = False, as_json: bool = False) -> Quiet:
    """Return the one that suits where we write to."""
    if as_json:
        return Events(sys.stdout)
    if quiet:
        return Quiet()
    return Bar() if sys.stderr.isatty() else Lines(sys.stderr)


def say(text: str, to: TextIO | None) -> None:
    """Print a line for whoever still listens: that nobody does is no reason to stop the work."""
    with contextlib.suppress(OSError, ValueError):
        print(text, file=to, flush=True)


class Quiet:
    """Says nothing; what every other one is, too."""

    def begin(self, total: int, unchanged: int) -> None: ...
    def done(self, result: Result) -> None: ...
    def end(self) -> None: ...


class Lines(Quiet):
    """One plain line a report."""

    def __init__(self, to: TextIO) -> None:
        self._to = to
        self._done, self._total = 0, 0

    def begin(self, total: int, unchanged: int) -> None:
        self._done, self._total = unchanged, total
        if unchanged:
            self._say(messages.text("batch.up_to_date", count=unchanged, total=total))

    def done(self, result: Result) -> None:
        self._done += 1
        how = messages.text("batch.line_failed") if result.error else f"{result.seconds:.1f} s"
        self._say(f"[{self._done}/{self._total}] {result.key}  {how}")

    def _say(self, text: str) -> None:
        say(text, self._to)


class Events(Quiet):
    """One JSON object a line, for programs."""

    def __init__(self, to: TextIO) -> None:
        self._to = to

    def begin(self, total: int, unchanged: int) -> None:
        self.event("begin", total=total, unchanged=unchanged)

    def done(self, result: Result) -> None:
        self.event("report", report=result.key, seconds=round(result.seconds, 3), **result.status)

    def event(self, name: str, **fields: Any) -> None:
        say(json.dumps({"event": name, **fields}, ensure_ascii=False), self._to)


class Bar(Quiet):
    """A bar: how many are done, failed and left, and how long they will take."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._failed = 0

    def begin(self, total: int, unchanged: int) -> None:
        from tqdm import tqdm

        shape = "{l_bar}{bar}| {n_fmt}/{total_fmt}{postfix}, {remaining} " + messages.text("batch.to_go")
        width, height = shutil.get_terminal_size()  # 80 × 24 where a terminal does not know; tqdm would show nothing
        self._bar = tqdm(total=total, initial=unchanged, bar_format=shape, ncols=width, nrows=height)
        self._show()

    def done(self, result: Result) -> None:
        self._failed += bool(result.error)
        self._bar.set_description_str(result.key, refresh=False)
        self._bar.update()
        self._show()

    def _show(self) -> None:
        left = self._bar.total - self._bar.n
        self._bar.set_postfix_str(messages.text("batch.bar", failed=self._failed, left=left))

    def end(self) -> None:
        if self._bar is not None:
            self._bar.close()
