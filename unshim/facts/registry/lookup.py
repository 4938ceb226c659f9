"""Which servers containerd asks for the images of a registry, and why.

Sources: containerd remotes/docker/config/hosts.go and pkg/cri/server/image_pull.go of 1.5 to 2.3;
pulls by 1.6.20, 1.7.24 and 2.1.9.
"""

from __future__ import annotations

from unshim.model.machine import ParseError
from unshim.model.parts.registry import HostDirectory, HostsFile, Lookup, Registry, RegistryHost
from unshim.model.values import Missing, Origin, Setting, Source, Version
from unshim.releases.hosts_toml import capabilities_of, tries_https_first
from unshim.text import go_url

_DOCKER = "docker.io"
_DOCKER_HOST = "registry-1.docker.io"


def lookup(registry: Registry, host: str) -> Lookup | Missing:
    """What containerd asks for `host/…`, in order (`host` as it stands in an image's name, with
    its port). Missing where it cannot be known, or where no pull can work: the reason says which.
    """
    release = registry.release
    if isinstance(registry.config_path, Missing):
        return registry.config_path
    if release is None:
        return Missing("what a certs.d tree means depends on containerd's release")
    if registry.config_path.value and registry.mirrors:
        source = registry.config_path.source
        return Missing(f"mirrors beside config_path ({source}): the CRI service does not start")
    if not registry.config_path.value and registry.local_pull:
        return Lookup(_by_mirrors(registry, host, release))
    directory = directory_of(registry, host, release)
    if directory is None or isinstance(directory, Missing):
        return directory if isinstance(directory, Missing) else Lookup((_itself(host, release),))
    return _of_directory(directory, host, release)


def directory_of(registry: Registry, host: str, release: Version) -> HostDirectory | None | Missing:
    """The folder that decides: the first root that has any of its spellings."""
    names = spellings(host, release)
    for root in registry.roots:
        if not root.startswith("/"):
            return Missing(f"{root or 'an empty entry'} in config_path is not an absolute path")
        if root in registry.unread:
            return registry.unread[root]
        inside = {d.name: d for d in registry.directories if d.root == root}
        for name in names:
            unread = registry.unread.get(f"{root.rstrip('/')}/{name}")
            if name in inside or unread is not None:
                return inside.get(name, unread)
    return None


def spellings(host: str, release: Version) -> tuple[str, ...]:
    """Names a folder may have, the strongest first. `_default` came with 1.6.17 and 1.7."""
    at = host.rfind(":")
    ported = (f"{host[:at]}_{host[at + 1 :]}_",) if at > 0 else ()
    default = ("_default",) if release >= Version(1, 6, 17) else ()
    return (*ported, host, *default)


def _of_directory(directory: HostDirectory, host: str, release: Version) -> Lookup | Missing:
    if directory.failure:
        return Missing(f"every pull fails: {directory.failure}")
    if isinstance(directory.hosts, Missing):
        return directory.hosts
    if not isinstance(directory.hosts, HostsFile):
        error = directory.hosts if isinstance(directory.hosts, ParseError) else None
        last = _fill(directory.certificates, host, release)
        return Lookup((_first_tls(last, release),), directory, error)
    hosts = [*directory.hosts.hosts, directory.hosts.server]
    if not _host_in(hosts[-1]):
        hosts[-1] = _fill(hosts[-1], host, release)
    return Lookup(tuple(_first_tls(one, release) for one in hosts), directory)


def _itself(host: str, release: Version) -> RegistryHost:
    source = Source(Origin.DEFAULT, f"default of containerd {release.major}.{release.minor}")
    return _first_tls(_fill(RegistryHost(Setting("", source), ()), host, release), release)


def _host_in(one: RegistryHost) -> str:
    address = go_url.split(one.url.value)
    return address.host if isinstance(address, go_url.Address) else ""


def _fill(one: RegistryHost, host: str, release: Version) -> RegistryHost:
    """The registry itself, with the TLS settings and headers that are given for it."""
    scheme, name, skip = "https", host, one.skip_verify
    if host == _DOCKER:
        name = _DOCKER_HOST
    elif is_local(host) and release >= Version(1, 6, 9):
        _, port = go_url.host_and_port(host)
        if tries_https_first(release):
            scheme = "https" if port in ("", "443") else "http"
            skip = skip if port == "80" else True
        else:
            scheme, skip = "http", True
    url = Setting(f"{scheme}://{name}/v2", one.url.source)
    return one._replace(url=url, skip_verify=skip, capabilities=capabilities_of(release))


def _first_tls(one: RegistryHost, release: Version) -> RegistryHost:
    tls = bool(one.ca or one.client or one.skip_verify is not None)
    plain = one.url.value.startswith("http://")
    if not (tls and plain and tries_https_first(release)):
        return one
    _, port = go_url.host_and_port(_host_in(one))
    return one._replace(https_first=port != "80")


def is_local(host: str) -> bool:
    """localhost, 127.0.0.0/8, ::1, with or without a port."""
    name, _ = go_url.host_and_port(host)
    if name == "localhost":
        return True
    import ipaddress

    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _by_mirrors(registry: Registry, host: str, release: Version) -> tuple[RegistryHost, ...]:
    """The old way: the endpoints of `mirrors`, then the registry itself unless one is it."""
    tables = {mirror.host: mirror.endpoints for mirror in registry.mirrors}
    endpoints = tables.get(host, tables.get("*", ()))
    hosts = []
    for endpoint in endpoints:
        text = endpoint.value
        if "://" not in text:
            text = f"{'http' if is_local(text.partition('/')[0]) else 'https'}://{text}"
        hosts.append(_endpoint(text, endpoint.source))
    if any(_host_in(one) == host for one in hosts):
        return tuple(hosts)
    name = _DOCKER_HOST if host == _DOCKER else host
    scheme = "http" if is_local(name) else "https"
    source = Source(Origin.DEFAULT, f"default of containerd {release.major}.{release.minor}")
    return (*hosts, _endpoint(f"{scheme}://{name}", source))


def _endpoint(text: str, source: Source) -> RegistryHost:
    address = go_url.split(text)
    path = address.path if isinstance(address, go_url.Address) else ""
    url = text if path else f"{text}/v2"
    return RegistryHost(Setting(url.rstrip("/"), source), ("pull", "resolve"))
