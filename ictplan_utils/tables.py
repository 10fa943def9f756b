"""Facts → published tables: title, units, Vietnamese numbers, notes and sources, composed with great-tables."""

from __future__ import annotations

import re
from html import escape

import pandas as pd
from great_tables import GT, html, loc, style

from ictplan_utils import catalog
from ictplan_utils.forecast.chances import NO_CHANCE
from ictplan_utils.narrative import NBSP, Text, finding_parts, fits, known, likelihood, paragraph, percent
from ictplan_utils.periods import is_half, year
from ictplan_utils.targets import VERDICTS
from ictplan_utils.vietnamese import MISSING, format_number

VERDICT_MARKS = {"within": "●", "optimistic": "▲", "cautious": "▼", "none": ""}
"""Signs that stand beside a verdict's word, so that nothing rests on colour alone."""

MISFIT = "(!)"
"""Stands beside a figure that is no share although its indicator is one."""
MARK_CH = 0.45
"""How wide a decimal mark is, in digits: between 0.35 and 0.5 in the fonts that systems have."""

OFFICIAL_VERDICTS = {
    "within": ("vừa tầm", "within reach"),
    "optimistic": ("lạc quan", "optimistic"),
    "cautious": ("thận trọng", "cautious"),
    "none": ("", ""),
}


def report_figures(
    table: pd.DataFrame, report: str, *, lang: str = "vi", title: str = "", data_dir: str = "data"
) -> GT | Text:
    """Return the report's figures as its readers know them: last year, half, estimate, target, by section.

    `table` is a `report_table`, or some rows of it, keyed by `indicator`. What the report states for none of them
    has no column; without any figure, the sentence that says so.
    """
    this, vi = year(report), lang == "vi"
    if not table.notna().any(axis=None):
        return paragraph(
            "Báo cáo không có số liệu nào của các chỉ tiêu này." if vi else "The report has no such figure."
        )
    entries = [catalog.indicator(slug, data_dir) for slug in table.index]
    columns = {
        "last_year": f"Năm {this - 1}" if vi else f"{this - 1}",
        "same_half": half_name(report, this - 1, lang),
        "half": half_name(report, this, lang),
        "estimate": f"Ước {this}" if vi else f"Estimate {this}",
        "target": f"Kế hoạch {this + 1}" if vi else f"Target {this + 1}",
    }
    columns = {name: label for name, label in columns.items() if table[name].notna().any()}
    shown = pd.DataFrame(
        {name: [number(v, e, lang) for v, e in zip(table[name], entries, strict=True)] for name in columns}
    )
    marked = shown.map(lambda cell: cell.endswith(MISFIT)).any(axis=None)
    note = (
        f"{MISFIT}: số liệu ghi không phải tỷ lệ phần trăm." if vi else f"{MISFIT}: what is printed is no percentage."
    )
    return _compose(shown, entries, columns, lang, title, "figures", note=note if marked else "")


