"""Text → tokens with a meaning: words, quantities, times, places."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ictplan_utils.documents.owners import capitals, ranked
from ictplan_utils.vietnamese import CAPITALS, fold, fold_in_place, nfc

_YEAR = r"(?:19|20)\d\d"
_NUMBER = r"\d{1,3}(?: \d{3})+(?:,\d+)?(?!\d)|\d[\d.,]*\d|\d"
_KINDS = {
    # "1) …; 2) …"
    "item": r"(?:^|(?<=[.;:,] ))\d{1,2}\)(?=\s)",
    "span": rf"(?:tu )?(?:ngay )?(?P<from_day>\d{{1,2}})[/-](?P<from_month>\d{{1,2}})(?:[/-]{_YEAR})?(?: den |\s*[-–]\s*)(?:het )?(?:ngay )?"
    rf"(?P<to_day>\d{{1,2}})[/-](?P<to_month>\d{{1,2}})(?:[/-](?P<span_year>{_YEAR}))?(?![/\d])",
    # Numbers of documents, dates of signing, telephone numbers, what a name or a rate is made of: no quantities.
    "ignored": rf"\btren (?:mot|0?1) nam\b|\bsau (?:gan |hon |khoang )\d+ thang\b(?! dau)|\bsau (?:\d+|sau) thang(?= (?:van hanh|hoat dong|trien khai|sap nhap|sap xep|hop nhat|thanh lap)\b)|(?:so )?\d+\s*/\s*(?:{_YEAR}\s*/\s*)?[a-z]+(?:\d*[-–][a-z&]+)+|\b0\d{{2,3}}[.\s]\d{{3}}[.\s]\d{{3,4}}\b"
    r"|\b[a-z]+-\d{1,3}\b"  # COVID-19
    r"|\b(?:nghi quyet|quyet dinh|chi thi|thong tu|nghi dinh|de an|ban chi dao)(?: so)? \d+\S*"
    rf"|(?:so|van ban so|quyet dinh so) \d+/\S+|\b(?:dieu|khoan|muc(?= \d+\.\d)|bieu|phu luc|stt|khoa|lan thu|(?<!tong )(?<!dan )(?<!\bho )(?<!doi )(?<!con )so) \d{{1,4}}(?:\.\d{{1,2}})*\b(?![.,]\d)(?!\s*(?:%|(?:thang|quy|tuan)\b))"
    rf"|ngay (?!3[01]/(?:0?6|12)/{_YEAR})\d{{1,2}}(?:[/-]\d{{1,2}}(?:[/-]{_YEAR})?| thang \d{{1,2}}(?: nam {_YEAR})?)(?! *$)",
    "named": r"muc (?:do )?\d(?:\s*(?:,|va|-)\s*(?:muc (?:do )?)?\d(?!\d))*(?![.,]?\d|\s*%)|(?<!cung )cap (?:\d|i{1,3})\b(?![.,]?\d)|(?<!\w)[2-6]g(?:\s*[,/và]+\s*[2-6]g)*(?!\w)|(?<!\w)24/24(?:h|(?= gio)|(?=\W*$)|(?=[,;.)]))|24/7|(?<![\d.,])\d\d tuoi\b",
    "per": r"/\s*(?:0?1 |1\.000 |10\.000 |100 |1000 )(?:nguoi )?(?P<each>(?!trieu|nghin|ngan|tr\b|ty\b)[a-z]+)\b"
    r"|\b(?:cu|trong) (?:moi )?(?:1\.000|1000|100) (?:nguoi )?(?P<of>dan|nguoi|ho)(?: thi)?(?: co| gan)?\b|(?<=binh quan )(?:mot|0?1) (?P<one>diem|nguoi|ho|dan)\b|(?:/|(?:(?<!may )tinh )?tren|moi|cho|tren moi)\s*(?:mot |0?1 )?(?:1\.000|10\.000|100|1000|)\s*(?:nguoi )?(?P<whom>dan(?! so\b)|diem phuc vu|diem|nguoi dan|nguoi|xa|ho|thue bao|thang|ngay|can bo)\b",
    "base": rf"(?:cach day (?:dung )?(?:mot|1) nam\b|(?:mot|1) nam truoc(?: cung thoi diem nay)?|cung ky|nam truoc|nam ngoai|nam roi\b|(?<!tu )(?<!thang )dau nam(?! \d))(?: nam)?(?: (?P<base_year>{_YEAR})| truoc| ngoai)?",
    # The end of a month, a quarter or a day: what has come from the year's beginning until then.
    "until": rf"(?:(?:tinh |ke )?(?:den|het|cuoi|giua) (?:het |cuoi |giua )?(?:thang (?P<until_month>\d{{1,2}})|quy (?P<until_quarter>i{{1,3}}v?|iv|[1-4]))\b"
    rf"|(?:(?:tinh |ke )?(?:den|het) )?(?:het |cuoi )?(?:ngay )?3[01](?:[/-]| thang )(?P<until_day>0?6|12))(?!\d)(?:(?:[/-]| ?nam )?(?P<until_year>{_YEAR}))?(?!\d)",
    # Another day: what stood then, which is no year's nor half's end.
    "as_of": rf"(?:(?:tinh |ke )?(?:den|het) )?(?:het )?(?:ngay )?(?:(?P<as_of_day>\d{{1,2}})[/-](?P<as_of_month>\d{{1,2}})[/-](?P<as_of_year>{_YEAR})|(?P<as_of_d>\d{{1,2}}) thang (?P<as_of_m>\d{{1,2}}) nam (?P<as_of_y>{_YEAR})|(?<=den )(?!(?P<all_of>\d{{1,2}})/(?P=all_of) (?:trung tam|xa|phuong|thi tran|thon|ban|xom|ap|khom)\b)(?P<as_of_this>\d{{1,2}})/(?P<as_of_now>\d{{1,2}})(?![/\d]))(?!\d)",
    # "sáu tháng đầu vận hành" need not begin with the year.
    "half": rf"(?!(?:6|06|sau) thang(?: dau)? (?:van hanh|hoat dong)\b)(?:(?:tinh )?(?:den )?(?:cuoi )?(?:het )?(?:6|06|sau) thang dau(?: cua)?(?: nam)?|(?:6|06|sau) thang (?:vua )?qua\b|(?:6|06|sau) thang(?! cuoi)(?: cua)?(?: nam)?|(?:nua (?:dau )?|giua )nam|(?:2|02|hai) quy dau(?: nam)?)"
    rf"(?: nam)?\s*(?P<half_year>{_YEAR}|nay|truoc|ngoai)?|(?<![\w.,])0?6 ?t[/ ]?(?:nam )?(?P<short_year>{_YEAR})\b",
    "now": r"(?:bay gio|gio day|tu dau nam(?: (?:den|toi) (?:nay|gio))?|(?:den )?hom nay|(?<!thuc )(?<!phat )(?<!the )hien(?= (?:da|co|dang|moi|dat|la|con|ty le|tong so)\b)|(?:trong )?nam (?:vua )?qua|hien nay|den nay|(?<=[,;:] )nay|(?<!nam )(?<!ngay )(?<!hom )nay(?= (?:da|co|moi|dat|len|con)\b)|hien tai|tinh den nay|den thoi diem (?:hien tai|nay|bao cao))\b",
    "rise": r"(?<=[(\s])\+(?=\d)",
    "second_half": rf"tu (?:ngay )?0?1[/-]0?7(?:[/-](?P<since_year>{_YEAR}))? den (?:nay|(?:het|cuoi) nam)(?: (?P<whole_year>{_YEAR}))?|(?:(?:6|06|sau) thang|nua) cuoi(?: nam)?\s*(?P<second_year>{_YEAR})?",
    "other_time": rf"(?:6|06|sau) thang(?: dau)? (?P<began>van hanh|hoat dong)\b|\b(?:hoi|khi|luc|ngay|dao) (?:ay|do)\b|(?:tu )?(?:ngay )?\d{{1,2}}/\d{{1,2}}(?:/{_YEAR})? den (?:het )?(?:ngay )?\d{{1,2}}/\d{{1,2}}/{_YEAR}|(?:(?:giai doan|nhiem ky|(?:trong )?(?:[2-5]|hai|ba|bon|nam) nam|trong|(?:cac )?nam) ?)?(?P<first_year>{_YEAR})\s*[-–]\s*(?P<last_year>{_YEAR})|quy [ivx1-4]+\b(?:[ /]*(?:nam )?{_YEAR})?"
    rf"|(?<!\d)\d{{1,2}} (?:thang|tuan|ngay|quy|nam)(?: dau| cuoi| gan day| qua)?(?: nam)?(?: {_YEAR})?\b|thang \d{{1,2}}(?:[ /]*(?:nam )?{_YEAR})?|(?:moi|hang) (?:thang|ngay|tuan|quy)\b",
    "year": rf"(?:ca |het |cuoi |den |den cuoi |tinh den |trong |den het |sang )*(?:nam )(?P<this_year>{_YEAR}|nay|sau)|(?:cuoi|het|ca) nam (?P<past_year>truoc|ngoai)|(?:den )?(?:ca|het|den het|den cuoi|cuoi) nam\b|(?:(?<=\bkh )|(?<=\buoc )|(?<=ke hoach )|(?<=chi tieu )|(?<=muc tieu ))nam\b(?! (?:{_YEAR}|truoc|ngoai|nay|sau))"
    rf"|(?:(?<=chi tieu )|(?<=ke hoach )|(?<=muc tieu )|(?<=nhiem vu )|(?<=huong )|(?<=\bkh )|(?<=\bth ))(?P<plain_year>{_YEAR})\b(?![.,/]\d)"
    rf"|(?<=[a-z] )(?P<bare_year>{_YEAR})\b(?![.,/]\d|\s*(?:%|[a-z]))|(?<![\d.,/])(?P<led_year>{_YEAR})(?=\s*:)",
    # A figure with letters for digits, as bad scans have them: told, never cut.
    "garbled": r"(?<![\w.,/])(?=[\dol]*[.,]?[\dol.,]*[ol])(?=[ol.,]*\d)[\dol][\dol.,]*[\dol](?![\w])"
    rf"|(?<![\w.,/])(?:{_NUMBER})\s*%?\s*[–-]\s*(?:{_NUMBER})\s*%?(?![\w/-])|(?<=\btu )(?:{_NUMBER}) den (?:{_NUMBER})\s*%",
    "quantity": rf"(?<![\w.,])(?<!\d/)(?>(?P<number>{_NUMBER})(?![\d])(?:(?:\s*/\s*| (?:trong|tren) tong (?:so )?| tren )(?P<whole>{_NUMBER})(?!\d| (?:nguoi )?dan\b))?(?P<letters>(?!tr\.?d\b|t[yi]d\b)[a-z]+)?\s*(?P<percent>%|phan tram\b)?"
    rf"(?P<scale>(?:\s*(?:nghin|ngan|trieu|tr|ty|ti)(?=\W|d\b|$))*)(?P<more>\s\d+\s(?:nghin|ngan|trieu))?(?P<money>\s*dong\b|(?<=tr|ty|ti)\.?d\b)?)(?:(?<=\.\d{{3}})|(?!\s*:))",
    # Words that begin a clause of their own stand between two as a stop does.
    "stop": r"\b(?:neu(?: nhu)?(?= nam \d)|thi(?= (?:(?:den|toi|nay|hien|nam)\b|\d))|nen(?= (?:ty le|tong|so)\b)|trong khi(?: do)?|keo theo|nguoc lai|tuy nhien|dong thoi|ben canh do|ngoai ra|nho do|vi vay|(?:tren|trong) tong(?: so)?(?= \d)|(?:cho (?:biet|hay|thay)|chia se|khang dinh|nhan manh)(?: rang)?|ghi nhan(?! kho))\b|(?:^|(?<=[.;:,] ))\(\d{1,2}\)(?=\s)|=+>?|/\s*(?=ke hoach|kh\b|muc tieu|chi tieu|\d)|[,;:()–—]|(?<=\s)[-+](?=\s)|\.(?=\s|$)",
    "word": r"[a-z]+",
}
_TOKEN = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _KINDS.items()))


@dataclass(frozen=True)
class Token:
    """One piece of a text: its kind (`word`, `quantity`, `half`, …), its place, its words, what its pattern named."""

    kind: str
    start: int
    end: int
    text: str
    named: dict[str, str] = field(default_factory=dict)


_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai")
_NUMBER_WORDS = "|".join(reversed(_DIGITS[2:5] + _DIGITS[6:]))
_SPELT_OUT = re.compile(
    rf"(?<!\w)(?<!mười )(?<!mươi )(?P<counts>{_NUMBER_WORDS})"
    r"(?= (?:nhà mạng|doanh nghiệp|nhà cung cấp|điểm|trạm|xã|phường|thôn|bản|bưu cục|đài|tổ|cơ sở|vị trí)(?!\w))"
    rf"|(?<!\w)(?P<spans>{_NUMBER_WORDS})(?= (?:tháng|quý)(?!\w))|(?<=háng )(?P<names>(?-i:[A-ZĐ])\w+(?: (?:một|hai))?)",
    re.IGNORECASE,
)
"""A number in words before what is counted, "của ba nhà mạng" ("năm" is a year more often than five), or a month's."""


