"""Where things are, and the real report that tests read."""

from pathlib import Path

REPO = Path(__file__).parent.parent
AREA, REPORT = "tuan-giao", "2021-S1"
