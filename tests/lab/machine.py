"""What every node of the lab can be asked, however it runs."""

from __future__ import annotations

import shlex
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import TypeVar

from .cache import LabError

Kind = TypeVar("Kind", bound="Machine")


class Machine(ABC):
    """A node by its host name; `run` and `stop` are all that its kinds must know."""

    name: str

    @abstractmethod
    def run(
        self,
        argv: Sequence[str],
        *,
        check: bool = True,
        input: bytes | None = None,  # noqa: A002 - as in subprocess
        timeout: float = 60,
        env: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[bytes]:
        """Run argv in the node as root. Seconds."""

    @abstractmethod
    def stop(self) -> None:
        """End everything in the node and remove its disk."""

    def text(self, *argv: str, timeout: float = 60) -> str:
        """What a command in the node prints, stripped."""
        return self.run(argv, timeout=timeout).stdout.decode(errors="replace").strip()

    def write(self, path: str, data: bytes | str, mode: int = 0o644) -> None:
        """Write a file in the node, making its folders."""
        content = data.encode() if isinstance(data, str) else data
        script = 'mkdir -p "$(dirname "$1")" && cat >"$1" && chmod "$2" "$1"'
        self.run(["sh", "-c", script, "sh", path, f"{mode:o}"], input=content)

    def read(self, path: str) -> bytes:
        """The bytes of a file in the node; FileNotFoundError when there is none."""
        if self.run(["test", "-e", path], check=False).returncode:
            raise FileNotFoundError(path)
        return self.run(["cat", path]).stdout

    def systemctl(self, *args: str, check: bool = True) -> str:
        """Call systemctl in the node; what it printed."""
        done = self.run(["systemctl", "--no-pager", *args], check=check, timeout=120)
        return done.stdout.decode(errors="replace").strip()

    def wait_active(self, unit: str, timeout: float = 60) -> None:
        """Wait until a unit is active."""
        self.wait(lambda: self.systemctl("is-active", unit, check=False) == "active", unit, timeout)

    def wait_socket(self, path: str, timeout: float = 60) -> None:
        """Wait until something listens on a unix socket."""
        script = "import socket, sys; socket.socket(socket.AF_UNIX).connect(sys.argv[1])"
        probe = ["python3", "-c", script, path]
        self.wait(lambda: not self.run(probe, check=False).returncode, path, timeout)

    def wait(self, ready: Callable[[], bool], what: str, timeout: float = 60) -> None:
        """Wait until `ready` says so; LabError with the journal's end when it does not."""
        until = time.monotonic() + timeout
        while not ready():
            if time.monotonic() > until:
                journal = self.text("journalctl", "--no-pager", "-n", "60")
                raise LabError(f"{self.name}: waited {timeout} s for {what}:\n{journal}")
            time.sleep(0.1)

    def unshim(
        self, *args: str, check: bool = False, timeout: float = 120
    ) -> subprocess.CompletedProcess[bytes]:
        """Run the repository's unshim in the node."""
        return self.run(["/opt/unshim/bin/unshim", *args], check=check, timeout=timeout)

    def __enter__(self: Kind) -> Kind:
        """The node itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop, whatever happened."""
        self.stop()


def checked(done: subprocess.CompletedProcess[bytes]) -> subprocess.CompletedProcess[bytes]:
    """What ended well; LabError with what it said when it did not."""
    if done.returncode:
        said = (done.stderr + done.stdout).decode(errors="replace")[-3000:]
        raise LabError(f"{shlex.join(done.args)} ended with {done.returncode}:\n{said}")
    return done
