"""Pod networks: CNI's configuration, plugins, and who loads them. Data only."""

from __future__ import annotations

from unshim.model.machine import ParseError
from unshim.model.nouns import NamedTuple
from unshim.model.values import FileText, Missing, Setting


class CniPlugin(NamedTuple):
    """One plugin of a network. `subnets` are those its ipam names; `port_mappings` is whether it
    takes the pods' host ports."""

    type: str
    ipam: str
    subnets: tuple[str, ...]
    port_mappings: bool


class CniNetwork(NamedTuple):
    """A network: `version` is its cniVersion, "" where it names none."""

    name: str
    version: str
    plugins: tuple[CniPlugin, ...]

    @property
    def programs(self) -> tuple[str, ...]:
        """The plugins it runs, those of its ipam with them, each once."""
        named = (name for p in self.plugins for name in (p.type, p.ipam) if name)
        return tuple(dict.fromkeys(named))


class CniFile(NamedTuple):
    """A file of a configuration folder that the loader looks at; ParseError where it refuses it."""

    path: str
    file: FileText | Missing
    network: CniNetwork | ParseError | Missing


class CniBinary(NamedTuple):
    """A plugin's program."""

    name: str
    path: str
    executable: bool


class CniSetup(NamedTuple):
    """How one daemon (containerd, or the kubelet through dockershim) finds its networks.

    `files` stand in the order they are loaded. `active` are the networks that are loaded;
    Missing says why there are none (then pods get no network). `binaries` are those of
    `bin_dirs`, where a name stands once: the folder that comes first has it. `own_loopback` is
    whether the daemon sets up loopback without the plugin (use_internal_loopback, 2.0 and later).
    """

    conf_dir: Setting[str]
    bin_dirs: Setting[tuple[str, ...]]
    max_conf_num: Setting[int]
    files: tuple[CniFile, ...] | Missing
    active: tuple[CniFile, ...] | Missing
    binaries: tuple[CniBinary, ...] | Missing
    own_loopback: bool = False

    def lacking(self, network: CniNetwork) -> tuple[str, ...] | Missing:
        """Programs that a network needs, loopback with them, and that are not in any folder or
        cannot be executed."""
        if isinstance(self.binaries, Missing):
            return self.binaries
        there = {binary.name for binary in self.binaries if binary.executable}
        needed = network.programs if self.own_loopback else ("loopback", *network.programs)
        return tuple(name for name in dict.fromkeys(needed) if name not in there)


class Cni(NamedTuple):
    """`kubelet` counts under dockershim alone; it is None for a kubelet that knows no such flags.

    `plugin` is the kubelet's --network-plugin, "" for none (Docker's own bridge).
    `ready` is what the running containerd says: "" for a network that is ready, else its words.
    """

    containerd: CniSetup | Missing
    kubelet: CniSetup | None | Missing
    plugin: Setting[str] | None | Missing
    ready: Setting[str] | Missing
