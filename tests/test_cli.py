"""The `ictplan` command: what it prints where, and with which exit code it ends."""

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from places import REPO
from synthetic import NOTEBOOKS, PERIOD, frozen_package, only, synthetic_data

from ictplan_utils import cli, messages


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("ictplan")


@pytest.fixture(scope="module")
def data(folder):
    return synthetic_data(folder / "data", areas=2)


@pytest.fixture(scope="module")
def ictplan(folder):
    package = frozen_package(folder)

    def ictplan(*arguments, **env):
        command = [sys.executable, "-m", "ictplan_utils.cli", *map(str, arguments)]
        env = {**os.environ, **env}
        return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=package, env=env)

    return ictplan


def test_run_makes_reports_and_says_where_to_look(ictplan, data, tmp_path):
    notebooks = only(tmp_path / "nb", "words")
    common = ["--period", PERIOD, "--data", data, "--notebooks", notebooks, "--outputs", tmp_path / "outputs"]
    ran = ictplan("run", "--all", *common)
    index = tmp_path / "outputs" / PERIOD / "index.html"
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines()[-1] == f"Open {index}"
    assert index.is_file()
    assert sorted(line.split()[1] for line in ran.stderr.splitlines()) == ["synthetic-001/words", "synthetic-002/words"]
    again = ictplan("run", "--all", *common)
    assert "0 reports made, 2 up to date" in again.stdout
    assert "2 of 2 reports are up to date" in again.stderr


def test_run_with_failures_lists_them_and_ends_with_1(ictplan, data, tmp_path):
    notebooks = only(tmp_path / "nb", "words", "fails")
    common = ["--data", data, "--notebooks", notebooks, "--outputs", tmp_path / "outputs"]
    ran = ictplan("run", "--area", "synthetic-001", "--period", PERIOD, *common, "--json")
    assert ran.returncode == 1
    events = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [event["event"] for event in events] == ["begin", "report", "report", "end"]
    assert {event["report"]: event["status"] for event in events[1:3]} == {
        "synthetic-001/words": "ready",
        "synthetic-001/fails": "failed",
    }
    assert (events[-1]["made"], events[-1]["failed"]) == (1, 1)
    quiet = ictplan("run", "--area", "synthetic-001", *common, "--quiet")
    assert quiet.returncode == 1
    assert "FAILED synthetic-001/fails, cell 4" in quiet.stderr
    assert "Traceback" not in quiet.stderr
    assert quiet.stdout.splitlines() == [f"Open {tmp_path / 'outputs' / PERIOD / 'index.html'}"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--area", "synthetic-01"], "did you mean 'synthetic-001'"),
        (["--area", "../../etc"], "no area '../../etc'"),
        (["--all", "--period", "2021S1"], "is not YYYY"),
        ([], "areas have a report for"),
        (["nothing", "--all", "--period", PERIOD], "notebook 'nothing' is unknown"),
        (["explore", "--all", "--period", PERIOD, "-p", "rows", "x"], "is int"),
        (["--all", "--period", PERIOD, "--data", "/nowhere"], "no data folder"),
    ],
)
def test_wrong_request_is_one_sentence_and_ends_with_2(data, tmp_path, arguments, words):
    outputs = tmp_path / "outputs"
    common = ["--data", str(data), "--notebooks", str(NOTEBOOKS), "--outputs", str(outputs)]
    ran = CliRunner().invoke(cli.main, ["run", *common, *arguments])
    assert ran.exit_code == 2, ran.output
    assert words in ran.stderr
    assert len(ran.stderr.splitlines()) == 1
    assert ran.stderr.startswith("ictplan: ")
    assert not ran.stdout
    assert not outputs.exists()


def test_list_shows_notebooks_areas_and_reports(data):
    ran = CliRunner().invoke(cli.main, ["list", "--data", str(data), "--notebooks", str(NOTEBOOKS)])
    assert ran.exit_code == 0, ran.output
    assert "good  A report with one figure  (runs for every area)" in ran.stdout
    assert "rows=3" in ran.stdout
    assert "synthetic-001  Synthetic 1  2021-S1" in ran.stdout


