"""What kubelet releases do and know beyond their single settings. Data.

Source: kubernetes pkg/kubelet/apis/config/v1beta1/defaults.go and cmd/kubelet/app/options, tags
1.20 to 1.36; removal of dockershim: KEP-2221; cgroup driver from the runtime: KEP-4033.
"""

from __future__ import annotations

from unshim.model.values import Version

# Source: Kubernetes changelogs (CHANGELOG-1.24, -1.27, -1.35), "Removed flags".
REMOVED_IN = {
    "network-plugin": (1, 24),
    "cni-conf-dir": (1, 24),
    "cni-bin-dir": (1, 24),
    "cni-cache-dir": (1, 24),
    "network-plugin-mtu": (1, 24),
    "docker-endpoint": (1, 24),
    "image-pull-progress-deadline": (1, 24),
    "experimental-dockershim-root-directory": (1, 24),
    "container-runtime": (1, 27),
    "pod-infra-container-image": (1, 35),
}

DOCKERSHIM_FLAGS = frozenset(name for name, release in REMOVED_IN.items() if release == (1, 24))

DRIVER_GATE = "KubeletCgroupDriverFromCRI"
DROP_IN_VARIABLE = "KUBELET_CONFIG_DROPIN_DIR_ALPHA"


def asks_runtime_for_driver(version: Version) -> bool:
    """Whether it takes the cgroup driver from the runtime where no gate says otherwise."""
    return version.line >= (1, 31)


def knows_driver_gate(version: Version) -> bool:
    """Whether the gate can be set: it came with 1.28 and is locked on from 1.34."""
    return (1, 28) <= version.line < (1, 34)


def reads_config_dir(version: Version, variable: bool) -> bool:
    """Whether --config-dir counts: 1.28 and 1.29 read it only with a variable of theirs set."""
    return version.line >= (1, 30) or (variable and version.line >= (1, 28))
