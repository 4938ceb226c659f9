"""Which network a real containerd loads, compared with what the files say."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.containerds import CONFIG, NOT_ASKED, configured, release
from tests.trees import tree
from tests.waiting import PATIENCE
from unshim.facts.network import cni
from unshim.host.host import Host, RpcError
from unshim.host.local import LocalHost
from unshim.model.parts.cni import CniNetwork, CniSetup
from unshim.model.values import Missing, Origin, known
from unshim.rpc import cri

from .containerd import LINES, Daemon, Line, default_config
from .containerd import release as daemon_release
from .pull_log import NOT_YET


def _config(line: Line, most: int) -> str:
    """With a folder of its own for networks; 2.1 has the old key in a file of its own version."""
    section = "cri.v1.runtime" if line == "2.1" else "grpc.v1.cri"
    table = f'\n[plugins."io.containerd.{section}".cni]\n'
    keys = f'conf_dir = "@ROOT@/net.d"\nbin_dir = "@ROOT@/bin"\nmax_conf_num = {most}\n'
    return default_config(line) + table + keys


@pytest.fixture(scope="module", params=LINES)
def daemon(lab: None, request: pytest.FixtureRequest) -> Iterator[Daemon]:
    with Daemon.start(request.param, _config(request.param, 1)) as running:
        yield running


def _setup(host: Host, daemon: Daemon) -> CniSetup:
    version = release(daemon.version.partition("~")[0].partition("+")[0])
    containerd = configured(host, version, str(daemon.config_path))
    return known(cni.read(host, containerd, NOT_ASKED).containerd)


def _told(daemon: Daemon) -> tuple[bool, Mapping[str, Any]]:
    """Whether the network is ready, and what is loaded, in the daemon's own words."""
    host, socket = LocalHost(), str(daemon.socket)
    until = time.monotonic() + PATIENCE
    while True:
        try:
            api, _ = cri.version(host, socket)
            status = cri.status(host, socket, api)
            break
        except RpcError as error:
            if NOT_YET not in error.details or time.monotonic() > until:
                raise
            time.sleep(0.02)
    ready = next(c.status for c in status.status.conditions if c.type == b"NetworkReady")
    info = {entry.key: entry.value for entry in status.info}
    told: Mapping[str, Any] = json.loads(info[b"cniconfig"])
    return ready, told


def _loaded(told: Mapping[str, Any]) -> list[tuple[str, str, list[str]]]:
    """Name, version and plugins of each network but the loopback."""
    configs = [network["Config"] for network in told["Networks"] or ()]
    return [
        (c["Name"], c["CNIVersion"], [p["Network"]["type"] for p in c["Plugins"]])
        for c in configs
        if c["Name"] != "cni-loopback"
    ]


def _plant(daemon: Daemon, files: Mapping[str, str]) -> None:
    folder = Path(str(daemon.scratch.disk)) / "net.d"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    daemon.terminate()
    daemon.launch()


def _conf(name: str, **more: object) -> str:
    return json.dumps({"cniVersion": "0.4.0", "name": name, "type": "bridge", **more})


def _listed(name: object = "list", **more: object) -> str:
    plugins = [{"type": "ptp", "ipam": {"type": "host-local"}}, {"type": "portmap"}]
    return json.dumps({"cniVersion": "1.0.0", "name": name, "plugins": plugins, **more})


