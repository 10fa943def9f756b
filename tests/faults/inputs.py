"""Inputs nobody should send, made by chance, and what each door must do with one: read it rightly or refuse it clearly.

A door is a function of (chance, world): it makes an input, hands it in, and returns whether it was accepted. It raises
Wrong where an input that is none was taken, or a good one refused or read as something else; the rooms' own
IctplanError is a refusal; anything else is a crash. What is right is said here again, apart from the rooms.
"""

from __future__ import annotations

import ast
import csv
import math
import re
import shutil
import string
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from documents import form, habits, writers
from places import AREA, REPO, REPORT

from ictplan_utils import catalog, documents, vietnamese
from ictplan_utils.batch.schedule import Request, make_schedule
from ictplan_utils.errors import IctplanError

LONGEST_SENTENCE = 3000


class Wrong(AssertionError):
    """An input was accepted that should not be, or not as what it is."""


@dataclass
class World:
    """A data folder with one small report, its tables as lists, and small documents of every format, to be spoiled.

    Those that only LibreOffice makes (.xls, .pdf, .doc) take seconds.
    """

    folder: Path
    with_old_formats: bool = False
    documents: list[Path] = field(default_factory=list)
    tables: dict[str, list[list[str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.data = self.folder / "data"
        self.data.mkdir(parents=True)
        for path in (REPO / "data").glob("*.csv"):
            shutil.copy(path, self.data)
            self.tables[path.stem] = list(csv.reader(path.open(encoding="utf-8-sig", newline="")))
        shutil.copytree(REPO / "data" / "forms", self.data / "forms")
        for table in ("observations", "comparisons", "documents"):
            (self.data / table / AREA).mkdir(parents=True)
            lines = (REPO / "data" / table / AREA / f"{REPORT}.csv").read_text(encoding="utf-8").splitlines()[:6]
            (self.data / table / AREA / f"{REPORT}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
            self.tables[table] = list(csv.reader(lines))
        self.tables["corrections"].append(
            [AREA, "bts_stations", REPORT, "actual", "A1:10:5", "88", "89", "cộng sai", "Phòng VHTT", "2021-07-01"]
        )
        self.areas = set(catalog.areas(self.data).index)
        self.indicators = set(catalog.indicators(self.data).index)
        one, two = (
            [line for line in form.lines(appendix) if line.indicator in ("bts_stations", "phone_subscribers")]
            for appendix in (1, 2)
        )
        pieces, sheets = [*habits.whole(one, two), "Nơi nhận:"], habits.sheets(one, two)
        workbook = writers.workbook(self.folder / "plan.xlsx", sheets)
        word = writers.word(self.folder / "plan.docx", pieces)
        self.documents = [
            workbook, word,
            writers.text(self.folder / "plan.txt", pieces),
            writers.page(self.folder / "plan.html", pieces),
            writers.opendocument(self.folder / "plan.ods", sheets),
        ]  # fmt: skip
        if self.with_old_formats and writers.office():
            ruled = writers.word(self.folder / "ruled.docx", pieces, habits.ruled)
            self.documents += [writers.convert(path, suffix) for path, suffix in (
                (workbook, "xls"), (ruled, "pdf"), (word, "doc"),
            )]  # fmt: skip
        for path in self.documents:
            assert len(documents.read_plan(path, AREA, REPORT, self.data).observations) >= 8, path


def clear(error: IctplanError) -> None:
    """Raise Wrong where a refusal is no sentence a person can read."""
    said = str(error)
    if not said or len(said) > LONGEST_SENTENCE or "Traceback" in said or not said.isprintable():
        raise Wrong(f"not a clear sentence: {said[:500]!r}")


# -- texts that hurt -----------------------------------------------------------------------------------------------

HOSTILE = [
    "", " ", "\0", "\n", "\r\n", "a\nb", "\t", "nan", "inf", "-inf", "NaN", "Infinity", "1e308", "-1e308", "1e999",
    "0x10", "1_000", "-1", "-0", "--1", "٣", "๒๐๒๑", "２０２１", "½", "²", "1e5", "99999999999999999999", "=1+1",
    '=HYPERLINK("http://x","y")', "@SUM(A1:A9)", "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "\t=1+1",
    "=cmd|'x'!A", "../../etc", "..", ".", "/etc/passwd", "C:\\x", "\\\\host\\share", "con", "nul", "com1", "lpt9",
    "aux.txt", "x" * 300, "'", '"', "'''", '"""', "'; import os; os.system('x') #",
    '"\nimport os\n"', "\\", "\\'", "{x}", "%s", "$(id)", "`id`",
    "<script>alert(1)</script>", "</style>", "</script>", "<svg onload=alert(1)>", "javascript:alert(1)",
    "[x](javascript:alert(1))", "<img src=x onerror=alert(1)>", "\u202etxt", "\ufeff", "\u200b", "e\u0301", "đ", "None",
    "True", "1;2", "a,b", "2021-S1\n", "2021-S1 ", "2021S1", "2021-S3", "-S1", "\x85", "\u2028", "\ud7ff", "🜁",
]  # fmt: skip
ALPHABETS = [
    string.digits + ".,- ",
    string.printable,
    "0123456789.,\u00a0\u2009%+−eE",
    "".join(map(chr, range(1, 400))),
]


def text(chance: Random, longest: int = 14) -> str:
    """Return a text that hurts: a known one, two glued together, or letters by chance."""
    dice = chance.random()
    if dice < 0.5:
        return chance.choice(HOSTILE)
    if dice < 0.6:
        return chance.choice(HOSTILE) + chance.choice(HOSTILE)
    return "".join(chance.choices(chance.choice(ALPHABETS), k=chance.randrange(longest)))


# -- the doors -----------------------------------------------------------------------------------------------------


def numbers(chance: Random, world: World) -> bool:
    """`parse_number`: what we print reads the same again; what is accepted has the digits that are printed."""
    if chance.random() < 0.3:
        value, decimals = chance.uniform(-1, 1) * 10 ** chance.randrange(15), chance.randrange(3)
        printed = vietnamese.format_number(value, decimals)
        if vietnamese.parse_number(printed) != vietnamese.round_half_up(value, decimals):
            raise Wrong(f"{value!r} is printed {printed} and reads {vietnamese.parse_number(printed)}")
        return True
    return number(text(chance, 16))


def number(printed: str) -> bool:
    """What `parse_number` makes of a text: a blank, or the figure whose digits are printed."""
    value = vietnamese.parse_number(printed)
    if value is None:
        if re.search(r"[0-9]", printed):
            raise Wrong(f"{printed!r} was taken for a blank")
        return True
    plain = printed.translate(str.maketrans("０１２３４５６７８９", "0123456789"))
    digits = "".join(re.findall(r"[0-9]", plain)).strip("0")
    kept = "".join(map(str, vietnamese.Decimal(repr(value)).as_tuple().digits)).strip("0")
    strange = re.search(r"[^0-9.,%+\-−\s\u200b\ufeff．，％－＋]", plain)
    if (
        not math.isfinite(value)
        or strange
        or (len(digits) < 16 and digits != kept)
        or (value < 0) != bool(re.match(r"[\s\u200b\ufeff]*[-−－]", plain) and digits)
    ):
        raise Wrong(f"{printed!r} reads {value!r}")
    return True


KNOWN = {"areas": AREA, "under": "dien-bien", "period": REPORT, "notebooks": "explore", "lang": "en"}


def names(chance: Random, world: World) -> bool:
    """Names and parameters of `ictplan run`: what gets through names one file, and is plain text in Python."""
    said = {"areas": [AREA], "period": REPORT, "notebooks": ["explore"], "lang": "vi"}
    which = chance.choice(["areas", "under", "period", "notebooks", "lang", "name", "value"])
    given = KNOWN.get(which) if chance.random() < 0.1 else text(chance, 40)
    good = given == KNOWN.get(which) or (which in ("lang",) and given == "vi")
    if which in ("areas", "notebooks"):
        said[which] = [given]
    elif which == "under":
        said |= {"areas": [], "under": given}
    elif which in ("period", "lang"):
        said[which] = given
    elif which == "name":
        said["parameters"] = [(given or "x", "1")]
    else:
        said["parameters"] = [(chance.choice(PARAMETERS), given or "")]
    outputs = world.folder / "outputs"
    plan = make_schedule(Request(**said, data=str(world.data), outputs=str(outputs)))
    blank = given == "" and which in ("under", "period")  # nothing said: the only area, the latest period
    safe = which == "value" and given is not None and not re.search(r"[\"'\\`\n\r\0]", given) and len(given) <= 100
    if not (good or blank or safe):
        raise Wrong(f"{which} {given!r} was accepted")
    for report in plan.reports:
        made = (plan.folder / f"{report.key}.html").resolve()
        if made.parent not in (outputs.resolve() / REPORT, outputs.resolve() / REPORT / AREA):
            raise Wrong(f"{which} {given!r} is written to {made}")
        _injected(dict(report.parameters))
    return True


PARAMETERS = ["indicator", "other", "against", "area", "data_dir", "compare_with", "period"]


def _injected(parameters: dict) -> None:
    """Raise Wrong unless the cell papermill would inject assigns these values, and does nothing else."""
    from papermill.translators import PythonTranslator

    tree = ast.parse(PythonTranslator.codify(parameters))
    read = {}
    for statement in tree.body:
        if not isinstance(statement, ast.Assign):
            raise Wrong(f"{parameters!r} would run {ast.unparse(statement)}")
        read[statement.targets[0].id] = ast.literal_eval(statement.value)
    if read != parameters:
        raise Wrong(f"{parameters!r} would be {read!r}")
