"""The forecaster: sound at the edges, coherent, learning, explained, and judged on series made up here."""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import ictplan_utils as ict
from ictplan_utils import IctplanError, catalog, reliability
from ictplan_utils.cli import main
from ictplan_utils.forecast import backtest, forecast_year_end, predict, predict_many, predict_together, prior
from ictplan_utils.forecast.backtesting import calibration, judged, judged_calibration, series_of, trust
from ictplan_utils.forecast.learning import learned
from ictplan_utils.forecast.predict import KINDS, past_errors
from ictplan_utils.forecast.scoring import baselines, interval_score, symmetric_error, windows

NAN = float("nan")


def synthetic_series(seed: int = 0, series: int = 60, years: int = 9) -> pd.DataFrame:
    """SYNTHETIC, for tests only: seasonal flows with growth and noise, and slowly growing stocks."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(series):
        growth, season = rng.normal(0.04, 0.05), rng.normal(0.1, 0.15)
        level = np.exp(rng.normal(5, 2))
        for year in range(2010, 2010 + years):
            level *= np.exp(growth + rng.normal(0, 0.03))
            first, second = level, level * np.exp(season + rng.normal(0, 0.03))
            rows.append((f"flow{number}", "synthetic", "flow", year, first, first + second))
            rows.append(
                (f"stock{number}", "synthetic", "stock", year, level, level * np.exp(growth / 2 + rng.normal(0, 0.02)))
            )
    return pd.DataFrame(rows, columns=["series", "source", "kind", "year", "half", "year_end"])


def observations(rows: list[tuple], area: str = "tuan-giao", report: str = "2021-S1") -> pd.DataFrame:
    """Return observations from (indicator, period, status, value[, note])."""
    table = [(area, *row[:4], "", "A1:1:4", row[4] if len(row) > 4 else "", report) for row in rows]
    return pd.DataFrame(
        table, columns=["area", "indicator", "period", "status", "value", "printed", "source", "note", "report"]
    )


@pytest.fixture(scope="module")
def real_plan() -> pd.DataFrame:
    return forecast_year_end(ict.load("tuan-giao"), "2021-S1").set_index("indicator")


# --- edges -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_the_half_alone_gives_a_forecast_wider_than_one_with_history(kind):
    alone, informed = predict([], [], 50.0, kind), predict([40.0] * 3, [20.0 if kind == "flow" else 40.0] * 3, 50, kind)
    width = np.diff(alone.interval(0.8))[0]
    assert np.isfinite(alone.point)
    assert width > 0
    assert alone.method == "half_only"
    assert informed.method == "prior"


def test_history_narrows_the_interval_of_a_regular_series():
    alone = predict([], [], 50.0, "flow")
    informed = predict([100.0] * 3, [49.0, 49.5, 50.0], 50.0, "flow")
    assert np.diff(informed.interval(0.8))[0] < np.diff(alone.interval(0.8))[0] / 2


def test_last_years_total_without_its_half_moves_the_forecast():
    high, low = predict([130.0], [NAN], 50.0, "flow"), predict([90.0], [NAN], 50.0, "flow")
    assert high.point > low.point + 5


@pytest.mark.parametrize(
    ("annual", "halves", "half"),
    [([0.0], [0.0], 0.0), ([5.0, 6.0], [0.0, 0.0], 0.0), ([0.0], [0.0], 4.0), ([8.0], [0.0], 4.0), ([], [], 0.0)],
)
@pytest.mark.parametrize("kind", KINDS)
def test_zeros_are_forecast_not_refused(annual, halves, half, kind):
    found = predict(annual, halves, half, kind)
    lower, upper = found.interval(0.95)
    assert np.isfinite([found.point, lower, upper]).all()
    assert (half if kind == "flow" else 0) <= lower <= found.point <= upper


def test_what_only_the_second_half_brings_is_expected_again():
    assert predict([10.0, 12.0], [0.0, 0.0], 0.0, "flow").point == pytest.approx(11.0)


def test_a_zero_half_whose_second_halves_fell_may_still_rise():
    found = predict([5.0, 4.0], [10.0, 8.0], 0.0, "stock")
    assert found.interval(0.8)[0] == 0
    assert 2 <= found.interval(0.8)[1] < found.interval(0.95)[1] <= 10


def test_a_count_of_one_that_is_gone_may_come_back():
    assert predict([1.0], [1.0], 0.0, "stock").interval(0.95) == (0, 1)


@pytest.mark.parametrize(("kind", "bounds"), [("share", None), ("stock", (0, 100)), ("rate", (150, 200))])
def test_a_bound_that_the_half_itself_breaks_is_none(kind, bounds):
    found = predict([90.0, 95.0], [88.0, 92.0], 130.0, kind, bounds)
    lower, upper = found.interval(0.8)
    assert lower + 5 < 130 < upper - 5
    assert found.point == pytest.approx(130, rel=0.05)


@pytest.mark.parametrize("half", [99.5, 100.0])
def test_a_share_near_100_can_still_move_by_tenths(half):
    lower, upper = predict([half] * 3, [half] * 3, half, "share").interval(0.95)
    assert lower < half - 0.1
    assert upper >= min(half + 0.48, 100)


@pytest.mark.parametrize("part", [0.05, 0.01])
def test_a_first_half_that_is_always_a_small_part_of_the_year_is_taken_so(part):
    annual = np.array([100.0, 110.0, 105.0])
    found = predict(annual, annual * part, 106 * part, "flow")
    assert found.point == pytest.approx(106, rel=0.05)
    lower, upper = found.interval(0.8)
    assert 80 < lower < 100 < 112 < upper < 140


@pytest.mark.parametrize(
    ("annual", "half", "point", "sure", "surer"),
    [([3.0] * 3, 3.0, 3, (3, 3), (2, 4)), ([1.0] * 3, 1.0, 1, (1, 1), (0, 2)), ([2.0], 3.0, 3, (2, 4), (2, 5))],
)
def test_small_counts_are_whole_and_move_as_seldom_as_they_did(annual, half, point, sure, surer):
    found = predict(annual, annual, half, "stock")
    assert (found.point, found.interval(0.8), found.interval(0.95)) == (point, sure, surer)


@pytest.mark.parametrize("years", [3, 5])
def test_a_stock_that_rises_5_per_cent_a_half_rises_so_again(years):
    figures = 100 * 1.05 ** np.arange(2 * years + 2)
    assert predict(figures[1:-1:2], figures[0:-2:2], figures[-2], "stock").point == pytest.approx(figures[-1], rel=0.01)


def test_a_flow_never_ends_below_its_half():
    found = predict([100.0, 60.0], [90.0, 58.0], 80.0, "flow")
    assert found.point >= 80
    assert found.interval(0.99)[0] >= 80


def test_a_negative_flow_may_end_below_its_half():
    assert predict([-10.0, -12.0], [-4.0, -5.0], -6.0, "flow").point < -6


def test_a_stock_may_fall():
    assert predict([90.0, 80.0, 70.0], [95.0, 85.0, 75.0], 65.0, "stock").point < 65


@pytest.mark.parametrize("kind", KINDS)
def test_a_constant_series_is_sure_but_not_certain(kind):
    end = 100.0 if kind == "flow" else 50.0
    found = predict([end] * 5, [50.0] * 5, 50.0, kind)
    width = np.diff(found.interval(0.8))[0]
    assert found.point == pytest.approx(end, rel=0.01)
    assert 0 < width < 0.05 * end


def test_a_broken_year_hardly_moves_the_forecast():
    whole = predict([100, 102, 104, 106], [50, 51, 52, 53], 54, "flow").point
    broken = predict([100, 102, 5, 106], [50, 51, 2, 53], 54, "flow")
    assert broken.point == pytest.approx(whole, rel=0.02)
    assert "lệch hẳn" in broken.why


@pytest.mark.parametrize("history", [99.0, 99.9, 100.0])
def test_a_share_never_leaves_0_to_100(history):
    found = predict([history - 1, history], [history - 2, history - 0.5], 100.0, "share")
    assert 0 <= found.interval(0.99)[0] <= found.point <= found.interval(0.99)[1] <= 100


def test_given_bounds_replace_the_usual_ones():
    assert predict([990.0], [985.0], 995.0, "stock", bounds=(0, 1000)).interval(0.99)[1] <= 1000
    assert predict([150.0], [140.0], 160.0, "share", bounds=(0, 300)).point > 100


def test_a_gap_in_the_history_is_bridged():
    found = predict([80, NAN, 100], [40, NAN, NAN], 55, "flow")
    assert found.method == "prior_gaps"
    assert 55 < found.point < 200


@pytest.mark.parametrize("years", [2, 4, 6, 10, 30])
def test_two_to_thirty_years_of_history_work(years):
    annual = 100 * 1.05 ** np.arange(years)
    found = predict(annual, annual * 0.48, 48 * 1.05**years, "flow")
    assert found.point == pytest.approx(100 * 1.05**years, rel=0.03)


def test_no_half_means_no_point_and_a_reason():
    found = predict([100.0], [50.0], NAN, "flow")
    assert np.isnan(found.point)
    assert "chưa có số 6 tháng" in found.why
    assert "no six-month figure" in found.why_en


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (([1.0], [1.0], 1.0, "volume"), "volume"),
        (([1.0, 2.0], [1.0], 1.0, "flow"), "fit together"),
        (([float("inf")], [1.0], 1.0, "flow"), "infinite"),
        (([1.0], [1.0], float("inf"), "flow"), "infinite"),
        ((["a"], [1.0], 1.0, "flow"), "numbers"),
        (([1.0], [1.0], 1.0, "stock", (5, 2)), "lower bound"),
    ],
)
def test_bad_input_is_one_clear_sentence(arguments, said):
    with pytest.raises(IctplanError, match=said):
        predict(*arguments)


def test_a_coverage_outside_0_to_1_is_refused():
    with pytest.raises(IctplanError, match="coverage"):
        predict([1.0], [1.0], 1.0, "stock").interval(80)


# --- properties ------------------------------------------------------------------------------------------

amounts = st.floats(0.01, 1e6)
histories = st.lists(st.tuples(st.none() | amounts, st.none() | amounts), min_size=0, max_size=7)


def unpacked(history, kind):
    annual = [NAN if a is None else a for a, _ in history]
    halves = [NAN if h is None else h for _, h in history]
    if kind == "flow":
        annual = [a + (0 if np.isnan(h) else h) for a, h in zip(annual, halves, strict=True)]
    if kind == "share":
        annual, halves = ([min(v, 100.0) if v == v else v for v in figures] for figures in (annual, halves))
    return annual, halves


@settings(deadline=None, max_examples=150)
@given(history=histories, half=amounts, kind=st.sampled_from(KINDS))
def test_forecasts_are_finite_nested_and_hold_their_point(history, half, kind):
    half = min(half, 100.0) if kind == "share" else half
    found = predict(*unpacked(history, kind), half, kind)
    ends = [found.interval(coverage) for coverage in (0.3, 0.5, 0.8, 0.9, 0.95, 0.99)]
    assert np.isfinite([found.point, *np.ravel(ends)]).all()
    for (low, high), (wider_low, wider_high) in itertools.pairwise(ends):
        assert wider_low <= low <= found.point <= high <= wider_high
    assert found.why.endswith(".")


@settings(deadline=None, max_examples=80)
@given(history=histories, half=amounts, kind=st.sampled_from(["flow", "rate"]), power=st.integers(-3, 6))
def test_another_unit_changes_the_unit_and_nothing_else(history, half, kind, power):
    annual, halves = unpacked(history, kind)
    unit = 10.0**power
    once = predict(annual, halves, half, kind)
    again = predict(np.array(annual) * unit, np.array(halves) * unit, half * unit, kind)
    assert again.point == pytest.approx(once.point * unit, rel=1e-4)
    assert again.interval(0.8) == pytest.approx(tuple(end * unit for end in once.interval(0.8)), rel=1e-3)


def test_one_forecast_and_many_are_the_same():
    table = windows(synthetic_series(), 3)
    many = predict_many(table.annual, table.halves, table.half, table.kind)
    for row in (0, 7, 100):
        one = predict(table.annual[row], table.halves[row], table.half[row], table.kind[row])
        assert one.point == pytest.approx(many.point[row], rel=1e-5)
        assert one.interval(0.8) == pytest.approx(many[row].interval(0.8), rel=1e-4)


def test_the_chance_below_the_ends_of_an_interval_is_what_the_interval_says():
    found = predict([100.0, 104.0], [48.0, 50.0], 52.0, "flow")
    low, high = found.interval(0.8)
    assert found.chance_below(low) == pytest.approx(0.1, abs=0.01)
    assert found.chance_below(high) == pytest.approx(0.9, abs=0.01)
    assert found.chance_below(found.point) == pytest.approx(0.5, abs=0.01)
    assert found.chance_below(50.0) < 0.001


# --- skill, on synthetic series --------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["flow", "stock"])
@pytest.mark.parametrize("length", [1, 2, 3, 5])
def test_it_is_no_worse_than_the_simple_forecasts_median_on_synthetic_series(kind, length):
    table = synthetic_series()
    tasks = windows(table[table["kind"] == kind], length)
    ours = symmetric_error(predict_many(tasks.annual, tasks.halves, tasks.half, tasks.kind).point, tasks.end).mean()
    assert ours <= 1.1 * symmetric_error(baselines(tasks)["median"], tasks.end).mean()


def test_windows_are_the_latest_complete_ones():
    table = synthetic_series(series=1, years=6)
    table = table[(table["kind"] == "flow") & (table["year"] != 2012)]
    assert list(windows(table, 1).year) == [2011, 2014, 2015]
    assert list(windows(table, 2).year) == [2015]


def test_interval_score_adds_width_and_penalty():
    assert interval_score(np.array([1.0]), np.array([3.0]), np.array([2.0]), 0.8) == pytest.approx(2)
    assert interval_score(np.array([1.0]), np.array([3.0]), np.array([4.0]), 0.8) == pytest.approx(12)


# --- learning --------------------------------------------------------------------------------------------


def test_errors_that_repeat_are_learned_and_more_years_teach_more():
    shifts = [learned(np.full((1, years), 1.2)).shift[0] for years in (1, 4, 6, 10)]
    assert shifts[0] == 0
    assert 0 < shifts[1] < shifts[2] < shifts[3] < 1.2
    assert shifts[3] > 1.0


def test_errors_that_only_scatter_teach_no_bias():
    """SYNTHETIC: 300 series of errors with mean zero."""
    shifts = learned(np.random.default_rng(1).normal(0, 0.78, (300, 5))).shift
    assert (shifts == 0).mean() > 0.95


def test_siblings_teach_a_series_without_history_of_its_own():
    errors = np.vstack([np.full((20, 4), 0.8), np.full((1, 4), NAN)])
    taught = learned(errors, siblings=np.array(["bts"] * 21)).shift[-1]
    untaught = learned(errors, siblings=np.array(["bts"] * 20 + ["post"])).shift[-1]
    assert taught > 0.5
    assert untaught == 0


def test_one_wild_year_teaches_little():
    assert learned(np.array([[50.0]])).shift[0] < 0.5


def test_small_errors_narrow_and_large_ones_widen_the_intervals():
    alternating = np.array([[1, -1] * 5], float)
    assert learned(alternating * 0.05).widen[0] < 0.8
    assert learned(alternating * 2.0).widen[0] > 1.3
    assert learned(alternating[:, :1] * 2.0).widen[0] < 1.2


def test_past_errors_come_from_what_was_known_then():
    annual, halves = np.array([[100.0, 100, 100, 150]]), np.array([[50.0, 50, 50, 50]])
    errors = past_errors(annual, halves, np.array(["flow"]))
    assert np.abs(errors[0, 0]) < 1
    assert errors[0, 1] > 2


# --- the prior -------------------------------------------------------------------------------------------


def test_the_prior_is_one_small_text_file_that_says_where_it_comes_from():
    text = prior.PRIOR_FILE.read_text(encoding="utf-8")
    document = json.loads(text)
    assert prior.PRIOR_FILE.stat().st_size <= 300_000
    assert {"made_by", "fitted_on", "judged", "calibration", "forests"} <= set(document)
    assert {record["kind"] for record in document["judged"]["records"]} == set(KINDS)
    assert document["fitted_on"]["sha256"] == "7ad162beab4311950b3b2a9aac1cf29e8d4404c8ba7d584adfba7c13184c79b0"
    assert document["fitted_on"]["years_to"] == 2021


def test_a_tree_gives_each_row_the_leaf_its_questions_lead_to():
    # x0 ≤ 1 ? (x1 ≤ 0 ? leaf 0 : leaf 1) : leaf 2
    tree = {"feature": [0, 1], "threshold": [10_000, 0], "kept": [0b11111100, 0b11111110], "leaf": [10.0, 20.0, 30.0]}
    forest = prior.stacked([tree] * 2)
    rows = np.array([[1.0, -1.0], [1.0, 1.0], [2.0, -1.0], [2.0, 1.0]])
    np.testing.assert_allclose(prior.grown(forest, rows), np.array([20, 40, 60, 60]) / prior.TREE_UNIT)


def test_a_count_known_only_by_its_half_is_expected_to_stay_about_there():
    assert predict([], [], 1000.0, "stock").point == pytest.approx(1000, rel=0.02)


def test_a_last_year_whose_half_is_missing_is_heard():
    calm, rising = (predict([last], [NAN], 100.0, "stock").point for last in (95.0, 60.0))
    assert rising > calm


def test_what_this_half_did_to_siblings_counts():
    rows = {"group": ["a"] * 4, "kind": ["rate"] * 4, "annual": [[90.0, 95.0]] * 4, "halves": [[88.0, 93.0]] * 4}
    risen, calm = (predict_together(pd.DataFrame(rows | {"half": [97.0, *[others] * 3]})) for others in (120.0, 95.0))
    assert list(risen.columns) == ["point", "lower80", "upper80", "lower95", "upper95"]
    assert risen["point"][0] != calm["point"][0]
    alone = predict_together(pd.DataFrame(rows | {"half": [97.0, 120.0, 120.0, 120.0], "group": list("abcd")}))
    assert alone["point"][0] == pytest.approx(predict([90.0, 95.0], [88.0, 93.0], 97.0, "rate").point)


def test_importing_the_forecaster_reads_no_prior_and_no_learning_library():
    code = (
        "import sys, ictplan_utils.forecast as f; from ictplan_utils.forecast import prior; "
        "assert not prior._in_use; f.predict([100.], [50.], 52., 'flow'); "
        "print(sorted({'sklearn', 'lightgbm', 'scipy', 'torch'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# --- a report --------------------------------------------------------------------------------------------


def test_the_real_plan_is_forecast_with_every_gap_explained(real_plan):
    missing = real_plan[real_plan["point"].isna()]
    assert len(real_plan) > 30
    assert (missing["why_vi"].str.len() > 20).all()
    assert (real_plan["point"].isna() == real_plan["lower_80"].isna()).all()


def test_real_rows_are_sane(real_plan):
    post, bts = real_plan.loc["postal_revenue"], real_plan.loc["bts_stations"]
    assert 2400 < post["point"] < 2750
    assert (post["last_year"], post["half"], post["official_estimate"]) == (2400, 1320, 2700)
    assert post["same_half_last_year"] == pytest.approx(1320 / 1.02)
    assert 87 <= bts["point"] <= 90.5
    assert bts["verdict"] == "within"
    assert 5400 < real_plan.loc["fixed_broadband_subscribers", "point"] < 5900
    assert real_plan.loc["phone_subscribers", "point"] < real_plan.loc["phone_subscribers", "official_estimate"]


def test_an_absurd_half_of_last_year_is_left_out_aloud(real_plan):
    row = real_plan.loc["telecom_revenue"]
    assert np.isnan(row["same_half_last_year"])
    assert 46_000 < row["point"] < 54_000
    assert "bị bỏ qua" in row["why_vi"]
    assert "left out" in row["why_en"]


def test_a_computed_half_that_cannot_be_part_of_its_year_is_left_out_even_unmarked():
    rows = [("telecom_revenue", "2020", "actual", 48905.0), ("telecom_revenue", "2021-S1", "actual", 24783.0),
            ("telecom_revenue", "2020-S1", "actual", 13543.0, "suy ra: 24.783 / 183 %")]  # fmt: skip
    row = forecast_year_end(observations(rows), "2021-S1").iloc[0]
    assert np.isnan(row["same_half_last_year"])
    assert "bị bỏ qua" in row["why_vi"]


def test_counts_where_a_share_should_stand_are_refused_in_words(real_plan):
    row = real_plan.loc["online_service_files_share"]
    assert np.isnan(row["point"])
    assert "ngoài giới hạn 0–100" in row["why_vi"]


def test_a_bound_that_the_figures_of_a_flow_break_gives_way_aloud(real_plan):
    row = real_plan.loc["radio_own_hours"]
    assert 6400 < row["point"] < 6800
    assert "giới hạn 24" in row["why_vi"]


def test_the_total_is_the_sum_of_its_parts(real_plan):
    for total, *parts in (
        ("phone_subscribers", "mobile_subscribers", "fixed_subscribers"),
        ("postal_points", "commune_post_points", "other_postal_points"),
    ):
        assert real_plan.loc[total, "point"] == pytest.approx(sum(real_plan.loc[part, "point"] for part in parts))


def test_a_rate_follows_from_its_quotient_where_both_parts_are_forecast():
    rows = [(name, period, "actual", value) for name, last, half in (
        ("mobile_subscribers", 50_000.0, 52_000.0), ("population", 80_000.0, 80_400.0), ("mobile_density", 62.5, 64.7),
    ) for period, value in (("2020", last), ("2021-S1", half))]  # fmt: skip
    found = forecast_year_end(observations(rows), "2021-S1").set_index("indicator")
    quotient = found.loc["mobile_subscribers", "point"] / found.loc["population", "point"] * 100
    assert found.loc["mobile_density", "point"] == pytest.approx(quotient)
    assert "tử số" in found.loc["mobile_density", "why_vi"]


def test_a_quotient_of_parts_without_a_last_year_does_not_move_the_share():
    name = "communes_with_post_point_share"
    rows = [(name, "2020", "actual", 88.8), (name, "2021-S1", "actual", 100.0)]
    alone = forecast_year_end(observations(rows), "2021-S1").set_index("indicator").loc[name]
    _, parts = catalog.formula_terms(catalog.indicator(name).formula)
    rows += [(parts[0], "2020", "actual", 17.0), *[(part, "2021-S1", "actual", 19.0) for part in parts]]
    found = forecast_year_end(observations(rows), "2021-S1").set_index("indicator").loc[name]
    assert found["point"] == pytest.approx(alone["point"])
    assert found["point"] > 98
    assert "tử số" not in found["why_vi"]


def test_parts_that_do_not_add_up_are_not_forced_and_it_is_said():
    rows = [(name, period, "actual", value) for name, last, half in (
        ("phone_subscribers", 100.0, 100.0), ("mobile_subscribers", 60.0, 60.0), ("fixed_subscribers", 10.0, 10.0),
    ) for period, value in (("2020", last), ("2021-S1", half))]  # fmt: skip
    found = forecast_year_end(observations(rows), "2021-S1").set_index("indicator")
    assert found.loc["phone_subscribers", "point"] > 95
    assert "không cộng thành tổng" in found.loc["phone_subscribers", "why_vi"]


@pytest.mark.parametrize(
    ("estimate", "verdict", "said"),
    [(210.0, "within", "nằm trong khoảng 80"), (400.0, "optimistic", "lạc quan"), (101.0, "cautious", "thận trọng")],
)
def test_the_officials_estimate_is_judged_in_words(estimate, verdict, said):
    rows = [("postal_revenue", "2020", "actual", 200.0), ("postal_revenue", "2020-S1", "actual", 98.0),
            ("postal_revenue", "2021-S1", "actual", 102.0),
            ("postal_revenue", "2021", "estimate", estimate)]  # fmt: skip
    row = forecast_year_end(observations(rows), "2021-S1").iloc[0]
    assert row["verdict"] == verdict
    assert said in row["why_vi"]
    assert row["difference"] == pytest.approx(row["point"] - estimate)


def test_an_estimate_is_judged_as_it_is_printed(real_plan):
    """TV households: estimate 100, interval 99,4–100 as printed, though it ends at 99,97."""
    row = real_plan.loc["households_with_provincial_tv_share"]
    assert row["upper_80"] < row["official_estimate"] == 100
    assert row["verdict"] == "within"


def test_why_shows_the_evidence_and_what_it_did():
    why = predict([2000.0, 2400.0], [1000.0, 1150.0], 1320.0, "flow").why
    assert "nửa cuối năm thường bằng 104% nửa đầu; năm trước 109%" in why
    assert "nếu chỉ có số 6 tháng" in why
    assert "khoảng 80%" in why


def test_why_never_moves_a_figure_to_the_same_figure():
    alone = predict([], [], 22.0, "stock").point
    moved = predict([21.5], [21.4], 22.0, "stock")
    assert round(alone) == round(moved.point) == 22
    assert alone != moved.point
    for lang in ("vi", "en"):
        why = moved.explain(lang, decimals=0)
        assert "nếu chỉ có" not in why and "from the half alone" not in why


@pytest.mark.parametrize("context", [{}, {"unit": "%", "decimals": 1}])
def test_a_shares_changes_are_percentage_points(context):
    why = predict([70.0, 76.0], [66.0, 73.0], 79.0, "share").explain("vi", estimate=60.0, **context)
    assert "cao hơn cùng kỳ 6\u00a0điểm %" in why
    assert "thường tăng 3,5\u00a0điểm %; năm trước tăng 3\u00a0điểm %" in why
    assert re.search(r"thận trọng hơn dự báo [\d,]+\u00a0điểm %", why)
    since = predict([70.0], [NAN], 79.0, "share").explain("en", **context)
    assert "up 9\u00a0percentage points since the end of last year" in since


def test_an_offices_counts_are_not_told_in_percentage_points():
    rows = [("bts_stations", "2020", "actual", 870.0), ("bts_stations", "2021-S1", "actual", 880.0)]
    assert "điểm %" not in forecast_year_end(observations(rows), "2021-S1").iloc[0]["why_vi"]


def test_an_office_with_years_of_reports_learns_from_them():
    """SYNTHETIC: in every area and year the second half is twice the first, which the prior does not expect."""
    rows = []
    for area in ("tuan-giao", "quai-to", "muong-mun", "pu-nhung", "chieng-sinh"):
        part = []
        for year, half in zip(range(2012, 2021), (50, 60, 45, 70, 52, 66, 48, 61, 55), strict=True):
            part += [("postal_revenue", str(year), "actual", 3.0 * half),
                     ("postal_revenue", f"{year}-S1", "actual", float(half))]  # fmt: skip
        part.append(("postal_revenue", "2021-S1", "actual", 60.0))
        rows.append(observations(part, area))
    many = forecast_year_end(pd.concat(rows, ignore_index=True), "2021-S1")
    assert len(many) == 5
    np.testing.assert_allclose(many["point"], 180, rtol=0.04)


def test_a_stock_is_an_offices_count_whoever_asks():
    rows = [("bts_stations", "2020", "actual", 870.0), ("bts_stations", "2021-S1", "actual", 880.0)]
    office = forecast_year_end(observations(rows), "2021-S1").iloc[0]
    anyone = predict([870.0], [NAN], 880.0, "stock")
    assert office["kind"] == "stock"
    assert office["point"] == pytest.approx(anyone.point, abs=0.5)
    assert office["upper_95"] > 880


def test_intervals_of_the_years_asked_for_cover_what_they_promise():
    for record in prior.document()["judged"]["records"]:
        error = 2 * (0.8 * 0.2 / record["windows"]) ** 0.5
        assert abs(record["coverage_80"] - 0.8) <= 0.05 + error, record


def test_later_reports_are_not_known_yet():
    now = observations([("postal_revenue", "2020", "actual", 200.0), ("postal_revenue", "2021-S1", "actual", 102.0)])
    later = observations([("postal_revenue", "2021-S1", "actual", 150.0)], report="2022-S1")
    found = forecast_year_end(pd.concat([now, later], ignore_index=True), "2021-S1")
    assert found["half"].tolist() == [102.0]


@pytest.mark.parametrize("report", ["2021", "2021-S2"])
def test_a_year_that_is_over_leaves_nothing_to_forecast(report, real_plan):
    rows = forecast_year_end(ict.load("tuan-giao"), report)
    assert rows.empty
    assert {"indicator", "point", "verdict", "why_vi"} <= set(rows.columns)


def test_a_report_that_is_no_period_is_refused(real_plan):
    with pytest.raises(IctplanError, match="period 'now' is not YYYY"):
        forecast_year_end(ict.load("tuan-giao"), "now")


# --- backtest --------------------------------------------------------------------------------------------


def test_backtest_counts_the_misses_by_kind_and_length():
    found = backtest(synthetic_series())
    summary = trust(found)
    assert set(summary["length"]) == {1, 2, 3, 5}
    assert summary["windows"].sum() == len(found)
    assert (summary["coverage_95"] >= summary["coverage_80"]).all()
    levels = calibration(found)
    assert levels.groupby("kind")["observed"].is_monotonic_increasing.all()


def test_a_wrong_table_is_refused_in_a_sentence(tmp_path):
    from ictplan_utils.forecast.scoring import read_series

    path = tmp_path / "series.csv"
    path.write_text("series,year\na,2020\n")
    with pytest.raises(IctplanError, match="lacks the column"):
        read_series(path)


def test_an_offices_own_history_becomes_series():
    rows = [("postal_revenue", "2020", "actual", 200.0), ("postal_revenue", "2020-S1", "actual", 98.0),
            ("postal_revenue", "2021-S1", "actual", 102.0), ("bts_stations", "2020", "actual", 5.0)]  # fmt: skip
    own = series_of(observations(rows))
    assert own[["series", "kind", "year", "half", "year_end"]].to_numpy().tolist() == [
        ["tuan-giao/postal_revenue", "flow", 2020, 98.0, 200.0]
    ]


def test_how_it_was_judged_is_shown_in_both_languages():
    public = judged()
    assert list(dict.fromkeys(public["kind"])) == list(KINDS)
    for lang, word in (("vi", "sai số trung bình"), ("en", "mean error")):
        assert word in str(reliability.trust_sentences(public, lang))
        assert len(reliability.trust_table(public, lang).columns) == 6
        chart = reliability.calibration_chart(judged_calibration(), lang)
        assert chart.headline and len(chart.data) == len(KINDS) * len(prior.COVERAGES)
    assert "<table" in reliability.trust_table(public)._repr_html_()


def test_an_office_without_ended_years_is_told_so():
    none = backtest(series_of(observations([("postal_revenue", "2021-S1", "actual", 102.0)])))
    assert "Chưa có năm nào" in reliability.trust_text(trust(none))
    assert reliability.calibration_chart(calibration(none)).headline == "Chưa đủ số liệu để kiểm chứng"


def test_the_backtest_command_reads_a_file_or_the_offices_history(tmp_path):
    path = tmp_path / "series.csv"
    synthetic_series(series=8).to_csv(path, index=False)
    told = CliRunner().invoke(main, ["backtest", str(path), "--lang", "en"])
    assert told.exit_code == 0
    assert "mean error" in told.output
    rows = json.loads(CliRunner().invoke(main, ["backtest", str(path), "--json"]).output)
    assert {row["kind"] for row in rows} == {"flow", "stock"}
    assert CliRunner().invoke(main, ["backtest"]).exit_code == 0
    assert CliRunner().invoke(main, ["backtest", str(tmp_path / "none.csv")]).exit_code == 2
