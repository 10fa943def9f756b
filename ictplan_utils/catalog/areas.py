"""Areas: administrative units with their official codes, their place and their time."""

from __future__ import annotations

import datetime
import functools
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import pandas as pd
from babel.dates import format_date

from ictplan_utils import periods, schema
from ictplan_utils.catalog.folder import kept
from ictplan_utils.catalog.names import Names
from ictplan_utils.errors import one_line
from ictplan_utils.messages import language, text
from ictplan_utils.vietnamese import fold

MOST = 20
"""Areas listed where somebody looks for one."""
LEVELS = ("nation", "province", "district", "commune")


@dataclass(frozen=True)
class Area:
    """One row of areas.csv: an administrative unit with its official code, its place and its time."""

    area: str
    code: str
    name: str
    name_en: str
    unit_vi: str
    level: str
    parent: str
    valid_from: str
    valid_to: str
    successor: str

    def title(self, lang: str = "vi") -> str:
        """Return the unit with its rank: `huyện Tuần Giáo`, `Tuan Giao district`."""
        return text("catalog.area_title", lang, unit=self.unit(lang), name=self.called(lang))

    def unit(self, lang: str = "vi") -> str:
        """Return what kind of unit it is: `huyện`, `district`."""
        return {"vi": self.unit_vi, "en": self.level}[lang]

    def called(self, lang: str = "vi") -> str:
        """Return its name alone, in English without marks."""
        return {"vi": self.name, "en": self.name_en}[lang]

    def begun(self, period: str) -> bool:
        """Tell whether it exists on a period's last day, or did before."""
        return self.valid_from <= periods.last_day(period)

    def exists(self, period: str) -> bool:
        """Tell whether it exists on a period's last day; without a date of its end: still."""
        return self.begun(period) and (not self.valid_to or self.valid_to >= periods.last_day(period))


AREA_SCHEMA = schema.Schema(
    tuple(Area.__dataclass_fields__),
    {
        "area": schema.SLUG, "name": schema.NAME, "name_en": schema.NAME, "unit_vi": schema.NAME,
        "level": schema.one_of(LEVELS), "code": schema.Rule(re.compile(r"[0-9A-Z]{1,12}").fullmatch, "schema.code"),
        "valid_from": schema.DAY_OR_EMPTY, "valid_to": schema.DAY_OR_EMPTY,
    },
    ("area",),
)  # fmt: skip


def areas(data_dir: str | Path = "data") -> pd.DataFrame:
    """Return areas.csv, one row an administrative unit, keyed by `area`; codes are text."""
    return read(data_dir).frame.copy()


def area(
    name: str | int,
    data_dir: str | Path = "data",
    *,
    period: str | None = None,
    among: Collection[str] = (),
) -> Area:
    """Return the area that people call `name`: slug, official code, name with or without marks, rank or parent.

    Where several have the name, those that exist at the end of `period` go before others, then those of `among`.
    Raises IctplanError for an unknown name, with the closest match, and for a name of several, which lists them.

    >>> area("tuan-giao").title(), area("099").title(), area("Huyện Tuần Giáo").area
    ('huyện Tuần Giáo', 'huyện Tuần Giáo', 'tuan-giao')
    >>> area("tuan giao", period="2021-S1").title(), area("Quài Tở, Điện Biên").title()
    ('huyện Tuần Giáo', 'xã Quài Tở')
    >>> area("Tuần Giáo")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ictplan_utils.errors.IctplanError: several areas are called 'Tuần Giáo': tuan-giao (Tuan Giao district, ...
    """
    known = read(data_dir)
    if isinstance(name, str) and (found := known.by_slug.get(name)) is not None:
        return found
    called = known.called(name)
    for fits in (
        lambda slug: periods.PERIOD.fullmatch(period or "") and known.by_slug[slug].exists(period),
        lambda slug: slug in among,
    ):
        if len(called) > 1:
            called = [slug for slug in called if fits(slug)] or called
    title = lambda slug: known.by_slug[slug].title(language())  # noqa: E731
    return known.by_slug[known.names.only(name, called, "area", known.described, title)]


def find_areas(name: str, data_dir: str | Path = "data") -> list[Area]:
    """Return the areas called `name`, those whose name holds it, and else those of a name like it; at most MOST."""
    known, wanted = read(data_dir), fold(name)
    found = known.called(name)
    found += [slug for slug, one in known.by_slug.items() if slug not in found and wanted in fold(one.title())]
    return [known.by_slug[slug] for slug in (found or known.names.closest(name))[:MOST]]


def described(one: Area, data_dir: str | Path = "data") -> str:
    """Return what tells an area from others of its name: slug, rank, where it lies, since and until when."""
    return read(data_dir).described(one.area)


def descendants(slug: str, data_dir: str | Path = "data") -> list[str]:
    """Return every area below `slug` at any depth, in the file's order, without itself."""
    known = read(data_dir)
    found, below = set(), [slug]
    while below:
        below = [child for parent in below for child in known.children.get(parent, ())]
        found.update(below)
    return [name for name in known.frame.index if name in found]


