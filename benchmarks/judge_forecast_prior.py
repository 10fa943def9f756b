"""Judge a fitted prior on series it never saw, calibrate its intervals, and write prior.json.

Called by fit_forecast_prior.py, which hands over one prior a fold and the one fitted on all series.
"""

from __future__ import annotations

import datetime
import json

import fit_forecast_prior as fitting
import numpy as np
import pandas as pd

from ictplan_utils.forecast import paths, prior
from ictplan_utils.forecast.predict import KINDS, predict_many
from ictplan_utils.forecast.scoring import SCORED_LENGTHS, Windows, baselines, symmetric_error, windows

ENOUGH_FOR_SIDES = 1000
"""Windows from which each side of an interval gets its own factor."""
POOLED_WINDOWS = 150
"""Windows of one kind and length that weigh as much as the kind's windows of all lengths together."""
LARGE_GROUP, TOLERATED_LOSS = 100, 1.02
SOURCES = (
    "m1, m3: Makridakis competitions 1982, 2000 (R package Mcomp); tourism: competition 2010 (Tcomp)",
    "retail, pbs, livestock: Australian official statistics (R package tsibbledata)",
    "vn: General Statistics Office of Viet Nam, monthly tables of June and December 2000–2024",
    "enacom: ENACOM (Argentina) 2013–2024; trai: TRAI (India); ncc: NCC (Nigeria): telecom regulators",
)


def uncalibrated(networks: dict) -> dict:
    """Return a prior whose intervals are as its networks answer them."""
    ones = [[1.0] * len(prior.COVERAGES)] * 2
    lengths = ("gaps", *map(str, paths.LENGTHS))
    return {"networks": networks, "calibration": {kind: dict.fromkeys(lengths, ones) for kind in KINDS}}


def unseen(table: pd.DataFrame, fitted: dict, kin: bool) -> dict[tuple[str, str], pd.DataFrame]:
    """Return, by (kind, length), one row a window of a judged fold: truth, forecast, half-widths in logs."""
    parts: dict[tuple[str, str], list[pd.DataFrame]] = {}
    folds = fitting.fold_of(table["series"].to_numpy(), kin)
    for fold, networks in fitted.items():
        if fold == fitting.FINAL:
            continue
        prior.use(uncalibrated(networks))
        here = table[folds == fold]
        by_length = {str(k): windows(here, k) for k in SCORED_LENGTHS}
        by_length["gaps"] = fitting.gap_frame({k: by_length[str(k)] for k in (1, 2, 3)}, seed=fold)[2]
        for length, tasks in by_length.items():
            for kind in KINDS:
                rows = tasks.where(tasks.kind == kind)
                parts.setdefault((kind, length), []).append(_forecast_rows(rows, fold))
    prior.use(None)
    return {key: pd.concat(found, ignore_index=True) for key, found in parts.items()}


def _forecast_rows(tasks: Windows, fold: int) -> pd.DataFrame:
    found = predict_many(tasks.annual, tasks.halves, tasks.half, tasks.kind)
    truth = paths.log_ratio(tasks.end, tasks.half, tasks.flow)
    simple = {}
    if np.isfinite(tasks.annual).all() and np.isfinite(tasks.halves).all() and len(tasks):
        simple = {f"simple_{n}": symmetric_error(f, tasks.end) for n, f in baselines(tasks).items()}
    frame = pd.DataFrame(
        {"fold": fold, "source": tasks.source, "series": tasks.series, "miss": truth - found.centre,
         "error": symmetric_error(found.point, tasks.end)} | simple
    )  # fmt: skip
    for index, coverage in enumerate(prior.COVERAGES):
        frame[f"below_{coverage}"], frame[f"above_{coverage}"] = found.below[:, index], found.above[:, index]
    # Only rows that the network of this very length answers calibrate it.
    length = "prior_gaps" if not simple else f"prior_{tasks.annual.shape[1]}"
    return frame[np.isin(found.method, [length, "half_only"])]


def factors(rows: pd.DataFrame, pooled: bool = False) -> np.ndarray:
    """Return the factors (2, coverages) that make each side miss (1 − coverage)/2, or both together 1 − coverage."""
    found = np.ones((2, len(prior.COVERAGES)))
    if rows.empty:
        return found
    for index, coverage in enumerate(prior.COVERAGES):
        below = -rows["miss"] / rows[f"below_{coverage}"]
        above = rows["miss"] / rows[f"above_{coverage}"]
        if len(rows) >= ENOUGH_FOR_SIDES and not pooled:
            found[:, index] = [np.quantile(side, (1 + coverage) / 2) for side in (below, above)]
        else:
            # The conformal level for a finite sample (Vovk et al. 2005).
            level = min(1.0, coverage * (1 + 1 / len(rows)))
            found[:, index] = np.quantile(np.maximum(below, above), level)
    return np.clip(found, 0.2, 6.0)


