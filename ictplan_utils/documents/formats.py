"""A file → its contents: tells the format by what is in the file, not by its name, and calls its reader."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from ictplan_utils import programs
from ictplan_utils.documents import guards
from ictplan_utils.documents.contents import Contents, Paragraph, Table
from ictplan_utils.documents.encodings import repair
from ictplan_utils.errors import IctplanError, one_line

SUFFIXES = (".docx", ".xlsx", ".xlsm", ".xls", ".ods", ".txt", ".tsv", ".csv", ".md", ".html", ".htm", ".pdf", ".doc")
CONVERSION_SECONDS = 120

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_contents(path: str | Path) -> Contents:
    """Return the paragraphs and tables of a document.

    Legacy Vietnamese letters (TCVN3, VNI) are converted and said so. Raises IctplanError naming the file and
    the next step for whatever is not a document we read.
    """
    path = Path(path)
    guards.check_size(path)
    kind = _kind(path)
    try:
        with guards.time_limit(path):
            contents = _READERS[kind](path)
    except IctplanError:
        raise
    except (MemoryError, RecursionError):
        raise IctplanError(f"{path}: too large or too deeply nested to read; keep only the tables") from None
    except Exception as error:  # the formats' libraries raise whatever they like at a damaged file
        reason = one_line((str(error).splitlines() or [type(error).__name__])[0], 120)
        raise IctplanError(
            f"{path}: not a readable {kind} file ({reason}); open it in its own program and save it again"
        ) from None
    return repair(contents)


def _kind(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(4096)
    suffix = path.suffix.lower()
    if head.startswith(b"PK"):
        names = guards.check_package(path)
        if "word/document.xml" in names:
            return "docx"
        if any(name.startswith("xl/") for name in names):
            if any(name.lower().endswith(".bin") and "workbook.bin" in name.lower() for name in names):
                raise IctplanError(f"{path}: a binary workbook (.xlsb); save it as .xlsx and try again")
            return "xlsx"
        if "content.xml" in names:
            return "ods"
        raise IctplanError(f"{path}: a zip archive, not a document; unpack it and name the documents in it")
    if head.startswith(_OLE):
        return _ole_kind(path)
    if head.lstrip().startswith(b"%PDF") or b"%PDF-" in head[:1024]:
        return "pdf"
    if head.lstrip()[:5].lower() == b"{\\rtf":
        return "doc"
    start = head.decode("utf-8", "ignore").lstrip("\ufeff \r\n\t").lower()
    if start.startswith(("<!doctype html", "<html", "<table", "<head", "<body", "<meta")) or (
        suffix in (".html", ".htm", ".xls") and "<" in start and ("<table" in start or "<html" in start)
    ):
        return "html"
    if start.startswith("<?xml"):
        if "<html" in start:
            return "html"
        raise IctplanError(f"{path}: an XML file, not a document; save it as .xlsx or .docx and try again")
    if head[:2] not in (b"\xff\xfe", b"\xfe\xff") and b"\0" in head:
        raise IctplanError(f"{path}: not a document; ictplan reads {', '.join(SUFFIXES)}")
    if suffix in (".html", ".htm"):
        return "html"
    return "text"


def _ole_kind(path: Path) -> str:
    """Tell an old workbook from an old Word file and from an encrypted new one by the streams' names."""
    raw = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in raw:
        raise IctplanError(f"{path}: the file is encrypted; save it without a password and try again")
    if "WordDocument".encode("utf-16-le") in raw:
        return "doc"
    if "Workbook".encode("utf-16-le") in raw or "Book".encode("utf-16-le") in raw:
        return "xls"
    raise IctplanError(f"{path}: not a document; ictplan reads {', '.join(SUFFIXES)}")


def _docx(path: Path) -> Contents:
    from ictplan_utils.documents.word import read_docx

    return read_docx(path)


def _xlsx(path: Path) -> Contents:
    from ictplan_utils.documents.sheets import read_xlsx

    return read_xlsx(path)


def _xls(path: Path) -> Contents:
    from ictplan_utils.documents.sheets import read_xls

    return read_xls(path)


def _ods(path: Path) -> Contents:
    from ictplan_utils.documents.opendocument import read_opendocument

    return read_opendocument(path)


def _html(path: Path) -> Contents:
    from ictplan_utils.documents.plain import read_html

    return read_html(path)


def _text(path: Path) -> Contents:
    from ictplan_utils.documents.plain import read_text

    return read_text(path)


def _pdf(path: Path) -> Contents:
    from ictplan_utils.documents.pdf import read_pdf

    return read_pdf(path)


def _doc(path: Path) -> Contents:
    """Read an old Word file by way of LibreOffice, which never runs its macros here."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if not program:
        raise IctplanError(f"{path}: old .doc files need LibreOffice; install it, or save the file as .docx")
    with tempfile.TemporaryDirectory(prefix="ictplan-doc-") as folder:
        source = Path(folder) / f"plan{path.suffix.lower() if path.suffix.lower() in ('.doc', '.rtf') else '.doc'}"
        source.write_bytes(path.read_bytes())
        command = [
            program, f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}", "--headless", "--norestore",
            "--convert-to", "docx", "--outdir", folder, str(source),
        ]  # fmt: skip
        try:
            programs.run(command, CONVERSION_SECONDS)
        except subprocess.TimeoutExpired:
            raise IctplanError(f"{path}: LibreOffice did not finish; save the file as .docx and try again") from None
        made = source.with_suffix(".docx")
        if not made.is_file():
            raise IctplanError(f"{path}: LibreOffice could not open it; save the file as .docx and try again")
        guards.check_package(made)
        return _docx(made)


_READERS = {
    "docx": _docx, "xlsx": _xlsx, "xls": _xls, "ods": _ods, "html": _html, "text": _text, "pdf": _pdf, "doc": _doc,
}  # fmt: skip

__all__ = ["SUFFIXES", "Contents", "Paragraph", "Table", "read_contents"]
