"""Build data/areas.csv and data/area_changes.csv from the PyPI package vietnam-provinces.

    pip install vietnam-provinces==2025.10.1          in an environment of its own
    python benchmarks/build_areas.py                  the nation, its 34 provinces and 3,321 communes

Rows that are in areas.csv already keep their slug, and are kept where the package does not know them. What the
package does not hold, the units before 1 July 2025, stands below: the 63 provinces and the districts of Điện Biên and
Hòa Bình, with the General Statistics Office's codes (Decision 124/2004/QĐ-TTg and its amendments).
"""

from __future__ import annotations

import argparse
import csv
import unicodedata
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

DATA = Path(__file__).resolve().parents[1] / "data"
AREA_COLUMNS = (
    "area", "code", "name", "name_en", "unit_vi", "level", "parent", "valid_from", "valid_to", "successor",
)  # fmt: skip
CHANGE_COLUMNS = ("predecessor", "successor", "share", "date", "source")

REFORM, LAST_DAY = "2025-07-01", "2025-06-30"
"""Districts ended and the new provinces and communes began to work (Resolution 202/2025/QH15)."""

JOINED = {
    # new province: the former provinces it is made of, in the resolution's words
    "tuyen-quang": "ha-giang tuyen-quang", "lao-cai": "yen-bai lao-cai", "thai-nguyen": "bac-kan thai-nguyen",
    "phu-tho": "vinh-phuc hoa-binh phu-tho", "bac-ninh": "bac-giang bac-ninh", "hung-yen": "thai-binh hung-yen",
    "hai-phong": "hai-duong hai-phong", "ninh-binh": "ha-nam nam-dinh ninh-binh", "quang-tri": "quang-binh quang-tri",
    "da-nang": "quang-nam da-nang", "quang-ngai": "kon-tum quang-ngai", "gia-lai": "binh-dinh gia-lai",
    "khanh-hoa": "ninh-thuan khanh-hoa", "lam-dong": "dak-nong binh-thuan lam-dong", "dak-lak": "phu-yen dak-lak",
    "ho-chi-minh": "ba-ria-vung-tau binh-duong ho-chi-minh", "dong-nai": "binh-phuoc dong-nai",
    "tay-ninh": "long-an tay-ninh", "can-tho": "soc-trang hau-giang can-tho",
    "vinh-long": "ben-tre tra-vinh vinh-long", "dong-thap": "tien-giang dong-thap", "ca-mau": "bac-lieu ca-mau",
    "an-giang": "kien-giang an-giang",
}  # fmt: skip
JOINED_SOURCE = "Nghị quyết 202/2025/QH15"

FORMER_PROVINCES = {
    "ha-giang": ("02", "Hà Giang"), "bac-kan": ("06", "Bắc Kạn"), "yen-bai": ("15", "Yên Bái"),
    "hoa-binh": ("17", "Hòa Bình"), "bac-giang": ("24", "Bắc Giang"), "vinh-phuc": ("26", "Vĩnh Phúc"),
    "hai-duong": ("30", "Hải Dương"), "thai-binh": ("34", "Thái Bình"), "ha-nam": ("35", "Hà Nam"),
    "nam-dinh": ("36", "Nam Định"), "quang-binh": ("44", "Quảng Bình"), "quang-nam": ("49", "Quảng Nam"),
    "binh-dinh": ("52", "Bình Định"), "phu-yen": ("54", "Phú Yên"), "ninh-thuan": ("58", "Ninh Thuận"),
    "binh-thuan": ("60", "Bình Thuận"), "kon-tum": ("62", "Kon Tum"), "dak-nong": ("67", "Đắk Nông"),
    "binh-phuoc": ("70", "Bình Phước"), "binh-duong": ("74", "Bình Dương"),
    "ba-ria-vung-tau": ("77", "Bà Rịa – Vũng Tàu"), "long-an": ("80", "Long An"), "tien-giang": ("82", "Tiền Giang"),
    "ben-tre": ("83", "Bến Tre"), "tra-vinh": ("84", "Trà Vinh"), "kien-giang": ("91", "Kiên Giang"),
    "hau-giang": ("93", "Hậu Giang"), "soc-trang": ("94", "Sóc Trăng"), "bac-lieu": ("95", "Bạc Liêu"),
}  # fmt: skip