def forecasts(
    rows: pd.DataFrame, report: str, *, lang: str = "vi", title: str = "", data_dir: str = "data"
) -> GT | Text:
    """Return the forecasts: last year, half, officials' estimate, ours with its interval drawn and written.

    `rows` as `forecast_year_end` returns them; without any forecast, the sentence that there is none.
    """
    this, vi = year(report), lang == "vi"
    if not rows["point"].notna().any():
        return paragraph("Không có dự báo nào." if vi else "No forecast.")
    entries = [catalog.indicator(slug, data_dir) for slug in rows["indicator"]]
    pairs = list(zip(rows.to_dict("records"), entries, strict=True))
    shown = pd.DataFrame(
        {
            "last_year": [number(r["last_year"], e, lang) for r, e in pairs],
            "half": [number(r["half"], e, lang) for r, e in pairs],
            "estimate": [number(r["official_estimate"], e, lang) for r, e in pairs],
            "point": [_forecast(r, e, lang) for r, e in pairs],
            "bar": [interval_bar(r) for r, _ in pairs],
            "verdict": [_verdict(r["verdict"], lang) for r, _ in pairs],
        }
    )
    columns = {
        "last_year": f"Năm {this - 1}" if vi else f"{this - 1}",
        "half": half_name(report, this, lang),
        "estimate": "Đơn vị ước" if vi else "Estimate",
        "point": "Dự báo (khoảng 80%)" if vi else "Forecast (80% interval)",
        "bar": "Ước ◆ trong khoảng" if vi else "Estimate ◆ in interval",
        "verdict": "Đánh giá ước" if vi else "The estimate is",
    }
    note = (
        "Vạch đậm: khoảng 80%; vạch mảnh: khoảng 95%; ●: dự báo; ◆: ước của đơn vị. Mỗi dòng một thang đo riêng."
        if vi
        else "Thick: 80% interval; thin: 95%; ●: forecast; ◆: the office's estimate. Each row has its own scale."
    )
    if rows["official_estimate"].isna().all():
        columns = {name: label for name, label in columns.items() if name not in ("estimate", "verdict")}
        columns["bar"] = "Khoảng dự báo" if vi else "Interval"
        note = note.replace("; ◆: ước của đơn vị", "").replace("; ◆: the office's estimate", "")
    if rows["last_year"].isna().all():
        del columns["last_year"]
    shown = shown[list(columns)]
    left = tuple(name for name in ("bar", "verdict") if name in columns)
    return _compose(shown, entries, columns, lang, title, "forecasts", note=note, left=left)


def targets(rows: pd.DataFrame, report: str, *, lang: str = "vi", title: str = "", data_dir: str = "data") -> GT | Text:
    """Return next year's targets: growth achieved and asked, verdict, chance; `rows` as `judge_targets` returns them.

    Without any, the sentence that there is none; without any chance (no forecast), no column for it.
    """
    this, vi = year(report), lang == "vi"
    if rows.empty:
        return paragraph("Không có chỉ tiêu nào." if vi else "No target.")
    entries = [catalog.indicator(slug, data_dir) for slug in rows.index]
    shown = pd.DataFrame(
        {
            "estimate": [number(v, e, lang) for v, e in zip(rows["estimate"], entries, strict=True)],
            "target": [number(v, e, lang) for v, e in zip(rows["target"], entries, strict=True)],
            "achieved": [_growth(v, e, lang) for v, e in zip(rows["achieved"], entries, strict=True)],
            "asked": [_growth(v, e, lang) for v, e in zip(rows["asked"], entries, strict=True)],
            "verdict": [VERDICTS[v][not vi].replace(" ", NBSP) for v in rows["verdict"]],
            "chance": [_chance(c, w, lang) for c, w in zip(rows["chance"], rows["no_chance"], strict=True)],
        }
    )
    half = is_half(report)
    columns = {
        "estimate": f"{'Ước' if half else 'Thực hiện'} {this}" if vi else f"{'Estimate' if half else 'Actual'} {this}",
        "target": f"Kế hoạch {this + 1}" if vi else f"Target {this + 1}",
        "achieved": f"Đạt được {this}" if vi else f"Achieved {this}",
        "asked": f"Đòi hỏi {this + 1}" if vi else f"Asked {this + 1}",
        "verdict": "Đánh giá" if vi else "Verdict",
        "chance": "Khả năng đạt" if vi else "Chance",
    }
    reached_vi, reached_en = ("ước", "estimate") if half else ("thực hiện", "actual")
    note = (
        f"Đạt được: {reached_vi} năm so với năm trước; đòi hỏi: kế hoạch so với {reached_vi}. Tỷ lệ tính bằng điểm "
        "phần trăm (đ); dấu + là tốt lên."
        if vi
        else f"Achieved: {reached_en} on last year; asked: target on {reached_en}. Shares in points (pp); + is better."
    )
    if rows["chance"].isna().all():
        del columns["chance"]
        shown = shown.drop(columns="chance")
    else:
        note += " Khả năng đạt: theo dự báo." if vi else " Chance: from the forecast."
    left = tuple(name for name in ("verdict", "chance") if name in columns)
    return _compose(shown, entries, columns, lang, title, "targets", note=note, left=left)


