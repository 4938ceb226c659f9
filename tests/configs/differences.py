"""What a real containerd makes of a configuration, beside what unshim makes of it.

The daemon's side is `config dump`: its exit code, the values in it, and what it does not read. 2.x
names unread keys in its log; 1.x leaves them out of the dump.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tests.configs.generated import Made
from tests.lab.containerd import Line, release
from unshim.facts.containerd import config as containerd_config
from unshim.facts.containerd.config import Place
from unshim.facts.containerd.options import RUNC_TYPES
from unshim.host.local import LocalHost
from unshim.model.machine import ParseError
from unshim.model.parts.containerd import ContainerdConfig, Unread
from unshim.model.values import Missing, Origin, Setting, Source, Version
from unshim.releases.containerd import CRI_2, IMAGES, RUNTIME, full_name
from unshim.releases.containerd_keys import RUNC, TOP, plugins, shape
from unshim.releases.containerd_settings import HANDLER_KEYS, KEYS, handler_key

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

RELEASES: dict[Line, Version] = {
    "1.4": Version(1, 4, 13),
    "1.6": Version(1, 6, 20),
    "1.7": Version(1, 7, 24),
    "2.1": Version(2, 1, 9),
}
FROM_FLAGS = Source(Origin.FLAG, "given")


class Dump(NamedTuple):
    """A daemon's answer. `document` is None where it refuses the files."""

    document: dict[str, Any] | None
    log: str


def place(made: Made, folder: Path) -> Path:
    """Write the files; the main one."""
    for name, text in made.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.replace("@HERE@", str(folder)).encode())
    return folder / "config.toml"


def dump(line: Line, main: Path) -> Dump:
    binary = release(line).path / "usr/bin/containerd"
    argv = [str(binary), "--config", str(main), "config", "dump"]
    done = subprocess.run(argv, capture_output=True, cwd="/", timeout=30)
    log = done.stderr.decode(errors="replace")
    return Dump(None if done.returncode else tomllib.loads(done.stdout.decode()), log)


def ours(line: Line, main: Path) -> ContainerdConfig | ParseError | Missing:
    named = Place(Setting(str(main), FROM_FLAGS), named=True)
    return containerd_config.read(LocalHost(), named, Setting(RELEASES[line], FROM_FLAGS))


def differences(line: Line, main: Path, default: dict[str, Any]) -> Iterator[str]:
    """Every difference in words; `default` is what the release dumps without any file."""
    theirs, found = dump(line, main), ours(line, main)
    if isinstance(found, Missing):
        yield f"ours is missing: {found.reason}"
    elif isinstance(found, ParseError) or theirs.document is None:
        if (theirs.document is None) != isinstance(found, ParseError):
            yield f"refused by one: {found if isinstance(found, ParseError) else theirs.log[:700]}"
    else:
        yield from _values(RELEASES[line], found, theirs.document, default)
        # 2.x's log does not tell what one file's table hides of another's.
        if len(found.files) == 1 or RELEASES[line].line < (2, 0):
            yield from _unread(RELEASES[line], found, theirs)


_ABSENT = object()


def _at(document: Mapping[str, Any], plugin: str, path: tuple[str, ...]) -> object:
    found: Any = document if plugin == TOP else document["plugins"].get(plugin, {})
    for name in path:
        found = found.get(name, _ABSENT) if isinstance(found, dict) else _ABSENT
    return found


def _values(
    version: Version, found: ContainerdConfig, dumped: dict[str, Any], default: dict[str, Any]
) -> Iterator[str]:
    ours_disabled = {s.value for s in found.disabled_plugins}
    if ours_disabled != set(dumped["disabled_plugins"]):
        yield f"disabled: {ours_disabled} != {dumped['disabled_plugins']}"
    for name, theirs in _told(version, dumped):
        setting = found.effective.get(name)
        if name == "cni.bin_dirs" and _distribution(setting):
            setting = Setting(dict(_told(version, default))[name], FROM_FLAGS)
        mine = setting.value if isinstance(setting, Setting) else _ABSENT
        if setting is None or not _same(mine, theirs):
            yield f"{name}: {getattr(setting, 'value', setting)!r} != {theirs!r}"
    names = {h.name for h in found.handlers}
    told = dict(_runtimes(version, dumped))
    if _tells_cri(version, dumped) and names != set(told):
        yield f"runtimes: {names} != {set(told)}"


