"""The engine on a real dask cluster on this machine: a scheduler, two workers, one of them killed in the middle."""

import json
import signal
import subprocess
import sys

import pytest
from synthetic import PERIOD, frozen_package, only, synthetic_data

from ictplan_utils.batch import manifest
from ictplan_utils.batch.template import FORKS

pytest.importorskip("distributed")
pytestmark = pytest.mark.skipif(not FORKS, reason="kills processes as Linux does")


@pytest.fixture
def package(tmp_path):
    """A copy of the package: an edit of the real one meanwhile would part the cluster's version from the engine's."""
    return frozen_package(tmp_path)


@pytest.fixture
def start(package):
    """Start a dask command; end it with the test."""
    started = []

    def start(command, *options):
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", command, *options, "--no-dashboard"],
            stderr=subprocess.PIPE, text=True, cwd=package, start_new_session=True,
        )  # fmt: skip
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def said(process, words):
    """Read what a process says until it says `words`; return that line."""
    for line in process.stderr:
        if words in line:
            return line
    raise AssertionError(f"{process.args} ended without {words!r}")


def test_reports_of_a_lost_worker_are_made_elsewhere(start, package, tmp_path):
    scheduler = start("scheduler", "--port", "0", "--host", "127.0.0.1")
    address = said(scheduler, "Scheduler at:").split()[-1]
    workers = [start("worker", address, "--no-nanny", "--nthreads", "1") for _ in range(2)]
    for worker in workers:
        said(worker, "Registered to")

    data = synthetic_data(tmp_path / "data", areas=3)
    notebooks = only(tmp_path / "nb", "good", "words", "rollup", "fails")
    outputs = tmp_path / "outputs"
    common = ["run", "--all", "--period", PERIOD, "--json", "--data", data, "--notebooks", notebooks]
    command = [sys.executable, "-m", "ictplan_utils.cli", *map(str, [*common, "--outputs", outputs])]
    run = subprocess.Popen(
        [*command, "--cluster", address], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=package
    )
    events = []
    for line in run.stdout:
        events.append(json.loads(line))
        if events[-1]["event"] == "report" and workers[0].returncode is None:
            workers[0].send_signal(signal.SIGKILL)
            workers[0].wait()
    error = run.communicate()[1].decode()
    assert run.returncode == 1, error
    status = {event["report"]: event["status"] for event in events if event["event"] == "report"}
    areas = [f"synthetic-00{n}" for n in (1, 2, 3)]
    assert status == {
        **{f"{area}/{name}": "ready" for area in areas for name in ("good", "words")},
        **{f"{area}/fails": "failed" for area in areas},
        **{f"{area}/rollup": "ready" for area in ("dien-bien", "viet-nam")},
    }
    for key, entry in manifest.Manifest(outputs / PERIOD, PERIOD).reports.items():
        for name, seal in entry["outputs"].items():
            assert manifest.intact(outputs / PERIOD / name, seal), name
        assert (outputs / PERIOD / "failed" / f"{key}.ipynb").is_file() == (entry["status"] == "failed")


def test_cluster_that_is_not_there_is_one_sentence(tmp_path, monkeypatch):
    from click.testing import CliRunner

    from ictplan_utils import cli
    from ictplan_utils.batch import cluster

    monkeypatch.setattr(cluster, "CONNECT_S", 0.2)
    data = synthetic_data(tmp_path / "data")
    notebooks = only(tmp_path / "nb", "words")
    common = ["--data", str(data), "--notebooks", str(notebooks), "--outputs", str(tmp_path / "outputs")]
    ran = CliRunner().invoke(cli.main, ["run", "--all", "--period", PERIOD, *common, "--cluster", "tcp://127.0.0.1:1"])
    assert ran.exit_code == 2
    assert "no dask scheduler answers" in ran.stderr
    assert not (tmp_path / "outputs").exists()


def test_a_scheduler_that_vanishes_ends_the_run_with_what_was_made(start, package, tmp_path):
    scheduler = start("scheduler", "--port", "0", "--host", "127.0.0.1")
    address = said(scheduler, "Scheduler at:").split()[-1]
    worker = start("worker", address, "--no-nanny", "--nthreads", "1")
    said(worker, "Registered to")
    data = synthetic_data(tmp_path / "data", areas=6)
    notebooks = only(tmp_path / "nb", "good", "words")
    outputs = tmp_path / "outputs"
    common = ["run", "--all", "--period", PERIOD, "--json", "--data", data, "--notebooks", notebooks]
    command = [
        sys.executable,
        "-m",
        "ictplan_utils.cli",
        *map(str, [*common, "--outputs", outputs]),
        "--cluster",
        address,
    ]
    run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=package, text=True)
    made = []
    for line in run.stdout:
        event = json.loads(line)
        if event["event"] == "report":
            made.append(event["report"])
            scheduler.send_signal(signal.SIGKILL)
    error = run.communicate()[1]
    assert run.returncode == 2, error
    assert f"the scheduler is gone after {len(made)} report" in error
    assert len(error.splitlines()) == 1
    ready = {key for key, entry in manifest.Manifest(outputs / PERIOD, PERIOD).reports.items() if entry["outputs"]}
    assert ready == set(made)
    assert all(f"{key}.html" in (outputs / PERIOD / "index.html").read_text(encoding="utf-8") for key in made)
