"""Units without their program: an error of its own, that hides nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from checks.runtime.daemon import containerd_not_running
from checks.systemd.programs import (
    containerd_unit_without_program,
    docker_unit_without_program,
    kubelet_unit_without_program,
)
from tests.checks.changed import BEFORE, HEALTHY, HOST, result, verdict, with_containerd
from tests.laws.nodes import node
from tests.plain_trees import CONTAINERD_CONFIG, CONTAINERD_UNIT, KUBELET_UNIT, SOUND, judge
from unshim.model.checks import Outcome
from unshim.model.machine import Program, Runtime, Socket, SocketState
from unshim.model.node import Node
from unshim.model.values import Missing, Origin, Setting, Source, known

UNIT = Source(Origin.UNIT, "/lib/systemd/system/x.service", 9)
GONE = Program("/usr/bin/x", UNIT, there=False)


def _without(files: tuple[str, ...], **more: str) -> dict[str, str]:
    return {**{path: text for path, text in SOUND.items() if path not in files}, **more}


def _with_docker(seen: Node, program: Program | Missing) -> Node:
    return seen._replace(docker=known(seen.docker)._replace(program=program))


def test_a_tree_whose_kubelet_is_gone_is_judged_on(tmp_path: Path) -> None:
    files = _without(("/usr/bin/kubelet",))
    files[CONTAINERD_CONFIG] = (
        'disabled_plugins = ["io.containerd.grpc.v1.cri"]\n' + SOUND[CONTAINERD_CONFIG]
    )
    of = judge(tmp_path, files)
    assert of.found == {"kubelet-unit-without-program": "error", "cri-plugin-disabled": "error"}
    (finding,) = of.results["kubelet-unit-without-program"].findings
    assert finding.summary == "the kubelet's program /usr/bin/kubelet is not there"
    assert str(finding.evidence[0].source) == f"{KUBELET_UNIT}:2"
    # dpkg still names the release, and the files what it is set to.
    assert of.of(Outcome.UNKNOWN) == set()
    assert known(of.look.node.runtime).value is Runtime.CONTAINERD


def test_without_a_package_what_needs_no_release_is_still_judged(tmp_path: Path) -> None:
    of = judge(tmp_path, _without(("/usr/bin/kubelet", "/var/lib/dpkg/status")))
    assert of.found == {"kubelet-unit-without-program": "error"}
    assert of.results["kubelet-removed-flags"].outcome is Outcome.UNKNOWN
    for name in ("containerd-unit-killmode", "cri-plugin-disabled", "crictl-config-endpoint-wrong"):
        assert of.results[name].outcome is Outcome.PASS, name


def test_containerd_and_docker(tmp_path: Path) -> None:
    unit = "[Service]\nExecStart=/usr/bin/dockerd -H fd://\n"
    more = {"/lib/systemd/system/docker.service": unit}
    of = judge(tmp_path, _without(("/usr/bin/containerd",), **more))
    assert of.found == {
        "containerd-unit-without-program": "error",
        "docker-unit-without-program": "warning",
    }
    assert of.results["cri-plugin-disabled"].outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("command", "there", "outcome"),
    [
        ("/usr/local/bin/kubelet", "/usr/bin/kubelet", "fail"),
        ("-/usr/bin/kubelet", "/usr/bin/ls", "fail"),
        ("kubelet", "/usr/local/bin/kubelet", "pass"),
        ("kubelet", "/opt/bin/kubelet", "fail"),
        ("/opt/kube/start.sh", "/opt/kube/other", "fail"),
        ("/opt/kube/start.sh", "/opt/kube/start.sh", "pass"),
        ("/opt/bin/kubelet", "/usr/bin/ls", "unknown"),
    ],
)
def test_what_the_unit_starts(tmp_path: Path, command: str, there: str, outcome: str) -> None:
    unit = f"[Service]\nExecStart={command}\n"
    files = _without(("/usr/bin/kubelet",), **{KUBELET_UNIT: unit, there: ""})
    (tmp_path / "usr/local/bin").mkdir(parents=True)
    of = judge(tmp_path, files)
    assert str(of.results["kubelet-unit-without-program"].outcome) == outcome


def test_a_part_of_a_machine_may_have_its_programs_elsewhere(tmp_path: Path) -> None:
    of = judge(tmp_path, {p: t for p, t in SOUND.items() if not p.startswith("/usr")})
    result_ = of.results["kubelet-unit-without-program"]
    assert (result_.outcome, result_.reason) == (Outcome.UNKNOWN, "this tree has no /usr/bin")
    assert CONTAINERD_UNIT in SOUND


def test_on_a_node_that_runs() -> None:
    healthy = node(HEALTHY)
    kubelet = known(healthy.kubelet)
    seen = healthy._replace(kubelet=kubelet._replace(program=GONE))
    (finding,) = result(kubelet_unit_without_program, seen).findings
    assert [e.what for e in finding.evidence] == ["starts", "unit state"]
    assert verdict(kubelet_unit_without_program, healthy) == "pass"
    assert verdict(kubelet_unit_without_program, node(HOST)) == "not-applicable"
    hidden = healthy._replace(kubelet=kubelet._replace(program=Missing("not root")))
    assert result(kubelet_unit_without_program, hidden).reason == "not root"


def test_a_containerd_without_its_program_is_the_cause_of_its_not_running() -> None:
    seen = with_containerd(
        node(HEALTHY),
        binary=None,
        process=None,
        program=GONE,
        socket=Socket("/run/containerd/containerd.sock", SocketState.ABSENT),
    )
    assert verdict(containerd_unit_without_program, seen) == "error"
    (finding,) = result(containerd_not_running, seen).findings
    assert finding.caused_by == "containerd-unit-without-program"
    assert verdict(containerd_unit_without_program, node(HOST)) == "pass"


def test_docker_is_a_leftover_only_where_the_kubelet_is_seen_on_containerd() -> None:
    assert verdict(docker_unit_without_program, _with_docker(node(HEALTHY), GONE)) == "warning"
    assert verdict(docker_unit_without_program, _with_docker(node(BEFORE), GONE)) == "error"
    unseen = _with_docker(node(HEALTHY), GONE)._replace(runtime=Missing("not root"))
    assert verdict(docker_unit_without_program, unseen) == "error"
    assert verdict(docker_unit_without_program, node(BEFORE)) == "pass"
    runtime = Setting(Runtime.OTHER, UNIT)
    other = _with_docker(node(HEALTHY), GONE)._replace(runtime=runtime)
    assert verdict(docker_unit_without_program, other) == "error"
