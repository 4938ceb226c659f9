"""containerd's own services, asked through a host's door. Every call has a deadline (seconds).

Each function raises RpcError where there is no answer. Lists come in no stable order (they are Go
maps inside containerd), so they are sorted here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from unshim.host.host import Host
from unshim.rpc.answers import ask, ask_stream

if TYPE_CHECKING:
    from unshim.rpc import containerd_pb2 as pb

SERVICES = "/containerd.services."
VERSION = f"{SERVICES}version.v1.Version/Version"
PLUGINS = f"{SERVICES}introspection.v1.Introspection/Plugins"
SERVER = f"{SERVICES}introspection.v1.Introspection/Server"
NAMESPACES = f"{SERVICES}namespaces.v1.Namespaces/List"
CONTAINERS = f"{SERVICES}containers.v1.Containers/ListStream"
TASKS = f"{SERVICES}tasks.v1.Tasks/List"
TASK = f"{SERVICES}tasks.v1.Tasks/Get"
METRICS = f"{SERVICES}tasks.v1.Tasks/Metrics"
IMAGES = f"{SERVICES}images.v1.Images/List"
CONTENTS = f"{SERVICES}content.v1.Content/List"
READ = f"{SERVICES}content.v1.Content/Read"
SNAPSHOTS = f"{SERVICES}snapshots.v1.Snapshots/List"
SUBSCRIBE = f"{SERVICES}events.v1.Events/Subscribe"

TASK_STATUS = ("unknown", "created", "running", "stopped", "paused", "pausing")
"""Words for the numbers of containerd.v1.types.Status."""


def version(host: Host, socket: str, timeout: float = 2.0) -> bytes:
    """The release that runs, as it names itself: `1.6.20~ds1`, `v2.1.9`, `2.1.9+unknown`."""
    from unshim.rpc import containerd_pb2 as pb

    return ask(host, socket, VERSION, pb.Empty(), pb.VersionResponse, timeout=timeout).version


def plugins(host: Host, socket: str, timeout: float = 2.0) -> list[pb.Plugin]:
    from unshim.rpc import containerd_pb2 as pb

    answer = ask(host, socket, PLUGINS, pb.PluginsRequest(), pb.PluginsResponse, timeout=timeout)
    return sorted(answer.plugins, key=lambda p: (p.type, p.id))


def deprecations(host: Host, socket: str, timeout: float = 2.0) -> list[pb.Deprecation]:
    """What the daemon has seen used that is to go, since it started (1.6.25, 1.7.9 and 2.0).

    The first call to this method in a daemon's life makes it write a file, `uuid`: ask only where
    that has happened.
    """
    from unshim.rpc import containerd_pb2 as pb

    answer = ask(host, socket, SERVER, pb.Empty(), pb.ServerResponse, timeout=timeout)
    return sorted(answer.deprecations, key=lambda d: d.id)


def namespaces(host: Host, socket: str, timeout: float = 2.0) -> tuple[str, ...]:
    """Names of the namespaces; containerd holds them to `[A-Za-z0-9]+([._-][A-Za-z0-9]+)*`."""
    from unshim.rpc import containerd_pb2 as pb

    answer = ask(host, socket, NAMESPACES, pb.Empty(), pb.NamespacesResponse, timeout=timeout)
    return tuple(sorted(n.name.decode("ascii", "backslashreplace") for n in answer.namespaces))


def containers(
    host: Host, socket: str, namespace: str, filters: Sequence[str] = (), timeout: float = 2.0
) -> list[pb.Container]:
    """The containers' records, a read of the database: no shim is asked.

    A stream, because a unary list passes containerd's 16 MiB at about 3,500 pods' containers.
    """
    from unshim.rpc import containerd_pb2 as pb

    request = pb.ContainersRequest(filters=[f.encode() for f in filters])
    stream = ask_stream(
        host, socket, CONTAINERS, request, pb.ContainerMessage, namespace, timeout=timeout
    )
    return sorted((m.container for m in stream), key=lambda c: c.id)


def tasks(host: Host, socket: str, namespace: str, timeout: float = 2.0) -> list[pb.Process]:
    """The tasks of one namespace. Asks every shim; one that hangs is `unknown` after 2 s."""
    from unshim.rpc import containerd_pb2 as pb

    answer = ask(host, socket, TASKS, pb.TasksRequest(), pb.TasksResponse, namespace, timeout)
    return sorted(answer.tasks, key=lambda t: t.id)


def metrics(
    host: Host, socket: str, namespace: str, ids: Sequence[str], timeout: float = 2.0
) -> list[pb.Metric]:
    """Metrics of these tasks; asks their shims one after the other, with no deadline of its own."""
    from unshim.rpc import containerd_pb2 as pb

    request = pb.MetricsRequest(filters=[f"id=={i}".encode() for i in ids])
    answer = ask(host, socket, METRICS, request, pb.MetricsResponse, namespace, timeout)
    return list(answer.metrics)


def images(host: Host, socket: str, namespace: str, timeout: float = 2.0) -> list[pb.Image]:
    from unshim.rpc import containerd_pb2 as pb

    answer = ask(host, socket, IMAGES, pb.ImagesRequest(), pb.ImagesResponse, namespace, timeout)
    return sorted(answer.images, key=lambda i: i.name)


def blobs(host: Host, socket: str, namespace: str, timeout: float = 2.0) -> dict[bytes, pb.Info]:
    """Every blob of the namespace's content store by its digest."""
    from unshim.rpc import containerd_pb2 as pb

    request = pb.ContentsRequest()
    parts = ask_stream(host, socket, CONTENTS, request, pb.ContentsResponse, namespace, timeout)
    return {info.digest: info for part in parts for info in part.info}


def read_blob(
    host: Host, socket: str, namespace: str, digest: bytes, timeout: float = 2.0
) -> bytes:
    """A blob's bytes. Only for manifests and configs, which are small."""
    from unshim.rpc import containerd_pb2 as pb

    request = pb.ReadRequest(digest=digest)
    parts = ask_stream(host, socket, READ, request, pb.ReadResponse, namespace, timeout)
    return b"".join(part.data for part in parts)


def snapshot_names(
    host: Host, socket: str, namespace: str, snapshotter: str, timeout: float = 2.0
) -> frozenset[bytes]:
    """Names of all snapshots of a snapshotter in a namespace; committed ones are chain ids."""
    from unshim.rpc import containerd_pb2 as pb

    request = pb.SnapshotsRequest(snapshotter=snapshotter.encode())
    parts = ask_stream(host, socket, SNAPSHOTS, request, pb.SnapshotsResponse, namespace, timeout)
    return frozenset(info.name for part in parts for info in part.info)


def labels_of(entries: Sequence[pb.Entry]) -> Mapping[bytes, bytes]:
    return {entry.key: entry.value for entry in entries}
