"""Documents → `data/`: read, compare with what is stored, write each report whole or not at all, say what became.

What a document states of other areas (a province's table of communes) becomes theirs, marked as told by it.
"""

from __future__ import annotations

import contextlib
import csv
import dataclasses
import io
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from ictplan_utils import catalog, schema
from ictplan_utils.documents import guards
from ictplan_utils.documents.formats import is_ignorable
from ictplan_utils.documents.merging import Difference, merge, stated
from ictplan_utils.documents.plan import check_period, read_plan
from ictplan_utils.documents.reading import Reading, Remark, Unmatched
from ictplan_utils.documents.store import alone, finish_pending, lay_ready
from ictplan_utils.errors import IctplanError, one_line
from ictplan_utils.files import write_atomically
from ictplan_utils.messages import error, language, text
from ictplan_utils.observations import TOLD, with_derived
from ictplan_utils.periods import period_name


@dataclass(frozen=True)
class Outcome:
    """What became of one document: how much was new, what differs, what was not read, what went wrong.

    `others`: the same of each other area that it states figures of.
    """

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
    others: tuple[Outcome, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether the document needs somebody: it could not be read, held nothing, or differs from what is stored."""
        waits = bool(self.differences) and not self.written and not self.preview
        return bool(self.error) or waits or any(other.failed for other in self.others)

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
        if self.others:
            sums = {name: sum(getattr(other, name) for other in self.others) for name in ("figures", "new")}
            differ = sum(len(other.differences) for other in self.others)
            parts.append(text("reading.part.others", count=len(self.others), differ=differ, **sums))
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
    under: str = "",
) -> Outcome:
    """Read one document (see `read_plan`) and write its figures, comparisons and facts; return what became of it.

    What is stored already stays as it is, notes included. What differs is written only with `replace`.
    A document that cannot be read, or holds no figure, is an Outcome with `error`; nothing is written then.
    """
    try:
        reading = read_plan(path, area, report, data_dir, maps=maps, under=under)
        return store(reading, data_dir, replace=replace, dry_run=dry_run)
    except Exception as problem:  # a slip of ours in one document must not stop 129 others
        return Outcome(Path(path), error=what_went_wrong(problem))


def what_went_wrong(problem: Exception) -> str:
    """Return why a document was not taken: the reason as it was raised, or that the program itself slipped."""
    if isinstance(problem, IctplanError):
        return str(problem)
    return text("reading.unforeseen", what=f"{type(problem).__name__}: {one_line(str(problem))}")


def store(
    reading: Reading, data_dir: str | Path = "data", *, replace: bool = False, dry_run: bool = False
) -> Outcome:  # fmt: skip
    """Write what was read of one document into `data_dir`, as `ingest` does.

    Raises IctplanError where the folder cannot be used, or holds what cannot be read.
    """
    folder = catalog.data_path(data_dir)
    reason = _unfit(reading)
    if reason:
        return _outcome(reading, error=reason)
    others = [_store(each, folder, replace, dry_run) for each in _told_of_others(reading, folder)]
    inside = {row for other in others for row in other.unmatched}
    reading = dataclasses.replace(reading, unmatched=tuple(row for row in reading.unmatched if row not in inside))
    own = _outcome(reading) if stated(reading).empty else _store(reading, folder, replace, dry_run)
    return dataclasses.replace(own, others=tuple(others))


def _told_of_others(reading: Reading, folder: Path) -> Iterator[Reading]:
    """Yield what a document states of each other area, as a reading of that area's, with the rows of its own tables."""
    tables = reading.others.assign(table=reading.others["source"].str.split(":").str[0]).groupby("table")["area"]
    alone_in = tables.first()[tables.nunique() == 1]
    note = text("reading.told_by", "vi", area=catalog.area(reading.area, folder).title("vi"))

    def told(frame, slug):
        rows = frame[frame["area"] == slug]
        notes = (rows["note"] + "; ").where(rows["note"] != "", "") + note
        return rows.assign(source=f"{TOLD}{reading.area}:" + rows["source"], note=notes).reset_index(drop=True)

    for slug in reading.others["area"].unique():
        observations, comparisons = told(reading.others, slug), told(reading.others_comparisons, slug)
        unmatched = tuple(row for row in reading.unmatched if alone_in.get(row.where.partition(":")[0]) == slug)
        observations = with_derived(observations, comparisons, folder)
        yield Reading(reading.path, slug, reading.report, observations, comparisons, unmatched)


def _store(reading: Reading, folder: Path, replace: bool, dry_run: bool) -> Outcome:
    """Write what is stated of one area."""
    exists, ended = catalog.valid_at(reading.area, reading.report, folder)
    if not exists:
        reading = dataclasses.replace(reading, warnings=(*reading.warnings, ended))
    place = reading.area, reading.report, folder
    if dry_run:
        merged, write = merge(reading, folder, replace), False
    else:
        with alone(folder):
            finish_pending(folder)
            merged = merge(reading, folder, replace)
            write = merged.changes and not (merged.differences and not replace)
            if write:
                lay_ready(merged.texts(*place), *place)
                finish_pending(folder)
    return _outcome(
        reading, figures=len(stated(reading)), comparisons=len(reading.comparisons), written=write,
        new=merged.new, replaced=merged.replaced, new_facts=merged.new_facts, replaced_facts=merged.replaced_facts,
        differences=tuple(merged.differences), preview=merged.preview(*place) if dry_run else "",
    )  # fmt: skip


def _unfit(reading: Reading) -> str:
    if reading.unstored_formulas:
        return text("reading.unfit.formula", problem=text("formats.cell_no_result"))
    if stated(reading).empty and reading.others.empty:
        return text("reading.unfit.empty")
    if not reading.report:
        return text("reading.name_period", why=text("reading.period.none"))
    if not reading.area:
        # The document's own doubt says why, where there is one.
        return next(
            (w for w in reading.warnings if "--area" in w), text("reading.name_area", why=text("reading.area.none"))
        )
    return ""


def _outcome(reading: Reading, **became: Any) -> Outcome:
    about = {name: getattr(reading, name) for name in ("path", "area", "report", "unmatched", "warnings")}
    return Outcome(**about, **became)


def parse_maps(pairs: Sequence[str], data_dir: str | Path = "data") -> dict[str, str]:
    """Return name → indicator of `name=slug` pairs. Raises IctplanError for a pair that is none or a strange slug."""
    found = {}
    for pair in pairs:
        name, mark, slug = pair.rpartition("=")
        name, slug = " ".join(name.split()), slug.strip()
        if not mark or not name or not slug:
            raise error("reading.map.form", pair=one_line(pair))
        if ";" in name or not schema.is_name(name) or not schema.PLAIN.passes(name):
            raise error("reading.map.letters", pair=one_line(pair))
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
    under: str = "",
) -> list[Outcome]:
    """Ingest many documents (see `documents_in`), one line each as they are done, and say at the end what came by area.

    A bad one does not stop the rest; what an earlier call stored stays as it is. Raises IctplanError where the request
    itself is wrong: no such file or area, a period that is none, a bad map.
    """
    from tqdm import tqdm

    if area is not None:
        catalog.area(area, data_dir)
    check_period(report)
    named = parse_maps(maps, data_dir)
    outcomes = []
    with documents_in(paths) as (found, _):
        bar = tqdm(found.items(), unit="file", disable=None if len(found) > 1 else True, leave=False)
        for path, called in bar:
            bar.set_postfix_str(path.name, refresh=True)
            outcome = ingest(path, area, report, data_dir, replace=replace, dry_run=dry_run, maps=named, under=under)
            outcome = dataclasses.replace(outcome, path=called, error=outcome.error.replace(str(path), str(called)))
            outcomes.append(outcome)
            with tqdm.external_write_mode():
                show(outcome.summary())
                for line in details(outcome, limit):
                    show(f"    {line}")
                for each in (outcome, *outcome.others):
                    if each.preview:
                        show(each.preview)
    for line in by_area(outcomes, data_dir):
        show(line)
    if named and not dry_run and any(not outcome.error for outcome in outcomes):
        remember(named, data_dir)
    return outcomes


