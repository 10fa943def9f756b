"""Fit the forecaster's global prior on public half-year series and write ictplan_utils/forecast/prior.json.

    python benchmarks/fit_forecast_prior.py PATH --work DIR     (PATH: half_years.csv.gz; needs lightgbm)

How: for each sort of series and history length, several teachers (networks of other sizes and data, gradient
boosted trees) learn from every window; one small student network a length learns from the teachers' mean on
paths shaken a little, so that it inherits their agreement and not their noise. Series are split in five by a
hash of their name. Each fold's series are forecast by a prior that never saw them: those forecasts are judged
and calibrate the intervals. The prior that ships is then fitted on all of them.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import pickle
import time
from dataclasses import fields
from pathlib import Path

import lightgbm
import numpy as np
import pandas as pd

from ictplan_utils.forecast import paths, prior
from ictplan_utils.forecast.paths import LENGTHS
from ictplan_utils.forecast.scoring import SCORED_LENGTHS, Windows, read_series, windows

FOLDS = 5
FINAL = -1
LEVELS = np.float32(prior.LEVELS)
LEVEL_KINDS = ("stock", "rate", "share")
REGULATORS = ("enacom", "trai", "ncc")
"""Telecom regulators: the only sources with rates and shares, and the ones most like a district's figures."""
LONG_SERIES_POWER = 0.7
"""A window weighs 1/n^0.7, n its series' windows: the scored three a series, softened so that none is wasted."""
SHIFTED_WEIGHT = 0.3
"""Weight of pseudo-years from July to June, which double the data but peak at the other end."""
POINT_WEIGHT = 20.0
"""Of the point's loss against the nine quantiles' together."""
TEACHERS = {
    "flow": (
        {"hidden": (48, 24), "epochs": 60, "shifted": SHIFTED_WEIGHT},
        {"hidden": (64, 32, 16), "epochs": 50, "shifted": SHIFTED_WEIGHT},
        {"hidden": (32, 16), "epochs": 40, "shifted": 1.0, "decay": 0.02},
    ),
    # December's counts are noisier than sums of six months: more data, more decay.
    "level": (
        {"hidden": (48, 24), "epochs": 40, "shifted": 0.6, "decay": 0.02},
        {"hidden": (32, 16), "epochs": 40, "shifted": 1.0, "decay": 0.02},
        {"hidden": (24, 12), "epochs": 50, "shifted": SHIFTED_WEIGHT, "decay": 0.01},
    ),
}
TREES_PART = {"flow": 0.4, "level": 0.5}
"""Weight of the trees' point in the teachers' mean."""
GROVE_PART = 0.8
"""Weight of the small trees' point for rates and shares, against the student for stocks."""
STUDENT = {"flow": (64, 32), "level": (64, 32), "ratio": (24, 12)}
STUDENT_EPOCHS = 16
KEPT_INTEGER = 999
"""Weights as kept between runs, finer than they ship (prior.LARGEST_INTEGER)."""
SHAKE = 0.1
"""Noise on a path the student learns from, in units of the series' own scale."""
SHAKEN_COPIES = {"flow": 5, "level": 5, "ratio": 25}

HOW = (
    "five folds by a hash of the series' name; each forecast by a prior that never saw the series; symmetric "
    "error in per cent, latest three target years a series; intervals calibrated on the other folds; the "
    "networks' and trees' sizes, SHORTER_WEIGHT, RATE_CAUTION, FLOW_CAUTION, FLOW_USUAL, TREES_PART and "
    "TREES_REACH were chosen on these folds too "
    "(chosen on four folds and tried on the fifth, a caution on flows gained 0.3–0.7, 0.5–0.9, 0.8–1.2, "
    "0.9–1.3 per cent of the error at 1, 2, 3, 5 past years, half of it from Australian medicine costs). stock: "
    "regulators' counts, with intervals of their own (predict.GROUPS)"
)
"""How the figures in prior.json were judged, and what was chosen on the judged folds."""


def fold_of(series: np.ndarray, kin: bool = False) -> np.ndarray:
    """Return each series' fold by the MD5 of its name, or of its place or operator when kin stay together."""
    names = [name.rsplit("/", 1)[-1] if kin and name.count("/") > 1 else name for name in series]
    return np.array([int(hashlib.md5(f"a{name}".encode()).hexdigest(), 16) % FOLDS for name in names])


