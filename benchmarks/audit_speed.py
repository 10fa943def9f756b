"""How long does a national audit take? 3,321 synthetic areas, one period each, some of them with a slip of the pen.

The areas do not exist and their figures are invented (tests/synthetic_plans.py); only their number is real: the
communes, wards and special zones of Viet Nam since 2025-07-01. Run: .venv/bin/python benchmarks/audit_speed.py
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from synthetic_plans import consistent_plan, frames, put

from ictplan_utils.audit import audit

AREAS = 3_321
GOAL_SECONDS = 60.0
"""Issue 5: a national audit, one period, on two cores."""


def main() -> None:
    """Make the nation, audit it, print the time, the findings and whether every slip was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--areas", type=int, default=AREAS)
    parser.add_argument("--broken", type=float, default=0.2, help="share of the areas with one wrong figure")
    chosen = parser.parse_args()
    rng = random.Random(2026)
    plans, broken = [], set()
    for number in range(chosen.areas):
        plan = consistent_plan(f"synthetic-{number:04d}", 2026, number)
        if rng.random() < chosen.broken:
            row = rng.choice([row for row in plan.observations if row["source"].startswith("A")])
            put(row, round(row["value"] * 1.4 + 1), 0)
            broken.add(plan.area)
        plans.append(plan)
    observations, comparisons = frames(plans)
    print(f"{chosen.areas} synthetic areas: {len(observations):,} figures, {len(comparisons):,} comparisons")
    start, worked = time.perf_counter(), time.process_time()
    findings = audit(observations, comparisons)
    took, worked = time.perf_counter() - start, time.process_time() - worked
    wrong = set(findings.loc[findings["severity"] == "error", "area"])
    print(f"audit: {took:.1f} s, {worked:.1f} s of one core (goal: under {GOAL_SECONDS:.0f} s)")
    print(f"findings: {findings['severity'].value_counts().to_dict()}")
    print(f"slips found: {len(broken & wrong)} of {len(broken)}; errors in consistent plans: {len(wrong - broken)}")
    sys.exit(0 if took < GOAL_SECONDS and broken <= wrong and wrong <= broken else 1)


if __name__ == "__main__":
    main()
