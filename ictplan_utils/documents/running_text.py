"""A document's paragraphs → figures: lines with the headings and lead-ins they stand under, read clause by clause."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ictplan_utils import catalog, messages
from ictplan_utils.documents.around import Around, legend, spoken_of
from ictplan_utils.documents.contents import Paragraph
from ictplan_utils.documents.context import ADDRESSED, CITED, planned_year, plans_own_year, title_period
from ictplan_utils.documents.meaning import Meaning
from ictplan_utils.documents.numbers import Figure, read_figure
from ictplan_utils.documents.owners import Owner, Owners
from ictplan_utils.documents.reading import BROKEN, Found, Part
from ictplan_utils.documents.sentence import read_line
from ictplan_utils.documents.stated import Comparison, Stated
from ictplan_utils.documents.tokens import tokens
from ictplan_utils.documents.words import begins
from ictplan_utils.vietnamese import CAPITALS, fold, fold_in_place, nfc

_NUMBERED = re.compile(
    r"^\s*(?:(phan (?:thu \w+|[ivx\d]+)\b)|([ivx]{1,4}|dieu \d{1,2})(?:[.):-]| -)\s|([a-z])[.)/]\s"
    r"|(?:cau |[a-z](?=\d))?(\d{1,2}(?:\.\d{1,2})*)(?:[.)/-](?:\s|(?=[a-z]{2}))|\s(?!(?:thang|quy)\b)))"
    r"\W*(.{2,})$"
)
_PART = re.compile(r"\W*phan (?:thu \w+|[ivx\d]+)\W*")
_SEVERAL_KINDS = r"(?:xa|phuong|thi tran)(?:,| va)\s*(?:xa|phuong|thi tran)\b"
_WITH_TOWNS = re.compile(rf"\s*{_SEVERAL_KINDS}")
_OF_TOWNS = re.compile(rf".*\bso {_SEVERAL_KINDS}[^.;]*")
_OF_BEFORE = re.compile(r"\W*(?:trong do\b|(?:(?:cu the|tinh|chia)[: ]+)?(?:theo |tung )*quy\b)")
"""What begins a line of parts of what the line before told last: "Trong đó: …", "Theo từng quý: quý I …"."""
_BULLET = re.compile(r"^\s*(?P<mark>[-–+*•]+|\(\w\))\s*")
_ANSWERED = re.compile(r"\s*\?\W*(?:(?:trả lời|đáp)\s*:\s*)?(?=\w)", re.IGNORECASE)
"""What stands between a question and its answer in the same line: "Số trạm BTS? Trả lời: 203"."""
_RUN_IN = re.compile(r"([^\W\d][^:.;\d]{1,40}):\s+\S")
"""A paragraph's own heading: "Bưu chính: Doanh thu đạt …" is of post in every sentence."""
_YEAR_ALONE = re.compile(r"(?:\[[^\]]*\]\s*)?((?:19|20)\d\d)")
"""A line that is a year alone, or behind what numbers it: "[Slide 5] 2021"."""
_YEAR_FIRST = re.compile(r"^(?=(?:19|20)\d\d )")
_ONLY = ("rieng",)
_TITLE = -1
_UNNUMBERED = 8
"""The level of a short line that stands alone: "Viễn thông"."""
_JUST_OVER = 0.5
"""How much higher it stands than the numbered items below it."""
_BULLETS = 9
"""The level of a heading that is marked as a bullet, below all numbered ones."""
LONGEST_HEADING = 200
LONGEST_RUN_IN = 6
"""So many words may a paragraph's own heading have: "Kế hoạch năm 2027. 39 trạm BTS; …"."""
LONGEST_SENTENCE = 10_000
"""Letters of a sentence; every figure is held against all others of it, and no office writes so long a one."""


@dataclass(frozen=True)
class Line:
    """One sentence of the text: its words, where it stands, and what it stands under."""

    text: str
    source: str
    around: Around


