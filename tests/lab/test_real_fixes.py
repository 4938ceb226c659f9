"""Fixes carried out for real, through the command line inside a real node, and taken back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from . import kubelet
from .base import REPOSITORY
from .images import busybox_image, oci_archive
from .kubelet import FLAGS
from .node import Node
from .recorded_states import METRICS, MIRRORS, STATES
from .states import CONFIG, CONTAINERD, CRICTL, DAEMON, State, cri, running
from .test_real_checks import outcomes

DONE, UNDONE, REFUSED = 0, 4, 6
TASK_IMAGE = "registry.example.org/task:1"
Started = Callable[[str], Node]


@pytest.fixture
def started(node_layers: None) -> Iterator[Started]:
    """A real node of a recorded state, by the state's name."""
    with ExitStack() as stack:

        def start(name: str) -> Node:
            state: State = STATES[name]
            return stack.enter_context(running(state, REPOSITORY, copied=False))

        yield start


def said(node: Node, code: int, *args: str) -> str:
    """What unshim says; it must end with this code."""
    done = node.unshim(*args, timeout=240)
    text = done.stdout.decode() + done.stderr.decode()
    assert done.returncode == code, f"{args} ended with {done.returncode}:\n{text}"
    return text


def tasks(node: Node) -> dict[str, int]:
    """Every task of containerd that runs, with its pid."""
    found: dict[str, int] = {}
    for namespace in node.text("ctr", "namespaces", "ls", "-q").split():
        for line in node.text("ctr", "-n", namespace, "tasks", "ls").splitlines()[1:]:
            name, pid, status = line.split()
            if status == "RUNNING":
                found[f"{namespace}/{name}"] = int(pid)
    return found


def start_tasks(node: Node, *names: str) -> None:
    """Start containers with ctr, as people do beside the kubelet."""
    archive = oci_archive(busybox_image(TASK_IMAGE))
    node.run(["ctr", "images", "import", "-"], input=archive)
    for name in names:
        node.run(["ctr", "run", "-d", TASK_IMAGE, name, "/bin/sleep", "1000000"])


def fingerprint(node: Node) -> str:
    """Every file under /etc and /var/lib/kubelet with its bytes, owner, mode and time."""
    script = (
        "find /etc /var/lib/kubelet/*.yaml /var/lib/kubelet/*.env -type f "
        "-printf '%p %m %U %G %T@ ' -exec sha256sum {} \\; | sort | sha256sum"
    )
    return node.text("sh", "-c", script)


def standing(node: Node, path: str) -> tuple[str, bytes, str]:
    """Owner and mode, bytes, and xattrs of a file."""
    script = (
        "import os, sys\np = sys.argv[1]\nprint([(n, os.getxattr(p, n)) for n in os.listxattr(p)])"
    )
    xattrs = node.text("python3", "-c", script, path)
    return node.text("stat", "-c", "%U:%G %a %h", path), node.read(path), xattrs


def test_an_image_is_brought_to_where_the_kubelet_looks_and_taken_back(started: Started) -> None:
    node = started("containerd-image-only-in-default")
    check = "images-wrong-namespace"
    assert f"{METRICS.image} is in default" in said(node, 1, "--report", "text")
    before = fingerprint(node)
    plan = " ".join(said(node, DONE, "plan", check).split())
    assert "ctr -n k8s.io images import" in plan
    assert fingerprint(node) == before, "a plan changed files"
    assert METRICS.image not in node.text("ctr", "-n", "k8s.io", "images", "ls", "-q")

    said(node, DONE, "apply", check, "--yes")
    listed = node.text("ctr", "-n", "k8s.io", "images", "ls", f"name=={METRICS.image}")
    assert "io.cri-containerd.image=managed" in listed
    assert outcomes(node, check) == {check: "pass"}
    kubelet.wait_running(node, [METRICS])
    assert METRICS.image in node.text("ctr", "images", "ls", "-q"), "the other name stays"

    said(node, DONE, "undo", "--yes")
    assert METRICS.image not in node.text("ctr", "-n", "k8s.io", "images", "ls", "-q").split()
    assert METRICS.image in node.text("ctr", "images", "ls", "-q")
    assert fingerprint(node) == before


