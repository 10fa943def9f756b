"""The global prior: what second halves do, learnt from public series, read from one text file without a library.

prior.json holds small networks (weights as whole numbers of two digits, with a scale for each column), boosted
trees beside those for rates, shares and an office's counts, the factors that calibrate their intervals, its own
judged skill, and where all that comes from. It is fitted by benchmarks/fit_forecast_prior.py.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path

import numpy as np

PRIOR_FILE = Path(__file__).with_name("prior.json")
LEVELS = (0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975)
"""Quantile levels the networks answer, after the point itself."""
COVERAGES = (0.5, 0.8, 0.9, 0.95)
"""Central intervals these quantiles make, narrowest first."""
ALL_LEAVES = np.uint8(255)
"""A tree has at most eight leaves, a bit each."""
ROWS_AT_ONCE = 2048
"""Rows that walk all trees together: a few megabytes, whatever the report's size."""
TREE_UNIT = 1e4
"""Thresholds and leaves of trees are stored as whole numbers, in ten-thousandths."""
LARGEST_INTEGER = 99
"""Weights are stored as whole numbers up to this, a hundredth of a column's largest: on unseen series three digits
erred no less (flows and stocks within 0.05 per cent of the error), and two leave room in the file."""

Network = list[tuple[np.ndarray, np.ndarray]]
Trees = dict[str, np.ndarray]


_in_use: list[dict] = []


def document() -> dict:
    """Return prior.json as it stands: provenance, judged figures, networks, calibration."""
    if not _in_use:
        _in_use.append(json.loads(PRIOR_FILE.read_text(encoding="utf-8")))
    return _in_use[0]


def use(other: dict | None) -> None:
    """Forecast with another prior of the same form (while judging one), or with prior.json again (None)."""
    _in_use[:] = [] if other is None else [other]
    network.cache_clear()
    trees.cache_clear()


@functools.lru_cache(maxsize=64)
def network(group: str, length: str) -> Network:
    """Return the layers (weights, bias) of one network; `length` is "1" … "5" or "gaps"."""
    return unpack(document()["networks"][group][length])


def calibration(kind: str, length: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the factors (below, above the point) by which each interval of COVERAGES is widened."""
    factors = np.array(document()["calibration"][kind][length])
    return factors[0], factors[1]


def answer(layers: Network, inputs: np.ndarray) -> np.ndarray:
    """Run a network: inputs (n, p) → (n, 1 + len(LEVELS)): the point and the quantiles, in units of scale."""
    mean, spread = layers[0]
    signal = ((inputs - mean) / spread).astype(np.float32)
    for weights, bias in layers[1:-1]:
        signal = signal @ weights + bias
        with np.errstate(over="ignore"):
            signal = signal / (1 + np.exp(-signal))
    weights, bias = layers[-1]
    return signal @ weights + bias


@functools.lru_cache(maxsize=4)
def trees(group: str) -> Trees:
    """Return the boosted trees that answer beside the networks: "ratio", or "gaps" for histories with gaps."""
    return stacked(document()["networks"]["trees"][group])


def stacked(packed: list[dict]) -> Trees:
    """Return trees as the file holds them as arrays, a row a tree: all have as many questions."""
    return {name: np.array([tree[name] for tree in packed]) for name in ("feature", "threshold", "kept", "leaf")}


def grown(forest: Trees, inputs: np.ndarray) -> np.ndarray:
    """Run boosted trees: inputs (n, p) → (n,), the sum of the leaves that each row falls into.

    Each question a row answers with "more" rules out the leaves on its left; of those left over, the first is
    the row's (QuickScorer: Lucchese et al. 2015, SIGIR). So a tree of eight leaves is seven bytes' worth of
    comparisons, without walking it.
    """
    least, kept = np.float32(forest["threshold"] / TREE_UNIT), forest["kept"].astype(np.uint8)
    questions = list(zip(forest["feature"].T, least.T, kept.T, strict=True))
    total = np.empty(len(inputs))
    for start in range(0, len(inputs), ROWS_AT_ONCE):
        rows = np.ascontiguousarray(inputs[start : start + ROWS_AT_ONCE].T)
        open_leaves = np.full((len(kept), rows.shape[1]), ALL_LEAVES)
        for asked, above, left in questions:
            open_leaves &= np.where(rows[asked] > above[:, None], left[:, None], ALL_LEAVES)
        reached = np.take_along_axis(forest["leaf"], _first_leaf()[open_leaves], axis=1)
        total[start : start + ROWS_AT_ONCE] = reached.sum(axis=0)
    return total / TREE_UNIT


@functools.cache
def _first_leaf() -> np.ndarray:
    """Return, by byte, the place of its lowest bit."""
    return np.array([0, *[(byte & -byte).bit_length() - 1 for byte in range(1, 256)]])


def pack(layers: Network, largest: int = LARGEST_INTEGER) -> dict:
    """Turn a network into what the file holds, its weights as whole numbers up to `largest`."""
    mean, spread = layers[0]
    packed = {"mean": _rounded(mean), "spread": _rounded(spread), "layers": []}
    for weights, bias in layers[1:]:
        column = np.maximum(np.abs(weights).max(0), 1e-6) / largest
        packed["layers"].append(
            {"scale": _rounded(column), "bias": _rounded(bias),
             "weights": np.rint(weights / column).astype(int).tolist()}
        )  # fmt: skip
    return packed


def unpack(packed: dict) -> Network:
    """The inverse of `pack`, but for rounding."""
    layers: Network = [(np.float32(packed["mean"]), np.float32(packed["spread"]))]
    for layer in packed["layers"]:
        weights = np.float32(layer["weights"]) * np.float32(layer["scale"])
        layers.append((weights, np.float32(layer["bias"])))
    return layers


def _rounded(values: np.ndarray) -> list[float]:
    return [float(f"{value:.4g}") for value in np.asarray(values, float)]
