"""`ictplan prepare`: a new period, a new district and a new commune, each from its document, by one command each."""

from __future__ import annotations

import base64
import datetime
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import papermill
import pytest
from audit_paper import Paper
from click.testing import CliRunner
from documents import writers
from places import REPO

from ictplan_utils import catalog, cli, desk, messages, observations, programs, workspace
from ictplan_utils import prepare as room
from ictplan_utils.batch import schedule

PAGES = {"audit.html", "briefing.html", "forecast.html", "targets.html", "trends.html", "index.html"}
PAPERS = {"phu-luc.docx", "ke-hoach.docx", "so-lieu.xlsx"}


def plan(path: Path, rank: str = "huyện", name: str = "Tủa Chùa", later: int = 0, paper: Paper | None = None) -> Path:
    """Write the plan of a made-up paper as Word, as if it were of another place and so many years later."""
    paper = paper or Paper()

    def said(text: str) -> str:
        text = text.replace("HUYỆN TỦA CHÙA", f"{rank} {name}".upper()).replace("huyện Tủa Chùa", f"{rank} {name}")
        text = text.replace("Tủa Chùa", name).replace("Toàn huyện", f"Toàn {rank}")
        return re.sub(r"\b20(\d\d)\b", lambda match: str(2000 + int(match[1]) + later), text)

    pieces: list = [said(line) for line in paper.text.split("\n")]
    for table in paper.tables:
        pieces += ["PHỤ LỤC", said(paper.enclosed), [[said(cell) for cell in row] for row in table]]
    return writers.word(path, pieces)


def doubtful(path: Path) -> Path:
    """Write a plan with one figure that can be read in two ways."""
    paper = Paper()
    paper.put(1, "10", 3, "Cây số")
    return plan(path, paper=paper)


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    folder = tmp_path_factory.mktemp("offices") / "văn phòng"
    workspace.make(folder)
    return folder


@pytest.fixture
def office(empty, tmp_path, monkeypatch):
    """A workspace outside the repo, and the folder in which we stand."""
    folder = Path(shutil.copytree(empty, tmp_path / "office"))
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def quick_office(office):
    """The same with one report to make, for tests of what is read, asked, stored and laid as papers."""
    for notebook in office.glob("notebooks/*.ipynb"):
        if notebook.stem != "audit":
            notebook.unlink()
    return office


def ictplan(*arguments) -> tuple[int, str]:
    ran = CliRunner().invoke(cli.main, ["prepare", *map(str, arguments)])
    assert "Traceback" not in ran.output
    return ran.exit_code, ran.output


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
            and p.name not in (".lock", ".hashes.json", "manifest.json")}  # fmt: skip


@pytest.mark.parametrize(
    ("rank", "name", "later", "area", "period"),
    [("huyện", "Tủa Chùa", 0, "tua-chua", "2023-S1"), ("xã", "Quài Tở", 3, "quai-to", "2026-S1")],
)
def test_one_command_takes_a_new_place_from_its_document_to_pages_and_papers(office, rank, name, later, area, period):
    code, said = ictplan(plan(office / "kế hoạch.docx", rank, name, later))
    assert code == 0, said
    made = {path.name for path in (office / "outputs" / period / area).iterdir()}
    assert made >= PAGES | PAPERS
    assert f"{rank} {name}" not in said  # it speaks English here
    for name in ("index.html", "ke-hoach.docx"):
        assert str(Path("outputs", period, area, name)) in said
    figures = observations.load(area, data_dir=office / "data")
    assert len(figures) > 90
    assert set(figures["report"]) == {period}
    held = files(office)
    again, told = ictplan(office / "kế hoạch.docx")
    assert again == 0
    assert "stored before" in told
    assert "5 of 5 reports are up to date" in told
    assert files(office) == held


NO_UNIX = """
import os, signal, sys
import asyncio, concurrent.futures, multiprocessing, subprocess, threading  # Python's own, loaded as they are
lacking = {
    os: "fork forkpty killpg getpgid setsid pidfd_open mkfifo register_at_fork sched_getaffinity wait4 waitid chown",
    signal: "SIGALRM SIGKILL SIGHUP SIGUSR1 SIGUSR2 SIGCHLD setitimer getitimer ITIMER_REAL alarm pthread_sigmask",
}
for module, names in lacking.items():
    for name in names.split():
        delattr(module, name)
sys.modules |= dict.fromkeys(("fcntl", "resource", "pwd", "grp", "termios"))
if __name__ == "__main__":
    from ictplan_utils import cli
    cli.main()
"""


