"""How fast is the batch engine: side by side with the loops people write, and with the floor, in one run.

    python benchmarks/batch_speed.py            about twenty minutes: every goal, at 30 and at 300 areas
    python benchmarks/batch_speed.py --quick    about three minutes: smaller numbers, same comparisons

The areas are synthetic: copies of Tuần Giáo's real report under made-up names, in a temporary folder.
"""

from __future__ import annotations

import argparse
import compileall
import contextlib
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

REPO = Path(__file__).resolve().parents[1]
PERIOD = "2021-S1"
WORKERS = 2
BIN = Path(sys.executable).parent


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--quick", action="store_true", help="fewer areas")
    options.add_argument("--notebooks", default=str(REPO / "notebooks"), help="folder of notebooks to measure with")
    options.add_argument("--areas", nargs=2, type=int, metavar=("FEW", "MANY"), help="how many areas to run for")
    chosen = options.parse_args()
    few, many = chosen.areas or ((6, 24) if chosen.quick else (30, 300))

    with tempfile.TemporaryDirectory(prefix="ictplan-bench-") as temporary:
        place = Path(temporary)
        data = synthetic_areas(place / "data", many)
        # A copy of the package and its notebooks: an edit meanwhile would make every report stale.
        shutil.copytree(REPO / "ictplan_utils", place / "ictplan_utils")
        shutil.copytree(chosen.notebooks, place / "notebooks")
        compileall.compile_dir(place / "ictplan_utils", quiet=1)
        os.environ["PYTHONPATH"] = str(place)
        os.chdir(place)
        notebooks = area_notebooks(place / "notebooks")
        names = [path.stem for path in notebooks]
        print(f"notebooks {', '.join(names)}; synthetic areas copied from tuan-giao; {WORKERS} workers\n")

        imports = import_time()
        loop = cli_loop(notebooks, data, place / "loop")
        pool = papermill_pool(notebooks, data, place / "pool", areas=2 if chosen.quick else 4)
        small = engine(names, data, place / "small", few)
        floor = floor_of(place / "small", few, notebooks, data, place / "floor")
        large = engine(names, data, place / "large", many)
        unchanged = engine(names, data, place / "large", many)
        touch(data / "observations" / area(1) / f"{PERIOD}.csv")
        one = engine(names, data, place / "large", many)
        nation = verified_nation(place / "nation")

        print(f"  {'seconds a report':48}{'by clock':>8}{'by CPU':>8}")
        say("import pandas, matplotlib.pyplot, seaborn", imports.clock, imports.cpu)
        say("papermill CLI + nbconvert CLI, one by one", loop.clock, loop.cpu)
        say(f"papermill pool of {WORKERS} processes + nbconvert", pool.clock, pool.cpu)
        say(f"ictplan run, {few} areas, start included", small.clock, small.cpu)
        say(f"ictplan run, {few} areas, after the first", small.steady)
        say(f"ictplan run, {many} areas, start included", large.clock, large.cpu)
        say(f"ictplan run, {many} areas, after the first", large.steady)
        say("floor: plain calls in 2 warm Python workers", floor.clock, floor.cpu)
        print("  (on a busy machine believe the CPU column: it counts work, not waiting for others)\n")
        goal("throughput, x the CLI loop", loop.clock / large.clock, 35, at_least=True)
        goal("throughput, x the papermill pool", pool.clock / large.clock, 8, at_least=True)
        goal("x the floor, by clock", large.steady / floor.clock, 1.25)
        goal("x the floor, by CPU", large.cpu / floor.cpu, 1.25)
        goal("report's own work, x the imports, by CPU", floor.cpu / imports.cpu, 1 / 3)
        goal(f"per report at {many} areas, x that at {few}", large.steady / small.steady, 1.1)
        goal("memory of the whole run, GiB", max(small.gib, large.gib), 1.5)
        goal(f"{unchanged.reports} unchanged reports verified, s", unchanged.seconds, 2)
        goal(f"the nation's {nation.reports:,} unchanged reports verified, s", nation.seconds, 5)
        goal("  the same by CPU", nation.cpu, 5)
        print(f"{'':2}made again after one area changed: {one.made} of {one.reports} reports in {one.seconds:.1f} s")


