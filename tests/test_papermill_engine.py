"""The papermill engine `ictplan`: what papermill's own gives, and nothing left from one notebook to the next."""

from __future__ import annotations

import contextlib
import os
import re
import select
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import papermill
import pytest
from nbclient.exceptions import CellTimeoutError
from places import REPO
from synthetic import NOTEBOOKS

from ictplan_utils.batch import template as template_module
from ictplan_utils.batch.template import FORKS, Template

pytestmark = pytest.mark.skipif(not FORKS, reason="processes are forked on Linux only")


@pytest.fixture(scope="module")
def template():
    with Template() as template:
        yield template


def executed(name, engine, **options):
    """Execute a notebook of tests/notebooks; return it as far as it came."""
    path = options.pop("folder") / "executed.ipynb"
    with contextlib.suppress(papermill.PapermillExecutionError):
        papermill.execute_notebook(
            str(NOTEBOOKS / f"{name}.ipynb"), str(path), engine_name=engine, progress_bar=False, cwd=REPO, **options
        )
    return nbformat.read(path, 4)


LOST = 120
"""Seconds after which a kernel's message is lost for which papermill's own engine would wait for ever."""


def as_papermill_does(name, **options):
    """Execute a notebook by papermill's own engine, anew where it waits for a message that was lost."""
    for _ in range(2):
        with contextlib.suppress(CellTimeoutError):
            return executed(name, None, execution_timeout=LOST, **options)
    return executed(name, None, execution_timeout=LOST, **options)


def comparable(notebook):
    """Return each cell's count and outputs, its words joined: a kernel sends them when a clock says so."""
    found = []
    for cell in notebook.cells:
        words, others = {}, []
        for output in cell.get("outputs", []):
            if output.output_type == "stream":
                words[output.name] = words.get(output.name, "") + output.text
            else:
                others.append(output)
        text = re.sub(r"0x[0-9a-f]{6,}|[0-9a-f]{32}", "…", repr((words, others)))
        found.append((cell.get("execution_count"), text))
    return found


def test_every_kind_of_output_is_what_papermills_own_engine_gives(tmp_path):
    ours, theirs = executed("shows", "ictplan", folder=tmp_path), as_papermill_does("shows", folder=tmp_path)
    for cell, mine, wanted in zip(theirs.cells, comparable(ours), comparable(theirs), strict=True):
        assert mine == wanted, cell.source
    assert "second" in str(ours.cells), "a display is updated in the cell that showed it"
    assert "inside a widget" in str(ours.metadata.widgets)
    assert {**ours.metadata.language_info} == {**theirs.metadata.language_info}


def test_what_other_programs_print_stands_where_it_was_printed(tmp_path):
    run = "subprocess.run([sys.executable, '-c', 'print(2)'])"
    source = f"import subprocess, sys\nprint(1)\nthen = {run}\nprint(3)\ndisplay('shown')\nthen = {run}"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    nbformat.write(notebook, tmp_path / "prints.ipynb")
    made = papermill.execute_notebook(tmp_path / "prints.ipynb", None, engine_name="ictplan", progress_bar=False)
    assert [output.get("text", "shown") for output in made.cells[0].outputs] == ["1\n2\n3\n", "shown", "2\n"]


def test_parameters_and_figures_are_what_papermills_own_engine_gives(tmp_path):
    parameters = {"area": "quai-to", "lang": "en"}
    ours = executed("good", "ictplan", folder=tmp_path, parameters=parameters)
    theirs = as_papermill_does("good", folder=tmp_path, parameters=parameters)
    assert comparable(ours) == comparable(theirs)
    assert "image/png" in str(ours.cells)
    assert "quai-to 2021-S1 en" in str(ours.cells)


def test_a_notebook_that_names_no_kernel_is_pythons(tmp_path):
    notebook = nbformat.read(NOTEBOOKS / "no_parameters.ipynb", 4)
    notebook.metadata.clear()
    nbformat.write(notebook, tmp_path / "bare.ipynb")
    made = papermill.execute_notebook(tmp_path / "bare.ipynb", None, engine_name="ictplan", progress_bar=False)
    assert "as it stands" in str(made.cells)


