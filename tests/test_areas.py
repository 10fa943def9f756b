"""The list of areas: official codes, two worlds around 1 July 2025, and who became whom."""

from __future__ import annotations

import runpy
import shutil
import sys
from collections import namedtuple
from types import SimpleNamespace

from places import REPO

from ictplan_utils import catalog, rollup

Code = namedtuple("Code", "value")


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


def test_communes_that_join_land_of_two_districts_come_from_both():
    moved = rollup.changes()
    communes = moved[moved["successor"].isin(at("2026-S1", "dien-bien"))]
    parents = communes.groupby("successor")["predecessor"].agg(set)
    assert parents[parents.map(len) > 1].to_dict() == {
        "bung-lao": {"muong-ang", "tuan-giao"}, "muong-lay-commune": {"muong-lay", "muong-cha"},
        "muong-pon": {"muong-cha", "dien-bien-district"}, "muong-thanh": {"dien-bien-phu", "dien-bien-district"},
        "na-tau": {"dien-bien-phu", "muong-ang"}, "quang-lam-dien-bien": {"muong-nhe", "nam-po"},
        "sang-nhe": {"tua-chua", "tuan-giao"}, "tua-chua-commune": {"tua-chua", "tuan-giao"},
    }  # fmt: skip


def test_building_the_list_again_changes_nothing(tmp_path, monkeypatch):
    for name in ("areas.csv", "area_changes.csv"):
        shutil.copy(REPO / "data" / name, tmp_path)
    areas = catalog.areas()
    now = areas[areas["valid_to"] == ""]

    def unit(row):
        rank = "" if row.unit_vi == "tỉnh" else f"{row.unit_vi.capitalize()} "
        return SimpleNamespace(code=Code(int(row.code)), name=f"{rank}{row.name_vi}", province_code=Code(11))

    def listed(level):
        rows = now[now["level"] == level].rename(columns={"name": "name_vi"})
        return SimpleNamespace(iter_all=lambda: [unit(row) for row in rows.itertuples()])

    package = SimpleNamespace(
        Province=listed("province"), Ward=listed("commune"), __version__="2025.10.1", __data_version__="2025-10-18"
    )
    monkeypatch.setitem(sys.modules, "vietnam_provinces", package)
    monkeypatch.setattr(sys, "argv", ["build_areas.py", "--data", str(tmp_path)])
    runpy.run_path(str(REPO / "benchmarks" / "build_areas.py"), run_name="__main__")
    for name in ("areas.csv", "area_changes.csv"):
        assert (tmp_path / name).read_text() == (REPO / "data" / name).read_text(), name


def test_names_are_composed_letters_with_marks_and_their_english_without():
    areas = catalog.areas()
    assert areas.at["dak-lak", "name"] == "Đắk Lắk"
    assert areas["name_en"].map(str.isascii).all()