def _in_digits(word: re.Match[str]) -> str:
    """Return a number in words as digits that stand in as many letters."""
    said = word[0].lower().replace("tư", "bốn")
    if said not in _DIGITS[2:]:
        return word[0]
    digits = str(_DIGITS.index(said))
    return digits.rjust(len(word[0]), "~") if word["spans"] else digits.ljust(len(word[0]))


_OF_LEVELS = re.compile(
    r"(?: (?:hai|ba|cac) cap\b|(?: (?:cua|tai|o))?(?:(?:,| va)? (?:cap |cac )?(?:tinh|huyen|thi xa|thanh pho|xa|phuong|thi tran)\b(?! co\b))+)?"
)
"""Of what levels a body is: "bộ phận một cửa của huyện và các xã, thị trấn"."""
_BRACKETS = str.maketrans("[]", "()")


def tokens(text: str, marks: Mapping[str, re.Pattern] | None = None, own: str = "") -> list[Token]:
    """Return a text's tokens in order; `start` and `end` are places in the composed text (`nfc`).

    An area is one token, `place`, also where the name `own` stands without its rank. `marks` are kinds of token beside
    the usual, each with what it looks like.
    """
    return _tokens(text, marks, own) if marks or own else [*_plain(text)]


@functools.lru_cache(maxsize=4096)
def _plain(text: str) -> list[Token]:
    return _tokens(text, {}, "")