@contextlib.contextmanager
def documents_in(paths: Iterable[Path]) -> Iterator[tuple[dict[Path, Path], list[Path]]]:
    """Give the documents among files, folders and .zip archives (where each lies → what it is called), and strangers.

    What an archive holds lies unpacked only while the context lasts. Raises IctplanError for what is not there, a
    folder or archive without a document, and an archive that is unsafe.
    """
    found: dict[Path, Path] = {}
    strangers: list[Path] = []
    with contextlib.ExitStack() as stack:
        for path in paths:
            if not path.exists():
                raise error("prepare.not_there", path=path)
            inside, root = [path], path
            if path.is_file() and path.suffix.lower() == ".zip":
                root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ictplan-")))
                _unpack(path, root)
            if root.is_dir():
                inside = sorted(each for each in root.rglob("*") if each.is_file())
            called = {each: path / each.relative_to(root) for each in inside}
            wanted = [each for each in inside if not is_ignorable(each) and not each.name.startswith(".")]
            if not wanted:
                raise error("prepare.nothing_in", path=path)
            found |= {each: called[each] for each in wanted}
            strangers += [called[each] for each in inside if each not in wanted]
        yield found, strangers


def _unpack(archive: Path, folder: Path) -> None:
    guards.check_package(archive)
    with zipfile.ZipFile(archive) as package:
        for part in package.infolist():
            name = part.filename
            if not part.flag_bits & 0x800:  # no mark of UTF-8: many write it all the same
                with contextlib.suppress(UnicodeError):
                    name = name.encode("cp437").decode("utf-8")
            pieces = [piece for piece in PurePosixPath(name.replace("\\", "/")).parts if piece not in ("/", "..")]
            if pieces and not part.is_dir():
                target = folder.joinpath(*pieces)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(package.read(part))


