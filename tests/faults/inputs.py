"""Inputs nobody should send, made by chance, and what each door must do with one: read it rightly or refuse it clearly.

A door is a function of (chance, world): it makes an input, hands it in, and returns whether it was accepted. It raises
Wrong where an input that is none was taken, or a good one refused or read as something else; the rooms' own
IctplanError is a refusal; anything else is a crash. What is right is said here again, apart from the rooms.
"""

from __future__ import annotations

import ast
import csv
import io
import math
import re
import shutil
import string
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from documents import form, habits, writers
from places import AREA, REPO, REPORT

from ictplan_utils import catalog, documents, observations, vietnamese
from ictplan_utils.batch.plan import Request, make_plan
from ictplan_utils.errors import IctplanError

LONGEST_SENTENCE = 3000


class Wrong(AssertionError):
    """An input was accepted that should not be, or not as what it is."""


@dataclass
class World:
    """A data folder with one small report, and small documents of every format, to be spoiled."""

    folder: Path
    documents: list[Path] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.data = self.folder / "data"
        (self.data / "observations" / AREA).mkdir(parents=True)
        for path in (REPO / "data").glob("*.csv"):
            shutil.copy(path, self.data)
        lines = (REPO / "data" / "observations" / AREA / f"{REPORT}.csv").read_text(encoding="utf-8").splitlines()
        self.header, self.rows = lines[0].split(","), list(csv.reader(lines[1:6]))
        self.report = self.data / "observations" / AREA / f"{REPORT}.csv"
        self.report.write_text("\n".join(lines[:6]) + "\n", encoding="utf-8")
        self.areas = set(catalog.areas(self.data).index)
        self.indicators = set(catalog.indicators(self.data).index)
        few = [line for line in form.lines(1) if line.indicator in ("bts_stations", "phone_subscribers")]
        pieces, rows = habits.whole(few, []), habits.sheet(1, few)
        self.documents = [
            writers.text(self.folder / "plan.txt", pieces),
            writers.word(self.folder / "plan.docx", pieces),
            writers.workbook(self.folder / "plan.xlsx", {"PL1": rows}),
            writers.page(self.folder / "plan.html", pieces),
            writers.opendocument(self.folder / "plan.ods", {"PL1": rows}),
        ]


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
    printed = text(chance, 16)
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


def _is_report(raw: bytes, world: World) -> bool:
    """What data/README.md asks of an observations file, said a second time."""
    try:
        read = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        return False
    if b"\0" in raw or not read or read[0] != world.header:
        return False
    rows = [row for row in read[1:] if row]
    keys = [(*row[:4], *row[6:7]) for row in rows]
    return len(set(keys)) == len(keys) and all(_is_row(row, world) for row in rows)


def _is_row(row: list[str], world: World) -> bool:
    if len(row) != len(world.header):
        return False
    area, indicator, period, status, value, printed, source, note = row
    return bool(
        area == AREA
        and indicator in world.indicators
        and re.fullmatch(r"[0-9]{4}(-S[12])?", period)
        and status in ("actual", "estimate", "target")
        and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?", value)
        and abs(float(value)) <= 1e15
        and re.fullmatch(r"[A-Z][A-Z0-9]*(:[^:\s]+)+", source)
        and not any(re.match(r"\s*([=@]|[-+](?s:.)*[(|!])", each) for each in (printed, note))
    )


def _encoded(chance: Random, content: str) -> bytes:
    """Return the file as one program or another saves it, or with bytes spoiled."""
    dice = chance.random()
    if dice < 0.5:
        return content.encode("utf-8", "surrogatepass")
    if dice < 0.6:
        return content.encode(chance.choice(["utf-16", "utf-16-le", "utf-32", "utf-8-sig", "cp1258"]), "replace")
    if dice < 0.65:
        return content.replace(",", chance.choice(";\t|")).encode()
    if dice < 0.7:
        return content.replace("\n", chance.choice(["\r\n", "\r", "\n\n", "\x85"])).encode()
    raw = bytearray(content.encode())
    for _ in range(chance.randrange(1, 4)):
        place = chance.randrange(len(raw))
        match chance.randrange(4):
            case 0:
                raw[place] = chance.randrange(256)
            case 1:
                del raw[place : place + chance.randrange(1, 30)]
            case 2:
                raw[place:place] = chance.choice([b"\0", b'"', b",", b"\n", b"\xff", b"\xb8\xd7", b"\x01", b"'", b"\r"])
            case 3:
                raw[place:place] = raw[place : place + chance.randrange(200)]
    return bytes(raw)


