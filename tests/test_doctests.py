"""Every example in a docstring runs, on the real data, and prints what it says."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest
from places import REPO

import ictplan_utils

MODULES = ["ictplan_utils", *sorted(
    found.name for found in pkgutil.walk_packages(ictplan_utils.__path__, "ictplan_utils.")
    if not found.name.endswith("__main__")
)]  # fmt: skip
# A no-break space between a number and its unit reads as a space in an example.
OPTIONS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


def examples(name: str) -> list[doctest.DocTest]:
    return [found for found in doctest.DocTestFinder().find(importlib.import_module(name)) if found.examples]


@pytest.mark.parametrize("name", MODULES)
def test_examples_print_what_they_say(name, monkeypatch):
    monkeypatch.chdir(REPO)
    wrong: list[str] = []
    for example in examples(name):
        doctest.DocTestRunner(optionflags=OPTIONS).run(example, out=wrong.append)
    assert not wrong, "".join(wrong)


def test_what_people_use_by_hand_has_an_example():
    for name in ("load", "load_comparisons", "trend"):
        assert ">>>" in getattr(ictplan_utils, name).__doc__, name
