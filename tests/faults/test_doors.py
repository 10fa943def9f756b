"""Our own list of cases: tables as other programs save them, documents that lie about their size, names on the command
line, what is installed, and who may reach JupyterLab."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unicodedata
import warnings
from pathlib import Path

import inputs
import pytest
from documents import writers
from places import AREA, REPO, REPORT
from synthetic import only, synthetic_data

import ictplan_utils as ict
from ictplan_utils import audit, catalog, cli, documents, schema, vocabulary, workspace
from ictplan_utils import observations as observations_room
from ictplan_utils.batch.schedule import Request, make_schedule
from ictplan_utils.documents import contents, formats, guards, ingest, libreoffice, plan
from ictplan_utils.errors import IctplanError
from ictplan_utils.forecast import scoring
from ictplan_utils.html import pdf
from ictplan_utils.workspace import lab


@pytest.fixture
def table(data_copy):
    return data_copy / "observations" / AREA / f"{REPORT}.csv"


def spoil(table, change) -> None:
    table.write_bytes(change(table.read_text(encoding="utf-8")))


def with_row(row: str):
    return lambda text: (text + row + "\n").encode()


TABLES = {
    "a million columns": (lambda text: b"," * 1_000_000 + b"\n" + text.encode(), "the columns are"),
    "a row of a million cells": (with_row("tuan-giao" + "," * 1_000_000), "1000001 cells where the header has 8"),
    "TCVN3": (lambda text: text.encode() + b"tuan-giao,bts_stations,2021,actual,8,8,A1:10:9,tr\xb9m thu ph\xb8t\n",
              "not UTF-8"),
    "a period in Thai digits": (with_row("tuan-giao,bts_stations,๒๐๒๑,actual,88,88,A1:10:9,"), "is not YYYY"),
    "a period and an end of line": (with_row('tuan-giao,bts_stations,"2021\n",actual,88,88,A1:10:9,'), "is not YYYY"),
    "a place and an end of line": (with_row('tuan-giao,bts_stations,2021,actual,88,88,"A1:10:9\n",'), "not a place"),
    "nan": (with_row("tuan-giao,bts_stations,2021,actual,nan,88,A1:10:9,"), "not a number"),
    "1e308": (with_row("tuan-giao,bts_stations,2021,actual,1e308,88,A1:10:9,"), "larger than any figure"),
    "a key twice": (with_row("tuan-giao,bts_stations,2021-S1,actual,88,88,A1:10:5,"), "stands twice"),
    "tabs": (lambda text: text.replace(",", "\t").encode(), "the columns are"),
    "an open quotation mark": (with_row('tuan-giao,bts_stations,2021,actual,88,"88,A1:10:9,'), "not a readable"),
}  # fmt: skip


@pytest.mark.parametrize("case", TABLES)
def test_a_table_no_program_should_have_saved_is_refused_in_one_sentence(table, data_copy, case):
    change, words = TABLES[case]
    spoil(table, change)
    with pytest.raises(IctplanError, match=words) as refused:
        ict.load(AREA, data_dir=data_copy)
    inputs.clear(refused.value)


def test_a_line_of_a_gigabyte_is_refused_before_it_is_read(table, data_copy, monkeypatch):
    read_bytes = Path.read_bytes

    def small(path: Path) -> bytes:
        assert path.stat().st_size <= schema.MAX_FILE_BYTES, path
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", small)
    with table.open("ab") as file:
        file.truncate(1_000_000_000)  # a hole: it takes no space and reads as NUL bytes
    with pytest.raises(IctplanError, match=f"larger than {schema.MAX_FILE_BYTES // 1_000_000} MB"):
        ict.load(AREA, data_dir=data_copy)


def test_decomposed_letters_change_no_figure(table, data_copy, observations):
    spoil(table, lambda text: unicodedata.normalize("NFD", text).encode())
    assert ict.load(AREA, data_dir=data_copy)["value"].tolist() == observations["value"].tolist()


def test_a_negative_count_is_an_error_of_the_audit(table, data_copy):
    spoil(table, with_row("tuan-giao,bts_stations,2019,actual,-88,-88,A1:10:9,"))
    stored = ict.load(AREA, data_dir=data_copy)
    found = audit.audit(stored, ict.load_comparisons(AREA, data_dir=data_copy), data_dir=data_copy)
    assert ((found["severity"] == "error") & (found["printed"] == "-88")).any()


@pytest.mark.parametrize("size", [guards.MAX_FILE_BYTES + 1, 1_000_000_000])
def test_a_document_of_any_size_is_refused_before_it_is_read(tmp_path, size):
    path = tmp_path / "plan.txt"
    with path.open("wb") as file:
        file.truncate(size)
    with pytest.raises(IctplanError, match="documents up to 60 MB are read"):
        documents.read_plan(path)


def test_a_damaged_document_is_refused_not_read_in_part(tmp_path, capsys):
    path = writers.rewrite(
        writers.opendocument(tmp_path / "a.ods", {"a": [["x"]]}), "content.xml", lambda xml: xml[:-9]
    )
    with pytest.raises(IctplanError, match="not a readable ods file"):
        documents.read_plan(path)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("change", [
    lambda xml: re.sub(r"<text:p>", '<text:p style="x">', xml, count=1),
    lambda xml: xml.replace("<text:p>", "<p>").replace("</text:p>", "</p>"),
    lambda xml: xml[:-9] + "<x>",
], ids=["attribute", "element", "broken"])  # fmt: skip
def test_a_damaged_document_leaves_nothing_behind_for_the_next(change, tmp_path):
    """odfpy keeps the namespaces of all documents in one list, and writes them into the next."""
    path = writers.rewrite(writers.opendocument(tmp_path / "a.ods", {"a": [["x"]]}), "content.xml", change)
    with contextlib.suppress(IctplanError):
        formats.read_contents(path)
    whole = writers.opendocument(tmp_path / "b.ods", {"a": [["x", "y"]]})
    (sheet,) = formats.read_contents(whole).blocks
    assert [cell.text for cell in sheet.rows[0]] == ["x", "y"]


def old_workbook(next_small_sector: int) -> bytes:
    """An OLE file whose workbook lies in small sectors, the first of which leads on to `next_small_sector`."""
    free, end = 0xFFFFFFFF, 0xFFFFFFFE
    header = struct.pack("<8s16x5H6x10I", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6,
                         0, 1, 1, 0, 4096, 2, 1, end, 0, 0)  # fmt: skip
    sectors = [header + b"\xff" * (512 - len(header)), struct.pack("<128I", 0xFFFFFFFD, end, end, end, *[free] * 124)]
    entries = [("Root Entry", 5, 1, 3, 512), ("Workbook", 2, free, 0, 400)]
    directory = b"".join(
        struct.pack(
            "<64sHBBIII36xII4x", name.encode("utf-16-le"), len(name) * 2 + 2, kind, 1, free, free, child, *where
        )
        for name, kind, child, *where in entries
    )
    sectors += [directory.ljust(512, b"\0"), struct.pack("<128I", next_small_sector, *[end] * 127), bytes(512)]
    return b"".join(sectors)


@pytest.mark.parametrize(("leads_to", "said"), [(0, "lead in a circle"), (1, "BOF")], ids=["itself", "the next"])
def test_an_old_workbook_that_leads_in_a_circle_is_refused(leads_to, said, tmp_path):
    path = tmp_path / "plan.xls"
    path.write_bytes(old_workbook(leads_to))
    with pytest.raises(IctplanError, match=f"not a readable xls file .*{said}"):
        documents.read_plan(path)


def test_a_document_that_takes_too_long_is_refused_even_where_a_library_goes_on(tmp_path, monkeypatch):
    def reads_for_ever(_):
        while True:
            with contextlib.suppress(Exception):
                time.sleep(10)
            if tries.pop():
                time.sleep(10)

    tries = [False, True]
    monkeypatch.setitem(formats._READERS, "text", reads_for_ever)
    monkeypatch.setattr(guards, "READ_SECONDS", 0.1)
    path = tmp_path / "plan.txt"
    path.write_text("x", encoding="utf-8")
    with pytest.raises(IctplanError, match=r"not read within 0\.1 s"):
        documents.read_plan(path)
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_understanding_a_document_is_given_no_longer_than_opening_it(tmp_path, monkeypatch):
    def goes_on(*_):
        while True:
            time.sleep(10)

    monkeypatch.setattr(plan, "read_text", goes_on)
    monkeypatch.setattr(guards, "READ_SECONDS", 0.1)
    path = tmp_path / "plan.txt"
    path.write_text("Trạm BTS: 88 trạm\n", encoding="utf-8")
    with pytest.raises(IctplanError, match=r"not read within 0\.1 s"):
        documents.read_plan(path, AREA, REPORT)


def test_a_sentence_that_does_not_end_is_told_not_read(tmp_path):
    path = tmp_path / "plan.txt"
    for times, figures in ((100, 1), (2000, 0)):
        path.write_text("Trạm BTS: 88 trạm, " + "«trạm " * times, encoding="utf-8")
        reading = documents.read_plan(path, AREA, REPORT)
        assert len(reading.observations) == figures
        assert any("break it into paragraphs" in told for told in reading.warnings) == (not figures)


@pytest.mark.skipif(not any(map(shutil.which, pdf.BROWSERS)), reason="a browser that prints")
def test_a_page_is_printed_below_a_temporary_folder_of_a_long_name(tmp_path, monkeypatch):
    folder = tmp_path / ("long" * 40)
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    page = tmp_path / "page.html"
    page.write_text("<p>88", encoding="utf-8")
    assert pdf.print_pdf(page).read_bytes().startswith(b"%PDF")
    assert list(folder.iterdir()) == []


def test_what_a_library_says_of_a_document_is_not_poured_over_the_screen(tmp_path, monkeypatch, recwarn):
    def warns(_):
        warnings.warn("a sheet names what is not there", stacklevel=1)
        return contents.Contents()

    monkeypatch.setitem(formats._READERS, "text", warns)
    path = tmp_path / "plan.txt"
    path.write_text("x", encoding="utf-8")
    formats.read_contents(path)
    assert len(recwarn) == 1
    documents.read_plan(path, AREA, REPORT)
    assert len(recwarn) == 1


def test_a_program_that_takes_too_long_ends_with_all_it_started(tmp_path, monkeypatch):
    """LibreOffice's command starts another process, which works on when the command alone is ended."""
    program, told = tmp_path / "soffice", tmp_path / "told"
    program.write_text(f"#!/bin/sh\nsleep 300 &\necho $! > {told}\nwait\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr(libreoffice, "CONVERSION_SECONDS", 1)
    path = tmp_path / "plan.doc"
    path.write_bytes(rb"{\rtf1 x}")
    with pytest.raises(IctplanError, match="LibreOffice did not finish"):
        documents.read_plan(path)
    with contextlib.suppress(ProcessLookupError):
        started = os.pidfd_open(int(told.read_text()))  # readable when the process has ended
        assert select.select([started], [], [], 60)[0]


COMMANDS = [
    ("run", "--area", "../../etc"), ("run", "--area", "a\nb"), ("run", "--area", "'; import os #"),
    ("run", "--area", "x" * 300), ("run", "--period", "2021-S1\n"), ("run", "../../etc/passwd"),
    ("run", "explore", "-p", "indicator", "x'\nimport os\n'"), ("run", "--all", "--period", "con"),
    ("forms", "--area", "../../etc"), ("forms", "--area", AREA, "--period", "../x"),
    ("ingest", "x.docx", "--area", "../../etc"), ("ingest", "x.docx", "--period", "/etc"),
    ("ingest", "x.docx", "--map", "a\x07b=bts_stations"), ("audit", "--area", "../../etc"),
    ("audit", "--area", AREA, "--period", "\u202e"), ("list", "--data", "/nowhere\n"),
    ("run", "--area", AREA, "--timeout", "nan"), ("run", "--area", AREA, "--cluster", "file:///etc/passwd"),
    ("run", "--area", AREA, "--outputs", "/proc/x"), ("run", "--area", AREA, "--outputs", "x" * 300 + "\n"),
    ("forms", "--area", AREA, "--outputs", "/dev/null/x"), ("backtest", "/etc/passwd"), ("backtest", "/dev/null"),
]  # fmt: skip


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda arguments: " ".join(arguments)[:40].encode("unicode_escape"))
def test_a_hostile_name_on_the_command_line_is_exit_code_2_and_nothing_is_made(arguments, tmp_path, faults):
    outputs = () if "--outputs" in arguments else ("--outputs", str(tmp_path / "outputs"))
    faults["inputs: command line, tried"] += 1
    ran = subprocess.run(
        [sys.executable, "-m", "ictplan_utils.cli", *arguments, *outputs],
        cwd=REPO, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 2, ran.stdout + ran.stderr
    assert "Traceback" not in ran.stderr
    assert ran.stderr.startswith("ictplan: ")
    assert len(ran.stderr.strip().splitlines()) == 1
    assert not list(tmp_path.iterdir())
    faults["inputs: command line, refused clearly"] += 1


# -- what is installed, and who may reach it -----------------------------------------------------------------------


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_nothing_is_installed_that_its_hash_does_not_vouch_for(lock):
    text = (REPO / lock).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())
    assert len(entries) > 50
    for entry in entries:
        assert re.match(r"[\w.-]+==[\w.!+]+( ;[^\\\n]*)? \\\n", entry), entry[:80]
        assert re.fullmatch(r"(    --hash=sha256:[0-9a-f]{64}( \\)?\n?)+", entry.partition("\n")[2]), entry[:80]
    assert not re.search(r"://|git\+|^-e|--(extra-)?index-url|--find-links|--trusted-host", text, flags=re.M)


