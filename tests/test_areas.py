"""The list of areas: official codes, two worlds around 1 July 2025, and who became whom."""

from __future__ import annotations

from ictplan_utils import catalog, rollup


def at(period: str, parent: str) -> list[str]:
    return rollup.units(parent, period)


def test_the_nation_had_63_provinces_and_has_34():
    assert len(at("2025-S1", "viet-nam")) == 63
    assert len(at("2025-S2", "viet-nam")) == 34


def test_dien_bien_had_ten_districts_and_has_45_communes_of_which_three_are_wards():
    assert len(at("2024", "dien-bien")) == 10
    now = catalog.areas().loc[at("2026-S1", "dien-bien")]
    assert len(now) == 45
    assert now["unit_vi"].value_counts().to_dict() == {"xã": 42, "phường": 3}


def test_codes_are_official_text_of_their_levels_length():
    areas = catalog.areas()
    digits = {"province": 2, "district": 3, "commune": 5}
    for level, length in digits.items():
        codes = areas.loc[areas["level"] == level, "code"]
        assert codes.str.fullmatch(f"[0-9]{{{length}}}").all(), level
    assert areas.at["ha-noi", "code"] == "01"
    assert areas.loc[at("2025-S2", "viet-nam"), "code"].is_unique
    assert areas.loc[at("2025-S1", "dien-bien"), "code"].tolist() == [f"{n:03}" for n in range(94, 104)]


def test_every_abolished_area_names_successors_that_began_when_it_ended():
    areas = catalog.areas()
    ended = areas[areas["valid_to"] != ""]
    assert set(ended["valid_to"]) == {"2025-06-30"}
    for successors in ended["successor"]:
        for slug in successors.split(";"):
            assert areas.at[slug, "valid_from"] in ("", "2025-07-01")
            assert areas.at[slug, "valid_to"] == ""


def test_the_two_lists_of_successors_agree():
    areas, moved = catalog.areas(), rollup.changes()
    for slug, row in areas[areas["successor"] != ""].iterrows():
        assert set(moved.loc[moved["predecessor"] == slug, "successor"]) == set(row["successor"].split(";"))


def test_every_new_commune_of_dien_bien_comes_from_somewhere():
    assert set(at("2026-S1", "dien-bien")) <= set(rollup.changes()["successor"])


def test_names_are_composed_letters_with_marks_and_their_english_without():
    areas = catalog.areas()
    assert areas.at["dak-lak", "name"] == "Đắk Lắk"
    assert areas["name_en"].map(str.isascii).all()
