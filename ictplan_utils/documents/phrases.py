"""A text's tokens, those that mean one thing together made one: what figures are held against, companies, wholes."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ictplan_utils.documents.makeup import with_makeup
from ictplan_utils.documents.tokens import Token, tokens
from ictplan_utils.documents.words import Vocabulary, says
from ictplan_utils.vietnamese import nfc

QUANTITY = ("quantity", "garbled")
OUT_OF = ("/", "tren tong", "tren tong so", "trong tong", "trong tong so")
TIMES = ("half", "second_half", "year", "base")
LONGEST_BASE = 12
"""So many words may stand between "so với" and the time or the plan that a figure is held against."""
_CAUSES = ("do", "vì", "bởi", "nhờ")
UNITS = ("scale", "money", "percent")
OF_PLAN = {"held": "plan", "base_status": "target"}
BASES = ("base", "year", "half")


def tokens_of(text: str, marks: Mapping[str, re.Pattern], words: Vocabulary, own: str = "") -> list[Token]:
    """Return a text's tokens, a time in brackets without them, and what figures are held against as one token each."""
    composed = nfc(text)
    found = with_makeup(_over_wholes(tokens(composed, marks, own)), words)
    out: list[Token] = []
    at = 0
    while at < len(found):
        size, token = 1, found[at]
        said = composed[token.start : token.end].lower()  # "số" is no "so": "hạ tầng số năm 2026" holds nothing
        behind = found[at + 1].kind if at + 1 < len(found) else ""
        before = found[at - 1].text if at else ""
        if said == "so" or (said in ("như", "bằng") and behind in BASES) or (
            said == "mức" and before == "hon" and behind == "quantity"
        ):  # fmt: skip
            size, token = _held_against(found, at, words)
        elif said == "hơn" and (behind in BASES or words.is_plan([each.text for each in found[at + 1 : at + 4]])):
            # "hơn năm trước 51,3%", "thấp hơn chỉ tiêu tỉnh giao (70%)"
            out.append(token if words.moves([before, "hon"]) else replace(token, text="tang"))
            size, token = _held_against(found, at, words)
        elif (
            token.named.get("percent")
            and (before == "bang" or (before == "dat" and _is_reached(found[at + 1 : at + LONGEST_BASE], words)))
        ) or (before == "gap" and [each.text for each in found[at + 1 : at + 2]] == ["lan"]):
            # "bằng 112,9% năm 2021", "đạt 47% ước thực hiện cả năm", "đạt 105% kế hoạch giao 240 chương trình",
            # "gấp 1,05 lần năm 2018"
            times = before == "gap"
            size, held = _held_against(found, at + times, words)
            out += found[at : at + 1 + times] if size > 1 else []
            token = replace(held, start=found[at + 1 + times].start) if size > 1 else token
            size += times and size > 1
        if said == "của" and (companies := _so_many_companies(found[at + 1 : at + 6], marks)):
            size, token = 1 + companies, replace(token, kind="companies", end=found[at + companies].end)
        if [each.text for each in found[at : at + 3 : 2]] == ["(", ")"] and (time := _as_time(found[at + 1])):
            size, token = 3, time
        if token.kind == "companies" and size == 1 and behind == "company":
            size, token = 2, replace(token, end=found[at + 1].end)  # "các doanh nghiệp VNPT, Viettel"
        while token.kind in ("company", "companies") and _another(found[at + size : at + size + 2]):
            size, token = size + 2, replace(token, end=found[at + size + 1].end)  # those named: all only if it says so
        if said == "cộng" and before != "cong" and behind in ("word", "place", *TIMES) and found[at + 1].text != "dong":
            token = replace(token, text="tong")  # "Cộng thuê bao điện thoại: 38.662", "cộng 6 tháng 32.338"
        if token.text in words.slides and [each.text for each in found[at + 1 : at + 2]] == ["tu"]:
            token = replace(token, text="tang")  # "rơi từ 1.105 xuống 918"
        if before == "(" and [each.text for each in found[at : at + 3]] == ["nghi", "quyet", ":"]:
            size, token = 2, replace(token, text="kh")  # "94,9% (Nghị quyết: 95%)"
        if said in _CAUSES and _counted_alone(out, found[at + 1 :]):
            token = replace(token, kind="stop", text=",")  # "còn 288 máy do người dân không còn nhu cầu"
        if said == "chỉ" and behind == "quantity":
            token = replace(token, text="la")  # "thuê bao cố định chỉ 6.880"; money may be spent, "chi"
        if said == "giao" and behind == "quantity" and not words.is_plan([before, "giao"]):
            out += [replace(token, text=word) for word in ("ke", "hoach")]  # "giao 15, thực hiện 15"
        out.append(token)
        at += size
    return out


def is_bare(token: Token) -> bool:
    """Tell whether a token is a number alone: without a scale, money or a percent sign."""
    return token.kind == "quantity" and not any(token.named.get(key) for key in UNITS)


