"""What of a daemon's answer may be kept: the fields we know, with secrets removed.

A recorded node goes through here, so that no record holds a password, a registry token or a
container's environment.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from google.protobuf.message import Message

REMOVED = "(removed)"
_SECRET_KEYS = frozenset(
    {
        "auth",
        "auths",
        "headers",
        "identitytoken",
        "identity_token",
        "password",
        "registrytoken",
        "registry_token",
        "token",
        "username",
    }
)
_KEPT_ANNOTATIONS = (b"kubernetes.io/config.source",)
_KEPT_INFO = (b"config", b"cniconfig", b"lastCNILoadStatus", b"lastCNILoadStatus.default")


def scrub(method: str, answer: bytes) -> bytes:
    """One answer (or one part of a stream) to `method`, re-encoded with only what may be kept.

    Empty for a method unshim never asks, and for bytes that are not the answer's message.
    """
    from unshim.host.host import RpcError
    from unshim.rpc.answers import decode_as, wire

    kept = _kept(method.rstrip("*"))
    if kept is None:
        return b""
    kind, clean = kept
    try:
        message = decode_as(kind, answer, method)
    except RpcError:
        return b""
    message.DiscardUnknownFields()
    clean(message)
    return wire(message)


def _kept(method: str) -> tuple[type[Message], Callable[[Any], None]] | None:
    """The answer's type and what cleans it, by the method's last words."""
    from unshim.rpc import containerd_pb2 as ctd
    from unshim.rpc import cri_pb2 as cri

    service = method.rpartition(".")[2]
    if method.startswith("/runtime."):
        return {
            "RuntimeService/Version": (cri.VersionResponse, _nothing),
            "RuntimeService/Status": (cri.StatusResponse, _status),
            "RuntimeService/RuntimeConfig": (cri.RuntimeConfigResponse, _nothing),
            "RuntimeService/ListPodSandbox": (cri.ListPodSandboxResponse, _pods),
            "RuntimeService/ListContainers": (cri.ListContainersResponse, _nothing),
            "ImageService/ListImages": (cri.ListImagesResponse, _nothing),
        }.get(service)
    return {
        "Version/Version": (ctd.VersionResponse, _nothing),
        "Introspection/Plugins": (ctd.PluginsResponse, _nothing),
        "Introspection/Server": (ctd.ServerResponse, _nothing),
        "Namespaces/List": (ctd.NamespacesResponse, _nothing),
        "Containers/ListStream": (ctd.ContainerMessage, _nothing),
        "Tasks/List": (ctd.TasksResponse, _nothing),
        "Tasks/Metrics": (ctd.MetricsResponse, _nothing),
        "Images/List": (ctd.ImagesResponse, _nothing),
        "Content/List": (ctd.ContentsResponse, _nothing),
        "Content/Read": (ctd.ReadResponse, _blob),
        "Snapshots/List": (ctd.SnapshotsResponse, _nothing),
    }.get(service)


def _nothing(message: Any) -> None:
    """Nothing secret can be in the fields we know."""


def _status(message: Any) -> None:
    kept = [(e.key, e.value) for e in message.info if e.key in _KEPT_INFO]
    del message.info[:]
    for key, value in kept:
        try:
            value = json.dumps(without_secrets(json.loads(value))).encode()
        except (ValueError, RecursionError):
            # lastCNILoadStatus is plain text where it failed; a config that is no JSON is dropped.
            value = value if key.startswith(b"lastCNI") else b""
        message.info.add(key=key, value=value)


def _pods(message: Any) -> None:
    """kubectl's last-applied annotation holds whole pods, environment and all."""
    for pod in message.items:
        kept = [(e.key, e.value) for e in pod.annotations if e.key in _KEPT_ANNOTATIONS]
        del pod.annotations[:]
        for key, value in kept:
            pod.annotations.add(key=key, value=value)


def _blob(message: Any) -> None:
    """Manifests stay; of an image's config, whose Env may hold secrets, what unpacking needs."""
    try:
        document = json.loads(message.data)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        message.data = b""
    elif "rootfs" in document:
        names = ("architecture", "os", "variant", "rootfs")
        message.data = json.dumps({n: document[n] for n in names if n in document}).encode()
    elif not {"manifests", "layers"} & document.keys():
        message.data = b""


def without_secrets(value: Any) -> Any:
    """A JSON value with passwords, tokens and registry logins replaced by `(removed)`."""
    if isinstance(value, dict):
        return {
            key: REMOVED if key.lower() in _SECRET_KEYS and inner else without_secrets(inner)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [without_secrets(inner) for inner in value]
    return value
