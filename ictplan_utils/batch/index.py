"""What a run leaves for whoever looks for a report: a period's index, from its manifest, and that of all periods."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ictplan_utils import messages
from ictplan_utils.batch import manifest as records
from ictplan_utils.batch.schedule import Notebook, Report, Schedule
from ictplan_utils.errors import IctplanError
from ictplan_utils.files import recall, text_of, write_atomically
from ictplan_utils.periods import PERIOD, in_order

if TYPE_CHECKING:
    from ictplan_utils import html

MARKED = {"made_from": str, "periods": list, "titles": dict, "errors": int, "figures": dict}
MARK = ".index"
"""Beside a period's index: what it was made from, the periods it links to, what the index of all says of it.

Beside that index: what it was made from. A run with nothing to do then imports neither pages nor catalogue.
"""


def write(schedule: Schedule, manifest: records.Manifest, notebooks: Mapping[str, Notebook]) -> None:
    """Write outputs/PERIOD/index.html, the page of each area, and outputs/index.html, in each language that was made.

    `notebooks` in the order in which reports are listed. Periods that a new one stands beside get its link too.
    """
    periods = _periods(schedule.outputs)
    _write_period(schedule.folder, manifest, notebooks, periods, schedule.data, schedule.lang, schedule.reports)
    for period in periods:
        folder = schedule.outputs / period
        if period != schedule.period and _mark(folder).get("periods") != periods:
            # Whoever makes that period at this moment writes its index too, at the end.
            with contextlib.suppress(IctplanError), records.locked(folder):
                _write_period(folder, records.Manifest(folder, period), notebooks, periods, schedule.data)
    told = {period: _mark(schedule.outputs / period) for period in periods}
    languages = [lang for lang in messages.LANGUAGES if any(lang in mark.get("titles", ()) for mark in told.values())]
    print_ = records.fingerprint(told, languages, sorted(manifest.environments.items()))
    pages = {lang: schedule.outputs / f"{messages.page_name('index', lang)}.html" for lang in languages}
    with contextlib.suppress(OSError, ValueError):
        if text_of(schedule.outputs / MARK) == print_ and all(path.is_file() for path in pages.values()):
            return
    from ictplan_utils import html

    summaries = [html.PeriodSummary(period, mark.get("titles", {}), mark.get("errors", 0), mark.get("figures", {}))
                 for period, mark in told.items()]  # fmt: skip
    for lang, path in pages.items():
        _write(path, html.periods_page(summaries, lang=lang, languages=languages, data_dir=str(schedule.data)))
    write_atomically(schedule.outputs / MARK, print_)


def _periods(outputs: Path) -> list[str]:
    """Return the periods that have reports, oldest first."""
    return in_order(path.parent.name for path in outputs.glob("*/manifest.json") if PERIOD.fullmatch(path.parent.name))


def _mark(folder: Path) -> dict[str, Any]:
    found = recall(folder / MARK)
    return found if {name: type(value) for name, value in found.items()} == MARKED else {}


def _write_period(
    folder: Path, manifest: records.Manifest, notebooks: Mapping[str, Notebook], periods: list[str], data: Path,
    lang: str = messages.LANGUAGES[0], scheduled: Iterable[Report] = (),
) -> None:  # fmt: skip
    """Write one period's pages, in the first language, `lang` and all others made; unchanged, they are left alone."""
    wanted = {each.key: {"area": each.area, "notebook": each.notebook.name, "lang": each.lang, "status": "missing"}
              for each in scheduled}  # fmt: skip
    rows = {key: {"lang": messages.LANGUAGES[0], **row} for key, row in (wanted | manifest.reports).items()}
    written = {row["lang"] for row in rows.values()} | {messages.LANGUAGES[0], lang}
    languages = [each for each in messages.LANGUAGES if each in written]
    # What the index shows of the figures changes with them, as the reports do.
    made_from = {key: [row.get(name) for name in ("fingerprint", "inputs", "status", "error")]
                 for key, row in rows.items()}  # fmt: skip
    bundles = {each: _bundles(folder, each) for each in languages}
    print_ = records.fingerprint(made_from, languages, periods, bundles, sorted(manifest.environments.items()))
    if _mark(folder).get("made_from") == print_ and (folder / "index.html").is_file():
        return
    from ictplan_utils import html

    titles = {}
    for each in languages:
        statuses = _statuses([*bundles[each], *rows.values()], notebooks, each, data)
        index = html.PeriodIndex(folder.name, statuses, each, str(data), periods, languages)
        titles[each] = index.title
        for name, text in index.pages.items():
            _write(folder / name, text)
    ready = [row for row in rows.values() if row["status"] == "ready"]
    errors = {area: count for row in ready for area, count in _of_areas(row["facts"], "errors").items()}
    errors |= {row["area"]: row["facts"]["errors"] for row in ready if "errors" in row["facts"]}
    mark = {"made_from": print_, "periods": periods, "titles": titles, "errors": sum(errors.values()),
            "figures": index.headlines}  # fmt: skip
    write_atomically(folder / MARK, json.dumps(mark))