def read_text(paragraphs: Sequence[Paragraph], owners: Owners, found: Found, names: Meaning) -> None:
    """Add to `found` what the text states; what is doubtful is warned of, with its place and the reason."""
    own = catalog.area(owners.own, owners.data_dir) if owners.own else None
    texts = [paragraph.text for paragraph in paragraphs]
    plan = planned_year(texts, owners.report)
    title = _title(texts, owners.report)
    stated: dict[tuple[str, str, str, str], set[float]] = {}
    spoken: tuple[str, Stated | None] = ("", None)  # what a paragraph's sentence before stated last
    for line in lines(paragraphs, owners.report, names, title):
        if len(line.text) > LONGEST_SENTENCE:
            why = messages.text("reading.why.no_end", length=len(line.text))
            found.warn(messages.text("reading.unread", printed=f"{line.text[:40]}…", why=why), line.source)
            continue
        found.sentences.append((line.source, line.text))
        before = spoken[1] if spoken[0] == line.source else None
        words = (*line.around.words, *([before.name] if before else []))
        around = replace(line.around, plan=plan, words=words)
        last = before if before and not (before.why or before.owner) else None
        read = read_line(line.text, around, own, owners.report, names, last)
        spoken = line.source, next((each for each in reversed(read) if each.name), None)
        for each in (_with_towns(each, line) for each in read):
            printed = _printed(each, line)
            area = _whose(each, line, owners) if each.owner else owners.own
            why = each.why or (
                "" if area or not each.owner else messages.text("reading.why.of_owner", owner=each.owner)
            )
            if why:
                found.warn(messages.text("reading.unread", printed=printed, why=why), line.source)
                if each.indicator and (of := _part(each, line, owners, names)):
                    when = each.period or owners.report
                    found.parts.append(Part(of, each.indicator, when, each.status, each.value, printed, line.source))
                continue
            key = (area, each.indicator, each.period, each.status)
            if each.value in stated.setdefault(key, set()):
                continue
            if stated[key] and begins(_ONLY, fold(line.text).split()):
                why = messages.text("reading.why.a_part")  # "Riêng lĩnh vực hộ tịch có 18.204 hồ sơ"
                found.warn(messages.text("reading.unread", printed=printed, why=why), line.source)
                continue
            stated[key].add(each.value)
            if not each.owner:
                found.comparisons += [_comparison(each, told, line, area) for told in each.comparisons]
            found.observations.append({
                "area": area, "indicator": each.indicator, "period": each.period, "status": each.status,
                "value": each.value, "printed": printed, "source": line.source, "note": each.note,
            })  # fmt: skip
            figure = read_figure(printed) if (printed := each.token.named.get("whole")) else None
            whole = names.words.whole.get(each.indicator)
            if whole:
                whole = _with_towns(replace(each, indicator=whole), line).indicator
            if isinstance(figure, Figure) and whole:
                of_all = {"indicator": whole, "value": figure.value, "printed": printed}
                found.observations.append(found.observations[-1] | of_all)


def _with_towns(stated: Stated, line: Line) -> Stated:
    """Return a figure, a count of communes as one of communes and towns where it says so: "12 xã, thị trấn"."""
    if stated.indicator != "communes":
        return stated
    before, behind = fold_in_place(line.text[: stated.token.start]), fold_in_place(line.text[stated.token.end :])
    towns = _WITH_TOWNS.match(behind) or _OF_TOWNS.fullmatch(before)
    return replace(stated, indicator="communes_and_towns") if towns else stated


def _title(texts: Sequence[str], report: str) -> Around:
    """Return what a title rules: that all is planned, or is of a time that is not kept: "9 tháng đầu năm"."""
    if plans_own_year(texts, report):
        return Around(period=report, status="target")
    period, other = title_period(texts)
    return Around(why="" if period or not other else messages.text("reading.why.not_kept", time=other))


def _part(stated: Stated, line: Line, owners: Owners, names: Meaning) -> str:
    """Return of what part an unread figure is, a company or else a time that is not kept; BROKEN where no part is one
    of what is counted whole; "" for none of these."""
    if stated.owner:
        return stated.owner if owners.words.companies.match(stated.owner) else ""
    if stated.period:
        return BROKEN if stated.value % 1 and names.frame.at[stated.indicator, "decimals"] == 0 else ""
    times = ("other_time", "second_half")
    said = [token for token in tokens(line.text) if token.kind in times and token.start < stated.token.start]
    return said[-1].text.strip() if said else ""


