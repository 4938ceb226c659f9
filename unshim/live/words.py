"""Containers' records and containerd's events, as words for the live panes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from unshim.host.host import RpcError
from unshim.model.live import Event
from unshim.rpc.answers import decode_as, visible_text
from unshim.rpc.containerd import labels_of

if TYPE_CHECKING:
    from unshim.rpc import containerd_pb2 as pb

SHORT_ID = 12
_POD = b"io.kubernetes.pod.name"
_POD_NAMESPACE = b"io.kubernetes.pod.namespace"
_CONTAINER = b"io.kubernetes.container.name"
_KIND = b"io.cri-containerd.kind"
_NAMES = (_CONTAINER, b"nerdctl/name", b"com.docker.compose.service")

_TASK_TOPICS = frozenset(
    f"/tasks/{verb}" for verb in ("create", "start", "exit", "delete", "paused", "resumed", "oom")
)


@dataclass(frozen=True, slots=True)
class Meta:
    """What a container's record says of it. `pod` is "namespace/name", "" for no pod's."""

    image: str = ""
    pod: str = ""
    container: str = ""
    sandbox: bool = False


def meta_of(record: pb.Container) -> Meta:
    """Names are in labels; Docker's containers (namespace moby) have none, and show a short id."""
    labels = labels_of(record.labels)
    pod = labels.get(_POD, b"")
    name = next((labels[key] for key in _NAMES if labels.get(key)), b"")
    sandbox = labels.get(_KIND) == b"sandbox"
    return Meta(
        image=visible_text(record.image),
        pod=f"{visible_text(labels.get(_POD_NAMESPACE, b''))}/{visible_text(pod)}" if pod else "",
        container=visible_text(name) or ("" if sandbox else visible_text(record.id)[:SHORT_ID]),
        sandbox=sandbox,
    )


def event_of(envelope: pb.Envelope, known: Callable[[str], Meta | None]) -> tuple[Event, str]:
    """An event in words, and the id of the container whose task it changed, else ""."""
    from unshim.rpc import containerd_pb2 as pb

    topic = visible_text(envelope.topic)
    stamp = envelope.timestamp
    try:
        subject = visible_text(decode_as(pb.EventBody, envelope.event.value, topic).subject)
        text, container = subject, ""
        if topic.startswith(("/tasks/", "/containers/")):
            text = _name_container(subject, known(subject))
        if topic in _TASK_TOPICS:
            container = subject
        if topic == "/tasks/exit":
            ended = decode_as(pb.TaskExit, envelope.event.value, topic)
            # Another id than the container's: what ended is an exec, a probe's for instance.
            exec_ended = ended.id not in (b"", ended.container_id)
            container = "" if exec_ended else subject
            what = "an exec ended" if exec_ended else "ended"
            text = f"{text}: {what} with {ended.exit_status}"
    except RpcError:
        text, container = "", ""
    at = stamp.seconds + stamp.nanos / 1e9
    return Event(at, visible_text(envelope.namespace), topic, text), container


def _name_container(container: str, meta: Meta | None) -> str:
    short = container[:SHORT_ID]
    if meta is None or not meta.pod:
        name = meta.container if meta else ""
        return f"{name} ({short})" if name and name != short else container
    return f"{meta.pod} {'pause' if meta.sandbox else meta.container} ({short})"
