"""Nodes for tests of facts: real files beneath a folder, or an index made by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from unshim.host.tree import TreeHost
from unshim.model.machine import Machine
from unshim.model.values import Missing
from unshim.record.recorded import RecordedHost

# A kubelet as kubeadm lays it out.
UNIT = "/lib/systemd/system/kubelet.service"
DROP_IN = "/etc/systemd/system/kubelet.service.d/10-kubeadm.conf"
FLAGS = "/var/lib/kubelet/kubeadm-flags.env"
CONFIG = "/var/lib/kubelet/config.yaml"
EXTRA = "/etc/default/kubelet"
KUBEADM = {
    UNIT: "[Service]\nExecStart=/usr/bin/kubelet\nRestart=always\n",
    DROP_IN: """\
# Note: This dropin only works with kubeadm and kubelet v1.11+
[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
EnvironmentFile=-/etc/default/kubelet
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS \\
  $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
""",
    FLAGS: 'KUBELET_KUBEADM_ARGS="--network-plugin=cni '
    '--pod-infra-container-image=k8s.gcr.io/pause:3.6"\n',
    CONFIG: "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n"
    "cgroupDriver: systemd\nstaticPodPath: /etc/kubernetes/manifests\n",
    "/usr/bin/kubelet": "",
}


def tree(folder: Path, files: Mapping[str, str | bytes]) -> TreeHost:
    """A plain tree with these files."""
    folder.mkdir(parents=True, exist_ok=True)
    for path, content in files.items():
        place = folder / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)
    return TreeHost(str(folder))


def machine_of(cgroup_version: int | Missing) -> Machine:
    """A machine of which nothing but its cgroups matters."""
    return Machine("", "", "", "", cgroup_version, root=True, systemd=True)


def installed(**packages: str) -> dict[str, str]:
    """A Debian package database with these packages."""
    paragraphs = [
        f"Package: {name.replace('_', '-')}\nStatus: install ok installed\nVersion: {version}\n"
        for name, version in packages.items()
    ]
    return {"/var/lib/dpkg/status": "\n".join(paragraphs)}


def recorded(folder: Path, **index: Any) -> RecordedHost:
    """A recorded node made by hand; what is not named below / was not there."""
    folder.mkdir(parents=True, exist_ok=True)
    document = {"format": 1, "nothing_else_below": ["/"], **index}
    (folder / "index.json").write_text(json.dumps(document))
    return RecordedHost(str(folder))


def texts(files: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The `paths` of an index that holds these files."""
    return {path: {"kind": "file", "text": text} for path, text in files.items()}
