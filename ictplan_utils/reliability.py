"""How far the forecasts can be trusted, for people to look at: a calibration chart, a table, sentences."""

from __future__ import annotations

import matplotlib as mpl
import pandas as pd
from great_tables import GT

from ictplan_utils.charts import ACTUAL, ESTIMATE, FORECAST, MUTED, STYLE, TARGET, TEXT_POINTS, WIDTH_INCHES, Chart
from ictplan_utils.forecast import prior
from ictplan_utils.narrative import Text, paragraph
from ictplan_utils.vietnamese import format_number

KIND_WORDS = {
    "flow": ("Số cộng dồn (doanh thu, giờ)", "Flows (revenue, hours)"),
    "stock": ("Số tại thời điểm (trạm, thuê bao)", "Stocks (stations, subscribers)"),
    "rate": ("Mật độ (trên 100 dân)", "Rates (per 100 people)"),
    "share": ("Tỷ lệ %", "Shares (%)"),
}
_LOOKS = {"flow": (ACTUAL, "o"), "stock": (ESTIMATE, "s"), "rate": (FORECAST, "^"), "share": (TARGET, "D")}
NBSP = "\u00a0"
SOURCES_VI = (
    "Nguồn: số liệu của các cuộc thi dự báo M1, M3 và du lịch 2010; thống kê chính thức của Úc; "
    "Tổng cục Thống kê Việt Nam 2000–2024; cơ quan quản lý viễn thông Argentina, Ấn Độ, Nigeria."
)
LARGEST_BREACH = 5.0
"""Percentage points between promised and observed coverage that still count as kept."""
SMALLEST_JUDGED = 30
"""Fewer windows than this say little: the table marks them."""


def calibration_chart(levels: pd.DataFrame, lang: str = "vi") -> Chart:
    """Return how often the truth fell inside the intervals, against how often it should.

    `levels`: kind, nominal, observed (parts of 1), windows, as backtesting.calibration returns them.
    """
    vi = lang == "vi"
    off = 100 * (levels["observed"] - levels["nominal"]).abs().max() if len(levels) else 0.0
    points = format_number(off, 1, lang=lang)
    kept = off <= LARGEST_BREACH
    if vi:
        said = "đạt độ tin cậy công bố, lệch nhiều nhất" if kept else "chưa đạt độ tin cậy công bố, lệch tới"
        title = f"Khoảng dự báo {said} {points} điểm phần trăm"
    else:
        title = (
            f"Intervals keep their promise to within {points} points" if kept else f"Intervals miss by {points} points"
        )
    if not len(levels):
        title = "Chưa đủ số liệu để kiểm chứng" if vi else "Not enough figures to check yet"
    with mpl.rc_context(STYLE):
        chart = Chart(figsize=(WIDTH_INCHES, WIDTH_INCHES))
        chart.headline, chart.lang = title, lang
        axes = chart.add_axes((0.14, 0.12, 0.82, 0.74))
        axes.plot([40, 100], [40, 100], color=MUTED, linewidth=0.8, linestyle="--", zorder=0)
        for kind, part in levels.groupby("kind", sort=False):
            colour, marker = _LOOKS[kind]
            axes.plot(
                100 * part["nominal"], 100 * part["observed"], color=colour, marker=marker, label=_word(kind, lang)
            )
        axes.set_xlabel("Độ tin cậy công bố (%)" if vi else "Promised coverage (%)")
        axes.set_ylabel("Tỷ lệ thực tế nằm trong khoảng (%)" if vi else "Observed coverage (%)")
        axes.spines[["top", "right"]].set_visible(False)
        if len(levels):
            axes.legend(frameon=False, fontsize=TEXT_POINTS - 1.5, loc="upper left")
        chart.suptitle(title, x=0.02, y=0.99, ha="left", va="top", fontsize=TEXT_POINTS, fontweight="bold", wrap=True)
        columns = ("Loại", "Công bố %", "Thực tế %") if vi else ("Kind", "Promised %", "Observed %")
        told = [
            (_word(row.kind, lang), format_number(100 * row.nominal, 0, lang=lang),
             format_number(100 * row.observed, 1, lang=lang))
            for row in levels.itertuples()
        ]  # fmt: skip
        chart.data = pd.DataFrame(told, columns=list(columns))
        promised, held = ("công bố", "thực tế") if vi else ("promised", "observed")
        per = f"{NBSP}%" if vi else "%"
        chart.alt = f"{title}. " + "; ".join(f"{a}: {promised} {b}{per}, {held} {c}{per}" for a, b, c in told) + "."
    return chart


