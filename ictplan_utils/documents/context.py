"""Whose document this is and which period it reports on, from its title, its headers and its date."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from ictplan_utils import messages
from ictplan_utils.documents import headers
from ictplan_utils.documents.owners import Gazetteer, Words, gazetteer, words
from ictplan_utils.documents.tokens import tokens
from ictplan_utils.documents.words import says, vocabulary
from ictplan_utils.periods import is_half, order
from ictplan_utils.vietnamese import fold, fold_in_place, nfc

_LETTERHEAD = 6
"""So many paragraphs may name whose letter it is, each alone: "UBND XÃ HOẰNG LỘC"."""
_HEAD = 12
"""So many paragraphs say what a document plans."""
ADDRESSED = re.compile(r"\W*(?:(?:kinh )?gui(?! kem)|noi nhan)\b")
"""A line that says whom a letter is to: never whose it is."""
_PLACED = re.compile(r"(?:tren dia ban|cua)\s+$")
_MONTHS = re.compile("thang|quy")
_DATED = re.compile(r"thang\s+(\d{1,2})\s+nam\s+((?:19|20)\d\d)|(?<!\d)\d{1,2}/(\d{1,2})/((?:19|20)\d\d)")
_DAY = re.compile(r"(?<!het )(?<!den )(?<!tu )\bngay\b[^;]*$")
CITED = re.compile(r"\b(?:nghi quyet|quyet dinh|chi thi|thong tu|nghi dinh|cong van|van ban|ke hoach so)\b")
"""Behind these a date is that of another document."""
_OF_HALF = re.compile(r"thang|nua dau|\dt\b|2 quy|hai quy")
_PLANS = "ke hoach|chi tieu|muc tieu"
_PLAN_FOR = re.compile(
    rf"\b(?:(?<!dat )(?:{_PLANS})|phuong huong|(?<!hoan thanh )nhiem vu)\b"
    rf"(?!.{{0,99}}\bdat (?:{_PLANS})\b).{{0,240}}?\bnam ((?:19|20)\d\d)"
)
"""What a title plans, and the year; what did "không đạt kế hoạch năm 2021" is over."""
_OF_PLAN = re.compile(rf"\W*(?:{_PLANS}|phuong huong)\b(?! so\b)")


def find_area(texts: Sequence[str], path: Path, data_dir="data", under: str = "") -> tuple[str, str]:
    """Return the area whose document this is, and what a reader must know of how it was found.

    Of areas with one name that is meant which lies in an area that the document names, else in `under`; where that
    leaves several, none is.
    """
    known = gazetteer(data_dir)
    slug, why = _find_area(texts, path, known, words(data_dir), under)
    if slug:
        one = known.known.by_slug[slug]
        called_so = known.by_name[fold(one.unit_vi), fold(one.name).replace("–", "-")]
        meant = _meant(known.spelt(called_so, " ".join(texts[:40])), texts, known, under)
        if len(meant) > 1:
            lang = messages.language()
            places = ", ".join(known.known.by_slug[known.known.by_slug[each].parent].called(lang) for each in meant)
            return "", messages.text("reading.area.namesakes", area=one.title(lang), places=places)
    return slug, why


def _find_area(
    texts: Sequence[str], path: Path, known: Gazetteer, whose: Words, under: str
) -> tuple[str, str]:  # fmt: skip
    """Return the area as `find_area`, the first of one name.

    A letterhead that says nothing else says it. Else it is whose "UBND …" stands most often; an owner that areas.csv
    does not know is not replaced by a neighbour that it does. Then comes what the head names by its rank, the smallest
    of several that lie in one another; then a name alone there; then the file's name.
    """
    if slug := _letterhead(texts, known, under, whose.bodies):
        return slug, ""
    unaddressed = [text for text in texts if not ADDRESSED.match(fold(text))]
    places = [(text, place) for text in unaddressed for place in known.named(text)]

    def called(slug: str) -> str:
        return known.known.by_slug[slug].title(messages.language())

    for before in (whose.body_before, _PLACED):
        counts: Counter[str] = Counter()
        strangers: Counter[str] = Counter()
        for text, (_, slugs, start, end) in places:
            if before.search(fold_in_place(nfc(text))[:start]):
                into = counts if slugs else strangers
                into[_one(slugs, texts, known, under) if slugs else nfc(text)[start:end]] += 1
        best, strange = counts.most_common(2), strangers.most_common(1)
        if best and best[0][1] > max(strangers.values(), default=0) and (len(best) < 2 or best[0][1] > best[1][1]):
            return best[0][0], ""
        if strange and not best:
            return "", messages.text("reading.area.unknown", name=strange[0][0])
        if len(best) > 1 and best[0][1] == best[1][1]:
            return "", messages.text("reading.area.two", one=called(best[0][0]), other=called(best[1][0]))
        if best:
            return "", messages.text("reading.area.and_unknown", one=called(best[0][0]), other=strange[0][0])
    # Titles in capitals, "HUYỆN TUẦN GIÁO" alone: the area named by its rank, where only one is, or one in the others.
    title = unaddressed[:4]
    if slug := _highest_named(title, texts, known, under):
        return slug, ""
    unknown = [nfc(text)[start:end] for text in title for _, slugs, start, end in known.named(text) if not slugs]
    # Of areas with one name the widest: a district's seat is hardly ever named without its rank.
    bare = {min(slugs, key=lambda slug: len(known.above(slug))) for text in title if (slugs := known.bare(text))}
    if unknown and not bare:
        return "", messages.text("reading.area.unknown", name=unknown[0])
    if len(bare) == 1:
        slug = next(iter(bare))
        return slug, messages.text("reading.area.no_rank", area=called(slug))
    stem = re.sub(r"[^a-z0-9]+", "-", fold(path.stem)).strip("-").split("-")
    runs = ("-".join(stem[a:b]) for b in range(len(stem), 0, -1) for a in range(b))
    by_file = [run for run in runs if len(run) > 4 and run in known.known.by_slug]
    if by_file:
        slug = min(by_file, key=lambda slug: (len(known.above(slug)), -len(slug)))  # the widest
        return slug, messages.text("reading.area.file_name", area=called(slug))
    return "", messages.text("reading.area.none")


def _letterhead(texts: Sequence[str], known: Gazetteer, under: str, bodies: re.Pattern) -> str:
    """Return the smallest area that lines of the letterhead name, with no word but a body's beside it; "" for none."""
    alone: set[str] = set()
    for text in texts[:_LETTERHEAD]:
        folded = fold_in_place(nfc(text))
        for _, slugs, start, end in [] if ADDRESSED.match(folded) else known.named(text):
            if not re.search("[a-z]", bodies.sub("", folded[:start]) + bodies.sub("", folded[end:])):
                if not slugs:
                    return ""  # a place that areas.csv does not know
                alone.add(_one(slugs, texts, known, under))
    smallest = alone - {parent for slug in alone for parent in known.above(slug)}
    return next(iter(smallest)) if len(smallest) == 1 else ""


