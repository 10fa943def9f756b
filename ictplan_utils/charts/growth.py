"""Growth asked of next year beside growth achieved: one line an indicator."""

from __future__ import annotations

import textwrap

import matplotlib as mpl
import pandas as pd

from ictplan_utils.charts.chart import ACTUAL, MUTED, PAPER, STYLE, TARGET, TEXT_POINTS, WIDTH_INCHES, Chart, say_empty
from ictplan_utils.narrative import known
from ictplan_utils.reports import Report
from ictplan_utils.vietnamese import format_number


def growth_asked(report: Report, *, shares: bool) -> Chart:
    """Return growth achieved this year and asked for next year, an indicator a line.

    `shares` chooses what moves in percentage points; everything else moves in per cent.
    """
    rows, lang = report.targets, report.lang
    entries = {slug: report.indicators[slug] for slug in rows.index}
    aims = [entry.direction != "none" and (entry.kind == "share") == shares for entry in entries.values()]
    chosen = rows[pd.Series(aims, index=rows.index, dtype=bool)]
    chosen = chosen[(chosen[["achieved", "asked"]].abs() > 0.05).any(axis=1)].sort_values("asked")
    this, vi = report.year, lang == "vi"
    unit = ("điểm %" if vi else "percentage points") if shares else "%"
    bold = [entries[slug].short(lang) for slug in chosen.index[chosen["verdict"] == "ambitious"]]
    title = _growth_title(len(chosen), bold, this, shares, lang)
    with mpl.rc_context(STYLE):
        chart = Chart(figsize=(WIDTH_INCHES, 1.1 + 0.46 * max(len(chosen), 1)))
        chart.headline, chart.lang = title, lang
        chart.suptitle("\n".join(textwrap.wrap(title, 54)), x=0.02, y=0.99, ha="left", va="top",
                       fontsize=TEXT_POINTS + 1, fontweight="bold")  # fmt: skip
        columns = ("Chỉ tiêu", f"Đạt được {this}", f"Đòi hỏi {this + 1}") if vi else (
            "Indicator", f"Achieved {this}", f"Asked {this + 1}")  # fmt: skip
        told = [
            (entries[slug].short(lang), *(f"{format_number(row[c], 1, sign=True, lang=lang)} {unit}"
             for c in ("achieved", "asked")))
            for slug, row in chosen[::-1].iterrows()
        ]  # fmt: skip
        chart.data = pd.DataFrame(told, columns=list(columns))
        chart.alt = f"{title}. " + "; ".join(f"{a}: {b} → {c}" for a, b, c in told) + "."
        tall = chart.get_figheight()
        axes = chart.add_axes((0.02, 0.34 / tall, 0.96, 1 - 0.95 / tall))
        for place, (slug, row) in enumerate(chosen.iterrows()):
            _dumbbell(axes, place, row, entries[slug].short(lang), lang)
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.set_yticks([])
        if chosen.empty:
            say_empty(axes, lang)
            return chart
        axes.axvline(0, color=MUTED, linewidth=0.8, zorder=0)
        axes.set_ylim(-0.6, len(chosen) - 0.1)
        axes.margins(x=0.14)
        axes.xaxis.set_major_formatter(lambda x, _: format_number(x, 0 if x == round(x) else 1, sign=True, lang=lang))
        key = (f"● đạt được {this}   ◇ đòi hỏi {this + 1}   ({unit})" if vi
               else f"● achieved {this}   ◇ asked {this + 1}   ({unit})")  # fmt: skip
        axes.text(0, 1.0, key, transform=axes.transAxes, color=MUTED, fontsize=TEXT_POINTS - 1, va="bottom")
    return chart


def _growth_title(count: int, bold: list[str], this: int, shares: bool, lang: str) -> str:
    kind = ("tỷ lệ" if shares else "chỉ tiêu") if lang == "vi" else ("share" if shares else "indicator")
    if not count and lang == "vi":
        return f"Không có {kind} nào trong kế hoạch năm {this + 1} để so sánh với mức đã đạt"
    if not count:
        return f"No {kind} has a target for {this + 1} to hold against what was achieved"
    if lang == "en":
        verb = "asks" if len(bold) == 1 else "ask"
        return f"{len(bold)} of {count} {kind}s that move {verb} much more of {this + 1} than {this} achieved"
    return f"{len(bold)}/{count} {kind} có thay đổi đặt mức phấn đấu năm {this + 1} cao hơn hẳn năm {this}"


def _dumbbell(axes, place: int, row: pd.Series, name: str, lang: str) -> None:
    """Draw one line: achieved filled, asked hollow, both with their figures, the name above."""
    if known(row["achieved"]):
        axes.plot([row["achieved"], row["asked"]], [place, place], color=MUTED, linewidth=1)
        axes.plot(row["achieved"], place, "o", color=ACTUAL, markersize=7)
    axes.plot(row["asked"], place, "D", color=TARGET, markerfacecolor=PAPER, markeredgewidth=1.8, markersize=7)
    left = not known(row["achieved"]) or row["asked"] < row["achieved"]
    for value, colour, before in ((row["asked"], TARGET, left), (row["achieved"], ACTUAL, not left)):
        if known(value):
            axes.annotate(format_number(value, 1, sign=True, lang=lang), (value, place), color=colour,
                          xytext=(-8 if before else 8, 0), textcoords="offset points", va="center",
                          ha="right" if before else "left", fontsize=TEXT_POINTS - 2)  # fmt: skip
    axes.text(0, place + 0.3, name, transform=axes.get_yaxis_transform(), fontsize=TEXT_POINTS - 1.5, va="center",
              bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1})  # fmt: skip
