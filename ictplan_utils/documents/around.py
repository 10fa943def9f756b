"""What rules a figure besides its clause: time, status and owner of headings, lead-ins and clauses before."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ictplan_utils import catalog, messages
from ictplan_utils.documents.clause import Clause, naming, speaks_of_plan
from ictplan_utils.documents.meaning import Meaning
from ictplan_utils.documents.owners import RANKS
from ictplan_utils.documents.phrases import BASES, QUANTITY, TIMES, tokens_of
from ictplan_utils.documents.tokens import Token, closes, month_of, tokens
from ictplan_utils.documents.words import Vocabulary, begins, says
from ictplan_utils.periods import is_half, order, same_period_last_year, year
from ictplan_utils.vietnamese import fold, fold_in_place, nfc

SCALES = {"nghin": 1e3, "ngan": 1e3, "trieu": 1e6, "tr": 1e6, "ty": 1e9, "ti": 1e9}


@dataclass(frozen=True)
class Around:
    """What a line stands under: words of headings and lead-ins, nearest first; the time, status and owner they rule."""

    words: tuple[frozenset[str], ...] = ()
    period: str = ""
    status: str = ""
    why: str = ""
    owner: Token | None = None
    plan: str = ""
    """The year that the document's title plans."""
    scale: str = ""
    """What figures without a scale of their own are counted in: "Doanh thu (tỷ đồng)"."""
    base: Token | None = None
    """What figures in brackets are of: "(trong ngoặc là số liệu năm 2019)"."""


def spoken_of(text: str, report: str, names: Meaning) -> Around:
    """Return what a heading or a lead-in says of the lines below it: words, period, status, owner."""
    # Brackets rule where they hold a unit or a time, and nothing else: "(số liệu 6 tháng đầu năm)".
    brackets = re.findall(r"\((?:[Ss]ố liệu )?([^()]*)\)", text)
    times = [each for each in brackets if re.search(r"\d", each) and not names.content(_other_than_time(each, report))]
    scale = next((scale for each in brackets if (scale := scale_of(tokens(each)))), "")
    base, text = _base_of(text, names)
    text = " ".join([re.sub(r"\([^()]*\)", " ", text), *times])
    row = _results(tokens_of(text, {"company": names.marks["company"]}, names.words), names.words)
    period, status, why = _spoken(row, report, names.words)
    expected = status == "estimate" and period and not is_half(period)
    words = frozenset(names.content(naming(row, names)))
    status = status if status in ("target", "so_far") or expected else ""
    return Around((words,), period, status, why, _named(row), scale=scale, base=base)


def _other_than_time(text: str, report: str) -> list[Token]:
    """Return the tokens of a text that say no time; as a word what is none that is kept."""
    return [
        replace(token, kind="word") for token in tokens(text) if token.kind != "stop" and not time_of(token, report)
    ]


_BRACKETED = re.compile(
    r"trong (?:dau )?ngoac(?: don| vuong)? la "
    r"(?:(?:so|so lieu)\b(?: cua| thuc hien)?|(?=cung ky|nam |ke hoach|chi tieu))"
)


def legend(text: str) -> Token | None:
    """Return what a text says that brackets hold, as a token of time: "(trong ngoặc là …)"."""
    composed = nfc(text)
    note = _BRACKETED.search(fold_in_place(composed))
    said = tokens(composed[note.end() :].partition(")")[0]) if note else []
    base = next((token for token in said if token.kind in BASES), None)
    if base is None:
        return None
    status = "target" if speaks_of_plan(said) else "actual"
    named = {"held": base.kind, "base_status": status, **base.named}
    return replace(base, kind="against", start=note.start(), named=named)


def _base_of(text: str, names: Meaning) -> tuple[Token | None, str]:
    """Return what a lead-in holds figures against, as a token of time, and the lead-in without it."""
    composed = nfc(text)
    if base := legend(text):
        return base, composed[: base.start]
    base = next((token for token in tokens_of(composed, {}, names.words) if token.kind == "against"), None)
    if base is None:
        return None, text
    named = {"held": base.kind, "base_status": "actual", **base.named}
    return replace(base, named=named), composed[: base.start] + composed[base.end :]