def _highest_named(head: Sequence[str], texts: Sequence[str], known: Gazetteer, under: str) -> str:
    """Return the one area that a head names by its rank, besides those that it lies in; "" for none or several."""
    named = {_one(slugs, texts, known, under) for text in head for _, slugs, *_ in known.named(text) if slugs}
    above = {parent for slug in named for parent in known.above(slug)}
    return next(iter(named - above)) if len(named - above) == 1 else ""


def holder(sheets: Sequence[str], own: str, data_dir="data") -> str:
    """Return the area whose areas a workbook's sheets are named after, "" where fewer than two are.

    `own`: whose document it seems to be; that of one sheet is no more than that.
    """
    known, holders = gazetteer(data_dir), Counter[str]()
    for sheet in dict.fromkeys(filter(None, sheets)):
        named = [slug for _, slugs, *_ in known.named(sheet) for slug in slugs]
        named = named or known.by_bare.get(fold(re.sub(r"^[\W\d]+", "", sheet)), [])
        holders.update({known.known.by_slug[slug].parent for slug in named})
    (best, times), (_, next_times) = [*holders.most_common(2), ("", 0), ("", 0)][:2]
    inside = not own or known.known.by_slug[own].parent == best
    return best if inside and times > max(1, next_times) else ""


def _one(slugs: Sequence[str], texts: Sequence[str], known: Gazetteer, under: str) -> str:
    return _meant(slugs, texts, known, under)[0]