def shifted(table: pd.DataFrame) -> pd.DataFrame:
    """Return the same series in years that run from July to June."""
    table = table.sort_values(["series", "kind", "year"]).copy()
    group = table.groupby(["series", "kind"])
    next_half, next_year = group["half"].shift(-1), group["year"].shift(-1)
    flow = table["kind"] == "flow"
    first = np.where(flow, table["year_end"] - table["half"], table["year_end"])
    end = np.where(flow, first + next_half, next_half)
    return table.assign(half=first, year_end=end)[(next_year == table["year"] + 1).to_numpy()]


def weights(tasks: Windows, scarce: float = 4.0, power: float = LONG_SERIES_POWER) -> np.ndarray:
    """Return the windows' weights: series alike, rates and shares (few) raised."""
    _, inverse, count = np.unique(np.char.add(tasks.series, tasks.kind), return_inverse=True, return_counts=True)
    return np.where(np.isin(tasks.kind, ("rate", "share")), scarce, 1.0) / count[inverse] ** power


def join(*parts: Windows) -> Windows:
    """Stack windows of one length."""
    return Windows(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Windows)))


class Frame:
    """A network's inputs and the frame it answers in, with the truth in that frame."""

    def __init__(self, path: np.ndarray, kind: np.ndarray, truth: np.ndarray, make=paths.features) -> None:
        self.inputs, self.offset, self.scale = make(path, kind)
        self.flow, self.truth = kind == "flow", truth


def forward(layers, inputs):
    """Run the plain layers, keeping what the gradient needs."""
    kept, signal = [], inputs
    for weights_, bias in layers[:-1]:
        z = signal @ weights_ + bias
        s = 1 / (1 + np.exp(-z))
        kept.append((signal, s * (1 + z * (1 - s))))
        signal = z * s
    kept.append((signal, None))
    return signal @ layers[-1][0] + layers[-1][1], kept


