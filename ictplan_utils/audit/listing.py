"""Findings and rules as plain text and as JSON, for a terminal and for other programs."""

from __future__ import annotations

import pandas as pd

from ictplan_utils.audit.findings import SEVERITIES
from ictplan_utils.audit.registry import rules

SEVERITY_WORDS = {
    "error": ("LỖI", "ERROR", "Phải sửa trước khi ký", "To correct before it is signed"),
    "warning": ("HỎI", "ASK", "Cần hỏi lại", "To ask about"),
    "info": ("SỬA", "TIDY", "Chỉ chưa gọn", "Only untidy"),
}
"""Severity → its short word and its heading, each in Vietnamese and English."""


def counts(findings: pd.DataFrame) -> dict[str, int]:
    """Return severity → how many findings, all three severities always there."""
    found = findings["severity"].value_counts()
    return {severity: int(found.get(severity, 0)) for severity in SEVERITIES}


def findings_text(findings: pd.DataFrame, lang: str = "vi") -> str:
    """Return the findings as a person reads them in a terminal: a document, then errors, warnings, untidiness."""
    first = lang != "vi"
    lines = []
    for (area, report), group in findings.groupby(["area", "report"], sort=False):
        lines.append(f"{area} {report}")
        for severity in SEVERITIES:
            words = SEVERITY_WORDS[severity][first]
            lines += [
                f"  {words:<6}{message}  [{rule}]"
                for message, rule in group.loc[group["severity"] == severity, [f"message_{lang}", "rule"]].to_numpy()
            ]
        lines.append("")
    total = counts(findings)
    last = (
        f"{total['error']} lỗi phải sửa, {total['warning']} điều cần hỏi, {total['info']} điều chưa gọn."
        if lang == "vi"
        else f"{total['error']} to correct, {total['warning']} to ask about, {total['info']} untidy."
    )
    return "\n".join([*lines, last])


def answer(findings: pd.DataFrame, lang: str = "vi") -> str:
    """Return the audit's result in a sentence a leader can act on."""
    total = counts(findings)
    if lang != "vi":
        ready = "cannot be signed yet" if total["error"] else "holds no number that cannot be true"
        return (
            f"The report {ready}: {total['error']} to correct, {total['warning']} to ask about, "
            f"{total['info']} untidy or to be filled in."
        )
    ready = "chưa thể ký" if total["error"] else "không có số nào không thể đúng"
    return (
        f"Báo cáo {ready}: {total['error']} lỗi phải sửa, {total['warning']} điều cần hỏi lại đơn vị cung cấp, "
        f"{total['info']} chỗ chưa gọn hoặc để trống điền được."
    )


def rules_text(lang: str = "vi") -> str:
    """Return every rule by family, with its worst severity and the sentence it would say."""
    lines = []
    for (_, family), group in rules().groupby(["family", f"family_{lang}"], sort=False):
        number = int(group["family"].iloc[0])
        lines.append(f"{number}. {family}")
        for each in group.to_dict("records"):
            lines.append(f"   {each['rule']} ({each['severity']}): {each[f'title_{lang}']}")
            lines.append(f"      {each[f'example_{lang}']}")
    return "\n".join(lines)


def records(findings: pd.DataFrame) -> list[dict[str, str]]:
    """Return the findings as plain records for JSON."""
    return findings.to_dict("records")