def _distribution(setting: object) -> bool:
    """Debian's builds look for CNI plugins elsewhere by default."""
    if isinstance(setting, Missing):
        return "distribution" in setting.reason
    return isinstance(setting, Setting) and setting.source.origin is Origin.DEFAULT


def _same(mine: object, theirs: object) -> bool:
    mine, theirs = (tuple(v) if isinstance(v, list) else v for v in (mine, theirs))
    if isinstance(mine, str) and isinstance(theirs, str) and mine != theirs:
        return _seconds(mine) is not None and _seconds(mine) == _seconds(theirs)
    return mine == theirs and (isinstance(mine, bool) == isinstance(theirs, bool))


_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}


def _seconds(text: str) -> float | None:
    parts = re.findall(r"([\d.]+)(h|ms|µs|us|ns|m|s)", text)
    if "".join(a + b for a, b in parts) != text:
        return None
    return sum(float(number) * _UNITS[unit] for number, unit in parts)


def _tells_cri(version: Version, dumped: Mapping[str, Any]) -> bool:
    """A disabled plugin is left out of a dump."""
    return (RUNTIME if version.line >= (2, 0) else CRI_2) in dumped["plugins"]


def _told(version: Version, dumped: dict[str, Any]) -> Iterator[tuple[str, object]]:
    """By unshim's names, what a dump says; it is in the newest layout of its release."""
    for key in KEYS:
        plugin, path = key.place(version)
        if plugin != TOP and (
            plugin not in dumped["plugins"] or plugin in dumped["disabled_plugins"]
        ):
            continue
        theirs = _at(dumped, plugin, path)
        if key.name == "cni.bin_dirs":
            theirs = _bin_dirs(dumped, plugin)
        if key.name != "default_runtime_name" or not _old_default(version, dumped):
            yield key.name, theirs
    if _old_default(version, dumped):
        yield "default_runtime_name", "default"
    images = CRI_2 if version.line < (2, 0) else IMAGES
    if images in dumped["plugins"]:
        for table in ("mirrors", "configs", "auths", "headers"):
            hosts = _at(dumped, images, ("registry", table))
            yield f"registry.{table}", tuple(sorted(hosts)) if isinstance(hosts, dict) else ()
    yield "proxy_plugins", tuple(sorted(dumped.get("proxy_plugins", {})))
    for name, runtime in _runtimes(version, dumped):
        yield from _runtime(version, name, runtime)


def _bin_dirs(dumped: Mapping[str, Any], plugin: str) -> object:
    """2.1 takes the old key for a list of one where it stands alone; with both, CRI fails."""
    table = dumped["plugins"][plugin]["cni"]
    if "bin_dirs" not in table:
        return (table["bin_dir"],)
    if table["bin_dir"] and table["bin_dirs"] not in ([], ["/usr/lib/cni", "/opt/cni/bin"]):
        return _ABSENT
    return (table["bin_dir"],) if table["bin_dir"] else table["bin_dirs"]


