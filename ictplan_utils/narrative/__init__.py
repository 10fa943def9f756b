"""Facts → sentences, in the register of Vietnamese administration, and the same in English."""

from ictplan_utils.narrative.briefing import Briefing, Finding, briefing, office, verdict
from ictplan_utils.narrative.figures import (
    HEADLINES,
    NBSP,
    against,
    amount,
    base_name,
    change,
    estimated,
    fits,
    grew,
    grown,
    growth,
    headline,
    in_sentence,
    known,
    leading,
    likelihood,
    misfit,
    moved,
    percent,
    points,
    sentence,
    share_name,
)
from ictplan_utils.narrative.outcomes import outcome_summary, outcomes_by_year, year_sentence
from ictplan_utils.narrative.summaries import (
    STILL_PCT,
    audit_answer,
    chance_basis,
    finding_parts,
    forecast_reasons,
    forecast_summary,
    fulfilment_line,
    fulfilment_summary,
    fulfilment_words,
    hard_targets,
    judged_growth,
    movement,
    movements,
    no_chance,
    revisions,
    sector_name,
    sources,
    target_reasons,
    target_reasons_by_verdict,
    target_summary,
    trend_summary,
    verdict_name,
)
from ictplan_utils.narrative.text import FACTS_MIME, Parts, Text, bullets, paragraph
from ictplan_utils.periods import period_end, period_name
