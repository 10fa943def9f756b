"""What a printed number can mean: how precise it is, and whether another rounds to it, was cut to it, or neither."""

from __future__ import annotations

import functools
import re

import numpy as np

FINE, CUT, UNROUNDED, WRONG = 0, 1, 2, 3
"""Verdicts: rounds to it; cut or rounded the wrong way; true only of figures rounded before printing; neither."""

_NUMBER = re.compile(r"\d[\d.,]*\d|\d")
SCALES = (0, 3, 6, 9)
"""Tables are in units, thousands, millions (triệu) or billions (tỷ)."""
DUST = 1e-9
"""Relative size of what binary floating point leaves over."""


@functools.lru_cache(maxsize=500_000)
def decimals(printed: str, value: float) -> int:
    """Return how many decimals a figure is printed with.

    >>> decimals("97.7", 97.7), decimals("52.321", 52321.0), decimals("đạt 102% so với cùng kỳ năm 2020", 102.0)
    (1, 0, 0)
    """
    for text in _NUMBER.findall(printed):
        digits = int(re.sub(r"\D", "", text))
        tail = len(re.split(r"[.,]", text)[-1]) if re.search(r"[.,]", text) else 0
        for places in (tail, 0):
            if abs(digits / 10**places - abs(value)) <= DUST * max(1.0, abs(value)):
                return places
    return _value_decimals(value)


@functools.lru_cache(maxsize=500_000)
def last_digit(printed: str, value: float) -> float:
    """Return what the last printed digit is worth, in the unit of `value`.

    A table in thousands prints 1.035,1 for 1 035 100: its last digit is worth 100.

    >>> last_digit("1 035,1", 1035100.0), last_digit("52.321", 52321.0), last_digit("88,8", 88.8)
    (100.0, 1.0, 0.1)
    """
    for text in _NUMBER.findall(re.sub(r"(?<=\d)\s(?=\d{3})", "", printed)):
        digits = int(re.sub(r"\D", "", text))
        tail = len(re.split(r"[.,]", text)[-1]) if re.search(r"[.,]", text) else 0
        for power in SCALES:
            for places in (tail, 0):
                if digits and abs(digits * 10.0 ** (power - places) - abs(value)) <= DUST * abs(value):
                    return 10.0 ** (power - places)
    return 10.0 ** -_value_decimals(value)


def _value_decimals(value: float) -> int:
    text = repr(float(value))
    if "e" in text or not np.isfinite(value):
        return 0
    tail = text.split(".")[1]
    return 0 if tail == "0" else min(len(tail), 6)


def trailing_unit(value: float) -> float:
    """Return the unit to which a round whole number may have been rounded: 4300 → 100, 4312 → 1, 2.5 → 1."""
    unit = 1.0
    while value and value % (unit * 10) == 0 and unit < 1e6:
        unit *= 10
    return unit


def verdict(printed: np.ndarray, unit: np.ndarray, exact: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return a verdict on each printed number, whose last decimal is worth `unit`.

    `exact` is the result of the inputs as printed, `low`…`high` what it may be given that they are rounded
    themselves. NaN where it cannot be computed gives FINE.
    """
    dust = DUST * np.maximum(1.0, np.abs(exact))
    off = np.abs(printed - exact)
    reach = (printed + unit / 2 + dust >= low) & (printed - unit / 2 - dust <= high)
    found = np.select(
        [~np.isfinite(exact), off <= unit / 2 + dust, off < unit - dust, reach], [FINE, FINE, CUT, UNROUNDED], WRONG
    )
    return found.astype(int)