def findings_table(findings: pd.DataFrame, lang: str = "vi", *, title: str = "", data_dir: str = "data") -> GT | Text:
    """Return the audit's findings as a clerk works through them: which figure, where, what is wrong, what it should be.

    `findings` as `audit.audit` returns them, or some rows; without any, the sentence that there is none.
    """
    vi = lang == "vi"
    if findings.empty:
        return paragraph("Không có." if vi else "There is none.")
    what = [_finding(*finding_parts(finding, lang, data_dir)) for _, finding in findings.iterrows()]
    shown = pd.DataFrame({"what": what, "expected": [escape(str(text)) for text in findings["expected"]]})
    labels = ("Chỉ tiêu, vị trí, nội dung", "Có lẽ đúng là") if vi else ("Indicator, place, what", "Probably")
    columns = dict(zip(shown.columns, labels, strict=True))
    if not findings["expected"].astype(bool).any():
        del columns["expected"]
    table = (
        GT(shown[list(columns)], id="ictplan-findings", locale="vi")
        .cols_label(columns)
        .cols_align("left", ["what"])
        .fmt(lambda cell: cell)
    )
    if "expected" in columns:
        table = table.cols_align("right", ["expected"])
    return table.tab_header(title) if title else table


def _finding(name: str, place: str, what: str) -> str:
    """Return one finding as a cell: what it is about, where that stands, what is wrong."""
    about = f'<strong>{escape(name)}</strong> <span class="place">{escape(place)}</span>'
    return f"{about if name else f'<strong>{escape(place)}</strong>'}<br>{escape(what)}"


def half_name(report: str, when: int, lang: str = "vi") -> str:
    """Return what heads the column of a report's own period: `6 tháng 2021`, or `Năm 2016` for a whole year."""
    if not is_half(report):
        return f"Năm {when}" if lang == "vi" else str(when)
    if report.endswith("-S2"):
        return f"6 tháng cuối {when}" if lang == "vi" else f"Second half {when}"
    return f"6 tháng {when}" if lang == "vi" else f"First half {when}"


def number(value: float, entry: catalog.Indicator, lang: str = "vi") -> str:
    """Return a table's figure in the indicator's decimals; one that is no share where it should be, marked."""
    if not known(value):
        return MISSING
    decimals = entry.decimals if entry.decimals or abs(value) >= 100 else 1
    text = format_number(value, decimals, lang=lang)
    return text if fits(value, entry) else f"{text} {MISFIT}"


def aligned(cells: list[str], lang: str = "vi") -> list[str]:
    """Return a right-aligned column's figures with room for the decimals they lack, so that the marks stand in line."""
    figure = re.compile(r"([+−-]?[\d.]+)(?:,(\d+))?(\D*)" if lang == "vi" else r"([+−-]?[\d,]+)(?:\.(\d+))?(\D*)")
    found = [figure.fullmatch(cell) for cell in cells]
    most = max((len(match[2] or "") for match in found if match), default=0)
    made = []
    for cell, match in zip(cells, found, strict=True):
        lacks = most - len(match[2] or "") if match else 0
        width = lacks + (0 if match and match[2] else MARK_CH)
        written = cell.removesuffix(match[3]) if match else cell
        made.append(f'<span style="padding-right:{width:g}ch">{written}</span>{match[3]}' if lacks else cell)
    return made


