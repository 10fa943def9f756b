"""Indicators: names, unit, kind, bounds, formula; what reports count."""

from __future__ import annotations

import ast
import functools
import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from ictplan_utils import schema
from ictplan_utils.catalog import reporting_forms as forms
from ictplan_utils.catalog.folder import kept
from ictplan_utils.catalog.names import Names
from ictplan_utils.errors import one_line
from ictplan_utils.messages import error, language, text
from ictplan_utils.vietnamese import unit_in_sentence

KINDS = ("flow", "stock", "share", "rate")
"""flow accumulates through the year; stock is a count at a date; share is 0–100 %; rate is a quotient."""

DIRECTIONS = ("higher", "lower", "none")
AGGREGATIONS = ("sum", "mean", "none")
_NAME = schema.SLUG_PATTERN.pattern
FORMULA = re.compile(rf"{_NAME}( \+ {_NAME})+|{_NAME} / {_NAME}( \* [0-9]{{1,6}})?")

SECTORS = MappingProxyType(
    {
        sector: (text(f"catalog.sector.{sector}", "vi"), text(f"catalog.sector.{sector}", "en"))
        for sector in ("post", "telecom", "internet", "press", "broadcasting", "it", "population")
    }
)
"""Sector → its Vietnamese and English name, in the order reports show them."""


@dataclass(frozen=True)
class Indicator:
    """One row of indicators.csv, see data/README.md for what each column means, and its number in the default form."""

    indicator: str
    form_number: str
    section: str
    sector: str
    name_vi: str
    name_en: str
    short_vi: str
    short_en: str
    counted_vi: str
    unit_vi: str
    unit_en: str
    kind: str
    minimum: float | None
    maximum: float | None
    decimals: int
    direction: str
    aggregation: str
    weight: str
    formula: str
    itu_code: str
    definition: str
    source: str
    variants: str

    def name(self, lang: str = "vi") -> str:
        """Return the official name."""
        return getattr(self, f"name_{lang}")

    def short(self, lang: str = "vi") -> str:
        """Return the name that fits a chart or a sentence."""
        return getattr(self, f"short_{lang}")

    def counted(self, lang: str = "vi") -> str:
        """Return what is counted, behind a number in a sentence: `trạm BTS`."""
        return {"vi": self.counted_vi}.get(lang) or self.short(lang)

    def unit(self, lang: str = "vi") -> str:
        """Return the unit as it stands behind a number in a sentence (`triệu đồng`, `%`)."""
        return unit_in_sentence(getattr(self, f"unit_{lang}"))

    @property
    def bounds(self) -> tuple[float | None, float | None]:
        """The smallest and the largest value the indicator can have; None where there is no limit."""
        return self.minimum, self.maximum

    def allows(self, value: float) -> bool:
        """Tell whether the indicator can have a value at all."""
        return (self.minimum is None or value >= self.minimum) and (self.maximum is None or value <= self.maximum)

    @property
    def better(self) -> float:
        """The side that is better: 1 more, -1 less."""
        return -1.0 if self.direction == "lower" else 1.0

    def growth(self, value: float, base: float) -> float:
        """Return the growth on `base`: in points for a share, else in per cent; NaN where there is none, or no base."""
        if self.kind == "share":
            return value - base
        return 100 * (value / base - 1) if base > 0 else math.nan


INDICATOR_SCHEMA = schema.Schema(
    tuple(name for name in Indicator.__dataclass_fields__ if name != "form_number"),
    {
        "indicator": schema.SLUG,
        **dict.fromkeys(("name_vi", "name_en", "short_vi", "short_en", "unit_vi", "unit_en"), schema.NAME),
        "kind": schema.one_of(KINDS), "direction": schema.one_of(DIRECTIONS),
        "aggregation": schema.one_of(AGGREGATIONS), "sector": schema.one_of(SECTORS),
        "minimum": schema.NUMBER_OR_EMPTY, "maximum": schema.NUMBER_OR_EMPTY,
        "decimals": schema.Rule(re.compile(r"[0-9]?").fullmatch, "schema.decimals"),
        "formula": schema.Rule(lambda cell: not cell or FORMULA.fullmatch(cell), "schema.formula"),
    },
    ("indicator",),
)  # fmt: skip


def indicators(data_dir: str | Path = "data") -> pd.DataFrame:
    """Return indicators.csv, one row an indicator, keyed by `indicator`, in the form's order.

    Raises IctplanError naming file, row and next step where the file is not what data/README.md says.
    """
    return _read(data_dir).frame.copy()


def entries(data_dir: str | Path = "data") -> Mapping[str, Indicator]:
    """Return every indicator by its slug, in the form's order: what `indicator` looks a slug up in, for many."""
    return _read(data_dir).by_slug


