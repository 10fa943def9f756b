"""What a printed number can mean: how many decimals it has, what its last digit is worth, how far it was rounded."""

from __future__ import annotations

import functools
import re

import numpy as np

_NUMBER = re.compile(r"\d[\d.,]*\d|\d")
SCALES = (0, 3, 6, 9, 2)
"""Tables are in units, thousands, millions (triệu) or billions (tỷ); a ratio in times is told in per cent."""
DUST = 1e-9
"""Relative size of what binary floating point leaves over."""


@functools.lru_cache(maxsize=500_000)
def read(printed: str, value: float) -> tuple[int, float]:
    """Return (decimals, worth of the last digit in the unit of `value`) of a figure as it is printed.

    A table in thousands prints 1.035,1 for 1 035 100: one decimal, its last digit is worth 100.

    >>> read("97.7", 97.7), read("52.321", 52321.0), read("1 035,1", 1035100.0), read("đạt 102% so với 2020", 102.0)
    ((1, 0.1), (0, 1.0), (1, 100.0), (0, 1.0))
    """
    for text in _NUMBER.findall(re.sub(r"(?<=\d)\s(?=\d{3})", "", printed)):
        digits = int(re.sub(r"\D", "", text))
        tail = len(re.split(r"[.,]", text)[-1]) if re.search(r"[.,]", text) else 0
        for power in SCALES:
            for places in (tail, 0):
                if abs(digits * 10.0 ** (power - places) - abs(value)) <= DUST * abs(value):
                    return places, 10.0 ** (power - places) if digits else 10.0**-places
    text = repr(float(value))
    tail = text.split(".")[1] if "e" not in text and np.isfinite(value) else "0"
    places = 0 if tail == "0" else min(len(tail), 6)
    return places, 10.0**-places


def trailing_unit(value: float) -> float:
    """Return the unit to which a round whole number may have been rounded: 4300 → 100, 4312 → 1, 2.5 → 1."""
    unit = 1.0
    while value and value % (unit * 10) == 0 and unit < 1e6:
        unit *= 10
    return unit
