from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.trees import recorded, texts
from unshim.facts.gather import gather
from unshim.model.parts.proxy import Proxies, ServiceProxy, in_force
from unshim.model.values import Missing, Origin, Setting, Source, known

UNIT = "/lib/systemd/system/containerd.service"
DROP_IN = "/etc/systemd/system/containerd.service.d/http-proxy.conf"
START = "[Service]\nExecStart=/usr/bin/containerd\n"


def _read(folder: Path, files: Mapping[str, str], **index: Any) -> Proxies:
    host = recorded(folder, paths=texts({UNIT: START, **files}), **{"processes": [], **index})
    return known(gather(host).proxies)


def _of(found: Proxies, service: str) -> ServiceProxy:
    one = found.of(service)
    assert one is not None
    return one


def test_unit_and_environment_file_and_where_they_stand(tmp_path: Path) -> None:
    files = {
        DROP_IN: '[Service]\nEnvironment="HTTP_PROXY=http://me:hunter2@p.test:3128/" OTHER=x\n'
        "Environment=no_proxy=localhost,10.0.0.0/8\nEnvironmentFile=-/etc/default/proxy\n",
        "/etc/default/proxy": "# all\nHTTPS_PROXY=me:hunter2@p.test:1\n",
    }
    found = _read(tmp_path, files)
    variables = known(_of(found, "containerd").configured)
    assert variables == {
        "HTTP_PROXY": Setting("http://(removed)@p.test:3128/", Source(Origin.FILE, DROP_IN, 2)),
        "no_proxy": Setting("localhost,10.0.0.0/8", Source(Origin.FILE, DROP_IN, 3)),
        "HTTPS_PROXY": Setting("(removed)@p.test:1", Source(Origin.FILE, "/etc/default/proxy", 2)),
    }
    assert "hunter2" not in repr(found)
    assert _of(found, "containerd").running is None
    assert _of(found, "kubelet").configured is None


def test_systemd_gives_all_units_its_own_default(tmp_path: Path) -> None:
    main, extra = "/etc/systemd/system.conf", "/etc/systemd/system.conf.d/p.conf"
    files = {
        main: "[Manager]\nDefaultEnvironment=HTTP_PROXY=http://a NO_PROXY=x\n",
        "/usr/lib/systemd/system.conf.d/p.conf": "[Manager]\nDefaultEnvironment=NO_PROXY=never\n",
        extra: "[Manager]\nDefaultEnvironment='HTTP_PROXY=http://b'\n"
        "[Service]\nDefaultEnvironment=NO_PROXY=never\n",
        DROP_IN: "[Service]\nEnvironment=NO_PROXY=y\n",
    }
    variables = known(_of(_read(tmp_path, files), "containerd").configured)
    assert variables is not None
    assert {name: (s.value, str(s.source)) for name, s in variables.items()} == {
        "HTTP_PROXY": ("http://b", f"{extra}:2"),
        "NO_PROXY": ("y", f"{DROP_IN}:2"),
    }


def test_an_empty_assignment_takes_the_default_back(tmp_path: Path) -> None:
    files = {
        "/etc/systemd/system.conf": "[Manager]\nDefaultEnvironment=HTTP_PROXY=http://a\n",
        "/etc/systemd/system.conf.d/p.conf": "[Manager]\nDefaultEnvironment=\n",
    }
    assert _of(_read(tmp_path, files), "containerd").configured == {}


def test_what_a_process_was_given(tmp_path: Path) -> None:
    containerd = {"pid": 7, "name": "containerd", "exe": "/usr/bin/containerd"}
    processes = [{**containerd, "argv": ["containerd"], "started": 1.0, "uid": 0}]
    values = {"http_proxy": "http://u:hunter2@p.test", "HTTP_PROXY": ""}
    found = _read(tmp_path, {}, processes=processes, environments=[{"pid": 7, "values": values}])
    running = known(_of(found, "containerd").running)
    assert running is not None
    wins = in_force(running, "HTTP_PROXY")
    assert wins == Setting("http://(removed)@p.test", Source(Origin.PROCESS, "process containerd"))
    assert in_force(running, "NO_PROXY") is None


def test_capitals_go_first() -> None:
    source = Source(Origin.FILE, "/x", 1)
    variables = {"http_proxy": Setting("small", source), "HTTP_PROXY": Setting("LARGE", source)}
    wins = in_force(variables, "http_proxy")
    assert wins and wins.value == "LARGE"


def test_a_login_and_docker(tmp_path: Path) -> None:
    proxies = '{\n"proxies": {"http-proxy": "http://u:hunter2@d",\n"no-proxy": "x"}}'
    files = {
        "/etc/environment": 'PATH="/bin"\nhttps_proxy="http://l"\n',
        "/etc/docker/daemon.json": proxies,
        "/lib/systemd/system/docker.service": "[Service]\n"
        "ExecStart=/usr/bin/dockerd --no-proxy=y\n",
    }
    found = _read(tmp_path, files)
    assert known(found.login) == {
        "https_proxy": Setting("http://l", Source(Origin.FILE, "/etc/environment", 2))
    }
    docker = known(found.docker)
    assert {name: (s.value, s.source.line) for name, s in docker.items()} == {
        "http-proxy": ("http://(removed)@d", 2),
        "no-proxy": ("y", 2),
    }
    assert known(_of(found, "docker").configured) == {}


def test_what_cannot_be_read_is_not_absent(tmp_path: Path) -> None:
    denied = {"missing": "not root", "why": "not-permitted"}
    paths: dict[str, Any] = texts({UNIT: START + "EnvironmentFile=/etc/secret\n"})
    paths |= {"/etc/secret": denied, "/etc/environment": denied}
    found = known(gather(recorded(tmp_path / "a", paths=paths)).proxies)
    assert isinstance(_of(found, "containerd").configured, Missing)
    assert isinstance(found.login, Missing)
    paths = {**texts({UNIT: START}), "/etc/systemd/system.conf": denied}
    found = known(gather(recorded(tmp_path / "b", paths=paths)).proxies)
    assert isinstance(_of(found, "containerd").configured, Missing)
    broken = texts({"/etc/docker/daemon.json": "{"})
    found = known(gather(recorded(tmp_path / "c", paths=broken)).proxies)
    assert isinstance(found.docker, Missing)
