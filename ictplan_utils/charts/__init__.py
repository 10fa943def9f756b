"""Tidy figures → charts that show themselves, with a finding for a title, alternative text, and their data."""

from ictplan_utils.charts.chart import (
    TEXT_POINTS,
    WIDTH_INCHES,
    Chart,
    Charts,
    figure_html,
    svg,
)
from ictplan_utils.charts.look import (
    ACTUAL,
    ESTIMATE,
    FORECAST,
    INK,
    MUTED,
    STYLE,
    TARGET,
    style,
)
from ictplan_utils.charts.multiples import by_sector
from ictplan_utils.charts.rows import fulfilment, growth_asked
from ictplan_utils.charts.trend import leading, trend
