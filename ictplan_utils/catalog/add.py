"""A new area, added to areas.csv: checked against the list, written whole, one writer at a time."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from ictplan_utils import schema, vietnamese
from ictplan_utils.catalog.areas import AREA_SCHEMA, Area, Areas, area, problem, read
from ictplan_utils.catalog.folder import data_path
from ictplan_utils.errors import IctplanError, one_line
from ictplan_utils.files import locked, write_atomically
from ictplan_utils.messages import error
from ictplan_utils.vietnamese import fold, nfc


def add_area(name: str, code: str, parent: str, data_dir: str | Path = "data", **more: str) -> Area:
    """Add a row to areas.csv and return it. `name` may lead with its rank, which tells the level: `xã Sơn Tịnh`.

    `parent` is named as people say it. `more`: `level`, `valid_from`, `valid_to`, `successor`, `slug`. Raises
    IctplanError where something is missing, contradicts the list or is there already; the file is then as it was.
    """
    folder, begins = data_path(data_dir), more.get("valid_from", "")
    path = folder / "areas.csv"
    with locked(folder):
        known = read(folder)
        unit, bare, level = _rank(name, more.get("level", ""), known)
        above = area(parent, folder, period=begins[:4])
        plain = vietnamese.slug(bare)
        free = (each for each in (plain, f"{plain}-{above.area}", f"{plain}-{code}") if each not in known.by_slug)
        english = fold(bare).title()
        ends, successor = (more.get(column, "") for column in ("valid_to", "successor"))
        slug = more.get("slug") or next(free, plain)
        one = Area(slug, code, bare, english, unit, level, above.area, begins, ends, successor)
        for column, rule in [*AREA_SCHEMA.rules.items(), ("name", schema.PLAIN)]:
            if not rule.passes(getattr(one, column)):
                raise error(rule.message, column=column, cell=one_line(getattr(one, column)), **rule.values)
        twin = next((other for other in known.by_slug.values() if _same(one, other)), None)
        if twin:
            raise error("catalog.there_already", area=known.described(twin.area))
        if wrong := problem(one, {**known.by_slug, one.area: one}, set()):
            raise IctplanError(wrong)
        written = io.StringIO()
        csv.writer(written, lineterminator="\n").writerow(vars(one).values())
        content = path.read_text(encoding="utf-8")
        write_atomically(path, content + "\n" * (not content.endswith("\n")) + written.getvalue())
    return one


def _rank(name: str, level: str, known: Areas) -> tuple[str, str, str]:
    """Return the rank a name leads with, the rest, and the rank's level: `xã`, `Sơn Tịnh`, `commune`."""
    ranks = {(one.unit_vi, one.level) for one in known.by_slug.values() if level in ("", one.level)}
    whole = nfc(name)
    rank = max((rank for rank, _ in ranks if whole.casefold().startswith(f"{rank} ")), key=len, default="")
    if not rank:
        listed = ", ".join(sorted({rank for rank, _ in ranks}))
        raise error("catalog.no_rank", name=one_line(name), ranks=listed)
    levels = sorted(level for each, level in ranks if each == rank)
    if len(levels) > 1:
        raise error("catalog.which_level", name=one_line(name), levels=", ".join(levels))
    return rank, whole[len(rank) :].strip(), levels[0]


def _same(one: Area, other: Area) -> bool:
    """Tell whether two rows mean one unit: one slug, or one code of a level at one time."""
    apart = (one.valid_to and other.valid_from > one.valid_to) or (other.valid_to and one.valid_from > other.valid_to)
    return one.area == other.area or ((one.level, one.code) == (other.level, other.code) and not apart)