def _bundles(folder: Path, lang: str) -> list[dict[str, Any]]:
    """Return the areas' bundles as reports more, those that are as new as the pages they hold."""
    name = messages.page_name("bundle", lang)
    ours = {messages.page_name(page, each) for page in ("index", "bundle") for each in messages.LANGUAGES}
    return [
        {"area": path.parent.name, "notebook": "bundle", "lang": lang, "status": "ready",
         "title": messages.text("pages.index.bundle", lang)}
        for path in sorted(folder.glob(f"*/{name}.html"))
        if all(path.stat().st_mtime_ns >= page.stat().st_mtime_ns
               for page in path.parent.glob("*.html") if page.stem not in ours)
    ]  # fmt: skip


def _statuses(
    rows: Iterable[Mapping[str, Any]], notebooks: Mapping[str, Notebook], lang: str, data: Path
) -> list[html.ReportStatus]:
    """Return each report once, as it is in `lang`, else in another language, by area and notebook."""
    from ictplan_utils import catalog, html

    found: dict[tuple[str, str], html.ReportStatus] = {}
    for row in sorted(rows, key=lambda row: row["lang"] != lang):
        area, name, its_lang = row["area"], row["notebook"], row["lang"]
        facts = row.get("facts", {})
        found.setdefault((area, name), html.ReportStatus(
            area, name, notebooks[name].title(lang) if name in notebooks else row.get("title", name), row["status"],
            f"{area}/" * bool(area) + f"{messages.page_name(name, its_lang)}.html", row.get("error", ""),
            facts.get("errors"), its_lang if its_lang != lang else "",
            _of_areas(facts, "rank"), _of_areas(facts, "errors"), _of_areas(facts, "total"),
            _of_areas(facts, "without"), _of_areas(facts, "covered"), _of_areas(facts, "growth"),
            facts.get("units", 0), name in notebooks and notebooks[name].scope == "parent",
        ))  # fmt: skip
    areas = {area: place for place, area in enumerate(catalog.areas(data).index)}
    order = {name: place for place, name in enumerate(["bundle", *notebooks])}
    return sorted(found.values(), key=lambda each: (
        areas.get(each.area, len(areas)), each.area, order.get(each.notebook, len(order)), each.notebook,
    ))  # fmt: skip


def _of_areas(facts: Mapping[str, Any], name: str) -> dict[str, int]:
    """Return what a comparison says of each of its areas, or indicators: the facts called `name/AREA`."""
    return {key.partition("/")[2]: value for key, value in facts.items() if key.startswith(f"{name}/")}


def _write(path: Path, text: str) -> None:
    # A file may lie where an area's folder should: its reports say so.
    with contextlib.suppress(FileExistsError, NotADirectoryError):
        if not path.is_file() or path.read_text(encoding="utf-8", errors="replace") != text:
            write_atomically(path, text)
