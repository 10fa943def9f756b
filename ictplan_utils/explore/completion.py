"""Tab inside quotation marks of an `ict.` call offers the names of indicators and areas, marks typed or not."""

from __future__ import annotations

import re
from typing import Any

CALL = re.compile(r"""\bict\.\w+\([^\n]*["']([^"'\n]*)$""")
"""What stands before the cursor: a call that takes names, and a name begun."""
MOST = 60


def offered(before: str, data_dir: str = "data") -> tuple[str, list[str]]:
    """Return the name begun at the end of `before`, code up to the cursor, and the names that go on so.

    Indicators by their short names in both languages, then the areas that have reported; those that begin so first,
    then those that hold it.

    >>> offered('ict.trend(report, "tram b')
    ('tram b', ['Trạm BTS'])
    """
    from ictplan_utils import catalog, observations
    from ictplan_utils.vietnamese import fold

    begun = CALL.search(before)
    if not begun:
        return "", []
    entries = catalog.indicators(data_dir)
    areas = (catalog.area(slug, data_dir).name for slug in observations.reporting_areas(data_dir))
    names = [*entries["short_vi"], *entries["short_en"], *areas]
    wanted = fold(begun[1])
    found = [name for name in dict.fromkeys(names) if wanted in fold(name)]
    return begun[1], sorted(found, key=lambda name: not fold(name).startswith(wanted))[:MOST]


def matcher(context: Any) -> dict[str, Any]:
    """Return what IPython's completer shows for a `CompletionContext`: our names and, among them, nothing else."""
    from IPython.core.completer import SimpleCompletion

    line = context.full_text.split("\n")[context.cursor_line][: context.cursor_position]
    begun, names = offered(line)
    return {
        "completions": [SimpleCompletion(name, type="name") for name in names],
        "matched_fragment": begun,
        "suppress": bool(names),
        "ordered": True,
    }


def offer() -> None:
    """Make IPython offer the names, where it runs."""
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None or any(getattr(each, "__name__", "") == "matcher" for each in shell.Completer.custom_matchers):
        return
    from IPython.core.completer import context_matcher

    shell.Completer.custom_matchers.append(context_matcher()(matcher))
