"""The kubelet's endpoint: what its socket came to, and what it can be compared with."""

from __future__ import annotations

import pytest

from checks.kubelet.endpoint import (
    kubelet_endpoint,
    kubelet_endpoint_invalid,
    kubelet_endpoint_missing,
)
from tests.checks.changed import (
    FILE,
    FLAGS,
    HEALTHY,
    SOCKET,
    evidence,
    of_release,
    result,
    verdict,
    with_containerd,
    with_kubelet,
    with_settings,
)
from tests.laws.nodes import node
from unshim.model.machine import Socket, SocketState
from unshim.model.node import Node
from unshim.model.values import Missing, Origin, Setting, Source, Unknown

ELSEWHERE = "/run/crio/crio.sock"


def _leads_to(socket: Socket | None | Missing, name: str = HEALTHY) -> Node:
    """A node whose kubelet's endpoint is `unix://` and this socket's path."""
    path = socket.path if isinstance(socket, Socket) else SOCKET
    seen = with_settings(node(name), FLAGS, containerRuntimeEndpoint=f"unix://{path}")
    return with_kubelet(seen, endpoint_socket=socket)


@pytest.mark.parametrize(
    ("endpoint", "want"),
    [
        pytest.param("unix:///run/containerd/containerd.sock", "pass", id="as it should be"),
        pytest.param("/run/containerd/containerd.sock", "pass", id="the older spelling"),
        pytest.param("unix:///var/run/dockershim.sock", "pass", id="dockershim has its own check"),
        pytest.param("unix://unix:///run/a.sock", "error", id="its scheme is doubled"),
        pytest.param("tcp://127.0.0.1:2375", "error", id="its scheme is not of a local socket"),
    ],
)
def test_the_spelling_of_an_endpoint(endpoint: str, want: str) -> None:
    seen = with_settings(node(HEALTHY), FLAGS, containerRuntimeEndpoint=endpoint)
    assert verdict(kubelet_endpoint_invalid, seen) == want
    if want == "error":
        shown = evidence(kubelet_endpoint_invalid, seen)["runtime endpoint"]
        assert (shown.value, shown.source) == (endpoint, FLAGS)


@pytest.mark.parametrize(
    ("state", "summary"),
    [
        (SocketState.ABSENT, "names a socket that does not exist"),
        (SocketState.REFUSED, "names a socket that nothing listens on"),
        (SocketState.NOT_A_SOCKET, "names something that is not a socket"),
    ],
)
def test_a_socket_that_leads_nowhere_is_told_as_what_it_is(
    state: SocketState, summary: str
) -> None:
    seen = _leads_to(Socket(ELSEWHERE, state, "so it was"))
    (finding,) = result(kubelet_endpoint_invalid, seen).findings
    assert finding.summary == f"the runtime endpoint {summary}"
    assert finding.evidence[1].value == f"{ELSEWHERE}: so it was"
    assert finding.follows is None


def test_a_socket_without_a_reason_shows_its_state() -> None:
    seen = _leads_to(Socket(ELSEWHERE, SocketState.REFUSED))
    assert evidence(kubelet_endpoint_invalid, seen)["socket"].value == f"{ELSEWHERE}: refused"


@pytest.mark.parametrize(
    ("socket", "outcome"),
    [
        pytest.param(Socket(ELSEWHERE, SocketState.LISTENING), "pass", id="another runtime's"),
        pytest.param(None, "pass", id="there is none to look at"),
        pytest.param(Socket(ELSEWHERE, SocketState.UNKNOWN), "unknown", id="it could not be seen"),
        pytest.param(Missing("not root"), "unknown", id="nor whether there is one"),
    ],
)
def test_a_socket_that_is_not_seen_to_be_wrong(
    socket: Socket | None | Missing, outcome: str
) -> None:
    assert verdict(kubelet_endpoint_invalid, _leads_to(socket)) == outcome


def test_that_it_could_not_be_seen_has_its_reason() -> None:
    seen = _leads_to(Socket(ELSEWHERE, SocketState.UNKNOWN, "not root"))
    assert result(kubelet_endpoint_invalid, seen).reason == "not root"
    unsaid = _leads_to(Socket(ELSEWHERE, SocketState.UNKNOWN))
    assert (
        result(kubelet_endpoint_invalid, unsaid).reason == f"nothing could be seen of {ELSEWHERE}"
    )


