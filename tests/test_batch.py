"""The batch engine: what it makes, what it leaves alone, what it refuses, and what it says of what went wrong."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from places import REPO
from synthetic import NOTEBOOKS, PERIOD, only, synthetic_data

from ictplan_utils.batch import engine, inputs, manifest
from ictplan_utils.batch import template as template_module
from ictplan_utils.batch.progress import Bar, Quiet
from ictplan_utils.batch.schedule import Request, list_notebooks, make_schedule, read_notebook, read_parameters
from ictplan_utils.batch.template import FORKS, Template
from ictplan_utils.batch.worker import Result
from ictplan_utils.errors import IctplanError
from ictplan_utils.html import Link


@pytest.fixture(scope="module")
def template():
    with Template() as template:
        yield template


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Two areas; tests that change a file take a copy."""
    return synthetic_data(tmp_path_factory.mktemp("data") / "data", areas=2)


@pytest.fixture
def make(template, tmp_path, monkeypatch):
    """Run the engine into tmp_path/outputs; return the outcome."""
    # An edit of the package between two runs would rightly make every report stale.
    monkeypatch.setattr(manifest, "environment", lambda states: {"python": "3"})

    def make(data, folder, *, timeout=600, force=False, progress=None, using=template, **request):
        request.setdefault("everything", not request.keys() & {"areas", "under"})
        schedule = make_schedule(
            Request(
                **{"period": PERIOD, **request},
                data=str(data),
                notebooks_dir=str(folder),
                outputs=str(tmp_path / "outputs"),
            )
        )
        pool = engine.Workers(2, using)
        return engine.run(schedule, pool, progress or Quiet(), timeout=timeout, force=force)

    return make


@pytest.fixture
def outputs(tmp_path):
    return tmp_path / "outputs" / PERIOD


def entries(outputs):
    return json.loads((outputs / "manifest.json").read_text(encoding="utf-8"))["reports"]


# -- what is made ------------------------------------------------------------------------------------------------


def test_every_report_of_the_plan_is_made(make, data, outputs, tmp_path):
    outcome = make(data, only(tmp_path / "nb", "good", "words", "rollup"))
    assert sorted(outcome.made) == sorted(
        [
            *(f"synthetic-00{area}/{name}" for area in (1, 2) for name in ("good", "words")),
            "dien-bien/rollup",
            "viet-nam/rollup",
        ]
    )
    for key in outcome.made:
        assert (outputs / f"{key}.html").stat().st_size > 300
        assert json.loads((outputs / f"{key}.ipynb").read_text(encoding="utf-8"))["nbformat"] == 4
        assert f"{key}.html" in outcome.index.read_text(encoding="utf-8")
    assert not [path for path in outputs.rglob("*") if path.suffix == ".part"]


def test_same_data_gives_the_same_bytes(make, data, outputs, tmp_path):
    notebooks = only(tmp_path / "nb", "good", "words")
    made = make(data, notebooks, areas=["synthetic-001"]).made
    files = [outputs / f"{key}.{kind}" for key in made for kind in ("html", "ipynb")]
    before = [path.read_bytes() for path in files]
    assert make(data, notebooks, areas=["synthetic-001"], force=True).made
    assert [path.read_bytes() for path in files] == before


def test_without_fork_ordinary_processes_give_the_same(make, data, outputs, tmp_path, monkeypatch):
    notebooks = only(tmp_path / "nb", "good")
    files = [outputs / "synthetic-001" / f"good.{kind}" for kind in ("html", "ipynb")]
    make(data, notebooks, areas=["synthetic-001"])
    forked = [path.read_bytes() for path in files]
    for module in (engine, template_module):
        monkeypatch.setattr(module, "FORKS", False)
    assert make(data, notebooks, areas=["synthetic-001"], force=True).made
    assert [path.read_bytes() for path in files] == forked


def test_parameters_reach_the_notebook(make, data, outputs, tmp_path):
    make(data, only(tmp_path / "nb", "good"), areas=["synthetic-002"], lang="en")
    assert "synthetic-002 2021-S1 en" in (outputs / "synthetic-002" / "good.en.ipynb").read_text(encoding="utf-8")


def test_a_second_language_stands_beside_the_first_and_each_page_links_to_its_twin(make, data, outputs, tmp_path):
    notebooks = only(tmp_path / "nb", "good")
    make(data, notebooks, areas=["synthetic-001"])
    page = outputs / "synthetic-001" / "good.html"
    assert 'hreflang="en"' not in page.read_text(encoding="utf-8")
    assert set(make(data, notebooks, areas=["synthetic-001"], lang="en").made) == {
        "synthetic-001/good", "synthetic-001/good.en",
    }  # fmt: skip
    assert '<html lang="vi">' in page.read_text(encoding="utf-8")
    assert 'hreflang="en" href="good.en.html"' in page.read_text(encoding="utf-8")
    english = page.with_name("good.en.html").read_text(encoding="utf-8")
    assert 'hreflang="vi" href="good.html"' in english
    assert 'href="../index.en.html"' in english
    assert make(data, notebooks, areas=["synthetic-001"]).made == []


