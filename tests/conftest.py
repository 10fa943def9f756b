"""What tests share: the real figures, and copies of the data that a test may spoil."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings
from places import AREA, REPO, REPORT, run_reports

import ictplan_utils as ict
from ictplan_utils import messages
from ictplan_utils.batch import engine
from ictplan_utils.batch import template as batch_template
from ictplan_utils.batch.template import Template
from ictplan_utils.catalog.reporting_forms import FILES
from ictplan_utils.documents import names
from ictplan_utils.documents.meaning import Meaning

os.environ["ICTPLAN_LANG"] = "en"
"""What tests expect of the command line is English, also of the processes that they start."""

settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


class OneTemplate(Template):
    """A template that stays when a run ends."""

    def close(self) -> None:
        pass


def surroundings() -> tuple:
    """What a template has from the moment it starts: our environment, less pytest's own, and the language."""
    return messages.language(), {**os.environ, "PYTEST_CURRENT_TEST": ""}


@pytest.fixture(scope="session", autouse=True)
def one_template():
    """Runs in the tests' own process share one template while its surroundings last: importing takes seconds."""
    kept: list[tuple[tuple, Template]] = []

    def template() -> Template:
        if kept and kept[0][0] != surroundings():
            kept.pop()[1].stop()  # whoever still holds it can start it again
        if not kept:
            kept.append((surroundings(), OneTemplate()))
        return kept[0][1]

    with pytest.MonkeyPatch.context() as patch:
        for module in (batch_template, engine):
            patch.setattr(module, "Template", template)
        yield
    for _, each in kept:
        Template.close(each)


@pytest.fixture(scope="session", autouse=True)
def one_meaning():
    """Data folders of the same catalogue and vocabulary share what its names mean: to learn it takes two seconds."""
    known: dict[tuple, Meaning] = {}

    def meaning(folder: Path) -> Meaning:
        found = sorted(path for name in ("indicators.csv", *FILES, "*.toml") for path in folder.glob(name))
        key = tuple((path.name, path.read_bytes()) for path in found)
        if key not in known:
            known[key] = Meaning(folder)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(names, "Meaning", meaning)
        yield


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


def made_once(name: str, tmp_path_factory, *options: str) -> Path:
    """Return the reports that the first worker of a run to ask for them makes, in a folder that all workers share."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    outputs, done = folder / name, folder / f"{name}-made"
    with FileLock(folder / f"{name}.lock"):
        if not done.exists():
            run_reports(outputs, *options)
            done.touch()
    return outputs / REPORT


@pytest.fixture(scope="session")
def reports(tmp_path_factory) -> Path:
    """The reports of the real area, made once for all tests that look at them."""
    return made_once("outputs", tmp_path_factory)


@pytest.fixture(scope="session")
def english_reports(tmp_path_factory) -> Path:
    """The same in English."""
    return made_once("outputs-en", tmp_path_factory, "--lang", "en")
