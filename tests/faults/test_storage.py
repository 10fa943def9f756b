"""What is stored survives: `ictplan ingest` and `ictplan forms` killed before each of their writes, disks full,
read-only, two at once, a file replaced while it is read."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from unittest import mock

import crashes
import pandas as pd
import pytest
from documents import form, habits, writers
from places import AREA, REPO, REPORT

import ictplan_utils as ict
from ictplan_utils import audit, cli, observations, reports
from ictplan_utils.documents import ingest
from ictplan_utils.documents.store import places
from ictplan_utils.errors import IctplanError
from ictplan_utils.files import write_atomically
from ictplan_utils.observations import together
from ictplan_utils.office import forms as forms_room

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="forks a process for every fault")


def command(*arguments) -> int:
    """Run `ictplan …` in this process; return its exit code."""
    try:
        cli.main([str(argument) for argument in arguments], standalone_mode=True)
    except SystemExit as end:
        return end.code or 0
    return 0


def held(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def tables(folder: Path) -> tuple[bytes, ...]:
    """The files a report consists of."""
    return tuple(path.read_bytes() for path in places(AREA, REPORT, folder).values())


class Kept:
    """A data folder that holds one document, another document that changes its tables and facts, and both states."""

    def __init__(self, folder: Path) -> None:
        (folder / "documents").mkdir()
        few = [line for line in form.lines(1) if line.indicator in ("bts_stations", "phone_subscribers")]
        kept = [form.replace(line, cells=("1", "2", "3", "4", "5")) if line.indicator == "bts_stations" else line
                for line in few]  # fmt: skip
        self.first = writers.text(folder / "documents" / "first.txt", habits.whole(few, []))
        signed = [piece.replace("ngày tháng", "ngày 15 tháng") if isinstance(piece, str) else piece
                  for piece in habits.whole(kept, [])]  # fmt: skip
        self.changed = writers.text(folder / "documents" / "changed.txt", signed)
        self.before, self.data = folder / "before", folder / "data"
        self.before.mkdir()
        for path in (REPO / "data").glob("*.csv"):
            shutil.copy(path, self.before)
        shutil.copytree(REPO / "data" / "forms", self.before / "forms")
        assert ingest.ingest(self.first, data_dir=self.before).written
        self.old = tables(self.before)
        self.restore()
        assert self.ingest() == 0
        self.new = tables(self.data)
        self.clean = held(self.data)
        assert all(a != b for a, b in zip(self.old, self.new, strict=True))
        self.restore()

    def restore(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        shutil.copytree(self.before, self.data)

    def ingest(self) -> int:
        return command("ingest", self.changed, "--replace", "--data", self.data)

    def read(self) -> tuple | None:
        """What a reader gets: the files as bytes, or None where it is refused."""
        try:
            # Nobody writes here any more: a reader that waits for an ingest to end waits for nothing.
            with mock.patch.object(together, "TRIES", 2):
                ict.load(AREA, data_dir=self.data)
        except IctplanError as error:
            assert "interrupted" in str(error)
            return None
        return tables(self.data)


@pytest.fixture
def step(is_long) -> int:
    """Every moment in the long version, every third in the short one."""
    return 1 if is_long else 3


@pytest.fixture(scope="module")
def kept_once(tmp_path_factory) -> Kept:
    return Kept(tmp_path_factory.mktemp("kept"))


@pytest.fixture
def kept(kept_once) -> Kept:
    """The data folder as it was before, and nobody's trace in it."""
    kept_once.restore()
    return kept_once


def test_ingest_killed_before_any_of_its_writes_leaves_the_old_pair_or_the_new(kept, tmp_path, step, faults):
    said, codes = tmp_path / "said", []
    for code, was_struck in crashes.moments(kept.ingest, kept.data, crashes.kill, said, step):
        codes.append(code)
        faults["kill -9 of ingest, injected"] += was_struck
        assert kept.read() in (kept.old, kept.new, None)
        assert kept.ingest() == 0
        assert held(kept.data) == kept.clean
        faults["kill -9 of ingest, survived"] += was_struck
        kept.restore()
    assert codes[-1] == 0
    assert set(codes[:-1]) == {-9}
    assert len(codes) > 10 / step


