"""The real crictl 1.36 reads its file as unshim says, and each that unshim's fixes write.

Where unshim's reading cannot be compared word by word stands in MISLEADING.
"""

from __future__ import annotations

import posixpath
import subprocess
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from checks.cri_client.crictl import (
    crictl_config_endpoint_wrong,
    crictl_config_invalid,
    crictl_config_missing,
)
from tests.checks.changed import FLAGS, HEALTHY, verdict, with_settings
from tests.fixes.carried_out import steps, texts
from tests.laws.nodes import node
from unshim.facts.clients import crictl
from unshim.host.tree import TreeHost
from unshim.model.node import Node
from unshim.model.values import Missing, known
from unshim.text.edit.crictl_text import fresh
from unshim.text.sockets import dialed

from . import programs
from .containerd import Daemon
from .crictl_files import BAD, ONE, OTHER, generated
from .crictl_world import CONFIG, GUESSES, REFUSES, RUNTIMES, STALE, Told, World, world
from .images import busybox_image

MISLEADING = {
    "a literal value": "the end of its line is part of the endpoint, which crictl refuses; "
    "unshim's reading shows it as \\x0a",
    "a host with a password": "unshim withholds what may be a secret: the path is not compared",
}
FIXES = (crictl_config_invalid, crictl_config_missing, crictl_config_endpoint_wrong)
SOCKET = ONE.removeprefix("unix://")


class Read(NamedTuple):
    """Where crictl goes by unshim's facts."""

    runtime: str
    images: str


@pytest.fixture(scope="module")
def made(lab: None) -> Iterator[World]:
    with world() as world_:
        yield world_


def _read(host: World) -> Read:
    found = crictl.read(TreeHost(str(host.root)))
    values = {} if found.problems else {k: v.value for k, v in known(found.values).items()}
    named = values.get("runtime-endpoint", "")
    runtime = (dialed(named) or REFUSES) if named else GUESSES
    images = values.get("image-endpoint", "")
    return Read(runtime, (dialed(images) or REFUSES) if images else runtime)


def _plain(path: str) -> str:
    """A path without what the kernel passes over."""
    if not path.startswith("/"):
        return path
    path = f"/{posixpath.normpath(path).lstrip('/')}"
    return path.removeprefix("/var") if path.startswith("/var/run/") else path


def _differences(
    host: World, files: Iterable[tuple[str, bytes]]
) -> list[tuple[str, bytes, Told, Read]]:
    found = []
    for name, data in files:
        host.at(CONFIG).write_bytes(data)
        real, ours = host.crictl(), _read(host)
        pairs = ((real.runtime, ours.runtime), (real.images, ours.images))
        if any(_plain(one) != _plain(other) for one, other in pairs):
            found.append((name, data, real, ours))
    return found


def test_each_odd_file_is_read_as_crictl_reads_it(made: World) -> None:
    odd = [(name, data) for name, data in BAD.items() if name not in MISLEADING]
    assert len(odd) > 80
    assert _differences(made, odd) == []


def test_made_files_are_read_as_crictl_reads_them(made: World) -> None:
    assert _differences(made, generated(1, 80)) == []


@pytest.mark.drill
def test_many_more(made: World) -> None:
    assert _differences(made, generated(2, 3000)) == []


def test_where_the_reading_misleads(made: World) -> None:
    made.at(CONFIG).write_bytes(BAD["a literal value"])
    assert (made.crictl().runtime, _read(made).runtime) == (REFUSES, "/run/other/other.sock\\x0a")
    made.at(CONFIG).write_text("runtime-endpoint: unix://user:hunter2@h/run/other/other.sock\n")
    assert made.crictl().runtime == _read(made).runtime == "/run/other/other.sock"
    made.at(CONFIG).write_text("runtime-endpoint: unix://a:b/run/other/other.sock\n")
    assert (made.crictl().runtime, _read(made).runtime) == ("//a:b/run/other/other.sock", REFUSES)


def _node(host: World) -> Node:
    """A node whose kubelet uses containerd, with the crictl of this root folder."""
    seen = node(HEALTHY)._replace(crictl=crictl.read(TreeHost(str(host.root))))
    return with_settings(seen, FLAGS, containerRuntimeEndpoint=ONE)


def _judged(host: World) -> list[str]:
    """The checks that find a fault."""
    seen = _node(host)
    return [c.__name__ for c in FIXES if verdict(c, seen) in ("error", "warning", "info")]


@pytest.mark.parametrize("name", BAD)
def test_the_checks_say_what_crictl_does(made: World, name: str) -> None:
    made.at(CONFIG).write_bytes(BAD[name])
    real, judged = made.crictl(), _judged(made)
    if real.runtime == GUESSES:
        assert {"crictl_config_invalid", "crictl_config_missing"} & set(judged)
    elif (_plain(real.runtime), _plain(real.images)) == (SOCKET, SOCKET):
        assert judged == []
    else:
        assert judged == ["crictl_config_endpoint_wrong"]