def trust_table(summary: pd.DataFrame, lang: str = "vi") -> GT:
    """Return errors and coverage by kind and history length; `summary` of backtesting.judged or trust."""
    vi = lang == "vi"
    title = "Sai số dự báo theo loại và số năm lịch sử" if vi else "Errors by kind and length of history"
    note = (
        "Sai số đối xứng trung bình; cách tính quen dùng: trung vị của gấp đôi, tỷ lệ năm trước, xu thế… "
        "(*): quá ít lần thử."
        if vi
        else "Mean symmetric error; usual methods: median of doubling, last year's ratio, trend… (*): too few trials."
    )
    return GT(pd.DataFrame(trust_columns(summary, lang)), id="trust").tab_header(title=title).tab_source_note(note)


def trust_columns(summary: pd.DataFrame, lang: str = "vi") -> dict[str, list[str]]:
    """Return the table's columns as people read them: heading → cells, a row a kind and length."""
    vi = lang == "vi"
    held = {
        coverage: [f"{format_number(100 * value, 1, lang=lang)}{NBSP if vi else ''}%" for value in summary[coverage]]
        for coverage in ("coverage_80", "coverage_95")
    }
    return {
        "Loại số liệu" if vi else "Kind": [_word(kind, lang) for kind in summary["kind"]],
        "Số năm trước" if vi else "Past years": [format_number(n, 0, lang=lang) for n in summary["length"]],
        "Số lần thử" if vi else "Trials": [
            format_number(n, 0, lang=lang) + ("*" if n < SMALLEST_JUDGED else "") for n in summary["windows"]
        ],
        "Sai số (%)" if vi else "Error (%)": [format_number(e, 1, lang=lang) for e in summary["error"]],
        "Cách tính quen dùng (%)" if vi else "Usual methods (%)": [
            format_number(e, 1, lang=lang) for e in summary["median_error"]
        ],
        "Khoảng 80% chứa" if vi else "80% interval holds": held["coverage_80"],
        "Khoảng 95% chứa" if vi else "95% interval holds": held["coverage_95"],
    }


def trust_sentences(summary: pd.DataFrame, lang: str = "vi") -> Text:
    """Return in a sentence a kind what error to expect, and against what people use."""
    told = []
    for kind, part in summary.groupby("kind", sort=False):
        weight = part["windows"] / part["windows"].sum()
        ours, usual = float((part["error"] * weight).sum()), float((part["median_error"] * weight).sum())
        gain = 100 * (1 - ours / usual) if usual else 0.0
        error, better = format_number(ours, 1, lang=lang), format_number(abs(gain), 0, lang=lang)
        if lang == "vi":
            side = f"{'thấp' if gain >= 0 else 'cao'} hơn {better}%"
            told.append(f"{_word(kind, lang)}: sai số trung bình {error}%, {side} so với cách tính quen dùng.")
        else:
            side = "below" if gain >= 0 else "above"
            told.append(f"{_word(kind, lang)}: mean error {error}%, {better}% {side} usual methods.")
    empty = "Chưa có năm nào đủ cả số 6 tháng và cả năm để kiểm chứng trên số liệu của đơn vị."
    if lang != "vi":
        empty = "No year with both its half and its end yet, so nothing of the office's own can be checked."
    return Text(tuple(told), bulleted=True) if told else paragraph(empty)


def _word(kind: str, lang: str) -> str:
    return KIND_WORDS[kind][lang != "vi"]


def trust_text(summary: pd.DataFrame, lang: str = "vi") -> str:
    """Return the sentences and, where there is anything, the table as plain text for a terminal."""
    said = str(trust_sentences(summary, lang))
    if summary.empty:
        return said
    columns = trust_columns(summary, lang)
    widths = [max(len(name), *map(len, column)) for name, column in columns.items()]
    lines = [list(columns), *map(list, zip(*columns.values(), strict=True))]
    table = "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )
    return f"{said}\n\n{table}"


def prior_sources(lang: str = "vi") -> Text:
    """Return where the prior comes from, and when it was fitted."""
    about = prior.document()
    fitted, made = about["fitted_on"], about["made_on"]
    series = format_number(fitted["series"], 0, lang=lang)
    day = "/".join(reversed(made.split("-"))) if lang == "vi" else made
    first = (
        f"Quy luật chung học từ {series} chuỗi số liệu công bố, lập ngày {day}; "
        "khi kiểm chứng, mỗi lần giấu đi một phần năm số chuỗi."
        if lang == "vi"
        else f"The prior was learnt from {series} public series on {day}; judged by hiding each fifth of them in turn."
    )
    return paragraph(first, SOURCES_VI if lang == "vi" else "; ".join(fitted["sources"]) + ".")