_THIS = re.compile(r"(?<!kỳ )(?<!lúc )\bnày\b", re.IGNORECASE)
"""In "tỷ lệ này" it is no time, "nay", though it folds to the same."""


def _tokens(text: str, marks: Mapping[str, re.Pattern] | None, own: str) -> list[Token]:
    text = _SPELT_OUT.sub(_in_digits, nfc(text))
    folded = fold_in_place(_THIS.sub("   ", text)).translate(_BRACKETS)
    found, at = [], 0
    places = _places(text, folded, own)
    for kind, pattern in (marks or {}).items():
        for match in pattern.finditer(folded):
            # "UBND xã Quài Tở", "VNPT Tuần Giáo" is one: the area it names belongs to it.
            end = max([match.end(), *(end for start, end, *_ in places if match.start() < start <= match.end() + 1)])
            if kind == "body" and end == match.end():
                end = _OF_LEVELS.match(folded, end).end()
            places.append((match.start(), end, kind, folded[match.start() : end]))
    places.sort(key=lambda place: (place[0], -place[1]))
    while at < len(folded):
        if places and places[0][0] == at:
            start, end, kind, name = places.pop(0)
            found.append(Token(kind, start, end, name))
            at = end
            places = [place for place in places if place[0] >= at]
            continue
        match = _TOKEN.match(folded, at)
        if not match:
            at += 1
            continue
        end = match.end()
        if places and at < places[0][0] < end:
            end = places[0][0]
        named = {k: v for k, v in match.groupdict().items() if v is not None and k not in _KINDS}
        found.append(_timed(Token(match.lastgroup, at, max(end, at + 1), folded[at:end], named), found))
        at = max(end, at + 1)
    return found


