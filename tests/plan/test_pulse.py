"""What daemons say at one moment."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.laws.nodes import FOLDER, node
from unshim.host.host import Output
from unshim.model.values import Missing, Origin, Setting, Source, known
from unshim.plan.pulse import containerd_now, health_address, unhealthy, units_now
from unshim.plan.units_again import UnitNow
from unshim.record.recorded import RecordedHost

SOUND = node("containerd-healthy")


@contextmanager
def _kubelet_that_says(status: int, body: str) -> Iterator[tuple[str, int]]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/healthz" else 404)
            self.end_headers()
            self.wfile.write(body.encode())

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield "127.0.0.1", server.server_port
        server.shutdown()


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (200, "ok", ""),
        (
            500,
            "[+]ping ok\n[-]syncloop failed: reason withheld\n",
            "the kubelet says that it is not healthy: [-]syncloop failed: reason withheld",
        ),
        (503, "", "the kubelet says that it is not healthy: 503"),
    ],
)
def test_the_kubelets_own_word_is_told(status: int, body: str, words: str) -> None:
    with _kubelet_that_says(status, body) as address:
        assert unhealthy(address) == words


def test_a_kubelet_that_does_not_answer_is_not_healthy() -> None:
    with _kubelet_that_says(200, "ok") as gone:
        pass
    assert unhealthy(gone) == "the kubelet does not answer at its healthz"
    assert unhealthy(None) == "", "it was told not to say"


def test_its_address_is_that_of_its_settings() -> None:
    assert health_address(SOUND) == ("127.0.0.1", 10248)
    kubelet = known(SOUND.kubelet)
    off = Setting[object](0, Source(Origin.FILE, "/var/lib/kubelet/config.yaml", 3))
    running = {**known(kubelet.running), "healthzPort": off}
    assert health_address(SOUND._replace(kubelet=kubelet._replace(running=running))) is None
    assert health_address(SOUND._replace(kubelet=Missing("not permitted"))) is None


class _Answering(RecordedHost):
    """A node whose systemctl says this."""

    said = b""

    def run(self, argv: Sequence[str], timeout: float = 5.0) -> Output | Missing:
        return Output(0, self.said, b"")


def test_what_systemd_says_of_units_is_read() -> None:
    host = _Answering(str(FOLDER / "containerd-healthy"))
    assert units_now(host, ("kubelet.service",)) == {}, "it does not answer"
    host.said = (
        b"Id=kubelet.service\nActiveState=activating\nMainPID=0\nNRestarts=12\n\n"
        b"Id=docker.socket\nActiveState=active\n"
    )
    assert units_now(host, ("docker.socket", "kubelet.service")) == {
        "kubelet.service": UnitNow("activating", 0, 12),
        "docker.socket": UnitNow("active", 0, 0),
    }
    assert units_now(host, ()) == {}, "none is asked for"


def test_where_no_containerd_listens_none_answers() -> None:
    assert containerd_now("") is None
    assert containerd_now("/run/no-such-containerd.sock") is None
