"""The lab: working copies of the notebooks, in a folder that git ignores; the tracked ones stay as they are.

`python -m ictplan_utils.workspace.lab` makes and renews them; `make lab` opens JupyterLab there. A copy that was only
run, not edited, follows its original; an edited one is its analyst's and stays. What the analyst adds is left alone.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from ictplan_utils.files import recall, write_atomically
from ictplan_utils.messages import text
from ictplan_utils.workspace import DELIVERED, LAB

START = "BAT-DAU.md"
"""The page that JupyterLab opens with."""


def prepare(notebooks: Path = Path("notebooks"), lab: Path = Path(LAB)) -> list[str]:
    """Give the lab a copy of each notebook and of the start page; return the names of the edited ones it keeps.

    A copy whose original was edited meanwhile, but which was not edited itself, is replaced, its outputs with it.
    """
    lab.mkdir(exist_ok=True)
    record = lab / DELIVERED
    delivered = recall(record)
    kept = []
    for original in sorted([*notebooks.glob("*.ipynb"), notebooks / START]):
        copy, ours = lab / original.name, _seal(original)
        theirs = _seal(copy) if copy.is_file() else None
        if theirs in (None, delivered.get(original.name)) and theirs != ours:
            write_atomically(copy, original.read_bytes())
        elif theirs != ours:
            kept.append(original.name)
            continue
        delivered[original.name] = ours
    write_atomically(record, json.dumps(delivered, indent=1, sort_keys=True) + "\n")
    return kept


def _seal(path: Path) -> str:
    """Return a hash of what somebody wrote: of a notebook its cells, not what running them left."""
    content = path.read_text(encoding="utf-8")
    try:
        cells = json.loads(content)["cells"]
        content = json.dumps([[cell["cell_type"], "".join(cell["source"])] for cell in cells])
    except (ValueError, KeyError, TypeError, RecursionError):
        pass  # a page, or no notebook any more: as it is
    return hashlib.sha256(content.encode()).hexdigest()


if __name__ == "__main__":
    for name in prepare():
        print(text("workspace.lab_kept", name=name, folder=LAB))
