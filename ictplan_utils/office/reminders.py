"""A province's reminders: the page of who has reported, a text to paste for each area, one letter for all in Word."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from html import escape
from pathlib import Path

from ictplan_utils import compare, html, periods
from ictplan_utils.compare import Comparison
from ictplan_utils.files import write_atomically
from ictplan_utils.html import Heading, Link
from ictplan_utils.office.forms import TEMPLATES, to_be_dated
from ictplan_utils.office.template import Cell, Filling, Row, fill
from ictplan_utils.vietnamese import capitalised

LETTER = "nhac-bao-cao.docx"


def write(found: Comparison, outputs: str | Path = "outputs") -> list[Path]:
    """Write status.html, nhac-bao-cao.txt and the letter to `outputs`/PERIOD/PARENT/ and return their paths."""
    folder = Path(outputs) / found.period / found.parent.area
    pages = {path.parent.name for path in folder.parent.glob("*/index.html")}
    made: dict[str, str | bytes] = {"status.html": status_page(found, pages)}
    if paper := letter(found):
        made |= {"nhac-bao-cao.txt": f"{compare.reminders(found)}\n", LETTER: paper}
    for name, content in made.items():
        write_atomically(folder / name, content)
    return [folder / name for name in made]


def status_page(found: Comparison, made: Collection[str] = ()) -> str:
    """Return the page: what to do, every area's report in a table that sorts and searches, the reminders.

    `made`: the areas that have pages.
    """
    parts = {"areas": compare.missing_table(found, made), "reminders": compare.reminders(found)}
    parts = {name: part for name, part in parts.items() if str(part)}
    sections = [f"<section>{compare.todo(found)._repr_html_()}</section>"]
    sections += [
        f'<section id="{name}"><h2>{escape(found.say(f"compare.status.{name}"))}</h2>{part._repr_html_()}</section>'
        for name, part in parts.items()
    ]
    return html.page(
        "".join(sections), title=compare.verdict(found), place=capitalised(found.parent.title(found.lang)),
        when=found.when, lang=found.lang, navigation=[Link(found.say("pages.index.all"), "../index.html")],
        contents=[Heading(name, found.say(f"compare.status.{name}")) for name in parts],
    )  # fmt: skip


def letter(found: Comparison) -> bytes:
    """Return the letter to all areas that are late, wrong or incomplete, in Vietnamese; b"" where none is."""
    told = Comparison(found.parent, found.period, found.observations, "vi", found.folder)
    rows = []
    for one in told.standings:
        if asked := _asked(told, one):
            cells = {"so": str(len(rows) + 1), "ten": one.area.title(), "viec": asked,
                     "tinh_trang": told.say(f"compare.state.{one.state}")}  # fmt: skip
            rows.append(Row("dong", {name: Cell(text) for name, text in cells.items()}))
    if not rows:
        return b""
    place, verdict, day = found.parent, compare.verdict(told), to_be_dated(periods.year(found.period))
    words = {"DIA_BAN": place.title().upper(), "ten": place.name, "ky": told.when, "cap": told.noun, "tu_ngay": day,
             "da_gui": verdict[:1].lower() + verdict[1:]}  # fmt: skip
    made = datetime.datetime.combine(periods.end_date(found.period), datetime.time())
    title = told.say("office.title.reminder", when=told.when, area=place.title())
    return fill(TEMPLATES / LETTER, Filling(words, rows), made, title)


def _asked(told: Comparison, one: compare.Standing) -> str:
    """Return what the letter asks of one area; each error is in the reminder that goes with it."""
    asked = [told.say("compare.letter.send")] if one.state == "late" else []
    if one.errors:
        asked.append(told.say("compare.letter.correct", count=len(one.errors)))
    if one.missing:
        asked.append(told.say("compare.letter.complete", count=len(one.missing), names=", ".join(one.missing)))
    return "; ".join(asked)
