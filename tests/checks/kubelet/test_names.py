"""Fields that a release does not have, and flags that one to come may not have."""

from __future__ import annotations

import pytest

from checks.kubelet.names import kubelet_deprecated_flags, kubelet_unknown_fields
from tests.checks.changed import FILE, FLAGS, HEALTHY, of_release, result, verdict, with_kubelet
from tests.laws.nodes import node
from unshim.model.checks import Evidence
from unshim.model.machine import Flag, ParseError
from unshim.model.node import Node
from unshim.model.values import Missing, Setting


def configured(minor: int, **values: object) -> Node:
    """A kubelet 1.`minor` with these fields alone; `__` stands for a dot."""
    config = {name.replace("__", "."): Setting(value, FILE) for name, value in values.items()}
    return with_kubelet(node(HEALTHY), version=of_release((1, minor)), config=config)


@pytest.mark.parametrize(
    ("minor", "field", "told", "meant"),
    [
        pytest.param(26, "containerRuntimeEndpoint", "came with 1.27", "", id="of a later release"),
        pytest.param(24, "logging__sanitization", "gone since 1.24", "", id="gone"),
        pytest.param(36, "cgroupdriver", "no such field", "cgroupDriver", id="another case"),
        pytest.param(36, "Logging", "no such field", "logging", id="another case of a section"),
        pytest.param(24, "tracing", "came with 1.25", "", id="a section of a later release"),
        pytest.param(36, "cgroupDrivers", "no such field", "", id="misspelt"),
        pytest.param(
            25, "ContainerRuntimeEndpoint", "no such field", "", id="misspelt and too early"
        ),
    ],
)
def test_a_field_that_a_release_does_not_have(
    minor: int, field: str, told: str, meant: str
) -> None:
    seen = configured(minor, **{field: "x", "cgroupDriver": "systemd"})
    assert verdict(kubelet_unknown_fields, seen) == "warning"
    (finding,) = result(kubelet_unknown_fields, seen).findings
    (evidence,) = finding.evidence
    path = field.replace("__", ".")
    assert finding.summary == f"the kubelet ignores {path} of its configuration"
    assert evidence == Evidence(path, told, meant, FILE)


def test_within_a_list_each_key_counts() -> None:
    taints = [{"key": "a", "effect": "NoSchedule"}, {"Key": "b", "ttl": 1}]
    (finding,) = result(kubelet_unknown_fields, configured(30, registerWithTaints=taints)).findings
    assert finding.summary == "the kubelet ignores 2 fields of its configuration"
    assert [(e.what, e.expected) for e in finding.evidence] == [
        ("registerWithTaints[1].Key", "registerWithTaints.*.key"),
        ("registerWithTaints[1].ttl", ""),
    ]


@pytest.mark.parametrize("minor", [14, 37])
def test_of_a_release_that_is_not_listed_it_is_unknown(minor: int) -> None:
    seen = configured(minor, cgroupDrivers="x")
    reason = f"which fields kubelet 1.{minor}.4 has is not known"
    assert result(kubelet_unknown_fields, seen).reason == reason


def test_what_cannot_be_read_is_unknown() -> None:
    broken = with_kubelet(node(HEALTHY), config=ParseError("/c.yaml", "no mapping", 1, 1))
    assert result(kubelet_unknown_fields, broken).reason == "/c.yaml cannot be parsed"
    unread = with_kubelet(node(HEALTHY), config=Missing("not allowed"))
    assert result(kubelet_unknown_fields, unread).reason == "not allowed"


@pytest.mark.parametrize(
    ("minor", "flag", "want"),
    [
        pytest.param(20, "maximum-dead-containers", "info", id="deprecated in all of them"),
        pytest.param(37, "maximum-dead-containers", "pass", id="of a later one nothing is known"),
        pytest.param(23, "max-pods", "pass", id="it only belongs into the file"),
        pytest.param(28, "cloud-provider", "pass", id="that was taken back"),
        pytest.param(28, "pod-infra-container-image", "pass", id="its end is known"),
        pytest.param(28, "of-nobody", "pass", id="of no release"),
    ],
)
def test_deprecated_flags(minor: int, flag: str, want: str) -> None:
    seen = with_kubelet(
        node(HEALTHY), version=of_release((1, minor)), flags=(Flag(flag, "1", FLAGS, None),)
    )
    assert verdict(kubelet_deprecated_flags, seen) == want
