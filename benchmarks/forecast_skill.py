"""Measure the forecaster against what people use today, on half-year series with known ends.

    python benchmarks/forecast_skill.py PATH [--fast] [--kinds flow stock]

Prints, by kind and number of past years: the symmetric error (%) of every simple forecast, of their median,
of AutoETS and AutoTheta on the half-year series (where statsforecast is installed), and of ours; the coverage
of the 80 % and 95 % intervals; the mean interval score, as it is and relative to the year's end; and every
group of more than 100 series (source, kind, length) where ours loses to the best simple forecast by over 2 %.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from ictplan_utils.forecast import predict_many
from ictplan_utils.forecast.predict import KINDS
from ictplan_utils.forecast.scoring import (
    SCORED_LENGTHS,
    Windows,
    baselines,
    interval_score,
    read_series,
    symmetric_error,
    windows,
)

COVERAGES = (0.80, 0.95)
LARGE_GROUP = 100
TOLERATED_LOSS = 1.02
NATION = 3_321 * 33
"""Communes times indicators: the forecasts of a national report."""


def semesters(tasks: Windows) -> list[np.ndarray]:
    """Return each task's half-year series, this year's half last."""
    second = np.where(tasks.flow[:, None], tasks.annual - tasks.halves, tasks.annual)
    path = np.stack([tasks.halves, second], axis=2).reshape(len(tasks), -1)
    return [np.append(row, half) for row, half in zip(path, tasks.half, strict=True)]


def statistical(tasks: Windows) -> dict[str, tuple[np.ndarray, dict[float, tuple[np.ndarray, np.ndarray]]]]:
    """Return AutoETS's and AutoTheta's point and intervals of the year's end; a failed fit repeats the half."""
    from statsforecast.models import AutoETS, AutoTheta

    series, add = semesters(tasks), np.where(tasks.flow, tasks.half, 0.0)
    found = {}
    for name, model in (("AutoETS", AutoETS), ("AutoTheta", AutoTheta)):
        rows = []
        for path in series:
            try:
                one = model(season_length=2).forecast(y=path, h=1, level=[80, 95])
                rows.append([one["mean"][0], one["lo-80"][0], one["hi-80"][0], one["lo-95"][0], one["hi-95"][0]])
            except Exception:  # a library's fit of three points may fail in any way; it then has no opinion
                rows.append([path[-1]] * 5)
        table = np.array(rows, float)
        table = np.where(np.isfinite(table), table, np.array([path[-1] for path in series])[:, None])
        table += add[:, None]
        found[name] = table[:, 0], {0.80: (table[:, 1], table[:, 2]), 0.95: (table[:, 3], table[:, 4])}
    return found


def show_kind(tasks: Windows, length: int, models_on: int) -> list[str]:
    """Print one kind and length; return a line for every large group that loses."""
    simple = {name: symmetric_error(f, tasks.end) for name, f in baselines(tasks).items()}
    found = predict_many(tasks.annual, tasks.halves, tasks.half, tasks.kind)
    ours = symmetric_error(found.point, tasks.end)
    median = simple.pop("median")
    best = min(simple, key=lambda name: simple[name].mean())
    kind = tasks.kind[0]
    print(f"\n{kind}, {length} past year(s): {len(tasks)} windows")
    print("  " + "  ".join(f"{name} {error.mean():.2f}" for name, error in simple.items()))
    print(f"  median of these {median.mean():.2f}   ours {ours.mean():.2f}: "
          f"{100 * (ours.mean() / simple[best].mean() - 1):+.1f} % against {best}, "
          f"{100 * (ours.mean() / median.mean() - 1):+.1f} % against the median")  # fmt: skip
    intervals = {"ours": {coverage: found.interval(coverage) for coverage in COVERAGES}}
    if models_on:
        # Few enough to wait for: the same windows for the models and for ours beside them.
        rows = np.unique(np.linspace(0, len(tasks) - 1, min(models_on, len(tasks))).astype(int))
        few = tasks.take(rows)
        for name, (point, ends) in statistical(few).items():
            error = symmetric_error(point, few.end).mean()
            print(f"  {name} {error:.2f} on {len(few)} windows: ours {100 * (ours[rows].mean() / error - 1):+.1f} %")
            show_intervals(f"{name}, {len(few)} windows", few, ends)
        ends = {coverage: tuple(end[rows] for end in intervals["ours"][coverage]) for coverage in COVERAGES}
        show_intervals(f"ours, {len(few)} windows", few, ends)
    show_intervals("ours", tasks, intervals["ours"])
    return losing_groups(tasks, length, simple, ours)


def show_intervals(name: str, tasks: Windows, ends: dict[float, tuple[np.ndarray, np.ndarray]]) -> None:
    """Print coverage and interval score; `ends`: coverage → lower, upper (n,)."""
    parts = []
    for coverage, (lower, upper) in ends.items():
        inside = ((lower <= tasks.end) & (tasks.end <= upper)).mean()
        score = interval_score(lower, upper, tasks.end, coverage)
        relative = 100 * (score / tasks.end).mean()
        parts.append(f"{coverage:.0%} covers {inside:.1%}, score {score.mean():.6g} ({relative:.1f} % of the end)")
    print(f"  {name} intervals: " + "; ".join(parts))


def losing_groups(tasks: Windows, length: int, simple: dict[str, np.ndarray], ours: np.ndarray) -> list[str]:
    """Return a line for every source with enough series where ours is worse than its best simple forecast."""
    lines = []
    for source in np.unique(tasks.source):
        rows = tasks.source == source
        series = len(np.unique(tasks.series[rows]))
        best = min(simple, key=lambda name: simple[name][rows].mean())
        ratio = ours[rows].mean() / simple[best][rows].mean()
        if series > LARGE_GROUP and ratio > TOLERATED_LOSS:
            lines.append(
                f"{source} {tasks.kind[0]} {length}: {series} series, {100 * (ratio - 1):+.1f} % against {best}"
            )
    return lines


def show_speed(tasks: Windows) -> None:
    """Time as many forecasts as a national report needs."""
    rows = np.resize(np.arange(len(tasks)), NATION)
    many = tasks.take(rows)
    started = time.perf_counter()
    found = predict_many(many.annual, many.halves, many.half, many.kind)
    found.interval(0.8)
    print(f"\n{NATION:,} forecasts with intervals: {time.perf_counter() - started:.1f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", help="half_years.csv.gz or a table of the same columns")
    parser.add_argument("--fast", action="store_true", help="leave out AutoETS and AutoTheta (minutes)")
    parser.add_argument(
        "--models-on", type=int, default=10**9, metavar="N",
        help="windows of each kind and length that AutoETS and AutoTheta forecast (default: all)",
    )  # fmt: skip
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    options = parser.parse_args()
    table = read_series(options.path)
    with_models = not options.fast
    if with_models:
        try:
            import statsforecast  # noqa: F401
        except ImportError:
            with_models = False
            print("statsforecast is not installed: AutoETS and AutoTheta are left out (pip install statsforecast)")
    losing: list[str] = []
    for kind in options.kinds:
        for length in SCORED_LENGTHS:
            tasks = windows(table[table["kind"] == kind], length)
            if len(tasks):
                losing += show_kind(tasks, length, options.models_on if with_models else 0)
    print("\nLarge groups where ours loses by more than 2 %:", *(losing or ["none"]), sep="\n  ")
    show_speed(windows(table, 3))


if __name__ == "__main__":
    main()
