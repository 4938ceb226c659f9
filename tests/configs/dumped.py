"""What `containerd config dump` says, by unshim's names for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from unshim.facts.containerd.effective import TREES
from unshim.facts.containerd.options import RUNC_TYPES
from unshim.model.values import Version
from unshim.releases.containerd import CRI_2, IMAGES, RUNTIME
from unshim.releases.containerd_keys import RUNC, TOP, shape
from unshim.releases.containerd_settings import HANDLER_KEYS, KEYS, handler_key

ABSENT = object()


def at(document: Mapping[str, Any], plugin: str, path: tuple[str, ...]) -> object:
    found: Any = document if plugin == TOP else document["plugins"].get(plugin, {})
    for name in path:
        found = found.get(name, ABSENT) if isinstance(found, dict) else ABSENT
    return found


def tells_cri(version: Version, dumped: Mapping[str, Any]) -> bool:
    """A disabled plugin is left out of a dump."""
    return (RUNTIME if version.line >= (2, 0) else CRI_2) in dumped["plugins"]


def told(version: Version, dumped: dict[str, Any]) -> Iterator[tuple[str, object]]:
    """By unshim's names, what a dump says; it is in the newest layout of its release."""
    for key in KEYS:
        plugin, path = key.place(version)
        if plugin != TOP and (
            plugin not in dumped["plugins"] or plugin in dumped["disabled_plugins"]
        ):
            continue
        theirs = at(dumped, plugin, path)
        if key.name == "cni.bin_dirs":
            theirs = _bin_dirs(dumped, plugin)
        if key.name == "registry.config_path":
            theirs = _config_path(version, dumped)
        if key.name != "default_runtime_name" or not _old_default(version, dumped):
            yield key.name, theirs
    if _old_default(version, dumped):
        yield "default_runtime_name", "default"
    images = CRI_2 if version.line < (2, 0) else IMAGES
    if images in dumped["plugins"]:
        for table in ("mirrors", "configs", "auths", "headers"):
            hosts = at(dumped, images, ("registry", table))
            yield f"registry.{table}", tuple(sorted(hosts)) if isinstance(hosts, dict) else ()
    yield "proxy_plugins", tuple(sorted(dumped.get("proxy_plugins", {})))
    for name, runtime in runtimes(version, dumped):
        yield from _runtime(version, name, runtime)


def _bin_dirs(dumped: Mapping[str, Any], plugin: str) -> object:
    """2.1 and later take the old key for a list of one where it stands alone; with both, CRI
    fails."""
    table = dumped["plugins"][plugin]["cni"]
    if "bin_dirs" not in table:
        return (table["bin_dir"],)
    if table["bin_dir"] and table["bin_dirs"] not in ([], *_BIN_DIRS):
        return ABSENT
    return (table["bin_dir"],) if table["bin_dir"] else table["bin_dirs"]


_BIN_DIRS = (["/usr/lib/cni", "/opt/cni/bin"], ["/opt/cni/bin"])
"""Defaults of Debian's builds and of others. See MISLEADING."""


def _config_path(version: Version, dumped: Mapping[str, Any]) -> object:
    """2.2 and later look for trees where nothing is set, and do not dump that. See MISLEADING."""
    plugin = CRI_2 if version.line < (2, 0) else IMAGES
    path, mirrors = (at(dumped, plugin, ("registry", key)) for key in ("config_path", "mirrors"))
    unset = path == "" and (mirrors is ABSENT or not mirrors)
    return TREES if unset and version.line >= (2, 2) else path


def runtimes(version: Version, dumped: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    plugin = RUNTIME if version.line >= (2, 0) else CRI_2
    containerd = dumped["plugins"].get(plugin, {}).get("containerd", {})
    yield from (containerd.get("runtimes") or {}).items()
    for name, key in _OLD.items():
        if containerd.get(key, {}).get("runtime_type"):
            yield name, containerd[key]


def _old_default(version: Version, dumped: Mapping[str, Any]) -> bool:
    containerd = dumped["plugins"].get(CRI_2, {}).get("containerd", {})
    old = containerd.get("default_runtime", {}).get("runtime_type")
    return bool(old) and version.line < (2, 0)


_OLD = {"default": "default_runtime", "untrusted": "untrusted_workload_runtime"}
"""1.x's daemon makes runtimes of these; its dump is of before that. See MISLEADING."""


def _runtime(version: Version, name: str, table: Any) -> Iterator[tuple[str, object]]:
    for key in HANDLER_KEYS:
        own = handler_key(key, version)
        if own in table:
            # An empty sandboxer is the built-in one once the daemon runs.
            yield (
                f"runtimes.{name}.{key}",
                table[own] or ("podsandbox" if "sandbox" in key else table[own]),
            )
    if table["runtime_type"] in RUNC_TYPES and version.line > (1, 4):
        zero = {"string": "", "bool": False, "int": 0}
        for option, kind in shape(RUNC, version).items():
            theirs = _option(version, table.get("options") or {}, option)
            value = zero[str(kind)] if theirs is None else theirs
            yield f"runtimes.{name}.options.{option}", value


def _option(version: Version, options: Mapping[str, object], name: str) -> object:
    """Options are dumped as written. Which spelling the shim is given: see MISLEADING."""
    if version.line >= (2, 0):
        spelt = sorted((key for key in options if key.lower() == name.lower()), reverse=True)
    else:
        spelt = [name, name.lower(), name.upper(), name[:1].lower() + name[1:]]
    return next((options[key] for key in spelt if key in options), None)
