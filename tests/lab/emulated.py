"""A real node with cgroup v2: Debian's stock kernel on a machine that QEMU emulates.

Slower than the nodes of `node.Node`, which share this machine's kernel: booted once for many
questions. It has no network and needs no help of the processor's. Its clock counts instructions:
on a busy machine its seconds last longer, and nothing in it is late for that.
"""

from __future__ import annotations

import base64
import errno
import json
import socket
import subprocess
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from . import emulated_disk
from .base import REPOSITORY
from .cache import LabError
from .machine import Machine, checked
from .node import PACKAGES, PATH
from .packages import qemu
from .scratch import Scratch, sweep

SLOWER = 20
"""Seconds here for one that a test allows a node without emulation."""
MEMORY = "2G"
BOOT_SECONDS = 600.0
Files = Mapping[str, "bytes | str"]


class Emulated(Machine):
    """One emulated machine. What is written to its disk goes when it is stopped."""

    def __init__(self, name: str, scratch: Scratch) -> None:
        """Lay nothing out yet; use `Emulated.boot`."""
        self.name = name
        self.scratch = scratch
        self._port: socket.socket | None = None
        self._waiting = b""

    @classmethod
    def boot(
        cls,
        name: str = "node",
        *,
        files: Files | None = None,
        source: Path | None = REPOSITORY,
        layers: Sequence[Path] = (),
        versions: Mapping[str, str] | None = None,
    ) -> Emulated:
        """A running node of that host name, with containerd and without Docker.

        `files` are on its disk before systemd starts. `source` is the repository, whose packages
        are copied to /opt/src. `layers` are laid over the base's, and `versions` are what the
        node's database of packages is to say of what is in them.
        """
        sweep()
        scratch = Scratch.make()
        try:
            node = cls(name, scratch)
            own: dict[str, tuple[bytes, int]] = {
                path: (data.encode() if isinstance(data, str) else data, 0o644)
                for path, data in {**_identity(name), **(files or {})}.items()
            }
            if source is not None:
                own.update(_source(source))
            node._start(emulated_disk.disk(layers, versions or {}), own)
        except BaseException:
            scratch.close()
            raise
        return node

    def _start(self, disk: Path, files: Mapping[str, tuple[bytes, int]]) -> None:
        first = self.scratch.path / "initrd"
        first.write_bytes(emulated_disk.first_memory_disk(files))
        place = self.scratch.path / "port"
        tool = qemu()
        shared = tool.path.parents[1] / "share"
        kernel, release = emulated_disk.kernel()
        argv = [
            str(tool.path),
            *("-L", str(shared / "qemu"), "-L", str(shared / "seabios")),
            *("-machine", "pc", "-accel", "tcg", "-icount", "shift=0,sleep=on", "-m", MEMORY),
            *("-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-nic", "none"),
            *("-kernel", str(kernel / f"boot/vmlinuz-{release}"), "-initrd", str(first)),
            *("-append", "console=ttyS0 panic=-1 quiet"),
            *("-serial", f"file:{self.scratch.path / 'console'}"),
            *("-drive", f"file={disk},format=raw,if=virtio,snapshot=on"),
            *("-device", "virtio-serial-pci"),
            *("-chardev", f"socket,id=lab,path={place},server=on,wait=off"),
            *("-device", "virtserialport,chardev=lab,nr=1"),
        ]
        with open(self.scratch.path / "qemu", "wb") as said:
            process = subprocess.Popen(
                self.scratch.inside(argv),
                env={"PATH": PATH, "TMPDIR": str(self.scratch.disk), **tool.env},
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
        until = time.monotonic() + BOOT_SECONDS
        while self._port is None:
            try:
                self._port = _connected(place)
            except OSError:
                if process.poll() is not None or time.monotonic() > until:
                    raise LabError(f"QEMU did not start:\n{self.console()}") from None
                time.sleep(0.05)
        state = self.text("systemctl", "is-system-running", "--wait", timeout=BOOT_SECONDS / SLOWER)
        if state != "running":
            failed = self.text("systemctl", "--failed", "--no-pager")
            raise LabError(f"{self.name} is {state}:\n{failed}\n{self.console()}")

    def console(self) -> str:
        """What QEMU said, and what the kernel printed."""
        paths = (self.scratch.path / "qemu", self.scratch.path / "console")
        return "".join(p.read_text(errors="replace") for p in paths if p.exists())[-4000:]

    def stop(self) -> None:
        """End the machine at once and remove its disk."""
        if self._port is not None:
            self._port.close()
        self.scratch.close()

    def run(
        self,
        argv: Sequence[str],
        *,
        check: bool = True,
        input: bytes | None = None,  # noqa: A002 - as in subprocess
        timeout: float = 60,
        env: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[bytes]:
        """Run argv in the node, one at a time. Seconds, of which each is SLOWER here."""
        settings = {"PATH": PATH, "HOME": "/root", "LANG": "C.UTF-8", "TERM": "dumb", **(env or {})}
        given = None if input is None else base64.b64encode(input).decode()
        seconds = timeout * SLOWER
        said = self._ask(
            {"do": "run", "argv": list(argv), "env": settings, "given": given, "timeout": seconds},
            seconds,
        )
        if "late" in said:
            raise subprocess.TimeoutExpired(list(argv), seconds)
        out, err = (base64.b64decode(said[name]) for name in ("out", "err"))
        done = subprocess.CompletedProcess(list(argv), said["code"], out, err)
        return checked(done) if check else done

    def write(self, path: str, data: bytes | str, mode: int = 0o644) -> None:
        """Write a file in the node, making its folders."""
        content = data.encode() if isinstance(data, str) else data
        packed = base64.b64encode(content).decode()
        said = self._ask({"do": "write", "path": path, "data": packed, "mode": mode})
        if "error" in said:
            raise LabError(said["error"])

    def read(self, path: str) -> bytes:
        """The bytes of a file in the node; FileNotFoundError when there is none."""
        said = self._ask({"do": "read", "path": path})
        if said.get("errno") == errno.ENOENT:
            raise FileNotFoundError(path)
        if "error" in said:
            raise LabError(said["error"])
        return base64.b64decode(said["out"])

    def wait(self, ready: Callable[[], bool], what: str, timeout: float = 60) -> None:
        """Wait until `ready` says so; LabError with the journal's end when it does not."""

        def after_a_pause() -> bool:
            time.sleep(1)  # to ask is work for it too
            return ready()

        super().wait(after_a_pause, what, timeout * SLOWER)

    def _ask(self, question: Mapping[str, Any], timeout: float = 60.0) -> dict[str, Any]:
        assert self._port is not None
        self._port.settimeout(timeout + BOOT_SECONDS)
        try:
            self._port.sendall(json.dumps(question).encode() + b"\n")
            while b"\n" not in self._waiting:
                if not (part := self._port.recv(1 << 16)):
                    raise LabError(f"{self.name} ended:\n{self.console()}")
                self._waiting += part
        except OSError as error:
            raise LabError(f"{self.name} does not answer ({error}):\n{self.console()}") from None
        line, _, self._waiting = self._waiting.partition(b"\n")
        answer: dict[str, Any] = json.loads(line)
        return answer


def _connected(place: Path) -> socket.socket:
    link = socket.socket(socket.AF_UNIX)
    try:
        link.connect(str(place))
    except OSError:
        link.close()
        raise
    return link


def _identity(name: str) -> dict[str, str]:
    return {
        "/etc/machine-id": f"{uuid.uuid4().hex}\n",
        "/etc/hostname": f"{name}\n",
        "/etc/hosts": f"127.0.0.1 localhost\n127.0.1.1 {name}\n",
    }


def _source(source: Path) -> dict[str, tuple[bytes, int]]:
    """unshim's packages and its launcher, as files of the node."""
    found = {"/opt/unshim/bin/unshim": ((source / "bin/unshim").read_bytes(), 0o755)}
    for package in PACKAGES:
        for path in sorted((source / package).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                inside = path.relative_to(source)
                found[f"/opt/src/{inside}"] = (path.read_bytes(), 0o644)
    return found
