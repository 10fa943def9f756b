"""The words that documents are read by: the package's own files, with what an office adds in its data folder."""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path

from ictplan_utils import catalog


def tables(name: str, folder: Path | None = None) -> list[dict]:
    """Return a vocabulary's tables: the package's, then those of an office's `folder`, which need not have any.

    Raises IctplanError where its file cannot be read.
    """
    ours = tomllib.loads(resources.files(__name__).joinpath(f"{name}.toml").read_text("utf-8"))
    if folder is None or not (path := folder / f"{name}.toml").is_file():
        return [ours]
    like = f"ictplan_utils/vocabulary/{name}.toml"
    added = catalog.read_toml(path, like)
    for key, value in added.items():
        if key not in ours or not _alike(value, ours[key]):
            raise catalog.unreadable(path, key, like)
    return [ours, added]


def _alike(own: object, ours: object) -> bool:
    """Tell whether an office's value is of the sort of ours: words, or a list or a table of what ours holds."""
    if type(own) is not type(ours) or not own:
        return False
    if isinstance(ours, str):
        return bool(own.strip())
    inside = [list(each.values()) if isinstance(each, dict) else each for each in (own, ours)]
    return all(_alike(each, inside[1][0]) for each in inside[0])