def train(frame: Frame, weight, hidden, epochs, seed, decay=1e-3, rate=5e-3, batch=512, teacher=None):
    """Fit one network with Adam: symmetric error of the year's end for the point, pinball for the quantiles.

    With `teacher` (n, 1 + levels; logs of second semester / half) it learns the teacher's answers instead.
    """
    rng = np.random.default_rng(seed)
    mean, spread = frame.inputs.mean(0), frame.inputs.std(0) + 0.05
    inputs = ((frame.inputs - mean) / spread).astype(np.float32)
    sizes = (inputs.shape[1], *hidden, 1 + len(LEVELS))
    layers = [[rng.normal(0, a**-0.5, (a, b)).astype(np.float32), np.zeros(b, np.float32)]
              for a, b in itertools.pairwise(sizes)]  # fmt: skip
    layers[-1][0] *= 0.1
    moments = [[[np.zeros_like(p), np.zeros_like(p)] for p in layer] for layer in layers]
    offset, scale = np.float32(frame.offset)[:, None], np.float32(frame.scale)[:, None]
    target = np.float32(frame.truth if teacher is None else teacher)
    weight = np.float32(weight / weight.mean())[:, None]
    steps = epochs * max(1, len(inputs) // batch)
    order, step = rng.permutation(len(inputs)), 0
    while step < steps:
        for rows in np.array_split(rng.permutation(order), max(1, len(inputs) // batch)):
            out, kept = forward(layers, inputs[rows])
            gradient = _slope(out, offset[rows], scale[rows], target[rows], frame.flow[rows], teacher is not None)
            gradient *= weight[rows] / len(rows)
            step += 1
            speed = rate * min(1, step / 200) * (0.5 * (1 + np.cos(np.pi * step / steps)) + 0.01)
            for index in range(len(layers) - 1, -1, -1):
                signal = kept[index][0]
                found = [signal.T @ gradient, gradient.sum(0)]
                if index:
                    gradient = (gradient @ layers[index][0].T) * kept[index - 1][1]
                for which, (p, g, (first, second)) in enumerate(zip(layers[index], found, moments[index], strict=True)):
                    first += 0.1 * (g - first)
                    second += 0.01 * (g * g - second)
                    if which == 0:
                        p *= 1 - speed * decay * 10
                    p -= speed * first / (1 - 0.9**step) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
    return [(mean, spread), *[tuple(layer) for layer in layers]]


def _slope(out, offset, scale, target, flow, taught):
    """Return the loss's gradient by the network's answers, (n, 1 + levels)."""
    answer = np.clip(offset + scale * out, -12, 12)
    grown = np.exp(answer[:, :1])
    sensitivity = np.where(flow[:, None], grown / (1 + grown), 1.0)  # d log(year end) / d log(second / half)
    importance = sensitivity * scale / (scale + 0.05)
    slope = np.empty_like(out)
    if taught:
        miss = np.tanh((answer - target) / (0.2 * scale))
        slope[:, :1] = POINT_WEIGHT * sensitivity * scale * miss[:, :1]
        slope[:, 1:] = importance * miss[:, 1:]
        return slope
    truth = target[:, None]
    log_end = np.where(flow[:, None], np.log1p(np.exp(truth)), truth)
    log_answer = np.where(flow[:, None], np.log1p(grown), answer[:, :1])
    error = log_end - log_answer
    slope[:, :1] = -POINT_WEIGHT * np.tanh(error / (0.05 * scale)) * (1 - np.tanh(error / 2) ** 2)
    slope[:, :1] *= sensitivity * scale
    slope[:, 1:] = -(LEVELS - (truth < answer[:, 1:])) * importance
    return slope


def ask(layers, frame: Frame) -> np.ndarray:
    """Return a network's answers as logs of second semester / half."""
    return frame.offset[:, None] + frame.scale[:, None] * prior.answer(layers, frame.inputs)


class Trees:
    """Boosted trees for the point, in the same frame."""

    def __init__(self, frame: Frame, weight, **options) -> None:
        base = {"objective": "l1", "learning_rate": 0.04, "subsample": 0.7, "subsample_freq": 1,
                "colsample_bytree": 0.5, "n_jobs": 1, "verbose": -1}  # fmt: skip
        self.model = lightgbm.LGBMRegressor(**base | options)
        truth = np.where(frame.flow, np.log1p(np.exp(frame.truth)), frame.truth)
        start = np.where(frame.flow, np.log1p(np.exp(frame.offset)), frame.offset)
        self.model.fit(frame.inputs, (truth - start) / frame.scale, sample_weight=weight * frame.scale)

    def point(self, frame: Frame) -> np.ndarray:
        start = np.where(frame.flow, np.log1p(np.exp(frame.offset)), frame.offset)
        found = start + frame.scale * self.model.predict(frame.inputs)
        return np.where(frame.flow, np.log(np.maximum(np.expm1(found), 1e-4)), found)


def path_of(tasks: Windows, make=paths.semester_path) -> np.ndarray:
    """Return the tasks' paths."""
    return make(tasks.annual, tasks.halves, tasks.half, tasks.flow)


def truth_of(tasks: Windows) -> np.ndarray:
    """Return what the tasks' second halves turned out to be, as log ratios."""
    return paths.log_ratio(tasks.end, tasks.half, tasks.flow)


def fit_length(plain: dict, moved: dict, length: int, group: str, seed: int) -> dict[str, list]:
    """Return the students of one length: {"flow": network} or {"stock": …, "ratio": …}."""
    real, pseudo = plain[length], moved[length]
    both = join(real, pseudo)
    path, truth = path_of(both), truth_of(both)
    frame = Frame(path, both.kind, truth)
    own = np.concatenate([np.ones(len(real)), np.zeros(len(pseudo))])
    base = np.concatenate([weights(real), weights(pseudo)])
    nets = []
    for number, options in enumerate(TEACHERS[group]):
        options = dict(options)
        weight = base * np.where(own > 0, 1, options.pop("shifted"))
        nets.append(train(frame, weight, seed=seed + number, **options))
    real_frame = Frame(path_of(real), real.kind, truth_of(real))
    forest = [Trees(real_frame, weights(real, power=0.5), n_estimators=600, num_leaves=15, min_child_samples=40,
                    seed=seed)]  # fmt: skip

    def teach(shaken: Frame) -> np.ndarray:
        answers = np.mean([ask(net, shaken) for net in nets], axis=0)
        trees = np.mean([tree.point(shaken) for tree in forest], axis=0)
        answers[:, 0] += TREES_PART[group] * (trees - answers[:, 0])
        return answers

    students = {"flow" if group == "flow" else "stock": student(both, path, base, teach, group, seed)}
    if group == "level":
        students["ratio"] = fit_ratio(plain, moved, length, students["stock"], seed)
    return students


def fit_ratio(plain: dict, moved: dict, length: int, stock, seed: int):
    """Return the student for rates and shares: small trees on the regulators teach it the point.

    The widths come from the student for stocks, `stock`, which saw more. The trees answer outside the
    series' own frame: on unseen rates they erred less so.
    """
    real, pseudo = (windows_.where(np.isin(windows_.source, REGULATORS)) for windows_ in (plain[length], moved[length]))
    frame = Frame(path_of(real), real.kind, truth_of(real))
    frame.offset, frame.scale = np.zeros(len(real)), np.ones(len(real))
    small = {"n_estimators": 200, "num_leaves": 6, "min_child_samples": 30}
    grove = [Trees(frame, weights(real, scarce, power), seed=seed + number, **small)
             for number, (scarce, power) in enumerate(((4, 0.5), (2, 0.9), (4, 0.7), (2, 0.7)))]  # fmt: skip

    def teach(shaken: Frame) -> np.ndarray:
        answers = ask(stock, shaken)
        trees = np.mean([tree.model.predict(shaken.inputs) for tree in grove], axis=0)
        moved_by = GROVE_PART * (trees - answers[:, 0])
        return answers + moved_by[:, None]

    both = join(real, pseudo)
    weight = np.concatenate([weights(real), weights(pseudo)])
    return student(both, path_of(both), weight, teach, "ratio", seed)


def student(tasks: Windows, path, weight, teach, group: str, seed: int):
    """Fit the small network that ships to the teachers' answers on shaken paths."""
    rng = np.random.default_rng(seed)
    copies = SHAKEN_COPIES[group]
    scale = paths.features(path, tasks.kind)[2]
    size = np.concatenate([np.zeros(len(path)), *[np.full(len(path), SHAKE)] * copies])
    many = np.tile(path, (copies + 1, 1))
    many = many + rng.normal(0, 1, many.shape) * (size * np.tile(scale, copies + 1))[:, None]
    kind = np.tile(tasks.kind, copies + 1)
    if group == "ratio":  # counts of regulators teach rates and shares what they know
        kind = np.where(kind == "stock", rng.choice(["rate", "share"], len(kind)), kind)
    frame = Frame(many, kind, np.zeros(len(many)))
    options = {"hidden": STUDENT[group], "epochs": STUDENT_EPOCHS, "seed": seed + 50, "decay": 1e-4, "rate": 8e-3}
    return train(frame, np.tile(weight, copies + 1), teacher=teach(frame), **options)


def masked(tasks: Windows, rng) -> Windows:
    """Return the tasks with figures missing as they miss in offices: most often the halves of past years."""
    annual, halves = tasks.annual.copy(), tasks.halves.copy()
    n, k = annual.shape
    sort = rng.choice(4, n, p=(0.5, 0.2, 0.2, 0.1))
    halves[sort == 0] = np.nan
    halves[(sort == 1)[:, None] & (rng.random((n, k)) < 0.5)] = np.nan
    annual[(sort == 2)[:, None] & (rng.random((n, k)) < 0.5)] = np.nan
    annual[sort == 3], halves[sort == 3] = np.nan, np.nan
    return Windows(tasks.series, tasks.source, tasks.kind, tasks.year, annual, halves, tasks.half, tasks.end)


def gap_frame(tasks_by_length: dict, seed: int) -> tuple[Frame, np.ndarray, Windows]:
    """Return inputs, paths' windows of 1 … GAP_YEARS past years with gaps, padded to GAP_YEARS."""
    rng = np.random.default_rng(seed)
    parts = [masked(tasks_by_length[k], rng) for k in range(1, paths.GAP_YEARS + 1)]
    path = np.concatenate([path_of(part, paths.gap_path) for part in parts])
    pad = [Windows(p.series, p.source, p.kind, p.year, *[np.hstack([np.full((len(p), 3 - a.shape[1]), np.nan), a])
           for a in (p.annual, p.halves)], p.half, p.end) for p in parts]  # fmt: skip
    tasks = join(*pad)
    return Frame(path, tasks.kind, truth_of(tasks), paths.gap_features), weights(tasks), tasks


def fit(table: pd.DataFrame, group: str, seed: int = 7) -> dict:
    """Return {"flow": {"1": network, …, "gaps": network}} or the same for "stock" and "ratio"."""
    kinds = ("flow",) if group == "flow" else LEVEL_KINDS
    table = table[table["kind"].isin(kinds)]
    moved_table = shifted(table)
    plain = {k: windows(table, k, None) for k in LENGTHS}
    moved = {k: windows(moved_table, k, None) for k in LENGTHS}
    networks: dict = {}
    for length in LENGTHS:
        started = time.time()
        for name, net in fit_length(plain, moved, length, group, seed).items():
            networks.setdefault(name, {})[str(length)] = prior.pack(net, KEPT_INTEGER)
        print(f"  {group} {length}: {time.time() - started:.0f} s", flush=True)
    frame, weight, tasks = gap_frame(plain, seed)
    regulator = np.where((tasks.kind == "stock") & np.isin(tasks.source, REGULATORS), 4.0, 1.0)
    gaps = prior.pack(train(frame, weight * regulator, (40, 20), 30, seed), KEPT_INTEGER)
    for networks_of_group in networks.values():
        networks_of_group["gaps"] = gaps
    return networks


def job(table: pd.DataFrame, fold: int, group: str, work: Path, kin: bool) -> dict:
    """Fit one fold's prior, or fetch it from `work`."""
    from fit_forecast_trees import fit_trees

    rest = table[fold_of(table["series"].to_numpy(), kin) != fold]
    if group == "trees":
        return {"trees": fit_trees(rest)}
    cache = work / f"{'kin' if kin else 'fold'}{fold}-{group}.pkl"
    if not cache.exists():
        cache.write_bytes(pickle.dumps(fit(rest, group)))
    networks = pickle.loads(cache.read_bytes())
    return {name: {length: prior.pack(prior.unpack(net)) for length, net in those.items()}
            for name, those in networks.items()}  # fmt: skip


def add_office(table: pd.DataFrame, fitted: dict) -> None:
    """Put into prior.json how stocks are calibrated and judged: as regulators' counts, fold by fold; and leave out the
    networks for seasonal stocks, which only teach."""
    import judge_forecast_prior as judging

    parts: dict[tuple[str, str], list[pd.DataFrame]] = {}
    folds = fold_of(table["series"].to_numpy())
    regulators = (table["kind"] == "stock") & np.isin(table["source"], REGULATORS)
    for fold in sorted(set(fitted) - {FINAL}):
        plain = judging.uncalibrated(fitted[fold])
        plain["calibration"]["stock"] = plain["calibration"]["share"]
        prior.use(plain)
        tasks = {str(k): windows(table[regulators & (folds == fold)], k) for k in SCORED_LENGTHS}
        tasks["gaps"] = gap_frame({k: tasks[str(k)] for k in (1, 2, 3)}, seed=fold)[2]
        for length, those in tasks.items():
            parts.setdefault(("stock", length), []).append(judging._forecast_rows(those, fold))
    prior.use(None)
    results = {key: pd.concat(found, ignore_index=True) for key, found in parts.items()}
    document = json.loads(prior.PRIOR_FILE.read_text(encoding="utf-8"))
    document["calibration"] |= judging.calibrate(results)
    others = [record for record in document["judged"]["records"] if record["kind"] != "stock"]
    document["judged"] |= {"how": HOW, "records": [*others, *judging.judged(results)]}
    document["networks"].pop("stock", None)
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    text = text.replace("],[", "],\n[").replace('{"mean"', '\n{"mean"').replace(',"layers"', ',\n"layers"')
    prior.PRIOR_FILE.write_text(text + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path)
    parser.add_argument("--work", type=Path, required=True, help="where fitted parts are kept between runs")
    parser.add_argument("--only", choices=("flow", "level"), help="fit this half only, and write nothing")
    parser.add_argument("--folds", type=int, default=FOLDS, help="how many of the five folds to judge")
    parser.add_argument("--kin", action="store_true", help="keep all series of a place or operator in one fold")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    table = read_series(options.path)
    table["source"] = table["source"].astype(str)
    fitted = {}
    for fold in [FINAL, *range(options.folds)]:
        for group in ("flow", "level", "trees"):
            if options.only in (None, group):
                print("fold", fold, group, flush=True)
                fitted.setdefault(fold, {}).update(job(table, fold, group, options.work, options.kin))
    if options.only is None:
        from judge_forecast_prior import write_prior

        write_prior(table, fitted, options.kin)
        if not options.kin:
            add_office(table, fitted)


if __name__ == "__main__":
    main()
