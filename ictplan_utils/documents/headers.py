"""A column's header → what the column holds: which period, which status, or a comparison of two others."""

from __future__ import annotations

import functools
import itertools
import re
from dataclasses import dataclass

from ictplan_utils import messages, vocabulary
from ictplan_utils.vietnamese import fold

INDEX = re.compile(r"(so )?(stt|tt|so thu tu|thu tu)|no\.?|#")
NAME = re.compile(
    r"(cac |ten |mot so )?(chi tieu|noi dung|danh muc|chi so(?! phat trien)|tieu chi|linh vuc|dien giai|hang muc|"
    r"khoan muc)\b.*"
)
UNIT = re.compile(r"(don vi( ?/ ?| )?(tinh)?|d\.?v\.?t\.?|dv tinh|dv|unit)( ?\(.*\)| ?[*:.])*( ?-? ?unit)?")
YEAR = re.compile(r"(?<!\d)(?<!\d[.,/])((?:19|20)\d\d)(?![\d]|[.,]\d)")
_SHORT_YEAR = re.compile(
    r"(?:(?<=6t)|(?<=thang)|(?<=nam)|(?<=\bth)|(?<=\bkh)|(?<=uoc)|(?<=uth))[ /.'’-]{1,2}([1-3]\d)(?!\d| ?thang| ?t\b|/)"
)
_ABBREVIATED = re.compile(r"\b(th|uth|kh|kq|6t|th 6t)['’]?([1-3]\d)(?![\d/]| ?thang| ?t\b)")
"""A year of two digits right behind a word of time or status: `KH23`, `6T23`."""
_FOOTNOTE = re.compile(r"\(\d{1,2}\)|\*|[⁰¹²³⁴⁵⁶⁷⁸⁹]")
_RANGE = re.compile(r"(19|20)\d\d ?[-–—] ?(19|20)\d\d")
_HALF = re.compile(r"(?<!\d)0?6 ?(thang|t)\b|sau thang|nua (dau )?nam|6t(?=/| |20|$)")
_SECOND = re.compile(r"6 ?(thang|t)? (cuoi|sau)|thang cuoi nam|nua cuoi nam")
_OTHER = re.compile(
    r"(?<![\d])(1[0-2]|0?[1-5789]) ?(thang|t)\b|\bthang (\d|mot|hai|ba|tu|nam|sau|bay|tam|chin|muoi)"
    r"|\bquy\b|\btuan\b|\bngay\b|(?<!\d)(1[0-2]|0?[1-9]) ?/ ?(19|20)\d\d"
    r"|\bbon thang|\bchin thang|muoi( mot| hai)? thang|(ba|hai|bay|tam|nam) thang\b"
)
_MONTH = re.compile(
    r"(?:(?:den |cuoi |het )+thang |^|(?<=^thang ))(?<![\d/])(12|0?6)/((?:19|20)\d\d)(?!\d)"
    r"|(?:den |cuoi |het )+thang (12|0?6) nam ((?:19|20)\d\d)(?!\d)"
)
_ENGLISH_MONTH = re.compile(r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[ .-]\d{2}(\d\d)?\b")
_DAY = re.compile(r"(?<!\d)(\d{1,2})[/.-](\d{1,2})[/.-]((?:19|20)\d\d)")
_COMPARES = re.compile(
    r"so sanh|so voi|\bso cung|\bso kh\b|\bso th\b|/ ?cung ky|% ?cung ky|chi so phat trien|index|"
    r"htkh|hoan thanh|\+ ?/ ?-|tang[ ,/]*(\(\+\))?[ ,/-]*giam|toc do|tang truong|ty le (dat|%|th)|ti le (dat|%|th)"
    r"|\b(th|uth|uoc th|uoc|thuc hien|uoc thuc hien)\b[^/]{0,24}/ ?(kh|ke hoach|th|uth|uoc|cung ky|nam)(?=20|\b)"
    r"|\bkh[^/]{0,14}/ ?(th|uth|uoc|thuc hien)(?=20|\b)|%.{0,25}(kh|ke hoach|so|thuc hien|th)\b|\bdat\b.*%"
    r"|\bso (nam )?(19|20)\d\d|(19|20)\d\d ?/ ?(nam )?(6t|6 thang)? ?(19|20)\d\d|chenh lech|co cau|ty trong"
    r"|\b(muc|ty le|ti le|so) (tang|giam)|\btang\b|\bgiam\b"
)
_FORMULA = re.compile(r"\(?(\d{1,2})\)? ?= ?\(?(\d{1,2})\)? ?[/:÷] ?\(?(\d{1,2})\)?( ?[x*×] ?100)?( ?%)?")
_ESTIMATE = re.compile(r"\buoc\b|\buth(?=20|\b)|\bdu kien\b|\bdu bao\b|\bdu uoc\b|\bkha nang thuc hien\b|estimate")
_TARGET = re.compile(
    r"\bke hoach\b|\bkh\b|\bkh(?=20)|\bmuc tieu\b|\bphan dau\b|\bgiao\b|\bde (?:nghi|xuat)\b|\bdang ky\b"
    r"|\bnghi quyet\b|\bkh[-/]|\bplan\b"
)
_ACTUAL = re.compile(r"\bthuc hien\b|\bth\b|\bkq\b|\bth(?=6t|20)|\bket qua\b|\bdat duoc\b|\bda dat\b|actual")
_NO_FIGURES = re.compile(
    r"thoi gian|kinh phi|co quan|nguon von|chu tri|phoi hop|trach nhiem|ghi chu|ho so|san pham|giai phap|nhiem vu|"
    r"don vi thuc hien|can cu|dia diem|nguoi thuc hien"
)
"""Headers of task lists and budgets: "Thời gian thực hiện" is no actual, "Kinh phí thực hiện năm 2024" no indicator."""
_SAID = re.compile(f"{_ESTIMATE.pattern}|{_TARGET.pattern}|{_ACTUAL.pattern}")
_PRELIMINARY = re.compile(r"\bso bo\b|\bprel")
_CUMULATIVE = re.compile(r"\bcong don\b|\bluy ke\b|\bluy tien\b")
_SAME = re.compile(r"\bcung ky\b")
_GROWTH = re.compile(r"tang[ ,/]*(\(\+\))?[ ,/-]*giam|toc do tang|tang truong|\+ ?/ ?-")
TIME_WORDS = re.compile(
    r"\b(?:19|20)\d\d\b|\b(?:thuc hien|uoc|ke hoach|ket qua|muc tieu|so lieu|th|uth|kh|ca nam|nam|6 ?t|t|thang|quy|dau|"
    r"den|ngay|cung ky|ky|cuoi|het|so bo|chinh thuc|du kien|du bao)\b|[\d\W]+"
)
"""What a folded text says of time and status, and nothing of what is counted: numbers and marks, too."""


HOPED = 'văn bản viết "ước"'
"""The remark on a half's figure that its own report calls an estimate."""


@dataclass(frozen=True)
class Role:
    """What a column holds. `kind`: `index`, `name`, `unit`, `figure`, `comparison`, `unread` or `blank`.

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


@dataclass(frozen=True)
class Scope:
    """What a header's words mean depends on: the report's period, and what the document is."""

    report: str = ""

    @property
    def year(self) -> int:
        """The report's year; 0 where the report is not known yet."""
        return int(self.report[:4]) if self.report else 0

    @property
    def half(self) -> bool:
        """Whether the report is about half a year."""
        return "-S" in self.report


def only_time(text: str) -> bool:
    """Tell whether a text speaks of time and status alone: `6T/2021`, `Cả năm`."""
    return not TIME_WORDS.sub("", fold_header(text)).strip()


def fold_header(text: str) -> str:
    """Return a header without tone marks, its words parted by one space, its English half left out."""
    lines = [part for part in text.split("\n") if part.strip()]
    bare = _ENGLISH_MONTH.sub(" ", fold(" ".join(lines))) if len(lines) > 1 else fold(" ".join(lines))
    bare = _ABBREVIATED.sub(r"\1 20\2", bare)
    return re.sub(r"\s*/\s*", "/", re.sub(r"\s+", " ", bare)).strip(" .:")


def role(text: str, scope: Scope, number: str = "", formula: tuple[str, str] | None = None) -> Role:
    """Return what a column with the header `text` holds.

    `number` is the printed column number; `formula` the two column numbers of a `7=6/4`. What the two tables
    cannot express (months, quarters, spans of years) is `unread`, with the reason in `why`.
    """
    folded = fold_header(text)
    if formula or _FORMULA.search(folded):
        return Role("comparison", text, measure="growth_pct" if _GROWTH.search(folded) else "ratio_pct", number=number)
    bare = re.sub(r"[\s*]+", " ", folded).strip()
    if INDEX.fullmatch(bare):
        return Role("index", text, number=number)
    if UNIT.fullmatch(bare):
        return Role("unit", text, number=number)
    if not YEAR.search(folded) and NAME.fullmatch(bare) and not _TARGET.search(bare) and not _ACTUAL.search(bare):
        return Role("name", text, number=number)
    if not bare:
        return Role("blank", text, number=number)
    if _NO_FIGURES.search(folded):
        return Role("unread", text, number=number, why=messages.text("reading.why.no_indicator"))
    if _COMPARES.search(folded) or any(_around_slash(folded)) or re.fullmatch(r"(ty le|ti le|tl)?( ?\(?%\)?)?", bare):
        return _comparison(text, folded, scope, number)
    if (month := _MONTH.search(folded)) and not left_over(_MONTH.sub(" ", folded)):
        which, year = (month[1], month[2]) if month[1] else (month[3], month[4])
        period = year if which == "12" else f"{year}-S1"
        status, note = status_of(_MONTH.sub(" ", folded), period, scope)
        return Role("figure" if status else "unread", text, period, status, number=number, note=note, month=True)
    period, status, note, why = _moment(text, folded, scope)
    if not period:
        return Role("unread", text, number=number, why=why or messages.text("reading.why.no_period"))
    if rest := left_over(folded):
        return Role(
            "unread", text, period=period, number=number, why=messages.text("reading.why.header_words", words=rest)
        )
    if not status:
        return Role("unread", text, period=period, number=number, why=messages.text("reading.why.no_status"))
    return Role("figure", text, period, status, number=number, note=note)


def _moment(text: str, folded: str, scope: Scope) -> tuple[str, str, str, str]:
    """Return the period and the status a header names, a note, and why there is no period.

    A lower line's own, fuller time beats that of the wider header above: "6 tháng đầu năm 2021" over "KH năm 2021"
    is the whole year's plan, "Kế hoạch 5 năm 2021-2025" over "2022" the plan for one of them.
    """
    upper, _, last = text.strip().rpartition("\n\n")
    lower = fold_header(last)
    if upper and YEAR.search(lower) and (period := period_of(lower, Scope())[0]):
        said = re.sub(r"\b\d{1,2} nam\b", " ", _RANGE.sub(" ", fold_header(upper)))
        said = re.sub(r"\d+ ?thang|\d+", " ", said)
        status, note = status_of(lower if _SAID.search(lower) else f"{said} {lower}", period, scope)
        return period, status, note, ""
    period, why = period_of(folded, scope)
    return period, *status_of(folded, period, scope), why


@functools.lru_cache(maxsize=1)
def _vocabulary() -> tuple[re.Pattern, re.Pattern]:
    """Return the patterns of what a header may say beside its time, and of what makes another figure of it."""
    (table,) = vocabulary.tables("headers")
    fill = sorted((phrase.strip() for phrase in table["fill"].split(",")), key=len, reverse=True)
    either = lambda phrases: re.compile(rf"\b(?:{'|'.join(map(re.escape, phrases))})\b")  # noqa: E731
    return either(filter(None, fill)), either(table["other"])


def says_done(folded: str) -> bool:
    """Tell whether a folded header says that its time was carried out: `thuc hien 2023`, not `uoc thuc hien`."""
    return bool(_ACTUAL.search(folded)) and not _ESTIMATE.search(folded)


@functools.lru_cache(maxsize=4000)
def left_over(folded: str) -> str:
    """Return the words of a header that speak neither of time nor of status, and are no filler.

    >>> left_over("thuc hien 6 thang 2021"), left_over("diem tu cham 2022"), left_over("phat trien moi nam 2022")
    ('', 'tu cham', 'phat trien moi')
    """
    fill, other = _vocabulary()
    bare = re.sub(r"\([^()]*\)", " ", folded) or folded
    if found := other.search(bare):
        return found[0]
    bare = re.sub(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])", " ", bare)
    bare = re.sub(r"[\d\W_]+", " ", bare)
    return " ".join(fill.sub(" ", bare).split())