def test_a_restart_of_containerd_leaves_every_task_running(started: Started) -> None:
    node = started("containerd-cri-disabled")
    start_tasks(node, "one", "two", "three")
    before, config = tasks(node), node.read(CONTAINERD)
    assert {"default/one", "default/two", "default/three"} < set(before)
    main = node.systemctl("show", "-p", "MainPID", "containerd")

    said(node, DONE, "apply", "cri-plugin-disabled", "--yes")
    assert tasks(node) == before
    assert node.systemctl("show", "-p", "MainPID", "containerd") != main
    assert b"left by an old guide" in node.read(CONTAINERD), "the comment stays"
    assert outcomes(node, "cri-plugin-disabled") == {"cri-plugin-disabled": "pass"}

    said(node, DONE, "undo", "--yes")
    assert tasks(node) == before
    assert node.read(CONTAINERD) == config


def test_a_configuration_that_kills_the_cri_plugin_is_never_written(started: Started) -> None:
    node = started("containerd-cri-disabled")
    cri(MIRRORS)(node)
    start_tasks(node, "one")
    before, config = tasks(node), node.read(CONTAINERD)

    main = node.systemctl("show", "-p", "MainPID", "containerd")

    words = " ".join(said(node, REFUSED, "apply", "cri-plugin-disabled", "--yes").split())
    assert "`mirrors` cannot be set when `config_path` is provided" in words
    assert node.systemctl("show", "-p", "MainPID", "containerd") == main
    assert node.read(CONTAINERD) == config
    assert tasks(node) == before
    assert node.systemctl("is-active", "containerd") == "active"


def test_a_restart_that_would_kill_containers_is_refused_until_killmode_is_cured(
    started: Started,
) -> None:
    node = started("containerd-killed-with-its-pods")
    config = node.read(CONTAINERD)
    disabled = b'disabled_plugins = ["io.containerd.grpc.v1.cri"]\n'
    node.write(CONTAINERD, config.replace(b"version = 2\n", b"version = 2\n" + disabled))
    before = tasks(node)

    words = said(node, REFUSED, "apply", "cri-plugin-disabled", "--yes")
    assert "KillMode=control-group" in words
    assert "First:\n    unshim apply containerd-unit-killmode\nThen:" in words
    assert tasks(node) == before

    said(node, DONE, "apply", "containerd-unit-killmode", "--yes")
    assert node.systemctl("show", "-p", "KillMode", "containerd") == "KillMode=process"
    assert tasks(node) == before
    said(node, DONE, "apply", "cri-plugin-disabled", "--yes")
    assert tasks(node) == before
    assert node.read(CONTAINERD).replace(b"disabled_plugins = []\n", b"") == config

    said(node, DONE, "undo", "000001", "--yes")
    assert node.systemctl("show", "-p", "KillMode", "containerd") == "KillMode=control-group"
    assert not node.text("sh", "-c", "ls /etc/systemd/system/containerd.service.d | grep unshim; :")


def test_undo_gives_back_bytes_owner_mode_and_xattrs(started: Started) -> None:
    node = started("containerd-crictl-ignores-its-file")
    node.run(["chown", "daemon:games", CRICTL])
    node.run(["chmod", "0604", CRICTL])
    setting = "import os; os.setxattr('/etc/crictl.yaml', 'user.origin', b'by hand')"
    node.run(["python3", "-c", setting])
    before = standing(node, CRICTL)

    said(node, DONE, "apply", "crictl-config-invalid", "--yes")
    owner, data, xattrs = standing(node, CRICTL)
    assert (owner, xattrs) == (before[0], before[2])
    assert data != before[1]
    said(node, DONE, "undo", "--yes")
    assert standing(node, CRICTL) == before

    said(node, DONE, "apply", "crictl-config-invalid", "--yes")
    node.write(CRICTL, node.read(CRICTL) + b"# mine\n")
    assert "changed since" in said(node, REFUSED, "undo", "--yes")
    assert node.read(CRICTL).endswith(b"# mine\n")