def test_ingest_on_a_disk_that_fills_before_any_of_its_writes_says_so_and_loses_nothing(kept, tmp_path, step, faults):
    said = tmp_path / "said"
    for code, was_struck in crashes.moments(kept.ingest, kept.data, crashes.disk_is_full, said, step):
        assert code != crashes.RAISED, said.read_text()
        assert "Traceback" not in said.read_text()
        faults["disk full in ingest, injected"] += was_struck
        assert kept.read() in (kept.old, kept.new, None)
        assert kept.ingest() == 0
        assert held(kept.data) == kept.clean
        faults["disk full in ingest, survived"] += was_struck
        kept.restore()


NAMES = {crashes.kill: "kill -9 of", crashes.disk_is_full: "disk full in"}


@pytest.mark.parametrize("strike", [crashes.kill, crashes.disk_is_full], ids=["killed", "disk full"])
def test_forms_struck_before_any_of_their_writes_leave_whole_papers_or_none(
    strike, step, tmp_path, faults, monkeypatch
):
    outputs, said = tmp_path / "outputs", tmp_path / "said"
    # The papers are composed once: composing them writes nothing, and takes a second.
    read = forms_room.read_form(reports.of(AREA, REPORT))
    made = forms_room.make_forms(read)
    monkeypatch.setattr(forms_room, "read_form", lambda *_: read)
    monkeypatch.setattr(forms_room, "make_forms", lambda *_: made)

    def forms() -> int:
        return command("forms", "--area", AREA, "--outputs", outputs, "--data", REPO / "data")

    assert forms() == 0
    clean = held(outputs)
    shutil.rmtree(outputs)
    outputs.mkdir()
    codes = []
    for code, was_struck in crashes.moments(forms, outputs, strike, said, step):
        codes.append(code)
        assert code != crashes.RAISED, said.read_text()
        assert "Traceback" not in said.read_text()
        faults[f"{NAMES[strike]} forms, injected"] += was_struck
        papers = {name: content for name, content in held(outputs).items() if not name.endswith(".part")}
        assert papers.items() <= clean.items()
        faults[f"{NAMES[strike]} forms, survived"] += was_struck
        shutil.rmtree(outputs)
        outputs.mkdir()
    assert codes[-1] == 0
    assert len(codes) > 6 / step


