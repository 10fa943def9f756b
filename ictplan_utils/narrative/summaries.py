"""One report → the sentences that sum it up: what moved, where the year ends, what is planned, what came of it."""

from __future__ import annotations

import math

import pandas as pd

from ictplan_utils.catalog import Indicator
from ictplan_utils.messages import listed, text
from ictplan_utils.narrative.figures import (
    HEADLINES,
    amount,
    estimated,
    in_sentence,
    percent,
    points,
    share_name,
)
from ictplan_utils.narrative.movements import movements
from ictplan_utils.narrative.outcomes import outcome_sentences
from ictplan_utils.narrative.text import Text, bullets, paragraph
from ictplan_utils.narrative.verdicts import verdict
from ictplan_utils.observations import CORRECTED, TOLD
from ictplan_utils.periods import in_order, period_end, period_name
from ictplan_utils.reports import Report
from ictplan_utils.targets import JUDGED, LIKELY, UNLIKELY, VERDICTS

REPORTS_NAMED = 3
"""So many reports are named as sources; of more, the first and the last."""
REVISIONS_NAMED = 10
LONG = 12
"""Reasons that lie open; of more, the page shows how many there are, and unfolds them."""


def _opening(report: Report, page: str, *sentences: str, **facts: int) -> Text:
    """Return what a page begins with, and the verdict, which becomes its title."""
    return paragraph(*sentences, title=verdict(report, page), **facts)


def trend_summary(report: Report) -> Text:
    """Return how many indicators rose, fell and stood still against last year, and which moved most."""
    told = movements(report.figures, report.indicators, report.period, report.lang, report.faulty)
    return _opening(report, "trends", *told or [report.say("narrative.trends.none")])


def forecast_summary(report: Report) -> Text:
    """Return how the officials' estimates stand against our forecasts, and the one that lies furthest outside.

    Where the year is over, what came of June's forecasts.
    """
    if not report.is_first_half:
        return _opening(report, "forecast", *outcome_sentences(report))
    rows = report.forecasts[report.forecasts["indicator"].isin(list(report.indicators))]
    if not rows["point"].notna().any():
        return _opening(report, "forecast", report.say("narrative.forecast.nothing", year=report.year))
    counts = rows["verdict"].value_counts()
    parts = [
        report.say(f"narrative.forecast.{verdict}", count=int(counts[verdict]))
        for verdict in ("within", "optimistic", "cautious")
        if counts.get(verdict, 0)
    ]
    if not parts:
        return _opening(report, "forecast", report.say("narrative.forecast.alone", year=report.year))
    judged = int((rows["verdict"] != "none").sum())
    told = [report.say("narrative.forecast.counts", count=judged, year=report.year, parts=", ".join(parts))]
    outside = rows[rows["verdict"].isin(["optimistic", "cautious"])]
    if len(outside):
        far = farthest_first(outside).iloc[0]
        entry = report.indicators[far["indicator"]]
        point, estimate = (_written(far[column], entry, report) for column in ("point", "official_estimate"))
        name = in_sentence(share_name(entry, report.lang))
        told.append(report.say("narrative.forecast.furthest", name=name, point=point, estimate=estimate))
    return _opening(report, "forecast", *told)