def _meant(slugs: Sequence[str], texts: Sequence[str], known: Gazetteer, under: str) -> Sequence[str]:
    """Return those of several areas with one name that lie in another the document names, or `under`; else all."""
    if len(slugs) == 1:
        return slugs
    said = " ".join(fold(text) for text in texts[:40])
    areas = known.known.by_slug

    def names_above(slug: str) -> bool:
        above = areas.get(areas[slug].parent)
        # A ward that is called as its province does not name it.
        return bool(above) and fold(above.title() if above.name == areas[slug].name else above.name) in said

    inside = [slug for slug in slugs if names_above(slug)]
    inside = inside or [slug for slug in slugs if under in known.above(slug)]
    return inside or slugs


def find_report(texts: Sequence[str], column_headers: Sequence[str]) -> tuple[str, str]:
    """Return the period the document reports on, and what a reader must know of how it was found.

    Headers first (a column of "6 tháng 2021" makes a report on 2021-S1), then the title and the text, then the
    date: a plan of June for the next year reports on the half that ends then.
    """
    told = _Evidence(texts, column_headers)
    return told.by_columns() or told.by_text() or told.by_date() or told.by_head()


class _Evidence:
    """What a document says of the period it reports on: in its columns' headers, its title, its text, its date.

    Each way returns the period and what a reader must know, or None where it says nothing.
    """

    def __init__(self, texts: Sequence[str], column_headers: Sequence[str]) -> None:
        self.texts, self.folded = texts, [fold(text) for text in texts]
        self.made = _date(self.folded)
        self.midyear = bool(self.made) and self.made[1] in range(5, 9)
        self.titled, self.other = title_period(texts)
        self.titled_year = int(self.titled) if self.titled.isdigit() else 0
        self.ended = [year for text in column_headers if (year := _year_end(text))]
        self.halves: set[str] = set()
        self.years: set[str] = set()
        self.targets: set[int] = set()
        self.reached: set[str] = set()  # years of which one says no more than that they are told
        self.finished: set[str] = set()  # years of which a column says that they were carried out
        for text in column_headers:
            if headers.role(text).kind != "comparison" and (period := headers.period_of(text)[0]):
                self._take(text, period, headers.status_of(text, period)[0])
        self.latest = max(self.years, default="")
        self.plan = _plan_year(self.folded) or max(self.targets, default=0)

    def _take(self, text: str, period: str, status: str) -> None:
        if status == "target":
            self.targets.add(int(period[:4]))
        elif is_half(period) or status in ("actual", "estimate"):
            # Columns of years to come are plans, whatever their headers say.
            if not self.made or int(period[:4]) <= self.made[0]:
                (self.halves if is_half(period) else self.years).add(period)
            if status == "actual":
                self.reached.add(period)
            whole = "ca nam" in fold(text) and status == "actual"
            if not is_half(period) and (whole or headers.says_done(text)):
                self.finished.add(period)

    def by_columns(self) -> tuple[str, str] | None:
        made, titled = self.made, self.titled
        if titled.endswith("-S2"):
            return titled, ""
        if self.titled_year and not self.halves and (not made or made >= (self.titled_year, 9)):
            return titled, ""
        if self.halves:
            last = max([*self.halves, *self.ended], key=order)
            # A half beside its year, both told, is in a year's report: one with that title, or without title and date.
            of_year = last[:4] in self.finished or (
                last[:4] in self.reached and (titled == last[:4] or not (titled or made))
            )
            of_year = of_year or (last[:4] in self.years and made and made >= (int(last[:4]), 9))
            if of_year and not (self.midyear and made[0] == int(last[:4])):
                return last[:4], messages.text("reading.period.carried_out", period=last[:4])
            return last, ""
        if self.other and not titled and not self.years:
            return "", messages.text("reading.period.not_kept", other=self.other)
        return None

    def by_text(self) -> tuple[str, str] | None:
        made, titled = self.made, self.titled
        if is_half(titled) and (not made or titled[:4] == str(made[0])):
            return titled, ""
        spoken = [text for text, folded in zip(self.texts, self.folded, strict=True) if _OF_HALF.search(folded)]
        said = Counter(year for text in spoken for year in _halves(text) if not made or int(year) <= made[0])
        # In June nobody reports on a half before this year's.
        if said and not (self.midyear and str(made[0]) not in said):
            year = max(said, key=lambda y: (said[y], y))
            # "so với 6 tháng đầu năm 2020" also names a half; the report's is the newest that the text repeats.
            newest = max(y for y in said if said[y] * 3 >= said[year])
            if not self.latest or newest >= self.latest or (made and made[0] == int(newest)):
                return f"{newest}-S1", ""
        return (titled, "") if is_half(titled) and (not made or int(titled[:4]) <= made[0]) else None

    def by_date(self) -> tuple[str, str] | None:
        made, latest = self.made, self.latest
        if self.midyear and (self.plan == made[0] + 1 or str(made[0]) in (latest, self.titled)):
            return f"{made[0]}-S1", messages.text("reading.period.of_date", period=f"{made[0]}-S1")
        # Nobody reports on a year that begins after the document was signed.
        if self.titled_year and not self.years and (not made or self.titled_year <= made[0]):
            return self.titled, messages.text("reading.period.of_title", period=self.titled)
        if latest:
            whole = self.targets and not made
            return latest, messages.text("reading.period.whole_year", period=latest) if whole else ""
        if made:  # in the first months nobody tells of the year that has begun
            period = f"{made[0]}-S1" if self.midyear else str(made[0] - (made[1] < 5))
            return period, messages.text("reading.period.date_alone", period=period)
        return None

    def by_head(self) -> tuple[str, str]:
        """Return what the head names, else the year before the planned one, else the one period of the whole text."""
        texts = self.texts
        head = [text for before, text in zip(["", *texts], texts[:_HEAD], strict=False) if not _heads_plan(before)]
        if ended := next((period for text in head if (period := _ended(text))), ""):
            return ended, messages.text("reading.period.only_one", period=ended)
        if closed := next((year for text in head if (year := _closing_year(text))), ""):
            return closed, messages.text("reading.period.of_title", period=closed)
        if self.targets or self.plan:
            period = str(min(self.targets or {self.plan}) - 1)
            return period, messages.text("reading.period.of_target", period=period)
        named = {period for text in texts for period in _periods(text)}
        ended = (period for text in texts[_HEAD:] if (period := _ended(text)))
        period = next(iter(named)) if len(named) == 1 else next(ended, "")
        if period:
            return period, messages.text("reading.period.only_one", period=period)
        return "", messages.text("reading.period.none")


