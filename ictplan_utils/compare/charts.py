"""Areas side by side as pictures: one strip an indicator, each area a named dot, median and ends labelled."""

from __future__ import annotations

from collections.abc import Iterator

import matplotlib as mpl
import pandas as pd

from ictplan_utils.catalog import Indicator
from ictplan_utils.charts import ACTUAL, INK, MUTED, STYLE, Chart, Charts
from ictplan_utils.charts.chart import Written, told_table
from ictplan_utils.charts.look import ACTUAL2, LETTERS, LINE, NARROW, PANEL
from ictplan_utils.charts.sheet import Sheet, width
from ictplan_utils.compare.comparison import Comparison, by_people
from ictplan_utils.compare.sentences import names
from ictplan_utils.narrative import HEADLINES, amount
from ictplan_utils.rollup import some
from ictplan_utils.tables.cells import WRONG
from ictplan_utils.vietnamese import format_number

FLOOR, CEILING, SIDE = 34, 20, 8
"""The room under the dots for the ends' names, above them for the median, and beside them, in pixels."""
SWARM = 68
FEWEST = 5
"""Dots: fewer are no spread."""
MARK, SMALL_MARK, CROWDED = 7.0, 5.0, 60
"""How large a dot is; of more areas than CROWDED, each is small."""


def spreads(found: Comparison) -> Charts:
    """Return the headline indicators as strips: every area a dot that names itself, the median and the ends labelled.

    Counts and flows per 1,000 people where the areas' people are known, else as they are. No strip of fewer than
    FEWEST areas.
    """
    shown = [slug for slug in compared(found) if len(values(found, found.form[slug])[0]) >= FEWEST]
    with mpl.rc_context(STYLE):
        panels = [_strip(found, found.form[slug]) for slug in shown]
    return Charts(tuple(panels), unmeasured(found) if found.present else found.say("compare.no_figures"))


def unmeasured(found: Comparison) -> str:
    """Return which areas cannot be compared by head, as nobody knows how many people they have; "" for none."""
    by_head = [slug for slug in found.level.columns if by_people(found.form[slug])]
    stated = found.half[by_head].notna().any(axis=1) & found.level[by_head].isna().all(axis=1)
    areas = list(found.half.index[stated]) if by_head else []
    return found.say("compare.unmeasured", names=names(found, areas)) if areas else ""


def compared(found: Comparison) -> list[str]:
    """Return the headline indicators that the areas can be compared by, else those they state."""
    for frame in (found.level, found.half):
        shown = [slug for slug in HEADLINES if slug in frame.columns and frame[slug].notna().any()]
        if shown:
            return shown
    return []


def values(found: Comparison, entry: Indicator) -> tuple[pd.Series, bool]:
    """Return an indicator's figures as they are compared, best known first, and whether they are per 1,000 people."""
    known = entry.indicator in found.level.columns and found.level[entry.indicator].notna().any()
    frame = found.level if known else found.half
    return frame[entry.indicator].dropna().sort_values(ascending=False), bool(known and by_people(entry))


def written(found: Comparison, entry: Indicator, value: float, per: bool) -> str:
    """Return a compared figure as it is printed: per 1,000 people with three digits, else with its unit."""
    return three_digits(value, found.lang) if per else amount(value, entry, found.lang)


def three_digits(value: float, lang: str) -> str:
    """Return a figure with three digits, from 100 up with all it has before the comma."""
    return format_number(value, 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0, lang=lang)


def unit(found: Comparison, entry: Indicator, per: bool) -> str:
    """Return the unit of the compared figures: `trạm/1.000 dân`."""
    own = entry.unit(found.lang)
    return found.say("compare.per_people", unit=own) if per else own


def sure(found: Comparison, slug: str, figures: pd.Series) -> pd.Series:
    """Return the figures of an indicator that nobody asks back, which make its scale; all where every one is."""
    asked = found.asked.loc[found.asked["indicator"] == slug, "area"]
    kept = figures.drop(asked, errors="ignore")
    return kept if len(kept) else figures


