"""The shelf of the recorded nodes: each content once, in tests/nodes/files, under its sha256."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from unshim.record.files import name_of

Index = dict[str, Any]


def put(folder: Path) -> None:
    """Bring a recorded node's own files to the shelf beside it, and call them by their names there.

    `folder` has an index.json and, where it is not on the shelf yet, a folder files/.
    """
    index: Index = json.loads((folder / "index.json").read_text())
    for entry in index["paths"].values():
        own = folder / entry.get("file", "")
        if own.is_file():
            data = own.read_bytes()
            entry["file"] = name_of(data)
            place = folder.parent / entry["file"]
            place.parent.mkdir(exist_ok=True)
            place.write_bytes(data)
    shutil.rmtree(folder / "files", ignore_errors=True)
    (folder / "index.json").write_text(json.dumps(index, indent=1, sort_keys=True) + "\n")


def contents(folder: Path) -> set[str]:
    """The names of the contents that a recorded node needs: `files/e3b0c442…`."""
    index: Index = json.loads((folder / "index.json").read_text())
    named = {entry["file"] for entry in index["paths"].values() if "file" in entry}
    return named | {index["samples"]} if "samples" in index else named


def clear(nodes: Path) -> list[Path]:
    """Remove what no node needs any more; the files that went."""
    needed = {name for index in nodes.glob("*/index.json") for name in contents(index.parent)}
    left = [file for file in (nodes / "files").iterdir() if f"files/{file.name}" not in needed]
    for file in left:
        file.unlink()
    return left
