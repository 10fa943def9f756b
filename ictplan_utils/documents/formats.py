"""A file → its contents: tells the format by what is in the file, not by its name, and calls its reader."""

from __future__ import annotations

import importlib
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

from ictplan_utils import messages
from ictplan_utils.documents import guards, libreoffice
from ictplan_utils.documents.contents import Contents
from ictplan_utils.documents.encodings import repair
from ictplan_utils.errors import IctplanError, one_line

SUFFIXES = (
    ".docx", ".docm", ".xlsx", ".xlsm", ".xls", ".ods", ".odt", ".txt", ".tsv", ".csv", ".md", ".html", ".htm", ".mht",
    ".mhtml", ".pdf", ".doc", ".rtf",
)  # fmt: skip

_IGNORED = re.compile(r"(~\$|\.~|\._|~WRL).*|thumbs\.db|ehthumbs\.db|desktop\.ini|\.ds_store", re.IGNORECASE)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAIL = re.compile(r"(mime-version|from|subject|date|content-[\w-]+|x-[\w-]+)\s*:", re.IGNORECASE)
_BEFORE = re.compile(r"\s*(<!--.*?-->|<\?.*?\?>)", re.DOTALL)
_HTML = re.compile(r"<(!doctype html|html|head|body|meta|table|title|div|p|style)\b")


def is_ignorable(path: str | Path) -> bool:
    """Tell whether a file in an inbox is no one's document: an open document's lock file, or a system's own.

    >>> [is_ignorable(name) for name in ("~$plan.docx", ".~lock.plan.ods#", "Thumbs.db", "plan.docx")]
    [True, True, True, False]
    """
    return _IGNORED.fullmatch(Path(path).name) is not None


def read_contents(path: str | Path) -> Contents:
    """Return the paragraphs and tables of a document.

    Legacy Vietnamese letters (TCVN3, VNI) are converted and said so. Raises IctplanError naming the file and
    the next step for whatever is not a document we read.
    """
    path = Path(path)
    guards.check_size(path)
    kind = _kind(path)
    try:
        contents = _READERS[kind](path)
    except IctplanError:
        raise
    except (MemoryError, RecursionError):
        raise messages.error("formats.too_deep", path=path) from None
    except Exception as error:  # the formats' libraries raise whatever they like at a damaged file
        why = one_line((str(error).splitlines() or [type(error).__name__])[0], 120)
        raise messages.error("formats.unreadable", path=path, kind=kind, why=why) from None
    return repair(contents)


def _kind(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(8192)
    if head.startswith(b"PK"):
        return _package_kind(path, guards.check_package(path))
    if head.startswith(_OLE):
        return _ole_kind(path)
    if b"%PDF-" in head[:1024]:
        return "pdf"
    wide = head[:2] in (b"\xff\xfe", b"\xfe\xff")
    start = head.decode("utf-16" if wide else "utf-8", "ignore").lstrip("\ufeff \r\n\t").lower()
    if start.startswith("{\\rtf"):
        return "doc"
    if _MAIL.match(start) and "multipart/related" in start:
        return "mht"
    return _text_kind(path, start, not wide and b"\0" in head)


def _text_kind(path: Path, start: str, binary: bool) -> str:
    suffix, xml = path.suffix.lower(), start.startswith("<?xml")
    at = 0
    while before := _BEFORE.match(start, at):
        at = before.end()
    root = start[at:].lstrip()
    if xml and "urn:schemas-microsoft-com:office:spreadsheet" in root and not root.startswith("<html"):
        return "spreadsheetml"
    if _HTML.match(root) or (suffix in (".html", ".htm", ".xls", ".doc") and re.search("<(table|html)", root)):
        return "html"
    if xml:
        word = "schemas.microsoft.com/office/word" in root or "<pkg:package" in root
        raise messages.error("formats.word_xml" if word else "formats.xml", path=path)
    if binary:
        raise _no_document(path)
    if suffix in (".html", ".htm"):
        return "html"
    return "csv" if suffix in (".csv", ".xls", ".xlsx") else "text"


def _package_kind(path: Path, names: list[str]) -> str:
    if any(name.startswith("word/") for name in names):
        return "docx"
    if any(name.startswith("xl/") for name in names):
        if any(name.lower().endswith("workbook.bin") for name in names):
            raise messages.error("formats.xlsb", path=path)
        return "xlsx"
    if any(name.startswith("ppt/") for name in names):
        raise messages.error("formats.slides", path=path)
    if "content.xml" in names:
        return "ods"
    raise messages.error("formats.archive", path=path)


def _ole_kind(path: Path) -> str:
    """Tell an old workbook from an old Word file and from an encrypted new one by the streams' names."""
    raw = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in raw:
        raise messages.error("formats.encrypted", path=path)
    if "WordDocument".encode("utf-16-le") in raw:
        return "doc"
    if "Workbook".encode("utf-16-le") in raw or "Book".encode("utf-16-le") in raw:
        return "xls"
    if "PowerPoint Document".encode("utf-16-le") in raw:
        raise messages.error("formats.slides", path=path)
    raise _no_document(path)


def _no_document(path: Path) -> IctplanError:
    return messages.error("formats.no_document", path=path, suffixes=", ".join(SUFFIXES))


_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/")
_MAIN = re.compile(
    rb"application/vnd\.(?:ms-word|openxmlformats-officedocument\.wordprocessingml)"
    rb"\.(?:document|template)(?:\.macroEnabled(?:Template)?)?\.main\+xml"
)
_DOCX = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def _package(path: Path) -> bytes:
    """Return an Office package as its library reads it: Strict Open XML, and Word's templates, as ordinary documents.

    The two kinds of Open XML differ in the names of their namespaces (ISO/IEC 29500-1 and -4).
    """
    raw = path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        marks = package.read("_rels/.rels") + package.read("[Content_Types].xml")
        if not _STRICT.search(marks) and set(_MAIN.findall(marks)) <= {_DOCX}:
            return raw
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
            for name in package.namelist():
                part = package.read(name)
                if name.endswith((".xml", ".rels")):
                    part = _STRICT.sub(rb"http://schemas.openxmlformats.org/\1/2006/", _MAIN.sub(_DOCX, part))
                made.writestr(name, part)
    return out.getvalue()


def _reader(module: str, name: str, packed: bool = False) -> Callable[[Path], Contents]:
    """Return a reader that is loaded, with its library, by the first document that needs it."""

    def read(path: Path) -> Contents:
        found = getattr(importlib.import_module(f"ictplan_utils.documents.{module}"), name)
        return found(path, _package(path)) if packed else found(path)

    return read


def _doc(path: Path) -> Contents:
    with libreoffice.in_folder() as folder:
        made = libreoffice.convert_to_docx(path, Path(folder))
        guards.check_package(made)
        return _READERS["docx"](made)


_READERS = {
    "docx": _reader("word", "read_docx", packed=True), "xlsx": _reader("sheets", "read_xlsx", packed=True),
    "xls": _reader("old_sheets", "read_xls"), "spreadsheetml": _reader("old_sheets", "read_spreadsheetml"),
    "ods": _reader("opendocument", "read_opendocument"), "html": _reader("web", "read_html"),
    "mht": _reader("web", "read_mhtml"), "text": _reader("plain", "read_text"), "csv": _reader("plain", "read_csv"),
    "pdf": _reader("pdf", "read_pdf"), "doc": _doc,
}  # fmt: skip