def test_a_new_period_is_linked_from_those_before(make, data, outputs, tmp_path):
    data = shutil.copytree(data, tmp_path / "data")
    notebooks = only(tmp_path / "nb", "good")
    make(data, notebooks, areas=["synthetic-001"])
    for table in ("observations", "comparisons"):
        folder = data / table / "synthetic-001"
        text = (folder / f"{PERIOD}.csv").read_text(encoding="utf-8")
        (folder / "2022-S1.csv").write_text(text.replace(PERIOD, "2022-S1"), encoding="utf-8")
    make(data, notebooks, areas=["synthetic-001"], period="2022-S1")
    assert 'href="../2022-S1/index.html"' in (outputs / "index.html").read_text(encoding="utf-8")
    every = (outputs.parent / "index.html").read_text(encoding="utf-8")
    assert 'href="2021-S1/index.html"' in every and 'href="2022-S1/index.html"' in every


def test_pages_link_to_the_other_reports_of_their_area(make, data, tmp_path):
    schedule = make_schedule(
        Request(
            areas=["synthetic-001"], period=PERIOD, data=str(data), notebooks_dir=str(only(tmp_path, "good", "words"))
        )
    )
    titles = {report.notebook.name: report.notebook.title("en") for report in schedule.reports}
    shown = {report.key for report in schedule.reports}
    job = engine._job(schedule.reports[0], schedule, titles, shown, 60)
    assert job.navigation[1:] == (
        Link("A report with one figure", "good.html", current=True),
        Link("A report of words", "words.html"),
    )


def test_notebook_that_names_no_area_runs_only_when_named(make, data, outputs, tmp_path):
    notebooks = only(tmp_path / "nb", "words", "explore")
    assert "explore" not in make(data, notebooks).made
    assert make(data, notebooks, notebooks=["explore"], parameters=[("rows", "21")]).made == ["explore"]
    assert '"42\\n"' in (outputs / "explore.ipynb").read_text(encoding="utf-8")


# -- what is left alone ------------------------------------------------------------------------------------------


def test_nothing_changed_means_nothing_run(make, data, tmp_path):
    notebooks = only(tmp_path / "nb", "words", "rollup")
    first = make(data, notebooks)
    second = make(data, notebooks)
    assert not second.made
    assert sorted(second.unchanged) == sorted(first.made)


