"""What has been made from what: the manifest that tells whether a report is up to date, and the lock."""

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

from ictplan_utils import files, messages
from ictplan_utils.batch.inputs import States, signature
from ictplan_utils.batch.schedule import can_name_a_file
from ictplan_utils.files import recall, text_of, write_atomically

SHAPES_OUTPUT = (
    "pandas", "numpy", "matplotlib", "seaborn", "nbconvert", "papermill", "ipykernel", "ipython",
)  # fmt: skip
"""Libraries whose version can change a page."""

SAVE_EVERY_S = 10


def environment(states: States) -> dict[str, str]:
    """Return what else shapes a report: this package's sources, Python, and the versions of libraries."""
    package = Path(__file__).resolve().parents[1]
    sources = sorted(path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    together = hashlib.sha256()
    for path in sources:
        together.update(f"{path.relative_to(package).as_posix()} {states.of(str(path))}\n".encode())
    found = {"ictplan_utils": together.hexdigest(), "python": platform.python_version()}
    for name in SHAPES_OUTPUT:
        with contextlib.suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def sealed(path: Path, content: bytes) -> list:
    """Return how to recognise a file that was just written with `content`."""
    return [*signature(path.stat()), hashlib.sha256(content).hexdigest()]


def intact(path: Path | str, seal: list) -> bool:
    """Tell whether a file is as it was when sealed: as the file system sees it, or else by its content."""
    try:
        if signature(os.stat(path)) == seal[:-1]:
            return True
        return Path(path).is_file() and hashlib.sha256(Path(path).read_bytes()).hexdigest() == seal[-1]
    except (OSError, IndexError):
        return False


def fingerprint(*parts: Any) -> str:
    """Return the hash of anything JSON can say."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


class Manifest:
    """outputs/PERIOD/manifest.json, and beside it a journal that takes one line the moment a report is done.

    `kill -9` at any moment loses at most the reports in flight: the manifest is always whole, the journal is
    folded into it at the next start, and a torn last line is no line. `inputs` numbers what reports were made from,
    a name and its state; an entry lists the numbers, since thousands of reports share the catalogue.
    """

    def __init__(self, folder: Path, period: str) -> None:
        self._path = folder / "manifest.json"
        self._journal_path = folder / ".manifest.journal"
        self._period = period
        self.environments: dict[str, dict[str, str]] = {}
        self.reports: dict[str, dict[str, Any]] = {}
        self.inputs: dict[str, list[str]] = {}
        self._changed = not self._path.is_file()
        with contextlib.suppress(OSError):
            self._take(text_of(self._path, "replace"))
            self._changed |= self._journal_path.is_file()
            # Not by splitlines: a title may hold another letter that it cuts at, as JSON may.
            for line in text_of(self._journal_path, "replace").split("\n"):
                self._take(line)
        self._numbers = {tuple(pair): number for number, pair in self.inputs.items()}
        self._next = 1 + max(map(int, self.inputs), default=0)
        self._file, self._saved = None, time.monotonic()

    def _take(self, text: str) -> None:
        """Believe what is as a run writes it; what a hand or a disk has damaged is as if it were not there."""
        with contextlib.suppress(ValueError, TypeError, AttributeError, RecursionError):
            content = json.loads(text)
            self.environments |= {name: dict(value) for name, value in content.get("environments", {}).items()}
            self.inputs |= {
                number: pair for number, pair in content.get("inputs", {}).items()
                if number.isdecimal() and isinstance(pair, list) and list(map(type, pair)) == [str, str]
            }  # fmt: skip
            self.reports |= {key: entry for key, entry in content.get("reports", {}).items() if _is_entry(key, entry)}

    @property
    def ready(self) -> set[str]:
        """The reports that were made."""
        return {key for key, entry in self.reports.items() if entry["status"] == "ready"}

    def up_to_date(self, key: str, print_: str, states: States) -> bool:
        """Tell whether a report is as it would be made now: asked for alike, from inputs alike, and still there."""
        entry = self.reports.get(key, {})
        if entry.get("status") != "ready" or entry["fingerprint"] != print_:
            return False
        inputs = [self.inputs.get(str(number), ("", None)) for number in entry["inputs"]]
        folder = self._path.parent
        return all(states.of(name) == state for name, state in inputs) and all(
            intact(f"{folder}{os.sep}{name}", seal) for name, seal in entry["outputs"].items()
        )

    def record(
        self, key: str, entry: Mapping[str, Any], inputs: Mapping[str, str], environment: Mapping[str, str]
    ) -> None:
        """Write down, at once, what became of a report."""
        name = fingerprint(environment)[:12]
        line: dict[str, Any] = {"inputs": {}, "reports": {}}
        if name not in self.environments:
            self.environments[name] = dict(environment)
            line["environments"] = {name: self.environments[name]}
        for pair in inputs.items():
            if pair not in self._numbers:
                self._numbers[pair] = number = str(self._next)
                self.inputs[number] = line["inputs"][number] = list(pair)
                self._next += 1
        numbers = [int(self._numbers[pair]) for pair in inputs.items()]
        line["reports"][key] = self.reports[key] = {**entry, "inputs": numbers, "environment": name}
        self._changed = True
        if self._file is None:
            self._file = self._journal_path.open("a", encoding="utf-8")
            self._file.write("\n")  # ends a line that a crash may have torn
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._file.flush()
        if time.monotonic() - self._saved > SAVE_EVERY_S:
            self.save()

    def save(self) -> None:
        """Fold the journal into manifest.json, a line a report."""
        self._saved = time.monotonic()
        if self._changed:
            used = {entry["environment"] for entry in self.reports.values()}
            numbers = {str(number) for entry in self.reports.values() for number in entry["inputs"]}
            content = {
                "period": self._period,
                "environments": {name: value for name, value in sorted(self.environments.items()) if name in used},
                "inputs": {number: pair for number, pair in self.inputs.items() if number in numbers},
            }
            head = json.dumps(content, ensure_ascii=False)[:-1]
            lines = [f"{json.dumps(key)}: {json.dumps(entry, ensure_ascii=False)}"
                     for key, entry in sorted(self.reports.items())]  # fmt: skip
            write_atomically(self._path, f'{head}, "reports": {{\n' + ",\n".join(lines) + "\n}}\n")
            self._changed = False
        if self._file:
            self._file.close()
            self._file = None
        self._journal_path.unlink(missing_ok=True)


def _is_entry(key: str, entry: Any) -> bool:
    """Tell whether an entry says of a report all that a run writes down, and names no file but the report's own."""
    if not isinstance(entry, dict):
        return False
    kinds = {"area": str, "notebook": str, "title": str, "status": str, "fingerprint": str, "environment": str,
             "outputs": dict, "facts": dict, "inputs": list}  # fmt: skip
    if not all(isinstance(entry.get(name), kind) for name, kind in kinds.items()):
        return False
    if not (isinstance(entry.get("error", ""), str) and entry["status"] in ("ready", "failed")):
        return False
    names = [name for name in (entry["area"], entry["notebook"]) if name]
    lang = entry.get("lang", messages.LANGUAGES[0])
    own = {f"{key}.html", f"{key}.ipynb"}
    return (
        bool(entry["notebook"]) and all(map(can_name_a_file, names))
        and lang in messages.LANGUAGES and messages.page_name("/".join(names), lang) == key
        and own.issuperset(entry["outputs"]) and (entry["status"] == "failed" or own == set(entry["outputs"]))
        and all(isinstance(seal, list) for seal in entry["outputs"].values())
        and all(isinstance(value, int) for value in entry["facts"].values())
        and all(isinstance(number, int) for number in entry["inputs"])
    )  # fmt: skip


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold `folder` for this engine alone. Raises IctplanError saying who holds it.

    The operating system releases the lock when its holder dies, however it dies, so a stale one cannot stop us.
    """
    folder.mkdir(parents=True, exist_ok=True)
    holder = folder / ".lock-holder.json"
    with files.locked(folder, 0, lambda: messages.error("batch.in_use", folder=folder, holder=_holder(holder))):
        since = datetime.now().astimezone().isoformat(timespec="seconds")
        write_atomically(holder, json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": since}))
        yield
        holder.unlink(missing_ok=True)


def _holder(path: Path) -> str:
    who = recall(path)
    known = {"pid", "host", "since"} <= set(who)
    return messages.text("batch.holder", **who) if known else messages.text("batch.holder_unknown")
