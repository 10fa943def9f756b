"""Facts of a document that no table of figures holds, brought to the audit: those stored, or those handed in."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from ictplan_utils import catalog
from ictplan_utils.documents.facts import FACT_COLUMNS, stored_facts
from ictplan_utils.observations import DERIVED, KEY, read_observations

SAME_DOCUMENT_SHARE = 0.5
"""Stored facts go with audited figures when at least half of the stored document's figures are among them."""


def facts_for(observations: pd.DataFrame, data_dir: str | Path) -> pd.DataFrame:
    """Return the stored facts of those documents whose figures are being audited, not of others of the same name."""
    kept = [pd.DataFrame(columns=list(FACT_COLUMNS))]
    for (area, report), mine in observations.groupby(["area", "report"], sort=False, observed=True):
        facts = stored_facts(area, report, data_dir)
        if not facts.empty and _same_document(mine, area, report, data_dir):
            kept.append(facts)
    return pd.concat(kept, ignore_index=True)


def _same_document(mine: pd.DataFrame, area: str, report: str, data_dir: str | Path) -> bool:
    path = catalog.data_path(data_dir) / "observations" / area / f"{report}.csv"
    if not path.is_file():
        return False
    stored = read_observations(path, data_dir)
    key = [*KEY, "printed"]
    mine = mine[~mine["note"].fillna("").str.startswith(DERIVED)]
    shared = pd.MultiIndex.from_frame(stored[key]).isin(pd.MultiIndex.from_frame(mine[key])).mean()
    return bool(shared >= SAME_DOCUMENT_SHARE)


def as_facts(document: pd.DataFrame | Iterable[dict] | None) -> pd.DataFrame:
    """Return facts handed in by a caller as the table they are stored in."""
    frame = document if isinstance(document, pd.DataFrame) else pd.DataFrame(list(document or []))
    return frame.reindex(columns=list(FACT_COLUMNS)).fillna("").astype(str)
