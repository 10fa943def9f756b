"""What a leader receives: one self-contained page a report, and the index that leads to them."""

from __future__ import annotations

import importlib
from typing import Any

_HOMES = {
    "frame": ("Heading", "PeriodSummary", "Prepared", "ReportStatus", "anchor", "footer", "page", "place", "prepare",
              "report_page"),
    "index": ("index_pages", "periods_page"),
    "links": ("Link", "twins"),
    "pdf": ("print_pdf",),
}  # fmt: skip


def __getattr__(name: str) -> Any:
    # Loaded when asked for: an engine with nothing to do needs links, and neither nbconvert nor pandas.
    for home, names in _HOMES.items():
        if name in names:
            return getattr(importlib.import_module(f"{__name__}.{home}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
