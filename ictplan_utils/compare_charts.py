"""Areas side by side as pictures: ranking with uncertainty, heat table, each indicator's spread; good at 2, 10, 130."""

from __future__ import annotations

import textwrap

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from ictplan_utils import catalog
from ictplan_utils.charts import (
    ACTUAL,
    ESTIMATE,
    INK,
    MUTED,
    PANEL_INCHES,
    STYLE,
    TEXT_POINTS,
    WIDTH_INCHES,
    Chart,
    Charts,
)  # fmt: skip
from ictplan_utils.compare_text import enough, not_enough, ranking_title
from ictplan_utils.narrative import HEADLINES, amount
from ictplan_utils.rollup.compare import FEWEST_AREAS, Comparison
from ictplan_utils.vietnamese import format_number

MOST_ROWS = 45
"""Areas a chart shows by name; of more, the first and the last of the ranking. The data below it holds all."""
DARK, LIGHT, DARK_FROM = "#1b1c1e", "#fdfdfe", 2
"""Signs on the heat table's cells keep their colours in dark mode, as the cells do; hence not INK and PAPER."""
MOST_SCORE = 2.5
"""Where the heat table's colours end: one area in eighty lies beyond by chance."""


def ranking(found: Comparison, *, lang: str = "vi") -> Chart:
    """Return the areas in order: a point for the rank, a line for the ranks it may as well have."""
    table = found.ranking
    if table.empty:
        return _empty(found, lang)
    shown = table if len(table) <= MOST_ROWS else pd.concat([table.head(MOST_ROWS // 2), table.tail(MOST_ROWS // 2)])
    vi = lang == "vi"
    with mpl.rc_context(STYLE):
        chart = _chart(ranking_title(found, lang), 1.0 + 0.25 * len(shown), lang)
        names = [found.name(area, lang) for area in table.index]
        columns = ["Địa bàn", "Hạng", "Khoảng 80%", "Điểm", "Số chỉ tiêu"] if vi else [
            "Area", "Rank", "80% interval", "Score", "Indicators"]  # fmt: skip
        chart.data = pd.DataFrame(
            [
                (name, f"{r.rank:.0f}", f"{r.low:.0f}–{r.high:.0f}",
                 format_number(r.score, 2, sign=True, lang=lang), f"{r.indicators:.0f}")
                for name, r in zip(names, table.itertuples(), strict=True)
            ],
            columns=columns,
        )  # fmt: skip
        chart.alt = _told(chart.headline, chart.data.head(MOST_ROWS))
        axes = _axes(chart, left=0.36, top=_top(chart), bottom=0.45)
        for place, row in enumerate(shown.itertuples()):
            sure = row.high <= len(table) / 2 or row.low > len(table) / 2
            axes.plot([row.low, row.high], [place, place], color=MUTED, linewidth=3, alpha=0.45)
            axes.plot(row.rank, place, "o", color=ACTUAL, markerfacecolor=ACTUAL if sure else "none", markersize=6)
        if len(shown) < len(table):
            line = MOST_ROWS // 2 - 0.5
            axes.axhline(line, color=MUTED, linewidth=0.8, linestyle=":")
            between = len(table) - len(shown)
            axes.text(len(table) + 0.5, line - 0.25, f"{between} địa bàn ở giữa" if vi else f"{between} areas between",
                      ha="right", color=MUTED, fontsize=TEXT_POINTS - 2)  # fmt: skip
        axes.set_yticks(range(len(shown)), [_short(found.name(area, lang)) for area in shown.index])
        axes.set_ylim(len(shown) - 0.4, -0.6)
        axes.set_xlim(0.2, len(table) + 0.8)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.xaxis.set_major_formatter(lambda x, _: f"{x:.0f}")
        axes.tick_params(length=0, labelsize=TEXT_POINTS - 2)
        key = ("hạng; vạch: khoảng 80%; ●: chắc chắn ở nửa trên hoặc nửa dưới" if vi
               else "rank; line: 80% interval; ●: surely in the upper or lower half")  # fmt: skip
        _key(axes, key, TEXT_POINTS - 2)
    return chart


def heat(found: Comparison, *, lang: str = "vi") -> Chart:
    """Return the heat table: areas × indicators, standard scores within the parent; blank where nothing is known."""
    z = found.z
    if z.empty or len(found.present) < FEWEST_AREAS:
        return _empty(found, lang)
    import seaborn

    vi = lang == "vi"
    order = [*found.ranking.index, *[area for area in found.areas if area not in found.ranking.index]]
    z = z.reindex(order)
    if len(z) > MOST_ROWS:
        z = pd.concat([z.loc[found.ranking.index[: MOST_ROWS // 2]], z.loc[found.ranking.index[-(MOST_ROWS // 2) :]]])
    entries = [catalog.indicator(slug, found.data_dir) for slug in z.columns]
    title = _heat_title(found, lang)
    with mpl.rc_context(STYLE):
        chart = _chart(title, 3.2 + 0.2 * len(z), lang)
        whole = found.z.reindex(order)
        chart.data = pd.DataFrame(
            [[found.name(area, lang), *[format_number(x, 1, sign=True, lang=lang) for x in row]]
             for area, row in zip(whole.index, whole.to_numpy(), strict=True)],
            columns=["Địa bàn" if vi else "Area", *[entry.short(lang) for entry in entries]],
        )  # fmt: skip
        chart.alt = (
            title
            + ". "
            + ("Bảng màu; số liệu từng ô ở bảng bên dưới." if vi else "Heat table; every cell is in the data below.")
        )
        axes = _axes(chart, left=0.29, top=_top(chart), bottom=2.5, right=0.02)
        seaborn.heatmap(
            z, ax=axes, cmap="PuOr", vmin=-MOST_SCORE, vmax=MOST_SCORE, cbar=False, linewidths=0.6,
            linecolor="#8888", mask=z.isna(), xticklabels=False, yticklabels=False,
        )  # fmt: skip
        # A sign in the cells that matter, so that nothing rests on colour.
        for (row, column), score in np.ndenumerate(z.to_numpy()):
            if np.isfinite(score) and abs(score) < 1:
                continue
            sign = "·" if not np.isfinite(score) else "+" if score > 0 else "−"
            colour = MUTED if sign == "·" else DARK if abs(score) < DARK_FROM else LIGHT
            axes.text(column + 0.5, row + 0.5, sign, ha="center", va="center", color=colour, fontsize=TEXT_POINTS - 4)
        if len(z) < len(found.z):
            axes.axhline(MOST_ROWS // 2, color=INK, linewidth=1.2, linestyle=":")
        axes.set_yticks(np.arange(len(z)) + 0.5, [_short(found.name(area, lang), 20) for area in z.index])
        axes.set_xticks(np.arange(len(entries)) + 0.5, [_short(e.short(lang), 36) for e in entries], rotation=90)
        axes.set(xlabel="", ylabel="")
        axes.tick_params(length=0, labelsize=TEXT_POINTS - 3)
        key = ("tím, +: tốt hơn trung bình từ 1 độ lệch chuẩn; cam, −: kém hơn; ·: chưa có số liệu" if vi
               else "violet, +: better than the mean by 1 SD or more; orange, −: worse; ·: no figure")  # fmt: skip
        _key(axes, key, TEXT_POINTS - 2.5)
    return chart


def spreads(found: Comparison, *, lang: str = "vi") -> Charts:
    """Return the headline indicators as small multiples: every area a point, the middle a line, the ends by name."""
    form = catalog.form(found.data_dir)
    shown = [slug for slug in HEADLINES if slug in found.level.columns and found.level[slug].notna().any()]
    shown = shown or [slug for slug in HEADLINES if slug in found.half.columns and found.half[slug].notna().any()]
    return Charts(tuple(_spread(found, form[slug], lang) for slug in shown))


def _spread(found: Comparison, entry: catalog.Indicator, lang: str) -> Chart:
    per = entry.indicator in found.level.columns and entry.kind in ("stock", "flow") and entry.maximum is None
    source = (
        found.level
        if entry.indicator in found.level.columns and found.level[entry.indicator].notna().any()
        else (found.half)
    )
    per = per and source is found.level and entry.aggregation == "sum"
    values = source[entry.indicator].dropna().sort_values(ascending=False)
    vi = lang == "vi"
    unit = entry.unit(lang) + ((" trên 1.000 dân" if vi else " per 1,000 people") if per else "")

    def say(value: float) -> str:
        if not per:
            return amount(value, entry, lang)
        return format_number(value, 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0, lang=lang)

    first, last = values.index[0], values.index[-1]
    title = f"{entry.short(lang)}: {found.name(first, lang)} {say(values.iloc[0])}"
    if len(values) > 2:
        title += f"; {'giữa' if vi else 'middle'} {say(values.median())}"
    if len(values) > 1:
        title += f"; {found.name(last, lang)} {say(values.iloc[-1])}"
    with mpl.rc_context(STYLE):
        chart = Chart(figsize=(PANEL_INCHES, 1.5))
        chart.headline, chart.lang, chart.small = title, lang, True
        chart.data = pd.DataFrame(
            [(found.name(area, lang), say(value)) for area, value in values.items()],
            columns=["Địa bàn" if vi else "Area", unit],
        )
        chart.alt = _told(f"{title} ({unit})", chart.data.head(MOST_ROWS))
        axes = _axes(chart, left=0.04, top=0.55, bottom=0.42, right=0.04)
        axes.spines["left"].set_visible(False)
        # Points that lie on each other are moved apart, always the same way.
        shift = np.random.default_rng(1).uniform(-0.3, 0.3, len(values)) if len(values) > 12 else np.zeros(len(values))
        axes.plot(values.to_numpy(), shift, "o", color=ACTUAL, markersize=5, alpha=0.6 if len(values) > 12 else 1)
        if len(values) > 2:
            axes.axvline(values.median(), color=ESTIMATE, linewidth=1.4)
        axes.set_ylim(-0.6, 0.6)
        axes.set_yticks([])
        axes.margins(x=0.08)
        axes.locator_params(axis="x", nbins=4)
        axes.xaxis.set_major_formatter(lambda x, _: format_number(x, 2, lang=lang))
        axes.tick_params(length=0, labelsize=TEXT_POINTS - 3)
        axes.set_xlabel(unit, fontsize=TEXT_POINTS - 3)
        chart.suptitle("\n".join(textwrap.wrap(title, 34)), x=0.02, y=0.99, ha="left", va="top",
                       fontsize=TEXT_POINTS - 1, fontweight="bold")  # fmt: skip
    return chart


def _heat_title(found: Comparison, lang: str) -> str:
    weak = (found.z <= -1).sum()
    if not weak.any():
        return "Các địa bàn khá đồng đều" if lang == "vi" else "The areas are much alike"
    slug = weak.idxmax()
    name = catalog.indicator(slug, found.data_dir).short(lang)
    best = found.z.mean(axis=1).idxmax()
    plus = int((found.z.loc[best] >= 1).sum())
    if lang == "vi":
        return f"{found.name(best)} vượt trội ở {plus} chỉ tiêu; {name} chênh lệch nhất: {weak[slug]} địa bàn kém hẳn"
    return f"{found.name(best, 'en')} leads in {plus} indicators; {name} parts most: {weak[slug]} areas far behind"


def _empty(found: Comparison, lang: str) -> Chart:
    """Return the chart that says why there is none."""
    with mpl.rc_context(STYLE):
        chart = _chart(not_enough(found, lang), 1.5, lang)
        chart.alt = chart.headline + "."
        chart.data = pd.DataFrame(
            [(found.name(area, lang), "✓" if sent else "–") for area, sent in found.sent["sent"].items()],
            columns=["Địa bàn", "Đã báo cáo"] if lang == "vi" else ["Area", "Reported"],
        )
        axes = _axes(chart, left=0.04, top=0.5, bottom=0.3, right=0.04)
        axes.axis("off")
        axes.text(0.5, 0.5, "\n".join(textwrap.wrap(enough(lang), 48)), transform=axes.transAxes, ha="center",
                  va="center", color=MUTED)  # fmt: skip
    return chart


def _chart(title: str, tall: float, lang: str) -> Chart:
    chart = Chart(figsize=(WIDTH_INCHES, tall))
    chart.headline, chart.lang = title, lang
    chart.suptitle("\n".join(textwrap.wrap(title, 54)), x=0.02, y=0.99, ha="left", va="top",
                   fontsize=TEXT_POINTS + 1, fontweight="bold")  # fmt: skip
    return chart


def _top(chart: Chart) -> float:
    """Return the room in inches that the title takes."""
    return 0.2 + 0.2 * len(textwrap.wrap(chart.headline, 54))


def _axes(chart: Chart, *, left: float, top: float, bottom: float, right: float = 0.04):
    """Return axes with room in inches above and below, in parts of the width at the sides."""
    tall = chart.get_figheight()
    axes = chart.add_axes((left, bottom / tall, 1 - left - right, 1 - (top + bottom) / tall))
    axes.spines[["top", "right"]].set_visible(False)
    return axes


def _key(axes, text: str, points: float) -> None:
    """Say below the axes what their signs mean."""
    axes.annotate(text, (0.02, 0), xycoords="figure fraction", xytext=(0, 4), textcoords="offset points", color=MUTED,
                  fontsize=points)  # fmt: skip


def _short(name: str, most: int = 22) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"


def _told(title: str, data: pd.DataFrame) -> str:
    return f"{title}. " + "; ".join(": ".join(map(str, row[:2])) for row in data.itertuples(index=False)) + "."
