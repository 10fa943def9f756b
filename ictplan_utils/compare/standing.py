"""Where each area stands with its report: in, to be corrected, late; what is missing; the reminder to send it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from ictplan_utils import audit, catalog
from ictplan_utils.compare.comparison import Comparison
from ictplan_utils.messages import listed
from ictplan_utils.observations import as_of, load_pair, reporting_areas, reports
from ictplan_utils.periods import period_name
from ictplan_utils.vietnamese import capitalised

STATES = ("late", "faulty", "above", "in")
"""Worst first: not there, to be corrected, known only from a paper of the area above, of use."""
MARKS = {"late": "○", "faulty": "▲", "above": "●", "in": "●"}


@dataclass(frozen=True)
class Standing:
    """One area's report: its state, what the audit found (error by error, in words), what it does not state.

    `latest`: its last report, this one included, "" for none; `own`: whether it reported itself, not only areas in it;
    `told`: whether only a paper of the area above states its figures.
    """

    area: catalog.Area
    state: str
    errors: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    latest: str = ""
    own: bool = True
    told: bool = False


def standings(found: Comparison) -> list[Standing]:
    """Return every area's standing, in the order of areas.csv.

    What an area does not state is missing where an earlier report of its own stated it, or where most of those that
    have reported state it: a form asks for more than any office has.
    """
    wrong, missing = _errors(found), _missing(found)
    told = []
    for name, row in found.sent.iterrows():
        errors = tuple(wrong.get(name, ()))
        state = "late" if not row["sent"] else "faulty" if errors else "above" if row["told"] else "in"
        told.append(Standing(
            catalog.area(name, found.folder), state, errors, tuple(missing.get(name, ())), row["latest"],
            bool(row["sent"] and not row["through_parts"]), bool(row["told"]),
        ))  # fmt: skip
    return told


def _errors(found: Comparison) -> dict[str, list[str]]:
    """Return the errors of each area's own report, as the audit words them."""
    own = [area for area in reporting_areas(found.folder)
           if area in found.areas and found.period in reports(area, found.folder)]  # fmt: skip
    if not own:
        return {}
    stated, compared = (as_of(frame, found.period) for frame in load_pair(own, data_dir=found.folder))
    findings = audit.audit(stated, compared, only=found.period, data_dir=found.folder)
    errors = findings[findings["severity"] == "error"]
    return {area: [_worded(found, row) for _, row in rows.iterrows()] for area, rows in errors.groupby("area")}


def faults(found: Comparison) -> list[str]:
    """Return the errors of the paper of the area above, as the audit words them: beside its areas' sum, say."""
    if found.period not in reports(found.parent.area, found.folder):
        return []
    findings = audit.audit_stored(found.parent.area, found.period, data_dir=found.folder)
    return [_worded(found, row) for _, row in findings[findings["severity"] == "error"].iterrows()]


def _worded(found: Comparison, row: pd.Series) -> str:
    name, place, what = (row[f"{part}_{found.lang}"] for part in ("name", "place", "what"))
    mend = found.say("compare.error_mend", expected=row["mend"]) if row["mend"] else ""
    return found.say("compare.error", name=name or place, place=place, what=what) + mend


def _missing(found: Comparison) -> dict[str, list[str]]:
    """Return the names of the figures that each area that reported itself should have stated and did not."""
    rows = as_of(found.observations, found.period)
    rows = rows[(rows["status"] == "actual") & rows["indicator"].isin(list(found.form))]
    now = rows[(rows["report"] == found.period) & (rows["period"] == found.period)]
    stated = set(zip(now["area"], now["indicator"], strict=True))
    usual = now.groupby("indicator")["area"].nunique() > len(found.present) / 2
    before = rows[(rows["report"] != found.period) & (rows["period"] == rows["report"])]
    asked = set(zip(before["area"], before["indicator"], strict=True))
    own = found.sent.index[found.sent["sent"] & ~found.sent["through_parts"]]
    return {
        area: [entry.short(found.lang) for slug, entry in found.form.items()
               if (area, slug) not in stated and (usual.get(slug) or (area, slug) in asked)]
        for area in own
    }  # fmt: skip


def reminder(found: Comparison, one: Standing) -> str:
    """Return the message to paste or print for one area: what is missing, what to correct; "" where all is well."""
    if one.state != "late" and not one.errors and not one.missing:
        return ""
    place, when = one.area.title(found.lang), found.when
    above = capitalised(found.parent.title(found.lang))
    lines = [found.say("compare.reminder.to", place=place), found.say("compare.reminder.subject", when=when)]
    if one.state == "late":
        lines.append(found.say("compare.reminder.late", place=place, above=above, when=when))
        if one.latest:
            lines.append(found.say("compare.reminder.latest", latest=period_name(one.latest, found.lang)))
    else:
        received = "told" if one.told else "received"
        lines.append(found.say(f"compare.reminder.{received}", place=place, above=above, when=when))
    if one.errors:
        lines.append(found.say("compare.reminder.errors", count=len(one.errors)))
        lines += [f"{number}. {error}" for number, error in enumerate(one.errors, 1)]
    if one.missing:
        lines.append(
            found.say("compare.reminder.missing", count=len(one.missing), names=listed(one.missing, found.lang))
        )
    ask = f"compare.reminder.ask_{'late' if one.state == 'late' else 'again'}"
    return "\n".join([*lines, found.say(ask, place=place)])


def counts(every: Sequence[Standing]) -> dict[str, int]:
    """Return how many areas are in each state, worst first."""
    return {state: sum(one.state == state for one in every) for state in STATES}
