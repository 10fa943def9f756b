"""From a request to the reports it means: everything a user can get wrong is refused here, before anything starts."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ictplan_utils.errors import IctplanError, closest
from ictplan_utils.periods import latest

SLUG = re.compile(r"[a-z0-9]+([_-][a-z0-9]+)*")
PERIOD = re.compile(r"[0-9]{4}(-S[12])?")
LANGS = ("vi", "en")
LONGEST_TEXT = 100
RESERVED_ON_WINDOWS = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
RESERVED_IN_OUTPUTS = {"index", "manifest", "failed"}

SET_BY_OPTIONS = {
    "area": "--area", "parent": "--area or --under", "period": "--period", "lang": "--lang", "data_dir": "--data",
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
        problem = f"-p {self.name} {text!r}: this parameter is {self.hint or 'untyped'}"
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
        if not kinds & {"str", "bool", "int", "float"}:
            raise IctplanError(f"{problem}, which cannot be given on the command line; edit the notebook instead")
        raise IctplanError(f"{problem}; give a value of that type")


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

    def title(self, lang: str) -> str:
        return self.titles.get(lang) or next(iter(self.titles.values()), self.name)


@dataclass(frozen=True)
class Report:
    """One notebook for one area and period: what the engine makes, or leaves as it is."""

    notebook: Notebook
    area: str
    period: str
    parameters: Mapping[str, Any]
    areas_read: tuple[str, ...]

    @property
    def key(self) -> str:
        """Name of the report, and its path below outputs/PERIOD without the ending: `tuan-giao/forecast`."""
        return f"{self.area}/{self.notebook.name}" if self.area else self.notebook.name


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
class Plan:
    """Every report of one period that a request means, in the order of areas and notebooks."""

    period: str
    lang: str
    data: Path
    outputs: Path
    notebooks: Path
    reports: tuple[Report, ...]
    data_parameter: str = field(default="data")

    @property
    def folder(self) -> Path:
        return self.outputs / self.period


def safe_text(text: str, what: str) -> str:
    """Return `text` if it is plain: nothing that could end a Python string or leave a line. Raises IctplanError."""
    if len(text) > LONGEST_TEXT:
        raise IctplanError(f"{what}: {len(text)} characters are too many; at most {LONGEST_TEXT}")
    bad = next((char for char in text if not char.isprintable() or char in "\"'\\`"), None)
    if bad is not None:
        raise IctplanError(f"{what} {text!r}: the character {bad!r} is not allowed here; use plain letters and digits")
    return text


def safe_slug(text: str, what: str) -> str:
    """Return `text` if it can name a file everywhere and nothing else. Raises IctplanError."""
    safe_text(text, what)
    if not SLUG.fullmatch(text) or text in RESERVED_ON_WINDOWS:
        raise IctplanError(
            f"{what} {text!r} cannot name a folder safely; small letters, digits and - only, as in tuan-giao"
        )
    return text


def known(name: str, names: Iterable[str], what: str, hint: str = "") -> str:
    """Return `name` if it is among `names`; otherwise raise an IctplanError that offers the closest one."""
    names = list(names)
    if name in names:
        return name
    near = closest(name, names)
    advice = f"did you mean {near!r}?" if near else hint or f"there are: {', '.join(sorted(names)[:10]) or 'none'}"
    raise IctplanError(f"{what} {name!r} is unknown; {advice}")


# -- notebooks ---------------------------------------------------------------------------------------------------


def find_notebooks_dir(named: str = "") -> Path:
    """Return the folder of notebooks: as named, else `notebooks` here or above, else the one beside the package."""
    if named:
        if not Path(named).is_dir():
            raise IctplanError(f"{named}: no such folder of notebooks; name it with --notebooks DIR")
        return Path(named).resolve()
    here = Path.cwd()
    for place in (here, *here.parents, Path(__file__).resolve().parents[2]):
        if any((place / "notebooks").glob("*.ipynb")):
            return (place / "notebooks").resolve()
    raise IctplanError("no folder `notebooks` with .ipynb files here or above; name it with --notebooks DIR")


def list_notebooks(folder: Path) -> list[Notebook]:
    """Return every notebook of `folder`, in the order readers meet them: `metadata.ictplan.order`, then by name."""
    paths = sorted(path for path in folder.glob("*.ipynb") if not path.name.startswith("."))
    return sorted(map(read_notebook, paths), key=lambda notebook: (notebook.order, notebook.name))


def read_notebook(path: Path) -> Notebook:
    """Read what the engine must know of a notebook, without running it. Raises IctplanError."""
    name = safe_slug(path.stem, f"{path}: the notebook's name")
    if name in RESERVED_IN_OUTPUTS:
        raise IctplanError(f"{path}: a notebook cannot be called {name!r}, which outputs/ needs; rename it")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        cells = [(cell["cell_type"], "".join(cell["source"]), cell.get("metadata", {})) for cell in content["cells"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IctplanError(f"{path}: not a notebook of format 4 ({error}); open and save it in JupyterLab") from error
    about = content.get("metadata", {}).get("ictplan") or {}
    parameters = next(
        (text for kind, text, meta in cells if kind == "code" and "parameters" in meta.get("tags", [])), ""
    )
    draws = any(kind == "code" and re.search(r"\bcharts\.[a-z_]+\(", text) for kind, text, _ in cells)
    title = next(((text, meta) for kind, text, meta in cells if kind == "markdown" and "#" in text), (name, {}))
    titles = {"vi": _heading(title[0]) or name}
    # As on the page: a text cell carries its translation in its metadata.
    translated = _heading((title[1].get("ictplan") or {}).get("en", ""))
    titles |= ({"en": translated} if translated else {}) | dict(about.get("title", {}))
    return Notebook(
        name=name,
        path=path.resolve(),
        titles=titles,
        parameters=read_parameters(parameters, path),
        order=float(about.get("order", "inf")),
        figures=int(about.get("figures", draws)),
        only_named=about.get("run") == "named",
    )


def _heading(text: str) -> str:
    return next((line.lstrip("# ").strip() for line in text.splitlines() if line.startswith("#")), "")


def read_parameters(source: str, path: Path) -> tuple[Parameter, ...]:
    """Return the parameters that a `parameters` cell assigns, with their hints, defaults and comments."""
    try:
        statements = ast.parse(source).body
    except SyntaxError as error:
        raise IctplanError(f"{path}: the parameters cell is not Python (line {error.lineno}); mend it") from error
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


# -- the plan ----------------------------------------------------------------------------------------------------


def make_plan(request: Request) -> Plan:
    """Return the reports that `request` means. Raises IctplanError, in one sentence, for whatever is wrong with it."""
    from ictplan_utils import catalog, observations

    known(request.lang, LANGS, "language")
    data = catalog.data_path(safe_path(request.data, "--data")).resolve()
    outputs = Path(safe_path(request.outputs, "--outputs")).expanduser().resolve()
    folder = find_notebooks_dir(safe_path(request.notebooks_dir, "--notebooks"))
    notebooks = _chosen_notebooks(request, folder)

    areas = catalog.areas(data)
    sent = {area: observations.reports(area, data) for area in observations.reporting_areas(data)}

    def slug(name: str) -> str:
        return catalog.find_area(name, data, period=request.period or None, among=sent).area

    request = replace(
        request, areas=tuple(map(slug, request.areas)), under=slug(request.under) if request.under else ""
    )
    period = _period(request, sent)

    parent_of = areas["parent"].to_dict()
    reporting = [area for area in areas.index if period in sent.get(area, ())]
    wanted, parents = _wanted_areas(request, reporting, parent_of, sent, period)

    for area in (*wanted, *parents):
        safe_slug(area, f"{data / 'areas.csv'}: area")
    default_data = (folder.parent / "data").resolve() == data
    data_parameter = "data" if default_data else str(data)
    extra = _extra_parameters(request.parameters, notebooks)

    def report(notebook: Notebook, area: str, areas_read: Sequence[str]) -> Report:
        values = {
            "parent" if notebook.scope == "parent" else "area": area, "period": period, "lang": request.lang,
            "data_dir": data_parameter, **extra,
        }  # fmt: skip
        names = {parameter.name for parameter in notebook.parameters}
        parameters = {name: value for name, value in values.items() if name in names and value != ""}
        return Report(notebook, area, period, parameters, tuple(areas_read))

    reports = [report(notebook, area, [area]) for area in wanted for notebook in notebooks if notebook.scope == "area"]
    reports += [
        report(notebook, parent, below(parent, reporting, parent_of))
        for parent in parents for notebook in notebooks if notebook.scope == "parent"
    ]  # fmt: skip
    reports += [report(notebook, "", sorted(sent)) for notebook in notebooks if notebook.scope == "none"]
    if not reports:
        raise IctplanError(
            f"nothing to run: {', '.join(notebook.name for notebook in notebooks)} "
            f"has no report for {', '.join(request.areas) or request.under or 'these areas'} at {period}"
        )
    return Plan(period, request.lang, data, outputs, folder, tuple(reports), data_parameter)


def safe_path(text: str, what: str) -> str:
    """Return a path a user typed, if it is one: no control characters. Raises IctplanError."""
    if not text.isprintable() or len(text) > 1000:
        raise IctplanError(f"{what} {text[:50]!r}: not a path; name a folder")
    return text


def below(parent: str, areas: Iterable[str], parent_of: Mapping[str, str]) -> list[str]:
    """Return those of `areas` that lie below `parent`, at any depth."""
    return [area for area in areas if parent in ancestors(area, parent_of)]


def ancestors(area: str, parent_of: Mapping[str, str]) -> list[str]:
    """Return the areas that `area` lies in, the nearest first."""
    chain: list[str] = []
    while (area := parent_of.get(area, "")) and area not in chain:
        chain.append(area)
    return chain


def _chosen_notebooks(request: Request, folder: Path) -> list[Notebook]:
    """The notebooks named, or all that run for every area or parent."""
    every = list_notebooks(folder)
    if not request.notebooks:
        return [notebook for notebook in every if notebook.scope != "none" and not notebook.only_named]
    by_name = {notebook.name: notebook for notebook in every}
    chosen = {}
    for name in request.notebooks:
        safe_path(name, "notebook")
        if name.endswith(".ipynb"):
            path = next((path for path in (Path(name), folder / name) if path.is_file()), None)
            if path is None:
                raise IctplanError(f"notebook {name!r} does not exist; see `ictplan list`")
            notebook = read_notebook(path)
        else:
            notebook = by_name[known(safe_text(name, "notebook"), by_name, "notebook")]
        chosen[notebook.name] = notebook
    return sorted(chosen.values(), key=lambda notebook: (notebook.order, notebook.name))


def _period(request: Request, sent: Mapping[str, Sequence[str]]) -> str:
    """The period asked for, or the latest, where only one is meant."""
    if request.period:
        if not PERIOD.fullmatch(request.period):
            raise IctplanError(f"period {safe_text(request.period, 'period')!r} is not YYYY or YYYY-S1 or YYYY-S2")
        return known(request.period, {period for periods in sent.values() for period in periods}, "period")
    if not sent:
        raise IctplanError("no area has a report yet; bring one in with `ictplan ingest`")
    if request.everything or request.under or len(request.areas) > 1 or (not request.areas and len(sent) > 1):
        raise IctplanError("give --period PERIOD, as in --period 2021-S1 (`ictplan list` shows which there are)")
    mine = [
        period for area, periods in sent.items() if not request.areas or area in request.areas for period in periods
    ]
    if not mine:
        raise IctplanError(f"area {request.areas[0]!r} has no report yet; bring one in with `ictplan ingest`")
    return latest(mine)


def _wanted_areas(
    request: Request,
    reporting: Sequence[str],
    parent_of: Mapping[str, str],
    sent: Mapping[str, Sequence[str]],
    period: str,
) -> tuple[list[str], list[str]]:
    """The areas that get reports of their own, and the parents that get a roll-up."""
    if sum(map(bool, (request.areas, request.everything, request.under))) > 1:
        raise IctplanError("--area, --all and --under exclude each other; give one of them")
    holding = {above for area in reporting for above in ancestors(area, parent_of)}
    all_parents = [area for area in parent_of if area in holding]
    if request.everything:
        return list(reporting), all_parents
    if request.under:
        inside = below(request.under, reporting, parent_of)
        if not inside:
            raise IctplanError(f"no area under {request.under!r} has a report for {period}; see `ictplan list`")
        return inside, [
            parent for parent in all_parents if parent in {request.under, *below(request.under, parent_of, parent_of)}
        ]
    areas = list(dict.fromkeys(request.areas))
    if not areas:
        if len(reporting) != 1:
            raise IctplanError(
                f"{len(reporting)} areas have a report for {period}; give --area AREA, --under PARENT or --all"
            )
        return list(reporting), []
    for area in areas:
        if area not in reporting and area not in all_parents:
            have = ", ".join(sent.get(area, ())) or "none at all"
            raise IctplanError(f"area {area!r} has no report for {period}; it has {have}")
    return [area for area in areas if area in reporting], [area for area in areas if area in all_parents]


def _extra_parameters(given: Sequence[tuple[str, str]], notebooks: Sequence[Notebook]) -> dict[str, Any]:
    """The values of `-p NAME VALUE`, read by the notebooks' own type hints."""
    hints = {parameter.name: parameter for notebook in notebooks for parameter in notebook.parameters}
    values = {}
    for name, text in given:
        safe_text(name, "-p")
        if name in SET_BY_OPTIONS:
            raise IctplanError(f"-p {name}: give {SET_BY_OPTIONS[name]} instead")
        known(name, hints, "parameter", "see `ictplan list`")
        values[name] = hints[name].read(text)
    return values
