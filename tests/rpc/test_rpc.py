"""Calls to containerd: transport, decoding, what may be kept of an answer."""

from __future__ import annotations

import json
import os
import socket as sockets
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests import TOP
from tests.fake_containerd import Answers, load, serving
from tests.waiting import no_hang, until
from unshim.facts.containerd import running as containerd_running
from unshim.host import grpc_socket as transport
from unshim.host.host import RpcError
from unshim.host.local import LocalHost
from unshim.model.machine import CgroupDriver, Socket, SocketState
from unshim.model.parts.containerd import ContainerdRunning, Cri
from unshim.model.values import Missing, Why
from unshim.rpc import containerd as ctd
from unshim.rpc.answers import decode_as
from unshim.rpc.scrub import scrub
from unshim.text.sockets import socket_path

LINES = ("1.4", "1.6", "1.7", "2.1")


def running(answers: Answers) -> ContainerdRunning | Missing:
    with serving(answers) as path:
        return containerd_running.read(LocalHost(), Socket(path, SocketState.LISTENING))


def ready(answers: Answers) -> ContainerdRunning:
    found = running(answers)
    assert isinstance(found, ContainerdRunning), found
    return found


@pytest.mark.parametrize("line", LINES)
def test_everything_that_a_running_daemon_tells(line: str) -> None:
    answers = load(line)
    found = ready(answers)
    assert not isinstance(found.version, Missing)
    assert found.version_text == answers.facts["version"]
    assert f"{found.version.value.major}.{found.version.value.minor}" == line
    assert found.namespaces == ("default", "k8s.io")
    assert not isinstance(found.tasks, Missing)
    own = {(t.id, t.status) for t in found.tasks if t.namespace == "default"}
    assert own == {("runs", "running"), ("ended", "stopped")}
    assert sum(task.namespace == "k8s.io" for task in found.tasks) == 6
    assert not isinstance(found.plugins, Missing)
    assert [p for p in found.plugins if p.error and not p.skipped] == []
    assert any(p.skipped for p in found.plugins)


@pytest.mark.parametrize(
    ("line", "apis"),
    [
        ("1.4", ("v1alpha2",)),
        ("1.6", ("v1", "v1alpha2")),
        ("1.7", ("v1", "v1alpha2")),
        ("2.1", ("v1",)),
    ],
)
def test_cri_apis_are_those_served_and_v1alpha2_is_not_probed(
    line: str, apis: tuple[str, ...]
) -> None:
    answers = load(line)
    asked_old = any("v1alpha2" in method for method, _, _ in answers.calls)
    assert asked_old == (line == "1.4")
    service = ready(answers).cri
    assert isinstance(service, Cri)
    assert service.apis == apis
    assert service.ready
    assert service.runtime_name == "containerd"
    if line == "1.4":
        assert isinstance(service.cgroup_driver, Missing)  # it does not tell
    else:
        assert not isinstance(service.cgroup_driver, Missing)
        assert service.cgroup_driver.value is CgroupDriver.CGROUPFS


@pytest.mark.parametrize("line", ["1.6", "2.1"])
def test_a_cri_plugin_that_failed_says_why(line: str) -> None:
    found = ready(load(f"{line}-cri-failed"))
    assert isinstance(found.cri, Missing)
    assert found.cri.why is Why.NOT_OFFERED
    assert not isinstance(found.plugins, Missing)
    failed = [p for p in found.plugins if p.error and not p.skipped]
    assert any("`mirrors` cannot be set when `config_path` is provided" in p.error for p in failed)


@pytest.mark.parametrize("line", ["1.6", "2.1"])
def test_a_disabled_cri_plugin_is_not_listed(line: str) -> None:
    found = ready(load(f"{line}-cri-disabled"))
    assert isinstance(found.cri, Missing)
    assert not isinstance(found.plugins, Missing)
    assert not [p for p in found.plugins if (p.type, p.id) == ("io.containerd.grpc.v1", "cri")]


