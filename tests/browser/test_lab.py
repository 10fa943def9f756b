"""The analyst's own room, as `make lab` opens it: a new analyst's first half hour, every notebook run."""

from __future__ import annotations

import json
import os
import re
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from places import AREA, REPO, REPORT

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NOTEBOOKS = sorted(
    path.name for path in (REPO / "notebooks").glob("*.ipynb") if path.stem not in ("explore", "cookbook")
)
PATIENCE_MS = 90_000
"""How long a condition may take on a busy two-core machine before it counts as broken."""

HERE = ".jp-NotebookPanel:not(.lm-mod-hidden)"
"""The notebook in front."""
ALL_RAN = f"""() => {{
  const here = document.querySelector('{HERE}')
  const cells = [...here.querySelectorAll('.jp-CodeCell .jp-InputArea-prompt')]
  return cells.length > 0 && cells.every(cell => /\\[\\d+\\]/.test(cell.textContent))
      || here.querySelector('[data-mime-type="application/vnd.jupyter.error"]') !== null
}}"""
TROUBLE = '[data-mime-type="application/vnd.jupyter.error"], [data-mime-type="application/vnd.jupyter.stderr"]'


def make_lab() -> tuple[list[str], list[str]]:
    """Return what `make lab` types, run by this Python: what prepares the lab, and what opens it, without a browser."""
    # Under `make test` this make would be a child of that one, and speak of its folder too.
    command, env = ["make", "--no-print-directory", "-n", "lab"], os.environ | {"MAKEFLAGS": "", "MAKELEVEL": "0"}
    printed = subprocess.run(command, cwd=REPO, env=env, capture_output=True, text=True, check=True).stdout
    (python, *prepare), (jupyter, *words) = (shlex.split(line) for line in printed.strip().splitlines()[-2:])
    assert python.endswith("/python") and jupyter.endswith("/jupyter") and words[0] == "lab"
    root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return [sys.executable, *prepare], [sys.executable, "-m", "jupyter", *words, "--no-browser", *root]


