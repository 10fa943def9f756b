"""How running text states figures: phrases of the plan form, as offices fill it in.

Written without tone marks, as `fold` leaves them. `{n}` is the figure, `{d}` the whole it is part of (`18/18`),
`{p}` a percentage, `~` up to sixty letters of the same clause, a space any spaces.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

NUMBER = r"\d+(?:[.,]\d+)*"
_SHARE = r"(?:\W{0,3}(?:xa|ho|thon|ban|tthc|ho so|ket qua|, ?ban|, ?thi tran)?\W{0,4}(?:dat|chiem|tuong ung|bang)?" \
         r"(?: ty le| khoang)?\W{0,3}{p})"  # fmt: skip


@dataclass(frozen=True)
class Phrase:
    """One way to state an indicator; `whole` takes `{d}`, `share` takes the percentage that follows."""

    indicator: str
    text: str
    whole: str = ""
    share: str = ""
    within: str = ""


PHRASES = (
    Phrase("postal_operators", "{n} doanh nghiep (?:tham gia )?(?:cung cap|cung ung|kinh doanh) dich vu buu chinh"),
    Phrase("postal_operators_both_ways", "{n} doanh nghiep cung ung (?:ca )?chieu di (?:va|lan) chieu den"),
    Phrase("postal_operators_incoming", "{n} doanh nghiep cung ung (?:ca )?chieu den"),
    Phrase("postal_points", "{n} diem phuc vu buu chinh(?! (?:khac|cong))"),
    Phrase("post_offices", "{n} buu cuc"),
    Phrase("commune_post_points_multiservice", "{n} diem (?:buu dien|bd)[ -]*(?:van hoa xa|vhx) da dich vu"),
    Phrase("commune_post_points", "{n} diem (?:buu dien|bd)[ -]*(?:van hoa xa|vhx)(?! da dich vu)"),
    Phrase("remaining_postal_points", "{n} diem phuc vu khac"),
    Phrase("postal_service_radius", "ban kinh phuc vu binh quan~ {n} ?km"),
    Phrase("people_per_postal_point", "so dan phuc vu binh quan~ {n} nguoi"),
    Phrase("communes_with_party_newspaper", "{n}/{d} xa(?:,(?: phuong,)? thi tran)? co bao dang doc trong ngay",
           whole="communes", share="communes_with_party_newspaper_share"),
    Phrase("postal_procedures", "so (?:tthc|thu tuc hanh chinh)~ co phat sinh ho so~~ {n} (?:tthc|thu tuc)",
           share="postal_procedures_share"),
    Phrase("postal_files_received", "so ho so (?:tthc )?duoc tiep nhan qua (?:dich vu )?"
           "(?:bcci|buu chinh cong ich)~ {n}", share="postal_files_received_share"),
    Phrase("postal_results_returned", "so ket qua (?:giai quyet )?(?:tthc )?duoc tra qua (?:dich vu )?"
           "(?:bcci|buu chinh cong ich)~ {n}", share="postal_results_returned_share"),
    Phrase("postal_revenue", "doanh thu (?:(?:cac )?dich vu )?buu chinh(?! ?(?:-|,|va) ?vien thong)(?!,? vien thong)~"
           " {n} (?:trieu|ty|nghin|ti)? ?dong"),
    Phrase("telecom_operators", "{n} (?:nha cung cap|doanh nghiep)(?: cung cap)?(?: dich vu)?(?: vien thong)",
           within="vien thong"),
    Phrase("telecom_operators", "dich vu vien thong\\W{1,3}(?:tren dia ban )?(?:huyen |tinh )?co {n} nha cung cap"),
    Phrase("bts_stations", "tram (?:bts|thu,? ?phat song)~ {n} (?:vi tri )?tram"),
    Phrase("bts_stations", "{n} (?:vi tri )?tram (?:bts|thu,? ?phat song (?:thong tin )?di dong)"),
    Phrase("communes_covered_by_mobile", "{n}/{d} xa,?(?: phuong,)? thi tran (?:duoc|co|da duoc) phu song"
           "(?: (?:thong tin )?di dong)?(?: mang)?(?: ?[2-5]g,?)*",
           whole="communes_and_towns", share="communes_covered_by_mobile_share"),
    Phrase("phone_density", "thue bao dien thoai,? (?:dat )?(?:mat do )?{n} thue bao/ ?100 dan"),
    Phrase("phone_subscribers", "{n} thue bao dien thoai(?! (?:co dinh|di dong|phat trien|moi))"),
    Phrase("phone_subscribers", "tong so thue bao dien thoai(?! (?:co dinh|di dong|phat trien|moi))~ {n} "
           "thue bao(?!/)"),
    Phrase("fixed_subscribers", "{n} thue bao (?:dien thoai )?co dinh(?! mat dat| bang rong)"),
    Phrase("mobile_subscribers", "thue bao (?:dien thoai )?di dong (?:co|la|dat|:|uoc dat)? ?{n} thue bao(?!/)"),
    Phrase("mobile_subscribers", "{n} thue bao (?:dien thoai )?di dong"),
    Phrase("internet_operators", "dich vu internet\\W{1,3}(?:tren dia ban )?(?:huyen |tinh )?co {n} "
           "(?:doanh nghiep|nha) cung cap"),
    Phrase("internet_operators", "{n} (?:doanh nghiep|nha) cung cap dich vu internet"),
    Phrase("internet_density", "mat do thue bao internet (?:la|dat|:)? ?{n}"),
    Phrase("internet_subscribers", "tong so thue bao (?:internet )?(?:uoc )?(?:dat|la|co) {n} thue bao(?!/)",
           within="internet"),
    Phrase("internet_subscribers", "{n} thue bao internet(?! (?:bang rong|co dinh|di dong|phat trien|moi|cap))"),
    Phrase("fixed_broadband_subscribers", "{n} thue bao internet (?:bang rong )?co dinh"),
    Phrase("mobile_broadband_subscribers", "{n} thue bao internet (?:bang rong )?di dong"),
    Phrase("villages_with_fixed_broadband", "so thon, ban~ internet bang rong co dinh~ {n} thon",
           share="villages_with_fixed_broadband_share"),
    Phrase("telecom_revenue", "doanh thu (?:(?:cac )?dich vu )?vien thong~~ {n} (?:trieu|ty|nghin|ti)? ?dong"),
    Phrase("servers", "{n} may chu"),
    Phrase("workstations", "{n} may tram"),
    Phrase("computers_per_staff_share", "ty le may tinh/ ?can bo~~ {p}"),
    Phrase("computers_online_share", "ty le may tinh (?:duoc |co )?ket noi internet (?:dat|la|:)? ?{p}"),
    Phrase("communes_on_state_network_share", "{p} (?:so )?xa (?:duoc )?ket noi (?:vao )?mang truyen so lieu"),
    Phrase("staff_using_email_share", "thuong xuyen su dung thu dien tu~ {p}"),
    Phrase("staff_using_email_share_district", "cap huyen (?:dat|la) {p}", within="thu dien tu"),
    Phrase("staff_using_email_share_commune", "cap xa (?:dat|la) {p}", within="thu dien tu"),
    Phrase("communes_with_videoconference", "so xa~ hoi nghi truc tuyen~~ {n} xa",
           share="communes_with_videoconference_share"),
    Phrase("online_services", "so dich vu (?:hanh chinh )?cong truc tuyen (?:(?:duoc|dang) cung cap)? ?(?:la|:) {n}"),
    Phrase("online_services_level_3", "{n} (?:dvc|dich vu cong)(?: truc tuyen)? muc do 3"),
    Phrase("online_services_level_4", "{n} (?:dvc|dich vu cong)(?: truc tuyen)? muc do 4"),
    Phrase("online_services_share", "chiem {p} so voi tong so dich vu cong"),
    Phrase("online_service_files", "ho so duoc xu ly qua dich vu cong truc tuyen muc do 3, ?4 (?:la|:) {n} ho so"),
    Phrase("staff", "tong so can bo,? (?:ccvc|cong chuc,? vien chuc)~~ {n}(?=\\W)"),
    Phrase("staff_with_it_degree", "trinh do tin hoc tu cao dang tro len (?:la |co |: ?)?{n}"),
    Phrase("staff_trained_in_office_it_share", "dao tao tin hoc van phong (?:dat |la )?{p}"),
    Phrase("it_specialists", "chuyen trach ve (?:cong nghe thong tin|cntt) (?:la|co|:) {n}"),
    Phrase("printing_houses", "{n} co so in\\b(?!,? (?:photo|phat hanh|co so phat hanh))"),
    Phrase("copy_shops", "{n} co so (?:photocopy|photo|pho to)"),
    Phrase("communes_with_radio", "{n} xa(?:,(?: phuong,)? thi tran)? co dai truyen thanh",
           share="communes_with_radio_share"),
    Phrase("communes_with_radio_share", "tram phat lai~dat ty le {p}"),
    Phrase("radio_relay_stations", "{n} tram phat lai"),
    Phrase("radio_broadcast_hours", "tong so gio tiep,? ?phat song phat thanh (?:la|dat|:) {n} gio"),
    Phrase("provincial_radio_hours", "(?<!tong )so gio tiep,? ?phat song phat thanh tinh (?:la|dat|:) {n} gio"),
    Phrase("minority_language_radio_hours", "phat song phat thanh tieng dan toc(?: tinh)? (?:la|dat|:) {n} gio"),
    Phrase("households_with_provincial_radio", "so ho (?:duoc )?nghe dai phat thanh tinh (?:la|dat|:) {n}",
           share="households_with_provincial_radio_share"),
    Phrase("radio_programmes_per_month", "{n} chuong trinh/ ?thang"),
    Phrase("radio_programme_hours_per_month", "thoi luong chuong trinh phat thanh~ {n} ?(?:h|gio)/ ?thang"),
    Phrase("households_with_provincial_tv", "so ho (?:duoc )?xem dai truyen hinh tinh (?:la|dat|:) {n}",
           share="households_with_provincial_tv_share"),
    Phrase("households_with_tv_set", "so ho gia dinh co thiet bi xem truyen hinh (?:la |dat |: ?)?{n}",
           share="households_with_tv_set_share"),
)  # fmt: skip
"""The longer of two phrases for one number stands first."""


@functools.cache
def pattern(text: str, share: bool) -> re.Pattern[str]:
    """Return a phrase's regular expression."""
    text = text.replace("~~", r"[^.;]{0,160}?").replace("~", r"[^.;\d]{0,80}?") + (f"(?:{_SHARE})?" if share else "")
    # "tăng 1 vị trí trạm", "từ 88 lên 91" state a change, never the figure itself.
    figure = rf"(?<!tang )(?<!giam )(?<!tang them )(?<!giam bot )(?<! tu )(?<![\d.,/])(?P<n>{NUMBER})(?![\d])"
    text = text.replace("{n}", figure).replace("{d}", rf"(?P<d>{NUMBER})")
    return re.compile(text.replace("{p}", rf"(?<![\d.,/])(?P<p>{NUMBER}\s*%)"))


