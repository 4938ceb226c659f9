"""Logs: of containers, of the journal, and the rules and agents that touch them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from unshim import redact
from unshim.escape import decode, visible
from unshim.facts import boot_files, storage, unit_files
from unshim.host import Host, Kind
from unshim.model.facts import Reference
from unshim.model.kubelet import Kubelet
from unshim.model.logs import Link, LogFile, Logs
from unshim.model.values import FileText, Missing, Origin, Setting, Source

_LINKS = "/var/log/containers"
_LIMIT = 2000
"""Logs that are looked at; of more, none is: a part would pass for the whole."""

_JOURNALD_CONF = ("/etc/systemd/journald.conf", "/usr/lib/systemd/journald.conf")
_ROTATION = ("/etc/logrotate.conf", "/etc/logrotate.d")
_AGENTS = (
    "/etc/fluent",
    "/etc/fluentd",
    "/etc/fluent-bit",
    "/etc/td-agent",
    "/etc/td-agent-bit",
    "/etc/filebeat",
    "/etc/promtail",
    "/etc/vector",
    "/etc/rsyslog.d",
    "/etc/telegraf",
)
_PLACES = (b"/var/lib/docker", b"/var/log/pods", b"/var/log/containers")


def read(host: Host, kubelet: Kubelet | Missing) -> Logs:
    """Everything known of logs."""
    return Logs(
        pod_logs=_pod_logs(host, storage.pod_logs(kubelet).value),
        container_links=_links(host),
        journal=_journal(host),
        journal_persistent=_persistent(host),
        rotation=_mentions(host, _ROTATION),
        agents=_mentions(host, _AGENTS),
    )


def _pod_logs(host: Host, top: str) -> tuple[LogFile, ...] | Missing:
    """`POD/CONTAINER/N.log` below the folder; rotated ones have other names."""
    found: list[LogFile] = []
    pods = host.list(top)
    if isinstance(pods, Missing):
        return pods
    for pod in pods or ():
        containers = host.list(f"{top}/{pod}")
        if isinstance(containers, Missing):
            # A file beside the folders of pods is no pod's.
            continue
        for container in containers or ():
            folder = f"{top}/{pod}/{container}"
            names = host.list(folder)
            for name in () if isinstance(names, Missing) else names or ():
                if name.endswith(".log"):
                    found.append(_log(host, f"{folder}/{name}"))
                if len(found) > _LIMIT:
                    return Missing(f"more than {_LIMIT} logs are in {visible(top)}")
    return tuple(found)


def _log(host: Host, path: str) -> LogFile:
    leads = host.resolve(path)
    stat = host.stat(path)
    size = stat.size if stat and stat.kind is Kind.FILE else 0
    return LogFile(visible(path), visible(leads) if isinstance(leads, str) else leads, size)


def _links(host: Host) -> tuple[Link, ...] | Missing:
    names = host.list(_LINKS)
    if isinstance(names, Missing):
        return names
    if names and len(names) > _LIMIT:
        return Missing(f"more than {_LIMIT} links are in {_LINKS}")
    found = []
    for name in names or ():
        leads = host.resolve(f"{_LINKS}/{name}")
        shown = visible(leads) if isinstance(leads, str) else leads
        found.append(Link(visible(f"{_LINKS}/{name}"), shown))
    return tuple(found)


def _journal(host: Host) -> Mapping[str, Setting[str]] | Missing:
    """Settings of the section Journal: the main file, then its drop-ins by name
    (journald.conf(5)); an empty assignment takes a setting back to its default."""
    files = _journal_files(host)
    if isinstance(files, Missing):
        return files
    found: dict[str, Setting[str]] = {}
    for file in files:
        for line in unit_files.parse(file):
            if line.section != "Journal":
                continue
            found.pop(line.key, None)
            if line.value.text:
                value = redact.value(line.key, visible(line.value.text))
                place = Source(Origin.FILE, visible(file.path), line.line)
                found[visible(line.key)] = Setting(value, place)
    return found


def _journal_files(host: Host) -> list[FileText] | Missing:
    files: list[FileText] = []
    for path in _JOURNALD_CONF:
        main = host.read(path)
        if isinstance(main, Missing):
            return main
        if main is not None:
            files.append(main)
            break
    drop_ins = boot_files.files(host, "systemd/journald.conf.d")
    return drop_ins if isinstance(drop_ins, Missing) else [*files, *drop_ins]


def _persistent(host: Host) -> Setting[bool] | Missing:
    """Whether /var/log/journal is there: with Storage=auto that decides (journald.conf(5))."""
    found = host.stat("/var/log/journal")
    if isinstance(found, Missing):
        return found
    there = found is not None and found.kind is Kind.DIRECTORY
    return Setting(there, Source(Origin.FILE, "/var/log/journal"))


def _mentions(host: Host, places: tuple[str, ...]) -> tuple[Reference, ...] | Missing:
    """Lines of the files in these folders, and of these files, that name a place of logs."""
    found: list[Reference] = []
    for place in places:
        stat = host.stat(place)
        if isinstance(stat, Missing):
            return stat
        if stat is None:
            continue
        if stat.kind is Kind.FILE:
            found += _lines(host, place)
            continue
        names = host.list(place)
        if isinstance(names, Missing):
            return names
        for name in names or ():
            found += _lines(host, f"{place}/{name}")
    return tuple(found)


def _lines(host: Host, path: str) -> Iterator[Reference]:
    file = host.read(path)
    if not isinstance(file, FileText):
        return
    for number, line in enumerate(file.data.split(b"\n"), 1):
        bare = line.strip()
        if any(place in bare for place in _PLACES) and not bare.startswith(b"#"):
            text = redact.text(decode(bare))[:500]
            yield Reference(text, Source(Origin.FILE, visible(path), number))