def rows(chance: Random, world: World) -> bool:
    """A file of observations with cells, rows, marks and letters spoiled."""
    table = [list(row) for row in world.rows]
    for _ in range(chance.randrange(3)):
        row = chance.choice(table)
        row[chance.randrange(len(row))] = text(chance)
    if chance.random() < 0.1:
        table.append(list(chance.choice(table)))
    if chance.random() < 0.05:
        chance.choice(table).append(text(chance))
    out = io.StringIO()
    csv.writer(out, lineterminator="\n", quoting=chance.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])).writerows(
        [world.header, *table]
    )
    raw = _encoded(chance, out.getvalue())
    world.report.write_bytes(raw)
    good = _is_report(raw, world)
    try:
        read = observations.read_observations(world.report, world.data)
    except IctplanError:
        if good:
            raise Wrong(f"a good file was refused: {raw!r}") from None
        raise
    if not good:
        raise Wrong(f"a bad file was accepted: {raw!r}")
    expected = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))[1:]
    expected = [[*row[:4], float(row[4]), *row[5:]] for row in expected if row]
    if read.to_numpy().tolist() != expected:
        raise Wrong(f"read as something else: {raw!r}")
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
    plan = make_plan(Request(**said, data=str(world.data), outputs=str(outputs)))
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


def files(chance: Random, world: World) -> bool:
    """A document of any format with bytes, or the bytes inside its package, spoiled."""
    path = chance.choice(world.documents)
    raw = path.read_bytes()
    packed = raw.startswith(b"PK") and chance.random() < 0.8
    raw = (_package if packed else _spoiled)(chance, raw)
    spoiled = world.folder / f"spoiled{path.suffix}"
    spoiled.write_bytes(raw)
    reading = documents.read_plan(spoiled, AREA, REPORT, world.data)
    for frame, table in ((reading.observations, "observations"), (reading.comparisons, "comparisons")):
        try:
            observations.check(frame[~frame["note"].str.startswith(observations.DERIVED)], table, "read", world.data)
        except IctplanError as error:
            kept = world.folder / f"wrong-{chance.randrange(10**6)}{path.suffix}"
            kept.write_bytes(raw)
            raise Wrong(f"{kept}: {error}") from None
    return True


PIECES = [
    b"<", b">", b"&", b"&#0;", b"&#x1F;", b"&xxe;", b'<!DOCTYPE x [<!ENTITY xxe SYSTEM "file:///etc/passwd">]>',
    b'"', b"<w:tbl>", b"</w:tbl>", b"<w:tc>", b'<w:gridSpan w:val="999999999"/>', b'<w:vMerge/>', b"<row/>",
    b'<c r="XFD1048576" t="s"><v>99999999</v></c>', b'<c r="A0"/>', b'r="-1"', b'ss:x=""', b"\xff\xfe", b"\0", b"=1+1",
    b"nan", b"1e308", b'table:number-columns-repeated="99999999" ', b'colspan="99999999" ', b"<table>" * 50, b"<f>",
    "๒๐๒๑".encode(), "\u202e".encode(), b"9" * 400, b"%s", b"</table>", b"<script>alert(1)</script>",
]  # fmt: skip


def _spoiled(chance: Random, raw: bytes) -> bytes:
    content = bytearray(raw)
    for _ in range(chance.choice([1, 1, 2, 8, 60])):
        place = chance.randrange(len(content) + 1)
        match chance.randrange(5):
            case 0:
                content[place : place + 1] = bytes([chance.randrange(256)])
            case 1:
                del content[place : place + chance.randrange(1, 80)]
            case 2:
                content[place:place] = chance.choice(PIECES)
            case 3:
                content[place:place] = content[place : place + chance.randrange(300)]
            case 4 if chance.random() < 0.1:
                del content[place:]
    return bytes(content)


def _package(chance: Random, raw: bytes) -> bytes:
    """Return an Office package with one of its parts spoiled, missing, or there twice."""
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        parts = [(name, package.read(name)) for name in package.namelist()]
    heavy = [
        place for place, (name, _) in enumerate(parts) if re.search(r"document\.xml$|sheet1|content\.xml|Strings", name)
    ]
    place = chance.choice(heavy) if chance.random() < 0.7 else chance.randrange(len(parts))
    name, content = parts[place]
    match chance.randrange(8):
        case 0:
            del parts[place]
        case 1:
            parts.append((chance.choice(["../../../etc/x", "/x", "xl/vbaProject.bin", name.upper()]), content))
        case _:
            parts[place] = (name, _spoiled(chance, content))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts:
            package.writestr(name, content)
    return out.getvalue()


DOORS: dict[str, Callable[[Random, World], bool]] = {
    "numbers": numbers, "rows": rows, "names": names, "files": files,
}  # fmt: skip
