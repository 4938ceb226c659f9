"""The recorder in POSIX sh, for nodes that have no Python unshim runs on: one script, put together.

What it looks at and keeps is taken from unshim's own tables, so that neither forgets the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from google.protobuf.descriptor import Descriptor

_TEXT = ("main.awk", "secrets.awk", "forms.awk", "json.awk")
_ANSWERS = ("grpc.awk",)
_PARTS = ("paths.sh", "answers.sh", "following.sh", "asking.sh")
_LOOKS = ("looks.sh",)


def script() -> str:
    """The whole script, ready to be run by `sh`."""
    text = _file("record.sh")
    text = text.replace("@TEXT_AWK@", _joined(_TEXT)).replace("@ANSWERS_AWK@", _joined(_ANSWERS))
    text = text.replace("@EXCHANGE@", _file("exchange.python").rstrip("\n"))
    text = text.replace("@PARTS@", _constants() + _joined(_PARTS))
    return _filled(text.replace("@LOOKS@", _joined(_LOOKS)))


def awk_programs() -> tuple[str, str]:
    """The awk programs inside the script: for text, and what answers of daemons need besides."""
    return _filled(_joined(_TEXT)), _filled(_joined(_ANSWERS))


def _filled(text: str) -> str:
    for name, value in _values().items():
        text = text.replace(f"@{name}@", value)
    return text


def _file(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


def _joined(names: tuple[str, ...]) -> str:
    return "\n".join(_file(name) for name in names).rstrip("\n")


def _quoted(words: Iterable[str]) -> str:
    return f"'{' '.join(words)}'"


def _constants() -> str:
    """Lists that the script goes through."""
    from unshim.facts.network import proxy
    from unshim.facts.systemd import units as systemd
    from unshim.host.processes import KNOWN

    return "".join(
        f"{name}={_quoted(words)}\n"
        for name, words in (
            ("KNOWN", sorted(KNOWN)),
            ("UNITS", _table(systemd, "UNITS")),
            ("SPELLINGS", _table(proxy, "SPELLINGS")),
            ("UNIT_FOLDERS", _table(systemd, "DIRECTORIES")),
            ("PROPERTIES", (_table(systemd, "PROPERTIES"),)),
        )
    )


def _table(module: ModuleType, name: str) -> Any:
    """A table of another module, be it private there or not."""
    return getattr(module, name, None) or getattr(module, f"_{name}")


def _words(*words: str) -> str:
    return " ".join(words)


def _values() -> Mapping[str, str]:
    """What stands for each @NAME@."""
    from unshim import __version__
    from unshim.facts.clients import buildkit, nerdctl
    from unshim.facts.docker import answers as docker_pods
    from unshim.facts.docker import docker
    from unshim.facts.docker import running as docker_running
    from unshim.facts.kubelet import references
    from unshim.facts.machine import boot_files, kernel, logs, modules, mounts, sysctls
    from unshim.facts.network import cni, proxy
    from unshim.facts.registry import registry
    from unshim.host.programs import SEARCH_PATH
    from unshim.record.index import FORMAT
    from unshim.releases import containerd as containerd_releases
    from unshim.releases import distributions as managed
    from unshim.rpc import containerd as ctd
    from unshim.text import redact

    return {
        "VERSION": __version__,
        "FORMAT": str(FORMAT),
        "SEARCH_PATH": ":".join(SEARCH_PATH),
        "WORDS": _table(redact, "WORDS"),
        "HARMLESS": _table(redact, "HARMLESS_NAME").pattern[4:].replace(r"\w", "[a-z0-9_]"),
        "KINDS": "\n  ".join(_kinds()),
        "MARKERS": " ".join(path for path, _ in managed.markers()),
        "REFERENCED": " ".join(
            (_table(references, "KUBEADM_FLAGS"), *_table(references, "DEFAULTS"))
        ),
        "CONFIG_PATH": _table(containerd_releases, "CONFIG_PATH"),
        "SOCKET_PATH": _table(containerd_releases, "SOCKET_PATH"),
        "SNAPSHOTTER": _table(containerd_releases, "SNAPSHOTTER"),
        "MANAGED_SOCKETS": " ".join(managed.sockets()),
        "DOCKER_CONFIG": _table(docker, "CONFIG"),
        "DOCKER_SOCKET": _table(docker_pods, "SOCKET"),
        "DOCKER_INFO": _table(docker_pods, "INFO"),
        "DOCKER_LIMIT": str(_table(docker_running, "ASKED_ONE_BY_ONE")),
        "DOCKER_CONTAINERS": _table(docker_pods, "CONTAINERS"),
        "DOCKER_IMAGES": _table(docker_pods, "IMAGES"),
        "KERNEL_PLACES": _words(
            "/proc/sys/net/bridge",
            "/proc/sys",
            *(f"/sys/module/{name}" for name in _table(modules, "NAMES")),
        ),
        "KERNEL_FILES": _words(
            *("/proc/filesystems", "/proc/cmdline", "/proc/swaps", "/proc/modules"),
            *(_table(kernel, "SELINUX"), _table(kernel, "APPARMOR")),
            *(f"/proc/sys/{name.replace('.', '/')}" for name in _table(sysctls, "NAMES")),
        ),
        "FIXES_WRITE": _words(*_FIXES_WRITE),
        "MOUNTS": _table(mounts, "PATH"),
        "ABOVE": _words(*_table(boot_files, "ABOVE")),
        "LINKS": _table(logs, "LINKS"),
        "JOURNALD": _words(*_table(logs, "JOURNALD_CONF")),
        "MENTIONS": _words(*_table(logs, "ROTATION"), *_table(logs, "AGENTS")),
        "AGENTS": " | ".join(
            f"{place}/*" for place in (*_table(logs, "ROTATION"), *_table(logs, "AGENTS"))
        ),
        "NERDCTL_CONFIG": _table(nerdctl, "CONFIG"),
        "NERDCTL_CNI": _words(*_table(nerdctl, "CNI_PATHS")),
        "BUILDKIT_CONFIG": _table(buildkit, "CONFIG"),
        "BUILDKIT_SOCKETS": _words(*_table(buildkit, "SOCKETS")),
        "TREES": _words(*_table(registry, "TREES")),
        "CNI_CONF": _table(cni, "CONF_DIR"),
        "CNI_BIN": _words(_table(cni, "BIN_DIR"), _table(cni, "DEBIANS_BIN_DIR")),
        "DEBIANS_CONTAINERD": _table(cni, "DEBIANS_PACKAGE"),
        "MANAGER": _table(proxy, "MANAGER"),
        "MANAGER_FOLDERS": _words(*_table(proxy, "MANAGER_FOLDERS")),
        "DAEMON_CALLS": _words(ctd.VERSION, ctd.PLUGINS, ctd.SERVER),
        "NAMESPACES": ctd.NAMESPACES,
        "TASKS": ctd.TASKS,
        "IMAGES": ctd.IMAGES,
        "CONTENTS": ctd.CONTENTS,
        "SNAPSHOTS": ctd.SNAPSHOTS,
        "READ": ctd.READ,
        "CRI_CALLS": " ".join(_CRI_CALLS),
    }


_FIXES_WRITE = ("/etc/systemd/system/containerd.service.d/50-unshim-killmode.conf",)
"""Files that fixes make, where facts do not read them anyway."""

_CRI_CALLS = (
    "RuntimeService/ListPodSandbox",
    "RuntimeService/ListContainers",
    "ImageService/ListImages",
)
# Values that later questions rest on, by call and by the names of fields.
_NOTED = {
    "Namespaces/List": {"namespaces.name": "namespace"},
    "Images/List": {"images.target.digest": "target"},
    "Content/List": {
        "info.digest": "digest",
        "info.size": "size",
        "info.labels.key": "key",
        "info.labels.value": "value",
    },
    "Snapshots/List": {"info.name": "snapshot"},
}


def _kinds() -> Iterator[str]:
    """For the awk program: what may be kept of answers, as scrub and docker_pods have it."""
    from unshim.facts.docker import answers as docker_pods
    from unshim.rpc import containerd as ctd
    from unshim.rpc import scrub

    methods = [ctd.VERSION, ctd.PLUGINS, ctd.SERVER, ctd.NAMESPACES, ctd.TASKS, ctd.IMAGES]
    methods += [ctd.CONTENTS, ctd.READ, ctd.SNAPSHOTS]
    for api in ("v1", "v1alpha2"):
        methods += [f"/runtime.{api}.{call}" for call in _CRI_CALLS]
        methods += [
            f"/runtime.{api}.RuntimeService/{c}" for c in ("Version", "Status", "RuntimeConfig")
        ]
    for method in methods:
        yield from _kept_fields(method)
    yield f'KEPT_INFO = "{b" ".join(_table(scrub, "KEPT_INFO")).decode()}"'
    yield f'KEPT_ANNOTATION = "{b" ".join(_table(scrub, "KEPT_ANNOTATIONS")).decode()}"'
    for key in sorted(_table(scrub, "SECRET_KEYS")):
        yield f'SECRET_KEY["{key}"]'
    for key in ("architecture", "os", "variant", "rootfs"):
        yield f'KEEP["config", "{key}"] = "whole"'
    how = {"Image": "text", "RepoTags": "text", "RepoDigests": "text", "Names": "text"}
    how |= {"Labels": "labels", "HostConfig": "host-config"}
    for key in (
        *_table(docker_pods, "KEPT_FIELDS"),
        *_table(docker_pods, "KEPT_INFO"),
        "Labels",
        "HostConfig",
    ):
        yield f'KEEP["docker", "{key}"] = "{how.get(key, "whole")}"'
    yield 'KEEP["host-config", "LogConfig"] = "log-config"'
    yield 'KEEP["log-config", "Type"] = "whole"'
    yield 'KEEP["log-config", "Config"] = "values"'
    for key in _table(docker_pods, "KEPT_LABELS"):
        yield f'KEEP["labels", "{key}"] = "whole"'


_SPECIAL = {"status": {"info": "i"}, "pods": {"items.annotations": "a"}, "blob": {"data": "b"}}


def _kept_fields(method: str) -> Iterator[str]:
    from unshim.rpc import scrub

    found = scrub._kept(method)
    assert found is not None
    message, clean = found
    special = _SPECIAL.get(clean.__name__.strip("_"), {})
    noted = next((v for end, v in _NOTED.items() if method.endswith(f".{end}")), {})
    described: Any = message.DESCRIPTOR
    for path, names, kind in _fields(described, "", ""):
        yield f'KIND["{method}", "{path}"] = "{special.get(names, kind)}"'
        if names in noted:
            yield f'NOTE["{method}", "{path}"] = "{noted[names]}"'


def _fields(of: Descriptor, path: str, names: str) -> Iterator[tuple[str, str, str]]:
    """Each field that unshim knows: path of numbers, path of names, v or m."""
    for field in of.fields:
        here, named = f"{path}.{field.number}", f"{names}.{field.name}".lstrip(".")
        below: Any = field.message_type
        yield here, named, "m" if below is not None else "v"
        if below is not None:
            yield from _fields(below, here, named)
