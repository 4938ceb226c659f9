"""The one door to a machine: read, list, stat, run, ask a socket. Reading changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from unshim.model.machine import Process, Socket
from unshim.model.nouns import NamedTuple
from unshim.model.values import FileText, Missing, StrEnum, Version

READ_LIMIT = 1024 * 1024
"""Bytes a configuration file may have; a larger one is Missing, not truncated."""


class Kind(StrEnum):
    FILE = "file"
    DIRECTORY = "directory"
    SOCKET = "socket"
    OTHER = "other"


class Stat(NamedTuple):
    """What stands at a path after symlinks: its kind, permission bits, owner, bytes, mtime."""

    kind: Kind
    mode: int
    uid: int
    gid: int
    size: int
    mtime: float


class Output(NamedTuple):
    """What a command answered. Both streams are capped at 2 MiB."""

    code: int
    stdout: bytes
    stderr: bytes


class AtRest(NamedTuple):
    """What a plain tree is beside its files: nothing in it runs. `assumed` are the releases that
    whoever asked says its programs have, by their names."""

    assumed: Mapping[str, Version]


class RpcError(Exception):
    """A call that was not answered. `code` is gRPC's name (UNAVAILABLE, UNIMPLEMENTED …)."""

    def __init__(self, code: str, details: str) -> None:
        super().__init__(f"{code}: {details}")
        self.code = code
        self.details = details


class Host(Protocol):
    """A machine, or what stands for one: a recorded node, a plain tree, an overlay of either."""

    @property
    def origin(self) -> str:
        """In words, where this is read from: `this machine`, `the recorded node demo`."""

    @property
    def live(self) -> bool:
        """Whether commands run and sockets are asked on the machine itself."""

    @property
    def at_rest(self) -> AtRest | None:
        """What is said of a plain tree; None for a machine that runs, or ran when recorded."""

    def read(self, path: str, limit: int = READ_LIMIT) -> FileText | None | Missing:
        """The regular file at `path`; None where there is none. Never opens a special file."""

    def stat(self, path: str) -> Stat | None | Missing: ...

    def list(self, path: str) -> tuple[str, ...] | None | Missing:
        """The sorted names in a folder; None where there is none."""

    def resolve(self, path: str) -> str | None | Missing:
        """`path` with every symlink followed, as seen from the machine's own root."""

    def run(self, argv: Sequence[str], timeout: float = 5.0) -> Output | Missing:
        """Run a program that only reads. The program is found on a fixed search path."""

    def processes(self) -> tuple[Process, ...] | Missing:
        """Processes of the programs unshim knows (kubelet, containerd, dockerd, shims …)."""

    def socket(self, path: str) -> Socket:
        """Whether something listens at `path`, by a plain connect that sends nothing."""

    def call(
        self,
        socket: str,
        method: str,
        request: bytes,
        namespace: str = "",
        timeout: float = 2.0,
    ) -> tuple[bytes, ...]:
        """One gRPC call over a unix socket; a unary answer is a tuple of one, a stream's of many.

        `method` is `/package.Service/Method`, or that with a trailing `*` for a stream.

        Raises:
            RpcError: no answer; NOT_RECORDED where a recorded node does not hold this one.
        """

    def http(self, socket: str, path: str, timeout: float = 2.0) -> bytes:
        """GET over a unix socket; the body of a 200.

        Raises:
            RpcError: no answer; code HTTP_<status> for any other status.
        """

    def environment(self, pid: int, names: Sequence[str]) -> dict[str, str] | Missing:
        """Only the named variables of a process (secrets never leave)."""

    def uname(self) -> tuple[str, str, str]:
        """(host name, kernel release, machine architecture); "" where not known."""

    @property
    def root(self) -> bool:
        """Whether this looks with root's rights."""