_OF_MONTHS = {(1, 6): "half", (7, 12): "second_half", (1, 12): "year"}
CLOSES = 14
"""The day of June and of December on which a report's figures may be closed (Decree 09/2019/NĐ-CP, Article 12)."""
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4}


def _timed(token: Token, before: Sequence[Token]) -> Token:
    """Return a token with the year it names as `year`, and the months it spans as the kind of period they make."""
    named = token.named
    if token.kind == "quantity" and re.fullmatch(_YEAR, named["number"]) and _listed(before):
        return replace(token, kind="year", named={"year": token.text.strip()})  # "các năm 2020, 2021 và 2022"
    if year := next((value for key, value in named.items() if key in _OWN_YEARS), ""):
        named = {**named, "year": year}
    kind = token.kind
    if kind == "item":
        return replace(token, kind="stop")
    if kind == "rise":
        return replace(token, kind="word", text="tang")  # "(+2 so với cùng kỳ)"
    if kind == "span":
        kind = _OF_MONTHS.get(_months(named), "other_time")
    elif kind == "until":
        quarter = named.get("until_quarter", "")
        month = named.get("until_month") or named.get("until_day") or 3 * int(_QUARTERS.get(quarter, quarter or 0))
        began = next((each for each in before[-2:] if each.kind == "as_of" and "as_of_day" in each.named), None)
        # "từ khi vận hành (01/7/2025) đến 31/12/2025"
        first = _begins_in(int(began.named["as_of_day"]), int(began.named["as_of_month"])) if began else 1
        kind = _OF_MONTHS.get((first, int(month)), "other_time")
        if kind == "other_time" and first == 1:  # "đến hết tháng 5": what stood then, not yet at the half's end
            kind, named = "as_of", {"as_of_day": "1", "as_of_month": str(month), **named}
    return replace(token, kind=kind, named=named)


