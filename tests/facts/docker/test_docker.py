from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.trees import installed, machine_of, recorded, texts, tree
from unshim.facts.docker import answers as docker_pods
from unshim.facts.docker import config as docker_config
from unshim.facts.docker import docker
from unshim.facts.systemd import units as systemd
from unshim.model.machine import CgroupDriver, ParseError
from unshim.model.parts.docker import Docker
from unshim.model.parts.pods import PodOrigin
from unshim.model.values import FileText, Missing, Origin, Why, known

DAEMON = "/etc/docker/daemon.json"
UNIT = "/lib/systemd/system/docker.service"
CANARY = "CANARY7f3a"


def _docker(tmp_path: Path, files: dict[str, str], cgroups: int | Missing = 1) -> Docker:
    host = tree(
        tmp_path, {"/usr/bin/dockerd": "", **installed(docker_ce="5:20.10.24~3-0~debian"), **files}
    )
    return docker.read(host, host.processes(), systemd.read(host), machine_of(cgroups))


def test_defaults(tmp_path: Path) -> None:
    found = _docker(tmp_path, {})
    assert str(known(found.version).value) == "20.10.24"
    assert found.config == {}
    assert known(found.log_driver).value == "json-file"
    assert known(found.log_opts) == {}
    assert known(found.cgroup_driver).value is CgroupDriver.CGROUPFS
    assert known(_docker(tmp_path, {}, 2).cgroup_driver).value is CgroupDriver.SYSTEMD
    assert isinstance(_docker(tmp_path, {}, Missing("?")).cgroup_driver, Missing)
    assert isinstance(found.active, Missing)


def test_daemon_json_with_its_lines(tmp_path: Path) -> None:
    text = """\
{
  "exec-opts": ["native.cgroupdriver=systemd"],
  "log-driver": "json-file",
  "log-opts": {
    "max-size": "100m", "splunk-token": "CANARY7f3a",
    "max-file": 3
  },
  "https-proxy": "http://u:CANARY7f3a@p:1"
}
"""
    found = _docker(tmp_path, {DAEMON: text})
    driver = known(found.cgroup_driver)
    assert (driver.value, str(driver.source)) == (CgroupDriver.SYSTEMD, f"{DAEMON}:2")
    options = known(found.log_opts)
    assert {k: (v.value, v.source.line) for k, v in options.items()} == {
        "max-size": ("100m", 5),
        "splunk-token": ("(removed)", 5),
        "max-file": ("3", 6),
    }
    assert CANARY not in repr((found.config, found.log_opts))


def test_flags_of_the_unit(tmp_path: Path) -> None:
    unit = (
        "[Service]\n"
        "Environment=OPTS='--log-opt max-size=10m --exec-opt native.cgroupdriver=systemd'\n"
        "ExecStart=/usr/bin/dockerd -H fd:// -D --log-driver=journald $OPTS --icc\n"
    )
    found = _docker(tmp_path, {UNIT: unit})
    assert [(f.name, f.value) for f in known(found.flags)] == [
        ("host", "fd://"),
        ("debug", None),
        ("log-driver", "journald"),
        ("log-opt", "max-size=10m"),
        ("exec-opt", "native.cgroupdriver=systemd"),
        ("icc", None),
    ]
    assert known(found.log_driver).value == "journald"
    assert known(found.log_opts)["max-size"].source.where == UNIT
    assert known(found.cgroup_driver).source.origin is Origin.FLAG


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{"a": 1,}', 1),
        ("{\n// comment\n}", 2),
        ("{'a': 1}", 1),
        ('{"a": 1} x', 1),
        ('{"a": NaN}', None),
        ("[1]", 1),
        ("[" * 100_000, None),
        ('{"a": "CANARY7f3a\n"}', 1),
        ('{\n"a": 1\n"b": 2}', 3),
        ("a: 1\n", 1),
    ],
)
def test_what_docker_refuses(tmp_path: Path, text: str, line: int | None) -> None:
    found = _docker(tmp_path, {DAEMON: text})
    assert isinstance(found.config, ParseError)
    assert (found.config.path, found.config.line) == (DAEMON, line)
    assert CANARY not in found.config.message
    assert isinstance(found.log_driver, Missing)


