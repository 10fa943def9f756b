"""Findings and rules as plain text and as JSON, for a terminal and for other programs."""

from __future__ import annotations

import pandas as pd

from ictplan_utils.audit import edits
from ictplan_utils.audit.findings import SEVERITIES
from ictplan_utils.messages import LANGUAGES, catalogue, text


def counts(findings: pd.DataFrame) -> dict[str, int]:
    """Return severity → how many findings, all three severities always there."""
    found = findings["severity"].value_counts()
    return {severity: int(found.get(severity, 0)) for severity in SEVERITIES}


def findings_text(findings: pd.DataFrame, lang: str = "vi") -> str:
    """Return the findings as a person reads them in a terminal: a document, then errors, warnings, untidiness."""
    lines = []
    for (area, report), group in findings.groupby(["area", "report"], sort=False):
        lines.append(f"{area} {report}")
        for severity in SEVERITIES:
            rows = group.loc[group["severity"] == severity, [f"message_{lang}", "rule"]]
            word = text(f"audit.severity.{severity}", lang)
            lines += [f"  {word:<6}{message}  [{rule}]" for message, rule in rows.to_numpy()]
        lines.append("")
    return "\n".join([*lines, text("audit.counted", lang, **counts(findings))])


def rules() -> pd.DataFrame:
    """Return every rule: rule, severity (its worst), title_vi, title_en, and the edits.csv rows it rests on."""
    titles = {key.removeprefix("rule."): entry for key, entry in catalogue("audit").items() if key.startswith("rule.")}
    own: dict[str, list[dict[str, str]]] = {}
    for row in edits.rows():
        own.setdefault(row["rule"], []).append(row)
    return pd.DataFrame(
        [
            {
                "rule": rule,
                **{f"title_{lang}": entry[lang] for lang in LANGUAGES},
                "edits": "; ".join(row["edit"] for row in own.get(rule, [])),
            }
            for rule, entry in titles.items()
        ]
    )


def rules_text(lang: str = "vi") -> str:
    """Return every rule with its title, and its edits."""
    lines = []
    for each in rules().to_dict("records"):
        lines.append(f"{each['rule']}: {each[f'title_{lang}']}")
        lines += [f"    {edit}" for edit in each["edits"].split("; ") if edit]
    return "\n".join(lines)