def _months(named: Mapping[str, str]) -> tuple[int, int]:
    """Return the months that a span of days makes; (0, 0) where it does not end where a report's figures close."""
    begins = _begins_in(int(named["from_day"]), int(named["from_month"]))
    return (begins, int(named["to_month"])) if begins and int(named["to_day"]) >= CLOSES else (0, 0)


def _begins_in(day: int, month: int) -> int:
    """Return the month that figures from a day on begin with: the day's or, where the last report closed, the next."""
    return month if day == 1 else month % 12 + 1 if CLOSES <= day <= CLOSES + 1 else 0


def month_of(day: Token) -> int:
    """Return the month of a token `as_of`."""
    return int(next(day.named[key] for key in ("as_of_month", "as_of_m", "as_of_now") if key in day.named))


def _day_of(day: Token) -> int:
    return int(next(day.named[key] for key in ("as_of_day", "as_of_d", "as_of_this") if key in day.named))


def closes(day: Token) -> bool:
    """Tell whether a report's figures may be closed on a day: from the 14th of June or December on."""
    return month_of(day) in (6, 12) and _day_of(day) >= CLOSES


_OWN_YEARS = frozenset(key for key in _TOKEN.groupindex if re.fullmatch(r"(?!base|first|last).+_y(?:ear)?", key))
"""The groups of a token's pattern that are its own year."""


def _listed(before: Sequence[Token]) -> bool:
    """Tell whether tokens end in a year and what joins another to it."""
    joins = bool(before) and (before[-1].kind == "stop" or before[-1].text in ("va", "den"))
    return joins and [token.kind for token in before[-2:-1]] == ["year"]


_LEVELS = {"xa": 1, "phuong": 1, "tinh": 3}
_NATION = dict.fromkeys(("quoc", "nuoc"), "quoc gia")
_WHOLE = re.compile(
    r"(?:^|(?<=[,;:.] ))(?:tinh|huyen|thi xa|thanh pho)(?= (?:co|hien|da|dang|dat)\b)"
    r"|(?:toan|ca) (tinh|huyen|xa|phuong|thi xa|thanh pho|dac khu|quoc|nuoc)\b|(?:dia ban (?:toan )?|cua )(tinh|huyen|xa|phuong|thi tran|thi xa|thanh pho|dac khu)\b(?! (?:va|,))"
)