def by_area(outcomes: Sequence[Outcome], data_dir: str | Path = "data") -> list[str]:
    """Return what came of each area, a line each under a line of all; nothing where only one is spoken of."""
    parts = [each for outcome in outcomes for each in (outcome, *outcome.others) if each.area]
    known: dict[tuple[str, str], list[Outcome]] = {}
    for each in parts:
        if each.figures or each.error:
            known.setdefault((each.area, each.report), []).append(each)
    if len(known) < 2:
        return []
    counts = [(sum(each.figures for each in some), sum(len(each.unmatched) for each in some),
               sum(len(each.differences) for each in some)) for some in known.values()]  # fmt: skip
    unread = sum(bool(outcome.error) for outcome in outcomes)
    lines = [text("reading.by_area", count=len({area for area, _ in known}), figures=sum(c[0] for c in counts),
                  unread=unread)]  # fmt: skip
    for (area, report), (figures, unmatched, differ) in zip(known, counts, strict=True):
        line = text("reading.of_area", area=catalog.area(area, data_dir).title(language()),
                    when=period_name(report, language()), figures=figures)  # fmt: skip
        rest = [text(f"reading.part.{name}", count=count)
                for name, count in (("unmatched", unmatched), ("differing", differ)) if count]  # fmt: skip
        lines.append("  " + ", ".join([line, *rest]))
    return lines


def details(outcome: Outcome, limit: int | None = 20) -> list[str]:
    """Return what a person should look at: differences, unrecognised rows, warnings; `limit` lines of each."""
    lines = [f"{other.area}: {line}" for other in outcome.others for line in details(other, limit)]
    for kind, items in (
        ("differs", outcome.differences), ("unmatched", outcome.unmatched), ("warning", _together(outcome.warnings))
    ):  # fmt: skip
        shown = items if limit is None else items[:limit]
        lines += [text(f"reading.detail.{kind}", item=said(item)) for item in shown]
        if len(items) > len(shown):
            lines.append(text(f"reading.detail.{kind}", item=text("reading.more", count=len(items) - len(shown))))
    return lines


def _together(warnings: Iterable[Remark | str]) -> list[str]:
    """Return warnings, what is said of many places alike as one, in the order in which it is first said.

    >>> _together([Remark("no unit", "B1:1"), Remark("adds up to 9", "B1:2:4"), *[Remark("no unit", "B1:3")] * 2])
    ['Table 1, row 1 … Table 1, row 3 (3): no unit', 'Table 1, row 2, column 4: adds up to 9']
    """
    places: dict[str, list[str]] = {}
    for warning in warnings:
        of_a_place = re.fullmatch(r"[ABN]\d*:\S+", getattr(warning, "where", ""))
        places.setdefault(warning.what if of_a_place else said(warning), []).append(
            in_words(warning.where) if of_a_place else ""
        )
    return [
        told if not at[0] else f"{at[0]} … {at[-1]} ({len(at)}): {told}" if len(at) > 2 else f"{', '.join(at)}: {told}"
        for told, at in places.items()
    ]


def said(remark: Remark | Unmatched | Difference | str) -> str:
    """Return what is said of a place in the document, in the current language, the place as a clerk looks for it."""
    where = getattr(remark, "where", "")
    return f"{in_words(where)}: {remark.what}" if where else str(remark)


def in_words(where: str) -> str:
    """Return the sources of a remark as a clerk looks for them: `Phụ lục 1, dòng 10`."""
    from ictplan_utils.audit.sentences import place  # which reads documents, too

    return " / ".join(getattr(place(one), language()) for one in where.split(" / "))
