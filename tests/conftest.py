"""What tests share: the real figures, and copies of the data that a test may spoil."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from places import AREA, REPO

import ictplan_utils as ict


@pytest.fixture(scope="session")
def observations():
    return ict.load(AREA)


@pytest.fixture(scope="session")
def comparisons():
    return ict.load_comparisons(AREA)


@pytest.fixture
def data_copy(tmp_path: Path) -> Path:
    """The repository's data, in a folder of the test's own."""
    return Path(shutil.copytree(REPO / "data", tmp_path / "data"))
