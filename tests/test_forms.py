"""Reporting forms are data: rows, numbers, columns; a form of one's own is two files more."""

from __future__ import annotations

import re

import pytest
from places import REPO

from ictplan_utils import catalog
from ictplan_utils.errors import IctplanError

NAME = "dien-bien-2021"


def test_the_form_of_2021_has_33_indicators_and_their_sub_rows():
    form = catalog.find_form()
    assert form.form == NAME
    assert list(form.numbers.values()) == [
        "1", "1.1", "1.2", *map(str, range(2, 32)), "31.1", "31.2", "31.3", "32", "33",
    ]  # fmt: skip
    assert list(catalog.form()) == list(form.numbers)
    assert catalog.indicator("bts_stations").form_number == "10"
    assert catalog.sections().loc["A.II.1", ["parent", "printed_number", "level"]].tolist() == ["A.II", "I", 3]


def test_the_columns_say_which_figures_they_hold():
    first, second = catalog.find_form().tables_of("2021-S1")
    assert [column.figure("2021-S1") for column in first.columns if column.period] == [
        ("2020", "actual"), ("2021-S1", "actual"), ("2021", "estimate"),
    ]  # fmt: skip
    assert [column.figure("2021-S1") for column in second.columns if column.period] == [
        ("2021", "estimate"), ("2022", "target"),
    ]  # fmt: skip
    assert [column.ratio for column in first.columns if column.ratio] == [
        ("estimate", "last_year"), ("half", "estimate"),
    ]  # fmt: skip


@pytest.mark.parametrize("report", ["2021", "2021-S2"])
def test_the_years_end_has_columns_of_its_own(report):
    form = catalog.find_form()
    first, _ = form.tables_of(report)
    assert [form.header(column, report) for column in first.columns[3:6]] == [
        "Thực hiện năm 2020", "Kế hoạch năm 2021", "Thực hiện năm 2021",
    ]  # fmt: skip
    assert first.columns[4].figure(report) == ("2021", "target")


def test_the_headers_are_those_the_real_document_prints():
    facts = (REPO / "data/documents/tuan-giao/2021-S1.csv").read_text(encoding="utf-8")
    printed = re.findall(r"2021-S1,header,(.+?),A1:0:[4-8],", facts)
    form = catalog.find_form()
    ours = [form.header(column, "2021-S1") for column in form.tables_of("2021-S1")[0].columns[3:]]
    assert len(printed) == 5
    assert [said.replace("6 tháng đầu năm", "6 tháng") for said in ours] == printed


def test_a_form_of_ones_own_is_two_files_more(data_copy):
    folder = data_copy / "forms"
    (folder / "ours.toml").write_text(
        'name_vi = "Biểu của xã"\nname_en = "The commune\'s form"\nsource = "Synthetic"\n', encoding="utf-8"
    )
    (folder / "ours.csv").write_text(
        "section,level,number,indicator,name_vi,name_en\nA,1,I,,Hạ tầng,Infrastructure\nA,,1,bts_stations,Trạm,Sites\n",
        encoding="utf-8",
    )
    assert list(catalog.forms(data_copy)) == [NAME, "chuyen-doi-so-2025", "ours"]
    assert catalog.find_form("ours", data_copy).rows[1].name_vi == "Trạm"
    assert catalog.indicator("bts_stations", data_copy).form_number == "10"
    with pytest.raises(IctplanError, match=r"no form 'our' in data/forms; did you mean ours\?"):
        catalog.find_form("our", data_copy)


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        ("csv", ",bts_stations,", ",bts_station,", r"csv: 'bts_station' is not in indicators.csv"),
        ("csv", "A.II.1,3,I,", "A.IX.1,3,I,", "row 12: section A.IX.1 must stand below"),
        ("csv", "A,1,A,,Bưu chính - Viễn thông,", "A,1,A,,,", "row 2: section A must stand"),
        ("csv", "A.I,,1,postal_points", "A.I,,1,Postal points", "row 4: indicator 'Postal points' is no slug"),
        ("toml", 'status = "estimate"', 'status = "guess"', "table A1, column 'estimate'"),
        ("toml", '"half", "estimate"]', '"half", "nothing"]', "table A1, column 'half_on_estimate'"),
        ("toml", "năm {last}", "năm {now}", "cannot be read"),
        ("toml", "[[tables]]", "[[tables]", "cannot be read"),
        ("toml", "source =", "sources =", "lacks name_vi, name_en, source"),
        ("toml", "[[tables]]", "[units]\nbts_stations = 5\n[[tables]]", r"lacks \[units\]: bts_stations"),
    ],
)
def test_a_form_that_contradicts_itself_is_refused(data_copy, file, old, new, sentence):
    path = data_copy / "forms" / f"{NAME}.{file}"
    spoiled = path.read_text(encoding="utf-8").replace(old, new, 1)
    assert spoiled != path.read_text(encoding="utf-8")
    path.write_text(spoiled, encoding="utf-8")
    with pytest.raises(IctplanError, match=sentence):
        catalog.indicators(data_copy)


def test_the_digital_transformation_set_is_a_second_form_without_a_value():
    form, first = catalog.find_form("chuyen-doi-so-2025"), catalog.form()
    frame = catalog.indicators()
    new = [slug for slug in form.numbers if slug not in first]
    assert len(new) >= 20
    assert (frame.loc[new, "definition"] != "").all()
    named = r"(?:Quyết định|Nghị định|Nghị quyết|Công văn) [0-9]+[/-]"
    assert frame.loc[new, "source"].str.contains(named).all()
    assert list(form.numbers.values()) == [str(n) for n in range(1, len(form.numbers) + 1)]
    stored = {slug for path in (REPO / "data/observations").glob("*/*.csv") for slug in re.findall(
        r"^[^,]+,([^,]+),", path.read_text(encoding="utf-8"), re.M)}  # fmt: skip
    assert not stored & (set(new) | {"adults"})
