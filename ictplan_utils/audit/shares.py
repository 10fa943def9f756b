"""The shares that a text prints beside a count and the whole that it is out of."""

from __future__ import annotations

from collections.abc import Iterator

from ictplan_utils import catalog
from ictplan_utils.audit import precision
from ictplan_utils.audit.cells import Document
from ictplan_utils.audit.findings import Finding
from ictplan_utils.audit.reporting import arithmetic
from ictplan_utils.audit.sentences import figure, say
from ictplan_utils.documents.reading import WHOLE, Reading


def shares(reading: Reading, doc: Document, wrong: set[str]) -> Iterator[Finding]:
    """Yield the shares that a sentence prints beside another count and whole, "9/16 xã có đài, đạt 47,3%", and the
    counts above their whole.

    What stands behind a count's slash may be its plan ("3.120/3.000 thuê bao"), of which it is no share.
    `wrong`: indicators found wrong already, for which that may be why.
    """
    rows = list(reading.observations.itertuples())
    planned = {(row.indicator, row.value) for row in rows if row.status == "target"}
    for part in (each for each in reading.parts if each.of == WHOLE and (each.indicator, each.value) not in planned):
        place = (part.period, part.status, part.source)
        said = {row.indicator: row for row in rows if (row.period, row.status, row.source) == place}
        count = said.get(part.indicator)
        if count is not None and count.value > part.value and part.indicator in doc.names.shared:
            why = say("say.more_than", sum=figure(count.value), v=part.value)
            what = say("say.printed", p=f"{count.printed}/{part.printed}", why=why)
            yield doc.finding(
                "part_within_whole", "error", part.source, what, indicator=part.indicator, period=part.period,
                status=part.status, printed=count.printed, name=doc.names[part.indicator],
            )  # fmt: skip
        for slug, share in said.items() if count is not None and part.value else ():
            formula = doc.names.entries.at[slug, "formula"] if doc.names.kind[slug] == "share" else ""
            counted = formula and catalog.formula_terms(formula)[1][0] == part.indicator
            off = abs(count.value / part.value * 100 - share.value) > precision.read(share.printed, share.value)[1]
            if off and counted and wrong.isdisjoint((slug, part.indicator)):
                what = say("say.printed", p=share.printed, why=arithmetic("ratio_pct", count.value, part.value))
                yield doc.finding(
                    "rate_of_stated", "error", part.source, what, indicator=slug, period=part.period,
                    status=part.status, printed=share.printed, name=doc.names[slug],
                    also=(f"{part.indicator}@{part.source}",),
                )  # fmt: skip
