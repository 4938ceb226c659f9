"""The trees of hosts.toml: a folder for each registry, its file and its certificates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from unshim.host.host import Host, Kind
from unshim.model.machine import ParseError
from unshim.model.parts.registry import (
    HostDirectory,
    HostsFile,
    RegistryHost,
)
from unshim.model.values import FileText, Missing, Origin, Setting, Source, Version
from unshim.text.escape import visible
from unshim.text.patterns import lazy

TREES = ("/etc/containerd/certs.d", "/etc/docker/certs.d")
"""Where trees usually are."""
DIRECTORY_LIMIT = 500
"""Folders of one tree that are looked at."""
_PORT = lazy(r"(.+)_(\d*)_")
_DEFAULT = "_default"


def read_trees(
    host: Host, roots: Sequence[str], release: Version
) -> tuple[tuple[HostDirectory, ...], Mapping[str, Missing]]:
    directories: list[HostDirectory] = []
    unread: dict[str, Missing] = {}
    for root in dict.fromkeys((*roots, *TREES)):
        if not root.startswith("/"):
            continue
        names = host.list(root)
        if isinstance(names, Missing):
            unread[root] = names
            continue
        for name in (names or ())[:DIRECTORY_LIMIT]:
            directory = _directory(host, root, name, release)
            if isinstance(directory, Missing):
                unread[f"{root.rstrip('/')}/{visible(name)}"] = directory
            elif directory is not None:
                directories.append(directory)
    return tuple(directories), unread


def _directory(
    host: Host, root: str, name: str, release: Version
) -> HostDirectory | Missing | None:
    path = f"{root.rstrip('/')}/{name}"
    what = host.stat(path)
    if what is None or isinstance(what, Missing):
        return what
    label = visible(name)
    if what.kind is not Kind.DIRECTORY:
        failure = f"{visible(path)} is not a folder"
        empty = _certificates(root, label, ())
        return HostDirectory(root, label, _host_of(label), None, None, empty, failure, ())
    names = host.list(path)
    if names is None or isinstance(names, Missing):
        return names
    file = host.read(f"{path}/hosts.toml") if "hosts.toml" in names else None
    hosts: HostsFile | ParseError | None | Missing
    if file is None or isinstance(file, Missing):
        hosts = file
    else:
        hosts = _parse(file, release) if file.data else None
    certificates = _certificates(root, label, names)
    used = [certificates]
    if isinstance(hosts, HostsFile):
        used = [*hosts.hosts, hosts.server]
    absent = tuple(_absent(host, used))
    failure = f"{absent[0]} is not there" if absent else ""
    return HostDirectory(root, label, _host_of(label), file, hosts, certificates, failure, absent)


def _parse(file: FileText, release: Version) -> HostsFile | ParseError:
    from unshim.facts.registry.hosts_toml import parse

    return parse(file, release)


def _host_of(name: str) -> str:
    """The registry a folder answers for: `registry_5000_` and `registry:5000` are the same."""
    if name == _DEFAULT:
        return "*"
    ported = _PORT.fullmatch(name)
    return f"{ported[1]}:{ported[2]}" if ported else name


def _certificates(root: str, name: str, names: Sequence[str]) -> RegistryHost:
    """Docker's way: *.crt are authorities, *.cert with the *.key of the same name the client's."""
    folder = f"{root.rstrip('/')}/{name}"
    pairs = []
    for cert in names:
        if cert.endswith(".cert"):
            key = cert.removesuffix(".cert") + ".key"
            held = f"{folder}/{visible(key)}" if key in names else ""
            pairs.append((f"{folder}/{visible(cert)}", held))
    ca = tuple(f"{folder}/{visible(file)}" for file in names if file.endswith(".crt"))
    return RegistryHost(
        Setting("", Source(Origin.FILE, folder)), ("pull", "resolve", "push"), ca, tuple(pairs)
    )


def _absent(host: Host, used: Sequence[RegistryHost]) -> Iterator[str]:
    """Certificate files that are named and not there: a pull then fails before it begins."""
    named = [path for one in used for path in (*one.ca, *(p for pair in one.client for p in pair))]
    for path in dict.fromkeys(named):
        if path and host.stat(path) is None:
            yield path
