"""Print a page to PDF through Chromium, as a reader's browser would."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from pathlib import Path

from ictplan_utils import programs
from ictplan_utils.files import write_atomically
from ictplan_utils.messages import error

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
TIMEOUT_SECONDS = 120


PLACE = re.compile(r'(<b data-page="([^"]+)">)(?=</b>)')
"""Where a page's contents say on which sheet a part begins: nobody but the printer knows."""


def print_pdf(page: Path) -> Path:
    """Print `page` beside itself as PDF, whole or not at all. Raises IctplanError where no browser can do it.

    Contents that are to name sheets are printed twice: first to learn the numbers, then with them.
    """
    browser = programs.find(*BROWSERS)
    if browser is None:
        raise error("pages.pdf.no_browser")
    target, text = page.with_suffix(".pdf"), page.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as profile:
        printed, numbered = Path(profile) / "page.pdf", Path(profile) / "page.html"
        if PLACE.search(text):
            write_atomically(numbered, PLACE.sub(r"\g<1>00", text))
            _print(browser, numbered, printed, page)
            sheets = _sheets(printed)
            write_atomically(numbered, PLACE.sub(lambda found: f"{found[1]}{sheets[found[2]]}", text))
        _print(browser, numbered if numbered.is_file() else page, printed, page)
        write_atomically(target, printed.read_bytes())
    return target


def _print(browser: str, source: Path, target: Path, page: Path) -> None:
    """Print `source`, which is told of as `page`."""
    folder = target.parent
    target.unlink(missing_ok=True)
    # Chromium refuses its sandbox to root, as in containers; the page is our own and may load nothing.
    sandbox = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    command = [
        browser, "--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking",
        f"--user-data-dir={folder}/profile", "--no-pdf-header-footer",
        "--generate-pdf-document-outline", f"--print-to-pdf={target}",
        *sandbox, source.resolve().as_uri(),
    ]  # fmt: skip
    try:
        code = programs.run(command, TIMEOUT_SECONDS, folder=folder)
    except subprocess.TimeoutExpired:
        raise error("pages.pdf.late", page=page, seconds=TIMEOUT_SECONDS) from None
    if not target.is_file():
        raise error("pages.pdf.failed", page=page, code=code)


def _sheets(printed: Path) -> dict[str, int]:
    """Return the number of the sheet that each place linked to stands on."""
    import pdfplumber
    from pdfminer.pdftypes import resolve1

    with pdfplumber.open(printed) as paper:
        numbers = {page.page_obj.pageid: page.page_number for page in paper.pages}
        places = resolve1(paper.doc.catalog["Dests"])
        return {str(name): numbers[resolve1(place)[0].objid] for name, place in places.items()}
