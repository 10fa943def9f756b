"""Make one report: run its notebook through papermill, judge what came out, and write the page, whole or not at all."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from ictplan_utils.batch.manifest import sealed
from ictplan_utils.files import write_atomically

MOST_OUTPUT = 20_000_000
"""Characters a notebook may put out. A report has half a million; a loop that prints would fill any memory."""

ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
IMAGES = ("image/png", "image/svg+xml", "image/jpeg")
LOST = "the kernel died"


@dataclass(frozen=True)
class Job:
    """All that is needed to make one report, here or on another machine.

    `inputs` are the files it is made from: their names below a working folder, and where they are here.
    """

    key: str
    notebook: str
    parameters: Mapping[str, Any]
    area: str
    period: str
    lang: str
    navigation: tuple[tuple[str, str, bool], ...]
    folder: str
    data: str
    cwd: str
    timeout: float
    figures: int = 0
    inputs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """What became of a job. `outputs` maps a path below outputs/PERIOD to the seal of the file there; `facts` are
    what the notebook tells the index."""

    key: str
    error: str = ""
    retry: bool = False
    fatal: str = ""
    seconds: float = 0.0
    outputs: Mapping[str, list] = field(default_factory=dict)
    facts: Mapping[str, int] = field(default_factory=dict)


class Failure(Exception):
    """A report that was not made: the reason, the notebook as far as it came, and whether once more may help."""

    def __init__(self, reason: str, notebook: Any = None, *, retry: bool = False) -> None:
        super().__init__(reason)
        self.notebook, self.retry = notebook, retry


def serve(connection: Connection, address: str | None) -> None:
    """Be a worker: make a report for every job that comes, until the engine hangs up."""
    import logging

    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    if address:
        from ictplan_utils.kernels.provisioner import use_warm_kernels

        use_warm_kernels(address)
    with contextlib.suppress(EOFError, OSError):
        while True:
            connection.send(make_report(connection.recv()))


def make_report(job: Job) -> Result:
    """Make one report, and return what became of it."""
    began = time.monotonic()
    folder = Path(job.folder)
    # Clocks step; how long a thing took is not asked of them.
    try:
        try:
            notebook = execute(job)
            page = render(job, notebook)
            check(job, notebook, page)
        except Failure as failure:
            return Result(
                job.key, str(failure), failure.retry, outputs=_keep_failure(job, folder, failure),
                seconds=time.monotonic() - began,
            )  # fmt: skip
        outputs = _write(folder, {f"{job.key}.ipynb": _as_text(notebook), f"{job.key}.html": page})
        (folder / "failed" / f"{job.key}.ipynb").unlink(missing_ok=True)
        return Result(job.key, outputs=outputs, seconds=time.monotonic() - began, facts=facts(notebook))
    except OSError as error:
        # Nothing is wrong with the notebook, and the next one would meet the same.
        fatal = error.errno in (errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EACCES, errno.EPERM)
        reason = f"cannot write {error.filename or folder}: {error.strerror}"
        return Result(job.key, reason, fatal=reason if fatal else "", seconds=time.monotonic() - began)


def execute(job: Job) -> Any:
    """Run the notebook through papermill in a fresh kernel; return it executed, and the same for the same data.

    Raises Failure: a cell raised, the kernel died, time or room for output ran out.
    """
    import papermill
    from jupyter_client.kernelspec import NoSuchKernel
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillException, PapermillExecutionError

    from ictplan_utils.batch.papermill_engine import ReportEngine, TooMuchOutput, register

    register()
    kept: list[Any] = []
    deadline = time.monotonic() + job.timeout
    try:
        notebook = papermill.execute_notebook(
            job.notebook, None, dict(job.parameters), engine_name=ReportEngine.name, kernel_name="python3",
            language="python", progress_bar=False, start_timeout=int(min(job.timeout, 60)), cwd=job.cwd,
            kept=kept, most_output=MOST_OUTPUT,
            timeout_func=lambda cell: max(deadline - time.monotonic(), 0.1),
        )  # fmt: skip
        return clean(notebook, job)
    except PapermillExecutionError as error:
        raise Failure(_describe(job, kept[0], _place(kept[0], error), error), clean(kept[0], job)) from error
    except CellTimeoutError as error:
        raise _stopped(job, kept, f"took longer than {job.timeout:g} s (--timeout)", retry=True) from error
    except TooMuchOutput as error:
        raise _stopped(job, kept, f"put out more than {MOST_OUTPUT:,} characters") from error
    except (DeadKernelError, RuntimeError, asyncio.CancelledError) as error:
        what = LOST if isinstance(error, DeadKernelError) else f"the kernel did not answer ({error})"
        raise _stopped(job, kept, f"{what}; it may have run out of memory", retry=True) from error
    except (PapermillException, NoSuchKernel, ValueError, KeyError, AttributeError) as error:
        raise Failure(f"{job.key}: {type(error).__name__}: {error}") from error


def clean(notebook: Any, job: Job) -> Any:
    """Take out what changes from run to run: times, durations, random ids, paths of this machine."""
    notebook.metadata.pop("widgets", None)
    notebook.metadata["papermill"] = {"parameters": dict(job.parameters)}
    for number, cell in enumerate(notebook.cells):
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        tags = cell.metadata.get("tags", [])
        if "injected-parameters" in tags:
            cell["id"] = "injected-parameters"
        elif "papermill-error-cell-tag" in tags:
            cell["id"] = f"error-{number}"
    return notebook


def render(job: Job, notebook: Any) -> str:
    """Return the page of an executed notebook."""
    from ictplan_utils import html

    links = [html.Link(title, href, current) for title, href, current in job.navigation]
    return html.report_page(
        notebook, area=job.area, period=job.period, lang=job.lang, navigation=links, data_dir=job.data
    )


def check(job: Job, notebook: Any, page: str) -> None:
    """Judge a report by what was made. Raises Failure: cells left out, figures missing, an empty page."""
    figures = 0
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        where = f"{job.key}, cell {_number(notebook, index)}"
        if cell.execution_count is None:
            raise Failure(f"{where}: never ran; a cell before it ended the notebook early", notebook)
        for output in cell.outputs:
            if output.output_type == "error":
                raise Failure(_describe(job, notebook, index, output), notebook)
            data = output.get("data", {})
            drawn = any(kind in data for kind in IMAGES)
            figures += drawn or _pictures("".join(data.get("text/html", "")))
            if not drawn and re.match(r"<Figure size .*>$", "".join(data.get("text/plain", ""))):
                raise Failure(f"{where}: made a figure that was not drawn", notebook)
    shown = min(figures, _pictures(page))
    if shown < job.figures:
        raise Failure(f"{job.key}: has {shown} figures where it should have {job.figures} or more", notebook)
    if not re.search(r"<body.*\w.*</body>", re.sub(r"<(script|style).*?</\1>", "", page, flags=re.S), re.S):
        raise Failure(f"{job.key}: the page is empty", notebook)


def facts(notebook: Any) -> dict[str, int]:
    """Return the whole numbers that an executed notebook tells beside its words."""
    from ictplan_utils.narrative import FACTS_MIME

    told: dict[str, int] = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            told |= output.get("data", {}).get(FACTS_MIME, {})
    return {str(name)[:40]: value for name, value in told.items() if isinstance(value, int)}


def _pictures(html: str) -> int:
    # A chart without figures shows itself as its sentence (charts.figure_html).
    return html.count("<img") + html.count("<svg") + html.count('<p class="nothing">')


def _describe(job: Job, notebook: Any, index: int, error: Any) -> str:
    """Return one readable block: which report, cell and line, the line itself and the error."""
    cell = notebook.cells[index]
    text = ANSI.sub("", "\n".join(error.traceback))
    line = next((int(found) for found in re.findall(r"Cell In\s?\[\d+\], line (\d+)", text)), 0)
    lines = cell.source.splitlines()
    at = f", line {line}" if line else ""
    shown = lines[line - 1 if 0 < line <= len(lines) else 0].strip()
    message = ANSI.sub("", error.evalue).strip()
    if len(message) > 1000:
        message = f"{message[:1000]}…"
    where = f"{job.key}, cell {_number(notebook, index)} (In [{cell.execution_count}]){at}"
    return f"{where}:\n    {shown[:200]}\n{error.ename}: {message}"


def _stopped(job: Job, kept: list[Any], what: str, *, retry: bool = False) -> Failure:
    """Return the failure of a notebook that was stopped in the middle, naming the cell it was in."""
    cells = kept[0].cells if kept else []
    started = [n for n, cell in enumerate(cells) if cell.metadata.get("papermill", {}).get("start_time")]
    if not started:
        return Failure(f"{job.key}: {what}", clean(kept[0], job) if kept else None, retry=retry)
    source = cells[started[-1]].source.strip().splitlines() or [""]
    reason = f"{job.key}, cell {_number(kept[0], started[-1])}: {what}\n    {source[0][:200]}"
    return Failure(reason, clean(kept[0], job), retry=retry)


def _place(notebook: Any, error: Any) -> int:
    """Return where the cell is that raised; papermill has put its markers into the notebook since."""
    cells = enumerate(notebook.cells)
    return next((n for n, cell in cells if cell.get("execution_count") == error.exec_count), error.cell_index)


def _number(notebook: Any, index: int) -> int:
    """Return what number the cell at `index` has in the notebook as its author knows it, from 1."""
    added = {"injected-parameters", "papermill-error-cell-tag"}
    return 1 + sum(not added.intersection(cell.metadata.get("tags", [])) for cell in notebook.cells[:index])


def _as_text(notebook: Any) -> str:
    import nbformat

    return nbformat.writes(notebook) + "\n"


def _write(folder: Path, files: Mapping[str, str]) -> dict[str, list]:
    """Write files below `folder`, each whole or not at all; return their seals."""
    seals = {}
    for name, text in files.items():
        content = text.encode(errors="replace")
        write_atomically(folder / name, content)
        seals[name] = sealed(folder / name, content)
    return seals


def _keep_failure(job: Job, folder: Path, failure: Failure) -> dict[str, list]:
    """Keep the partial notebook in failed/, and put a page that says so where the report should be."""
    import nbformat

    (folder / f"{job.key}.ipynb").unlink(missing_ok=True)
    if failure.notebook is not None:
        _write(folder, {f"failed/{job.key}.ipynb": _as_text(failure.notebook)})
    up = "../" * job.key.count("/")
    said = {
        "vi": f"# Báo cáo này chưa lập được\n\nXem [danh sách báo cáo]({up}index.html).",
        "en": f"# This report could not be made\n\nSee the [list of reports]({up}index.html).",
    }[job.lang]
    page = render(job, nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(said, id="failed")]))
    return _write(folder, {f"{job.key}.html": page})
