"""A real node: systemd as PID 1 with containerd, Docker and unshim, in systemd-nspawn."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal

from . import base, cgroups
from .base import REPOSITORY
from .cache import LabError, call
from .machine import Machine, checked
from .packages import nspawn
from .scratch import Scratch, overlay, sweep

UnitState = Literal["enabled", "disabled", "masked"]
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
PACKAGES = ("unshim", "checks", "fixes", "tui")
UNITS = {"containerd": ("containerd.service",), "docker": ("docker.service", "docker.socket")}


class Node(Machine):
    """One node. Its disk is a fresh layer over the cached base and goes when it is stopped."""

    def __init__(self, name: str, scratch: Scratch, extra: Sequence[Path] = ()) -> None:
        """Lay out the disk; use `Node.boot`."""
        self.name = name
        self.scratch = scratch
        self.disk = overlay([*extra, *base.layers()], scratch, "disk")
        var = scratch.disk / "var"  # an overlay cannot hold the overlays of containerd and Docker
        shutil.copytree(self.disk / "var", var, symlinks=True)
        call(["mount", "--bind", str(var), str(self.disk / "var")])
        self._nspawn: subprocess.Popen[bytes] | None = None
        self._leader: int | None = None

    @classmethod
    def boot(
        cls,
        name: str = "node",
        *,
        files: Mapping[str, bytes | str] | None = None,
        before_boot: Callable[[Node], None] | None = None,
        containerd: UnitState = "enabled",
        docker: UnitState = "enabled",
        source: Path | None = REPOSITORY,
        copied: bool = False,
        layers: Sequence[Path] = (),
    ) -> Node:
        """A running node of that host name.

        `files` are written and `before_boot` is called on the disk before systemd starts.
        `source` is shown read-only at /opt/src, or its packages are `copied` there, so that the
        node's mounts do not name it. `layers` are laid over the base's.
        """
        sweep()
        scratch = Scratch.make()
        try:
            node = cls(name, scratch, layers)
            node._prepare(source, copied)
            for path, data in (files or {}).items():
                node.write(path, data)
            node.set_units("containerd", containerd)
            node.set_units("docker", docker)
            if before_boot is not None:
                before_boot(node)
            node.start()
        except BaseException:
            scratch.close()
            raise
        return node

    def _prepare(self, source: Path | None, copied: bool) -> None:
        self.write("/etc/machine-id", f"{uuid.uuid4().hex}\n", 0o444)
        self.write("/etc/hostname", f"{self.name}\n")
        self.write("/etc/hosts", f"127.0.0.1 localhost\n127.0.1.1 {self.name}\n")
        if source is None:
            return
        target = self.disk / "opt/src"
        if copied:
            for package in PACKAGES:
                shutil.copytree(source / package, target / package)
        else:
            call(["mount", "--bind", str(source), str(target)])
            call(["mount", "-o", "remount,bind,ro", str(target)])
        launcher = source / "bin/unshim"
        if launcher.exists():
            self.write("/opt/unshim/bin/unshim", launcher.read_bytes(), 0o755)

    def set_units(self, name: str, state: UnitState) -> None:
        """Enable, disable or mask the units of `containerd` or `docker`, before or after boot."""
        units = UNITS[name]
        self.run(["systemctl", "unmask", *units])
        verb = {"enabled": "enable", "disabled": "disable", "masked": "mask"}[state]
        self.run(["systemctl", verb, *units])

    @property
    def running(self) -> bool:
        """Whether systemd runs in it."""
        return self._nspawn is not None and self._nspawn.poll() is None

    @property
    def leader(self) -> int:
        """The machine's pid of the node's PID 1."""
        if self._leader is not None and Path(f"/proc/{self._leader}/ns/pid_for_children").exists():
            return self._leader
        if self._nspawn is None or not (found := cgroups.children(self._nspawn.pid)):
            raise LabError(f"{self.name} is not running:\n{self.console()}")
        self._leader = found[0]
        return found[0]

    @property
    def root(self) -> Path:
        """The node's root as this machine sees it. Absolute links in it lead out of it."""
        return Path(f"/proc/{self.leader}/root") if self.running else self.disk

    def console(self) -> str:
        """What the boot printed."""
        path = self.scratch.path / "console"
        return path.read_text(errors="replace") if path.exists() else ""

    def start(self, timeout: float = 60) -> None:
        """Boot from the node's disk as it is, and wait until systemd has started everything."""
        tool = nspawn()
        argv = [
            str(tool.path),
            "--quiet",
            f"--directory={self.disk}",
            f"--machine={self.scratch.path.name}",
            f"--hostname={self.name}",
            *("--boot", "--capability=all", "--private-network", "--register=no", "--keep-unit"),
            *("--settings=no", "--link-journal=no", "--resolv-conf=off", "--timezone=off"),
            "--console=read-only",
        ]
        with open(self.scratch.path / "console", "ab") as console:
            self._nspawn = subprocess.Popen(
                self.scratch.inside(argv),
                env={"PATH": PATH, **tool.env},
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                start_new_session=True,
            )
        until = time.monotonic() + timeout
        while self._state() not in ("running", "degraded"):
            if not self.running or time.monotonic() > until:
                raise LabError(f"{self.name} did not boot ({self._state()}):\n{self.console()}")
            time.sleep(0.1)

    def _state(self) -> str:
        try:
            done = self.run(["systemctl", "is-system-running"], check=False)
        except LabError:
            return "no leader"
        return done.stdout.decode().strip()

    def crash(self) -> None:
        """Kill everything in the node at once; `start` boots it again.

        Unlike with a real power loss, what was written but not synced is kept.
        """
        if self._nspawn is not None:
            for pid in cgroups.children(self._nspawn.pid):
                os.kill(pid, signal.SIGKILL)
            with suppress(subprocess.TimeoutExpired):  # let nspawn tidy up after itself
                self._nspawn.wait(5)
        self.scratch.end_processes()
        if self._nspawn is not None:
            self._nspawn.wait()
        self._nspawn = self._leader = None

    def stop(self) -> None:
        """End everything in the node and remove its disk."""
        self.crash()
        self.scratch.close()

    def command(self, argv: Sequence[str], env: Mapping[str, str] | None = None) -> list[str]:
        """The command line, on this machine, that runs argv as root in the node."""
        settings = {"PATH": PATH, "HOME": "/root", "LANG": "C.UTF-8", "TERM": "dumb", **(env or {})}
        inner = ["env", "-i", *(f"{name}={value}" for name, value in settings.items()), *argv]
        if not self.running:
            return ["chroot", str(self.disk), *inner]
        spaces = ["-m", "-u", "-i", "-n", "-p", "-C"]
        enter = ["nsenter", "-t", str(self.leader), *spaces, *inner]
        return cgroups.enter(cgroups.of(self.leader), enter)

    def run(
        self,
        argv: Sequence[str],
        *,
        check: bool = True,
        input: bytes | None = None,  # noqa: A002 - as in subprocess
        timeout: float = 60,
        env: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[bytes]:
        """Run argv in the node (before boot: in a chroot of its disk). Seconds."""
        process = subprocess.Popen(
            self.command(argv, env),
            stdin=subprocess.DEVNULL if input is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        try:
            out, err = process.communicate(input, timeout)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise
        done = subprocess.CompletedProcess(list(argv), process.returncode, out, err)
        return checked(done) if check else done
