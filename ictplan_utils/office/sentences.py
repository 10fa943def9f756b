"""The form → the sentences of the plan, in administrative Vietnamese; what only people can say stands in brackets."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence

from ictplan_utils import catalog, narrative
from ictplan_utils.catalog import Indicator
from ictplan_utils.messages import text
from ictplan_utils.narrative import amount, fits, in_sentence, known, percent
from ictplan_utils.observations import CORRECTED, preferred
from ictplan_utils.office.form import Form, clean
from ictplan_utils.vietnamese import capitalised, fold, format_number, span

CHAPTERS = {
    "buu_chinh": ("post",),
    "vien_thong_internet": ("telecom", "internet"),
    "cong_nghe_thong_tin": ("it",),
    "bao_chi_phat_thanh_truyen_hinh": ("press", "broadcasting"),
}
"""Placeholder → the sectors whose results it tells."""

PEOPLE = "population"
OF_THE_FORM = (" tren toan ", " tren 1 nam")
"""What a form's name says of all places and of a whole year; a sentence says its own, with the short name."""


def blocks(form: Form) -> dict[str, list[str]]:
    """Return every block of sentences a template may ask for, by its placeholder's name."""
    say = _Teller(form)
    kinds = {"ket_qua": say.results, "du_bao": say.outlook, "chi_tieu": say.targets, "hoan_thanh": say.fulfilled}
    found = {f"{kind}_{name}": tell(sectors) for kind, tell in kinds.items() for name, sectors in CHAPTERS.items()}
    found["tong_hop_hoan_thanh"] = list(narrative.fulfilment_summary(form.report).sentences)
    found["danh_gia_chung"] = say.summary()
    found["chi_tieu_giam"] = say.fallen()
    found["tong_hop_du_bao"] = say.outlook_summary()
    for number, table in enumerate(form.tables, start=1):
        found[f"ghi_chu_phu_luc_{number}"] = form.notes_on(*(column.role for column in table.columns if column.period))
    found["can_ra_soat"] = [f"[{number}. {said}]" for number, said in errors(form).items()]
    return found


def errors(form: Form) -> dict[int, str]:
    """Return the audit's errors by their number in the workbook's sheet."""
    rows = form.report.findings
    found = enumerate(zip(rows["severity"], rows["message_vi"], strict=True), start=1)
    return {number: _no_brackets(said) for number, (severity, said) in found if severity == "error"}


def review_mark(number: int) -> str:
    """Return the mark behind a sentence whose figure the audit says cannot be true."""
    return text("office.review", "vi", number=number)


