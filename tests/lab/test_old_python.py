"""The sh recorder's exchange in Python asks as unshim itself does, in Python 2.7 too."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from unshim.host import grpc_socket as transport
from unshim.host.host import RpcError
from unshim.record import sh as recorder
from unshim.rpc import containerd as ctd

from .cache import Unavailable
from .containerd import Daemon
from .images import busybox_image
from .packages import libraries, unpacked

PROGRAM = Path(recorder.__file__).parent / "exchange.python"
PYTHON_2 = (
    *("python2.7-minimal", "libpython2.7-minimal", "libpython2.7-stdlib"),
    *("libssl1.1", "zlib1g", "libffi7"),
)
QUESTIONS = (
    (ctd.VERSION, "", b""),
    (ctd.PLUGINS, "", b""),
    ("/runtime.v1.RuntimeService/Version", "", b""),
    ("/runtime.v1.RuntimeService/RuntimeConfig", "", b""),
    ("/none.Such/Method", "", b""),
    (f"{ctd.IMAGES}", "k8s.io", b""),
    (f"{ctd.CONTENTS}*", "k8s.io", b""),
    (f"{ctd.READ}*", "k8s.io", b"\x0a\x03bad"),
)


def python_2() -> list[str]:
    try:
        tree = unpacked("bullseye", *PYTHON_2).path
    except Unavailable as reason:
        pytest.skip(str(reason))
    settings = (f"LD_LIBRARY_PATH={libraries(tree)}", f"PYTHONHOME={tree}/usr")
    return ["env", *settings, str(tree / "usr/bin/python2.7"), "-s"]


def asked(
    python: list[str], socket: str, method: str, namespace: str, message: bytes, folder: Path
) -> tuple[bytes, ...] | tuple[str, str]:
    """The parts of an answer, or code and words of an error."""
    argv = [*python, str(PROGRAM), "5", socket, method.rstrip("*"), str(folder / "headers"), "grpc"]
    framed = b"\0" + len(message).to_bytes(4, "big") + message
    done = subprocess.run([*argv, namespace], input=framed, capture_output=True, timeout=20)
    assert done.returncode == 0, done.stderr.decode()
    lines = (folder / "headers").read_text().splitlines()[1:]
    told = dict(line.split(": ", 1) for line in lines)
    if told["grpc-status"] != "0":
        return told["grpc-status"], told["grpc-message"]
    parts, body = [], done.stdout
    while body:
        size = int.from_bytes(body[1:5], "big")
        parts.append(body[5 : 5 + size])
        body = body[5 + size :]
    return tuple(parts)


@pytest.mark.parametrize("version", [2, 3])
def test_it_gets_the_answers_that_unshim_gets(
    version: int, start: Callable[..., Daemon], tmp_path: Path
) -> None:
    python = python_2() if version == 2 else [sys.executable, "-E", "-s"]
    daemon = start("1.6")
    daemon.load(busybox_image("docker.io/library/busybox:1"), namespace="k8s.io")
    socket = str(daemon.socket)
    codes = {"UNIMPLEMENTED": "12", "INVALID_ARGUMENT": "3"}
    for method, namespace, message in QUESTIONS:
        found = asked(python, socket, method, namespace, message, tmp_path)
        try:
            own = transport.call(socket, method, message, namespace)
        except RpcError as error:
            assert found == (codes[error.code], error.details), method
        else:
            # Lists come in no order.
            assert [sorted(part) for part in found] == [sorted(part) for part in own], method


def test_nothing_that_listens_and_nothing_that_answers(tmp_path: Path) -> None:
    import socket as sockets

    argv = [sys.executable, str(PROGRAM), "1", str(tmp_path / "none"), "/a/b", "/dev/null", "grpc"]
    assert subprocess.run(argv, input=b"", timeout=20).returncode == 7
    with sockets.socket(sockets.AF_UNIX) as silent:
        silent.bind(str(tmp_path / "silent"))
        silent.listen()
        argv[3] = str(tmp_path / "silent")
        assert subprocess.run(argv, input=b"", timeout=20).returncode == 28
