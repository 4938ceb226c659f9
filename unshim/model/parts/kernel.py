"""The kernel as nouns: modules and sysctls, now and after a reboot. Data only."""

from __future__ import annotations

from unshim.model.nouns import NamedTuple
from unshim.model.values import Missing, Setting, Source


class Module(NamedTuple):
    """A kernel module. `loaded` is whether it is there now, built in ones included.

    `at_boot` is the line that loads it after a reboot, None where none does. `blocked` is a line
    of modprobe.d that keeps it from being loaded by that.
    """

    name: str
    loaded: Setting[bool] | Missing
    at_boot: Source | None | Missing
    blocked: Source | None | Missing


class Sysctl(NamedTuple):
    """A kernel parameter by its dotted name.

    `now` is None where this kernel does not have it (its module is not loaded). `at_boot` is what
    a file sets at the next boot, None where no file does and the kernel's own default holds.
    """

    name: str
    now: Setting[str] | None | Missing
    at_boot: Setting[str] | None | Missing


class Swap(NamedTuple):
    """A swap device or file in use; sizes in bytes."""

    name: str
    size: int
    used: int


class Kernel(NamedTuple):
    """What of the kernel matters to containers.

    `parameters` is the kernel's command line. `filesystems` are the types it can mount now.
    `selinux` is `enforcing`, `permissive` or `disabled`; `apparmor` whether it is on.
    """

    modules: tuple[Module, ...]
    sysctls: tuple[Sysctl, ...]
    filesystems: frozenset[str] | Missing
    parameters: tuple[str, ...] | Missing
    swaps: tuple[Swap, ...] | Missing
    selinux: Setting[str] | Missing
    apparmor: Setting[bool] | Missing

    def sysctl(self, name: str) -> Sysctl:
        """The parameter of this name. Raises: KeyError for one that is not looked at."""
        for sysctl in self.sysctls:
            if sysctl.name == name:
                return sysctl
        raise KeyError(name)

    def module(self, name: str) -> Module:
        """The module of this name. Raises: KeyError for one that is not looked at."""
        for module in self.modules:
            if module.name == name:
                return module
        raise KeyError(name)
