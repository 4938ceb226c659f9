"""Programs that Debian does not have, from the folder that UNSHIM_LAB_BINARIES names.

The folder holds `NAME-VERSION.xz` files and SHA256SUMS, their manifest (README.md says how anyone
makes one). What is not in it is a reason to skip; what is not what the manifest says, a failure.
"""

from __future__ import annotations

import hashlib
import lzma
import os
import re
import shutil
from pathlib import Path
from typing import NamedTuple

from .cache import LabError, Unavailable, build_once

VARIABLE = "UNSHIM_LAB_BINARIES"
UNSET = f"{VARIABLE} names no folder of programs"
"""Begins the reason of each skip that is only for want of the folder."""
MANIFEST = "SHA256SUMS"
_LINE = re.compile(r"([0-9a-f]{64})  (([a-z0-9-]+?)-(\d+(?:\.\d+)+)\.xz)")


class Program(NamedTuple):
    """One line of the manifest: `kubelet`, `1.36.3`, the file and its sha256 in hex."""

    name: str
    version: str
    path: Path
    sha256: str

    def of(self, line: str) -> bool:
        """Whether it is of that release line, like 1.36."""
        return f"{self.version}.".startswith(f"{line}.")


def listed() -> list[Program]:
    """What the folder's manifest names.

    Raises:
        Unavailable: no folder is named.
        LabError: it has no manifest, or one with a line that is none.
    """
    named = os.environ.get(VARIABLE)
    if not named:
        raise Unavailable(UNSET)
    folder = Path(named)
    try:
        lines = (folder / MANIFEST).read_text().splitlines()
    except OSError as error:
        raise LabError(f"{VARIABLE}: {error}") from None
    found = []
    for text in lines:
        match = _LINE.fullmatch(text)
        if match is None:
            raise LabError(
                f"{folder / MANIFEST}: not a line of sha256sum for NAME-VERSION.xz: {text}"
            )
        total, file, name, version = match.groups()
        found.append(Program(name, version, folder / file, total))
    return found


def program(name: str, line: str) -> Program:
    """The program of that name and release line.

    Raises:
        Unavailable: the folder does not have it.
        LabError: see `listed`.
    """
    for one in listed():
        if one.name == name and one.of(line):
            return one
    raise Unavailable(f"{os.environ[VARIABLE]} has no {name} {line}")


def layer(name: str, line: str, installed: str = "") -> Path:
    """A layer for `Node.boot(layers=...)` that holds /usr/bin/NAME, or /usr/bin/`installed`.

    Raises:
        Unavailable: the folder does not have it.
        LabError: the file is not the one that the manifest names.
    """
    found = program(name, line)
    installed = installed or name

    def unpack(part: Path) -> None:
        data = found.path.read_bytes()
        if hashlib.sha256(data).hexdigest() != found.sha256:
            raise LabError(f"{found.path} is not the file that {MANIFEST} names")
        target = part / "usr/bin" / installed
        target.parent.mkdir(parents=True)
        with lzma.open(found.path) as packed, open(target, "wb") as plain:
            shutil.copyfileobj(packed, plain)
        target.chmod(0o755)

    return build_once(f"programs/{found.sha256[:16]}-{installed}", unpack)


def binary(name: str, line: str) -> Path:
    """The unpacked program itself, to be run on this machine. Raises as `layer` does."""
    return layer(name, line) / "usr/bin" / name
