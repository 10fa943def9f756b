"""Documents → `data/`: read, compare with what is stored, write the report whole or not at all, and say what became."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ictplan_utils import catalog
from ictplan_utils.documents.merging import Difference, Merged, merge, stated
from ictplan_utils.documents.plan import check_period, read_plan
from ictplan_utils.documents.reading import Reading, Unmatched
from ictplan_utils.documents.store import alone, finish_pending, lay_ready
from ictplan_utils.errors import IctplanError
from ictplan_utils.files import write_atomically
from ictplan_utils.messages import error, text


@dataclass(frozen=True)
class Outcome:
    """What became of one document: how much was new, what differs, what was not read, what went wrong."""

    path: Path
    area: str = ""
    report: str = ""
    figures: int = 0
    comparisons: int = 0
    new: int = 0
    replaced: int = 0
    new_facts: int = 0
    replaced_facts: int = 0
    written: bool = False
    differences: tuple[Difference, ...] = ()
    unmatched: tuple[Unmatched, ...] = ()
    warnings: tuple[str, ...] = ()
    error: str = ""
    preview: str = ""

    @property
    def failed(self) -> bool:
        """Whether the document needs somebody: it could not be read, held nothing, or differs from what is stored."""
        return bool(self.error) or (bool(self.differences) and not self.written and not self.preview)

    def summary(self) -> str:
        """Return the one line that says what became of the document."""
        if self.error:
            return text("reading.not_read", path=self.path, reason=self.error.removeprefix(f"{self.path}: "))
        kept = self.figures + self.comparisons - self.new - self.replaced
        if self.differences and not (self.replaced or self.replaced_facts):
            counts = {"differ": len(self.differences)}
        else:
            counts = {"new": self.new, "replaced": self.replaced, "kept": kept, "dry": int(bool(self.preview))}
        counts |= {"new_facts": self.new_facts, "replaced_facts": self.replaced_facts,
                   "unmatched": len(self.unmatched), "warnings": len(self.warnings)}  # fmt: skip
        parts = [text(f"reading.part.{part}", count=count) for part, count in counts.items()
                 if count or part in ("new", "kept")]  # fmt: skip
        return text("reading.summary", path=self.path, area=self.area, report=self.report, figures=self.figures,
                    comparisons=self.comparisons, parts=", ".join(parts))  # fmt: skip


def ingest(
    path: str | Path,
    area: str | None = None,
    report: str | None = None,
    data_dir: str | Path = "data",
    *,
    replace: bool = False,
    dry_run: bool = False,
    maps: Mapping[str, str] | None = None,
) -> Outcome:
    """Read one document and write its figures, comparisons and facts into `data_dir`; return what became of it.

    What is stored already stays as it is, notes included. What differs is written only with `replace`.
    A document that cannot be read, or holds no figure, is an Outcome with `error`; nothing is written then.
    """
    try:
        return store(read_plan(path, area, report, data_dir, maps=maps), data_dir, replace=replace, dry_run=dry_run)
    except IctplanError as problem:
        return Outcome(Path(path), error=str(problem))


def store(
    reading: Reading, data_dir: str | Path = "data", *, replace: bool = False, dry_run: bool = False
) -> Outcome:  # fmt: skip
    """Write what was read of one document into `data_dir`, as `ingest` does.

    Raises IctplanError where the folder cannot be used, or holds what cannot be read.
    """
    folder = catalog.data_path(data_dir)
    reason = _unfit(reading)
    if reason:
        return Outcome(reading.path, reading.area, reading.report, unmatched=reading.unmatched,
                       warnings=reading.warnings, error=reason)  # fmt: skip
    exists, ended = catalog.valid_at(reading.area, reading.report, folder)
    if not exists:
        reading = dataclasses.replace(reading, warnings=(*reading.warnings, ended))
    place = reading.area, reading.report, folder
    if dry_run:
        merged = merge(reading, folder, replace)
        return _outcome(reading, merged, False, merged.preview(*place))
    with alone(folder):
        finish_pending(folder)
        merged = merge(reading, folder, replace)
        write = merged.changes and not (merged.differences and not replace)
        if write:
            lay_ready(merged.texts(*place), *place)
            finish_pending(folder)
    return _outcome(reading, merged, write, "")


def _unfit(reading: Reading) -> str:
    if reading.unstored_formulas:
        return text("reading.unfit.formula", problem=text("formats.cell_no_result"))
    if stated(reading).empty:
        return text("reading.unfit.empty")
    if not reading.report:
        return text("reading.name_period", why=text("reading.period.none"))
    if not reading.area:
        # The document's own doubt says why, where there is one.
        return next(
            (w for w in reading.warnings if "--area" in w), text("reading.name_area", why=text("reading.area.none"))
        )
    return ""


def _outcome(reading: Reading, merged: Merged, written: bool, preview: str) -> Outcome:
    return Outcome(
        reading.path, reading.area, reading.report, len(stated(reading)), len(reading.comparisons), merged.new,
        merged.replaced, merged.new_facts, merged.replaced_facts, written, tuple(merged.differences),
        reading.unmatched, reading.warnings, preview=preview,
    )  # fmt: skip


def parse_maps(pairs: Sequence[str], data_dir: str | Path = "data") -> dict[str, str]:
    """Return name → indicator of `name=slug` pairs. Raises IctplanError for a pair that is none or a strange slug."""
    found = {}
    for pair in pairs:
        name, mark, slug = pair.rpartition("=")
        name, slug = " ".join(name.split()), slug.strip()
        if not mark or not name or not slug:
            raise error("reading.map.form", pair=pair)
        if ";" in name or any(ord(letter) < 32 for letter in name):
            raise error("reading.map.letters", pair=pair)
        catalog.indicator(slug, data_dir)
        found[name] = slug
    return found


def remember(maps: Mapping[str, str], data_dir: str | Path = "data") -> int:
    """Add names to their indicators' variants in indicators.csv; return how many were new."""
    folder = catalog.data_path(data_dir)
    with alone(folder):
        return _remember(maps, folder / "indicators.csv")


