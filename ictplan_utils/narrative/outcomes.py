"""Forecasts held to account, in sentences: how many results lay inside, who was nearer, where both erred."""

from __future__ import annotations

import pandas as pd

from ictplan_utils.messages import text
from ictplan_utils.narrative.figures import amount, estimated, in_sentence, known, percent, share_name
from ictplan_utils.narrative.text import Text, bullets
from ictplan_utils.reports import Report
from ictplan_utils.vietnamese import format_number

NAMED = 3
"""Indicators named one by one; the others stand in the table."""


def outcome_sentences(report: Report) -> list[str]:
    """Return how June's forecasts of the latest year that is over fared, and the officials' estimates beside them."""
    rows, year = report.outcomes, report.closed_year
    if rows.empty:
        return [report.say("narrative.outcomes.none", year=year)]
    told = [report.say("narrative.outcomes.inside", year=year, inside=int(rows["inside"].sum()), count=len(rows))]
    counts = {name: int((rows["nearer"] == name).sum()) for name in ("forecast", "official", "equal")}
    if sum(counts.values()):
        told.append(report.say("narrative.outcomes.nearer", **counts))
    told += [_named(rows[rows["erred"] == whose], whose, report) for whose in ("both", "forecast", "official")]
    return list(filter(None, told))


def _named(rows: pd.DataFrame, key: str, report: Report) -> str:
    """Return the sentence that names the largest misses of one sort; "" where there is none."""
    if rows.empty:
        return ""
    off = rows["estimate_error_pct" if key == "official" else "error_pct"].abs()
    largest = rows.loc[off.sort_values(ascending=False, kind="stable").index]
    items = [_item(row, report) for _, row in largest.head(NAMED).iterrows()]
    more = len(rows) - len(items)
    rest = report.say("narrative.outcomes.more", count=more) if more else ""
    return report.say(f"narrative.outcomes.{key}", count=len(rows), list="; ".join(items), rest=rest)


def _item(row: pd.Series, report: Report) -> str:
    entry, lang = report.indicators[row["indicator"]], report.lang
    point, official = (
        format_number(estimated(row[column], entry), lang=lang) if known(row[column]) else ""
        for column in ("point", "official_estimate")
    )  # the unit stands once, behind the result
    words = {"name": in_sentence(share_name(entry, lang)), "point": point, "actual": amount(row["actual"], entry, lang)}
    key = "item" if official else "item_alone"
    return report.say(f"narrative.outcomes.{key}", **words, estimate=official)


def outcomes_by_year(report: Report) -> Text:
    """Return a line a year of how good forecasts and estimates were; in June, how that moved this year's intervals."""
    told = [year_sentence(row, report.lang) for row in report.outcomes_by_year.itertuples()]
    told += filter(None, [_moved_trust(report)])
    return bullets(told, otherwise=report.say("narrative.outcomes.never"))


def year_sentence(row, lang: str = "vi") -> str:
    """Return how good forecasts and estimates of one year were; `row` of `forecast.outcomes.outcomes_by_year`."""
    off = {"off": percent(row.error_pct, lang=lang), "estimate_off": percent(row.estimate_error_pct, lang=lang)}
    key = "year" if known(row.estimate_error_pct) else "year_alone"
    return text(f"narrative.outcomes.{key}", lang, year=row.year, inside=row.inside, count=row.count, **off)


def _moved_trust(report: Report) -> str:
    """Return how wide this June's intervals are beside last June's; "" where there is nothing to compare."""
    now, before = (_half_widths(rows) for rows in (report.forecasts, report.outcomes))
    now, before = now.align(before, join="inner")
    if now.empty:
        return ""
    counts = {"narrower": int((now < before).sum()), "wider": int((now > before).sum())}
    middle = {name: percent(each.median(), lang=report.lang) for name, each in (("now", now), ("before", before))}
    return report.say("narrative.outcomes.trust", year=report.year, last=report.closed_year, **middle, **counts)


def _half_widths(rows: pd.DataFrame) -> pd.Series:
    """Return half the 80 % interval in per cent of the forecast, by indicator."""
    rows = rows[rows["point"].notna() & (rows["point"] != 0)].set_index("indicator")
    widths = 50 * (rows["upper_80"] - rows["lower_80"]) / rows["point"].abs()
    return widths[widths > 0]
