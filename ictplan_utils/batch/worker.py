"""Make one report: run its notebook through papermill, judge what came out, and write the page, whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from ictplan_utils import messages
from ictplan_utils.batch import template, warm
from ictplan_utils.batch.inputs import EVERYTHING, Recorder, States
from ictplan_utils.batch.manifest import sealed
from ictplan_utils.errors import one_line
from ictplan_utils.files import write_atomically
from ictplan_utils.html.links import Link

ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
WORK_OUT_FROM = 3
"""So many notebooks about one report share its tables: to work out all of them costs as much as two audits."""
IMAGES = ("image/png", "image/svg+xml", "image/jpeg")


@dataclass(frozen=True)
class Job:
    """All that is needed to make one report, here or on another machine."""

    key: str
    notebook: str
    parameters: Mapping[str, Any]
    area: str
    period: str
    lang: str
    navigation: tuple[Link, ...]
    languages: tuple[Link, ...]
    folder: str
    data: str
    cwd: str
    timeout: float
    figures: int = 0


@dataclass(frozen=True)
class Result:
    """What became of a job. `outputs` maps a path below outputs/PERIOD to the seal of the file there; `inputs` maps
    what it was made from to its state then (see inputs.States); `facts` are what the notebook tells the index."""

    key: str
    error: str = ""
    retry: bool = False
    fatal: str = ""
    seconds: float = 0.0
    outputs: Mapping[str, list] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, int] = field(default_factory=dict)

    @property
    def status(self) -> dict[str, str]:
        """Whether it was made, and what went wrong."""
        return {"status": "failed", "error": self.error} if self.error else {"status": "ready"}

    @property
    def told(self) -> dict[str, Any]:
        """What the manifest says of it."""
        made = {"outputs": dict(self.outputs), "facts": dict(self.facts)}
        return {**self.status, "seconds": round(self.seconds, 3), **made}


class Failure(Exception):
    """A report that was not made: the reason, the notebook as far as it came, and whether once more may help."""

    def __init__(self, reason: str, notebook: Any = None, *, retry: bool = False) -> None:
        super().__init__(reason)
        self.notebook, self.retry = notebook, retry


def serve(connection: Connection) -> None:
    """Be a worker: make a report for each of the jobs that come together, until the engine hangs up."""
    import logging

    with warm.without_grammar():  # where this process was not forked from the template
        import papermill  # noqa: F401

    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    recorder, states = Recorder(), {}
    with contextlib.suppress(EOFError, OSError):
        while True:
            jobs = connection.recv()
            with contextlib.ExitStack() as stack:
                if len(jobs) >= WORK_OUT_FROM and "area" in jobs[0].parameters:
                    with contextlib.suppress(template.TemplateGone):  # then each works out what it needs
                        stack.enter_context(_worked_out(jobs[0]))
                for job in jobs:
                    recorder.begin(job.data)
                    connection.send(
                        make_report(job, recorder, states.setdefault((job.data, job.cwd), States(job.data, job.cwd)))
                    )


def _worked_out(job: Job) -> contextlib.AbstractContextManager:
    """Return the context in which notebooks find the report of a job's area and period worked out."""
    told = {name: value for name, value in job.parameters.items() if name in ("area", "period", "lang", "data_dir")}
    return template.after(warm.work_out, job.cwd, template.environment(), job.data, told)


def make_report(job: Job, recorder: Recorder, states: States) -> Result:
    """Make one report, and return what became of it."""
    from ictplan_utils.batch.client import Run

    began = time.monotonic()
    folder = Path(job.folder)
    # Clocks step; how long a thing took is not asked of them.
    try:
        try:
            run = Run(job.data)
            notebook = execute(job, run)
            page = render(job, notebook)
            check(job, notebook, page)
        except Failure as failure:
            return Result(
                job.key, str(failure), failure.retry, outputs=_keep_failure(job, folder, failure),
                seconds=time.monotonic() - began,
            )  # fmt: skip
        # The worker itself reads the notebook, and for the page the catalogue.
        seen = recorder.seen() | (run.read or {})
        if run.read is None:  # an ordinary kernel's connection file was read, and is gone with it
            seen = {path: found for path, found in seen.items() if found is None or Path(path).exists()}
        inputs = states.then(seen) | ({} if run.read is not None else {EVERYTHING: states.everything()})
        outputs = _write(folder, {f"{job.key}.ipynb": _as_text(notebook), f"{job.key}.html": page})
        (folder / "failed" / f"{job.key}.ipynb").unlink(missing_ok=True)
        return Result(job.key, outputs=outputs, inputs=inputs, seconds=time.monotonic() - began, facts=facts(notebook))
    except OSError as error:
        # Nothing is wrong with the notebook, and the next one would meet the same.
        fatal = error.errno in (errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EACCES, errno.EPERM)
        reason = messages.text("batch.cannot_write", path=error.filename or folder, reason=error.strerror)
        return Result(job.key, reason, fatal=reason if fatal else "", seconds=time.monotonic() - began)


