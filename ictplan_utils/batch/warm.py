"""What a process holds ready for those that are forked from it: modules, what libraries keep, a report worked out."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from ictplan_utils.batch.inputs import Recorder

PRELOADED = (
    "pandas", "matplotlib.pyplot", "matplotlib.figure", "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg", "PIL.PngImagePlugin", "seaborn", "lxml.html", "bs4",
    "IPython.core.completerlib", "IPython.core.oinspect", "IPython.core.pylabtools", "IPython.extensions.storemagic",
    "ipykernel.ipkernel", "ipykernel.zmqshell", "asyncio", "pdb", "sqlite3", "papermill", "papermill.translators",
    "nbconvert.exporters.html", "nbconvert.filters.markdown_mistune", "nbconvert.filters.highlight",
    "pygments.lexers.python", "pygments.formatters.html", "nbclient.client", "PIL.BmpImagePlugin",
    "PIL.GifImagePlugin", "PIL.JpegImagePlugin", "PIL.PpmImagePlugin", "pandas.core.methods.to_dict",
    "pandas.io.formats.html", "pandas.io.formats.string", "pandas.io.formats.style", "encodings.unicode_escape",
    "encodings.utf_8_sig", "jinja2.ext", "mistune.plugins.def_list", "mistune.plugins.task_lists",
    "mistune.plugins.url", "pandas.core.reshape.reshape", "unittest.mock",
)  # fmt: skip
"""What a notebook and its page need, and what those import only at their first use. Never the inline backend:
imported before there is a shell to report to, it makes every figure of the child vanish."""

GARBAGE = 200_000
"""New objects after which a child looks for cycles among them. Python's 700 suits programs that live for days and
costs a report, which lives for a second and holds some hundred thousand, a tenth of its time."""


@contextlib.contextmanager
def without_grammar() -> Iterator[None]:
    """Spare the block what jsonschema takes two seconds to import: a grammar of international web addresses."""
    if "rfc3987_syntax" in sys.modules:
        yield
        return
    sys.modules["rfc3987_syntax"] = None
    try:
        yield
    finally:
        del sys.modules["rfc3987_syntax"]


def warm_up() -> None:
    """Import what children need, and make their garbage collector a cheap one."""
    import importlib
    import pkgutil

    import ictplan_utils

    ours = [module.name for module in pkgutil.walk_packages(ictplan_utils.__path__, "ictplan_utils.", onerror=str)]
    with without_grammar():
        for name in (*PRELOADED, *ours):
            with contextlib.suppress(Exception):  # a child that wants the module will say what is wrong with it
                importlib.import_module(name)
        for name in ictplan_utils.__all__:
            getattr(ictplan_utils, name)
    import matplotlib

    from ictplan_utils.batch.cells import prepared_shell
    from ictplan_utils.html.frame import exporter

    matplotlib.rcdefaults()  # somebody's matplotlibrc changes no report
    prepared_shell()
    exporter()
    settle_memory()


def rehearse(area: str, period: str, lang: str, data: str) -> None:
    """Show all that can be shown of a report, and keep nothing of it but what libraries and we keep warm.

    Fonts, glyphs, catalogue, templates, forecasts' trees; no notebook is run, as what it does might stay.
    """
    import inspect

    import nbformat
    from IPython.core.formatters import DisplayFormatter

    from ictplan_utils import charts, html, narrative, reports, tables

    with contextlib.suppress(Exception):  # whoever makes this report will say what is wrong with it
        report = reports.of(area, period, lang, data)
        charts.trend(report, next(iter(report.indicators)), forecast=True)._repr_html_()
        for room in (charts, narrative, tables):
            for show in filter(inspect.isfunction, vars(room).values()):
                asked = inspect.signature(show).parameters.values()
                if [each.name for each in asked if each.default is each.empty] == ["report"]:
                    DisplayFormatter().format(show(report))
        html.report_page(nbformat.v4.new_notebook(), area=area, period=period, lang=lang, data_dir=data)
    settle_memory()


def settle_memory() -> None:
    """Keep the garbage collector from touching, and so copying, the pages that all children share."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE)


_recorder: Recorder | None = None
"""What was read for the report that was worked out before this process was forked."""


def enter(cwd: str, env: Mapping[str, str], data: str | None) -> Recorder | None:
    """Be where a notebook is run; return what records its reading below or beside `data`, if that is to be known."""
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    return _recorder or (Recorder(data) if data else None)


def work_out(cwd: str, env: Mapping[str, str], data: str, asked: Mapping[str, Any]) -> None:
    """Work out the report that several notebooks are about to ask for, so that each takes it as it is."""
    from ictplan_utils import reports

    global _recorder
    _recorder = enter(cwd, env, data)
    with contextlib.suppress(Exception):  # the notebook that asks for it will say what is wrong with it
        reports.work_out(**asked)
    gc.freeze()
