"""Keep the workers busy until every report of the schedule is made, and write down the moment each one is."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import os
import signal
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, Protocol

from ictplan_utils import messages
from ictplan_utils.batch import index
from ictplan_utils.batch import manifest as records
from ictplan_utils.batch.inputs import States
from ictplan_utils.batch.progress import Quiet
from ictplan_utils.batch.schedule import Notebook, Report, Schedule
from ictplan_utils.batch.template import FORKS, Template
from ictplan_utils.batch.worker import Job, Result, serve
from ictplan_utils.errors import IctplanError
from ictplan_utils.html.links import Link, twins

PATIENCE_S = 60
"""Seconds past its time limit after which a worker is ended that should have ended its notebook itself."""

REPORTS_FOR_ONE_WORKER = 200
"""A worker makes way for a fresh one after so many reports: whatever leaks, leaks boundedly."""

REHEARSE_FROM = 20
"""Reports for which it pays that the template shows one to itself before all: it takes half a second."""

AREAS_FOR_EACH = 2
"""Areas for each worker from which on an area stays with one worker, which works its report out once."""


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

    def add(self, result: Result) -> None:
        if result.error:
            self.failed[result.key] = result.error
        else:
            self.made.append(result.key)


def run(schedule: Schedule, pool: Pool, progress: Quiet, *, timeout: float = 600, force: bool = False) -> Outcome:
    """Make every report of `schedule` that is not up to date. Raises IctplanError where no more can be made."""
    folder = schedule.folder
    with records.locked(folder):
        _sweep(folder)
        manifest = records.Manifest(folder, schedule.period)
        states = States(schedule.data, schedule.notebooks.parent, folder / ".hashes.json")
        environment = records.environment(states)
        schedule = _with_twins(schedule, manifest)
        notebooks = schedule.every_notebook
        outcome = Outcome(folder / f"{messages.page_name('index', schedule.lang)}.html")
        jobs, entries = [], {}
        for job, entry in _jobs(schedule, manifest, notebooks, environment, timeout):
            if not force and manifest.up_to_date(job.key, entry["fingerprint"], states):
                outcome.unchanged.append(job.key)
            else:
                jobs.append(job)
                entries[job.key] = entry
        states.save()
        try:
            progress.begin(len(schedule.reports), len(outcome.unchanged))
            with contextlib.closing(_sound(pool, jobs)) as results:
                for result in results:
                    manifest.record(result.key, entries[result.key] | result.told, result.inputs, environment)
                    outcome.add(result)
                    progress.done(result)
        except IctplanError:
            with contextlib.suppress(OSError):  # the disk may be what is wrong
                index.write(schedule, manifest, notebooks)
            raise
        finally:
            with _uninterrupted():
                progress.end()
                manifest.save()
        index.write(schedule, manifest, notebooks)
        return outcome


def _jobs(
    schedule: Schedule, manifest: records.Manifest, notebooks: Mapping[str, Notebook], environment: Mapping[str, str],
    timeout: float,
) -> Iterator[tuple[Job, dict[str, Any]]]:  # fmt: skip
    """Yield the job of each report, and what the manifest will say of how it was asked for."""
    titles = {lang: {name: each.title(lang) for name, each in notebooks.items()} for lang in messages.LANGUAGES}
    base = {lang: records.fingerprint(environment, lang) for lang in messages.LANGUAGES}
    # What pages may link to: the reports of this schedule, and those that earlier runs made.
    shown = manifest.ready | {report.key for report in schedule.reports}
    for report in schedule.reports:
        job = _job(report, schedule, titles[report.lang], shown, timeout)
        print_ = records.fingerprint(base[report.lang], job.parameters, job.navigation, job.languages)
        yield job, {
            "area": report.area, "notebook": report.notebook.name, "title": report.notebook.title(report.lang),
            "lang": report.lang, "parameters": dict(report.parameters), "fingerprint": print_,
        }  # fmt: skip


def _sound(pool: Pool, jobs: Sequence[Job]) -> Iterator[Result]:
    """Yield what becomes of the jobs. Raises IctplanError for what would befall the next one, too."""
    with contextlib.closing(pool.results(jobs)) as results:
        for result in results:
            if result.fatal:
                raise messages.error("batch.fatal", reason=result.fatal)
            yield result


class Workers:
    """A pool of processes on this machine, forked from one template."""

    def __init__(self, count: int | None = None, template: Template | None = None) -> None:
        self._count = count or os.cpu_count() or 1
        self._template = template

    def results(self, jobs: Sequence[Job]) -> Iterator[Result]:
        """Make the jobs; one whose process or worker died, or took too long, gets a second chance at the end.

        Where a worker died without a word, any notebook may have killed it: those it worked on are made alone then.
        """
        if not jobs:
            return
        with contextlib.ExitStack() as stack:
            template = self._template or stack.enter_context(Template())
            if FORKS and len(jobs) >= REHEARSE_FROM:
                template.rehearse(jobs[0].area, jobs[0].period, jobs[0].lang, jobs[0].data)
            yield from self._make(jobs, template)

    def _make(self, jobs: Sequence[Job], template: Template) -> Iterator[Result]:
        todo, alone = deque(self._together(jobs)), deque()
        tried: set[str] = set()
        isolated: set[str] = set()
        busy: dict[Connection, tuple[list[Job], float, int]] = {}  # connection → jobs, when overdue, reports made
        idle: list[tuple[Connection, int]] = []
        try:
            while todo or alone or busy:
                while len(busy) < self._count and (todo or (alone and not busy)):
                    connection, made = idle.pop() if idle else (template.spawn(serve), 0)
                    asked = (todo or alone).popleft()
                    with contextlib.suppress(OSError):  # a worker that died idle is noticed below
                        connection.send(asked)
                    busy[connection] = (asked, _overdue(asked), made)
                for connection, result in _news(busy):
                    (job, *left), _, made = busy.pop(connection)
                    died = result is None
                    if died:
                        while idle:  # they may have died with it
                            idle.pop()[0].close()
                        result = _lost(job, template.last_words())
                    if result.retry or (made + 1 >= REPORTS_FOR_ONE_WORKER and not left):
                        connection.close()
                        if left:
                            todo.append(left)
                    elif left:
                        busy[connection] = (left, _overdue(left), made + 1)
                    else:
                        idle.append((connection, made + 1))
                    # What was lost with a worker is made alone, be it the second time: another may have killed it.
                    if result.retry and job.key not in (isolated if died else tried):
                        for kept in (tried, isolated) if died else (tried,):
                            kept.add(job.key)
                        (alone if died else todo).append([job])
                    else:
                        yield result
        finally:
            for connection in (*busy, *(connection for connection, _ in idle)):
                connection.close()

    def _together(self, jobs: Sequence[Job]) -> list[list[Job]]:
        """Return the jobs that one worker makes one after the other: an area's, where there are areas for everybody."""
        areas = [list(own) for _, own in itertools.groupby(jobs, lambda job: (job.area, job.lang))]
        return areas if FORKS and len(areas) >= AREAS_FOR_EACH * self._count else [[job] for job in jobs]