def test_installing_downloads_nothing_outside_the_registry():
    text = (REPO / "Makefile").read_text(encoding="utf-8")
    setup = text[text.index(".venv/ready:") : text.index("report:")]
    assert setup.count("--require-hashes") == 2
    for line in setup.splitlines():
        if " pip install" in line:
            assert "--require-hashes -r" in line or "--no-deps --editable ." in line
    assert not re.search(r"\b(curl|wget|git clone)\b|https?://", text)
    project = (REPO / "pyproject.toml").read_text(encoding="utf-8")
    assert " @ " not in project[project.index("dependencies") :]


def test_jupyterlab_listens_on_this_machine_only_and_asks_for_its_token():
    ours = subprocess.run(["git", "ls-files"], cwd=REPO, capture_output=True, text=True, check=True).stdout.split()
    opens = re.compile(
        r"(token|password|hashed_password)\s*=\s*(''|\"\"|None)\s*$|--(no-)?token=?['\"]?\s*$|disable_check_xsrf"
        r"|allow_remote_access|allow_origin|allow_unauthenticated|--ip=(?!localhost|127\.)|0\.0\.0\.0", re.M
    )  # fmt: skip
    read = [path for path in ours if re.search(r"(Makefile|\.(py|toml|yml|yaml|json|sh|ipynb|cfg|md))$|^\.ci/", path)]
    assert "Makefile" in read
    told = {
        path: opens.findall((REPO / path).read_text(encoding="utf-8")) for path in read if not path.startswith("tests/")
    }
    assert {path: found for path, found in told.items() if found} == {}
    makefile = (REPO / "Makefile").read_text(encoding="utf-8")
    assert "jupyter lab --ip=localhost" in makefile
    assert not [path for path in ours if re.search(r"jupyter_\w*config\.(py|json)$", path)]
    assert opens.search("c.ServerApp.token = ''")
    assert opens.search("--ip=0.0.0.0")


