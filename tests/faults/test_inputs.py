"""Every door, inputs nobody should send: read rightly or refused in one clear sentence; no crash, no hang."""

from __future__ import annotations

import signal
import traceback
import warnings

import inputs
import pytest
from inputs import DOORS, Wrong

from ictplan_utils.errors import IctplanError

SHORT = {"numbers": 3000, "rows": 60, "names": 150, "files": 30}
LONG = {"numbers": 90_000, "rows": 3_000, "names": 6_000, "files": 1_500}
HANGS_AFTER = 60
"""Seconds. No small input takes one; what takes so long would take for ever."""


class Hangs(Exception):
    """An input kept a door busy without an end."""


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return inputs.World(tmp_path_factory.mktemp("world"))


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
    found = []
    for _ in range((LONG if is_long else SHORT)[door]):
        patience()
        faults[f"inputs: {door}, tried"] += 1
        outcome = "accepted"
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                DOORS[door](chance, world)
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
