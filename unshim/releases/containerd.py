"""What differs between containerd's releases: what each reads, and its built-in defaults.

Sources: `containerd config default` of 1.3.10, 1.4.13, 1.6.20, 1.7.24 and 2.1.9; tags of containerd
for the other lines, from 1.2 on. Values are those of upstream; distributions change a few (Debian:
CNI's bin_dir).
"""

from __future__ import annotations

from unshim.model.nouns import NamedTuple
from unshim.model.values import Version

CONFIG_PATH = "/etc/containerd/config.toml"
SOCKET_PATH = "/run/containerd/containerd.sock"
DEFAULT_HANDLER = "runc"
LINUX_V1 = "io.containerd.runtime.v1.linux"
RUNC_V1 = "io.containerd.runc.v1"
RUNC_V2 = "io.containerd.runc.v2"
SNAPSHOTTER = "overlayfs"

CRI_1 = "cri"
CRI_2 = "io.containerd.grpc.v1.cri"
IMAGES = "io.containerd.cri.v1.images"
RUNTIME = "io.containerd.cri.v1.runtime"
SERVER = "io.containerd.server.v1.grpc"

OLDEST_VERSIONS = (0, 1)
"""Of files that name plugins by one word; no version line is as good as the first. A negative one
counts as none of these."""

IMAGE_KEYS = ("snapshotter", "disable_snapshot_annotations", "discard_unpacked_layers")
_NAMES_OF_1 = {
    "cri": CRI_2,
    "cgroups": "io.containerd.monitor.v1.cgroups",
    "linux": "io.containerd.runtime.v1.linux",
    "scheduler": "io.containerd.gc.v1.scheduler",
    "bolt": "io.containerd.metadata.v1.bolt",
    "task": "io.containerd.runtime.v2.task",
    "opt": "io.containerd.internal.v1.opt",
    "restart": "io.containerd.internal.v1.restart",
    "tracing": "io.containerd.internal.v1.tracing",
    "otlp": "io.containerd.tracing.processor.v1.otlp",
}
_SNAPSHOTTERS = ("aufs", "btrfs", "devmapper", "native", "overlayfs", "zfs", "windows")


OLDEST, NEWEST = Version(1, 2, 0), Version(2, 4, 0)
"""The first and the last release line whose keys and defaults are known."""


def nearest_known(version: Version) -> Version:
    """This release; one of a line that is older or newer than all known, as the nearest of them."""
    if version.line < OLDEST.line:
        return OLDEST
    return NEWEST if version.line > NEWEST.line else version


def beyond_known(version: Version) -> str:
    """Why what this release does by default is not known; "" where it is."""
    if version.line < OLDEST.line:
        return f"containerd {version} is older than those known, from {_line(OLDEST)} on"
    if version.line > NEWEST.line:
        return f"containerd {version} is newer than those known, up to {_line(NEWEST)}"
    return ""


def _line(version: Version) -> str:
    return f"{version.major}.{version.minor}"


class Line(NamedTuple):
    """What one release line reads and assumes.

    `config` is the newest config version it reads. `deep_merge`: imports are merged key by key,
    not a plugin's table at a time. `migrates_each_file`: old files are brought to that version
    one by one, before they are merged.
    """

    config: int
    sandbox_image: str
    deep_merge: bool
    migrates_each_file: bool = False


def line_of(version: Version) -> Line:
    """What this release reads and assumes; a line newer than those known is taken as the newest."""
    line = version.line
    if line < (1, 3):
        return Line(1, _old_sandbox_image(version), deep_merge=False)
    if line < (2, 0):
        return Line(2, _old_sandbox_image(version), deep_merge=False)
    if line < (2, 3):
        tag = "3.10.1" if line == (2, 2) else "3.10"
        return Line(3, f"registry.k8s.io/pause:{tag}", deep_merge=True)
    return Line(4, "registry.k8s.io/pause:3.10.2", deep_merge=True, migrates_each_file=True)


def _old_sandbox_image(version: Version) -> str:
    """Defaults moved from k8s.gcr.io in 1.5.14 and 1.6.9."""
    if version.line <= (1, 4):
        return f"k8s.gcr.io/pause:{'3.2' if version.line == (1, 4) else '3.1'}"
    if version.line == (1, 5):
        return f"{_registry(version.patch >= 14)}/pause:3.5"
    if version.line == (1, 6):
        return f"{_registry(version.patch >= 9)}/pause:3.6"
    return "registry.k8s.io/pause:3.8"


def _registry(moved: bool) -> str:
    return "registry.k8s.io" if moved else "k8s.gcr.io"


def built_in_type(version: Version) -> str:
    """The type of the handler that is built in: 1.2 has it as default_runtime, without a name."""
    if version.line < (1, 3):
        return LINUX_V1
    return RUNC_V1 if version.line == (1, 3) else RUNC_V2


def knows_versions(version: Version) -> bool:
    """Whether it reads `version` and `imports`: 1.2 knows one file, of the oldest version."""
    return version.line >= (1, 3)


def refuses_newer_config(version: Version) -> bool:
    """Whether a config version above its own keeps it from starting.

    1.6 before .32 and 1.7 before .17, and all older lines, start and ignore what they do not know.
    """
    if version.line == (1, 6):
        return version.patch >= 32
    if version.line == (1, 7):
        return version.patch >= 17
    return version.line > (1, 7)


def proxy_types(version: Version) -> tuple[str, ...]:
    """What a proxy plugin may be; of any other type, containerd panics while it starts."""
    known = ["snapshot", "io.containerd.snapshotter.v1", "content", "io.containerd.content.v1"]
    if version.line >= (1, 7):
        known += ["diff", "io.containerd.differ.v1"]
    if version.line >= (2, 0):
        known += ["sandbox", "io.containerd.sandbox.controller.v1"]
    return tuple(known)


def loses_v1_cri_settings(version: Version) -> bool:
    """2.0 to 2.2 drop every CRI setting of a file without a version line. Seen on 2.1.9."""
    return (2, 0) <= version.line < (2, 3)


def globs_beside_the_file(version: Version) -> bool:
    """Whether a relative import pattern starts at the importing file (1.6.29, 1.7.16 and later)."""
    if version.line == (1, 6):
        return version.patch >= 29
    if version.line == (1, 7):
        return version.patch >= 16
    return version.line > (1, 7)


def ignores_missing_imports(version: Version) -> bool:
    """Up to 1.4 it starts without an import that is not there; later ones refuse to start."""
    return version.line <= (1, 4)


def passes_over_no_map(version: Version) -> bool:
    """Up to 1.4 it passes over what should be a map of tables or of options and is no table."""
    return version.line <= (1, 4)


def key_spellings(name: str, version: Version) -> tuple[str, ...] | None:
    """Spellings of a key that a release takes, the strongest first; None: any case will do.

    1.5 to 1.7 (go-toml v1) take the name itself, all lower, all upper, and a small first letter.
    """
    if (1, 5) <= version.line <= (1, 7):
        return (name, name.lower(), name.upper(), name[:1].lower() + name[1:])
    return None


def full_name(name: str) -> str:
    """The full name that 2.x gives a plugin in a file of version 1."""
    if "." in name:
        return name
    if name.endswith("-service"):
        return f"io.containerd.service.v1.{name}"
    if name in (*_SNAPSHOTTERS, "windows-lcow"):
        return f"io.containerd.snapshotter.v1.{name}"
    return _NAMES_OF_1.get(name, f"io.containerd.grpc.v1.{name}")