def calibrate(results: dict, leave: int | None = None) -> dict:
    """Return {kind: {length: [[below …], [above …]]}}, from all folds but `leave`."""
    table: dict = {}
    for (kind, length), rows in results.items():
        rows = rows if leave is None else rows[rows["fold"] != leave]
        own = factors(rows)
        if len(rows) < ENOUGH_FOR_SIDES and length != "gaps":
            of_kind = [r if leave is None else r[r["fold"] != leave] for (k, n), r in results.items()
                       if k == kind and n != "gaps"]  # fmt: skip
            pool = factors(pd.concat(of_kind), pooled=True)
            own = (len(rows) * own + POOLED_WINDOWS * pool) / (len(rows) + POOLED_WINDOWS)
        table.setdefault(kind, {})[length] = np.round(own, 3).tolist()
    return table


def judged(results: dict) -> list[dict]:
    """Return one record a kind and length: errors, and coverage under factors that other folds gave."""
    records = []
    folds = sorted({fold for rows in results.values() for fold in rows["fold"]})
    without = {fold: calibrate(results, fold if len(folds) > 1 else None) for fold in folds}
    for (kind, length), rows in results.items():
        if rows.empty:
            continue
        record = {"kind": kind, "length": length, "windows": len(rows), "error": round(rows["error"].mean(), 3)}
        simple = {n.removeprefix("simple_"): rows[n].mean() for n in rows if n.startswith("simple_")}
        if simple:
            median = simple.pop("median")
            best = min(simple, key=simple.get)
            record |= {"best": best, "best_error": round(simple[best], 3), "median_error": round(median, 3)}
        for index, coverage in enumerate(prior.COVERAGES):
            inside = []
            for fold, part in rows.groupby("fold"):
                below, above = (np.array(without[fold][kind][length])[side, index] for side in (0, 1))
                inside.append((part["miss"] >= -below * part[f"below_{coverage}"])
                              & (part["miss"] <= above * part[f"above_{coverage}"]))  # fmt: skip
            record[f"coverage_{round(coverage * 100)}"] = round(float(np.concatenate(inside).mean()), 4)
        records.append(record)
    return records


def show(records: list[dict]) -> None:
    """Print the judged figures."""
    for r in sorted(records, key=lambda r: (KINDS.index(r["kind"]), r["length"])):
        line = f"{r['kind']:6} {r['length']:>4} {r['windows']:>5} windows  error {r['error']:7.3f}"
        if "best" in r:
            line += f"  vs {r['best']} {100 * (r['error'] / r['best_error'] - 1):+5.1f} %"
            line += f"  vs median {100 * (r['error'] / r['median_error'] - 1):+5.1f} %"
        print(line, *(f" {c}: {100 * r[f'coverage_{c}']:.1f}" for c in (50, 80, 90, 95)))


def losing(results: dict) -> list[str]:
    """Return a line for every source, kind and length of more than LARGE_GROUP unseen series where ours loses."""
    lines = []
    for (kind, length), rows in results.items():
        for source, part in rows.groupby("source"):
            simple = part.filter(like="simple_").drop(columns="simple_median", errors="ignore").mean()
            if simple.isna().all() or part["series"].nunique() <= LARGE_GROUP:
                continue
            ratio = part["error"].mean() / simple.min()
            if ratio > TOLERATED_LOSS:
                best = simple.idxmin().removeprefix("simple_")
                lines.append(f"{source} {kind} {length}: {100 * (ratio - 1):+.1f} % against {best}")
    return lines


def write_prior(table: pd.DataFrame, fitted: dict, kin: bool) -> None:
    """Judge, calibrate, and write prior.json; with `kin` only judge."""
    results = unseen(table, fitted, kin)
    records = judged(results)
    show(records)
    print(f"groups of more than {LARGE_GROUP} series that lose by over 2 %:", losing(results) or "none")
    if kin:
        return
    document = {
        "what": "Global prior of ictplan's forecaster: from half-year figures to the year's end",
        "made_by": "benchmarks/fit_forecast_prior.py",
        "made_on": datetime.date.today().isoformat(),
        "fitted_on": {"series": int(table["series"].nunique()), "rows": len(table), "sources": SOURCES},
        "form": {
            "inputs": "ictplan_utils/forecast/paths.py",
            "levels": ["point", *prior.LEVELS],
            "coverages": prior.COVERAGES,
            "weights": "whole numbers; times `scale` of their column",
            "trees": "thresholds and leaves in ten-thousandths; `kept`: the leaves, a bit each, that a larger input "
            "leaves open (prior.grown)",
        },
        "judged": {
            "how": "five folds by a hash of the series' name; each forecast by a prior that never saw the series; "
            "symmetric error in per cent, latest three target years a series; intervals calibrated on the other "
            "folds; the networks' sizes, SHORTER_WEIGHT and RATE_CAUTION were chosen on these folds too",
            "records": records,
        },
        "calibration": calibrate(results),
        "networks": fitted[fitting.FINAL],
    }
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    # One line a row of weights: a person can see it, a diff can show it.
    text = text.replace("],[", "],\n[").replace('{"mean"', '\n{"mean"').replace(',"layers"', ',\n"layers"')
    prior.PRIOR_FILE.write_text(text + "\n", encoding="utf-8")
    print(f"{prior.PRIOR_FILE}: {prior.PRIOR_FILE.stat().st_size / 1000:.0f} kB")
