"""Documents → `data/`: compare what was read with what is stored, and write the pair of tables whole or not at all."""

from __future__ import annotations

import contextlib
import csv
import io
import math
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from ictplan_utils import catalog
from ictplan_utils.documents.contents import NO_VALUE
from ictplan_utils.documents.plan import check_period, read_plan
from ictplan_utils.documents.reading import Reading, Unmatched, comparison_frame, observation_frame
from ictplan_utils.errors import IctplanError
from ictplan_utils.files import write_atomically
from ictplan_utils.observations import (
    COMPARISON_COLUMNS,
    DERIVED,
    FIGURE,
    KEY,
    OBSERVATION_COLUMNS,
    PENDING,
    check,
    csv_text,
    read_comparisons,
    read_observations,
)

COMPARISON_KEY = [*KEY, "base_period", "base_status", "measure"]
TABLES = ("observations", "comparisons")
LOCK_SECONDS = 60


@dataclass(frozen=True)
class Difference:
    """A figure that the document states otherwise than `data/` holds it."""

    place: str
    what: str
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.place} {self.what}: {self.old} → {self.new}"


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
            return f"{self.path}: NOT READ: {self.error.removeprefix(f'{self.path}: ')}"
        kept = self.figures + self.comparisons - self.new - self.replaced
        parts = [f"{self.new} new", f"{kept} as stored"]
        if self.replaced:
            parts.insert(1, f"{self.replaced} replaced")
        elif self.differences:
            parts = [f"NOT WRITTEN: {len(self.differences)} differ from what is stored; give --replace to take them"]
        elif self.preview:
            parts.append("nothing written (--dry-run)")
        asides = [f"{len(self.unmatched)} rows not recognised"] if self.unmatched else []
        asides += [f"{len(self.warnings)} warnings"] if self.warnings else []
        return (
            f"{self.path} → {self.area} {self.report}: {self.figures} figures, {self.comparisons} comparisons: "
            + ", ".join(parts) + (f"; {', '.join(asides)}" if asides else "")
        )  # fmt: skip


@dataclass
class _Merged:
    """Stored rows and read rows brought together, before anything is written."""

    frames: dict[str, pd.DataFrame] = field(default_factory=dict)
    added: dict[str, pd.DataFrame] = field(default_factory=dict)
    new: int = 0
    replaced: int = 0
    differences: list[Difference] = field(default_factory=list)


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
    """Read one document and write its observations and comparisons into `data_dir`; return what became of it.

    What is stored already stays as it is, notes included. A figure that differs is written only with `replace`.
    A document that cannot be read, or holds no figure, is an Outcome with `error`; nothing is written then.
    """
    path = Path(path)
    folder = catalog.data_path(data_dir)
    try:
        reading = read_plan(path, area, report, folder, maps=maps)
        reason = _unfit(reading)
        if reason:
            return Outcome(path, reading.area, reading.report, unmatched=reading.unmatched,
                           warnings=reading.warnings, error=reason)  # fmt: skip
        if dry_run:
            return _outcome(reading, _merge(reading, folder, replace), False, _preview(reading, folder, replace))
        with _alone(folder):
            finish_pending(folder)
            merged = _merge(reading, folder, replace)
            write = bool(merged.new or merged.replaced) and not (merged.differences and not replace)
            if write:
                _write_pair(merged.frames, reading.area, reading.report, folder)
    except IctplanError as error:
        return Outcome(path, error=str(error))
    return _outcome(reading, merged, write, "")


def _unfit(reading: Reading) -> str:
    if reading.unstored_formulas:
        return f"a figure in it is {NO_VALUE}; nothing was written"
    if stated(reading).empty:
        return "no figure of an indicator was found in it; nothing was written"
    if not reading.report:
        return "the document does not say which period it reports on; name it with --period"
    if not reading.area:
        why = next((w for w in reading.warnings if "--area" in w), "the document does not say whose it is")
        return f"{why.split(';')[0]}; name it with --area"
    return ""


def stated(reading: Reading) -> pd.DataFrame:
    """Return the observations that the document itself states, without the computed ones."""
    return reading.observations[~reading.observations["note"].str.startswith(DERIVED)].reset_index(drop=True)


