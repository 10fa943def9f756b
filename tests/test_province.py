"""A province of 45 communes comes in by three ways, with late, wrong, doubled and renamed ones among them."""

from __future__ import annotations

import shutil
from pathlib import Path

import province
import pytest
from click.testing import CliRunner
from documents import writers
from province import BEFORE, COMMUNES, INDICATORS, NOW, PROVINCE, truth
from synthetic import REPO, synthetic_data

import ictplan_utils as ict
from ictplan_utils import audit, catalog, cli, compare, html, narrative
from ictplan_utils.documents import context, ingest
from ictplan_utils.documents.ingest import ingest_all
from ictplan_utils.documents.owners import gazetteer

COUNTS = ["postal_points", "bts_stations", "phone_subscribers", "fixed_broadband_subscribers", "postal_revenue"]
LATE, WRONG, DOUBLED, RENAMED = (COMMUNES[k] for k in (5, 12, 23, 31))
ENDED = "muong-lay"
NAMESAKES = {"quang-lam-dien-bien", "thanh-an-dien-bien", "muong-lan-dien-bien", "pu-nhi-dien-bien"}


@pytest.fixture
def data(tmp_path) -> Path:
    return synthetic_data(tmp_path / "data", 0)


def take(data: Path, *paths: Path, **options) -> tuple[list[ingest.Outcome], str]:
    """Ingest and return what became of each, and what was said."""
    said: list[str] = []
    outcomes = ingest_all(list(paths), data_dir=data, show=said.append, under=PROVINCE, **options)
    return outcomes, "\n".join(said)


def held(data: Path) -> dict[tuple[str, str, str], float]:
    """Return the figures of the communes as a reader gets them."""
    sent = [area for area in ict.observations.reporting_areas(data) if area in COMMUNES]
    frame = ict.observations.preferred(ict.load(sent, data_dir=data))
    return dict(zip(zip(frame["area"], frame["indicator"], frame["period"], strict=True), frame["value"], strict=True))


def true(slugs, periods=(NOW,), areas=COMMUNES) -> dict[tuple[str, str, str], float]:
    return {(area, slug, when): truth(area, slug, when) for area in areas for slug in slugs for when in periods}


@pytest.mark.parametrize(
    ("rows", "about", "slugs", "periods"),
    [
        (province.table(COMMUNES, COUNTS), "một số chỉ tiêu bưu chính, viễn thông", COUNTS, [NOW]),
        (province.across(COMMUNES, COUNTS), "một số chỉ tiêu bưu chính, viễn thông", COUNTS, [NOW]),
        (province.years(COMMUNES, COUNTS[2]), "tổng số thuê bao điện thoại", COUNTS[2:3], [BEFORE, NOW]),
    ],
    ids=["areas-down", "areas-across", "periods"],
)  # fmt: skip
def test_a_table_of_areas_becomes_each_areas_own_figures(data, tmp_path, rows, about, slugs, periods):
    (outcome,), said = take(data, province.paper(tmp_path / "paper.docx", rows, about))
    assert held(data) == true(slugs, periods)
    assert len(outcome.others) == 45
    assert f"46 areas, {46 * len(slugs) * len(periods)} figures" in said
    own = ict.load(PROVINCE, data_dir=data)
    sums = {(s, when): sum(truth(area, s, when) for area in COMMUNES) for s in slugs for when in periods}
    assert dict(zip(zip(own["indicator"], own["period"], strict=True), own["value"], strict=True)) == sums
    told = ict.load(COMMUNES[0], data_dir=data)
    assert told["source"].str.startswith("P:dien-bien:B1:").all()
    assert set(told["note"]) == {"theo báo cáo của tỉnh Điện Biên"}


def test_a_workbook_with_a_sheet_for_each_commune(data, tmp_path):
    (outcome,), _ = take(data, province.sheets(tmp_path / "sheets.xlsx", COMMUNES))
    assert held(data) == true(INDICATORS, (BEFORE, NOW))
    assert (outcome.area, outcome.report, len(outcome.others)) == (PROVINCE, NOW, 45)


