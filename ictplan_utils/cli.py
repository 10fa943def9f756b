"""The `ictplan` command: thin; every command says what it does in `--help` and does it in a room below."""

from __future__ import annotations

import contextlib
import inspect
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

import ictplan_utils as ict
from ictplan_utils import messages
from ictplan_utils.command_line import (
    DONE,
    WITH_FAILURES,
    Option,
    Sentences,
    argument,
    lang_option,
    option,
    show,
)
from ictplan_utils.messages import error

PAGES = "vi"
"""The language of pages where none is asked for: leaders read them, whatever the clerk's computer speaks."""

LONGEST_SECONDS = 30 * 24 * 3600

PATH = click.Path(path_type=Path)
SPEAK = lang_option(expose_value=False)
SHARED = {
    "plan": argument("plan", nargs=-1, type=PATH),
    "area": option("--area", default="", metavar="AREA", told="document_area"),
    "period": option("--period", default="", metavar="PERIOD"),
    "under": option("--under", default="", metavar="PARENT", told="document_under"),
    "everything": option("--all", "everything", is_flag=True),
    "all_details": option("--all-details", is_flag=True),
    "as_json": option("--json", "as_json", is_flag=True),
    "lang": lang_option(told="pages_lang"),
    "data": option("--data", default="data", show_default=True, metavar="DIR"),
    "outputs": option("--outputs", default="outputs", show_default=True, metavar="DIR"),
    "notebooks": option("--notebooks", default="", metavar="DIR"),
}
"""Parameter of a command → the option or argument that several of them have for it."""
OF_DOCUMENTS = {
    "plan": argument("plan", nargs=-1, required=True, type=PATH),
    "period": option("--period", default="", metavar="PERIOD", told="document_period"),
}


def command(group: click.Group, called: str | None = None, /, **own: Any) -> Callable[[Callable], click.Command]:
    """Return the decorator of a command: each of its parameters is its `own` option or argument, else a SHARED one.

    Whatever has no pages speaks the language of --lang.
    """

    def made(function: Callable) -> click.Command:
        parameters = [own.get(each) or SHARED[each] for each in inspect.signature(function).parameters]
        if SHARED["lang"] not in parameters:
            parameters.append(SPEAK)
        for add in reversed(parameters):
            add(function)
        return group.command(called)(function)

    return made


def _seconds(ctx: click.Context, option: click.Parameter, value: float) -> float:
    """Refuse what click takes for a number of seconds though nobody can wait for it: nan, inf."""
    if not value <= LONGEST_SECONDS:
        raise error("cli.no_seconds", value=value, most=f"{LONGEST_SECONDS:,}")
    return value


def _slug(area: str, data: str, period: str = "") -> str | None:
    """Return the slug of an area named as people say it; None where none is named."""
    if not area:
        return None
    return ict.catalog.area(area, data, period=period, among=ict.observations.reporting_areas(data)).area


@click.group(cls=Sentences)
@click.version_option(package_name="ictplan", cls=Option)
@SPEAK
def main() -> None:
    """The program itself; its commands are below, what they say of themselves is in messages/cli.toml."""


@command(main, "list", list_indicators=option("--indicators", "list_indicators", is_flag=True))
def list_(data: str, outputs: str, notebooks: str, list_indicators: bool, as_json: bool) -> None:
    """Show notebooks and areas, or indicators and forms."""
    from ictplan_utils.batch import schedule

    if list_indicators:
        _list_indicators(data)
        return
    known, passed_over = schedule.list_notebooks(schedule.find_notebooks_dir(notebooks))
    for note in [*passed_over, *ict.observations.strays(data)]:
        show(note, err=True)
    names = ict.catalog.areas(data)["name"]
    sent = {area: ict.observations.reports(area, data) for area in ict.observations.reporting_areas(data)}
    if as_json:
        notebooks_ = [
            {"name": each.name, "title": dict(each.titles), "per": each.scope,
             "parameters": [{"name": one.name, "type": one.hint, "default": one.default, "help": one.help}
                            for one in each.parameters]}
            for each in known
        ]  # fmt: skip
        areas_ = [{"area": area, "name": names[area], "reports": reports} for area, reports in sent.items()]
        click.echo(json.dumps({"notebooks": notebooks_, "areas": areas_}, ensure_ascii=False, indent=1))
        return
    for notebook in known:
        when = messages.text(f"batch.runs.{'none' if notebook.only_named else notebook.scope}")
        title = notebook.title(messages.language())
        show(messages.text("batch.list_line", name=notebook.name, title=title, when=when))
        show("    " + " ".join(f"{each.name}={each.default!r}" for each in notebook.parameters))
    show()
    for area, reports in sent.items():
        show(f"{area}  {names[area]}  {', '.join(reports)}")


