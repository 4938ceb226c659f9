"""What people use: crictl, nerdctl, and BuildKit's daemon for builds. Data only."""

from __future__ import annotations

from collections.abc import Mapping

from unshim.model.machine import Flag, ParseError, Process, Reference, Socket, Unit
from unshim.model.nouns import NamedTuple
from unshim.model.values import FileText, Missing, Setting, Version


class Crictl(NamedTuple):
    """crictl: its binary, and the configuration file it would read.

    `values` are the keys of the file, of one that stands twice the last; `problems` the lines that
    make crictl ignore the whole file. Flags, CONTAINER_RUNTIME_ENDPOINT, IMAGE_SERVICE_ENDPOINT and
    CRI_CONFIG_FILE of a person's own shell are not known.
    """

    binary: Setting[str] | None | Missing
    version: Setting[Version] | Missing
    config_file: FileText | None | Missing
    values: Mapping[str, Setting[str]] | Missing
    problems: tuple[Reference, ...] | Missing


class Nerdctl(NamedTuple):
    """nerdctl as root gets it. NERDCTL_TOML, CONTAINERD_ADDRESS and such of a person's own shell
    are not known.

    `values` are those of the file. `problems` are lines for which nerdctl refuses to do anything.
    `effective` are the settings that tell where it works (`address`, `namespace`, `snapshotter`,
    `cni_path`, `cni_netconfpath`, `data_root`, `hosts_dir`, `insecure_registry`); Missing where it
    refuses its file.
    """

    binary: Setting[str] | None | Missing
    version: Setting[Version] | Missing
    config_file: FileText | None | Missing
    values: Mapping[str, Setting[object]] | Missing
    problems: tuple[Reference, ...] | Missing
    effective: Mapping[str, Setting[object]] | Missing


class BuildRegistry(NamedTuple):
    """A `registry` table of buildkitd.toml: builds use no certs.d tree, only this."""

    host: str
    mirrors: tuple[Setting[str], ...]
    http: Setting[bool] | None
    insecure: Setting[bool] | None


class Buildkit(NamedTuple):
    """buildkitd as its next start uses it, and as it runs.

    A worker is `true`, `false` or `auto`: then it is used if it works, OCI's before containerd's.
    `problems` are lines for which it does not start, of its file and of /etc/buildkit's, which it
    always reads. `client_authority` is whose clients alone are let in by TCP, None where everybody
    is. `sockets` are those where nerdctl looks for it.
    """

    binary: Setting[str] | None | Missing
    version: Setting[Version] | Missing
    process: Process | None | Missing
    unit: Unit | None | Missing
    flags: tuple[Flag, ...] | Missing
    config_file: FileText | None | Missing
    config: Mapping[str, Setting[object]] | ParseError | Missing
    problems: tuple[Reference, ...] | Missing
    addresses: Setting[tuple[str, ...]] | Missing
    oci_worker: Setting[str] | Missing
    containerd_worker: Setting[str] | Missing
    containerd_address: Setting[str] | Missing
    namespace: Setting[str] | Missing
    snapshotter: Setting[str] | Missing
    client_authority: Setting[str] | None | Missing
    registries: tuple[BuildRegistry, ...] | Missing
    sockets: tuple[Socket, ...]