def _halves(text: str) -> list[str]:
    """Return the years of whose first halves a text speaks."""
    years = [named.get("half_year") or named.get("short_year") or "" for named in (each.named for each in tokens(text))]
    return [year for year in years if year.isdigit()]


def _heads_plan(text: str) -> bool:
    """Tell whether a line says no more than that what follows is a plan's title."""
    return fold(text).strip(" .*#") == "ke hoach"


def _ended(text: str) -> str:
    """Return the first half or year at whose end something stood: "tính đến hết năm 2025"."""
    found = tokens(text)
    said = [token.text for token in found if token.kind == "word"]
    if vocabulary().is_plan(said) or vocabulary().begins_plan(said):
        return ""
    for token in found:
        if token.kind in ("year", "half") and re.search(r"\b(?:het|cuoi|den)\b", token.text) and "year" in token.named:
            return token.named["year"] + "-S1" * (token.kind == "half")
    return ""


def _closing_year(text: str) -> str:
    """Return the year that a line ends in, where it is no sentence and plans nothing: "…, chuyển đổi số năm 2025"."""
    row = tokens(text)
    said = [token.text for token in row if token.kind == "word"]
    year = row[-1].named.get("year", "") if row and row[-1].kind == "year" else ""
    ahead = vocabulary().is_plan(said) or vocabulary().is_plan(said, vocabulary().goals) or CITED.search(fold(text))
    return year if year.isdigit() and not ahead else ""


def _periods(text: str) -> set[str]:
    """Return the halves and years a text names with their year, but for those of plans."""
    known, lead, found = vocabulary(), [], set()
    for token in tokens(text):
        when = next((value for value in token.named.values() if value.isdigit() and len(value) == 4), "")
        if token.kind == "word":
            lead.append(token.text)
        elif when and token.kind in ("half", "second_half", "year"):
            if not known.is_plan(lead):
                found.add(when + {"half": "-S1", "second_half": "-S2"}.get(token.kind, ""))
            lead = []
    return found