def test_each_part_goes_missing_alone() -> None:
    answers = load("1.6").changed(ctd.PLUGINS, RpcError("UNKNOWN", "bad \x1b[31m thing"))
    found = ready(answers)
    assert isinstance(found.plugins, Missing)
    assert "\x1b" not in found.plugins.reason
    assert found.tasks and found.cri


def test_a_cut_answer_is_a_reason_and_not_a_crash() -> None:
    answers = load("1.6")
    whole = answers.one(ctd.PLUGINS)
    found = ready(answers.changed(ctd.PLUGINS, (whole[:-3],)))
    assert isinstance(found.plugins, Missing)
    assert "cannot be decoded" in found.plugins.reason


def test_hostile_text_is_made_visible_and_blinds_nothing() -> None:
    from unshim.rpc import containerd_pb2 as pb

    hostile = pb.TasksResponse()
    hostile.tasks.add(id=b"\xff\x1b]52;c;x\x07\xe2\x80\xae[red]", pid=7, status=99)
    found = ready(load("1.6").changed(ctd.TASKS, (hostile.SerializeToString(),)))
    assert not isinstance(found.tasks, Missing)
    shown = found.tasks[0]
    assert shown.id == r"\xff\x1b]52;c;x\x07\u202e[red]"
    assert shown.status == "status 99"


@contextmanager
def listener(behave: str) -> Iterator[str]:
    """A socket on which no containerd listens."""
    path = f"/tmp/unshim-test-{os.getpid()}-{behave}.sock"
    Path(path).unlink(missing_ok=True)
    server = sockets.socket(sockets.AF_UNIX)
    server.bind(path)
    server.listen(16)
    kept: list[sockets.socket] = []

    def accept() -> None:
        while True:
            try:
                client = server.accept()[0]
            except OSError:
                return
            if behave == "http":
                with suppress(OSError):
                    client.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n\x1b[31m")
            if behave == "closes":
                client.close()
            kept.append(client)

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield path
    finally:
        transport.close(path)
        server.shutdown(sockets.SHUT_RDWR)
        server.close()
        for client in kept:
            client.close()
        Path(path).unlink()


def test_a_silent_socket_costs_its_deadline_once() -> None:
    with listener("silent") as path, no_hang():
        found = containerd_running.read(LocalHost(), Socket(path, SocketState.LISTENING))
    assert isinstance(found, Missing)
    assert found.why is Why.TIMEOUT


@pytest.mark.parametrize("behave", ["http", "closes"])
def test_what_is_no_containerd_is_a_reason(behave: str) -> None:
    with listener(behave) as path:
        found = containerd_running.read(LocalHost(), Socket(path, SocketState.LISTENING))
    assert isinstance(found, Missing)
    assert "\x1b" not in found.reason


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/nonexistent/x.sock", "there is nothing at this path"),
        ("/etc/hostname", "nothing listens at this socket"),
        ("relative.sock", "no path of a unix socket"),
        ("tcp://127.0.0.1:1", "no path of a unix socket"),
        ("/" + "x" * 200, "no path of a unix socket"),
    ],
)
def test_errors_are_the_kernels_own(path: str, words: str) -> None:
    with pytest.raises(RpcError) as caught:
        transport.call(path, ctd.VERSION, b"")
    assert words in caught.value.details


def test_addresses_are_read_as_people_write_them() -> None:
    assert socket_path("unix:///run/x.sock") == "/run/x.sock"
    assert socket_path("unix:/run/x.sock") == "/run/x.sock"
    assert socket_path("/run/x.sock") == "/run/x.sock"
    assert socket_path("x.sock") == socket_path("tcp://a:1") == ""


def _answers(path: str) -> bool:
    try:
        return bool(transport.call(path, ctd.VERSION, b""))
    except RpcError:
        return False


def test_a_daemon_that_went_away_is_found_again_on_the_same_channel(tmp_path: Path) -> None:
    answers, path = load("1.6"), str(tmp_path / "c.sock")
    try:
        with serving(answers, path):
            assert transport.call(path, ctd.VERSION, b"")
        with pytest.raises(RpcError) as caught:
            transport.call(path, ctd.VERSION, b"")
        assert caught.value.details == f"{path}: there is nothing at this path"
        with serving(answers, path):
            until(lambda: _answers(path), "the daemon's answer")
    finally:
        transport.close(path)