def test_what_docker_takes() -> None:
    for data in (
        b"",
        b" \n",
        b'\xef\xbb\xbf{"a": "x\xff"}',
        b'{"a": 1, "a": 2}',
        b'{"a": "\\ud800"}',
    ):
        found = docker_config.parse(FileText(DAEMON, data))
        assert not isinstance(found, ParseError), data
        repr(found).encode()
    last = docker_config.parse(FileText(DAEMON, b'{"a": 1, "a": 2}'))
    assert not isinstance(last, ParseError)
    assert last["a"].value == 2


CONTAINERS = [
    {
        "Id": "s1",
        "State": "running",
        "Created": 5,
        "Image": "k8s.gcr.io/pause:3.6",
        "Labels": {
            "io.kubernetes.docker.type": "podsandbox",
            "io.kubernetes.pod.name": "etcd\u001b[2J",
            "io.kubernetes.pod.namespace": "kube-system",
            "io.kubernetes.pod.uid": "u1",
            "annotation.kubernetes.io/config.source": "file",
        },
    },
    {
        "Id": "s2",
        "State": "exited",
        "Labels": {
            "io.kubernetes.docker.type": "podsandbox",
            "controller-revision-hash": "x",
            "pod-template-generation": "1",
        },
    },
    {
        "Id": "c1",
        "State": "running",
        "Created": 7,
        "Image": "u:CANARY7f3a@r.io/etcd:3",
        "Labels": {
            "io.kubernetes.docker.type": "container",
            "io.kubernetes.container.name": "etcd",
            "io.kubernetes.sandbox.id": "s1",
        },
    },
    {"Id": "other", "Labels": None},
    "no container",
]


LOG = {"HostConfig": {"LogConfig": {"Type": "json-file", "Config": {"max-size": "1m"}}}}


def _asked(tmp_path: Path, active: str, http: list[dict[str, Any]]) -> Docker:
    argv = ["systemctl", "show", "--no-pager", "-p", systemd.PROPERTIES, *systemd.UNITS]
    shown = "\n\n".join(f"Id={u}\nLoadState=loaded\nActiveState={active}" for u in systemd.UNITS)
    host = recorded(
        tmp_path,
        paths={"/run/systemd/system": {"kind": "directory"}, **texts({UNIT: "[Service]\n"})},
        commands=[{"argv": argv, "stdout": shown}],
        processes=[],
        http=http,
    )
    return docker.read(host, host.processes(), systemd.read(host), machine_of(1))


PATHS = (docker_pods.CONTAINERS, docker_pods.IMAGES, docker_pods.INFO)


def test_pods_and_images_of_the_daemon(tmp_path: Path) -> None:
    images = [
        {"Id": "sha256:1", "RepoTags": ["b:1", "a:1"], "RepoDigests": ["b@sha256:2"], "Size": 9},
        {"RepoTags": None},
        {"RepoTags": ["<none>:<none>", 5], "Size": "x"},
    ]
    info = {"ServerVersion": "20.10.24", "CgroupDriver": "systemd", "LoggingDriver": "journald"}
    answers = [*zip(PATHS, (CONTAINERS, images, info), strict=True), ("/containers/c1/json", LOG)]
    http = [
        {"socket": "/var/run/docker.sock", "path": p, "body": json.dumps(body)}
        for p, body in answers
    ]
    found = _asked(tmp_path, "active", http)
    assert found.active is True
    pods = known(found.pods)
    assert [(p.id, p.name, p.ready, p.origin) for p in pods.pods] == [
        ("s1", "etcd\\x1b[2J", True, PodOrigin.STATIC),
        ("s2", "", False, PodOrigin.DAEMONSET),
    ]
    assert [(c.id, c.pod_id, c.name, c.created) for c in pods.containers] == [
        ("c1", "s1", "etcd", 7.0)
    ]
    assert CANARY not in repr(pods)
    running = known(found.running)
    assert [(i.id, i.names, i.digests, i.size) for i in known(running.images)] == [
        ("", (), (), 0),
        ("", (), (), 0),
        ("sha256:1", ("b:1", "a:1"), ("b@sha256:2",), 9),
    ]
    assert running.version == "20.10.24"
    assert known(running.cgroup_driver).value is CgroupDriver.SYSTEMD
    assert known(running.log_driver).value == "journald"
    assert isinstance(running.live_restore, Missing)
    one = next(c for c in known(running.containers) if c.id == "c1")
    assert (one.log_driver, one.log_opts) == ("json-file", {"max-size": "1m"})
    other = next(c for c in known(running.containers) if c.id == "s1")
    assert isinstance(other.log_driver, Missing)