@contextlib.contextmanager
def small_disk(folder: Path, *options: str):
    folder.mkdir(exist_ok=True)
    mounted = subprocess.run(["mount", "-t", "tmpfs", *options, "tmpfs", str(folder)], capture_output=True)
    if mounted.returncode:
        pytest.skip("mounting a small disk needs root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def ictplan(*arguments) -> subprocess.CompletedProcess:
    """Run the real command."""
    return subprocess.run(
        [sys.executable, "-m", "ictplan_utils.cli", *map(str, arguments)],
        cwd=REPO, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_really_full_disk_refuses_ingest_and_forms_in_one_sentence(kept, tmp_path, faults):
    size = sum(path.stat().st_size for path in kept.before.rglob("*") if path.is_file())
    with small_disk(tmp_path / "disk", "-o", f"size={size // 4096 * 4 + 120}k") as disk:
        shutil.copytree(kept.before, disk / "data")
        with contextlib.suppress(OSError), (disk / "ballast").open("wb") as ballast:
            while True:
                ballast.write(bytes(4096))
                ballast.flush()
        for arguments in (
            ("ingest", kept.changed, "--replace", "--data", disk / "data"),
            ("forms", "--area", AREA, "--outputs", disk / "outputs"),
        ):
            faults["really full disk, injected"] += 1
            ran = ictplan(*arguments)
            assert ran.returncode in (1, 2), ran.stdout
            assert "No space left on device" in ran.stdout + ran.stderr
            assert "Traceback" not in ran.stdout + ran.stderr
            assert tables(disk / "data") == kept.old
            faults["really full disk, survived"] += 1
        (disk / "ballast").unlink()
        assert ictplan("ingest", kept.changed, "--replace", "--data", disk / "data").returncode == 0
        assert tables(disk / "data") == kept.new


def test_read_only_data_and_outputs_are_one_sentence(kept, tmp_path, faults):
    with small_disk(tmp_path / "disk") as disk:
        shutil.copytree(kept.before, disk / "data")
        (disk / "outputs").mkdir()
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        for arguments in (
            ("ingest", kept.changed, "--replace", "--data", disk / "data"),
            ("forms", "--area", AREA, "--outputs", disk / "outputs"),
        ):
            faults["read-only disk, injected"] += 1
            ran = ictplan(*arguments)
            assert ran.returncode in (1, 2), ran.stdout
            assert "Read-only file system" in ran.stdout + ran.stderr
            assert "Traceback" not in ran.stdout + ran.stderr
            faults["read-only disk, survived"] += 1


def test_two_ingests_at_once_both_arrive_whole(kept, tmp_path, faults):
    other = writers.text(tmp_path / "other.txt", habits.whole())
    faults["two ingests at once, injected"] += 1
    at_once = [
        subprocess.Popen(
            [sys.executable, "-m", "ictplan_utils.cli", "ingest", str(path), "--data", str(kept.data), *options],
            cwd=REPO, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        for path, options in (
            (kept.changed, ["--replace"]), (other, ["--area", "dien-bien"]), (other, ["--area", "dien-bien"])
        )
    ]  # fmt: skip
    said = [run.communicate()[0] for run in at_once]
    assert [run.returncode for run in at_once] == [0, 0, 0], said
    assert tables(kept.data) == kept.new
    assert not ict.load("dien-bien", data_dir=kept.data).empty
    assert not (kept.data / observations.PENDING).exists()
    faults["two ingests at once, survived"] += 1


def test_a_file_replaced_while_it_is_read_gives_the_old_or_the_new(kept, is_long, faults):
    path = kept.data / "observations" / AREA / f"{REPORT}.csv"
    old = path.read_text(encoding="utf-8")
    new = "".join(line for line in old.splitlines(keepends=True) if ",bts_stations," not in line)
    lengths = {observations.read_observations(path, kept.data).shape[0]}
    write_atomically(path, new)
    lengths.add(observations.read_observations(path, kept.data).shape[0])
    assert len(lengths) == 2
    over = threading.Event()

    def replace() -> None:
        while not over.is_set():
            write_atomically(path, old)
            write_atomically(path, new)

    writer = threading.Thread(target=replace)
    writer.start()
    try:
        for _ in range(300 if is_long else 30):
            faults["file replaced while read, injected"] += 1
            assert observations.read_observations(path, kept.data).shape[0] in lengths
            faults["file replaced while read, survived"] += 1
    finally:
        over.set()
        writer.join()


def pair(folder: Path) -> tuple[str, str]:
    """What a reader gets who asks for both tables at once."""
    stated, compared = observations.load_pair(AREA, data_dir=folder)
    return stated.to_csv(), compared.to_csv()


def test_both_tables_read_while_ingests_go_on_are_never_of_two_moments(kept, is_long, faults):
    whole = set()
    for document in (kept.changed, kept.first):
        assert ingest.ingest(document, data_dir=kept.data, replace=True).written
        whole.add(pair(kept.data))
    assert len(whole) == 2
    over = multiprocessing.get_context("fork").Event()

    def ingests() -> None:
        while not over.is_set():
            for document in (kept.changed, kept.first):
                ingest.ingest(document, data_dir=kept.data, replace=True)

    writers_ = [multiprocessing.get_context("fork").Process(target=ingests) for _ in range(2)]
    for writer in writers_:
        writer.start()
    seen = []
    try:
        while len(seen) < (1000 if is_long else 100) or len(set(seen)) < 2:
            faults["both tables read while ingests go on, injected"] += 1
            seen.append(pair(kept.data))
            assert seen[-1] in whole
            faults["both tables read while ingests go on, survived"] += 1
    finally:
        over.set()
        for writer in writers_:
            writer.join()


def test_papers_made_while_an_ingest_ends_are_of_one_moment(kept, monkeypatch):
    audit_stored, ends = audit.audit_stored, iter([kept.ingest])

    def meanwhile(*arguments, **options):
        for end in ends:
            assert end() == 0
        return audit_stored(*arguments, **options)

    monkeypatch.setattr(audit, "audit_stored", meanwhile)
    made = forms_room.read_form(reports.of(AREA, REPORT, data_dir=kept.data))
    pd.testing.assert_frame_equal(made.report.observations, ict.load(AREA, data_dir=kept.data), check_like=True)
    assert "1" in made.report.observations.query("indicator == 'bts_stations'")["printed"].tolist()


def test_half_an_ingest_is_refused_by_whoever_reads_and_finished_by_the_next(kept, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(ingest, "finish_pending", lambda folder: None)
        ingest.ingest(kept.changed, data_dir=kept.data, replace=True)
    with pytest.raises(IctplanError, match=r"interrupted.*run `ictplan ingest`"):
        ict.load(AREA, data_dir=kept.data)
    assert kept.ingest() == 0
    pd.testing.assert_frame_equal(ict.load(AREA, data_dir=kept.data), ict.load(data_dir=kept.data))
    assert tables(kept.data) == kept.new
