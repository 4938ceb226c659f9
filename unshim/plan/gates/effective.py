"""Whether containerd makes of a plan's files what the plan means: the settings that change in its
own dump are those that the plan changes, to the same values."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from unshim.facts.containerd import config as containerd_config
from unshim.facts.containerd.config import Place
from unshim.host.host import Host
from unshim.model.nouns import NamedTuple
from unshim.model.parts.containerd import ContainerdConfig
from unshim.model.values import Missing, Origin, Setting, Source, Version
from unshim.plan.pictures.overlay import OverlayHost
from unshim.releases.durations import go_duration, is_duration

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_DUMPED = "/containerd-config-dump.toml"
Release = Setting[Version] | Missing


class Seen(NamedTuple):
    """One state of the files: as they read (`files`, None where they do not), and as containerd
    dumps them (`dump`, "" where it does not)."""

    files: ContainerdConfig | None
    dump: str


def unlike(host: Host, release: Release, before: Seen, after: Seen) -> str:
    """The first setting that containerd takes for another than the plan does, "" for none."""
    if after.files is None:
        return ""
    known = {} if before.files is None else {unread.key for unread in before.files.unread}
    for unread in after.files.unread if before.files is not None else ():
        if unread.key not in known and not unread.gone and not unread.empty:
            return f"{unread.key} does not count: {unread.reason}"
    if not after.dump:
        return ""
    theirs = dumped(host, release, after.dump)
    if theirs is None:
        return ""
    ours, was = _settings(after.files), _settings(before.files)
    told, told_before = _told(theirs), _told(dumped(host, release, before.dump))
    # Distributions build in other defaults than their release has: to write one is a change too.
    meant = {name for name in ours if name not in was or ours[name] != was[name]}
    written, stood = (_told(files) for files in (after.files, before.files))
    meant |= {name for name in ours if (name in written) != (name in stood)}
    for name in sorted(meant & set(told)):
        if not _is_default(after.files, name) and not _same(ours[name], told[name]):
            return f"{name} would be {_word(told[name])} to containerd, not {_word(ours[name])}"
    for name in sorted(set(told) & set(told_before) & set(ours) & set(was) - meant):
        if not _same(told[name], told_before[name]):
            return f"{name} would change to {_word(told[name])}, which the plan does not mean"
    return _beside(before, after)


def dumped(host: Host, release: Release, dump: str) -> ContainerdConfig | None:
    """What the dump of a containerd says, read as a file is."""
    if not dump:
        return None
    try:
        alone = tomlkit.parse(dump)
    except (TOMLKitError, ValueError, RecursionError):
        return None
    alone.pop("imports", None)  # what they hold stands in the dump
    overlay = OverlayHost(host)
    overlay.write(_DUMPED, tomlkit.dumps(alone).encode(), 0o644)
    place = Place(Setting(_DUMPED, Source(Origin.COMMAND, "containerd config dump")), named=True)
    config = containerd_config.read(overlay, place, release)
    return config if isinstance(config, ContainerdConfig) else None


def _settings(config: ContainerdConfig | None) -> dict[str, object]:
    if config is None:
        return {}
    return {n: s.value for n, s in config.effective.items() if isinstance(s, Setting)}


def _told(config: ContainerdConfig | None) -> dict[str, object]:
    """What is written there: of a plugin that is disabled a dump has nothing."""
    settings = _settings(config).items()
    return {n: v for n, v in settings if config is not None and not _is_default(config, n)}


def _is_default(config: ContainerdConfig, name: str) -> bool:
    setting = config.effective[name]
    return isinstance(setting, Setting) and setting.source.origin is Origin.DEFAULT


def _same(one: object, other: object) -> bool:
    if isinstance(one, str) and isinstance(other, str) and is_duration(one) and is_duration(other):
        return go_duration(one) == go_duration(other)
    return one == other


def _word(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, str) else str(value)


def _beside(before: Seen, after: Seen) -> str:
    """A key of the dump that changed or went though the plan names neither it nor its value nor a
    table above it for the first time; for all that unshim knows no setting of."""
    if before.files is None or after.files is None or not before.dump:
        return ""
    was, now = (dict(_leaves(tomllib.loads(seen.dump))) for seen in (before, after))
    keys, old = (
        {_path(key): setting.value for key, setting in files.values.items()}
        for files in (after.files, before.files)
    )
    written = [path for path in keys.keys() | old.keys() if keys.get(path) != old.get(path)]
    values = [value for path in written for value in (keys.get(path), old.get(path))]
    names = {path[-1] for path in written}
    new = {_within(path[:end]) for path in written for end in range(1, len(path))}
    new -= {_within(path[:end]) for path in old for end in range(1, len(path))}
    for path, value in was.items():
        if path[0] == "imports" or path[-1] in names or now.get(path) == value:
            continue
        if any(_within(path[:end]) in new for end in range(1, len(path))):
            continue
        if path not in now and "disabled_plugins" in names:
            continue
        if path not in now or now[path] not in values:
            return f"{'.'.join(path)} would change too, which the plan does not mean"
    return ""


def _within(path: tuple[str, ...]) -> tuple[str, ...]:
    """A table's place within its plugin: releases call a plugin by several names."""
    return path[2:] if path[0] == "plugins" else path


def _path(key: str) -> tuple[str, ...]:
    """A dotted key's parts."""
    tree: Any = tomllib.loads(f"{key} = 0")
    parts = []
    while isinstance(tree, dict):
        ((part, tree),) = tree.items()
        parts.append(part)
    return tuple(parts)


def _leaves(tree: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _leaves(value, (*path, key))
        else:
            yield (*path, key), value