def test_each_file_that_a_fix_writes_leads_to_the_kubelet_s_socket(made: World) -> None:
    written = []
    files = [*BAD.items(), *generated(3, 60)]
    for name, data in files:
        made.at(CONFIG).write_bytes(data)
        seen = _node(made)
        for check in FIXES:
            if verdict(check, seen) not in ("error", "warning", "info"):
                continue
            for path, text in texts(steps(check, seen)).items():
                assert path == CONFIG
                made.at(CONFIG).write_bytes(text.encode("utf-8", "surrogateescape"))
                real = made.crictl()
                assert (real.runtime, real.images) == (SOCKET, SOCKET), (name, text, real.said)
                assert _judged(made) == [], (name, text)
                written.append(name)
    assert len(written) > 100


def test_without_a_file_crictl_guesses_or_takes_the_one_beside_it(made: World) -> None:
    made.at(CONFIG).unlink(missing_ok=True)
    assert made.crictl().runtime == GUESSES == _read(made).runtime
    assert _judged(made) == ["crictl_config_missing"]
    (text,) = texts(steps(crictl_config_missing, _node(made))).values()
    beside = made.at("/usr/local/bin/crictl.yaml")
    beside.write_text(f"runtime-endpoint: {OTHER}\n")
    assert made.crictl()[:2] == _read(made) == (OTHER.removeprefix("unix://"),) * 2
    made.at(CONFIG).symlink_to("/nowhere")
    assert made.crictl()[:2] == _read(made) == (OTHER.removeprefix("unix://"),) * 2
    made.at(CONFIG).unlink()
    made.at(CONFIG).write_text(text)
    assert made.crictl()[:2] == _read(made) == (SOCKET, SOCKET)
    beside.unlink()


def test_a_folder_in_its_place_is_ignored_and_not_known(made: World) -> None:
    made.at(CONFIG).unlink(missing_ok=True)
    made.at(CONFIG).mkdir()
    assert made.crictl().runtime == GUESSES
    assert isinstance(crictl.read(TreeHost(str(made.root))).problems, Missing)
    assert verdict(crictl_config_invalid, _node(made)) == "unknown"
    made.at(CONFIG).rmdir()


def test_flags_and_the_environment_go_before_the_file(made: World) -> None:
    made.at(CONFIG).write_text(f"runtime-endpoint: {ONE}\n")
    other = OTHER.removeprefix("unix://")
    assert made.crictl("--runtime-endpoint", OTHER)[:2] == (other, other)
    assert made.crictl(env={"CONTAINER_RUNTIME_ENDPOINT": OTHER})[:2] == (other, other)
    assert made.crictl(env={"IMAGE_SERVICE_ENDPOINT": OTHER})[:2] == (SOCKET, other)
    empty = made.crictl(env={"CONTAINER_RUNTIME_ENDPOINT": ""})
    assert empty.runtime == REFUSES
    assert "runtime-endpoint is not set" in empty.said
    made.at("/tmp/mine.yaml").write_text(f"runtime-endpoint: {OTHER}\n")
    assert made.crictl(env={"CRI_CONFIG_FILE": "/tmp/mine.yaml"}).runtime == other
    assert made.crictl("--config", "/tmp/gone.yaml").runtime == REFUSES
    made.at("/tmp/mine.yaml").write_text("timeout: 2s\n")
    refused = made.crictl(env={"CRI_CONFIG_FILE": "/tmp/mine.yaml"})
    assert refused.runtime == REFUSES
    assert "parsing config option 'timeout'" in refused.said


def test_a_bad_line_is_passed_over_in_silence(made: World) -> None:
    made.at(CONFIG).write_text(f"runtime-endpoint: {OTHER}\ntimeout: 2s\n")
    real = made.crictl()
    assert real.runtime == GUESSES
    assert "timeout" not in real.said.lower() and "level=error" not in real.said


def test_a_socket_without_a_listener_is_where_it_goes(made: World) -> None:
    made.at(CONFIG).write_text(f"runtime-endpoint: unix://{STALE}\n")
    assert made.crictl()[:2] == _read(made) == (STALE, STALE)
    assert "refused" in made.crictl().said
    assert _judged(made) == ["crictl_config_endpoint_wrong"]


def test_a_fresh_file_leads_to_a_real_containerd(
    start: Callable[..., Daemon], tmp_path: Path
) -> None:
    daemon = start("2.1")
    daemon.load(busybox_image("docker.io/library/busybox:1"), namespace="k8s.io")
    path = tmp_path / "crictl.yaml"
    path.write_bytes(fresh(f"unix://{daemon.socket}"))
    program = [str(programs.binary("crictl", "1.36")), "--config", str(path)]
    version = subprocess.run([*program, "version"], capture_output=True, text=True)
    assert "RuntimeName:  containerd" in version.stdout
    assert version.stderr == ""
    images = subprocess.run([*program, "images"], capture_output=True, text=True)
    assert "docker.io/library/busybox" in images.stdout


def test_every_socket_here_is_told_from_the_others(made: World) -> None:
    for path in RUNTIMES:
        made.at(CONFIG).write_text(f"runtime-endpoint: unix://{path}\n")
        assert made.crictl()[:2] == (path, path)
