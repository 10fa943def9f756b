"""The documents tell the truth: what they name is there, and what is there is named."""

from __future__ import annotations

import doctest
import re
import shlex
import subprocess

import click
import pytest
from places import REPO

from ictplan_utils import catalog, messages, observations, workspace
from ictplan_utils.cli import main
from ictplan_utils.office import forms

README = (REPO / "README.md").read_text(encoding="utf-8")
MAKEFILE = (REPO / "Makefile").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", README, flags=re.S)


def test_the_readme_shows_the_two_commands_first():
    assert re.findall(r"^make (\w+)", README, flags=re.M)[:2] == ["report", "test"]


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_is_in_the_readme_and_explains_itself(name):
    assert f"ictplan {name}" in README
    command = main.commands[name]
    assert command.help
    assert all(option.help for option in command.params if isinstance(option, click.Option))


def test_every_command_line_of_the_readme_parses():
    lines = [line.split("#")[0].strip() for kind, block in BLOCKS if kind == "sh" for line in block.splitlines()]
    lines = [line.split("ictplan ", 1)[1] for line in lines if re.match(r"(\.venv/bin/)?ictplan ", line)]
    assert lines
    for line in lines:
        name, *arguments = shlex.split(line)
        arguments = [word.replace("…", "x") for word in arguments]
        if "--help" not in arguments:
            main.commands[name].make_context(name, arguments, resilient_parsing=False)


def test_nobody_is_told_to_install_us_by_a_name_that_no_index_knows():
    asked = re.findall(r"^pip install (.*?)(?:  |$)", README, flags=re.M)
    assert asked and all(name.strip("'").startswith(".") for name in asked), asked


def test_every_make_target_is_there_and_in_the_help():
    shown = subprocess.run(["make", "help"], cwd=REPO, capture_output=True, text=True, check=True).stdout
    targets = set(re.findall(r"^([a-z]+):", MAKEFILE, flags=re.M))
    assert set(re.findall(r"^ +make ([a-z]+)", shown, flags=re.M)) == targets
    assert set(re.findall(r"(?:^|`)make ([a-z]+)", README, flags=re.M)) <= targets


def test_the_readmes_python_gives_what_it_shows():
    examples = "\n".join(block for kind, block in BLOCKS if kind == "python")
    test = doctest.DocTestParser().get_doctest(examples, {}, "README", "README.md", 0)
    assert test.examples
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    runner.run(test)
    assert runner.failures == 0


def test_every_notebook_is_in_the_readme():
    for path in (REPO / "notebooks").glob("*.ipynb"):
        assert f"`{path.stem}`" in README


def test_every_room_is_in_the_readme():
    for path in (REPO / "ictplan_utils").iterdir():
        if path.name.startswith(("_", ".")):
            continue
        assert f"`{path.name}`" in README or f"`{path.name}/`" in README, path.name


def test_every_link_of_the_documents_leads_somewhere():
    for document in [REPO / "README.md", *REPO.glob("*/*.md"), *(REPO / "ictplan_utils").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)\)", document.read_text(encoding="utf-8")):
            assert target.startswith("https://") or (document.parent / target).exists(), (document.name, target)


def test_the_data_dictionary_describes_every_column():
    text = (REPO / "data" / "README.md").read_text(encoding="utf-8")
    columns = [
        *observations.OBSERVATION_COLUMNS, *observations.COMPARISON_COLUMNS, *catalog.INDICATOR_SCHEMA.columns,
        *observations.CORRECTION_COLUMNS,
    ]  # fmt: skip
    described = set(re.findall(r"`(\w+)`", text)) | {"area", "name_vi"}
    missing = [name for name in columns if name not in described and name not in text]
    assert missing == []


def test_every_reporting_area_has_its_source_listed():
    text = (REPO / "data" / "README.md").read_text(encoding="utf-8").split("## Sources")[1]
    for slug in observations.reporting_areas():
        assert catalog.area(slug).name in text
        for report in observations.reports(slug):
            assert f"`{report}`" in text


