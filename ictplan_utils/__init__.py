"""Helpers of ictplan: read, check, forecast and show the ICT indicators of a Vietnamese locality.

>>> import ictplan_utils as ict
>>> observations = ict.load("tuan-giao")
>>> observations.attrs["area"]
'huyện Tuần Giáo'
>>> ict.trend(observations, "telecom_revenue")
<Chart: Doanh thu viễn thông và Internet: 24.783 triệu đồng, bằng 47,4% ước thực hiện cả năm 2021>
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ictplan_utils.errors import IctplanError

if TYPE_CHECKING:
    from ictplan_utils.catalog import areas, indicators
    from ictplan_utils.charts import style
    from ictplan_utils.explore.api import load, load_comparisons, series
    from ictplan_utils.explore.views import trend
    from ictplan_utils.forecast import forecast_year_end
    from ictplan_utils.reports import of as report
    from ictplan_utils.targets import judge_targets

HANDLES = {
    "load": ("explore.api", "load"),
    "load_comparisons": ("explore.api", "load_comparisons"),
    "report": ("reports", "of"),
    "series": ("explore.api", "series"),
    "style": ("charts.look", "style"),
    "trend": ("explore.views", "trend"),
    "forecast_year_end": ("forecast", "forecast_year_end"),
    "judge_targets": ("targets", "judge_targets"),
    "indicators": ("catalog", "indicators"),
    "areas": ("catalog", "areas"),
}
"""Public name → the room and the name it has there. Imported when first used: `import ictplan_utils` is light."""

ROOMS = (
    "audit", "batch", "catalog", "charts", "compare", "documents", "explore", "forecast",
    "html", "narrative", "observations", "office", "reliability", "reports", "revisions", "rollup", "tables", "targets",
    "vietnamese",
)  # fmt: skip
"""Rooms that people reach as `ict.charts`, `ict.explore` without importing them first."""

__all__ = ["IctplanError", "areas", "forecast_year_end", "indicators", "judge_targets", "load", "load_comparisons",
           "report", "series", "style", "trend"]  # fmt: skip


def from_modules(package: str, places: Mapping[str, str]) -> Callable[[str], Any]:
    """Return a package's `__getattr__`, which fetches names from its modules when asked for; `places`: name → module.

    What draws, prints or needs pandas costs tenths of a second that many who import a room never need.
    """

    def fetch(name: str) -> Any:
        if name not in places:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(importlib.import_module(f"{package}.{places[name]}"), name)

    return fetch


def __getattr__(name: str) -> Any:
    """Fetch a handle or a room when it is first asked for; name the closest one where there is none."""
    if name in ROOMS:
        return importlib.import_module(f"{__name__}.{name}")
    if name in HANDLES:
        room, own_name = HANDLES[name]
        found = getattr(importlib.import_module(f"{__name__}.{room}"), own_name)
        globals()[name] = found
        return found
    hint = ""
    if not name.startswith("_"):
        from ictplan_utils.errors import closest

        near = closest(name, [*HANDLES, *ROOMS])
        hint = f"; did you mean '{near}'?" if near else ""
    raise AttributeError(f"module '{__name__}' has no '{name}'{hint}")


def __dir__() -> list[str]:
    """Return what tab completion offers."""
    return sorted({*__all__, *ROOMS, *(name for name in globals() if name.startswith("__"))})


if "IPython" in sys.modules:  # a notebook: Tab offers the names of indicators and areas
    from ictplan_utils.explore.completion import offer

    offer()
    del offer