def _lost(job: Job, last_words: str) -> Result:
    reason = messages.text("batch.worker_died", report=job.key, last_words=last_words).rstrip()
    return Result(job.key, reason, retry=True)


def _overdue(jobs: Sequence[Job]) -> float:
    return time.monotonic() + jobs[0].timeout + PATIENCE_S


def _news(busy: dict[Connection, tuple[list[Job], float, int]]) -> Iterator[tuple[Connection, Result | None]]:
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


def _with_twins(schedule: Schedule, manifest: records.Manifest) -> Schedule:
    """Add the same reports in other languages, where earlier runs made them: each links to the other, and both say
    the same of the same figures."""
    ready = manifest.ready
    every = [report.twin(lang) for lang in messages.LANGUAGES if lang != schedule.lang for report in schedule.reports]
    twins = [twin for twin in every if twin.key in ready]
    return dataclasses.replace(schedule, reports=(*schedule.reports, *twins))


def _job(report: Report, schedule: Schedule, titles: dict[str, str], shown: set[str], timeout: float) -> Job:
    """The job that makes a report, with links to the other reports of its area, and to itself in other languages."""
    files = {name: messages.page_name(name, report.lang) for name in ("index", *titles)}
    siblings = [name for name in titles if report.area and f"{report.area}/{files[name]}" in shown]
    links = [Link(titles[name], f"{files[name]}.html", name == report.notebook.name) for name in siblings]
    everything = messages.text("batch.all_reports", report.lang)
    spoken = [lang for lang in messages.LANGUAGES if report.twin(lang).key in shown]
    return Job(
        key=report.key,
        notebook=str(report.notebook.path),
        parameters=dict(report.parameters),
        area=report.area,
        period=report.period,
        lang=report.lang,
        navigation=(Link(everything, f"{'../' if report.area else ''}{files['index']}.html"), *links),
        languages=tuple(twins(report.notebook.name, report.lang, spoken)),
        folder=str(schedule.folder),
        data=str(schedule.data),
        cwd=str(schedule.notebooks.parent),
        timeout=timeout,
        figures=report.notebook.figures,
    )


def _sweep(folder: Path) -> None:
    """Remove half-written files that a killed run left behind; the lock says that no one is writing now."""
    for place, _, names in os.walk(folder):
        for name in names:
            if name.startswith(".") and name.endswith(".part"):
                Path(place, name).unlink(missing_ok=True)


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
