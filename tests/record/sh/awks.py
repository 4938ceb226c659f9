"""Every awk to be had, and how the recorder's programs are run in it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from unshim.record.sh import awk_programs

_CACHE = Path(os.environ.get("UNSHIM_LAB_CACHE", "~/.cache/unshim-lab")).expanduser()


def awks() -> dict[str, list[str]]:
    """Every awk on this machine, by name; the lab's cache may hold more of them."""
    found = {
        name: [path] for name in ("mawk", "gawk", "original-awk") if (path := shutil.which(name))
    }
    for place in _CACHE.glob("packages/*/*/usr/bin/*"):
        if place.name in ("gawk", "mawk", "original-awk"):
            libraries = ":".join(map(str, place.parents[1].glob("lib/*-*")))
            found.setdefault(place.name, ["env", f"LD_LIBRARY_PATH={libraries}", str(place)])
    for busybox in (shutil.which("busybox"), *_CACHE.glob("packages/*/busybox*/bin/busybox")):
        if busybox:
            found.setdefault("busybox", [str(busybox), "awk"])
    return found or {"awk": ["awk"]}


AWKS = awks()


every_awk = pytest.mark.parametrize("awk", AWKS)


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """The two awk programs as files."""
    folder = tmp_path_factory.mktemp("awk")
    paths = []
    for name, text in zip(("clean.awk", "answers.awk"), awk_programs(), strict=True):
        (folder / name).write_text(text)
        paths.append(str(folder / name))
    return paths[0], paths[1]


def cleaned(
    awk: str, program: str, mode: str, data: bytes, arguments: Sequence[str | bytes] = ()
) -> bytes:
    argv = [*AWKS[awk], "-v", f"mode={mode}", "-f", program, "--", *arguments]
    done = subprocess.run(
        argv, input=data, capture_output=True, env={"LC_ALL": "C", "PATH": os.environ["PATH"]}
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stderr == b""
    return done.stdout
