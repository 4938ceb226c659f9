"""One HTTP GET over a unix socket, capped and with a deadline."""

from __future__ import annotations

import http.client
import socket
import time
from typing import Any

from unshim.host.host import RpcError
from unshim.host.unix_socket import refusal
from unshim.text.escape import decode, visible

BODY_LIMIT = 16 * 1024 * 1024


class _Hurried(socket.socket):
    """A socket whose every wait ends at one moment: a peer that sends a byte now and then, be it of
    a header or of a chunk's size, does not begin the time anew."""

    deadline = 0.0

    def _hurry(self) -> None:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.settimeout(left)

    def recv_into(self, *buffer: Any) -> int:
        self._hurry()
        return super().recv_into(*buffer)

    def sendall(self, *data: Any) -> None:
        self._hurry()
        super().sendall(*data)


class _Connection(http.client.HTTPConnection):
    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path
        self._deadline = time.monotonic() + timeout

    def connect(self) -> None:
        self.sock = _Hurried(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.deadline = self._deadline
        try:
            self.sock.connect(self._path)
        except TimeoutError:
            raise
        except OSError as error:
            refused = refusal(error)
            raise RpcError(refused.code, f"{visible(self._path)}: {refused.reason}") from None


def get(path_of_socket: str, path: str, timeout: float) -> bytes:
    """The body of a 200, at most 16 MiB, within `timeout` seconds altogether.

    Raises:
        RpcError: UNAVAILABLE, PERMISSION_DENIED, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, or
            HTTP_<status>.
    """
    connection = _Connection(path_of_socket, timeout)
    try:
        connection.request("GET", path, headers={"Accept": "application/json"})
        answer = connection.getresponse()
        if answer.status != 200:
            raise RpcError(f"HTTP_{answer.status}", decode(answer.read(512)))
        return _body(answer)
    except TimeoutError as error:
        raise RpcError("DEADLINE_EXCEEDED", f"no answer within {timeout:g} s") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise RpcError("UNAVAILABLE", visible(str(error))[:200] or type(error).__name__) from error
    finally:
        connection.close()


def _body(answer: http.client.HTTPResponse) -> bytes:
    parts: list[bytes] = []
    size = 0
    while part := answer.read1(1 << 16):
        parts.append(part)
        size += len(part)
        if size > BODY_LIMIT:
            raise RpcError("RESOURCE_EXHAUSTED", f"the answer is over {BODY_LIMIT} bytes")
    return b"".join(parts)
