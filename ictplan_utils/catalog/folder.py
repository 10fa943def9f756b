"""Where the data lies, and which version of a file was read."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from ictplan_utils import schema
from ictplan_utils.errors import IctplanError, one_line
from ictplan_utils.messages import error

T = TypeVar("T")


def data_path(data_dir: str | Path = "data") -> Path:
    """Return the data folder: as named, else found from here upwards, else the one beside this package.

    So notebooks run the same from the repo root and from notebooks/. Raises IctplanError when there is none.
    """
    for place in _places(Path(data_dir).expanduser()):
        if (place / "indicators.csv").is_file():
            return place
    raise error("catalog.no_data", folder=one_line(data_dir, 200))


def _places(named: Path) -> Iterator[Path]:
    yield named
    if not named.is_absolute():
        yield from (parent / named for parent in Path.cwd().parents)
        if str(named) == "data":
            yield Path(__file__).resolve().parents[2] / "data"


def signature(path: Path) -> tuple[str, int, int]:
    """Return what tells one version of a file from another, for caching what was read from it."""
    if not path.is_file():
        return str(path), 0, 0
    stat = path.stat()
    return str(path), stat.st_mtime_ns, stat.st_size


def kept(*names: str) -> Callable[[Callable[[Path], T]], Callable[..., T]]:
    """Return the decorator of what reads files of the data folder: it reads anew only where one of them has changed.

    `names`: the files, which need not be there, or patterns of their names. The reader takes the folder's path; what
    is made of it takes `data_dir`, as `data_path` does.
    """

    def made(read: Callable[[Path], T]) -> Callable[..., T]:
        of_version = functools.lru_cache(maxsize=8)(lambda folder, *versions: read(folder))

        @functools.wraps(read)
        def latest(data_dir: str | Path = "data") -> T:
            folder = data_path(data_dir)
            files = (sorted(folder.glob(name)) if "*" in name else [folder / name] for name in names)
            return of_version(folder, *(signature(path) for some in files for path in some))

        return latest

    return made


def read_toml(path: Path, like: str) -> dict[str, Any]:
    """Return what a TOML file of the data folder says. Raises IctplanError: it is to be written `like` another."""
    try:
        return tomllib.loads(schema.content(path).decode())
    except (ValueError, RecursionError) as problem:
        raise unreadable(path, problem, like) from None


def unreadable(path: Path, problem: object, like: str) -> IctplanError:
    """Return the error for a file of the data folder that says what cannot be understood."""
    return error("catalog.unreadable", path=path, problem=one_line(problem, 200), like=like)
