"""What an index says of processes, programs, sockets and daemons."""

from __future__ import annotations

from typing import Any

import pytest

from unshim.host.host import Output, RpcError
from unshim.model.machine import Process, Socket, SocketState
from unshim.model.values import Missing, Why
from unshim.record.answered import (
    call_of,
    command_of,
    environments_of,
    http_of,
    processes_of,
    socket_of,
)
from unshim.record.shapes import Wrong

ESC = "\x1b"
SHOWN = r"\x1b"
ERROR = {"code": f"X{ESC}", "details": f"d{ESC}"}


@pytest.mark.parametrize(
    ("value", "processes"),
    [
        pytest.param(None, Missing("not recorded", Why.NOT_RECORDED), id="not asked"),
        pytest.param({"missing": "x"}, Missing("x"), id="not to be had"),
        pytest.param([], (), id="none of ours"),
        pytest.param([{}], (Process(0, "", "", (), 0.0, 0),), id="one of which nothing is said"),
        pytest.param(
            [{"pid": 7, "name": "kubelet", "exe": "/k", "argv": ["k", "-v"], "started": 1}],
            (Process(7, "kubelet", "/k", ("k", "-v"), 1.0, 0),),
            id="one in full",
        ),
        pytest.param(
            [{"name": ESC, "exe": ESC, "argv": [ESC]}],
            (Process(0, SHOWN, SHOWN, (SHOWN,), 0.0, 0),),
            id="texts made visible",
        ),
    ],
)
def test_processes(value: object, processes: object) -> None:
    assert processes_of(value) == processes


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("x", "processes is not a list"),
        ({}, "processes is not a list"),
        (["x"], "a process is not a mapping"),
        ([{"argv": "x"}], "argv is not a list"),
        ([{"argv": [1]}], "argv is not a text"),
        ([{"pid": "7"}], "pid is not a whole number"),
        ([{"started": "x"}], "started is not a number"),
    ],
)
def test_what_is_not_a_process(value: object, words: str) -> None:
    with pytest.raises(Wrong) as caught:
        processes_of(value)
    assert str(caught.value) == words


@pytest.mark.parametrize(
    ("value", "command"),
    [
        pytest.param({"argv": ["x"]}, (("x",), Output(0, b"", b"")), id="it said nothing"),
        pytest.param(
            {"argv": ["x", "-a"], "code": 3, "stdout": "o", "stderr": {"base64": "/w=="}},
            (("x", "-a"), Output(3, b"o", b"\xff")),
            id="both streams and the code",
        ),
        pytest.param(
            {"argv": ["x"], "missing": "late", "why": "timeout"},
            (("x",), Missing("late", Why.TIMEOUT)),
            id="it did not end",
        ),
    ],
)
def test_commands(value: dict[str, Any], command: object) -> None:
    assert command_of(value) == command


@pytest.mark.parametrize(
    ("value", "socket"),
    [
        pytest.param({"state": "listening"}, Socket("/s", SocketState.LISTENING), id="listening"),
        pytest.param(
            {"state": "refused", "real": "/run/s", "reason": ESC},
            Socket("/run/s", SocketState.REFUSED, SHOWN),
            id="behind a link, with a reason",
        ),
    ],
)
def test_sockets(value: dict[str, Any], socket: Socket) -> None:
    assert socket_of("/s", value) == socket


@pytest.mark.parametrize("value", [{}, {"state": "open"}])
def test_a_socket_has_one_of_the_states(value: dict[str, Any]) -> None:
    with pytest.raises(Wrong, match=r"^state of socket /s is none$"):
        socket_of("/s", value)


QUESTION = {"socket": "/s", "method": "/a.B/C", "namespace": "n", "request": "/w=="}
KEY = ("/s", "/a.B/C", "n", "/w==")


def test_a_call_is_known_by_its_question() -> None:
    assert call_of({**QUESTION, "answers": ["/w==", ""]}) == (KEY, (b"\xff", b""))
    assert call_of(QUESTION) == (KEY, ())
    assert call_of({}) == (("", "", "", ""), ())


@pytest.mark.parametrize(
    ("error", "code", "details"),
    [(ERROR, f"X{SHOWN}", f"d{SHOWN}"), ({}, "UNKNOWN", "")],
    ids=["made visible", "of which nothing is said"],
)
def test_an_error_stands_for_the_answer(error: Any, code: str, details: str) -> None:
    for _, answer in (call_of({**QUESTION, "error": error}), http_of({"error": error})):
        assert isinstance(answer, RpcError)
        assert (answer.code, answer.details) == (code, details)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([], "a call is not a mapping"),
        ({"socket": 5}, "socket is not a text"),
        ({"answers": "x"}, "answers is not a list"),
        ({"answers": ["%"]}, "an answer is not base64"),
        ({"answers": [5]}, "base64 is not a text"),
        ({"error": "x"}, "error is not a mapping"),
    ],
)
def test_what_is_not_a_call(value: object, words: str) -> None:
    with pytest.raises(Wrong) as caught:
        call_of(value)
    assert str(caught.value) == words


def test_an_http_answer_is_a_body() -> None:
    assert http_of({"socket": "/s", "path": "/v1", "body": "x"}) == (("/s", "/v1"), b"x")
    assert http_of({}) == (("", ""), b"")


def test_what_several_questions_brought_of_one_process_is_put_together() -> None:
    values = [
        {"pid": 1, "values": {"A": "1", "B": ESC}},
        {"pid": 1, "values": {"A": "2"}},
        {"pid": 2, "missing": "gone"},
        {"pid": 1},
    ]
    assert environments_of(values) == {1: {"A": "2", "B": SHOWN}, 2: Missing("gone")}


def test_of_a_process_that_went_meanwhile_the_last_look_counts() -> None:
    there, gone = {"pid": 1, "values": {"A": "1"}}, {"pid": 1, "missing": "gone"}
    assert environments_of([there, gone]) == {1: Missing("gone")}
    assert environments_of([gone, there]) == {1: {"A": "1"}}
