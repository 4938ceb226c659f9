"""Where the CRI service pulls from: config_path, the certs.d trees, and the old tables.

Sources: containerd pkg/cri/server/image_pull.go of 1.5 to 1.7, internal/cri/server/images and
plugins/cri/images of 2.0 to 2.3; pulls by 1.6.20, 1.7.24 and 2.1.9. 2.2 and later were not run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from unshim.facts.registry.trees import read_trees
from unshim.host.host import Host
from unshim.model.machine import ParseError
from unshim.model.parts.containerd import Containerd, ContainerdConfig
from unshim.model.parts.registry import (
    Lookup,
    Mirror,
    Registry,
)
from unshim.model.values import Missing, Origin, Setting, Source, Version, Why
from unshim.releases.containerd import CRI_1, CRI_2, IMAGES
from unshim.text import redact
from unshim.text.escape import visible
from unshim.text.patterns import lazy

LOOKUP_LIMIT = 50
"""Registries whose lookup is told."""

_USUAL = ("docker.io", "registry.k8s.io")


_TRANSFERS_SINCE = Version(2, 1, 0)
_NEWEST = Version(2, 2, 2)
"""The rules where the release is not known."""

_TRANSFERRED: Mapping[str, object] = {
    "use_local_image_pull": False,
    "disable_snapshot_annotations": True,
    "discard_unpacked_layers": False,
    "image_pull_with_sync_fs": False,
    "max_concurrent_downloads": 3,
    "registry.mirrors": (),
    "registry.configs": (),
    "registry.auths": (),
}
"""What the transfer service pulls with; anything else is pulled by the CRI service itself."""

_PART = lazy(r'"((?:[^"\\]|\\.)*)"|([^."]+)')

Values = Mapping[str, Setting[object]]
Effective = Mapping[str, Setting[object] | Missing]


def read(host: Host, containerd: Containerd | Missing) -> Registry | Missing:
    """How pulls find their servers, as the next start of containerd does it."""
    if isinstance(containerd, Missing):
        return containerd
    config = containerd.config
    release = containerd.version.value if isinstance(containerd.version, Setting) else None
    rules = release or _NEWEST
    if isinstance(config, Missing) and config.why is Why.NOT_PRESENT:
        return config
    values = _values(config, rules) if isinstance(config, ContainerdConfig) else {}
    effective = config.effective if isinstance(config, ContainerdConfig) else {}
    mirrors = tuple(_mirrors(values))
    configs = tuple(_names_below(values, "registry.configs."))
    auths = tuple(_names_below(values, "registry.auths."))
    path = _config_path(config)
    local = rules < _TRANSFERS_SINCE or _pulls_locally(effective)
    roots = _roots(path.value, local) if isinstance(path, Setting) else ()
    directories, unread = read_trees(host, roots, rules)
    registry = Registry(release, path, roots, local, directories, unread, mirrors, configs, auths)
    return registry._replace(lookups=_lookups(registry)) if directories or mirrors else registry


def _lookups(registry: Registry) -> Mapping[str, Lookup | Missing]:
    """For the usual registries and those that are named, by their names."""
    from unshim.facts.registry.lookup import lookup

    named = {d.host for d in registry.directories} | {mirror.host for mirror in registry.mirrors}
    hosts = [*_USUAL, *sorted(named - {"*", *_USUAL})][:LOOKUP_LIMIT]
    return {host: lookup(registry, host) for host in hosts}


def _values(config: ContainerdConfig, release: Version) -> Values:
    """The image settings by key below their section (`registry.config_path`).

    2.x takes the whole old section in place of its own from files before version 3.
    """
    old = below(config.values, CRI_1 if config.version.value < 2 else CRI_2)
    if release < Version(2, 0, 0):
        return old
    own = below(config.values, IMAGES)
    if config.version.value >= 3:
        return own
    if any(key.startswith("registry.") for key in old):
        own = {key: value for key, value in own.items() if not key.startswith("registry.")}
    return {**own, **old}


def below(values: Values, plugin: str) -> Values:
    """A plugin's settings, by what stands after its name."""
    bare = "." not in plugin
    start = f"plugins.{plugin}." if bare else f'plugins."{plugin}".'
    return {key[len(start) :]: value for key, value in values.items() if key.startswith(start)}


def _config_path(config: ContainerdConfig | ParseError | Missing) -> Setting[str] | Missing:
    """The setting; "" for a release that does not know it (1.4)."""
    if isinstance(config, Missing):
        return config
    if isinstance(config, ParseError):
        return Missing(f"{config.path} cannot be read: {config.message}")
    setting = config.effective["registry.config_path"]
    if not isinstance(setting, Missing):
        return Setting(str(setting.value), setting.source)
    if setting.why is not Why.NOT_OFFERED:
        return setting
    return Setting("", Source(Origin.DEFAULT, setting.reason))


def _pulls_locally(effective: Effective) -> bool:
    """2.1 and later pull through the transfer service, unless they are told not to, or something
    is set that it does not know (internal/cri/config, CheckLocalImagePullConfigs)."""
    for key, usual in _TRANSFERRED.items():
        setting = effective.get(key)
        if isinstance(setting, Setting) and setting.value != usual:
            return True
    return False


def _roots(path: str, local: bool) -> tuple[str, ...]:
    """A list between colons; the transfer service takes it for one folder's name."""
    if not path:
        return ()
    return tuple(path.split(":")) if local else (path,)


def _mirrors(values: Values) -> Iterator[Mirror]:
    for key, setting in values.items():
        where = parts(key)
        if where[:2] != ["registry", "mirrors"] or where[3:] != ["endpoint"]:
            continue
        endpoints = setting.value if isinstance(setting.value, list) else [setting.value]
        settings = (Setting(str(endpoint), setting.source) for endpoint in endpoints)
        yield Mirror(visible(where[2]), tuple(settings))


def _names_below(values: Values, start: str) -> Iterator[tuple[str, Setting[str]]]:
    """Hosts and what is set for them, without values."""
    for key, setting in values.items():
        if key.startswith(start):
            _, table, host, *below = parts(key)
            label = redact.value("host", visible(host))
            yield label, Setting(visible(".".join((table, *below))), setting.source)


def parts(key: str) -> list[str]:
    """The parts of a dotted key, without their quotes."""
    return [
        match[1].replace('\\"', '"') if match[1] is not None else match[2]
        for match in _PART.finditer(key)
    ]
