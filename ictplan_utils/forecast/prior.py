"""The global prior: what second halves do, learnt from public series, read from one text file without a library.

prior.json holds small networks (weights as whole numbers of three digits, with a scale for each column), the
factors that calibrate their intervals, its own judged skill, and where all that comes from. It is fitted by
benchmarks/fit_forecast_prior.py.
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
LARGEST_INTEGER = 999
"""Weights are stored as whole numbers up to this: three digits, a thousandth of a column's largest."""

Network = list[tuple[np.ndarray, np.ndarray]]


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


def pack(layers: Network) -> dict:
    """Turn a network into what the file holds."""
    mean, spread = layers[0]
    packed = {"mean": _rounded(mean), "spread": _rounded(spread), "layers": []}
    for weights, bias in layers[1:]:
        column = np.maximum(np.abs(weights).max(0), 1e-6) / LARGEST_INTEGER
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
