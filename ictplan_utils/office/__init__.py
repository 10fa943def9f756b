"""Give back the official papers: the appendices and the plan in Word, the tables in Excel.

>>> import ictplan_utils as ict
>>> from ictplan_utils import office
>>> paths = office.write_forms(ict.report("tuan-giao", "2021-S1"), outputs="outputs")  # doctest: +SKIP
"""

from ictplan_utils import from_modules

__all__ = ["Form", "make_forms", "read_form", "write_forms"]
__getattr__ = from_modules(
    __name__, {"Form": "form", "read_form": "form", "make_forms": "forms", "write_forms": "forms"}
)
