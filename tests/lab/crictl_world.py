"""A small root folder with the real crictl and runtimes that tell their names, each on a socket.

The runtimes answer only what crictl asks first; which of them answered is where crictl is led.
Nothing is mounted: crictl finds its own path by a link at the place of /proc/self/exe.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.pods_by_cri import field

from . import programs
from .scratch import Scratch, sweep

CHROOT = "/usr/sbin/chroot"
CRICTL = "/usr/local/bin/crictl"
CONFIG = "/etc/crictl.yaml"
GUESSES = "the first of its own list that answers"
REFUSES = "nothing: it refuses"
RUNTIMES = {
    "/run/containerd/containerd.sock": "containerd",
    "/run/dockershim.sock": "dockershim",
    "/run/other/other.sock": "other",
    "/containerd/containerd.sock": "one slash too few",
}
STALE = "/run/stale.sock"
"""A socket whose listener is gone."""

_NAME = re.compile(r"^RuntimeName: +(.+)$", re.MULTILINE)
_DIALED = re.compile(r"dial unix (.+?): connect:")
_BY_DEFAULT = re.compile(r"connect using default endpoints", re.IGNORECASE)


class Told(NamedTuple):
    """Where crictl went for containers and for images: a path, GUESSES or REFUSES; what it said."""

    runtime: str
    images: str
    said: str


class World:
    """The root folder; `crictl` runs the real one in it."""

    def __init__(self, root: Path) -> None:
        """Put the program, its link and a stale socket there."""
        self.root = root
        for folder in ("usr/local/bin", "etc", "proc/self", "run", "var", "tmp"):
            (root / folder).mkdir(parents=True)
        shutil.copy(programs.binary("crictl", "1.36"), self.at(CRICTL))
        (root / "proc/self/exe").symlink_to(CRICTL)
        (root / "var/run").symlink_to("/run")
        with socket.socket(socket.AF_UNIX) as gone:
            gone.bind(str(self.at(STALE)))

    def at(self, path: str) -> Path:
        """That path of the root, as the machine sees it."""
        return self.root / path.lstrip("/")

    def run(self, *args: str, env: Mapping[str, str] | None = None) -> str:
        """What crictl prints, on both of its outputs."""
        done = subprocess.run(
            [CHROOT, str(self.root), CRICTL, *args],
            env=dict(env or {}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=120,
        )
        return (done.stdout + done.stderr).decode("utf-8", "replace")

    def crictl(self, *flags: str, env: Mapping[str, str] | None = None) -> Told:
        """Where this crictl goes with these flags."""
        version = self.run(*flags, "version", env=env)
        images = self.run(*flags, "images", "-q", env=env)
        # Images are asked for by way of a listing that names the runtime as an image's id.
        return Told(_led(version, _NAME), _led(images, _IMAGE), f"{version}{images}")


_IMAGE = re.compile(r"^sha256:(.+)$", re.MULTILINE)


def _led(said: str, answered: re.Pattern[str]) -> str:
    """Where one command was led."""
    if _BY_DEFAULT.search(said):
        return GUESSES
    if match := answered.search(said):
        return next(path for path, name in RUNTIMES.items() if name == match[1])
    match = _DIALED.search(said)
    return match[1] if match else REFUSES


@contextmanager
def world() -> Iterator[World]:
    """The root folder, its runtimes running."""
    sweep()
    with ExitStack() as stack:
        scratch = Scratch.make()
        stack.callback(scratch.close)
        made = World(scratch.path / "r")
        for path, name in RUNTIMES.items():
            made.at(path).parent.mkdir(parents=True, exist_ok=True)
            stack.enter_context(_runtime(made.at(path), name))
        yield made


@contextmanager
def _runtime(path: Path, name: str) -> Iterator[None]:
    """A runtime of that name at a socket: its version, and one image with the name as its id."""
    os.environ["GRPC_VERBOSITY"] = "NONE"
    import grpc

    version = field(1, "0.1.0") + field(2, name) + field(3, "1.0") + field(4, "v1")
    answers = {
        "/runtime.v1.RuntimeService/Version": version,
        "/runtime.v1.ImageService/ListImages": field(1, field(1, f"sha256:{name}")),
        "/runtime.v1.ImageService/ImageFsInfo": b"",
    }

    class Runtime(grpc.GenericRpcHandler):  # type: ignore[type-arg]  # generic in the stubs alone
        def service(
            self, details: grpc.HandlerCallDetails
        ) -> grpc.RpcMethodHandler[bytes, bytes] | None:
            found = answers.get(details.method)
            if found is None:
                return None
            return grpc.unary_unary_rpc_method_handler(lambda request, context: found)

    server = grpc.server(ThreadPoolExecutor(2))
    server.add_generic_rpc_handlers((Runtime(),))
    server.add_insecure_port(f"unix:{path}")
    server.start()
    try:
        yield
    finally:
        server.stop(None).wait()
