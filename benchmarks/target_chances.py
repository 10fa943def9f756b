"""Are chances kept? Half-year series with known ends: the stated chance of a made-up target against what came.

    python benchmarks/target_chances.py PATH

For this year's target and next year's, by kind: of targets whose chance rounds to 0, 10 … 100 %, how many were
reached. Targets lie 5 % below to 25 % above the forecast, as plans do. Only the series (two fifths, by hash of the
name) on which NEXT_YEAR of forecast/chances.py was not chosen; flows of official statistics, the rest of telecom
regulators. The shipped prior has seen these series: what the forecast itself adds is a little too sure.
"""

from __future__ import annotations

import argparse
import dataclasses
import math
import zlib

import numpy as np
import pandas as pd

from ictplan_utils import catalog
from ictplan_utils.forecast import predict_many
from ictplan_utils.forecast.chances import chance_next_year, chance_this_year, outlook
from ictplan_utils.forecast.scoring import SCORED_LENGTHS, read_series, windows

SOURCES = {
    "flow": ("vn", "retail", "livestock"),
    **dict.fromkeys(("stock", "rate", "share"), ("enacom", "ncc", "trai")),
}
ABOVE = (-0.05, -0.02, 0.0, 0.02, 0.05, 0.1, 0.15, 0.25)
"""Targets, as logarithms of their ratio to the forecast."""
LATEST = 5
"""Target years a series contributes: its latest."""


def held_back(series: str) -> bool:
    """Tell whether NEXT_YEAR was chosen without this series."""
    return zlib.crc32(series.encode()) % 5 >= 3


def tasks_of(table: pd.DataFrame, kind: str, length: int, gaps: bool) -> pd.DataFrame:
    """Return the forecasts of one kind and length, one row a window, with the year's end and the next year's."""
    found = windows(table, length, LATEST)
    halves = np.full_like(found.halves, np.nan) if gaps else found.halves
    made = predict_many(found.annual, halves, found.half, found.kind)
    (low_80, high_80), (low_95, high_95) = made.interval(0.8), made.interval(0.95)
    rows = pd.DataFrame(
        {"series": found.series, "year": found.year, "half": found.half, "last_year": found.annual[:, -1],
         "lower_95": low_95, "lower_80": low_80, "point": made.point, "upper_80": high_80, "upper_95": high_95,
         "this": found.end}
    )  # fmt: skip
    following = table.assign(year=table["year"] - 1, following=table["year_end"])[["series", "year", "following"]]
    return rows.merge(following, on=["series", "year"]).query("following > 0")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", help="half_years.csv.gz or a table of the same columns")
    table = read_series(parser.parse_args().path)
    table = table[table["series"].astype(str).map(held_back)]
    for kind, sources in SOURCES.items():
        entry = dataclasses.replace(catalog.indicator("telecom_revenue"), kind=kind, decimals=9)
        part = table[(table["kind"] == kind) & table["source"].isin(sources)]
        cuts = [(length, gaps) for length in SCORED_LENGTHS for gaps in (False, True) if length == 1 or not gaps]
        rows = pd.concat([tasks_of(part, kind, *cut) for cut in cuts], ignore_index=True)
        for when, chance in (("this", chance_this_year), ("following", chance_next_year)):
            told = []
            for row in rows.to_dict("records"):
                likely = outlook(row)
                for above in ABOVE:
                    target = row["point"] * math.exp(above)
                    told.append((chance(likely, target, entry).value, row[when] >= target))
            kept = pd.DataFrame(told, columns=["chance", "reached"]).dropna()
            by_tens = kept.groupby((10 * kept["chance"]).round().astype(int) * 10)["reached"].agg(["mean", "size"])
            shown = [f"{tens} % → {100 * row['mean']:.0f} ({row['size']:.0f})" for tens, row in by_tens.iterrows()]
            print(f"{kind}, {when} year, {len(rows)} windows: {', '.join(shown)}")


if __name__ == "__main__":
    main()
