"""What each fix changes on a recorded node: the words that go and that come, what restarts."""

from __future__ import annotations

import pytest

from tests.laws.nodes import FIXES, plan
from unshim.model.steps import ReloadSystemd, RestartUnit, ShareImage

SOCKET = "unix:///run/containerd/containerd.sock"
ENDPOINT = f"--container-runtime-endpoint={SOCKET}"
REMOTE, BOTH = "--container-runtime=remote", "containerd kubelet"
TABLE = '[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc'
OLD = "--network-plugin=cni --experimental-dockershim-root-directory=/var/lib/dockershim"
NOT_REMOTE = "dockershim-kubelet-1.25-told-to-use-docker"
REMOVED = "containerd-kubelet-1.27-with-removed-flags"
# The check that is cured, the node, what goes from its files, what comes, which units restart.
CHANGES = (
    (
        "cgroup-driver-mismatch",
        "containerd-cgroup-mismatch",
        "",
        f'{TABLE}] runtime_type = "io.containerd.runc.v2" {TABLE}.options] SystemdCgroup = true',
        BOTH,
    ),
    (
        "cgroup-driver-mismatch",
        "containerd-kubelet-left-on-cgroupfs",
        "cgroupfs",
        "systemd",
        BOTH,
    ),
    (
        "cgroup-old-systemd-cgroup-key",
        "containerd-old-cgroup-key-not-read-yet",
        "systemd_cgroup = true",
        "",
        "containerd",
    ),
    (
        "containerd-unit-killmode",
        "containerd-killed-with-its-pods",
        "",
        "[Service] KillMode=process",
        "",
    ),
    (
        "cri-plugin-disabled",
        "containerd-cri-disabled",
        '["io.containerd.grpc.v1.cri"]',
        "[]",
        "containerd",
    ),
    (
        "crictl-config-endpoint-wrong",
        "containerd-crictl-asks-dockershim",
        "unix:///var/run/dockershim.sock",
        SOCKET,
        "",
    ),
    (
        "crictl-config-invalid",
        "containerd-crictl-ignores-its-file",
        "2s colour: true",
        "2",
        "",
    ),
    (
        "crictl-config-missing",
        "containerd-crictl-without-configuration",
        "",
        f"runtime-endpoint: {SOCKET} image-endpoint: timeout: 10 debug: false",
        "",
    ),
    (
        "kubelet-container-runtime-flag",
        "containerd-kubelet-1.25-with-a-flag-that-goes",
        REMOTE,
        "",
        "kubelet",
    ),
    ("kubelet-container-runtime-flag", REMOVED, f"{REMOTE} {OLD}", "", "kubelet"),
    ("kubelet-removed-flags", REMOVED, f"{REMOTE} {OLD}", "", "kubelet"),
    (
        "kubelet-container-runtime-not-remote",
        NOT_REMOTE,
        "--container-runtime=docker",
        ENDPOINT,
        "kubelet",
    ),
    (
        "kubelet-endpoint-missing",
        NOT_REMOTE,
        "--container-runtime=docker",
        ENDPOINT,
        "kubelet",
    ),
    ("kubelet-dockershim-reference", "containerd-flags-left-behind", OLD, "", "kubelet"),
    (
        "kubelet-dockershim-reference",
        "dockershim-ready-to-move",
        "--network-plugin=cni --cni-bin-dir=/usr/lib/cni",
        f"{REMOTE} {ENDPOINT}",
        "kubelet",
    ),
    (
        "runtime-target-too-new-for-docker",
        NOT_REMOTE,
        "--container-runtime=docker",
        ENDPOINT,
        "kubelet",
    ),
    (
        "kubelet-endpoint-ignored",
        "dockershim-ready-and-its-endpoint-is-ignored",
        "",
        REMOTE,
        "kubelet",
    ),
    (
        "kubelet-endpoint-invalid",
        "containerd-endpoint-doubled",
        f"--container-runtime-endpoint=unix://{SOCKET}",
        ENDPOINT,
        "kubelet",
    ),
    ("log-rotation-invalid", "containerd-logs-of-one-file", "1", "5", ""),
    (
        "log-rotation-not-carried-over",
        "containerd-logs-not-carried-over",
        "",
        "containerLogMaxSize: 50Mi containerLogMaxFiles: 3",
        "kubelet",
    ),
    (
        "log-rotation-unset",
        "containerd-logs-by-default",
        "",
        "containerLogMaxSize: 10Mi containerLogMaxFiles: 5",
        "kubelet",
    ),
    (
        "log-rotation-unset",
        "dockershim",
        "",
        '{ "log-opts": "max-size": "10m", "max-file": "5" }',
        "",
    ),
)


def _words(name: str, check_id: str, sign: str) -> set[str]:
    """The words of the lines that a plan removes or adds; assigned text counts word by word."""
    lines = (line for diff in plan(name, check_id).diffs for line in diff.lines)
    texts = (line[1:] for line in lines if line[:1] == sign and line[:4] not in ("+++ ", "--- "))
    return {word for text in texts for word in _split(text)}


def _split(text: str) -> list[str]:
    name, equals, value = text.partition("_ARGS=")
    return value.strip('"').split() if equals and "KUBELET" in name else text.split()


@pytest.mark.parametrize(("check_id", "name", "gone", "new", "restarts"), CHANGES)
def test_a_fix_changes_these_words_and_no_other(
    check_id: str, name: str, gone: str, new: str, restarts: str
) -> None:
    before, after = _words(name, check_id, "-"), _words(name, check_id, "+")
    assert before - after == set(gone.split())
    assert after - before == set(new.split())
    units = [s.unit for s in plan(name, check_id).steps if isinstance(s, RestartUnit)]
    assert units == [f"{unit}.service" for unit in restarts.split()]


def test_an_image_is_shared_with_the_namespace_that_the_kubelet_sees() -> None:
    (step,) = plan("containerd-image-only-in-default", "images-wrong-namespace").steps
    assert isinstance(step, ShareImage)
    assert (step.source, step.target) == ("default", "k8s.io")
    assert step.name == "registry.example.org/metrics:2.1"


def test_a_drop_in_is_read_by_systemd() -> None:
    steps = plan("containerd-killed-with-its-pods", "containerd-unit-killmode").steps
    assert isinstance(steps[-1], ReloadSystemd)


def test_every_fix_is_shown_here() -> None:
    assert {f.check_id for f in FIXES} == {row[0] for row in CHANGES} | {"images-wrong-namespace"}