def test_sheets_that_bear_each_communes_own_head_and_one_that_has_an_unknown_row(data, tmp_path):
    sheets = {catalog.area(area).name[:31]: [[line] for line in province.head(area)] + province.form_rows(area)
              for area in COMMUNES[:9]}  # fmt: skip
    sheets[catalog.area(COMMUNES[3]).name].append(["7", "Số cột ăng ten dây co", "cột", "11", "13"])
    (outcome,), said = take(data, writers.workbook(tmp_path / "sheets.xlsx", sheets))
    assert held(data) == true(INDICATORS, (BEFORE, NOW), COMMUNES[:9])
    assert {other.area: len(other.unmatched) for other in outcome.others if other.unmatched} == {COMMUNES[3]: 1}
    assert f"{catalog.area(COMMUNES[3]).title('en')}, the first half of 2026: 12 figures, 1 row" in said


@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
def test_a_folder_of_mixed_documents_with_bad_doubled_and_ended_ones_among_them(data, tmp_path, packed):
    folder = province.folder(tmp_path / "gửi về", [area for area in COMMUNES if area != LATE])
    (folder / "aaa hỏng.docx").write_bytes(b"PK\x03\x04 no document")
    (folder / "Thumbs.db").write_bytes(b"x")
    province.document(folder, DOUBLED, "docx", "zzz bản sau", bts_stations=999)
    province.document(folder, ENDED, "txt", "thị xã cũ", like=COMMUNES[0])
    outcomes, said = take(data, province.zipped(tmp_path / "gửi.zip", folder) if packed else folder)
    areas = [area for area in COMMUNES if area != LATE]
    assert held(data) == true(INDICATORS, (BEFORE, NOW), areas)
    failed = {outcome.path.name: outcome for outcome in outcomes if outcome.failed}
    assert set(failed) == {"aaa hỏng.docx", "zzz bản sau.docx"}
    assert [(one.old, one.new) for one in failed["zzz bản sau.docx"].differences] == [
        (str(truth(DOUBLED, "bts_stations")), "999")
    ]
    ended = next(outcome for outcome in outcomes if outcome.area == ENDED)
    assert any("ended on 30 June 2025" in line and "muong-lay-commune" in line for line in ended.warnings)
    assert "1 document" in said.splitlines()[-46]
    again, _ = take(data, folder)
    assert not any(outcome.new or outcome.written for outcome in again)


def test_a_report_by_an_area_that_had_not_begun_is_kept_with_a_warning_and_its_date(data, tmp_path):
    rows = [["TT", "Chỉ tiêu", "Đơn vị tính", "Thực hiện 6 tháng đầu năm 2021"], ["1", "Trạm BTS", "trạm", "30"]]
    path = writers.word(tmp_path / "som.docx", [
        "UBND XÃ QUÀI TỞ", "BÁO CÁO số liệu 6 tháng đầu năm 2021 của xã Quài Tở", rows,
    ])  # fmt: skip
    (outcome,), said = take(data, path)
    assert (outcome.area, outcome.report, outcome.figures) == ("quai-to", "2021-S1", 1)
    assert "Quai To commune began on 1 July 2025" in said


def test_communes_of_one_name_are_told_apart_or_not_taken_at_all(data, tmp_path):
    path = province.document(tmp_path, "quang-lam-dien-bien", "docx")
    outcome = ingest.ingest(path, data_dir=data)
    assert "several places (Cao Bang, Dien Bien)" in outcome.error
    assert "--under" in outcome.error
    assert ingest.ingest(path, data_dir=data, under=PROVINCE).area == "quang-lam-dien-bien"


def test_every_commune_of_the_nation_is_known_by_its_own_letterhead():
    areas = catalog.areas()
    wrong = {}
    for slug in areas.index[(areas["level"] == "commune") & (areas["valid_to"] == "")]:
        one = catalog.area(slug)
        head = [f"UBND {one.title().upper()}", catalog.area(one.parent).title().upper(),
                f"BÁO CÁO số liệu 6 tháng đầu năm 2026 của {one.title()}"]  # fmt: skip
        found, _ = context.find_area(head, Path("bao-cao.docx"), under=one.parent)
        if found != slug:
            wrong[slug] = found
    assert wrong == {}