_VILLAGE = re.compile(
    rf"(?<!\w)(?<!ăn )(?i:thôn|bản|xóm|buôn|ấp|tiểu khu|tổ dân phố) (?=[{CAPITALS}])|(?<!\w)(?i:cụm) (?i:bản|thôn|xóm|ấp|dân cư|xã|\d+|[IVX]+)(?!\w)|(?<!\w)(?i:cả|toàn) (?:thôn|bản|xóm)(?!\w)"
)
"""A part of a commune: "bản Xuân Tre", "cả bản"."""


_SYLLABLE = r"(?: (?!(?:có|đã|đang|là|cho|và|tại|của|cũng|theo|đến|tham|ước|báo)\b)[a-zà-ỹ]+)?"
_CAPITAL = "[" + "".join(letter for letter in map(chr, range(ord("A"), ord("ỹ"))) if letter.isupper()) + "]"
_PROPER = rf"(?: (?:[A-ZĐ]{{2,}}(?:[&,-][A-ZĐ]+)*|{_CAPITAL}[^\W\d_]*{_SYLLABLE}))+"
_BODY = re.compile(
    r"(?<!\w)(?:Sở|Phòng|Bộ|Cục|Tổng cục|Chi cục|Vụ|Văn phòng|Trung tâm(?! Viễn| Kinh))"
    rf"{_PROPER}(?:(?:,{_PROPER})*(?: và| -| –){_PROPER})*"
)
"""A public body by its proper name: "Sở Khoa học và Công nghệ"."""


def _places(text: str, folded: str, own: str = "") -> list[tuple[int, int, str, str]]:
    """Return the areas a text names: (start, end, kind, `xa quai to`), or the whole of a level (`toan tinh`)."""
    found = []
    for rank, start, at, name in ranked(text):
        # In a title in capitals every word begins with one.
        if not text[start : start + len(rank)].isupper() and folded[:start].split()[-1:] != ["co"]:
            end = at + len(capitals(name))
            if found and _LEVELS.get(rank, 2) > _LEVELS.get(found[-1][3].split()[0], 2) and not (
                text[found[-1][1] : start].strip(" ,(-–")
            ):  # fmt: skip
                found[-1] = (found[-1][0], end, *found[-1][2:])  # "xã Mường Tè, tỉnh Lai Châu" is one place
            else:
                found.append((start, end, "place", fold(text[start:end]).replace(" uy ", " ")))
    for match in _VILLAGE.finditer(text):
        named = match[0].endswith(" ")
        end = match.end() + (len(capitals(text[match.end() :])) if named else 0)
        found.append((match.start(), end, "place", fold(text[match.start() : end])))
    for match in _BODY.finditer(text):
        # "Sở Thông tin và Truyền thông tỉnh Điện Biên" is one: what it is called after owns nothing
        end = max([match.end(), *(end for start, end, *_ in found if start == match.end() + 1)])
        end = _OF_LEVELS.match(folded, end).end() if end == match.end() else end
        found.append((match.start(), end, "body", fold(text[match.start() : end])))
    wholes = {
        match: f"toan {_NATION.get(match[1], match[1]) or match[2] or match[0]}" for match in _WHOLE.finditer(folded)
    }
    named = re.finditer(rf"\b{re.escape(fold(own))}\b", folded) if own else ()
    bare = {match: fold(own) for match in named if _is_name(match, own, text)}
    for match, name in (wholes | bare).items():
        if not any(start < match.end() and match.start() < end for start, end, *_ in found):
            found.append((match.start(), match.end(), "place", name))
    return sorted(found)


_LEADS = {"", "ở", "tại", "của", "bàn", "và", "với", "về", "trên", "trong", "nay", "hiện", "theo", "là", "toàn", "cả"}
"""Words before which what an area is called is that area, and no market or school of its name."""


def _is_name(match: re.Match[str], name: str, text: str) -> bool:
    """Tell whether what looks like a name without its marks is that name, and all of it, as it is written."""
    behind = text[match.end() : match.end() + 2]
    spelt = text[slice(*match.span())]
    lead = re.search(r"(\w*)\s*$", text[: match.start()].lower())[1]
    led = lead in _LEADS or text.isascii()
    return led and (spelt == name or (text.isascii() and spelt.istitle())) and not behind.strip().isupper()
