"""The ways to install agree, and the habits hold: notebooks without outputs, no host named, no path of a machine."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import tomllib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import nbformat
import pytest
import yaml
from places import REPO

PROJECT = tomllib.loads((REPO / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NOTEBOOKS = sorted((REPO / "notebooks").glob("*.ipynb"))


def split(requirement: str) -> tuple[str, str]:
    name, version = re.fullmatch(r"([\w.-]+)\s*(.*)", requirement).groups()
    return name.lower().replace("_", "-"), version.replace(" ", "")


def test_conda_users_get_what_pip_users_get():
    listed = yaml.safe_load((REPO / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    conda = dict(split(entry) for entry in listed if isinstance(entry, str))
    # repo2docker reads `=` alone, and only of versions that it holds a lock for; else it takes a Python of its own.
    named = re.fullmatch(r"=(3\.(\d+))", conda.pop("python"))
    assert named and int(named[2]) >= int(PROJECT["requires-python"].removeprefix(">=3."))
    conda.pop("pip")
    assert conda == dict(split(entry) for entry in PROJECT["dependencies"])
    assert [entry["pip"] for entry in listed if isinstance(entry, dict)] == [["-e ."]]


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_the_lock_pins_every_dependency_with_hashes(lock):
    text = (REPO / lock).read_text(encoding="utf-8")
    pinned = {split(line.split("==")[0])[0] for line in re.findall(r"^[\w.-]+==.*", text, flags=re.M)}
    assert {split(entry)[0] for entry in PROJECT["dependencies"]} <= pinned
    for entry in re.split(r"\n(?=[\w.-]+==)", text.strip()):
        assert "--hash=sha256:" in entry, entry[:60]
    assert "://" not in text


def test_both_locks_agree():
    versions = [
        dict(re.findall(r"^([\w.-]+)==(\S+)", (REPO / lock).read_text(encoding="utf-8"), flags=re.M))
        for lock in ("requirements.lock", "requirements-dev.lock")
    ]
    assert versions[0].items() <= versions[1].items()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_carry_no_outputs(path):
    for cell in nbformat.read(path, 4).cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_have_the_house_shape(path):
    cells = nbformat.read(path, 4).cells
    assert cells[0].cell_type == "markdown"
    assert re.match(r"# \S.*\n\n.*\?\s*$", cells[0].source, flags=re.S), "title, then the one question"
    tagged = [cell for cell in cells if "parameters" in cell.metadata.get("tags", [])]
    assert len(tagged) == 1
    for line in tagged[0].source.splitlines():
        assert re.match(r"\w+: \w+(\[\w+\])? = .+  # \S", line), f"typed and commented: {line}"
    code = [cell.source for cell in cells if cell.cell_type == "code"]
    assert sum("import " in source for source in code) == 1, "one import cell"
    form = path.stem == "prepare"  # one cell, a panel: notebooks/README.md says why
    assert (3 if form else 5) <= len(code) <= (3 if form else 12), "as many cells as a reader follows"
    assert not re.search(r"sys\.path|os\.chdir|filterwarnings", "\n".join(code))
    for cell in cells:
        if cell.cell_type == "markdown":
            assert cell.metadata.get("ictplan", {}).get("en"), f"no English for: {cell.source[:40]}"


def test_ruff_is_clean():
    command = [sys.executable, "-m", "ruff", "check", "."]
    done = subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_known_holes_are_told_and_silence_is_no_answer(tmp_path):
    class Database(BaseHTTPRequestHandler):
        def do_POST(self):
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
            names = [(each["package"]["name"], each["version"]) for each in asked]
            told = [{"vulns": [{"id": "PYSEC-1"}]} if each == ("b", "2.0") else {} for each in names]
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"results": told[: self.server.answers]}).encode())

        def log_message(self, *_): ...

    def ask() -> subprocess.CompletedProcess:
        address = f"http://localhost:{server.server_port}"
        call = f"import sys, advisories; sys.exit(advisories.main([{str(lock)!r}], {address!r}))"
        env = os.environ | {"PYTHONPATH": str(REPO / ".ci")}
        return subprocess.run([sys.executable, "-c", call], env=env, capture_output=True, text=True, check=False)

    lock = tmp_path / "some.lock"
    lock.write_text("a==1.0 \\\n    --hash=sha256:00\nb==2.0 ; python_version > '3' \\\n    --hash=sha256:00\n")
    with ThreadingHTTPServer(("localhost", 0), Database) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for server.answers, code, said in (
            (2, 1, "b 2.0: PYSEC-1\n2 packages asked about, 1 with"),
            (1, 2, "nothing is known"),
        ):
            ran = ask()
            assert ran.returncode == code
            assert said in ran.stdout + ran.stderr
        lock.write_text("a==1.0 \\\n")
        assert ask().returncode == 0
        server.shutdown()
    assert ask().returncode == 2
    assert "nothing is known of 1 packages" in ask().stderr


def test_no_committed_file_names_a_path_of_one_machine():
    listed = subprocess.run(["git", "ls-files"], cwd=REPO, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    places = "|".join(["/" + "work/", "/" + "root/", "/" + "home/"])
    for name in filter(None, listed):
        path = REPO / name
        if path.is_file() and path.suffix in {".py", ".ipynb", ".md", ".toml", ".yml", ".csv", ".sh", ""}:
            text = path.read_text(encoding="utf-8", errors="ignore")
            assert not re.search(rf"(?<![\w.])({places})", text), name