def _remember(maps: Mapping[str, str], path: Path) -> int:
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    at, slugs = rows[0].index("variants"), rows[0].index("indicator")
    added = 0
    for row in rows[1:]:
        for name, slug in maps.items():
            known = [variant for variant in row[at].split(";") if variant]
            if row[slugs] == slug and name not in known:
                row[at] = ";".join([*known, name])
                added += 1
    if added:
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(rows)
        write_atomically(path, out.getvalue())
    return added


def ingest_all(
    paths: Sequence[Path],
    area: str | None = None,
    report: str | None = None,
    data_dir: str | Path = "data",
    *,
    replace: bool = False,
    dry_run: bool = False,
    maps: Sequence[str] = (),
    show=print,
    limit: int | None = 20,
) -> list[Outcome]:
    """Ingest many documents, one line each as they are done; a bad one does not stop the rest.

    Raises IctplanError where the request itself is wrong: an unknown area, a period that is none, a bad map.
    """
    from tqdm import tqdm

    if area is not None:
        catalog.area(area, data_dir)
    check_period(report)
    named = parse_maps(maps, data_dir)
    outcomes = []
    with tqdm(total=len(paths), unit="file", disable=None if len(paths) > 1 else True, leave=False) as bar:
        for path in paths:
            bar.set_postfix_str(path.name, refresh=True)
            outcome = ingest(path, area, report, data_dir, replace=replace, dry_run=dry_run, maps=named)
            outcomes.append(outcome)
            with tqdm.external_write_mode():
                show(outcome.summary())
                for line in details(outcome, limit):
                    show(f"    {line}")
                if outcome.preview:
                    show(outcome.preview)
            bar.update()
    if named and not dry_run and any(not outcome.error for outcome in outcomes):
        remember(named, data_dir)
    return outcomes


def details(outcome: Outcome, limit: int | None = 20) -> list[str]:
    """Return what a person should look at: differences, unrecognised rows, warnings; `limit` lines of each."""
    lines = []
    for kind, items in (
        ("differs", outcome.differences), ("unmatched", outcome.unmatched), ("warning", outcome.warnings)
    ):  # fmt: skip
        shown = items if limit is None else items[:limit]
        lines += [text(f"reading.detail.{kind}", item=item) for item in shown]
        if len(items) > len(shown):
            lines.append(text(f"reading.detail.{kind}", item=text("reading.more", count=len(items) - len(shown))))
    return lines
