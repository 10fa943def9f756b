"""papermill's client, but over one connection to a process forked from a warm template: no kernel, no sockets."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from multiprocessing.reduction import recv_handle
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jupyter_client.session import json_unpacker
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from papermill.clientwrap import PapermillNotebookClient

from ictplan_utils.batch import template

MOST_OUTPUT = 20_000_000
"""Characters a notebook may put out. A report has half a million; a loop that prints would fill any memory."""


class TooMuchOutput(Exception):
    """A notebook put out more than any report can be."""


@dataclass
class Run:
    """What became of a notebook, for a caller whom an exception would leave without it.

    `data` is the folder whose reading is recorded in `read` (see inputs.Recorder; None: not recorded).
    """

    data: str | None = None
    notebook: Any = None
    read: dict[str, Any] | None = None
    started: list[int] = field(default_factory=list)


class ForkedClient(PapermillNotebookClient):
    """papermill's client over one connection to a forked child, instead of a kernel's five sockets."""

    def __init__(self, nb_man: Any, run: Run, most_output: int, **options: Any) -> None:
        super().__init__(nb_man, **options)
        self.record_timing = False  # a kernel's messages say when they were sent; papermill times cells anyway
        self._run, self._left, self._printed = run, most_output, ()

    def execute(self, **_: Any) -> Any:
        from ipykernel.ipkernel import IPythonKernel

        from ictplan_utils.batch.cells import run_cells

        self.reset_execution_trackers()
        self._child = template.spawn(run_cells, str(Path.cwd()), template.environment(), self._run.data)
        # A widget that a front end would hold talks back to the notebook.
        self.kc = SimpleNamespace(
            session=SimpleNamespace(msg=lambda kind, content, **_: {"msg_type": kind, "content": content}),
            shell_channel=SimpleNamespace(send=lambda message: self._child.send(("comm", message))),
        )  # fmt: skip
        try:
            self._printed = [recv_handle(self._child) for _ in range(2)]
            self.papermill_execute_cells()
            self._child.send(("end",))
            self._run.read = self._child.recv()
        except CellTimeoutError:
            raise
        except (OSError, EOFError) as error:
            raise DeadKernelError("its process ended") from error
        finally:
            self._child.close()
            for handle in self._printed:
                os.close(handle)
        self.nb.metadata["language_info"] = dict(IPythonKernel.language_info)
        self.set_widgets_metadata()
        return self.nb

    def execute_cell(self, cell: Any, cell_index: int, *_: Any, **__: Any) -> Any:
        tags = cell.metadata.get("tags", [])
        if cell.cell_type != "code" or not cell.source.strip() or self.skip_cells_with_tag in tags:
            return cell
        self._run.started.append(cell_index)
        self.code_cells_executed += 1
        self.clear_before_next_output = False
        timeout = self._get_timeout(cell)
        deadline = timeout and time.monotonic() + timeout
        try:
            self._child.send(("run", f"cell-{cell_index}", cell.source))
            while True:
                if deadline and not self._child.poll(max(deadline - time.monotonic(), 0)):
                    raise CellTimeoutError.error_from_timeout_and_cell("Cell execution timed out", timeout, cell)
                packed, buffers = self._child.recv()
                message = json_unpacker(packed) | {"buffers": buffers}
                if message["msg_type"] == "execute_reply":
                    break
                self.process_message(message, cell, cell_index)
        except (OSError, EOFError) as error:  # a timeout is an OSError
            self._keep_what_was_printed(cell, cell_index)
            if isinstance(error, CellTimeoutError):
                raise
            raise DeadKernelError("its process ended") from error
        reply = message["content"]
        allowed = self.allow_errors or reply.get("ename") in self.allow_error_names or "raises-exception" in tags
        if reply["status"] == "error" and (self.force_raise_errors or not allowed):
            raise CellExecutionError.from_cell_and_msg(cell, reply)
        return cell

    def process_message(self, message: Any, cell: Any, cell_index: int) -> Any:
        content = message["content"]
        self._left -= len(content.get("text", ""))
        self._left -= sum(len(value) for value in (content.get("data") or {}).values() if isinstance(value, str))
        if self._left < 0:
            raise TooMuchOutput
        return super().process_message(message, cell, cell_index)

    def _keep_what_was_printed(self, cell: Any, cell_index: int) -> None:
        """Add what the cell printed and its process did not come to send."""
        from ictplan_utils.batch.cells import written

        for name, handle in zip(("stdout", "stderr"), self._printed, strict=False):
            if text := written(handle)[:100_000]:
                told = {"msg_type": "stream"}
                message = {**told, "header": told, "content": {"name": name, "text": text}, "parent_header": {}}
                self.process_message(message, cell, cell_index)
