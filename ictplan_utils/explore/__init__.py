"""The analyst's own room: choose and compare by clicking, keep what was found as code, ask what if."""

from ictplan_utils import from_modules

__all__ = ["View", "panel", "trend", "what_if"]
__getattr__ = from_modules(__name__, {"panel": "selectors", "what_if": "scenarios", "View": "views", "trend": "views"})


def __dir__() -> list[str]:
    return sorted(__all__)
