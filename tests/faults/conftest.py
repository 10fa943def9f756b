"""`pytest tests/faults --faults=long` (`make faults`) injects hundreds of faults, tries 100,000 inputs, and counts.

The long version starts from new chance each time and prints its seed; the short one, which belongs to `make test`,
always tries the same.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

COUNTED: Counter[str] = Counter()
OUTCOMES = ("refused clearly", "accepted", "crashed", "accepted wrongly")


def pytest_addoption(parser):
    parser.addoption("--faults", choices=("short", "long"), default="short", help="how many faults to inject")
    parser.addoption("--kills", type=int, default=200, help="kills of the engine's processes in the long version")
    parser.addoption("--seed", type=int, help="what chance the faults start from; the short version's is always 0")


def pytest_configure(config):
    if config.option.seed is None:
        config.option.seed = random.randrange(10**6) if config.option.faults == "long" else 0


@pytest.fixture
def faults(request):
    """Counts what a test injects: `faults["kill -9 of ingest, injected"] += 1`. Shown at the end of the run."""
    return COUNTED


def pytest_collection_modifyitems(config, items):
    """Leave out of the short version what asks for the fixture `long`: it is another run, not a skipped test."""
    if config.getoption("--faults") == "long":
        return
    only_long = [item for item in items if "long" in getattr(item, "fixturenames", ())]
    config.hook.pytest_deselected(items=only_long)
    items[:] = [item for item in items if item not in only_long]


@pytest.fixture
def long():
    """Marks a test that belongs to the long version only."""


@pytest.fixture
def is_long(request) -> bool:
    """Whether this is the long version, for tests that belong to both and try more in it."""
    return request.config.getoption("--faults") == "long"


@pytest.fixture
def chance(request) -> random.Random:
    """Chance that can be had again: `--seed` is printed at the end."""
    return random.Random(f"{request.config.getoption('--seed')} {request.node.name}")


def pytest_terminal_summary(terminalreporter, config):
    if not COUNTED:
        return
    write = terminalreporter.write_line
    for what, number in sorted(COUNTED.items()):
        write(f"  {what}: {number}")
    injected, survived = (
        sum(number for what, number in COUNTED.items() if what.endswith(f", {word}"))
        for word in ("injected", "survived")
    )
    tried, *outcomes = (
        sum(number for what, number in COUNTED.items() if what.startswith("inputs") and what.endswith(f", {word}"))
        for word in ("tried", *OUTCOMES)
    )
    write(f"faults injected / survived: {injected} / {survived}")
    write(f"inputs tried: {tried}; " + "; ".join(f"{n} {word}" for word, n in zip(OUTCOMES, outcomes, strict=True)))
    write(f"seed: {config.getoption('--seed')}")
