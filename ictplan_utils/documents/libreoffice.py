"""Old Word files (.doc, .rtf) → .docx, by a LibreOffice that has no network and follows no link."""

from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path

from ictplan_utils import messages, programs

CONVERSION_SECONDS = 120

_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
{items}
</oor:items>
"""
_ITEM = (
    '<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
)
_OFFLINE = [
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", 3),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Writer/Content/Update", "Link", 0),
    # A proxy of its own machine's port 9, where nothing listens: what asks the network all the same reaches nothing.
    ("Inet/Settings", "ooInetProxyType", 2),
    *(("Inet/Settings", f"ooInet{kind}ProxyName", "127.0.0.1") for kind in ("HTTP", "HTTPS", "FTP")),
    *(("Inet/Settings", f"ooInet{kind}ProxyPort", 9) for kind in ("HTTP", "HTTPS", "FTP")),
    ("Inet/Settings", "ooInetNoProxy", ""),
]
"""Settings of LibreOffice's profile, by their place in its registry (registrymodifications.xcu)."""

_ADDRESS = re.compile(
    rb"[A-Za-z][A-Za-z0-9+.-]*(?=://)|\\\\\\\\(?=\w)|(?:[A-Za-z0-9+.-]\0)+(?=:\0/\0/\0)|\\\0\\\0(?=\w\0)"
)
"""A scheme, or the backslashes before a server's name; also in two bytes a letter."""


def convert_to_docx(path: Path, folder: Path) -> Path:
    """Return the .docx that LibreOffice makes of an old Word file in `folder`; its macros are never run.

    Raises IctplanError where LibreOffice is not installed, does not finish or makes nothing.
    """
    program = programs.find("soffice", "libreoffice")
    if not program:
        raise messages.error("formats.no_libreoffice", path=path)
    source = folder / f"plan{path.suffix.lower() if path.suffix.lower() in ('.doc', '.rtf') else '.doc'}"
    source.write_bytes(without_addresses(path.read_bytes()))
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    items = "\n".join(_ITEM.format(path=place, name=name, value=value) for place, name, value in _OFFLINE)
    (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS.format(items=items), encoding="utf-8")
    command = [
        program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore",
        "--convert-to", "docx", "--outdir", str(folder), str(source),
    ]  # fmt: skip
    try:
        programs.run(command, CONVERSION_SECONDS, network=False)
    except subprocess.TimeoutExpired:
        raise messages.error("formats.libreoffice_slow", path=path) from None
    made = source.with_suffix(".docx")
    if not made.is_file():
        raise messages.error("formats.libreoffice_failed", path=path)
    return made


def without_addresses(raw: bytes) -> bytes:
    """Return a document's bytes, as many as before, in which no address names a way to reach it.

    >>> without_addresses(b"see http://a.vn")
    b'see xxxx://a.vn'
    """
    return _ADDRESS.sub(lambda match: re.sub(rb"[^\0]", b"x", match[0]), raw)


def in_folder():
    """Return a folder of one conversion's own, gone when the block ends."""
    return tempfile.TemporaryDirectory(prefix="ictplan-doc-")
