"""docs/promise.md names, for whatever it promises, a test that exists."""

from __future__ import annotations

import ast
import re

from places import REPO

PROMISE = (REPO / "docs" / "promise.md").read_text(encoding="utf-8")
PROMISED, _, UNPROTECTED = PROMISE.partition("## What is not protected")


def existing() -> set[str]:
    return {
        node.name
        for path in (REPO / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def test_every_promise_names_a_test_and_every_named_test_exists():
    promises = [line for line in PROMISED.splitlines() if line.startswith("- ")]
    assert len(promises) > 15
    for promise in promises:
        assert re.search(r"`test_\w+`", promise), promise
    assert set(re.findall(r"`(test_\w+)`", PROMISE)) <= existing()


def test_every_test_of_faults_is_part_of_the_promise():
    ours = {
        name
        for path in (REPO / "tests" / "faults").glob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), flags=re.M)
    }
    of_the_tests_themselves = {
        "test_the_check_of_pages_sees_what_would_run", "test_every_promise_names_a_test_and_every_named_test_exists",
        "test_every_test_of_faults_is_part_of_the_promise", "test_what_is_not_protected_is_said",
        "test_as_many_packages_are_named_as_the_locks_hold",
        "test_a_damaged_document_is_not_poured_over_the_screen",
    }  # fmt: skip
    assert ours - of_the_tests_themselves <= set(re.findall(r"`(test_\w+)`", PROMISE))


def test_what_is_not_protected_is_said():
    assert len(re.findall(r"^- ", UNPROTECTED, flags=re.M)) >= 5


def test_as_many_packages_are_named_as_the_locks_hold():
    packages = [len(re.findall(r"^[\w.-]+==", (REPO / lock).read_text(encoding="utf-8"), flags=re.M))
                for lock in ("requirements.lock", "requirements-dev.lock")]  # fmt: skip
    assert "their {} packages ({} in `requirements-dev.lock`)".format(*packages) in UNPROTECTED
