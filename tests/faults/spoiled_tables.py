"""CSV files of data/ with cells, rows, marks and letters spoiled; what is a good one is said here a second time."""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Callable
from pathlib import Path
from random import Random

import inputs
from inputs import World, Wrong
from places import AREA, REPORT

from ictplan_utils import catalog, observations
from ictplan_utils.documents.facts import read_stored
from ictplan_utils.errors import IctplanError
from ictplan_utils.rollup.units import changes

Record = dict[str, str]

SLUG = r"[a-z0-9]+(?:[_-][a-z0-9]+)*"
PERIOD = r"[0-9]{4}(-S[12])?"
STATUS = r"actual|estimate|target"
FIGURE = r"-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?"
PLACE = r"[A-Z][A-Z0-9]*(:[^:\s]+)+"
TEXT = r"(?!\s*([=@]|[-+](?s:.)*[(|!]))(?s:.*)"
NAME = r"(?=.*\S)[^\x00-\x1f\x7f-\x9f\u2028\u2029]{1,300}"
DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
NUMBER = r"(-?[0-9]{1,15}(\.[0-9]{1,15})?)?"

OBSERVATION = {"area": AREA, "period": PERIOD, "status": STATUS, "value": FIGURE, "source": PLACE, "printed": TEXT,
               "note": TEXT}  # fmt: skip
CELLS: dict[str, dict[str, str]] = {
    "observations": OBSERVATION,
    "comparisons": OBSERVATION | {
        "base_period": PERIOD, "base_status": STATUS, "measure": "ratio_pct|growth_pct|change", "value": f"({FIGURE})?",
    },
    "indicators": {
        "indicator": SLUG, **dict.fromkeys(("name_vi", "name_en", "short_vi", "short_en", "unit_vi", "unit_en"), NAME),
        "kind": "flow|stock|share|rate", "direction": "higher|lower|none", "aggregation": "sum|mean|none",
        "sector": "post|telecom|internet|press|broadcasting|it|population", "minimum": NUMBER, "maximum": NUMBER,
        "decimals": "[0-9]?", "formula": rf"|{SLUG}( \+ {SLUG})+|{SLUG} / {SLUG}( \* [0-9]{{1,6}})?",
    },
    "areas": {
        "area": SLUG, "name": NAME, "name_en": NAME, "unit_vi": NAME, "code": "[0-9A-Z]{1,12}",
        "level": "nation|province|district|commune", "valid_from": f"({DAY})?", "valid_to": f"({DAY})?",
    },
    "area_changes": {"date": DAY, "share": r"([0-9](\.[0-9]{1,15})?)?"},
    "documents": {
        "area": AREA, "report": REPORT, "fact": "signed|title_year|caption_year|cites|number|header|unit",
        "source": PLACE,
    },
    "corrections": {
        "period": PERIOD, "status": STATUS, "source": PLACE, "value": FIGURE, "date": DAY,
        **dict.fromkeys(("expect", "reason", "who"), rf"(?=(?s:.*)\S){TEXT}"),
    },
}  # fmt: skip
"""What data/README.md asks of each cell, as one pattern."""

KEYS = {
    "observations": ("area", "indicator", "period", "status", "source"),
    "comparisons": ("area", "indicator", "period", "status", "source", "base_period", "base_status", "measure"),
    "indicators": ("indicator",), "areas": ("area",),
    "area_changes": ("predecessor", "successor"), "documents": ("fact", "source"),
    "corrections": ("area", "indicator", "period", "status", "source"),
}  # fmt: skip
READERS: dict[str, Callable] = {
    "indicators": catalog.indicators, "areas": catalog.areas,
    "area_changes": changes, "corrections": observations.corrections,
}  # fmt: skip
FACTS = {
    "signed": r"\d{4}-\d\d(-\d\d)?",
    "title_year": r"\d{4}",
    "caption_year": r"\d{4}",
    "cites": rf"\S+ {DAY}",
    "number": r"\d*",
}


def rows(chance: Random, world: World) -> bool:
    """A file of observations."""
    path = world.data / "observations" / AREA / f"{REPORT}.csv"
    return _spoil(chance, world, "observations", path, observations.read_observations)


def comparisons(chance: Random, world: World) -> bool:
    """A file of comparisons."""
    path = world.data / "comparisons" / AREA / f"{REPORT}.csv"
    return _spoil(chance, world, "comparisons", path, observations.read_comparisons)


def facts(chance: Random, world: World) -> bool:
    """A file of what a document says of itself."""
    path = world.data / "documents" / AREA / f"{REPORT}.csv"
    return _spoil(chance, world, "documents", path, lambda path, _: read_stored(path))


def catalogue(chance: Random, world: World) -> bool:
    """One of the tables beside them: indicators, areas, changes of borders, corrections."""
    table = chance.choice(list(READERS))
    path = world.data / f"{table}.csv"
    return _spoil(chance, world, table, path, lambda _, folder: READERS[table](folder).reset_index())


def _spoil(chance: Random, world: World, table: str, path: Path, reader: Callable) -> bool:
    raw, before = _changed(chance, world.tables[table]), path.read_bytes()
    path.write_bytes(raw)
    try:
        return _is_read(table, path, raw, world, reader)
    finally:
        path.write_bytes(before)