def _list_indicators(data: str) -> None:
    lang = messages.language()
    for slug in ict.catalog.indicators(data).index:
        entry = ict.catalog.indicator(slug, data)
        show(f"{entry.form_number or '–':>5}  {slug}  {entry.name(lang)} ({entry.unit(lang)})")
    for name, form in ict.catalog.forms(data).items():
        show(f"{name}  {form.name(lang)}: {len(form.numbers)}")


@command(
    main,
    notebook=argument("notebook", nargs=-1),
    area=option("--area", multiple=True, metavar="AREA"),
    under=option("--under", default="", metavar="PARENT"),
    parameters=option("-p", "parameters", nargs=2, multiple=True, metavar="NAME VALUE"),
    workers=option("--workers", type=click.IntRange(1, 512), metavar="N"),
    timeout=option("--timeout", type=click.FloatRange(0.1), callback=_seconds, default=600, show_default=True,
                   metavar="SECONDS"),
    **{name: option(f"--{name}", is_flag=True) for name in ("force", "pdf", "bundle", "quiet")},
    cluster=option("--cluster", default="", metavar="tcp://HOST:PORT"),
)  # fmt: skip
def run(
    notebook: tuple[str, ...], area: tuple[str, ...], everything: bool, under: str, period: str, lang: str | None,
    parameters: tuple[tuple[str, str], ...], data: str, outputs: str, notebooks: str, workers: int | None,
    timeout: float, force: bool, pdf: bool, bundle: bool, cluster: str, quiet: bool, as_json: bool,
) -> None:  # fmt: skip
    """Make reports, and say where to look."""
    from ictplan_utils.batch import engine, schedule
    from ictplan_utils.batch.progress import progress
    from ictplan_utils.batch.template import Template

    with contextlib.ExitStack() as stack:
        request = schedule.Request(
            notebook, area, everything, under, period, lang or PAGES, data, outputs, notebooks, parameters
        )
        todo = schedule.make_schedule(request)
        for note in () if quiet else todo.notes:
            show(note, err=True)
        if cluster:
            from ictplan_utils.batch.cluster import Cluster

            pool: engine.Pool = stack.enter_context(Cluster(cluster))
        else:
            pool = engine.Workers(workers, stack.enter_context(contextlib.closing(Template())))
        outcome = engine.run(todo, pool, progress(quiet=quiet, as_json=as_json), timeout=timeout, force=force)
    if pdf:
        _print_pdf([outcome.index.parent / f"{key}.html" for key in (*outcome.made, *outcome.unchanged)])
    if bundle:
        _write_bundles(todo, {*outcome.made, *outcome.unchanged}, quiet=quiet or as_json)
    _conclude(outcome, quiet=quiet, as_json=as_json)


def _print_pdf(pages: list[Any]) -> None:
    """Print the pages that have no PDF yet, or one of an earlier page."""
    for page in pages:
        printed = page.with_suffix(".pdf")
        if not printed.is_file() or printed.stat().st_mtime_ns < page.stat().st_mtime_ns:
            ict.html.print_pdf(page)


def _write_bundles(schedule: Any, ready: set[str], *, quiet: bool) -> None:
    """Write of each area's reports the one page, the one PDF and the summary, and say where they are.

    In each language that the reports are ready in: each leads to its twin, and both say the same.
    """
    from itertools import groupby

    from ictplan_utils.batch import index
    from ictplan_utils.batch.manifest import Manifest, locked
    from ictplan_utils.html.bundle import write_bundle

    chosen = [each for each in schedule.reports if each.notebook.scope == "area" and each.key in ready]
    for area, own in groupby(chosen, key=lambda each: each.area):
        reports = list(own)
        names = [each.notebook.name for each in reports]
        languages = [lang for lang in messages.LANGUAGES if all(each.twin(lang).key in ready for each in reports)]
        for lang in languages:
            report = ict.reports.of(area, schedule.period, lang, schedule.data)
            made = write_bundle(schedule.folder / area, names, report, languages)
            for path in () if quiet else made:
                show(path)
    # The index leads to the bundles.
    with locked(schedule.folder):
        index.write(schedule, Manifest(schedule.folder, schedule.period), schedule.every_notebook)


