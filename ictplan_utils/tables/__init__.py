"""What people read as tables: a report's figures, forecasts, targets, what came of them, and the audit's findings."""

from ictplan_utils.tables.cells import WRONG, growth, half_label, number
from ictplan_utils.tables.figures import figures, headlines
from ictplan_utils.tables.findings import errors, findings
from ictplan_utils.tables.forecasts import forecasts, interval_drawing, outcomes
from ictplan_utils.tables.targets import fulfilment, hard_targets, targets, this_years_plan