def _whose(stated: Stated, line: Line, owners: Owners) -> str:
    """Return the area, other than the document's own, that a figure's own clause names; "" where it is none we know."""
    if stated.owner_at < 0:
        return ""
    if stated.owner.startswith("toan "):
        return owners.of_whole(Owner("whole", stated.owner, rank=stated.owner.removeprefix("toan ")), ())
    return next((each.slug for each in owners.named(line.text) if each.start == stated.owner_at), "")


def _printed(stated: Stated, line: Line) -> str:
    """Return the figure as it is printed: its number, with what scales it or makes it a percentage."""
    whole = line.text[stated.token.start : stated.token.end].strip()
    plain = stated.factor == 1 and not stated.percent and not stated.why
    return stated.token.named["number"].strip() if plain else whole


def _comparison(stated: Stated, told: Comparison, line: Line, area: str) -> dict:
    return {
        "area": area, "indicator": stated.indicator, "period": stated.period, "status": stated.status,
        "base_period": told.base_period, "base_status": told.base_status, "measure": told.measure,
        "value": told.value, "printed": line.text[told.start : told.end].strip(" .,;)"), "source": line.source,
        "note": "",
    }  # fmt: skip


def lines(paragraphs: Sequence[Paragraph], report: str, names: Meaning, title: Around | None = None) -> Iterator[Line]:
    """Return the sentences of the text, each under its headings, the line that leads it in, and what a title rules."""
    headings: dict[float, Around] = {_TITLE: title} if title else {}
    lead: Around | None = None
    opened = False  # whether a colon ends that line
    number = ""
    asked: Around | None = None  # what a question says of its answer
    before = ""  # the line before, of which a "Trong đó" is
    began = False  # whether a sentence or a figure has stood, behind the letterhead and the title
    opens = ""  # "Phần thứ hai", of which the next line is the title
    named = False  # whether the line before says what the document is: "KẾ HOẠCH", below which its title stands
    for order, paragraph in _whole(paragraphs):
        text = f"{opens} {nfc(paragraph.text).strip()}".strip()
        folded = fold_in_place(text)
        titled, named = not began and (named or text.isupper()), text.isupper() and _stands_alone(text)
        if paragraph.cell or ADDRESSED.match(folded):
            continue
        opens = text if _PART.fullmatch(folded) else ""
        if opens:
            continue
        if paragraph.apart:
            headings, lead, number = {}, None, ""
        heading = _numbered(text, folded)
        is_heading = heading and len(folded) < LONGEST_HEADING and not re.search(r"[.;]\s*$", folded)
        if heading:
            part = heading[1] or (heading[3] and text[heading.start(3)].isupper())  # "A. KẾT QUẢ" stands over "I."
            level = 0 if part else 1 if heading[2] else 5 if heading[3] else 2 + heading[4].count(".")
            first = heading[3] == "a" or heading[4] == "1"  # "1." below a heading "2." is an item of it
            if first and _UNNUMBERED in headings:
                headings[level - _JUST_OVER] = headings.pop(_UNNUMBERED)  # "Chỉ tiêu năm 2026" over "a) …", "b) …"
            headings = {k: v for k, v in headings.items() if k < level + (first and not is_heading)}
        if is_heading and not _counts(text[heading.start(5) :]):
            headings[level] = spoken_of(text[heading.start(5) :], report, names)
            number, lead = heading[4] or number, None
            continue
        source = f"N:{number}" if number else f"N:p{order}"
        bullet = _BULLET.match(text)
        body = text[bullet.end() :] if bullet else text
        if heading:
            body = text[heading.start(5) :]
        if heading and (heading[1] or heading[2]):
            lead = None
        # A sentence ends what a lead-in leads in; an item, marked or not, does not: "Trạm BTS: 62".
        item = bullet or heading or not body.rstrip().endswith(".")
        # Below "…, cụ thể:" a line with a heading of its own is an item too: "Về hạ tầng số: 3.150 trạm BTS."
        planned = lead is not None and lead.status == "target"
        # What a lead-in says is expected is so in all paragraphs below it.
        item = item or (opened and lead and (_RUN_IN.match(body) if planned else lead.status == "estimate"))
        if not body:
            continue
        body = f"Năm {year[1]}" if (year := _YEAR_ALONE.fullmatch(body)) else body
        body = _ANSWERED.sub(": ", body)
        if body.endswith("?"):
            asked = spoken_of(_YEAR_FIRST.sub("Năm ", body), report, names)  # "2026 làm gì?"
            continue
        if bullet and _stands_alone(body):
            headings[_BULLETS] = spoken_of(body, report, names)  # "* Viễn thông" over "+ Trạm BTS: 71 trạm"
            continue
        if began and not heading and not bullet and body[0].isupper() and _stands_alone(body):
            headings = {k: v for k, v in headings.items() if k < _UNNUMBERED and k == int(k)}
            headings[_UNNUMBERED], lead = spoken_of(body, report, names), None
            continue
        if not began and not heading and not bullet and _stands_alone(body):
            lead = None  # "Dự thảo kế hoạch năm 2024" over "Thuyết minh": a title, which leads nothing in
        began = began or body[-1] in ".;" or _counts(body)
        sentences = [*_sentences(body)] or [body]
        last, led = sentences[-1], asked or (lead if item else None)
        asked = None
        if not item:
            lead = None
        if _leads(last) and (last.rstrip().endswith(":") or (len(sentences) == 1 and not titled)):
            lead, opened = _lead(last, report, names), last.rstrip().endswith(":")
            if not _counts(last):
                sentences.pop()
        around = _around([*headings.values()][::-1], led)
        if run_in := _RUN_IN.match(body):
            around = replace(around, words=(*spoken_of(run_in[1], report, names).words, *around.words))
        elif len(sentences) > 1 and _is_run_in(sentences[0], names):
            told = spoken_of(sentences[0], report, names)
            around = _around([around], told)
            if heading and (told.period or told.status):  # "2. Chỉ tiêu năm 2026. …" over the paragraphs below it
                headings[level] = told
        if _OF_BEFORE.match(folded) and before:
            told = (spoken_of(_first_clause(each), report, names).words for each in reversed([*_sentences(before)]))
            around = replace(around, words=(*next((each for each in told if any(each)), ()), *around.words))
        if base := legend(body):
            around = replace(around, base=base)
        before = body if sentences else before
        yield from (Line(sentence, source, around) for sentence in sentences)


