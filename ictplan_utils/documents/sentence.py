"""Running text → figures, by meaning: each quantity's clause must say, word for word, which figure it is.

A clause is the words around a quantity up to the next stop. Its words, synonyms replaced and filler left out, must be
those of exactly one indicator, some of them perhaps from its context (the clause before, the line that leads in, the
headings above); a word that is neither leaves the quantity unread, and told. Period and status come from the clause,
else its sentence, its line, its headings; else the report's own.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

from ictplan_utils import catalog, messages
from ictplan_utils.documents import comparisons
from ictplan_utils.documents.around import (
    Around,
    is_ahead,
    owner_of,
    period_and_status,
    period_of_base,
    scale_of,
    times_of,
    with_owner,
    with_time_and_status,
)
from ictplan_utils.documents.clause import Clause, clauses_of, speaks_of_plan
from ictplan_utils.documents.meaning import PARTS, SIBLINGS, Meaning
from ictplan_utils.documents.phrases import OF_PLAN, OUT_OF, QUANTITY, TIMES, is_bare
from ictplan_utils.documents.pieces import (
    STEPS,
    ends_of_change,
    is_bound,
    linked,
    pieces_of,
    topic_of,
    unhedged,
    unled,
    unmoved,
    without_plan,
)
from ictplan_utils.documents.stated import Stated, fraction_of, hedge_of, value_of, why_a_place, with_comparison
from ictplan_utils.documents.subject import Subject
from ictplan_utils.documents.tokens import Token
from ictplan_utils.documents.words import begins, ends_in, says
from ictplan_utils.periods import order

ROUGHLY = 0.1
"""A round figure is so near the exact one behind it: "gần 1,2 triệu, chính xác là 1.187.420"."""
MOST_IN_CLAUSE = 2
"""More quantities between two stops are a table's row that lost its lines."""


def read_line(
    text: str, around: Around, area: catalog.Area | None, report: str, names: Meaning, previous: Stated | None = None
) -> list[Stated]:
    """Return what one sentence states; quantities that are no figures of ours are left out, doubtful ones told.

    `previous` is the figure that the sentence before ended with, whose plan this one may tell.
    """
    clauses = clauses_of(text, area, names)
    began = next((token.start for clause in clauses for token in clause.of(*QUANTITY)), 0)
    sentence = _Sentence(area, report, names, around, around, began, previous=previous)
    for clause, behind in itertools.zip_longest(clauses, clauses[1:]):
        sentence.take(clause, leads=bool(behind) and behind.opened == ":")
    return comparisons.given_to_what_fits(sentence.found, names)


