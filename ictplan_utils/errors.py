"""The one error a user meets: a sentence that names the thing, what is wrong, and the next step."""

from __future__ import annotations

import traceback
from collections.abc import Iterable


class IctplanError(Exception):
    """The request or its data is wrong in a way the user can mend; shown as one sentence, never a traceback."""

    def _render_traceback_(self) -> list[str]:
        """Return what a notebook shows of it (IPython asks for this): one line, where it was and the sentence."""
        from IPython import get_ipython

        steps = traceback.walk_tb(self.__traceback__)
        line = next((line for frame, line in steps if frame.f_code.co_name == "<module>"), None)
        place = f"Cell In[{get_ipython().execution_count}], line {line}: " if line and get_ipython() else ""
        return [f"{place}\x1b[31m{self}\x1b[0m"]


def closest(name: str, known: Iterable[str]) -> str:
    """Return the word of `known` most like `name`, or "" where nothing comes near.

    >>> closest("bts_station", ["bts_stations", "postal_revenue"])
    'bts_stations'
    """
    from rapidfuzz import process

    match = process.extractOne(name, list(known), score_cutoff=70)
    return match[0] if match else ""


def one_line(value: object, most: int = 60) -> str:
    """Return what somebody wrote as an error can show it: on one line, no control letters, not a page of it.

    >>> one_line("a\\nb")
    'a\\\\nb'
    """
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in str(value)[:most])
