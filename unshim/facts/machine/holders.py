"""Distributions that hold the kubelet and containerd themselves, as a plain tree shows them."""

from __future__ import annotations

from collections.abc import Iterator

from unshim.facts.machine import managed
from unshim.facts.systemd import flags, units
from unshim.facts.systemd.command_line import Word
from unshim.facts.systemd.unit_settings import kill_mode
from unshim.host.host import Host
from unshim.model.machine import Flag, Unit
from unshim.model.nouns import NamedTuple
from unshim.model.parts.managed import Distribution
from unshim.model.values import Missing, Why
from unshim.releases.distributions import HOLDERS, Holder
from unshim.releases.kubelet_flags import BARE_FLAGS
from unshim.text import lined


class Held(NamedTuple):
    """The distribution of this tree, and how it holds what it holds."""

    distribution: Distribution
    holder: Holder


def held(host: Host) -> Held | None:
    """Only in a plain tree, and where no kubelet of another kind is installed: on a machine that
    runs, the processes tell more."""
    if host.at_rest is None or any(host.stat(path) for path in _OTHERS):
        return None
    distribution = managed.read(host)
    holder = next((h for h in HOLDERS if distribution and h.name == distribution.name), None)
    return Held(distribution, holder) if distribution and holder else None


_OTHERS = (
    "/usr/bin/kubelet",
    "/usr/local/bin/kubelet",
    "/etc/systemd/system/kubelet.service",
    "/usr/lib/systemd/system/kubelet.service",
    "/lib/systemd/system/kubelet.service",
)


def unit(host: Host, of: Held) -> Unit | None | Missing:
    """The first of its units that is there."""
    found = units.read(host, of.holder.units)
    return next((one for one in found.values() if one is not None), None)


def kubelet_unit(host: Host, of: Held) -> Unit:
    """The same; one without files where the tree has none: its kubelet is there all the same."""
    found = unit(host, of)
    unseen = Missing("its units are not in this tree", Why.AT_REST)
    nameless = Unit(of.holder.name, (), {}, kill_mode({}), unseen)
    return found if isinstance(found, Unit) else nameless


def kubelet_flags(host: Host, of: Held) -> tuple[Flag, ...] | Missing:
    """The flags of its kubelet, where they stand in a file.

    Source: microk8s-resources/wrappers (run-kubelet-with-args): one flag a line, variables of snap.
    """
    path = of.holder.kubelet_args
    if not path:
        reason = f"this is a {of.holder.name} node; its kubelet is inside {of.holder.inside}"
        return Missing(f"{reason}: not read", Why.NOT_OFFERED)
    file = host.read(path)
    if file is None:
        return Missing(f"this is a {of.holder.name} node without {path}", Why.NOT_OFFERED)
    if isinstance(file, Missing):
        return file
    return flags.of_words(list(_words(path, file.text(), of.holder)), BARE_FLAGS)


def _words(path: str, text: str, holder: Holder) -> Iterator[Word]:
    for number, line in enumerate(text.splitlines(), 1):
        for name, value in holder.variables:
            line = line.replace(name, value)
        if not line.lstrip().startswith("#"):
            for word in lined.words(lined.plain(line, number), escapes=False) or ():
                yield Word(word.text, path, number, None)
