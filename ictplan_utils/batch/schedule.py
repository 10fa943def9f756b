"""From a request to the reports it means: everything a user can get wrong is refused here, before anything starts."""

from __future__ import annotations

import ast
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ictplan_utils import messages, periods
from ictplan_utils.errors import IctplanError, closest, one_line
from ictplan_utils.files import text_of
from ictplan_utils.schema import SLUG_PATTERN
from ictplan_utils.workspace import LAB

LONGEST_TEXT = 100
RESERVED_ON_WINDOWS = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
RESERVED_IN_OUTPUTS = {"index", "manifest", "failed"}

SET_BY_OPTIONS = {
    "area": "--area", "parent": "--area, --under", "period": "--period", "lang": "--lang", "data_dir": "--data",
}  # fmt: skip
"""Parameters that the engine fills, and the option that a user gives instead of `-p`."""


@dataclass(frozen=True)
class Parameter:
    """One line of a notebook's `parameters` cell: `area: str = "tuan-giao"  # the administrative unit`."""

    name: str
    hint: str
    default: Any
    help: str = ""

    def read(self, text: str) -> Any:
        """Return `text` as a value of the hinted type; a code like `01` stays text. Raises IctplanError."""
        kinds = {kind.strip() for kind in self.hint.split("|")}
        if "None" in kinds and text == "None":
            return None
        if "str" in kinds:
            return safe_text(text, f"-p {self.name}")
        if "bool" in kinds and text.lower() in ("true", "false"):
            return text.lower() == "true"
        for kind, convert in (("int", int), ("float", float)):
            if kind in kinds and re.fullmatch(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?", text):
                try:
                    return convert(text)
                except ValueError:
                    continue
        known_type = kinds & {"str", "bool", "int", "float"}
        key = "batch.parameter_of_another_type" if known_type else "batch.parameter_of_no_type"
        raise messages.error(key, name=self.name, value=repr(text), type=self.hint or "?")


@dataclass(frozen=True)
class Notebook:
    """A notebook as the engine sees it; `metadata.ictplan` may say order, title by language, figures, run."""

    name: str
    path: Path
    titles: Mapping[str, str]
    parameters: tuple[Parameter, ...]
    order: float
    figures: int
    only_named: bool

    @property
    def scope(self) -> str:
        """`area` (one report an area), `parent` (one for all areas below one), or `none`."""
        names = {parameter.name for parameter in self.parameters}
        if "period" in names:
            return "parent" if "parent" in names else "area" if "area" in names else "none"
        return "none"

    def filled(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return those of the values that its parameters take, by name; "" is none."""
        names = {parameter.name for parameter in self.parameters}
        return {name: value for name, value in values.items() if name in names and value != ""}

    def title(self, lang: str) -> str:
        return self.titles.get(lang) or next(iter(self.titles.values()), self.name)


@dataclass(frozen=True)
class Report:
    """One notebook for one area and period: what the engine makes, or leaves as it is."""

    notebook: Notebook
    area: str
    period: str
    parameters: Mapping[str, Any]
    lang: str = messages.LANGUAGES[0]

    @property
    def key(self) -> str:
        """Name of the report, and its path below outputs/PERIOD without the ending: `tuan-giao/forecast.en`."""
        name = messages.page_name(self.notebook.name, self.lang)
        return f"{self.area}/{name}" if self.area else name

    def twin(self, lang: str) -> Report:
        """Return the same report in another language."""
        told = {"lang": lang} if "lang" in self.parameters else {}
        return replace(self, lang=lang, parameters={**self.parameters, **told})


@dataclass(frozen=True)
class Request:
    """What the user asked for, as typed."""

    notebooks: Sequence[str] = ()
    areas: Sequence[str] = ()
    everything: bool = False
    under: str = ""
    period: str = ""
    lang: str = "vi"
    data: str = "data"
    outputs: str = "outputs"
    notebooks_dir: str = ""
    parameters: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Schedule:
    """Every report of one period that a request means, by area and notebook; `notes` are for the user."""

    period: str
    lang: str
    data: Path
    outputs: Path
    notebooks: Path
    reports: tuple[Report, ...]
    notes: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        return self.outputs / self.period

    @property
    def every_notebook(self) -> dict[str, Notebook]:
        """The notebooks of the folder and of the reports, by name, in the order in which reports are listed."""
        found = {notebook.name: notebook for notebook in list_notebooks(self.notebooks)[0]}
        return found | {report.notebook.name: report.notebook for report in self.reports}


def safe_text(text: str, what: str) -> str:
    """Return `text` if it is plain: nothing that could end a Python string or leave a line. Raises IctplanError."""
    if len(text) > LONGEST_TEXT:
        raise messages.error("batch.text_too_long", what=what, length=len(text), most=LONGEST_TEXT)
    bad = next((char for char in text if not char.isprintable() or char in "\"'\\`"), None)
    if bad is not None:
        raise messages.error("batch.text_unsafe", what=what, text=repr(text), char=repr(bad))
    return text


def can_name_a_file(text: str) -> bool:
    """Tell whether `text` can name a file or folder everywhere and nothing else."""
    return len(text) <= LONGEST_TEXT and SLUG_PATTERN.fullmatch(text) is not None and text not in RESERVED_ON_WINDOWS


def safe_slug(text: str, what: str) -> str:
    """Return `text` if it can name a file everywhere and nothing else. Raises IctplanError."""
    safe_text(text, what)
    if not can_name_a_file(text):
        raise messages.error("batch.no_slug", what=what, text=repr(text))
    return text


def known(name: str, names: Iterable[str], what: str, hint: str = "") -> str:
    """Return `name` if it is among `names`; otherwise raise an IctplanError that offers the closest one."""
    names = list(names)
    if name in names:
        return name
    near = closest(name, names)
    listed = ", ".join(sorted(names)[:10]) or "–"
    advice = messages.text("batch.did_you_mean", name=repr(near)) if near else hint
    raise messages.error("batch.unknown", what=what, name=repr(name),
                         advice=advice or messages.text("batch.there_are", names=listed))  # fmt: skip


# -- notebooks ---------------------------------------------------------------------------------------------------


def find_notebooks_dir(named: str = "") -> Path:
    """Return the folder of notebooks: as named, else `notebooks` here or above, else the one beside the package."""
    if named:
        if not Path(named).is_dir():
            raise messages.error("batch.no_such_notebooks", folder=named)
        return Path(named).resolve()
    here = Path.cwd()
    for place in (here, *here.parents, Path(__file__).resolve().parents[2]):
        if any((place / "notebooks").glob("*.ipynb")):
            return (place / "notebooks").resolve()
    raise messages.error("batch.no_notebooks")


def list_notebooks(folder: Path) -> tuple[list[Notebook], list[str]]:
    """Return the notebooks of `folder`, in the order readers meet them (`metadata.ictplan.order`, then by name), and
    a sentence for each file that is passed over: a copy, an untitled one, one that is no notebook.

    Notebooks of one's own in the lab beside it are among them once they have parameters.
    """
    found, passed_over = [], []
    for path in [*_notebooks_in(folder), *_own(folder)]:
        try:
            found.append(read_notebook(path))
        except IctplanError as error:
            passed_over.append(messages.text("batch.passed_over", reason=error))
    return sorted(found, key=lambda notebook: (notebook.order, notebook.name)), passed_over


def _notebooks_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.ipynb") if not path.name.startswith("."))


def _own(folder: Path) -> list[Path]:
    """Return an analyst's own notebooks in the lab beside `folder` that have become reports, by parameters."""
    delivered = {path.name for path in _notebooks_in(folder)}
    others = [path for path in _notebooks_in(folder.parent / LAB) if path.name not in delivered]
    return [path for path in others if '"parameters"' in text_of(path, "replace")]


def read_notebook(path: Path) -> Notebook:
    """Read what the engine must know of a notebook, without running it. Raises IctplanError."""
    name = safe_slug(path.stem, messages.text("batch.notebook_name", path=one_line(path, 200)))
    if name in RESERVED_IN_OUTPUTS:
        raise messages.error("batch.reserved_name", path=path, name=repr(name))
    try:
        content = json.loads(text_of(path))
        cells = [(cell["cell_type"], "".join(cell["source"]), _dict(cell.get("metadata"))) for cell in content["cells"]]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise messages.error("batch.no_notebook", path=path, reason=one_line(error, 200)) from error
    # What somebody wrote into the metadata is used where it is of its kind, and is as good as not there otherwise.
    about = _dict(_dict(content.get("metadata")).get("ictplan"))
    parameters = next((text for kind, text, meta in cells if kind == "code" and "parameters" in _tags(meta)), "")
    draws = any(kind == "code" and re.search(r"\bcharts\.[a-z_]+\(", text) for kind, text, _ in cells)
    title = next(((text, meta) for kind, text, meta in cells if kind == "markdown" and "#" in text), (name, {}))
    titles = {"vi": _heading(title[0]) or name}
    # As on the page: a text cell carries its translation in its metadata.
    translated = _heading(str(_dict(title[1].get("ictplan")).get("en", "")))
    titles |= {"en": translated} if translated else {}
    titles |= {lang: text for lang, text in _dict(about.get("title")).items() if isinstance(text, str)}
    return Notebook(
        name=name,
        path=path.resolve(),
        titles=titles,
        parameters=read_parameters(parameters, path),
        order=_number(about.get("order"), math.inf),
        figures=int(_number(about.get("figures"), draws)),
        only_named=about.get("run") == "named",
    )


def _dict(value: Any) -> dict:
    return value if isinstance(value, dict) else {}


def _tags(metadata: dict) -> list:
    tags = metadata.get("tags")
    return tags if isinstance(tags, list) else []


def _number(value: Any, otherwise: float) -> float:
    return value if isinstance(value, (int, float)) and -1e9 < value < 1e9 else otherwise


def _heading(text: str) -> str:
    return next((line.lstrip("# ").strip() for line in text.splitlines() if line.startswith("#")), "")


def read_parameters(source: str, path: Path) -> tuple[Parameter, ...]:
    """Return the parameters that a `parameters` cell assigns, with their hints, defaults and comments."""
    try:
        statements = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None) or 1
        raise messages.error("batch.parameters_no_python", path=path, line=line) from error
    lines = source.splitlines()
    found = []
    for statement in statements:
        if isinstance(statement, ast.AnnAssign):
            target, hint = statement.target, ast.unparse(statement.annotation).strip("'\"")
        elif isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target, hint = statement.targets[0], ""
        else:
            continue
        if not isinstance(target, ast.Name) or statement.value is None:
            continue
        try:
            default = ast.literal_eval(statement.value)
        except ValueError:
            default = ast.unparse(statement.value)
        hint = hint or ("" if default is None else type(default).__name__)
        comment = lines[statement.end_lineno - 1].encode()[statement.end_col_offset :].decode().strip()
        found.append(Parameter(target.id, hint, default, comment.lstrip("# ")))
    return tuple(found)


# -- the schedule ------------------------------------------------------------------------------------------------


def make_schedule(request: Request) -> Schedule:
    """Return the reports that `request` means. Raises IctplanError, in one sentence, for whatever is wrong with it."""
    from ictplan_utils import catalog, observations

    known(request.lang, messages.LANGUAGES, messages.text("batch.language"))
    data = catalog.data_path(safe_path(request.data, "--data")).resolve()
    outputs = Path(safe_path(request.outputs, "--outputs")).expanduser().resolve()
    folder = find_notebooks_dir(safe_path(request.notebooks_dir, "--notebooks"))
    every, notes = list_notebooks(folder)
    notebooks = _chosen_notebooks(request, every, folder)

    sent = {area: observations.reports(area, data) for area in observations.reporting_areas(data)}
    request = _with_slugs(request, data, sent)
    period = _period(request, sent)
    wanted, parents = _wanted_areas(request, sent, period)
    for area in (*wanted, *parents):
        safe_slug(area, f"{data / 'areas.csv'}: area")

    told = {"period": period, "lang": request.lang,
            "data_dir": "data" if (folder.parent / "data").resolve() == data else str(data),
            **_extra_parameters(request.parameters, notebooks)}  # fmt: skip
    reports = _reports({"area": wanted, "parent": parents, "none": [""]}, notebooks, told)
    if not reports:
        where = ", ".join(_named(request)) or messages.text("batch.these_areas")
        names = ", ".join(notebook.name for notebook in notebooks)
        raise messages.error("batch.nothing_to_run", notebooks=names, areas=where, period=period)
    return Schedule(period, request.lang, data, outputs, folder, tuple(reports), tuple(notes))


def _reports(
    named: Mapping[str, Sequence[str]], notebooks: Sequence[Notebook], told: Mapping[str, Any]
) -> list[Report]:  # fmt: skip
    """Return each scope's notebooks for the areas `named` for that scope, with what is told them all."""
    return [
        Report(each, area, told["period"], each.filled({scope: area} | told), told["lang"])
        for scope, areas in named.items() for area in areas for each in notebooks if each.scope == scope
    ]  # fmt: skip


def _with_slugs(request: Request, data: Path, sent: Iterable[str]) -> Request:
    """Return the request with its areas, named as people say them, by their slugs."""
    from ictplan_utils import catalog

    slugs = {name: catalog.area(name, data, period=request.period or None, among=sent).area for name in _named(request)}
    if sum(map(bool, (request.areas, request.everything, request.under))) > 1:
        raise messages.error("batch.areas_exclude_each_other")
    return replace(request, areas=[slugs[name] for name in request.areas], under=slugs.get(request.under, ""))


def _named(request: Request) -> list[str]:
    return [*request.areas, *([request.under] if request.under else [])]


def safe_path(text: str, what: str) -> str:
    """Return a path a user typed, if it is one: no control characters. Raises IctplanError."""
    if not text.isprintable() or len(text) > 1000:
        raise messages.error("batch.no_path", what=what, text=repr(text[:50]))
    return text


def _chosen_notebooks(request: Request, every: Sequence[Notebook], folder: Path) -> list[Notebook]:
    """The notebooks named, or all that run for every area or parent."""
    if not request.notebooks:
        return [notebook for notebook in every if notebook.scope != "none" and not notebook.only_named]
    by_name = {notebook.name: notebook for notebook in every}
    chosen = {}
    for name in request.notebooks:
        safe_path(name, "notebook")
        if name not in by_name and can_name_a_file(name) and (folder / f"{name}.ipynb").is_file():
            name = f"{name}.ipynb"  # it is there and was passed over: reading it says why
        if name.endswith(".ipynb"):
            path = next((path for path in (Path(name), folder / name) if path.is_file()), None)
            if path is None:
                raise messages.error("batch.notebook_missing", name=repr(name))
            notebook = read_notebook(path)
        else:
            notebook = by_name[known(safe_text(name, "notebook"), by_name, "notebook")]
        chosen[notebook.name] = notebook
    return sorted(chosen.values(), key=lambda notebook: (notebook.order, notebook.name))


def _above(areas: Iterable[str], data: str) -> list[str]:
    """Return the areas in which any of `areas` lies, at any depth, in the catalogue's order."""
    from ictplan_utils import catalog

    parent_of = catalog.areas(data)["parent"].to_dict()
    found: set[str] = set()
    for area in areas:
        while (area := parent_of.get(area, "")) and area not in found:
            found.add(area)
    return [area for area in parent_of if area in found]


def _below(names: Iterable[str], data: str) -> set[str]:
    """Return the areas that lie in any of these, at any depth."""
    from ictplan_utils import catalog

    return {area for name in names for area in catalog.descendants(name, data)}


def _period(request: Request, sent: Mapping[str, Sequence[str]]) -> str:
    """The period asked for, or the latest of the areas that are meant."""
    there_are = {period for reports in sent.values() for period in reports}
    if request.period:
        if not periods.PERIOD.fullmatch(request.period):
            raise messages.error("batch.no_period", text=repr(safe_text(request.period, "period")))
        return known(request.period, there_are, messages.text("batch.period"))
    named = _named(request)
    meant = {*request.areas, *_below(named, request.data)} if named else set(sent)
    mine = [period for area in meant for period in sent.get(area, ()) if periods.PERIOD.fullmatch(period)]
    if not mine:
        key = "batch.no_report_yet" if named else "batch.no_report_at_all"
        raise messages.error(key, area=", ".join(named))
    return periods.latest(mine)


def _wanted_areas(
    request: Request, sent: Mapping[str, Sequence[str]], period: str
) -> tuple[list[str], list[str]]:  # fmt: skip
    """The areas that get reports of their own, and the parents that get a roll-up."""
    reporting = [area for area, reports in sent.items() if period in reports]
    parents = _above(reporting, request.data)
    if request.everything:
        return reporting, parents
    if request.under:
        below = _below([request.under], request.data)
        inside = [area for area in reporting if area in below]
        if not inside:
            raise messages.error("batch.none_under", parent=repr(request.under), period=period)
        return inside, [area for area in parents if area in (request.under, *below)]
    if not request.areas and len(reporting) != 1:
        raise messages.error("batch.which_areas", number=len(reporting), period=period)
    if not request.areas:
        return reporting, []
    for area in request.areas:
        if area not in (*reporting, *parents):
            have = ", ".join(sent.get(area, ())) or "–"
            raise messages.error("batch.no_report_for", area=repr(area), period=period, have=have)
    areas = dict.fromkeys(request.areas)
    return [area for area in areas if area in reporting], [area for area in areas if area in parents]


def _extra_parameters(given: Sequence[tuple[str, str]], notebooks: Sequence[Notebook]) -> dict[str, Any]:
    """The values of `-p NAME VALUE`, read by the notebooks' own type hints."""
    hints = {parameter.name: parameter for notebook in notebooks for parameter in notebook.parameters}
    values = {}
    for name, text in given:
        safe_text(name, "-p")
        if name in SET_BY_OPTIONS:
            raise messages.error("batch.set_by_option", name=name, option=SET_BY_OPTIONS[name])
        known(name, hints, messages.text("batch.parameter"), messages.text("batch.see_list"))
        values[name] = hints[name].read(text)
    return values
