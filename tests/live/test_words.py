"""Records and events as words: whose container it is, and what became of it."""

from __future__ import annotations

import pytest

from unshim.live.words import SHORT_ID, Meta, event_of, meta_of
from unshim.rpc import containerd_pb2 as pb

ID = "0123456789abcdef0123"
SHORT = ID[:SHORT_ID]
POD = {"io.kubernetes.pod.name": "web-1", "io.kubernetes.pod.namespace": "shop"}


def _record(**labels: str) -> pb.Container:
    record = pb.Container(id=ID.encode(), image=b"web:1")
    for key, value in labels.items():
        record.labels.add(key=key.encode(), value=value.encode())
    return record


@pytest.mark.parametrize(
    ("labels", "meta"),
    [
        pytest.param({}, Meta("web:1", "", SHORT), id="nobody named it"),
        pytest.param(
            {**POD, "io.kubernetes.container.name": "app"},
            Meta("web:1", "shop/web-1", "app"),
            id="a container of a pod",
        ),
        pytest.param(
            {**POD, "io.cri-containerd.kind": "sandbox"},
            Meta("web:1", "shop/web-1", "", True),
            id="the pause of a pod",
        ),
        pytest.param({"nerdctl/name": "db"}, Meta("web:1", "", "db"), id="nerdctl's"),
        pytest.param({"com.docker.compose.service": "q"}, Meta("web:1", "", "q"), id="compose's"),
        pytest.param(
            {"nerdctl/name": "", "com.docker.compose.service": "q"},
            Meta("web:1", "", "q"),
            id="an empty name is none",
        ),
        pytest.param(
            {"io.kubernetes.container.name": "app", "nerdctl/name": "db"},
            Meta("web:1", "", "app"),
            id="the kubelet's name comes first",
        ),
    ],
)
def test_whose_container_it_is(labels: dict[str, str], meta: Meta) -> None:
    assert meta_of(_record(**labels)) == meta


def _told(topic: str, body: bytes, meta: Meta | None = None) -> tuple[str, str]:
    """What an event says, and the container whose task it changed."""
    envelope = pb.Envelope(namespace=b"k8s.io", topic=topic.encode())
    envelope.timestamp.seconds, envelope.timestamp.nanos = 7, 500_000_000
    envelope.event.value = body
    event, container = event_of(envelope, lambda _id: meta)
    assert (event.at, event.namespace, event.topic) == (7.5, "k8s.io", topic)
    return event.subject, container


BODY = pb.EventBody(subject=ID.encode()).SerializeToString()


@pytest.mark.parametrize(
    ("meta", "words"),
    [
        pytest.param(None, ID, id="a container without a record"),
        pytest.param(Meta("", "", "db"), f"db ({SHORT})", id="a name"),
        pytest.param(Meta("", "", SHORT), ID, id="no name but its id"),
        pytest.param(Meta("", "shop/web", "app"), f"shop/web app ({SHORT})", id="of a pod"),
        pytest.param(Meta("", "shop/web", "", True), f"shop/web pause ({SHORT})", id="its pause"),
    ],
)
def test_a_task_that_starts_is_named(meta: Meta | None, words: str) -> None:
    assert _told("/tasks/start", BODY, meta) == (words, ID)


@pytest.mark.parametrize(
    ("topic", "changed"),
    [
        ("/tasks/create", ID),
        ("/tasks/oom", ID),
        ("/tasks/paused", ID),
        ("/tasks/exec-started", ""),
        ("/containers/create", ""),
        ("/images/update", ""),
    ],
)
def test_which_events_change_a_task(topic: str, changed: str) -> None:
    assert _told(topic, BODY)[1] == changed


def test_an_image_is_not_looked_up_as_a_container() -> None:
    assert _told("/images/create", BODY, Meta("", "shop/web", "app")) == (ID, "")


@pytest.mark.parametrize(
    ("exec_id", "words", "changed"),
    [
        (ID, f"{ID}: ended with 137", ID),
        ("", f"{ID}: ended with 137", ID),
        ("probe", f"{ID}: an exec ended with 137", ""),
    ],
    ids=["the task", "an old daemon's task", "an exec of it"],
)
def test_an_end_has_its_status(exec_id: str, words: str, changed: str) -> None:
    body = pb.TaskExit(container_id=ID.encode(), id=exec_id.encode(), exit_status=137)
    assert _told("/tasks/exit", body.SerializeToString()) == (words, changed)


def test_an_event_that_cannot_be_read_still_has_its_topic() -> None:
    assert _told("/tasks/start", b"\xff\xff\xff") == ("", "")
