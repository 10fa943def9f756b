"""What has been made from what: hashes, the manifest that tells whether a report is up to date, and the lock."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
import socket
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from ictplan_utils.batch.plan import Report
from ictplan_utils.errors import IctplanError
from ictplan_utils.files import write_atomically

SHAPES_OUTPUT = (
    "pandas", "numpy", "matplotlib", "seaborn", "great-tables", "nbconvert", "papermill", "ipykernel", "ipython",
)  # fmt: skip
"""Libraries whose version can change a page."""

SAID_OF_EACH = ("area", "notebook", "title", "status", "fingerprint", "environment")

RACY_NS = 2_000_000_000
"""A file changed within 2 s of being hashed may change again without its times showing it (as git's index knows)."""


class Hashes:
    """sha256 of files, remembered by what the file system says of them, so that a thousand take a moment."""

    def __init__(self, store: Path) -> None:
        self._store = store
        self._known: dict[str, list] = {}
        with contextlib.suppress(OSError, ValueError):
            self._known = json.loads(store.read_text(encoding="utf-8"))
        self._changed = False
        self._seen: dict[Path, str] = {}

    def of(self, path: Path) -> str:
        """Return the hash of a file, or "" where there is none. One answer a run: inputs are those of its start."""
        if path not in self._seen:
            self._seen[path] = self._look(path)
        return self._seen[path]

    def _look(self, path: Path) -> str:
        try:
            before = _signature(path)
        except OSError:
            return ""
        remembered = self._known.get(str(path))
        if remembered and remembered[:-1] == before:
            return remembered[-1]
        # A file that is replaced while we read it is read again.
        for _ in range(10):
            now = time.time_ns()
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            after = _signature(path)
            if after == before:
                break
            before = after
        if now - max(after[1:3]) > RACY_NS:
            self._known[str(path)] = [*after, content]
            self._changed = True
        return content

    def save(self) -> None:
        """Keep what is known for the next run."""
        if self._changed:
            write_atomically(self._store, json.dumps(self._known))


def _signature(path: Path) -> list[int]:
    stat = path.stat()
    # The change time cannot be set back by a copy that keeps modification times.
    return [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]


def environment(hashes: Hashes) -> dict[str, str]:
    """Return what else shapes a report: this package's sources, Python, and the versions of libraries."""
    package = Path(__file__).resolve().parents[1]
    sources = sorted(path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    together = hashlib.sha256()
    for path in sources:
        together.update(f"{path.relative_to(package).as_posix()} {hashes.of(path)}\n".encode())
    found = {"ictplan_utils": together.hexdigest(), "python": platform.python_version()}
    for name in SHAPES_OUTPUT:
        with contextlib.suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def data_files(data: Path) -> dict[str, list[tuple[str, Path]]]:
    """Return the data files of each area, named `data/…` and found at; those of the whole catalogue under ""."""
    found = {"": sorted(data.glob("*.csv"))}
    for table in ("observations", "comparisons", "documents"):
        for path in sorted((data / table).glob("*/*.csv")):
            found.setdefault(path.parent.name, []).append(path)
    return {
        area: [(f"data/{path.relative_to(data).as_posix()}", path) for path in paths] for area, paths in found.items()
    }


def inputs_of(report: Report, files: Mapping[str, list[tuple[str, Path]]]) -> dict[str, Path]:
    """Return the files a report is made from, by name: its notebook, the catalogue, its areas' data."""
    found = {f"notebooks/{report.notebook.path.name}": report.notebook.path}
    for area in ("", *report.areas_read):
        found.update(files.get(area, ()))
    return found


def sealed(path: Path, content: bytes) -> list:
    """Return how to recognise a file that was just written with `content`."""
    return [*_signature(path), hashlib.sha256(content).hexdigest()]


def intact(path: Path, seal: list) -> bool:
    """Tell whether a file is as it was when sealed: as the file system sees it, or else by its content."""
    try:
        return _signature(path) == seal[:-1] or hashlib.sha256(path.read_bytes()).hexdigest() == seal[-1]
    except (OSError, IndexError):
        return False


def fingerprint(*parts: Any) -> str:
    """Return the hash of anything JSON can say."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


class Manifest:
    """outputs/PERIOD/manifest.json, and beside it a journal that takes one line the moment a report is done.

    `kill -9` at any moment loses at most the reports in flight: the manifest is always whole, the journal is
    folded into it at the next start, and a torn last line is no line.
    """

    def __init__(self, folder: Path, period: str) -> None:
        self._path = folder / "manifest.json"
        self._journal_path = folder / ".manifest.journal"
        self._period = period
        self.environments: dict[str, dict[str, str]] = {}
        self.reports: dict[str, dict[str, Any]] = {}
        with contextlib.suppress(OSError):
            self._take(self._path.read_text(encoding="utf-8", errors="replace"))
        with contextlib.suppress(OSError), self._journal_path.open(encoding="utf-8", errors="replace") as journal:
            for line in journal:
                self._take(line)
        self._file = None

    def _take(self, text: str) -> None:
        """Believe what is as a run writes it; what a hand or a disk has damaged is as if it were not there."""
        with contextlib.suppress(ValueError, TypeError, AttributeError):
            content = json.loads(text)
            self.environments |= {name: dict(value) for name, value in content.get("environments", {}).items()}
            self.reports |= {key: entry for key, entry in content.get("reports", {}).items() if _is_entry(entry)}

    def record(self, key: str, entry: Mapping[str, Any], environment: Mapping[str, str]) -> None:
        """Write down, at once, what became of a report."""
        name = fingerprint(environment)[:12]
        line: dict[str, Any] = {"reports": {key: {**entry, "environment": name}}}
        if name not in self.environments:
            self.environments[name] = dict(environment)
            line["environments"] = {name: self.environments[name]}
        self.reports.update(line["reports"])
        if self._file is None:
            self._file = self._journal_path.open("a", encoding="utf-8")
            self._file.write("\n")  # ends a line that a crash may have torn
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._file.flush()

    def save(self) -> None:
        """Fold the journal into manifest.json."""
        used = {entry.get("environment") for entry in self.reports.values()}
        content = {
            "period": self._period,
            "environments": {name: value for name, value in self.environments.items() if name in used},
            "reports": dict(sorted(self.reports.items())),
        }
        text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
        if not self._path.is_file() or self._path.read_bytes() != text.encode():
            write_atomically(self._path, text)
        if self._file:
            self._file.close()
            self._file = None
        self._journal_path.unlink(missing_ok=True)


def _is_entry(entry: Any) -> bool:
    """Tell whether an entry says of a report all that a run writes down."""
    if not isinstance(entry, dict) or not all(isinstance(entry.get(name), str) for name in SAID_OF_EACH):
        return False
    outputs, facts = entry.get("outputs"), entry.get("facts")
    return (
        isinstance(outputs, dict) and all(isinstance(seal, list) for seal in outputs.values())
        and isinstance(facts, dict) and all(isinstance(value, int) for value in facts.values())
        and (bool(outputs) or entry["status"] == "failed")
    )  # fmt: skip


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold `folder` for this engine alone. Raises IctplanError saying who holds it.

    The operating system releases the lock when its holder dies, however it dies, so a stale one cannot stop us.
    """
    from filelock import FileLock, Timeout

    folder.mkdir(parents=True, exist_ok=True)
    holder = folder / ".lock-holder.json"
    lock = FileLock(folder / ".lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise IctplanError(f"{folder} is in use by another run ({_holder(holder)}); wait for it to end") from None
    try:
        since = datetime.now().astimezone().isoformat(timespec="seconds")
        write_atomically(holder, json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": since}))
        yield
        holder.unlink(missing_ok=True)
    finally:
        lock.release()


def _holder(path: Path) -> str:
    try:
        who = json.loads(path.read_text(encoding="utf-8"))
        return f"process {who['pid']} on {who['host']}, since {who['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "it has just started"