def execute(job: Job, run: Any) -> Any:
    """Run the notebook through papermill in a fresh process; return it executed, and the same for the same data.

    Raises Failure: a cell raised, the process died, time or room for output ran out.
    """
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.engines import papermill_engines
    from papermill.exceptions import PapermillExecutionError

    from ictplan_utils.batch.client import MOST_OUTPUT, TooMuchOutput
    from ictplan_utils.batch.papermill_engine import ForkedEngine

    papermill_engines.register("ictplan", ForkedEngine)
    deadline = time.monotonic() + job.timeout
    try:
        notebook = papermill.execute_notebook(
            job.notebook, None, dict(job.parameters), engine_name="ictplan", kernel_name="python3",
            language="python", progress_bar=False, cwd=job.cwd, run=run,
            # A busy machine is slow to hand over what a cell put out; 4 s, papermill's own, loses reports.
            iopub_timeout=120, start_timeout=int(min(job.timeout, 60)),
            timeout_func=lambda cell: max(deadline - time.monotonic(), 0.1),
        )  # fmt: skip
        return clean(notebook, job)
    except PapermillExecutionError as error:
        raise Failure(
            _describe(job, run.notebook, _place(run.notebook, error), error), clean(run.notebook, job)
        ) from error
    except CellTimeoutError as error:
        what = messages.text("batch.took_too_long", seconds=f"{job.timeout:g}")
        raise _stopped(job, run, what, retry=True) from error
    except TooMuchOutput as error:
        raise _stopped(job, run, messages.text("batch.too_much_output", most=f"{MOST_OUTPUT:,}")) from error
    except DeadKernelError as error:
        raise _stopped(job, run, messages.text("batch.process_ended"), retry=True) from error
    except template.TemplateGone as error:
        raise _stopped(job, run, messages.text("batch.no_process", reason=error), retry=True) from error
    except Exception as error:
        # Whatever nbformat, papermill or another kernel says of a notebook it cannot take.
        reason = f"{type(error).__name__}: {one_line(error, 300)}"
        raise Failure(messages.text("batch.no_notebook", path=job.notebook, reason=reason)) from error


def clean(notebook: Any, job: Job) -> Any:
    """Take out what changes from run to run: times, durations, random ids, addresses in memory, places."""
    notebook.metadata.pop("widgets", None)
    notebook.metadata["papermill"] = {"parameters": dict(job.parameters)}
    widgets: dict[str, str] = {}
    for number, cell in enumerate(notebook.cells):
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        tags = cell.metadata.get("tags", [])
        if "injected-parameters" in tags:
            cell["id"] = "injected-parameters"
        elif "papermill-error-cell-tag" in tags:
            cell["id"] = f"error-{number}"
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if isinstance(data.get("text/plain"), str):
                data["text/plain"] = re.sub(r"\b0x[0-9a-f]{6,16}\b", "0x…", data["text/plain"])
            for shown in data.values():
                if isinstance(shown, dict) and "model_id" in shown:
                    shown["model_id"] = widgets.setdefault(shown["model_id"], f"widget-{len(widgets) + 1}")
    return notebook


def render(job: Job, notebook: Any) -> str:
    """Return the page of an executed notebook. Raises Failure where the notebook is too odd for one."""
    from ictplan_utils import html

    try:
        return html.report_page(
            notebook, area=job.area, period=job.period, lang=job.lang, data_dir=job.data,
            navigation=job.navigation, languages=job.languages,
        )  # fmt: skip
    except OSError:
        raise
    except Exception as error:
        raise Failure(f"{job.key}: {type(error).__name__}: {one_line(error, 300)}", notebook) from error


