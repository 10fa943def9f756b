"""Kill -9 whatever works on a run, at random moments, and look at what is left.

python tests/faults/engine.py --kills 200      what `make faults` runs; prints faults injected / survived
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from synthetic import PERIOD, frozen_package, only, synthetic_data

TARGETS = ("engine", "template", "worker", "notebook")
AREAS_OWN = ("good", "leaks", "words")
"""As many as share what their area's report says."""
NOTEBOOKS = (*AREAS_OWN, "rollup")


@dataclass
class World:
    """A data folder, notebooks, and the outputs that runs are killed over."""

    folder: Path
    areas: int = 4
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.data = synthetic_data(self.folder / "data", self.areas)
        self.notebooks = only(self.folder / "nb", *NOTEBOOKS)
        self.outputs = self.folder / "outputs"
        # Runs use a copy of the package: an edit of the real one meanwhile would make every report stale.
        frozen_package(self.folder)

    @property
    def expected(self) -> set[str]:
        made = {f"synthetic-{n:03}/{name}" for n in range(1, self.areas + 1) for name in AREAS_OWN}
        return made | {"dien-bien/rollup", "viet-nam/rollup"}

    def start(self, *options: str) -> subprocess.Popen:
        command = [sys.executable, "-m", "ictplan_utils.cli", "run", "--all", "--period", PERIOD, "--json"]
        command += ["--data", self.data, "--notebooks", self.notebooks, "--outputs", self.outputs, "--workers", "2"]
        return subprocess.Popen(
            [*map(str, command), *options],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            bufsize=1,
        )

    def hold(self) -> None:
        """Let roll-ups, which come last, wait for a pipe nobody writes to: no run ends before it is struck."""
        os.mkfifo(self.folder / "gate")
        path = self.notebooks / "rollup.ipynb"
        path.write_text(path.read_text(encoding="utf-8").replace("import ictplan", "open('gate'); import ictplan"))

    def let_go(self) -> None:
        only(self.notebooks, "rollup")

    def change_everything(self) -> None:
        """Make every report stale, by changing a file that all are made from."""
        with (self.data / "corrections.csv").open("a") as file:
            file.write("\n")

    def entries(self) -> dict:
        """What the manifest and its journal say together, as the next run reads them."""
        from ictplan_utils.batch.manifest import Manifest

        return Manifest(self.outputs / PERIOD, PERIOD).reports

    def is_true(self) -> Iterator[str]:
        """Yield whatever is wrong with the outputs after a run that ended well."""
        from ictplan_utils.batch.manifest import intact

        entries = self.entries()
        if set(entries) != self.expected:
            yield f"the manifest has {sorted(entries)}"
        for key, entry in entries.items():
            if entry["status"] != "ready":
                yield f"{key} is {entry['status']}: {entry.get('error')}"
            for name, seal in entry["outputs"].items():
                if not intact(self.outputs / PERIOD / name, seal):
                    yield f"{name} is not what the manifest says"
        json.loads((self.outputs / PERIOD / "manifest.json").read_text(encoding="utf-8"))
        for path in self.outputs.rglob("*.part"):
            yield f"{path} is left over"


def family(pid: int) -> dict[str, list[int]]:
    """Return the processes of a run: engine, template, workers (and what they work reports out in) and notebooks."""
    found: dict[str, list[int]] = {"engine": [pid], "template": [], "worker": [], "notebook": []}
    below = found["template"] = children(pid)
    while below := [child for each in below for child in children(each)]:
        for child in below:
            found["notebook" if prints_into_memory(child) else "worker"].append(child)
    return found


def prints_into_memory(pid: int) -> bool:
    """Tell a process that runs a notebook: its standard output is a file in memory."""
    with contextlib.suppress(OSError):
        return "memfd" in str(Path(f"/proc/{pid}/fd/1").readlink())
    return False


def children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}/task").is_dir()


def kill_one(pid: int, target: str, chance: random.Random | None = None) -> bool:
    """Kill one process of a run that works as `target`; return whether there was one."""
    victims = family(pid)[target]
    if victims:
        with contextlib.suppress(ProcessLookupError):
            os.kill((chance or random).choice(victims), signal.SIGKILL)
    return bool(victims)


def kill_once(world: World, target: str, chance: random.Random) -> list[str]:
    """Start a run over stale reports, kill `target` at a random moment, run again; return what went wrong."""
    world.change_everything()
    run = world.start()
    done: set[str] = set()
    moment = Moment()
    for event in events(run, moment.left):
        if event is None:
            struck = kill_one(run.pid, target, chance)
            moment.at = None if struck else time.monotonic() + 0.01
        elif event["event"] == "begin":
            # Before it there is nothing to lose; the template needs some seconds, the reports a few more.
            moment.at = time.monotonic() + chance.uniform(0, 6)
        elif event["event"] == "report" and event["status"] == "ready":
            done.add(event["report"])
    error = run.communicate()[1]
    problems = [f"{target}: traceback\n{error}"] if "Traceback" in error else []
    again = world.start()
    events_again = [event for event in events(again, Moment().left) if event]
    error = again.communicate()[1]
    if again.returncode:
        problems.append(f"{target}: the second run ended with {again.returncode}: {error} {events_again[-1:]}")
    twice = {event["report"] for event in events_again if event["event"] == "report"} & done
    if twice:
        problems.append(f"{target}: made again though done: {sorted(twice)}")
    return problems + [f"{target}: {problem}" for problem in world.is_true()]


@dataclass
class Moment:
    """When to strike; None while that is not known, or past."""

    at: float | None = None

    def left(self) -> float | None:
        return None if self.at is None else max(self.at - time.monotonic(), 0)


def events(run: subprocess.Popen, patience) -> Iterator[dict | None]:
    """Yield the events of a run as they come, and None whenever patience (seconds, or None) is over."""
    buffer = b""
    while True:
        ready, _, _ = select.select([run.stdout], [], [], patience())
        if not ready:
            yield None
            continue
        chunk = os.read(run.stdout.fileno(), 65536)
        if not chunk:
            run.wait()
            return
        buffer += chunk
        *lines, buffer = buffer.split(b"\n")
        for line in lines:
            yield json.loads(line)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--kills", type=int, default=50)
    options.add_argument("--seed", type=int, default=random.randrange(10**6))
    chosen = options.parse_args()
    chance = random.Random(chosen.seed)
    problems = []
    with tempfile.TemporaryDirectory(prefix="ictplan-faults-") as folder:
        world = World(Path(folder))
        for number in range(chosen.kills):
            found = kill_once(world, TARGETS[number % len(TARGETS)], chance)
            problems += found[:1]
            for problem in found:
                print(problem, file=sys.stderr)
    survived = chosen.kills - len(problems)
    print(f"kill -9 of {', '.join(TARGETS)}: {chosen.kills} injected, {survived} survived (seed {chosen.seed})")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
