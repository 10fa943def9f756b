"""What an area consists of: "Huyện có 11 xã, 119 bản; 4.259 hộ, 18.628 người".

A mere "11 xã" may be where something was done; where counts of units, households and people stand in a row and
nothing else is said of them, they are the area's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ictplan_utils.documents.tokens import Token
from ictplan_utils.documents.words import Vocabulary

_KINDS = {
    ("xa",): "units", ("phuong",): "units", ("tran",): "units", ("don", "vi", "hanh", "chinh", "capxa"): "units",
    ("thon",): "villages", ("ho",): "households", ("nguoi",): "people", ("dan",): "people", ("danso",): "people",
    ("nguoi", "dan"): "people",
}  # fmt: skip
"""What is counted, as `Vocabulary.meaning` tells it."""
_OF_COMMUNES = ["hanh", "chinh", "cap", "xa"]
_LONGEST = 8
_JOINS = frozenset((",", ";", "(", ")", "va", "voi", "cung"))
_LEADS = frozenset(("co", "hien", "nay", "gom", "bao", "tren", "dia", "ban", "toan", "tong", "so", "lieu", "cua", "la"))


@dataclass(frozen=True)
class _Count:
    """A count and its unit, tokens `start` to `end`; `alone`: nothing goes on to be said of it."""

    start: int
    end: int
    kind: str
    alone: bool


def with_makeup(found: Sequence[Token], words: Vocabulary) -> list[Token]:
    """Return a sentence's tokens, the communes and people that an area consists of named: "số xã", "khẩu"."""
    out = list(found)
    for run in reversed(list(_runs(found, words))):
        if not (all(count.alone for count in run) and _is_own(found, run)):
            continue
        for count in reversed(run):
            unit = found[count.start + 1]
            if unit.text in ("nguoi", "dan"):
                out[count.start + 1 : count.end] = [replace(unit, text="khau")]
            elif unit.text == "xa":
                out.insert(count.start + 1, replace(unit, text="so"))
    return out


def _runs(found: Sequence[Token], words: Vocabulary) -> Iterator[list[_Count]]:
    """Yield the counts that stand one beside the other."""
    run: list[_Count] = []
    for at, token in enumerate(found):
        if token.kind != "quantity" or not token.named["number"] or (count := _count(found, at, words)) is None:
            continue
        between = [each.text for each in found[run[-1].end : at]] if run else []
        apart = ";" in between and not count.alone  # "71 xã; 68 xã có đài truyền thanh"
        if run and (apart or not (_JOINS.issuperset(between) or _tells_people(between))):
            yield run
            run = []
        run.append(count)
    if run:
        yield run


def _tells_people(between: Sequence[str]) -> bool:
    """Tell whether words between two counts lead in the people alone: ", dân số trung bình năm 2018 là"."""
    return between[:1] in ([","], [";"]) and between[1:3] in (["dan", "so"], ["tong", "so"])


def _count(found: Sequence[Token], at: int, words: Vocabulary) -> _Count | None:
    """Return the count that begins with the number at `at`, with the longest unit it has."""
    for end in range(min(at + _LONGEST, len(found)), at + 1, -1):
        texts = [token.text if token.kind in ("word", "stop") else "?" for token in found[at + 1 : end]]
        parts = [part.split() for part in " ".join(texts).split(" , ")]  # "xã, phường, thị trấn"
        kinds = [_KINDS.get(words.meaning(part) or tuple(part), "") for part in parts]
        full = all(words.meaning(part[:-1]) != words.meaning(part) for part in parts)  # no "xã với", no "bản được"
        kind = kinds[0] if full and len(set(kinds)) == 1 else ""
        if kind:
            behind = found[end : end + 1]
            return _Count(at, end, kind, not behind or behind[0].kind == "stop" or behind[0].text in _JOINS)
    return None


def _is_own(found: Sequence[Token], run: Sequence[_Count]) -> bool:
    """Tell whether what leads a run of counts in says that they are the area's: nothing else, of several kinds."""
    start = run[0].start
    stop = next((at for at in range(start - 1, -1, -1) if found[at].kind == "stop"), -1)
    lead = found[stop + 1 : start]
    kinds = {count.kind for count in run}
    if stop >= 0 and not lead:
        label = [token.text for token in found[:stop]]
        led = label[-2:] == ["hanh", "chinh"] or (label[-4:] == _OF_COMMUNES and found[stop].text == "(")
        return led or kinds > {"people"}
    texts = [token.text for token in lead]
    if "dan so" in " ".join(texts):
        return True
    plain = all(token.kind == "place" or token.text in _LEADS for token in lead)
    has = [token.kind for token in lead[:1]] == ["place"] and texts[-1:] == ["co"]
    return plain and (has or len(kinds) > 1)