def test_data_is_never_run(data_copy, tmp_path):
    (data_copy / "evil.ipynb").write_text("{}", encoding="utf-8")
    (data_copy / "observations" / AREA / "evil.py").write_text("raise SystemExit('ran')", encoding="utf-8")
    listed = subprocess.run(
        [sys.executable, "-m", "ictplan_utils.cli", "list", "--data", str(data_copy)],
        cwd=REPO, capture_output=True, text=True, check=True, env=os.environ,
    ).stdout  # fmt: skip
    assert "evil" not in listed


# -- what an office or a disk has spoiled beside the figures ---------------------------------------------------------

SPOILED_WORDS = {
    "words": ["same = 5", "same = [[]]", 'same = [[""]]', 'target = "abc"', "counters = 5", "whole = {x = 5}",
              'targets = ["giao"]', "same = " + "[" * 3000, "\0"],
    "owners": ["companies = 5", "bodies = {}", "wholes = [[1]]"],
}  # fmt: skip


@pytest.mark.parametrize(("file", "text"), [(file, text) for file in SPOILED_WORDS for text in SPOILED_WORDS[file]])
def test_an_offices_own_words_of_another_shape_are_refused(file, text, data_copy):
    (data_copy / f"{file}.toml").write_text(text, encoding="utf-8")
    with pytest.raises(IctplanError, match=rf"{file}\.toml.*write it like") as refused:
        vocabulary.tables(file, data_copy)
    inputs.clear(refused.value)


