"""The lab: working copies of the notebooks, in a folder that git ignores; the tracked ones stay as they are.

`python -m ictplan_utils.workspace.lab` makes and renews them; `make lab` opens JupyterLab there. A copy that was only
run, not edited, follows its original; an edited one is its analyst's and stays. What the analyst adds is left alone.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from ictplan_utils.messages import text
from ictplan_utils.workspace import LAB, deliver

START = "BAT-DAU.md"
"""The page that JupyterLab opens with."""


def prepare(notebooks: Path = Path("notebooks"), lab: Path = Path(LAB)) -> list[str]:
    """Give the lab a copy of each notebook and of the start page; return the names of the edited ones it keeps.

    A copy whose original was edited meanwhile, but which was not edited itself, is replaced, its outputs with it.
    """
    files = [(path.name, path.read_bytes()) for path in sorted([*notebooks.glob("*.ipynb"), notebooks / START])]
    return [each.path for each in deliver(lab, files, again=True, seal=_cells) if each.kind == "changed"]


def _cells(content: bytes) -> str:
    """Return a hash of what somebody wrote: of a notebook its cells, not what running them left."""
    try:
        cells = [[cell["cell_type"], "".join(cell["source"])] for cell in json.loads(content)["cells"]]
        content = json.dumps(cells).encode()
    except (ValueError, KeyError, TypeError, RecursionError):
        pass  # a page, or no notebook any more: as it is
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    for name in prepare():
        print(text("workspace.lab_kept", name=name, folder=LAB))
