"""What dockershim (or cri-dockerd) runs through Docker: pods, containers, images."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from unshim import redact
from unshim.escape import visible
from unshim.host import Host, RpcError
from unshim.model.pods import Container, Pod, PodOrigin, Pods
from unshim.model.values import Missing, Why

SOCKET = "/var/run/docker.sock"
# {"label":["io.kubernetes.docker.type"]}
_CONTAINERS = (
    "/containers/json?all=1&filters=%7B%22label%22%3A%5B%22io.kubernetes.docker.type%22%5D%7D"
)
_IMAGES = "/images/json"
_TYPE = "io.kubernetes.docker.type"


def read(host: Host, active: bool | Missing) -> tuple[Pods | Missing, tuple[str, ...] | Missing]:
    """The kubelet's pods and the names of all images; Missing unless docker.service is active."""
    if isinstance(active, Missing):
        return active, active
    if not active:
        stopped = Missing("Docker does not run, and asking it could start it", Why.NOT_RUNNING)
        return stopped, stopped
    containers = _asked(host, _CONTAINERS)
    if isinstance(containers, Missing) and containers.why is Why.TIMEOUT:
        return containers, containers
    images = _asked(host, _IMAGES)
    return (
        containers if isinstance(containers, Missing) else _pods(containers),
        images if isinstance(images, Missing) else _names(images),
    )


def _asked(host: Host, path: str) -> list[dict[str, Any]] | Missing:
    try:
        answer = json.loads(host.http(SOCKET, path))
    except RpcError as error:
        why = {
            "DEADLINE_EXCEEDED": Why.TIMEOUT,
            "NOT_RECORDED": Why.NOT_RECORDED,
            "PERMISSION_DENIED": Why.NOT_PERMITTED,
        }.get(error.code, Why.UNREADABLE)
        return Missing(f"Docker did not answer: {visible(error.details)[:200]}", why)
    except (ValueError, RecursionError):
        return Missing("Docker's answer is not readable as JSON")
    if not isinstance(answer, list):
        return Missing("Docker's answer is not a list")
    return [entry for entry in answer if isinstance(entry, dict)]


def _pods(answer: list[dict[str, Any]]) -> Pods:
    pods, containers = [], []
    for entry in answer:
        labels = entry.get("Labels")
        labels = labels if isinstance(labels, dict) else {}
        if labels.get(_TYPE) == "podsandbox":
            pods.append(_pod(entry, labels))
        elif labels.get(_TYPE) == "container":
            containers.append(_container(entry, labels))
    return Pods(tuple(pods), tuple(containers))


def _pod(entry: dict[str, Any], labels: dict[str, Any]) -> Pod:
    return Pod(
        id=_text(entry, "Id"),
        name=_text(labels, "io.kubernetes.pod.name"),
        namespace=_text(labels, "io.kubernetes.pod.namespace"),
        uid=_text(labels, "io.kubernetes.pod.uid"),
        ready=_text(entry, "State") == "running",
        origin=_origin(labels),
    )


def _origin(labels: dict[str, Any]) -> PodOrigin:
    """dockershim keeps a pod's annotations as labels with `annotation.` before their names
    (kubernetes pkg/kubelet/dockershim/helpers.go); DaemonSet pods carry both labels below."""
    source = labels.get("annotation.kubernetes.io/config.source")
    if source in ("file", "http") or "annotation.kubernetes.io/config.mirror" in labels:
        return PodOrigin.STATIC
    if "controller-revision-hash" in labels and "pod-template-generation" in labels:
        return PodOrigin.DAEMONSET
    return PodOrigin.OTHER


def _container(entry: dict[str, Any], labels: dict[str, Any]) -> Container:
    created = entry.get("Created")
    return Container(
        id=_text(entry, "Id"),
        pod_id=_text(labels, "io.kubernetes.sandbox.id"),
        name=_text(labels, "io.kubernetes.container.name"),
        image=redact.text(_text(entry, "Image")),
        state=_text(entry, "State"),
        created=float(created) if isinstance(created, int) and abs(created) < 1 << 53 else 0.0,
    )


def _names(answer: list[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(sorted({redact.text(name) for entry in answer for name in _tags(entry)}))


def _tags(entry: dict[str, Any]) -> Iterator[str]:
    tags = entry.get("RepoTags")
    for tag in tags if isinstance(tags, list) else ():
        if isinstance(tag, str) and tag != "<none>:<none>":
            yield visible(tag)


def _text(of: dict[str, Any], key: str) -> str:
    value = of.get(key)
    return visible(value) if isinstance(value, str) else ""


_KEPT_FIELDS = ("Id", "Image", "Created", "State", "RepoTags")
_KEPT_LABELS = (
    _TYPE,
    "io.kubernetes.pod.name",
    "io.kubernetes.pod.namespace",
    "io.kubernetes.pod.uid",
    "io.kubernetes.sandbox.id",
    "io.kubernetes.container.name",
    "annotation.kubernetes.io/config.source",
    "annotation.kubernetes.io/config.mirror",
    "controller-revision-hash",
    "pod-template-generation",
)


def scrub(answer: bytes) -> bytes:
    """An answer as it may be recorded: only what is read here; labels and commands hold secrets."""
    try:
        entries = json.loads(answer)
    except (ValueError, RecursionError):
        return redact.data(answer)
    if not isinstance(entries, list):
        return b"[]"
    return json.dumps([_kept(e) for e in entries if isinstance(e, dict)], indent=1).encode()


def _kept(entry: dict[str, Any]) -> dict[str, Any]:
    kept = {key: entry[key] for key in _KEPT_FIELDS if key in entry}
    labels = entry.get("Labels")
    if isinstance(labels, dict):
        kept["Labels"] = {key: labels[key] for key in _KEPT_LABELS if key in labels}
    return _redacted(kept)


def _redacted(kept: dict[str, Any]) -> dict[str, Any]:
    if isinstance(kept.get("Image"), str):
        kept["Image"] = redact.text(kept["Image"])
    if isinstance(kept.get("RepoTags"), list):
        kept["RepoTags"] = [redact.text(t) for t in kept["RepoTags"] if isinstance(t, str)]
    return kept