@pytest.mark.slow
def test_the_clerks_way_needs_nothing_that_only_unix_has(office):
    """Windows is simulated only: what it lacks is taken away, its own calls and paths are not tried."""
    (office / "as_windows.py").write_text(NO_UNIX, encoding="utf-8")
    words = [sys.executable, "as_windows.py", "prepare", plan(office / "kế hoạch.docx"), "--lang", "vi"]
    env = {**os.environ, "PYTHONPATH": str(REPO), "PYTHONIOENCODING": "cp1258", "PYTHONWARNINGS": "ignore"}
    ran = subprocess.run(list(map(str, words)), env=env, check=False, capture_output=True, encoding="utf-8")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "5 trang báo cáo" in ran.stdout
    assert "WARNING" not in ran.stdout + ran.stderr
    assert {path.name for path in (office / "outputs" / "2023-S1" / "tua-chua").iterdir()} >= PAGES | PAPERS


def test_a_program_is_found_where_windows_has_it(tmp_path, monkeypatch):
    edge = tmp_path / "Microsoft" / "Edge" / "Application" / "msedge.exe"
    edge.parent.mkdir(parents=True)
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    monkeypatch.setenv("ProgramFiles(x86)", str(tmp_path))
    assert programs.find("chromium", "msedge") is None
    edge.touch()
    assert programs.find("chromium", "msedge") == str(edge)


def test_every_notebook_of_a_workspace_runs_as_it_stands(office, tmp_path):
    assert ictplan(plan(office / "kế hoạch.docx", "xã", "Quài Tở", 3))[0] == 0
    for notebook in sorted(office.glob("notebooks/*.ipynb")):
        done = papermill.execute_notebook(notebook, tmp_path / notebook.name, progress_bar=False, engine_name="ictplan")
        said = str(done.cells)
        assert "Quài Tở" in said or "Điện Biên" in said or notebook.stem in ("backtest", "prepare"), notebook.name


def test_a_new_period_is_held_against_the_one_before_it_also_of_one_folder(quick_office):
    inbox = quick_office / "inbox"
    inbox.mkdir()
    plan(inbox / "a new one.docx", later=1)
    plan(inbox / "b old one.docx")
    code, said = ictplan(inbox)
    assert {path.name for path in (quick_office / "outputs").glob("[!.]*")} == {"2023-S1", "2024-S1", "index.html"}
    assert sorted(observations.reports("tua-chua", quick_office / "data")) == ["2023-S1", "2024-S1"]
    assert code == 0
    # The same figures a year later: no growth, though the text claims some. That is asked once.
    assert "5 of 5 figures that earlier reports give are given otherwise" in said.split("TO ASK")[1]
    assert "but report 2023-S1 says" in said.split("TO ASK")[1]
    assert said.index("b old one.docx: ") < said.index("a new one.docx: ")


def test_a_report_on_a_whole_year_gets_the_papers_of_the_years_end(quick_office):
    rows = [["STT", "Chỉ tiêu", "Đơn vị tính", "Thực hiện năm 2021", "Thực hiện năm 2022", "Kế hoạch năm 2023"],
            ["10", "Trạm BTS", "Vị trí trạm", "88", "91", "95"]]  # fmt: skip
    title = ["UBND HUYỆN TUẦN GIÁO", "Tuần Giáo, ngày 20 tháng 12 năm 2022", "BÁO CÁO", "Kết quả thực hiện năm 2022"]
    code, said = ictplan(writers.word(quick_office / "báo cáo.docx", [*title, rows]))
    assert code == 0, said
    assert (quick_office / "outputs" / "2022" / "tuan-giao" / "bao-cao.docx").is_file()
    assert "Open bao-cao.docx" in said.split("WHAT COMES NEXT")[1]


def test_what_is_in_doubt_is_stored_only_when_somebody_accepts_it(quick_office):
    path = doubtful(quick_office / "kế hoạch.docx")
    code, said = ictplan(path)
    assert code == 1
    assert "NOT STORED" in said
    assert "Appendix 1, row 10: the printed unit 'Cây số'" in said.split("TO BE CONFIRMED")[1]
    assert "--accept" in said.split("WHAT COMES NEXT")[1]
    assert not any((quick_office / "data" / "observations").iterdir())
    assert not any((quick_office / "outputs").iterdir())
    ictplan(path, "--accept")
    assert "tua-chua" in observations.reporting_areas(quick_office / "data")
    again = ictplan(path)[1]
    assert "TO BE CONFIRMED" not in again  # it was confirmed
    assert "stored before" in again


