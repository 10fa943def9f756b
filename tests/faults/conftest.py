"""`pytest tests/faults --faults=long` (`make faults`) injects hundreds of faults, and counts them at the end."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

COUNTED: Counter[str] = Counter()


def pytest_addoption(parser):
    parser.addoption("--faults", choices=("short", "long"), default="short", help="how many faults to inject")


@pytest.fixture
def faults(request):
    """Counts what a test injects: `faults["kill -9 injected"] += 1`. Shown at the end of the run."""
    return COUNTED


@pytest.fixture
def long(request):
    """Skips a test that belongs to the long version only."""
    if request.config.getoption("--faults") != "long":
        pytest.skip("only with --faults=long (make faults)")


def pytest_terminal_summary(terminalreporter):
    for what, number in sorted(COUNTED.items()):
        terminalreporter.write_line(f"{what}: {number}")