def say(what: str, clock: float, cpu: float | None = None) -> None:
    print(f"  {what:48}{clock:8.3f}{'' if cpu is None else f'{cpu:8.3f}'}")


def goal(what: str, value: float, limit: float, at_least: bool = False) -> None:
    met = value >= limit if at_least else value <= limit
    print(f"  {what:48}{value:8.2f}   goal {'>=' if at_least else '<='} {limit:<6.3g}{'met' if met else 'NOT MET'}")


def area(number: int) -> str:
    return f"synthetic-{number:04}"


def synthetic_areas(folder: Path, count: int) -> Path:
    """Write a data folder with `count` areas below Điện Biên that have Tuần Giáo's report."""
    folder.mkdir()
    for path in (REPO / "data").glob("*.csv"):
        shutil.copy(path, folder)
    shutil.copytree(REPO / "data" / "forms", folder / "forms")
    header = (folder / "corrections.csv").read_text(encoding="utf-8").splitlines()[0]
    (folder / "corrections.csv").write_text(header + "\n", encoding="utf-8")
    with (folder / "areas.csv").open("a", encoding="utf-8") as areas:
        for number in range(1, count + 1):
            areas.write(f"{area(number)},S{number:04},Giả định {number},Synthetic {number},xã,commune,dien-bien,,,\n")
    for table in ("observations", "comparisons"):
        text = (REPO / "data" / table / "tuan-giao" / f"{PERIOD}.csv").read_text(encoding="utf-8")
        for number in range(1, count + 1):
            path = folder / table / area(number) / f"{PERIOD}.csv"
            path.parent.mkdir(parents=True)
            path.write_text(text.replace("tuan-giao", area(number)), encoding="utf-8")
    return folder


def area_notebooks(folder: Path) -> list[Path]:
    """Return the notebooks that the engine runs for an area."""
    from ictplan_utils.batch.schedule import list_notebooks

    return [each.path for each in list_notebooks(folder)[0] if each.scope == "area" and not each.only_named]


@dataclass
class Cost:
    """Seconds a report takes: by the clock, and of CPU (of all processes that had ended by then)."""

    clock: float
    cpu: float


@contextlib.contextmanager
def measured(reports: int) -> Iterator[Cost]:
    cost = Cost(time.perf_counter(), ended_cpu())
    yield cost
    cost.clock = (time.perf_counter() - cost.clock) / reports
    cost.cpu = (ended_cpu() - cost.cpu) / reports


def ended_cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def import_time() -> Cost:
    """Return what the three imports cost a Python that is up: the least of several tries, by clock and by CPU."""
    ready, nothing = (
        [python_run(code) for _ in range(5)] for code in ("import pandas, matplotlib.pyplot, seaborn", "pass")
    )
    clock, cpu = (min(map(what, ready)) - min(map(what, nothing)) for what in (lambda c: c.clock, lambda c: c.cpu))
    return Cost(clock, cpu)


def python_run(code: str) -> Cost:
    with measured(1) as cost:
        subprocess.run([sys.executable, "-c", code], check=True)
    return cost


def cli_loop(notebooks: list[Path], data: Path, folder: Path) -> Cost:
    """Time papermill's and nbconvert's commands, one report after the other, as a shell loop does it."""
    folder.mkdir()
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with measured(len(notebooks)) as cost:
        for path in notebooks:
            out = folder / path.name
            parameters = ["-p", "area", area(1), "-p", "period", PERIOD, "-p", "data_dir", str(data)]
            subprocess.run([BIN / "papermill", path, out, *parameters], **quiet)
            subprocess.run([BIN / "jupyter-nbconvert", "--to", "html", "--no-input", out], **quiet)
    return cost


def papermill_report(notebook: Path, name: str, data: Path, folder: Path) -> None:
    """Make a report as a Python user of papermill and nbconvert does."""
    import papermill
    from nbconvert import HTMLExporter

    out = folder / f"{name}-{notebook.name}"
    parameters = {"area": name, "period": PERIOD, "data_dir": str(data)}
    papermill.execute_notebook(str(notebook), str(out), parameters, progress_bar=False, cwd=str(folder.parent))
    page, _ = HTMLExporter(exclude_input=True).from_filename(str(out))
    out.with_suffix(".html").write_text(page, encoding="utf-8")


