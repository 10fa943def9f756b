"""Tidy figures → charts that show themselves, with a finding for a title, alternative text, and their data."""

from ictplan_utils.charts.chart import (
    ACTUAL,
    ESTIMATE,
    FORECAST,
    INK,
    MUTED,
    PANEL_INCHES,
    PAPER,
    STYLE,
    TARGET,
    TEXT_POINTS,
    WIDTH_INCHES,
    Chart,
    Charts,
    Sections,
    figure_html,
    svg,
)  # fmt: skip
from ictplan_utils.charts.growth import growth_asked
from ictplan_utils.charts.trend import by_sector, small_multiples, trend

__all__ = [
    "ACTUAL", "ESTIMATE", "FORECAST", "INK", "MUTED", "PANEL_INCHES", "PAPER", "STYLE", "TARGET", "TEXT_POINTS",
    "WIDTH_INCHES", "Chart", "Charts", "Sections", "by_sector", "figure_html", "growth_asked", "small_multiples",
    "svg", "trend",
]  # fmt: skip
