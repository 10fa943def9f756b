"""The `ictplan` command: thin; every command says what it does in `--help` and does it in a room below."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import sys
from pathlib import Path
from typing import Any

import click

from ictplan_utils import messages
from ictplan_utils.errors import IctplanError, one_line

DONE, WITH_FAILURES, WRONG_REQUEST, STOPPED = 0, 1, 2, 130

OF_THE_DISK = (
    errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EACCES, errno.EPERM, errno.ENOENT, errno.ENOTDIR,
    errno.EISDIR, errno.ENAMETOOLONG, errno.ELOOP, errno.EEXIST,
)  # fmt: skip
"""What goes wrong with the files and folders that a request names."""

LONGEST_SECONDS = 30 * 24 * 3600

data_option = click.option("--data", default="data", show_default=True, metavar="DIR", help="Folder of the data.")
outputs_option = click.option(
    "--outputs", default="outputs", show_default=True, metavar="DIR", help="Folder that receives what is made."
)


def _seconds(ctx: click.Context, option: click.Parameter, value: float) -> float:
    """Refuse what click takes for a number of seconds though nobody can wait for it: nan, inf."""
    if not value <= LONGEST_SECONDS:
        raise IctplanError(f"--timeout {value} is no number of seconds up to {LONGEST_SECONDS:,}")
    return value


def _slug(area: str, data: str, period: str = "") -> str | None:
    """Return the slug of an area named as people say it; None where none is named."""
    from ictplan_utils import catalog, observations

    if not area:
        return None
    return catalog.find_area(area, data, period=period, among=observations.reporting_areas(data)).area


class Sentences(click.Group):
    """A group that says what is wrong in one sentence, with exit code 2, and never shows a traceback for it."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        prepare_streams()
        try:
            return super().main(*args, **kwargs)
        finally:
            end_output()

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except IctplanError as error:
            click.echo(f"ictplan: {error}", err=True)
            ctx.exit(WRONG_REQUEST)
        except KeyboardInterrupt:
            click.echo("\nictplan: " + messages.text("batch.stopped"), err=True)
            ctx.exit(STOPPED)
        except BrokenPipeError:
            # Whoever read our output has seen enough.
            end_output()
            ctx.exit(DONE)
        except OSError as error:
            if error.errno not in OF_THE_DISK:
                raise
            click.echo(f"ictplan: cannot use {one_line(error.filename or 'a file', 200)}: {error.strerror}", err=True)
            ctx.exit(WRONG_REQUEST)


def end_output() -> None:
    """Write out what is still to be printed; where nobody reads it any more, let it go, so that Python's own last
    attempt does not turn the exit code into 120."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def prepare_streams() -> None:
    """Let everything be printed anywhere: to a stream that was closed, and in an encoding that lacks our letters."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number is free, and is this one
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123
        elif hasattr(stream, "reconfigure"):
            try:
                "chỉ tiêu ×".encode(stream.encoding)
                stream.reconfigure(errors="replace")
            except UnicodeEncodeError:
                stream.reconfigure(encoding="utf-8", errors="replace")


