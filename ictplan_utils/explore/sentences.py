"""What a view says: a sentence a series, how two of them compare, and the title of a chart of several lines."""

from __future__ import annotations

from collections.abc import Sequence

from ictplan_utils.explore.measures import Point, Series
from ictplan_utils.messages import text
from ictplan_utils.narrative import NBSP, amount, change, grew, moved, percent
from ictplan_utils.periods import period_name
from ictplan_utils.vietnamese import format_number

LEAST_SPAN = 2
"""Years from which on a mean growth a year says more than the change itself."""


def sentence(one: Series) -> str:
    """Return what a series says from its first to its last figure, with its area."""
    lang = one.lang
    told = headline(one, text("explore.of", lang, name=one.entry.short(lang), area=one.area.title(lang)))
    if rate := _rate(one):
        told = text("explore.yearly", lang, told=told, growth=rate)
    if one.measure == "growth" and len(one.points) > 2:
        best = max(one.points, key=lambda point: point.value)
        told = text("explore.most", lang, told=told, growth=grew(best.value, one.entry, lang), when=_when(best, one))
    return text("explore.stop", lang, told=told)


def headline(one: Series, name: str = "") -> str:
    """Return the same as the title of the only line."""
    lang, name = one.lang, name or one.entry.short(one.lang)
    if not one.points:
        return text("explore.nothing", lang, name=name, why=one.remark or text("explore.no_figures", lang))
    first, last = one.points[0], one.points[-1]
    told = text("explore.told", lang, name=name, what=_what(last.value, one), when=_when(last, one))
    if one.measure == "index":
        told = text("explore.based", lang, told=told, year=first.year)
    elif one.measure != "growth" and len(one.points) > 1:
        told = text("explore.since", lang, told=told, change=_moved(one), base=_base(first, one))
    return text("explore.with_remark", lang, told=told, remark=one.remark) if one.remark else told


def comparison(found: Sequence[Series]) -> list[str]:
    """Return how two areas compare in one indicator, at the latest year both have figures of; [] where they do not."""
    if len(found) != 2 or found[0].entry != found[1].entry or found[0].measure not in ("value", "per_100"):
        return []
    one, other = ({point.year: point.value for point in series.points} for series in found)
    both = max(one.keys() & other.keys(), default=None)
    if both is None or other[both] <= 0:
        return []
    lang = found[0].lang
    times = format_number(one[both] / other[both], 2, lang=lang)
    names = {"one": found[0].area.title(lang), "other": found[1].area.title(lang)}
    return [text("explore.compared", lang, year=both, times=times, **names)]


def title(found: Sequence[Series]) -> str:
    """Return the title of a chart of several lines: where each of them ends, the highest first."""
    ends = [(one.points[-1], one, name) for one, name in zip(found, labels(found), strict=True) if one.points]
    lang, measure = found[0].lang, found[0].measure
    if not ends:
        return text("explore.nothing_to_compare", lang)
    years = {point.year for point, *_ in ends}
    said = []
    for point, one, name in sorted(ends, key=lambda end: -end[0].value):
        when = f" ({one.when(point.year)})" if len(years) > 1 else ""
        value = one.written(point.value, sign=measure == "growth")
        said.append(f"{name} {value}{NBSP}{one.unit}".rstrip(NBSP) + when)
    led = [found[0].entry.short(lang)] if len({one.entry for one in found}) == 1 else []
    if measure == "index":
        starts = {one.points[0].year for one in found if one.points}
        led.append(f"{starts.pop()} = 100" if len(starts) == 1 else text("explore.start_is_100", lang))
    led += [found[0].when(year) for year in years if len(years) == 1]
    return ": ".join(filter(None, [", ".join(led), "; ".join(said)]))


def labels(found: Sequence[Series]) -> list[str]:
    """Return what each line is called: by what differs between them."""
    lang, one_entry = found[0].lang, len({one.entry for one in found}) == 1
    if len({one.area for one in found}) == 1:
        return [one.entry.short(lang) for one in found]
    areas = [one.area.called(lang) for one in found]
    return areas if one_entry else [f"{one.entry.short(lang)}, {area}" for one, area in zip(found, areas, strict=True)]


def _what(value: float, one: Series) -> str:
    """Return the figure a series ends at, as its title tells it."""
    if one.measure == "growth":
        return grew(value, one.entry, one.lang)
    if one.measure == "index":
        return text("explore.equals", one.lang, number=format_number(value, 1, lang=one.lang))
    return amount(value, one.entry, one.lang)


def _moved(one: Series) -> str:
    first, last, lang = one.points[0].value, one.points[-1].value, one.lang
    if one.measure == "value":
        return change(last, first, one.entry, lang)
    by = format_number(abs(last - first), 1, lang=lang)
    if first > 0:
        by = text("narrative.with_growth", lang, by=by, growth=percent(100 * abs(last - first) / first, lang=lang))
    return moved(last - first, by, lang)


def _rate(one: Series) -> str:
    """Return the mean growth a year, "" where the span is too short to have one."""
    if len(one.points) < 2 or one.measure not in ("value", "per_100") or one.entry.kind == "share":
        return ""
    first, last = one.points[0], one.points[-1]
    span = last.year - first.year
    if span < LEAST_SPAN or min(first.value, last.value) <= 0:
        return ""
    return grew(one.entry.growth((last.value / first.value) ** (1 / span), 1), one.entry, one.lang)


def _base(point: Point, one: Series) -> str:
    """Return a figure's period in words, with its status where it is no achievement."""
    name = period_name(f"{point.year}-S1" if one.half else str(point.year), one.lang)
    word = text(f"charts.status.{point.status}", one.lang)
    return name if point.status == "actual" else text("explore.with_remark", one.lang, told=name, remark=word)


def _when(point: Point, one: Series) -> str:
    return text("explore.in", one.lang, when=_base(point, one))