def test_a_figure_that_is_stored_otherwise_waits_too(quick_office):
    plan(quick_office / "first.docx")
    ictplan(quick_office / "first.docx")
    changed = Paper()
    changed.put(1, "10", 5, "63")
    path = plan(quick_office / "second.docx", paper=changed)

    def stations() -> float:
        frame = observations.load("tua-chua", data_dir=quick_office / "data")
        row = frame[(frame["indicator"] == "bts_stations") & (frame["source"] == "A1:10:5")]
        return row["value"].item()

    code, said = ictplan(path)
    assert code == 1
    assert (
        "Appendix 1, row 10, column 5: BTS stations, the first half of 2023: 64 → 63"
        in said.split("TO BE CONFIRMED")[1]
    )
    assert stations() == 64
    ictplan(path, "--yes")
    assert stations() == 63


def test_what_was_interrupted_is_finished_by_the_same_command(office, monkeypatch):
    path = plan(office / "kế hoạch.docx")

    def stopped(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(room.forms, "make_forms", stopped)
        code, said = ictplan(path)
    assert code == 130
    assert "run the same command again" in said
    assert not (office / "outputs" / "2023-S1" / "tua-chua" / "ke-hoach.docx").exists()
    code, said = ictplan(path)
    assert code == 0
    assert "5 of 5 reports are up to date" in said
    whole = files(office / "outputs" / "2023-S1" / "tua-chua")
    shutil.rmtree(office / "outputs")
    shutil.rmtree(office / "data" / "observations" / "tua-chua")
    ictplan(path)
    assert {name: content for name, content in files(office / "outputs" / "2023-S1" / "tua-chua").items()
            if not name.endswith(".ipynb")} == {n: c for n, c in whole.items() if not n.endswith(".ipynb")}  # fmt: skip


def test_one_bad_file_stops_nothing_and_strangers_are_passed_over(office):
    inbox = office / "inbox" / "tháng 6"
    inbox.mkdir(parents=True)
    plan(inbox / "kế hoạch.docx")
    (inbox / "hỏng.docx").write_bytes(b"PK\x03\x04")
    (inbox / "ảnh.jpg").write_bytes(b"\xff\xd8\xff")
    for stranger in ("~$kế hoạch.docx", "Thumbs.db", ".DS_Store"):
        (inbox / stranger).write_bytes(b"x")
    code, said = ictplan(office / "inbox")
    assert code == 1
    assert said.count("NOT READ: ") == 2
    assert said.count("passed over, no document") == 3
    assert (office / "outputs" / "2023-S1" / "tua-chua" / "briefing.html").is_file()


def test_a_paper_that_somebody_has_worked_on_is_never_written_over(quick_office):
    path = plan(quick_office / "kế hoạch.docx")
    ictplan(path)
    draft = quick_office / "outputs" / "2023-S1" / "tua-chua" / "ke-hoach.docx"
    draft.write_bytes(draft.read_bytes() + b"signed")
    (draft.parent / "so-lieu.xlsx").unlink()
    said = ictplan(path)[1]
    assert f"{draft.relative_to(quick_office)} (changed by you" in said
    assert draft.read_bytes().endswith(b"signed")
    assert (draft.parent / "so-lieu.xlsx").is_file()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.docx"], "there is no such file or folder"),
        (["empty"], "no document in this folder"),
        (["plan.docx", "--area", "xyz"], "xyz"),
        (["plan.docx", "--period", "2021S1"], "2021-S1"),
    ],
)
def test_a_wrong_request_is_one_sentence(office, arguments, words):
    (office / "empty").mkdir()
    plan(office / "plan.docx")
    code, said = ictplan(*arguments)
    assert code == 2
    assert said.splitlines()[-1].startswith("ictplan: ")
    assert words in said
    assert not any((office / "outputs").iterdir())


def test_the_checklist_is_in_the_language_of_the_one_who_asks(office):
    prepared = room.prepare([doubtful(office / "kế hoạch.docx")])
    with messages.using("vi"):
        parts = dict(room.checklist(prepared))
    assert list(parts)[:2] == ["ĐÃ ĐỌC", "CẦN XÁC NHẬN TRƯỚC KHI LƯU"]
    assert "huyện Tủa Chùa, 6 tháng đầu năm 2023" in parts["ĐÃ ĐỌC"][0]
    assert "--accept" in parts["VIỆC TIẾP THEO"][0]


