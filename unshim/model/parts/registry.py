"""Where containerd's CRI service pulls images from, as nouns. Data only."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from unshim.model.machine import ParseError, Reference
from unshim.model.nouns import NamedTuple
from unshim.model.values import FileText, Missing, Setting, Version


class RegistryHost(NamedTuple):
    """A server that containerd asks for images of one registry.

    `url` is scheme, host and path before the image's name (`https://mirror:5000/v2`), credentials
    removed. `capabilities` are of pull, resolve, push and referrers: a tag is asked of those with
    pull and resolve, a digest of those with pull. `ca` and `client` are paths; a pair's key is ""
    where the certificate's file holds it. `headers` are names only: values are secrets.
    `https_first` is whether an http:// address is tried with TLS before.
    """

    url: Setting[str]
    capabilities: tuple[str, ...]
    ca: tuple[str, ...] = ()
    client: tuple[tuple[str, str], ...] = ()
    skip_verify: bool | None = None
    override_path: bool = False
    headers: tuple[str, ...] = ()
    dial_timeout: str = ""
    https_first: bool = False


class HostsFile(NamedTuple):
    """A hosts.toml as one release of containerd reads it.

    `hosts` are its mirrors in the order they are asked; `server` is asked after them, and without
    a host in its address it stands for the registry itself. `ignored` are entries that this
    release does not look at, each with the reason.
    """

    hosts: tuple[RegistryHost, ...]
    server: RegistryHost
    ignored: tuple[Reference, ...]


class HostDirectory(NamedTuple):
    """A folder of a certs.d tree.

    `host` is the registry it answers for (`registry:5000`, `docker.io`), `*` for `_default`; the
    same host can have two, spelt `registry_5000_` and `registry:5000`. `hosts` is None where there
    is no hosts.toml (or an empty one): then, and where it is a ParseError, `certificates` holds
    what the folder's *.crt, *.cert and *.key give the registry itself. `failure` says why every
    pull from this host fails, "" where none does. `absent` are certificate files that are named
    and not there.
    """

    root: str
    name: str
    host: str
    file: FileText | None | Missing
    hosts: HostsFile | ParseError | None | Missing
    certificates: RegistryHost
    failure: str
    absent: tuple[str, ...]

    @property
    def path(self) -> str:
        return f"{self.root.rstrip('/')}/{self.name}"


class Mirror(NamedTuple):
    """A `mirrors` table of containerd's own configuration; `host` is `*` for all others."""

    host: str
    endpoints: tuple[Setting[str], ...]


class Registry(NamedTuple):
    """How the CRI service finds the servers of a registry.

    `config_path` is the setting as it holds, "" for none; `roots` are the folders that pulls look
    into, which is not the same from 2.1 on. `directories` are those of the roots and of the usual
    trees, whether they are looked into or not; `unread` holds the roots and folders that cannot be
    read, by path.
    `local_pull` is whether the CRI service pulls by itself, not through the transfer service (2.1
    and later). `configs` and `auths` are the hosts that the old tables name, with the key that
    stands there (`configs.tls.ca_file`); never a value. `lookups` says for the usual registries and
    for those that are named here what containerd asks; empty where nothing is configured.
    """

    release: Version | None
    config_path: Setting[str] | Missing
    roots: tuple[str, ...]
    local_pull: bool
    directories: tuple[HostDirectory, ...]
    unread: Mapping[str, Missing]
    mirrors: tuple[Mirror, ...]
    configs: tuple[tuple[str, Setting[str]], ...]
    auths: tuple[tuple[str, Setting[str]], ...]
    lookups: Mapping[str, Lookup | Missing] = MappingProxyType({})


class Lookup(NamedTuple):
    """What containerd asks for images of one registry, in order.

    `directory` is the folder that decides, None where none does. `error` is why its hosts.toml
    does not count.
    """

    hosts: tuple[RegistryHost, ...]
    directory: HostDirectory | None = None
    error: ParseError | None = None

    def asked(self, *capabilities: str) -> tuple[RegistryHost, ...]:
        """Those that are asked for what needs all of these capabilities."""
        return tuple(h for h in self.hosts if set(capabilities) <= set(h.capabilities))
