"""Where things are, the real report that tests read, and how it is made."""

import contextlib
from pathlib import Path

from click.testing import CliRunner

from ictplan_utils import cli, reports
from ictplan_utils.reports import Report

REPO = Path(__file__).parent.parent
AREA, REPORT = "tuan-giao", "2021-S1"


def report_of(observations, period: str = REPORT, lang: str = "vi", area: str = AREA, **tables) -> Report:
    """Return the report that `observations` hold; `tables` stand in for what would be worked out from them."""
    report = reports.from_tables(observations, area, period, lang)
    vars(report).update(tables)
    return report


def run_reports(outputs: Path, *options: str, area: str = AREA, period: str = REPORT) -> Path:
    """Make an area's reports by the command, in this process; return outputs/PERIOD."""
    command = ["run", "--area", area, "--period", period, *options, "--outputs", str(outputs)]
    with contextlib.chdir(REPO):
        done = CliRunner().invoke(cli.main, command, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return outputs / period