def period_of(folded: str, scope: Scope) -> tuple[str, str]:
    """Return the period a folded header names, and why there is none."""
    if _RANGE.search(folded) or "giai doan" in folded:
        return "", messages.text("reading.why.span")
    if day := _DAY.search(folded):
        date, month, year = int(day[1]), int(day[2]), day[3]
        if (date, month) in ((30, 6), (1, 7)):
            return f"{year}-S1", ""
        if (date, month) == (31, 12):
            return year, ""
        return "", messages.text("reading.why.day")
    years = YEAR.findall(re.sub(r"/(?=(?:19|20)\d\d)", " ", folded))
    years = years or [f"20{short}" for short in _SHORT_YEAR.findall(folded)]
    # `6T/2021` and `6 tháng/2021` name a half; any other number before a slash is a month.
    without_half = _HALF.sub(" ", folded).replace(" /", " ")
    if _OTHER.search(without_half) and not _CUMULATIVE.search(folded):
        return "", messages.text("reading.why.no_half")
    if _CUMULATIVE.search(folded) and _OTHER.search(without_half):
        return "", messages.text("reading.why.some_month")
    if len(set(years)) > 1:
        return "", messages.text("reading.why.two_years")
    half = bool(_HALF.search(folded))
    later = _SECOND.search(folded) or ("cuoi nam" in folded and "dau nam" not in folded)
    suffix = ("-S2" if later else "-S1") if half else ""
    if years:
        same_half = _SAME.search(folded) and scope.half and not half
        return years[0] + (scope.report[4:] if same_half else suffix), ""
    if not scope.report:
        return "", messages.text("reading.why.no_year")
    # Before the report's own year is put in for none: nothing may be left that could be another year.
    if re.search(r"\d", _FOOTNOTE.sub("", _HALF.sub("", folded)).replace("100", "")):
        return "", messages.text("reading.why.numbers")
    if _SAME.search(folded):
        return f"{scope.year - 1}{scope.report[4:] if scope.half else suffix}", ""
    if re.search(r"nam truoc|nam ngoai", folded):
        return f"{scope.year - 1}{suffix}", ""
    if re.search(r"nam sau|nam toi", folded):
        return f"{scope.year + 1}{suffix}", ""
    if "ky truoc" in folded:
        return "", messages.text("reading.why.period_before")
    if half:
        return f"{scope.year}{suffix}", ""
    if _CUMULATIVE.search(folded) or re.search(r"ky nay|ky bao cao|trong ky", folded):
        return scope.report, ""
    if re.search(r"ca nam|nam nay|trong nam|\b(ke hoach|kh|uoc|thuc hien|th|uth)( \w+)? nam$", folded):
        return str(scope.year), ""
    return "", messages.text("reading.why.no_year")


