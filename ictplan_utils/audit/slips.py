"""Family 9's two slips of the pen. They name what another rule has proved wrong, so `merge` finds them."""

from __future__ import annotations

from collections.abc import Iterator

from ictplan_utils.audit.findings import Finding
from ictplan_utils.audit.registry import rule
from ictplan_utils.audit.sheet import Sheet


@rule(
    9, "error", ("Đảo chữ số", "Swapped digits"),
    ("Phụ lục 2, dòng 17, cột 6: ghi 102, nhưng 30/25 = 120 %; có thể đảo chữ số (120?).",
     "Appendix 2, row 17, column 6: printed 102, but 30/25 = 120%; digits may be swapped (120?)."),
)  # fmt: skip
def swapped_digits(sheet: Sheet) -> Iterator[Finding]:
    """A figure that another rule proves wrong, and that two neighbouring digits swapped would make right."""
    return iter(())


@rule(
    9, "error", ("Lệch dấu phẩy", "Slipped decimal mark"),
    ("Phụ lục 1, dòng 11, cột 5: ghi 624, nhưng mục 1.2 ghi 62,4; có thể lệch dấu phẩy (62,4?).",
     "Appendix 1, row 11, column 5: printed 624, but section 1.2 prints 62.4; the mark may have slipped (62.4?)."),
)  # fmt: skip
def slipped_decimal(sheet: Sheet) -> Iterator[Finding]:
    """A figure that another rule proves wrong, and that ten, a hundred or a thousand times more or less makes right."""
    return iter(())
