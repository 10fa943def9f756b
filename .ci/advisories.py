"""Ask OSV, the public database of advisories, for known holes in the packages that the locks pin.

`make advisories`, on a machine that reaches it; names and versions are all that is sent. Exit codes: 0 no hole is
known; 1 some are, a package a line; 2 it could not be asked, and nothing is known.
"""

from __future__ import annotations

import json
import re
import sys
import urllib.request
from pathlib import Path

DATABASE = "https://api.osv.dev/v1/querybatch"
PINNED = re.compile(r"^([\w.-]+)==([\w.!+]+)", re.MULTILINE)
PATIENCE_S = 120


def main(locks: list[str], database: str = DATABASE) -> int:
    """Print what is known of the packages of `locks`, and return the exit code."""
    packages = sorted({pin for lock in locks for pin in PINNED.findall(Path(lock).read_text(encoding="utf-8"))})
    queries = [{"package": {"name": name, "ecosystem": "PyPI"}, "version": version} for name, version in packages]
    asked = urllib.request.Request(database, json.dumps({"queries": queries}).encode())
    try:
        with urllib.request.urlopen(asked, timeout=PATIENCE_S) as answer:
            told = [sorted(each["id"] for each in one.get("vulns", [])) for one in json.load(answer)["results"]]
        found = [(*package, ids) for package, ids in zip(packages, told, strict=True) if ids]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        print(f"nothing is known of {len(packages)} packages: {database} gave no answer ({error})", file=sys.stderr)
        return 2
    for name, version, ids in found:
        print(f"{name} {version}: {', '.join(ids)}")
    print(f"{len(packages)} packages asked about, {len(found)} with known holes")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
