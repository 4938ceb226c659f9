"""dockerd's flags without a value of their own, of any release from 17.03 on, and short ones."""

from __future__ import annotations

BARE = frozenset(
    {
        *("cri-containerd", "debug", "disable-legacy-registry", "experimental", "help", "icc"),
        *("init", "ip-forward", "ip-masq", "ip6tables", "iptables", "ipv6", "live-restore"),
        *("no-new-privileges", "raw-logs", "rootless", "selinux-enabled", "tls", "tlsverify"),
        *("userland-proxy", "validate", "version"),
    }
)
SHORT = {
    "D": "debug",
    "G": "group",
    "H": "host",
    "b": "bridge",
    "g": "graph",
    "l": "log-level",
    "p": "pidfile",
    "s": "storage-driver",
    "v": "version",
}
