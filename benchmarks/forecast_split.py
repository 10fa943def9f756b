"""Judge a forecaster on years and series it has not seen, group by group.

    python benchmarks/forecast_split.py PATH [--until 2018]      (PATH: half_years.csv.gz)

The split: Viet Nam's tables and the regulators' series are fitted up to `--until` and asked for the three years
after it; competitions and Australian statistics (which end before) are split in two by a hash of the name. Prints,
by group and number of past years, the shipped forecaster's error against the best single simple forecast and
against their median, and what its intervals cover. The shipped prior has seen these years: `report` takes any
other forecaster, fitted on what `split` returns first, and only that is a fair judgement.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Callable

import numpy as np
import pandas as pd

from ictplan_utils.forecast import Forecasts, predict_many
from ictplan_utils.forecast.scoring import (
    SCORED_LENGTHS,
    Windows,
    baselines,
    interval_score,
    read_series,
    symmetric_error,
    windows,
)

REGULATORS = ("enacom", "trai", "ncc")
OFFICIAL = ("retail", "pbs", "livestock")
BY_TIME = ("vn", *REGULATORS)
"""Sources that reach the present: split by time. The others are split by their series' names."""
GROUPS = ("vn", "official", "competition", "count", "rate", "share")
Ends = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def group_of(source: np.ndarray, kind: np.ndarray) -> np.ndarray:
    """Return the benchmark's group of each row (n,); "" for the competitions' seasonal stocks, which nobody judges."""
    regulator, flow = np.isin(source, REGULATORS), kind == "flow"
    choices = [flow & (source == "vn"), flow & (regulator | np.isin(source, OFFICIAL)), flow,
               (kind == "stock") & regulator, kind == "rate", kind == "share"]  # fmt: skip
    return np.select(choices, GROUPS, "")


def place_of(series: np.ndarray, source: np.ndarray) -> np.ndarray:
    """Return the place whose series know of one another; a series without one is alone."""
    parts = [name.split("/") for name in series]
    places = [{"enacom": part[-1], "trai": part[-1], "vn": part[1]}.get(src, "") if len(part) > 1 else ""
              for part, src in zip(parts, source, strict=True)]  # fmt: skip
    places = np.array(places, dtype=str)
    alone = ~np.isin(source, BY_TIME)
    return np.where(alone, series, np.char.add(np.char.add(source.astype(str), "/"), places))


def chosen_half(series: np.ndarray, salt: str = "") -> np.ndarray:
    """Tell which series are fitted on where names split: by a hash other than the one that made the file."""
    return np.array([hashlib.md5(f"{name}{salt}".encode()).digest()[0] % 2 == 0 for name in series], dtype=bool)


def split(table: pd.DataFrame, until: int, salt: str = "") -> tuple[pd.DataFrame, dict[int, Windows]]:
    """Return what may be fitted on, and the judged windows by length; `salt` chooses another half of the names."""
    by_time = table["source"].isin(BY_TIME).to_numpy()
    fit = np.where(by_time, table["year"] <= until, chosen_half(table["series"].to_numpy(str), salt))
    judged = {}
    for length in SCORED_LENGTHS:
        reached = table[~by_time | (table["year"] <= until + 3)]
        tasks = windows(reached, length)
        late = np.where(np.isin(tasks.source, BY_TIME), tasks.year > until, ~chosen_half(tasks.series, salt))
        judged[length] = tasks.take(late & (group_of(tasks.source, tasks.kind) != ""))
    return table[fit], judged


def asked(tasks: Windows) -> Forecasts:
    """Return what the forecaster in use says, series of one place and year knowing of one another."""
    place = np.char.add(place_of(tasks.series, tasks.source), tasks.year.astype(str))
    return predict_many(tasks.annual, tasks.halves, tasks.half, tasks.kind, place=place)


def shipped(tasks: Windows) -> Ends:
    """Return the shipped forecaster's point, lower80, upper80, lower95, upper95, each (n,)."""
    found = asked(tasks)
    return found.point, *found.interval(0.80), *found.interval(0.95)


def report(judged: dict[int, Windows], ask: Callable[[Windows], Ends]) -> pd.DataFrame:
    """Return one row a group and length: errors (%) and coverage (parts of 1)."""
    rows = []
    for length, tasks in judged.items():
        point, low80, high80, low95, high95 = ask(tasks)
        group = group_of(tasks.source, tasks.kind)
        for name in GROUPS:
            here = group == name
            if not here.any():
                continue
            part = tasks.take(here)
            simple = {n: symmetric_error(f, part.end).mean() for n, f in baselines(part).items()}
            median = simple.pop("median")
            best = min(simple, key=simple.__getitem__)
            error = symmetric_error(point[here], part.end).mean()
            rows.append(
                {"group": name, "length": length, "windows": len(part), "best": best, "best_error": simple[best],
                 "median_error": median, "error": error, "vs_best": 100 * (error / simple[best] - 1),
                 "vs_median": 100 * (error / median - 1),
                 "covers_80": ((low80[here] <= part.end) & (part.end <= high80[here])).mean(),
                 "covers_95": ((low95[here] <= part.end) & (part.end <= high95[here])).mean(),
                 "score_80": 100 * (interval_score(low80[here], high80[here], part.end, 0.8) / part.end).mean()}
            )  # fmt: skip
    return pd.DataFrame(rows)


def show(table: pd.DataFrame) -> None:
    """Print `report`, a line a group: the error against the best single simple forecast, and coverage."""
    for name in GROUPS:
        rows = table[table["group"] == name]
        for label, column, form in (("vs best", "vs_best", "{:+6.1f}"), ("vs median", "vs_median", "{:+6.1f}"),
                                    ("80 %", "covers_80", "{:6.2f}"), ("95 %", "covers_95", "{:6.2f}"),
                                    ("error", "error", "{:6.2f}"), ("windows", "windows", "{:6d}")):  # fmt: skip
            print(f"{name:12} {label:10}" + " ".join(form.format(value) for value in rows[column]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", help="half_years.csv.gz or a table of the same columns")
    parser.add_argument("--until", type=int, default=2018, help="the last year that is fitted on")
    options = parser.parse_args()
    show(report(split(read_series(options.path), options.until)[1], shipped))


if __name__ == "__main__":
    main()
