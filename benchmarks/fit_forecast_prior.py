"""Fit the forecaster's prior on public half-year series, judge it by time, and write ictplan_utils/forecast/prior.json.

    python benchmarks/fit_forecast_prior.py PATH [--judge]     (PATH: half_years.csv.gz; needs lightgbm)

Two pairs of forests of boosted trees: for flows, and for stocks, rates and shares together (competitions' seasonal
stocks, which no office has, teach nothing). The first of a pair says where the year ends: how far a level's move from
the half lies from a weighted sum of its past moves, a flow's move from the median of simple forecasts, in units of the
series' usual step. The second says how far off
the first may be: it learns from errors on years (and, of sources that ended long ago, series) that the first had not
seen. Quantiles of errors over that, by kind and length of history, calibrate the intervals; each group of sources
counts alike in them. `--judge` fits on the years to 2018 and prints how it does on 2019–2021, writing nothing.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import json
from dataclasses import dataclass, fields, replace
from pathlib import Path

import lightgbm
import numpy as np
import pandas as pd
from forecast_split import BY_TIME, OFFICIAL, REGULATORS, asked, group_of, place_of, report, shipped, show, split

from ictplan_utils.forecast import paths, prior, rules
from ictplan_utils.forecast.predict import KINDS
from ictplan_utils.forecast.scoring import SCORED_LENGTHS, Windows, baselines, read_series, symmetric_error, windows

UNTIL = 2018
"""The last year of Viet Nam's tables and the regulators' that is fitted on when judging …"""
JUDGED_YEARS = 3
"""… and how many years after it are asked for (forecast_split.split)."""
LEAVES = 8
NEVER = 10**9
"""A threshold beyond every input."""
SERIES_POWER = 0.7
"""A window weighs 1/n^0.7, n its series' windows: long series do not rule, and none is wasted."""
NEAR = 3.0
"""Weight of official statistics and Viet Nam's against competitions': they are what an office's figures are like."""
FURTHEST_ERROR = 20.0
SUMMED = 0.7
"""Part of the weighted sum from which levels' trees depart: of 0.7 and 1 the one that errs less on rates."""
RIDGE, ROUNDS, LEAST_RESIDUAL = 0.03, 25, 2e-3
"""The sum is fitted to least absolute errors, by rounds of weighted squares; the ridge is in parts of their mean."""
TREES = {"learning_rate": 0.05, "num_leaves": LEAVES, "min_child_samples": 60, "subsample": 0.6, "subsample_freq": 1,
         "colsample_bytree": 0.4, "lambda_l2": 1.0, "n_jobs": 1, "verbose": -1, "deterministic": True}  # fmt: skip
SMALLEST_ERROR = 1e-3
"""Errors are told apart down to a thousandth of the series' usual step."""


@dataclass(frozen=True)
class Recipe:
    """How many trees say where the year ends; what years from July to June, and gaps in the history, weigh; `back`:
    how many years before the last the fits end from whose errors the other trees learn; `believed`: the part of the
    trees' answer that is kept (on years and series unseen, flows moved a little too far)."""

    trees: int
    shifted: float
    gaps: float
    back: tuple[int, ...]
    believed: float


RECIPES = {"flow": Recipe(300, 0.3, 0.1, (9, 6, 4, 3), 0.85), "level": Recipe(100, 1.0, 0.5, (4, 3, 2, 1), 1.0)}
ERROR_TREES = 100


