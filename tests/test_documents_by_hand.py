"""What offices write, read right: documents of another hand than the reader's, each figure held against the truth."""

from __future__ import annotations

import pytest
from documents import by_hand

from ictplan_utils import documents

TABLED = [name for name in by_hand.NAMES if any(not isinstance(p, str) for p in by_hand.load(name).pieces)]


def held(document: by_hand.Document, reading) -> None:
    """Hold a reading against what the document states: nothing missed, nothing else claimed."""
    stated = reading.observations[~reading.observations["note"].str.startswith("suy ra")]
    read = {(row.indicator, row.period, row.status): row.value for row in stated.itertuples()}
    assert len(read) == len(stated)
    # A year's last report may call its figures actual or estimated.
    either = {key: value for key, value in read.items() if key not in document.doubtful}
    assert either == pytest.approx(document.figures)
    assert {key: value for key, value in read.items() if key in document.doubtful} == pytest.approx(
        {key: value for key, value in document.doubtful.items() if key in read}
    )
    compared = reading.comparisons[reading.comparisons["printed"] != ""]
    if document.comparisons:
        assert {
            (row.indicator, row.period, row.base_period, row.measure): row.value for row in compared.itertuples()
        } == pytest.approx(document.comparisons)


@pytest.mark.parametrize("name", by_hand.NAMES)
def test_every_figure_of_a_word_document_is_read_and_no_other(name, tmp_path):
    document = by_hand.load(name)
    path = by_hand.word(document, tmp_path / f"{name}.docx")
    held(document, documents.read_plan(path, document.area or None, document.report or None))


@pytest.mark.parametrize("name", TABLED)
def test_every_figure_of_a_workbook_is_read_and_no_other(name, tmp_path):
    document = by_hand.load(name)
    path = by_hand.workbook(document, tmp_path / f"{name}.xlsx")
    held(document, documents.read_plan(path, document.area or None, document.report or None))
