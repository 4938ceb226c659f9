"""Asking a daemon through a host's door, and why there is no answer."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from tests.trees import recorded
from unshim.host.host import Host, RpcError
from unshim.model.values import Missing, Why
from unshim.rpc import containerd_pb2 as pb
from unshim.rpc.answers import ask, ask_stream, decode_as, missing, visible_text, wire

SOCKET = "/run/containerd/containerd.sock"
METHOD = "/containerd.services.version.v1.Version/Version"
ONE = pb.VersionResponse(version=b"1.6.20")
OTHER = pb.VersionResponse(version=b"2.1.9")


def _host(folder: Path, method: str, *answers: bytes) -> Host:
    call = {
        "socket": SOCKET,
        "method": method,
        "answers": [base64.b64encode(answer).decode() for answer in answers],
    }
    return recorded(folder, calls=[call])


def test_one_answer_is_a_message(tmp_path: Path) -> None:
    host = _host(tmp_path, METHOD, ONE.SerializeToString())
    assert ask(host, SOCKET, METHOD, pb.Empty(), pb.VersionResponse) == ONE


@pytest.mark.parametrize("count", [0, 2])
def test_no_answer_or_two_are_not_one(tmp_path: Path, count: int) -> None:
    host = _host(tmp_path, METHOD, *[ONE.SerializeToString()] * count)
    with pytest.raises(RpcError) as caught:
        ask(host, SOCKET, METHOD, pb.Empty(), pb.VersionResponse)
    assert (caught.value.code, caught.value.details) == (
        "INTERNAL",
        f"{count} answers to {METHOD}",
    )


def test_a_stream_gives_all_in_their_order(tmp_path: Path) -> None:
    host = _host(tmp_path, f"{METHOD}*", OTHER.SerializeToString(), ONE.SerializeToString())
    assert ask_stream(host, SOCKET, METHOD, pb.Empty(), pb.VersionResponse) == (OTHER, ONE)


def test_a_stream_is_not_a_unary_call(tmp_path: Path) -> None:
    host = _host(tmp_path, METHOD, ONE.SerializeToString())
    with pytest.raises(RpcError) as caught:
        ask_stream(host, SOCKET, METHOD, pb.Empty(), pb.VersionResponse)
    assert caught.value.code == "NOT_RECORDED"


@pytest.mark.parametrize("data", [b"\xff\xff", b"\x0a\x7f1.6"], ids=["not a message", "cut short"])
def test_what_cannot_be_decoded_names_the_method(data: bytes) -> None:
    with pytest.raises(RpcError) as caught:
        decode_as(pb.VersionResponse, data, METHOD)
    assert caught.value.code == "INTERNAL"
    assert caught.value.details == f"the answer to {METHOD} cannot be decoded"


def test_the_same_request_is_the_same_bytes() -> None:
    """Recorded answers are found by them."""
    one = pb.ContainersRequest(filters=[b"a", b"b"])
    assert wire(one) == wire(pb.ContainersRequest(filters=[b"a", b"b"]))
    assert wire(one) != wire(pb.ContainersRequest(filters=[b"b", b"a"]))
    assert wire(pb.Empty()) == b""


@pytest.mark.parametrize(
    ("code", "details", "reason", "why"),
    [
        ("NOT_RECORDED", "x", "not recorded", Why.NOT_RECORDED),
        ("DEADLINE_EXCEEDED", "x", "tasks: no answer in time", Why.TIMEOUT),
        ("PERMISSION_DENIED", "not root", "tasks: not root", Why.NOT_PERMITTED),
        ("UNIMPLEMENTED", "no such service", "tasks: no such service", Why.NOT_OFFERED),
        ("UNAVAILABLE", "nothing listens", "tasks: nothing listens", Why.NOT_RUNNING),
        ("INTERNAL", "boom", "tasks: boom", Why.UNREADABLE),
        ("INTERNAL", "", "tasks: INTERNAL", Why.UNREADABLE),
    ],
)
def test_why_a_fact_is_not_known(code: str, details: str, reason: str, why: Why) -> None:
    assert missing(RpcError(code, details), "tasks") == Missing(reason, why)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        pytest.param(b"io.kubernetes.pod", "io.kubernetes.pod", id="plain text"),
        pytest.param("grün".encode(), "grün", id="UTF-8"),
        pytest.param(b"\x1b[31m\xff", r"\x1b[31m\xff", id="what is not, and what is invisible"),
    ],
)
def test_text_of_a_daemon_is_made_visible(data: bytes, text: str) -> None:
    assert visible_text(data) == text