@pytest.mark.parametrize("tables", ["tables = 5", 'tables = "no"', "tables = [1]", "a = " + "[" * 3000])
def test_a_form_of_another_shape_is_refused(tables, data_copy):
    path = data_copy / "forms" / "dien-bien-2021.toml"
    path.write_text(path.read_text(encoding="utf-8").partition("[[tables]]")[0] + tables, encoding="utf-8")
    with pytest.raises(IctplanError, match=r"dien-bien-2021\.toml") as refused:
        catalog.forms(data_copy)
    inputs.clear(refused.value)


@pytest.mark.parametrize("damage", ["[" * 100_000, '{"a":' * 100_000, "null", "[]", '"x"', "\0", "{}{}"])
def test_what_a_workspace_remembers_counts_as_lost_where_it_is_damaged(damage, tmp_path):
    workspace.make(tmp_path)
    own = tmp_path / "notebooks" / "briefing.ipynb"
    own.write_text("mine", encoding="utf-8")
    for record in (tmp_path / workspace.DELIVERED, tmp_path / "lab" / workspace.DELIVERED):
        record.parent.mkdir(exist_ok=True)
        record.write_text(damage, encoding="utf-8")
    assert "changed" in {outcome.kind for outcome in workspace.update(tmp_path)}
    assert lab.prepare(REPO / "notebooks", tmp_path / "lab") == []
    assert own.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("day", ["hôm qua", "2021-02-31", "", "=TODAY()"])