def test_a_docker_that_does_not_run_is_not_asked(tmp_path: Path) -> None:
    found = _asked(tmp_path, "inactive", [])
    assert found.active is False
    assert isinstance(found.pods, Missing)
    assert found.pods.why is Why.NOT_RUNNING


def _answers(*answers: tuple[str, Any]) -> list[dict[str, Any]]:
    return [
        {"socket": "/var/run/docker.sock", "path": path, "body": json.dumps(body)}
        for path, body in answers
    ]


def test_answers_with_nulls_and_without_fields(tmp_path: Path) -> None:
    containers = [
        {"Id": "a1", "Names": ["/web/db", "/db"], "Labels": None, "Created": None, "State": None},
        {"Id": "a2", "Names": None, "Created": True},
        {"Id": "a3"},
    ]
    images = [{"Id": "i", "RepoTags": None, "RepoDigests": ["<none>@<none>"], "Created": None}]
    answers = _answers(
        *zip(PATHS, (containers, images, {"ServerVersion": None}), strict=True),
        ("/containers/a1/json", {"HostConfig": {"LogConfig": {"Type": "", "Config": None}}}),
        ("/containers/a2/json", {"HostConfig": {"LogConfig": {"Type": "none", "Config": ["x"]}}}),
        ("/containers/a3/json", {"HostConfig": None}),
    )
    running = known(_asked(tmp_path, "active", answers).running)
    assert isinstance(running.version, Missing)
    found = known(running.containers)
    assert [(c.name, c.state, c.created, c.of_pod) for c in found] == [
        ("db", "", 0.0, False),
        ("", "", 0.0, False),
        ("", "", 0.0, False),
    ]
    assert isinstance(found[0].log_driver, Missing)
    assert (found[1].log_driver, found[1].log_opts) == ("none", {})
    assert isinstance(found[2].log_opts, Missing)
    (image,) = known(running.images)
    assert (image.names, image.digests, image.created) == ((), (), 0.0)


def test_of_more_than_a_hundred_containers_the_rest_are_not_asked(tmp_path: Path) -> None:
    containers = [{"Id": f"c{n}"} for n in range(102)]
    answers = _answers(
        *zip(PATHS, (containers, [], {}), strict=True),
        *((f"/containers/c{n}/json", LOG) for n in range(102)),
    )
    found = known(known(_asked(tmp_path, "active", answers).running).containers)
    assert [isinstance(c.log_driver, Missing) for c in found] == [False] * 100 + [True] * 2


def test_after_one_container_that_hangs_no_other_is_asked(tmp_path: Path) -> None:
    containers = [{"Id": "c1"}, {"Id": "c2"}, {"Id": "c3"}]
    answers = _answers(
        *zip(PATHS, (containers, [], {}), strict=True),
        ("/containers/c1/json", LOG),
        ("/containers/c3/json", LOG),
    )
    hangs = {"code": "DEADLINE_EXCEEDED", "details": "no answer within 2 s"}
    socket = "/var/run/docker.sock"
    answers.append({"socket": socket, "path": "/containers/c2/json", "error": hangs})
    found = known(known(_asked(tmp_path, "active", answers).running).containers)
    assert found[0].log_driver == "json-file"
    whys = [c.log_driver.why for c in found[1:] if isinstance(c.log_driver, Missing)]
    assert whys == [Why.TIMEOUT, Why.TIMEOUT]


def test_a_record_of_odd_answers() -> None:
    odd = {"HostConfig": {"LogConfig": {"Type": "json-file", "Config": ["CANARY7f3a"]}}}
    kept = docker_pods.scrub(json.dumps(odd).encode())
    assert json.loads(kept)["HostConfig"]["LogConfig"]["Type"] == "json-file"
    assert CANARY.encode() not in kept


@pytest.mark.parametrize("body", ["", "{}", "[" * 100_000, "null", '{"message": "x"}'])
def test_answers_that_are_none(tmp_path: Path, body: str) -> None:
    http = [{"socket": "/var/run/docker.sock", "path": p, "body": body} for p in PATHS]
    found = _asked(tmp_path, "active", http)
    assert isinstance(found.pods, Missing)
    running = known(found.running)
    assert isinstance(running.images, Missing)
    assert isinstance(running.cgroup_driver, Missing)