@click.group(cls=Sentences, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ictplan")
def main() -> None:
    """Plan and report the information and communications sector of a locality, from data.

    Exit codes: 0 done; 1 done, with failures or audit errors listed; 2 the request itself is wrong.
    """


@main.command("list")
@data_option
@outputs_option
@click.option("--notebooks", default="", metavar="DIR", help="Folder of the notebooks.  [default: notebooks]")
@click.option("--indicators", "list_indicators", is_flag=True, help="Show the indicators and the forms instead.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def list_(data: str, outputs: str, notebooks: str, list_indicators: bool, as_json: bool) -> None:
    """Show the notebooks with their parameters, and the areas with their reports."""
    from ictplan_utils import catalog, observations
    from ictplan_utils.batch import schedule

    if list_indicators:
        lang = messages.language()
        for slug in catalog.indicators(data).index:
            entry = catalog.indicator(slug, data)
            click.echo(f"{entry.form_number or '–':>5}  {slug}  {entry.name(lang)} ({entry.unit(lang)})")
        for name, form in catalog.forms(data).items():
            click.echo(f"{name}  {form.name(lang)}: {len(form.numbers)}")
        return
    known, passed_over = schedule.list_notebooks(schedule.find_notebooks_dir(notebooks))
    for note in passed_over:
        click.echo(note, err=True)
    names = catalog.areas(data)["name"]
    for sentence in observations.strays(data):
        click.echo(sentence, err=True)
    sent = {area: observations.reports(area, data) for area in observations.reporting_areas(data)}
    if as_json:
        content = {
            "notebooks": [
                {
                    "name": notebook.name, "title": dict(notebook.titles), "per": notebook.scope,
                    "parameters": [
                        {"name": each.name, "type": each.hint, "default": each.default, "help": each.help}
                        for each in notebook.parameters
                    ],
                }
                for notebook in known
            ],
            "areas": [{"area": area, "name": names[area], "reports": reports} for area, reports in sent.items()],
        }  # fmt: skip
        click.echo(json.dumps(content, ensure_ascii=False, indent=1))
        return
    for notebook in known:
        when = messages.text(f"batch.runs.{'none' if notebook.only_named else notebook.scope}")
        title = notebook.title(messages.language())
        click.echo(messages.text("batch.list_line", name=notebook.name, title=title, when=when))
        for each in notebook.parameters:
            click.echo(f"    {each.name}: {each.hint} = {each.default!r}  {each.help}".rstrip())
    click.echo()
    for area, reports in sent.items():
        click.echo(f"{area}  {names[area]}  {', '.join(reports)}")


@main.command()
@click.argument("notebook", nargs=-1)
@click.option("--area", multiple=True, metavar="AREA", help="An area, as in `ictplan list`; give it again for more.")
@click.option("--all", "everything", is_flag=True, help="Every area that has a report, and every roll-up.")
@click.option("--under", default="", metavar="PARENT", help="Every area below PARENT, and the roll-ups.")
@click.option("--period", default="", metavar="PERIOD", help="Reporting period, as in 2021-S1.  [default: latest]")
@click.option("--lang", default="vi", show_default=True, metavar="vi|en", help="Language of the pages.")
@click.option("-p", "parameters", nargs=2, multiple=True, metavar="NAME VALUE", help="A notebook's own parameter.")
@data_option
@outputs_option
@click.option("--notebooks", default="", metavar="DIR", help="Folder of the notebooks.  [default: notebooks]")
@click.option("--workers", type=click.IntRange(1, 512), metavar="N", help="Reports at once.  [default: cores]")
@click.option("--timeout", type=click.FloatRange(0.1), callback=_seconds, default=600, show_default=True,
              metavar="SECONDS", help="The longest a notebook may take.")  # fmt: skip
@click.option("--force", is_flag=True, help="Make reports again that are up to date.")
@click.option("--pdf", is_flag=True, help="Print every page to PDF too.")
@click.option("--cluster", default="", metavar="tcp://HOST:PORT", help="Run on a dask.distributed scheduler.")
@click.option("--quiet", is_flag=True, help="Say only what failed and where to look.")
@click.option("--json", "as_json", is_flag=True, help="Print events, one JSON object a line.")
def run(
    notebook: tuple[str, ...], area: tuple[str, ...], everything: bool, under: str, period: str, lang: str,
    parameters: tuple[tuple[str, str], ...], data: str, outputs: str, notebooks: str, workers: int | None,
    timeout: float, force: bool, pdf: bool, cluster: str, quiet: bool, as_json: bool,
) -> None:  # fmt: skip
    """Make reports: run NOTEBOOKs (all, where none is named) for areas and a period, into outputs/PERIOD/AREA/.

    What is up to date is left alone; what was interrupted is finished. Ends by printing where to look.
    """
    from ictplan_utils.batch import engine, schedule
    from ictplan_utils.batch.progress import progress
    from ictplan_utils.batch.template import Template

    with contextlib.ExitStack() as stack:
        request = schedule.Request(
            notebook, area, everything, under, period, lang, data, outputs, notebooks, parameters
        )
        todo = schedule.make_schedule(request)
        for note in () if quiet else todo.notes:
            click.echo(note, err=True)
        if cluster:
            from ictplan_utils.batch.cluster import Cluster

            pool: engine.Pool = stack.enter_context(Cluster(cluster))
        else:
            pool = engine.Workers(workers, stack.enter_context(contextlib.closing(Template())))
        outcome = engine.run(todo, pool, progress(quiet=quiet, as_json=as_json), timeout=timeout, force=force)
    if pdf:
        _print_pdf([outcome.index.parent / f"{key}.html" for key in (*outcome.made, *outcome.unchanged)])
    _conclude(outcome, quiet=quiet, as_json=as_json)


def _print_pdf(pages: list[Any]) -> None:
    """Print the pages that have no PDF yet, or one of an earlier page."""
    from ictplan_utils import html

    for page in pages:
        printed = page.with_suffix(".pdf")
        if not printed.is_file() or printed.stat().st_mtime_ns < page.stat().st_mtime_ns:
            html.print_pdf(page)


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


@main.command()
@click.argument("plan", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--area", default="", metavar="AREA", help="Whose documents they are.  [default: as they say]")
@click.option("--period", default="", metavar="PERIOD", help="What they report on, as in 2021-S1.  [default: likewise]")
@click.option("--accept", "--yes", "-y", is_flag=True, help="Store what was read although it is in doubt, or differs.")
@click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True, help="Language of the pages.")
@click.option("--notebooks", default="", metavar="DIR", help="Folder of the notebooks.  [default: notebooks]")
@click.option("--all-details", is_flag=True, help="List everything in the checklist, not the first 20 of a kind.")
@data_option
@outputs_option
def prepare(
    plan: tuple[Path, ...], area: str, period: str, accept: bool, lang: str, notebooks: str, all_details: bool,
    data: str, outputs: str,
) -> None:  # fmt: skip
    """Do a clerk's whole job: read PLAN documents or folders of them, check and store them, make pages and papers.

    Ends in a checklist. Nothing is stored where the reading is in doubt until --accept is given; a second call does
    what is left.
    """
    from ictplan_utils import prepare as room
    from ictplan_utils.batch.progress import say

    place = room.Place(data, outputs, notebooks, lang)
    prepared = room.prepare(
        plan, _slug(area, data, period), period or None, place, accept=lambda document: accept,
        tell=lambda line: say(line, sys.stderr),
    )  # fmt: skip
    for heading, lines in room.checklist(prepared, data, None if all_details else room.SHOWN):
        click.echo("\n".join([f"\n{heading}", *(f"  {line}" for line in lines)]))
    sys.exit(DONE if prepared.done else WITH_FAILURES)


@main.command()
@click.argument("plan", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--area", default="", metavar="AREA", help="Whose document it is.  [default: as the document says]")
@click.option("--period", default="", metavar="PERIOD", help="What it reports on, as in 2021-S1.  [default: likewise]")
@click.option("--replace", is_flag=True, help="Take the document's figures where they differ from those stored.")
@click.option("--dry-run", is_flag=True, help="Print what would be written, and write nothing.")
@click.option("--map", "maps", multiple=True, metavar="NAME=INDICATOR",
              help="Read rows called NAME as INDICATOR, now and from now on; give it again for more.")  # fmt: skip
@click.option("--all-details", is_flag=True, help="List every warning and unrecognised row, not the first 20.")
@data_option
@outputs_option
def ingest(
    plan: tuple[Path, ...], area: str, period: str, replace: bool, dry_run: bool, maps: tuple[str, ...],
    all_details: bool, data: str, outputs: str,
) -> None:  # fmt: skip
    """Read PLAN documents (Word, Excel, PDF, HTML, text) into data/observations, data/comparisons, data/documents.

    What a document states otherwise than stored is shown and needs --replace; what was not recognised is listed.
    """
    from ictplan_utils.documents import ingest as rooms

    outcomes = rooms.ingest_all(
        plan, _slug(area, data, period), period or None, data, replace=replace, dry_run=dry_run, maps=maps,
        show=click.echo, limit=None if all_details else 20,
    )  # fmt: skip
    failed = [outcome for outcome in outcomes if outcome.failed]
    for outcome in failed if len(outcomes) > 1 else []:
        click.echo(f"FAILED {outcome.summary()}", err=True)
    sys.exit(WITH_FAILURES if failed else DONE)


@main.command()
@click.argument("plan", nargs=-1, type=click.Path(path_type=Path))
@click.option("--area", default="", metavar="AREA", help="An area whose stored reports to audit; or whose PLAN it is.")
@click.option("--period", default="", metavar="PERIOD", help="Only the report of this period, as in 2021-S1.")
@click.option("--all", "everything", is_flag=True, help="Every stored report (so it is where nothing is named).")
@click.option("--rules", "list_rules", is_flag=True, help="List every rule with an example, and audit nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True, help="Language.")
@data_option
@outputs_option
def audit(
    plan: tuple[Path, ...], area: str, period: str, everything: bool, list_rules: bool, as_json: bool, lang: str,
    data: str, outputs: str,
) -> None:  # fmt: skip
    """Find every number that cannot be true, in stored reports or in PLAN documents not stored yet.

    Exit code 1 where errors remain: what arithmetic or logic says cannot be true. Questions and untidiness give 0.
    """
    import pandas as pd

    from ictplan_utils import audit as room
    from ictplan_utils.audit import listing

    if list_rules:
        click.echo(json.dumps(room.rules().to_dict("records"), ensure_ascii=False, indent=1)
                   if as_json else listing.rules_text(lang))  # fmt: skip
        return
    if everything and (plan or area):
        raise IctplanError("--all audits every stored report; leave out --area and PLAN, or leave out --all")
    notes: list[str] = []
    own = _slug(area, data, period)
    if plan:
        read = [_audit_plan(each, own, period or None, data) for each in plan]
        findings = pd.concat([found for found, _ in read], ignore_index=True)
        notes = [note for _, said in read for note in said]
    else:
        findings = room.audit_stored(own, period or None, data_dir=data)
    if as_json:
        content = {"counts": listing.counts(findings), "findings": findings.to_dict("records"), "notes": notes}
        click.echo(json.dumps(content, ensure_ascii=False, indent=1))
    else:
        for note in notes:
            click.echo(note, err=True)
        click.echo(listing.findings_text(findings, lang))
    sys.exit(WITH_FAILURES if (findings["severity"] == "error").any() else DONE)


def _audit_plan(path: Path, area: str | None, period: str | None, data: str) -> tuple[Any, list[str]]:
    """Read a document that is not stored and audit it, its dates and title included."""
    from ictplan_utils import audit as room
    from ictplan_utils.documents import plan as reader

    reading = reader.read_plan(path, area, period, data)
    notes = [f"{path}: {warning}" for warning in reading.warnings]
    if reading.unmatched:
        notes.append(messages.text("audit.not_audited", path=path, count=len(reading.unmatched)))
    return room.audit_reading(reading, data_dir=data), notes


@main.command()
@click.option("--area", multiple=True, required=True, metavar="AREA",
              help="An area, as in `ictplan list`; give it again for more.")  # fmt: skip
@click.option("--period", default="", metavar="PERIOD", help="Six-month report, as in 2021-S1.  [default: latest]")
@click.option("--estimate", default="official", show_default=True, metavar="official|forecast",
              help="What stands for the year: the officials' estimate, or our forecast.")  # fmt: skip
@click.option("--templates", metavar="DIR", help="Folder with your own phu-luc.docx, ke-hoach.docx.  [default: ours]")
@data_option
@outputs_option
def forms(area: tuple[str, ...], period: str, estimate: str, templates: str | None, data: str, outputs: str) -> None:
    """Make the official papers from the figures: the appendices and the draft plan in Word, the tables in Excel.

    Writes phu-luc.docx, ke-hoach.docx and so-lieu.xlsx to outputs/PERIOD/AREA/; what only people can say stands
    highlighted in square brackets.
    """
    from ictplan_utils.office import forms as room

    for path in room.write_all(
        [_slug(each, data, period) for each in area], period, estimate, data, outputs, templates
    ):
        click.echo(path)


@main.command()
@click.argument("folder", default=".", type=click.Path(path_type=Path))
@click.option("--update", is_flag=True, help="Renew the copies you have not changed, and say what differs.")
def init(folder: Path, update: bool) -> None:
    """Make FOLDER a workspace: catalogue, notebooks, a README; your figures and reports go there too."""
    from ictplan_utils import workspace
    from ictplan_utils.messages import text

    outcomes = workspace.update(folder) if update else workspace.make(folder)
    told = [each.said() for each in outcomes if update and each.kind != "same"]
    for line in told or [text("workspace.up_to_date") if update else text("workspace.ready", folder=folder)]:
        click.echo(line)


@main.group()
def areas() -> None:
    """Find areas by name, and add one."""


@areas.command("find")
@click.argument("name")
@data_option
def areas_find(name: str, data: str) -> None:
    """List the areas called NAME, with or without marks: slug, rank, where they lie, since and until when."""
    from ictplan_utils import catalog

    for one in catalog.find_areas(name, data) or [catalog.find_area(name, data)]:
        click.echo(f"{one.code:>5}  {catalog.described(one, data)}")


@areas.command("add")
@click.argument("name")
@click.option("--code", required=True, metavar="CODE", help="Official code, as in 03253.")
@click.option("--parent", required=True, metavar="AREA", help="What it lies in, by slug or name.")
@click.option("--level", default="", metavar="LEVEL", help="province, district or commune.  [default: as NAME's rank]")
@click.option("--from", "valid_from", default="", metavar="DAY", help="Its first day, as in 2025-07-01.")
@click.option("--to", "valid_to", default="", metavar="DAY", help="Its last day, where it has ended.")
@click.option("--successor", default="", metavar="AREAS", help="Slugs of what it went into, ; between them.")
@click.option("--slug", default="", metavar="SLUG", help="What to call it.  [default: NAME without marks]")
@data_option
def areas_add(
    name: str, code: str, parent: str, level: str, valid_from: str, valid_to: str, successor: str, slug: str, data: str,
) -> None:  # fmt: skip
    """Add the area NAME, with its rank ("xã Sơn Tịnh"), to data/areas.csv, and print its row."""
    from ictplan_utils import catalog

    one = catalog.add_area(name, code, parent, level, valid_from, valid_to, successor, slug, data)
    click.echo(",".join(vars(one).values()))


@main.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True, help="Language.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@data_option
@outputs_option
def backtest(file: Path | None, lang: str, as_json: bool, data: str, outputs: str) -> None:
    """Forecast years that have ended again, from what was known then, and say how far off that was.

    FILE is a CSV of half-year series (series, source, kind, year, half, year_end); without it, the history in
    data/observations is taken.
    """
    from ictplan_utils import observations, reliability
    from ictplan_utils.forecast import backtesting, scoring

    series = scoring.read_series(file) if file else backtesting.series_of(observations.load(data_dir=data), data)
    summary = backtesting.trust(backtesting.backtest(series, office=file is None))
    if as_json:
        click.echo(summary.to_json(orient="records", indent=1))
    else:
        click.echo(reliability.trust_text(summary, lang))


if __name__ == "__main__":
    main()
