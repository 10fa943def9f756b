"""What a later report says otherwise than an earlier one of the same figure: revised, and by how much."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from ictplan_utils.catalog import Indicator
from ictplan_utils.narrative import Text, amount, bullets, period_name
from ictplan_utils.observations import DERIVED, FIGURE, preferred
from ictplan_utils.periods import order, orders

COLUMNS = ("indicator", "period", "status", "before", "now", "change_pct", "before_report", "report")


def revisions(observations: pd.DataFrame, area: str, report: str) -> pd.DataFrame:
    """Return the figures of earlier reports that `report` states anew, and differently, largest change first.

    `observations` as `ict.load` gives them, with all reports of the area. Columns: COLUMNS; `before` is what the
    latest earlier report stated that has the figure. Only what was achieved: an estimate or a target that moves is
    no revision. Computed figures ("suy ra …") are no statements.
    """
    stated = observations[(observations["area"] == area) & (observations["status"] == "actual")]
    stated = stated[~stated["note"].str.startswith(DERIVED)]
    now = preferred(stated[stated["report"] == report])
    earlier = preferred(stated[orders(stated["report"]) < order(report)])
    pairs = now.merge(earlier, on=FIGURE, suffixes=("", "_before"), validate="1:1")
    pairs = pairs[(pairs["value"] - pairs["value_before"]).abs() > 1e-9 * pairs["value_before"].abs()]
    base = pairs["value_before"]
    found = pd.DataFrame(
        {
            "indicator": pairs["indicator"], "period": pairs["period"], "status": pairs["status"],
            "before": base, "now": pairs["value"],
            "change_pct": 100 * (pairs["value"] / base.where(base != 0) - 1),
            "before_report": pairs["report_before"], "report": pairs["report"],
        },
        columns=list(COLUMNS),
    )  # fmt: skip
    return found.sort_values("change_pct", key=lambda c: -c.abs(), kind="stable").reset_index(drop=True)


def revisions_text(found: pd.DataFrame, entries: Mapping[str, Indicator], lang: str = "vi", *, most: int = 10) -> Text:
    """Return the revisions as a briefing tells them: `số liệu năm 2020 được điều chỉnh: 52.050 → 56.325 thuê bao`.

    `found` as `revisions` returns it; of indicators that `entries` holds. Without any, the sentence that there is none.
    """
    found = found[found["indicator"].isin(list(entries))]
    told = []
    for row in found.head(most).itertuples():
        entry = entries[row.indicator]
        before, now = amount(row.before, entry, lang), amount(row.now, entry, lang)
        where = period_name(row.before_report, lang)
        if lang == "vi":
            told.append(
                f"{entry.short()}: số liệu {period_name(row.period)} được điều chỉnh: {before} → {now} "
                f"(trước đây theo báo cáo {where})."
            )
        else:
            told.append(
                f"{entry.short('en')}: the figure for {period_name(row.period, 'en')} was revised: {before} → {now} "
                f"(before, in the report on {where})."
            )
    if len(found) > most:
        rest = len(found) - most
        told.append(f"Còn {rest} số liệu khác được điều chỉnh." if lang == "vi" else f"{rest} more were revised.")
    return bullets(
        told,
        otherwise="Không có số liệu kỳ trước nào được điều chỉnh."
        if lang == "vi"
        else "No figure of earlier reports was revised.",
    )
