"""The comparison in words: the verdict, who is ahead and behind since when, movers, figures worth a call, sources."""

from __future__ import annotations

import math
from collections.abc import Iterable

import pandas as pd

from ictplan_utils.catalog import Indicator
from ictplan_utils.compare.comparison import FEWEST_AREAS, FEWEST_INDICATORS, Comparison, better
from ictplan_utils.compare.standing import counts
from ictplan_utils.compare.standouts import MOST_NAMED, since
from ictplan_utils.messages import listed
from ictplan_utils.narrative import HEADLINES, Text, bullets, known, paragraph
from ictplan_utils.periods import period_name
from ictplan_utils.rollup import some, who_reported
from ictplan_utils.vietnamese import capitalised, format_number

LEADERS = 3


def opening(found: Comparison) -> Text:
    """Return the verdict, which becomes the page's title, and who is ahead and behind: the answer in two sentences."""
    title = verdict(found)
    lead = [_below(found)] if found.sent["through_parts"].any() else []
    if found.ranking.empty:
        lead.append(pair(found) or not_enough(found))
    else:
        order = [found.name(area) for area in found.ranking.index]
        few = min(LEADERS, len(order) // 2)
        lead.append(found.say("compare.lead", first=", ".join(order[:few]), last=", ".join(order[::-1][:few])))
    ranks = {f"rank/{area}": int(rank) for area, rank in found.ranking["rank"].items()}
    errors = {f"errors/{one.area.area}": len(one.errors) for one in found.standings if one.own}
    errors |= {f"errors/{found.parent.area}": len(found.faults)} if found.faults else {}
    whole = found.period_totals["value"].reindex(HEADLINES).dropna()
    totals = {f"total/{slug}": round(value) for slug, value in whole.items() if not found.form[slug].decimals}
    rows = found.period_totals.loc[[slug for slug in whole.index if f"total/{slug}" in totals]]
    covered = {f"covered/{slug}": int(count) for slug, count in rows["covered"].items()}
    covered |= {"units": int(rows["units"].max())} if covered else {}
    growths = {f"growth/{slug}": found.total_growth(slug) for slug in rows.index if found.bases[slug] == "same_half"}
    growths = {key: round(growth, 1) for key, growth in growths.items() if known(growth)}
    without = {f"without/{slug}": count for slug, count in found.slipped["indicator"].value_counts().items()}
    return paragraph(*filter(None, lead), title=title, **ranks, **errors,
                     **totals, **covered, **growths, **without)  # fmt: skip


def reservations(found: Comparison, slug: str) -> list[str]:
    """Return what must be told beside a total: what the parent's own paper states, whose figures it leaves out."""
    entry, value = found.form[slug], found.period_totals.at[slug, "value"]
    told, own = [], found.own.get(slug, math.nan)
    if known(own) and rounded(own, entry, found.lang) != rounded(value, entry, found.lang):
        told.append(found.say("compare.covered_own", value=rounded(own, entry, found.lang)))
    asked, slipped = (rows.loc[rows["indicator"] == slug, "area"] for rows in (found.asked, found.slipped))
    if len(slipped):
        whole = rounded(found.stated_totals.at[slug, "value"], entry, found.lang)
        told.append(found.say("compare.covered_without", names=names(found, slipped), whole=whole))
    if len(asked) > len(slipped):
        told.append(found.say("compare.covered_asked", count=len(asked) - len(slipped)))
    return told


def rounded(value: float, entry: Indicator, lang: str) -> str:
    """Return a figure of many areas in its indicator's decimals, a small one with a decimal more."""
    return format_number(value, entry.decimals if entry.decimals or abs(value) >= 100 else 1, lang=lang)


def verdict(found: Comparison) -> str:
    """Return who has reported and who must correct, as a title."""
    if not found.areas:
        return found.say("compare.verdict.no_areas", place=capitalised(found.parent.title(found.lang)))
    in_each, told = counts(found.standings), sum(one.told for one in found.standings)
    sent = len(found.areas) - in_each["late"] - told
    every = {"all": len(found.areas), "sent": sent, "told": told, "faulty": in_each["faulty"],
             "own": len(found.faults)}  # fmt: skip
    return who_reported(found.noun, every, found.lang)


def pair(found: Comparison) -> str:
    """Return how two areas stand to each other, where just two have figures: there is no median to rank them by."""
    if len(found.present) != 2:
        return ""
    one, other = found.present
    both = found.level.loc[[one, other]].dropna(axis=1)
    gain = (both.loc[one] - both.loc[other]) * better(both, found.form)
    if both.empty:
        return ""
    return found.say("compare.pair", all=both.shape[1], one=found.name(one), other=found.name(other),
                     wins=int((gain > 0).sum()), losses=int((gain < 0).sum()))  # fmt: skip


def _below(found: Comparison) -> str:
    """Return how many areas at the lowest level speak, where that is not the level compared."""
    covered, count = int(found.totals["covered"].max()), int(found.totals["units"].max())
    if count <= len(found.areas):
        return ""
    return found.say("compare.below", **{name: format_number(value, 0, lang=found.lang)
                                         for name, value in (("covered", covered), ("all", count))})  # fmt: skip


def not_enough(found: Comparison) -> str:
    """Return why there is no ranking."""
    count, every = len(found.present), len(found.areas)
    key = ("no_areas" if not every else "few_areas" if every < FEWEST_AREAS
           else "few_present" if count < FEWEST_AREAS else "few_indicators")  # fmt: skip
    return found.say(f"compare.not_enough.{key}", present=count, all=every, noun=found.noun, few=FEWEST_INDICATORS)


def names(found: Comparison, areas: Iterable[str]) -> str:
    """Return areas as a sentence lists them."""
    return some([found.name(area) for area in areas], found.lang)


def ahead_and_behind(found: Comparison) -> Text:
    """Return who is in the first and the last quarter, and since which report without a break."""
    few = min(MOST_NAMED, max(1, -(-len(found.ranking) // 4)))
    return bullets(_group(found, found.ranking.index[::order][:few], ahead)
                   for ahead, order in ((True, 1), (False, -1)))  # fmt: skip


def _group(found: Comparison, areas: Iterable[str], ahead: bool) -> str:
    """Return the areas of one group with their ranks, then who has been in it since an earlier report."""
    ranks, starts = [], {}
    for area in areas:
        ranks.append(found.say("compare.place", name=found.name(area), rank=span(found.ranking.loc[area])))
        starts.setdefault(since(found.ranks, area, ahead), []).append(found.name(area))
    told = [found.say(f"compare.{'ahead' if ahead else 'behind'}", list="; ".join(ranks))]
    for start in found.ranks.index[:-1]:
        if start in starts:
            record = found.say("compare.first_on_record") if start == found.ranks.index[0] else ""
            when = period_name(start, found.lang) + record
            told.append(found.say("compare.since", when=when, names=listed(starts[start], found.lang)))
    return " ".join(told)


def span(row: pd.Series) -> str:
    """Return a rank with the ranks it may as well be: `3 (1–6)`."""
    low, high = int(row["low"]), int(row["high"])
    return f"{row['rank']:.0f}" if low == high else f"{row['rank']:.0f} ({low}–{high})"


def base_words(found: Comparison, base: str) -> str:
    """Return what a growth is measured on: `so với cùng kỳ năm trước`, `so với cuối năm trước`."""
    return found.say(f"compare.base.{base}")


def sources(found: Comparison) -> Text:
    """Return where the figures come from, how areas are compared, and of when they are."""
    sent = f"{int(found.sent['sent'].sum())}/{len(found.sent)} {found.noun}"
    return paragraph(
        found.say("compare.sources.reports", when=found.when, sent=sent, place=found.parent.title(found.lang)),
        " ".join(found.say(f"compare.sources.{key}") for key, on_page in (
            ("rank", len(found.ranking)), ("interval", len(found.complete)), ("areas", True)) if on_page),
    )  # fmt: skip
