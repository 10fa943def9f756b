"""Documents of every format with bytes, or the bytes inside their package, spoiled; and what reading one must give."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from random import Random

from inputs import World, Wrong
from places import AREA, REPORT

from ictplan_utils import documents, observations
from ictplan_utils.errors import IctplanError


def files(chance: Random, world: World) -> bool:
    """A document of any format, spoiled."""
    path = chance.choice([path for path in world.documents if path.suffix != ".doc"])
    return _spoil(chance, world, path)


def old_word(chance: Random, world: World) -> bool:
    """An old Word document, spoiled: LibreOffice opens it, which takes seconds."""
    return _spoil(chance, world, next(path for path in world.documents if path.suffix == ".doc"))


def _spoil(chance: Random, world: World, path: Path) -> bool:
    raw = path.read_bytes()
    packed = raw.startswith(b"PK") and chance.random() < 0.8
    return read(world.folder / f"spoiled{path.suffix}", (_package if packed else _spoiled)(chance, raw), world)


def read(path: Path, raw: bytes, world: World) -> bool:
    """Write a document and read it: what it gives may be stored as it is, and is printed in it."""
    path.write_bytes(raw)
    reading = documents.read_plan(path, AREA, REPORT, world.data)
    for frame, table in ((reading.observations, "observations"), (reading.comparisons, "comparisons")):
        stated = frame[~frame["note"].str.startswith(observations.DERIVED)]
        try:
            observations.check(stated, table, "read", world.data)
        except IctplanError as error:
            raise Wrong(f"{_kept(path)}: {error}") from None
        if path.suffix == ".txt":
            _is_printed(path, raw, stated["printed"])
    return True


def _is_printed(path: Path, raw: bytes, printed) -> None:
    """Raise Wrong where a text file does not hold what was read from it."""
    for encoding in ("utf-8-sig", "utf-16"):
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        return
    bare = re.sub(r"\s", "", text)
    for figure in printed:
        if re.sub(r"\s", "", figure) not in bare:
            raise Wrong(f"{_kept(path)}: {figure!r} is not in it")


def _kept(path: Path) -> Path:
    """Keep a document that was read wrongly, for whoever looks into it."""
    kept = path.with_stem(f"wrong-{hash(path.read_bytes()) % 10**8}")
    kept.write_bytes(path.read_bytes())
    return kept


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
