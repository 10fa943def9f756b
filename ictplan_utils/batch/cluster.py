"""The same jobs on a dask.distributed cluster: its workers use the same warm template, reports come back as bytes.

A machine of the cluster needs the same ictplan installed and nothing else of ours: notebook and data travel with
the job, so no folder is shared. The extra `ictplan[cluster]` installs distributed.
"""

from __future__ import annotations

import atexit
import contextlib
import dataclasses
import functools
import os
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ictplan_utils.batch.engine import PATIENCE_S
from ictplan_utils.batch.manifest import Hashes, environment, sealed
from ictplan_utils.batch.worker import Job, Result, serve
from ictplan_utils.errors import IctplanError, one_line
from ictplan_utils.files import write_atomically
from ictplan_utils.kernels.template import WARM, Template

CONNECT_S = 20
JOBS_AHEAD = 4
"""Jobs sent for each thread of the cluster: enough that none waits, few enough that the scheduler holds little."""


class Cluster:
    """A pool of workers on the cluster whose scheduler listens at `address`, as in `tcp://10.0.0.5:8786`."""

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client
        except ImportError as error:
            raise IctplanError("--cluster needs dask.distributed: pip install 'ictplan[cluster]'") from error
        # What is no address leaves distributed with a half-made client that complains when the program ends.
        if not re.fullmatch(r"(tcp|tls|ws|wss|ucx)://[^\s/]+:[0-9]+", address):
            raise IctplanError(f"--cluster {one_line(address)}: write the scheduler's address as tcp://HOST:PORT")
        try:
            self._client = Client(address, timeout=CONNECT_S, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise IctplanError(
                f"--cluster {address}: no dask scheduler answers; start one or mend the address"
            ) from error

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def results(self, jobs: Sequence[Job]) -> Iterator[Result]:
        """Make the jobs; those of a worker that is lost are made again elsewhere."""
        from distributed import as_completed

        if not jobs:
            return
        ours = environment(Hashes(Path(os.devnull)))
        waiting = iter(jobs)
        sent: dict[str, Job] = {}
        done = as_completed(loop=self._client.loop)

        def send(count: int) -> None:
            for job in [job for _, job in zip(range(count), waiting, strict=False)]:
                content = {name: Path(path).read_bytes() for name, path in job.inputs.items()}
                future = self._client.submit(make_remotely, job, content, ours, pure=False, retries=1)
                sent[future.key] = job
                done.add(future)

        threads = sum(self._client.nthreads().values())
        if not threads:
            raise IctplanError("the cluster has no workers yet; start some with `dask worker ADDRESS`")
        send(threads * JOBS_AHEAD)
        for future in done:
            job = sent.pop(future.key)
            send(1)
            if future.status != "finished":
                reason = " ".join(str(future.exception()).split())
                yield Result(job.key, f"{job.key}: the cluster could not make it: {reason[:300]}")
                continue
            result, files = future.result()
            outputs = {}
            for name, content in files.items():
                write_atomically(Path(job.folder) / name, content)
                outputs[name] = sealed(Path(job.folder) / name, content)
            if not result.error:
                (Path(job.folder) / "failed" / f"{job.key}.ipynb").unlink(missing_ok=True)
            kept = {name: seal for name, seal in outputs.items() if name in result.outputs}
            yield dataclasses.replace(result, outputs=kept)


# -- on a worker of the cluster ----------------------------------------------------------------------------------


def make_remotely(job: Job, content: Mapping[str, bytes], theirs: Mapping[str, str]) -> tuple[Result, dict[str, bytes]]:
    """Make one report from what travelled with the job; return what became of it, and every file made."""
    ours = _environment()
    differing = [name for name in theirs if ours.get(name) != theirs[name]]
    if differing:
        what = f"a machine of the cluster has another version of {', '.join(differing)}; install the same there"
        return Result(job.key, f"{job.key}: {what}", fatal=what), {}
    with TemporaryDirectory(prefix="ictplan-") as temporary:
        root = Path(temporary)
        for name, bytes_ in content.items():
            write_atomically(root / name, bytes_)
        folder = root / "outputs"
        folder.mkdir()
        parameters = job.parameters | ({"data_dir": "data"} if "data_dir" in job.parameters else {})
        notebook = root / "notebooks" / Path(job.notebook).name
        here = dataclasses.replace(
            job, notebook=str(notebook), parameters=parameters, folder=str(folder), data=str(root / "data"),
            cwd=str(root), inputs={},
        )  # fmt: skip
        result = _locally(here)
        if result.retry:
            result = _locally(here)
        files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return result, files


@functools.cache
def _environment() -> dict[str, str]:
    return environment(Hashes(Path(os.devnull)))


_idle: list[Any] = []
_lock = threading.Lock()


@functools.cache
def _template() -> Template:
    """The template of this process; it ends with it."""
    template = Template()
    atexit.register(template.close)
    return template


def _locally(job: Job) -> Result:
    """Make a report in a worker forked from this process's template, as on one machine."""
    with _lock:
        template = _template()
        connection = _idle.pop() if _idle else template.spawn(serve, template.address if WARM else None)[0]
    with contextlib.suppress(EOFError, OSError):
        connection.send(job)
        if connection.poll(job.timeout + PATIENCE_S):
            result = connection.recv()
            with _lock:
                _idle.append(connection)
            return result
    connection.close()
    return Result(job.key, f"{job.key}: its worker died {template.last_words()}".rstrip(), retry=True)