def _counted_alone(before: Sequence[Token], behind: Sequence[Token]) -> bool:
    """Tell whether a figure stands before in its clause, and behind to the next stop mere words, nobody it is of."""
    counted = any(token.kind == "quantity" for token in itertools.takewhile(_no_stop, reversed(before)))
    return counted and all(token.kind == "word" for token in itertools.takewhile(_no_stop, behind))


def _no_stop(token: Token) -> bool:
    return token.kind != "stop"


def _over_wholes(found: list[Token]) -> list[Token]:
    """Return tokens with a count over its whole in one: "19 xã, thị trấn trên tổng số 23 xã, thị trấn có đài"."""
    at = next((i for i, token in enumerate(found) if token.kind == "stop" and token.text in OUT_OF[1:]), 0)
    first = next((i for i in range(at - 1, -1, -1) if found[i].kind == "quantity"), None)
    if not at or first is None or at + 1 >= len(found) or not (is_bare(found[first]) and is_bare(found[at + 1])):
        return found
    unit = [token.text for token in found[first + 1 : at]]
    if not unit or [token.text for token in found[at + 2 : at + 2 + len(unit)]] != unit:
        return found
    whole = {**found[first].named, "whole": found[at + 1].named["number"]}
    return [*found[:first], replace(found[first], named=whole), *found[at + 2 :]]


def _so_many_companies(behind: Sequence[Token], marks: Mapping[str, re.Pattern]) -> int:
    """Return how many tokens say of how many companies together something is: "doanh thu của (cả) 03 doanh nghiệp"."""
    at = [token.text for token in behind[:1]] == ["ca"]
    counted = behind[at : at + 1]
    if "companies" not in marks or not counted or not is_bare(counted[0]) or not counted[0].named["number"].isdigit():
        return 0
    noun = marks["companies"].match(" ".join(["cac", *(token.text for token in behind[at + 1 :])]))
    return at + len(noun[0].split()) if noun else 0


def _as_time(token: Token) -> Token | None:
    """Return what stands alone in a bracket as a time, None where it is none: "1.980 thuê bao (2020)"."""
    year_alone = token.kind == "quantity" and re.fullmatch(r"(?:19|20)\d\d", token.text.strip())
    year = replace(token, kind="year", named={"year": token.text.strip()}) if year_alone else None
    return token if token.kind in TIMES else year


def _another(found: Sequence[Token]) -> bool:
    """Tell whether a comma or "và" and one more company stand here."""
    return len(found) == 2 and joins(found[0]) and found[1].kind == "company"


def _held_against(found: Sequence[Token], at: int, words: Vocabulary) -> tuple[int, Token]:
    """Return how many tokens from the "so" at `at` on say what a figure is held against, and these as one.

    "so với cùng kỳ", "so với ước thực hiện năm 2020", "so kế hoạch tỉnh giao"; (1, "so") where they say nothing.
    """
    first, lead = found[at], at + 1
    for word in ("sanh", "voi"):  # "so sánh với năm trước"
        lead += [token.text for token in found[lead : lead + 1]] == [word]
    said = itertools.takewhile(
        lambda token: token.kind == "word" and token.text in words.of_results, found[lead : lead + LONGEST_BASE]
    )
    row = [token.text for token in said]
    end = lead + len(row)
    held, figure = next(iter(found[end : end + 1]), first), {}
    if held.kind == "quantity":  # "so với mức 3.435 triệu đồng của năm 2019"
        clause = itertools.takewhile(_no_stop, itertools.islice(found, end + 1, None))
        held = next((token for token in clause if token.kind in (*BASES, "quantity")), first)
        figure = {"figure": "its own"}
    elif held.kind in BASES:
        end += 1
    if held.kind in BASES:
        status = "target" if _is_plan(row, words) else "estimate" if says(words.estimate, row) else "actual"
        named = {**held.named, **figure, "held": held.kind, "base_status": status}
        return end - at, Token("against", first.start, found[end - 1].end, held.text, named)
    size = next((size for size in range(1, len(row) + 1) if _is_plan(row[:size], words)), 0)
    if not size:
        return 1, first
    # "so với kế hoạch đề ra", "so với kế hoạch tỉnh giao"
    size = max((more for more in range(size, len(row) + 1) if " ".join(row[:more]) in words.target), default=size)
    size += 2 * words.is_plan(row[size : size + 2])
    last = found[lead + size - 1]
    return lead + size - at, Token("against", first.start, last.end, " ".join(row[:size]), {**OF_PLAN, **figure})


def _is_reached(behind: Sequence[Token], words: Vocabulary) -> bool:
    """Tell whether behind a percentage stands what was reached so far: what is expected, or a plan with its figure."""
    row = [token.text for token in itertools.takewhile(lambda token: token.kind == "word", behind)]
    counted = [token.kind for token in behind[len(row) : len(row) + 1]] == ["quantity"]
    return row[:1] == ["uoc"] or (counted and any(_is_plan(row[:size], words) for size in (2, 3)))


def _is_plan(row: Sequence[str], words: Vocabulary) -> bool:
    """Tell whether words say that a plan is what a figure is held against: there "chỉ tiêu" alone is one too."""
    return words.is_plan(row) or says(["chi tieu"], row)


def joins(token: Token) -> bool:
    return token.text in (",", ";", "va")