def test_a_correction_says_on_which_day_it_was_agreed(day, data_copy):
    with (data_copy / "corrections.csv").open("a", encoding="utf-8") as file:
        file.write(f"{AREA},bts_stations,{REPORT},actual,A1:10:5,88,89,đếm sót,An,{day}\n")
    with pytest.raises(IctplanError, match=r"corrections\.csv row 2: date .* is no day; write YYYY-MM-DD"):
        observations_room.corrections(data_copy)


def test_what_a_spreadsheet_would_compute_is_no_name_to_remember(data_copy):
    with pytest.raises(IctplanError, match="a spreadsheet's formula"):
        catalog.add_area("xã =1+1", "99991", "dien-bien", data_dir=data_copy)
    for name in ("=1+1", "@SUM(A1)", "a\x9bb", "x" * 301):
        with pytest.raises(IctplanError, match="is no formula") as refused:
            ingest.parse_maps([f"{name}=bts_stations"], data_copy)
        inputs.clear(refused.value)


def test_an_update_waits_for_who_adds_an_area(tmp_path, monkeypatch):
    workspace.make(tmp_path)
    areas, record = tmp_path / "data" / "areas.csv", tmp_path / workspace.DELIVERED
    older = areas.read_bytes()[:-100]
    record.write_text(json.dumps({"data/areas.csv": hashlib.sha256(older).hexdigest()}), encoding="utf-8")

    @contextlib.contextmanager
    def behind_another(folder):
        assert folder == tmp_path / "data"
        areas.write_bytes(older + b"theirs")
        yield

    areas.write_bytes(older)
    monkeypatch.setattr(workspace, "locked", behind_another)
    workspace.update(tmp_path)
    assert areas.read_bytes() == older + b"theirs"


