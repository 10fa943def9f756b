"""Print a page to PDF through Chromium, as a reader's browser would."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

from ictplan_utils import programs
from ictplan_utils.files import write_atomically
from ictplan_utils.messages import error

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
TIMEOUT_SECONDS = 120


def print_pdf(page: Path) -> Path:
    """Print `page` beside itself as PDF, whole or not at all. Raises IctplanError where no browser can do it."""
    browser = programs.find(*BROWSERS)
    if browser is None:
        raise error("pages.pdf.no_browser")
    target = page.with_suffix(".pdf")
    # Chromium refuses its sandbox to root, as in containers; the page is our own and may load nothing.
    sandbox = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory() as profile:
        aside = Path(profile) / "page.pdf"
        command = [
            browser, "--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking",
            f"--user-data-dir={profile}/profile", "--no-pdf-header-footer",
            "--generate-pdf-document-outline", f"--print-to-pdf={aside}",
            *sandbox, page.resolve().as_uri(),
        ]  # fmt: skip
        try:
            code = programs.run(command, TIMEOUT_SECONDS, folder=Path(profile))
        except subprocess.TimeoutExpired:
            raise error("pages.pdf.late", page=page, seconds=TIMEOUT_SECONDS) from None
        if not aside.is_file():
            raise error("pages.pdf.failed", page=page, code=code)
        write_atomically(target, aside.read_bytes())
    return target
