"""The same jobs on a dask.distributed cluster: its workers use the same warm template, reports come back as bytes.

A machine of the cluster needs the same ictplan installed and nothing else of ours, and shares no folder: the data and
the notebooks travel once to each machine, all of them, since what a notebook will read is not known before.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import hashlib
import io
import itertools
import logging
import os
import queue
import re
import tempfile
import threading
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ictplan_utils import messages
from ictplan_utils.batch import template
from ictplan_utils.batch.engine import Workers
from ictplan_utils.batch.inputs import States, all_files
from ictplan_utils.batch.manifest import environment, sealed
from ictplan_utils.batch.worker import Job, Result
from ictplan_utils.errors import one_line
from ictplan_utils.files import write_atomically

CONNECT_S = 20
JOBS_AHEAD = 4
"""Jobs sent for each thread of the cluster: enough that none waits, few enough that the scheduler holds little."""

LOOK_S, ANSWER_S = 10, 20
"""Seconds without news after which the scheduler is asked whether it lives, and seconds it has to answer."""


class Cluster:
    """A pool of workers on the cluster whose scheduler listens at `address`, as in `tcp://10.0.0.5:8786`."""

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client
        except ImportError as error:
            raise messages.error("batch.cluster_extra") from error
        for name in ("asyncio", "tornado", *logging.root.manager.loggerDict):
            if name.partition(".")[0] in ("asyncio", "tornado", "distributed"):
                logging.getLogger(name).setLevel(logging.CRITICAL + 1)  # we say ourselves what is wrong, in a sentence
        # What is no address leaves distributed with a half-made client that complains when the program ends.
        if not re.fullmatch(r"(tcp|tls|ws|wss|ucx)://[^\s/]+:[0-9]+", address):
            raise messages.error("batch.cluster_address", address=one_line(address))
        try:
            self._client = Client(address, timeout=CONNECT_S, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise messages.error("batch.cluster_silent", address=address) from error

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(Exception):  # a scheduler that is gone needs no farewell
            self._client.close(timeout=CONNECT_S)

    def results(self, jobs: Sequence[Job]) -> Iterator[Result]:
        """Make the jobs; those of a worker that is lost are made again elsewhere."""
        if not jobs:
            return
        threads = sum(self._client.nthreads().values())
        if not threads:
            raise messages.error("batch.cluster_no_workers")
        ours = _environment()
        bundle = pack(jobs[0].data, {_name(job): job.notebook for job in jobs})
        parcel = self._client.scatter(bundle, hash=False, broadcast=True)
        name = hashlib.sha256(bundle).hexdigest()
        waiting, news, sent, count = iter(jobs), queue.SimpleQueue(), {}, 0
        while True:
            for job in itertools.islice(waiting, threads * JOBS_AHEAD - len(sent)):
                future = self._client.submit(make_remotely, job, name, parcel, ours, pure=False, retries=1)
                sent[future.key] = job
                future.add_done_callback(news.put)
            if not sent:
                return
            future = self._next(news, count)
            job = sent.pop(future.key)
            if future.status == "finished":
                yield _arrived(job, *future.result())
            else:
                reason = " ".join(str(future.exception()).split())[:300]
                yield Result(job.key, messages.text("batch.cluster_failed", report=job.key, reason=reason))
            count += 1

    def _next(self, news: queue.SimpleQueue, count: int) -> Any:
        """Wait for a job to end; ask the scheduler for a sign of life where it takes long. Raises IctplanError."""
        while True:
            with contextlib.suppress(queue.Empty):
                future = news.get(timeout=LOOK_S)
                if future.status in ("finished", "error"):
                    return future
                break  # cancelled: the client has lost its scheduler
            try:
                self._client.sync(self._client.scheduler.identity, callback_timeout=ANSWER_S)
            except Exception:
                break
        raise messages.error("batch.cluster_lost", count=count)


def _arrived(job: Job, result: Result, files: Mapping[str, bytes]) -> Result:
    """Write what came back, and return the result with the seals that the files have here."""
    outputs = {}
    for name, content in files.items():
        write_atomically(Path(job.folder) / name, content)
        if name in result.outputs:
            outputs[name] = sealed(Path(job.folder) / name, content)
    if not result.error:
        (Path(job.folder) / "failed" / f"{job.key}.ipynb").unlink(missing_ok=True)
    return dataclasses.replace(result, outputs=outputs)


def _name(job: Job) -> str:
    """Return where a job's notebook lies in the working folder, here and there."""
    inside = Path(job.notebook).is_relative_to(job.cwd)
    return os.path.relpath(job.notebook, job.cwd) if inside else f"notebooks/{Path(job.notebook).name}"


def pack(data: str, notebooks: Mapping[str, str]) -> bytes:
    """Return all data files, and the notebooks by their names, as one archive, the same for the same content."""
    packed = io.BytesIO()
    files = {f"data/{os.path.relpath(path, data)}": path for path in all_files(Path(data))}
    files |= notebooks
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in sorted(files.items()):
            if Path(path).is_file():
                archive.writestr(zipfile.ZipInfo(name), Path(path).read_bytes(), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


# -- on a worker of the cluster ----------------------------------------------------------------------------------


def make_remotely(job: Job, name: str, parcel: bytes, theirs: Mapping[str, str]) -> tuple[Result, dict[str, bytes]]:
    """Make one report from what travelled here; return what became of it, and every file made."""
    ours = _environment()
    differing = [each for each in theirs if ours.get(each) != theirs[each]]
    if differing:
        what = messages.text("batch.cluster_differs", names=", ".join(differing))
        return Result(job.key, f"{job.key}: {what}", fatal=what), {}
    place = _unpacked(name, parcel)
    with tempfile.TemporaryDirectory(prefix="ictplan-") as folder:
        parameters = job.parameters | ({"data_dir": "data"} if "data_dir" in job.parameters else {})
        here = dataclasses.replace(
            job, notebook=str(place / _name(job)), parameters=parameters, folder=folder, data=str(place / "data"),
            cwd=str(place),
        )  # fmt: skip
        with _lock:  # two threads of a worker start one template
            home = template.own_template()
            home.start()
        (result,) = Workers(1, home).results([here])
        made = {os.path.relpath(path, folder): Path(path).read_bytes() for path in all_files(Path(folder))}
    return result, made


@functools.cache
def _environment() -> dict[str, str]:
    return environment(States(os.devnull, os.devnull))


_places: dict[str, tempfile.TemporaryDirectory] = {}
_lock = threading.Lock()


def _unpacked(name: str, parcel: bytes) -> Path:
    """Return the folder of this process that holds what travelled; unpacked once, gone with the process."""
    with _lock:
        if name not in _places:
            place = tempfile.TemporaryDirectory(prefix="ictplan-")
            with zipfile.ZipFile(io.BytesIO(parcel)) as archive:
                archive.extractall(place.name)
            _places[name] = place
    return Path(_places[name].name)