def _outcome(reading: Reading, merged: _Merged, written: bool, preview: str) -> Outcome:
    return Outcome(
        reading.path, reading.area, reading.report, len(stated(reading)), len(reading.comparisons), merged.new,
        merged.replaced, written, tuple(merged.differences), reading.unmatched, reading.warnings, preview=preview,
    )  # fmt: skip


def _paths(area: str, report: str, folder: Path) -> dict[str, Path]:
    return {table: folder / table / area / f"{report}.csv" for table in TABLES}


def _merge(reading: Reading, folder: Path, replace: bool) -> _Merged:
    """Bring what was read and what is stored together."""
    merged = _Merged()
    paths = _paths(reading.area, reading.report, folder)
    read = {"observations": stated(reading), "comparisons": reading.comparisons}
    keys = {"observations": KEY, "comparisons": COMPARISON_KEY}
    empty = {"observations": observation_frame([]), "comparisons": comparison_frame([])}
    readers = {"observations": read_observations, "comparisons": read_comparisons}
    for table in TABLES:
        path, key = paths[table], keys[table]
        stored = readers[table](path, folder) if path.is_file() else empty[table]
        rows = read[table].to_dict("records")
        known = {_key(row, key): row for row in stored.to_dict("records")}
        stated_by: dict[tuple, list[tuple]] = {}
        for place in known:
            stated_by.setdefault(place[: len(FIGURE)], []).append(place)
        # Figures of which this document's own place is stored already are compared there only.
        own = {_key(row, FIGURE) for row in rows if _key(row, key) in known}
        added, dropped = [], set()
        for row in rows:
            place, figure = _key(row, key), _key(row, FIGURE)
            if place in known:
                if not _same(known[place]["value"], row["value"]):
                    merged.differences.append(_difference(known[place], row))
                    dropped.add(place)
                    added.append(row)
                continue
            others = stated_by.get(figure, []) if table == "observations" and figure not in own else []
            if others and not any(_same(known[other]["value"], row["value"]) for other in others):
                merged.differences.append(_difference(known[others[0]], row))
                dropped |= set(others)
            else:
                merged.new += 1
            added.append(row)
        merged.replaced += len(dropped) if replace else 0
        columns = OBSERVATION_COLUMNS if table == "observations" else COMPARISON_COLUMNS
        fresh = pd.DataFrame(added, columns=list(columns)) if added else empty[table]
        merged.added[table] = fresh
        merged.frames[table] = _placed(stored, fresh, key, dropped)
    return merged


def _key(row: Mapping, columns: Sequence[str]) -> tuple:
    return tuple(row[column] for column in columns)


def _placed(stored: pd.DataFrame, fresh: pd.DataFrame, key: list[str], dropped: set[tuple]) -> pd.DataFrame:
    """Return the stored rows with the fresh ones: a replaced row in its old place, a new one at the end."""
    if fresh.empty:
        return stored
    by_key = {_key(row, key): row for row in fresh.to_dict("records")}
    rows = []
    for row in stored.to_dict("records"):
        place = _key(row, key)
        if place not in dropped:
            rows.append(row)
        elif place in by_key:
            rows.append(by_key.pop(place))
    frame = pd.DataFrame([*rows, *by_key.values()], columns=list(fresh.columns)).reset_index(drop=True)
    return frame.astype({column: "str" for column in frame.columns if column != "value"}).astype({"value": float})


def _same(old: float, new: float) -> bool:
    if pd.isna(old) or pd.isna(new):
        return bool(pd.isna(old) and pd.isna(new))
    return math.isclose(old, new, rel_tol=1e-12, abs_tol=1e-12)


def _difference(old: Mapping, new: Mapping) -> Difference:
    what = f"{new['indicator']} {new['period']} ({new['status']})"
    if "measure" in new:
        what = f"{what} against {new['base_period']} ({new['measure']})"
    place = new["source"] if new["source"] == old["source"] else f"{old['source']} / {new['source']}"
    return Difference(place, what, _shown(old), _shown(new))


def _shown(row: Mapping) -> str:
    if pd.isna(row["value"]):
        return "blank"
    plain = f"{row['value']:.15g}"
    return plain if row["printed"] in ("", plain) else f"{row['printed']} ({plain})"