def test_the_old_cri_api_is_asked_only_where_the_new_one_is_not_there() -> None:
    """On 1.7 the question alone leaves a deprecation warning on the node."""
    asked: list[str] = []

    class Listening(LocalHost):
        def call(
            self,
            socket: str,
            method: str,
            request: bytes,
            namespace: str = "",
            timeout: float = 2.0,
        ) -> tuple[bytes, ...]:
            asked.append(method)
            return super().call(socket, method, request, namespace, timeout)

    error = RpcError("UNKNOWN", "some trouble")
    answers = load("1.7").changed("/runtime.v1.RuntimeService/Version", error)
    with serving(answers) as path:
        found = containerd_running.read(Listening(), Socket(path, SocketState.LISTENING))
    assert isinstance(found, ContainerdRunning)
    assert isinstance(found.cri, Missing)
    assert not [method for method in asked if "v1alpha2" in method]


def test_scrub_keeps_what_facts_need() -> None:
    for line in LINES:
        answers = load(line)
        clean = {
            key: found
            if isinstance(found, RpcError)
            else tuple(scrub(key[0], part) for part in found)
            for key, found in answers.calls.items()
        }
        assert ready(Answers(clean, answers.facts)) == _at_any_path(ready(answers)), line


def _at_any_path(found: ContainerdRunning) -> object:
    class Same:
        def __eq__(self, other: object) -> bool:
            assert isinstance(other, ContainerdRunning)
            return (other.plugins, other.tasks, other.version_text) == (
                found.plugins,
                found.tasks,
                found.version_text,
            ) and _cri(other) == _cri(found)

        __hash__ = None  # type: ignore[assignment]

    return Same()


def _cri(found: ContainerdRunning) -> object:
    assert isinstance(found.cri, Cri)
    return found.cri.apis, found.cri.conditions, found.cri.config


def test_scrub_removes_secrets() -> None:
    from unshim.rpc import cri_pb2

    method = "/runtime.v1.RuntimeService/Status"
    answer = decode_as(cri_pb2.StatusResponse, load("1.6").one(method), method)
    registry = {
        "configs": {"r.example": {"auth": {"password": "canary"}}},
        "headers": {"X": ["canary"]},
    }
    config = {"registry": registry, "sandboxImage": "p:1"}
    del answer.info[:]
    answer.info.add(key=b"config", value=json.dumps(config).encode())
    answer.info.add(key=b"golang", value=b"canary")
    clean = scrub(method, answer.SerializeToString())
    assert b"canary" not in clean
    assert b"p:1" in clean

    pods = "/runtime.v1.RuntimeService/ListPodSandbox"
    raw = load("1.6").one(pods)
    assert b"canary-4711" in raw
    assert b"canary-4711" not in scrub(pods, raw)

    unknown = b"\xfa\x01\x06canary"
    assert scrub(ctd.VERSION, load("1.6").one(ctd.VERSION) + unknown) == load("1.6").one(
        ctd.VERSION
    )
    assert scrub("/some.Other/Method", b"canary") == b""
    assert scrub(ctd.PLUGINS, b"\xff\xff canary") == b""


def test_an_image_config_keeps_no_environment() -> None:
    from unshim.rpc import containerd_pb2 as pb

    config = {"rootfs": {"diff_ids": ["sha256:a"]}, "os": "linux", "config": {"Env": ["P=canary"]}}
    answer = pb.ReadResponse(data=json.dumps(config).encode()).SerializeToString()
    clean = scrub(f"{ctd.READ}*", answer)
    assert b"canary" not in clean
    assert b"diff_ids" in clean


def test_decoding_a_record_loads_no_grpc() -> None:
    script = (
        "import sys\n"
        "from unshim.facts.containerd import containerd\n"
        "from unshim.facts.images import images, pods\n"
        "assert 'grpc' not in sys.modules and 'google.protobuf' not in sys.modules\n"
        "from unshim.rpc import containerd_pb2, cri_pb2\n"
        "assert 'grpc' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=TOP)
