"""A containerd as facts know it: one configuration file and a release, no process."""

from __future__ import annotations

from unshim.facts.containerd import config as containerd_config
from unshim.facts.containerd.config import Place
from unshim.host.host import Host
from unshim.model.machine import Socket, SocketState
from unshim.model.parts.containerd import Containerd
from unshim.model.values import Missing, Origin, Setting, Source, Version

CONFIG = "/etc/containerd/config.toml"
NOT_ASKED = Missing("not asked")


def release(text: str) -> Setting[Version]:
    """`1.6.20` as a version that was read."""
    major, minor, patch = map(int, text.split("."))
    return Setting(Version(major, minor, patch), Source(Origin.COMMAND, "the test"))


def configured(
    host: Host, version: Setting[Version] | Missing, path: str = CONFIG, socket: str = "/none"
) -> Containerd:
    """With the configuration at `path`; the running one was not asked."""
    place = Place(Setting(path, Source(Origin.FLAG, "the test")), path != CONFIG)
    return Containerd(
        binary=None,
        version=version,
        process=None,
        unit=None,
        config=containerd_config.read(host, place, version),
        socket=Socket(socket, SocketState.ABSENT),
        running=NOT_ASKED,
        staged=NOT_ASKED,
    )