def _strip(found: Comparison, entry: Indicator) -> Chart:
    """Return one indicator's strip, and its wide one."""
    figures, per = values(found, entry)
    scale = sure(found, entry.indicator, figures)
    told = {area: (found.name(area), written(found, entry, value, per) + ("" if area in scale.index else f" {WRONG}"))
            for area, value in figures.items()}  # fmt: skip
    beyond = [area for area, value in figures.items() if not scale.min() <= value <= scale.max()]
    drawn = figures.drop(beyond)
    high, title, in_ = FLOOR + SWARM + CEILING, entry.short(found.lang), unit(found, entry, per)
    chart, chart.wide = (Chart.in_pixels(wide, high, found.lang, title, in_) for wide in (NARROW, PANEL))
    cells = [(told[area][0], Written(value, told[area][1])) for area, value in figures.items()]
    chart.told = told_table(cells, [found.say("compare.area"), chart.unit])
    ends = {"first": ": ".join(told[scale.index[0]]), "last": ": ".join(told[scale.index[-1]])}
    middle = written(found, entry, drawn.median(), per)
    chart.alt = found.say("compare.strip", name=chart.headline, unit=chart.unit, median=middle, count=len(told), **ends)
    if len(scale) < len(drawn):
        chart.unit += found.say("compare.strip_asked")
    if beyond:
        far = [f"{found.name(area)} {_bare(written(found, entry, figures[area], per), entry, found.lang)}"
               for area in beyond]  # fmt: skip
        words = found.say("compare.strip_beyond", list=some(far, found.lang))
        chart.unit, chart.alt = chart.unit + words, chart.alt + words
    median = found.say("compare.median", value=_bare(middle, entry, found.lang))
    for each in (chart, chart.wide):
        each.alt, each.shape = chart.alt, "small"
        _dots(Sheet(each), drawn, told, median, scale)
    return chart


def _bare(words: str, entry: Indicator, lang: str) -> str:
    """Return a figure without its unit, which stands under the title."""
    return words.removesuffix(entry.unit(lang)).strip()


def _dots(sheet: Sheet, figures: pd.Series, told: dict[str, tuple[str, str]], median: str, scale: pd.Series) -> None:
    """Draw the dots, what is asked back as a ring, and name both ends of the others."""
    low, high, middle = scale.min(), scale.max(), figures.median()
    size = MARK if len(figures) <= CROWDED else SMALL_MARK
    span = (high - low) or 1.0

    def across(value: float) -> float:
        return SIDE + (value - low) / span * (sheet.width - 2 * SIDE) if high > low else sheet.width / 2

    base = FLOOR + SWARM / 2
    sheet.line([0, sheet.width], [base, base], color=LINE, linewidth=1)
    if len(figures) > 2:
        at = across(middle)
        sheet.line([at, at], [FLOOR + 2, FLOOR + SWARM], color=INK, linewidth=1, linestyle=(0, (2, 2)))
        half = width(median, True) / 2
        sheet.text(min(max(at, half), sheet.width - half), FLOOR + SWARM + 3, median, bold=True, va="bottom")
    heights = _swarm([across(value) for value in figures], size + 1)
    for (slug, value), height in zip(figures.items(), heights, strict=True):
        ring = slug not in scale.index
        end = ring or (value in (low, high) and high > low)
        sheet.mark(across(value), base + height, name=": ".join(told[slug]), shape="o", hollow=ring, size=size,
                   colour=ACTUAL if end else ACTUAL2)  # fmt: skip
    for slug, ha, x in ((scale.index[-1], "left", 0.0), (scale.index[0], "right", sheet.width)):
        if len(scale) == 1 and ha == "left":
            continue
        area, words = told[slug]
        name = area if width(area) <= sheet.width / 2 - 4 else _cut(area, sheet.width / 2 - 4)
        sheet.text(x, FLOOR - 3, name, ha=ha, va="top", colour=MUTED)
        sheet.text(x, FLOOR - 4 - LETTERS * 1.25, words.split("\N{NO-BREAK SPACE}")[0], ha=ha, va="top", bold=True)


def _cut(name: str, most: float) -> str:
    while name and width(f"{name}…") > most:
        name = name[:-1]
    return f"{name.rstrip()}…"


def _swarm(xs: list[float], size: float) -> Iterator[float]:
    """Return how far each dot is moved off the line so that no two overlap, nearest place first (a beeswarm).

    Where so many lie together that they would leave the strip, they lie on each other.
    """
    placed: list[tuple[float, float]] = []
    most = SWARM / 2 - size / 2
    steps = [0.0, *(sign * step * size for step in range(1, int(most / size) + 1) for sign in (1, -1))]
    for x in xs:
        height = next(
            (y for y in steps if all(abs(x - a) >= size or abs(y - b) >= size for a, b in placed)),
            steps[len(placed) % len(steps)],
        )
        placed.append((x, height))
        yield height
