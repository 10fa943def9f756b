"""What a report's page found, as its title: a clause or two, the same wherever two pages say the same."""

from __future__ import annotations

from ictplan_utils.narrative.figures import against, growth, in_sentence, moved
from ictplan_utils.narrative.movements import FAR_PCT, common_base_name, falls, moves_by_base, rose_and_fell
from ictplan_utils.reports import Report
from ictplan_utils.targets import JUDGED, UNLIKELY

MOST = 2
"""Clauses of a title."""


def verdict(report: Report, page: str) -> str:
    """Return what `page`, a report's notebook by its name, found; "" where there is nothing to say."""
    told = list(filter(None, (tell(report) for tell in CLAUSES[page])))[:MOST]
    return "; ".join([*told[:1], *map(in_sentence, told[1:])])


def _signing(report: Report) -> str:
    if report.only_told:
        return report.say("verdict.only_told", unit=report.area.unit(report.lang))
    found = report.findings["severity"].value_counts()
    if "error" in found:
        return report.say("verdict.errors", count=int(found["error"]))
    return report.say("verdict.signing", count=int(found.get("warning", 0)))


def _asked(report: Report) -> str:
    """Return how much must be asked beside what must be corrected; alone it is the verdict on signing."""
    found = report.findings["severity"].value_counts()
    return report.say("verdict.asked", count=int(found["warning"])) if {"error", "warning"} <= set(found.index) else ""


def _fulfilled(report: Report) -> str:
    """Return how the report's own year ended, once it is over."""
    judged = report.fulfilment[report.fulfilment["verdict"].isin(JUDGED)]
    if report.is_first_half or judged.empty:
        return ""
    met = int((judged["verdict"] != "missed").sum())
    return report.say("verdict.fulfilled", year=report.year, count=met, all=len(judged))


def _fell_far(report: Report) -> str:
    """Return the indicator that fell most, where it lost a tenth or more."""
    moves = falls(report)
    slug = min(moves, key=moves.get, default="")
    if not slug or moves[slug] > -FAR_PCT:
        return ""
    by = moved(-1, growth(moves[slug], report.lang), report.lang)
    return report.say("verdict.fell_far", name=report.entry(slug).short(report.lang), by=by)


def _hard(report: Report) -> str:
    chances = report.targets["chance"].dropna()
    hard = int((chances < UNLIKELY).sum())
    told = {"count": hard, "all": len(chances), "year": report.year + 1}
    return report.say("verdict.hard", **told) if len(chances) else ""


def _moved(report: Report) -> str:
    """Return how many indicators rose and fell, on each base that they are held against; a single one by its name."""
    groups = moves_by_base(report.figures, report.indicators, report.period, report.faulty)
    told = [_group(base, moves, report) for base, moves in groups.items()]
    return "; ".join([*told[:1], *map(in_sentence, told[1:])])


def _group(base: str, moves: dict[str, float], report: Report) -> str:
    if len(moves) == 1:
        (slug,) = moves
        compared = against(report.figures.loc[slug], report.entry(slug), report.period, report.lang)
        return report.say("verdict.moved_one", name=report.entry(slug).short(report.lang), compared=compared)
    counts = zip(("rose", "fell"), rose_and_fell(moves), strict=True)
    parts = [report.say(f"narrative.trends.{key}", count=count) for key, count in counts if count]
    told = {"base": common_base_name(base, report.period, report.lang), "count": len(moves)}
    return report.say("verdict.moved", parts=", ".join(parts) or report.say("narrative.unchanged"), **told)


def _estimated(report: Report) -> str:
    """Return how many of the office's estimates are too high; once the year is over, how many forecasts held."""
    if not report.is_first_half:
        inside = report.outcomes["inside"]
        told = {"count": int(inside.sum()), "all": len(inside), "year": report.closed_year}
        return report.say("verdict.held" if len(inside) else "verdict.not_forecast", **told)
    verdicts = report.forecasts.loc[report.forecasts["indicator"].isin(list(report.indicators)), "verdict"]
    judged = verdicts[verdicts != "none"]
    told = {"count": int((judged == "optimistic").sum()), "all": len(judged), "year": report.year}
    return report.say("verdict.high", **told) if len(judged) else ""


def _nearer(report: Report) -> str:
    """Return how the forecasts of a year that is over fared beside the office's estimates."""
    counts = {} if report.is_first_half else report.outcomes["nearer"].value_counts()
    told = {name: int(counts.get(name, 0)) for name in ("forecast", "official")}
    return report.say("verdict.nearer", **told) if any(told.values()) else ""


CLAUSES = {
    "briefing": (_signing, _fulfilled, _fell_far, _hard),
    "audit": (_signing, _asked),
    "trends": (_moved,),
    "forecast": (_estimated, _nearer),
    "targets": (_fulfilled, _hard),
}
"""What each page may say, the gravest first."""