def test_list_as_json(data):
    ran = CliRunner().invoke(cli.main, ["list", "--data", str(data), "--notebooks", str(NOTEBOOKS), "--json"])
    content = json.loads(ran.stdout)
    good = next(notebook for notebook in content["notebooks"] if notebook["name"] == "good")
    assert good["parameters"][0] == {
        "name": "area", "type": "str", "default": "tuan-giao", "help": "the administrative unit",
    }  # fmt: skip
    assert content["areas"][0] == {"area": "synthetic-001", "name": "Synthetic 1", "reports": [PERIOD]}


def every_command() -> dict[str, click.Command]:
    """Return all that can be typed after `ictplan`, the program itself as ""."""
    found: dict[str, click.Command] = {"": cli.main}
    for name, command in cli.main.commands.items():
        found[name] = command
        found |= {f"{name} {below}": each for below, each in getattr(command, "commands", {}).items()}
    return found


COMMANDS = every_command()


def flat(text: str) -> str:
    """Return a text without its spaces: lines break wherever a terminal ends."""
    return "".join(text.split())


@pytest.mark.parametrize("lang", messages.LANGUAGES)
@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_and_its_options_in_both_languages(name, lang, monkeypatch):
    command = COMMANDS[name]
    monkeypatch.setenv("ICTPLAN_LANG", lang)
    helped = CliRunner().invoke(cli.main, [*name.split(), "--help"])
    assert helped.exit_code == 0, helped.output
    said = flat(helped.output)
    with messages.using(lang):
        assert flat(command.help) in said
        for each in command.params:
            if isinstance(each, click.Option):
                assert flat(each.help.partition("  [")[0]) in said, each.name
    other = next(each for each in messages.LANGUAGES if each != lang)
    for key, entry in messages.catalogue("cli").items():
        # No sentence of the other language, nor one of click's own.
        if len(entry[other]) > 20 or key in ("click.usage", "click.options", "metavar.OPTIONS"):
            assert flat(entry[other]) not in said, key


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_takes_the_same_folders_and_a_language(name):
    options = {option for parameter in COMMANDS[name].params for option in parameter.opts}
    assert "--lang" in options
    assert "--data" in options or name in ("", "areas", "init")


def test_no_message_is_left_of_options_that_are_gone():
    # `areas find` is [areas_find.…], the program itself [main.…]; [option.…] are those that several have.
    left = {command.key.removesuffix(".help"): {"help", "version", *(option.name for option in command.params)}
            for command in COMMANDS.values()}  # fmt: skip
    shared = {option.key for command in COMMANDS.values() for option in command.params} | {"option.help"}
    for key in messages.catalogue("cli"):
        room, _, name = key.partition(".")
        if room == "option":
            assert key in shared, key
        elif name and room not in ("click", "metavar"):
            assert name in left[room], key


def test_click_still_says_what_our_messages_stand_for():
    source = "".join(path.read_text(encoding="utf-8") for path in Path(click.__file__).parent.glob("*.py"))
    for key, entry in messages.catalogue("cli").items():
        if key.startswith("click."):
            assert f'"{entry["en"]}"' in source, key


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "--lnag", "vi"], "Không có tùy chọn '--lnag'. Có phải là '--lang'?"),
        (["chạy"], "Không có lệnh 'chạy'"),
        (["ingest"], "Thiếu 'VĂN_BẢN...'"),
        (["init", "a", "b"], "Thừa b"),
        (["run", "--workers", "0"], "Giá trị của '--workers' chưa đúng: 0 nằm ngoài khoảng"),
        (["run", "--timeout", "nan"], "không phải là số giây"),
        (["audit", "--all", "--area", "Tuần Giáo"], "bỏ --all"),
    ],
)
def test_a_wrong_request_is_answered_in_vietnamese_too(arguments, words):
    ran = CliRunner().invoke(cli.main, ["--lang", "vi", *arguments])
    assert ran.exit_code == 2
    assert words in ran.stderr
    assert "Error" not in ran.stderr
    assert messages.language() == "en"  # --lang ends with the command


def test_outputs_that_cannot_be_written_are_one_sentence(data, tmp_path):
    (tmp_path / "outputs").write_text("a file where a folder should be")
    common = ["--data", str(data), "--notebooks", str(NOTEBOOKS), "--outputs", str(tmp_path / "outputs")]
    ran = CliRunner().invoke(cli.main, ["run", "words", "--all", "--period", PERIOD, *common])
    assert ran.exit_code == 2
    assert len(ran.stderr.splitlines()) == 1
    assert "outputs" in ran.stderr


