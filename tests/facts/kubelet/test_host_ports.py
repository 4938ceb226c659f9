"""Ports of the node that a manifest asks for."""

from __future__ import annotations

import pytest

from unshim.facts.kubelet.host_ports import host_ports, on_host_network
from unshim.model.machine import ParseError
from unshim.text import yaml_marks
from unshim.text.yaml_values import Marked


def _spec(text: str) -> Marked:
    documents = yaml_marks.parse("/m.yaml", text.encode())
    assert not isinstance(documents, ParseError)
    return documents[0]


ETCD = """
hostNetwork: true
containers:
- name: etcd
  livenessProbe:
    httpGet: {host: 127.0.0.1, path: /health, port: 2381}
  startupProbe:
    tcpSocket: {port: 2379}
- name: side
  ports: [{containerPort: 9100}, {containerPort: 53, protocol: UDP}]
  readinessProbe:
    httpGet: {host: elsewhere.example.org, port: 443}
  livenessProbe:
    exec: {command: [x]}
"""


@pytest.mark.parametrize(
    ("spec", "ports"),
    [
        pytest.param(ETCD, (53, 2379, 2381, 9100), id="all on the host's network"),
        pytest.param(
            ETCD.replace("hostNetwork: true", "hostNetwork: false"), (), id="none on its own"
        ),
        pytest.param(
            "containers: [{ports: [{containerPort: 80, hostPort: 8080}, {containerPort: 81}]}]",
            (8080,),
            id="a host port",
        ),
        pytest.param("hostNetwork: true\ncontainers: [{name: a}]", (), id="it says none"),
        pytest.param(
            "hostNetwork: true\ncontainers: [{livenessProbe: {httpGet: {port: web}}}]",
            (),
            id="a port by its name",
        ),
    ],
)
def test_the_ports_of_a_pod(spec: str, ports: tuple[int, ...]) -> None:
    assert host_ports(_spec(spec)) == ports


@pytest.mark.parametrize(
    "spec",
    [
        "[]",
        "containers: 7",
        "containers: [7, [], null]",
        "hostNetwork: true\ncontainers: [{ports: x, livenessProbe: [1]}]",
        "hostNetwork: true\ncontainers: [{ports: [1, {hostPort: true}, {hostPort: 70000}]}]",
        "hostNetwork: 'true'\ncontainers: [{ports: [{containerPort: 80}]}]",
        "containers: [{ports: [{hostPort: '8080'}]}]",
    ],
)
def test_what_is_no_port_is_none(spec: str) -> None:
    assert host_ports(_spec(spec)) == ()


def test_the_host_s_network_is_true_and_nothing_else() -> None:
    assert on_host_network(_spec("hostNetwork: true"))
    assert not on_host_network(_spec("hostNetwork: 'true'"))
    assert not on_host_network(_spec("a: b"))
    assert not on_host_network(None) and host_ports(None) == ()