def scale_of(row: Sequence[Token]) -> str:
    """Return the scale that a unit alone in a bracket names: "(đvt: tỷ đồng)" → "ty"; "" for none."""
    texts = [token.text for token in row if token.text not in (":", "don", "vi", "tinh", "dvt")]
    scales = [*itertools.takewhile(lambda text: text in SCALES, texts)]
    return " ".join(scales) if scales and texts[len(scales) :] in ([], ["dong"], ["thue", "bao"], ["ho", "so"]) else ""


def _results(row: list[Token], words: Vocabulary) -> list[Token]:
    """Return what a title says of results that it names first: "Kết quả năm 2022, nhiệm vụ năm 2023"."""
    timed = next((at for at, token in enumerate(row) if token.kind in TIMES), len(row))
    for at in range(timed, len(row)):
        texts = [each.text for each in row[at : at + 4]]
        if row[at].kind == "word" and (words.begins_plan(texts) or begins(words.estimate, texts)):
            return row[:at]
    return row


def period_of_base(held: Token, period: str, report: str) -> str:
    """Return the period that a figure of `period` is held against; "" where that is none, or itself."""
    if not period or (held.text == "truoc" and is_half(period)):
        return ""  # "từ 88 lên 94": since the year began, or since last June
    if held.named.get("held", held.kind) == "base" and "dau nam" not in held.text:
        return f"{held.named['base_year']}{period[4:]}" if "base_year" in held.named else same_period_last_year(period)
    base = time_of(held, report)
    return base if base != period else ""


def with_time_and_status(clause: Clause, said: Around, report: str, begun: bool, words: Vocabulary) -> Around:
    """Return what rules from this clause on in its sentence: a hope or a time that opens it, or stands alone."""
    quantities = clause.of(*QUANTITY)
    if not quantities:
        now = report if said.period == report[:4] and not said.status else said.period  # a half's report on "năm 2025"
        period, status, why = _spoken(clause.tokens, report, words, now)
        if clause.opened == "(" and speaks_of_plan(clause.tokens):
            status = "target"  # "(chỉ tiêu năm 2024: 7.400)"
        if begun and not (period or why or (clause.opened == "(" and status)):
            return said
    elif begun:
        if clause.opened == ";" and clause.tokens[0].kind in ("now", "year", "half"):
            # "năm 2021 chưa có; đến nay có 76 tổ với 532 thành viên"
            period, status, why = _spoken(clause.tokens[:1], report, words, said.period)
            status = status or _before_plan(period, said, report) or said.status
            return replace(said, period=period, why=why, status=status)
        opening = clause.before(quantities[0])
        if opening and opening[0].kind == "year" and begins(words.estimate, [token.text for token in opening[1:]]):
            period, status, why = _spoken(opening, report, words)  # "…, năm 2025 ước thực hiện 91% hồ sơ, 70% hộ"
            return replace(said, period=period, status=status, why=why)
        if clause.opened == "(" or not says(words.hope, [token.text for token in opening]):
            told = {time_of(token, report) for token in opening if token.kind in (*TIMES, "now")}
            # "Năm 2021 có 134 trạm thì đến hết năm 2022 đã lên 142 trạm; …": from there on of the report's own time
            return replace(said, period=report) if told == {report} and said.status != "target" else said
        period = _spoken(clause.tokens, report, words)[0]
        return replace(said, status="target", period=period or said.period)
    else:
        opening = clause.before(quantities[0])
        period, status, why = _spoken(opening, report, words)
        if says(words.hope, [token.text for token in opening]):
            status = "target"
        timed = bool(opening) and opening[0].kind in ("year", "half", "second_half", "as_of", "other_time", "now")
        spoken = [token.text for token in opening if token.kind == "word"]
        # "Ước thực hiện doanh thu … đạt 5 tỷ" is said of all that follows, "doanh thu ước đạt 5 tỷ" of that figure.
        rest = words.behind_estimate([token.text for token in opening])
        ahead = status in ("target", "so_far") or (status and bool(words.meaning(words.behind_estimate(spoken))))
        ahead = ahead or (status and any(token.text in rest for token in opening if token.kind in TIMES))
        # "Đến hết năm 2024 dự kiến có 33 điểm, 183 trạm": right behind the time that opens the sentence
        ahead = ahead or (status and timed and opening[1:] and begins(words.estimate, [t.text for t in opening[1:]]))
        listed = [token for token in opening if token.kind in ("half", "second_half", "year")]
        if not (ahead or timed):
            return replace(said, period=period, why="") if listed and period and not status else said
        status = status if ahead else said.status
    status = status or _before_plan(period, said, report)
    before = "" if period and said.status == "so_far" else said.status
    return replace(said, period=period or said.period, status=status or before,
                   why=why if period or why else said.why)  # fmt: skip


