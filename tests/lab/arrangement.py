"""What is laid out for a real kubelet: files over kubeadm's, and where settings must come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .kubelet import CONFIG, DROP_IN, FLAGS, UNIT, Line, config, flags

UNIT_FILE = "/lib/systemd/system/kubelet.service"
KUBEADM = "/etc/systemd/system/kubelet.service.d/10-kubeadm.conf"
OWN = "/etc/systemd/system/kubelet.service.d/20-own.conf"
CONFIG_FILE = "/var/lib/kubelet/config.yaml"
EXTRA_FILE = "/etc/default/kubelet"
START = "[Service]\nExecStart=\nExecStart=/usr/bin/kubelet "


class Arrangement(NamedTuple):
    """Files laid over kubeadm's, and symbolic `links` beside them; `port` is where the kubelet then
    serves; `sources` names the file, and words of its line, that some settings must come from: no
    file for a default. `misleading`: what its files say is not what the kubelet does.
    """

    name: str
    changed: Mapping[str, str] = {}
    port: int = 10250
    sources: Mapping[str, tuple[str, str]] = {}
    line: Line = "1.20"
    links: Mapping[str, str] = {}
    misleading: bool = False

    @property
    def minor(self) -> int:
        """The kubelet's release as its second number."""
        return int(self.line.partition(".")[2])

    def files(self) -> dict[str, str]:
        """All files, by path."""
        return {**_base(self.line), **self.changed}


def _base(line: Line) -> dict[str, str]:
    return {
        UNIT_FILE: UNIT,
        KUBEADM: DROP_IN,
        CONFIG_FILE: config(line),
        FLAGS: flags("dockershim" if line == "1.20" else "containerd", line),
        EXTRA_FILE: "KUBELET_EXTRA_ARGS=--v=2\n",
    }


def extra(*arguments: str) -> str:
    """The file for flags of one's own."""
    return f"KUBELET_EXTRA_ARGS=--v=2 {' '.join(arguments)}\n"


def config_with(text: str, base: str = CONFIG) -> str:
    """The base's configuration, its keys replaced by those of `text`."""
    keys = {line.partition(":")[0] for line in text.splitlines()}
    kept, dropped = [], False
    for line in base.splitlines():
        if not line.startswith((" ", "-")):
            dropped = line.partition(":")[0] in keys
        if not dropped:
            kept.append(line)
    return "\n".join(kept) + "\n" + text
