"""Fit the small boosted trees that answer for rates, shares and an office's counts beside their networks.

Called by fit_forecast_prior.py. Telecom regulators' series are few (some 250), so one forest learns from all
their kinds and all lengths of history at once, on figures that mean the same at every length (paths.summary).
"""

from __future__ import annotations

import fit_forecast_prior as fitting
import lightgbm
import numpy as np
import pandas as pd

from ictplan_utils.forecast import paths, prior
from ictplan_utils.forecast.scoring import Windows, windows

GROUPS_OF_TREES, TREES_IN_GROUP, LEAVES = 2, 100, 8
FEWEST = 60
"""Windows a leaf speaks for."""
MASKS = 4
"""How often every window is given other gaps."""
SCARCE = 1.5
"""Weight of a window of rates or shares against one of counts."""
POWER = 0.6
"""A window weighs 1/n^0.6, n its series' windows."""
NEVER = 10**9
"""A threshold beyond every input."""
FARTHEST_CHANGE = 2.0
"""Changes are cut here: a split or a merger of operators teaches nothing."""


def fit_trees(table: pd.DataFrame) -> dict[str, list[dict]]:
    """Return {"ratio": trees, "gaps": trees} as prior.json holds them, fitted on the regulators among `table`."""
    of_regulators = table[np.isin(table["source"], fitting.REGULATORS) & table["kind"].isin(fitting.LEVEL_KINDS)]
    complete, with_gaps = [], []
    for those, part in ((of_regulators, 1.0), (fitting.shifted(of_regulators), fitting.SHIFTED_WEIGHT)):
        by_length = {length: windows(those, length, None) for length in paths.LENGTHS}
        complete += [(paths.summary(fitting.path_of(tasks)), tasks, part) for tasks in by_length.values()]
        for seed in range(MASKS):
            tasks = fitting.gap_frame(by_length, seed)[2]
            with_gaps.append((paths.gap_summary(fitting.path_of(tasks, paths.gap_path)), tasks, part))
    return {"ratio": grow(complete, FEWEST, GROUPS_OF_TREES), "gaps": grow(with_gaps, FEWEST * MASKS, 1)}


def grow(parts: list[tuple[np.ndarray, Windows, float]], fewest: int, groups: int) -> list[dict]:
    """Return packed trees, no leaf with fewer than `fewest` rows, from parts of inputs, tasks and their weight."""
    inputs = np.concatenate([told for told, _, _ in parts])
    truth = np.concatenate([fitting.truth_of(tasks) for _, tasks, _ in parts])
    weight = np.concatenate([part * fitting.weights(tasks, SCARCE, POWER) for _, tasks, part in parts])
    forest = []
    for seed in range(groups):
        model = lightgbm.LGBMRegressor(
            objective="l1", n_estimators=TREES_IN_GROUP, num_leaves=LEAVES, learning_rate=0.1, subsample=0.6,
            subsample_freq=1, colsample_bytree=0.5, min_child_samples=fewest, n_jobs=1, verbose=-1, seed=seed,
        )  # fmt: skip
        model.fit(inputs, np.clip(truth, -FARTHEST_CHANGE, FARTHEST_CHANGE), sample_weight=weight)
        forest += [packed(tree["tree_structure"], groups) for tree in model.booster_.dump_model()["tree_info"]]
    return forest


def packed(root: dict, groups: int) -> dict[str, list]:
    """Turn LightGBM's tree into prior.grown's form: what each question asks, and which leaves a "more" keeps."""
    tree: dict[str, list] = {"feature": [], "threshold": [], "kept": [], "leaf": []}

    def walk(node: dict) -> None:
        if "leaf_value" in node:
            tree["leaf"].append(round(node["leaf_value"] / groups * prior.TREE_UNIT, 1))
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
