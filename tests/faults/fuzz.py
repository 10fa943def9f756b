"""Let atheris look for inputs that crash a reader, guided by which of our lines, and of most libraries', it reaches.

    pip install atheris                 # Linux, Python 3.11 to 3.13; into an environment that has ictplan
    python tests/faults/fuzz.py numbers CORPUS -max_total_time=300
    python tests/faults/fuzz.py xlsx CORPUS -max_total_time=300       # or txt html docx ods xls pdf

CORPUS is a folder, begun with a small document, that keeps what reached new lines; our own lists of what hurts are put
into it, too. Options are libFuzzer's. It stops at the first input that is neither read rightly nor refused, and keeps
it as `crash-…`.
"""

from __future__ import annotations

import io
import sys
import tempfile
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import atheris

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS.parent), str(TESTS), str(TESTS / "faults")]
PARTS = {"docx": "word/document.xml", "xlsx": "xl/worksheets/sheet1.xml", "ods": "content.xml"}
"""What is changed in a package: changed bytes of the package itself reach nothing but its check sums."""
OLD = ("xls", "pdf")

with atheris.instrument_imports(include=["ictplan_utils", "docx", "odf", "openpyxl", "xlrd"]):
    import docx  # noqa: F401
    import inputs
    import odf.opendocument  # noqa: F401
    import openpyxl  # noqa: F401
    import spoiled_documents
    import xlrd  # noqa: F401

    from ictplan_utils.documents import formats, opendocument, pdf, plain, plan, sheets, word  # noqa: F401
    from ictplan_utils.errors import IctplanError


MARKS = [
    mark.encode() for mark in ("1", "0", ".", ",", " ", "%", "-", "−", "000", "1.234", "\u00a0", "２", "．", "\u200b")
]


def _word(word: bytes) -> str:
    return '"' + "".join(f"\\x{byte:02x}" for byte in word[:60]) + '"\n'


def numbers(data: bytes) -> None:
    inputs.number(data.decode("utf-8", "replace"))


def document(kind: str, world: inputs.World) -> tuple[Callable[[bytes], None], bytes]:
    """Return what reads one document of a kind, and the first one to begin with."""
    path = next(path for path in world.documents if path.suffix == f".{kind}")
    whole, changed = path.read_bytes(), world.folder / f"changed.{kind}"
    if kind not in PARTS:
        return lambda data: spoiled_documents.read(changed, data, world) and None, whole
    with zipfile.ZipFile(io.BytesIO(whole)) as package:
        parts = {name: package.read(name) for name in package.namelist()}

    def read(data: bytes) -> None:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as package:
            for name, content in (parts | {PARTS[kind]: data}).items():
                package.writestr(name, content)
        spoiled_documents.read(changed, out.getvalue(), world)

    return read, parts[PARTS[kind]]


def main() -> None:
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    kind, corpus = sys.argv[1], Path(sys.argv[2])
    corpus.mkdir(parents=True, exist_ok=True)
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory(prefix="ictplan-fuzz-") as folder:
        read, first = (
            (numbers, b"1.234,5") if kind == "numbers" else document(kind, inputs.World(Path(folder), kind in OLD))
        )
        (corpus / "first").write_bytes(first)
        if kind == "numbers":
            for place, text in enumerate(inputs.HOSTILE):
                (corpus / f"hostile-{place}").write_bytes(text.encode("utf-8", "replace"))
        words = Path(folder) / "words"
        words.write_text("".join(map(_word, [*spoiled_documents.PIECES, *MARKS])), encoding="ascii")

        def one(data: bytes) -> None:
            try:
                read(data)
            except IctplanError as error:
                inputs.clear(error)

        atheris.Setup(
            [sys.argv[0], str(corpus), f"-max_len={len(first) * 2 + 100}", f"-dict={words}", *sys.argv[3:]], one
        )
        atheris.Fuzz()


if __name__ == "__main__":
    main()