def papermill_pool(notebooks: list[Path], data: Path, folder: Path, areas: int) -> Cost:
    """Time a pool of processes that call papermill and nbconvert as libraries."""
    folder.mkdir()
    jobs = [(path, area(number)) for number in range(1, areas + 1) for path in notebooks]
    pool = ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn"))
    with (folder / "log").open("w") as log, contextlib.redirect_stderr(log), measured(len(jobs)) as cost:
        for done in [pool.submit(papermill_report, path, name, data, folder) for path, name in jobs]:
            done.result()
        pool.shutdown()
    return cost


@dataclass
class Run(Cost):
    """What one `ictplan run` took, and the most memory of all its processes together."""

    seconds: float
    steady: float
    reports: int
    made: int
    gib: float


def engine(names: list[str], data: Path, folder: Path, areas: int) -> Run:
    """Time `ictplan run` for the first `areas` areas, in a process of its own, watching its memory."""
    import json

    command = [sys.executable, "-m", "ictplan_utils.cli", "run", *names, "--period", PERIOD, "--json", "--data", data]
    for number in range(1, areas + 1):
        command += ["--area", area(number)]
    command += ["--notebooks", "notebooks", "--outputs", folder, "--workers", str(WORKERS)]
    first, total, made, failed = 0.0, 0, 0, []
    with measured(1) as cost:
        began = time.perf_counter()
        process = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, text=True)
        memory = Memory(process.pid)
        for line in process.stdout:
            event = json.loads(line)
            if event["event"] == "begin":
                total = event["total"]
            elif event["event"] == "report":
                first = first or time.perf_counter() - began
                made += 1
                if event["status"] != "ready":
                    failed.append(event["error"])
        process.wait()
    if failed or not total:
        sys.exit(f"{len(failed)} of {total} reports failed; the first:\n{failed[:1]}")
    steady = (cost.clock - first) / max(made - 1, 1)
    return Run(cost.clock / total, cost.cpu / total, cost.clock, steady, total, made, memory.stop())