@pytest.mark.parametrize("cell", ["kind,zzz", "year,20x0", "half,nan", "year_end,1e400"])
def test_a_table_of_series_is_refused_by_file_and_row(cell, tmp_path):
    column, word = cell.split(",")
    row = {"series": "a", "source": "b", "kind": "flow", "year": "2020", "half": "1", "year_end": "2"}
    path = tmp_path / "series.csv"
    path.write_text("\n".join(",".join(each) for each in (row, row.values(), (row | {column: word}).values())))
    with pytest.raises(IctplanError, match=rf"series\.csv row 3: {column} '{word}'") as refused:
        scoring.read_series(path)
    inputs.clear(refused.value)


def test_a_damaged_notebook_that_is_named_says_what_is_wrong_with_it(tmp_path):
    folder = only(tmp_path / "nb", "good")
    (folder / "spoiled.ipynb").write_text("{", encoding="utf-8")
    with pytest.raises(IctplanError, match=r"spoiled\.ipynb: not a notebook of format 4") as refused:
        make_schedule(Request(notebooks=["spoiled"], notebooks_dir=str(folder), data=str(REPO / "data")))
    inputs.clear(refused.value)


def test_a_locale_without_our_letters_spoils_no_name(tmp_path):
    data = synthetic_data(tmp_path / "thư mục" / "data")
    notebooks = only(tmp_path / "sổ", "words")
    plain = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
    for arguments in (("areas", "find", "Tuần Giáo"), ("run", "--all", "--notebooks", str(notebooks))):
        command = [sys.executable, "-m", "ictplan_utils.cli", *arguments, "--data", str(data)]
        ran = subprocess.run(command, cwd=tmp_path, env={**plain, "PYTHONPATH": str(REPO)}, capture_output=True,
                             text=True, check=False)  # fmt: skip
        assert ran.returncode == 0, ran.stderr
    assert list((tmp_path / "outputs").rglob("words.html"))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux's disk that is always full")
@pytest.mark.parametrize("arguments", [("--help",), ("list",), ("list", "--json"), ("run", "--help")])
def test_an_output_that_is_full_is_one_sentence(arguments):
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run([sys.executable, "-m", "ictplan_utils.cli", *arguments], cwd=REPO, stdout=full,
                             stderr=subprocess.PIPE, text=True, check=False)  # fmt: skip
    assert ran.returncode == 2
    assert ran.stderr.startswith("ictplan: ")
    assert ran.stderr.endswith("No space left on device\n")
    assert len(ran.stderr.splitlines()) == 1


NO_MORE = [MemoryError(), ImportError("a.so: cannot map zero-fill pages"), *(OSError(number, os.strerror(number))
           for number in (errno.EMFILE, errno.ENOMEM, errno.EFBIG, errno.EAGAIN))]  # fmt: skip


@pytest.mark.parametrize("trouble", NO_MORE, ids=repr)
def test_a_machine_that_gives_no_more_is_one_sentence(trouble, monkeypatch, capsys):
    def gives_no_more(_):
        raise trouble

    monkeypatch.setattr(catalog, "areas", gives_no_more)
    with pytest.raises(SystemExit) as end:
        cli.main(["list"])
    assert end.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith("ictplan: ")
    assert len(said.splitlines()) == 1
