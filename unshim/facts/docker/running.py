"""What the running Docker answers: itself, its containers with their log options, its images.

Source: Docker Engine API 1.40 to 1.47 (`/info`, `/containers/json`, `/images/json`); seen on
Docker 20.10.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from unshim.facts.docker.answers import (
    CONTAINERS,
    IMAGES,
    INFO,
    SOCKET,
    ask_all,
    ask_one,
    pods_of,
    text,
)
from unshim.host.host import Host
from unshim.model.machine import CgroupDriver
from unshim.model.parts.docker import DockerContainer, DockerImage, DockerRunning
from unshim.model.parts.pods import Pods
from unshim.model.values import Missing, Origin, Setting, Source, Why
from unshim.text import redact
from unshim.text.escape import visible

_KUBELETS = "io.kubernetes.docker.type"
ASKED_ONE_BY_ONE = 100
"""Containers whose log options are asked for; each is a call of its own."""


def read(host: Host, active: bool | Missing) -> tuple[Pods | Missing, DockerRunning | Missing]:
    """The kubelet's pods, and everything; Missing unless docker.service is active."""
    if isinstance(active, Missing):
        return active, active
    if not active:
        stopped = Missing("Docker does not run, and asking it could start it", Why.NOT_RUNNING)
        return stopped, stopped
    info = ask_one(host, INFO)
    if isinstance(info, Missing) and info.why is Why.TIMEOUT:
        return info, info
    containers = ask_all(host, CONTAINERS)
    images = ask_all(host, IMAGES)
    pods = containers if isinstance(containers, Missing) else pods_of(containers)
    return pods, DockerRunning(
        version=_text(info, "ServerVersion"),
        cgroup_driver=_driver(_setting_of(info, "CgroupDriver")),
        log_driver=_setting_of(info, "LoggingDriver"),
        storage_driver=_setting_of(info, "Driver"),
        root=_setting_of(info, "DockerRootDir"),
        live_restore=_switch(info, "LiveRestoreEnabled"),
        containers=containers
        if isinstance(containers, Missing)
        else tuple(_containers(host, containers)),
        images=images if isinstance(images, Missing) else tuple(sorted(_image(e) for e in images)),
    )


_DAEMON = Source(Origin.DAEMON, SOCKET)


def _text(info: dict[str, Any] | Missing, key: str) -> str | Missing:
    return info if isinstance(info, Missing) else text(info, key) or _missing_key(key)


def _setting_of(info: dict[str, Any] | Missing, key: str) -> Setting[str] | Missing:
    value = _text(info, key)
    return value if isinstance(value, Missing) else Setting(value, _DAEMON)


def _missing_key(key: str) -> Missing:
    return Missing(f"Docker does not tell its {key}", Why.NOT_OFFERED)


def _driver(driver: Setting[str] | Missing) -> Setting[CgroupDriver] | Missing:
    if isinstance(driver, Missing):
        return driver
    try:
        return Setting(CgroupDriver(driver.value), driver.source)
    except ValueError:
        return Missing(f"Docker tells of {driver.value}, which is not a cgroup driver")


def _switch(info: dict[str, Any] | Missing, key: str) -> Setting[bool] | Missing:
    if isinstance(info, Missing):
        return info
    value = info.get(key)
    return Setting(value, _DAEMON) if isinstance(value, bool) else _missing_key(key)


def _containers(host: Host, answer: list[dict[str, Any]]) -> Iterator[DockerContainer]:
    left: Missing | None = None
    for number, entry in enumerate(answer):
        labels = entry.get("Labels")
        if number == ASKED_ONE_BY_ONE and left is None:
            reason = f"only the first {ASKED_ONE_BY_ONE} containers are asked"
            left = Missing(reason, Why.NOT_OFFERED)
        driver, opts = (left, left) if left is not None else _log(host, text(entry, "Id"))
        if isinstance(driver, Missing) and driver.why is Why.TIMEOUT:
            # Docker hangs on single containers; a hundred such waits would be minutes.
            left = driver
        yield DockerContainer(
            id=text(entry, "Id"),
            name=_name(entry),
            image=redact.text(text(entry, "Image")),
            state=text(entry, "State"),
            created=_moment(entry),
            of_pod=isinstance(labels, dict) and _KUBELETS in labels,
            log_driver=driver,
            log_opts=opts,
        )


def _name(entry: dict[str, Any]) -> str:
    """Without the names that a container has in others, by links: `/other/alias`."""
    names = (name.removeprefix("/") for name in _strings(entry, "Names"))
    return next((name for name in names if "/" not in name), "")


def _log(host: Host, identity: str) -> tuple[str | Missing, Mapping[str, str] | Missing]:
    """A container's own log driver and its options."""
    if not identity.isalnum():
        odd = Missing("it has no id to ask for")
        return odd, odd
    answer = ask_one(host, f"/containers/{identity}/json")
    if isinstance(answer, Missing):
        return answer, answer
    config = answer.get("HostConfig")
    log = config.get("LogConfig") if isinstance(config, dict) else None
    if not isinstance(log, dict):
        return _missing_key("LogConfig"), _missing_key("LogConfig")
    opts = log.get("Config")
    pairs = opts.items() if isinstance(opts, dict) else ()
    return _text(log, "Type"), {visible(k): redact.value(k, visible(str(v))) for k, v in pairs}


def _image(entry: dict[str, Any]) -> DockerImage:
    size = entry.get("Size")
    return DockerImage(
        id=text(entry, "Id"),
        names=_strings(entry, "RepoTags"),
        digests=_strings(entry, "RepoDigests"),
        size=size if isinstance(size, int) and size > 0 else 0,
        created=_moment(entry),
    )


def _moment(entry: dict[str, Any]) -> float:
    created = entry.get("Created")
    return float(created) if type(created) is int and abs(created) < 1 << 53 else 0.0


def _strings(entry: dict[str, Any], key: str) -> tuple[str, ...]:
    """Names, without those of images that have none (`<none>:<none>`)."""
    items = entry.get(key)
    texts = [s for s in items if isinstance(s, str)] if isinstance(items, list) else []
    return tuple(redact.text(visible(s)) for s in texts if not s.startswith("<none>"))
