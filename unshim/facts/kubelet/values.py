"""The effective settings that many ask for, each with its own type."""

from __future__ import annotations

from unshim.facts.kubelet.effective import GATES, Configured
from unshim.model.machine import CgroupDriver
from unshim.model.parts.kubelet import Effective
from unshim.model.values import Missing, Origin, Setting
from unshim.releases import kubelet as releases


def _text(of: Effective, name: str) -> Setting[str] | None | Missing:
    """A setting as text; None where this release has none of that name."""
    found = of.get(name)
    return Setting(str(found.value), found.source) if isinstance(found, Setting) else found


def _always(of: Effective, name: str) -> Setting[str] | Missing:
    found = _text(of, name)
    return Missing(f"this kubelet has no {name}") if found is None else found


def runtime(of: Effective) -> Setting[str] | None | Missing:
    """The effective --container-runtime; None from 1.27 on, which has no such flag."""
    return _text(of, "container-runtime")


def endpoint(of: Effective) -> Setting[str] | None | Missing:
    """The effective runtime endpoint, as it is written; None where there is not even a default."""
    found = _text(of, "containerRuntimeEndpoint")
    if isinstance(found, Setting) and not found.value and found.source.origin is Origin.DEFAULT:
        return None
    return found


def cgroup_driver(of: Effective) -> Setting[CgroupDriver] | Missing:
    found = _always(of, "cgroupDriver")
    if isinstance(found, Missing):
        return found
    try:
        return Setting(CgroupDriver(found.value), found.source)
    except ValueError:
        return Missing(f"{found.source} sets {found.value!r}, which is no cgroup driver")


def asks_runtime_for_driver(of: Configured, settings: Effective) -> Setting[bool] | Missing:
    """Whether the kubelet takes the cgroup driver from the runtime, where that can tell."""
    if isinstance(of.version, Missing):
        return of.version
    default = of.default(releases.asks_runtime_for_driver(of.version.value))
    if not releases.knows_driver_gate(of.version.value):
        return default
    gate = settings.get(f"{GATES}.{releases.DRIVER_GATE}", settings[GATES])
    if isinstance(gate, Missing):
        return gate
    return Setting(gate.value, gate.source) if isinstance(gate.value, bool) else default


def log_max_size(of: Effective) -> Setting[str] | Missing:
    return _always(of, "containerLogMaxSize")


def log_max_files(of: Effective) -> Setting[str] | Missing:
    return _always(of, "containerLogMaxFiles")


def static_pod_path(of: Effective) -> Setting[str] | None | Missing:
    found = _always(of, "staticPodPath")
    return found if isinstance(found, Missing) or found.value else None