def _named(row: Sequence[Token]) -> Token | None:
    """Return the area or company that a row of tokens names last."""
    return next(iter(reversed(_owners(row))), None)


def _owners(row: Sequence[Token]) -> list[Token]:
    """Return the areas and companies that tokens name; a body counts where it has something: "Công an xã có …"."""
    owns = {"co", "hien"}
    return [token for token, behind in itertools.zip_longest(row, row[1:])
            if token.kind in ("place", "company", "companies")
            or (token.kind == "body" and behind and behind.text in owns)]  # fmt: skip


def with_owner(clause: Clause, said: Around) -> Around:
    """Return what rules from this clause on: whom it names before its figure the figures behind it are of too."""
    quantities = clause.of(*QUANTITY)
    row = clause.before(quantities[0]) if quantities else clause.tokens
    owner = _named(row)
    if owner and not quantities and [token.text for token in row[: row.index(owner)]][-1:] == ["cac"]:
        return said  # "xóa vùng lõm sóng tại các xã Huổi Mí, Nậm Nèn; đến nay có 103 trạm": several own no one figure
    if owner is None or _describes(clause):
        return said
    return replace(said, owner=owner)


def _describes(clause: Clause) -> bool:
    """Tell whether a clause says what an area is: "Đà Bắc là huyện vùng cao của tỉnh Hòa Bình"."""
    pairs = itertools.pairwise(token.text for token in clause.tokens if token.text != "mot")
    return not clause.of(*QUANTITY) and any(one == "la" and other in RANKS for one, other in pairs)


def _spoken(row: Sequence[Token], report: str, words: Vocabulary, said: str = "") -> tuple[str, str, str]:
    """Return the period, the status, and why it is none we keep, that tokens speak of; `said` is that spoken of."""
    period, why, status, ahead = "", "", "", False
    for token in row:
        if token.kind in ("half", "second_half", "year", "now"):
            period = time_of(token, report)
            status = "actual" if token.kind == "now" or token.named.get("year") == "nay" else status
            why = "" if period else messages.text("reading.why.not_kept", time=token.text.strip())
            ahead = is_ahead(token, report)
        elif token.kind == "base":
            period = period_of_base(token, said or report, report)
            why = "" if period else messages.text("reading.why.held_against")
        elif token.kind == "as_of" and _within(token, report):
            stood = report.removesuffix("-S2")  # what stands in December stands for the year
            period, why, status = stood, "", "" if closes(token) else "so_far"
        elif token.kind in ("as_of", "other_time"):
            period, why = "", messages.text("reading.why.not_kept", time=token.text.strip())
    texts = [token.text for token in row if token.kind in ("word", "place")]  # "Tỉnh giao", "Kế hoạch huyện giao"
    going_on = is_half(report) and period == report[:4] and "dat" not in texts
    if words.is_plan(texts) or (going_on and speaks_of_plan(row) and words.is_plan(texts, words.plans)):
        status = "target"  # "giữ nguyên chỉ tiêu năm 2022 về doanh thu", said in June
    elif status in ("", "actual") and says(words.estimate, texts):
        status = "estimate"
    return period, status or "target" * ahead, why


_UNTIL = re.compile(r"\b(?:den|het|cuoi|ca nam|31[/-]12)\b")


def is_ahead(token: Token, report: str) -> bool:
    """Tell whether a token of time speaks of one to come: "đến năm 2030"; in June "đến hết năm" its own year's end."""
    period = time_of(token, report)
    return bool(period) and order(period) > order(report) and bool(_UNTIL.search(token.text))


def time_of(token: Token, report: str) -> str:
    """Return the period a token of time names, "" for none; without a year of its own, as the report's year has it."""
    when = token.named.get("year", "")
    this = when if when.isdigit() else year(report) + {"sau": 1, "truoc": -1, "ngoai": -1}.get(when, 0)
    kind = token.named.get("held", token.kind)
    if kind == "half" and report.endswith("-S2") and not when and "dau" not in token.text:
        return report  # "6 tháng", said of the half that the report is on
    return {"half": f"{this}-S1", "second_half": f"{this}-S2", "year": f"{this}", "now": report}.get(kind, "")