ARRANGEMENTS: dict[str, dict[str, str]] = {
    "none": {},
    "one": {"10-a.conf": _conf("a")},
    "the first by name": {"20-b.conf": _conf("b"), "10-a.conflist": _listed()},
    "by name alone, not by kind": {"10.conflist": _listed(), "10-a.conf": _conf("a")},
    "capitals before small letters": {"a.conf": _conf("a"), "B.conf": _conf("b")},
    "json counts": {"00.json": _conf("j"), "10.conf": _conf("a")},
    "other suffixes do not": {"00.conf.bak": "x", "00.yaml": "x", "00": "x", "1.conf": _conf("a")},
    "a name that is a suffix": {".conf": _conf("dot"), "a.conf": _conf("a")},
    "no JSON at first": {"10.conf": "{", "20.conf": _conf("b")},
    "no JSON afterwards": {"10.conf": _conf("a"), "20.conf": "{"},
    "a list in a .conf": {"10.conf": _listed()},
    "one plugin in a .conflist": {"10.conflist": _conf("a")},
    "a list without plugins": {"10.conflist": _listed(plugins=[])},
    "a list without a name": {"10.conflist": json.dumps({"plugins": [{"type": "x"}]})},
    "a name that is a number": {"10.conflist": _listed(7)},
    "a plugin without a type": {"10.conflist": _listed(plugins=[{"ipam": {}}])},
    "a type that is a number": {"10.conf": _conf("a", type=7)},
    "types in capitals": {"10.conf": json.dumps({"Name": "n", "TYPE": "bridge"})},
    "no version": {"10.conflist": json.dumps({"name": "n", "plugins": [{"type": "x"}]})},
    "a version that is a number": {"10.conflist": _listed(cniVersion=1)},
    "capabilities that are text": {"10.conf": _conf("a", capabilities={"portMappings": "true"})},
    "capabilities that are null": {"10.conf": _conf("a", capabilities={"portMappings": None})},
    "an ipam that is text": {"10.conf": _conf("a", ipam="host-local")},
    "an empty file": {"10.conf": ""},
    "an array": {"10.conf": "[]"},
    "plugins in a folder": {
        "10.conflist": json.dumps({"cniVersion": "1.0.0", "name": "n"}),
        "n/1.conf": json.dumps({"type": "tuning"}),
    },
    "plugins in a folder too": {"10.conflist": _listed("n"), "n/1.conf": '{"type": "tuning"}'},
    "a folder that does not count": {
        "10.conflist": _listed("n", loadOnlyInlinedPlugins=True),
        "n/1.conf": '{"type": "tuning"}',
    },
    "a name twice": {"10.conf": '{"name": "a", "name": "b", "type": "x", "type": "bridge"}'},
    "bytes that are no UTF-8": {"10.conf": _conf("a", note="@")},
    "a byte order mark": {"10.conf": "\ufeff" + _conf("a")},
    "NaN": {"10.conf": '{"name": "a", "type": "bridge", "mtu": NaN}'},
}


@pytest.mark.parametrize("name", ARRANGEMENTS)
def test_the_network_that_is_loaded(daemon: Daemon, name: str) -> None:
    _plant(daemon, ARRANGEMENTS[name])
    if name == "bytes that are no UTF-8":
        path = Path(str(daemon.scratch.disk)) / "net.d/10.conf"
        path.write_bytes(path.read_bytes().replace(b"@", b"\xff"))
        daemon.terminate()
        daemon.launch()
    setup = _setup(LocalHost(), daemon)
    ready, told = _told(daemon)
    expected = []
    for file in setup.active or ():
        assert isinstance(file.network, CniNetwork)
        network = file.network
        expected.append((network.name, network.version, [p.type for p in network.plugins]))
    assert (ready, _loaded(told)) == (not isinstance(setup.active, Missing), expected)
    assert told["PluginConfDir"] == setup.conf_dir.value
    assert tuple(told["PluginDirs"]) == setup.bin_dirs.value


@pytest.mark.parametrize(("line", "most"), [("1.6", 2), ("1.7", 0), ("2.1", 0)])
def test_several_networks(lab: None, line: Line, most: int) -> None:
    with Daemon.start(line, _config(line, most)) as daemon:
        _plant(daemon, {f"{n}.conf": _conf(f"n{n}") for n in range(4)})
        active = known(_setup(LocalHost(), daemon).active)
        names = [f.network.name for f in active if isinstance(f.network, CniNetwork)]
        assert names == [name for name, _, _ in _loaded(_told(daemon)[1])]
        assert len(names) == (most or 4)


@pytest.mark.parametrize("line", LINES)
def test_where_debian_looks_for_plugins(lab: None, tmp_path: Path, line: Line) -> None:
    """Debian's own `config default`, against what is taken for a machine with its package."""
    package = daemon_release(line)
    binary = package.path / "usr/bin/containerd"
    output = subprocess.run([str(binary), "config", "default"], capture_output=True, check=True)
    default = tmp_path / "default.toml"
    default.write_bytes(output.stdout)
    version = release(package.versions["containerd"].partition("~")[0].partition("+")[0])
    debian = {"/var/lib/dpkg/info/containerd.list": "", "/etc/os-release": "ID=debian\n"}
    host = tree(tmp_path / "tree", debian)
    found = [
        known(cni.read(reader, configured(reader, version, path), NOT_ASKED).containerd)
        for reader, path in ((LocalHost(), str(default)), (host, CONFIG))
    ]
    written, assumed = found
    assert assumed.bin_dirs.value == written.bin_dirs.value
    assert assumed.conf_dir.value == written.conf_dir.value
    assert written.bin_dirs.source.origin is Origin.FILE
    assert assumed.bin_dirs.source.origin is Origin.DEFAULT
