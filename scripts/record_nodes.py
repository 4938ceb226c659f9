"""Records the nodes of tests/nodes again: boots each one for real and runs `unshim record` in it.

`.venv/bin/python -m scripts.record_nodes [NAME ...]`, as root, with what tests/lab needs; about ten
minutes for all of them. `demo` is the node that ships with unshim.
"""

from __future__ import annotations

import gzip
import json
import sys
import tarfile
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from scripts import shelve
from scripts.sampled import keep, sampled
from tests.lab.base import REPOSITORY
from tests.lab.cache import cache_dir
from tests.lab.cgroup_v2_states import CGROUP_V2, SAMPLED, emulated
from tests.lab.derived_states import DERIVED, derive
from tests.lab.machine import Machine
from tests.lab.recorded_states import DEMO, STATES
from tests.lab.states import State, running

NODES = REPOSITORY / "tests/nodes"
DEMO_NAME = "half-migrated"
DEMO_FILE = REPOSITORY / "unshim/demo.tar.gz"
REPORT = "report.txt"
LIMIT = 200_000
SECONDS = 15
NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--")


def main(names: list[str]) -> None:
    """Record these nodes, or all."""
    wanted = names or [*STATES, *DERIVED, "demo"]
    for name in wanted:
        started = time.monotonic()
        if name in DERIVED:
            derived(name)
        elif name == "demo":
            demo()
        else:
            record(name, STATES[name])
        sys.stdout.write(f"{name}: {time.monotonic() - started:.0f} s\n")
        sys.stdout.flush()
    shelve.clear(NODES)


def record(name: str, state: State) -> None:
    """Boot a node, record it inside, and take the recording out of it."""
    booted: Callable[[State, Path], Machine] = emulated if name in CGROUP_V2 else running
    with booted(state, REPOSITORY) as node:
        _taken(node, NODES / name, state)
        if state.by_nobody:
            _taken(node, NODES / f"{name}-seen-by-nobody", state, NOBODY)
        if name == SAMPLED:
            keep(NODES / name, sampled(node, SECONDS), "recorded by unshim on this node")


def _taken(node: Machine, target: Path, state: State, prefix: tuple[str, ...] = ()) -> None:
    place = f"/tmp/{target.name}"
    node.run([*prefix, "/opt/unshim/bin/unshim", "record", place])
    index = json.loads(node.read(f"{place}/index.json"))
    # The checked report stays: the tests say where the new recording differs from it.
    (target / "files").mkdir(parents=True)
    for file in node.text("ls", f"{place}/files").split():
        (target / "files" / file).write_bytes(node.read(f"{place}/files/{file}"))
    index["parts"]["node"] = state.says
    _keep_samples(index, target)
    (target / "index.json").write_text(json.dumps(index, indent=1, sort_keys=True) + "\n")
    clean(target)
    shelve.put(target)


def _keep_samples(index: dict[str, Any], target: Path) -> None:
    """The live samples of a node are taken by a script of their own, and stay."""
    if target.name != DEMO_NAME or not (target / "index.json").is_file():
        return
    former = json.loads((target / "index.json").read_text())
    if "samples" in former:
        index["samples"] = former["samples"]
        index["parts"]["samples"] = former["parts"]["samples"]


def clean(folder: Path) -> None:
    """The recording is small, and names no path of this machine."""
    own = [str(REPOSITORY), str(cache_dir()), str(Path.home() / ".cache"), "/var/tmp/unshim"]
    size = 0
    for file in folder.rglob("*"):
        if not file.is_file():
            continue
        data = file.read_bytes()
        size += len(data)
        for path in own:
            if path.encode() in data:
                raise SystemExit(f"{file} names {path}")
    if size > LIMIT:
        raise SystemExit(f"{folder} has {size} bytes")


def derived(name: str) -> None:
    """Make a node out of another one's recording."""
    of = DERIVED[name]
    target = NODES / name
    target.mkdir(exist_ok=True)
    index = json.loads((NODES / of.base / "index.json").read_text())
    index["parts"]["node"] = of.says
    derive(of, index, target)
    clean(target)
    shelve.put(target)


def demo() -> None:
    """The node that ships with unshim, packed."""
    folder = NODES / DEMO_NAME
    record(folder.name, DEMO)
    pack(folder)


def pack(folder: Path) -> None:
    """Make the demo of a recorded node."""
    buffer = BytesIO()
    files = {name: NODES / name for name in shelve.contents(folder)}
    files["index.json"] = folder / "index.json"
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, file in sorted(files.items()):
            member = tarfile.TarInfo(name)
            member.size, member.mode = file.stat().st_size, 0o644
            archive.addfile(member, BytesIO(file.read_bytes()))
    DEMO_FILE.write_bytes(gzip.compress(buffer.getvalue(), mtime=0))


if __name__ == "__main__":
    main(sys.argv[1:])
