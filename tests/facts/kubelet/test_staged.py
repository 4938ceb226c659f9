"""What changed since the kubelet started, and what it runs with all the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.trees import CONFIG, DROP_IN, EXTRA, FLAGS, KUBEADM, UNIT, recorded
from unshim.facts.kubelet import kubelet
from unshim.facts.systemd import staged
from unshim.facts.systemd import units as systemd
from unshim.model.machine import Process, StagedChange
from unshim.model.parts.kubelet import Kubelet
from unshim.model.values import Missing, Setting, Why, known

HEAD = "kind: KubeletConfiguration\napiVersion: kubelet.config.k8s.io/v1beta1\n"

STARTED = 1_000_000.0
ARGV = [
    "/usr/bin/kubelet",
    "--kubeconfig=/etc/kubernetes/kubelet.conf",
    f"--config={CONFIG}",
    "--network-plugin=cni",
    "--pod-infra-container-image=k8s.gcr.io/pause:3.6",
]
VERSION = {"argv": ["/usr/bin/kubelet", "--version"], "stdout": "Kubernetes v1.20.2\n"}


def _running(
    tmp_path: Path,
    ages: dict[str, float] | None = None,
    texts: dict[str, str] | None = None,
    argv: list[str] | None = None,
    exe: dict[str, str] | None = None,
    commands: tuple[dict[str, Any], ...] = (),
) -> Kubelet:
    """A kubelet that started on these files; `ages` are seconds after its start."""
    files = {**KUBEADM, **(texts or {})}
    index: dict[str, Any] = {
        path: {"kind": "file", "text": text, "mtime": STARTED - 100} for path, text in files.items()
    }
    index["/proc/7/exe"] = exe or {"kind": "file", "real": "/usr/bin/kubelet"}
    for path, age in (ages or {}).items():
        index.setdefault(path, {"kind": "directory"})["mtime"] = STARTED + age
    process = {"pid": 7, "name": "kubelet", "exe": "/usr/bin/kubelet", "started": STARTED}
    host = recorded(
        tmp_path,
        paths=index,
        processes=[{**process, "argv": argv or ARGV}],
        commands=[VERSION, *commands],
    )
    found = kubelet.read(host, host.processes(), systemd.read(host))
    assert isinstance(found, Kubelet)
    return found


def _staged(found: Kubelet) -> list[tuple[str, str]]:
    return [change[:2] for change in known(found.staged)]


def _now(found: Kubelet, name: str) -> object:
    held = known(found.running)[name]
    return held.reason if isinstance(held, Missing) else held.value


def test_nothing_changed(tmp_path: Path) -> None:
    found = _running(tmp_path)
    assert known(found.staged) == ()
    assert _now(found, "cgroupDriver") == "systemd"
    assert _now(found, "maxPods") == 110
    assert _now(found, "network-plugin") == "cni"


@pytest.mark.parametrize(
    ("path", "what"),
    [
        (UNIT, "unit file"),
        (DROP_IN, "unit file"),
        (FLAGS, "environment file"),
        (CONFIG, "configuration"),
    ],
)
def test_a_newer_file(tmp_path: Path, path: str, what: str) -> None:
    found = _running(tmp_path, {path: 5})
    assert known(found.staged) == (StagedChange(what, path, STARTED + 5, STARTED),)


@pytest.mark.parametrize("age", [-1.0, 0.0, 1.5, 2.0])
def test_within_seconds_of_the_start_nothing_is_said(tmp_path: Path, age: float) -> None:
    found = _running(tmp_path, {CONFIG: age, UNIT: age})
    assert known(found.staged) == ()
    assert _now(found, "maxPods") == f"{CONFIG} changed within seconds of the kubelet's start"
    assert _now(found, "network-plugin") == "cni"


def test_a_newer_configuration_hides_the_old_one(tmp_path: Path) -> None:
    found = _running(tmp_path, {CONFIG: 60})
    assert _now(found, "cgroupDriver") == f"{CONFIG} changed after the kubelet started"
    assert known(found.cgroup_driver).value == "systemd"
    assert _now(found, "network-plugin") == "cni"
    assert _now(found, "cni-bin-dir") == "/opt/cni/bin"


def test_flags_that_are_not_the_same(tmp_path: Path) -> None:
    flags = 'KUBELET_KUBEADM_ARGS="--container-runtime=remote --network-plugin=cni -v=2 -v=2"\n'
    found = _running(tmp_path, {FLAGS: 9}, {FLAGS: flags}, [*ARGV, "-v=2"])
    assert _staged(found) == [
        ("environment file", FLAGS),
        ("--container-runtime=remote", FLAGS),
        ("--v=2", FLAGS),
        ("without --pod-infra-container-image=k8s.gcr.io/pause:3.6", "process kubelet"),
    ]
    assert _now(found, "container-runtime") == "docker"
    held = found.effective["container-runtime"]
    assert isinstance(held, Setting)
    assert held.value == "remote"


def test_flags_in_another_order(tmp_path: Path) -> None:
    found = _running(tmp_path, argv=[ARGV[0], *reversed(ARGV[1:])])
    assert _staged(found) == [("order of the flags", FLAGS)]


def test_a_replaced_binary(tmp_path: Path) -> None:
    gone = {"kind": "file", "real": "/usr/bin/kubelet (deleted)"}
    found = _running(tmp_path, exe=gone)
    assert known(found.staged) == (
        StagedChange("binary", "/usr/bin/kubelet", STARTED - 100, STARTED),
    )
    assert _now(found, "maxPods") == (
        "the kubelet's binary was replaced since it started, and the old one does not answer: "
        "not recorded"
    )
    assert _now(found, "cgroupDriver") == "systemd"
    assert isinstance(found.running_version, Missing)


def test_a_replaced_binary_still_answers_by_its_process(tmp_path: Path) -> None:
    gone = {"kind": "file", "real": "/usr/bin/kubelet (deleted)"}
    old = {"argv": ["/proc/7/exe", "--version"], "code": 0, "stdout": "Kubernetes v1.21.3\n"}
    found = _running(tmp_path, exe=gone, commands=(old,))
    running = known(found.running_version)
    assert (str(running.value), str(running.source)) == ("1.21.3", "process kubelet")
    assert known(found.version).value != running.value
    assert _now(found, "maxPods") == 110


def test_what_runs_is_what_is_on_disk_where_nothing_was_replaced(tmp_path: Path) -> None:
    found = _running(tmp_path)
    assert found.running_version == found.version


def test_a_binary_whose_process_may_not_be_looked_at(tmp_path: Path) -> None:
    hidden = {"missing": "not root", "why": "not-permitted"}
    found = _running(tmp_path, {"/usr/bin/kubelet": 50}, exe=hidden)
    assert _staged(found) == [("binary", "/usr/bin/kubelet")]
    found = _running(tmp_path, exe=hidden)
    assert known(found.staged) == ()


def test_another_file_than_the_next_start_will_read(tmp_path: Path) -> None:
    other = "/etc/other.yaml"
    argv = [word.replace(CONFIG, other) for word in ARGV]
    found = _running(tmp_path, texts={other: "maxPods: 7\n"}, argv=argv)
    assert _now(found, "maxPods") == 7
    held = found.effective["maxPods"]
    assert isinstance(held, Setting)
    assert held.value == 110


def test_drop_ins_that_came_or_went(tmp_path: Path) -> None:
    extra = {
        EXTRA: "KUBELET_EXTRA_ARGS=--config-dir=/etc/k.d\n",
        "/etc/k.d/1.conf": f"{HEAD}maxPods: 3\n",
    }
    version = {**VERSION, "stdout": "Kubernetes v1.30.1\n"}
    for age, staged_ in ((-60.0, []), (60.0, [("drop-in folder", "/etc/k.d")])):
        host = _with_folder(tmp_path / str(age), extra, age, version)
        found = kubelet.read(host, host.processes(), systemd.read(host))
        assert isinstance(found, Kubelet)
        assert _staged(found) == staged_
        expected = "/etc/k.d changed after the kubelet started" if staged_ else 3
        assert _now(found, "maxPods") == expected


def _with_folder(folder: Path, extra: dict[str, str], age: float, version: Any) -> Any:
    paths: dict[str, Any] = {
        path: {"kind": "file", "text": text, "mtime": STARTED - 100}
        for path, text in {**KUBEADM, **extra}.items()
    }
    paths["/etc/k.d"] = {"kind": "directory", "names": ["1.conf"], "mtime": STARTED + age}
    paths["/proc/7/exe"] = {"kind": "file", "real": "/usr/bin/kubelet"}
    process = {"pid": 7, "name": "kubelet", "exe": "/usr/bin/kubelet", "started": STARTED}
    argv = [*ARGV, "--config-dir=/etc/k.d"]
    return recorded(folder, paths=paths, processes=[{**process, "argv": argv}], commands=[version])


def test_without_a_process_there_is_nothing_to_compare(tmp_path: Path) -> None:
    host = recorded(tmp_path, processes=[])
    found = kubelet.read(host, host.processes(), systemd.read(host))
    assert isinstance(found, Kubelet)
    for fact in (found.staged, found.running):
        assert isinstance(fact, Missing)
        assert fact.why is Why.NOT_RUNNING


def test_any_daemon_may_ask(tmp_path: Path) -> None:
    host = recorded(tmp_path, paths={"/proc/9/exe": {"kind": "file", "real": "/usr/bin/x"}})
    process = Process(9, "x", "/usr/bin/x", ("x",), STARTED)
    assert staged.staged(host, process) == ()
    assert staged.staged(host, Missing("hidden")) == Missing("hidden")
