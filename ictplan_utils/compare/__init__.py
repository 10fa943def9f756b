"""The areas of a province (or of any area that holds others) in one period: who has reported, who stands where.

>>> from ictplan_utils import compare
>>> found = compare.of("dien-bien", "2021-S1")
>>> compare.verdict(found)
'1 trong 10 huyện, thành phố, thị xã đã gửi báo cáo; 1 nơi phải sửa số liệu trước khi tổng hợp'
"""

from ictplan_utils.compare.charts import spreads
from ictplan_utils.compare.comparison import Comparison, of
from ictplan_utils.compare.moves import standing_out
from ictplan_utils.compare.sentences import opening, sources, verdict
from ictplan_utils.compare.standing import Standing, reminder
from ictplan_utils.compare.standouts import outliers
from ictplan_utils.compare.tables import (
    areas_table,
    headlines,
    missing_table,
    ranked,
    reminders,
    todo,
    totals_table,
)
