"""Facts → sentences, in the register of Vietnamese administration, and the same in English."""

from ictplan_utils.narrative.briefing import briefing, office
from ictplan_utils.narrative.figures import (
    HEADLINES,
    NBSP,
    against,
    amount,
    base_name,
    base_of,
    change,
    direction,
    estimated,
    fits,
    grew,
    grown,
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
from ictplan_utils.narrative.movements import common_base, common_base_name, movements
from ictplan_utils.narrative.outcomes import outcomes_by_year, year_sentence
from ictplan_utils.narrative.summaries import (
    audit_answer,
    chance_basis,
    finding_parts,
    forecast_reasons,
    forecast_summary,
    fulfilment_line,
    fulfilment_summary,
    fulfilment_words,
    no_chance,
    of_target,
    revisions,
    sector_name,
    sources,
    target_summary,
    trend_summary,
    verdict_name,
    worst_first,
)
from ictplan_utils.narrative.text import FACTS_MIME, Parts, Text, bullets, paragraph
from ictplan_utils.narrative.verdicts import verdict
from ictplan_utils.periods import period_name