def farthest_first(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows of `report.forecasts`, those first whose estimate lies farthest from the forecast, in parts of it."""
    size = rows["point"].abs().where(rows["point"] != 0, rows["official_estimate"].abs())
    return rows.loc[(rows["difference"].abs() / size).sort_values(ascending=False, kind="stable").index]


def forecast_reasons(report: Report) -> Text:
    """Return, an indicator a line, why its forecast is what it is; of a year that is over, those that missed."""
    rows, over = report.forecasts, not report.is_first_half
    if over:
        rows = report.outcomes[~report.outcomes["inside"]]
    pairs = zip(rows["indicator"], rows[f"why_{report.lang}"], strict=True)
    told = [(_lead(report, slug), why) for slug, why in pairs if slug in report.indicators]
    return bullets(
        (f"{lead} {why}" for lead, why in told),
        leads=(lead for lead, _ in told),
        unfold=report.say("narrative.forecast.unfold", count=len(told)) if len(told) > LONG else "",
        otherwise=report.say("narrative.forecast.none_missed") if over and len(report.outcomes) else "",
    )


def target_summary(report: Report) -> Text:
    """Return how many of next year's targets are within reach; where no chance is known, how they divide by verdict."""
    rows, following = report.targets, report.year + 1
    held = report.this_years_targets if report.is_first_half else report.fulfilment
    without = report.say("narrative.fulfilment.none", year=report.year, before=report.year - 1) if held.empty else ""
    if rows.empty:
        none_set = report.say("narrative.targets.none_set", year=following)
        return _opening(report, "targets", *filter(None, [none_set, without]))
    told = _within_reach(report) if rows["chance"].notna().any() else _by_verdict(report)
    act = f"{report.say('briefing.todo')} {report.say('briefing.missed.todo', unit=report.area.unit(report.lang))}"
    return _opening(report, "targets", *filter(None, [told, act * bool((rows["chance"] < UNLIKELY).any()), without]))


def _by_verdict(report: Report) -> str:
    counts = report.targets["verdict"].value_counts()
    parts = [
        report.say("narrative.targets.part", count=int(counts[name]), verdict=verdict_name(name, report.lang))
        for name in VERDICTS
        if counts.get(name, 0)
    ]
    told = {"count": len(report.targets), "year": report.year + 1, "parts": ", ".join(parts)}
    return report.say("narrative.targets.counts", **told)


def verdict_name(verdict: str, lang: str = "vi") -> str:
    """Return what a target's verdict is called: `vừa sức`, `phấn đấu cao`."""
    return text(f"narrative.targets.verdict.{verdict}", lang)


def _within_reach(report: Report) -> str:
    """Return how next year's targets, all of them, divide by their chances."""
    every, chances = len(report.targets), report.targets["chance"].dropna()
    likely, hard = int((chances >= LIKELY).sum()), int((chances < UNLIKELY).sum())
    counts = {"count": every, "likely": likely, "hard": hard, "between": len(chances) - likely - hard}
    unknown = report.say("narrative.targets.reach.unknown", count=every - len(chances)) if every > len(chances) else ""
    return report.say(f"narrative.targets.reach.{report.basis}", year=report.year + 1, unknown=unknown, **counts)


def no_chance(why: str, lang: str = "vi") -> str:
    """Return why a target has no chance stated, "" where it has one."""
    return text(f"narrative.targets.no_chance.{why}", lang) if why else ""


def chance_basis(report: Report) -> str:
    """Return what the chances of next year's targets rest on, and why some targets have none."""
    rows, told = report.targets, []
    if rows["chance"].notna().any():
        told = [report.say(f"narrative.targets.basis.{report.basis}", year=report.year)]
    counts = rows.loc[rows["no_chance"] != "", "no_chance"].value_counts()
    if len(counts):
        parts = [
            report.say("narrative.targets.without_chance_part", why=no_chance(why, report.lang), count=int(count))
            for why, count in counts.items()
        ]
        told.append(report.say("narrative.targets.without_chance", count=int(counts.sum()), parts=", ".join(parts)))
    return " ".join(told)


def fulfilment_summary(report: Report) -> Text:
    """Return how many of the year's targets were met, which fell furthest short, by sector, and the years before.

    Nothing where no target can be judged.
    """
    rows = report.fulfilment
    judged = rows[rows["verdict"].isin(JUDGED)]
    if judged.empty:
        return paragraph()
    met = judged["verdict"] != "missed"
    told = [report.say("narrative.fulfilment.counts", year=report.closed_year, met=int(met.sum()), count=len(judged))]
    if waits := int((rows["verdict"] == "awaited").sum()):
        told[0] += f" {report.say('narrative.fulfilment.left_out', count=waits)}"
    missed = judged[~met]
    if len(missed):
        slug = missed["shortfall"].idxmax()
        name = in_sentence(share_name(report.indicators[slug], report.lang))
        words = fulfilment_words(missed.loc[slug], report)
        told.append(report.say("narrative.fulfilment.worst", name=name, told=words))
    sectors = met.groupby([report.indicators[slug].sector for slug in judged.index], sort=False).agg(["sum", "size"])
    parts = [
        report.say(
            "narrative.fulfilment.sector", sector=sector_name(sector, report.lang), met=row["sum"], count=row["size"]
        )
        for sector, row in sectors.iterrows()
    ]
    told.append(report.say("narrative.fulfilment.by_sector", parts=", ".join(parts)))
    told += [
        report.say("narrative.fulfilment.year_before", year=row.year, met=row.met, count=row.judged)
        for row in report.fulfilment_by_year[report.fulfilment_by_year["year"] < report.closed_year].itertuples()
    ]
    return paragraph(" ".join(told[:2]), *told[2:])


def fulfilment_line(row: pd.Series, report: Report, name: str) -> str:
    """Return what was planned and what came of an indicator, called `name`; `row` is one of `report.fulfilment`."""
    entry = report.indicators[row.name]
    target, actual = (amount(row[column], entry, report.lang) for column in ("target", "actual"))
    told = fulfilment_words(row, report)
    return report.say("narrative.fulfilment.line", name=name, target=target, actual=actual, told=told)


def fulfilment_words(row: pd.Series, report: Report) -> str:
    """Return what a target's result is called: `đạt 98,3% kế hoạch, thiếu 1 vị trí trạm`."""
    entry = report.indicators[row.name]
    if row["verdict"] in ("unknown", "awaited"):
        return report.say(f"narrative.fulfilment.{row['verdict']}")
    gap = abs(row["actual"] - row["target"])
    by = points(gap, lang=report.lang) if entry.kind == "share" else amount(gap, entry, report.lang)
    part = report.say("narrative.fulfilment.share", pct=of_target(row, report.lang))
    without_share = entry.kind == "share" or entry.direction == "lower"
    if row["verdict"] == "reached" or (row["verdict"] == "met" and not without_share):
        return part
    lower = "_lower" if row["verdict"] == "missed" and entry.direction == "lower" else ""
    verdict = report.say(f"narrative.fulfilment.{row['verdict']}{lower}", by=by)
    return verdict if without_share else f"{part}, {verdict}"


def of_target(row: pd.Series, lang: str = "vi") -> str:
    """Return what part of its target a result is: `98,3%`; one that missed it by a hair is under, or over, `100%`."""
    pct = row["pct_of_target"]
    if row["verdict"] == "missed" and round(pct, 1) == 100:
        return text(f"narrative.{'under' if pct < 100 else 'over'}", lang, number=percent(100, lang=lang))
    return percent(pct, lang=lang)


def sector_name(sector: str, lang: str = "vi") -> str:
    """Return what a sector is called: `Viễn thông`."""
    return text(f"narrative.sector.{sector}", lang)


def audit_answer(report: Report) -> Text:
    """Return the audit's verdict, how much is only untidy, and the number of errors for the index."""
    counts = report.findings["severity"].value_counts()
    errors, tidy = (int(counts.get(name, 0)) for name in ("error", "info"))
    told = [report.say("narrative.audit.untidy", count=tidy)] if tidy else []
    return _opening(report, "audit", *told, errors=errors)


def finding_parts(finding: pd.Series, report: Report) -> tuple[str, str, str]:
    """Return an audit's finding as (indicator's name, place in the document, what is wrong)."""
    name, place, what = (finding[f"{part}_{report.lang}"] for part in ("name", "place", "what"))
    return name, place, what + "."


def worst_first(errors: pd.DataFrame) -> pd.DataFrame:
    """Return an audit's errors as a leader hears of them: mended ones, of what is asked for first, the farthest off."""

    def value(text: str) -> float:
        try:
            return float(text.strip("≥≤ %").replace(".", "").replace(",", "."))
        except ValueError:
            return math.nan

    def off(*told: str) -> float:
        printed, mend = map(value, told)
        return abs(math.log(printed / mend)) if printed > 0 and mend > 0 else 0.0

    ranks = {slug: place for place, slug in enumerate(HEADLINES)}
    order = errors.assign(
        open=~errors["expected"].astype(bool), rank=errors["indicator"].map(ranks).fillna(len(ranks)),
        off=[-off(*told) for told in zip(errors["printed"], errors["expected"], strict=True)],
    ).sort_values(["open", "rank", "off"], kind="stable")  # fmt: skip
    return errors.loc[order.index]


def revisions(report: Report) -> Text:
    """Return the figures that this report states otherwise than earlier ones, the largest change first; or nothing."""
    found = report.revisions[report.revisions["indicator"].isin(list(report.indicators))]
    told = []
    for row in found.head(REVISIONS_NAMED).itertuples():
        entry = report.indicators[row.indicator]
        told.append(report.say(
            "narrative.revisions.line", name=entry.short(report.lang), when=period_name(row.period, report.lang),
            before=amount(row.before, entry, report.lang), now=amount(row.now, entry, report.lang),
            report=period_name(row.before_report, report.lang),
        ))  # fmt: skip
    if len(found) > REVISIONS_NAMED:
        told.append(report.say("narrative.revisions.more", count=len(found) - REVISIONS_NAMED))
    return bullets(told) if told else paragraph()


def sources(report: Report) -> Text:
    """Return where the figures come from and of when they are."""
    observations = report.observations
    printed, told_of = observations["printed"] != "", observations["source"].str.startswith(TOLD)
    stated = observations[printed & ~told_of]
    names = [period_name(name, report.lang) for name in in_order(stated["report"])]
    which = (
        report.say("narrative.sources.span", count=len(names), first=names[0], last=names[-1])
        if len(names) > REPORTS_NAMED
        else listed(names, report.lang)
    )
    area = report.area.title(report.lang)
    told = [report.say("narrative.sources.stated", count=len(stated), area=area, reports=which)] if names else []
    counts = {
        "told": int((printed & told_of).sum()),
        "derived": int((~printed).sum()),
        "corrected": int(observations["note"].str.startswith(CORRECTED).sum()),
    }
    told += [report.say(f"narrative.sources.{key}", count=count) for key, count in counts.items() if count]
    day = period_end(report.period, report.lang)
    if not told:
        told = [report.say("narrative.sources.none")]
    return paragraph(f"{'; '.join(told)}.", report.say("narrative.sources.as_of", day=day))


def _lead(report: Report, slug: str) -> str:
    """Return what a line on an indicator begins with, and what stands out there."""
    return f"{report.indicators[slug].short(report.lang)}:"


def _written(value: float, entry: Indicator, report: Report) -> str:
    """Return a forecast as it is told: no finer than the indicator is stated."""
    return amount(estimated(value, entry), entry, report.lang)
