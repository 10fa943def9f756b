"""What tests share: the real figures, and copies of the data that a test may spoil."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings
from places import AREA, REPO, REPORT, run_reports

import ictplan_utils as ict

os.environ["ICTPLAN_LANG"] = "en"
"""What tests expect of the command line is English, also of the processes that they start."""

settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


@pytest.fixture(scope="session")
def observations():
    return ict.load(AREA)


@pytest.fixture(scope="session")
def comparisons():
    return ict.load_comparisons(AREA)


@pytest.fixture(scope="session")
def report():
    """The real report, in Vietnamese."""
    return ict.report(AREA, REPORT)


@pytest.fixture
def data_copy(tmp_path: Path) -> Path:
    """The repository's data, in a folder of the test's own."""
    return Path(shutil.copytree(REPO / "data", tmp_path / "data"))


@pytest.fixture(scope="session")
def reports(tmp_path_factory) -> Path:
    """The reports of the real area, made once for all tests that look at them."""
    return run_reports(tmp_path_factory.mktemp("outputs"))


@pytest.fixture(scope="session")
def english_reports(tmp_path_factory) -> Path:
    """The same in English."""
    return run_reports(tmp_path_factory.mktemp("outputs-en"), "--lang", "en")
