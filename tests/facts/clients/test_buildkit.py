from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.trees import recorded, texts
from unshim.facts.clients import buildkit
from unshim.facts.systemd import units as systemd
from unshim.model.machine import ParseError
from unshim.model.parts.clients import Buildkit
from unshim.model.values import Missing, Origin, known

CONFIG = "/etc/buildkit/buildkitd.toml"
TOML = """\
[grpc]
address = ["tcp://0.0.0.0:1234", "unix:///run/b.sock"]
[worker.oci]
enabled = false
[worker.containerd]
enabled = true
namespace = "k8s.io"
[registry."docker.io"]
mirrors = ["https://me:hunter2@m.test", "n.test"]
[registry."r.test:5000"]
http = true
insecure = true
"""


def _read(folder: Path, text: str | None, *argv: str, **more: Any) -> Buildkit:
    process = {"pid": 7, "name": "buildkitd", "exe": "/usr/local/bin/buildkitd", "started": 1.0}
    processes = [{**process, "argv": ["buildkitd", *argv], "uid": 0}] if argv else []
    paths = texts({CONFIG: text} if text is not None else {})
    host = recorded(folder, paths={**paths, **more.pop("paths", {})}, processes=processes, **more)
    return buildkit.read(host, host.processes(), systemd.read(host, ()))


def test_nothing_there_gives_the_defaults(tmp_path: Path) -> None:
    found = _read(tmp_path, None)
    assert (found.binary, found.process, found.unit, found.config) == (None, None, None, {})
    assert known(found.addresses).value == ("unix:///run/buildkit/buildkitd.sock",)
    assert (known(found.oci_worker).value, known(found.containerd_worker).value) == ("auto", "auto")
    assert known(found.namespace).value == "buildkit"
    assert known(found.containerd_address).value == "/run/containerd/containerd.sock"
    assert known(found.snapshotter).source.origin is Origin.DEFAULT
    assert found.registries == ()


def test_the_file(tmp_path: Path) -> None:
    found = _read(tmp_path, TOML)
    assert known(found.addresses).value == ("tcp://0.0.0.0:1234", "unix:///run/b.sock")
    assert (known(found.oci_worker).value, str(known(found.oci_worker).source)) == (
        "false",
        f"{CONFIG}:4",
    )
    assert known(found.containerd_worker).value == "true"
    assert known(found.namespace).value == "k8s.io"
    docker, other = known(found.registries)
    assert (docker.host, docker.http) == ("docker.io", None)
    assert [m.value for m in docker.mirrors] == ["https://(removed)@m.test", "n.test"]
    assert str(docker.mirrors[0].source) == f"{CONFIG}:9"
    assert other.host == "r.test:5000"
    assert other.http and other.insecure
    assert (other.http.value, other.insecure.value, other.mirrors) == (True, True, ())
    assert "hunter2" not in repr(found)


def test_flags_go_before_the_file(tmp_path: Path) -> None:
    found = _read(
        tmp_path,
        TOML,
        *("--debug", "--oci-worker=true", "--containerd-worker", "auto"),
        *("--containerd-worker-namespace=mine", "--addr", "unix:///a", "--addr=unix:///b"),
    )
    assert known(found.oci_worker).value == "true"
    assert known(found.containerd_worker).value == "auto"
    assert known(found.namespace).value == "mine"
    assert known(found.addresses).value == ("unix:///a", "unix:///b")
    assert known(found.namespace).source.origin is Origin.PROCESS


def test_a_file_of_another_place(tmp_path: Path) -> None:
    other = texts({"/srv/b.toml": '[worker.containerd]\nsnapshotter = "native"\n'})
    found = _read(tmp_path, TOML, "--config=/srv/b.toml", paths=other)
    assert known(found.snapshotter).value == "native"
    assert known(found.namespace).value == "buildkit"


@pytest.mark.parametrize("text", ["[worker\n", "x = 1\nx = 2\n", "\x1b"])
def test_a_broken_file(tmp_path: Path, text: str) -> None:
    found = _read(tmp_path, text)
    assert isinstance(found.config, ParseError)
    assert found.config.path == CONFIG
    for fact in (found.addresses, found.oci_worker, found.namespace, found.registries):
        assert isinstance(fact, Missing)


def test_a_setting_of_another_kind_does_not_count(tmp_path: Path) -> None:
    found = _read(tmp_path, '[grpc]\naddress = "x"\n[worker.oci]\nenabled = "no"\n')
    assert known(found.addresses).source.origin is Origin.DEFAULT
    assert known(found.oci_worker).value == "auto"


def test_where_nerdctl_looks_for_it(tmp_path: Path) -> None:
    path = "/run/buildkit/buildkitd.sock"
    found = _read(
        tmp_path, None, sockets={path: {"state": "listening", "reason": "", "real": path}}
    )
    assert [s.path for s in found.sockets if s.state.value == "listening"] == [path]
