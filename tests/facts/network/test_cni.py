"""CNI from trees of files. Which network is loaded is compared with real containerds in
tests/lab/test_cni_loading.py; here are sources, plugins, dockershim, and what goes wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests import NODES
from tests.containerds import CONFIG, NOT_ASKED, configured, release
from tests.trees import FLAGS, KUBEADM, installed, tree
from unshim.facts.containerd import containerd
from unshim.facts.kubelet import kubelet
from unshim.facts.network import cni
from unshim.facts.systemd import units as systemd
from unshim.model.machine import ParseError
from unshim.model.parts.cni import Cni, CniNetwork, CniSetup
from unshim.model.parts.containerd import Condition
from unshim.model.values import Missing, Origin, Setting, Source, known
from unshim.record.recorded import RecordedHost

V2 = 'version = 2\n[plugins."io.containerd.grpc.v1.cri".cni]\n'
V3 = 'version = 3\n[plugins."io.containerd.cri.v1.runtime".cni]\n'
BRIDGE = {
    "cniVersion": "0.4.0",
    "name": "mynet",
    "plugins": [
        {
            "type": "bridge",
            "ipam": {
                "type": "host-local",
                "subnet": "10.0.0.0/16",
                "ranges": [[{"subnet": "10.1.0.0/16"}, {"subnet": "fd00::/64"}]],
            },
        },
        {"type": "portmap", "capabilities": {"portMappings": True}},
    ],
}
LIST = {"/etc/cni/net.d/10-a.conflist": json.dumps(BRIDGE)}


def _setup(folder: Path, files: Mapping[str, str], version: str = "1.6.20") -> CniSetup:
    host = tree(folder, files)
    found = cni.read(host, configured(host, release(version)), NOT_ASKED)
    return known(found.containerd)


@pytest.mark.parametrize(
    ("version", "config", "bin_dirs", "where"),
    [
        ("1.6.20", "version = 2\n", ("/opt/cni/bin",), "default of containerd 1.6"),
        ("1.6.20", V2 + 'bin_dir = "/b"\n', ("/b",), f"{CONFIG}:3"),
        ("1.6.20", V2 + 'bin_dirs = ["/b"]\n', ("/opt/cni/bin",), "default of containerd 1.6"),
        ("2.1.9", V3 + 'bin_dirs = ["/b", "/c"]\n', ("/b", "/c"), f"{CONFIG}:3"),
        ("2.1.9", V3 + 'bin_dir = "/b"\n', ("/b",), f"{CONFIG}:3"),
        ("2.1.9", V2 + 'bin_dir = "/b"\n', ("/b",), f"{CONFIG}:3"),
        ("2.1.9", V3 + 'bin_dir = ""\n', ("/opt/cni/bin",), "default of containerd 2.1"),
    ],
)
def test_where_plugins_are_looked_for(
    tmp_path: Path, version: str, config: str, bin_dirs: tuple[str, ...], where: str
) -> None:
    found = _setup(tmp_path, {CONFIG: config}, version)
    assert (found.bin_dirs.value, str(found.bin_dirs.source)) == (bin_dirs, where)


def test_both_keys_keep_2_1_from_serving(tmp_path: Path) -> None:
    host = tree(tmp_path, {CONFIG: V3 + 'bin_dir = "/b"\nbin_dirs = ["/c"]\n'})
    found = cni.read(host, configured(host, release("2.1.9")), NOT_ASKED).containerd
    assert isinstance(found, Missing)
    assert all(f"{CONFIG}:{line}" in found.reason for line in (3, 4))


@pytest.mark.parametrize(
    ("version", "system", "bin_dirs"),
    [
        ("1.6.20", "debian", ("/opt/cni/bin",)),
        ("1.7.24", "debian", ("/usr/lib/cni",)),
        ("1.7.24", "ubuntu", ("/opt/cni/bin",)),
        ("2.1.9", "debian", ("/usr/lib/cni", "/opt/cni/bin")),
    ],
)
def test_debians_own_defaults(
    tmp_path: Path, version: str, system: str, bin_dirs: tuple[str, ...]
) -> None:
    files = {
        "/var/lib/dpkg/info/containerd.list": "",
        "/etc/os-release": f'NAME="x"\nID={system}\n',
    }
    assert _setup(tmp_path, files, version).bin_dirs.value == bin_dirs


def test_a_network_and_its_plugins(tmp_path: Path) -> None:
    files = {**LIST, CONFIG: V2 + 'conf_dir = "/etc/cni/net.d"\nbin_dir = "/b"\n'}
    files |= {"/b/bridge": "", "/b/portmap": "", "/b/sub/x": ""}
    (tmp_path / "b").mkdir()
    for name in ("bridge", "portmap"):
        (tmp_path / "b" / name).write_text("")
        (tmp_path / "b" / name).chmod(0o755 if name == "bridge" else 0o644)
    found = _setup(tmp_path, files)
    (file,) = known(found.active)
    network = file.network
    assert isinstance(network, CniNetwork)
    assert (network.name, network.version) == ("mynet", "0.4.0")
    bridge, portmap = network.plugins
    assert bridge.subnets == ("10.0.0.0/16", "10.1.0.0/16", "fd00::/64")
    assert (bridge.ipam, bridge.port_mappings, portmap.port_mappings) == ("host-local", False, True)
    assert network.programs == ("bridge", "host-local", "portmap")
    assert [(b.name, b.executable) for b in known(found.binaries)] == [
        ("bridge", True),
        ("portmap", False),
    ]
    assert found.lacking(network) == ("loopback", "host-local", "portmap")
    own = V3 + 'bin_dirs = ["/b"]\nuse_internal_loopback = true\n'
    newer = _setup(tmp_path, {CONFIG: own}, "2.1.9")
    assert newer.lacking(network) == ("host-local", "portmap")
    assert str(found.conf_dir.source) == f"{CONFIG}:3"


def test_the_first_folder_with_a_plugin_has_it(tmp_path: Path) -> None:
    files = {CONFIG: V3 + 'bin_dirs = ["/a", "/b"]\n', "/a/x": "", "/b/x": "", "/b/y": ""}
    found = known(_setup(tmp_path, files, "2.1.9").binaries)
    assert [b.path for b in found] == ["/a/x", "/b/y"]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("1.conf", '{"type": "x"', "is not JSON"),
        ("1.conf", "[1]", "is not an object"),
        ("1.conf", '{"name": "\x1b[31m"}', "is not JSON"),
        ("1.conf", '{"name": "secret"}', "without a type"),
        ("1.conflist", '{"plugins": []}', "has no name"),
        ("1.conflist", '{"name": "n", "plugins": [1]}', "not an object"),
        ("1.conflist", '{"name": "n"}', "no list of plugins"),
        ("1.json", "{" * 3000, "is not JSON"),
    ],
)
def test_a_file_that_is_refused(tmp_path: Path, name: str, text: str, words: str) -> None:
    path = f"/etc/cni/net.d/{name}"
    found = _setup(tmp_path, {path: text, "/etc/cni/net.d/9.conf": '{"type": "x"}'})
    assert isinstance(found.active, Missing)
    first, second = known(found.files)
    assert isinstance(first.network, ParseError)
    assert (first.network.path, words in first.network.message) == (path, True)
    assert "secret" not in repr(first)
    assert isinstance(second.network, CniNetwork)


def test_no_network_at_all(tmp_path: Path) -> None:
    found = _setup(tmp_path, {})
    assert found.files == ()
    assert isinstance(found.active, Missing)
    assert "/etc/cni/net.d" in found.active.reason


def test_names_that_want_to_be_seen_wrongly(tmp_path: Path) -> None:
    text = json.dumps({"name": "a\u202eb", "type": "x\x1b[2J", "ipam": {"subnet": "\x07"}})
    (file,) = known(_setup(tmp_path, {"/etc/cni/net.d/\x1b.conf": text}).files)
    assert "\x1b" not in file.path
    assert isinstance(file.network, CniNetwork)
    assert file.network.name == "a\\u202eb"
    assert file.network.plugins[0].type == "x\\x1b[2J"
    assert file.network.plugins[0].subnets == ("\\x07",)


def _under_dockershim(folder: Path, words: str, files: Mapping[str, str], version: str) -> Cni:
    line = f'KUBELET_KUBEADM_ARGS="{words}"\n'
    packages = installed(kubelet=f"{version}-00")
    host = tree(folder, {**KUBEADM, FLAGS: line, **packages, **files})
    units = systemd.read(host)
    the_kubelet = kubelet.read(host, host.processes(), units)
    return cni.read(host, NOT_ASKED, the_kubelet)


def test_dockershim_passes_over_what_it_cannot_use(tmp_path: Path) -> None:
    files = {
        "/n/1.conf": "{",
        "/n/2.conf": '{"name": "two", "type": "gone"}',
        "/n/3.conf": '{"name": "three", "type": "there", "ipam": {"type": "also-gone"}}',
    }
    (tmp_path / "b").mkdir()
    (tmp_path / "b/there").write_text("")
    (tmp_path / "b/there").chmod(0o755)
    words = "--network-plugin=cni --cni-conf-dir=/n --cni-bin-dir=/a,/b"
    found = _under_dockershim(tmp_path, words, files, "1.20.2")
    assert known(found.plugin) == Setting("cni", Source(Origin.FLAG, FLAGS, 1))
    setup = known(found.kubelet)
    assert setup is not None
    assert setup.bin_dirs.value == ("/a", "/b")
    assert [file.path for file in known(setup.active)] == ["/n/3.conf"]


def test_dockershims_defaults_and_a_kubelet_without(tmp_path: Path) -> None:
    found = _under_dockershim(tmp_path / "a", "", {}, "1.23.9")
    setup = known(found.kubelet)
    assert setup is not None
    assert (setup.conf_dir.value, setup.bin_dirs.value) == ("/etc/cni/net.d", ("/opt/cni/bin",))
    assert known(found.plugin) == Setting("", Source(Origin.DEFAULT, "default of the kubelet"))
    found = _under_dockershim(tmp_path / "b", "", {}, "1.24.0")
    assert (found.kubelet, found.plugin) == (None, None)


@pytest.mark.parametrize(("status", "words"), [(True, ""), (False, "no network")])
def test_what_the_running_containerd_says(status: bool, words: str) -> None:
    host = RecordedHost(str(NODES / "containerd-healthy"))
    found = containerd.read(host, host.processes(), systemd.read(host))
    running = known(found.running)
    service = known(running.cri)
    condition = Condition("NetworkReady", status, "Reason", "no network")
    told = running._replace(cri=service._replace(conditions=(condition,)))
    answer = cni.read(host, found._replace(running=told), NOT_ASKED)
    assert known(answer.ready) == Setting(words, Source(Origin.DAEMON, found.socket.path))
