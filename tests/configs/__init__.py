"""Configurations of containerd, the odd ones too, and what real daemons made of each.

One folder each, config.toml first; @HERE@ in a file stands for the folder. dumps.json holds what
`containerd config dump` said of them, by folder and release line; `record.py` makes it. 1.3 is
1.3.10, built from its tag.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
DUMPS = HERE / "dumps.json"
REFUSED = "refused"


def names() -> tuple[str, ...]:
    return tuple(sorted(path.parent.name for path in HERE.glob("*/config.toml")))


def placed(name: str, folder: Path) -> Path:
    """A copy of one configuration in a folder; its main file."""
    shutil.copytree(HERE / name, folder, dirs_exist_ok=True)
    for path in folder.rglob("*.toml"):
        path.write_bytes(path.read_bytes().replace(b"@HERE@", str(folder).encode()))
    return folder / "config.toml"


def dumps() -> dict[str, dict[str, Any]]:
    """What each release line made of each configuration: a view, or `refused`."""
    found: dict[str, dict[str, Any]] = json.loads(DUMPS.read_text())
    return found
