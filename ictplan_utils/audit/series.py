"""A document against others: earlier reports, the area's history, the areas inside it; corrections that expire."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from ictplan_utils import rollup
from ictplan_utils.audit.cells import Cell, Document, Key, worked
from ictplan_utils.audit.findings import SEVERITIES, Finding
from ictplan_utils.audit.names import Names
from ictplan_utils.audit.reporting import arithmetic
from ictplan_utils.audit.sentences import Both, figure, inside, number, place, say, when
from ictplan_utils.catalog.areas import read as read_areas
from ictplan_utils.observations import KEY, OBSERVATION_COLUMNS, corrections
from ictplan_utils.periods import is_half

MANY = 3
"""So many figures or changes that earlier reports give otherwise may have one cause, where most of them are."""
OUTLIER = 3.5
"""Modified z-score beyond which a growth is out of line (Iglewicz & Hoaglin 1993, How to Detect Outliers, p. 11)."""
LEAST_SPREAD = 0.10
"""Median absolute deviation of yearly log growth is taken as at least this, lest a calm series cry at a ripple."""
YEARS_FOR_HISTORY = 5
"""Four growths are the fewest of which a median and a spread mean anything."""
SLIP = 0.15
"""Within 15 % of ten, a hundred or a thousand times its neighbours, a figure has probably lost its decimal mark."""
AREA_SLACK = 0.001
"""Amounts of many areas, each rounded, may exceed the rounded whole by as much."""
APART, POINTS_APART = 0.02, 1.0
"""An area's own count and its parts' differ by up to 2 % for good reasons: another day, its own offices; a share and
the weighted mean of its parts by a point: each part is rounded, weights are near ones."""


def against_others(documents: list[Document], names: Names, data_dir: str | Path) -> list[Finding]:
    """Return what documents say otherwise than earlier ones, than their own history, than the areas inside them."""
    room = _Room(documents, names, data_dir)
    return [*room.told(), *room.revised(), *room.history(), *room.parts(), *room.expired()]


class _Room:
    def __init__(self, documents: list[Document], names: Names, data_dir: str | Path) -> None:
        self.documents, self.names, self.data_dir = documents, names, data_dir
        self.by_area: dict[str, list[Document]] = defaultdict(list)
        for doc in documents:
            self.by_area[doc.area].append(doc)

    def found(
        self, rule: str, severity: str, doc: Document, cell: Cell, what: Both, expected: str = "", slip: str = ""
    ) -> Finding:
        return doc.about(rule, severity, cell, what, expected=expected, slip=slip)

    def told(self) -> Iterator[Finding]:
        """Yield what another area's paper, the province's, says otherwise than the area itself."""
        for doc in self.documents:
            for cell in doc.told:
                own = doc.figures[cell.key][0]
                if abs(cell.value - own.value) > max(cell.unit, own.unit) / 2 + 1e-9:
                    what = say("say.told_otherwise", p=own.text, other=cell.text, where=inside(place(cell.source)))
                    yield self.found("told_otherwise", "warning", doc, own, what, cell.text)

    def earlier(self) -> Iterator[Finding]:
        """Yield figures that an earlier report gives otherwise, and changes since it that its figures do not give."""
        for area in self.by_area.values():
            known: dict[Key, tuple[Document, Cell]] = {}
            for doc in area:
                for key, (cell, *_) in doc.figures.items():
                    was = known.get(key)
                    if was is not None and abs(cell.value - was[1].value) > (
                        1e-9 if cell.exact else max(cell.unit, was[1].unit) - 1e-9
                    ):
                        closed = key[2] == "actual"
                        what = say(
                            "say.said_before" if closed else "say.foretold", p=cell.text, report=was[0].report,
                            old=was[1].text, when=when(cell.period, cell.status),
                        )  # fmt: skip
                        yield self.found(
                            "earlier_report", "warning" if closed else "info", doc, cell, what, was[1].text
                        )
                for cell in doc.comparisons:
                    now, was = doc.figures.get(cell.key), known.get(cell.base)  # type: ignore[arg-type]
                    if not now or was is None or cell.base in doc.figures or cell.value != cell.value:
                        continue
                    got = worked(cell.measure, now[0].value, was[1].value)
                    if got is None or abs(got - cell.value) <= cell.unit:
                        continue
                    what = say(
                        "say.change_since", p=cell.text, report=was[0].report, old=was[1].text,
                        sum=arithmetic(cell.measure, now[0].value, was[1].value),
                    )  # fmt: skip
                    yield self.found("change_since_report", "warning", doc, cell, what, number(got, cell.decimals))
                known |= {key: (doc, group[0]) for key, group in doc.figures.items()}

    def revised(self) -> Iterator[Finding]:
        """Yield what earlier reports give otherwise, as one question where that is most of what they give as well."""
        said: dict[tuple[str, str], list[Finding]] = defaultdict(list)
        for each in self.earlier():
            said[each.area, each.report].append(each)
        for (area, period), found in said.items():
            n = next(n for n, doc in enumerate(self.by_area[area]) if doc.report == period)
            doc, before = self.by_area[area][n], self.by_area[area][:n]
            known = set().union(*(each.figures.keys() for each in before))
            shared = [key for key in doc.figures if key in known]
            shared += [cell.base for cell in doc.comparisons if cell.base in known and cell.base not in doc.figures]
            if len(found) < MANY or 2 * len(found) < len(shared):
                yield from found
                continue
            found.sort(key=lambda each: SEVERITIES.index(each.severity))
            also = tuple(each.source for each in found[1:])
            what = say("say.revised", n=float(len(found)), m=float(len(shared)), first=found[0].what)
            yield doc.finding("earlier_report", found[0].severity, found[0].source, what, also=also)

    def history(self) -> Iterator[Finding]:
        """Yield years whose growth is out of line with the series' own: modified z-score on log growth."""
        for area in self.by_area.values():
            series: dict[str, dict[int, tuple[Document, Cell]]] = defaultdict(dict)
            for doc in area:
                for (slug, period, status), (cell, *_) in doc.figures.items():
                    if status == "actual" and period and not is_half(period) and cell.value > 0:
                        series[slug][int(period)] = (doc, cell)
            for slug, years in series.items():
                if len(years) >= YEARS_FOR_HISTORY and self.names.kind[slug] != "share":
                    yield from self.outliers(dict(sorted(years.items())))

    def outliers(self, series: dict[int, tuple[Document, Cell]]) -> Iterator[Finding]:
        value = np.array([cell.value for _, cell in series.values()])
        growth = np.diff(np.log(value)) / np.diff(list(series))
        middle = float(np.median(growth))
        spread = max(float(np.median(np.abs(growth - middle))) / 0.6745, LEAST_SPREAD)
        bad = set(np.flatnonzero(np.abs(growth - middle) / spread > OUTLIER))
        for k in sorted(bad):
            if k - 1 in bad and (growth[k] - middle) * (growth[k - 1] - middle) < 0:
                continue  # the way back from the year already named
            doc, cell = list(series.values())[k + 1]
            before, now = float(value[k]), float(value[k + 1])
            like = before * float(np.exp(middle))
            what = say(
                "say.out_of_line", v=now, when=when(cell.period), r=now / before, b=before, n=float(len(value)),
                m=float(np.exp(middle)),
            )  # fmt: skip
            moved = next((now / 10.0**p for p in (-3, -2, -1, 1, 2, 3) if abs(now / 10.0**p / like - 1) <= SLIP), None)
            if moved is not None:
                what = what + say("slip.slipped_decimal", v=figure(moved))
            yield self.found(
                "out_of_line", "warning", doc, cell, what, slip="slipped_decimal" if moved is not None else ""
            )

    def parts(self) -> Iterator[Finding]:
        """Yield what an area states that the areas inside it exceed, or, all of them reporting, do not make."""
        known = read_areas(self.data_dir).by_slug
        reporting = {(doc.area, doc.report): doc for doc in self.documents}
        inside: dict[tuple[str, str], list[Document]] = defaultdict(list)
        for doc in (each for each in self.documents if each.area in known):
            if (known[doc.area].parent, doc.report) in reporting:
                inside[known[doc.area].parent, doc.report].append(doc)
        for at, below in inside.items():
            doc, told = reporting[at], set()
            for key, (cell, *_) in doc.figures.items():
                if not self.names.summed[key[0]]:
                    continue
                by_level: dict[str, list[float]] = defaultdict(list)
                for part in below:
                    if key in part.figures:
                        by_level[known[part.area].level].append(part.figures[key][0].value)
                total = max(by_level.values(), key=sum, default=[])
                if sum(total) > cell.value * (1 + AREA_SLACK):
                    told.add(key)
                    what = say("say.areas_exceed", v=cell.value, n=float(len(total)), t=sum(total))
                    yield self.found("areas_within_area", "error", doc, cell, what, f"≥ {number(sum(total))}")
            yield from self.rolled_up(doc, below, told)

    def rolled_up(self, doc: Document, below: list[Document], told: set[Key]) -> Iterator[Finding]:
        rows = [
            (each.area, cell.indicator, *key[1:], cell.value, cell.printed, cell.source, "", each.report)
            for each in [doc, *below]
            for key, group in each.figures.items()
            for cell in group
            if key[1]
        ]
        frame = pd.DataFrame(rows, columns=[*OBSERVATION_COLUMNS, "report"])
        totals = rollup.roll_up(frame, doc.report, [doc.area], data_dir=self.data_dir)
        full = totals[(totals["covered"] == totals["units"]) & totals["value"].notna() & (totals["units"] > 1)]
        slots = {"last_year": "last", "same_half": "last_half", "half": "half", "estimate": "year", "target": "target"}
        for part in full.itertuples():
            key = (part.indicator, *doc.slots[slots.get(part.slot, part.slot)])
            if key not in doc.figures or key in told:
                continue
            cell = doc.figures[key][0]
            slack = POINTS_APART if self.names.kind[part.indicator] == "share" else APART * abs(part.value)
            if abs(cell.value - part.value) > slack + cell.unit / 2:
                value = round(part.value, max(cell.decimals, 0 if part.method == "sum" else 1))
                what = say(
                    f"say.parts_{'sum' if part.method == 'sum' else 'mean'}", v=cell.value, n=float(part.units), t=value
                )
                yield self.found("differs_from_rollup", "warning", doc, cell, what, number(float(value)))

    def expired(self) -> Iterator[Finding]:
        """Yield agreed corrections whose figure is no longer printed as they expect: they are not applied."""
        for row in corrections(self.data_dir).to_dict("records"):
            docs = self.by_area.get(row["area"])
            if not docs:
                continue
            same = [
                (doc, cell)
                for doc in docs
                for cell in doc.cells()
                if not cell.measure
                and (cell.indicator, cell.period, cell.status, cell.source) == tuple(row[name] for name in KEY[1:])
            ]
            if any(cell.printed == row["expect"] or not cell.printed for _, cell in same):
                continue
            doc, now = (same[0][0], same[0][1].printed) if same else (docs[-1], "")
            what = say("say.expired" if now else "say.expired_gone", e=row["expect"], n=now)
            yield doc.finding(
                "expired_correction", "warning", row["source"], what, printed=now, expected=row["expect"],
                name=self.names[row["indicator"]], **{name: row[name] for name in ("indicator", "period", "status")},
            )  # fmt: skip
