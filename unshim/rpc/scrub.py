"""What of a daemon's answer may be kept: the fields we know, with secrets removed.

A recorded node goes through here, so that no record holds a password, a registry token or a
container's environment.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from unshim.model.nouns import NamedTuple
from unshim.text import allowed, bounded_json, kept
from unshim.text.patterns import lazy
from unshim.text.secrets import REMOVED

if TYPE_CHECKING:
    from google.protobuf.message import Message

KEPT_ANNOTATIONS = (b"kubernetes.io/config.source",)
KEPT_INFO = (b"config", b"cniconfig", b"lastCNILoadStatus", b"lastCNILoadStatus.default")
KEPT_OF_AN_IMAGE = ("architecture", "os", "variant", "rootfs")
"""Of an image's configuration: what unpacking needs."""


_PLAIN = lazy(r"[ !#-\[\]-~]*")  # what JSON has as it is


class Kept(NamedTuple):
    """What of a method's answers may be kept: the fields of `message`, where `cleaned` names one
    (`items.annotations`) that `clean` looks into; "" where nothing secret can be in them."""

    message: type[Message]
    clean: Callable[[Any], None]
    cleaned: str = ""


def scrub(method: str, answer: bytes) -> bytes:
    """One answer (or one part of a stream) to `method`, re-encoded with only what may be kept.

    Empty for a method unshim never asks, and for bytes that are not the answer's message.
    """
    from unshim.host.host import RpcError
    from unshim.rpc.answers import decode_as, wire

    kept = kept_of(method.rstrip("*"))
    if kept is None:
        return b""
    try:
        message = decode_as(kept.message, answer, method)
    except RpcError:
        return b""
    message.DiscardUnknownFields()
    kept.clean(message)
    return wire(message)


def kept_of(method: str) -> Kept | None:
    """What of the answers to `/package.Service/Method` may be kept; None where nothing may be."""
    from unshim.rpc import containerd_pb2 as ctd
    from unshim.rpc import cri_pb2 as cri

    service = method.rpartition(".")[2]
    if method.startswith("/runtime."):
        return {
            "RuntimeService/Version": Kept(cri.VersionResponse, _nothing),
            "RuntimeService/Status": Kept(cri.StatusResponse, _status, "info"),
            "RuntimeService/RuntimeConfig": Kept(cri.RuntimeConfigResponse, _nothing),
            "RuntimeService/ListPodSandbox": Kept(
                cri.ListPodSandboxResponse, _pods, "items.annotations"
            ),
            "RuntimeService/ListContainers": Kept(cri.ListContainersResponse, _nothing),
            "ImageService/ListImages": Kept(cri.ListImagesResponse, _nothing),
        }.get(service)
    return {
        "Version/Version": Kept(ctd.VersionResponse, _nothing),
        "Introspection/Plugins": Kept(ctd.PluginsResponse, _nothing),
        "Introspection/Server": Kept(ctd.ServerResponse, _nothing),
        "Namespaces/List": Kept(ctd.NamespacesResponse, _nothing),
        "Containers/ListStream": Kept(ctd.ContainerMessage, _nothing),
        "Tasks/List": Kept(ctd.TasksResponse, _nothing),
        "Tasks/Metrics": Kept(ctd.MetricsResponse, _nothing),
        "Images/List": Kept(ctd.ImagesResponse, _nothing),
        "Content/List": Kept(ctd.ContentsResponse, _nothing),
        "Content/Read": Kept(ctd.ReadResponse, _blob, "data"),
        "Snapshots/List": Kept(ctd.SnapshotsResponse, _nothing),
    }.get(service)


def _nothing(message: Any) -> None:
    """Nothing secret can be in the fields we know."""


def _status(message: Any) -> None:
    kept = [(e.key, e.value) for e in message.info if e.key in KEPT_INFO]
    del message.info[:]
    for key, value in kept:
        try:
            value = json.dumps(without_secrets(bounded_json.loads(value))).encode()
        except (ValueError, RecursionError):
            # lastCNILoadStatus is plain text where it failed; a config that is not JSON is dropped.
            value = value if key.startswith(b"lastCNI") else b""
        message.info.add(key=key, value=value)


def _pods(message: Any) -> None:
    """kubectl's last-applied annotation holds whole pods, environment and all."""
    for pod in message.items:
        kept = [(e.key, e.value) for e in pod.annotations if e.key in KEPT_ANNOTATIONS]
        del pod.annotations[:]
        for key, value in kept:
            pod.annotations.add(key=key, value=value)


def _blob(message: Any) -> None:
    """Manifests stay; of an image's config, whose Env may hold secrets, what unpacking needs."""
    try:
        document = bounded_json.loads(message.data)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        message.data = b""
    elif "rootfs" in document:
        kept = {name: document[name] for name in KEPT_OF_AN_IMAGE if name in document}
        message.data = json.dumps(kept).encode()
    elif not {"manifests", "layers"} & document.keys():
        message.data = b""


def without_secrets(value: Any, key: str = "", closed: bool = False) -> Any:
    """A JSON value with only what may be told of the values in it; `key` is the name above it."""
    if isinstance(value, dict):
        return {
            name: without_secrets(inner, name or "\\", closed or kept.is_closed(name))
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [without_secrets(inner, key, closed) for inner in value]
    if value is None or isinstance(value, bool) or not key:
        return value
    if isinstance(value, str):
        if closed:
            return REMOVED if value.strip(" \t") else value
        if allowed.key_kept(key) or allowed.flag_kept(key) or _PLAIN.fullmatch(value):
            return allowed.of_key(key, value)
        return REMOVED
    told = not closed and (allowed.key_kept(key) or allowed.harmless(str(value)))
    return value if told else REMOVED
