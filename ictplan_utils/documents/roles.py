"""What each column of a table holds, once the report is known: by its header, the caption, and its figures."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace

from ictplan_utils import messages
from ictplan_utils.documents.header_rows import Block
from ictplan_utils.documents.headers import Role, Scope, beside_time, fold_header, left_over, period_of, role, status_of
from ictplan_utils.documents.numbers import Figure, read_figure
from ictplan_utils.documents.rows import Stated, cell_at
from ictplan_utils.periods import same_period_last_year
from ictplan_utils.vietnamese import fold

RATIO_FROM, RATIO_MIDDLE = 45.0, 80.0
"""A column all of whose percentages lie above the first, half of them above the second, prints ratios."""

WITNESSES = 2
"""So many rows at least must show what a column compares, before its figures are believed without its header."""


def give_roles(block: Block, scope: Scope) -> list[Role]:
    """Return what each column of a table holds, now that the report is known; formulas refer to columns by number."""
    found: list[Role] = []
    for column, text in enumerate(block.header):
        number, formula = block.numbering.get(column, ("", None))
        if column in block.names:
            made = Role("name", text, number=number)
        elif column in (block.index, block.unit):
            made = Role("index" if column == block.index else "unit", text, number=number)
        else:
            made = role(block.own[column] or text, scope, number, formula)
            if made.kind in ("unread", "blank") and text != block.own[column]:
                made = role(text, scope, number, formula)
        if made.kind == "unread" and made.why == messages.text("reading.why.no_year"):
            made = _by_caption(made, block, scope)
        found.append(replace(made, header=" ".join(text.split())))
    _doubt_bare_years(found, block, scope)
    _keep_wholes(found, block)
    by_number = {made.number: made for made in found if made.number}
    for column, made in enumerate(found):
        if made.kind == "comparison":
            formula = block.numbering.get(column, ("", None))[1]
            found[column] = _sides(made, formula, by_number, found, column, scope)
    return found


def _by_caption(made: Role, block: Block, scope: Scope) -> Role:
    """Return a column that says only `Thực hiện`, or no more than `Số liệu`, with the one time the captions state."""
    stated = {period: text for text in block.captions[-4:] if (period := period_of(text, Scope())[0])}
    own = status_of(made.header, "", Scope())[0]
    if len(stated) != 1 or left_over(made.header) or not re.search(r"[^\W\d_]", made.header):
        return made
    period, over = stated.popitem()
    status, note = status_of(made.header if own else over, period, scope)
    if not status:
        return made
    return replace(made, kind="figure", period=period, status=status, note=note, why="",
                   doubt=messages.text("reading.doubt.no_year", period=period))  # fmt: skip


_WHOLE = re.compile(
    r"(toan (huyen|tinh|xa|quoc|thanh pho|thi xa|nganh)|tong (so|cong)?|tong|cong|chung|so luong|gia tri|so lieu)?"
)


def _keep_wholes(found: list[Role], block: Block) -> None:
    """Set aside columns of one commune or company: of those of one period only the total's is the area's.

    "Thực hiện năm 2021" over "Tổng số", "Quài Tở", "Pú Nhung" is one figure of the area and two of its communes.
    """
    same: dict[tuple[str, str], list[int]] = {}
    for c, made in enumerate(found):
        if made.kind == "figure":
            same.setdefault((made.period, made.status), []).append(c)
    for columns in same.values():
        kinds = {c: beside_time(block.own[c]) for c in columns}
        if len(set(kinds.values())) < 2:
            continue
        wholes = [c for c in columns if _WHOLE.fullmatch(kinds[c])]
        for c in columns:
            if c not in wholes or len(wholes) > 1:
                why = messages.text("reading.why.one_of_several", period=found[c].period)
                found[c] = replace(found[c], kind="unread", why=why)


def _doubt_bare_years(found: list[Role], block: Block, scope: Scope) -> None:
    """Set aside bare years of a plan for several years, or that run past the report's: none says which are plans."""
    bare = [c for c, made in enumerate(found) if re.fullmatch(r"(nam )?(19|20)\d\d", fold_header(made.header))]
    over = next((text for text in map(fold, block.captions[:-4:-1]) if re.search(r"(19|20)\d\d", text)), "")
    span = re.search(r"((?:19|20)\d\d) ?[-–] ?((?:19|20)\d\d)", over)
    if span and re.search(r"muc tieu|ke hoach|chi tieu (giao|phan dau)|phan dau", over):
        for c in bare:
            period = fold_header(found[c].header)[-4:]
            if span[1] <= period <= span[2]:
                found[c] = replace(found[c], kind="figure", period=period, status="target", why="")
        return
    planned = "giai doan" in over and re.search(r"muc tieu|ke hoach|chi tieu|phan dau", over)
    if planned or any(found[c].kind == "unread" and int(found[c].period or 0) > scope.year for c in bare):
        for c in bare:
            why = messages.text("reading.why.bare_years")
            found[c] = replace(found[c], kind="unread", why=why)


