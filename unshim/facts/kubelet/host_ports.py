"""Ports of the node that a pod of a manifest takes."""

from __future__ import annotations

from collections.abc import Iterator

from unshim.text.yaml_values import Marked

_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_ASKED = ("httpGet", "tcpSocket", "grpc")
_LOCAL = ("", "127.0.0.1", "localhost", "::1", "0.0.0.0")


def on_host_network(spec: Marked | None) -> bool:
    """Whether the pod has the node's own network."""
    return _as_dict(None if spec is None else spec.value).get("hostNetwork") is True


def host_ports(spec: Marked | None) -> tuple[int, ...]:
    """Every port of the node that its containers are told to take. On the host's network these are
    all that they declare, and those that their probes ask at: a probe is right only where the
    container listens.

    Source: kubernetes pkg/apis/core/v1/defaults.go (SetDefaults_PodSpec), pkg/kubelet/prober.
    """
    whole = _as_dict(None if spec is None else spec.value)
    shared = on_host_network(spec)
    containers = whole.get("containers")
    found = {
        port
        for container in (containers if isinstance(containers, list) else ())
        for port in _of_container(_as_dict(container), shared)
        if 0 < port < 65536
    }
    return tuple(sorted(found))


def _of_container(container: dict[str, object], shared: bool) -> Iterator[int]:
    ports = container.get("ports")
    for declared in ports if isinstance(ports, list) else ():
        yield _number(_as_dict(declared).get("hostPort"))
        if shared:
            yield _number(_as_dict(declared).get("containerPort"))
    for probe in _PROBES if shared else ():
        for way in _ASKED:
            asked = _as_dict(_as_dict(container.get(probe)).get(way))
            if str(asked.get("host") or "") in _LOCAL:
                yield _number(asked.get("port"))


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _as_dict(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}
