"""`main(TREE, FD)` in a Python of its own: runs the worker of the sources in TREE, each time in a
process, a mount and a pid namespace of its own, on the node that it is told.

It has imported the worker once and forks, so that a run costs milliseconds. Its clock is its own:
who sleeps is a little later at once. The name of a file with what to do comes over the socket FD;
back come, over the same, the place of its notices and how it ended.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import pickle
import pkgutil
import runpy
import socket
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from tests.crash import calls, spaces

OURS = ("sys", "modules", "swaps")
"""What of /proc is the node's."""
_NAP, _LATER = 0.001, 8
_offset = 0.0
_really = (time.sleep, time.monotonic, time.clock_gettime)


def _sleep(seconds: float) -> None:
    global _offset
    _offset += seconds * _LATER
    _really[0](min(seconds, _NAP))


def _own_clock() -> None:
    time.sleep = _sleep  # type: ignore[assignment]
    time.monotonic = lambda: _really[1]() + _offset
    time.clock_gettime = lambda number: _really[2](number) + _offset


def _warm(tree: str) -> None:
    sys.path.insert(0, tree)
    import unshim.apply

    assert unshim.apply.__file__.startswith(tree), unshim.apply.__file__
    for module in pkgutil.walk_packages(unshim.apply.__path__, "unshim.apply."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    for name in ("subprocess", "selectors", "base64", "hashlib", "signal", "shutil"):
        importlib.import_module(name)
    ctypes.CDLL(None, use_errno=True)


def _see(node: Path, programs: Path) -> None:
    """The node in place of this machine: its /etc, /var, /run, its kernel, its systemctl."""
    spaces.mounts_of_ones_own()
    for name in ("etc", "var", "run"):
        spaces.bind(node / name, Path("/", name))
    spaces.bind(programs, Path("/usr/local/sbin"))
    spaces.mount("proc", Path("/run/proc"), "proc")
    # A kernel without modules has no place to put a list of them.
    spaces.mount("proc", Path("/proc"), "tmpfs", "mode=755")
    for name in {*os.listdir("/run/proc"), *map(str, range(1, 100))}:
        if name not in OURS:
            Path("/proc", name).symlink_to(f"/run/proc/{name}")
    for name in OURS:
        Path("/proc", name).symlink_to(f"/run/{name}")


def _make(steps: list[dict[str, Any]]) -> int:
    from unshim.apply import journal

    plan = {"format": 1, "began": 0, "who": "crash", "checks": [], "disturbs": "nothing"}
    journal.new_run({**plan, "steps": steps, "socket": "/run/containerd.sock", "expected": None})
    return 0


def _forget(folder: Path) -> int:
    from unshim.apply.forget import forget

    forget(folder)
    return 0


def _take_twice() -> int:
    """The machine's lock, once and once again."""
    from unshim.apply import lock

    lock.take()
    try:
        lock.take()
    except lock.Locked:
        return 0
    sys.stderr.write("two hold the lock\n")
    return 1


def _perform(order: dict[str, Any], link: socket.socket) -> int:
    _see(Path(order["node"]), Path(order["programs"]))
    null = os.open("/dev/null", os.O_RDWR)
    said = os.open(order["said"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for number, handle in enumerate((null, said, said)):
        os.dup2(handle, number)
    os.environ.clear()
    os.environ.update(
        {"PATH": "/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"}
    )
    if order["stop"]:
        listener = calls.stop(order["opens"])
        socket.send_fds(link, [b"notices"], [listener])
        os.close(listener)
        link.recv(1)
    link.close()
    if order["arguments"][0] == "make":
        return _make(order["steps"])
    if order["arguments"][0] == "forget":
        return _forget(Path(order["arguments"][1]))
    if order["arguments"][0] == "lock":
        return _take_twice()
    sys.executable = "/usr/local/sbin/children"
    sys.argv = ["unshim.apply", *order["arguments"]]
    try:
        runpy.run_module("unshim.apply", run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    return 0


def _play(order: dict[str, Any], link: socket.socket) -> int:
    """A process of the first namespace, which waits for the first of the second."""
    spaces.processes_of_their_own()
    worker = os.fork()
    if worker == 0:
        code = 99
        try:
            os.setsid()
            code = _perform(order, link)
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)
    link.send(json.dumps({"pid": worker}).encode())
    _, status = os.waitpid(worker, 0)
    link.send(json.dumps({"code": os.waitstatus_to_exitcode(status)}).encode())
    return 0


def main(tree: str, number: int) -> None:
    """Play what comes, until nothing comes."""
    _own_clock()
    _warm(tree)
    link = socket.socket(fileno=number)
    link.send(b"ready")
    while order := link.recv(4096):
        player = os.fork()
        if player == 0:
            try:
                os._exit(_play(pickle.loads(Path(os.fsdecode(order)).read_bytes()), link))
            except BaseException:
                traceback.print_exc()
                os._exit(98)
        os.waitpid(player, 0)
