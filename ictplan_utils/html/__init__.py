"""What a leader receives: one self-contained page a report, and the index that leads to them."""

from ictplan_utils.html.frame import (
    Heading,
    Link,
    PeriodSummary,
    Prepared,
    ReportStatus,
    anchor,
    footer,
    page,
    place,
    prepare,
    report_page,
    twins,
)
from ictplan_utils.html.index import index_page, index_pages, periods_page
from ictplan_utils.html.pdf import print_pdf

__all__ = [
    "Heading", "Link", "PeriodSummary", "Prepared", "ReportStatus", "anchor", "footer", "index_page", "index_pages",
    "page", "periods_page", "place", "prepare", "print_pdf", "report_page", "twins",
]  # fmt: skip
