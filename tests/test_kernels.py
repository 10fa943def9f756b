"""Kernels forked from the template: the same results as ordinary ones, nothing left from one to the next."""

import os
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ictplan_utils.kernels.template import WARM, Template

NOTEBOOKS = Path(__file__).parent / "notebooks"
REPO = Path(__file__).resolve().parents[1]

pytestmark = pytest.mark.skipif(not WARM, reason="kernels are forked on Linux only")


@pytest.fixture(scope="module")
def template():
    with Template() as template:
        yield template


# What the template runs must be importable by it: these are the bodies of forked children.
def outputs_of(connection, address, names):
    import logging

    import papermill

    from ictplan_utils.batch.papermill_engine import register
    from ictplan_utils.kernels.provisioner import use_warm_kernels

    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    register()
    if address:
        use_warm_kernels(address)
    for name in names:
        notebook = papermill.execute_notebook(
            str(NOTEBOOKS / f"{name}.ipynb"),
            None,
            engine_name="ictplan",
            progress_bar=False,
            kept=[],
            most_output=10**6,
            timeout_func=lambda cell: 60,
            cwd=str(REPO),
        )
        connection.send([cell.get("outputs") for cell in notebook.cells])


def wait_forever(connection):
    time.sleep(3600)


def start_a_sleeper(connection):
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"])
    connection.send(child.pid)
    time.sleep(3600)


@pytest.fixture(scope="module", autouse=True)
def importable():
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(Path(__file__).parent), before]))
    yield
    if before is None:
        del os.environ["PYTHONPATH"]
    else:
        os.environ["PYTHONPATH"] = before


def ended(pid):
    """Wait until a process, not necessarily our own, is gone."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    select.select([handle], [], [])
    os.close(handle)
    return True


def test_forked_kernel_gives_what_an_ordinary_kernel_gives(importable, template):
    warm, _ = template.spawn(outputs_of, template.address, ["good"])
    cold, _ = template.spawn(outputs_of, None, ["good"])
    assert warm.recv() == cold.recv()


def test_figures_do_not_vanish(template):
    connection, _ = template.spawn(outputs_of, template.address, ["good"])
    assert "image/png" in str(connection.recv())


def test_nothing_leaks_from_one_notebook_to_the_next(template):
    connection, _ = template.spawn(outputs_of, template.address, ["leaks", "leaks"])
    first, second = connection.recv(), connection.recv()
    assert first == second
    assert "False 10.0 False 60 False" in str(first)


def test_hanging_up_ends_a_child_and_all_it_started(template):
    connection, pid = template.spawn(start_a_sleeper)
    sleeper = connection.recv()
    connection.close()
    assert ended(pid)
    assert ended(sleeper)


def test_children_end_when_the_template_is_killed():
    with Template() as template:
        connection, pid = template.spawn(wait_forever)
        template._process.kill()
        with pytest.raises((EOFError, OSError)):
            connection.recv()
        assert ended(pid)
        again, second = template.spawn(wait_forever)
        assert second != pid, "a new template is started for the next child"
        again.close()


def test_template_and_its_folder_go_when_the_owner_is_killed(tmp_path):
    script = (
        "import os, test_kernels\n"
        "from ictplan_utils.kernels.template import Template\n"
        "template = Template()\n"
        "connection, pid = template.spawn(test_kernels.wait_forever)\n"
        "print(pid, template._process.pid, template.address, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    owner = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    pid, template_pid, address = owner.stdout.split()
    assert ended(int(pid))
    assert ended(int(template_pid))
    assert not Path(address).parent.exists()
