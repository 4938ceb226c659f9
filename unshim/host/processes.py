"""The processes of this machine that unshim knows, from /proc (proc(5))."""

from __future__ import annotations

import os

from unshim.model.machine import Process
from unshim.model.values import Missing, Why
from unshim.text import redact
from unshim.text.escape import decode, visible

KNOWN = frozenset(
    {
        "kubelet",
        "hyperkube",
        "kubelite",
        "containerd",
        "docker-containerd",
        "docker-containe",  # as comm, which the kernel cuts at 15 bytes
        "dockerd",
        "dockerd-current",
        "cri-dockerd",
        "crio",
        "k3s",
        "k3s-server",
        "k3s-agent",
        "k0s",
        "rke2",
        "buildkitd",
    }
)
_CMDLINE_LIMIT = 256 * 1024
_DELETED = " (deleted)"


def read_processes() -> tuple[Process, ...] | Missing:
    """Kubelets and container daemons of our own pid namespace, by pid.

    A process counts when its executable or its name is a known one: whether it is what it is
    called, is for the facts to say.
    """
    try:
        pids = sorted(int(name) for name in os.listdir("/proc") if name.isdigit())
        boot = _boot_time()
    except OSError:
        return Missing("/proc is not there", Why.NOT_PRESENT)
    if 1 not in pids:
        return Missing("not root: /proc hides other users' processes", Why.NOT_PERMITTED)
    readable = (_process(pid, boot) for pid in pids)
    return tuple(process for process in readable if process is not None)


def _boot_time() -> int:
    for line in _read("/proc/stat", 1 << 20).splitlines():
        if line.startswith(b"btime "):
            return int(line[6:])
    return 0


def _read(path: str, limit: int) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOCTTY)
    try:
        parts = []
        while limit > 0 and (part := os.read(descriptor, min(limit, 1 << 16))):
            parts.append(part)
            limit -= len(part)
        return b"".join(parts)
    finally:
        os.close(descriptor)


def _process(pid: int, boot: int) -> Process | None:
    """The process, None where it is none of ours or has ended meanwhile."""
    try:
        name = decode(_read(f"/proc/{pid}/comm", 64).rstrip(b"\n"))
        exe = _exe(pid)
        if not (_is_known(name) or _is_known(os.path.basename(exe))):
            return None
        status = _status(pid)
        argv = _argv(pid)
        # A second column of NSpid means a namespace below ours: a node in a container is not
        # this node.
        if not argv or len(status.get("NSpid", "").split()) > 1:
            return None
        uid = int(status["Uid"].split()[0])
        return Process(pid, name, exe, argv, _start_time(pid, boot), uid)
    except (OSError, ValueError, KeyError, IndexError):
        return None


def _is_known(name: str) -> bool:
    return name in KNOWN


def _exe(pid: int) -> str:
    """The executable's path, "" where we may not know it; a replaced one keeps its old path."""
    try:
        path = visible(os.readlink(f"/proc/{pid}/exe"))
    except OSError:
        return ""
    return path.removesuffix(_DELETED)


def _status(pid: int) -> dict[str, str]:
    lines = decode(_read(f"/proc/{pid}/status", 1 << 16), newlines=True).splitlines()
    pairs = (line.partition(":") for line in lines)
    return {key: value.replace("\\x09", " ").strip() for key, _, value in pairs}


def _argv(pid: int) -> tuple[str, ...]:
    data = _read(f"/proc/{pid}/cmdline", _CMDLINE_LIMIT)
    if not data:
        return ()
    return redact.argv([decode(word) for word in data.rstrip(b"\0").split(b"\0")])


def _start_time(pid: int, boot: int) -> float:
    # The name in field 2 may hold blanks and brackets; field 22 counts from the last bracket.
    fields = _read(f"/proc/{pid}/stat", 4096).rpartition(b")")[2].split()
    return float(round(boot + int(fields[19]) / os.sysconf("SC_CLK_TCK")))
