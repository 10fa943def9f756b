"""One Report: each table worked out once, when first asked for, and as it was known then."""

from __future__ import annotations

import shutil

import pytest
from places import AREA, REPO, REPORT

import ictplan_utils as ict
from ictplan_utils import reports
from ictplan_utils.errors import IctplanError

TABLES = (
    "observations", "comparisons", "figures", "indicators", "forecasts", "targets", "this_years_targets", "findings",
    "revisions",
)  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_each_table_is_worked_out_once(name):
    report = ict.report(AREA, REPORT)
    assert getattr(report, name) is getattr(report, name)


def test_the_handle_stays_a_function_after_its_room_is_imported():
    assert ict.report is reports.of


def test_june_does_not_know_december(tmp_path):
    data = shutil.copytree(REPO / "data", tmp_path / "data")
    june = data / "observations" / AREA / f"{REPORT}.csv"
    later = june.read_text(encoding="utf-8").replace("2021-S1,actual", "2021,actual")
    (june.parent / "2021.csv").write_text(later, encoding="utf-8")
    (data / "comparisons" / AREA / "2021.csv").write_text(
        (data / "comparisons" / AREA / f"{REPORT}.csv").read_text(encoding="utf-8").splitlines()[0] + "\n",
        encoding="utf-8",
    )
    assert set(ict.report(AREA, REPORT, data_dir=data).observations["report"]) == {REPORT}
    whole = ict.report(AREA, data_dir=data)
    assert whole.period == "2021"
    assert set(whole.observations["report"]) == {REPORT, "2021"}


@pytest.mark.parametrize(
    ("area", "period", "lang", "said"),
    [
        ("tuan-gia", REPORT, "vi", "tuan-giao"),
        (AREA, "2021S1", "vi", "YYYY-S1"),
        (AREA, "2019-S1", "vi", REPORT),
        (AREA, REPORT, "fr", "vi, en"),
        ("dien-bien", None, "vi", "ictplan ingest"),
    ],
)
def test_what_is_not_there_is_one_sentence_with_the_next_step(area, period, lang, said):
    with pytest.raises(IctplanError, match=said):
        ict.report(area, period, lang)