@pytest.mark.parametrize(
    ("path", "process", "follows"),
    [
        pytest.param(SOCKET, None, "containerd-not-running", id="its socket while it is stopped"),
        pytest.param(ELSEWHERE, None, "", id="another socket, whatever containerd does"),
        pytest.param(SOCKET, Missing("not root"), "", id="it is not known whether it runs"),
    ],
)
def test_only_a_stopped_containerd_is_the_cause(
    path: str, process: Missing | None, follows: str
) -> None:
    seen = with_containerd(_leads_to(Socket(path, SocketState.ABSENT)), process=process)
    (finding,) = result(kubelet_endpoint_invalid, seen).findings
    assert finding.caused_by == follows


def test_without_a_known_containerd_nothing_is_called_the_cause() -> None:
    seen = _leads_to(Socket(SOCKET, SocketState.ABSENT))._replace(containerd=Missing("not root"))
    (finding,) = result(kubelet_endpoint_invalid, seen).findings
    assert finding.caused_by == ""


def test_an_endpoint_that_is_written_as_empty_is_not_a_missing_one() -> None:
    """Only a release without a default leaves it out."""
    seen = with_kubelet(node(HEALTHY), version=of_release((1, 25)))
    written = with_settings(seen, FILE, containerRuntimeEndpoint="")
    none = with_settings(seen, Source(Origin.DEFAULT, "default"), containerRuntimeEndpoint="")
    assert verdict(kubelet_endpoint_missing, written) == "pass"
    assert verdict(kubelet_endpoint_invalid, written) == "error"
    assert verdict(kubelet_endpoint_missing, none) == "error"
    assert verdict(kubelet_endpoint_invalid, none) == "pass"


def test_a_missing_endpoint_shows_the_release_that_has_no_default() -> None:
    place = "/usr/bin/kubelet --version"
    seen = with_kubelet(node(HEALTHY), version=of_release((1, 24), place))
    seen = with_settings(seen, Source(Origin.DEFAULT, "default"), containerRuntimeEndpoint="")
    shown = evidence(kubelet_endpoint_missing, seen)
    assert shown["--container-runtime-endpoint"].value == "not set"
    assert shown["kubelet version"].value == "1.24.4"
    assert str(shown["kubelet version"].source) == place


def _comparable(seen: Node) -> Setting[str] | str:
    """The endpoint to compare with, or why there is none."""
    try:
        return kubelet_endpoint(seen)
    except Unknown as unknown:
        return unknown.missing.reason


def test_an_endpoint_is_compared_with_while_it_leads_to_a_runtime() -> None:
    listening = _leads_to(Socket(ELSEWHERE, SocketState.LISTENING))
    assert _comparable(listening) == Setting(f"unix://{ELSEWHERE}", FLAGS)
    stopped = _leads_to(Socket(SOCKET, SocketState.ABSENT))
    assert _comparable(stopped) == Setting(f"unix://{SOCKET}", FLAGS)
    assert _comparable(_leads_to(Missing("not root"))) == Setting(f"unix://{SOCKET}", FLAGS)


@pytest.mark.parametrize("state", [SocketState.ABSENT, SocketState.NOT_A_SOCKET])
def test_one_that_leads_nowhere_is_not(state: SocketState) -> None:
    reason = "the kubelet's endpoint points to nothing (see kubelet-endpoint-invalid)"
    assert _comparable(_leads_to(Socket(ELSEWHERE, state))) == reason
    doubled = with_settings(node(HEALTHY), FLAGS, containerRuntimeEndpoint="unix://unix:///a")
    assert _comparable(doubled) == reason


def test_nor_one_that_nobody_set() -> None:
    seen = with_settings(
        node(HEALTHY), Source(Origin.DEFAULT, "default"), containerRuntimeEndpoint=""
    )
    assert _comparable(seen) == "the kubelet has no runtime endpoint to compare with"


def test_a_socket_of_dockershims_that_nobody_makes_leads_nowhere() -> None:
    """Recorded: with --container-runtime=remote the kubelet 1.20 fails to dial it and ends."""
    seen = node("containerd-endpoint-is-dockershims")
    assert verdict(kubelet_endpoint_invalid, seen) == "error"
    (finding,) = result(kubelet_endpoint_invalid, seen).findings
    assert finding.summary == "the runtime endpoint names a socket that does not exist"


def test_where_that_socket_leads_is_not_known_while_the_runtime_is_not() -> None:
    seen = node("containerd-endpoint-is-dockershims")._replace(runtime=Missing("not root"))
    assert verdict(kubelet_endpoint_invalid, seen) == "unknown"
