"""The catalogue: indicators, areas with their dates, forms; names as people say them. All of it is data in `data/`."""

from __future__ import annotations

from ictplan_utils.catalog.add import add_area
from ictplan_utils.catalog.areas import (
    LEVELS,
    Area,
    area,
    areas,
    descendants,
    described,
    find_areas,
    valid,
    valid_at,
)
from ictplan_utils.catalog.folder import data_path, kept, read_toml, signature, unreadable
from ictplan_utils.catalog.indicators import (
    INDICATOR_SCHEMA,
    SECTORS,
    Indicator,
    entries,
    form,
    formula_terms,
    indicator,
    indicators,
)
from ictplan_utils.catalog.reporting_forms import find_form, forms, sections