def check(job: Job, notebook: Any, page: str) -> None:
    """Judge a report by what was made. Raises Failure: cells left out, figures missing, an empty page."""
    figures = 0
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        where = _where(job, notebook, index)
        if cell.execution_count is None:
            raise Failure(messages.text("batch.never_ran", where=where), notebook)
        for output in cell.outputs:
            if output.output_type == "error":
                raise Failure(_describe(job, notebook, index, output), notebook)
            data = output.get("data", {})
            drawn = any(kind in data for kind in IMAGES)
            figures += drawn or _pictures("".join(data.get("text/html", "")))
            if not drawn and re.match(r"<Figure size .*>$", "".join(data.get("text/plain", ""))):
                raise Failure(messages.text("batch.figure_not_drawn", where=where), notebook)
    shown = min(figures, _pictures(page))
    if shown < job.figures:
        raise Failure(messages.text("batch.figures_missing", report=job.key, shown=shown, wanted=job.figures), notebook)
    if not re.search(r"<body.*\w.*</body>", re.sub(r"<(script|style).*?</\1>", "", page, flags=re.S), re.S):
        raise Failure(messages.text("batch.page_empty", report=job.key), notebook)


def facts(notebook: Any) -> dict[str, float]:
    """Return the numbers that an executed notebook tells beside its words."""
    from ictplan_utils.narrative import FACTS_MIME

    told: dict[str, float] = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            told |= output.get("data", {}).get(FACTS_MIME, {})
    return {str(name)[:80]: value for name, value in told.items() if isinstance(value, int | float)}


def _pictures(html: str) -> int:
    # A chart without figures shows itself as its sentence (charts.figure_html).
    return html.count("<img") + html.count("<svg") + html.count('<p class="nothing">')


def _describe(job: Job, notebook: Any, index: int, error: Any) -> str:
    """Return one readable block: which report, cell and line, the line itself and the error."""
    cell = notebook.cells[index]
    text = ANSI.sub("", "\n".join(error.traceback))
    line = next((int(found) for found in re.findall(r"Cell In\s?\[\d+\], line (\d+)", text)), 0)
    lines = cell.source.splitlines() or [""]
    at = messages.text("batch.line", line=line) if line else ""
    shown = lines[line - 1 if 0 < line <= len(lines) else 0].strip()
    message = ANSI.sub("", error.evalue).strip()
    if len(message) > 1000:
        message = f"{message[:1000]}…"
    where = f"{_where(job, notebook, index)} (In [{cell.execution_count}]){at}"
    return f"{where}:\n    {shown[:200]}\n{error.ename}: {message}"


def _stopped(job: Job, run: Any, what: str, *, retry: bool = False) -> Failure:
    """Return the failure of a notebook that was stopped in the middle, naming the cell it was in."""
    notebook = clean(run.notebook, job) if run.notebook else None
    if not run.started:
        return Failure(f"{job.key}: {what}", notebook, retry=retry)
    source = notebook.cells[run.started[-1]].source.strip().splitlines() or [""]
    reason = f"{_where(job, notebook, run.started[-1])}: {what}\n    {source[0][:200]}"
    return Failure(reason, notebook, retry=retry)


def _where(job: Job, notebook: Any, index: int) -> str:
    """Return the cell at `index` by the number it has in the notebook as its author knows it, from 1."""
    added = {"injected-parameters", "papermill-error-cell-tag"}
    number = 1 + sum(not added.intersection(cell.metadata.get("tags", [])) for cell in notebook.cells[:index])
    return messages.text("batch.cell", report=job.key, cell=number)


def _place(notebook: Any, error: Any) -> int:
    """Return where the cell is that raised; papermill has put its markers into the notebook since."""
    cells = enumerate(notebook.cells)
    return next((n for n, cell in cells if cell.get("execution_count") == error.exec_count), error.cell_index)


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
    index = "../" * job.key.count("/") + messages.page_name("index", job.lang) + ".html"
    said = messages.text("batch.failed_page", job.lang, index=index)
    page = render(job, nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(said, id="failed")]))
    return _write(folder, {f"{job.key}.html": page})