def _conclude(outcome: Any, *, quiet: bool, as_json: bool) -> None:
    """Say what failed and where to look, and exit with 0 or 1, whether or not anybody listens."""
    from ictplan_utils.batch.progress import say

    if as_json:
        event = {
            "event": "end", "made": len(outcome.made), "unchanged": len(outcome.unchanged),
            "failed": len(outcome.failed), "index": str(outcome.index),
        }  # fmt: skip
        say(json.dumps(event, ensure_ascii=False), sys.stdout)
    else:
        for reason in outcome.failed.values():
            say("\n" + messages.text("batch.failed", reason=reason), sys.stderr)
        if outcome.failed:
            kept = outcome.index.parent / "failed"
            say("\n" + messages.text("batch.failed_count", count=len(outcome.failed), folder=kept), sys.stderr)
        if not quiet:
            say(messages.text("batch.made", count=len(outcome.made), unchanged=len(outcome.unchanged)), sys.stdout)
        say(messages.text("batch.open", index=outcome.index), sys.stdout)
    sys.exit(WITH_FAILURES if outcome.failed else DONE)


@command(main, **OF_DOCUMENTS, accept=option("--accept", "--yes", "-y", is_flag=True))
def prepare(
    plan: tuple[Path, ...], area: str, period: str, under: str, accept: bool, all_details: bool, lang: str | None,
    data: str, outputs: str, notebooks: str,
) -> None:  # fmt: skip
    """Do the clerk's whole job, and print the checklist."""
    from ictplan_utils import prepare as room

    prepared = room.prepare(
        plan, _slug(area, data, period), period or None,
        room.Request(lang=lang or PAGES, data=data, outputs=outputs, notebooks_dir=notebooks),
        accept=lambda document: accept, tell=lambda line: show(line, err=True), under=_slug(under, data, period) or "",
    )  # fmt: skip
    for heading, lines in room.checklist(prepared, data, None if all_details else room.SHOWN):
        show("\n".join([f"\n{heading}", *(f"  {line}" for line in lines)]))
    sys.exit(DONE if prepared.done else WITH_FAILURES)


@command(
    main,
    **OF_DOCUMENTS,
    replace=option("--replace", is_flag=True),
    dry_run=option("--dry-run", is_flag=True),
    maps=option("--map", "maps", multiple=True, metavar="NAME=INDICATOR"),
    form=option("--form", default="", metavar="NAME"),
)
def ingest(
    plan: tuple[Path, ...], area: str, period: str, replace: bool, dry_run: bool, maps: tuple[str, ...],
    form: str, under: str, all_details: bool, data: str, outputs: str,
) -> None:  # fmt: skip
    """Read documents into the data."""
    from ictplan_utils.documents import ingest as rooms
    from ictplan_utils.documents import own_form

    if form:
        own_form.check_request(plan, form, data)
    outcomes = rooms.ingest_all(
        plan, _slug(area, data, period), period or None, data, replace=replace, dry_run=dry_run, maps=maps,
        show=show, limit=None if all_details else 20, under=_slug(under, data, period) or "",
    )  # fmt: skip
    if form and not outcomes[0].error:
        show(own_form.make(plan[0], outcomes[0].area, outcomes[0].report, form, data, dry_run=dry_run))
    failed = [outcome for outcome in outcomes if outcome.failed]
    for outcome in failed if len(outcomes) > 1 else []:
        show(messages.text("cli.failed", summary=outcome.summary()), err=True)
    sys.exit(WITH_FAILURES if failed else DONE)


@command(
    main,
    area=option("--area", default="", metavar="AREA"),
    list_rules=option("--rules", "list_rules", is_flag=True),
)
def audit(
    plan: tuple[Path, ...], area: str, period: str, everything: bool, list_rules: bool, as_json: bool, data: str,
    outputs: str,
) -> None:  # fmt: skip
    """Find what cannot be true."""
    import pandas as pd

    from ictplan_utils.audit import listing

    if list_rules:
        click.echo(json.dumps(ict.audit.rules().to_dict("records"), ensure_ascii=False, indent=1)
                   if as_json else listing.rules_text(messages.language()))  # fmt: skip
        return
    if everything and (plan or area):
        raise error("cli.all_excludes")
    notes: list[str] = []
    own = _slug(area, data, period)
    if plan:
        read = [_audit_plan(each, own, period or None, data) for each in plan]
        findings = pd.concat([found for found, _ in read], ignore_index=True)
        notes = [note for _, said in read for note in said]
    else:
        findings = ict.audit.audit_stored(own, period or None, data_dir=data)
    if as_json:
        content = {"counts": listing.counts(findings), "findings": findings.to_dict("records"), "notes": notes}
        click.echo(json.dumps(content, ensure_ascii=False, indent=1))
    else:
        for note in notes:
            show(note, err=True)
        show(listing.findings_text(findings, messages.language()))
    sys.exit(WITH_FAILURES if (findings["severity"] == "error").any() else DONE)


