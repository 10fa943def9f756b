"""A papermill engine: papermill's own, on kernels from the template, with a bound on what a notebook puts out."""

from __future__ import annotations

from typing import Any

from nbclient.exceptions import DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.log import logger

from ictplan_utils.kernels.provisioner import PrivateKernelManager


class TooMuchOutput(Exception):
    """A notebook put out more than any report can be."""


class ReportClient(PapermillNotebookClient):
    """papermill's client that ends a notebook which never stops printing."""

    def __init__(self, nb_man: Any, *, most_output: int, **kwargs: Any) -> None:
        super().__init__(nb_man, **kwargs)
        self.left = most_output

    def process_message(self, msg: Any, *args: Any, **kwargs: Any) -> Any:
        content = msg["content"]
        if msg["msg_type"] == "stream":
            self.left -= len(content["text"])
        else:
            self.left -= sum(len(value) for value in content.get("data", {}).values() if isinstance(value, str))
        if self.left < 0 and self.km is not None:
            self.km.provisioner.process.kill()
        return super().process_message(msg, *args, **kwargs)


class ReportEngine(NBClientEngine):
    """Registered with papermill as `ictplan`; `kept` receives the notebook, which an exception would lose."""

    name = "ictplan"

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, *, kept: list, most_output: int, timeout_func: Any, start_timeout: int = 60,
        **_: Any,
    ) -> Any:  # fmt: skip
        kept.append(nb_man.nb)
        client = ReportClient(
            nb_man, most_output=most_output, kernel_name=kernel_name, kernel_manager_class=PrivateKernelManager,
            timeout_func=timeout_func, startup_timeout=start_timeout, shutdown_kernel="immediate", record_timing=False,
            # A busy machine is slow to hand over what a cell put out; 4 s, the default, loses reports.
            iopub_timeout=120, log=logger,
        )  # fmt: skip
        try:
            return client.execute()
        except DeadKernelError:
            if client.left < 0:
                raise TooMuchOutput from None
            raise


def register() -> None:
    """Make the engine known to papermill."""
    papermill_engines.register(ReportEngine.name, ReportEngine)