def status_of(folded: str, period: str, scope: Scope) -> tuple[str, str]:
    """Return the status a folded header states for `period`, and a note for the reader of the figure."""
    if _PRELIMINARY.search(folded):
        return "actual", "sơ bộ"
    hoped = re.search(r"\bdu (kien|bao|uoc)\b", folded)
    beyond = bool(period and scope.report) and int(period[:4]) > scope.year
    if hoped and (_TARGET.search(folded) or beyond):
        return "target", "văn bản ghi 'dự kiến'"
    if _ESTIMATE.search(folded):
        # A plan of June writes "ước thực hiện 6 tháng" of the half that it reports on.
        return ("actual", HOPED) if "-S" in period else ("estimate", "")
    if _TARGET.search(folded):
        return "target", ""
    said = _ACTUAL.search(folded) or _CUMULATIVE.search(folded) or _SAME.search(folded) or "ky nay" in folded
    if not period or not scope.report:
        return ("actual" if said or YEAR.search(folded) else ""), ""
    if not said and (beyond or re.fullmatch(r"chi tieu (nam )?20\d\d", folded)):
        return "target", ""  # a year to come can only be planned, and "Chỉ tiêu 2026" is no result
    unfinished = _ends(period) > _ends(scope.report)
    if said:
        # "Thực hiện 2021" in a plan written in June 2021: what the officials expect of the year.
        return ("estimate", "") if unfinished and period[:4] == scope.report[:4] else ("actual", "") if not unfinished \
            else ("", "")  # fmt: skip
    return ("", "") if unfinished else ("actual", "")