def run(room: Path, *command: str) -> str:
    return subprocess.run(command, cwd=room, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def room(tmp_path_factory) -> Path:
    """A copy of the notebooks and the data, kept by git as here."""
    room = tmp_path_factory.mktemp("room")
    for folder in ("notebooks", "data"):
        shutil.copytree(REPO / folder, room / folder)
    for file in (".gitignore", "pyproject.toml"):
        shutil.copy(REPO / file, room)
    run(room, "git", "init", "--quiet")
    run(room, "git", "add", "--all")
    run(room, "git", "-c", "user.name=Test", "-c", "user.email=test@localhost", "commit", "--quiet", "--message", "All")
    return room


@pytest.fixture(scope="module")
def lab(room, tmp_path_factory, chromium_path) -> Iterator[str]:
    """JupyterLab as `make lab` opens it in the room, on a free local port, with a token; its address."""
    own = tmp_path_factory.mktemp("lab")
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    env = os.environ | {
        "JUPYTER_CONFIG_DIR": str(own / "config"), "JUPYTER_RUNTIME_DIR": str(own / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(own / "settings"), "JUPYTERLAB_WORKSPACES_DIR": str(own / "workspaces"),
        "IPYTHONDIR": str(own / "ipython"), "JUPYTER_TOKEN": token,
    }  # fmt: skip
    prepare, opens = make_lab()
    run(room, *prepare)
    command = [*opens, f"--port={port}", "--ServerApp.port_retries=0"]
    with (own / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=room, env=env, stdout=log, stderr=log, start_new_session=True)
    address = f"http://localhost:{port}"
    try:
        # curl waits for the server by itself; a server that ended refuses until curl gives up.
        answer = subprocess.run(
            ["curl", "--silent", "--retry", "60", "--retry-delay", "1", "--retry-connrefused", f"{address}/api"],
            capture_output=True, text=True, check=False,
        ).stdout  # fmt: skip
        assert "version" in json.loads(answer or "{}"), (own / "log").read_text(errors="replace")[-2000:]
        yield f"{address}/?token={token}"
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=60)
    with pytest.raises(OSError), socket.create_connection(("localhost", port), timeout=5):
        pass  # nothing listens any more


@pytest.fixture(scope="module")
def page(browser, lab):
    """JupyterLab, as it greets the analyst: the start page, and the notebooks listed on the left."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(lab)
    yield page
    context.close()


def run_all(page, name: str):
    """Open a notebook from the list, run all its cells, wait until the last has run; return its panel."""
    page.locator(".jp-DirListing-item", has_text=name).dblclick()
    return run_opened(page, name)


def run_opened(page, name: str):
    """Run all cells of the notebook in front."""
    page.locator(".lm-TabBar-tab.lm-mod-current", has_text=name).wait_for()
    page.locator(f'{HERE} .jp-Notebook-ExecutionIndicator[data-status="idle"]').wait_for(state="attached")
    page.locator(".jp-StatusBar-TextItem, .jp-StatusBar-Widget", has_text="| Idle").first.wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.locator('li[data-command="runmenu:run-all"]').click()
    page.wait_for_function(ALL_RAN)
    return page.locator(HERE)


@pytest.fixture(scope="module")
def explore(page):
    """explore.ipynb, opened from the start page and run to its end."""
    start = page.locator(".jp-MarkdownViewer")
    assert start.locator("h1").inner_text().startswith("Bắt đầu từ đây")
    start.get_by_role("link", name="explore.ipynb").first.click()
    run_opened(page, "explore.ipynb")
    page.locator(".jupyter-widgets .explore").nth(1).wait_for()
    return page


def test_explore_opens_from_the_start_page_with_the_latest_report(explore):
    assert explore.locator(HERE).locator(TROUBLE).all_inner_texts() == []
    assert "Trạm BTS" in shown(explore, 0)[0] and "huyện" in shown(explore, 0)[1]


def test_a_server_without_the_token_is_a_closed_door(lab):
    address = lab.split("/?")[0]
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{address}/api/contents", timeout=30)
    assert refused.value.code == 403


def shown(page, panel: int) -> tuple[str, str, str]:
    """Return what a panel shows: its picture's words, its sentences, its table."""
    one = page.locator(".jupyter-widgets .explore").nth(panel)
    return (
        one.locator("svg[role=img]").first.get_attribute("aria-label"),
        one.locator(".said").inner_text(),
        one.locator("table.dataframe").inner_text(),
    )


def until_changed(page, panel: int, before: str) -> tuple[str, str, str]:
    page.wait_for_function(
        """([panel, before]) => {
          const all = document.querySelectorAll('.jupyter-widgets .explore')
          return all[panel] && all[panel].querySelector('.said').innerText !== before
        }""",
        arg=[panel, before],
    )
    return shown(page, panel)


def choose(page, label: str, option: str, panel: int = 0) -> tuple[str, str, str]:
    """Choose in a dropdown by its label; return what the panel shows then."""
    before = shown(page, panel)[1]
    page.locator(".widget-dropdown", has=page.locator("label", has_text=label)).nth(0).locator("select").select_option(
        label=option
    )
    return until_changed(page, panel, before)


def test_an_indicator_is_found_by_a_few_letters(explore):
    before = shown(explore, 0)
    explore.get_by_placeholder("gõ vài chữ").fill("thue bao dien thoai")
    after = until_changed(explore, 0, before[1])
    assert "Thuê bao điện thoại" in after[0]


def test_a_second_area_stands_beside_the_first(explore):
    picture, sentences, table = choose(explore, "So với", "Tỉnh Quảng Ngãi")
    for text in (picture, sentences, table):
        assert "Tuần Giáo" in text and "Quảng Ngãi" in text


def test_a_dropdown_changes_chart_sentence_and_table_together(explore):
    before = shown(explore, 0)
    after = choose(explore, "Cách xem", "Tăng trưởng")
    assert all(old != new for old, new in zip(before, after, strict=True))
    assert "%" in after[1]


def test_a_slider_changes_chart_sentence_and_table_together(explore):
    before = shown(explore, 0)
    handle = explore.locator(".widget-selection-range-slider, .widget-slider").first.locator(".noUi-handle").last
    handle.focus()
    explore.keyboard.press("ArrowLeft")
    after = until_changed(explore, 0, before[1])
    assert all(old != new for old, new in zip(before, after, strict=True))


def test_a_pinned_view_is_copied_as_code_that_runs(explore):
    explore.get_by_role("button", name="Giữ góc nhìn này").click()
    kept = explore.locator(".pinned").first
    kept.get_by_role("button", name="Chép").click()
    kept.get_by_role("button", name="Đã chép").wait_for()
    code = explore.evaluate("navigator.clipboard.readText()")
    lines = code.strip().splitlines()
    assert len(lines) == 3
    names: dict = {}
    exec("\n".join(lines[:2]), names)
    assert eval(lines[2], names).headline == kept.locator("strong").inner_text()


def test_a_view_is_saved(explore):
    # The button once: it draws the links anew, and a link that is clicked as it goes saves nothing.
    explore.get_by_role("button", name="Lưu hình và số liệu").click()
    for kind, begins in (("png", b"\x89PNG"), ("csv", "\ufeffarea,".encode()), ("xlsx", b"PK")):
        with explore.expect_download() as saving:
            explore.locator(f'.files a[download$=".{kind}"]').click()
        assert Path(saving.value.path()).read_bytes().startswith(begins), kind


def test_a_view_becomes_a_page_of_the_batch(explore, room):
    explore.get_by_role("button", name="Đưa vào báo cáo").click()
    name = explore.locator(".widget-html code").inner_text().removeprefix("ictplan run ")
    run(room, sys.executable, "-m", "ictplan_utils.cli", "run", name, "--area", AREA, "--period", REPORT)
    page = (room / "outputs" / REPORT / AREA / f"{name}.html").read_text(encoding="utf-8")
    assert explore.locator(".explore figcaption").first.inner_text().split("\n")[0] in page and "<svg" in page


def test_dragging_the_second_half_and_the_target_moves_year_end_growth_and_chance(explore):
    before = shown(explore, 1)
    for name, what in (("6 tháng cuối", "Kịch bản"), ("Kế hoạch", "Kế hoạch")):
        slider = explore.locator(".widget-hslider:not(.widget-selection-range-slider)", has_text=name)
        assert re.search(r"[+−]?\d+(,\d)?%|\d\.\d{3}", slider.locator(".widget-readout").inner_text())
        slider.locator(".noUi-handle").focus()
        explore.keyboard.press("PageUp")
        after = until_changed(explore, 1, before[1])
        assert after[0] != before[0], what
        assert [old for old, new in zip(before[1].split("\n"), after[1].split("\n"), strict=True) if old != new]
        before = after


def test_an_indicator_is_asked_for_by_its_name_and_an_error_is_one_line(explore):
    here = explore.locator(HERE)
    add_cell(explore, 'ict.trend(report, "tram b')
    explore.keyboard.press("Tab")
    explore.locator(".jp-Completer-item", has_text="Trạm BTS").first.click()
    explore.keyboard.type('")')
    explore.keyboard.press("Control+Enter")
    here.locator(".jp-CodeCell").last.locator("figure.chart svg").first.wait_for()
    add_cell(explore, 'ict.trend(report, "Trạm BTX")')
    explore.keyboard.press("Control+Enter")
    error = here.locator(".jp-CodeCell").last.locator(TROUBLE)
    error.wait_for()
    said = error.inner_text().strip()
    assert "\n" not in said and "did you mean 'bts_stations'" in said


def add_cell(page, code: str) -> None:
    """Add a cell below the last one and type into it."""
    page.locator(f"{HERE} .jp-Notebook .jp-CodeCell .jp-InputPrompt").last.click()
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    page.keyboard.insert_text(code)


def test_the_table_of_contents_reads_as_the_notebook_does(explore):
    explore.locator('.jp-SideBar li[data-id="table-of-contents"]').click()
    explore.locator(".jp-TableOfContents .jp-tocItem").first.wait_for()
    found = [text.strip() for text in explore.locator(".jp-tocItem-content").all_inner_texts()]
    cells = nbformat.read(REPO / "notebooks" / "explore.ipynb", 4).cells
    headings = [cell.source.splitlines()[0].lstrip("# ") for cell in cells if cell.cell_type == "markdown"]
    assert found == headings
    explore.locator('.jp-SideBar li[data-id="filebrowser"]').click()


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_run_all_ends_without_an_error(page, name):
    notebook = run_all(page, name)
    assert notebook.locator(TROUBLE).all_inner_texts() == []
    cells = nbformat.read(REPO / "notebooks" / name, 4).cells
    assert notebook.locator(".jp-Notebook .jp-CodeCell").count() == sum(cell.cell_type == "code" for cell in cells)
    if any("charts." in cell.source for cell in cells):
        assert notebook.locator(".jp-OutputArea-output figure.chart svg").count() > 0, "charts show themselves"


def test_the_cookbook_runs_and_the_tracked_notebooks_stay_clean(explore, room):
    assert run_all(explore, "cookbook.ipynb").locator(TROUBLE).all_inner_texts() == []
    explore.get_by_role("menuitem", name="File", exact=True).click()
    explore.locator('li[data-command="docmanager:save-all"]').click()
    explore.wait_for_function("() => document.querySelectorAll('.lm-TabBar-tab.jp-mod-dirty').length === 0")
    assert {"thue-bao.png", "thue-bao.xlsx"} <= {path.name for path in (room / "lab" / "outputs").iterdir()}
    assert run(room, "git", "status", "--porcelain") == ""
    own = 'lint.isort.known-first-party = ["ictplan_utils"]'  # which lies elsewhere
    run(room, sys.executable, "-m", "ruff", "check", "--config", own, ".")
    notebooks = map(str, (room / "notebooks").glob("*.ipynb"))
    run(room, sys.executable, "-m", "nbstripout", "--keep-id", "--verify", *notebooks)