def test_changed_area_remakes_its_reports_and_the_rollups_above(make, data, tmp_path):
    mine = shutil.copytree(data, tmp_path / "data")
    notebooks = only(tmp_path / "nb", "words", "rollup")
    make(mine, notebooks)
    with (mine / "observations" / "synthetic-002" / f"{PERIOD}.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    assert sorted(make(mine, notebooks).made) == ["dien-bien/rollup", "synthetic-002/words", "viet-nam/rollup"]


def test_a_clock_that_steps_back_hides_no_change_and_makes_none(make, data, tmp_path):
    mine = shutil.copytree(data, tmp_path / "data")
    notebooks = only(tmp_path / "nb", "words")
    first = make(mine, notebooks)
    changed = mine / "observations" / "synthetic-002" / f"{PERIOD}.csv"
    changed.write_text(changed.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    for path in (changed, *(first.index.parent).rglob("*.html")):
        os.utime(path, (0, 0) if path == changed else (4e9, 4e9))  # written in 1970; made in 2096
    assert make(mine, notebooks).made == ["synthetic-002/words"]
    assert not make(mine, notebooks).made


def test_same_size_and_time_do_not_hide_a_change(tmp_path):
    path, store = tmp_path / "data.csv", tmp_path / "hashes.json"
    path.write_text("1")
    os.utime(path, ns=(0, 0))
    before = inputs.States(tmp_path, tmp_path, store)
    first = before.of(str(path))
    before.save()
    path.write_text("2")
    os.utime(path, ns=(0, 0))
    assert inputs.States(tmp_path, tmp_path, store).of(str(path)) != first


def test_changed_notebook_is_run_again(make, data, tmp_path):
    notebooks = only(tmp_path / "nb", "words", "good")
    make(data, notebooks, areas=["synthetic-001"])
    path = notebooks / "words.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("print(area", "print(1, area"), encoding="utf-8")
    assert make(data, notebooks, areas=["synthetic-001"]).made == ["synthetic-001/words"]


def test_changed_library_makes_every_report_again(make, data, tmp_path, monkeypatch):
    notebooks = only(tmp_path / "nb", "words")
    first = make(data, notebooks)
    monkeypatch.setattr(manifest, "environment", lambda states: {"python": "4"})
    assert sorted(make(data, notebooks).made) == sorted(first.made)


def test_package_python_and_libraries_count_as_inputs(tmp_path):
    found = manifest.environment(inputs.States(tmp_path, tmp_path))
    assert {"ictplan_utils", "python", "pandas", "matplotlib", "nbconvert", "papermill"} <= set(found)


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"")])
def test_missing_or_broken_page_is_made_again(make, data, outputs, tmp_path, damage):
    notebooks = only(tmp_path / "nb", "words")
    make(data, notebooks, areas=["synthetic-001"])
    damage(outputs / "synthetic-001" / "words.html")
    assert make(data, notebooks, areas=["synthetic-001"]).made == ["synthetic-001/words"]


def _each(change):
    """Damage every entry of a manifest."""
    return lambda told: {**told, "reports": {key: change(entry) for key, entry in told["reports"].items()}}


@pytest.mark.parametrize(
    "damage",
    [
        lambda told: None,
        lambda told: [],
        lambda told: {**told, "reports": []},
        lambda told: {**told, "environments": 5},
        _each(lambda entry: 5),
        _each(lambda entry: None),
        *(_each(lambda entry, name=name: {**entry, name: None}) for name in ("outputs", "facts", "status", "title")),
        _each(lambda entry: {**entry, "outputs": {}}),
        _each(lambda entry: {**entry, "outputs": dict.fromkeys(entry["outputs"])}),
        _each(lambda entry: {**entry, "facts": {"errors": "many"}}),
    ],
)
def test_what_is_damaged_in_the_manifest_is_made_again(make, data, outputs, tmp_path, damage):
    notebooks = only(tmp_path / "nb", "words")
    make(data, notebooks, areas=["synthetic-001"])
    path = outputs / "manifest.json"
    path.write_text(json.dumps(damage(json.loads(path.read_text(encoding="utf-8")))), encoding="utf-8")
    assert make(data, notebooks, areas=["synthetic-001"]).made == ["synthetic-001/words"]
    assert make(data, notebooks, areas=["synthetic-001"]).unchanged == ["synthetic-001/words"]


def test_manifest_that_is_no_text_is_written_anew(make, data, outputs, tmp_path):
    notebooks = only(tmp_path / "nb", "words")
    make(data, notebooks, areas=["synthetic-001"])
    (outputs / "manifest.json").write_bytes(b"\xff\x00{")
    assert make(data, notebooks, areas=["synthetic-001"]).made == ["synthetic-001/words"]
    assert list(entries(outputs)) == ["synthetic-001/words"]


def test_report_of_an_area_that_the_catalogue_lost_stops_no_other(make, data, tmp_path):
    mine = shutil.copytree(data, tmp_path / "data")
    notebooks = only(tmp_path / "nb", "words")
    make(mine, notebooks)
    areas = (mine / "areas.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in areas if not line.startswith("synthetic-002")]
    (mine / "areas.csv").write_text("".join(kept), encoding="utf-8")
    shutil.rmtree(mine / "observations" / "synthetic-002")
    shutil.rmtree(mine / "comparisons" / "synthetic-002")
    assert make(mine, notebooks).made == ["synthetic-001/words"]


def test_copied_outputs_are_still_up_to_date(make, data, outputs, tmp_path):
    notebooks = only(tmp_path / "nb", "words")
    make(data, notebooks, areas=["synthetic-001"])
    shutil.copytree(outputs, tmp_path / "moved")
    shutil.rmtree(outputs)
    shutil.move(tmp_path / "moved", outputs)
    assert not make(data, notebooks, areas=["synthetic-001"]).made


def test_index_of_an_unchanged_run_is_left_alone(make, data, tmp_path):
    notebooks = only(tmp_path / "nb", "words")
    index = make(data, notebooks).index
    before = index.stat().st_mtime_ns
    make(data, notebooks)
    assert index.stat().st_mtime_ns == before


# -- what goes wrong ---------------------------------------------------------------------------------------------

WRONG = {
    "fails": ["cell 4 (In [4]), line 2", "ratio / 0", "ZeroDivisionError: division by zero"],
    "sysexit": ["cell 4", "SystemExit"],
    "osexit": ["cell 4", "its process ended"],
    "no_figure": ["has 0 figures where it should have 1 or more"],
    "eats_memory": ["np.ones", "Unable to allocate 20.0 GiB"],
}


def test_failures_are_told_and_the_others_go_on(make, data, outputs, tmp_path):
    outcome = make(data, only(tmp_path / "nb", "words", *WRONG), areas=["synthetic-001"])
    assert outcome.made == ["synthetic-001/words"]
    for name, words in WRONG.items():
        key = f"synthetic-001/{name}"
        told = outcome.failed[key]
        assert all(word in told for word in ["synthetic-001", name, *words]), told
        assert "Traceback" not in told
        assert entries(outputs)[key]["error"] == told
        assert (outputs / "failed" / f"{key}.ipynb").is_file(), "the partial notebook is kept"
        assert not (outputs / f"{key}.ipynb").exists()
        page = (outputs / f"{key}.html").read_text(encoding="utf-8")
        assert "Báo cáo này chưa lập được" in page
        assert "Error" not in page


def test_notebook_that_hangs_is_stopped_after_its_time(make, data, outputs, tmp_path):
    outcome = make(data, only(tmp_path / "nb", "hangs"), areas=["synthetic-001"], timeout=5)
    assert "took longer than 5 s" in outcome.failed["synthetic-001/hangs"]
    kept = (outputs / "failed" / "synthetic-001" / "hangs.ipynb").read_text(encoding="utf-8")
    assert "begun" in kept


def test_notebook_that_never_stops_printing_is_stopped(make, data, tmp_path):
    outcome = make(data, only(tmp_path / "nb", "prints"), areas=["synthetic-001"])
    assert "put out more than 20,000,000 characters" in outcome.failed["synthetic-001/prints"]


def test_dead_kernel_gets_a_second_chance(make, data, tmp_path):
    mine = shutil.copytree(data, tmp_path / "data")
    assert make(mine, only(tmp_path / "nb", "once"), areas=["synthetic-001"]).made == ["synthetic-001/once"]


def test_python_error_gets_no_second_chance(make, data, tmp_path):
    seen = []

    class Watch(Quiet):
        def done(self, result):
            seen.append(result.retry)

    make(data, only(tmp_path / "nb", "fails"), areas=["synthetic-001"], progress=Watch())
    assert seen == [False]


def test_failed_report_is_tried_again_and_then_forgotten(make, data, outputs, tmp_path):
    notebooks = only(tmp_path / "nb", "fails")
    assert make(data, notebooks, areas=["synthetic-001"]).failed
    path = notebooks / "fails.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("ratio / 0", "ratio / 1"), encoding="utf-8")
    outcome = make(data, notebooks, areas=["synthetic-001"])
    assert not outcome.failed
    assert not (outputs / "failed" / "synthetic-001" / "fails.ipynb").exists()
    assert entries(outputs)["synthetic-001/fails"]["status"] == "ready"


def test_bar_tells_done_failed_left_and_time_left(capsys):
    bar = Bar()
    bar.begin(10, 3)
    bar.done(Result("tuan-giao/trends", seconds=1))
    bar.done(Result("tuan-giao/forecast", error="it failed"))
    bar.end()
    last = capsys.readouterr().err.split("\r")[-1]
    assert "tuan-giao/forecast:  50%" in last
    assert "5/10, 1 failed, 5 left, 00:" in last
    assert "to go" in last


def test_torn_journal_loses_only_its_last_line(tmp_path):
    book = manifest.Manifest(tmp_path, PERIOD)
    entry = {
        "area": "a", "notebook": "x", "title": "X", "status": "failed", "fingerprint": "f", "outputs": {}, "facts": {},
    }  # fmt: skip
    book.record("a/x", entry, {}, {"python": "3"})
    book.record("b/x", {**entry, "area": "b"}, {"data/areas.csv": "1"}, {"python": "3"})
    journal = tmp_path / ".manifest.journal"
    journal.write_bytes(journal.read_bytes()[:-20])
    again = manifest.Manifest(tmp_path, PERIOD)
    assert list(again.reports) == ["a/x"]
    again.record("c/x", {**entry, "area": "c"}, {}, {"python": "3"})
    assert list(manifest.Manifest(tmp_path, PERIOD).reports) == ["a/x", "c/x"]
    again.save()
    assert not journal.exists()
    assert list(manifest.Manifest(tmp_path, PERIOD).reports) == ["a/x", "c/x"]


def test_a_title_may_hold_any_letter_and_stays_one_line_of_the_journal(tmp_path):
    entry = {"area": "a", "notebook": "x", "title": "X\u2028Y\x85Z", "status": "failed", "fingerprint": "f",
             "outputs": {}, "facts": {}}  # fmt: skip
    manifest.Manifest(tmp_path, PERIOD).record("a/x", entry, {}, {"python": "3"})
    assert manifest.Manifest(tmp_path, PERIOD).reports["a/x"]["title"] == "X\u2028Y\x85Z"


def test_second_engine_says_who_is_there(make, data, outputs, tmp_path):
    with manifest.locked(outputs), pytest.raises(IctplanError, match=rf"process {os.getpid()} on .* since 20"):
        make(data, only(tmp_path / "nb", "words"))


def test_lock_of_a_dead_engine_does_not_stop_the_next(make, data, outputs, tmp_path):
    outputs.mkdir(parents=True)
    (outputs / ".lock").touch()
    (outputs / ".lock-holder.json").write_text('{"pid": 1, "host": "x", "since": "2020"}')
    assert make(data, only(tmp_path / "nb", "words"), areas=["synthetic-001"]).made


# -- what is refused ---------------------------------------------------------------------------------------------

REFUSED = {
    "unknown area": ({"areas": ["synthetic-01"]}, "did you mean 'synthetic-001'"),
    "area without that report": ({"areas": ["quai-to"]}, "has no report for 2021-S1"),
    "unknown period": ({"period": "2021-S2"}, "did you mean '2021-S1'"),
    "malformed period": ({"period": "2021S1"}, "is not YYYY or YYYY-S1"),
    "period in Thai digits": ({"period": "๒๐๒๑-S1"}, "is not YYYY"),
    "unknown notebook": ({"notebooks": ["word"]}, "did you mean 'words'"),
    "unknown language": ({"lang": "fr"}, "language 'fr'"),
    "unknown parameter": ({"parameters": [("row", "3")], "notebooks": ["explore"]}, "did you mean 'rows'"),
    "parameter of the wrong type": ({"parameters": [("rows", "three")], "notebooks": ["explore"]}, "is int"),
    "parameter that an option sets": ({"parameters": [("area", "x")]}, "give --area instead"),
    "code in a parameter": ({"parameters": [("code", '"; import os')], "notebooks": ["explore"]}, "not allowed"),
    "newline in a parameter": ({"parameters": [("code", "a\nb")], "notebooks": ["explore"]}, "not allowed"),
    "two ways to say which areas": ({"areas": ["synthetic-001"], "under": "dien-bien"}, "exclude each other"),
    "several areas and none named": ({"everything": False}, "2 areas have a report"),
    "parent without reports below": ({"under": "synthetic-001"}, "no area under"),
    "data folder that is none": ({"data": "/nowhere"}, "no data folder"),
    "notebook folder that is none": ({"notebooks_dir": "/nowhere"}, "no such folder"),
}
HOSTILE = [
    "../../etc",
    "/etc",
    "a\0b",
    "a\nb",
    "a'b",
    'a"b',
    "CON",
    "nul",
    "com1",
    "x" * 300,
    "",
    "a/b",
    "a\\b",
    "ā",
    "-a",
]


@pytest.mark.parametrize("case", REFUSED)
def test_wrong_request_is_refused_before_anything_starts(data, tmp_path, case):
    change, words = REFUSED[case]
    request = {
        "period": PERIOD, "data": str(data), "notebooks_dir": str(NOTEBOOKS), "outputs": str(tmp_path / "outputs"),
        "everything": not change.keys() & {"areas", "under"} or case == "two ways to say which areas",
    }  # fmt: skip
    with pytest.raises(IctplanError, match=words):
        make_schedule(Request(**{**request, **change}))
    assert not (tmp_path / "outputs").exists()


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_refused(data, tmp_path, name):
    common = {"data": str(data), "notebooks_dir": str(NOTEBOOKS), "outputs": str(tmp_path / "outputs")}
    for request in (
        {"areas": [name], "period": PERIOD},
        {"everything": True, "period": name or "latest"},
        {"everything": True, "period": PERIOD, "notebooks": [name]},
        {"everything": True, "period": PERIOD, "notebooks": ["explore"], "parameters": [(name, "1")]},
    ):
        with pytest.raises(IctplanError) as refused:
            make_schedule(Request(**common, **request))
        assert "\n" not in str(refused.value)
        assert "\0" not in str(refused.value)


def test_area_whose_slug_is_unsafe_is_refused_even_if_the_catalogue_has_it(tmp_path):
    data = synthetic_data(tmp_path / "data")
    shutil.copytree(data / "observations" / "synthetic-001", data / "observations" / "con")
    with (data / "areas.csv").open("a", encoding="utf-8") as file:
        file.write("con,S9,Con,Con,xã,commune,dien-bien,,,\n")
    with pytest.raises(IctplanError, match="cannot name a folder safely"):
        make_schedule(Request(everything=True, period=PERIOD, data=str(data), notebooks_dir=str(NOTEBOOKS)))


def test_codes_stay_text():
    code, rows, ratio, loud = read_parameters(
        "code: str = '1'\nrows: int = 1\nratio: float | None = None\nloud: bool = False", Path("x")
    )
    assert code.read("01") == "01"
    assert rows.read("01") == 1
    assert ratio.read("0.5") == 0.5
    assert ratio.read("None") is None
    assert loud.read("true") is True


def test_parameters_are_described_by_their_own_comments():
    area = read_notebook(NOTEBOOKS / "good.ipynb").parameters[0]
    assert (area.name, area.hint, area.default, area.help) == ("area", "str", "tuan-giao", "the administrative unit")


def test_notebook_that_is_none_is_refused(tmp_path):
    (tmp_path / "broken.ipynb").write_text("{")
    with pytest.raises(IctplanError, match=r"broken\.ipynb: not a notebook"):
        read_notebook(tmp_path / "broken.ipynb")


# -- what a report was made from -----------------------------------------------------------------------------------


@pytest.fixture
def first_report(data, tmp_path):
    """The two areas in a folder of the test's own, and a function that stores an earlier report of one of them."""
    mine = shutil.copytree(data, tmp_path / "data")

    def store(area, report):
        for table in ("observations", "comparisons"):
            path = mine / table / area / f"{report}.csv"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes((mine / table / "synthetic-001" / f"{PERIOD}.csv").read_bytes().replace(
                b"synthetic-001", area.encode()))  # fmt: skip

    return mine, store


def test_a_report_that_a_comparison_looked_for_in_vain_makes_it_anew(make, first_report):
    """An area that does not report now has sent an earlier report since: the comparison tells of it."""
    mine, store = first_report
    with (mine / "areas.csv").open("a", encoding="utf-8") as areas:
        header = (mine / "areas.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
        told = {"area": "synthetic-003", "code": "S0003", "name": "Synthetic 3", "name_en": "Synthetic 3",
                "unit_vi": "xã", "level": "commune", "parent": "dien-bien"}  # fmt: skip
        areas.write(",".join(told.get(name, "") for name in header) + "\n")
    request = {"under": "dien-bien", "notebooks": ["compare"]}
    assert make(mine, REPO / "notebooks", **request).made == ["dien-bien/compare"]
    assert make(mine, REPO / "notebooks", **request).unchanged == ["dien-bien/compare"]
    store("synthetic-003", "2020-S1")
    assert make(mine, REPO / "notebooks", **request).made == ["dien-bien/compare"]


def test_a_report_depends_on_what_its_notebook_read_and_on_nothing_else(make, first_report, outputs):
    mine, store = first_report
    assert make(mine, REPO / "notebooks", areas=["synthetic-001"], notebooks=["trends"]).made
    store("synthetic-002", "2020-S1")
    assert make(mine, REPO / "notebooks", areas=["synthetic-001"], notebooks=["trends"]).unchanged
    store("synthetic-001", "2020-S1")
    assert make(mine, REPO / "notebooks", areas=["synthetic-001"], notebooks=["trends"]).made
    read = {name for name, _ in manifest.Manifest(outputs, PERIOD).inputs.values()}
    assert {"data/areas.csv", "data/indicators.csv", "./notebooks/trends.ipynb", "data/observations/synthetic-001/",
            f"data/observations/synthetic-001/{PERIOD}.csv"} <= read  # fmt: skip
    assert not [name for name in read if "synthetic-002" in name]


def test_a_file_that_is_written_while_a_notebook_reads_it_makes_the_report_anew(make, first_report, tmp_path):
    mine, _ = first_report
    notebooks = only(tmp_path / "nb", "rewrites")
    assert make(mine, notebooks, areas=["synthetic-001"]).made == ["synthetic-001/rewrites"]
    assert make(mine, notebooks, areas=["synthetic-001"]).made == ["synthetic-001/rewrites"]


@pytest.mark.skipif(not FORKS, reason="nothing is rehearsed without fork")
def test_a_rehearsal_changes_no_byte_of_any_report_and_none_of_what_it_was_made_from(
    make, data, outputs, tmp_path, monkeypatch
):
    notebooks = only(tmp_path / "nb", "leaks", "good", "words", "tabulates")
    for name in ("trends", "forecast"):
        shutil.copy(REPO / "notebooks" / f"{name}.ipynb", notebooks)

    def made(template):
        assert not make(data, notebooks, force=True, using=template).failed
        book = manifest.Manifest(outputs, PERIOD)
        pages = {path.relative_to(outputs): path.read_bytes() for path in outputs.glob("*/*.*")}
        inputs = {key: sorted(book.inputs[str(number)] for number in entry["inputs"])
                  for key, entry in book.reports.items()}  # fmt: skip
        return pages, inputs

    rehearsed = []
    rehearse = Template.rehearse
    monkeypatch.setattr(Template, "rehearse", lambda self, *report: (
        rehearsed.append(report), rehearse(self, *report)))  # fmt: skip
    with Template() as warm_template:
        monkeypatch.setattr(engine, "REHEARSE_FROM", 1)
        warm = made(warm_template)
    with Template() as cold_template:
        monkeypatch.setattr(engine, "REHEARSE_FROM", 10**6)
        cold = made(cold_template)
    assert rehearsed == [("synthetic-001", PERIOD, "vi", str(data.resolve()))]
    for one, other in zip(warm, cold, strict=True):
        assert [name for name in one.keys() | other.keys() if one.get(name) != other.get(name)] == []


@pytest.mark.skipif(not FORKS, reason="nothing is shared without fork")
def test_a_report_that_notebooks_share_changes_no_byte_of_any_and_is_each_ones_own(
    make, data, outputs, tmp_path, monkeypatch
):
    notebooks = only(tmp_path / "nb", "leaks", "good", "words")
    for name in ("trends", "forecast", "audit"):
        shutil.copy(REPO / "notebooks" / f"{name}.ipynb", notebooks)
    made = []
    for areas_for_each in (0, 10**6):
        monkeypatch.setattr(engine, "AREAS_FOR_EACH", areas_for_each)
        keys = make(data, notebooks, force=True).made
        made.append({f"{key}.{kind}": (outputs / f"{key}.{kind}").read_bytes()
                     for key in keys for kind in ("html", "ipynb")})  # fmt: skip
        owns = only(tmp_path / f"own-{areas_for_each}", "owns")
        for name in ("mine", "yours"):
            shutil.copy(owns / "owns.ipynb", owns / f"{name}.ipynb")
        for key in make(data, owns, areas=["synthetic-001"]).made:
            assert printed(outputs / f"{key}.ipynb").split() == [str(not areas_for_each), "False", "True", "False"]
    shared, alone = made
    assert len(shared) == 24
    assert [name for name in shared.keys() | alone.keys() if shared.get(name) != alone.get(name)] == []


def printed(path):
    """Return what an executed notebook printed."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    told = [output for cell in cells for output in cell.get("outputs", []) if output["output_type"] == "stream"]
    return "".join("".join(output["text"]) for output in told)


def test_executed_notebooks_hold_no_addresses_and_no_random_names(make, data, outputs, tmp_path):
    make(data, only(tmp_path / "nb", "tabulates"), areas=["synthetic-001"])
    text = (outputs / "synthetic-001" / "tabulates.ipynb").read_text(encoding="utf-8")
    assert "<object at 0x…>" in text
    assert "widget-1" in text
    with Template() as another:
        assert make(data, tmp_path / "nb", areas=["synthetic-001"], force=True, using=another).made
    assert (outputs / "synthetic-001" / "tabulates.ipynb").read_text(encoding="utf-8") == text


# -- strangers among the notebooks, and damage -----------------------------------------------------------------------


def test_stray_notebooks_are_passed_over_with_a_word(make, data, tmp_path):
    folder = only(tmp_path / "nb", "words")
    good = (folder / "words.ipynb").read_bytes()
    for name in ("Untitled.ipynb", "words-Copy1.ipynb", "báo cáo.ipynb", "con.ipynb"):
        (folder / name).write_bytes(good)
    (folder / "bom.ipynb").write_bytes(b"\xef\xbb\xbf" + good)
    (folder / "deep.ipynb").write_text("[" * 100_000)
    (folder / "empty.ipynb").write_bytes(b"")
    found, passed_over = list_notebooks(folder)
    assert [notebook.name for notebook in found] == ["words"]
    assert len(passed_over) == 7
    assert all(len(sentence.splitlines()) == 1 for sentence in passed_over)
    assert make(data, folder, areas=["synthetic-001"]).made == ["synthetic-001/words"]


ODD = [
    {"ictplan": {"order": "first"}}, {"ictplan": {"figures": "many"}}, {"ictplan": {"title": "A title"}},
    {"ictplan": {"title": {"vi": 5}}}, {"ictplan": [1]}, {"ictplan": {"order": None, "figures": 1e300}}, None,
]  # fmt: skip


@pytest.mark.parametrize("metadata", ODD)
def test_odd_metadata_of_a_notebook_counts_as_none(make, data, tmp_path, metadata):
    folder = only(tmp_path / "nb", "words", "good")
    path = folder / "words.ipynb"
    content = json.loads(path.read_text(encoding="utf-8"))
    content["metadata"] = metadata
    content["cells"][0]["metadata"] = {"tags": None, "ictplan": "x"}
    path.write_text(json.dumps(content), encoding="utf-8")
    assert {notebook.name for notebook in list_notebooks(folder)[0]} == {"words", "good"}
    outcome = make(data, folder, areas=["synthetic-001"])
    assert "synthetic-001/good" in outcome.made
    assert all("words.ipynb: not a notebook of format 4" in told for told in outcome.failed.values())


@pytest.mark.parametrize("content", ["[]", "null", "5", '"x"', '{"a": 5}', '{"a": []}', "[" * 100_000, "{", ""])
@pytest.mark.parametrize("name", [".hashes.json", "manifest.json", ".manifest.journal", ".index", ".lock-holder.json"])
def test_a_damaged_memory_is_as_none(make, data, outputs, tmp_path, name, content):
    notebooks = only(tmp_path / "nb", "words")
    outputs.mkdir(parents=True)
    (outputs / name).write_text(content)
    assert make(data, notebooks, areas=["synthetic-001"]).made == ["synthetic-001/words"]
    assert make(data, notebooks, areas=["synthetic-001"]).unchanged == ["synthetic-001/words"]


@pytest.mark.parametrize(
    "change",
    [
        {"area": "../../victim"}, {"area": "/victim"}, {"notebook": "../victim"}, {"area": "con"}, {"status": "odd"},
        {"outputs": {"../../victim.html": [1, 2, 3, 4, "x"]}}, {"error": 5}, {"inputs": ["1"]}, {"inputs": None},
    ],
)  # fmt: skip
def test_what_is_read_back_from_a_manifest_is_checked_like_what_a_person_types(make, data, outputs, tmp_path, change):
    notebooks = only(tmp_path / "nb", "words", "good")
    make(data, notebooks, areas=["synthetic-001"])
    path = outputs / "manifest.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    entry = {**content["reports"]["synthetic-001/good"], **change}
    keys = [f"{entry['area']}/{entry['notebook']}", "synthetic-001/good"]
    content["reports"] |= dict.fromkeys(keys, entry)
    path.write_text(json.dumps(content), encoding="utf-8")
    (tmp_path / "victim").mkdir()
    assert make(data, notebooks, areas=["synthetic-001"]).unchanged == ["synthetic-001/words"]
    assert not list((tmp_path / "victim").iterdir())
    assert not (tmp_path / "outputs" / "victim").exists()
    assert entries(outputs).keys() == {"synthetic-001/words", "synthetic-001/good"}


def test_half_written_files_go_though_nothing_is_to_do(make, data, outputs, tmp_path):
    notebooks = only(tmp_path / "nb", "words")
    make(data, notebooks, areas=["synthetic-001"])
    left = outputs / "synthetic-001" / ".words.html.x1.part"
    left.touch()
    assert make(data, notebooks, areas=["synthetic-001"]).unchanged
    assert not left.exists()


def test_an_area_of_outputs_that_is_a_file_fails_that_area_alone(make, data, outputs, tmp_path):
    outputs.mkdir(parents=True)
    (outputs / "synthetic-001").write_text("a file")
    outcome = make(data, only(tmp_path / "nb", "words"))
    assert outcome.made == ["synthetic-002/words"]
    assert "cannot write" in outcome.failed["synthetic-001/words"]


def test_a_notebook_without_a_kernel_is_pythons(make, data, tmp_path):
    folder = only(tmp_path / "nb", "words")
    path = folder / "words.ipynb"
    content = json.loads(path.read_text(encoding="utf-8"))
    del content["metadata"]["kernelspec"]
    path.write_text(json.dumps(content), encoding="utf-8")
    assert make(data, folder, areas=["synthetic-001"]).made


def test_what_an_ordinary_kernel_reads_for_itself_makes_no_report_stale(make, data, tmp_path):
    folder = only(tmp_path / "nb", "words")
    content = json.loads((folder / "words.ipynb").read_text(encoding="utf-8"))
    content["metadata"]["kernelspec"] = {"name": "python3", "display_name": "R", "language": "R"}
    (folder / "words.ipynb").write_text(json.dumps(content), encoding="utf-8")
    assert make(data, folder, areas=["synthetic-001"]).made == ["synthetic-001/words"]
    assert make(data, folder, areas=["synthetic-001"]).unchanged == ["synthetic-001/words"]


def test_without_a_period_the_latest_is_taken_for_every_notebook(data):
    common = {"data": str(data), "notebooks_dir": str(NOTEBOOKS)}
    for request in ({"everything": True}, {"under": "dien-bien"}, {"areas": ["dien-bien"], "notebooks": ["rollup"]},
                    {"areas": ["synthetic-001", "synthetic-002"]}):  # fmt: skip
        assert make_schedule(Request(**common, **request)).period == PERIOD


def test_starting_a_run_imports_neither_pages_nor_notebooks():
    """A run with nothing to do writes no index: what makes one is imported when it is needed."""
    found = subprocess.run(
        [sys.executable, "-c", "import sys, ictplan_utils.batch.engine; print(*sys.modules)"],
        capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    assert not {"ictplan_utils.html.frame", "ictplan_utils.html.index", "jinja2", "nbconvert", "nbformat"} & set(found)
