"""A printed unit → what it measures and how many of the catalogue's units it is."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from ictplan_utils.vietnamese import fold

DITTO = {'"', "”", "“", "″", "''", "〃", "nt", "-nt-", "- nt -", "như trên", "//", ",,", "''''", '""', "´´"}
"""What a unit column prints for "as above"."""

_SCALES = {
    "": 1.0, "nghin": 1e3, "ngan": 1e3, "1000": 1e3, "1.000": 1e3, "trieu": 1e6, "tr": 1e6, "tr.": 1e6,
    "ty": 1e9, "ti": 1e9, "nghin ty": 1e12, "ngan ty": 1e12,
}  # fmt: skip
_SCALE = r"(?P<scale>nghin ty|ngan ty|nghin|ngan|1\.?000|trieu|tr\.?|ty|ti)?"
_MONEY = re.compile(rf"{_SCALE}\s*\.?\s*(dong|vnd|vnđ|d)( viet nam)?( (mill?|bill?)\w*\.? ?(vnd|(vn )?dongs?))?")
_COUNTED = re.compile(rf"({_SCALE}[. ]+)?(?P<noun>[a-z].*)")
_COUNTS = re.compile(
    r"thue bao|may|tram|vi tri|diem|buu cuc|co so|cai|chiec|ho|nguoi|xa|phuong|thi tran|thon|ban|huyen|don vi|"
    r"doanh nghiep|nha cung cap|dai|chuong trinh|ho so|dvc|tthc|thu tuc|dich vu|ket qua|can bo|"
    r"tb|cot|so|lop|luot|dn|ct|hs|to|nhom|tai khoan|thanh vien|van ban|he thong|thiet bi|cum loa|cong|trang|bai|tin|"
    r"kenh|truong|trung tam|bo|nen tang|giao dich|chung thu|chu ky|vi tri"
)
_EXACT_COUNTS = re.compile(rf"({_COUNTS.pattern})([ ,][a-z,/ -]*)?")


@dataclass(frozen=True)
class Unit:
    """A unit's dimension (`percent`, `money`, `count`, …), its scale in that dimension, and the noun counted."""

    dimension: str
    scale: float = 1.0
    noun: str = ""


_KNOWN = [
    (re.compile(like), made)
    for like, made in (
        (r"%|phan tram|t[yi] le( %)?|%/nam|percent", Unit("percent")),
        (r".*(/ ?(100|tram) ?(dan|nguoi)|tren 100 dan).*", Unit("per 100")),
        (r"(so )?nguoi/ ?(01 |1 |mot )?diem.*", Unit("people per point", noun="nguoi")),
        (r"km(/.*)?", Unit("km")),
        (r"m(et)?(/.*)?", Unit("km", 1e-3)),
        (r"(gb|gigabyte)(/.*)?", Unit("data")),
        (r"(tb|terabyte)(/.*)?", Unit("data", 1024.0)),
        (r"(mb|megabyte)(/.*)?", Unit("data", 1 / 1024)),
        (r"(gio|h)/thang( phat song)?", Unit("hours per month")),
        (r"(gio|h)(/(ngay|nam|tuan))?( phat song)?", Unit("hours")),
        (r"phut(/(ngay|nam|tuan))?( phat song)?", Unit("hours", 1 / 60)),
        (r"(chuong trinh|ct)/thang", Unit("programmes per month")),
    )
]


