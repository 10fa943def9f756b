"""What a view says: a sentence a series, how two of them compare, and the title of a chart of several lines."""

from __future__ import annotations

from collections.abc import Sequence

from ictplan_utils import narrative, periods
from ictplan_utils.catalog import Indicator
from ictplan_utils.explore.measures import Point, Series, growth_of, unit
from ictplan_utils.messages import text
from ictplan_utils.narrative import NBSP, amount, change, percent, points
from ictplan_utils.vietnamese import format_number

LEAST_SPAN = 2
"""Years from which on a mean growth a year says more than the change itself."""
STILL = 0.05
"""Growth, in per cent or points, that is printed as none."""


def sentence(one: Series, measure: str, half: bool, lang: str) -> str:
    """Return what a series says from its first to its last figure, with its area."""
    name = text("explore.of", lang, name=one.entry.short(lang), area=one.area.title(lang))
    told = headline(one, measure, half, lang, name)
    if len(one.points) > 1:
        told = text("explore.yearly", lang, told=told, growth=rate) if (rate := _rate(one, measure, lang)) else told
        if measure == "growth" and len(one.points) > 2:
            best = max(one.points, key=lambda point: point.value)
            most = {"growth": _grew(best.value, one, lang), "when": _when(best, half, lang)}
            told = text("explore.most", lang, told=told, **most)
    return text("explore.stop", lang, told=told)


def headline(one: Series, measure: str, half: bool, lang: str, name: str = "") -> str:
    """Return the same as the title of the only line."""
    name = name or one.entry.short(lang)
    if not one.points:
        return text("explore.nothing", lang, name=name, why=one.remark or text("explore.no_figures", lang))
    first, last = one.points[0], one.points[-1]
    what = {"growth": _grew, "index": _index}.get(measure, _stated)(last.value, one, lang)
    told = text("explore.told", lang, name=name, what=what, when=_when(last, half, lang))
    if measure == "index":
        told = text("explore.based", lang, told=told, year=first.year)
    elif measure != "growth" and len(one.points) > 1:
        told = text("explore.since", lang, told=told, change=_moved(one, measure, lang), base=_base(first, half, lang))
    return text("explore.with_remark", lang, told=told, remark=one.remark) if one.remark else told


def comparison(found: Sequence[Series], measure: str, lang: str) -> list[str]:
    """Return how two areas compare in one indicator, at the latest year both have figures of; [] where they do not."""
    if len(found) != 2 or found[0].entry != found[1].entry or measure not in ("value", "per_100"):
        return []
    one, other = ({point.year: point.value for point in series.points} for series in found)
    both = max(one.keys() & other.keys(), default=None)
    if both is None or other[both] <= 0:
        return []
    times = format_number(one[both] / other[both], 2, lang=lang)
    names = {"one": found[0].area.title(lang), "other": found[1].area.title(lang)}
    return [text("explore.compared", lang, year=both, times=times, **names)]


def title(found: Sequence[Series], measure: str, half: bool, lang: str) -> str:
    """Return the title of a chart of several lines: where each of them ends, the highest first."""
    ends = [(one.points[-1], one, name) for one, name in zip(found, labels(found, lang), strict=True) if one.points]
    if not ends:
        return text("explore.nothing_to_compare", lang)
    years = {point.year for point, *_ in ends}
    said = []
    for point, one, name in sorted(ends, key=lambda end: -end[0].value):
        value = format_number(point.value, decimals(one, measure), sign=measure == "growth", lang=lang)
        when = f" ({mark(half)}{point.year})" if len(years) > 1 else ""
        said.append(f"{name} {value}{NBSP}{unit(one.entry, measure, lang)}".rstrip(NBSP) + when)
    led = [found[0].entry.short(lang)] if len({one.entry for one in found}) == 1 else []
    if measure == "index":
        starts = {one.points[0].year for one in found if one.points}
        led.append(f"{starts.pop()} = 100" if len(starts) == 1 else text("explore.start_is_100", lang))
    led += [f"{mark(half)}{year}" for year in years if len(years) == 1]
    return ": ".join(filter(None, [", ".join(led), "; ".join(said)]))


def labels(found: Sequence[Series], lang: str) -> list[str]:
    """Return each series' name on the chart: what differs between them."""
    one_area, one_entry = (len(set(each)) == 1 for each in zip(*((one.area, one.entry) for one in found), strict=True))
    if one_area:
        return [one.entry.short(lang) for one in found]
    return [one.area.called(lang) if one_entry else f"{one.entry.short(lang)}, {one.area.called(lang)}"
            for one in found]  # fmt: skip


def grew(value: float, entry: Indicator, lang: str) -> str:
    """Return a growth in words: `tăng 3,2%`, `giảm 1 điểm %`, `không đổi`."""
    if abs(value) < STILL:
        return text("narrative.unchanged", lang)
    written = points if entry.kind == "share" else percent
    return narrative.moved(value, written(abs(value), lang=lang), lang)


def decimals(one: Series, measure: str) -> int:
    """Return how many decimals a series is shown in."""
    if measure != "value":
        return 1
    small = bool(one.points) and max(abs(point.value) for point in one.points) < 100
    return one.entry.decimals or int(small and one.entry.kind in ("rate", "share"))


def mark(half: bool) -> str:
    """Return what stands before a year on an axis: `6/` for its first half."""
    return "6/" if half else ""


def _stated(value: float, one: Series, lang: str) -> str:
    return amount(value, one.entry, lang)


def _index(value: float, one: Series, lang: str) -> str:
    return text("explore.equals", lang, number=format_number(value, 1, lang=lang))


def _grew(value: float, one: Series, lang: str) -> str:
    return grew(value, one.entry, lang)


def _moved(one: Series, measure: str, lang: str) -> str:
    first, last = one.points[0].value, one.points[-1].value
    if measure == "value":
        return change(last, first, one.entry, lang)
    by = format_number(abs(last - first), 1, lang=lang)
    if first > 0:
        by = text("narrative.with_growth", lang, by=by, growth=percent(100 * abs(last - first) / first, lang=lang))
    return narrative.moved(last - first, by, lang)


def _rate(one: Series, measure: str, lang: str) -> str:
    """Return the mean growth a year, where the span is long enough to have one."""
    first, last = one.points[0], one.points[-1]
    span = last.year - first.year
    if measure not in ("value", "per_100") or span < LEAST_SPAN or min(first.value, last.value) <= 0:
        return ""
    if one.entry.kind == "share":
        return ""
    return grew(growth_of((last.value / first.value) ** (1 / span), 1, one.entry), one.entry, lang)


def _base(point: Point, half: bool, lang: str) -> str:
    """Return a figure's period in words, with its status where it is no achievement."""
    name = periods.period_name(f"{point.year}-S1" if half else str(point.year), lang)
    word = text(f"charts.status.{point.status}", lang)
    return name if point.status == "actual" else text("explore.with_remark", lang, told=name, remark=word)


def _when(point: Point, half: bool, lang: str) -> str:
    return text("explore.in", lang, when=_base(point, half, lang))
