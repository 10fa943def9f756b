"""Real faults against the batch engine: kill -9, Ctrl-C, a full disk, two runs at once, notebooks that misbehave.

The long version (`make faults`) kills at random moments, 200 times (--kills).
"""

import contextlib
import signal
import subprocess
import threading
import time
from multiprocessing import Pipe
from pathlib import Path

import pytest
from engine import TARGETS, Moment, World, events, kill_once, kill_one
from synthetic import PERIOD, only, synthetic_data

from ictplan_utils.batch.engine import Workers, _job, run
from ictplan_utils.batch.progress import Quiet
from ictplan_utils.batch.schedule import Request, make_schedule
from ictplan_utils.batch.template import FORKS

pytestmark = pytest.mark.skipif(not FORKS, reason="signals and process groups of Linux")


def test_kills_at_random_moments_lose_nothing_that_was_done(tmp_path, faults, chance, long, request):
    world = World(tmp_path)
    problems = []
    for number in range(request.config.getoption("--kills")):
        faults["kill -9 of the engine's processes, injected"] += 1
        found = kill_once(world, TARGETS[number % len(TARGETS)], chance)
        faults["kill -9 of the engine's processes, survived"] += not found
        problems += found
    assert problems == []


def test_kills_lose_nothing_that_was_done(tmp_path):
    world = World(tmp_path)
    world.hold()
    run = world.start()
    done = []
    victims = iter(["notebook", "worker", "template", "engine"])
    for event in events(run, Moment().left):
        if event["event"] == "report":
            if event["status"] == "ready":  # what two kills have struck is not
                done.append(event["report"])
            kill_one(run.pid, next(victims, "engine"))
    assert run.wait() == -signal.SIGKILL
    assert "Traceback" not in run.communicate()[1]
    finish(world, done)


def test_second_run_and_ctrl_c_leave_the_first_whole(tmp_path):
    world = World(tmp_path, areas=2)
    world.hold()
    first = world.start()
    reports = events(first, Moment().left)
    assert next(reports)["event"] == "begin"
    second = world.start()
    second.wait()
    assert second.returncode == 2
    assert f"is in use by another run (process {first.pid} on" in second.communicate()[1]
    done = set()
    pressing = threading.Thread(target=press_ctrl_c_until_it_ends, args=(first,))
    for event in reports:
        if not done:
            pressing.start()
        done.add(event["report"])
    pressing.join()
    assert first.wait() == 130
    assert first.communicate()[1].strip() == "ictplan: stopped; run the same command again to finish the rest"
    finish(world, done)


def press_ctrl_c_until_it_ends(run):
    while run.poll() is None:
        run.send_signal(signal.SIGINT)
        time.sleep(0.002)


def finish(world, done):
    """Run again; what was written down as done is not made again, and the rest is."""
    ready = {key for key, entry in world.entries().items() if entry["status"] == "ready"}
    assert ready >= set(done)
    world.let_go()
    again = world.start()
    made = [event["report"] for event in events(again, Moment().left) if event["event"] == "report"]
    assert again.wait() == 0
    assert sorted(made) == sorted(world.expected - ready)
    assert list(world.is_true()) == []


@contextlib.contextmanager
def small_disk(folder, *options):
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", *options, "tmpfs", str(folder)], capture_output=True)
    if mounted.returncode:
        pytest.skip("mounting a small disk needs root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_full_disk_is_one_sentence_and_the_rest_is_made_later(tmp_path):
    world = World(tmp_path, areas=2)
    with small_disk(world.outputs, "-o", "size=40k"):
        stopped = world.start()
        error = stopped.communicate()[1]
        assert stopped.returncode == 2, error
        assert "No space left on device" in error
        assert "Traceback" not in error
        assert len(error.strip().splitlines()) == 1
        assert not [path for path in world.outputs.rglob("*.html") if not path.read_bytes().rstrip().endswith(b">")]
        subprocess.run(["mount", "-o", "remount,size=50m", str(world.outputs)], check=True)
        again = world.start()
        again.communicate()
        assert again.returncode == 0
        assert list(world.is_true()) == []


def test_outputs_that_are_read_only_are_one_sentence(tmp_path):
    world = World(tmp_path, areas=1)
    with small_disk(world.outputs, "-o", "ro"):
        stopped = world.start()
        error = stopped.communicate()[1]
        assert stopped.returncode == 2
        assert "Read-only file system" in error
        assert len(error.strip().splitlines()) == 1


def test_reports_whose_workers_died_together_are_made_alone_then(tmp_path):
    given, others = [], []

    class Dying:
        def spawn(self, _):
            others.append(sum(not each.closed for each in given))
            ours, theirs = Pipe()
            theirs.close()
            given.append(ours)
            return ours

        def last_words(self):
            return ""

    schedule = make_schedule(Request(areas=["tuan-giao"], period=PERIOD, notebooks=["audit", "trends"]))
    jobs = [_job(report, schedule, {}, set(), 60) for report in schedule.reports]
    results = list(Workers(2, Dying()).results(jobs))
    assert [result.key for result in results] == ["tuan-giao/audit", "tuan-giao/trends"]
    assert others == [0, 1, 0, 0]


def test_notebooks_that_misbehave_take_nobody_along(tmp_path):
    data = synthetic_data(tmp_path / "data")

    def make(name: str, notebooks: list[str], seconds: float):
        folder, out = only(tmp_path / name, *notebooks), tmp_path / f"{name}-out"
        request = Request(everything=True, period=PERIOD, data=str(data), notebooks_dir=str(folder), outputs=str(out))
        return run(make_schedule(request), Workers(2), Quiet(), timeout=seconds)

    outcome = make("fall", ["words", "closes_sockets", "forks", "grows", "kills_parent", "good"], 600)
    assert {key.split("/")[1] for key in outcome.made} == {"words", "good", "forks"}
    assert "its worker died" in outcome.failed["synthetic-001/kills_parent"]
    assert "its process ended" in outcome.failed["synthetic-001/closes_sockets"]
    assert "Unable to allocate" in outcome.failed["synthetic-001/grows"]
    sleeper = (tmp_path / "fall-out" / PERIOD / "synthetic-001" / "forks.ipynb").read_text(encoding="utf-8")
    pid = sleeper.split("child ")[1].split("\\n")[0]
    assert not Path(f"/proc/{pid}").exists() or "time.sleep(3600)" not in Path(f"/proc/{pid}/cmdline").read_text()
    # What stands still is waited for; long enough for the other report, on a busy machine too.
    outcome = make("stand", ["stops", "words"], 15)
    assert outcome.made == ["synthetic-001/words"]
    assert "took longer than 15 s" in outcome.failed["synthetic-001/stops"]
