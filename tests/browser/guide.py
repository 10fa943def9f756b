"""Make the pictures of docs/huong-dan.md from a real run: `python tests/browser/guide.py`.

The document is the plan of Tuần Giáo for 2022 as its figures stand in data/; the workspace is made for the moment.
"""

from __future__ import annotations

import html
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

REPO = Path(__file__).parents[2]
sys.path.insert(0, str(REPO / "tests"))
from documents import habits, writers  # noqa: E402

NAME = "ke-hoach-2022.docx"
TERMINAL = """<body style="margin:0;background:#1e1e1e;color:#eee;font:14px/1.5 'DejaVu Sans'">
<pre style="margin:16px;white-space:pre-wrap;font:inherit">{}</pre>"""


def main() -> None:
    """Write docs/huong-dan-*.png: the terminal, the page a leader reads, the draft in Word."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        office = Path(place) / "thong-tin"
        ictplan(Path(place), "init", office.name)
        habits.word(office).path.rename(office / NAME)
        said = ictplan(office, "prepare", NAME)
        ictplan(office, "prepare", NAME, "--accept")
        made = office / "outputs" / "2021-S1" / "tuan-giao"
        lines = [f"D:\\{office.name}> ictplan prepare {NAME}", *said.splitlines()[:13], "  …"]
        screen = office / "screen.html"
        screen.write_text(TERMINAL.format(html.escape("\n".join(lines))), encoding="utf-8")
        draft = writers.convert(made / "ke-hoach.docx", "pdf")
        subprocess.run(["pdftoppm", "-png", "-r", "60", "-f", "2", "-l", "2", draft, office / "draft"], check=True)
        shutil.copy(next(office.glob("draft*.png")), REPO / "docs" / "huong-dan-van-ban.png")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, path, size in (("danh-muc", screen, (980, 330)), ("trang", made / "briefing.html", (980, 620))):
            page = browser.new_page(viewport={"width": size[0], "height": size[1]}, color_scheme="light")
            page.goto(path.as_uri())
            page.screenshot(path=REPO / "docs" / f"huong-dan-{name}.png")


def ictplan(folder: Path, *arguments: str) -> str:
    """Run the command in a folder, in Vietnamese, and return what it prints."""
    command = [sys.executable, "-m", "ictplan_utils.cli", "--lang", "vi", *arguments]
    return subprocess.run(command, cwd=folder, check=False, capture_output=True, encoding="utf-8").stdout


if __name__ == "__main__":
    main()