class _Teller:
    """Tells one form, figure by figure."""

    def __init__(self, form: Form) -> None:
        self.form, self.report, self.say = form, form.report, form.report.say
        observations, this = self.report.observations, form.year
        said = observations[observations["report"] == self.report.stored]
        # A finding about a printed ratio is none about the figures: here the ratios are computed anew.
        self.stated = set(said["source"])
        self.places = said.groupby(["indicator", "period", "status"])["source"].agg(list).to_dict()
        self.shown = preferred(observations).set_index(["indicator", "period", "status"])
        self.names = _names(form.entries)
        self.word = form.estimate_words.lower()
        self.now = {"word": self.word, "year": this, "before": this - 1, "after": this + 1, "when": self.report.when}

    def value(self, entry: Indicator, column: str = "half") -> float:
        """Return a figure of the report table, NaN where there is none."""
        table = self.form.table
        return float(table.at[entry.indicator, column]) if entry.indicator in table.index else math.nan

    def of_form(self, sectors: Iterable[str] = ()) -> dict[str, Indicator]:
        """Return the form's indicators, of these sectors where any are named."""
        return {
            slug: e for slug, e in self.form.entries.items() if e.form_number and (not sectors or e.sector in sectors)
        }

    # Part One: results -------------------------------------------------------------------------------------

    def results(self, sectors: Iterable[str]) -> list[str]:
        """Return a paragraph a topic: a total with its parts, then the shares that are made of it."""
        entries = [e for e in self.form.entries.values() if e.sector in sectors]
        stated = [e for e in entries if known(self.value(e))]
        told = {part.indicator for entry in stated for part in self._parts(entry)}
        found = []
        for entry in stated:
            if entry.indicator in told:
                continue
            shares = [e for e in stated if e.indicator not in told and _share_of(e) == entry.indicator]
            told |= {entry.indicator, *(e.indicator for e in shares)}
            plain = [e for e in shares if not e.form_number and not self._compared(e) and not self._review(e, "half")]
            tail = "".join(self.say("office.told.share", amount=amount(self.value(e), e)) for e in plain)
            found.append(" ".join([self._total(entry, tail), *(self._result(e) for e in shares if e not in plain)]))
        missing = [e for e in entries if e.form_number and not known(self.value(e)) and not self._is_heading(e)]
        if missing:
            found.append(self.say("office.ask.result", names=self._listed(missing), when=self.report.when))
        return found

    def _parts(self, entry: Indicator) -> list[Indicator]:
        """Return the parts of a total, where all are known and make it up; else none may be called its parts."""
        kind, terms = catalog.formula_terms(entry.formula) if entry.formula else ("", ())
        if kind != "sum":
            return []
        parts = [self.form.entries[slug] for slug in terms]
        return parts if abs(sum(map(self.value, parts)) - self.value(entry)) < 1e-9 else []

    def _total(self, entry: Indicator, tail: str) -> str:
        parts = self._parts(entry)
        if not parts:
            return self._result(entry, tail)
        told = [self.say("office.told.of_which", parts=self._counts(parts))]
        for part in parts:
            if smaller := self._parts(part):
                told.append(self.say("office.told.inside", whole=self._counted(part), parts=self._counts(smaller)))
                parts = [*parts, *smaller]
        marks = [self._review(each, "half") for each in (entry, *parts)]
        return " ".join(filter(None, [self._sentence(entry, tail), *told, *marks]))

    def _counts(self, parts: list[Indicator]) -> str:
        return "; ".join(f"{self._counted(part)}{self._compared(part)}" for part in parts)

    def _counted(self, entry: Indicator) -> str:
        value = self.value(entry)
        if entry.counted_vi:
            return f"{format_number(value, 0)} {entry.counted_vi}"
        name = in_sentence(self.names[entry.indicator])
        return self.say("office.told.part", name=name, amount=amount(value, entry))

    def _compared(self, entry: Indicator) -> str:
        """Return what a figure is held against, as plans write it: ` (tăng 1 vị trí trạm, 1,1% so với …)`."""
        compared = self._against(entry, aside=True)
        return self.say("office.told.aside", told=compared) if compared else ""

    def _against(self, entry: Indicator, *, aside: bool = False) -> str:
        figures, of_forecast = self.form.table.loc[entry.indicator], self.form.choice == "forecast"
        return narrative.against(figures, entry, self.report.period, of_forecast=of_forecast, aside=aside)

    def _result(self, entry: Indicator, tail: str = "") -> str:
        """Return the sentence of one figure; one that is no share of anything is left for people to mend."""
        if not fits(self.value(entry), entry):
            return self._misfit(entry, self.value(entry))
        return f"{self._sentence(entry, tail)} {self._review(entry, 'half')}".strip()

    def _sentence(self, entry: Indicator, tail: str) -> str:
        value, name = self.value(entry), self.names[entry.indicator]
        told = {"name": name, "amount": amount(value, entry), "tail": tail + self._compared(entry)}
        if entry.counted_vi:
            told |= {"unit": self.form.area.unit_vi, "number": format_number(value, 0), "counted": entry.counted_vi}
            return self.say("narrative.sentence.counted", **told)
        if entry.kind == "flow":
            when = capitalised(self.report.when)
            return self.say("office.told.flow", **told | {"name": in_sentence(name), "when": when})
        return self.say(f"narrative.sentence.{'is' if entry.kind == 'stock' else 'reached'}", **told)

    def _misfit(self, entry: Indicator, value: float) -> str:
        return self.say("office.ask.misfit", name=self.names[entry.indicator], told=narrative.misfit(value, entry))

    def _is_heading(self, entry: Indicator) -> bool:
        """Tell whether a row of the form only names its parts, as 31 does 31.1, 31.2 and 31.3."""
        parts = [e for e in self.form.entries.values() if e.form_number.startswith(f"{entry.form_number}.")]
        return any(known(self.value(part)) for part in parts) and not entry.formula

    def _listed(self, entries: Iterable[Indicator]) -> str:
        return "; ".join(self.names[entry.indicator] for entry in entries)

    # What people must look at ------------------------------------------------------------------------------

    def _review(self, entry: Indicator, column: str) -> str:
        """Return the mark behind a figure that was corrected, or that the audit says cannot be true."""
        this = self.form.year
        stands = {"half": (self.report.period, "actual"), "estimate": (str(this), "estimate"),
                  "target": (str(this + 1), "target")}  # fmt: skip
        key = (entry.indicator, *stands[column])
        note = str(self.shown.at[key, "note"]) if key in self.shown.index else ""
        if note.startswith(CORRECTED):
            return self.say("office.corrected", note=_no_brackets(note))
        places = set(self.places.get(key, ()))
        wrong = [
            number for number, row in enumerate(self.report.findings.itertuples(), start=1)
            if row.severity == "error" and row.indicator == entry.indicator
            and row.source in self.stated and places & {row.source, *row.also.split()}
        ]  # fmt: skip
        return " ".join(map(review_mark, wrong))

    # Assessment --------------------------------------------------------------------------------------------

    def summary(self) -> list[str]:
        """Return how many indicators of the form rose, fell and stood still."""
        told = narrative.movements(self.form.table, self.of_form(), self.report.period)
        return [" ".join(told)] if told else []

    def fallen(self) -> list[str]:
        """Return the indicators that got worse on the same period or the end of last year.

        That there are more people is nobody's failing: of what is counted by people, the rest of the rate tells.
        """
        found = []
        for entry in self.of_form().values():
            value, by_people = self.value(entry), entry.formula.startswith(f"{PEOPLE} / ")
            if not known(value) or not fits(value, entry) or entry.direction == "none" or by_people:
                continue
            _, before = narrative.base_of(self.form.table.loc[entry.indicator], entry, self.report.period)
            worse = "rose" if entry.direction == "lower" else "fell"
            if known(before) and narrative.direction(value, before, entry) == worse:
                found.append(self.say("office.fallen", name=self.names[entry.indicator], told=self._against(entry)))
        return found

    # The plan held against the result ----------------------------------------------------------------------

    def fulfilled(self, sectors: Iterable[str]) -> list[str]:
        """Return what came of each target of these sectors, the missed first; what people must ask for where none."""
        rows = self.report.fulfilment.sort_values("shortfall", ascending=False, kind="stable")
        told = [
            narrative.fulfilment_line(row, self.report, self.names[slug])
            for slug, row in rows.iterrows() if self.report.indicators[slug].sector in sectors
        ]  # fmt: skip
        return told or [self.say("office.ask.fulfilment", year=self.report.closed_year)]

    # The outlook -------------------------------------------------------------------------------------------

    def outlook_summary(self) -> list[str]:
        """Return whose figures these are, and how many rise, fall and stand still on last year."""
        entries, first = self.of_form().values(), self.form.notes[0].text
        if not any(known(self.value(e, "estimate")) for e in entries):
            return []
        moves = [move for e in entries if (move := self._move(e, "last_year", "estimate"))]
        if not moves:
            return [first]
        counts = {"up": moves.count("rose"), "down": moves.count("fell"), "still": moves.count("unchanged")}
        return [f"{first} {self.say('office.outlook.summary', count=len(moves), **counts, **self.now)}"]

    def _move(self, entry: Indicator, base: str, column: str) -> str:
        """Return what a figure does from another, as `narrative.direction`; "" where they cannot be compared."""
        value, before = self.value(entry, column), self.value(entry, base)
        both = all(known(each) and fits(each, entry) for each in (value, before))
        return narrative.direction(value, before, entry) if both else ""

    def _change(self, entry: Indicator, base: str, column: str, base_name: str) -> str:
        """Return how a figure moves on another, as the end of a clause; "" where they cannot be compared."""
        if not self._move(entry, base, column):
            return ""
        told = narrative.change(self.value(entry, column), self.value(entry, base), entry)
        return ", " + self.say("narrative.compared_with", change=told, base=base_name)

    def _still(self, entries: Sequence[Indicator], column: str) -> str:
        """Return the figures of what does not move, in one list."""
        return "; ".join(f"{in_sentence(self.names[e.indicator])} {amount(self.value(e, column), e)}" for e in entries)

    def outlook(self, sectors: Iterable[str]) -> list[str]:
        """Return where the year will end, the indicators that move first, the others in one sentence."""
        told = [e for e in self.of_form(sectors).values() if known(self.value(e, "estimate"))]
        told = [e for e in told if fits(self.value(e, "estimate"), e)]
        still = [e for e in told if self._move(e, "last_year", "estimate") == "unchanged"]
        found = [self._outlook(e) for e in told if e not in still]
        if still:
            found.append(self.say("office.outlook.still", parts=self._still(still, "estimate"), **self.now))
        return found or [self.say("office.ask.estimate", **self.now)]

    def _outlook(self, entry: Indicator) -> str:
        value, half, plan = (self.value(entry, column) for column in ("estimate", "half", "plan"))
        base = narrative.base_name(str(self.form.year - 1), entry)
        tail = self._change(entry, "last_year", "estimate", base)
        if entry.kind == "flow" and known(half) and value > 0:
            tail += self.say("office.outlook.half", part=percent(100 * half / value), **self.now)
        if known(plan) and plan > 0:
            part = percent(100 * value / plan)
            tail += self.say("office.outlook.plan", part=part, plan=amount(plan, entry), **self.now)
        forecast = self.form.choice == "forecast"
        tail += self._interval(entry) if forecast else ""
        name, told = self.names[entry.indicator], amount(value, entry)
        said = self.say("office.outlook.line", name=name, amount=told, tail=tail, **self.now)
        return f"{said} {'' if forecast else self._review(entry, 'estimate')}".strip()

    def _interval(self, entry: Indicator) -> str:
        row = self.form.forecasts.loc[entry.indicator]
        low, high = (format_number(row[c], entry.decimals) for c in ("lower_80", "upper_80"))
        official = self.form.official.get(entry.indicator, math.nan)
        theirs = self.say("office.outlook.official", amount=amount(official, entry)) if known(official) else ""
        return self.say("office.outlook.interval", span=span(low, high), official=theirs)

    # Part Two: targets -------------------------------------------------------------------------------------

    def targets(self, sectors: Iterable[str]) -> list[str]:
        """Return next year's targets: those that ask for growth, those that hold, those that are missing."""
        entries = list(self.of_form(sectors).values())
        told = [e for e in entries if known(self.value(e, "target"))]
        still = [e for e in told if self._move(e, "estimate", "target") == "unchanged"]
        missing = [e for e in entries if e not in told and not self._is_heading(e)]
        found = [self._target(e) for e in told if e not in still]
        if still:
            found.append(self.say("office.target.still", parts=self._still(still, "target")))
        if missing:
            found.append(self.say("office.ask.target", names=self._listed(missing), **self.now))
        return found

    def _target(self, entry: Indicator) -> str:
        value, name = self.value(entry, "target"), self.names[entry.indicator]
        if not fits(value, entry):
            return self._misfit(entry, value)
        tail = self._change(entry, "estimate", "target", self.say("office.target.base", **self.now))
        said = self.say("narrative.sentence.reached", name=name, amount=amount(value, entry), tail=tail)
        return f"{said} {self._review(entry, 'target')}".strip()


