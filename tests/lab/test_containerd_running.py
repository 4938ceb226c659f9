"""What running containerds of four releases tell, and that asking leaves nothing behind."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from unshim.facts.containerd import running as containerd_running
from unshim.host.local import LocalHost
from unshim.model.machine import Socket, SocketState
from unshim.model.parts.containerd import ContainerdRunning
from unshim.model.values import Missing, Why, known
from unshim.rpc import cri

from .containerd import LINES, Daemon, Line, default_config

Start = Callable[..., Daemon]
TELLING = ("1.7", "2.1")
OLD = 'plugins."io.containerd.grpc.v1.cri"'
NEW = 'plugins."io.containerd.cri.v1.images"'


def _running(daemon: Daemon) -> ContainerdRunning:
    socket = Socket(str(daemon.socket), SocketState.LISTENING)
    return known(containerd_running.read(LocalHost(), socket))


@pytest.mark.parametrize("line", LINES)
def test_deprecations_are_told_or_missing(line: Line, start: Start) -> None:
    table = NEW if line == "2.1" else OLD
    mirrors = f'\n[{table}.registry.mirrors."example.org"]\nendpoint = ["https://example.org"]\n'
    began = time.time()
    daemon = start(line, default_config(line) + mirrors)
    told = _running(daemon).deprecations
    if line not in TELLING:
        assert isinstance(told, Missing)
        assert told.why is Why.NOT_OFFERED
        return
    (one,) = known(told)
    assert one.id == "io.containerd.deprecation/cri-registry-mirrors"
    assert "mirrors" in one.message
    assert one.last is not None
    assert began - 5 < one.last < time.time() + 5


@pytest.mark.parametrize("line", LINES)
def test_looking_causes_no_deprecation_and_no_file(line: Line, start: Start) -> None:
    """Two looks: the second would show what the first has done."""
    daemon = start(line)
    _running(daemon)
    told = _running(daemon).deprecations
    assert told == () if line in TELLING else isinstance(told, Missing)
    written = list(daemon.root.glob("*introspection*"))
    assert len(written) == (1 if line in TELLING else 0)  # the CRI service's own question


def test_the_older_api_would_leave_a_deprecation(start: Start) -> None:
    daemon = start("1.7")
    host, socket = LocalHost(), str(daemon.socket)
    cri.status(host, socket, cri.V1ALPHA2)
    ids = [deprecation.id for deprecation in known(_running(daemon).deprecations)]
    assert ids == ["io.containerd.deprecation/cri-api-v1alpha2"]


@pytest.mark.parametrize("line", TELLING)
def test_without_cri_none_is_asked_for(line: Line, start: Start) -> None:
    """Docker's package disables CRI: asking would be the first to write the daemon's uuid file."""
    version = 3 if line == "2.1" else 2
    nri = '[plugins."io.containerd.nri.v1.nri"]\ndisable = true\n'
    off = f'version = {version}\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n{nri}'
    daemon = start(line, off)
    assert isinstance(_running(daemon).deprecations, Missing)
    assert list(daemon.root.glob("*introspection*")) == []