def test_a_later_run_on_the_same_file_is_taken_back_first(started: Started) -> None:
    node = started("containerd-logs-by-default")
    before = standing(node, CONFIG)
    said(node, DONE, "apply", "log-rotation-unset", "--yes")
    node.write(DAEMON, '{"log-opts": {"max-size": "50m", "max-file": "3"}}\n')
    said(node, DONE, "apply", "log-rotation-not-carried-over", "--yes")
    assert b"50Mi" in node.read(CONFIG)

    assert "later run" in said(node, REFUSED, "undo", "000001", "--yes")
    said(node, DONE, "undo", "--yes")
    said(node, DONE, "undo", "--yes")
    assert standing(node, CONFIG) == before
    kubelet.wait_running(node, STATES["containerd-logs-by-default"].pods)
    assert "nothing to undo" in said(node, REFUSED, "undo", "--yes")


def test_a_saved_plan_is_refused_once_the_node_changed(started: Started) -> None:
    node = started("containerd-crictl-without-configuration")
    said(node, DONE, "plan", "crictl-config-missing", "-o", "/root/plan.json")
    assert json.loads(node.read("/root/plan.json"))["node"] == node.name
    node.write(CRICTL, "timeout: 10\n")
    assert "stale" in said(node, REFUSED, "apply", "/root/plan.json", "--yes")
    assert node.read(CRICTL) == b"timeout: 10\n"
    node.run(["rm", CRICTL])
    said(node, DONE, "apply", "/root/plan.json", "--yes")
    assert outcomes(node, "crictl-config-missing") == {"crictl-config-missing": "pass"}
    assert "passes: nothing to do" in said(node, DONE, "apply", "crictl-config-missing", "--yes")


def test_both_sides_use_systemd_cgroups_and_new_pods_are_made_there(started: Started) -> None:
    node = started("containerd-cgroup-mismatch")
    before, check = standing(node, CONTAINERD), "cgroup-driver-mismatch"
    assert outcomes(node, check) == {check: "fail"}
    said(node, DONE, "apply", check, "--yes")
    assert outcomes(node, check) == {check: "pass"}
    kubelet.wait_running(node, STATES["containerd-cgroup-mismatch"].pods)

    late = kubelet.Pod("late")
    node.write("/etc/kubernetes/manifests/late.yaml", late.manifest())
    kubelet.wait_running(node, [late])
    places = node.text("sh", "-c", "find /sys/fs/cgroup -name 'cri-containerd-*.scope'")
    assert "kubepods.slice/" in places

    said(node, DONE, "undo", "--yes")
    assert standing(node, CONTAINERD) == before
    assert outcomes(node, check) == {check: "fail"}


def test_the_kubelet_moves_to_containerd_and_back(started: Started) -> None:
    node = started("dockershim-ready-to-move")
    pods = STATES["dockershim-ready-to-move"].pods
    check = "kubelet-dockershim-reference"
    before = standing(node, FLAGS)
    assert outcomes(node, check) == {check: "fail"}

    said(node, DONE, "apply", check, "--yes")
    assert outcomes(node, check) == {check: "pass"}
    node.wait(lambda: len(_pod_tasks(node)) >= 2, "the pod on containerd", 60)
    kubelet.wait_running(node, pods)

    said(node, DONE, "undo", "--yes")
    assert standing(node, FLAGS) == before
    kubelet.wait_running(node, pods)
    assert outcomes(node, check) == {check: "fail"}
    node.wait(lambda: "k8s_web" in node.text("docker", "ps"), "the pod on Docker", 60)


def _pod_tasks(node: Node) -> list[str]:
    return [name for name in tasks(node) if name.startswith("k8s.io/")]
