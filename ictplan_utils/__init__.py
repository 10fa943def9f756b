"""Helpers of ictplan: read, check, forecast and show the ICT indicators of a Vietnamese locality.

>>> import ictplan_utils as ict
>>> observations = ict.load("tuan-giao")
>>> comparisons = ict.load_comparisons("tuan-giao")
"""

from ictplan_utils.errors import IctplanError
from ictplan_utils.observations import load, load_comparisons

__all__ = ["IctplanError", "load", "load_comparisons"]