def test_nothing_leaks_from_one_notebook_to_the_next(tmp_path):
    first, second = (executed("leaks", "ictplan", folder=tmp_path) for _ in range(2))
    assert comparable(first) == comparable(second)
    assert "False 10.0 False 60 False" in str(first)


def test_a_cells_time_is_bounded_as_papermill_bounds_it(tmp_path):
    with pytest.raises(TimeoutError, match="timed out"):
        executed("hangs", "ictplan", folder=tmp_path, execution_timeout=1)


# -- the template ------------------------------------------------------------------------------------------------
# What it runs must be importable by it: these are the bodies of forked children.


def wait_forever(connection):
    time.sleep(3600)


def start_sleepers(connection):
    sleep = [sys.executable, "-c", "import time; time.sleep(3600)"]
    child = subprocess.Popen(sleep)
    daemon = subprocess.Popen(sleep, start_new_session=True)
    connection.send([child.pid, daemon.pid])
    time.sleep(3600)


def working_folder_modules(connection):
    import json
    import random

    connection.send([json.__file__, random.__file__, [path for path in sys.path if path in ("", str(Path.cwd()))]])


def rc_params(connection):
    import matplotlib

    connection.send(matplotlib.rcParams["font.size"])


@pytest.fixture(scope="module", autouse=True)
def importable():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(
            "PYTHONPATH", os.pathsep.join(filter(None, [str(Path(__file__).parent), os.environ.get("PYTHONPATH")]))
        )
        yield


def ended(pid):
    """Wait until a process, not necessarily our own, is gone."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    select.select([handle], [], [])
    os.close(handle)
    return True


def test_hanging_up_ends_a_child_and_all_it_started_daemons_too(template):
    connection = template.spawn(start_sleepers)
    sleepers = connection.recv()
    connection.close()
    assert all(map(ended, sleepers))


def test_children_end_when_the_template_is_killed():
    with Template() as template:
        connection = template.spawn(wait_forever)
        template._process.kill()
        with pytest.raises((EOFError, OSError)):
            connection.recv()
        template.spawn(wait_forever).close()  # a new template is started for the next child


def test_a_template_that_is_stopped_is_replaced(monkeypatch):
    with Template() as template:
        template.spawn(wait_forever).close()
        monkeypatch.setattr(template_module, "START_S", 0.5)
        os.kill(template._process.pid, 19)
        stopped = template._process.pid
        monkeypatch.setattr(template, "start", lambda start=template.start: (
            monkeypatch.setattr(template_module, "START_S", 60) if not template._process else None, start())
        )  # fmt: skip
        template.spawn(wait_forever).close()
        assert ended(stopped)


def test_everything_ends_when_the_owner_is_killed():
    script = (
        "import os, test_papermill_engine as tests\n"
        "from ictplan_utils.batch.template import Template\n"
        "template = Template()\n"
        "connection = template.spawn(tests.start_sleepers)\n"
        "print(template._process.pid, *connection.recv(), flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    owner = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert all(ended(int(pid)) for pid in owner.stdout.split())


def test_code_beside_the_documents_is_never_run(tmp_path, monkeypatch):
    for name in ("json", "random", "ictplan_utils", "matplotlib"):
        (tmp_path / f"{name}.py").write_text(f"raise SystemExit('{name}.py of the working folder was run')")
    monkeypatch.chdir(tmp_path)
    with Template() as template:
        places = template.spawn(working_folder_modules).recv()
    assert not [place for place in places[:2] if place.startswith(str(tmp_path))]
    assert places[2] == []


def test_a_users_matplotlibrc_changes_nothing(tmp_path, monkeypatch):
    (tmp_path / "matplotlibrc").write_text("font.size: 33\n")
    monkeypatch.setenv("MATPLOTLIBRC", str(tmp_path))
    with Template() as template:
        assert template.spawn(rc_params).recv() == 10.0


def test_a_temporary_folder_with_a_long_name_is_no_trouble(tmp_path, monkeypatch):
    folder = tmp_path / ("long" * 40)
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    with Template() as template:
        assert template.spawn(rc_params).recv() == 10.0