def interval_bar(row: dict) -> str:
    """Return a forecast row's intervals as a small picture; the numbers beside it say the same in words."""
    ends = [row[name] for name in ("lower_95", "upper_95", "official_estimate", "half", "point") if known(row[name])]
    if not known(row["point"]) or not known(row["lower_95"]):
        return ""
    low = min(row["lower_95"], row["official_estimate"] if known(row["official_estimate"]) else row["lower_95"])
    high = max(row["upper_95"], row["official_estimate"] if known(row["official_estimate"]) else row["upper_95"])
    span = high - low or max(abs(high), 1) if ends else 1

    def x(value: float) -> float:
        return round(8 + 104 * (value - low) / span, 1)

    official = ""
    if known(row["official_estimate"]):
        at = x(row["official_estimate"])
        official = f'<path class="official" d="M{at} 3l5 6-5 6-5-6z"/>'
    return (
        '<svg class="interval" viewBox="0 0 120 18" width="120" height="18" aria-hidden="true">'
        f'<path class="thin" d="M{x(row["lower_95"])} 9H{x(row["upper_95"])}"/>'
        f'<path class="thick" d="M{x(row["lower_80"])} 9H{x(row["upper_80"])}"/>'
        f'<circle class="point" cx="{x(row["point"])}" cy="9" r="4"/>{official}</svg>'
    )


def _forecast(row: dict, entry: catalog.Indicator, lang: str) -> str:
    """Return a forecast with its interval under it, both in the decimals the indicator is stated in."""
    if not known(row["point"]):
        return MISSING
    point, low, high = (
        format_number(row[name], entry.decimals, lang=lang) for name in ("point", "lower_80", "upper_80")
    )
    span = low if low == high else f"{low}–{high}"
    return f'<strong>{point}</strong><br><span class="unit">{span}</span>'


def _chance(chance: float, no_chance: str, lang: str) -> str:
    """Return the chance to reach a target, or small and grey why there is none."""
    if no_chance:
        return f'<span class="unit">{NO_CHANCE[no_chance][lang != "vi"]}</span>'
    return likelihood(chance, lang)


def _verdict(verdict: str, lang: str) -> str:
    word = OFFICIAL_VERDICTS[verdict][0 if lang == "vi" else 1]
    return f'<span class="verdict">{VERDICT_MARKS[verdict]} {word}</span>' if word else ""


def _growth(value: float, entry: catalog.Indicator, lang: str) -> str:
    if not known(value):
        return MISSING
    if entry.kind == "share":
        unit = "đ" if lang == "vi" else "pp"
        return f"{format_number(value, 1, sign=True, lang=lang)}\u00a0{unit}"
    return percent(value, sign=True, lang=lang)


def _compose(
    shown: pd.DataFrame,
    entries: list[catalog.Indicator],
    columns: dict[str, str],
    lang: str,
    title: str,
    key: str,
    note: str = "",
    left: tuple[str, ...] = (),
) -> GT:
    """Return the table: names with their units in the stub, one group a sector, aligned figures, the note below."""
    names = [f'{escape(e.short(lang))} <span class="unit">({escape(e.unit(lang))})</span>' for e in entries]
    shown = shown.assign(
        **{name: aligned(shown[name].tolist(), lang) for name in columns if name not in (*left, "point")}
    )
    shown = shown.assign(name=names, group=[catalog.SECTORS[e.sector][0 if lang == "vi" else 1] for e in entries])
    # The groups follow the sectors' order, the rows the order given.
    order = {words[0 if lang == "vi" else 1]: place for place, words in enumerate(catalog.SECTORS.values())}
    shown = shown.sort_values("group", key=lambda group: group.map(order), kind="stable")
    table = (
        GT(shown, rowname_col="name", groupname_col="group", id=f"ictplan-{key}", locale="vi")
        .cols_label({name: html(escape(label)) for name, label in columns.items()})
        .cols_align("right", [name for name in columns if name not in left])
        .tab_stubhead("Chỉ tiêu" if lang == "vi" else "Indicator")
        .fmt(lambda cell: cell, columns=[*columns, "name"])
        .tab_style(style.text(whitespace="nowrap"), loc.body(columns=[c for c in columns if c not in left]))
    )
    if left:
        table = table.cols_align("left", list(left))
    if title:
        table = table.tab_header(title)
    return table.tab_source_note(note) if note else table
