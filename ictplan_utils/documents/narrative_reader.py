"""Running text → figures: what a plan's first part says of its half year, with its comparisons."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ictplan_utils.documents import numbers, units
from ictplan_utils.documents.about import other_than_all
from ictplan_utils.documents.contents import Paragraph
from ictplan_utils.documents.names import Names
from ictplan_utils.documents.numbers import Figure, read_figure
from ictplan_utils.documents.phrases import LEADS_IN, NUMBER, PHRASES, by_change, by_name, pattern
from ictplan_utils.documents.settle import counts_whole, settle
from ictplan_utils.documents.tables import Found
from ictplan_utils.vietnamese import fold_in_place, nfc

_HEADING = re.compile(r"^(?:(phan thu \w+)|([ivx]{1,4})\.\s|(\d{1,2}(?:\.\d{1,2})*)\.?\s)\W*(.{2,150})$")
_STOPS = re.compile(
    r"danh gia chung|ton tai|han che|nguyen nhan|phuong huong|nhiem vu|giai phap|muc tieu|quan diem|du bao|"
    r"to chuc thuc hien|kinh phi|phan thu (hai|ba|tu)|kha nang thuc hien|chi tieu chu yeu|xay dung ke hoach"
)
"""Headings whose parts speak of causes, hopes and tasks: figures there are no results."""

_RESULTS = re.compile(r"^\W*(tinh hinh|ket qua|thuc trang|hien trang|nhung ket qua)")
_OTHER_TIME = re.compile(
    r"(?<!\d)(?:1[0-2]|[1-57-9]) thang\b|\bthang \d|\bquy [ivx\d]|\bmoi thang|ke hoach|6 thang cuoi|den nam"
)
_HOPES = re.compile(r"phan dau|du kien|muc tieu|se dat")
"""Words that make a whole sentence, list and all, speak of what is to come."""

_HALF = re.compile(r"(?:6|06|sau) thang (?:dau )?nam ((?:19|20)\d\d)")
_YEAR = re.compile(r"nam\s+((?:19|20)\d\d)")
_DECREE = re.compile(r"\d+/\d{4}/\S+|ngay\s+\d{1,2}[/-]\d{1,2}[/-]\d{4}|quyet dinh so \S+")
_AGAINST_WHAT = (
    r"(?P<base>(?:cung ky|nam truoc)(?:\s+nam\s+(?:(?P<year>(?:19|20)\d\d)|truoc))?"
    r"|(?<=voi )nam (?P<whole>(?:19|20)\d\d)|(?:ke hoach|kh)(?: nam)?)"
)
_AGAINST = re.compile(
    rf"(?P<verb>tang|giam|dat|bang)(?:\s+(?:ty le|khoang|gan|hon))?\s+(?P<v>{NUMBER})\s*"
    r"(?P<noun>diem\s*(?:%|phan tram)|%|[a-z]+(?: [a-z]+)?)?\s*(?:so\s+(?:voi\s+)?)?"
    rf"{_AGAINST_WHAT}"
)
_BASE = re.compile(rf"(?:%| [a-z]+(?: [a-z]+)?)?\)?,? so (?:voi )?{_AGAINST_WHAT}")


@dataclass(frozen=True)
class _Sentence:
    """A sentence with its folded twin, letter for letter, and the place in the document it stands in."""

    text: str
    folded: str
    source: str
    around: str


@dataclass(frozen=True)
class _Task:
    """Whose text is read, of which period, with which names and habit of numbers; what was found, and stated before."""

    area: str
    report: str
    names: Names
    habit: numbers.Habit
    found: Found
    data_dir: str | Path
    stated: dict[tuple[str, str], set[float]] = field(default_factory=dict)


def read_narrative(
    paragraphs: Sequence[Paragraph], area: str, report: str, names: Names, found: Found, data_dir: str | Path = "data"
) -> None:
    """Add to `found` what the text states of the report's period, where an indicator is recognised."""
    task = _Task(area, report, names, numbers.habit([p.text for p in paragraphs]), found, data_dir)
    for sentence in _sentences(paragraphs):
        taken: set[tuple[int, int]] = set()
        for phrase in PHRASES:
            if phrase.within and phrase.within not in sentence.around:
                continue
            for match in pattern(phrase.text, bool(phrase.share)).finditer(sentence.folded):
                main = "p" if "{n}" not in phrase.text else "n"
                if match.span(main) in taken:
                    continue
                if _is_no_total(phrase.indicator, match, main, sentence, task):
                    taken.add(match.span(main))
                    continue
                pieces = [(phrase.indicator, main)]
                pieces += [(phrase.whole, "d")] if phrase.whole else []
                pieces += [(phrase.share, "p")] if phrase.share and match.group("p") else []
                for slug, group in pieces:
                    if match.span(group) in taken or (slug == phrase.share and _compares(sentence, match.end())):
                        continue
                    if _state(slug, match.span(group), sentence, task):
                        taken.add(match.span(group))
        _by_names(sentence, taken, task)


