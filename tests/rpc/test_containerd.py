"""containerd's own services: what is asked in which namespace, and lists in one order."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.trees import recorded
from unshim.host.host import Host, RpcError
from unshim.rpc import containerd as ctd
from unshim.rpc import containerd_pb2 as pb
from unshim.rpc.answers import wire

SOCKET = "/run/containerd/containerd.sock"
SPACE = "k8s.io"


def _host(folder: Path, method: str, request: Any, *answers: Any, space: str = "") -> Host:
    call = {
        "socket": SOCKET,
        "method": method,
        "namespace": space,
        "request": base64.b64encode(wire(request)).decode(),
        "answers": [base64.b64encode(answer.SerializeToString()).decode() for answer in answers],
    }
    return recorded(folder, calls=[call])


def test_the_version_is_as_the_daemon_writes_it(tmp_path: Path) -> None:
    host = _host(tmp_path, ctd.VERSION, pb.Empty(), pb.VersionResponse(version=b"1.6.20~ds1"))
    assert ctd.version(host, SOCKET) == b"1.6.20~ds1"


def test_plugins_come_by_type_and_name(tmp_path: Path) -> None:
    answer = pb.PluginsResponse()
    for kind, name in ((b"b", b"x"), (b"a", b"z"), (b"a", b"y")):
        answer.plugins.add(type=kind, id=name)
    found = ctd.plugins(_host(tmp_path, ctd.PLUGINS, pb.PluginsRequest(), answer), SOCKET)
    assert [(p.type, p.id) for p in found] == [(b"a", b"y"), (b"a", b"z"), (b"b", b"x")]


def test_deprecations_come_by_name(tmp_path: Path) -> None:
    answer = pb.ServerResponse()
    for name in (b"b", b"a"):
        answer.deprecations.add(id=name)
    found = ctd.deprecations(_host(tmp_path, ctd.SERVER, pb.Empty(), answer), SOCKET)
    assert [one.id for one in found] == [b"a", b"b"]


def test_namespaces_are_sorted_text_that_survives_any_bytes(tmp_path: Path) -> None:
    answer = pb.NamespacesResponse()
    for name in (b"moby", b"\xff", b"k8s.io"):
        answer.namespaces.add(name=name)
    host = _host(tmp_path, ctd.NAMESPACES, pb.Empty(), answer)
    assert ctd.namespaces(host, SOCKET) == (r"\xff", "k8s.io", "moby")


def test_containers_come_out_of_a_stream_by_name(tmp_path: Path) -> None:
    answers = [pb.ContainerMessage(container=pb.Container(id=name)) for name in (b"b", b"a")]
    request = pb.ContainersRequest(filters=[b"labels.x==y"])
    host = _host(tmp_path, f"{ctd.CONTAINERS}*", request, *answers, space=SPACE)
    found = ctd.containers(host, SOCKET, SPACE, ["labels.x==y"])
    assert [one.id for one in found] == [b"a", b"b"]


def test_another_filter_is_another_question(tmp_path: Path) -> None:
    request = pb.ContainersRequest(filters=[b"labels.x==y"])
    host = _host(tmp_path, f"{ctd.CONTAINERS}*", request, space=SPACE)
    with pytest.raises(RpcError, match="NOT_RECORDED"):
        ctd.containers(host, SOCKET, SPACE)


def test_tasks_and_images_come_by_name(tmp_path: Path) -> None:
    tasks, images = pb.TasksResponse(), pb.ImagesResponse()
    for name in (b"b", b"a"):
        tasks.tasks.add(id=name)
        images.images.add(name=name)
    host = _host(tmp_path / "t", ctd.TASKS, pb.TasksRequest(), tasks, space=SPACE)
    assert [task.id for task in ctd.tasks(host, SOCKET, SPACE)] == [b"a", b"b"]
    host = _host(tmp_path / "i", ctd.IMAGES, pb.ImagesRequest(), images, space=SPACE)
    assert [image.name for image in ctd.images(host, SOCKET, SPACE)] == [b"a", b"b"]


def test_metrics_are_asked_for_of_single_tasks(tmp_path: Path) -> None:
    answer = pb.MetricsResponse()
    answer.metrics.add(id=b"one")
    request = pb.MetricsRequest(filters=[b"id==one", b"id==two"])
    host = _host(tmp_path, ctd.METRICS, request, answer, space=SPACE)
    assert [metric.id for metric in ctd.metrics(host, SOCKET, SPACE, ["one", "two"])] == [b"one"]


def test_blobs_of_all_parts_come_by_their_digest(tmp_path: Path) -> None:
    parts = []
    for digests in ((b"sha256:b", b"sha256:a"), (b"sha256:c",)):
        part = pb.ContentsResponse()
        for digest in digests:
            part.info.add(digest=digest, size=3)
        parts.append(part)
    host = _host(tmp_path, f"{ctd.CONTENTS}*", pb.ContentsRequest(), *parts, space=SPACE)
    found = ctd.blobs(host, SOCKET, SPACE)
    assert set(found) == {b"sha256:a", b"sha256:b", b"sha256:c"}
    assert {info.size for info in found.values()} == {3}


def test_the_parts_of_a_blob_are_put_together_in_order(tmp_path: Path) -> None:
    parts = [pb.ReadResponse(data=data) for data in (b'{"a"', b": 1", b"}")]
    request = pb.ReadRequest(digest=b"sha256:a")
    host = _host(tmp_path, f"{ctd.READ}*", request, *parts, space=SPACE)
    assert ctd.read_blob(host, SOCKET, SPACE, b"sha256:a") == b'{"a": 1}'


def test_snapshots_of_all_parts_by_their_names(tmp_path: Path) -> None:
    parts = []
    for name in (b"one", b"two", b"one"):
        parts.append(pb.SnapshotsResponse())
        parts[-1].info.add(name=name)
    request = pb.SnapshotsRequest(snapshotter=b"overlayfs")
    host = _host(tmp_path, f"{ctd.SNAPSHOTS}*", request, *parts, space=SPACE)
    assert ctd.snapshot_names(host, SOCKET, SPACE, "overlayfs") == {b"one", b"two"}


IN_A_NAMESPACE: dict[str, Callable[[Host, str], object]] = {
    "containers": lambda host, space: ctd.containers(host, SOCKET, space),
    "tasks": lambda host, space: ctd.tasks(host, SOCKET, space),
    "metrics": lambda host, space: ctd.metrics(host, SOCKET, space, []),
    "images": lambda host, space: ctd.images(host, SOCKET, space),
    "blobs": lambda host, space: ctd.blobs(host, SOCKET, space),
    "a blob": lambda host, space: ctd.read_blob(host, SOCKET, space, b""),
    "snapshots": lambda host, space: ctd.snapshot_names(host, SOCKET, space, ""),
}
METHODS = {
    "containers": f"{ctd.CONTAINERS}*",
    "tasks": ctd.TASKS,
    "metrics": ctd.METRICS,
    "images": ctd.IMAGES,
    "blobs": f"{ctd.CONTENTS}*",
    "a blob": f"{ctd.READ}*",
    "snapshots": f"{ctd.SNAPSHOTS}*",
}


@pytest.mark.parametrize("what", IN_A_NAMESPACE)
def test_what_is_asked_of_one_namespace_is_not_answered_by_another(
    tmp_path: Path, what: str
) -> None:
    """An empty message of any kind is no bytes, and so is each of these requests."""
    host = _host(tmp_path, METHODS[what], pb.Empty(), pb.Empty(), space=SPACE)
    assert not isinstance(IN_A_NAMESPACE[what](host, SPACE), RpcError)
    with pytest.raises(RpcError, match="NOT_RECORDED"):
        IN_A_NAMESPACE[what](host, "default")


def test_labels_are_a_mapping_of_bytes() -> None:
    entries = [pb.Entry(key=b"a", value=b"1"), pb.Entry(key=b"b", value=b"\xff")]
    assert ctd.labels_of(entries) == {b"a": b"1", b"b": b"\xff"}
