"""Effective settings of the kubelet's next start: default, below the file, below the flags."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeVar

from unshim.facts import flags as flag_reading
from unshim.facts import kubelet_releases as releases
from unshim.facts.present import present
from unshim.model.facts import CgroupDriver, Flag, ParseError
from unshim.model.values import Missing, Origin, Setting, Source, Version

T = TypeVar("T")


class Configured(NamedTuple):
    """What the effective settings are made of."""

    flags: tuple[Flag, ...] | Missing
    config: Mapping[str, Setting[object]] | ParseError | Missing
    version: Setting[Version] | Missing

    def default(self, value: T) -> Setting[T]:
        words = "default of the kubelet"
        version = present(self.version)
        if version:
            major, minor = version.value.line
            words = f"default of kubelet {major}.{minor}"
        return Setting(value, Source(Origin.DEFAULT, words))

    def written(self, key: str, *flags: str) -> Setting[str] | None | Missing:
        """A setting as text from the flags, else from the file; None where neither sets it.

        An empty value in the file means that the default holds (defaults.go).
        """
        if isinstance(self.flags, Missing):
            return self.flags
        flag = flag_reading.last(self.flags, *flags)
        if flag is not None:
            return flag
        if isinstance(self.config, ParseError):
            return Missing(f"{self.config.path} cannot be parsed")
        if isinstance(self.config, Missing):
            return self.config
        found = self.config.get(key) if key else None
        if found is None or found.value in (None, ""):
            return None
        value = str(found.value).lower() if isinstance(found.value, bool) else str(found.value)
        return Setting(value, found.source)


def runtime(of: Configured) -> Setting[str] | None | Missing:
    """The effective --container-runtime; None from 1.27 on, which has no such flag."""
    if isinstance(of.flags, Missing):
        return of.flags
    flag = flag_reading.last(of.flags, "container-runtime")
    if isinstance(of.version, Missing):
        return flag or of.version
    default = releases.release(of.version.value).runtime
    if default is None:
        return None
    return flag or of.default(default)


def endpoint(of: Configured) -> Setting[str] | None | Missing:
    """The effective runtime endpoint, as it is written."""
    if isinstance(of.flags, Missing):
        return of.flags
    flag = flag_reading.last(of.flags, "container-runtime-endpoint")
    if flag is not None:
        return flag
    if isinstance(of.version, Missing):
        return of.version
    release = releases.release(of.version.value)
    if release.endpoint_in_config:
        found = of.written("containerRuntimeEndpoint")
        if found is not None:
            return found
    return None if release.endpoint is None else of.default(release.endpoint)


def cgroup_driver(of: Configured) -> Setting[CgroupDriver] | Missing:
    found = of.written("cgroupDriver", "cgroup-driver")
    if isinstance(found, Missing):
        return found
    if found is None:
        return of.default(CgroupDriver(releases.CGROUP_DRIVER))
    try:
        return Setting(CgroupDriver(found.value), found.source)
    except ValueError:
        return Missing(f"{found.source} sets {found.value!r}, which is no cgroup driver")


def asks_runtime_for_driver(of: Configured) -> Setting[bool] | Missing:
    """Whether the kubelet takes the cgroup driver from the runtime, where that can tell."""
    if isinstance(of.version, Missing):
        return of.version
    default = of.default(releases.release(of.version.value).asks_runtime_for_driver)
    if not releases.knows_driver_gate(of.version.value):
        return default
    if isinstance(of.flags, Missing):
        return of.flags
    for flag in reversed(of.flags):
        if flag.name == "feature-gates":
            gates = dict(_gates(flag.value or ""))
            if releases.DRIVER_GATE in gates:
                return Setting(gates[releases.DRIVER_GATE], flag.source)
    found = of.written(f"featureGates.{releases.DRIVER_GATE}")
    if isinstance(found, Missing):
        return found
    return default if found is None else Setting(found.value == "true", found.source)


def _gates(text: str) -> list[tuple[str, bool]]:
    """`A=true,B=false`."""
    pairs = (part.partition("=") for part in text.split(","))
    return [(n.strip(), v.strip().lower() in ("true", "t", "1")) for n, _, v in pairs]


def _or_default(of: Configured, default: str, key: str, flag: str) -> Setting[str] | Missing:
    found = of.written(key, flag)
    return of.default(default) if found is None else found


def log_max_size(of: Configured) -> Setting[str] | Missing:
    return _or_default(of, releases.LOG_MAX_SIZE, "containerLogMaxSize", "container-log-max-size")


def log_max_files(of: Configured) -> Setting[str] | Missing:
    default = releases.LOG_MAX_FILES
    return _or_default(of, default, "containerLogMaxFiles", "container-log-max-files")


def static_pod_path(of: Configured) -> Setting[str] | None | Missing:
    found = of.written("staticPodPath", "pod-manifest-path")
    if isinstance(found, Missing) or found is None:
        return found
    return found if found.value else None
