"""What each column of a table holds, once the report is known: by its header, the caption, and its figures."""

from __future__ import annotations

import itertools
import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import replace

from ictplan_utils import messages
from ictplan_utils.documents import words
from ictplan_utils.documents.header_rows import Block
from ictplan_utils.documents.headers import (
    SHARE,
    Role,
    beside_time,
    fold_header,
    is_share,
    left_over,
    period_of,
    role,
    status_of,
    time_said,
)
from ictplan_utils.documents.names import plain
from ictplan_utils.documents.rows import Stated, figure_of
from ictplan_utils.periods import same_period_last_year, year
from ictplan_utils.vietnamese import fold

RATIO_FROM, RATIO_MIDDLE = 45.0, 80.0
"""A column all of whose percentages lie above the first, half of them above the second, prints ratios."""

WITNESSES = 2
"""So many rows at least must show what a column compares, before its figures are believed without its header."""


def column_time(said: str, column: int, block: Block, report: str) -> Role:
    """Return what a column holds by the words of its header.

    A column that says no year has that of the table's titles.
    """
    number, formula = block.numbering.get(column, ("", None))
    made = role(said, report, formula)
    if made.kind == "unread" and made.why == messages.text("reading.why.no_year"):
        worded = re.search(r"[^\W\d_]", made.header) and not left_over(made.header)
        made = title_time(block, report, made.header) if worded else made
    return replace(made, header=" ".join(said.split()), number=number)


def title_time(block: Block, report: str, own: str = "") -> Role:
    """Return the time and status that a table's titles give its cells; without them, the report's own.

    `own`: the words of a column that say no year; their status goes before the titles', and no title leaves it unread.
    """
    for text in block.titles[:_SAY_TIME]:
        period = period_of(text)[0]
        if period and own:
            status, note = status_of(own if status_of(own, "")[0] else text, period, report)
            doubt = messages.text("reading.doubt.no_year", period=period)
            return Role("figure" if status else "unread", own, period, status, note=note, doubt=doubt if status else "")
        if period:
            made = time_said(text, report)
            why = "" if made.status else messages.text("reading.why.title_later")
            return replace(made, header="" if made.status else text, why=why)
    if status := own and report and status_of(own, "")[0]:  # "Kế hoạch" | "Thực hiện", below no title
        period = report[:4] if status == "target" else report
        return Role("figure", own, period, status, doubt=messages.text("reading.doubt.no_year", period=period))
    if own or not report:
        return Role("unread", own, why=messages.text(f"reading.why.{'no_year' if own else 'no_period'}"))
    return Role("figure", "", report, "actual", doubt=messages.text("reading.doubt.no_period", period=report))


_SAY_TIME = 3
"""So many titles above a table are asked for its time."""


def planned_years(found: Sequence[Role], block: Block, report: str) -> list[Role]:
    """Return columns with bare years as the plan over them means them, set aside where nothing says what they are."""
    found = list(found)
    if len({status_of(row.time, "")[0] for row in block.rows if row.time}) > 1:
        return found  # the rows say which figures are planned: "Kế hoạch", "Thực hiện"
    bare = [c for c, made in enumerate(found) if _BARE_YEAR.fullmatch(fold_header(made.header))]
    others = [made for c, made in enumerate(found) if c not in bare]
    planned, all_said = (), True  # "Năm 2023", "Năm 2024", "Mục tiêu 2025": what is planned says so
    if all(made.status != "target" for made in others):
        planned, all_said = _planned(block, report, not any(made.period for made in others))
    unread = [found[c].period for c in bare if found[c].kind == "unread"]
    ahead = any(report and int(period or 0) > year(report) for period in unread)
    for c in bare:
        period = fold_header(found[c].header)[-4:]
        if int(period) in planned:
            found[c] = replace(found[c], kind="figure", period=period, status="target", why="")
        elif ahead or (planned and not all_said):
            found[c] = replace(found[c], kind="unread", why=messages.text("reading.why.bare_years"))
    return found


