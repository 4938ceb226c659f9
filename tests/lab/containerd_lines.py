"""The release lines of containerd: Debian's packages of four suites, and four of the folder of
programs, which take ctr and shims of a Debian line beside them.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Literal

from . import programs
from .cache import Unavailable, build_once
from .packages import Tree, unpacked

Line = Literal["1.3", "1.4", "1.5", "1.6", "1.7", "2.0", "2.1", "2.3"]
SUITE_OF: dict[Line, str] = {"1.4": "bullseye", "1.6": "bookworm", "1.7": "trixie", "2.1": "forky"}
LINES = tuple(SUITE_OF)
"""Those that Debian has."""
SERVED_BY: dict[Line, Line] = {"1.3": "1.4", "1.5": "1.6", "2.0": "2.1", "2.3": "2.1"}
"""Those of the folder of programs, by the Debian line whose other programs they take."""
BUILT = tuple(SERVED_BY)
EVERY_LINE: tuple[Line, ...] = ("1.3", "1.4", "1.5", "1.6", "1.7", "2.0", "2.1", "2.3")
_SHIM = "containerd-shim-runc-v2"
_OWN_SHIM: tuple[Line, ...] = ("2.3",)

_CONFIG_2 = """\
version = 2

[plugins."io.containerd.grpc.v1.cri"]
  restrict_oom_score_adj = true
  sandbox_image = "registry.k8s.io/pause:3.6"

[plugins."io.containerd.internal.v1.opt"]
  path = "@ROOT@/opt"
"""
_CONFIG_3 = """\
version = 3

[plugins."io.containerd.cri.v1.runtime"]
  restrict_oom_score_adj = true

[plugins."io.containerd.cri.v1.images".pinned_images]
  sandbox = "registry.k8s.io/pause:3.6"

[plugins."io.containerd.nri.v1.nri"]
  disable = true

[plugins."io.containerd.internal.v1.opt"]
  path = "@ROOT@/opt"
"""
_CONFIG_4 = _CONFIG_3.replace("version = 3", "version = 4")


def release(line: Line) -> Tree:
    """The containerd of a release line with its ctr and shims, as packages have them.

    Raises:
        Unavailable: its suite has moved on, or the folder of programs does not have it.
    """
    served = SERVED_BY.get(line)
    if served is not None:
        return _composed(line, release(served))
    tree = unpacked(SUITE_OF[line], "containerd")
    got = tree.versions["containerd"]
    if not got.startswith(f"{line}."):
        raise Unavailable(f"{SUITE_OF[line]} has containerd {got}, not {line}")
    return tree


def _composed(line: Line, others: Tree) -> Tree:
    found = programs.program("containerd", line)
    own = [programs.binary("containerd", line)]
    own += [programs.binary(_SHIM, line)] if line in _OWN_SHIM else []

    def build(part: Path) -> None:
        folder = part / "usr/bin"
        folder.mkdir(parents=True)
        for program in (*(others.path / "usr/bin").iterdir(), *own):
            shutil.copy(program, folder / program.name)

    name = f"{found.version}-{found.sha256[:16]}-{others.versions['containerd']}"
    return Tree(build_once(f"containerd/{name}", build), {"containerd": found.version})


def default_config(line: Line) -> str:
    """What a daemon here is given: CRI that works without CAP_SYS_RESOURCE, and no NRI socket.

    @ROOT@ in a configuration becomes the daemon's folder.
    """
    if line == "2.3":
        return _CONFIG_4
    return _CONFIG_3 if line.startswith("2.") else _CONFIG_2
