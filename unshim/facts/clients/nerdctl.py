"""nerdctl: its binary, and the file that it takes whole or refuses.

Source: nerdctl pkg/config/config.go, pkg/defaults/defaults_linux.go and cmd/nerdctl/main.go of 1.2
to 2.3. nerdctl itself was not run: no package of it was to be had.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from unshim.facts import versions
from unshim.facts.places import Places
from unshim.host.host import Host
from unshim.model.machine import ParseError, Reference
from unshim.model.parts.clients import Nerdctl
from unshim.model.values import FileText, Missing, Origin, Setting, Source, Version, present
from unshim.text.escape import visible
from unshim.text.marked_settings import clean, named

if TYPE_CHECKING:
    from unshim.text.toml_marks import Table

CONFIG = "/etc/nerdctl/nerdctl.toml"
_CNI_PATHS = (
    "/opt/cni/bin",
    "/usr/local/libexec/cni",
    "/usr/local/lib/cni",
    "/usr/libexec/cni",
    "/usr/lib/cni",
)

PLACES = Places(stat=_CNI_PATHS, read=(CONFIG,))

_FIRST = Version(0, 0, 0)
_KEYS: Mapping[str, tuple[type, Version]] = {
    "debug": (bool, _FIRST),
    "debug_full": (bool, _FIRST),
    "address": (str, _FIRST),
    "namespace": (str, _FIRST),
    "snapshotter": (str, _FIRST),
    "cni_path": (str, _FIRST),
    "cni_netconfpath": (str, _FIRST),
    "data_root": (str, _FIRST),
    "cgroup_manager": (str, _FIRST),
    "insecure_registry": (bool, _FIRST),
    "hosts_dir": (list, _FIRST),
    "experimental": (bool, _FIRST),
    "host_gateway_ip": (str, Version(1, 3, 0)),
    "bridge_ip": (str, Version(2, 0, 1)),
    "kube_hide_dupe": (bool, Version(2, 0, 3)),
    "cdi_spec_dirs": (list, Version(2, 1, 0)),
    "userns_remap": (str, Version(2, 1, 0)),
    "dns": (list, Version(2, 1, 3)),
    "dns_opts": (list, Version(2, 1, 3)),
    "dns_search": (list, Version(2, 1, 3)),
    "disable_hc_systemd": (bool, Version(2, 1, 5)),
    "selinux_enabled": (bool, Version(2, 3, 0)),
}
_WORDS = {bool: "true or false", str: "text", list: "a list of texts"}
_DEFAULTS: Mapping[str, object] = {
    "address": "/run/containerd/containerd.sock",
    "namespace": "default",
    "snapshotter": "overlayfs",
    "cni_netconfpath": "/etc/cni/net.d",
    "data_root": "/var/lib/nerdctl",
    "hosts_dir": ["/etc/containerd/certs.d", "/etc/docker/certs.d"],
    "insecure_registry": False,
}


def read(host: Host) -> Nerdctl:
    """nerdctl as it is installed and configured for root."""
    binary = versions.binary(host, ("nerdctl",))
    version = versions.of_binary(host, binary, versions.NERDCTL)
    file = host.read(CONFIG)
    if isinstance(file, Missing):
        return Nerdctl(binary, version, file, file, file, file)
    values: dict[str, Setting[object]] = {}
    problems: tuple[Reference, ...] = ()
    if file is not None:
        values, problems = _parse(file, version)
    if problems:
        refused: Missing = Missing(f"nerdctl refuses {CONFIG}: {problems[0].text}")
        return Nerdctl(binary, version, file, values, problems, refused)
    return Nerdctl(binary, version, file, values, problems, _effective(host, values))


def _parse(
    file: FileText, version: Setting[Version] | Missing
) -> tuple[dict[str, Setting[object]], tuple[Reference, ...]]:
    from unshim.text.toml_marks import read_toml, settings

    path = visible(file.path)
    document = read_toml(file._replace(path=path))
    if isinstance(document, ParseError):
        place = Source(Origin.FILE, path, document.line)
        return {}, (Reference(document.message, place),)
    values = {
        named(".".join(key)): Setting(clean(".".join(key), setting.value), setting.source)
        for key, setting in settings(document)
    }
    return values, tuple(_problems(document, version))


def _problems(document: Table, version: Setting[Version] | Missing) -> Iterator[Reference]:
    """Keys it does not know and values of another kind: it decodes strictly, in any case."""
    from unshim.text.toml_marks import Table

    release = present(version)
    for key, entry in document.entries.items():
        option = visible(key)[:80]
        known = _KEYS.get(key.lower())
        if known is None:
            yield Reference(f"{option}: nerdctl knows no such option", entry.source)
        elif release and release.value < known[1]:
            problem = f"{option}: nerdctl {release.value} knows no such option"
            yield Reference(problem, entry.source)
        elif isinstance(entry, Table) or not _is(entry.value, known[0]):
            yield Reference(f"{option}: must be {_WORDS[known[0]]}", entry.source)


def _is(value: object, kind: type) -> bool:
    if isinstance(value, list):
        return kind is list and all(isinstance(item, str) for item in value)
    return type(value) is kind


def _effective(
    host: Host, values: Mapping[str, Setting[object]]
) -> Mapping[str, Setting[object]] | Missing:
    folded = {key.lower(): setting for key, setting in values.items()}
    default = Source(Origin.DEFAULT, "default of nerdctl")
    settings = {key: folded.get(key, Setting(value, default)) for key, value in _DEFAULTS.items()}
    settings["cni_path"] = folded.get("cni_path", Setting(_cni_path(host), default))
    return settings


def _cni_path(host: Host) -> str:
    """The first folder that is there."""
    return next((path for path in _CNI_PATHS if host.stat(path)), _CNI_PATHS[0])
