"""Photograph every page of outputs/ at phone, desktop and A4 size, for a person to look at: `make screenshots`."""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

REPO = Path(__file__).parents[2]
SIZES = {"360": (360, 740), "1280": (1280, 900), "a4": (794, 1123)}


def main() -> None:
    """Write screenshots/PERIOD/AREA/PAGE-SIZE[-dark].png, whole pages."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    pages = sorted((REPO / "outputs").rglob("*.html"))
    if not pages:
        raise SystemExit("nothing in outputs/ yet: run `make report` first")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for path in pages:
            for size, (width, height) in SIZES.items():
                for scheme in ("light", "dark") if size != "a4" else ("light",):
                    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
                    page.emulate_media(media="print" if size == "a4" else "screen")
                    page.goto(path.as_uri())
                    name = f"{path.stem}-{size}{'-dark' if scheme == 'dark' else ''}.png"
                    target = REPO / "screenshots" / path.relative_to(REPO / "outputs").parent / name
                    target.parent.mkdir(parents=True, exist_ok=True)
                    page.screenshot(path=target, full_page=True)
                    page.close()
                    print(target.relative_to(REPO))


if __name__ == "__main__":
    main()