FORMER_DISTRICTS = {
    # province: slug: code, name, rank, the new communes on its land; a commune named under two districts lies in both
    "dien-bien": {
        "dien-bien-phu": ("094", "Điện Biên Phủ", "thành phố", "03127 03334 03325 03316"),
        "muong-lay": ("095", "Mường Lay", "thị xã", "03151"),
        "muong-nhe": ("096", "Mường Nhé", "huyện", "03160 03158 03163 03162 03164"),
        "muong-cha": ("097", "Mường Chà", "huyện", "03172 03181 03193 03194 03202 03151"),
        "tua-chua": ("098", "Tủa Chùa", "huyện", "03217 03226 03241 03220 03244"),
        "tuan-giao": ("099", "Tuần Giáo", "huyện", "03253 03295 03268 03260 03283 03217 03244 03301"),
        "dien-bien-district": ("100", "Điện Biên", "huyện", "03328 03352 03349 03356 03358 03368 03202 03334"),
        "dien-bien-dong": ("101", "Điện Biên Đông", "huyện", "03203 03208 03370 03214 03385 03382"),
        "muong-ang": ("102", "Mường Ảng", "huyện", "03256 03316 03301 03313"),
        "nam-po": ("103", "Nậm Pồ", "huyện", "03166 03169 03176 03175 03199 03164"),
    },
    "hoa-binh": {
        "hoa-binh-city": ("148", "Hòa Bình", "thành phố", "04795 04792 04828 04894 04897"),
        "da-bac": ("150", "Đà Bắc", "huyện", "04831 04828 04846 04849 04873 04876 04891"),
        "luong-son": ("152", "Lương Sơn", "huyện", "04924 04960 05047"),
        "kim-boi": ("153", "Kim Bôi", "huyện", "04978 04990 05014 05068 05086"),
        "cao-phong": ("154", "Cao Phong", "huyện", "05089 05098 05116"),
        "tan-lac": ("155", "Tân Lạc", "huyện", "05128 05134 05152 05158 05191"),
        "mai-chau": ("156", "Mai Châu", "huyện", "05200 05206 05212 05245 05251"),
        "lac-son": ("157", "Lạc Sơn", "huyện", "05266 05287 05290 05293 05305 05323 05329 05347"),
        "yen-thuy": ("158", "Yên Thủy", "huyện", "05353 05362 05386"),
        "lac-thuy": ("159", "Lạc Thủy", "huyện", "05392 05395 05425"),
    },
}
"""Districts to 30 June 2025. What part of a district's people went to which commune is not known here; an office that
knows writes it into the column `share` of area_changes.csv, which stays.

Điện Biên's were checked against republished lists of the old communes of each new one: they name each of the 129 old
communes once, 16 new communes joined two, 29 three or more, as the Ministry of Home Affairs counts them. Hòa Bình's
are the conversion table of the package vietnamadminunits 1.0.4 (151 old communes, three of them divided; 46 new)."""
DISTRICT_SOURCES = {
    "dien-bien": "Nghị quyết 1661/NQ-UBTVQH15 (danh sách 129 xã cũ đăng lại; chưa xem bản gốc)",
    "hoa-binh": "Nghị quyết 1676/NQ-UBTVQH15 (theo bảng chuyển đổi của gói vietnamadminunits 1.0.4; chưa xem bản gốc)",
}

EARLIER = {
    # slug: code, name, rank, province, last day, the district that took it in, source
    "ky-son-hoa-binh": (
        "151", "Kỳ Sơn", "huyện", "hoa-binh", "2019-12-31", "hoa-binh-city", "Nghị quyết 830/NQ-UBTVQH14",
    ),
}  # fmt: skip
"""Districts that ended before the reform and that we hold figures of."""

OLDER_PROVINCES = {"dien-bien": "2004-01-01"}
"""Since when a province is, where it is younger than any figure we may meet and older than the reform."""

RANKS = ("Thành phố ", "Xã ", "Phường ", "Đặc khu ")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", type=Path, default=DATA)
    chosen = options.parse_args()
    import vietnam_provinces

    kept = read(chosen.data / "areas.csv")
    # A code names one area at a time: 15 was Yên Bái and is Lào Cai.
    slugs = {(row["level"], row["code"]): row["area"] for row in kept if not row["valid_to"]}
    shares = {(r["predecessor"], r["successor"]): r["share"] for r in read(chosen.data / "area_changes.csv")}
    rows = nation(vietnam_provinces, slugs)
    made = {row["area"] for row in rows}
    rows += [row for row in kept if row["area"] not in made]
    write(chosen.data / "areas.csv", AREA_COLUMNS, rows)
    changed = changes(rows, shares)
    write(chosen.data / "area_changes.csv", CHANGE_COLUMNS, changed)
    print(
        f"{len(rows)} areas and {len(changed)} changes from vietnam-provinces {vietnam_provinces.__version__} "
        f"(data of {vietnam_provinces.__data_version__})"
    )


