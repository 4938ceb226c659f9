"""What the kubelet does by default, by release. Data.

Source: kubernetes pkg/kubelet/apis/config/v1beta1/defaults.go and cmd/kubelet/app/options, tags
1.20 to 1.36; removal of dockershim: KEP-2221; cgroup driver from the runtime: KEP-4033.
"""

from __future__ import annotations

from typing import NamedTuple

from unshim.model.values import Version

DOCKERSHIM = "unix:///var/run/dockershim.sock"
CONTAINERD = "unix:///run/containerd/containerd.sock"

CGROUP_DRIVER = "cgroupfs"
LOG_MAX_SIZE = "10Mi"
LOG_MAX_FILES = "5"
DRIVER_GATE = "KubeletCgroupDriverFromCRI"

# Flags without a value of their own, of any release from 1.18 on.
BARE_FLAGS = frozenset(
    [
        "add-dir-header",
        "allow-privileged",
        "alsologtostderr",
        "anonymous-auth",
        "authentication-token-webhook",
        "cgroups-per-qos",
        "chaos-chance",
        "containerized",
        "contention-profiling",
        "cpu-cfs-quota",
        "docker-only",
        "docker-tls",
        "enable-cadvisor-endpoints",
        "enable-controller-attach-detach",
        "enable-debugging-handlers",
        "enable-load-reader",
        "enable-profiling-handler",
        "enable-server",
        "enable-system-log-handler",
        "exit-on-lock-contention",
        "experimental-allocatable-ignore-eviction",
        "experimental-check-node-capabilities-before-mount",
        "experimental-fail-swap-on",
        "experimental-kernel-memcg-notification",
        "fail-swap-on",
        "help",
        "keep-terminated-pod-volumes",
        "kernel-memcg-notification",
        "log-cadvisor-usage",
        "log-json-split-stream",
        "log-text-split-stream",
        "logtostderr",
        "local-storage-capacity-isolation",
        "make-iptables-util-chains",
        "one-output",
        "protect-kernel-defaults",
        "really-crash-for-testing",
        "redirect-container-streaming",
        "register-node",
        "register-schedulable",
        "rotate-certificates",
        "rotate-server-certificates",
        "runonce",
        "seccomp-default",
        "serialize-image-pulls",
        "skip-headers",
        "skip-log-headers",
        "v-fatal",
        "version",
        "h",
    ]
)


class Release(NamedTuple):
    """The defaults of one release line. None: there is no such setting, or no default for it."""

    runtime: str | None
    endpoint: str | None
    endpoint_in_config: bool
    asks_runtime_for_driver: bool
    reads_config_dir: bool


def release(version: Version) -> Release:
    """The defaults of a release line."""
    line = version.line
    if line <= (1, 23):
        runtime: str | None = "docker"
        endpoint: str | None = DOCKERSHIM
    elif line <= (1, 26):
        runtime, endpoint = "remote", None
    else:
        runtime, endpoint = None, CONTAINERD
    return Release(
        runtime=runtime,
        endpoint=endpoint,
        endpoint_in_config=line >= (1, 27),
        asks_runtime_for_driver=line >= (1, 31),
        reads_config_dir=line >= (1, 30),
    )


def knows_driver_gate(version: Version) -> bool:
    """Whether the gate can be set: it came with 1.28 and is locked on from 1.34."""
    return (1, 28) <= version.line < (1, 34)
