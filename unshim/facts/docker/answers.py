"""Docker's answers: asked, scrubbed for records, and dockershim's pods among its containers."""

from __future__ import annotations

import json
from typing import Any

from unshim.facts.images import origin
from unshim.host.host import Host, RpcError
from unshim.model.parts.pods import Container, Pod, PodOrigin, Pods
from unshim.model.values import Missing, Why
from unshim.text import bounded_json, redact
from unshim.text.escape import visible

SOCKET = "/var/run/docker.sock"
CONTAINERS = "/containers/json?all=1"
IMAGES = "/images/json"
INFO = "/info"
_TYPE = "io.kubernetes.docker.type"


def ask_all(host: Host, path: str) -> list[dict[str, Any]] | Missing:
    """The objects that Docker lists at this path."""
    answer = _ask(host, path)
    if isinstance(answer, Missing):
        return answer
    if not isinstance(answer, list):
        return Missing("Docker's answer is not a list")
    return [entry for entry in answer if isinstance(entry, dict)]


def ask_one(host: Host, path: str) -> dict[str, Any] | Missing:
    """The object that Docker has at this path."""
    answer = _ask(host, path)
    if isinstance(answer, (Missing, dict)):
        return answer
    return Missing("Docker's answer is not an object")


def _ask(host: Host, path: str) -> Any:
    try:
        return bounded_json.loads(host.http(SOCKET, path))
    except RpcError as error:
        why = {
            "DEADLINE_EXCEEDED": Why.TIMEOUT,
            "NOT_RECORDED": Why.NOT_RECORDED,
            "PERMISSION_DENIED": Why.NOT_PERMITTED,
        }.get(error.code, Why.UNREADABLE)
        return Missing(f"Docker did not answer: {visible(error.details)[:200]}", why)
    except bounded_json.TooManyValuesError as error:
        return Missing(f"Docker's answer {error}")
    except (ValueError, RecursionError):
        return Missing("Docker's answer is not readable as JSON")


def pods_of(answer: list[dict[str, Any]]) -> Pods:
    """The kubelet's pods among these containers."""
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
        id=text(entry, "Id"),
        name=text(labels, "io.kubernetes.pod.name"),
        namespace=text(labels, "io.kubernetes.pod.namespace"),
        uid=text(labels, "io.kubernetes.pod.uid"),
        ready=text(entry, "State") == "running",
        origin=_origin(labels),
    )


def _origin(labels: dict[str, Any]) -> PodOrigin:
    """dockershim keeps a pod's annotations as labels with `annotation.` before their names
    (kubernetes pkg/kubelet/dockershim/helpers.go), beside the pod's own."""
    if "annotation.kubernetes.io/config.mirror" in labels:
        return PodOrigin.STATIC
    return origin.of(text(labels, "annotation.kubernetes.io/config.source"), labels)


def _container(entry: dict[str, Any], labels: dict[str, Any]) -> Container:
    created = entry.get("Created")
    return Container(
        id=text(entry, "Id"),
        pod_id=text(labels, "io.kubernetes.sandbox.id"),
        name=text(labels, "io.kubernetes.container.name"),
        image=redact.text(text(entry, "Image")),
        state=text(entry, "State"),
        created=float(created) if isinstance(created, int) and abs(created) < 1 << 53 else 0.0,
    )


def text(of: dict[str, Any], key: str) -> str:
    """A string of an answer, made visible; "" where it is none."""
    value = of.get(key)
    return visible(value) if isinstance(value, str) else ""


KEPT_FIELDS = ("Id", "Image", "Created", "State", "RepoTags", "RepoDigests", "Size", "Names")
KEPT_INFO = (
    "ServerVersion",
    "CgroupDriver",
    "CgroupVersion",
    "LoggingDriver",
    "Driver",
    "DockerRootDir",
    "LiveRestoreEnabled",
)
KEPT_LABELS = (
    _TYPE,
    "io.kubernetes.pod.name",
    "io.kubernetes.pod.namespace",
    "io.kubernetes.pod.uid",
    "io.kubernetes.sandbox.id",
    "io.kubernetes.container.name",
    "annotation.kubernetes.io/config.source",
    "annotation.kubernetes.io/config.mirror",
    *origin.KEPT,
)


def scrub(answer: bytes) -> bytes:
    """An answer as it may be recorded: only what is read here; labels and commands hold secrets."""
    try:
        entries = bounded_json.loads(answer)
    except (ValueError, RecursionError):
        return b""
    if isinstance(entries, dict):
        return json.dumps(_kept_one(entries), indent=1).encode()
    if not isinstance(entries, list):
        return b"[]"
    return json.dumps([_keep(e) for e in entries if isinstance(e, dict)], indent=1).encode()


def _kept_one(entry: dict[str, Any]) -> dict[str, Any]:
    """Of `/info` and of one container's own answer."""
    kept = {key: entry[key] for key in KEPT_INFO if key in entry}
    config = entry.get("HostConfig")
    log = config.get("LogConfig") if isinstance(config, dict) else None
    if isinstance(log, dict):
        opts = log.get("Config")
        pairs = opts.items() if isinstance(opts, dict) else ()
        clean = {str(k): redact.value(str(k), str(v)) for k, v in pairs}
        kept["HostConfig"] = {"LogConfig": {"Type": log.get("Type"), "Config": clean}}
    return kept


def _keep(entry: dict[str, Any]) -> dict[str, Any]:
    kept = {key: entry[key] for key in KEPT_FIELDS if key in entry}
    labels = entry.get("Labels")
    if isinstance(labels, dict):
        kept["Labels"] = {key: labels[key] for key in KEPT_LABELS if key in labels}
    return _redact(kept)


def _redact(kept: dict[str, Any]) -> dict[str, Any]:
    if isinstance(kept.get("Image"), str):
        kept["Image"] = redact.text(kept["Image"])
    for key in ("RepoTags", "RepoDigests", "Names"):
        if isinstance(kept.get(key), list):
            kept[key] = [redact.text(t) for t in kept[key] if isinstance(t, str)]
    return kept
