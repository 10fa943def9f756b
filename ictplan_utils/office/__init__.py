"""Give back the official papers: the appendices and the plan in Word, the tables in Excel.

>>> import ictplan_utils as ict
>>> from ictplan_utils import office
>>> paths = office.write_forms(ict.report("tuan-giao", "2021-S1"), outputs="outputs")  # doctest: +SKIP
"""

from __future__ import annotations

import importlib
from typing import Any

__all__ = ["Form", "make_forms", "read_form", "write_forms"]

_HOMES = {"Form": "form", "read_form": "form", "make_forms": "forms", "write_forms": "forms"}


def __getattr__(name: str) -> Any:
    # Loaded when asked for: python-docx and XlsxWriter cost a third of a second.
    if name in _HOMES:
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
