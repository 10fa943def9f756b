"""Many areas → the area that holds them: totals by the catalogue's rules, each with what it covers.

>>> import ictplan_utils as ict
>>> from ictplan_utils import rollup
>>> totals = rollup.roll_up(ict.load(), "2021-S1", ["dien-bien"])
>>> totals.set_index(["indicator", "slot"]).at[("bts_stations", "half"), "units"]
np.int64(10)
"""

from ictplan_utils.rollup.figures import Figures, figures, matched, same_base, without
from ictplan_utils.rollup.history import continued, restated
from ictplan_utils.rollup.late import FEWEST_RATIOS, complete
from ictplan_utils.rollup.totals import LETTERS, coverage, reason, reporting, roll_up, some, totals_of, who_reported
from ictplan_utils.rollup.units import changes, level_name, side_by_side, units