def _is_no_total(slug: str, match: re.Match[str], main: str, sentence: _Sentence, task: _Task) -> bool:
    """Tell, with a warning, whether a count is of something else than all there is in the area."""
    if task.names.frame.at[slug, "kind"] != "stock":
        return False
    at, first = match.start(main), match.start() == match.start(main)
    why = other_than_all(sentence.text, at, match.end(), task.area, task.data_dir, first=first)
    if why:
        task.found.warn(f"{sentence.source}: '{match.group(main)}' ({slug}) was not read: {why}")
    return bool(why)


def _compares(sentence: _Sentence, at: int) -> bool:
    """Tell whether the percentage before `at` compares with last year rather than being a share."""
    return re.match(r"\W{0,2}\s*so\s+(voi\s+)?cung ky|\W{0,2}\s*(ke hoach|kh)\b", sentence.folded[at:]) is not None


def _sentences(paragraphs: Sequence[Paragraph]) -> list[_Sentence]:
    """Return the sentences of the parts that report results, each with the number of the section it stands in."""
    found, states, number = [], {}, ""
    for order, paragraph in enumerate(paragraphs, start=1):
        if paragraph.cell:
            continue
        text = nfc(paragraph.text)
        folded = fold_in_place(text)
        heading = _HEADING.match(folded)
        if heading and not re.search(r"[.;]\s*$", folded) and len(folded) < 200:
            level = 0 if heading[1] else 1 if heading[2] else 2 + heading[3].count(".")
            states = {k: v for k, v in states.items() if k < level}
            states[level] = bool(_RESULTS.match(heading[4])) or not _STOPS.search(folded)
            number = heading[3] or ""
            continue
        if not all(states.values()):
            continue
        source = f"N:{number}" if number else f"N:p{order}"
        start = 0
        for end in [*(m.end() for m in re.finditer(r"[.;]\s+(?=[A-ZĐÀ-Ỹ+\-*(])", text)), len(text)]:
            if text[start:end].strip():
                found.append(_Sentence(text[start:end], folded[start:end], source, folded))
            start = end
    return found


def _period(sentence: _Sentence, at: int, report: str) -> tuple[str, str, str]:
    """Return the period a figure at `at` is about, a note, and why it is about none that we keep."""
    bare = _AGAINST.sub(lambda m: " " * len(m[0]), _DECREE.sub(lambda m: " " * len(m[0]), sentence.folded))
    # A clause that hopes or compares does not speak of results; only what stands before the figure counts.
    clause = bare[max(0, bare.rfind(";", 0, at)) : at]
    if other := _OTHER_TIME.search(clause) or _HOPES.search(bare[:at]):
        return "", "", f"the sentence speaks of '{other[0]}'"
    halves = _HALF.findall(clause)
    if halves:
        period = f"{halves[-1]}-S1"
        return (period, "", "") if period[:4] == report[:4] else ("", "", f"the sentence speaks of {period}")
    years = _YEAR.findall(clause)
    if years and years[-1] != report[:4]:
        return "", "", f"the sentence speaks of {years[-1]}"
    if years and "-S" in report:
        return report, f'câu văn mở đầu bằng "Năm {years[-1]}"', ""
    return report, "", ""


def _state(slug: str, span: tuple[int, int], sentence: _Sentence, task: _Task) -> bool:
    """Add one figure and what the text compares it with; tell whether it was read."""
    found, stated = task.found, task.stated
    printed = sentence.text[slice(*span)]
    period, note, why = _period(sentence, span[0], task.report)
    where = sentence.source
    if why:
        found.warn(f"{where}: '{printed}' ({slug}) was not read: {why}")
        return True
    figure = read_figure(printed)
    if not isinstance(figure, Figure):
        return False
    if figure.value == 1 and re.search(r"(tren|moi|cho|binh quan|tung)\s*$", sentence.folded[: span[0]]):
        return False  # "trên 01 điểm phục vụ" is a rate's measure, not a count
    entry = task.names.frame.loc[slug]
    behind = sentence.folded[span[1] : span[1] + 25]
    fit = units.Fit()
    if units.unit(entry["unit_vi"]) and units.unit(entry["unit_vi"]).dimension == "money":
        money = re.match(r"\s*((?:nghin |ngan )?(?:trieu|ty|ti|nghin|ngan)?\s*dong)", behind)
        fit = units.fit(money[1], entry["unit_vi"]) if money else fit
    settled = settle(
        figure, whole=counts_whole(entry["unit_vi"], entry["decimals"], fit.factor), percent=entry["unit_vi"] == "%",
        habit=task.habit, neighbours=list(stated.get((slug, period), ())),
    )  # fmt: skip
    if settled.doubt:
        found.warn(f"{where}: {settled.doubt}")
    value = settled.figure.value * fit.factor
    notes = [note, fit.note]
    before = sentence.folded[max(0, span[0] - 12) : span[0]]
    if hedge := re.search(r"(uoc dat|uoc|khoang|tren|hon|gan)\s*$", before):
        notes.append(f'văn bản viết "{sentence.text[span[0] - len(hedge[0]) : span[0]].strip()}"')
    if (slug, period) in stated and value in stated[slug, period]:
        return True
    if any((row["indicator"], row["source"], row["period"]) == (slug, where, period) for row in found.observations):
        found.warn(f"{where}: '{printed}' ({slug}) was not read: this section has stated it already, otherwise")
        return True
    stated.setdefault((slug, period), set()).add(value)
    found.observations.append({
        "area": task.area, "indicator": slug, "period": period, "status": "actual", "value": value,
        "printed": nfc(printed),
        "source": where, "note": "; ".join(filter(None, notes)),
    })  # fmt: skip
    _compare(slug, span[1], sentence, period, fit.factor, task, share="%" in printed)
    return True


