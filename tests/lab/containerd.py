"""Real containerds of eight release lines, side by side on this machine, without systemd.

Each has its own folder, socket and cgroup; all that it started ends with it.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from types import TracebackType

from .base import runc_wrapper
from .cache import LabError
from .containerd_lines import BUILT, EVERY_LINE, LINES, Line, default_config, release
from .images import Image, oci_archive
from .packages import runc
from .scratch import Scratch, sweep

__all__ = ["BUILT", "EVERY_LINE", "LINES", "Daemon", "Line", "default_config", "release"]


class Daemon:
    """One running containerd."""

    def __init__(self, line: Line, config: str, scratch: Scratch) -> None:
        """Lay out its folder; use `Daemon.start`."""
        tree = release(line)
        self.line = line
        self.scratch = scratch
        self.package = tree.versions["containerd"]
        self.binary = tree.path / "usr/bin/containerd"
        self.root = scratch.disk / "root"
        self.state = scratch.path / "state"
        self.socket = scratch.path / "containerd.sock"
        self.config_path = scratch.path / "config.toml"
        self.config_path.write_text(config.replace("@ROOT@", str(scratch.disk)))
        tool = runc()
        wrapper = scratch.path / "bin/runc"
        wrapper.parent.mkdir()
        wrapper.write_text(runc_wrapper(str(tool.path), f"{scratch.path}/runc", tool.env))
        wrapper.chmod(0o755)
        path = f"{wrapper.parent}:{self.binary.parent}:{os.environ['PATH']}"
        self.env = {**os.environ, "PATH": path}
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    def start(cls, line: Line = "1.6", config: str | None = None) -> Daemon:
        """A containerd of that release line that answers.

        `config` replaces `default_config(line)`; its root, state and address do not count.
        Two of 2.x at once need NRI disabled in theirs.
        """
        sweep()
        scratch = Scratch.make()
        try:
            daemon = cls(line, default_config(line) if config is None else config, scratch)
            daemon.launch()
        except BaseException:
            scratch.close()
            raise
        return daemon

    def launch(self, timeout: float = 30) -> None:
        """Start it (again) on its folder and wait until its socket answers. Seconds."""
        argv = [
            str(self.binary),
            f"--config={self.config_path}",
            f"--root={self.root}",
            f"--state={self.state}",
            f"--address={self.socket}",
        ]
        with open(self.scratch.path / "log", "ab") as log:
            self._process = subprocess.Popen(
                self.scratch.inside(argv),
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until = time.monotonic() + timeout
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > until:
                raise LabError(f"containerd {self.package} did not start:\n{self.log[-3000:]}")
            time.sleep(0.02)

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            try:
                client.connect(str(self.socket))
            except OSError:
                return False
        return True

    def terminate(self) -> None:
        """End the daemon alone; its tasks go on, and `launch` finds them again."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(30)
            self._process = None

    def stop(self) -> None:
        """End the daemon, its shims and its tasks, and remove its folder."""
        self.scratch.end_processes()
        if self._process is not None:
            self._process.wait()
            self._process = None
        self.scratch.close()

    @property
    def pid(self) -> int:
        """The daemon's pid."""
        if self._process is None:
            raise LabError("this containerd has been ended")
        return self._process.pid

    @property
    def log(self) -> str:
        """What it has logged so far."""
        path = self.scratch.path / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    @cached_property
    def version(self) -> str:
        """What it says it is, like 1.6.20~ds1."""
        server = self.ctr("version").partition("Server:")[2]
        return server.partition("Version:")[2].split()[0]

    @property
    def cgroup(self) -> str:
        """A cgroup parent for pod sandboxes, so that theirs are removed with the daemon."""
        return f"/{self.scratch.path.name}"

    def ctr(
        self,
        *args: str,
        namespace: str = "default",
        input: bytes | None = None,  # noqa: A002 - as in subprocess
        check: bool = True,
        timeout: float = 120,
    ) -> str:
        """Run this release's ctr against the daemon; what it printed. Seconds."""
        argv = [str(self.binary.with_name("ctr")), f"--address={self.socket}"]
        done = subprocess.run(
            [*argv, f"--namespace={namespace}", *args],
            env=self.env,
            input=input or b"",
            capture_output=True,
            timeout=timeout,
        )
        said = done.stdout.decode(errors="replace")
        if check and done.returncode:
            errors = done.stderr.decode(errors="replace")
            raise LabError(f"ctr {' '.join(args)} ended with {done.returncode}:\n{errors}{said}")
        return said

    def load(self, *images: Image, namespace: str = "default") -> None:
        """Bring images into a namespace."""
        self.ctr("images", "import", "-", namespace=namespace, input=oci_archive(*images))

    def run_task(
        self,
        namespace: str,
        id: str,  # noqa: A002 - containerd's word
        image: str,
        *args: str,
        options: Iterable[str] = (),
    ) -> None:
        """Start a container; `args` replace the image's command, `options` are `ctr run`'s."""
        # Without a leading slash it is below the daemon's own (version 2: beside it).
        cgroup = f"{self.scratch.path.name}/{namespace}/{id}"
        given = ["run", "--detach", "--null-io", "--cgroup", cgroup, *options]
        self.ctr(*given, image, id, *args, namespace=namespace)

    def run_tasks(
        self, namespace: str, ids: Iterable[str], image: str, *args: str, at_once: int = 4
    ) -> None:
        """Start many containers of one image, a few at a time."""
        with ThreadPoolExecutor(at_once) as pool:
            for _ in pool.map(lambda id_: self.run_task(namespace, id_, image, *args), ids):
                pass

    def __enter__(self) -> Daemon:
        """The daemon itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop, whatever happened."""
        self.stop()
