"""Logs: of containers, of the journal, and the rules and agents that touch them."""

from __future__ import annotations

from unshim.facts.machine import storage
from unshim.facts.machine.journald import (
    JOURNAL,
    JOURNALD_CONF,
    JOURNALD_FOLDERS,
    persistent,
    read_settings,
)
from unshim.facts.places import Places
from unshim.host.host import Host, Kind
from unshim.model.machine import Reference
from unshim.model.parts.kubelet import Kubelet
from unshim.model.parts.storage import Link, LogFile, Logs
from unshim.model.values import FileText, Missing, Origin, Source, Why
from unshim.text.escape import decode, visible
from unshim.text.patterns import lazy

LINKS = "/var/log/containers"
_LIMIT = 2000
"""Logs that are looked at; of more, none is: a part would pass for the whole."""

ROTATION = ("/etc/logrotate.conf", "/etc/logrotate.d")
AGENTS = (
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
# Endings of files that logrotate passes over in folders (logrotate.conf(5), `tabooext`).
_TABOO = (
    *(",v", "~", ".cfsaved", ".disabled", ".rpmnew", ".rpmorig", ".rpmsave", ".swp"),
    *(".dpkg-bak", ".dpkg-del", ".dpkg-dist", ".dpkg-new", ".dpkg-old", ".dpkg-tmp"),
    *(".ucf-dist", ".ucf-new", ".ucf-old"),
)
PLACES = Places(stat=(JOURNAL,), read=JOURNALD_CONF, list=(LINKS,), boot=(JOURNALD_FOLDERS,))

_DENIED = (Why.NOT_PERMITTED, Why.NOT_RECORDED)
_PLACES = (b"/var/lib/docker", b"/var/log/pods", b"/var/log/containers")
# All that is told of such a line: what else stands on it may be a password, in many languages.
_PATH = lazy(r"/var/(?:lib/docker|log/pods|log/containers)[A-Za-z0-9_./*?{}$%-]*")


def read(host: Host, kubelet: Kubelet | Missing) -> Logs:
    """Everything known of logs."""
    journal = read_settings(host)
    return Logs(
        pod_logs=_pod_logs(host, storage.pod_logs(kubelet).value),
        container_links=_links(host),
        journal=journal,
        journal_persistent=persistent(host, journal),
        rotation=_mentions(host, _rotation(host), _TABOO),
        agents=_mentions(host, AGENTS),
    )


def _pod_logs(host: Host, top: str) -> tuple[LogFile, ...] | Missing:
    """`POD/CONTAINER/N.log` below the folder; rotated ones have other names."""
    logs: list[LogFile] = []
    pods = host.list(top)
    if isinstance(pods, Missing):
        return pods
    for pod in pods or ():
        containers = host.list(f"{top}/{pod}")
        if isinstance(containers, Missing):
            if containers.why in _DENIED:
                return containers
            # A file beside the folders of pods is not a pod's.
            continue
        for container in containers or ():
            folder = f"{top}/{pod}/{container}"
            names = host.list(folder)
            for name in () if isinstance(names, Missing) else names or ():
                if name.endswith(".log"):
                    logs.append(_log(host, f"{folder}/{name}"))
                if len(logs) > _LIMIT:
                    return Missing(f"more than {_LIMIT} logs are in {visible(top)}")
    return tuple(logs)


def _log(host: Host, path: str) -> LogFile:
    leads = host.resolve(path)
    stat = host.stat(path)
    size = stat.size if stat and stat.kind is Kind.FILE else 0
    return LogFile(visible(path), visible(leads) if isinstance(leads, str) else leads, size)


def _links(host: Host) -> tuple[Link, ...] | Missing:
    names = host.list(LINKS)
    if isinstance(names, Missing):
        return names
    if names and len(names) > _LIMIT:
        return Missing(f"more than {_LIMIT} links are in {LINKS}")
    links = []
    for name in names or ():
        leads = host.resolve(f"{LINKS}/{name}")
        target = visible(leads) if isinstance(leads, str) else leads
        links.append(Link(visible(f"{LINKS}/{name}"), target))
    return tuple(links)


def _rotation(host: Host) -> tuple[str, ...]:
    """Files and folders of rules: the usual ones, and what logrotate.conf includes."""
    main = host.read(ROTATION[0])
    if not isinstance(main, FileText):
        return ROTATION
    directives = ([*map(decode, line.split())] for line in main.data.split(b"\n"))
    included = (w[1].rstrip("/") for w in directives if len(w) == 2 and w[0] == "include")
    return tuple(dict.fromkeys([*ROTATION, *(path for path in included if path[:1] == "/")]))


def _mentions(
    host: Host, places: tuple[str, ...], taboo: tuple[str, ...] = ()
) -> tuple[Reference, ...] | Missing:
    """Lines that name a place of logs, of these files and of all in these folders."""
    references: list[Reference] = []
    waiting = list(reversed(places))
    looked = 0
    while waiting:
        path = waiting.pop()
        looked += 1
        if looked > _LIMIT:
            return Missing(f"more than {_LIMIT} files are in {', '.join(places)}")
        stat = host.stat(path)
        if isinstance(stat, Missing):
            return stat
        if stat is not None and stat.kind is Kind.DIRECTORY:
            names = host.list(path)
            if isinstance(names, Missing):
                return names
            kept = [f"{path}/{name}" for name in names or () if not name.endswith(taboo)]
            waiting += reversed(kept)
        elif stat is not None and stat.kind is Kind.FILE:
            lines = _lines(host, path)
            if isinstance(lines, Missing):
                return lines
            references += lines
    return tuple(references)


def scrub(data: bytes) -> bytes:
    """A file of ROTATION or AGENTS as it may be recorded: of the lines that are read here the
    paths; as many lines."""
    return b"\n".join(_scrub_line(line) for line in data.split(b"\n"))


def _scrub_line(line: bytes) -> bytes:
    if not any(place in line for place in _PLACES):
        return b""
    mark = b"#" if line.strip().startswith(b"#") else b""
    return mark + " ".join(_PATH.findall(line.decode("latin-1"))).encode()


def of_agents(path: str) -> bool:
    """Whether a file is read here for such lines alone."""
    return path.startswith(tuple(f"{place}/" for place in (*ROTATION, *AGENTS)))


def _lines(host: Host, path: str) -> list[Reference] | Missing:
    file = host.read(path)
    if file is None or isinstance(file, Missing):
        return [] if file is None else file
    references = []
    for number, line in enumerate(file.data.split(b"\n"), 1):
        bare = line.strip()
        if any(place in bare for place in _PLACES) and not bare.startswith(b"#"):
            text = " ".join(_PATH.findall(decode(bare)))[:500]
            references.append(Reference(text, Source(Origin.FILE, visible(path), number)))
    return references
