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
    likelihood,
    misfit,
    percent,
    period_end,
    period_name,
    sentence,
    share_name,
)
from ictplan_utils.narrative.reach import (
    chance_basis,
    hard_targets,
    this_years_plan,
    within_reach,
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
    "chance_basis", "change", "finding_parts", "fits", "forecast_summary", "hard_targets", "headline", "key_findings",
    "known", "leading", "likelihood", "misfit", "paragraph", "percent", "period_end", "period_name", "reasons",
    "sentence", "share_name", "sources", "target_reasons", "target_summary", "this_years_plan", "trend_summary",
    "within_reach",
]  # fmt: skip
