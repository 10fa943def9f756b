"""Outside the repo: the program as the wheel lays it, a workspace made by `ictplan init`, every command in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib

import pytest
from places import AREA, REPO, REPORT

from ictplan_utils import workspace
from ictplan_utils.errors import IctplanError

PROJECT = tomllib.loads((REPO / "pyproject.toml").read_text(encoding="utf-8"))
WHEEL = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
TABLES = ("observations", "comparisons", "documents")


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder that holds what pip would install, and nothing of the repo beside it."""
    site = tmp_path_factory.mktemp("site")
    for package in WHEEL["packages"]:
        shutil.copytree(REPO / package, site / package, ignore=shutil.ignore_patterns("__pycache__"))
    for source, target in WHEEL["force-include"].items():
        copy = shutil.copytree if (REPO / source).is_dir() else shutil.copy
        (site / target).parent.mkdir(parents=True, exist_ok=True)
        copy(REPO / source, site / target)
    return site


@pytest.fixture(scope="module")
def office(installed, tmp_path_factory):
    """A workspace with the real report of Tuần Giáo in it, and its papers."""
    folder = tmp_path_factory.mktemp("offices") / "văn phòng"
    made = ictplan(installed, folder.parent, "init", str(folder))
    assert (made.returncode, made.stderr) == (0, "")
    for table in TABLES:
        (folder / "data" / table / AREA).mkdir()
        shutil.copy(REPO / "data" / table / AREA / f"{REPORT}.csv", folder / "data" / table / AREA)
    assert ictplan(installed, folder, "forms", "--area", AREA).returncode == 0
    return folder


def ictplan(site, folder, *arguments):
    command = [sys.executable, "-m", "ictplan_utils.cli", *arguments]
    env = {**os.environ, "PYTHONPATH": str(site), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(command, cwd=folder, env=env, check=False, capture_output=True, encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["list"], 0, "tuan-giao"),
        (["areas", "find", "Quài Tở"], 0, "quai-to"),
        (["audit", "--area", "Tuần Giáo"], 1, ""),
        (["run", "--area", "Tuần Giáo"], 0, "index.html"),
        (["forms", "--area", "Tuần Giáo"], 0, "phu-luc.docx"),
        (["ingest", "outputs/2021-S1/tuan-giao/phu-luc.docx", "--dry-run"], 0, "tuan-giao 2021-S1"),
        (["backtest"], 0, ""),
        (["init", "--update"], 0, "Nothing differs"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_every_command_works_in_a_workspace(installed, office, arguments, code, words):
    ran = ictplan(installed, office, *arguments)
    assert ran.returncode == code, ran.stderr
    assert words in ran.stdout + ran.stderr
    assert str(REPO) not in ran.stdout + ran.stderr


def test_the_wheel_carries_the_catalogue_and_every_notebook(installed, office):
    for path in REPO.glob("notebooks/*.ipynb"):
        assert (office / "notebooks" / path.name).read_bytes() == path.read_bytes()
    for name in ("indicators.csv", "areas.csv", "forms/dien-bien-2021.csv", "forms/dien-bien-2021.toml"):
        assert (office / "data" / name).read_bytes() == (REPO / "data" / name).read_bytes()
    assert not (installed / "ictplan_utils" / "workspace" / "data" / "observations").exists()


def test_outside_a_workspace_the_sentence_says_how_to_make_one(installed, tmp_path):
    ran = ictplan(installed, tmp_path, "areas", "find", "Quài Tở")
    assert ran.returncode == 2
    assert "make one with `ictplan init DIR`" in ran.stderr


def test_an_update_renews_untouched_copies_and_never_writes_over_changed_ones(tmp_path, monkeypatch):
    folder = tmp_path / "office"
    workspace.make(folder)
    own = folder / "notebooks" / "audit.ipynb"
    own.write_text(own.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    (folder / "notebooks" / "trends.ipynb").unlink()
    mine = own.read_bytes()
    newer = [(path, content + b"new\n") for path, content in workspace._files()] + [("notebooks/added.ipynb", b"{}")]
    monkeypatch.setattr(workspace, "_files", lambda: iter(newer))
    kinds = {each.path: each.kind for each in workspace.update(folder)}
    assert kinds.pop("notebooks/audit.ipynb") == "changed"
    assert kinds.pop("notebooks/trends.ipynb") == "removed"
    assert kinds.pop("notebooks/added.ipynb") == "made"
    assert set(kinds.values()) == {"renewed"}
    assert own.read_bytes() == mine
    assert not (folder / "notebooks" / "trends.ipynb").exists()
    again = {each.path: each for each in workspace.update(folder)}
    assert {each.kind for path, each in again.items() if path in kinds} == {"same"}
    assert again["notebooks/audit.ipynb"].kind == "changed"
    assert again["notebooks/audit.ipynb"].lines > 0


def test_nothing_is_written_over_when_a_workspace_is_made(tmp_path):
    (tmp_path / "README.md").write_text("ours", encoding="utf-8")
    with pytest.raises(IctplanError, match=r"holds README.md already; choose an empty folder"):
        workspace.make(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["README.md"]
    workspace.make(tmp_path / "office")
    with pytest.raises(IctplanError, match="is a workspace already"):
        workspace.make(tmp_path / "office")
    with pytest.raises(IctplanError, match="is no workspace yet"):
        workspace.update(tmp_path)
