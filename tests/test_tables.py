"""Published tables: nothing that is not there, decimal marks in line, a finding under its indicator's name."""

from __future__ import annotations

import re

import pytest
from places import AREA, REPORT

from ictplan_utils import tables
from ictplan_utils.forecast import forecast_year_end
from ictplan_utils.observations import report_table


def test_a_column_that_nothing_fills_is_not_shown(observations):
    table = report_table(observations, AREA, REPORT).loc[["bts_stations", "postal_points"]]
    assert "Kế hoạch 2022" in tables.report_figures(table, REPORT).as_raw_html()
    assert "Kế hoạch 2022" not in tables.report_figures(table.assign(target=float("nan")), REPORT).as_raw_html()


def test_forecasts_without_estimates_have_no_verdict(observations):
    rows = forecast_year_end(observations[observations["status"] != "estimate"], REPORT)
    shown = tables.forecasts(rows, REPORT).as_raw_html()
    assert "Đánh giá" not in shown
    assert "◆" not in shown
    assert "Khoảng dự báo" in shown


@pytest.mark.parametrize("make", [tables.forecasts, tables.report_figures, tables.targets])
def test_a_table_of_nothing_is_a_sentence(observations, make):
    rows = forecast_year_end(observations, REPORT).iloc[:0]
    assert re.search(r"[Kk]hông có", str(make(rows, REPORT)))


@pytest.mark.parametrize(
    ("lang", "cells", "lacks"),
    [
        ("vi", ["28,6", "36", "52.050", "–"], [0, 1.45, 1.45, 0]),
        ("vi", ["4,02", "4,5", "1.234"], [0, 1, 2.45]),
        ("vi", ["36", "52.050"], [0, 0]),
        ("vi", ["+3,3%", "+10%", "-0,5 đ"], [0, 1.45, 0]),
        ("en", ["28.6", "36", "52,050"], [0, 1.45, 1.45]),
        ("vi", ["917 (!)", "1,5"], [1.45, 0]),
    ],
)
def test_figures_without_decimals_leave_their_room(lang, cells, lacks):
    shown = tables.aligned(cells, lang)
    widths = [float(found[1]) if (found := re.search(r"padding-right:([\d.]+)ch", cell)) else 0 for cell in shown]
    assert widths == lacks
    assert [re.sub("<[^>]+>", "", cell) for cell in shown] == cells


def test_an_interval_of_one_figure_is_one_figure(observations):
    rows = forecast_year_end(observations, REPORT)
    shown = tables.forecasts(rows[rows["indicator"] == "communes_with_radio"], REPORT).as_raw_html()
    assert '<span class="unit">8</span>' in shown