@functools.cache
def unit(text: str) -> Unit | None:
    """Return what a printed unit measures, None for an empty or unknown one.

    >>> unit("Tỷ đồng").scale / unit("Triệu đồng").scale, unit("Nghìn thuê bao").scale, unit("máy").dimension
    (1000.0, 1000.0, 'count')
    """
    text = re.sub(r"\s[-–/]\s*[\x00-\x7f]+$", "", text) if not text.isascii() else text
    bare = re.sub(r"(?<=\d)\s+(?=\d)", "", re.sub(r"\s+", " ", fold(text))).strip(" .:*()-+")
    bare = re.sub(r"\s*/\s*", "/", re.split(r" - (?=[a-z]+$)", bare)[0].strip())
    if not bare:
        return None
    if known := next((made for like, made in _KNOWN if like.fullmatch(bare)), None):
        return known
    if match := _MONEY.fullmatch(bare):
        return Unit("money", _SCALES[match["scale"] or ""])
    match = _COUNTED.fullmatch(bare)
    if match and "/" not in match["noun"] and _EXACT_COUNTS.fullmatch(match["noun"]):
        return Unit("count", _SCALES[match["scale"] or ""], match["noun"])
    return None


@dataclass(frozen=True)
class Fit:
    """How a printed unit fits an indicator's: the factor into the catalogue's unit, whether it fits, a note."""

    factor: float = 1.0
    fits: bool = True
    note: str = ""


def fit(printed: str, own: str, name: str = "") -> Fit:
    """Return how the `printed` unit fits the catalogue's `own`; a row's `name` may say what that is per.

    >>> fit("Tỷ đồng", "Triệu đồng").factor, fit("DVC", "%").fits
    (1000.0, False)
    >>> fit("Thuê bao", "Thuê bao/100 dân", "Số thuê bao điện thoại/100 dân").fits
    True
    """
    if ";" in printed:
        each = [fit(part, own, name) for part in printed.split(";")]
        return next((one for one in each if one.fits), each[0])
    bare, (counted, _, per) = printed.strip(), own.partition("/")
    if not bare or fold(bare) == fold(own) or (per and fold(bare) == fold(counted) and fold(per) in fold(name)):
        return Fit()
    said, meant = unit(bare), unit(own) or Unit("count", noun=fold(own))
    if fold(bare) == "tb" and meant.dimension == "count":
        return Fit()  # thuê bao; where data are meant it is terabytes
    if said is None:
        return Fit(fits=False, note=f"đơn vị in là '{bare}'")
    if said.dimension != meant.dimension:
        return Fit(fits=False, note=f"đơn vị in là '{bare}', không phải {own}")
    factor = said.scale / meant.scale
    if factor == 1:
        return Fit()
    return Fit(factor, note=f"đơn vị in là '{bare}', đã đổi ra {own}")


def in_name(name: str) -> str:
    """Return the unit a name carries in its last parentheses, or before its English: else "".

    >>> in_name("Bán kính phục vụ (km)"), in_name("Số thuê bao (Nghìn thuê bao) - Number of subscribers (Thous.)")
    ('km', 'Nghìn thuê bao')
    """
    own = re.split(r"\s[-–]\s(?=[A-Z][a-z]+\b[ -~]*$)", name, maxsplit=1)[0]
    found = re.search(r"\(\s*(?:đvt|đơn vị tính|đơn vị)?\s*:?\s*([^()]{1,30}?)\s*\)\s*[*:]*\s*$", own, re.IGNORECASE)
    return found[1].strip() if found and unit(found[1]) is not None else ""


def in_caption(text: str) -> str:
    """Return the unit a caption states: `Đơn vị tính: Triệu đồng` → `Triệu đồng`; else "".

    "Đơn vị: UBND xã …" names who reports, "Đơn vị: triệu đồng" a unit. Of several, "thuê bao; riêng doanh thu: tỷ
    đồng", each row takes that which fits it.
    """
    found = re.search(
        r"(?:(đơn vị|unit)|đơn vị tính|đvt|đv tính)\s*(?:\(\*\))?\s*[:=]\s*([^;()\n]{1,40})([^()\n]*)",
        text,
        re.IGNORECASE,
    )
    said = found[2].strip(" .") if found else ""
    others = (part.rpartition(":")[2].strip(" .") for part in found[3].split(";")[1:]) if found else ()
    if unit(said) and (more := [other for other in others if unit(other)]):
        return "; ".join([said, *more])
    return "" if found and found[1] and unit(said) is None else said