def _share_of(entry: Indicator) -> str:
    """Return the indicator a share counts: `communes_with_radio / communes * 100` → communes_with_radio."""
    if entry.kind != "share" or not entry.indicator.endswith("_share"):
        return ""
    kind, terms = catalog.formula_terms(entry.formula) if entry.formula else ("", ("",))
    return terms[0] if kind == "quotient" else entry.indicator.removesuffix("_share")


def _names(entries: dict[str, Indicator]) -> dict[str, str]:
    """Return every indicator's official name without its explanation, whole where it leans on what stands above it.

    `Cấp huyện` is a row of row 31; two rows are called `Thời lượng …`, one of radio, one of television.
    """
    official = {slug: e.short_vi if any(words in fold(e.name_vi) for words in OF_THE_FORM)
                else re.sub(r"\s*\([^()]{13,}\)$", "", e.name_vi) for slug, e in entries.items()}  # fmt: skip
    by_number = {e.form_number: slug for slug, e in entries.items() if e.form_number}
    names = list(official.values())
    found = {}
    for slug, entry in entries.items():
        topic, told, _ = entry.short_vi.partition(": ")
        above = by_number.get(entry.form_number.rpartition(".")[0])
        if above and told:
            found[slug] = f"{official[above]}, {in_sentence(official[slug])}"
        elif names.count(official[slug]) > 1:
            found[slug] = f"{official[slug]} ({in_sentence(topic)})" if told else entry.short_vi
        else:
            found[slug] = official[slug]
    return found


def _no_brackets(said: str) -> str:
    return clean(said).replace("[", "(").replace("]", ")")
