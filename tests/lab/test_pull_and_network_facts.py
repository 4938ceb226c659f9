"""CNI, proxies, registries and clients on a real node, against what its daemons really use."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from unshim.host.local import LocalHost
from unshim.rpc import cri

from . import kubelet
from .node import Node

OTHER = json.dumps({"cniVersion": "0.3.1", "name": "other", "type": "bridge"})
GONE = json.dumps({"cniVersion": "0.3.1", "name": "gone", "type": "gone"})
PROXY = "/etc/systemd/system/containerd.service.d/proxy.conf"
MANAGER = "/etc/systemd/system.conf.d/proxy.conf"


def _facts(node: Node, subject: str) -> Any:
    done = node.run(
        ["/opt/unshim/bin/python", "-c", _PROGRAM, subject], env={"PYTHONPATH": "/opt/src"}
    )
    return json.loads(done.stdout)


_PROGRAM = """\
import json, sys
from unshim.facts.gather import gather
from unshim.host.local import LocalHost
from unshim.report.plain import plain
print(json.dumps(plain(getattr(gather(LocalHost()), sys.argv[1]))))
"""


def _names(active: Any) -> list[str]:
    return [file["network"]["name"] for file in active]


@pytest.mark.slow
@pytest.mark.parametrize("runtime", ["dockershim", "containerd"])
def test_the_network_that_a_pod_gets(node_layers: None, runtime: kubelet.Runtime) -> None:
    files = {"/etc/cni/net.d/20-other.conf": OTHER}
    if runtime == "dockershim":
        files |= {"/etc/cni/net.d/00-broken.conf": "{", "/etc/cni/net.d/05-gone.conf": GONE}
    pod = kubelet.Pod("web", host_network=False)
    with kubelet.boot(runtime, [pod], files=files) as node:
        found = _facts(node, "cni")
        setup = found["kubelet" if runtime == "dockershim" else "containerd"]
        assert setup["bin_dirs"]["value"] == ["/usr/lib/cni"]
        assert _names(setup["active"]) == ["lab"]
        assert node.text("ls", "/var/lib/cni/networks").split() == ["lab"]
        listed = node.text("find", "/usr/lib/cni", "-type", "f", "-perm", "-1", "-printf", "%f\n")
        assert {b["name"] for b in setup["binaries"]} == set(listed.split())
        if runtime == "containerd":
            told = _told(node)
            assert [n["Config"]["Name"] for n in told["Networks"]] == ["cni-loopback", "lab"]
            assert told["PluginDirs"] == setup["bin_dirs"]["value"]
            assert told["PluginConfDir"] == setup["conf_dir"]["value"]
            assert found["ready"]["value"] == ""
        else:
            assert found["plugin"]["value"] == "cni"


def _told(node: Node) -> Mapping[str, Any]:
    socket = f"{node.root}/run/containerd/containerd.sock"
    api, _ = cri.version(LocalHost(), socket)
    info = {e.key: e.value for e in cri.status(LocalHost(), socket, api).info}
    told: Mapping[str, Any] = json.loads(info[b"cniconfig"])
    return told


def test_proxies_are_those_of_the_process(node_layers: None) -> None:
    """As configured before the restart, and as the process has them after it."""
    files = {MANAGER: "[Manager]\nDefaultEnvironment=NO_PROXY=a HTTP_PROXY=http://all:1\n"}
    with Node.boot(files=files, docker="disabled") as node:
        node.wait_socket("/run/containerd/containerd.sock")
        text = "[Service]\nEnvironment=HTTP_PROXY=http://me:pw@p.test:3128 'NO_PROXY=a, b'\n"
        node.write(PROXY, text + "EnvironmentFile=/etc/default/proxy\n")
        node.write("/etc/default/proxy", "https_proxy='http://q.test'\n")
        node.systemctl("daemon-reload")
        before = _facts(node, "proxies")["services"][0]
        running = {name: s["value"] for name, s in before["running"].items()}
        assert running == {"NO_PROXY": "a", "HTTP_PROXY": "http://all:1"}
        node.systemctl("restart", "containerd")
        node.wait_socket("/run/containerd/containerd.sock")
        after = _facts(node, "proxies")["services"][0]
        assert after["service"] == "containerd"
        pid = node.text("systemctl", "show", "-P", "MainPID", "containerd")
        pairs = (p.partition("=") for p in node.text("cat", f"/proc/{pid}/environ").split("\0"))
        real = {name: text for name, _, text in pairs if name.lower().endswith("_proxy")}
        assert real == {
            "HTTP_PROXY": "http://me:pw@p.test:3128",
            "NO_PROXY": "a, b",
            "https_proxy": "http://q.test",
        }
        expected = {**real, "HTTP_PROXY": "http://(removed)@p.test:3128"}
        assert {name: s["value"] for name, s in after["running"].items()} == expected
        assert {name: s["value"] for name, s in after["configured"].items()} == expected
        assert before["configured"] == after["configured"]
        assert after["configured"]["HTTP_PROXY"]["source"] == f"{PROXY}:2"
        assert after["configured"]["https_proxy"]["source"] == "/etc/default/proxy:1"


def test_a_node_as_it_is_installed(shared_node: Node) -> None:
    """Debian's containerd 1.6 with Debian's file: no tree, no clients, nobody's node."""
    registry = _facts(shared_node, "registry")
    assert registry["config_path"]["value"] == ""
    assert (registry["roots"], registry["directories"], registry["unread"]) == ([], [], {})
    assert _facts(shared_node, "nerdctl")["binary"] is None
    buildkit = _facts(shared_node, "buildkit")
    assert (buildkit["binary"], buildkit["process"], buildkit["unit"]) == (None, None, None)
    assert {socket["state"] for socket in buildkit["sockets"]} == {"absent"}
    assert _facts(shared_node, "distribution") is None
    cni = _facts(shared_node, "cni")["containerd"]
    assert cni["bin_dirs"]["value"] == ["/usr/lib/cni"]
    assert cni["bin_dirs"]["source"].startswith("/etc/containerd/config.toml:")
    assert "no network configuration" in cni["active"]["missing"]
