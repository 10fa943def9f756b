"""The analyst's own room: choose and compare by clicking, keep what was found as code, ask what if."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ictplan_utils.explore.asking import what_if
    from ictplan_utils.explore.chances import Outlook, Scenario, outlook, scenario
    from ictplan_utils.explore.choosing import panel
    from ictplan_utils.explore.measures import series
    from ictplan_utils.explore.start import half_year_area, headline_counts, longest_history, sources
    from ictplan_utils.explore.views import View, figures, told, trend

PLACES = {
    "panel": "choosing", "what_if": "asking", "trend": "views", "View": "views", "told": "views", "figures": "views",
    "series": "measures", "Outlook": "chances", "Scenario": "chances", "outlook": "chances", "scenario": "chances",
    "longest_history": "start", "half_year_area": "start", "headline_counts": "start",
    "sources": "start",
}  # fmt: skip

__all__ = ["Outlook", "Scenario", "View", "figures", "half_year_area", "headline_counts", "longest_history", "outlook",
           "panel", "scenario", "series", "sources", "told", "trend", "what_if"]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Fetch widgets, and what draws, only when someone asks for them."""
    if name in PLACES:
        module = importlib.import_module(f"{__name__}.{PLACES[name]}")
        found = getattr(module, name)
        globals()[name] = found
        return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
