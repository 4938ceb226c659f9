"""A place for one node or one daemon: a temporary folder and cgroups of its own.

Everything started in it is in those cgroups, so that everything can be ended by pid.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO

from . import cgroups
from .cache import LabError, call, remove_tree, unmount_below

PREFIX = "unshim-lab-"


def sweep() -> None:
    """Remove what a lab run that was killed left behind: those whose lock nobody holds."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            handle = open(folder / "lock")  # noqa: SIM115 - held until the end of the sweep
        except OSError:
            continue
        with handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                continue
            Scratch(folder, handle).close()


class Scratch:
    """A temporary folder with cgroups; `close` ends and removes everything in it."""

    def __init__(self, path: Path, lock: IO[str]) -> None:
        """Adopt a folder; use `Scratch.make`."""
        self.path = path
        self._lock = lock
        self._outside: set[Path] = set()
        self._sockets: set[Path] = set()

    @classmethod
    def make(cls) -> Scratch:
        """A new folder under TMPDIR, and a cgroup of its name in every hierarchy."""
        path = Path(tempfile.gettempdir()) / f"{PREFIX}{secrets.token_hex(4)}"
        unseen = path.with_name(f".{path.name}")  # to `sweep`, until it is locked
        unseen.mkdir(mode=0o755)
        lock = open(unseen / "lock", "w")  # noqa: SIM115 - held as long as the scratch lives
        fcntl.flock(lock, fcntl.LOCK_EX)
        unseen.rename(path)
        made = cls(path, lock)
        folders = [folder / path.name for folder in cgroups.parents()]
        (path / "cgroups").write_text("".join(f"{folder}\n" for folder in folders))
        for folder in folders:
            cgroups.make(folder)
        if _filesystem(path) == "overlay":  # no overlay on top of an overlay
            (path / "disk").mkdir()
            call(["mount", "-t", "tmpfs", "-o", "mode=755", "lab", str(path / "disk")])
        return made

    @property
    def disk(self) -> Path:
        """A folder on a file system that can be the upper layer of an overlay."""
        disk = self.path / "disk"
        disk.mkdir(exist_ok=True)
        return disk

    def cgroups(self) -> list[Path]:
        """The cgroups of this scratch, one per hierarchy."""
        try:
            lines = (self.path / "cgroups").read_text().splitlines()
        except FileNotFoundError:
            return []
        return [path for line in lines if (path := Path(line)).is_dir()]

    def inside(self, argv: list[str]) -> list[str]:
        """A command line that runs argv in these cgroups; its pid is that of argv."""
        return cgroups.enter([cgroups.leaf(top) for top in self.cgroups()], argv)

    def pids(self) -> set[int]:
        """Every process in these cgroups, and every descendant of one, wherever it is."""
        found = {pid for top in self.cgroups() for pid in cgroups.processes(top)}
        found -= {0, os.getpid()}
        parents = cgroups.parents_of_processes() if found else {}
        while new := {pid for pid, parent in parents.items() if parent in found} - found:
            found |= new
        return found

    def end_processes(self, timeout: float = 20) -> None:
        """Kill every process in these cgroups and wait until they are gone. Seconds."""
        until = time.monotonic() + timeout
        while pids := self.pids():
            self._note_outside(pids)
            cgroups.thaw(self._outside)
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            if time.monotonic() > until:
                raise LabError(f"processes did not end: {sorted(pids)}")
            _reap(pids)
            time.sleep(0.02)

    def _note_outside(self, pids: set[int]) -> None:
        """Remember what these processes have outside: cgroups, and sockets of shims."""
        for pid in pids:
            with suppress(OSError):
                self._outside.update(cgroups.of(pid))
        inodes = {inode for pid in pids for inode in _sockets(pid)}
        for line in Path("/proc/net/unix").read_text().splitlines():
            fields = line.split()
            if fields[6] in inodes and fields[-1].startswith("/run/containerd/s/"):
                self._sockets.add(Path(fields[-1]))

    def close(self) -> None:
        """End the processes, unmount, remove the cgroups and the folder."""
        self.end_processes()
        unmount_below(self.path)
        for top in self.cgroups():
            cgroups.remove(top)
        for folder in self._outside - set(cgroups.of()):
            with suppress(OSError):  # only an empty one goes
                folder.rmdir()
                while self.path.name in str(folder := folder.parent):
                    folder.rmdir()
        for socket in self._sockets:
            socket.unlink(missing_ok=True)
        remove_tree(self.path)
        remove_tree(Path("/run/systemd/nspawn/propagate", self.path.name))
        self._lock.close()

    def __enter__(self) -> Scratch:
        """The scratch itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close, whatever happened."""
        self.close()


def overlay(lowers: list[Path], scratch: Scratch, name: str) -> Path:
    """Mount the layers (uppermost first) with a fresh writable one; the merged folder."""
    upper, work, merged = (scratch.disk / f"{name}-{part}" for part in ("upper", "work", "root"))
    for folder in (upper, work, merged):
        folder.mkdir()
    shutil.copymode(lowers[-1], upper)
    lower = ":".join(str(path) for path in lowers)
    options = f"lowerdir={lower},upperdir={upper},workdir={work}"
    call(["mount", "-t", "overlay", "-o", options, "overlay", str(merged)])
    return merged


def _sockets(pid: int) -> set[str]:
    """The inodes of a process's sockets."""
    found = set()
    with suppress(OSError):
        for link in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):
                found.update(re.findall(r"^socket:\[(\d+)\]$", str(link.readlink())))
    return found


def _reap(pids: set[int]) -> None:
    for pid in pids:
        with suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)


def _filesystem(path: Path) -> str:
    argv = ["stat", "--file-system", "--format=%T", str(path)]
    name = subprocess.run(argv, capture_output=True, text=True, check=True).stdout.strip()
    return "overlay" if name == "overlayfs" else name