class Memory(threading.Thread):
    """Watches the proportional memory of a process and all below it; shared pages count once."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid, self._most, self._ended = pid, 0, threading.Event()
        self.start()

    def run(self) -> None:
        while not self._ended.wait(1.0):
            self._most = max(self._most, sum(map(proportional, family(self._pid))))

    def stop(self) -> float:
        self._ended.set()
        self.join()
        return self._most / 2**20


def family(pid: int) -> list[int]:
    """Return a process and all its descendants."""
    found = [pid]
    for parent in found:
        with contextlib.suppress(OSError):
            found += [int(child) for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]
    return found


def proportional(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


# -- the floor ---------------------------------------------------------------------------------------------------


def floor_of(made: Path, areas: int, notebooks: list[Path], data: Path, folder: Path) -> Cost:
    """Time the notebooks' own calls, and nothing else, in two workers forked from a warm Python.

    They run the code of executed notebooks, format what its cells show (as a kernel does: HTML and plain text) and
    write the pages. No kernel, no fresh process for each, no messages, no papermill, no manifest.
    """
    warm = [sys.executable, __file__, "--floor"]
    command = [*warm, str(made), str(areas), str(data), str(folder), *map(str, notebooks)]
    env = {**os.environ, "MPLBACKEND": "agg", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=env)
    return Cost(*map(float, done.stdout.split()[-2:]))


def floor_main(made: str, areas: str, data: str, folder: str, *notebooks: str) -> None:
    from ictplan_utils.batch.warm import warm_up

    warm_up()
    out = Path(folder)
    out.mkdir()
    jobs = [(Path(path), area(number)) for number in range(1, int(areas) + 1) for path in notebooks]
    with measured(len(jobs)) as cost:
        for worker in range(WORKERS):
            if os.fork():
                continue
            try:
                for notebook, name in jobs[worker::WORKERS]:
                    plain_report(Path(made) / PERIOD / name / notebook.name, name, out / f"{name}-{notebook.stem}.html")
                os._exit(0)
            except BaseException:
                import traceback

                traceback.print_exc()
                os._exit(1)
        if any(os.wait()[1] for _ in range(WORKERS)):
            sys.exit("a worker of the floor failed")
    print(cost.clock, cost.cpu)


def plain_report(executed: Path, name: str, page: Path) -> None:
    """Do what a notebook does, without Jupyter."""
    import ast

    import nbformat
    from IPython.core.formatters import DisplayFormatter

    from ictplan_utils import html

    notebook = nbformat.read(executed, 4)
    names: dict = {"__name__": "__main__"}
    formatter = DisplayFormatter()
    with Path(os.devnull).open("w") as nowhere, contextlib.redirect_stdout(nowhere):
        for cell in notebook.cells:
            if cell.cell_type != "code":
                continue
            body = ast.parse(cell.source).body
            last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
            exec(compile(ast.Module(body, []), "cell", "exec"), names)
            if last is not None:
                formatter.format(eval(compile(ast.Expression(last.value), "cell", "eval"), names))
    page.write_text(html.report_page(notebook, area=name, period=PERIOD), encoding="utf-8")


@dataclass
class Verified:
    """How long a run took that found everything up to date."""

    reports: int
    seconds: float
    cpu: float


def verified_nation(place: Path) -> Verified:
    """Time the run that finds every report of a synthetic nation unchanged.

    One commune and one province are made; the other reports are written down as what they would have been made from.
    """
    from nation import YEARS, synthetic_nation

    from ictplan_utils.batch import engine, manifest, schedule
    from ictplan_utils.batch.inputs import States, all_files

    data, period = place / "data", f"{YEARS[-1]}-S1"
    synthetic_nation(data, YEARS[-2:], silent=0)
    common = ["--period", period, "--data", str(data), "--notebooks", "notebooks", "--outputs", str(place)]
    program = [sys.executable, "-m", "ictplan_utils.cli", "run", "--quiet", *common]
    commune, province = "synthetic-dien-bien-001", "dien-bien"
    for area in (commune, province):
        subprocess.run([*program, "--area", area], check=True, stdout=subprocess.DEVNULL)
    request = schedule.Request(everything=True, period=period, data=str(data), outputs=str(place),
                               notebooks_dir="notebooks")  # fmt: skip
    plan = schedule.make_schedule(request)
    book = manifest.Manifest(plan.folder, period)
    states = States(plan.data, plan.notebooks.parent, plan.folder / ".hashes.json")
    environment = manifest.environment(states)
    notebooks = {each.name: each for each in schedule.list_notebooks(plan.notebooks)[0]}
    models = dict(book.reports)
    files = [states.name(path) for path in all_files(plan.data)]
    asked = engine._jobs(plan, book, notebooks, environment, 600)
    for report, (_, entry) in zip(plan.reports, asked, strict=True):
        name = report.notebook.name
        model = models[f"{commune if report.notebook.scope == 'area' else province}/{name}"]
        read = [book.inputs[str(number)][0] for number in model["inputs"]]
        if report.notebook.scope == "area":
            read = [each.replace(commune, report.area) for each in read]
        else:
            inside = "synthetic-" if report.area == "viet-nam" else f"synthetic-{report.area}-"
            read = [each for each in read if "synthetic-" not in each] + [each for each in files if inside in each]
        outputs = {}
        for ending in ("html", "ipynb"):
            path = plan.folder / f"{report.key}.{ending}"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(report.key.encode())
            outputs[f"{report.key}.{ending}"] = manifest.sealed(path, report.key.encode())
        book.record(
            report.key, model | entry | {"outputs": outputs}, {each: states.of(each) for each in read}, environment
        )
    book.save()
    states.save()
    costs = []
    for _ in range(3):  # the first one writes the index
        with measured(1) as cost:
            done = subprocess.run([*program, "--all"], check=True, capture_output=True, text=True)
        costs.append(cost)
    assert not done.stderr, done.stderr
    return Verified(len(plan.reports), min(cost.clock for cost in costs), min(cost.cpu for cost in costs))


def touch(path: Path) -> None:
    """Change a data file without changing what it says."""
    with path.open("a", encoding="utf-8") as file:
        file.write("\n")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--floor"]:
        floor_main(*sys.argv[2:])
    else:
        main()
