"""What the product is made of, as CycloneDX 1.5 JSON: `python -m scripts.sbom > sbom.json`.

From the lock alone: no network, no environment, the same bytes for the same lock.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def components(lock: str) -> list[dict[str, Any]]:
    """Every pinned distribution of a lock with the hashes of its files, by name."""
    found: list[dict[str, Any]] = []
    for line in lock.splitlines():
        if pin := _PIN.match(line):
            name = re.sub(r"[-_.]+", "-", pin[1]).lower()
            found.append(
                {
                    "type": "library",
                    "name": name,
                    "version": pin[2],
                    "purl": f"pkg:pypi/{name}@{pin[2]}",
                    "hashes": [],
                }
            )
        if found:
            found[-1]["hashes"] += [
                {"alg": "SHA-256", "content": digest} for digest in _HASH.findall(line)
            ]
    return sorted(found, key=lambda one: str(one["name"]))


def bill() -> dict[str, Any]:
    """The bill of materials of this checkout."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lock = (ROOT / "requirements" / "runtime.txt").read_text(encoding="utf-8")
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "name": project["name"],
                "version": project["version"],
                "licenses": [{"license": {"id": project["license"]}}],
            }
        },
        "components": components(lock),
    }


if __name__ == "__main__":
    json.dump(bill(), sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
