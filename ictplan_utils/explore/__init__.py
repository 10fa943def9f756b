"""The analyst's own room: choose and compare by clicking, keep what was found as code, ask what if."""

from __future__ import annotations

import importlib
from typing import Any

PLACES = {"panel": "selectors", "what_if": "scenarios", "View": "views", "trend": "views"}
__all__ = ["View", "panel", "trend", "what_if"]


def __getattr__(name: str) -> Any:
    """Fetch widgets, and what draws, only when someone asks for them."""
    if name not in PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{PLACES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
