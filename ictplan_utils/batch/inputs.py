"""What a report was made from: the files its notebook read, the folders it listed, what it looked for in vain.

Recorded while it happens, never predicted: a report is up to date where all of it is as it was.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import stat
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ictplan_utils.files import recall, write_atomically

RACY_NS = 2_000_000_000
"""A file changed within 2 s of being hashed may change again without its times showing it (as git's index knows)."""

ABSENT, OTHER, CHANGED = "", "no file", "changed"
"""States of what is not there, of a pipe or its like, and of what was written while a report was made from it."""

EVERYTHING = "data/**"
"""Stands for all files of data/ where no reading can be recorded: another system's ordinary kernels."""


class Recorder:
    """Notes, from now on, what this process opens to read, lists, or looks for: a path, and its signature then.

    Outside the data folder, what the system and Python themselves consist of is left out, and so is what is hidden.
    """

    def __init__(self, data: str = "") -> None:
        self._data = f"{data}{os.sep}"
        self._seen: dict[str, Any] = {}
        self._paths: set[str] = set()
        self._stat = os.stat
        sys.addaudithook(self._hook)
        # Looking whether a file is there is no event of Python's audit.
        for able in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks):
            able.add(self._looked_for)
        os.stat = self._looked_for

    def begin(self, data: str) -> None:
        """Forget what was seen so far, for a report from another folder perhaps."""
        self._data = f"{data}{os.sep}"
        self._seen.clear()
        self._paths.clear()

    def seen(self) -> dict[str, Any]:
        """Return path → signature (None: absent); folders that were listed end in a slash."""
        return dict(self._seen)

    def _hook(self, event: str, args: tuple) -> None:
        if event == "open":
            path, _, flags = args
            if isinstance(path, (str, bytes)) and flags & os.O_ACCMODE == os.O_RDONLY:
                self._note(os.fsdecode(path), "")
        elif event in ("os.scandir", "os.listdir") and not isinstance(args[0], int):
            self._note(os.fsdecode(args[0] or "."), "/")

    def _looked_for(self, path: Any, **options: Any) -> os.stat_result:
        if not isinstance(path, int) and not options.get("dir_fd"):
            self._note(os.fsdecode(path), "")
        return self._stat(path, **options)

    def _note(self, path: str, listed: str) -> None:
        if path + listed in self._paths:
            return
        self._paths.add(path + listed)
        path = os.path.abspath(path)
        inside = path.removeprefix(self._data)
        if "/." in f"/{inside}" or (inside == path and path.startswith(_not_ours())):
            return
        try:
            found = self._stat(path)
        except OSError:
            self._seen.setdefault(path + listed, None)
            return
        if listed or not stat.S_ISDIR(found.st_mode):
            self._seen.setdefault(path + listed, signature(found))


@functools.cache
def _not_ours() -> tuple[str, ...]:
    """The folders of the system, of Python, and of this package, whose content the environment tells."""
    package = Path(__file__).resolve().parents[1]
    folders = {sys.prefix, sys.base_prefix, str(package), "/proc", "/sys", "/dev", "/usr", "/etc", "/lib"}
    return tuple(str(Path(folder)) + os.sep for folder in folders)


def signature(found: os.stat_result) -> list[int]:
    """Return what the file system says of a file; the change time cannot be set back by a copy that keeps times."""
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]


class States:
    """The state of files and folders, by name: a hash of content or of names, remembered from run to run.

    Names are those of another machine, too: data/… below the data folder, ./… below the working folder.
    """

    def __init__(self, data: str | Path, home: str | Path, store: Path | None = None) -> None:
        self._data, self._store = Path(data), store
        self._roots = {"data/": f"{data}{os.sep}", "./": f"{home}{os.sep}"}
        self._known: dict[str, list] = _read_known(store) if store else {}
        self._changed = False
        self._states: dict[str, str] = {}

    def name(self, path: str) -> str:
        """Return what a path is called in a manifest."""
        below = ((short, root) for short, root in self._roots.items() if path.startswith(root))
        return next((short + path[len(root) :] for short, root in below), path)

    def path(self, name: str) -> str:
        """Return the path that a manifest calls `name`."""
        named = ((short, root) for short, root in self._roots.items() if name.startswith(short))
        return next((root + name[len(short) :] for short, root in named), name)

    def of(self, name: str) -> str:
        """Return the state of `name`. One answer a run."""
        if name not in self._states:
            self._states[name] = self.everything() if name == EVERYTHING else self._look(self.path(name))
        return self._states[name]

    def then(self, seen: Mapping[str, Any]) -> dict[str, str]:
        """Return name → state of what was `seen`; what has changed since is in no state that could come again."""
        found = {}
        for path, before in seen.items():
            try:
                now = signature(os.stat(path))
            except OSError:
                now = None
            found[self.name(path)] = self._look(path) if now == before else CHANGED
        return found

    def _look(self, path: str) -> str:
        if path.endswith("/"):
            try:
                names = sorted(name for name in os.listdir(path) if not name.startswith("."))
            except OSError:
                return ABSENT
            return hashlib.sha256("\0".join(names).encode(errors="surrogateescape")).hexdigest()
        try:
            found = os.stat(path)
        except OSError:
            return ABSENT
        return self._hash(path, signature(found)) if stat.S_ISREG(found.st_mode) else OTHER

    def _hash(self, path: str, before: list[int]) -> str:
        remembered = self._known.get(path)
        if remembered and remembered[:-1] == before:
            return remembered[-1]
        # A file that is replaced while we read it is read again.
        for _ in range(10):
            now = time.time_ns()
            content = hashlib.sha256(Path(path).read_bytes()).hexdigest()
            after = signature(os.stat(path))
            if after == before:
                break
            before = after
        if now - max(after[1:3]) > RACY_NS:
            self._known[path] = [*after, content]
            self._changed = True
        return content

    def everything(self) -> str:
        """Return the state of all files of the data folder together."""
        found = [f"{path} {self._look(path)}" for path in all_files(self._data)]
        return hashlib.sha256("\n".join(found).encode(errors="surrogateescape")).hexdigest()

    def save(self) -> None:
        """Keep what is known for the next run."""
        if self._changed and self._store:
            write_atomically(self._store, json.dumps(self._known))


def _read_known(store: Path) -> dict[str, list]:
    return {path: entry for path, entry in recall(store).items()
            if isinstance(entry, list) and entry[4:5] and isinstance(entry[4], str)}  # fmt: skip


def all_files(folder: Path) -> list[str]:
    """Return every file below `folder` but hidden ones and notebooks, sorted."""
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [f"{place}/{name}" for name in sorted(names) if not name.startswith(".")]
    return found
