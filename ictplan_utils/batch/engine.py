"""Keep the workers busy until every report of the plan is made, and write down the moment each one is."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, Protocol

from ictplan_utils.batch import manifest as records
from ictplan_utils.batch.plan import Plan, Report, list_notebooks
from ictplan_utils.batch.worker import Job, Result, serve
from ictplan_utils.errors import IctplanError
from ictplan_utils.files import write_atomically
from ictplan_utils.kernels.template import WARM, Template

PATIENCE_S = 60
"""Seconds past its time limit after which a worker is ended that should have ended its kernel itself."""

REPORTS_FOR_ONE_WORKER = 200
"""A worker makes way for a fresh one after so many reports: whatever leaks, leaks boundedly."""

SAVE_EVERY_S = 10


class Progress(Protocol):
    """Whoever tells the user how it goes; see progress.py."""

    def begin(self, total: int, unchanged: int) -> None: ...
    def done(self, result: Result) -> None: ...
    def end(self) -> None: ...


class Pool(Protocol):
    """Whoever makes reports: processes here, or workers of a cluster. A result comes for every job, in any order."""

    def results(self, jobs: Sequence[Job]) -> Iterator[Result]: ...


@dataclass(frozen=True)
class Outcome:
    """How a run went; lists hold reports' keys, `failed` maps them to what went wrong."""

    index: Path
    made: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


def run(plan: Plan, pool: Pool, progress: Progress, *, timeout: float = 600, force: bool = False) -> Outcome:
    """Make every report of `plan` that is not up to date. Raises IctplanError where nothing can be made at all."""
    folder = plan.folder
    with records.locked(folder):
        manifest = records.Manifest(folder, plan.period)
        hashes = records.Hashes(folder / ".hashes.json")
        environment = records.environment(hashes)
        files = records.data_files(plan.data)
        titles = {notebook.name: notebook.title(plan.lang) for notebook in list_notebooks(plan.notebooks)}
        titles |= {report.notebook.name: report.notebook.title(plan.lang) for report in plan.reports}

        outcome = Outcome(folder / "index.html")
        jobs, entries = [], {}
        shown = _shown(plan, manifest)
        for report in plan.reports:
            paths = records.inputs_of(report, files)
            job = _job(report, plan, titles, shown, timeout, paths)
            inputs = {name: hashes.of(path) for name, path in paths.items()}
            print_ = records.fingerprint(inputs, job.parameters, job.navigation, environment, plan.lang)
            known = manifest.reports.get(report.key, {})
            if (
                not force and known.get("status") == "ready" and known.get("fingerprint") == print_
                and all(records.intact(folder / name, seal) for name, seal in known["outputs"].items())
            ):  # fmt: skip
                outcome.unchanged.append(report.key)
                continue
            jobs.append(job)
            entries[report.key] = {
                "area": report.area, "notebook": report.notebook.name, "title": titles[report.notebook.name],
                "parameters": dict(report.parameters), "fingerprint": print_, "inputs": inputs,
            }  # fmt: skip
        hashes.save()
        try:
            progress.begin(len(plan.reports), len(outcome.unchanged))
            if jobs:
                _sweep(folder)
            saved = time.monotonic()
            with contextlib.closing(pool.results(jobs)) as results:
                for result in results:
                    if result.fatal:
                        raise IctplanError(f"{result.fatal}; mend that and run the same command again")
                    _record(manifest, entries[result.key], environment, result)
                    if result.error:
                        outcome.failed[result.key] = result.error
                    else:
                        outcome.made.append(result.key)
                    progress.done(result)
                    if time.monotonic() - saved > SAVE_EVERY_S:
                        manifest.save()
                        saved = time.monotonic()
        finally:
            with _uninterrupted():
                progress.end()
                manifest.save()
        _write_index(plan, manifest, titles)
        return outcome


class Workers:
    """A pool of processes on this machine, forked from one template."""

    def __init__(self, count: int | None = None, template: Template | None = None) -> None:
        self._count = count or os.cpu_count() or 1
        self._template = template

    def results(self, jobs: Sequence[Job]) -> Iterator[Result]:
        """Make the jobs; a kernel or worker that died, or took too long, gets a second chance at the end."""
        if not jobs:
            return
        todo = deque(jobs)
        tried: set[str] = set()
        busy: dict[Connection, tuple[Job, float, int]] = {}  # connection → job, when it is overdue, reports made
        idle: list[tuple[Connection, int]] = []
        with contextlib.ExitStack() as stack:
            template = self._template or stack.enter_context(Template())
            stack.callback(lambda: [connection.close() for connection in (*busy, *(c for c, _ in idle))])
            while todo or busy:
                while todo and len(busy) < self._count:
                    connection, made = idle.pop() if idle else (_start(template), 0)
                    job = todo.popleft()
                    with contextlib.suppress(OSError):  # a worker that died idle is noticed below
                        connection.send(job)
                    busy[connection] = (job, time.monotonic() + job.timeout + PATIENCE_S, made)
                for connection, result in _news(busy):
                    job, _, made = busy.pop(connection)
                    if result is None:
                        connection.close()
                        result = Result(
                            job.key, f"{job.key}: its worker died {template.last_words()}".rstrip(), retry=True
                        )
                    elif made + 1 >= REPORTS_FOR_ONE_WORKER:
                        connection.close()
                    else:
                        idle.append((connection, made + 1))
                    if result.retry and job.key not in tried:
                        tried.add(job.key)
                        todo.append(job)
                    else:
                        yield result


