"""Facts → sentences, in the register of Vietnamese administration, and the same in English."""

from ictplan_utils.narrative.figures import (
    HEADLINES,
    NBSP,
    against,
    amount,
    base_name,
    change,
    fits,
    headline,
    known,
    leading,
    misfit,
    percent,
    period_end,
    period_name,
    sentence,
    share_name,
)
from ictplan_utils.narrative.summaries import (
    STILL_PCT,
    attention,
    finding_parts,
    forecast_summary,
    key_findings,
    reasons,
    sources,
    target_reasons,
    target_summary,
    trend_summary,
)
from ictplan_utils.narrative.text import FACTS_MIME, Text, bullets, paragraph

__all__ = [
    "FACTS_MIME", "HEADLINES", "NBSP", "STILL_PCT", "Text", "against", "amount", "attention", "base_name", "bullets",
    "change", "finding_parts", "fits", "forecast_summary", "headline", "key_findings", "known", "leading", "misfit",
    "paragraph", "percent", "period_end", "period_name", "reasons", "sentence", "share_name", "sources",
    "target_reasons", "target_summary", "trend_summary",
]  # fmt: skip
