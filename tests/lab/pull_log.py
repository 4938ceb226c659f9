"""Stands in for every registry: notes which server a pull asks for what, and has no image.

A containerd with `environment()` sends what is not for this machine here as its proxy, so that no
pull leaves 127.0.0.1, and no name is looked up.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import groupby
from typing import Any

from tests.waiting import PATIENCE
from unshim.host.grpc_socket import call
from unshim.host.host import RpcError

NOT_YET = "server is not initialized yet"
"""What the CRI service says between the first answer on its socket and its own start."""


class PullLog:
    """The requests so far: `HEAD http://mirror.test:5000/v2/…`, `TLS mirror.test:443`."""

    def __init__(self) -> None:
        asked = self.asked = list[str]()
        self.error = ""

        class Handler(BaseHTTPRequestHandler):
            # What begins with TLS is answered in HTTP, as other servers do.
            default_request_version = "HTTP/1.0"

            def do_HEAD(self) -> None:
                here = "" if "://" in self.path else f"http://{self.headers['Host']}"
                names = ",".join(dict.fromkeys(n for n in self.headers if n.startswith("X-")))
                asked.append(" ".join(filter(None, (self.command, here + self.path, names))))
                self.send_error(404)

            do_GET = do_HEAD  # noqa: N815

            def do_CONNECT(self) -> None:
                asked.append(f"TLS {self.path}")
                self.send_error(502)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = int(self._server.server_address[1])

    def environment(self) -> dict[str, str]:
        """What sends a containerd's requests here."""
        address = f"http://127.0.0.1:{self.port}"
        return {"HTTP_PROXY": address, "HTTPS_PROXY": address, "NO_PROXY": ""}

    def pull(self, socket: str, image: str) -> list[str]:
        """What is asked, in order, when the CRI service at this socket pulls; retries are one."""
        self.asked.clear()
        self.error = ""
        name = image.encode()
        spec = b"\x0a" + bytes([len(name)]) + name
        request = b"\x0a" + bytes([len(spec)]) + spec
        until = time.monotonic() + PATIENCE
        while not self._pulled(socket, request) and time.monotonic() < until:
            time.sleep(0.02)
        return [line for line, _ in groupby(self.asked)]

    def _pulled(self, socket: str, request: bytes) -> bool:
        """Whether a daemon that has just begun to listen was ready to pull."""
        try:
            call(socket, "/runtime.v1.ImageService/PullImage", request, timeout=PATIENCE)
        except RpcError as error:
            self.error = error.details
        return NOT_YET not in self.error


@contextmanager
def pull_log() -> Iterator[PullLog]:
    """Listens until the end."""
    log = PullLog()
    thread = threading.Thread(target=log._server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield log
    finally:
        log._server.shutdown()
        log._server.server_close()
        thread.join()
