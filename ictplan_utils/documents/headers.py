"""A column's header → what the column holds: which period, which status, or a comparison of two others.

Its words are read as those of running text are (`tokens`), offices' short forms written out before.
"""

from __future__ import annotations

import functools
import itertools
import re
from dataclasses import dataclass, replace

from ictplan_utils import messages, vocabulary
from ictplan_utils.documents import words
from ictplan_utils.documents.tokens import Token, closes, month_of, tokens
from ictplan_utils.periods import end_date, year
from ictplan_utils.vietnamese import fold, nfc

INDEX = re.compile(r"(so )?(stt|tt|so thu tu|thu tu)|ma( so| chi tieu)?|no\.?|#|cau( so)?")
NAME = re.compile(
    r"(cac |ten |mot so )?(chi tieu|noi dung|danh muc|chi so(?! phat trien)|tieu chi|linh vuc|dien giai|hang muc|"
    r"khoan muc|cau hoi|indicators?)\b.*"
)
UNIT = re.compile(r"(don vi( ?/ ?| )?(tinh)?|d\.?v\.?t\.?|dv tinh|dv|unit)( ?\(.*\)| ?[*:.])*( ?-? ?unit)?")
_ENGLISH_MONTH = re.compile(r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[ .-]\d{2}(\d\d)?\b")
_FORMULA = re.compile(r"\(?(\d{1,2})\)? ?= ?\(?(\d{1,2})\)? ?[/:÷] ?\(?(\d{1,2})\)?( ?[x*×] ?100)?( ?%)?")
_FOOTNOTE = re.compile(r"\(\d{1,2}\)|\*|[⁰¹²³⁴⁵⁶⁷⁸⁹]")
_MONTH = re.compile(
    r"(?:^(?:thang )?|\b(?:den|het|cuoi) thang )(0?6|12)/((?:19|20)\d\d)(?!\d)"
    r"|\b(?:den|het|cuoi) thang (0?6|12) nam ((?:19|20)\d\d)(?!\d)"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_SCANNED_YEAR = re.compile(r"\b2[0o][\dol]{2}\b")
"""A year of this century, letters for digits in it as bad scans have them: `2O25`."""
_SHORT_YEAR = re.compile(r"(\b(?:hien|hoach|qua|uoc|nam|\d thang))[ /.'’-]{1,2}([1-3]\d)(?!\d|/\d| ?thang)")
"""A year of two digits right behind a word of time or status: `KH23`, `6T23`."""
_CHANGE = re.compile(r"chenh lech|tang[ ,/]*(\(\+\))?[ ,/-]*giam|toc do tang|tang truong|\+ ?/ ?-")

_RISES = re.compile(r"\b(?:tăng|giảm|tang|giam)\b")
"""With their tone marks where a text has any: "hạ tầng" is no rise."""

HOPED = 'văn bản viết "ước"'
"""The remark on a half's figure that its own report calls an estimate."""


@dataclass(frozen=True)
class Role:
    """What a column holds. `kind`: `index`, `name`, `unit`, `figure`, `comparison`, `unread` or `blank`.

    `number`: as the document prints it; `formula`: the numbers of the two columns whose ratio it holds.
    `factor` is what a comparison's numbers are multiplied by: 100 where they say how many times.
    `month` tells that it names June or December: a count's half or year, but not a flow's.
    """

    kind: str
    header: str = ""
    period: str = ""
    status: str = ""
    base_period: str = ""
    base_status: str = ""
    measure: str = ""
    number: str = ""
    note: str = ""
    why: str = ""
    doubt: str = ""
    month: bool = False
    factor: float = 1.0
    formula: tuple[str, str] | None = None

    @property
    def time(self) -> tuple[str, str]:
        """Its period and status."""
        return self.period, self.status

    @property
    def base(self) -> tuple[str, str]:
        """The period and status that it is held against."""
        return self.base_period, self.base_status


@functools.lru_cache(maxsize=1)
def _vocabulary() -> dict[str, tuple[str, ...]]:
    """Return what a header's words may say → the phrases that say it (vocabulary/headers.toml, words.toml)."""
    (table,), text = vocabulary.tables("headers"), words.vocabulary()
    # Of phrases that hold a header's own word, only that counts: "tỉnh giao" also says who gave the target.
    target = [phrase for phrase in text.target if not set(table["target"]) & set(phrase.split())]
    found = {key: tuple(table[key]) for key in ("time", "so_far", "compares", "tasks", "other")} | {
        "actual": (*text.done, *table["actual"]),
        "target": (*target, *table["target"]),
        "estimate": (*text.estimate, *table["estimate"]),
        "fill": tuple(" ".join(table["fill"].split()).split(", ")),
    }
    return found | {"status": (*found["actual"], *found["target"], *found["estimate"])}


@functools.lru_cache(maxsize=1)
def _short() -> dict[str, str]:
    return vocabulary.tables("headers")[0]["short"]


@functools.lru_cache(maxsize=1)
def _against() -> re.Pattern:
    """Return what holds a status or a half against another: `uoc thuc hien/ke hoach`, `% ke hoach`, `6 thang/nam`."""
    status = "|".join(map(re.escape, sorted(_vocabulary()["status"], key=len, reverse=True)))
    return re.compile(
        rf"\b(?:{status})\b[^/]{{0,24}}/(?:{status}|cung ky|nam)\b|[/%] ?cung ky|\bdat\b.*%"
        rf"|\b6 thang\b[^/]*/(?:{status}|ca nam|nam(?! ?\d))\b"
        rf"|%.{{0,25}}\b(?:{status}|so)\b|\bso (?:nam )?(?:(?:19|20)\d\d|(?:ke hoach|thuc hien|uoc|cung ky)\b)"
    )


def fold_header(text: str) -> str:
    """Return a header without tone marks and its English half, its words parted by one space, short forms written out.

    >>> fold_header("TH 6T2021"), fold_header("ƯTH22/KH22"), fold_header("Năm\\n2021")
    ('thuc hien 6 thang 2021', 'uoc thuc hien 2022/ke hoach 2022', 'nam 2021')
    """
    lines = [part for part in text.split("\n") if part.strip()]
    bare = fold(" ".join(lines))
    bare = _ENGLISH_MONTH.sub(" ", bare) if len(lines) > 1 else bare
    bare = _SCANNED_YEAR.sub(lambda found: found[0].replace("o", "0").replace("l", "1"), bare)
    bare = re.sub(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])", " ", bare)
    bare = re.sub(r"[a-z]+", lambda word: _short().get(word[0], word[0]), bare)
    bare = re.sub(r"(?<=\d )t(?=\W|$)", "thang", bare)
    bare = re.sub(r"\s*/\s*", "/", re.sub(r"\bngay (?=\d)", "", " ".join(bare.split()))).strip(" .:")
    bare = re.sub(r"\b(6 thang)/(?=(?:19|20)\d\d\b)", r"\1 ", bare)
    return _SHORT_YEAR.sub(r"\1 20\2", bare)


@dataclass(frozen=True)
class _Said:
    """What a header says: folded, as tokens, the words that are no time's, the years."""

    folded: str
    tokens: tuple[Token, ...]

    @functools.cached_property
    def words(self) -> list[str]:
        return [word for t in self.tokens if t.kind not in _TIMES for word in re.findall(r"[a-z]+", t.text)]

    @functools.cached_property
    def years(self) -> list[str]:
        named = [token.named.get("year") or token.named.get("base_year", "") for token in self.tokens]
        return [year for year in named if _YEAR.fullmatch(year)]

    @property
    def dated(self) -> bool:
        return any(token.kind in _TIMES and token.kind != "stop" for token in self.tokens)

    def says(self, *kinds: str) -> bool:
        """Tell whether its words say one of the vocabulary's kinds: `target`, `so_far`, …"""
        return any(words.says(_vocabulary()[kind], self.words) for kind in kinds)

    def without(self, *kinds: str) -> str:
        """Return its words without all that say one of the vocabulary's kinds."""
        text = f" {' '.join(self.words)} "
        for phrase in sorted((phrase for kind in kinds for phrase in _vocabulary()[kind]), key=len, reverse=True):
            while f" {phrase} " in text:
                text = text.replace(f" {phrase} ", " ")
        return " ".join(text.split())


_TIMES = ("half", "second_half", "year", "until", "as_of", "other_time", "base", "now", "stop")


@functools.lru_cache(maxsize=20000)
def _read(text: str) -> _Said:
    """Return what a header says; a year alone is a year there, `6/2021` a month."""
    folded, found = fold_header(text), []
    for token in tokens(re.sub(r"(?<=[a-z])[./'’-]+(?=(?:19|20)\d\d)", " ", folded)):
        years = _YEAR.findall(token.text) if token.kind == "quantity" else []
        if years and re.fullmatch(r"\W*(?:(?:19|20)\d\d\W*)+", token.text):
            found += [Token("year", token.start, token.end, year, {"year": year}) for year in years]
        else:
            month = years and re.fullmatch(r"\d{1,2}/\d{4}\W*", token.text)
            found.append(replace(token, kind="other_time") if month else token)
    return _Said(folded, tuple(found))


def beside_time(text: str) -> str:
    """Return the words of a text that speak neither of time nor of status: `6T/2021` and `Cả năm` leave none."""
    return _read(text).without("time", "status", "so_far")


@functools.lru_cache(maxsize=20000)
def only_time(text: str) -> bool:
    """Tell whether a text speaks of time and status alone: `6T/2021`, `Cả năm`."""
    return not beside_time(text)


SHARE = re.compile(r"(?:dat )?t[yi] le")
"""What a column of shares beside counts is called."""


def is_share(header: str) -> bool:
    """Tell whether a column's header says that it holds shares: "Tỷ lệ", "Năm 2024 Tỷ lệ (%)"."""
    return "%" in header or re.search(r"\bt[yi] le\b", fold(header)) is not None


@functools.lru_cache(maxsize=20000)
def left_over(text: str) -> str:
    """Return the words of a header that speak neither of time nor of status, and are no filler.

    >>> left_over("Thực hiện 6 tháng 2021"), left_over("Điểm tự chấm 2022"), left_over("Phát triển mới năm 2022")
    ('', 'tu cham', 'phat trien moi')
    """
    said = _read(re.sub(r"\([^()]*\)", " ", text).strip() or text)
    other = next((phrase for phrase in _vocabulary()["other"] if words.says([phrase], said.words)), "")
    return other or _read(beside_time(" ".join(said.words))).without("fill")


def role(text: str, report: str = "", formula: tuple[str, str] | None = None) -> Role:
    """Return what a column with the header `text` holds.

    `formula` holds the two column numbers of a `7=6/4`. What the two tables cannot express (months, quarters, spans
    of years) is `unread`, with the reason in `why`.
    """
    said = _read(text)
    if formula or _FORMULA.search(said.folded):
        measure = "growth_pct" if _CHANGE.search(said.folded) else "ratio_pct"
        return Role("comparison", text, measure=measure, formula=formula)
    bare = re.sub(r"[\s*]+", " ", said.folded).strip()
    for kind, pattern in (("index", INDEX), ("unit", UNIT), ("blank", re.compile(""))):
        if pattern.fullmatch(bare):
            return Role(kind, text)
    if NAME.fullmatch(bare) and not said.says("target", "actual") and not said.years:
        return Role("name", text)
    if said.says("tasks"):
        return Role("unread", text, why=messages.text("reading.why.no_indicator"))
    compares = any(_around_slash(said.folded)) or re.fullmatch(r"(t[yi] le)?( ?\(?%\)?)?", said.folded)
    compares = compares or _RISES.search(said.folded if text.isascii() else nfc(text).lower())
    compares = compares or _CHANGE.search(said.folded) or _against().search(said.folded)
    if compares or words.says(_vocabulary()["compares"], re.findall(r"[a-z]+", said.folded)):
        return _comparison(text, said.folded, report)
    made = time_said(text, report)
    if made.period and (rest := left_over(text)) and not SHARE.fullmatch(rest):
        why = messages.text("reading.why.header_words", words=rest)
        made = Role("unread", text, period=made.period, why=why)
    return made


def time_said(text: str, report: str = "") -> Role:
    """Return the time and the status that a text states, `unread` where it states none.

    A lower line's own, fuller time beats that of the wider header above: "6 tháng đầu năm 2021" over "KH năm 2021"
    is the whole year's plan, "Kế hoạch 5 năm 2021-2025" over "2022" the plan for one of them.
    """
    if (month := _MONTH.search(fold_header(text))) and not left_over(rest := _MONTH.sub(" ", fold_header(text))):
        period = (month[2] or month[4]) + ("" if "12" in (month[1], month[3]) else "-S1")
        status, note = status_of(rest, period, report)
        return Role("figure" if status else "unread", text, period, status, note=note, month=True)
    upper, _, last = text.strip().rpartition("\n\n")
    within = bool(upper and _read(last).years and period_of(last)[0]) and not _year_of_half(upper, last)
    period, why = period_of(last) if within else period_of(text, report)
    status, note = status_of(last if within and _read(last).says("status") else text, period, report)
    if not period or not status:
        return Role("unread", text, period, why=why or messages.text("reading.why.no_status"))
    if status == "target" and _YEARS_PLAN.search(fold(last)):
        period = period[:4]  # "Kế hoạch năm" under "6 tháng đầu năm 2024"
    return Role("figure", text, period, status, note=note)


_YEARS_PLAN = re.compile(r"\b(?:kh|ke hoach|chi tieu|muc tieu) (?:duoc )?(?:giao )?(?:ca )?nam\b(?! \d)")


def _year_of_half(upper: str, last: str) -> bool:
    """Tell whether a lower line says only the year of the half above it: "6 tháng đầu năm" over "2023"."""
    half = any(token.kind in _HALVES for token in _read(upper).tokens) and not _read(upper).years
    years = [token.text.strip() for token in _read(last).tokens if token.kind in _TIMES]
    return half and all(re.fullmatch(r"(?:nam )?\d{4}", text) for text in years)


def is_time(text: str) -> bool:
    """Tell whether a text is a time and nothing else, be it one that the tables do not hold: `Quý I`, `Cả năm`."""
    return only_time(text) and _read(text).dated


@functools.lru_cache(maxsize=20000)
def is_dated(text: str) -> bool:
    """Tell whether a text says a time or a status, be it among other words: a cell that does so holds no figure."""
    # Plain figures are spared the reading; before 1975 no table of ours begins.
    may_be = re.search(r"[^\W\d_]|(?<![\d.,])(?:19[7-9]|20\d)\d(?!\d)", text)
    return bool(may_be) and (_read(text).dated or _read(text).says("status"))


def time_of(text: str, report: str = "") -> Role:
    """Return what a text that speaks of time only says: `6T/2021`, `Sơ bộ - Prel. 2020`; `unread` for any other."""
    return time_said(text, report) if only_time(text) else Role("unread", text, why="no time alone")


def says_done(text: str) -> bool:
    """Tell whether a header says that its time was carried out: `Thực hiện 2023`, not `Ước thực hiện`."""
    return _read(text).says("actual") and not _read(text).says("estimate")


_HALVES = {"half": "-S1", "second_half": "-S2"}
_SHIFTS = {"cung ky": -1, "nam truoc": -1, "nam ngoai": -1, "nam sau": 1, "nam toi": 1}


def period_of(text: str, report: str = "") -> tuple[str, str]:
    """Return the period a header names, and why there is none."""
    said = _read(text)
    folded, kinds, so_far = said.folded, {token.kind for token in said.tokens}, said.says("so_far")
    if "giai doan" in folded or any("first_year" in token.named for token in said.tokens):
        return "", messages.text("reading.why.span")
    if "as_of" in kinds:
        middle = re.search(r"(?<!\d)0?1/0?7/((?:19|20)\d\d)", folded)
        day = next(token for token in said.tokens if token.kind == "as_of")
        said_year = day.named.get("year", report[:4])
        if closes(day) and said_year.isdigit():  # "Kết quả đến 15/12/2025", "Kết quả đến 15/6"
            return said_year + ("-S1" if month_of(day) == 6 else ""), ""
        return (f"{middle[1]}-S1", "") if middle else ("", messages.text("reading.why.day"))
    if "other_time" in kinds or {"quy", "tuan", "thang"} & set(said.words):
        return "", messages.text("reading.why.no_half")
    years = dict.fromkeys(said.years)
    if len(years) > 1:
        return "", messages.text("reading.why.two_years")
    half = next((_HALVES[kind] for kind in ("second_half", "half") if kind in kinds), "")
    half = "-S2" if half and re.search(r"cuoi nam(?!.*dau nam)", folded) else half
    if any("cung ky" in token.text for token in said.tokens if token.kind in ("base", "year")):
        half = half or report[4:]
    if years:
        return next(iter(years)) + half, ""
    if not report:
        return "", messages.text("reading.why.no_year")
    # Before the report's own year is put in for none: nothing may be left that could be another year.
    rest = _read(_FOOTNOTE.sub("", folded.replace("100", ""))).tokens
    if any(re.search(r"\d", token.text) for token in rest if token.kind not in _TIMES):
        return "", messages.text("reading.why.numbers")
    if "ky truoc" in folded:
        return "", messages.text("reading.why.period_before")
    if shift := next((years for phrase, years in _SHIFTS.items() if phrase in folded), 0):
        return f"{year(report) + shift}{half}", ""
    if so_far and not half:
        return report, ""
    if half or re.search(r"ca nam|nam nay|trong nam|\b(hoach|hien|uoc)( \w+)? nam$", folded):
        return f"{year(report)}{half}", ""
    return "", messages.text("reading.why.no_year")


def status_of(text: str, period: str, report: str = "") -> tuple[str, str]:
    """Return the status a header states for `period`, and a note for the reader of the figure."""
    said = _read(text)
    if words.says(("so bo", "prel"), said.words):
        return "actual", "sơ bộ"
    beyond = bool(period and report) and int(period[:4]) > year(report)
    if (said.says("target") or beyond) and words.says(("du kien", "du bao", "du uoc"), said.words):
        return "target", "văn bản ghi 'dự kiến'"
    if said.says("estimate"):
        # A plan of June writes "ước thực hiện 6 tháng" of the half that it reports on.
        return ("actual", HOPED) if "-S" in period else ("estimate", "")
    if said.says("target"):
        return "target", ""
    done = said.says("actual", "so_far") or "cung ky" in said.folded
    if not period or not report:
        return ("actual" if done or said.years else ""), ""
    if not done and (beyond or re.fullmatch(r"chi tieu (nam )?20\d\d", said.folded)):
        return "target", ""  # a year to come can only be planned, and "Chỉ tiêu 2026" is no result
    if end_date(period) <= end_date(report):
        return "actual", ""
    # "Thực hiện 2021" in a plan written in June 2021: what the officials expect of the year.
    return ("estimate" if done and period[:4] == report[:4] else ""), ""


def _comparison(text: str, folded: str, report: str) -> Role:
    """Return the comparison a header states in words: `So sánh ước thực hiện năm 2021 với thực hiện năm 2020 (%)`."""
    if "thieu" in folded:  # "Còn thiếu so với mục tiêu (điểm %)": what is lacking is no measure that is kept
        return Role("comparison", text, why=messages.text("reading.why.unsaid"))
    measure = "growth_pct" if _CHANGE.search(folded) else "ratio_pct"
    if measure == "growth_pct" and "%" not in folded and not re.search(r"toc do|tang truong", folded):
        measure = "change"
    sides = []
    for side in _two_sides(folded):
        period = period_of(side, report)[0] if side else ""
        sides += [period, status_of(side, period, report)[0] if side else ""]
    times = 100.0 if measure == "ratio_pct" and re.search(r"\(lan\)|\bso lan\b|\blan$", folded) else 1.0
    return Role("comparison", text, *sides, measure=measure, factor=times)


def _around_slash(folded: str) -> tuple[str, str]:
    """Return what stands on either side of a slash with a year on both: `TH 6T/2022/ƯTH 2022` compares."""
    for slash in re.finditer("/", folded):
        sides = folded[: slash.start()].strip(), folded[slash.end() :].strip()
        if all(_YEAR.search(side) for side in sides):
            return sides
    return "", ""


def _two_sides(folded: str) -> tuple[str, str]:
    bare = re.sub(r"\(?%\)?|\((nam truoc|cung ky).*?\)", " ", folded)
    if any(sides := _around_slash(bare)):
        return sides
    for mark in (r"\bso voi\b", r"\bvoi\b", r"(?<=[a-z\d ])/(?=[a-z\d])", r"\bso\b(?! sanh)"):
        parts = re.split(mark, re.sub(r"^\s*so sanh|t[yi] le", " ", bare), maxsplit=1)
        if len(parts) == 2:
            return parts[0].strip(), parts[1].strip()
    # "Tốc độ tăng 2020" does not say against what; "So cùng kỳ", "% HTKH" do.
    return ("", bare.strip()) if re.search(r"cung ky|nam truoc|ke hoach", bare) else ("", "")


def numbering(texts: list[str]) -> dict[int, tuple[str, tuple[str, str] | None]] | None:
    """Return column → (printed number, the two columns of its formula), where a row only numbers the columns.

    >>> numbering(["1", "2", "3", "4", "5=4/3"])
    {0: ('1', None), 1: ('2', None), 2: ('3', None), 3: ('4', None), 4: ('5', ('4', '3'))}
    """
    found, numbers = {}, []
    for column, text in enumerate(texts):
        bare = re.sub(r"[\s()<>\[\]]", "", text).strip(".")
        if not bare:
            continue
        formula = re.fullmatch(r"(\d{1,2})=(\d{1,2})[/:÷](\d{1,2})([x*×]100)?%?", bare)
        if formula:
            numbers.append(int(formula[1]))
            found[column] = (formula[1], (formula[2], formula[3]))
        elif re.fullmatch(r"\d{1,2}(=.+)?", bare):
            numbers.append(int(bare.split("=")[0]))
            found[column] = (bare.split("=")[0], None)
        elif re.fullmatch(r"[A-Ea-e]", bare):
            found[column] = (bare.upper(), None)
        else:
            return None
    rising = all(b == a + 1 for a, b in itertools.pairwise(numbers))
    return found if len(found) >= 3 and len(numbers) >= 2 and rising and numbers[0] <= 4 else None
