"""Where things are, the real report that tests read, and how it is made."""

import subprocess
import sys
from pathlib import Path

from ictplan_utils import reports
from ictplan_utils.reports import Report

REPO = Path(__file__).parent.parent
AREA, REPORT = "tuan-giao", "2021-S1"


def report_of(observations, period: str = REPORT, lang: str = "vi", area: str = AREA, **tables) -> Report:
    """Return the report that `observations` hold; `tables` stand in for what would be worked out from them."""
    report = reports.from_tables(observations, area, period, lang)
    vars(report).update(tables)
    return report


def run_reports(outputs: Path, *options: str, area: str = AREA, period: str = REPORT) -> Path:
    """Make an area's reports as a person would; return outputs/PERIOD."""
    command = [sys.executable, "-m", "ictplan_utils.cli", "run", "--area", area, "--period", period, *options,
               "--outputs", str(outputs)]  # fmt: skip
    done = subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return outputs / period