def test_command_starts_without_loading_what_only_workers_need():
    heavy = ("papermill", "matplotlib", "nbconvert")
    script = f"import sys, ictplan_utils.cli; print([name for name in {heavy} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert ran.stdout.strip() == "[]"


@pytest.fixture
def run_words(data, tmp_path):
    """A command line that makes one small report of each area."""
    notebooks = only(tmp_path / "nb", "words")
    return [
        "run", "--all", "--period", PERIOD, "--data", data, "--notebooks", notebooks, "--outputs", tmp_path / "outputs"
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ["cp1252", "cp1258", "ascii", "utf-8"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_everything_can_be_printed_in_any_encoding(ictplan, run_words, data, tmp_path, encoding, language):
    env = {"PYTHONIOENCODING": encoding, "ICTPLAN_LANG": language, "PYTHONUTF8": "0"}
    ran = ictplan(*run_words, **env)
    assert ran.returncode == 0, ran.stderr
    assert str(tmp_path / "outputs" / PERIOD / "index.html") in ran.stdout
    listed = ictplan("list", "--data", data, "--notebooks", REPO / "notebooks", **env)
    assert listed.returncode == 0, listed.stderr
    assert "Diễn biến" in listed.stdout or language == "en"
    wrong = ictplan("run", "--area", "xã không có", "--data", data, **env)
    assert wrong.returncode == 2
    assert "Traceback" not in wrong.stderr
    audit = ictplan("audit", "--area", "synthetic-001", "--data", data, **env)
    assert audit.returncode in (0, 1)
    assert "Traceback" not in audit.stderr


PIPES = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)


@pytest.mark.parametrize("encoding", ["cp437", "cp1252", "cp1258"])
def test_conda_run_gets_every_letter(data, encoding, tmp_path):
    """conda reads its child's pipes as UTF-8, whatever the code page of Windows."""
    env = os.environ | {"PYTHONIOENCODING": encoding, "ICTPLAN_LANG": "vi", "PYTHONUTF8": "0"}
    for words, letters in ((["areas", "find", "Sơn Tịnh"], "Sơn Tịnh"), (["run", "--area", "Quài Tở?"], "Quài Tở?"),
                           (["prepare", "không có.docx"], "không có.docx"), (["--help"], "Cách dùng")):  # fmt: skip
        options = [] if words == ["--help"] else ["--data", str(data)]
        command = [sys.executable, "-m", "ictplan_utils.cli", *words, *options]
        child = subprocess.Popen(command, cwd=tmp_path, env=env, **PIPES)
        told = "".join(each.decode("utf-8", errors="replace") for each in child.communicate())
        assert letters in told, told
        assert "\ufffd" not in told


def test_whoever_stops_listening_stops_no_report(run_words, folder, ictplan, tmp_path):
    command = [sys.executable, "-m", "ictplan_utils.cli", *map(str, run_words), "--json"]
    run = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert json.loads(run.stdout.readline())["event"] == "begin"
    run.stdout.close()
    assert run.wait() == 0
    assert not run.stderr.read()
    assert len(list((tmp_path / "outputs").rglob("words.html"))) == 2
    assert "2 up to date" in ictplan(*run_words).stdout


@pytest.mark.parametrize("closed", ["1>&-", "2>&-", "0<&- 1>&- 2>&-"])
def test_closed_streams_are_no_trouble(run_words, folder, ictplan, tmp_path, closed):
    command = " ".join([sys.executable, "-m", "ictplan_utils.cli", *map(str, run_words), closed])
    ran = subprocess.run(["sh", "-c", command], cwd=folder, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert "Traceback" not in ran.stderr
    assert "2 up to date" in ictplan(*run_words).stdout
    manifest = (tmp_path / "outputs" / PERIOD / "manifest.json").read_text(encoding="utf-8")
    assert json.loads(manifest)["reports"].keys() == {"synthetic-001/words", "synthetic-002/words"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_named_pipe_among_the_tables_hangs_nothing(ictplan, tmp_path):
    mine = synthetic_data(tmp_path / "data", areas=2)
    notebooks = only(tmp_path / "nb", "words")
    os.mkfifo(mine / "observations" / "synthetic-001" / "2020-S1.csv")
    os.mkfifo(tmp_path / "pipe.ipynb")
    ran = ictplan("run", "--all", "--period", PERIOD, "--data", mine, "--notebooks", notebooks, "--outputs",
                  tmp_path / "outputs")  # fmt: skip
    assert ran.returncode in (1, 2)
    assert "2020-S1.csv" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert (tmp_path / "outputs" / PERIOD / "synthetic-002" / "words.html").is_file()


def test_modules_beside_the_documents_are_never_run(run_words, tmp_path):
    office = tmp_path / "office"
    office.mkdir()
    for name in ("json", "random", "ictplan_utils", "pandas", "papermill"):
        (office / f"{name}.py").write_text(f"open('{office}/RUN', 'a').write('{name} ')\nraise SystemExit(9)\n")
    ran = subprocess.run([Path(sys.executable).parent / "ictplan", *map(str, run_words)], cwd=office,
                         capture_output=True, text=True)  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert not (office / "RUN").exists()


def test_outputs_that_are_a_file_are_one_sentence(ictplan, run_words, tmp_path):
    (tmp_path / "outputs").mkdir()
    (tmp_path / "outputs" / PERIOD).write_text("a file")
    ran = ictplan(*run_words)
    assert ran.returncode == 2
    assert len(ran.stderr.splitlines()) == 1
    assert str(tmp_path / "outputs" / PERIOD) in ran.stderr


@pytest.mark.parametrize("name", ["trends", "forecast", "compare"])
@pytest.mark.parametrize(("parameter", "value"), [("period", 2021), ("area", 99), ("area", 12345)])
def test_parameters_that_papermill_takes_for_numbers_work_or_are_one_sentence(name, parameter, value):
    import papermill

    parameter = "parent" if (name, parameter) == ("compare", "area") else parameter
    try:
        papermill.execute_notebook(REPO / "notebooks" / f"{name}.ipynb", None, {parameter: value},
                                   engine_name="ictplan", progress_bar=False)  # fmt: skip
    except papermill.PapermillExecutionError as error:
        assert error.ename == "IctplanError", error
        assert len(error.evalue.splitlines()) == 1


@pytest.mark.parametrize("engine", [[], ["--engine", "ictplan"]], ids=["own engine", "ours"])
def test_papermills_own_command_ends_in_our_sentence(engine, tmp_path):
    command = [sys.executable, "-m", "papermill", "notebooks/trends.ipynb", str(tmp_path / "out.ipynb"), *engine]
    command += ["-p", "area", "099", "-p", "period", "2019", "--no-progress-bar", "--log-level", "ERROR"]
    env = os.environ | {"ICTPLAN_LANG": "en"}
    ran = subprocess.run(command, cwd=REPO, env=env, capture_output=True, text=True, encoding="utf-8", check=False)
    told = [line for line in ran.stderr.splitlines() if "IPKernelApp" not in line]
    assert (ran.returncode, told) == (1, ["'tuan-giao' has no report on 2019; it has 2021-S1"])


@pytest.mark.parametrize("command", ["ingest", "audit", "prepare"])
def test_what_a_document_would_have_the_terminal_do_is_shown_not_obeyed(command, data, tmp_path):
    rows = ["STT,Chỉ tiêu,Đơn vị tính,Thực hiện năm 2025", "1,Trạm BTS,Vị trí trạm,9",
            "2,\x1b]0;owned\x07\x1b[31mThứ lạ\u202e,Cái,3"]  # fmt: skip
    path = tmp_path / "plan.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    ran = CliRunner().invoke(cli.main, [command, str(path), "--area", "quai-to", "--period", "2025", "--data",
                                        str(data), *(["--dry-run"] if command == "ingest" else []),
                                        *(["--outputs", str(tmp_path)] if command == "prepare" else [])])  # fmt: skip
    assert "Traceback" not in ran.output
    assert "Thứ lạ" in ran.output or command == "audit"
    assert not set(ran.output) & set("\x1b\x07\u202e")
