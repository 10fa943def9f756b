"""The form → the sentences of the plan, in administrative Vietnamese; what only people can say stands in brackets."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from ictplan_utils import catalog, narrative
from ictplan_utils.catalog import Indicator
from ictplan_utils.narrative import amount, change, fits, known, percent
from ictplan_utils.observations import CORRECTED, as_of, preferred
from ictplan_utils.office.form import Form, clean
from ictplan_utils.vietnamese import format_number

CHAPTERS = {
    "buu_chinh": ("post",),
    "vien_thong_internet": ("telecom", "internet"),
    "cong_nghe_thong_tin": ("it",),
    "bao_chi_phat_thanh_truyen_hinh": ("press", "broadcasting"),
}
"""Placeholder → the sectors whose results it tells."""


def blocks(form: Form) -> dict[str, list[str]]:
    """Return every block of sentences a template may ask for, by its placeholder's name."""
    say = _Teller(form)
    found = {f"ket_qua_{name}": say.results(sectors) for name, sectors in CHAPTERS.items()}
    found |= {f"du_bao_{name}": say.outlook(sectors) for name, sectors in CHAPTERS.items()}
    found |= {f"chi_tieu_{name}": say.targets(sectors) for name, sectors in CHAPTERS.items()}
    found |= {f"hoan_thanh_{name}": say.fulfilled(sectors) for name, sectors in CHAPTERS.items()}
    found["tong_hop_hoan_thanh"] = say.fulfilment_summary()
    found["danh_gia_chung"] = say.summary()
    found["chi_tieu_giam"] = say.fallen()
    found["tong_hop_du_bao"] = say.outlook_summary()
    for number, table in enumerate(form.tables, start=1):
        found[f"ghi_chu_phu_luc_{number}"] = form.notes_on(*(column.role for column in table.columns if column.period))
    found["can_ra_soat"] = [f"[{number}. {text}]" for number, text in errors(form).items()]
    return found


def errors(form: Form) -> dict[int, str]:
    """Return the audit's errors by their number in the workbook's sheet."""
    found = enumerate(zip(form.findings["severity"], form.findings["message_vi"], strict=True), start=1)
    return {number: _no_brackets(text) for number, (severity, text) in found if severity == "error"}


def review_mark(number: int) -> str:
    """Return the mark behind a sentence whose figure the audit says cannot be true."""
    return f"[Rà soát: phiếu kiểm tra số {number}]"