def _is_read(table: str, path: Path, raw: bytes, world: World, reader: Callable) -> bool:
    """Whether a good file is read as it stands; raise Wrong where it is not, or a bad one is read."""
    good = _is_good(table, raw, world)
    try:
        read = reader(path, world.data)
    except IctplanError:
        if good:
            raise Wrong(f"a good file of {table} was refused: {_difference(raw, world.tables[table])}") from None
        raise
    if not good:
        raise Wrong(f"a bad file of {table} was accepted: {_difference(raw, world.tables[table])}")
    expected = _records(raw)
    if len(read) != len(expected):
        raise Wrong(f"read as {len(read)} rows: {_difference(raw, world.tables[table])}")
    for record, (_, row) in zip(expected, read.iterrows(), strict=True):
        for column, cell in record.items():
            if not _same(cell, row[column]):
                raise Wrong(f"{table} {column} {cell!r} was read as {row[column]!r}")
    return True


def _difference(raw: bytes, table: list[list[str]]) -> str:
    """What of a file is not as it was, for whoever looks into it."""
    known = set(_text(table, csv.QUOTE_MINIMAL).encode().split(b"\n"))
    return repr([line for line in raw.split(b"\n") if line not in known])[:2000]


def _same(cell: str, read: object) -> bool:
    if isinstance(read, str):
        return cell == read
    return float(cell) == float(read) if cell else read is None or read != read or read == 0


def _changed(chance: Random, table: list[list[str]]) -> bytes:
    """Return the table's file with cells or rows changed, or as another program would save it."""
    table = [list(row) for row in table]
    for _ in range(chance.randrange(3)):
        row = chance.choice(table[1:])
        place = chance.randrange(len(row))
        # A cell from another row is what people mix up.
        row[place] = chance.choice(table[1:])[place] if chance.random() < 0.3 else inputs.text(chance)
    if chance.random() < 0.1:
        table.append(list(chance.choice(table[1:])))
    if chance.random() < 0.05:
        chance.choice(table[1:]).append(inputs.text(chance))
    return _encoded(chance, _text(table, chance.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])))


def _text(table: list[list[str]], quoting: int) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n", quoting=quoting).writerows(table)
    return out.getvalue()


def _records(raw: bytes) -> list[Record]:
    header, *lines = csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True)
    return [dict(zip(header, line, strict=True)) for line in lines if line]


def _is_good(table: str, raw: bytes, world: World) -> bool:
    """What data/README.md asks of a file, said a second time."""
    try:
        lines = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        return False
    if b"\0" in raw or not lines or lines[0] != world.tables[table][0]:
        return False
    if any(line and len(line) != len(lines[0]) for line in lines):
        return False
    records = _records(raw)
    keys = [tuple(record[column] for column in KEYS[table]) for record in records]
    return (
        (not KEYS[table] or len(set(keys)) == len(keys))
        and all(re.fullmatch(pattern, record[column]) for record in records for column, pattern in CELLS[table].items())
        and all(map(_sensible, records))
        and _refers(table, records, world)
    )


def _sensible(record: Record) -> bool:
    """Whether cells are possible, and those of one row go together."""
    bounds = [float(record[column]) for column in ("minimum", "maximum") if record.get(column)]
    days = [record[column] for column in ("valid_from", "valid_to", "date") if record.get(column)]
    if "fact" in record:
        return re.fullmatch(FACTS.get(record["fact"], r"(?s:.*)"), record["value"], flags=re.ASCII) is not None
    return (
        abs(float(record.get("value") or 0)) <= 1e15
        and 0 < float(record.get("share") or 1) <= 1
        and bounds == sorted(bounds)
        and ("expect" in record or all(map(_is_day, days)))
        and (not record.get("valid_to") or record["valid_from"] <= record["valid_to"])
    )


def _is_day(text: str) -> bool:
    try:
        return bool(datetime.datetime.strptime(text, "%Y-%m-%d"))
    except ValueError:
        return False


def _refers(table: str, records: list[Record], world: World) -> bool:
    """Whether what rows name is there, and no area lies in itself."""
    if table == "indicators":
        known = {record["indicator"] for record in records}
        named = [name for record in records for name in re.findall(SLUG, record["formula"]) if not name.isdigit()]
        return {*named, *(record["weight"] for record in records)} <= known | {""}
    if table == "areas":
        parents = {record["area"]: record["parent"] for record in records}
        named = {name for record in records for name in (record["parent"], *record["successor"].split(";"))}
        return named <= {"", *parents} and not any(_in_itself(area, parents) for area in parents)
    if table == "area_changes":
        shares: dict[str, list[str]] = {}
        for record in records:
            shares.setdefault(record["predecessor"], []).append(record["share"])
        whole = all("" in parts or abs(sum(map(float, parts)) - 1) <= 0.005 for parts in shares.values())
        return whole and {record[c] for record in records for c in ("predecessor", "successor")} <= world.areas
    known_indicators = all(record["indicator"] in world.indicators for record in records if "indicator" in record)
    return known_indicators and all(record["area"] in world.areas for record in records)


def _in_itself(area: str, parents: dict[str, str]) -> bool:
    above = parents[area]
    for _ in parents:
        if above in ("", area):
            break
        above = parents[above]
    return above != ""


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