def test_a_text_tells_numbered_namesakes_and_names_that_differ_in_a_mark():
    named = gazetteer(REPO / "data").named("xã Bảo Lâm 1, phường 1 Bảo Lộc, xã Ba Tô và xã Ba Tơ; xã Bảo Lâm có 12")
    assert [slugs for _, slugs, *_ in named] == [
        ["bao-lam-1"], ["1-bao-loc"], ["ba-to-21523"], ["ba-to-21484"], ["bao-lam"]
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "areas"),
    [
        ("UBND XÃ AN BÌNH, TỈNH PHÚ THỌ", ["an-binh-phu-tho", "phu-tho"]),
        ("xã Hội An, tỉnh An Giang", ["hoi-an-an-giang", "an-giang"]),
        ("PHÁT TRIỂN KINH TẾ - XÃ HỘI; TỈNH ỦY, HUYỆN ĐOÀN, CÔNG AN XÃ", []),
    ],
)
def test_an_area_whose_name_begins_like_another_word_is_one(text, areas):
    named = gazetteer(REPO / "data").named(text)
    assert [slug for _, slugs, *_ in named for slug in slugs if slug in areas] == areas
    assert bool(named) == bool(areas)


def test_a_communes_own_document_wins_and_the_audit_holds_the_provinces_against_it(data, tmp_path):
    rows = province.table(COMMUNES, COUNTS)
    place = COMMUNES.index(WRONG) + 1
    rows[place][3] = province.printed(truth(WRONG, "bts_stations") + 90)
    paper = province.paper(tmp_path / "paper.docx", rows)
    for order in (
        [paper, province.document(tmp_path, WRONG, "docx")],
        [province.document(tmp_path, WRONG, "docx"), paper],
    ):
        shutil.rmtree(data / "observations", ignore_errors=True)
        outcomes, _ = take(data, *order)
        assert not any(outcome.failed for outcome in outcomes)
        assert held(data)[WRONG, "bts_stations", NOW] == truth(WRONG, "bts_stations")
        findings = audit.audit_stored(WRONG, NOW, data_dir=data)
        told = findings[findings["rule"] == "told_otherwise"]
        assert told[["indicator", "printed", "expected"]].values.tolist() == [
            ["bts_stations", province.printed(truth(WRONG, "bts_stations")), rows[place][3]]
        ]
        assert f"văn bản của cấp trên, biểu 1, dòng {place}, cột 4 ghi {rows[place][3]}" in told["message_vi"].item()
        assert "twice" not in set(findings["rule"])


def test_a_commune_that_only_the_provinces_paper_tells_of_has_not_reported(data, tmp_path):
    paper = province.paper(tmp_path / "paper.docx", province.table(COMMUNES, COUNTS))
    own = province.folder(tmp_path / "in", COMMUNES[1:])
    take(data, paper)
    only = compare.of(PROVINCE, NOW, data_dir=data)
    assert compare.verdict(only).startswith("Có số liệu của 45 trong 45 xã, phường, theo văn bản của cấp trên")
    take(data, own)
    found = compare.of(PROVINCE, NOW, data_dir=data)
    first, second = found.standings[:2]
    assert (first.state, second.state) == ("above", "in")
    assert compare.verdict(found) == (
        "44 trong 45 xã, phường đã gửi báo cáo; 1 nơi mới có số liệu theo văn bản của cấp trên; "
        "không nơi nào phải sửa số liệu"
    )
    assert "chưa nhận được báo cáo của phường Điện Biên Phủ" in compare.reminder(found, first)
    assert "● theo văn bản cấp trên" in str(compare.missing_table(found))
    report = ict.report(COMMUNES[0], NOW, data_dir=data)
    assert str(narrative.sources(report)).startswith("5 số liệu theo văn bản của cấp trên.")
    status = html.ReportStatus(PROVINCE, "compare", "So sánh", "ready", "dien-bien/compare.html", compares=True,
                               below={COMMUNES[1]: 2})  # fmt: skip
    index = html.PeriodIndex(NOW, [status], data_dir=str(data)).pages["index.html"]
    assert (
        "44 trong 45 xã, phường đã gửi báo cáo; 1 nơi mới có số liệu theo văn bản của cấp trên; 1 nơi phải sửa" in index
    )