def nation(package, slugs: dict[tuple[str, str], str]) -> list[dict]:
    """Return the rows of areas.csv: nation, provinces and former ones, then districts and communes."""
    rows = [row("viet-nam", "VN", "Việt Nam", "quốc gia", "nation", "")]
    provinces = {f"{p.code.value:02d}": p for p in package.Province.iter_all()}
    slug_of = {code: slugs.get(("province", code), slug(bare(p.name))) for code, p in provinces.items()}
    for code, p in sorted(provinces.items()):
        unit = "thành phố" if p.name.startswith("Thành phố ") else "tỉnh"
        since = OLDER_PROVINCES.get(slug_of[code], "")
        rows.append(row(slug_of[code], code, bare(p.name), unit, "province", "viet-nam", since))
    into = {old: new for new, parts in JOINED.items() for old in parts.split() if old != new}
    rows += [
        row(old, code, name, "tỉnh", "province", "viet-nam", "", LAST_DAY, into[old])
        for old, (code, name) in FORMER_PROVINCES.items()
    ]
    named = Counter(slug(bare(w.name)) for w in package.Ward.iter_all())
    near = Counter((slug(bare(w.name)), w.province_code) for w in package.Ward.iter_all())
    former = {slug: each for districts in FORMER_DISTRICTS.values() for slug, each in districts.items()}
    taken = {each["area"] for each in rows} | set(former) | set(EARLIER)
    wards = {}
    for w in package.Ward.iter_all():
        code, province = f"{w.code.value:05d}", f"{w.province_code.value:02d}"
        plain = slug(bare(w.name))
        # One name may stand for many communes of the nation, and for the district or province around it.
        if named[plain] == 1:
            new = f"{plain}-commune" if plain in taken else plain
        else:
            new = f"{plain}-{slug_of[province] if near[plain, w.province_code] == 1 else code}"
        new = slugs.get(("commune", code), new)
        unit = next(rank for rank in RANKS if w.name.startswith(rank)).strip().lower()
        wards[code] = row(new, code, bare(w.name), unit, "commune", slug_of[province], REFORM)
    districts = [
        row(old, code, name, unit, "district", province, "", LAST_DAY,
            ";".join(wards[each]["area"] for each in communes.split()))
        for province, known in FORMER_DISTRICTS.items() for old, (code, name, unit, communes) in known.items()
    ]  # fmt: skip
    districts += [
        row(old, code, name, unit, "district", province, "", last, into)
        for old, (code, name, unit, province, last, into, _) in EARLIER.items()
    ]
    return rows + districts + sorted(wards.values(), key=lambda each: (each["parent"], each["code"]))


def changes(rows: list[dict], shares: dict[tuple[str, str], str]) -> list[dict]:
    """Return who went into whom on 1 July 2025, and which part of its people, empty where that is not known."""
    pairs = [(old, new, "1", REFORM, JOINED_SOURCE) for new, parts in JOINED.items() for old in parts.split()]
    for each in rows:
        into = each["successor"].split(";")
        share = "1" if len(into) == 1 else ""
        if each["area"] in EARLIER:
            *_, last, _, source = EARLIER[each["area"]]
            day = (date.fromisoformat(last) + timedelta(days=1)).isoformat()
            # Who took it in was there before, and is a part of its own present.
            pairs += [(old, into[0], share, day, source) for old in (each["area"], *into)]
        elif each["level"] == "district" and each["parent"] in FORMER_DISTRICTS:
            pairs += [(each["area"], new, share, REFORM, DISTRICT_SOURCES[each["parent"]]) for new in into]
    return [
        dict(zip(CHANGE_COLUMNS, (old, new, shares.get((old, new)) or share, day, source), strict=True))
        for old, new, share, day, source in pairs
    ]


def row(area, code, name, unit, level, parent, since="", until="", successor="") -> dict:
    english = "Viet Nam" if area == "viet-nam" else without_marks(name).replace("–", "-")
    return dict(
        zip(AREA_COLUMNS, (area, code, name, english, unit, level, parent, since, until, successor), strict=True)
    )


def bare(name: str) -> str:
    """Return a name without its rank: `Xã Quài Tở` → `Quài Tở`."""
    name = " ".join(unicodedata.normalize("NFC", name).replace("’", "'").split())
    return next((name.removeprefix(rank) for rank in RANKS if name.startswith(rank)), name)


def slug(name: str) -> str:
    letters = without_marks(name).lower()
    return "-".join("".join(c if c.isalnum() else " " for c in letters).split())


def without_marks(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark))


def read(path: Path) -> list[dict]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, columns: tuple[str, ...], rows: list[dict]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, columns, lineterminator="\n")
        out.writeheader()
        out.writerows(rows)


if __name__ == "__main__":
    main()
