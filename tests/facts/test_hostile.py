"""What breaks in one source costs its own fact alone, and is told in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.trees import KUBEADM, installed, recorded, texts, tree
from unshim.facts.containerd.unread import LIMIT
from unshim.facts.gather import gather
from unshim.model.machine import ParseError
from unshim.model.parts.containerd import Containerd, ContainerdConfig
from unshim.model.parts.docker import Docker
from unshim.model.parts.kernel import Kernel, Swap
from unshim.model.parts.kubelet import Kubelet
from unshim.model.parts.storage import Storage
from unshim.model.values import FileText, Missing, Origin, Setting
from unshim.report import facts
from unshim.text.sizes import kubelet_bytes
from unshim.text.toml_marks import read_toml

CONTAINERD = {
    "/usr/bin/containerd": "",
    "/lib/systemd/system/containerd.service": "[Service]\nExecStart=/usr/bin/containerd\n",
    **installed(containerd="1.7.24"),
}
DIGITS = "9" * 100_000


def test_swap_of_a_size_that_is_no_number(tmp_path: Path) -> None:
    lines = (
        f"Filename Type Size Used Priority\n/a file {DIGITS} 0 -2\n/b file ² 0 -2\n/c file 1 0 -2"
    )
    kernel = gather(tree(tmp_path, {"/proc/swaps": lines})).kernel
    assert isinstance(kernel, Kernel)
    assert kernel.swaps == (Swap("/c", 1024, 0),)


def test_room_that_is_no_number(tmp_path: Path) -> None:
    answer = f"Filesystem 1024-blocks Used Available Capacity Mounted on\nd {DIGITS} 1 1 1% /\n"
    argv = ["df", "-Pk", "--", "/"]
    command = {"argv": argv, "code": 0, "stdout": answer, "stderr": ""}
    paths = {"/": {"kind": "directory"}, **texts({"/proc/1/mountinfo": "\n"})}
    storage = gather(recorded(tmp_path, commands=[command], paths=paths)).storage
    assert isinstance(storage, Storage)
    assert {disk.use for disk in storage.disks} >= {"root", "pod-logs"}


@pytest.mark.parametrize("release", ["1.19.16", "1.9.0", "2.0.1"])
def test_kubelet_of_a_release_that_is_not_known(release: str, tmp_path: Path) -> None:
    """What is set is still told; of what is not, nothing is guessed."""
    kubelet = gather(tree(tmp_path, {**KUBEADM, **installed(kubelet=release)})).kubelet
    assert isinstance(kubelet, Kubelet)
    told = kubelet.effective["cgroupDriver"]
    if release.startswith("1."):
        assert isinstance(told, Setting)
        assert told.source.origin is Origin.FILE
        unset = kubelet.effective["podLogsDir"]
        assert isinstance(unset, Missing)
        assert release in unset.reason


def test_half_a_character_in_dockers_file(tmp_path: Path) -> None:
    text = r'{"log-driver": "\ud800", "log-opts": {"\ud800\u001b": "\u202e"}}'
    node = gather(tree(tmp_path, {"/etc/docker/daemon.json": text}))
    assert isinstance(node.docker, Docker)
    assert not isinstance(node.docker.log_opts, Missing)
    told = facts.as_json(node, "docker", {})
    for hostile in ('"\\ud800', "\\u001b", '\\u202e"', "\x1b"):
        assert hostile not in told.replace("\\\\", "")


def test_containerd_files_of_many_keys_that_nobody_knows(tmp_path: Path) -> None:
    text = "version = 2\n" + "".join(f"k{number} = 1\n" for number in range(LIMIT * 2))
    node = gather(tree(tmp_path, {**CONTAINERD, "/etc/containerd/config.toml": text}))
    assert isinstance(node.containerd, Containerd)
    config = node.containerd.config
    assert isinstance(config, ContainerdConfig)
    assert [one.key for one in config.unread] == [f"k{number}" for number in range(LIMIT)]


def test_no_key_that_nobody_knows_tells_a_login(tmp_path: Path) -> None:
    text = 'version = 2\n["u:CANARY7f3a@r.io"]\na = 1\n'
    node = gather(tree(tmp_path, {**CONTAINERD, "/etc/containerd/config.toml": text}))
    told = facts.as_json(node, "containerd", {})
    assert "(removed)@r.io" in told
    assert "CANARY7f3a" not in told


def test_a_line_of_a_megabyte_is_read_once(tmp_path: Path) -> None:
    """Looking for lines that go on must not begin anew at each of its characters."""
    node = gather(tree(tmp_path, {"/etc/modprobe.d/a.conf": "x" * 1_000_000}))
    assert isinstance(node.kernel, Kernel)


@pytest.mark.parametrize("text", ["x = " + "9" * 100_000, "a" + ".a" * 50_000 + " = 1"])
def test_toml_that_takes_no_end_to_read_is_refused(text: str) -> None:
    assert isinstance(read_toml(FileText("/x", text.encode())), ParseError)


def test_dotted_keys_of_a_sane_depth_are_read() -> None:
    text = b'a.b.c = "x.y"\n[d."e.f".g]\nh=1'
    assert not isinstance(read_toml(FileText("/x", text)), ParseError)


def test_a_size_of_hundreds_of_digits_is_none() -> None:
    assert kubelet_bytes("9" * 400 + "Mi") is None
