"""The words that documents are read by: the package's own files, with what an office adds in its data folder."""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path

from ictplan_utils import catalog
from ictplan_utils.messages import error

Version = tuple[str, int, int]


def version(name: str, data_dir: str | Path = "data") -> Version:
    """Return which version of an office's own words there is (its file need not be there), for caching."""
    return catalog.signature(catalog.data_path(data_dir) / f"{name}.toml")


def tables(name: str, own: Version | None = None) -> list[dict]:
    """Return a vocabulary's tables: the package's, then the office's. IctplanError where its file cannot be read."""
    found = [tomllib.loads(resources.files(__name__).joinpath(f"{name}.toml").read_text("utf-8"))]
    if own and Path(own[0]).is_file():
        try:
            found.append(tomllib.loads(Path(own[0]).read_text("utf-8")))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
            raise error("catalog.words_unreadable", path=own[0], problem=problem, name=name) from None
    return found
