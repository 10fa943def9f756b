"""A figure that a text states: its value in the catalogue's unit, what is remarked of it, what it is compared with."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ictplan_utils import messages
from ictplan_utils.documents.around import SCALES
from ictplan_utils.documents.clause import Clause
from ictplan_utils.documents.numbers import Figure, read_figure
from ictplan_utils.documents.tokens import Token
from ictplan_utils.vietnamese import fold

MONEY = {"trieu dong": 1e6, "ty dong": 1e9, "nghin dong": 1e3, "dong": 1.0}


@dataclass(frozen=True)
class Stated:
    """One figure a text states: which, when, how, and where its quantity stands in the text; `why` it is unread.

    `owner` is whose it is where that is not the document's area, `owner_at` where its own clause names that one.
    """

    token: Token
    indicator: str = ""
    period: str = ""
    status: str = "actual"
    value: float = 0.0
    note: str = ""
    why: str = ""
    factor: float = 1.0
    percent: bool = False
    owner: str = ""
    owner_at: int = -1
    comparisons: tuple[Comparison, ...] = ()
    name: frozenset[str] = frozenset()
    """The words that name its indicator, its own and those around it."""


@dataclass(frozen=True)
class Comparison:
    """What a text says of a figure against another: `growth_pct`, `ratio_pct` or `change`, and against when."""

    measure: str
    value: float
    base_period: str
    base_status: str
    start: int
    end: int

    def fits(self, value: float, before: float) -> bool:
        """Tell whether it is what two figures make, to a tenth of a point."""
        if self.measure == "change":
            return abs(value - before - self.value) < 1e-6 * max(1, abs(value))
        grown = 100 * value / before - (100 if self.measure == "growth_pct" else 0) if before else float("inf")
        return abs(grown - self.value) <= 0.1


def with_comparison(stated: Stated, told: Comparison | None) -> Stated:
    """Return a figure with one comparison more, unless it has one of that kind."""
    kinds = [(each.measure, each.base_period, each.base_status) for each in stated.comparisons]
    if told is None or (told.measure, told.base_period, told.base_status) in kinds:
        return stated
    return replace(stated, comparisons=(*stated.comparisons, told))


def hedge_of(clause: Clause, quantity: Token) -> str:
    """Return the remark on a figure that is stated as expected or about: `văn bản viết "ước đạt"`."""
    words = [token.text for token in clause.before(quantity)[-2:] if token.kind == "word"]
    for hedge, written in _HEDGES.items():
        if words[-len(hedge.split()) :] == hedge.split():
            return f'văn bản viết "{written}"'
    return ""


def fraction_of(quantity: Token) -> str:
    """Return the remark on a count that is printed with its whole: `in 18/18 xã`."""
    if not quantity.named.get("whole"):
        return ""
    return f"in {quantity.named['number']}/{quantity.named['whole']}"


_HEDGES = {"uoc dat": "ước đạt", "uoc": "ước", "khoang": "khoảng", "tren": "trên", "hon": "hơn", "gan": "gần",
           "moc": "mốc", "nguong": "ngưỡng"}  # fmt: skip


def why_a_place(clause: Clause, quantity: Token, *, owns: bool) -> str:
    """Return why a count only says where something is, or whose: "tại 02 trạm BTS", "của cả 3 nhà mạng".

    `owns` tells that it counts companies.
    """
    before = [token.text for token in clause.before(quantity) if token.text != "ca"][-1:]
    counts = not quantity.named.get("whole") and not quantity.named.get("percent")
    where = counts and before and before[0] in ("tai", "o", "cho", *(("cua", "boi", "tu") if owns else ()))
    return messages.text("reading.why.says_where") if where else ""


def value_of(quantity: Token, row) -> tuple[float, str, float]:
    """Return the quantity in the catalogue's unit, why it cannot be, and what its number was multiplied by."""
    named = quantity.named
    if quantity.kind == "garbled" or named.get("letters", "h") != "h":
        return 0.0, messages.text("reading.why.no_number"), 1.0
    figure = read_figure(named["number"])
    if not isinstance(figure, Figure):
        return 0.0, messages.text("reading.why.no_number"), 1.0
    value, factor = figure.value, 1.0
    for scale in named.get("scale", "").split():
        factor *= SCALES[scale]
    if named.get("more"):
        extra, word = named["more"].split()
        value, factor = value * factor + float(extra) * SCALES[word], 1.0
    own = MONEY.get(fold(row["unit_vi"]))
    if own is not None:
        bare = not named.get("scale") and not named.get("money")
        factor = 1.0 if bare else factor / own
    elif named.get("money"):
        return 0.0, messages.text("reading.why.money"), 1.0
    value = float(f"{value * factor:.12g}")
    thousands = re.search(r"\D\d{3}$", named["number"]) is not None  # "4,907 người/điểm", by the other habit
    if row["decimals"] == 0 and (row["kind"] == "stock" or thousands) and value != int(value):
        return value, messages.text("reading.why.not_whole"), factor
    if value > row["maximum"] and row["unit_vi"] != "%":
        return value, messages.text("reading.why.too_much", most=f"{row['maximum']:g}"), factor
    return value, "", factor