FILLING = r"(?:\s|,|:|la|dat|uoc|co|khoang|duoc|hien|nay|tren dia ban(?: toan)?(?: huyen| tinh| xa)?" \
          r"|toan (?:huyen|tinh)|6 thang(?: dau)? nam \d{4}|nam \d{4}|thuc hien|tinh den nay|chiem|ty le)*"  # fmt: skip
"""What may stand between an indicator's name and its figure."""

LEADS_IN = ("so", "tong so", "tong", "trong do", "co", "voi", "va", "do", "ve", "chi tieu", "")
"""What may stand right before an indicator's name: anything else makes it part of another name."""


@functools.cache
def by_name(name: tuple[str, ...]) -> re.Pattern[str]:
    """Return the expression for a figure stated right after an indicator's name, given as folded words."""
    words = r"[\s,\-–/()+]+".join(map(re.escape, name))
    figure = rf"(?<![\d.,/])(?P<n>{NUMBER})(?P<pct>\s*%)?(?![\d/])"
    return re.compile(rf"(?<!\w){words}\)?(?!\w){FILLING}{figure}")


@functools.cache
def by_change(name: tuple[str, ...]) -> re.Pattern[str]:
    """Return the expression for a figure stated with the one it came from: "tăng 3 trạm (từ 88 lên 91 trạm)"."""
    words = r"[\s,\-–/()+]+".join(map(re.escape, name))
    figure = rf"(?P<n>{NUMBER})(?P<pct>\s*%)?(?![\d/])"
    step = r"(?:\s*%|\s[a-z]+(?: [a-z]+)?)?\s(?:len|xuong|con)(?: (?:con|den|thanh))?\s"
    return re.compile(rf"(?<!\w){words}\)?(?!\w)[^.;:]{{0,60}}?\btu (?P<from>{NUMBER}){step}{figure}")