def _sides(made: Role, formula, by_number: dict[str, Role], found: Sequence[Role], column: int, scope: Scope) -> Role:
    """Complete a comparison: by its formula, by its words, and by the figure columns before it."""
    if formula:
        left, right = (by_number.get(number) for number in formula)
        if left and right and left.kind == right.kind == "figure":
            return replace(made, period=left.period, status=left.status,
                           base_period=right.period, base_status=right.status)  # fmt: skip
        return replace(made, why=messages.text("reading.why.formula_columns"))
    columns = {(r.period, r.status) for r in found if r.kind == "figure"}
    if made.base_status == "target" and not made.base_period:
        plans = {p for p, status in columns if status == "target" and (not made.period or p[:4] == made.period[:4])}
        made = replace(made, base_period=plans.pop() if len(plans) == 1 else "")
    if not made.period and not made.base_period and made.status and made.base_status:
        made = _by_status(made, columns)
    if not made.period and made.base_period:
        made = _current(made, columns)
    if made.period and not made.status and (match := sorted(s for p, s in columns if p == made.period)):
        made = replace(made, status=match[0])
    if made.base_period and not made.base_status and (match := sorted(s for p, s in columns if p == made.base_period)):
        made = replace(made, base_status=match[0])
    complete = made.period and made.status and made.base_period and made.base_status
    if complete and (made.period, made.status) == (made.base_period, made.base_status):
        complete = False
    return made if complete else replace(made, why=messages.text("reading.why.unsaid"))


def _by_status(made: Role, columns: set[tuple[str, str]]) -> Role:
    """Complete "ước TH/KH": the one column of the first status, and that of the other for the same year."""
    able = [
        (period, base) for period, status in columns for base, other in columns
        if (status, other) == (made.status, made.base_status) and period[:4] == base[:4]
    ]  # fmt: skip
    return replace(made, period=able[0][0], base_period=able[0][1]) if len(able) == 1 else made


def _current(made: Role, columns: set[tuple[str, str]]) -> Role:
    """Complete what is compared where only the base is said: the one column that can stand against it."""
    if made.base_status == "target":
        able = {(p, s) for p, s in columns if s != "target" and p[:4] == made.base_period[:4]}
        able = {(p, s) for p, s in able if s == made.status} or able
    else:
        able = {(p, s) for p, s in columns if s != "target" and same_period_last_year(p) == made.base_period}
    if len(able) != 1:
        return made
    period, status = able.pop()
    return replace(made, period=period, status=status)


def by_figures(made: Role, column: int, roles: Sequence[Role], stated: Sequence[Stated]) -> tuple[Role, str]:
    """Return a comparison as its own figures show it where its header does not, and what a reader must know of that.

    "Tăng, giảm (%)" over 102,3 prints ratios, "So sánh" over 1,06 how many times; "Tỷ lệ %" is of those two columns
    that yield it, row for row.
    """
    if made.why == messages.text("reading.why.unsaid"):
        return _shown(made, column, roles, stated)
    if made.why:
        return made, ""
    places = {(r.period, r.status): c for c, r in enumerate(roles) if r.kind == "figure"}
    pair = places.get((made.period, made.status)), places.get((made.base_period, made.base_status))
    if None not in pair:
        fitting, told = _fitting([pair], column, stated)
        (*_, measure, factor), count = max(fitting.items(), key=lambda each: each[1], default=((*pair, "", 1.0), 0))
        if count >= max(WITNESSES, told * 0.75) and fitting.get((*pair, made.measure, made.factor), 0) < told / 2:
            shows = messages.text(f"reading.shows.{measure if factor == 1 else 'times'}")
            return replace(made, measure=measure, factor=factor), messages.text("reading.doubt.shows", what=shows)
    if made.measure != "growth_pct":
        return made, ""
    values = [f.value for item in stated if item.match and (f := _figure(item, column))]
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
        printed = _figure(item, column) if item.match else None
        # 100, 1 and 0 fit any two equal columns, and show nothing.
        if printed is None or printed.value in (0, 1, 100):
            continue
        told += 1
        for left, right in pairs:
            a, b = _figure(item, left), _figure(item, right)
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


def _shown(made: Role, column: int, roles: Sequence[Role], stated: Sequence[Stated]) -> tuple[Role, str]:
    figures = [c for c, other in enumerate(roles) if other.kind == "figure"]
    pairs = [
        (left, right) for left, right in itertools.permutations(figures, 2)
        if roles[left].period[:4] >= roles[right].period[:4]
        and not (made.period and made.period != roles[left].period)
        and not (made.base_period and made.base_period != roles[right].period)
        and not (made.status and made.status != roles[left].status)
        and not (made.base_status and made.base_status != roles[right].status)
    ]  # fmt: skip
    fitting, told = _fitting(pairs, column, stated)
    best = max(fitting.values(), default=0)
    chosen = [key for key, count in fitting.items() if count == best]
    if best < WITNESSES or best < told * 0.75 or len(chosen) != 1:
        return made, ""
    left, right, measure, factor = chosen[0]
    meant = replace(made, period=roles[left].period, status=roles[left].status, base_period=roles[right].period,
                    base_status=roles[right].status, measure=measure, factor=factor, why="")  # fmt: skip
    return (
        meant,
        messages.text("reading.doubt.unsaid", left=roles[left].header, right=roles[right].header),
    )


def _figure(item: Stated, column: int) -> Figure | None:
    cell = cell_at(item.row, column)
    figure = read_figure(cell.text, cell.number)
    return figure if isinstance(figure, Figure) else None


def _decimals(printed: str) -> int:
    return min(2, len(re.split(r"[.,]", printed)[-1].strip(" %"))) if re.search(r"[.,]", printed) else 0