def _runtimes(version: Version, dumped: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    plugin = RUNTIME if version.line >= (2, 0) else CRI_2
    containerd = dumped["plugins"].get(plugin, {}).get("containerd", {})
    yield from (containerd.get("runtimes") or {}).items()
    for name, key in _OLD.items():
        if containerd.get(key, {}).get("runtime_type"):
            yield name, containerd[key]


def _old_default(version: Version, dumped: Mapping[str, Any]) -> bool:
    containerd = dumped["plugins"].get(CRI_2, {}).get("containerd", {})
    old = containerd.get("default_runtime", {}).get("runtime_type")
    return bool(old) and version.line < (2, 0)


_OLD = {"default": "default_runtime", "untrusted": "untrusted_workload_runtime"}
"""1.x's daemon makes runtimes of these; its dump is of before that. See MISLEADING."""


def _runtime(version: Version, name: str, table: Any) -> Iterator[tuple[str, object]]:
    for key in HANDLER_KEYS:
        own = handler_key(key, version)
        if own in table:
            # An empty sandboxer is the built-in one once the daemon runs.
            yield (
                f"runtimes.{name}.{key}",
                table[own] or ("podsandbox" if "sandbox" in key else table[own]),
            )
    if table["runtime_type"] in RUNC_TYPES and version.line > (1, 4):
        zero = {"string": "", "bool": False, "int": 0}
        for option, kind in shape(RUNC, version).items():
            theirs = _option(version, table.get("options") or {}, option)
            value = zero[str(kind)] if theirs is None else theirs
            yield f"runtimes.{name}.options.{option}", value


def _option(version: Version, options: Mapping[str, object], name: str) -> object:
    """Options are dumped as written. Which spelling the shim is given: see MISLEADING."""
    if version.line >= (2, 0):
        spelt = sorted((key for key in options if key.lower() == name.lower()), reverse=True)
    else:
        spelt = [name, name.lower(), name.upper(), name[:1].lower() + name[1:]]
    return next((options[key] for key in spelt if key in options), None)


def _unread(version: Version, found: ContainerdConfig, theirs: Dump) -> Iterator[str]:
    if version.line >= (2, 0):
        yield from _unread_by_log(found, theirs.log)
    elif theirs.document is not None:
        yield from _unread_by_absence(version, found, theirs.document)


_WARNED = re.compile(
    r'msg="Ignoring unknown key in TOML( for plugin)?".*? key=("(?:[^"\\]|\\.)*"|\S+)'
    r"(?: plugin=(\S+))?"
)


def _unread_by_log(found: ContainerdConfig, log: str) -> Iterator[str]:
    warned = set()
    for line in log.splitlines():
        match = _WARNED.search(line)
        if match and (match[3] is None or match[3] in plugins()):
            key = match[2]
            key = tomllib.loads(f"k={key}")["k"] if key.startswith('"') else key
            warned.add(key.lower())
    disabled = {setting.value for setting in found.disabled_plugins}
    leaves = {_flat(key).lower() for key in found.values if not _off(key, disabled)}
    warned = {key for key in warned if any(_covers(key, leaf) for leaf in leaves)}
    mine = {
        _flat(unread.key).lower(): unread
        for unread in found.unread
        if not _silent(unread, disabled)
    }
    for key in warned:
        if not any(_covers(key, path) for path in mine) and not key.startswith(_FOREIGN):
            yield f"2.x does not read {key!r}, we do"
    for path, unread in mine.items():
        if not any(_covers(key, path) for key in warned):
            yield f"2.x reads {unread}"


_FOREIGN = ("proxy_plugins", "stream_processors")


def _covers(key: str, path: str) -> bool:
    return (
        path == key or path.startswith(key + " ") or path.endswith(" " + key) or f" {key} " in path
    )


def _silent(unread: Unread, disabled: set[str]) -> bool:
    """Options go to the shim unlooked at; what migration drops is dropped without a word; and so
    is what is set for a disabled plugin."""
    words = ("moves to version 3", "another table sets it", "another spelling", _SHIMS)
    return _off(unread.key, disabled) or any(word in unread.reason for word in words)


def _off(key: str, disabled: set[str]) -> bool:
    path = _path(key)
    return path[0] == "plugins" and full_name(path[1]) in disabled


_SHIMS = "runc's shim"


def _flat(key: str) -> str:
    path = _path(key)
    return " ".join(path[2:] if path[0] == "plugins" else path)


def _path(key: str) -> list[str]:
    value: Any = tomllib.loads(f"{key} = 0")
    path = []
    while isinstance(value, dict):
        (name, value), *_ = value.items()
        path.append(name)
    return path


def _unread_by_absence(
    version: Version, found: ContainerdConfig, dumped: dict[str, Any]
) -> Iterator[str]:
    mine = {unread.key: unread for unread in found.unread}
    for key in found.values:
        path = _path(key)
        if (
            path[0].lower() in _FOREIGN
            or "options" in map(str.lower, path)
            or path[0] in ("version", "imports")
        ):
            continue
        plugin = TOP
        if path[0] == "plugins":
            plugin, path = full_name(path[1]), path[2:]
            if plugin not in plugins() or (
                plugin not in dumped["plugins"] and shape(plugin, version)
            ):
                continue
            if found.version.value < 2 and "." in _path(key)[1]:
                if key not in mine:
                    yield f"{version} does not read {key}, we do"
                continue
        tables = dumped if plugin == TOP else dumped["plugins"].get(plugin, {})
        there = _folded(tables, path, any_case=version.line < (1, 5))
        if there == (key in mine):
            yield f"{version} {'reads' if there else 'does not read'} {key}, we differ"


def _folded(tree: Any, path: list[str], *, any_case: bool) -> bool:
    """Whether the dump has the key, in a case that the release takes."""
    for name in path:
        if not isinstance(tree, dict):
            return False
        alike = [k for k in tree if k.lower() == name.lower()]
        taken = [k for k in alike if any_case or name in (k, k.upper(), k.lower())]
        if not taken:
            return False
        tree = tree[taken[0]]
    return True
