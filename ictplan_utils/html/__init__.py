"""What a leader receives: one self-contained page a report, and the index that leads to them.

An engine with nothing to do needs links, and neither nbconvert nor pandas.
"""

from ictplan_utils import from_modules

_FRAME = ("Heading", "PeriodSummary", "Prepared", "ReportStatus", "anchor", "footer", "page", "place", "prepare",
          "report_page")  # fmt: skip
__getattr__ = from_modules(__name__, dict.fromkeys(_FRAME, "frame") | {
    "PeriodIndex": "index", "periods_page": "index", "Link": "links", "twins": "links", "print_pdf": "pdf",
})  # fmt: skip
