"""Chances to reach targets → what a leader may say of them: rounded, with what they rest on."""

from __future__ import annotations

import pandas as pd

from ictplan_utils.catalog import Indicator
from ictplan_utils.forecast.chances import NO_CHANCE
from ictplan_utils.narrative.figures import amount, known, likelihood
from ictplan_utils.narrative.text import Text, bullets, paragraph
from ictplan_utils.periods import year
from ictplan_utils.targets import LIKELY, UNLIKELY
from ictplan_utils.vietnamese import round_half_up

BASIS_VI = (
    "Khả năng đạt tính từ dự báo năm {this} và khoảng dự báo, với mức biến động năm sau như các chuỗi số liệu đã công "
    "bố; chưa tính công trình, dự án mới. Trên các chuỗi ấy, khả năng nêu ra thường lệch không quá 15 điểm phần trăm.",
    "Đánh giá thận trọng, vừa sức, phấn đấu cao so kế hoạch với ước của đơn vị, khả năng đạt so với dự báo; nơi ước "
    "cao hơn dự báo, chỉ tiêu thận trọng cũng có thể khó đạt.",
)
BASIS_EN = (
    "Chances follow from the forecast for {this}, its interval, and the way published series went on in the year "
    "after; new projects are not counted. On those series they were mostly right to within 15 points.",
    "Timid, balanced and ambitious hold the plan against the office's estimate, chances against the forecast: where "
    "the estimate lies above it, a timid target may be hard to reach.",
)


def within_reach(rows: pd.DataFrame, lang: str = "vi") -> str:
    """Return how many of next year's targets are within reach; `rows` as `judge_targets` returns them.

    "" where no chance is known.
    """
    chances = rows["chance"].dropna()
    if chances.empty:
        return ""
    likely, hard = int((chances >= LIKELY).sum()), int((chances < UNLIKELY).sum())
    between = len(chances) - likely - hard
    if lang == "en":
        return (
            f"Chances to reach them, from the forecast, known for {len(chances)}: within reach (70% or more) {likely}, "
            f"uncertain (40–60%) {between}, hard to reach (30% or less) {hard}."
        )
    return (
        f"Theo dự báo, trong {len(chances)} chỉ tiêu tính được khả năng đạt, {likely} chỉ tiêu trong tầm tay (từ "
        f"70% trở lên), {between} chưa chắc (40–60%), {hard} khó đạt (từ 30% trở xuống)."
    )


def chance_basis(rows: pd.DataFrame, report: str, lang: str = "vi") -> Text:
    """Return what the chances of next year's targets rest on, and why some targets have none."""
    if rows.empty:
        return paragraph("Không có chỉ tiêu nào." if lang == "vi" else "No target.")
    this, vi, told = year(report), lang == "vi", []
    if rows["chance"].notna().any():
        told += [sentence.format(this=this) for sentence in (BASIS_VI if vi else BASIS_EN)]
    counts = rows.loc[rows["no_chance"] != "", "no_chance"].value_counts()
    if len(counts):
        why = ", ".join(f"{words[not vi]} ({counts[key]})" for key, words in NO_CHANCE.items() if key in counts)
        none = int(counts.sum())
        told.append(f"{none} chỉ tiêu không tính khả năng: {why}." if vi else f"No chance is given for {none}: {why}.")
    return paragraph(*told)


def hard_targets(rows: pd.DataFrame, entries: dict[str, Indicator], lang: str = "vi") -> Text:
    """Return, an indicator a line, next year's targets that are hard to reach, the hardest first."""
    hard = rows[rows["chance"] < UNLIKELY].sort_values("chance", kind="stable")
    return _lines(hard, entries, lang, otherwise="Không có chỉ tiêu nào." if lang == "vi" else "There are none.")


def this_years_plan(rows: pd.DataFrame, entries: dict[str, Indicator], report: str, lang: str = "vi") -> Text:
    """Return, an indicator a line, this year's targets against the forecast; `rows` of `this_years_targets`."""
    this = year(report)
    none = (
        f"Số liệu lưu trữ chưa có chỉ tiêu kế hoạch năm {this} để so với dự báo."
        if lang == "vi"
        else f"No target for {this} is stored, so none can be held against the forecast."
    )
    return _lines(rows[rows.index.isin(list(entries))], entries, lang, otherwise=none)


def _lines(rows: pd.DataFrame, entries: dict[str, Indicator], lang: str, otherwise: str) -> Text:
    told, leads, vi = [], [], lang == "vi"
    for slug, row in rows.iterrows():
        entry = entries[slug]
        move = f"{'kế hoạch' if vi else 'target'} {amount(row['target'], entry, lang)}"
        if known(row["point"]):
            point = amount(round_half_up(row["point"], entry.decimals), entry, lang)
            move = f"{'dự báo' if vi else 'forecast'} {point} → {move}"
        chance = f"{'khả năng đạt' if vi else 'chance'} {likelihood(row['chance'], lang)}"
        chance = NO_CHANCE[row["no_chance"]][not vi] if row["no_chance"] else chance
        leads.append(f"{entry.short(lang)}:")
        told.append(f"{leads[-1]} {move}; {chance}.")
    return bullets(told, leads=leads, otherwise=otherwise)