class _Teller:
    """Tells one form; remembers which findings of the audit a sentence has pointed at."""

    def __init__(self, form: Form) -> None:
        self.form, self.area = form, form.area
        self.this = form.year
        said = form.observations[form.observations["report"] == form.report]
        # A finding about a printed ratio is none about the figures: here the ratios are computed anew.
        self.stated = set(said["source"])
        self.places = said.groupby(["indicator", "period", "status"])["source"].agg(list).to_dict()
        self.shown = preferred(as_of(form.observations, form.report)).set_index(["indicator", "period", "status"])
        self.names = _names(form.entries)
        this_year = self.shown.reset_index()
        this_year = this_year[(this_year["period"] == str(self.this)) & (this_year["status"] == "target")]
        self.plan_this_year = dict(zip(this_year["indicator"], this_year["value"], strict=True))

    # Part One: results -------------------------------------------------------------------------------------

    def results(self, sectors: Iterable[str]) -> list[str]:
        """Return a paragraph a topic: a total with its parts, then the shares that are made of it."""
        entries = [e for e in self.form.entries.values() if e.sector in sectors]
        stated = [e for e in entries if known(self._half(e))]
        told = {part.indicator for entry in stated for part in self._parts(entry)}
        found = []
        for entry in stated:
            if entry.indicator in told:
                continue
            shares = [e for e in stated if e.indicator not in told and _share_of(e) == entry.indicator]
            told |= {entry.indicator, *(e.indicator for e in shares)}
            plain = [e for e in shares if not e.form_number and not self._against(e) and not self._review(e, "half")]
            ending = "".join(f" (đạt tỷ lệ {amount(self._half(e), e)})" for e in plain)
            told_shares = [self._result(e) for e in shares if e not in plain]
            found.append(" ".join([self._total(entry, ending), *told_shares]))
        missing = [e for e in entries if e.form_number and not known(self._half(e)) and not self._is_heading(e)]
        if missing:
            names = "; ".join(self.names[e.indicator] for e in missing)
            found.append(f"[Chưa có số liệu {self._half_words()}: {names}: đơn vị bổ sung]")
        return found

    def _half(self, entry: Indicator) -> float:
        table = self.form.table
        return float(table.at[entry.indicator, "half"]) if entry.indicator in table.index else math.nan

    def _parts(self, entry: Indicator) -> list[Indicator]:
        """Return the parts of a total, where all are known and make it up; else none may be called its parts."""
        kind, terms = catalog.formula_terms(entry.formula) if entry.formula else ("", ())
        if kind != "sum":
            return []
        parts = [self.form.entries[slug] for slug in terms]
        values = [self._half(part) for part in parts]
        return parts if abs(sum(values) - self._half(entry)) < 1e-9 else []

    def _total(self, entry: Indicator, share: str) -> str:
        parts = self._parts(entry)
        if not parts:
            return self._result(entry, share)
        told = f". Trong đó: {self._listed(parts)}."
        for part in parts:
            if smaller := self._parts(part):
                told += f" Trong {self._counted(part)} có {self._listed(smaller)}."
                parts = [*parts, *smaller]
        marks = " ".join(filter(None, (self._review(part, "half") for part in parts)))
        return f"{self._result(entry, share, told)} {marks}".strip()

    def _listed(self, parts: list[Indicator]) -> str:
        return "; ".join(f"{self._counted(part)}{self._compared(part)}" for part in parts)

    def _counted(self, entry: Indicator) -> str:
        value = self._half(entry)
        if entry.counted_vi:
            return f"{format_number(value, 0)} {entry.counted_vi}"
        return f"{_lower(self.names[entry.indicator])} là {amount(value, entry)}"

    def _compared(self, entry: Indicator) -> str:
        """Return what a figure is held against, as plans write it: ` (tăng 1 vị trí trạm, 1,1% so với …)`."""
        compared = self._against(entry)
        return f" ({compared.replace(' (', ', ').replace(')', '')})" if compared else ""

    def _result(self, entry: Indicator, share: str = "", ending: str = ".") -> str:
        """Return the sentence of one figure; one that is no share of anything is left for people to mend."""
        value, name = self._half(entry), self.names[entry.indicator]
        if not fits(value, entry):
            return f"[{name}: {narrative.misfit(value, entry)}: đơn vị rà soát, bổ sung]"
        compared = self._compared(entry)
        if entry.counted_vi:
            said = f"Toàn {self.area.unit_vi} có {format_number(value, 0)} {entry.counted_vi}"
        elif entry.kind == "stock":
            said = f"{name} là {amount(value, entry)}"
        elif entry.kind == "flow":
            said = f"{_upper(self._half_words())}, {_lower(name)} đạt {amount(value, entry)}"
        else:
            said = f"{name} đạt {amount(value, entry)}"
        return f"{said}{share}{compared}{ending} {self._review(entry, 'half')}".strip()

    def _against(self, entry: Indicator) -> str:
        figures = self.form.table.loc[entry.indicator]
        told = narrative.against(figures, entry, self.form.period)
        if self.form.choice == "forecast":
            told = told.replace("ước thực hiện cả năm", "dự báo thực hiện cả năm")
        return told

    def _half_words(self) -> str:
        return narrative.period_name(self.form.period)

    def _is_heading(self, entry: Indicator) -> bool:
        """Tell whether a row of the form only names its parts, as 31 does 31.1, 31.2 and 31.3."""
        parts = [e for e in self.form.entries.values() if e.form_number.startswith(f"{entry.form_number}.")]
        return any(known(self._half(part)) for part in parts) and not entry.formula

    # What people must look at ------------------------------------------------------------------------------

    def _review(self, entry: Indicator, column: str) -> str:
        """Return the mark behind a figure that was corrected, or that the audit says cannot be true."""
        period, status = {
            "half": (self.form.period, "actual"), "estimate": (str(self.this), "estimate"),
            "target": (str(self.this + 1), "target"),
        }[column]  # fmt: skip
        key = (entry.indicator, period, status)
        row = self.shown.loc[key] if key in self.shown.index else None
        if row is not None and str(row["note"]).startswith(CORRECTED):
            return f"[Số {_no_brackets(row['note'])}]"
        found = self.form.findings
        places = set(self.places.get(key, ()))
        wrong = [
            number for number, row in enumerate(found.itertuples(), start=1)
            if row.severity == "error" and row.indicator == entry.indicator
            and row.source in self.stated and places & {row.source, *row.also.split()}
        ]  # fmt: skip
        return " ".join(map(review_mark, wrong))

    # Assessment --------------------------------------------------------------------------------------------

    def summary(self) -> list[str]:
        """Return how many indicators of the form rose, fell and stood still."""
        told = narrative.movements(self.form.table, self._of_form(), self.form.period)
        return [" ".join(told)] if told else []

    def fallen(self) -> list[str]:
        """Return the indicators that got worse on the same period or the end of last year."""
        found = []
        for entry in self._of_form().values():
            value = self._half(entry)
            if not known(value) or not fits(value, entry):
                continue
            compared = self._against(entry)
            worse = "tăng" if entry.direction == "lower" else "giảm"
            if compared.startswith(worse) and entry.direction != "none":
                found.append(f"{self.names[entry.indicator]} {compared}.")
        return found

    def _of_form(self) -> dict[str, Indicator]:
        return {slug: e for slug, e in self.form.entries.items() if e.form_number}

    # The plan held against the result ----------------------------------------------------------------------

    def fulfilment_summary(self) -> list[str]:
        """Return how many targets of the latest year that is over were met, and which fell furthest short."""
        return list(narrative.fulfilment_summary(self.form.told).sentences)

    def fulfilled(self, sectors: Iterable[str]) -> list[str]:
        """Return what came of each target of these sectors, the missed first; what people must ask for where none."""
        report, names = self.form.told, self.names
        rows = report.fulfilment.sort_values("shortfall", ascending=False, kind="stable")
        told = [
            narrative.fulfilment_line(row, report, names[slug])
            for slug, row in rows.iterrows() if report.indicators[slug].sector in sectors
        ]  # fmt: skip
        return told or [f"[Chưa có chỉ tiêu kế hoạch năm {report.closed_year} để đối chiếu: đơn vị bổ sung]"]

    # The outlook -------------------------------------------------------------------------------------------

    def outlook_summary(self) -> list[str]:
        """Return whose figures these are, and how many rise, fall and stand still on last year."""
        last, word = self.this - 1, self.form.estimate_words.lower()
        moves = [m for e in self._of_form().values() if (m := self._move(e, "last_year", "estimate"))]
        up, down = moves.count("tăng"), moves.count("giảm")
        first = self.form.notes[0].text
        if not any(known(self._value(e, "estimate")) for e in self._of_form().values()):
            return []
        if not moves:
            return [first]
        return [
            f"{first} Trong {len(moves)} chỉ tiêu có số {word} năm {self.this} và số thực hiện năm {last}, có {up} chỉ "
            f"tiêu tăng, {down} chỉ tiêu giảm, {len(moves) - up - down} chỉ tiêu giữ nguyên so với năm {last}."
        ]

    def _move(self, entry: Indicator, base: str, column: str) -> str:
        """Return whether a figure rises on another: `tăng`, `giảm`, `không đổi`; "" where they cannot be compared."""
        value, before = self._value(entry, column), self._value(entry, base)
        if not known(value) or not known(before) or not fits(value, entry) or not fits(before, entry):
            return ""
        return re.match("tăng|giảm|không đổi", change(value, before, entry))[0]

    def outlook(self, sectors: Iterable[str]) -> list[str]:
        """Return where the year will end, the indicators that move first, the others in one sentence."""
        word = self.form.estimate_words.lower()
        moving, still = [], []
        for entry in (e for e in self._of_form().values() if e.sector in sectors):
            value = self._value(entry, "estimate")
            if not known(value) or not fits(value, entry):
                continue
            if self._move(entry, "last_year", "estimate") == "không đổi":
                still.append(f"{_lower(self.names[entry.indicator])} {amount(value, entry)}")
                continue
            moving.append(self._outlook(entry, value, word))
        found = moving
        if still:
            found.append(f"Các chỉ tiêu {word} giữ nguyên so với năm {self.this - 1}: {'; '.join(still)}.")
        return found or [f"[Chưa có số {word} năm {self.this}: đơn vị bổ sung]"]

    def _outlook(self, entry: Indicator, value: float, word: str) -> str:
        said = f"{self.names[entry.indicator]} {word} cả năm {self.this} đạt {amount(value, entry)}"
        last = self._value(entry, "last_year")
        if known(last) and fits(last, entry):
            said += f", {change(value, last, entry)} so với {narrative.base_name(str(self.this - 1), entry)}"
        half = self._half(entry)
        if entry.kind == "flow" and known(half) and value > 0:
            said += f"; 6 tháng đầu năm đạt {percent(100 * half / value)} {word} cả năm"
        plan = self.plan_this_year.get(entry.indicator, math.nan)
        if known(plan) and plan > 0:
            said += f"; bằng {percent(100 * value / plan)} kế hoạch năm {self.this} ({amount(plan, entry)})"
        if self.form.choice == "forecast":
            said += self._interval(entry)
        return f"{said}. {self._review(entry, 'estimate') if self.form.choice == 'official' else ''}".strip()

    def _interval(self, entry: Indicator) -> str:
        row = self.form.forecasts.loc[entry.indicator]
        low, high = (format_number(row[c], entry.decimals) for c in ("lower_80", "upper_80"))
        official = self.form.official.get(entry.indicator, math.nan)
        theirs = f"; đơn vị ước {amount(official, entry)}" if known(official) else ""
        return f" (khoảng tin cậy 80%: {low}–{high}{theirs})"

    def _value(self, entry: Indicator, column: str) -> float:
        table = self.form.table
        return float(table.at[entry.indicator, column]) if entry.indicator in table.index else math.nan

    # Part Two: targets -------------------------------------------------------------------------------------

    def targets(self, sectors: Iterable[str]) -> list[str]:
        """Return next year's targets: those that ask for growth, those that hold, those that are missing."""
        base = f"{self.form.estimate_words.lower()} năm {self.this}"
        moving, still, missing = [], [], []
        for entry in (e for e in self._of_form().values() if e.sector in sectors):
            value, before = self._value(entry, "target"), self._value(entry, "estimate")
            name = self.names[entry.indicator]
            if not known(value):
                if not self._is_heading(entry):
                    missing.append(name)
                continue
            if not fits(value, entry):
                moving.append(
                    f"[{self.names[entry.indicator]}: {narrative.misfit(value, entry)}: đơn vị rà soát, bổ sung]"
                )
                continue
            if self._move(entry, "estimate", "target") == "không đổi":
                still.append(f"{_lower(name)} {amount(value, entry)}")
                continue
            comparable = known(before) and fits(before, entry)
            compared = f", {change(value, before, entry)} so với {base}" if comparable else ""
            said = f"{name} đạt {amount(value, entry)}{compared}."
            moving.append(f"{said} {self._review(entry, 'target')}".strip())
        found = moving
        if still:
            found.append(f"Giữ vững các chỉ tiêu: {'; '.join(still)}.")
        if missing:
            found.append(f"[Chưa có kế hoạch năm {self.this + 1}: {'; '.join(missing)}: đơn vị bổ sung]")
        return found


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
    official = {slug: re.sub(r"\s*\([^()]{13,}\)$", "", e.name_vi) for slug, e in entries.items()}
    by_number = {e.form_number: slug for slug, e in entries.items() if e.form_number}
    names = list(official.values())
    found = {}
    for slug, entry in entries.items():
        topic, told, _ = entry.short_vi.partition(": ")
        above = by_number.get(entry.form_number.rpartition(".")[0])
        if above and told:
            found[slug] = f"{official[above]}, {_lower(official[slug])}"
        elif names.count(official[slug]) > 1:
            found[slug] = f"{official[slug]} ({_lower(topic)})" if told else entry.short_vi
        else:
            found[slug] = official[slug]
    return found


def _lower(text: str) -> str:
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _no_brackets(text: str) -> str:
    return clean(text).replace("[", "(").replace("]", ")")