def test_a_long_part_is_cut_and_says_so():
    found = pd.DataFrame({"severity": ["error"] * 25, "message_en": [f"fault {n}" for n in range(25)]})
    document = room.Document(Path("a.docx"), room.Outcome(Path("a.docx"), error="x"), None, found)
    prepared = room.Prepared((document,), ())
    assert dict(room.checklist(prepared))["TO CORRECT (cannot be true)"][-1].startswith("… and 5 more")
    assert len(dict(room.checklist(prepared, limit=None))["TO CORRECT (cannot be true)"]) == 25


def test_what_reading_met_is_said_in_the_clerks_language_without_a_slug_or_an_english_word(office):
    paper = Paper()
    paper.put(1, "10", 3, "Cây số")
    paper.put(1, "12", 5, "39.438-40.000")
    paper.say("64 trạm (tăng", "64 trạm, phát triển mới 05 trạm (tăng")
    path = plan(office / "kế hoạch.docx", paper=paper)
    with messages.using("vi"):
        parts = dict(room.checklist(room.prepare([path])))
        ran = CliRunner().invoke(cli.main, ["ingest", str(path), "--lang", "vi"])
    said = [line for part in parts.values() for line in part] + ran.output.splitlines()
    assert "Phụ lục 1, dòng 12, cột 5: không lấy '39.438-40.000': là một khoảng, không phải một số" in said
    assert any("không khớp trọn vẹn với chỉ tiêu nào" in line for line in said)
    english = {"was", "not", "read", "the", "of", "figure", "figures", "warning", "differs"}
    for line in said:
        words = set(re.findall(r"[\w_]+", line.replace(str(path), "").replace(str(office), "")))
        assert not words & english, line
        assert not words & set(catalog.indicators(office / "data").index), line


# -- the panel in JupyterLab


def drop(panel: desk.Desk, *paths: Path) -> None:
    """Do as a browser does when files are dropped on the upload button."""
    now = datetime.datetime.now(datetime.UTC)
    panel.upload.value = [
        {"name": f"C:\\fakepath\\{path.name}", "type": "", "size": 1, "content": memoryview(path.read_bytes()),
         "last_modified": now} for path in paths
    ]  # fmt: skip


def test_a_dropped_document_is_stored_once_each_doubt_is_ticked_and_its_files_are_links(office, tmp_path, monkeypatch):
    (tmp_path / "mail").mkdir()
    path = doubtful(tmp_path / "mail" / "kế hoạch.docx")
    monkeypatch.chdir(office / "notebooks")
    panel = desk.panel("vi", "data")
    drop(panel, path)
    assert (office / desk.INBOX / path.name).read_bytes() == path.read_bytes()
    assert "CHƯA LƯU" in panel.told.value
    assert not any((office / "data" / "observations").iterdir())
    (question,) = panel.waiting.children
    _, *ticks, store = question.children
    assert [tick.description for tick in ticks if "Phụ lục 1, dòng 10" in tick.description]
    for tick in ticks:
        assert store.disabled
        tick.value = True
    assert not store.disabled
    store.click()
    assert not panel.waiting.children
    assert observations.reports("tua-chua", office / "data") == ["2023-S1"]
    offered = dict(re.findall(r'<a download="([^"]+)" href="data:[^,]+,([^"]+)"', panel.told.value))
    assert offered.keys() == PAPERS | PAGES - {"index.html"}
    paper = office / "outputs" / "2023-S1" / "tua-chua" / "ke-hoach.docx"
    assert base64.b64decode(offered["ke-hoach.docx"]) == paper.read_bytes()


def test_a_bad_document_is_told_on_the_panel_and_the_notebook_stays_out_of_the_batch(office, tmp_path):
    bad = tmp_path / "hỏng.docx"
    bad.write_bytes(b"PK\x03\x04")
    panel = desk.panel("vi", office / "data")
    drop(panel, bad)
    assert "CHƯA ĐỌC ĐƯỢC" in panel.told.value
    known = {each.name: each for each in schedule.list_notebooks(office / "notebooks")[0]}
    assert known["prepare"].only_named
    assert known["prepare"].scope == "none"
