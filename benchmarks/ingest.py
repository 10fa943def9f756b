"""How well documents are read: figures right / wrong with a warning / wrong in silence / missed, per habit.

Over the documents that tests make from the real plan's figures; and over the real plan itself where it lies
beside the repo. Goal: ≥ 99 % right, none wrong in silence. Run with `python benchmarks/ingest.py [HABIT …]`.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPO / "tests"))

from documents import by_hand, form, habits, mixed, writers  # noqa: E402

from ictplan_utils.documents import read_plan  # noqa: E402
from ictplan_utils.documents.ingest import ingest, stated  # noqa: E402
from ictplan_utils.observations import read_observations  # noqa: E402

SEED = REPO.parent / "shared" / "seed" / "plan-tuan-giao-2022.txt"
GOAL = 0.99
MIXED = 200


def show(name: str, score: form.Score, seconds: float) -> None:
    """Print one line of the table."""
    print(f"{name:32} {score.right:>6} {score.warned:>7} {score.silent:>7} {score.missed:>7} {seconds:>8.2f}")


def over_habits(wanted: list[str]) -> form.Score:
    """Read every made document and return the sum."""
    total, reading_time = form.Score(), 0.0
    for name, make in habits.HABITS.items():
        if (wanted and name not in wanted) or (name in habits.NEEDS_OFFICE and not writers.office()):
            continue
        with tempfile.TemporaryDirectory() as folder:
            made = make(Path(folder))
            start = time.perf_counter()
            score = form.score(read_plan(made.path), made.expected)
            seconds = time.perf_counter() - start
        show(name, score, seconds)
        total, reading_time = total + score, reading_time + seconds
    show("all made documents", total, reading_time)
    return total


def over_mixed() -> form.Score:
    """Read documents that mix the habits by chance, and return the sum; tests read a few of them."""
    total, start = form.Score(), time.perf_counter()
    for seed in range(MIXED):
        with tempfile.TemporaryDirectory() as folder:
            made = mixed.make(seed, Path(folder))
            total = total + form.score(read_plan(made.path), made.expected)
    show(f"{MIXED} mixed by chance", total, time.perf_counter() - start)
    return total


def over_hand() -> form.Score:
    """Read the documents written by another hand, as Word documents, and return the sum."""
    total, start = form.Score(), time.perf_counter()
    for name in by_hand.NAMES:
        document = by_hand.load(name)
        with tempfile.TemporaryDirectory() as folder:
            path = by_hand.word(document, Path(folder) / f"{name}.docx")
            reading = read_plan(path, document.area or None, document.report or None)
        read = reading.observations
        read = {(r.indicator, r.period, r.status) for r in read[~read["note"].str.startswith("suy ra")].itertuples()}
        either = {key: value for key, value in document.doubtful.items() if key in read}
        total = total + form.score(
            reading, [form.Stated(*key, value) for key, value in (document.figures | either).items()]
        )
    show(f"{len(by_hand.NAMES)} written by another hand", total, time.perf_counter() - start)
    return total


def over_seed() -> form.Score:
    """Read the real plan and hold it against the figures typed by hand."""
    observations = read_observations(form.DATA / "observations" / form.AREA / f"{form.REPORT}.csv", form.DATA)
    expected = [form.Stated(r.indicator, r.period, r.status, r.value) for r in observations.itertuples()]
    start = time.perf_counter()
    score = form.score(read_plan(SEED), expected)
    show("the real plan", score, time.perf_counter() - start)
    return score


def five_hundred_rows() -> None:
    """Print how long a workbook of 500 rows takes to read, and to ingest into an empty data folder."""
    body = form.grid(1, numbering=False)
    rows = [[form.ENCLOSED], [], body[0], *(body[1:] * 10)]
    with tempfile.TemporaryDirectory() as folder:
        path = writers.workbook(Path(folder) / "plan.xlsx", {"PL1": rows})
        start = time.perf_counter()
        reading = read_plan(path)
        read = time.perf_counter() - start
        data = Path(folder) / "data"
        data.mkdir()
        for name in ("indicators.csv", "areas.csv", "corrections.csv"):
            (data / name).write_bytes((form.DATA / name).read_bytes())
        shutil.copytree(form.DATA / "forms", data / "forms")
        start = time.perf_counter()
        outcome = ingest(path, data_dir=data)
        print(
            f"\na workbook of {len(rows)} rows: {len(stated(reading))} figures read in {read:.2f} s, "
            f"ingested in {time.perf_counter() - start:.2f} s ({outcome.new} rows written)"
        )


def main() -> int:
    """Print the table; return 1 where the goal is missed."""
    print(f"{'document':32} {'right':>6} {'warned':>7} {'silent':>7} {'missed':>7} {'seconds':>8}")
    total = over_habits(sys.argv[1:])
    if not sys.argv[1:]:
        total = total + over_mixed() + over_hand()
    if SEED.is_file() and not sys.argv[1:]:
        total = total + over_seed()
    figures = total.right + total.warned + total.silent + total.missed
    share = total.right / figures if figures else 0.0
    if not sys.argv[1:]:
        five_hundred_rows()
    print(f"\n{share:.2%} of {figures} figures right, {total.silent} wrong in silence (goal: ≥ {GOAL:.0%}, 0)")
    return 0 if share >= GOAL and not total.silent else 1


if __name__ == "__main__":
    sys.exit(main())