@dataclass(frozen=True)
class Rows:
    """What trees learn from: windows padded to one length, weights (n,), what this half did to siblings (n,)."""

    tasks: Windows
    weight: np.ndarray
    siblings: np.ndarray

    def frame(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return `paths.figures` of the windows."""
        return paths.figures(self.tasks, self.siblings)

    def terms(self) -> np.ndarray:
        """Return `paths.terms` of the windows."""
        return paths.terms(self.tasks, self.siblings)

    def where(self, mask: np.ndarray) -> Rows:
        return Rows(self.tasks.take(mask), self.weight[mask], self.siblings[mask])


def joined(parts: list[Rows]) -> Rows:
    """Stack rows."""
    tasks = Windows(*(np.concatenate([getattr(p.tasks, f.name) for p in parts]) for f in fields(Windows)))
    return Rows(tasks, *(np.concatenate([getattr(p, name) for p in parts]) for name in ("weight", "siblings")))


def rows_of(tasks: Windows, part: float) -> Rows:
    """Return windows as rows whose weights are `part` of the usual."""
    pad = np.full((len(tasks), paths.YEARS - tasks.annual.shape[1]), np.nan)
    padded = replace(tasks, annual=np.hstack([pad, tasks.annual]), halves=np.hstack([pad, tasks.halves]))
    _, inverse, count = np.unique(np.char.add(tasks.series, tasks.kind), return_inverse=True, return_counts=True)
    near = np.isin(tasks.source, (*OFFICIAL, *REGULATORS, "vn"))
    weight = part * np.where(near, NEAR, 1.0) / count[inverse] ** SERIES_POWER
    place = np.char.add(place_of(tasks.series, tasks.source), tasks.year.astype(str))
    return Rows(padded, weight, paths.siblings_moved(padded, place))


def masked(rows: Rows, part: float, seed: int) -> Rows:
    """Return rows with figures missing as they miss in offices: most often the halves of past years."""
    rng, t = np.random.default_rng(seed), rows.tasks
    annual, halves = t.annual.copy(), t.halves.copy()
    n, k = annual.shape
    sort = rng.choice(4, n, p=(0.5, 0.2, 0.2, 0.1))
    halves[sort == 0] = np.nan
    halves[(sort == 1)[:, None] & (rng.random((n, k)) < 0.5)] = np.nan
    annual[(sort == 2)[:, None] & (rng.random((n, k)) < 0.5)] = np.nan
    annual[sort == 3], halves[sort == 3] = np.nan, np.nan
    return Rows(replace(t, annual=annual, halves=halves), part * rows.weight, np.full(n, np.nan))


def shifted(table: pd.DataFrame) -> pd.DataFrame:
    """Return the same series in years that run from July to June."""
    table = table.sort_values(["series", "kind", "year"]).copy()
    group = table.groupby(["series", "kind"])
    next_half, next_year = group["half"].shift(-1), group["year"].shift(-1)
    flow = table["kind"] == "flow"
    first = np.where(flow, table["year_end"] - table["half"], table["year_end"])
    end = np.where(flow, first + next_half, next_half)
    return table.assign(half=first, year_end=end)[(next_year == table["year"] + 1).to_numpy()]


def training(table: pd.DataFrame, name: str) -> Rows:
    """Return the rows from which the forests `name` (flow, level) learn where the year ends."""
    recipe, parts = RECIPES[name], []
    table = table[(table["kind"] == "flow") == (name == "flow")]
    for those, part in ((table, 1.0), (shifted(table), recipe.shifted)):
        for length in SCORED_LENGTHS:
            tasks = windows(those, length, None)
            if len(tasks):
                parts.append(rows_of(tasks, part))
                if part == 1.0 and length <= 3:
                    parts.append(masked(parts[-1], recipe.gaps, seed=length))
    return joined(parts)


def fit_point(table: pd.DataFrame, name: str) -> tuple[lightgbm.Booster, np.ndarray]:
    """Fit what says where the year ends: the trees, and the weights of the sum from which levels' trees depart."""
    rows, recipe = training(table, name), RECIPES[name]
    inputs, offset, scale = rows.frame()
    t = rows.tasks
    moved = paths.move(t.end, t.half, t.kind)
    if name == "flow":
        truth = np.clip((moved - offset) / scale, -20, 20)
        return grow(inputs, truth, rows.weight * scale, recipe.trees, "l1"), np.zeros(0)
    terms, moved = rows.terms(), np.clip(moved, -2, 2)
    weights = SUMMED * summed(terms, moved, rows.weight)
    return grow(inputs, moved - terms @ weights, rows.weight, recipe.trees, "l1"), weights


def summed(terms: np.ndarray, moved: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return the weights of `terms` (n, p) whose sum errs least from `moved` (n,), drawn towards 0 by a ridge."""
    found = np.zeros(terms.shape[1])
    for _ in range(ROUNDS):
        weighted = terms * (weight / np.maximum(np.abs(moved - terms @ found), LEAST_RESIDUAL))[:, None]
        square = weighted.T @ terms
        ridge = RIDGE * np.diag(square).mean() * np.eye(len(found))
        found = np.linalg.solve(square + ridge, weighted.T @ moved)
    return found


def grow(inputs: np.ndarray, truth: np.ndarray, weight: np.ndarray, trees: int, objective: str) -> lightgbm.Booster:
    """Fit boosted trees."""
    data = lightgbm.Dataset(inputs, truth, weight=weight, free_raw_data=True)
    return lightgbm.train({"objective": objective, "seed": 1} | TREES, data, num_boost_round=trees)


def errors(table: pd.DataFrame, name: str, cut: int) -> tuple[Rows, np.ndarray]:
    """Return rows after the year `cut` and how far off the trees fitted until then were, in units of scale."""
    early, late = split(table, cut, salt=f"{cut}")
    (model, weights), parts = fit_point(early, name), []
    for tasks in late.values():
        rows = rows_of(tasks.take((tasks.kind == "flow") == (name == "flow")), 1.0)
        parts += [rows, masked(rows, 1.0, seed=cut)]
    rows = joined(parts)
    inputs, offset, scale = rows.frame()
    found = RECIPES[name].believed * model.predict(inputs)
    t = rows.tasks
    found = offset + scale * found if name == "flow" else paths.steadied(found + rows.terms() @ weights, t)
    moved = paths.move(t.end, t.half, t.kind)
    return rows, np.clip((moved - found) / scale, -FURTHEST_ERROR, FURTHEST_ERROR)


def fit_error(parts: list[tuple[Rows, np.ndarray]]) -> lightgbm.Booster:
    """Fit the trees that say how far off a forecast may be: the logarithm of its usual error over scale."""
    rows = joined([rows for rows, _ in parts])
    size = np.log(np.maximum(np.abs(np.concatenate([each for _, each in parts])), SMALLEST_ERROR))
    return grow(rows.frame()[0], size, rows.weight, ERROR_TREES, "l2")


def calibrated(parts: list[tuple[Rows, np.ndarray]]) -> dict[str, list]:
    """Return, by kind, the half-widths that covered: (lengths, below and above, coverages), errors' usual size 1.

    Each cut's errors are measured by trees that learnt from the other cuts'.
    """
    told = []
    for place, (rows, error) in enumerate(parts):
        others = [part for at, part in enumerate(parts) if at != place]
        told.append(error / np.exp(fit_error(others).predict(rows.frame()[0])))
    rows, relative = joined([rows for rows, _ in parts]), np.concatenate(told)
    t = rows.tasks
    years = rules.complete_years(t)
    length = np.searchsorted(prior.LENGTHS, years, side="right") - 1
    group = group_of(t.source, t.kind)
    found: dict[str, list] = {}
    for kind in np.unique(t.kind):
        here = t.kind == kind
        share = {name: (group[here] == name).mean() for name in np.unique(group[here])}
        weight = np.array([1 / share[name] for name in group[here]])
        found[str(kind)] = [_widths(relative[here], weight, length[here] == at, kind == "flow")
                            for at in range(len(prior.LENGTHS))]  # fmt: skip
    return found


POOLED = 300
"""Windows of one length that weigh as much as the kind's of all lengths together."""


def _widths(relative: np.ndarray, weight: np.ndarray, here: np.ndarray, sides: bool) -> list:
    """Return half-widths (below and above) for each coverage; few windows lean on those of all lengths."""
    part = here.sum() / (here.sum() + POOLED)
    weight = np.where(here, part / max(weight[here].sum(), 1e-9), 0) * weight + (1 - part) * weight / weight.sum()
    if not sides:
        return [[round(_quantile(np.abs(relative), weight, c), 3) for c in prior.COVERAGES]] * 2
    return [[round(max(_quantile(sign * relative, weight, (1 + c) / 2), 0.01), 3) for c in prior.COVERAGES]
            for sign in (-1, 1)]  # fmt: skip


def _quantile(values: np.ndarray, weight: np.ndarray, level: float) -> float:
    order = np.argsort(values)
    return float(np.interp(level, np.cumsum(weight[order]) / weight.sum(), values[order]))


def packed(booster: lightgbm.Booster, part: float = 1.0) -> list[dict]:
    """Turn LightGBM's trees into prior.grown's form: what each question asks, and which leaves a "more" keeps."""
    return [_packed(tree["tree_structure"], part) for tree in booster.dump_model()["tree_info"]]


def _packed(root: dict, part: float) -> dict[str, list]:
    tree: dict[str, list] = {"feature": [], "threshold": [], "kept": [], "leaf": []}

    def walk(node: dict) -> None:
        if "leaf_value" in node:
            tree["leaf"].append(round(part * node["leaf_value"] * prior.TREE_UNIT, 1))
            return
        tree["feature"].append(node["split_feature"])
        tree["threshold"].append(round(node["threshold"] * prior.TREE_UNIT))
        place, first = len(tree["kept"]), len(tree["leaf"])
        tree["kept"].append(0)
        walk(node["left_child"])
        lost = sum(1 << leaf for leaf in range(first, len(tree["leaf"])))
        tree["kept"][place] = int(prior.ALL_LEAVES) - lost
        walk(node["right_child"])

    walk(root)
    for _ in range(LEAVES - len(tree["leaf"])):  # all trees have as many: a question that no row answers with "more"
        for name, void in (("feature", 0), ("threshold", NEVER), ("kept", int(prior.ALL_LEAVES)), ("leaf", 0.0)):
            tree[name].append(void)
    return tree


def fit(table: pd.DataFrame) -> dict:
    """Return forests, weights and calibration as prior.json holds them."""
    table = table[(table["kind"] != "stock") | table["source"].isin(REGULATORS)]
    last = int(table.loc[table["source"].isin(BY_TIME), "year"].max())
    found = {"forests": {}, "weights": [], "calibration": {}}
    for name, recipe in RECIPES.items():
        parts = [errors(table, name, last - back) for back in recipe.back]
        trees, weights = fit_point(table, name)
        found["forests"][name] = {"point": packed(trees, recipe.believed), "error": packed(fit_error(parts))}
        found["weights"] += [round(float(each), 4) for each in weights]
        found["calibration"] |= calibrated(parts)
    return found


def by_kind(judged: dict[int, Windows]) -> list[dict]:
    """Return how the prior in use does on windows it has not seen, a row a kind and length."""
    rows = []
    for length, tasks in judged.items():
        for kind in KINDS:
            part = tasks.take(tasks.kind == kind)
            if not len(part):
                continue
            found = asked(part)
            simple = {name: symmetric_error(f, part.end).mean() for name, f in baselines(part).items()}
            median = simple.pop("median")
            best = min(simple, key=simple.__getitem__)
            record = {"kind": kind, "length": str(length), "windows": len(part),
                      "error": symmetric_error(found.point, part.end).mean(), "best": best,
                      "best_error": simple[best], "median_error": median}  # fmt: skip
            for coverage in prior.COVERAGES:
                low, high = found.interval(coverage)
                record[f"coverage_{round(100 * coverage)}"] = ((low <= part.end) & (part.end <= high)).mean()
            rows.append({k: round(float(v), 4) if isinstance(v, float) else v for k, v in record.items()})
    return rows


HOW = ("by time: fitted on Viet Nam's tables and the regulators to 2018 and on half of the other series by a hash of "
       "their names, asked for 2019–2021 and the other half; symmetric error in per cent, latest three target years a "
       "series. Trees' number and size, the weights of sources, gaps and shifted years were chosen on the same "
       "years")  # fmt: skip
SOURCES = (
    "m1, m3: Makridakis competitions 1982, 2000 (R package Mcomp); tourism: competition 2010 (Tcomp)",
    "retail, pbs, livestock: Australian official statistics (R package tsibbledata)",
    "vn: General Statistics Office of Viet Nam, monthly tables of June and December 2000–2021",
    "enacom: ENACOM (Argentina) 2013–2021; trai: TRAI (India); ncc: NCC (Nigeria): telecom regulators",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path)
    parser.add_argument("--judge", action="store_true", help=f"fit on the years to {UNTIL} and print, writing nothing")
    options = parser.parse_args()
    table = read_series(options.path)
    table["source"] = table["source"].astype(str)
    early, judged = split(table, UNTIL)
    prior.use(fit(early))
    show(report(judged, shipped))
    if options.judge:
        return
    document = {
        "what": "Global prior of ictplan's forecaster: from half-year figures to the year's end",
        "made_by": "benchmarks/fit_forecast_prior.py",
        "made_on": datetime.date.today().isoformat(),
        "fitted_on": {"sha256": hashlib.sha256(options.path.read_bytes()).hexdigest(),
                      "series": int(table["series"].nunique()), "years_to": int(table["year"].max()),
                      "sources": SOURCES},
        "form": {"inputs": "ictplan_utils/forecast/paths.py", "coverages": prior.COVERAGES, "lengths": prior.LENGTHS,
                 "trees": "thresholds and leaves in ten-thousandths; `kept`: the leaves, a bit each, that a larger "
                          "input leaves open (prior.grown)"},
        "judged": {"how": HOW, "years": {"until": UNTIL, "first": UNTIL + 1, "last": UNTIL + JUDGED_YEARS},
                   "records": by_kind(judged)},
        **fit(table),
    }  # fmt: skip
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    prior.PRIOR_FILE.write_text(text.replace('{"feature"', '\n{"feature"') + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
