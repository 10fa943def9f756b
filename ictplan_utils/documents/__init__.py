"""Plan documents in: Word, Excel, OpenDocument, PDF, HTML and text → observations and comparisons.

`read_plan` reads one document and says what it could not read; `ingest` writes what it read into `data/`.
"""

from __future__ import annotations

import importlib

__all__ = ["Reading", "Unmatched", "read_plan"]

_HOMES = {"read_plan": "plan", "Reading": "reading", "Unmatched": "reading"}


def __getattr__(name: str):
    # Loaded when asked for: a command that reads no document does not pay for the readers.
    if name in _HOMES:
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