def _start(template: Template) -> Connection:
    return template.spawn(serve, template.address if WARM else None)[0]


def _news(busy: dict[Connection, tuple[Job, float, int]]) -> Iterator[tuple[Connection, Result | None]]:
    """Wait for workers that have a result, or None: died, or so late that they count as dead."""
    now = time.monotonic()
    first_overdue = min(overdue for _, overdue, _ in busy.values())
    for connection in wait(list(busy), max(first_overdue - now, 0)):
        try:
            yield connection, connection.recv()
        except (EOFError, OSError):
            yield connection, None
    for connection, (_, overdue, _) in list(busy.items()):
        if overdue < time.monotonic():
            yield connection, None


def _shown(plan: Plan, manifest: records.Manifest) -> set[str]:
    """The reports that pages may link to: those of this plan, and those that earlier runs made."""
    ready = {key for key, entry in manifest.reports.items() if entry.get("status") == "ready"}
    return ready | {report.key for report in plan.reports}


def _job(
    report: Report, plan: Plan, titles: dict[str, str], shown: set[str], timeout: float, inputs: Mapping[str, Path]
) -> Job:
    """The job that makes a report, with links to the other reports of its area."""
    siblings = [name for name in titles if report.area and f"{report.area}/{name}" in shown]
    links = [(titles[name], f"{name}.html", name == report.notebook.name) for name in siblings]
    index = {"vi": "Tất cả báo cáo", "en": "All reports"}[plan.lang]
    return Job(
        key=report.key,
        notebook=str(report.notebook.path),
        parameters=dict(report.parameters),
        area=report.area,
        period=report.period,
        lang=plan.lang,
        navigation=((index, "../index.html" if report.area else "index.html", False), *links),
        folder=str(plan.folder),
        data=str(plan.data),
        cwd=str(plan.notebooks.parent),
        timeout=timeout,
        figures=report.notebook.figures,
        inputs={name: str(path) for name, path in inputs.items()},
    )


def _record(manifest: records.Manifest, entry: dict[str, Any], environment: dict[str, str], result: Result) -> None:
    """Write down what became of a report."""
    outcome = {"status": "failed", "error": result.error} if result.error else {"status": "ready"}
    made = {"seconds": round(result.seconds, 3), "outputs": dict(result.outputs), "facts": dict(result.facts)}
    manifest.record(result.key, entry | outcome | made, environment)


def _write_index(plan: Plan, manifest: records.Manifest, titles: dict[str, str]) -> None:
    """Write outputs/PERIOD/index.html: every report there is, and those that should be. Unchanged, it is left alone."""
    order = {name: place for place, name in enumerate(titles)}
    places = {report.area: place for place, report in enumerate(plan.reports)}
    planned = {report.key: (report.area, report.notebook.name) for report in plan.reports}
    known = {key: (entry["area"], entry["notebook"]) for key, entry in manifest.reports.items()}
    rows = []
    for key, (area, name) in (known | planned).items():
        entry = manifest.reports.get(key, {"status": "missing"})
        title = titles.get(name) or entry.get("title", name)
        errors = entry.get("facts", {}).get("errors")
        rows.append((area, name, title, entry["status"], f"{key}.html", entry.get("error", ""), errors))
    rows.sort(key=lambda row: (places.get(row[0], len(places)), row[0], order.get(row[1], len(order)), row[1]))
    mark = plan.folder / ".index"
    # What the index shows of the figures changes with them, as the reports do.
    made_from = {key: entry.get("fingerprint") for key, entry in manifest.reports.items()}
    print_ = records.fingerprint(rows, plan.lang, sorted(manifest.environments.items()), made_from)
    with contextlib.suppress(OSError):
        if mark.read_text() == print_ and (plan.folder / "index.html").is_file():
            return
    from ictplan_utils import html

    statuses = [html.ReportStatus(*row) for row in rows]
    for name, text in html.index_pages(plan.period, statuses, lang=plan.lang, data_dir=str(plan.data)).items():
        path = plan.folder / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            write_atomically(path, text)
    write_atomically(mark, print_)


def _sweep(folder: Path) -> None:
    """Remove half-written files that a killed run left behind; the lock says that no one is writing now."""
    for path in folder.rglob(".*.part"):
        path.unlink(missing_ok=True)


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let a second Ctrl-C wait for the moment it takes to write down what was done."""
    try:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    except ValueError:  # not the main thread, which is the only one that Ctrl-C reaches
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def count(keys: Iterable[str], noun: str = "report") -> str:
    """Return "1 report", "2 reports"."""
    number = len(list(keys))
    return f"{number} {noun}{'s' * (number != 1)}"
