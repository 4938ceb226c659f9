"""buildkitd: what keeps it from starting, and where it keeps what it builds."""

from __future__ import annotations

from typing import Any

import pytest

from checks.nerdctl_buildkit.buildkitd import buildkit_config_invalid, buildkit_images_unseen
from tests.checks.changed import BEFORE, HEALTHY, HOST, evidence, result, verdict
from tests.laws.nodes import node
from unshim.model.machine import Process, Reference, Unit
from unshim.model.node import Node
from unshim.model.values import Missing, Origin, Setting, Source, known

PLACE = Source(Origin.FILE, "/etc/buildkit/buildkitd.toml", 3)
BINARY = Setting("/usr/bin/buildkitd", Source(Origin.FILE, "/usr/bin/buildkitd"))
RUNS = Process(7, "buildkitd", "/usr/bin/buildkitd", ("buildkitd",), 1.0)
BAD = Reference("namespace: must be text", PLACE)
BROKEN = Missing("buildkitd does not start with /etc/buildkit/buildkitd.toml:3")
KUBELETS: dict[str, Any] = {
    "binary": BINARY,
    "oci_worker": Setting("false", PLACE),
    "namespace": Setting("k8s.io", PLACE),
}


def _buildkit(name: str = HEALTHY, **facts: Any) -> Node:
    seen = node(name)
    return seen._replace(buildkit=known(seen.buildkit)._replace(**facts))


@pytest.mark.parametrize(
    ("seen", "want"),
    [
        pytest.param(_buildkit(binary=BINARY), "pass", id="without a file"),
        pytest.param(_buildkit(binary=BINARY, problems=(BAD,)), "warning", id="a bad line"),
        pytest.param(_buildkit(process=RUNS, problems=(BAD,)), "warning", id="it runs still"),
        pytest.param(_buildkit(HOST, binary=BINARY, problems=(BAD,)), "warning", id="no kubelet"),
        pytest.param(_buildkit(BEFORE, binary=BINARY, problems=(BAD,)), "warning", id="on Docker"),
        pytest.param(_buildkit(problems=(BAD,)), "pass", id="a file and no buildkitd"),
        pytest.param(_buildkit(binary=Missing("?"), problems=(BAD,)), "unknown", id="is it here?"),
        pytest.param(_buildkit(binary=BINARY, problems=Missing("?")), "unknown", id="not read"),
    ],
)
def test_a_line_that_it_does_not_take(seen: Node, want: str) -> None:
    assert verdict(buildkit_config_invalid, seen) == want


def test_each_line_is_quoted_and_when_it_hurts_is_said() -> None:
    other = Reference("both workers are off, and it needs one", PLACE)
    (down,) = result(buildkit_config_invalid, _buildkit(binary=BINARY, problems=(BAD, other)))[2]
    assert [item.value for item in down.evidence] == [BAD.text, other.text]
    assert down.summary == "buildkitd does not start with its configuration"
    (up,) = result(buildkit_config_invalid, _buildkit(process=RUNS, problems=(BAD,)))[2]
    assert up.summary == "buildkitd does not start again with its configuration"
    assert up.hurts == "From its next start on no image is built here."


@pytest.mark.parametrize(
    ("seen", "want"),
    [
        pytest.param(_buildkit(**KUBELETS), "pass", id="as the kubelet needs it"),
        pytest.param(_buildkit(**{**KUBELETS, "binary": None}), "pass", id="none here"),
        pytest.param(_buildkit(), "pass", id="none here, and its defaults"),
        pytest.param(_buildkit(binary=BINARY), "info", id="its defaults"),
        pytest.param(
            _buildkit(**{**KUBELETS, "oci_worker": Setting("auto", PLACE)}), "info", id="OCI first"
        ),
        pytest.param(
            _buildkit(**{**KUBELETS, "namespace": Setting("default", PLACE)}), "info", id="default"
        ),
        pytest.param(_buildkit(BEFORE, binary=BINARY), "not-applicable", id="on Docker"),
        pytest.param(_buildkit(HOST, binary=BINARY), "not-applicable", id="no kubelet"),
        pytest.param(_buildkit(**{**KUBELETS, "oci_worker": BROKEN}), "unknown", id="not read"),
    ],
)
def test_who_sees_what_it_builds(seen: Node, want: str) -> None:
    assert verdict(buildkit_images_unseen, seen) == want


def test_what_keeps_images_from_the_kubelet_is_shown() -> None:
    both = evidence(buildkit_images_unseen, _buildkit(binary=BINARY))
    assert {what: item.value for what, item in both.items()} == {
        "OCI's worker, which goes first": "auto",
        "containerd's worker keeps images in": "buildkit",
    }
    alone = _buildkit(**{**KUBELETS, "namespace": Setting("shop", PLACE)})
    (finding,) = result(buildkit_images_unseen, alone).findings
    assert finding.summary == "buildkitd keeps what it builds in shop, not in k8s.io"
    assert [str(item.source) for item in finding.evidence] == [str(PLACE)]


def test_of_one_that_does_not_start_the_other_check_is_named() -> None:
    seen = _buildkit(binary=BINARY, problems=(BAD,), oci_worker=BROKEN, namespace=BROKEN)
    judged = result(buildkit_images_unseen, seen)
    assert judged.reason == "buildkitd does not start (see buildkit-config-invalid)"


@pytest.mark.parametrize("check", [buildkit_config_invalid, buildkit_images_unseen])
def test_a_unit_alone_is_a_buildkitd_of_this_node(check: Any) -> None:
    seen = _buildkit(
        unit=Unit("buildkit.service", (), {}, BINARY, Missing("?")), problems=Missing("?")
    )
    assert verdict(check, seen) == "unknown"
