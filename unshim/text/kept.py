"""What may be told: the one table that text.allowed and text.sieve keep by, and the recorder's awk.

Of every file, command line and answer keys and names are kept, and of values only those of the
names in text.kept_names, and those that are plainly no secret whatever their name. Names count
without `-` and `_`, in small letters, and without what stands before their last dot; patterns are
written as in text.secrets.
"""

from __future__ import annotations

from unshim.text import kept_names


def plain(name: str) -> str:
    """A name as the table has it: `grpc.max_recv_message_size`, `--max-recv-message-size`."""
    return name.rpartition(".")[2].lower().replace("-", "").replace("_", "")


def is_closed(name: str) -> bool:
    """Whether the values below this name are not told."""
    bare = plain(name)
    return bare in CLOSED or bare.endswith(("header", "headers"))


KEYS = frozenset(
    map(
        plain,
        (
            *kept_names.KUBELET_CONFIGURATION,
            *kept_names.KUBERNETES,
            *kept_names.CONTAINERD,
            *kept_names.OF_IMAGES,
            *kept_names.DOCKER,
            *kept_names.CNI,
            *kept_names.UNITS,
        ),
    )
)
"""Keys of files, and directives of units, whose values are kept."""

FLAGS = KEYS.intersection(map(plain, kept_names.KUBELET_CONFIGURATION)).union(
    map(plain, kept_names.FLAGS)
)
"""Flags of command lines, and variables, whose values are kept."""

CLOSED = frozenset(
    map(
        plain,
        (
            *("annotations", "labels", "matchLabels", "header", "headers", "httpHeaders", "auths"),
            *("staticPodURLHeader", "data", "stringData", "binaryData", "users", "secret"),
            *("nodeSelector", "extraEnvs", "credHelpers", "dockerconfigjson"),
        ),
    )
)
"""Sections in which no value is kept, whatever its name; so are all whose names end in header."""

PROGRAMS = (
    *("kubelet", "hyperkube", "kubelite", "containerd", "dockerd", "dockerd-current", "docker"),
    *("cri-dockerd", "crio", "k3s", "k0s", "rke2", "buildkitd", "server", "agent", "worker"),
)
WORDS = (
    *PROGRAMS,
    *("systemd", "cgroupfs", "remote", "dockershim", "runc", "crun", "json-file", "journald"),
    *("local", "syslog", "none", "auto", "always"),
    *("never", "ifnotpresent", "overlayfs", "overlay2"),
    *(
        "overlay",
        "overlay2",
        "native",
        "export",
        "hup",
        "term",
        "quit",
        "int",
        "kill",
        "panic",
        "info",
        "warn",
    ),
    *("debug", "cni", "kubenet", "include", "quiet", "k8s.io"),
    *("moby", "default", "localhost", "bash", "sh"),
)
"""Values that are plainly no secret, whatever their name: words of programs that unshim knows."""

_AMOUNT = "[0-9]+([.][0-9]+)?(%|[kmgtpe]i?b?|ms|us|ns|s|m|h|min|sec)"
FORMS = (f"{_AMOUNT}({_AMOUNT})?({_AMOUNT})?", "-v=?[0-9]", "fd://", "tcp://[0-9.]*(:[0-9]*)?")
"""So are amounts with their unit, how much is logged, and where dockerd listens. A bare number may
be a PIN."""

SHORT = 2
"""And what is of no more characters: a switch, a small number."""

WHOLE = (
    *("/proc/*", "/sys/*", "/etc/os-release", "/usr/lib/os-release", "/etc/machine-id"),
    *("/var/lib/dpkg/status", "*/sysctl.d/*", "/etc/sysctl.conf", "*/modprobe.d/*"),
    *("*/modules-load.d/*", "/etc/modules"),
)
"""Files that are no settings of daemons, and lose only what gives itself away: what the kernel
tells, releases and packages. Patterns of a shell."""

IN_PATHS = "a-z0-9_./@%+:*{}$~-"
"""What a path may be of (in brackets), so that it is one: nothing that begins a query."""