FLOORS = [
    ["errors", "programs"], ["messages"], ["files"], ["vietnamese", "periods", "schema"], ["catalog"], ["observations"],
    ["documents", "vocabulary", "audit", "forecast", "rollup"],
    ["reports", "targets", "charts", "tables", "narrative", "compare", "revisions", "reliability"],
    ["html", "office", "explore"], ["batch", "workspace", "prepare", "desk"], ["command_line"], ["cli"],
]  # fmt: skip
"""The rooms, floor by floor. Within a floor, rooms may look at each other where no circle arises."""


def test_no_room_imports_from_a_floor_above_its_own():
    floor = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
    wrong = []
    for path in sorted((REPO / "ictplan_utils").rglob("*.py")):
        room = path.relative_to(REPO / "ictplan_utils").parts[0].removesuffix(".py")
        if room == "__init__":
            continue
        assert room in floor, f"{path}: a room that no floor names"
        text = path.read_text(encoding="utf-8")
        used = set(re.findall(r"from ictplan_utils\.(\w+)", text))
        for names in re.findall(r"from ictplan_utils import (\(.*?\)|[^\n]+)", text, flags=re.S):
            used |= set(re.findall(r"\w+", names)) & set(floor)
        wrong += [(str(path.name), name) for name in used if floor.get(name, 0) > floor[room]]
    assert wrong == []


GUIDE = (REPO / "docs" / "huong-dan.md").read_text(encoding="utf-8")


def test_the_guides_commands_parse():
    lines = re.findall(r"^ictplan (.*)$|`ictplan ([^`]*)`", GUIDE, flags=re.M)
    assert len(lines) > 8
    for line in (one or other for one, other in lines):
        name, *arguments = shlex.split(line)
        command = main.commands[name]
        if arguments and hasattr(command, "commands"):
            command, arguments = command.commands[arguments[0]], arguments[1:]
        if "--help" not in arguments:
            command.make_context(name, arguments, resilient_parsing=False)
    for option in set(re.findall(r"`(--[\w-]+)", GUIDE)) - {"--help"}:
        assert any(option in each.opts for command in main.commands.values() for each in command.params), option


def test_the_guide_names_the_parts_of_the_checklist_and_what_is_said():
    """Each row of its table is a part as the command prints it, in the same order; each refusal is one of ours."""
    parts = [messages.text(f"prepare.part.{key}", "vi").split(" (")[0]
             for key in ("read", "accept", "correct", "ask", "tidy", "left", "ready", "failed", "next")]  # fmt: skip
    assert re.findall(r"^\| ([A-ZĐÀ-Ỹ ]{4,}) \|", GUIDE, flags=re.M) == parts
    vietnamese = [str(entry["vi"]) for room in ("reading", "formats", "files", "catalog")
                  for entry in messages.catalogue(room).values()]  # fmt: skip
    refusals = re.findall(r"^\| (.+?) \|", GUIDE.split("## 7")[1], flags=re.M)[1:]
    assert len(refusals) == 5
    for said in refusals:
        assert any(said in sentence for sentence in vietnamese), said


def test_the_guides_files_are_made_and_its_pictures_are_small(tmp_path):
    folder = tmp_path / "thong-tin"
    workspace.make(folder)
    assert {each.name for each in folder.iterdir()} >= set(re.findall(r"`(\w+)` \(", GUIDE.split("## 2")[0]))
    pages = {path.stem for path in (REPO / "notebooks").glob("*.ipynb")} | {"index"}
    for name in re.findall(r"`[\w/-]*?(\w+)\.html`", GUIDE):
        assert name in pages
    papers = set(re.findall(r"`([\w-]+\.(?:docx|xlsx))`", GUIDE))
    assert papers == {*forms.PAPERS, *forms.PAPERS_OF_A_YEAR, forms.WORKBOOK}
    for picture in re.findall(r"\]\((huong-dan-[\w-]+\.png)\)", GUIDE):
        assert (REPO / "docs" / picture).stat().st_size <= 150_000