def valid(frame: pd.DataFrame, period: str) -> pd.Series:
    """Tell which rows of `areas()` exist on a period's last day; without a date: always."""
    day = periods.last_day(period)
    return (frame["valid_from"] <= day) & ((frame["valid_to"] == "") | (frame["valid_to"] >= day))


def valid_at(name: str, period: str, data_dir: str | Path = "data", lang: str | None = None) -> tuple[bool, str]:
    """Tell whether an area exists at a period's end; where it does not, the sentence with the date and what to use.

    >>> valid_at("tuan-giao", "2021-S1")
    (True, '')
    >>> valid_at("muong-lay", "2026-S1", lang="en")[1]
    'Muong Lay district ended on 30 June 2025; its successor is muong-lay-commune (Muong Lay commune)'
    """
    known, one = read(data_dir), area(name, data_dir)
    lang = lang or language()
    if one.exists(period):
        return True, ""
    ended = bool(one.valid_to) and one.valid_to < periods.last_day(period)
    others = (
        [slug for slug in one.successor.split(";") if slug]
        if ended
        else [slug for slug, other in known.by_slug.items() if one.area in other.successor.split(";")]
    )
    key = "catalog.ended" if ended else "catalog.not_begun"
    said = text(key, lang, title=one.title(lang), day=_day(one.valid_to if ended else one.valid_from, lang))
    if others:
        listed = ", ".join(f"{slug} ({known.by_slug[slug].title(lang)})" for slug in others)
        said += text(f"catalog.{'successors' if ended else 'predecessors'}", lang, count=len(others), areas=listed)
    return False, said


def _day(iso: str, lang: str) -> str:
    return format_date(datetime.date.fromisoformat(iso), format=text("periods.day", lang), locale=lang)


@dataclass(frozen=True)
class Areas:
    """areas.csv as it was read: the table, the areas by slug, and who lies in whom."""

    frame: pd.DataFrame
    by_slug: MappingProxyType[str, Area]
    children: dict[str, list[str]] = field(default_factory=dict)

    @functools.cached_property
    def names(self) -> Names:
        # In English the rank stands behind: "Tuan Giao district".
        return Names(
            (slug, (one.name, one.title("vi"), one.title("en"), one.name_en, slug))
            for slug, one in self.by_slug.items()
        )

    @functools.cached_property
    def by_code(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for slug, one in self.by_slug.items():
            found.setdefault(one.code, []).append(slug)
        return found

    def called(self, name: str | int) -> list[str]:
        """Return the slugs of the areas of this code or name."""
        if not isinstance(name, str):
            # papermill makes a number of 099.
            wanted = str(name)
            return [slug for code, slugs in self.by_code.items() if code.lstrip("0") == wanted for slug in slugs]
        if name.strip() in self.by_code:
            return self.by_code[name.strip()]
        if found := self.names.find(name):
            return found
        own, comma, above = name.rpartition(",")
        parents = set(self.names.find(above)) if comma else set()
        return [slug for slug in self.names.find(own) if parents.intersection(self.above(slug))] if parents else []

    def described(self, slug: str) -> str:
        """Return what tells an area from others of its name: rank, where it lies, since and until when."""
        one, lang = self.by_slug[slug], language()
        parents = [self.by_slug[parent] for parent in self.above(slug)]
        above = [each.called(lang) for each in parents if each.level != LEVELS[0]]
        dates = [
            text(f"catalog.{key}", lang, day=_day(day, lang))
            for key, day in (("since", one.valid_from), ("until", one.valid_to))
            if day
        ]
        return f"{slug} ({', '.join([one.title(lang), *above, *dates])})"

    def above(self, slug: str) -> list[str]:
        """Return the areas that an area lies in, the nearest first."""
        found = []
        while slug := self.by_slug[slug].parent:
            found.append(slug)
        return found


@kept("areas.csv")
def read(folder: Path) -> Areas:
    """Return areas.csv as it was read, checked."""
    path = folder / "areas.csv"
    table = schema.read(path, AREA_SCHEMA)
    frame = schema.plain(table, AREA_SCHEMA.columns)
    by_slug = {row[0]: Area(*row) for row in schema.rows(table, AREA_SCHEMA.columns)}
    children: dict[str, list[str]] = {}
    for slug, one in by_slug.items():
        children.setdefault(one.parent, []).append(slug)
    sound: set[str] = set()
    for place, one in enumerate(by_slug.values()):
        if wrong := problem(one, by_slug, sound):
            raise schema.fault(table, place, [path], wrong)
    return Areas(frame.set_index("area"), MappingProxyType(by_slug), children)


def problem(one: Area, known: dict[str, Area], sound: set[str]) -> str:
    """Return what is wrong with an area's place and time, "" for nothing; `sound` lie in no circle."""
    for name in filter(None, [one.parent, *one.successor.split(";")]):
        if name not in known:
            return text("catalog.no_such_area", area=one.area, name=one_line(name))
    above, name = [], one.area
    while name and name not in sound:
        above.append(name)
        name = known[name].parent
        if name and name not in known:
            break  # said of the area that names it
        if name in above:
            return text("catalog.circle", area=one.area, name=name)
    sound.update(above)
    if one.valid_to and one.valid_from > one.valid_to:
        return text("catalog.ends_before", area=one.area)
    return ""