def _ends(period: str) -> tuple[int, int]:
    return int(period[:4]), 1 if period.endswith("-S1") else 2


def _comparison(text: str, folded: str, scope: Scope, number: str) -> Role:
    """Return the comparison a header states in words: `So sánh ước thực hiện năm 2021 với thực hiện năm 2020 (%)`."""
    measure = "growth_pct" if _GROWTH.search(folded) else "ratio_pct"
    if measure == "growth_pct" and "%" not in folded and not re.search(r"toc do|tang truong", folded):
        measure = "change"
    left, right = _two_sides(folded)
    sides = []
    for side in (left, right):
        period, _ = period_of(side, scope) if side else ("", "")
        status, _ = status_of(side, period, scope) if side else ("", "")
        sides += [period, status]
    if not sides[3] and re.search(r"htkh|hoan thanh (ke hoach|kh)", folded):
        sides[3] = "target"
    times = 100.0 if measure == "ratio_pct" and re.search(r"\(lan\)|\bso lan\b|\blan$", folded) else 1.0
    return Role("comparison", text, *sides, measure=measure, number=number, factor=times)


def _around_slash(folded: str) -> tuple[str, str]:
    """Return what stands on either side of a slash with a year on both: `TH 6T/2022/ƯTH 2022` compares."""
    for slash in re.finditer("/", folded):
        sides = folded[: slash.start()].strip(), folded[slash.end() :].strip()
        if all(YEAR.search(side) for side in sides):
            return sides
    return "", ""


def _two_sides(folded: str) -> tuple[str, str]:
    bare = re.sub(r"\(?%\)?|\((nam truoc|cung ky).*?\)", " ", folded)
    if any(sides := _around_slash(bare)):
        return sides
    for mark in (r"\bso voi\b", r"\bvoi\b", r"(?<=[a-z\d ])/(?=[a-z\d])", r"\bso\b(?! sanh)"):
        parts = re.split(mark, re.sub(r"^\s*so sanh|ty le|ti le", " ", bare), maxsplit=1)
        if len(parts) == 2:
            return parts[0].strip(), parts[1].strip()
    # "Tốc độ tăng 2020" does not say against what; "So cùng kỳ", "% HTKH" do.
    return ("", bare.strip()) if _SAME.search(bare) or re.search(r"nam truoc|\bkh\b|ke hoach|htkh", bare) else ("", "")


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
