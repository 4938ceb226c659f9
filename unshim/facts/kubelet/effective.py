"""Every setting of the kubelet as it takes effect: default, below the file, below the flags."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import TypeVar

from unshim.model.machine import Flag, ParseError
from unshim.model.nouns import NamedTuple
from unshim.model.parts.kubelet import Effective
from unshim.model.values import Missing, Origin, Setting, Source, Version, present
from unshim.releases import kubelet as releases
from unshim.releases import kubelet_kinds
from unshim.releases.kubelet_kinds import ZERO
from unshim.releases.kubelet_row import FIRST, LAST, NEVER, OLDEST, Row
from unshim.releases.kubelet_table import TABLE

T = TypeVar("T")

# A relative path in the file starts at the file's own folder (configfiles.NewFsLoader); one in a
# drop-in stays as it is.
_PATHS = frozenset(("staticPodPath", "authentication.x509.clientCAFile", "resolvConf"))
GATES = "featureGates"


class Configured(NamedTuple):
    """What the effective settings are made of: of the next start, or of the running kubelet.

    `to_come` says why what nothing sets is no default, where more is yet to be set. `drop_ins` are
    the paths of files of --config-dir.
    """

    flags: tuple[Flag, ...] | Missing
    config: Mapping[str, Setting[object]] | ParseError | Missing
    version: Setting[Version] | Missing
    to_come: Missing | None = None
    drop_ins: frozenset[str] = frozenset()

    @property
    def minor(self) -> int | None:
        """The release line as its second number; None where it, or what it does, is not known."""
        number = self._number
        return None if number is None or number < FIRST else number

    def line(self, row: Row) -> int | None:
        """The line by whose words a setting is read; None where that is not known."""
        return None if self._number is None else row.line(self._number)

    @property
    def _number(self) -> int | None:
        version = present(self.version)
        return version.value.minor if version and version.value.major == 1 else None

    def default(self, value: T) -> Setting[T]:
        """A value as the release's default."""
        number = self._number
        known = number is not None and number >= OLDEST
        origin = f"default of kubelet 1.{number}" if known else "default of the kubelet"
        return Setting(value, Source(Origin.DEFAULT, origin))


def effective(of: Configured) -> Effective:
    """Each setting that this release has, by its name in the table; gates also one by one, as
    `featureGates.X`. Where the release is not known, a setting that nothing sets is Missing."""
    flags: dict[str, list[Flag]] = {}
    for flag in present(of.flags) or ():
        flags.setdefault(flag.name, []).append(flag)
    minor = of.minor
    settings: dict[str, Setting[object] | Missing] = {}
    for row in TABLE:
        if minor is None or row.has_flag(minor) or row.has_field(minor):
            settings[row.name] = _one(of, row, flags)
    settings |= _gates(of, flags.get("feature-gates", []), settings[GATES])
    return settings


def _one(of: Configured, row: Row, flags: Mapping[str, list[Flag]]) -> Setting[object] | Missing:
    if isinstance(of.flags, Missing):
        return of.flags
    minor = of.line(row)
    of_row = [flag for name in row.flags for flag in flags.get(name, ())]
    if of_row and (minor is None or row.has_flag(minor)):
        return _of_flags(row, of_row)
    if row.has_field(FIRST if minor is None else minor):
        setting = _of_file(of, row)
        if setting is not None:
            return setting
    if of.to_come is not None:
        return of.to_come
    if isinstance(of.version, Missing):
        return of.version
    if minor is None:
        return Missing(f"what kubelet {of.version.value} does by default is not known")
    with_file = bool(flags.get("config") and flags["config"][-1].value)
    return of.default(row.default(minor, with_file))


def _of_flags(row: Row, flags: list[Flag]) -> Setting[object] | Missing:
    source = flags[-1].source
    written = ["true" if flag.value is None else flag.value for flag in flags]
    try:
        return Setting(kubelet_kinds.of_flags(row.kind, written), source)
    except ValueError:
        return Missing(f"--{flags[-1].name} in {source} holds no {row.kind}")


def _of_file(of: Configured, row: Row) -> Setting[object] | None | Missing:
    """What the file sets; None where it leaves the default."""
    if isinstance(of.config, ParseError):
        return Missing(f"{of.config.path} cannot be parsed")
    if isinstance(of.config, Missing):
        return of.config if of.to_come is None else of.to_come
    entry = of.config.get(row.name)
    if entry is None or entry.value is None:
        above = of.config.get(row.name.partition(".")[0])
        closed = above is not None and above.value is not None and not isinstance(above.value, dict)
        if above is None or above is entry or not closed:
            return None
        return Missing(f"{row.name.partition('.')[0]} in {above.source} holds no settings")
    try:
        value = kubelet_kinds.of_file(row.kind, entry.value)
    except ValueError:
        return Missing(f"{row.name} in {entry.source} holds no {row.kind}")
    in_drop_in = entry.source.where in of.drop_ins
    kept = in_drop_in and (of.minor or LAST) <= releases.KEEPS_EMPTY_UNTIL
    if value == ZERO[row.kind] and not kept and not _zero_holds(row, of.line(row)):
        return None
    relative = isinstance(value, str) and value and not value.startswith("/")
    if row.name in _PATHS and relative and not in_drop_in:
        folder = os.path.dirname(entry.source.where)
        value = os.path.normpath(f"{folder}/{value}")
    if row.name == "podPidsLimit" and isinstance(value, int) and value < 0:
        value = -1
    return Setting(value, entry.source)


def _zero_holds(row: Row, minor: int | None) -> bool:
    return row.zero_from != NEVER and row.zero_from <= (FIRST if minor is None else minor)


def _gates(
    of: Configured, flags: list[Flag], whole: Setting[object] | Missing
) -> Iterator[tuple[str, Setting[object] | Missing]]:
    """The gates of the flags; those that no flag names are still the file's (server.go,
    kubeletConfigFlagPrecedence)."""
    below = _of_file(of, _GATES_ROW) if flags else whole
    single: dict[str, Setting[object]] = {}
    for setting, in_file in ((below, True), (whole, not flags)):
        if isinstance(setting, Setting) and isinstance(setting.value, dict):
            places = of.config if in_file and isinstance(of.config, Mapping) else {}
            single |= {
                gate: Setting(on, places.get(f"{GATES}.{gate}", setting).source)
                for gate, on in setting.value.items()
            }
    if flags and isinstance(whole, Setting) and not isinstance(below, Missing):
        whole = Setting({gate: one.value for gate, one in single.items()}, whole.source)
    elif isinstance(below, Missing):
        whole = below
    yield GATES, whole
    yield from ((f"{GATES}.{gate}", one) for gate, one in single.items())


def asks_runtime_for_driver(of: Configured, settings: Effective) -> Setting[bool] | Missing:
    """Whether the kubelet takes the cgroup driver from the runtime, where that can tell."""
    if isinstance(of.version, Missing):
        return of.version
    default = of.default(releases.asks_runtime_for_driver(of.version.value))
    if not releases.knows_driver_gate(of.version.value):
        return default
    gate = settings.get(f"{GATES}.{releases.DRIVER_GATE}", settings[GATES])
    if isinstance(gate, Missing):
        return gate
    return Setting(gate.value, gate.source) if isinstance(gate.value, bool) else default


_GATES_ROW = next(row for row in TABLE if row.name == GATES)
