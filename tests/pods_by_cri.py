"""Makes pods through a real CRI service: a few requests, encoded by hand.

unshim itself never makes a pod, so its own messages do not hold these.
"""

from __future__ import annotations

from collections.abc import Mapping

from unshim.host import grpc_socket as transport


def field(number: int, value: bytes | str | int) -> bytes:
    """One protobuf field: bytes and text length-delimited, numbers as varints."""
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    data = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _varint(value: int) -> bytes:
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def _map(number: int, entries: Mapping[str, str]) -> bytes:
    return b"".join(field(number, field(1, k) + field(2, v)) for k, v in entries.items())


def _first(data: bytes) -> bytes:
    """The first field of an answer, which here is always an id shorter than 128 bytes."""
    return data[2 : 2 + data[1]]


def run_pod(
    socket: str,
    api: str,
    name: str,
    cgroup: str,
    image: str,
    labels: Mapping[str, str] | None = None,
    annotations: Mapping[str, str] | None = None,
) -> tuple[str, str]:
    """A pod on the host's network with one container `main`; the ids of both."""
    service = f"/runtime.{api}.RuntimeService"
    metadata = field(1, name) + field(2, f"uid-of-{name}") + field(3, "kube-system") + field(4, 0)
    named = {"io.kubernetes.pod.name": name, "io.kubernetes.pod.namespace": "kube-system"}
    on_host = field(1, 2)
    config = (
        field(1, metadata)
        + field(3, f"{socket.rpartition('/')[0]}/pods/{name}")
        + _map(6, {**named, **(labels or {})})
        + _map(7, annotations or {})
        + field(8, field(1, cgroup) + field(2, field(1, on_host)))
    )
    answer = transport.call(socket, f"{service}/RunPodSandbox", field(1, config), timeout=30)
    pod = _first(answer[0])
    inner = (
        field(1, field(1, "main"))
        + field(2, field(1, image))
        + _map(9, {**named, "io.kubernetes.container.name": "main"})
        + field(11, "main.log")
        + field(15, field(2, field(3, on_host)))
    )
    request = field(1, pod) + field(2, inner) + field(3, config)
    answer = transport.call(socket, f"{service}/CreateContainer", request, timeout=30)
    container = _first(answer[0])
    transport.call(socket, f"{service}/StartContainer", field(1, container), timeout=30)
    return pod.decode(), container.decode()
