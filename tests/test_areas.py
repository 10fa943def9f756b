"""The list of areas: official codes, two worlds around 1 July 2025, and who became whom."""

from __future__ import annotations

import runpy
import shutil
import sys
from collections import namedtuple
from datetime import date, timedelta
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


def test_the_country_has_3321_communes_each_in_a_province_of_today():
    areas = catalog.areas()
    communes = areas[areas["level"] == "commune"]
    assert communes["unit_vi"].value_counts().to_dict() == {"xã": 2621, "phường": 687, "đặc khu": 13}
    assert (communes["valid_from"] == "2025-07-01").all()
    assert communes["code"].is_unique
    assert set(communes["parent"]) == set(at("2025-S2", "viet-nam"))
    assert areas.index.is_unique


def test_every_abolished_area_names_successors_that_began_when_it_ended():
    areas = catalog.areas()
    ended = areas[areas["valid_to"] != ""]
    assert set(ended["valid_to"]) == {"2019-12-31", "2025-06-30"}
    for last, successors in zip(ended["valid_to"], ended["successor"], strict=True):
        for slug in successors.split(";"):
            assert areas.at[slug, "valid_from"] in ("", (date.fromisoformat(last) + timedelta(days=1)).isoformat())
            assert not areas.at[slug, "valid_to"] or areas.at[slug, "valid_to"] > last


def test_hoa_binh_had_eleven_districts_in_2009_and_ten_when_it_went_into_phu_tho():
    assert len(at("2009", "hoa-binh")) == 11
    assert len(at("2024", "hoa-binh")) == 10
    assert set(at("2009", "hoa-binh")) - set(at("2024", "hoa-binh")) == {"ky-son-hoa-binh"}
    assert catalog.area("hoa-binh").successor == "phu-tho"
    moved = rollup.changes()
    in_2025 = moved["date"] == "2025-07-01"
    into = moved.loc[in_2025 & moved["predecessor"].isin(at("2024", "hoa-binh")), "successor"]
    assert into.nunique() == 46
    assert set(catalog.areas().loc[into, "parent"]) == {"phu-tho"}


def test_an_area_says_when_it_began_or_ended_and_what_to_use_instead():
    assert catalog.valid_at("tuan-giao", "2025-S1") == (True, "")
    assert catalog.valid_at("quai-to", "2025-S2") == (True, "")
    ended, said = catalog.valid_at("muong-lay", "2025", lang="vi")
    assert not ended
    assert said == "thị xã Mường Lay kết thúc ngày 30/6/2025; đơn vị kế thừa: muong-lay-commune (phường Mường Lay)"
    begun, said = catalog.valid_at("na-tau", "2024", lang="en")
    assert not begun
    assert said == (
        "Na Tau commune began on 1 July 2025; before that it was dien-bien-phu (Dien Bien Phu district), "
        "muong-ang (Muong Ang district)"
    )


def test_the_two_lists_of_successors_agree():
    areas, moved = catalog.areas(), rollup.changes()
    for slug, row in areas[areas["successor"] != ""].iterrows():
        others = (moved["predecessor"] == slug) & (moved["successor"] != slug)
        assert set(moved.loc[others, "successor"]) == set(row["successor"].split(";"))


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
        above = Code(int(areas.at[row.parent, "code"].removeprefix("VN") or 0))
        return SimpleNamespace(code=Code(int(row.code)), name=f"{rank}{row.name_vi}", province_code=above)

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