def indicator(name: str, data_dir: str | Path = "data", *, among: Collection[str] = ()) -> Indicator:
    """Return the indicator that people call `name`: slug, official or short name, a variant; with or without marks.

    Where several have the name, those of `among` go before others. Raises IctplanError for an unknown name, with
    the closest match, and for a name of several, which lists them.

    >>> indicator("bts_stations").unit()
    'vị trí trạm'
    >>> indicator("Trạm BTS").indicator, indicator("doanh thu buu chinh").indicator
    ('bts_stations', 'postal_revenue')
    """
    known = _read(data_dir)
    if (found := known.by_slug.get(str(name))) is not None:
        return found
    called = known.names.find(str(name))
    if len(called) > 1:
        called = [slug for slug in called if slug in among] or called
    described = lambda slug: f"{slug} ({known.by_slug[slug].name(language())})"  # noqa: E731
    short = lambda slug: known.by_slug[slug].short(language())  # noqa: E731
    return known.by_slug[known.names.only(name, called, "indicator", described, short)]


def form(data_dir: str | Path = "data") -> dict[str, Indicator]:
    """Return the indicators of the default form, keyed by slug, in the form's order."""
    known = _read(data_dir).by_slug
    return {slug: known[slug] for form in list(forms.read(data_dir).values())[:1] for slug in form.numbers}


def formula_terms(formula: str) -> tuple[str, tuple[str, ...]]:
    """Return a formula's kind (`sum` or `quotient`) and the indicators it is made of, in order.

    `a + b` is a sum; `a / b` and `a / b * 100` are quotients.

    >>> formula_terms("mobile_subscribers + fixed_subscribers")
    ('sum', ('mobile_subscribers', 'fixed_subscribers'))
    >>> formula_terms("commune_post_points / communes * 100")
    ('quotient', ('commune_post_points', 'communes'))
    """
    tree = ast.parse(formula, mode="eval")
    names = tuple(sorted((n for n in ast.walk(tree) if isinstance(n, ast.Name)), key=lambda n: n.col_offset))
    kind = "quotient" if any(isinstance(n, ast.Div) for n in ast.walk(tree)) else "sum"
    return kind, tuple(n.id for n in names)


@dataclass(frozen=True)
class _Indicators:
    """indicators.csv as it was read: the table, and the indicators by slug."""

    frame: pd.DataFrame
    by_slug: MappingProxyType[str, Indicator]

    @functools.cached_property
    def names(self) -> Names:
        # An official or short name goes before one that is another's variant.
        own = {
            slug: (entry.name_vi, entry.short_vi, entry.name_en, entry.short_en, slug)
            for slug, entry in self.by_slug.items()
        }
        taken = {fold_name for names in own.values() for fold_name in names}
        return Names(
            (slug, (*own[slug], *(name for name in entry.variants.split(";") if name and name not in taken)))
            for slug, entry in self.by_slug.items()
        )


@kept("indicators.csv", *forms.FILES)
def _read(folder: Path) -> _Indicators:
    path = folder / "indicators.csv"
    numbers = next((form.numbers for form in forms.read(folder).values()), {})
    read = schema.read(path, INDICATOR_SCHEMA)
    known: dict[str, Indicator] = {}
    for cells in schema.rows(read, INDICATOR_SCHEMA.columns):
        record = dict(zip(INDICATOR_SCHEMA.columns, cells, strict=True))
        for column in ("minimum", "maximum"):
            record[column] = float(record[column]) if record[column] else None
        record["form_number"] = numbers.get(record["indicator"], "")
        record["decimals"] = int(record["decimals"] or 0)
        known[record["indicator"]] = Indicator(**record)
    for place, entry in enumerate(known.values()):
        if problem := _problem(entry, known):
            raise schema.fault(read, place, [path], problem)
    for name, form in forms.read(folder).items():
        for slug in form.numbers:
            if slug not in known:
                file = folder / forms.FOLDER / f"{name}.csv"
                raise error("catalog.form_indicator", path=file, name=one_line(slug))
    rows = [tuple(vars(entry).values()) for entry in known.values()]
    frame = pd.DataFrame(rows, columns=list(Indicator.__dataclass_fields__)).set_index("indicator")
    return _Indicators(frame.astype({"minimum": float, "maximum": float}), MappingProxyType(known))


def _problem(entry: Indicator, known: dict[str, Indicator]) -> str:
    """Return what is wrong with what an indicator says of others or of its bounds, "" for nothing."""
    if entry.minimum is not None and entry.maximum is not None and entry.minimum > entry.maximum:
        return text("catalog.bounds", indicator=entry.indicator)
    terms = formula_terms(entry.formula)[1] if entry.formula else ()
    for name in (*terms, *filter(None, [entry.weight])):
        if name not in known:
            return text("catalog.no_such_indicator", indicator=entry.indicator, name=one_line(name))
    return ""