def _whole(paragraphs: Sequence[Paragraph]) -> Iterator[tuple[int, Paragraph]]:
    """Yield the paragraphs with their numbers, those that go on within a sentence, "…;" | "thanh toán …", made one."""
    open_: tuple[int, Paragraph] | None = None
    for order, paragraph in enumerate(paragraphs, start=1):
        text = nfc(paragraph.text).strip()
        goes_on = open_ and text[:1].islower() and not (paragraph.cell or _NUMBERED.match(fold_in_place(text)))
        if open_ and goes_on and re.search(r"[;,]\s*$", open_[1].text):
            open_ = open_[0], replace(open_[1], text=f"{open_[1].text.strip()} {text}")
            continue
        if open_:
            yield open_
        open_ = order, paragraph
    if open_:
        yield open_


def _first_clause(text: str) -> str:
    """Return a text up to the first stop behind its first figure, or all of it."""
    found = tokens(text)
    counted = next((token.end for token in found if token.kind == "quantity"), len(text))
    return text[: next((token.start for token in found if token.kind == "stop" and token.start >= counted), len(text))]


def _is_run_in(sentence: str, names: Meaning) -> bool:
    """Tell whether a sentence is what those behind it are about: a few words, or a figure's name."""
    row = tokens(sentence)
    if any(token.kind == "quantity" for token in row):
        return False
    words = frozenset(names.content(row))
    return len(sentence.split()) <= LONGEST_RUN_IN or any(names.find(words, [], share)[0] for share in (False, True))


