"""The kubelet's flags without a value of their own, of any release from 1.18 on."""

from __future__ import annotations

from unshim.releases.kubelet_kinds import Kind
from unshim.releases.kubelet_table import TABLE

_OF_NO_SETTING = frozenset(
    (
        *("add-dir-header", "allow-privileged", "alsologtostderr", "containerized"),
        *("contention-profiling", "docker-only", "docker-tls", "enable-cadvisor-endpoints"),
        *("enable-cadvisor-json-endpoints", "enable-load-reader", "enable-profiling-handler"),
        *("enable-system-log-handler", "exit-on-lock-contention"),
        *("experimental-allocatable-ignore-eviction", "experimental-dockershim"),
        *("experimental-check-node-capabilities-before-mount", "experimental-fail-swap-on"),
        *("experimental-kernel-memcg-notification", "experimental-logging-sanitization", "help"),
        *("keep-terminated-pod-volumes", "kernel-memcg-notification", "log-cadvisor-usage"),
        *("log-json-split-stream", "log-text-split-stream", "logtostderr", "one-output"),
        *("really-crash-for-testing", "redirect-container-streaming", "register-schedulable"),
        *("runonce", "skip-headers", "skip-log-headers", "storage-driver-secure", "v-fatal"),
        *("version", "h"),
    )
)
BARE_FLAGS = _OF_NO_SETTING.union(*(row.flags for row in TABLE if row.kind is Kind.BOOLEAN))