def title_period(texts: Sequence[str]) -> tuple[str, str]:
    """Return the half or year that the title names, and the month, quarter or nine months that it names instead.

    The title ends where figures begin; a year that a word of plan leads in is the plan's, not the report's.
    """
    period, other, known, plans, titled = "", "", vocabulary(), False, True
    for text in texts[:14]:
        plans = plans or _heads_plan(text)
        # The first line, and one below a title, may be of it: "BẢN NHẬN XÉT", "đối với công chức …, năm 2025".
        folded = fold(text)
        ended = text.rstrip().endswith((".", ";"))
        goes_on = titled and not ended and not _DATED.search(folded)
        titled = says(known.titles, re.findall(r"\w+", folded))
        if not (titled or goes_on):
            continue
        lead: list[str] = []
        yearless, named = False, ""  # what the line has named
        half = re.search(r"\b(?:0?6|sau) thang", folded)
        for token in tokens(text):
            if token.kind in ("quantity", "garbled"):
                return period, other
            if token.kind == "word":
                lead.append(token.text)
                continue
            when = next((value for value in token.named.values() if value.isdigit() and len(value) == 4), "")
            yearless = yearless or (token.kind == "half" and not when and not token.named.get("year"))
            planned = plans or known.is_plan(lead) or known.is_plan(lead, known.goals)
            if when and yearless and not period and not (token.kind == "year" and planned):
                period = f"{when}-S1"  # "6 tháng đầu năm, nhiệm vụ 6 tháng cuối năm 2022"
            elif {"from_day", "since_year"} & set(token.named):
                pass  # days that some figures are of: "hồ sơ tính từ ngày 01/7/2025 đến ngày 31/12/2025"
            elif token.kind == "second_half" and when and not planned:
                period = f"{when}-S2"
            elif token.kind == "half" and when and not period.endswith("-S1"):
                period = f"{when}-S1"
            elif token.kind == "year" and when and not planned:
                # "Số liệu cả năm 2022" over one table makes "6 tháng đầu năm 2022" over another no half's report.
                whole = "ca nam" in token.text and not {"uoc", "tieu"} & {*lead} and not half and period == f"{when}-S1"
                later = period == named and when > period and lead in ([], ["va"])  # "năm 2020, 2021"
                period = named = when if whole or later else period or when
            elif "last_year" in token.named and not planned and not period:
                period = token.named["last_year"]  # "giai đoạn 2021 - 2024"
            elif token.kind == "other_time" and not ended and "began" not in token.named and _MONTHS.search(token.text):
                other = other or token.text.strip()
                of_year = re.search(r"\b20\d\d", token.text)
                if of_year and half and not period:
                    period = f"{of_year[0]}-S1"  # "giao ban tháng 6 năm 2026 (số liệu 6 tháng đầu năm)"
            lead = [] if when else lead
    return period, other


def _year_end(text: str) -> str:
    """Return the year that a header's day ends: `Đến 31/12/2023` → `2023`."""
    day = re.search(r"(?<!\d)31/12/((?:19|20)\d\d)", text)
    return day[1] if day and headers.status_of(text, day[1])[0] == "actual" else ""


def _date(folded: Sequence[str]) -> tuple[int, int] | None:
    """Return year and month of the document: of the line with its place and day, or of "Kèm theo kế hoạch số …"."""
    for text in (*folded[:12], *(t for t in folded if "kem theo" in t)):
        for match in _DATED.finditer(text):
            month, year = int(match[1] or match[3]), int(match[2] or match[4])
            before = text[: match.start()]
            signed = _DAY.search(before) and not CITED.search(before)
            if 1 <= month <= 12 and (signed or "kem theo" in text):
                return year, month
    return None


def planned_year(texts: Sequence[str], report: str) -> str:
    """Return the year after the report's that the document's head plans, "" where it plans none."""
    year = _plan_year([fold(text) for text in texts[:_HEAD]])
    return str(year) if report and year > int(report[:4]) else ""


def plans_own_year(texts: Sequence[str], report: str) -> bool:
    """Tell whether a document's title plans the very year that it is read as the report on: "Kế hoạch … năm 2025"."""
    titles = [
        fold(text)
        for before, text in zip(["", *texts], texts[:_HEAD], strict=False)
        if (_OF_PLAN.match(fold(text)) or _heads_plan(before)) and text.rstrip()[-1:] not in (".", ";", ":")
    ]
    return "-" not in report and any(re.findall(r"\bnam (\d{4})\b", title)[-1:] == [report] for title in titles)


def _plan_year(folded: Sequence[str]) -> int:
    titles = [text for text in folded[:_HEAD] if not text.rstrip().endswith((".", ";"))]
    match = _PLAN_FOR.search(" ".join(titles))
    return int(match[1]) if match else 0