def _audit_plan(path: Path, area: str | None, period: str | None, data: str) -> tuple[Any, list[str]]:
    """Read a document that is not stored and audit it, its dates and title included."""
    from ictplan_utils.documents import plan as reader

    reading = reader.read_plan(path, area, period, data)
    notes = [f"{path}: {warning}" for warning in reading.warnings]
    if reading.unmatched:
        notes.append(messages.text("audit.not_audited", path=path, count=len(reading.unmatched)))
    return ict.audit.audit_reading(reading, data_dir=data), notes


@command(
    main,
    area=option("--area", multiple=True, required=True, metavar="AREA"),
    estimate=option("--estimate", default="official", show_default=True, metavar="official|forecast"),
    templates=option("--templates", metavar="DIR"),
    form=option("--form", default="", metavar="NAME"),
)
def forms(
    area: tuple[str, ...], period: str, estimate: str, templates: str | None, form: str, data: str, outputs: str
) -> None:
    """Make the official papers."""
    from ictplan_utils.office import forms as room

    told = [ict.reports.of(each, period, data_dir=data) for each in dict.fromkeys(area)]
    for path in room.write_all(told, outputs, estimate, templates, form):
        show(path)


@command(
    main,
    under=option("--under", required=True, metavar="PARENT"),
    period=option("--period", required=True, metavar="PERIOD"),
)
def status(under: str, period: str, lang: str | None, data: str, outputs: str) -> None:
    """Say who has reported, and write the reminders."""
    from ictplan_utils.office import reminders

    for note in ict.observations.strays(data):
        show(note, err=True)
    found = ict.compare.of(under, period, lang or PAGES, data)
    show(f"{ict.compare.verdict(found)}\n{ict.compare.missing_table(found)}")
    for path in reminders.write(found, outputs):
        show(path)
    sys.exit(WITH_FAILURES if any(one.errors for one in found.standings) else DONE)


@command(main, folder=argument("folder", default=".", type=PATH), update=option("--update", is_flag=True))
def init(folder: Path, update: bool) -> None:
    """Make a workspace, or renew one."""
    from ictplan_utils import workspace

    outcomes = workspace.update(folder) if update else workspace.make(folder)
    told = [each.said() for each in outcomes if update and each.kind != "same"]
    same = "workspace.up_to_date" if update else "workspace.ready"
    for line in told or [messages.text(same, folder=folder)]:
        show(line)


@main.group()
@SPEAK
def areas() -> None:
    """Commands of the areas."""


@command(areas, "find", name=argument("name"))
def areas_find(name: str, data: str) -> None:
    """List the areas of a name."""
    for one in ict.catalog.find_areas(name, data) or [ict.catalog.area(name, data)]:
        show(f"{one.code:>5}  {ict.catalog.described(one, data)}")


@command(
    areas,
    "add",
    name=argument("name"),
    code=option("--code", required=True, metavar="CODE"),
    parent=option("--parent", required=True, metavar="AREA"),
    level=option("--level", default="", metavar="LEVEL"),
    valid_from=option("--from", "valid_from", default="", metavar="DAY"),
    valid_to=option("--to", "valid_to", default="", metavar="DAY"),
    successor=option("--successor", default="", metavar="AREAS"),
    slug=option("--slug", default="", metavar="SLUG"),
)
def areas_add(
    name: str, code: str, parent: str, level: str, valid_from: str, valid_to: str, successor: str, slug: str, data: str,
) -> None:  # fmt: skip
    """Add an area."""
    when = {"valid_from": valid_from, "valid_to": valid_to}
    one = ict.catalog.add_area(name, code, parent, data, level=level, successor=successor, slug=slug, **when)
    show(",".join(vars(one).values()))


@command(main, file=argument("file", required=False, type=PATH))
def backtest(file: Path | None, as_json: bool, data: str, outputs: str) -> None:
    """Say how good forecasts have been."""
    from ictplan_utils.forecast import backtesting, scoring

    stored = ict.observations.load(corrected=True, data_dir=data) if file is None else None
    series = scoring.read_series(file) if file else backtesting.series_of(stored, data)
    summary = backtesting.trust(backtesting.backtest(series))
    if as_json:
        click.echo(summary.to_json(orient="records", indent=1))
    else:
        show(ict.reliability.trust_text(summary, messages.language()))
        if stored is not None:
            show(f"\n{ict.reliability.outcome_lines(stored, messages.language(), data)}")


if __name__ == "__main__":
    main()
