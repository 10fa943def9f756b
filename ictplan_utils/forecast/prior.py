"""The global prior: what second halves do, learnt from public series, read from one text file without a library.

prior.json holds four forests of small boosted trees (for flows and for the other kinds: where the year ends, and how
far off that may be), the weights of the sum from which levels' trees depart, the factors that calibrate the intervals,
its own judged skill, and where all that comes from. It is fitted by benchmarks/fit_forecast_prior.py.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path

import numpy as np

PRIOR_FILE = Path(__file__).with_name("prior.json")
COVERAGES = (0.5, 0.8, 0.9, 0.95)
"""Central intervals that are calibrated, narrowest first."""
LENGTHS = (0, 1, 2, 3, 5)
"""Numbers of complete past years that have intervals of their own; four years use those of three."""
ALL_LEAVES = np.uint8(255)
"""A tree has at most eight leaves, a bit each."""
ROWS_AT_ONCE = 2048
"""Rows that walk all trees together: a few megabytes, whatever the report's size."""
TREE_UNIT = 1e4
"""Thresholds and leaves of trees are stored as whole numbers, in ten-thousandths."""

Trees = dict[str, np.ndarray]


_in_use: list[dict] = []


def document() -> dict:
    """Return prior.json as it stands: provenance, judged figures, forests, calibration."""
    if not _in_use:
        _in_use.append(json.loads(PRIOR_FILE.read_text(encoding="utf-8")))
    return _in_use[0]


def use(other: dict | None) -> None:
    """Forecast with another prior of the same form (while judging one), or with prior.json again (None)."""
    _in_use[:] = [] if other is None else [other]
    forest.cache_clear()


def calibration(kind: str) -> np.ndarray:
    """Return the half-widths of each of COVERAGES in units of the expected error: (LENGTHS, below and above, 4)."""
    return np.array(document()["calibration"][kind])


def weights() -> np.ndarray:
    """Return the weights of `paths.terms`, the sum from which levels' trees depart."""
    return np.array(document()["weights"])


@functools.lru_cache(maxsize=4)
def forest(kinds: str, answer: str) -> Trees:
    """Return the boosted trees for `kinds` (flow, level), `answer` (point, error), as arrays with a row a tree."""
    return stacked(document()["forests"][kinds][answer])


def stacked(packed: list[dict]) -> Trees:
    """Return trees as the file holds them as arrays, a row a tree: all have as many questions."""
    return {name: np.array([tree[name] for tree in packed]) for name in ("feature", "threshold", "kept", "leaf")}


def grown(trees: Trees, inputs: np.ndarray) -> np.ndarray:
    """Run boosted trees: inputs (n, p) → (n,), the sum of the leaves that each row falls into.

    Each question a row answers with "more" rules out the leaves on its left; of those left over, the first is
    the row's (QuickScorer: Lucchese et al. 2015, SIGIR). So a tree of eight leaves is seven bytes' worth of
    comparisons, without walking it.
    """
    least, kept = np.float32(trees["threshold"] / TREE_UNIT), trees["kept"].astype(np.uint8)
    questions = list(zip(trees["feature"].T, least.T, kept.T, strict=True))
    total = np.empty(len(inputs))
    for start in range(0, len(inputs), ROWS_AT_ONCE):
        rows = np.ascontiguousarray(inputs[start : start + ROWS_AT_ONCE].T)
        open_leaves = np.full((len(kept), rows.shape[1]), ALL_LEAVES)
        for asked, above, left in questions:
            open_leaves &= np.where(rows[asked] > above[:, None], left[:, None], ALL_LEAVES)
        reached = np.take_along_axis(trees["leaf"], _first_leaf()[open_leaves], axis=1)
        total[start : start + ROWS_AT_ONCE] = reached.sum(axis=0)
    return total / TREE_UNIT


@functools.cache
def _first_leaf() -> np.ndarray:
    """Return, by byte, the place of its lowest bit."""
    return np.array([0, *[(byte & -byte).bit_length() - 1 for byte in range(1, 256)]])
