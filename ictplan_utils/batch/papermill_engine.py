"""The papermill engine `ictplan`: papermill as it is, but the notebook runs in a child forked from a warm template.

    papermill.execute_notebook("report.ipynb", "out.ipynb", engine_name="ictplan")

The same outputs, parameters and errors as with papermill's own engine, without a kernel and its sockets. Notebooks
of another language, and systems without fork, get papermill's own. Nothing of papermill is imported here before it is
used: papermill itself imports this module while it is being imported. So its own command, with whatever engine, ends
in one sentence where a notebook failed with one of ours.
"""

from __future__ import annotations

import sys
from typing import Any

from ictplan_utils.batch import template


class ForkedEngine:
    """The engine; papermill finds it by the entry point in pyproject.toml."""

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, **options: Any) -> Any:
        from papermill.engines import Engine

        return Engine.execute_notebook.__func__(cls, nb, kernel_name, **options)

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, *, run: Any = None, most_output: int = 0, start_timeout: int = 60,
        execution_timeout: int | None = None, **options: Any,
    ) -> Any:  # fmt: skip
        """Run the cells. `run` (client.Run) is told what became of the notebook, which an exception would lose."""
        from papermill.engines import NBClientEngine
        from papermill.log import logger

        from ictplan_utils.batch.client import MOST_OUTPUT, ForkedClient, Run

        run = run or Run()
        run.notebook = nb_man.nb
        if not template.FORKS or cls.nb_language(nb_man.nb) != "python":
            # No Python of ours takes its modules from the working folder, nor tells a clerk of TCP.
            ours = ["--InteractiveShellApp.ignore_cwd=True", "--IPKernelApp.log_level=ERROR"]
            options.setdefault("extra_arguments", ours)
            return NBClientEngine.execute_managed_notebook(
                nb_man, kernel_name, start_timeout=start_timeout, execution_timeout=execution_timeout, **options
            )
        options |= {"timeout": execution_timeout or options.get("timeout"), "kernel_name": kernel_name, "log": logger}
        options = {name: value for name, value in options.items() if name in ForkedClient.class_trait_names()}
        return ForkedClient(nb_man, run, most_output or MOST_OUTPUT, **options).execute()

    @classmethod
    def nb_kernel_name(cls, nb: Any, name: str | None = None) -> str:
        """Return the notebook's kernel; one that names none is Python's."""
        return name or nb.metadata.get("kernelspec", {}).get("name") or "python3"

    @classmethod
    def nb_language(cls, nb: Any, language: str | None = None) -> str:
        """Return the notebook's language, likewise."""
        about = nb.metadata
        told = about.get("kernelspec", {}).get("language") or about.get("language_info", {}).get("name")
        return language or told or "python"


def _end_in_our_sentence(kind: type, error: BaseException, trace: Any, before: Any = sys.excepthook) -> None:
    """Show what nobody caught: of a notebook's `IctplanError` its sentence, of all else what was shown before."""
    if getattr(error, "ename", "") == "IctplanError":
        print(error.evalue, file=sys.stderr)
    else:
        before(kind, error, trace)


sys.excepthook = _end_in_our_sentence