def test_a_slip_of_the_program_in_one_document_stops_no_other(data, tmp_path, monkeypatch):
    folder = province.folder(tmp_path / "in", COMMUNES[:3])
    read = ingest.read_plan

    def slips(path, *rest, **options):
        if COMMUNES[1] in path.name:
            raise KeyError("no such thing")
        return read(path, *rest, **options)

    monkeypatch.setattr(ingest, "read_plan", slips)
    outcomes, said = take(data, folder)
    assert [outcome.failed for outcome in outcomes].count(True) == 1
    assert "KeyError" in said
    assert held(data) == true(INDICATORS, (BEFORE, NOW), [COMMUNES[0], COMMUNES[2]])


def test_the_total_row_is_held_against_the_sum(data, tmp_path):
    total = sum(truth(area, "phone_subscribers") for area in COMMUNES)
    rows = province.table(COMMUNES, COUNTS, phone_subscribers=total - 2000)
    (outcome,), _ = take(data, province.paper(tmp_path / "paper.docx", rows))
    assert [line for line in outcome.warnings if f"{total:g}" in line and f"{total - 2000:g}" in line]
    assert held(data) == true(COUNTS)
    own = audit.audit_stored(PROVINCE, NOW, data_dir=data)
    assert own.loc[own["severity"] == "error", ["area", "rule", "indicator"]].values.tolist() == [
        [PROVINCE, "areas_within_area", "phone_subscribers"]
    ]
    assert "Dòng thứ 46, cột 5: ghi 222.730, nhưng 45 địa bàn cấp dưới cộng lại đã là 224.730" in own["message_vi"][0]


def test_a_row_under_an_old_name_is_not_given_to_the_new_commune(data, tmp_path):
    rows = province.table(COMMUNES, COUNTS, {RENAMED: "thị xã Mường Lay"})
    _, said = take(data, province.paper(tmp_path / "paper.docx", rows))
    with pytest.warns(UserWarning, match="ended on 30 June 2025"):
        ict.load(data_dir=data)
    assert held(data) == true(COUNTS, areas=[area for area in COMMUNES if area != RENAMED])
    assert "ended on 30 June 2025" in said


def test_a_commune_listed_twice_and_differently_is_told_with_its_name(data, tmp_path):
    rows = province.table(COMMUNES, COUNTS)
    again = list(rows[COMMUNES.index(DOUBLED) + 1])
    again[3] = "999"
    rows.insert(-1, again)
    (outcome,), _ = take(data, province.paper(tmp_path / "paper.docx", rows))
    assert any(catalog.area(DOUBLED).title("en") in line and "999" in line for line in outcome.warnings)
    assert held(data) == true(COUNTS)


def test_prepare_takes_a_provinces_table_and_makes_every_communes_pages(tmp_path, monkeypatch):
    from ictplan_utils import prepare as room

    data = synthetic_data(tmp_path / "data", 0)
    paper = province.paper(tmp_path / "paper.docx", province.table(COMMUNES[:3], COUNTS))
    asked: list[list[str]] = []
    monkeypatch.setattr(room, "make", lambda asks: asked.append(asks.areas) or room.Made(asks.period, {}))
    prepared = room.prepare([paper], request=room.Request(data=str(data)), accept=lambda document: True)
    assert asked == [[PROVINCE, *COMMUNES[:3]]]
    assert all(document.stored for document in prepared.documents)
    assert held(data) == true(COUNTS, areas=COMMUNES[:3])


def test_ingest_then_status_of_a_whole_province(data, tmp_path):
    folder = province.folder(tmp_path / "in", [area for area in COMMUNES if area not in (LATE, WRONG)])
    province.document(folder, WRONG, "docx", internet_user_share=483.0)
    options = ["--under", PROVINCE, "--data", str(data)]
    ran = CliRunner().invoke(cli.main, ["ingest", str(folder), *options])
    assert ran.exit_code == 0, ran.output
    found = compare.of(PROVINCE, NOW, data_dir=data)
    states = {one.area.area: one.state for one in found.standings}
    assert [area for area, state in states.items() if state == "late"] == [LATE]
    assert [area for area, state in states.items() if state == "faulty"] == [WRONG]