def _planned(block: Block, report: str, alone: bool) -> tuple[Container[int], bool]:
    """Return the years that a table's titles and headings plan, and whether all others are known to be none of a plan.

    Those are a plan's for several years, else those that its title names, else, where years stand `alone` under
    "Mục tiêu", those from the report's on.
    """
    known = words.vocabulary()
    # What a paper goes with, "(Kèm theo Kế hoạch số …)", says nothing of its columns.
    titles = [text for text in block.titles if not re.match(r"\W*\(|\W*(?:ban hanh )?kem theo", fold(text))][:4]
    heads = [block.header[c] for c in block.names]
    said = [re.sub(r"[^a-z]+", " ", fold(plain(text))).split() for text in (*titles, *heads)]
    results = [phrase for phrase in known.done if phrase != "thuc hien"]  # that may as well be a plan's
    done = [words.says(results, line) or known.is_result(line) for line in said]
    plans = [known.is_plan(line) for line in said]
    stop = next((n for n in range(len(titles)) if plans[n] or done[n]), len(titles))
    if stop < len(titles) and not done[stop]:
        over = titles[: stop + 1]
        if span := next(filter(None, map(_SPAN.search, over)), None):
            return range(int(span[1]), int(span[2]) + 1), True
        if named := {int(each) for text in over for each in re.findall(r"nam ((?:19|20)\d\d)", fold(text))}:
            return named, not alone
    if alone and (any(plans[len(titles) :]) or (stop == 0 and plans[:1] == [True] and not done[0])):
        return range(int(report[:4] or 0), 9999), False
    return (), True


_BARE_YEAR = re.compile(r"(?:(?:den|het|den het) )?(?:nam )?(?:19|20)\d\d")
_SPAN = re.compile(r"((?:19|20)\d\d) ?[-–] ?((?:19|20)\d\d)")


def completed(found: Sequence[Role]) -> list[Role]:
    """Return one owner's columns with their comparisons completed.

    Of several of one time, "KH tỉnh giao" and "KH huyện giao", "Tháng 6" and "6 tháng", only that of the whole is
    read, or none.
    """
    kinds: dict[Time, dict[str, list[int]]] = {}
    for c, made in enumerate(found):
        if made.kind == "figure" and not is_share(made.header):
            kind = "month" if made.month else beside_time(made.header)
            kinds.setdefault(made.time, {}).setdefault(kind, []).append(c)
    found = list(found)
    for several in kinds.values():
        wholes = [kind for kind in several if _WHOLE.fullmatch(kind)]
        for kind, columns in several.items() if len(several) > 1 else ():
            if wholes != [kind]:
                for c in columns:
                    why = messages.text("reading.why.one_of_several", period=found[c].period)
                    found[c] = replace(found[c], kind="unread", why=why)
    return [_complete(made, found) if made.kind == "comparison" else made for made in found]


_WHOLE = re.compile(
    r"(toan (huyen|tinh|xa|quoc|thanh pho|thi xa|nganh)|tong (so|cong)?|tong|cong|chung|so luong|gia tri|so lieu)?"
)


def _complete(made: Role, found: Sequence[Role]) -> Role:
    """Complete a comparison: by its formula, or by the one pair of columns that its words allow."""
    if made.formula:
        by_number = {made.number: made for made in found if made.number}
        left, right = (by_number.get(number) for number in made.formula)
        if not (left and right and left.kind == right.kind == "figure"):
            return replace(made, why=messages.text("reading.why.formula_columns"))
        return _of(made, left.time, right.time)
    able = _able(made, {role.time for role in found if role.kind == "figure"})
    if not (made.period and made.base_period):
        planned = made.base_status == "target"
        within = planned or (made.status and made.base_status and not made.base_period)
        able = [
            (left, right) for left, right in able
            if (left[0][:4] == right[0][:4] and not (planned and left[1] == "target") if within
                else left[1] != "target" and same_period_last_year(left[0]) == right[0])
        ]  # fmt: skip
    if len(able) != 1 or not (made.base_period or made.base_status):
        return replace(made, why=messages.text("reading.why.unsaid"))
    return _of(made, *able[0])


Time = tuple[str, str]
"""A column's period and status."""


def _of(made: Role, left: Time, right: Time) -> Role:
    return replace(made, period=left[0], status=left[1], base_period=right[0], base_status=right[1])