def times_of(clause: Clause, report: str) -> list[str]:
    """Return the periods that a clause's tokens of time name, in order."""
    return [time for token in clause.tokens if (time := time_of(token, report))]


def _within(day: Token, report: str) -> bool:
    """Tell whether a day lies in the half that a report's period ends with.

    A month's end is one in June's report: a whole year's tells of its own end.
    """
    if "until_month" in day.named and not is_half(report):
        return False
    return day.named.get("year", report[:4]) == report[:4] and (month_of(day) <= 6) == report.endswith("-S1")


def period_and_status(
    clause: Clause, piece: Sequence[Token], said: Around, report: str, kind: str, words: Vocabulary
) -> tuple[str, str, str]:
    """Return period and status of a figure of an indicator of `kind`, and why it is none that is kept."""
    own, status, why = _spoken(piece, report, words, said.period)
    if not own and not why:
        own, _, why = _spoken(clause.tokens, report, words, said.period)
        why = why or ("" if own else said.why)
    period = own or said.period
    status = status or _before_plan(period, said, report)
    spoken = [token.text for token in clause.of("word")]
    if status == "target" and said.status == "estimate" and not words.is_plan(spoken):
        status = "estimate"  # "Dự kiến đến hết năm …; doanh thu cả năm đạt …"
    ahead = says(words.hope, spoken) or (not status and said.status == "target")
    if not (own and said.status == "so_far"):  # "Đến ngày 10/6/2022: … doanh thu 6 tháng: 1.980 triệu đồng"
        status = status or said.status
    if why:
        return "", "actual", why
    period = period or (said.plan if ahead else "") or report
    if status == "target" and period == report and is_half(report) and not said.plan:
        period = report[:4]  # of a half's report that plans no year to come the plan is that year's
    return _settled(period, status, report, kind)


def _before_plan(period: str, said: Around, report: str) -> str:
    """Return the status of a figure under a target but of an earlier time: "Mục tiêu năm 2023: 92 (năm 2022: 88)".

    A result, or what is expected of a year that is not over; "" where it is no earlier time.
    """
    if said.status != "target" or not period or not said.period or order(period) >= order(said.period):
        return ""
    return "actual" if order(period) <= order(report) else "estimate" * (year(period) == year(report))


def _settled(period: str, status: str, report: str, kind: str) -> tuple[str, str, str]:
    """Return a period and a status that go together: a half is never an estimate, a year to come a plan."""
    this = year(report)
    if status == "so_far":
        if kind == "flow":
            return "", "", messages.text("reading.why.so_far")
        status = "actual"
    if status == "target" or (is_half(period) and order(period) > order(report)):
        if period == report and is_half(report):
            return "", "", messages.text("reading.why.plan_no_year")
        if is_half(period) and (kind == "flow" or not period.endswith("-S2")):
            return "", "", messages.text("reading.why.plan_of_half")
        return period[:4], "target", ""
    if report.endswith("-S1") and period == str(this):
        return (period, "estimate", "") if status == "estimate" else (report, "actual", "")
    if status == "estimate" and period == str(this):
        return period, "estimate", ""
    if year(period) > this:
        return period, "target", ""
    return period, "actual", ""


def owner_of(piece: Sequence[Token], clause: Clause, said: Around, area: catalog.Area | None) -> Token | None:
    """Return whose a figure is where it is not the area's own: whom its clause names, else who rules its line."""
    named = [*_owners(piece), *_owners(clause.tokens)]
    named = named or [token for token in [said.owner] if token]
    return next((token for token in named if not _is_own(token, area)), None)


def _is_own(token: Token, area: catalog.Area | None) -> bool:
    if token.kind in ("company", "companies", "body"):
        return token.kind == "companies"
    if area and token.text in (fold(area.unit_vi), fold(area.name)):
        return True
    if token.text.startswith("toan "):
        return not area or token.text.removeprefix("toan ") == fold(area.unit_vi)
    return bool(area) and token.text == fold(f"{area.unit_vi} {area.name}")
