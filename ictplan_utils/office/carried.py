"""What a draft takes over from the office's last paper, marked; what nobody has said yet is asked for."""

from __future__ import annotations

import re

import pandas as pd

from ictplan_utils.documents.facts import KINDS, stored_facts
from ictplan_utils.observations import reports
from ictplan_utils.office.form import Form
from ictplan_utils.periods import order, period_name

BLOCKS = {
    "basis": "can_cu", "achieved": "ket_qua_dat_duoc", "shortcomings": "ton_tai_han_che", "causes": "nguyen_nhan",
    "goals": "muc_tieu", "solutions": "giai_phap_nha_nuoc", "firms": "giai_phap_doanh_nghiep",
    "budget": "kinh_phi", "duties": "to_chuc_thuc_hien", "contact": "dau_moi",
    "recipient": "noi_nhan", "post": "chuc_vu",
}  # fmt: skip
"""Kind of paragraph → its placeholder in a template."""
BARE = ("basis", "contact", "post")
"""Kinds whose lines have no bullet."""
_NUMBERED = re.compile(r"\d+(\.\d+)*[.)]?\s")


def carried(form: Form) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Return placeholder → its paragraphs, and the remark beside the first that each takes over.

    What is taken over stands in square brackets, as what is asked for does: somebody must look at it.
    """
    when, facts = _last_paper(form)
    found, remarks = {}, {}
    for kind in KINDS:
        told = [f"[{said}]" for said in facts.loc[facts["fact"] == kind, "value"]]
        if told:
            remarks[told[0]] = form.report.say("office.carried", when=period_name(when))
        asked = form.report.say(f"office.blank.{kind}").split("\n")
        found[BLOCKS[kind]] = [_line(kind, line) for line in told or asked]
    return found, remarks


def _line(kind: str, line: str) -> str:
    return line if kind in BARE or _NUMBERED.match(line.lstrip("[")) else f"- {line}"


def _last_paper(form: Form) -> tuple[str, pd.DataFrame]:
    """Return the latest report up to this one whose document says such things, and what it says."""
    report = form.report
    sent = [each for each in reports(report.area.area, report.folder) if order(each) <= order(report.stored)]
    for each in reversed(sent):
        facts = stored_facts(report.area.area, each, report.folder)
        if facts["fact"].isin(KINDS).any():
            return each, facts
    return report.stored, stored_facts("", "", report.folder)
