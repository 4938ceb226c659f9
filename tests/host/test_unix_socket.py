"""Why a connect fails: in the same words for a look, gRPC and HTTP, against real sockets."""

from __future__ import annotations

import errno
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from unshim.host import grpc_socket, http
from unshim.host.host import RpcError
from unshim.host.unix_socket import connect, preflight, refusal
from unshim.model.machine import SocketState


def _bound(path: Path, kind: socket.SocketKind = socket.SOCK_STREAM) -> socket.socket:
    made = socket.socket(socket.AF_UNIX, kind)
    made.bind(str(path))
    return made


@contextmanager
def _nothing(path: Path) -> Iterator[None]:
    yield


@contextmanager
def _left_behind(path: Path) -> Iterator[None]:
    _bound(path).close()
    yield


@contextmanager
def _of_datagrams(path: Path) -> Iterator[None]:
    with _bound(path, socket.SOCK_DGRAM):
        yield


@contextmanager
def _listening(path: Path) -> Iterator[None]:
    with _bound(path) as listener:
        listener.listen(9)
        yield


REFUSED = [
    (_nothing, SocketState.ABSENT, "there is nothing at this path"),
    (_left_behind, SocketState.REFUSED, "nothing listens at this socket"),
    (_of_datagrams, SocketState.UNKNOWN, "it is not a stream socket"),
]


@pytest.mark.parametrize(("stands", "state", "reason"), REFUSED)
def test_one_reason_whoever_asks(
    tmp_path: Path, stands: object, state: SocketState, reason: str
) -> None:
    assert callable(stands)
    path = tmp_path / "s"
    with stands(path):
        seen = connect(str(path))
        assert (seen.state, seen.reason) == (state, reason)
        for ask in (
            lambda: preflight(str(path)),
            lambda: grpc_socket.call(str(path), "/a.B/C", b""),
            lambda: http.get(str(path), "/", 1.0),
        ):
            with pytest.raises(RpcError) as caught:
                ask()
            assert (caught.value.code, caught.value.details) == ("UNAVAILABLE", f"{path}: {reason}")


def test_what_listens_is_connected_to(tmp_path: Path) -> None:
    path = tmp_path / "s"
    (tmp_path / "link").symlink_to(path)
    with _listening(path):
        seen = connect(str(tmp_path / "link"))
        preflight(str(path))
    assert (seen.path, seen.state, seen.reason) == (str(path), SocketState.LISTENING, "")


def test_what_is_no_socket_is_not_connected_to(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert connect(str(tmp_path / "file")).reason == "there is a file at this path"
    assert connect(str(tmp_path)).state is SocketState.NOT_A_SOCKET


@pytest.mark.parametrize("code", [errno.EACCES, errno.EPERM])
def test_not_being_allowed_is_told_apart(code: int) -> None:
    refused = refusal(OSError(code, os.strerror(code)))
    assert refused.state is SocketState.UNKNOWN
    assert refused.code == "PERMISSION_DENIED"
    assert refused.reason.endswith("it may not be read")


def test_no_answer_and_what_is_not_known() -> None:
    late = refusal(TimeoutError())
    assert (late.code, late.reason) == ("DEADLINE_EXCEEDED", "no answer within 1 s")
    other = refusal(OSError(errno.EIO, "x"))
    assert (other.state, other.reason) == (SocketState.UNKNOWN, "Input/output error")


@pytest.mark.parametrize("path", ["", "/a\0b", "/" + "x" * 200])
def test_what_is_no_path_of_a_socket(path: str) -> None:
    with pytest.raises(RpcError) as caught:
        preflight(path)
    assert caught.value.code == "INVALID_ARGUMENT"


def test_a_reason_that_stands_alone_names_the_socket() -> None:
    """A report says no more than `could not be checked: REASON`."""
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listener:
        Path(folder).chmod(0o755)
        path = f"{folder}/s"
        listener.bind(path)
        listener.listen()
        Path(path).chmod(0)
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            if os.geteuid() == 0:
                os.setuid(65534)
            os.write(writer, connect(path).reason.encode())
            os._exit(0)
        os.waitpid(child, 0)
        os.close(writer)
        with os.fdopen(reader) as told:
            assert told.read() == f"not root: {path} may not be read"