def _stands_alone(body: str) -> bool:
    """Tell whether a line is a few words without a figure that no mark ends."""
    return 0 < len(body.split()) <= LONGEST_RUN_IN and body[-1] not in ".;:," and not _counts(body)


def _lead(text: str, report: str, names: Meaning) -> Around | None:
    """Return what a line leads in, behind its last figure; None where it is too long."""
    found = tokens(text)
    counted = max((token.end for token in found if token.kind == "quantity"), default=0)
    cited = max((token.end for token in found if token.kind == "ignored"), default=0)
    text = text[counted:]  # "… 3.015 trạm BTS, Sở xây dựng kế hoạch năm 2025, cụ thể:"
    if cited > counted:
        # "Thực hiện Công văn số 434/BKHCN-KHTC về kế hoạch năm 2027; UBND tỉnh báo cáo như sau:" reports.
        text = re.split(r"[,;]\s", text[cited - counted :])[-1] or text
    return spoken_of(text, report, names) if len(text) < LONGEST_HEADING else None


def _numbered(text: str, folded: str) -> re.Match[str] | None:
    """Return a line's number and words, None where it has none: "19 doanh nghiệp" counts, "1 Bưu chính" is numbered."""
    heading = _NUMBERED.match(folded)
    counts = heading and heading[4] and text[heading.end(4)] == " " and text[heading.start(5)].islower()
    return None if counts else heading


def _counts(text: str) -> bool:
    """Tell whether a text holds a figure."""
    return any(token.kind == "quantity" for token in tokens(text))


def _leads(body: str) -> bool:
    """Tell whether a line leads in those below: it ends in a colon, or says a time or a place and no figure."""
    if body.rstrip().endswith(":"):
        return True
    kinds = {token.kind for token in tokens(body)}
    told = {"half", "second_half", "year", "place"} & kinds
    return bool(told) and not kinds & {"quantity", "garbled"} and not body.rstrip().endswith((".", ";", ","))


def heads(text: str) -> bool:
    """Tell whether a line only names what follows it, and the time that is of: it ends no sentence and holds no figure.

    >>> heads("II. Kết quả 6 tháng đầu năm 2023"), heads("Năm 2023 có 64 trạm BTS"), heads("Công văn số 8/KH năm 2023;")
    (True, False, False)
    """
    found = _numbered(text, fold_in_place(text))
    body = text[found.start(5) :] if found else text
    named = {token.kind for token in tokens(body)} & {"ignored", "as_of", "until", "span", "place"}
    cites = named or CITED.search(fold_in_place(body))
    return len(body) < LONGEST_HEADING and not cites and not _BULLET.match(body) and _leads(body) and not _counts(body)


def _around(headings: Sequence[Around], lead: Around | None) -> Around:
    """Return what rules a line: its lead-in, then its headings, the nearest first."""
    levels = [*([lead] if lead else []), *headings]
    timed = next((level for level in levels if level.period or level.why), Around())
    words = tuple(word for level in levels for word in level.words if word)
    # What an outer level plans is not planned of an earlier time: "Mục tiêu năm 2025" over "1. Kết quả năm 2024".
    ruling = [level for level in levels if not (level.period and timed.period) or level.period <= timed.period]
    status = next((level.status for level in ruling if level.status), "")
    nearest = {key: getattr(next((level for level in levels if getattr(level, key)), Around()), key)
               for key in ("owner", "scale", "base")}  # fmt: skip
    return Around(words, timed.period, status, timed.why, **nearest)


def _sentences(text: str) -> Iterator[str]:
    start = 0
    for match in re.finditer(rf"\.\s+(?!Trong đó)(?=[{CAPITALS}\d+*(–-])|$", text):
        if text[start : match.start()].strip():
            yield text[start : match.start()]
        start = match.end()


__all__ = ["Line", "Stated", "lines", "read_text"]