def _able(made: Role, columns: Iterable[Time]) -> list[tuple[Time, Time]]:
    """Return the times that a comparison may hold against one another: those of columns, and what its words say."""
    sides = (
        {(period, status)}
        if period and status
        else {(p, s) for p, s in columns if p == (period or p) and s == (status or s)}
        for period, status in (made.time, made.base)
    )
    return [(left, right) for left, right in itertools.product(*map(sorted, sides)) if left != right]


def by_figures(made: Role, column: int, roles: Sequence[Role], stated: Sequence[Stated]) -> tuple[Role, str]:
    """Return a comparison as its own figures show it where its header does not, and what a reader must know of that.

    "Tăng, giảm (%)" over 102,3 prints ratios, "So sánh" over 1,06 how many times; "Tỷ lệ %" is of those two columns
    that yield it, row for row; beside figures of one time alone it is their share of what they are counted out of.
    """
    unsaid = made.why == messages.text("reading.why.unsaid")
    if made.why and not unsaid:
        return made, ""
    places = {role.time: c for c, role in enumerate(roles) if role.kind == "figure"}
    able = [(a, b) for a, b in _able(made, places) if {a, b} <= places.keys() and not (unsaid and a[0][:4] < b[0][:4])]
    beside = roles[column - 1] if column and not able else made
    called = fold_header(made.header).replace("%", "").strip(" ()")
    if unsaid and beside.kind == "figure" and (not called or SHARE.fullmatch(called)):
        return replace(made, kind="figure", period=beside.period, status=beside.status, why=""), ""
    fitting, told = _fitting([(places[a], places[b]) for a, b in able], column, stated)
    best = max(fitting.values(), default=0)
    chosen = [key for key, count in fitting.items() if count == best]
    if best >= max(WITNESSES, told * 0.75) and len(chosen) == 1:
        ((left, right, measure, factor),) = chosen
        shown = replace(made, measure=measure, factor=factor, why="")
        if unsaid:
            headers = {"left": roles[left].header, "right": roles[right].header}
            return _of(shown, roles[left].time, roles[right].time), messages.text("reading.doubt.unsaid", **headers)
        if fitting.get((left, right, made.measure, made.factor), 0) < told / 2:
            what = messages.text(f"reading.shows.{measure if factor == 1 else 'times'}")
            return shown, messages.text("reading.doubt.shows", what=what)
    if unsaid or made.measure != "growth_pct":
        return made, ""
    values = [f.value for item in stated if item.match and (f := figure_of(item.cells[column]))]
    if not values or min(values) < RATIO_FROM or sorted(values)[len(values) // 2] < RATIO_MIDDLE:
        return made, ""
    return replace(made, measure="ratio_pct"), messages.text("reading.doubt.growth")


def _fitting(
    pairs: Sequence[tuple[int, int]], column: int, stated: Sequence[Stated]
) -> tuple[dict[tuple[int, int, str, float], int], int]:
    """Return how many rows show a column to hold a measure of two others, by the two, and how many rows could show it.

    The last part of a key is what a printed number is multiplied by: 100 where it says how many times.
    """
    fitting: dict[tuple[int, int, str, float], int] = {}
    told = 0
    for item in stated:
        printed = figure_of(item.cells[column]) if item.match else None
        # 100, 1 and 0 fit any two equal columns, and show nothing.
        if printed is None or printed.value in (0, 1, 100):
            continue
        told += 1
        for left, right in pairs:
            a, b = figure_of(item.cells[left]), figure_of(item.cells[right])
            if a is None or b is None or not b.value:
                continue
            for measure, factor, value in (
                ("ratio_pct", 1.0, a.value / b.value * 100),
                ("ratio_pct", 100.0, a.value / b.value),
                ("growth_pct", 1.0, (a.value / b.value - 1) * 100),
                ("change", 1.0, a.value - b.value),
            ):
                if abs(value - printed.value) <= 10.0 ** -_decimals(printed.printed):
                    key = (left, right, measure, factor)
                    fitting[key] = fitting.get(key, 0) + 1
    return fitting, told


def _decimals(printed: str) -> int:
    return min(2, len(re.split(r"[.,]", printed)[-1].strip(" %"))) if re.search(r"[.,]", printed) else 0
