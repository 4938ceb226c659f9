"""Lines of containerd's configuration that count for nothing: which are told, and how loudly."""

from __future__ import annotations

from pathlib import Path

import pytest

from checks.runtime.unread import containerd_config_unread
from tests.checks.changed import evidence, result, verdict, with_config
from tests.laws.nodes import node
from tests.trees import KUBEADM, installed, tree
from unshim.facts.gather import gather
from unshim.model.node import Node
from unshim.model.parts.containerd import Unread
from unshim.model.values import Origin, Source

REAL = "containerd-2.3-with-a-file-of-1.6"
CRI = '[plugins."io.containerd.grpc.v1.cri"]\n'
RUNC = '[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]\n'
LINE = Source(Origin.FILE, "/etc/containerd/config.toml", 3)


def _node(folder: Path, release: str, text: str) -> Node:
    packages = installed(kubelet="1.27.7-00", containerd=f"{release}-1")
    files = {
        **KUBEADM,
        **packages,
        "/usr/bin/containerd": "",
        "/lib/systemd/system/containerd.service": "[Service]\nExecStart=/usr/bin/containerd\n",
        "/etc/containerd/config.toml": f"version = 2\n{text}",
    }
    return gather(tree(folder, files))


def test_a_real_daemon_drops_the_same_two_keys() -> None:
    """Its journal: `Ignoring unknown key in TOML for plugin`, key=disable_cgroup and the other."""
    assert verdict(containerd_config_unread, node(REAL)) == "warning"
    shown = evidence(containerd_config_unread, node(REAL))
    assert [what.rpartition(".")[2] for what in shown] == [
        "max_concurent_downloads",
        "disable_cgroup",
    ]
    slip, _ = shown.values()
    assert slip.expected == "max_concurrent_downloads"


@pytest.mark.parametrize(
    ("release", "text", "want"),
    [
        pytest.param("1.7.24", f"{CRI}sandbox_image = 'a'\n", "pass", id="a key that is read"),
        pytest.param("1.7.24", f"{CRI}sandbox_imag = 'a'\n", "warning", id="a slip of the pen"),
        pytest.param("1.7.24", f"{CRI}colour = 'a'\n", "warning", id="what nobody ever read"),
        pytest.param("2.1.9", f"{CRI}disable_cgroup = true\n", "info", id="what 2.0 gave up"),
        pytest.param("2.3.4", f"{CRI}disable_cgroup = true\n", "info", id="on 2.3 too"),
        pytest.param("2.3.4", f"{CRI}disable_cgroup = false\n", "pass", id="it sets nothing"),
        pytest.param("2.1.9", f"{RUNC}runtime_root = ''\n", "pass", id="as a full dump has it"),
        pytest.param("2.1.9", f"{CRI}sandbox_image = 'a'\n", "pass", id="2.x moves it"),
        pytest.param(
            "1.7.24",
            "[proxy_plugins.a]\ntype = 'snapshot'\naddress = '/a'\nx = 1\n",
            "pass",
            id="a proxy's own",
        ),
    ],
)
def test_by_release(release: str, text: str, want: str, tmp_path: Path) -> None:
    assert verdict(containerd_config_unread, _node(tmp_path, release, text)) == want


def test_a_long_list_ends_with_how_many_more() -> None:
    lost = tuple(Unread(f"key{i}", LINE, "nobody reads it") for i in range(23))
    (finding,) = result(containerd_config_unread, with_config(node(REAL), unread=lost)).findings
    assert finding.summary == "containerd does not read 23 lines of its configuration"
    assert len(finding.evidence) == 21
    assert (finding.evidence[-1].what, finding.evidence[-1].value) == ("and more", "3")