def _compare(slug: str, at: int, sentence: _Sentence, period: str, factor: float, task: _Task, share: bool) -> None:
    """Add what the text behind a figure says of it against another period or the plan.

    A share is compared in points ("tăng 3,2 điểm %"); "tăng 3,2%" of a share could mean points or a growth.
    """
    rest = sentence.folded[at:]
    # The comparison of this figure, not of the next: no other figure may stand between.
    match = _AGAINST.search(rest)
    if not match:
        return
    between = re.sub(rf"{NUMBER} thue bao ?/ ?100 dan", "", rest[: match.start()])
    if re.search(r"[\d;]|\btrong do\b", between):
        return
    figure = read_figure(sentence.text[at:][slice(*match.span("v"))])
    if not isinstance(figure, Figure):
        return
    points = bool(re.fullmatch(r"diem\s*(?:%|phan tram)", match["noun"] or ""))
    percent, down = match["noun"] == "%", -1 if match["verb"] == "giam" else 1
    if share and not points:
        return
    if match["verb"] in ("dat", "bang"):
        if not percent:
            return
        measure, value = "ratio_pct", figure.value
    else:
        measure, value = ("growth_pct" if percent else "change"), figure.value * down * (1 if percent else factor)
    base, status = _base(match, period)
    if not base:
        return
    printed = nfc(sentence.text[at + match.start() : at + match.end()])
    task.found.comparisons.append({
        "area": task.area, "indicator": slug, "period": period, "status": "actual", "base_period": base,
        "base_status": status, "measure": measure, "value": value, "printed": printed, "source": sentence.source,
        "note": "",
    })  # fmt: skip


def _base(match, period: str) -> tuple[str, str]:
    said = match["base"]
    if said.startswith(("ke hoach", "kh")):
        return period[:4], "target"
    if match["whole"]:
        return match["whole"], "actual"
    year = match["year"] or str(int(period[:4]) - 1)
    return f"{year}{period[4:]}", "actual"


def _by_names(sentence: _Sentence, taken: set[tuple[int, int]], task: _Task) -> None:
    """Read figures stated right after an indicator's own name: `Tỷ lệ xã có điểm Bưu điện VHX đạt 100%`."""
    for slug, words in task.names.spoken:
        if not all(word in sentence.folded for word in words):
            continue
        # Two words say enough only where two figures follow.
        expressions = [by_name(words)] if len(words) >= 3 else []
        expressions += [by_change(words)] if " tu " in sentence.folded or "(tu " in sentence.folded else []
        for match in itertools.chain.from_iterable(e.finditer(sentence.folded) for e in expressions):
            percent = bool(match["pct"])
            if match.span("n") in taken or percent != (task.names.frame.at[slug, "unit_vi"] == "%"):
                continue
            before = re.split(r"[,:;()\-–*+.]", sentence.folded[: match.start()])[-1].split()
            if not before or " ".join(before[-2:]) in LEADS_IN or before[-1] in LEADS_IN:
                if _is_no_total(slug, match, "n", sentence, task):
                    taken.add(match.span("n"))
                    continue
                start, end = match.span("n")
                span = (start, match.end("pct")) if percent else (start, end)
                if _state(slug, span, sentence, task):
                    taken.add((start, end))
                    taken.add(span)
                    if "from" in match.groupdict():
                        _from_base(slug, match, sentence, task)


def _from_base(slug: str, match: re.Match[str], sentence: _Sentence, task: _Task) -> None:
    """Add the change that "từ 88 lên 91 trạm so với cùng kỳ năm 2021" states."""
    base = _BASE.match(sentence.folded, match.end())
    period, _, why = _period(sentence, match.start("n"), task.report)
    ends = [read_figure(match[group]) for group in ("from", "n")]
    if base is None or why or not all(isinstance(figure, Figure) for figure in ends):
        return
    if (ends[0].other is None) != (ends[1].other is None) or ends[1].value not in task.stated.get((slug, period), ()):
        return  # One of them may mean thousands where the other does not.
    base_period, base_status = _base(base, period)
    task.found.comparisons.append({
        "area": task.area, "indicator": slug, "period": period, "status": "actual", "base_period": base_period,
        "base_status": base_status, "measure": "change", "value": float(f"{ends[1].value - ends[0].value:.12g}"),
        "printed": nfc(sentence.text[match.start("from") - 3 : base.end()]), "source": sentence.source, "note": "",
    })  # fmt: skip
