"""A part of a machine, an image before its node joins, and a folder that is no machine."""

from __future__ import annotations

from pathlib import Path

from tests.plain_trees import CONTAINERD_CONFIG, SOUND, judge
from tests.trees import CONFIG, DROP_IN, FLAGS, KUBEADM, UNIT
from unshim.model.checks import Outcome
from unshim.model.machine import Runtime
from unshim.model.values import Missing, Setting, Why

JOINED = {
    **SOUND,
    **KUBEADM,
    FLAGS: 'KUBELET_KUBEADM_ARGS="--container-runtime-endpoint=unix:///run/containerd/'
    'containerd.sock"\n',
    "/etc/kubernetes/kubelet.conf": "apiVersion: v1\n",
}
JOINED.pop("/etc/systemd/system/kubelet.service")
IMAGE = {
    k: v for k, v in JOINED.items() if k not in (FLAGS, CONFIG, "/etc/kubernetes/kubelet.conf")
}


def _part(*folders: str) -> dict[str, str]:
    return {path: text for path, text in JOINED.items() if path.startswith(folders)}


def test_an_image_before_its_node_joins_is_judged_by_what_it_has(tmp_path: Path) -> None:
    of = judge(tmp_path / "sound", IMAGE)
    assert (of.found, of.of(Outcome.UNKNOWN), of.code) == ({}, set(), 0)
    reason = "this node has joined no cluster yet; kubeadm writes its kubelet's settings then"
    assert of.results["cgroup-driver-mismatch"].reason == reason
    assert of.sentence == f"T{reason[1:]}, and nothing here is wrong."
    # 1.25 has no default endpoint; kubeadm gives it one.
    older = {**IMAGE, "/var/lib/dpkg/status": IMAGE["/var/lib/dpkg/status"].replace("1.28", "1.25")}
    assert judge(tmp_path / "older", older).found == {}
    # What kubeadm does not write is known already.
    extra = {**IMAGE, "/etc/default/kubelet": "KUBELET_EXTRA_ARGS=--network-plugin=cni\n"}
    assert judge(tmp_path / "extra", extra).found == {"kubelet-removed-flags": "error"}
    broken = {**IMAGE, CONTAINERD_CONFIG: 'disabled_plugins = ["cri"]\n'}
    assert judge(tmp_path / "broken", broken).found == {"cri-plugin-disabled": "error"}


def test_a_node_that_joined_has_the_defaults_of_its_release(tmp_path: Path) -> None:
    of = judge(tmp_path, {**JOINED, FLAGS: "KUBELET_KUBEADM_ARGS=\n"})
    assert isinstance(of.look.node.runtime, Setting)
    assert of.look.node.runtime.value is Runtime.CONTAINERD


def test_etc_alone_with_the_unit_of_another_folder(tmp_path: Path) -> None:
    # Debian's unit is in /lib, kubeadm's drop-in takes its command back and gives its own.
    files = {**_part("/etc"), CONTAINERD_CONFIG: 'disabled_plugins = ["cri"]\n'}
    of = judge(tmp_path / "etc", files)
    assert not isinstance(of.look.node.kubelet, Missing)
    unit = of.look.node.kubelet.unit
    assert unit
    assert [file.path for file in unit.files] == [DROP_IN]
    assert of.results["cri-plugin-disabled"].outcome is Outcome.FAIL
    assert of.results["containerd-unit-killmode"].reason == (
        "this tree has no /usr/lib/systemd/system, where containerd.service may be"
    )
    reason = f"this tree has no /var/lib, where {FLAGS} may be"
    assert of.look.node.kubelet.flags == Missing(reason, Why.NOT_PRESENT)
    assert of.code == 1


def test_etc_and_var_lib_alone(tmp_path: Path) -> None:
    of = judge(tmp_path, {**_part("/etc", "/var"), "/var/lib/dpkg/status": ""})
    assert of.look.node.runtime
    assert of.look.node.runtime.value is Runtime.CONTAINERD  # an explicit endpoint says so
    assert of.results["cri-plugin-disabled"].outcome is Outcome.PASS
    assert of.results["cgroup-driver-mismatch"].outcome is Outcome.PASS
    assert of.found == {}
    assert of.code == 3


def test_a_folder_that_is_no_machine_is_not_well(tmp_path: Path) -> None:
    for name, files in (("empty", {}), ("other", {"/usr/bin/ls": "", "/home/a/notes": "x\n"})):
        of = judge(tmp_path / name, files)
        reason = f"there is no kubelet and no containerd in the tree {tmp_path / name}"
        assert of.look.node.runtime == Missing(reason, Why.NO_NODE)
        assert of.sentence.startswith(reason.replace("there", "There", 1) + ";")
        assert of.chain == ()
        assert of.code == 3, name
        assert of.results["kubelet-removed-flags"].outcome is Outcome.UNKNOWN
        assert not of.of(Outcome.FAIL)


def test_traces_of_a_kubelet_that_is_elsewhere(tmp_path: Path) -> None:
    of = judge(tmp_path, {"/usr/bin/ls": "", CONFIG: "cgroupDriver: systemd\n"})
    assert isinstance(of.look.node.runtime, Missing)
    assert of.look.node.runtime.reason == (
        f"{CONFIG} is in this tree, but neither the kubelet's program nor its unit"
    )
    assert of.code == 3


def test_containerd_without_a_kubelet_is_a_machine(tmp_path: Path) -> None:
    files = {k: v for k, v in SOUND.items() if "kubelet" not in k}
    of = judge(tmp_path, files)
    assert of.look.node.runtime
    assert of.look.node.runtime.value is Runtime.NONE
    assert of.code == 0
    assert UNIT not in files
