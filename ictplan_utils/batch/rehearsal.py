"""Make reports in the template itself, so that its children find fonts, glyphs, catalogue and page templates warm."""

from __future__ import annotations

import ast
import contextlib
import io
import locale
import os
import random
import signal
import sys
import threading
import warnings
from pathlib import Path
from typing import Any


def process_state() -> dict[str, Any]:
    """Return what a notebook could change for whoever runs in the same process after it.

    Settings of Python, of the system, of pandas, numpy and matplotlib; and which public names of loaded modules stand
    for what. What libraries keep for themselves (caches) is no part of it: that is what a rehearsal is for.
    """
    import matplotlib
    import numpy as np
    from matplotlib import pyplot
    from pandas._config import config

    named = {
        module: {name: id(value) for name, value in vars(sys.modules[module]).items() if not name.startswith("_")}
        for module in ("builtins", "os", "sys", "pandas", "numpy", "matplotlib", "matplotlib.pyplot", "ictplan_utils")
    }
    for name in ("ps1", "ps2", "ps3", "last_value", "last_type", "last_traceback", "last_exc", "stdout", "stderr",
                 "displayhook", "excepthook"):  # fmt: skip
        named["sys"].pop(name, None)
    return {
        "named": named, "cwd": str(Path.cwd()), "environment": dict(os.environ), "path": list(sys.path),
        "locale": locale.setlocale(locale.LC_ALL), "warnings": list(map(str, warnings.filters)),
        "threads": threading.active_count(), "recursion": sys.getrecursionlimit(),
        "signals": [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)],
        "matplotlib": {name: str(value) for name, value in dict.items(matplotlib.rcParams)},
        "drawing": (pyplot._backend_mod is None, len(pyplot.get_fignums())),
        "numpy": (np.get_printoptions(), np.geterr()),
        "pandas": str(config._global_config),
    }  # fmt: skip


def rehearse(reports: list[tuple[str, dict]], cwd: str) -> None:
    """Make a report of each notebook, its path and parameters given, and keep nothing of it but warm libraries.

    Only for notebooks of which a report was made that left its process as it was; should one change this process
    nevertheless, it ends.
    """
    from ictplan_utils.batch.template import settle_memory

    home = Path.cwd()
    chances, before = random.getstate(), process_state()
    for path, parameters in reports:
        os.chdir(cwd)
        nowhere = io.StringIO()
        with contextlib.suppress(Exception), contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
            make_plainly(path, parameters)
        os.chdir(home)
    random.setstate(chances)
    if process_state() != before:
        os._exit(1)
    settle_memory()


def make_plainly(path: str, parameters: dict) -> str:
    """Return the page of a notebook whose cells are run as a script: same calls, no shell, nothing caught."""
    import nbformat
    from IPython.core.formatters import DisplayFormatter
    from papermill.parameterize import parameterize_notebook

    from ictplan_utils import html

    notebook = nbformat.read(path, 4)
    notebook.metadata["papermill"] = nbformat.NotebookNode()
    for cell in notebook.cells:
        cell.metadata.setdefault("tags", [])
    notebook = parameterize_notebook(notebook, parameters, kernel_name="python3", language="python")
    names: dict = {"__name__": "__main__"}
    formatter = DisplayFormatter()
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        body = ast.parse(cell.source).body
        last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
        exec(compile(ast.Module(body, []), "cell", "exec"), names)
        if last is not None:
            shown = eval(compile(ast.Expression(last.value), "cell", "eval"), names)
            data, metadata = formatter.format(shown)
            cell.outputs = [nbformat.v4.new_output("execute_result", data, metadata=metadata, execution_count=1)]
    area = parameters.get("area") or parameters.get("parent") or ""
    return html.report_page(
        notebook, area=area, period=parameters.get("period", ""), lang=parameters.get("lang", "vi"),
        data_dir=parameters.get("data_dir", "data"),
    )  # fmt: skip
