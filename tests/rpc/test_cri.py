"""The CRI service: which API is asked, whose error counts, and the order of lists."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from tests.trees import recorded
from unshim.host.host import Host, RpcError
from unshim.rpc import cri
from unshim.rpc import cri_pb2 as pb
from unshim.rpc.answers import wire

SOCKET = "/run/containerd/containerd.sock"
VERSION = "RuntimeService/Version"


def _call(api: str, call: str, request: Any, answer: Any) -> dict[str, Any]:
    """An entry of an index: a message, or (code, details) of an error."""
    entry: dict[str, Any] = {
        "socket": SOCKET,
        "method": f"/runtime.{api}.{call}",
        "request": base64.b64encode(wire(request)).decode(),
    }
    if isinstance(answer, tuple):
        return {**entry, "error": {"code": answer[0], "details": answer[1]}}
    return {**entry, "answers": [base64.b64encode(answer.SerializeToString()).decode()]}


def _versions(folder: Path, **answers: Any) -> Host:
    calls = [_call(api, VERSION, pb.VersionRequest(), answer) for api, answer in answers.items()]
    return recorded(folder, calls=calls)


NEW = pb.VersionResponse(runtime_version=b"1.7.24")
OLD = pb.VersionResponse(runtime_version=b"1.4.13")
NOT_SERVED = ("UNIMPLEMENTED", "unknown service of v1")


@pytest.mark.parametrize(
    ("answers", "api", "answer"),
    [
        pytest.param({"v1": NEW, "v1alpha2": OLD}, "v1", NEW, id="the new one where it answers"),
        pytest.param({"v1": NOT_SERVED, "v1alpha2": OLD}, "v1alpha2", OLD, id="else the old one"),
    ],
)
def test_which_api_answers(tmp_path: Path, answers: Any, api: str, answer: Any) -> None:
    assert cri.version(_versions(tmp_path, **answers), SOCKET) == (api, answer)


@pytest.mark.parametrize(
    ("answers", "code", "details"),
    [
        pytest.param(
            {"v1": ("UNAVAILABLE", "gone"), "v1alpha2": OLD},
            "UNAVAILABLE",
            "gone",
            id="another error is not a reason to ask the old one",
        ),
        pytest.param(
            {"v1": NOT_SERVED, "v1alpha2": ("UNIMPLEMENTED", "unknown service of v1alpha2")},
            *NOT_SERVED,
            id="where neither is served, the words name the new one",
        ),
        pytest.param({"v1": NOT_SERVED}, *NOT_SERVED, id="where the old one was not recorded, too"),
        pytest.param(
            {"v1": NOT_SERVED, "v1alpha2": ("DEADLINE_EXCEEDED", "late")},
            "DEADLINE_EXCEEDED",
            "late",
            id="where the old one fails, its own words count",
        ),
    ],
)
def test_whose_error_counts(tmp_path: Path, answers: Any, code: str, details: str) -> None:
    with pytest.raises(RpcError) as caught:
        cri.version(_versions(tmp_path, **answers), SOCKET)
    assert (caught.value.code, caught.value.details) == (code, details)


def test_the_status_is_asked_for_of_one_api_with_all_that_it_tells(tmp_path: Path) -> None:
    answer = pb.StatusResponse()
    answer.info.add(key=b"config", value=b"{}")
    calls = [_call("v1alpha2", "RuntimeService/Status", pb.StatusRequest(verbose=True), answer)]
    host = recorded(tmp_path, calls=calls)
    assert cri.status(host, SOCKET, "v1alpha2") == answer
    with pytest.raises(RpcError) as caught:
        cri.status(host, SOCKET, "v1")
    assert caught.value.code == "NOT_RECORDED"


def test_the_driver_is_asked_for_of_one_api(tmp_path: Path) -> None:
    answer = pb.RuntimeConfigResponse()
    request = pb.RuntimeConfigRequest()
    host = recorded(tmp_path, calls=[_call("v1", "RuntimeService/RuntimeConfig", request, answer)])
    assert cri.runtime_config(host, SOCKET, "v1") == answer


def test_lists_come_by_age_and_name_whatever_their_order_was(tmp_path: Path) -> None:
    ages = [(b"c", 2), (b"b", 1), (b"a", 2)]
    pods, containers, images = (
        pb.ListPodSandboxResponse(),
        pb.ListContainersResponse(),
        pb.ListImagesResponse(),
    )
    for name, created in ages:
        pods.items.add(id=name, created_at=created)
        containers.containers.add(id=name, created_at=created)
        images.images.add(id=name)
    request = pb.ListRequest()
    calls = [
        _call("v1", "RuntimeService/ListPodSandbox", request, pods),
        _call("v1", "RuntimeService/ListContainers", request, containers),
        _call("v1", "ImageService/ListImages", request, images),
    ]
    host = recorded(tmp_path, calls=calls)
    assert [pod.id for pod in cri.pod_sandboxes(host, SOCKET)] == [b"b", b"a", b"c"]
    assert [one.id for one in cri.containers(host, SOCKET)] == [b"b", b"a", b"c"]
    assert [image.id for image in cri.images(host, SOCKET)] == [b"a", b"b", b"c"]
