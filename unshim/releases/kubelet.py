"""What kubelet releases do and know beyond their single settings. Data.

Source: kubernetes pkg/kubelet/apis/config/v1beta1/defaults.go and cmd/kubelet/app/options, tags
1.20 to 1.36; removal of dockershim: KEP-2221; cgroup driver from the runtime: KEP-4033.
"""

from __future__ import annotations

from unshim.model.values import Version

# What went with dockershim in 1.24, and until then is Docker's alone.
DOCKERSHIM_FLAGS = frozenset(
    (
        *("network-plugin", "cni-conf-dir", "cni-bin-dir", "cni-cache-dir", "network-plugin-mtu"),
        *("docker-endpoint", "image-pull-progress-deadline"),
        *("experimental-dockershim-root-directory", "docker", "docker-env-metadata-whitelist"),
        *("docker-only", "docker-root", "docker-tls", "docker-tls-ca", "docker-tls-cert"),
        "docker-tls-key",
    )
)
RENAMED_FLAGS = {
    "experimental-bootstrap-kubeconfig": "bootstrap-kubeconfig",
    "experimental-kernel-memcg-notification": "kernel-memcg-notification",
}
"""Flags that are gone, and those that have done the same since before."""

FAILS_CGROUP_V1_FROM = (1, 31)
"""The first release that has failCgroupV1."""
REFUSES_CGROUP_V1 = (1, 35)
"""The first release that does not run on cgroup v1 unless failCgroupV1 is set to false."""
DRIVER_GATE = "KubeletCgroupDriverFromCRI"
DROP_IN_VARIABLE = "KUBELET_CONFIG_DROPIN_DIR_ALPHA"
CONFIG_KIND, CONFIG_API = "KubeletConfiguration", "kubelet.config.k8s.io/v1beta1"

# Second numbers of releases. Source: cmd/kubelet/app/server.go, tags 1.28 to 1.36.
FIRST_CONFIG_DIR = 28
"""Of this release alone a drop-in also resets what it does not name."""
VARIABLE_UNTIL = 29
"""Until this release --config-dir needs DROP_IN_VARIABLE, or the kubelet ends at once."""
KEEPS_EMPTY_UNTIL = 31
"""Until this release what a drop-in empties stays empty; then defaults fill it."""
ANY_API_UNTIL = 31
"""Until this release a drop-in may be of any kind and version, if it says one."""
MERGES_EVICTION_FROM = 33
"""From this release on mergeDefaultEvictionSettings is followed."""


def asks_runtime_for_driver(version: Version) -> bool:
    """Whether it takes the cgroup driver from the runtime where no gate says otherwise."""
    return version.line >= (1, 31)


def knows_driver_gate(version: Version) -> bool:
    """Whether the gate can be set: it came with 1.28 and is locked on from 1.34."""
    return (1, 28) <= version.line < (1, 34)


def locks_driver_gate(version: Version) -> bool:
    """Whether the gate is locked: a kubelet that is told to turn it off does not start."""
    return version.line >= (1, 34)
