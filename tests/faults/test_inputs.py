"""Every door, inputs nobody should send: read rightly or refused in one clear sentence; no crash, no hang."""

from __future__ import annotations

import signal
import traceback
import warnings

import inputs
import pytest
import spoiled_documents
import spoiled_tables
from documents import writers
from inputs import Wrong

from ictplan_utils.errors import IctplanError

DOORS = {
    "numbers": (inputs.numbers, 3000, 90_000),
    "rows": (spoiled_tables.rows, 60, 4_000),
    "comparisons": (spoiled_tables.comparisons, 60, 3_000),
    "facts": (spoiled_tables.facts, 30, 2_000),
    "catalogue": (spoiled_tables.catalogue, 120, 6_000),
    "names": (inputs.names, 150, 6_000),
    "files": (spoiled_documents.files, 40, 2_000),
}  # fmt: skip
"""Door → what enters it, how many inputs the short version tries, and the long one."""

OLD_WORD_FILES = 40
"""LibreOffice takes seconds for each."""

HANGS_AFTER = 150
"""Seconds. No small input takes one; LibreOffice is given 120."""


class Hangs(Exception):
    """An input kept a door busy without an end."""


@pytest.fixture(scope="module")
def world(tmp_path_factory, request):
    return inputs.World(tmp_path_factory.mktemp("world"), request.config.getoption("--faults") == "long")


@pytest.fixture
def patience():
    """Interrupts whatever hangs."""

    def hangs(*_):
        raise Hangs

    before = signal.signal(signal.SIGALRM, hangs)
    yield lambda: signal.alarm(HANGS_AFTER)
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("door", DOORS)
def test_every_input_is_read_rightly_or_refused_clearly(door, world, chance, is_long, patience, faults):
    enter, short, long = DOORS[door]
    tries(door, enter, long if is_long else short, world, chance, patience, faults)


@pytest.mark.skipif(not writers.office(), reason="old Word files need LibreOffice")
def test_every_old_word_file_is_read_rightly_or_refused_clearly(world, chance, long, patience, faults):
    tries("old Word files", spoiled_documents.old_word, OLD_WORD_FILES, world, chance, patience, faults)


def tries(door, enter, times, world, chance, patience, faults) -> None:
    """Hand in that many inputs and count what becomes of them."""
    found = []
    for _ in range(times):
        patience()
        faults[f"inputs: {door}, tried"] += 1
        outcome = "accepted"
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                enter(chance, world)
        except IctplanError as error:
            outcome = "refused clearly"
            try:
                inputs.clear(error)
            except Wrong as wrong:
                outcome = "accepted wrongly"
                found.append(str(wrong))
        except Wrong as wrong:
            outcome = "accepted wrongly"
            found.append(str(wrong))
        except Exception:
            outcome = "crashed"
            found.append(traceback.format_exc(limit=-4))
        faults[f"inputs: {door}, {outcome}"] += 1
    assert found == [], f"{len(found)} of them, the first: " + "\n".join(found[:5])
    assert faults[f"inputs: {door}, accepted"]
    assert faults[f"inputs: {door}, refused clearly"]