class _Sentence(Subject):
    """One sentence as it is read, clause by clause."""

    def take(self, clause: Clause, leads: bool) -> None:
        """Read the next clause, which may lead another in: "điểm BĐ-VHX: 136"."""
        statements = (unled(clause, self.names.words), clause.tokens, self.from_then_on(clause))
        said = next((row for row in statements if row and self.is_name(row)), clause.tokens)
        clause.tokens = [self.scaled(token) for token in said]
        quantities = clause.of(*QUANTITY)
        if clause.opened in ("(", ",") and (scale := scale_of(clause.tokens)):
            self.around = replace(self.around, scale=scale)
            return
        opens = self.held if clause.opened == "(" or (self.held and self.held.end <= self.began) else None
        self.held = next(iter(clause.of("against") or clause.of("base") * clause.bracket), opens)
        if self.held is None and clause.opened == "(" and not clause.of(*TIMES):
            self.held = self.around.base
        if not quantities and clause.of_plan and (self.found or self.names.words.moves(clause.words)):
            self.held = _plan_behind(clause)  # "…, xấp xỉ kế hoạch (57.000 triệu đồng)"
        if clause.opened in OUT_OF and set(clause.words) <= set(self.last_words):
            self.whole_of(quantities)
            return
        alone = clause.opened == "(" and not clause.words and bool(quantities)
        if self.counted and alone and quantities[0].named.get("percent") and not self.found[-1].percent:
            return  # "tăng 2 xã (25%)": how much the change is, once more
        self.rest = says(_REST, [*(self.last_words if clause.bracket else ()), *clause.words])
        self.last_words, self.counted = clause.words, False
        parts = {part for part in SIBLINGS if part <= set(clause.words)}
        # "gồm di động 516.480, cố định 5.120; thuê bao Internet băng rộng cố định 86.750": there another whole begins
        anew = clause.opened == ";" and self.whole and self.is_name(clause.tokens)
        self.parts = parts if anew else self.parts | parts
        self.years = next((token for token in clause.tokens if "first_year" in token.named), self.years)
        self.rule(clause)
        if clause.remark or (not quantities and begins(self.names.words.sources, clause.words)):
            return
        if not quantities:
            # "tiếp tục giảm, còn 702 thuê bao": the level comes behind.
            words = self.words_of(clause) - self.names.words.moved(clause.words)
            if words and clause.opened == "," and not leads:
                self.only_a_part(self.names.resembles(words, frozenset()))
            if words:
                self.spoken = (self.before - PARTS, *self.spoken)[:2]
                self.before, self.lead = (self.before | words if self.lead else words), words
        elif self.found and comparisons.holds_base(clause, last := self.beside(clause), self.held, self.names):
            quantity = quantities[0]
            times = times_of(clause, self.report)
            planned = speaks_of_plan(clause.before(quantity))
            held = None if planned else self.held
            main = comparisons.main_figure(self.found) if last is self.found[-1] else last
            self.found.append(comparisons.base_figure(quantity, times, main, held, self.names, self.report))
        elif not self.found and (plan := comparisons.plan_alone(clause, self.previous, self.names, self.report)):
            self.found.append(plan)
        elif self.found and (told := comparisons.share_of_plan(clause, self.found, self.report)):
            self.found[told[0]] = with_comparison(self.found[told[0]], told[1])
        elif ends := ends_of_change(clause, self.years):
            for end in ends:
                self.state(end, 0)
            if len(self.found) > 1 and self.found[-1].indicator == self.found[-2].indicator:
                self.found[-1] = comparisons.with_change(self.found[-2], self.found[-1], self.held, self.report)
        elif self.found and comparisons.compares(clause, self.found[-1], self.names.words) and not self.of_own(clause):
            self.compare(clause, quantities)
        elif len(quantities) > MOST_IN_CLAUSE:
            self.found += [Stated(each, why=messages.text("reading.why.row_of_figures")) for each in quantities]
        else:
            for place, quantity in enumerate(quantities):
                made_of = ends_in(self.names.words.founded, [token.text for token in clause.before(quantity)])
                if not made_of:  # "được thành lập trên cơ sở sắp xếp 02 xã, hiện có 23 thôn"
                    self.state(clause, place)

    def from_then_on(self, clause: Clause) -> list[Token]:
        """Return a clause's tokens from the time to come on that words lead in, [] for none: "đầu tư để | đến hết năm
        2026 toàn xã có 24 trạm"."""
        before = clause.before(clause.of(*QUANTITY)[0]) if clause.of(*QUANTITY) else []
        ahead = [at for at, token in enumerate(before) if at and token.kind in TIMES and is_ahead(token, self.report)]
        lead = {token.text for token in before[: ahead[-1]]} if ahead else _NEGATED
        return [] if lead & _NEGATED else clause.tokens[ahead[-1] :]

    def compare(self, clause: Clause, quantities: Sequence[Token]) -> None:
        """Take what a clause says of a figure before it against another, and that other figure."""
        self.counted = not any(each.named.get("percent") for each in quantities)
        # "5.105 triệu đồng, tăng 6% so với năm 2021 (4.814 triệu đồng), đạt 101% kế hoạch": not the bracket's
        reach = self.outside if self.outside and len(self.found) == self.closed else len(self.found)
        place = comparisons.compared_with(clause, self.found[:reach], self.names)
        if not (clause.of("against", "base") or clause.of_plan):  # the later of the sentence's two moved
            place = comparisons.latest(self.found, place)
        others = [each for each in self.found if each is not self.found[place]]
        of, beside = self.baseless
        moved = self.names.words.moves(beside.words) if beside and of is self.found[place].token else 0
        same = begins(self.names.words.again, clause.words) and not (clause.of_plan or clause.words[:1] == ["bang"])
        if moved and same and not beside.of("against", "base"):  # "tăng 3.514 thuê bao, tương đương 4,7%"
            at = clause.tokens[0].start
            clause = replace(clause, tokens=[Token("word", at, at, "tang" if moved > 0 else "giam"), *clause.tokens])
        told = comparisons.comparison_of(self.found[place], clause, others, self.report, self.names.words)
        if plan := comparisons.plan_told(clause, self.found[place], self.names, self.report):
            self.found.append(plan)
            return
        stated = self.found[place] = with_comparison(self.found[place], told)
        if told and told.base_status != "target" and of is stated.token:
            # "(tăng 3.514 thuê bao, tương đương 4,7% so với cùng kỳ)"
            once_more = comparisons.comparison_of(stated, beside, [], self.report, self.names.words, told)
            stated = self.found[place] = with_comparison(stated, once_more)
        self.baseless = stated.token, clause
        if clause.of_plan:
            self.plan_of(stated)
            self.held = self.held or _plan_behind(clause)
        for held, quantity in itertools.pairwise(token for token in clause.tokens if token.text != "la"):
            behind = quantity in quantities and (quantity is not quantities[0] or "figure" in held.named)
            if held.kind == "against" and behind and comparisons.alike_in_kind(quantity, stated):
                self.found.append(comparisons.base_figure(quantity, [], stated, held, self.names, self.report))

    def beside(self, clause: Clause) -> Stated:
        """Return the figure that a clause's bare one is held against: of several before a bracket that in its turn."""
        return self.of if self.of and clause.turn < -1 else self.found[-1]

    def scaled(self, token: Token) -> Token:
        """Return a quantity in the scale that rules it, unless it has one or a unit of its own."""
        scale = self.around.scale
        return replace(token, named={**token.named, "scale": scale}) if scale and is_bare(token) else token

    def whole_of(self, quantities: Sequence[Token]) -> None:
        """Take the figure before for one over its whole, or its plan: "84 trạm/85 trạm, đạt 98,8% kế hoạch"."""
        last = self.found[-1] if self.found else None
        if not last or last.why or not quantities:
            return
        _, _, factor = value_of(quantities[0], self.names.frame.loc[last.indicator])
        if factor == last.factor:
            over = {**last.token.named, "whole": quantities[0].named.get("number")}
            self.found[-1] = replace(last, token=replace(last.token, named=over))

    def rule(self, clause: Clause) -> None:
        """Let a clause's time, status and owner rule from here on, or to its bracket's end."""
        if clause.bracket and (self.kept is None or clause.opened == "("):
            self.kept = self.kept or self.said
            self.outside = sum(each.token.start < clause.tokens[0].start for each in self.found)
        elif not clause.bracket and self.kept is not None:
            self.said, self.kept, self.closed = self.kept, None, len(self.found)
            self.before = self.whole or self.before
        place = self.outside + clause.turn if clause.bracket else len(self.found) - 1
        self.of = self.found[place] if place >= 0 else None
        if self.kept and clause.opened == ";" and clause.of(*TIMES):
            self.said = self.kept  # "(kế hoạch năm: 1.310 triệu đồng; cùng kỳ: 602 triệu đồng)"
        if self.beside_it and len(self.found) > self.beside_it[0]:
            self.said, self.beside_it = self.beside_it[1], None
        if self.found and [token.kind for token in clause.tokens] == ["base"]:
            self.beside_it = len(self.found), self.said  # ", cùng kỳ: 476.900 triệu đồng; doanh thu bưu chính …"
        self.said = with_time_and_status(clause, self.said, self.report, bool(self.found), self.names.words)
        opens = clause.opened == "(" and not self.found and not clause.of(*TIMES)
        if opens and self.held and "base_status" in self.held.named:
            # "So với kế hoạch (95 trạm BTS) đều vượt", "So với năm 2022 (trạm BTS 89 trạm)": what is in it is of that
            status, period = self.held.named["base_status"], self.said.period
            period = period if status == "target" else period_of_base(self.held, period or self.report, self.report)
            self.said = replace(self.said, status=status, period=period, plan="")
        if self.kept and self.found and not clause.of(*TIMES) and speaks_of_plan(clause.tokens):
            self.said = replace(self.kept, status="target", plan="")  # "2.870 (năm 2024: 2.530; kế hoạch: 2.800)"
            if self.of and self.of.status == self.kept.status == "target" and self.of.period == self.report[:4]:
                # "Các chỉ tiêu được giao: (1) …: 72,8% (KH: 75%)": beside its plan a figure is what was reached
                self.of = self.found[place] = replace(self.of, period=self.report, status="actual")
        planned = bool(self.found) and self.found[-1].status == "target"
        reached = planned and clause.opened == ":" and clause.words[:1] == ["dat"]  # "Mục tiêu 90% hộ …: đạt 94%"
        if reached or self.names.words.is_result(clause.words):
            # "kế hoạch 90 trạm, thực hiện 88 trạm"; under a plan's lead-in a time must say so, "năm 2021 thực hiện …",
            # or the figure be told by nothing else, and of no time to come
            timed = self.around.status == "target" and (clause.of(*TIMES) or self._merely_done(clause))
            self.said = replace(self.said, status="" if timed or reached else self.around.status)
        self.within = clause.opened == "("
        self.aside = clause.opened == "," and begins(self.names.words.again, clause.words)
        if begins(self.names.words.parts, clause.words):
            self.outer, self.whole, self.within = self.said, self.before, True
        elif self.within:
            self.whole = self.before
        elif clause.opened == ";":
            if self.outer:
                self.said = replace(self.said, owner=self.outer.owner)
            self.before = self.whole or self.before
        # "Xã Hải Hậu được thành lập trên cơ sở sáp nhập xã Hải Hưng và thị trấn Yên Định, hiện có 36 xóm"
        self.founding = (self.founding or says(self.names.words.founded, clause.words)) and not clause.of(*QUANTITY)
        self.said = self.said if self.founding else with_owner(clause, self.said)

    def state(self, clause: Clause, place: int) -> None:
        """Add what a clause's quantity states, or why it is left unread."""
        quantity = clause.of(*QUANTITY)[place]
        stated, words = self.figure(clause, place) or self.no_figure(clause, quantity)
        if quantity.named.get("percent") and not (stated and stated.indicator):
            counted = self.names.counted.get(self.found[-1].indicator, frozenset()) if self.found else frozenset()
            self.only_a_part(bool(self.words_of(clause)) and self.words_of(clause) <= counted)
        if clause.opened == ";":
            self.shadow = self.unclear = ""
        if stated and not stated.why and (led := self.goes_on_from(clause, quantity, stated)):
            stated = replace(stated, why=messages.text("reading.why.goes_on", before=led))
        elif (stated or words == frozenset()) and clause.opened not in OUT_OF:
            own, unread = self.words_of(clause), not stated or (stated.why and not stated.indicator)
            self.shadow = quantity.text.strip() if unread and (self.words_of(clause, quantity) or own & _NEW) else ""
            self.lost = not words
            self.unclear = quantity.text.strip() if unread and own and (self.lost or own & _NEW) else ""
        if stated and not stated.why and stated.status == "actual" and is_bound(clause, quantity):
            stated = replace(stated, why=messages.text("reading.why.bound"))
        if stated:
            self.found.append(stated if stated.why else self.once(self.rest_of(stated), clause))
            if clause.of_plan:
                self.plan_of(self.found[-1])
        # "băng rộng di động tăng 5,2%, đạt 27.380 thuê bao"
        self.lead = words if not stated and self.names.words.moved(clause.words) else frozenset()
        if clause.opened not in OUT_OF:  # "… trên tổng 7.416 hồ sơ, đạt 80%": of what stood before
            self.before = words or self.before

    def goes_on_from(self, clause: Clause, quantity: Token, stated: Stated) -> str:
        """Return the figure, not understood, whose words may be those of this one too; "" where this one says enough.

        What leads the one in leads in a list behind it, and what needs words from farther off may need its.
        """
        steps = {token.text for token in clause.before(quantity)[-1:]} & STEPS  # "thêm 320, nâng tổng số lên 6.430"
        needs = not steps and not stated.name <= self.words_of(clause)
        bare = clause.tokens[0] is quantity or (self.lost and not self.own_words(clause, stated))
        counts = stated.name <= self.names.units.get(stated.indicator, frozenset())
        rest = stated.token.text.strip() if self.rest else ""
        return (self.shadow if bare or counts else "") or ((self.unclear or rest) if needs else "")

    def only_a_part(self, told: bool) -> None:
        """Doubt a mere count of what there is, where a share of it or what it does is `told`.

        "107.000 hộ, tức 61% số hộ, nối cáp quang", "525 ấp, khu vực có tổ công nghệ số".
        """
        last = self.found[-1] if self.found else None
        if last and told and not last.why and last.name and last.name <= self.names.units[last.indicator]:
            self.found[-1] = replace(last, why=messages.text("reading.why.a_part"))

    def once(self, stated: Stated, clause: Clause) -> Stated:
        """Return a figure, doubted where the sentence has stated it otherwise; of a list that says it none is sure."""
        otherwise = messages.text("reading.why.stated_otherwise")
        same = [at for at, each in enumerate(self.found)
                if each.why in ("", otherwise) and comparisons.claims_the_same(each, stated)]  # fmt: skip
        for at in same:
            first = self.found[at]
            if first.note and not stated.note and abs(stated.value - first.value) < ROUGHLY * stated.value:
                self.found[at] = replace(stated, comparisons=first.comparisons)
                return stated
            apart = min(len(first.name - stated.name), len(stated.name - first.name)) > 0
            if apart or not (clause.words or clause.bracket):  # "cấp I: 04, cấp II: 11", "đạt 70,5%; 76,3%; 83,1%"
                self.found[at] = replace(first, why=otherwise)
        return replace(stated, why=otherwise) if same else stated

    def _merely_done(self, clause: Clause) -> bool:
        """Tell whether a clause says of a figure only that so much was done, of a time that is not to come."""
        led = " ".join(token.text for quantity in clause.of(*QUANTITY)[:1] for token in clause.before(quantity))
        return led in self.names.words.done and order(self.said.period or self.report) <= order(self.report)

    def plan_of(self, stated: Stated) -> None:
        """Add what was planned where a figure is printed over it: "3.610/3.700 triệu đồng theo kế hoạch"."""
        over = stated.token.named.get("whole")
        if over and not stated.why and stated.indicator not in self.names.words.whole:
            token = replace(stated.token, named={**stated.token.named, "number": over, "whole": None})
            self.found.append(comparisons.base_figure(token, [], stated, None, self.names, self.report))

    def figure(self, clause: Clause, place: int) -> tuple[Stated, frozenset[str]] | None:
        """Return the figure that a quantity is, and the words now spoken of; None where no indicator is named."""
        quantity = clause.of(*QUANTITY)[place]
        percent = bool(quantity.named.get("percent"))
        if quantity.named.get("whole"):
            clause = without_plan(clause, quantity, self.names.words)
        topic_words = self.names.words.topic + self.names.words.sectors
        pieces = [*pieces_of(clause, place, topic_words, self.names.words)]
        if (other := linked(clause, place)) and not self.is_named(other):
            # "7 xóm của 3 xã chưa có sóng": what is said of the second is said of the first too
            pieces = [pieces[0] + other]
        start = clause.of(*QUANTITY)[place - 1].end if place else 0
        left = self.names.words.unserved([each for each in clause.before(quantity) if each.start >= start], quantity)
        about = frozenset(self.names.content(topic_of(clause, quantity, topic_words, self.names.words)))
        topics = frozenset(" ".join(topic_words).split())
        before = clause.before(quantity)
        for piece in pieces:
            topic = frozenset(self.names.content(token for token in left if token not in piece))
            for each in clause.of(*QUANTITY)[place : place + 2]:
                piece = self.names.words.unserved(piece, each)
            piece = unhedged(piece, quantity)
            if before and before[-1].text in STEPS | {"dat"}:
                piece = unmoved(piece, self.names.words)  # "giảm còn 510 máy", "phát triển lên 72 trạm"
            slug, words, full = self.named(piece, quantity, topic)
            if not slug and (slug := self.sum_of(clause, quantity)):
                words = full = self.names.units[slug]
            if quantity.named.get("whole"):
                slug = self.part_of(slug)
            if not slug or not topic <= self.of_name(place) | (about - (self.names.of_other_sectors(slug) - topics)):
                continue
            if not self.fits(slug, full, piece, clause, quantity):
                continue
            if quantity.named.get("whole") and self.is_some(slug, full, clause, quantity):
                continue
            kind = self.names.frame.at[slug, "kind"]
            period, status, why = period_and_status(clause, piece, self.said, self.report, kind, self.names.words)
            of = self.of
            if of and slug == self.names.rates.get(of.indicator, ("",))[0] and self.within and not clause.of(*TIMES):
                period, status = of.period, of.status  # "kế hoạch 2023 80,6% (104 xã)"
            owner = owner_of(piece, clause, self.said, self.area)
            value, problem, factor = value_of(quantity, self.names.frame.loc[slug])
            where = why_a_place(clause, quantity, owns=self.names.counts_companies(slug))
            why = why or problem or ("" if owner or slug in self.names.rates else where)
            stated = Stated(
                quantity, slug, period, status, value, hedge_of(clause, quantity) or fraction_of(quantity), why, factor,
                percent, owner.text if owner else "", owner.start if owner in clause.tokens else -1, name=full,
            )  # fmt: skip
            # A part said within its whole ("thuê bao điện thoại (542 cố định; …)") leaves the whole spoken of, and so
            # does where something is ("12 tổ tại 12 thôn với 66 thành viên").
            aside = (where and self.before) or (full - words) & (self.before | self.whole)
            return stated, (self.before if aside else full)
        return None


def _plan_behind(clause: Clause) -> Token:
    """Return the plan that a clause speaks of, as what the figures behind it are held against."""
    return Token("against", clause.tokens[-1].end, clause.tokens[-1].end, "ke hoach", OF_PLAN)


_REST = ("con lai",)
_NEGATED = {"khong", "chua", "neu", "thieu"}
_NEW = {"moi", "them", "trien"}
