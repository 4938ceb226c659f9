"""Pods as nouns: those that run, and those that files describe. Data only."""

from __future__ import annotations

from unshim.model.nouns import NamedTuple
from unshim.model.values import Source, StrEnum


class PodOrigin(StrEnum):
    """Who made a pod. `other` shows no controller: it was made by hand, or by one that leaves no
    label on its pods."""

    STATIC = "static"
    DAEMONSET = "daemonset"
    CONTROLLED = "controlled"
    OTHER = "other"

    @property
    def drained(self) -> bool:
        """Whether a drain takes such pods away."""
        return self in (PodOrigin.CONTROLLED, PodOrigin.OTHER)


class Pod(NamedTuple):
    """A pod sandbox, from CRI or, under Docker, from its pause container."""

    id: str
    name: str
    namespace: str
    uid: str
    ready: bool
    origin: PodOrigin


class Container(NamedTuple):
    """A container of a pod. `created` is seconds since the epoch."""

    id: str
    pod_id: str
    name: str
    image: str
    state: str
    created: float


class Pods(NamedTuple):
    """The pods and containers that one runtime has."""

    pods: tuple[Pod, ...]
    containers: tuple[Container, ...]


class PodImage(NamedTuple):
    """An image that a static pod names. `name` is as written, `source` the manifest's line."""

    name: str
    pull_policy: str
    source: Source


class StaticPod(NamedTuple):
    """`host_network` is whether it has the node's own network, `host_ports` are the ports of the
    node that it is told to take. `restart_policy` is as written, "" where nothing is, which means
    Always."""

    path: str
    name: str
    namespace: str
    images: tuple[PodImage, ...]
    host_network: bool = False
    host_ports: tuple[int, ...] = ()
    restart_policy: str = ""
