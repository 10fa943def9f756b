"""The catalogue: complete, consistent, and exact in what it refuses."""

from __future__ import annotations

import pytest

from ictplan_utils import catalog
from ictplan_utils.errors import IctplanError


def test_every_indicator_says_what_it_is_in_both_languages():
    frame = catalog.indicators()
    for column in ("name_vi", "name_en", "short_vi", "short_en", "unit_vi", "unit_en", "section"):
        assert (frame[column] != "").all(), column
    assert set(frame["section"]) <= set(catalog.sections().index)


def test_a_share_lies_between_0_and_100():
    shares = catalog.indicators().query("kind == 'share'")
    assert (shares["minimum"] == 0).all()
    assert (shares["maximum"] == 100).all()
    assert (shares["aggregation"] != "sum").all()


def test_a_variant_names_one_indicator_of_its_section_only():
    frame = catalog.indicators()
    pairs = [(row.section, name.casefold()) for row in frame.itertuples() for name in row.variants.split(";") if name]
    assert len(pairs) == len(set(pairs))


def test_districts_end_with_the_reform_and_name_their_successors():
    district = catalog.area("tuan-giao")
    assert (district.code, district.level, district.parent, district.valid_to) == (
        "099", "district", "dien-bien", "2025-06-30",
    )  # fmt: skip
    for slug in district.successor.split(";"):
        successor = catalog.area(slug)
        assert (successor.level, successor.parent, successor.valid_from) == ("commune", "dien-bien", "2025-07-01")


def test_codes_are_text_because_their_zeros_mean_something():
    assert catalog.areas().loc["tuan-giao", "code"] == "099"
    assert catalog.areas().loc["tuan-giao-commune", "code"] == "03253"


def test_an_unknown_indicator_is_answered_with_the_closest_match():
    with pytest.raises(IctplanError, match="no indicator 'bts_station'; did you mean 'bts_stations'"):
        catalog.indicator("bts_station")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (",flow,", ",flux,", "kind 'flux' is none of"),
        ("post_offices + remaining_postal_points", "post_offices + nothing", "refers to 'nothing'"),
        ("post_offices + remaining_postal_points", "post_offices +", "cannot be read"),
        ("bts_stations,A", "postal_points,A", "stands twice"),
    ],
)
def test_a_broken_catalogue_is_refused(data_copy, old, new, sentence):
    path = data_copy / "indicators.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(IctplanError, match=sentence):
        catalog.indicator("bts_stations", data_copy)


def test_a_new_indicator_needs_one_line_of_data_only(data_copy):
    path = data_copy / "indicators.csv"
    like = next(line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("servers,"))
    path.write_text(path.read_text(encoding="utf-8") + like.replace("servers,", "laptops,", 1) + "\n", encoding="utf-8")
    assert catalog.indicator("laptops", data_copy).kind == "stock"


def test_descendants_reach_every_depth():
    assert "tuan-giao" in catalog.descendants("dien-bien")
    assert "tuan-giao" in catalog.descendants("viet-nam")
    assert catalog.descendants("tuan-giao") == []
