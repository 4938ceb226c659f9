"""What the running containerd's CRI service tells of itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from unshim.facts.versions import parse
from unshim.host.host import Host, RpcError
from unshim.model.machine import CgroupDriver
from unshim.model.parts.containerd import (
    Condition,
    Cri,
)
from unshim.model.values import Missing, Origin, Setting, Source, Version, Why
from unshim.releases.containerd import DEFAULT_HANDLER
from unshim.rpc import cri
from unshim.rpc.answers import missing, visible_text
from unshim.rpc.scrub import without_secrets
from unshim.text import bounded_json

if TYPE_CHECKING:
    from unshim.rpc import containerd_pb2 as pb

DEADLINE = 2.0
"""Seconds each call may take, but for Tasks.List."""
_TELLS_OPTIONS = (1, 6)
"""1.4 says `"options": {}` whatever it runs with (seen on 1.4.13); 1.5 was not run."""


def read_cri(host: Host, path: str) -> Cri | Missing:
    try:
        api, version = cri.version(host, path, DEADLINE)
        status = cri.status(host, path, api, DEADLINE)
    except RpcError as error:
        return missing(error, "containerd's CRI service")
    info = {entry.key: entry.value for entry in status.info}
    config = _config(info.get(b"config"))
    return Cri(
        apis=(api,),
        runtime_name=visible_text(version.runtime_name),
        runtime_version=visible_text(version.runtime_version),
        conditions=tuple(
            Condition(
                visible_text(c.type), c.status, visible_text(c.reason), visible_text(c.message)
            )
            for c in status.status.conditions
        ),
        config=config,
        cgroup_driver=_driver(
            host, path, api, config, parse(visible_text(version.runtime_version))
        ),
    )


def _config(data: bytes | None) -> Mapping[str, object] | Missing:
    if data is None:
        return Missing("containerd's CRI service tells no configuration", Why.NOT_OFFERED)
    try:
        config = bounded_json.loads(data)
    except (ValueError, RecursionError):
        config = None
    if not isinstance(config, dict):
        return Missing("the configuration that containerd's CRI service tells is not JSON")
    clean: dict[str, object] = without_secrets(config)
    return clean


def _driver(
    host: Host,
    path: str,
    api: str,
    config: Mapping[str, object] | Missing,
    version: Version | None,
) -> Setting[CgroupDriver] | Missing:
    """The driver that the daemon names itself (2.0 and later), else that of its default handler."""
    source = Source(Origin.DAEMON, path)
    if api == cri.V1:
        try:
            answer = cri.runtime_config(host, path, api, DEADLINE)
        except RpcError as error:
            if error.code != "UNIMPLEMENTED":
                return missing(error, "containerd's runtime configuration")
        else:
            if not answer.HasField("linux"):
                return Missing("containerd names no cgroup driver", Why.NOT_OFFERED)
            systemd = answer.linux.cgroup_driver == 0
            return Setting(CgroupDriver.SYSTEMD if systemd else CgroupDriver.CGROUPFS, source)
    if version is None or version.line < _TELLS_OPTIONS:
        return Missing("this containerd does not tell the options it runs with", Why.NOT_OFFERED)
    return _driver_of_config(config, source)


def _driver_of_config(
    config: Mapping[str, object] | Missing, source: Source
) -> Setting[CgroupDriver] | Missing:
    if isinstance(config, Missing):
        return config
    containerd = _table(config.get("containerd"))
    name = str(containerd.get("defaultRuntimeName") or DEFAULT_HANDLER)
    handler = _table(_table(containerd.get("runtimes")).get(name))
    kind = str(handler.get("runtimeType", ""))
    if not kind.startswith("io.containerd.runc."):
        return Missing(f"handler {name} is of type {kind or '(none)'}, which has no cgroup driver")
    systemd = _table(handler.get("options")).get("SystemdCgroup") is True
    return Setting(CgroupDriver.SYSTEMD if systemd else CgroupDriver.CGROUPFS, source)


def _table(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def with_exports(service: Cri | Missing, plugins: Sequence[pb.Plugin] | Missing) -> Cri | Missing:
    """Add the APIs that the plugin exports: 1.6 and 1.7 serve both, but say so only here."""
    if isinstance(service, Missing) or isinstance(plugins, Missing):
        return service
    exported = {
        visible_text(entry.value)
        for plugin in plugins
        if plugin.type in (b"io.containerd.grpc.v1", b"io.containerd.cri.v1")
        for entry in plugin.exports
        if entry.key in (b"CRIVersion", b"CRIVersionAlpha")
    }
    apis = tuple(sorted(exported | set(service.apis)))
    return Cri(
        apis,
        service.runtime_name,
        service.runtime_version,
        service.conditions,
        service.config,
        service.cgroup_driver,
    )