def _preview(reading: Reading, folder: Path, replace: bool) -> str:
    """Return the rows that would be written, as their files would hold them."""
    merged = _merge(reading, folder, replace)
    pieces = []
    for table, path in _paths(reading.area, reading.report, folder).items():
        if merged.added[table].empty:
            pieces.append(f"# {path}: nothing to write")
        else:
            pieces.append(f"# {path}: {len(merged.added[table])} rows\n{csv_text(merged.added[table])}".rstrip())
    return "\n".join(pieces)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep a second ingest into the same folder waiting until this one has written."""
    handle = None
    try:
        handle = os.open(folder, os.O_RDONLY)
        _lock(handle, folder)
        yield
    except OSError as error:
        raise IctplanError(
            f"{error.filename or folder}: cannot be written ({error.strerror}); nothing was changed"
        ) from None
    finally:
        if handle is not None:
            os.close(handle)


def _lock(handle: int, folder: Path) -> None:
    """Lock the data folder itself, which leaves no file behind; where a system cannot, go on without."""
    try:
        import fcntl
    except ImportError:
        return
    end = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > end:
                raise IctplanError(f"{folder}: another ingest is writing here; try again when it is done") from None
            time.sleep(0.05)
        except OSError:
            return  # network folders without locks: the writes are whole all the same


def _write_pair(frames: dict[str, pd.DataFrame], area: str, report: str, folder: Path) -> None:
    """Write both tables of a report so that no crash leaves one of the new with one of the old.

    Both lie complete in `.pending/AREA@REPORT` first; one rename of that folder is the moment they are written.
    From then on whoever comes next moves them to their places.
    """
    # A document may compare nothing; a table without rows needs no file.
    held = {table: frame for table, frame in frames.items() if not frame.empty}
    for table, frame in held.items():
        check(frame, table, str(_paths(area, report, folder)[table]), folder)
    waiting = folder / PENDING
    waiting.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".part-", dir=waiting))
    try:
        for table, frame in held.items():
            write_atomically(aside / f"{table}.csv", csv_text(frame))
        ready = waiting / f"{area}@{report}"
        aside.rename(ready)
        _sync(waiting)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        with contextlib.suppress(OSError):
            waiting.rmdir()
        raise
    finish_pending(folder)


def finish_pending(folder: Path) -> None:
    """Move what an interrupted ingest had written completely to its places; drop what it had not."""
    waiting = folder / PENDING
    if not waiting.is_dir():
        return
    for ready in sorted(waiting.iterdir()):
        if ready.name.startswith(".part-"):
            shutil.rmtree(ready, ignore_errors=True)
            continue
        area, _, report = ready.name.partition("@")
        for table, path in _paths(area, report, folder).items():
            source = ready / f"{table}.csv"
            if source.is_file():
                path.parent.mkdir(parents=True, exist_ok=True)
                source.replace(path)
                _sync(path.parent)
        shutil.rmtree(ready, ignore_errors=True)
    with contextlib.suppress(OSError):
        waiting.rmdir()


def _sync(folder: Path) -> None:
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def parse_maps(pairs: Sequence[str], data_dir: str | Path = "data") -> dict[str, str]:
    """Return name → indicator of `name=slug` pairs. Raises IctplanError for a pair that is none or a strange slug."""
    found = {}
    for pair in pairs:
        name, mark, slug = pair.rpartition("=")
        name, slug = " ".join(name.split()), slug.strip()
        if not mark or not name or not slug:
            raise IctplanError(f"--map '{pair}' is not NAME=INDICATOR; write --map \"Số trạm 4G=bts_stations\"")
        if ";" in name or any(ord(letter) < 32 for letter in name):
            raise IctplanError(f"--map '{pair}': a name holds no semicolon and no control letters")
        catalog.indicator(slug, data_dir)
        found[name] = slug
    return found


def remember(maps: Mapping[str, str], data_dir: str | Path = "data") -> int:
    """Add names to their indicators' variants in indicators.csv; return how many were new."""
    path = catalog.data_path(data_dir) / "indicators.csv"
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
    for mark, items in (
        ("differs", outcome.differences), ("not recognised", outcome.unmatched), ("warning", outcome.warnings)
    ):  # fmt: skip
        shown = items if limit is None else items[:limit]
        lines += [f"{mark}: {item}" for item in shown]
        if len(items) > len(shown):
            lines.append(f"{mark}: … and {len(items) - len(shown)} more; list them with --all-details")
    return lines
