"""HTTP over a real socket: whatever the peer does, it ends in time and within bounds."""

from __future__ import annotations

import contextlib
import http.server
import socket
import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from unshim.host.host import RpcError
from unshim.host.local import LocalHost

HOST = LocalHost()


class _Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/silent":
            self.rfile.read(1)  # until the one who asked has gone
            return
        body = {"/ok": b'{"a": 1}', "/large": b"x" * (17 << 20)}.get(self.path)
        self.send_response(200 if body else 404)
        self.end_headers()
        try:
            self.wfile.write(body or b'{"message": "no \x1b[2J"}')
        except OSError:
            return

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        return

    def address_string(self) -> str:
        return "here"


class _Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True

    def get_request(self) -> tuple[socket.socket, tuple[str, int]]:
        request, _ = self.socket.accept()
        return request, ("here", 0)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    path = str(tmp_path / "http.sock")
    with _Server(path, _Answers) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield path
        running.shutdown()


def test_http_over_a_socket(server: str) -> None:
    assert HOST.http(server, "/ok") == b'{"a": 1}'
    for path, code, timeout in (
        ("/none", "HTTP_404", 60),
        ("/silent", "DEADLINE_EXCEEDED", 0.5),
        ("/large", "RESOURCE_EXHAUSTED", 60),
    ):
        with pytest.raises(RpcError) as caught:
            HOST.http(server, path, timeout=timeout)
        assert caught.value.code == code
        assert "\x1b" not in str(caught.value)
    with pytest.raises(RpcError) as caught:
        HOST.http(server + "no", "/ok")
    assert caught.value.code == "UNAVAILABLE"


def test_an_answer_that_is_no_http(tmp_path: Path) -> None:
    path = str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()

        def answer() -> None:
            peer, _ = listener.accept()
            peer.sendall(b"\x00\xff garbage \x1b]52;c;x\x07\r\n\r\n")
            peer.close()

        threading.Thread(target=answer, daemon=True).start()
        with pytest.raises(RpcError) as caught:
            HOST.http(path, "/ok", timeout=60)
    assert caught.value.code == "UNAVAILABLE"
    assert "\x1b" not in str(caught.value)


DRIPS = {
    "of a header": b"HTTP/1.1 200 OK\r\nX: " + b"x" * 300 + b"\r\nContent-Length: 1\r\n\r\n1",
    "of a chunk's size": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    + b"1;" + b"x" * 300 + b"\r\n1\r\n0\r\n\r\n",
    "of going on": b"HTTP/1.1 100 Continue\r\n\r\n" * 20 + b"HTTP/1.1 200 OK\r\n\r\n1",
}  # fmt: skip


@pytest.mark.parametrize("drip", DRIPS)
def test_a_byte_now_and_then_does_not_begin_the_time_anew(tmp_path: Path, drip: str) -> None:
    """A whole answer, but one byte after the other: given up long before the last one comes."""
    path = str(tmp_path / "s")
    given_up, sent_half = threading.Event(), threading.Event()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()

        def answer() -> None:
            peer, _ = listener.accept()
            with peer, contextlib.suppress(OSError):
                peer.recv(4096)
                for at in range(len(DRIPS[drip])):
                    peer.sendall(DRIPS[drip][at : at + 1])
                    given_up.wait(0.05)
                    if at == len(DRIPS[drip]) // 2:
                        sent_half.set()

        dripping = threading.Thread(target=answer, daemon=True)
        dripping.start()
        with pytest.raises(RpcError) as caught:
            HOST.http(path, "/ok", timeout=0.5)
        assert not sent_half.is_set()
        given_up.set()
        dripping.join()
    assert caught.value.code == "DEADLINE_EXCEEDED"
