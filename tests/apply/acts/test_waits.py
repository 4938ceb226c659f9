"""What a plan may wait for: seen when it comes, and given up when it does not."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.waiting import no_hang
from unshim.apply.acts import waits
from unshim.apply.failures import StepFailed
from unshim.apply.turn import Turn
from unshim.model.steps import WaitFor

TURN = Turn("run-0", {})


def wait(condition: str, subject: object, seconds: int) -> None:
    """One wait, which is undone by nothing."""
    step = WaitFor(condition, str(subject), seconds)
    waits.wait(step, waits.note(step), TURN)
    waits.undo(step, {}, TURN)


class Health(BaseHTTPRequestHandler):
    """What answers like a kubelet's healthz, or not."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/healthz" else 503)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None: ...  # noqa: A002 - the library's


@pytest.fixture
def health() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Health) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_path_that_comes_later_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "x"
    timer = threading.Timer(0.5, path.symlink_to, ["nowhere"])
    timer.start()
    with no_hang():
        wait("path-there", path, 100)
    assert path.is_symlink()
    timer = threading.Timer(0.5, path.unlink)
    timer.start()
    with no_hang():
        wait("path-gone", path, 100)
    assert not path.is_symlink()


def test_a_socket_is_there_when_somebody_answers(tmp_path: Path) -> None:
    path = tmp_path / "s"
    wait("socket-silent", path, 1)
    with closing(socket.socket(socket.AF_UNIX)) as server:
        server.bind(str(path))
        wait("socket-silent", path, 1)
        server.listen()
        wait("socket-answers", path, 1)
        with pytest.raises(StepFailed, match=f"waited 1 s in vain until nobody answers at {path}"):
            wait("socket-silent", path, 1)
    with pytest.raises(StepFailed, match=f"waited 1 s in vain until {path} answers"):
        wait("socket-answers", path, 1)


def test_health_is_an_answer_of_200(health: str) -> None:
    wait("http-ok", f"{health}/healthz", 1)
    with pytest.raises(StepFailed, match="/livez answers 200"):
        wait("http-ok", f"{health}/livez", 1)


def test_nobody_and_nonsense_are_no_health(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/healthz"
        talk = threading.Thread(target=lambda: server.accept()[0].sendall(b"\x1b]52;x\n\n" * 9))
        talk.start()
        with pytest.raises(StepFailed):
            wait("http-ok", url, 1)
        talk.join()
    with pytest.raises(StepFailed):
        wait("http-ok", url, 1)


@pytest.mark.parametrize("condition", waits.CONDITIONS)
@pytest.mark.parametrize("subject", ["", "-x", "/a b", "/a\n", "/../{}", "x.service;", "file:///x"])
def test_what_is_no_subject_is_refused(condition: str, subject: str) -> None:
    assert not waits.is_listed(WaitFor(condition, subject, 1))


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1:10250/healthz",
        "http://127.0.0.1:10248@example.org/",
        "http://127.0.0.1:10248",
        "http://127.0.0.1.example.org:80/",
    ],
)
def test_only_this_machine_is_asked(url: str) -> None:
    assert waits.is_listed(WaitFor("http-ok", "http://127.0.0.1:10248/healthz", 1))
    assert not waits.is_listed(WaitFor("http-ok", url, 1))
