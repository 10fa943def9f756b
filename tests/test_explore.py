"""Exploring by hand: the handles, series and their measures, views kept as code, what if and its chances."""

from __future__ import annotations

import base64
import io
import json
import os
import random
import re
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from statistics import NormalDist

import nbformat
import pandas as pd
import papermill
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from places import AREA, REPO, REPORT, report_of

import ictplan_utils as ict
from ictplan_utils import catalog, charts, explore
from ictplan_utils.batch.schedule import list_notebooks
from ictplan_utils.errors import IctplanError
from ictplan_utils.explore import completion, measures
from ictplan_utils.explore.lines import spread
from ictplan_utils.explore.scenarios import bounded, scenario, second_half_growth, year_end
from ictplan_utils.forecast.chances import chance_next_year, chance_this_year, outlook
from ictplan_utils.workspace import lab

# -- handles -----------------------------------------------------------------------------------------------------


def test_importing_the_package_imports_nothing_heavy():
    code = "import sys, ictplan_utils; print([n for n in ('pandas', 'matplotlib', 'ipywidgets') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=REPO, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_drawing_needs_no_widgets():
    code = (
        "import sys, ictplan_utils as ict; ict.trend(ict.load('tuan-giao'), 'bts_stations');"
        "print('ipywidgets' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=REPO, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_tab_completion_offers_what_is_there():
    offered = [name for name in dir(ict) if not name.startswith("_")]
    assert {"load", "load_comparisons", "trend", "forecast_year_end", "indicators", "explore"} <= set(offered)
    assert {"rollup", "office", "audit"} <= set(offered)
    for name in offered:
        assert getattr(ict, name) is not None


def test_a_mistyped_handle_is_answered_with_the_closest():
    with pytest.raises(AttributeError, match="did you mean 'trend'"):
        ict.trends  # noqa: B018


def test_loaded_figures_say_what_they_are(observations):
    assert type(observations) is pd.DataFrame
    assert observations.attrs == {
        "area": "huyện Tuần Giáo", "reports": [REPORT], "sources": [f"observations/{AREA}/{REPORT}.csv"],
    }  # fmt: skip
    pd.concat([observations, observations]).query("value > 0")  # what pandas does with attrs must not fail


def test_a_mistyped_indicator_is_answered_with_the_closest(observations):
    with pytest.raises(IctplanError, match="no indicator 'bts_station'; did you mean 'bts_stations'"):
        ict.trend(observations, "bts_station")


def test_a_chart_shows_itself(observations):
    html = ict.trend(observations, "telecom_revenue")._repr_html_()
    assert html.startswith("<figure") and "<svg role=" in html


# -- series ------------------------------------------------------------------------------------------------------


def stated(*rows: tuple[str, str, str, float], area: str = AREA) -> pd.DataFrame:
    """Return observations: (indicator, period, status, value)."""
    columns = ["indicator", "period", "status", "value"]
    return pd.DataFrame(rows, columns=columns).assign(area=area, printed="x", source="A1:1:1", note="", report="2016")


def yearly(indicator: str, **figures: float) -> pd.DataFrame:
    """Return actual figures: `y2010=50.0`."""
    return stated(*[(indicator, name[1:], "actual", value) for name, value in figures.items()])


def view(observations, indicator: str, measure: str = "value", every: str = "year", lang: str = "vi", **options):
    known = measures.stated(observations, [indicator], [AREA])
    report = report_of(observations, lang=lang)
    return explore.View(report, known, (indicator,), (AREA,), measure, every, **options)


def series(*asked, **options):
    return view(*asked, **options).series[0]


def values(found) -> dict[int, float]:
    return {point.year: round(point.value, 3) for point in found.points}


def test_growth_is_never_bridged_over_a_missing_year():
    rows = yearly("mobile_subscribers", y2010=100.0, y2011=110.0, y2013=99.0)
    assert values(series(rows, "mobile_subscribers", "growth")) == {2011: 10.0}


def test_growth_of_the_first_year_shown_looks_at_the_year_before_it():
    rows = yearly("mobile_subscribers", y2010=100.0, y2011=110.0)
    found = series(rows, "mobile_subscribers", "growth", years=(2011, 2011))
    assert values(found) == {2011: 10.0}


def test_a_share_grows_in_points():
    rows = yearly("fibre_coverage_share", y2010=80.0, y2011=85.0)
    assert values(series(rows, "fibre_coverage_share", "growth")) == {2011: 5.0}


def test_an_index_starts_at_100_where_the_view_starts():
    rows = yearly("mobile_subscribers", y2010=50.0, y2011=80.0, y2012=120.0)
    found = series(rows, "mobile_subscribers", "index", years=(2011, 2012))
    assert values(found) == {2011: 100.0, 2012: 150.0}


def test_per_100_people_needs_the_population_of_the_same_year_and_says_where_it_is_unknown():
    rows = stated(
        ("mobile_subscribers", "2010", "actual", 600.0), ("mobile_subscribers", "2011", "actual", 660.0),
        ("population", "2010", "actual", 1000.0),
    )  # fmt: skip
    found = series(rows, "mobile_subscribers", "per_100")
    assert values(found) == {2010: 60.0}
    assert found.remark == "chưa có dân số năm 2011"


def test_what_was_achieved_goes_before_what_was_expected():
    figures = (("target", 9.0), ("actual", 7.0), ("estimate", 8.0))
    rows = stated(*[("bts_stations", "2016", status, value) for status, value in figures])
    assert values(series(rows, "bts_stations")) == {2016: 7.0}


def test_doubtful_halves_are_not_drawn(observations):
    assert 2020 not in values(series(observations, "telecom_revenue", every="half"))


@given(st.lists(st.floats(0, 100), min_size=1, max_size=6), st.floats(0.1, 15))
def test_labels_keep_their_order_and_their_distance(heights, least):
    placed = spread(heights, least, -1000, 1000)
    pairs = sorted(zip(heights, placed, strict=True))
    assert all(after[1] - before[1] >= least - 1e-6 for before, after in pairwise(pairs))


# -- views -------------------------------------------------------------------------------------------------------


def test_a_title_never_gives_one_year_to_figures_of_two():
    both = ict.load([AREA, "quang-ngai"])
    title = ict.trend(both, "phone_subscribers").headline
    assert "(2016)" in title and "(2022)" in title and not title.startswith("2022")


def test_five_lines_are_refused_with_a_way_out(observations):
    with pytest.raises(IctplanError, match="choose 1 to 4"):
        ict.trend(observations, ["bts_stations", "postal_points", "telecom_revenue", "servers", "workstations"])


@pytest.mark.parametrize("measure", ["value", "growth", "index", "per_100"])
@pytest.mark.parametrize("every", ["year", "half"])
def test_every_kind_of_indicator_can_be_looked_at_in_every_way(observations, measure, every):
    kinds = catalog.indicators().loc[observations["indicator"].unique(), "kind"]
    sample = [slug for kind in kinds.unique() for slug in kinds.index[kinds == kind][:2]]
    for slug in [*sample, "online_service_files_share"]:  # which is printed as 917, no percentage
        for lang in ("vi", "en"):
            looked = view(observations, slug, measure, every, lang)
            chart = looked.chart()
            text = " ".join((chart.headline, chart.alt, *looked.told().sentences))
            assert "nan" not in text and "None" not in text and "inf" not in text.split(), text


def shows(code: str) -> str:
    """Return what three lines of code show in a notebook."""
    *lines, last = code.splitlines()
    assert len(lines) == 2
    names: dict = {}
    exec("\n".join(lines), names)
    return charts.svg(eval(last, names))


def test_whatever_is_clicked_the_panel_shows_and_its_three_lines_show_the_same():
    panel = explore.panel(ict.report("quang-ngai"), live=True)
    chance = random.Random(7)
    for _ in range(30):
        name = chance.choice([name for name in panel.controls if name != "search"])
        control = panel.controls[name]
        if name == "years":
            control.value = tuple(sorted(chance.choices(control.options, k=2)))
        elif name == "ends":
            control.value = not control.value
        else:
            control.value = chance.choice([value for _, value in control.options])
        assert shows(panel.view.code()) in panel.html


def test_the_three_lines_name_the_report_and_the_folder_that_were_looked_at(tmp_path):
    folder = tmp_path / "tỉnh 'a' và \\ b"
    shutil.copytree(REPO / "data", folder)
    panel = explore.panel(ict.report(AREA, data_dir=folder), "bts_stations", live=True)
    assert f'"{REPORT}"' in panel.view.code()
    assert shows(panel.view.code()) in panel.html


def test_a_year_may_be_asked_for_as_a_number():
    assert ict.load("quang-ngai", 2016).equals(ict.load("quang-ngai", "2016"))


def test_it_begins_with_the_report_that_was_made_last():
    assert (ict.report().area.area, ict.report().period) == (AREA, REPORT)
    assert ict.report(period=2016).area.area == "quang-ngai"


def offered(control) -> list[str]:
    return [value for _, value in control.options if value and not value.startswith("#")]


def test_indicators_are_found_by_a_few_letters_and_stand_under_their_sectors(report):
    panel = explore.panel(report, live=True)
    every = panel.controls["indicator"].options
    assert set(offered(panel.controls["indicator"])) == set(report.observations["indicator"])
    assert every[0] == ("── Bưu chính ──", "#post")
    panel.controls["search"].value = "tram bts"
    assert panel.controls["indicator"].options == (("── Viễn thông ──", "#telecom"), ("Trạm BTS", "bts_stations"))
    panel.controls["search"].value = ""
    panel.controls["indicator"].value = "#post"
    assert panel.view.indicators == (every[1][1],)


def test_two_areas_offer_only_what_both_have(report):
    panel = explore.panel(report, "bts_stations", live=True)
    panel.controls["second_area"].value = "quang-ngai"
    both = set(ict.load(AREA)["indicator"]) & set(ict.load("quang-ngai")["indicator"])
    assert set(offered(panel.controls["indicator"])) == both and panel.view.indicators[0] in both
    assert all(one.points for one in panel.view.series)


def test_per_100_people_is_offered_only_where_the_population_is_known(data_copy):
    def offers() -> list[str]:
        panel = explore.panel(ict.report("quang-ngai", data_dir=data_copy), "mobile_subscribers", live=True)
        return offered(panel.controls["measure"])

    assert "per_100" not in offers() and "growth" in offers()
    append(data_copy / "observations" / "quang-ngai" / "2016.csv",
           "quang-ngai,population,2016,actual,1260000,1260000,N:1.1,")  # fmt: skip
    assert "per_100" in offers()


def saved(html: str) -> dict[str, bytes]:
    found = re.findall(r'download="[^"]+\.(\w+)" href="data:[^,]+,([^"]+)"', html)
    return {kind: base64.b64decode(content) for kind, content in found}


@pytest.mark.parametrize("size", ["phone", "page", "slide"])
def test_a_view_is_saved_as_picture_and_figures(size):
    panel = explore.panel(ict.report("quang-ngai"), "mobile_subscribers", live=True)
    files = saved(panel.files(size))
    table = pd.read_csv(io.BytesIO(files["csv"]), encoding="utf-8-sig")
    assert table["value"].iloc[-1] == 1004415 and table["year"].iloc[-1] == 2016
    pd.testing.assert_frame_equal(pd.read_excel(io.BytesIO(files["xlsx"])), table, check_dtype=False)
    picture = Image.open(io.BytesIO(files["png"]))
    wide, high = charts.look.SIZES[size]
    assert picture.size == (round(200 * wide), round(200 * high))
    assert picture.convert("RGBA").getextrema()[3] == (255, 255), "opaque"


def test_a_view_becomes_a_report_of_the_batch(tmp_path):
    panel = explore.panel(ict.report("quang-ngai"), "mobile_subscribers", live=True)
    panel.controls["measure"].value = "growth"
    path = panel.write_report(tmp_path)
    page = run_own(tmp_path, "quang-ngai", "2016", path.stem)
    assert "<svg" in page and panel.view.chart().headline in page
    with pytest.raises(IctplanError, match="is there already"):
        panel.write_report(tmp_path)


def test_a_kept_view_stays_when_the_panel_moves_on(report):
    panel = explore.panel(report, "bts_stations", live=True)
    panel.pin()
    panel.controls["indicator"].value = "telecom_revenue"
    panel.pin()
    panel.pin()
    assert [view.indicators for view in panel.pinned] == [("bts_stations",), ("telecom_revenue",)]
    assert "ict.trend(report, &quot;bts_stations&quot;)" in panel._kept.value


def test_without_widgets_the_panels_are_still_pictures(report):
    for panel in (explore.panel(report), explore.what_if(report)):
        bundle = panel._repr_mimebundle_()
        assert set(bundle) == {"text/plain", "text/html"}
        assert "<svg" in bundle["text/html"] and '<div class="said"><p>' in bundle["text/html"]


def test_with_widgets_a_viewer_that_has_none_gets_the_picture(report):
    bundle = explore.panel(report, live=True)._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert "<svg" in bundle["text/html"]


# -- typing ------------------------------------------------------------------------------------------------------


def test_an_error_in_a_notebook_is_one_line_that_names_its_own(tmp_path):
    code = "import ictplan_utils as ict\n\nict.report('tuan-giau')"
    command = [sys.executable, "-m", "IPython", "--quick", "--no-banner", "-c", code]
    env = os.environ | {"IPYTHONDIR": str(tmp_path)}
    shown = subprocess.run(command, cwd=REPO, env=env, capture_output=True, text=True, check=False).stdout
    assert len(shown.strip().splitlines()) == 1, shown
    assert "line 3: " in shown and "did you mean 'tuan-giao'" in shown


@pytest.mark.parametrize(("typed", "name"), [
    ('ict.trend(report, "tram b', "Trạm BTS"), ("ict.series(['Trạm BTS', 'thue bao in", "Thuê bao Internet"),
    ('x = 1\nict.report("tuan', "Tuần Giáo"),
])  # fmt: skip
def test_tab_offers_the_names_of_indicators_and_areas(typed, name):
    assert name in completion.offered(typed)[1]
    assert completion.offered('print("tram') == ("", [])


# -- what if -----------------------------------------------------------------------------------------------------

ORDERED = st.lists(st.floats(1, 1000), min_size=5, max_size=5).map(sorted)


def likely(ends, half=50.0, last=100.0):
    names = ("lower_95", "lower_80", "point", "upper_80", "upper_95")
    return outlook(pd.Series(dict(zip(names, ends, strict=True)) | {"half": half, "last_year": last}))


def test_chances_are_those_of_the_intervals():
    found = likely([80, 90, 100, 115, 130])
    for value, chance in ((80, 0.975), (90, 0.9), (100, 0.5), (115, 0.1), (130, 0.025)):
        assert found.chance_at_least(value) == pytest.approx(chance)
        assert found.chance_at_most(value) == pytest.approx(1 - chance)


def test_between_the_intervals_a_normal_forecast_is_met_exactly():
    normal = NormalDist(100, 10)
    found = likely([normal.inv_cdf(p) for p in (0.025, 0.1, 0.5, 0.9, 0.975)])
    for value in (60, 83, 95, 104, 111, 128, 150):
        assert found.chance_at_most(value) == pytest.approx(normal.cdf(value), abs=1e-9)


@given(ORDERED, st.floats(-100, 2000), st.floats(-100, 2000))
def test_more_is_never_likelier(ends, one, other):
    found = likely(ends)
    low, high = sorted((one, other))
    assert 0 <= found.chance_at_least(high) <= found.chance_at_least(low) <= 1
    assert found.chance_at_least(low) + found.chance_at_most(low) >= 1 - 1e-9


def test_a_bound_carries_what_would_lie_beyond_it():
    found = likely([88, 95, 100, 100, 100])
    assert found.chance_at_least(100) == pytest.approx(0.5)
    assert found.chance_at_most(100) == 1
    assert found.chance_at_least(100.1) == 0


@given(st.sampled_from(["flow", "stock", "share", "rate"]), st.floats(0.5, 1e6), st.floats(-90, 300))
def test_the_growth_that_leads_to_a_year_end_leads_there(kind, half, growth):
    assert second_half_growth(half, year_end(half, growth, kind), kind) == pytest.approx(growth, abs=1e-6)


def test_a_scenario_by_hand():
    entry = catalog.indicator("telecom_revenue")
    found = scenario(likely([90, 95, 100, 110, 120], half=48, last=90), 12.5, 121, entry)
    assert found.year_end == pytest.approx(102)  # 48 + 48 · 1,125
    assert found.grown == pytest.approx(100 * (102 / 90 - 1))
    assert found.asked == pytest.approx(100 * (121 / 102 - 1))
    one = likely([90, 95, 100, 110, 120], half=48, last=90)
    assert found.chance_target == chance_next_year(one, 121, entry).value
    assert found.chance_already == chance_this_year(one, 121, entry).value


def test_where_less_is_better_the_chance_is_that_of_less():
    entry = catalog.indicator("people_per_postal_point")
    assert entry.direction == "lower"
    found = scenario(likely([90, 95, 100, 110, 120]), 80, 85, entry)
    assert found.year_end == 90
    assert found.chance_year_end == pytest.approx(0.025)


def test_a_share_never_passes_100():
    assert bounded(104.0, catalog.indicator("fibre_coverage_share")) == 100


def test_dragging_moves_year_end_growth_and_chances(report):
    asked = explore.what_if(report, "telecom_revenue", live=True)
    before = asked.scenario
    slider = asked.controls["growth"]
    slider.index += 5
    assert asked.scenario.year_end > before.year_end
    assert asked.scenario.chance_year_end < before.chance_year_end
    assert asked.scenario.asked < before.asked
    after = asked.scenario
    asked.controls["target"].value = 59000
    assert asked.scenario.asked > after.asked and asked.scenario.chance_target < after.chance_target
    assert "59.000" in asked._shown.value


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_indicator_that_is_forecast_can_be_asked(lang):
    asked = explore.what_if(ict.report(AREA, lang=lang), live=True)
    for _, slug in asked.controls["indicator"].options:
        asked.controls["indicator"].value = slug
        text = " ".join(asked.told().sentences)
        assert "nan" not in text and "inf" not in text.split(), text
        for slider in (asked.controls["growth"], asked.controls["target"]):
            label = {value: label for label, value in slider.options}[slider.value]
            assert 1 < len(slider.options) < 250 and any(letter.isdigit() for letter in label)


def test_an_area_without_halves_says_so():
    assert "không có số liệu 6 tháng" in str(explore.what_if(ict.report("quang-ngai")))


# -- what README says of adding things ---------------------------------------------------------------------------


def ictplan(folder: Path, *words: str) -> str:
    command = [sys.executable, "-m", "ictplan_utils.cli", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


def run_own(folder: Path, area: str = AREA, period: str = REPORT, name: str = "mine") -> str:
    """Return the page the batch makes of an own notebook in `folder`."""
    outputs = folder / "outputs"
    where = ("--notebooks", str(folder), "--data", str(REPO / "data"), "--outputs", str(outputs))
    ictplan(folder, "run", "--area", area, "--period", period, *where)
    return (outputs / period / area / f"{name}.html").read_text(encoding="utf-8")


def append(path, line: str) -> None:
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + f"\n{line}\n", encoding="utf-8")


def test_a_new_indicator_is_one_row_of_indicators_csv(data_copy):
    row = dict.fromkeys(catalog.INDICATOR_SCHEMA.columns, "") | {
        "indicator": "fibre_subscribers", "section": "A.II", "sector": "internet", "name_vi": "Số thuê bao cáp quang",
        "name_en": "Fibre subscribers", "short_vi": "Thuê bao cáp quang", "short_en": "Fibre subscribers",
        "unit_vi": "Thuê bao", "unit_en": "subscribers", "kind": "stock", "minimum": "0", "decimals": "0",
        "direction": "higher", "aggregation": "sum",
    }  # fmt: skip
    append(data_copy / "indicators.csv", ",".join(row.values()))
    figure = f"{AREA},fibre_subscribers,{REPORT},actual,5100,5.100,N:2.1,"
    append(data_copy / "observations" / AREA / f"{REPORT}.csv", figure)
    observations = ict.load(AREA, data_dir=data_copy)
    chart = ict.trend(observations, "fibre_subscribers", data_dir=data_copy)
    assert chart.headline.replace("\N{NO-BREAK SPACE}", " ") == "Thuê bao cáp quang: 5.100 thuê bao"
    panel = explore.panel(ict.report(AREA, data_dir=data_copy), live=True)
    assert ("Thuê bao cáp quang", "fibre_subscribers") in panel.controls["indicator"].options


def test_a_new_area_is_one_row_of_areas_csv_and_its_reports(data_copy):
    append(data_copy / "areas.csv", "muong-thu,X001,Mường Thử,Muong Thu,xã,commune,dien-bien,2025-07-01,,")
    folder = data_copy / "observations" / "muong-thu"
    folder.mkdir()
    text = "area,indicator,period,status,value,printed,source,note\n"
    text += "muong-thu,bts_stations,2025,actual,12,12,A1:10:4,\n"
    (folder / "2025-S2.csv").write_text(text, encoding="utf-8")
    observations = ict.load(data_dir=data_copy)
    assert "muong-thu" in set(observations["area"])
    chart = ict.trend(observations, "bts_stations", "muong-thu", every="year", data_dir=data_copy)
    assert chart.data.values.tolist() == [["2025", 12.0]]


def test_a_new_period_is_one_file_of_the_area(data_copy):
    folder = data_copy / "observations" / AREA
    text = "area,indicator,period,status,value,printed,source,note\n"
    text += f"{AREA},bts_stations,2022-S1,actual,91,91,A1:10:5,\n{AREA},bts_stations,2021,actual,89,89,A1:10:4,\n"
    (folder / "2022-S1.csv").write_text(text, encoding="utf-8")
    chart = ict.trend(ict.load(AREA, data_dir=data_copy), "bts_stations", data_dir=data_copy)
    assert chart.headline.replace("\N{NO-BREAK SPACE}", " ").startswith("Trạm BTS: 91 vị trí trạm, tăng 3 vị trí trạm")


def test_a_new_notebook_in_the_folder_is_listed_and_run(tmp_path):
    folder = tmp_path / "notebooks"
    folder.mkdir()
    notebook = nbformat.read(REPO / "notebooks" / "trends.ipynb", 4)
    parameters = next(cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", []))
    parameters.source += '\nindicator: str = "bts_stations"  # what to show'
    notebook.cells = [notebook.cells[0], parameters, nbformat.v4.new_code_cell(
        "import ictplan_utils as ict\n\nict.trend(ict.report(area, lang=lang), indicator)", id="shown"
    )]  # fmt: skip
    notebook.metadata.ictplan = {}
    nbformat.write(notebook, folder / "mine.ipynb")
    page = run_own(folder)
    assert "Trạm BTS" in page and "<svg" in page
    listed = json.loads(ictplan(tmp_path, "list", "--json", "--notebooks", str(folder)))["notebooks"]
    assert [entry["name"] for entry in listed] == ["mine"]
    assert "indicator" in [entry["name"] for entry in listed[0]["parameters"]]


def test_the_notebooks_readme_and_the_start_page_name_every_notebook():
    readme, start = ((REPO / "notebooks" / name).read_text(encoding="utf-8") for name in ("README.md", lab.START))
    for path in (REPO / "notebooks").glob("*.ipynb"):
        assert f"`{path.name}`" in readme, path.name
        assert f"[{path.name}]({path.name})" in start, path.name


def test_a_notebook_is_short_enough_to_be_read_whole():
    for path in (REPO / "notebooks").glob("*.ipynb"):
        sources = [cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]
        # Parameters and imports stand before them; the clerk's panel is one cell.
        assert len(sources) - 2 <= 12, path.name
        assert len(sources) >= 5 or path.stem == "prepare", path.name
        assert max(source.count("\n") + 1 for source in sources[2:]) <= 20, path.name


# -- the lab -----------------------------------------------------------------------------------------------------


def test_the_cookbook_runs_and_saves_what_it_shows(tmp_path):
    notebook, outputs = REPO / "notebooks" / "cookbook.ipynb", tmp_path / "saved"
    parameters = {"data_dir": str(REPO / "data"), "save_to": str(outputs)}
    done = papermill.execute_notebook(notebook, tmp_path / "out.ipynb", parameters, progress_bar=False, cwd=tmp_path)
    said = [output for cell in done.cells if cell.cell_type == "code" for output in cell.outputs]
    assert not [output for output in said if output.output_type == "stream"]
    assert any("82.5" in str(output.get("data")) for output in said)  # 1.035.075 subscribers, 1.254.184 people
    table = pd.read_excel(outputs / "thue-bao.xlsx")
    assert table.loc[table["area"].eq("quang-ngai") & table["year"].eq(2016), "value"].tolist() == [1035075]
    assert Image.open(outputs / "thue-bao.png").convert("RGBA").getextrema()[3] == (255, 255), "opaque"


@pytest.fixture
def desk(tmp_path) -> tuple[Path, Path]:
    """The folder of two notebooks and a start page, and the lab beside it, prepared."""
    notebooks = tmp_path / "notebooks"
    notebooks.mkdir()
    for name in ("explore.ipynb", "trends.ipynb", lab.START):
        shutil.copy(REPO / "notebooks" / name, notebooks)
    lab.prepare(notebooks, tmp_path / "lab")
    return notebooks, tmp_path / "lab"


def edit(path: Path, source: str = "", outputs: bool = False) -> None:
    notebook = nbformat.read(path, 4)
    notebook.cells[1].source += source
    if outputs:
        notebook.cells[2].outputs = [nbformat.v4.new_output("stream", text="here")]
    nbformat.write(notebook, path)


def test_a_copy_that_was_only_run_follows_its_original_and_keeps_its_outputs(desk):
    notebooks, folder = desk
    edit(folder / "trends.ipynb", outputs=True)
    assert lab.prepare(notebooks, folder) == []
    assert "here" in (folder / "trends.ipynb").read_text(encoding="utf-8")
    edit(notebooks / "trends.ipynb", "\n# newer")
    assert lab.prepare(notebooks, folder) == []
    assert "# newer" in (folder / "trends.ipynb").read_text(encoding="utf-8")


def test_a_copy_that_was_edited_stays_and_is_told(desk):
    notebooks, folder = desk
    edit(folder / "trends.ipynb", "\n# mine")
    edit(notebooks / "trends.ipynb", "\n# newer")
    for _ in range(2):
        assert lab.prepare(notebooks, folder) == ["trends.ipynb"]
    assert "# mine" in (folder / "trends.ipynb").read_text(encoding="utf-8")
    (folder / "trends.ipynb").unlink()
    assert lab.prepare(notebooks, folder) == []
    assert "# newer" in (folder / "trends.ipynb").read_text(encoding="utf-8")


def test_a_notebook_of_ones_own_is_no_report_until_it_has_parameters(desk):
    notebooks, folder = desk
    (folder / "Untitled.ipynb").write_text(nbformat.writes(nbformat.v4.new_notebook()), encoding="utf-8")
    known, passed_over = list_notebooks(notebooks)
    assert ([each.name for each in known], passed_over) == (["trends", "explore"], [])
    shutil.copy(notebooks / "trends.ipynb", folder / "mine.ipynb")
    assert [each.name for each in list_notebooks(notebooks)[0]] == ["mine", "trends", "explore"]


def test_binder_gets_the_lab_as_repo2docker_runs_it(tmp_path):
    shutil.copytree(REPO / "notebooks", tmp_path / "notebooks")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = os.environ | {"NB_PYTHON_PREFIX": str(tmp_path / "prefix"), "PATH": path}
    subprocess.run([REPO / "postBuild"], cwd=tmp_path, env=env, check=True)
    assert (tmp_path / "lab" / lab.START).is_file()
    settings = tmp_path / "prefix" / "share" / "jupyter" / "lab" / "settings" / "overrides.json"
    assert (
        "defaultViewers" in json.loads(settings.read_text(encoding="utf-8"))["@jupyterlab/docmanager-extension:plugin"]
    )
    # The badge is of the published copy, where there is one: a badge of a copy nobody can build would be broken.
    subprocess.run(["git", "init", "-q", tmp_path], check=True)

    def badge(*address: str) -> str:
        if address:
            subprocess.run(["git", "remote", "add", "origin", *address], cwd=tmp_path, check=True)
        return subprocess.run(
            ["sh", REPO / ".ci" / "badge"], cwd=tmp_path, capture_output=True, text=True, check=False
        ).stdout

    assert "](" not in badge()
    assert "/gh/so-tttt/ict/HEAD?urlpath=lab/tree/lab/BAT-DAU.md)" in badge("git@github.com:so-tttt/ict.git")
    # A folder binder/ or .binder/ would hide environment.yml and postBuild from repo2docker.
    assert not (REPO / "binder").exists() and not (REPO / ".binder").exists()
